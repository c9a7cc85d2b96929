"""Matrices that are stored as their difference from a base: what comes back, and what is refused."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from composer.model import low_rank_delta
from composer.model.low_rank_delta import DOWN, SHARE, UP, Array

RANDOM = np.random.default_rng(7)


def numbers(*size: int) -> Array:
    return RANDOM.standard_normal(size).astype(np.float32)


def test_a_matrix_is_its_base_and_a_share_of_the_product() -> None:
    base, down, up = numbers(6, 4), numbers(2, 4), numbers(2, 6)
    found = low_rank_delta.apply_deltas(
        {"a": base, "b": base}, {"a" + DOWN: down, "a" + UP: up, SHARE: np.float32([0.5])}
    )
    assert list(found) == ["a"]
    for row in range(6):
        for column in range(4):
            expected = base[row, column] + 0.5 * sum(up[k, row] * down[k, column] for k in range(2))
            assert found["a"][row, column] == pytest.approx(expected, rel=1e-5, abs=1e-6)
    assert low_rank_delta.apply_deltas({"a": base}, {"a": base}) == {}


def test_bfloat16_is_pytorch_s() -> None:
    values = np.concatenate([numbers(4000), numbers(4000) * np.float32(1e-30), np.float32([0, -0.0, 1, 2**-133, 3e38])])
    tie = np.array([0x3F808000, 0x3F818000, 0xBF80FFFF], dtype=np.uint32).view(np.float32)  # half-way, to even
    values = np.concatenate([values, tie])
    ours = low_rank_delta.from_bfloat16(low_rank_delta.to_bfloat16(values))
    assert np.array_equal(ours, torch.from_numpy(values).to(torch.bfloat16).float().numpy())


@pytest.mark.parametrize(
    "change",
    [
        {SHARE: None},
        {"a" + UP: None},
        {"a" + DOWN: None},
        {"b" + UP: numbers(2, 6)},
        {SHARE: np.float32([np.nan])},
        {SHARE: np.float32([1, 1])},
        {"a" + UP: numbers(2, 5)},
        {"a" + UP: numbers(3, 6)},
        {"a" + DOWN: numbers(2, 5)},
        {"a" + DOWN: numbers(2)},
        {"a": numbers(6, 4)},
        {"c" + UP: numbers(2, 6), "c" + DOWN: numbers(2, 4)},
    ],
)
def test_what_is_no_difference_is_refused(change: dict[str, Array | None]) -> None:
    whole = {"a" + DOWN: numbers(2, 4), "a" + UP: numbers(2, 6), SHARE: np.ones(1, dtype=np.float32)}
    own = {name: value for name, value in {**whole, **change}.items() if value is not None}
    base = {"a": numbers(6, 4), "b": numbers(6, 4)}
    assert low_rank_delta.apply_deltas(base, whole)
    with pytest.raises(ValueError, match="difference"):
        low_rank_delta.apply_deltas(base, own)
