"""Gestures on the ruler: seek and loop, the loop's edges, signs, the span that the model sees."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, QPoint

from app.roll.canvas.surface import Point, RollSurface
from app.roll.gestures.base import Gesture
from composer.music.edits import tempo_meter_marks
from composer.music.score import Note

translate = QCoreApplication.translate


class Seek(Gesture):
    """The ruler's upper strip: a click moves the playhead, a drag makes a loop."""

    scrolls = "time"

    def start(self) -> None:
        self.was = self.view.loop
        self.anchor = self.snap(self.first.tick, self.first)

    def move(self, point: Point) -> None:
        if self.is_drag(point):
            first, last = sorted((self.anchor, self.snap(point.tick, point)))
            self.view.show_loop((first, last) if last > first else None)

    def end(self, point: Point) -> None:
        if self.dragged:
            self.view.set_loop(self.view.loop)
        else:
            self.view.seek_requested.emit(self.anchor)

    def cancel(self) -> None:
        self.view.show_loop(self.was)


class LoopEdge(Seek):
    """A drag on an edge of the loop; the other edge stays."""

    def start(self) -> None:
        super().start()
        assert self.was is not None
        near, far = (abs(self.view.geometry_.x(tick) - self.first.x) for tick in self.was)
        self.anchor = self.was[1] if near <= far else self.was[0]

    def end(self, point: Point) -> None:
        if self.dragged:
            self.view.set_loop(self.view.loop)


class ContextSpan(Gesture):
    """The lower strip: a drag sets the span that the model sees; on one of its handles only that end."""

    scrolls = "time"

    def start(self) -> None:
        self.was = self.view.chosen_context_span
        self.anchor = self.snap(self.first.tick, self.first)

    def move(self, point: Point) -> None:
        if self.is_drag(point):
            first, last = sorted((self.anchor, self.snap(point.tick, point)))
            self.view.show_context_span((first, last) if last > first else self.was)

    def end(self, point: Point) -> None:
        if self.dragged:
            self.view.set_context_span(self.view.chosen_context_span)

    def cancel(self) -> None:
        self.view.show_context_span(self.was)


class ContextSpanEdge(ContextSpan):
    """A drag on a handle of that span; the other end stays."""

    def start(self) -> None:
        super().start()
        span = self.view.context_span
        assert span is not None
        near, far = (abs(self.view.geometry_.x(tick) - self.first.x) for tick in span)
        self.anchor = span[1] if near <= far else span[0]


class MoveSign(Gesture):
    """A press on a tempo, a meter or a marker: a drag moves it, a click moves the playhead there."""

    scrolls = "time"

    def __init__(self, view: RollSurface, point: Point, note: Note | None = None) -> None:
        super().__init__(view, point, note)
        sign = view.sign_at(point.x, point.y)
        assert sign is not None
        self.sign = sign
        self.tick = sign.tick

    def move(self, point: Point) -> None:
        if self.is_drag(point) and not self.sign.fixed:
            self.tick = self.snap(self.sign.tick + point.tick - self.first.tick, point)
            self.view.show_sign(self.sign, self.tick)

    def end(self, point: Point) -> None:
        self.view.show_sign(None, 0)
        if not self.dragged:
            self.view.seek_requested.emit(self.sign.tick)
        elif self.tick != self.sign.tick:
            document = self.view.document
            score = tempo_meter_marks.moved(document.score, self.sign, self.tick)
            document.change(_step_text(self.sign.kind), score, document.selection)

    def cancel(self) -> None:
        self.view.show_sign(None, 0)


def _step_text(kind: tempo_meter_marks.Kind) -> str:
    return {
        tempo_meter_marks.Kind.TEMPO: translate("Gestures", "Move tempo"),
        tempo_meter_marks.Kind.METER: translate("Gestures", "Move meter"),
        tempo_meter_marks.Kind.MARKER: translate("Gestures", "Move marker"),
    }[kind]


class RulerMenu(Gesture):
    """A right press: a menu for what is under it."""

    scrolls = ""

    def end(self, point: Point) -> None:
        at = self.view.viewport().mapToGlobal(QPoint(int(self.first.x), int(self.first.y)))
        self.view.ruler_menu(self.first, at)
