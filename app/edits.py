"""What can be done to a selection of notes, as pure functions: notes in, notes out. No Qt."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace

from composer.score import Note

Notes = tuple[Note, ...]


def transposed(notes: Iterable[Note], semitones: int) -> Notes:
    """Higher or lower together; the step shrinks when the keyboard would end before it."""
    chosen = tuple(notes)
    if not chosen:
        return ()
    lowest, highest = min(n.pitch for n in chosen), max(n.pitch for n in chosen)
    step = max(-lowest, min(semitones, 127 - highest))
    return tuple(replace(n, pitch=n.pitch + step) for n in chosen)


def shifted(notes: Iterable[Note], ticks: int) -> Notes:
    """Earlier or later together, never before tick 0."""
    chosen = tuple(notes)
    if not chosen:
        return ()
    step = max(ticks, -min(n.start for n in chosen))
    return tuple(replace(n, start=n.start + step) for n in chosen)


def moved(notes: Iterable[Note], ticks: int, semitones: int) -> Notes:
    """Both at once, as a drag does."""
    return transposed(shifted(notes, ticks), semitones)


def lengthened(notes: Iterable[Note], ticks: int, shortest: int = 1) -> Notes:
    """Each note longer or shorter, but never under `shortest` ticks (or what it has now, if that is less)."""
    return tuple(replace(n, duration=max(n.duration + ticks, min(shortest, n.duration))) for n in notes)


def begun(notes: Iterable[Note], ticks: int, shortest: int = 1) -> Notes:
    """Each note's beginning moved, its end left where it is."""
    result = []
    for note in notes:
        start = max(0, min(note.start + ticks, note.end - min(shortest, note.duration)))
        result.append(replace(note, start=start, duration=note.end - start))
    return tuple(result)


def quantised(notes: Iterable[Note], snap: Callable[[int], int]) -> Notes:
    """Each note's beginning on the grid, its length kept."""
    return tuple(replace(n, start=max(snap(n.start), 0)) for n in notes)


def muted(notes: Iterable[Note]) -> Notes:
    """Silent, or all sounding again when every one was silent."""
    chosen = tuple(notes)
    silent = not all(n.muted for n in chosen)
    return tuple(replace(n, muted=silent) for n in chosen)


def pasted(notes: Iterable[Note], at: int) -> Notes:
    """The same notes with the first of them beginning at a tick."""
    chosen = tuple(notes)
    first = min((n.start for n in chosen), default=0)
    return shifted(chosen, at - first)


def span(notes: Iterable[Note]) -> int:
    """Ticks from the first beginning to the last end."""
    chosen = tuple(notes)
    return max(n.end for n in chosen) - min(n.start for n in chosen) if chosen else 0
