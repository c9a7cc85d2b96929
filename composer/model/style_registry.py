"""What is installed: reads the cards beside the checkpoints, and knows weights by their hash only."""

from __future__ import annotations

import hashlib
import json
import re
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

from composer.core import paths
from composer.core.errors import UserError
from composer.files.atomic_files import write_atomically

FORMAT = 2  # of the card, the highest that is read
WHOLE = 1  # of a card whose weights stand there as they are, which older versions read too
CARD_LIMIT = 4 * 2**20  # bytes; a card is small
_NAME = re.compile(r"[\w][\w -]{0,59}")


@dataclass(frozen=True)
class Card:
    """One installed checkpoint, as its JSON card tells."""

    name: str
    encoding: str  # "expressive" or "giga"
    parameters: int
    licence: str
    card: Path
    weights: Path
    title: str = ""
    description: str = ""
    base: str | None = None  # the checkpoint that this one stores its difference from
    bundled: bool = True
    figures: dict[str, Any] = field(default_factory=dict)
    strength: float = 1.0  # at which it composes best (see checkpoint.load)
    infills: bool = False  # whether it has learned to fill gaps
    data: dict[str, Any] = field(default_factory=dict, repr=False)  # the whole card


def user_folder() -> Path:
    """Where the styles that the user taught stand."""
    return paths.user() / "models"


def read_card(path: Path, bundled: bool = True) -> Card:
    """One card. Raises `UserError` (style_damaged) for anything that is not one."""
    try:
        if path.stat().st_size > CARD_LIMIT:
            raise ValueError("its card is too large")
        data = json.loads(path.read_text(encoding="utf-8"))
        if data["format"] > FORMAT:
            raise ValueError("it was made by a newer version of Ricercar")
        if not isinstance(data.get("base"), str | None):
            raise ValueError("its base is not a name")
        return Card(
            name=str(data["name"]),
            encoding=str(data["encoding"]),
            parameters=int(data["parameters"]),
            licence=str(data["licence"]),
            card=path,
            weights=path.with_suffix(".safetensors"),
            title=str(data.get("title") or data["name"]),
            description=str(data.get("description", "")),
            base=data.get("base"),
            bundled=bundled,
            figures=dict(data.get("figures", {})),
            infills=data.get("infills") is True,
            strength=min(max(float(data.get("strength", 1)), 0.0), 5.0),
            data=data,
        )
    except KeyError as error:
        raise UserError("style_damaged", name=path.stem, reason=f"its card lacks {error.args[0]!r}") from error
    except (OSError, ValueError, TypeError, OverflowError, RecursionError) as error:
        raise UserError("style_damaged", name=path.stem, reason=str(error) or "its card cannot be read") from error


def installed() -> list[Card]:
    """Every usable checkpoint, the bundled ones first, `base` at the end; damaged ones are passed over."""
    found: dict[str, Card] = {}
    for folder, bundled in ((paths.models(), True), (user_folder(), False)):
        for path in sorted(folder.glob("*.json")) if folder.is_dir() else ():
            try:
                card = read_card(path, bundled)
            except UserError:
                continue
            if card.weights.is_file():
                found.setdefault(card.name, card)
    return sorted(found.values(), key=lambda c: (c.name == "base", not c.bundled, c.name.casefold()))


def find(name: str) -> Card:
    """The checkpoint of that name. Raises `UserError` (style_unknown) with the names there are."""
    cards = installed()
    for card in cards:
        if card.name.casefold() == name.casefold():
            return card
    raise UserError("style_unknown", name=name, known=", ".join(c.name for c in cards) or "none")


def digest(card: Card) -> str:
    """Hash of a checkpoint's own weights file, by which what stands on it knows it again. Raises `UserError`."""
    try:
        status = card.weights.stat()
        return _hash(card.weights, status.st_mtime_ns, status.st_size)
    except OSError as error:
        raise UserError("style_damaged", name=card.name, reason="its weights cannot be read") from error


@lru_cache(maxsize=32)
def _hash(path: Path, _changed: int, _size: int) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()[:24]


def stands_on_its_base(card: Card) -> bool:
    """Whether what a style was taught from is there, as it was: only then can its strength be chosen."""
    if not card.base or card.bundled:
        return card.base is not None
    try:
        return card.data.get("base_digest") == digest(find(card.base))
    except UserError:
        return False


def with_digest(wanted: object, name: object = None) -> Card | None:
    """The installed checkpoint whose weights have this hash, the one of that name if it is one of them."""
    for card in sorted(installed(), key=lambda c: c.name != name):
        try:
            if wanted and digest(card) == wanted:
                return card
        except UserError:
            continue
    return None


def identity(name: str) -> str:
    """Which weights a style has just now, for the provenance of what it writes: its name and its card's fingerprint."""
    try:
        card = find(name)
        return f"{card.name} {hashlib.sha256(card.card.read_bytes()).hexdigest()[:12]}"
    except (UserError, OSError):
        return name


def check_spelling(name: str) -> None:
    """Raises `UserError` unless a style may be called so."""
    if not _NAME.fullmatch(name):
        raise UserError("name_invalid", name=name)


def check_name(name: str) -> None:
    """Raises `UserError` unless a new style may have this name."""
    check_spelling(name)
    if any(c.name.casefold() == name.casefold() for c in installed()):
        raise UserError("style_exists", name=name)


def rename(old: str, new: str) -> None:
    """Renames a style of the user's; styles that were taught from it follow."""
    card = _own(old)
    check_name(new)
    for other in installed():
        if other.base == card.name and not other.bundled:
            _write_card(other.card, {**other.data, "base": new})
    target = card.card.with_name(f"{new}.json")
    card.weights.rename(target.with_suffix(".safetensors"))
    _write_card(target, {**card.data, "name": new, "title": new})
    card.card.unlink()


def remove(name: str) -> None:
    """Removes a style of the user's. Raises `UserError` when another style is stored as its difference."""
    card = _own(name)
    heirs = [c.name for c in installed() if c.base == card.name]
    if heirs:
        raise UserError("style_needed", name=name, heirs=", ".join(heirs))
    card.card.unlink()
    card.weights.unlink(missing_ok=True)


def _own(name: str) -> Card:
    card = find(name)
    if card.bundled:
        raise UserError("style_protected", name=card.name)
    return card


def _write_card(path: Path, data: dict[str, Any]) -> None:
    write_atomically(path, (json.dumps(data, indent=1, ensure_ascii=False) + "\n").encode(), force=True)
