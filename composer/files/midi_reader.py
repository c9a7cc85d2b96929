"""Standard MIDI Files <-> Score: what the events of a file mean as music."""

from __future__ import annotations

import stat
import struct
from collections import defaultdict, deque
from collections.abc import Callable, Iterable
from dataclasses import replace
from pathlib import Path

from composer.core.errors import UserError, reason
from composer.files import midi_parser as events
from composer.files.atomic_files import check_output, write_atomically
from composer.files.midi_parser import Cancelled as Cancelled
from composer.files.midi_parser import Events, Row
from composer.files.midi_writer import CONDUCTOR, pedal_message, selects_bank
from composer.files.midi_writer import to_bytes as to_bytes
from composer.files.midi_writer import without_overlaps as without_overlaps
from composer.music.score import Extra, Meter, Note, Pedal, Score, Tempo, Track

LIMIT_MB = 32
_PEDAL = 64
DRUMS_SILENT = "The drum channel is kept, but the piano does not play it."  # a warning on a file
_ALL_NOTES_OFF = (120, 123)
_FINEST = 64  # the smallest note value that a meter may count
_PARSED, _PAIRED = 0.5, 0.75  # progress when all events are known, when all notes are
_DRUMS = 9

Progress = Callable[[float], None]


def read(path: str | Path) -> Score:
    """Reads a MIDI file of type 0, 1 or 2. Raises `UserError` for anything that is not one."""
    return read_with_warnings(path)[0]


def read_with_warnings(
    path: str | Path, progress: Progress | None = None, cancelled: Callable[[], bool] | None = None
) -> tuple[Score, tuple[str, ...]]:
    """As `read`, with a sentence for each thing in the file that had to be mended.

    `progress` hears how much is done, 0..1. Raises `Cancelled` soon after `cancelled` says so.
    """
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
    return _parse(data, str(file), file.stem, _teller(progress, cancelled))


def from_bytes(data: bytes, name: str = "the data") -> Score:
    """Reads a MIDI file held in memory; `name` stands for it in an error's sentence."""
    return _parse(data, name, name)[0]


def write(score: Score, path: str | Path, *, force: bool = False, comment: str = "") -> None:
    """Writes a type 1 file, whole or not at all. Raises `UserError` (output_exists, output_unwritable)."""
    check_output(path, force)
    write_atomically(path, to_bytes(score, comment), force=force)


def _teller(progress: Progress | None, cancelled: Callable[[], bool] | None) -> Progress:
    def tell(done: float) -> None:
        if cancelled is not None and cancelled():
            raise Cancelled
        if progress is not None:
            progress(done)

    return tell


def _parse(data: bytes, path: str, title: str, tell: Progress = lambda done: None) -> tuple[Score, tuple[str, ...]]:
    if not data:
        raise UserError("file_empty", path=path)
    try:
        file = events.File(data, lambda done: tell(done * _PARSED))
    except (ValueError, IndexError, struct.error) as error:
        raise UserError("not_midi", path=path) from error
    reader = _Reader(file.warnings)
    offset = 0
    for i, track in enumerate(file.tracks):
        length = reader.track(track, offset)
        if file.kind == 2:  # its tracks are pieces that follow one another
            offset = length
        tell(_PARSED + (_PAIRED - _PARSED) * (i + 1) / len(file.tracks))
    if file.broken and not reader.rows:
        raise UserError("not_midi", path=path)
    notes = reader.notes(lambda done: tell(_PAIRED + (1 - _PAIRED) * done))
    return reader.score(notes, file.ticks_per_beat, title), tuple(reader.warnings)


