"""The settings, one documented line a field. Knows no torch, so that a window can show them at once."""

from __future__ import annotations

import inspect
import math
import re
from dataclasses import dataclass, replace

from composer.core.errors import UserError


def check_minutes(minutes: float | None) -> None:
    """Raises `UserError` for a time to train that is none."""
    good = minutes is None or 0 < minutes <= 100_000
    _check("minutes", minutes, good, "a number above 0, up to 100000")


def _check(name: str, value: object, good: bool, expected: str) -> None:
    if not good:
        raise UserError("setting_invalid", name=name, expected=expected, value=value)


FEWEST_STEPS = 40  # of a lesson, however little music it has
MOST_DRAFTS = 8  # of a phrase
TIMINGS = ("auto", "free", "steady", "grid")  # how strictly new onsets keep to the document's beats
PRECISIONS = ("float32", "bfloat16", "int8")  # of the weights while composing


def check_precision(precision: str) -> None:
    """Raises `UserError` for a precision that is none; "" leaves it to the program."""
    _check("precision", precision, precision in ("", *PRECISIONS), "float32, bfloat16 or int8")


@dataclass(frozen=True, slots=True)
class Sampling:
    """How the next note is drawn."""

    temperature: float = 1.0  # 0 always takes the likeliest; 1 draws as the model believes; above 1 is wilder
    top_k: int = 0  # draw among the k likeliest values of an attribute; 0 is all
    top_p: float = 0.97  # draw among the likeliest values that together hold this share; 1 is all
    random_seed: int | None = None  # the generator's number; None picks one and tells it

    def __post_init__(self) -> None:
        _check("temperature", self.temperature, 0 <= self.temperature <= 5, "a number from 0 to 5")
        _check("top-k", self.top_k, self.top_k >= 0, "0 or a positive whole number")
        _check("top-p", self.top_p, 0 < self.top_p <= 1, "a number above 0 and up to 1")
        seed = self.random_seed
        _check("random seed", seed, seed is None or 0 <= seed < 2**63, "a whole number from 0 to 2^63 - 1")


@dataclass(frozen=True, slots=True)
class GenerationRequest:
    """What is asked for: how much, in which style. The first bound that is reached ends a take."""

    style: str = "baroque"  # an installed style's name, or "base"
    notes: int | None = None  # at most so many new notes; 128 where no bound is given
    bars: int | None = None  # so many bars, counted from the bar line after the theme
    seconds: float | None = None  # so many seconds of music, counted from the theme's end
    takes: int = 1  # so many versions, written side by side
    sampling: Sampling = Sampling()
    gap: tuple[int, int] | None = None  # ticks [first, last): what begins there is written anew, to suit both sides
    span: tuple[int, int] | None = None  # ticks [first, last): the model reads what begins there; None: all of it
    ending: bool = False  # come to an end, rather than break off
    strength: float | None = None  # of the style: 0 composes as the base, 1 as taught, more exaggerates; None: its own
    precision: str = ""  # of the weights: float32, bfloat16 or int8; "" takes what is fastest on this machine
    drafts: int = 4  # of each phrase, of which the one most in the style and least repetitive stays; 1 takes the first
    start: int | None = None  # tick from which new notes may begin; None: where the theme's last note ends
    asked: tuple[tuple[str, int], ...] = ()  # (label, value from 1) of what is to come; see `conditions.ASKABLE`
    timing: str = "auto"  # onsets: free as played, steady near the beat's parts, on the grid; auto: as the theme's are

    def __post_init__(self) -> None:
        _check("takes", self.takes, 1 <= self.takes <= 16, "a whole number from 1 to 16")
        for name in ("notes", "bars", "seconds"):
            value = getattr(self, name)
            _check(name, value, value is None or 0 < value <= 100_000, "a number above 0, up to 100000")
        strength = self.strength
        _check("strength", strength, strength is None or 0 <= strength <= 5, "a number from 0 to 5")
        good = isinstance(self.drafts, int) and 1 <= self.drafts <= MOST_DRAFTS
        _check("drafts", self.drafts, good, f"a whole number from 1 to {MOST_DRAFTS}")
        _check("start", self.start, self.start is None or self.start >= 0, "a tick, 0 or more")
        _check("timing", self.timing, self.timing in TIMINGS, "auto, free, steady or grid")
        for name in ("gap", "span"):
            ticks = getattr(self, name)
            _check(name, ticks, ticks is None or 0 <= ticks[0] < ticks[1], "two ticks, the earlier one first")


