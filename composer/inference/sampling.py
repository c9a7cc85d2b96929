"""Drawing an id from logits: filters of sorted probabilities, numbers of explicit generators, masks of the grammar."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from composer.core.settings import Sampling

COLD = 1e-3  # temperatures below this are 0: dividing by them leaves no numbers
Floats = NDArray[np.float64]


def generators(random_seed: int, takes: int) -> list[torch.Generator]:
    """One generator a take, so that a take does not depend on how many others are drawn beside it."""
    return [torch.Generator().manual_seed((random_seed + take * 0x9E3779B97F4A7C15) % 2**63) for take in range(takes)]


def points(drawn_by: Sequence[torch.Generator], count: int) -> Floats:
    """The next `count` numbers 0..1 of each generator, (B, count)."""
    return np.stack([torch.rand(count, generator=g, dtype=torch.float64).numpy() for g in drawn_by])


def keep_top_k(mass: Floats, k: int) -> Floats:
    """(B, V), the likeliest first, with all but the first k at 0; k = 0 keeps all."""
    if 0 < k < mass.shape[-1]:
        mass = mass.copy()
        mass[:, k:] = 0
    return mass


def within_top_p(mass: Floats, held: Floats, p: float) -> NDArray[np.int64]:
    """How many of the first of (B, V), the likeliest first, together hold a share p, (B,); at least one.

    `held` are the sums up to each.
    """
    return np.asarray((held - mass < p * held[:, -1:]).sum(-1))


def draw(logits: Tensor, allowed: NDArray[np.bool_] | None, settings: Sampling, at: Floats) -> NDArray[np.int64]:
    """One id a row: logits (B, V), allowed (B or 1, V) or None for all, a number 0..1 a row -> (B,).

    Temperature 0 is argmax. Raises FloatingPointError where the logits are no numbers.
    """
    values = logits.float().cpu().numpy().astype(np.float64)
    if allowed is not None:
        values = np.where(allowed, values, -np.inf)
    top = values.max(-1, keepdims=True)
    if not np.isfinite(top).all():
        raise FloatingPointError("no probabilities")
    if settings.temperature < COLD:
        return np.asarray(values.argmax(-1))
    rows = np.arange(len(values))
    order = (-values).argsort(-1)
    mass = np.exp((values[rows[:, None], order] - top) / settings.temperature)
    mass = keep_top_k(mass, settings.top_k)
    held = mass.cumsum(-1)
    last = within_top_p(mass, held, settings.top_p) - 1
    point = at * held[rows, last]  # of what is left, the likeliest first
    return np.asarray(order[rows, np.minimum((held <= point[:, None]).sum(-1), last)])
