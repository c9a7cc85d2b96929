"""Checkpoints from elsewhere -> the user's own styles. Nothing in such a file is ever executed."""

from __future__ import annotations

import json
import os
import re
import tempfile
import zipfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Any

import torch
from safetensors import SafetensorError
from safetensors.torch import load_file

from composer.core.errors import UserError, reason
from composer.files.atomic_files import write_atomically
from composer.model import checkpoint, style_registry, tensor_file
from composer.model.checkpoint import LARGEST, Network, Weights
from composer.model.tokenizer import GIGA_VOCABULARY, VOCABULARY
from composer.model.transformer import Shape

NESTED = ("state_dict", "model_state_dict", "model")  # where trainers keep the weights among other things
PREFIXES = ("module.", "_orig_mod.", "model.")  # what DataParallel, torch.compile and Lightning put before each name
DTYPES = {
    torch.float32: "F32",
    torch.float16: "F16",
    torch.bfloat16: "BF16",
    torch.float64: "F64",
}  # safetensors' names


def import_model(path: str | Path, name: str, heads: int | None = None, licence: str | None = None) -> dict[str, Any]:
    """Installs a GIGA-Piano `.pth`, or a `.safetensors` of ours, as one of the user's own styles.

    Weights keep their precision. `heads` need not be given: `Er`, or the card beside the file, tells.
    Returns name, encoding, parameters, layers, heads and card. Raises `UserError` (style_exists, name_invalid,
    file_missing, checkpoint_invalid).
    """
    source = Path(path)
    style_registry.check_name(name)
    if not source.is_file():
        raise UserError("file_missing", path=source)
    with _refusing(source):
        weights, card = _read(source)
        encoding, shape = _shape(weights, card, heads)
        _check(weights, _empty(encoding, shape))
    facts: dict[str, Any] = {
        "format": style_registry.WHOLE,
        "name": name,
        "encoding": encoding,
        "shape": card["shape"] if card else asdict(shape),
        "vocabulary": GIGA_VOCABULARY if encoding == "giga" else list(VOCABULARY),
        "parameters": sum(t.numel() for t in weights.values()),
        "base": None,
        "base_digest": None,
        "title": name,
        "description": f"Imported from {source.name}.",
        "licence": licence or str(card.get("licence") or "unknown"),
        **{field: card[field] for field in ("terms", "sources") if field in card and not licence},
    }
    target = _install(name, weights, facts)
    found = {field: facts[field] for field in ("name", "encoding", "parameters", "licence")}
    return {**found, "layers": shape.layers, "heads": shape.heads, "card": str(target)}


@contextmanager
def _refusing(path: Path) -> Iterator[None]:
    """Turns whatever a damaged or hostile file makes its readers raise into one sentence."""
    try:
        yield
    except (UserError, MemoryError):
        raise
    except Exception as error:  # torch's unpickler raises almost anything, by what the file holds
        raise UserError("checkpoint_invalid", path=path, reason=_plain(error)) from error


def _plain(error: Exception) -> str:
    """A cause in few words: torch explains at length how one could trust a file after all."""
    if isinstance(error, ValueError | OSError):
        return reason(error)
    if "weights_only" in str(error).lower() or "unpickl" in type(error).__name__.lower():
        return "it holds more than weights, and such files can run programs"
    return "it is damaged, or of another kind"


# ---- reading ----


def _read(path: Path) -> tuple[Weights, dict[str, Any]]:
    """The tensors of a file by their plain names, and the card beside it ({} without one)."""
    if path.suffix.lower() == ".safetensors":
        card = path.with_suffix(".json")
        if card.is_file():
            network, facts = checkpoint.load(card)
            return network.state_dict(), {**facts, "shape": facts["shape"]}
        try:
            return _named(load_file(path)), {}
        except (SafetensorError, OSError) as error:
            raise ValueError("it is damaged, or no safetensors file") from error
    return _named(_unpickled(path)), {}


def _unpickled(path: Path) -> object:
    """What torch's restricted unpickler reads: tensors and plain containers, mapped from the disk and not copied."""
    mapped = zipfile.is_zipfile(path)
    if mapped:
        with zipfile.ZipFile(path) as archive:
            if any(entry.compress_type != zipfile.ZIP_STORED for entry in archive.infolist()):
                raise ValueError("its parts are compressed, which PyTorch never does")
    held: object = torch.load(path, map_location="cpu", weights_only=True, mmap=mapped)
    return held


def _named(held: object) -> Weights:
    """The tensors among what a file holds, without the wrappers' prefixes."""
    table = held if isinstance(held, Mapping) else {}
    for _ in range(3):
        table = next((table[k] for k in NESTED if isinstance(table.get(k), Mapping)), table)
    if not table or not all(isinstance(t, torch.Tensor) for t in table.values()):
        raise ValueError("it holds no table of weights")
    weights: Weights = {str(k): v.detach() for k, v in table.items()}
    while prefix := next((p for p in PREFIXES if all(k.startswith(p) for k in weights)), None):
        weights = {k.removeprefix(prefix): v for k, v in weights.items()}
    return weights


