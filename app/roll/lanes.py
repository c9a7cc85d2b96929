"""The lanes under the roll: velocities and pedal of what is in view, edited with the mouse."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from time import monotonic

import numpy as np
from PySide6.QtCore import QCoreApplication, QEvent, QPointF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QCursor, QMouseEvent, QPainter, QPaintEvent, QWheelEvent
from PySide6.QtWidgets import QWidget

from app.roll.canvas.geometry import to_pixels
from app.roll.canvas.inline_field import InlineField
from app.roll.canvas.note_index import Indices
from app.roll.canvas.surface import Point
from app.roll.gestures import hover
from app.roll.gestures.dispatch import Pan
from app.roll.gestures.lane_gestures import LANES, gesture_for
from app.roll.painting import lane_paint, primitives
from app.roll.painting.lane_paint import EDGE, REACH, Stems, Strip
from app.roll.painting.primitives import PaintContext
from app.roll.roll_view import RollView
from composer.music.edits import drag_edits, pedal_spans
from composer.music.edits.pedal_spans import PedalSpan
from composer.music.score import Note, Score

translate = QCoreApplication.translate
SHARE, LEAST, MOST = 0.115, 50.0, 130.0  # of the view's height for the velocities, and its bounds in pixels …
LOWEST, HALF = 32, 0.5  # … and by hand: the least in pixels, and the most of the view's height
PEDAL = 26.0  # height of the pedal's lane
TURNING = 1.0  # seconds within which turns of the wheel are one undo step
TURNS = 1000  # the kinds of undo commands from here on are turns of the wheel


class Lanes(QWidget):
    """Shares time, gestures and drags with the roll above."""

    def __init__(self, view: RollView) -> None:
        super().__init__(view)
        self.view = view
        self.velocity_strip, self.pedal_strip = Strip(1, LEAST), Strip(1 + LEAST, PEDAL)
        self._value: int | None = None  # the velocity being painted
        self._at = QPointF()
        self._pedals: Score | None = None  # the pedal as it would be
        self._spans: tuple[object, tuple[PedalSpan, ...]] = (None, ())  # with the movements they were read off
        self._turn: tuple[frozenset[Note], float, int] = (frozenset(), 0.0, TURNS)
        self._turned = 0.0  # of a notch, by devices that turn by less
        self.setMouseTracking(True)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setAccessibleName(self.tr("Velocities and pedal"))
        view.scrolled.connect(self.update)
        view.touched.connect(self.update)
        view.document.scoreChanged.connect(self.update)

    def fit(self, room: int, wanted: int | None = None) -> int:
        """Takes as much of the view's height as is fair, or as is wanted; returns how much that is, in pixels."""
        usual = float(round(min(max(room * SHARE, LEAST), MOST)))
        high = usual if wanted is None else float(self.fair(wanted, room))
        self.velocity_strip, self.pedal_strip = Strip(1, high), Strip(1 + high, PEDAL - (4 if high <= LEAST else 0))
        return round(self.pedal_strip.bottom)

    @staticmethod
    def fair(wanted: int, room: int) -> int:
        """A height of the velocities in pixels that leaves room for the roll."""
        return max(min(wanted, round(room * HALF)), LOWEST)

    def sizeHint(self) -> QSize:
        """As wide as the view."""
        return QSize(400, round(self.pedal_strip.bottom))

    # ---- what is where ----

    def point(self, event: QMouseEvent | QWheelEvent) -> Point:
        """An event in pixels of the lanes and in music."""
        return self.view.point(event.position(), event.modifiers())

    def zone_at(self, point: Point) -> tuple[str, PedalSpan | None]:
        """What is under a pixel: velocity, pedal empty, pedal body, pedal edge, or head."""
        if point.x < self.view.geometry_.keys_width:
            return "head", None
        if point.y < self.pedal_strip.top:
            return "velocity", None
        for span in reversed(self.spans()):
            box = lane_paint.bar(self.view.geometry_, self.pedal_strip, self.view.document.score, span)
            if self.reaches(span) and box.left() - 2 <= point.x <= box.right() + 2:
                edge = min(EDGE, box.width() / 4)
                inside = box.left() + edge <= point.x <= box.right() - edge
                return ("pedal body" if inside else "pedal edge"), span
        return "pedal empty", None

    def spans(self) -> tuple[PedalSpan, ...]:
        """The spans of the pedal as they stand in the score."""
        score = self.view.document.score
        if self._spans[0] is not score.pedals:
            self._spans = (score.pedals, pedal_spans.spans(score))
        return self._spans[1]

    def reaches(self, span: PedalSpan) -> bool:
        """Whether a span belongs to the active layer."""
        return self.view.index.layer in (None, span.track)

    def paintable(self, found: Indices) -> Indices:
        """Of some notes those that may be painted: the selected ones, if any are selected."""
        chosen = self.view.document.selection
        return found[self.view.index.mask(chosen)[found]] if chosen else found

    def note_at(self, point: Point) -> Note | None:
        """The note whose stem is under a pixel; of a chord the one whose head is nearest."""
        slack = self.view.geometry_.ticks(REACH)
        found = self.view.index.find_onsets(point.tick - slack, point.tick + slack + 1)
        near = self.view.index.take(found)
        wanted = self.velocity_strip.velocity(point.y)
        chosen = [n for n in near if n in self.view.document.selection]
        return min(chosen or near, key=lambda n: abs(n.velocity - wanted), default=None)

    def words(self, point: Point) -> str:
        """Where the mouse is, for the status line."""
        if point.x < self.view.geometry_.keys_width:
            return ""
        bar, beat, _ = self.view.document.score.bar_map.beat(point.tick)
        place = translate("RollView", "Bar {bar}, beat {beat}").format(bar=bar + 1, beat=beat + 1)
        if point.y >= self.pedal_strip.top:
            return f"{place}   " + self.tr("pedal")
        note = self.note_at(point) if self._value is None else None
        shown = note.velocity if note else self._value or self.velocity_strip.velocity(point.y)
        named = f"{primitives.pitch_name(note.pitch)}   " if note else ""
        return f"{place}   {named}" + translate("RollView", "velocity {v}").format(v=shown)

    # ---- for gestures ----

    def show_value(self, velocity: int | None) -> None:
        """Shows the velocity that is being painted."""
        self._value = velocity
        self.update()

    def show_pedals(self, score: Score | None) -> None:
        """Shows the pedal as it would be; None shows it as it is."""
        self._pedals = score
        self.update()

    def set_velocities(self, old: Sequence[Note], new: Sequence[Note], kind: int = -1) -> None:
        """Gives notes other velocities; the selection stays with them."""
        document = self.view.document
        chosen = document.selection
        kept = frozenset(n for was, n in zip(old, new, strict=True) if was in chosen) | (chosen - frozenset(old))
        score = document.score.change(old, new)
        document.change(translate("Gestures", "Set velocity"), score, kept, kind=kind)
        if len(new) == 1:
            self.view.last_velocity = new[0].velocity

    # ---- mouse ----

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Begins the gesture of what is under the mouse."""
        point = self.point(event)
        if event.button() == Qt.MouseButton.MiddleButton:
            self.view.mouse.begin(Pan(self.view, point), event.button())
        else:
            self.view.mouse.begin(gesture_for(self, event.button(), point), event.button())
        self.view.setFocus(Qt.FocusReason.MouseFocusReason)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Goes on with it, or tells what a press would do."""
        point = self.point(event)
        self._at = event.position()
        if self.view.gesture is not None:
            self.view.mouse.move(point)
            return
        zone, _ = self.zone_at(point)
        erasing = zone in LANES and self.view.tool == "erase"
        shape = LANES[zone][1] if zone in LANES else Qt.CursorShape.ArrowCursor
        if zone == "velocity":
            shape = Qt.CursorShape.SizeVerCursor if self.note_at(point) else Qt.CursorShape.CrossCursor
        self.setCursor(hover.eraser() if erasing else QCursor(shape))
        self.view.hovered.emit(self.words(point))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Ends it."""
        self.view.mouse.release(self.point(event), event.button(), quiet=True)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """On a stem: asks for a number. Elsewhere two quick presses are two presses."""
        point = self.point(event)
        note = self.note_at(point) if self.zone_at(point)[0] == "velocity" else None
        if note is None or event.button() != Qt.MouseButton.LeftButton:
            self.mousePressEvent(event)
            return
        field = InlineField(
            self, self.view, self.tr("Velocity, 1 to 127"), str(note.velocity), partial(self._typed, note)
        )
        field.open_at(QRect(to_pixels(self.view.geometry_.x(note.start)) - 32, round(point.y) - 12, 64, 24))

    def _typed(self, note: Note, text: str) -> bool:
        if not text.strip().isdecimal() or not 1 <= int(text) <= 127:
            return False
        old = self._with_selection(note)
        self.set_velocities(old, drag_edits.struck(old, [int(text)] * len(old)))
        return True

    def _with_selection(self, note: Note | None) -> tuple[Note, ...]:
        """The selected notes if the note is one of them, or if there is no note; else the note."""
        chosen = self.view.document.selection
        if note is not None and note not in chosen:
            return (note,)
        return tuple(chosen)

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Over the velocities one up or down; with Ctrl or Shift, or with nothing to change, as over the roll."""
        point = self.point(event)
        plain = event.modifiers() in (Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.AltModifier)
        old: tuple[Note, ...] = ()
        if plain and self.zone_at(point)[0] == "velocity":
            old = self._with_selection(self.note_at(point))
        if not old:
            self.view.wheelEvent(event)
            return
        event.accept()
        delta = event.angleDelta()
        self._turned += (delta.y() or delta.x()) / 120
        steps = int(self._turned)
        self._turned -= steps
        if steps:
            self._nudge(old, steps)

    def _nudge(self, old: tuple[Note, ...], steps: int) -> None:
        last, moment, kind = self._turn
        if frozenset(old) != last or monotonic() - moment > TURNING:
            kind += 1
        new = drag_edits.struck(old, (n.velocity + steps for n in old))
        self.set_velocities(old, new, kind)
        self._turn = (frozenset(new), monotonic(), kind)

    def leaveEvent(self, event: QEvent) -> None:
        """Nothing is under the mouse."""
        self.view.hovered.emit("")

    # ---- painting ----

    def paintEvent(self, event: QPaintEvent) -> None:
        """Both lanes, and their names."""
        view = self.view
        p = QPainter(self)
        g = replace(view.geometry_, ruler_height=0.0)
        s = PaintContext(p, g, view.theme, QRectF(event.rect()), self.width(), self.height())
        lane_paint.paint_ground(s, self.velocity_strip)
        lane_paint.paint_pedal_ground(s, self.pedal_strip)
        primitives.paint_grid(s, view.document.score.bar_map, None)
        p.setRenderHint(QPainter.RenderHint.Antialiasing)
        for some in self._stems(s):
            lane_paint.paint_stems(s, self.velocity_strip, some)
        score = self._pedals or view.document.score
        spans = pedal_spans.spans(score) if self._pedals else self.spans()
        lane_paint.paint_bars(s, self.pedal_strip, score, spans, view.index.layer)
        if self._value is not None:
            lane_paint.paint_value(s, self.velocity_strip, self._at, self._value)
        strip = lane_paint.name_place(self.velocity_strip)
        names = ((strip, self.tr("Velocity")), (self.pedal_strip, self.tr("Pedal")))
        lane_paint.paint_heads(s, names, self.pedal_strip.top, self.height())
        lane_paint.paint_numbers(s, self.velocity_strip)
        p.end()

    def _stems(self, s: PaintContext) -> list[Stems]:
        """The notes seen in the dirty part, without those of a drag; then those of the drag."""
        view, index = self.view, self.view.index
        first, last = s.ticks
        seen = index.find_onsets(first - s.g.ticks(8), last + s.g.ticks(8))
        if len(view.transient.places):
            seen = seen[~np.isin(seen, view.transient.places)]
        chosen = index.mask(view.document.selection)[seen]
        found = [Stems(index.columns.taken(seen), chosen, dim=bool(view.document.selection))]
        dragged = view.drag_columns()
        if dragged is not None:
            found.append(Stems(dragged, np.ones(len(dragged.starts), np.bool_)))
        return found
