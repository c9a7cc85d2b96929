"""Lock files of open pieces, and whether a file changed on disk since it was read."""

from __future__ import annotations

import contextlib
import hashlib
import os
from dataclasses import dataclass
from pathlib import Path
from weakref import WeakValueDictionary

from PySide6.QtCore import QLockFile, QSysInfo

from composer.core import paths


@dataclass(frozen=True, slots=True)
class FileStamp:
    """How a file was when we last read or wrote it."""

    changed: int  # nanoseconds
    size: int  # bytes

    @classmethod
    def of(cls, path: Path) -> FileStamp | None:
        """The file as it is now; None if there is none."""
        try:
            found = path.stat()
        except (OSError, ValueError):
            return None
        return cls(found.st_mtime_ns, found.st_size)


def folder() -> Path:
    """Where locks and autosaves stand: always in the user's own folder, whatever disk a piece lies on."""
    return paths.user() / "autosave"


def lock(path: Path) -> QLockFile | None:
    """Holds a lock file with our process id in it; None if a living process holds it. Stale ones are taken over."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError:
        return QLockFile("")  # nowhere to keep locks: then there are none to respect either
    held = QLockFile(str(path))
    held.setStaleLockTime(0)  # never by age: an open window may be left alone for a week
    if not held.tryLock(0) and _is_of_a_namesake(held):
        with contextlib.suppress(OSError):
            path.unlink()
        held.tryLock(0)
    if held.isLocked() or held.error() != QLockFile.LockError.LockFailedError:
        _ours[held.fileName()] = held
        return held
    return None


def _is_of_a_namesake(wanted: QLockFile) -> bool:
    """Whether a dead process had the number that is ours now, as in a container, where every start has the same."""
    process, host, _ = wanted.getLockInfo()
    ours = _ours.get(wanted.fileName())
    here = process == os.getpid() and host == QSysInfo.machineHostName()
    return here and (ours is None or not ours.isLocked())


_ours: WeakValueDictionary[str, QLockFile] = WeakValueDictionary()  # by path: the locks that this process has taken


class FileClaim:
    """Says that this window has a file open, as long as it does."""

    def __init__(self) -> None:
        self._held: QLockFile | None = None
        self._name = ""

    def take(self, path: Path | None) -> bool:
        """Claims a file in place of the one before; False if another window has it."""
        name = hashlib.sha256(os.path.realpath(path).encode("utf-8", "replace")).hexdigest()[:20] if path else ""
        if name == self._name and self._held is not None:
            return True
        self.release()
        self._name = name
        if not name:
            return True
        self._held = lock(folder() / f"open-{name}.lock")
        return self._held is not None

    def release(self) -> None:
        """Nothing is open here any more."""
        if self._held is not None:
            self._held.unlock()
        self._held, self._name = None, ""
