"""Scales: which pitches belong to a key, the next step up or down in it, the nearest pitch of it. Pure; no Qt."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from dataclasses import dataclass
from functools import cached_property

MODES: dict[str, tuple[int, ...]] = {
    "major": (0, 2, 4, 5, 7, 9, 11),
    "minor": (0, 2, 3, 5, 7, 8, 10),
    "harmonic minor": (0, 2, 3, 5, 7, 8, 11),
    "melodic minor": (0, 2, 3, 5, 7, 9, 11),
    "dorian": (0, 2, 3, 5, 7, 9, 10),
    "phrygian": (0, 1, 3, 5, 7, 8, 10),
    "lydian": (0, 2, 4, 6, 7, 9, 11),
    "mixolydian": (0, 2, 4, 5, 7, 9, 10),
    "locrian": (0, 1, 3, 5, 6, 8, 10),
    "major pentatonic": (0, 2, 4, 7, 9),
    "minor pentatonic": (0, 3, 5, 7, 10),
    "blues": (0, 3, 5, 6, 7, 10),
    "whole tone": (0, 2, 4, 6, 8, 10),
    "chromatic": tuple(range(12)),
}
_LETTERS = {"C": 0, "D": 2, "E": 4, "F": 5, "G": 7, "A": 9, "B": 11}
_MAJORS = ("C", "Db", "D", "Eb", "E", "F", "F#", "G", "Ab", "A", "Bb", "B")  # as keys are usually spelt
_MINORS = ("C", "C#", "D", "Eb", "E", "F", "F#", "G", "G#", "A", "Bb", "B")
TOP = 127  # the highest MIDI key


@dataclass(frozen=True)
class Scale:
    """The pitches of a key, over the whole keyboard. `tonic` is a pitch class (0 is C), `mode` a key of `MODES`."""

    tonic: int
    mode: str

    def __post_init__(self) -> None:
        if not 0 <= self.tonic < 12 or self.mode not in MODES:
            raise ValueError(f"no such scale: {self.tonic!r} {self.mode!r}")

    @property
    def name(self) -> str:
        """As `parse` reads it: "F# minor"."""
        return f"{spelt(self.tonic, self.mode)} {self.mode}"

    @cached_property
    def pitches(self) -> tuple[int, ...]:
        """Every MIDI key of the scale, lowest first."""
        return tuple(p for p in range(TOP + 1) if self.contains(p))

    @cached_property
    def _snapped(self) -> tuple[int, ...]:
        return tuple(min(self.pitches, key=lambda q: (abs(q - p), q)) for p in range(TOP + 1))

    def contains(self, pitch: int) -> bool:
        """Whether a MIDI key belongs to the scale."""
        return (pitch - self.tonic) % 12 in MODES[self.mode]

    def snap(self, pitch: int) -> int:
        """The nearest pitch of the scale; of two, the lower one."""
        return self._snapped[min(max(pitch, 0), TOP)]

    def step(self, pitch: int, n: int) -> int:
        """The `n`th pitch of the scale above (or, below 0, under) a pitch, as far as the keyboard goes.

        From a pitch outside the scale, the first step is its next neighbour in the scale. 0 steps leave it.
        """
        if n == 0:
            return pitch
        at = bisect_right(self.pitches, pitch) - 1 if n > 0 else bisect_left(self.pitches, pitch)
        there = self.pitches[min(max(at + n, 0), len(self.pitches) - 1)]
        return max(there, pitch) if n > 0 else min(there, pitch)  # never back, where the scale ends before the keys


def spelt(tonic: int, mode: str) -> str:
    """A tonic's name as its key is usually written: Bb major, G# minor."""
    minor = MODES[mode][2] == 3 and mode not in ("chromatic", "major pentatonic")
    return (_MINORS if minor else _MAJORS)[tonic]


def parse(text: object) -> Scale | None:
    """The scale of a name such as "Bb minor" or "f# Dorian"; None for anything else."""
    words = text.split(maxsplit=1) if isinstance(text, str) else []
    if not words:
        return None
    tonic, mode = _tonic(words[0]), (words[1] if len(words) == 2 else "major").lower()
    return Scale(tonic, mode) if tonic is not None and mode in MODES else None


def _tonic(word: str) -> int | None:
    letter, marks = word[:1].upper(), word[1:].replace("♯", "#").replace("♭", "b").replace("-", "b")
    if letter not in _LETTERS or len(marks) > 2 or set(marks) - {"#", "b"}:
        return None
    return (_LETTERS[letter] + marks.count("#") - marks.count("b")) % 12
