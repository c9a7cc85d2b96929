"""Teaching a style from a folder of MIDI: reads it, runs the course, keeps the best blend, writes the card.

Nothing is saved when no blend with the base predicted held-out music better than the base alone.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch

from composer.core.errors import UserError
from composer.core.settings import RECIPES, Recipe, check_minutes
from composer.evaluation import copy_index, likelihood
from composer.files import midi_reader
from composer.files.atomic_files import check_output
from composer.finetuning import dataset_scan, samples, selection
from composer.finetuning.dataset_scan import Fate
from composer.finetuning.run_folder import Folder, Plan
from composer.finetuning.run_log import Tell
from composer.finetuning.selection import Choice, Outcome
from composer.finetuning.trainer import Course, Orders, Stopped
from composer.generation import style_scorer
from composer.model import checkpoint, style_registry
from composer.model.tokenizer import Ids
from composer.model.transformer import NoteGPT
from composer.music.score import Score
from composer.training import corpus
from composer.training.corpus import Corpus
from composer.training.pretrain import check_folder

MEMORISED = 24  # notes: a copied run from this length on is worth a warning, if held-out music has no such runs either


def finetune(
    folder: str | Path,
    name: str,
    base: str = "base",
    recipe: str = "balanced",
    minutes: float | None = None,
    resume: bool = False,
    progress: Tell | None = None,
    *,
    into: str | Path | None = None,
    force: bool = False,
    theme: str | Path | None = None,
    cancelled: Callable[[], bool] | None = None,
) -> dict[str, Any]:
    """Teaches `base` the music of a folder and installs the result as `name` (in the folder `into`, if given).

    Returns `used skipped before after best_step card`, and what else the card tells; `card` is None when held-out
    music was not predicted better than by the base, and nothing was saved. `theme` is continued now and then while it
    learns. A cancelled lesson says so (`cancelled`), and can be resumed. Raises `UserError`.
    """
    settings = find_recipe(recipe)
    check_minutes(minutes)
    _check_place(name, into, force)
    _teachable(base)
    place = Folder(name)
    if not resume and place.state.exists() and not force:
        raise UserError("run_interrupted", path=place.path)

    def orders() -> str:
        return "cancel" if cancelled and cancelled() else ""

    try:
        if resume and place.exists():
            lesson = Lesson.reopen(name, progress, orders)
            lesson.check_recipe(recipe)
        else:
            found = _read(folder, progress, orders)
            score = midi_reader.read(theme) if theme else None
            plan = Plan(name, (str(folder),), base, recipe, settings, minutes, name)
            lesson = Lesson.begin(plan, found.music, found.skipped(), score, progress, orders)
        outcome = lesson.run()
    except Stopped:
        return {**_NOTHING, "cancelled": True}
    result = lesson.report(outcome)
    if outcome.best:
        result["originality"] = lesson.originality().table()
        result["card"] = str(lesson.save(outcome, outcome.best, name, into))
    lesson.folder.remove()
    return result


_NOTHING: dict[str, Any] = {"used": 0, "skipped": [], "before": {}, "after": {}, "best_step": 0, "card": None}


def find_recipe(name: str) -> Recipe:
    """A recipe by its name. Raises `UserError`."""
    if name not in RECIPES:
        raise UserError("setting_invalid", name="recipe", expected=f"one of {', '.join(RECIPES)}", value=name)
    return RECIPES[name]


def _check_place(name: str, into: str | Path | None, force: bool) -> None:
    style_registry.check_spelling(name)
    if into is None:
        if not (force and any(c.name == name and not c.bundled for c in style_registry.installed())):
            style_registry.check_name(name)
        return
    check_folder(Path(into))
    check_output(Path(into) / f"{name}.json", force)


def _teachable(base: str) -> tuple[style_registry.Card, NoteGPT]:
    parent = style_registry.find(base)
    network, _ = checkpoint.load(parent.name)
    if not isinstance(network, NoteGPT):
        why = "only styles with the expressive encoding can be taught"
        raise UserError("style_damaged", name=parent.name, reason=why)
    return parent, network


def _read(folder: str | Path, progress: Tell | None, orders: Orders) -> dataset_scan.Gathered:
    def tell(done: float, fate: Fate) -> None:
        if progress:
            progress({"stage": "reading", "done": done, "text": fate.path.name})

    found = dataset_scan.gather([folder], tell, lambda: orders() == "cancel")
    if orders() == "cancel":
        raise Stopped
    dataset_scan.check(found.music, folder)
    return found


def _infill(card: style_registry.Card) -> float:
    """The share of windows with a gap that a checkpoint, or what it stands on, was trained with."""
    while card.base:
        card = style_registry.find(card.base)
    settings = card.data.get("training", {}).get("settings", {})
    return float(settings.get("infill", 0.0)) if isinstance(settings, dict) else 0.0


@dataclass(frozen=True)
class Originality:
    """Notes in the longest run that a style copied from its lesson, and that unseen music shares with the same."""

    style: int
    unseen: int

    @property
    def memorised(self) -> bool:
        """Whether the style repeats its lesson by heart."""
        return self.style >= max(MEMORISED, 2 * self.unseen)

    def table(self) -> dict[str, Any]:
        """As the card tells it."""
        return {"longest_copy": self.style, "longest_copy_unseen": self.unseen, "memorised": self.memorised}


class Lesson:
    """A style in the making: its music, its course, and what can be done with what it gave."""

    def __init__(
        self, plan: Plan, music: Corpus, skipped: Sequence[dict[str, str]], tell: Tell | None, orders: Orders
    ) -> None:
        self.plan, self.music, self.skipped = plan, music, list(skipped)
        self.folder = Folder(plan.key)
        self.parent, self.network = _teachable(plan.base)
        if plan.base_digest and plan.base_digest != style_registry.digest(self.parent):
            raise UserError("lesson_stale", name=plan.base)
        self.course = Course(self.network, music, plan, self.folder, tell, orders, _infill(self.parent))
        self._orders = orders
        self._written: list[Ids] = []  # by the style, for the originality check

    @classmethod
    def begin(
        cls,
        plan: Plan,
        music: Corpus,
        skipped: Sequence[dict[str, str]],
        theme: Score | None,
        tell: Tell | None,
        orders: Orders,
    ) -> Lesson:
        """A new lesson; an older one of the same key is thrown away. Raises `UserError`."""
        dataset_scan.check(music, plan.folders[0] if plan.folders else "")
        plan = plan.of(style_registry.digest(style_registry.find(plan.base)))
        folder = Folder(plan.key)
        folder.make(plan)
        try:
            corpus.save(music, folder.music)
            folder.write("skipped.json", {"files": list(skipped)})
            if theme is not None and theme.audible:
                midi_reader.write(theme, folder.theme, force=True)
        except UserError:
            folder.remove()
            raise
        return cls(plan, music, skipped, tell, orders)

    @classmethod
    def reopen(cls, key: str, tell: Tell | None, orders: Orders) -> Lesson:
        """A lesson that was interrupted. Its music was kept, whatever became of the files. Raises `UserError`."""
        folder = Folder(key)
        plan = folder.plan()
        files = folder.read("skipped.json").get("files", [])
        return cls(plan, corpus.load(folder.music), files, tell, orders)

    def check_recipe(self, recipe: str) -> None:
        """Raises `UserError` when an interrupted lesson is to go on by another recipe.

        What a newer version has made of its own does not matter: it goes on as it began.
        """
        if self.plan.recipe != recipe:
            raise UserError("setting_invalid", name="recipe", expected=f"{self.plan.recipe}, as it began", value=recipe)

    def run(self) -> Outcome:
        """Teaches to the end, and chooses. Raises `Stopped`, `UserError`."""
        try:
            self.course.run()
            return selection.choose(self.course)
        except Stopped:
            if not self.folder.state.exists():  # it had not begun: there is nothing to go on with
                self.folder.remove()
            raise

    def report(self, outcome: Outcome) -> dict[str, Any]:
        """What the command line tells of it."""
        best = outcome.best
        return {
            "used": len(self.music.part("train")) + len(self.music.part("valid")),
            "skipped": self.skipped,
            "before": outcome.before,
            "after": best.figures if best else outcome.before,
            "best_step": best.step if best else 0,
            "card": None,
            "blend": best.share if best else 0.0,
            "steps": self.course.place.taken,
            "seconds": round(self.course.clock.spent, 1),
            "ended": outcome.ended,
            "memory_mb": peak_memory(),
        }

    # ---- before and after ----

    def compare(self, choice: Choice, count: int = 4) -> list[samples.Trial]:
        """Held-out openings gone on with by base and style, in an order drawn by lot."""
        network, start = self.network, self.course.start
        selection.use(self.course, choice)
        taught = {name: weight.clone() for name, weight in network.state_dict().items()}
        made, self._written = samples.blind(
            samples.engine(network, start),
            samples.engine(network, taught),
            self.music.part("valid"),
            self.folder.sub("trials"),
            count,
            lambda: self._orders() == "cancel",
        )
        return made

    def originality(self) -> Originality:
        """Whether what the style wrote is copied from its lesson; writes something first if nothing is written yet."""
        if not self._written:
            weights = self.network.state_dict()
            drawn_by = samples.engine(self.network, weights)
            path = self.folder.sub("trials") / "original.mid"
            for _, opening in samples.openings(self.music.part("valid"), 2):
                self._written.append(samples.new_notes(opening, samples.go_on(drawn_by, opening, path)))
        learned = copy_index.Index([p.ids for p in self.music.part("train")])
        unseen = [p.ids[:200] for p in self.music.part("valid")]
        stretches = [ids[at : at + samples.NOTES] for ids in unseen for at in (0, samples.NOTES)][:16]
        return Originality(
            max((learned.longest(ids) for ids in self._written), default=0),
            max((learned.longest(ids) for ids in stretches), default=0),
        )

    # ---- the style ----

    def save(self, outcome: Outcome, choice: Choice, name: str, into: str | Path | None = None) -> Path:
        """Installs a choice as a style and returns its card's path. Raises `UserError`; the lesson stays then."""
        style_registry.check_spelling(name)
        selection.use(self.course, choice)
        facts = self.card(outcome, choice, name)
        learned = self.course.shelf.take(choice.step)
        folder, network = into or style_registry.user_folder(), self.network.cpu()
        return checkpoint.save(folder, name, network, facts, self.parent.name, learned, choice.share)

    def card(self, outcome: Outcome, choice: Choice, name: str) -> dict[str, Any]:
        """The style's card, but for what the checkpoint adds itself."""
        place, settings, parts = self.course.place, self.plan.settings, ("train", "valid", "test")
        pieces = {part: self.music.part(part) for part in parts}
        copied = self.originality().table()
        return {
            "title": name,
            "licence": self.parent.licence,
            "licence_note": f"Taught from {self.parent.name}, whose terms it inherits; the music may add its own.",
            "description": f"Taught from {self.parent.name} with {len(pieces['train'])} pieces.",
            "training": {
                "recipe": self.plan.recipe,
                "minutes": round(place.spent / 60, 1),
                "rate": place.rate,
                "steps": place.taken,
                "best_step": choice.step,
                "blend": choice.share,
                "notes_seen": place.taken * settings.batch * self.course.train.length,
                "torch": torch.__version__,
            },
            "data": {
                **{p: {"pieces": len(pieces[p]), "notes": sum(len(x.ids) for x in pieces[p])} for p in parts},
                "music": [[p.digest, p.part, len(p.ids)] for p in sorted(self.music.pieces, key=lambda p: p.digest)],
            },
            "figures": {"valid_before": outcome.before, "valid": choice.figures, "originality": copied},
            **self._judge(),
        }

    def _judge(self) -> dict[str, Any]:
        """What tells the lesson's music from other music, if there is enough of both."""
        try:
            known = likelihood.manifest()
        except UserError:
            known = {}
        own = {known[p.digest][0] for p in self.music.pieces if p.digest in known}  # among the other music as well
        found = style_scorer.taught([(p.composition or p.digest, p.ids) for p in self.music.part("train")], own)
        return {"judge": found.table()} if found else {}


def peak_memory() -> int:
    """The most memory that this process has held, in MB; 0 where the system does not tell."""
    try:
        import resource
    except ImportError:  # Windows
        return 0
    held = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return int(held // (2**20 if sys.platform == "darwin" else 2**10))
