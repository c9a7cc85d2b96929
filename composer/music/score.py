"""What a piece is: frozen notes, pedals, tempi and meters, and pure edits that return a new `Score`.

Times are ticks. Knows nothing of files, sound, models or the screen.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from functools import cached_property
from operator import attrgetter
from typing import Any

from composer.music.notes import Columns as Columns
from composer.music.notes import Note as Note
from composer.music.notes import Notes as Notes
from composer.music.notes import in_order as in_order
from composer.music.time_maps import BarMap, TempoMap

PEDAL_DOWN = 64  # CC64 values from here on hold the dampers up
_ORDER = {
    "pedals": attrgetter("tick", "value", "track"),
    "tempos": attrgetter("tick", "microseconds"),
    "meters": attrgetter("tick", "numerator", "denominator"),
    "extras": attrgetter("tick"),
}


class _Sorted(tuple[Any, ...]):
    """A tuple that was sorted by a score: being one is the proof, so nothing is sorted twice."""


@dataclass(frozen=True, slots=True, order=True)
class Pedal:
    """A movement of the sustain pedal (CC64), `value` 0..127."""

    tick: int
    value: int
    track: int = 0

    @property
    def down(self) -> bool:
        """Whether the dampers are held up from here on."""
        return self.value >= PEDAL_DOWN


@dataclass(frozen=True, slots=True, order=True)
class Tempo:
    """A tempo from a tick on, in microseconds a quarter note (as MIDI stores it)."""

    tick: int
    microseconds: int

    @property
    def qpm(self) -> float:
        """Quarter notes a minute."""
        return 60e6 / self.microseconds


@dataclass(frozen=True, slots=True, order=True)
class Meter:
    """A time signature from a tick on."""

    tick: int
    numerator: int
    denominator: int


@dataclass(frozen=True, slots=True)
class Track:
    """A track of the file: its name, MIDI channel (0..15; 9 is drums) and General MIDI program."""

    name: str = ""
    channel: int = 0
    program: int = 0


@dataclass(frozen=True, slots=True)
class Extra:
    """A MIDI message that is kept but not understood (markers, lyrics, other controllers), as raw bytes."""

    tick: int
    track: int
    data: bytes


@dataclass(frozen=True)
class Score:
    """A piece. All tuples are kept sorted by time; notes by (start, pitch, …)."""

    notes: tuple[Note, ...] = ()
    pedals: tuple[Pedal, ...] = ()
    tempos: tuple[Tempo, ...] = ()
    meters: tuple[Meter, ...] = ()
    tracks: tuple[Track, ...] = (Track(),)
    extras: tuple[Extra, ...] = ()
    ticks_per_beat: int = 480
    title: str = field(default="", compare=False)

    def __post_init__(self) -> None:
        if not isinstance(self.notes, Notes):
            object.__setattr__(self, "notes", Notes(self.notes))
        for name, order in _ORDER.items():
            if not isinstance(given := getattr(self, name), _Sorted):
                object.__setattr__(self, name, _Sorted(sorted(given, key=order)))

    @property
    def columns(self) -> Columns:
        """Arrays over the notes."""
        assert isinstance(self.notes, Notes)
        return self.notes.columns

    @cached_property
    def tempo_map(self) -> TempoMap:
        """Ticks <-> seconds of this piece."""
        return TempoMap(self.ticks_per_beat, [(t.tick, t.microseconds) for t in self.tempos])

    @cached_property
    def bar_map(self) -> BarMap:
        """Bars and beats of this piece."""
        return BarMap(self.ticks_per_beat, [(m.tick, m.numerator, m.denominator) for m in self.meters])

    @cached_property
    def end(self) -> int:
        """Tick on which the last note ends; 0 without notes."""
        return int(self.columns.ends.max()) if self.notes else 0

    @property
    def seconds(self) -> float:
        """Length in seconds, to the end of the last note."""
        return self.tempo_map.second(self.end)

    @cached_property
    def audible(self) -> tuple[Note, ...]:
        """Notes that sound on a piano: not muted, and not on a drum channel."""
        drums = {i for i, t in enumerate(self.tracks) if t.channel == 9}
        return tuple(n for n in self.notes if not n.muted and n.track not in drums)

    # ---- pure edits ----

    def with_notes(self, notes: Iterable[Note]) -> Score:
        """The same piece with other notes."""
        return replace(self, notes=notes if isinstance(notes, Notes) else tuple(notes))

    def add(self, notes: Iterable[Note]) -> Score:
        """The piece with more notes."""
        return self.change((), notes)

    def remove(self, notes: Iterable[Note]) -> Score:
        """The piece without these notes; of equal notes, as many go as are given."""
        return self.change(notes, ())

    def change(self, old: Iterable[Note], new: Iterable[Note]) -> Score:
        """The piece with some notes replaced by others, in one step."""
        assert isinstance(self.notes, Notes)
        return replace(self, notes=self.notes.edited(old, new))

    def edit(self, notes: Iterable[Note], how: Callable[[Note], Note]) -> Score:
        """The piece with `how` applied to each of these notes."""
        chosen = tuple(notes)
        return self.change(chosen, (how(n) for n in chosen))

    def before(self, tick: int) -> Score:
        """What begins before a tick; notes that sound over it are kept whole."""
        assert isinstance(self.notes, Notes)
        return replace(self, notes=self.notes.until(tick), pedals=tuple(p for p in self.pedals if p.tick < tick))

    def between(self, first: int, last: int) -> tuple[Note, ...]:
        """Notes that sound somewhere in [first, last)."""
        return tuple(n for n in self.notes if n.start < last and n.end > first)
