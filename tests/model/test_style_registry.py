"""Cards are read whatever state they are in; the user's own styles can be renamed and removed, the bundled ones not."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from composer.core.errors import UserError
from composer.model import style_registry

GOOD: dict[str, Any] = {"format": 1, "name": "x", "encoding": "expressive", "parameters": 5, "licence": "CC0"}


def put(folder: Path, name: str, **changes: Any) -> Path:
    """A card with an (empty) weights file beside it."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{name}.json"
    path.write_text(json.dumps({**GOOD, "name": name, **changes}), encoding="utf-8")
    path.with_suffix(".safetensors").touch()
    return path


@pytest.fixture
def bundled(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A models folder with a base and two styles."""
    folder = tmp_path / "models"
    monkeypatch.setenv("RICERCAR_MODELS", str(folder))
    put(folder, "base")
    put(folder, "romantic", base="base", title="Romantic", description="Singing.", figures={"nats": 5.1})
    put(folder, "baroque", base="base")
    return folder


@pytest.fixture
def own() -> Path:
    """The folder of the user's styles."""
    return style_registry.user_folder()


def names() -> list[str]:
    """Of what is installed."""
    return [card.name for card in style_registry.installed()]


def code_of(caught: pytest.ExceptionInfo[UserError]) -> str:
    """The error's code."""
    return caught.value.code


@pytest.mark.usefixtures("bundled")
def test_what_is_installed(own: Path) -> None:
    """The bundled ones first, base last, by name whatever its case; a card tells what it says."""
    put(own, "Zarzuela", base="base")
    put(own, "albéniz", base="base")
    assert names() == ["baroque", "romantic", "albéniz", "Zarzuela", "base"]
    card = style_registry.find("Romantic")
    assert (card.title, card.description, card.base, card.bundled) == ("Romantic", "Singing.", "base", True)
    assert (card.parameters, card.licence, card.encoding) == (5, "CC0", "expressive")
    assert card.figures == {"nats": 5.1}
    assert card.weights.is_file()
    assert not style_registry.find("zarzuela").bundled
    assert style_registry.find("baroque").title == "baroque"


def test_nothing_installed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither folder needs to exist."""
    monkeypatch.setenv("RICERCAR_MODELS", str(tmp_path / "none"))
    assert style_registry.installed() == []
    with pytest.raises(UserError, match="none") as caught:
        style_registry.find("baroque")
    assert code_of(caught) == "style_unknown"


@pytest.mark.usefixtures("bundled")
def test_an_unknown_style_names_the_known_ones() -> None:
    """So that the user can pick."""
    with pytest.raises(UserError, match="baroque, romantic, base"):
        style_registry.find("barock")


DAMAGED = {
    "empty": b"",
    "truncated": json.dumps(GOOD).encode()[:-9],
    "binary": bytes(range(256)),
    "not utf-8": b'{"name": "\xff"}',
    "a list": b"[1, 2]",
    "a number": b"7",
    "null": b"null",
    "no name": json.dumps({k: v for k, v in GOOD.items() if k != "name"}).encode(),
    "newer": json.dumps({**GOOD, "format": 3}).encode(),
    "format is a word": json.dumps({**GOOD, "format": "one"}).encode(),
    "parameters is a word": json.dumps({**GOOD, "parameters": "many"}).encode(),
    "parameters is a list": json.dumps({**GOOD, "parameters": []}).encode(),
    "parameters without end": json.dumps({**GOOD, "parameters": float("inf")}).encode(),
    "parameters is nan": json.dumps({**GOOD, "parameters": float("nan")}).encode(),
    "figures is a list": json.dumps({**GOOD, "figures": [1]}).encode(),
    "figures is a word": json.dumps({**GOOD, "figures": "good"}).encode(),
    "base is a list": json.dumps({**GOOD, "base": ["base"]}).encode(),
    "base is a number": json.dumps({**GOOD, "base": 3}).encode(),
    "deep": b"[" * 200_000,
    "deep figures": json.dumps(GOOD).encode()[:-1] + b', "figures": ' + b'{"a":' * 100_000 + b"1" + b"}" * 100_001,
    "a huge number": json.dumps(GOOD).encode().replace(b": 5,", b": " + b"9" * 9000 + b","),
    "huge": json.dumps({**GOOD, "description": "x" * (style_registry.CARD_LIMIT + 1)}).encode(),
}


@pytest.mark.parametrize("damage", DAMAGED)
def test_damaged_cards_are_passed_over(own: Path, bundled: Path, damage: str) -> None:
    """The others remain; asked for directly, a damaged card is one sentence."""
    for folder in (own, bundled):
        put(folder, "good")
        path = put(folder, "damaged")
        path.write_bytes(DAMAGED[damage])
        with pytest.raises(UserError) as caught:
            style_registry.read_card(path)
        assert code_of(caught) == "style_damaged"
        assert len(str(caught.value)) < 400
    assert names() == ["baroque", "good", "romantic", "base"]


@pytest.mark.usefixtures("bundled")
def test_a_card_without_weights_is_passed_over(own: Path) -> None:
    """And so is a folder that is called like a card."""
    put(own, "lonely").with_suffix(".safetensors").unlink()
    (own / "folder.json").mkdir()
    (own / "gone.json").symlink_to(own / "nowhere.json")
    assert "lonely" not in names()
    assert names() == ["baroque", "romantic", "base"]


@pytest.mark.usefixtures("bundled")
def test_a_bundled_style_is_not_shadowed(own: Path) -> None:
    """By a style of the user's with its name."""
    put(own, "baroque", licence="mine")
    assert style_registry.find("baroque").licence == "CC0"
    assert names().count("baroque") == 1


@pytest.mark.usefixtures("bundled")
@pytest.mark.parametrize("name", ["", " x", "-x", "a/b", "../x", "a.b", "x" * 61, "a\nb", "a\0", "..", "é?"])
def test_names_that_are_none(name: str) -> None:
    """They would not make a good file name."""
    with pytest.raises(UserError) as caught:
        style_registry.check_name(name)
    assert code_of(caught) == "name_invalid"


@pytest.mark.usefixtures("bundled")
@pytest.mark.parametrize("name", ["x", "x" * 60, "Ñandú 2", "late-night_jazz", "音楽"])
def test_names_that_are_good(name: str) -> None:
    """Letters of any script, digits, spaces, - and _."""
    style_registry.check_name(name)


@pytest.mark.usefixtures("bundled")
def test_a_name_is_given_once() -> None:
    """Whatever its case."""
    with pytest.raises(UserError) as caught:
        style_registry.check_name("BAROQUE")
    assert code_of(caught) == "style_exists"


@pytest.mark.usefixtures("bundled")
def test_rename(own: Path) -> None:
    """Card and weights move together, and styles taught from it follow."""
    put(own, "one", base="base", title="One", extra={"kept": [1, 2]})
    put(own, "two", base="one")
    (own / "one.safetensors").write_bytes(b"weights")
    style_registry.rename("ONE", "uno ñ")
    assert names() == ["baroque", "romantic", "two", "uno ñ", "base"]
    card = style_registry.find("uno ñ")
    assert (card.title, card.data["extra"], card.weights.read_bytes()) == ("uno ñ", {"kept": [1, 2]}, b"weights")
    assert style_registry.find("two").base == "uno ñ"
    assert sorted(p.name for p in own.iterdir()) == ["two.json", "two.safetensors", "uno ñ.json", "uno ñ.safetensors"]


@pytest.mark.usefixtures("bundled")
@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ("mine", "baroque", "style_exists"),
        ("mine", "a/b", "name_invalid"),
        ("romantic", "x", "style_protected"),
        ("base", "x", "style_protected"),
        ("nothing", "x", "style_unknown"),
    ],
)
def test_renames_that_are_refused(own: Path, old: str, new: str, code: str) -> None:
    """And change nothing."""
    put(own, "mine")
    before = names()
    with pytest.raises(UserError) as caught:
        style_registry.rename(old, new)
    assert code_of(caught) == code
    assert names() == before


