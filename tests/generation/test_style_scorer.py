"""The judge of takes tells its style from other music, travels with it, and leaves half of the music to the report."""

from __future__ import annotations

import base64
import io
import json
import zipfile
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from composer.evaluation import model_report
from composer.files import midi_reader
from composer.generation import style_scorer
from composer.generation.style_scorer import StyleScorer
from composer.model import style_registry, tokenizer
from composer.model.tokenizer import Ids
from composer.scoring import features
from composer.scoring.style_classifier import Window
from tests.small import tune


def pieces(style: int, count: int = 6) -> list[tuple[str, Ids]]:
    """So many compositions of a made-up style."""
    return [(f"{style}-{number}", tune(style, 10 * style + number)) for number in range(count)]


@pytest.fixture(scope="module")
def scales() -> StyleScorer:
    """A judge of scales, beside triads and whole tones."""
    others = [replace(w, style=kind) for kind in (1, 2) for w in style_scorer.windows(pieces(kind))]
    return StyleScorer.fit(style_scorer.windows(pieces(0)), others)


@pytest.mark.parametrize("notes", [16, 48, 192, 390])
def test_it_tells_its_style_at_every_length(scales: StyleScorer, notes: int) -> None:
    own, *others = ([scales.score(tune(style, seed, notes)) for seed in range(90, 95)] for style in range(3))
    assert min(own) > np.log(0.5)
    assert max(map(max, others)) < np.log(0.5)
    assert all(style_scorer.LOWEST <= score <= 0 for score in [*own, *others[0], *others[1]])


def test_it_hears_the_last_notes_and_says_nothing_of_too_few(scales: StyleScorer) -> None:
    turned = np.concatenate([tune(2, 80, 300), tune(0, 90, style_scorer.WINDOW)])
    assert scales.score(turned) == scales.score(turned[-style_scorer.WINDOW :])
    assert scales.score(tune(0, 90, 15)) == scales.score(tune(0, 90)[:0]) == np.log(0.5)


def test_even_music_that_no_style_knows_has_a_probability(scales: StyleScorer) -> None:
    wild = np.tile(np.array([[150, 0, 141, 31, 2], [0, 127, 1, 0, 0]], dtype=np.int16), (60, 1))
    same = np.tile(np.array([[0, 60, 5, 20, 0]], dtype=np.int16), (60, 1))
    for ids in (wild, same):
        assert style_scorer.LOWEST <= scales.score(ids) <= 0


def test_it_is_the_same_in_and_out_of_a_card(scales: StyleScorer, tmp_path: Path) -> None:
    again = style_scorer.read(scales.table())
    assert again is not None
    for style in range(3):
        assert again.score(tune(style, 77)) == scales.score(tune(style, 77))
    facts = {"format": 1, "name": "x", "encoding": "expressive", "parameters": 5, "licence": "CC0"}
    (tmp_path / "x.json").write_text(json.dumps({**facts, "judge": scales.table()}))
    of = style_scorer.of(style_registry.read_card(tmp_path / "x.json"))
    assert of is not None
    assert of.score(tune(0, 77)) == scales.score(tune(0, 77))


def _with(values: Any, dtype: str = "<f4") -> str:
    return base64.b64encode(np.asarray(values, dtype=dtype).tobytes()).decode()


SIZE = len(features.names())


@pytest.mark.parametrize(
    "change",
    [
        {"features": "those of another version"},
        {"features": None},
        {"kinds": 3},
        {"kinds": 0},
        {"kinds": -1},
        {"kinds": True},
        {"kinds": 10**9},
        {"kinds": "2"},
        {"mean": None},
        {"mean": 5},
        {"mean": "not base64 " * 400},
        {"mean": "A" * 10**6},
        {"mean": _with(np.zeros(SIZE + 1))},
        {"mean": _with(np.full(SIZE, np.nan))},
        {"spread": _with(np.zeros(SIZE))},
        {"spread": _with(np.full(SIZE, -1))},
        {"weights": _with(np.full((SIZE + 1) * 2, np.inf))},
        {"weights": _with(np.zeros((SIZE + 1) * 2))[:-4] + "é==="},
        {"weights": []},
    ],
    ids=range(19),
)
def test_what_is_damaged_is_no_judge(scales: StyleScorer, change: dict[str, Any]) -> None:
    assert style_scorer.read(scales.table()) is not None
    assert style_scorer.read({**scales.table(), **change}) is None


