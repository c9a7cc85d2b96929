"""Where the beats of a piece are: from ASAP's annotations of a performance, or from a file's own tempi and meters."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from composer.model.conditions import METERS, Metre, meter_class
from composer.model.tokenizer import DT, DT_STEPS, ONSET_MS, Ids
from composer.music.score import Score

ANNOTATIONS = "_annotations.txt"  # behind the stem of the MIDI file that they are of
LONGEST = 8.0  # seconds between two beats, above which the beat is not known


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
        number = self.number[at] + (phase >= 1 - 1 / 48)
        last = np.maximum.accumulate(np.where(self.number == 0, np.arange(len(self.number)), 0))
        wraps = (phase >= 1 - 1 / 48) & (last[at + 1] == at + 1)
        phase = np.where(phase >= 1 - 1 / 48, 0.0, np.clip(phase, 0, 1))
        return Metre(
            np.where(outside, np.nan, phase), np.where(wraps, 0, number), self.meter[at], np.where(outside, 1.0, length)
        )


def unknown(count: int) -> Metre:
    """The metre of positions of which nothing is known."""
    return Metre(np.full(count, np.nan), np.zeros(count, np.int64), np.full(count, len(METERS) - 1), np.ones(count))


def annotated(path: Path) -> Beats:
    """Beats of an ASAP annotation file: lines `time TAB time TAB b|db|bR[,meter[,key]]`. Raises OSError, ValueError."""
    seconds: list[float] = []
    number: list[int] = []
    meter: list[int] = []
    now, kind = -1, len(METERS) - 1
    for line in path.read_text(encoding="utf-8").splitlines():
        at, _, label = line.split("\t")
        mark, *more = label.split(",")
        signature = next((m for m in more if "/" in m), None)
        if signature:
            numerator, denominator = map(int, signature.split("/"))
            kind = meter_class(*beats_of(numerator, denominator))
        now = 0 if mark == "db" else now + 1 if now >= 0 else -1
        seconds.append(float(at))
        number.append(now)
        meter.append(kind)
    found = np.array(number, dtype=np.int64)
    first = int((found >= 0).argmax()) if (found >= 0).any() else 0
    bars = np.array(meter, dtype=np.int64)
    beats = {METERS.index(n): b for n, b in (("2/4", 2), ("3/4", 3), ("4/4", 4), ("6/8", 2), ("9/8", 3), ("12/8", 4))}
    count = beats.get(int(bars[first]) if len(bars) else -1, 4)
    found[:first] = np.arange(count - first, count) % count  # a pick-up counts back from the first bar line
    return Beats(np.array(seconds), found, bars)


def beats_of(numerator: int, denominator: int) -> tuple[int, bool]:
    """Beats a bar, and whether each has three parts: 6/8 has two, 3/8 three simple ones."""
    compound = numerator % 3 == 0 and numerator > 3
    return (numerator // 3 if compound else numerator), compound


def of_score(score: Score) -> Beats:
    """Beats of a score by its own meters and tempi."""
    seconds: list[float] = []
    number: list[int] = []
    meter: list[int] = []
    lines = [*score.bar_map.lines(0, score.end + 4 * score.ticks_per_beat)]
    for (start, _), (stop, _) in zip(lines, [*lines[1:], (None, 0)], strict=True):
        numerator, denominator = score.bar_map.meter(start)
        count, compound = beats_of(numerator, denominator)
        size = score.ticks_per_beat * 4 / denominator * (3 if compound else 1)
        ticks = [start + n * size for n in range(count) if stop is None or start + n * size < stop - 1]
        seconds += [float(s) for s in score.tempo_map.seconds(ticks)]
        number += range(len(ticks))
        meter += [meter_class(count, compound)] * len(ticks)
    return Beats(np.array(seconds), np.array(number, dtype=np.int64), np.array(meter, dtype=np.int64))


def onset_seconds(ids: Ids, first: float) -> NDArray[np.float64]:
    """Seconds of the middle of each position's 16 ms step, `first` being the second in which the first note begins."""
    step = int(np.floor((first + 1e-6) * 1000 / ONSET_MS))
    return np.asarray((step + np.cumsum(DT_STEPS[ids[:, DT].astype(np.int64)]) + 0.5) * ONSET_MS / 1000)
