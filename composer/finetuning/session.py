"""A fine-tuning session, from a folder of MIDI files to a saved style: start or resume, run, compare, save.

The command line and the window's child process both go through `FinetuneSession`. Nothing is saved when no candidate
has a lower validation loss than the base.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from typing import Any

import torch

from composer.core.errors import UserError
from composer.core.progress import Progress, report_stage
from composer.core.settings import RECIPES, Recipe, check_minutes
from composer.evaluation import likelihood
from composer.files import midi_reader
from composer.files.atomic_files import check_output
from composer.finetuning import dataset_scan, samples, selection
from composer.finetuning.dataset_scan import DatasetScan
from composer.finetuning.records import ABSample, Candidate, FinetuneResult, MemorisationReport, Metrics
from composer.finetuning.run_folder import RunConfig, RunFolder
from composer.finetuning.trainer import Control, Listener, RunCancelled, Trainer
from composer.generation import style_scorer
from composer.model import checkpoint, style_registry
from composer.model.tokenizer import Ids
from composer.model.transformer import NoteGPT
from composer.music.score import Score
from composer.training import corpus
from composer.training.corpus import Corpus
from composer.training.pretrain import check_folder


def finetune(
    folder: str | Path,
    name: str,
    base: str = "base",
    recipe: str = "balanced",
    minutes: float | None = None,
    resume: bool = False,
    progress: Progress | None = None,
    *,
    into: str | Path | None = None,
    force: bool = False,
    theme: str | Path | None = None,
    cancelled: Callable[[], bool] | None = None,
) -> dict[str, Any]:
    """Fine-tunes `base` on a folder of MIDI files and installs the style as `name` (in the folder `into`, if given).

    Returns `used skipped before after best_step card` and more; `card` is None when the base was better, and nothing
    was saved. `theme` is continued now and then in training. A cancelled run says so (`cancelled`), and can be resumed.
    Raises `UserError`.
    """
    config = RunConfig(name, (str(folder),), base, recipe, find_recipe(recipe), minutes, name)
    check_minutes(minutes)
    check_target(name, into, force)
    load_base(base)
    run = RunFolder(name)
    if not resume and run.state.exists() and not force:
        raise UserError("run_interrupted", path=run.path)

    def control() -> str:
        return "cancel" if cancelled and cancelled() else ""

    def listener(event: Any) -> None:
        if progress:
            progress(event.to_json())

    try:
        if resume and run.exists():
            session = FinetuneSession.resume(name, listener, control)
            session.check_recipe(recipe)
        else:
            scan = _scan(folder, progress, control)
            score = midi_reader.read(theme) if theme else None
            session = FinetuneSession.start(config, scan, score, listener, control)
        result = session.run()
    except RunCancelled:
        return {**_NOTHING, "cancelled": True}
    report = session.report(result)
    if result.best:
        report["originality"] = report["memorisation"] = session.check_memorisation().to_json()
        report["card"] = str(session.save(result.best, name, into, force))
    else:
        session.discard()
    return report


_NOTHING: dict[str, Any] = {"used": 0, "skipped": [], "before": {}, "after": {}, "best_step": 0, "card": None}


def find_recipe(name: str) -> Recipe:
    """A recipe by its name. Raises `UserError`."""
    if name not in RECIPES:
        raise UserError("setting_invalid", name="recipe", expected=f"one of {', '.join(RECIPES)}", value=name)
    return RECIPES[name]


def check_target(name: str, into: str | Path | None = None, force: bool = False) -> None:
    """Raises `UserError` unless a style can be saved under this name."""
    style_registry.check_spelling(name)
    if into is None:
        if not (force and any(c.name == name and not c.bundled for c in style_registry.installed())):
            style_registry.check_name(name)
        return
    check_folder(Path(into))
    check_output(Path(into) / f"{name}.json", force)


def load_base(name: str) -> tuple[style_registry.Card, NoteGPT]:
    """Card and network of a style to start from. Raises `UserError`."""
    parent = style_registry.find(name)
    network, _ = checkpoint.load(parent.name)
    if not isinstance(network, NoteGPT):
        why = "only styles with the expressive encoding can be taught"
        raise UserError("style_damaged", name=parent.name, reason=why)
    return parent, network


def _scan(folder: str | Path, progress: Progress | None, control: Control) -> DatasetScan:
    report = report_stage(progress, "reading")
    found = dataset_scan.scan(
        [folder], lambda done, file: report(done, Path(file.path).name), lambda: control() == "cancel"
    )
    if control() == "cancel":
        raise RunCancelled
    return found


def _infill_share(card: style_registry.Card) -> float:
    """The share of infilling windows in the training of a base, or of what it was fine-tuned from."""
    while card.base:
        card = style_registry.find(card.base)
    settings = card.data.get("training", {}).get("settings", {})
    return float(settings.get("infill", 0.0)) if isinstance(settings, dict) else 0.0


class FinetuneSession:
    """One run: its data set, its trainer, its result, and what can be done with that."""

    def __init__(
        self,
        config: RunConfig,
        music: Corpus,
        skipped: Sequence[dict[str, str]],
        listener: Listener | None,
        control: Control,
    ) -> None:
        self.config, self.music, self.skipped = config, music, list(skipped)
        self.folder = RunFolder(config.key)
        self.parent, self.network = load_base(config.base)
        if config.base_digest and config.base_digest != style_registry.digest(self.parent):
            raise UserError("lesson_stale", name=config.base)
        infill = _infill_share(self.parent)
        self.trainer = Trainer(self.network, music, config, self.folder, listener, control, infill)
        self.result: FinetuneResult | None = None
        self._control = control
        self._continuations: list[Ids] = []  # by the style, for the memorisation check

    @classmethod
    def start(
        cls, config: RunConfig, scan: DatasetScan, theme: Score | None, listener: Listener | None, control: Control
    ) -> FinetuneSession:
        """Makes the run folder of a new run; an older one of the same key is deleted. Raises `UserError`."""
        dataset_scan.check_size(scan.music, config.folders[0] if config.folders else "")
        config = replace(config, base_digest=style_registry.digest(style_registry.find(config.base)))
        folder = RunFolder(config.key)
        folder.create(config)
        try:
            corpus.save(scan.music, folder.music)
            folder.write("skipped.json", {"files": scan.skipped()})
            if theme is not None and theme.audible:
                midi_reader.write(theme, folder.theme, force=True)
        except UserError:
            folder.remove()
            raise
        return cls(config, scan.music, scan.skipped(), listener, control)

    @classmethod
    def resume(cls, key: str, listener: Listener | None, control: Control) -> FinetuneSession:
        """An interrupted run. Its data set was kept, whatever became of the files. Raises `UserError`."""
        folder = RunFolder(key)
        config = folder.config()
        skipped = folder.read("skipped.json").get("files", [])
        return cls(config, corpus.load(folder.music), skipped, listener, control)

    def check_recipe(self, recipe: str) -> None:
        """Raises `UserError` when an interrupted run is to be resumed by another recipe.

        What a newer version has made of its own does not matter: it goes on as it began.
        """
        ours = self.config.recipe
        if ours != recipe:
            raise UserError("setting_invalid", name="recipe", expected=f"{ours}, as it began", value=recipe)

    def run(self) -> FinetuneResult:
        """Trains to the end, then selects a checkpoint. Raises `RunCancelled`, `UserError`."""
        try:
            self.trainer.run()
            self.result = self._select()
        except RunCancelled:
            if not self.folder.state.exists():  # it had not begun: there is nothing to resume
                self.folder.remove()
            raise
        return self.result

    def _select(self) -> FinetuneResult:
        """Tries interpolations of the best candidates while there is time; the network ends with the best weights."""
        trainer = self.trainer
        state, load = trainer.state, lru_cache(1)(trainer.candidate_weights)
        trainer.log.report("select", "selecting a checkpoint")

        def validate_at(step: int, alpha: float) -> Metrics:
            metrics: Metrics = trainer.retry_with_less_memory(lambda: trainer.validate(alpha, load(step)))
            if not trainer.check_interrupt() and state.ended != "stopped":
                raise RunCancelled
            trainer.log.report("select", "selecting a checkpoint")
            return metrics

        candidates, best = selection.select_checkpoint(
            state.candidates, state.base_metrics, validate_at, lambda: trainer.clock.spent > 1.05 * state.time_limit
        )
        self._load(best)
        return FinetuneResult(state.base_metrics, candidates, best, state.ended)

    def _load(self, candidate: Candidate | None) -> None:
        """Gives the network the weights of a candidate; of the base for None."""
        base = self.trainer.base_weights
        tuned = self.trainer.candidate_weights(candidate.step) if candidate else base
        selection.load_interpolated(self.network, base, tuned, candidate.alpha if candidate else 0.0)
        self.network.eval()

    def report(self, result: FinetuneResult) -> dict[str, Any]:
        """What the command line prints. `blend` is the older name of `alpha`."""
        best, state = result.best, self.trainer.state
        return {
            "used": self.used,
            "skipped": self.skipped,
            "before": result.base_metrics,
            "after": best.metrics if best else result.base_metrics,
            "best_step": best.step if best else 0,
            "card": None,
            "blend": best.alpha if best else 0.0,
            "alpha": best.alpha if best else 0.0,
            "steps": state.step,
            "seconds": round(self.trainer.clock.spent, 1),
            "ended": result.ended,
            "memory_mb": peak_memory(),
        }

    @property
    def used(self) -> int:
        """Pieces of the training and validation set."""
        return len(self.music.part("train")) + len(self.music.part("valid"))

    # ---- samples ----

    def compare(self, candidate: Candidate, count: int = 4) -> tuple[list[ABSample], MemorisationReport]:
        """Blind A/B samples of held-out prompts by base and candidate, and whether it copies its training set."""
        self._load(candidate)
        tuned = {name: weight.clone() for name, weight in self.network.state_dict().items()}
        pairs, self._continuations = samples.generate_pairs(
            samples.make_engine(self.network, self.trainer.base_weights),
            samples.make_engine(self.network, tuned),
            self.music.part("valid"),
            self.folder.sub("trials"),
            count,
            lambda: self._control() == "cancel",
        )
        return pairs, self.check_memorisation()

    def check_memorisation(self) -> MemorisationReport:
        """Whether what the style wrote is copied from its training set; has it write first if it has not yet."""
        if not self._continuations:
            engine = samples.make_engine(self.network, self.network.state_dict())
            pieces, folder = self.music.part("valid"), self.folder.sub("trials")
            self._continuations = samples.generate_for_check(engine, pieces, folder)
        return samples.check_memorisation(self._continuations, self.music)

    # ---- the style ----

    def save(self, candidate: Candidate, name: str, into: str | Path | None = None, force: bool = False) -> Path:
        """Installs a candidate as a style, deletes the run, and returns the card's path. Raises `UserError`."""
        check_target(name, into, force)
        self._load(candidate)
        card = self.make_card(candidate, name)
        trained = self.trainer.store.load(candidate.step)
        folder, network = into or style_registry.user_folder(), self.network.cpu()
        path = checkpoint.save(folder, name, network, card, self.parent.name, trained, candidate.alpha)
        self.discard()
        return path

    def discard(self) -> None:
        """Deletes the run."""
        self.folder.remove()

    def make_card(self, candidate: Candidate, name: str) -> dict[str, Any]:
        """The style's card, but for what the checkpoint adds itself."""
        state, parts = self.trainer.state, ("train", "valid", "test")
        pieces = {part: self.music.part(part) for part in parts}
        memorisation = self.check_memorisation().to_json()
        return {
            "title": name,
            "licence": self.parent.licence,
            "licence_note": f"Fine-tuned from {self.parent.name}, whose terms it inherits; the music may add its own.",
            "description": f"Fine-tuned from {self.parent.name} on {len(pieces['train'])} pieces.",
            "training": {
                "recipe": self.config.recipe,
                "minutes": round(state.spent / 60, 1),
                "rate": state.lr,
                "steps": state.step,
                "best_step": candidate.step,
                "alpha": candidate.alpha,
                "blend": candidate.alpha,  # its older name
                "notes_seen": state.step * self.config.settings.batch * self.trainer.train_windows.length,
                "torch": torch.__version__,
            },
            "data": {
                **{p: {"pieces": len(pieces[p]), "notes": sum(len(x.ids) for x in pieces[p])} for p in parts},
                "music": [[p.digest, p.part, len(p.ids)] for p in sorted(self.music.pieces, key=lambda p: p.digest)],
            },
            "figures": {"valid_before": state.base_metrics, "valid": candidate.metrics, "originality": memorisation},
            **self._fit_scorer(),
        }

    def _fit_scorer(self) -> dict[str, Any]:
        """The style scorer of the reranker, fitted on the training set, if there is enough of it and of other music."""
        try:
            split = likelihood.manifest()
        except UserError:
            split = {}
        own = {split[p.digest][0] for p in self.music.pieces if p.digest in split}  # among the other music as well
        scorer = style_scorer.taught([(p.composition or p.digest, p.ids) for p in self.music.part("train")], own)
        return {"judge": scorer.table()} if scorer else {}


def peak_memory() -> int:
    """The most memory that this process has held, in MB; 0 where the system does not tell."""
    try:
        import resource
    except ImportError:  # Windows
        return 0
    held = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return int(held // (2**20 if sys.platform == "darwin" else 2**10))
