"""The pure edits, on many random selections: what must hold whatever the notes are."""

from __future__ import annotations

import random
from collections.abc import Callable
from itertools import pairwise

import pytest

from composer.music.edits import note_matching, pitch_edits, timing_edits
from composer.music.grid import Grid
from composer.music.scale import MODES, Scale
from composer.music.score import Meter, Note, Score, Track, in_order

BEAT = 480
SEEDS = range(12)
Notes = tuple[Note, ...]


def some_notes(seed: int, count: int = 40) -> Notes:
    """Chords, short and long notes, two tracks, anywhere on the keyboard."""
    dice = random.Random(seed)
    return in_order(
        Note(
            dice.choice((0, dice.randrange(8 * BEAT), BEAT * dice.randrange(8))),
            dice.choice((0, 127, dice.randrange(128))),
            dice.choice((1, 7, dice.randrange(1, 3 * BEAT))),
            dice.randrange(1, 128),
            dice.randrange(2),
            dice.random() < 0.1,
            dice.random() < 0.3,
        )
        for _ in range(count)
    )


def a_scale(seed: int) -> Scale:
    dice = random.Random(seed)
    return Scale(dice.randrange(12), dice.choice(list(MODES)))


def a_grid(seed: int) -> Grid:
    dice = random.Random(seed)
    meters = tuple(Meter(t * BEAT, dice.choice((2, 3, 4, 5, 7)), dice.choice((4, 8))) for t in (0, 5, 11))
    step = dice.choice((0, 1, 0.5, 0.25, 1 / 3, 2 / 3, 1 / 6))
    return Grid(Score(meters=meters).bar_map, BEAT, step)


VERBS: dict[str, Callable[[Notes, int], Notes]] = {
    "transposed": lambda notes, seed: pitch_edits.transposed(notes, seed * 7 - 40),
    "stepped": lambda notes, seed: pitch_edits.stepped(notes, a_scale(seed), seed - 6),
    "snapped": lambda notes, seed: pitch_edits.snapped(notes, a_scale(seed)),
    "inverted": lambda notes, seed: pitch_edits.inverted(notes, 40 + seed * 2.5),
    "inverted in a scale": lambda notes, seed: pitch_edits.inverted(notes, 40 + seed * 2.5, a_scale(seed)),
    "shifted": lambda notes, seed: pitch_edits.shifted(notes, (seed - 6) * 333),
    "muted": lambda notes, seed: pitch_edits.muted(notes),
    "struck": lambda notes, seed: pitch_edits.struck(notes, 10 * seed + 1),
    "struck by": lambda notes, seed: pitch_edits.struck_by(notes, 20 * seed - 120),
    "struck times": lambda notes, seed: pitch_edits.struck_times(notes, seed / 4),
    "swelled": lambda notes, seed: pitch_edits.swelled(notes, 20, 110),
    "quantised": lambda notes, seed: timing_edits.quantised(
        notes, a_grid(seed), seed / 11, 0.5 + seed / 44, seed % 2 == 0
    ),
    "legato": lambda notes, seed: timing_edits.legato(notes),
    "stretched": lambda notes, seed: timing_edits.stretched(notes, (seed + 1) / 5),
    "reversed": lambda notes, seed: timing_edits.reversed_(notes),
    "humanised": lambda notes, seed: timing_edits.humanised(notes, seed, 30, 9, 0.2),
    "held": lambda notes, seed: timing_edits.held(notes, seed),
    "held times": lambda notes, seed: timing_edits.held_times(notes, seed / 5),
}


