"""fastai's callbacks of a lesson: rates by time, steps in slices, and a guide that keeps, looks, pauses and stops.

They only pass on fastai's moments; what is done then stands in `trainer`.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import Protocol

import torch
from fastai.basics import Callback, CancelFitException, CancelValidException

from composer.finetuning.interpolation import precision
from composer.training.pretrain import total_nats

RISE = 0.25  # of a stage, in which the rates go up; then they fall (fastai's one cycle)
LOWEST, LAST = 1 / 25, 1e-5  # of the peak rate, at the beginning and at the end


class Guided(Protocol):
    """What the callbacks need of a course."""

    def share_of_stage(self) -> float: ...
    def rates(self) -> Sequence[float]: ...
    def slices(self) -> int: ...
    def after_step(self, loss: float) -> bool: ...


def one_cycle(share: float) -> float:
    """The rate at a share 0..1 of a stage, as part of its peak."""
    if share < RISE:
        low, high, at = LOWEST, 1.0, share / RISE
    else:
        low, high, at = 1.0, LAST, min((share - RISE) / (1 - RISE), 1.0)
    return high + (low - high) * (1 + math.cos(math.pi * at)) / 2


class Rates(Callback):  # type: ignore[misc]
    """Each layer group's rate by how much of the stage's time has passed."""

    order = 50

    def __init__(self, course: Guided) -> None:
        self.course = course

    def before_batch(self) -> None:
        if self.training:
            factor = one_cycle(self.course.share_of_stage())
            self.learn.opt.set_hyper("lr", [rate * factor for rate in self.course.rates()])


class Slices(Callback):  # type: ignore[misc]
    """A step in several slices that each need less memory: their gradients add up to the whole step's."""

    order = 5  # before the precision is set for the last slice

    def __init__(self, course: Guided) -> None:
        self.course, self.share = course, 1.0

    def before_batch(self) -> None:
        self.share = 1.0
        size = len(self.xb[0])
        count = min(self.course.slices(), size)
        if not self.training or count < 2:
            return
        cuts = [round(i * size / count) for i in range(count + 1)]
        for first, last in pairwise(cuts[:-1]):
            with precision(self.xb[0].device):
                loss = total_nats(self.model(*(x[first:last] for x in self.xb)), self.yb[0][first:last])
            (loss * ((last - first) / size)).backward()  # type: ignore[no-untyped-call]
        first = cuts[-2]
        self.learn.xb = tuple(x[first:] for x in self.xb)
        self.learn.yb = tuple(y[first:] for y in self.yb)
        self.share = (size - first) / size

    def after_loss(self) -> None:
        if self.training and self.share < 1:
            self.learn.loss_grad = self.learn.loss_grad * self.share


class Guide(Callback):  # type: ignore[misc]
    """After each step: the course looks, keeps and listens to orders; a fit ends when it says so."""

    order = 70

    def __init__(self, course: Guided) -> None:
        self.course = course

    def before_validate(self) -> None:
        raise CancelValidException  # the course has its own looks, at its own times

    def after_batch(self) -> None:
        if self.training and not self.course.after_step(float(self.learn.smooth_loss)):
            raise CancelFitException


class Heed(Callback):  # type: ignore[misc]
    """For the rate finder: stops when asked."""

    order = 70

    def __init__(self, stopped: Callable[[], bool]) -> None:
        self.stopped = stopped

    def after_batch(self) -> None:
        if self.stopped():
            raise CancelFitException


def out_of_memory(error: BaseException) -> bool:
    """Whether a failure says that there was no room for a step."""
    if isinstance(error, MemoryError | torch.OutOfMemoryError):
        return True
    words = ("not enough memory", "can't allocate memory", "out of memory")
    return isinstance(error, RuntimeError) and any(word in str(error).lower() for word in words)
