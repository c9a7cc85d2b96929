"""What painters and gestures need of a roll, as protocols: neither knows the widget that keeps them."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from PySide6.QtCore import QPoint, QPointF, QRectF, Qt, SignalInstance
from PySide6.QtWidgets import QWidget

from app.document.document import Document
from app.look.theme import Theme
from app.roll.canvas.geometry import Geometry
from app.roll.canvas.note_index import NoteIndex
from app.roll.canvas.transient_state import TransientState
from composer.music.edits.tempo_meter_marks import Sign
from composer.music.grid import Grid
from composer.music.scale import Scale
from composer.music.score import Columns, Note

Span = tuple[int, int]  # first and last tick


@dataclass(frozen=True, slots=True)
class Point:
    """Where the mouse is, in pixels and in music, and which modifier keys are down."""

    x: float
    y: float
    tick: int
    pitch: int
    shift: bool = False
    ctrl: bool = False
    alt: bool = False  # no snap


class RollState(Protocol):
    """The state that a roll is painted from. Times in ticks."""

    document: Document
    geometry_: Geometry
    theme: Theme
    index: NoteIndex
    transient: TransientState
    scale: Scale | None
    empty_lines: tuple[str, ...]
    playhead: int
    join: int | None
    loop: Span | None
    chosen_context_span: Span | None

    @property
    def context_span(self) -> Span | None:
        """The span that the model sees."""

    def grid(self) -> Grid:
        """The snap grid at this zoom."""

    def seen_ticks(self) -> Span:
        """First and last tick in view."""

    def drag_columns(self) -> Columns | None:
        """The notes of a drag, where they would be put down."""


class RollSurface(RollState, Protocol):
    """The roll as gestures work it: hit tests, previews of a drag, and what a release sets."""

    tool: str
    last_length: int
    seek_requested: SignalInstance
    hovered: SignalInstance
    menu_requested: SignalInstance

    def viewport(self) -> QWidget:
        """The widget that is painted and has the cursor."""

    def point(self, at: QPointF, mods: Qt.KeyboardModifier) -> Point:
        """A place of the viewport in pixels and in music."""

    def note_at(self, x: float, y: float) -> Note | None:
        """The note under a pixel."""

    def sign_at(self, x: float, y: float) -> Sign | None:
        """The sign of the ruler under a pixel."""

    def zone_at(self, x: float, y: float) -> tuple[str, Note | None]:
        """What is under a pixel, and the note there, if any."""

    def pan_to(self, left: float, top: float) -> None:
        """Scrolls, in pixels."""

    def track(self) -> int:
        """The track that is drawn into."""

    def snap_pitch(self, pitch: int) -> int:
        """The pitch, snapped to the scale if that is asked for."""

    def pencil_note(self, point: Point) -> Note:
        """The note that the pencil draws at a point."""

    def set_pencil_from(self, note: Note) -> None:
        """Takes a note's length, velocity and track for the pencil."""

    def sound(self, pitch: int, velocity: int) -> None:
        """Sounds a key for a moment."""

    def light(self, pitches: Collection[int]) -> None:
        """Lights keys of the key column."""

    def show_drag(self, hidden: Sequence[Note], shown: Iterable[Note]) -> None:
        """Shows some notes in place of others; changes no document."""

    def show_drag_by(self, notes: tuple[Note, ...], ticks: int, semitones: int, *, hide: bool) -> None:
        """The same for very many notes, by how far they are moved."""

    def show_velocities(self, velocities: Mapping[int, int]) -> None:
        """The same for notes, by their indices, with other velocities."""

    def end_drag(self) -> None:
        """Shows the document as it is."""

    def show_band(self, rect: QRectF) -> None:
        """Shows the box of a selection."""

    def select_within(self, first: int, last: int, low: int, high: int, keep: frozenset[Note]) -> None:
        """Selects what sounds in a box of ticks and pitches, and what is kept."""

    def show_loop(self, loop: Span | None) -> None:
        """Shows a loop; `set_loop` sets it."""

    def set_loop(self, loop: Span | None) -> None:
        """Loops a span."""

    def show_context_span(self, span: Span | None) -> None:
        """Shows the span that the model sees; `set_context_span` sets it."""

    def set_context_span(self, span: Span | None) -> None:
        """Sets the span that the model sees."""

    def show_sign(self, sign: Sign | None, tick: int) -> None:
        """Shows a sign where it would be put down."""

    def ruler_menu(self, point: Point, at: QPoint) -> None:
        """Opens the ruler's menu."""