@pytest.mark.parametrize("value", [None, 3, "judge", [], {}, [scales], {"mean": ""}], ids=range(7))
def test_what_is_none_is_no_judge(value: object) -> None:
    assert style_scorer.read(value) is None


def test_extreme_weights_still_give_a_score(scales: StyleScorer) -> None:
    wild = np.full((SIZE + 1, 2), 3e38)
    wild[::2] *= -1
    table = {**scales.table(), "weights": _with(wild), "spread": _with(np.full(SIZE, 1e-38))}
    found = style_scorer.read(table)
    assert found is not None
    assert style_scorer.LOWEST <= found.score(tune(0, 1)) <= 0


def test_the_names_of_features_are_as_many_as_their_values() -> None:
    assert len(features.names()) == len(features.vector(tune(2, 3), with_touch=True))
    assert len(set(features.names())) == len(features.groups(tune(2, 3), with_touch=True))


# ---- what is learned from ----


def test_the_judges_learn_from_half_of_the_training_music_only() -> None:
    names = [f"{number:024x}" for number in range(2000)]
    learned = [style_scorer.learns_from(name, "train") for name in names]
    assert 900 < sum(learned) < 1100
    assert learned == [style_scorer.learns_from(name, "train") for name in names]
    assert not any(style_scorer.learns_from(name, part) for name in names for part in ("valid", "test", ""))


def test_windows_are_of_several_lengths_and_few_are_of_each_in_turn() -> None:
    ids = tune(2, 1, style_scorer.WINDOW)
    found = style_scorer.windows([("one", ids)])
    lengths = [
        [n for n in style_scorer.LENGTHS if np.array_equal(w.values, features.vector(ids[:n], True))] for w in found
    ]
    assert lengths == [[n] for n in style_scorer.LENGTHS]
    long = tune(2, 1, 2000)
    few = style_scorer.windows([("one", long)], most=4)
    assert len(few) == 4
    assert np.array_equal(few[0].values, features.vector(long[: style_scorer.WINDOW], True))
    assert np.array_equal(few[3].values, features.vector(long[1728:][:24], True)), "from the last place, the shortest"
    assert style_scorer.windows([("short", tune(0, 1, 40))]) == []


@pytest.fixture(scope="module")
def real() -> list[Window]:
    """The reference that is shipped."""
    found = style_scorer.reference()
    assert found
    return found


def test_the_reference_is_of_many_compositions_and_all_styles(real: list[Window], repository: Path) -> None:
    assert len({w.composition for w in real}) > 300
    assert {w.piece for w in real} == {"", *model_report.STYLES}
    assert len({w.style for w in real}) == len({(w.style, w.piece) for w in real}) == 4
    assert all(len(w.values) == SIZE for w in real[:9])
    assert (repository / "models" / style_scorer.REFERENCE).stat().st_size < 1.5e6


def test_a_judge_knows_real_music_of_its_style_that_it_has_not_heard(real: list[Window]) -> None:
    """Bach beside everyone else, each from compositions of one half: heard on the other half."""
    heard, new = (
        [w for w in real if style_scorer.learns_from(w.composition, "train") is half] for half in (True, False)
    )
    bach = StyleScorer.fit([w for w in heard if w.piece == "baroque"], [w for w in heard if w.piece != "baroque"])
    own = np.array([bach.of_values(w.values) for w in new if w.piece == "baroque"])
    others = np.array([bach.of_values(w.values) for w in new if w.piece != "baroque"])
    assert len(own) > 30
    assert (own[:, None] > others).mean() > 0.9
    assert np.median(own) > np.median(others) + 2


@pytest.mark.parametrize("style", model_report.STYLES)
def test_the_bundled_styles_have_judges(style: str) -> None:
    assert style_scorer.of(style_registry.find(style)) is not None


def test_the_base_has_none() -> None:
    assert style_scorer.of(style_registry.find("base")) is None


def test_the_bundled_judge_of_bach_knows_chorales(music: Path) -> None:
    """Music that is in no corpus of ours, beside what the judges of the other styles say of it."""
    ids = [tokenizer.encode(midi_reader.read(path)) for path in sorted(music.glob("*.mid"))]
    mean = {}
    for style in model_report.STYLES:
        found = style_scorer.of(style_registry.find(style))
        assert found is not None
        mean[style] = np.mean([found.score(piece) for piece in ids])
    assert max(mean, key=mean.__getitem__) == "baroque", mean


