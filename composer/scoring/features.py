"""What a style can be told by: a stretch of notes as one vector of named shares, from its harmony to its touch.

Nothing depends on the key; tempo moves only the groups about time. Shares are square-rooted, so that rare things count.
"""

from __future__ import annotations

import hashlib
import itertools
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache, cached_property

import numpy as np
from numpy.typing import NDArray

from composer.model.tokenizer import PEDAL, PEDAL_AGAIN, PITCH, VELOCITY, VELOCITY_STEP, Ids
from composer.scoring import music_statistics
from composer.scoring.music_statistics import Floats, normalised

Groups = dict[str, Floats]
Whole = NDArray[np.int64]

CHORD_SECONDS = 0.04  # onsets closer than this are one stroke
SHORTEST_GAP = 0.03  # seconds; keeps logarithms of gaps tame
FRAMES = (0.25, 1.0)  # seconds in which notes make one harmony
LAGS = (2, 3, 4, 6, 8)  # notes back, at which figures repeat
CHORDS = {  # pitch classes above some root
    "major": (0, 4, 7),
    "minor": (0, 3, 7),
    "diminished": (0, 3, 6),
    "augmented": (0, 4, 8),
    "suspended": (0, 5, 7),
    "dominant seventh": (0, 4, 7, 10),
    "major seventh": (0, 4, 7, 11),
    "minor seventh": (0, 3, 7, 10),
    "half-diminished": (0, 3, 6, 10),
    "diminished seventh": (0, 3, 6, 9),
    "minor, major seventh": (0, 3, 7, 11),
    "ninth": (0, 2, 4, 7, 10),
    "added ninth": (0, 2, 4, 7),
    "minor, added ninth": (0, 2, 3, 7),
    "seventh without fifth": (0, 4, 10),
    "minor seventh without fifth": (0, 3, 10),
    "augmented seventh": (0, 4, 8, 10),
    "whole tones": (0, 2, 4, 6, 8, 10),
    "fifth": (0, 7),
    "third": (0, 4),
    "minor third": (0, 3),
    "tritone": (0, 6),
    "second": (0, 2),
    "minor second": (0, 1),
    "one": (0,),
}
TOUCH = 8  # values of loudness and pedal, at the end of a vector that has them
_OTHERS = 5  # chords without a name, by 2, 3 … 6 and more pitch classes


def _chord_of() -> Whole:
    """(4096,) the kind of chord of each set of pitch classes (bit 0 is C); the empty set is kind 0 too."""
    kinds = np.array([len(CHORDS) + min(max(mask.bit_count(), 2), 6) - 2 for mask in range(4096)])
    for kind, chord in enumerate(CHORDS.values()):
        for root in range(12):
            kinds[sum(1 << (pitch + root) % 12 for pitch in chord)] = kind
    return kinds


_CHORD_OF = _chord_of()


def _shares(values: Whole, least: int, most: int) -> Floats:
    """Square roots of the shares of whole numbers in least..most, what lies outside counted at the ends."""
    counts = np.bincount(np.clip(values, least, most) - least, minlength=most - least + 1)
    return np.sqrt(normalised(counts.astype(np.float64)))


def _log_shares(values: Floats, least: float, most: float, step: float) -> Floats:
    """The same of base-2 logarithms, in bins of `step` octaves."""
    return _shares(np.floor((np.log2(values) - least) / step).astype(np.int64), 0, round((most - least) / step) - 1)


def _weighted(values: Whole, weights: Floats, size: int) -> Floats:
    return np.sqrt(normalised(np.bincount(values, weights=weights, minlength=size).astype(np.float64)))


