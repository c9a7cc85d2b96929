"""How much of a piece is copied note by note from other music, in whatever key and at about the same pace.

A copied run is a stretch of consecutive notes (in the order of onset, then pitch descending) of which a stretch of the
other music has the same pitch intervals from note to note, and the same times between onsets up to a tolerance: two
steps of 16 ms, or a quarter of the other music's own time where that is more. Durations, velocities and pedal are free.
Its length is its number of notes; runs of fewer than `SHORTEST` are not looked for and count as 0.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from composer.model.tokenizer import DT, DT_STEPS, PITCH, Ids

SHORTEST = 8  # notes of a run that counts; scales and trills share shorter ones with any music
STEPS_OFF, SHARE_OFF = 2, 0.25  # tolerance of an onset interval
_BREAK = np.int16(1000)  # an interval that no music has: between two pieces
_ODD = np.uint64(0x9E3779B97F4A7C15)  # multiplies a hash; odd, so that nothing is lost
_CHUNK = 1 << 19  # pairs of places that are compared at once

Places = NDArray[np.int64]


def _moves(ids: Ids) -> tuple[NDArray[np.int16], NDArray[np.int16]]:
    """Semitones and steps from each note to the next, both (notes - 1,)."""
    pitch = ids[:, PITCH].astype(np.int16)
    return pitch[1:] - pitch[:-1], DT_STEPS[ids[1:, DT]].astype(np.int16)


def _hashes(semitones: NDArray[np.int16]) -> NDArray[np.uint64]:
    """A hash of the `SHORTEST` - 1 intervals from each place on; (moves - SHORTEST + 2,)."""
    count = max(len(semitones) - SHORTEST + 2, 0)
    found = np.zeros(count, dtype=np.uint64)
    for ahead in range(SHORTEST - 1):
        found = found * _ODD + (semitones[ahead : ahead + count].astype(np.int64) + 4096).astype(np.uint64)
        found ^= found >> np.uint64(29)
    return found


class Index:
    """All the music that could be copied from: about 24 bytes a note."""

    def __init__(self, pieces: Sequence[Ids]) -> None:
        moves = [_moves(ids) for ids in pieces if len(ids) > 1]
        gap = np.array([_BREAK])
        self.semitones = np.concatenate([part for semitones, _ in moves for part in (semitones, gap)] or [gap])
        self.steps = np.concatenate([part for _, steps in moves for part in (steps, gap)] or [gap])
        hashes = _hashes(self.semitones)
        self.places = np.argsort(hashes, kind="stable").astype(np.int32)
        self.hashes = hashes[self.places]

    def longest(self, ids: Ids) -> int:
        """Notes in the longest run of a piece that is copied from this music; 0 where none has `SHORTEST` notes."""
        if len(ids) < SHORTEST:
            return 0
        own = _Piece(*_moves(ids))
        wanted = _hashes(own.semitones)
        first = np.searchsorted(self.hashes, wanted)
        counts = np.searchsorted(self.hashes, wanted, side="right") - first
        longest, batch, pairs = 0, [], 0
        for place in np.flatnonzero(counts):
            batch.append((place, first[place], counts[place]))
            pairs += int(counts[place])
            if pairs >= _CHUNK:
                longest, batch, pairs = self._extend(own, batch, longest), [], 0
        return self._extend(own, batch, longest)

    def _extend(self, own: _Piece, batch: Sequence[tuple[np.intp, np.intp, np.intp]], longest: int) -> int:
        """The longest run that begins at one of these pairs of places, or `longest` if that is longer."""
        if not batch:
            return longest
        here = np.concatenate([np.full(count, place, dtype=np.int64) for place, _, count in batch])
        there = np.concatenate([self.places[at : at + count] for _, at, count in batch]).astype(np.int64)
        moves = 0
        while len(here):
            inside = (here + moves < len(own.semitones)) & (there + moves < len(self.semitones))
            here, there = here[inside], there[inside]
            same = self._same(own, here + moves, there + moves)
            here, there = here[same], there[same]
            moves += bool(len(here))
        notes = moves + 1
        return max(longest, notes) if notes >= SHORTEST else longest

    def _same(self, own: _Piece, here: Places, there: Places) -> NDArray[np.bool_]:
        steps = self.steps[there]
        near = np.abs(own.steps[here] - steps) <= np.maximum(STEPS_OFF, SHARE_OFF * steps)
        return np.asarray((own.semitones[here] == self.semitones[there]) & near)


class _Piece:
    """The moves of the piece that is searched."""

    def __init__(self, semitones: NDArray[np.int16], steps: NDArray[np.int16]) -> None:
        self.semitones, self.steps = semitones, steps
