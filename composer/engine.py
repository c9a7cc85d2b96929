"""Prefill and decode: reads a prompt once, then draws positions for several takes side by side. Knows ids only."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from composer.config import Sampling
from composer.decode import NoteStepper, Precision, TokenStepper
from composer.model import GPT, Cache, NoteGPT, State
from composer.sampling import draw, generators
from composer.tokenizer import (
    DT,
    DURATION,
    GIGA_LIMIT,
    GIGA_NOTE,
    PEDAL_UP,
    PITCH,
    START,
    VELOCITY,
    VELOCITY_STEP,
    Grammar,
    Ids,
    control,
    giga_allowed,
)

Position = tuple[int, int, int, int, int]  # as tokenizer.ATTRIBUTES
DECODE_THREADS = 1  # one step is too little work to share out; a second core serves the window and the sound better


@contextmanager
def _decoding() -> Iterator[None]:
    """Without gradients, and on few threads: left again before a position is handed out."""
    threads = torch.get_num_threads()
    torch.set_num_threads(DECODE_THREADS)
    try:
        with torch.inference_mode():
            yield
    finally:
        torch.set_num_threads(threads)


class Engine:
    """Continues prompts with one network. What it has read of the last prompt is kept for the next call."""

    def __init__(self, network: GPT | NoteGPT, precision: Precision = "float32") -> None:
        self.network = network.eval()
        self.stepper = _stepper(network, precision)
        self._kept: tuple[bytes, Cache, State] | None = None

    def continue_(
        self,
        prompt: Ids,
        settings: Sampling,
        takes: int = 1,
        pedal_down: bool = False,
        may_end: bool = False,
        wait: int = 0,
    ) -> Iterator[list[Position]]:
        """Positions without end: at each step one note for each take.

        `prompt` (notes, 5) may be empty; `settings.random_seed` must be given; `pedal_down` is the pedal's
        state after the prompt; `wait` steps of dt pass before the first note. With `may_end` (not for GIGA's tokens)
        a take may draw END; what it draws afterwards means nothing. Stop by closing the iterator.
        """
        if settings.random_seed is None:
            raise ValueError("a random seed must be chosen first")
        if isinstance(self.network, NoteGPT):
            return self._notes(self.network, prompt, settings, takes, pedal_down, may_end, wait)
        return self._tokens(self.network, prompt, settings, takes, wait)

    # ---- one step a note ----

    def _notes(
        self,
        network: NoteGPT,
        prompt: Ids,
        settings: Sampling,
        takes: int,
        pedal_down: bool,
        may_end: bool,
        wait: int,
    ) -> Iterator[list[Position]]:
        stepper = self.stepper
        assert isinstance(stepper, NoteStepper)
        cache, state = self._read(network, prompt)
        cache, state = cache.expand(takes), state.repeat(takes)
        last = prompt[-1] if len(prompt) else control(START)
        grammars = [Grammar(last, pedal_down, apart=True, wait=wait) for _ in range(takes)]
        drawn_by = generators(settings.random_seed or 0, takes)
        while True:
            with _decoding():
                chosen = self._draw_note(stepper, state, grammars, settings, drawn_by, may_end)
            rows: list[Position] = [(r[0], r[1], r[2], r[3], r[4]) for r in chosen.tolist()]
            for grammar, row in zip(grammars, rows, strict=True):
                grammar.push(row)
            yield rows
            with _decoding():
                state = stepper.step(chosen, cache)

    def _read(self, network: NoteGPT, prompt: Ids) -> tuple[Cache, State]:
        """The cache after a prompt and the state (1, …) that its last position leaves."""
        key = prompt.tobytes()
        if self._kept is None or self._kept[0] != key:
            rows = np.concatenate([np.array([control(START)], dtype=np.int64), prompt.astype(np.int64)])
            rows = rows[-network.shape.context :]
            cache = Cache(network.shape, 1)
            with torch.inference_mode():
                state = network.states(torch.from_numpy(rows)[None], cache)[:, -1]
            self._kept = key, cache, state
        return self._kept[1], self._kept[2]

    @staticmethod
    def _draw_note(
        network: NoteStepper,
        state: State,
        grammars: Sequence[Grammar],
        settings: Sampling,
        drawn_by: Sequence[torch.Generator],
        may_end: bool,
    ) -> Tensor:
        """The next note of each take, (B, 5), one attribute after the other from states (B, …)."""
        chosen: list[Tensor] = []
        for attribute in range(len(network.heads)):
            allowed = np.stack(
                [_allowed(g, attribute, int(chosen[DT][b]) if chosen else 0, may_end) for b, g in enumerate(grammars)]
            )
            value = draw(network.logits(attribute, state), allowed, settings, drawn_by)
            chosen.append(value)
            if attribute < len(network.given):
                state = network.tell(state, attribute, value)
        return torch.stack(chosen, dim=-1)

    # ---- GIGA-Piano's flat tokens ----

    def _tokens(self, network: GPT, prompt: Ids, settings: Sampling, takes: int, wait: int) -> Iterator[list[Position]]:
        """Four tokens a note. When the position table is full, the newer half of the notes is read again."""
        stepper = self.stepper
        assert isinstance(stepper, TokenStepper)
        velocity = round(float(prompt[:, VELOCITY].mean())) if len(prompt) else 80 // VELOCITY_STEP
        history = np.tile(flat(prompt), (takes, 1))  # (takes, tokens)
        room = network.shape.context // 8 * 4  # tokens that are read again: whole notes, half of the table
        drawn_by = generators(settings.random_seed or 0, takes)
        cache = Cache(network.shape, takes)
        unread = history[:, -room:]
        soonest = min(max(wait, len(prompt) > 0), GIGA_LIMIT)  # the first new note does not join the last chord
        while True:
            group = np.full((takes, 1), GIGA_NOTE)
            for place in range(1, 4):
                if cache.length + unread.shape[1] + 1 > network.shape.context:
                    cache, unread = Cache(network.shape, takes), history[:, -room:]
                tokens = np.concatenate([unread, group[:, -1:]], axis=1)
                with _decoding():
                    ids = torch.from_numpy(tokens)
                    logits = network(ids, cache)[:, -1] if ids.shape[1] > 1 else stepper.step(ids[:, 0], cache)
                    allowed = np.tile(giga_allowed(place), (takes, 1))
                    if place == 1:
                        allowed[:, :soonest] = False
                    value = draw(logits, allowed, settings, drawn_by)
                unread = np.zeros((takes, 0), dtype=np.int64)
                group = np.concatenate([group, value.numpy()[:, None]], axis=1)
            history = np.concatenate([history, group], axis=1)[:, -2 * network.shape.context :]
            unread, soonest = group[:, -1:], 0
            yield [(int(dt), int(pitch), int(length), velocity, PEDAL_UP) for _, dt, length, pitch in group]


def _stepper(network: GPT | NoteGPT, precision: Precision) -> NoteStepper | TokenStepper:
    return NoteStepper(network, precision) if isinstance(network, NoteGPT) else TokenStepper(network, precision)


def flat(prompt: Ids) -> NDArray[np.int64]:
    """The GIGA tokens of expressive positions, (4 * notes,)."""
    rows = np.clip(prompt.astype(np.int64), 0, GIGA_LIMIT)
    mark = np.full(len(rows), GIGA_NOTE)
    return np.stack(
        [mark, rows[:, DT], np.maximum(rows[:, DURATION], 1), np.maximum(rows[:, PITCH], 1)], axis=1
    ).ravel()


def _allowed(grammar: Grammar, attribute: int, dt: int, may_end: bool) -> NDArray[np.bool_]:
    """The grammar's mask of an attribute; `dt` is the one just chosen (unused for dt itself)."""
    if attribute == DT:
        return grammar.dt(may_end=may_end)
    if attribute == PITCH:
        return grammar.pitch(dt)
    if attribute == DURATION:
        return grammar.duration()
    return grammar.velocity() if attribute == VELOCITY else grammar.pedal(dt)