class _Reader:
    """Collects what the tracks of one file hold."""

    def __init__(self, warnings: list[str]) -> None:
        self.rows: list[tuple[int, int, int, int, int]] = []  # the fields of a note, up to its track
        self.pedals: list[Pedal] = []
        self.tempos: dict[int, Tempo] = {}
        self.meters: dict[int, Meter] = {}
        self.extras: list[Extra] = []
        self.tracks: list[Track] = []
        self.warnings = warnings
        self.apart: dict[int, list[Pedal]] = defaultdict(list)  # by channel: moved in tracks that have no notes

    def notes(self, tell: Progress) -> tuple[Note, ...]:
        """The notes in order."""
        self.rows.sort()  # rows compare faster than notes
        found: list[Note] = []
        for at in range(0, len(self.rows), 8192):
            tell(at / len(self.rows))
            found += [Note(*row) for row in self.rows[at : at + 8192]]
        return tuple(found)

    def score(self, notes: tuple[Note, ...], ticks_per_beat: int, title: str) -> Score:
        """The piece."""
        self._take_in_pedals()
        return Score(
            notes=notes,
            pedals=tuple(self.pedals),
            tempos=tuple(self.tempos.values()),
            meters=tuple(self.meters.values()),
            tracks=tuple(self.tracks) or (Track(),),
            extras=tuple(self.extras),
            ticks_per_beat=ticks_per_beat,
            title=title,
        )

    def track(self, track: Events, offset: int) -> int:
        """Reads one track of the file; a track of the score is made for each channel in it. Returns its last tick."""
        name, names, loose = b"", [], []
        for tick, message in track.others:
            kind = message[1] if message[0] == events.META else None
            at = tick + offset
            if kind == events.NAME:
                name = name or events.body_of(message)
                names.append((at, message))
            elif kind == events.TEMPO:
                self.tempos[at] = Tempo(at, max(int.from_bytes(events.body_of(message), "big"), 1))
            elif kind == events.METER:
                beats, power, *_ = events.body_of(message)
                self._meter(Meter(at, max(beats, 1), 1 << power))
            elif kind != events.END:
                loose.append((at, message))
        sounding = [any(kind == events.NOTE_ON and b for _, kind, _, b in rows) for rows in track.channels]
        self._keep(loose if any(sounding) else names + loose, len(self.tracks) if any(sounding) else CONDUCTOR)
        for channel, rows in enumerate(track.channels):
            if offset:
                rows = [(tick + offset, kind, a, b) for tick, kind, a, b in rows]
            if sounding[channel]:
                self._channel(channel, rows, _text(name), track.end + offset)
            else:
                self._silent_channel(channel, rows)
        return track.end + offset

    def _meter(self, meter: Meter) -> None:
        if meter.denominator > _FINEST:
            text = f"A time signature counts notes shorter than 1/{_FINEST}; it was read as counting 1/{_FINEST}."
            self.warnings += [text] if text not in self.warnings else []
            meter = replace(meter, denominator=_FINEST)
        self.meters[meter.tick] = meter

    def _keep(self, messages: Iterable[tuple[int, bytes]], track: int) -> None:
        self.extras += [Extra(tick, track, message) for tick, message in messages]

    def _silent_channel(self, channel: int, rows: Iterable[Row]) -> None:
        """Nothing sounds here; a stray end of a note might cut off another track's."""
        for row in rows:
            tick, kind, control, value = row
            if kind == events.CONTROL and control == _PEDAL:
                _move(self.apart[channel], Pedal(tick, value))
            elif kind not in (events.NOTE_ON, events.NOTE_OFF):
                self._keep([(tick, _message(row, channel))], CONDUCTOR)

    def _channel(self, channel: int, rows: Iterable[Row], name: str, end: int) -> None:
        index, program = len(self.tracks), None
        pending: list[deque[tuple[int, int]]] = [deque() for _ in range(128)]  # by pitch: (start, velocity)
        for row in rows:
            tick, kind, a, b = row
            if kind == events.NOTE_ON and b:
                pending[a].append((tick, b))
            elif kind in (events.NOTE_ON, events.NOTE_OFF):
                if pending[a]:
                    start, velocity = pending[a].popleft()  # the first struck is the first let go
                    self.rows.append((start, a, max(tick - start, 1), velocity, index))
            elif kind == events.CONTROL and a == _PEDAL:
                _move(self.pedals, Pedal(tick, b, index))
            elif kind == events.CONTROL and a in _ALL_NOTES_OFF:
                self._close(pending, tick, index)
            elif kind == events.PROGRAM and program is None:
                program = a
                self._bring_banks_forward(index)
            else:
                self._keep([(tick, _message(row, channel))], index)
        left = self._close(pending, end, index)
        if left:
            self.warnings.append(
                f"{left} {'note has' if left == 1 else 'notes have'} no end; closed at the track's end."
            )
        if channel == _DRUMS:
            self.warnings.append(DRUMS_SILENT)
        self.tracks.append(Track(name, channel, program or 0))

    def _close(self, pending: list[deque[tuple[int, int]]], tick: int, track: int) -> int:
        """Ends all notes that still sound; returns how many."""
        count = 0
        for pitch, waiting in enumerate(pending):
            for start, velocity in waiting:
                self.rows.append((start, pitch, max(tick - start, 1), velocity, track))
                count += 1
            waiting.clear()
        return count

    def _bring_banks_forward(self, track: int) -> None:
        """The first program of a track is its program from the start, so its bank is too."""
        for i, extra in enumerate(self.extras):
            if extra.track == track and selects_bank(extra):
                self.extras[i] = replace(extra, tick=0)

    def _take_in_pedals(self) -> None:
        """A pedal serves its whole channel, and often has a track of its own: it joins the channel's first track."""
        for channel, pedals in self.apart.items():
            home = next((i for i, t in enumerate(self.tracks) if t.channel == channel), None)
            if home is not None:
                self.pedals += [replace(p, track=home) for p in pedals]
                continue
            self._keep([(p.tick, pedal_message(channel, p.value)) for p in pedals], CONDUCTOR)


def _message(row: Row, channel: int) -> bytes:
    _, kind, first, second = row
    return bytes([kind << 4 | channel, first] if kind in (0xC, 0xD) else [kind << 4 | channel, first, second])


def _move(pedals: list[Pedal], pedal: Pedal) -> None:
    """Of movements on one tick the last must stay last; a `Score` sorts them by value, so higher ones go."""
    while pedals and pedals[-1] >= pedal and pedals[-1].track == pedal.track:
        pedals.pop()
    pedals.append(pedal)


def _text(data: bytes) -> str:
    """A name as the UTF-8 that it probably is, else as Latin-1."""
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return data.decode("latin-1")
