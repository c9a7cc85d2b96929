"""The window's end of the fine-tuning worker: sends requests, and knows which run is under way."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from PySide6.QtCore import QObject, Signal

from app.processes.process_client import ProcessClient
from composer.finetuning.run_folder import RunConfig
from composer.music.score import Score
from composer.workers import finetune_messages as messages
from composer.workers.messages import score_out

STARTS = (messages.StartRun.NAME, messages.ResumeRun.NAME)


class FinetuneClient(ProcessClient):
    """Sends requests and emits events. It outlives the wizard's window, as a run does."""

    module = "composer.workers.finetune_worker"
    patience_ms = 4000  # it saves the run's state first
    files_scanned = Signal(object)  # FilesScanned
    dataset_scanned = Signal(object)  # DatasetScanned
    recipes_timed = Signal(object)  # RecipesTimed
    run_started = Signal(str)  # key
    history_read = Signal(object)  # HistoryRead: of a run that is resumed
    run_progress = Signal(object)  # RunEvent
    run_finished = Signal(object)  # RunFinished
    run_stopped = Signal(str)  # key; its state is kept
    candidate_compared = Signal(object)  # CandidateCompared
    style_saved = Signal(object)  # StyleSaved
    failed = Signal(str, str, dict)  # name of the request, code and arguments of a sentence
    lost = Signal(bool)  # the process died; whether a run was under way
    changed = Signal()  # running, paused or idle

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.key = ""  # of the run under way
        self.running = self.paused = False
        self.result: messages.RunFinished | None = None  # of a run that is not saved yet
        self._scan_id = 0  # of the latest request to scan
        self._handlers: dict[type[messages.Event], Callable[[Any], None]] = {
            messages.FilesScanned: self._emit_if_current(self.files_scanned),
            messages.DatasetScanned: self._emit_if_current(self.dataset_scanned),
            messages.RecipesTimed: self.recipes_timed.emit,
            messages.RunStarted: self._handle_started,
            messages.HistoryRead: self.history_read.emit,
            messages.RunProgress: lambda event: self.run_progress.emit(event.report),
            messages.RunFinished: self.finish_run,
            messages.RunStopped: self._handle_stopped,
            messages.CandidateCompared: self.candidate_compared.emit,
            messages.StyleSaved: self._handle_saved,
            messages.RequestFailed: self._handle_failed,
        }

    # ---- requests ----

    def scan(self, paths: Sequence[str]) -> None:
        """Scans folders or files; an older scan ends."""
        self._scan_id += 1
        self._request(messages.ScanDataset(self._scan_id, list(paths)))

    def time_recipes(self, base: str) -> None:
        """Times the recipes on this machine."""
        self._request(messages.TimeRecipes(base))

    def start_run(self, config: RunConfig, theme: Score | None) -> None:
        """Starts a run on the music that was scanned last."""
        self.result = None
        self._set_running(True)
        self._request(messages.StartRun(config, score_out(theme) if theme else None))

    def resume_run(self, key: str) -> None:
        """Resumes an interrupted run."""
        self.result, self.key = None, key
        self._set_running(True)
        self._request(messages.ResumeRun(key))

    def control(self, command: str) -> None:
        """Commands the run under way: pause, resume, stop (and select the best) or cancel."""
        if command in ("pause", "resume"):
            self.paused = command == "pause"
            self.changed.emit()
        self._request(messages.ControlRun(command))

    def compare(self, step: int) -> None:
        """Generates A/B samples of a candidate."""
        self._request(messages.CompareCandidate(step))

    def save(self, step: int, name: str) -> None:
        """Installs a candidate as a style."""
        self._request(messages.ControlRun("resume"))
        self._request(messages.SaveStyle(step, name))

    def discard(self, key: str = "") -> None:
        """Deletes a run, the last one if no key is given."""
        self.result = None
        self._request(messages.DiscardRun(key))

    # ---- the child ----

    def close(self) -> None:
        """Ends the child; it saves the run's state first."""
        self.running = False
        super().close()

    def _request(self, request: messages.Request) -> None:
        """Sends a request, to a new child if there is none."""
        self.start()
        self.send(request.to_json())

    def _set_running(self, running: bool) -> None:
        self.running, self.paused = running, False
        self.changed.emit()

    def _receive(self, events: list[dict[str, Any]]) -> None:
        for values in events:
            event = messages.read_event(values)
            if event is not None and type(event) in self._handlers:
                self._handlers[type(event)](event)

    def _lost(self) -> None:
        """The next request starts another child."""
        under_way = self.running
        self.result = None
        self._scan_id += 1  # what comes of an earlier scan is of no use
        self._set_running(False)
        self.lost.emit(under_way)

    # ---- events ----

    def _emit_if_current(self, signal: Any) -> Callable[[Any], None]:
        """Emits what belongs to the latest scan."""
        return lambda event: signal.emit(event) if event.id == self._scan_id else None

    def _handle_started(self, event: messages.RunStarted) -> None:
        self.key = event.key
        self.run_started.emit(self.key)

    def finish_run(self, result: messages.RunFinished) -> None:
        """Takes the result of a run."""
        self.result = result
        self._set_running(False)
        self.run_finished.emit(result)

    def _handle_stopped(self, event: messages.RunStopped) -> None:
        self._set_running(False)
        self.run_stopped.emit(event.key)

    def _handle_saved(self, event: messages.StyleSaved) -> None:
        self.result = None
        self.style_saved.emit(event)

    def _handle_failed(self, event: messages.RequestFailed) -> None:
        if event.verb in STARTS:
            self._set_running(False)
        self.failed.emit(event.verb, event.code, event.arguments)
