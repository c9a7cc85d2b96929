"""How well takes keep their theme's pulse, pace and repeats, as a table: python tools/measure_pulse.py [--takes K]

Themes on the grid: two small MIDI files and eight that are made here, in five meters and several tempi. Coherence is
|mean exp(2 pi i t / p)| over a take's last 40 onsets t, p being the spacing of the theme's own grid (a sixteenth, in
compound meters a sixth of the beat): 1 is on the grid; of 40 onsets at random it is .14 on the mean. Downbeats: the
share of onsets that fall on a bar line, beside the same share in the theme, and in ASAP's scores of its meter.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from composer.core.settings import TIMINGS, GenerationRequest, Sampling
from composer.files import midi_reader
from composer.generation import generate
from composer.generation.generate import GeneratedNote
from composer.music.metre import MetricGrid, beat_ticks, own_grid
from composer.music.score import Meter, Note, Score, Tempo

DATA = Path(__file__).resolve().parent.parent / "tests" / "data"
FILES = ("minuet-90", "waltz-120")
STYLES = ("baroque", "romantic", "avant-garde")
LAST, NOTES, FIRST_SEED = 40, 128, 7000
# (meter, qpm, tonic, rhythm in sixteenths of a quarter's four, bars, accompanied)
MADE = (
    ((4, 4), 100, 60, (4, 4, 2, 2, 4), 6, True),
    ((4, 4), 132, 65, (2, 2, 2, 2, 4, 4), 6, True),
    ((4, 4), 76, 57, (4, 2, 2, 1, 1, 1, 1, 4), 4, False),
    ((3, 4), 144, 62, (4, 2, 2, 4), 8, True),
    ((2, 4), 112, 67, (2, 2, 4), 8, True),
    ((2, 4), 88, 64, (1, 1, 2, 4), 8, False),
    ((6, 8), 96, 69, (4, 2, 2, 2, 2), 6, True),
    ((12, 8), 80, 55, (2, 2, 2, 4, 2, 6, 6), 3, True),
)
STEPS = (0, 2, 4, 5, 7, 9, 11, 12, 9, 7, 4, 2)  # of a major scale, up and down


def made(
    meter: tuple[int, int],
    qpm: int,
    tonic: int,
    rhythm: tuple[int, ...],
    bars: int,
    accompanied: bool,
    ticks: int = 480,
) -> Score:
    """A theme in one key whose onsets all lie on sixteenths."""
    notes, at, number, ticks = [], 0, 0, 480
    bar = ticks * 4 * meter[0] // meter[1]
    for _ in range(bars):
        for length in rhythm:
            size = length * ticks // 4
            notes.append(Note(at, tonic + STEPS[number % len(STEPS)], size * 9 // 10, 72 + 8 * (at % bar == 0)))
            at, number = at + size, number + 1
    for start in range(0, at if accompanied else 0, bar):
        notes.append(Note(start, tonic - 12 + STEPS[start // bar % 3 * 2], bar * 9 // 10, 60))
    return Score(tuple(notes), tempos=(Tempo(0, round(60e6 / qpm)),), meters=(Meter(0, *meter),), ticks_per_beat=ticks)


def themes() -> Iterator[Score]:
    """The ten themes on the grid."""
    for name in FILES:
        yield midi_reader.read(DATA / f"{name}.mid")
    for of in MADE:
        yield made(*of)


def coherence(score: Score, ticks: np.ndarray) -> float:
    """Of onsets with the theme's sixteenths, 0..1."""
    _, compound, size = beat_ticks(score, 0)
    place = score.tempo_map.second(size) / (6 if compound else 4)
    return float(abs(np.exp(2j * np.pi * score.tempo_map.seconds(ticks) / place).mean()))


def downbeats(score: Score, ticks: np.ndarray) -> float:
    """The share of onsets within a 64th of a bar line."""
    first, last = score.bar_map.around(ticks)
    near = score.ticks_per_beat // 16
    return float(((ticks - first <= near) | (last - ticks <= near)).mean())


def usual(score: Score) -> float:
    """The share of onsets on downbeats that scores of the theme's meter have, among the places that it uses."""
    grid = MetricGrid(score, own_grid(score)[1])
    bar = grid.shares[grid.ticks < score.bar_map.next_line(1)]
    return float(bar[0] / bar.sum())


def takes(theme: Score, style: str, timing: str, count: int, seed: int) -> list[list[GeneratedNote]]:
    """So many takes of NOTES notes."""
    settings = GenerationRequest(style, notes=NOTES, takes=count, timing=timing, sampling=Sampling(random_seed=seed))
    found: list[list[GeneratedNote]] = [[] for _ in range(count)]
    for event in generate.compose(theme, settings):
        found[event.take].append(event)
    return found


def longest_run(events: list[GeneratedNote]) -> int:
    """How often running one pitch is struck, at most."""
    pitches = np.array([e.note.pitch for e in events])
    edges = np.flatnonzero(np.diff(pitches, prepend=-1, append=-1))
    return int(np.diff(edges).max(initial=0))


def row(style: str, timing: str, count: int) -> str:
    """A line of the table."""
    found, bars, own, scores = [], [], [], []
    for number, theme in enumerate(themes()):
        own.append(downbeats(theme, np.unique([n.start for n in theme.notes])))
        scores.append(usual(theme))
        for events in takes(theme, style, timing, count, FIRST_SEED + number):
            onsets = np.array([e.note.start for e in events])
            found.append(coherence(theme, onsets[-LAST:]))
            bars.append(downbeats(theme, np.unique(onsets)))
    slow, fast = (midi_reader.read(DATA / f"{name}.mid") for name in ("slow-sparse", "fast-repeats"))
    paces = []
    for events in takes(slow, style, timing, count, FIRST_SEED):
        seconds = slow.tempo_map.seconds([e.note.start for e in events])
        paces.append(len(seconds) / (seconds[-1] - seconds[0]))
    runs = [longest_run(events) for events in takes(fast, style, timing, count, FIRST_SEED)]
    figures = f"{np.median(found):.2f} | {np.quantile(found, 0.1):.2f} | {np.mean(bars):.3f}"
    figures += f" | {np.mean(own):.3f} | {np.mean(scores):.3f}"
    return f"| {timing} | {style} | {figures} | {np.median(paces):.1f} | {max(runs)} |"


def main() -> None:
    """Prints the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--takes", type=int, default=10, help="of each theme (default: 10)")
    parser.add_argument("--timings", nargs="+", choices=TIMINGS, default=["free", "steady", "grid"])
    options = parser.parse_args()
    print("| timing | style | coherence, median | tenth | downbeats | in the theme | in scores | slow, notes/s | run |")
    print("|---|---|---|---|---|---|---|---|---|")
    for timing in options.timings:
        for style in STYLES:
            print(row(style, timing, options.takes), flush=True)


if __name__ == "__main__":
    main()
