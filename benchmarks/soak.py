"""Two hours of music in one go: is it as quick at the end as at the beginning, and does memory stay flat?

    python benchmarks/soak.py [--style baroque] [--minutes 120] [--takes 1] [--json FILE]

Composes until so many minutes of music are written, and prints a line for each tenth: notes a second, memory, the
music so far. Fails where the last tenth is slower than 0.8 of the first full one, or memory grew by over 30 MB.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from composer.core import paths
from composer.core.settings import GenerationRequest, Sampling
from composer.files import midi_reader
from composer.generation import generate
from composer.music.score import Score

TENTHS = 10
SLOWEST, MOST_GROWTH = 0.8, 30.0  # of the first speed; MB


def resident() -> float:
    """Megabytes of this process in memory."""
    lines = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
    return next(int(line.split()[1]) / 1024 for line in lines if line.startswith("VmRSS:"))


def theme() -> Score:
    """What it goes on from."""
    return midi_reader.read(paths.examples() / "elise.mid")


def soak(style: str, minutes: float, takes: int) -> list[dict[str, float]]:
    """A row for each tenth of the music. Keeps no notes: what grows would be the engine's own."""
    score = theme()
    settings = GenerationRequest(style, seconds=minutes * 60, takes=takes, sampling=Sampling(random_seed=1))
    engine = generate.warm(style, settings)
    print(f"{style}, {engine.precision}, {takes} take(s), {minutes:g} minutes of music", flush=True)
    start, music, count = score.seconds, 0.0, 0
    rows: list[dict[str, float]] = []
    began = time.process_time()

    def tell() -> None:
        speed = count / max(time.process_time() - began, 1e-9)
        rows.append({"music_s": music, "notes": count, "notes_per_cpu_second": speed, "mb": resident()})
        print("  ".join(f"{name} {value:.1f}" for name, value in rows[-1].items()), flush=True)

    for event in generate.compose(score, settings):
        count += 1
        music = score.tempo_map.second(event.note.start) - start
        if event.take == 0 and music >= minutes * 60 * (len(rows) + 1) / TENTHS:
            tell()
            began, count = time.process_time(), 0
    if count > 1:
        tell()
    return rows


def main() -> int:
    """Prints the rows and a verdict."""
    parser = argparse.ArgumentParser(description="Composes for hours.")
    parser.add_argument("--style", default="baroque")
    parser.add_argument("--minutes", type=float, default=120)
    parser.add_argument("--takes", type=int, default=1)
    parser.add_argument("--json", type=Path)
    options = parser.parse_args()
    rows = soak(options.style, options.minutes, options.takes)
    if options.json:
        options.json.write_text(json.dumps(rows, indent=1))
    first, last = rows[1], rows[-1]  # the context fills up in the first tenth
    slower = last["notes_per_cpu_second"] / first["notes_per_cpu_second"]
    growth = last["mb"] - first["mb"]
    print(f"last tenth at {slower:.2f} of the second's speed; memory grew by {growth:.1f} MB")
    return 0 if slower >= SLOWEST and growth <= MOST_GROWTH else 1


if __name__ == "__main__":
    sys.exit(main())
