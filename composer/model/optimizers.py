"""Muon for the blocks' matrices with AdamW for all else: as one optimiser, and in layer groups for teaching.

Muon: kellerjordan.github.io/posts/muon. Knows networks by the names of their parameters only.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import torch
from torch import Tensor, nn

from composer.core.settings import Training


def is_matrix(name: str, parameter: nn.Parameter) -> bool:
    """Whether Muon takes a parameter: the blocks' projections."""
    return name.startswith("blocks.") and parameter.ndim == 2


class Muon(torch.optim.Muon):
    """torch's, but for its Newton-Schulz steps, which are in float32 where the processor has no products in bfloat16.

    There torch's own take four times as long as all the rest of a step of ours.
    """

    @torch.no_grad()
    def step(self, closure: Any = None) -> None:  # type: ignore[override]
        """One step of every parameter that has a gradient; a closure is not called."""
        for group in self.param_groups:
            decay, momentum = group["lr"] * group["weight_decay"], group["momentum"]
            for parameter in group["params"]:
                if parameter.grad is None:
                    continue
                held = self.state[parameter].setdefault("momentum_buffer", torch.zeros_like(parameter.grad))
                held.lerp_(parameter.grad, 1 - momentum)
                ahead = parameter.grad.lerp(held, momentum) if group["nesterov"] else held
                turned = orthogonal(ahead, group["ns_coefficients"], group["ns_steps"], group["eps"])
                rows, columns = parameter.shape
                parameter.mul_(1 - decay)
                parameter.add_(turned, alpha=-group["lr"] * math.sqrt(max(1, rows / columns)))


def orthogonal(matrix: Tensor, coefficients: tuple[float, float, float], steps: int, eps: float) -> Tensor:
    """(rows, columns) with singular values near 1 and the same singular vectors, by the quintic Newton-Schulz steps of
    the page named above."""
    first, second, third = coefficients
    x = matrix.to(torch.bfloat16 if has_bfloat16(matrix.device) else torch.float32)
    x = x.T if matrix.shape[0] > matrix.shape[1] else x
    x = x / x.norm().clamp(min=eps)
    for _ in range(steps):
        gram = x @ x.T
        x = torch.addmm(x, torch.addmm(gram, gram, gram, beta=second, alpha=third), x, beta=first)
    return x.T if matrix.shape[0] > matrix.shape[1] else x


def has_bfloat16(device: torch.device) -> bool:
    """Whether a device multiplies numbers in bfloat16 by itself; elsewhere it is imitated, and ten times slower."""
    return device.type == "cuda" or (device.type == "cpu" and bool(torch.ops.mkldnn._is_mkldnn_bf16_supported()))


class MuonAdamW(torch.optim.Optimizer):
    """Muon (kellerjordan.github.io/posts/muon) for the blocks' matrices, AdamW for all else, as one optimiser."""

    def __init__(self, model: nn.Module, settings: Training) -> None:
        matrices = [p for n, p in model.named_parameters() if is_matrix(n, p)]
        chosen, decay = set(map(id, matrices)), settings.weight_decay
        rest = [p for p in model.parameters() if id(p) not in chosen]
        self.parts = (
            Muon(matrices, lr=settings.muon_rate, momentum=0.95, weight_decay=decay),
            torch.optim.AdamW(rest, lr=settings.adam_rate, betas=(0.9, 0.95), weight_decay=decay),
        )
        super().__init__([{"params": matrices}, {"params": rest}], {})
        self.param_groups = [group for part in self.parts for group in part.param_groups]
        for group in self.param_groups:
            group["initial_lr"] = group["lr"]

    @torch.no_grad()
    def step(self, closure: Any = None) -> None:  # type: ignore[override]
        """One step of both."""
        for part in self.parts:
            part.step()

    def state_dict(self) -> dict[str, Any]:
        """The states of both."""
        return {str(i): part.state_dict() for i, part in enumerate(self.parts)}

    def load_state_dict(self, state: dict[str, Any]) -> None:
        """Takes up the states of both."""
        for i, part in enumerate(self.parts):
            part.load_state_dict(state[str(i)])
        self.param_groups = [group for part in self.parts for group in part.param_groups]


class GroupedMuonAdamW(torch.optim.Optimizer):
    """The same in layer groups, each with one rate: Muon's. AdamW's is the tenth of it.

    `param_groups` are the layer groups, so that fastai can freeze them and give each its own rate.
    """

    def __init__(self, model: nn.Module, groups: Sequence[Sequence[nn.Parameter]], settings: Training) -> None:
        super().__init__([{"params": list(g), "lr": settings.muon_rate, "momentum": 0.95} for g in groups], {})
        matrices = {id(p) for n, p in model.named_parameters() if is_matrix(n, p)}
        decay = settings.weight_decay
        self.ratio = settings.adam_rate / settings.muon_rate
        self.parts: list[tuple[int, torch.optim.Optimizer, float]] = []  # (group, optimiser, its share of the rate)
        for number, group in enumerate(groups):
            chosen = [p for p in group if id(p) in matrices]
            rest = [p for p in group if id(p) not in matrices]
            if chosen:
                self.parts.append((number, Muon(chosen, weight_decay=decay), 1.0))
            if rest:
                self.parts.append((number, torch.optim.AdamW(rest, betas=(0.9, 0.95), weight_decay=decay), self.ratio))

    @torch.no_grad()
    def step(self, closure: Any = None) -> None:  # type: ignore[override]
        """One step of all groups; what is frozen has no gradient and stays."""
        for number, part, share in self.parts:
            for inner in part.param_groups:
                inner["lr"] = self.param_groups[number]["lr"] * share
            part.step()
