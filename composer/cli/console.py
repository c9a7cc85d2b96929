"""What the command line shows: text or one JSON object on stdout, progress on stderr."""

from __future__ import annotations

import contextlib
import io
import json
import os
import sys
from typing import Any, TextIO

from composer.core.progress import Event

_WIDTH = 30  # characters of a progress bar


class Console:
    """Speaks to a person, or to a script (`as_json`): then the text stays away and `finish` prints the one object."""

    def __init__(self, as_json: bool = False) -> None:
        self.as_json = as_json
        self._out: TextIO = sys.stdout or io.StringIO()  # None where the caller closed it
        self._bar = 0  # length of the bar on stderr's current line
        self._stage = ""

    def say(self, text: str) -> None:
        """A line for a person."""
        if not self.as_json:
            self.clear()
            print(text, file=self._out)

    def table(self, values: dict[str, Any], indent: str = "") -> None:
        """Nested figures, a line each."""
        for name, value in values.items():
            if isinstance(value, dict):
                self.say(f"{indent}{name}")
                self.table(value, indent + "  ")
            elif isinstance(value, list) and value and isinstance(value[0], dict):
                self.say(f"{indent}{name}")
                for row in value:
                    self.say(f"{indent}  " + "  ".join(f"{key} {_short(cell)}" for key, cell in row.items()))
            else:
                self.say(f"{indent}{name}: {_short(value)}")

    def progress(self, done: float, text: str) -> None:
        """A bar on stderr, if a person is looking; `done` is 0..1."""
        if not sys.stderr.isatty():
            return
        filled = round(min(max(done, 0.0), 1.0) * _WIDTH)
        line = f"[{'#' * filled}{'.' * (_WIDTH - filled)}] {text}"
        sys.stderr.write("\r" + line.ljust(self._bar))
        sys.stderr.flush()
        self._bar = len(line)

    def event(self, event: Event) -> None:
        """A step of long work; without a terminal, one line for each new stage."""
        stage, text = str(event.get("stage", "")), str(event.get("text", ""))
        self.progress(float(event.get("done", 0.0)), text or stage)
        if stage != self._stage and not sys.stderr.isatty():
            print(": ".join(part for part in (stage, text) if part), file=sys.stderr, flush=True)
        self._stage = stage

    def clear(self) -> None:
        """Take the bar away."""
        if self._bar:
            sys.stderr.write("\r" + " " * self._bar + "\r")
            sys.stderr.flush()
            self._bar = 0

    def finish(self, result: dict[str, Any]) -> None:
        """The end of a verb that succeeded."""
        self.clear()
        if self.as_json:
            print(json.dumps({"ok": True, **result}, default=str), file=self._out)
        self._out.flush()

    def fail(self, sentence: str) -> None:
        """The end of one that did not."""
        self.clear()
        print(sentence, file=sys.stderr)
        try:
            if self.as_json:
                print(json.dumps({"ok": False, "error": sentence}), file=self._out)
            self._out.flush()
        except OSError:  # stdout itself is what failed
            self.forget_output()

    def forget_output(self) -> None:
        """Send what stdout still holds nowhere, so that the interpreter's last flush is quiet."""
        with contextlib.suppress(OSError, ValueError):
            os.dup2(os.open(os.devnull, os.O_WRONLY), self._out.fileno())


def _short(value: Any) -> str:
    return f"{value:.4g}" if isinstance(value, float) else str(value)
