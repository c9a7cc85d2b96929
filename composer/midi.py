"""Standard MIDI Files <-> Score; the only file that parses MIDI."""

from __future__ import annotations

import io
import stat
import struct
from collections import defaultdict, deque
from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import mido
from mido.messages.specs import SPEC_BY_STATUS
from mido.midifiles.meta import build_meta_message

from composer.errors import UserError, reason
from composer.files import check_output, write_atomically
from composer.score import Extra, Meter, Note, Pedal, Score, Tempo, Track

LIMIT_MB = 32
CONDUCTOR = -1  # the track number of extras that belong to no track with notes
_ALL_NOTES_OFF = (120, 123)
_BANK = (0, 32)  # the controllers that select a bank of instruments for the program change after them
_FINEST = 64  # the smallest note value that a meter may count
_META, _SYSEX = 0xFF, (0xF0, 0xF7)
_METER = 0x58
_ODD = {0x00: "sequence number", 0x51: "tempo", 0x54: "SMPTE offset", _METER: "time signature", 0x59: "key signature"}


def read(path: str | Path) -> Score:
    """Reads a MIDI file of type 0, 1 or 2. Raises `UserError` for anything that is not one."""
    return read_with_warnings(path)[0]


def read_with_warnings(path: str | Path) -> tuple[Score, tuple[str, ...]]:
    """As `read`, with a sentence for each thing in the file that had to be mended."""
    file = Path(path)
    try:
        info = file.stat()
        if not stat.S_ISREG(info.st_mode):  # reading a pipe or a device might never end
            raise UserError("file_unreadable", path=file, reason="it is not a file")
        if info.st_size > LIMIT_MB * 2**20:
            raise UserError("file_too_large", path=file, limit=LIMIT_MB)
        data = file.read_bytes()
    except FileNotFoundError as error:
        raise UserError("file_missing", path=file) from error
    except (OSError, ValueError) as error:
        raise UserError("file_unreadable", path=file, reason=reason(error)) from error
    return _parse(data, str(file), file.stem)


def from_bytes(data: bytes, name: str = "the data") -> Score:
    """Reads a MIDI file held in memory; `name` stands for it in an error's sentence."""
    return _parse(data, name, name)[0]


def write(score: Score, path: str | Path, *, force: bool = False, comment: str = "") -> None:
    """Writes a type 1 file, whole or not at all. Raises `UserError` (output_exists, output_unwritable)."""
    check_output(path, force)
    write_atomically(path, to_bytes(score, comment), force=force)


# ---- reading ----


def _parse(data: bytes, path: str, title: str) -> tuple[Score, tuple[str, ...]]:
    if not data:
        raise UserError("file_empty", path=path)
    try:
        file = _File(data)
    except (ValueError, IndexError, struct.error) as error:
        raise UserError("not_midi", path=path) from error
    reader = _Reader(file.warnings)
    offset = 0
    for messages in file.tracks:
        length = reader.track(messages, offset)
        if file.kind == 2:  # its tracks are pieces that follow one another
            offset = length
    if file.broken and not reader.notes:
        raise UserError("not_midi", path=path)
    return reader.score(file.ticks_per_beat, title), tuple(reader.warnings)


class _File:
    """The tracks of a file as mido's messages. mido's own reader gives a whole file up for one odd event.

    Raises ValueError, IndexError or struct.error for what is no MIDI file.
    """

    def __init__(self, data: bytes) -> None:
        start = data.find(b"MThd") if data[:4] == b"RIFF" and data[8:12] == b"RMID" else 0
        name, size, self.kind, count, self.ticks_per_beat = struct.unpack_from(">4sLHHh", data, start)
        if name != b"MThd" or size < 6 or count == 0 or self.ticks_per_beat <= 0:
            raise ValueError("not the header of a MIDI file")
        self.broken = False  # whether it ends too early
        self.tracks: list[list[mido.Message]] = []
        self._odd: set[str] = set()
        self._read_chunks(data, start + 8 + size, count)

    def _read_chunks(self, data: bytes, at: int, count: int) -> None:
        while len(self.tracks) < count and not self.broken:
            if at + 8 > len(data):
                self.broken = True
                return
            name, size = struct.unpack_from(">4sL", data, at)
            at += 8
            self.broken = at + size > len(data)
            if name == b"MTrk":
                self.tracks.append(list(self._messages(data[at : at + size])))
            elif not name.isalnum():  # other chunks are allowed, but not anything
                raise ValueError("not a chunk")
            at += size

    @property
    def warnings(self) -> list[str]:
        """What was mended, a sentence each."""
        found = [f"A {name} that makes no sense was left out." for name in sorted(self._odd)]
        return [*found, "The file ends too early; what is there was read."] if self.broken else found

    def _messages(self, track: bytes) -> Iterator[mido.Message]:
        wait = 0  # ticks since the last message that was kept
        try:
            for delta, status, data in _events(track):
                wait += delta
                message = _meta(data[0], data[1:], wait) if status == _META else _message(status, data, wait)
                if message is None:
                    self._odd.add(_ODD.get(data[0], "meta event"))
                    continue
                wait = 0
                yield message
        except IndexError:
            if not self.broken:
                raise


