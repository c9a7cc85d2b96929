"""Samples of a run: the user's theme continued; blind A/B samples of held-out prompts; the memorisation check."""

from __future__ import annotations

import copy
import random
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from composer.core.errors import UserError
from composer.core.settings import GenerationRequest, Sampling
from composer.evaluation import copy_index
from composer.files import midi_reader
from composer.finetuning.records import ABSample, MemorisationReport
from composer.generation.generate import GeneratedNote, compose_with, joined
from composer.inference.engine import Engine
from composer.model.tokenizer import Ids, decode, encode
from composer.model.transformer import NoteGPT
from composer.music.score import Score
from composer.training.corpus import Corpus, Piece

NOTES = 72  # of a sample
PROMPT_NOTES = 40  # of a held-out piece
SEED = 1747  # the same for all samples, so that they can be compared
LONGEST_THEME = 400  # notes of the user's own theme that is continued


def make_engine(network: NoteGPT, weights: Mapping[str, Any]) -> Engine:
    """An inference engine of a copy of the network with other weights, on the CPU."""
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
    return continue_prompt(make_engine(network, weights), score, out, cancelled)


def continue_prompt(engine: Engine, theme: Score, out: Path, cancelled: Callable[[], bool] = lambda: False) -> Score:
    """Writes a prompt and its continuation: one candidate without reranking, so that networks are told apart."""
    settings = GenerationRequest(style="this run", notes=NOTES, sampling=Sampling(random_seed=SEED), drafts=1)
    events: list[GeneratedNote] = list(compose_with(engine, theme, settings, cancelled=cancelled))
    whole = joined(theme, events)
    midi_reader.write(whole, out, force=True)
    return whole


def held_out_prompts(pieces: Sequence[Piece], count: int) -> list[tuple[str, Score]]:
    """(name, beginning) of held-out pieces, of different compositions as far as there are any."""
    chosen: list[Piece] = []
    seen: set[str] = set()
    later: list[Piece] = []
    for piece in sorted((p for p in pieces if len(p.ids) > PROMPT_NOTES), key=lambda p: p.digest):
        (later if piece.composition in seen else chosen).append(piece)
        seen.add(piece.composition)
    return [(p.path.stem, decode(p.ids[:PROMPT_NOTES])) for p in [*chosen, *later][:count]]


def generate_pairs(
    base: Engine,
    style: Engine,
    pieces: Sequence[Piece],
    folder: Path,
    count: int = 4,
    cancelled: Callable[[], bool] = lambda: False,
) -> tuple[list[ABSample], list[Ids]]:
    """Blind A/B samples: held-out prompts continued by base and style in random order; and what the style wrote.

    Raises `UserError` (nothing_to_hear) when no held-out piece is long enough.
    """
    order, pairs, written = random.Random(), [], []
    for number, (name, theme) in enumerate(held_out_prompts(pieces, count), 1):
        first = order.choice(("base", "style"))
        paths = (folder / f"{number}-a.mid", folder / f"{number}-b.mid")
        by_style, by_base = paths if first == "style" else paths[::-1]
        whole = continue_prompt(style, theme, by_style, cancelled)
        continue_prompt(base, theme, by_base, cancelled)
        if cancelled():
            break
        written.append(continuation_ids(theme, whole))
        pairs.append(ABSample(name, first, *map(str, paths)))
    if not pairs and not cancelled():
        raise UserError("nothing_to_hear")
    return pairs, written


def generate_for_check(style: Engine, pieces: Sequence[Piece], folder: Path) -> list[Ids]:
    """Continuations of two held-out prompts, for the memorisation check."""
    path = folder / "original.mid"
    prompts = held_out_prompts(pieces, 2)
    return [continuation_ids(theme, continue_prompt(style, theme, path)) for _, theme in prompts]


def continuation_ids(theme: Score, whole: Score) -> Ids:
    """What was written after a theme, as ids (notes, 5)."""
    return encode(whole)[len(encode(theme)) :]


def check_memorisation(written: Sequence[Ids], music: Corpus) -> MemorisationReport:
    """How long a run of notes continuations (notes, 5) copy from the training set, beside held-out music."""
    index = copy_index.Index([p.ids for p in music.part("train")])
    held_out = [p.ids[:200] for p in music.part("valid")]
    stretches = [ids[at : at + NOTES] for ids in held_out for at in (0, NOTES)][:16]
    longest = max((index.longest(ids) for ids in written), default=0)
    return MemorisationReport(longest, max((index.longest(ids) for ids in stretches), default=0))
