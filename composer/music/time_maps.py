"""Ticks <-> beats <-> seconds, and bars: every conversion of time lives here.

A tick is the file's own unit (`ticks_per_beat` of them a quarter note). Seconds follow from the
tempo map; before the first tempo event the tempo is 120 quarter notes a minute (Standard MIDI Files 1.0).
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike, NDArray

DEFAULT_MICROSECONDS = 500_000  # a quarter note at 120 qpm
DEFAULT_METER = (4, 4)


def qpm(microseconds: int) -> float:
    """Quarter notes a minute of a tempo given in microseconds a quarter note."""
    return 60e6 / microseconds


def microseconds(quarters_per_minute: float) -> int:
    """Microseconds a quarter note, as a MIDI tempo event stores it (24 bits)."""
    return min(max(round(60e6 / quarters_per_minute), 1), 0xFFFFFF)


class TempoMap:
    """Piecewise linear map between ticks and seconds.

    `changes` are (tick, microseconds a quarter note); later ones at the same tick win.
    """

    def __init__(self, ticks_per_beat: int, changes: Sequence[tuple[int, int]] = ()) -> None:
        at = {0: DEFAULT_MICROSECONDS, **dict(changes)}
        self.ticks_per_beat = ticks_per_beat
        self._ticks = np.array(sorted(at), dtype=np.float64)
        self._pace = np.array([at[int(t)] for t in self._ticks]) / (1e6 * ticks_per_beat)  # seconds a tick
        spans = np.diff(self._ticks) * self._pace[:-1]
        self._seconds = np.concatenate([[0.0], np.cumsum(spans)])

    def seconds(self, ticks: ArrayLike) -> NDArray[np.float64]:
        """Seconds of each tick (any shape)."""
        t = np.asarray(ticks, dtype=np.float64)
        i = np.maximum(np.searchsorted(self._ticks, t, side="right") - 1, 0)
        return np.asarray(self._seconds[i] + (t - self._ticks[i]) * self._pace[i])

    def ticks(self, seconds: ArrayLike) -> NDArray[np.int64]:
        """Nearest tick of each time in seconds (any shape)."""
        s = np.asarray(seconds, dtype=np.float64)
        i = np.maximum(np.searchsorted(self._seconds, s, side="right") - 1, 0)
        return np.asarray(np.rint(self._ticks[i] + (s - self._seconds[i]) / self._pace[i]), dtype=np.int64)

    def second(self, tick: float) -> float:
        """Seconds of one tick."""
        return float(self.seconds(tick))

    def tick(self, second: float) -> int:
        """Nearest tick of one time in seconds."""
        return int(self.ticks(second))

    def qpm_at(self, tick: float) -> float:
        """Tempo in force at a tick, in quarter notes a minute."""
        i = max(int(np.searchsorted(self._ticks, tick, side="right")) - 1, 0)
        return float(60.0 / (self._pace[i] * self.ticks_per_beat))


class BarMap:
    """Bars and beats of a meter map; `changes` are (tick, numerator, denominator). Bars count from 0.

    A meter change that does not fall on a bar line begins a new bar there, as notation programs do.
    No bar is shorter than a 64th note, whatever a meter says.
    """

    def __init__(self, ticks_per_beat: int, changes: Sequence[tuple[int, int, int]] = ()) -> None:
        at = {0: DEFAULT_METER, **{t: (n, d) for t, n, d in changes}}
        self._ticks = sorted(at)
        self._meters = [at[t] for t in self._ticks]
        shortest = max(ticks_per_beat // 16, 1)
        self._lengths = [max(n * ticks_per_beat * 4 // d, shortest) for n, d in self._meters]  # ticks a bar
        self._first = [0]  # number of the first bar of each span
        for i in range(len(self._ticks) - 1):
            span = self._ticks[i + 1] - self._ticks[i]
            self._first.append(self._first[i] + -(-span // self._lengths[i]))

    def _span(self, tick: float) -> int:
        return max(bisect_right(self._ticks, tick) - 1, 0)

    def meter(self, tick: float) -> tuple[int, int]:
        """(numerator, denominator) in force at a tick."""
        return self._meters[self._span(tick)]

    def bar(self, tick: float) -> int:
        """Number of the bar that holds a tick, from 0."""
        i = self._span(tick)
        return self._first[i] + int((tick - self._ticks[i]) // self._lengths[i])

    def start(self, bar: int) -> int:
        """Tick on which a bar begins."""
        i = max(bisect_right(self._first, bar) - 1, 0)
        return self._ticks[i] + (bar - self._first[i]) * self._lengths[i]

    def around(self, ticks: ArrayLike) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """(first tick, first tick after it) of the bar that holds each tick (any shape)."""
        t, changes, lengths = np.asarray(ticks, np.int64), np.array(self._ticks), np.array(self._lengths)
        i = np.maximum(np.searchsorted(changes, t, side="right") - 1, 0)
        first = changes[i] + (t - changes[i]) // lengths[i] * lengths[i]
        last = first + lengths[i]
        following = np.minimum(i + 1, len(changes) - 1)  # a change of meter cuts the bar before it short
        return first, np.where(following > i, np.minimum(last, changes[following]), last)

    def next_line(self, tick: float) -> int:
        """The first bar line at or after a tick."""
        bar = self.bar(tick)
        return self.start(bar) if self.start(bar) >= tick else self.start(bar + 1)

    def beat(self, tick: float) -> tuple[int, int, int]:
        """(bar, beat, ticks into the beat) of a tick, bar and beat from 0; a beat is the meter's lower figure."""
        i = self._span(tick)
        numerator, _ = self._meters[i]
        start = self.start(self.bar(tick))
        length = max(self._lengths[i] // numerator, 1)
        beat = int((tick - start) // length)
        return self.bar(tick), beat, int(tick - start - beat * length)

    def lines(self, first: int, last: int) -> list[tuple[int, int]]:
        """(tick, bar number) of every bar line in [first, last]."""
        bar = self.bar(max(first, 0))
        found = []
        while (tick := self.start(bar)) <= last:
            if tick >= first:
                found.append((tick, bar))
            bar += 1
        return found
