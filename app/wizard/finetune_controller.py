"""Fine-tuning as the window knows it: the wizard, a strip while a run is under way, and an offer to resume."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QProgressBar, QPushButton, QWidget

from app.document.document import Document
from app.look.theme import Theme
from app.look.widgets import Elided
from app.panels.generate_panel import ComposePanel
from app.panels.message_bar import MessageBar
from app.processes.finetune_client import FinetuneClient
from app.wizard.sample_player import SamplePlayer
from composer.finetuning import run_folder
from composer.finetuning.records import RunEvent

if TYPE_CHECKING:
    from app.wizard.wizard import TeachWizard


class RunStrip(QFrame):
    """How far a run is, while its wizard is closed."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("job")
        self.text = Elided(self.tr("A style is in training"))
        self.bar = QProgressBar()
        self.bar.setTextVisible(False)
        self.bar.setRange(0, 1000)
        self.bar.setAccessibleName(self.tr("Progress of the training"))
        self.open = QPushButton(self.tr("Show"))
        self.open.setProperty("kind", "quiet")
        self.open.setAccessibleName(self.tr("Show the training"))
        row = QHBoxLayout(self)
        row.setContentsMargins(14, 5, 8, 5)
        row.setSpacing(14)
        row.addWidget(self.text, 2)
        row.addWidget(self.bar, 3)
        row.addWidget(self.open, 0, Qt.AlignmentFlag.AlignRight)
        self.hide()


class FinetuneController(QObject):
    """Fine-tuning as the window knows it. The child process and the wizard are made when they are first wanted."""

    def __init__(
        self,
        document: Document,
        player: SamplePlayer,
        panel: ComposePanel,
        messages: MessageBar,
        theme: Callable[[], Theme],
        window: QWidget,
    ) -> None:
        super().__init__(window)
        self._document, self._player, self._panel, self._messages = document, player, panel, messages
        self._theme, self._window = theme, window
        self.client = FinetuneClient(self)
        self.strip = RunStrip()
        self._wizard: TeachWizard | None = None
        self.strip.open.clicked.connect(self.open)
        self.client.run_progress.connect(self._show_event)
        self.client.run_finished.connect(self._show_result)
        self.client.lost.connect(self._lost)
        self.client.changed.connect(self._refresh)

    @property
    def wizard(self) -> TeachWizard:
        """The wizard, made when it is first wanted."""
        if self._wizard is None:
            from app.wizard.wizard import TeachWizard

            self._wizard = TeachWizard(self._document, self._player, self.client, self._theme(), self._window)
            self._wizard.saved.connect(self._saved)
            self._wizard.hidden.connect(self._refresh)
        return self._wizard

    def open(self) -> None:
        """Opens the wizard where it stands."""
        self.wizard.open_fresh()
        self._refresh()

    def offer(self) -> None:
        """Says that a run was interrupted, with a way to resume it."""
        found = run_folder.list_interrupted()
        if found and not self._messages.text():
            text = self.tr("Training was interrupted at {n} %.").format(n=round(100 * found[0].done))
            self._messages.info(text, self.tr("Go on"), lambda: self._resume(found[0].config.key))

    def _resume(self, key: str) -> None:
        self.wizard.open_fresh()
        self.wizard.resume_run(key)
        self._refresh()

    def set_theme(self, theme: Theme) -> None:
        """Other colours."""
        if self._wizard is not None:
            self._wizard.set_theme(theme)

    def close(self) -> None:
        """Ends the child; a run under way is saved and can be resumed next time."""
        if self._wizard is not None:
            self._player.stop()
            self._wizard.hide()
        self.client.close()

    # ---- what follows ----

    def _show_event(self, event: RunEvent) -> None:
        if event.left is not None and self._wizard is not None:
            self.strip.bar.setValue(round(1000 * event.done))
            left = self._wizard.training.in_words(event.left)
            self.strip.text.set_text(self.tr("A style is in training: {left}").format(left=left))

    def _show_result(self) -> None:
        self._announce(self.tr("Training is over: hear what was learned."))

    def _refresh(self) -> None:
        shown = self._wizard is not None and self._wizard.isVisible()
        self.strip.setVisible(self.client.running and not shown)
        if self.client.paused:
            self.strip.text.set_text(self.tr("A style is in training: paused"))

    def _announce(self, text: str) -> None:
        if self._wizard is None or not self._wizard.isVisible():
            self._messages.info(text, self.tr("Show"), self.open)
        self._refresh()

    def _lost(self, under_way: bool) -> None:
        if under_way:
            self._announce(self.tr("Training was interrupted; not more than the last minute is lost."))

    def _saved(self, name: str, problem: str) -> None:
        from app.dialogs.style_dialog import installed_styles

        panel = self._panel
        panel.set_styles(installed_styles())
        at = panel.style_box.findData(name)
        panel.style_box.setCurrentIndex(at)
        if problem:
            self._messages.error(problem)
        else:
            self._messages.info(self.tr("The style {name} is ready: press Compose.").format(name=name))
        self._refresh()
