"""The bytes of a MIDI file <-> its events; the only file that asks mido. Knows nothing of notes or scores."""

from __future__ import annotations

import struct
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import lru_cache

import mido
from mido.midifiles.meta import build_meta_message

META, NOTE_OFF, NOTE_ON, CONTROL, PROGRAM = 0xFF, 0x8, 0x9, 0xB, 0xC
TEMPO, METER, NAME, END = 0x51, 0x58, 0x03, 0x2F  # kinds of meta events
LONGEST_WAIT = 0x0FFFFFFF  # ticks; a file cannot say more in one number
_SYSEX = (0xF0, 0xF7)
_SYSTEM = {0xF1: 1, 0xF2: 2, 0xF3: 1, 0xF6: 0, 0xF8: 0, 0xFA: 0, 0xFB: 0, 0xFC: 0, 0xFE: 0}  # status -> data bytes
_REALTIME = 0xF8  # from here on: they have no place in a file
_ODD = {0x00: "sequence number", TEMPO: "tempo", 0x54: "SMPTE offset", METER: "time signature", 0x59: "key signature"}
_EVERY = 8192  # events between two reports of progress

Row = tuple[int, int, int, int]  # tick, kind (the upper half of the status), first and second data byte


class Cancelled(Exception):
    """Reading was called off."""


@dataclass
class Events:
    """The events of one track; ticks count from the track's start."""

    channels: list[list[Row]] = field(default_factory=lambda: [[] for _ in range(16)])
    others: list[tuple[int, bytes]] = field(default_factory=list)  # (tick, message): meta events, sysex
    end: int = 0  # the last tick


class File:
    """The tracks of a file. mido's own reader gives a whole file up for one odd event, and is slow.

    `tell` hears how much is read, 0..1, and may raise. Raises ValueError, IndexError or struct.error for what is no
    MIDI file.
    """

    def __init__(self, data: bytes, tell: Callable[[float], None] = lambda done: None) -> None:
        start = data.find(b"MThd") if data[:4] == b"RIFF" and data[8:12] == b"RMID" else 0
        name, size, self.kind, count, self.ticks_per_beat = struct.unpack_from(">4sLHHh", data, start)
        if name != b"MThd" or size < 6 or count == 0 or self.ticks_per_beat <= 0:
            raise ValueError("not the header of a MIDI file")
        self.broken = False  # whether it ends too early
        self.tracks: list[Events] = []
        self._odd: set[str] = set()
        self._tell, self._size = tell, len(data)
        self._read_chunks(data, start + 8 + size, count)

    @property
    def warnings(self) -> list[str]:
        """What was mended, a sentence each."""
        found = [f"A {name} that makes no sense was left out." for name in sorted(self._odd)]
        return [*found, "The file ends too early; what is there was read."] if self.broken else found

    def _read_chunks(self, data: bytes, at: int, count: int) -> None:
        while len(self.tracks) < count and not self.broken:
            if at + 8 > len(data):
                self.broken = True
                return
            name, size = struct.unpack_from(">4sL", data, at)
            at += 8
            self.broken = at + size > len(data)
            if name == b"MTrk":
                events = Events()
                self.tracks.append(events)
                self._read_track(data[at : at + size], events, at)
            elif not name.isalnum():  # other chunks are allowed, but not anything
                raise ValueError("not a chunk")
            at += size

    def _read_track(self, track: bytes, events: Events, before: int) -> None:
        try:
            self._read_events(track, events, before)
        except IndexError:  # the track ends within an event
            if not self.broken:
                raise

    def _read_events(self, track: bytes, events: Events, before: int) -> None:
        """One long loop: a call for each event would cost as much as all that it does."""
        at = tick = running = count = 0
        size, keep = len(track), [channel.append for channel in events.channels]
        while at < size:
            count += 1
            if count % _EVERY == 0:
                self._tell((before + at) / self._size)
            delta = track[at]
            at += 1
            if delta >= 0x80:
                delta, at = number(track, at - 1)
            tick += delta
            status = track[at]
            if status >= 0x80:
                at += 1
            else:
                status = running
            if 0x80 <= status < 0xF0:
                running, first, second = status, track[at], 0
                at += 1
                if not 0xC0 <= status < 0xE0:
                    second = track[at]
                    at += 1
                keep[status & 15]((tick, status >> 4, min(first, 127), min(second, 127)))
                events.end = tick
            else:
                at = self._read_other(track, at, status, tick, events)

    def _read_other(self, track: bytes, at: int, status: int, tick: int, events: Events) -> int:
        """A meta event, sysex, or what has no place in a file; returns where the next one begins."""
        if status == META:
            size, start = number(track, at + 1)
        elif status in _SYSEX:
            size, start = number(track, at)
        elif status in _SYSTEM:
            size, start = _SYSTEM[status], at
        else:
            raise ValueError("not an event")
        if start + size > len(track):
            raise IndexError("the track ends within an event")
        body = track[start : start + size]
        message: bytes | None
        if status == META:
            message = meta(track[at], body)
        elif status in _SYSEX:
            message = b"\xf0" + _small(body.removeprefix(b"\xf0").removesuffix(b"\xf7")) + b"\xf7"
        else:
            message = bytes([status]) + _small(body)
        if message is None:
            self._odd.add(_ODD.get(track[at], "meta event"))
        else:
            events.end = tick
            if status < _REALTIME or status == META:
                events.others.append((tick, message))
        return start + size


def number(data: bytes, at: int) -> tuple[int, int]:
    """A number of variable length, and where it ends. Raises ValueError, IndexError."""
    value = 0
    for i in range(at, at + 4):
        value = value << 7 | data[i] & 0x7F
        if data[i] < 0x80:
            return value, i + 1
    raise ValueError("a number of more than four bytes")


def numbered(value: int) -> bytes:
    """A number as a file writes it, in one to four bytes."""
    out = [value & 0x7F]
    while value := value >> 7:
        out.append(0x80 | value & 0x7F)
    return bytes(reversed(out))


@lru_cache(maxsize=4096)
def meta(kind: int, data: bytes) -> bytes | None:
    """A meta event as it is kept; None for one that makes no sense, such as a key of eight sharps."""
    if kind == METER and len(data) in (2, 3):  # old files leave out how to click
        data = data[:2] + bytes([24, 8])
    try:
        return bytes(build_meta_message(kind, list(data)).bytes())
    except Exception:  # whatever mido trips over: IndexError, KeyError, KeySignatureError …
        return None


def body_of(message: bytes) -> bytes:
    """What a kept meta event says, without its kind and length."""
    return message[number(message, 2)[1] :]


@lru_cache(maxsize=4096)
def checked(message: bytes) -> bytes | None:
    """A kept message if it can stand in a file (tidied, if mido would); None if it cannot."""
    try:
        if message[0] == META:
            size, start = number(message, 2)
            return meta(message[1], message[start:]) if size == len(message) - start else None
        if message[0] >= _REALTIME:
            return None
        return bytes(mido.Message.from_bytes(list(message)).bytes())
    except (IndexError, ValueError, TypeError):
        return None


def _small(data: bytes) -> bytes:
    """Data bytes too large become 127."""
    return data if data.isascii() else bytes(min(b, 127) for b in data)
