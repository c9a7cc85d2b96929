"""The list of keys and mouse gestures: shown, printed, saved as PDF; and the handlers of the help menu."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from html import escape
from itertools import groupby
from pathlib import Path

from PySide6.QtCore import QCoreApplication, QMarginsF, QObject, QSizeF, Signal
from PySide6.QtGui import QFont, QKeySequence, QPageLayout, QPageSize, QPdfWriter, QTextDocument
from PySide6.QtWidgets import (
    QDialog,
    QFileDialog,
    QHBoxLayout,
    QPushButton,
    QTextBrowser,
    QVBoxLayout,
    QWidget,
)

from app.commands import action_table
from app.commands.gesture_texts import MOUSE
from app.commands.key_bindings import Shortcuts, plain
from app.dialogs.shortcuts_dialog import ShortcutsDialog
from app.look.theme import LIGHT, Theme

MARGIN_MM = 12
PRINT_POINTS = (8.5, 8.0, 7.5, 7.0, 6.5, 6.0)  # the first size that lets all of it stand on one page
Rows = list[tuple[str, str]]


def sections(shortcuts: Shortcuts) -> list[tuple[str, Rows]]:
    """(heading, (keys or gesture, what it does)) of all that has a key, and of the mouse."""
    found: list[tuple[str, Rows]] = []
    for menu, text in action_table.MENUS.items():
        rows = [(_keys(shortcuts, key), shortcuts.name(key)) for key, row in shortcuts.rows.items() if row.menu == menu]
        if any(keys for keys, _ in rows):
            found.append((plain(action_table.translate_text(text)), _merge_rows([row for row in rows if row[0]])))
    for where, lines in MOUSE:
        found.append((_translate(where), [(_translate(gesture), _translate(what)) for gesture, what in lines]))
    return found


def _merge_rows(rows: Rows) -> Rows:
    """Rows that differ only by a figure in key and name, Ctrl+1 to Ctrl+9, as one."""
    result: Rows = []
    for stem, group in groupby(rows, key=lambda row: tuple(re.sub(r"[1-9]$", "", text) for text in row)):
        alike = list(group)
        joins = len(alike) > 2 and stem != alike[0]
        result += [(f"{alike[0][0]} … {alike[-1][0]}", f"{alike[0][1]} … {alike[-1][1][-1]}")] if joins else alike
    return result


def _keys(shortcuts: Shortcuts, key: str) -> str:
    return ", ".join(s.toString(QKeySequence.SequenceFormat.NativeText) for s in shortcuts.keys(key))


def _translate(text: object) -> str:
    return QCoreApplication.translate("Gestures", str(text))


def page(parts: Iterable[tuple[str, Rows]], title: str, theme: Theme, air: int = 2, columns: int = 2) -> str:
    """The list as HTML in so many columns, in the order of reading; `air` in pixels over and under each line."""
    blocks = [_block(heading, rows, theme, air) for heading, rows in parts]
    sizes = [block.count("<tr>") + 2 for block in blocks]
    cells, column, filled = [""] * columns, 0, 0.0
    for block, size in zip(blocks, sizes, strict=True):
        if filled + size / 2 > sum(sizes) / columns * (column + 1) and column + 1 < columns:
            column += 1
        cells[column] += block
        filled += size
    widths = f' width="{100 // columns}%"'
    body = "".join(f'<td{widths} style="padding-right:22px" valign="top">{cell}</td>' for cell in cells)
    head = f'<p style="font-size:large; font-weight:600; margin:0 0 8px 0">{escape(title)}</p>'
    table = f'<table width="100%" cellspacing="0" style="margin-top:8px"><tr>{body}</tr></table>'
    return f'<body style="color:{theme.text}">{head}{table}</body>'


def _block(heading: str, rows: Rows, theme: Theme, air: int) -> str:
    lines = "".join(
        f'<tr><td width="42%" style="padding:{air}px 10px {air}px 0; font-weight:500">{escape(keys)}</td>'
        f'<td style="padding:{air}px 0; color:{theme.muted}">{escape(what)}</td></tr>'
        for keys, what in rows
    )
    head = f'<p style="font-weight:600; color:{theme.accent}; margin:{6 * air}px 0 {2 * air}px 0">{escape(heading)}</p>'
    return f'{head}<table width="100%" cellspacing="0">{lines}</table>'


class CheatSheet(QDialog):
    """The list on the screen, with ways to paper."""

    saved = Signal(Path)
    failed = Signal(str)

    def __init__(self, shortcuts: Shortcuts, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self.shortcuts = shortcuts
        self.setWindowTitle(self.tr("Keys and mouse"))
        self.setModal(True)
        self.resize(820, 600)
        self.setMinimumSize(520, 400)
        self.ask: Callable[[], str] = self._ask  # replaced by tests
        self.text = QTextBrowser()
        self.text.setAccessibleName(self.tr("Keys and mouse"))
        self.text.document().setDocumentMargin(18)
        self.text.setFrameShape(QTextBrowser.Shape.NoFrame)
        self.text.setHtml(page(sections(shortcuts), self.tr("Keys and mouse"), theme))
        column = QVBoxLayout(self)
        column.setContentsMargins(20, 18, 20, 16)
        column.setSpacing(12)
        column.addWidget(self.text, 1)
        column.addLayout(self._buttons())

    def _buttons(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(8)
        self.save, self.print = QPushButton(self.tr("Save as PDF…")), QPushButton(self.tr("Print…"))
        close = QPushButton(self.tr("Close"))
        for button, does in ((self.save, self.save_pdf), (self.print, self.to_printer), (close, self.accept)):
            button.clicked.connect(does)
            button.setAutoDefault(False)
        row.addWidget(self.save)
        row.addWidget(self.print)
        row.addStretch(1)
        row.addWidget(close)
        return row

    def document(self, size: QSizeF) -> QTextDocument:
        """The list in black on white, laid out for a page of this many points."""
        html = page(sections(self.shortcuts), self.tr("Ricercar: keys and mouse"), LIGHT, air=1)
        document = QTextDocument()
        document.setDocumentMargin(0)
        font = QFont(self.font())
        for points in PRINT_POINTS:
            font.setPointSizeF(points)
            document.setDefaultFont(font)
            document.setHtml(html)
            document.setPageSize(size)
            if document.pageCount() == 1:
                break
        return document

    def save_pdf(self) -> None:
        """Asks for a name and writes the list there."""
        path = self.ask()
        if not path:
            return
        target = Path(path if path.lower().endswith(".pdf") else path + ".pdf")
        if str(target) != str(Path(path)) and target.exists():  # the file dialog did not ask about this one
            self.failed.emit(self.tr("“{name}” exists already").format(name=target.name))
        else:
            self.write_pdf(target)

    def write_pdf(self, path: Path) -> None:
        """Writes the list as PDF; `saved` or `failed` tells."""
        writer = QPdfWriter(str(path))
        writer.setPageSize(QPageSize(QPageSize.PageSizeId.A4))
        writer.setPageMargins(QMarginsF(MARGIN_MM, MARGIN_MM, MARGIN_MM, MARGIN_MM), QPageLayout.Unit.Millimeter)
        writer.setTitle(self.tr("Ricercar: keys and mouse"))
        writer.setResolution(72)  # so that a pixel is a point
        try:
            with path.open("ab"):  # Qt says nothing where it cannot write
                pass
        except OSError as error:
            self.failed.emit(error.strerror or str(error))
            return
        self.document(QSizeF(writer.width(), writer.height())).print_(writer)
        self.saved.emit(path)

    def to_printer(self) -> None:
        """Asks for a printer and prints the list."""
        from PySide6.QtPrintSupport import QPrintDialog, QPrinter  # not while the window starts

        printer = QPrinter(QPrinter.PrinterMode.HighResolution)
        if QPrintDialog(printer, self).exec() == QDialog.DialogCode.Accepted:
            self.document(printer.pageRect(QPrinter.Unit.Point).size()).print_(printer)

    def _ask(self) -> str:
        name = str(Path.home() / self.tr("Ricercar keys.pdf"))
        return QFileDialog.getSaveFileName(self, self.tr("Save as PDF"), name, self.tr("PDF files (*.pdf)"))[0]


class Help(QObject):
    """Opens the list of keys and the page that changes them."""

    notice = Signal(str)

    def __init__(self, shortcuts: Callable[[], Shortcuts], theme: Callable[[], Theme], window: QWidget) -> None:
        super().__init__(window)
        self._shortcuts, self._theme, self._window = shortcuts, theme, window
        self.sheet: CheatSheet | None = None
        self.dialog: ShortcutsDialog | None = None

    def keys(self) -> None:
        """The printable list."""
        self.sheet = sheet = CheatSheet(self._shortcuts(), self._theme(), self.dialog or self._window)
        sheet.saved.connect(lambda path: self.notice.emit(self.tr("Saved {name}").format(name=path.name)))
        sheet.failed.connect(
            lambda why: self.notice.emit(self.tr("The list was not saved: {reason}").format(reason=why))
        )
        sheet.finished.connect(self._sheet_closed)
        sheet.show()

    def change_keys(self) -> None:
        """The page on which keys are changed."""
        self.dialog = dialog = ShortcutsDialog(self._shortcuts(), self._theme(), self._window)
        dialog.printing.connect(self.keys)
        dialog.finished.connect(self._closed)
        dialog.show()

    def _sheet_closed(self) -> None:
        if self.sheet is not None:
            self.sheet.deleteLater()
        self.sheet = None

    def _closed(self) -> None:
        if self.dialog is not None:
            self.dialog.deleteLater()
        self.dialog = None
