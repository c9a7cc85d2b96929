"""The main window: assembles panels, bars and menus; `wiring` connects them."""

from __future__ import annotations

import signal
import sys
import traceback
from functools import partial
from pathlib import Path
from types import TracebackType

from PySide6.QtCore import QByteArray, QSettings, Qt, QTimer
from PySide6.QtGui import QActionGroup, QCloseEvent, QDragEnterEvent, QDragLeaveEvent, QDropEvent, QGuiApplication
from PySide6.QtWidgets import (
    QApplication,
    QFrame,
    QHBoxLayout,
    QMainWindow,
    QMenu,
    QVBoxLayout,
    QWidget,
)

from app.commands import action_table
from app.commands.edit_actions import EditActions
from app.commands.generate_flow import ComposeFlow
from app.commands.key_actions import KeyActions
from app.commands.key_bindings import Shortcuts, TypingGuard
from app.dialogs.edit_form_dialog import EditFormActions
from app.dialogs.key_sheet import Help
from app.dialogs.style_dialog import installed_styles as installed_styles
from app.document.autosave import Autosave
from app.document.background_jobs import Jobs
from app.document.document import Document
from app.files.export_actions import Exports
from app.files.file_actions import Files, example_title, examples
from app.files.recovery import Recovery
from app.look import accessible, i18n, icons, widgets
from app.look.error_texts import explain
from app.look.theme import Theme
from app.panels.generate_panel import ComposePanel
from app.panels.key_panel import KeyBox
from app.panels.layer_panel import LayerBox
from app.panels.message_bar import JobStrip, MessageBar
from app.panels.take_panel import TakesPanel
from app.processes.generation_client import GenerationClient
from app.roll.roll_pane import RollPane
from app.window import wiring
from app.window.appearance import Appearance
from app.window.focus_ring import FocusRing, Stop
from app.window.generation import GenerationController
from app.window.playback import Playback
from app.window.status_bar import StatusStrip
from app.window.transport import Transport
from app.window.transport_bar import TransportBar
from app.window.ui_state import UiState
from app.window.window_actions import WindowActions
from app.wizard.finetune_controller import FinetuneController
from app.wizard.sample_player import SamplePlayer
from composer.audio.player import Player
from composer.core import paths
from composer.core.errors import UserError
from composer.files import midi_reader

SMALLEST = (960, 560)
USUAL = (1280, 800)


