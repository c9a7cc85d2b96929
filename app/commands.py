"""Undo commands. They store what was before and after, and call the document, never a view."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtGui import QUndoCommand

from app.takes import Takes
from composer.score import Note, Score

if TYPE_CHECKING:
    from app.document import Document

CHOOSING = 1  # id of commands that only switch takes: a row of them is one step


@dataclass(frozen=True, slots=True)
class State:
    """Everything that undo gives back."""

    score: Score
    takes: Takes | None = None
    selection: frozenset[Note] = frozenset()


class Change(QUndoCommand):
    """From one state of the document to another."""

    def __init__(self, document: Document, text: str, before: State, after: State, kind: int = -1) -> None:
        super().__init__(text)
        self._document = document
        self._before = before
        self._after = after
        self._kind = kind

    def id(self) -> int:
        """Commands of one kind (other than -1) merge when they follow each other."""
        return self._kind

    def mergeWith(self, other: QUndoCommand) -> bool:
        """Takes over the result of the command that follows, if it is of the same kind."""
        if not isinstance(other, Change) or other._kind != self._kind:
            return False
        self._after = other._after
        self.setText(other.text())
        return True

    def redo(self) -> None:
        """Puts the later state in place."""
        self._document.restore(self._after)

    def undo(self) -> None:
        """Puts the earlier state back."""
        self._document.restore(self._before)
