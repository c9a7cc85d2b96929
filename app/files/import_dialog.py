"""Import of a file of several tracks: as layers or merged, and which of them."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, QRectF, QSettings, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPalette
from PySide6.QtWidgets import (
    QDialog,
    QGridLayout,
    QHBoxLayout,
    QPushButton,
    QScrollArea,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from app.look.widgets import Check, Elided, Segments, label
from app.panels.layer_panel import track_name
from composer.music.edits.track_edits import Summary, kept, merged, summaries
from composer.music.score import Score

MODE = "import/mode"  # in the settings
PICTURE = QSize(150, 34)
TALLEST = 380  # pixels of the list before it scrolls
PICTURED = 3000  # notes; of more, every few
_FAMILIES = 8  # programs of General MIDI in each family


def must_ask(score: Score) -> bool:
    """Whether there is something to ask: notes on more than one track."""
    return len(summaries(score)) > 1


def ask(score: Score, parent: QWidget | None = None, settings: QSettings | None = None) -> Score | None:
    """Asks, if there is something to ask. None if the person would rather not open the file."""
    if not must_ask(score):
        return score
    stored = settings or getattr(parent.window() if parent else None, "settings", None)
    dialog = ImportDialog(score, stored, parent)
    try:
        return dialog.result_score() if dialog.exec() == QDialog.DialogCode.Accepted else None
    finally:
        dialog.deleteLater()


class Picture(QWidget):
    """The notes of one track, over the length of the whole piece."""

    def __init__(self, summary: Summary, end: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.summary = summary
        self.end = max(end, 1)
        self.setFixedSize(PICTURE)

    def paintEvent(self, event: QPaintEvent) -> None:
        """A bar a note."""
        painter = QPainter(self)
        palette = self.palette()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(palette.color(QPalette.ColorRole.Base))
        painter.drawRoundedRect(QRectF(self.rect()), 5, 5)
        notes = self.summary.notes
        low, high = min(n.pitch for n in notes), max(n.pitch for n in notes)
        spare = max(24 - (high - low), 0) / 2
        color = QColor(palette.color(QPalette.ColorRole.Text))
        color.setAlphaF(0.9 if self.isEnabled() else 0.35)
        painter.setBrush(color)
        wide, tall = (self.width() - 8) / self.end, (self.height() - 10) / (high - low + 2 * spare + 1)
        for note in notes[:: max(len(notes) // PICTURED, 1)]:
            y = self.height() - 5 - (note.pitch - low + spare + 1) * tall
            painter.drawRect(QRectF(4 + note.start * wide, y, max(note.duration * wide, 1.2), max(tall, 1.6)))
        painter.end()


class ImportDialog(QDialog):
    """A line a track, with a box to take it; drums are left out unless one wants them."""

    def __init__(self, score: Score, settings: QSettings | None = None, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.score = score
        self.settings = settings
        self.rows = summaries(score)
        self.boxes: dict[int, Check] = {}
        self._pictures: dict[int, Picture] = {}
        self.setWindowTitle(self.tr("Open a file of several tracks"))
        self.setMinimumWidth(560)
        column = QVBoxLayout(self)
        column.setContentsMargins(20, 18, 20, 16)
        column.setSpacing(12)
        heading = self.tr("“{title}” has {n} tracks").format(title=score.title, n=len(self.rows))
        self._heading = Elided(heading, "heading")
        column.addWidget(self._heading)
        column.addWidget(self._list(), 1)
        column.addLayout(self._how())
        self.hint = label("", "hint")
        self.hint.setWordWrap(True)
        column.addWidget(self.hint)
        column.addLayout(self._buttons())
        self._refresh()
        next(iter(self.boxes.values())).setFocus()

    def _list(self) -> QScrollArea:
        inside = QWidget()
        grid = QGridLayout(inside)
        grid.setContentsMargins(0, 0, 10, 0)
        grid.setHorizontalSpacing(14)
        grid.setVerticalSpacing(6)
        grid.setColumnStretch(1, 1)
        for line, row in enumerate(self.rows):
            self._add(grid, line, row)
        area = QScrollArea()
        area.setWidget(inside)
        area.setWidgetResizable(True)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        area.setMinimumHeight(min(inside.sizeHint().height(), TALLEST))
        return area

    def _add(self, grid: QGridLayout, line: int, row: Summary) -> None:
        name = track_name(row.track.name, row.index)
        box = self.boxes[row.index] = Check("")
        box.setChecked(not row.drums or all(r.drums for r in self.rows))
        sound = instrument(row)
        count = self.tr("{n} note") if len(row.notes) == 1 else self.tr("{n} notes")
        words = f"{sound}, " + count.format(n=len(row.notes))
        box.setAccessibleName(f"{name}, {words}")
        box.toggled.connect(lambda _: self._refresh())
        lines = QVBoxLayout()
        lines.setSpacing(1)
        title = Elided(name, "name")
        title.setMinimumWidth(200)
        lines.addWidget(title)
        lines.addWidget(label(words, "hint"))
        picture = self._pictures[row.index] = Picture(row, self.score.end)
        grid.addWidget(box, line, 0)
        grid.addLayout(lines, line, 1)
        grid.addWidget(picture, line, 2)

    def _how(self) -> QHBoxLayout:
        choices = [("layers", self.tr("Keep as layers")), ("merge", self.tr("Merge into one"))]
        self.mode = Segments(choices, self.tr("The tracks"))
        self.mode.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        stored = str(self.settings.value(MODE, "layers")) if self.settings is not None else "layers"
        self.mode.set_value(stored if stored in self.mode.buttons else "layers")
        self.mode.changed.connect(lambda _: self._refresh())
        row = QHBoxLayout()
        row.addWidget(self.mode, 1)
        return row

    def _buttons(self) -> QHBoxLayout:
        cancel, self.open_ = QPushButton(self.tr("Cancel")), QPushButton(self.tr("Open"))
        self.open_.setProperty("kind", "accent")
        self.open_.setDefault(True)
        cancel.clicked.connect(self.reject)
        self.open_.clicked.connect(self.accept)
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addStretch(1)
        row.addWidget(cancel)
        row.addWidget(self.open_)
        return row

    def tracks(self) -> list[int]:
        """The ticked tracks."""
        return [track for track, box in self.boxes.items() if box.isChecked()]

    def result_score(self) -> Score:
        """The piece as the answers make it."""
        return (merged if self.mode.value() == "merge" else kept)(self.score, self.tracks())

    def accept(self) -> None:
        """Remembers how; the tracks are another file's business."""
        if self.settings is not None:
            self.settings.setValue(MODE, self.mode.value())
        super().accept()

    def _refresh(self) -> None:
        picked = self.tracks()
        for track, picture in self._pictures.items():
            picture.setEnabled(track in picked)
            picture.update()
        self.open_.setEnabled(bool(picked))
        if not picked:
            text = self.tr("Tick at least one track.")
        elif self.mode.value() == "merge":
            text = self.tr("All notes go to one track, with the pedal of all of them.")
        else:
            text = self.tr("Each track stays a layer, which can be edited, hidden or muted by itself.")
        self.hint.setText(text)


