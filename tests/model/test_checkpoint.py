"""What is saved is what is loaded, and a damaged or hostile checkpoint is one sentence."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch
from safetensors.torch import load_file, save_file

from composer.core.errors import UserError
from composer.model import checkpoint, style_registry
from composer.model.transformer import GPT, NoteGPT
from tests.small import giga, install, note_gpt

LICENCE = {"licence": "CC0"}


@pytest.fixture
def models(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder of bundled models."""
    folder = tmp_path / "models"
    folder.mkdir()
    monkeypatch.setenv("RICERCAR_MODELS", str(folder))
    return folder


def rewrite(path: Path, **changes: Any) -> None:
    """Changes fields of a card."""
    path.write_text(json.dumps({**json.loads(path.read_text()), **changes}))


def same(one: torch.nn.Module, other: torch.nn.Module) -> bool:
    """All weights equal to the last bit."""
    a, b = one.state_dict(), other.state_dict()
    return a.keys() == b.keys() and all(torch.equal(a[k], b[k]) for k in a)


@pytest.mark.parametrize("make", [note_gpt, giga])
def test_what_is_saved_is_loaded(models: Path, make: Callable[[int], checkpoint.Network]) -> None:
    """As stored in bfloat16: by name, by card, by weights, as text; ready to run and to train."""
    network = checkpoint.round_to_bfloat16(make(3))
    path = checkpoint.save(models, "mine", network, {**LICENCE, "title": "Mine"})
    for key in ("mine", "MINE", path, path.with_suffix(".safetensors"), str(path)):
        loaded, card = checkpoint.load(key)
        assert type(loaded) is type(network)
        assert same(loaded, network)
        assert not loaded.training
        assert all(p.requires_grad and p.dtype == torch.float32 for p in loaded.parameters())
        assert card["title"] == "Mine"
    assert card["parameters"] == sum(p.numel() for p in network.parameters())
    ids = torch.randint(0, 4, (2, 9) if isinstance(network, GPT) else (2, 9, 5))
    arguments = (ids,) if isinstance(network, GPT) else (ids, ids)
    with torch.no_grad():
        for a, b in zip(loaded(*arguments), network(*arguments), strict=True):
            assert torch.equal(a, b)
    assert loaded(*arguments)[0].requires_grad


def test_use_thin_rounds_as_saving_does(models: Path) -> None:
    """An untouched network comes back rounded, and rounding it gives just that."""
    network = note_gpt(2)
    checkpoint.save(models, "mine", network, LICENCE)
    loaded, _ = checkpoint.load("mine")
    assert not same(loaded, network)
    assert same(loaded, checkpoint.round_to_bfloat16(network))


def test_a_style_stores_what_differs_from_its_base(models: Path) -> None:
    """And comes back to the last bit; a style of that style too."""
    base = note_gpt(1)
    path = checkpoint.save(models, "base", base, LICENCE)
    style = checkpoint.load("base")[0]
    with torch.no_grad():
        style.heads[0].out.weight += 0.5
    style = checkpoint.round_to_bfloat16(style)
    child = checkpoint.save(models, "style", style, LICENCE, base="base")
    assert list(load_file(child.with_suffix(".safetensors"))) == ["heads.0.out.weight"]
    assert child.with_suffix(".safetensors").stat().st_size < path.with_suffix(".safetensors").stat().st_size / 3
    loaded, card = checkpoint.load("style")
    assert card["base"] == "base"
    assert same(loaded, style)
    with torch.no_grad():
        loaded.embed[1].weight.zero_()
    grandchild = checkpoint.save(style_registry.user_folder(), "grandchild", loaded, LICENCE, base="style")
    assert list(load_file(grandchild.with_suffix(".safetensors"))) == ["embed.1.weight"]
    assert same(checkpoint.load("grandchild")[0], loaded)


def test_a_style_equal_to_its_base_stores_nothing(models: Path) -> None:
    """And still loads."""
    checkpoint.save(models, "base", note_gpt(1), LICENCE)
    network = checkpoint.load("base")[0]
    checkpoint.save(models, "copy", network, LICENCE, base="base")
    assert same(checkpoint.load("copy")[0], network)


def test_saving_again_replaces(models: Path) -> None:
    """Whole, without leftovers."""
    for seed in (1, 2):
        checkpoint.save(models / "sub", "mine", note_gpt(seed), LICENCE)
    assert sorted(p.name for p in (models / "sub").iterdir()) == ["mine.json", "mine.safetensors"]
    assert same(checkpoint.load(models / "sub" / "mine.json")[0], checkpoint.round_to_bfloat16(note_gpt(2)))


# ---- damage ----


def refused(name: str | Path) -> UserError:
    """The error that loading gives."""
    with pytest.raises(UserError) as caught:
        checkpoint.load(name)
    assert len(str(caught.value)) < 400
    return caught.value


