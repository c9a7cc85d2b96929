"""Client of a child process: starts it, exchanges JSON lines with it, survives its death. Knows no verb."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, QProcess, QProcessEnvironment

ROOT = Path(__file__).resolve().parents[2]
KILLED_MS = 10_000  # for the system to take a killed one away: at once, but on a busy machine
COMPLAINTS = 4000  # bytes kept of what it said on stderr


class ProcessClient(QObject):
    """Everything here is signals and pipes; nothing waits but `close`. Subclasses say what events mean."""

    module = ""  # that the child runs
    patience_ms = 1500  # for a child that was asked to quit

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.complaints = b""  # the end of what the child said on stderr
        self._process: QProcess | None = None
        self._line = b""
        self._closing = False

    @property
    def pid(self) -> int:
        """The child's process id, 0 when there is none."""
        return self._process.processId() if self._process else 0

    def start(self) -> None:
        """Starts the child, if it does not run."""
        if self._process is not None or self._closing:
            return
        self._process = process = QProcess(self)
        environment = QProcessEnvironment.systemEnvironment()
        paths = [str(ROOT), environment.value("PYTHONPATH", "")]
        environment.insert("PYTHONPATH", os.pathsep.join(p for p in paths if p))
        environment.insert("PYTHONUTF8", "1")
        self._prepare(environment)
        process.setProcessEnvironment(environment)
        process.readyReadStandardOutput.connect(self._read)
        process.readyReadStandardError.connect(self._read_complaints)
        process.finished.connect(self._died)
        process.errorOccurred.connect(self._not_started)
        self._line = b""
        process.start(sys.executable, ["-m", self.module])

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
            if not process.waitForFinished(self.patience_ms):
                process.kill()
                process.waitForFinished(KILLED_MS)
        process.deleteLater()

    def send(self, request: dict[str, Any]) -> None:
        """Asks for something, if the child runs."""
        if self._process is not None:
            self._process.write(json.dumps(request, separators=(",", ":")).encode() + b"\n")

    # ---- for subclasses ----

    def _prepare(self, environment: QProcessEnvironment) -> None:
        """Called right before the child starts; may add to its environment."""

    def _receive(self, events: list[dict[str, Any]]) -> None:
        """Takes what the child said since the last time."""

    def _lost(self) -> None:
        """The child is gone though nobody asked."""

    # ---- what the process says ----

    def _read(self) -> None:
        if self._process is None:
            return
        *lines, self._line = (self._line + bytes(self._process.readAllStandardOutput().data())).split(b"\n")
        self._receive([json.loads(line) for line in lines])

    def _read_complaints(self) -> None:
        if self._process is not None:
            self.complaints = (self.complaints + bytes(self._process.readAllStandardError().data()))[-COMPLAINTS:]

    def _not_started(self, error: QProcess.ProcessError) -> None:
        if error == QProcess.ProcessError.FailedToStart:
            self._died()

    def _died(self) -> None:
        process, self._process = self._process, None
        if process is not None:
            process.deleteLater()
        self._lost()