def instrument(row: Summary) -> str:
    """What General MIDI would play the track with, roughly."""
    names = (
        QCoreApplication.translate("Import", "Piano"),
        QCoreApplication.translate("Import", "Mallets and bells"),
        QCoreApplication.translate("Import", "Organ"),
        QCoreApplication.translate("Import", "Guitar"),
        QCoreApplication.translate("Import", "Bass"),
        QCoreApplication.translate("Import", "Strings"),
        QCoreApplication.translate("Import", "Ensemble"),
        QCoreApplication.translate("Import", "Brass"),
        QCoreApplication.translate("Import", "Reeds"),
        QCoreApplication.translate("Import", "Flutes"),
        QCoreApplication.translate("Import", "Synthesiser lead"),
        QCoreApplication.translate("Import", "Synthesiser pad"),
        QCoreApplication.translate("Import", "Synthesiser effects"),
        QCoreApplication.translate("Import", "Folk instruments"),
        QCoreApplication.translate("Import", "Percussion"),
        QCoreApplication.translate("Import", "Sound effects"),
    )
    if row.drums:
        return QCoreApplication.translate("Import", "Drums, which a piano cannot play")
    text = QCoreApplication.translate("Import", "{instrument}, channel {n}")
    return text.format(instrument=names[min(row.track.program, 127) // _FAMILIES], n=row.track.channel + 1)
