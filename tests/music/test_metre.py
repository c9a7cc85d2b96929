"""Where the beats are, and how strictly a theme keeps to them."""

from __future__ import annotations

import numpy as np
import pytest

from composer.music import onset_places
from composer.music.metre import METERS, STEADY, MetricGrid, own_grid
from composer.music.score import Meter, Note, Score, Tempo


def struck(ticks: list[int], qpm: int = 120, meter: tuple[int, int] = (4, 4)) -> Score:
    """A theme by its onsets, 480 ticks a quarter."""
    notes = tuple(Note(tick, 60 + i % 12, 100) for i, tick in enumerate(ticks))
    return Score(notes, tempos=(Tempo(0, round(60e6 / qpm)),), meters=(Meter(0, *meter),))


@pytest.mark.parametrize("qpm", [60, 120, 200])
@pytest.mark.parametrize("count", [2, 5, 9, 30])
def test_few_onsets_on_the_beat_are_told_from_few_that_chance_put_there(count: int, qpm: int) -> None:
    assert own_grid(struck([240 * i for i in range(count)], qpm))[0] > 0.9
    lucky = 0
    for seed in range(60):
        ticks = np.random.default_rng(seed).integers(40, 500, size=count).cumsum().tolist()
        lucky += own_grid(struck(ticks, qpm))[0] >= STEADY
    assert lucky <= 6


def test_one_note_tells_no_grid() -> None:
    assert own_grid(struck([0], 60))[0] == 0


@pytest.mark.parametrize("place", [14, 14.4, 16])
def test_swung_eighths_have_a_grid_of_their_own(place: float) -> None:
    score = struck([480 * beat + tick for beat in range(8) for tick in (0, round(place * 20))])
    strictness, places = own_grid(score)
    assert strictness > 0.9
    assert places == pytest.approx((0, place), abs=0.1)
    assert np.rint(MetricGrid(score, places).ticks[:4]).tolist() == [0, round(place * 20), 480, 480 + round(place * 20)]


def test_triplets_and_dotted_eighths_are_not_swing() -> None:
    assert own_grid(struck([160 * i for i in range(24)]))[1] == (0, 8, 16)
    assert own_grid(struck([480 * beat + tick for beat in range(8) for tick in (0, 360)]))[1] == (0, 6, 12, 18)


def test_in_scores_something_begins_on_nearly_every_downbeat() -> None:
    for meter in METERS[:-1]:
        shares = onset_places.shares(meter)
        assert shares.shape[1] == 24
        assert shares[0, 0] == shares.max() > 0.9, meter
        assert shares.min() > 0
