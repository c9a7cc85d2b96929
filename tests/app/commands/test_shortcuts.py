"""Keys are looked up, recorded, moved, freed, reset and remembered; and the list of them goes to paper."""

from __future__ import annotations

from pathlib import Path

import pytest
from hands import CTRL, NONE, SHIFT, Hands, Silence
from PySide6.QtCore import QEvent, QSettings, Qt
from PySide6.QtGui import QKeyEvent, QKeySequence
from PySide6.QtWidgets import QApplication, QPushButton
from pytestqt.qtbot import QtBot

from app.commands import action_table
from app.commands.key_bindings import GROUP
from app.dialogs.shortcuts_dialog import ShortcutsDialog
from app.window.main_window import MainWindow
from composer.audio.player import Player

K = Qt.Key


@pytest.fixture
def page(hands: Hands) -> ShortcutsDialog:
    """The page of keys, opened from the menu."""
    hands.window.actions_["help.shortcuts"].trigger()
    dialog = hands.window.help.dialog
    assert dialog is not None
    return dialog


def texts(hands: Hands, key: str) -> list[str]:
    """The keys of an action as text."""
    return [s.toString() for s in hands.window.shortcuts.keys(key)]


def test_a_recorded_key_acts_and_is_remembered(hands: Hands, page: ShortcutsDialog, qtbot: QtBot) -> None:
    window = hands.window
    page.choose("note.mute")
    qtbot.mouseClick(page.record, Qt.MouseButton.LeftButton)
    qtbot.keyClick(page.record, K.Key_W, CTRL)
    assert texts(hands, "note.mute") == ["M", "Ctrl+W"]
    page.accept()
    window.activateWindow()
    hands.wait(window.isActiveWindow)
    hands.roll.setFocus()
    hands.document.select(hands.document.score.notes[:1])
    hands.key(K.Key_W, CTRL)
    assert hands.document.score.notes[0].muted
    again = MainWindow(player=Player(Silence()), settings=window.settings)
    assert [s.toString() for s in again.shortcuts.keys("note.mute")] == ["M", "Ctrl+W"]
    again.close()
    again.deleteLater()


def test_every_action_of_the_table_can_be_given_another_key(hands: Hands) -> None:
    shortcuts = hands.window.shortcuts
    rows = [row for row in action_table.TABLE if row.handler]
    assert {row.key for row in rows} <= set(shortcuts.rows)
    for i, row in enumerate(rows):
        shortcuts.put(row.key, [QKeySequence(f"Ctrl+Alt+Shift+F{i % 12 + 1}")])
        assert len(shortcuts.keys(row.key)) == 1
        assert shortcuts.is_own(row.key)
    shortcuts.reset()
    for row in rows:
        assert shortcuts.keys(row.key) == [QKeySequence(s) for s in row.shortcuts]
    hands.window.settings.beginGroup(GROUP)
    assert hands.window.settings.childKeys() == []
    hands.window.settings.endGroup()


def test_the_tables_own_keys_have_no_conflict(hands: Hands) -> None:
    shortcuts = hands.window.shortcuts
    assert {key: shortcuts.rivals(key) for key in shortcuts.rows if shortcuts.rivals(key)} == {}


def test_a_key_of_another_action_moves_only_when_that_is_wanted(
    hands: Hands, page: ShortcutsDialog, qtbot: QtBot
) -> None:
    page.choose("note.legato")
    page.record.setChecked(True)
    qtbot.keyClick(page.record, K.Key_D, CTRL)
    assert "Duplicate" in page.note.text()
    assert texts(hands, "note.legato") == ["L"]
    page.move_here.click()
    assert texts(hands, "note.legato") == ["L", "Ctrl+D"]
    assert texts(hands, "edit.duplicate") == []
    assert page.current() == "note.legato"
    page.reset_all.click()
    assert texts(hands, "edit.duplicate") == ["Ctrl+D"]
    assert texts(hands, "note.legato") == ["L"]


@pytest.mark.parametrize(("key", "mods", "text"), [(K.Key_Tab, NONE, "Tab"), (K.Key_Escape, NONE, "Esc")])
def test_keys_that_move_the_focus_are_recorded_too(
    hands: Hands, page: ShortcutsDialog, qtbot: QtBot, key: Qt.Key, mods: Qt.KeyboardModifier, text: str
) -> None:
    hands.window.shortcuts.put("edit.next", [])
    hands.window.shortcuts.put("edit.escape", [])
    page.choose("note.join")
    page.record.setChecked(True)
    qtbot.keyClick(page.record, K.Key_Shift, SHIFT)  # alone it is no key
    QApplication.sendEvent(page.record, QKeyEvent(QEvent.Type.KeyPress, 0, NONE, ""))  # nor is one without a name
    assert page.record.isChecked()
    qtbot.keyClick(page.record, key, mods)
    assert texts(hands, "note.join") == ["J", text]
    assert page.isVisible()


