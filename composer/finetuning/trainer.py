"""One lesson from its first look to the choice of its weights: stages by time, and a state that survives a kill.

What can interrupt it: an order (pause, stop, cancel), the end of its time, too little memory, a dead process. Only
seconds in which it was at work count. Everything that it says is an event, a dictionary with `stage` and `done`.
"""

from __future__ import annotations

import gc
import math
import time
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

import torch
from fastai.basics import Learner, OptimWrapper
from torch import nn

from composer.core.errors import UserError
from composer.core.settings import Recipe, Training
from composer.core.thread_choice import Threads
from composer.core.work_clock import ActiveTime, Pace
from composer.finetuning import interpolation, lr_finder, samples, training_state
from composer.finetuning.callbacks import Guide, Rates, Slices, out_of_memory
from composer.finetuning.interpolation import Figures, Shelf, rank
from composer.finetuning.run_folder import Folder, Plan
from composer.finetuning.run_log import Reports, Tell
from composer.finetuning.training_state import Place
from composer.model.checkpoint import Weights
from composer.model.lora import Pupil, layer_groups
from composer.model.optimizers import GroupedMuonAdamW
from composer.model.transformer import NoteGPT
from composer.training.corpus import Corpus
from composer.training.pretrain import Shorten, learner, loaders, quiet
from composer.training.training_windows import Blocks

SEARCH_SHARE = 0.15  # of a lesson's time, that the rate finder may take
SAVE_SECONDS = 40.0  # between two saved states
STEPS_AN_EPOCH = 64  # fastai's epochs mean nothing here: a lesson goes by time
LOOKED_AT = 48 * 512  # notes of held-out music, at most, in a look
LOOK_SHARES = (0.5, 1.0)  # of the way from the base, tried at each look
HURRY = 0.25  # of the time left, that a lesson without progress still takes
PROGRESS = 0.002  # nats a note that count as progress
Orders = Callable[[], str]  # "", "pause", "stop" (keep the best) or "cancel"


class Stopped(Exception):
    """The lesson was cancelled; its state is kept."""


def cost(settings: Recipe) -> float:
    """Time of a recipe's mean step, in steps of which only the last group learns.

    Reading forward costs 1, learning in the last group 0.3, in the whole network 2, or 1.5 by adapters.
    """
    more = 1.2 if settings.rank else 1.7
    return sum(share * (1.3 + more * (groups - 1) / 4) / 1.3 for share, groups, _ in settings.stages)


