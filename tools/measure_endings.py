"""How well networks know where music ends, and how likely an end is where asked-for endings come: two tables.

    python tools/measure_endings.py .data

The first: held-out pieces without their last 64 notes, with nothing but the end after the gap; at how many of 65 places
the base takes an end for likelier than at the true one. The second: what `compose --ending` writes from neutral themes,
with random seeds that the report does not use, and the chance of an end where each take stops.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import torch

from composer.core.settings import GenerationRequest, Sampling
from composer.evaluation import generated_samples, likelihood, model_report, report_tables
from composer.generation import generate
from composer.inference.engine import Engine
from composer.model import checkpoint
from composer.model.tokenizer import END, GAP_MIDDLE, GAP_PREFIX, GAP_SUFFIX, Ids, control
from composer.model.transformer import NoteGPT
from composer.training import prepared_corpus

BEFORE, LAST = 300, 64  # notes that are read, and among which the end is looked for
NOTES, TAKES, SEED = 96, 2, 5000
THEMES = ("nothing", "elise", "clementi_opus36_1_1", "grieg_walzer", "alb_esp2")
LIKELY = 0.1


def main(data: str = ".data") -> None:
    """Prints both tables."""
    network, _ = checkpoint.load("base")
    assert isinstance(network, NoteGPT)
    shelf = prepared_corpus.read(Path(data), likelihood.manifest())
    found = [chances(network, ids) for ids in held_out(shelf)]
    ranks = np.array([int((of[1:-1] > of[-1]).sum()) for of in found])
    row = [len(found), float((ranks == 0).mean()), float(np.median([of[-1] for of in found]))]
    elsewhere = float(np.median(np.concatenate([of[:-1] for of in found])))
    head = ["held-out pieces", "true end the likeliest", "chance there (median)", "elsewhere"]
    print(*report_tables.grid(head, [[*row, elsewhere]]), sep="\n", flush=True)
    themes = generated_samples.themes(shelf.data)
    rows = []
    for style in ("base", *model_report.STYLES):
        made = [ending for name in THEMES if name in themes for ending in endings(style, themes[name])]
        likely = sum(chance >= LIKELY for _, chance in made)
        rows.append([style, len(made), likely, float(np.median([c for _, c in made])), max(n for n, _ in made)])
    head = ["style", "takes", f"chance of an end {LIKELY} or more", "median chance", f"most notes (of {NOTES})"]
    print("", *report_tables.grid(head, rows), sep="\n")


def held_out(shelf: prepared_corpus.Prepared) -> Iterator[Ids]:
    """One performance of each held-out composition that is long enough."""
    seen: set[str] = set()
    for piece in shelf.pieces.values():
        if piece.part in ("valid", "test") and piece.composition not in seen and len(piece.ids) >= BEFORE + LAST:
            seen.add(piece.composition)
            yield piece.ids


def chances(network: NoteGPT, ids: Ids) -> np.ndarray:
    """The chance of an end before and after each of a piece's last notes, (LAST + 1,)."""
    marks = [np.array([control(mark)], dtype=np.int64) for mark in (GAP_PREFIX, GAP_SUFFIX, END, GAP_MIDDLE)]
    notes = ids[-BEFORE - LAST :].astype(np.int64)
    rows = torch.from_numpy(np.concatenate([marks[0], notes[:BEFORE], *marks[1:], notes[BEFORE:]]))[None]
    with torch.inference_mode():
        logits = network(rows, rows)[0]
    return np.asarray(logits[0, -LAST - 1 :].softmax(-1)[:, END].numpy())


def endings(style: str, theme: generate.Score) -> list[tuple[int, float]]:
    """Notes of each take, and the chance of an end where it stops."""
    found: list[float] = []
    close = Engine.close

    def watched(engine: Engine, prompt: Ids, *given: object, **more: object) -> list[generate.Position]:
        written = close(engine, prompt, *given, **more)  # type: ignore[arg-type]
        rows = np.concatenate([prompt, np.array(written, dtype=np.int16)]).astype(np.int64)
        ids = torch.from_numpy(rows[-engine.network.shape.context :])[None]
        with torch.inference_mode():
            found.append(float(engine.network(ids, ids)[0][0, -1].softmax(-1)[END]))
        return written

    settings = GenerationRequest(style, notes=NOTES, takes=TAKES, ending=True, sampling=Sampling(random_seed=SEED))
    Engine.close = watched  # type: ignore[method-assign, assignment]
    try:
        events = list(generate.compose(theme, settings))
    finally:
        Engine.close = close  # type: ignore[method-assign]
    return [(sum(e.take == take for e in events), chance) for take, chance in enumerate(found)]


if __name__ == "__main__":
    main(*sys.argv[1:])
