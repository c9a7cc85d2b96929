"""Conditioning labels: what a network is told about the music beside the notes, each of which may be missing.

A condition row has a column for each of `FIELDS`; 0 means "not told". Metric columns say where a note's onset stands
in its bar; the others summarise the stretch of music that the following note belongs to (a control token a segment,
as in CTRL, arXiv 1909.05858, and MMM, arXiv 2008.06048). Knows ids and times only; no torch.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from composer.core.errors import UserError
from composer.model.tokenizer import (
    DT,
    DT_STEPS,
    DURATION,
    DURATION_MS,
    DURATION_STEPS,
    NO_PITCH,
    ONSET_MS,
    PEDAL,
    PEDAL_UP,
    PITCH,
    VELOCITY,
    VELOCITY_STEP,
    Ids,
)
from composer.music.metre import BEATS_OF, METERS, MOST_BEATS, PHASES, Metre

Rows = NDArray[np.int64]  # (positions, 5), columns as tokenizer.ATTRIBUTES
Conditions = NDArray[np.int64]  # (positions, len(FIELDS)), 0 where not told

COMPOSERS = (
    "other",
    "bach",
    "beethoven",
    "brahms",
    "chopin",
    "debussy",
    "haydn",
    "liszt",
    "mendelssohn",
    "mozart",
    "rachmaninoff",
    "ravel",
    "scarlatti",
    "schubert",
    "schumann",
    "scriabin",
    "tchaikovsky",
    "balakirev",
    "wagner",
    "mussorgsky",
    "strauss",
    "gounod",
    "glazunov",
    "verdi",
    "franck",
)  # those with at least 30,000 notes in the corpus, and all others
MEDIA = ("computer grand", "piano roll", "sequenced", "score")  # how the notes were recorded
PERIODS = ("baroque", "classical", "romantic", "modern")
_PERIOD_OF = {
    "bach": 1,
    "scarlatti": 1,
    "haydn": 2,
    "mozart": 2,
    "beethoven": 2,
    "schubert": 3,
    "chopin": 3,
    "schumann": 3,
    "liszt": 3,
    "mendelssohn": 3,
    "brahms": 3,
    "tchaikovsky": 3,
    "balakirev": 3,
    "wagner": 3,
    "debussy": 4,
    "ravel": 4,
    "rachmaninoff": 4,
    "scriabin": 4,
    "mussorgsky": 3,
    "strauss": 3,
    "gounod": 3,
    "glazunov": 3,
    "verdi": 3,
    "franck": 3,
}
BEAT_SECONDS = np.geomspace(0.2, 2.4, 23)  # edges of the classes of a beat's length
DEVIATION_MS = np.array(
    [6.0, 14.0, 24.0, 36.0]
)  # edges of looseness: mean distance of onsets from sixteenths, triplets
DENSITY = np.array([2.0, 3.5, 5.5, 7.5, 9.5, 12.0, 16.0])  # edges, notes a second
REGISTER = np.array([50.0, 55.0, 59.0, 62.0, 65.0, 68.0, 73.0])  # edges, mean pitch
POLYPHONY = np.array([1.3, 2.0, 2.8, 4.0, 6.0])  # edges, keys held down at an onset
DYNAMICS = np.array([36.0, 46.0, 54.0, 62.0, 70.0, 78.0, 90.0])  # edges, mean velocity
PEDALLED = np.array([0.05, 0.4, 0.8, 0.97])  # edges, share of notes under the sustain pedal

FIELDS = (
    ("phase", PHASES),
    ("beat", MOST_BEATS),
    ("meter", len(METERS)),
    ("beat length", len(BEAT_SECONDS) + 1),
    ("looseness", len(DEVIATION_MS) + 1),
    ("composer", len(COMPOSERS)),
    ("period", len(PERIODS)),
    ("density", len(DENSITY) + 1),
    ("register", len(REGISTER) + 1),
    ("polyphony", len(POLYPHONY) + 1),
    ("dynamics", len(DYNAMICS) + 1),
    ("pedal", len(PEDALLED) + 1),
    ("key", 24),
    ("medium", len(MEDIA)),
)  # (name, values that can be told)
NAMES = tuple(name for name, _ in FIELDS)
METRIC = slice(0, 5)  # the columns that need a beat
OFFSETS = np.cumsum([1, *(size for _, size in FIELDS)])[:-1]  # where each column's values begin in one table
TABLE = 1 + sum(size for _, size in FIELDS)  # rows of that table; row 0 is "not told"
SCORE = MEDIA.index("score") + 1
DROP_ALL, DROP_EACH, DROP_METRE = 0.25, 0.35, 0.15  # chances that labels are left out of a window
SEGMENT = (32, 64)  # notes that a summary is of

_TONICS = ("C", "Db", "D", "Eb", "E", "F", "F#", "G", "Ab", "A", "Bb", "B")
KEYS = tuple(f"{tonic} {mode}" for mode in ("major", "minor") for tonic in _TONICS)  # as the key's labels count

# Krumhansl & Kessler 1982: how well each pitch class fits a major, and a minor, key on C.
_MAJOR = (6.35, 2.23, 3.48, 2.33, 4.38, 4.09, 2.52, 5.19, 2.39, 3.66, 2.29, 2.88)
_MINOR = (6.33, 2.68, 3.52, 5.38, 2.60, 3.53, 2.54, 4.75, 3.98, 2.69, 3.34, 3.17)


def _profiles() -> NDArray[np.float64]:
    """(12, 24): centred, unit-length profiles of the 12 major, then the 12 minor keys."""
    both = [np.roll(of, tonic) for of in (_MAJOR, _MINOR) for tonic in range(12)]
    table = np.array(both).T
    table -= table.mean(0)
    return np.asarray(table / np.linalg.norm(table, axis=0))


_KEYS = _profiles()


@dataclass(frozen=True)
class Source:
    """Where a piece is from: numbers in COMPOSERS, PERIODS and MEDIA counted from 1, or 0 where that is not known."""

    composer: int = 0
    period: int = 0
    medium: int = 0

    @classmethod
    def of(cls, name: str, medium: str = "") -> Source:
        """From a name as catalogues write it: `Frédéric Chopin`, `Chopin`, `Bach, Johann Sebastian`."""
        plain = name.lower().replace("rachmaninov", "rachmaninoff").split(" / ")[0]
        kind = MEDIA.index(medium) + 1 if medium else 0
        if not plain.strip():
            return cls(medium=kind)
        for known in COMPOSERS[1:]:
            if known in plain:
                return cls(COMPOSERS.index(known) + 1, _PERIOD_OF[known], kind)
        return cls(1, 0, kind)


def onset_seconds(ids: Ids, first: float) -> NDArray[np.float64]:
    """Seconds of the middle of each position's 16 ms step, `first` being the second in which the first note begins."""
    step = int(np.floor((first + 1e-6) * 1000 / ONSET_MS))
    return middle(step + np.cumsum(DT_STEPS[ids[:, DT].astype(np.int64)]))


