"""What sounds when: a score becomes timed events, and a transport on paper hands them out as time passes.

Time is always passed in, so nothing here sleeps, reads a clock or makes a sound. The same events feed
live playing and offline rendering: what is heard equals what is saved.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterator
from enum import IntEnum
from typing import NamedTuple

from composer.score import Note, Score

SUSTAIN = 64  # the controller of the sustain pedal
RING = 2.0  # seconds that a pedal still held goes on ringing after the last note
_PLAYED = frozenset({1, 7, 10, 11, 66, 67})  # controllers kept among a score's extras that a piano player may use


class Kind(IntEnum):
    """What an event does; the order is the order within one moment (a key is let go before it is struck again)."""

    OFF = 0
    PROGRAM = 1
    CONTROL = 2
    BEND = 3
    ON = 4


class Event(NamedTuple):
    """One message to a synthesiser at a time in seconds. `a`, `b` are its data bytes (key, velocity; controller,
    value; program, 0; bend 0..16383, 0)."""

    second: float
    kind: Kind
    channel: int
    a: int
    b: int = 0


State = dict[
    tuple[Kind, int, int], int
]  # (PROGRAM, channel, 0), (CONTROL, channel, number), (BEND, channel, 0) -> value


class Timeline:
    """The events of one score, sorted by time, with what is needed to start or go on in the middle."""

    def __init__(self, score: Score) -> None:
        self.score = score
        keys = _played(score)
        self.channels = sorted({channel for channel, _ in keys})
        self._spans = _spans(score, keys)  # (channel, key) -> its (on, off) in seconds, by time, never overlapping
        end = max((spans[-1][1] for spans in self._spans.values()), default=0.0)
        self.events = tuple(sorted([*self._note_events(keys), *_other_events(score, self.channels, end)]))
        self.seconds = [event.second for event in self.events]
        self._changes = [event for event in self.events if event.kind not in (Kind.ON, Kind.OFF)]
        self.length = max(self.seconds[-1], end) if self.events else 0.0  # seconds until the last release

    def _note_events(self, keys: dict[tuple[int, int], list[Note]]) -> Iterator[Event]:
        for (channel, key), notes in keys.items():
            for note, (on, off) in zip(notes, self._spans[channel, key], strict=True):
                yield Event(on, Kind.ON, channel, key, note.velocity)
                yield Event(off, Kind.OFF, channel, key)

    def held(self, channel: int, key: int, second: float) -> bool:
        """Whether this key was struck before a moment and is still down at it."""
        spans = self._spans.get((channel, key), [])
        i = bisect_left(spans, (second, 0.0)) - 1
        return i >= 0 and spans[i][1] >= second

    def state(self, second: float) -> State:
        """Programs, controllers and bends in force just before a moment."""
        found: State = {}
        for channel in self.channels:
            found[Kind.PROGRAM, channel, 0] = 0
            found[Kind.CONTROL, channel, SUSTAIN] = 0
        for event in self._changes[: bisect_left(self._changes, (second,))]:
            if event.kind == Kind.CONTROL:
                found[event.kind, event.channel, event.a] = event.b
            else:
                found[event.kind, event.channel, 0] = event.a
        return found


def _played(score: Score) -> dict[tuple[int, int], list[Note]]:
    """Audible notes by (channel, key), as one key can play them.

    A note ends where its key is struck again; of two that begin together the longer stays.
    """
    keys: dict[tuple[int, int], list[Note]] = defaultdict(list)
    for note in sorted(score.audible, key=lambda n: (n.start, n.duration)):
        notes = keys[score.tracks[note.track].channel, note.pitch]
        if notes and notes[-1].start == note.start:
            notes.pop()
        notes.append(note)
    return keys


def _spans(score: Score, keys: dict[tuple[int, int], list[Note]]) -> dict[tuple[int, int], list[tuple[float, float]]]:
    spans = {}
    for key, notes in keys.items():
        starts = [note.start for note in notes]
        ends = [min(note.end, start) for note, start in zip(notes, [*starts[1:], notes[-1].end], strict=True)]
        on, off = score.tempo_map.seconds(starts).tolist(), score.tempo_map.seconds(ends).tolist()
        spans[key] = list(zip(on, off, strict=True))
    return spans


def _other_events(score: Score, channels: list[int], end: float) -> Iterator[Event]:
    """Programs, pedals and the like on channels that have notes; a pedal still down rings on for a moment."""
    seen: set[int] = set()
    for track in score.tracks:
        if track.channel in channels and track.channel not in seen:  # tracks on one channel share a program
            seen.add(track.channel)
            yield Event(0.0, Kind.PROGRAM, track.channel, track.program)
    pedal = dict.fromkeys(channels, 0)
    for p in score.pedals:
        channel, second = score.tracks[p.track].channel, score.tempo_map.second(p.tick)
        if channel in pedal and second <= end + RING:
            pedal[channel] = p.value
            yield Event(second, Kind.CONTROL, channel, SUSTAIN, p.value)
    for channel, value in pedal.items():
        if value:
            yield Event(end + RING, Kind.CONTROL, channel, SUSTAIN, 0)
    for extra in score.extras:
        event = _extra_event(score.tempo_map.second(extra.tick), extra.data)
        if event and event.channel in channels and event.second <= end:
            yield event


def _extra_event(second: float, data: bytes) -> Event | None:
    if len(data) < 2 or data[0] >= 0xF0:
        return None
    message, channel = data[0] & 0xF0, data[0] & 0x0F
    if message == 0xB0 and len(data) == 3 and data[1] in _PLAYED:
        return Event(second, Kind.CONTROL, channel, data[1], data[2])
    if message == 0xC0:
        return Event(second, Kind.PROGRAM, channel, data[1])
    if message == 0xE0 and len(data) == 3:
        return Event(second, Kind.BEND, channel, data[1] | data[2] << 7)
    return None


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
        i = bisect_left(self.line.seconds, self._second)
        if i < len(self.line.seconds) and self.line.seconds[i] < boundary:
            boundary = self.line.seconds[i]
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
        first = bisect_left(self.line.seconds, self._second)
        last = len(self.line.events) if closed else bisect_left(self.line.seconds, second)
        self._second = second
        return [event for event in self.line.events[first:last] if self._note_state(event)]

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
