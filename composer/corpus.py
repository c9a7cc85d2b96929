"""Folders of MIDI -> checked pieces; duplicates out; performances of one composition found by content; splits.

Two recordings of a composition are recognised by the n-grams of intervals in their upper voice that they
share, whatever their names, key or speed, so that no composition stands on both sides of a split.
"""

from __future__ import annotations

import hashlib
import os
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from composer import midi
from composer.errors import UserError
from composer.score import Score
from composer.tokenizer import DT, DT_STEPS, PITCH, Ids, encode

SUFFIXES = (".mid", ".midi")
FEWEST_NOTES = 32  # a piece with fewer teaches nothing
CHORD_STEPS = 2  # onsets within 32 ms count as one
GRAM = 7  # intervals in a fingerprint's n-gram
COMMON = 40  # an n-gram in more compositions than this (scales, repeated notes) tells nothing
SAME = 0.08  # share of the smaller fingerprint in common from which two pieces are one composition

Progress = Callable[[float, str], None]


@dataclass(frozen=True)
class Piece:
    """One usable file: its expressive ids (notes, 5), the hash of its content, its composition and its part."""

    path: Path
    ids: Ids
    digest: str
    composition: str = ""  # the smallest digest among the composition's performances
    part: str = "train"  # "train", "valid" or "test"


@dataclass(frozen=True)
class Skipped:
    """A file that is not used, and why, in one plain sentence."""

    path: Path
    reason: str


@dataclass(frozen=True)
class Corpus:
    """What a reading of folders found."""

    pieces: tuple[Piece, ...]
    skipped: tuple[Skipped, ...]

    def part(self, name: str) -> list[Piece]:
        """The pieces of one part."""
        return [p for p in self.pieces if p.part == name]

    @property
    def notes(self) -> int:
        """Notes in all pieces."""
        return sum(len(p.ids) for p in self.pieces)

    def manifest(self) -> dict[str, list[str]]:
        """digest -> [composition, part]: what was learned from and what was kept back, without names."""
        return {p.digest: [p.composition, p.part] for p in sorted(self.pieces, key=lambda p: p.digest)}


def find_files(folders: Iterable[str | Path]) -> list[Path]:
    """All MIDI files below the folders (or the files themselves), sorted; links in circles are followed once."""
    found: list[Path] = []
    for folder in map(Path, folders):
        if folder.is_file():
            found.append(folder)
        elif not folder.is_dir():
            raise UserError("folder_missing", path=folder)
        found += _walk(folder)
    return found


def _walk(folder: Path) -> Iterator[Path]:
    seen: set[str] = set()
    for root, folders, files in os.walk(folder, followlinks=True):
        real = os.path.realpath(root)
        if real in seen:
            folders.clear()
            continue
        seen.add(real)
        folders.sort()
        yield from (Path(root, f) for f in sorted(files) if f.lower().endswith(SUFFIXES) and not f.startswith("."))


def read_piece(path: Path) -> Piece | Skipped:
    """One file, checked."""
    try:
        return check(path, midi.read(path))
    except UserError as error:
        return Skipped(path, str(error))
    except MemoryError:
        return Skipped(path, "It is too large for this machine's memory.")


def check(path: Path, score: Score) -> Piece | Skipped:
    """A score as a piece, or why it is not worth learning from."""
    if score.notes and not score.audible:
        return Skipped(path, "It has drums only.")
    ids = encode(score)
    if len(ids) < FEWEST_NOTES:
        return Skipped(path, f"It has fewer than {FEWEST_NOTES} notes.")
    if len(np.unique(ids[:, PITCH])) < 4:
        return Skipped(path, "It uses fewer than four keys.")
    return Piece(path, ids, hashlib.sha256(np.ascontiguousarray(ids).tobytes()).hexdigest()[:24])


def read(folders: Sequence[str | Path], progress: Progress | None = None, workers: int | None = None) -> Corpus:
    """Reads folders in parallel. Raises `UserError` when a folder is missing or holds nothing usable."""
    files = find_files(folders)
    pieces: list[Piece] = []
    skipped: list[Skipped] = []
    first: dict[str, Path] = {}
    for done, found in enumerate(_read_all(files, workers), 1):
        if isinstance(found, Piece) and found.digest in first:
            found = Skipped(found.path, f"It is the same music as {first[found.digest].name}.")
        if isinstance(found, Skipped):
            skipped.append(found)
        else:
            first[found.digest] = found.path
            pieces.append(found)
        if progress:
            progress(done / len(files), found.path.name)
    if not pieces:
        raise UserError("folder_without_midi", path=", ".join(map(str, folders)))
    return Corpus(tuple(group(pieces)), tuple(skipped))


def _read_all(files: list[Path], workers: int | None) -> Iterator[Piece | Skipped]:
    count = min(workers or os.cpu_count() or 1, 1 + len(files) // 8)
    if count == 1:
        yield from map(read_piece, files)
        return
    with ProcessPoolExecutor(count) as pool:
        yield from pool.map(read_piece, files, chunksize=4)


# ---- compositions ----


def fingerprint(ids: Ids) -> NDArray[np.int64]:
    """Hashes of the n-grams of intervals in the upper voice, sorted and unique; the same in every key and tempo."""
    onset = np.cumsum(DT_STEPS[ids[:, DT]])
    top: list[int] = []
    start = -CHORD_STEPS - 1
    for step, pitch in zip(onset.tolist(), ids[:, PITCH].tolist(), strict=True):
        if step - start > CHORD_STEPS:
            top.append(pitch)
            start = step
        else:
            top[-1] = max(top[-1], pitch)
    intervals = np.diff(np.array(top, dtype=np.int64)) + 128
    if len(intervals) < GRAM:
        return np.zeros(0, dtype=np.int64)
    windows = np.lib.stride_tricks.sliding_window_view(intervals, GRAM)
    return np.unique(windows @ (256 ** np.arange(GRAM, dtype=np.int64)))


def group(pieces: Sequence[Piece]) -> list[Piece]:
    """The pieces with their compositions filled in."""
    prints = [fingerprint(p.ids) for p in pieces]
    holders: dict[int, list[int]] = defaultdict(list)
    for index, grams in enumerate(prints):
        for gram in grams.tolist():
            holders[gram].append(index)
    leader = list(range(len(pieces)))

    def root(i: int) -> int:
        while leader[i] != i:
            leader[i] = leader[leader[i]]
            i = leader[i]
        return i

    for one, other in _alike(prints, holders):
        leader[root(one)] = root(other)
    members: dict[int, list[str]] = defaultdict(list)
    for i, piece in enumerate(pieces):
        members[root(i)].append(piece.digest)
    return [replace(p, composition=min(members[root(i)])) for i, p in enumerate(pieces)]


def _alike(prints: list[NDArray[np.int64]], holders: dict[int, list[int]]) -> Iterator[tuple[int, int]]:
    """Pairs of pieces that share enough of their n-grams."""
    telling = [sum(len(holders[g]) <= COMMON for g in grams.tolist()) for grams in prints]
    for one, grams in enumerate(prints):
        shared: Counter[int] = Counter()
        for gram in grams.tolist():
            if len(holders[gram]) <= COMMON:
                shared.update(i for i in holders[gram] if i < one)
        for other, count in shared.items():
            if count >= 8 and count >= SAME * min(telling[one], telling[other]):
                yield one, other
