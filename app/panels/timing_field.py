"""The dial of how strictly new onsets keep to the beat, behind a button that opens it."""

from __future__ import annotations

from PySide6.QtCore import QSettings, Qt
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from app.look.widgets import Reranker, label
from composer.core.settings import TIMINGS, GenerationRequest

STORED = "compose/timing"


class TimingField(QWidget):
    """Shut unless something else than the usual is chosen, so that the panel stays calm."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        texts = {
            "auto": (self.tr("Auto"), self.tr("As the theme does: on the grid where it is, else as played")),
            "free": (self.tr("As played"), self.tr("Free of the beat, as people play")),
            "steady": (self.tr("Steady"), self.tr("Near the parts of the beat, not quite on them")),
            "grid": (self.tr("On the grid"), self.tr("Exactly on the parts of the beat that the theme uses")),
        }
        self.box = Reranker(self.tr("Timing"))
        self.box.setToolTip(self.tr("How strictly new notes keep to the beat"))
        for at, key in enumerate(TIMINGS):
            text, tip = texts[key]
            self.box.addItem(text, key)
            self.box.setItemData(at, tip, Qt.ItemDataRole.ToolTipRole)
        self.more = QPushButton(self.tr("Advanced settings"))
        self.more.setProperty("kind", "quiet")
        self.more.setCheckable(True)
        self.inner = QWidget()
        row = QHBoxLayout(self.inner)
        row.setContentsMargins(0, 0, 0, 0)
        name = label(self.tr("Timing"), "label")
        name.setMinimumWidth(92)
        row.addWidget(name)
        row.addWidget(self.box, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        column.addWidget(self.more, 0, Qt.AlignmentFlag.AlignLeft)
        column.addWidget(self.inner)
        self.inner.hide()
        self.more.toggled.connect(self.inner.setVisible)

    def value(self) -> str:
        """One of `TIMINGS`."""
        return str(self.box.currentData())

    def recall(self, stored: QSettings) -> None:
        """Chooses what was chosen last."""
        asked = str(stored.value(STORED, GenerationRequest().timing))
        self.box.setCurrentIndex(max(self.box.findData(asked), 0))
        self.more.setChecked(self.value() != GenerationRequest().timing)

    def remember(self, stored: QSettings) -> None:
        """Keeps what is chosen for the next start."""
        stored.setValue(STORED, self.value())
