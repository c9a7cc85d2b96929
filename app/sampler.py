"""The window's end of the worker: starts the child process, speaks its JSON lines, survives its death."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

from PySide6.QtCore import QElapsedTimer, QObject, QProcess, QProcessEnvironment, QTimer, Signal

from app.wire import note_in, score_out, settings_out
from composer.config import Composing
from composer.score import Pedal, Score

ROOT = Path(__file__).resolve().parent.parent
PATIENCE_MS = 1500  # for a worker that was asked to quit
KILLED_MS = 10_000  # for the system to take a killed one away: at once, but on a busy machine
REST_MS = 300  # before a worker that died is started again
HEALTHY_MS = 5000  # one that died sooner would die again; it waits for the next request


class Sampler(QObject):
    """Asks for music and tells what comes. Everything here is signals and pipes; nothing waits but `close`."""

    ready = Signal()
    warmed = Signal(str)
    written = Signal(list)  # of (take, Note, tuple[Pedal, …]) as they came
    finished = Signal(dict)  # figures
    failed = Signal(str, dict)  # code and arguments of a sentence; the request under way is over
    complained = Signal(str, dict)  # the same, of a style that could not be warmed
    lost = Signal()  # the child is gone; another starts soon, or with the next request

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.complaints = b""  # the end of what the worker said on stderr
        self._process: QProcess | None = None
        self._line = b""
        self._number = 0  # of the request under way, 0 when there is none
        self._count = 0
        self._closing = False
        self._style = ""  # that the child was asked for last
        self._age = QElapsedTimer()  # of the child

    @property
    def busy(self) -> bool:
        """Whether something is being composed."""
        return self._number != 0

    @property
    def pid(self) -> int:
        """The child's process id, 0 when there is none."""
        return self._process.processId() if self._process else 0

    # ---- requests ----

    def start(self) -> None:
        """Starts the child, if it does not run."""
        if self._process is not None or self._closing:
            return
        self._process = process = QProcess(self)
        environment = QProcessEnvironment.systemEnvironment()
        paths = [str(ROOT), environment.value("PYTHONPATH", "")]
        environment.insert("PYTHONPATH", (";" if sys.platform == "win32" else ":").join(p for p in paths if p))
        environment.insert("PYTHONUTF8", "1")
        if not environment.contains("OMP_NUM_THREADS"):
            # One note's arithmetic is too small to share: on a busy machine two threads wait for each other (measured:
            # 8 notes/s against 78), and the other core belongs to the window and the sound.
            environment.insert("OMP_NUM_THREADS", "1")
        process.setProcessEnvironment(environment)
        process.readyReadStandardOutput.connect(self._read)
        process.readyReadStandardError.connect(self._read_complaints)
        process.finished.connect(self._died)
        process.errorOccurred.connect(self._not_started)
        self._line = b""
        self._age.start()
        process.start(sys.executable, ["-m", "app.worker"])

    def warm(self, style: str) -> None:
        """Has the model of a style loaded ahead of need."""
        self.start()
        self._style = style
        self._send({"verb": "warm", "style": style})

    def compose(self, theme: Score, settings: Composing) -> None:
        """Asks for music; one request at a time."""
        self.start()
        self._style = settings.style
        self._count += 1
        self._number = self._count
        request = {"verb": "compose", "id": self._number, "score": score_out(theme), "settings": settings_out(settings)}
        self._send(request)

    def cancel(self) -> None:
        """Ends the request under way; nothing more of it will be told."""
        if self._number:
            self._send({"verb": "cancel", "id": self._number})
            self._number = 0

    def close(self) -> None:
        """Lets the child go, by force if it does not go by itself."""
        self._closing = True
        process, self._process = self._process, None
        if process is None:
            return
        process.finished.disconnect(self._died)
        process.errorOccurred.disconnect(self._not_started)
        if process.state() != QProcess.ProcessState.NotRunning:
            process.write(b'{"verb":"quit"}\n')
            process.closeWriteChannel()
            if not process.waitForFinished(PATIENCE_MS):
                process.kill()
                process.waitForFinished(KILLED_MS)
        process.deleteLater()

    def _send(self, request: dict[str, Any]) -> None:
        if self._process is not None:
            self._process.write(json.dumps(request, separators=(",", ":")).encode() + b"\n")

    # ---- events ----

    def _read(self) -> None:
        if self._process is None:
            return
        *lines, self._line = (self._line + bytes(self._process.readAllStandardOutput().data())).split(b"\n")
        notes = []
        for line in lines:
            event = json.loads(line)
            if event["event"] == "note":
                if event["id"] == self._number:
                    pedals = tuple(Pedal(*row) for row in event["pedals"])
                    notes.append((event["take"], note_in(event["note"]), pedals))
                continue
            if notes:
                self.written.emit(notes)
                notes = []
            self._tell(event)
        if notes:
            self.written.emit(notes)

    def _tell(self, event: dict[str, Any]) -> None:
        what = event["event"]
        if what == "ready":
            self.ready.emit()
        elif what == "warmed":
            self.warmed.emit(event["style"])
        elif what == "done" and event["id"] == self._number:
            self._number = 0
            self.finished.emit(event)
        elif what == "failed" and event["id"] == 0:
            self.complained.emit(event["code"], event["arguments"])
        elif what == "failed" and event["id"] == self._number:
            self._number = 0
            self.failed.emit(event["code"], event["arguments"])

    def _revive(self) -> None:
        if self._process is None and not self._closing:
            self.warm(self._style)

    def _read_complaints(self) -> None:
        if self._process is not None:
            self.complaints = (self.complaints + bytes(self._process.readAllStandardError().data()))[-4000:]

    def _not_started(self, error: QProcess.ProcessError) -> None:
        if error == QProcess.ProcessError.FailedToStart:
            self._died()

    def _died(self) -> None:
        """The child is gone though nobody asked; another one starts, with the same model."""
        process, self._process = self._process, None
        if process is not None:
            process.deleteLater()
            if self._style and self._age.elapsed() > HEALTHY_MS:
                QTimer.singleShot(REST_MS, self, self._revive)
        self.lost.emit()
        if self._number:
            self._number = 0
            self.failed.emit("worker_died", {})
