"""How a continuation keeps the time of its theme: where it begins, on which grid, and at what pace."""

from __future__ import annotations

from dataclasses import replace
from typing import cast

import numpy as np

from composer.core.settings import GenerationRequest
from composer.inference.conditioning import Conditioning, Timing
from composer.model.conditions import MEDIA
from composer.music.metre import STEADY, STRICT, MetricGrid, own_grid
from composer.music.score import Note, Score

OVERLAP = 0.03  # seconds by which a theme's last note may hang over the place of the first new one
SLOW, FEW_ONSETS = 1.0, 3  # seconds between onsets from which a pace is kept to, and onsets that tell none
NEAR_END = 0.04  # seconds off a place of the grid within which a note's end is put on it


def conditioning(theme: Score, settings: GenerationRequest, step: int) -> Conditioning:
    """What the network is told of a theme's metre, and how new onsets are held to it, from the step of its last one."""
    strictness, places = own_grid(theme)
    timing = timing_of(settings, strictness)
    grid = None if timing == "free" else MetricGrid(theme, places)
    labels = (("medium", MEDIA.index("computer grand") + 1), *settings.asked)
    return Conditioning(step, labels, grid, timing, slow_pace(theme))


def timing_of(settings: GenerationRequest, strictness: float) -> Timing:
    """How new onsets are held to the grid. `auto` goes on as the theme does: on the grid where it is, steady where it
    nearly is, else as played."""
    if settings.timing != "auto":
        return cast(Timing, settings.timing)
    return "grid" if strictness >= STRICT else "steady" if strictness >= STEADY else "free"


def slow_pace(theme: Score) -> float | None:
    """Median seconds between a theme's onsets, where it is slower than networks keep to by themselves."""
    onsets = np.unique(theme.tempo_map.seconds([n.start for n in theme.audible]))
    pace = float(np.median(np.diff(onsets))) if len(onsets) > FEW_ONSETS else 0.0
    return pace if pace >= SLOW else None


def first_tick(theme: Score, settings: GenerationRequest, timing: Timing) -> int:
    """Where new notes may begin: in a gap, where they were asked for, or where the theme's last note ends. On the grid
    that note may hang over the first new one's place a little."""
    if settings.gap or settings.start is not None:
        return settings.gap[0] if settings.gap else settings.start or 0
    hanging = OVERLAP if timing == "grid" else 0.0
    return theme.tempo_map.tick(max(theme.seconds - hanging, 0.0)) if theme.notes else 0


def on_grid(note: Note, tick: int, grid: MetricGrid) -> Note:
    """A note put on a tick of the grid, -1 for none; its end too goes to a place of the grid that is near."""
    if tick < 0:
        return note
    seconds = grid.score.tempo_map.second(tick + note.duration)
    place = int(np.abs(grid.seconds - seconds).argmin())
    near = abs(float(grid.seconds[place]) - seconds) <= NEAR_END and int(grid.ticks[place]) > tick
    return replace(note, start=tick, duration=int(grid.ticks[place]) - tick if near else note.duration)
