"""The wizard: five pages from a folder of MIDI files to a style of one's own."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QPainter, QPaintEvent, QShowEvent
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLabel, QMessageBox, QPushButton, QWidget, QWizard

from app.document.document import Document
from app.look.error_texts import explain
from app.look.theme import Theme
from app.processes.finetune_client import FinetuneClient
from app.wizard.compare_page import ComparePage
from app.wizard.folder_page import FolderPage
from app.wizard.page import Host, Page
from app.wizard.page_parts import Steps, sheet
from app.wizard.recipe_page import RecipePage
from app.wizard.sample_player import SamplePlayer
from app.wizard.save_page import SavePage
from app.wizard.training_page import TrainingPage
from composer.core.errors import UserError
from composer.finetuning import run_folder
from composer.finetuning.records import Candidate
from composer.finetuning.run_folder import RunConfig, RunFolder
from composer.music.score import Score
from composer.workers.finetune_messages import RunFinished

SIZE, SMALLEST = (960, 660), (860, 560)


class TeachWizard(Host):
    """Leads through a lesson. Closing it hides it while a lesson is under way."""

    saved = Signal(str, str)  # name of a new style, and what went wrong with its file
    hidden = Signal()

    def __init__(
        self, document: Document, player: SamplePlayer, client: FinetuneClient, theme: Theme, window: QWidget
    ) -> None:
        super().__init__(window)
        self.document, self.player, self.client, self.theme = document, player, client, theme
        self.player.failed.connect(lambda error: self.training.remark.say(explain(error), "error"))
        self._config: RunConfig | None = None
        self._theme_score: Score | None = None
        self.setWindowTitle(self.tr("Teach a style"))
        self.setWindowModality(Qt.WindowModality.NonModal)
        self.setWizardStyle(QWizard.WizardStyle.ClassicStyle)
        self._make_pages()
        self.setMinimumSize(*SMALLEST)
        self.resize(*SIZE)
        self.set_theme(theme)
        self.currentIdChanged.connect(self._turned)
        client.run_finished.connect(lambda result: self._offer_next())
        client.lost.connect(self._lost)

    def _make_pages(self) -> None:
        self.folder, self.recipe = FolderPage(self), RecipePage(self)
        self.training, self.compare, self.save = TrainingPage(self), ComparePage(self), SavePage(self)
        self.pages: tuple[Page, ...] = (self.folder, self.recipe, self.training, self.compare, self.save)
        for number, page in enumerate(self.pages):
            self.setPage(number, page)
        self.recipe.setCommitPage(True)
        self.training.setCommitPage(True)
        names = (self.tr("Music"), self.tr("Preset"), self.tr("Training"), self.tr("Compare"), self.tr("Name"))
        self.steps = Steps(names)
        self.setSideWidget(self.steps)
        which = QWizard.WizardButton
        texts = (
            (which.NextButton, self.tr("Next")),
            (which.BackButton, self.tr("Back")),
            (which.CommitButton, self.tr("Start training")),
            (which.FinishButton, self.tr("Save the style")),
            (which.CancelButton, self.tr("Close")),
        )
        for button, text in texts:
            self.setButtonText(button, text)
        self.training.setButtonText(which.CommitButton, self.tr("Compare"))
        for button in (which.NextButton, which.CommitButton, which.FinishButton):
            self.button(button).setProperty("kind", "accent")
        self.folder.go_on.clicked.connect(self._resume_offered)
        self.folder.throw.clicked.connect(self._discard_offered)

    def _tidy(self) -> None:
        """Without the margins and the groove that Qt puts around a wizard's parts."""
        grid = self.findChild(QGridLayout)
        if grid is None:
            return
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setSpacing(0)
        for i in range(grid.count()):
            item = grid.itemAt(i)
            row, part = item.layout(), item.widget()
            if isinstance(row, QHBoxLayout):
                row.setContentsMargins(16, 10, 22, 12)
                row.setSpacing(8)
            elif isinstance(part, QLabel) and part.layout() is not None:
                part.layout().setContentsMargins(0, 0, 0, 0)
            elif type(part) is QWidget and part.layout() is None:
                part.hide()  # the groove over the buttons

    def set_theme(self, theme: Theme) -> None:
        """Other colours."""
        self.theme = theme
        self.setStyleSheet(sheet(theme))
        self.steps.set_theme(theme)
        for page in self.pages:
            page.set_theme(theme)

    # ---- what the pages ask of each other ----

    def paths(self) -> list[str]:
        """The music of the run."""
        return list(self._config.folders if self._config else ()) or self.folder.paths

    def base(self) -> str:
        """The style that it starts from."""
        return self._config.base if self._config else "base"

    def step(self) -> int | None:
        """The candidate that is kept."""
        return self.compare.step

    def selected(self) -> tuple[Candidate | None, RunFinished | None]:
        """The candidate to keep, and the run's result."""
        return self.compare.candidate(), self.compare.result

    def has_theme(self) -> bool:
        """Whether there is a theme of the user's own to continue."""
        return self._theme_score is not None and bool(self._theme_score.audible)

    # ---- beginning ----

    def open_fresh(self) -> None:
        """Shows the first page, or what goes on."""
        over = not self.client.running and self.client.result is None
        if over and self.currentId() not in (self.FOLDER, self.RECIPE):
            self.folder.clear()
            self.start_at(self.FOLDER)
        if self.currentId() == self.FOLDER:
            self._offer_interrupted()
        self.show()
        self.raise_()
        self.activateWindow()

    def start_at(self, page: int) -> None:
        """Begins at a page."""
        self.setStartId(page)
        self.restart()

    def _offer_interrupted(self) -> None:
        found = [] if self.client.running else run_folder.list_interrupted()
        if not found:
            self.folder.offer.say("")
            return
        first = found[0]
        what = first.config.name or ", ".join(Path(folder).name for folder in first.config.folders)
        if first.done < 0.99:
            text = self.tr("Training on “{what}” was interrupted at {n} %.")
        else:
            text = self.tr("Training on “{what}” is nearly over, and was not saved.")
        self.folder.offer.say(text.format(what=what, n=round(100 * first.done)))
        self.folder.offer.setProperty("key", first.config.key)

    def _resume_offered(self) -> None:
        self.resume_run(str(self.folder.offer.property("key")))

    def _discard_offered(self) -> None:
        self.client.discard(str(self.folder.offer.property("key")))
        RunFolder(str(self.folder.offer.property("key"))).remove()
        self._offer_interrupted()

    def start_run(self, config: RunConfig) -> None:
        """Starts a run on the music that was scanned."""
        score = self.document.score
        self._theme_score = score if score.audible else None
        self._config = replace(config, key=run_folder.new_key(), folders=tuple(self.folder.paths))
        self.training.clear()
        self.client.start_run(self._config, self._theme_score)

    def resume_run(self, key: str) -> None:
        """Resumes an interrupted run."""
        try:
            self._config = RunFolder(key).config()
        except UserError as error:  # a damaged run must not keep the wizard from opening
            self.start_at(self.FOLDER)
            self.folder.remark.say(explain(error), "error")
            return
        self.training.clear()
        if self.currentId() != self.TRAINING:
            self.start_at(self.TRAINING)
        self.client.resume_run(key)

    def _lost(self, under_way: bool) -> None:
        """The child process died. What it had scanned is scanned again; a run can be resumed from the first page."""
        if under_way or self.currentId() in (-1, self.TRAINING):
            return
        compared = self.currentId() in (self.COMPARE, self.SAVE)
        self.start_at(self.FOLDER)
        self._offer_interrupted()
        if compared or not self.folder.paths:
            self.folder.clear()
            self.folder.remark.say(
                self.tr("The training process stopped unexpectedly; what it has learned is kept."), "error"
            )
        else:
            self.folder.read(self.folder.paths)

    # ---- ending ----

    def ask_cancel(self) -> None:
        """Asks whether the run is deleted, kept for later, or goes on."""
        answer = self.ask_drop()
        if answer == "drop":
            self._drop_when_stopped()
            self.client.control("cancel")
        elif answer == "later":
            self.client.control("cancel")
            self.hide()

    def ask_drop(self) -> str:
        """What the person wants: "drop", "later" or "" to go on; tests answer for them."""
        box = QMessageBox(self)
        box.setText(self.tr("Cancel training?"))
        box.setInformativeText(self.tr("What it has learned can be kept, to go on another day."))
        later = box.addButton(self.tr("Keep for later"), QMessageBox.ButtonRole.AcceptRole)
        drop = box.addButton(self.tr("Throw away"), QMessageBox.ButtonRole.DestructiveRole)
        box.addButton(self.tr("Go on training"), QMessageBox.ButtonRole.RejectRole)
        box.exec()
        return {later: "later", drop: "drop"}.get(box.clickedButton(), "")  # type: ignore[call-overload]

    def _drop_when_stopped(self) -> None:
        def drop(key: str) -> None:
            self.client.run_stopped.disconnect(drop)
            self.client.discard(key)
            self.start_at(self.FOLDER)

        self.client.run_stopped.connect(drop)

    def done_saving(self, name: str, problem: str) -> None:
        """The style is installed."""
        self.player.stop()
        self.hide()
        self.saved.emit(name, problem)

    def _offer_next(self) -> None:
        if self.currentId() == self.TRAINING and self.isVisible():
            button = self.button(QWizard.WizardButton.CommitButton)
            button.setFocus()

    def paintEvent(self, event: QPaintEvent) -> None:
        """The buttons stand on a strip of their own, as wide as the wizard."""
        super().paintEvent(event)
        top = self.steps.mapTo(self, self.steps.rect().bottomLeft()).y() + 1
        painter = QPainter(self)
        painter.fillRect(0, top, self.width(), self.height() - top, QColor(self.theme.panel))
        painter.fillRect(0, top, self.width(), 1, QColor(self.theme.line))
        painter.end()

    def showEvent(self, event: QShowEvent) -> None:
        """Qt lays a wizard out when it is shown."""
        super().showEvent(event)
        self._tidy()

    def _turned(self, number: int) -> None:
        self._tidy()
        self.player.stop()
        if number >= 0:
            self.steps.set_now(number)
        last = number == self.COMPARE and self.compare.step is None  # there is nothing to save
        which = QWizard.WizardButton
        back = [which.BackButton] if number == self.RECIPE else []  # from there on the way is one way
        ways = [which.NextButton, which.CommitButton, which.FinishButton]
        self.setButtonLayout([which.Stretch, *back, *ways, *([] if last else [which.CancelButton])])
        text = self.tr("Close") if last else self.tr("Save the style")
        button = self.button(QWizard.WizardButton.FinishButton)
        assert isinstance(button, QPushButton)
        button.setText(text)

    def accept(self) -> None:
        """The last page is done: the style is saved first, if there is one."""
        if not self.validateCurrentPage():
            return
        if self.client.result is not None:
            self.client.discard()
        self.reject()

    def reject(self) -> None:
        """Hides; a run under way goes on."""
        self.player.stop()
        self.hide()
        self.hidden.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Return in a field does not turn the page unless the button has the focus."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and not isinstance(self.focusWidget(), QPushButton):
            event.accept()
            return
        super().keyPressEvent(event)
