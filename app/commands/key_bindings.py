"""Key bindings: the table's defaults, the person's own over them, and none of either in a text field."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from PySide6.QtCore import QEvent, QKeyCombination, QObject, QSettings, Qt, Signal
from PySide6.QtGui import QAction, QKeyEvent, QKeySequence
from PySide6.QtWidgets import (
    QAbstractSpinBox,
    QApplication,
    QComboBox,
    QLineEdit,
    QPlainTextEdit,
    QTextEdit,
    QWidget,
)

from app.commands import action_table

GROUP = "shortcuts/"  # in the settings, then the action's key
COMMANDS = ("file", "compose", "play", "view", "help")  # menus whose Ctrl and function keys act in text fields too
MOST = 4  # keys an action


class Shortcuts(QObject):
    """Puts keys on actions and remembers what differs from the table."""

    changed = Signal()

    def __init__(self, made: Mapping[str, QAction], settings: QSettings, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.actions = made
        self.settings = settings
        self.rows = {row.key: row for row in action_table.TABLE if (row.key in made and row.handler) or row.checkable}
        for key in self.rows:
            stored = settings.value(GROUP + key)
            if isinstance(stored, str):
                made[key].setShortcuts(_parse(stored))

    def keys(self, key: str) -> list[QKeySequence]:
        """The keys of an action."""
        return self.actions[key].shortcuts()

    def defaults(self, key: str) -> list[QKeySequence]:
        """The keys that the table gives it."""
        return [QKeySequence(s) for s in self.rows[key].shortcuts]

    def is_own(self, key: str) -> bool:
        """Whether the person changed them."""
        return self.keys(key) != self.defaults(key)

    def name(self, key: str) -> str:
        """An action's text without its mnemonic and dots."""
        return plain(action_table.translate_text(self.rows[key].text))

    # ---- changes ----

    def put(self, key: str, sequences: Sequence[QKeySequence]) -> None:
        """Gives an action these keys and no others; remembered unless they are the table's."""
        self._put(key, sequences)
        self.changed.emit()

    def give(self, key: str, sequence: QKeySequence) -> None:
        """One more key for an action; another that had it loses it."""
        for other in self.owners(sequence):
            if other != key:
                self._put(other, [s for s in self.keys(other) if s != sequence])
        if sequence not in self.keys(key):
            self._put(key, [*self.keys(key), sequence][-MOST:])
        self.changed.emit()

    def take(self, key: str, sequence: QKeySequence) -> None:
        """One key less."""
        self.put(key, [s for s in self.keys(key) if s != sequence])

    def reset(self, keys: Iterable[str] | None = None) -> None:
        """The table's keys again, for some actions or for all."""
        for key in self.rows if keys is None else keys:
            self._put(key, self.defaults(key))
        self.changed.emit()

    def _put(self, key: str, sequences: Sequence[QKeySequence]) -> None:
        self.actions[key].setShortcuts(list(sequences))
        if list(sequences) == self.defaults(key):
            self.settings.remove(GROUP + key)
        else:
            self.settings.setValue(GROUP + key, QKeySequence.listToString(list(sequences)))

    # ---- conflicts ----

    def owners(self, sequence: QKeySequence) -> list[str]:
        """The actions that have a key."""
        return [key for key in self.rows if sequence in self.keys(key)]

    def rivals(self, key: str) -> list[str]:
        """Other actions that share a key with one; neither acts then."""
        return [o for s in self.keys(key) for o in self.owners(s) if o != key]


def _parse(text: str) -> list[QKeySequence]:
    found = [s for s in QKeySequence.listFromString(text) if s.count() and QKeySequence(s.toString()) == s]
    return [s for s in found if s[0].key() != Qt.Key.Key_unknown][:MOST]


def plain(text: str) -> str:
    """A menu text as a name: "&Open…" is "Open"."""
    return text.replace("&&", "\0").replace("&", "").replace("\0", "&").rstrip("…")


# ---- text fields ----


class TypingGuard(QObject):
    """Keeps shortcuts out of text fields: what is typed there stays there. Esc goes back to the roll."""

    def __init__(self, shortcuts: Shortcuts, home: QWidget) -> None:
        """`home` is the widget that gets the focus on Esc."""
        super().__init__(home)
        self.shortcuts = shortcuts
        self.home = home
        application = QApplication.instance()
        assert isinstance(application, QApplication)
        application.focusChanged.connect(self._focus_changed)

    def _focus_changed(self, before: QWidget | None, now: QWidget | None) -> None:
        if before is not None:
            before.removeEventFilter(self)
        if now is not None and is_text(now):
            now.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Claims keys for the field before they become shortcuts."""
        if not isinstance(event, QKeyEvent) or not isinstance(watched, QWidget):
            return False
        ours = watched.window() is self.home.window()
        if event.type() == QEvent.Type.ShortcutOverride and ours and not self.acts(event.keyCombination()):
            event.accept()
            return True
        if event.type() == QEvent.Type.KeyPress and event.key() == Qt.Key.Key_Escape and ours:
            if self.home.parentWidget().isAncestorOf(watched):  # a field over the roll knows what Esc means to it
                return False
            self.home.setFocus()
            return True
        return False

    def acts(self, keys: QKeyCombination) -> bool:
        """Whether a key is a command that a text field has no use for: Ctrl+S, F6, but no letter and no Ctrl+Z."""
        held = keys.keyboardModifiers()
        command = held & (Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.MetaModifier)
        types = bool(held & Qt.KeyboardModifier.AltModifier)  # Ctrl+Alt is AltGr on some keyboards
        function = Qt.Key.Key_F1 <= keys.key() <= Qt.Key.Key_F35
        if not function and (not command or types):
            return False
        return any(self.shortcuts.rows[key].menu in COMMANDS for key in self.shortcuts.owners(QKeySequence(keys)))


def is_text(widget: QWidget) -> bool:
    """Whether one types into a widget."""
    if isinstance(widget, QComboBox):
        return widget.isEditable()
    return isinstance(widget, (QLineEdit, QAbstractSpinBox, QTextEdit, QPlainTextEdit)) and not widget.isReadOnly()
