"""Drawing an id from logits: pure filters, an explicit generator, and masks that keep to the grammar."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from composer.config import Sampling

COLD = 1e-3  # temperatures below this are 0: dividing by them leaves no numbers


def generators(random_seed: int, takes: int) -> list[torch.Generator]:
    """One generator a take, so that a take does not depend on how many others are drawn beside it."""
    return [torch.Generator().manual_seed((random_seed + take * 0x9E3779B97F4A7C15) % 2**63) for take in range(takes)]


def keep_top_k(logits: Tensor, k: int) -> Tensor:
    """(…, V) with all but the k largest at -inf; k = 0 keeps all."""
    if not 0 < k < logits.shape[-1]:
        return logits
    smallest = logits.topk(k, dim=-1).values[..., -1:]
    return logits.masked_fill(logits < smallest, -torch.inf)


def keep_top_p(logits: Tensor, p: float) -> Tensor:
    """(…, V) with only the likeliest values that together hold a share p; the likeliest always stays."""
    if p >= 1:
        return logits
    ordered, order = logits.sort(dim=-1, descending=True)
    before = ordered.softmax(-1).cumsum(-1) - ordered.softmax(-1)  # mass of the likelier ones
    return logits.masked_fill((before >= p).scatter(-1, order, before >= p), -torch.inf)


def draw(logits: Tensor, allowed: NDArray[np.bool_], settings: Sampling, drawn_by: Sequence[torch.Generator]) -> Tensor:
    """One id a row: logits (B, V), allowed (B, V), a generator a row -> (B,) int64. Temperature 0 is argmax.

    Raises FloatingPointError where the logits are no numbers.
    """
    logits = logits.float().masked_fill(~torch.from_numpy(allowed), -torch.inf)
    if settings.temperature < COLD:
        return logits.argmax(-1)
    logits = keep_top_p(keep_top_k(logits / settings.temperature, settings.top_k), settings.top_p)
    mass = logits.double().softmax(-1).cumsum(-1)
    if not bool(mass[:, -1].isfinite().all()):
        raise FloatingPointError("no probabilities")
    point = torch.stack([torch.rand((), generator=g, dtype=torch.float64) for g in drawn_by])[:, None] * mass[:, -1:]
    return (mass <= point).sum(-1).clamp(max=logits.shape[-1] - 1)
