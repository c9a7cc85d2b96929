"""Undo commands: each holds one step of the history, and restores a state of the document."""

from __future__ import annotations

from typing import Protocol

from PySide6.QtGui import QUndoCommand

from composer.music.undo_history import State as State
from composer.music.undo_history import Step

CHOOSING = 1  # id of commands that only switch takes: a row of them is one step


class Restorable(Protocol):
    """What a command acts on."""

    replaying: bool

    @property
    def state(self) -> State:
        """Its state now."""

    def restore(self, state: State) -> None:
        """Puts another state in place."""


class Change(QUndoCommand):
    """From one state of the document to another."""

    def __init__(self, document: Restorable, step: Step) -> None:
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
