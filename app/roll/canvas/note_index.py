"""Spatial index of notes: culling and hit tests over the arrays of a score's notes. No Qt."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from composer.music.score import Note, Notes

Indices = NDArray[np.int64]
Mask = NDArray[np.bool_]


class NoteIndex:
    """Finds notes by time and pitch. Indices refer to `notes`.

    `layer` leaves only one track's notes within reach; the notes of `hidden` tracks are not there at all.
    """

    def __init__(self, notes: Sequence[Note] = (), layer: int | None = None, hidden: Collection[int] = ()) -> None:
        self.notes = notes if isinstance(notes, Notes) else Notes(notes)
        self.columns = self.notes.columns
        self.layer = layer
        self._hidden = frozenset(hidden)
        self._there = ~np.isin(self.columns.tracks, list(hidden)) if hidden else None
        self._longest = int((self.columns.ends - self.columns.starts).max()) if self.notes else 0
        self._objects: NDArray[Any] | None = None
        self._chosen: tuple[frozenset[Note], Mask] = (frozenset(), np.zeros(len(self.notes), np.bool_))

    def is_of(self, notes: Sequence[Note], layer: int | None, hidden: Collection[int]) -> bool:
        """Whether a new index would be the same: of the same notes, layer and hidden tracks."""
        return self.notes is notes and self.layer == layer and self._hidden == frozenset(hidden)

    def find(self, first: int, last: int, low: int = 0, high: int = 127) -> Indices:
        """Indices of the notes that sound in [first, last) on the pitches low..high, in time order."""
        c = self.columns
        begin = int(np.searchsorted(c.starts, first - self._longest, side="left"))
        stop = int(np.searchsorted(c.starts, last, side="left"))
        pitches = c.pitches[begin:stop]
        near = c.ends[begin:stop] > first
        near &= (pitches >= low) & (pitches <= high)
        if self._there is not None:
            near &= self._there[begin:stop]
        return np.flatnonzero(near) + begin

    def find_in_layer(self, first: int, last: int, low: int = 0, high: int = 127) -> Indices:
        """The same, of the active layer only."""
        return self._in_layer(self.find(first, last, low, high))

    def find_onsets(self, first: int, last: int) -> Indices:
        """Indices of the layer's notes that begin in [first, last)."""
        begin, stop = np.searchsorted(self.columns.starts, (first, last), side="left").tolist()
        found = np.arange(begin, stop)
        return self._in_layer(found if self._there is None else found[self._there[begin:stop]])

    def _in_layer(self, found: Indices) -> Indices:
        return found if self.layer is None else found[self.columns.tracks[found] == self.layer]

    def take(self, indices: Indices) -> list[Note]:
        """The notes of some indices."""
        if len(indices) < 2000:
            return [self.notes[i] for i in indices.tolist()]
        if self._objects is None:
            self._objects = np.fromiter(self.notes, object, len(self.notes))
        found: list[Note] = self._objects[indices].tolist()
        return found

    def notes_within(self, first: int, last: int, low: int = 0, high: int = 127) -> list[Note]:
        """The layer's notes that sound in [first, last) on the pitches low..high."""
        return self.take(self.find_in_layer(first, last, low, high))

    def at(self, tick: int, pitch: int, slack: int = 0) -> Note | None:
        """The note under a point, the latest to begin of several; very short notes are `slack` ticks wide."""
        c = self.columns
        for i in reversed(self.find_in_layer(tick - slack, tick + 1, pitch, pitch).tolist()):
            if c.ends[i] > tick or c.starts[i] + slack > tick:
                return self.notes[i]
        return None

    # ---- which of them are chosen ----

    def indices_of(self, notes: Collection[Note]) -> Indices:
        """Indices of some of the notes."""
        return np.array(self.notes.positions(notes), np.int64)

    def mask(self, chosen: frozenset[Note]) -> Mask:
        """Which notes are in a set of them, an array of shape (notes,); remembered until another set is asked for."""
        if self._chosen[0] is not chosen:
            self._chosen = (chosen, self._mask(chosen))
        return self._chosen[1]

    def cache_mask(self, chosen: frozenset[Note], indices: Indices) -> None:
        """Spares `mask` its work where the indices of a set are known."""
        mask = np.zeros(len(self.notes), np.bool_)
        mask[indices] = True
        self._chosen = (chosen, mask)

    def _mask(self, chosen: frozenset[Note]) -> Mask:
        count = len(self.notes)
        if len(chosen) == count:  # a selection is always part of the score
            return np.ones(count, np.bool_)
        if len(chosen) > count // 4:
            return np.fromiter(map(chosen.__contains__, self.notes), np.bool_, count)
        mask = np.zeros(count, np.bool_)
        mask[self.notes.positions(chosen)] = True
        return mask

    def pitch_range(self) -> tuple[int, int]:
        """Lowest and highest pitch; around middle C without notes."""
        pitches = self.columns.pitches
        return (int(pitches.min()), int(pitches.max())) if len(self.notes) else (52, 76)
