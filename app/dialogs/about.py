"""The About page: what this is, which versions of everything it runs on, and under which licences."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import QCoreApplication, QSize, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QDialog, QFrame, QGridLayout, QHBoxLayout, QLabel, QPushButton, QScrollArea, QVBoxLayout
from PySide6.QtWidgets import QWidget as Widget

from app.look import icons
from app.look.widgets import ReturnPresses, label
from composer.core import licence_inventory
from composer.core.licence_inventory import Part

SIZE = QSize(620, 600)
EMBLEM = 56


class About(QDialog):
    """Tells; asks nothing."""

    def __init__(self, parent: Widget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("About Ricercar"))
        self.resize(SIZE)
        own, packages = licence_inventory.own(), licence_inventory.packages()
        self.text = "\n".join(f"{p.name} {p.version} ({p.licence})".replace("  ", " ") for p in [*own, *packages])
        self.copy = QPushButton(self.tr("Copy versions"))
        self.copy.setToolTip(self.tr("For a letter to those who can help"))
        self.copy.clicked.connect(self._copy)
        self.shut = QPushButton(self.tr("Close"))
        self.shut.clicked.connect(self.accept)
        inner = Widget()
        column = QVBoxLayout(inner)
        column.setContentsMargins(0, 0, 14, 0)
        column.setSpacing(8)
        column.addLayout(_table(((self.tr("What it brings"), own), (self.tr("What it stands on"), packages))))
        column.addSpacing(10)
        column.addWidget(self._terms())
        column.addStretch(1)
        self._lay_out(own[0].version, inner)
        self._presses = ReturnPresses(self)
        self._presses.watch(self)
        self.shut.setFocus()

    def _lay_out(self, version: str, inner: Widget) -> None:
        picture = QLabel()
        picture.setPixmap(icons.emblem().pixmap(QSize(EMBLEM, EMBLEM), self.devicePixelRatioF()))
        picture.setAccessibleName("Ricercar")
        names = QVBoxLayout()
        names.setSpacing(2)
        names.addWidget(label(f"Ricercar {version}", "title"))
        words = label(self.tr("Give it a theme: it goes on in the manner you choose."), "hint")
        names.addWidget(words)
        head = QHBoxLayout()
        head.setSpacing(16)
        head.addWidget(picture)
        head.addLayout(names, 1)
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setAccessibleName(self.tr("Versions and licences"))
        scroll.setWidget(inner)
        foot = QHBoxLayout()
        foot.addWidget(self.copy)
        foot.addStretch(1)
        foot.addWidget(self.shut)
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 22, 12, 18)
        column.setSpacing(16)
        column.addLayout(head)
        column.addWidget(scroll, 1)
        foot.setContentsMargins(0, 0, 12, 0)
        column.addLayout(foot)

    def _terms(self) -> QLabel:
        text = label(
            self.tr(
                "The models learned from ASAP and MAESTRO (CC BY-NC-SA 4.0) and piano-midi.de (CC BY-SA). "
                "Use, share and retrain them for anything that is not commercial, name these sources, "
                "and pass them on under the same terms."
            ),
            "hint",
        )
        text.setWordWrap(True)
        return text

    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(self.text)
        self.copy.setText(self.tr("Copied"))


def translate_name(text: str) -> str:
    """The name of a part or a licence; those that are words, not names, are translated."""
    return QCoreApplication.translate("Parts", text)


def _table(groups: Iterable[tuple[str, Iterable[Part]]]) -> QGridLayout:
    """One grid for all groups, so that their columns are in line."""
    grid = QGridLayout()
    grid.setHorizontalSpacing(20)
    grid.setVerticalSpacing(6)
    grid.setColumnStretch(0, 1)
    for title, parts in groups:
        row = grid.rowCount()
        grid.setRowMinimumHeight(row, 12)
        grid.addWidget(label(title, "label"), row + 1, 0, 1, 3)
        for part in parts:
            _line(grid, grid.rowCount(), part)
    return grid


def _line(grid: QGridLayout, row: int, part: Part) -> None:
    rule = QFrame()
    rule.setObjectName("divider")
    rule.setFixedHeight(1)
    grid.addWidget(rule, row, 0, 1, 3)
    for place, text in enumerate((translate_name(part.name), part.version, translate_name(part.licence))):
        cell = label(text, "" if place == 0 else "hint")
        cell.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        grid.addWidget(cell, row + 1, place)
