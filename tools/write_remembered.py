"""Writes models/remembered.npy, by which composing knows what the base has learned: python tools/write_remembered.py

From the prepared corpus (see tools/prepare_corpus.py): every run of notes in the base's training part.
"""

from __future__ import annotations

import sys
from pathlib import Path

from composer import evaluation, prepared, remembered, resources
from composer.files import write_atomically
from composer.remembered import Remembered


def main(data: str = ".data") -> None:
    """Writes the filter of a corpus' training part."""
    shelf = prepared.read(Path(data), evaluation.manifest())
    known = Remembered.of([p.ids for p in shelf.under("train") if p.part == "train"])
    path = resources.models() / remembered.FILE
    write_atomically(path, known.bytes(), force=True)
    print(f"{path}: {len(known.bits) / 1e6:.1f} MB")


if __name__ == "__main__":
    main(*sys.argv[1:])
