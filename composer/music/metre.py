"""Metre: where the beats of a piece are, where onsets stand in them, and how strictly a theme keeps to its grid.

A beat is what a conductor beats: a quarter in 3/4, a dotted quarter in 6/8. Knows numpy only.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields
from functools import lru_cache
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from composer.music import onset_places
from composer.music.score import Score

PHASES = 24  # parts of a beat
MOST_BEATS = 12  # in a bar that are told apart
METERS = ("2/4", "3/4", "4/4", "6/8", "9/8", "12/8", "other")  # by beats a bar, and whether a beat has three parts
BEATS_OF = (2, 3, 4, 2, 3, 4, MOST_BEATS)  # beats a bar of each
COMPOUND = (False, False, False, True, True, True, False)
LONGEST = 8.0  # seconds between two beats, above which the beat is not known
AHEAD = 64  # bars behind a theme's end for which a grid is made at once
TOLERANCE = 0.012  # seconds off a place of the grid that still keep to it
# Places in a beat where onsets may be, in 24ths, the commonest first; of simple beats and of those of three parts.
Places = tuple[float, ...]
SIMPLE_GRIDS: tuple[Places, ...] = (
    (0, 6, 12, 18),
    (0, 8, 16),
    (0, 4, 8, 12, 16, 20),
    (0, 4, 6, 8, 12, 16, 18, 20),
    tuple(range(0, 24, 3)),
)
COMPOUND_GRIDS: tuple[Places, ...] = ((0, 4, 8, 12, 16, 20), (0, 4, 6, 8, 12, 16, 18, 20), tuple(range(0, 24, 2)))
SWING = (13.0, 18.0)  # 24ths between which the second eighth of a swung beat lies; a dotted one's partner is at 18
FEWEST_SWUNG = 4  # second eighths by which swing is told
STRICT, STEADY = 0.9, 0.5  # strictness from which a theme is on the grid, and from which it is steady
COVERED = 0.95  # share of a theme's onsets that a grid must hold to be the theme's
LUCK = 0.01  # chance at most that onsets at random keep to a grid as well as those of a theme that is said to
EXACT = 0.001  # seconds off a place of what was written on it


@dataclass(frozen=True)
class Metre:
    """Where onsets stand in time that is counted in beats; arrays of one length, NaN in `phase` where unknown."""

    phase: NDArray[np.float64]  # 0..1 in the beat
    beat: NDArray[np.int64]  # in the bar, from 0
    meter: NDArray[np.int64]  # number in METERS
    seconds: NDArray[np.float64]  # of the beat

    def part(self, index: slice) -> Metre:
        """The same part of all."""
        return Metre(self.phase[index], self.beat[index], self.meter[index], self.seconds[index])

    @staticmethod
    def join(parts: Sequence[Metre]) -> Metre:
        """One after the other."""
        return Metre(*(np.concatenate([getattr(p, f.name) for p in parts]) for f in fields(Metre)))


@dataclass(frozen=True)
class Beats:
    """A piece's beats in order: seconds, number in the bar from 0, and number of the meter in METERS."""

    seconds: NDArray[np.float64]
    number: NDArray[np.int64]
    meter: NDArray[np.int64]

    def metre(self, onsets: NDArray[np.float64]) -> Metre:
        """Where onsets (seconds) stand; unknown before the first beat, after the last and in gaps over LONGEST."""
        if len(self.seconds) < 2:
            return unknown(len(onsets))
        at = np.clip(np.searchsorted(self.seconds, onsets, side="right") - 1, 0, len(self.seconds) - 2)
        length = self.seconds[at + 1] - self.seconds[at]
        phase = (onsets - self.seconds[at]) / np.maximum(length, 1e-3)
        outside = (phase < -0.02) | (phase > 1.02) | (length > LONGEST) | (length < 0.08)
        late = phase >= 1 - 1 / (2 * PHASES)  # nearer to the next beat than to any place in this one
        number = np.where(late, self.number[at + 1], self.number[at])
        phase = np.where(late, 0.0, np.clip(phase, 0, 1))
        return Metre(np.where(outside, np.nan, phase), number, self.meter[at], np.where(outside, 1.0, length))


def unknown(count: int) -> Metre:
    """The metre of positions of which nothing is known."""
    return Metre(np.full(count, np.nan), np.zeros(count, np.int64), np.full(count, len(METERS) - 1), np.ones(count))


