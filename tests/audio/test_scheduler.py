"""Time is passed in, so these tests neither wait nor sound."""

from __future__ import annotations

import pytest

from composer.audio.scheduler import Event, Kind, Scheduler, Timeline
from composer.audio.timeline import RING
from composer.music.score import Extra, Note, Pedal, Score, Tempo, Track

BEAT = 480  # half a second at the default tempo


def scale(count: int = 4) -> Score:
    return Score(notes=tuple(Note(i * BEAT, 60 + i, BEAT) for i in range(count)))


def struck(events: list[Event] | tuple[Event, ...]) -> list[tuple[float, int]]:
    return [(round(e.second, 6), e.a) for e in events if e.kind == Kind.ON]


def hanging(events: list[Event]) -> set[tuple[int, int]]:
    down: set[tuple[int, int]] = set()
    for e in events:
        if e.kind == Kind.ON:
            assert (e.channel, e.a) not in down, "struck twice"
            down.add((e.channel, e.a))
        elif e.kind == Kind.OFF:
            down.remove((e.channel, e.a))
    return down


def test_events_are_sorted_and_every_key_is_let_go():
    line = Timeline(scale())
    assert struck(line.events) == [(0.0, 60), (0.5, 61), (1.0, 62), (1.5, 63)]
    assert list(line.events) == sorted(line.events)
    assert not hanging(list(line.events))
    assert line.length == 2.0


def test_the_tempo_map_sets_the_seconds():
    score = Score(notes=(Note(0, 60, BEAT), Note(2 * BEAT, 62, BEAT)), tempos=(Tempo(BEAT, 1_000_000),))
    assert struck(Timeline(score).events) == [(0.0, 60), (1.5, 62)]


def test_a_key_struck_again_ends_its_earlier_note():
    score = Score(notes=(Note(0, 60, 4 * BEAT), Note(BEAT, 60, BEAT), Note(BEAT, 60, 2 * BEAT, 99)))
    line = Timeline(score)
    found = [(e.second, e.kind, e.b) for e in line.events if e.kind in (Kind.ON, Kind.OFF)]
    assert found == [(0.0, Kind.ON, 80), (0.5, Kind.OFF, 0), (0.5, Kind.ON, 99), (1.5, Kind.OFF, 0)]


def test_the_same_key_on_two_channels_is_two_keys():
    score = Score(notes=(Note(0, 60, BEAT), Note(0, 60, 2 * BEAT, track=1)), tracks=(Track(), Track(channel=1)))
    assert len(struck(Timeline(score).events)) == 2


def test_muted_notes_and_drums_are_silent():
    score = Score(
        notes=(Note(0, 60, BEAT, muted=True), Note(0, 62, BEAT, track=1), Note(0, 64, BEAT)),
        tracks=(Track(), Track(channel=9)),
    )
    assert struck(Timeline(score).events) == [(0.0, 64)]


def test_programs_pedals_and_controllers_reach_their_channel():
    score = Score(
        notes=(Note(0, 60, BEAT, track=1),),
        pedals=(Pedal(0, 127, 1), Pedal(0, 127, 0)),
        tracks=(Track("unused", 0, 5), Track("harp", 3, 46)),
        extras=(
            Extra(0, 1, bytes([0xB3, 7, 90])),
            Extra(0, 1, bytes([0xB3, 91, 40])),  # not one a piano player uses
            Extra(BEAT, 1, bytes([0xE3, 0, 80])),
            Extra(BEAT, 1, bytes([0xC3, 11])),
            Extra(0, 1, b"\xff\x06\x01x"),
        ),
    )
    events = Timeline(score).events
    assert {e.channel for e in events} == {3}
    assert Event(0.0, Kind.PROGRAM, 3, 46) in events
    assert Event(0.0, Kind.CONTROL, 3, 64, 127) in events
    assert Event(0.0, Kind.CONTROL, 3, 7, 90) in events
    assert Event(0.5, Kind.BEND, 3, 80 << 7) in events
    assert Event(0.5, Kind.PROGRAM, 3, 11) in events
    assert not any(e.kind == Kind.CONTROL and e.a == 91 for e in events)


