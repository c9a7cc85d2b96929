"""Fine-tuning by time: learning-rate search, stages of gradual unfreezing, validation, candidates, state, control.

What can interrupt it: a control command (pause, stop, cancel), the end of its time, too little memory, a dead process.
Only seconds of work count. What it reports are `RunEvent`s.
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
from composer.finetuning import callbacks, samples, selection, training_state
from composer.finetuning.callbacks import MicroBatches, OneCycleByTime, TrainerCallback
from composer.finetuning.records import Metrics, RunEvent, TrainingState, Validation
from composer.finetuning.run_folder import RunConfig, RunFolder, RunLog
from composer.finetuning.selection import loss_of
from composer.finetuning.training_state import CandidateStore
from composer.model.checkpoint import Weights
from composer.model.lora import TrainableModel, layer_groups
from composer.model.optimizers import GroupedMuonAdamW
from composer.model.transformer import NoteGPT
from composer.training.corpus import Corpus
from composer.training.pretrain import ShortWindows, hide_progress_bars, make_learner, make_loaders
from composer.training.training_windows import TrainingWindows

SEARCH_SHARE = 0.15  # of the run's time, that the learning-rate finder may take
SAVE_SECONDS = 40.0  # between two saved states
STEPS_AN_EPOCH = 64  # fastai's epochs mean nothing here: a run goes by time
VALIDATED_NOTES = 48 * 512  # at most, in a validation pass
VALIDATED_ALPHAS = (0.5, 1.0)
COOLDOWN = 0.25  # of the time left, that a run without progress still takes
PROGRESS = 0.002  # nats a note that count as progress
MOST_CANDIDATES = 6  # whose checkpoints stay on the disk
Listener = Callable[[RunEvent], None]
Control = Callable[[], str]  # the command in force: "", "pause", "stop" (and select) or "cancel"


class RunCancelled(Exception):
    """The run was cancelled; its state is saved."""


def relative_cost(recipe: Recipe) -> float:
    """Mean time of a recipe's steps, in steps of which only the last layer group is trained.

    The forward pass costs 1, the backward pass of the last group 0.3, of the whole network 2, of adapters 1.5.
    """
    more = 1.2 if recipe.rank else 1.7
    return sum(share * (1.3 + more * (groups - 1) / 4) / 1.3 for share, groups, _ in recipe.stages)


class Trainer:
    """Trains one run's network, from its first or saved state to the last stage."""

    def __init__(
        self,
        network: NoteGPT,
        music: Corpus,
        config: RunConfig,
        folder: RunFolder,
        listener: Listener | None,
        control: Control,
        infill: float = 0.0,
    ) -> None:
        """`infill`: share of the windows with a gap to fill, so that a base which can do that does not forget it."""
        self.network, self.config, self.recipe, self.folder = network, config, config.settings, folder
        self._control = control
        count = STEPS_AN_EPOCH * self.recipe.batch
        augmentation = infill, self.recipe.plain, self.recipe.closing if infill else 0.0
        self.train_windows = TrainingWindows(music.part("train"), self.recipe.length, count, True, *augmentation)
        length = network.shape.context // (4 if self.recipe.short else 1)
        self.valid_windows = TrainingWindows(music.part("valid"), length, VALIDATED_NOTES // length)
        self.store = CandidateStore(folder.sub("steps"))
        self.state, self.step_time, self.clock = TrainingState(), Pace(), ActiveTime()
        self.log = RunLog(folder.log, listener, self.state, self.clock)
        self.threads = Threads(torch.get_num_threads(), torch.set_num_threads)
        self._command = ""  # "stop" or "cancel", once asked
        self._saved = time.monotonic()
        self._optimizer_states: list[dict[str, Any]] | None = None  # to resume from
        for module in network.modules():
            if isinstance(module, nn.Dropout):
                module.p = self.recipe.dropout
        self.model = TrainableModel(network, self.recipe)
        self.base_weights = self.model.base_weights
        self.learn = self._make_learner()
        network.to(self.learn.dls.device)

    # ---- the whole ----

    def run(self) -> None:
        """Trains, or resumes, to the end of the last stage. Raises `RunCancelled`; `UserError` when it cannot go on."""
        threads = torch.get_num_threads()
        try:
            with hide_progress_bars(self.learn):
                if not self.load_state():
                    self._prepare()
                while not self.state.ended and self.state.stage < len(self.recipe.stages):
                    self._train_stage()
        finally:
            torch.set_num_threads(threads)

    def _make_learner(self) -> Learner:
        dls = make_loaders(self.train_windows, self.valid_windows, self.recipe.batch)
        make = self._make_muon if self.recipe.optimizer == "muon" else partial(OptimWrapper, opt=torch.optim.AdamW)
        learn = make_learner(self.model.trainable, dls, self.folder.path, splitter=layer_groups, opt_func=make)
        learn.add_cbs([ShortWindows(self.recipe.short, 0), MicroBatches(self)])
        return learn

    def _make_muon(self, groups: Sequence[Sequence[nn.Parameter]], **_: object) -> OptimWrapper:
        return OptimWrapper(opt=GroupedMuonAdamW(self.model.trainable, groups, Training()))

    def _prepare(self) -> None:
        """Validates the base, finds the learning rate, and works out how long the run will take."""
        state = self.state
        state.time_limit = (self.config.minutes or self.recipe.minutes) * 60
        self.log.report("validate-base", "validating the base")
        began = self.clock.spent
        state.base_metrics = self.retry_with_less_memory(lambda: self.validate(0.0))
        state.validation_seconds = self.clock.spent - began
        self.log.log(base_metrics=state.base_metrics)
        self._continue_theme(self.base_weights)
        self._find_lr()
        state.setup_seconds = self.clock.spent
        state.selection_seconds = min(6 * state.validation_seconds, 0.15 * state.time_limit)
        self.save_state()

    def _find_lr(self) -> None:
        """Runs the learning-rate finder; its steps also tell how long the recipe takes here."""
        learn, state = self.learn, self.state
        self.log.report("find-lr", "finding the learning rate")
        learn.create_opt()
        learn.freeze_to(-1)
        began, steps = self.clock.spent, 0

        def is_stopped() -> bool:
            nonlocal steps
            steps += 1
            self.clock.tick()
            return not self.check_interrupt() or self.clock.spent - began > SEARCH_SHARE * state.time_limit

        found = self.retry_with_less_memory(lambda: callbacks.find_lr(learn, self.recipe.rates, is_stopped))
        self.model.reset()
        self._raise_if_cancelled()
        state.lr = found.lr
        self.log.log(lr_search=found)
        step_seconds = (self.clock.spent - began) / max(steps, 1) * relative_cost(self.recipe)
        self.step_time.add(step_seconds)
        if self.config.minutes is None:
            steps_seconds = self.recipe.steps_for(len(self.train_windows.stream)) * step_seconds
            passes_seconds = (2 * self.recipe.looks + 6) * state.validation_seconds
            state.time_limit = min(self.clock.spent + steps_seconds + passes_seconds, self.recipe.minutes * 60)

    def _train_stage(self) -> None:
        learn, (_, groups, _) = self.learn, self.recipe.stages[self.state.stage]
        learn.opt = None  # a fresh one: the finder and the stage before left their momenta
        learn.create_opt()
        learn.freeze_to(-min(groups, len(layer_groups(self.model.trainable))))
        if self._optimizer_states is not None:
            for optimizer, held in zip(_optimizers(learn) or [], self._optimizer_states, strict=True):
                optimizer.load_state_dict(held)
            self._optimizer_states = None
        self.model.trainable.train()
        self.clock.skip()
        with learn.added_cbs([OneCycleByTime(self), TrainerCallback(self)]):
            self.retry_with_less_memory(lambda: learn.fit(1_000_000))
        if self._command == "cancel":
            self.save_state()
        self._raise_if_cancelled()
        if not self.state.ended:
            self.state.stage += 1
            self.state.ended = "early" if self.state.cooling_down else ""
            learn.opt = None
        if not self.state.validations or self.state.validations[-1].step != self.state.step:
            self._validate_and_checkpoint()
        self.save_state()

    def retry_with_less_memory(self, work: Callable[[], Any]) -> Any:
        """Does something that needs memory; when there is too little, again in smaller micro-batches.

        Raises `UserError` (out_of_memory) when one window is too much.
        """
        while True:
            try:
                return work()
            except (RuntimeError, MemoryError) as error:
                if not callbacks.is_out_of_memory(error):
                    raise
                if self.state.micro_batches >= self.recipe.batch:
                    raise UserError("out_of_memory") from error
            self.state.micro_batches = min(self.state.micro_batches * 2, self.recipe.batch)
            for parameter in self.model.trainable.parameters():
                parameter.grad = None
            torch.set_autocast_enabled(next(self.network.parameters()).device.type, False)  # left on by the failure
            gc.collect()
            if torch.cuda.is_available():
                torch.cuda.empty_cache()
            self.log.log(note="memory", micro_batch=self._micro_batch())

    def _micro_batch(self) -> int:
        """Windows that are computed at once."""
        return math.ceil(self.recipe.batch / self.state.micro_batches)

    # ---- what the callbacks ask ----

    def stage_progress(self) -> float:
        """How much of the stage's time has passed, 0..1."""
        begin, end = self._stage_bounds()
        return min(max((self.clock.spent - begin) / max(end - begin, 1e-6), 0.0), 1.0)

    def _training_seconds(self) -> float:
        return self.state.time_limit - self.state.selection_seconds - self.state.setup_seconds

    def _stage_bounds(self) -> tuple[float, float]:
        """Begin and end of the stage, in seconds of work."""
        whole, stages = max(self._training_seconds(), 0.0), self.recipe.stages
        before = sum(share for share, _, _ in stages[: self.state.stage])
        begin = self.state.setup_seconds + whole * before
        return begin, self.state.setup_seconds + whole * (before + stages[self.state.stage][0])

    def peak_lrs(self) -> list[float]:
        """Peak learning rate of each layer group, the lowest layers' first (discriminative fine-tuning)."""
        count = len(layer_groups(self.model.trainable))
        lowest = self.recipe.stages[self.state.stage][2]
        return [float(self.state.lr * lowest ** (1 - i / max(count - 1, 1))) for i in range(count)]

    def micro_batches(self) -> int:
        """Parts of a batch whose gradients are accumulated."""
        return self.state.micro_batches

    def after_step(self, loss: float) -> bool:
        """Validates, samples and saves when due; False ends the fit."""
        self.state.step += 1
        passed = self.clock.tick()
        self.step_time.add(passed)
        self.threads.after_step(passed)
        self.log.report_step(loss, self.step_time.seconds)
        goes_on = self.check_interrupt() and self.stage_progress() < 1
        if goes_on and self._is_validation_due():
            self._validate_and_checkpoint()
            goes_on = not self.state.ended
        if goes_on and self._is_sample_due():
            self._continue_theme(self._interpolated())
        if goes_on and time.monotonic() - self._saved > SAVE_SECONDS:
            self.save_state()
        return goes_on and self._command == ""

    # ---- validation and candidates ----

    def _is_validation_due(self) -> bool:
        validations = self.state.validations
        last = validations[-1].spent if validations else self.state.setup_seconds
        every = max(self._training_seconds() / self.recipe.looks, 8 * self.state.validation_seconds)
        return self.clock.spent - last >= every

    def validate(self, alpha: float, tuned: Weights | None = None) -> Metrics:
        """Validation metrics of an interpolation of base and tuned weights, which the network has then."""
        selection.load_interpolated(self.network, self.base_weights, tuned or self.base_weights, alpha)

        def after_batch() -> None:
            self.clock.tick()
            self.check_interrupt()

        return selection.validate(self.network, self.valid_windows, self._micro_batch(), after_batch)

    def _validate_and_checkpoint(self) -> None:
        """Validates the current weights at alpha 0.5 and 1, and saves a candidate checkpoint."""
        state, trained = self.state, self.model.trained_weights()
        tuned = self.model.merge(trained)
        found = {a: self.retry_with_less_memory(partial(self.validate, a, tuned)) for a in VALIDATED_ALPHAS}
        self.model.continue_from(tuned)
        alpha = min(found, key=lambda a: loss_of(found[a]))
        validation = Validation(state.step, self.clock.spent, alpha, found[1.0], found[alpha])
        try:
            self.store.save(state.step, trained)
        except UserError as error:  # a full disk: go on with the older candidates
            self.log.log(note="unsaved", reason=str(error))
        else:
            state.validations.append(validation)
        self._prune_candidates()
        self.log.log(validation=validation)
        if not state.cooling_down and self._has_stalled():
            self._start_cooldown()

    def candidate_weights(self, step: int) -> Weights:
        """The network's weights at a candidate's step. Raises `UserError` (checkpoint_invalid)."""
        return self.model.merge(self.store.load(step))

    def _start_cooldown(self) -> None:
        """Shortens what is left: the rates fall at once, since it is at falling rates that a last gain is made."""
        left = self.state.time_limit - self.state.selection_seconds - self.clock.spent
        self.state.cooling_down = True
        self.state.time_limit = self.clock.spent + max(COOLDOWN * left, 0.0) + self.state.selection_seconds
        self.log.log(note="early")

    def _prune_candidates(self) -> None:
        """Deletes all candidates but the last and the best ones."""
        held = self.state.candidates
        if len(held) > MOST_CANDIDATES:
            max(held[:-1], key=lambda v: loss_of(v.metrics)).pruned = True
        self.store.prune({v.step for v in self.state.candidates})

    def _has_stalled(self) -> bool:
        """Early stopping: whether the last validations brought nothing; only in the last stage."""
        count, is_last = self.recipe.patience, self.state.stage == len(self.recipe.stages) - 1
        losses = [loss_of(v.metrics) for v in self.state.validations]
        if not count or not is_last or len(losses) <= count:
            return False
        return min(losses[-count:]) > min(losses[:-count]) - PROGRESS

    # ---- samples ----

    def _is_sample_due(self) -> bool:
        every = self.recipe.samples * 60
        return every > 0 and self.clock.spent - self.state.last_sample >= every

    def _interpolated(self) -> Weights:
        """The current weights, interpolated as the last validation found best."""
        alpha = self.state.validations[-1].alpha if self.state.validations else 1.0
        return selection.interpolate(self.base_weights, self.model.merge(self.model.trained_weights()), alpha)

    def _continue_theme(self, weights: Weights) -> None:
        """Writes a sample: the user's theme, continued with these weights."""
        self.state.last_sample = self.clock.spent
        if not self.recipe.samples or not self.folder.theme.exists():
            return
        path = self.folder.sub("samples") / f"{self.state.step:06}.mid"
        try:
            samples.continue_theme(self.network, weights, self.folder.theme, path, lambda: not self.check_interrupt())
        except UserError as error:
            self.log.log(note="sample", reason=str(error))
        else:
            self.log.log(sample=str(path))
        self.clock.tick()

    # ---- control ----

    def check_interrupt(self) -> bool:
        """TrainingWindows while the run is paused; returns False if stop or cancel was requested."""
        command = self._control()
        if command == "pause":
            if self.state.setup_seconds:  # before the first stage there is nothing to resume from
                self.save_state()
            self.log.report("paused")
            while (command := self._control()) == "pause":
                time.sleep(0.05)
            self.clock.skip()
            self.log.report("train")
        if command in ("stop", "cancel"):
            self._command = command
            if command == "stop" and not self.state.ended:
                self.state.ended = "stopped"
        return not self._command

    def _raise_if_cancelled(self) -> None:
        if self._command == "cancel":
            raise RunCancelled

    # ---- state ----

    def save_state(self) -> None:
        """Saves the training state. On a full disk it says so and goes on; the older state stays whole."""
        self.clock.tick()
        self.state.spent = self.clock.spent
        held, optimizers = self.model.trainable, _optimizers(self.learn)
        try:
            training_state.save_state(self.folder, self.state, held, optimizers, self.train_windows.random)
        except UserError as error:
            self.log.log(note="unsaved", reason=str(error))
        self._saved = time.monotonic()

    def load_state(self) -> bool:
        """Restores the saved state; False if there is none. Raises `UserError` (checkpoint_invalid)."""
        held = training_state.load_state(self.folder, self.model.trainable, self.train_windows.random)
        if held is None:
            return False
        self.state, self._optimizer_states = held
        self.clock.spent, self.log.state = self.state.spent, self.state
        self.clock.skip()
        return True


def _optimizers(learn: Learner) -> list[torch.optim.Optimizer] | None:
    """The optimisers of a learner whose states can be saved; None before a stage has begun."""
    if learn.opt is None:
        return None
    inner = learn.opt.opt
    return [part for _, part, _ in inner.parts] if isinstance(inner, GroupedMuonAdamW) else [inner]