def beats_of(numerator: int, denominator: int) -> tuple[int, bool]:
    """Beats a bar, and whether each has three parts: 6/8 has two, 3/8 three simple ones."""
    compound = numerator % 3 == 0 and numerator > 3
    return (numerator // 3 if compound else numerator), compound


def meter_class(beats: int, compound: bool) -> int:
    """Number in METERS of a bar of so many beats; `compound`: each has three parts."""
    found = (i for i, (n, c) in enumerate(zip(BEATS_OF[:-1], COMPOUND, strict=False)) if (n, c) == (beats, compound))
    return next(found, len(METERS) - 1)


def beat_ticks(score: Score, bar_start: int) -> tuple[int, bool, float]:
    """Beats of the bar that begins on a tick, whether they are of three parts, and ticks of each."""
    numerator, denominator = score.bar_map.meter(bar_start)
    count, compound = beats_of(numerator, denominator)
    return count, compound, score.ticks_per_beat * 4 / denominator * (3 if compound else 1)


def of_score(score: Score, last: int | None = None) -> Beats:
    """Beats of a score by its own meters and tempi, up to a tick, or to a bar behind its end."""
    seconds: list[NDArray[np.float64]] = []
    number: list[int] = []
    meter: list[int] = []
    last = score.end + 4 * score.ticks_per_beat if last is None else last
    lines = [tick for tick, _ in score.bar_map.lines(0, last)]
    for start, stop in pairwise([*lines, None]):
        assert start is not None
        count, compound, size = beat_ticks(score, start)
        ticks = [start + n * size for n in range(count) if stop is None or start + n * size < stop - 1]
        seconds.append(score.tempo_map.seconds(ticks))
        number += range(len(ticks))
        meter += [meter_class(count, compound)] * len(ticks)
    return Beats(np.concatenate(seconds), np.array(number, dtype=np.int64), np.array(meter, dtype=np.int64))


class MetricGrid:
    """The beats of a document, and the places in them where onsets may be; it goes on behind its end."""

    def __init__(self, score: Score, places: Iterable[float]) -> None:
        """`places` of each beat in 24ths."""
        self.score, self.places = score, tuple(places)
        self._until(score.bar_map.bar(score.end) + AHEAD)

    def _until(self, bar: int) -> None:
        """Makes the grid as far as a bar."""
        self._bar = bar
        last = self.score.bar_map.start(bar)
        self.beats = of_score(self.score, last)
        lines = np.array([tick for tick, _ in self.score.bar_map.lines(0, last)])
        ticks, shares = [], []
        for start, stop in pairwise(lines.tolist()):
            count, compound, size = beat_ticks(self.score, start)
            marks = (np.arange(count)[:, None] + np.array(self.places) / PHASES).ravel() * size + start
            ticks.append(marks[marks < stop])
            shares.append(_shares(count, compound, self.places)[marks < stop])
        self.ticks = np.rint(np.concatenate([*ticks, [last]])).astype(np.int64)
        self.shares = np.concatenate([*shares, [1.0]])  # of bars that have an onset at each place
        self.seconds = self.score.tempo_map.seconds(self.ticks)

    def reach(self, seconds: float) -> None:
        """Makes sure that the grid goes on to a time."""
        while self.beats.seconds[-1] < seconds + LONGEST:
            self._until(2 * self._bar + AHEAD)

    def metre(self, onsets: NDArray[np.float64]) -> Metre:
        """Where onsets (seconds) stand."""
        self.reach(float(onsets.max(initial=0.0)))
        return self.beats.metre(onsets)


@lru_cache
def _shares(beats: int, compound: bool, places: Places) -> NDArray[np.float64]:
    """The share of bars with an onset at each place of so many beats, (beats * places,). Swung eighths are eighths."""
    table = onset_places.shares(METERS[meter_class(beats, compound)])
    swung = len(places) == 2
    at = [(PHASES // 2 if swung and place else round(place)) for place in places]
    return np.asarray(table[np.arange(beats) % len(table)][:, at].ravel())


def own_grid(score: Score) -> tuple[float, Places]:
    """How strictly a theme keeps to the grid of its own tempi and meters, 0..1, and the places of a beat that it uses.

    Strictness is the share of onsets within TOLERANCE of a place, corrected for chance as Cohen's kappa is: a
    performance that was imported at any tempo has about 0, and few onsets that chance might have put there have 0.
    The grid is the commonest that holds most onsets; swung eighths have one of their own.
    """
    ticks = np.unique([n.start for n in score.audible])
    if len(ticks) < 2:  # one tells nothing: many files begin at their first note
        return 0.0, SIMPLE_GRIDS[0]
    first, _ = score.bar_map.around(ticks)
    beat = np.array([beat_ticks(score, int(start))[2] for start in first])
    length = score.tempo_map.seconds(ticks + beat) - score.tempo_map.seconds(ticks)
    phase = (ticks - first) / beat % 1.0
    _, compound, _ = beat_ticks(score, int(first[0]))
    best: tuple[float, Places] = (-1.0, SIMPLE_GRIDS[0])
    for places in COMPOUND_GRIDS if compound else (*SIMPLE_GRIDS[:1], *_swung(phase, length), *SIMPLE_GRIDS[1:]):
        at = np.array([*places, PHASES]) / PHASES
        off = np.abs(phase[:, None] - at).min(1) * length
        strictness = _strictness(off, len(places), float(length.mean()))
        if float((off <= TOLERANCE).mean()) >= COVERED:
            return strictness, places
        best = max(best, (strictness, places))
    return best


def _swung(phase: NDArray[np.float64], length: NDArray[np.float64]) -> tuple[Places, ...]:
    """The grid of swung eighths, if onsets at phases 0..1 of beats (seconds) are some: all others are on the beat, or
    at one place behind the middle of it."""
    second = phase[(phase * PHASES > SWING[0]) & (phase * PHASES < SWING[1] - 0.5)]
    if len(second) < FEWEST_SWUNG:
        return ()
    place = float(np.median(second))
    near = np.minimum(np.minimum(phase, 1 - phase), np.abs(phase - place)) * length <= TOLERANCE
    return ((0.0, place * PHASES),) if near.mean() >= COVERED else ()


def _strictness(off: NDArray[np.float64], places: int, beat: float) -> float:
    """From the seconds by which onsets are off a grid of so many places in a beat (seconds)."""
    found = 0.0
    for tolerance in (TOLERANCE, EXACT):
        held, chance = int((off <= tolerance).sum()), min(places * 2 * tolerance / beat, 0.95)
        if _luck(held, len(off), chance) <= LUCK:
            found = max(found, (held / len(off) - chance) / (1 - chance))
    return found


def _luck(held: int, count: int, chance: float) -> float:
    """The chance that of so many onsets at random at least `held` are held: the binomial distribution's tail."""
    if count > 200:
        return 0.0 if held > count * chance + 3 * math.sqrt(count * chance * (1 - chance)) else 1.0
    return sum(math.comb(count, k) * chance**k * (1 - chance) ** (count - k) for k in range(held, count + 1))
