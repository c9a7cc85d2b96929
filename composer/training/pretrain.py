"""Pretraining of a base through fastai's Learner, from nothing or from a checkpoint; `finetuning` uses its parts too.

Progress is told in events, dictionaries with `stage`, `done` (0..1) and `text`, and kept in `log.jsonl` of the
working folder. Cancelling raises fastai's own exceptions inside the loop; no thread is ever killed.
"""

from __future__ import annotations

import json
import math
import os
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import asdict, fields, replace
from pathlib import Path
from typing import Any

import fastai.callback.all as fastai_callbacks
import numpy as np
import torch
from fastai.basics import AvgMetric, Callback, CancelFitException, DataLoaders, Learner, OptimWrapper
from fastai.data.load import DataLoader
from torch import Tensor

from composer.core.errors import UserError, reason
from composer.core.progress import Progress, report_stage
from composer.core.settings import Training, check_minutes
from composer.files.atomic_files import check_output, write_atomically
from composer.model import checkpoint
from composer.model.conditions import TABLE
from composer.model.optimizers import MuonAdamW, has_bfloat16
from composer.model.tokenizer import DT, DURATION, NO_PITCH, PITCH
from composer.model.transformer import NoteGPT, Shape, nats
from composer.training import corpus, distributed, weight_averaging
from composer.training.corpus import Piece
from composer.training.schedule import TimeBudget, read_state
from composer.training.training_windows import TrainingWindows
from composer.training.weight_averaging import Averaging

GIGA_ATTRIBUTES = (DT, PITCH, DURATION)  # those that a GIGA token stream holds


# ---- what is measured ----


def total_nats(logits: Sequence[Tensor], following: Tensor) -> Tensor:
    """The training loss: cross-entropy in nats a note, summed over the five attributes, mean over positions."""
    return nats(logits, following).sum(-1).mean()


def projected_nats(logits: Sequence[Tensor], following: Tensor) -> Tensor:
    """Cross-entropy in nats a note over dt, pitch and duration."""
    return nats(logits, following)[..., GIGA_ATTRIBUTES].sum(-1).mean()


def accuracy(logits: Sequence[Tensor], following: Tensor) -> Tensor:
    """Share of GIGA tokens guessed right: dt, pitch, duration, and the note mark that is always right."""
    notes = following[..., PITCH] < NO_PITCH
    right = [(logits[a].argmax(-1) == following[..., a])[notes].float().mean() for a in GIGA_ATTRIBUTES]
    return (torch.stack(right).sum() + 1) / 4


def perplexity(nats_a_note: float) -> float:
    """Per GIGA token, from nats a note over dt, pitch and duration."""
    return math.exp(nats_a_note / 4)


# ---- fastai's parts ----


class Bf16(Callback):  # type: ignore[misc]
    """Automatic bfloat16 in the forward pass, on any device (fastai's own MixedPrecision asks for CUDA)."""

    order = 10

    def before_batch(self) -> None:
        self.cast = torch.autocast(self.learn.dls.device.type, torch.bfloat16)
        self.cast.__enter__()  # type: ignore[no-untyped-call]

    def after_loss(self) -> None:
        self.cast.__exit__(None, None, None)

    def after_cancel_batch(self) -> None:
        self.cast.__exit__(None, None, None)


class TrainingLog(Callback):  # type: ignore[misc]
    """Logs and reports losses and validation metrics, and stops when asked."""

    order = 60

    def __init__(
        self, path: Path, stage: str, progress: Progress | None, cancelled: Callable[[], bool] | None = None
    ) -> None:
        self.file, self.stage, self.progress, self.cancelled = path, stage, progress, cancelled
        self.shown = 0.0

    def after_batch(self) -> None:
        if self.training and self.cancelled and self.cancelled():
            raise CancelFitException
        if self.training and time.monotonic() - self.shown > 5:
            self.shown = time.monotonic()
            self.tell(loss=float(self.learn.smooth_loss))

    def after_epoch(self) -> None:
        figures = [float(v) for v in self.learn.recorder.log[1:] if isinstance(v, (int, float))]  # without the time
        names = ("train_loss", "valid_loss", "projected_nats", "accuracy")[
            -len(figures) :
        ]  # validation alone has no first
        if figures:
            self.tell(**dict(zip(names, figures, strict=True)))

    def tell(self, **figures: float) -> None:
        done = getattr(self.learn, "time_done", None)
        done = self.learn.pct_train if done is None else done
        step = int(self.learn.train_iter) + int(getattr(self.learn, "steps_before", 0))
        event = {"stage": self.stage, "done": round(float(done), 4), "step": step, **figures}
        if distributed.rank():
            return
        with self.file.open("a", encoding="utf-8") as file:
            file.write(json.dumps({**event, "time": round(time.time(), 1)}) + "\n")
        if self.progress:
            text = ", ".join(f"{k} {v:.3f}" for k, v in figures.items() if k not in ("epoch",))
            self.progress({**event, "text": text})


