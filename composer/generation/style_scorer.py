"""A judge of what is being composed: how surely a stretch is in a style; it learned from one half of the style's music.

The report's listener learns from the other compositions (`learns_from`), so that the judge does not mark its own work.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import io
import math
import tokenize
import zipfile
import zlib
from collections.abc import Callable, Container, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from composer.core import paths
from composer.model import style_registry
from composer.model.tokenizer import Ids
from composer.scoring import features, style_classifier
from composer.scoring.music_statistics import Floats
from composer.scoring.style_classifier import EXTREME, WINDOW, StyleClassifier, Window

LENGTHS = (WINDOW, 96, 48, 24)  # notes of the stretches that are learned from: what is judged grows by phrases
LEAST = 16  # notes without which nothing can be said
DOUBT = math.log(0.5)  # what is said then
LOWEST = math.log(1e-6)
PENALTY = 0.03  # on the squares of the weights; short stretches want more than the report's listener has
MOST_KINDS = 16  # of other music
REFERENCE = "reference.npz"
A_COMPOSITION = 4  # windows of one in that file
LARGEST = 4 * 2**20  # bytes of that file
A_LESSON = 320  # windows of a lesson that are learned from; some five milliseconds each
FEWEST_COMPOSITIONS, FEWEST_WINDOWS = 3, 12 * len(LENGTHS)  # of a lesson; with fewer of both there is no judge
_PARTS = ("mean", "spread", "weights")
_UNREADABLE = (
    OSError,
    EOFError,
    LookupError,
    MemoryError,
    RuntimeError,
    TypeError,
    ValueError,
    tokenize.TokenError,
    zipfile.BadZipFile,
    zlib.error,
)  # what numpy says of a damaged file


def learns_from(composition: str, part: str) -> bool:
    """Whether the judges of the bundled styles learn from a composition; the report's listener does from the others."""
    return part == "train" and int(hashlib.sha256(composition.encode()).hexdigest(), 16) % 2 == 0


@dataclass(frozen=True)
class StyleScorer:
    """One style against kinds of other music: logistic regression on the features of a stretch, with touch."""

    mean: Floats  # (features,)
    spread: Floats  # (features,)
    weights: Floats  # (features + 1, kinds) of the style above each other kind; the last row is added to all

    @classmethod
    def fit(cls, own: Sequence[Window], others: Sequence[Window]) -> StyleScorer:
        """Learns from windows whose features include touch, at least one of both.

        The `style` numbers of the others tell kinds of other music apart, which weigh the same: a style's neighbours
        are not drowned by the many who are far from it.
        """
        kinds = sorted({window.style for window in others})
        numbered = [replace(window, style=1 + kinds.index(window.style)) for window in others]
        heard = StyleClassifier([*(replace(w, style=0) for w in own), *numbered], len(kinds) + 1, True, PENALTY)
        return cls(_thin(heard.mean), _thin(heard.spread), _thin(heard.weights[:, :1] - heard.weights[:, 1:]))

    def score(self, ids: Ids) -> float:
        """Log of the probability that (notes, 5) ids are in the style, from what is last in them; at least log 1e-6.

        Whether it is in the style is as likely as not before anything is heard.
        """
        if len(ids) < LEAST:
            return DOUBT
        return self.of_values(features.vector(ids[-WINDOW:], with_touch=True))

    def of_values(self, values: Floats) -> float:
        """The same of a stretch's features."""
        scaled = np.clip((values - self.mean) / self.spread, -EXTREME, EXTREME)
        above = scaled @ self.weights[:-1] + self.weights[-1]  # (kinds,)
        against = np.logaddexp.reduce(-above) - math.log(len(above))
        return max(-float(np.logaddexp(0.0, against)), LOWEST)

    def table(self) -> dict[str, Any]:
        """As a card keeps it."""
        held = {name: base64.b64encode(getattr(self, name).astype("<f4").tobytes()).decode() for name in _PARTS}
        return {"features": features.layout(), "kinds": self.weights.shape[1], **held}


def _thin(values: Floats) -> Floats:
    """As exact as a card keeps it, so that a judge is the same before and after."""
    return values.astype(np.float32).astype(np.float64)


def read(value: object) -> StyleScorer | None:
    """A judge from a card; None for what is none, or what knows other features than these."""
    if not isinstance(value, dict) or value.get("features") != features.layout():
        return None
    size, kinds = len(features.names()), value.get("kinds")
    if type(kinds) is not int or not 1 <= kinds <= MOST_KINDS:
        return None
    counts = (size, size, (size + 1) * kinds)
    mean, spread, weights = (_numbers(value.get(name), count) for name, count in zip(_PARTS, counts, strict=True))
    if mean is None or spread is None or weights is None or spread.min() <= 0:
        return None
    return StyleScorer(mean, spread, weights.reshape(size + 1, kinds))


def _numbers(text: object, count: int) -> Floats | None:
    """So many finite numbers, or None."""
    if not isinstance(text, str) or len(text) != 4 * math.ceil(4 * count / 3):
        return None
    try:
        values = np.frombuffer(base64.b64decode(text, validate=True), "<f4").astype(np.float64)
    except (binascii.Error, ValueError):
        return None
    return values if len(values) == count and np.isfinite(values).all() else None


def of(card: style_registry.Card) -> StyleScorer | None:
    """The judge that came with a style; None where it has none."""
    return read(card.data.get("judge"))


# ---- what it learns from ----

Pieces = Sequence[tuple[str, Ids]]  # composition, (notes, 5) ids


def windows(pieces: Pieces, tell: Callable[[float], None] = lambda done: None, most: int | None = None) -> list[Window]:
    """Stretches of several lengths, spread over each composition; `most` of each, fewer than all of one length."""
    named = [(0, composition, composition, ids) for composition, ids in pieces]
    return style_classifier.gather(named, tell, LENGTHS, most)


def taught(pieces: Pieces, without: Container[str] = ()) -> StyleScorer | None:
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
    return StyleScorer.fit(own, others)


def reference() -> list[Window]:
    """What other music is like: windows of the music that the base learned from.

    `piece` is the name of a bundled style or "", `style` a number for each of these. Empty where the file is missing,
    damaged, or knows other features than these.
    """
    path = paths.models() / REFERENCE
    try:
        if path.stat().st_size > LARGEST:
            return []
        with path.open("rb") as file, np.load(file, allow_pickle=False) as held:
            layout, values, *names = (held[name] for name in ("features", "values", "compositions", "styles"))
        rows = values.astype(np.float64)
    except _UNREADABLE:
        return []
    fits = rows.shape[1:] == (len(features.names()),) and all(of.shape == rows.shape[:1] for of in names)
    if str(layout) != features.layout() or not fits or not np.isfinite(rows).all():
        return []
    kinds = np.unique(names[1], return_inverse=True)[1].tolist()
    return [Window(row, kind, str(c), str(s)) for row, kind, c, s in zip(rows, kinds, *names, strict=True)]


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
