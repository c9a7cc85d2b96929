"""The open piece: score, takes, selection, path and undo. Panels meet only through its signals."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QUndoStack

from app.document.preview import Preview, Takes
from app.document.undo_commands import Change, State
from composer.files.project_file import Project
from composer.music.score import Note, Score
from composer.music.takes import left_behind
from composer.music.undo_history import History, Step

UNDO_STEPS = 1000
WHOLE_STEPS = 20  # the latest steps keep whole states, older ones what they changed: a big piece, a thousand times
LATEST_PACK = 100  # beyond so many steps the difference is worked out at once, if nobody has done it in passing


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
        self.path: Path | None = None  # of the project file; None if there is none yet
        self.source: Path | None = None  # the MIDI file that the piece was imported from
        self.title = ""
        self.replaying = False  # while steps are laid on the stack whose results stand already
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
    def state(self) -> State:
        """What undo gives back."""
        return self._state

    @property
    def modified(self) -> bool:
        """Whether something would be lost on closing."""
        return not self.undo.isClean()

    def audible_score(self) -> Score:
        """What play would play: the score, or as much of the new take as is written."""
        return self.preview.score() if self.preview else self.score

    # ---- changes ----

    def open(
        self, score: Score | Project, path: Path | None, title: str, *, source: Path | None = None, lost: bool = False
    ) -> None:
        """Puts another piece in place, with the undo history that it brings; `lost` if the disk has it nowhere."""
        project = score if isinstance(score, Project) else Project(score)
        self.undo.clear()
        self.undo.setClean()  # an empty stack that was never clean stays so when it is cleared
        self.set_preview(None)
        self.path, self.title, self.source = path, title, source
        keys = {**self.view, **project.view}
        self.view = dict(project.view)
        self._replace(project.state)
        self._lay(project.history, lost)
        self.opened.emit()
        self.pathChanged.emit()
        for key in keys:
            self.viewChanged.emit(key)

    def _lay(self, history: History, lost: bool) -> None:
        self.replaying = True
        for i, step in enumerate(history.steps):
            if i == history.clean:
                self.undo.setClean()
            self.undo.push(Change(self, step))
        if history.clean == len(history.steps):
            self.undo.setClean()
        self.undo.setIndex(history.index)
        if lost and history.clean < 0:
            self.undo.resetClean()
        self.replaying = False

    def mark_saved(self, path: Path) -> None:
        """Remembers where the piece now stands on the disk, as it is."""
        self.path, self.title = path, path.stem
        self.undo.setClean()
        self.pathChanged.emit()

    def project(self) -> Project:
        """All of the document, as it is saved."""
        state = self._state
        return Project(state.score, state.takes, state.origins, dict(self.view))

    def history(self) -> History:
        """The steps on the undo stack."""
        return History(tuple(self._steps(self.undo.count())), self.undo.index(), self.undo.cleanIndex())

    def _steps(self, count: int) -> list[Step]:
        commands = (self.undo.command(i) for i in range(count))
        return [command.step for command in commands if isinstance(command, Change)]

    def pack(self) -> None:
        """Lets older steps shrink to what they changed, where that is known already."""
        for step in self._steps(self.undo.index() - WHOLE_STEPS):
            if step.known:
                step.pack()

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
        origins = self._state.origins + left_behind(self.takes, score, table)
        after = State(score, table, frozenset(selection), origins)
        if after.score == self.score and after.takes == self.takes:
            self.select(selection)
            return
        self.undo.push(Change(self, Step(text, kind, (self._state, after))))
        self._pack_oldest()

    def _pack_oldest(self) -> None:
        command = self.undo.command(self.undo.index() - LATEST_PACK)  # None beyond the ends
        if isinstance(command, Change):
            command.step.pack()

    def select(self, notes: Iterable[Note]) -> None:
        """Selects these notes and no others; not an undo step."""
        chosen = frozenset(notes)
        if chosen != self.selection:
            self._state = replace(self._state, selection=chosen)
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
