"""Checkpoints: safetensors with a JSON card beside them. Loading one never executes anything in it."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Any

import torch
from safetensors import SafetensorError
from safetensors.torch import load_file
from safetensors.torch import save as to_safetensors
from torch.overrides import TorchFunctionMode

from composer.core.errors import UserError, reason
from composer.files.atomic_files import write_atomically
from composer.model import low_rank_delta, style_registry
from composer.model.low_rank_delta import DOWN, SHARE, UP
from composer.model.style_registry import FORMAT, WHOLE, Card
from composer.model.tokenizer import GIGA_VOCABULARY, VOCABULARY
from composer.model.transformer import GPT, NoteGPT, Shape

Network = GPT | NoteGPT
Weights = dict[str, torch.Tensor]
LARGEST = {"layers": 64, "width": 4096, "heads": 64, "hidden": 16384, "context": 16384}
OPTIONS = {"er_len": 16384, "rope_time": 64, "rope_pitch": 8, "intervals": 16, "qk_norm": 1, "relu_squared": 1}


class _Unset(TorchFunctionMode):
    """Leaves out the random first values of weights: without memory behind them they are slow, and nobody reads them.

    (PyTorch imports its compiler for them: 2 s of a start.)
    """

    def __torch_function__(
        self, func: Callable[..., Any], types: Any, args: tuple[Any, ...] = (), kwargs: dict[str, Any] | None = None
    ) -> Any:
        """Passes on all but what sets a tensor."""
        given = kwargs or {}
        if getattr(func, "__module__", "") == "torch.nn.init":
            return args[0] if args else given["tensor"]
        return func(*args, **given)


def weights_of(network: NoteGPT) -> Weights:
    """A copy of a network's weights, in memory of the processor."""
    return {name: weight.detach().to("cpu", copy=True) for name, weight in network.state_dict().items()}


def load(name_or_path: str | Path, strength: float = 1.0) -> tuple[Network, dict[str, Any]]:
    """A network in evaluation mode, float32, and its card.

    A name is looked up among the installed styles; a path leads to a card or its weights. `strength` is how far the
    weights go from the base's towards the style's: 0 is the base, 1 the style, more than 1 exaggerates it.
    Raises `UserError` (style_unknown, style_damaged).
    """
    card = _find_card(name_or_path)
    with torch.device("meta"), _Unset():  # takes no memory, whatever size the card claims
        network = build(card)
    try:
        network.load_state_dict(_interpolate(card, strength), strict=True, assign=True)
    except RuntimeError as error:
        raise UserError("style_damaged", name=card.name, reason="its weights do not fit its card") from error
    return network.eval(), card.data


def _find_card(name_or_path: str | Path) -> Card:
    path = Path(name_or_path)
    if isinstance(name_or_path, Path) or path.suffix in (".json", ".safetensors"):
        return style_registry.read_card(path.with_suffix(".json"), bundled=False)
    return style_registry.find(str(name_or_path))


def build(card: Card) -> Network:
    """An untrained network of the card's shape. Raises `UserError` (style_damaged) for an impossible one."""
    try:
        shape = Shape(**{k: int(v) for k, v in card.data["shape"].items()})
        given = asdict(shape)
        sized = all(1 <= given[k] <= most for k, most in LARGEST.items()) and 2 <= shape.rope_base <= 10**6
        if not sized or not all(0 <= given[k] <= most for k, most in OPTIONS.items()):
            raise ValueError("its shape is not one that can be built")
        if card.encoding == "giga" and not shape.width % shape.heads and shape.er_len:
            _check_vocabulary(card, GIGA_VOCABULARY)
            return GPT(shape)
        if card.encoding == "expressive" and _turns(shape):
            _check_vocabulary(card, list(VOCABULARY))
            return NoteGPT(shape)
        raise ValueError("its encoding is unknown, or its shape does not suit it")
    except (KeyError, TypeError, ValueError, AttributeError, OverflowError) as error:
        raise UserError("style_damaged", name=card.name, reason=reason(error)) from error


def _turns(shape: Shape) -> bool:
    """Whether a head's vector has pairs for all that is to turn, and at least one for the index."""
    return not shape.width % (2 * shape.heads) and shape.rope_time + shape.rope_pitch < shape.width // shape.heads // 2


def _check_vocabulary(card: Card, ours: object) -> None:
    if card.data["vocabulary"] != ours:
        raise ValueError("its vocabulary is not the one that this version writes")


