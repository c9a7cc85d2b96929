"""How well pieces that share music are found, on ASAP, whose folders tell which are one composition.

    python tools/check_split.py .data

Prints, for several shares of a held-out piece's n-grams, how many of its other performances are found (recall, over
pairs) and how many other pieces (false alarms).
"""

from __future__ import annotations

import re
import sys
from pathlib import Path

import numpy as np

from composer.training import corpus, prepared_corpus, splits

SHARES = (0.015, 0.02, 0.025, 0.03, 0.04, 0.06, 0.08)
REPEATS = re.compile(r"_(no|extra|with)?_?(first|2)?_?repeats?.*$")  # "17-1_no_repeat" is 17-1


def main(data: str = ".data") -> None:
    """Prints the table."""
    shelf = prepared_corpus.read(Path(data), {})
    performed = [p for p in shelf.under("train", "asap") if p.path.name != "midi_score.mid"]
    pieces = corpus.group([*performed, *others(shelf, {p.digest for p in performed})])
    index = splits.Index([splits.fingerprint(p.ids) for p in pieces], [p.composition for p in pieces])
    names = np.array([REPEATS.sub("", str(p.path.parent)) for p in performed])
    shares = np.zeros((len(performed), len(performed)))
    for one in range(len(performed)):
        counts, telling = index.shared(one)
        shares[one] = np.where(counts >= splits.FEWEST, counts / max(telling, 1), 0)[: len(performed)]
    same = (names[:, None] == names) & ~np.eye(len(names), dtype=bool)
    different = names[:, None] != names
    print(f"{len(performed)} performances, {len(set(names))} compositions, {same.sum()} pairs of one composition")
    print("| share | recall | false alarms | pairs of compositions |\n|---|---|---|---|")
    for share in SHARES:
        near = shares >= share
        alarms = near & different
        wrong = {(names[a], names[b]) for a, b in np.argwhere(alarms)}
        rate = alarms.sum() / different.sum()
        print(f"| {share:g} | {near[same].mean():.4f} | {alarms.sum()} ({rate:.1e}) | {len(wrong)} |")


def others(shelf: prepared_corpus.Prepared, known: set[str]) -> list[corpus.Piece]:
    """The rest of the corpus: in how many compositions an n-gram stands is counted over all of it."""
    return [p for p in shelf.under("train") if p.digest not in known]


if __name__ == "__main__":
    main(*sys.argv[1:])
