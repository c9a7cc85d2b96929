"""Writes the example themes of this folder: `python examples/make_examples.py` from the repository's root.

The notes were entered by hand for Ricercar; what is not our own is in the public domain (`README.md` says which).
A line of music is text: `C5:2` is a C above middle C for two quarter notes, `-:1` a rest, `C4+E4+G4:1` a chord;
`_` after a length lets the note go a little early, `.` at half of it.
"""

from __future__ import annotations

import math
import random
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from composer.files import midi_reader
from composer.music import time_maps
from composer.music.score import Meter, Note, Pedal, Score, Tempo, Track

BEAT = 480  # ticks a quarter note
STEPS = {"C": 0, "D": 2, "E": 4, "F": 5, "G": 7, "A": 9, "B": 11}


def key(name: str) -> int:
    """The MIDI key of a name such as `Bb3` or `F#5` (C4 is 60)."""
    return STEPS[name[0]] + name.count("#") - name[1:].count("b") + 12 * (int(name[-1]) + 1)


def line(text: str, velocity: int, *, start: float = 0.0, swell: int = 0, seed: int = 1, grain: int = 4) -> list[Note]:
    """Notes of one line. `start` in quarter notes; `swell` more velocity in the middle of it; `grain` of chance."""
    chance = random.Random(seed)
    words = [word for word in text.split() if word != "|"]
    lengths = [float(word.split(":")[1].rstrip("_.")) for word in words]
    notes, at = [], start
    for word, length in zip(words, lengths, strict=True):
        names = word.split(":")[0]
        arch = math.sin(math.pi * (at - start) / max(sum(lengths), 1))
        share = 0.45 if word.endswith(".") else 0.85 if word.endswith("_") else 0.97
        for name in [] if names == "-" else names.split("+"):
            loud = round(velocity + swell * arch + chance.uniform(-grain, grain))
            notes.append(
                Note(round(at * BEAT), key(name), max(round(length * share * BEAT), 1), min(max(loud, 1), 127))
            )
        at += length
    return notes


def pedalled(bars: list[tuple[float, float]]) -> list[Pedal]:
    """Down just after the first and up at the second of each pair of moments, in quarter notes."""
    return [p for a, z in bars for p in (Pedal(round(a * BEAT) + 30, 127), Pedal(round(z * BEAT), 0))]


def piece(
    notes: list[Note], title: str, qpm: float, meter: tuple[int, int], pedals: list[Pedal] | None = None
) -> Score:
    """A score of one piano track."""
    return Score(
        notes=tuple(notes),
        pedals=tuple(pedals or ()),
        tempos=(Tempo(0, time_maps.microseconds(qpm)),),
        meters=(Meter(0, *meter),),
        tracks=(Track(title),),
        ticks_per_beat=BEAT,
        title=title,
    )


def royal_theme() -> Score:
    """The king's theme of Bach's Musical Offering, BWV 1079 (1747), as its first canon has it."""
    theme = """C5:2 Eb5:2 | G5:2 Ab5:2 | B4:2 -:1 G5:2 F#5:2 F5:2 E5:2 Eb5:2 D5:1 Db5:1 C5:1 | B4:1_ G4:1_ C5:1_ F5:1_ |
        Eb5:2 D5:2 | C5:2"""
    return piece(line(theme, 68, swell=14), "Royal theme", 120, (2, 2))


def elise() -> Score:
    """The opening of Beethoven's Für Elise, WoO 59 (1810)."""
    right = """E5:.25 D#5:.25 | E5:.25 D#5:.25 E5:.25 B4:.25 D5:.25 C5:.25 | A4:.5 -:.25 C4:.25 E4:.25 A4:.25 |
        B4:.5 -:.25 E4:.25 G#4:.25 B4:.25 | C5:.5 -:.25 E4:.25 E5:.25 D#5:.25 |
        E5:.25 D#5:.25 E5:.25 B4:.25 D5:.25 C5:.25 | A4:.5 -:.25 C4:.25 E4:.25 A4:.25 |
        B4:.5 -:.25 E4:.25 C5:.25 B4:.25 | A4:1"""
    chord_a, chord_e = "A2:.25 E3:.25 A3:.25 -:.75 |", "E2:.25 E3:.25 G#3:.25 -:.75 |"
    left = f"-:1.5 {chord_a} {chord_e} {chord_a} -:1.5 {chord_a} {chord_e} A2:.25 E3:.25 A3:.5"
    # The upbeat fills the end of a first bar of its own.
    notes = line(right, 54, start=1.0, swell=10, seed=2) + line(left, 42, start=1.5, swell=8, seed=3)
    bars = [(3.0, 4.0), (4.5, 5.5), (6.0, 7.0), (9.0, 10.0), (10.5, 11.5), (12.0, 13.4)]
    return piece(notes, "Für Elise, opening", 66, (3, 8), pedalled(bars))


