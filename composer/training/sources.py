"""What is known of a file's music beside its notes: who wrote it, how it was recorded, where its beats are."""

from __future__ import annotations

import os
from functools import lru_cache
from pathlib import Path

import numpy as np

from composer.model.conditions import MEDIA, Source, onset_seconds
from composer.model.tokenizer import Ids
from composer.music import metre as metres
from composer.music.metre import Metre
from composer.music.score import Score
from composer.training import beats

TABLE = "sources.tsv"  # in a folder above the files, a line each: file, composer, medium (see conditions.MEDIA)
PLACES = np.array([0, 1 / 4, 1 / 3, 1 / 2, 2 / 3, 3 / 4, 1])  # of a quarter note, where written music begins
NEAR = 1 / 48  # of a quarter note; a quarter of all onsets that know no beat are so near to a place
STRICT = 0.45  # share of onsets near a place, from which a file's beats are its music's; played freely, 0.2 to 0.33
MOST_QUARTERS = 100_000  # in a piece; a file that claims more has no beats worth counting


def source_of(path: Path) -> Source:
    """Composer and medium by the nearest `TABLE` above a file, wherever links lead; nothing where none names it."""
    real = Path(os.path.realpath(path))
    for folder in real.parents:
        table = _read(folder / TABLE)
        if table is not None:
            return table.get(real.relative_to(folder).as_posix(), Source())
    return Source()


@lru_cache(maxsize=256)
def _read(path: Path) -> dict[str, Source] | None:
    """A table of sources; None where there is none. Lines that say nothing are passed over."""
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, ValueError):
        return None
    rows = (line.split("\t") for line in lines)
    return {row[0]: Source.of(row[1], row[2]) for row in rows if len(row) == 3 and row[2] in ("", *MEDIA)}


def metre_of(path: Path, score: Score, ids: Ids) -> Metre | None:
    """Where each position of a file stands in its bar: by the annotations beside it, or by its own tempi and meters
    where the music keeps them (see `strictness`); else None."""
    real = Path(os.path.realpath(path))
    try:
        found = beats.annotated(real.with_name(real.stem + beats.ANNOTATIONS))
    except (OSError, ValueError):
        if score.end > MOST_QUARTERS * score.ticks_per_beat or strictness(score) < STRICT:
            return None
        found = metres.of_score(score)
    first = float(score.tempo_map.seconds([min(n.start for n in score.audible)])[0])
    return found.metre(onset_seconds(ids, first))


def strictness(score: Score) -> float:
    """Share of a score's onsets that are near a sixteenth or a triplet of its quarter notes; 0.25 is chance."""
    starts = np.unique([n.start for n in score.audible])
    if not len(starts):
        return 0.0
    phase = starts % score.ticks_per_beat / score.ticks_per_beat
    return float((np.abs(phase[:, None] - PLACES).min(1) <= NEAR).mean())
