"""Score <-> ids: the attribute tables, both encodings, the grammar, and a streaming decoder.

*GIGA* is GIGA-Piano's: four tokens a note, `127 dt duration pitch`, vocabulary 128, no velocity.
*Expressive* is ours: one position a note with five attributes (`ATTRIBUTES`), each with its own vocabulary.
One table an attribute serves both directions. Knows no torch.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from composer.music.score import Note, Pedal, Score

Ids = NDArray[np.int16]  # (notes, 5), columns as ATTRIBUTES
Mask = NDArray[np.bool_]

ONSET_MS = 16  # a step of dt
DURATION_MS = 32  # a step of duration
_EPSILON = 1e-6  # seconds; a time that was rounded up to its tick still belongs to its step

# ---- the expressive tables ----

ATTRIBUTES = ("dt", "pitch", "duration", "velocity", "pedal")
DT, PITCH, DURATION, VELOCITY, PEDAL = range(5)


def _steps(linear: int, longest: int, coarse: int) -> NDArray[np.int64]:
    """0..linear in single steps, then `coarse` logarithmic ones up to `longest`."""
    tail = linear * (longest / linear) ** (np.arange(1, coarse + 1) / coarse)
    return np.concatenate([np.arange(linear + 1), np.rint(tail)]).astype(np.int64)


DT_STEPS = _steps(126, 1000, 24)  # id -> steps of 16 ms: 0..2.016 s, then up to 16 s
DURATION_STEPS = _steps(126, 500, 16)  # id -> steps of 32 ms: up to 4.032 s, then up to 16 s; id 0 means "none"
VELOCITY_STEP = 4  # velocities an id stands for

# Control positions: values of dt after those that mean a time. Their other attributes are NONE.
START, END, GAP_PREFIX, GAP_SUFFIX, GAP_MIDDLE = range(len(DT_STEPS), len(DT_STEPS) + 5)
NO_PITCH, NO_DURATION, NO_VELOCITY, NO_PEDAL = 128, 0, 32, 3
PEDAL_UP, PEDAL_HELD, PEDAL_AGAIN = range(3)  # at the onset: up; down; down, but lifted since the note before

VOCABULARY = (160, 129, 144, 33, 4)  # ids an attribute, rounded up; GAP_MIDDLE < 160, len(DURATION_STEPS) <= 144
NONE = (NO_PITCH, NO_DURATION, NO_VELOCITY, NO_PEDAL)


def control(mark: int) -> tuple[int, int, int, int, int]:
    """The position of a control mark (START, END, …)."""
    return mark, *NONE


def _floor_id(table: NDArray[np.int64], steps: NDArray[np.int64]) -> NDArray[np.int64]:
    return np.searchsorted(table, np.clip(steps, table[0], table[-1]), side="right") - 1


def _floor_steps(seconds: NDArray[np.float64], milliseconds: int) -> NDArray[np.int64]:
    return np.floor((seconds + _EPSILON) * 1000 / milliseconds).astype(np.int64)


def encode(score: Score) -> Ids:
    """The expressive positions of a piece's audible notes, in order of quantised onset, then pitch descending.

    No control positions. Of notes with one onset step and pitch, the longest stays. The first dt is 0.
    """
    notes = score.audible
    if not notes:
        return np.zeros((0, 5), dtype=np.int16)
    starts = score.tempo_map.seconds([n.start for n in notes])
    length = score.tempo_map.seconds([n.end for n in notes]) - starts
    rows = np.stack(
        [
            _floor_steps(starts, ONSET_MS),
            [n.pitch for n in notes],
            np.maximum(_floor_id(DURATION_STEPS, _floor_steps(length, DURATION_MS)), 1),
            [n.velocity // VELOCITY_STEP for n in notes],
        ],
        axis=1,
    )
    rows = rows[np.lexsort((-rows[:, 2], -rows[:, 1], rows[:, 0]))]
    first_of_key = np.ones(len(rows), dtype=bool)
    first_of_key[1:] = (np.diff(rows[:, 0]) != 0) | (np.diff(rows[:, 1]) != 0)
    rows = rows[first_of_key]
    dt = _floor_id(DT_STEPS, np.diff(rows[:, 0], prepend=rows[0, 0]))
    ids = np.column_stack([dt, rows[:, 1:], pedal_ids(rows[:, 0], *_pedal_steps(score))])
    return ids.astype(np.int16)


def _pedal_steps(score: Score) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
    """Steps on which the dampers change, and whether they are up (False) or held (True) from there on."""
    drums = {i for i, t in enumerate(score.tracks) if t.channel == 9}
    ticks, states = [], []
    down: set[int] = set()
    for pedal in score.pedals:
        if pedal.track in drums:
            continue
        before = bool(down)
        (down.add if pedal.down else down.discard)(pedal.track)
        if bool(down) != before:
            ticks.append(pedal.tick)
            states.append(bool(down))
    return _floor_steps(score.tempo_map.seconds(ticks), ONSET_MS), np.array(states, dtype=bool)


def pedal_ids(onsets: NDArray[np.int64], changes: NDArray[np.int64], down: NDArray[np.bool_]) -> NDArray[np.int64]:
    """The pedal attribute of notes at sorted onset steps, given the steps on which the pedal changes."""
    events = np.searchsorted(changes, onsets, side="right")  # changes up to and within each onset's step
    state = np.concatenate([[False], down])[events]
    lifts = np.concatenate([[0], np.cumsum(~down)])[events]
    held_before = np.concatenate([[False], state[:-1]])
    lifted = held_before & (np.diff(lifts, prepend=0) > 0)
    return np.where(state, np.where(lifted, PEDAL_AGAIN, PEDAL_HELD), PEDAL_UP)


# ---- decoding ----


@dataclass(frozen=True, slots=True)
class DecodedNote:
    """A decoded note, in seconds from the decoder's origin; `pedals` are (second, down) since the note before."""

    onset: float
    duration: float
    pitch: int
    velocity: int
    pedals: tuple[tuple[float, bool], ...] = ()