def _events(track: bytes) -> Iterator[tuple[int, int, bytes]]:
    """(delta, status, data) of each event; a meta event's data begin with its kind.

    Raises IndexError if the track ends within an event, ValueError for what is none.
    """
    at, running = 0, 0
    while at < len(track):
        delta, at = _number(track, at)
        status = track[at] if track[at] >= 0x80 else running
        at += track[at] >= 0x80
        start = at
        if status == _META:
            size, start = _number(track, at + 1)
        elif status in _SYSEX:
            size, start = _number(track, at)
        elif status in SPEC_BY_STATUS:
            size = SPEC_BY_STATUS[status]["length"] - 1
            running = status if status < 0xF0 else running
        else:
            raise ValueError("not an event")
        end = start + size
        if end > len(track):
            raise IndexError("the track ends within an event")
        yield delta, status, track[at : at + 1] + track[start:end] if status == _META else track[start:end]
        at = end


def _number(data: bytes, at: int) -> tuple[int, int]:
    """A number of variable length, and where it ends."""
    value = 0
    for i in range(at, at + 4):
        value = value << 7 | data[i] & 0x7F
        if data[i] < 0x80:
            return value, i + 1
    raise ValueError("a number of more than four bytes")


def _message(status: int, data: bytes, time: int) -> mido.Message:
    """Any other event; data bytes too large become 127."""
    if status in _SYSEX:
        data = data.removeprefix(b"\xf0").removesuffix(b"\xf7")
    small = data if data.isascii() else bytes(min(b, 127) for b in data)
    if status in _SYSEX:
        return mido.Message("sysex", data=small, time=time)
    return mido.Message.from_bytes([status, *small], time=time)


def _meta(kind: int, data: bytes, time: int = 0) -> mido.MetaMessage | None:
    """A meta event; None for one that makes no sense, such as a key of eight sharps or a tempo of two bytes."""
    if kind == _METER and len(data) in (2, 3):  # old files leave out how to click
        data = data[:2] + bytes([24, 8])
    try:
        message = build_meta_message(kind, list(data))
    except Exception:  # whatever mido trips over: IndexError, KeyError, KeySignatureError …
        return None
    message.time = time  # mido forgets that of events it does not know
    return message


