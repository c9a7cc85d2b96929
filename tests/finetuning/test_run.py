"""Lessons that are paused, stopped, killed and gone on with; too little memory, a full disk; the clock they go by."""

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
    interpolation,
    lr_finder,
    run_folder,
    session,
    trainer,
    training_state,
)
from composer.finetuning.run_folder import Folder, Plan
from composer.finetuning.session import Lesson
from composer.finetuning.trainer import Course, Stopped
from composer.model import checkpoint, style_registry
from composer.model.transformer import NoteGPT
from composer.music.score import Note, Score
from composer.training.training_windows import Blocks
from tests.recipes import THIN, TINY
from tests.small import note_gpt

THEME = Score(notes=tuple(Note(i * 240, 60 + i, 240, 80) for i in range(8)))


pytestmark = pytest.mark.usefixtures("models")


@pytest.fixture(autouse=True)
def _short_search(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lr_finder, "SEARCH_STEPS", 10)


class Orders:
    """Somebody who orders something after so many steps of a lesson."""

    def __init__(self, what: str, after: int) -> None:
        self.what, self.after, self.asked = what, after, 0
        self.lesson: Lesson | None = None

    def __call__(self) -> str:
        self.asked += 1
        taken = self.lesson.course.place.taken if self.lesson else 0
        return self.what if taken >= self.after else ""


def begin(music: Path, orders: Any = lambda: "", events: list[Any] | None = None, **changes: Any) -> Lesson:
    found = dataset_scan.gather([music], workers=1)
    plan = Plan(**{"key": "a lesson", "folders": (str(music),), "settings": TINY, "minutes": 0.05, **changes})
    tell = events.append if events is not None else None
    lesson = Lesson.begin(plan, found.music, found.skipped(), THEME, tell, orders)
    if isinstance(orders, Orders):
        orders.lesson = lesson
    return lesson


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


# ---- orders ----


@pytest.mark.slow
def test_a_lesson_ends_when_it_promised_and_samples_the_theme(music: Path) -> None:
    events: list[dict[str, Any]] = []
    lesson = begin(music, events=events)
    outcome = lesson.run()
    assert lesson.course.clock.spent == pytest.approx(3.0, rel=0.35)
    assert outcome.best is not None
    assert [e["done"] for e in events] == sorted(e["done"] for e in events)
    for event in events:
        if event["left"] is not None and event["done"] >= 0.1:
            assert event["left"] == pytest.approx(3.0 * (1 - event["done"]), abs=0.1)
    heard = [Path(e["sample"]) for e in events if "sample" in e]
    assert len(heard) >= 2
    from composer.files import midi_reader

    assert len(midi_reader.read(heard[-1]).notes) > len(THEME.notes)
    steps = {look["step"] for look in lesson.course.place.looks if not look.get("gone")}
    assert {choice.step for choice in outcome.choices} == steps


@pytest.mark.slow
def test_a_paused_lesson_waits_and_its_time_stands_still(music: Path) -> None:
    events: list[dict[str, Any]] = []
    waits = iter(["pause"] * 9)
    orders = Orders("pause", 3)
    lesson = begin(music, lambda: orders() and next(waits, ""), events)
    orders.lesson = lesson
    lesson.run()
    stages = [e["stage"] for e in events]
    assert "paused" in stages
    at = stages.index("paused")
    assert stages[at + 1] == "teaching"
    assert events[at + 1]["done"] == pytest.approx(events[at]["done"], abs=0.02)
    assert lesson.folder.state.exists(), "what is paused is saved"


def test_what_is_paused_or_cancelled_before_it_began_leaves_nothing(music: Path) -> None:
    orders = iter(["pause", "pause", "cancel"])
    lesson = begin(music, lambda: next(orders, "cancel"))
    with pytest.raises(Stopped):
        lesson.run()
    assert not lesson.folder.path.exists()
    assert run_folder.unfinished() == []


