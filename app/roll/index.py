"""Which notes are where: arrays over a score's notes for quick culling and hit tests. No Qt."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from composer.score import Note


class NoteIndex:
    """Finds notes by time and pitch in a tuple of notes. Indices refer to that tuple."""

    def __init__(self, notes: Sequence[Note] = ()) -> None:
        self.notes = notes
        count = len(notes)
        self.starts = np.fromiter((n.start for n in notes), np.int64, count)
        self.ends = self.starts + np.fromiter((n.duration for n in notes), np.int64, count)
        self.pitches = np.fromiter((n.pitch for n in notes), np.int16, count)

    def within(self, first: int, last: int, low: int = 0, high: int = 127) -> list[int]:
        """Indices of the notes that sound in [first, last) on the pitches low..high, in time order."""
        stop = int(np.searchsorted(self.starts, last, side="left"))
        near = self.ends[:stop] > first
        near &= (self.pitches[:stop] >= low) & (self.pitches[:stop] <= high)
        found: list[int] = np.flatnonzero(near).tolist()
        return found

    def notes_within(self, first: int, last: int, low: int = 0, high: int = 127) -> list[Note]:
        """The notes themselves."""
        return [self.notes[i] for i in self.within(first, last, low, high)]

    def at(self, tick: int, pitch: int, slack: int = 0) -> Note | None:
        """The note under a point, the latest to begin of several; very short notes are `slack` ticks wide."""
        found = self.within(tick - slack, tick + 1, pitch, pitch)
        for i in reversed(found):
            if self.ends[i] > tick or self.starts[i] + slack > tick:
                return self.notes[i]
        return None

    def pitch_range(self) -> tuple[int, int]:
        """Lowest and highest pitch; around middle C without notes."""
        return (int(self.pitches.min()), int(self.pitches.max())) if len(self.notes) else (52, 76)
