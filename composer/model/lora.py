"""Low-rank adapters (arXiv 2106.09685): a student whose big matrices stay, and learn by two thin ones beside them.

A matrix W (out, in) answers W x + alpha / rank * up^T (down x), with `down` (rank, in) and `up` (rank, out). At first
`up` is 0 and `down` has orthonormal rows: one step of Muon at some rate then changes the product, by its largest
singular value, as much as it would change W itself. Both are held wide, since Muon takes larger steps in tall ones.
Small matrices, biases and norms learn whole; the embeddings stay. When the lesson ends, what was learned is added to W,
so that nobody else needs to know of this.
"""

from __future__ import annotations

import copy
from itertools import pairwise
from typing import ClassVar, cast

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from composer.core.settings import Recipe
from composer.model import low_rank_delta
from composer.model.checkpoint import Weights, weights_of
from composer.model.low_rank_delta import DOWN, UP
from composer.model.transformer import Attention, NoteGPT


class Factors(nn.Module):
    """What a matrix (out, in) learns."""

    def __init__(self, matrix: Tensor, rank: int, scale: float) -> None:
        super().__init__()
        out, into = matrix.shape
        self.scale = scale
        self.down = nn.Parameter(nn.init.orthogonal_(torch.empty(rank, into)).to(matrix.device))
        self.up = nn.Parameter(matrix.new_zeros(rank, out))

    def forward(self, x: Tensor, plain: Tensor) -> Tensor:
        """(…, in), (…, out) -> (…, out): adds to what the matrix itself answers.

        All in one operation: large tensors that are read and written once more would cost what is saved by learning
        thin matrices.
        """
        low = self.scale * F.linear(x, self.down)
        added = torch.addmm(plain.flatten(0, -2), low.flatten(0, -2), self.up)
        return added.view(plain.shape)


class AdaptedLinear(nn.Linear):
    """A linear layer whose matrix stays."""

    matrix: ClassVar = "weight"
    beside: Factors

    def forward(self, x: Tensor) -> Tensor:
        """(…, in) -> (…, out)."""
        return self.beside(x, super().forward(x))  # type: ignore[no-any-return]


class AdaptedAttention(Attention):
    """Attention whose packed projection stays."""

    matrix: ClassVar = "in_proj_weight"
    beside: Factors

    def project(self, x: Tensor) -> Tensor:
        """(B, T, E) -> (B, T, 3 E)."""
        return self.beside(x, super().project(x))  # type: ignore[no-any-return]


Adapted = AdaptedLinear | AdaptedAttention
KINDS: dict[type[nn.Module], type[Adapted]] = {Attention: AdaptedAttention, nn.Linear: AdaptedLinear}


def worth(matrix: Tensor, rank: int) -> bool:
    """Whether two thin matrices are less than half as large as the big one."""
    return rank * sum(matrix.shape) < matrix.numel() / 2


def adapted(network: NoteGPT, rank: int, alpha: float) -> NoteGPT:
    """A copy of a network whose `parameters()` are what adapters learn; what stays are buffers of the old names."""
    student = copy.deepcopy(network)
    for module in list(student.modules()):
        if isinstance(module, nn.Embedding | nn.EmbeddingBag):
            _fix(module, "weight")
        kind = KINDS.get(type(module))
        if kind is not None and worth(getattr(module, kind.matrix), rank):
            _adapt(module, kind, rank, alpha)
    return student


def _adapt(module: nn.Module, kind: type[Adapted], rank: int, alpha: float) -> None:
    """Makes a module one that is adapted, in place."""
    factors = Factors(getattr(module, kind.matrix).detach(), rank, alpha / rank)
    _fix(module, kind.matrix)
    module.__class__ = kind
    module.add_module("beside", factors)


def _fix(module: nn.Module, name: str) -> None:
    """A parameter that learns no more, under its old name."""
    weight = getattr(module, name).detach()
    delattr(module, name)
    module.register_buffer(name, weight)


def _matrices(student: nn.Module) -> dict[str, Factors]:
    """The names of the adapted matrices, and what they learn."""
    found = {}
    for path, module in student.named_modules():
        if isinstance(module, Adapted):
            found[f"{path}.{module.matrix}"] = module.beside
    return found


class Pupil:
    """Whoever learns in a lesson: the network itself, or a copy of it with adapters."""

    def __init__(self, network: NoteGPT, settings: Recipe) -> None:
        self.start = weights_of(network)
        self.is_apart = settings.rank > 0  # the network itself does not learn
        self.student, self._first = network, self.start
        if self.is_apart:
            self.student = adapted(network, settings.rank, settings.alpha)
            self._first = {name: p.detach().to("cpu", copy=True) for name, p in self.student.named_parameters()}
            for name, stays in self.student.named_buffers():
                stays.data = self.start[name].to(stays.device)  # on the processor without memory of its own

    def begin(self) -> None:
        """Forgets all that was learned."""
        self.student.load_state_dict(self._first, strict=False)

    def go_on(self, taught: Weights) -> None:
        """Learns on after a look, for which the network had other weights than these."""
        if not self.is_apart:
            self.student.load_state_dict(taught)
        self.student.train()

    def learned(self) -> Weights:
        """What is kept of a step: the network's weights, or with adapters, rounded as they will be stored, the tensors
        that learned whole, and NAME.down and NAME.up of the adapted matrices."""
        if not self.is_apart:
            return weights_of(self.student)
        parameters = self.student.named_parameters()
        held = {name: weight.detach() for name, weight in parameters if name in self.start}
        for name, factors in _matrices(self.student).items():
            held[name + DOWN], held[name + UP] = factors.down.detach(), factors.scale * factors.up.detach()
        return {name: weight.to("cpu", torch.bfloat16).float() for name, weight in held.items()}

    def whole(self, learned: Weights) -> Weights:
        """The network's weights at a step of which this was kept."""
        weights = {
            **self.start,
            **{name: weight for name, weight in learned.items() if not low_rank_delta.is_part(name)},
        }
        for name in low_rank_delta.factored(learned):
            weights[name] = self.start[name] + learned[name + UP].T @ learned[name + DOWN]
        return weights


def layer_groups(network: nn.Module) -> list[list[nn.Parameter]]:
    """The trunk in quarters, and the rest (embeddings, last norm, heads) as the last group."""
    blocks = list(cast("NoteGPT", network).blocks)
    cuts = [round(i * len(blocks) / 4) for i in range(5)]
    groups = [[p for b in blocks[a:z] for p in b.parameters()] for a, z in pairwise(cuts)]
    trunk = {id(p) for group in groups for p in group}
    return [group for group in groups if group] + [[p for p in network.parameters() if id(p) not in trunk]]
