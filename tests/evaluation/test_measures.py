"""Histograms, single figures, likeness and copied runs, on small music whose answers are known."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest

from composer.evaluation import copy_index, similarity
from composer.evaluation.copy_index import SHORTEST, Index
from composer.model.tokenizer import DT, DURATION, PEDAL_HELD, PEDAL_UP, PITCH, Ids
from composer.scoring import music_statistics

SCALE = (0, 2, 4, 5, 7, 9, 11)


def notes(
    pitches: Sequence[int],
    dt: int | Sequence[int] = 25,
    duration: int = 12,
    velocity: int | Sequence[int] = 20,
    pedal: int | Sequence[int] = PEDAL_UP,
) -> Ids:
    """Positions; dt 25 is 0.4 s, duration 12 is 0.384 s."""
    count = len(pitches)
    columns = [np.broadcast_to(np.asarray(v), (count,)) for v in (dt, pitches, duration, velocity, pedal)]
    return np.stack(columns, axis=1).astype(np.int16)


def major(tonic: int, count: int = 64) -> Ids:
    """A scale up and up again, with its tonic triad after each."""
    figure = [*SCALE, 0, 4, 7, 0, 4, 7, 12]
    return notes([tonic + figure[i % len(figure)] for i in range(count)])


# ---- key ----


@pytest.mark.parametrize("tonic", range(60, 72))
def test_the_key_of_a_scale_with_its_triad_is_its_own(tonic: int) -> None:
    found, minor, fit = music_statistics.key(music_statistics.pitch_classes(major(tonic)))
    assert (found, minor) == (tonic % 12, False)
    assert fit > 0.8
    assert music_statistics.in_key(major(tonic)) == 1


def test_in_key_counts_what_the_best_scale_lacks() -> None:
    assert music_statistics.in_key(notes([60, 62, 64, 65, 67, 69, 71, 61] * 8)) == pytest.approx(7 / 8)
    assert music_statistics.in_key(notes(list(range(60, 72)) * 6)) == pytest.approx(7 / 12)
    assert music_statistics.in_key(notes([57, 59, 60, 62, 64, 65, 68] * 10)) == 1, "harmonic minor is a key too"


def test_the_pitch_class_histogram_is_the_same_in_every_key() -> None:
    np.testing.assert_array_equal(music_statistics.tonal_classes(major(60)), music_statistics.tonal_classes(major(67)))
    assert music_statistics.tonal_classes(major(62))[0] == music_statistics.tonal_classes(major(62)).max(), (
        "the tonic comes first"
    )


# ---- histograms ----


def test_intervals_are_signed_and_end_at_two_octaves() -> None:
    counts = music_statistics.intervals(notes([60, 64, 60, 100, 100]))
    assert {i - 24: n for i, n in enumerate(counts) if n} == {4: 1, -4: 1, 24: 1, 0: 1}


def test_durations_and_onset_intervals_fall_into_their_bins() -> None:
    ids = notes([60] * 6, dt=[0, 0, 1, 2, 126, 150], duration=1)
    assert music_statistics.onset_interval_bins(ids).tolist() == [1, 1, 1, *[0] * 14, 1, 1]
    assert music_statistics.duration_bins(ids)[0] == 6
    assert music_statistics.duration_bins(notes([60], duration=140))[-1] == 1


def test_density_counts_notes_a_second_in_stretches_of_two_seconds() -> None:
    steady = notes([60] * 50, dt=12)  # 0.192 s apart: 10 or 11 notes in two seconds
    assert music_statistics.density(steady).nonzero()[0].tolist() == [5]
    rest = notes([60] * 4, dt=[0, 10, 126, 126])  # 0, 0.16, 2.18 and 4.19 s
    assert music_statistics.density(rest)[:2].tolist() == [1, 1]


def test_polyphony_weighs_by_time() -> None:
    chord = notes([67, 64, 60], dt=[0, 0, 0], duration=10)  # 0.32 s of three keys
    after = notes([60], dt=[40], duration=10)  # silence until 0.64 s, then one key for 0.32 s
    seconds = music_statistics.polyphony(np.concatenate([chord, after]))
    np.testing.assert_allclose(seconds[:4], [0.32, 0.32, 0, 0.32], atol=1e-9)


def test_overlap_is_one_for_equal_and_nought_for_disjoint_histograms() -> None:
    one, other = np.array([2.0, 2, 0, 0]), np.array([0, 0, 5.0, 5])
    assert music_statistics.overlap(one, one * 3) == pytest.approx(1)
    assert music_statistics.overlap(one, other) == 0
    assert music_statistics.overlap(one, np.array([1.0, 0, 0, 1])) == pytest.approx(0.5)


def test_pooling_weighs_each_piece_the_same() -> None:
    short, long = notes([60] * 4, velocity=10), notes([60] * 40, velocity=30)
    pooled = music_statistics.pooled("velocity", [short, long])
    assert (pooled[10], pooled[30]) == (0.5, 0.5)


@pytest.mark.parametrize("name", music_statistics.HISTOGRAMS)
def test_every_histogram_is_the_same_length_for_any_music(name: str) -> None:
    of = music_statistics.HISTOGRAMS[name]
    some = [notes([60]), notes([127, 0] * 40, dt=0), notes([0] * 9, dt=150, duration=142, velocity=31), major(60)]
    assert len({of(ids).shape for ids in some}) == 1
    assert all(of(ids).min() >= 0 for ids in some)


# ---- single figures ----


def test_repetition_is_the_share_of_six_note_figures_that_come_again() -> None:
    assert music_statistics.repetition(notes(range(40, 80))) == 0
    assert music_statistics.repetition(notes(list(range(40, 52)) * 4)) == 1
    once = music_statistics.repetition(notes([*range(40, 50), *range(60, 90), *range(40, 50)]))
    assert once == pytest.approx(10 / 45)


def test_empty_is_the_share_of_two_second_stretches_without_an_onset() -> None:
    assert music_statistics.empty(notes([60] * 40, dt=20)) == 0
    gap = notes([60, 60, 60, 60], dt=[0, 10, 150, 10])  # a rest of 16 s
    assert music_statistics.empty(gap) == pytest.approx(7 / 8, abs=0.05)


def test_stuck_is_the_share_of_stretches_that_go_round_in_a_loop() -> None:
    wander = [60 + (i * i * 7) % 23 for i in range(64)]
    assert music_statistics.stuck(notes(wander)) == 0
    assert music_statistics.stuck(notes([60, 64, 67] * 22)) == 1
    assert music_statistics.stuck(notes([60] * 64)) == 1
    assert music_statistics.stuck(notes([60, 64, 67, 72] * 8 + wander[:32])) == 0.5
    assert music_statistics.stuck(notes([60] * 20)) == 0, "too short to tell"


def test_loudness_and_pedal() -> None:
    assert music_statistics.velocity_spread(notes([60] * 10, velocity=[10, 20] * 5)) == 20
    held = notes([60] * 5, dt=[0, 10, 30, 10, 10], pedal=[PEDAL_UP, PEDAL_HELD, PEDAL_UP, PEDAL_HELD, PEDAL_UP])
    assert music_statistics.pedal_share(held) == pytest.approx((30 + 10) / 60)
    assert music_statistics.pedal_share(notes([60])) == 0


# ---- copied runs ----


def piece(count: int, seed: int) -> Ids:
    """Music that no other seed makes."""
    random = np.random.default_rng(seed)
    return notes(random.integers(30, 90, count).tolist(), dt=random.integers(1, 60, count).tolist())


def test_a_copied_run_is_found_in_any_key_at_about_any_pace() -> None:
    source = piece(400, 1)
    index = Index([piece(300, 2), source, piece(300, 3)])
    own = np.concatenate([piece(50, 4), source[100:140], piece(50, 5)])
    assert index.longest(own) == 40
    own[:, PITCH] += 5
    assert index.longest(own) == 40, "transposed"
    slower = own.copy()
    slower[:, DT] = np.rint(slower[:, DT] * 1.15)
    assert index.longest(slower) == 40, "a little slower"
    slower[:, DT] = own[:, DT] * 2
    assert index.longest(slower) < 40, "another rhythm"
    other = own.copy()
    other[70, PITCH] += 1
    assert index.longest(other) == 20, "one note changed in the middle: the longer half"


def test_durations_and_loudness_do_not_hide_a_copy() -> None:
    source = piece(100, 1)
    own = source[20:60].copy()
    own[:, DURATION] = 3
    own[:, 3] = 9
    assert Index([source]).longest(own) == 40


def test_short_runs_and_the_seams_of_pieces_do_not_count() -> None:
    source = piece(100, 1)
    index = Index([source[:50], source[50:]])
    assert index.longest(source[: SHORTEST - 1]) == 0
    assert index.longest(source[:SHORTEST]) == SHORTEST
    assert index.longest(source) == 50, "a run does not lead from one piece into the next"
    assert Index([]).longest(source) == 0
    assert Index([source[:1]]).longest(piece(60, 9)) == 0


def test_music_that_matches_everywhere_is_still_searched_to_the_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(copy_index, "_CHUNK", 500)
    index = Index([notes([60] * 90), notes([50] * 130)])
    assert index.longest(notes([70] * 110)) == 110
    assert index.longest(notes([70] * 200)) == 130


# ---- likeness ----


def test_music_is_most_like_itself() -> None:
    one, other = [major(60), major(64)], [notes([60 + (i * i * 7) % 23 for i in range(64)], dt=3, velocity=5)]
    assert similarity.overlaps(one, one)["mean"] == pytest.approx(1, abs=1e-3)
    assert similarity.overlaps(one, other)["mean"] < 0.4
    assert set(similarity.overlaps(one, other)) == {*music_statistics.HISTOGRAMS, "mean"}


def test_no_composition_outweighs_the_others() -> None:
    pieces = [("much", piece(5000, n)) for n in range(3)] + [("little", piece(90, 7))]
    chosen = similarity.stretches(pieces, 100)
    assert [len(ids) for ids in chosen] == [90, *[100] * similarity.A_COMPOSITION]


def test_copied_tells_the_longest_the_median_and_the_share_below_24() -> None:
    source = piece(200, 1)
    takes = [source[:30], source[50:60], piece(50, 2)]
    assert similarity.copied(takes, Index([source])) == {
        "longest": 30,
        "median": 10,
        "below_24": pytest.approx(2 / 3, abs=1e-4),
    }
