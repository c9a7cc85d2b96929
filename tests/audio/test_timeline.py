"""The events of a score, against the same rules written note by note; and what is heard against what is saved."""

from __future__ import annotations

import random
from collections import defaultdict
from itertools import pairwise

import pytest

from composer.audio.scheduler import Scheduler
from composer.audio.timeline import RING, SUSTAIN, Event, Kind, Timeline
from composer.files import midi_reader
from composer.music.score import Extra, Note, Pedal, Score, Tempo, Track
from tests.places import EXAMPLES

THEMES = sorted(EXAMPLES.glob("*.mid"))


def plain(score: Score) -> list[Event]:
    """The rules without arrays: slow, and easy to read."""
    at, channel = score.tempo_map.second, [t.channel for t in score.tracks]
    keys: dict[tuple[int, int], dict[int, Note]] = defaultdict(dict)
    for note in score.notes:  # of two that begin together the longer stays
        if not note.muted and channel[note.track] != 9:
            keys[channel[note.track], note.pitch][note.start] = note
    found = []
    for (c, key), notes in keys.items():
        for note, again in pairwise([*notes.values(), None]):
            off = note.end if again is None else min(note.end, again.start)
            found += [Event(at(note.start), Kind.ON, c, key, note.velocity), Event(at(off), Kind.OFF, c, key)]
    end, used = max((e.second for e in found), default=0.0), {c for c, _ in keys}
    for c in used:
        found.append(Event(0.0, Kind.PROGRAM, c, next(t.program for t in score.tracks if t.channel == c)))
        moves = [(at(p.tick), p.value) for p in score.pedals if channel[p.track] == c and at(p.tick) <= end + RING]
        moves += [(end + RING, 0)] if moves and moves[-1][1] else []
        found += [Event(second, Kind.CONTROL, c, SUSTAIN, value) for second, value in moves]
    for extra in score.extras:
        c, second = extra.data[0] & 0x0F, at(extra.tick)
        if c in used and second <= end:
            match [extra.data[0] & 0xF0, *extra.data[1:]]:
                case [0xB0, 1 | 7 | 10 | 11 | 66 | 67 as number, value]:
                    found.append(Event(second, Kind.CONTROL, c, number, value))
                case [0xC0, number]:
                    found.append(Event(second, Kind.PROGRAM, c, number))
                case [0xE0, low, high]:
                    found.append(Event(second, Kind.BEND, c, low | high << 7))
    return sorted(found)


def odd(seed: int) -> Score:
    """A crowded, untidy piece: few keys, struck again and again, on channels that tracks share, drums among them."""
    r = random.Random(seed)
    tracks = tuple(Track("", r.choice((0, 0, 1, 3, 9, 15)), r.randrange(128)) for _ in range(r.randint(1, 5)))
    track = lambda: r.randrange(len(tracks))  # noqa: E731
    notes = (
        Note(
            r.randrange(40) * r.choice((1, 60)),
            r.choice((0, 60, 61, 127)),
            r.choice((1, 60, 120, 500)),
            r.randint(1, 127),
            track(),
            muted=r.random() < 0.2,
        )
        for _ in range(r.choice((1, 5, 60, 300)))
    )
    pedals = (Pedal(r.randrange(5000), r.choice((0, 30, 64, 127)), track()) for _ in range(r.choice((0, 3, 50))))
    tempos = (Tempo(r.randrange(3000), r.randrange(1, 2_000_000)) for _ in range(r.choice((0, 1, 6))))
    messages = ((0xB0, 7, 90), (0xB0, 91, 9), (0xB0, 66, 255), (0xC0, 11), (0xE0, 5, 80), (0xE0, 255, 255), (0xB0, 7))
    extras = (
        Extra(r.randrange(3000), 0, bytes([first + r.choice((0, 1, 3)), *rest]))
        for first, *rest in r.choices(messages, k=r.choice((0, 30)))
    )
    return Score(tuple(notes), tuple(pedals), tuple(tempos), (), tracks, (*extras, Extra(9, 0, b"\xff\x06\x01x")))


@pytest.mark.parametrize("path", THEMES, ids=lambda path: path.stem)
def test_the_examples_sound_as_the_rules_say(path):
    score = midi_reader.read(path)
    assert list(Timeline(score).events) == plain(score)


@pytest.mark.parametrize("seed", range(40))
def test_untidy_pieces_sound_as_the_rules_say(seed):
    score = odd(seed)
    assert list(Timeline(score).events) == plain(score)


@pytest.mark.parametrize("seed", range(40, 60))
def test_state_and_held_keys_are_what_the_events_before_leave(seed):
    line = Timeline(odd(seed))
    moments = {e.second for e in line.events} | {e.second + 1e-4 for e in line.events}
    for second in sorted(moments)[::7]:
        down, said = set(), {}
        for e in line.events:
            if e.second >= second:
                break
            if e.kind in (Kind.ON, Kind.OFF):
                (down.add if e.kind == Kind.ON else down.discard)((e.channel, e.a))
            else:
                control = e.kind == Kind.CONTROL
                said[e.kind, e.channel, e.a if control else 0] = e.b if control else e.a
        assert line.state(second).items() >= said.items()
        assert not any(value for what, value in line.state(second).items() if what not in said)
        assert {(c, k) for c in range(16) for k in (0, 60, 61, 127) if line.held(c, k, second)} == down


@pytest.mark.parametrize("score", [midi_reader.read(THEMES[0]), odd(3), odd(8)], ids=["a file", "untidy", "untidier"])
def test_live_playing_sends_what_a_render_writes(score):
    line, player = Timeline(score), Scheduler(score)
    player.play(0.0)
    heard = [e for step in range(1, 3000) for e in player.advance(step * line.length / 2900)]
    assert heard == list(line.events)
    assert not player.playing


def test_a_part_of_the_events_ends_before_its_last_moment():
    line = Timeline(Score(notes=(Note(0, 60, 480), Note(480, 62, 480))))
    assert [e.second for e in line.between(0.0, 0.5)] == [0.0, 0.0]
    assert [e.second for e in line.between(0.5, None)] == [0.5, 0.5, 1.0]
    assert (line.due(0.1), line.due(0.5), line.due(1.1)) == (0.5, 0.5, None)


def test_without_a_note_there_is_nothing_to_send():
    line = Timeline(Score(pedals=(Pedal(0, 127),), extras=(Extra(0, 0, bytes([0xC0, 3])),)))
    assert (line.events, line.length, line.state(1.0), line.due(0.0)) == ((), 0.0, {}, None)
