"""Recipes that take seconds, for tests and for the processes that tests start."""

from __future__ import annotations

from dataclasses import replace

from composer.core.settings import Recipe, Training

TINY = Recipe(0.05, ((0.3, 1, 1.0), (0.7, 5, 0.5)), steps=20, batch=4, length=48, looks=3, samples=0.01)
THIN = replace(TINY, rank=2)  # the same by adapters
BASE = Training(  # for training a base from nothing
    layers=4,
    width=32,
    heads=2,
    hidden=64,
    context=32,
    rope_time=3,
    rope_pitch=2,
    batch=4,
    steps_an_epoch=20,
    valid_windows=4,
    warmup=0.1,
)
