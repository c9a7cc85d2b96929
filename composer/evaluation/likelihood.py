"""How well a model predicts real music: nats a note by attribute, accuracy, perplexity."""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from composer.core import paths
from composer.core.errors import UserError
from composer.core.progress import Progress, report_stage
from composer.model import checkpoint
from composer.model.tokenizer import ATTRIBUTES, DT, DURATION, END, GIGA_NOTE, PITCH, START, Ids, control
from composer.model.transformer import GPT, NoteGPT, nats
from composer.training import corpus
from composer.training.corpus import Piece

GIGA_ATTRIBUTES = (DT, PITCH, DURATION)  # those that a GIGA token stream holds
SPLIT = "split.json"  # beside the bundled base: digest -> [composition, part]
Window = tuple[NDArray[np.int64], int]  # rows (length + 1, 5), and how many of the targets were judged before


@dataclass(frozen=True)
class Scores:
    """Means over notes. `nats` (5,) by attribute, `right` (5,) shares of values guessed right."""

    pieces: int
    notes: int
    nats: NDArray[np.float64]
    right: NDArray[np.float64]

    @property
    def projected(self) -> float:
        """Nats a note over dt, pitch and duration."""
        return float(self.nats[list(GIGA_ATTRIBUTES)].sum())

    @property
    def accuracy(self) -> float:
        """Of a GIGA token: dt, pitch, duration, and the mark that is always right."""
        return float((self.right[list(GIGA_ATTRIBUTES)].sum() + 1) / 4)

    def table(self) -> dict[str, Any]:
        """The figures under the names of the command line's contract."""
        loss = self.projected / 4
        return {
            "pieces": self.pieces,
            "notes": self.notes,
            "nats_per_note": round(self.projected, 4),
            "nats_by_attribute": {n: round(float(v), 4) for n, v in zip(ATTRIBUTES, self.nats, strict=True)},
            "loss": round(loss, 4),
            "accuracy": round(self.accuracy, 4),
            "perplexity": round(math.exp(loss), 3),
        }


def score(network: NoteGPT, pieces: Sequence[Ids], window: int | None = None, whole: bool = True) -> Scores:
    """How well a network predicts pieces, each (notes, 5).

    With `whole`, every note is judged once with at least half a window before it (or all there is). Without, each
    window stands alone and every position in it counts, so the context is half a window on average.
    """
    length = window or network.shape.context
    step = max(length // 2, 1) if whole else length
    windows: list[Window] = []
    for ids in pieces:
        rows = ids.astype(np.int64)
        rows = np.concatenate([np.array([control(START)]), rows]) if whole else rows
        for start in range(0, max(len(rows) - 1, 1), step):
            windows.append((rows[start : start + length + 1], 0 if start == 0 or not whole else length - step))
            if start + length + 1 >= len(rows):
                break
    total, right, notes = np.zeros(5), np.zeros(5), 0
    for batch in _batches(windows):
        loss, hit = _judge(network, [rows for rows, _ in batch])
        for i, (rows, skipped) in enumerate(batch):
            total += loss[i, skipped : len(rows) - 1].sum(0)
            right += hit[i, skipped : len(rows) - 1].sum(0)
            notes += max(len(rows) - 1 - skipped, 0)
    return Scores(len(pieces), notes, total / max(notes, 1), right / max(notes, 1))


def _batches(windows: list[Window], size: int = 8) -> Iterable[list[Window]]:
    ordered = sorted((w for w in windows if len(w[0]) > 1), key=lambda w: len(w[0]))
    for start in range(0, len(ordered), size):
        yield ordered[start : start + size]


def _judge(network: NoteGPT, windows: list[NDArray[np.int64]]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Nats and hits of each target, (windows, longest - 1, 5); beyond a window's own end they mean nothing."""
    longest = max(map(len, windows))
    padded = np.stack([np.concatenate([w, np.tile([control(END)], (longest - len(w), 1))]) for w in windows])
    rows = torch.from_numpy(padded.astype(np.int64))
    with torch.inference_mode():
        logits = network(rows[:, :-1], rows[:, 1:])
        hits = torch.stack([of.argmax(-1) == rows[:, 1:, a] for a, of in enumerate(logits)], dim=-1)
        return nats(logits, rows[:, 1:]).double().numpy(), hits.double().numpy()


def score_tokens(network: GPT, pieces: Sequence[Ids], window: int | None = None) -> Scores:
    """As `score` for GIGA's flat tokens: velocity and pedal, which it does not know, count as 0."""
    from composer.inference.engine import flat

    length = (window or network.shape.context) // 4 * 4
    total, right, notes = np.zeros(5), np.zeros(5), 0
    columns = (None, DT, DURATION, PITCH)
    for ids in pieces:
        tokens = torch.from_numpy(flat(ids))
        for start in range(0, len(tokens), length):
            part = tokens[None, start : start + length]
            with torch.inference_mode():
                logits = network(part)[:, :-1].float()
            loss = torch.nn.functional.cross_entropy(logits[0], part[0, 1:], reduction="none").double().numpy()
            hit = (logits[0].argmax(-1) == part[0, 1:]).double().numpy()
            for place, column in enumerate(columns):
                if column is not None:
                    total[column] += loss[place - 1 :: 4].sum()
                    right[column] += hit[place - 1 :: 4].sum()
            notes += int((part == GIGA_NOTE).sum())
    return Scores(len(pieces), notes, total / max(notes, 1), right / max(notes, 1))


def evaluate(folder: str | Path, style: str, progress: Progress | None = None) -> dict[str, Any]:
    """How well a style (or `base`) predicts the pieces of a folder. Raises `UserError` for either."""
    network, _ = checkpoint.load(style)
    found = corpus.read([folder], report_stage(progress, "reading"))
    pieces = [p.ids for p in found.pieces]
    scores = score(network, pieces) if isinstance(network, NoteGPT) else score_tokens(network, pieces)
    skipped = [{"file": str(s.path), "reason": s.reason} for s in found.skipped]
    return {**scores.table(), "style": style, "seen": _seen(found.pieces), "skipped": skipped}


def _seen(pieces: Sequence[Piece]) -> int:
    """How many of the pieces the bundled base learned from: figures on those flatter."""
    try:
        split = manifest()
    except UserError:
        return 0
    return sum(split.get(p.digest, ["", ""])[1] == "train" for p in pieces)


def manifest() -> dict[str, list[str]]:
    """The split that the bundled base was trained with. Raises `UserError` where it is missing."""
    path = paths.models() / SPLIT
    try:
        held: dict[str, list[str]] = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise UserError("file_unreadable", path=path, reason="the split of the training data is missing") from error
    return held
