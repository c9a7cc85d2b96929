"""Conditional generation: what a network is told beside the notes it reads, and a prior on where onsets may be.

The prior is added to the logits of dt: on the grid only 16 ms steps that hold a place of the document's grid get
through; steady, those near one are likelier, and of these the places of a bar where scores of its meter have onsets.
Each row's onset is kept in absolute time, so errors do not add up.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from composer.model.conditions import FIELDS, NAMES, clock, metric_columns, middle
from composer.model.tokenizer import (
    DT,
    DT_STEPS,
    GAP_MIDDLE,
    GAP_PREFIX,
    GAP_SUFFIX,
    ONSET_MS,
    START,
    VOCABULARY,
)
from composer.model.transformer import NoteGPT
from composer.music.metre import MetricGrid

Timing = Literal["free", "steady", "grid"]
Steps = NDArray[np.int64]
FORBIDDEN = -40.0  # added to logits; where nothing else is left, all is as it was
SPREAD = 0.014  # seconds, standard deviation of steady onsets about their places
FLOOR = 0.002  # how likely an onset far from all places stays, against one on a place
# Power of a place's share in scores of the meter, for steady takes: they diverge from scores by 0.20 nats, with 0 by
# 0.23. Takes on the grid need none: downbeats have 0.99 of the scores' share, with .25 and .5 they have 1.09 and 1.20.
LEANING = 0.5
PACE_SPREAD = 0.6  # of the logarithm of waits about a slow theme's
CHORD_AT_PACE = -4.5  # for a further note of a chord there
LOOSENESS = {"free": 0, "grid": 1, "steady": 2}  # the label that goes with each
_WIDTHS = np.diff(np.append(DT_STEPS, DT_STEPS[-1] + 1))  # steps that each dt stands for


@dataclass(frozen=True)
class Conditioning:
    """What holds for all rows of a prompt."""

    step: int = 0  # onset of the last note before what is written, in 16 ms steps from the document's beginning
    labels: tuple[tuple[str, int], ...] = ()  # (field, value) of `conditions.FIELDS`, told of every position
    grid: MetricGrid | None = None  # the document's beats; None: they mean nothing
    timing: Timing = "free"
    pace: float | None = None  # seconds between onsets, to which a theme that is far slower than most music keeps

    def told(self, steps: Steps) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
        """Labels (B, fields) and clock (B, 3) of onsets (B,)."""
        made, at = np.zeros((len(steps), len(FIELDS)), dtype=np.int64), np.zeros((len(steps), 3), dtype=np.float32)
        if self.grid:
            metre = self.grid.metre(middle(steps))
            made[:, :4], at = metric_columns(metre), clock(metre)
            made[:, NAMES.index("looseness")] = LOOSENESS[self.timing]
        for name, value in self.labels:
            made[:, NAMES.index(name)] = value
        return made, at

    def of_prompt(self, rows: NDArray[np.int64]) -> NDArray[np.int64]:
        """Labels (positions, fields) of what is read first, rows (positions, 5). A gap's marks are where it begins."""
        dt = rows[:, DT]
        at = np.where(dt < len(DT_STEPS), DT_STEPS[np.minimum(dt, len(DT_STEPS) - 1)], 0).cumsum()
        suffix = np.flatnonzero(dt == GAP_SUFFIX)
        before = int(suffix[-1]) if len(suffix) else len(rows) - 1
        steps = self.step + at - at[before]
        steps[np.isin(dt, (GAP_PREFIX, GAP_SUFFIX, GAP_MIDDLE))] = self.step
        made, _ = self.told(np.maximum(steps, 0))
        made[dt == START, :4] = 0
        return made

    def onsets(self, steps: Steps, dt: NDArray[np.int64]) -> tuple[Steps, Steps]:
        """The steps of the next onsets (B,) by their dt, and the ticks that they are put on, -1 where on none."""
        moves = np.where(dt < len(DT_STEPS), DT_STEPS[np.minimum(dt, len(DT_STEPS) - 1)], 0)
        if self.grid is None or self.timing != "grid":
            return steps + moves, np.full(len(steps), -1)
        first, behind, places = self._places(steps)
        rows, at = np.arange(len(steps)), np.minimum(dt, len(DT_STEPS) - 1)
        place, held = first[rows, at], (behind > first)[rows, at] & (dt < len(DT_STEPS))
        place = np.minimum(place, len(places) - 1)
        return np.where(held, places[place], steps + moves), np.where(held, self.grid.ticks[place], -1)

    def _places(self, steps: Steps) -> tuple[Steps, Steps, Steps]:
        """For each row and dt the first place of the grid that it reaches and the first behind it, (B, times), and the
        steps of all places."""
        assert self.grid is not None
        self.grid.reach(float(steps.max() + DT_STEPS[-1]) * ONSET_MS / 1000)
        places = np.floor((self.grid.seconds + 1e-6) * 1000 / ONSET_MS).astype(np.int64)
        at = steps[:, None] + DT_STEPS
        return np.searchsorted(places, at), np.searchsorted(places, at + _WIDTHS), places

    def prior(self, steps: Steps) -> NDArray[np.float32] | None:
        """What is added to the logits of dt after onsets (B,): (B, 160)."""
        if (self.grid is None or self.timing == "free") and self.pace is None:
            return None
        made = np.zeros((len(steps), VOCABULARY[DT]), dtype=np.float32)
        times = made[:, : len(DT_STEPS)]
        if self.grid is not None and self.timing != "free":
            times += self._metric_prior(steps, self.grid)
            times[:, 0] = 0.0  # a chord stays possible wherever its first note is
        if self.pace is not None:
            times += pace_prior(self.pace)
        return made

    def _metric_prior(self, steps: Steps, grid: MetricGrid) -> NDArray[np.float64]:
        """Log likelihoods (B, times) of onsets by their distance from the places of the grid."""
        first, behind, _ = self._places(steps)
        held, last = behind > first, len(grid.seconds) - 1
        if self.timing == "grid":
            return np.where(held, 0.0, FORBIDDEN)
        leaning = LEANING * np.log(grid.shares)
        at, around = middle(steps[:, None] + DT_STEPS), np.clip(np.stack([first - 1, first]), 0, last)
        off = np.abs(grid.seconds[around] - at)
        nearest = np.take_along_axis(around, off.argmin(0)[None], 0)[0]
        off = np.where(held, 0.0, off.min(0)) / SPREAD
        lean = leaning[np.where(held, np.minimum(first, last), nearest)]
        return np.asarray(np.log(FLOOR + (1 - FLOOR) * np.exp(lean - 0.5 * off**2)))


