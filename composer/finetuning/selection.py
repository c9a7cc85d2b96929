"""Checkpoint interpolation and selection: which candidate, at which alpha, has the lowest validation loss.

Weights interpolated between base and fine-tuned hold up better on unseen data than either (WiSE-FT, arXiv 2109.01903).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from contextlib import nullcontext

import torch

from composer.finetuning.records import Candidate, Metrics, Validation
from composer.model import checkpoint
from composer.model.checkpoint import Weights
from composer.model.optimizers import has_bfloat16
from composer.model.transformer import NoteGPT
from composer.training.pretrain import accuracy, perplexity, projected_nats, total_nats
from composer.training.training_windows import TrainingWindows

ALPHAS = (0.0, 0.15, 0.3, 0.5, 0.7, 1.0)  # 0 is the base, 1 the fine-tuned weights
REFINED = 2  # candidates, the best ones, of which all alphas are tried


def interpolate(base: Weights, tuned: Weights, alpha: float) -> Weights:
    """(1 - alpha) base + alpha tuned, tensor by tensor."""
    if alpha <= 0:
        return base  # the tuned weights may be NaN
    if alpha >= 1:
        return tuned
    return {name: weight + alpha * (tuned[name] - weight) for name, weight in base.items()}


def load_interpolated(network: NoteGPT, base: Weights, tuned: Weights, alpha: float) -> None:
    """Loads interpolated weights into a network, rounded to bfloat16 as they will be stored."""
    network.load_state_dict(interpolate(base, tuned, alpha))
    checkpoint.round_to_bfloat16(network)


def validate(
    network: NoteGPT, windows: TrainingWindows, batch: int, after_batch: Callable[[], None] = lambda: None
) -> Metrics:
    """Validation metrics on windows of held-out music: nats a note, accuracy and perplexity.

    The network ends in evaluation mode.
    """
    network.eval()
    device = next(network.parameters()).device
    sums, seen = [0.0, 0.0, 0.0], 0
    for first in range(0, len(windows), batch):
        rows = [windows[i] for i in range(first, min(first + batch, len(windows)))]
        x, y = (torch.stack([row[column] for row in rows]).to(device) for column in (0, 1))
        with torch.no_grad(), autocast(device):
            logits = network(x, y)
        for column, measure in enumerate((total_nats, projected_nats, accuracy)):
            sums[column] += float(measure(logits, y)) * len(rows)
        seen += len(rows)
        after_batch()
    loss, projected, right = (value / seen for value in sums)
    return {
        "nats_per_note_all": round(loss, 4),
        "nats_per_note": round(projected, 4),
        "accuracy": round(right, 4),
        "perplexity": round(perplexity(projected), 3) if math.isfinite(projected) and projected < 400 else math.inf,
    }


def autocast(device: torch.device) -> torch.autocast | nullcontext[None]:
    """Mixed precision with bfloat16 where the machine has it, as in training."""
    if has_bfloat16(device):
        return torch.autocast(device.type, torch.bfloat16)
    return nullcontext()


def loss_of(metrics: Metrics) -> float:
    """The validation loss that candidates are compared by; NaN counts as infinite."""
    value = metrics["nats_per_note_all"]
    return value if math.isfinite(value) else math.inf


def is_better(one: Metrics, other: Metrics) -> bool:
    """Whether the first has the lower validation loss; NaN is never better."""
    mine, its = one["nats_per_note_all"], other["nats_per_note_all"]
    return math.isfinite(mine) and not mine >= its


def select_checkpoint(
    validations: Sequence[Validation],
    base_metrics: Metrics,
    validate_at: Callable[[int, float], Metrics],
    is_late: Callable[[], bool],
) -> tuple[tuple[Candidate, ...], Candidate | None]:
    """Every candidate at its best alpha, and the best of them; None if the base is better than all.

    `validate_at` gives the metrics of a step at an alpha. When it `is_late`, no further alphas are tried.
    """
    found = {v.step: Candidate(v.step, v.alpha, v.metrics) for v in validations}
    for step in sorted(found, key=lambda step: loss_of(found[step].metrics))[:REFINED]:
        for alpha in ALPHAS[1:-1]:
            if is_late():
                break
            metrics = validate_at(step, alpha)
            if loss_of(metrics) < loss_of(found[step].metrics):
                found[step] = Candidate(step, alpha, metrics)
    candidates = tuple(found[step] for step in sorted(found))
    best = min(candidates, key=lambda c: loss_of(c.metrics), default=None)
    return candidates, best if best is not None and is_better(best.metrics, base_metrics) else None
