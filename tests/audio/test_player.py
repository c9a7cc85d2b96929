"""The transport with a synthesiser that only writes down, mostly on a clock that the test turns."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator

import pytest

from composer.audio.player import Player
from composer.audio.scheduler import Event, Kind
from composer.music.score import Note, Pedal, Score

BEAT = 480


class Notebook:
    """A synthesiser that notes what it is told."""

    def __init__(self, sound: bool = True) -> None:
        self.sound = False
        self.reason = "" if sound else "No sound card was found."
        self.told: list[Event] = []
        self.volume = 1.0
        self.closed = 0
        self._will = sound

    def start(self) -> bool:
        self.sound = self._will
        return self.sound

    def send(self, event: Event) -> None:
        self.told.append(event)

    def all_off(self) -> None:
        pass

    def set_volume(self, volume: float) -> None:
        self.volume = volume

    def close(self) -> None:
        self.closed += 1
        self.sound = False

    def struck(self) -> list[int]:
        return [e.a for e in list(self.told) if e.kind == Kind.ON]

    def down(self) -> set[tuple[int, int]]:
        keys: set[tuple[int, int]] = set()
        for e in list(self.told):
            if e.kind == Kind.ON:
                keys.add((e.channel, e.a))
            elif e.kind == Kind.OFF:
                keys.discard((e.channel, e.a))
        return keys


class Clock:
    """A clock that stands still until it is turned."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


def scale(count: int = 4, length: int = BEAT) -> Score:
    return Score(notes=tuple(Note(i * length, 60 + i, length) for i in range(count)))


def until(what: Callable[[], bool], seconds: float = 5.0) -> None:
    end = time.monotonic() + seconds
    while not what():
        assert time.monotonic() < end, "it did not happen"
        time.sleep(0.002)


@pytest.fixture
def synth() -> Notebook:
    return Notebook()


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def player(synth: Notebook, clock: Clock) -> Iterator[Player]:
    before = threading.active_count()
    player = Player(synth, clock)
    assert player.wait_ready(5)
    yield player
    player.close()
    assert threading.active_count() == before


def test_it_plays_to_the_end_and_stops_by_itself(player: Player, synth: Notebook, clock: Clock) -> None:
    player.load(scale())
    player.play(0)
    assert player.playing
    clock.now += 0.7
    assert player.playing
    assert synth.struck() == [60, 61]
    assert player.position() == pytest.approx(0.7 * 2 * BEAT, abs=1)
    assert player.seconds() == pytest.approx(0.7)
    clock.now += 5
    assert not player.playing
    assert synth.struck() == [60, 61, 62, 63]
    assert not synth.down()


def test_stop_silences_and_play_goes_on(player: Player, synth: Notebook, clock: Clock) -> None:
    player.load(Score(notes=(Note(0, 60, 4 * BEAT),), pedals=(Pedal(0, 127),)))
    player.play()
    clock.now += 0.5
    player.toggle()
    assert not player.playing
    assert not synth.down()
    assert synth.told[-1][1:] == (Kind.CONTROL, 0, 64, 0)
    player.toggle()
    clock.now += 0.1
    assert player.playing
    assert player.seconds() == pytest.approx(0.6)


def test_seek_and_loop(player: Player, synth: Notebook, clock: Clock) -> None:
    player.load(scale(8))
    player.seek(2 * BEAT)
    assert player.position() == 2 * BEAT
    player.loop(2 * BEAT, 3 * BEAT)
    player.play()
    for _ in range(11):
        clock.now += 0.1
        assert player.playing
    assert synth.struck() == [62, 62, 62]
    player.loop(None)
    clock.now += 0.5
    assert player.playing
    assert synth.struck()[-1] == 63


def test_a_score_replaced_while_playing_hangs_nothing(player: Player, synth: Notebook, clock: Clock) -> None:
    player.load(Score(notes=(Note(0, 60, 8 * BEAT), Note(0, 64, 8 * BEAT))))
    player.play()
    clock.now += 0.2
    assert player.playing
    player.load(Score(notes=(Note(0, 60, 8 * BEAT), Note(BEAT, 67, BEAT))))
    until(lambda: synth.down() == {(0, 60)})
    clock.now += 0.5
    assert player.playing
    assert synth.down() == {(0, 60), (0, 67)}
    assert len(player.score.notes) == 2


def test_growing_music_is_waited_for(player: Player, synth: Notebook, clock: Clock) -> None:
    player.load(scale(2))
    player.frontier(2 * BEAT)
    player.play(0)
    clock.now += 30
    assert player.playing
    assert player.position() == 2 * BEAT
    player.load(scale(4))
    player.frontier(None)
    clock.now += 0.6
    assert player.playing
    assert synth.struck() == [60, 61, 62, 63]


def test_a_key_tried_out_is_let_go(player: Player, synth: Notebook, clock: Clock) -> None:
    player.preview(70, 90, seconds=0.2)
    player.preview(70, 90, seconds=0.2)
    assert synth.down() == {(15, 70)}
    clock.now += 0.3
    player.loop(None)  # anything wakes the thread
    until(lambda: not synth.down())
    player.preview(72, seconds=100)
    player.preview(72, seconds=0)
    assert not synth.down()


def test_without_sound_the_clock_runs(clock: Clock) -> None:
    player = Player(Notebook(sound=False), clock)
    player.wait_ready()
    player.load(scale())
    player.play()
    clock.now += 1
    assert player.playing
    assert player.position() == 2 * BEAT
    assert not player.sound
    assert player.reason == "No sound card was found."
    player.close()


def test_close_twice_and_while_playing(clock: Clock) -> None:
    synth = Notebook()
    player = Player(synth, clock)
    player.wait_ready()
    assert player.sound
    assert player.reason == ""
    player.load(scale())
    player.play()
    clock.now += 0.1
    assert player.playing
    player.set_volume(0.5)
    player.close()
    player.close()
    assert synth.closed == 1
    assert synth.volume == 0.5
    assert not synth.down()


def test_on_a_real_clock_nothing_comes_early_or_is_left_out() -> None:
    """How late notes come is for `ricercar bench`: that is up to the machine."""

    class Punctual(Notebook):
        def send(self, event: Event) -> None:
            super().send(event)
            if event.kind == Kind.ON:
                late.append(time.monotonic() - started[0] - event.second)

    late: list[float] = []
    started: list[float] = []
    player = Player(Punctual())
    player.wait_ready()
    player.load(scale(20, BEAT // 16))
    started.append(time.monotonic())
    player.play(0)
    until(lambda: not player.playing)
    player.close()
    assert len(late) == 20
    assert min(late) > -0.001


def test_the_real_synthesiser_without_a_card_is_a_silent_player(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RICERCAR_AUDIO_DRIVER", "none")
    player = Player()
    assert player.wait_ready(5)
    assert not player.sound
    assert player.reason.endswith(".")
    player.preview(60)
    player.close()