def pace_prior(pace: float) -> NDArray[np.float64]:
    """Log likelihoods (times,) of waits by how far they are from a pace, on a logarithmic scale."""
    seconds = np.maximum(DT_STEPS * ONSET_MS / 1000, ONSET_MS / 1000)
    made = -0.5 * (np.log(seconds / pace) / PACE_SPREAD) ** 2
    made[0] = CHORD_AT_PACE
    return np.asarray(made)


class RowConditions:
    """Where each row is, and what it is told there."""

    def __init__(self, conditioning: Conditioning, network: NoteGPT, rows: int) -> None:
        self.conditioning, self.network = conditioning, network
        self.steps = np.full(rows, conditioning.step, dtype=np.int64)

    def bias(self, hidden: Tensor) -> NDArray[np.float32] | None:
        """What is added to the logits of the next dt, (B, 160), from states (B, E)."""
        made = self.conditioning.prior(self.steps)
        if not self.network.shape.places or self.conditioning.grid is None:
            return made
        _, at = self.conditioning.told(self.steps)
        with torch.inference_mode():
            learned = self.network.place_logits(hidden.float(), torch.from_numpy(at)).numpy()
        return learned if made is None else made + learned

    def advance(self, dt: NDArray[np.int64]) -> None:
        """Takes note of the chosen dt (B,)."""
        self.steps, _ = self.conditioning.onsets(self.steps, dt)

    def extra(self) -> Tensor | None:
        """What the last onsets' labels add to their positions, (B, E)."""
        if not self.network.shape.conditions:
            return None
        made, _ = self.conditioning.told(self.steps)
        with torch.inference_mode():
            return self.network.told(torch.from_numpy(made)[:, None])[:, 0]

    def reorder(self, order: NDArray[np.int64]) -> None:
        """Each row goes on from where the row order[r] is."""
        self.steps = self.steps[order]
