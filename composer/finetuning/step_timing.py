"""Step timing: minutes and memory of each recipe on this machine, from a few real training steps that are undone."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from typing import Any

import torch

from composer.core.errors import UserError
from composer.core.settings import RECIPES, Recipe, Training
from composer.finetuning import selection
from composer.finetuning.callbacks import SEARCH_STEPS, is_out_of_memory
from composer.finetuning.session import load_base
from composer.finetuning.trainer import relative_cost
from composer.model.lora import TrainableModel, layer_groups
from composer.model.optimizers import GroupedMuonAdamW, has_bfloat16
from composer.model.transformer import NoteGPT
from composer.training.corpus import Corpus
from composer.training.pretrain import best_device, total_nats
from composer.training.training_windows import TrainingWindows

SECONDS = 10.0  # that the timing lasts at most, loading not counted
OFFERED = ("quick", "balanced", "thorough", "adapters")
SELECTION_PASSES = 6  # validations at the end of a run


def time_recipes(base: str, music: Corpus, cancelled: Callable[[], bool] = lambda: False) -> dict[str, Any]:
    """`recipes`: for each its `minutes`, `steps`, `passes` over the music and `memory_mb`; `device` and `cores`;
    `memory_mb` of the most.

    Raises `UserError` for a base that cannot be fine-tuned.
    """
    _, network = load_base(base)
    device = best_device()
    network.to(device)
    balanced = RECIPES["balanced"]
    train = TrainingWindows(music.part("train") or music.part("valid"), balanced.length, augment=True)
    valid = TrainingWindows(music.part("valid") or music.part("train"), network.shape.context, 48)
    threads, plain = _time_plain(network, train, balanced.batch, cancelled)
    adapters = _time_adapters(network, train, threads, cancelled)
    validation = _time_validation(network, valid, balanced.batch)
    notes = max(sum(len(p.ids) for p in music.part("train")), 1)
    rows = {}
    for name in OFFERED:
        settings = RECIPES[name]
        rows[name] = _estimate(settings, *(adapters if settings.rank else plain), validation, notes)
        rows[name]["memory_mb"] = _estimate_memory(network, settings)
    most = max(row["memory_mb"] for row in rows.values())
    return {"recipes": rows, "device": device.type, "cores": os.cpu_count() or 1, "memory_mb": most}


Seconds = tuple[float, float]  # of a step that trains only the last layer group, and of one of the whole network


def _time_plain(
    network: NoteGPT, train: TrainingWindows, batch: int, cancelled: Callable[[], bool]
) -> tuple[int, Seconds]:
    """All threads or one, whichever is faster now (see `thread_choice`), and seconds a step with so many."""
    most = torch.get_num_threads()
    found = {}
    try:
        for count in {most, 1}:
            torch.set_num_threads(count)
            found[count] = _time_steps(network, train, batch, cancelled)
    finally:
        torch.set_num_threads(most)
    best = min(found, key=lambda count: found[count][1])
    return best, found[best]


def _time_adapters(network: NoteGPT, train: TrainingWindows, threads: int, cancelled: Callable[[], bool]) -> Seconds:
    """Seconds of a step that trains adapters, with so many threads."""
    recipe, most = RECIPES["adapters"], torch.get_num_threads()
    try:
        torch.set_num_threads(threads)
        return _time_steps(TrainableModel(network, recipe).trainable, train, recipe.batch, cancelled)
    finally:
        torch.set_num_threads(most)


def _time_steps(network: NoteGPT, train: TrainingWindows, batch: int, cancelled: Callable[[], bool]) -> Seconds:
    """Seconds of a step, from a part of a batch."""
    size, found = min(batch, 2), []
    for groups in (1, 5):
        for group in layer_groups(network)[:-groups]:
            for parameter in group:
                parameter.requires_grad_(False)
        times: list[float] = []
        while len(times) < 3 and (len(times) < 2 or sum(times) < SECONDS / 6) and not cancelled():
            began = time.perf_counter()
            _compute_gradients(network, train, size)
            times.append(time.perf_counter() - began)
        found.append(min(times, default=0.0) * batch / size + (_time_optimizer(network) if times else 0.0))
        for parameter in network.parameters():
            parameter.requires_grad_(True)
            parameter.grad = None
    return found[0], max(found)


def _time_optimizer(network: NoteGPT) -> float:
    """Seconds of an optimiser step; at a learning rate of 0 it changes nothing."""
    optimizer = GroupedMuonAdamW(network, layer_groups(network), Training())
    for group in optimizer.param_groups:
        group["lr"] = 0.0
    began = time.perf_counter()
    optimizer.step()
    return time.perf_counter() - began


def _compute_gradients(network: NoteGPT, train: TrainingWindows, size: int) -> None:
    """Forward and backward pass of a few windows; no weight is changed."""
    device = next(network.parameters()).device
    rows = [train[i % len(train)] for i in range(size)]
    x, y = (torch.stack([row[column] for row in rows]).to(device) for column in (0, 1))
    network.train()
    try:
        with selection.autocast(device):
            logits = network(x, y)
        total_nats(logits, y).backward()  # type: ignore[no-untyped-call]
        if device.type != "cpu":
            float(logits[0].sum())  # waits for the device
    except (RuntimeError, MemoryError) as error:
        if is_out_of_memory(error):
            raise UserError("out_of_memory") from error
        raise


def _time_validation(network: NoteGPT, valid: TrainingWindows, batch: int) -> float:
    """Seconds of a validation pass, from a part of it."""
    whole, valid.count = valid.count, min(valid.count, batch)
    began = time.perf_counter()
    selection.validate(network, valid, batch)
    return (time.perf_counter() - began) * whole / valid.count


def _estimate(recipe: Recipe, heads: float, whole: float, validation: float, notes: int) -> dict[str, float]:
    """Minutes, steps and passes of a recipe, from these seconds a step and a validation pass."""
    ratio = whole / heads if heads else 1.0
    mean = heads * sum(share * (1 + (ratio - 1) * (groups - 1) / 4) for share, groups, _ in recipe.stages)
    validations = min(recipe.looks, recipe.minutes * 60 / max(8 * validation, 1e-6))  # each of two interpolations
    overhead = SEARCH_STEPS * heads + (1 + 2 * validations + SELECTION_PASSES) * validation
    wanted = recipe.steps_for(notes)
    seconds = min(overhead + wanted * mean, recipe.minutes * 60)
    steps = max((seconds - overhead) / mean, 1.0) if mean else float(wanted)
    return {
        "minutes": round(max(seconds / 60, 0.1), 1),
        "steps": round(steps),
        "passes": round(steps * recipe.batch * recipe.length / notes, 1),
        "relative": round(relative_cost(recipe), 3),
    }


def _estimate_memory(network: NoteGPT, recipe: Recipe) -> int:
    """About how many MB a run needs: the program, weights with gradients and optimiser states, and activations.

    Adapters need as much: what their gradients save, the trained copy takes (1,623 MB and 1,626 were measured).
    Where there is no bfloat16, activations are half as large again (2,318 MB were measured).
    """
    weights = sum(p.numel() for p in network.parameters()) * 4
    shape = network.shape
    a_note = shape.layers * (14 * shape.width + 2 * shape.hidden) * 4 + 4 * sum(network.vocabulary) * 4
    wider = 1.0 if has_bfloat16(next(network.parameters()).device) else 1.6
    return round((750e6 + 5 * weights + recipe.batch * recipe.length * a_note * wider) / 2**20)
