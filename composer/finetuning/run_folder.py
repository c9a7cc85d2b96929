"""A fine-tuning run's folder: configuration, data, state, log; and which runs can be resumed. Knows no torch.

It is `.teaching/<key>` among the user's styles. The key is the style's name on the command line, and a date in the
window, where the name comes last. Every file but the log is written whole or not at all.
"""

from __future__ import annotations

import json
import shutil
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from composer.core.errors import UserError, reason
from composer.core.settings import RECIPES, Recipe
from composer.core.work_clock import ActiveTime, in_words
from composer.files.atomic_files import write_atomically
from composer.finetuning.records import LogEntry, RunEvent, TrainingState
from composer.model import style_registry

FORMAT = 1
NEEDED_MB = 600  # free room on the disk: the training state, and the candidate checkpoints
REPORT_SECONDS = 0.5  # between two reports of the training loss
LOG_SECONDS = 5.0  # between two of them that are logged


@dataclass(frozen=True)
class RunConfig:
    """What is asked of a run."""

    key: str
    folders: tuple[str, ...]  # or files
    base: str = "base"
    recipe: str = "balanced"  # the name that it goes by
    settings: Recipe = field(default_factory=lambda: RECIPES["balanced"])
    minutes: float | None = None  # None: what the recipe's steps take on this machine
    name: str = ""  # of the style, where it is known beforehand
    begun: float = 0.0  # seconds since 1970
    base_digest: str = ""  # of the base's weights when it began

    @classmethod
    def from_json(cls, values: Mapping[str, Any]) -> RunConfig:
        """Raises `KeyError`, `TypeError`, `ValueError`."""
        settings = {**values["settings"]}
        settings["stages"] = tuple(tuple(stage) for stage in settings["stages"])
        settings["rates"] = tuple(settings["rates"])
        return cls(**{**values, "folders": tuple(values["folders"]), "settings": Recipe(**settings)})


@dataclass(frozen=True)
class InterruptedRun:
    """A run that can be resumed."""

    config: RunConfig
    done: float  # 0..1
    changed: float  # seconds since 1970


class RunFolder:
    """One run's folder."""

    def __init__(self, key: str) -> None:
        style_registry.check_spelling(key)
        self.key = key
        self.path = runs_folder() / key

    @property
    def music(self) -> Path:
        """The data set as it was read: what becomes of the MIDI files later does not matter."""
        return self.path / "corpus.npz"

    @property
    def state(self) -> Path:
        """The training state with its tensors, to resume from."""
        return self.path / "state.pt"

    @property
    def theme(self) -> Path:
        """The user's theme, which the samples continue."""
        return self.path / "theme.mid"

    @property
    def log(self) -> Path:
        """The log: a `LogEntry` a line."""
        return self.path / "log.jsonl"

    def sub(self, name: str) -> Path:
        """A folder in it, made if it is missing."""
        folder = self.path / name
        folder.mkdir(parents=True, exist_ok=True)
        return folder

    def exists(self) -> bool:
        """Whether there is a run."""
        return (self.path / "lesson.json").exists()

    def create(self, config: RunConfig) -> None:
        """Makes the folder of a new run; an older one of the key is deleted. Raises `UserError`."""
        self.remove()
        try:
            self.path.mkdir(parents=True)
            free = shutil.disk_usage(self.path).free // 2**20
        except OSError as error:
            raise UserError("output_unwritable", path=self.path, reason=reason(error)) from error
        if free < NEEDED_MB:
            self.remove()
            raise UserError("disk_full", path=runs_folder(), free=free, needed=NEEDED_MB)
        self.write("lesson.json", {"format": FORMAT, **asdict(config), "begun": config.begun or time.time()})

    def write(self, name: str, value: Mapping[str, Any]) -> None:
        """Writes a JSON file in it. Raises `UserError`."""
        write_atomically(self.path / name, json.dumps(value).encode(), force=True)

    def read(self, name: str) -> dict[str, Any]:
        """Reads a JSON file in it. Raises `UserError` (checkpoint_invalid)."""
        try:
            held = json.loads((self.path / name).read_text(encoding="utf-8"))
            return dict(held)
        except (OSError, ValueError, TypeError) as error:
            raise UserError("checkpoint_invalid", path=self.path, reason="it is damaged") from error

    def config(self) -> RunConfig:
        """What was asked. Raises `UserError` (checkpoint_invalid)."""
        held = self.read("lesson.json")
        try:
            if held.pop("format") != FORMAT:
                raise ValueError("another version's run")
            return RunConfig.from_json(held)
        except (KeyError, TypeError, ValueError) as error:
            raise UserError("checkpoint_invalid", path=self.path, reason="it is damaged") from error

    def read_log(self) -> list[LogEntry]:
        """The log so far; lines that were cut off are passed over."""
        entries = []
        try:
            lines = self.log.read_text(encoding="utf-8").splitlines()
        except OSError:
            return []
        for line in lines:
            with suppress(ValueError, TypeError, KeyError, AttributeError):
                entries.append(LogEntry.from_json(json.loads(line)))
        return entries

    def remove(self) -> None:
        """Deletes the run."""
        shutil.rmtree(self.path, ignore_errors=True)


