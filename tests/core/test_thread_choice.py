"""The number of threads that share a step follows what the machine has to spare."""

from __future__ import annotations

from composer.core.thread_choice import AGAIN, TRIED, Threads


def run(threads: Threads, seconds: dict[int, float], steps: int) -> list[int]:
    """Steps that take so long with each number of threads; the numbers that were used."""
    used = []
    for _ in range(steps):
        used.append(threads.now)
        threads.after_step(seconds[threads.now])
    return used


def test_the_faster_number_is_kept_while_it_is_the_faster_one() -> None:
    asked: list[int] = []
    threads = Threads(2, asked.append)
    free, busy = {2: 1.0, 1: 1.8}, {2: 15.0, 1: 3.0}
    used = run(threads, free, TRIED * 2 + 20)
    assert used[: TRIED * 2] == [2] * TRIED + [1] * TRIED
    assert set(used[TRIED * 2 :]) == {2}
    run(threads, busy, 4 * TRIED)  # somebody composes
    assert threads.now == 1
    run(threads, free, AGAIN + 2 * TRIED)
    assert threads.now == 2
    assert asked[-1] == 2


def test_one_core_has_no_choice() -> None:
    asked: list[int] = []
    threads = Threads(1, asked.append)
    assert run(threads, {1: 1.0}, 100) == [1] * 100
    assert not asked


def test_a_pause_is_no_step() -> None:
    threads = Threads(2, lambda count: None)
    for _ in range(10):
        threads.after_step(0.0)
    assert threads.now == 2
