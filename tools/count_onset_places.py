"""Writes composer/music/onset_places.json: python tools/count_onset_places.py .data/asap

For each meter the share of bars in which something begins at each place (beat, 24th of the beat), counted in ASAP's
quantised scores (arXiv 2006.05399) by its own annotations of beats. Compositions that evaluation holds out are not
counted. Each composition counts alike, however long it is.
"""

from __future__ import annotations

import json
import sys
from collections import defaultdict
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from composer.evaluation import likelihood
from composer.files import midi_reader
from composer.files.atomic_files import write_atomically
from composer.music import onset_places
from composer.music.metre import BEATS_OF, METERS, PHASES, Metre
from composer.training import beats, corpus

SCORE = "midi_score.mid"
FEWEST = 3  # compositions of a meter that is told apart
FEWEST_BARS = 8  # of a meter in a composition that counts


def main(folder: str) -> None:
    """Counts what lies in a folder and writes the table."""
    known = likelihood.manifest()
    counted: dict[str, list[NDArray[np.float64]]] = defaultdict(list)
    left_out = 0
    for path in sorted(Path(folder).rglob(SCORE)):
        if held_out(path.parent, known):
            left_out += 1
            continue
        for meter, shares in of_score(path).items():
            counted[meter].append(shares)
    told = {m: np.mean(counted[m], axis=0) for m in METERS[:-1] if len(counted[m]) >= FEWEST}
    every = [shares.mean(0) for m in counted for shares in counted[m]]
    told["other"] = np.mean(every, axis=0)[None]
    made = {
        "source": "ASAP, https://github.com/fosfrancesco/asap-dataset, CC BY-NC-SA 4.0",
        "compositions": {m: len(counted[m]) if m in counted else len(every) for m in told},
        "shares": {m: np.round(rows, 3).tolist() for m, rows in told.items()},
    }
    text = json.dumps(made, indent=1).replace(",\n    ", ", ").replace("[\n    ", "[").replace("\n   ]", "]")
    write_atomically(onset_places.FILE, f"{text}\n".encode(), force=True)
    print(f"{onset_places.FILE.name}: {made['compositions']}; {left_out} held out")


def held_out(folder: Path, known: dict[str, list[str]]) -> bool:
    """Whether the performances in a composition's folder are kept back from training."""
    pieces = (corpus.read_piece(p) for p in sorted(folder.glob("*.mid")) if p.name != SCORE)
    parts = (known[p.digest][1] for p in pieces if isinstance(p, corpus.Piece) and p.digest in known)
    return next(parts, "train") != "train"  # all performances of a composition are in the same part


def of_score(path: Path) -> dict[str, NDArray[np.float64]]:
    """By meter the share of a score's bars with an onset at each place, (beats, 24)."""
    score = midi_reader.read(path)
    own = beats.annotated(path.with_name(path.stem + beats.ANNOTATIONS))
    onsets = np.unique(score.tempo_map.seconds([n.start for n in score.audible]))
    metre = own.metre(onsets)
    found = {}
    for number, meter in enumerate(METERS[:-1]):
        bars = int(((own.meter == number) & (own.number == 0)).sum())
        if bars >= FEWEST_BARS:
            found[meter] = np.minimum(_places(metre, number) / bars, 1.0)
    return found


def _places(metre: Metre, number: int) -> NDArray[np.float64]:
    """Onsets at each place of the bars of a meter, (beats, 24)."""
    ours = (metre.meter == number) & ~np.isnan(metre.phase) & (metre.beat < BEATS_OF[number]) & (metre.beat >= 0)
    place = np.rint(metre.phase[ours] * PHASES).astype(np.int64) % PHASES
    made = np.zeros((BEATS_OF[number], PHASES))
    np.add.at(made, (metre.beat[ours], place), 1)
    return made


if __name__ == "__main__":
    main(*sys.argv[1:])