def runs_folder() -> Path:
    """The folder of all runs."""
    return style_registry.user_folder() / ".teaching"


def list_interrupted() -> list[InterruptedRun]:
    """The runs that can be resumed, the latest first; damaged ones are passed over."""
    found = []
    for path in runs_folder().glob("*/lesson.json"):
        try:
            folder = RunFolder(path.parent.name)
            progress = folder.read("progress.json")
            if folder.state.exists():
                found.append(InterruptedRun(folder.config(), float(progress["done"]), folder.state.stat().st_mtime))
        except (UserError, OSError, KeyError, TypeError, ValueError):
            continue
    return sorted(found, key=lambda run: -run.changed)


def new_key() -> str:
    """A key for a run whose style has no name yet."""
    key = time.strftime("lesson %Y-%m-%d %H-%M-%S")
    number, free = 1, key
    while (runs_folder() / free).exists():
        number += 1
        free = f"{key} {number}"
    return free


class RunLog:
    """Reports events to a listener, and writes those to the log that whoever opens the run again wants to see."""

    def __init__(
        self, path: Path, listener: Callable[[RunEvent], None] | None, state: TrainingState, clock: ActiveTime
    ) -> None:
        self.path, self.state, self._listener, self._clock = path, state, listener, clock
        self._reported = self._logged = 0.0

    def report(self, stage: str, text: str = "", entry: LogEntry | None = None) -> None:
        """Reports one event."""
        self.state.spent = self._clock.spent
        if self._listener:
            left = round(self.state.left, 1) if self.state.setup_seconds else None
            self._listener(RunEvent(stage, self.state.done, left, text, entry))

    def log(self, **values: Any) -> None:
        """Writes one `LogEntry` of these fields, and reports it."""
        entry = self._entry(values)
        try:
            with self.path.open("a", encoding="utf-8") as file:
                file.write(json.dumps(entry.to_json()) + "\n")
        except OSError:
            pass  # a full disk: the log is a comfort, not a need
        self.report("train", self._summary(), entry)

    def report_step(self, loss: float, step_seconds: float) -> None:
        """Reports the loss after a step, now and then."""
        now = time.monotonic()
        if now - self._reported < REPORT_SECONDS:
            return
        self._reported = now
        values = {"loss": round(loss, 4), "step_seconds": round(step_seconds, 4)}
        if now - self._logged >= LOG_SECONDS:
            self._logged = now
            self.log(**values)
        else:
            self.report("train", self._summary(loss), self._entry(values))

    def _entry(self, values: Mapping[str, Any]) -> LogEntry:
        return LogEntry(self.state.step, round(self._clock.spent, 1), **values)

    def _summary(self, loss: float | None = None) -> str:
        words = [f"step {self.state.step}"]
        if loss is not None:
            words.append(f"training loss {loss:.2f}")
        if self.state.validations:
            now, base = self.state.validations[-1].metrics, self.state.base_metrics
            words.append(f"validation loss {now['nats_per_note_all']:.2f} (base {base['nats_per_note_all']:.2f})")
        self.state.spent = self._clock.spent
        return ", ".join([*words, f"{in_words(self.state.left)} left"])
