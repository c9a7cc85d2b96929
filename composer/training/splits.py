"""Which pieces share music: those near a held-out piece, directly and never by way of a third; recordings held twice.

Where three pieces stand in one recital file, a rule that goes on from piece to piece joins their compositions; so
what is near a held-out piece is found piece by piece, by n-grams of intervals, whatever the key and the speed.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

from composer.model.tokenizer import DT, DT_STEPS, PITCH, VELOCITY, Ids

CHORD_STEPS = 2  # onsets within 32 ms count as one
GRAM = 7  # intervals in a fingerprint's n-gram
FEWEST, SHARE = 8, 0.025  # n-grams in common with a held-out piece, and their share of all of its, that are too many
COMMON = 6  # an n-gram in more compositions than this (scales, trills, repeated notes) tells nothing
RUN = 4  # notes of a run by which a recording is known again
RECORDING = 0.5  # share of a recording's runs that another one has, from which it is the same
_SAMPLED = 4  # of so many runs one is looked at, chosen by its hash

Hashes = NDArray[np.int64]  # sorted, each once


def fingerprint(ids: Ids) -> Hashes:
    """Hashes of the n-grams of intervals in the upper voice; the same in every key and tempo."""
    onset = np.cumsum(DT_STEPS[ids[:, DT]])
    top: list[int] = []
    start = -CHORD_STEPS - 1
    for step, pitch in zip(onset.tolist(), ids[:, PITCH].tolist(), strict=True):
        if step - start > CHORD_STEPS:
            top.append(pitch)
            start = step
        else:
            top[-1] = max(top[-1], pitch)
    intervals = np.diff(np.array(top, dtype=np.int64)) + 128
    if len(intervals) < GRAM:
        return np.zeros(0, dtype=np.int64)
    windows = np.lib.stride_tricks.sliding_window_view(intervals, GRAM)
    weights = np.array([256**i for i in range(GRAM)], dtype=np.int64)
    return np.unique((windows * weights).sum(axis=1))


def runs(ids: Ids) -> Hashes:
    """Hashes of runs of notes with their times and velocities, which no other performance has; one in four."""
    if len(ids) <= RUN:
        return np.zeros(0, dtype=np.int64)
    notes = (ids[1:, DT].astype(np.uint64) * 128 + ids[1:, PITCH].astype(np.uint64)) * 32
    notes += ids[1:, VELOCITY].astype(np.uint64)  # the first dt of a file is 0, wherever its recording was cut
    windows = np.lib.stride_tricks.sliding_window_view(notes, RUN)
    mixed = np.zeros(len(windows), dtype=np.uint64)
    for column in windows.T:
        mixed = (mixed ^ column) * np.uint64(0x9E3779B97F4A7C15)
        mixed ^= mixed >> np.uint64(29)
    found = np.unique((mixed >> np.uint64(2)).astype(np.int64))
    return np.asarray(found[found % _SAMPLED == 0])


class Index:
    """In which pieces each hash stands; of hashes in more than `most` of the pieces' `groups`, nothing is known."""

    def __init__(self, prints: Sequence[Hashes], groups: Sequence[str] | None = None, most: int = COMMON) -> None:
        self.prints = list(prints)
        hashes = np.concatenate([*self.prints, np.zeros(0, dtype=np.int64)])
        owners = np.repeat(np.arange(len(self.prints)), [len(p) for p in self.prints])
        order = np.argsort(hashes, kind="stable")
        self.hashes, self.owners = hashes[order], owners[order]
        if groups is not None:
            telling = self._telling(np.unique(np.array(groups, dtype=str), return_inverse=True)[1], most)
            self.hashes, self.owners = self.hashes[telling], self.owners[telling]

    def _telling(self, group: NDArray[np.int64], most: int) -> NDArray[np.bool_]:
        """Whether each hash stands in no more than `most` groups."""
        both = np.unique(np.stack([self.hashes, group[self.owners]], axis=1), axis=0)
        found, count = np.unique(both[:, 0], return_counts=True)
        return np.asarray(count[np.searchsorted(found, self.hashes)] <= most)

    def shared(self, one: int) -> tuple[NDArray[np.int64], int]:
        """How many hashes each piece has in common with piece `one`, and how many of these are known of."""
        first = np.searchsorted(self.hashes, self.prints[one], side="left")
        count = np.searchsorted(self.hashes, self.prints[one], side="right") - first
        places = np.repeat(first - np.cumsum(count) + count, count) + np.arange(count.sum())
        return np.bincount(self.owners[places], minlength=len(self.prints)), int((count > 0).sum())


def near(index: Index, held: Iterable[int]) -> dict[int, int]:
    """Piece -> the held-out piece that it shares most with, for all that share too much with one of `held`.

    `index`: of the pieces' fingerprints, by composition. The held-out ones are never in the answer.
    """
    kept, best = set(held), dict[int, tuple[float, int]]()
    for one in sorted(kept):
        counts, telling = index.shared(one)
        for other in np.flatnonzero((counts >= FEWEST) & (counts >= SHARE * telling)).tolist():
            best[other] = max(best.get(other, (0.0, one)), (counts[other] / telling, one))
    return {other: one for other, (_, one) in best.items() if other not in kept}


def recordings(pieces: Sequence[Ids]) -> dict[int, int]:
    """Piece -> an earlier piece of which it is the same recording: half of its runs of notes stand there."""
    index = Index([runs(ids) for ids in pieces])
    found: dict[int, int] = {}
    for one, own in enumerate(index.prints):
        counts = index.shared(one)[0][:one]
        counts[list(found)] = 0
        if len(own) >= 2 and one and counts.max() >= max(RECORDING * len(own), 2):
            found[one] = int(counts.argmax())
    return found
