"""In which precision, and on how many threads, a network writes fastest here: tried once in about a second, remembered.

The first start on a machine tries what there is, with the network's own notes; the fastest whose predictions stay
close to float32's is written into the user's folder, by processor, PyTorch and shape of network. From then on it
stands, so that the same command gives the same notes again. Where it cannot be remembered it is float32, always.
"""

from __future__ import annotations

import json
import os
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any, cast

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from composer.core import paths
from composer.core.errors import UserError
from composer.core.settings import Sampling, check_precision
from composer.files.atomic_files import write_atomically
from composer.inference.engine import Engine, Notes, flat, stepper
from composer.inference.kernel import build
from composer.inference.quantized_linear import PRECISIONS, Precision, can
from composer.model.transformer import GPT, KVCache, NoteGPT

PRECISION_VARIABLE, THREADS_VARIABLE = "RICERCAR_PRECISION", "RICERCAR_THREADS"
FILE = "speed.json"  # in the user's folder
SMALL = 1_000_000  # parameters below which there is nothing to gain
WORTH = 1.1  # times as fast as float32, or nothing is gained
MORE_THREADS = 1.25  # times as fast as with half of them
CLOSE = 0.05  # nats a note that a precision may lose on the few notes of the trial (long measurements: see `benchmark`)
ROUNDS, NOTES, PATIENCE = 3, 8, 0.06  # turns of each precision, notes a turn, seconds after which fewer do
Network = GPT | NoteGPT


@dataclass(frozen=True)
class Choice:
    """How a network's notes are computed."""

    precision: Precision = "float32"
    threads: int = 1
    compiled: bool = False  # by the kernel that was made on this machine


def choose(network: Network, precision: str = "") -> Choice:
    """The choice for a network. What is asked for goes first, then the environment, then what was tried here.

    What this build of PyTorch cannot do becomes float32. Raises `UserError` (setting_invalid).
    """
    precision = precision or os.environ.get(PRECISION_VARIABLE, "")
    check_precision(precision)
    threads = _asked_threads()
    small = sum(p.numel() for p in network.parameters()) < SMALL
    if precision:
        compiled = not small and build.library() is not None and threads <= 1
        usable = compiled or can(cast(Precision, precision))
        return Choice(cast(Precision, precision) if usable else "float32", threads or 1, compiled)
    if small:
        return Choice(threads=threads or 1)
    known = _remembered(network) or _remember(network)
    return Choice(known.precision, threads or known.threads, known.compiled and threads <= 1)


def _asked_threads() -> int:
    asked = os.environ.get(THREADS_VARIABLE, "")
    if asked and not (asked.isascii() and asked.isdigit() and 1 <= int(asked) <= 64):
        raise UserError("setting_invalid", name=THREADS_VARIABLE, expected="a whole number from 1 to 64", value=asked)
    return int(asked or 0)


# ---- memory ----


def _key(network: Network) -> str:
    """What a choice holds for: this processor, this PyTorch, this kernel, this shape."""
    capability, kernel = torch.backends.cpu.get_cpu_capability(), build.name() if build.library() else "none"
    machine = f"{capability} x{os.cpu_count()} torch {torch.__version__} kernel {kernel}"
    return f"{machine} {network.encoding} {network.shape}"


def _file() -> Path:
    return paths.user() / FILE