class ShortWindows(Callback):  # type: ignore[misc]
    """Cuts the windows of some steps into short ones, since themes are short."""

    order = 4  # before the step is cut into slices

    def __init__(self, share: float, seed: int) -> None:
        self.share, self.random = share, np.random.default_rng(seed)

    def before_batch(self) -> None:
        length = self.xb[0].shape[1]
        if self.training and self.random.random() < self.share:
            pieces = int(self.random.choice([d for d in (4, 8, 16, 32) if length % d == 0 and length // d >= 8] or [1]))
            self.learn.xb = tuple(x.reshape(-1, length // pieces, x.shape[2]) for x in self.xb)
            self.learn.yb = tuple(y.reshape(-1, length // pieces, y.shape[2]) for y in self.yb)


@contextmanager
def hide_progress_bars(learn: Learner) -> Iterator[None]:
    """Without fastai's own tables and bars on stdout."""
    bars = [cb for cb in learn.cbs if isinstance(cb, fastai_callbacks.ProgressCallback)]
    with learn.removed_cbs(bars), learn.no_logging():
        yield


def make_loaders(
    train: TrainingWindows, valid: TrainingWindows, batch: int, device: torch.device | None = None
) -> DataLoaders:
    """fastai's pair of loaders over windows, on the device there is; a GPU is fed by several processes."""
    device = device or best_device()
    workers = min(8, (os.cpu_count() or 2) - 1) if device.type == "cuda" else 0
    return DataLoaders(
        DataLoader(train, bs=batch, num_workers=workers, shuffle=False, drop_last=len(train) > batch, device=device),
        DataLoader(valid, bs=batch, num_workers=0, device=device),
        device=device,
    )


def make_learner(network: NoteGPT, dls: DataLoaders, folder: Path, **options: Any) -> Learner:
    """A fastai Learner with the losses and metrics above, in bfloat16 where the machine has it."""
    folder.mkdir(parents=True, exist_ok=True)
    metrics = [AvgMetric(projected_nats), AvgMetric(accuracy)]
    learn = Learner(dls, network.to(dls.device), loss_func=total_nats, metrics=metrics, path=folder, **options)
    if has_bfloat16(dls.device):
        learn.add_cb(Bf16())
    return learn


def best_device(asked: str = "") -> torch.device:
    """CUDA or Apple's MPS where there is one that can do what the network asks of it; else the processor.

    Raises `UserError` (setting_invalid) where another one is asked for than there is.
    """
    found = torch.device("cpu") if asked == "cpu" else _find_device()
    if asked and found.type != asked:
        raise UserError("setting_invalid", name="device", expected=f"{found.type}, which is here", value=asked)
    return found


def _find_device() -> torch.device:
    for name, there in (("cuda", torch.cuda.is_available()), ("mps", torch.backends.mps.is_available())):
        if not there:
            continue
        try:
            float((torch.ones(8, device=name, dtype=torch.float64) @ torch.ones(8, device=name).double()).sum())
        except (RuntimeError, TypeError):  # MPS knows no float64, in which the network turns positions
            continue
        return torch.device(name)
    return torch.device("cpu")


# ---- a base ----


def train(
    folders: Sequence[str | Path],
    out: str | Path,
    minutes: float | None = None,
    resume: bool = False,
    progress: Progress | None = None,
    *,
    hold_out: str | Path | None = None,
    force: bool = False,
    settings: Training | None = None,
    name: str = "base",
    start: str | Path | None = None,
    split: str | Path | None = None,
    packed: str | Path | None = None,
    cancelled: Callable[[], bool] | None = None,
) -> dict[str, Any]:
    """Trains a base, from nothing or on from the checkpoint `start`, and writes it, its card and its split to `out`.

    Every composition that is also in `hold_out` stays out of training; or what a `split` says (a JSON file, see
    `Corpus.manifest`). `packed`: a file of `corpus.save` instead of the folders. An interrupted run goes on with
    `resume`. Raises `UserError`.
    """
    check_minutes(minutes)
    folder, settings, minutes = Path(out), settings or Training(), minutes or 60.0
    best_device(settings.device)
    if distributed.rank() == 0:
        _prepare_folder(folder, name, resume, force)
    known = read_split(split)
    held = distributed.run_first_then_others(
        lambda: _load_corpus(folders, hold_out, known, packed, folder / "corpus.npz", progress)
    )
    torch.manual_seed(settings.seed)
    network, settings = prepare_network(settings, start)
    learn = fit_base(network, held.part("train"), held.part("valid"), settings, folder, minutes, progress, cancelled)
    with hide_progress_bars(learn):
        mean = learn.averaging
        learn.remove_cbs([learn.time_budget, learn.training_log, mean])
        share, (loss, projected, right) = weight_averaging.select_average(learn, mean)
    steps = read_state(folder / "state.pt")["steps"]
    valid = {"nats_per_note_all": round(loss, 4), "nats_per_note": round(projected, 4), "accuracy": round(right, 4)}
    card = {
        "title": name.capitalize(),
        "licence": "inherits the terms of the music that it was trained on",
        "infills": settings.infill > 0,
        "training": {
            "minutes": minutes,
            "steps": steps,
            "notes_seen": steps * settings.batch * settings.context * distributed.processes(),
            "processes": distributed.processes(),
            "average": {"share": share, "weights": mean.count},
            "settings": asdict(settings),
            **({"from": Path(start).name} if start else {}),
        },
        "data": {
            part: {"pieces": len(held.part(part)), "notes": sum(len(p.ids) for p in held.part(part))}
            for part in ("train", "valid", "test")
        },
        "figures": {"valid": valid},
    }
    if distributed.rank():
        return {"used": len(held.pieces), "steps": steps, "after": valid, "card": None}
    path = checkpoint.save(folder, name, network, card)
    write_split(folder / "split.json", known | held.manifest())
    return {"used": len(held.pieces), "steps": steps, "after": valid, "card": str(path)}


def _prepare_folder(folder: Path, name: str, resume: bool, force: bool) -> None:
    """A folder to write to, in which nothing that was trained before is lost unasked."""
    check_folder(folder)
    if resume:
        return
    if not force and (folder / f"{name}.json").exists():
        raise UserError("output_exists", path=folder / f"{name}.json")
    if not force and (folder / "state.pt").exists():
        raise UserError("run_interrupted", path=folder)
    for left in ("state.pt", "log.jsonl", "corpus.npz"):
        (folder / left).unlink(missing_ok=True)


def check_folder(folder: Path) -> None:
    """Makes a folder to write to. Raises `UserError` (output_unwritable) where that cannot be."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise UserError("output_unwritable", path=folder, reason=reason(error)) from error
    check_output(folder / "card.json", force=True)


def read_split(path: str | Path | None) -> dict[str, list[str]]:
    """digest -> [composition, part]; none without a path. Raises `UserError` (file_unreadable)."""
    try:
        held = json.loads(Path(path).read_text(encoding="utf-8")) if path else {}
        return {str(digest): [str(composition), str(part)] for digest, (composition, part) in held.items()}
    except (OSError, ValueError, TypeError, AttributeError) as error:
        raise UserError("file_unreadable", path=path, reason="it is no split of a corpus") from error


def write_split(path: Path, split: dict[str, list[str]]) -> None:
    """A line a piece, in the order of their hashes."""
    text = json.dumps(dict(sorted(split.items())), separators=(",", ":")).replace("],", "],\n")
    write_atomically(path, text.encode(), force=True)


def _load_corpus(
    folders: Sequence[str | Path],
    hold_out: str | Path | None,
    split: dict[str, list[str]],
    packed: str | Path | None,
    cache: Path,
    progress: Progress | None,
) -> corpus.Corpus:
    if packed is not None or cache.exists():
        with suppress(*([UserError] if packed is None else [])):  # a cache of an older version is read anew
            return corpus.load(Path(packed or cache))

    found = corpus.read(folders, report_stage(progress, "reading"))
    parted = corpus.split(found, manifest=split, valid_percent=0) if split else corpus.hold_out(found, hold_out)
    held = corpus.ensure_valid(parted)
    if not held.part("train"):
        raise UserError("too_little_music", path=folders[0], found="nothing that is not held out", needed="some notes")
    corpus.save(held, cache)
    return held


def shape_of(settings: Training) -> Shape:
    """The size and kind of the network that the settings ask for."""
    shape = Shape(**{f.name: getattr(settings, f.name) for f in fields(Shape) if hasattr(settings, f.name)})
    return replace(shape, conditions=TABLE if settings.conditions else 0, places=int(settings.conditions > 0))


def prepare_network(settings: Training, start: str | Path | None = None) -> tuple[NoteGPT, Training]:
    """A network to train, and settings of its size: a new one, or that of a checkpoint with its rates lowered.

    Tables for labels that the checkpoint has not are added at zero, which changes nothing yet. Raises `UserError`.
    """
    if start is None:
        return NoteGPT(shape_of(settings)), settings
    trained, _ = checkpoint.load(start)
    if not isinstance(trained, NoteGPT):
        raise UserError("checkpoint_invalid", path=start, reason="its encoding is another")
    if settings.conditions and trained.shape.conditions not in (0, TABLE):
        raise UserError("checkpoint_invalid", path=start, reason="it knows other labels")
    asked = shape_of(settings)
    labels = {"conditions": asked.conditions, "places": asked.places} if settings.conditions else {}
    network = NoteGPT(replace(trained.shape, **labels))
    network.load_state_dict(trained.state_dict(), strict=False)
    sizes = {f.name: getattr(network.shape, f.name) for f in fields(Shape) if hasattr(settings, f.name)}
    rates = {name: getattr(settings, name) * settings.again for name in ("muon_rate", "adam_rate")}
    return network, replace(settings, **{**sizes, **rates, "conditions": int(network.shape.conditions > 0)})


def fit_base(
    network: NoteGPT,
    train: Sequence[Piece],
    valid: Sequence[Piece],
    settings: Training,
    folder: Path,
    minutes: float,
    progress: Progress | None = None,
    cancelled: Callable[[], bool] | None = None,
) -> Learner:
    """Trains until the minutes are spent, resuming from `folder`/state.pt where there is one."""
    state = folder / "state.pt"
    batches = settings.steps_an_epoch * settings.accumulate
    count = batches * settings.batch
    variety = settings.infill, settings.plain, settings.closing
    labelled = bool(network.shape.conditions)
    blocks = TrainingWindows(train, settings.context, count, True, *variety, labelled)
    # Other windows than before an interruption, and than in another process.
    blocks.random = np.random.default_rng([distributed.rank(), state.stat().st_mtime_ns if state.exists() else 0])
    held = TrainingWindows(valid, settings.context, settings.valid_windows, labelled=labelled)
    mean = Averaging(settings.average)
    learn = make_learner(
        network,
        make_loaders(blocks, held, settings.batch, best_device(settings.device)),
        folder,
        opt_func=lambda _params, lr=None, **_: OptimWrapper(opt=MuonAdamW(network, settings)),
        cbs=[
            mean,
            TimeBudget(minutes, settings, state, mean),
            TrainingLog(folder / "log.jsonl", "training", progress, cancelled),
        ],
    )
    learn.add_cb(ShortWindows(settings.short, settings.seed))
    learn.add_cb(fastai_callbacks.EarlyStoppingCallback(patience=settings.patience))
    if settings.accumulate > 1:
        learn.add_cb(fastai_callbacks.GradientAccumulation(settings.accumulate * settings.batch))
    with hide_progress_bars(learn), distributed.distribute(learn):
        learn.fit(1_000_000)  # until the time is spent
    return learn
