"""A style as one file to pass on: its JSON card and its safetensors in a zip. Knows no torch; nothing is executed.

Such a file stands alone: tensors that the style shares with its base are in it. Only a style that is stored as its
difference from a base that came with Ricercar stays one, and needs the same base where it is taken in. Wherever its
base is installed, a style stands on it, so that its strength can be chosen. What comes in is checked by size before it
is unpacked and by content after it, and gets the name it is asked to have, never a path.
"""

from __future__ import annotations

import io
import json
import math
import zipfile
import zlib
from pathlib import Path
from typing import Any

import numpy as np
from safetensors import SafetensorError, deserialize

from composer.core.errors import UserError, reason
from composer.files.atomic_files import check_output, write_atomically
from composer.model import low_rank_delta, style_registry, tensor_file

SUFFIX = ".ricercar-style"
CARD, WEIGHTS = "style.json", "weights.safetensors"
LARGEST = 2 * 2**30  # bytes of weights
TIGHTEST = 40  # times that weights may shrink in the zip: real ones hardly do, a bomb does
DEEPEST = 5  # styles on styles
_BYTES = {"BF16": 2, "F16": 2, "F32": 4}
Tensors = dict[str, dict[str, Any]]  # name -> dtype, shape, data


def export_bundle(name: str, path: str | Path, *, force: bool = False) -> Path:
    """Writes an installed style as one file. Raises `UserError`."""
    card = style_registry.find(name)
    check_output(path, force)
    facts, tensors = dict(card.data), _read_own(card)
    base = _find_base(card) if low_rank_delta.adapted_names(tensors) else None
    if base is None or not base.bundled:
        tensors = _read_tensors(card)
        facts["taught_from"] = facts.pop("base", None) or facts.get("taught_from")
        facts["taught_from_digest"] = facts.pop("base_digest", None) or facts.get("taught_from_digest")
        facts["format"] = style_registry.WHOLE
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr(CARD, json.dumps(facts, indent=1, ensure_ascii=False), zipfile.ZIP_DEFLATED)
        archive.writestr(WEIGHTS, tensor_file.serialize(tensors), zipfile.ZIP_STORED)
    write_atomically(path, out.getvalue(), force=force)
    return Path(path)


def _read_tensors(card: style_registry.Card, depth: int = 0) -> Tensors:
    """All tensors of a checkpoint as they are stored, those that it shares with its base from there."""
    if depth > DEEPEST:
        raise UserError("style_damaged", name=card.name, reason="its bases lead in a circle")
    own = _read_own(card)
    if not low_rank_delta.adapted_names(own) and _count_parameters(own) == card.parameters:
        return own
    base = _find_base(card)
    try:
        return _merge(_read_tensors(base, depth + 1) if base else {}, own)
    except ValueError as error:
        raise UserError("style_damaged", name=card.name, reason=reason(error)) from error


def _find_base(card: style_registry.Card) -> style_registry.Card | None:
    """What a style stands on. Raises `UserError` where that has changed since."""
    base = style_registry.find(card.base) if card.base else None
    if base and style_registry.digest(base) != card.data.get("base_digest"):
        why = f"{base.name!r}, which it stands on, has changed"
        raise UserError("style_damaged", name=card.name, reason=why)
    return base


def _read_own(card: style_registry.Card) -> Tensors:
    """The tensors in a checkpoint's own file."""
    try:
        return _parse(card.weights.read_bytes())
    except (OSError, ValueError) as error:
        raise UserError("style_damaged", name=card.name, reason="its weights cannot be read") from error


def _merge(base: Tensors, own: Tensors) -> Tensors:
    """All tensors of a style, those that it stores as their difference put together. Raises `ValueError`."""
    names = low_rank_delta.adapted_names(own)
    parts = {name: _to_float32(tensor) for name, tensor in own.items() if low_rank_delta.is_part(name)}
    if base and any(base.get(name, {}).get("shape") != t["shape"] for name, t in own.items() if name not in parts):
        raise ValueError("its difference does not fit its base")
    found = low_rank_delta.apply_deltas({name: _to_float32(base[name]) for name in names if name in base}, parts)
    whole = {}
    for name, values in found.items():
        whole[name] = {
            **base[name],
            "dtype": "BF16",
            "data": low_rank_delta.to_bfloat16(values).astype("<u2").tobytes(),
        }
    return {**base, **{name: tensor for name, tensor in own.items() if name not in parts}, **whole}


def _to_float32(tensor: dict[str, Any]) -> low_rank_delta.Array:
    """A tensor as float32."""
    if tensor["dtype"] == "BF16":
        return low_rank_delta.from_bfloat16(np.frombuffer(tensor["data"], "<u2")).reshape(tensor["shape"])
    kind = {"F16": "<f2", "F32": "<f4"}[tensor["dtype"]]
    return np.frombuffer(tensor["data"], kind).astype(np.float32).reshape(tensor["shape"])