@pytest.mark.parametrize("verb", VERBS)
def test_a_verb_gives_one_note_for_each_and_touches_only_what_it_is_about(verb: str) -> None:
    about = {
        "pitch": ("transposed", "stepped", "snapped", "inverted", "inverted in a scale"),
        "velocity": ("struck", "struck by", "struck times", "swelled", "humanised"),
        "muted": ("muted",),
    }
    for seed in SEEDS:
        notes = some_notes(seed)
        got = VERBS[verb](notes, seed)
        assert len(got) == len(notes)
        assert VERBS[verb]((), seed) == ()
        for name, verbs in about.items():
            if verb not in verbs:
                assert sorted(getattr(n, name) for n in got) == sorted(getattr(n, name) for n in notes)
        if verb in (*about["pitch"], *about["velocity"][:4], "muted"):
            assert [(n.start, n.duration) for n in got] == [(n.start, n.duration) for n in notes]
        assert sorted((n.track, n.composed) for n in got) == sorted((n.track, n.composed) for n in notes)


def test_steps_keep_order_and_scale_and_come_back_when_there_is_room() -> None:
    for seed in SEEDS:
        scale = a_scale(seed)
        for steps in (-3, -1, 1, 2, 7):
            notes = pitch_edits.snapped(pitch_edits.pitched(some_notes(seed), lambda p: 40 + p // 3), scale)
            got = pitch_edits.stepped(notes, scale, steps)
            assert all(scale.contains(n.pitch) for n in got)
            assert pitch_edits.stepped(got, scale, -steps) == notes


def test_steps_shrink_at_the_ends_of_the_keyboard_for_all_notes_alike() -> None:
    scale = Scale(0, "major")
    got = pitch_edits.stepped((Note(0, 60, 10), Note(0, 125, 10)), scale, 5)
    assert [n.pitch for n in got] == [62, 127]
    assert pitch_edits.stepped((Note(0, 60, 10), Note(0, 127, 10)), scale, 5)[0].pitch == 60


def test_a_third_in_the_scale_is_major_or_minor_as_the_scale_has_it() -> None:
    notes = tuple(Note(i * BEAT, p, BEAT) for i, p in enumerate((60, 62, 64, 65, 67, 69, 71)))
    got = pitch_edits.stepped(notes, Scale(0, "major"), 2)
    assert [b.pitch - a.pitch for a, b in zip(notes, got, strict=True)] == [4, 3, 3, 4, 4, 3, 3]


def test_inverting_twice_about_one_pitch_gives_the_notes_back() -> None:
    for seed in SEEDS:
        notes = pitch_edits.pitched(some_notes(seed), lambda p: 50 + p // 6)
        assert pitch_edits.inverted(pitch_edits.inverted(notes, 60.5), 60.5) == notes
        scale = a_scale(seed)
        of_scale = pitch_edits.snapped(notes, scale)
        assert pitch_edits.inverted(pitch_edits.inverted(of_scale, 60, scale), 60, scale) == of_scale
    assert [n.pitch for n in pitch_edits.inverted((Note(0, 60, 1), Note(0, 64, 1)), 60)] == [60, 56]
    assert [n.pitch for n in pitch_edits.inverted((Note(0, 60, 1), Note(0, 64, 1)), 60, Scale(0, "major"))] == [60, 57]


def test_velocities_swell_evenly_in_time() -> None:
    notes = tuple(Note(i * BEAT, 60, 10, 5) for i in range(5))
    assert [n.velocity for n in pitch_edits.swelled(notes, 20, 100)] == [20, 40, 60, 80, 100]
    assert [n.velocity for n in pitch_edits.struck_by(notes, 200)] == [127] * 5


# ---- time ----


def test_full_strength_lands_on_the_grid_that_the_roll_shows() -> None:
    for seed in SEEDS:
        grid, notes = a_grid(seed), some_notes(seed)
        got = timing_edits.quantised(notes, grid)
        assert [n.start for n in got] == [grid.nearest(n.start) for n in notes]
        assert timing_edits.quantised(got, grid) == got


def test_strength_goes_a_share_of_the_way_and_nought_nowhere() -> None:
    grid = Grid(Score().bar_map, BEAT, 1)
    notes = (Note(100, 60, 50), Note(BEAT - 100, 60, 50))
    assert [n.start for n in timing_edits.quantised(notes, grid, 0.5)] == [50, BEAT - 50]
    for seed in SEEDS:
        assert timing_edits.quantised(some_notes(seed), a_grid(seed), 0.0) == some_notes(seed)


def test_swing_delays_every_second_line_but_no_bar_line() -> None:
    grid = Grid(Score().bar_map, BEAT, 0.5)
    notes = tuple(Note(i * 240 + 11, 60, 50) for i in range(16))
    starts = [n.start for n in timing_edits.quantised(notes, grid, 1.0, 2 / 3)]
    assert starts == [i // 2 * BEAT + (320 if i % 2 else 0) for i in range(16)]


def test_lengths_too_end_on_the_grid_and_never_vanish() -> None:
    for seed in SEEDS:
        grid = a_grid(seed)
        for note in timing_edits.quantised(some_notes(seed), grid, lengths=True):
            assert note.duration >= 1
            assert note.end in (grid.nearest(note.end), note.start + grid.ticks)


def test_without_a_grid_nothing_is_quantised() -> None:
    notes = some_notes(1)
    assert timing_edits.quantised(notes, Grid(Score().bar_map, BEAT, None)) == notes


def test_legato_leaves_neither_gap_nor_overlap_between_onsets_of_a_track() -> None:
    for seed in SEEDS:
        got = timing_edits.legato(some_notes(seed))
        for track in (0, 1):
            row = [n for n in got if n.track == track]
            onsets = sorted({n.start for n in row})
            after = dict(pairwise(onsets))
            assert all(n.end == after[n.start] for n in row if n.start in after)


def test_stretching_there_and_back_and_touching_notes_still_touch() -> None:
    for seed in SEEDS:
        notes = some_notes(seed)
        assert timing_edits.stretched(timing_edits.stretched(notes, 4), 0.25) == notes
    row = tuple(Note(i * 100, 60, 100) for i in range(9))
    for factor in (0.37, 1.5, 2 / 3):
        got = timing_edits.stretched(row, factor)
        assert all(a.end == b.start for a, b in pairwise(got))


def test_reversing_twice_gives_the_notes_back_in_the_same_span() -> None:
    for seed in SEEDS:
        notes = some_notes(seed)
        got = timing_edits.reversed_(notes)
        assert timing_edits.reversed_(got) == notes
        assert min(n.start for n in got) == min(n.start for n in notes)
        assert max(n.end for n in got) == max(n.end for n in notes)


def test_chances_are_bounded_and_the_same_again_for_the_same_seed() -> None:
    notes = tuple(Note(1000 + i * 100, 60, 200, 64) for i in range(300))
    got = timing_edits.humanised(notes, 5, 10, 4, 0.1)
    assert got == timing_edits.humanised(reversed(notes), 5, 10, 4, 0.1)
    assert got != timing_edits.humanised(notes, 6, 10, 4, 0.1)
    assert timing_edits.humanised(notes, 5) == notes
    for before, after in zip(notes, got, strict=True):
        assert abs(after.start - before.start) <= 20
        assert abs(after.velocity - before.velocity) <= 8
        assert abs(after.duration - before.duration) <= 40
    assert len({n.start - b.start for n, b in zip(got, notes, strict=True)}) > 10


def test_parts_make_the_whole_again() -> None:
    for seed in SEEDS:
        notes = some_notes(seed)
        apart = tuple(Note(i * 5000, n.pitch, n.duration, n.velocity, n.track) for i, n in enumerate(notes))
        for parts in (2, 3, 7):
            pieces = timing_edits.split_into(apart, parts)
            assert sum(n.duration for n in pieces) == sum(n.duration for n in apart)
            assert timing_edits.joined(pieces) == apart
        cut = timing_edits.split_at(notes, 1000)
        assert not any(n.start < 1000 < n.end for n in cut)
        assert sum(n.duration for n in cut) == sum(n.duration for n in notes)


def test_joining_bridges_only_small_gaps_on_one_pitch_of_one_track() -> None:
    notes = (Note(0, 60, 100, 50), Note(110, 60, 100, 90), Note(400, 60, 50), Note(0, 61, 100), Note(100, 60, 9, 5, 1))
    assert timing_edits.joined(notes, 10) == in_order(
        (Note(0, 60, 210, 50), Note(400, 60, 50), Note(0, 61, 100), Note(100, 60, 9, 5, 1))
    )
    inner = timing_edits.joined((Note(0, 60, 500), Note(100, 60, 50)))
    assert inner == (Note(0, 60, 500),)


# ---- alike ----


def test_what_is_alike_holds_those_that_it_is_like() -> None:
    bars = Score(meters=(Meter(0, 3, 4),)).bar_map
    for seed in SEEDS:
        notes = some_notes(seed)
        these = frozenset(notes[::7])
        for got in (
            note_matching.same_pitch(notes, these),
            note_matching.same_class(notes, these),
            note_matching.same_length(notes, these),
            note_matching.same_beat(notes, these, bars),
        ):
            assert these <= set(got) <= set(notes)
        assert {n.pitch for n in note_matching.same_pitch(notes, these)} == {n.pitch for n in these}
        assert {n.pitch % 12 for n in note_matching.same_class(notes, these)} == {n.pitch % 12 for n in these}
        assert {n.start % (3 * BEAT) for n in note_matching.same_beat(notes, these, bars)} == {
            n.start % (3 * BEAT) for n in these
        }
        rest = note_matching.inverse(notes, these)
        assert set(rest) | these == set(notes)
        assert not set(rest) & these


def test_a_length_a_tenth_off_is_the_same_and_a_half_is_not() -> None:
    notes = (Note(0, 60, 100), Note(0, 61, 109), Note(0, 62, 91), Note(0, 63, 150), Note(0, 64, 50))
    assert [n.pitch for n in note_matching.same_length(notes, notes[:1])] == [60, 61, 62]


def test_a_note_that_comes_early_over_the_bar_line_is_on_the_first_beat() -> None:
    bars = Score().bar_map
    notes = (Note(0, 60, 9), Note(4 * BEAT - 10, 61, 9), Note(8 * BEAT + 12, 62, 9), Note(BEAT, 63, 9))
    assert [n.pitch for n in note_matching.same_beat(notes, notes[:1], bars, 30)] == [60, 61, 62]
    assert [n.pitch for n in note_matching.same_beat(notes, notes[1:2], bars, 30)] == [60, 61, 62]


def test_nothing_is_like_nothing() -> None:
    assert note_matching.same_pitch(some_notes(0), ()) == ()
    assert note_matching.same_beat((), (Note(0, 60, 1),), Score(tracks=(Track(),)).bar_map) == ()
    assert note_matching.same_length((), (Note(0, 60, 1),)) == ()


def test_a_note_at_the_end_of_time_is_quantised_without_counting_the_bars_before_it() -> None:
    grid = Grid(Score().bar_map, BEAT, 1)
    far = (Note(2**50 + 1, 60, BEAT), Note(3, 60, BEAT))
    assert {n.start for n in timing_edits.quantised(far, grid)} == {0, grid.nearest(2**50 + 1)}
    assert note_matching.same_beat(far, far[:1], grid.bars, BEAT // 16)


@pytest.mark.parametrize("mode", MODES)
def test_a_step_never_goes_the_other_way(mode: str) -> None:
    for tonic in range(12):
        scale = Scale(tonic, mode)
        for pitch in (0, 1, 60, 126, 127):
            assert scale.step(pitch, 1) >= pitch >= scale.step(pitch, -1)


def test_what_a_mirror_in_the_scale_sends_off_the_keyboard_comes_back_by_octaves() -> None:
    scale = Scale(0, "major")
    low, high = pitch_edits.inverted((Note(0, 120, 10), Note(0, 124, 10)), 12, scale)
    assert (low.pitch % 12, high.pitch % 12) == (0, 9), "a third apart still, not on one key"
    assert 0 <= high.pitch <= 127
