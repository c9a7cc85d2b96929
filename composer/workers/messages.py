"""A score as plain JSON values, for the pipe between the window and the worker. No Qt, no torch."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from composer.core.settings import GenerationRequest, Sampling
from composer.music.score import Meter, Note, Pedal, Score, Tempo, Track

Json = dict[str, Any]


def note_out(note: Note) -> list[int]:
    """A note as a row of numbers."""
    return [note.start, note.pitch, note.duration, note.velocity, note.track, int(note.muted), int(note.composed)]


def note_in(row: list[int]) -> Note:
    """The note of such a row."""
    start, pitch, duration, velocity, track, muted, composed = row
    return Note(start, pitch, duration, velocity, track, bool(muted), bool(composed))


def pedal_out(pedal: Pedal) -> list[int]:
    """A pedal movement as a row of numbers."""
    return [pedal.tick, pedal.value, pedal.track]


def score_out(score: Score) -> Json:
    """What the model may need of a score; messages that nobody understands stay at home."""
    return {
        "notes": [note_out(n) for n in score.notes],
        "pedals": [pedal_out(p) for p in score.pedals],
        "tempos": [[t.tick, t.microseconds] for t in score.tempos],
        "meters": [[m.tick, m.numerator, m.denominator] for m in score.meters],
        "tracks": [[t.name, t.channel, t.program] for t in score.tracks],
        "ticks_per_beat": score.ticks_per_beat,
        "title": score.title,
    }


def score_in(value: Json) -> Score:
    """The score of such values."""
    return Score(
        notes=tuple(note_in(row) for row in value["notes"]),
        pedals=tuple(Pedal(*row) for row in value["pedals"]),
        tempos=tuple(Tempo(*row) for row in value["tempos"]),
        meters=tuple(Meter(*row) for row in value["meters"]),
        tracks=tuple(Track(*row) for row in value["tracks"]),
        ticks_per_beat=value["ticks_per_beat"],
        title=value["title"],
    )


def settings_out(settings: GenerationRequest) -> Json:
    """The settings of a request."""
    return asdict(settings)


def settings_in(value: Json) -> GenerationRequest:
    """The settings of such values."""
    ticks = {name: tuple(value[name]) for name in ("gap", "span") if value.get(name)}
    ticks |= {"asked": tuple((str(name), int(at)) for name, at in value.get("asked", ()))}
    return GenerationRequest(**{**value, **ticks, "sampling": Sampling(**value["sampling"])})
