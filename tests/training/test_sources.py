"""Beats, composer and medium of a file: from annotations and tables, or from its own tempi where music keeps them."""

from __future__ import annotations

import random
from pathlib import Path

import numpy as np
import pytest

from composer.files import midi_reader
from composer.model.conditions import COMPOSERS, MEDIA, Source
from composer.music.metre import METERS, Beats, Metre
from composer.music.score import Meter, Note, Score, Tempo
from composer.training import corpus, sources
from composer.training.corpus import Piece


def read(path: Path, score: Score) -> Piece:
    """A score as a file that was read."""
    midi_reader.write(score, path)
    found = corpus.read_piece(path)
    assert isinstance(found, Piece)
    return found


def metre(piece: Piece) -> Metre:
    """What is known of its beats."""
    assert piece.metre is not None
    return piece.metre


def written(step: int = 240, count: int = 48, jitter: int = 0) -> tuple[Note, ...]:
    """Eighths (at 480 ticks a quarter), played more or less exactly."""
    rng = random.Random(1)
    return tuple(Note(i * step + rng.randint(0, jitter), 50 + i * 7 % 24, 100) for i in range(count))


def test_beats_of_an_annotation_file_with_a_pick_up(tmp_path: Path) -> None:
    """Two beats before the first bar line of a 3/4 are its second and third; after the last, nothing is known."""
    times = [0.5 * i for i in range(12)]
    marks = ["b,3/4,0", "b"] + ["db", "b", "bR"] * 3 + ["db"]
    lines = [f"{t}\t{t}\t{mark}" for t, mark in zip(times, marks, strict=True)]
    (tmp_path / "a_annotations.txt").write_text("\n".join(lines) + "\n")
    found = metre(read(tmp_path / "a.mid", Score(written(jitter=60), tempos=(Tempo(0, 500_000),))))
    known = ~np.isnan(found.phase)
    assert known[:20].all()
    assert not known[-20:].any()
    assert found.beat[[0, 2, 4, 6, 8]].tolist() == [1, 2, 0, 1, 2]
    assert set(found.meter[known].tolist()) == {METERS.index("3/4")}
    assert found.phase[2] < 0.15
    assert abs(found.phase[1] - 0.5) < 0.15
    assert found.seconds[known] == pytest.approx(0.5)


def test_beats_of_a_score_by_its_own_tempi_and_meters(tmp_path: Path) -> None:
    """A 6/8 has two beats of three eighths; their length follows the tempo."""
    score = Score(written(), tempos=(Tempo(0, 500_000), Tempo(1440, 250_000)), meters=(Meter(0, 6, 8),))
    found = metre(read(tmp_path / "a.mid", score))
    assert found.beat[:9].tolist() == [0, 0, 0, 1, 1, 1, 0, 0, 0]
    assert found.phase[:6] == pytest.approx([0, 1 / 3, 2 / 3] * 2, abs=0.05)
    assert found.seconds[[0, 9]] == pytest.approx([0.75, 0.375])
    assert set(found.meter.tolist()) == {METERS.index("6/8")}


@pytest.mark.parametrize(("jitter", "strict"), [(0, True), (9, True), (400, False)])
def test_a_free_performance_gets_no_beats(tmp_path: Path, jitter: int, strict: bool) -> None:
    """Imported at 120 a minute, it has a tempo map, and keeps nothing of it."""
    score = Score(written(237 if not strict else 240, 200, jitter), tempos=(Tempo(0, 500_000),))
    assert (sources.strictness(score) >= sources.STRICT) is strict
    assert (read(tmp_path / "a.mid", score).metre is not None) is strict


def test_damaged_annotations_are_passed_over(tmp_path: Path) -> None:
    """The file's own tempi are asked then."""
    (tmp_path / "a_annotations.txt").write_text("no\nbeats")
    assert metre(read(tmp_path / "a.mid", Score(written()))).beat[:4].tolist() == [0, 0, 1, 1]


def test_a_table_above_a_file_tells_its_source_through_links(tmp_path: Path) -> None:
    """The nearest one, by the real place of the file; nothing without one."""
    (tmp_path / "music" / "rolls").mkdir(parents=True)
    (tmp_path / "links").mkdir()
    path = tmp_path / "music" / "rolls" / "a.mid"
    read(path, Score(written()))
    (tmp_path / "links" / "b.mid").symlink_to(path)
    assert sources.source_of(tmp_path / "links" / "b.mid") == Source()
    (tmp_path / "music" / sources.TABLE).write_text("nothing\nrolls/a.mid\tFrédéric Chopin\tpiano roll\n")
    sources._read.cache_clear()
    found = sources.source_of(tmp_path / "links" / "b.mid")
    assert (COMPOSERS[found.composer - 1], MEDIA[found.medium - 1]) == ("chopin", "piano roll")


def test_beats_before_the_first_are_unknown() -> None:
    """And one beat alone says nothing."""
    two = Beats(np.array([1.0, 2.0]), np.array([0, 1]), np.array([2, 2]))
    assert np.isnan(two.metre(np.array([0.5, 1.5])).phase).tolist() == [True, False]
    one = Beats(np.array([1.0]), np.array([0]), np.array([2]))
    assert np.isnan(one.metre(np.array([1.0])).phase).all()
