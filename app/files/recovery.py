"""Crash recovery: finds autosaves, reads them in the background, and offers them."""

from __future__ import annotations

from collections.abc import Callable
from typing import cast

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from app.document.autosave import Autosave, FoundAutosave, find_autosaves
from app.document.background_jobs import Job
from app.files.file_actions import Files
from app.files.recovery_dialog import RecoveryDialog
from app.look.theme import Theme


class Recovery(QObject):
    """Works for one window; nothing that it meets may keep the window from starting."""

    notice = Signal(str)
    offered = Signal()  # the dialog stands, or there is nothing to offer

    def __init__(self, files: Files, autosave: Autosave, theme: Callable[[], Theme], window: QWidget) -> None:
        super().__init__(window)
        self._files, self._autosave, self._theme, self._window = files, autosave, theme, window
        self.dialog: RecoveryDialog | None = None
        self._job: Job | None = None
        self._held: list[FoundAutosave] = []
        self._asked = self._closed = False

    def begin(self) -> None:
        """At the start: says nothing if there is nothing."""
        self._look(asked=False)

    def ask(self) -> None:
        """From the menu: says so if there is nothing."""
        self._look(asked=True)

    def close(self) -> None:
        """Leaves for the next start what was not answered."""
        self._closed = True
        if self._job is not None:
            self._job.join()
        if self.dialog is not None:
            self.dialog.close()
        self._release()

    def _look(self, *, asked: bool) -> None:
        if self._job is not None or self.dialog is not None:
            return
        self._asked = asked
        self._held = find_autosaves()
        if not self._held:
            self._none()
            return
        held = tuple(self._held)
        self._job = Job("recovery", lambda job: [found.read() for found in held], self)
        self._job.done.connect(self._read)
        self._job.failed.connect(lambda error: self._release())
        self._job.ended.connect(self._ended)
        self._job.start()

    def _ended(self) -> None:
        if self._job is not None:
            self._job.deleteLater()
        self._job = None

    def _none(self) -> None:
        if self._asked:
            self.notice.emit(self.tr("There are no unsaved pieces from before."))
        self.offered.emit()

    def _read(self, got: object) -> None:
        if self._closed:  # what was read when the window closed arrives after that
            return
        found = cast("list[FoundAutosave]", got)
        damaged = [f for f in found if f.damaged is not None]
        if damaged:
            self._leave_out(damaged)
        self._held = [f for f in found if f.project is not None]
        if not self._held:
            if not damaged:
                self._none()
            self.offered.emit()
            return
        latest = sorted(self._held, key=lambda f: -(f.project.rescue.saved if f.project and f.project.rescue else 0))
        self.dialog = dialog = RecoveryDialog(latest, self._theme(), self._window)
        dialog.recover.connect(self._recover)
        dialog.discard.connect(self._discard)
        dialog.finished.connect(self._finished)
        dialog.open()
        self.offered.emit()

    def _leave_out(self, pieces: list[FoundAutosave]) -> None:
        """What could not be read: put aside if it is damaged, else left for another day or a newer version."""
        broken = [piece for piece in pieces if not piece.may_be_whole]
        for piece in pieces:
            piece.release() if piece.may_be_whole else piece.quarantine()
        one = self.tr("An unsaved piece from before is damaged and cannot be recovered.")
        many = self.tr("{n} unsaved pieces from before are damaged and cannot be recovered.")
        later = self.tr("An unsaved piece from before cannot be read now; it is kept.")
        text = one if len(broken) == 1 else many if broken else later
        self.notice.emit(text.format(n=len(broken)))

    def _recover(self, piece: FoundAutosave) -> None:
        if piece.project is None or not self._files.may_leave():
            return
        self._held.remove(piece)
        rest = len(self._held)
        self._files.open_rescued(piece.project)
        self._autosave.adopt(piece)  # afterwards: the piece before takes its own autosave with it
        if self.dialog is not None:
            self.dialog.accept()
        if rest:
            one = self.tr("One more unsaved piece waits in the file menu.")
            many = self.tr("{n} more unsaved pieces wait in the file menu.")
            self.notice.emit((one if rest == 1 else many).format(n=rest))

    def _discard(self, piece: FoundAutosave) -> None:
        self._held.remove(piece)
        piece.discard()

    def _finished(self) -> None:
        if self.dialog is not None:
            self.dialog.deleteLater()
        self.dialog = None
        self._release()

    def _release(self) -> None:
        for piece in self._held:
            piece.release()
        self._held = []
