"""The installed styles: what each is; fine-tuned ones can be renamed, exported and removed."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import (
    QDialog,
    QFileDialog,
    QFrame,
    QHBoxLayout,
    QLineEdit,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from app.look.error_texts import explain
from app.look.library_texts import translate_style
from app.look.widgets import Elided, ReturnPresses, label
from composer.core.errors import UserError
from composer.model import style_bundle, style_registry
from composer.model.style_registry import Card

SIZE = QSize(560, 480)
ORDER = ("baroque", "romantic", "avant-garde")


def installed_styles() -> list[Card]:
    """What the picker offers: the bundled styles as history has them, taught ones, then the base of them all."""

    def place(card: Card) -> tuple[int, str]:
        order = ORDER.index(card.name) if card.name in ORDER else len(ORDER)
        return (order + 1 if card.name == "base" else order), card.title.lower()

    return sorted(style_registry.installed(), key=place)


class StylesDialog(QDialog):
    """Acts at once; `changed` tells that the list is another one."""

    changed = Signal()

    def __init__(self, listed: Callable[[], list[Card]], parent: QWidget | None = None) -> None:
        """`listed` gives the styles in the order of the picker."""
        super().__init__(parent)
        self._listed = listed
        self.setWindowTitle(self.tr("Styles"))
        self.resize(SIZE)
        self.rows: dict[str, Row] = {}
        self._list = QVBoxLayout()
        self._list.setContentsMargins(0, 0, 10, 0)
        self._list.setSpacing(8)
        self.trouble = label("", "trouble")
        self.trouble.setWordWrap(True)
        self.trouble.hide()
        self.shut = QPushButton(self.tr("Close"))
        self.shut.setAutoDefault(False)
        self.shut.clicked.connect(self.accept)
        self.take_in = QPushButton(self.tr("Import…"))
        self.take_in.setAccessibleName(self.tr("Import a style from a file"))
        self.take_in.setAutoDefault(False)
        self.take_in.clicked.connect(self._import)
        self._presses = ReturnPresses(self)
        self._lay_out()
        self._fill()
        self.shut.setFocus()

    def _lay_out(self) -> None:
        inner = QWidget()
        inner.setLayout(self._list)
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        scroll.setWidget(inner)
        foot = QHBoxLayout()
        foot.setContentsMargins(0, 0, 10, 0)
        foot.addWidget(self.trouble, 1)
        foot.addStretch(0)
        foot.addWidget(self.take_in, 0, Qt.AlignmentFlag.AlignBottom)
        foot.addWidget(self.shut, 0, Qt.AlignmentFlag.AlignBottom)
        words = self.tr("Styles that you taught can be renamed and removed; those that came with Ricercar stay.")
        hint = label(words, "hint")
        hint.setWordWrap(True)
        column = QVBoxLayout(self)
        column.setContentsMargins(22, 20, 12, 18)
        column.setSpacing(8)
        column.addWidget(label(self.tr("Installed styles"), "heading"))
        column.addWidget(hint)
        column.addSpacing(4)
        column.addWidget(scroll, 1)
        column.addLayout(foot)

    def _fill(self) -> None:
        while self._list.count():
            old = self._list.takeAt(0).widget()
            if old is not None:
                old.hide()
                old.deleteLater()
        self.rows = {card.name: Row(card) for card in self._listed()}
        for row in self.rows.values():
            row.renamed.connect(self._rename)
            row.removed.connect(self._remove)
            row.exported.connect(self._export)
            self._list.addWidget(row)
            self._presses.watch(row)
        self._list.addStretch(1)
        self._presses.watch(self.shut)
        self._presses.watch(self.take_in)

    def _import(self) -> None:
        path = self.ask_open()
        if path:
            self._do(lambda: style_bundle.import_bundle(path))

    def ask_open(self) -> str:
        """The style file that the person chose; tests answer for them."""
        path, _ = QFileDialog.getOpenFileName(self, self.tr("Import a style"), "", self._kinds())
        return path

    def _export(self, name: str) -> None:
        path = self.ask_save(name + style_bundle.SUFFIX)
        if path:
            asked = path.endswith(style_bundle.SUFFIX)  # else the file dialog did not know which file it would be
            path = path if asked else path + style_bundle.SUFFIX
            self._do(lambda: style_bundle.export_bundle(name, path, force=asked))

    def ask_save(self, name: str) -> str:
        """Where the style goes; the dialog itself asks before it replaces a file."""
        path, _ = QFileDialog.getSaveFileName(self, self.tr("Save the style as a file"), name, self._kinds())
        return path

    def _kinds(self) -> str:
        return self.tr("Ricercar styles (*.ricercar-style)")

    def _rename(self, old: str, new: str) -> None:
        if self._do(lambda: style_registry.rename(old, new)):
            self.rows[new].rename.setFocus()

    def _remove(self, name: str) -> None:
        if self._do(lambda: style_registry.remove(name)):
            self.shut.setFocus()

    def _do(self, act: Callable[[], object]) -> bool:
        try:
            act()
        except (UserError, OSError) as error:
            self.trouble.setText(explain(error))
            self.trouble.show()
            return False
        self.trouble.hide()
        self._fill()
        self.changed.emit()
        return True


class Row(QFrame):
    """One style."""

    renamed = Signal(str, str)  # old, new
    removed = Signal(str)
    exported = Signal(str)

    def __init__(self, card: Card) -> None:
        super().__init__()
        self.setObjectName("card")
        self.card = card
        title = translate_style(card.title)
        self.name = Elided(title, "heading")
        self.field = QLineEdit(card.name)
        self.field.setMaxLength(60)
        self.field.setAccessibleName(self.tr("New name of {name}").format(name=title))
        self.field.hide()
        self.field.returnPressed.connect(self._finish)
        self.rename = QPushButton(self.tr("Rename…"))
        self.rename.setAccessibleName(self.tr("Rename {name}").format(name=title))
        self.rename.clicked.connect(self._toggle)
        self.export = QPushButton(self.tr("Export…"))
        self.export.setAccessibleName(self.tr("Export {name}").format(name=title))
        self.export.clicked.connect(lambda: self.exported.emit(self.card.name))
        self.remove = QPushButton(self.tr("Remove"))
        self.remove.setAccessibleName(self.tr("Remove {name}").format(name=title))
        self.remove.clicked.connect(self._remove)
        row = QHBoxLayout(self)
        row.setContentsMargins(14, 10, 10, 10)
        row.setSpacing(8)
        words = QVBoxLayout()
        words.setSpacing(3)
        for part in (self.name, self.field, Elided(self._kind(), "hint")):
            words.addWidget(part)
        row.addLayout(words, 1)
        for button in (self.export, self.rename, self.remove):
            button.setAutoDefault(False)
            button.setProperty("kind", "quiet")
            button.setVisible(not card.bundled)
            row.addWidget(button)

    def _kind(self) -> str:
        whence = self.tr("Came with Ricercar") if self.card.bundled else self.tr("Taught by you")
        return f"{whence}  ·  {self.card.licence}"

    def _toggle(self) -> None:
        if self.field.isVisible():
            self._finish()
            return
        self.name.hide()
        self.field.show()
        self.field.selectAll()
        self.field.setFocus()
        self.rename.setText(self.tr("Done"))
        self.remove.hide()

    def _finish(self) -> None:
        name = self.field.text().strip()
        if name and name != self.card.name:
            self.renamed.emit(self.card.name, name)
            return
        self.field.hide()
        self.name.show()
        self.remove.show()
        self.rename.setText(self.tr("Rename…"))

    def _remove(self) -> None:
        if self.remove.property("asked"):
            self.removed.emit(self.card.name)
            return
        self.remove.setProperty("asked", True)
        self.remove.setText(self.tr("Really remove?"))
