"""Memory and layout for the compiled kernel: large pages, weights in panels, what can be rounded to bytes."""

from __future__ import annotations

import ctypes
import math
import mmap
from contextlib import suppress
from typing import cast

import torch
from torch import Tensor, nn

from composer.inference.kernel import build
from composer.inference.quantized_linear import Precision
from composer.inference.torch_stepper import behind
from composer.model.transformer import Block, Shape

LANES = 16
CHUNK = 1 << 21  # bytes of a large page
KINDS = {"float32": torch.float32, "bfloat16": torch.bfloat16, "int8": torch.int8}


class Arena:
    """Memory in large pages where the system has them: reading 100 MB from pages of 4 kB costs a third more.

    `sparse`: much of it will not be touched, and what is not touched should cost nothing.
    """

    def __init__(self, sparse: bool = False) -> None:
        self._sparse = sparse
        self._chunks: list[mmap.mmap] = []
        self._used = self._size = 0

    def empty(self, dtype: torch.dtype, *sizes: int) -> Tensor:
        """A tensor of zeros at a multiple of 64 bytes."""
        count = math.prod(sizes)
        need = count * dtype.itemsize
        if self._used + need > self._size or not self._chunks:
            self._size, self._used = max(-(-need // CHUNK) * CHUNK, CHUNK), 0
            chunk = mmap.mmap(-1, self._size)
            if hasattr(mmap, "MADV_HUGEPAGE") and not self._sparse:
                with suppress(OSError):  # a system without large pages
                    chunk.madvise(mmap.MADV_HUGEPAGE)
            self._chunks.append(chunk)
        made = torch.frombuffer(self._chunks[-1], dtype=dtype, count=count, offset=self._used) if count else None
        self._used += -(-need // 64) * 64
        return torch.zeros(sizes, dtype=dtype) if made is None else made.view(sizes)


class Packing:
    """Lays tensors out for the kernel and keeps them alive."""

    def __init__(self, kernel: ctypes.CDLL, precision: Precision) -> None:
        half = kernel.ricercar_layout()
        self.precision, self.fours, self.half = precision, bool(half), half or 128  # as panels.h: HALF, ROUND
        self._held: list[Tensor] = []
        self._arena = Arena()

    def at(self, tensor: Tensor) -> int:
        """Where a copy of a tensor lies."""
        self._held.append(self._arena.empty(tensor.dtype, *tensor.shape).copy_(tensor.detach()))
        return self._held[-1].data_ptr()

    def linear(self, weight: Tensor, bias: Tensor | None) -> build.Linear:
        """A weight (N, K) in panels of sixteen outputs."""
        weight = weight.detach().float()
        shift = torch.zeros(len(weight)) if bias is None else bias.detach().float()
        if weight.shape[1] % LANES or len(weight) % LANES:
            weight = nn.functional.pad(weight, (0, -weight.shape[1] % LANES, 0, -len(weight) % LANES))
        rows, cols = weight.shape
        made = build.Linear(bias=self.at(nn.functional.pad(shift, (0, rows - len(shift)))), rows=rows, cols=cols)
        thin = weight.to(KINDS[self.precision]) if self.precision != "int8" else self._bytes_of(weight, made)
        if self.precision == "int8" and self.fours:
            thin = thin.view(torch.int32)  # four columns of a row stay together
        made.weight = self.at(thin.view(rows // LANES, LANES, -1).transpose(1, 2))
        return made

    def _bytes_of(self, weight: Tensor, made: build.Linear) -> Tensor:
        """Weights in whole numbers, and in `made` what one of each row's is worth."""
        scale = (torch.maximum(weight.amax(1), -weight.amin(1)) / 127).clamp(min=1e-12)
        whole = (weight / scale[:, None]).round_()
        made.scale, made.sums = self.at(scale), self.at((whole.sum(1) * self.half).int())
        return whole.to(torch.int8)

    def layer(self, block: Block, scales: Tensor, near: Tensor | None) -> build.Layer:
        """A block, its layer norms folded into what follows them."""
        attention, first, last = block.attn, cast(nn.Linear, block.mlp[0]), cast(nn.Linear, block.mlp[2])
        return build.Layer(
            attend_in=self.linear(*behind(block.ln1, attention.in_proj_weight, attention.in_proj_bias)),
            attend_out=self.linear(attention.out_proj.weight, attention.out_proj.bias),
            mlp_in=self.linear(*behind(block.ln2, first.weight, first.bias)),
            mlp_out=self.linear(last.weight, last.bias),
            scales=self.at(scales),
            near=None if near is None else self.at(near),
        )


def near(block: Block, shape: Shape, half: int) -> Tensor:
    """Er in panels of sixteen rows, the row `context` - 1 distance 0: beyond the table all is as its first.

    Panels (…, head_dim, 16); in bytes round `half` (…, head_dim / 4 + 1, 16), four a number, and what a step is worth.
    """
    table = block.attn.Er.detach()
    far = table[:1].expand(max(shape.context - len(table), 0), -1)
    table = torch.cat([far, table[-shape.context :]])
    table = nn.functional.pad(table, (0, 0, 0, 2 * LANES + -len(table) % LANES))
    if not half:
        return table.view(-1, LANES, table.shape[1]).transpose(1, 2)
    whole, scale = as_bytes(nn.functional.pad(table, (0, -table.shape[1] % 4)), half)
    fours = (whole + half).to(torch.uint8).view(-1, LANES, whole.shape[1]).view(torch.int32)
    return torch.cat([fours.transpose(1, 2), scale.view(torch.int32).view(-1, 1, LANES)], dim=1)


def as_bytes(of: Tensor, half: int) -> tuple[Tensor, Tensor]:
    """Vectors (…, head_dim) as whole numbers below `half` in size, and what one of these is worth in each."""
    scale = of.abs().amax(-1).clamp(min=1e-30) / (half - 1)
    return (of / scale[..., None]).round(), scale