class Decoder:
    """Turns expressive positions into notes one by one. Control positions give None."""

    def __init__(self, step: int = 0, pedal_down: bool = False) -> None:
        """`step`: onset of the note before, in 16 ms steps; `pedal_down`: the pedal's state then."""
        self.step = step
        self.pedal_down = pedal_down

    def feed(self, position: Sequence[int]) -> DecodedNote | None:
        """The note of one position (five ids)."""
        dt, pitch, duration, velocity, pedal = (int(v) for v in position)
        if dt >= START:
            return None
        before, self.step = self.step, self.step + int(DT_STEPS[dt])
        pedals = self._pedal(pedal, before)
        self.pedal_down = pedal != PEDAL_UP
        return DecodedNote(
            onset=self.step * ONSET_MS / 1000,
            duration=int(DURATION_STEPS[duration]) * DURATION_MS / 1000,
            pitch=pitch,
            velocity=min(velocity * VELOCITY_STEP + VELOCITY_STEP // 2, 127),
            pedals=tuple((step * ONSET_MS / 1000, down) for step, down in pedals),
        )

    def _pedal(self, pedal: int, before: int) -> list[tuple[float, bool]]:
        if pedal == PEDAL_AGAIN and self.pedal_down:
            gap = self.step - before
            lift = float(self.step - min(gap // 2, 6))  # at most 96 ms before it is pressed again
            press = self.step + 0.5 if lift == self.step else float(self.step)
            return [(lift, False), (press, True)]
        if (pedal != PEDAL_UP) != self.pedal_down:
            return [(float(self.step), pedal != PEDAL_UP)]
        return []


def ticks_at_or_after(score: Score, seconds: float) -> int:
    """The first tick that is not before a time: rounded so, a decoded note is encoded into its own step again."""
    tick = score.tempo_map.tick(seconds)
    return tick if score.tempo_map.second(tick) >= seconds - _EPSILON / 2 else tick + 1


def place(sounded: DecodedNote, score: Score, *, composed: bool = False) -> tuple[Note, tuple[Pedal, ...]]:
    """A decoded note and its pedal movements in a score's ticks."""
    start = ticks_at_or_after(score, sounded.onset)
    end = ticks_at_or_after(score, score.tempo_map.second(start) + sounded.duration)
    note = Note(start, sounded.pitch, max(end - start, 1), sounded.velocity, composed=composed)
    moves = tuple(Pedal(ticks_at_or_after(score, s), 127 if down else 0) for s, down in sounded.pedals)
    return note, moves


def decode(ids: Iterable[Sequence[int]], like: Score | None = None) -> Score:
    """A piece from expressive positions, in the tempo and resolution of `like` (120 qpm without it).

    A pedal still down after the last note is let go when that note ends.
    """
    frame = (
        Score() if like is None else Score(tempos=like.tempos, meters=like.meters, ticks_per_beat=like.ticks_per_beat)
    )
    decoder = Decoder()
    notes: list[Note] = []
    pedals: list[Pedal] = []
    for position in ids:
        sounded = decoder.feed(position)
        if sounded:
            note, moves = place(sounded, frame)
            notes.append(note)
            pedals += moves
    piece = frame.with_notes(notes)
    if decoder.pedal_down:
        pedals.append(Pedal(piece.end, 0))
    return Score(piece.notes, tuple(pedals), piece.tempos, piece.meters, ticks_per_beat=piece.ticks_per_beat)


# ---- the grammar: what may follow ----


class Grammar:
    """Which values an attribute may take next, given the positions so far.

    `down`: the pedal's state before. `apart`: the next note does not join the chord of the one before. `wait`: steps
    of dt that must pass before the next note. `most_repeats`: how often running one pitch may be struck; 0 sets no
    bound.
    """

    def __init__(
        self,
        previous: Sequence[int] | None = None,
        down: bool = False,
        apart: bool = False,
        wait: int = 0,
        most_repeats: int = 0,
    ) -> None:
        self.previous = tuple(int(v) for v in previous) if previous is not None else control(START)
        self.down, self.apart, self.wait = down, apart, min(wait, int(DT_STEPS[-1]))
        self.most_repeats, self.repeats = most_repeats, 0

    def push(self, position: Sequence[int]) -> None:
        """Takes note of a chosen position."""
        before, self.previous = self.previous, tuple(int(v) for v in position)
        self.repeats = self.repeats + 1 if self.previous[PITCH] == before[PITCH] else 1
        self.down, self.apart, self.wait = self.previous[PEDAL] in (PEDAL_HELD, PEDAL_AGAIN), False, 0

    def dt(self, *, may_end: bool = False) -> Mask:
        """Allowed dt ids, (160,) bool: a chord goes down in pitch; a piece begins at 0; END if wanted, after a note."""
        if self.previous[DT] == START:
            return _AT_START
        may_end = may_end and not self.apart  # what fills a gap has at least one note
        joins = 0 < self.previous[PITCH] < NO_PITCH and not self.apart
        if not self.wait:
            return _LATER[joins][may_end]
        allowed = np.zeros(VOCABULARY[DT], dtype=bool)
        allowed[: len(DT_STEPS)] = self.wait <= DT_STEPS
        allowed[END] = may_end
        return allowed

    def pitch(self, dt: int) -> Mask:
        """Allowed pitches, (129,) bool: within one onset step each lies below the one before."""
        if dt == 0 and self.previous[DT] != START:
            return _BELOW[self.previous[PITCH]]
        return _OTHER[self.previous[PITCH]] if 0 < self.most_repeats <= self.repeats else _BELOW[NO_PITCH]

    def duration(self) -> Mask:
        """Allowed durations, (144,) bool."""
        return _DURATIONS

    def velocity(self) -> Mask:
        """Allowed velocities, (33,) bool."""
        return _VELOCITIES

    def pedal(self, dt: int) -> Mask:
        """Allowed pedal ids, (4,) bool: one state an onset step, and only a held pedal can be lifted."""
        if self.previous[DT] == START:
            return _PEDALS[False]
        return _STAYS[self.down] if dt == 0 else _PEDALS[self.down]


def _mask(attribute: int, *allowed: range) -> Mask:
    mask = np.zeros(VOCABULARY[attribute], dtype=bool)
    for ids in allowed:
        mask[ids.start : ids.stop] = True
    mask.setflags(write=False)
    return mask


# The masks that a grammar gives, made once: a note asks for five.
_AT_START = _mask(DT, range(1))
_LATER = [
    [_mask(DT, range(0 if joins else 1, len(DT_STEPS)), range(END, END + may_end)) for may_end in range(2)]
    for joins in range(2)
]
_BELOW = [_mask(PITCH, range(pitch)) for pitch in range(VOCABULARY[PITCH])]  # the last one is all pitches
_OTHER = [_mask(PITCH, range(pitch), range(pitch + 1, NO_PITCH)) for pitch in range(VOCABULARY[PITCH])]
_DURATIONS = _mask(DURATION, range(1, len(DURATION_STEPS)))
_VELOCITIES = _mask(VELOCITY, range(NO_VELOCITY))
_PEDALS = [_mask(PEDAL, range(2)), _mask(PEDAL, range(3))]  # by whether it is down before
_STAYS = [_mask(PEDAL, range(1)), _mask(PEDAL, range(1, 2))]


def follows_grammar(ids: Iterable[Sequence[int]]) -> bool:
    """Whether each position (without control marks) is one that the grammar allows there."""
    grammar = Grammar()
    for position in ids:
        dt, pitch, duration, velocity, pedal = (int(v) for v in position)
        masks = (grammar.dt(), grammar.pitch(dt), grammar.duration(), grammar.velocity(), grammar.pedal(dt))
        if not all(mask[v] for mask, v in zip(masks, (dt, pitch, duration, velocity, pedal), strict=True)):
            return False
        grammar.push(position)
    return True


# ---- GIGA-Piano ----

GIGA_VOCABULARY = 128
GIGA_NOTE = 127  # opens each note; a prompt ends with one
GIGA_LIMIT = 126


def giga_ids(score: Score) -> list[int]:
    """GIGA-Piano's flat ids of the audible notes: `127 dt duration pitch` each, no closing 127."""
    notes = sorted(score.audible, key=lambda n: (n.start, -n.pitch))
    if not notes:
        return []
    starts = score.tempo_map.seconds([n.start for n in notes])
    length = score.tempo_map.seconds([n.end for n in notes]) - starts
    onset = _floor_steps(starts, ONSET_MS)
    dt = np.clip(np.diff(onset, prepend=onset[0]), 0, GIGA_LIMIT)
    duration = np.clip(_floor_steps(length, DURATION_MS), 1, GIGA_LIMIT)
    pitch = np.clip([n.pitch for n in notes], 1, GIGA_LIMIT)
    mark = np.full(len(notes), GIGA_NOTE)
    return [int(v) for v in np.stack([mark, dt, duration, pitch], axis=1).ravel()]


def giga_notes(ids: Sequence[int], velocity: int = 80) -> list[DecodedNote]:
    """Notes of GIGA-Piano's flat ids; an unfinished or ill-formed group of four is passed over."""
    step, found = 0, []
    for at in range(len(ids) - 3):
        mark, dt, duration, pitch = ids[at : at + 4]
        if mark == GIGA_NOTE and GIGA_NOTE not in (dt, duration, pitch) and duration and pitch:
            step += dt
            found.append(DecodedNote(step * ONSET_MS / 1000, duration * DURATION_MS / 1000, pitch, velocity))
    return found


def giga_allowed(place_in_note: int) -> Mask:
    """GIGA-Piano's grammar, (128,) bool, for place 0 (the mark), 1 (dt), 2 (duration), 3 (pitch) of a note."""
    ids = np.arange(GIGA_VOCABULARY)
    return np.asarray(
        [ids == GIGA_NOTE, ids <= GIGA_LIMIT, (ids > 0) & (ids < GIGA_NOTE), (ids > 0) & (ids < GIGA_NOTE)][
            place_in_note
        ]
    )
