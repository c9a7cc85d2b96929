"""Many pieces in one file: columns of numbers, so that an interrupted training need not read a thousand files again.

An .npz file by deflate (quick), or, where the name ends on .xz, by LZMA (small: some 15 bits a note), to carry a corpus
to another machine. Knows arrays only; nothing of pieces.
"""

from __future__ import annotations

import io
import json
import lzma
import zipfile
import zlib
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from composer.core.errors import UserError, reason
from composer.files.atomic_files import write_atomically
from composer.model.tokenizer import ATTRIBUTES, DT, DT_STEPS, ONSET_MS, Ids
from composer.music.metre import Metre

FORMAT = 2  # of what stands in the file; others are read anew from the music
PHASES = 240  # parts of a beat in which a place in it is kept
UNKNOWN = 255  # in their stead, where the beat is not known
Arrays = dict[str, NDArray[Any]]
_FILTERS = [{"id": lzma.FILTER_LZMA2, "preset": 6, "lc": 4, "lp": 0, "pb": 0}]


def write(path: Path, ids: Ids, facts: Any, beaten: NDArray[np.bool_], metre: Metre) -> None:
    """Writes positions (notes, 5), anything that JSON holds, and the metre of those that are `beaten` (notes,).

    The file is there as a whole or not at all. Phases come back to 1.5 of PHASES, the length of beats to milliseconds.
    """
    arrays: Arrays = {name: ids[:, column].astype(np.uint8) for column, name in enumerate(ATTRIBUTES)}
    arrays |= {"facts": np.array(json.dumps([FORMAT, facts])), "beaten": np.packbits(beaten)}
    arrays |= _packed(ids[beaten], metre)
    out, packs = io.BytesIO(), path.suffix == ".xz"
    (np.savez if packs else np.savez_compressed)(out, **arrays)  # type: ignore[arg-type]
    data = out.getvalue()
    if packs:
        data = lzma.compress(data, format=lzma.FORMAT_XZ, filters=_FILTERS)
    write_atomically(path, data, force=True)


def read(path: Path) -> tuple[Ids, Any, NDArray[np.bool_], Metre]:
    """What `write` was given. Raises `UserError` (file_unreadable) for any other file."""
    try:
        data = path.read_bytes()
        if data.startswith(b"\xfd7zXZ"):
            data = lzma.decompress(data)
        with np.load(io.BytesIO(data), allow_pickle=False) as held:
            number, facts = json.loads(str(held["facts"]))
            if number != FORMAT:
                raise ValueError("it was written by another version")
            ids = np.stack([held[name].astype(np.int16) for name in ATTRIBUTES], axis=1)
            beaten = np.unpackbits(held["beaten"], count=len(ids)).astype(bool)
            return ids, facts, beaten, _unpacked(ids[beaten], held)
    except (OSError, ValueError, KeyError, TypeError, EOFError, AttributeError) as error:
        raise UserError("file_unreadable", path=path, reason=reason(error)) from error
    except (zipfile.BadZipFile, zlib.error, lzma.LZMAError, NotImplementedError) as error:
        raise UserError("file_unreadable", path=path, reason="it is damaged") from error


def _packed(ids: Ids, metre: Metre) -> Arrays:
    """A metre in small numbers, most of which are 0: how far phases are off what the notes' times make of the first
    phase in the same beat."""
    known = ~np.isnan(metre.phase)
    arrays: Arrays = {
        "beat": metre.beat.astype(np.uint8),
        "meter": metre.meter.astype(np.uint8),
        "ms": np.clip(np.rint(metre.seconds * 1000), 1, 65535).astype(np.uint16),
    }
    phase = np.rint(np.where(known, metre.phase, 0) * PHASES).astype(np.int64) % PHASES
    first, since = _beats(ids, known, arrays)
    off = (phase - phase[first] - since) % PHASES
    off[np.isin(off, (1, PHASES - 1))] = 0  # what rounding makes of the same time is not worth keeping
    off[first == np.arange(len(first))] = phase[first == np.arange(len(first))]
    return arrays | {"off": np.where(known, off, UNKNOWN).astype(np.uint8)}


def _unpacked(ids: Ids, arrays: Any) -> Metre:
    off = arrays["off"].astype(np.int64)
    known = off != UNKNOWN
    first, since = _beats(ids, known, arrays)
    phase = np.where(first == np.arange(len(first)), off, (off + off[first] + since) % PHASES)
    beat, meter = arrays["beat"].astype(np.int64), arrays["meter"].astype(np.int64)
    return Metre(np.where(known, phase / PHASES, np.nan), beat, meter, arrays["ms"] / 1000)


def _beats(ids: Ids, known: NDArray[np.bool_], arrays: Any) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """For each position the first one in its beat, and how many PHASES of a beat have passed since that."""
    whole = np.stack([known, *(arrays[name].astype(np.int64) for name in ("beat", "meter", "ms"))])
    begins = np.ones(len(ids), dtype=bool)
    begins[1:] = (whole[:, 1:] != whole[:, :-1]).any(0)
    first = np.maximum.accumulate(np.where(begins, np.arange(len(ids)), 0))
    time = np.cumsum(DT_STEPS[ids[:, DT].astype(np.int64)]) * ONSET_MS
    since = np.rint((time - time[first]) * PHASES / whole[3]).astype(np.int64) if len(ids) else first
    return first, since
