"""What all gestures of the mouse have in common: where the mouse is, and the way from press to release."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from app.roll.gestures.position_text import place_words
from composer.music.score import Note

if TYPE_CHECKING:
    from app.roll.roll_view import RollView

THRESHOLD = 3.0  # pixels before a press becomes a drag


@dataclass(frozen=True, slots=True)
class Point:
    """Where the mouse is, in pixels and in music, and which keys are held."""

    x: float
    y: float
    tick: int
    pitch: int
    shift: bool = False
    ctrl: bool = False
    alt: bool = False  # no snap


class Gesture:
    """From a press to its release. `cancel` leaves everything as it was."""

    scrolls = "both"  # which edges scroll while it drags: "both", "time" or ""

    def __init__(self, view: RollView, point: Point, note: Note | None = None) -> None:
        self.view = view
        self.first = point
        self.note = note
        self.dragged = False

    def start(self) -> None:
        """The press itself."""

    def move(self, point: Point) -> None:
        """The mouse went somewhere, or the paper under it did."""

    def end(self, point: Point) -> None:
        """The button was let go."""

    def words(self, point: Point) -> str:
        """Where the mouse is, for the status line."""
        return place_words(self.view, point)

    def cancel(self) -> None:
        """Forgets it."""
        self.view.put_down()

    def drags(self, point: Point) -> bool:
        """Whether the mouse has gone far enough to mean it."""
        far = max(abs(point.x - self.first.x), abs(point.y - self.first.y)) >= THRESHOLD
        self.dragged = self.dragged or far
        return self.dragged

    def snapped(self, tick: int, point: Point) -> int:
        """The nearest grid line, or the tick itself while Alt is held."""
        return max(tick, 0) if point.alt else self.view.grid().nearest(tick)


class Nothing(Gesture):
    """A press that does nothing here."""

    scrolls = ""
