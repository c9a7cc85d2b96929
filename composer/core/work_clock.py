"""How long work takes: time that was really worked, and what is left of it. A sleeping laptop spends nothing."""

from __future__ import annotations

import time
from collections.abc import Callable

LONG = 30.0  # seconds between two ticks from which nobody is taken to have worked, unless the processor did


class ActiveTime:
    """Adds up the time between ticks, as far as the process was at work in it."""

    def __init__(
        self,
        spent: float = 0.0,
        clock: Callable[[], float] | None = None,
        work: Callable[[], float] | None = None,
    ) -> None:
        """`spent`: seconds of earlier, interrupted runs. `clock` and `work` (processor time) are for tests."""
        self._clock, self._work = clock or time.monotonic, work or time.process_time
        self.spent = spent
        self.skip()

    def skip(self) -> None:
        """Forgets the time since the last tick: it was a pause."""
        self._last, self._worked = self._clock(), self._work()

    def tick(self) -> float:
        """Counts the time since the last tick; returns what it counted, in seconds."""
        passed, worked = self._clock() - self._last, self._work() - self._worked
        self.skip()
        if passed > LONG and worked < passed / 4:  # the machine slept, or the process was stopped
            return 0.0
        self.spent += passed
        return passed


class Pace:
    """A running mean of how long a step takes, in seconds; the last dozen weighs most."""

    def __init__(self) -> None:
        self.seconds = 0.0

    def add(self, seconds: float) -> None:
        """One more step; a pause is none."""
        if seconds > 0:
            self.seconds = seconds if not self.seconds else 0.92 * self.seconds + 0.08 * seconds


def in_words(seconds: float) -> str:
    """A time as a person says it: "40 s", "7 min", "1 h 20 min"."""
    if seconds < 90:
        return f"{max(round(seconds), 0)} s"
    minutes = round(seconds / 60)
    return f"{minutes} min" if minutes < 60 else f"{minutes // 60} h {minutes % 60:02d} min"