def middle(steps: NDArray[np.int64]) -> NDArray[np.float64]:
    """Seconds of the middle of 16 ms steps: where in it the onset was is not known any more."""
    return np.asarray((steps + 0.5) * ONSET_MS / 1000)


ASKABLE = ("density", "register", "polyphony", "dynamics", "pedal", "key", "composer", "period")


def label(name: str, value: str) -> tuple[str, int]:
    """What a person asks for, as (field, value): `density 3` (1 is least), `key "C minor"`, `composer chopin`.

    Raises `UserError` (setting_invalid) for what can't be asked.
    """
    if name not in ASKABLE:
        raise UserError("setting_invalid", name="ask", expected="one of " + ", ".join(ASKABLE), value=name)
    words = {"key": KEYS, "composer": COMPOSERS, "period": PERIODS}.get(name)
    known = words or tuple(str(n + 1) for n in range(dict(FIELDS)[name]))
    if value not in known:
        expected = ", ".join(known) if words else f"a whole number from 1 to {len(known)}"
        raise UserError("setting_invalid", name=name, expected=expected, value=value)
    return name, known.index(value) + 1


def metric_columns(metre: Metre) -> Conditions:
    """(positions, 4): phase, beat, meter and beat length as labels."""
    known = ~np.isnan(metre.phase)
    phase = np.rint(np.where(known, metre.phase, 0) * PHASES).astype(np.int64) % PHASES
    columns = np.stack(
        [
            phase + 1,
            np.minimum(metre.beat, MOST_BEATS - 1) + 1,
            metre.meter + 1,
            np.searchsorted(BEAT_SECONDS, metre.seconds) + 1,
        ],
        axis=1,
    )
    return np.asarray(columns * known[:, None], dtype=np.int64)


def deviation(metre: Metre) -> NDArray[np.float64]:
    """Milliseconds from each onset to the nearest sixteenth or triplet place of its beat; NaN where unknown."""
    places = np.array([0, 1 / 4, 1 / 3, 1 / 2, 2 / 3, 3 / 4, 1])
    return np.asarray(np.abs(metre.phase[:, None] - places).min(1) * metre.seconds * 1000)


