"""Where files stand: what travels with the program, and the user's own folder."""

from __future__ import annotations

import os
import sys
from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent.parent


def _bundled(name: str) -> Path:
    inside = _PACKAGE / "data" / name  # an installed wheel carries the top-level folders here
    return inside if inside.is_dir() else _PACKAGE.parent / name


def models() -> Path:
    """Folder of the bundled checkpoints and cards (`RICERCAR_MODELS` overrides it)."""
    return Path(os.environ["RICERCAR_MODELS"]) if "RICERCAR_MODELS" in os.environ else _bundled("models")


def soundfonts() -> Path:
    """Folder of the bundled SoundFont."""
    return _bundled("soundfonts")


def examples() -> Path:
    """Folder of the example themes."""
    return _bundled("examples")


def user() -> Path:
    """The user's own data folder (`RICERCAR_HOME` overrides it); not created here."""
    if "RICERCAR_HOME" in os.environ:
        return Path(os.environ["RICERCAR_HOME"])
    if sys.platform == "win32":
        return Path(os.environ.get("LOCALAPPDATA", Path.home() / "AppData" / "Local")) / "Ricercar"
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Application Support" / "Ricercar"
    return Path(os.environ.get("XDG_DATA_HOME", Path.home() / ".local" / "share")) / "ricercar"
