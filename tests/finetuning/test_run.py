"""Runs that are paused, stopped, killed and resumed; too little memory, a full disk; the clock they go by."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from fastai.basics import Learner

from composer.core.errors import UserError
from composer.core.settings import RECIPES, Recipe
from composer.core.work_clock import ActiveTime, in_words
from composer.finetuning import (
    callbacks,
    dataset_scan,
    records,
    run_folder,
    selection,
    session,
    trainer,
    training_state,
)
from composer.finetuning.records import RunEvent
from composer.finetuning.run_folder import RunConfig, RunFolder
from composer.finetuning.session import FinetuneSession
from composer.finetuning.trainer import RunCancelled, Trainer
from composer.model import checkpoint, style_registry
from composer.model.transformer import NoteGPT
from composer.music.score import Note, Score
from composer.training.training_windows import TrainingWindows
from tests.recipes import THIN, TINY
from tests.small import note_gpt

THEME = Score(notes=tuple(Note(i * 240, 60 + i, 240, 80) for i in range(8)))


pytestmark = pytest.mark.usefixtures("models")


@pytest.fixture(autouse=True)
def _short_search(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(callbacks, "SEARCH_STEPS", 10)


class Control:
    """Somebody who gives a command after so many steps of a run."""

    def __init__(self, what: str, after: int) -> None:
        self.what, self.after, self.asked = what, after, 0
        self.session: FinetuneSession | None = None

    def __call__(self) -> str:
        self.asked += 1
        step = self.session.trainer.state.step if self.session else 0
        return self.what if step >= self.after else ""


def start(music: Path, control: Any = lambda: "", events: list[Any] | None = None, **changes: Any) -> FinetuneSession:
    found = dataset_scan.scan([music], workers=1)
    config = RunConfig(**{"key": "a run", "folders": (str(music),), "settings": TINY, "minutes": 0.05, **changes})
    listener = events.append if events is not None else None
    session = FinetuneSession.start(config, found, THEME, listener, control)
    if isinstance(control, Control):
        control.session = session
    return session


# ---- the clock ----


def test_an_hour_asleep_spends_nothing_and_an_hour_of_work_does() -> None:
    now, worked = [0.0], [0.0]
    clock = ActiveTime(clock=lambda: now[0], work=lambda: worked[0])
    now[0] += 10
    assert clock.tick() == 10
    now[0] += 3600  # the lid was closed
    assert clock.tick() == 0
    now[0], worked[0] = now[0] + 60, worked[0] + 50  # one long look on a slow machine
    assert clock.tick() == 60
    now[0] += 5
    clock.skip()
    assert clock.tick() == 0
    assert clock.spent == 70


def test_a_time_in_words() -> None:
    assert [in_words(s) for s in (5, 89, 150, 3599, 4800)] == ["5 s", "89 s", "2 min", "1 h 00 min", "1 h 20 min"]


def test_rates_rise_and_fall_over_a_stage() -> None:
    shares = [callbacks.one_cycle(s / 20) for s in range(21)]
    assert shares[0] == pytest.approx(1 / 25)
    assert max(shares) == shares[5] == pytest.approx(1.0)
    assert shares[:6] == sorted(shares[:6])
    assert shares[5:] == sorted(shares[5:], reverse=True)
    assert shares[-1] < 1e-4


# ---- control ----


@pytest.mark.slow
def test_a_run_ends_when_it_promised_and_samples_the_theme(music: Path) -> None:
    events: list[RunEvent] = []
    run = start(music, events=events)
    result = run.run()
    assert run.trainer.clock.spent == pytest.approx(3.0, rel=0.35)
    assert result.best is not None
    assert [e.done for e in events] == sorted(e.done for e in events)
    for event in events:
        if event.left is not None and event.done >= 0.1:
            assert event.left == pytest.approx(3.0 * (1 - event.done), abs=0.1)
    samples = [Path(e.entry.sample) for e in events if e.entry and e.entry.sample]
    assert len(samples) >= 2
    from composer.files import midi_reader

    assert len(midi_reader.read(samples[-1]).notes) > len(THEME.notes)
    assert {c.step for c in result.candidates} == {v.step for v in run.trainer.state.candidates}


@pytest.mark.slow
def test_a_paused_run_waits_and_its_time_stands_still(music: Path) -> None:
    events: list[RunEvent] = []
    waits = iter(["pause"] * 9)
    control = Control("pause", 3)
    run = start(music, lambda: control() and next(waits, ""), events)
    control.session = run
    run.run()
    stages = [e.stage for e in events]
    assert "paused" in stages
    at = stages.index("paused")
    assert stages[at + 1] == "train"
    assert events[at + 1].done == pytest.approx(events[at].done, abs=0.02)
    assert run.folder.state.exists(), "what is paused is saved"


def test_what_is_paused_or_cancelled_before_it_began_leaves_nothing(music: Path) -> None:
    commands = iter(["pause", "pause", "cancel"])
    run = start(music, lambda: next(commands, "cancel"))
    with pytest.raises(RunCancelled):
        run.run()
    assert not run.folder.path.exists()
    assert run_folder.list_interrupted() == []


def test_stop_keeps_the_best_so_far(music: Path) -> None:
    run = start(music, Control("stop", 4), minutes=10.0)
    result = run.run()
    assert result.ended == "stopped"
    assert run.trainer.clock.spent < 60
    assert result.candidates


@pytest.mark.slow
@pytest.mark.parametrize("settings", [TINY, THIN])
def test_a_cancelled_run_goes_on_with_everything_it_had(music: Path, settings: Recipe) -> None:
    """Weights, optimiser, schedule and random numbers are those of the moment it was cancelled."""
    first = start(music, Control("cancel", 4), minutes=1.0, settings=settings)
    with pytest.raises(RunCancelled):
        first.run()
    taken, spent = first.trainer.state.step, first.trainer.clock.spent
    assert taken > 0
    again = FinetuneSession.resume("a run", None, lambda: "")
    assert again.trainer.load_state()
    assert again.trainer.state.step == taken
    assert again.trainer.clock.spent == pytest.approx(spent, abs=0.5)
    assert again.trainer.state.lr == first.trainer.state.lr
    for name, weight in first.trainer.model.trainable.state_dict().items():
        assert torch.equal(weight, again.trainer.model.trainable.state_dict()[name]), name
    before, after = first.trainer.model.trained_weights(), again.trainer.model.trained_weights()
    assert before.keys() == after.keys()
    assert all(torch.equal(weight, after[name]) for name, weight in before.items())
    assert np.array_equal(first.trainer.train_windows[0][0], again.trainer.train_windows[0][0]), (
        "the same windows follow"
    )
    held = trainer._optimizers(first.trainer.learn)
    assert held is not None
    assert again.trainer._optimizer_states is not None
    states = [p.state_dict() for p in held]
    assert json.dumps([h["param_groups"] for h in states], default=str) == json.dumps(
        [h["param_groups"] for h in again.trainer._optimizer_states], default=str
    )
    for one, other in zip(states, again.trainer._optimizer_states, strict=True):
        for key, state in one["state"].items():
            for name, value in state.items():
                assert torch.equal(torch.as_tensor(value), torch.as_tensor(other["state"][key][name]))


@pytest.mark.slow
def test_a_run_that_was_cancelled_at_the_command_line_can_be_resumed(
    music: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(RECIPES, "quick", TINY)
    calls = [0]

    def cancelled() -> bool:
        calls[0] += 1
        return calls[0] > 60

    result = session.finetune(music, "later", recipe="quick", minutes=0.3, cancelled=cancelled)
    assert result["cancelled"] is True
    assert result["card"] is None
    with pytest.raises(UserError, match="--resume"):
        session.finetune(music, "later", recipe="quick", minutes=0.3)
    with pytest.raises(UserError, match="recipe"):
        session.finetune(music, "later", recipe="thesis", minutes=0.3, resume=True)
    folder = RunFolder("later")
    folder.state.write_bytes(b"junk")
    monkeypatch.setitem(RECIPES, "quick", replace(TINY, passes=4.0))  # in a newer version
    with pytest.raises(UserError, match="damaged"):
        session.finetune(music, "later", recipe="quick", minutes=0.3, resume=True)


KILLED = """
import sys, time
from types import SimpleNamespace
from composer.core import work_clock
from composer.core.settings import RECIPES
from composer.finetuning import callbacks, session, trainer
from tests.recipes import THIN, TINY
callbacks.SEARCH_STEPS, trainer.SAVE_SECONDS = 10, 0.2
work_clock.time = SimpleNamespace(monotonic=time.thread_time, process_time=time.thread_time, time=time.time)
RECIPES["quick"] = THIN if sys.argv[2] == "THIN" else TINY
session.finetune(sys.argv[1], "killed", recipe="quick", minutes=0.15)
"""


@pytest.mark.slow
@pytest.mark.parametrize("settings", ["TINY", "THIN"])
def test_a_killed_run_goes_on_where_it_was_saved(
    music: Path, repository: Path, monkeypatch: pytest.MonkeyPatch, settings: str
) -> None:
    """kill -9 in the middle of a step; the files it learned from are gone too when it goes on."""
    environment = {**os.environ, "PYTHONPATH": str(repository), "OMP_NUM_THREADS": "1"}
    child = subprocess.Popen([sys.executable, "-c", KILLED, str(music), settings], cwd=repository, env=environment)
    folder = RunFolder("killed")
    try:
        for _ in range(2400):
            if (folder.path / "progress.json").exists() and folder.read("progress.json")["step"] > 5:
                break
            assert child.poll() is None
            time.sleep(0.05)
        child.send_signal(signal.SIGKILL)
    finally:
        child.kill()
        child.wait()
    saved = folder.read("progress.json")
    assert saved["step"] > 5
    assert [u.config.name for u in run_folder.list_interrupted()] == ["killed"]
    monkeypatch.setitem(RECIPES, "quick", THIN if settings == "THIN" else TINY)
    monkeypatch.setattr(Trainer, "_find_lr", lambda self: pytest.fail("the rate is known"))
    result = session.finetune("/nowhere", "killed", recipe="quick", minutes=0.15, resume=True)
    assert result["steps"] >= saved["step"]
    assert result["card"]
    assert style_registry.find("killed").data["training"]["steps"] == result["steps"]
    assert run_folder.list_interrupted() == []


# ---- runs of older versions ----

OLD_STATE = {
    "micro_batches": "slices",
    "lr": "rate",
    "step": "taken",
    "time_limit": "seconds",
    "selection_seconds": "reserve",
    "setup_seconds": "first",
    "validation_seconds": "look_seconds",
    "last_sample": "sampled",
    "cooling_down": "hurried",
    "base_metrics": "before",
    "validations": "looks",
}
OLD_VALIDATION = {"alpha": "share", "tuned": "raw", "metrics": "figures", "pruned": "gone"}


def as_before_0_3(folder: RunFolder) -> None:
    """Writes a run's files as Ricercar 0.2 wrote them."""
    held = torch.load(folder.state, weights_only=True)
    state = {OLD_STATE.get(key, key): value for key, value in json.loads(held.pop("state")).items()}
    state["looks"] = [{OLD_VALIDATION.get(k, k): v for k, v in look.items()} for look in state["looks"]]
    torch.save({**held, "place": json.dumps(state)}, folder.state)
    metrics = {"nats_per_note_all": 7.5, "nats_per_note": 5.5, "accuracy": 0.5, "perplexity": 4.0}
    look = {"share": 0.5, "raw": metrics, "figures": metrics}
    entries = [
        {"step": 0, "spent": 0.1, "base": metrics},
        {"step": 0, "spent": 0.2, "rates": [0.001, 0.01], "losses": [7.0, 6.9], "rate": 0.003},
        {"step": 2, "spent": 0.5, "loss": 7.1, "pace": 0.05},
        {"step": 3, "spent": 0.6, "note": "memory", "windows": 2},
        {"step": 4, "spent": 0.9, "look": look},
    ]
    folder.log.write_text("".join(json.dumps(entry) + "\n" for entry in entries) + '{"step": 5, "sp')


