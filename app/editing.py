"""The editing verbs: what keys and menus do to the selection, each one undo step."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace

from PySide6.QtCore import QObject

from app import edits
from app.document import Document
from app.roll.view import RollView
from composer.score import Note

Change = Callable[[Iterable[Note]], tuple[Note, ...]]


class Editing(QObject):
    """Handlers of the edit actions. The clipboard is the app's own."""

    def __init__(self, document: Document, roll: RollView, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.document = document
        self.roll = roll
        self._clipboard: tuple[Note, ...] = ()

    # ---- selection ----

    def select_all(self) -> None:
        """Every note."""
        self.document.select(self.document.score.notes)

    def deselect(self) -> None:
        """No note."""
        self.document.select(())

    def next_note(self) -> None:
        """The note after the selection, the first one after the last."""
        self._step(1)

    def previous_note(self) -> None:
        """The note before the selection."""
        self._step(-1)

    def _step(self, way: int) -> None:
        notes = self.document.score.notes
        if not notes:
            return
        chosen = [i for i, n in enumerate(notes) if n in self.document.selection]
        at = (chosen[-1] if way > 0 else chosen[0]) + way if chosen else (0 if way > 0 else -1)
        note = notes[at % len(notes)]
        self.document.select({note})
        self.roll.show_note(note)
        self.roll.sound(note.pitch, note.velocity)

    # ---- clipboard ----

    def copy(self) -> None:
        """Keeps the selection for pasting."""
        if self.document.selection:
            self._clipboard = tuple(sorted(self.document.selection))

    def cut(self) -> None:
        """Keeps the selection for pasting and takes it out."""
        self.copy()
        self._remove(self.tr("Cut"))

    def paste(self) -> None:
        """Puts the kept notes at the playhead."""
        if self._clipboard:
            notes = edits.pasted(self._in_range(self._clipboard), self.roll.playhead)
            self.document.change(self.tr("Paste"), self.document.score.add(notes), notes)
            self.roll.show_note(notes[0])

    def _in_range(self, notes: tuple[Note, ...]) -> tuple[Note, ...]:
        tracks = len(self.document.score.tracks)  # a note copied in another piece may have been on a later track
        return tuple(n if n.track < tracks else replace(n, track=0) for n in notes)

    def duplicate(self) -> None:
        """The selection once more, right after itself, on the next grid line."""
        chosen = tuple(sorted(self.document.selection))
        if chosen:
            first, last = chosen[0].start, max(n.end for n in chosen)
            length = self.roll.grid().nearest(last) - self.roll.grid().nearest(first)
            notes = edits.shifted(chosen, max(length, edits.span(chosen), 1))
            self.document.change(self.tr("Duplicate"), self.document.score.add(notes), notes)
            self.roll.show_note(notes[0])

    def delete(self) -> None:
        """Takes the selection out."""
        self._remove(self.tr("Delete notes"))

    def _remove(self, text: str) -> None:
        if self.document.selection:
            self.document.change(text, self.document.score.remove(self.document.selection))

    # ---- changes ----

    def up(self) -> None:
        """A semitone higher."""
        self._transpose(1)

    def down(self) -> None:
        """A semitone lower."""
        self._transpose(-1)

    def octave_up(self) -> None:
        """An octave higher."""
        self._transpose(12)

    def octave_down(self) -> None:
        """An octave lower."""
        self._transpose(-12)

    def _transpose(self, semitones: int) -> None:
        self._change(self.tr("Transpose"), lambda notes: edits.transposed(notes, semitones))
        for note in sorted(self.document.selection)[:1]:
            self.roll.sound(note.pitch, note.velocity)

    def later(self) -> None:
        """One grid step later."""
        self._change(self.tr("Move notes"), lambda notes: edits.shifted(notes, self._nudge()))

    def earlier(self) -> None:
        """One grid step earlier."""
        self._change(self.tr("Move notes"), lambda notes: edits.shifted(notes, -self._nudge()))

    def longer(self) -> None:
        """One grid step longer."""
        self._change(self.tr("Resize notes"), lambda notes: edits.lengthened(notes, self._nudge(), self._nudge()))

    def shorter(self) -> None:
        """One grid step shorter."""
        self._change(self.tr("Resize notes"), lambda notes: edits.lengthened(notes, -self._nudge(), self._nudge()))

    def quantise(self) -> None:
        """Beginnings onto the grid."""
        self._change(self.tr("Quantise"), lambda notes: edits.quantised(notes, self.roll.grid().nearest))

    def mute(self) -> None:
        """Silent, or sounding again."""
        self._change(self.tr("Mute"), edits.muted)

    def _nudge(self) -> int:
        grid = self.roll.grid()
        return grid.ticks if grid.step is not None else max(self.document.score.ticks_per_beat // 32, 1)

    def _change(self, text: str, how: Change) -> None:
        chosen = tuple(sorted(self.document.selection))
        if chosen:
            changed = how(chosen)
            self.document.change(text, self.document.score.change(chosen, changed), changed)