@pytest.mark.usefixtures("bundled")
def test_remove(own: Path) -> None:
    """Card and weights; what another style needs, what came with the program and what is not there stays."""
    put(own, "one", base="base")
    put(own, "two", base="one")
    for name, code in (("one", "style_needed: two"), ("baroque", "style_protected"), ("three", "style_unknown")):
        code, _, needed_by = code.partition(": ")
        with pytest.raises(UserError, match=needed_by or None) as caught:
            style_registry.remove(name)
        assert code_of(caught) == code
    style_registry.remove("two")
    style_registry.remove("one")
    assert names() == ["baroque", "romantic", "base"]
    assert list(own.iterdir()) == []


def test_a_style_stands_on_its_base_until_that_changes(bundled: Path, own: Path) -> None:
    known = style_registry.digest(style_registry.find("base"))
    put(own, "mine", base="base", base_digest=known)
    put(own, "whole")
    put(own, "orphan", base="gone", base_digest=known)
    assert [style_registry.stands_on_its_base(style_registry.find(n)) for n in ("mine", "whole", "orphan")] == [
        True,
        False,
        False,
    ]
    assert style_registry.stands_on_its_base(style_registry.find("romantic"))
    assert not style_registry.stands_on_its_base(style_registry.find("base"))
    (bundled / "base.safetensors").write_bytes(b"another one")
    assert not style_registry.stands_on_its_base(style_registry.find("mine"))
