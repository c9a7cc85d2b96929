"""The child process that samples: styles are loaded and themes continued. No Qt in it.

Requests on stdin: {"verb": "warm", "style"}, {"verb": "compose", "id", "score", "settings"}, {"verb": "cancel", "id"},
{"verb": "quit"}. Events on stdout: ready, warmed (style), started (id, random_seed), note (id, take, note, pedals),
done (id, cancelled), failed (id, code, arguments). The end of stdin means that the window is gone: so does the worker.
"""

from __future__ import annotations

import sys
import time
from typing import TextIO

from composer.workers.json_lines_server import Request, Service, serve
from composer.workers.messages import note_out, pedal_out, score_in, settings_in

NICE = 5  # the window and the sound go first


class Worker(Service):
    """Writes music; cancelling is heard at once."""

    broken = "compose_failed"

    def __init__(self, source: TextIO, sink: TextIO) -> None:
        super().__init__(source, sink)
        self._cancelled: set[int] = set()

    def hear(self, request: Request) -> bool:
        """Cancelling does not wait for what it cancels."""
        if request["verb"] != "cancel":
            return False
        self._cancelled.add(request.get("id", 0))
        return True

    def do(self, request: Request) -> None:
        """Loads a style, or composes."""
        serve_request = {"warm": self._warm, "compose": self._compose}.get(request["verb"])
        if serve_request:
            serve_request(request)

    def named(self, request: Request) -> dict[str, object]:
        """A failure says the number of its request; 0 is for a style that was to be warmed."""
        return {"id": request.get("id", 0)}

    def _warm(self, request: Request) -> None:
        from composer.generation.generate import warm

        begun = time.perf_counter()
        warm(request["style"])
        self.tell("warmed", style=request["style"], seconds=round(time.perf_counter() - begun, 3))

    def _compose(self, request: Request) -> None:
        from composer.generation.generate import compose

        number = request["id"]
        settings = settings_in(request["settings"])
        theme = score_in(request["score"])
        self.tell("started", id=number, random_seed=settings.sampling.random_seed)

        def cancelled() -> bool:
            return number in self._cancelled or self.gone.is_set()

        begun, count, first = time.perf_counter(), 0, 0.0
        for made in compose(theme, settings, cancelled=cancelled):
            if cancelled():
                break
            first = first or time.perf_counter() - begun
            count += 1
            pedals = [pedal_out(p) for p in made.pedals]
            self.tell("note", id=number, take=made.take, note=note_out(made.note), pedals=pedals)
        seconds = max(time.perf_counter() - begun, 1e-6)
        figures = {"notes_per_second": round(count / seconds, 1), "first_note_ms": round(first * 1000)}
        self.tell("done", id=number, cancelled=cancelled(), **figures)


if __name__ == "__main__":
    sys.exit(serve(Worker, NICE))