def test_unknown_names_and_paths(models: Path) -> None:
    """By name, by path, and a base that is not installed."""
    assert refused("nothing").code == "style_unknown"
    assert refused(models / "nothing.json").code == "style_damaged"
    checkpoint.save(models, "base", note_gpt(1), LICENCE)
    path = checkpoint.save(models, "style", note_gpt(2), LICENCE, base="base")
    rewrite(path, base="gone")
    assert refused("style").code == "style_unknown"


@pytest.mark.parametrize(
    "data", [b"", b"\0" * 7, b"not safetensors at all" * 9, b"\xff" * 64, b"\x80\x96\x98\0\0\0\0\0{}"]
)
def test_damaged_weights(models: Path, data: bytes) -> None:
    """Empty, zeros, text, a header that claims too much."""
    path = checkpoint.save(models, "mine", note_gpt(), LICENCE)
    path.with_suffix(".safetensors").write_bytes(data)
    assert refused("mine").code == "style_damaged"


def test_truncated_weights(models: Path) -> None:
    """At any length."""
    path = checkpoint.save(models, "mine", note_gpt(), LICENCE).with_suffix(".safetensors")
    whole = path.read_bytes()
    for length in (1, 8, 100, len(whole) // 2, len(whole) - 1):
        path.write_bytes(whole[:length])
        assert refused("mine").code == "style_damaged"


def test_weights_gone_when_asked_by_path(models: Path) -> None:
    """A card alone is not enough."""
    path = checkpoint.save(models, "mine", note_gpt(), LICENCE)
    path.with_suffix(".safetensors").unlink()
    assert refused(path).code == "style_damaged"


@pytest.mark.parametrize("change", ["missing", "extra", "shape", "other"])
def test_weights_that_do_not_fit(models: Path, change: str) -> None:
    """A tensor too few, too many, of another shape, or all of another network."""
    network = note_gpt()
    path = checkpoint.save(models, "mine", network, LICENCE).with_suffix(".safetensors")
    weights = load_file(path)
    if change == "missing":
        del weights["ln_f.weight"]
    elif change == "extra":
        weights["extra"] = torch.zeros(3)
    elif change == "shape":
        weights["ln_f.weight"] = torch.zeros(3)
    else:
        weights = {k: v.contiguous() for k, v in giga().state_dict().items()}
    save_file(weights, path)
    assert "do not fit" in str(refused("mine"))


def test_bases_in_a_circle(models: Path) -> None:
    """Of one, and of two."""
    path = checkpoint.save(models, "one", note_gpt(), LICENCE)
    other = checkpoint.save(models, "two", note_gpt(), LICENCE)
    rewrite(path, base="one")
    assert "circle" in str(refused("one"))
    rewrite(path, base="two")
    rewrite(other, base="one")
    assert "circle" in str(refused("one"))


SHAPE = {"layers": 4, "width": 32, "heads": 2, "hidden": 64, "context": 48, "er_len": 0}
HOSTILE: dict[str, dict[str, Any]] = {
    "no heads": {"shape": {**SHAPE, "heads": 0}},
    "negative": {"shape": {**SHAPE, "layers": -1}},
    "nothing": {"shape": {**SHAPE, "width": 0}},
    "no context": {"shape": {**SHAPE, "context": 0}},
    "endless": {"shape": {**SHAPE, "hidden": float("inf")}},
    "beyond all bounds": {"shape": {**SHAPE, "width": 10**12}},
    "50 GB": {"shape": {**SHAPE, "layers": 64, "width": 4096, "hidden": 16384, "heads": 64}},
    "uneven heads": {"shape": {**SHAPE, "heads": 3}},
    "heads of odd size": {"shape": {**SHAPE, "heads": 32}},
    "other depth": {"shape": {**SHAPE, "layers": 3}},
    "a list": {"shape": [1, 2]},
    "a word": {"shape": "large"},
    "words": {"shape": {**SHAPE, "layers": "four"}},
    "null": {"shape": {**SHAPE, "layers": None}},
    "too few fields": {"shape": {"layers": 4}},
    "too many fields": {"shape": {**SHAPE, "colour": 3}},
    "unknown encoding": {"encoding": "midi"},
    "the other encoding": {"encoding": "giga"},
    "another vocabulary": {"vocabulary": [160, 129, 144, 33, 5]},
    "a short vocabulary": {"vocabulary": [160]},
    "a negative vocabulary": {"vocabulary": [-1, 129, 144, 33, 4]},
    "a vocabulary that is none": {"vocabulary": None},
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_cards(models: Path, name: str) -> None:
    """A sentence; and no memory is taken for what a card only claims."""
    path = checkpoint.save(models, "mine", note_gpt(), LICENCE)
    rewrite(path, **HOSTILE[name])
    assert refused("mine").code == "style_damaged"


@pytest.mark.parametrize("missing", ["shape", "vocabulary"])
def test_cards_that_lack_something(models: Path, missing: str) -> None:
    """What a network cannot be built without."""
    path = checkpoint.save(models, "mine", note_gpt(), LICENCE)
    card = json.loads(path.read_text())
    del card[missing]
    path.write_text(json.dumps(card))
    assert missing in str(refused("mine"))


@pytest.mark.parametrize("changes", [{"er_len": 0}, {"er_len": 10}, {"heads": 3}])
def test_hostile_giga_cards(models: Path, changes: dict[str, int]) -> None:
    """Relative positions need their table."""
    path = checkpoint.save(models, "mine", giga(), LICENCE)
    rewrite(path, shape={**json.loads(path.read_text())["shape"], **changes})
    assert refused("mine").code == "style_damaged"


def test_building_takes_its_shape_from_the_card(models: Path) -> None:
    """Untrained, of the right kind."""
    checkpoint.save(models, "mine", note_gpt(), LICENCE)
    network = checkpoint.build(style_registry.find("mine"))
    assert isinstance(network, NoteGPT)
    assert network.shape == note_gpt().shape


def test_a_style_s_strength_goes_from_its_base_through_it_and_beyond(models: Path) -> None:
    checkpoint.save(models, "base", note_gpt(1), LICENCE)
    checkpoint.save(models, "alone", note_gpt(2), LICENCE)
    base, style = checkpoint.load("base")[0], checkpoint.load("base")[0]
    with torch.no_grad():
        style.heads[0].out.weight += 0.5
    checkpoint.save(models, "firm", style, {"licence": "none"}, base="base")
    changed = {k: checkpoint.load("firm", k)[0].heads[0].out.weight for k in (0.0, 0.5, 1.0, 3.0)}
    start = base.heads[0].out.weight
    for strength, weight in changed.items():
        assert torch.allclose(weight - start, torch.full_like(start, 0.5 * strength), atol=0.02 * max(strength, 1))
    for strength in (0.0, 2.0):
        other = checkpoint.load("firm", strength)[0].blocks[0].attn.in_proj_weight
        assert torch.equal(other, base.blocks[0].attn.in_proj_weight), "what the style shares does not move"
    alone = checkpoint.load("alone", 3.0)[0]
    assert same(alone, checkpoint.load("alone")[0]), "without a base there is nothing to go away from"


def test_a_style_that_holds_every_weight_outlives_its_base(models: Path) -> None:
    """As it was; there is no way to the new base, whatever strength is asked for."""
    checkpoint.save(models, "base", note_gpt(1), LICENCE)
    style = note_gpt(2)
    with torch.no_grad():
        for parameter in style.parameters():
            parameter.add_(0.25)
    checkpoint.save(models, "firm", style, LICENCE, base="base")
    before, _ = checkpoint.load("firm")
    checkpoint.save(models, "base", note_gpt(3), LICENCE)
    for strength in (1.0, 2.0):
        assert same(checkpoint.load("firm", strength)[0], before)


@pytest.mark.parametrize("change", ["share", "up", "rank", "both", "base"])
def test_damaged_differences(models: Path, change: str) -> None:
    """Parts that are missing or do not fit, a matrix that is there twice, one that the base has not."""
    checkpoint.save(models, "base", note_gpt(1), LICENCE)
    style = checkpoint.load("base")[0]
    matrix = "blocks.1.mlp.0.weight"
    learned = {matrix + ".down": torch.ones(1, 32), matrix + ".up": torch.ones(1, 64)}
    with torch.no_grad():
        style.get_parameter(matrix).add_(1)
    path = checkpoint.save(models, "slim", style, LICENCE, "base", learned).with_suffix(".safetensors")
    assert same(checkpoint.load("slim")[0], checkpoint.round_to_bfloat16(style))
    weights = load_file(path)
    assert set(weights) == {matrix + ".down", matrix + ".up", "difference.share"}
    if change == "share":
        del weights["difference.share"]
    elif change == "up":
        del weights[matrix + ".up"]
    elif change == "rank":
        weights[matrix + ".up"] = torch.ones(2, 64)
    elif change == "both":
        weights[matrix] = torch.ones(64, 32)
    else:
        weights |= {"extra.down": torch.ones(1, 32), "extra.up": torch.ones(1, 64)}
    save_file(weights, path)
    error = refused("slim")
    assert error.code == "style_damaged"
    assert "its difference" in str(error)


@pytest.mark.slow
def test_loading_does_not_bring_in_the_compiler(tmp_path: Path, repository: Path) -> None:
    """It would cost every start two seconds."""
    install(tmp_path)
    code = (
        "import sys; from composer import checkpoint; checkpoint.load('baroque'); checkpoint.load('giga'); "
        "raise SystemExit('torch._dynamo' in sys.modules)"
    )
    environment = {**os.environ, "RICERCAR_MODELS": str(tmp_path)}
    done = subprocess.run([sys.executable, "-c", code], env=environment, cwd=repository, timeout=120)
    assert done.returncode == 0
