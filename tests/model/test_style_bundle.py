"""A style as one file: out and in again, and every way in which such a file may be no good."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path
from typing import Any

import pytest
import torch

from composer.cli.main import main
from composer.core.errors import UserError
from composer.core.settings import GenerationRequest, Sampling
from composer.generation import generate, style_scorer
from composer.model import checkpoint, style_bundle, style_registry, tensor_file
from composer.music.score import Score
from tests.small import note_gpt, tune

pytestmark = pytest.mark.usefixtures("models")


@pytest.fixture
def mine() -> style_registry.Card:
    """A style of the user's that is stored as its difference from the base."""
    network, _ = checkpoint.load("base")
    with torch.no_grad():
        next(network.parameters()).add_(1.0)
    checkpoint.save(style_registry.user_folder(), "mine", network, {"licence": "CC0", "description": "hm"}, base="base")
    return style_registry.find("mine")


def packed(
    path: Path, card: Any, weights: bytes, names: tuple[str, str] = (style_bundle.CARD, style_bundle.WEIGHTS)
) -> Path:
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(names[0], card if isinstance(card, str) else json.dumps(card))
        archive.writestr(names[1], weights)
    return path


def test_a_style_comes_back_as_it_went_and_stands_alone(
    mine: style_registry.Card, tmp_path: Path, models: Path
) -> None:
    before = checkpoint.load("mine")[0].state_dict()
    path = style_bundle.export_bundle("mine", tmp_path / "mine.ricercar-style")
    style_registry.remove("mine")
    checkpoint.save(models, "base", note_gpt(9), {"licence": "none"})  # another base does not matter
    card = style_bundle.import_bundle(path)
    assert (card.name, card.licence, card.base, card.bundled) == ("mine", "CC0", None, False)
    assert card.data["taught_from"] == "base"
    after = checkpoint.load("mine")[0].state_dict()
    assert before.keys() == after.keys()
    assert all(torch.equal(before[name], after[name]) for name in before)


def test_its_judge_goes_with_it(mine: style_registry.Card, tmp_path: Path) -> None:
    own = [(str(seed), tune(0, seed)) for seed in range(3)]
    others = style_scorer.windows([(str(seed), tune(2, seed)) for seed in range(3)])
    found = style_scorer.StyleScorer.fit(style_scorer.windows(own), others)
    mine.card.write_text(json.dumps({**mine.data, "judge": found.table()}))
    assert mine.card.stat().st_size < style_registry.CARD_LIMIT / 20
    path = style_bundle.export_bundle("mine", tmp_path / "mine.ricercar-style")
    style_registry.remove("mine")
    again = style_scorer.of(style_bundle.import_bundle(path))
    assert again is not None
    assert again.score(tune(0, 9)) == found.score(tune(0, 9)) > again.score(tune(2, 9))
    notes = list(generate.compose(Score(), GenerationRequest(style="mine", notes=40, sampling=Sampling(random_seed=1))))
    assert len(notes) == 40
    style_registry.rename("mine", "ours")
    assert style_scorer.of(style_registry.find("ours")) is not None


@pytest.mark.parametrize("value", [None, 7, "x" * 10**6, {"features": [], "kinds": 10**9}, [[[]]]], ids=range(5))
def test_a_judge_that_is_none_does_no_harm(mine: style_registry.Card, tmp_path: Path, value: object) -> None:
    path = style_bundle.export_bundle("mine", tmp_path / "mine.ricercar-style")
    with zipfile.ZipFile(path) as archive:
        weights = archive.read(style_bundle.WEIGHTS)
    packed(tmp_path / "other.ricercar-style", {**mine.data, "judge": value}, weights)
    card = style_bundle.import_bundle(tmp_path / "other.ricercar-style", "other")
    assert style_scorer.of(card) is None
    notes = list(
        generate.compose(Score(), GenerationRequest(style="other", notes=20, sampling=Sampling(random_seed=1)))
    )
    assert len(notes) == 20


