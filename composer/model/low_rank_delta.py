"""Low-rank deltas: a style stored as its difference from its base, two thin matrices for a big one. Knows no torch.

A matrix NAME (out, in) of a style may be stored as NAME.down (rank, in) and NAME.up (rank, out). It is then the base's
own plus `difference.share` times the product of the two, rounded to bfloat16 as if it were stored whole. Whoever reads
it gets the matrix that was judged, but for the order in which float32 sums are taken: a number may come out as the
next one of bfloat16, at most 2^-7 of its size away.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

DOWN, UP, SHARE = ".down", ".up", "difference.share"
Array = NDArray[np.float32]


def adapted_names(names: Iterable[str]) -> list[str]:
    """The names of the matrices that are stored as low-rank deltas, from the tensors' names in a file."""
    return [name.removesuffix(DOWN) for name in names if name.endswith(DOWN)]


def is_part(name: str) -> bool:
    """Whether a tensor is part of a difference, rather than one of the network's."""
    return name.endswith((DOWN, UP)) or name == SHARE


def add_delta(base: Array, down: Array, up: Array, share: float = 1.0) -> Array:
    """The matrix (out, in) with its delta added, not rounded. Raises `ValueError` when sizes do not fit."""
    if down.ndim != 2 or up.ndim != 2 or len(down) != len(up) or base.shape != (up.shape[1], down.shape[1]):
        raise ValueError("its difference does not fit its base")
    return np.asarray(base + np.float32(share) * (up.T @ down), dtype=np.float32)


def apply_deltas(base: Mapping[str, Array], own: Mapping[str, Array]) -> dict[str, Array]:
    """The matrices that `own` stores as deltas from `base`, put together, not rounded. Raises `ValueError`."""
    names = adapted_names(own)
    if {n for n in own if is_part(n)} != {n + end for n in names for end in (DOWN, UP)} | ({SHARE} if names else set()):
        raise ValueError("its difference is not complete")
    if not names:
        return {}
    share = own[SHARE]
    if share.size != 1 or not np.isfinite(share).all():
        raise ValueError("its difference is not complete")
    if not set(names) <= set(base) or set(names) & set(own):
        raise ValueError("its difference does not fit its base")
    return {name: add_delta(base[name], own[name + DOWN], own[name + UP], float(share.reshape(()))) for name in names}


def to_bfloat16(values: Array) -> NDArray[np.uint16]:
    """Finite float32 numbers rounded to the nearest bfloat16, as bits."""
    bits = np.ascontiguousarray(values, dtype=np.float32).view(np.uint32)
    return ((bits + 0x7FFF + ((bits >> 16) & 1)) >> 16).astype(np.uint16)


def from_bfloat16(bits: NDArray[Any]) -> Array:
    """The float32 numbers of bfloat16 bits."""
    return (bits.astype(np.uint32) << 16).view(np.float32)
