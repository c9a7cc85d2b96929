"""Teaching a style the thesis' way, with fastai: freeze, find the rate, unfreeze step by step.

Kept is the blend with the base that predicted held-out music best, and nothing when none beat the base.
"""

from __future__ import annotations

import json
import math
import shutil
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import torch
from fastai.basics import Callback, CancelFitException, Learner, OptimWrapper
from fastai.callback.schedule import valley
from safetensors import SafetensorError
from safetensors.torch import load_file
from safetensors.torch import save as to_safetensors
from torch import nn

from composer import checkpoint, corpus, evaluation, styles
from composer.config import RECIPES, Recipe, Training, check_minutes
from composer.corpus import Blocks, Corpus
from composer.errors import UserError
from composer.files import check_output, write_atomically
from composer.model import NoteGPT
from composer.optimizers import GroupedMuonAdamW
from composer.training import Journal, Progress, check_folder, learner, loaders, perplexity, quiet

FEWEST_NOTES = 512  # of training music
BLENDS = (0.0, 0.15, 0.3, 0.5, 0.7, 1.0)  # shares of the way from the base to the taught weights
SEARCH_STEPS = 40  # of fastai's rate finder


def finetune(
    folder: str | Path,
    name: str,
    base: str = "base",
    recipe: str = "balanced",
    minutes: float | None = None,
    resume: bool = False,
    progress: Progress | None = None,
    *,
    into: str | Path | None = None,
    force: bool = False,
    cancelled: Callable[[], bool] | None = None,
) -> dict[str, Any]:
    """Teaches `base` the music of a folder and installs the result as `name` (in the folder `into`, if given).

    Returns `used skipped before after best_step card`; `card` is None when held-out music was not predicted better
    than by the base, and nothing was saved. A cancelled lesson says so (`cancelled`), and can be resumed.
    Raises `UserError`.
    """
    if recipe not in RECIPES:
        raise UserError("setting_invalid", name="recipe", expected=f"one of {', '.join(RECIPES)}", value=recipe)
    check_minutes(minutes)
    styles.check_spelling(name)
    if into is None:
        styles.check_name(name)
    else:
        check_folder(Path(into))
        check_output(Path(into) / f"{name}.json", force)
    parent = styles.find(base)
    network, _ = checkpoint.load(parent.name)
    if not isinstance(network, NoteGPT):
        raise UserError(
            "style_damaged", name=parent.name, reason="only styles with the expressive encoding can be taught"
        )
    music = gather(folder, progress)
    plan = RECIPES[recipe]
    work = styles.user_folder() / ".teaching" / name
    if not resume:
        if (work / "place.json").exists() and not force:
            raise UserError("run_interrupted", path=work)
        shutil.rmtree(work, ignore_errors=True)
    lesson = _Lesson(network, music, plan, (minutes or plan.minutes) * 60, work, progress, cancelled)
    try:
        before, after = lesson.run()
    except _Stopped:
        return {"used": 0, "skipped": [], "before": {}, "after": {}, "best_step": 0, "card": None, "cancelled": True}
    result = {
        "used": len(music.part("train")) + len(music.part("valid")),
        "skipped": [{"file": str(s.path), "reason": s.reason} for s in music.skipped],
        "before": before,
        "after": after,
        "best_step": lesson.best_step,
        "card": None,
    }
    if after["nats_per_note_all"] < before["nats_per_note_all"]:
        card = _card(name, parent, music, recipe, plan, lesson, before, after)
        result["card"] = str(checkpoint.save(into or styles.user_folder(), name, network, card, base=parent.name))
    shutil.rmtree(work, ignore_errors=True)
    return result


def gather(folder: str | Path, progress: Progress | None = None) -> Corpus:
    """The music of a folder, split by composition; what the base was kept from stays kept back."""

    def reading(done: float, text: str) -> None:
        if progress:
            progress({"stage": "reading", "done": done, "text": text})

    try:
        known = evaluation.manifest()
    except UserError:
        known = {}
    music = corpus.ensure_valid(corpus.split(corpus.read([folder], reading), manifest=known, valid_percent=0))
    notes = sum(len(p.ids) for p in music.part("train"))
    if notes < FEWEST_NOTES:
        raise UserError("too_little_music", path=folder, found=f"{notes} notes to learn from", needed=FEWEST_NOTES)
    return music


def layer_groups(network: NoteGPT) -> list[list[nn.Parameter]]:
    """The trunk in quarters, and the rest (embeddings, last norm, heads) as the last group."""
    blocks = list(network.blocks)
    cuts = [round(i * len(blocks) / 4) for i in range(5)]
    groups = [[p for b in blocks[a:z] for p in b.parameters()] for a, z in pairwise(cuts)]
    trunk = {id(p) for group in groups for p in group}
    return [group for group in groups if group] + [[p for p in network.parameters() if id(p) not in trunk]]


