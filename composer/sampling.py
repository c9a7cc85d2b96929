"""Drawing an id from logits: filters of sorted probabilities, numbers of explicit generators, masks of the grammar."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from composer.config import Sampling

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


def keep_top_p(mass: Floats, p: float) -> Floats:
    """(B, V), the likeliest first, with only those that together hold a share p; the first always stays."""
    if p >= 1:
        return mass
    held = mass.cumsum(-1)
    return mass * (held - mass < p * held[:, -1:])


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
    mass = np.exp((values - top) / settings.temperature)
    if settings.top_p >= 1 and not settings.top_k:
        return _pick(mass, at)
    order = (-values).argsort(-1)
    mass = keep_top_p(keep_top_k(np.take_along_axis(mass, order, -1), settings.top_k), settings.top_p)
    return np.asarray(np.take_along_axis(order, _pick(mass, at)[:, None], -1)[:, 0])


def _pick(mass: Floats, at: Floats) -> NDArray[np.int64]:
    """The column on which a point 0..1 of each row's whole mass falls, (B,); never one without mass."""
    held = mass.cumsum(-1)
    whole = held[:, -1]
    return np.asarray(np.minimum((held <= (at * whole)[:, None]).sum(-1), (held < whole[:, None]).sum(-1)))
