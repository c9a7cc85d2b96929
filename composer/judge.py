"""A judge of what is being composed: how surely a stretch is in a style; it learned from one half of the style's music.

The report's listener learns from the other compositions (`learns_from`), so that the judge does not mark its own work.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import io
import math
import zipfile
import zlib
from collections.abc import Callable, Container, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from composer import classifier, features, resources, styles
from composer.classifier import EXTREME, WINDOW, Listener, Window
from composer.measures import Floats
from composer.tokenizer import Ids

LENGTHS = (WINDOW, 96, 48, 24)  # notes of the stretches that are learned from: what is judged grows by phrases
LEAST = 16  # notes without which nothing can be said
DOUBT = math.log(0.5)  # what is said then
LOWEST = math.log(1e-6)
OTHER, OWN = 0, 1  # the two styles of the listener inside
REFERENCE = "reference.npz"
A_COMPOSITION = 4  # windows of one in that file
LARGEST = 4 * 2**20  # bytes of that file
A_LESSON = 320  # windows of a lesson that are learned from; some five milliseconds each
FEWEST_COMPOSITIONS, FEWEST_WINDOWS = 3, 12 * len(LENGTHS)  # of a lesson; with fewer of both there is no judge
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


# ---- what it learns from ----

Pieces = Sequence[tuple[str, Ids]]  # composition, (notes, 5) ids


def windows(pieces: Pieces, tell: Callable[[float], None] = lambda done: None, most: int | None = None) -> list[Window]:
    """Stretches of several lengths, spread over each composition; `most` of each, fewer than all of one length."""
    named = [(OWN, composition, composition, ids) for composition, ids in pieces]
    return classifier.gather(named, tell, LENGTHS, most)


def taught(pieces: Pieces, without: Container[str] = ()) -> Judge | None:
    """The judge of a lesson's music, against the reference but for some compositions; None where music is lacking."""
    names = sorted({composition for composition, _ in pieces})
    share = np.linspace(0, len(names) - 1, min(len(names), A_LESSON // len(LENGTHS))).round().astype(int)
    chosen = {names[i] for i in share}
    most = max(A_LESSON // max(len(chosen), 1), len(LENGTHS))
    own = windows([piece for piece in pieces if piece[0] in chosen], most=most)
    others = [window for window in reference() if window.composition not in without]
    compositions = len({window.composition for window in own})
    if not others or (compositions < FEWEST_COMPOSITIONS and len(own) < FEWEST_WINDOWS):
        return None
    return Judge.fit(own, others)


def reference() -> list[Window]:
    """What other music is like: windows of the music that the base learned from, `piece` being the style's name or "".

    Empty where the file is missing, damaged, or knows other features than these.
    """
    path = resources.models() / REFERENCE
    try:
        if path.stat().st_size > LARGEST:
            return []
        with np.load(path, allow_pickle=False) as held:
            layout, values, *names = (held[name] for name in ("features", "values", "compositions", "styles"))
        rows = values.astype(np.float64)
    except (OSError, EOFError, LookupError, RuntimeError, TypeError, ValueError, zipfile.BadZipFile, zlib.error):
        return []
    fits = rows.shape == (len(names[0]), len(features.names())) and len(names[0]) == len(names[1])
    if str(layout) != features.layout() or not fits or not np.isfinite(rows).all():
        return []
    return [Window(row, OTHER, str(c), str(s)) for row, c, s in zip(rows, *names, strict=True)]


def packed(held: Sequence[Window]) -> bytes:
    """The reference file of such windows, always the same bytes."""
    values = np.asfortranarray([window.values for window in held], dtype=np.float16)  # a feature's values together
    arrays = {
        "features": np.array(features.layout()),
        "values": values,
        "compositions": np.array([window.composition for window in held]),
        "styles": np.array([window.piece for window in held]),
    }
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for name, array in arrays.items():
            member = io.BytesIO()
            np.save(member, array, allow_pickle=False)
            about = zipfile.ZipInfo(f"{name}.npy")  # of 1980: without the time of writing
            about.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(about, member.getvalue())
    return out.getvalue()
