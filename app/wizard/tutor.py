"""The window's end of the teacher: starts the child process, speaks its JSON lines, survives its death."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, QProcess, QProcessEnvironment, Signal

from app.wire import score_out
from composer.score import Score

ROOT = Path(__file__).resolve().parent.parent.parent
PATIENCE_MS = 4000  # for a child that was asked to quit: it saves the lesson first


class Tutor(QObject):
    """Asks for lessons and tells what comes. It outlives the wizard's window, as the lesson does."""

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
        self.complaints = b""  # the end of what the child said on stderr
        self._process: QProcess | None = None
        self._line = b""
        self._reading = 0
        self._closing = False

    @property
    def pid(self) -> int:
        """The child's process id, 0 when there is none."""
        return self._process.processId() if self._process else 0

    # ---- requests ----

    def read_folder(self, paths: Sequence[str]) -> None:
        """Has folders or files read; an older reading ends."""
        self._reading += 1
        self._send({"verb": "read", "id": self._reading, "paths": list(paths)})

    def probe(self, base: str) -> None:
        """Has the recipes measured on this machine."""
        self._send({"verb": "probe", "base": base})

    def teach(self, plan: dict[str, Any], theme: Score | None) -> None:
        """Begins a lesson with the music that was read last."""
        self.outcome = None
        self._set(True)
        self._send({"verb": "teach", "plan": plan, "theme": score_out(theme) if theme else None})

    def resume(self, key: str) -> None:
        """Goes on with an interrupted lesson."""
        self.outcome, self.key = None, key
        self._set(True)
        self._send({"verb": "resume", "key": key})

    def order(self, what: str) -> None:
        """Orders the lesson under way: pause, resume, stop (and keep the best) or cancel."""
        if what in ("pause", "resume"):
            self.paused = what == "pause"
            self.changed.emit()
        self._send({"verb": "order", "what": what})

    def compare(self, step: int) -> None:
        """Has held-out openings continued by base and style."""
        self._send({"verb": "compare", "step": step})

    def save(self, step: int, name: str) -> None:
        """Has a kept step installed as a style."""
        self._send({"verb": "order", "what": "resume"})
        self._send({"verb": "save", "step": step, "name": name})

    def forget(self, key: str = "") -> None:
        """Throws a lesson away, if none is named the last one."""
        self.outcome = None
        self._send({"verb": "forget", "key": key})

    # ---- the process ----

    def start(self) -> None:
        """Starts the child, if it does not run."""
        if self._process is not None or self._closing:
            return
        self._process = process = QProcess(self)
        environment = QProcessEnvironment.systemEnvironment()
        paths = [str(ROOT), environment.value("PYTHONPATH", "")]
        environment.insert("PYTHONPATH", (";" if sys.platform == "win32" else ":").join(p for p in paths if p))
        environment.insert("PYTHONUTF8", "1")
        process.setProcessEnvironment(environment)
        process.readyReadStandardOutput.connect(self._read)
        process.readyReadStandardError.connect(self._read_complaints)
        process.finished.connect(self._died)
        process.errorOccurred.connect(self._not_started)
        self._line = b""
        process.start(sys.executable, ["-m", "app.teacher"])

    def close(self) -> None:
        """Lets the child go; it saves its lesson first, and by force if it takes too long."""
        self._closing = True
        process, self._process = self._process, None
        self.teaching = False
        if process is None:
            return
        process.finished.disconnect(self._died)
        process.errorOccurred.disconnect(self._not_started)
        if process.state() != QProcess.ProcessState.NotRunning:
            process.write(b'{"verb":"quit"}\n')
            process.closeWriteChannel()
            if not process.waitForFinished(PATIENCE_MS):
                process.kill()
                process.waitForFinished(PATIENCE_MS)
        process.deleteLater()

    def _send(self, request: dict[str, Any]) -> None:
        self.start()
        if self._process is not None:
            self._process.write(json.dumps(request, separators=(",", ":")).encode() + b"\n")

    def _set(self, teaching: bool) -> None:
        self.teaching, self.paused = teaching, False
        self.changed.emit()

    # ---- events ----

    def _read(self) -> None:
        if self._process is None:
            return
        *lines, self._line = (self._line + bytes(self._process.readAllStandardOutput().data())).split(b"\n")
        for line in lines:
            event = json.loads(line)
            handler = getattr(self, f"_on_{event.pop('event')}", None)
            if handler:
                handler(event)

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

    def _read_complaints(self) -> None:
        if self._process is not None:
            self.complaints = (self.complaints + bytes(self._process.readAllStandardError().data()))[-4000:]

    def _not_started(self, error: QProcess.ProcessError) -> None:
        if error == QProcess.ProcessError.FailedToStart:
            self._died()

    def _died(self) -> None:
        """The child is gone though nobody asked; the next request starts another."""
        process, self._process = self._process, None
        if process is not None:
            process.deleteLater()
        under_way = self.teaching
        self.outcome = None
        self._reading += 1  # what comes of an earlier reading is of no use
        self._set(False)
        self.lost.emit(under_way)
