"""Whether notes are a run out of the music that the base learned from: a Bloom filter of all its runs of notes.

A run is so many consecutive notes (in the order of onset, then pitch descending), known by its intervals: in whatever
key, at whatever pace. The filter holds no music; asked for a run that it never saw, it says yes in some 2 of 100 cases
(Bloom, Communications of the ACM 13:7, 1970), for several in a row next to never.
"""

from __future__ import annotations

import io
import tokenize
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from composer.core import paths
from composer.model.tokenizer import PITCH, Ids

RUN = 16  # notes of a run; scales and trills share shorter ones with any music
PROBES = 5  # bits of a run
BITS = 8  # of the filter, for each run that it holds
FILE = "remembered.npy"
_ODD = np.uint64(0x9E3779B97F4A7C15)
_MOST = 1 << 26  # bytes of a filter that is read

Hashes = NDArray[np.uint64]


class TrainingSetFilter:
    """The runs of some music. `bits` (bytes,) uint8."""

    def __init__(self, bits: NDArray[np.uint8]) -> None:
        self.bits = bits

    @classmethod
    def of(cls, pieces: Sequence[Ids]) -> TrainingSetFilter:
        """Those of pieces (notes, 5)."""
        runs = np.unique(np.concatenate([np.zeros(0, np.uint64), *(hashes(ids) for ids in pieces)]))
        made = cls(np.zeros(max(len(runs) * BITS // 8, 1), dtype=np.uint8))
        at = made._places(runs).ravel()
        np.bitwise_or.at(made.bits, at >> np.uint64(3), np.left_shift(1, at & np.uint64(7)).astype(np.uint8))
        return made

    def longest(self, ids: Ids) -> int:
        """Notes in the longest run of a stretch that the music holds too; 0 where it shares none of `RUN` notes."""
        at = self._places(hashes(ids))  # (PROBES, runs)
        known = ((self.bits[at >> np.uint64(3)] >> (at & np.uint64(7)).astype(np.uint8)) & 1).all(0)
        edges = np.flatnonzero(np.diff(np.concatenate([[False], known, [False]])))
        lengths = edges[1::2] - edges[::2]
        return int(lengths.max()) + RUN - 1 if len(lengths) else 0

    def _places(self, runs: Hashes) -> Hashes:
        """(PROBES, runs) the bits of each."""
        step = (runs >> np.uint64(32)) | np.uint64(1)
        probes = np.arange(PROBES, dtype=np.uint64)[:, None]
        return np.asarray((runs + probes * step) % np.uint64(8 * len(self.bits)))

    def bytes(self) -> bytes:
        """As a file."""
        out = io.BytesIO()
        np.save(out, self.bits, allow_pickle=False)
        return out.getvalue()


def hashes(ids: Ids) -> Hashes:
    """A hash of the intervals of each run of a stretch (notes, 5); (notes - RUN + 1,)."""
    steps = np.diff(ids[:, PITCH].astype(np.int64)) + 256
    count = max(len(steps) - RUN + 2, 0)
    found = np.zeros(count, dtype=np.uint64)
    for ahead in range(RUN - 1):
        found = (found ^ steps[ahead : ahead + count].astype(np.uint64)) * _ODD
        found ^= found >> np.uint64(29)
    return found


def bundled(path: Path | None = None) -> TrainingSetFilter | None:
    """The filter that came with the base; None where there is none that can be read."""
    try:
        path = path or paths.models() / FILE
        if path.stat().st_size > _MOST:
            return None
        with path.open("rb") as file:
            bits = np.lib.format.read_array(file, allow_pickle=False)
    except (OSError, ValueError, MemoryError, tokenize.TokenError):  # the last is what numpy says of a torn header
        return None
    return TrainingSetFilter(bits) if bits.dtype == np.uint8 and bits.ndim == 1 and len(bits) else None
