"""Stochastic weight averaging (arXiv 1803.05407), and the interpolation of mean and last weights with the lowest loss.

At a constant learning rate the weights wander about what all music has in common, each time with some piece of it
memorised; their mean has a lower validation loss than any of them.
"""

from __future__ import annotations

import math
from typing import Any, cast

from fastai.basics import Callback, Learner
from torch import Tensor
from torch.optim.swa_utils import AveragedModel

from composer.model import checkpoint
from composer.model.transformer import NoteGPT
from composer.training import distributed

EVERY = 20  # steps between two weights that enter the mean
ALPHAS = (0.0, 0.5, 1.0)  # of the interpolations that are validated at the end: 0 last weights, 1 their mean
Figures = list[float]


class Averaging(Callback):  # type: ignore[misc]
    """Averages the weights over the last `share` of the time that a `schedule.TimeBudget` keeps."""

    order = 54  # before the state is saved

    def __init__(self, share: float) -> None:
        self.share = share

    def before_fit(self) -> None:
        self.mean = AveragedModel(distributed.unwrap(self.learn.model))

    def after_batch(self) -> None:
        due = self.learn.time_done >= 1 - self.share and self.learn.train_iter % EVERY == 0
        if self.training and due:
            self.mean.update_parameters(distributed.unwrap(self.learn.model))

    @property
    def count(self) -> int:
        """How many weights the mean is of."""
        return int(self.mean.n_averaged)

    def state(self) -> dict[str, Any]:
        """What an interrupted run goes on from."""
        return {"model": self.mean.module.state_dict(), "count": self.count}

    def load(self, held: dict[str, Any]) -> None:
        """Goes on from a `state`."""
        self.mean.module.load_state_dict(held["model"])
        self.mean.n_averaged.fill_(held["count"])


def select_average(learn: Learner, averaging: Averaging) -> tuple[float, Figures]:
    """Loads the last weights, their mean or the middle of both, as they will be stored: the lowest validation loss.
    Returns the mean's share, and the figures of `learn.validate`.

    No callback that begins a training (as the mean's own does) may be in `learn` any more: validating calls it.
    """
    network = cast("NoteGPT", distributed.unwrap(learn.model))
    last = {name: weight.clone() for name, weight in network.state_dict().items()}
    mean = averaging.mean.module.state_dict()
    tried: dict[float, Figures] = {}
    for share in ALPHAS if averaging.count else (0.0,):
        network.load_state_dict(_interpolate(last, mean, share))
        checkpoint.round_to_bfloat16(network)
        tried[share] = [float(value) for value in learn.validate()]
    best = min(tried, key=lambda share: tried[share][0] if math.isfinite(tried[share][0]) else math.inf)
    network.load_state_dict(_interpolate(last, mean, best))
    checkpoint.round_to_bfloat16(network)
    return best, tried[best]


def _interpolate(one: dict[str, Tensor], other: dict[str, Tensor], share: float) -> dict[str, Tensor]:
    """Interpolates two sets of weights; integers stay."""
    return {
        name: own + share * (other[name] - own) if own.is_floating_point() and share else own
        for name, own in one.items()
    }
