"""An interpolated 4-gram model of the expressive attributes: what a network must beat to have learned anything.

Witten-Bell interpolation (Computational Linguistics 17:4, 1991), every order down to the uniform distribution. Each
attribute is predicted from the three values that tell most about it: its own predecessors, and the dt just chosen.
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from composer.model.tokenizer import ATTRIBUTES, DT, VOCABULARY, Ids

# attribute -> what it is predicted from, the most telling first: (attribute, how many notes back)
CONTEXTS = {a: ((DT, 1), (DT, 2), (DT, 3)) if a == DT else ((a, 1), (DT, 0), (a, 2)) for a in range(len(ATTRIBUTES))}
_RADIX = 256  # above every vocabulary, so that values pack into one integer
Keys = NDArray[np.int64]


def _columns(pieces: Iterable[Ids], attribute: int) -> NDArray[np.int64]:
    """(notes, 4): the value and its three context values; notes without three predecessors are left out."""
    rows = [np.zeros((0, 1 + len(CONTEXTS[attribute])), dtype=np.int16)]
    for ids in pieces:
        if len(ids) <= 3:
            continue
        columns = [ids[3:, attribute]]
        columns += [ids[3 - back : len(ids) - back, a] for a, back in CONTEXTS[attribute]]
        rows.append(np.stack(columns, axis=1))
    return np.concatenate(rows).astype(np.int64)


class _Order:
    """Counts of one order: of contexts, of kinds that follow them, and of context and value together."""

    def __init__(self, context: Keys, value: Keys) -> None:
        self.joint, self.joint_counts = np.unique(context * _RADIX + value, return_counts=True)
        self.context, first, kinds = np.unique(self.joint // _RADIX, return_index=True, return_counts=True)
        self.kinds = kinds
        self.counts = np.add.reduceat(self.joint_counts, first)

    def mix(self, context: Keys, value: Keys, lower: NDArray[np.float64]) -> NDArray[np.float64]:
        """Probabilities of the values, given those of the order below."""
        counts = _look_up(self.context, self.counts, context)
        kinds = _look_up(self.context, self.kinds, context)
        joint = _look_up(self.joint, self.joint_counts, context * _RADIX + value)
        seen = counts > 0
        mixed = (joint + kinds * lower) / np.where(seen, counts + kinds, 1)
        return np.where(seen, mixed, lower)


def _look_up(keys: Keys, values: NDArray[np.int64], wanted: Keys) -> NDArray[np.int64]:
    at = np.minimum(np.searchsorted(keys, wanted), len(keys) - 1)
    return np.where(keys[at] == wanted, values[at], 0)


def _pack(columns: Keys, order: int) -> Keys:
    """The first `order` context values of each row as one integer."""
    key = np.zeros(len(columns), dtype=np.int64)
    for column in range(1, order + 1):
        key = key * _RADIX + columns[:, column]
    return key


class FourGram:
    """Trained on pieces (each (notes, 5) ids)."""

    def __init__(self, pieces: Iterable[Ids]) -> None:
        pieces = list(pieces)
        self.orders: list[list[_Order]] = []
        for attribute in range(len(ATTRIBUTES)):
            columns = _columns(pieces, attribute)
            self.orders.append([_Order(_pack(columns, order), columns[:, 0]) for order in range(4)])

    def nats(self, pieces: Iterable[Ids]) -> NDArray[np.float64]:
        """Mean nats a note of each attribute, (5,)."""
        pieces = list(pieces)
        found = []
        for attribute, orders in enumerate(self.orders):
            columns = _columns(pieces, attribute)
            p = np.full(len(columns), 1 / VOCABULARY[attribute])
            for order, model in enumerate(orders):
                p = model.mix(_pack(columns, order), columns[:, 0], p)
            found.append(-np.log(p).mean())
        return np.array(found)
