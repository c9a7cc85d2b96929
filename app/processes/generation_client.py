"""Client of the generation worker: sends requests, emits its notes, restarts it when it dies."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QElapsedTimer, QObject, QProcessEnvironment, QTimer, Signal

from app.processes.process_client import ProcessClient
from composer.core.settings import GenerationRequest
from composer.music.score import Note, Pedal, Score
from composer.workers.messages import note_in, score_out, settings_out

REST_MS = 300  # before a worker that died is started again
HEALTHY_MS = 5000  # one that died sooner would die again; it waits for the next request
Written = tuple[int, Note, tuple[Pedal, ...]]  # take, note, and the pedal's moves that came with it


class GenerationClient(ProcessClient):
    """Asks for music and tells what comes."""

    module = "composer.workers.generation_worker"
    ready = Signal()
    warmed = Signal(str)
    written = Signal(list)  # of `Written`, as they came
    finished = Signal(dict)  # figures
    failed = Signal(str, dict)  # code and arguments of a sentence; the request under way is over
    complained = Signal(str, dict)  # the same, of a style that could not be warmed
    lost = Signal()  # the child is gone; another starts soon, or with the next request

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._number = 0  # of the request under way, 0 when there is none
        self._count = 0
        self._style = ""  # that the child was asked for last
        self._age = QElapsedTimer()  # of the child

    @property
    def busy(self) -> bool:
        """Whether something is being composed."""
        return self._number != 0

    # ---- requests ----

    def warm(self, style: str) -> None:
        """Has the model of a style loaded ahead of need."""
        self.start()
        self._style = style
        self.send({"verb": "warm", "style": style})

    def compose(self, theme: Score, settings: GenerationRequest) -> None:
        """Asks for music; one request at a time."""
        self.start()
        self._style = settings.style
        self._count += 1
        self._number = self._count
        request = {"verb": "compose", "id": self._number, "score": score_out(theme), "settings": settings_out(settings)}
        self.send(request)

    def cancel(self) -> None:
        """Ends the request under way; nothing more of it will be told."""
        if self._number:
            self.send({"verb": "cancel", "id": self._number})
            self._number = 0

    # ---- the child ----

    def _prepare(self, environment: QProcessEnvironment) -> None:
        if not environment.contains("OMP_NUM_THREADS"):
            # One note's arithmetic is too small to share: on a busy machine two threads wait for each other (measured:
            # 8 notes/s against 78), and the other core belongs to the window and the sound.
            environment.insert("OMP_NUM_THREADS", "1")
        self._age.start()

    def _receive(self, events: list[dict[str, Any]]) -> None:
        """Notes that came together are told together."""
        notes: list[Written] = []
        for event in events:
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

    def _lost(self) -> None:
        """Another one starts, with the same model."""
        if self._style and self._age.elapsed() > HEALTHY_MS:
            QTimer.singleShot(REST_MS, self, self._revive)
        self.lost.emit()
        if self._number:
            self._number = 0
            self.failed.emit("worker_died", {})

    def _revive(self) -> None:
        if self._process is None and not self._closing:
            self.warm(self._style)
