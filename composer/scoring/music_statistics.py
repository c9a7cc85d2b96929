"""What a stretch of music is like, in numbers: histograms, key, repetition, emptiness, loudness and pedal.

Everything works on expressive ids (notes, 5), so real and composed music are measured alike. Knows no torch, no models.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from composer.model.tokenizer import (
    DT,
    DT_STEPS,
    DURATION,
    DURATION_MS,
    DURATION_STEPS,
    ONSET_MS,
    PEDAL,
    PEDAL_UP,
    PITCH,
    VELOCITY,
    VELOCITY_STEP,
    Ids,
)

Floats = NDArray[np.float64]
Histogram = Callable[[Ids], Floats]

LARGEST_INTERVAL = 24  # semitones; wider leaps count as this
DENSEST, MOST_KEYS = 30, 12  # notes a second, keys held at once; more count as these
WINDOW_SECONDS = 2.0  # stretches in which density is counted, and that may be empty
LOOP_NOTES, LOOP_PERIOD, LOOP_SHARE = 32, 8, 0.9  # see `stuck`
KEY_NOTES = 64  # notes in which a key is looked for
GRAM = 6  # notes in the n-grams of `repetition`
# Upper edges of the bins of onset intervals (steps of 16 ms) and durations (of 32 ms), in about equal ratios.
DT_EDGES = np.array([0, 1, 2, 3, 4, 5, 6, 8, 10, 13, 17, 22, 29, 38, 50, 66, 87, 126, 10**6])
DURATION_EDGES = np.array([1, 2, 3, 4, 5, 6, 8, 10, 13, 17, 22, 29, 38, 50, 66, 87, 126, 10**6])
# Krumhansl and Kessler's probe-tone profiles (Psychological Review 89:4, 1982).
MAJOR = (6.35, 2.23, 3.48, 2.33, 4.38, 4.09, 2.52, 5.19, 2.39, 3.66, 2.29, 2.88)
MINOR = (6.33, 2.68, 3.52, 5.38, 2.60, 3.53, 2.54, 4.75, 3.98, 2.69, 3.34, 3.17)
DIATONIC, HARMONIC_MINOR = (0, 2, 4, 5, 7, 9, 11), (0, 2, 3, 5, 7, 8, 11)


# ---- time ----


def onsets(ids: Ids) -> Floats:
    """Seconds of each note's onset, the first at 0."""
    steps = np.cumsum(DT_STEPS[ids[:, DT]])
    return np.asarray((steps - steps[:1]) * ONSET_MS / 1000)


def durations(ids: Ids) -> Floats:
    """Seconds that each key is held."""
    return np.asarray(DURATION_STEPS[ids[:, DURATION]] * DURATION_MS / 1000)


