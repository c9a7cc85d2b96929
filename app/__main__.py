"""The `ricercar` command: a verb goes to composer.cli before any Qt is imported; anything else opens the window."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence

from composer.cli.main import VERBS
from composer.cli.main import main as command_line
from composer.core.errors import UserError

FAILED = 2  # exit status of a failure that the user can act on


def _has_screen() -> bool:
    if os.environ.get("QT_QPA_PLATFORM") or not sys.platform.startswith("linux"):
        return True
    return bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


def _open_window(path: str | None) -> int:
    if not _has_screen():
        raise UserError("screen_missing")
    try:
        from app.window.main_window import run
    except ImportError as error:
        if "PySide6" in str(error) or ".so" in str(error):  # Qt, or a system library that it links against
            raise UserError("window_missing", reason=str(error).splitlines()[0].rstrip(".")) from error
        raise
    return run(path)


def _is_file(arguments: list[str]) -> bool:
    """Whether the arguments name one file to open: no verb, no option, and no mistyped verb either."""
    first = arguments[0]
    if len(arguments) > 1 or first in VERBS or first.startswith("-"):
        return False
    return "." in first or os.sep in first or os.path.exists(first)


def main(argv: Sequence[str] | None = None) -> int:
    """Run a verb, or open the window with the file that is named (if any). Returns the exit status."""
    arguments = list(sys.argv[1:] if argv is None else argv)
    if arguments and not _is_file(arguments):
        return command_line(arguments)
    try:
        return _open_window(arguments[0] if arguments else None)
    except UserError as error:
        print(error, file=sys.stderr)
        return FAILED


if __name__ == "__main__":
    sys.exit(main())
