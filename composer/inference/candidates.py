"""Notes drawn for several takes side by side, phrase by phrase: of each phrase several drafts, of which one stays.

A row is a draft of a take; the drafts of a take stand together. All go on from the one that stays. Knows ids only.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from composer.core.settings import Sampling
from composer.inference.conditioning import RowConditions
from composer.inference.kernel import build, steppers
from composer.inference.sampling import Floats, draw, generators, points
from composer.inference.torch_stepper import DecodeCache, NoteStepper
from composer.model.tokenizer import ATTRIBUTES, DT, DURATION, END, PITCH, VELOCITY, Grammar, Ids, Mask
from composer.model.transformer import State

PHRASE = 16  # notes of which there are several drafts
FIRST = 8  # notes of the first phrase, so that the first note comes soon
AHEAD = 64  # notes for which numbers are drawn at once
APART = 0xD1B54A32D192ED03  # between the random seeds of two drafts
Position = tuple[int, int, int, int, int]  # as tokenizer.ATTRIBUTES
Choose = Callable[[int, Sequence[Ids]], int]  # (take, the drafts of a phrase, each (notes, 5)) -> the one that stays
Notes = NoteStepper | steppers.NoteStepper


@contextmanager
def decoding(threads: int) -> Iterator[None]:
    """Without gradients, and on few threads: left again before a position is handed out. The kernel (0) needs none."""
    if not threads:
        yield
        return
    before = torch.get_num_threads()
    torch.set_num_threads(threads)
    try:
        with torch.inference_mode():
            yield
    finally:
        torch.set_num_threads(before)


@dataclass(frozen=True)
class Phrasing:
    """What is written side by side, and how much of it at once."""

    takes: int = 1
    notes: int | None = None  # of each take, at most
    drafts: int = 1  # of each phrase
    choose: Choose | None = None  # which of them stays

    @classmethod
    def of(cls, takes: int, notes: int | None, drafts: int, choose: Choose | None) -> Phrasing:
        """With as many drafts as the kernel has rows for, and with one where nobody chooses."""
        most = max(build.MOST_TAKES // takes, 1) if choose else 1
        return cls(takes, notes, min(drafts, most), choose)

    def lengths(self) -> Iterator[int]:
        """Notes of one phrase after the other. What needs no choice comes note by note."""
        done, length = 0, FIRST
        while self.notes is None or done < self.notes:
            if self.drafts == 1 or self.choose is None:
                length = 1
            length = length if self.notes is None else min(length, self.notes - done)
            yield length
            done, length = done + length, PHRASE

    def kept(self, made: NDArray[np.int64]) -> NDArray[np.int64]:
        """The row that stays of each take, (takes,), from the phrase of every row, (B, notes, 5)."""
        rows = np.arange(self.takes) * self.drafts
        if self.drafts == 1 or self.choose is None:
            return rows
        of_takes = made.astype(np.int16).reshape(self.takes, self.drafts, -1, len(ATTRIBUTES))
        return rows + np.array([self.choose(take, list(of)) for take, of in enumerate(of_takes)], dtype=np.int64)

    def write(self, rows: Rows) -> Iterator[list[Position]]:
        """At each step one note a take."""
        for length in self.lengths():
            made = np.stack([rows.note() for _ in range(length)], axis=1)
            kept = self.kept(made)
            for notes in made[kept].transpose(1, 0, 2).tolist():
                yield [(n[0], n[1], n[2], n[3], n[4]) for n in notes]
            if self.drafts > 1:
                rows.reorder(np.repeat(kept, self.drafts))


class Rows:
    """What each row has read, and what it draws next."""

    def __init__(
        self,
        stepper: Notes,
        past: DecodeCache | steppers.NativeCache,
        state: State,
        grammar: Grammar,
        settings: Sampling,
        phrasing: Phrasing,
        may_end: bool = False,
        threads: int = 0,
        conditions: RowConditions | None = None,
    ) -> None:
        """All begin with a state (1, …) and a grammar; `threads` as `decoding`'s."""
        count = phrasing.takes * phrasing.drafts
        self.conditions = conditions
        self.stepper, self.past, self.state = stepper, past, state.repeat(count)
        self.grammars = [copy.copy(grammar) for _ in range(count)]
        self.settings, self.may_end, self.threads = settings, may_end, threads
        drawn_by = draft_generators(settings.random_seed or 0, phrasing.takes, phrasing.drafts)
        self._drawn = numbers(drawn_by, len(ATTRIBUTES))
        self._unread: NDArray[np.int64] | None = None  # the last note, which is read when another is wanted

    def note(self) -> NDArray[np.int64]:
        """The next note of each row, (B, 5)."""
        with decoding(self.threads):
            self._read()
            bias = self.conditions.bias(self.state.hidden) if self.conditions else None
            at = next(self._drawn)
            chosen = draw_note(self.stepper, self.state, self.grammars, self.settings, at, self.may_end, bias)
        if self.conditions:
            self.conditions.advance(chosen[:, DT])
        for grammar, row in zip(self.grammars, chosen.tolist(), strict=True):
            grammar.push(row)
        self._unread = chosen
        return chosen

    def chance_of_end(self) -> Floats:
        """How likely the network takes an end to come now, (B,), whether or not one may be drawn."""
        with decoding(self.threads):
            self._read()
            logits = self.stepper.logits(DT, self.state).float()
            return np.asarray(logits.softmax(-1)[:, END].double().numpy())

    def _read(self) -> None:
        if self._unread is not None:
            rows = torch.from_numpy(self._unread)
            extra = self.conditions.extra() if self.conditions else None
            self.state = self.stepper.step(rows, self.past, extra)  # type: ignore[arg-type]  # its own past
            self._unread = None

    def reorder(self, order: NDArray[np.int64]) -> None:
        """Each row goes on from what row order[r] has written; the numbers that it draws with stay its own."""
        assert self._unread is not None
        with decoding(self.threads):
            self.past.reorder(order)
        self.grammars = [copy.copy(self.grammars[row]) for row in order]
        if self.conditions:
            self.conditions.reorder(order)
        self._unread = self._unread[order]


