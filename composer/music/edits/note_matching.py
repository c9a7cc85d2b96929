"""Which notes are like some others: in pitch, in length, in their place in the bar. Pure; no Qt."""

from __future__ import annotations

from collections.abc import Collection, Sequence

import numpy as np

from composer.music.edits.timing_edits import Ticks
from composer.music.score import Note
from composer.music.time_maps import BarMap

Notes = tuple[Note, ...]


def same_pitch(notes: Sequence[Note], as_these: Collection[Note]) -> Notes:
    """Those on the same keys."""
    pitches = {n.pitch for n in as_these}
    return tuple(n for n in notes if n.pitch in pitches)


def same_class(notes: Sequence[Note], as_these: Collection[Note]) -> Notes:
    """Those on the same keys in any octave."""
    classes = {n.pitch % 12 for n in as_these}
    return tuple(n for n in notes if n.pitch % 12 in classes)


def same_length(notes: Sequence[Note], as_these: Collection[Note], slack: float = 0.1) -> Notes:
    """Those that are as long, give or take a share of the length: nobody plays two notes alike to the tick."""
    wanted = _ticks(sorted({n.duration for n in as_these}))
    lengths = _ticks([n.duration for n in notes])
    near = _nearest(lengths, wanted)
    return _where(notes, np.abs(lengths - near) <= slack * near)


def same_beat(notes: Sequence[Note], as_these: Collection[Note], bars: BarMap, slack: int = 0) -> Notes:
    """Those that begin at the same place of their bar, give or take some ticks; one may come early over the line."""
    wanted = np.unique(_places(_ticks([n.start for n in as_these]), bars)[0])
    places, lengths = _places(_ticks([n.start for n in notes]), bars)
    near = np.abs(places - _nearest(places, wanted))
    for early in (wanted[0] + lengths - places, places + lengths - wanted[-1]) if len(wanted) else ():
        near = np.minimum(near, np.abs(early))
    return _where(notes, near <= slack)


def inverse(notes: Sequence[Note], chosen: Collection[Note]) -> Notes:
    """The others."""
    return tuple(n for n in notes if n not in chosen)


def _places(ticks: Ticks, bars: BarMap) -> tuple[Ticks, Ticks]:
    """Ticks since the bar line, and ticks of that bar."""
    first, last = bars.around(ticks)
    return ticks - first, last - first


def _nearest(values: Ticks, among: Ticks) -> Ticks:
    """For each value the nearest of some sorted ones."""
    after = np.clip(np.searchsorted(among, values), 0, len(among) - 1)
    before = np.maximum(after - 1, 0)
    return np.where(np.abs(values - among[before]) <= np.abs(values - among[after]), among[before], among[after])


def _ticks(values: Sequence[int]) -> Ticks:
    return np.array(values, np.int64)


def _where(notes: Sequence[Note], mask: np.ndarray) -> Notes:
    return tuple(notes[i] for i in np.flatnonzero(mask).tolist())
