"""Every dialog of the window, opened: for tests that hold for all of them."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import QLockFile
from PySide6.QtWidgets import QWidget

from app.dialogs.about import About
from app.dialogs.style_dialog import StylesDialog, installed_styles
from app.document.autosave import FoundAutosave
from app.files.import_dialog import ImportDialog
from app.files.recovery_dialog import RecoveryDialog
from app.processes.finetune_client import FinetuneClient
from app.window.main_window import MainWindow
from app.wizard.sample_player import SamplePlayer
from app.wizard.wizard import TeachWizard
from composer.files.project_file import Rescue
from composer.music.score import Score, Track


def _verb(key: str) -> Callable[[MainWindow], QWidget]:
    def open_it(window: MainWindow) -> QWidget:
        window.document.select(window.document.score.notes)
        window.edit_forms.open(key)
        assert window.edit_forms.dialog is not None
        return window.edit_forms.dialog

    return open_it


def tracks(score: Score) -> Score:
    """The notes on three tracks, one of them drums."""
    notes = tuple(replace(n, track=i % 3) for i, n in enumerate(score.notes))
    return replace(score, notes=notes, tracks=(Track("", 0, 0), Track("", 1, 48), Track("", 9, 0)), title="a")


def _import(window: MainWindow) -> QWidget:
    return ImportDialog(tracks(window.document.score), window.settings, window)


def _keys(window: MainWindow) -> QWidget:
    window.help.keys()
    assert window.help.sheet is not None
    return window.help.sheet


def _change_keys(window: MainWindow) -> QWidget:
    window.help.change_keys()
    assert window.help.dialog is not None
    return window.help.dialog


def _key_panel(window: MainWindow) -> QWidget:
    window.key_box.open()
    assert window.key_box.popup is not None
    return window.key_box.popup


def _layers_panel(window: MainWindow) -> QWidget:
    window.document.open(tracks(window.document.score), None, "a")
    window.layer_box.open()
    assert window.layer_box.popup is not None
    return window.layer_box.popup


def _recovery(window: MainWindow) -> QWidget:
    document = window.document
    rescue = Rescue("a", "", time.time())
    pieces = [
        FoundAutosave(Path(f"{n}.ricercar"), QLockFile(f"{n}"), replace(document.project(), rescue=rescue))
        for n in (1, 2)
    ]
    return RecoveryDialog(pieces, window.theme, window)


def _wizard(window: MainWindow) -> QWidget:
    player = SamplePlayer(window.transport, window.playback.load, window)
    return TeachWizard(window.document, player, FinetuneClient(window), window.theme, window)


OPEN: dict[str, Callable[[MainWindow], QWidget]] = {
    "about": About,
    "styles": lambda window: StylesDialog(installed_styles, window),
    "import": _import,
    "keys": _keys,
    "change keys": _change_keys,
    "key panel": _key_panel,
    "layers panel": _layers_panel,
    "recovery": _recovery,
    "wizard": _wizard,
    **{
        verb: _verb(verb)
        for verb in ("transpose", "invert", "quantise", "stretch", "humanise", "split", "velocity", "length")
    },
}