def test_a_pedal_left_down_is_lifted_after_a_moment():
    line = Timeline(Score(notes=(Note(0, 60, BEAT),), pedals=(Pedal(0, 127), Pedal(10_000_000, 0))))
    assert line.events[-1] == Event(0.5 + RING, Kind.CONTROL, 0, 64, 0)
    assert line.length == 0.5 + RING


def test_at_one_moment_keys_are_let_go_before_pedals_and_pedals_move_before_keys_are_struck():
    score = Score(notes=(Note(0, 60, BEAT), Note(BEAT, 60, BEAT)), pedals=(Pedal(BEAT, 0), Pedal(BEAT, 127)))
    kinds = [(e.kind, e.b) for e in Timeline(score).events if e.second == 0.5]
    assert kinds == [(Kind.OFF, 0), (Kind.CONTROL, 0), (Kind.CONTROL, 127), (Kind.ON, 80)]


# ---- the transport ----


def test_nothing_sounds_before_play_and_everything_once():
    player = Scheduler(scale())
    assert player.advance(5.0) == []
    assert player.wait(5.0) is None
    heard = player.play(10.0)
    for step in range(1, 250):
        heard += player.advance(10.0 + step / 100)
    assert struck(heard) == [(0.0, 60), (0.5, 61), (1.0, 62), (1.5, 63)]
    assert not hanging(heard)
    assert not player.playing
    assert player.tick(99.0) == 4 * BEAT


def test_live_playing_hands_out_what_rendering_does():
    score = Score(notes=scale().notes, pedals=(Pedal(100, 127), Pedal(700, 0)))
    player = Scheduler(score)
    heard = player.play(0.0) + [e for step in range(1, 60) for e in player.advance(step * 0.0417)]
    line = Timeline(score)
    notes = [e for e in heard if e.kind in (Kind.ON, Kind.OFF) or (e.kind == Kind.CONTROL and e.second > 0)]
    assert notes == [e for e in line.events if e.kind != Kind.PROGRAM]


def test_wait_says_when_the_next_event_is_due():
    player = Scheduler(scale())
    player.play(0.0)
    assert player.wait(0.0) == 0.0
    player.advance(0.1)
    assert player.wait(0.2) == pytest.approx(0.3)
    player.advance(1.99)
    assert player.wait(1.99) == pytest.approx(0.01)


def test_stop_lets_keys_and_pedal_go_and_keeps_the_place():
    player = Scheduler(Score(notes=(Note(0, 60, 4 * BEAT),), pedals=(Pedal(0, 127),)))
    heard = player.play(0.0) + player.advance(0.7)
    heard += player.stop(0.7)
    assert not hanging(heard)
    assert heard[-1][1:] == (Kind.CONTROL, 0, 64, 0)
    assert player.tick(5.0) == pytest.approx(0.7 * 2 * BEAT)
    assert player.stop(6.0) == []


def test_play_again_at_the_end_begins_anew():
    player = Scheduler(scale(1))
    player.play(0.0)
    player.advance(9.0)
    assert not player.playing
    assert struck(player.play(10.0) + player.advance(10.1)) == [(0.0, 60)]


def test_starting_in_the_middle_finds_pedal_and_program():
    score = Score(notes=scale(8).notes, pedals=(Pedal(BEAT, 127),), tracks=(Track(program=6),))
    player = Scheduler(score)
    first = player.play(0.0, 2 * BEAT)
    assert Event(1.0, Kind.PROGRAM, 0, 6) in first
    assert Event(1.0, Kind.CONTROL, 0, 64, 127) in first
    assert struck(player.advance(0.3)) == [(1.0, 62)]


def test_seek_while_playing_and_while_still():
    player = Scheduler(scale(8))
    assert player.seek(0.0, 3 * BEAT) == []
    assert player.tick(0.0) == 3 * BEAT
    heard = player.play(0.0) + player.advance(0.2)
    heard += player.seek(0.2, 6 * BEAT) + player.advance(0.3)
    assert [key for _, key in struck(heard)] == [63, 66]
    assert hanging(heard) == {(0, 66)}


