"""The page of key bindings: look up, record, free and reset."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QModelIndex, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QKeySequence, QPainter
from PySide6.QtWidgets import (
    QDialog,
    QHBoxLayout,
    QHeaderView,
    QLineEdit,
    QPushButton,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from app.commands import action_table
from app.commands.key_bindings import Shortcuts, plain
from app.look.theme import Theme
from app.look.widgets import Elided, label

KEY, KEYS, RIVALS = Qt.ItemDataRole.UserRole, Qt.ItemDataRole.UserRole + 1, Qt.ItemDataRole.UserRole + 2
ROW = 30
PADDING, GAP = 16, 6  # pixels within and between keys
_BARE = (Qt.Key.Key_Shift, Qt.Key.Key_Control, Qt.Key.Key_Alt, Qt.Key.Key_Meta, Qt.Key.Key_AltGr, Qt.Key.Key_unknown)


class Chips(QStyledItemDelegate):
    """Paints keys as small caps; those of two actions in the colour of danger."""

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self.theme = theme

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex) -> QSize:
        """Rows of one height, wide enough for their keys."""
        widths = [option.fontMetrics.horizontalAdvance(text) + PADDING + GAP for text, _ in index.data(KEYS) or ()]
        return QSize(sum(widths) + 2 * GAP, ROW)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex) -> None:
        """The row's ground, then its keys."""
        self.initStyleOption(option, index)
        option.text = ""
        style = option.widget.style()
        style.drawPrimitive(QStyle.PrimitiveElement.PE_PanelItemViewItem, option, painter, option.widget)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        x = option.rect.left() + 4.0
        for text, clashes in index.data(KEYS) or ():
            width = option.fontMetrics.horizontalAdvance(text) + PADDING
            box = QRectF(x, option.rect.center().y() - 10.5, width, 22)
            painter.setPen(QColor(self.theme.danger if clashes else self.theme.grid_bar))
            painter.setBrush(QColor(self.theme.danger_soft if clashes else self.theme.panel))
            painter.drawRoundedRect(box, 5, 5)
            painter.setPen(QColor(self.theme.danger if clashes else self.theme.text))
            painter.drawText(box, Qt.AlignmentFlag.AlignCenter, text)
            x += width + GAP
        painter.restore()


class Recorder(QPushButton):
    """A button that, once pressed, takes the next key as it comes. Esc is a key too; a click ends it."""

    recorded = Signal(QKeySequence)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setCheckable(True)
        self.setAutoDefault(False)
        self.toggled.connect(self._show)
        self._show(False)

    def _show(self, on: bool) -> None:
        self.setText(self.tr("Press a key…") if on else self.tr("Record a key"))
        if on:
            self.setFocus()

    def event(self, event: QEvent) -> bool:
        """While it listens no key goes elsewhere, not even Tab."""
        if self.isChecked() and isinstance(event, QKeyEvent):
            if event.type() == QEvent.Type.ShortcutOverride:
                event.accept()
                return True
            if event.type() == QEvent.Type.KeyPress:
                self._take(event)
                return True
        return super().event(event)

    def _take(self, event: QKeyEvent) -> None:
        if not event.key() or event.key() in _BARE:  # 0 is a key that has no name
            return
        self.setChecked(False)
        held = event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        key = Qt.Key.Key_Tab if event.key() == Qt.Key.Key_Backtab else Qt.Key(event.key())
        self.recorded.emit(QKeySequence(held.value | key.value))

    def focusOutEvent(self, event: QEvent) -> None:
        """Whoever goes elsewhere no longer records."""
        super().focusOutEvent(event)
        self.setChecked(False)


