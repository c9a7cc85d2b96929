"""Composed music beside real music of its style: how far histograms overlap, what stands out, how much is copied."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

import numpy as np

from composer.evaluation.copy_index import Index
from composer.model.tokenizer import Ids
from composer.scoring import music_statistics

A_COMPOSITION = 8  # stretches of a composition, over all its performances: none of them may outweigh the others
COPIED = 24  # notes in a run from which a take counts as copied


def stretches(pieces: Sequence[tuple[str, Ids]], notes: int) -> list[Ids]:
    """Stretches of real pieces (composition, ids), as long as the takes they are compared with."""
    found: dict[str, list[Ids]] = defaultdict(list)
    for composition, ids in pieces:
        found[composition] += [ids[s : s + notes] for s in range(0, max(len(ids) - notes + 1, 1), notes)]
    chosen: list[Ids] = []
    for _, parts in sorted(found.items()):
        places = np.linspace(0, len(parts) - 1, min(len(parts), A_COMPOSITION)).round().astype(int)
        chosen += [parts[i] for i in np.unique(places)]
    return chosen


def overlaps(made: Sequence[Ids], real: Sequence[Ids]) -> dict[str, float]:
    """Overlapping area of each histogram (pooled over the pieces, each weighing the same), and their mean."""
    areas = {
        n: music_statistics.overlap(music_statistics.pooled(n, made), music_statistics.pooled(n, real))
        for n in music_statistics.HISTOGRAMS
    }
    return {name: round(area, 4) for name, area in {**areas, "mean": float(np.mean(list(areas.values())))}.items()}


def figures(pieces: Sequence[Ids]) -> dict[str, float]:
    """The mean of each single figure over pieces."""
    return {
        name: round(float(np.mean([of(ids) for ids in pieces])), 4) for name, of in music_statistics.FIGURES.items()
    }


def copied(pieces: Sequence[Ids], index: Index) -> dict[str, float]:
    """Longest runs that pieces share with the index's music: the longest, the median, and the share of pieces
    whose longest stays below 24 notes."""
    runs = [index.longest(ids) for ids in pieces]
    return {
        "longest": max(runs),
        "median": float(np.median(runs)),
        f"below_{COPIED}": round(float(np.mean([run < COPIED for run in runs])), 4),
    }


def table(made: Sequence[Ids], real: Sequence[Ids], index: Index) -> dict[str, Any]:
    """All of the above for some music, against real music of the style and all that it could be copied from."""
    return {
        "pieces": len(made),
        "notes": sum(map(len, made)),
        "overlap": overlaps(made, real),
        "figures": figures(made),
        "copied": copied(made, index),
    }
