"""Splits the prepared corpus and encodes what a base learns from in one file.

    python tools/write_corpus.py .data models/split.json .work/split.json .work/corpus.xz [NAMES]

The old split tells which pieces are "test" and "valid"; both stay. NAMES: a file with a line for each further piece
(as in .data/train) that becomes "valid". What is near any of these is "out"; a score goes where the performances in
its folder go. Written are the new split, and pieces of "train" and "valid", each recording once. A file that ends on
.xz is small enough to be carried to another machine: `ricercar train --corpus FILE --split FILE …`.
"""

from __future__ import annotations

import sys
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

from composer.training import corpus, prepared_corpus, pretrain
from composer.training.corpus import Corpus, Piece

QUANTISED = "midi_score.mid"
KEPT = ("test", "valid")
Split = dict[str, list[str]]


def main(data: str, old: str, split: str, encoded: str, names: str = "") -> None:
    """Writes both files and prints what the parts hold."""
    shelf = prepared_corpus.read(Path(data), {})
    pieces = once(shelf.pieces[str(path.resolve())] for path in usable(shelf))
    held = {digest: entry for digest, entry in pretrain.read_split(old).items() if entry[1] in KEPT}
    for line in Path(names).read_text(encoding="utf-8").split("\n") if names else ():
        piece = shelf.pieces.get(str((Path(data) / "train" / line).resolve()))
        if line and piece:
            held.setdefault(piece.digest, [piece.digest, "valid"])
    found = with_scores(parted(pieces, held))
    pretrain.write_split(Path(split), held | manifest(found, held))
    twice = corpus.same_recordings([p for p in found if p.part in ("train", "valid")])
    learned = [p for p in found if p.part in ("train", "valid") and p.digest not in twice]
    corpus.save(Corpus(tuple(learned), ()), Path(encoded))
    for part in ("train", "valid", "test", "out"):
        tell(part, [p for p in found if p.part == part])
    tell("encoded", learned)
    print(f"{encoded}: {Path(encoded).stat().st_size / 1e6:.1f} MB")


def usable(shelf: prepared_corpus.Prepared) -> list[Path]:
    """The files of .data/train that hold a piece, performances before scores."""
    files = corpus.find_files([shelf.data / "train"])
    return sorted((f for f in files if str(f.resolve()) in shelf.pieces), key=lambda f: (f.name == QUANTISED, str(f)))


def once(pieces: Iterable[Piece]) -> list[Piece]:
    """Each content once: the first of those that are the same."""
    found: dict[str, Piece] = {}
    for piece in pieces:
        found.setdefault(piece.digest, piece)
    return list(found.values())


def parted(pieces: list[Piece], held: Split) -> list[Piece]:
    """The pieces with composition and part."""
    music = Corpus(tuple(corpus.group(pieces)), ())
    return list(corpus.split(music, manifest=held, valid_percent=0).pieces)


def with_scores(pieces: list[Piece]) -> list[Piece]:
    """The pieces, scores in "train" only if all performances in their folders are."""
    parts: dict[Path, set[str]] = defaultdict(set)
    for piece in pieces:
        if piece.path.name != QUANTISED:
            parts[piece.path.parent].add(piece.part)
    return [
        replace(p, part="out") if p.path.name == QUANTISED and parts[p.path.parent] != {"train"} else p for p in pieces
    ]


def manifest(pieces: list[Piece], held: Split) -> Split:
    """What `Corpus.manifest` tells; compositions of what was held out before keep their names."""
    return {p.digest: [held.get(p.digest, [p.composition])[0], p.part] for p in pieces}


def tell(part: str, pieces: list[Piece]) -> None:
    """A line about some pieces."""
    notes = sum(len(p.ids) for p in pieces)
    beaten = sum(len(p.ids) for p in pieces if p.metre is not None)
    compositions = len({p.composition for p in pieces})
    print(f"{part}: {len(pieces)} pieces, {notes} notes ({beaten} with beats), {compositions} compositions")


if __name__ == "__main__":
    main(*sys.argv[1:])