def _all_remembered() -> dict[str, Any]:
    try:
        held = json.loads(_file().read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return held if isinstance(held, dict) else {}


def _remembered(network: Network) -> Choice | None:
    held = _all_remembered().get(_key(network))
    try:
        precision, threads, compiled = (held["choice"][name] for name in ("precision", "threads", "compiled"))  # type: ignore[index]
    except (TypeError, KeyError):
        return None
    good = precision in PRECISIONS and type(threads) is int and 1 <= threads <= 64 and type(compiled) is bool
    usable = good and (build.library() is not None if compiled else can(precision))
    return Choice(precision, threads, compiled) if usable else None


def _remember(network: Network) -> Choice:
    """Tries, and writes down what was found; float32 where that cannot be written."""
    choice, figures = probe(network)
    held = {**_all_remembered(), _key(network): {"choice": asdict(choice), "tried": figures}}
    try:
        _file().parent.mkdir(parents=True, exist_ok=True)
        write_atomically(_file(), json.dumps(held, indent=1).encode(), force=True)
    except (OSError, UserError):
        return Choice()
    return choice


# ---- the trial ----


def probe(network: Network) -> tuple[Choice, dict[str, dict[str, float]]]:
    """The best choice, and of each way that was tried the milliseconds and the loss (nats) of a note."""
    plain, compiled = Choice(), build.library() is not None
    ways = [plain, *(Choice(p, compiled=compiled) for p in PRECISIONS if compiled or (p != "float32" and can(p)))]
    paces = {way: _Pace(_engine(network, way)) for way in ways}
    for _ in range(ROUNDS):  # they take turns: what else the machine does falls on all of them
        for pace in paces.values():
            pace.turn()
    rows = np.array(paces[plain].rows)
    wanted = _beliefs(network, plain, rows)
    chosen, best = plain, paces[plain].seconds / WORTH
    figures: dict[str, dict[str, float]] = {}
    for way, pace in paces.items():
        loss = _loss(wanted, _beliefs(network, way, rows))
        name = f"{way.precision}, compiled" if way.compiled else way.precision
        figures[name] = {"ms": round(pace.seconds * 1000, 3), "loss": round(loss, 5)}
        if pace.seconds < best and loss < CLOSE:
            chosen, best = way, pace.seconds
    return _threaded(network, chosen), figures


def _engine(network: Network, way: Choice) -> Engine:
    return Engine(network, way.precision, way.threads, way.compiled)


def _threaded(network: Network, one: Choice) -> Choice:
    """As many threads as pay, and never all: the window and the sound need a core. The kernel has one."""
    chosen, threads = one, 2
    while threads < (os.cpu_count() or 1):
        more = Choice(one.precision if can(one.precision) else "float32", threads)
        fewer_pace, more_pace = (_Pace(_engine(network, way), time.perf_counter) for way in (chosen, more))
        for _ in range(ROUNDS):
            fewer_pace.turn()
            more_pace.turn()
        pays = more_pace.seconds * MORE_THREADS < fewer_pace.seconds
        if not pays and not one.compiled:
            break
        chosen, threads = more if pays else chosen, threads * 2
    return chosen


class _Pace:
    """How long an engine takes for a note, from nothing on. By its thread's own time: other programs don't count."""

    def __init__(self, engine: Engine, clock: Callable[[], float] = time.thread_time) -> None:
        self._steps = engine.continue_(np.zeros((0, 5), dtype=np.int16), Sampling(random_seed=0))
        self._clock = clock
        self._took: list[float] = []
        self.rows = [next(self._steps)[0]]

    def turn(self) -> None:
        """A few notes."""
        began = time.perf_counter()
        for count in range(NOTES):
            if count >= 2 and time.perf_counter() - began > PATIENCE:
                break
            start = self._clock()
            self.rows.append(next(self._steps)[0])
            self._took.append(self._clock() - start)

    @property
    def seconds(self) -> float:
        """A note, in the quicker half."""
        return float(np.percentile(self._took, 25))


def _beliefs(network: Network, way: Choice, rows: NDArray[np.int64]) -> list[Tensor]:
    """Log-probabilities of each value of the notes (n, 5), given those before it."""
    by: Any = stepper(network, way.precision, way.compiled)
    made, past = [], by.past(KVCache(network.shape, 1), 1)
    with torch.inference_mode():
        if not isinstance(by, Notes):
            tokens = torch.from_numpy(flat(rows.astype(np.int16))[: network.shape.context])
            return [by.step(token.view(1, 1), past).log_softmax(-1) for token in tokens]
        for row, following in pairwise(rows):
            state = by.step(torch.from_numpy(row)[None], past)
            for attribute in range(len(row)):
                made.append(by.logits(attribute, state).log_softmax(-1))
                if attribute < len(by.given):
                    state = by.tell(state, attribute, torch.from_numpy(following[attribute : attribute + 1]))
    return made


def _loss(wanted: list[Tensor], found: list[Tensor]) -> float:
    """What believing `found` costs where `wanted` is true, in nats a note (four or five values)."""
    each = [float((a.exp() * (a - b)).sum()) for a, b in zip(wanted, found, strict=True)]
    return float(np.mean(each)) * 5
