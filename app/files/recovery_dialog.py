"""The dialog of crash recovery: each piece with picture and time, to recover, to discard, or for later."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QDateTime, QLocale, Qt, Signal
from PySide6.QtWidgets import QDialog, QFrame, QHBoxLayout, QPushButton, QScrollArea, QVBoxLayout, QWidget

from app.document.autosave import FoundAutosave
from app.look.theme import Theme
from app.look.thumbnail import Thumbnail
from app.look.widgets import Elided, ReturnPresses, label

WIDTH = 720
TALLEST = 420  # pixels of list before it scrolls


class RecoveryDialog(QDialog):
    """Asks; whoever opened it acts."""

    recover = Signal(object)  # a FoundAutosave
    discard = Signal(object)

    def __init__(self, pieces: Sequence[FoundAutosave], theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Unsaved pieces"))
        self.setMinimumWidth(WIDTH)
        self.rows = {piece.path: Row(piece, theme) for piece in pieces}
        self._list = QVBoxLayout()
        self._list.setContentsMargins(0, 0, 8, 0)
        self._list.setSpacing(8)
        for row in self.rows.values():
            row.recover.clicked.connect(lambda _=False, r=row: self.recover.emit(r.piece))
            row.discard.clicked.connect(lambda _=False, r=row: self._throw_away(r))
            self._list.addWidget(row)
        self._list.addStretch(1)
        self.later = QPushButton(self.tr("Later"))
        self.later.setAutoDefault(False)
        self.later.clicked.connect(self.reject)
        self._lay_out(len(pieces))
        self._presses = ReturnPresses(self)
        self._presses.watch(self)
        next(iter(self.rows.values())).recover.setFocus()

    def _lay_out(self, count: int) -> None:
        one = self.tr("Ricercar was not closed properly. This piece was open:")
        many = self.tr("Ricercar was not closed properly. These pieces were open:")
        head = label(self.tr("Pick up where you were"), "heading")
        words = label(one if count == 1 else many, "hint")
        inner = QWidget()
        inner.setLayout(self._list)
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        scroll.setWidget(inner)
        scroll.setMinimumHeight(min(inner.sizeHint().height() + 4, TALLEST))
        foot = QHBoxLayout()
        foot.addWidget(label(self.tr("Left for later, they are offered again at the next start."), "hint"), 1)
        foot.addWidget(self.later)
        column = QVBoxLayout(self)
        column.setContentsMargins(22, 20, 22, 18)
        column.setSpacing(6)
        column.addWidget(head)
        column.addWidget(words)
        column.addSpacing(10)
        column.addWidget(scroll, 1)
        column.addSpacing(10)
        column.addLayout(foot)

    def _throw_away(self, row: Row) -> None:
        if not row.sure():
            return
        self.discard.emit(row.piece)
        del self.rows[row.piece.path]
        row.hide()
        row.deleteLater()
        if self.rows:
            next(iter(self.rows.values())).recover.setFocus()
        else:
            self.accept()


class Row(QFrame):
    """One piece."""

    def __init__(self, piece: FoundAutosave, theme: Theme) -> None:
        super().__init__()
        self.setObjectName("card")
        self.piece = piece
        assert piece.project is not None
        rescue = piece.project.rescue
        title = (rescue.title if rescue else "") or self.tr("Untitled")
        self.recover = QPushButton(self.tr("Recover"))
        self.recover.setAccessibleName(self.tr("Recover {name}").format(name=title))
        self.discard = QPushButton(self.tr("Discard"))
        self.discard.setProperty("kind", "quiet")
        self.discard.setAccessibleName(self.tr("Discard {name}").format(name=title))
        for button in (self.recover, self.discard):
            button.setAutoDefault(False)
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 10, 10, 10)
        row.setSpacing(14)
        row.addWidget(Thumbnail(piece.project.score, theme))
        words = QVBoxLayout()
        words.setSpacing(3)
        words.addStretch(1)
        words.addWidget(Elided(title, "heading"))
        words.addWidget(Elided(self._when(rescue.saved if rescue else 0.0), "hint"))
        words.addWidget(Elided(self._where(rescue.path if rescue else ""), "hint"))
        words.addStretch(1)
        row.addLayout(words, 1)
        row.addWidget(self.discard)
        row.addWidget(self.recover)

    def sure(self) -> bool:
        """Whether a second press confirms the first one: what is discarded here is nowhere else."""
        if self.discard.property("asked"):
            return True
        self.discard.setProperty("asked", True)
        self.discard.setText(self.tr("Really discard?"))
        return False

    def _when(self, saved: float) -> str:
        assert self.piece.project is not None
        time = QDateTime.fromSecsSinceEpoch(int(saved)) if saved else QDateTime.currentDateTime()
        notes = len(self.piece.project.score.notes)
        count = (self.tr("{n} note") if notes == 1 else self.tr("{n} notes")).format(n=notes)
        when = QLocale().toString(time, self.tr("d MMMM, hh:mm"))
        state = self.tr("saved") if self._is_saved() else self.tr("not saved")
        return f"{when}  ·  {count}  ·  {state}"

    def _is_saved(self) -> bool:
        """Whether its file has it already, so that only steps of undo would be lost."""
        assert self.piece.project is not None
        history, rescue = self.piece.project.history, self.piece.project.rescue
        return bool(rescue and rescue.path) and history.clean == history.index

    def _where(self, path: str) -> str:
        assert self.piece.project is not None
        steps = self.piece.project.history.index
        back = (self.tr("{n} step to undo") if steps == 1 else self.tr("{n} steps to undo")).format(n=steps)
        where = str(Path(path)) if path else self.tr("not in a file yet")
        return f"{back}  ·  {where}"
