"""Background jobs on threads: progress, result, failure, cancellation. An operation knows its job, but no widget."""

from __future__ import annotations

import threading
import time
import traceback
from collections.abc import Callable

from PySide6.QtCore import QObject, Qt, Signal

Operation = Callable[["Job"], object]
REPORTS = 0.04  # seconds between two reports of progress


class Job(QObject):
    """One operation under way. Its signals arrive on the window's thread."""

    progressed = Signal(float)  # 0..1
    over = Signal()  # its work is; before one of the three, whose slots may open a dialog
    done = Signal(object)
    failed = Signal(object)  # the exception
    cancelled = Signal()
    ended = Signal()  # after one of the three
    _outcome = Signal(str, object)

    def __init__(self, title: str, operation: Operation, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.title = title
        self._operation = operation
        self._stop = threading.Event()
        self._reported = 0.0
        self.thread_: threading.Thread | None = None
        self._outcome.connect(self._finish, Qt.ConnectionType.QueuedConnection)

    # ---- for the window ----

    def cancel(self) -> None:
        """Asks the operation to end; `cancelled` follows when it has."""
        self._stop.set()

    def start(self, threaded: bool = True) -> None:
        """Runs the operation, on a thread unless a test wants it at once."""
        if threaded:
            self.thread_ = threading.Thread(target=self._run, name=f"ricercar-job-{self.title}", daemon=True)
            self.thread_.start()
        else:
            self._run()

    def join(self) -> None:
        """Waits until the thread is gone."""
        if self.thread_ is not None:
            self.thread_.join()

    # ---- for the operation, on its thread ----

    def is_cancelled(self) -> bool:
        """Whether the operation shall end."""
        return self._stop.is_set()

    def report(self, done: float) -> None:
        """Tells how much is done, 0..1."""
        now = time.monotonic()
        if now - self._reported >= REPORTS or done >= 1:
            self._reported = now
            self.progressed.emit(done)

    def _run(self) -> None:
        try:
            result = self._operation(self)
        except Exception as error:
            self._outcome.emit("cancelled" if self.is_cancelled() else "failed", error)
        else:
            self._outcome.emit("cancelled" if self.is_cancelled() else "done", result)

    def _finish(self, what: str, value: object) -> None:
        self.join()
        self.over.emit()
        if what == "done":
            self.done.emit(value)
        elif what == "failed":
            self.failed.emit(value)
        else:
            self.cancelled.emit()
        self.ended.emit()


class Jobs(QObject):
    """Starts jobs, keeps them alive while they run, and joins them all on closing."""

    started = Signal(object)  # a Job
    failed = Signal(object)  # the exception of a job that nobody else answers for

    def __init__(self, parent: QObject | None = None, threaded: bool = True) -> None:
        super().__init__(parent)
        self._threaded = threaded
        self.running: list[Job] = []

    def run(
        self,
        title: str,
        operation: Operation,
        done: Callable[[object], None] | None = None,
        failed: Callable[[object], None] | None = None,
    ) -> Job:
        """Starts an operation; `done` and `failed` are called on the window's thread. `failed` has a default."""
        job = Job(title, operation, self)
        self.running.append(job)
        if done:
            job.done.connect(done)
        job.failed.connect(failed or self._unanswered)
        job.ended.connect(lambda: self._forget(job))
        self.started.emit(job)
        job.start(self._threaded)
        return job

    def close(self) -> None:
        """Cancels everything and waits for it."""
        for job in self.running:
            job.cancel()
        for job in self.running:
            job.join()

    def _unanswered(self, error: object) -> None:
        if isinstance(error, BaseException):
            traceback.print_exception(error)
        self.failed.emit(error)

    def _forget(self, job: Job) -> None:
        self.running.remove(job)
        job.deleteLater()
