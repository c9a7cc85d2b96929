"""Linear layers in every precision, narrow and wide, for one position and several."""

from __future__ import annotations

import pytest
import torch

from composer.inference.quantized_linear import PRECISIONS, WIDE, Precision, projection

BOUNDS: dict[Precision, float] = {"float32": 1e-6, "bfloat16": 0.01, "int8": 0.03}  # of the largest output


@pytest.mark.parametrize("precision", PRECISIONS)
@pytest.mark.parametrize("width", [WIDE - 1, WIDE])
@pytest.mark.parametrize("biased", [True, False])
def test_every_precision_multiplies(precision: Precision, width: int, biased: bool) -> None:
    generator = torch.Generator().manual_seed(1)
    weight, x = torch.randn(96, width, generator=generator), torch.randn(4, width, generator=generator)
    bias = torch.randn(96, generator=generator) if biased else None
    with torch.inference_mode():
        product, wanted = projection(weight, bias, precision), torch.nn.functional.linear(x, weight, bias)
        for count in (1, 2, 4):
            made = product(x[:count])
            assert made.dtype == torch.float32
            assert (made - wanted[:count]).abs().max() < BOUNDS[precision] * wanted.abs().max()


def test_an_output_without_weight_is_its_bias() -> None:
    weight, bias = torch.zeros(4, 8), torch.arange(4.0)
    for precision in PRECISIONS:
        with torch.inference_mode():
            assert torch.allclose(projection(weight, bias, precision)(torch.ones(1, 8)), bias, atol=1e-2)
