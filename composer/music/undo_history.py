"""What undo gives back: states of a document, and the difference between two of them as small as it is.

A thousand steps in a piece of 100,000 notes would fill the memory if each kept the whole piece.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

from composer.music.score import Extra, Note, Score
from composer.music.takes import Origin, Takes

MULTISETS = ("notes", "pedals", "tempos", "meters")  # fields of a score whose order follows from what is in them
WHOLE = ("tracks", "ticks_per_beat", "title")  # fields that are small

Part = tuple[tuple[Any, ...], tuple[Any, ...]]  # what is gone, what is new


@dataclass(frozen=True, slots=True)
class State:
    """Everything that undo gives back."""

    score: Score
    takes: Takes | None = None
    selection: frozenset[Note] = frozenset()
    origins: tuple[Origin, ...] = ()  # of composed notes that lie on no table any more


@dataclass(frozen=True, slots=True)
class Delta:
    """From one state to another, and the way back."""

    parts: tuple[tuple[str, Part], ...] = ()  # by the names in MULTISETS
    extras: tuple[int, tuple[Extra, ...], tuple[Extra, ...]] | None = None  # (place, gone, new)
    whole: tuple[tuple[str, Any, Any], ...] = ()  # (a name in WHOLE, before, after)
    takes: tuple[Takes | None, Takes | None] | None = None  # None where they stay
    origins: tuple[tuple[Origin, ...], tuple[Origin, ...]] | None = None
    selected: Part = ((), ())

    def apply(self, state: State) -> State:
        """The later state, from the earlier one."""
        return self._walk(state, 0, 1)

    def revert(self, state: State) -> State:
        """The earlier state, from the later one."""
        return self._walk(state, 1, 0)

    def _walk(self, state: State, old: int, new: int) -> State:
        score = state.score
        fields: dict[str, Any] = {name: (before, after)[new] for name, before, after in self.whole}
        for name, part in self.parts:
            if name == "notes":
                fields["notes"] = score.change(part[old], part[new]).notes
            else:
                fields[name] = _exchanged(getattr(score, name), part[old], part[new])
        if self.extras is not None:
            at, *sides = self.extras
            fields["extras"] = (*score.extras[:at], *sides[new], *score.extras[at + len(sides[old]) :])
        return State(
            replace(score, **fields) if fields else score,
            self.takes[new] if self.takes else state.takes,
            frozenset(self.selected[new]),
            self.origins[new] if self.origins else state.origins,
        )

    @property
    def rows(self) -> int:
        """How much it holds, in notes and the like."""
        extras = len(self.extras[1]) + len(self.extras[2]) if self.extras else 0
        table = self.takes[1] if self.takes else None  # the one before belongs to the step before
        written = sum(len(take.notes) + len(take.pedals) for take in table.takes) if table else 0
        return extras + written + sum(len(side) for _, part in self.parts for side in part)


def difference(before: State, after: State) -> Delta:
    """What leads from one state to the other. What both share costs little: it is known by its identity."""
    a, b = before.score, after.score
    parts = []
    if a is not b:
        for name in MULTISETS:
            part = _part(getattr(a, name), getattr(b, name))
            if part != ((), ()):
                parts.append((name, part))
    return Delta(
        tuple(parts),
        _spliced(a.extras, b.extras),
        tuple((name, getattr(a, name), getattr(b, name)) for name in WHOLE if getattr(a, name) != getattr(b, name)),
        None if before.takes is after.takes else (before.takes, after.takes),
        None if before.origins == after.origins else (before.origins, after.origins),
        (tuple(before.selection), tuple(after.selection)),
    )


class Step:
    """One step of undo: at first the states on both sides, later only the difference between them."""

    __slots__ = ("_delta", "_states", "encoded", "kind", "text")

    def __init__(self, text: str, kind: int, states: tuple[State, State] | None, delta: Delta | None = None) -> None:
        self.text = text
        self.kind = kind  # steps of one kind other than -1 merge
        self.encoded = ""  # the difference as `rows` writes it, once it has
        self._states = states
        self._delta = delta

    @property
    def delta(self) -> Delta:
        """The difference; may be asked for on any thread."""
        states, found = self._states, self._delta  # in this order: another thread may `pack` in between
        if found is None:
            assert states is not None
            found = self._delta = difference(*states)
        return found

    @property
    def known(self) -> bool:
        """Whether the difference has been worked out."""
        return self._delta is not None

    def pack(self) -> None:
        """Forgets the states; the difference says as much."""
        if self._states is not None:
            self._delta, self._states = self.delta, None

    def after(self, state: State) -> State:
        """The state after the step, if `state` is the one before it."""
        return self._states[1] if self._states else self.delta.apply(state)

    def before(self, state: State) -> State:
        """The state before the step, if `state` is the one after it."""
        return self._states[0] if self._states else self.delta.revert(state)

    def followed(self, other: Step) -> Step | None:
        """Both steps in one, named as the later one; None once this one has forgotten its states."""
        if self._states and other._states:
            return Step(other.text, self.kind, (self._states[0], other._states[1]))
        return None


@dataclass(frozen=True, slots=True)
class History:
    """The steps around a state: `index` of them lie behind it; `clean` is where it was last saved (-1: nowhere)."""

    steps: tuple[Step, ...] = ()
    index: int = 0
    clean: int = -1

    def shortened(self, most: int) -> History:
        """The steps nearest to the present that hold no more than `most` rows together."""
        first, last, left = self.index, self.index, most
        while first > 0 and (left := left - self.steps[first - 1].delta.rows - 1) >= 0:
            first -= 1
        while last < len(self.steps) and (left := left - self.steps[last].delta.rows - 1) >= 0:
            last += 1
        clean = self.clean - first if first <= self.clean <= last else -1
        return History(self.steps[first:last], self.index - first, clean)


def _part(before: tuple[Any, ...], after: tuple[Any, ...]) -> Part:
    if before is after:
        return (), ()
    had, has = set(map(id, before)), set(map(id, after))
    gone, new = [x for x in before if id(x) not in has], [x for x in after if id(x) not in had]
    if len(before) - len(gone) != len(after) - len(new):  # one object stands in a tuple more than once
        gone, new = list(before), list(after)
    both = Counter(gone) & Counter(new)  # equal, though not the same objects
    return (_without(gone, both), _without(new, both)) if both else (tuple(gone), tuple(new))


def _without(items: Iterable[Any], leave: Counter[Any]) -> tuple[Any, ...]:
    left, kept = Counter(leave), []
    for item in items:
        if left[item] > 0:
            left[item] -= 1
        else:
            kept.append(item)
    return tuple(kept)


def _exchanged(items: Iterable[Any], gone: Iterable[Any], new: Iterable[Any]) -> tuple[Any, ...]:
    return (*_without(items, Counter(gone)), *new)


def _spliced(before: tuple[Any, ...], after: tuple[Any, ...]) -> tuple[int, tuple[Any, ...], tuple[Any, ...]] | None:
    """(place, gone, new) in a tuple whose order says something."""
    if before == after:
        return None
    shorter = min(len(before), len(after))
    first = next((i for i in range(shorter) if before[i] != after[i]), shorter)
    tail = next((i for i in range(shorter - first) if before[-1 - i] != after[-1 - i]), shorter - first)
    return first, tuple(before[first : len(before) - tail]), tuple(after[first : len(after) - tail])
