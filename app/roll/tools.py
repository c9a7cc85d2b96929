"""One class per gesture of the mouse: it shows what would be, and commits one undo step at its end."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, QPoint, QRectF, Qt

from app import edits
from app.roll.geometry import crossed
from composer.score import Note

if TYPE_CHECKING:
    from app.roll.view import RollView

translate = QCoreApplication.translate
PENCIL, SELECT, ERASE = "pencil", "select", "erase"
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

    def __init__(self, view: RollView, point: Point, note: Note | None) -> None:
        self.view = view
        self.first = point
        self.note = note
        self.dragged = False

    def start(self) -> None:
        """The press itself."""

    def move(self, point: Point) -> None:
        """The mouse went somewhere."""

    def end(self, point: Point) -> None:
        """The button was let go."""

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


class DrawNote(Gesture):
    """Pencil on empty ground: a note of the last length and velocity; a drag before release sets the length."""

    def start(self) -> None:
        view, point = self.view, self.first
        begin = point.tick if point.alt else view.grid().floor(point.tick)
        self.drawn = Note(begin, point.pitch, view.last_length, view.last_velocity)
        view.sound(self.drawn.pitch, self.drawn.velocity)
        view.pick_up((), (self.drawn,))

    def move(self, point: Point) -> None:
        if not self.drags(point):
            return
        grid = self.view.grid()
        end = point.tick if point.alt else grid.floor(point.tick) + grid.ticks
        length = max(end - self.drawn.start, 1 if point.alt else grid.ticks)
        self.drawn = Note(self.drawn.start, self.drawn.pitch, length, self.drawn.velocity)
        self.view.pick_up((), (self.drawn,))

    def end(self, point: Point) -> None:
        view = self.view
        view.put_down()
        view.last_length = self.drawn.duration
        view.document.change(translate("Gestures", "Draw note"), view.document.score.add([self.drawn]), [self.drawn])


class MoveNotes(Gesture):
    """A press on a note: drags it, or the whole selection if it is part of it; Shift with the select tool copies."""

    def start(self) -> None:
        document = self.view.document
        assert self.note is not None
        self.adding = self.view.tool == SELECT and (self.first.shift or self.first.ctrl)
        self.copying = self.view.tool == SELECT and self.first.shift
        self.was = document.selection
        if self.note not in self.was:
            document.select(self.was | {self.note} if self.adding else {self.note})
        self.chosen = tuple(sorted(document.selection))
        self.pitch = self.note.pitch
        self.view.sound(self.note.pitch, self.note.velocity)

    def move(self, point: Point) -> None:
        if self.drags(point):
            self.shown = self._placed(point)
            self.view.pick_up(() if self.copying else self.chosen, self.shown)
            self._sound(point)

    def _placed(self, point: Point) -> tuple[Note, ...]:
        assert self.note is not None
        ticks = point.tick - self.first.tick
        if not point.alt:
            ticks = self.snapped(self.note.start + ticks, point) - self.note.start
            if abs(point.x - self.first.x) < THRESHOLD:
                ticks = 0  # straight up or down keeps a played note's own time
        return edits.moved(self.chosen, ticks, point.pitch - self.first.pitch)

    def _sound(self, point: Point) -> None:
        assert self.note is not None
        pitch = min(max(self.note.pitch + point.pitch - self.first.pitch, 0), 127)
        if pitch != self.pitch:
            self.pitch = pitch
            self.view.sound(pitch, self.note.velocity)

    def end(self, point: Point) -> None:
        view, document = self.view, self.view.document
        view.put_down()
        if not self.dragged:
            self._click()
        elif self.copying:
            document.change(translate("Gestures", "Copy notes"), document.score.add(self.shown), self.shown)
        else:
            document.change(
                translate("Gestures", "Move notes"),
                document.score.change(self.chosen, self.shown),
                self.shown,
            )

    def _click(self) -> None:
        assert self.note is not None
        if self.adding and self.note in self.was:
            self.view.document.select(self.was - {self.note})
        elif not self.adding:
            self.view.document.select({self.note})
        self.view.last_length, self.view.last_velocity = self.note.duration, self.note.velocity

    def cancel(self) -> None:
        super().cancel()
        self.view.document.select(self.was)


class ResizeNotes(Gesture):
    """A press on a note's edge: the note, or every selected one, longer or shorter by the same."""

    edge = "right"

    def start(self) -> None:
        document = self.view.document
        assert self.note is not None
        if self.note not in document.selection:
            document.select({self.note})
        self.chosen = tuple(sorted(document.selection))
        self.shown = self.chosen

    def move(self, point: Point) -> None:
        if not self.drags(point):
            return
        assert self.note is not None
        at = self.note.end if self.edge == "right" else self.note.start
        ticks = self.snapped(at + point.tick - self.first.tick, point) - at
        shortest = 1 if point.alt else self.view.grid().ticks
        change = edits.lengthened if self.edge == "right" else edits.begun
        self.shown = change(self.chosen, ticks, shortest)
        self.view.pick_up(self.chosen, self.shown)

    def end(self, point: Point) -> None:
        view, document = self.view, self.view.document
        view.put_down()
        if self.dragged:
            assert self.note is not None
            view.last_length = self.shown[self.chosen.index(self.note)].duration
            document.change(
                translate("Gestures", "Resize notes"),
                document.score.change(self.chosen, self.shown),
                self.shown,
            )


class ResizeStart(ResizeNotes):
    """The same at the left edge: the beginning moves, the end stays."""

    edge = "left"


