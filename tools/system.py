"""System libraries that the window and the sound need: which are missing, and the command that brings them.

Standard library only, and no syntax newer than Python 3.7: it runs before anything is installed.
"""

from __future__ import annotations

import ctypes
import ctypes.util
import os
import platform
import shutil
import subprocess
import sys
from pathlib import Path

SOUND = (("libfluidsynth.so.3", "libfluidsynth3"),)
WINDOW = (  # what PySide6_Essentials' wheel links against and does not bring itself: soname, Debian package
    ("libEGL.so.1", "libegl1"),
    ("libGL.so.1", "libgl1"),
    ("libdbus-1.so.3", "libdbus-1-3"),
    ("libfontconfig.so.1", "libfontconfig1"),
    ("libxkbcommon.so.0", "libxkbcommon0"),
    ("libX11-xcb.so.1", "libx11-xcb1"),
    ("libxcb-cursor.so.0", "libxcb-cursor0"),
    ("libxcb-icccm.so.4", "libxcb-icccm4"),
    ("libxcb-image.so.0", "libxcb-image0"),
    ("libxcb-keysyms.so.1", "libxcb-keysyms1"),
    ("libxcb-randr.so.0", "libxcb-randr0"),
    ("libxcb-render-util.so.0", "libxcb-render-util0"),
    ("libxcb-shape.so.0", "libxcb-shape0"),
    ("libxcb-shm.so.0", "libxcb-shm0"),
    ("libxcb-sync.so.1", "libxcb-sync1"),
    ("libxcb-xfixes.so.0", "libxcb-xfixes0"),
    ("libxcb-xkb.so.1", "libxcb-xkb1"),
    ("libxkbcommon-x11.so.0", "libxkbcommon-x11-0"),
)
FONTS = ("/usr/share/fonts", "/usr/local/share/fonts")
MAC_FLUIDSYNTH = ("/opt/homebrew/lib/libfluidsynth.dylib", "/usr/local/lib/libfluidsynth.dylib")


def _loads(soname: str) -> bool:
    try:
        ctypes.CDLL(soname)
    except OSError:
        return False
    return True


def _has_font() -> bool:
    return any(next(Path(folder).rglob("*.[ot]tf"), None) is not None for folder in FONTS if Path(folder).is_dir())


def missing(system: str | None = None) -> tuple[list[str], list[str]]:
    """(packages missing for sound, packages missing for the window), under this system's names."""
    system = system or platform.system()
    if system == "Linux":
        window = [package for soname, package in WINDOW if not _loads(soname)]
        if not _has_font():
            window.append("fonts-dejavu-core")
        return [package for soname, package in SOUND if not _loads(soname)], window
    found = ctypes.util.find_library("fluidsynth") or ctypes.util.find_library("libfluidsynth-3")
    if found or (system == "Darwin" and any(Path(p).exists() for p in MAC_FLUIDSYNTH)):
        return [], []
    return ["fluid-synth" if system == "Darwin" else "FluidSynth.FluidSynth"], []


def command(packages: list[str], system: str | None = None) -> str:
    """The command that a person types on this system to get these packages."""
    system = system or platform.system()
    names = " ".join(packages)
    if system == "Darwin":
        return f"brew install {names}"
    if system == "Windows":
        return f"winget install {names}"
    return f"sudo apt-get install -y --no-install-recommends {names}"


def _root() -> list[str] | None:
    """What to put before a command that needs root; None where it is not permitted without a question."""
    if os.geteuid() == 0:
        return []
    sudo = shutil.which("sudo")
    allowed = sudo and subprocess.run([sudo, "-n", "true"], capture_output=True, check=False).returncode == 0
    return [sudo, "-n"] if sudo and allowed else None


def install(packages: list[str]) -> bool:
    """Install Debian packages if that is permitted; whether it worked."""
    if not packages or platform.system() != "Linux" or not shutil.which("apt-get"):
        return not packages
    before = _root()
    if before is None:
        return False
    print(f"Installing system packages: {' '.join(packages)}", file=sys.stderr, flush=True)
    quiet = {"stdin": subprocess.DEVNULL, "stdout": subprocess.DEVNULL, "check": False}
    quiet["env"] = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    get = [*before, "apt-get", "-qq", "-o", "DPkg::Lock::Timeout=120"]
    wanted = [*get, "install", "-y", "--no-install-recommends", *packages]
    subprocess.run([*get, "update"], **quiet)  # if the network is away, what apt has may still do
    return subprocess.run(wanted, **quiet).returncode == 0


def ensure(*, window: bool, told: bool = False) -> bool:
    """Bring what is missing; one sentence where that fails. Whether the coming step can work (sound is optional).

    Without a `window` to open, one who was `told` already is not told again.
    """
    sound, screen = missing()
    wanted = sound + screen
    if not wanted or (install(wanted) and not any(missing())):
        return True
    sound, screen = missing()
    if told and not window:
        return True
    what = "The window and the sound need" if sound and screen else "The window needs" if screen else "The sound needs"
    print(f"{what} system packages that are missing; please run: {command(sound + screen)}", file=sys.stderr)
    return not (window and screen)
