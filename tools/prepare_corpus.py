"""Lays out the training corpus in .data: python tools/prepare_corpus.py CORPUS CORPUS2 ANNOTATIONS (all .tar.xz)

Makes folders of links: .data/train (all that a base may learn from), .data/hold-out (the last tenth of the thesis'
sets, whose compositions stay out of training) and .data/styles/NAME (what each style is taught from); and
.data/sources.tsv: who wrote each file's music and how it was recorded. Annotations of beats lie beside the files
that the links lead to.
"""

from __future__ import annotations

import csv
import os
import shutil
import sys
import tarfile
import unicodedata
from pathlib import Path

from composer.model.conditions import COMPOSERS, Source
from composer.training import corpus, sources

ROOTS = ("asap", "piano-midi-de", "thesis", "maestro", "rolls", "batik-mozart", "vienna-4x22")
LEFT_OUT = ("Grieg", "Albeniz", "Clementi")  # teaching a style is tested on these
MISLABELLED = ("MIDI-Unprocessed_R1_D1-1-8_mid--AUDIO-from_mp3_02_R1_2015_wav--5.midi",)  # by Debussy, called Chopin's
QUANTISED = "midi_score.mid"  # ASAP's scores: no velocity, no pedal
STYLES = {
    "baroque": ("bach", "baroque"),
    "romantic": ("chopin", "romantic"),
    "avant-garde": ("rachmaninoff", "avant_garde", "scriabin", "debussy", "ravel"),
}
THESIS = ("baroque", "romantic", "avant_garde")


def main(*archives: str, data: str = ".data") -> None:
    """Unpacks the archives into `data`, unless they are there, and makes the folders of links and the table."""
    root = Path(data).resolve()
    root.mkdir(parents=True, exist_ok=True)
    marks = ("asap", "maestro", "asap/**/*_annotations.txt")
    for archive, mark in zip(archives, marks, strict=False):
        if not any(root.glob(mark)):
            unpack(Path(archive), root)
    for name in ("train", "hold-out", "styles"):
        shutil.rmtree(root / name, ignore_errors=True)
    files = corpus.find_files([root / name for name in ROOTS if (root / name).is_dir()])
    owners = composers(root)
    rows = [(p.relative_to(root).as_posix(), *owner(p.relative_to(root), owners)) for p in files]
    (root / sources.TABLE).write_text("".join("\t".join(row) + "\n" for row in rows), encoding="utf-8")
    for place, name, _ in rows:
        lay_out(root, Path(place), name)
    for style in THESIS:
        for piece in tail([root / "thesis" / style]):
            link(root / "hold-out" / style / piece.path.name, piece.path)


def unpack(archive: Path, root: Path) -> None:
    """All that is in an archive."""
    with tarfile.open(archive) as file:
        file.extraction_filter = getattr(tarfile, "data_filter", None)  # Debian's 3.11.2 has no filters yet
        file.extractall(root)


def composers(root: Path) -> dict[str, str]:
    """File, or name of a file of the thesis', -> composer, by the tables in the archives."""
    found: dict[str, str] = {}
    if (root / "metadata.tsv").is_file():
        with (root / "metadata.tsv").open(encoding="utf-8", newline="") as file:
            found |= {row["file"]: row["composer"] for row in csv.DictReader(file, delimiter="\t")}
    if (root / "thesis/maestro-v3.0.0.csv").is_file():
        with (root / "thesis/maestro-v3.0.0.csv").open(encoding="utf-8", newline="") as file:
            found |= {Path(row["midi_filename"]).name: row["canonical_composer"] for row in csv.DictReader(file)}
    return found


def owner(path: Path, found: dict[str, str]) -> tuple[str, str]:
    """Composer and medium of a file of the corpus."""
    first, second = path.parts[:2]
    media = {"piano-midi-de": "sequenced", "rolls": "piano roll"}
    medium = "score" if path.name == QUANTISED else media.get(first, "computer grand")
    if first in ("asap", "piano-midi-de"):
        return second, medium
    return found.get(path.name if first == "thesis" else path.as_posix(), ""), medium


def lay_out(root: Path, path: Path, composer: str) -> None:
    """The links to a file: as what a base may learn from, and as its style's, but for scores and arrangements."""
    plain = unicodedata.normalize("NFKD", composer).encode("ascii", "ignore").decode()
    if set(LEFT_OUT) & {*plain.replace(",", " ").split(), *path.parts} or path.name in MISLABELLED:
        return
    link(root / "train" / path, root / path)
    known = Source.of(plain).composer
    name = COMPOSERS[known - 1] if known > 1 and " / " not in plain else ""
    for style, owners in STYLES.items():
        mine = path.parts[1] in owners if path.parts[0] == "thesis" else name in owners
        if mine and path.name != QUANTISED:
            link(root / "styles" / style / path, root / path)


def tail(folders: list[Path]) -> list[corpus.Piece]:
    """The files that the last tenth of the notes touches, by name."""
    pieces = sorted(corpus.read(folders).pieces, key=lambda p: p.path.name)
    kept = sum(len(p.ids) for p in pieces) * 0.9
    found, before = [], 0
    for piece in pieces:
        before += len(piece.ids)
        if before > kept:
            found.append(piece)
    return found


def link(where: Path, what: Path) -> None:
    """A relative link, so that the folder may be moved."""
    where.parent.mkdir(parents=True, exist_ok=True)
    where.symlink_to(os.path.relpath(what, where.parent))


if __name__ == "__main__":
    main(*sys.argv[1:4])