def test_it_may_get_another_name_but_not_one_that_is_taken(mine: style_registry.Card, tmp_path: Path) -> None:
    path = style_bundle.export_bundle("mine", tmp_path / "mine.ricercar-style")
    with pytest.raises(UserError, match="already installed"):
        style_bundle.import_bundle(path)
    assert style_bundle.import_bundle(path, "theirs").name == "theirs"
    with pytest.raises(UserError, match="cannot be the name"):
        style_bundle.import_bundle(path, "../../out")
    with pytest.raises(UserError, match="exists already"):
        style_bundle.export_bundle("mine", path)


def good(path: Path) -> tuple[dict[str, Any], bytes]:
    with zipfile.ZipFile(path) as archive:
        return json.loads(archive.read(style_bundle.CARD)), archive.read(style_bundle.WEIGHTS)


def test_what_is_no_style_is_refused_and_leaves_nothing_behind(mine: style_registry.Card, tmp_path: Path) -> None:
    path = style_bundle.export_bundle("mine", tmp_path / "mine.ricercar-style")
    card, weights = good(path)
    style_registry.remove("mine")
    bad = tmp_path / "bad.ricercar-style"
    cases: list[tuple[Any, bytes, tuple[str, str]]] = [
        (card, weights, (style_bundle.CARD, "../../evil.safetensors")),
        (card, weights, ("/etc/style.json", style_bundle.WEIGHTS)),
        (card, weights[:-8], (style_bundle.CARD, style_bundle.WEIGHTS)),
        (card, b"junk", (style_bundle.CARD, style_bundle.WEIGHTS)),
        ({**card, "parameters": 7}, weights, (style_bundle.CARD, style_bundle.WEIGHTS)),
        ({**card, "format": 99}, weights, (style_bundle.CARD, style_bundle.WEIGHTS)),
        ({**card, "name": "../../out"}, weights, (style_bundle.CARD, style_bundle.WEIGHTS)),
        ({**card, "name": "base"}, weights, (style_bundle.CARD, style_bundle.WEIGHTS)),
        ({k: v for k, v in card.items() if k != "licence"}, weights, (style_bundle.CARD, style_bundle.WEIGHTS)),
        ("[" * 100_000, weights, (style_bundle.CARD, style_bundle.WEIGHTS)),
        ([1, 2], weights, (style_bundle.CARD, style_bundle.WEIGHTS)),
        ("no json", weights, (style_bundle.CARD, style_bundle.WEIGHTS)),
    ]
    before = sorted(style_registry.user_folder().rglob("*"))
    for value, data, names in cases:
        with pytest.raises(UserError):
            style_bundle.import_bundle(packed(bad, value, data, names))
    assert sorted(style_registry.user_folder().rglob("*")) == before
    bad.write_bytes(b"no zip")
    with pytest.raises(UserError, match="not a style"):
        style_bundle.import_bundle(bad)
    with pytest.raises(UserError, match="no file"):
        style_bundle.import_bundle(tmp_path / "nothing")


def test_a_bomb_is_not_unpacked(tmp_path: Path) -> None:
    path = tmp_path / "bomb.ricercar-style"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(style_bundle.CARD, "{}")
        archive.writestr(style_bundle.WEIGHTS, b"\0" * 50_000_000)
    assert path.stat().st_size < 100_000
    with pytest.raises(UserError, match="too large"):
        style_bundle.import_bundle(path)


def test_a_card_that_lies_about_its_size_is_refused(mine: style_registry.Card, tmp_path: Path) -> None:
    path = style_bundle.export_bundle("mine", tmp_path / "mine.ricercar-style")
    data = bytearray(path.read_bytes())
    at = data.rindex(b"PK\x01\x02", 0, data.rindex(b"PK\x01\x02"))  # the card's entry in the directory
    data[at + 24 : at + 28] = (10).to_bytes(4, "little")
    path.write_bytes(bytes(data))
    with pytest.raises(UserError, match="not a style"):
        style_bundle.import_bundle(path, "other")


