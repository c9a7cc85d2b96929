"""Prefill and decode: reads a prompt once, then draws positions for several takes side by side. Knows ids only."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import count

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from composer.core.settings import Sampling
from composer.inference.candidates import Choose, Phrasing, Rows, decoding, numbers
from composer.inference.candidates import Notes as Notes
from composer.inference.candidates import Position as Position
from composer.inference.candidates import draw_note as draw_note
from composer.inference.conditioning import Conditioning, RowConditions
from composer.inference.kernel import build, steppers
from composer.inference.quantized_linear import Precision
from composer.inference.sampling import COLD, Floats, draw, generators
from composer.inference.torch_stepper import NoteStepper, TokenStepper
from composer.model.tokenizer import (
    ATTRIBUTES,
    DT,
    DT_STEPS,
    DURATION,
    GIGA_LIMIT,
    GIGA_NOTE,
    NO_PITCH,
    PEDAL_UP,
    PITCH,
    START,
    VELOCITY,
    VELOCITY_STEP,
    Grammar,
    Ids,
    Mask,
    control,
    giga_allowed,
)
from composer.model.transformer import GPT, KVCache, NoteGPT, State, onsets

CLOSES, CLOSE_TURNS = 32, 3  # drafts of an ending that are written at once, and how often
CLOSED = 0.15  # chance of an end that is good enough; where real pieces end it is some 0.2
MOST_REPEATS = 8  # times running that one pitch may be struck: beyond, a network does not find out of it
DECODE_THREADS = 1  # one step is too little work to share out; a second core serves the window and the sound better
_GIGA_MASKS = [giga_allowed(place)[None] for place in range(4)]
Tokens = TokenStepper | steppers.TokenStepper


def stepper(network: GPT | NoteGPT, precision: Precision = "float32", compiled: bool = False) -> Notes | Tokens:
    """What computes a network's positions one by one. Raises RuntimeError where `compiled` and there is no kernel."""
    if isinstance(network, NoteGPT):
        return steppers.NoteStepper(network, precision) if compiled else NoteStepper(network, precision)
    return steppers.TokenStepper(network, precision) if compiled else TokenStepper(network, precision)


