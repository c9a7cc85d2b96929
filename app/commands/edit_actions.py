"""Edit commands: what keys and menus do to the selection, each one undo step."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Sequence
from dataclasses import replace

from PySide6.QtCore import QObject, Signal

from app.document import layer_state
from app.document.document import Document
from app.roll.roll_view import RollView
from composer.music.edits import note_matching, pitch_edits, timing_edits
from composer.music.grid import Grid
from composer.music.notes import KEY
from composer.music.score import Note, in_order

Change = Callable[[tuple[Note, ...]], tuple[Note, ...]]


class EditActions(QObject):
    """Handlers of the edit actions. The clipboard is the app's own."""

    notice = Signal(str)  # why an edit did nothing
    copied = Signal()  # there is something to paste

    def __init__(self, document: Document, roll: RollView, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.document = document
        self.roll = roll
        self._clipboard: tuple[Note, ...] = ()
        self._resolution = 1  # ticks a quarter note of the piece that it comes from

    # ---- selection ----

    def select_all(self) -> None:
        """Every note of the active layer."""
        self.document.select(self._within_reach())

    def select_inverse(self) -> None:
        """What is not selected, and nothing else."""
        self.document.select(note_matching.inverse(self._within_reach(), self.document.selection))

    def select_pitch(self) -> None:
        """All notes on the selected keys."""
        self._select_alike(note_matching.same_pitch)

    def select_class(self) -> None:
        """All notes on the selected keys in every octave."""
        self._select_alike(note_matching.same_class)

    def select_length(self) -> None:
        """All notes as long as the selected ones."""
        self._select_alike(note_matching.same_length)

    def select_beat(self) -> None:
        """All notes at the same place of their bar."""
        score = self.document.score
        slack = score.ticks_per_beat // 16
        self._select_alike(lambda notes, these: note_matching.same_beat(notes, these, score.bar_map, slack))

    def _select_alike(self, which: Callable[[Sequence[Note], frozenset[Note]], Sequence[Note]]) -> None:
        if self.document.selection:
            self.document.select(which(self._within_reach(), self.document.selection))

    def _within_reach(self) -> Sequence[Note]:
        return layer_state.editable_notes(self.document)

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
        notes = self._within_reach()
        if not notes:
            return
        chosen = in_order(self.document.selection)
        if not chosen:
            at = 0 if way > 0 else -1
        elif way > 0:
            at = bisect_right(notes, KEY(chosen[-1]), key=KEY)
        else:
            at = bisect_left(notes, KEY(chosen[0]), key=KEY) - 1
        note = notes[at % len(notes)]
        self.document.select({note})
        self.roll.show_note(note)
        self.roll.sound(note.pitch, note.velocity)

    # ---- clipboard ----

    def copy(self) -> None:
        """Keeps the selection for pasting."""
        if self.document.selection:
            self._clipboard = in_order(self.document.selection)
            self._resolution = self.document.score.ticks_per_beat
            self.copied.emit()

    @property
    def can_paste(self) -> bool:
        """Whether anything was copied."""
        return bool(self._clipboard)

    def cut(self) -> None:
        """Keeps the selection for pasting and takes it out."""
        self.copy()
        self._remove(self.tr("Cut"))

    def paste(self) -> None:
        """Puts the kept notes at the playhead."""
        if self._clipboard:
            kept = timing_edits.stretched(self._clipboard, self.document.score.ticks_per_beat / self._resolution)
            notes = pitch_edits.pasted(self._at_home(kept), self.roll.playhead)
            self.document.change(self.tr("Paste"), self.document.score.add(notes), notes)
            self.roll.show_note(notes[0])

    def _at_home(self, notes: tuple[Note, ...]) -> tuple[Note, ...]:
        active, tracks = layer_state.active_track(self.document), len(self.document.score.tracks)
        if active is not None:  # what is pasted goes into the active layer
            return tuple(replace(n, track=active) for n in notes)
        return tuple(n if n.track < tracks else replace(n, track=0) for n in notes)  # may come from another piece

    def duplicate(self) -> None:
        """The selection once more, right after itself, on the next grid line."""
        chosen = in_order(self.document.selection)
        if chosen:
            first, last = chosen[0].start, max(n.end for n in chosen)
            length = self.roll.grid().nearest(last) - self.roll.grid().nearest(first)
            notes = pitch_edits.shifted(chosen, max(length, pitch_edits.span(chosen), 1))
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
        self.change_and_sound(self.tr("Transpose"), lambda notes: pitch_edits.transposed(notes, semitones))

    def later(self) -> None:
        """One grid step later."""
        self.change(self.tr("Move notes"), lambda notes: pitch_edits.shifted(notes, self._nudge()))

    def earlier(self) -> None:
        """One grid step earlier."""
        self.change(self.tr("Move notes"), lambda notes: pitch_edits.shifted(notes, -self._nudge()))

    def longer(self) -> None:
        """One grid step longer."""
        self.change(self.tr("Resize notes"), lambda notes: pitch_edits.lengthened(notes, self._nudge(), self._nudge()))

    def shorter(self) -> None:
        """One grid step shorter."""
        self.change(self.tr("Resize notes"), lambda notes: pitch_edits.lengthened(notes, -self._nudge(), self._nudge()))

    def quantise(self) -> None:
        """Beginnings onto the grid."""
        if self.roll.grid().step is None:
            self.notice.emit(self.tr("There is no snap grid to quantise to; choose one, or quantise with Shift+Q."))
        self.change(self.tr("Quantise"), lambda notes: timing_edits.quantised(notes, self.roll.grid()))

    def reverse(self) -> None:
        """Last note first."""
        self.change(self.tr("Reverse"), timing_edits.reversed_)

    def legato(self) -> None:
        """Each note up to the next."""
        self.change(self.tr("Legato"), timing_edits.legato)

    def split(self) -> None:
        """In two where the playhead stands."""
        tick = self.roll.playhead
        if not any(n.start < tick < n.end for n in self.document.selection):
            self.notice.emit(self.tr("No selected note sounds at the playhead."))
        self.change(self.tr("Split notes"), lambda notes: timing_edits.split_at(notes, tick))

    def join(self) -> None:
        """Neighbours on one pitch become one note."""
        before = len(self.document.selection)
        self.change(self.tr("Join notes"), lambda notes: timing_edits.joined(notes, self._nudge()))
        if len(self.document.selection) == before:
            self.notice.emit(self.tr("Only neighbours on one pitch are joined, not more than a grid step apart."))

    def mute(self) -> None:
        """Silent, or sounding again."""
        self.change(self.tr("Mute"), pitch_edits.muted)

    def _nudge(self) -> int:
        grid: Grid = self.roll.grid()
        return grid.ticks if grid.step is not None else max(self.document.score.ticks_per_beat // 32, 1)

    def change(self, text: str, how: Change) -> None:
        """One undo step: what `how` makes of the selection takes its place and is selected."""
        chosen = in_order(self.document.selection)
        if chosen:
            try:
                changed = how(chosen)
            except ValueError:  # no note lasts for ever
                self.notice.emit(self.tr("Nothing was changed: the notes would end beyond all time."))
                return
            self.document.change(text, self.document.score.change(chosen, changed), changed)

    def change_and_sound(self, text: str, how: Change) -> None:
        """The same; the first of the changed notes is heard."""
        first: list[Note] = []

        def remember_first(notes: tuple[Note, ...]) -> tuple[Note, ...]:
            changed = how(notes)
            first.extend(changed[:1])
            return changed

        self.change(text, remember_first)
        for note in first:
            self.roll.sound(note.pitch, note.velocity)
