"""Plain data of a fine-tuning run, as it stands on the disk and goes over the pipe. Knows no torch.

`from_json` of each also reads what versions before 0.3 wrote, under that time's names.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from typing import Any

Metrics = dict[str, float]  # validation metrics: nats_per_note_all (the loss), nats_per_note, accuracy, perplexity
Json = dict[str, Any]


def _renamed(values: Mapping[str, Any], names: Mapping[str, str]) -> Json:
    """A record with its old keys under their new names."""
    return {names.get(key, key): value for key, value in values.items()}


@dataclass(frozen=True)
class ScannedFile:
    """One file of a data set, and its status: "used", "skipped" (with the reason) or "duplicate" (of another file)."""

    path: str
    status: str
    reason: str = ""
    notes: int = 0
    seconds: float = 0.0


@dataclass
class Validation:
    """A validation pass of the weights after `step`, at the better of two interpolations with the base."""

    step: int
    spent: float  # seconds of work until then
    alpha: float  # of the interpolation: 0 is the base, 1 the fine-tuned weights
    tuned: Metrics  # at alpha 1
    metrics: Metrics  # at `alpha`
    pruned: bool = False  # its checkpoint is deleted

    @classmethod
    def from_json(cls, values: Mapping[str, Any]) -> Validation:
        """Raises `TypeError`."""
        return cls(**_renamed(values, {"share": "alpha", "raw": "tuned", "figures": "metrics", "gone": "pruned"}))


@dataclass(frozen=True)
class Candidate:
    """A candidate checkpoint, and the alpha of its interpolation with the base that has the lowest validation loss."""

    step: int
    alpha: float
    metrics: Metrics


@dataclass(frozen=True)
class FinetuneResult:
    """What a run gave. `best` is None when no candidate has a lower validation loss than the base."""

    base_metrics: Metrics
    candidates: tuple[Candidate, ...]
    best: Candidate | None
    ended: str  # "", "early" or "stopped"


@dataclass(frozen=True)
class LrSearch:
    """What the learning-rate finder tried, and what it proposes."""

    lrs: list[float]
    losses: list[float]
    lr: float


@dataclass(frozen=True)
class ABSample:
    """A held-out prompt continued by base and fine-tuned style, to be compared blind."""

    prompt: str  # name of the piece
    first: str  # which of them wrote `one`: "base" or "style"
    one: str  # MIDI files
    two: str


@dataclass(frozen=True)
class MemorisationReport:
    """Notes in the longest run that a style copied from its training set, and that held-out music shares with it."""

    longest_copy: int
    longest_copy_unseen: int

    FEWEST = 24  # notes of a copied run that is worth a warning, if held-out music has no such runs either

    @property
    def memorised(self) -> bool:
        """Whether the style repeats its training set."""
        return self.longest_copy >= max(self.FEWEST, 2 * self.longest_copy_unseen)

    def to_json(self) -> Json:
        """As the card has it."""
        return {**asdict(self), "memorised": self.memorised}


_LOG_NAMES = {"base": "base_metrics", "look": "validation", "pace": "step_seconds", "windows": "micro_batch"}


@dataclass(frozen=True)
class LogEntry:
    """A line of a run's log. What it does not tell of is None or empty."""

    step: int = 0
    spent: float = 0.0  # seconds of work until then
    loss: float | None = None  # training loss in nats a note, smoothed
    step_seconds: float | None = None
    base_metrics: Metrics | None = None
    validation: Validation | None = None
    lr_search: LrSearch | None = None
    sample: str = ""  # MIDI file: the user's theme continued
    note: str = ""  # "memory", "early", "unsaved" or "sample": what did not go as it should
    reason: str = ""  # of a note
    micro_batch: int | None = None  # windows, of the note "memory"

    def to_json(self) -> Json:
        """Without what it does not tell of."""
        return {key: value for key, value in asdict(self).items() if value is not None and value != ""}

    @classmethod
    def from_json(cls, values: Mapping[str, Any]) -> LogEntry:
        """Raises `TypeError`, `KeyError`; keys that are unknown are passed over."""
        held = _renamed(values, _LOG_NAMES)
        if "rates" in held:
            held["lr_search"] = {"lrs": held.pop("rates"), "losses": held.pop("losses"), "lr": held.pop("rate")}
        if held.get("validation") is not None:
            at = {"step": held.get("step", 0), "spent": held.get("spent", 0.0)}
            held["validation"] = Validation.from_json({**at, **held["validation"]})
        if held.get("lr_search") is not None:
            held["lr_search"] = LrSearch(**held["lr_search"])
        known = {f.name for f in fields(cls)}
        return cls(**{key: value for key, value in held.items() if key in known})


@dataclass(frozen=True)
class RunEvent:
    """What a run reports to whoever watches.

    `stage` is "validate-base", "find-lr", "train", "paused" or "select".
    """

    stage: str
    done: float  # 0..1 of the run's time
    left: float | None  # seconds, None before they are known
    text: str = ""
    entry: LogEntry | None = None

    def to_json(self) -> Json:
        """Flat, as the command line's progress takes it."""
        entry = self.entry.to_json() if self.entry else {}
        return {"stage": self.stage, "done": self.done, "left": self.left, "text": self.text, **entry}


_STATE_NAMES = {
    "slices": "micro_batches",
    "rate": "lr",
    "taken": "step",
    "seconds": "time_limit",
    "reserve": "selection_seconds",
    "first": "setup_seconds",
    "look_seconds": "validation_seconds",
    "sampled": "last_sample",
    "hurried": "cooling_down",
    "before": "base_metrics",
    "looks": "validations",
}


@dataclass
class TrainingState:
    """How far a run is, but for its tensors. Times are seconds of work."""

    step: int = 0
    stage: int = 0
    lr: float = 0.0  # peak learning rate of the last layer group
    micro_batches: int = 1  # parts of a batch whose gradients are accumulated, for want of memory
    spent: float = 0.0
    time_limit: float = 0.0  # of the whole run
    selection_seconds: float = 0.0  # of them, for the selection at the end
    setup_seconds: float = 0.0  # that were spent before the first stage
    validation_seconds: float = 0.0  # of one pass
    last_sample: float = 0.0  # `spent` at the last sample
    cooling_down: bool = False  # early, for want of progress
    ended: str = ""  # "early" or "stopped"
    base_metrics: Metrics = field(default_factory=dict)
    validations: list[Validation] = field(default_factory=list)

    @property
    def candidates(self) -> list[Validation]:
        """The validations whose checkpoints are kept."""
        return [v for v in self.validations if not v.pruned]

    @property
    def done(self) -> float:
        """How much of the run's time is over, 0..1."""
        return round(min(self.spent / self.time_limit, 1.0), 4) if self.time_limit else 0.0

    @property
    def left(self) -> float:
        """Seconds that are left."""
        return max(self.time_limit - self.spent, 0.0)

    @classmethod
    def from_json(cls, values: Mapping[str, Any]) -> TrainingState:
        """Raises `TypeError`."""
        held = _renamed(values, _STATE_NAMES)
        held["validations"] = [Validation.from_json(v) for v in held.get("validations", [])]
        return cls(**held)
