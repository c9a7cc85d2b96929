"""What the benchmark times of the networks: notes at a length of context, bare weights, the whole sequence anew."""

from __future__ import annotations

import importlib.util
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, TypeVar

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from composer.core.settings import Sampling
from composer.inference.engine import Engine, Notes, Reader, Tokens, draw_note, draw_token, flat, stepper
from composer.inference.kernel import build
from composer.inference.quantized_linear import Precision, projection
from composer.model.tokenizer import ATTRIBUTES, START, VOCABULARY, Grammar, Ids, control, giga_allowed
from composer.model.transformer import GPT, KVCache, NoteGPT

Network = GPT | NoteGPT
GIGA_TOKENS, GIGA_STEPS = 4, 3  # tokens a note, and readings of the weights
Act = Callable[[], object]


@dataclass(frozen=True)
class Spread:
    """Seconds: the median of repeats, and the quartiles."""

    median: float
    low: float
    high: float

    @classmethod
    def of(cls, seconds: Sequence[float]) -> Spread:
        """Of measurements."""
        low, median, high = np.percentile(seconds, [25, 50, 75])
        return cls(float(median), float(low), float(high))


TURN = 5  # repeats before the next act has its turn
ENOUGH = 1.0  # seconds an act after which two turns are enough
Key = TypeVar("Key")


