"""Folders of MIDI -> checked pieces; duplicates out; performances of one composition found by content; splits.

Two recordings of a composition are recognised by the n-grams of intervals in their upper voice that they
share, whatever their names, key or speed, so that no composition stands on both sides of a split.
"""

from __future__ import annotations

import hashlib
import io
import json
import os
import zipfile
import zlib
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from composer.core.errors import UserError, reason
from composer.files import midi_reader
from composer.files.atomic_files import write_atomically
from composer.model.conditions import Source
from composer.model.tokenizer import DT, DT_STEPS, PITCH, Ids, encode
from composer.music.metre import Metre
from composer.music.score import Score

SUFFIXES = (".mid", ".midi")
FEWEST_NOTES = 32  # a piece with fewer teaches nothing
CHORD_STEPS = 2  # onsets within 32 ms count as one
GRAM = 7  # intervals in a fingerprint's n-gram
ENOUGH_TO_JUDGE = 2048  # held-out notes that will do: what the base was kept from judges better than what it has seen
COMMON = 40  # an n-gram in more performances than this (scales, repeated notes) tells nothing
# (n-grams in common, and their share of the smaller fingerprint) from which two pieces are one composition
SAME = ((8, 0.08), (40, 0.03))

Progress = Callable[[float, str], None]


@dataclass(frozen=True)
class Piece:
    """One usable file: its expressive ids (notes, 5), the hash of its content, its composition and its part."""

    path: Path
    ids: Ids
    digest: str
    composition: str = ""  # the smallest digest among the composition's performances
    part: str = "train"  # "train", "valid" or "test"
    metre: Metre | None = None  # where its onsets stand in its bars, if that is known
    source: Source = field(default_factory=Source)  # who wrote it, and how it was recorded


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
        return check(path, midi_reader.read(path))
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
    for done, found in enumerate(read_all(files, workers), 1):
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


def read_all(files: list[Path], workers: int | None = None) -> Iterator[Piece | Skipped]:
    """Every file checked, in the order given; many are read side by side."""
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
    weights = np.array([256**i for i in range(GRAM)], dtype=np.int64)
    return np.unique((windows * weights).sum(axis=1))


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
            smaller = min(telling[one], telling[other])
            if any(count >= fewest and count >= share * smaller for fewest, share in SAME):
                yield one, other


# ---- a cache, so that an interrupted training need not read a thousand files again ----


def save(corpus: Corpus, path: Path) -> None:
    """Writes the pieces (not what was skipped) to an .npz file, whole or not at all."""
    facts = [[str(p.path), p.digest, p.composition, p.part, len(p.ids)] for p in corpus.pieces]
    out = io.BytesIO()
    np.savez_compressed(out, ids=np.concatenate([p.ids for p in corpus.pieces]), facts=np.array(json.dumps(facts)))
    write_atomically(path, out.getvalue(), force=True)


def load(path: Path) -> Corpus:
    """The pieces of a cache. Raises `UserError` (file_unreadable) for anything else."""
    try:
        with path.open("rb") as file, np.load(file, allow_pickle=False) as held:
            ids, facts = held["ids"], json.loads(str(held["facts"]))
    except (OSError, ValueError, KeyError, TypeError, EOFError, zipfile.BadZipFile, zlib.error) as error:
        raise UserError("file_unreadable", path=path, reason=reason(error)) from error
    ends = np.cumsum([f[4] for f in facts])
    parts = np.split(ids, ends[:-1])
    pieces = (Piece(Path(f[0]), part, f[1], f[2], f[3]) for f, part in zip(facts, parts, strict=True))
    return Corpus(tuple(pieces), ())


# ---- splits ----


def split(
    corpus: Corpus,
    kept_back: Iterable[str] = (),
    manifest: dict[str, list[str]] | None = None,
    valid_percent: int = 4,
) -> Corpus:
    """The corpus with each composition in one part.

    `kept_back`: digests whose compositions become "test". `manifest`: an earlier split (see
    `Corpus.manifest`) that known music keeps. All else goes to "valid" or "train" by its hash.
    """
    tested = set(kept_back)
    part: dict[str, str] = {}
    rank = ("", "train", "valid", "test")  # where performances of one composition differ, the strictest wins
    for piece in corpus.pieces:
        known = (manifest or {}).get(piece.digest)
        wish = "test" if piece.digest in tested else known[1] if known else ""
        if rank.index(wish) > rank.index(part.get(piece.composition, "")):
            part[piece.composition] = wish
    for piece in corpus.pieces:
        is_valid = int(piece.composition[:8], 16) % 100 < valid_percent
        part.setdefault(piece.composition, "valid" if is_valid else "train")
    return replace(corpus, pieces=tuple(replace(p, part=part[p.composition]) for p in corpus.pieces))


def hold_out(corpus: Corpus, folder: str | Path | None) -> Corpus:
    """The corpus split so that every composition in `folder`, in whichever performance, is "test"."""
    if folder is None:
        return split(corpus)
    other = read([folder]).pieces
    own = {p.digest for p in corpus.pieces}
    both = replace(corpus, pieces=tuple(group([*corpus.pieces, *(p for p in other if p.digest not in own)])))
    parted = split(both, [p.digest for p in other])
    return replace(parted, pieces=tuple(p for p in parted.pieces if p.digest in own))


def ensure_valid(corpus: Corpus, share: float = 0.1) -> Corpus:
    """The corpus with something to judge by: without a "valid" part, compositions of about `share` of the notes
    move there from "train"; if there is only one composition, its last tenth does."""
    train = corpus.part("train")
    valid = sum(len(p.ids) for p in corpus.part("valid"))
    if not train or valid >= min(ENOUGH_TO_JUDGE, share / 2 * sum(len(p.ids) for p in train)):
        return corpus
    sizes: Counter[str] = Counter()
    for piece in train:
        sizes[piece.composition] += len(piece.ids)
    if len(sizes) == 1:
        return replace(corpus, pieces=tuple(_halves(corpus.pieces, share)))
    wanted, moved = min(share * sizes.total(), ENOUGH_TO_JUDGE), set[str]()
    for name, notes in sorted(sizes.items(), key=lambda item: item[0]):
        if sum(sizes[m] for m in moved) + notes <= 2 * wanted:
            moved.add(name)
        if sum(sizes[m] for m in moved) >= wanted:
            break
    moved = moved or {min(sizes, key=lambda name: sizes[name])}
    pieces = (replace(p, part="valid") if p.composition in moved and p.part == "train" else p for p in corpus.pieces)
    return replace(corpus, pieces=tuple(pieces))


def _halves(pieces: Iterable[Piece], share: float) -> Iterator[Piece]:
    for piece in pieces:
        if piece.part != "train":
            yield piece
            continue
        cut = int(len(piece.ids) * (1 - share))
        yield replace(piece, ids=piece.ids[:cut], part="train")
        yield replace(piece, ids=piece.ids[cut:], digest=piece.digest + "-tail", part="valid")
