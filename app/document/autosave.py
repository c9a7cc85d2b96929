"""Autosave with undo history, and the autosaves that a crash left. Knows no widget."""

from __future__ import annotations

import os
import time
import uuid
from dataclasses import dataclass, replace
from pathlib import Path

from PySide6.QtCore import QLockFile, QObject, QTimer, Signal

from app.document.background_jobs import Job
from app.document.document import Document
from app.document.file_locks import folder, lock
from composer.core.errors import UserError
from composer.files import project_file
from composer.files.project_file import Project, Rescue

IDLE_MS = 2_500  # after the last change
LATEST_MS = 20_000  # after the first change that is not on the disk yet
MOST_CHANGES = 25  # without a writing in between: it lets undo steps shrink to what they changed
_DAMAGED = ".damaged"
_HALF_WRITTEN = 3600  # seconds after which a half written file is nobody's any more


class Autosave(QObject):
    """Follows one document; one file while there is something to lose, be it only steps of undo, none otherwise."""

    wrote = Signal()  # the disk has all that there is
    failed = Signal(object)  # an exception with a sentence; once until it works again

    def __init__(self, document: Document, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.document = document
        self.path = folder() / f"{time.strftime('%Y%m%d-%H%M%S')}-{uuid.uuid4().hex[:8]}{project_file.SUFFIX}"
        self._lock: QLockFile | None = None
        self._job: Job | None = None
        self._due = self._told = self._closed = False
        self._changes = 0  # since the last writing began
        self._idle, self._latest = QTimer(self), QTimer(self)
        for timer, wait in ((self._idle, IDLE_MS), (self._latest, LATEST_MS)):
            timer.setSingleShot(True)
            timer.setInterval(wait)
            timer.timeout.connect(self.write)
        document.scoreChanged.connect(self._edited)
        document.takesChanged.connect(self._changed)
        document.modifiedChanged.connect(self._changed)
        document.opened.connect(self.update)

    # ---- following ----

    def _changed(self) -> None:
        self._idle.start()
        self._due = self._at_stake()
        if self._due and not self._latest.isActive():
            self._latest.start()

    def _edited(self) -> None:
        self._changes += 1
        self._changed()
        if self._changes == MOST_CHANGES:  # soon, not now: the step is not on the stack before it is done
            QTimer.singleShot(0, self, self.write)

    def _at_stake(self) -> bool:
        return self.document.modified or self.document.undo.count() > 0

    def update(self) -> None:
        """The piece stands on the disk now, or another one took its place."""
        if self._at_stake():
            self.write()  # at once: what the autosave held is older than what was saved
        else:
            self._settle()

    def write(self) -> None:
        """Writes the piece as it is now, in the background; after the writing under way if there is one."""
        if self._closed:
            return
        if not self._at_stake():
            self._settle()
            return
        self._due = True
        if self._job is not None:
            return
        self._idle.stop()
        self._latest.stop()
        self._due, self._changes = False, 0
        if self._lock is None:
            self._lock = lock(self.path.with_suffix(".lock"))
        found = self._project()
        self._job = Job("autosave", lambda job: project_file.write_rescue(found, self.path), self)
        self._job.done.connect(self._wrote)
        self._job.failed.connect(self._failed)
        self._job.ended.connect(self._ended)
        self._job.start()

    def _project(self) -> Project:
        document = self.document
        path = str(document.path) if document.path else ""
        rescue = Rescue(document.title[:500], path, time.time())
        return replace(document.project(), history=document.history(), rescue=rescue)

    def _wrote(self) -> None:
        self._told = False
        self.document.pack()
        if not self._due:
            self.wrote.emit()

    def _failed(self, error: object) -> None:
        self._latest.start()  # it is tried again
        if not self._told:
            self._told = True
            self.failed.emit(error)

    def _ended(self) -> None:
        if self._job is not None:
            self._job.deleteLater()
        self._job = None
        if not self._at_stake():
            self._settle()
        elif self._changes >= MOST_CHANGES:
            self.write()
        elif self._due:
            self._changed()

    def _settle(self) -> None:
        """Nothing would be lost: the file goes, after a writing under way."""
        self._idle.stop()
        self._latest.stop()
        self._due, self._changes = False, 0
        if self._job is None:
            _unlink(self.path)

    # ---- after a crash ----

    def adopt(self, found: FoundAutosave) -> None:
        """Goes on with the file of a piece that was recovered: it stays until the piece is saved or given up."""
        if self._job is not None:
            self._job.join()
        self._forget()
        self.path, self._lock = found.path, found.lock
        self._changed()

    def close(self) -> None:
        """The piece was saved or given up: leaves nothing behind."""
        self._closed = True
        if self._job is not None:
            self._job.join()
        self._idle.stop()
        self._latest.stop()
        self._forget()

    def _forget(self) -> None:
        _unlink(self.path)
        if self._lock is not None:
            self._lock.unlock()
            self._lock = None


@dataclass(frozen=True)
class FoundAutosave:
    """An autosave that no living window owns; its lock is ours until `release`."""

    path: Path
    lock: QLockFile
    project: Project | None = None
    damaged: UserError | None = None

    def read(self) -> FoundAutosave:
        """With what is in it; may be called on any thread."""
        try:
            return replace(self, project=project_file.read(self.path, rescue=True))
        except UserError as error:
            return replace(self, damaged=error)
        except Exception as error:  # nothing in one file may keep the others from being offered
            return replace(self, damaged=UserError("project_invalid", path=self.path, reason=repr(error)[:200]))

    @property
    def may_be_whole(self) -> bool:
        """Whether another day or another version may read what could not be read."""
        code = self.damaged.code if self.damaged is not None else ""
        return code in ("project_newer", "file_unreadable") and self.path.is_file()

    def release(self) -> None:
        """Leaves it for the next start."""
        self.lock.unlock()

    def discard(self) -> None:
        """Throws it away."""
        _unlink(self.path)
        self.lock.unlock()

    def quarantine(self) -> None:
        """A damaged file stays, under another name, for whoever can read it; it is not offered again."""
        try:
            os.replace(self.path, self.path.with_suffix(_DAMAGED))
        except OSError:
            pass
        self.lock.unlock()


def find_autosaves() -> list[FoundAutosave]:
    """The autosaves of windows that are no more, the oldest first. Locks them."""
    try:
        _sweep()
        files = sorted(folder().glob(f"*{project_file.SUFFIX}"), key=lambda p: p.name)
    except OSError:
        return []
    found = []
    for path in files:
        held = lock(path.with_suffix(".lock"))
        if held is not None:
            found.append(FoundAutosave(path, held))
    return found


def _unlink(path: Path) -> None:
    try:
        path.unlink(missing_ok=True)
    except OSError:
        pass  # its folder vanished or turned read-only


def _sweep() -> None:
    """Files that were being written when a window died, and locks of its open files."""
    for path in folder().glob("open-*.lock"):
        held = lock(path)
        if held is not None:
            held.unlock()
    for path in folder().glob(".*.part"):
        try:
            if time.time() - path.stat().st_mtime > _HALF_WRITTEN:
                path.unlink()
        except OSError:
            pass