@dataclass(frozen=True)
class Stretch:
    """A stretch of notes, and what several groups of features need of it."""

    ids: Ids

    @cached_property
    def onset(self) -> Floats:
        """Seconds of each onset."""
        return music_statistics.onsets(self.ids)

    @cached_property
    def length(self) -> Floats:
        """Seconds that each key is held."""
        return music_statistics.durations(self.ids)

    @cached_property
    def pitch(self) -> Whole:
        """MIDI keys."""
        return self.ids[:, PITCH].astype(np.int64)

    @cached_property
    def stroke(self) -> Whole:
        """Which stroke (notes struck together) each note is in."""
        return np.cumsum(np.diff(self.onset, prepend=-1.0) > CHORD_SECONDS) - 1

    @cached_property
    def sizes(self) -> Whole:
        """Notes of each stroke."""
        return np.bincount(self.stroke)

    @cached_property
    def times(self) -> Floats:
        """Seconds of each stroke."""
        return self.onset[np.unique(self.stroke, return_index=True)[1]]

    @cached_property
    def top(self) -> Whole:
        """The highest key of each stroke."""
        return np.maximum.reduceat(self.pitch, np.unique(self.stroke, return_index=True)[1])

    @cached_property
    def bass(self) -> Whole:
        """The lowest key of each stroke."""
        return np.minimum.reduceat(self.pitch, np.unique(self.stroke, return_index=True)[1])

    @cached_property
    def tonic(self) -> int:
        """Pitch class of the key's tonic."""
        return music_statistics.key(music_statistics.pitch_classes(self.ids))[0]

    @cached_property
    def held(self) -> Floats:
        """(strokes, notes) 1 where a key is down just after a stroke."""
        after = self.times[:, None] + CHORD_SECONDS
        return ((self.onset <= after) & (self.onset + self.length > after)).astype(np.float64)


# ---- the groups ----


def harmony(of: Stretch) -> Groups:
    """Key, chords, and what sounds with what."""
    counts = music_statistics.pitch_classes(of.ids)
    _, minor, fit = music_statistics.key(counts)
    keys = [
        music_statistics.key(music_statistics.pitch_classes(of.ids[s : s + 32]))
        for s in range(0, max(len(of.ids) - 31, 1), 16)
    ]
    moves = [one[0] != other[0] for one, other in itertools.pairwise(keys)]
    together = np.triu(of.held.T @ of.held, 1)
    apart = np.abs(of.pitch[:, None] - of.pitch) % 12
    groups = {
        "tonal": np.sqrt(normalised(np.roll(counts, -of.tonic))),
        "tonal top": _shares((of.top - of.tonic) % 12, 0, 11),
        "tonal bass": _shares((of.bass - of.tonic) % 12, 0, 11),
        "key": np.array(
            [minor, fit, music_statistics.in_key(of.ids), np.mean([k[2] for k in keys]), np.mean([k[1] for k in keys])]
        ),
        "moves of key": np.array([np.mean(moves) if moves else 0.0]),
        "sounding intervals": _weighted(apart.ravel(), together.ravel(), 12),
    }
    for seconds in FRAMES:
        groups |= {f"{name} in {seconds} s": values for name, values in _frames(of, seconds).items()}
    return groups


def _frames(of: Stretch, seconds: float) -> Groups:
    """Chords and interval classes of the pitch classes that sound in each frame."""
    at = np.arange(0, max(float(of.onset[-1]), seconds), seconds)[:, None]
    sounding = (of.onset < at + seconds) & (of.onset + of.length > at + SHORTEST_GAP)
    classes = (sounding.astype(np.float64) @ np.eye(12)[of.pitch % 12]) > 0  # (frames, 12)
    sets = classes @ (1 << np.arange(12))
    pairs = np.array([(classes & np.roll(classes, k, axis=1)).sum() for k in range(1, 7)], dtype=np.float64)
    return {
        "chords": _shares(_CHORD_OF[sets[sets > 0]], 0, len(CHORDS) + _OTHERS - 1),
        "interval classes": np.sqrt(normalised(pairs)),
        "pitch classes": np.array([classes.sum(1).mean(), classes.sum(1).std()]),
    }


def melody(of: Stretch) -> Groups:
    """Steps and leaps of the upper voice, of the bass and of the figures between."""
    groups = {
        "top steps": _shares(np.diff(of.top), -12, 12),
        "bass steps": _shares(np.diff(of.bass), -12, 12),
        "note steps": _shares(np.abs(np.diff(of.pitch)), 0, 24),
        "top turns": _turns(of.top),
        "bass turns": _turns(of.bass),
    }
    for lag in LAGS:
        groups[f"steps over {lag}"] = _shares(np.abs(of.pitch[lag:] - of.pitch[:-lag]), 0, 25)
    return groups