@dataclass(frozen=True, slots=True)
class Training:
    """How a base is trained, from nothing or on from a checkpoint."""

    layers: int = 6  # transformer blocks
    width: int = 384  # size of a position's vector
    heads: int = 6  # attention heads a block
    hidden: int = 1536  # inner size of a block's MLP
    context: int = 512  # notes in a training window, and that the model sees when composing
    rope_time: int = 12  # pairs of a head's vector that turn with time; the rest turn with the note's number
    rope_pitch: int = 8  # pairs that turn with pitch
    rope_base: int = 1000  # the slowest turn by number is about so many times slower than the fastest
    intervals: int = 6  # last notes from which the pitch head counts intervals
    qk_norm: int = 1  # 1: queries and keys of length one, which steadies attention
    relu_squared: int = 1  # 1: squared ReLU in the MLPs; 0: GELU
    conditions: int = 1  # 1: it learns to be told labels and where the beat is (see conditions.py); 0: notes alone
    batch: int = 8  # windows a step
    accumulate: int = 1  # steps whose gradients are summed before the weights move
    muon_rate: float = 0.02  # peak rate of Muon, for the blocks' matrices
    adam_rate: float = 2e-3  # peak rate of AdamW, for embeddings, norms and heads
    again: float = 0.6  # share of the peak rates when it goes on from a checkpoint
    weight_decay: float = 0.05  # of both
    warmup: float = 0.01  # share of the time in which the rates rise
    cooldown: float = 0.4  # share of the time, at its end, in which they fall to nothing; between, they stand
    average: float = 0.5  # share of the time, at its end, over which weights are averaged
    infill: float = 0.25  # share of the windows in which a gap is to be filled
    plain: float = 0.25  # share of the windows that begin without pedal or dynamics, as a drawn theme does
    closing: float = 0.05  # share of the windows that are about how a piece ends
    short: float = 0.3  # share of the steps with short windows, so that short themes are understood too
    steps_an_epoch: int = 150  # steps between two looks at held-out music
    valid_windows: int = 48  # windows of held-out music a look
    patience: int = 30  # looks without a better one, after which training ends
    seed: int = 1  # of the initial weights
    device: str = ""  # cuda, mps or cpu; "" takes the best there is


# Networks by name, as what differs from the settings above.
NETWORKS: dict[str, dict[str, int]] = {
    "small": {},
    "large": {"layers": 8, "width": 640, "heads": 10, "hidden": 2560},  # 45 M parameters, for a GPU to train
}


def training_for(network: str = "small", batch: int | None = None, device: str = "") -> Training:
    """Settings for a network by name. With larger batches the rates rise by the square root. Raises `UserError`."""
    _check("network", network, network in NETWORKS, f"one of {', '.join(NETWORKS)}")
    _check("device", device, device in ("", "cpu", "cuda", "mps"), "cpu, cuda or mps")
    usual = Training()
    batch = batch or usual.batch
    _check("batch", batch, 1 <= batch <= 4096, "a whole number from 1 to 4096")
    rise = math.sqrt(batch / usual.batch)
    rates = {"muon_rate": usual.muon_rate * rise, "adam_rate": usual.adam_rate * rise}
    return replace(usual, **NETWORKS[network], **rates, batch=batch, device=device)  # type: ignore[arg-type]


