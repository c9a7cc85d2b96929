"""LoRA: what is trained and what is frozen, that merging changes nothing, and styles stored as a difference."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file

from composer.core.settings import RECIPES, GenerationRequest, Recipe, Sampling, Training
from composer.finetuning import callbacks, dataset_scan, session, step_timing
from composer.generation import generate
from composer.model import checkpoint, lora, low_rank_delta, style_registry
from composer.model.lora import TrainableModel
from composer.model.optimizers import GroupedMuonAdamW
from composer.model.transformer import NoteGPT
from composer.music.score import Score
from tests.small import note_gpt

RECIPE = Recipe(1, ((1.0, 5, 0.5),), rank=2, alpha=3, length=48, batch=4, looks=3)


def predicted(network: NoteGPT) -> list[torch.Tensor]:
    """What a network makes of some notes."""
    ids = torch.randint(0, 4, (2, 9, 5), generator=torch.Generator().manual_seed(5))
    with torch.no_grad():
        return list(network.eval()(ids, ids))


def trained(model: TrainableModel) -> TrainableModel:
    """The same, after some training: numbers that bfloat16 holds."""
    with torch.no_grad():
        for number, parameter in enumerate(model.trainable.parameters()):
            drawn = torch.randn(parameter.shape, generator=torch.Generator().manual_seed(number))
            parameter.copy_((parameter + 0.1 * drawn).bfloat16())
    return model


def test_at_first_a_student_predicts_as_its_base_does() -> None:
    network = note_gpt()
    model = TrainableModel(network, RECIPE)
    for one, other in zip(predicted(network), predicted(model.trainable), strict=True):
        assert torch.equal(one, other)


def test_what_stays_is_no_parameter() -> None:
    network = note_gpt()
    student = TrainableModel(network, RECIPE).trainable
    learns = dict(student.named_parameters())
    for name in ("blocks.0.attn.in_proj_weight", "blocks.3.mlp.2.weight", "heads.1.inner.weight", "embed.0.weight"):
        assert name not in learns
        assert name in student.state_dict(), "it can be gone on with"
    for name in ("blocks.0.ln1.weight", "blocks.0.attn.in_proj_bias", "heads.4.out.weight", "ln_f.weight"):
        assert name in learns, "what is small learns whole"
    assert learns["blocks.0.attn.beside.down"].shape == (2, 32)
    assert learns["blocks.0.attn.beside.up"].shape == (2, 96)
    assert sum(p.numel() for p in learns.values()) < sum(p.numel() for p in network.parameters()) / 4
    groups = lora.layer_groups(student)
    assert len(groups) == 5
    assert {id(p) for group in groups for p in group} == {id(p) for p in learns.values()}


def test_muon_takes_the_trunk_s_factors() -> None:
    student = TrainableModel(note_gpt(), RECIPE).trainable
    parts = GroupedMuonAdamW(student, lora.layer_groups(student), Training()).parts
    muons = [part for _, part, _ in parts if isinstance(part, torch.optim.Muon)]
    by_muon = {id(p) for muon in muons for p in muon.param_groups[0]["params"]}
    names = {name for name, p in student.named_parameters() if id(p) in by_muon}
    assert len(names) == 4 * 4 * 2, "four matrices in each of four blocks"
    assert all(name.startswith("blocks.") and name.endswith((".down", ".up")) for name in names)


def test_merged_weights_predict_as_the_student_does() -> None:
    network = note_gpt()
    model = trained(TrainableModel(network, RECIPE))
    before = predicted(network)
    network.load_state_dict(model.merge(model.trained_weights()))
    for plain, student, base in zip(predicted(network), predicted(model.trainable), before, strict=True):
        torch.testing.assert_close(plain, student, atol=0.01, rtol=0.01)  # what is kept of `up` is rounded
        assert (plain - base).abs().max() > 0.05
    model.reset()
    for student, base in zip(predicted(model.trainable), before, strict=True):
        assert torch.equal(student, base), "everything is forgotten"


def test_without_adapters_the_network_itself_learns() -> None:
    network = note_gpt()
    model = TrainableModel(network, RECIPES["balanced"])
    assert model.trainable is network
    held = model.trained_weights()
    assert held.keys() == network.state_dict().keys()
    assert all(torch.equal(weight, held[name]) for name, weight in model.merge(held).items())


@pytest.mark.parametrize("share", [0.15, 0.7, 1.0])
def test_a_difference_gives_the_same_matrices_to_one_step_of_bfloat16(models: Path, share: float) -> None:
    """The bound that `low_rank_delta` states; and nearly all numbers are the same to the last bit."""
    base, _ = checkpoint.load("base")
    assert isinstance(base, NoteGPT)
    model = trained(TrainableModel(base, RECIPE))
    learned = model.trained_weights()
    mixed = {name: w + share * (model.merge(learned)[name] - w) for name, w in model.base_weights.items()}
    base.load_state_dict(mixed)
    checkpoint.round_to_bfloat16(base)
    path = checkpoint.save(models, "mine", base, {"licence": "none"}, "base", learned, share)
    loaded, card = checkpoint.load("mine")
    same = total = 0
    for name, weight in base.state_dict().items():
        other = loaded.state_dict()[name]
        assert ((weight - other).abs() <= 2**-7 * weight.abs()).all(), name
        same, total = same + int((weight == other).sum()), total + weight.numel()
    assert same > 0.999 * total
    held = load_file(path.with_suffix(".safetensors"))
    assert "blocks.0.mlp.0.weight.down" in held
    assert "blocks.0.mlp.0.weight" not in held
    assert "embed.0.weight" not in held, "it stayed as the base's"
    assert card["format"] == style_registry.FORMAT, "an older program must not read it"


def test_factors_that_are_not_smaller_are_not_stored(models: Path) -> None:
    network, _ = checkpoint.load("base")
    with torch.no_grad():
        network.get_parameter("ln_f.weight").add_(1)
        network.get_parameter("heads.4.inner.weight").add_(1)
    wide = {"heads.4.inner.weight.down": torch.ones(16, 32), "heads.4.inner.weight.up": torch.ones(16, 32)}
    path = checkpoint.save(models, "mine", network, {"licence": "none"}, "base", wide)
    assert set(load_file(path.with_suffix(".safetensors"))) == {"ln_f.weight", "heads.4.inner.weight"}
    assert checkpoint.load("mine")[1]["format"] == style_registry.WHOLE


@pytest.mark.slow
def test_a_run_with_adapters_ends_in_a_small_style_that_composes(
    models: Path, music: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(callbacks, "SEARCH_STEPS", 10)
    monkeypatch.setitem(RECIPES, "adapters", RECIPE)
    result = session.finetune(music, "mine", recipe="adapters", minutes=0.07)
    assert result["card"], result
    assert result["after"]["nats_per_note_all"] < result["before"]["nats_per_note_all"]
    card = style_registry.find("mine")
    assert card.weights.stat().st_size < style_registry.find("base").weights.stat().st_size / 3
    assert low_rank_delta.adapted_names(load_file(card.weights))
    taught, base = (checkpoint.load(name)[0].state_dict() for name in ("mine", "base"))
    moved = {name for name, weight in taught.items() if not torch.equal(weight, base[name])}
    assert "blocks.0.mlp.0.weight" in moved
    assert not any(name.startswith(("embed.", "given.", "between.", "chroma.")) for name in moved)
    assert all(torch.equal(w, base[name]) for name, w in checkpoint.load("mine", 0.0)[0].state_dict().items())
    notes = list(generate.compose(Score(), GenerationRequest(style="mine", notes=8, sampling=Sampling(random_seed=1))))
    assert len(notes) == 8


@pytest.mark.slow
def test_step_timing_measures_adapters_and_changes_nothing(
    models: Path, music: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(RECIPES, "adapters", RECIPE)
    found = step_timing.time_recipes("base", dataset_scan.scan([music], workers=1).music)
    assert tuple(found["recipes"]) == step_timing.OFFERED
    rows = found["recipes"]
    assert all(row["minutes"] > 0 and row["steps"] >= 1 for row in rows.values())
    assert rows["adapters"]["memory_mb"] <= rows["balanced"]["memory_mb"] == found["memory_mb"]
    network = note_gpt()
    before = [p.clone() for p in network.parameters()]
    for parameter in network.parameters():
        parameter.grad = torch.ones_like(parameter)
    assert step_timing._time_optimizer(network) > 0
    assert all(torch.equal(one, other) for one, other in zip(before, network.parameters(), strict=True))