def times(acts: dict[Key, Act], repeats: int) -> dict[Key, Spread]:
    """Seconds of each act. They take turns, so that what else the machine does falls on all of them alike.

    A turn is a few times the same: the first finds the processor's memory full of another's weights, and isn't counted.
    """
    took: dict[Key, list[float]] = {name: [] for name in acts}
    start = time.perf_counter()
    for number in range(-(-repeats // TURN)):
        if number >= 2 and time.perf_counter() - start > ENOUGH * len(acts):
            break
        for name, act in acts.items():
            if repeats > 1:  # an act that is measured once is long enough
                act()
            for _ in range(min(TURN, repeats)):
                began = time.perf_counter()
                act()
                took[name].append(time.perf_counter() - began)
    return {name: Spread.of(seconds) for name, seconds in took.items()}


def random_notes(count: int) -> Ids:
    """Notes (count, 5) that mean nothing, none of them in a chord; more of them begin with the same."""
    random = np.random.default_rng(0)
    sizes = (START, *(min(size - 1, 127) for size in VOCABULARY[1:4]), 2)
    return random.integers(1, sizes, (count, len(sizes))).astype(np.int16)


def note(reader: Reader, by: Notes | Tokens, notes: int, takes: int, apart: bool = False) -> Act:
    """An act that writes one note of each take at a context of so many notes, sampling and grammar included.

    The context stays as long as it is: the act can be repeated. `apart`: each take has read it by itself.
    """
    prompt, settings = random_notes(notes), Sampling()
    if not isinstance(by, Notes):
        return _tokens_of_a_note(reader, by, prompt, takes, apart)
    at = np.full((takes, len(ATTRIBUTES)), 0.5)
    cache, state = reader.notes(prompt)
    past, states = by.past(cache.expand(takes) if apart else cache, takes), state.repeat(takes)
    grammars = [Grammar(prompt[-1] if notes else control(START)) for _ in range(takes)]
    length = past.length

    def act() -> None:
        past.length = length
        with torch.inference_mode():
            chosen = draw_note(by, states, grammars, settings, at, False)
            by.step(torch.from_numpy(chosen), past)  # type: ignore[arg-type]  # its own past

    return act


def _tokens_of_a_note(reader: Reader, by: Tokens, prompt: Ids, takes: int, apart: bool) -> Act:
    tokens = flat(prompt)[None, : by.shape.context - 2 * GIGA_TOKENS]
    cache = reader.tokens(tokens)
    past = by.past(cache.expand(takes) if apart else cache, takes)
    length, settings, at = past.length, Sampling(), np.full(takes, 0.5)
    masks = [giga_allowed(place)[None] for place in range(4)]
    first = np.full((takes, 2), 127)

    def act() -> None:
        past.length, unread = length, first
        with torch.inference_mode():
            for place in range(1, 4):
                logits = by.step(torch.from_numpy(unread), past)  # type: ignore[arg-type]  # its own past
                unread = draw_token(by, logits, masks[place], settings, at)[:, None]

    return act


def matrices(network: Network) -> list[Tensor]:
    """The weights of which a position or note needs every number."""
    return [w.detach() for name, w in network.named_parameters() if w.ndim == 2 and _is_read(name)]


def weights(network: Network, precision: Precision) -> tuple[Act, int]:
    """A plain loop of matrix-vector products over the weights that a note needs, and how many bytes it reads."""
    dtype = torch.bfloat16 if precision == "bfloat16" else torch.float32
    if precision == "int8":
        ready = [(projection(w, None, precision), torch.ones(1, w.shape[1])) for w in matrices(network)]

        def act() -> None:
            with torch.inference_mode():
                for product, vector in ready:
                    product(vector)

        return act, sum(w.numel() for w in matrices(network))
    held = [(w.to(dtype).contiguous(), torch.ones(w.shape[1], dtype=dtype)) for w in matrices(network)]

    def plain() -> None:
        with torch.inference_mode():
            for matrix, vector in held:
                torch.mv(matrix, vector)

    return plain, sum(w.numel() * w.element_size() for w, _ in held)


def _is_read(name: str) -> bool:
    """Whether a note needs all of a weight, and not a row or two of it."""
    is_table = name.startswith(("tok_emb", "pos_emb", "embed", "given", "between", "chroma")) or name.endswith("Er")
    return not is_table


def anew(network: Network, length: int) -> Act:
    """Reads a whole sequence of so many positions at once: what each token costs without a cache."""
    if isinstance(network, GPT):
        ids = torch.from_numpy(flat(random_notes(length // GIGA_TOKENS + 1)))[None, :length]
    else:
        ids = torch.from_numpy(random_notes(length).astype(np.int64))[None]

    def act() -> None:
        with torch.inference_mode():
            network(ids) if isinstance(network, GPT) else network.states(ids)

    return act


def continued(engine: Engine, notes: int, more: int) -> Act:
    """Continues so many notes by so many more, prompt read from nothing."""
    prompt = random_notes(notes)

    def act() -> None:
        engine.forget()
        steps = engine.continue_(prompt, Sampling(random_seed=1))
        for _ in range(more):
            next(steps)

    return act


def hugging_face(network: Network, tokens: int, dtype: torch.dtype = torch.float32) -> Act | None:
    """Generates so many tokens after 64 with a GPT-2 of the same size, with its cache; None where it is missing."""
    try:
        with _torchvision_hidden():
            import transformers.models.gpt2.modeling_gpt2  # noqa: F401  # what is imported late, while it is hidden
            from transformers import GPT2Config, GPT2LMHeadModel
    except (ImportError, RuntimeError):  # the latter where it stumbles over another package
        return None
    shape = network.shape
    config = GPT2Config(
        vocab_size=128,
        n_positions=max(shape.context, 64 + tokens),
        n_embd=shape.width,
        n_layer=shape.layers,
        n_head=shape.heads,
        n_inner=shape.hidden,
        bos_token_id=0,
        eos_token_id=None,
        pad_token_id=0,
    )
    made: Any = GPT2LMHeadModel(config)
    model = made.eval().to(dtype)
    prompt = torch.randint(0, 128, (1, 64))

    def act() -> None:
        with torch.inference_mode():
            model.generate(
                prompt,
                attention_mask=torch.ones_like(prompt),
                max_new_tokens=tokens,
                min_new_tokens=tokens,
                do_sample=True,
                use_cache=True,
            )

    return act


@contextmanager
def _torchvision_hidden() -> Iterator[None]:
    """GPT-2 needs none of it, and transformers fails where it belongs to another build of PyTorch."""
    found = importlib.util.find_spec
    importlib.util.find_spec = lambda name, *more: None if name == "torchvision" else found(name, *more)
    try:
        yield
    finally:
        importlib.util.find_spec = found


def nats(network: NoteGPT, precision: Precision, pieces: NDArray[np.int64]) -> float:
    """Nats a note of pieces (pieces, notes, 5) with one note's step after the other, as composing computes them."""
    by, total, count = stepper(network, precision, build.library() is not None), 0.0, 0
    assert isinstance(by, Notes)
    with torch.inference_mode():
        for part in torch.split(torch.from_numpy(pieces), 4):
            past = by.past(KVCache(network.shape, 1), len(part))
            for at in range(part.shape[1] - 1):
                total += _step_nats(by, part[:, at].contiguous(), part[:, at + 1], past)
                count += len(part)
    return total / max(count, 1)


def _step_nats(stepper: Notes, rows: Tensor, following: Tensor, past: Any) -> float:
    state, total = stepper.step(rows, past), 0.0
    for attribute in range(len(ATTRIBUTES)):
        wanted = following[:, attribute]
        total += float(torch.nn.functional.cross_entropy(stepper.logits(attribute, state), wanted, reduction="sum"))
        if attribute < len(stepper.given):
            state = stepper.tell(state, attribute, wanted)
    return total
