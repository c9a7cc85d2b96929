"""The child process that samples: reads requests and writes events, one JSON object a line. No Qt in it.

Requests on stdin: {"verb": "warm", "style"}, {"verb": "compose", "id", "score", "settings"}, {"verb": "cancel", "id"},
{"verb": "quit"}. Events on stdout: ready, warmed (style), started (id, random_seed), note (id, take, note, pedals),
done (id, cancelled), failed (id, code, arguments). The end of stdin means that the window is gone: so does the worker.
"""

from __future__ import annotations

import json
import os
import queue
import sys
import threading
import time
import traceback
from contextlib import suppress
from typing import Any, TextIO

from app.wire import note_out, pedal_out, score_in, settings_in
from composer.errors import UserError

NICE = 5  # the window and the sound go first
BELOW_NORMAL = 0x4000  # the same on Windows


class Worker:
    """Does one request after the other; cancelling is heard at once, by a thread that only reads."""

    def __init__(self, source: TextIO, sink: TextIO) -> None:
        self._source = source
        self._sink = sink
        self._requests: queue.Queue[dict[str, Any]] = queue.Queue()
        self._cancelled: set[int] = set()
        self._gone = threading.Event()
        self.listener = threading.Thread(target=self._listen, name="ricercar-worker-stdin", daemon=True)

    def run(self) -> None:
        """Serves until quit, or until the window is gone."""
        self.listener.start()
        self.tell("ready", pid=os.getpid())
        while (request := self._requests.get())["verb"] != "quit":
            self._serve(request)

    def tell(self, event: str, **values: object) -> None:
        """Writes one event."""
        self._sink.write(json.dumps({"event": event, **values}, separators=(",", ":")) + "\n")
        self._sink.flush()

    def _listen(self) -> None:
        for line in self._source:
            try:
                request = json.loads(line)
                verb = request["verb"]
            except (ValueError, TypeError, KeyError):
                continue
            if verb == "cancel":
                self._cancelled.add(request.get("id"))
            else:
                if verb == "quit":
                    self._gone.set()
                self._requests.put(request)
        self._gone.set()
        self._requests.put({"verb": "quit"})

    def _serve(self, request: dict[str, Any]) -> None:
        number = request.get("id", 0)
        try:
            if request["verb"] == "warm":
                self._warm(request["style"])
            elif request["verb"] == "compose":
                self._compose(number, request)
        except UserError as error:
            self.tell("failed", id=number, code=error.code, arguments={k: str(v) for k, v in error.arguments.items()})
        except MemoryError:
            self.tell("failed", id=number, code="out_of_memory", arguments={})
        except BrokenPipeError:
            self._gone.set()
        except Exception as error:
            traceback.print_exc(file=sys.stderr)
            cause = (str(error) or type(error).__name__).splitlines()[0][:160]
            self.tell("failed", id=number, code="compose_failed", arguments={"reason": cause.rstrip(".")})

    def _warm(self, style: str) -> None:
        from composer.compose import warm

        begun = time.perf_counter()
        warm(style)
        self.tell("warmed", style=style, seconds=round(time.perf_counter() - begun, 3))

    def _compose(self, number: int, request: dict[str, Any]) -> None:
        from composer.compose import compose

        settings = settings_in(request["settings"])
        theme = score_in(request["score"])
        self.tell("started", id=number, random_seed=settings.sampling.random_seed)

        def cancelled() -> bool:
            return number in self._cancelled or self._gone.is_set()

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


def _step_back() -> None:
    """Lets the window and the sound go first."""
    if sys.platform == "win32":
        import ctypes

        kernel = ctypes.windll.kernel32
        kernel.SetPriorityClass(kernel.GetCurrentProcess(), BELOW_NORMAL)
        return
    with suppress(OSError):
        os.nice(NICE)


def main() -> int:
    """Serves on the real stdin and stdout; what libraries print goes to stderr instead."""
    _step_back()
    sink = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    source = open(0, encoding="utf-8", closefd=False)  # noqa: SIM115 (stdin lives as long as the process)
    worker = Worker(source, sink)
    with suppress(BrokenPipeError, KeyboardInterrupt):
        worker.run()
    worker.listener.join(1.0)  # the window closes our stdin together with its quit
    if worker.listener.is_alive():
        sys.stderr.flush()
        os._exit(0)  # a usual exit would trip over the thread that still reads
    return 0


if __name__ == "__main__":
    sys.exit(main())
