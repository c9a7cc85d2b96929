"""Undo commands. They hold one step of the document's history, and call the document, never a view."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtGui import QUndoCommand

from composer.music.undo_history import State as State
from composer.music.undo_history import Step

if TYPE_CHECKING:
    from app.document.document import Document

CHOOSING = 1  # id of commands that only switch takes: a row of them is one step


class Change(QUndoCommand):
    """From one state of the document to another."""

    def __init__(self, document: Document, step: Step) -> None:
        super().__init__(step.text)
        self.step = step
        self._document = document

    def id(self) -> int:
        """Commands of one kind (other than -1) merge when they follow each other."""
        return -1 if self._document.replaying else self.step.kind

    def mergeWith(self, other: QUndoCommand) -> bool:
        """Takes over the result of the command that follows, if it is of the same kind."""
        if not isinstance(other, Change) or other.step.kind != self.step.kind:
            return False
        both = self.step.followed(other.step)
        if both is None:
            return False
        self.step = both
        self.setText(both.text)
        return True

    def redo(self) -> None:
        """Puts the later state in place."""
        if not self._document.replaying:
            self._document.restore(self.step.after(self._document.state))

    def undo(self) -> None:
        """Puts the earlier state back."""
        if not self._document.replaying:
            self._document.restore(self.step.before(self._document.state))
