"""A style as one file to pass on: its JSON card and its safetensors in a zip. Knows no torch; nothing is executed.

Such a file stands alone: tensors that the style shares with its base are in it. What comes in is checked by size
before it is unpacked and by content after it, and gets the name it is asked to have, never a path.
"""

from __future__ import annotations

import io
import json
import math
import zipfile
import zlib
from pathlib import Path
from typing import Any

from safetensors import SafetensorError, deserialize

from composer import styles
from composer.errors import UserError, reason
from composer.files import check_output, write_atomically

SUFFIX = ".ricercar-style"
CARD, WEIGHTS = "style.json", "weights.safetensors"
LARGEST = 2 * 2**30  # bytes of weights
TIGHTEST = 40  # times that weights may shrink in the zip: real ones hardly do, a bomb does
DEEPEST = 5  # styles on styles
_BYTES = {"BF16": 2, "F16": 2, "F32": 4}
Tensors = dict[str, dict[str, Any]]  # name -> dtype, shape, data


def export(name: str, path: str | Path, *, force: bool = False) -> Path:
    """Writes an installed style as one file. Raises `UserError`."""
    card = styles.find(name)
    check_output(path, force)
    tensors = _tensors(card)
    facts = {k: v for k, v in card.data.items() if k not in ("base", "base_digest")}
    facts["taught_from"] = card.base or card.data.get("taught_from")
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr(CARD, json.dumps(facts, indent=1, ensure_ascii=False), zipfile.ZIP_DEFLATED)
        archive.writestr(WEIGHTS, _written(tensors), zipfile.ZIP_STORED)
    write_atomically(path, out.getvalue(), force=force)
    return Path(path)


def _tensors(card: styles.Card, depth: int = 0) -> Tensors:
    """All tensors of a checkpoint as they are stored, those that it shares with its base from there."""
    if depth > DEEPEST:
        raise UserError("style_damaged", name=card.name, reason="its bases lead in a circle")
    tensors = _tensors(styles.find(card.base), depth + 1) if card.base else {}
    try:
        tensors.update(_parse(card.weights.read_bytes()))
    except (OSError, ValueError) as error:
        raise UserError("style_damaged", name=card.name, reason="its weights cannot be read") from error
    return tensors


def _parse(data: bytes) -> Tensors:
    """The tensors of a safetensors file. Raises `ValueError`."""
    try:
        held = deserialize(data)  # type: ignore[no-untyped-call]
        return {name: _checked(name, dict(tensor)) for name, tensor in held}
    except (SafetensorError, KeyError, TypeError, OverflowError) as error:
        raise ValueError("its weights are damaged") from error


def _checked(name: str, tensor: dict[str, Any]) -> dict[str, Any]:
    kind = str(tensor["dtype"])
    if kind not in _BYTES:
        raise ValueError(f"{name!r} has numbers of an unknown kind")
    if math.prod(tensor["shape"]) * _BYTES[kind] != len(tensor["data"]):
        raise ValueError("its weights are damaged")
    return {"dtype": kind, "shape": list(tensor["shape"]), "data": bytes(tensor["data"])}


def _written(tensors: Tensors) -> bytes:
    """A safetensors file: the length of the header, the header in JSON, the tensors end to end."""
    header, at = {}, 0
    for name, tensor in tensors.items():
        end = at + len(tensor["data"])
        header[name] = {"dtype": tensor["dtype"], "shape": tensor["shape"], "data_offsets": [at, end]}
        at = end
    text = json.dumps(header, separators=(",", ":")).encode()
    text += b" " * (-len(text) % 8)
    return len(text).to_bytes(8, "little") + text + b"".join(tensor["data"] for tensor in tensors.values())


def take_in(path: str | Path, name: str | None = None) -> styles.Card:
    """Installs a style from a file, under its own name if none is given. Raises `UserError`; then nothing changes."""
    card, weights = _unpack(Path(path))
    wanted = name or str(card.get("name", ""))
    styles.check_name(wanted)
    card = {**card, "name": wanted, "title": wanted if name else str(card.get("title") or wanted)}
    card.pop("base", None)
    card.pop("base_digest", None)
    folder = styles.user_folder()
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise UserError("output_unwritable", path=folder, reason=reason(error)) from error
    target = folder / f"{wanted}.json"
    write_atomically(target.with_suffix(".safetensors"), weights, force=True)
    write_atomically(target, (json.dumps(card, indent=1, ensure_ascii=False) + "\n").encode(), force=True)
    try:
        return styles.read_card(target, bundled=False)
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
            card = json.loads(_read(archive, CARD, styles.CARD_LIMIT))
            weights = _read(archive, WEIGHTS, LARGEST)
        if not isinstance(card, dict):
            raise ValueError("its card is not one of a style")
        _agree(card, _parse(weights))
    except (OSError, ValueError, KeyError, TypeError, zipfile.BadZipFile, zlib.error, NotImplementedError) as error:
        raise UserError("bundle_invalid", path=path, reason=reason(error)) from error
    except (RecursionError, EOFError, RuntimeError) as error:
        raise UserError("bundle_invalid", path=path, reason="it is damaged") from error
    return card, weights


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


def _agree(card: dict[str, Any], tensors: Tensors) -> None:
    """Raises `ValueError` unless card and weights belong together."""
    if not isinstance(card.get("format"), int) or card["format"] > styles.FORMAT:
        raise ValueError("it was made by a newer version of Ricercar")
    numbers = sum(math.prod(tensor["shape"]) for tensor in tensors.values())
    if not tensors or numbers != card.get("parameters"):
        raise ValueError("its weights do not fit its card")
