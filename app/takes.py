"""The versions that were composed side by side, and which of them stands in the score. Pure; no Qt."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from typing import TypeVar

from composer.score import Note, Pedal, Score

Item = TypeVar("Item", Note, Pedal)


@dataclass(frozen=True, slots=True)
class Take:
    """One version: what the model wrote, in which style, from which random seed."""

    notes: tuple[Note, ...] = ()
    pedals: tuple[Pedal, ...] = ()
    style: str = ""
    random_seed: int = 0
    number: int = 1  # as the person counts them, from 1


@dataclass(frozen=True, slots=True)
class Takes:
    """A set of takes that all go on from the same theme."""

    theme: Score  # the piece without any take
    join: int  # tick from which the takes may have notes
    takes: tuple[Take, ...]
    active: int = 0
    replaced: Score | None = None  # what stood after the join before, and comes back when the takes are discarded

    @property
    def chosen(self) -> Take:
        """The take that stands in the score."""
        return self.takes[self.active]

    def score(self) -> Score:
        """The theme followed by the chosen take."""
        return laid(self.theme, self.chosen.notes, self.chosen.pedals)

    def without(self) -> Score:
        """The theme, and what the takes had taken the place of."""
        return self.theme if self.replaced is None else laid(self.theme, self.replaced.notes, self.replaced.pedals)


@dataclass
class Preview:
    """Takes while they are being written; grows note by note."""

    theme: Score
    join: int  # tick from which the takes may have notes
    line: int  # tick that is shown as the place where composing goes on
    notes: list[list[Note]]
    pedals: list[list[Pedal]]
    cut: int | None = None  # from this tick on the takes replace what is in the score
    style: str = ""
    random_seed: int = 0
    active: int = 0
    replaces: int | None = None  # the take that is written again, None for a new set
    goal: float = 1.0  # notes, ticks or seconds asked for, in the unit of `reached`
    unit: str = "notes"

    def score(self) -> Score:
        """What can be heard already: the theme and the active take as far as it goes."""
        return laid(self.theme, self.notes[self.active], self.pedals[self.active])

    def frontier(self) -> int:
        """Tick from which the active take may still get notes; before it the music is whole."""
        written = self.notes[self.active]
        return written[-1].start if written else self.join

    def last(self) -> int:
        """End of what the active take has, in ticks; the end of the theme before its first note."""
        written = self.notes[self.active]
        return max((n.end for n in written), default=self.theme.end)

    def finish(self) -> int:
        """Tick where the writing is likely to end; a guess where notes were asked for."""
        ticks = self.goal / 4 * self.theme.ticks_per_beat  # as if four notes made a quarter
        if self.unit == "bars":
            ticks = self.goal
        elif self.unit == "seconds":
            tempo = self.theme.tempo_map
            ticks = tempo.tick(tempo.second(self.line) + self.goal) - self.line
        return self.line + round(ticks)

    def progress(self) -> float:
        """How much of the asked length the slowest take has, 0..1."""
        return min(self._reached(notes) for notes in self.notes) if self.notes else 0.0

    def _reached(self, notes: list[Note]) -> float:
        if not notes:
            return 0.0
        if self.unit == "notes":
            return min(len(notes) / self.goal, 1.0)
        onset = notes[-1].start
        if self.unit == "bars":
            done = float(onset - self.theme.end)
        else:
            done = self.theme.tempo_map.second(onset) - self.theme.seconds
        return min(max(done / self.goal, 0.0), 1.0)


def laid(theme: Score, notes: Iterable[Note], pedals: Iterable[Pedal]) -> Score:
    """The theme with a take's notes and pedal movements after it."""
    return replace(theme, notes=(*theme.notes, *notes), pedals=(*theme.pedals, *pedals))


def after(score: Score, tick: int) -> Score:
    """What `Score.before` leaves out."""
    notes = tuple(n for n in score.notes if n.start >= tick)
    return replace(score, notes=notes, pedals=tuple(p for p in score.pedals if p.tick >= tick))


def let_go(theme: Score, notes: Iterable[Note], pedals: Iterable[Pedal]) -> tuple[Pedal, ...]:
    """A take's pedal movements, with the pedal lifted where its last note ends."""
    moves = tuple(pedals)
    last = max((*moves, *theme.pedals), default=None)
    end = max((n.end for n in notes), default=0)
    if last is None or not last.down or not end:
        return moves
    return (*moves, Pedal(max(end, last.tick + 1), 0, last.track))


def gathered(score: Score, takes: Takes) -> Takes:
    """The set with the score's present notes sorted back into theme and chosen take, so that edits survive a switch.

    A composed note at or after the join that the theme did not have belongs to the take; all else to the theme.
    """
    own_notes, kept_notes = _split(score.notes, [n for n in takes.theme.notes if n.composed], _belongs(takes.join))
    own_pedals, kept_pedals = _split(score.pedals, takes.theme.pedals, lambda p: True)
    take = replace(takes.chosen, notes=own_notes, pedals=own_pedals)
    everything = (*takes.takes[: takes.active], take, *takes.takes[takes.active + 1 :])
    return replace(takes, theme=replace(score, notes=kept_notes, pedals=kept_pedals), takes=everything)


def _belongs(join: int) -> Callable[[Note], bool]:
    return lambda note: note.composed and note.start >= join


def _split(
    items: Iterable[Item], of_theme: Iterable[Item], could: Callable[[Item], bool]
) -> tuple[tuple[Item, ...], tuple[Item, ...]]:
    """(the take's, the theme's) of the items; what the theme had already stays with it, as often as it had it."""
    had = Counter(of_theme)
    own: list[Item] = []
    kept: list[Item] = []
    for item in items:
        if had[item] > 0:
            had[item] -= 1
            kept.append(item)
        else:
            (own if could(item) else kept).append(item)
    return tuple(own), tuple(kept)
