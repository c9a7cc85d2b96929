"""How quick opening, saving and autosaving of a big piece are, and what its undo history costs: a line a figure.

    python benchmarks/document.py [--notes 100000] [--rounds 5] [--steps 300]

Offscreen, in a real window with its panels, with a silent player. Wall-clock milliseconds; "longest wait" is the
longest that the window was kept from its events meanwhile.
"""

from __future__ import annotations

import argparse
import gc
import os
import platform
import random
import statistics
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from time import perf_counter, sleep

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from PySide6.QtCore import QEvent, QSettings, QtMsgType, qInstallMessageHandler
from PySide6.QtWidgets import QApplication
from roll import Silence

from app.window.main_window import MainWindow
from composer.audio.player import Player
from composer.files import midi_reader, musicxml_writer
from composer.music.score import Note, Score

OPEN_MS = 2500  # the aim of opening a MIDI file


class Bench:
    """A window, and the clock beside it."""

    def __init__(self, folder: Path, notes: int) -> None:
        self.folder = folder
        rng = random.Random(1)
        rows = (
            (i * 60 + rng.randrange(40), rng.randrange(30, 90), rng.randrange(30, 400), rng.randrange(1, 127))
            for i in range(notes)
        )
        self.score = Score(tuple(Note(*row) for row in rows))
        self.notes = notes
        midi_reader.write(self.score, folder / "big.mid", force=True)
        settings = QSettings(str(folder / "window.ini"), QSettings.Format.IniFormat)
        self.window = MainWindow(player=Player(Silence()), settings=settings)
        self.window.files.ask_replace = lambda text: True
        self.window.files.ask_save = lambda title, path, kinds: str(folder / "big.ricercar")
        self.window.resize(1280, 800)
        self.window.show()
        QApplication.processEvents()

    def until(self, done: Callable[[], bool]) -> float:
        """Lets the event loop run until something holds; returns its longest turn in milliseconds."""
        worst = 0.0
        while not done():
            begun = perf_counter()
            QApplication.processEvents()
            worst = max(worst, perf_counter() - begun)
            sleep(0.0005)
        return worst * 1000

    def open(self, name: str) -> tuple[float, float]:
        """Opens a file, painting included; (milliseconds, longest wait)."""
        self.window.document.undo.setClean()
        self.window.files.new()
        begun = perf_counter()
        self.window.files.open_path(self.folder / name)
        worst = self.until(lambda: len(self.window.document.score.notes) == self.notes)
        self.window.grab()
        return (perf_counter() - begun) * 1000, worst

    def change(self, i: int) -> None:
        """One edit of one note."""
        score = self.window.document.score
        note = score.notes[i * 7 % len(score.notes)]
        louder = Note(note.start, note.pitch, note.duration, (note.velocity + i) % 127 + 1, note.track)
        self.window.document.change("Edit", score.change([note], [louder]))
        QApplication.processEvents()

    def save(self) -> float:
        """Writes the project, reads it back, compares; milliseconds."""
        begun = perf_counter()
        self.window.files.save()
        return (perf_counter() - begun) * 1000

    def autosave(self) -> tuple[float, float]:
        """(milliseconds until it is on the disk, longest wait)."""
        wrote: list[bool] = []
        self.window.autosave.wrote.connect(lambda: wrote.append(True))
        begun = perf_counter()
        self.window.autosave.write()
        worst = max((perf_counter() - begun) * 1000, self.until(lambda: bool(wrote)))
        return (perf_counter() - begun) * 1000, worst

    def close(self) -> None:
        """Leaves nothing behind."""
        self.window.document.undo.setClean()
        self.window.close()
        self.window.deleteLater()
        QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


def line(what: str, values: list[float], aim: str = "") -> None:
    """Prints a figure."""
    ordered = sorted(values)
    p95 = ordered[min(round(0.95 * (len(ordered) - 1)), len(ordered) - 1)]
    print(f"{what:44} median {statistics.median(values):8.1f} ms   p95 {p95:8.1f} ms   {aim}")


def memory() -> float:
    """Of this process, in MB."""
    gc.collect()
    return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 2**20


def timed(act: Callable[[], object]) -> float:
    """Milliseconds of one call."""
    begun = perf_counter()
    act()
    return (perf_counter() - begun) * 1000


def measure(bench: Bench, rounds: int, steps: int) -> None:
    """All figures."""
    line("read the MIDI file", [timed(lambda: midi_reader.read(bench.folder / "big.mid")) for _ in range(rounds)])
    line("write the MIDI file", [timed(lambda: midi_reader.to_bytes(bench.score)) for _ in range(rounds)])
    opened = [bench.open("big.mid") for _ in range(rounds)]
    line("open the MIDI file, until it is painted", [ms for ms, _ in opened], f"aim {OPEN_MS} ms")
    line("  longest wait meanwhile", [wait for _, wait in opened])
    line("save, read back and compare", [bench.save() for _ in range(rounds)])
    opened = [bench.open("big.ricercar") for _ in range(rounds)]
    line("open the project, until it is painted", [ms for ms, _ in opened])
    line("put it on the grid", [timed(lambda: musicxml_writer.on_grid(bench.score)) for _ in range(rounds)])
    before, saved = memory(), []
    for i in range(steps):
        bench.change(i)
        if i % 50 == 49:
            saved.append(bench.autosave())
    line("autosave", [ms for ms, _ in saved])
    line("  longest wait meanwhile", [wait for _, wait in saved])
    print(f"{f'memory of {steps} undo steps':44} {memory() - before:15.0f} MB")
    line("undo them all, a step", [timed(bench.window.document.undo.undo) for _ in range(steps)])


def main() -> None:
    """Measures and prints."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--notes", type=int, default=100_000)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--steps", type=int, default=300)
    asked = parser.parse_args()
    _application = QApplication.instance() or QApplication(sys.argv[:1])
    qInstallMessageHandler(_quiet)
    print(f"{asked.notes:,} notes; Python {platform.python_version()}; {os.cpu_count()} cores")
    with tempfile.TemporaryDirectory() as folder:
        os.environ["RICERCAR_HOME"] = folder
        bench = Bench(Path(folder), asked.notes)
        try:
            measure(bench, asked.rounds, asked.steps)
        finally:
            bench.close()


def _quiet(kind: QtMsgType, context: object, text: str) -> None:
    """The offscreen platform says of many things that it does not support them."""
    if "does not support" not in text:
        print(text, file=sys.stderr)


if __name__ == "__main__":
    main()
