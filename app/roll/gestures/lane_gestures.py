"""Gestures on the lanes: painting velocities; drawing, moving, resizing and erasing spans of the pedal."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

import numpy as np
from PySide6.QtCore import QCoreApplication, Qt

from app.roll.canvas.note_index import Indices
from app.roll.canvas.surface import Point, RollSurface
from app.roll.gestures.base import Gesture, Nothing
from app.roll.gestures.note_gestures import ERASE
from app.roll.painting.lane_paint import REACH, Strip
from composer.music.edits import drag_edits, pedal_spans
from composer.music.edits.pedal_spans import PedalSpan
from composer.music.score import Note, Score

translate = QCoreApplication.translate
Shape = Qt.CursorShape


class LaneSurface(Protocol):
    """The lanes as gestures work them."""

    @property
    def view(self) -> RollSurface:
        """The roll above, which shares its time."""

    velocity_strip: Strip

    def zone_at(self, point: Point) -> tuple[str, PedalSpan | None]:
        """What is under a pixel, and the span of the pedal there, if any."""

    def words(self, point: Point) -> str:
        """Where the mouse is, for the status line."""

    def spans(self) -> tuple[PedalSpan, ...]:
        """The spans of the pedal in the score."""

    def reaches(self, span: PedalSpan) -> bool:
        """Whether a span belongs to the active layer."""

    def paintable(self, found: Indices) -> Indices:
        """Of some notes those that may be painted."""

    def show_value(self, velocity: int | None) -> None:
        """Shows the velocity that is being painted."""

    def show_pedals(self, score: Score | None) -> None:
        """Shows the pedal of another score; None for that of the document."""

    def set_velocities(self, old: Sequence[Note], new: Sequence[Note], kind: int = -1) -> None:
        """Gives notes other velocities, as one undo step."""


class LaneGesture(Gesture):
    """A gesture on a lane; `point.y` is in pixels of the lanes."""

    scrolls = "time"

    def __init__(self, lanes: LaneSurface, point: Point) -> None:
        super().__init__(lanes.view, point)
        self.lanes = lanes

    def words(self, point: Point) -> str:
        return self.lanes.words(point)

    def cancel(self) -> None:
        self.lanes.show_value(None)
        self.lanes.show_pedals(None)
        self.view.end_drag()


class PaintVelocity(LaneGesture):
    """A drag gives every note that it passes the velocity under the mouse; Shift draws a straight line.

    While notes are selected, only they are painted.
    """

    def start(self) -> None:
        self.painted: dict[int, int] = {}  # index of a note -> its new velocity
        self.last = self._here(self.first)
        self._stroke(self.last, self.last)

    def move(self, point: Point) -> None:
        here = self._here(point)
        if point.shift:
            self.painted.clear()
            self._stroke(self._here(self.first), here)
        else:
            self._stroke(self.last, here)
        self.last = here

    def _here(self, point: Point) -> tuple[int, int]:
        return point.tick, self.lanes.velocity_strip.velocity(point.y)

    def _stroke(self, first: tuple[int, int], last: tuple[int, int]) -> None:
        (a, u), (b, v) = sorted((first, last))
        slack = self.view.geometry_.ticks(REACH)
        index = self.view.index
        found = self.lanes.paintable(index.find_onsets(a - slack, b + slack + 1))
        levels = np.interp(index.columns.starts[found], (a, max(b, a + 1)), (u, v))
        self.painted.update(zip(found.tolist(), np.rint(levels).astype(int).tolist(), strict=True))
        self.view.show_velocities(self.painted)
        self.lanes.show_value(last[1])

    def end(self, point: Point) -> None:
        view = self.view
        view.end_drag()
        self.lanes.show_value(None)
        if self.painted:
            places = sorted(self.painted)
            old = view.index.take(np.array(places))
            self.lanes.set_velocities(old, drag_edits.struck(old, (self.painted[i] for i in places)))


class PedalGesture(LaneGesture):
    """A change of the pedal that is shown before it is made."""

    def __init__(self, lanes: LaneSurface, point: Point, span: PedalSpan | None) -> None:
        super().__init__(lanes, point)
        self.span = span
        self.result: Score | None = None

    def show(self, score: Score | None) -> None:
        """Shows the pedal as it would be."""
        self.result = score
        self.lanes.show_pedals(score)

    def commit(self, text: str) -> None:
        """Makes it so, in one undo step."""
        document = self.view.document
        self.lanes.show_pedals(None)
        if self.result is not None and self.result.pedals != document.score.pedals:
            document.change(text, self.result, document.selection)


class DrawPedal(PedalGesture):
    """On empty ground: a drag presses the pedal for as long; a mere click with the pencil for one step of the grid."""

    def start(self) -> None:
        self.anchor = self.snap(self.first.tick, self.first)

    def move(self, point: Point) -> None:
        if self.is_drag(point):
            first, last = sorted((self.anchor, self.snap(point.tick, point)))
            self.show(pedal_spans.added(self.view.document.score, first, last, self.view.track()))

    def end(self, point: Point) -> None:
        grid = self.view.grid()
        if not self.dragged and self.view.tool != "select":
            first = grid.floor(self.first.tick)
            self.result = pedal_spans.added(self.view.document.score, first, grid.after(first), self.view.track())
        self.commit(translate("Gestures", "Press the pedal"))


class MovePedal(PedalGesture):
    """A drag on a span moves it."""

    def move(self, point: Point) -> None:
        assert self.span is not None
        if self.is_drag(point):
            score = self.view.document.score
            start = self.snap(self.span.first + point.tick - self.first.tick, point)
            length = self.span.end(score) - self.span.first
            self.show(pedal_spans.changed(score, self.span, start, start + length))

    def end(self, point: Point) -> None:
        self.commit(translate("Gestures", "Move pedal"))


class ResizePedal(PedalGesture):
    """A drag on either end of a span."""

    def start(self) -> None:
        assert self.span is not None
        g, self.last = self.view.geometry_, self.span.end(self.view.document.score)
        self.left = abs(g.x(self.span.first) - self.first.x) < abs(g.x(self.last) - self.first.x)

    def move(self, point: Point) -> None:
        assert self.span is not None
        if not self.is_drag(point):
            return
        tick = self.snap(point.tick, point)
        first, last = (tick, self.last) if self.left else (self.span.first, tick)
        if first < last:
            self.show(pedal_spans.changed(self.view.document.score, self.span, first, last))

    def end(self, point: Point) -> None:
        self.commit(translate("Gestures", "Resize pedal"))


class ErasePedal(PedalGesture):
    """Every span that is touched goes."""

    def start(self) -> None:
        self.gone: dict[PedalSpan, None] = {}
        self.move(self.first)

    def move(self, point: Point) -> None:
        for span in self.lanes.spans():
            if self.lanes.reaches(span) and span.first <= point.tick < span.end(self.view.document.score):
                self.gone[span] = None
                self.show(pedal_spans.without(self.view.document.score, tuple(self.gone)))

    def end(self, point: Point) -> None:
        self.commit(translate("Gestures", "Erase pedal"))


# what is under the mouse -> (gesture of a left press, cursor)
LANES: dict[str, tuple[type[PedalGesture], Shape]] = {
    "pedal empty": (DrawPedal, Shape.CrossCursor),
    "pedal body": (MovePedal, Shape.SizeAllCursor),
    "pedal edge": (ResizePedal, Shape.SizeHorCursor),
}


def gesture_for(lanes: LaneSurface, button: Qt.MouseButton, point: Point) -> Gesture:
    """The gesture that a press on the lanes begins."""
    zone, span = lanes.zone_at(point)
    right = button == Qt.MouseButton.RightButton
    if zone == "velocity" and not right:
        return PaintVelocity(lanes, point)
    if zone in LANES:
        erasing = right or lanes.view.tool == ERASE
        return (ErasePedal if erasing else LANES[zone][0])(lanes, point, span)
    return Nothing(lanes.view, point)
