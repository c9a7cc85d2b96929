"""fastai's rate finder, which can be interrupted and never takes more than its share of a lesson."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from fastai.basics import Learner
from fastai.callback.schedule import valley

from composer.finetuning.callbacks import Heed

SEARCH_STEPS = 30
FEWEST = 8  # steps whose losses say something


@dataclass(frozen=True)
class Found:
    """What a search tried, and what it proposes: half of the valley's rate, as in the thesis."""

    rates: list[float]
    losses: list[float]
    rate: float


def search(learn: Learner, bounds: tuple[float, float], stopped: Callable[[], bool]) -> Found:
    """Looks for the rate; `stopped` ends it early. The network's weights are not restored if it fails."""
    with learn.added_cbs([Heed(stopped)]):
        learn.lr_find(num_it=SEARCH_STEPS, show_plot=False, end_lr=1.0, stop_div=False, suggest_funcs=None)
    rates = [float(f"{float(rate):.3g}") for rate in learn.recorder.lrs]
    losses = [round(float(loss), 4) for loss in learn.recorder.losses][: len(rates)]
    rates = rates[: len(losses)]
    low, high = bounds
    if len(losses) < FEWEST:
        return Found(rates, losses, low)
    skipped = len(losses) // 10  # the mean of the losses has not settled yet
    proposed, _ = valley(rates[skipped:], losses[skipped:], SEARCH_STEPS)
    return Found(rates, losses, min(max(proposed / 2, low), high))
