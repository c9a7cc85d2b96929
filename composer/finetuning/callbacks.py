"""fastai callbacks of a run: one-cycle learning rates by time, gradient accumulation, control; and the LR finder.

They only pass on fastai's moments; what is done then stands in `trainer`.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import Protocol

import torch
from fastai.basics import Callback, CancelFitException, CancelValidException, Learner
from fastai.callback.schedule import valley

from composer.finetuning.records import LrSearch
from composer.finetuning.selection import autocast
from composer.training.pretrain import total_nats

WARMUP = 0.25  # of a stage; then the rates are annealed (fastai's one cycle)
FIRST_LR, LAST_LR = 1 / 25, 1e-5  # of the peak rate, at the beginning and at the end
SEARCH_STEPS = 30  # of the LR finder
FEWEST_STEPS = 8  # of it, whose losses say something


class TrainerHooks(Protocol):
    """What the callbacks need of a trainer."""

    def stage_progress(self) -> float: ...
    def peak_lrs(self) -> Sequence[float]: ...
    def micro_batches(self) -> int: ...
    def after_step(self, loss: float) -> bool: ...


def one_cycle(progress: float) -> float:
    """The learning rate at 0..1 of a stage, as a share of its peak: cosine warm-up, then cosine annealing."""
    if progress < WARMUP:
        low, high, at = FIRST_LR, 1.0, progress / WARMUP
    else:
        low, high, at = 1.0, LAST_LR, min((progress - WARMUP) / (1 - WARMUP), 1.0)
    return high + (low - high) * (1 + math.cos(math.pi * at)) / 2


class OneCycleByTime(Callback):  # type: ignore[misc]
    """One-cycle learning rate of each parameter group, by elapsed time instead of steps."""

    order = 50

    def __init__(self, trainer: TrainerHooks) -> None:
        self.trainer = trainer

    def before_batch(self) -> None:
        if self.training:
            factor = one_cycle(self.trainer.stage_progress())
            self.learn.opt.set_hyper("lr", [lr * factor for lr in self.trainer.peak_lrs()])


class MicroBatches(Callback):  # type: ignore[misc]
    """Gradient accumulation: a batch in parts that need less memory; their gradients sum to that of the batch."""

    order = 5  # before the precision is set for the last part

    def __init__(self, trainer: TrainerHooks) -> None:
        self.trainer, self.weight = trainer, 1.0

    def before_batch(self) -> None:
        self.weight = 1.0
        size = len(self.xb[0])
        count = min(self.trainer.micro_batches(), size)
        if not self.training or count < 2:
            return
        cuts = [round(i * size / count) for i in range(count + 1)]
        for first, last in pairwise(cuts[:-1]):
            with autocast(self.xb[0].device):
                loss = total_nats(self.model(*(x[first:last] for x in self.xb)), self.yb[0][first:last])
            (loss * ((last - first) / size)).backward()  # type: ignore[no-untyped-call]
        first = cuts[-2]
        self.learn.xb = tuple(x[first:] for x in self.xb)
        self.learn.yb = tuple(y[first:] for y in self.yb)
        self.weight = (size - first) / size

    def after_loss(self) -> None:
        if self.training and self.weight < 1:
            self.learn.loss_grad = self.learn.loss_grad * self.weight


class TrainerCallback(Callback):  # type: ignore[misc]
    """Calls the trainer after each step; the fit ends when it says so."""

    order = 70

    def __init__(self, trainer: TrainerHooks) -> None:
        self.trainer = trainer

    def before_validate(self) -> None:
        raise CancelValidException  # the trainer validates itself, by time

    def after_batch(self) -> None:
        if self.training and not self.trainer.after_step(float(self.learn.smooth_loss)):
            raise CancelFitException


class StopCallback(Callback):  # type: ignore[misc]
    """Ends a fit when asked."""

    order = 70

    def __init__(self, is_stopped: Callable[[], bool]) -> None:
        self.is_stopped = is_stopped

    def after_batch(self) -> None:
        if self.is_stopped():
            raise CancelFitException


def find_lr(learn: Learner, bounds: tuple[float, float], is_stopped: Callable[[], bool]) -> LrSearch:
    """fastai's learning-rate finder: half of the valley's rate, within bounds. `is_stopped` ends it early.

    The network's weights are not restored if it fails.
    """
    with learn.added_cbs([StopCallback(is_stopped)]):
        learn.lr_find(num_it=SEARCH_STEPS, show_plot=False, end_lr=1.0, stop_div=False, suggest_funcs=None)
    lrs = [float(f"{float(lr):.3g}") for lr in learn.recorder.lrs]
    losses = [round(float(loss), 4) for loss in learn.recorder.losses][: len(lrs)]
    lrs = lrs[: len(losses)]
    low, high = bounds
    if len(losses) < FEWEST_STEPS:
        return LrSearch(lrs, losses, low)
    skipped = len(losses) // 10  # the running mean of the losses has not settled yet
    found, _ = valley(lrs[skipped:], losses[skipped:], SEARCH_STEPS)
    return LrSearch(lrs, losses, min(max(found / 2, low), high))


def is_out_of_memory(error: BaseException) -> bool:
    """Whether a failure says that there was no memory for a step."""
    if isinstance(error, MemoryError | torch.OutOfMemoryError):
        return True
    words = ("not enough memory", "can't allocate memory", "out of memory")
    return isinstance(error, RuntimeError) and any(word in str(error).lower() for word in words)