def segments(count: int, random: np.random.Generator | None = None) -> NDArray[np.int64]:
    """The first positions of the stretches that summaries are of: SEGMENT positions each, by chance where given."""
    if random is None:
        return np.arange(0, max(count, 1), sum(SEGMENT) // 2)
    first = -int(random.integers(SEGMENT[1]))
    sizes = random.integers(SEGMENT[0], SEGMENT[1] + 1, size=count // SEGMENT[0] + 3)
    starts = np.unique(np.clip(first + np.concatenate([[0], np.cumsum(sizes)]), 0, None))
    return starts[starts < count]


def summaries(rows: Rows, starts: NDArray[np.int64], loose: NDArray[np.float64]) -> Conditions:
    """(positions, 7): looseness, density, register, polyphony, dynamics, pedal and key of each position's stretch.

    `starts`: first positions of the stretches; `loose` (positions,): milliseconds off the beat's places, or NaN.
    """
    is_note = rows[:, PITCH] < NO_PITCH

    def total(of: NDArray[Any]) -> NDArray[np.float64]:
        kept = np.where(is_note if of.ndim == 1 else is_note[:, None], of, 0.0)
        return np.asarray(np.add.reduceat(kept, starts, axis=0), dtype=np.float64)

    notes = np.maximum(total(np.ones(len(rows))), 1)
    steps = np.where(rows[:, DT] < len(DT_STEPS), DT_STEPS[np.minimum(rows[:, DT], len(DT_STEPS) - 1)], 0)
    seconds = np.maximum(total(np.minimum(steps, 250) * ONSET_MS / 1000.0), 0.1)  # a long rest is not slow music
    held = DURATION_STEPS[np.minimum(rows[:, DURATION], len(DURATION_STEPS) - 1)] * DURATION_MS / 1000.0
    chroma = total(np.eye(12, dtype=np.float64)[rows[:, PITCH] % 12] * np.minimum(held, 2.0)[:, None])
    chroma = chroma - chroma.mean(1, keepdims=True)
    known = np.maximum(total((~np.isnan(loose)).astype(np.float64)), 1)
    off = np.where(total((~np.isnan(loose)).astype(np.float64)) > 0, total(np.nan_to_num(loose)) / known, np.nan)
    found = [
        np.where(np.isnan(off), 0, np.searchsorted(DEVIATION_MS, off) + 1),
        np.searchsorted(DENSITY, notes / seconds) + 1,
        np.searchsorted(REGISTER, total(rows[:, PITCH].astype(np.float64)) / notes) + 1,
        np.searchsorted(POLYPHONY, total(np.minimum(held, 4.0)) / seconds) + 1,
        np.searchsorted(DYNAMICS, total(rows[:, VELOCITY] * float(VELOCITY_STEP) + VELOCITY_STEP / 2) / notes) + 1,
        np.searchsorted(PEDALLED, total((rows[:, PEDAL] != PEDAL_UP).astype(np.float64)) / notes) + 1,
        (chroma @ _KEYS).argmax(1) + 1,
    ]
    each = np.diff(np.append(starts, len(rows)))
    return np.repeat(np.stack(found, axis=1).astype(np.int64), each, axis=0)


def told(rows: Rows, metre: Metre, sources: NDArray[np.int64], starts: NDArray[np.int64]) -> Conditions:
    """All labels of a window's positions: metric ones of each onset, the others of the note that follows it.

    `sources` (positions, 3): composer, period and medium of each, as in `Source`.
    """
    made = np.zeros((len(rows), len(FIELDS)), dtype=np.int64)
    made[:, 0:4] = metric_columns(metre)
    found = summaries(rows, starts, deviation(metre))
    ahead = np.concatenate([found[1:], found[-1:]])
    made[:, 4] = ahead[:, 0]
    made[:, 5:7] = sources[:, :2]
    made[:, 7:13] = ahead[:, 1:]
    made[:, 13] = sources[:, 2]
    silent = sources[:, 2] == SCORE  # its velocities and pedal mean nothing
    made[np.ix_(silent, [NAMES.index("dynamics"), NAMES.index("pedal")])] = 0
    return made


def clock(metre: Metre) -> NDArray[np.float32]:
    """(positions, 3): place in the bar in beats, beats of the bar, seconds of a beat (0 where it is not known)."""
    known = ~np.isnan(metre.phase)
    beats = np.array(BEATS_OF)[metre.meter]
    made = np.stack([np.nan_to_num(metre.phase) + metre.beat, beats, np.where(known, metre.seconds, 0.0)], axis=1)
    return made.astype(np.float32)


def drop(made: Conditions, random: np.random.Generator) -> Conditions:
    """Labels left out at random: all of a window's in a quarter of the windows, else each by its own chance.

    The columns that place an onset in its bar are left out together, and seldom: few pieces have them.
    """
    if random.random() < DROP_ALL:
        return np.zeros_like(made)
    out = random.random(len(FIELDS)) < DROP_EACH
    out[0:4] = random.random() < DROP_METRE
    return np.where(out, 0, made)