def cost(plan: Recipe) -> float:
    """Time of a recipe's mean step, in steps of which only the last group learns.

    Reading forward costs 1, learning in the last group 0.3, in the whole network 2.
    """
    return sum(share * (1.3 + 1.7 * (groups - 1) / 4) / 1.3 for share, groups, _ in plan.stages)


def plan_of(plan: Recipe) -> str:
    """A recipe as text, to know it again."""
    return json.dumps(asdict(plan), sort_keys=True)


class _Stopped(Exception):
    """The lesson was cancelled."""


@dataclass
class _Place:
    """Where an interrupted lesson stands: the next epoch of a stage, its rate and its length."""

    stage: int = 0
    epoch: int = 0
    rate: float = 0.0
    steps: int = 0  # an epoch
    taken: int = 0  # steps in all
    blend: float = 0.0  # how far from the base to the taught weights the kept ones stand
    plan: str = ""  # that the lesson began with


class _Keep(Callback):  # type: ignore[misc]
    """After each epoch: keeps a state to resume from. Ends a lesson that takes far too long."""

    order = 70

    def __init__(self, lesson: _Lesson) -> None:
        self.lesson = lesson

    def after_batch(self) -> None:
        if self.training:
            self.lesson.place.taken += 1
            if time.monotonic() > self.lesson.deadline:
                raise CancelFitException

    def after_epoch(self) -> None:
        if len(self.learn.recorder.values[-1]) > 1:  # an epoch that a resumed lesson passes over has no figures
            self.lesson.keep()