@pytest.mark.slow
def test_a_lesson_gets_a_judge_from_enough_music_only() -> None:
    own = pieces(2)
    found = style_scorer.taught(own)
    assert found is not None
    assert found.score(tune(2, 99)) > np.log(0.5) > found.score(tune(0, 99))
    assert style_scorer.taught(own[:2]) is None
    assert style_scorer.taught([("one", tune(2, 1, 4000))]) is not None, "one composition, but a long one"
    assert style_scorer.taught([]) is None
    everything = {w.composition for w in style_scorer.reference()}
    assert style_scorer.taught(own, everything) is None


def test_a_large_lesson_is_judged_by_a_part_of_it(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[int] = []
    monkeypatch.setattr(style_scorer, "A_LESSON", 40)
    monkeypatch.setattr(StyleScorer, "fit", lambda own, others: asked.append(len(own)))
    style_scorer.taught(pieces(2, 30))
    assert asked
    assert asked[0] <= 40


# ---- the reference file ----


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder of models."""
    monkeypatch.setenv("RICERCAR_MODELS", str(tmp_path))
    return tmp_path


def test_the_reference_comes_back_as_it_went(folder: Path) -> None:
    held = [replace(w, piece=name) for name in ("", "jazz") for w in style_scorer.windows(pieces(len(name) // 4, 2))]
    (folder / style_scorer.REFERENCE).write_bytes(style_scorer.packed(held))
    again = style_scorer.reference()
    assert [(w.composition, w.piece, w.style) for w in again] == [(w.composition, w.piece, w.piece > "") for w in held]
    for one, other in zip(again, held, strict=True):
        np.testing.assert_allclose(one.values, other.values, rtol=1e-3, atol=1e-4)
    assert style_scorer.packed(again) == style_scorer.packed(held), "always the same bytes"


def _archive(**arrays: Any) -> bytes:
    out = io.BytesIO()
    np.savez(out, **arrays)
    return out.getvalue()


def _npy(array: Any) -> bytes:
    out = io.BytesIO()
    np.save(out, array)
    return out.getvalue()


GOOD: dict[str, Any] = {
    "features": np.array(features.layout()),
    "values": np.zeros((3, SIZE), dtype=np.float16),
    "compositions": np.array(["a", "b", "c"]),
    "styles": np.array(["", "", "x"]),
}


@pytest.mark.parametrize(
    "data",
    [
        None,
        b"",
        b"PK nothing",
        _archive(**GOOD)[:700],
        _npy(np.zeros(5)),
        _archive(values=np.zeros(3)),
        _archive(**{**GOOD, "features": np.array("older")}),
        _archive(**{**GOOD, "values": np.zeros((3, 7), dtype=np.float16)}),
        _archive(**{**GOOD, "values": np.zeros(3)}),
        _archive(**{**GOOD, "values": np.array(0.0)}),
        _archive(**{**GOOD, "values": np.full((3, SIZE), np.nan)}),
        _archive(**{**GOOD, "values": np.full((3, SIZE), "x")}),
        _archive(**{**GOOD, "values": np.array([{}], dtype=object)}),
        _archive(**{**GOOD, "styles": np.array("x")}),
        _archive(**{**GOOD, "styles": np.array(["x", "y"])}),
        bytes(style_scorer.LARGEST + 1),
        _archive(**{**GOOD, "values": np.zeros((300, SIZE))}).replace(b"NUMPY\x01\x00v", b"NUMPY\x01\x00("),
    ],
    ids=range(17),
)
def test_a_damaged_reference_is_none_and_lessons_go_without_a_judge(folder: Path, data: bytes | None) -> None:
    (folder / style_scorer.REFERENCE).write_bytes(_archive(**GOOD))
    assert len(style_scorer.reference()) == 3
    if data is None:
        (folder / style_scorer.REFERENCE).unlink()
    else:
        (folder / style_scorer.REFERENCE).write_bytes(data)
    assert style_scorer.reference() == []
    assert style_scorer.taught(pieces(2)) is None


def test_a_reference_with_a_flipped_byte_does_no_harm(folder: Path) -> None:
    whole = style_scorer.packed([replace(w, piece="x") for w in style_scorer.windows(pieces(0, 2))])
    for at in range(0, len(whole), 97):
        (folder / style_scorer.REFERENCE).write_bytes(whole[:at] + bytes([whole[at] ^ 255]) + whole[at + 1 :])
        assert isinstance(style_scorer.reference(), list)
    with zipfile.ZipFile(io.BytesIO(whole)) as archive:
        assert {about.date_time[0] for about in archive.infolist()} == {1980}
