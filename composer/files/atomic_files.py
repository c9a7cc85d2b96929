"""Writing a file so that it is either wholly there or untouched."""

from __future__ import annotations

import contextlib
import os
import stat
import tempfile
from collections.abc import Callable
from pathlib import Path

from composer.core.errors import UserError, reason


def check_output(path: str | Path, force: bool = False) -> Path:
    """Raises early when a file could not be written: it exists (and `force` is off), or its folder is no use.

    Returns the file that will be written: where the path leads if it is a link.
    """
    target = Path(path)
    kind = 0
    try:
        kind = os.stat(target).st_mode
    except FileNotFoundError:
        pass
    except (OSError, ValueError) as error:  # a name too long for this disk, or with a zero byte in it
        raise UserError("output_unwritable", path=target, reason=reason(error)) from error
    if stat.S_ISDIR(kind):
        raise UserError("output_unwritable", path=target, reason="it is a folder")
    if kind and not stat.S_ISREG(kind):  # a pipe or a device is nobody's to replace
        raise UserError("output_unwritable", path=target, reason="it is not a file")
    if kind and not force:
        raise UserError("output_exists", path=target)
    real = Path(os.path.realpath(target)) if target.is_symlink() else target
    folder = real.parent
    if not folder.is_dir():
        raise UserError("output_unwritable", path=target, reason=f"there is no folder {folder}")
    if not os.access(folder, os.W_OK):
        raise UserError("output_unwritable", path=target, reason="its folder is read-only")
    if kind and not os.access(target, os.W_OK):  # taking its place would not even ask
        raise UserError("output_unwritable", path=target, reason="it is write-protected")
    return real


def write_atomically(
    path: str | Path, data: bytes, *, force: bool = False, check: Callable[[bytes], None] | None = None
) -> None:
    """Writes a file through a neighbour that takes its place when it is complete.

    `check` gets what the disk gives back of it, before that, and raises ValueError if it is not what it should be.
    Raises `UserError` (output_exists, output_unwritable); an old file stays whole then.
    """
    target = check_output(path, force)
    try:
        handle, name = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name[:40]}.", suffix=".part")
    except OSError as error:
        raise UserError("output_unwritable", path=target, reason=reason(error)) from error
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        if check is not None:
            check(Path(name).read_bytes())
        os.chmod(name, _rights(target))
        os.replace(name, target)
    except BaseException as error:
        with contextlib.suppress(OSError):  # the disk may be gone, or read-only by now
            os.unlink(name)
        if isinstance(error, OSError | ValueError):
            raise UserError("output_unwritable", path=target, reason=reason(error)) from error
        raise


def _rights(target: Path) -> int:
    """Those of the file that is replaced, or of any new one."""
    try:
        return stat.S_IMODE(os.stat(target).st_mode)
    except OSError:
        return 0o666 & ~_UMASK


def _umask() -> int:
    mask = os.umask(0o077)
    os.umask(mask)
    return mask


_UMASK = _umask()  # it can only be asked by setting it: once, before there are other threads