class _Lesson:
    """One teaching, stage by stage."""

    def __init__(
        self,
        network: NoteGPT,
        music: Corpus,
        plan: Recipe,
        seconds: float,
        work: Path,
        progress: Progress | None,
        cancelled: Callable[[], bool] | None,
    ) -> None:
        self.network, self.plan, self.seconds, self.work = network, plan, seconds, work
        self.progress, self.cancelled = progress, cancelled
        self.train = Blocks(music.part("train"), plan.length, plan.batch, augment=True)
        self.valid = Blocks(music.part("valid"), network.shape.context, 48)
        self.place = _Place(plan=plan_of(plan))
        self.deadline, self.look_seconds = math.inf, 0.0
        self.start = {name: weight.cpu().clone() for name, weight in network.state_dict().items()}
        self.train.random = np.random.default_rng(0)
        for module in network.modules():
            if isinstance(module, nn.Dropout):
                module.p = plan.dropout

    @property
    def best_step(self) -> int:
        """The step whose weights went into the kept ones; 0 is the base itself."""
        return self.place.taken if self.place.blend else 0

    def run(self) -> tuple[dict[str, float], dict[str, float]]:
        """Teaches; the network ends with the weights to keep, rounded as stored. Held-out figures before and after."""
        begun = time.monotonic()
        how = {"opt_func": self._optimizer} if self.plan.optimizer == "muon" else {}
        dls = loaders(self.train, self.valid, self.plan.batch)
        learn = learner(self.network, dls, self.work, splitter=layer_groups, moms=(0.95, 0.95, 0.95), **how)
        learn.add_cb(Journal(self.work / "log.jsonl", "teaching", self.progress, self.cancelled))
        with quiet(learn):
            before = self._look(learn)
            if not self._resume():
                self._find_rate(learn, begun)
                self._write_place()
            self.deadline = begun + 1.3 * self.seconds
            for stage in range(self.place.stage, len(self.plan.stages)):
                self._stage(learn, stage)
                self._stop_if_asked()
            after = self._blend(learn)
        self.network.cpu().eval()
        return before, after

    def _optimizer(self, groups: Sequence[Sequence[nn.Parameter]], **_: object) -> OptimWrapper:
        return OptimWrapper(opt=GroupedMuonAdamW(self.network, groups, Training()))

    def _blend(self, learn: Learner) -> dict[str, float]:
        """Goes back from the taught weights towards the base, to where held-out music is predicted best.

        Averages of weights before and after fine-tuning hold up better on unseen music than either (arXiv 2109.01903).
        """
        taught = {name: weight.cpu().clone() for name, weight in self.network.state_dict().items()}
        figures: dict[float, dict[str, float]] = {}
        for share in BLENDS:
            self._mix(taught, share)
            figures[share] = self._look(learn)
        self.place.blend = min(figures, key=lambda share: figures[share]["nats_per_note_all"])
        self._mix(taught, self.place.blend)
        return figures[self.place.blend]

    def _mix(self, taught: dict[str, torch.Tensor], share: float) -> None:
        mixed = {name: start + share * (taught[name] - start) for name, start in self.start.items()}
        self.network.load_state_dict(mixed if share else self.start)  # taught weights may be no numbers
        checkpoint.use_thin(self.network)

    def _stop_if_asked(self) -> None:
        if self.cancelled and self.cancelled():
            raise _Stopped

    def _look(self, learn: Learner) -> dict[str, float]:
        started = time.monotonic()
        loss, projected, right = (float(v) for v in learn.validate())
        self.look_seconds = time.monotonic() - started
        return {
            "nats_per_note_all": round(loss, 4),
            "nats_per_note": round(projected, 4),
            "accuracy": round(right, 4),
            "perplexity": round(perplexity(projected), 3),
        }

    def _find_rate(self, learn: Learner, begun: float) -> None:
        """fastai's valley, halved as in the thesis; its steps also tell how many fit the time."""
        self._lay_out(learn, SEARCH_STEPS)
        learn.freeze_to(-1)
        self._stop_if_asked()
        started = time.monotonic()
        found = learn.lr_find(num_it=SEARCH_STEPS, show_plot=False, suggest_funcs=valley, end_lr=1.0, stop_div=False)
        self._stop_if_asked()
        pace = (time.monotonic() - started) / SEARCH_STEPS * cost(self.plan)
        epochs = self.plan.epochs * len(self.plan.stages)
        left = max(self.seconds - (time.monotonic() - begun) - epochs * self.look_seconds, 1.0)
        self.place.rate = min(max(float(found.valley) / 2, self.plan.rates[0]), self.plan.rates[1])
        self.place.steps = max(int(left / pace / epochs), 1)

    def _lay_out(self, learn: Learner, steps: int) -> None:
        self.train.count = steps * self.plan.batch
        learn.dls = loaders(self.train, self.valid, self.plan.batch)

    def _stage(self, learn: Learner, number: int) -> None:
        share, groups, lowest = self.plan.stages[number]
        steps = self.place.steps * len(self.plan.stages)
        self._lay_out(learn, max(round(steps * share), 1))
        learn.opt = None  # a fresh one: the rate finder and the stage before left their momenta
        if groups >= len(layer_groups(self.network)):
            learn.unfreeze()
        else:
            learn.freeze_to(-groups)
        rate = self.place.rate
        first = self.place.epoch if number == self.place.stage else 0
        self.place.stage, self.place.epoch = number, first
        learn.fit_one_cycle(self.plan.epochs, slice(rate * lowest, rate), cbs=_Keep(self), start_epoch=first)

    # ---- what survives an interruption ----

    def keep(self) -> None:
        """Notes the end of an epoch."""
        self.place.epoch += 1
        if self.place.epoch == self.plan.epochs:
            self.place.stage, self.place.epoch = self.place.stage + 1, 0
        self._write_place()

    def _write_place(self) -> None:
        weights = {k: v.detach().cpu().contiguous() for k, v in self.network.state_dict().items()}
        write_atomically(self.work / "last.safetensors", to_safetensors(weights), force=True)
        write_atomically(self.work / "place.json", json.dumps(asdict(self.place)).encode(), force=True)

    def _resume(self) -> bool:
        place = self.work / "place.json"
        if not place.exists():
            return False
        try:
            self.place = _Place(**json.loads(place.read_text()))
            self.network.load_state_dict(load_file(self.work / "last.safetensors"))
        except (OSError, ValueError, TypeError, RuntimeError, SafetensorError) as error:
            raise UserError("checkpoint_invalid", path=self.work, reason="it is damaged") from error
        if self.place.plan != plan_of(self.plan):
            raise UserError("setting_invalid", name="recipe", expected="the one it began with", value="another one")
        self.train.random = np.random.default_rng(self.place.taken)  # other windows than before the interruption
        return True


def _card(
    name: str,
    parent: styles.Card,
    music: Corpus,
    recipe: str,
    plan: Recipe,
    lesson: _Lesson,
    before: dict[str, float],
    after: dict[str, float],
) -> dict[str, Any]:
    parts: Sequence[str] = ("train", "valid", "test")
    return {
        "title": name,
        "licence": parent.licence,
        "description": f"Taught from {parent.name} with {len(music.part('train'))} pieces.",
        "training": {
            "recipe": recipe,
            "minutes": round(lesson.seconds / 60, 1),
            "rate": lesson.place.rate,
            "steps": lesson.place.taken,
            "best_step": lesson.best_step,
            "blend": lesson.place.blend,
            "notes_seen": lesson.place.taken * plan.batch * lesson.train.length,
            "torch": torch.__version__,
        },
        "data": {
            part: {"pieces": len(music.part(part)), "notes": sum(len(p.ids) for p in music.part(part))}
            for part in parts
        },
        "figures": {"valid_before": before, "valid": after},
    }
