"""Scores stay sorted and frozen; edits give new ones."""

from __future__ import annotations

import random
from collections import Counter
from dataclasses import FrozenInstanceError, replace

import pytest

from composer.music.score import Columns, Extra, Meter, Note, Pedal, Score, Tempo, Track, in_order

A, B, C = Note(0, 60, 480), Note(480, 64, 240), Note(480, 67, 960)


@pytest.mark.parametrize(
    "bad", [{"pitch": -1}, {"pitch": 128}, {"velocity": 0}, {"velocity": 128}, {"start": -1}, {"duration": 0}]
)
def test_an_unplayable_note_cannot_be_made(bad: dict[str, int]) -> None:
    """Nor by changing a good one."""
    with pytest.raises(ValueError, match="not a playable note"):
        replace(A, **bad)


def test_everything_is_kept_sorted() -> None:
    """Whatever the order it comes in; extras on one tick keep theirs."""
    late, first, second = Extra(9, 0, b"\xff\x01\x00"), Extra(3, 0, b"\xff\x06\x01z"), Extra(3, 0, b"\xff\x06\x01a")
    score = Score(
        notes=(C, B, A),
        pedals=(Pedal(9, 0), Pedal(3, 127)),
        tempos=(Tempo(9, 1), Tempo(0, 2)),
        meters=(Meter(9, 3, 4), Meter(0, 4, 4)),
        extras=(late, first, second),
    )
    assert score.notes == (A, B, C)
    assert score.pedals == (Pedal(3, 127), Pedal(9, 0))
    assert [t.tick for t in score.tempos] == [m.tick for m in score.meters] == [0, 9]
    assert score.extras == (first, second, late)


def test_a_score_is_frozen_and_its_title_is_no_part_of_the_music() -> None:
    """Two readings under different names are equal."""
    score = Score((A,), title="one")
    with pytest.raises(FrozenInstanceError):
        score.notes = ()  # type: ignore[misc]
    assert score == Score((A,), title="other")
    assert hash(score) == hash(Score((A,), title="other"))


def test_edits_leave_the_old_score_alone() -> None:
    """And give the new one sorted."""
    score = Score((A, C))
    assert score.add([B]).notes == (A, B, C)
    assert score.change([A], [replace(A, pitch=61)]).notes == (replace(A, pitch=61), C)
    assert score.edit([C], lambda n: replace(n, start=0)).notes == (A, replace(C, start=0))
    assert score.with_notes(iter([B])).notes == (B,)
    assert score.notes == (A, C)


def test_of_equal_notes_as_many_go_as_are_given() -> None:
    """And a note that is not there is no trouble."""
    score = Score((A, A, A, B))
    assert score.remove([A, A, C]).notes == (A, B)
    assert score.remove([]).notes == score.notes


def test_before_and_between() -> None:
    """Sounding counts in [first, last); `before` keeps whole what begins in time."""
    score = Score((A, B, C), pedals=(Pedal(100, 127), Pedal(480, 0)))
    assert score.between(0, 480) == (A,)
    assert score.between(479, 481) == (A, B, C)
    assert score.between(720, 721) == (C,)
    assert score.between(1440, 2000) == ()
    cut = score.before(480)
    assert (cut.notes, cut.pedals) == ((A,), (Pedal(100, 127),))


def test_length_and_tempo() -> None:
    """The end is the last note's end, not the last start's."""
    score = Score((Note(0, 40, 5000), B), tempos=(Tempo(0, 1_000_000),))
    assert score.end == 5000
    assert score.seconds == pytest.approx(5000 / 480)
    assert score.tempos[0].qpm == pytest.approx(60)
    assert (Score().end, Score().seconds) == (0, 0)
    assert Score(meters=(Meter(0, 3, 4),)).bar_map.bar(1440) == 1


def test_audible_leaves_out_muted_notes_and_drums() -> None:
    """They stay in the score."""
    muted, drum = replace(B, muted=True), replace(C, track=1)
    score = Score((A, muted, drum), tracks=(Track(), Track("Kit", channel=9)))
    assert score.audible == (A,)
    assert len(score.notes) == 3


@pytest.mark.parametrize(("value", "down"), [(0, False), (63, False), (64, True), (127, True)])
def test_a_pedal_is_down_from_the_middle_on(value: int, down: bool) -> None:
    """CC64 as the MIDI standard reads it."""
    assert Pedal(0, value).down is down


def test_big_edits_merge_as_sorting_would() -> None:
    """Whatever goes and comes: stacked notes, doubles, strangers, and notes that change places."""
    chance = random.Random(5)

    def some(count: int) -> list[Note]:
        return [Note(chance.randrange(300), chance.randrange(60, 66), chance.randrange(1, 5)) for _ in range(count)]

    notes = some(3000)
    score = Score(tuple(notes))
    assert list(score.notes) == sorted(notes)
    for _ in range(5):
        gone = [*chance.sample(list(score.notes), 700), Note(999, 60, 1), score.notes[0]]
        new = some(500)
        left = Counter(score.notes) - Counter(gone)
        expected = sorted([*left.elements(), *new])
        edited = score.change(gone, new)
        assert list(edited.notes) == expected
        for name in ("starts", "ends", "pitches", "looks", "tracks"):
            fresh = Columns.of(expected)
            assert getattr(edited.columns, name).tolist() == getattr(fresh, name).tolist()
        score = edited


def test_notes_are_ordered_and_equal_by_all_they_are() -> None:
    """Also when they share start and pitch, and their hashes."""
    low, high = Note(0, 60, 1, 10), Note(0, 60, 1, 11)
    assert low < high
    assert max(high, low) is high
    assert hash(low) == hash(high)
    assert low != high
    assert in_order([high, low]) == (low, high)


def test_absurd_times_are_no_notes() -> None:
    """Arrays of ticks hold 64 bits."""
    with pytest.raises(ValueError, match="not a playable note"):
        Note(2**60, 60, 1)


def test_only_the_last_few_of_many_big_scores_keep_their_arrays() -> None:
    """And those that lost them make them again."""
    first = Score(tuple(Note(i, 60, 1) for i in range(6000)))
    ends = first.columns.ends.tolist()
    later = [first]
    for i in range(20):
        later.append(later[-1].change([later[-1].notes[i]], [Note(i, 61, 1)]))
    kept = sum(vars(score.notes).get("_columns") is not None for score in later)
    assert 1 <= kept < 10
    assert first.columns.ends.tolist() == ends
    assert later[-1].columns.pitches[:20].tolist() == [61] * 20
