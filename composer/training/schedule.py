"""Learning-rate schedule and end of a training by elapsed time, and its training state to resume from."""

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


class TimeBudget(Callback):  # type: ignore[misc]
    """Warm-up, stable and linear decay of the learning rates (WSD) by time; ends a fit when the time is spent.

    Saves a training state every few minutes. Each parameter group's peak rate stands under `initial_lr`. A run that
    was stopped before the decay goes on with more minutes as if it had never stopped. Time spent by earlier,
    interrupted runs counts; time in which the machine slept does not.
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
            distributed.unwrap(self.learn.model).load_state_dict(held["model"])
            self.learn.opt.opt.load_state_dict(held["opt"])
            self.spent, self.learn.steps_before = held["seconds"], held["steps"]
            if self.mean and "average" in held:
                self.mean.load(held["average"])
        self.seen = time.monotonic()
        self.before_batch()

    def before_batch(self) -> None:
        done = min(self.spent / self.seconds, 1.0)
        self.learn.time_done = done
        for group in self.learn.opt.opt.param_groups:
            group["lr"] = group["initial_lr"] * lr_share(done, self.settings)

    def after_batch(self) -> None:
        now = time.monotonic()
        self.spent, self.seen = distributed.broadcast_first(self.spent + min(now - self.seen, ASLEEP)), now
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
            "model": distributed.unwrap(self.learn.model).state_dict(),
            "opt": self.learn.opt.opt.state_dict(),
            "seconds": self.spent,
            "steps": steps,
            **({"average": self.mean.state()} if self.mean else {}),
        }
        out = io.BytesIO()
        torch.save(held, out)
        write_atomically(self.state, out.getvalue(), force=True)
        self.saved = time.monotonic()


def lr_share(done: float, settings: Training) -> float:
    """Learning rates as a share of their peaks when `done` (0..1) of the time is spent."""
    warmup = done / settings.warmup if settings.warmup else 1.0
    decay = (1 - done) / settings.cooldown if settings.cooldown else 1.0
    return max(min(warmup, decay, 1.0), 0.002)


def read_state(path: Path) -> dict[str, Any]:
    """What `TimeBudget` saved. Raises `UserError` (checkpoint_invalid) for anything else; executes nothing."""
    try:
        held = torch.load(path, map_location="cpu", weights_only=True)
        if not {"model", "opt", "seconds", "steps"} <= set(held):
            raise ValueError("it is not a state of training")
    except Exception as error:  # a damaged file fails in whatever layer of the format was hit
        raise UserError("checkpoint_invalid", path=path, reason="it is damaged") from error
    return dict(held)
