"""A style as one file: out and in again, and every way in which such a file may be no good."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path
from typing import Any

import pytest
import torch

from composer import bundles, checkpoint, styles
from composer.cli import main
from composer.errors import UserError
from tests.small import note_gpt

pytestmark = pytest.mark.usefixtures("models")


@pytest.fixture
def mine() -> styles.Card:
    """A style of the user's that is stored as its difference from the base."""
    network, _ = checkpoint.load("base")
    with torch.no_grad():
        next(network.parameters()).add_(1.0)
    checkpoint.save(styles.user_folder(), "mine", network, {"licence": "CC0", "description": "hm"}, base="base")
    return styles.find("mine")


def packed(path: Path, card: Any, weights: bytes, names: tuple[str, str] = (bundles.CARD, bundles.WEIGHTS)) -> Path:
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(names[0], card if isinstance(card, str) else json.dumps(card))
        archive.writestr(names[1], weights)
    return path


def test_a_style_comes_back_as_it_went_and_stands_alone(mine: styles.Card, tmp_path: Path, models: Path) -> None:
    before = checkpoint.load("mine")[0].state_dict()
    path = bundles.export("mine", tmp_path / "mine.ricercar-style")
    styles.remove("mine")
    checkpoint.save(models, "base", note_gpt(9), {"licence": "none"})  # another base does not matter
    card = bundles.take_in(path)
    assert (card.name, card.licence, card.base, card.bundled) == ("mine", "CC0", None, False)
    assert card.data["taught_from"] == "base"
    after = checkpoint.load("mine")[0].state_dict()
    assert before.keys() == after.keys()
    assert all(torch.equal(before[name], after[name]) for name in before)


def test_it_may_get_another_name_but_not_one_that_is_taken(mine: styles.Card, tmp_path: Path) -> None:
    path = bundles.export("mine", tmp_path / "mine.ricercar-style")
    with pytest.raises(UserError, match="already installed"):
        bundles.take_in(path)
    assert bundles.take_in(path, "theirs").name == "theirs"
    with pytest.raises(UserError, match="cannot be the name"):
        bundles.take_in(path, "../../out")
    with pytest.raises(UserError, match="exists already"):
        bundles.export("mine", path)


def good(path: Path) -> tuple[dict[str, Any], bytes]:
    with zipfile.ZipFile(path) as archive:
        return json.loads(archive.read(bundles.CARD)), archive.read(bundles.WEIGHTS)


def test_what_is_no_style_is_refused_and_leaves_nothing_behind(mine: styles.Card, tmp_path: Path) -> None:
    path = bundles.export("mine", tmp_path / "mine.ricercar-style")
    card, weights = good(path)
    styles.remove("mine")
    bad = tmp_path / "bad.ricercar-style"
    cases: list[tuple[Any, bytes, tuple[str, str]]] = [
        (card, weights, (bundles.CARD, "../../evil.safetensors")),
        (card, weights, ("/etc/style.json", bundles.WEIGHTS)),
        (card, weights[:-8], (bundles.CARD, bundles.WEIGHTS)),
        (card, b"junk", (bundles.CARD, bundles.WEIGHTS)),
        ({**card, "parameters": 7}, weights, (bundles.CARD, bundles.WEIGHTS)),
        ({**card, "format": 99}, weights, (bundles.CARD, bundles.WEIGHTS)),
        ({**card, "name": "../../out"}, weights, (bundles.CARD, bundles.WEIGHTS)),
        ({**card, "name": "base"}, weights, (bundles.CARD, bundles.WEIGHTS)),
        ({k: v for k, v in card.items() if k != "licence"}, weights, (bundles.CARD, bundles.WEIGHTS)),
        ("[" * 100_000, weights, (bundles.CARD, bundles.WEIGHTS)),
        ([1, 2], weights, (bundles.CARD, bundles.WEIGHTS)),
        ("no json", weights, (bundles.CARD, bundles.WEIGHTS)),
    ]
    before = sorted(styles.user_folder().rglob("*"))
    for value, data, names in cases:
        with pytest.raises(UserError):
            bundles.take_in(packed(bad, value, data, names))
    assert sorted(styles.user_folder().rglob("*")) == before
    bad.write_bytes(b"no zip")
    with pytest.raises(UserError, match="not a style"):
        bundles.take_in(bad)
    with pytest.raises(UserError, match="no file"):
        bundles.take_in(tmp_path / "nothing")


def test_a_bomb_is_not_unpacked(tmp_path: Path) -> None:
    path = tmp_path / "bomb.ricercar-style"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(bundles.CARD, "{}")
        archive.writestr(bundles.WEIGHTS, b"\0" * 50_000_000)
    assert path.stat().st_size < 100_000
    with pytest.raises(UserError, match="too large"):
        bundles.take_in(path)


def test_a_card_that_lies_about_its_size_is_refused(mine: styles.Card, tmp_path: Path) -> None:
    path = bundles.export("mine", tmp_path / "mine.ricercar-style")
    data = bytearray(path.read_bytes())
    at = data.rindex(b"PK\x01\x02", 0, data.rindex(b"PK\x01\x02"))  # the card's entry in the directory
    data[at + 24 : at + 28] = (10).to_bytes(4, "little")
    path.write_bytes(bytes(data))
    with pytest.raises(UserError, match="not a style"):
        bundles.take_in(path, "other")


def test_the_verbs_pass_a_style_on(mine: styles.Card, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "mine.ricercar-style"
    assert main(["styles", "export", "mine", str(path), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["bytes"] == path.stat().st_size
    assert main(["styles", "import", str(path), "--name", "again", "--json"]) == 0
    said = json.loads(capsys.readouterr().out)
    assert (said["ok"], said["name"], said["licence"]) == (True, "again", "CC0")
    assert styles.find("again")


def test_a_file_whose_shape_is_a_lie_does_not_stay(
    mine: styles.Card, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = bundles.export("mine", tmp_path / "mine.ricercar-style")
    card, weights = good(path)
    card["shape"] = {**card["shape"], "width": 64}
    packed(path, card, weights)
    assert main(["styles", "import", str(path), "--name", "liar"]) == 2
    assert "do not suit" in capsys.readouterr().err
    with pytest.raises(UserError):
        styles.find("liar")
