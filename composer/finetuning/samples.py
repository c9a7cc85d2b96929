"""What a style in the making sounds like: it goes on from the user's theme, and from openings it has never seen."""

from __future__ import annotations

import copy
import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from composer.core.errors import UserError
from composer.core.settings import GenerationRequest, Sampling
from composer.files import midi_reader
from composer.generation.generate import GeneratedNote, compose_with, joined
from composer.inference.engine import Engine
from composer.model.tokenizer import Ids, decode, encode
from composer.model.transformer import NoteGPT
from composer.music.score import Score
from composer.training.corpus import Piece

NOTES = 72  # of a sample
OPENING_NOTES = 40  # of a held-out piece, from which base and style go on
SEED = 1747  # the same for all samples, so that they can be compared
LONGEST_THEME = 400  # notes of the user's own music that a sample is heard with


@dataclass(frozen=True)
class Trial:
    """One opening, gone on with by the base and by the style; which is which, `first` says: "base" or "style"."""

    opening: str  # name of the piece
    first: str
    one: Path
    two: Path


def engine(network: NoteGPT, weights: Mapping[str, Any]) -> Engine:
    """A network with other weights that draws notes, on the processor."""
    other = copy.deepcopy(network).cpu()
    other.load_state_dict(weights)
    return Engine(other)


def continue_theme(
    network: NoteGPT,
    weights: Mapping[str, Any],
    theme: Path,
    out: Path,
    cancelled: Callable[[], bool] = lambda: False,
) -> Score:
    """Writes a theme and its continuation. Raises `UserError` for a theme or a file that is no use."""
    score = midi_reader.read(theme)
    if len(score.notes) > LONGEST_THEME:
        score = score.with_notes(score.notes[-LONGEST_THEME:])
    return go_on(engine(network, weights), score, out, cancelled)


def go_on(drawn_by: Engine, theme: Score, out: Path, cancelled: Callable[[], bool] = lambda: False) -> Score:
    """Writes a theme and its continuation by an engine: its first draft, so that networks are told apart."""
    settings = GenerationRequest(style="this lesson", notes=NOTES, sampling=Sampling(random_seed=SEED), drafts=1)
    events: list[GeneratedNote] = list(compose_with(drawn_by, theme, settings, cancelled=cancelled))
    whole = joined(theme, events)
    midi_reader.write(whole, out, force=True)
    return whole


def openings(pieces: Sequence[Piece], count: int) -> list[tuple[str, Score]]:
    """The beginnings of held-out pieces, of different compositions as far as there are any."""
    chosen: list[Piece] = []
    seen: set[str] = set()
    later: list[Piece] = []
    for piece in sorted((p for p in pieces if len(p.ids) > OPENING_NOTES), key=lambda p: p.digest):
        (later if piece.composition in seen else chosen).append(piece)
        seen.add(piece.composition)
    return [(p.path.stem, decode(p.ids[:OPENING_NOTES])) for p in [*chosen, *later][:count]]


def blind(
    base: Engine,
    style: Engine,
    pieces: Sequence[Piece],
    folder: Path,
    count: int = 4,
    cancelled: Callable[[], bool] = lambda: False,
) -> tuple[list[Trial], list[Ids]]:
    """Openings gone on with by both, in an order drawn by lot; and what the style wrote, for the originality check."""
    folder.mkdir(parents=True, exist_ok=True)
    lot, trials, written = random.Random(), [], []
    for number, (name, theme) in enumerate(openings(pieces, count), 1):
        first = lot.choice(("base", "style"))
        paths = (folder / f"{number}-a.mid", folder / f"{number}-b.mid")
        by_style = paths[0] if first == "style" else paths[1]
        by_base = paths[1] if first == "style" else paths[0]
        whole = go_on(style, theme, by_style, cancelled)
        go_on(base, theme, by_base, cancelled)
        if cancelled():
            break
        written.append(new_notes(theme, whole))
        trials.append(Trial(name, first, *paths))
    if not trials and not cancelled():
        raise UserError("nothing_to_hear")
    return trials, written


def new_notes(theme: Score, whole: Score) -> Ids:
    """What was written after a theme, as ids (notes, 5)."""
    return encode(whole)[len(encode(theme)) :]
