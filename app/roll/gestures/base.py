"""The base class of all gestures: the way from press to release."""

from __future__ import annotations

from app.roll.canvas.surface import Point, RollSurface
from app.roll.gestures.position_text import place_words
from composer.music.score import Note

THRESHOLD = 3.0  # pixels before a press becomes a drag


class Gesture:
    """From a press to its release. `cancel` leaves everything as it was."""

    scrolls = "both"  # which edges scroll while it drags: "both", "time" or ""

    def __init__(self, view: RollSurface, point: Point, note: Note | None = None) -> None:
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
        self.view.end_drag()

    def is_drag(self, point: Point) -> bool:
        """Whether the mouse has gone far enough to mean it."""
        far = max(abs(point.x - self.first.x), abs(point.y - self.first.y)) >= THRESHOLD
        self.dragged = self.dragged or far
        return self.dragged

    def snap(self, tick: int, point: Point) -> int:
        """The nearest grid line, or the tick itself while Alt is held."""
        return max(tick, 0) if point.alt else self.view.grid().nearest(tick)


class Nothing(Gesture):
    """A press that does nothing here."""

    scrolls = ""
