"""Tuning of Python's garbage collector: a big piece is frozen, so that no pass walks over it."""

from __future__ import annotations

import gc

from composer.music.score import Score

BIG = 20_000  # notes; a full pass over 100,000 of them takes about as long as moving 10,000

RARELY = (10_000, 20, 50)  # new objects before a pass, and how many passes make a wider one; usually 700, 10, 10


def freeze_big_piece(score: Score) -> None:
    """Takes what stands now out of the collector's passes, if the piece is big. Notes hold no cycles: what is
    frozen is freed as ever when nothing refers to it any more. Passes over what comes later are rarer."""
    if len(score.notes) >= BIG:
        gc.collect()
        gc.freeze()
        gc.set_threshold(*RARELY)
