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
from dataclasses import astuple, dataclass, field, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from composer.core.errors import UserError
from composer.files import midi_reader
from composer.model.conditions import Source
from composer.model.tokenizer import PITCH, Ids, encode
from composer.music.metre import Metre, unknown
from composer.music.score import Score
from composer.training import encoded_corpus, sources, splits
from composer.training.splits import fingerprint

SUFFIXES = (".mid", ".midi")
FEWEST_NOTES = 32  # a piece with fewer teaches nothing
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
    part: str = "train"  # "train", "valid", "test" or "out": too near to one of these to learn from
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
    digest = hashlib.sha256(np.ascontiguousarray(ids).tobytes()).hexdigest()[:24]
    return Piece(path, ids, digest, metre=sources.metre_of(path, score, ids), source=sources.source_of(path))


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
    twice = same_recordings(pieces)
    pieces = [p for p in pieces if p.digest not in twice]
    return Corpus(tuple(group(pieces)), (*skipped, *twice.values()))


def same_recordings(pieces: Sequence[Piece]) -> dict[str, Skipped]:
    """Digests of pieces that are recordings which an earlier piece has too, cut otherwise or not, and why to skip."""
    found = splits.recordings([p.ids for p in pieces])
    names = {one: pieces[other].path.name for one, other in found.items()}
    return {
        pieces[one].digest: Skipped(pieces[one].path, f"It is the same recording as {name}.")
        for one, name in names.items()
    }


def read_all(files: list[Path], workers: int | None = None) -> Iterator[Piece | Skipped]:
    """Every file checked, in the order given; many are read side by side."""
    count = min(workers or os.cpu_count() or 1, 1 + len(files) // 8)
    if count == 1:
        yield from map(read_piece, files)
        return
    with ProcessPoolExecutor(count) as pool:
        yield from pool.map(read_piece, files, chunksize=4)


# ---- compositions ----


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
    """Writes the pieces (not what was skipped) to an .npz or .xz file, whole or not at all."""
    facts = [
        [str(p.path), p.digest, p.composition, p.part, len(p.ids), p.metre is not None, *astuple(p.source)]
        for p in corpus.pieces
    ]
    beaten = np.repeat([p.metre is not None for p in corpus.pieces], [len(p.ids) for p in corpus.pieces])
    metre = Metre.join([unknown(0), *(p.metre for p in corpus.pieces if p.metre is not None)])
    encoded_corpus.write(path, np.concatenate([p.ids for p in corpus.pieces]), facts, beaten, metre)


def load(path: Path) -> Corpus:
    """The pieces of such a file. Raises `UserError` (file_unreadable) for anything else, or of another version."""
    ids, facts, beaten, metre = encoded_corpus.read(path)
    try:
        pieces, at, known = [], 0, 0
        for name, digest, composition, part, notes, has_metre, *source in facts:
            own = metre.part(slice(known, known + notes)) if has_metre else None
            pieces.append(Piece(Path(name), ids[at : at + notes], digest, composition, part, own, Source(*source)))
            at, known = at + notes, known + notes * has_metre
        if (at, known) != (len(ids), int(beaten.sum())):
            raise ValueError("its parts do not fit together")
    except (ValueError, TypeError) as error:
        raise UserError("file_unreadable", path=path, reason="it is damaged") from error
    return Corpus(tuple(pieces), ())


# ---- splits ----


def split(
    corpus: Corpus,
    kept_back: Iterable[str] = (),
    manifest: dict[str, list[str]] | None = None,
    valid_percent: int = 4,
) -> Corpus:
    """The corpus in parts; what is near a held-out piece (see `splits.near`) is "out", but no more by way of that.

    `kept_back`: digests that become "test". `manifest`: an earlier split (see `Corpus.manifest`) that known music
    keeps. Of all else, `valid_percent` of the compositions go to "valid" by their hash, the others to "train".
    """
    tested, known = set(kept_back), manifest or {}
    part: list[str] = []
    for piece in corpus.pieces:
        wish = "test" if piece.digest in tested else known[piece.digest][1] if piece.digest in known else ""
        part.append(wish)
    prints = [fingerprint(p.ids) for p in corpus.pieces]
    index = splits.Index(prints, [p.composition for p in corpus.pieces])
    certain = {i for i, p in enumerate(corpus.pieces) if p.digest in known and p.digest not in tested}

    def leave_out(held: set[int], kept: set[int]) -> None:
        for other in splits.near(index, held):
            if other not in kept and part[other] in ("", "train"):
                part[other] = "out"

    test = {i for i, name in enumerate(part) if name == "test"}
    leave_out({i for i in test if corpus.pieces[i].digest in tested}, set())
    leave_out(test, certain)
    for i, piece in enumerate(corpus.pieces):
        if not part[i]:
            part[i] = "valid" if int(piece.composition[:8], 16) % 100 < valid_percent else "train"
    leave_out({i for i, name in enumerate(part) if name == "valid"}, certain)
    return replace(corpus, pieces=tuple(replace(p, part=name) for p, name in zip(corpus.pieces, part, strict=True)))


def hold_out(corpus: Corpus, folder: str | Path | None) -> Corpus:
    """The corpus split so that what stands in `folder` is "test", and other performances of it are "out"."""
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
