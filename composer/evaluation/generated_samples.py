"""The composed music that the report judges: styles go on from the same neutral themes, with fixed random seeds."""

from __future__ import annotations

import hashlib
import io
import zipfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cache
from importlib.util import find_spec
from pathlib import Path

import numpy as np

from composer.core import paths
from composer.core.settings import GenerationRequest, Sampling
from composer.files import midi_reader
from composer.files.atomic_files import write_atomically
from composer.generation import generate, training_set_filter
from composer.inference.kernel import build
from composer.model import style_registry, tokenizer
from composer.model.tokenizer import Ids
from composer.music.score import Score

THEME_NOTES = 32  # of an opening; a theme much longer would tell the style more than the model does
EXAMPLES = ("elise.mid", "melody.mid")
# Openings by composers whom neither the base nor a style has heard, below the corpus' folder.
OPENINGS = (
    "piano-midi-de/Clementi/clementi_opus36_1_1.mid",
    "piano-midi-de/Clementi/clementi_opus36_4_1.mid",
    "piano-midi-de/Grieg/grieg_walzer.mid",
    "piano-midi-de/Grieg/grieg_wanderer.mid",
    "piano-midi-de/Albeniz/alb_esp2.mid",
    "piano-midi-de/Albeniz/alb_se5.mid",
)
FIRST_SEED = 1000  # of the first theme; the next themes count on
OWN_THEMES, OWN_NOTES = 9, 64  # stretches of a style's own held-out music, and notes in each
CODE = (
    "composer.core.settings",
    "composer.generation.generate",
    "composer.generation.reranking",
    "composer.generation.style_scorer",
    "composer.generation.training_set_filter",
    "composer.inference.candidates",
    "composer.inference.engine",
    "composer.inference.kernel.packing",
    "composer.inference.kernel.steppers",
    "composer.inference.quantized_linear",
    "composer.inference.sampling",
    "composer.inference.torch_stepper",
    "composer.model.tokenizer",
    "composer.model.transformer",
    "composer.scoring.features",
    "composer.scoring.music_statistics",
    "composer.scoring.style_classifier",
)  # what draws the notes


@dataclass(frozen=True)
class Plan:
    """How much is composed for a style, and how; None and the defaults stand for what the program would do itself."""

    takes: int = 3  # from each theme
    notes: int = 192  # a take
    first_seed: int = FIRST_SEED
    strength: float | None = None
    temperature: float = Sampling().temperature
    top_p: float = Sampling().top_p
    drafts: int = GenerationRequest().drafts

    def __post_init__(self) -> None:
        self.settings("base", 0)

    def settings(self, style: str, theme: int) -> GenerationRequest:
        """For the takes of one theme. Raises `UserError` (setting_invalid)."""
        return GenerationRequest(
            style,
            notes=self.notes,
            takes=self.takes,
            strength=self.strength,
            precision="float32",  # the same notes on every machine, or nearly
            sampling=Sampling(self.temperature, top_p=self.top_p, random_seed=self.first_seed + theme),
            drafts=self.drafts,
            timing="free",  # as the performances are that it stands beside
        )


def opening(score: Score, notes: int = THEME_NOTES) -> Score:
    """What a piece begins with: so many notes, and those that begin with the last of them."""
    starts = [n.start for n in score.audible]
    return score if len(starts) <= notes else score.before(starts[notes - 1] + 1)


def themes(data: Path) -> dict[str, Score]:
    """Name -> theme: nothing at all, examples, and the openings that the corpus has."""
    found = {"nothing": Score()}
    files = [*(paths.examples() / name for name in EXAMPLES), *(data / name for name in OPENINGS)]
    for path in files:
        if path.is_file():
            found[path.stem] = opening(midi_reader.read(path))
    return found


def own_themes(pieces: Sequence[tuple[str, Ids]]) -> list[Score]:
    """Stretches of real music (composition, ids), from the middle of each composition first, to be gone on from."""
    first = dict(reversed(pieces))  # one performance of each
    long = [ids for _, ids in sorted(first.items()) if len(ids) >= 2 * OWN_NOTES]
    starts = [(ids, int((len(ids) - OWN_NOTES) * share)) for share in (0.5, 0.25, 0.75) for ids in long]
    return [tokenizer.decode(_from_start(ids[at : at + OWN_NOTES])) for ids, at in starts[:OWN_THEMES]]


def _from_start(ids: Ids) -> Ids:
    """A stretch that begins at once; what it takes from before is only whether the pedal is down."""
    moved = ids.copy()
    moved[0, tokenizer.DT] = 0
    moved[0, tokenizer.PEDAL] = min(int(moved[0, tokenizer.PEDAL]), tokenizer.PEDAL_HELD)
    return moved


def write(
    style: str, from_: Sequence[Score], plan: Plan, tell: Callable[[float], None] = lambda done: None
) -> list[Ids]:
    """The new notes of all takes of a style, each (notes, 5): theme after theme."""
    written: list[Ids] = []
    for number, theme in enumerate(from_):
        settings = replace(plan.settings(style, number), start=max((n.start for n in theme.audible), default=0))
        takes: list[list[generate.GeneratedNote]] = [[] for _ in range(plan.takes)]
        for event in generate.compose(theme, settings):
            takes[event.take].append(event)
        written += [tokenizer.encode(generate.joined(theme, events, with_theme=False)) for events in takes]
        tell((number + 1) / len(from_))
    return written


def kept(style: str, from_: Sequence[Score], plan: Plan, folder: Path, tell: Callable[[float], None]) -> list[Ids]:
    """As `write`, from a file in `folder` where the same weights and code have written the same before."""
    if not from_:
        return []
    path = folder / f"takes-{style}-{_mark(style, from_, plan)}.npz"
    try:
        with path.open("rb") as file, np.load(file, allow_pickle=False) as held:
            return np.split(held["ids"], held["ends"][:-1])
    except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile):
        pass  # not there, or cut short: written anew
    takes = write(style, from_, plan, tell)
    out = io.BytesIO()
    np.savez_compressed(out, ids=np.concatenate(takes), ends=np.cumsum([len(ids) for ids in takes]))
    folder.mkdir(parents=True, exist_ok=True)
    write_atomically(path, out.getvalue(), force=True)
    return takes


def _mark(style: str, from_: Sequence[Score], plan: Plan) -> str:
    """A hash of all that the takes depend on: weights, judge, memory, themes, settings and the code that draws."""
    mark = hashlib.sha256(
        repr((plan, GenerationRequest(), [t.notes for t in from_], [t.pedals for t in from_])).encode()
    )
    at: str | None = style
    for _ in range(5):  # a style, what it is stored as the difference from, and so on
        if at is None:
            break
        card = style_registry.find(at)
        mark.update(f"{style_registry.digest(card)} {card.strength} {card.data.get('judge')}".encode())
        at = card.base
    known = training_set_filter.bundled()
    mark.update(known.bits.tobytes() if known else b"")
    mark.update(_code() + (build.name() if build.library() else "").encode())
    return mark.hexdigest()[:16]


@cache
def _code() -> bytes:
    """A hash of the modules that notes are drawn by, as they were when first asked for."""
    mark = hashlib.sha256()
    for name in CODE:
        found = find_spec(name)
        if found is None or found.origin is None:
            raise ModuleNotFoundError(f"{name}, which composes, is not where CODE looks for it", name=name)
        mark.update(Path(found.origin).read_bytes())
    return mark.digest()
