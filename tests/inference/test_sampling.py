"""Drawing: a temperature that works, filters, masks, and seeds."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from composer.core.settings import Sampling
from composer.inference.sampling import draw, generators, keep_top_k, points, within_top_p

LOGITS = torch.log(torch.tensor([[0.5, 0.3, 0.15, 0.05]]))


def shares(settings: Sampling, allowed: np.ndarray | None = None, draws: int = 4000) -> np.ndarray:
    at = points(generators(7, 1), draws)
    found = [int(draw(LOGITS, allowed, settings, at[:, number])[0]) for number in range(draws)]
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
    mass = np.array([[0.5, 0.3, 0.15, 0.05]])
    assert keep_top_k(mass, 2).tolist() == [[0.5, 0.3, 0, 0]]
    assert np.array_equal(keep_top_k(mass, 0), mass)
    assert np.array_equal(keep_top_k(mass, 9), mass)
    held = mass.cumsum(-1)
    assert within_top_p(mass, held, 0.75) == 2
    assert within_top_p(2 * mass, 2 * held, 0.75) == 2, "a share, whatever the whole"
    assert within_top_p(mass, held, 0.01) == 1
    assert within_top_p(mass, held, 1.0) == 4
    none = np.array([[0.6, 0.4, 0, 0]])
    assert within_top_p(none, none.cumsum(-1), 1.0) == 2, "what has no mass is never in it"


@pytest.mark.parametrize(
    ("settings", "kept"),
    [
        (Sampling(top_p=0.75), [0.625, 0.375, 0, 0]),
        (Sampling(top_p=1.0, top_k=3), [0.526, 0.316, 0.158, 0]),
        (Sampling(top_p=0.9, top_k=3), [0.526, 0.316, 0.158, 0]),
    ],
)
def test_the_rest_keeps_its_proportions(settings: Sampling, kept: list[float]) -> None:
    np.testing.assert_allclose(shares(settings), kept, atol=0.03)


@pytest.mark.parametrize("at", [0.0, 1.0 - 2**-53, 1.0])
@pytest.mark.parametrize("top_p", [0.9, 1.0])
def test_no_point_falls_on_a_value_without_mass(at: float, top_p: float) -> None:
    allowed = np.array([[False, True, True, False]])
    assert draw(LOGITS, allowed, Sampling(top_p=top_p), np.array([at]))[0] in (1, 2)


@pytest.mark.parametrize("bad", [float("nan"), float("inf")])
def test_logits_that_are_no_numbers_are_refused(bad: float) -> None:
    for settings in (Sampling(), Sampling(top_p=1.0)):
        with pytest.raises(FloatingPointError):
            draw(torch.tensor([[0.0, bad, 1.0]]), None, settings, np.array([0.5]))


def test_numbers_drawn_ahead_are_those_drawn_one_by_one() -> None:
    one_by_one = generators(3, 1)
    wanted = np.concatenate([points(one_by_one, 1) for _ in range(40)], axis=1)
    assert np.array_equal(points(generators(3, 1), 40), wanted)


def test_what_the_mask_forbids_is_never_drawn() -> None:
    allowed = np.array([[False, False, True, True]])
    found = shares(Sampling(temperature=3.0, top_k=4, top_p=0.99), allowed, 500)
    assert found[0] == found[1] == 0


def test_a_take_does_not_depend_on_how_many_stand_beside_it() -> None:
    logits = torch.randn(4, 50, generator=torch.Generator().manual_seed(1))
    alone, beside = points(generators(5, 1), 20), points(generators(5, 4), 20)
    for number in range(20):
        one = draw(logits[:1], None, Sampling(), alone[:, number])
        assert one[0] == draw(logits, None, Sampling(), beside[:, number])[0]


def test_takes_and_seeds_differ() -> None:
    numbers = {float(value) for seed in (1, 2) for value in points(generators(seed, 3), 1)[:, 0]}
    assert len(numbers) == 6