class _Reader:
    """Collects what the tracks of one file hold."""

    def __init__(self, warnings: list[str]) -> None:
        self.notes: list[Note] = []
        self.pedals: list[Pedal] = []
        self.tempos: dict[int, Tempo] = {}
        self.meters: dict[int, Meter] = {}
        self.extras: list[Extra] = []
        self.tracks: list[Track] = []
        self.warnings = warnings
        self.apart: dict[int, list[Pedal]] = defaultdict(list)  # by channel: moved in tracks that have no notes

    def score(self, ticks_per_beat: int, title: str) -> Score:
        self._take_in_pedals()
        return Score(
            notes=tuple(self.notes),
            pedals=tuple(self.pedals),
            tempos=tuple(self.tempos.values()),
            meters=tuple(self.meters.values()),
            tracks=tuple(self.tracks) or (Track(),),
            extras=tuple(self.extras),
            ticks_per_beat=ticks_per_beat,
            title=title,
        )

    def track(self, messages: Iterable[mido.Message], tick: int) -> int:
        """Reads one track of the file; a track of the score is made for each channel in it. Returns its last tick."""
        by_channel: dict[int, list[tuple[int, mido.Message]]] = defaultdict(list)
        name, names, loose = "", [], []
        for message in messages:
            tick += message.time
            if message.type == "track_name":
                name = name or message.name
                names.append((tick, message))
            elif message.type == "set_tempo":
                self.tempos[tick] = Tempo(tick, max(message.tempo, 1))
            elif message.type == "time_signature":
                self._meter(Meter(tick, max(message.numerator, 1), message.denominator))
            elif message.is_meta or not hasattr(message, "channel"):
                if message.type != "end_of_track" and not message.is_realtime:  # the latter have no place in a file
                    loose.append((tick, message))
            else:
                by_channel[message.channel].append((tick, message))
        sounding = [c for c, events in by_channel.items() if any(_strikes(m) for _, m in events)]
        home = len(self.tracks) if sounding else CONDUCTOR
        self._keep(loose if sounding else names + loose, home)
        for channel, events in sorted(by_channel.items()):
            if channel in sounding:
                self._channel(channel, events, _from_latin(name), tick)
            else:  # nothing sounds; a stray end of a note might cut off another track's
                for at, m in events:
                    if _is_pedal(m):
                        _move(self.apart[channel], Pedal(at, m.value))
                    elif m.type not in ("note_on", "note_off"):
                        self._keep([(at, m)], CONDUCTOR)
        return tick

    def _meter(self, meter: Meter) -> None:
        if meter.denominator > _FINEST:
            text = f"A time signature counts notes shorter than 1/{_FINEST}; it was read as counting 1/{_FINEST}."
            self.warnings += [text] if text not in self.warnings else []
            meter = replace(meter, denominator=_FINEST)
        self.meters[meter.tick] = meter

    def _keep(self, events: Iterable[tuple[int, mido.Message]], track: int) -> None:
        self.extras += [Extra(tick, track, bytes(message.bytes())) for tick, message in events]

    def _channel(self, channel: int, events: list[tuple[int, mido.Message]], name: str, end: int) -> None:
        index, program = len(self.tracks), None
        pending: dict[int, deque[tuple[int, int]]] = defaultdict(deque)  # pitch -> (start, velocity), oldest first
        for tick, m in events:
            if _strikes(m):
                pending[m.note].append((tick, m.velocity))
            elif m.type in ("note_on", "note_off"):
                self._close(pending[m.note], m.note, tick, index)
            elif _is_pedal(m):
                _move(self.pedals, Pedal(tick, m.value, index))
            elif m.type == "control_change" and m.control in _ALL_NOTES_OFF:
                for pitch, open_notes in pending.items():
                    while open_notes:
                        self._close(open_notes, pitch, tick, index)
            elif m.type == "program_change" and program is None:
                program = m.program
                self._bring_banks_forward(index)
            else:
                self._keep([(tick, m)], index)
        left = sum(map(len, pending.values()))
        if left:
            self.warnings.append(
                f"{left} {'note has' if left == 1 else 'notes have'} no end; closed at the track's end."
            )
        for pitch, open_notes in pending.items():
            while open_notes:
                self._close(open_notes, pitch, end, index)
        if channel == 9:
            self.warnings.append("The drum channel is kept, but the piano does not play it.")
        self.tracks.append(Track(name, channel, program or 0))

    def _bring_banks_forward(self, track: int) -> None:
        """The first program of a track is its program from the start, so its bank is too."""
        for i, extra in enumerate(self.extras):
            if extra.track == track and _selects_bank(extra):
                self.extras[i] = replace(extra, tick=0)

    def _take_in_pedals(self) -> None:
        """A pedal serves its whole channel, and often has a track of its own: it joins the channel's first track."""
        for channel, pedals in self.apart.items():
            home = next((i for i, t in enumerate(self.tracks) if t.channel == channel), None)
            if home is not None:
                self.pedals += [replace(p, track=home) for p in pedals]
                continue
            for p in pedals:
                self._keep([(p.tick, _pedal_message(p, channel))], CONDUCTOR)

    def _close(self, open_notes: deque[tuple[int, int]], pitch: int, tick: int, track: int) -> None:
        if open_notes:
            start, velocity = open_notes.popleft()
            self.notes.append(Note(start, pitch, max(tick - start, 1), velocity, track))


def _move(pedals: list[Pedal], pedal: Pedal) -> None:
    """Of movements on one tick the last must stay last; a `Score` sorts them by value, so higher ones go."""
    while pedals and pedals[-1] >= pedal and pedals[-1].track == pedal.track:
        pedals.pop()
    pedals.append(pedal)


def _is_pedal(message: mido.Message) -> bool:
    return bool(message.type == "control_change" and message.control == 64)


def _selects_bank(extra: Extra) -> bool:
    return extra.data[0] >> 4 == 0xB and extra.data[1] in _BANK


