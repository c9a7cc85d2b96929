"""Drawing: a temperature that works, filters, masks, and seeds."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from composer.config import Sampling
from composer.sampling import draw, generators, keep_top_k, keep_top_p

LOGITS = torch.log(torch.tensor([[0.5, 0.3, 0.15, 0.05]]))
ALL = np.ones((1, 4), dtype=bool)


def shares(settings: Sampling, allowed: np.ndarray = ALL, draws: int = 4000) -> np.ndarray:
    drawn_by = generators(7, 1)
    found = [int(draw(LOGITS, allowed, settings, drawn_by)[0]) for _ in range(draws)]
    return np.bincount(found, minlength=4) / draws


def test_temperature_one_draws_as_the_model_believes() -> None:
    np.testing.assert_allclose(shares(Sampling(top_p=1.0)), [0.5, 0.3, 0.15, 0.05], atol=0.03)


@pytest.mark.parametrize("temperature", [0.5, 2.0])
def test_temperature_sharpens_and_flattens(temperature: float) -> None:
    expected = np.array([0.5, 0.3, 0.15, 0.05]) ** (1 / temperature)
    np.testing.assert_allclose(
        shares(Sampling(temperature=temperature, top_p=1.0)), expected / expected.sum(), atol=0.03
    )


def test_temperature_zero_takes_the_likeliest_that_is_allowed() -> None:
    settings = Sampling(temperature=0)
    assert shares(settings, draws=5)[0] == 1
    assert shares(settings, np.array([[False, True, True, True]]), draws=5)[1] == 1


def test_top_k_and_top_p_keep_the_likeliest() -> None:
    assert keep_top_k(LOGITS, 2).isfinite().tolist() == [[True, True, False, False]]
    assert keep_top_k(LOGITS, 0).isfinite().all()
    assert keep_top_k(LOGITS, 9).isfinite().all()
    assert keep_top_p(LOGITS, 0.75).isfinite().tolist() == [[True, True, False, False]]
    assert keep_top_p(LOGITS, 0.01).isfinite().tolist() == [[True, False, False, False]]
    assert keep_top_p(LOGITS[:, [3, 1, 0, 2]], 0.75).isfinite().tolist() == [[False, True, True, False]]
    assert keep_top_p(LOGITS, 1.0).isfinite().all()


def test_what_the_mask_forbids_is_never_drawn() -> None:
    allowed = np.array([[False, False, True, True]])
    found = shares(Sampling(temperature=3.0, top_k=4, top_p=0.99), allowed, 500)
    assert found[0] == found[1] == 0


def test_a_take_does_not_depend_on_how_many_stand_beside_it() -> None:
    logits = torch.randn(4, 50, generator=torch.Generator().manual_seed(1))
    allowed = np.ones((4, 50), dtype=bool)
    alone, beside = generators(5, 1), generators(5, 4)
    for _ in range(20):
        one = draw(logits[:1], allowed[:1], Sampling(), alone)
        assert one[0] == draw(logits, allowed, Sampling(), beside)[0]


def test_takes_and_seeds_differ() -> None:
    numbers = {float(torch.rand((), generator=g)) for seed in (1, 2) for g in generators(seed, 3)}
    assert len(numbers) == 6
