"""Accessible description of the selection, and an announcement when it changes."""

from __future__ import annotations

from PySide6.QtCore import QObject, QTimer
from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent
from PySide6.QtWidgets import QWidget

from app.document.document import Document
from app.roll.a11y.note_text import describe
from composer.music.score import Note

SOON_MS = 120  # a selection that changes faster than that is not read out in between


class Announcer(QObject):
    """Follows the selection; the cursor is the note that was added to it last."""

    def __init__(self, widget: QWidget, document: Document) -> None:
        super().__init__(widget)
        self._widget, self._document = widget, document
        self._cursor: Note | None = None
        self._before: frozenset[Note] = frozenset()
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(SOON_MS)
        self._timer.timeout.connect(self._announce)

    def changed(self) -> None:
        """The selection is another one."""
        self._timer.start()

    def _announce(self) -> None:
        chosen = self._document.selection
        new = chosen - self._before if len(chosen) <= len(self._before) + 1 else frozenset()
        if len(new) == 1:
            (self._cursor,) = new
        self._before = chosen
        text = describe(self._document.score, chosen, self._cursor)
        if text != self._widget.accessibleDescription():
            self._widget.setAccessibleDescription(text)
            if text and QAccessible.isActive():
                QAccessible.updateAccessibility(QAccessibleAnnouncementEvent(self._widget, text))
