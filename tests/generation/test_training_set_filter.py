"""The filter of remembered runs knows its music in every key and pace, and next to nothing else."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from composer.generation import training_set_filter
from composer.generation.training_set_filter import RUN, TrainingSetFilter
from composer.model.tokenizer import DT, PITCH, Ids
from composer.training.corpus import read
from tests.small import chorales


@pytest.fixture(scope="module")
def pieces(tmp_path_factory: pytest.TempPathFactory) -> list[Ids]:
    return [p.ids for p in read([chorales(tmp_path_factory.mktemp("chorales"), 8)]).pieces]


@pytest.mark.slow
def test_a_run_is_known_in_another_key_and_at_another_pace(pieces: list[Ids]) -> None:
    known = TrainingSetFilter.of(pieces[:5])
    stretch = pieces[2][10:60].copy()
    stretch[:, PITCH] += 3
    stretch[:, DT] = np.minimum(stretch[:, DT] * 2, 100)
    assert known.longest(stretch) == len(stretch)
    invented = np.concatenate([stretch[:25], pieces[6][:30]])
    assert 25 <= known.longest(invented) < 30, "the joint ends it, but for chance"


def test_other_music_shares_only_short_runs(pieces: list[Ids]) -> None:
    known = TrainingSetFilter.of(pieces[:5])
    longest = [known.longest(ids) for ids in pieces[5:]]
    assert np.median(longest) < RUN + 4, "though one chorale has a tune of another"
    random = np.random.default_rng(1)
    noise = pieces[0][np.zeros(4000, dtype=int)].copy()
    noise[:, PITCH] = random.integers(30, 90, len(noise))
    single = np.mean([known.longest(noise[s : s + RUN]) > 0 for s in range(0, len(noise) - RUN, RUN)])
    assert single < 0.08, "false alarms are as rare as a filter of this size makes them"


def test_too_few_notes_are_no_run(pieces: list[Ids]) -> None:
    known = TrainingSetFilter.of(pieces)
    assert known.longest(pieces[0][: RUN - 1]) == 0
    assert known.longest(pieces[0][:0]) == 0
    assert TrainingSetFilter.of([]).longest(pieces[0]) == 0


def test_the_file_comes_back_and_a_damaged_one_is_none(pieces: list[Ids], tmp_path: Path) -> None:
    known = TrainingSetFilter.of(pieces[:3])
    path = tmp_path / training_set_filter.FILE
    path.write_bytes(known.bytes())
    again = training_set_filter.bundled(path)
    assert again is not None
    assert np.array_equal(again.bits, known.bits)
    huge = known.bytes().replace(b", 'shape': (", b", 'shape': (1" + b"0" * 15).replace(b"}" + b" " * 16, b"}")
    open_header = known.bytes()[:8] + b"(" + known.bytes()[9:]
    for spoilt in (b"", known.bytes()[:40], b"\x93NUMPY" + bytes(60), b"PK\x03\x04" + bytes(60), huge, open_header):
        path.write_bytes(spoilt)
        assert training_set_filter.bundled(path) is None
    with path.open("wb") as file:
        np.save(file, np.zeros(8))
    assert training_set_filter.bundled(path) is None
    assert training_set_filter.bundled(tmp_path / "missing.npy") is None


def test_the_bundled_filter_knows_what_the_base_has_learned() -> None:
    """Für Elise's first notes, which stand among the examples, are in the base's music."""
    from composer.core import paths
    from composer.files import midi_reader
    from composer.model import tokenizer

    known = training_set_filter.bundled()
    assert known is not None
    elise = tokenizer.encode(midi_reader.read(paths.examples() / "elise.mid"))
    assert known.longest(elise) >= RUN + 4
