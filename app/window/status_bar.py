"""The status bar: position under the mouse, size of the selection, model and sound."""

from __future__ import annotations

from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QWidget

from app.look.widgets import divider


class StatusStrip(QFrame):
    """Says; asks nothing."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("statusStrip")
        self.setFixedHeight(27)
        self.place, self.selection, self.model, self.sound = QLabel(), QLabel(), QLabel(), QLabel()
        row = QHBoxLayout(self)
        row.setContentsMargins(14, 0, 14, 0)
        row.setSpacing(14)
        row.addWidget(self.place, 1)
        row.addWidget(self.selection)
        self._rules = []
        for part in (self.model, self.sound):
            rule = divider()
            rule.setFixedHeight(13)
            rule.hide()
            self._rules.append(rule)
            row.addWidget(rule)
            row.addWidget(part)

    def set_place(self, text: str) -> None:
        """What is under the mouse."""
        self.place.setText(text)

    def set_selection(self, count: int) -> None:
        """How many notes are selected."""
        words = self.tr("{n} note selected") if count == 1 else self.tr("{n} notes selected")
        self.selection.setText(words.format(n=count) if count else "")

    def set_model(self, text: str) -> None:
        """Whether the model is loaded."""
        self.model.setText(text)
        self._rules[0].setVisible(bool(text))

    def set_sound(self, text: str) -> None:
        """Whether there is sound."""
        self.sound.setText(text)
        self._rules[1].setVisible(bool(text))
