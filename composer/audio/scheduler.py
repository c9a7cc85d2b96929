"""A transport on paper: it hands out a timeline's events as time passes.

Time is always passed in, so nothing here sleeps, reads a clock or makes a sound.
"""

from __future__ import annotations

from composer.audio.timeline import SUSTAIN, State
from composer.audio.timeline import Event as Event
from composer.audio.timeline import Kind as Kind
from composer.audio.timeline import Timeline as Timeline
from composer.music.score import Score


class Scheduler:
    """A transport on paper: told what time it is, it says what must sound. `now` is any clock's seconds.

    An event has been handed out exactly when its second is before the playhead.
    """

    def __init__(self, score: Score | None = None) -> None:
        self.line = Timeline(score or Score())
        self.playing = False
        self._second = 0.0  # the playhead, in seconds of the piece …
        self._now = 0.0  # … at this moment of the clock
        self._loop: tuple[int, int] | None = None  # ticks
        self._frontier: int | None = None  # tick that the playhead may not pass yet
        self._sounding: set[tuple[int, int]] = set()  # (channel, key)
        self._state: State = {}  # what the synthesiser was told last

    # ---- where it stands ----

    def second(self, now: float) -> float:
        """The playhead at a moment, in seconds of the piece; hands out nothing."""
        if not self.playing:
            return self._second
        second = self._second + max(now - self._now, 0.0)
        return min(second, self._boundary()[0])

    def tick(self, now: float) -> int:
        """The playhead at a moment, in ticks."""
        return self.line.score.tempo_map.tick(self.second(now))

    def wait(self, now: float) -> float | None:
        """Seconds of clock until `advance` has something to do; None while nothing will happen by itself."""
        if not self.playing:
            return None
        boundary, what = self._boundary()
        due = self.line.due(self._second)
        if due is not None and due < boundary:
            boundary = due
        elif what == "hold":
            return None if self._second >= boundary else max(boundary - self.second(now), 0.0)
        return max(boundary - self._second - (now - self._now), 0.0)

    def _boundary(self) -> tuple[float, str]:
        """Where the playhead next turns or halts, in seconds, and what it does there: loop, hold or end."""
        tempo = self.line.score.tempo_map
        found = [] if self._frontier is not None else [(self.line.length, "end")]
        if self._frontier is not None:
            found.append((tempo.second(self._frontier), "hold"))
        if self._loop and self._second < (end := tempo.second(self._loop[1])):
            found = [b for b in found if b[1] == "hold"] + [(end, "loop")]
        boundary, what = min(found)
        return max(boundary, self._second), what

    # ---- the transport's buttons; each returns what to send to the synthesiser at once ----

    def play(self, now: float, tick: int | None = None) -> list[Event]:
        """Starts at a tick, or where the playhead stands (from the beginning again if that is the end)."""
        stopped = self.stop(now)
        if tick is not None:
            self._second = self.line.score.tempo_map.second(max(tick, 0))
        elif self._second >= self.line.length and self._loop is None and self._frontier is None:
            self._second = 0.0
        self._now, self.playing = now, True
        self._state = {}
        return stopped + self._chase()

    def stop(self, now: float) -> list[Event]:
        """Halts where it is and lets every key and pedal go. What was still due before `now` is dropped."""
        self._second, self.playing = self.second(now), False
        return self._silence()

    def seek(self, now: float, tick: int) -> list[Event]:
        """Moves the playhead, playing or not."""
        if self.playing:
            return self.play(now, tick)
        self._second = self.line.score.tempo_map.second(max(tick, 0))
        return []

    def set_loop(self, now: float, first: int | None, last: int | None = None) -> list[Event]:
        """Plays the ticks [first, last) again and again once the playhead is before `last`; None plays on."""
        due = self.advance(now)
        self._loop = (first, last) if first is not None and last is not None and last > first else None
        return due

    def set_frontier(self, now: float, tick: int | None) -> list[Event]:
        """The playhead waits at this tick (music beyond it is still being written); None ends with the music."""
        due = self.advance(now)
        self._frontier = tick
        return due

    def replace(self, now: float, line: Timeline) -> list[Event]:
        """Goes on in another score at the same tick. Keys that it doesn't hold there are let go."""
        due = self.advance(now)
        old, self.line = self.line.score, line
        if (old.tempos, old.ticks_per_beat) != (line.score.tempos, line.score.ticks_per_beat):
            beats = old.tempo_map.tick(self._second) / old.ticks_per_beat
            self._second = line.score.tempo_map.second(beats * line.score.ticks_per_beat)
        if not self.playing:
            return due
        gone = [k for k in sorted(self._sounding) if not line.held(*k, self._second)]
        self._sounding.difference_update(gone)
        return due + [Event(self._second, Kind.OFF, *k) for k in gone] + self._chase()

    # ---- the passing of time ----

    def advance(self, now: float) -> list[Event]:
        """Moves the playhead to `now` and returns what sounds on the way, in order."""
        due: list[Event] = []
        left = max(now - self._now, 0.0)
        self._now = max(now, self._now)
        while self.playing:
            boundary, what = self._boundary()
            if self._second + left < boundary:
                due += self._pass(self._second + left)
                break
            left -= boundary - self._second
            due += self._pass(boundary, closed=what == "end")
            if what == "loop":
                due += self._wrap()
                left = left % self._loop_seconds()
            else:
                self.playing = what == "hold"
                break
        return due

    def _pass(self, second: float, closed: bool = False) -> list[Event]:
        passed = self.line.between(self._second, None if closed else second)
        self._second = second
        return [event for event in passed if self._note_state(event)]

    def _note_state(self, event: Event) -> bool:
        """Remembers what an event does; False for letting go of a key that is not down."""
        key = (event.channel, event.a)
        if event.kind == Kind.ON:
            self._sounding.add(key)
        elif event.kind == Kind.OFF:
            if key not in self._sounding:
                return False
            self._sounding.discard(key)
        elif event.kind == Kind.CONTROL:
            self._state[event.kind, event.channel, event.a] = event.b
        else:
            self._state[event.kind, event.channel, 0] = event.a
        return True

    def _loop_seconds(self) -> float:
        assert self._loop is not None
        first, last = self.line.score.tempo_map.seconds(self._loop).tolist()
        return max(float(last - first), 1e-3)

    def _wrap(self) -> list[Event]:
        assert self._loop is not None
        silence = self._silence()
        self._second = self.line.score.tempo_map.second(self._loop[0])
        return silence + self._chase()

    def _silence(self) -> list[Event]:
        offs = [Event(self._second, Kind.OFF, *key) for key in sorted(self._sounding)]
        lifted = [k for k, value in self._state.items() if k[0] == Kind.CONTROL and k[2] == SUSTAIN and value]
        self._sounding.clear()
        self._state.update(dict.fromkeys(lifted, 0))
        return offs + [Event(self._second, Kind.CONTROL, channel, SUSTAIN, 0) for _, channel, _ in lifted]

    def _chase(self) -> list[Event]:
        """What makes programs, pedals and bends right at the playhead."""
        found = []
        for (kind, channel, number), value in self.line.state(self._second).items():
            if self._state.get((kind, channel, number)) != value:
                self._state[kind, channel, number] = value
                a, b = (number, value) if kind == Kind.CONTROL else (value, 0)
                found.append(Event(self._second, kind, channel, a, b))
        return found
