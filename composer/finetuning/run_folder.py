"""The working folders of lessons: what was asked, how far it is, what can be gone on with. Knows no torch.

A lesson stands in `.teaching/<key>` of the user's styles. The key is the style's name on the command line, and a
date in the window, where the name comes last. Everything in it is written whole or not at all.
"""

from __future__ import annotations

import json
import shutil
import time
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

from composer.core.errors import UserError, reason
from composer.core.settings import RECIPES, Recipe
from composer.files.atomic_files import write_atomically
from composer.model import style_registry

FORMAT = 1
NEEDED_MB = 600  # free room on the disk: the state to resume from, and the steps that are kept


@dataclass(frozen=True)
class Plan:
    """What a lesson is to be."""

    key: str
    folders: tuple[str, ...]  # or files
    base: str = "base"
    recipe: str = "balanced"  # the name that it goes by
    settings: Recipe = field(default_factory=lambda: RECIPES["balanced"])
    minutes: float | None = None  # None: what the recipe's steps take on this machine
    name: str = ""  # of the style, where it is known beforehand
    begun: float = 0.0  # seconds since 1970
    base_digest: str = ""  # of the base's weights when it began

    def of(self, base_digest: str) -> Plan:
        """The plan with its base known by its weights."""
        return replace(self, base_digest=base_digest)


@dataclass(frozen=True)
class Unfinished:
    """A lesson that can be gone on with."""

    plan: Plan
    done: float  # 0..1
    changed: float  # seconds since 1970


class Folder:
    """One lesson's folder."""

    def __init__(self, key: str) -> None:
        style_registry.check_spelling(key)
        self.key = key
        self.path = home() / key

    @property
    def music(self) -> Path:
        """The pieces as they were read: what is deleted later does not matter."""
        return self.path / "corpus.npz"

    @property
    def state(self) -> Path:
        """All that a killed lesson goes on from."""
        return self.path / "state.pt"

    @property
    def theme(self) -> Path:
        """The user's own seed, which the samples continue."""
        return self.path / "theme.mid"

    @property
    def log(self) -> Path:
        """A line of JSON for each report."""
        return self.path / "log.jsonl"

    def sub(self, name: str) -> Path:
        """A folder in it, made if it is missing."""
        folder = self.path / name
        folder.mkdir(parents=True, exist_ok=True)
        return folder

    def exists(self) -> bool:
        """Whether a lesson was begun here."""
        return (self.path / "lesson.json").exists()

    def make(self, plan: Plan) -> None:
        """A new lesson; an older one of the key is thrown away."""
        self.remove()
        try:
            self.path.mkdir(parents=True)
            free = shutil.disk_usage(self.path).free // 2**20
        except OSError as error:
            raise UserError("output_unwritable", path=self.path, reason=reason(error)) from error
        if free < NEEDED_MB:
            self.remove()
            raise UserError("disk_full", path=home(), free=free, needed=NEEDED_MB)
        self.write("lesson.json", {"format": FORMAT, **asdict(plan), "begun": plan.begun or time.time()})

    def write(self, name: str, value: Mapping[str, Any]) -> None:
        """A JSON file in it."""
        write_atomically(self.path / name, json.dumps(value).encode(), force=True)

    def read(self, name: str) -> dict[str, Any]:
        """A JSON file in it. Raises `UserError` (checkpoint_invalid)."""
        try:
            held = json.loads((self.path / name).read_text(encoding="utf-8"))
            return dict(held)
        except (OSError, ValueError, TypeError) as error:
            raise UserError("checkpoint_invalid", path=self.path, reason="it is damaged") from error

    def plan(self) -> Plan:
        """What was asked. Raises `UserError` (checkpoint_invalid)."""
        held = self.read("lesson.json")
        try:
            if held.pop("format") != FORMAT:
                raise ValueError("another version's lesson")
            settings = held.pop("settings")
            settings["stages"] = tuple(tuple(stage) for stage in settings["stages"])
            settings["rates"] = tuple(settings["rates"])
            return Plan(**{**held, "folders": tuple(held["folders"]), "settings": Recipe(**settings)})
        except (KeyError, TypeError, ValueError) as error:
            raise UserError("checkpoint_invalid", path=self.path, reason="it is damaged") from error

    def remove(self) -> None:
        """Throws the lesson away."""
        shutil.rmtree(self.path, ignore_errors=True)


def home() -> Path:
    """Where the lessons stand."""
    return style_registry.user_folder() / ".teaching"


def unfinished() -> list[Unfinished]:
    """The lessons that can be gone on with, the latest first; damaged ones are passed over."""
    found = []
    for path in home().glob("*/lesson.json"):
        try:
            folder = Folder(path.parent.name)
            progress = folder.read("progress.json")
            if folder.state.exists():
                found.append(Unfinished(folder.plan(), float(progress["done"]), folder.state.stat().st_mtime))
        except (UserError, OSError, KeyError, TypeError, ValueError):
            continue
    return sorted(found, key=lambda u: -u.changed)


def new_key() -> str:
    """A key for a lesson whose style has no name yet."""
    key = time.strftime("lesson %Y-%m-%d %H-%M-%S")
    number, free = 1, key
    while (home() / free).exists():
        number += 1
        free = f"{key} {number}"
    return free
