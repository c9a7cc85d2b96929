"""What a drag does to notes, as pure functions: notes in, notes out, in the same order. No Qt."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from composer.music.score import Note

Notes = tuple[Note, ...]


def moved(notes: Iterable[Note], ticks: int, pitch: Callable[[int], int]) -> Notes:
    """Each note later by some ticks, its pitch mapped. The caller keeps both on the paper."""
    return tuple(
        Note(n.start + ticks, pitch(n.pitch), n.duration, n.velocity, n.track, n.muted, n.composed) for n in notes
    )


def lengthened(notes: Iterable[Note], ticks: int, shortest: int = 1) -> Notes:
    """Each note longer or shorter, but never under `shortest` ticks (or what it has now, if that is less)."""
    return tuple(_spanning(n, n.start, max(n.duration + ticks, min(shortest, n.duration))) for n in notes)


def begun(notes: Iterable[Note], ticks: int, shortest: int = 1) -> Notes:
    """Each note's beginning moved, its end left where it is."""
    result = []
    for note in notes:
        start = max(0, min(note.start + ticks, note.end - min(shortest, note.duration)))
        result.append(_spanning(note, start, note.end - start))
    return tuple(result)


def struck(notes: Iterable[Note], velocities: Iterable[int]) -> Notes:
    """Each note with a velocity of its own, kept within 1..127."""
    return tuple(
        Note(n.start, n.pitch, n.duration, min(max(v, 1), 127), n.track, n.muted, n.composed)
        for n, v in zip(notes, velocities, strict=True)
    )


def _spanning(n: Note, start: int, duration: int) -> Note:
    return Note(start, n.pitch, duration, n.velocity, n.track, n.muted, n.composed)
