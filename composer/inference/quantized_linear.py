"""Linear layers for a few positions at a time, their weights in float32, bfloat16 or int8, laid out to be read once."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from typing import Literal, cast

import torch
from torch import Tensor

Precision = Literal["float32", "bfloat16", "int8"]
PRECISIONS: tuple[Precision, ...] = ("float32", "bfloat16", "int8")  # as config.PRECISIONS
WIDE = 768  # from here on two positions cost no more than one in the usual layout (7.5 ms for 24 matrices of 1024,
#             16 ms transposed); below, one position is a fifth quicker transposed
Projection = Callable[[Tensor], Tensor]  # (B, K) -> (B, N), float32


def projection(weight: Tensor, bias: Tensor | None, precision: Precision) -> Projection:
    """A linear layer, weight (N, K), with its weights as `precision` says; in and out are float32.

    int8: one scale an output; the input is quantised as it comes, over all takes of a step together.
    Raises RuntimeError where PyTorch was built without the engine for it.
    """
    weight = weight.detach().float()
    shift = torch.zeros(len(weight)) if bias is None else bias.detach().float()
    if precision == "int8":
        return _in_int8(weight, shift)
    if precision == "bfloat16":
        thin, thin_shift = weight.bfloat16().contiguous(), shift.bfloat16()
        return lambda x: torch.nn.functional.linear(x.bfloat16(), thin, thin_shift).float()
    if weight.shape[1] >= WIDE:
        return lambda x: torch.nn.functional.linear(x, weight, shift)
    across = weight.t().contiguous()
    return lambda x: torch.addmm(shift, x, across)


def _in_int8(weight: Tensor, shift: Tensor) -> Projection:
    scale = (weight.abs().amax(1) / 127).clamp(min=1e-12).double()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # that a later torch will make quantised tensors in another place
        nothing = torch.zeros(len(weight), dtype=torch.int64)
        ints = torch.quantize_per_channel(weight, scale, nothing, 0, torch.qint8)
        packed = torch.ops.quantized.linear_prepack(ints, shift)
    run = torch.ops.quantized.linear_dynamic.default
    run = getattr(run, "_op", run)  # without the checks for tracing, which take as long as the product
    return lambda x: cast(Tensor, run(x, packed, True))  # True: seven bits an input, safe on every processor


def can(precision: Precision) -> bool:
    """Whether this build of PyTorch multiplies in a precision."""
    try:
        with torch.inference_mode():
            made = projection(torch.eye(16), None, precision)(torch.ones(2, 16))
    except (RuntimeError, AttributeError, NotImplementedError):
        return False
    return bool((made - 1).abs().max() < 0.1)
