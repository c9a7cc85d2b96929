"""LoRA adapters (arXiv 2106.09685): big matrices are frozen, and two thin ones beside each are trained.

A matrix W (out, in) answers W x + alpha / rank * up^T (down x), with `down` (rank, in) and `up` (rank, out). At first
`up` is 0 and `down` has orthonormal rows: one step of Muon at some rate then changes the product, by its largest
singular value, as much as it would change W itself. Both are held wide, since Muon takes larger steps in tall ones.
Small matrices, biases and norms are trained whole; the embeddings are frozen. In the end the adapters are merged into
W, so that nobody else needs to know of them.
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


class LoraFactors(nn.Module):
    """The two trainable factors beside a frozen matrix (out, in)."""

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
    """A linear layer whose matrix is frozen, with an adapter."""

    matrix: ClassVar = "weight"
    beside: LoraFactors

    def forward(self, x: Tensor) -> Tensor:
        """(…, in) -> (…, out)."""
        return self.beside(x, super().forward(x))  # type: ignore[no-any-return]


class AdaptedAttention(Attention):
    """Attention whose packed projection is frozen, with an adapter."""

    matrix: ClassVar = "in_proj_weight"
    beside: LoraFactors

    def project(self, x: Tensor) -> Tensor:
        """(B, T, E) -> (B, T, 3 E)."""
        return self.beside(x, super().project(x))  # type: ignore[no-any-return]


Adapted = AdaptedLinear | AdaptedAttention
KINDS: dict[type[nn.Module], type[Adapted]] = {Attention: AdaptedAttention, nn.Linear: AdaptedLinear}


def is_smaller(matrix: Tensor, rank: int) -> bool:
    """Whether two thin matrices are less than half as large as the big one."""
    return rank * sum(matrix.shape) < matrix.numel() / 2


def add_adapters(network: NoteGPT, rank: int, alpha: float) -> NoteGPT:
    """A copy of a network with adapters. Its `parameters()` are trained; what is frozen are buffers of their names."""
    model = copy.deepcopy(network)
    for module in list(model.modules()):
        if isinstance(module, nn.Embedding | nn.EmbeddingBag):
            _freeze(module, "weight")
        kind = KINDS.get(type(module))
        if kind is not None and is_smaller(getattr(module, kind.matrix), rank):
            _add_adapter(module, kind, rank, alpha)
    return model


def _add_adapter(module: nn.Module, kind: type[Adapted], rank: int, alpha: float) -> None:
    """Gives a module an adapter, in place."""
    factors = LoraFactors(getattr(module, kind.matrix).detach(), rank, alpha / rank)
    _freeze(module, kind.matrix)
    module.__class__ = kind
    module.add_module("beside", factors)


def _freeze(module: nn.Module, name: str) -> None:
    """Makes a parameter a buffer of the same name, which is not trained."""
    weight = getattr(module, name).detach()
    delattr(module, name)
    module.register_buffer(name, weight)


def _factors(model: nn.Module) -> dict[str, LoraFactors]:
    """The adapters by the names of their matrices."""
    found = {}
    for path, module in model.named_modules():
        if isinstance(module, Adapted):
            found[f"{path}.{module.matrix}"] = module.beside
    return found


class TrainableModel:
    """What a fine-tuning run trains: the network itself, or a copy of it with adapters."""

    def __init__(self, network: NoteGPT, recipe: Recipe) -> None:
        self.base_weights = weights_of(network)
        self.has_adapters = recipe.rank > 0  # then the network itself is not trained
        self.trainable, self._first = network, self.base_weights
        if self.has_adapters:
            self.trainable = add_adapters(network, recipe.rank, recipe.alpha)
            self._first = {name: p.detach().to("cpu", copy=True) for name, p in self.trainable.named_parameters()}
            for name, frozen in self.trainable.named_buffers():
                frozen.data = self.base_weights[name].to(frozen.device)  # on the processor without memory of its own

    def reset(self) -> None:
        """Restores the weights from before any training."""
        self.trainable.load_state_dict(self._first, strict=False)

    def continue_from(self, tuned: Weights) -> None:
        """Back to training these weights, after a validation for which the network had others."""
        if not self.has_adapters:
            self.trainable.load_state_dict(tuned)
        self.trainable.train()

    def trained_weights(self) -> Weights:
        """The tensors of a candidate checkpoint: the network's weights, or with adapters, rounded to bfloat16, the
        tensors that are trained whole, and NAME.down and NAME.up of the adapted matrices."""
        if not self.has_adapters:
            return weights_of(self.trainable)
        parameters = self.trainable.named_parameters()
        held = {name: weight.detach() for name, weight in parameters if name in self.base_weights}
        for name, factors in _factors(self.trainable).items():
            held[name + DOWN], held[name + UP] = factors.down.detach(), factors.scale * factors.up.detach()
        return {name: weight.to("cpu", torch.bfloat16).float() for name, weight in held.items()}

    def merge(self, trained: Weights) -> Weights:
        """The network's weights at a checkpoint, with its adapters merged in."""
        plain = {name: weight for name, weight in trained.items() if not low_rank_delta.is_part(name)}
        weights = {**self.base_weights, **plain}
        for name in low_rank_delta.adapted_names(trained):
            weights[name] = self.base_weights[name] + trained[name + UP].T @ trained[name + DOWN]
        return weights


def layer_groups(network: nn.Module) -> list[list[nn.Parameter]]:
    """Parameter groups for gradual unfreezing: the trunk in quarters, then the rest (embeddings, last norm, heads)."""
    blocks = list(cast("NoteGPT", network).blocks)
    cuts = [round(i * len(blocks) / 4) for i in range(5)]
    groups = [[p for b in blocks[a:z] for p in b.parameters()] for a, z in pairwise(cuts)]
    trunk = {id(p) for group in groups for p in group}
    return [group for group in groups if group] + [[p for p in network.parameters() if id(p) not in trunk]]
