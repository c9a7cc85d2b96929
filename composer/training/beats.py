"""Where the beats of a piece are, by ASAP's annotations of performances and scores (arXiv 2006.05399)."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from composer.music.metre import BEATS_OF, METERS, Beats, beats_of, meter_class

ANNOTATIONS = "_annotations.txt"  # behind the stem of the MIDI file that they are of


def annotated(path: Path) -> Beats:
    """Beats of an ASAP annotation file: lines `time TAB time TAB b|db|bR[,meter[,key]]`. Raises OSError, ValueError."""
    seconds: list[float] = []
    number: list[int] = []
    meter: list[int] = []
    now, kind = -1, len(METERS) - 1
    for line in path.read_text(encoding="utf-8").splitlines():
        at, _, label = line.split("\t")
        mark, *more = label.split(",")
        signature = next((m for m in more if "/" in m), None)
        if signature:
            numerator, denominator = map(int, signature.split("/"))
            kind = meter_class(*beats_of(numerator, denominator))
        now = 0 if mark == "db" else now + 1 if now >= 0 else -1
        seconds.append(float(at))
        number.append(now)
        meter.append(kind)
    found = np.array(number, dtype=np.int64)
    first = int((found >= 0).argmax()) if (found >= 0).any() else 0
    bars = np.array(meter, dtype=np.int64)
    count = BEATS_OF[int(bars[first])] if len(bars) else 4
    found[:first] = np.arange(count - first, count) % count  # a pick-up counts back from the first bar line
    return Beats(np.array(seconds), found, bars)
