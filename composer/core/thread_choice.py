"""How many processor threads a step is shared by: all, or one, whichever is faster at the moment.

Threads that share a step wait for each other. While something else uses a core (somebody composes), several are slower
than one: measured on two cores beside busy programs, a step of the base took 12 s with two threads and 4 s with one.
"""

from __future__ import annotations

from collections.abc import Callable

TRIED = 3  # steps with each number before the faster one is chosen
AGAIN = 40  # steps after which both are tried again
SLOWER = 1.6  # times its usual pace, from which they are tried again at once


class Threads:
    """Chooses between all threads and one by the steps' own times."""

    def __init__(self, most: int, use: Callable[[int], None]) -> None:
        """`use` sets the number of threads."""
        self._use, self._choices = use, [most, 1] if most > 1 else [1]
        self._times: dict[int, list[float]] = {}
        self._trying = list(self._choices)
        self._steps = 0
        self.now = most

    def after_step(self, seconds: float) -> None:
        """Tells how long a step took, with the present number of threads."""
        if len(self._choices) < 2 or seconds <= 0:
            return
        times = self._times.setdefault(self.now, [])
        times.append(seconds)
        if self._trying:
            if len(times) >= TRIED:
                self._trying.remove(self.now)
                self._set(self._trying[0] if self._trying else min(self._times, key=self._pace))
            return
        self._steps += 1
        slow = self._steps >= TRIED and min(times[-TRIED:]) > SLOWER * self._pace(self.now)
        if slow or self._steps >= AGAIN:
            self._times, self._steps = {}, 0
            self._trying = list(self._choices)
            self._set(self._trying[0])

    def _pace(self, count: int) -> float:
        return min(self._times[count][:TRIED])

    def _set(self, count: int) -> None:
        if count != self.now:
            self.now = count
            self._use(count)