def nocturne() -> Score:
    """Eight bars of our own in the manner of a nocturne: a singing line over broken chords, a pedal a bar."""
    right = """-:2 Ab4:.5 Bb4:.5 | C5:1.5 Bb4:.5 C5:.5 Eb5:.5 | F5:2 Eb5:.5 Db5:.5 | C5:1.5 Ab4:.5 F4:.5 Ab4:.5 |
        G4:2 Eb4:.5 G4:.5 |
        C5:1.5 Db5:.5 C5:.5 Bb4:.5 | Ab5:1.5 G5:.5 F5:.5 Eb5:.5 | Db5:1 C5:.5 Bb4:.5 D4:.5 Eb4:.5 | C5:1 Ab4:2"""
    chords = [
        "Ab2 Eb3 C4 Eb4",
        "Db2 Ab2 F3 Ab3",
        "F2 C3 Ab3 C4",
        "Eb2 Bb2 G3 Db4",
        "Ab2 Eb3 C4 Eb4",
        "Db2 Ab2 F3 Ab3",
        "Eb2 Bb2 G3 Db4",
    ]
    left = " ".join("{0}:.5 {1}:.5 {2}:.5 {3}:.5 {2}:.5 {1}:.5".format(*chord.split()) for chord in chords)
    left += " Ab1:.5 Eb2:.5 C3:.5 Eb3:.5 Ab3:1"
    chance = random.Random(9)
    notes = line(right, 66, swell=16, seed=4) + line(left, 40, start=3, swell=10, seed=5)
    loose = [Note(max(n.start + chance.randint(-9, 9), 0), n.pitch, n.duration, n.velocity) for n in notes]
    return piece(loose, "Nocturne", 78, (3, 4), pedalled([(3.0 * i, 3.0 * i + 2.95) for i in range(1, 9)]))


def whole_tone() -> Score:
    """A cell of our own: the two whole-tone scales against each other, in fives, with wide leaps and silences."""
    right = """Bb4:.5. C5:.5. E5:1 D6:.5. F#5:2.5 | -:.5 G#5:.5. E6:.25 D6:.25 C6:.5 -:1 F#4:2 |
        Db5:.33 Eb5:.33 F5:.34 B5:1 A5:.5. G6:.5. -:2 | C7:.25. Bb6:.25. G#6:.25. F#6:.25. E6:4"""
    left = """-:2 Ab2+D3:1 -:1 E2:1 | Bb1+Ab2:2 -:1.5 C3:.5. D3:.5. E3:.5. |
        Db2+G2:1 -:1.5 A2+Eb3+F3:2.5 | F#1:1 C2+Bb2+E3:4"""
    notes = line(right, 72, swell=24, seed=6, grain=12) + line(left, 60, swell=26, seed=7, grain=12)
    return piece(notes, "Whole-tone cell", 92, (5, 4), pedalled([(5.0, 7.0), (12.4, 14.9), (16.0, 19.9)]))


def prelude() -> Score:
    """The first four bars of Bach's Prelude in C, BWV 846 (1722)."""
    bars = ["C4 E4 G4 C5 E5", "C4 D4 A4 D5 F5", "B3 D4 G4 D5 F5", "C4 E4 G4 C5 E5"]
    notes = []
    for bar, names in enumerate(bars):
        low, second, *upper = names.split()
        for half in (0.0, 2.0):
            at = bar * 4 + half
            notes += line(f"{low}:2", 56, start=at, seed=bar)
            notes += line(f"{second}:1.75", 52, start=at + 0.25, seed=bar + 10)
            notes += line(" ".join(f"{name}:.25" for name in upper * 2), 54, start=at + 0.5, swell=5, seed=bar + 20)
    return piece(notes, "Prelude in C, opening", 66, (4, 4))


def melody() -> Score:
    """Eight bars of our own as one would draw them: one line, on the grid, all equally loud."""
    text = """E4:1 G4:1 A4:1 G4:1 | C5:2 B4:1 A4:1 | G4:1 E4:1 F4:1 G4:1 | D4:3 -:1 |
        E4:1 G4:1 A4:1 B4:1 | C5:1 D5:1 E5:2 | D5:1 C5:1 A4:1 B4:1 | C5:3"""
    return piece(line(text, 80, grain=0), "Melody", 108, (4, 4))


PIECES = {
    "royal_theme": royal_theme,
    "elise": elise,
    "nocturne": nocturne,
    "whole_tone": whole_tone,
    "prelude_in_c": prelude,
    "melody": melody,
}

if __name__ == "__main__":
    for name, make in PIECES.items():
        midi_reader.write(make(), Path(__file__).resolve().parent / f"{name}.mid", force=True)
