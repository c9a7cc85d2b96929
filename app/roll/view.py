"""The piano roll: paints the document and routes the mouse to the gesture of the tool in hand."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from statistics import median

from PySide6.QtCore import QEvent, QPoint, QRect, QRectF, Qt, Signal
from PySide6.QtGui import (
    QCursor,
    QFocusEvent,
    QKeyEvent,
    QMouseEvent,
    QPaintEvent,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QAbstractScrollArea, QWidget

from app import theme as themes
from app.document import Document
from app.roll import layers, paint, tools
from app.roll.geometry import ADAPTIVE, Geometry, Grid, grid_for
from app.roll.index import NoteIndex
from app.roll.layers import Moment
from app.roll.tools import Gesture, Point, gesture_for
from composer.score import Note

ROOM = 0.8  # of the view's width stays free after the last note
TAKES_ROOM = 90  # pixels left free below the piece, where the takes will come up
FOLLOW_AT = 0.9  # of the width: there the page turns


class RollView(QAbstractScrollArea):
    """Shows `document`; holds what is only of the moment: zoom, tool, gesture, playhead."""

    sounded = Signal(int, int)  # pitch, velocity of a key that is tried out
    sought = Signal(int)  # the playhead shall go to a tick
    looped = Signal(object)  # (first, last) ticks, or None
    menu_wanted = Signal(QPoint)
    hovered = Signal(str)
    tool_changed = Signal(str)
    zoomed = Signal()

    def __init__(self, document: Document, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.document = document
        self.geometry_ = Geometry()
        self.theme = themes.DARK
        self.tool = tools.PENCIL
        self.grid_name = ADAPTIVE
        self.last_length, self.last_velocity = 480, 80
        self.index = NoteIndex()
        self.playhead = 0
        self.join: int | None = None  # where composing would go on
        self.follows = True
        self.loop: tuple[int, int] | None = None
        self.empty_lines: tuple[str, ...] = ()
        self._gesture: Gesture | None = None
        self.moment = Moment()
        self._set_up()

    def _set_up(self) -> None:
        self.setFrameShape(QAbstractScrollArea.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName(self.tr("Piano roll"))
        self.viewport().setMouseTracking(True)
        self.viewport().setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setMinimumSize(320, 200)
        self.horizontalScrollBar().setSingleStep(40)
        self.verticalScrollBar().setSingleStep(30)
        self.horizontalScrollBar().valueChanged.connect(self._scrolled)
        self.verticalScrollBar().valueChanged.connect(self._scrolled)
        self.document.scoreChanged.connect(self._score_changed)
        self.document.opened.connect(self.show_all)
        self.document.previewChanged.connect(self.refresh)
        self.document.selectionChanged.connect(self._selection_changed)

    # ---- for gestures ----

    def grid(self) -> Grid:
        """The snap grid as it is at this zoom."""
        score = self.document.score
        return grid_for(self.grid_name, score.bar_map, score.ticks_per_beat, self.geometry_.beat_width)

    def sound(self, pitch: int, velocity: int) -> None:
        """Lets a key be heard for a moment."""
        self.sounded.emit(pitch, velocity)

    def pick_up(self, hidden: Iterable[Note], shown: Iterable[Note]) -> None:
        """Shows some notes as they would be; the document does not know of it yet."""
        moment = self.moment
        moment.hidden, moment.shown, moment.ghost = frozenset(hidden), tuple(shown), None
        self.viewport().update()

    def put_down(self) -> None:
        """Shows the document as it is."""
        self.moment.band = None
        self.pick_up((), ())

    def show_band(self, rect: QRectF) -> None:
        """Shows the box of a selection."""
        self.moment.band = rect
        self.viewport().update()

    def show_loop(self, loop: tuple[int, int] | None) -> None:
        """Shows a loop in the ruler."""
        self.loop = loop
        self.viewport().update()

    def light(self, pitches: Collection[int]) -> None:
        """Lights keys of the key column."""
        if frozenset(pitches) != self.moment.lit:
            self.moment.lit = frozenset(pitches)
            self.viewport().update(0, 0, int(self.geometry_.keys_width), self.viewport().height())

    def note_at(self, x: float, y: float) -> Note | None:
        """The note under a pixel."""
        g = self.geometry_
        if x < g.keys_width or y < g.ruler_height:
            return None
        return self.index.at(g.tick(x), g.pitch(y), g.ticks(3))

    def zone_at(self, x: float, y: float) -> tuple[str, Note | None]:
        """(ruler, keys, corner, empty, body, left or right; the note there, if any)."""
        g = self.geometry_
        if y < g.ruler_height:
            return ("ruler" if x >= g.keys_width and y < paint.UPPER else "corner"), None
        if x < g.keys_width:
            return "keys", None
        note = self.note_at(x, y)
        return (g.zone(note, x) if note else "empty"), note

    # ---- what others set ----

    def set_theme(self, theme: themes.Theme) -> None:
        """Other colours."""
        self.theme = theme
        self.viewport().update()

    def set_tool(self, tool: str) -> None:
        """Takes another tool in hand."""
        if tool != self.tool:
            self.cancel_gesture()
            self.tool, self.moment.ghost = tool, None
            self.tool_changed.emit(tool)
            self._hover_cursor(self.viewport().mapFromGlobal(QCursor.pos()))
            self.viewport().update()

    def set_grid(self, name: str) -> None:
        """Another snap grid; the pencil draws one step of it."""
        self.grid_name = name
        if self.grid().step:
            self.last_length = self.grid().ticks
        self.viewport().update()

    def set_follows(self, on: bool) -> None:
        """Whether the page turns with the playhead."""
        self.follows = on

    def invite(self, on: bool) -> None:
        """Shows that a file may be dropped here."""
        self.moment.inviting = on
        self.viewport().update()

    def set_join(self, tick: int | None) -> None:
        """Moves the line where composing goes on."""
        if tick != self.join:
            self.join = tick
            self.viewport().update()

    def set_playhead(self, tick: int, *, follow: bool = False) -> None:
        """Moves the playhead; only its strips are painted anew, unless the page turns."""
        before, self.playhead = self.playhead, tick
        g, height = self.geometry_, self.viewport().height()
        for at in {before, tick}:
            self.viewport().update(QRect(round(g.x(at)) - 8, 0, 17, height))
        if follow and self.follows and self._gesture is None:
            self._turn_page(tick)

    def refresh(self) -> None:
        """Paints anew, after notes were written."""
        self._fit_bars()
        self.viewport().update()

    def show_tick(self, tick: int) -> None:
        """Scrolls sideways until a tick can be seen, a page at a time."""
        self._turn_page(tick)

    def show_span(self, first: int, last: int) -> None:
        """Scrolls so that what will be written can be seen, together with as much before it as fits."""
        g, width = self.geometry_, self.viewport().width() - self.geometry_.keys_width
        if g.x(first) >= g.keys_width and g.x(last) <= width * FOLLOW_AT:
            return
        self.scroll_to(min(g.width(last) - 0.88 * width, g.width(first) - 0.12 * width), g.top)

    def show_note(self, note: Note) -> None:
        """Scrolls until a note can be seen."""
        self._turn_page(note.start)
        g, height = self.geometry_, self.viewport().height()
        if not g.ruler_height <= g.y(note.pitch) <= height - g.key_height:
            self.scroll_to(g.left, g.top + g.y(note.pitch) - height / 2)

    def _turn_page(self, tick: int) -> None:
        x, width = self.geometry_.x(tick), self.viewport().width()
        if x < self.geometry_.keys_width or x > width * FOLLOW_AT:
            self.scroll_to(self.geometry_.left + x - self.geometry_.keys_width - 0.12 * width, self.geometry_.top)

    # ---- zoom and scroll ----

    def show_all(self) -> None:
        """Zooms and scrolls so that the piece is seen with room to go on after it."""
        score, g = self.document.score, self.geometry_
        width = max(self.viewport().width() - g.keys_width, 200)
        beats = max(score.end / score.ticks_per_beat, 1)
        g.beat_width = min(max(0.55 * width / beats, 20.0), 80.0) if score.notes else 56.0
        low, high = self.index.pitch_range()
        rows = max(high - low + 9, 25)
        high_enough = self.viewport().height() - g.ruler_height - TAKES_ROOM
        g.key_height = min(max(high_enough / rows, 9.0), 18.0)
        self._fit_bars()
        pitches = [n.pitch for n in score.notes] or [64]
        middle = (low + high) / 2 if high - low < 50 else median(pitches)
        centre = (127.5 - middle) * g.key_height
        self.scroll_to(0, centre - high_enough / 2)
        self.zoomed.emit()

    def zoom(self, time: float = 1.0, pitch: float = 1.0, at: tuple[float, float] | None = None) -> None:
        """Zooms by factors around a point; around the middle if none is given."""
        x, y = at or (self.viewport().width() / 2, self.viewport().height() / 2)
        g = self.geometry_
        if time != 1.0:
            g.zoom_time(time, max(x, g.keys_width))
        if pitch != 1.0:
            g.zoom_pitch(pitch, max(y, g.ruler_height))
        left, top = g.left, g.top
        self._fit_bars()
        self.scroll_to(left, top)
        self.zoomed.emit()

    def scroll_to(self, left: float, top: float) -> None:
        """Scrolls, as far as there is paper."""
        self.horizontalScrollBar().setValue(round(left))
        self.verticalScrollBar().setValue(round(top))

    def _scrolled(self) -> None:
        self.geometry_.left = self.horizontalScrollBar().value()
        self.geometry_.top = self.verticalScrollBar().value()
        self.viewport().update()

    def _fit_bars(self) -> None:
        g, view = self.geometry_, self.viewport().size()
        end = max(self.document.score.end, self.document.preview.last() if self.document.preview else 0)
        wide = g.width(end) + ROOM * view.width() - (view.width() - g.keys_width)
        high = g.height - (view.height() - g.ruler_height)
        self.horizontalScrollBar().setPageStep(view.width())
        self.horizontalScrollBar().setRange(0, max(round(wide), 0, self.horizontalScrollBar().value()))
        self.verticalScrollBar().setPageStep(view.height())
        self.verticalScrollBar().setRange(0, max(round(high), 0))
        self._scrolled()

    # ---- document ----

    def _score_changed(self) -> None:
        score = self.document.score
        if score.ticks_per_beat != self.geometry_.ticks_per_beat:
            self.geometry_.ticks_per_beat = score.ticks_per_beat
            self.last_length = score.ticks_per_beat
        self.cancel_gesture()
        self.index = NoteIndex(score.notes)
        self._fit_bars()

    def _selection_changed(self) -> None:
        chosen = sorted(self.document.selection)
        names = ", ".join(paint.pitch_name(n.pitch) for n in chosen[:8])
        text = self.tr("{n} selected: {names}").format(n=len(chosen), names=names)
        self.setAccessibleDescription(text if chosen else "")
        self.viewport().update()

    # ---- mouse ----

    def point(self, event: QMouseEvent) -> Point:
        """A mouse event in pixels and in music."""
        at, mods = event.position(), event.modifiers()
        return Point(
            at.x(),
            at.y(),
            self.geometry_.tick(at.x()),
            self.geometry_.pitch(at.y()),
            shift=bool(mods & Qt.KeyboardModifier.ShiftModifier),
            ctrl=bool(mods & Qt.KeyboardModifier.ControlModifier),
            alt=bool(mods & Qt.KeyboardModifier.AltModifier),
        )

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Begins the gesture of the tool in hand; a second button during one does nothing."""
        if self._gesture is not None:
            return
        point = self.point(event)
        zone, note = self.zone_at(point.x, point.y)
        self.moment.ghost = None
        self._button = event.button()
        gesture = gesture_for(self.tool, event.button(), zone)(self, point, note)
        gesture.start()
        self._gesture = gesture

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Goes on with the gesture, or tells what a press would do."""
        if self._gesture is None:
            self._hover(self.point(event))
            return
        self._push_edges(event.position().x(), event.position().y())
        self._gesture.move(self.point(event))
        self._tell(self.point(event))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Ends the gesture."""
        if self._gesture is None or event.button() != self._button:
            return
        gesture, self._gesture = self._gesture, None
        gesture.end(self.point(event))
        self._hover_cursor(event.position().toPoint())

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Two quick presses are two presses."""
        self.mousePressEvent(event)

    def cancel_gesture(self) -> bool:
        """Forgets the gesture under way; False if there was none."""
        gesture, self._gesture = self._gesture, None
        if gesture is None:
            return False
        gesture.cancel()
        return True

    def _push_edges(self, x: float, y: float) -> None:
        """Scrolls while something is dragged over the edge."""
        view, g = self.viewport().size(), self.geometry_
        if isinstance(self._gesture, (tools.Pan, tools.PressKeys)):
            return
        dx = min(x - g.keys_width, 0) + max(x - view.width(), 0)
        dy = min(y - g.ruler_height, 0) + max(y - view.height(), 0)
        if isinstance(self._gesture, tools.Seek):
            dy = 0
        if dx or dy:
            self.scroll_to(g.left + max(min(dx, 40), -40), g.top + max(min(dy, 20), -20))

    def _hover(self, point: Point) -> None:
        zone, _ = self.zone_at(point.x, point.y)
        ghost = None
        if self.tool == tools.PENCIL and zone == "empty":
            start = point.tick if point.alt else self.grid().floor(point.tick)
            ghost = Note(start, point.pitch, self.last_length, self.last_velocity)
        under = None if zone in ("ruler", "corner") else point.pitch
        if (ghost, under) != (self.moment.ghost, self.moment.under):
            self.moment.ghost, self.moment.under = ghost, under
            self.viewport().update()
        self._hover_cursor(QPoint(int(point.x), int(point.y)))
        self._tell(point)

    def _hover_cursor(self, at: QPoint) -> None:
        zone, _ = self.zone_at(at.x(), at.y())
        shape = Qt.CursorShape
        shapes = {
            "left": shape.SizeHorCursor,
            "right": shape.SizeHorCursor,
            "body": shape.SizeAllCursor,
            "empty": shape.CrossCursor if self.tool == tools.PENCIL else shape.ArrowCursor,
            "keys": shape.PointingHandCursor,
        }
        erasing = self.tool == tools.ERASE and zone not in ("ruler", "corner", "keys")
        self.viewport().setCursor(shape.ForbiddenCursor if erasing else shapes.get(zone, shape.ArrowCursor))

    def _tell(self, point: Point) -> None:
        bar, beat, _ = self.document.score.bar_map.beat(point.tick)
        note = self.note_at(point.x, point.y)
        place = self.tr("Bar {bar}, beat {beat}").format(bar=bar + 1, beat=beat + 1)
        text = f"{place}   {paint.pitch_name(note.pitch if note else point.pitch)}"
        if note:
            text += "   " + self.tr("velocity {v}").format(v=note.velocity)
        self.hovered.emit(text)

    def leaveEvent(self, event: QEvent) -> None:
        """The mouse is elsewhere: no ghost, no name."""
        self.moment.ghost = self.moment.under = None
        self.hovered.emit("")
        self.viewport().update()

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Scrolls; Shift sideways; Ctrl zooms time, Ctrl+Shift pitch, at the cursor."""
        mods, delta = event.modifiers(), event.angleDelta()
        turn = (delta.y() or delta.x()) / 120
        at = (event.position().x(), event.position().y())
        shift = bool(mods & Qt.KeyboardModifier.ShiftModifier)
        if mods & Qt.KeyboardModifier.ControlModifier:
            factor = 1.2**turn
            self.zoom(time=1.0 if shift else factor, pitch=factor if shift else 1.0, at=at)
        elif shift:
            self.scroll_to(self.geometry_.left - turn * 90, self.geometry_.top)
        else:
            self.scroll_to(self.geometry_.left - delta.x() / 120 * 90, self.geometry_.top - delta.y() / 120 * 60)
        event.accept()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Keys are actions; what none of them takes is not for scrolling either."""
        event.ignore()

    def focusNextPrevChild(self, following: bool) -> bool:
        """Tab goes from note to note here; F6 leaves."""
        return False

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Shows that the keys go here now, if it was a key that brought them."""
        super().focusInEvent(event)
        reasons = Qt.FocusReason
        self.moment.framed = event.reason() in (reasons.TabFocusReason, reasons.BacktabFocusReason)
        self.viewport().update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """The keys go elsewhere."""
        super().focusOutEvent(event)
        self.moment.framed = False
        self.viewport().update()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Other scroll ranges."""
        super().resizeEvent(event)
        self._fit_bars()

    # ---- painting ----

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paints the dirty part."""
        layers.paint_roll(self, event)
