"""The fine-tuning worker, a child process: scans folders, times recipes, runs fine-tuning, saves styles. No Qt in it.

Requests and events are those of `finetune_messages`, and {"verb": "quit"}. The end of stdin means that the window is
gone: the run's state is saved, and the process ends.
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, TextIO

from composer.core.errors import UserError
from composer.finetuning.records import Candidate, FinetuneResult, RunEvent, ScannedFile
from composer.finetuning.run_folder import RunFolder
from composer.workers import finetune_messages as messages
from composer.workers.json_lines_server import Request, Service, serve
from composer.workers.messages import score_in

if TYPE_CHECKING:
    from composer.finetuning.dataset_scan import DatasetScan
    from composer.finetuning.session import FinetuneSession

NICE = 10  # window, sound and composing go first
REPORT_SECONDS = 0.1  # between two reports of scanned files
HISTORY = 4000  # entries of a log that are sent at most


class FinetuneWorker(Service):
    """Serves fine-tuning. Control commands take effect at once, and so does that an older scan is of no more use."""

    broken = "teaching_failed"

    def __init__(self, source: TextIO, sink: TextIO) -> None:
        super().__init__(source, sink)
        self._command = ""
        self._scanning = 0  # id of the latest request to scan; older ones end
        self._scan: DatasetScan | None = None
        self._paths: tuple[str, ...] = ()
        self._session: FinetuneSession | None = None
        self._handlers: dict[type[messages.Request], Callable[[Any], None]] = {
            messages.ScanDataset: self._scan_dataset,
            messages.TimeRecipes: self._time_recipes,
            messages.StartRun: self._start,
            messages.ResumeRun: self._resume,
            messages.CompareCandidate: self._compare,
            messages.SaveStyle: self._save,
            messages.DiscardRun: self._discard,
        }

    def hear(self, request: Request) -> bool:
        """Takes control commands; a new request to scan ends the scan under way."""
        if request["verb"] == messages.ScanDataset.NAME:
            self._scanning = request["id"]
        if request["verb"] != messages.ControlRun.NAME:
            return False
        self._command = "" if request.get("command") == "resume" else str(request.get("command"))
        return True

    def do(self, request: Request) -> None:
        """Serves one request."""
        message = messages.read_request(request)
        if message is not None:
            self._handlers[type(message)](message)

    def control(self) -> str:
        """The command that the run under way is to obey."""
        return "cancel" if self.gone.is_set() else self._command

    def _send(self, event: messages.Event) -> None:
        self.send(event.to_json())

    # ---- the data set ----

    def _scan_dataset(self, request: messages.ScanDataset) -> None:
        from composer.finetuning import dataset_scan

        files: list[ScannedFile] = []
        reported = time.monotonic()

        def report(done: float, file: ScannedFile) -> None:
            nonlocal reported, files
            files.append(replace(file, reason=file.reason.replace(file.path, Path(file.path).name)))
            if time.monotonic() - reported > REPORT_SECONDS or done >= 1:
                self._send(messages.FilesScanned(request.id, done, files))
                reported, files = time.monotonic(), []

        def is_over() -> bool:
            return self.gone.is_set() or request.id != self._scanning

        self._scan = None
        found = dataset_scan.scan(request.paths, report, is_over, workers=1)
        if is_over():
            return
        self._scan, self._paths = found, tuple(request.paths)
        self._send(
            messages.DatasetScanned(
                request.id,
                seconds=round(found.seconds, 1),
                notes=found.notes,
                compositions=found.compositions,
                training_notes=found.part_notes("train"),
                validation_notes=found.part_notes("valid"),
                needed_notes=dataset_scan.FEWEST_NOTES,
                left_out=found.left_out,
                known=found.known,
            )
        )

    def _time_recipes(self, request: messages.TimeRecipes) -> None:
        from composer.finetuning import step_timing

        if self._scan is not None:
            found = step_timing.time_recipes(request.base, self._scan.music, self.gone.is_set)
            self._send(messages.RecipesTimed(request.base, **found))

    # ---- the run ----

    def _start(self, request: messages.StartRun) -> None:
        from composer.finetuning.session import FinetuneSession

        if self._scan is None:
            return
        config = replace(request.config, folders=self._paths)
        theme = score_in(request.theme) if request.theme else None
        self._command = ""
        self._session = FinetuneSession.start(config, self._scan, theme, self._report, self.control)
        self._run(self._session)

    def _resume(self, request: messages.ResumeRun) -> None:
        from composer.finetuning.session import FinetuneSession

        self._command = ""
        self._session = session = FinetuneSession.resume(request.key, self._report, self.control)
        self._send(messages.HistoryRead(session.config, session.folder.read_log()[-HISTORY:]))
        self._run(session)

    def _run(self, session: FinetuneSession) -> None:
        from composer.finetuning.trainer import RunCancelled

        self._send(messages.RunStarted(session.config.key))
        try:
            result = session.run()
        except RunCancelled:
            self._send(messages.RunStopped(session.config.key))
        else:
            self._send(_finished(session, result))

    def _report(self, event: RunEvent) -> None:
        self._send(messages.RunProgress(event))

    # ---- its result ----

    def _candidate(self, step: int) -> tuple[FinetuneSession, Candidate]:
        if self._session is None or self._session.result is None:
            raise UserError("worker_died")
        return self._session, next(c for c in self._session.result.candidates if c.step == step)

    def _compare(self, request: messages.CompareCandidate) -> None:
        session, candidate = self._candidate(request.step)
        self._command = ""
        self._send(messages.CandidateCompared(request.step, *session.compare(candidate)))

    def _save(self, request: messages.SaveStyle) -> None:
        session, candidate = self._candidate(request.step)
        path = session.save(candidate, request.name)
        self._send(messages.StyleSaved(request.name, str(path)))

    def _discard(self, request: messages.DiscardRun) -> None:
        key = request.key or (self._session.config.key if self._session else "")
        if key:
            RunFolder(key).remove()
        self._session = None
        self._send(messages.RunDiscarded(key))


def _finished(session: FinetuneSession, result: FinetuneResult) -> messages.RunFinished:
    """The result as the window needs it."""
    return messages.RunFinished(
        result.base_metrics,
        list(result.candidates),
        result.best.step if result.best else None,
        steps=session.trainer.state.step,
        seconds=round(session.trainer.clock.spent, 1),
        used=session.used,
    )


def leave_core_free() -> None:
    """With more than two cores, one is left for the window. To be called before anything imports torch."""
    cores = os.cpu_count() or 1
    if cores > 2 and "OMP_NUM_THREADS" not in os.environ:
        os.environ["OMP_NUM_THREADS"] = str(cores - 1)
    os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")  # threads that wait leave the processor to the sound


if __name__ == "__main__":
    leave_core_free()
    sys.exit(serve(FinetuneWorker, NICE))
