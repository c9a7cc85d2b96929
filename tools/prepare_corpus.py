"""Lays out the training corpus in .data: python tools/prepare_corpus.py ../shared/data/corpus.tar.xz

Makes folders of links: .data/train (all that a base may learn from), .data/hold-out (the last tenth of the thesis'
sets, whose compositions stay out of training) and .data/styles/NAME (what each style is taught from).
"""

from __future__ import annotations

import os
import shutil
import sys
import tarfile
from pathlib import Path

from composer.training import corpus

LEFT_OUT = ("Grieg", "Albeniz", "Clementi")  # teaching a style is tested on these
QUANTISED = "midi_score.mid"  # ASAP's scores: no velocity, no pedal
STYLES = {
    "baroque": ("Bach", "baroque"),
    "romantic": ("Chopin", "romantic"),
    "avant-garde": ("Rachmaninoff", "avant_garde", "Scriabin", "Debussy", "Ravel"),
}
THESIS = ("baroque", "romantic", "avant_garde")


def main(archive: str, data: str = ".data") -> None:
    """Unpacks the archive into `data`, unless it is there, and makes the folders of links."""
    root = Path(data).resolve()
    if not (root / "asap").is_dir():
        root.mkdir(parents=True, exist_ok=True)
        with tarfile.open(archive) as file:
            file.extraction_filter = getattr(tarfile, "data_filter", None)  # Debian's 3.11.2 has no filters yet
            file.extractall(root)
    for name in ("train", "hold-out", "styles"):
        shutil.rmtree(root / name, ignore_errors=True)
    for path in corpus.find_files([root / "asap", root / "piano-midi-de", root / "thesis"]):
        parts = path.relative_to(root).parts
        if path.name == QUANTISED or set(LEFT_OUT) & set(parts):
            continue
        link(root / "train" / Path(*parts), path)
        for style, owners in STYLES.items():
            if parts[1] in owners:
                link(root / "styles" / style / Path(*parts), path)
    for style in THESIS:
        for piece in tail([root / "thesis" / style]):
            link(root / "hold-out" / style / piece.path.name, piece.path)


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
    main(*sys.argv[1:3])
