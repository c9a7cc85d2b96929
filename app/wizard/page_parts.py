"""Parts that the wizard's pages share: headings, figures, remarks, play buttons, and the list of steps."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from string import Template

from PySide6.QtCore import QCoreApplication, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QTransform
from PySide6.QtWidgets import (
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QSizePolicy,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from app.look import icons
from app.look.theme import Theme, fade
from app.look.widgets import label

SHEET = """
QWizard, QWizardPage { background: $window; }
#wizardSteps { background: $panel; border-right: 1px solid $line; }
#tile, #card { background: $panel; border: 1px solid $line; border-radius: 10px; }
#card { border: 2px solid $line; }
#card[chosen="true"] { border: 2px solid $accent; background: $accent_soft; }
#card:focus { border: 2px solid $accent; }
#remark { background: $info_soft; border-radius: 8px; }
#remark[kind="warning"] { background: $accent_soft; }
#remark[kind="error"] { background: $danger_soft; }
#drop { border: 2px dashed $grid_bar; border-radius: 12px; background: $panel; }
#drop[invites="true"] { border-color: $accent; background: $accent_soft; }
QLabel[kind="title"] { font-size: 20px; font-weight: 600; }
QLabel[kind="figure"] { font-size: 20px; font-weight: 600; }
QLabel[kind="strong"] { font-weight: 600; }
QTreeView { background: $panel; border: 1px solid $line; border-radius: 8px; outline: none;
    alternate-background-color: $panel; }
QTreeView::item { min-height: 24px; padding: 1px 4px; border: none; }
QTreeView::item:selected { background: $hover; color: $text; }
QHeaderView { background: transparent; }
QHeaderView::section { background: $panel; color: $muted; border: none; border-bottom: 1px solid $line;
    padding: 5px 6px; font-size: 12px; font-weight: 500; }
QToolButton[kind="play"] { background: $raised; border: 1px solid $line; border-radius: 14px; padding: 0 4px 0 8px;
    min-height: 26px; font-weight: 500; }
QToolButton[kind="play"]:hover { background: $hover; }
QToolButton[kind="play"][sounds="true"] { border-color: $accent; background: $accent_soft; }
"""


LARGEST_GAIN = 7.0  # nats per note that are still told as they are
REMARKS = {"info": "muted", "warning": "accent", "error": "danger"}  # kind -> colour of its picture


def sheet(theme: Theme) -> str:
    """What the wizard's widgets need beyond the application's stylesheet."""
    return Template(SHEET).substitute(asdict(theme))


def restyle(widget: QWidget, name: str, value: object) -> None:
    """Sets a property that the stylesheet asks for, and applies it."""
    if widget.property(name) != value:
        widget.setProperty(name, value)
        widget.style().unpolish(widget)
        widget.style().polish(widget)


def wrapped(text: str, kind: str = "hint") -> QLabel:
    """A label of several lines."""
    result = label(text, kind)
    result.setWordWrap(True)
    return result


class Tile(QFrame):
    """A figure with its name below it, and perhaps a remark in the name's place."""

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("tile")
        self.name = name
        self.figure = label("–", "figure")
        self.caption = label(name, "hint")
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 8, 12, 8)
        column.setSpacing(1)
        column.addWidget(self.figure)
        column.addWidget(self.caption)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def set(self, figure: str, remark: str = "") -> None:
        """Shows a figure; the remark takes the place of the name."""
        self.figure.setText(figure)
        self.caption.setText(remark or self.name)
        self.setAccessibleName(f"{self.name}: {figure}")


def shown(key: str, value: float | None, digits: int = 2) -> str:
    """A figure as it is read: a share in percent, all else with so many digits."""
    if value is None:
        return "–"
    return f"{100 * value:.1f}\u202f%" if key == "accuracy" else f"{value:.{digits}f}"


def metric_texts() -> dict[str, tuple[str, str]]:
    """metric -> (a musician's word for it, the exact term)."""
    translate = QCoreApplication.translate
    return {
        "nats_per_note_all": (
            translate("Metrics", "surprise"),
            translate("Metrics", "How test pieces surprise it: validation loss in nats per note, less is better"),
        ),
        "nats_per_note": (
            translate("Metrics", "surprise, time and pitch"),
            translate("Metrics", "Validation loss of time and pitch tokens alone, in nats per note: less is better"),
        ),
        "accuracy": (
            translate("Metrics", "foreseen"),
            translate("Metrics", "Share of the tokens of test pieces that it predicts right (accuracy)"),
        ),
        "perplexity": (
            translate("Metrics", "choices"),
            translate("Metrics", "So many choices a token of test pieces leaves it (perplexity): less is better"),
        ),
    }


def shown_gain(nats: float) -> str:
    """How much likelier a note has become on average, in percent, by the fall of the loss in nats per note."""
    return f"{100 * math.expm1(min(nats, LARGEST_GAIN)):+.0f}\u202f%"


