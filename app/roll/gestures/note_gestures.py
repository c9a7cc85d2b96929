"""Gestures on notes: draw, move and copy, resize, erase, select by a box, ask for the menu."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import QCoreApplication, QPoint, QRectF

from app.roll.canvas.geometry import points_between
from app.roll.canvas.surface import Point
from app.roll.gestures.base import THRESHOLD, Gesture
from composer.music.edits import drag_edits
from composer.music.score import Note, in_order

translate = QCoreApplication.translate
PENCIL, SELECT, ERASE = "pencil", "select", "erase"
MANY = 500  # so many notes of a drag are shown as a shifted picture, not made anew with every move


class DrawNote(Gesture):
    """Pencil on empty ground: a note of the last length and velocity; a drag before release sets the length."""

    scrolls = "time"

    def start(self) -> None:
        self.drawn = self.view.pencil_note(self.first)
        self.view.sound(self.drawn.pitch, self.drawn.velocity)
        self.view.light({self.drawn.pitch})
        self.view.show_drag((), (self.drawn,))

    def move(self, point: Point) -> None:
        if not self.is_drag(point):
            return
        grid = self.view.grid()
        end = point.tick if point.alt else grid.after(point.tick)
        least = 1 if point.alt else grid.after(self.drawn.start) - self.drawn.start
        self.drawn = replace(self.drawn, duration=max(end - self.drawn.start, least))
        self.view.show_drag((), (self.drawn,))

    def end(self, point: Point) -> None:
        view = self.view
        view.end_drag()
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
        self.chosen = in_order(document.selection)
        pitches = {n.pitch for n in self.chosen}
        self.lowest, self.highest, self.pitch = min(pitches), max(pitches), self.note.pitch
        self.view.sound(self.note.pitch, self.note.velocity)
        self.view.light({self.pitch})

    def move(self, point: Point) -> None:
        if not self.is_drag(point):
            return
        self.free = point.alt
        self.ticks, self.semitones = self._way(point)
        hidden = () if self.copying else self.chosen
        if len(self.chosen) > MANY:
            self.view.show_drag_by(self.chosen, self.ticks, self.semitones, hide=not self.copying)
        else:
            self.view.show_drag(hidden, self._move_notes())
        self._sound()

    def _way(self, point: Point) -> tuple[int, int]:
        """Ticks and semitones from where the notes were; never off the paper."""
        assert self.note is not None
        ticks = point.tick - self.first.tick
        if not point.alt:
            ticks = self.snap(self.note.start + ticks, point) - self.note.start
            if abs(point.x - self.first.x) < THRESHOLD:
                ticks = 0  # straight up or down keeps a played note's own time
        pitch = min(max(self.note.pitch + point.pitch - self.first.pitch, 0), 127)
        if pitch != self.note.pitch and not point.alt:
            pitch = self.view.snap_pitch(pitch)
        step = max(-self.lowest, min(pitch - self.note.pitch, 127 - self.highest))
        return max(ticks, -self.chosen[0].start), step

    def _move_notes(self) -> tuple[Note, ...]:
        fitted = self.view.snap_pitch if self.semitones and not self.free else int
        return drag_edits.moved(self.chosen, self.ticks, lambda pitch: fitted(pitch + self.semitones))

    def _sound(self) -> None:
        assert self.note is not None
        pitch = self.note.pitch + self.semitones
        if pitch != self.pitch:
            self.pitch = pitch
            self.view.sound(pitch, self.note.velocity)
            self.view.light({pitch})

    def end(self, point: Point) -> None:
        view, document = self.view, self.view.document
        view.end_drag()
        if not self.dragged:
            self._click()
            return
        placed = self._move_notes()
        if self.copying:
            document.change(translate("Gestures", "Copy notes"), document.score.add(placed), placed)
        else:
            document.change(translate("Gestures", "Move notes"), document.score.change(self.chosen, placed), placed)

    def _click(self) -> None:
        assert self.note is not None
        if self.adding and self.note in self.was:
            self.view.document.select(self.was - {self.note})
        elif not self.adding:
            self.view.document.select({self.note})
        self.view.set_pencil_from(self.note)

    def cancel(self) -> None:
        super().cancel()
        self.view.document.select(self.was)


class ResizeNotes(Gesture):
    """A press on a note's edge: the note, or every selected one, longer or shorter by the same."""

    edge = "right"
    scrolls = "time"

    def start(self) -> None:
        document = self.view.document
        assert self.note is not None
        self.was = document.selection
        if self.note not in document.selection:
            document.select({self.note})
        self.chosen = in_order(document.selection)
        self.shown = self.chosen

    def move(self, point: Point) -> None:
        if not self.is_drag(point):
            return
        assert self.note is not None
        at = self.note.end if self.edge == "right" else self.note.start
        ticks = self.snap(at + point.tick - self.first.tick, point) - at
        shortest = 1 if point.alt else self.view.grid().ticks
        change = drag_edits.lengthened if self.edge == "right" else drag_edits.begun
        self.shown = change(self.chosen, ticks, shortest)
        self.view.show_drag(self.chosen, self.shown)

    def end(self, point: Point) -> None:
        view, document = self.view, self.view.document
        view.end_drag()
        if self.dragged:
            assert self.note is not None
            view.last_length = self.shown[self.chosen.index(self.note)].duration
            score = document.score.change(self.chosen, self.shown)
            document.change(translate("Gestures", "Resize notes"), score, self.shown)

    def cancel(self) -> None:
        super().cancel()
        self.view.document.select(self.was)


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
        for x, y in points_between(self.at, (point.x, point.y)):
            self._touch(x, y)
        self.at = (point.x, point.y)

    def _touch(self, x: float, y: float) -> None:
        note = self.view.note_at(x, y)
        if note is not None and note not in self.gone:
            self.gone[note] = None
            self.view.show_drag(tuple(self.gone), ())

    def end(self, point: Point) -> None:
        document = self.view.document
        self.view.end_drag()
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
        if not self.is_drag(point):
            return
        g = self.view.geometry_
        x, y = g.x(self.anchor[0]), self.anchor[1] - g.top
        box = QRectF(min(x, point.x), min(y, point.y), abs(point.x - x), abs(point.y - y))
        self.view.show_band(box)
        low, high = g.pitch(box.bottom()), g.pitch(box.top())
        self.view.select_within(g.tick(box.left()), g.tick(box.right()) + 1, low, high, self.keep)

    def end(self, point: Point) -> None:
        self.view.end_drag()
        if not self.dragged:
            self.view.document.select(self.keep)

    def cancel(self) -> None:
        super().cancel()
        self.view.document.select(self.was)


class Menu(Gesture):
    """The select tool's right press: a menu for what is under it."""

    scrolls = ""

    def start(self) -> None:
        if self.note is not None and self.note not in self.view.document.selection:
            self.view.document.select({self.note})

    def end(self, point: Point) -> None:
        self.view.menu_requested.emit(self.view.viewport().mapToGlobal(QPoint(int(point.x), int(point.y))))