class EraseNotes(Gesture):
    """Every note that is touched goes, in one step."""

    def start(self) -> None:
        self.gone: dict[Note, None] = {}
        self.at = (self.first.x, self.first.y)
        self._touch(self.first.x, self.first.y)

    def move(self, point: Point) -> None:
        for x, y in crossed(self.at, (point.x, point.y)):
            self._touch(x, y)
        self.at = (point.x, point.y)

    def _touch(self, x: float, y: float) -> None:
        note = self.view.note_at(x, y)
        if note is not None and note not in self.gone:
            self.gone[note] = None
            self.view.pick_up(self.gone, ())

    def end(self, point: Point) -> None:
        document = self.view.document
        self.view.put_down()
        if self.gone:
            rest = document.score.remove(tuple(self.gone))
            document.change(translate("Gestures", "Erase notes"), rest, document.selection - set(self.gone))


class RubberBand(Gesture):
    """A box that selects what it touches; Shift or Ctrl adds to what was selected; a mere click deselects."""

    def start(self) -> None:
        self.was = self.view.document.selection
        self.keep = self.was if self.first.shift or self.first.ctrl else frozenset()
        # the corner stays on the music while the view scrolls
        self.anchor = (self.first.tick, self.first.y + self.view.geometry_.top)

    def move(self, point: Point) -> None:
        if not self.drags(point):
            return
        g = self.view.geometry_
        x, y = g.x(self.anchor[0]), self.anchor[1] - g.top
        box = QRectF(min(x, point.x), min(y, point.y), abs(point.x - x), abs(point.y - y))
        self.view.show_band(box)
        low, high = g.pitch(box.bottom()), g.pitch(box.top())
        found = self.view.index.notes_within(g.tick(box.left()), g.tick(box.right()) + 1, low, high)
        self.view.document.select(self.keep | frozenset(found))

    def end(self, point: Point) -> None:
        self.view.put_down()
        if not self.dragged:
            self.view.document.select(self.keep)

    def cancel(self) -> None:
        super().cancel()
        self.view.document.select(self.was)


class Pan(Gesture):
    """The middle button takes the paper along."""

    def start(self) -> None:
        self.from_ = (self.view.geometry_.left, self.view.geometry_.top)

    def move(self, point: Point) -> None:
        self.view.scroll_to(self.from_[0] - (point.x - self.first.x), self.from_[1] - (point.y - self.first.y))


class Seek(Gesture):
    """The ruler's upper strip: a click moves the playhead, a drag makes a loop."""

    def move(self, point: Point) -> None:
        if self.drags(point):
            first, last = sorted((self.snapped(self.first.tick, self.first), self.snapped(point.tick, point)))
            self.view.show_loop((first, last) if last > first else None)

    def end(self, point: Point) -> None:
        if self.dragged:
            self.view.looped.emit(self.view.loop)
        else:
            self.view.sought.emit(self.snapped(self.first.tick, self.first))

    def cancel(self) -> None:
        self.view.show_loop(None)


class PressKeys(Gesture):
    """The key column: a click sounds the key, a drag plays along it."""

    def start(self) -> None:
        self.pitch = -1
        self.move(self.first)

    def move(self, point: Point) -> None:
        if point.pitch != self.pitch:
            self.pitch = point.pitch
            self.view.sound(self.pitch, 90)
            self.view.light({self.pitch})

    def end(self, point: Point) -> None:
        self.view.light(set())

    def cancel(self) -> None:
        self.view.light(set())


class Nothing(Gesture):
    """A press that does nothing here."""


class Menu(Gesture):
    """The select tool's right press: a menu for what is under it."""

    def start(self) -> None:
        if self.note is not None and self.note not in self.view.document.selection:
            self.view.document.select({self.note})

    def end(self, point: Point) -> None:
        self.view.menu_wanted.emit(self.view.viewport().mapToGlobal(QPoint(int(point.x), int(point.y))))


LEFT, RIGHT, MIDDLE = Qt.MouseButton.LeftButton, Qt.MouseButton.RightButton, Qt.MouseButton.MiddleButton

# (tool, button, what is under it) -> gesture. What is under it: empty, body, left, right.
GESTURES: dict[tuple[str, Qt.MouseButton, str], type[Gesture]] = {
    (PENCIL, LEFT, "empty"): DrawNote,
    (PENCIL, LEFT, "body"): MoveNotes,
    (PENCIL, LEFT, "left"): ResizeStart,
    (PENCIL, LEFT, "right"): ResizeNotes,
    (SELECT, LEFT, "empty"): RubberBand,
    (SELECT, LEFT, "body"): MoveNotes,
    (SELECT, LEFT, "left"): ResizeStart,
    (SELECT, LEFT, "right"): ResizeNotes,
    **{(SELECT, RIGHT, zone): Menu for zone in ("empty", "body", "left", "right")},
    **{(ERASE, LEFT, zone): EraseNotes for zone in ("empty", "body", "left", "right")},
    **{(tool, RIGHT, zone): EraseNotes for tool in (PENCIL, ERASE) for zone in ("empty", "body", "left", "right")},
}


def gesture_for(tool: str, button: Qt.MouseButton, zone: str) -> type[Gesture]:
    """The gesture that a press begins; `zone` may also be ruler, span or keys."""
    if button == MIDDLE:
        return Pan
    if zone == "keys":
        return PressKeys
    if zone == "ruler":
        return Seek
    return GESTURES.get((tool, button, zone), Nothing)
