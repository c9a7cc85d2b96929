"""How quick the window is with a big piece: one line a figure, median and p95, beside its aim.

    python benchmarks/roll.py [--notes 100000] [--rounds 30] [--cpu] [--json]

Offscreen, in a real window with its panels, with a silent player. Times are wall-clock milliseconds, painting
included; with --cpu those that the window's own thread was at work, for machines that are busy with something else.
"""

from __future__ import annotations

import argparse
import gc
import json
import os
import platform
import random
import resource
import statistics
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from time import perf_counter, thread_time

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import numpy
import PySide6
from PySide6.QtCore import QEvent, QPointF, QSettings, Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QApplication

from app.window.main_window import MainWindow
from app.window.transport import REST_MS
from composer.audio.player import Player
from composer.audio.scheduler import Event
from composer.music.score import Meter, Note, Score, Tempo

SIZE = (1280, 800)
FRAME, EDIT = 16.0, 100.0  # aims, in milliseconds


class Silence:
    """A synthesiser without sound."""

    sound, reason = False, "benchmark"

    def start(self) -> bool:
        return False

    def send(self, event: Event) -> None:
        """Nothing."""

    def all_off(self) -> None:
        """Nothing."""

    def set_volume(self, volume: float) -> None:
        """Nothing."""

    def close(self) -> None:
        """Nothing."""


def piece(count: int) -> Score:
    """A dense piano piece of so many notes, the same every time."""
    chance = random.Random(747)
    notes = (
        Note(
            i // 4 * 60 + chance.randrange(30),
            min(max(int(chance.gauss(62, 14)), 21), 108),
            chance.choice((120, 240, 240, 480, 960)),
            chance.randrange(20, 127),
            composed=i % 7 == 0,
        )
        for i in range(count)
    )
    return Score(tuple(notes), tempos=(Tempo(0, 500_000),), meters=(Meter(0, 4, 4),), title="big")


