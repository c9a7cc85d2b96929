"""Key and pace of pieces whose key and pace are known."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from composer.files import key_estimation, midi_reader
from composer.music.score import Note, Score, Tempo, Track
from tests.places import EXAMPLES

MAJOR = (0, 4, 7, 12, 9, 5, 11, 7, 2, 4, 5, 2, 7, 11, 12, 12)
MINOR = (0, 3, 7, 12, 8, 5, 11, 7, 2, 3, 5, 2, 7, 11, 12, 12)


def melody(steps: tuple[int, ...], tonic: int, **changes: object) -> Score:
    """Quarter notes on these steps above a tonic; the tonic triad's are longer."""
    notes, tick = [], 0
    for step in steps * 2:
        length = 960 if step % 12 in (0, 7) else 480
        notes.append(Note(tick, tonic + step, length))
        tick += length
    return replace(Score(tuple(notes)), **changes)


@pytest.mark.parametrize(
    ("steps", "tonic", "name"),
    [
        (MAJOR, 60, "C major"),
        (MAJOR, 67, "G major"),
        (MAJOR, 58, "Bb major"),
        (MINOR, 57, "A minor"),
        (MINOR, 62, "D minor"),
    ],
)
def test_keys(steps: tuple[int, ...], tonic: int, name: str) -> None:
    """Plain melodies in plain keys, in any register and resolution."""
    assert key_estimation.key(melody(steps, tonic)) == name
    assert key_estimation.key(melody(steps, tonic - 24, ticks_per_beat=96)) == name


@pytest.mark.parametrize(("example", "name"), [("elise", "A minor"), ("prelude_in_c", "C major")])
def test_keys_of_the_examples(example: str, name: str) -> None:
    """As every pianist knows them."""
    assert key_estimation.key(midi_reader.read(EXAMPLES / f"{example}.mid")) == name


@pytest.mark.parametrize("qpm", [80, 100, 150])
def test_pace_of_a_steady_pulse(qpm: int) -> None:
    """Whatever the file's own tempo says; the estimator may count half or double."""
    for file_qpm in (120, 90):
        ticks = 480 * file_qpm / qpm
        notes = tuple(Note(round(i * ticks), 60 + i % 5, 100) for i in range(64))
        found = key_estimation.free_tempo(Score(notes, tempos=(Tempo(0, round(60e6 / file_qpm)),)))
        assert found is not None
        assert min(abs(found / qpm - ratio) / ratio for ratio in (0.5, 1, 1.5, 2, 3)) < 0.05


@pytest.mark.parametrize("judge", [key_estimation.key, key_estimation.free_tempo])
def test_too_few_notes_say_nothing(judge: object) -> None:
    """Nor do drums, nor one chord."""
    assert callable(judge)
    assert judge(Score()) is None
    assert judge(Score(tuple(Note(i * 480, 60 + i, 480) for i in range(7)))) is None
    assert judge(melody(MAJOR, 60, tracks=(Track(channel=9),))) is None


def test_one_chord_has_no_pace() -> None:
    """Ten notes at once are no pulse."""
    assert key_estimation.free_tempo(Score(tuple(Note(0, 40 + i, 480) for i in range(10)))) is None


def test_the_libraries_are_loaded_when_first_asked(repository: Path) -> None:
    """Importing the module costs nothing."""
    heavy = ("music21", "pretty_midi", "torch")
    code = f"import sys, composer.files.key_estimation; sys.exit(any(m in sys.modules for m in {heavy}))"
    assert subprocess.run([sys.executable, "-c", code], cwd=repository, check=False).returncode == 0


@pytest.mark.parametrize("change", [{"tempos": (Tempo(0, 0),)}, {"ticks_per_beat": 0}, {}])
def test_what_the_estimator_cannot_take_has_no_pace(change: dict[str, object]) -> None:
    """A tempo of nothing, a file that cannot be, a note that lies 87 minutes off."""
    score = melody(MAJOR, 60, **change)
    assert key_estimation.free_tempo(score if change else score.add([Note(10_000_001, 60, 10)])) is None
