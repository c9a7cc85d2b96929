"""Metre: where the beats of a piece are, where onsets stand in them, and how strictly a theme keeps to its grid.

A beat is what a conductor beats: a quarter in 3/4, a dotted quarter in 6/8. Knows numpy only.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

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
SIMPLE_GRIDS = ((0, 6, 12, 18), (0, 4, 8, 12, 16, 20), (0, 4, 6, 8, 12, 16, 18, 20), tuple(range(0, 24, 3)))
COMPOUND_GRIDS = ((0, 4, 8, 12, 16, 20), (0, 4, 6, 8, 12, 16, 18, 20), tuple(range(0, 24, 2)))
STRICT, STEADY = 0.9, 0.5  # strictness from which a theme is on the grid, and from which it is steady
COVERED = 0.95  # share of a theme's onsets that a grid must hold to be the theme's


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

    def __init__(self, score: Score, places: Iterable[int]) -> None:
        """`places` of each beat in 24ths."""
        self.score, self.places = score, tuple(places)
        self._until(score.bar_map.bar(score.end) + AHEAD)

    def _until(self, bar: int) -> None:
        """Makes the grid as far as a bar."""
        self._bar = bar
        last = self.score.bar_map.start(bar)
        self.beats = of_score(self.score, last)
        lines = np.array([tick for tick, _ in self.score.bar_map.lines(0, last)])
        ticks = []
        for start, stop in pairwise(lines.tolist()):
            count, _, size = beat_ticks(self.score, start)
            marks = (np.arange(count)[:, None] + np.array(self.places) / PHASES).ravel() * size + start
            ticks.append(marks[marks < stop])
        self.ticks = np.rint(np.concatenate([*ticks, [last]])).astype(np.int64)
        self.seconds = self.score.tempo_map.seconds(self.ticks)

    def reach(self, seconds: float) -> None:
        """Makes sure that the grid goes on to a time."""
        while self.beats.seconds[-1] < seconds + LONGEST:
            self._until(2 * self._bar + AHEAD)

    def metre(self, onsets: NDArray[np.float64]) -> Metre:
        """Where onsets (seconds) stand."""
        self.reach(float(onsets.max(initial=0.0)))
        return self.beats.metre(onsets)


def own_grid(score: Score) -> tuple[float, tuple[int, ...]]:
    """How strictly a theme keeps to the grid of its own tempi and meters, 0..1, and the places of a beat that it uses.

    Strictness is the share of onsets within TOLERANCE of a place, corrected for chance as Cohen's kappa is: a
    performance that was imported at any tempo has about 0. The grid is the commonest that holds most onsets.
    """
    ticks = np.unique([n.start for n in score.audible])
    if not len(ticks):
        return 0.0, SIMPLE_GRIDS[0]
    first, _ = score.bar_map.around(ticks)
    beat = np.array([beat_ticks(score, int(start))[2] for start in first])
    length = score.tempo_map.seconds(ticks + beat) - score.tempo_map.seconds(ticks)
    phase = (ticks - first) / beat % 1.0
    _, compound, _ = beat_ticks(score, int(first[0]))
    best: tuple[float, tuple[int, ...]] = (-1.0, SIMPLE_GRIDS[0])
    for places in COMPOUND_GRIDS if compound else SIMPLE_GRIDS:
        at = np.array([*places, PHASES]) / PHASES
        off = np.abs(phase[:, None] - at).min(1) * length
        share = float((off <= TOLERANCE).mean())
        chance = min(len(places) * 2 * TOLERANCE / float(length.mean()), 0.95)
        strictness = max((share - chance) / (1 - chance), 0.0)
        if share >= COVERED:
            return strictness, places
        best = max(best, (strictness, places))
    return best
