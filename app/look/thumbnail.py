"""Thumbnail of a piece: its notes over the whole length, in the colours of the roll."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.look.theme import Theme, ramp
from composer.music.score import Score

MARGIN = 6  # pixels around the notes
FEWEST_PITCHES = 24  # a single line of melody does not fill the height


class Thumbnail(QWidget):
    """Paints a score; takes no part in anything else."""

    def __init__(self, score: Score, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._score = score
        self._theme = theme
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(self.tr("A picture of the notes"))

    def sizeHint(self) -> QSize:
        """As in a row of a list."""
        return QSize(176, 64)

    def paintEvent(self, event: QPaintEvent) -> None:
        """The notes."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QColor(self._theme.line))
        painter.setBrush(QColor(self._theme.row_white))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), 6, 6)
        painter.setPen(Qt.PenStyle.NoPen)
        paint_notes(painter, QRectF(self.rect()).adjusted(MARGIN, MARGIN, -MARGIN, -MARGIN), self._score, self._theme)
        painter.end()


def paint_notes(painter: QPainter, area: QRectF, score: Score, theme: Theme) -> None:
    """All notes of a score in an area. Of very many only as many as there are pixels to tell them apart."""
    if not score.notes:
        return
    columns = score.columns
    low, high = int(columns.pitches.min()), int(columns.pitches.max())
    spare = max(FEWEST_PITCHES - (high - low + 1), 0)
    low, rows = low - spare // 2, high - low + 1 + spare
    first, last = int(columns.starts.min()), max(score.end, 1)
    wide, tall = area.width() / max(last - first, 1), area.height() / rows
    every = max(len(score.notes) // 4000, 1)
    for note in score.notes[::every]:
        painter.setBrush(ramp(theme, note.composed)[note.velocity])
        x, y = area.left() + (note.start - first) * wide, area.bottom() - (note.pitch - low + 1) * tall
        painter.drawRect(QRectF(x, y, max(note.duration * wide - 0.3, 1.0), max(tall * 0.9, 1.5)))
