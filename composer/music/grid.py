"""The snap grid: ticks at bars, note values or triplets, or as fine as the zoom can show. Pure arithmetic."""

from __future__ import annotations

from dataclasses import dataclass

from composer.music.time_maps import BarMap

# Steps of the grid in quarter notes; 0 stands for bars, None for no grid.
STEPS: dict[str, float | None] = {
    "bar": 0,
    "1/2": 2,
    "1/4": 1,
    "1/8": 1 / 2,
    "1/16": 1 / 4,
    "1/32": 1 / 8,
    "1/4T": 2 / 3,
    "1/8T": 1 / 3,
    "1/16T": 1 / 6,
    "off": None,
}
ADAPTIVE = "adaptive"
_ADAPTIVE = (("1/32", 14.0), ("1/16", 14.0), ("1/8", 14.0), ("1/4", 12.0), ("1/2", 10.0))  # finest first, least pixels


@dataclass(frozen=True, slots=True)
class Grid:
    """The snap grid. Bars are the meter's own, so a step begins anew at each bar line."""

    bars: BarMap
    ticks_per_beat: int
    step: float | None  # in quarter notes; 0 for bars, None for no grid

    @property
    def ticks(self) -> int:
        """Ticks a step; for bars the first bar's, without a grid 1."""
        if self.step is None:
            return 1
        if self.step == 0:
            return max(self.bars.start(1), 1)
        return max(round(self.step * self.ticks_per_beat), 1)

    def floor(self, tick: int) -> int:
        """The grid line at or before a tick."""
        return self._around(tick)[0]

    def after(self, tick: int) -> int:
        """The first grid line after a tick."""
        return self._around(tick)[1]

    def nearest(self, tick: int) -> int:
        """The grid line nearest to a tick."""
        before, after = self._around(tick)
        return before if tick - before < after - tick else after

    def _around(self, tick: int) -> tuple[int, int]:
        """The lines at or before a tick and after it; a bar line is always one."""
        tick = max(tick, 0)
        if self.step is None:
            return tick, tick + 1
        bar = self.bars.bar(tick)
        start, end = self.bars.start(bar), self.bars.start(bar + 1)
        size = (end - start) if self.step == 0 else self.step * self.ticks_per_beat
        count = int((tick - start + 0.5) / size)  # half a tick: lines of triplets fall between ticks
        return start + round(count * size), min(start + round((count + 1) * size), end)


def grid_for(name: str, bars: BarMap, ticks_per_beat: int, beat_width: float) -> Grid:
    """The grid of a name in `STEPS`, or the finest that is readable at this zoom for "adaptive"."""
    if name != ADAPTIVE:
        return Grid(bars, ticks_per_beat, STEPS[name])
    for step, pixels in _ADAPTIVE:
        size = STEPS[step] or 0
        if size * beat_width >= pixels:
            return Grid(bars, ticks_per_beat, size)
    return Grid(bars, ticks_per_beat, 0)