# ---- what kind of network it is ----


def _shape(weights: Weights, card: dict[str, Any], heads: int | None) -> tuple[str, Shape]:
    """(encoding, shape) as the weights' own sizes, or the card beside them, tell."""
    if card:
        return str(card["encoding"]), Shape(**card["shape"])
    layers = 1 + max((int(m[1]) for k in weights if (m := re.match(r"blocks\.(\d{1,4})\.", k))), default=-1)
    if not layers or not {"ln_f.weight", "blocks.0.mlp.0.weight"} <= weights.keys():
        raise ValueError("its weights are not those of a GIGA-Piano or of Ricercar")
    width, hidden = len(weights["ln_f.weight"]), len(weights["blocks.0.mlp.0.weight"])
    er = weights.get("blocks.0.attn.Er")
    if er is not None and er.dim() == 2 and er.shape[1] and "pos_emb" in weights:
        own = width // er.shape[1]
        if heads not in (None, own):
            raise ValueError(f"its Er is that of {own} heads, not of {heads}")
        context = weights["pos_emb"].shape[-2]
        return "giga", _sensible(Shape(layers, width, own, hidden, context, len(er)))
    if "embed.0.weight" in weights:  # much of such a network's shape leaves no trace in the sizes of its weights
        raise ValueError("the card that belongs to it (the same name, ending in .json) must stand beside it")
    raise ValueError("its weights are not those of a GIGA-Piano or of Ricercar")


def _sensible(shape: Shape) -> Shape:
    """The shape, if it is one that can be built."""
    if any(not (k != "er_len") <= getattr(shape, k) <= most for k, most in LARGEST.items()):
        raise ValueError("its sizes are not those of a network that can be built")
    return shape


def _empty(encoding: str, shape: Shape) -> Network:
    """A network of the shape that takes no memory."""
    card = style_registry.Card(
        "", encoding, 0, "", Path(), Path(), data={"shape": asdict(shape), "vocabulary": _vocabulary(encoding)}
    )
    with torch.device("meta"):
        try:
            return checkpoint.build(card)
        except UserError as error:
            raise ValueError("its sizes are not those of a network that can be built") from error


def _vocabulary(encoding: str) -> object:
    return GIGA_VOCABULARY if encoding == "giga" else list(VOCABULARY)


def _check(weights: Weights, network: Network) -> None:
    """Raises ValueError unless the weights are just those that the network needs, and numbers."""
    wanted = network.state_dict()
    if missing := sorted(wanted.keys() - weights.keys()):
        raise ValueError(f"it lacks {missing[0]}")
    if extra := sorted(weights.keys() - wanted.keys()):
        raise ValueError(f"it holds {extra[0][:60]!r}, which the network has no place for")
    for key, tensor in weights.items():
        if tensor.shape != wanted[key].shape:
            raise ValueError(f"{key} has the size {_size(tensor)}, not {_size(wanted[key])}")
        if tensor.dtype not in DTYPES or tensor.layout != torch.strided or tensor.is_meta:
            raise ValueError(f"{key} is not a plain table of numbers")
        if tensor.numel() * tensor.element_size() > tensor.untyped_storage().nbytes():
            raise ValueError(f"{key} claims more numbers than the file holds")
        if not bool(torch.isfinite(tensor).all()):
            raise ValueError(f"{key} holds values that are no numbers")


def _size(tensor: torch.Tensor) -> str:
    return " x ".join(map(str, tensor.shape)) or "1"


# ---- writing ----


def _install(name: str, weights: Weights, facts: dict[str, Any]) -> Path:
    """Weights and card in the user's folder; neither stays without the other. Returns the card's path."""
    folder = style_registry.user_folder()
    try:
        folder.mkdir(parents=True, exist_ok=True)
        handle, part = tempfile.mkstemp(dir=folder, prefix=f".{name[:40]}.", suffix=".part")
    except OSError as error:
        raise UserError("output_unwritable", path=folder, reason=reason(error)) from error
    target = folder / f"{name}.json"
    try:
        os.close(handle)
        tensor_file.write(Path(part), {name: _raw(tensor) for name, tensor in weights.items()})
        os.chmod(part, 0o644)
        os.replace(part, target.with_suffix(".safetensors"))
        write_atomically(target, (json.dumps(facts, indent=1, ensure_ascii=False) + "\n").encode(), force=True)
    except BaseException as error:
        Path(part).unlink(missing_ok=True)
        if not target.exists():
            target.with_suffix(".safetensors").unlink(missing_ok=True)
        if isinstance(error, OSError):
            raise UserError("output_unwritable", path=target, reason=reason(error)) from error
        raise
    return target


def _raw(tensor: torch.Tensor) -> dict[str, Any]:
    """A tensor as `tensor_file` writes it."""
    data = tensor.contiguous().flatten().view(torch.uint8).numpy()
    return {"dtype": DTYPES[tensor.dtype], "shape": list(tensor.shape), "data": data}