class Engine:
    """Continues prompts with one network. What it has read of the last prompt is kept for the next call."""

    def __init__(
        self,
        network: GPT | NoteGPT,
        precision: Precision = "float32",
        threads: int = DECODE_THREADS,
        compiled: bool = False,
    ) -> None:
        """`compiled`: by the kernel that `build` made, on one thread; else by PyTorch."""
        self.network = network.eval()
        self.precision, self.threads, self.compiled = precision, threads, compiled
        self._stepper = stepper(network, precision, compiled)
        self._reader = Reader(network)

    def continue_(
        self,
        prompt: Ids,
        settings: Sampling,
        takes: int = 1,
        pedal_down: bool = False,
        may_end: bool = False,
        wait: int = 0,
        *,
        notes: int | None = None,
        drafts: int = 1,
        choose: Choose | None = None,
        conditioning: Conditioning | None = None,
    ) -> Iterator[list[Position]]:
        """Positions without end, or so many `notes`: at each step one note for each take.

        `prompt` (notes, 5) may be empty; `settings.random_seed` must be given; `pedal_down` is the pedal's
        state after the prompt; `wait` steps of dt pass before the first note. With `may_end` (not for GIGA's tokens)
        a take may draw END; what it draws afterwards means nothing. `choose` tells which of the `drafts` of a phrase
        stays; GIGA's tokens, takes that may end, and a temperature of 0 have one. `conditioning`: what the network is
        told beside the notes, and where onsets may be; GIGA's tokens know none. Stop by closing the iterator.
        """
        if settings.random_seed is None:
            raise ValueError("a random seed must be chosen first")
        if not isinstance(self._stepper, Notes):
            return self._tokens(self._stepper, prompt, settings, takes, wait, notes)
        last = prompt[-1] if len(prompt) else control(START)
        grammar = Grammar(last, pedal_down, apart=True, wait=wait, most_repeats=MOST_REPEATS)
        phrasing = Phrasing.of(takes, notes, drafts, None if may_end or settings.temperature < COLD else choose)
        return self._notes(self._stepper, prompt, settings, grammar, may_end, phrasing, conditioning)

    def close(
        self,
        prompt: Ids,
        settings: Sampling,
        pedal_down: bool = False,
        wait: int = 0,
        *,
        notes: int,
        steps: float = math.inf,
        cancelled: Callable[[], bool] = lambda: False,
        conditioning: Conditioning | None = None,
    ) -> list[Position]:
        """How to end: of several drafts of so many notes the one that comes to where the network takes an end for
        likeliest, up to there.

        At least one note, the first after `wait` steps of dt, and none but that one more than `steps` after the prompt;
        nothing when cancelled. Not for GIGA's tokens, which have no end.
        """
        if not isinstance(self._stepper, Notes):
            raise ValueError("these tokens have no end")
        best, close = 0.0, np.zeros((0, len(ATTRIBUTES)), dtype=np.int64)
        grammar = Grammar(prompt[-1] if len(prompt) else control(START), pedal_down, apart=True, wait=wait)
        read = self._reader.notes(prompt, conditioning)
        for turn in range(CLOSE_TURNS):
            seed = ((settings.random_seed or 0) + turn * CLOSES) % 2**63
            written = self._closes(
                self._stepper, read, replace(settings, random_seed=seed), grammar, notes, steps, cancelled, conditioning
            )
            if written is None:
                return []
            rows, chance = written
            row, last = divmod(int(chance.argmax()), chance.shape[1])
            if not len(close) or chance[row, last] > best:
                best, close = float(chance[row, last]), rows[row, : last + 1]
            if best >= CLOSED:
                break
        return [(n[0], n[1], n[2], n[3], n[4]) for n in close.tolist()]

    def _closes(
        self,
        stepper: Notes,
        read: tuple[KVCache, State],
        settings: Sampling,
        grammar: Grammar,
        notes: int,
        steps: float,
        cancelled: Callable[[], bool],
        conditioning: Conditioning | None,
    ) -> tuple[NDArray[np.int64], Floats] | None:
        """Drafts of so many notes, (drafts, notes, 5), and how likely an end is after each note, (drafts, notes).

        Later than `steps` it is not likely at all, and where all drafts are, they are not gone on with.
        """
        cache, state = read
        phrasing = Phrasing(1, notes, CLOSES)
        threads = 0 if self.compiled else self.threads
        past, told = stepper.past(cache, CLOSES), self._rows_of(conditioning, CLOSES)
        rows = Rows(stepper, past, state, grammar, settings, phrasing, threads=threads, conditions=told)
        made: list[NDArray[np.int64]] = []
        chances, at = [], np.zeros(CLOSES, dtype=np.int64)
        while len(made) < notes and (not made or (at <= steps).any()):
            if cancelled():
                return None
            made.append(rows.note())
            at += DT_STEPS[made[-1][:, DT]]
            chances.append(np.where(at <= steps, rows.chance_of_end(), 0.0))
        return np.stack(made, axis=1), np.stack(chances, axis=1)

    @property
    def can_be_told(self) -> bool:
        """Whether the network knows conditioning labels."""
        return self.network.shape.conditions > 0

    def forget(self) -> None:
        """Forgets what it has read: the next prompt is read from its beginning."""
        self._reader = Reader(self.network)

    # ---- one step a note ----

    def _notes(
        self,
        stepper: Notes,
        prompt: Ids,
        settings: Sampling,
        grammar: Grammar,
        may_end: bool,
        phrasing: Phrasing,
        conditioning: Conditioning | None,
    ) -> Iterator[list[Position]]:
        cache, state = self._reader.notes(prompt, conditioning)
        count = phrasing.takes * phrasing.drafts
        past, told = stepper.past(cache, count), self._rows_of(conditioning, count)
        threads = 0 if self.compiled else self.threads
        yield from phrasing.write(Rows(stepper, past, state, grammar, settings, phrasing, may_end, threads, told))

    def _rows_of(self, conditioning: Conditioning | None, count: int) -> RowConditions | None:
        network = self.network
        return RowConditions(conditioning, network, count) if conditioning and isinstance(network, NoteGPT) else None

    # ---- GIGA-Piano's flat tokens ----

    def _tokens(
        self, stepper: Tokens, prompt: Ids, settings: Sampling, takes: int, wait: int, notes: int | None
    ) -> Iterator[list[Position]]:
        """Four tokens a note in three steps: a note's pitch and the mark of the next are read together.

        When the position table is full, the newer half of the notes is read again.
        """
        velocity = round(float(prompt[:, VELOCITY].mean())) if len(prompt) else 80 // VELOCITY_STEP
        context = self.network.shape.context
        room = context // 8 * 4  # tokens that are read again: whole notes, half of the table
        history = np.tile(flat(prompt)[-room:], (takes, 1))  # (takes, tokens)
        drawn = numbers(generators(settings.random_seed or 0, takes), 3)
        soonest = min(max(wait, len(prompt) > 0), GIGA_LIMIT)  # the first new note does not join the last chord
        past = stepper.past(self._reader.tokens(history[:1]), takes)
        mark = np.full((takes, 1), GIGA_NOTE)
        unread = mark
        for _ in count() if notes is None else range(notes):
            if past.length + 4 > context:
                past, unread = stepper.past(self._reader.tokens(history), takes), mark
            group = mark
            with decoding(0 if self.compiled else self.threads):
                at = next(drawn)
                for place in range(1, 4):
                    allowed = _GIGA_MASKS[place]
                    if place == 1 and soonest:
                        allowed = allowed & (np.arange(allowed.shape[1]) >= soonest)
                    logits = stepper.step(torch.from_numpy(unread), past)  # type: ignore[arg-type]  # its own past
                    value = draw_token(stepper, logits, allowed, settings, at[:, place - 1])
                    unread = value[:, None]
                    group = np.concatenate([group, unread], axis=1)
            history, soonest = np.concatenate([history, group], axis=1)[:, -room:], 0
            unread = np.concatenate([unread, mark], axis=1)
            yield [(int(dt), int(pitch), int(length), velocity, PEDAL_UP) for _, dt, length, pitch in group]


