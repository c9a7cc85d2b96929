"""The end of a lesson: which kept step, and how far on the way to it from the base, predicts held-out music best."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

from composer.finetuning import interpolation
from composer.finetuning.interpolation import Figures, rank
from composer.finetuning.trainer import Course, Stopped

REFINED = 2  # kept steps, the best ones, whose blends are all tried


@dataclass(frozen=True)
class Choice:
    """A kept step, and the share of the way from the base to it that predicts held-out music best."""

    step: int
    share: float
    figures: Figures


@dataclass(frozen=True)
class Outcome:
    """What a lesson gave. `best` is None when nothing predicted held-out music better than the base."""

    before: Figures
    choices: tuple[Choice, ...]
    best: Choice | None
    ended: str  # "", "early" or "stopped"


def choose(course: Course) -> Outcome:
    """Tries the blends of the best kept steps while there is time; the network ends with the best one's weights."""
    place, reports = course.place, course.reports
    reports.tell("choosing", text="choosing what to keep")
    kept = [look for look in place.looks if not look.get("gone")]
    found = {look["step"]: Choice(look["step"], look["share"], look["figures"]) for look in kept}
    best_first = sorted(found, key=lambda step: rank(found[step].figures))
    for step in best_first[:REFINED]:
        taught = course.taught(step)
        for share in interpolation.SHARES[1:-1]:
            if course.clock.spent > 1.05 * place.seconds:
                break
            figures = course.attempt(partial(course.look, share, taught))
            if rank(figures) < rank(found[step].figures):
                found[step] = Choice(step, share, figures)
            if not course.heed() and place.ended != "stopped":
                raise Stopped
            reports.tell("choosing", text="choosing what to keep")
    choices = tuple(found[step] for step in sorted(found))
    best = min(choices, key=lambda choice: rank(choice.figures), default=None)
    if best is not None and not interpolation.better(best.figures, place.before):
        best = None
    use(course, best)
    return Outcome(place.before, choices, best, place.ended)


def use(course: Course, choice: Choice | None) -> None:
    """Gives the course's network the weights of a choice; of the base for None."""
    taught = course.taught(choice.step) if choice else course.start
    interpolation.mix(course.network, course.start, taught, choice.share if choice else 0.0)
    course.network.eval()
