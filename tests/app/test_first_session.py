"""The first session that people judge the app by, with the real app in its own process, killed in the middle."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any

import pytest

from composer.files import project_file

LONGEST = 180  # seconds after which a session that hangs is ended
SCRIPT = Path(__file__).with_name("first_session.py")


def started(part: str, home: Path, file: Path) -> subprocess.Popen[str]:
    """The app, playing a part of the session."""
    environment = {**os.environ, "RICERCAR_HOME": str(home), "QT_QPA_PLATFORM": "offscreen", "HOME": str(home)}
    command = [sys.executable, str(SCRIPT), part, str(file)]
    process = subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    watchdog = threading.Timer(LONGEST, process.kill)
    watchdog.daemon = True
    watchdog.start()
    return process


def line(process: subprocess.Popen[str]) -> dict[str, Any]:
    """The next thing that the session tells."""
    assert process.stdout is not None
    text = process.stdout.readline()
    if not text:
        _, errors = process.communicate(timeout=30)
        pytest.fail(errors)
    return json.loads(text)


def gone(pid: int) -> bool:
    """Whether a process has ended (a zombie has)."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] == "Z"
    except OSError:
        return True


@pytest.mark.slow
def test_a_first_session_survives_a_kill(tmp_path: Path) -> None:
    """Draw, copy up a third, quantise, paint velocities, loop, save, kill -9, recover, undo to the empty page."""
    home, file = tmp_path / "home", tmp_path / "first.ricercar"
    home.mkdir()
    app = started("draw", home, file)
    reached = line(app)
    os.kill(app.pid, signal.SIGKILL)
    app.communicate(timeout=30)
    assert app.returncode == -signal.SIGKILL

    saved = project_file.read(file)
    assert len(saved.score.notes) == 8
    assert [n.pitch + 1 for n in saved.score.notes] == [pitch for _, pitch, _, _ in reached["notes"]]
    assert reached["loop"] == [0, 960]

    app = started("recover", home, file)
    recovered, empty, whole = line(app), line(app), line(app)
    _, errors = app.communicate(timeout=60)
    assert app.returncode == 0, errors
    assert "Traceback" not in errors
    for key in ("notes", "steps", "title", "loop"):
        assert recovered[key] == reached[key], key
    assert recovered["path"] == str(file)
    assert empty["notes"] == []
    assert empty["steps"] == 0
    assert empty["seen"] == [8, 8, 8, 8, 4, 3, 2, 1, 0]  # pitch, velocities, grid, thirds, four notes
    assert whole["notes"] == reached["notes"]
    assert not list(home.rglob("*.ricercar")), "what was given up leaves nothing behind"

    end = time.monotonic() + 20
    while reached["worker"] and not gone(reached["worker"]) and time.monotonic() < end:
        time.sleep(0.05)
    assert not reached["worker"] or gone(reached["worker"]), "the worker outlives an app that was killed"
