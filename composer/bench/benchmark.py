"""The benchmark: each row of the table of aims, what was measured, and whether it is met.

Everything that a row compares is measured in the same run, in turns. A value is the median of repeats, `low` and
`high` are its quartiles; a row without a value says why.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any, cast

import numpy as np
import torch

from composer.bench import environment, network_speed
from composer.bench.network_speed import Network, Spread
from composer.core import paths
from composer.core.progress import Progress
from composer.core.settings import GenerationRequest, Sampling
from composer.evaluation import generated_samples
from composer.files import midi_reader
from composer.generation import generate
from composer.inference import autotune
from composer.inference.engine import Engine, Reader, stepper
from composer.inference.kernel import build
from composer.inference.quantized_linear import PRECISIONS, Precision, can
from composer.inference.torch_stepper import NoteStepper, TokenStepper
from composer.model import checkpoint
from composer.model.tokenizer import START, control
from composer.model.transformer import GPT, NoteGPT, Shape
from composer.music.score import Score
from composer.training import corpus

GIGA = Shape(layers=16, width=1024, heads=16, hidden=1024, context=1024, er_len=1024)  # "Small", 103 M parameters
NOTES_A_SECOND = 8.5  # of the corpus, on average
THEME = 64  # notes
APART = -4  # stands for four takes that have nothing in common


@dataclass(frozen=True)
class Row:
    """A line of the table. `aim` is a bound from below, or from above where `at_most`."""

    name: str
    value: float | None
    unit: str
    aim: float | None = None
    at_most: bool = False
    low: float | None = None
    high: float | None = None
    note: str = ""

    @property
    def met(self) -> bool | None:
        """Whether the aim is met; None where there is none, or no value."""
        if self.aim is None or self.value is None:
            return None
        return self.value <= self.aim if self.at_most else self.value >= self.aim

    def as_json(self) -> dict[str, Any]:
        """As the command line prints it."""
        held = {k: float(f"{v:.5g}") if isinstance(v, float) else v for k, v in asdict(self).items()}
        return {**held, "met": self.met}


@dataclass(frozen=True)
class Plan:
    """How much is measured."""

    style: str = "baroque"
    data: Path = Path(".data")  # the corpus, where there is one
    quick: bool = False  # little of everything: whether it works, not how fast
    parts: tuple[str, ...] = ()  # names of PARTS; none are all

    @property
    def repeats(self) -> int:
        """Measurements of short acts."""
        return 3 if self.quick else 40


def run(plan: Plan, tell: Progress = lambda event: None) -> dict[str, Any]:
    """All rows, the costs by length for the plot, and the machine. Raises `UserError` for a style that is none."""
    threads = torch.get_num_threads()
    torch.set_num_threads(1)  # as composing does on a machine of two cores
    rows: list[Row] = []
    curves: list[dict[str, Any]] = []
    try:
        chosen = plan.parts or tuple(PARTS)
        for number, part in enumerate(chosen):
            tell({"stage": "bench", "done": number / len(chosen), "text": part})
            for made in PARTS[part](plan):
                if isinstance(made, Row):
                    rows.append(made)
                else:
                    curves.append(made)
    finally:
        torch.set_num_threads(threads)
    return {"rows": [row.as_json() for row in rows], "curves": curves, "machine": environment.machine()}


def _ratio(name: str, over: Spread, under: Spread, aim: float | None = None, note: str = "", times: float = 1) -> Row:
    """`times` * over / under, with the span that the quartiles of both leave."""
    value = times * over.median / under.median
    low, high = times * over.low / under.high, times * over.high / under.low
    return Row(name, value, "x", aim, low=low, high=high, note=note)


def _compiled() -> bool:
    """Whether this machine made the kernel: what it did not make is measured as PyTorch does it."""
    return build.library() is not None


def _usable() -> list[Precision]:
    return [p for p in PRECISIONS if _compiled() or can(p)]


def _style(plan: Plan) -> Network:
    return checkpoint.load(plan.style)[0]


def _giga(plan: Plan) -> GPT:
    shape = replace(GIGA, layers=2, width=64, heads=2, hidden=64) if plan.quick else GIGA
    with torch.random.fork_rng():
        torch.manual_seed(1)
        return GPT(shape).eval()


# ---- networks ----


def _lengths(network: Network, plan: Plan) -> list[int]:
    """Notes of context that are timed; the last stand for "1,000"."""
    full = 1000 // 4 if isinstance(network, GPT) else min(1000, network.shape.context)
    return (
        [16, full]
        if plan.quick
        else sorted(
            {min(n, full) for n in ((16, 64, 128, full) if isinstance(network, GPT) else (16, 64, 128, 256, full))}
        )
    )


def _decoding(network: Network, who: str, plan: Plan, aims: tuple[float, float]) -> Iterator[Row | dict[str, Any]]:
    """A note at several lengths, one take and four; bytes a second beside bare products."""
    positions = 4 if isinstance(network, GPT) else 1
    lengths = _lengths(network, plan)
    near = 16 if isinstance(network, GPT) else 64
    near = near if near in lengths else lengths[0]
    reader = Reader(network)
    for precision in _usable():
        by = stepper(network, precision, _compiled())
        acts = {(count, n): network_speed.note(reader, by, n, count) for count in (1, 4) for n in lengths}
        acts |= {(APART, n): network_speed.note(reader, by, n, 4, apart=True) for n in (near, lengths[-1])}
        spreads = network_speed.times(acts, plan.repeats)
        for (count, length), spread in spreads.items():
            if count == APART:
                continue
            cost = {"low": spread.low * 1000, "ms": spread.median * 1000, "high": spread.high * 1000}
            where = {"network": who, "precision": precision, "takes": count, "positions": length * positions}
            yield {**where, **{name: round(value, 3) for name, value in cost.items()}}
        yield _ratio(
            f"{who}, {precision}: notes of four takes against one", spreads[1, near], spreads[4, near], 3, times=4
        )
        name = f"{who}, {precision}: speed at {lengths[-1] * positions} positions against {near * positions}"
        several = "which they have in common: the prompt"
        for count, what, aim, note in (
            (1, "one take", aims[0], ""),
            (4, "four takes", aims[1], several),
            (APART, "four takes apart", None, "nothing in common; no aim was set"),
        ):
            yield _ratio(f"{name}, {what}", spreads[count, near], spreads[count, lengths[-1]], aim, note)


def _bytes(network: Network, who: str, plan: Plan, aim: float) -> Iterator[Row]:
    """Beside the faster of two loops that only multiply: PyTorch's products, the kernel's."""
    near, steps = (16, network_speed.GIGA_STEPS) if isinstance(network, GPT) else (64, 1)
    for precision in _usable():
        plain, size = network_speed.weights(network, precision)
        by = stepper(network, precision, _compiled())
        acts = {"PyTorch": plain, "note": network_speed.note(Reader(network), by, near, 1)}
        if not isinstance(by, NoteStepper | TokenStepper):
            acts["the kernel"] = by.products()
        found = network_speed.times(acts, plan.repeats)
        rates = {who: size / spread.median / 1e9 for who, spread in found.items() if who != "note"}
        best = max(rates, key=lambda who: rates[who])
        alone = ", ".join(f"{rate:.1f} by {who}" for who, rate in rates.items())
        rate = size * steps / found["note"].median / 1e9
        note = f"{rate:.1f} GB/s; bare products {alone}; {size / 1e6:.0f} MB, {steps} x a note"
        name = f"{who}, {precision}: weights read a second against bare matrix-vector products"
        yield _ratio(name, found[best], found["note"], aim, note, times=steps)


def _hugging_face(network: Network, who: str, plan: Plan, aim: float) -> Iterator[Row]:
    """In each precision that both have."""
    tokens = 8 if plan.quick else 48 if isinstance(network, GPT) else 256 - THEME
    notes = -(-tokens // 4) if isinstance(network, GPT) else tokens
    what = "a token of each" if isinstance(network, GPT) else "a token of theirs, a note of ours: one position of each"
    for precision, dtype in (("float32", torch.float32), ("bfloat16", torch.bfloat16)):
        name = f"{who}, {precision}: against Hugging Face generate with its cache, one take"
        theirs = network_speed.hugging_face(network, tokens, dtype)
        if theirs is None:
            yield Row(name, None, "x", aim, note="transformers is not installed")
            continue
        engine = Engine(network, cast(Precision, precision), compiled=_compiled())
        ours = network_speed.continued(engine, 16 if isinstance(network, GPT) else 64, notes)
        found = network_speed.times({"theirs": theirs, "ours": ours}, 1 if plan.quick else 5)
        each = [found[who].median / tokens * 1000 for who in ("theirs", "ours")]
        detail = f"{each[0]:.2f} ms against {each[1]:.2f}; {what}"
        yield _ratio(name, found["theirs"], found["ours"], aim, detail)


def _style_speed(plan: Plan) -> Iterator[Row | dict[str, Any]]:
    network, who = _style(plan), plan.style
    yield from _decoding(network, who, plan, (0.8, 0.7))
    yield from _bytes(network, who, plan, 0.75)
    yield from _hugging_face(network, who, plan, 2)


def _giga_speed(plan: Plan) -> Iterator[Row | dict[str, Any]]:
    network = _giga(plan)
    yield from _decoding(network, "GIGA-Piano", plan, (0.8, 0.7))
    yield from _bytes(network, "GIGA-Piano", plan, 0.85)
    yield from _hugging_face(network, "GIGA-Piano", plan, 1.1)


def _recomputing(plan: Plan) -> Iterator[Row]:
    """64 notes continued to 256, with the cache and without: eight lengths, each standing for an eighth."""
    network = _giga(plan)
    notes, lengths = (192, np.linspace(256, 1020, 8)) if not plan.quick else (8, np.linspace(256, 288, 8))
    anew = {str(int(n)): network_speed.anew(network, int(n)) for n in lengths}
    each = network_speed.times(anew, 1)
    parts = [[getattr(s, part) for s in each.values()] for part in ("median", "low", "high")]
    plain = Spread(*(float(np.mean(part)) * notes * 4 for part in parts))
    for precision in _usable():
        act = network_speed.continued(Engine(network, precision, compiled=_compiled()), THEME, notes)
        ours = network_speed.times({"ours": act}, 1)["ours"]
        seconds = f"{plain.median:.0f} s against {ours.median:.1f} s for {notes * 4} tokens"
        name = f"GIGA-Piano, {precision}: against recomputing the whole sequence each token"
        if precision == "float32":
            seconds += "; the aim of 80 is for float32 or bfloat16"
        yield _ratio(name, plain, ours, {"int8": 150, "bfloat16": 80}.get(precision), seconds)
        factor = notes / ours.median / NOTES_A_SECOND
        name = f"GIGA-Piano, {precision}: music seconds a second, one take"
        yield Row(name, factor, "x", 1, note="notes a second over the corpus' mean of 8.5")


# ---- composing, the window, reading ----


def _theme() -> Score:
    path = paths.examples() / generated_samples.EXAMPLES[0]
    return generated_samples.opening(midi_reader.read(path), THEME) if path.is_file() else Score()


def _composing(plan: Plan) -> Iterator[Row]:
    """Music seconds a second of the style as it is chosen on this machine."""
    theme, notes = _theme(), 8 if plan.quick else 192
    for count, aim in ((1, 10), (4, 5)):
        settings = GenerationRequest(plan.style, notes=notes, takes=count, sampling=Sampling(random_seed=1))
        precision = generate.warm(plan.style, settings).precision
        factors = []
        for seed in range(1 if plan.quick else 3):
            settings = replace(settings, sampling=Sampling(random_seed=seed))
            began = time.perf_counter()
            made = list(generate.compose(theme, settings))
            wall = time.perf_counter() - began
            music = [generate.joined(theme, [e for e in made if e.take == t]).seconds for t in range(count)]
            factors.append((float(np.mean(music)) - theme.seconds) / wall)
        low, value, high = np.percentile(factors, [25, 50, 75])
        name = f"{plan.style}: music seconds a second, {'one take' if count == 1 else 'each of four takes'}"
        note = f"{precision}; {len(made) / wall:.0f} notes a second in all"
        yield Row(name, float(value), "x", aim, low=float(low), high=float(high), note=note)


def _window(plan: Plan) -> Iterator[Row]:
    """The window in a process of its own, offscreen, with its worker."""
    autotune.choose(_style(plan))  # the first start's trial is no part of these
    found = environment.window(plan.style, 8 if plan.quick else 1000)
    why = f"the window could not be opened: {found['reason']}" if "reason" in found else ""
    warm = sorted(found.get("first_note_warm_ms", [])) or [None]
    both = [size for size in (found.get("window_mb"), found.get("worker_mb")) if size is not None]
    memory = sum(both) if len(both) == 2 else None
    torch_too = " with torch in it" if found.get("torch") else "torch not loaded"
    ticks = why or f"{found['ticks']} ticks, longest {found['tick_longest_ms']:.0f} ms"
    yield Row("window shown after start", found.get("shown"), "s", 1.5, True, note=why or torch_too)
    if found.get("torch"):
        yield Row("torch in the window's process", 1, "", 0, True)
    name = "Compose pressed to first note shown, 64-note theme, "
    yield Row(name + "warm", warm[len(warm) // 2], "ms", 150, True, warm[0], warm[-1], why or "four takes; all presses")
    from_start = found.get("first_note_from_start")
    yield Row(name + "from process start", from_start, "s", 4, True, note=why or "window and worker started cold")
    name = "window's 10 ms timer while four takes are written, 99 % of ticks within"
    yield Row(name, found.get("tick_99_ms"), "ms", 30, True, note=ticks)
    name = "notes played while four takes are written, 99 % of them late by at most"
    played = why or f"{found['late_notes']} notes; no aim was set"
    yield Row(name, found.get("late_99_ms"), "ms", note=played)
    parts = f"window {both[0]:.0f}, worker {both[1]:.0f}" if memory is not None else why or "this system does not tell"
    yield Row("memory of window and worker", memory, "MB", 900, True, note=parts)


def _held_out(plan: Plan) -> list[np.ndarray[Any, Any]]:
    files = corpus.find_files([plan.data / "hold-out"]) if (plan.data / "hold-out").is_dir() else []
    pieces, length = [], 32 if plan.quick else 300
    for path in files[:: max(len(files) // 64, 1)]:
        piece = corpus.read_piece(path)
        if isinstance(piece, corpus.Piece) and len(piece.ids) >= length:
            pieces.append(np.concatenate([[control(START)], piece.ids[: length - 1]]).astype(np.int64))
        if len(pieces) == (2 if plan.quick else 16):
            break
    return pieces


def _quality(plan: Plan) -> Iterator[Row]:
    """What thin weights cost on held-out music, a note after the other as when composing."""
    network, pieces = _style(plan), _held_out(plan)
    others = [p for p in _usable() if p != "float32"]
    why = "" if isinstance(network, NoteGPT) and pieces else f"needs held-out music in {plan.data / 'hold-out'}"
    plain = (
        network_speed.nats(network, "float32", np.stack(pieces)) if isinstance(network, NoteGPT) and pieces else None
    )
    for precision in others:
        name = f"{plan.style}, {precision} against float32: held-out nats a note, all attributes"
        if plain is None or not isinstance(network, NoteGPT):
            yield Row(name, None, "nats", 0.02, True, note=why)
            continue
        found = network_speed.nats(network, precision, np.stack(pieces))
        note = f"{found:.4f} against {plain:.4f}, {len(pieces)} openings of {len(pieces[0])} notes"
        yield Row(name, found - plain, "nats", 0.02, True, note=note)


def _reading(plan: Plan) -> Iterator[Row]:
    """The whole corpus, on all cores."""
    name, folders = "reading the whole corpus", [plan.data / name for name in ("asap", "piano-midi-de", "thesis")]
    there = [folder for folder in folders if folder.is_dir()]
    if not there or plan.quick:
        yield Row(
            name, None, "s", 60, True, note=f"needs the corpus in {plan.data}" if not there else "not in a quick run"
        )
        return
    began = time.perf_counter()
    found = corpus.read(there)
    notes = f"{len(found.pieces)} pieces, {len(found.skipped)} skipped"
    yield Row(name, time.perf_counter() - began, "s", 60, True, note=notes)


PARTS: dict[str, Callable[[Plan], Iterator[Row | dict[str, Any]]]] = {
    "style": _style_speed,
    "composing": _composing,
    "window": _window,
    "quality": _quality,
    "giga": _giga_speed,
    "recomputing": _recomputing,
    "reading": _reading,
}