@pytest.mark.slow
def test_an_interrupted_run_of_version_0_2_is_resumed(music: Path) -> None:
    control = Control("cancel", 9)
    first = start(music, control, minutes=0.2)
    with pytest.raises(RunCancelled):
        first.run()
    as_before_0_3(first.folder)
    assert [run.config.key for run in run_folder.list_interrupted()] == ["a run"]
    base, search, step, memory, validation = first.folder.read_log()
    assert base.base_metrics is not None
    assert search.lr_search == records.LrSearch([0.001, 0.01], [7.0, 6.9], 0.003)
    assert (step.loss, step.step_seconds, memory.micro_batch) == (7.1, 0.05, 2)
    assert validation.validation is not None
    assert (validation.validation.step, validation.validation.alpha) == (4, 0.5)
    again = FinetuneSession.resume("a run", None, lambda: "")
    assert again.trainer.load_state()
    assert again.trainer.state == first.trainer.state
    assert again.run().candidates


# ---- what goes wrong ----


@pytest.mark.slow
def test_too_little_memory_is_met_by_smaller_slices(music: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    usual = NoteGPT.forward

    def scarce(self: NoteGPT, positions: torch.Tensor, following: torch.Tensor) -> Any:
        if len(positions) > 1:
            raise RuntimeError("DefaultCPUAllocator: not enough memory: you tried to allocate 9 bytes")
        return usual(self, positions, following)

    monkeypatch.setattr(NoteGPT, "forward", scarce)
    events: list[RunEvent] = []
    run = start(music, events=events)
    result = run.run()
    assert [e.entry.micro_batch for e in events if e.entry and e.entry.note == "memory"] == [2, 1]
    assert run.trainer.state.micro_batches == 4
    assert result.best is not None, "it learns all the same"


def test_no_memory_at_all_is_one_sentence(music: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def none(self: NoteGPT, positions: torch.Tensor, following: torch.Tensor) -> Any:
        raise MemoryError

    monkeypatch.setattr(NoteGPT, "forward", none)
    with pytest.raises(UserError, match="not enough memory"):
        start(music).run()


def test_a_step_in_slices_has_the_gradient_of_the_whole_step(music: Path, tmp_path: Path) -> None:
    pieces = dataset_scan.scan([music], workers=1).music.part("train")

    def gradient(slices: int) -> torch.Tensor:
        network, blocks = note_gpt(), TrainingWindows(pieces, 16, 4, augment=False)
        found: list[torch.Tensor] = []

        class Hooks:
            def micro_batches(self) -> int:
                return slices

        from fastai.basics import Callback, CancelFitException, OptimWrapper

        class Look(Callback):  # type: ignore[misc]
            def before_step(self) -> None:
                found.append(network.heads[0].out.weight.grad.clone())  # type: ignore[union-attr]
                raise CancelFitException

        from composer.training.pretrain import hide_progress_bars, make_learner, make_loaders

        learn: Learner = make_learner(
            network,
            make_loaders(blocks, blocks, 4),
            tmp_path,
            opt_func=lambda groups, **_: OptimWrapper(opt=torch.optim.SGD(network.parameters(), lr=0.0)),
        )
        learn.remove_cbs([cb for cb in learn.cbs if type(cb).__name__ == "Bf16"])
        learn.add_cbs([callbacks.MicroBatches(Hooks()), Look()])  # type: ignore[arg-type]
        with hide_progress_bars(learn), pytest.MonkeyPatch.context() as patch:
            from contextlib import nullcontext

            patch.setattr(callbacks, "autocast", lambda device: nullcontext())
            learn.fit(1)
        return found[0]

    torch.testing.assert_close(gradient(3), gradient(1), rtol=1e-4, atol=1e-6)


@pytest.mark.slow
def test_a_full_disk_is_told_and_the_run_goes_on(music: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    events: list[RunEvent] = []
    run = start(music, events=events)

    def refuse(*args: Any, **options: Any) -> None:
        raise UserError("output_unwritable", path="state.pt", reason="No space left on device")

    monkeypatch.setattr(training_state, "save_state", refuse)
    result = run.run()
    assert any("No space left" in e.entry.reason for e in events if e.entry)
    assert result.best is not None


def test_a_run_needs_room_on_the_disk_before_it_begins(music: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(run_folder, "NEEDED_MB", 10**9)
    with pytest.raises(UserError, match="MB free"):
        start(music)
    assert not RunFolder("a run").path.exists()


def test_a_run_whose_base_has_changed_does_not_go_on(music: Path, models: Path) -> None:
    from composer.model import checkpoint

    run = start(music, Control("cancel", 2))
    with pytest.raises(RunCancelled):
        run.run()
    checkpoint.save(models, "base", note_gpt(9), {"licence": "none"})
    with pytest.raises(UserError, match="has changed"):
        FinetuneSession.resume("a run", None, lambda: "")


@pytest.mark.slow
def test_a_run_without_progress_ends_early(music: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Trainer, "peak_lrs", lambda self: [0.0] * 5)
    settings = replace(TINY, looks=40, patience=2, stages=((1.0, 5, 1.0),))
    events: list[RunEvent] = []
    run = start(music, events=events, settings=settings, minutes=0.2)
    result = run.run()
    assert result.ended == "early"
    assert result.best is None
    assert run.trainer.clock.spent < 10
    assert any(e.entry.note == "early" for e in events if e.entry)


# ---- what is kept ----


@pytest.mark.slow
@pytest.mark.parametrize("settings", [TINY, THIN])
def test_kept_steps_can_be_chosen_and_saved(music: Path, settings: Recipe) -> None:
    run = start(music, settings=settings)
    result = run.run()
    assert result.best is not None
    other = next(c for c in result.candidates if c is not result.best)
    pairs, memorisation = run.compare(other, count=2)
    assert {t.first for t in pairs} <= {"base", "style"}
    assert all(Path(t.one).exists() and Path(t.two).exists() for t in pairs)
    path = run.save(other, "second best")
    card = style_registry.find("second best").data
    assert card["training"]["best_step"] == other.step
    assert card["training"]["blend"] == other.alpha
    assert card["figures"]["valid"] == other.metrics
    loaded, _ = checkpoint.load("second best")
    assert isinstance(loaded, NoteGPT)
    found = selection.validate(loaded, run.trainer.valid_windows, 4)
    assert found == pytest.approx(other.metrics, abs=0.003), "the figures are those of what is stored"
    assert card["licence"] == style_registry.find("base").licence
    assert len(card["data"]["music"]) == len(run.music.pieces)
    assert all(len(row[0]) >= 24 for row in card["data"]["music"]), "by hash, without names"
    assert "chorale" not in path.read_text()
    assert card["figures"]["originality"] == memorisation.to_json()
    assert not run.folder.exists(), "what is saved is not resumed"


def test_memorisation_is_noticed() -> None:
    assert records.MemorisationReport(30, 8).memorised
    assert not records.MemorisationReport(30, 20).memorised, "unseen music of the kind shares as much"
    assert not records.MemorisationReport(12, 0).memorised


def test_interpolation_and_candidate_checkpoints(tmp_path: Path) -> None:
    network, other = note_gpt(1), note_gpt(2)
    base, tuned = checkpoint.weights_of(network), checkpoint.weights_of(other)
    selection.load_interpolated(network, base, tuned, 0.5)
    half = network.state_dict()["ln_f.bias"], network.state_dict()["heads.0.out.weight"]
    expected = (base["heads.0.out.weight"] + tuned["heads.0.out.weight"]) / 2
    torch.testing.assert_close(half[1], expected, rtol=1e-2, atol=1e-3)
    store = training_state.CandidateStore(tmp_path)
    store.save(7, tuned)
    store.save(9, base)
    torch.testing.assert_close(store.load(7)["ln_f.weight"], tuned["ln_f.weight"])
    store.prune({9})
    with pytest.raises(UserError, match="damaged"):
        store.load(7)
    assert not selection.is_better({"nats_per_note_all": float("nan")}, {"nats_per_note_all": 3.0})
    assert selection.is_better({"nats_per_note_all": 2.9}, {"nats_per_note_all": float("nan")})


def test_damaged_runs_are_passed_over(tmp_path: Path) -> None:
    home = run_folder.runs_folder() / "broken"
    home.mkdir(parents=True)
    (home / "lesson.json").write_text("{")
    assert run_folder.list_interrupted() == []
    with pytest.raises(UserError, match="damaged"):
        RunFolder("broken").config()
    with pytest.raises(UserError, match="cannot be the name"):
        RunFolder("../out")
