"""How long each recipe takes on this machine: a few real steps are taken, and forgotten again."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from typing import Any

import torch

from composer.core.errors import UserError
from composer.core.settings import RECIPES, Recipe, Training
from composer.finetuning import interpolation
from composer.finetuning.callbacks import out_of_memory
from composer.finetuning.lr_finder import SEARCH_STEPS
from composer.finetuning.trainer import cost
from composer.model import checkpoint
from composer.model.lora import Pupil, layer_groups
from composer.model.optimizers import GroupedMuonAdamW, has_bfloat16
from composer.model.transformer import NoteGPT
from composer.training.corpus import Corpus
from composer.training.pretrain import best_device, total_nats
from composer.training.training_windows import Blocks

SECONDS = 10.0  # that a probe lasts at most, loading not counted
OFFERED = ("quick", "balanced", "thorough", "adapters")
CHOOSING = 6  # looks at the end of a lesson


def probe(base: str, music: Corpus, cancelled: Callable[[], bool] = lambda: False) -> dict[str, Any]:
    """`recipes`: for each its `minutes`, `steps`, `passes` over the music and `memory_mb`; `device` and `cores`;
    `memory_mb` of the most.

    Raises `UserError` for a base that cannot be taught.
    """
    network, _ = checkpoint.load(base)
    if not isinstance(network, NoteGPT):
        raise UserError("style_damaged", name=base, reason="only styles with the expressive encoding can be taught")
    device = best_device()
    network.to(device)
    plan = RECIPES["balanced"]
    train = Blocks(music.part("train") or music.part("valid"), plan.length, augment=True)
    valid = Blocks(music.part("valid") or music.part("train"), network.shape.context, 48)
    threads, plain = _fastest(network, train, plan.batch, cancelled)
    thin = _by_adapters(network, train, threads, cancelled)
    look = _look_seconds(network, valid, plan.batch)
    notes = max(sum(len(p.ids) for p in music.part("train")), 1)
    rows = {}
    for name in OFFERED:
        settings = RECIPES[name]
        rows[name] = _estimate(settings, *(thin if settings.rank else plain), look, notes)
        rows[name]["memory_mb"] = _memory(network, settings)
    most = max(row["memory_mb"] for row in rows.values())
    return {"recipes": rows, "device": device.type, "cores": os.cpu_count() or 1, "memory_mb": most}


Seconds = tuple[float, float]  # of a step in which only the last group learns, and of one of the whole network


def _fastest(network: NoteGPT, train: Blocks, batch: int, cancelled: Callable[[], bool]) -> tuple[int, Seconds]:
    """All threads or one, whichever is faster now (see `thread_choice`), and the seconds of steps with so many."""
    most = torch.get_num_threads()
    found = {}
    try:
        for count in {most, 1}:
            torch.set_num_threads(count)
            found[count] = _step_seconds(network, train, batch, cancelled)
    finally:
        torch.set_num_threads(most)
    best = min(found, key=lambda count: found[count][1])
    return best, found[best]


def _by_adapters(network: NoteGPT, train: Blocks, threads: int, cancelled: Callable[[], bool]) -> Seconds:
    """Seconds of steps with so many threads in which adapters learn."""
    plan, most = RECIPES["adapters"], torch.get_num_threads()
    try:
        torch.set_num_threads(threads)
        return _step_seconds(Pupil(network, plan).student, train, plan.batch, cancelled)
    finally:
        torch.set_num_threads(most)


def _step_seconds(network: NoteGPT, train: Blocks, batch: int, cancelled: Callable[[], bool]) -> Seconds:
    """Seconds of steps, reckoned from a part of a batch."""
    size, found = min(batch, 2), []
    for groups in (1, 5):
        for group in layer_groups(network)[:-groups]:
            for parameter in group:
                parameter.requires_grad_(False)
        times: list[float] = []
        while len(times) < 3 and (len(times) < 2 or sum(times) < SECONDS / 6) and not cancelled():
            began = time.perf_counter()
            _learn(network, train, size)
            times.append(time.perf_counter() - began)
        found.append(min(times, default=0.0) * batch / size + (_optimizer_seconds(network) if times else 0.0))
        for parameter in network.parameters():
            parameter.requires_grad_(True)
            parameter.grad = None
    return found[0], max(found)


def _optimizer_seconds(network: NoteGPT) -> float:
    """What the optimiser adds to a step; at the rate 0 it changes nothing."""
    optimizer = GroupedMuonAdamW(network, layer_groups(network), Training())
    for group in optimizer.param_groups:
        group["lr"] = 0.0
    began = time.perf_counter()
    optimizer.step()
    return time.perf_counter() - began


def _learn(network: NoteGPT, train: Blocks, size: int) -> None:
    """Forward and backward of a few windows; nothing is changed."""
    device = next(network.parameters()).device
    rows = [train[i % len(train)] for i in range(size)]
    x, y = (torch.stack([row[column] for row in rows]).to(device) for column in (0, 1))
    network.train()
    try:
        with interpolation.precision(device):
            logits = network(x, y)
        total_nats(logits, y).backward()  # type: ignore[no-untyped-call]
        if device.type != "cpu":
            float(logits[0].sum())  # waits for the device
    except (RuntimeError, MemoryError) as error:
        if out_of_memory(error):
            raise UserError("out_of_memory") from error
        raise


def _look_seconds(network: NoteGPT, valid: Blocks, batch: int) -> float:
    """Seconds of a look at held-out music, from a part of it."""
    whole, valid.count = valid.count, min(valid.count, batch)
    began = time.perf_counter()
    interpolation.look(network, valid, batch)
    return (time.perf_counter() - began) * whole / valid.count


def _estimate(plan: Recipe, heads: float, whole: float, look: float, notes: int) -> dict[str, float]:
    """What a recipe comes to, with these seconds a step."""
    ratio = whole / heads if heads else 1.0
    mean = heads * sum(share * (1 + (ratio - 1) * (groups - 1) / 4) for share, groups, _ in plan.stages)
    looks = min(plan.looks, plan.minutes * 60 / max(8 * look, 1e-6))  # each look at two blends
    overhead = SEARCH_STEPS * heads + (1 + 2 * looks + CHOOSING) * look
    wanted = plan.steps_for(notes)
    seconds = min(overhead + wanted * mean, plan.minutes * 60)
    steps = max((seconds - overhead) / mean, 1.0) if mean else float(wanted)
    return {
        "minutes": round(max(seconds / 60, 0.1), 1),
        "steps": round(steps),
        "passes": round(steps * plan.batch * plan.length / notes, 1),
        "relative": round(cost(plan), 3),
    }


def _memory(network: NoteGPT, plan: Recipe) -> int:
    """About how many MB a lesson needs: the program, weights with what learning adds, and a step's states.

    Adapters need as much: what their gradients save, the copy that learns takes (1,623 MB and 1,626 were measured).
    Where there is no bfloat16, a step's states are half as large again (2,318 MB were measured).
    """
    weights = sum(p.numel() for p in network.parameters()) * 4
    shape = network.shape
    a_note = shape.layers * (14 * shape.width + 2 * shape.hidden) * 4 + 4 * sum(network.vocabulary) * 4
    wider = 1.0 if has_bfloat16(next(network.parameters()).device) else 1.6
    return round((750e6 + 5 * weights + plan.batch * plan.length * a_note * wider) / 2**20)
