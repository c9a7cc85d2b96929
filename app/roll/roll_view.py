"""The piano roll: shows the document, and holds what gestures and other parts ask of it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from statistics import median

import numpy as np
from PySide6.QtCore import QEvent, QPoint, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QContextMenuEvent, QFocusEvent, QKeyEvent, QMouseEvent, QPaintEvent
from PySide6.QtWidgets import QWidget

from app.document import layer_state
from app.document.document import Document
from app.look import theme as themes
from app.roll import ruler_menu
from app.roll.a11y.announcer import Announcer
from app.roll.canvas.geometry import to_pixels
from app.roll.canvas.note_index import NoteIndex
from app.roll.canvas.surface import Point
from app.roll.canvas.transient_state import NOWHERE, MovedNotes
from app.roll.gestures import note_gestures
from app.roll.gestures.base import Gesture
from app.roll.gestures.router import MouseRouter
from app.roll.painting import compositor
from app.roll.painting.primitives import MANY
from app.roll.ruler_actions import RulerActions
from app.roll.timeline import Timeline
from app.roll.viewport_memory import ViewportMemory
from composer.music.edits import drag_edits
from composer.music.scale import Scale
from composer.music.score import Columns, Note

TAKES_ROOM = 90  # pixels left free below the piece, where the takes will come up
HELD = {
    Qt.Key.Key_Shift: Qt.KeyboardModifier.ShiftModifier,
    Qt.Key.Key_Control: Qt.KeyboardModifier.ControlModifier,
    Qt.Key.Key_Alt: Qt.KeyboardModifier.AltModifier,
}
CLOSE = 3  # pixels beside a very short note that still hit it


class RollView(Timeline):
    """Shows `document`; holds its view state: zoom, tool, gesture, playhead."""

    sounded = Signal(int, int)  # pitch, velocity of a key that is tried out
    menu_requested = Signal(QPoint)
    hovered = Signal(str)
    tool_changed = Signal(str)
    touched = Signal()  # the transient state changed: what stands beside the roll shows it too

    def __init__(self, document: Document, parent: QWidget | None = None) -> None:
        super().__init__(document, parent)
        self.theme = themes.DARK
        self.tool = note_gestures.PENCIL
        self.last_length, self.last_velocity, self.last_track = 480, 80, 0
        self.index = NoteIndex()
        self.scale: Scale | None = None
        self.snap_to_scale = False
        self.empty_lines: tuple[str, ...] = ()
        self.announcer = Announcer(self, document)
        self.mouse = MouseRouter(self)
        self.viewport_memory = ViewportMemory(self)
        self.marks = RulerActions(self, self.track)
        self._set_up()

    def _set_up(self) -> None:
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName(self.tr("Piano roll"))
        self.viewport().setMouseTracking(True)
        self.viewport().setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setMinimumSize(320, 200)
        self.document.scoreChanged.connect(self._score_changed)
        self.document.opened.connect(self._opened)
        self.document.previewChanged.connect(self.refresh)
        self.document.selectionChanged.connect(self._selection_changed)
        self.document.viewChanged.connect(self._view_changed)

    # ---- for gestures ----

    def pencil_note(self, point: Point) -> Note:
        """The note that the pencil draws at a point."""
        start = point.tick if point.alt else self.grid().floor(point.tick)
        pitch = point.pitch if point.alt else self.snap_pitch(point.pitch)
        return Note(start, pitch, self.last_length, self.last_velocity, self.track())

    def snap_pitch(self, pitch: int) -> int:
        """The pitch, or the nearest of the scale while pitches snap to it."""
        return self.scale.snap(pitch) if self.scale is not None and self.snap_to_scale else pitch

    def track(self) -> int:
        """The track that is drawn into: the active layer, or that of the note clicked last."""
        track = self.index.layer if self.index.layer is not None else self.last_track
        return track if track < len(self.document.score.tracks) else 0

    def set_pencil_from(self, note: Note) -> None:
        """The pencil goes on with this note's length, velocity and track."""
        self.last_length, self.last_velocity, self.last_track = note.duration, note.velocity, note.track

    def sound(self, pitch: int, velocity: int) -> None:
        """Lets a key be heard for a moment."""
        self.sounded.emit(pitch, velocity)

    def show_drag(self, hidden: Sequence[Note], shown: Iterable[Note]) -> None:
        """Shows the notes of a drag where they would be put, and hides others; the document does not change."""
        state = self.transient
        self._hide(hidden)
        state.shown, state.moved, state.ghost = tuple(shown), None, None
        self._touch()

    def show_drag_by(self, notes: tuple[Note, ...], ticks: int, semitones: int, *, hide: bool) -> None:
        """Shows very many notes moved, without new notes."""
        self._hide(notes if hide else ())
        moved = self.transient.moved
        columns = moved.columns if moved else Columns.of(notes)
        self.transient.moved = MovedNotes(columns, ticks, semitones)
        self._touch()

    def show_velocities(self, velocities: Mapping[int, int]) -> None:
        """Shows notes, by their indices, with other velocities."""
        places = np.fromiter(velocities, np.int64, len(velocities))
        loud = np.fromiter(velocities.values(), np.int16, len(velocities))
        if len(places) <= MANY:
            old = self.index.take(places)
            self.show_drag(old, drag_edits.struck(old, loud.tolist()))
            return
        columns = self.index.columns.taken(places)
        self.transient.hidden, self.transient.places = (), places
        self.transient.moved = MovedNotes(replace(columns, looks=(columns.looks & ~np.int16(127)) | loud))
        self._touch()

    def drag_columns(self) -> Columns | None:
        """The notes of a drag, where they would be put."""
        state = self.transient
        if state.moved:
            return state.moved.at_target()
        return Columns.of(state.shown) if state.shown else None

    def _hide(self, notes: Sequence[Note]) -> None:
        if notes is not self.transient.hidden or not notes:
            self.transient.hidden = notes
            self.transient.places = self.index.indices_of(notes) if notes else NOWHERE

    def end_drag(self) -> None:
        """Shows the document as it is."""
        self.transient.band = None
        self.show_drag((), ())
        self.light(set())

    def show_band(self, rect: QRectF) -> None:
        """Shows the box of a selection."""
        self.transient.band = rect
        self.viewport().update()

    def select_within(self, first: int, last: int, low: int, high: int, keep: frozenset[Note]) -> None:
        """Selects what sounds in a box of ticks and pitches, and what is kept."""
        found = self.index.find_in_layer(first, last, low, high)
        chosen = frozenset(self.index.take(found))
        if keep:
            chosen |= keep
        elif len(chosen) == len(found):
            self.index.cache_mask(chosen, found)
        self.document.select(chosen)

    def light(self, pitches: Collection[int]) -> None:
        """Lights keys of the key column."""
        if frozenset(pitches) != self.transient.lit:
            self.transient.lit = frozenset(pitches)
            self.viewport().update(0, 0, int(self.geometry_.keys_width), self.viewport().height())

    def note_at(self, x: float, y: float) -> Note | None:
        """The note under a pixel."""
        g = self.geometry_
        if x < g.keys_width or y < g.ruler_height:
            return None
        return self.index.at(g.tick(x), g.pitch(y), g.ticks(CLOSE))

    def zone_at(self, x: float, y: float) -> tuple[str, Note | None]:
        """What is under a pixel, one of dispatch.ZONES or dispatch.EDGES or "corner"; and the note there, if any."""
        g = self.geometry_
        if y < g.ruler_height:
            return (self.ruler_zone(x, y) if x >= g.keys_width else "corner"), None
        if x < g.keys_width:
            return "keys", None
        note = self.note_at(x, y)
        return (g.zone(note, x) if note else "empty"), note

    def ruler_menu(self, point: Point, at: QPoint) -> None:
        """Opens the ruler's menu."""
        tick = point.tick if point.alt else self.grid().nearest(point.tick)
        ruler_menu.menu(self, self.marks, tick, self.sign_at(point.x, point.y)).popup(at)

    # ---- what others set ----

    def set_theme(self, theme: themes.Theme) -> None:
        """Other colours."""
        self.theme = theme
        self._touch()

    def set_scale(self, scale: Scale | None) -> None:
        """Shows the rows of a scale; None shows those of the keyboard."""
        self.scale = scale
        self.viewport().update()

    def set_tool(self, tool: str) -> None:
        """Activates another tool."""
        if tool != self.tool:
            self.cancel_gesture()
            self.tool, self.transient.ghost = tool, None
            self.tool_changed.emit(tool)
            self.mouse.hover()
            self.viewport().update()

    def set_grid(self, name: str) -> None:
        """Another snap grid; the pencil draws one step of it."""
        self.grid_name = name
        if self.grid().step:
            self.last_length = self.grid().ticks
        self.viewport().update()

    def invite(self, on: bool) -> None:
        """Shows that a file may be dropped here."""
        self.transient.inviting = on
        self.viewport().update()

    def refresh(self) -> None:
        """Paints anew, after notes were written."""
        self.fit_bars()

    def show_note(self, note: Note) -> None:
        """Scrolls until a note can be seen."""
        self.show_place(note.start, note.pitch)

    def show_all(self) -> None:
        """Zooms and scrolls so that all of the piece is seen, and of a short one with room to go on after it."""
        self._show(whole=True)

    def _show(self, whole: bool) -> None:
        """The beginning of the piece, near enough to work on it, or as far away as it takes to see the `whole`."""
        score, g = self.document.score, self.geometry_
        width = max(self.viewport().width() - g.keys_width, 200)
        beats = max(score.end / score.ticks_per_beat, 1)
        g.beat_width = min(max(0.55 * width / beats, 20.0), 80.0) if score.notes else 56.0
        if whole:
            g.beat_width = max(min(g.beat_width, 0.96 * width / beats), g.BEAT_WIDTHS[0])
        low, high = self.index.pitch_range()
        rows = max(high - low + 9, 25)
        high_enough = self.viewport().height() - g.ruler_height
        high_enough -= TAKES_ROOM if high_enough > 4 * TAKES_ROOM else 0
        g.key_height = min(max(high_enough / rows, g.KEY_HEIGHTS[0] if whole else 7.0), 18.0)
        self.fit_bars()
        all_fit = high - low < 50 or rows * g.key_height <= high_enough
        middle = (low + high) / 2 if all_fit else float(median(self.index.columns.pitches.tolist()))
        self.scroll_to(0, (127.5 - middle) * g.key_height - high_enough / 2)
        self.zoomed.emit()

    # ---- document ----

    def finish(self) -> int:
        """Where the music ends, with what is being written."""
        preview = self.document.preview
        return max(self.document.score.end, preview.last() if preview else 0)

    def _score_changed(self) -> None:
        score = self.document.score
        if score.ticks_per_beat != self.geometry_.ticks_per_beat:
            self.geometry_.ticks_per_beat = score.ticks_per_beat
            self.last_length = score.ticks_per_beat
        self.cancel_gesture()
        self._index()
        self.read_signs()
        self.fit_bars()

    def _index(self) -> None:
        notes, layer = self.document.score.notes, layer_state.active_track(self.document)
        hidden = layer_state.hidden_tracks(self.document)
        if not self.index.is_of(notes, layer, hidden):
            self.index = NoteIndex(notes, layer, hidden)

    def _opened(self) -> None:
        self.last_track = 0
        for key in ("layer", "loop", "span"):
            self._view_changed(key)
        if not self.viewport_memory.show():
            self._show(whole=False)

    def _view_changed(self, key: str) -> None:
        if key in ("layer", "hidden"):
            self.cancel_gesture()
            self._index()
            self._touch()
        else:
            self.recall(key)

    def _selection_changed(self) -> None:
        self.announcer.changed()
        self._touch()

    def _touch(self) -> None:
        self.viewport().update()
        self.touched.emit()

    # ---- mouse ----

    def busy(self) -> bool:
        """Whether a gesture is under way."""
        return self.mouse.gesture is not None

    @property
    def gesture(self) -> Gesture | None:
        """The gesture under way."""
        return self.mouse.gesture

    def cancel_gesture(self) -> bool:
        """Forgets the gesture under way; False if there was none."""
        return self.mouse.cancel()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Begins the gesture of the active tool."""
        self.mouse.press(event.position(), event.modifiers(), event.button())

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Goes on with the gesture, or tells what a press would do."""
        self.mouse.move(self.point(event.position(), event.modifiers()))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Ends the gesture."""
        self.mouse.release(self.point(event.position(), event.modifiers()), event.button())

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """On a sign of the ruler: asks for another. Elsewhere two quick presses are two presses."""
        sign = self.sign_at(event.position().x(), event.position().y())
        if sign is not None and event.button() == Qt.MouseButton.LeftButton:
            self.marks.edit(sign)
        else:
            self.mousePressEvent(event)

    def point(self, at: QPointF, mods: Qt.KeyboardModifier) -> Point:
        """A place of the viewport in pixels and in music, with the keys that are held."""
        g, keys = self.geometry_, Qt.KeyboardModifier
        shift, ctrl, alt = (bool(mods & key) for key in (keys.ShiftModifier, keys.ControlModifier, keys.AltModifier))
        return Point(at.x(), at.y(), g.tick(at.x()), g.pitch(at.y()), shift, ctrl, alt)

    def leaveEvent(self, event: QEvent) -> None:
        """The mouse is elsewhere: no ghost, no name."""
        self.transient.ghost = self.transient.under = None
        self.mouse.leave()
        self.hovered.emit("")
        self.viewport().update()

    # ---- keys and focus ----

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Keys are actions; what none of them takes is not for scrolling either. Shift, Ctrl and Alt change a press."""
        self._held(event, down=True)
        event.ignore()

    def keyReleaseEvent(self, event: QKeyEvent) -> None:
        """Shift, Ctrl and Alt let go change it back."""
        self._held(event, down=False)
        event.ignore()

    def _held(self, event: QKeyEvent, *, down: bool) -> None:
        if (mod := HELD.get(event.key())) is not None:
            self.mouse.modifiers(event.modifiers() | mod if down else event.modifiers() & ~mod)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """The keyboard's menu key opens the menu at the selection; the mouse has gestures for that."""
        if event.reason() == QContextMenuEvent.Reason.Keyboard:
            chosen = self.document.selection
            x, y, _, high = self.geometry_.rect(min(chosen)) if chosen else (self.geometry_.keys_width, 0, 0, 0)
            place = self.music().toRect()
            left = min(max(to_pixels(x), place.left()), place.right())
            top = min(max(int(y + high), place.top()), place.bottom())
            self.menu_requested.emit(self.viewport().mapToGlobal(QPoint(left, top)))

    def focusNextPrevChild(self, following: bool) -> bool:
        """Tab goes from note to note here; F6 leaves."""
        return False

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Shows that the keys go here now, if it was a key that brought them."""
        super().focusInEvent(event)
        reasons = Qt.FocusReason
        self.transient.framed = event.reason() in (reasons.TabFocusReason, reasons.BacktabFocusReason)
        self.viewport().update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """The keys go elsewhere."""
        super().focusOutEvent(event)
        self.transient.framed = False
        self.viewport().update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paints the dirty part."""
        compositor.paint_roll(self.viewport(), self, event)
