"""Score -> the bytes of a Standard MIDI File of type 1."""

from __future__ import annotations

import struct
from collections import defaultdict
from itertools import pairwise
from operator import itemgetter

from composer.files import midi_parser as events
from composer.music.score import Extra, Note, Score

CONDUCTOR = -1  # the track number of extras that belong to no track with notes
_BANK = (0, 32)  # the controllers that select a bank of instruments for the program change after them
_FILLER = b"\xff\x7f\x00"  # says nothing: it breaks a wait that is too long for one number

_Timed = tuple[int, bytes]  # (place, message): `_place` puts tick and rank into one number


def to_bytes(score: Score, comment: str = "") -> bytes:
    """The piece as a type 1 file; `comment` becomes a text event at the start."""
    head = struct.pack(">4sLHHH", b"MThd", 6, 1, len(score.tracks) + 1, score.ticks_per_beat)
    by_track: dict[int, list[Note]] = defaultdict(list)
    for note in without_overlaps(score):
        by_track[note.track].append(note)
    tracks = (_track(score, index, by_track[index]) for index in range(len(score.tracks)))
    return head + _chunk(_conductor(score, comment)) + b"".join(_chunk(track) for track in tracks)


def without_overlaps(score: Score) -> list[Note]:
    """Notes as one key can play them: a note ends where its key is struck again on the same channel.

    Muted notes stay out. Of two notes that begin together on one key, the longer stays.
    """
    channels = [track.channel for track in score.tracks]
    keys: dict[int, list[Note]] = defaultdict(list)
    for note in score.notes:
        if not note.muted:
            keys[channels[note.track] << 7 | note.pitch].append(note)
    kept: list[Note] = []
    for notes in keys.values():
        if any(a.start + a.duration > b.start for a, b in pairwise(notes)):
            longest = {n.start: n for n in sorted(notes, key=lambda n: n.duration)}
            notes = sorted(longest.values())
            notes = [*(_until(note, following.start) for note, following in pairwise(notes)), notes[-1]]
        kept += notes
    return sorted(kept, key=lambda n: (n.start, n.pitch, n.duration, n.velocity, n.track, n.muted, n.composed))


def selects_bank(extra: Extra) -> bool:
    """Whether a kept message belongs before a program change."""
    return extra.data[0] >> 4 == events.CONTROL and extra.data[1] in _BANK


def pedal_message(channel: int, value: int) -> bytes:
    """A movement of the sustain pedal."""
    return bytes([events.CONTROL << 4 | channel, 64, value])


def _until(note: Note, tick: int) -> Note:
    if note.end <= tick:
        return note
    return Note(note.start, note.pitch, tick - note.start, note.velocity, note.track, note.muted, note.composed)


def _place(tick: int, rank: int) -> int:
    """Where an event stands: by tick, then by rank (-2..2) within the tick."""
    return tick * 8 + rank


def _meta(kind: int, data: bytes) -> bytes:
    return bytes([events.META, kind]) + events.numbered(len(data)) + data


def _conductor(score: Score, comment: str) -> list[_Timed]:
    found: list[_Timed] = []
    for t in score.tempos:
        pace = min(max(t.microseconds, 1), 0xFFFFFF).to_bytes(3, "big")
        found.append((_place(t.tick, 0), _meta(events.TEMPO, pace)))
    for m in score.meters:
        if m.denominator & (m.denominator - 1) == 0:
            beat = bytes([min(m.numerator, 255), m.denominator.bit_length() - 1, 24, 8])
            found.append((_place(m.tick, 0), _meta(events.METER, beat)))
    if comment:
        found.append((_place(0, 1), _meta(0x01, comment.encode("utf-8", "replace"))))
    return found + _extras(score, CONDUCTOR)


def _track(score: Score, index: int, notes: list[Note]) -> list[_Timed]:
    track = score.tracks[index]
    on, off = events.NOTE_ON << 4 | track.channel, events.NOTE_OFF << 4 | track.channel
    found: list[_Timed] = []
    if notes:
        found.append((_place(0, -1), bytes([events.PROGRAM << 4 | track.channel, track.program])))
    if track.name:
        found.append((_place(0, -2), _meta(events.NAME, track.name.encode("utf-8", "replace"))))
    for p in score.pedals:
        if p.track == index:
            found.append((_place(p.tick, 1), pedal_message(track.channel, p.value)))
    for n in notes:
        found.append((n.start * 8 + 2, bytes((on, n.pitch, n.velocity))))
        found.append(((n.start + n.duration) * 8, bytes((off, n.pitch, 64))))
    return found + _extras(score, index)


def _extras(score: Score, index: int) -> list[_Timed]:
    found = []
    for extra in score.extras:
        message = events.checked(extra.data) if extra.track == index else None
        if message is not None:
            found.append((_place(extra.tick, -2 if selects_bank(extra) else 0), message))
    return found


def _chunk(timed: list[_Timed]) -> bytes:
    """The events of a track in order, with the time between them and running status."""
    out, now, running = bytearray(), 0, 0
    for place, message in sorted(timed, key=itemgetter(0)):
        tick = place + 2 >> 3  # -2 and 2 are the outermost ranks
        wait, now = tick - now, tick
        while wait > events.LONGEST_WAIT:
            out += events.numbered(events.LONGEST_WAIT) + _FILLER
            wait, running = wait - events.LONGEST_WAIT, 0
        out += events.numbered(wait) if wait > 127 else wait.to_bytes(1, "big")
        status = message[0]
        if status == 0xF0:
            out += b"\xf0" + events.numbered(len(message) - 1) + message[1:]
        else:
            out += message[1:] if status == running else message
        running = status if status < 0xF0 else 0
    out += b"\x00\xff\x2f\x00"
    return struct.pack(">4sL", b"MTrk", len(out)) + bytes(out)