class Reader:
    """Reads prompts with a network's own pass, and of each only what was not read the last time."""

    def __init__(self, network: GPT | NoteGPT) -> None:
        self.network = network
        self._rows = np.zeros((0, 0), dtype=np.int64)  # what the cache below has read
        self._cache: KVCache | None = None
        self._state: State | None = None

    def notes(self, prompt: Ids, conditioning: Conditioning | None = None) -> tuple[KVCache, State]:
        """The cache after a prompt (notes, 5), and the state (1, …) that its last position leaves."""
        network = self.network
        assert isinstance(network, NoteGPT)
        rows = np.concatenate([np.array([control(START)], dtype=np.int64), prompt.astype(np.int64)])
        labelled = conditioning is not None and network.shape.conditions > 0
        if conditioning is not None and labelled:
            rows = np.concatenate([rows, conditioning.of_prompt(rows)], axis=1)
        rows = rows[-network.shape.context :]
        known = 0 if (rows[:, DT] > START).any() else self._known(rows)  # the time in a gap depends on its marks
        if self._cache is None or self._state is None or known < len(rows) or len(rows) < len(self._rows):
            cache = self._rewound(network, rows[: min(known, len(rows) - 1)])
            with torch.inference_mode():
                unread = torch.from_numpy(rows[cache.length :])[None]
                extra = network.told(unread[..., 5:]) if labelled else None
                self._state = network.states(unread[..., :5], cache, extra)[:, -1]
            self._rows, self._cache = rows, cache
        return self._cache, self._state

    def tokens(self, ids: NDArray[np.int64]) -> KVCache:
        """The cache after flat tokens (B, T), T a multiple of four."""
        network = self.network
        assert isinstance(network, GPT)
        rows = ids.T
        known = self._known(rows)
        cache = self._cache if known and self._cache is not None else KVCache(network.shape, len(ids))
        cache.length = known
        if known < len(rows):
            with torch.inference_mode():
                network(torch.from_numpy(ids[:, known:]), cache)
        self._rows, self._cache = rows, cache
        return cache

    def _known(self, rows: NDArray[np.int64]) -> int:
        """How many of the first rows are those that were read the last time."""
        if self._rows.shape[1:] != rows.shape[1:]:
            return 0
        count = min(len(rows), len(self._rows))
        differs = (rows[:count] != self._rows[:count]).any(1)
        return int(differs.argmax()) if differs.any() else count

    def _rewound(self, network: NoteGPT, rows: NDArray[np.int64]) -> KVCache:
        """The cache as it was when it had read `rows` alone."""
        if self._cache is None or not len(rows):
            return KVCache(network.shape, 1)
        cache, known = self._cache, torch.from_numpy(rows)[None, :, :5]
        cache.length = len(rows)
        cache.onset = onsets(known, torch.zeros(1, dtype=torch.float64))[:, -1]
        pitches = rows[::-1, PITCH][: network.shape.intervals]
        cache.recent = torch.full((1, network.shape.intervals), NO_PITCH)
        cache.recent[0, : len(pitches)] = torch.from_numpy(pitches.copy())
        return cache


def draw_token(stepper: Tokens, logits: Tensor, allowed: Mask, settings: Sampling, at: Floats) -> NDArray[np.int64]:
    """The next token of each take, (B,), from logits (B, V) under a mask (1, V) and numbers (B,)."""
    if isinstance(stepper, steppers.TokenStepper) and logits.shape[1] <= build.MOST_VALUES:
        return steppers.pick(stepper.kernel, logits, allowed, settings, at)
    return draw(logits, allowed, settings, at)


def flat(prompt: Ids) -> NDArray[np.int64]:
    """The GIGA tokens of expressive positions, (4 * notes,)."""
    rows = np.clip(prompt.astype(np.int64), 0, GIGA_LIMIT)
    mark = np.full(len(rows), GIGA_NOTE)
    return np.stack(
        [mark, rows[:, DT], np.maximum(rows[:, DURATION], 1), np.maximum(rows[:, PITCH], 1)], axis=1
    ).ravel()
