"""Writes models/remembered.npy, by which composing knows what the base has learned: python tools/write_remembered.py

From the prepared corpus (see tools/prepare_corpus.py): every run of notes in the base's training part.
"""

from __future__ import annotations

import sys
from pathlib import Path

from composer.core import paths
from composer.evaluation import likelihood
from composer.files.atomic_files import write_atomically
from composer.generation import training_set_filter
from composer.generation.training_set_filter import TrainingSetFilter
from composer.training import prepared_corpus


def main(data: str = ".data") -> None:
    """Writes the filter of a corpus' training part."""
    shelf = prepared_corpus.read(Path(data), likelihood.manifest())
    known = TrainingSetFilter.of([p.ids for p in shelf.under("train") if p.part == "train"])
    path = paths.models() / training_set_filter.FILE
    write_atomically(path, known.bytes(), force=True)
    print(f"{path}: {len(known.bits) / 1e6:.1f} MB")


if __name__ == "__main__":
    main(*sys.argv[1:])
