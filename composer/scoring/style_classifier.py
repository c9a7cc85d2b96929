"""A listener that learned from real music alone which style it hears: logistic regression on interpretable features."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from composer.model.tokenizer import Ids
from composer.scoring import features
from composer.scoring.music_statistics import Floats

WINDOW = 192  # notes that are heard at once
LEAST = 48  # notes without which nothing is heard
A_COMPOSITION = 40  # windows of a composition, over all its performances, that are learned from
FOLDS = 5
PENALTY = 0.01  # on the squares of the weights
STEPS = 300  # of the fit; it has settled by then
EXTREME = 4.0  # standard deviations at which a feature is cut off

Confusion = list[list[int]]  # rows: what it is; columns: what is heard


@dataclass(frozen=True)
class Window:
    """A stretch of a real piece: its features, which style it is (a number), and where it comes from."""

    values: Floats
    style: int
    composition: str
    piece: str


def cut(ids: Ids) -> list[Ids]:
    """Neighbouring windows of a piece; a shorter piece is one window, and what is too short is none."""
    if len(ids) < LEAST:
        return []
    return [ids[s : s + WINDOW] for s in range(0, max(len(ids) - WINDOW + 1, 1), WINDOW)]


def gather(
    pieces: Sequence[tuple[int, str, str, Ids]],
    tell: Callable[[float], None] = lambda done: None,
    lengths: Sequence[int] = (WINDOW,),
    most: int | None = None,
) -> list[Window]:
    """Windows of pieces (style, composition, name, ids), spread evenly over all performances of each composition.

    At each place there is one of every length (in notes). Of `most` windows of a composition, fewer than that, each is
    of the next length in turn. Their features include touch; see `without_touch`.
    """
    found: dict[str, list[tuple[int, str, Ids]]] = defaultdict(list)
    for style, composition, name, ids in pieces:
        found[composition] += [(style, name, part) for part in cut(ids)]
    windows: list[Window] = []
    for number, (composition, parts) in enumerate(sorted(found.items())):
        places = min(len(parts), A_COMPOSITION, most or A_COMPOSITION)
        chosen = sorted(set(np.linspace(0, len(parts) - 1, places).round().astype(int).tolist()))
        turns = [(parts[i], lengths[(t + n) % len(lengths)]) for t in range(len(lengths)) for n, i in enumerate(chosen)]
        for (style, name, part), notes in turns[:most]:
            windows.append(Window(features.vector(part[:notes], with_touch=True), style, composition, name))
        tell((number + 1) / len(found))
    return windows


def without_touch(windows: Sequence[Window]) -> list[Window]:
    """The same windows without loudness and pedal."""
    return [replace(w, values=w.values[: -features.TOUCH]) for w in windows]


class StyleClassifier:
    """Multinomial logistic regression. Each style weighs the same, and a composition by the square root of its windows.

    Fitted by accelerated descent under a fixed bound of the curvature (Böhning, Annals of the Institute of
    Statistical Mathematics 44, 1992).
    """

    def __init__(
        self, windows: Sequence[Window], styles: int, with_touch: bool = False, penalty: float = PENALTY
    ) -> None:
        self.with_touch, self.styles = with_touch, styles
        values = np.stack([w.values for w in windows])
        is_ = np.array([w.style for w in windows])
        counts = Counter(w.composition for w in windows)
        weight = np.array([counts[w.composition] ** -0.5 for w in windows])
        for style in range(styles):
            weight[is_ == style] /= max(float(weight[is_ == style].sum()), 1e-9)
        weight /= weight.sum()
        self.mean = weight @ values
        self.spread = np.sqrt(weight @ (values - self.mean) ** 2) + 1e-3
        rows = self._rows(values)
        target = np.eye(styles)[is_]
        curvature = 0.5 * (rows.T * weight) @ rows + penalty * np.eye(rows.shape[1])
        step = np.linalg.inv(curvature)
        self.weights: Floats = np.zeros((rows.shape[1], styles))
        ahead = self.weights
        for count in range(STEPS):
            slope = rows.T @ ((_softmax(rows @ ahead) - target) * weight[:, None]) + penalty * ahead
            following = ahead - step @ slope
            ahead = following + count / (count + 3) * (following - self.weights)
            self.weights = following

    def _rows(self, values: Floats) -> Floats:
        scaled = np.clip((values - self.mean) / self.spread, -EXTREME, EXTREME)
        return np.concatenate([scaled, np.ones((len(scaled), 1))], axis=1)

    def probabilities(self, values: Floats) -> Floats:
        """(windows, features) -> (windows, styles)."""
        return _softmax(self._rows(values) @ self.weights)

    def hear(self, ids: Ids) -> Floats:
        """(styles,) probabilities of a piece: the mean over its windows; all the same where it is too short."""
        parts = cut(ids)
        if not parts:
            return np.full(self.styles, 1 / self.styles)
        heard = self.probabilities(np.stack([features.vector(part, self.with_touch) for part in parts]))
        return np.asarray(heard.mean(axis=0))


def _softmax(logits: Floats) -> Floats:
    raised = np.exp(logits - logits.max(axis=1, keepdims=True))
    return np.asarray(raised / raised.sum(axis=1, keepdims=True))


# ---- how good it is ----


def folds(windows: Sequence[Window]) -> NDArray[np.int64]:
    """(windows,) the fold of each; a composition is wholly in one, and each style is spread over all."""
    of: dict[str, int] = {}
    for style in sorted({w.style for w in windows}):
        names = sorted({w.composition for w in windows if w.style == style} - of.keys())
        of |= {name: number % FOLDS for number, name in enumerate(names)}
    return np.array([of[w.composition] for w in windows])


def cross_validate(windows: Sequence[Window], styles: int) -> dict[str, Any]:
    """Accuracy on compositions that were held out, each once in turn: by window, by piece, by composition."""
    fold = folds(windows)
    heard = np.zeros((len(windows), styles))
    for number in np.unique(fold):
        listener = StyleClassifier([w for w, f in zip(windows, fold, strict=True) if f != number], styles)
        out = fold == number
        heard[out] = listener.probabilities(np.stack([w.values for w, held in zip(windows, out, strict=True) if held]))
    return _told(heard, windows)


def told(listener: StyleClassifier, windows: Sequence[Window]) -> dict[str, Any]:
    """The same accuracies of a listener on windows that it has not learned from."""
    return _told(listener.probabilities(np.stack([w.values for w in windows])), windows)


def _told(heard: Floats, windows: Sequence[Window]) -> dict[str, Any]:
    return {
        "windows": accuracy(_confusion(heard, [w.style for w in windows])),
        "pieces": accuracy(_together(heard, windows, [w.piece for w in windows])),
        "compositions": accuracy(_together(heard, windows, [w.composition for w in windows])),
    }


def _together(heard: Floats, windows: Sequence[Window], names: Sequence[str]) -> Confusion:
    """The confusion of the means over the windows of one name."""
    members: dict[str, list[int]] = defaultdict(list)
    for at, name in enumerate(names):
        members[name].append(at)
    means = np.stack([heard[at].mean(0) for at in members.values()])
    return _confusion(means, [windows[at[0]].style for at in members.values()])


def _confusion(heard: Floats, is_: Sequence[int]) -> Confusion:
    table = np.zeros((heard.shape[1], heard.shape[1]), dtype=int)
    np.add.at(table, (np.array(is_), heard.argmax(1)), 1)
    return [[int(cell) for cell in row] for row in table]


def accuracy(confusion: Confusion) -> dict[str, Any]:
    """A confusion with its share on the diagonal, and the mean of the rows' own shares."""
    table = np.array(confusion, dtype=np.float64)
    own = table.diagonal() / np.maximum(table.sum(1), 1)
    return {
        "accuracy": round(float(table.trace() / max(table.sum(), 1)), 4),
        "balanced": round(float(own[table.sum(1) > 0].mean()), 4),
        "confusion": confusion,
    }


def judge(listener: StyleClassifier, takes: Mapping[int, Sequence[Ids]]) -> dict[str, Any]:
    """Composed music: asked style (the keys) against heard style, and the Inception Score."""
    heard = np.stack([listener.hear(ids) for made in takes.values() for ids in made])
    asked = [style for style, made in takes.items() for _ in made]
    return {**accuracy(_confusion(heard, asked)), "inception_score": round(inception_score(heard), 3)}


def inception_score(heard: Floats) -> float:
    """exp of the mean divergence of each piece's probabilities from their mean (arXiv 1606.03498): 1 where all sounds
    alike or nothing is told, the number of styles where each piece is told and all are equally frequent."""
    certain = np.maximum(heard, 1e-12)
    return float(np.exp((certain * np.log(certain / certain.mean(0))).sum(1).mean()))