def test_keys_are_freed_and_reset_one_by_one(hands: Hands, page: ShortcutsDialog, qtbot: QtBot) -> None:
    page.choose("edit.pencil")
    chips = [page.chips.itemAt(i).widget() for i in range(page.chips.count())]
    assert all(isinstance(chip, QPushButton) for chip in chips)
    chips[1].click()  # type: ignore[union-attr]
    assert texts(hands, "edit.pencil") == ["1", "P"]
    page.tree.setFocus()
    qtbot.keyClick(page.tree, K.Key_Delete)
    assert texts(hands, "edit.pencil") == []
    page.again.click()
    assert texts(hands, "edit.pencil") == ["1", "B", "P"]


def test_a_clash_is_shown(hands: Hands, page: ShortcutsDialog) -> None:
    hands.window.shortcuts.put("note.legato", [QKeySequence("Q")])
    page.choose("note.legato")
    assert "Quantise" in page.note.text()
    item = page.tree.currentItem()
    assert "Quantise" in item.toolTip(1)


def test_searching_finds_actions_and_keys(page: ShortcutsDialog, qtbot: QtBot) -> None:
    def found() -> list[str]:
        return [item.text(0) for item in page._items() if not item.isHidden()]

    everything = len(found())
    qtbot.keyClicks(page.search, "quantise")
    assert found() == ["Quantise to the grid", "Quantise"]
    assert page.current() == "note.quantise"
    page.search.clear()
    qtbot.keyClicks(page.search, "shift+q")
    assert found() == ["Quantise"]
    page.search.clear()
    assert len(found()) == everything
    page.search.setText("nothing has this name")
    assert found() == []


@pytest.mark.parametrize("stored", ["garbage%%", "", 7, "Ctrl+", "Nope+X", ["Ctrl+B", 3]])
def test_settings_that_make_no_sense_do_not_hurt(tmp_path: Path, stored: object, qtbot: QtBot) -> None:
    settings = QSettings(str(tmp_path / "odd.ini"), QSettings.Format.IniFormat)
    settings.setValue(GROUP + "edit.undo", stored)
    settings.setValue(GROUP + "no.such.action", "Ctrl+Z")
    window = MainWindow(player=Player(Silence()), settings=settings)
    window.show()
    assert window.shortcuts.keys("edit.redo") == [QKeySequence("Ctrl+Y"), QKeySequence("Ctrl+Shift+Z")]
    window.shortcuts.reset()
    assert window.shortcuts.keys("edit.undo") == [QKeySequence("Ctrl+Z")]
    window.close()
    window.deleteLater()


def test_a_rebound_letter_still_does_not_act_in_a_text_field(hands: Hands) -> None:
    hands.window.shortcuts.put("file.save", [QKeySequence("7")])
    asked: list[str] = []
    hands.window.files.ask_save = lambda title, path, kinds: asked.append(title) or ""  # type: ignore[func-returns-value]
    hands.window.panel.seed.setFocus()
    hands.window.panel.seed.clear()
    hands.key(K.Key_7)
    assert hands.window.panel.seed.text() == "7"
    assert asked == []
    hands.roll.setFocus()
    hands.key(K.Key_7)
    assert asked


# ---- on paper ----


def test_the_list_names_every_key_that_acts_and_shows_changes(hands: Hands) -> None:
    hands.window.shortcuts.put("note.legato", [QKeySequence("Ctrl+Alt+G")])
    hands.key(K.Key_F1)
    sheet = hands.window.help.sheet
    assert sheet is not None
    text = sheet.text.toPlainText()
    assert "Ctrl+Alt+G" in text
    assert "Ctrl+1 … Ctrl+9" in text
    for row in action_table.TABLE:
        if row.shortcuts and not row.key.startswith("compose.take"):
            assert hands.window.shortcuts.name(row.key) in text
    assert "Zooms time at the cursor" in text
    sheet.reject()
    QApplication.processEvents()
    assert hands.window.help.sheet is None


def test_the_list_is_saved_as_pdf(hands: Hands, tmp_path: Path) -> None:
    hands.window.help.keys()
    sheet = hands.window.help.sheet
    assert sheet is not None
    sheet.ask = lambda: str(tmp_path / "keys")
    sheet.save.click()
    made = tmp_path / "keys.pdf"
    assert made.read_bytes().startswith(b"%PDF")
    assert made.stat().st_size > 5000
    assert made.read_bytes().count(b"/Type /Page\n") == 1
    assert "keys.pdf" in hands.window.messages.text()
    before = made.stat().st_mtime_ns
    sheet.ask = lambda: str(tmp_path / "keys")  # the file dialog saw another name, so it did not ask
    sheet.save.click()
    assert made.stat().st_mtime_ns == before
    assert "exists already" in hands.window.messages.text()
    sheet.ask = lambda: str(tmp_path / "no" / "such" / "folder.pdf")
    sheet.save.click()
    assert "not saved" in hands.window.messages.text()
    sheet.reject()
