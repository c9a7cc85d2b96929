"""What can be done to the timing of a selection of notes, as pure functions: notes in, notes out. No Qt."""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Sequence
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from composer.music.grid import Grid
from composer.music.score import Note, in_order

Notes = tuple[Note, ...]
Ticks = NDArray[np.int64]
STRAIGHT = 0.5  # the share of two steps that the first one takes when nothing swings


def quantised(
    notes: Iterable[Note], grid: Grid, strength: float = 1.0, swing: float = STRAIGHT, lengths: bool = False
) -> Notes:
    """Beginnings drawn to the grid by a share of their distance, 0..1; lengths kept, or the ends drawn there too.

    `swing` delays every second line of a bar: the share of two steps that comes before it, 0.5 for none.
    Without a grid the notes come back as they are.
    """
    chosen = tuple(notes)
    if grid.step is None or not chosen:
        return chosen
    starts = np.array([n.start for n in chosen], np.int64)
    durations = np.array([n.duration for n in chosen], np.int64)
    ends = starts + durations
    lines = swung(starts, grid, swing)
    new = np.maximum(starts + np.rint((lines - starts) * strength).astype(np.int64), 0)
    if lengths:
        stops = np.maximum(swung(ends, grid, swing), lines + grid.ticks)
        durations = np.maximum(ends + np.rint((stops - ends) * strength).astype(np.int64) - new, 1)
    return _timed(chosen, new, durations)


def swung(ticks: Ticks, grid: Grid, swing: float = STRAIGHT) -> Ticks:
    """The nearest line of a grid for each of some ticks (shape (n,)); of two, the later one. Bar lines never swing."""
    first, last = grid.bars.around(ticks)
    size = (last - first).astype(float) if not grid.step else np.full(len(ticks), grid.step * grid.ticks_per_beat)
    best, nearest = first, np.abs(ticks - first)
    counts = np.floor((ticks - first) / size)
    for count in (counts - 1, counts, counts + 1, counts + 2):  # a line that swings may have passed its neighbour
        late = np.where(count % 2 == 1, (swing - STRAIGHT) * 2 * size, 0.0)
        line = np.clip(np.rint(first + count * size + late).astype(np.int64), first, last)
        distance = np.abs(ticks - line)
        best = np.where(distance <= nearest, line, best)
        nearest = np.minimum(distance, nearest)
    return best


def legato(notes: Iterable[Note]) -> Notes:
    """Each note ends where the next of its track begins; the last ones keep their length."""
    chosen = tuple(notes)
    onsets = {track: sorted({n.start for n in chosen if n.track == track}) for track in {n.track for n in chosen}}
    durations = []
    for note in chosen:
        starts = onsets[note.track]
        after = bisect_right(starts, note.start)
        durations.append(starts[after] - note.start if after < len(starts) else note.duration)
    return tuple(_remade(n, n.start, duration) for n, duration in zip(chosen, durations, strict=True))


def stretched(notes: Iterable[Note], factor: float) -> Notes:
    """Slower (above 1) or quicker, from where the first note begins; what touched still touches."""
    chosen = tuple(notes)
    first = min((n.start for n in chosen), default=0)
    starts = first + np.rint((np.array([n.start for n in chosen], np.int64) - first) * factor).astype(np.int64)
    ends = first + np.rint((np.array([n.end for n in chosen], np.int64) - first) * factor).astype(np.int64)
    return _timed(chosen, starts, np.maximum(ends - starts, 1))


def reversed_(notes: Iterable[Note]) -> Notes:
    """Last note first: ends become beginnings, in the same span."""
    chosen = tuple(notes)
    both = min((n.start for n in chosen), default=0) + max((n.end for n in chosen), default=0)
    return tuple(_remade(n, both - n.end, n.duration) for n in chosen)


def humanised(
    notes: Iterable[Note], random_seed: int, ticks: float = 0.0, velocity: float = 0.0, length: float = 0.0
) -> Notes:
    """Small chances: spreads (standard deviations) of the beginning, of the velocity, and of the length as a share.

    No chance goes beyond twice its spread. The same seed gives the same notes again.
    """
    chosen = in_order(notes)
    chances = np.clip(np.random.default_rng(random_seed).standard_normal((3, len(chosen))), -2, 2)
    starts = np.array([n.start for n in chosen], np.int64) + np.rint(chances[0] * ticks).astype(np.int64)
    durations = np.array([n.duration for n in chosen], np.int64) * np.maximum(1 + chances[2] * length, 0.05)
    loud = np.clip(np.array([n.velocity for n in chosen]) + np.rint(chances[1] * velocity), 1, 127).astype(int)
    starts, durations = np.maximum(starts, 0), np.maximum(np.rint(durations).astype(np.int64), 1)
    return tuple(
        Note(start, n.pitch, duration, v, n.track, n.muted, n.composed)
        for n, start, duration, v in zip(chosen, starts.tolist(), durations.tolist(), loud.tolist(), strict=True)
    )


def split_at(notes: Iterable[Note], tick: int) -> Notes:
    """Notes that sound over a tick become two; the others stay."""
    result: list[Note] = []
    for note in notes:
        cut = [note.start, tick, note.end] if note.start < tick < note.end else [note.start, note.end]
        result += _parts(note, cut)
    return tuple(result)


def split_into(notes: Iterable[Note], count: int) -> Notes:
    """Each note becomes so many equal ones, or as many as it has ticks."""
    result: list[Note] = []
    for note in notes:
        parts = min(count, note.duration)
        result += _parts(note, [note.start + note.duration * i // parts for i in range(parts + 1)])
    return tuple(result)


def _parts(note: Note, cuts: Sequence[int]) -> list[Note]:
    return [_remade(note, first, last - first) for first, last in pairwise(cuts)]


def joined(notes: Iterable[Note], gap: int = 0) -> Notes:
    """Neighbours on one pitch of one track become one note, if not more than `gap` ticks lie between them.

    It has the first one's velocity, and is muted or composed only if all of them are.
    """
    rows: dict[tuple[int, int], list[Note]] = defaultdict(list)
    for note in in_order(notes):
        row = rows[note.track, note.pitch]
        if row and note.start - row[-1].end <= gap:
            row[-1] = _joined(row[-1], note)
        else:
            row.append(note)
    return in_order(note for row in rows.values() for note in row)


def _joined(first: Note, second: Note) -> Note:
    end = max(first.end, second.end)
    muted, composed = first.muted and second.muted, first.composed and second.composed
    return Note(first.start, first.pitch, end - first.start, first.velocity, first.track, muted, composed)


def held(notes: Iterable[Note], ticks: int) -> Notes:
    """All with one length."""
    return tuple(_remade(n, n.start, max(ticks, 1)) for n in notes)


def held_times(notes: Iterable[Note], factor: float) -> Notes:
    """Each length times a factor, beginnings left where they are."""
    return tuple(_remade(n, n.start, max(round(n.duration * factor), 1)) for n in notes)


def _timed(notes: Sequence[Note], starts: Ticks, durations: Ticks) -> Notes:
    return tuple(
        _remade(n, start, duration)
        for n, start, duration in zip(notes, starts.tolist(), durations.tolist(), strict=True)
    )


def _remade(n: Note, start: int, duration: int) -> Note:  # `replace` takes twice as long
    return Note(start, n.pitch, duration, n.velocity, n.track, n.muted, n.composed)
