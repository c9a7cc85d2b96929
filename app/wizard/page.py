"""What all pages of the wizard are: a heading, a sentence below it, and a column for the rest."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QVBoxLayout, QWizardPage

from app.look.theme import Theme
from app.look.widgets import label
from app.wizard.page_parts import wrapped

if TYPE_CHECKING:
    from app.wizard.wizard import TeachWizard


class Page(QWizardPage):
    """A page with its own heading: Qt's differ from platform to platform."""

    def __init__(self, wizard: TeachWizard, title: str, text: str) -> None:
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