class MainWindow(QMainWindow):
    """The one window."""

    def __init__(self, player: Player | None = None, settings: QSettings | None = None) -> None:
        super().__init__()
        accessible.install()
        self.settings = settings or own_settings()
        self.begin_again = False  # whether another window shall come when this one is closed
        self.document = Document(self)
        self.jobs = Jobs(self)
        self.generation_client = GenerationClient(self)
        self.transport = Transport(self, player)
        self.flow = ComposeFlow(self.document, self.generation_client, self)
        self.files = Files(self.document, self.jobs, self.settings, self)
        self.exports = Exports(self.files)
        self.autosave = Autosave(self.document, self)
        self.recovery = Recovery(self.files, self.autosave, lambda: self.theme, self)
        self._make_panels()
        self.edit_actions = EditActions(self.document, self.roll, self)
        self.key_actions = KeyActions(self.document, self.roll, self.edit_actions, self.jobs, self)
        self.edit_forms = EditFormActions(
            self.document, self.roll, self.edit_actions, self.key_actions, self.settings, self
        )
        self.generation = GenerationController(self, self)
        self.appearance = Appearance(self, self)
        self.window_actions = WindowActions(self, self)
        self.focus_ring = FocusRing(self._stops)
        self.help = Help(lambda: self.shortcuts, lambda: self.theme, self)
        self.key_box = KeyBox(self.key_actions, lambda: self.theme, self)
        self.layer_box = LayerBox(self.document, lambda: self.theme, self)
        for box in (self.key_box, self.layer_box):
            self.bar.add_left(box)
            box.resized.connect(self.bar.fit)
        self._lay_out()
        self._make_actions()
        self.playback = Playback(self.document, self.roll, self.transport, self)
        self.ui_state = UiState(self, self)
        wiring.connect(self)
        self._presses = widgets.ReturnPresses(self)
        for part in (self.bar, self.panel, self.takes, self.messages, self.strip, self.teaching.strip):
            self._presses.watch(part)
        self.appearance.recall_theme()
        self._show_state()
        self.roll.setFocus()

    # ---- building ----

    def _make_panels(self) -> None:
        self.pane = RollPane(self.document)
        self.roll = self.pane.view
        self.bar = TransportBar()
        self.panel = ComposePanel(self.settings)
        self.takes = TakesPanel(self.document)
        self.messages = MessageBar()
        self.strip = JobStrip()
        samples = SamplePlayer(self.transport, lambda: self.playback.load(), self)
        self.teaching = FinetuneController(self.document, samples, self.panel, self.messages, lambda: self.theme, self)
        self.status = StatusStrip()

    def _lay_out(self) -> None:
        self.setMinimumSize(*SMALLEST)
        self.resize(*USUAL)
        geometry = self.settings.value("view/geometry")
        if isinstance(geometry, QByteArray):
            self.restoreGeometry(geometry)
        self.setAcceptDrops(True)
        middle = QWidget()
        column = QVBoxLayout(middle)
        self._tight(column)
        for widget in (self.messages, self.pane, self.takes):
            column.addWidget(widget, 1 if widget is self.pane else 0)
        row = QHBoxLayout()
        self._tight(row)
        row.addWidget(middle, 1)
        row.addWidget(self.panel)
        whole = QFrame()
        outer = QVBoxLayout(whole)
        self._tight(outer)
        outer.addWidget(self.bar)
        outer.addLayout(row, 1)
        outer.addWidget(self.strip)
        outer.addWidget(self.teaching.strip)
        outer.addWidget(self.status)
        self.setCentralWidget(whole)

    @staticmethod
    def _tight(layout: QHBoxLayout | QVBoxLayout) -> None:
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)

    def _make_actions(self) -> None:
        owners = {
            "window": self,
            "window_actions": self.window_actions,
            "generation": self.generation,
            "appearance": self.appearance,
            "focus_ring": self.focus_ring,
            "help": self.help,
            "key_box": self.key_box,
            "layer_box": self.layer_box,
            "files": self.files,
            "exports": self.exports,
            "recovery": self.recovery,
            "edit_actions": self.edit_actions,
            "edit_forms": self.edit_forms,
            "key_actions": self.key_actions,
            "flow": self.flow,
            "teaching": self.teaching,
            "transport": self.transport,
            "roll": self.roll,
            "pane": self.pane,
            "marks": self.roll.marks,
        }
        self.actions_, self.menus = action_table.build(self, self.roll, owners)
        tools = QActionGroup(self)
        for key in ("edit.pencil", "edit.select", "edit.erase"):
            tools.addAction(self.actions_[key])
        self.shortcuts = Shortcuts(self.actions_, self.settings, self)
        self.typing = TypingGuard(self.shortcuts, self.roll)
        self.actions_["play.follow"].setChecked(True)
        themes = QMenu(self)
        for path in examples():
            themes.addAction(example_title(path), partial(self.files.open_example, path))
        self.actions_["file.recent"].setMenu(self.files.recent.menu(self.menus["file"]))
        self.actions_["file.examples"].setMenu(themes)
        self.actions_["file.examples"].setEnabled(not themes.isEmpty())
        self.actions_["view.language"].setMenu(self.appearance.language_menu())
        for part in (self.bar, self.panel, self.takes):
            part.connect_actions(self.actions_)

    def _stops(self) -> list[Stop]:
        """The panes from the roll on, and where the focus enters each."""
        takes = self.takes.cards[0] if self.takes.cards else self.takes
        return [
            (self.roll, self.roll),
            (self.panel, self.panel.style_box if self.panel.fields.isEnabled() else self.panel.halt),
            (self.takes, takes),
            (self.bar, self.bar.grid),
            (self.messages, self.messages.entry()),
            (self.strip, self.strip.cancel),
            (self.teaching.strip, self.teaching.strip.open),
        ]

    @property
    def theme(self) -> Theme:
        """The theme now."""
        return self.appearance.theme

    def _show_state(self) -> None:
        self.ui_state.show_all()
        self.generation.show_join()
        self.playback.show_playhead(self.transport.tick)

    # ---- start and end ----

    def begin(self, path: str | None = None) -> None:
        """What can wait until the window is seen: the styles, the worker, the sound, the first piece."""
        self.panel.set_styles(installed_styles())
        if path:
            self.files.open_path(Path(path), ask=False)
        else:
            self._first_theme()
        self._show_state()
        QTimer.singleShot(0, self, self.recovery.begin)
        QTimer.singleShot(0, self, self.transport.start)
        QTimer.singleShot(0, self, self.generation.warm)
        QTimer.singleShot(0, self, self.teaching.offer)

    def _first_theme(self) -> None:
        for example in examples()[:1]:
            try:
                self.document.open(midi_reader.read(example), None, example_title(example))
            except UserError as error:
                self.messages.error(explain(error))

    def closeEvent(self, event: QCloseEvent) -> None:
        """Asks about unsaved changes; then ends worker, jobs and sound, in this order."""
        if not self.files.may_leave():
            event.ignore()
            return
        self.panel.remember()
        self.settings.setValue("view/geometry", self.saveGeometry())
        self.hide()  # what follows may take a moment
        self.settings.sync()
        self.flow.cancel()
        self.teaching.close()
        self.generation_client.close()
        self.jobs.close()
        self.recovery.close()
        self.autosave.close()
        self.files.close()
        self.transport.close()
        self.document.close()
        event.accept()

    def start_again(self) -> None:
        """Closes the window and opens another one with the same file."""
        self.begin_again = True
        if not self.close():
            self.begin_again = False

    def unexpected(self, kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        """A failure that nobody foresaw: the terminal gets the trace, the person a sentence."""
        traceback.print_exception(kind, error, trace)
        self.messages.error(explain(error))

    # ---- events ----

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Files may be dropped anywhere on the window."""
        if any(url.isLocalFile() for url in event.mimeData().urls()):
            event.acceptProposedAction()
            self.roll.invite(True)

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:
        """They went away again."""
        self.roll.invite(False)

    def dropEvent(self, event: QDropEvent) -> None:
        """Opens what was dropped, after the other program has its answer."""
        self.roll.invite(False)
        paths = [Path(url.toLocalFile()) for url in event.mimeData().urls() if url.isLocalFile()]
        event.acceptProposedAction()
        QTimer.singleShot(0, self, partial(self.files.drop, paths))


def own_settings() -> QSettings:
    """The window's memory, in the user's own folder."""
    return QSettings(str(paths.user() / "window.ini"), QSettings.Format.IniFormat)


def run(path: str | None = None) -> int:
    """Opens the window, with a file if one is named; returns the exit status when it is closed."""
    if QApplication.instance() is None:
        QGuiApplication.setHighDpiScaleFactorRoundingPolicy(Qt.HighDpiScaleFactorRoundingPolicy.PassThrough)
    application = QApplication.instance() or QApplication(sys.argv[:1])
    assert isinstance(application, QApplication)
    application.setApplicationName("Ricercar")
    application.setApplicationDisplayName("")
    application.setDesktopFileName("ricercar")  # so that a desktop finds the icon that tools/desktop.py installs
    application.setWindowIcon(icons.emblem())
    signal.signal(signal.SIGINT, signal.SIG_DFL)  # Ctrl+C in the terminal; Python would only hear it later
    status, opening = 0, path
    while True:  # once, and again for each change of language that is wanted at once
        settings = own_settings()
        i18n.install(str(settings.value(i18n.SETTING, i18n.SYSTEM)))
        window = MainWindow(settings=settings)
        sys.excepthook = window.unexpected
        window.show()
        QTimer.singleShot(0, window, partial(window.begin, opening))
        status = int(application.exec())
        if not window.begin_again:
            return status
        opening = str(window.document.path) if window.document.path else None
        window.deleteLater()
