"""The transport: a scheduler, a synthesiser and a clock on a thread of their own. Knows nothing of windows."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterable
from typing import Protocol

from composer.audio.scheduler import Event, Kind, Scheduler, Timeline
from composer.audio.synth import Synth
from composer.music.score import Score

_PREVIEW_CHANNEL = 15  # keys that are tried out sound here, beside the music


class Sounding(Protocol):
    """What the player needs of a synthesiser; `Synth` is one, tests bring their own."""

    sound: bool
    reason: str

    def start(self) -> bool: ...
    def send(self, event: Event) -> None: ...
    def all_off(self) -> None: ...
    def set_volume(self, volume: float) -> None: ...
    def close(self) -> None: ...


class Player:
    """Plays a score that may be replaced, or grow, at any moment. Every method returns at once.

    The sound card is opened on the player's own thread; until `wait_ready` is done `sound` is False. Without
    sound (`sound` False, `reason` one sentence) the clock still runs, so that a playhead moves.
    """

    def __init__(self, synth: Sounding | None = None, clock: Callable[[], float] = time.monotonic) -> None:
        self._synth: Sounding = synth or Synth()
        self._clock = clock
        self._scheduler = Scheduler()
        self._score = Score()
        self._pending: Score | None = None  # loaded, but its timeline isn't built yet
        self._releases: dict[int, float] = {}  # key tried out -> moment to let it go
        self._changed = threading.Condition()
        self._closed = False
        self._ready = threading.Event()
        self._thread = threading.Thread(target=self._run, name="ricercar-player", daemon=True)
        self._thread.start()

    # ---- what is known ----

    @property
    def sound(self) -> bool:
        """Whether anything can be heard."""
        return self._synth.sound

    @property
    def reason(self) -> str:
        """One sentence on why there is no sound; empty if there is."""
        return "" if self._synth.sound else self._synth.reason

    @property
    def playing(self) -> bool:
        """Whether the playhead moves, or waits at the frontier. Turns False by itself at the end of the music."""
        with self._changed:
            self._send(self._scheduler.advance(self._clock()))
            return self._scheduler.playing

    @property
    def score(self) -> Score:
        """What was loaded last."""
        return self._score

    def position(self) -> int:
        """The playhead, in ticks of the score loaded last."""
        with self._changed:
            return self._scheduler.tick(self._clock())

    def seconds(self) -> float:
        """The playhead, in seconds of the piece."""
        with self._changed:
            return self._scheduler.second(self._clock())

    def wait_ready(self, timeout: float | None = None) -> bool:
        """Waits until the sound card was tried; True if that is done."""
        return self._ready.wait(timeout)

    # ---- the buttons ----

    def load(self, score: Score) -> None:
        """Takes another score; if it plays it goes on at the same tick, and no note hangs."""
        with self._changed:
            self._score = self._pending = score
            self._changed.notify()

    def play(self, from_tick: int | None = None) -> None:
        """Plays from a tick, or from where the playhead stands (from the beginning if that is the end)."""
        self._do(lambda now: self._scheduler.play(now, from_tick))

    def stop(self) -> None:
        """Halts; the playhead stays where it is, all keys and pedals are let go."""
        self._do(self._scheduler.stop)

    def toggle(self) -> None:
        """Plays if it is still, halts if it plays."""
        if self.playing:
            self.stop()
        else:
            self.play()

    def seek(self, tick: int) -> None:
        """Moves the playhead; if it plays it goes on from there."""
        self._do(lambda now: self._scheduler.seek(now, tick))

    def loop(self, first: int | None, last: int | None = None) -> None:
        """Plays the ticks [first, last) again and again; `loop(None)` ends that."""
        self._do(lambda now: self._scheduler.set_loop(now, first, last))

    def frontier(self, tick: int | None) -> None:
        """Music from this tick on is still being written: the playhead waits there. None: the piece is whole.

        While music grows, call `load` with what there is and then `frontier`.
        """
        self._do(lambda now: self._scheduler.set_frontier(now, tick))

    def preview(self, pitch: int, velocity: int = 80, seconds: float = 0.4, program: int = 0) -> None:
        """Sounds a key for a moment, beside whatever plays; 0 seconds or less lets it go at once."""
        with self._changed:
            if pitch in self._releases or seconds <= 0:
                self._releases.pop(pitch, None)
                self._synth.send(Event(0.0, Kind.OFF, _PREVIEW_CHANNEL, pitch))
            if seconds > 0:
                self._synth.send(Event(0.0, Kind.PROGRAM, _PREVIEW_CHANNEL, program))
                self._synth.send(Event(0.0, Kind.ON, _PREVIEW_CHANNEL, pitch, velocity))
                self._releases[pitch] = self._clock() + seconds
            self._changed.notify()

    def set_volume(self, volume: float) -> None:
        """Loudness, 0..1."""
        self._synth.set_volume(volume)

    def close(self) -> None:
        """Ends the sound and the thread. May be called again."""
        with self._changed:
            self._closed = True
            self._changed.notify()
        self._thread.join()

    # ---- the thread ----

    def _do(self, change: Callable[[float], Iterable[Event]]) -> None:
        with self._changed:
            self._settle()
            now = self._clock()
            self._send(self._scheduler.advance(now))
            self._send(change(now))
            self._changed.notify()

    def _settle(self) -> None:
        """Brings the scheduler to the score loaded last."""
        if self._pending is not None:
            self._take(self._pending, Timeline(self._pending))

    def _take(self, score: Score, line: Timeline) -> None:
        if self._pending is score:
            self._pending = None
            self._send(self._scheduler.replace(self._clock(), line))

    def _send(self, events: Iterable[Event]) -> None:
        for event in events:
            self._synth.send(event)

    def _run(self) -> None:
        try:
            self._synth.start()
        finally:
            self._ready.set()
        with self._changed:  # whoever pressed play before the sound was there hears the rest with the right pedal
            now = self._clock()
            self._send(self._scheduler.seek(now, self._scheduler.tick(now)))
        while not self._closed:
            if self._pending is not None:
                self._build(self._pending)
            with self._changed:
                if self._pending is None and not self._closed:
                    self._changed.wait(self._step())
        with self._changed:
            self._send(self._scheduler.stop(self._clock()))
        self._synth.all_off()
        self._synth.close()

    def _build(self, score: Score) -> None:
        line = Timeline(score)  # not under the lock: a large piece takes a while, and others ask where the playhead is
        with self._changed:
            self._take(score, line)

    def _step(self) -> float | None:
        """Sounds what is due; seconds until there is more to do."""
        now = self._clock()
        self._send(self._scheduler.advance(now))
        for pitch in [p for p, when in self._releases.items() if when <= now]:
            del self._releases[pitch]
            self._synth.send(Event(0.0, Kind.OFF, _PREVIEW_CHANNEL, pitch))
        waits = [when - now for when in self._releases.values()]
        wait = self._scheduler.wait(now)
        return min([w for w in (wait, *waits) if w is not None], default=None)
