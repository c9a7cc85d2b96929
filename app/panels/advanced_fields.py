"""What of composing few people change: attempts a phrase and timing, behind a button that opens them."""

from __future__ import annotations

from PySide6.QtCore import QSettings, Qt
from PySide6.QtWidgets import QGridLayout, QPushButton, QVBoxLayout, QWidget

from app.look.widgets import ComboBox, Stepper, label
from composer.core.settings import MOST_DRAFTS, TIMINGS, GenerationRequest

TIMING, CANDIDATES = "compose/timing", "compose/drafts"  # as they are stored
PRESETS = {"fast": 1, "balanced": 4, "best": MOST_DRAFTS}  # quality -> candidates (best-of-n) of a phrase


class QualityBox(ComboBox):
    """Names a number of candidates: a preset of best-of-n; a number of one's own shows as one more choice."""

    def __init__(self, candidates: Stepper, parent: QWidget | None = None) -> None:
        super().__init__(self.tr("Quality"), parent)
        self._candidates = candidates
        texts = {"fast": self.tr("Fast"), "balanced": self.tr("Balanced"), "best": self.tr("Best")}
        for key, number in PRESETS.items():
            self.addItem(texts[key], number)
        self.setToolTip(self.tr("More attempts at each phrase, of which the best one stays: better, and slower"))
        self.currentIndexChanged.connect(self._chosen)
        candidates.changed.connect(self.show_number)
        self.show_number(candidates.value())

    def show_number(self, number: int) -> None:
        """Shows the preset that stands for so many candidates, or the number itself."""
        self.blockSignals(True)
        while self.count() > len(PRESETS):
            self.removeItem(self.count() - 1)
        if number not in PRESETS.values():
            self.addItem(self.tr("{n} attempts").format(n=number), number)
        self.setCurrentIndex(self.findData(number))
        self.blockSignals(False)

    def _chosen(self) -> None:
        self._candidates.box.setValue(int(self.currentData()))


class AdvancedFields(QWidget):
    """Shut unless something else than the usual is chosen, so that the panel stays calm."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.timing = self._timing()
        usual = GenerationRequest().drafts
        self.candidates = Stepper(self.tr("Attempts per phrase"), 1, MOST_DRAFTS, usual)
        self.candidates.setToolTip(
            self.tr("Candidates written of each phrase (best-of-n); the best one stays, 1 takes the first")
        )
        self.more = QPushButton(self.tr("Advanced settings"))
        self.more.setProperty("kind", "quiet")
        self.more.setCheckable(True)
        self.inner = QWidget()
        rows = QGridLayout(self.inner)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setHorizontalSpacing(12)
        rows.setVerticalSpacing(10)
        rows.setColumnMinimumWidth(0, 92)
        rows.setColumnStretch(1, 1)
        pairs = ((self.tr("Attempts per phrase"), self.candidates), (self.tr("Timing"), self.timing))
        for i, (name, field) in enumerate(pairs):
            words = label(name, "label")
            words.setWordWrap(True)
            rows.addWidget(words, i, 0)
            rows.addWidget(field, i, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        column.addWidget(self.more, 0, Qt.AlignmentFlag.AlignLeft)
        column.addWidget(self.inner)
        self.inner.hide()
        self.more.toggled.connect(self.inner.setVisible)

    def _timing(self) -> ComboBox:
        texts = {
            "auto": (self.tr("Automatic"), self.tr("As the theme does: on the grid where it is, else as played")),
            "free": (self.tr("As played"), self.tr("Free of the beat, as people play")),
            "steady": (self.tr("Steady"), self.tr("Near the parts of the beat, not quite on them")),
            "grid": (self.tr("On the grid"), self.tr("Exactly on the parts of the beat that the theme uses")),
        }
        box = ComboBox(self.tr("Timing"))
        box.setToolTip(self.tr("How strictly new notes keep to the beat"))
        for at, key in enumerate(TIMINGS):
            text, tip = texts[key]
            box.addItem(text, key)
            box.setItemData(at, tip, Qt.ItemDataRole.ToolTipRole)
        return box

    def recall(self, stored: QSettings) -> None:
        """Chooses what was chosen last."""
        usual = GenerationRequest()
        self.timing.setCurrentIndex(max(self.timing.findData(str(stored.value(TIMING, usual.timing))), 0))
        try:
            self.candidates.box.setValue(int(str(stored.value(CANDIDATES, usual.drafts))))
        except ValueError:  # a file of settings may say anything
            self.candidates.box.setValue(usual.drafts)
        preset = self.candidates.value() in PRESETS.values()
        self.more.setChecked(self.timing.currentData() != usual.timing or not preset)

    def remember(self, stored: QSettings) -> None:
        """Keeps what is chosen for the next start."""
        stored.setValue(TIMING, str(self.timing.currentData()))
        stored.setValue(CANDIDATES, self.candidates.value())
