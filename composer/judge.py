"""A judge of what is being composed: how surely a stretch is in a style; it learned from one half of the style's music.

The report's listener learns from the other compositions (`learns_from`), so that the judge does not mark its own work.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import math
import zipfile
import zlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from composer import features, resources, styles
from composer.classifier import EXTREME, WINDOW, Listener, Window
from composer.measures import Floats
from composer.tokenizer import Ids

LEAST = 16  # notes without which nothing can be said
DOUBT = math.log(0.5)  # what is said then
LOWEST = math.log(1e-6)
OTHER, OWN = 0, 1  # the two styles of the listener inside
REFERENCE = "reference.npz"
LARGEST = 4 * 2**20  # bytes of that file
_PARTS = ("mean", "spread", "weights")


def learns_from(composition: str, part: str) -> bool:
    """Whether the judges of the bundled styles learn from a composition; the report's listener does from the others."""
    return part == "train" and int(hashlib.sha256(composition.encode()).hexdigest(), 16) % 2 == 0


@dataclass(frozen=True)
class Judge:
    """One style against other music. Logistic regression on the features of a stretch, loudness and pedal too."""

    mean: Floats  # (features,)
    spread: Floats  # (features,)
    weights: Floats  # (features + 1,) of the style above other music; the last is added to all

    @classmethod
    def fit(cls, own: Sequence[Window], others: Sequence[Window]) -> Judge:
        """Learns from windows whose features include touch, at least one of each kind. Each kind weighs the same."""
        both = [*(replace(w, style=OWN) for w in own), *(replace(w, style=OTHER) for w in others)]
        heard = Listener(both, styles=2, with_touch=True)
        return cls(*map(_thin, (heard.mean, heard.spread, heard.weights[:, OWN] - heard.weights[:, OTHER])))

    def score(self, ids: Ids) -> float:
        """Log of the probability that (notes, 5) ids are in the style, from what is last in them; at least log 1e-6."""
        if len(ids) < LEAST:
            return DOUBT
        scaled = np.clip((features.vector(ids[-WINDOW:], True) - self.mean) / self.spread, -EXTREME, EXTREME)
        return max(-float(np.logaddexp(0.0, -(scaled @ self.weights[:-1] + self.weights[-1]))), LOWEST)

    def table(self) -> dict[str, Any]:
        """As a card keeps it."""
        held = {name: base64.b64encode(getattr(self, name).astype("<f4").tobytes()).decode() for name in _PARTS}
        return {"features": features.layout(), **held}


def _thin(values: Floats) -> Floats:
    """As exact as a card keeps it, so that a judge is the same before and after."""
    return values.astype(np.float32).astype(np.float64)


def read(value: object) -> Judge | None:
    """A judge from a card; None for what is none, or what knows other features than these."""
    if not isinstance(value, dict) or value.get("features") != features.layout():
        return None
    size = len(features.names())
    mean, spread, weights = (_numbers(value.get(name), size + (name == "weights")) for name in _PARTS)
    if mean is None or spread is None or weights is None or spread.min() <= 0:
        return None
    return Judge(mean, spread, weights)


def _numbers(text: object, count: int) -> Floats | None:
    """So many finite numbers, or None."""
    if not isinstance(text, str) or len(text) != 4 * math.ceil(4 * count / 3):
        return None
    try:
        values = np.frombuffer(base64.b64decode(text, validate=True), "<f4").astype(np.float64)
    except (binascii.Error, ValueError):
        return None
    return values if len(values) == count and np.isfinite(values).all() else None


def of(card: styles.Card) -> Judge | None:
    """The judge that came with a style; None where it has none."""
    return read(card.data.get("judge"))
