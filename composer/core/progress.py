"""How long work reports how far it is: one protocol for training, evaluation, fine-tuning and benchmarks."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol

Event = Mapping[str, Any]


class Progress(Protocol):
    """Takes events: mappings with `stage`, `done` (0..1), `text`, and figures of the work."""

    def __call__(self, event: Event, /) -> object: ...
