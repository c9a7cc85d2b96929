"""The window's end of the teacher: asks it for lessons, and knows which one is under way."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import QObject, Signal

from app.processes.process_client import Child
from composer.music.score import Score
from composer.workers.messages import score_out


class Tutor(Child):
    """Asks for lessons and tells what comes. It outlives the wizard's window, as the lesson does."""

    module = "composer.workers.finetune_worker"
    patience_ms = 4000  # it saves the lesson first
    files = Signal(list, float)  # rows (path, kind, reason, notes, seconds), and how much is read
    read = Signal(dict)
    probed = Signal(dict)
    begun = Signal(str)  # key
    history = Signal(dict)  # entries and plan of a lesson that goes on
    lesson = Signal(dict)  # what a lesson says
    taught = Signal(dict)
    stopped = Signal(str)  # key; its state is kept
    compared = Signal(dict)
    saved = Signal(dict)
    forgotten = Signal(str)
    failed = Signal(str, str, dict)  # verb, code and arguments of a sentence
    lost = Signal(bool)  # the child is gone; whether a lesson was under way
    changed = Signal()  # teaching, paused or idle

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.key = ""  # of the lesson under way
        self.teaching = self.paused = False
        self.outcome: dict[str, Any] | None = None  # of a lesson that ended and is not saved
        self._reading = 0  # id of the latest wish to read

    # ---- requests ----

    def read_folder(self, paths: Sequence[str]) -> None:
        """Has folders or files read; an older reading ends."""
        self._reading += 1
        self.send({"verb": "read", "id": self._reading, "paths": list(paths)})

    def probe(self, base: str) -> None:
        """Has the recipes measured on this machine."""
        self.send({"verb": "probe", "base": base})

    def teach(self, plan: dict[str, Any], theme: Score | None) -> None:
        """Begins a lesson with the music that was read last."""
        self.outcome = None
        self._set(True)
        self.send({"verb": "teach", "plan": plan, "theme": score_out(theme) if theme else None})

    def resume(self, key: str) -> None:
        """Goes on with an interrupted lesson."""
        self.outcome, self.key = None, key
        self._set(True)
        self.send({"verb": "resume", "key": key})

    def order(self, what: str) -> None:
        """Orders the lesson under way: pause, resume, stop (and keep the best) or cancel."""
        if what in ("pause", "resume"):
            self.paused = what == "pause"
            self.changed.emit()
        self.send({"verb": "order", "what": what})

    def compare(self, step: int) -> None:
        """Has held-out openings continued by base and style."""
        self.send({"verb": "compare", "step": step})

    def save(self, step: int, name: str) -> None:
        """Has a kept step installed as a style."""
        self.send({"verb": "order", "what": "resume"})
        self.send({"verb": "save", "step": step, "name": name})

    def forget(self, key: str = "") -> None:
        """Throws a lesson away, if none is named the last one."""
        self.outcome = None
        self.send({"verb": "forget", "key": key})

    # ---- the child ----

    def close(self) -> None:
        """Lets the child go; it saves its lesson first."""
        self.teaching = False
        super().close()

    def send(self, request: dict[str, Any]) -> None:
        """Asks for something, of a new child if there is none."""
        self.start()
        super().send(request)

    def _set(self, teaching: bool) -> None:
        self.teaching, self.paused = teaching, False
        self.changed.emit()

    def _told(self, events: list[dict[str, Any]]) -> None:
        for event in events:
            handler = getattr(self, f"_on_{event.pop('event')}", None)
            if handler:
                handler(event)

    def _lost(self) -> None:
        """The next request starts another."""
        under_way = self.teaching
        self.outcome = None
        self._reading += 1  # what comes of an earlier reading is of no use
        self._set(False)
        self.lost.emit(under_way)

    # ---- events ----

    def _on_files(self, event: dict[str, Any]) -> None:
        if event["id"] == self._reading:
            self.files.emit(event["files"], event["done"])

    def _on_read(self, event: dict[str, Any]) -> None:
        if event["id"] == self._reading:
            self.read.emit(event)

    def _on_probed(self, event: dict[str, Any]) -> None:
        self.probed.emit(event)

    def _on_begun(self, event: dict[str, Any]) -> None:
        self.key = event["key"]
        self.begun.emit(self.key)

    def _on_history(self, event: dict[str, Any]) -> None:
        self.history.emit(event)

    def _on_lesson(self, event: dict[str, Any]) -> None:
        self.lesson.emit(event)

    def _on_taught(self, event: dict[str, Any]) -> None:
        self.outcome = event
        self._set(False)
        self.taught.emit(event)

    def _on_stopped(self, event: dict[str, Any]) -> None:
        self._set(False)
        self.stopped.emit(event["key"])

    def _on_compared(self, event: dict[str, Any]) -> None:
        self.compared.emit(event)

    def _on_saved(self, event: dict[str, Any]) -> None:
        self.outcome = None
        self.saved.emit(event)

    def _on_forgotten(self, event: dict[str, Any]) -> None:
        self.forgotten.emit(event["key"])

    def _on_failed(self, event: dict[str, Any]) -> None:
        if event["verb"] in ("teach", "resume"):
            self._set(False)
        self.failed.emit(event["verb"], event["code"], event["arguments"])