def test_a_loop_comes_back_without_hanging_notes():
    player = Scheduler(Score(notes=(Note(0, 60, 8 * BEAT), Note(BEAT, 62, BEAT), Note(3 * BEAT, 64, BEAT))))
    player.set_loop(0.0, BEAT, 2 * BEAT)
    heard = player.play(0.0)
    for step in range(1, 200):
        heard += player.advance(step / 100)
    assert [key for _, key in struck(heard)] == [60, 62, 62, 62]
    assert hanging(heard) <= {(0, 62)}
    assert player.playing
    assert BEAT <= player.tick(2.0) <= 2 * BEAT
    heard += player.set_loop(2.0, None)
    heard += player.advance(9.0)
    assert [key for _, key in struck(heard)][-1] == 64
    assert not hanging(heard)


def test_a_long_sleep_in_a_short_loop_does_not_hang():
    player = Scheduler(scale())
    player.set_loop(0.0, 0, 1)
    player.play(0.0)
    player.advance(1e6)
    assert player.playing


def test_a_loop_behind_the_playhead_is_passed_by():
    player = Scheduler(scale())
    player.set_loop(0.0, 0, BEAT)
    heard = player.play(0.0, 2 * BEAT) + player.advance(0.9)
    assert [key for _, key in struck(heard)] == [62, 63]


def test_the_playhead_waits_at_the_frontier_and_goes_on():
    player = Scheduler(scale(2))
    player.set_frontier(0.0, 2 * BEAT)
    heard = player.play(0.0) + player.advance(5.0)
    assert player.playing
    assert player.tick(5.0) == 2 * BEAT
    assert player.wait(5.0) is None
    heard += player.replace(6.0, Timeline(scale(4)))
    heard += player.set_frontier(6.0, None)
    heard += player.advance(6.1)
    assert [key for _, key in struck(heard)] == [60, 61, 62]
    heard += player.advance(9.0)
    assert not player.playing
    assert not hanging(heard)


def test_an_empty_score_waits_for_its_first_notes():
    player = Scheduler()
    player.set_frontier(0.0, 0)
    player.play(0.0)
    player.advance(1.0)
    assert player.playing
    player.replace(2.0, Timeline(scale(4)))
    player.set_frontier(2.0, 4 * BEAT)
    assert struck(player.advance(2.6)) == [(0.0, 60), (0.5, 61)]


def test_an_empty_score_stops_at_once():
    player = Scheduler()
    player.play(0.0)
    player.advance(0.0)
    assert not player.playing


def test_another_score_while_playing_hangs_nothing_and_repeats_nothing():
    old = Score(notes=(Note(0, 60, 4 * BEAT), Note(0, 64, 4 * BEAT), Note(2 * BEAT, 67, BEAT)))
    player = Scheduler(old)
    heard = player.play(0.0) + player.advance(0.6)
    new = old.remove([old.notes[1]]).add([Note(BEAT // 2, 70, 4 * BEAT), Note(3 * BEAT, 72, BEAT)])
    change = player.replace(0.7, Timeline(new))
    assert [(e.kind, e.a) for e in change] == [(Kind.OFF, 64)]  # 60 goes on; 70 is too late to begin
    heard += change + player.advance(9.0)
    assert [key for _, key in struck(heard)] == [60, 64, 67, 72]
    assert not hanging(heard)


def test_another_tempo_keeps_the_place_in_the_music():
    player = Scheduler(scale(8))
    player.play(0.0)
    player.advance(1.0)
    slow = Score(notes=scale(8).notes, tempos=(Tempo(0, 2_000_000),))
    player.replace(1.0, Timeline(slow))
    assert player.tick(1.0) == 2 * BEAT
    assert player.second(1.0) == pytest.approx(4.0)


def test_a_pedal_taken_away_while_it_is_down_is_lifted():
    score = Score(notes=scale(4).notes, pedals=(Pedal(0, 127),))
    player = Scheduler(score)
    player.play(0.0)
    player.advance(0.6)
    assert Event(0.6, Kind.CONTROL, 0, 64, 0) in player.replace(0.6, Timeline(scale(4)))


def test_a_replacement_while_still_only_moves_the_music():
    player = Scheduler(scale(4))
    player.seek(0.0, BEAT)
    assert player.replace(1.0, Timeline(scale(8))) == []
    assert player.tick(1.0) == BEAT