def read_weights(card: Card, depth: int = 0) -> Weights:
    """All tensors of a checkpoint in float32, those that it shares with its base read from there."""
    if depth > 4:
        raise UserError("style_damaged", name=card.name, reason="its bases lead in a circle")
    try:
        own = {name: tensor.float() for name, tensor in load_file(card.weights).items()}
    except (SafetensorError, OSError, ValueError) as error:
        raise UserError("style_damaged", name=card.name, reason="its weights cannot be read") from error
    parent = _find_parent(card)
    if parent is None and card.base and not _is_whole(card, own):
        why = f"{card.base!r}, which it stands on, has changed"
        raise UserError("style_damaged", name=card.name, reason=why)
    weights = read_weights(parent, depth + 1) if parent else {}
    try:
        return {**weights, **_apply_deltas(weights, own)}
    except ValueError as error:
        raise UserError("style_damaged", name=card.name, reason=reason(error)) from error


def _find_parent(card: Card) -> Card | None:
    """What a checkpoint stands on; None where that is nothing, or has changed since. Raises `UserError`."""
    if not card.base:
        return None
    parent = style_registry.find(card.base)
    if parent.name == card.name or parent.base == card.name:
        raise UserError("style_damaged", name=card.name, reason="its bases lead in a circle")
    return parent if card.data.get("base_digest") == style_registry.digest(parent) else None


def _is_whole(card: Card, own: Weights) -> bool:
    """Whether a file holds every weight itself, so that it can be used whatever became of its base."""
    return not any(map(low_rank_delta.is_part, own)) and sum(w.numel() for w in own.values()) == card.parameters


def _apply_deltas(base: Weights, own: Weights) -> Weights:
    """The tensors that a file holds, and those that it holds as their difference. Raises `ValueError`."""
    if not any(map(low_rank_delta.is_part, own)):
        return own
    plain = {name: tensor for name, tensor in own.items() if not low_rank_delta.is_part(name)}
    arrays = ({name: tensor.numpy() for name, tensor in weights.items()} for weights in (base, own))
    found = low_rank_delta.apply_deltas(*arrays).items()
    return {**plain, **{name: torch.from_numpy(tensor).to(torch.bfloat16).float() for name, tensor in found}}


def _interpolate(card: Card, strength: float) -> Weights:
    weights = read_weights(card)
    parent = _find_parent(card) if strength != 1 else None
    if parent is None:
        return weights
    base = read_weights(parent)
    return {name: base[name] + strength * (own - base[name]) for name, own in weights.items()}


def save(
    folder: str | Path,
    name: str,
    network: Network,
    card: dict[str, Any],
    base: str | None = None,
    trained: Weights | None = None,
    alpha: float = 1.0,
) -> Path:
    """Writes weights (bfloat16) and card; with a base, only the tensors that differ from it. Returns the card's path.

    Where `trained` holds NAME.down and NAME.up whose product, `alpha` times, is the difference of a matrix, they are
    written in its place if they are smaller. `card` needs at least a licence; name, shape and size are filled in.
    An older checkpoint of the name is replaced.
    """
    Path(folder).mkdir(parents=True, exist_ok=True)
    weights = {k: v.detach().to("cpu", torch.bfloat16).contiguous() for k, v in network.state_dict().items()}
    base_digest = style_registry.digest(style_registry.find(base)) if base else None
    if base:
        shared = {k: v.to(torch.bfloat16) for k, v in read_weights(style_registry.find(base)).items()}
        weights = {k: v for k, v in weights.items() if k not in shared or not torch.equal(v, shared[k])}
        weights = _store_deltas(weights, trained or {}, alpha)
    full = {
        "format": FORMAT if SHARE in weights else WHOLE,
        "name": name,
        "encoding": network.encoding,
        "shape": asdict(network.shape),
        "vocabulary": list(network.vocabulary) if isinstance(network, NoteGPT) else network.head.out_features,
        "parameters": sum(p.numel() for p in network.parameters()),
        "base": base,
        "base_digest": base_digest,
        "infills": style_registry.find(base).infills if base else False,
        **card,
    }
    path = Path(folder) / f"{name}.json"
    write_atomically(path.with_suffix(".safetensors"), to_safetensors(weights), force=True)
    write_atomically(path, (json.dumps(full, indent=1, ensure_ascii=False) + "\n").encode(), force=True)
    return path


def _store_deltas(weights: Weights, trained: Weights, alpha: float) -> Weights:
    """The tensors of a file, matrices as low-rank deltas from the base where those are smaller."""
    short = dict(weights)
    for name in low_rank_delta.adapted_names(trained):
        parts = {name + end: trained[name + end].to(torch.bfloat16).contiguous() for end in (DOWN, UP)}
        if name in weights and sum(part.numel() for part in parts.values()) < weights[name].numel():
            del short[name]
            short |= {**parts, SHARE: torch.tensor(alpha)}
    return short


def round_to_bfloat16(network: Network) -> Network:
    """Rounds weights to bfloat16 and back, as they will be stored, so that figures hold for what is shipped."""
    with torch.no_grad():
        for parameter in network.parameters():
            parameter.copy_(parameter.to(torch.bfloat16).to(parameter.dtype))
    return network