class FigureTable(QWidget):
    """Figures in rows with names, in columns with heads; the last column is the one that matters."""

    def __init__(
        self, heads: Sequence[str], rows: Mapping[str, tuple[str, str]], parent: QWidget | None = None
    ) -> None:
        """`rows` are names by key, with tooltips that give the exact terms."""
        super().__init__(parent)
        self.rows = {key: name for key, (name, _) in rows.items()}
        self.cells: dict[str, list[QLabel]] = {}
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(12)
        grid.setVerticalSpacing(6)
        grid.setColumnStretch(0, 1)
        right = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        for i, head in enumerate(heads, 1):
            grid.addWidget(label(head, "label"), 0, i, right)
        for row, (key, (name, tip)) in enumerate(rows.items(), 1):
            words = wrapped(name)
            grid.addWidget(words, row, 0)
            self.cells[key] = [label("–", "strong" if i == len(heads) else "hint") for i in range(1, len(heads) + 1)]
            for i, cell in enumerate(self.cells[key], 1):
                grid.addWidget(cell, row, i, right)
            for part in (words, *self.cells[key]):
                part.setToolTip(tip)

    def set(self, key: str, *figures: str) -> None:
        """Shows a row's figures, a column each."""
        for cell, figure in zip(self.cells[key], figures, strict=True):
            cell.setText(figure)
        self.cells[key][-1].setAccessibleName(f"{self.rows[key]}: {', '.join(figures)}")


class Remark(QFrame):
    """A sentence on a wash of colour: an information, a warning or an error."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("remark")
        self._picture, self._text = QLabel(), QLabel()
        self._text.setWordWrap(True)
        self._text.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._picture.setFixedSize(18, 18)
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(12, 8, 12, 8)
        self._row.setSpacing(10)
        self._row.addWidget(self._picture, 0, Qt.AlignmentFlag.AlignTop)
        self._row.addWidget(self._text, 1)
        self._theme: Theme | None = None
        self._kind = "info"
        self.hide()

    def add(self, widget: QWidget) -> None:
        """A button at the end of the line."""
        self._row.addWidget(widget)

    def set_theme(self, theme: Theme) -> None:
        """Other colours for the picture."""
        self._theme = theme
        self._paint()

    def text(self) -> str:
        """What it says; empty when it is hidden."""
        return "" if self.isHidden() else self._text.text()

    def say(self, text: str, kind: str = "info") -> None:
        """Says something; nothing hides it."""
        self._kind = kind
        self._text.setText(text)
        self.setAccessibleName(text)
        restyle(self, "kind", kind)
        self._paint()
        self.setVisible(bool(text))

    def _paint(self) -> None:
        if self._theme:
            color = getattr(self._theme, REMARKS[self._kind])
            picture = icons.icon("alert", color).pixmap(QSize(18, 18), self.devicePixelRatioF())
            if self._kind == "info":  # an exclamation mark on its head is an i
                picture = picture.transformed(QTransform().rotate(180))
            self._picture.setPixmap(picture)


class PlayButton(QToolButton):
    """Plays a file, or stops it."""

    def __init__(self, text: str, path: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.path = path
        self.setProperty("kind", "play")
        self.setProperty("icon_name", "play")
        self.setText(text)
        self.setAccessibleName(self.tr("Play {what}").format(what=text))
        self.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.setIconSize(QSize(16, 16))

    def show_sounding(self, sounding: str, theme: Theme) -> None:
        """Shows whether its file sounds."""
        sounds = bool(self.path) and sounding == self.path
        name = "stop" if sounds else "play"
        self.setProperty("icon_name", name)
        restyle(self, "sounds", sounds)
        self.setIcon(icons.icon(name, theme.accent if sounds else theme.text))


class Steps(QWidget):
    """The list of pages at the left: what is done, where one is, what comes."""

    WIDTH, ROW = 172, 40

    def __init__(self, names: Sequence[str], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("wizardSteps")
        self.names, self.now = list(names), 0
        self._theme: Theme | None = None
        self.setFixedWidth(self.WIDTH)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Expanding)

    def set_theme(self, theme: Theme) -> None:
        """Other colours."""
        self._theme = theme
        self.update()

    def set_now(self, index: int) -> None:
        """Another page is shown."""
        self.now = index
        self.setAccessibleName(
            self.tr("Step {n} of {count}: {name}").format(n=index + 1, count=len(self.names), name=self.names[index])
        )
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Numbers in circles, a tick for what is done."""
        if self._theme is None:
            return
        theme, painter = self._theme, QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.fillRect(self.rect(), QColor(theme.panel))
        painter.fillRect(self.width() - 1, 0, 1, self.height(), QColor(theme.line))
        for i, name in enumerate(self.names):
            self._paint_step(painter, theme, i, name)
        painter.end()

    def _paint_step(self, painter: QPainter, theme: Theme, i: int, name: str) -> None:
        top, here, done = 22 + i * self.ROW, i == self.now, i < self.now
        circle = QRectF(18, top + 3, 24, 24)
        painter.setPen(QColor(theme.accent if here or done else theme.grid_bar))
        painter.setBrush(QColor(theme.accent) if here else fade(theme.accent, 0.16 if done else 0.0))
        painter.drawEllipse(circle)
        font = self.font()
        font.setPixelSize(12)
        font.setWeight(font.Weight.DemiBold)
        painter.setFont(font)
        if done:
            icons.paint(painter, "check", circle.adjusted(5, 5, -5, -5), theme.accent)
        else:
            painter.setPen(QColor(theme.accent_text if here else theme.muted))
            painter.drawText(circle, Qt.AlignmentFlag.AlignCenter, str(i + 1))
        font.setPixelSize(13)
        font.setWeight(font.Weight.DemiBold if here else font.Weight.Medium)
        painter.setFont(font)
        painter.setPen(QColor(theme.text if here or done else theme.muted))
        room = QRectF(52, top, self.width() - 60, 30)
        text = painter.fontMetrics().elidedText(name, Qt.TextElideMode.ElideRight, int(room.width()))
        painter.drawText(room, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, text)
        if i + 1 < len(self.names):
            painter.fillRect(QRectF(29.5, top + 30, 1, self.ROW - 27), QColor(theme.accent if done else theme.grid_bar))
