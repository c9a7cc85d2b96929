"""Tells assistive technology what is selected: the roll's description, and an announcement when it changes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer
from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent

from app.roll.a11y.note_text import described
from composer.music.score import Note

if TYPE_CHECKING:
    from app.roll.roll_view import RollView

SOON_MS = 120  # a selection that changes faster than that is not read out in between


class Reader(QObject):
    """Follows the selection; the cursor is the note that was added to it last."""

    def __init__(self, view: RollView) -> None:
        super().__init__(view)
        self._view = view
        self._cursor: Note | None = None
        self._before: frozenset[Note] = frozenset()
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(SOON_MS)
        self._timer.timeout.connect(self._tell)

    def changed(self) -> None:
        """The selection is another one."""
        self._timer.start()

    def _tell(self) -> None:
        chosen = self._view.document.selection
        new = chosen - self._before if len(chosen) <= len(self._before) + 1 else frozenset()
        if len(new) == 1:
            (self._cursor,) = new
        self._before = chosen
        text = described(self._view.document.score, chosen, self._cursor)
        if text != self._view.accessibleDescription():
            self._view.setAccessibleDescription(text)
            if text and QAccessible.isActive():
                QAccessible.updateAccessibility(QAccessibleAnnouncementEvent(self._view, text))
