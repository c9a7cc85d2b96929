"""What can be done to a selection of notes but for its timing, as pure functions: notes in, notes out. No Qt."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace

from composer.music.scale import MODES, TOP, Scale
from composer.music.score import Note

Notes = tuple[Note, ...]
LOUDEST = 127


# ---- pitch ----


def transposed(notes: Iterable[Note], semitones: int) -> Notes:
    """Higher or lower together; the step shrinks when the keyboard would end before it."""
    chosen = tuple(notes)
    if not chosen:
        return ()
    lowest, highest = min(n.pitch for n in chosen), max(n.pitch for n in chosen)
    step = max(-lowest, min(semitones, TOP - highest))
    return pitched(chosen, lambda pitch: pitch + step)


def stepped(notes: Iterable[Note], scale: Scale, steps: int) -> Notes:
    """Higher or lower by steps of a scale; fewer steps when the keyboard would end before them."""
    chosen = tuple(notes)
    pitches = {n.pitch for n in chosen}
    ends = scale.pitches[0], scale.pitches[-1]
    way = 1 if steps > 0 else -1
    while steps and any(scale.step(p, steps) in ends and scale.step(p, steps - way) in ends for p in pitches):
        steps -= way
    return pitched(chosen, lambda pitch: scale.step(pitch, steps))


def snapped(notes: Iterable[Note], scale: Scale) -> Notes:
    """Each note on the nearest pitch of a scale."""
    return pitched(notes, scale.snap)


def inverted(notes: Iterable[Note], axis: float, scale: Scale | None = None) -> Notes:
    """Mirrored about a pitch (60.5 lies between two keys), in semitones or in steps of a scale.

    What would leave the keyboard comes back by octaves.
    """
    if scale is None:
        return pitched(notes, lambda pitch: _within(round(2 * axis) - pitch, TOP, 12))
    places = {pitch: i for i, pitch in enumerate(scale.pitches)}
    twice = places[scale.snap(int(axis))] + places[scale.snap(int(axis + 0.5))]

    def mirrored(pitch: int) -> int:
        return scale.pitches[_within(twice - places[scale.snap(pitch)], len(scale.pitches) - 1, len(MODES[scale.mode]))]

    return pitched(notes, mirrored)


def _within(place: int, last: int, octave: int) -> int:
    """A place brought between 0 and the last one by octaves."""
    while place < 0:
        place += octave
    while place > last:
        place -= octave
    return place


def pitched(notes: Iterable[Note], how: Callable[[int], int]) -> Notes:
    """Each note on the pitch that `how` makes of its own; `how` is asked once a pitch."""
    chosen = tuple(notes)
    to = {pitch: how(pitch) for pitch in {n.pitch for n in chosen}}
    return tuple(
        Note(n.start, to[n.pitch], n.duration, n.velocity, n.track, n.muted, n.composed) for n in chosen
    )  # not `replace`, which takes twice as long


# ---- place and length ----


def shifted(notes: Iterable[Note], ticks: int) -> Notes:
    """Earlier or later together, never before tick 0."""
    chosen = tuple(notes)
    if not chosen:
        return ()
    step = max(ticks, -min(n.start for n in chosen))
    return tuple(Note(n.start + step, n.pitch, n.duration, n.velocity, n.track, n.muted, n.composed) for n in chosen)


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


def pasted(notes: Iterable[Note], at: int) -> Notes:
    """The same notes with the first of them beginning at a tick."""
    chosen = tuple(notes)
    first = min((n.start for n in chosen), default=0)
    return shifted(chosen, at - first)


def span(notes: Iterable[Note]) -> int:
    """Ticks from the first beginning to the last end."""
    chosen = tuple(notes)
    return max(n.end for n in chosen) - min(n.start for n in chosen) if chosen else 0


# ---- loudness ----


def muted(notes: Iterable[Note]) -> Notes:
    """Silent, or all sounding again when every one was silent."""
    chosen = tuple(notes)
    silent = not all(n.muted for n in chosen)
    return tuple(replace(n, muted=silent) for n in chosen)


def struck(notes: Iterable[Note], velocity: int) -> Notes:
    """All with one velocity."""
    return _louder(notes, lambda note: velocity)


def struck_by(notes: Iterable[Note], more: int) -> Notes:
    """Each so much louder or softer, 1 to 127."""
    return _louder(notes, lambda note: note.velocity + more)


def struck_times(notes: Iterable[Note], factor: float) -> Notes:
    """Each velocity times a factor, 1 to 127."""
    return _louder(notes, lambda note: note.velocity * factor)


def swelled(notes: Iterable[Note], first: int, last: int) -> Notes:
    """Velocities that grow or fade evenly in time, from the first beginning to the last."""
    chosen = tuple(notes)
    start = min((n.start for n in chosen), default=0)
    length = max((n.start for n in chosen), default=0) - start
    return _louder(chosen, lambda note: first + (last - first) * (note.start - start) / max(length, 1))


def _louder(notes: Iterable[Note], how: Callable[[Note], float]) -> Notes:
    return tuple(
        Note(n.start, n.pitch, n.duration, min(max(round(how(n)), 1), LOUDEST), n.track, n.muted, n.composed)
        for n in notes
    )
