"""Fine-tuning a tiny base with fastai, and what becomes of the style."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest
import torch

from composer.core.errors import UserError
from composer.core.settings import GenerationRequest, Sampling
from composer.files import midi_reader
from composer.finetuning import callbacks, selection, session, trainer
from composer.generation import generate, style_scorer
from composer.model import checkpoint, style_registry, tokenizer
from composer.model.transformer import NoteGPT
from composer.music.score import Score
from tests.small import note_gpt, tune

pytestmark = pytest.mark.usefixtures("models")


@pytest.fixture(autouse=True)
def _short_search(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(callbacks, "SEARCH_STEPS", 12)


@pytest.mark.slow
def test_a_fine_tuned_style_beats_its_base_on_held_out_music_and_composes(mixed: Path, models: Path) -> None:
    others = style_scorer.windows([(str(seed), tune(2, seed)) for seed in range(5)])
    (models / style_scorer.REFERENCE).write_bytes(style_scorer.packed(others))
    events: list[dict[str, Any]] = []
    result = session.finetune(mixed, "my bach", recipe="quick", minutes=0.07, progress=events.append)
    assert result["used"] == 6
    assert [Path(s["file"]).name for s in result["skipped"]] == ["broken.mid"]
    assert result["after"]["nats_per_note_all"] < result["before"]["nats_per_note_all"]
    assert result["best_step"] > 0
    card = style_registry.find("my bach")
    assert card.data["training"]["alpha"] in selection.ALPHAS[1:]
    assert card.data["training"]["blend"] == card.data["training"]["alpha"], "its older name"
    assert card.base == "base"
    assert not card.bundled
    assert str(card.card) == result["card"]
    assert {e["stage"] for e in events} == {"reading", "validate-base", "find-lr", "train", "select"}
    knows = style_scorer.of(card)
    assert knows is not None
    chorale = tokenizer.encode(midi_reader.read(mixed / "chorale-0.mid"))
    assert knows.score(chorale) > knows.score(tune(2, 9))
    notes = list(
        generate.compose(Score(), GenerationRequest(style="my bach", notes=8, sampling=Sampling(random_seed=1)))
    )
    assert len(notes) == 8
    assert not (style_registry.user_folder() / ".teaching" / "my bach").exists(), "nothing is left lying about"


@pytest.mark.slow
def test_a_style_that_did_not_become_better_is_not_kept(mixed: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def worsen(self: Any) -> list[float]:
        return [float("nan")] * 5

    monkeypatch.setattr(trainer.Trainer, "peak_lrs", worsen)
    result = session.finetune(mixed, "worse", recipe="quick", minutes=0.05)
    assert result["card"] is None
    assert result["best_step"] == 0
    assert result["after"]["nats_per_note_all"] == result["before"]["nats_per_note_all"]
    with pytest.raises(UserError):
        style_registry.find("worse")


def test_layer_groups_are_quarters_of_the_trunk_and_the_rest() -> None:
    network = note_gpt()
    groups = trainer.layer_groups(network)
    assert len(groups) == 5
    assert sum(len(g) for g in groups) == len(list(network.parameters()))
    assert any(p is network.heads[0].out.weight for p in groups[-1])
    assert any(p is network.blocks[0].ln1.weight for p in groups[0])


@pytest.mark.slow
def test_only_the_last_group_learns_in_the_thesis_recipe(mixed: Path) -> None:
    result = session.finetune(mixed, "thesis", recipe="thesis", minutes=0.06)
    assert result["card"], result
    assert "judge" not in style_registry.find("thesis").data, "without other music to compare with"
    taught, _ = checkpoint.load("thesis")
    base, _ = checkpoint.load("base")
    assert isinstance(taught, NoteGPT)
    assert isinstance(base, NoteGPT)
    before = dict(base.blocks.named_parameters())
    for name, weight in taught.blocks.named_parameters():  # fastai lets the norms of frozen layers learn
        assert ".ln" in name or torch.equal(weight, before[name]), "the trunk is frozen"
    assert not torch.equal(taught.heads[0].out.weight, base.heads[0].out.weight)
    assert style_registry.find("thesis").weights.stat().st_size < style_registry.find("base").weights.stat().st_size


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"recipe": "magic"}, "recipe must be one of"),
        ({"name": "base"}, "already installed"),
        ({"name": "../out"}, "cannot be the name"),
        ({"base": "jazz"}, "no style named"),
        ({"base": "giga"}, "expressive encoding"),
    ],
)
def test_bad_settings_are_one_sentence(mixed: Path, change: dict[str, str], sentence: str) -> None:
    wanted = {"name": "new", "base": "base", "recipe": "quick", **change}
    with pytest.raises(UserError, match=sentence):
        session.finetune(mixed, **wanted)


def test_too_little_music_is_one_sentence(mixed: Path, tmp_path: Path) -> None:
    folder = tmp_path / "one"
    folder.mkdir()
    shutil.copy(mixed / "chorale-0.mid", folder)
    with pytest.raises(UserError, match="at least 512"):
        session.finetune(folder, "short")


# ---- nothing is lost, nothing is touched that should not be ----


def test_a_name_cannot_lead_out_of_the_folder(mixed: Path, tmp_path: Path) -> None:
    victim = tmp_path / "victim"
    victim.mkdir()
    for name in (str(victim), "../../victim", ".."):
        with pytest.raises(UserError, match="cannot be the name"):
            session.finetune(mixed, name, into=tmp_path / "out")
    assert victim.is_dir()


def test_what_stands_there_is_refused_before_any_work(mixed: Path, tmp_path: Path, models: Path) -> None:
    events: list[dict[str, Any]] = []
    with pytest.raises(UserError, match="exists already"):
        session.finetune(mixed, "baroque", into=models, progress=events.append)
    (tmp_path / "file").write_text("")
    with pytest.raises(UserError, match="cannot be written"):
        session.finetune(mixed, "new", into=tmp_path / "file", progress=events.append)
    assert not events


@pytest.mark.parametrize("minutes", [float("nan"), float("inf"), 0, -1])
def test_minutes_are_checked(mixed: Path, tmp_path: Path, minutes: float) -> None:
    with pytest.raises(UserError, match="minutes must be"):
        session.finetune(mixed, "new", minutes=minutes)


@pytest.mark.slow
def test_a_style_whose_base_has_changed_is_refused(mixed: Path, models: Path) -> None:
    assert session.finetune(mixed, "mine", recipe="thesis", minutes=0.06)["card"]
    checkpoint.load("mine")
    checkpoint.save(models, "base", note_gpt(8), {"licence": "none"})
    with pytest.raises(UserError, match="has changed"):
        checkpoint.load("mine")
