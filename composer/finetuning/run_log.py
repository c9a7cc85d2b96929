"""What a lesson says: events for whoever watches, and a log for whoever opens it again."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from composer.core.work_clock import ActiveTime, in_words
from composer.finetuning.training_state import Place

TELL_SECONDS = 0.5  # between two reports of the loss
LOG_SECONDS = 5.0  # between two of them that are written down
Event = dict[str, Any]
Tell = Callable[[Event], None]


class Reports:
    """Tells events: dictionaries with `stage`, `done` (0..1), `left` (seconds, or None before it is known), `text`."""

    def __init__(self, path: Path, tell: Tell | None, place: Place, clock: ActiveTime) -> None:
        self.path, self._tell, self.place, self.clock = path, tell, place, clock
        self._told = self._logged = 0.0

    @property
    def left(self) -> float:
        """Seconds that the lesson still takes."""
        return max(self.place.seconds - self.clock.spent, 0.0)

    def tell(self, stage: str, text: str = "", **values: Any) -> None:
        """One event."""
        self.place.spent = self.clock.spent
        if self._tell:
            left = round(self.left, 1) if self.place.first else None
            self._tell({"stage": stage, "done": self.place.done(), "left": left, "text": text, **values})

    def log(self, **values: Any) -> None:
        """One event that is also written down."""
        self.place.spent = self.clock.spent
        entry = {"step": self.place.taken, "spent": round(self.place.spent, 1), **values}
        try:
            with self.path.open("a", encoding="utf-8") as file:
                file.write(json.dumps(entry) + "\n")
        except OSError:
            pass  # a full disk: the log is a comfort, not a need
        self.tell("teaching", text=self._words(), **entry)

    def step(self, loss: float, pace: float) -> None:
        """The loss after a step, now and then."""
        now = time.monotonic()
        if now - self._told < TELL_SECONDS:
            return
        self._told = now
        figures = {"loss": round(loss, 4), "pace": round(pace, 4)}
        if now - self._logged >= LOG_SECONDS:
            self._logged = now
            self.log(**figures)
        else:
            self.tell("teaching", self._words(loss), step=self.place.taken, spent=round(self.clock.spent, 1), **figures)

    def _words(self, loss: float | None = None) -> str:
        words = [f"step {self.place.taken}"]
        if loss is not None:
            words.append(f"loss {loss:.2f}")
        if self.place.looks:
            now, base = self.place.looks[-1]["figures"], self.place.before
            words.append(f"held-out {now['nats_per_note_all']:.2f} (base {base['nats_per_note_all']:.2f})")
        return ", ".join([*words, f"{in_words(self.left)} left"])


def history(path: Path) -> list[Event]:
    """What a lesson's log says, for whoever opens it again; lines that were cut off are passed over."""
    events = []
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except OSError:
        return []
    for line in lines:
        try:
            entry = json.loads(line)
        except ValueError:
            continue
        if isinstance(entry, dict):
            events.append(entry)
    return events
