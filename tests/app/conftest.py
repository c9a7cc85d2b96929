"""A window on the offscreen platform, and somebody who works it."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from hands import Hands, Silence, melody
from PySide6.QtCore import QEvent, QSettings
from PySide6.QtWidgets import QApplication, QMessageBox
from pytestqt.qtbot import QtBot

from app.window.main_window import MainWindow
from composer.audio.player import Player


@pytest.fixture
def silence() -> Silence:
    """The synthesiser of the window under test."""
    return Silence()


@pytest.fixture
def window(qtbot: QtBot, tmp_path: Path, silence: Silence) -> Iterator[MainWindow]:
    """A shown window with a short melody in it, without worker; leaves no thread and no child behind."""
    settings = QSettings(str(tmp_path / "window.ini"), QSettings.Format.IniFormat)
    window = MainWindow(player=Player(silence), settings=settings)
    window.files.ask_changes = lambda: QMessageBox.StandardButton.Discard
    window.files.ask_open = lambda title: ""
    window.files.ask_save = lambda title, path, kinds: ""
    window.files.ask_import = lambda score: score
    window.resize(1280, 800)
    window.show()
    qtbot.waitExposed(window)
    window.activateWindow()
    window.document.open(melody(), None, "melody")
    window.roll.set_grid("1/4")
    window.roll.setFocus()
    yield window
    window.close()
    window.deleteLater()
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    names = [t.name for t in threading.enumerate() if t.name.startswith("ricercar")]
    assert not names, f"threads left behind: {names}"


@pytest.fixture
def hands(window: MainWindow, qtbot: QtBot) -> Hands:
    """Somebody who works the window."""
    return Hands(window, qtbot)