def _turns(voice: Whole) -> Floats:
    """Shares of up, level and down followed by up, level and down, (9,)."""
    signs = np.sign(np.diff(voice))
    return _shares(signs[1:] * 3 + signs[:-1] + 4, 0, 8)


def texture(of: Stretch) -> Groups:
    """Where on the keyboard, how many keys at once, how they are spread."""
    inside = np.diff(of.stroke) == 0  # pairs of neighbours in one stroke
    spans = (of.top - of.bass)[of.sizes > 1]
    register = [
        of.pitch.mean(),
        of.pitch.std(),
        np.ptp(of.pitch),
        of.top.mean(),
        of.bass.mean(),
        of.top.std(),
        of.bass.std(),
    ]
    distinct = [
        np.mean(
            [len(set((of.pitch[s : s + w] % 12).tolist())) / w for s in range(0, max(len(of.ids) - w + 1, 1), w // 2)]
        )
        for w in (8, 16, 32, 64)
    ]
    return {
        "register": np.array(register, dtype=np.float64),
        "half octaves": _shares(of.pitch // 6, 0, 21),
        "stroke sizes": _shares(of.sizes, 1, 6),
        "keys held": _shares(of.held.sum(1).astype(np.int64), 0, 7),
        "spacing": _shares(np.abs(np.diff(of.pitch))[inside], 0, 24),
        "fullness": np.array([inside.mean(), of.sizes.std(), (of.sizes >= 4).mean(), (of.sizes > 1).mean()]),
        "span": np.array([spans.mean() if len(spans) else 0.0]),
        "distinct": np.array(distinct),
    }


def rhythm(of: Stretch) -> Groups:
    """Pace. How even it is and how notes join tell a recording from a sequence more than a style, and are left out."""
    gaps = np.maximum(np.diff(of.times), SHORTEST_GAP)
    if not len(gaps):
        gaps = np.ones(1)
    pace = len(of.ids) / max(float(of.onset[-1]), 1.0)
    return {
        "gaps": _log_shares(gaps, -5, 3, 0.5),
        "pace": np.array([pace, np.log(pace), np.log2(gaps).mean(), np.log2(gaps).std()]),
    }


def touch(of: Stretch) -> Groups:
    """Loudness and pedal."""
    loud = of.ids[:, VELOCITY].astype(np.float64) * VELOCITY_STEP
    leans = np.corrcoef(loud, of.pitch)[0, 1] if loud.std() and of.pitch.std() else 0.0
    return {
        "loudness": np.array([loud.mean(), loud.std(), np.abs(np.diff(loud)).mean(), loud.min(), loud.max(), leans]),
        "pedal": np.array([music_statistics.pedal_share(of.ids), (of.ids[:, PEDAL] == PEDAL_AGAIN).mean()]),
    }


NOTES: tuple[Callable[[Stretch], Groups], ...] = (harmony, melody, texture, rhythm)


def groups(ids: Ids, with_touch: bool = False) -> Groups:
    """The named groups of a stretch of at least 16 notes, (notes, 5)."""
    of = Stretch(ids)
    return {name: values for make in (*NOTES, *([touch] if with_touch else [])) for name, values in make(of).items()}


def vector(ids: Ids, with_touch: bool = False) -> Floats:
    """All groups end to end; always of the same length."""
    return np.concatenate([np.asarray(values, dtype=np.float64) for values in groups(ids, with_touch).values()])


@cache
def names() -> tuple[str, ...]:
    """The group of each value of a vector with touch."""
    plain = np.tile(np.array([[9, 60, 9, 16, 0]], dtype=np.int16), (16, 1))
    return tuple(name for name, values in groups(plain, True).items() for _ in np.ravel(values))


@cache
def layout() -> str:
    """A short hash of those names, by which weights know the features that they are for."""
    return hashlib.sha256("\n".join(names()).encode()).hexdigest()[:16]
