"""The files of page 1 as a table: what each holds, and what becomes of it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, QSortFilterProxyModel, Qt
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QStyledItemDelegate, QStyleOptionViewItem, QWidget

from app.look.library_texts import translate_reason
from app.look.theme import Theme
from composer.finetuning.records import ScannedFile

Index = QModelIndex | QPersistentModelIndex
NAME, LENGTH, NOTES, STATUS = range(4)


class FileTable(QAbstractTableModel):
    """The files as they are scanned."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.rows: list[ScannedFile] = []
        self.theme: Theme | None = None
        self.titles = (self.tr("File"), self.tr("Length"), self.tr("Notes"), self.tr("What becomes of it"))
        self.used = self.tr("Used")

    def clear(self) -> None:
        """Another folder."""
        self.beginResetModel()
        self.rows = []
        self.endResetModel()

    def add(self, rows: list[ScannedFile]) -> None:
        """More files."""
        if rows:
            first = len(self.rows)
            self.beginInsertRows(QModelIndex(), first, first + len(rows) - 1)
            self.rows += rows
            self.endInsertRows()

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 (Qt's own signature)
        """Files."""
        return 0 if parent.isValid() else len(self.rows)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 (Qt's own signature)
        """Columns."""
        return 0 if parent.isValid() else len(self.titles)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """The columns' names."""
        if orientation == Qt.Orientation.Horizontal and role == Qt.ItemDataRole.DisplayRole:
            return self.titles[section]
        if role == Qt.ItemDataRole.TextAlignmentRole:
            side = Qt.AlignmentFlag.AlignRight if section in (LENGTH, NOTES) else Qt.AlignmentFlag.AlignLeft
            return side | Qt.AlignmentFlag.AlignVCenter
        return None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """What a cell shows."""
        file = self.rows[index.row()]
        column = index.column()
        if role == Qt.ItemDataRole.DisplayRole:
            if column == NAME:
                return Path(file.path).name
            if column == STATUS:
                return self.used if file.status == "used" else self._reason(Path(file.path).name, file.reason)
            if file.status != "used":
                return ""
            return f"{int(file.seconds) // 60}:{int(file.seconds) % 60:02}" if column == LENGTH else str(file.notes)
        if role == Qt.ItemDataRole.ToolTipRole:
            return file.path if column == NAME else file.reason
        if role == Qt.ItemDataRole.TextAlignmentRole and column in (LENGTH, NOTES):
            return Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        if role == Qt.ItemDataRole.ForegroundRole and self.theme and file.status != "used":
            return QColor(self.theme.muted if column != STATUS or file.status == "duplicate" else self.theme.danger)
        if role == Qt.ItemDataRole.UserRole:
            return file.status
        return None

    def _reason(self, name: str, reason: str) -> str:
        """A reason without the file's own name, which stands in the first column."""
        text = translate_reason(reason)
        return self.tr("It") + text[len(name) :] if text.startswith(f"{name} ") else text


class Filter(QSortFilterProxyModel):
    """Shows all files, or those that are not used."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.unused = False

    def filterAcceptsRow(self, row: int, parent: Index) -> bool:
        """Whether a file is shown."""
        source = self.sourceModel()
        assert isinstance(source, FileTable)
        return not self.unused or source.rows[row].status != "used"


class Names(QStyledItemDelegate):
    """Shortens files' names in the middle: what tells them apart is often at the end."""

    def initStyleOption(self, option: QStyleOptionViewItem, index: Index) -> None:
        """As usual, but for where it is shortened."""
        super().initStyleOption(option, index)
        option.textElideMode = Qt.TextElideMode.ElideMiddle  # type: ignore[attr-defined]
