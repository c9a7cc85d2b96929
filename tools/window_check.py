"""Opens the window on a virtual screen (Xvfb), as `make run` does, and looks at the pixels.

Usage: python tools/window_check.py [PICTURE.png] [--seconds N]
Succeeds when the window has painted itself and the app still runs. Needs Xvfb and, for the picture, Pillow.
"""

from __future__ import annotations

import argparse
import os
import struct
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
WIDTH, HEIGHT = 1600, 1000
ENOUGH = 12  # distinct colours; an empty screen has one


def frame(path: Path) -> tuple[int, int, bytes]:
    """(width, height, BGRX pixels) of Xvfb's screen, from its XWD file."""
    data = path.read_bytes()
    header = struct.unpack(">25I", data[:100])
    size, width, height, line, colours = header[0], header[4], header[5], header[12], header[19]
    start = size + 12 * colours
    rows = (data[start + y * line : start + y * line + 4 * width] for y in range(height))
    return width, height, b"".join(rows)


def colours(width: int, height: int, pixels: bytes) -> int:
    """How many colours a grid of points over the screen shows."""
    points = ((y * width + x) * 4 for y in range(0, height, 7) for x in range(0, width, 7))
    return len({pixels[at : at + 3] for at in points})


def save(path: Path, width: int, height: int, pixels: bytes) -> None:
    """The screen as a picture."""
    from PIL import Image

    Image.frombytes("RGB", (width, height), pixels, "raw", "BGRX").save(path)


def watch(screen: Path, app: subprocess.Popen[bytes], seconds: float) -> float | None:
    """Seconds until the window was painted, or None."""
    began = time.monotonic()
    while time.monotonic() - began < seconds and app.poll() is None:
        time.sleep(0.05)
        if screen.exists() and colours(*frame(screen)) >= ENOUGH:
            return time.monotonic() - began
    return None


def main(argv: list[str]) -> int:
    """0 when the window showed and kept running."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("picture", nargs="?", type=Path)
    parser.add_argument("--seconds", type=float, default=30.0, help="how long to wait for it")
    options = parser.parse_args(argv)
    read, write = os.pipe()
    with tempfile.TemporaryDirectory() as folder:
        screen = [
            "Xvfb",
            "-displayfd",
            str(write),
            "-screen",
            "0",
            f"{WIDTH}x{HEIGHT}x24",
            "-fbdir",
            folder,
            "-nolisten",
            "tcp",
        ]
        server = subprocess.Popen(screen, pass_fds=[write], stderr=subprocess.DEVNULL)
        os.close(write)
        try:
            display = os.read(read, 16).decode().strip()
            settings = {k: v for k, v in os.environ.items() if k not in ("QT_QPA_PLATFORM", "WAYLAND_DISPLAY")}
            settings |= {"DISPLAY": f":{display}", "RICERCAR_HOME": f"{folder}/home"}
            app = subprocess.Popen([sys.executable, "-m", "app"], cwd=ROOT, env=settings)
            shown = watch(Path(folder) / "Xvfb_screen0", app, options.seconds)
            time.sleep(2)
            alive = app.poll() is None
            if shown is not None and options.picture:
                save(options.picture, *frame(Path(folder) / "Xvfb_screen0"))
            app.terminate()
            app.wait(20)
        finally:
            server.terminate()
            server.wait(20)
    if shown is None or not alive:
        print("The window did not show on the virtual screen.", file=sys.stderr)
        return 1
    print(f"The window showed after {shown:.1f} s on a virtual screen.")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