def _pedal_message(pedal: Pedal, channel: int) -> mido.Message:
    return mido.Message("control_change", channel=channel, control=64, value=pedal.value)


def _strikes(message: mido.Message) -> bool:
    return bool(message.type == "note_on" and message.velocity > 0)


# ---- writing ----


def to_bytes(score: Score, comment: str = "") -> bytes:
    """The piece as a type 1 file; `comment` becomes a text event at the start."""
    file = mido.MidiFile(type=1, ticks_per_beat=score.ticks_per_beat)  # Latin-1, so that kept bytes stay as they are
    file.tracks.append(_conductor(score, comment))
    notes = without_overlaps(score)
    for index in range(len(score.tracks)):
        file.tracks.append(_track(score, index, notes))
    out = io.BytesIO()
    file.save(file=out)
    return out.getvalue()


def without_overlaps(score: Score) -> list[Note]:
    """Notes as one key can play them: a note ends where its key is struck again on the same channel.

    Muted notes stay out. Of two notes that begin together on one key, the longer stays.
    """
    keys: dict[tuple[int, int], list[Note]] = defaultdict(list)
    for note in score.notes:
        if not note.muted:
            keys[score.tracks[note.track].channel, note.pitch].append(note)
    kept: list[Note] = []
    for notes in keys.values():
        longest = {n.start: n for n in sorted(notes, key=lambda n: n.duration)}
        ordered = sorted(longest.values())
        for note, following in pairwise(ordered):
            kept.append(_until(note, following.start))
        kept += ordered[-1:]
    return sorted(kept)


def _until(note: Note, tick: int) -> Note:
    if note.end <= tick:
        return note
    return Note(note.start, note.pitch, tick - note.start, note.velocity, note.track, note.muted, note.composed)


_Timed = tuple[int, int, mido.Message | mido.MetaMessage]  # tick, rank within the tick, message


def _conductor(score: Score, comment: str) -> mido.MidiTrack:
    events: list[_Timed] = [(t.tick, 0, mido.MetaMessage("set_tempo", tempo=t.microseconds)) for t in score.tempos]
    for m in score.meters:
        if m.denominator & (m.denominator - 1) == 0:
            fields = {"numerator": min(m.numerator, 255), "denominator": m.denominator}
            events.append((m.tick, 0, mido.MetaMessage("time_signature", **fields)))
    if comment:
        events.append((0, 1, mido.MetaMessage("text", text=_to_latin(comment))))
    return _delta(events + _extras(score, CONDUCTOR))


def _track(score: Score, index: int, notes: list[Note]) -> mido.MidiTrack:
    track = score.tracks[index]
    channel = track.channel
    events: list[_Timed] = []
    if any(n.track == index for n in notes):
        events.append((0, -1, mido.Message("program_change", channel=channel, program=track.program)))
    if track.name:
        events.append((0, -2, mido.MetaMessage("track_name", name=_to_latin(track.name))))
    for p in score.pedals:
        if p.track == index:
            events.append((p.tick, 1, _pedal_message(p, channel)))
    for n in notes:
        if n.track == index:
            on = mido.Message("note_on", channel=channel, note=n.pitch, velocity=n.velocity)
            events.append((n.start, 2, on))
            events.append((n.end, 0, mido.Message("note_off", channel=channel, note=n.pitch)))
    return _delta(events + _extras(score, index))


def _extras(score: Score, index: int) -> list[_Timed]:
    found: list[_Timed] = []
    for extra in score.extras:
        if extra.track == index:
            if extra.data[0] == _META:  # mido's own MetaMessage.from_bytes takes 128 bytes for 129
                message = _meta(extra.data[1], extra.data[_number(extra.data, 2)[1] :])
            else:
                message = mido.Message.from_bytes(list(extra.data))
            if message is not None:
                found.append((extra.tick, -2 if _selects_bank(extra) else 0, message))
    return found


def _delta(events: list[_Timed]) -> mido.MidiTrack:
    track, now = mido.MidiTrack(), 0
    for tick, _, message in sorted(events, key=lambda e: e[:2]):
        track.append(message.copy(time=tick - now))
        now = tick
    return track


def _to_latin(text: str) -> str:
    """Text such that mido, which writes Latin-1, writes UTF-8."""
    return text.encode("utf-8").decode("latin-1")


def _from_latin(text: str) -> str:
    """What mido read as Latin-1, as the UTF-8 that it probably is."""
    try:
        return text.encode("latin-1").decode("utf-8")
    except UnicodeDecodeError:
        return text