@dataclass(frozen=True, slots=True)
class Recipe:
    """How a style is taught: stages of (share of the time, layer groups that learn, lowest rate / highest rate)."""

    minutes: float  # at most, when no other time is given
    stages: tuple[tuple[float, int, float], ...]  # groups are counted from the output; 5 is the whole network
    steps: int = 320  # that do the recipe justice; this machine's pace makes minutes of them
    passes: float = 0.0  # times that it hears the music at most, since more is learned by heart; 0 sets no bound
    batch: int = 8  # windows a step; fewer need less memory, and make the steps rougher
    length: int = 512  # notes a window: how far back it hears while it learns
    looks: int = 10  # checks on the test pieces (validation), spread over the training
    patience: int = 5  # checks without progress after which training ends early; 0 never does
    samples: float = 4.0  # minutes between two continuations of your own theme; 0 makes none
    dropout: float = 0.0  # share of the MLPs' values left out at random, against learning by heart
    plain: float = 0.25  # share of the windows that begin without pedal or dynamics, as a drawn theme does
    short: float = 0.0  # share of the steps with short windows, so that it learns what its manner is at once
    closing: float = 0.0  # share of the windows that are about how a piece ends
    rank: int = 0  # rank of LoRA adapters, thin matrices trained beside the frozen big ones; 0 trains the big ones
    alpha: float = 16.0  # weight of what adapters learn, as a multiple of 1 / rank
    optimizer: str = "muon"  # "muon" (with AdamW at a tenth of its rate for what is no matrix) or "adam"
    rates: tuple[float, float] = (1e-3, 4e-3)  # bounds of the rate: the finder sees only the heads learn

    def __post_init__(self) -> None:
        check_minutes(self.minutes)
        _check("steps", self.steps, 1 <= self.steps <= 1_000_000, "a whole number from 1 to 1000000")
        _check("passes", self.passes, 0 <= self.passes <= 10_000, "a number from 0 to 10000")
        _check("batch", self.batch, 1 <= self.batch <= 256, "a whole number from 1 to 256")
        _check("length", self.length, 16 <= self.length <= 4096, "a whole number from 16 to 4096")
        _check("looks", self.looks, 1 <= self.looks <= 200, "a whole number from 1 to 200")
        _check("patience", self.patience, 0 <= self.patience <= 200, "a whole number from 0 to 200")
        _check("samples", self.samples, 0 <= self.samples <= 1440, "a number from 0 to 1440")
        for name in ("plain", "short", "closing"):
            value = getattr(self, name)
            _check(name, value, 0 <= value <= 1, "a number from 0 to 1")
        _check("dropout", self.dropout, 0 <= self.dropout <= 0.9, "a number from 0 to 0.9")
        _check("rank", self.rank, 0 <= self.rank <= 1024, "a whole number from 0 to 1024")
        _check("alpha", self.alpha, 0 < self.alpha <= 1024, "a number above 0, up to 1024")
        _check("optimizer", self.optimizer, self.optimizer in ("muon", "adam"), "muon or adam")
        _check("rates", self.rates, 0 < self.rates[0] <= self.rates[1] <= 1, "two numbers, the lower one first")

    def steps_for(self, notes: int) -> int:
        """Steps that do the recipe justice with so many notes to learn from."""
        enough = math.ceil(self.passes * notes / (self.batch * self.length)) if self.passes else self.steps
        return min(self.steps, max(enough, FEWEST_STEPS))


# The thesis froze all but the last group and trained one epoch; the others then unfreeze step by step.
RECIPES = {
    "thesis": Recipe(
        15, ((1.0, 1, 1.0),), length=32, batch=64, looks=2, plain=0.0, optimizer="adam", rates=(1e-5, 3e-3)
    ),
    "quick": Recipe(5, ((0.15, 1, 1.0), (0.85, 5, 0.5)), steps=110, passes=8, looks=5),
    "balanced": Recipe(15, ((0.06, 1, 1.0), (0.94, 5, 0.5)), passes=16),
    "thorough": Recipe(45, ((0.05, 1, 1.0), (0.15, 3, 0.5), (0.8, 5, 0.5)), steps=960, passes=24, looks=16),
    # For music that the base has learned from: it overshoots soon, and has most to learn where it has read little.
    "gentle": Recipe(10, ((1.0, 5, 0.5),), steps=120, looks=12, short=0.7, closing=0.05, rates=(1.2e-3, 1.6e-3)),
    "adapters": Recipe(15, ((1.0, 5, 0.5),), steps=400, passes=16, rank=16, rates=(8e-3, 1.6e-2)),
}


def notes_on(kind: type) -> dict[str, str]:
    """The line that documents each field of a settings class: the comment behind it."""
    try:
        source = inspect.getsource(kind)
    except OSError:  # an installation without sources
        return {}
    lines = re.findall(r"^    (\w+): [^#\n]*#\s*(.+)$", source, flags=re.MULTILINE)
    return {name: text.strip() for name, text in lines}
