"""Training windows with data augmentation: transposition, tempo and loudness; infilling; dropped expression."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import pairwise

import numpy as np
import torch
from numpy.typing import NDArray

from composer.model import conditions
from composer.model.tokenizer import (
    DT,
    DT_STEPS,
    DURATION,
    DURATION_STEPS,
    END,
    GAP_MIDDLE,
    GAP_PREFIX,
    GAP_SUFFIX,
    NO_PITCH,
    NO_VELOCITY,
    PEDAL,
    PEDAL_UP,
    PITCH,
    START,
    VELOCITY,
    control,
)
from composer.model.transformer import UNKNOWN
from composer.music.metre import Metre, unknown
from composer.training.corpus import FEWEST_NOTES, Piece

GAP_MARKS = (GAP_PREFIX, GAP_SUFFIX, GAP_MIDDLE, END)  # what a gap adds to a window
SILENT = torch.tensor([False, False, False, True, True])  # the columns of velocity and pedal
METRE_WEIGHT = 2.0  # how much oftener a piece is seen whose beats are known, where it is labelled
ENDINGS = 0.25  # share of the gaps, where the window holds the end of a piece, that have it to fill
SILENCE = 625  # steps of dt, 10 s: a longer rest is between two pieces that were recorded in one file
KNOWN = 0.7  # 0: every performance is seen as often as any other; 1: every composition is


class TrainingWindows(torch.utils.data.Dataset[tuple[torch.Tensor, ...]]):
    """Windows of `length` positions over the pieces, laid end to end between START and END marks.

    An item is (positions, following, following), each (length, 5) int64: the network's two inputs and the target.
    With `augment`, each is a random window (of a piece by `cumulative_shares`), transposed by -5..+6 semitones, up to
    10 % faster or slower and up to two velocity steps softer or louder; without, the windows are fixed and do not
    overlap. A share `infill` of the random ones has a gap to fill (see `make_infilling`), a share `plain` begins
    without expression (see `drop_expression`); a share `closing` (of pieces that fill one) is about how a piece ends.
    """

    def __init__(
        self,
        pieces: Sequence[Piece],
        length: int,
        count: int | None = None,
        augment: bool = False,
        infill: float = 0.0,
        plain: float = 0.0,
        closing: float = 0.0,
        labelled: bool = False,
    ) -> None:
        pieces = [part for p in pieces for part in split_at_rests(p)]
        rows = [r for p in pieces for r in (np.array([control(START)]), p.ids, np.array([control(END)]))]
        self.stream = np.concatenate(rows).astype(np.int16)
        self.labels = Labels(pieces) if labelled else None
        self.length, self.augment = min(length, len(self.stream) - 1), augment
        self.infill, self.plain, self.closing = infill, plain, closing
        whole = max((len(self.stream) - 1) // self.length, 1)
        self.count = count if augment and count else min(count or whole, whole)
        self.spread = whole / self.count  # fixed windows are taken evenly from the whole stream
        self.random, self.worker = np.random.default_rng(0), 0
        self.ends = np.cumsum([len(p.ids) + 2 for p in pieces])
        self.cumulative = cumulative_shares(pieces, METRE_WEIGHT if labelled else 1.0)

    def __len__(self) -> int:
        return self.count

    def __getitem__(self, index: int) -> tuple[torch.Tensor, ...]:
        if not 0 <= index < self.count:
            raise IndexError(index)
        self._reseed_in_worker()
        closing = self.augment and self.closing > 0 and self.random.random() < self.closing
        if closing:
            start = self._draw_start_before_end()
        elif self.augment:
            start = self._draw_start()
        else:
            start = int(index * self.spread) * self.length
        rows = self.stream[start : start + self.length + 1].astype(np.int64)
        rows = np.column_stack([rows, np.arange(len(rows))])  # the last column: from where in the window
        if self.augment:
            rows[:, :5], speed = augment_window(rows[:, :5], self.random)
            plain = rows[:, :5]
            if closing or self.random.random() < self.infill:
                rows = make_infilling(rows, self.random, 1.0 if closing else ENDINGS)
        order, rows = rows[:, 5], rows[:, :5]
        read = drop_expression(rows, self.random) if self.augment and self.random.random() < self.plain else rows
        x, y = torch.from_numpy(read[:-1]), torch.from_numpy(rows[1:])
        if self.labels is None:
            return x, y, y
        if not self.augment:
            nothing = np.zeros((len(x), len(conditions.FIELDS)), np.int64), np.zeros((len(x), 3), np.float32)
            return x, y, torch.from_numpy(nothing[0]), torch.from_numpy(nothing[1]), y
        labels, clock, silent = self.labels.of(plain, start, order, speed, self.random)
        target = y.clone()
        target[torch.from_numpy(silent[1:])[:, None] & SILENT] = UNKNOWN
        return x, y, torch.from_numpy(labels[:-1]), torch.from_numpy(clock[:-1]), target

    def _reseed_in_worker(self) -> None:
        """Gives each of a loader's worker processes random numbers of its own, others in each epoch."""
        worker = torch.utils.data.get_worker_info()
        if worker is not None and self.worker != worker.seed:
            self.worker, self.random = worker.seed, np.random.default_rng(worker.seed)

    def _draw_piece(self) -> tuple[int, int]:
        """The first position of a random piece, and the first behind it."""
        piece = min(int(np.searchsorted(self.cumulative, self.random.random(), side="right")), len(self.ends) - 1)
        return int(self.ends[piece - 1]) if piece else 0, int(self.ends[piece])

    def _draw_start(self) -> int:
        start = int(self.random.integers(*self._draw_piece()))
        return min(start, len(self.stream) - self.length - 1)

    def _draw_start_before_end(self) -> int:
        """The start of a random window that holds the end of its piece in its second half."""
        first, behind = self._draw_piece()
        before = int(self.random.integers(self.length // 2, max(self.length - len(GAP_MARKS), self.length // 2 + 1)))
        return max(min(max(first, behind - before), len(self.stream) - self.length - 1), 0)


class Labels:
    """What can be told about every position of a stream of pieces: their metre and where they are from."""

    def __init__(self, pieces: Sequence[Piece]) -> None:
        metres, sources = [], []
        for piece in pieces:
            metres += [unknown(1), piece.metre or unknown(len(piece.ids)), unknown(1)]
            source = (piece.source.composer, piece.source.period, piece.source.medium)
            sources.append(np.tile(np.array(source, dtype=np.int8), (len(piece.ids) + 2, 1)))
        self.metre = Metre.join(metres)
        self.sources = np.concatenate(sources)

    def of(
        self, rows: NDArray[np.int64], start: int, order: NDArray[np.int64], speed: float, random: np.random.Generator
    ) -> tuple[conditions.Conditions, NDArray[np.float32], NDArray[np.bool_]]:
        """Labels (positions, fields), clock (positions, 3) and whether dynamics are unknown, of a window in `order`.

        `rows` (positions, 5) are the window in its first order, played `speed` times as slowly as it is in the stream.
        """
        window = slice(start, start + len(rows))
        metre = self.metre.part(window)
        metre = replace(metre, seconds=metre.seconds * speed)
        sources = self.sources[window].astype(np.int64)
        made = conditions.told(rows, metre, sources, conditions.segments(len(rows), random))
        made = conditions.drop(made, random)
        clock = conditions.clock(metre) * made[:, :1].astype(bool)
        return made[order], clock[order], (sources[:, 2] == conditions.SCORE)[order]


def split_at_rests(piece: Piece) -> Iterator[Piece]:
    """Splits a recital recorded in one file into its pieces: at rests over SILENCE, where neither side is tiny."""
    edges, end = [0], len(piece.ids)
    steps = DT_STEPS[piece.ids[:, DT].astype(np.int64)]
    for cut in np.flatnonzero(steps > SILENCE).tolist():
        if cut - edges[-1] >= FEWEST_NOTES and end - cut >= FEWEST_NOTES:
            edges.append(cut)
    for first, last in pairwise([*edges, end]):
        ids = piece.ids[first:last].copy()
        ids[:1, DT] = 0 if first else ids[:1, DT]
        metre = piece.metre and piece.metre.part(slice(first, last))
        yield piece if last - first == end else replace(piece, ids=ids, metre=metre)


def cumulative_shares(pieces: Sequence[Piece], beaten: float = 1.0) -> NDArray[np.float64]:
    """Cumulative shares of the pieces in the random windows: as its length, less where others play it too, and
    `beaten` times as much where its beats are known."""
    performances = Counter(composition for composition, _ in {(p.composition or p.digest, p.digest) for p in pieces})
    shares = [
        (len(p.ids) + 2) * performances[p.composition or p.digest] ** -KNOWN * (1 if p.metre is None else beaten)
        for p in pieces
    ]
    return np.asarray(np.cumsum(shares) / sum(shares), dtype=np.float64)


def make_infilling(rows: NDArray[np.int64], random: np.random.Generator, endings: float = ENDINGS) -> NDArray[np.int64]:
    """Fill-in-the-middle (arXiv 2207.14255, its PSM order) of a window (positions, 5 or more).

    `GAP_PREFIX before GAP_SUFFIX after GAP_MIDDLE notes END`, in the place of `before notes after`; as many positions
    as before, the last ones dropped. The first dt of `after` spans the gap, that of `notes` goes on from `before`. In
    a share `endings` nothing but the piece's end, where the window holds it, comes after: that is how to end.
    Columns after the five attributes are carried along.
    """
    length, first, last = len(rows), 0, len(rows) - len(GAP_MARKS)
    marks = np.flatnonzero(rows[:last, PITCH] == NO_PITCH)
    width = rows.shape[1]
    edges = [-1, *marks.tolist(), last]
    first, last = max(((a + 1, z) for a, z in pairwise(edges)), key=lambda span: span[1] - span[0])
    ending = last < length - len(GAP_MARKS) and rows[last, DT] == END and random.random() < endings
    if last - first < FEWEST_NOTES:
        return rows
    size = int(np.exp(random.uniform(np.log(4), np.log(min(128, (last - first) // 2)))))
    if ending:
        start, stop = last - size, last
    else:
        start = int(random.integers(first + 1, last - size))
        stop = start + size
        across = DT_STEPS[rows[start : stop + 1, DT]].sum()
        if across > DT_STEPS[-1]:
            return rows
        after = rows[stop:last].copy()
        after[0, DT] = np.searchsorted(DT_STEPS, across, side="right") - 1
    if ending:
        after = rows[last : last + 1]
        last += 1
    carried = rows[start - 1, 5:].tolist()  # a mark is where the note before the gap is
    parts = (
        rows[:first],
        [(*control(GAP_PREFIX), *carried)],
        rows[first:start],
        [(*control(GAP_SUFFIX), *carried)],
        after,
        [(*control(GAP_MIDDLE), *carried)],
        rows[start:stop],
        [(*control(END), *carried)],
        rows[last:],
    )
    return np.concatenate([np.asarray(part, dtype=np.int64).reshape(-1, width) for part in parts])[:length]


def drop_expression(rows: NDArray[np.int64], random: np.random.Generator) -> NDArray[np.int64]:
    """Positions (notes, 5) whose beginning has no pedal, no dynamics or neither, as a theme drawn with the mouse.

    As what the network reads, beside the true notes as its target, this teaches it to go on with expression
    from a theme that has none. At most three quarters of the positions are plain.
    """
    until = int(random.integers(min(8, len(rows)), max(9, 3 * len(rows) // 4)))
    notes = np.flatnonzero(rows[:until, PITCH] < NO_PITCH)
    drawn = rows.copy()
    if random.random() < 0.8:
        drawn[notes, PEDAL] = PEDAL_UP
    if random.random() < 0.6 and len(notes):
        loudness = round(rows[notes, VELOCITY].mean()) + random.integers(-3, 4)
        drawn[notes, VELOCITY] = np.clip(loudness, 0, NO_VELOCITY - 1)
    return drawn


def augment_window(rows: NDArray[np.int64], random: np.random.Generator) -> tuple[NDArray[np.int64], float]:
    """Data augmentation: (notes, 5) transposed, at another tempo and loudness, and how much slower; controls stay."""
    is_note = rows[:, PITCH] < NO_PITCH
    notes = rows[is_note]
    if not len(notes):
        return rows, 1.0
    shift = int(np.clip(random.integers(-5, 7), -notes[:, PITCH].min(), 127 - notes[:, PITCH].max()))
    speed = random.uniform(0.9, 1.1)
    notes[:, PITCH] += shift
    notes[:, DT] = _rescale(DT_STEPS, notes[:, DT], speed)
    notes[:, DURATION] = np.maximum(_rescale(DURATION_STEPS, notes[:, DURATION], speed), 1)
    notes[:, VELOCITY] = np.clip(notes[:, VELOCITY] + random.integers(-2, 3), 0, NO_VELOCITY - 1)
    varied = rows.copy()
    varied[is_note] = notes
    return varied, speed


def _rescale(table: NDArray[np.int64], ids: NDArray[np.int64], factor: float) -> NDArray[np.int64]:
    steps = np.rint(table[ids] * factor).astype(np.int64)
    return np.asarray(np.searchsorted(table, np.clip(steps, table[0], table[-1]), side="right") - 1, dtype=np.int64)