def draft_generators(random_seed: int, takes: int, drafts: int) -> list[torch.Generator]:
    """One generator a row. What a draft is drawn by does not depend on how many takes and drafts are beside it."""
    of_drafts = [generators(random_seed + draft * APART, takes) for draft in range(drafts)]
    return [of_drafts[draft][take] for take in range(takes) for draft in range(drafts)]


def numbers(drawn_by: Sequence[torch.Generator], count: int) -> Iterator[Floats]:
    """Numbers 0..1 without end: `count` of each generator at a time, (B, count)."""
    while True:
        yield from points(drawn_by, AHEAD * count).reshape(len(drawn_by), AHEAD, count).transpose(1, 0, 2).copy()


def draw_note(
    stepper: Notes,
    state: State,
    grammars: Sequence[Grammar],
    settings: Sampling,
    at: Floats,
    may_end: bool,
    bias: NDArray[np.float32] | None = None,
) -> NDArray[np.int64]:
    """The next note of each take, (B, 5), one attribute after the other from states (B, …) and numbers (B, 5).

    `bias` (B, 160) is added to the logits of dt.
    """
    if isinstance(stepper, steppers.NoteStepper):
        return stepper.draw(state, grammars, settings, at, may_end, bias)
    chosen = np.zeros((len(grammars), len(ATTRIBUTES)), dtype=np.int64)
    for attribute in range(len(ATTRIBUTES)):
        allowed = _allowed(grammars, attribute, chosen[:, DT], may_end)
        logits = stepper.logits(attribute, state)
        if attribute == DT and bias is not None:
            logits = add_bias(logits, torch.from_numpy(bias), torch.from_numpy(allowed.copy()))
        value = draw(logits, allowed, settings, at[:, attribute])
        chosen[:, attribute] = value
        if attribute < len(ATTRIBUTES) - 1:
            state = stepper.tell(state, attribute, torch.from_numpy(value))
    return chosen


def add_bias(logits: Tensor, bias: Tensor, allowed: Tensor) -> Tensor:
    """Logits of dt (B, 160) with a bias on times; an end stays as likely as it was. `allowed` (B or 1, 160)."""
    made = logits + bias
    times = allowed.expand(made.shape).clone()
    times[:, END] = False
    before, after = (of.masked_fill(~times, -torch.inf).logsumexp(-1) for of in (logits, made))
    made[:, END] += torch.where(allowed.expand(made.shape)[:, END], after - before, 0.0)
    return made


def _allowed(grammars: Sequence[Grammar], attribute: int, dt: NDArray[np.int64], may_end: bool) -> Mask:
    """The grammars' masks of an attribute, (B or 1, V); `dt` (B,) are those just chosen (unused for dt itself)."""
    if attribute == DURATION:
        return grammars[0].duration()[None]
    if attribute == VELOCITY:
        return grammars[0].velocity()[None]
    if attribute == DT:
        masks = [g.dt(may_end=may_end) for g in grammars]
    elif attribute == PITCH:
        masks = [g.pitch(int(of)) for g, of in zip(grammars, dt, strict=True)]
    else:
        masks = [g.pedal(int(of)) for g, of in zip(grammars, dt, strict=True)]
    return masks[0][None] if len(masks) == 1 else np.stack(masks)
