"""Ticks, seconds, bars: exact against sums done the long way."""

from __future__ import annotations

import random

import numpy as np
import pytest

from composer.music import time_maps
from composer.music.time_maps import BarMap, TempoMap


def slow_seconds(tick: int, ticks_per_beat: int, changes: list[tuple[int, int]]) -> float:
    """Seconds of a tick, adding up tick by tick."""
    pace, total, at = 500_000, 0.0, dict(changes)
    for now in range(tick):
        pace = at.get(now, pace)
        total += pace / 1e6 / ticks_per_beat
    return total


def test_default_tempo() -> None:
    """120 quarter notes a minute until told otherwise."""
    tempo = TempoMap(480)
    assert tempo.second(960) == pytest.approx(1.0)
    assert tempo.tick(1.0) == 960
    assert tempo.qpm_at(0) == pytest.approx(120)
    late = TempoMap(480, [(960, 1_000_000)])
    assert late.second(1440) == pytest.approx(2.0)
    assert (late.qpm_at(959), late.qpm_at(960)) == (pytest.approx(120), pytest.approx(60))


def test_tempo_maps_agree_with_adding_up_ticks() -> None:
    """Random maps, unsorted, in several resolutions."""
    rng = random.Random(4)
    for _ in range(40):
        resolution = rng.choice([24, 96, 480, 1000])
        changes = [(rng.randrange(0, 400), rng.randrange(1, 2_000_000)) for _ in range(rng.randrange(0, 6))]
        changes = list(dict(changes).items())
        tempo = TempoMap(resolution, changes)
        for tick in rng.sample(range(500), 5):
            assert tempo.second(tick) == pytest.approx(slow_seconds(tick, resolution, changes), abs=1e-9)


def test_there_and_back() -> None:
    """Seconds of a tick lead to that tick again, for arrays of any shape."""
    tempo = TempoMap(480, [(100, 250_000), (5000, 1_234_567), (9000, 16_777_215)])
    ticks = np.arange(0, 20_000, 7).reshape(2, -1)
    assert (tempo.ticks(tempo.seconds(ticks)) == ticks).all()
    assert tempo.seconds(ticks).shape == ticks.shape
    assert (np.diff(tempo.seconds(np.arange(20_000))) > 0).all()


def test_the_later_of_two_tempi_on_one_tick_wins() -> None:
    """As in a file, where the second event takes effect."""
    assert TempoMap(480, [(0, 500_000), (0, 250_000)]).qpm_at(0) == pytest.approx(240)
    assert TempoMap(480, [(0, 250_000), (0, 500_000)]).qpm_at(0) == pytest.approx(120)
    assert BarMap(480, [(0, 4, 4), (0, 3, 4)]).meter(0) == (3, 4)


@pytest.mark.parametrize("qpm", [3.58, 60, 120, 133.7, 999])
def test_tempo_and_microseconds(qpm: float) -> None:
    """To the microsecond."""
    assert time_maps.qpm(time_maps.microseconds(qpm)) == pytest.approx(qpm, rel=1e-4)


def test_microseconds_fit_a_midi_event() -> None:
    """24 bits, and never 0."""
    assert time_maps.microseconds(0.001) == 0xFFFFFF
    assert time_maps.microseconds(1e9) == 1


def test_bars_across_meters() -> None:
    """4/4 for two bars, then 3/4, then 6/8 from the middle of a bar on, which begins a new one."""
    bars = BarMap(480, [(3840, 3, 4), (3840 + 1440 + 480, 6, 8)])
    assert [bars.bar(t) for t in (0, 1919, 1920, 3839, 3840, 5279, 5280, 5759, 5760, 7199, 7200)] == [
        *(0, 0, 1, 1, 2, 2, 3, 3, 4, 4, 5)
    ]
    assert [bars.start(b) for b in range(6)] == [0, 1920, 3840, 5280, 5760, 7200]
    assert [bars.meter(t) for t in (0, 3840, 5760)] == [(4, 4), (3, 4), (6, 8)]
    assert bars.lines(1, 5760) == [(1920, 1), (3840, 2), (5280, 3), (5760, 4)]
    assert bars.lines(0, 0) == [(0, 0)]
    assert bars.beat(5760 + 240 * 4 + 7) == (4, 4, 7)
    assert bars.beat(1920 + 480 * 3) == (1, 3, 0)


@pytest.mark.parametrize(("tick", "line"), [(0, 0), (1, 1920), (1920, 1920), (1921, 3840)])
def test_the_next_bar_line(tick: int, line: int) -> None:
    """At or after the tick."""
    assert BarMap(480).next_line(tick) == line


def test_bars_and_starts_agree_everywhere() -> None:
    """Every tick lies in its bar, for random meter maps in odd resolutions."""
    rng = random.Random(7)
    for _ in range(60):
        meters = [(rng.randrange(0, 3000), rng.randrange(1, 13), 2 ** rng.randrange(0, 6)) for _ in range(4)]
        bars = BarMap(rng.choice([24, 96, 480]), meters)
        for tick in range(0, 4000, 13):
            bar = bars.bar(tick)
            assert bars.start(bar) <= tick < bars.start(bar + 1)
            assert bars.bar(bars.start(bar)) == bar
            assert 0 <= bars.next_line(tick) - tick <= bars.start(bar + 1) - bars.start(bar)
            assert bars.beat(tick)[0] == bar


@pytest.mark.parametrize("meter", [(4, 2**255), (1, 128), (0, 4)])
def test_no_bar_is_shorter_than_a_64th_note(meter: tuple[int, int]) -> None:
    """Or a page would hold a million bar lines."""
    bars = BarMap(480, [(0, *meter)])
    assert bars.start(100) == 3000
    assert BarMap(480, [(0, 1, 64)]).start(100) == 3000
    assert BarMap(1, [(0, *meter)]).start(100) == 100


@pytest.mark.parametrize("seed", range(20))
def test_the_bars_around_many_ticks(seed: int) -> None:
    dice = random.Random(seed)
    at = [dice.randrange(4000) for _ in range(5)]
    bars = BarMap(dice.choice((1, 96, 480)), [(t, dice.randrange(1, 9), dice.choice((2, 4, 8, 64))) for t in at])
    ticks = np.array([0, *at, *(dice.randrange(9000) for _ in range(200)), 2**53 - 1])
    first, last = bars.around(ticks)
    for tick, a, b in zip(ticks.tolist(), first.tolist(), last.tolist(), strict=True):
        assert (a, b) == (bars.start(bars.bar(tick)), bars.start(bars.bar(tick) + 1))