class Bench:
    """A window with a big piece, and a stopwatch."""

    def __init__(self, count: int, rounds: int, clock: Callable[[], float] = perf_counter) -> None:
        self.rounds, self.clock = rounds, clock
        self.app = QApplication.instance() or QApplication([])
        self.folder = tempfile.TemporaryDirectory()
        settings = QSettings(f"{self.folder.name}/window.ini", QSettings.Format.IniFormat)
        settings.setValue("compose/listen", "false")
        self.window = MainWindow(player=Player(Silence()), settings=settings)
        self.window.resize(*SIZE)
        self.window.show()
        self.app.processEvents()
        self.settle(0.5)
        self.empty = memory()
        self.score = piece(count)
        self.document, self.roll = self.window.document, self.window.roll
        self.figures: list[dict[str, object]] = []

    def measure(self, name: str, aim: float, times: list[float], unit: str = "ms") -> None:
        """Keeps a figure; p95 of fewer than 20 times is the largest."""
        ordered = sorted(times)
        p95 = ordered[min(round(0.95 * len(ordered)), len(ordered) - 1)]
        figure = {"name": name, "median": statistics.median(ordered), "p95": p95, "aim": aim, "unit": unit}
        self.figures.append({**figure, "rounds": len(ordered)})

    def timed(self, what: Callable[[], object]) -> float:
        """Milliseconds until something is done and painted."""
        begin = self.clock()
        what()
        self.app.processEvents()
        return (self.clock() - begin) * 1e3

    def settle(self, seconds: float) -> None:
        """Lets timers and the player's thread come to rest."""
        until = perf_counter() + seconds
        while perf_counter() < until:
            self.app.processEvents()

    def run(self) -> None:
        """All of it."""
        self.first_paint()
        self.settle(4)
        gc.collect()
        self.measure("memory beyond an empty window", 400, [memory() - self.empty], "MB")
        self.frames("scroll and zoom, as opened")
        self.rests()
        self.roll.zoom(time=0.001)
        self.frames("scroll and zoom, far out")
        self.playhead()
        self.select_all()
        self.edits()

    def first_paint(self) -> None:
        """From a piece in memory to its picture."""
        self.measure("first paint", 500, [self.timed(lambda: self.document.open(self.score, None, "big"))])

    def frames(self, name: str) -> None:
        """Scrolling in both directions, and zooming in and out."""
        roll, g, times = self.roll, self.roll.geometry_, []
        middle = (SIZE[0] / 2, SIZE[1] / 3)
        for i in range(self.rounds):
            steps = (
                lambda i=i: roll.scroll_to(g.left + (170 if i % 2 else 230), g.top),
                lambda i=i: roll.scroll_to(g.left, g.top + (60 if i % 4 < 2 else -60)),
                lambda i=i: roll.zoom(time=1.2 if i % 2 else 1 / 1.2, at=middle),
                lambda i=i: roll.zoom(pitch=1.2 if i % 2 else 1 / 1.2, at=middle),
            )
            times += [self.timed(step) for step in steps]
        self.measure(name, FRAME, times)

    def rests(self) -> None:
        """Scrolling while the player, on its own thread, takes over what was edited."""
        roll, g, times = self.roll, self.roll.geometry_, []
        self.document.select(self.score.notes[:1])
        roll.scroll_to(1000, g.top)
        for _ in range(max(self.rounds // 5, 2)):
            self.window.edit_actions.up()
            until = perf_counter() + 2 * REST_MS / 1e3
            while perf_counter() < until:
                way = 230 if len(times) % 2 else -170
                times.append(self.timed(lambda way=way: roll.scroll_to(g.left + way, g.top)))
            self.document.undo.undo()
            self.settle(2 * REST_MS / 1e3)
        self.document.select(())
        self.measure("scroll in the rest after an edit", FRAME, times)

    def playhead(self) -> None:
        """One frame of the playhead, which paints its strip only."""
        start = self.roll.geometry_.tick(400)
        ticks = (start + 60 * i for i in range(self.rounds * 2))
        self.measure("playhead tick", FRAME, [self.timed(lambda t=t: self.roll.set_playhead(t)) for t in ticks])

    def select_all(self) -> None:
        """The last move of a box that holds every note, far out."""
        roll, times = self.roll, []
        roll.set_tool("select")
        roll.geometry_.key_height = 5
        roll.scroll_to(0, 0)
        size = roll.viewport().size()
        bar = roll.horizontalScrollBar()
        for _ in range(self.rounds):
            bar.setValue(0)
            self.app.processEvents()
            self.mouse(QEvent.Type.MouseButtonPress, QPointF(62, roll.geometry_.ruler_height + 2))
            self.mouse(QEvent.Type.MouseMove, QPointF(80, size.height() - 4))
            bar.setValue(bar.maximum())
            self.app.processEvents()
            times.append(
                self.timed(lambda: self.mouse(QEvent.Type.MouseMove, QPointF(size.width() - 4, size.height() - 4)))
            )
            self.mouse(QEvent.Type.MouseButtonRelease, QPointF(size.width() - 4, size.height() - 4))
            seen = len(self.document.selection)
            self.document.select(())
            self.app.processEvents()
        self.measure(f"rubber-band select ({seen:,} notes)", EDIT, times)

    def mouse(self, kind: QEvent.Type, at: QPointF) -> None:
        """A real mouse event on the roll."""
        port, left, none = self.roll.viewport(), Qt.MouseButton.LeftButton, Qt.MouseButton.NoButton
        which = none if kind == QEvent.Type.MouseMove else left
        held = none if kind == QEvent.Type.MouseButtonRelease else left
        place = QPointF(port.mapToGlobal(at.toPoint()))
        QApplication.sendEvent(port, QMouseEvent(kind, at, place, which, held, Qt.KeyboardModifier.NoModifier))

    def edits(self) -> None:
        """Transposing 10,000 selected notes, one note, and undoing that."""
        chance, editing, undo = random.Random(3), self.window.edit_actions, self.document.undo
        for count in (10_000, 1):
            chosen = chance.sample(range(len(self.score.notes)), min(count, len(self.score.notes)))
            self.document.select(self.document.score.notes[i] for i in chosen)
            self.app.processEvents()
            there, back, again = [], [], []
            for _ in range(self.rounds):
                there.append(self.timed(editing.up))
                back.append(self.timed(undo.undo))
                again.append(self.timed(undo.redo))
                undo.undo()
                self.app.processEvents()
            self.measure(f"transpose {count:,}", EDIT, there)
            self.measure(f"undo of it ({count:,})", EDIT, back)
            self.measure(f"redo of it ({count:,})", EDIT, again)

    def close(self) -> None:
        """Ends window and threads."""
        self.document.undo.setClean()
        self.window.close()
        self.folder.cleanup()


def memory() -> float:
    """Megabytes that the process holds now."""
    try:
        pages = int(Path("/proc/self/statm").read_text().split()[1])
        return pages * resource.getpagesize() / 2**20
    except OSError:
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def machine() -> dict[str, str]:
    """Where and with what this was measured."""
    return {
        "machine": f"{platform.machine()}, {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}, {platform.system()}",
        "versions": f"Python {platform.python_version()}, PySide6 {PySide6.__version__}, numpy {numpy.__version__}",
    }


def main() -> int:
    """Measures and prints."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--notes", type=int, default=100_000)
    parser.add_argument("--rounds", type=int, default=30)
    parser.add_argument("--cpu", action="store_true")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    bench = Bench(options.notes, options.rounds, thread_time if options.cpu else perf_counter)
    bench.run()
    bench.close()
    where = machine()
    if options.json:
        kind = "cpu" if options.cpu else "wall"
        print(json.dumps({**where, "notes": options.notes, "times": kind, "figures": bench.figures}))
        return 0
    kind = "CPU time" if options.cpu else "wall time"
    print(f"{options.notes:,} notes; {kind}; {where['machine']}; {where['versions']}")
    for f in bench.figures:
        verdict = "ok" if f["p95"] <= f["aim"] else "over"  # type: ignore[operator]
        print(
            f"{f['name']:<40} median {f['median']:7.1f} {f['unit']}   p95 {f['p95']:7.1f} {f['unit']}"
            f"   aim {f['aim']:g}   {verdict}"
        )
    return 0


if __name__ == "__main__":
    sys.exit(main())
