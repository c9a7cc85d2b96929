"""Differences between states of a document: forth and back, for whatever changed."""

from __future__ import annotations

import random
from dataclasses import replace
from itertools import pairwise

import pytest

from composer.music.score import Extra, Meter, Note, Pedal, Score, Tempo, Track
from composer.music.takes import Origin, Take, Takes, left_behind
from composer.music.undo_history import Delta, History, State, Step, difference

NOTES = tuple(Note(i * 120, 60 + i % 12, 100) for i in range(50))
START = Score(
    NOTES,
    (Pedal(0, 127), Pedal(90, 0)),
    (Tempo(0, 500_000),),
    (Meter(0, 4, 4),),
    extras=(Extra(0, -1, b"\xff\x06\x01a"), Extra(0, -1, b"\xff\x06\x01b"), Extra(9, 0, b"\xb0\x07\x40")),
    title="one",
)
TAKES = Takes(START, 100, (Take((Note(6000, 70, 50, composed=True),), (), "baroque", 7, 1),))

CHANGES = {
    "moved": START.change(NOTES[3:5], [replace(n, pitch=n.pitch + 1) for n in NOTES[3:5]]),
    "all": START.with_notes(replace(n, velocity=90) for n in NOTES),
    "emptied": START.with_notes(()),
    "doubled": START.add(NOTES[:1]),
    "pedals": replace(START, pedals=(Pedal(0, 127), Pedal(50, 64), Pedal(90, 0))),
    "tempo": replace(START, tempos=(Tempo(0, 400_000), Tempo(960, 500_000))),
    "meter": replace(START, meters=(Meter(0, 3, 4),)),
    "marker": replace(START, extras=(*START.extras[:1], Extra(0, -1, b"\xff\x06\x01c"), *START.extras[1:])),
    "marker gone": replace(START, extras=START.extras[1:]),
    "tracks": replace(START, tracks=(Track("a"), Track("b", 1, 5)), notes=(*NOTES, Note(7, 40, 5, track=1))),
    "resolution": replace(START, ticks_per_beat=96, title="two"),
    "nothing": START,
}


@pytest.mark.parametrize("name", CHANGES)
def test_forth_and_back(name: str) -> None:
    before = State(START, None, frozenset(NOTES[:2]))
    after = State(CHANGES[name], TAKES, frozenset(CHANGES[name].notes[-1:]), (TAKES.chosen.origin,))
    delta = difference(before, after)
    assert delta.apply(before) == after
    assert delta.revert(after) == before
    assert (delta.apply(before).score.title, delta.revert(after).score.title) == (after.score.title, "one")


def test_only_what_changed_is_kept() -> None:
    assert difference(State(START), State(CHANGES["moved"])).rows == 4
    assert difference(State(START), State(START)) == Delta()
    same = replace(START, notes=tuple(replace(n) for n in NOTES))  # equal notes that are other objects
    assert difference(State(START), State(same)).rows == 0


def test_one_object_twice_in_a_score() -> None:
    note = NOTES[0]
    one, two = State(Score((note,))), State(Score((note, note)))
    delta = difference(one, two)
    assert delta.apply(one) == two
    assert delta.revert(two) == one


def test_a_long_random_walk() -> None:
    rng = random.Random(5)
    states, steps = [State(START)], []
    for _ in range(60):
        score = states[-1].score
        some = rng.sample(score.notes, min(len(score.notes), rng.randrange(6)))
        new = [Note(rng.randrange(9000), rng.randrange(128), rng.randrange(1, 99)) for _ in range(rng.randrange(6))]
        states.append(State(score.change(some, new), None, frozenset(new[:1])))
        steps.append(Step("x", -1, (states[-2], states[-1])))
    for step in steps:
        step.pack()
    here = states[-1]
    for step, expected in zip(reversed(steps), reversed(states[:-1]), strict=True):
        here = step.before(here)
        assert here == expected
    for step, expected in zip(steps, states[1:], strict=True):
        here = step.after(here)
        assert here == expected


def test_a_packed_step_does_not_merge() -> None:
    a, b, c = State(START), State(CHANGES["moved"]), State(CHANGES["all"])
    one, two = Step("one", 1, (a, b)), Step("two", 1, (b, c))
    both = one.followed(two)
    assert both is not None
    assert (both.text, both.before(c), both.after(a)) == ("two", a, c)
    one.pack()
    assert one.followed(two) is None
    assert one.known


def test_the_nearest_steps_are_kept() -> None:
    score, steps = START, []
    for i in range(10):
        after = score.add([Note(10_000 + i, 60, 10)])
        steps.append(Step(str(i), -1, (State(score), State(after))))
        score = after
    whole = History(tuple(steps), 8, 2)
    assert whole.shortened(1000) == whole
    short = whole.shortened(12)  # a step is one row and itself
    assert [s.text for s in short.steps] == ["2", "3", "4", "5", "6", "7"]
    assert (short.index, short.clean) == (6, 0)
    assert whole.shortened(10).clean == -1
    assert whole.shortened(0) == History((), 0, -1)


def test_tables_of_takes_count_among_what_is_kept() -> None:
    written = tuple(Note(6000 + i, 70, 1, composed=True) for i in range(100))
    tables = [replace(TAKES, takes=(replace(TAKES.takes[0], notes=written, number=n),)) for n in range(10)]
    states = [State(table.score(), table) for table in tables]
    steps = tuple(Step("choose", -1, pair) for pair in pairwise(states))
    assert len(History(steps, 9).shortened(350).steps) == 3, "each step puts a table of a hundred notes into the file"


def test_where_notes_come_from_outlives_the_table() -> None:
    stays, goes = TAKES.score(), START
    origin = Origin("baroque", "", 7, 1, 6000, 6050)
    assert left_behind(TAKES, stays, None) == (origin,)
    assert left_behind(TAKES, goes, None) == (), "discarded"
    assert left_behind(TAKES, stays, TAKES) == (), "still on the table"
    assert left_behind(TAKES, stays, replace(TAKES, join=9000)) == (origin,), "another table takes its place"
    assert left_behind(None, stays, TAKES) == ()
