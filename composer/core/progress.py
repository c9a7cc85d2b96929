"""How long work reports how far it is: one protocol for training, evaluation, fine-tuning and benchmarks."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Protocol

Event = Mapping[str, Any]


class Progress(Protocol):
    """Takes events: mappings with `stage`, `done` (0..1), `text`, and figures of the work."""

    def __call__(self, event: Event, /) -> object: ...


def report_stage(progress: Progress | None, stage: str) -> Callable[[float, str], None]:
    """A callback for (0..1, text) that reports them as those of a stage."""

    def report(done: float, text: str = "") -> None:
        if progress:
            progress({"stage": stage, "done": done, "text": text})

    return report