def _spans(ids: Ids) -> int:
    """How many whole stretches of `WINDOW_SECONDS` the onsets fill; at least 1."""
    return max(int(onsets(ids)[-1] // WINDOW_SECONDS), 1)


def _onsets_a_span(ids: Ids) -> NDArray[np.int64]:
    spans = _spans(ids)
    at = (onsets(ids) // WINDOW_SECONDS).astype(np.int64)
    return np.bincount(at[at < spans], minlength=spans)


# ---- key ----


def _profiles() -> Floats:
    """(24, 12): the profiles of C major … B major, C minor … B minor, each with mean 0 and length 1."""
    rows = np.array([np.roll(p, tonic) for p in (MAJOR, MINOR) for tonic in range(12)], dtype=np.float64)
    rows -= rows.mean(1, keepdims=True)
    return np.asarray(rows / np.linalg.norm(rows, axis=1, keepdims=True))


_PROFILES = _profiles()
_SCALES = np.array(
    [np.isin(np.arange(12), (np.array(s) + t) % 12) for s in (DIATONIC, HARMONIC_MINOR) for t in range(12)]
)


def pitch_classes(ids: Ids) -> Floats:
    """(12,) notes of each pitch class, C first."""
    return np.bincount(ids[:, PITCH] % 12, minlength=12).astype(np.float64)


def key(counts: Floats) -> tuple[int, bool, float]:
    """(tonic 0..11, whether it is minor, correlation) of the key whose profile fits counts of pitch classes best."""
    centred = counts - counts.mean()
    fits = _PROFILES @ centred / max(float(np.linalg.norm(centred)), 1e-9)
    best = int(fits.argmax())
    return best % 12, best >= 12, float(fits[best])


def _stretches(ids: Ids, notes: int) -> list[Ids]:
    """Neighbouring stretches of so many notes; what is left over joins the last."""
    starts = range(0, max(len(ids) - notes + 1, 1), notes)
    return [ids[s : s + notes] if s != starts[-1] else ids[s:] for s in starts]


def in_key(ids: Ids) -> float:
    """Share of notes in the diatonic or harmonic minor scale that holds most of them, by stretches of 64 notes."""
    return sum(float((_SCALES @ pitch_classes(part)).max()) for part in _stretches(ids, KEY_NOTES)) / len(ids)


# ---- the seven histograms (counts; see `normalised`) ----


def tonal_classes(ids: Ids) -> Floats:
    """(12,) notes by their pitch class above the tonic, which is found anew every 64 notes: the same in every key."""
    found = np.zeros(12)
    for part in _stretches(ids, KEY_NOTES):
        counts = pitch_classes(part)
        found += np.roll(counts, -key(counts)[0])
    return found


def intervals(ids: Ids) -> Floats:
    """(49,) semitones from each note to the next in the order of onset, then pitch descending; -24..24."""
    steps = np.clip(np.diff(ids[:, PITCH].astype(np.int64)), -LARGEST_INTERVAL, LARGEST_INTERVAL) + LARGEST_INTERVAL
    return np.bincount(steps, minlength=2 * LARGEST_INTERVAL + 1).astype(np.float64)


def duration_bins(ids: Ids) -> Floats:
    """(18,) lengths of notes, in bins of about equal ratios from 32 ms to 4 s and beyond."""
    at = np.searchsorted(DURATION_EDGES, DURATION_STEPS[ids[:, DURATION]])
    return np.bincount(at, minlength=len(DURATION_EDGES)).astype(np.float64)


def onset_interval_bins(ids: Ids) -> Floats:
    """(19,) times between one onset and the next note's, the first bin for none, then in about equal ratios to 2 s."""
    at = np.searchsorted(DT_EDGES, DT_STEPS[ids[1:, DT]])
    return np.bincount(at, minlength=len(DT_EDGES)).astype(np.float64)


def density(ids: Ids) -> Floats:
    """(31,) stretches of two seconds by their notes a second, 0..30 and more."""
    rate = (_onsets_a_span(ids) / WINDOW_SECONDS).astype(np.int64)  # whole notes a second
    return np.bincount(np.minimum(rate, DENSEST), minlength=DENSEST + 1).astype(np.float64)


def polyphony(ids: Ids) -> Floats:
    """(13,) seconds in which 0, 1 … 12 and more keys are held, from the first onset to the last note's end."""
    start = onsets(ids)
    times = np.concatenate([start, start + durations(ids)])
    change = np.concatenate([np.ones(len(ids)), -np.ones(len(ids))])
    order = np.lexsort((change, times))
    held = np.clip(np.cumsum(change[order])[:-1], 0, MOST_KEYS).astype(np.int64)
    return np.asarray(np.bincount(held, weights=np.diff(times[order]), minlength=MOST_KEYS + 1), dtype=np.float64)


def velocities(ids: Ids) -> Floats:
    """(32,) notes by velocity, four MIDI values a bin."""
    return np.bincount(ids[:, VELOCITY], minlength=32).astype(np.float64)


HISTOGRAMS: dict[str, Histogram] = {
    "pitch_class": tonal_classes,
    "interval": intervals,
    "duration": duration_bins,
    "onset_interval": onset_interval_bins,
    "density": density,
    "polyphony": polyphony,
    "velocity": velocities,
}


def normalised(counts: Floats) -> Floats:
    """Counts as shares that sum to 1 (all 0 where nothing was counted)."""
    return counts / max(float(counts.sum()), 1e-12)


def pooled(name: str, pieces: Sequence[Ids]) -> Floats:
    """The mean of the pieces' normalised histograms: each piece weighs the same."""
    return np.asarray(np.mean([normalised(HISTOGRAMS[name](ids)) for ids in pieces], axis=0))


def overlap(one: Floats, other: Floats) -> float:
    """Overlapping area of two histograms, 0 (nothing in common) to 1 (equal): the sum of the smaller shares."""
    return float(np.minimum(normalised(one), normalised(other)).sum())


# ---- single figures ----


def repetition(ids: Ids) -> float:
    """Share of the n-grams of six consecutive pitches that occur more than once in the piece."""
    if len(ids) < GRAM:
        return 0.0
    grams = np.lib.stride_tricks.sliding_window_view(ids[:, PITCH].astype(np.int64), GRAM)
    _, which, counts = np.unique(grams, axis=0, return_inverse=True, return_counts=True)
    return float((counts[which.ravel()] > 1).mean())


def empty(ids: Ids) -> float:
    """Share of the stretches of two seconds in which no note begins."""
    return float((_onsets_a_span(ids) == 0).mean())


def stuck(ids: Ids) -> float:
    """Share of the stretches of 32 notes that go round in a loop: for some period of at most 8 notes, nine in ten
    notes have the pitch of the note one period earlier."""
    parts = [p[:LOOP_NOTES, PITCH] for p in _stretches(ids, LOOP_NOTES) if len(p) >= LOOP_NOTES]
    loops = [any(float((p[lag:] == p[:-lag]).mean()) >= LOOP_SHARE for lag in range(1, LOOP_PERIOD + 1)) for p in parts]
    return float(np.mean(loops)) if loops else 0.0


def velocity_spread(ids: Ids) -> float:
    """Standard deviation of the velocities, in MIDI values."""
    return float(ids[:, VELOCITY].std() * VELOCITY_STEP)


def pedal_share(ids: Ids) -> float:
    """Share of the time under the sustain pedal: from each onset to the next, the state at the first of the two."""
    times = np.diff(onsets(ids))
    total = float(times.sum())
    return float(times[ids[:-1, PEDAL] != PEDAL_UP].sum()) / total if total else 0.0


FIGURES: dict[str, Callable[[Ids], float]] = {
    "in_key": in_key,
    "repetition": repetition,
    "empty": empty,
    "stuck": stuck,
    "velocity_spread": velocity_spread,
    "pedal_share": pedal_share,
}
