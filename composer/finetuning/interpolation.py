"""Weights between a base and what was taught, how well they predict held-out music, and the steps that are kept.

Averages of weights before and after fine-tuning hold up better on unseen music than either (arXiv 2109.01903).
"""

from __future__ import annotations

import math
from collections.abc import Callable
from contextlib import nullcontext
from pathlib import Path

import torch
from safetensors import SafetensorError
from safetensors.torch import load as from_safetensors
from safetensors.torch import save as to_safetensors

from composer.core.errors import UserError
from composer.files.atomic_files import write_atomically
from composer.model import checkpoint
from composer.model.checkpoint import Weights
from composer.model.optimizers import has_bfloat16
from composer.model.transformer import NoteGPT
from composer.training.pretrain import accuracy, perplexity, projected_nats, total_nats
from composer.training.training_windows import Blocks

SHARES = (0.0, 0.15, 0.3, 0.5, 0.7, 1.0)  # of the way from the base to the taught weights
KEPT = 6  # steps of a lesson whose weights stay on the disk while it lasts
Figures = dict[str, float]


def mix(network: NoteGPT, start: Weights, taught: Weights, share: float) -> None:
    """Gives a network the weights at `share` of the way, rounded as they will be stored."""
    if share <= 0:
        mixed = start  # taught weights may be no numbers
    elif share >= 1:
        mixed = taught
    else:
        mixed = {name: weight + share * (taught[name] - weight) for name, weight in start.items()}
    network.load_state_dict(mixed)
    checkpoint.use_thin(network)


def look(network: NoteGPT, valid: Blocks, batch: int, between: Callable[[], None] = lambda: None) -> Figures:
    """How well a network predicts held-out windows: nats a note, accuracy and perplexity. The network ends in
    evaluation mode. `between` is called after each batch."""
    network.eval()
    device = next(network.parameters()).device
    sums, seen = [0.0, 0.0, 0.0], 0
    for first in range(0, len(valid), batch):
        rows = [valid[i] for i in range(first, min(first + batch, len(valid)))]
        x, y = (torch.stack([row[column] for row in rows]).to(device) for column in (0, 1))
        with torch.no_grad(), precision(device):
            logits = network(x, y)
        for column, measure in enumerate((total_nats, projected_nats, accuracy)):
            sums[column] += float(measure(logits, y)) * len(rows)
        seen += len(rows)
        between()
    loss, projected, right = (value / seen for value in sums)
    return {
        "nats_per_note_all": round(loss, 4),
        "nats_per_note": round(projected, 4),
        "accuracy": round(right, 4),
        "perplexity": round(perplexity(projected), 3) if math.isfinite(projected) and projected < 400 else math.inf,
    }


def precision(device: torch.device) -> torch.autocast | nullcontext[None]:
    """bfloat16 where the machine has it, as in training."""
    if has_bfloat16(device):
        return torch.autocast(device.type, torch.bfloat16)
    return nullcontext()


def rank(figures: Figures) -> float:
    """What choices are compared by; figures that are no numbers come last."""
    value = figures["nats_per_note_all"]
    return value if math.isfinite(value) else math.inf


def better(one: Figures, other: Figures) -> bool:
    """Whether the first predicts held-out music better than the second; figures that are no numbers never do."""
    mine, its = one["nats_per_note_all"], other["nats_per_note_all"]
    return math.isfinite(mine) and not mine >= its


class Shelf:
    """The kept steps of a lesson: taught weights by their step, thin, in a folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def put(self, step: int, weights: Weights) -> None:
        """Keeps a step. Raises `UserError` (output_unwritable) when the disk is full."""
        thin = {name: weight.to(torch.bfloat16).contiguous() for name, weight in weights.items()}
        write_atomically(self._path(step), to_safetensors(thin), force=True)

    def take(self, step: int) -> Weights:
        """The weights of a kept step. Raises `UserError` (checkpoint_invalid)."""
        try:
            held = from_safetensors(self._path(step).read_bytes())
        except (OSError, SafetensorError) as error:
            raise UserError("checkpoint_invalid", path=self._path(step), reason="it is damaged") from error
        return {name: weight.float() for name, weight in held.items()}

    def only(self, steps: set[int]) -> None:
        """Throws all other steps away."""
        for path in self.folder.glob("*.safetensors"):
            if int(path.stem) not in steps:
                path.unlink(missing_ok=True)

    def _path(self, step: int) -> Path:
        return self.folder / f"{step:06}.safetensors"
