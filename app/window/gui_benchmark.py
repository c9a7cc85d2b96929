"""Benchmark of the window: opens offscreen, composes four takes, and prints latencies as one JSON object.

    python -m app.window.gui_benchmark SPAWNED STYLE [NOTES]

SPAWNED is the time (seconds since the epoch) at which this process was started. `ricercar bench` runs this.
"""

from __future__ import annotations

import json
import os
import statistics
import sys
import time
from dataclasses import replace
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtCore import QElapsedTimer, QEventLoop, Qt, QTimer
from PySide6.QtWidgets import QApplication

from app.commands.generate_flow import ComposeRequest
from app.window.main_window import MainWindow, own_settings
from composer.audio.player import Player
from composer.audio.scheduler import Event, Kind
from composer.core.settings import GenerationRequest
from composer.music.score import Score

TICK_MS = 10
TIMEOUT_MS = 120_000  # for anything that is waited for
THEME_NOTES = 64
PRESSES = 5  # of Compose, warm


class TickTimer:
    """The window's own timer: milliseconds between its ticks."""

    def __init__(self, window: MainWindow) -> None:
        self.gaps: list[float] = []
        self._clock = QElapsedTimer()
        self._timer = QTimer(window, interval=TICK_MS, timerType=Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._tick)

    def start(self) -> None:
        """Begins to count."""
        self.gaps.clear()
        self._clock.start()
        self._timer.start()

    def stop(self) -> None:
        """Ends it."""
        self._timer.stop()

    def _tick(self) -> None:
        self.gaps.append(self._clock.nsecsElapsed() / 1e6)
        self._clock.restart()


class LatencyProbe:
    """A synthesiser without sound that notes how late each event comes, beside the most punctual one."""

    sound, reason = True, ""

    def __init__(self) -> None:
        self.came: list[float] = []  # seconds between the player's clock and the event's own time

    def start(self) -> bool:
        """There is nothing to open."""
        return True

    def send(self, event: Event) -> None:
        """An event is due."""
        if event.kind is Kind.ON:
            self.came.append(time.monotonic() - event.second)

    def all_off(self) -> None:
        """Nothing sounds."""

    def set_volume(self, volume: float) -> None:
        """Nothing sounds."""

    def close(self) -> None:
        """Nothing was opened."""

    def late_ms(self) -> list[float]:
        """Of each note, sorted."""
        return sorted((came - min(self.came)) * 1000 for came in self.came)


class Session:
    """One window, worked by a program."""

    def __init__(self, spawned: float, style: str, notes: int) -> None:
        self.spawned, self.style, self.notes = spawned, style, notes
        self.application = QApplication(sys.argv[:1])
        self.probe = LatencyProbe()
        self.player = Player(self.probe)
        self.window = MainWindow(player=self.player, settings=own_settings())
        self.window.show()
        self.application.processEvents()
        self.window.grab()  # painted, all of it
        self.shown = time.time() - spawned
        self.torch = "torch" in sys.modules
        self.window.begin()
        self.theme = _theme(self.window.document.score)

    def run(self) -> dict[str, object]:
        """All figures."""
        first = self._compose(self.theme)
        from_start = time.time() - self.spawned - self.last + first
        warm = [self._compose(_transpose(self.theme, step)) * 1000 for step in range(1, PRESSES + 1)]
        ticks = TickTimer(self.window)
        ticks.start()
        self._compose(_transpose(self.theme, -1), playing=True)
        ticks.stop()
        self.player.stop()
        gaps, late = sorted(ticks.gaps), self.probe.late_ms()
        return {
            "shown": self.shown,
            "torch": self.torch,
            "first_note_from_start": from_start,
            "first_note_warm_ms": warm,
            "ticks": len(gaps),
            "tick_99_ms": gaps[min(int(len(gaps) * 0.99), len(gaps) - 1)],
            "late_99_ms": late[min(int(len(late) * 0.99), len(late) - 1)] if late else None,
            "late_notes": len(late),
            "tick_median_ms": statistics.median(gaps),
            "tick_longest_ms": gaps[-1],
            "window_mb": resident_megabytes(os.getpid()),
            "worker_mb": resident_megabytes(self.window.generation_client.pid),
        }

    def _compose(self, theme: Score, playing: bool = False) -> float:
        """Presses Compose for four takes; seconds until the first note is shown. Returns when all are written."""
        window, loop, seen = self.window, QEventLoop(), []
        window.document.open(theme, None, "bench")
        self.application.processEvents()
        if playing:
            self.player.load(theme)
            self.probe.came.clear()
            self.player.play(0)
        QTimer.singleShot(TIMEOUT_MS, loop, loop.quit)
        began = time.perf_counter()

        def written(made: list[object]) -> None:
            if made and not seen:
                window.roll.viewport().repaint()
                seen.append(time.perf_counter() - began)

        window.generation_client.written.connect(written)
        window.flow.ended.connect(loop.quit)
        window.flow.start(ComposeRequest(GenerationRequest(style=self.style, notes=self.notes, takes=4), listen=False))
        loop.exec()
        window.generation_client.written.disconnect(written)
        window.flow.ended.disconnect(loop.quit)
        self.last = time.perf_counter() - began
        if not seen:
            raise SystemExit(f"no note came: {window.generation_client.complaints.decode(errors='replace')[-300:]}")
        return float(seen[0])

    def close(self) -> None:
        """Ends window and worker, nothing saved."""
        self.window.files.may_leave = lambda: True  # type: ignore[method-assign]
        self.window.close()


def _theme(score: Score) -> Score:
    starts = [n.start for n in score.audible]
    return score if len(starts) <= THEME_NOTES else score.before(starts[THEME_NOTES - 1] + 1)


def _transpose(theme: Score, steps: int) -> Score:
    return replace(theme, notes=tuple(replace(n, pitch=min(max(n.pitch + steps, 1), 126)) for n in theme.notes))


def resident_megabytes(pid: int) -> float | None:
    """Megabytes of a process in memory; None where the system does not tell."""
    try:
        lines = Path(f"/proc/{pid}/status").read_text(encoding="ascii", errors="replace").splitlines()
    except OSError:
        return None
    return next((int(line.split()[1]) / 1024 for line in lines if line.startswith("VmRSS:")), None)


def main() -> int:
    """Prints the figures."""
    session = Session(float(sys.argv[1]), sys.argv[2], int(sys.argv[3]) if len(sys.argv) > 3 else 192)
    try:
        figures = session.run()
    finally:
        session.close()
    sys.stdout.write(json.dumps(figures) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
