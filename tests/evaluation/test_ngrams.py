"""The 4-gram model is a probability, beats chance, and has learned what it was shown."""

from __future__ import annotations

import itertools
import random
from collections import Counter, defaultdict

import numpy as np
import pytest

from composer.evaluation.ngrams import CONTEXTS, FourGram
from composer.model.tokenizer import ATTRIBUTES, DT, PITCH, VOCABULARY, Ids


def pieces(seed: int, count: int = 6, notes: int = 120) -> list[Ids]:
    """Pieces that wander about a scale."""
    rng = np.random.default_rng(seed)
    found = []
    for _ in range(count):
        pitch = 60 + np.cumsum(rng.choice([-2, 2, 0], notes)) % 12
        columns = [rng.choice([0, 8, 16], notes), pitch, 5 + pitch % 3, rng.integers(15, 18, notes), pitch % 2]
        found.append(np.stack(columns, axis=1).astype(np.int16))
    return found


def four(attribute: int, value: int, window: Ids) -> Ids:
    """Four notes whose last has another value of one attribute."""
    out = window.copy()
    out[3, attribute] = value
    return out


@pytest.mark.parametrize("attribute", range(5), ids=ATTRIBUTES)
def test_probabilities_sum_to_one(attribute: int) -> None:
    """Over the whole vocabulary, in contexts seen whole, in part, and never."""
    music = pieces(1)
    model = FourGram(music)
    unseen = np.full((4, 5), 3, dtype=np.int16)
    half = music[0][40:44].copy()
    half[0] = 3
    for window in (music[0][10:14], music[3][50:54], half, unseen):
        total = sum(np.exp(-model.nats([four(attribute, v, window)])[attribute]) for v in range(VOCABULARY[attribute]))
        assert total == pytest.approx(1, abs=1e-9)


def slow_nats(train: list[Ids], test: list[Ids], attribute: int) -> float:
    """Witten-Bell interpolation by dictionaries."""
    seen: dict[tuple[int, ...], Counter[int]] = defaultdict(Counter)

    def context(ids: Ids, i: int) -> tuple[int, ...]:
        return tuple(int(ids[i - back, a]) for a, back in CONTEXTS[attribute])

    for ids in train:
        for i in range(3, len(ids)):
            for order in range(4):
                seen[(order, *context(ids, i)[:order])][int(ids[i, attribute])] += 1
    found = []
    for ids in test:
        for i in range(3, len(ids)):
            p = 1 / VOCABULARY[attribute]
            for order in range(4):
                counts = seen.get((order, *context(ids, i)[:order]), Counter())
                if counts:
                    p = (counts[int(ids[i, attribute])] + len(counts) * p) / (counts.total() + len(counts))
            found.append(-np.log(p))
    return float(np.mean(found))


def test_agrees_with_counting_the_long_way() -> None:
    """Every attribute, on music that was not counted."""
    train, test = pieces(1), pieces(2, 2)
    fast = FourGram(train).nats(test)
    assert fast == pytest.approx([slow_nats(train, test, a) for a in range(5)])


def test_beats_chance_on_like_music() -> None:
    """And knows its own pieces better still."""
    model = FourGram(pieces(1))
    chance = np.log(VOCABULARY)
    assert (model.nats(pieces(2)) < chance / 2).all()
    assert model.nats(pieces(1))[PITCH] < model.nats(pieces(2))[PITCH]


def test_prefers_what_it_has_seen() -> None:
    """After a pattern, its continuation is likelier than any other value."""
    pattern = list(itertools.islice(itertools.cycle([(8, 60), (16, 62), (8, 64), (24, 65)]), 200))
    music = np.array([(dt, pitch, 10, 16, 0) for dt, pitch in pattern], dtype=np.int16)
    model = FourGram([music])
    window = music[20:24]
    nats = {v: model.nats([four(PITCH, v, window)])[PITCH] for v in range(VOCABULARY[PITCH])}
    assert min(nats, key=nats.__getitem__) == window[3, PITCH]
    assert nats[int(window[3, PITCH])] < 0.1
    assert model.nats([four(DT, int(window[3, DT]), window)])[DT] < 0.1


def test_a_notes_own_dt_tells_about_it() -> None:
    """Where pitch follows from the dt just chosen, and dt from nothing, only dt is left to guess."""
    rng = np.random.default_rng(3)
    dt = rng.integers(1, 5, 3000)
    music = np.stack([dt, 60 + dt, np.full(3000, 9), np.full(3000, 16), np.zeros(3000)], axis=1).astype(np.int16)
    nats = FourGram([music[:2500]]).nats([music[2500:]])
    assert nats[PITCH] < 0.2
    assert nats[DT] == pytest.approx(np.log(4), abs=0.25)


def test_pieces_too_short_to_have_a_context_are_left_out() -> None:
    """Of 0 to 3 notes; they change nothing."""
    music = pieces(1)
    short = [music[0][:n] for n in range(4)]
    expected = FourGram(music).nats(pieces(2))
    assert FourGram([*short, *music]).nats([*short, *pieces(2)]) == pytest.approx(expected)


def test_the_order_of_pieces_does_not_matter() -> None:
    """Counts are counts."""
    music = pieces(1)
    shuffled = random.Random(1).sample(music, len(music))
    assert FourGram(iter(shuffled)).nats(iter(music)) == pytest.approx(FourGram(music).nats(music))