def _parse(data: bytes) -> Tensors:
    """The tensors of a safetensors file. Raises `ValueError`."""
    try:
        held = deserialize(data)  # type: ignore[no-untyped-call]
        return {name: _check_tensor(name, dict(tensor)) for name, tensor in held}
    except (SafetensorError, KeyError, TypeError, OverflowError) as error:
        raise ValueError("its weights are damaged") from error


def _check_tensor(name: str, tensor: dict[str, Any]) -> dict[str, Any]:
    kind = str(tensor["dtype"])
    if kind not in _BYTES:
        raise ValueError(f"{name!r} has numbers of an unknown kind")
    if math.prod(tensor["shape"]) * _BYTES[kind] != len(tensor["data"]):
        raise ValueError("its weights are damaged")
    return {"dtype": kind, "shape": list(tensor["shape"]), "data": bytes(tensor["data"])}


def import_bundle(path: str | Path, name: str | None = None) -> style_registry.Card:
    """Installs a style from a file, under its own name if none is given. Raises `UserError`; then nothing changes."""
    card, weights = _unpack(Path(path))
    wanted = name or str(card.get("name", ""))
    style_registry.check_name(wanted)
    card = {**card, "name": wanted, "title": wanted if name else str(card.get("title") or wanted)}
    folder = style_registry.user_folder()
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise UserError("output_unwritable", path=folder, reason=reason(error)) from error
    target = folder / f"{wanted}.json"
    write_atomically(target.with_suffix(".safetensors"), weights, force=True)
    write_atomically(target, (json.dumps(card, indent=1, ensure_ascii=False) + "\n").encode(), force=True)
    try:
        return style_registry.read_card(target, bundled=False)
    except UserError as error:
        target.unlink(missing_ok=True)
        target.with_suffix(".safetensors").unlink(missing_ok=True)
        raise UserError("bundle_invalid", path=path, reason="its card is not one of a style") from error


def _unpack(path: Path) -> tuple[dict[str, Any], bytes]:
    """Card and weights of a file, checked. Raises `UserError` (bundle_invalid, file_missing)."""
    if not path.is_file():
        raise UserError("file_missing", path=path)
    try:
        with zipfile.ZipFile(path) as archive:
            if sorted(archive.namelist()) != sorted((CARD, WEIGHTS)):
                raise ValueError("it does not hold a card and weights, and nothing else")
            card = json.loads(_read(archive, CARD, style_registry.CARD_LIMIT))
            weights = _read(archive, WEIGHTS, LARGEST)
        if not isinstance(card, dict):
            raise ValueError("its card is not one of a style")
        card = _attach_base(path, card, _parse(weights))
    except (OSError, ValueError, KeyError, TypeError, zipfile.BadZipFile, zlib.error, NotImplementedError) as error:
        raise UserError("bundle_invalid", path=path, reason=reason(error)) from error
    except (RecursionError, EOFError, RuntimeError) as error:
        raise UserError("bundle_invalid", path=path, reason="it is damaged") from error
    return card, weights


def _count_parameters(tensors: Tensors) -> int:
    return sum(math.prod(tensor["shape"]) for tensor in tensors.values())


def _read(archive: zipfile.ZipFile, name: str, limit: int) -> bytes:
    """A member, if it is as small as it says, and says that it is small enough."""
    info = archive.getinfo(name)
    if info.file_size > limit or info.file_size > TIGHTEST * max(info.compress_size, 1024):
        raise ValueError(f"{name} is too large")
    with archive.open(info) as member:
        data = member.read(info.file_size + 1)
    if len(data) != info.file_size:
        raise ValueError(f"{name} is not as large as it says")
    return data


def _attach_base(path: Path, card: dict[str, Any], own: Tensors) -> dict[str, Any]:
    """The card with the base that it stands on here. Raises `ValueError` unless card and weights belong together."""
    if not isinstance(card.get("format"), int) or card["format"] > style_registry.FORMAT:
        raise ValueError("it was made by a newer version of Ricercar")
    is_difference = bool(low_rank_delta.adapted_names(own))
    keys = ("base", "base_digest") if is_difference else ("taught_from", "taught_from_digest")
    name, digest = (card.get(key) for key in keys)
    base = style_registry.with_digest(digest, name)
    if is_difference and base is None:
        raise UserError("base_missing", path=path, base=str(name))
    _check_card(card, _merge(_read_tensors(base), own) if is_difference and base else own)
    return {**card, "base": base.name if base else None, "base_digest": digest if base else None}


def _check_card(card: dict[str, Any], tensors: Tensors) -> None:
    """Raises `ValueError` unless the weights are as many as the card says."""
    if not tensors or _count_parameters(tensors) != card.get("parameters"):
        raise ValueError("its weights do not fit its card")
