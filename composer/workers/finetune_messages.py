"""Messages between the window and the fine-tuning worker: a dataclass each, a line of JSON on the pipe.

`to_json` puts a message's name under "verb" (requests) or "event"; `read_request` and `read_event` are the way back.
No Qt, no torch.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, ClassVar, Self

from composer.finetuning.records import (
    ABSample,
    Candidate,
    LogEntry,
    MemorisationReport,
    Metrics,
    RunEvent,
    ScannedFile,
)
from composer.finetuning.run_folder import RunConfig
from composer.workers.messages import Json


@dataclass(frozen=True)
class Message:
    """A message that is plain values; others say themselves how they are read."""

    NAME: ClassVar[str]

    @classmethod
    def from_json(cls, values: Mapping[str, Any]) -> Self:
        """Raises `TypeError`, `KeyError` or `ValueError` for values that are none of this message."""
        return cls(**values)


# ---- from the window ----


@dataclass(frozen=True)
class Request(Message):
    """What the window asks."""

    def to_json(self) -> Json:
        """For the pipe."""
        return {"verb": self.NAME, **asdict(self)}


@dataclass(frozen=True)
class ScanDataset(Request):
    """Reads folders or files; an older scan ends."""

    NAME = "scan"
    id: int
    paths: list[str]


@dataclass(frozen=True)
class TimeRecipes(Request):
    """Times training steps of a base on this machine."""

    NAME = "time"
    base: str


@dataclass(frozen=True)
class StartRun(Request):
    """Starts a run on the music that was scanned last."""

    NAME = "start"
    config: RunConfig
    theme: Json | None  # a score, see `messages`

    @classmethod
    def from_json(cls, values: Mapping[str, Any]) -> Self:
        """See `Message`."""
        return cls(RunConfig.from_json(values["config"]), values["theme"])


@dataclass(frozen=True)
class ResumeRun(Request):
    """Resumes an interrupted run."""

    NAME = "resume"
    key: str


@dataclass(frozen=True)
class ControlRun(Request):
    """A command for the run under way: "pause", "resume", "stop" (and select) or "cancel". It does not wait."""

    NAME = "control"
    command: str


@dataclass(frozen=True)
class CompareCandidate(Request):
    """Generates blind A/B samples of base and candidate."""

    NAME = "compare"
    step: int


@dataclass(frozen=True)
class SaveStyle(Request):
    """Installs a candidate as a style."""

    NAME = "save"
    step: int
    name: str


@dataclass(frozen=True)
class DiscardRun(Request):
    """Deletes a run; the last one if no key is given."""

    NAME = "discard"
    key: str = ""


# ---- from the worker ----


@dataclass(frozen=True)
class Event(Message):
    """What the worker reports."""

    def to_json(self) -> Json:
        """For the pipe."""
        return {"event": self.NAME, **asdict(self)}


@dataclass(frozen=True)
class FilesScanned(Event):
    """Some more files of a scan."""

    NAME = "files"
    id: int
    done: float  # 0..1
    files: list[ScannedFile]

    @classmethod
    def from_json(cls, values: Mapping[str, Any]) -> Self:
        """See `Message`."""
        return cls(values["id"], values["done"], [ScannedFile(**file) for file in values["files"]])


@dataclass(frozen=True)
class DatasetScanned(Event):
    """The end of a scan."""

    NAME = "scanned"
    id: int
    seconds: float
    notes: int
    compositions: int
    training_notes: int
    validation_notes: int
    needed_notes: int  # in the training set
    left_out: int  # files that were too many
    known: int  # files that the base was trained on


@dataclass(frozen=True)
class RecipesTimed(Event):
    """What the recipes take on this machine."""

    NAME = "timed"
    base: str
    recipes: dict[str, dict[str, float]]  # minutes, steps, passes, memory_mb
    device: str
    cores: int
    memory_mb: int  # of the recipe that needs most


@dataclass(frozen=True)
class RunStarted(Event):
    """A run is under way."""

    NAME = "started"
    key: str


@dataclass(frozen=True)
class HistoryRead(Event):
    """The log of a run that is resumed."""

    NAME = "history"
    config: RunConfig
    entries: list[LogEntry]

    @classmethod
    def from_json(cls, values: Mapping[str, Any]) -> Self:
        """See `Message`."""
        return cls(RunConfig.from_json(values["config"]), [LogEntry.from_json(entry) for entry in values["entries"]])


@dataclass(frozen=True)
class RunProgress(Event):
    """What the run reports."""

    NAME = "progress"
    report: RunEvent

    @classmethod
    def from_json(cls, values: Mapping[str, Any]) -> Self:
        """See `Message`."""
        report = {**values["report"]}
        if report["entry"] is not None:
            report["entry"] = LogEntry.from_json(report["entry"])
        return cls(RunEvent(**report))


@dataclass(frozen=True)
class RunFinished(Event):
    """The result of a run."""

    NAME = "finished"
    base_metrics: Metrics
    candidates: list[Candidate]
    best: int | None  # its step; None when the base is better than all
    steps: int
    seconds: float
    used: int  # pieces

    @classmethod
    def from_json(cls, values: Mapping[str, Any]) -> Self:
        """See `Message`."""
        return cls(**{**values, "candidates": [Candidate(**c) for c in values["candidates"]]})

    def candidate(self, step: int | None) -> Candidate | None:
        """The candidate of a step."""
        return next((c for c in self.candidates if c.step == step), None)


@dataclass(frozen=True)
class RunStopped(Event):
    """A run was cancelled; its state is kept."""

    NAME = "stopped"
    key: str


@dataclass(frozen=True)
class CandidateCompared(Event):
    """A/B samples, and the memorisation check."""

    NAME = "compared"
    step: int
    samples: list[ABSample]
    memorisation: MemorisationReport

    @classmethod
    def from_json(cls, values: Mapping[str, Any]) -> Self:
        """See `Message`."""
        samples = [ABSample(**sample) for sample in values["samples"]]
        return cls(values["step"], samples, MemorisationReport(**values["memorisation"]))


@dataclass(frozen=True)
class StyleSaved(Event):
    """A style was installed."""

    NAME = "saved"
    name: str
    card: str


@dataclass(frozen=True)
class RunDiscarded(Event):
    """A run was deleted."""

    NAME = "discarded"
    key: str


@dataclass(frozen=True)
class RequestFailed(Event):
    """A request failed: code and arguments of a sentence."""

    NAME = "failed"
    verb: str
    code: str
    arguments: dict[str, str]


_REQUESTS: dict[str, type[Request]] = {kind.NAME: kind for kind in Request.__subclasses__()}
_EVENTS: dict[str, type[Event]] = {kind.NAME: kind for kind in Event.__subclasses__()}


def read_request(values: Mapping[str, Any]) -> Request | None:
    """The request of a line's values, None for one of another kind. Raises as `Message.from_json` does."""
    kind = _REQUESTS.get(values["verb"])
    return kind.from_json({key: value for key, value in values.items() if key != "verb"}) if kind else None


def read_event(values: Mapping[str, Any]) -> Event | None:
    """The event of a line's values, None for one of another kind. Raises as `Message.from_json` does."""
    kind = _EVENTS.get(values["event"])
    return kind.from_json({key: value for key, value in values.items() if key != "event"}) if kind else None
