"""Networks with weights of some size, prompts for them, and how near two ways of running them must come."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from composer.inference.kernel import build
from composer.inference.quantized_linear import Precision
from composer.model.tokenizer import START, VOCABULARY
from composer.model.transformer import GPT, NoteGPT
from tests.small import GIGA_SHAPE, NOTE_SHAPE

BOUNDS: list[tuple[Precision, float]] = [("float32", 2e-5), ("bfloat16", 0.15), ("int8", 0.3)]  # of a logit
OPTIONS = [
    {},
    {"intervals": 0},
    {"rope_time": 0, "rope_pitch": 0, "rope_base": 10_000},
    {"qk_norm": 0},
    {"relu_squared": 0},
    {"context": 16},
]
COMPILER = shutil.which("cc") or shutil.which("gcc") or shutil.which("clang")
needs_compiler = pytest.mark.skipif(COMPILER is None, reason="no C compiler on this machine: PyTorch's path serves")


def random_notes(batch: int, length: int, seed: int = 0) -> torch.Tensor:
    """Notes at random, (batch, length, 5); no control positions among them."""
    generator = torch.Generator().manual_seed(seed)
    sizes = (START, *(size - 1 for size in VOCABULARY[1:]))
    columns = [torch.randint(0, size, (batch, length), generator=generator) for size in sizes]
    return torch.stack(columns, dim=-1)


def prompt_of(length: int, seed: int = 0) -> np.ndarray:
    """A prompt of random notes, (length, 5)."""
    return random_notes(1, length, seed)[0].numpy().astype(np.int16)


def stirred(network: NoteGPT | GPT) -> None:
    """Weights as training might leave them: norms that scale and shift, logits of some size."""
    generator = torch.Generator().manual_seed(5)
    with torch.no_grad():
        for weight in network.parameters():
            weight += 0.1 * torch.randn(weight.shape, generator=generator)


def network(context: int = 48) -> NoteGPT:
    """A network of one step a note."""
    torch.manual_seed(1)
    made = NoteGPT(replace(NOTE_SHAPE, context=context)).eval()
    stirred(made)
    return made


def giga_network(context: int = 64) -> GPT:
    """A network of GIGA-Piano's kind."""
    torch.manual_seed(1)
    made = GPT(replace(GIGA_SHAPE, context=context)).eval()
    stirred(made)
    return made


def install_kernel(kernels: Path, home: Path) -> Path:
    """Puts the kernel into a user's folder; compiled once for all tests of a run, at worst once for each worker."""
    path = kernels / f"{build.name()}.so"
    assert path.exists() or build._compiled(path)
    (home / "kernel").mkdir()
    shutil.copy(path, home / "kernel")
    return home
