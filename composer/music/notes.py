"""What a note is, and notes in order: a tuple that stays sorted through every edit, with arrays beside it.

A big piece is edited by merging what changed into what stands, so that one moved note of 100,000 costs
neither a new sorting nor a walk over all of them in Python.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import total_ordering
from itertools import compress
from operator import attrgetter, is_
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from typing import Self

_FEW = 64  # notes that are sorted in Python
_FAR = 2**53  # ticks; what the arrays can hold with room to spare
COMPOSED, MUTED = 128, 256  # flags beside the velocity in `Columns.looks`


@total_ordering
@dataclass(frozen=True, slots=True)
class Note:
    """One key pressed and let go. `start` and `duration` in ticks, `pitch` a MIDI key (60 is middle C)."""

    start: int
    pitch: int
    duration: int
    velocity: int = 80  # 1..127
    track: int = 0  # index into Score.tracks
    muted: bool = False  # seen, but neither heard nor shown to the model
    composed: bool = False  # written by a model, not by a person

    def __post_init__(self) -> None:
        sane = 0 <= self.start < _FAR and 1 <= self.duration < _FAR
        if not (0 <= self.pitch <= 127 and 1 <= self.velocity <= 127 and sane):
            raise ValueError(f"not a playable note: {self!r}")

    def __hash__(self) -> int:  # sets of 100,000 notes are built while a box is dragged
        return (self.start * 31 + self.duration) * 128 + self.pitch

    def __lt__(self, other: Note) -> bool:
        """By start, then pitch, then the rest."""
        if self.start != other.start:
            return self.start < other.start
        return bool(KEY(self) < KEY(other))

    @property
    def end(self) -> int:
        """First tick after the note."""
        return self.start + self.duration


KEY = attrgetter("start", "pitch", "duration", "velocity", "track", "muted", "composed")  # the order of notes


def in_order(notes: Iterable[Note]) -> tuple[Note, ...]:
    """The notes sorted; many times as fast as comparing them one by one."""
    given = tuple(notes)
    if len(given) < _FEW:
        return tuple(sorted(given, key=KEY))
    keys = _keys(given)
    order = np.argsort(keys, kind="stable")
    found = _objects(given)[order].tolist()
    for first, last in _ties(keys[order]):
        found[first:last] = sorted(found[first:last], key=KEY)
    return tuple(found)


def _ties(keys: NDArray[np.int64]) -> list[tuple[int, int]]:
    """The runs of equal keys, of two and more, as (first, after the last)."""
    same = np.concatenate([[False], keys[1:] == keys[:-1], [False]])
    change = np.flatnonzero(same[1:] != same[:-1])
    return [(first, last + 1) for first, last in zip(change[::2].tolist(), change[1::2].tolist(), strict=True)]


@dataclass(frozen=True, slots=True, eq=False)
class Columns:
    """What is often asked of many notes at once, each an array of shape (notes,)."""

    starts: NDArray[np.int64]  # ticks
    ends: NDArray[np.int64]  # ticks
    pitches: NDArray[np.int16]
    looks: NDArray[np.int16]  # velocity, plus COMPOSED and MUTED
    tracks: NDArray[np.int32]

    @classmethod
    def of(cls, notes: Sequence[Note]) -> Self:
        """Reads them off the notes."""

        def column(name: str, kind: type[np.generic]) -> NDArray[Any]:
            return np.fromiter(map(attrgetter(name), notes), kind, len(notes))

        starts, looks = column("start", np.int64), column("velocity", np.int16)
        looks += column("composed", np.int16) * np.int16(COMPOSED) + column("muted", np.int16) * np.int16(MUTED)
        return cls(
            starts, starts + column("duration", np.int64), column("pitch", np.int16), looks, column("track", np.int32)
        )

    def taken(self, indices: NDArray[np.int64]) -> Self:
        """The rows of some notes."""
        return type(self)(*(getattr(self, name)[indices] for name in _NAMES))

    def merged(self, kept: NDArray[np.bool_], added: NDArray[np.bool_], new: Self) -> Self:
        """The rows that are kept, with new ones where `added`, a mask over what comes out, says."""
        return type(self)(*(_merged(getattr(self, n)[kept], added, getattr(new, n)) for n in _NAMES))

    @property
    def keys(self) -> NDArray[np.int64]:
        """Start and pitch in one number, in the order of the notes."""
        return self.starts * 128 + self.pitches


_NAMES = tuple(Columns.__slots__)
_BIG, _LATELY = 5000, 6  # notes of a big piece; how many of them keep their columns
_lately: deque[Notes] = deque()


class Notes(tuple[Note, ...]):
    """Notes sorted by (start, pitch, …). Being one is the proof of the order, so nothing is sorted twice."""

    _columns: Columns | None = None

    def __new__(cls, notes: Iterable[Note] = ()) -> Self:
        """Sorts, unless the notes are sorted already."""
        return super().__new__(cls, notes if isinstance(notes, Notes) else in_order(notes))

    @classmethod
    def _trusted(cls, notes: Iterable[Note], columns: Columns | None = None) -> Self:
        made = super().__new__(cls, notes)
        if columns is not None:
            made._keep(columns)
        return made

    @property
    def columns(self) -> Columns:
        """Arrays over the notes, made when they are first asked for."""
        found = self._columns
        if found is None:
            found = Columns.of(self)
            self._keep(found)
        return found

    def _keep(self, columns: Columns) -> None:
        """Remembers them; of big pieces only for the last few, for a history of undo holds a thousand of these."""
        self._columns = columns
        if len(self) >= _BIG:
            _lately.append(self)
            if len(_lately) > _LATELY:
                _lately.popleft()._columns = None

    def positions(self, notes: Iterable[Note]) -> list[int]:
        """Where these notes stand; a note that doesn't is passed over, of equal ones each is found once."""
        wanted = tuple(notes)
        if not wanted or not self:
            return []
        keys, own = _keys(wanted), self.columns.keys
        firsts, lasts = np.searchsorted(own, keys, side="left"), np.searchsorted(own, keys, side="right")
        alone = lasts - firsts == 1  # the usual case needs no loop in Python
        places: list[int] = firsts[alone].tolist()
        single = tuple(compress(wanted, alone.tolist()))
        if len(set(places)) < len(places) or not all(map(is_, map(self.__getitem__, places), single)):
            return self._sought(wanted, firsts.tolist(), lasts.tolist())
        if len(places) == len(wanted):
            return places
        others = ~alone
        rest = tuple(compress(wanted, others.tolist()))
        return places + self._sought(rest, firsts[others].tolist(), lasts[others].tolist())

    def _sought(self, wanted: tuple[Note, ...], firsts: list[int], lasts: list[int]) -> list[int]:
        """`positions`, note by note, among those that share start and pitch."""
        found, used = [], dict[int, int]()
        for note, first, last in zip(wanted, firsts, lasts, strict=True):
            at = first if last - first < 2 else bisect_left(self, KEY(note), first, last, key=KEY)
            place = at + used.get(at, 0)
            if place < last and (self[place] is note or self[place] == note):
                used[at] = used.get(at, 0) + 1
                found.append(place)
        return found

    def edited(self, gone: Iterable[Note], new: Iterable[Note]) -> Notes:
        """Without some notes and with others, in order."""
        places, come = self.positions(gone), in_order(new)
        if not places and not come:
            return self
        kept = np.ones(len(self), np.bool_)
        kept[places] = False
        objects, columns = _objects(self)[kept], Columns.of(come)
        at = self._room(self.columns.keys[kept], objects, come, columns.keys)
        added = np.zeros(len(objects) + len(come), np.bool_)
        added[at + np.arange(len(come))] = True
        return self._trusted(
            _merged(objects, added, _objects(come)).tolist(), self.columns.merged(kept, added, columns)
        )

    def _room(
        self, keys: NDArray[np.int64], kept: NDArray[np.object_], come: tuple[Note, ...], wanted: NDArray[np.int64]
    ) -> NDArray[np.int64]:
        """Before which of the kept notes each one that comes goes; both with their keys."""
        firsts, lasts = np.searchsorted(keys, wanted, side="left"), np.searchsorted(keys, wanted, side="right")
        for i in np.flatnonzero(firsts < lasts).tolist():  # the others alone have a start and pitch of their own
            lasts[i] = bisect_right(kept, KEY(come[i]), int(firsts[i]), int(lasts[i]), key=KEY)
        return lasts

    def until(self, tick: int) -> Notes:
        """The notes that begin before a tick."""
        return self._trusted(self[: bisect_left(self, tick, key=attrgetter("start"))])


def _keys(notes: Sequence[Note]) -> NDArray[np.int64]:
    starts = np.fromiter(map(attrgetter("start"), notes), np.int64, len(notes))
    return starts * 128 + np.fromiter(map(attrgetter("pitch"), notes), np.int64, len(notes))


def _objects(notes: Sequence[Note]) -> NDArray[np.object_]:
    return np.fromiter(notes, object, len(notes))


def _merged(kept: NDArray[Any], added: NDArray[np.bool_], new: NDArray[Any]) -> NDArray[Any]:
    made = np.empty(len(added), kept.dtype)
    made[added], made[~added] = new, kept
    return made
