"""The About page and the dialog of styles, worked by mouse and keys."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Iterator
from importlib import metadata
from pathlib import Path

import pytest
from hands import LEFT, Hands
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QLabel

from app.dialogs.about import About
from app.dialogs.style_dialog import StylesDialog, installed_styles
from app.window.main_window import MainWindow
from composer import __version__
from composer.core import licence_inventory
from composer.model import style_registry


@pytest.fixture
def taught() -> list[str]:
    """Two styles of the user's, the second stored as its difference from the first."""
    folder = style_registry.user_folder()
    folder.mkdir(parents=True)
    for name, base in (("Joplin", None), ("Joplin slow", "Joplin")):
        card = {
            "format": 1,
            "name": name,
            "encoding": "expressive",
            "parameters": 5,
            "licence": "CC BY-NC-SA 4.0",
            "base": base,
        }
        (folder / f"{name}.json").write_text(json.dumps(card))
        (folder / f"{name}.safetensors").write_bytes(b"weights")
    return ["Joplin", "Joplin slow"]


@pytest.fixture
def dialog(window: MainWindow, taught: list[str]) -> Iterator[StylesDialog]:
    """The dialog of styles, opened from the menu."""
    window.panel.set_styles(installed_styles())
    window.actions_["compose.styles"].trigger()
    found = window.findChild(StylesDialog)
    assert found is not None
    yield found
    found.close()


# ---- about ----


def test_about_lists_versions_and_licences(window: MainWindow, hands: Hands) -> None:
    window.actions_["help.about"].trigger()
    about = window.findChild(About)
    assert about is not None
    said = "\n".join(label.text() for label in about.findChildren(QLabel))
    for wanted in (
        f"Ricercar {__version__}",
        metadata.version("PySide6_Essentials"),
        metadata.version("torch"),
        "LGPL 3.0",
        "CC BY-NC-SA 4.0",
        "SIL Open Font Licence",
        "FluidSynth",
    ):
        assert wanted in said, wanted
    hands.qtbot.mouseClick(about.copy, LEFT)
    assert f"Ricercar {__version__} (MIT)" in QApplication.clipboard().text()
    hands.qtbot.keyClick(about, Qt.Key.Key_Escape)
    hands.wait(lambda: window.findChild(About) is None)


def test_about_names_all_that_we_depend_on(repository: Path) -> None:
    wanted = tomllib.loads((repository / "pyproject.toml").read_text("utf-8"))["project"]["dependencies"]
    names = {line.split("==")[0].strip().lower() for line in wanted}
    assert {name.lower() for name in licence_inventory._PACKAGES} == names
    assert all(part.version for part in licence_inventory.packages()[:-1])
    assert all(part.licence for part in [*licence_inventory.own(), *licence_inventory.packages()])


# ---- styles ----


def test_only_taught_styles_can_be_changed(dialog: StylesDialog) -> None:
    for name, row in dialog.rows.items():
        own = name.startswith("Joplin")
        assert (row.rename.isVisible(), row.remove.isVisible()) == (own, own), name
    assert {"baroque", "romantic", "avant-garde", "base"} <= set(dialog.rows)


def test_renaming_with_the_keyboard(window: MainWindow, hands: Hands, dialog: StylesDialog) -> None:
    row = dialog.rows["Joplin"]
    row.rename.setFocus()
    hands.qtbot.keyClick(row.rename, Qt.Key.Key_Return)
    assert row.field.hasFocus()
    hands.qtbot.keyClicks(row.field, "Ragtime")
    hands.qtbot.keyClick(row.field, Qt.Key.Key_Return)
    assert {c.name for c in style_registry.installed()} >= {"Ragtime", "Joplin slow"}
    assert style_registry.find("Joplin slow").base == "Ragtime"
    assert "Ragtime" in dialog.rows
    box = window.panel.style_box
    assert "Ragtime" in [box.itemText(i) for i in range(box.count())]
    assert dialog.isVisible(), "Return in the field does not close the dialog"


@pytest.mark.parametrize(("name", "words"), [("baroque", "already installed"), ("a/b", "cannot be the name")])
def test_a_name_that_cannot_be(hands: Hands, dialog: StylesDialog, name: str, words: str) -> None:
    row = dialog.rows["Joplin"]
    row.rename.click()
    row.field.setText(name)
    hands.qtbot.keyClick(row.field, Qt.Key.Key_Return)
    assert dialog.trouble.isVisible()
    assert words in dialog.trouble.text()
    assert style_registry.find("Joplin")


def test_removing_takes_two_presses(hands: Hands, dialog: StylesDialog) -> None:
    hands.qtbot.mouseClick(dialog.rows["Joplin"].remove, LEFT)
    assert style_registry.find("Joplin")
    hands.qtbot.mouseClick(dialog.rows["Joplin"].remove, LEFT)
    assert "would not work without it" in dialog.trouble.text(), "the other one is stored as its difference"
    for _ in range(2):
        hands.qtbot.mouseClick(dialog.rows["Joplin slow"].remove, LEFT)
    assert not dialog.trouble.isVisible()
    for _ in range(2):
        hands.qtbot.mouseClick(dialog.rows["Joplin"].remove, LEFT)
    assert not [c for c in style_registry.installed() if c.name.startswith("Joplin")]
    assert list(style_registry.user_folder().iterdir()) == []
