"""Inline editor over the roll for a number or a name: Return accepts, Esc cancels."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, QRect, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent
from PySide6.QtWidgets import QLineEdit, QWidget

from app.roll.canvas.scroll_area import ScrollArea


class InlineField(QLineEdit):
    """Lives until it is answered; `take` says whether what was typed makes sense."""

    refused = Signal()  # what was typed makes no sense

    def __init__(self, parent: QWidget, home: ScrollArea, name: str, text: str, take: Callable[[str], bool]) -> None:
        super().__init__(text, parent)
        self._home, self._take, self._over = home, take, False
        self.setObjectName("inline")
        self.setAccessibleName(name)
        self.setToolTip(name)
        self.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.textEdited.connect(lambda _: self._mark(wrong=False))
        home.scrolled.connect(self._moved)

    def open_at(self, place: QRect) -> None:
        """Shows it over a place, inside its parent."""
        room = self.parentWidget().rect()
        place.setWidth(max(place.width(), 64))
        place.setHeight(24)
        place.moveLeft(max(min(place.left(), room.width() - place.width() - 2), 2))
        place.moveTop(max(min(place.top(), room.height() - place.height() - 2), 1))
        self.setGeometry(place)
        self.show()
        self.selectAll()
        self.setFocus(Qt.FocusReason.PopupFocusReason)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Return and Esc answer; no other key leaves the field."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._answer()
        elif event.key() == Qt.Key.Key_Escape:
            self._close()
        else:
            super().keyPressEvent(event)
            event.accept()

    def event(self, event: QEvent) -> bool:
        """Keys belong to the field, not to the window's shortcuts."""
        if event.type() == QEvent.Type.ShortcutOverride:
            event.accept()
            return True
        return super().event(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """A press elsewhere takes what was typed, if it makes sense."""
        super().focusOutEvent(event)
        if event.reason() != Qt.FocusReason.ActiveWindowFocusReason and not self._over:
            self._over = True
            if not self._take(self.text()):
                self.refused.emit()
            self._go()

    def _moved(self) -> None:
        """Scrolling away forgets it: it would stand at the wrong place."""
        if not self._over:
            self._close()

    def _answer(self) -> None:
        self._over = True
        if self._take(self.text()):
            self._close()
        else:
            self._over = False
            self._mark(wrong=True)
            self.selectAll()
            self.refused.emit()

    def _close(self) -> None:
        self._over = True
        self._home.setFocus()
        self._go()

    def _go(self) -> None:
        self.hide()
        self.deleteLater()

    def _mark(self, *, wrong: bool) -> None:
        self.setProperty("wrong", wrong)
        self.style().polish(self)
