"""How long a training lasts: rates by the clock, an end when the time is spent, and a state to go on from."""

from __future__ import annotations

import io
import time
from pathlib import Path
from typing import Any

import torch
from fastai.basics import Callback, CancelFitException

from composer.core.errors import UserError
from composer.core.settings import Training
from composer.files.atomic_files import write_atomically
from composer.training import distributed
from composer.training.weight_averaging import Averaging

ASLEEP = 30.0  # seconds: no step takes longer on a machine that is awake


class Budget(Callback):  # type: ignore[misc]
    """Rates by the time spent, a stop when it is all spent, and a state to resume from every few minutes.

    Each parameter group's peak stands under `initial_lr`. The rates rise, stand, and fall in a straight line to
    nothing: a run that was stopped before they fell goes on with more minutes as if it had never stopped. Time spent
    by earlier, interrupted runs counts; time in which the machine slept does not.
    """

    order = 55

    def __init__(
        self, minutes: float, settings: Training, state: Path, mean: Averaging | None = None, every: float = 150.0
    ) -> None:
        self.seconds, self.settings, self.state, self.mean, self.every = minutes * 60, settings, state, mean, every

    def before_fit(self) -> None:
        self.spent, self.saved = 0.0, time.monotonic()
        self.learn.steps_before = 0
        if self.state.exists():
            held = read_state(self.state)
            distributed.plain(self.learn.model).load_state_dict(held["model"])
            self.learn.opt.opt.load_state_dict(held["opt"])
            self.spent, self.learn.steps_before = held["seconds"], held["steps"]
            if self.mean and "average" in held:
                self.mean.load(held["average"])
        self.seen = time.monotonic()
        self.before_batch()

    def before_batch(self) -> None:
        done = min(self.spent / self.seconds, 1.0)
        self.learn.budget_done = done
        for group in self.learn.opt.opt.param_groups:
            group["lr"] = group["initial_lr"] * rate(done, self.settings)

    def after_batch(self) -> None:
        now = time.monotonic()
        self.spent, self.seen = distributed.agreed(self.spent + min(now - self.seen, ASLEEP)), now
        if not self.training:
            return
        if now - self.saved > self.every:
            self.save()
        if self.spent >= self.seconds:
            raise CancelFitException

    def after_cancel_fit(self) -> None:
        self.save()

    def save(self) -> None:
        """Writes weights, optimiser and time spent, whole or not at all."""
        if distributed.rank():
            return
        steps = self.learn.steps_before + self.learn.train_iter
        held = {
            "model": distributed.plain(self.learn.model).state_dict(),
            "opt": self.learn.opt.opt.state_dict(),
            "seconds": self.spent,
            "steps": steps,
            **({"average": self.mean.state()} if self.mean else {}),
        }
        out = io.BytesIO()
        torch.save(held, out)
        write_atomically(self.state, out.getvalue(), force=True)
        self.saved = time.monotonic()


def rate(done: float, settings: Training) -> float:
    """The share of the peak rates when `done` (0..1) of the time is spent."""
    rising = done / settings.warmup if settings.warmup else 1.0
    falling = (1 - done) / settings.cooldown if settings.cooldown else 1.0
    return max(min(rising, falling, 1.0), 0.002)


def read_state(path: Path) -> dict[str, Any]:
    """What `Budget` saved. Raises `UserError` (checkpoint_invalid) for anything else; executes nothing."""
    try:
        held = torch.load(path, map_location="cpu", weights_only=True)
        if not {"model", "opt", "seconds", "steps"} <= set(held):
            raise ValueError("it is not a state of training")
    except Exception as error:  # a damaged file fails in whatever layer of the format was hit
        raise UserError("checkpoint_invalid", path=path, reason="it is damaged") from error
    return dict(held)
