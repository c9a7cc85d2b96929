"""The versions that were composed side by side, which of them stands in the score, and where notes come from."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from typing import TypeVar

from composer.music.score import Note, Pedal, Score

Item = TypeVar("Item", Note, Pedal)
Settings = tuple[tuple[str, float | int | str | None], ...]  # (name, value) of what was asked for


@dataclass(frozen=True, slots=True)
class Origin:
    """Where composed notes of a piece come from; outlives the table on which the take lay."""

    style: str
    model: str
    random_seed: int
    take: int
    first: int  # tick of the take's first note
    last: int  # tick on which its last note ended
    settings: Settings = ()


@dataclass(frozen=True, slots=True)
class Take:
    """One version: what the model wrote, in which style, from which random seed and settings."""

    notes: tuple[Note, ...] = ()
    pedals: tuple[Pedal, ...] = ()
    style: str = ""
    random_seed: int = 0
    number: int = 1  # as the person counts them, from 1
    model: str = ""  # which weights, as `style_registry.identity` names them
    settings: Settings = ()

    @property
    def origin(self) -> Origin:
        """What is remembered of where its notes come from."""
        first = min((n.start for n in self.notes), default=0)
        last = max((n.end for n in self.notes), default=0)
        return Origin(self.style, self.model, self.random_seed, self.number, first, last, self.settings)


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


def laid(theme: Score, notes: Iterable[Note], pedals: Iterable[Pedal]) -> Score:
    """The theme with a take's notes and pedal movements after it."""
    return replace(theme, notes=(*theme.notes, *notes), pedals=(*theme.pedals, *pedals))


def after(score: Score, tick: int) -> Score:
    """What `Score.before` leaves out."""
    notes = tuple(n for n in score.notes if n.start >= tick)
    return replace(score, notes=notes, pedals=tuple(p for p in score.pedals if p.tick >= tick))


def without_gap(score: Score, gap: tuple[int, int] | None) -> Score:
    """A piece without the notes and pedal movements that begin in a gap [first, last) of ticks."""
    if gap is None:
        return score
    return replace(
        score,
        notes=tuple(n for n in score.notes if not gap[0] <= n.start < gap[1]),
        pedals=tuple(p for p in score.pedals if not gap[0] <= p.tick < gap[1]),
    )


def inside(score: Score, gap: tuple[int, int]) -> Score:
    """What `without_gap` leaves out."""
    return replace(
        score,
        notes=tuple(n for n in score.notes if gap[0] <= n.start < gap[1]),
        pedals=tuple(p for p in score.pedals if gap[0] <= p.tick < gap[1]),
    )


def fitted(
    score: Score, gap: tuple[int, int], notes: Iterable[Note], pedals: Iterable[Pedal]
) -> tuple[tuple[Note, ...], tuple[Pedal, ...]]:
    """A take's notes and pedal movements, made to fit a gap of the score.

    No note runs into one of its pitch that stands after the gap, and after it the pedal is as it was.
    """
    next_start: dict[int, int] = {}
    for note in score.notes:
        if note.start >= gap[1]:
            next_start.setdefault(note.pitch, note.start)
    short = tuple(
        replace(n, duration=min(n.duration, next_start.get(n.pitch, n.end) - n.start))
        for n in notes
        if n.start < gap[1]
    )
    moves = [p for p in pedals if gap[0] <= p.tick < gap[1]]
    now = sorted([*without_gap(score, gap).pedals, *moves])
    for track in {p.track for p in (*score.pedals, *moves)}:
        was = _is_down(score.pedals, track, gap[1])
        if was != _is_down(now, track, gap[1]):
            moves.append(Pedal(gap[1], 127 if was else 0, track))
    return short, tuple(moves)


def filled(score: Score, gap: tuple[int, int], notes: Iterable[Note], pedals: Iterable[Pedal]) -> Score:
    """The score with a take, made to fit, in place of what began in a gap."""
    return laid(without_gap(score, gap), *fitted(score, gap, notes, pedals))


def _is_down(pedals: Iterable[Pedal], track: int, tick: int) -> bool:
    """Whether a track's pedal is down just before a tick, by its movements in order."""
    state = [p.down for p in pedals if p.track == track and p.tick < tick]
    return bool(state) and state[-1]


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


def left_behind(before: Takes | None, score: Score, takes: Takes | None) -> tuple[Origin, ...]:
    """What must be remembered when a table makes way for another or for none: the chosen take, if its notes stay."""
    if before is None or (takes is not None and takes.join == before.join):
        return ()
    written = set(before.chosen.notes)
    return (before.chosen.origin,) if any(n in written for n in score.notes) else ()