def test_stop_keeps_the_best_so_far(music: Path) -> None:
    lesson = begin(music, Orders("stop", 4), minutes=10.0)
    outcome = lesson.run()
    assert outcome.ended == "stopped"
    assert lesson.course.clock.spent < 60
    assert outcome.choices


@pytest.mark.slow
@pytest.mark.parametrize("settings", [TINY, THIN])
def test_a_cancelled_lesson_goes_on_with_everything_it_had(music: Path, settings: Recipe) -> None:
    """Weights, optimiser, schedule and random numbers are those of the moment it was cancelled."""
    first = begin(music, Orders("cancel", 4), minutes=1.0, settings=settings)
    with pytest.raises(Stopped):
        first.run()
    taken, spent = first.course.place.taken, first.course.clock.spent
    assert taken > 0
    again = Lesson.reopen("a lesson", None, lambda: "")
    assert again.course._resume()
    assert again.course.place.taken == taken
    assert again.course.clock.spent == pytest.approx(spent, abs=0.5)
    assert again.course.place.rate == first.course.place.rate
    for name, weight in first.course.student.state_dict().items():
        assert torch.equal(weight, again.course.student.state_dict()[name]), name
    before, after = first.course.pupil.learned(), again.course.pupil.learned()
    assert before.keys() == after.keys()
    assert all(torch.equal(weight, after[name]) for name, weight in before.items())
    assert np.array_equal(first.course.train[0][0], again.course.train[0][0]), "the same windows follow"
    held = trainer._parts(first.course.learn)
    assert held is not None
    assert again.course._opt is not None
    states = [p.state_dict() for p in held]
    assert json.dumps([h["param_groups"] for h in states], default=str) == json.dumps(
        [h["param_groups"] for h in again.course._opt], default=str
    )
    for one, other in zip(states, again.course._opt, strict=True):
        for key, state in one["state"].items():
            for name, value in state.items():
                assert torch.equal(torch.as_tensor(value), torch.as_tensor(other["state"][key][name]))