def test_the_verbs_pass_a_style_on(
    mine: style_registry.Card, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "mine.ricercar-style"
    assert main(["styles", "export", "mine", str(path), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["bytes"] == path.stat().st_size
    assert main(["styles", "import", str(path), "--name", "again", "--json"]) == 0
    said = json.loads(capsys.readouterr().out)
    assert (said["ok"], said["name"], said["licence"]) == (True, "again", "CC0")
    assert style_registry.find("again")


def test_a_file_whose_shape_is_a_lie_does_not_stay(
    mine: style_registry.Card, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = style_bundle.export_bundle("mine", tmp_path / "mine.ricercar-style")
    card, weights = good(path)
    card["shape"] = {**card["shape"], "width": 64}
    packed(path, card, weights)
    assert main(["styles", "import", str(path), "--name", "liar"]) == 2
    assert "do not suit" in capsys.readouterr().err
    with pytest.raises(UserError):
        style_registry.find("liar")


# ---- a style that is stored as its difference ----


def by_adapters(base: str = "base", name: str = "slim", wide: int = 32) -> style_registry.Card:
    """A style of the user's of which one matrix is stored as its difference from a base."""
    network, _ = checkpoint.load(base)
    up, down = torch.full((1, 3 * wide), 0.5), torch.linspace(-1, 1, wide).bfloat16().float()[None]
    with torch.no_grad():
        network.get_parameter("blocks.0.attn.in_proj_weight").add_(0.25 * up.T @ down)
        network.get_parameter("ln_f.weight").add_(0.5)
    matrix = "blocks.0.attn.in_proj_weight"
    learned = {matrix + ".down": down, matrix + ".up": up}
    checkpoint.save(style_registry.user_folder(), name, network, {"licence": "CC0"}, base, learned, 0.25)
    return style_registry.find(name)


def close(one: dict[str, torch.Tensor], other: dict[str, torch.Tensor]) -> bool:
    """Whether all weights are the same, to one step of bfloat16 (see `low_rank_delta`)."""
    near = [((w - other[name]).abs() <= 2**-7 * w.abs()).all() for name, w in one.items()]
    return one.keys() == other.keys() and all(map(bool, near))


def test_a_difference_stays_small_and_finds_its_base_again(tmp_path: Path, models: Path) -> None:
    """Though that has another name there; and its strength can be chosen."""
    slim = by_adapters()
    before = {strength: checkpoint.load("slim", strength)[0].state_dict() for strength in (0.0, 1.0, 2.0)}
    path = style_bundle.export_bundle("slim", tmp_path / "slim.ricercar-style")
    assert path.stat().st_size < style_registry.find("base").weights.stat().st_size / 10
    assert style_bundle._parse(good(path)[1]) == style_bundle._parse(slim.weights.read_bytes())
    style_registry.remove("slim")
    for ending in (".json", ".safetensors"):
        (models / f"base{ending}").rename(models / f"root{ending}")
    facts = (models / "root.json").read_text()
    (models / "root.json").write_text(json.dumps({**json.loads(facts), "name": "root"}))
    card = style_bundle.import_bundle(path)
    assert (card.name, card.base) == ("slim", "root")
    for strength, weights in before.items():
        after = checkpoint.load("slim", strength)[0].state_dict()
        assert all(torch.equal(weight, after[name]) for name, weight in weights.items())
    assert not torch.equal(before[2.0]["ln_f.weight"], before[0.0]["ln_f.weight"])


def test_a_difference_without_its_base_is_refused_in_one_sentence(
    tmp_path: Path, models: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    by_adapters()
    path = style_bundle.export_bundle("slim", tmp_path / "slim.ricercar-style")
    style_registry.remove("slim")
    checkpoint.save(models, "base", note_gpt(9), {"licence": "none"})
    before = sorted(style_registry.user_folder().rglob("*"))
    assert main(["styles", "import", str(path)]) == 2
    said = capsys.readouterr().err
    assert "only the difference from 'base'" in said
    assert len(said.splitlines()) == 1
    assert sorted(style_registry.user_folder().rglob("*")) == before


def test_a_difference_that_does_not_fit_is_refused(tmp_path: Path) -> None:
    by_adapters()
    path = style_bundle.export_bundle("slim", tmp_path / "slim.ricercar-style")
    card, weights = good(path)
    tensors = style_bundle._parse(weights)
    matrix = "blocks.0.attn.in_proj_weight"
    bad = tmp_path / "bad.ricercar-style"
    wrong: list[tuple[dict[str, Any], style_bundle.Tensors]] = [
        (card, {name: t for name, t in tensors.items() if not name.endswith(".up")}),
        (card, {name: t for name, t in tensors.items() if name != "difference.share"}),
        (card, {**tensors, matrix + ".up": tensors[matrix + ".down"]}),
        (card, {**tensors, "ln_f.weight": tensors[matrix + ".up"]}),
        (card, {**tensors, "extra": tensors["ln_f.weight"]}),
        ({**card, "parameters": 7}, tensors),
        ({**card, "format": 3}, tensors),
    ]
    for facts, held in wrong:
        with pytest.raises(UserError, match="not a style"):
            style_bundle.import_bundle(packed(bad, facts, tensor_file.serialize(held)), "other")
    for digest in (None, 7, "0" * 24, ["a"]):
        with pytest.raises(UserError, match="only the difference"):
            style_bundle.import_bundle(packed(bad, {**card, "base_digest": digest}, weights), "other")
    assert [c.name for c in style_registry.installed() if not c.bundled] == ["slim"]


def test_a_difference_from_a_style_of_the_user_s_stands_alone(mine: style_registry.Card, tmp_path: Path) -> None:
    """Nobody else has that style."""
    by_adapters("mine", "child")
    before = checkpoint.load("child")[0].state_dict()
    path = style_bundle.export_bundle("child", tmp_path / "child.ricercar-style")
    facts = good(path)[0]
    assert (facts["taught_from"], facts["format"]) == ("mine", style_registry.WHOLE)
    style_registry.remove("child")
    style_registry.remove("mine")
    card = style_bundle.import_bundle(path)
    assert card.base is None
    assert close(before, checkpoint.load("child")[0].state_dict())


def test_a_style_that_stands_alone_has_a_strength_where_its_base_is(
    mine: style_registry.Card, tmp_path: Path, models: Path
) -> None:
    firm = checkpoint.load("mine", 2.0)[0].state_dict()
    path = style_bundle.export_bundle("mine", tmp_path / "mine.ricercar-style")
    style_registry.remove("mine")
    card = style_bundle.import_bundle(path)
    assert card.base == "base"
    after = checkpoint.load("mine", 2.0)[0].state_dict()
    assert all(torch.equal(weight, after[name]) for name, weight in firm.items())
    whole = checkpoint.load("mine")[0].state_dict()
    checkpoint.save(models, "base", note_gpt(9), {"licence": "none"})
    assert all(torch.equal(w, whole[name]) for name, w in checkpoint.load("mine")[0].state_dict().items())
    again = style_bundle.export_bundle("mine", tmp_path / "again.ricercar-style")
    weights = [style_bundle._parse(good(file)[1]) for file in (path, again)]
    assert weights[0] == weights[1], "what became of its base does not matter"


def test_a_style_whose_base_has_changed_is_not_passed_on(
    mine: style_registry.Card, tmp_path: Path, models: Path
) -> None:
    checkpoint.save(models, "base", note_gpt(9), {"licence": "none"})
    with pytest.raises(UserError, match="has changed"):
        style_bundle.export_bundle("mine", tmp_path / "mine.ricercar-style")
