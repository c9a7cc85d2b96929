"""A child process' end of the pipe: reads requests and writes events, one JSON object a line. No Qt; knows no verb.

What cannot wait is heard at once, by a thread that only reads. The end of stdin means that the window is gone.
"""

from __future__ import annotations

import json
import os
import queue
import sys
import threading
import traceback
from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import Any, TextIO

from composer.core.errors import UserError

BELOW_NORMAL = 0x4000  # a low priority on Windows
Request = dict[str, Any]


class Service:
    """Serves one request after the other; what a request means is the subclass's."""

    broken = ""  # code of the sentence for a failure that nobody foresaw

    def __init__(self, source: TextIO, sink: TextIO) -> None:
        self._source, self._sink = source, sink
        self._requests: queue.Queue[Request] = queue.Queue()
        self.gone = threading.Event()  # the window is gone, or wants us to be
        self.listener = threading.Thread(target=self._listen, name="ricercar-stdin", daemon=True)

    def run(self) -> None:
        """Serves until quit, or until the window is gone."""
        self.listener.start()
        self.tell("ready", pid=os.getpid())
        while (request := self._requests.get())["verb"] != "quit":
            self._serve(request)

    def tell(self, event: str, **values: object) -> None:
        """Writes one event of these values."""
        self.send({"event": event, **values})

    def send(self, event: Mapping[str, object]) -> None:
        """Writes one event."""
        line = json.dumps(event, separators=(",", ":"), default=str)
        try:
            self._sink.write(line + "\n")
            self._sink.flush()
        except (BrokenPipeError, ValueError):  # nobody listens any more; what is under way ends in good order
            self.gone.set()

    # ---- for subclasses ----

    def do(self, request: Request) -> None:
        """Serves one request; one that it does not know is passed over."""
        raise NotImplementedError

    def hear(self, request: Request) -> bool:
        """Called by the listening thread as soon as a request comes; True if it is done with."""
        return False

    def named(self, request: Request) -> dict[str, object]:
        """What a failure says of the request it belongs to."""
        return {"verb": request["verb"]}

    # ---- the loop ----

    def _listen(self) -> None:
        for line in self._source:
            try:
                request = json.loads(line)
                quits = request["verb"] == "quit"
            except (ValueError, TypeError, KeyError):
                continue
            if quits:
                self.gone.set()
            if not self.hear(request):
                self._requests.put(request)
        self.gone.set()
        self._requests.put({"verb": "quit"})

    def _serve(self, request: Request) -> None:
        try:
            self.do(request)
        except UserError as error:
            self._failed(request, error.code, {k: str(v) for k, v in error.arguments.items()})
        except MemoryError:
            self._failed(request, "out_of_memory", {})
        except Exception as error:
            traceback.print_exc(file=sys.stderr)
            cause = (str(error) or type(error).__name__).splitlines()[0][:160]
            self._failed(request, self.broken, {"reason": cause.rstrip(".")})

    def _failed(self, request: Request, code: str, arguments: dict[str, str]) -> None:
        self.tell("failed", **self.named(request), code=code, arguments=arguments)


def serve(kind: Callable[[TextIO, TextIO], Service], nice: int) -> int:
    """Serves on the real stdin and stdout, at a low priority; what libraries print goes to stderr instead."""
    _step_back(nice)
    sink = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    source = open(0, encoding="utf-8", closefd=False)  # noqa: SIM115 (stdin lives as long as the process)
    service = kind(source, sink)
    with suppress(BrokenPipeError, KeyboardInterrupt):
        service.run()
    service.listener.join(1.0)  # the window closes our stdin together with its quit
    if service.listener.is_alive():
        sys.stderr.flush()
        os._exit(0)  # a usual exit would trip over the thread that still reads
    return 0


def _step_back(nice: int) -> None:
    """Lets the window and the sound go first. RICERCAR_NICE is for a machine that has nothing else to do."""
    if sys.platform == "win32":
        import ctypes

        kernel = ctypes.windll.kernel32
        kernel.SetPriorityClass(kernel.GetCurrentProcess(), BELOW_NORMAL)
        return
    with suppress(OSError, ValueError):
        os.nice(int(os.environ.get("RICERCAR_NICE", nice)))
