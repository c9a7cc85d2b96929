"""How often onsets stand at each place of a bar, by meter: counted in ASAP's scores by tools/count_onset_places.py."""

from __future__ import annotations

import json
from functools import lru_cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

FILE = Path(__file__).with_name("onset_places.json")
RAREST = 0.02  # taken for the share of a place that has less: no place is ruled out


@lru_cache(maxsize=1)
def _table() -> dict[str, NDArray[np.float64]]:
    told = json.loads(FILE.read_text(encoding="utf-8"))
    return {meter: np.array(rows) for meter, rows in told["shares"].items()}


def shares(meter: str) -> NDArray[np.float64]:
    """The share of bars that have an onset at each 24th of each beat, (beats, 24); `meter` as in `metre.METERS`.
    A meter that is not told apart has one row, which holds for all of its beats."""
    table = _table()
    return np.asarray(np.maximum(table.get(meter, table["other"]), RAREST))
