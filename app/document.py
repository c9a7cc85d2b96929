"""The open piece: score, takes, selection, path and undo. Panels meet only through its signals."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QUndoStack

from app.commands import Change, State
from app.takes import Preview, Takes
from composer.score import Note, Score

UNDO_STEPS = 1000


class Document(QObject):
    """Holds one `State`; every change of it is a command on `undo`. Knows no widget."""

    scoreChanged = Signal()
    takesChanged = Signal()
    selectionChanged = Signal()
    previewChanged = Signal()
    pathChanged = Signal()
    opened = Signal()  # another piece took this one's place
    viewChanged = Signal(str)  # the key of what changed in `view`
    modifiedChanged = Signal(bool)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._state = State(Score())
        self.path: Path | None = None
        self.title = ""
        self.preview: Preview | None = None
        self.view: dict[str, object] = {}  # how the piece is looked at: plain JSON values, saved but not undone
        self.undo = QUndoStack(self)
        self.undo.setUndoLimit(UNDO_STEPS)
        self.undo.cleanChanged.connect(lambda clean: self.modifiedChanged.emit(not clean))

    # ---- what stands ----

    @property
    def score(self) -> Score:
        """The piece, with the chosen take in it."""
        return self._state.score

    @property
    def takes(self) -> Takes | None:
        """The takes on the table; None when there is nothing to choose."""
        return self._state.takes

    @property
    def selection(self) -> frozenset[Note]:
        """The selected notes, all of them in `score`."""
        return self._state.selection

    @property
    def modified(self) -> bool:
        """Whether something would be lost on closing."""
        return not self.undo.isClean()

    def sounding(self) -> Score:
        """What play would play: the score, or as much of the new take as is written."""
        return self.preview.score() if self.preview else self.score

    # ---- changes ----

    def open(self, score: Score, path: Path | None, title: str) -> None:
        """Puts another piece in place; its undo history begins empty."""
        self.undo.clear()
        self.set_preview(None)
        self.path, self.title = path, title
        self._replace(State(score))
        self.opened.emit()
        self.pathChanged.emit()

    def saved(self, path: Path) -> None:
        """Remembers where the piece now stands on the disk, as it is."""
        self.path, self.title = path, path.stem
        self.undo.setClean()
        self.pathChanged.emit()

    def change(
        self,
        text: str,
        score: Score,
        selection: Iterable[Note] = (),
        takes: Takes | str | None = "same",
        kind: int = -1,
    ) -> None:
        """One undoable step to another score; `takes` stay as they are unless given."""
        table = self.takes if isinstance(takes, str) else takes
        after = State(score, table, frozenset(selection))
        if after.score == self.score and after.takes == self.takes:
            self.select(selection)
            return
        self.undo.push(Change(self, text, self._state, after, kind))

    def select(self, notes: Iterable[Note]) -> None:
        """Selects these notes and no others; not an undo step."""
        chosen = frozenset(notes)
        if chosen != self.selection:
            self._state = State(self.score, self.takes, chosen)
            self.selectionChanged.emit()

    def restore(self, state: State) -> None:
        """Puts a state in place without an undo step; for commands."""
        self._replace(state)

    def set_preview(self, preview: Preview | None) -> None:
        """Shows takes that are being written, or stops showing them."""
        if preview is not self.preview:
            self.preview = preview
            self.previewChanged.emit()

    def set_view(self, key: str, value: object) -> None:
        """Remembers how the piece is looked at; None forgets it."""
        if self.view.get(key) == value:
            return
        if value is None:
            self.view.pop(key, None)
        else:
            self.view[key] = value
        self.viewChanged.emit(key)

    def close(self) -> None:
        """Nothing is told any more; a stack that is destroyed would still tell that it is empty."""
        self.undo.blockSignals(True)
        self.undo.clear()

    def _replace(self, state: State) -> None:
        before, self._state = self._state, state
        if before.score is not state.score:
            self.scoreChanged.emit()
        if before.takes is not state.takes:
            self.takesChanged.emit()
        if before.selection != state.selection:
            self.selectionChanged.emit()