@pytest.mark.slow
def test_a_lesson_that_was_cancelled_at_the_command_line_can_be_resumed(
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
    place_ = Folder("later")
    place_.state.write_bytes(b"junk")
    monkeypatch.setitem(RECIPES, "quick", replace(TINY, passes=4.0))  # in a newer version
    with pytest.raises(UserError, match="damaged"):
        session.finetune(music, "later", recipe="quick", minutes=0.3, resume=True)


KILLED = """
import sys, time
from types import SimpleNamespace
from composer.core import work_clock
from composer.core.settings import RECIPES
from composer.finetuning import session, lr_finder, trainer
from tests.recipes import THIN, TINY
lr_finder.SEARCH_STEPS, trainer.SAVE_SECONDS = 10, 0.2
work_clock.time = SimpleNamespace(monotonic=time.thread_time, process_time=time.thread_time, time=time.time)
RECIPES["quick"] = THIN if sys.argv[2] == "THIN" else TINY
session.finetune(sys.argv[1], "killed", recipe="quick", minutes=0.15)
"""


@pytest.mark.slow
@pytest.mark.parametrize("settings", ["TINY", "THIN"])
def test_a_killed_lesson_goes_on_where_it_was_saved(
    music: Path, repository: Path, monkeypatch: pytest.MonkeyPatch, settings: str
) -> None:
    """kill -9 in the middle of a step; the files it learned from are gone too when it goes on."""
    environment = {**os.environ, "PYTHONPATH": str(repository), "OMP_NUM_THREADS": "1"}
    child = subprocess.Popen([sys.executable, "-c", KILLED, str(music), settings], cwd=repository, env=environment)
    folder = Folder("killed")
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
    assert [u.plan.name for u in run_folder.unfinished()] == ["killed"]
    monkeypatch.setitem(RECIPES, "quick", THIN if settings == "THIN" else TINY)
    monkeypatch.setattr(Course, "_find_rate", lambda self: pytest.fail("the rate is known"))
    result = session.finetune("/nowhere", "killed", recipe="quick", minutes=0.15, resume=True)
    assert result["steps"] >= saved["step"]
    assert result["card"]
    assert style_registry.find("killed").data["training"]["steps"] == result["steps"]
    assert run_folder.unfinished() == []


# ---- what goes wrong ----


@pytest.mark.slow
def test_too_little_memory_is_met_by_smaller_slices(music: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    usual = NoteGPT.forward

    def scarce(self: NoteGPT, positions: torch.Tensor, following: torch.Tensor) -> Any:
        if len(positions) > 1:
            raise RuntimeError("DefaultCPUAllocator: not enough memory: you tried to allocate 9 bytes")
        return usual(self, positions, following)

    monkeypatch.setattr(NoteGPT, "forward", scarce)
    events: list[dict[str, Any]] = []
    lesson = begin(music, events=events)
    outcome = lesson.run()
    assert [e["windows"] for e in events if e.get("note") == "memory"] == [2, 1]
    assert lesson.course.place.slices == 4
    assert outcome.best is not None, "it learns all the same"


def test_no_memory_at_all_is_one_sentence(music: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def none(self: NoteGPT, positions: torch.Tensor, following: torch.Tensor) -> Any:
        raise MemoryError

    monkeypatch.setattr(NoteGPT, "forward", none)
    with pytest.raises(UserError, match="not enough memory"):
        begin(music).run()


def test_a_step_in_slices_has_the_gradient_of_the_whole_step(music: Path, tmp_path: Path) -> None:
    pieces = dataset_scan.gather([music], workers=1).music.part("train")

    def gradient(slices: int) -> torch.Tensor:
        network, blocks = note_gpt(), Blocks(pieces, 16, 4, augment=False)
        found: list[torch.Tensor] = []

        class Course_:
            def slices(self) -> int:
                return slices

        from fastai.basics import Callback, CancelFitException, OptimWrapper

        class Look(Callback):  # type: ignore[misc]
            def before_step(self) -> None:
                found.append(network.heads[0].out.weight.grad.clone())  # type: ignore[union-attr]
                raise CancelFitException

        from composer.training.pretrain import learner, loaders, quiet

        learn: Learner = learner(
            network,
            loaders(blocks, blocks, 4),
            tmp_path,
            opt_func=lambda groups, **_: OptimWrapper(opt=torch.optim.SGD(network.parameters(), lr=0.0)),
        )
        learn.remove_cbs([cb for cb in learn.cbs if type(cb).__name__ == "Bf16"])
        learn.add_cbs([callbacks.Slices(Course_()), Look()])  # type: ignore[arg-type]
        with quiet(learn), pytest.MonkeyPatch.context() as patch:
            from contextlib import nullcontext

            patch.setattr(callbacks, "precision", lambda device: nullcontext())
            learn.fit(1)
        return found[0]

    torch.testing.assert_close(gradient(3), gradient(1), rtol=1e-4, atol=1e-6)


@pytest.mark.slow
def test_a_full_disk_is_told_and_the_lesson_goes_on(music: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    events: list[dict[str, Any]] = []
    lesson = begin(music, events=events)

    def full(*args: Any, **options: Any) -> None:
        raise UserError("output_unwritable", path="state.pt", reason="No space left on device")

    monkeypatch.setattr(training_state, "write_atomically", full)
    outcome = lesson.run()
    assert any("No space left" in e.get("reason", "") for e in events)
    assert outcome.best is not None


def test_a_lesson_needs_room_on_the_disk_before_it_begins(music: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(run_folder, "NEEDED_MB", 10**9)
    with pytest.raises(UserError, match="MB free"):
        begin(music)
    assert not Folder("a lesson").path.exists()


def test_a_lesson_whose_base_has_changed_does_not_go_on(music: Path, models: Path) -> None:
    from composer.model import checkpoint

    lesson = begin(music, Orders("cancel", 2))
    with pytest.raises(Stopped):
        lesson.run()
    checkpoint.save(models, "base", note_gpt(9), {"licence": "none"})
    with pytest.raises(UserError, match="has changed"):
        Lesson.reopen("a lesson", None, lambda: "")


@pytest.mark.slow
def test_a_lesson_without_progress_ends_early(music: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Course, "rates", lambda self: [0.0] * 5)
    settings = replace(TINY, looks=40, patience=2, stages=((1.0, 5, 1.0),))
    events: list[dict[str, Any]] = []
    lesson = begin(music, events=events, settings=settings, minutes=0.2)
    outcome = lesson.run()
    assert outcome.ended == "early"
    assert outcome.best is None
    assert lesson.course.clock.spent < 10
    assert {"note": "early"}.items() <= {k: v for e in events for k, v in e.items() if k == "note"}.items()


# ---- what is kept ----


@pytest.mark.slow
@pytest.mark.parametrize("settings", [TINY, THIN])
def test_kept_steps_can_be_chosen_and_saved(music: Path, settings: Recipe) -> None:
    lesson = begin(music, settings=settings)
    outcome = lesson.run()
    assert outcome.best is not None
    other = next(c for c in outcome.choices if c is not outcome.best)
    trials = lesson.compare(other, count=2)
    assert {t.first for t in trials} <= {"base", "style"}
    assert all(t.one.exists() and t.two.exists() for t in trials)
    path = lesson.save(outcome, other, "second best")
    card = style_registry.find("second best").data
    assert card["training"]["best_step"] == other.step
    assert card["training"]["blend"] == other.share
    assert card["figures"]["valid"] == other.figures
    loaded, _ = checkpoint.load("second best")
    assert isinstance(loaded, NoteGPT)
    found = interpolation.look(loaded, lesson.course.valid, 4)
    assert found == pytest.approx(other.figures, abs=0.003), "the figures are those of what is stored"
    assert card["licence"] == style_registry.find("base").licence
    assert len(card["data"]["music"]) == len(lesson.music.pieces)
    assert all(len(row[0]) >= 24 for row in card["data"]["music"]), "by hash, without names"
    assert "chorale" not in path.read_text()
    assert card["figures"]["originality"]["memorised"] in (True, False)


def test_learned_by_heart_is_noticed() -> None:
    assert session.Originality(30, 8).memorised
    assert not session.Originality(30, 20).memorised, "unseen music of the kind shares as much"
    assert not session.Originality(12, 0).memorised


def test_blends_and_shelves(tmp_path: Path) -> None:
    network, other = note_gpt(1), note_gpt(2)
    start, taught = checkpoint.weights_of(network), checkpoint.weights_of(other)
    interpolation.mix(network, start, taught, 0.5)
    half = network.state_dict()["ln_f.bias"], network.state_dict()["heads.0.out.weight"]
    expected = (start["heads.0.out.weight"] + taught["heads.0.out.weight"]) / 2
    torch.testing.assert_close(half[1], expected, rtol=1e-2, atol=1e-3)
    shelf = interpolation.Shelf(tmp_path)
    shelf.put(7, taught)
    shelf.put(9, start)
    torch.testing.assert_close(shelf.take(7)["ln_f.weight"], taught["ln_f.weight"])
    shelf.only({9})
    with pytest.raises(UserError, match="damaged"):
        shelf.take(7)
    assert not interpolation.better({"nats_per_note_all": float("nan")}, {"nats_per_note_all": 3.0})
    assert interpolation.better({"nats_per_note_all": 2.9}, {"nats_per_note_all": float("nan")})


def test_damaged_lessons_are_passed_over(tmp_path: Path) -> None:
    home = run_folder.home() / "broken"
    home.mkdir(parents=True)
    (home / "lesson.json").write_text("{")
    assert run_folder.unfinished() == []
    with pytest.raises(UserError, match="damaged"):
        Folder("broken").plan()
    with pytest.raises(UserError, match="cannot be the name"):
        Folder("../out")