class ShortcutsDialog(QDialog):
    """Every action with its keys; the strip below the list changes those of the chosen one."""

    printing = Signal()

    def __init__(self, shortcuts: Shortcuts, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self.shortcuts = shortcuts
        self.theme = theme
        self._wanted: QKeySequence | None = None  # a recorded key that belongs to another action
        self.setWindowTitle(self.tr("Keys"))
        self.setModal(True)
        self.resize(680, 580)
        self.setMinimumSize(520, 420)
        self._make()
        self._lay_out()
        shortcuts.changed.connect(self.refresh)
        self.refresh()
        self.tree.setCurrentItem(self._items()[0])
        self.search.setFocus()

    def _make(self) -> None:
        self.search = QLineEdit()
        self.search.setPlaceholderText(self.tr("Search for an action or a key, such as Ctrl+D"))
        self.search.setAccessibleName(self.tr("Search"))
        self.search.setClearButtonEnabled(True)
        self.search.textChanged.connect(self._filter)
        self.tree = QTreeWidget()
        self.tree.setColumnCount(2)
        self.tree.setHeaderHidden(True)
        self.tree.setRootIsDecorated(False)
        self.tree.setIndentation(12)
        self.tree.setUniformRowHeights(True)
        self.tree.setAccessibleName(self.tr("Actions and their keys"))
        self.tree.setItemDelegateForColumn(1, Chips(self.theme, self.tree))
        self.tree.header().setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        self.tree.header().setSectionResizeMode(1, QHeaderView.ResizeMode.ResizeToContents)
        self.tree.header().setStretchLastSection(False)
        self.tree.currentItemChanged.connect(lambda *_: self._chosen())
        self.tree.itemActivated.connect(lambda *_: self.record.setChecked(True))
        self._fill()

    def _fill(self) -> None:
        for menu, text in action_table.MENUS.items():
            rows = [key for key, row in self.shortcuts.rows.items() if row.menu == menu]
            group = QTreeWidgetItem([plain(action_table.translate_text(text)), ""])
            group.setFlags(Qt.ItemFlag.ItemIsEnabled)
            font = group.font(0)
            font.setWeight(font.Weight.DemiBold)
            group.setFont(0, font)
            if rows:
                self.tree.addTopLevelItem(group)
                group.setFirstColumnSpanned(True)
            for key in rows:
                item = QTreeWidgetItem(group, [self.shortcuts.name(key), ""])
                item.setData(0, KEY, key)
            group.setExpanded(True)

    def _lay_out(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(20, 18, 20, 16)
        column.setSpacing(12)
        column.addWidget(label(self.tr("Keys"), "heading"))
        column.addWidget(self.search)
        column.addWidget(self.tree, 1)
        column.addLayout(self._strip())
        self.note = label("", "hint")
        self.note.setWordWrap(True)
        self.note.setMinimumHeight(18)
        self.move_here = QPushButton(self.tr("Move it here"))
        self.move_here.setAutoDefault(False)
        self.move_here.clicked.connect(self._moved_here)
        row = QHBoxLayout()
        row.addWidget(self.note, 1)
        row.addWidget(self.move_here)
        column.addLayout(row)
        column.addLayout(self._buttons())

    def _strip(self) -> QHBoxLayout:
        self.named = Elided("", "label")
        self.chips = QHBoxLayout()
        self.chips.setSpacing(6)
        self.record = Recorder()
        self.record.recorded.connect(self._recorded)
        self.again = QPushButton(self.tr("Reset"))
        self.again.setAutoDefault(False)
        self.again.clicked.connect(lambda: self.shortcuts.reset([self.current()]))
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(self.named, 1)
        row.addLayout(self.chips)
        row.addWidget(self.record)
        row.addWidget(self.again)
        return row

    def _buttons(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(8)
        self.reset_all = QPushButton(self.tr("Reset all"))
        printed, close = QPushButton(self.tr("Printable list…")), QPushButton(self.tr("Close"))
        for button in (self.reset_all, printed, close):
            button.setAutoDefault(False)
        self.reset_all.clicked.connect(lambda: self.shortcuts.reset())
        printed.clicked.connect(self.printing)
        close.clicked.connect(self.accept)
        row.addWidget(self.reset_all)
        row.addStretch(1)
        row.addWidget(printed)
        row.addWidget(close)
        return row

    # ---- what is shown ----

    def _items(self) -> list[QTreeWidgetItem]:
        groups = [self.tree.topLevelItem(i) for i in range(self.tree.topLevelItemCount())]
        return [group.child(i) for group in groups if group for i in range(group.childCount())]

    def current(self) -> str:
        """The key of the chosen action; empty if there is none."""
        item = self.tree.currentItem()
        return str(item.data(0, KEY) or "") if item else ""

    def choose(self, key: str) -> None:
        """Goes to an action."""
        for item in self._items():
            if item.data(0, KEY) == key:
                self.tree.setCurrentItem(item)

    def refresh(self) -> None:
        """Shows the keys as they are now."""
        for item in self._items():
            key = str(item.data(0, KEY))
            keys = self.shortcuts.keys(key)
            shown = [(_text(s), len(self.shortcuts.owners(s)) > 1) for s in keys]
            item.setData(1, KEYS, shown)
            item.setText(1, "  ".join(text for text, _ in shown))
            rivals = self.shortcuts.rivals(key)
            names = ", ".join(self.shortcuts.name(r) for r in rivals)
            item.setToolTip(1, self.tr("Also of: {actions}").format(actions=names) if rivals else "")
            font = item.font(0)
            font.setItalic(self.shortcuts.is_own(key))
            item.setFont(0, font)
        self.reset_all.setEnabled(any(self.shortcuts.is_own(key) for key in self.shortcuts.rows))
        self._filter(self.search.text())
        self._chosen()

    def _filter(self, text: str) -> None:
        words = text.casefold().split()
        for item in self._items():
            there = f"{item.text(0)} {item.text(1)} {item.parent().text(0)}".casefold()
            item.setHidden(not all(word in there for word in words))
        for i in range(self.tree.topLevelItemCount()):
            group = self.tree.topLevelItem(i)
            if group:
                group.setHidden(all(group.child(j).isHidden() for j in range(group.childCount())))
        here = self.tree.currentItem()
        if here is None or here.isHidden():
            first = next((item for item in self._items() if not item.isHidden()), None)
            if first:
                self.tree.setCurrentItem(first)

    def _chosen(self) -> None:
        key = self.current()
        while self.chips.count():
            old = self.chips.takeAt(0).widget()
            if old:
                old.hide()
                old.deleteLater()
        self.named.set_text(self.shortcuts.name(key) if key else "")
        for sequence in self.shortcuts.keys(key) if key else ():
            self.chips.addWidget(self._chip(key, sequence))
        self.record.setEnabled(bool(key))
        self.again.setEnabled(bool(key) and self.shortcuts.is_own(key))
        self._wanted = None
        self.move_here.hide()
        rivals = ", ".join(f"“{self.shortcuts.name(r)}”" for r in self.shortcuts.rivals(key)) if key else ""
        clash = self.tr("This key is also that of {actions}; neither acts.").format(actions=rivals)
        self.note.setText(clash if rivals else "")

    def _chip(self, key: str, sequence: QKeySequence) -> QPushButton:
        button = QPushButton(f"{_text(sequence)}  ×")
        button.setAutoDefault(False)
        name = self.tr("Remove {key}").format(key=_text(sequence))
        button.setAccessibleName(name)
        button.setToolTip(name)
        button.clicked.connect(lambda: self.shortcuts.take(key, sequence))
        return button

    # ---- recording ----

    def _recorded(self, sequence: QKeySequence) -> None:
        key = self.current()
        others = [o for o in self.shortcuts.owners(sequence) if o != key]
        if not others:
            self.shortcuts.give(key, sequence)
            return
        self._wanted = sequence
        text = self.tr("{key} belongs to “{action}”.")
        self.note.setText(text.format(key=_text(sequence), action=self.shortcuts.name(others[0])))
        self.move_here.show()
        self.move_here.setFocus()

    def _moved_here(self) -> None:
        if self._wanted is not None:
            self.shortcuts.give(self.current(), self._wanted)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Return in the search field goes to the list; Delete there frees the action's keys."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.search.hasFocus():
            self.tree.setFocus()
        elif event.key() == Qt.Key.Key_Delete and self.tree.hasFocus() and self.current():
            self.shortcuts.put(self.current(), [])
        else:
            super().keyPressEvent(event)


def _text(sequence: QKeySequence) -> str:
    return sequence.toString(QKeySequence.SequenceFormat.NativeText)
