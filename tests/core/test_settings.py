"""Settings refuse what makes no sense when they are made, with a sentence."""

from __future__ import annotations

import dataclasses
import math
from typing import Any

import pytest

from composer.core.errors import UserError
from composer.core.settings import FEWEST_STEPS, RECIPES, GenerationRequest, Recipe, Sampling, Training


@pytest.mark.parametrize(
    "bad",
    [
        {"temperature": -0.1},
        {"temperature": 5.1},
        {"temperature": math.nan},
        {"top_k": -1},
        {"top_p": 0.0},
        {"top_p": 1.01},
        {"top_p": math.nan},
        {"random_seed": -1},
        {"random_seed": 2**63},
    ],
)
def test_bad_sampling(bad: dict[str, Any]) -> None:
    """The sentence names the setting and the value."""
    with pytest.raises(UserError) as caught:
        Sampling(**bad)
    assert caught.value.code == "setting_invalid"
    (name, value), *_ = bad.items()
    assert name.replace("_", " ").split()[0] in str(caught.value)
    assert repr(value) in str(caught.value)


@pytest.mark.parametrize(
    "bad",
    [
        {"takes": 0},
        {"takes": 17},
        {"notes": 0},
        {"notes": 100_001},
        {"bars": -1},
        {"seconds": 0.0},
        {"seconds": math.inf},
        {"seconds": math.nan},
        {"drafts": 0},
        {"drafts": 9},
    ],
)
def test_bad_composing(bad: dict[str, Any]) -> None:
    """So do lengths and takes."""
    with pytest.raises(UserError, match=next(iter(bad))):
        GenerationRequest(**bad)


@pytest.mark.parametrize(
    "good",
    [
        {"temperature": 0},
        {"temperature": 5},
        {"top_k": 0},
        {"top_p": 1},
        {"random_seed": 0},
        {"random_seed": 2**63 - 1},
        {"random_seed": None},
    ],
)
def test_the_edges_are_allowed(good: dict[str, Any]) -> None:
    """What the sentence allows is taken."""
    settings = GenerationRequest(sampling=Sampling(**good), takes=16, notes=100_000, bars=1, seconds=0.01)
    for name, value in good.items():
        assert getattr(settings.sampling, name) == value


def test_settings_cannot_be_changed_and_are_checked_when_copied() -> None:
    """A copy goes through the same door."""
    settings = GenerationRequest()
    with pytest.raises(dataclasses.FrozenInstanceError):
        settings.takes = 3  # type: ignore[misc]
    assert dataclasses.replace(settings, takes=3).takes == 3
    with pytest.raises(UserError):
        dataclasses.replace(settings, takes=99)


def test_recipes_share_out_the_whole_time() -> None:
    """Each recipe's stages add up to 1, and only unfreeze."""
    for recipe in RECIPES.values():
        assert sum(share for share, _, _ in recipe.stages) == pytest.approx(1)
        groups = [count for _, count, _ in recipe.stages]
        assert groups == sorted(groups)
        assert 1 <= groups[0] <= groups[-1] <= 5
    assert Training().width % Training().heads == 0


def test_a_recipe_takes_fewer_steps_with_little_music() -> None:
    plan = Recipe(15, ((1.0, 5, 1.0),), steps=320, passes=16, batch=8, length=512)
    assert plan.steps_for(17_000) == 67, "sixteen times the music, in steps of 4096 notes"
    assert plan.steps_for(10**6) == 320
    assert plan.steps_for(100) == FEWEST_STEPS
    assert dataclasses.replace(plan, passes=0.0).steps_for(100) == 320
    assert dataclasses.replace(plan, steps=10).steps_for(100) == 10
