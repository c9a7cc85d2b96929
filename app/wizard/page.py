"""What all pages of the wizard are: a heading, a sentence below it, and a column for the rest."""

from __future__ import annotations

from PySide6.QtWidgets import QVBoxLayout, QWizard, QWizardPage

from app.look.theme import Theme
from app.look.widgets import label
from app.processes.finetune_client import FinetuneClient
from app.wizard.page_parts import wrapped
from app.wizard.sample_player import SamplePlayer
from composer.finetuning.records import Candidate
from composer.finetuning.run_folder import RunConfig
from composer.workers.finetune_messages import RunFinished


class Host(QWizard):
    """The wizard as its pages see it: what they share, and what they ask of each other."""

    FOLDER, RECIPE, TRAINING, COMPARE, SAVE = range(5)
    client: FinetuneClient
    player: SamplePlayer
    theme: Theme

    def paths(self) -> list[str]:
        """The folders and files to learn from."""
        raise NotImplementedError

    def base(self) -> str:
        """The name of the style that it starts from."""
        raise NotImplementedError

    def step(self) -> int | None:
        """The step of the candidate to keep."""
        raise NotImplementedError

    def selected(self) -> tuple[Candidate | None, RunFinished | None]:
        """The candidate to keep, None without one; and the run's result."""
        raise NotImplementedError

    def has_theme(self) -> bool:
        """Whether there is a theme of the user's own to continue."""
        raise NotImplementedError

    def start_run(self, config: RunConfig) -> None:
        """Starts a run."""
        raise NotImplementedError

    def resume_run(self, key: str) -> None:
        """Resumes an interrupted run."""
        raise NotImplementedError

    def ask_cancel(self) -> None:
        """Asks whether to cancel the run."""
        raise NotImplementedError

    def done_saving(self, name: str, problem: str) -> None:
        """The style is installed; `problem` is what went wrong with its file."""
        raise NotImplementedError


class Page(QWizardPage):
    """A page with its own heading: Qt's differ from platform to platform."""

    def __init__(self, wizard: Host, title: str, text: str) -> None:
        super().__init__(wizard)
        self.wizard_ = wizard
        self.name = title
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(22, 18, 22, 16)
        self.column.setSpacing(10)
        self.heading = label(title, "title")
        self.about = wrapped(text)
        self.column.addWidget(self.heading)
        self.column.addWidget(self.about)
        self.column.addSpacing(4)

    def set_theme(self, theme: Theme) -> None:
        """Other colours."""