class Course:
    """A lesson under way. `network` ends with the chosen weights."""

    def __init__(
        self,
        network: NoteGPT,
        music: Corpus,
        plan: Plan,
        folder: Folder,
        tell: Tell | None,
        orders: Orders,
        infill: float = 0.0,
    ) -> None:
        """`infill`: share of the windows with a gap to fill, so that a base which can do that does not forget it."""
        self.network, self.plan, self.settings, self.folder = network, plan, plan.settings, folder
        self._orders = orders
        count = STEPS_AN_EPOCH * self.settings.batch
        variety = infill, self.settings.plain, self.settings.closing if infill else 0.0
        self.train = Blocks(music.part("train"), self.settings.length, count, True, *variety)
        held = network.shape.context // (4 if self.settings.short else 1)
        self.valid = Blocks(music.part("valid"), held, LOOKED_AT // held)
        self.shelf = Shelf(folder.sub("steps"))
        self.place, self.pace, self.clock = Place(), Pace(), ActiveTime()
        self.reports = Reports(folder.log, tell, self.place, self.clock)
        self.threads = Threads(torch.get_num_threads(), torch.set_num_threads)
        self._order = ""
        self._saved = time.monotonic()
        self._opt: list[dict[str, Any]] | None = None  # a state of the optimiser to go on from
        for module in network.modules():
            if isinstance(module, nn.Dropout):
                module.p = self.settings.dropout
        self.pupil = Pupil(network, self.settings)
        self.student, self.start = self.pupil.student, self.pupil.start
        self.learn = self._learner()
        network.to(self.learn.dls.device)

    # ---- the whole ----

    def run(self) -> None:
        """Teaches, or goes on teaching; what is kept then, `selection` says.

        Raises `Stopped` when cancelled, `UserError` when it cannot go on.
        """
        threads = torch.get_num_threads()
        try:
            with quiet(self.learn):
                if not self._resume():
                    self._begin()
                while not self.place.ended and self.place.stage < len(self.settings.stages):
                    self._stage()
        finally:
            torch.set_num_threads(threads)

    def _learner(self) -> Learner:
        dls = loaders(self.train, self.valid, self.settings.batch)
        make = self._muon if self.settings.optimizer == "muon" else partial(OptimWrapper, opt=torch.optim.AdamW)
        learn = learner(self.student, dls, self.folder.path, splitter=layer_groups, opt_func=make)
        learn.add_cbs([Shorten(self.settings.short, 0), Slices(self)])
        return learn

    def _muon(self, groups: Sequence[Sequence[nn.Parameter]], **_: object) -> OptimWrapper:
        return OptimWrapper(opt=GroupedMuonAdamW(self.student, groups, Training()))

    def _begin(self) -> None:
        """The base's own figures, the rate, and how long it will take."""
        self.place.seconds = (self.plan.minutes or self.settings.minutes) * 60
        self.reports.tell("looking", text="listening to the base")
        began = self.clock.spent
        self.place.before = self.attempt(lambda: self.look(0.0))
        self.place.look_seconds = self.clock.spent - began
        self.reports.log(base=self.place.before)
        self._sample(self.start)
        self._find_rate()
        self.place.first = self.clock.spent
        self.place.reserve = min(6 * self.place.look_seconds, 0.15 * self.place.seconds)
        self.keep()

    def _find_rate(self) -> None:
        """fastai's valley, halved as in the thesis; its steps also tell how long the recipe takes here."""
        learn = self.learn
        self.reports.tell("rate", text="looking for the rate")
        learn.create_opt()
        learn.freeze_to(-1)
        began, steps = self.clock.spent, 0

        def stopped() -> bool:
            nonlocal steps
            steps += 1
            self.clock.tick()
            return not self.heed() or self.clock.spent - began > SEARCH_SHARE * self.place.seconds

        found = self.attempt(lambda: lr_finder.search(learn, self.settings.rates, stopped))
        self.pupil.begin()
        self._stop_if_cancelled()
        self.place.rate = found.rate
        self.reports.log(rates=found.rates, losses=found.losses, rate=found.rate)
        step = (self.clock.spent - began) / max(steps, 1) * cost(self.settings)
        self.pace.add(step)
        if self.plan.minutes is None:
            wanted = (
                self.clock.spent
                + self.settings.steps_for(len(self.train.stream)) * step
                + (2 * self.settings.looks + 6) * (self.place.look_seconds)
            )
            self.place.seconds = min(wanted, self.settings.minutes * 60)

    def _stage(self) -> None:
        learn, (_, groups, _) = self.learn, self.settings.stages[self.place.stage]
        learn.opt = None  # a fresh one: the rate finder and the stage before left their momenta
        learn.create_opt()
        learn.freeze_to(-min(groups, len(layer_groups(self.student))))
        if self._opt is not None:
            for part, held in zip(_parts(learn) or [], self._opt, strict=True):
                part.load_state_dict(held)
            self._opt = None
        self.student.train()
        self.clock.skip()
        with learn.added_cbs([Rates(self), Guide(self)]):
            self.attempt(lambda: learn.fit(1_000_000))
        if self._order == "cancel":
            self.keep()
        self._stop_if_cancelled()
        if not self.place.ended:
            self.place.stage += 1
            self.place.ended = "early" if self.place.hurried else ""
            learn.opt = None
        if not self.place.looks or self.place.looks[-1]["step"] != self.place.taken:
            self._look_round()
        self.keep()

    def attempt(self, work: Callable[[], Any]) -> Any:
        """Does something that needs memory; with too little of it, again in smaller slices."""
        while True:
            try:
                return work()
            except (RuntimeError, MemoryError) as error:
                if not out_of_memory(error):
                    raise
                if self.place.slices >= self.settings.batch:
                    raise UserError("out_of_memory") from error
            self.place.slices = min(self.place.slices * 2, self.settings.batch)
            for parameter in self.student.parameters():
                parameter.grad = None
            torch.set_autocast_enabled(next(self.network.parameters()).device.type, False)  # left on by the failure
            gc.collect()
            if torch.cuda.is_available():
                torch.cuda.empty_cache()
            size = math.ceil(self.settings.batch / self.place.slices)
            self.reports.log(note="memory", windows=size)

    # ---- what the callbacks ask ----

    def share_of_stage(self) -> float:
        """How much of the present stage's time has passed, 0..1."""
        begin, end = self._bounds()
        return min(max((self.clock.spent - begin) / max(end - begin, 1e-6), 0.0), 1.0)

    def _bounds(self) -> tuple[float, float]:
        """The present stage's begin and end, in seconds spent."""
        whole = max(self.place.seconds - self.place.reserve - self.place.first, 0.0)
        before = sum(share for share, _, _ in self.settings.stages[: self.place.stage])
        return (
            self.place.first + whole * before,
            self.place.first + whole * (before + self.settings.stages[self.place.stage][0]),
        )

    def rates(self) -> list[float]:
        """Each layer group's peak rate, the lowest layers' first."""
        count = len(layer_groups(self.student))
        lowest = self.settings.stages[self.place.stage][2]
        return [float(self.place.rate * lowest ** (1 - i / max(count - 1, 1))) for i in range(count)]

    def slices(self) -> int:
        """Into how many parts a step is cut."""
        return self.place.slices

    def after_step(self, loss: float) -> bool:
        """What is due after a step; false ends the fit."""
        self.place.taken += 1
        passed = self.clock.tick()
        self.pace.add(passed)
        self.threads.after_step(passed)
        self.reports.step(loss, self.pace.seconds)
        going = self.heed() and self.share_of_stage() < 1
        if going and self._look_due():
            self._look_round()
            going = not self.place.ended
        if going and self._sample_due():
            self._sample(self._as_kept())
        if going and time.monotonic() - self._saved > SAVE_SECONDS:
            self.keep()
        return going and self._order == ""

    # ---- looks ----

    def _look_due(self) -> bool:
        last = self.place.looks[-1]["spent"] if self.place.looks else self.place.first
        whole = self.place.seconds - self.place.reserve - self.place.first
        return self.clock.spent - last >= max(whole / self.settings.looks, 8 * self.place.look_seconds)

    def look(self, share: float, taught: Weights | None = None) -> Figures:
        """How a blend of base and taught weights predicts the held-out music. The network ends with its weights."""
        interpolation.mix(self.network, self.start, taught or self.start, share)

        def between() -> None:
            self.clock.tick()
            self.heed()

        return interpolation.look(self.network, self.valid, math.ceil(self.settings.batch / self.place.slices), between)

    def _look_round(self) -> None:
        """How the taught weights predict held-out music, alone and half-way to the base; the step is kept."""
        learned = self.pupil.learned()
        taught = self.pupil.whole(learned)
        found = {share: self.attempt(partial(self.look, share, taught)) for share in LOOK_SHARES}
        self.pupil.go_on(taught)
        share = min(found, key=lambda s: rank(found[s]))
        step = self.place.taken
        self.place.looks.append(
            {"step": step, "spent": self.clock.spent, "share": share, "raw": found[1.0], "figures": found[share]}
        )
        try:
            self.shelf.put(step, learned)
        except UserError as error:  # a full disk: go on with the older steps
            self.reports.log(note="unsaved", reason=str(error))
            self.place.looks.pop()
        self._thin_out()
        self.reports.log(look={"share": share, "raw": found[1.0], "figures": found[share]})
        if not self.place.hurried and self._no_progress():
            self._hurry()

    def taught(self, step: int) -> Weights:
        """The network's weights at a kept step. Raises `UserError` (checkpoint_invalid)."""
        return self.pupil.whole(self.shelf.take(step))

    def _hurry(self) -> None:
        """Shortens what is left: the rates fall at once, since it is at falling rates that a last gain is made."""
        left = self.place.seconds - self.place.reserve - self.clock.spent
        self.place.hurried = True
        self.place.seconds = self.clock.spent + max(HURRY * left, 0.0) + self.place.reserve
        self.reports.log(note="early")

    def _thin_out(self) -> None:
        """The last step and the best ones stay."""
        looks = self.place.looks
        held = [entry for entry in looks if not entry.get("gone")]
        if len(held) > interpolation.KEPT:
            worst = max(held[:-1], key=lambda entry: rank(entry["figures"]))
            worst["gone"] = True
        self.shelf.only({entry["step"] for entry in looks if not entry.get("gone")})

    def _no_progress(self) -> bool:
        """Whether the last looks brought nothing, neither alone nor half-way; only in the last stage."""
        count, last = self.settings.patience, self.place.stage == len(self.settings.stages) - 1
        if not count or not last or len(self.place.looks) <= count:
            return False
        ranks = [rank(entry["figures"]) for entry in self.place.looks]
        return min(ranks[-count:]) > min(ranks[:-count]) - PROGRESS

    # ---- samples ----

    def _sample_due(self) -> bool:
        every = self.settings.samples * 60
        return every > 0 and self.clock.spent - self.place.sampled >= every

    def _as_kept(self) -> Weights:
        """The weights as they would be kept now."""
        taught = self.pupil.whole(self.pupil.learned())
        share = self.place.looks[-1]["share"] if self.place.looks else 1.0
        return {name: weight + share * (taught[name] - weight) for name, weight in self.start.items()}

    def _sample(self, weights: Weights) -> None:
        """Lets the model go on from the user's own theme."""
        self.place.sampled = self.clock.spent
        if not self.settings.samples or not self.folder.theme.exists():
            return
        path = self.folder.sub("samples") / f"{self.place.taken:06}.mid"
        try:
            samples.continue_theme(self.network, weights, self.folder.theme, path, lambda: not self.heed())
        except UserError as error:
            self.reports.log(note="sample", reason=str(error))
        else:
            self.reports.log(sample=str(path))
        self.clock.tick()

    # ---- orders ----

    def heed(self) -> bool:
        """Waits while paused; false when the lesson shall end."""
        order = self._orders()
        if order == "pause":
            if self.place.first:  # before the first stage there is nothing to go on from
                self.keep()
            self.reports.tell("paused")
            while (order := self._orders()) == "pause":
                time.sleep(0.05)
            self.clock.skip()
            self.reports.tell("teaching")
        if order in ("stop", "cancel"):
            self._order = order
            if order == "stop" and not self.place.ended:
                self.place.ended = "stopped"
        return not self._order

    def _stop_if_cancelled(self) -> None:
        if self._order == "cancel":
            raise Stopped

    # ---- what survives an interruption ----

    def keep(self) -> None:
        """Saves the state. On a full disk it says so and goes on; the older state stays whole."""
        self.clock.tick()
        self.place.spent = self.clock.spent
        try:
            training_state.save(self.folder, self.place, self.student, _parts(self.learn), self.train.random)
        except UserError as error:
            self.reports.log(note="unsaved", reason=str(error))
        self._saved = time.monotonic()

    def _resume(self) -> bool:
        held = training_state.load(self.folder, self.student, self.train.random)
        if held is None:
            return False
        self.place, self._opt = held
        self.clock.spent, self.reports.place = self.place.spent, self.place
        self.clock.skip()
        return True


def _parts(learn: Learner) -> list[torch.optim.Optimizer] | None:
    """The optimisers of a learner whose states can be saved; None before a stage has begun."""
    if learn.opt is None:
        return None
    inner = learn.opt.opt
    return [part for _, part, _ in inner.parts] if isinstance(inner, GroupedMuonAdamW) else [inner]
