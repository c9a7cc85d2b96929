"""The style listener tells apart what can be told apart, does not cheat, and says how good it is."""

from __future__ import annotations

import numpy as np
import pytest

from composer.model.tokenizer import DT, PEDAL, PITCH, VELOCITY, Ids
from composer.scoring import features, style_classifier
from composer.scoring.style_classifier import StyleClassifier, Window
from tests.small import tune


def pieces(count: int = 6) -> list[tuple[int, str, str, Ids]]:
    """So many compositions of each style, the first of them in two performances."""
    found = []
    for style in range(3):
        for number in range(count):
            name = f"{style}-{number}"
            found.append((style, name, name, tune(style, 10 * style + number)))
        found.append((style, f"{style}-0", f"{style}-0 again", tune(style, 10 * style + 9)))
    return found


@pytest.fixture(scope="module")
def windows() -> list[Window]:
    """Of the pieces above."""
    return style_classifier.gather(pieces())


def test_features_do_not_depend_on_the_key_but_for_the_register() -> None:
    ids = tune(2, 3)
    higher = ids.copy()
    higher[:, PITCH] += 3
    one, other = features.groups(ids, True), features.groups(higher, True)
    moved = {name for name in one if not np.allclose(one[name], other[name])}
    assert moved == {"register", "half octaves"}


@pytest.mark.parametrize("seed", range(3))
def test_features_are_numbers_and_always_as_many(seed: int) -> None:
    random = np.random.default_rng(seed)
    chord = np.zeros((60, 5), dtype=np.int16)
    chord[:, PITCH] = np.arange(100, 40, -1)
    chord[:, 2] = 1
    wild = np.stack([random.integers(0, high, 60) for high in (151, 128, 142, 32, 3)], axis=1).astype(np.int16)
    wild[:, 2] += 1
    same = np.tile(np.array([[0, 60, 5, 20, 0]], dtype=np.int16), (60, 1))
    vectors = [features.vector(ids, True) for ids in (chord, wild, same, tune(seed, seed))]
    assert len({v.shape for v in vectors}) == 1
    assert all(np.isfinite(v).all() for v in vectors)


def test_touch_stands_at_the_end_and_only_where_it_is_asked_for(windows: list[Window]) -> None:
    ids = tune(0, 1)
    louder = ids.copy()
    louder[:, VELOCITY] += 5
    louder[:, PEDAL] = 1
    np.testing.assert_array_equal(features.vector(ids), features.vector(louder))
    np.testing.assert_array_equal(features.vector(ids), features.vector(ids, True)[: -features.TOUCH])
    assert not np.array_equal(features.vector(ids, True), features.vector(louder, True))
    assert len(style_classifier.without_touch(windows)[0].values) == len(features.vector(ids))


def test_chords_are_named_whatever_their_root() -> None:
    kinds = list(features.CHORDS)
    for root in range(12):
        ids = np.zeros((64, 5), dtype=np.int16)
        ids[:, PITCH] = 60 + root + np.tile([12, 7, 4, 0], 16)
        ids[::4, DT] = 63  # a chord each second
        ids[0, DT] = 0
        ids[:, 2] = 20
        found = features.groups(ids)["chords in 0.25 s"]
        assert found.argmax() == kinds.index("major")


def test_what_is_different_is_told_apart_on_music_that_was_held_out(windows: list[Window]) -> None:
    found = style_classifier.cross_validate(style_classifier.without_touch(windows), 3)
    assert found["compositions"] == {"accuracy": 1, "balanced": 1, "confusion": [[6, 0, 0], [0, 6, 0], [0, 0, 6]]}
    assert sum(map(sum, found["pieces"]["confusion"])) == 21
    listener = StyleClassifier(style_classifier.without_touch(windows), 3)
    heard = listener.hear(tune(2, 99))
    assert heard.argmax() == 2
    assert heard.sum() == pytest.approx(1)
    np.testing.assert_allclose(listener.hear(tune(0, 1, 20)), 1 / 3, err_msg="too short to tell")


def test_what_is_not_different_is_not_told_apart() -> None:
    """With labels by lot, held-out music is guessed: nothing leaks from one performance to another."""
    random = np.random.default_rng(0)
    lot = [(int(random.integers(0, 2)), f"{n}", f"{n}-{k}", tune(2, 100 * n + k)) for n in range(16) for k in range(2)]
    by_composition = {composition: style for style, composition, _, _ in lot}
    lot = [(by_composition[c], c, name, ids) for _, c, name, ids in lot]
    found = style_classifier.cross_validate(style_classifier.without_touch(style_classifier.gather(lot)), 2)
    assert found["pieces"]["accuracy"] < 0.8


def test_a_composition_is_in_one_fold_and_each_style_in_all(windows: list[Window]) -> None:
    fold = style_classifier.folds(windows)
    for composition in {w.composition for w in windows}:
        assert len({f for f, w in zip(fold, windows, strict=True) if w.composition == composition}) == 1
    for style in range(3):
        assert {f for f, w in zip(fold, windows, strict=True) if w.style == style} == set(range(style_classifier.FOLDS))


def test_many_performances_do_not_outweigh(windows: list[Window]) -> None:
    many = [(0, "one", str(n), tune(0, n, 2000)) for n in range(9)] + [(1, "two", "x", tune(1, 1, 250))]
    counted = [w.composition for w in style_classifier.gather(many)]
    assert counted.count("one") == style_classifier.A_COMPOSITION
    assert counted.count("two") == 1


def test_judging_composed_music(windows: list[Window]) -> None:
    listener = StyleClassifier(style_classifier.without_touch(windows), 3)
    found = style_classifier.judge(listener, {style: [tune(style, 50), tune(style, 51)] for style in range(3)})
    assert found["confusion"] == [[2, 0, 0], [0, 2, 0], [0, 0, 2]]
    assert found["inception_score"] > 2.5
    wrong = style_classifier.judge(listener, {style: [tune(0, 50)] for style in range(3)})
    assert wrong["accuracy"] == pytest.approx(1 / 3, abs=1e-3)
    assert wrong["inception_score"] == pytest.approx(1)


def test_the_inception_score_of_known_probabilities() -> None:
    assert style_classifier.inception_score(np.eye(3)) == pytest.approx(3)
    assert style_classifier.inception_score(np.full((4, 3), 1 / 3)) == pytest.approx(1)
    assert style_classifier.inception_score(np.array([[1.0, 0, 0]] * 5)) == pytest.approx(1)
    assert style_classifier.inception_score(np.array([[1.0, 0], [0, 1], [0.5, 0.5]])) == pytest.approx(2 ** (2 / 3))
