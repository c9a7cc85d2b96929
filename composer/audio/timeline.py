"""What sounds when: a score as timed events, the same ones for live playing and for offline rendering.

What is heard equals what is saved. A big score costs a few steps over arrays and no walk over its notes: while
someone edits, the player makes another timeline after each rest, and the window must not stutter meanwhile.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import IntEnum
from functools import cached_property
from operator import attrgetter
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from composer.music.notes import MUTED
from composer.music.score import Score

SUSTAIN = 64  # the controller of the sustain pedal
RING = 2.0  # seconds that a pedal still held goes on ringing after the last note
_DRUMS = 9  # the channel that no piano plays
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

_KINDS = tuple(Kind)
_FIELD = 16  # bits of a message's parts: kind, channel, a, b in one number sort as they do in an `Event`


@dataclass(frozen=True, slots=True, eq=False)
class _Events:
    """Events as arrays of shape (events,): when, and the message packed into one number."""

    seconds: NDArray[np.float64]
    messages: NDArray[np.int64]

    @classmethod
    def joined(cls, parts: Sequence[_Events]) -> _Events:
        """All of them, in the order of `Event`s."""
        seconds, messages = (np.concatenate([getattr(p, name) for p in parts]) for name in cls.__slots__)
        order = np.lexsort((messages, seconds))
        return cls(seconds[order], messages[order])

    def events(self, first: int = 0, last: int | None = None) -> Iterator[Event]:
        """Some of them, as they are sent."""
        messages = self.messages[first:last]
        kinds = map(_KINDS.__getitem__, _part(messages, 3).tolist())
        rest = [_part(messages, n).tolist() for n in (2, 1, 0)]
        return map(Event, self.seconds[first:last].tolist(), kinds, *rest)


def _packed(kind: Kind, channel: Any, a: Any, b: Any) -> Any:
    """A message, or an array of them, as one number."""
    return ((int(kind) << _FIELD | channel) << _FIELD | a) << _FIELD | b


def _part(messages: NDArray[np.int64], n: int) -> NDArray[np.int64]:
    """The n-th part of each message, counted from b."""
    return messages >> n * _FIELD & (1 << _FIELD) - 1


class _Keys:
    """What each key plays: one row for a note, by (channel, key), then time; a key's rows never overlap.

    A note ends where its key is struck again; of two that begin together the longer stays.
    """

    def __init__(self, score: Score) -> None:
        columns = score.columns
        channels = np.array([t.channel for t in score.tracks], np.int64)[columns.tracks]
        rows = np.flatnonzero((channels != _DRUMS) & (columns.looks & MUTED == 0))
        codes = channels[rows] * 128 + columns.pitches[rows]
        order = np.argsort(codes, kind="stable")  # the notes of one pitch stand by start, then duration
        rows, codes, starts = rows[order], codes[order], columns.starts[rows[order]]
        same = codes[1:] == codes[:-1]
        kept = np.append(~(same & (starts[1:] == starts[:-1])), True)[: len(rows)]
        rows, self.codes, starts = rows[kept], codes[kept], starts[kept]
        ends = columns.ends[rows]
        again = np.flatnonzero(self.codes[1:] == self.codes[:-1])
        ends[again] = np.minimum(ends[again], starts[again + 1])
        self.velocities = columns.looks[rows].astype(np.int64) & 127
        self.on, self.off = score.tempo_map.seconds(starts), score.tempo_map.seconds(ends)
        self.channels: list[int] = np.unique(self.codes // 128).tolist()
        self.end = float(self.off.max()) if len(rows) else 0.0  # seconds

    def struck(self) -> _Events:
        """Every key going down."""
        return _Events(self.on, _packed(Kind.ON, self.codes // 128, self.codes % 128, self.velocities))

    def released(self) -> _Events:
        """Every key going up."""
        return _Events(self.off, _packed(Kind.OFF, self.codes // 128, self.codes % 128, 0))

    def held(self, channel: int, key: int, second: float) -> bool:
        """Whether this key was struck before a moment and is still down at it."""
        first, last = np.searchsorted(self.codes, (channel * 128 + key, channel * 128 + key + 1)).tolist()
        i = first + int(np.searchsorted(self.on[first:last], second)) - 1
        return i >= first and bool(self.off[i] >= second)


class Timeline:
    """The events of one score, sorted by time, with what is needed to start or go on in the middle."""

    def __init__(self, score: Score) -> None:
        self.score = score
        self._keys = keys = _Keys(score)
        self.channels = keys.channels
        others = [_programs(score, self.channels), _pedals(score, self.channels, keys.end), _extras(score, keys)]
        self._all = _Events.joined([keys.released(), keys.struck(), *others])
        self._changes = _Events.joined(others)
        last = self._all.seconds[-1:].tolist()
        self.length = max([keys.end, *last]) if last else 0.0  # seconds until the last release

    @cached_property
    def events(self) -> tuple[Event, ...]:
        """All of them. Who needs those of a moment asks for `between`."""
        return tuple(self._all.events())

    def due(self, second: float) -> float | None:
        """When the first event at a moment or after it comes, in seconds; None after the last."""
        i = int(np.searchsorted(self._all.seconds, second))
        return float(self._all.seconds[i]) if i < len(self._all.seconds) else None

    def between(self, first: float, last: float | None) -> Iterator[Event]:
        """The events of [first, last) in seconds; None: to the last."""
        seconds = self._all.seconds
        end = len(seconds) if last is None else int(np.searchsorted(seconds, last))
        return self._all.events(int(np.searchsorted(seconds, first)), end)

    def held(self, channel: int, key: int, second: float) -> bool:
        """Whether this key was struck before a moment and is still down at it."""
        return self._keys.held(channel, key, second)

    def state(self, second: float) -> State:
        """Programs, controllers and bends in force just before a moment."""
        found: State = {}
        for channel in self.channels:
            found[Kind.PROGRAM, channel, 0] = 0
            found[Kind.CONTROL, channel, SUSTAIN] = 0
        for event in self._last_changes(int(np.searchsorted(self._changes.seconds, second))):
            if event.kind == Kind.CONTROL:
                found[event.kind, event.channel, event.a] = event.b
            else:
                found[event.kind, event.channel, 0] = event.a
        return found

    def _last_changes(self, count: int) -> Iterator[Event]:
        """Of the first changes the last one of each controller, program and bend, in order."""
        messages = self._changes.messages[:count]
        control = _part(messages, 3) == Kind.CONTROL
        what = np.where(control, messages >> _FIELD, messages >> 2 * _FIELD << _FIELD)
        backwards = np.unique(what[::-1], return_index=True)[1]
        last = np.sort(count - 1 - backwards)
        return _Events(self._changes.seconds[last], messages[last]).events()


def _listed(found: Sequence[tuple[float, int]]) -> _Events:
    """Events from (second, message)."""
    return _Events(np.array([s for s, _ in found], np.float64), np.array([m for _, m in found], np.int64))


def _programs(score: Score, channels: list[int]) -> _Events:
    programs: dict[int, int] = {}
    for track in score.tracks:  # tracks on one channel share a program
        programs.setdefault(track.channel, track.program)
    return _listed([(0.0, _packed(Kind.PROGRAM, c, programs[c], 0)) for c in channels])


def _pedals(score: Score, channels: list[int], end: float) -> _Events:
    """The pedals of channels that have notes; one still down rings on for a moment."""
    ticks, values, tracks = (_column(score.pedals, name) for name in ("tick", "value", "track"))
    on = np.array([t.channel for t in score.tracks], np.int64)[tracks]
    seconds = score.tempo_map.seconds(ticks)
    kept = np.isin(on, channels) & (seconds <= end + RING)
    on, values, seconds = on[kept], values[kept], seconds[kept]
    moved = _Events(seconds, _packed(Kind.CONTROL, on, SUSTAIN, values))
    down = [c for c in channels if np.any(values[on == c][-1:])]
    return _Events.joined([moved, _listed([(end + RING, _packed(Kind.CONTROL, c, SUSTAIN, 0)) for c in down])])


def _column(rows: Sequence[object], name: str) -> NDArray[np.int64]:
    return np.fromiter(map(attrgetter(name), rows), np.int64, len(rows))


def _extras(score: Score, keys: _Keys) -> _Events:
    """Controllers, programs and bends among what the score keeps without understanding it."""
    found = list(_messages((e.tick, e.data) for e in score.extras))
    seconds = score.tempo_map.seconds([tick for tick, _ in found])
    messages = np.array([message for _, message in found], np.int64)
    kept = np.isin(_part(messages, 2), keys.channels) & (seconds <= keys.end)
    return _Events(seconds[kept], messages[kept])


def _messages(extras: Iterable[tuple[int, bytes]]) -> Iterator[tuple[int, int]]:
    """(tick, message) of those that a piano player may use."""
    for tick, data in extras:
        if len(data) < 2 or data[0] >= 0xF0:
            continue
        message, channel = data[0] & 0xF0, data[0] & 0x0F
        if message == 0xB0 and len(data) == 3 and data[1] in _PLAYED:
            yield tick, _packed(Kind.CONTROL, channel, data[1], data[2])
        elif message == 0xC0:
            yield tick, _packed(Kind.PROGRAM, channel, data[1], 0)
        elif message == 0xE0 and len(data) == 3:
            yield tick, _packed(Kind.BEND, channel, data[1] | data[2] << 7, 0)
