"""Scores, takes and undo steps from JSON values, every one checked.

Raises ValueError or KeyError with a reason in plain English. Nothing in the values can name a file.
"""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Any

from composer.files import midi_parser
from composer.music.score import Extra, Meter, Note, Pedal, Score, Tempo, Track
from composer.music.takes import Origin, Settings, Take, Takes
from composer.music.undo_history import MULTISETS, Delta, History, State, Step

MOST_NOTES = 2_000_000
MOST_TRACKS = 2**16
MOST_STEPS = 1000
LAST_TICK = 2**53 - 1  # what a note may have
LONGEST_TEXT = 100_000
LONGEST_EVENT = 2**26  # hexadecimal digits
DEEPEST, WIDEST = 6, 2000  # of the view: levels, values

Json = Any
_FLAGS_IN = {"c": (False, True), "m": (True, False), "cm": (True, True)}  # -> muted, composed
_FLAGS = [[], *([flag] for flag in _FLAGS_IN)]


def whole(value: Json, low: int, high: int, what: str) -> int:
    """A whole number within bounds; true and 1.0 are none."""
    if type(value) is not int or not low <= value <= high:
        raise ValueError(f"{what} is not a whole number from {low} to {high}")
    return value


def text(value: Json, what: str, most: int = LONGEST_TEXT) -> str:
    """A text that is not endless."""
    if not isinstance(value, str) or len(value) > most:
        raise ValueError(f"{what} is not a text of at most {most} letters")
    return value


def mapping(value: Json, what: str) -> dict[str, Json]:
    """An object."""
    if not isinstance(value, dict):
        raise ValueError(f"{what} is not an object")
    return value


def items(value: Json, what: str, most: int) -> list[Json]:
    """An array that is not endless."""
    if not isinstance(value, list) or len(value) > most:
        raise ValueError(f"{what} are not a list of at most {most}")
    return value


def _rows(value: Json, what: str, width: int) -> list[list[Json]]:
    rows = items(value, what, MOST_NOTES)
    if any(type(row) is not list or len(row) != width for row in rows):
        raise ValueError(f"{what} are not rows of {width} values")
    return rows


def notes_in(value: Json, tracks: int) -> list[Note]:
    """Notes from their rows."""
    found = []
    for row in items(value, "the notes", MOST_NOTES):
        if type(row) is not list or not 5 <= len(row) <= 6:
            raise ValueError("a note is not a row of whole numbers")
        start, pitch, duration, velocity, track, *flags = row
        if not type(start) is type(pitch) is type(duration) is type(velocity) is type(track) is int:
            raise ValueError("a note is not a row of whole numbers")
        if not 0 <= track < tracks or start > LAST_TICK or duration > LAST_TICK or flags not in _FLAGS:
            raise ValueError("a note lies outside the piece")
        try:
            found.append(Note(start, pitch, duration, velocity, track, *(_FLAGS_IN[flags[0]] if flags else ())))
        except ValueError as error:
            raise ValueError("a note is not one that a piano could play") from error
    return found


def _tick(value: Json) -> int:
    return whole(value, 0, LAST_TICK, "a tick")


def many_in(name: str, value: Json, tracks: int) -> list[Any]:
    """The items of a field of `Score`; `tracks` is how many tracks there are."""
    if name == "notes":
        return notes_in(value, tracks)
    if name == "pedals":
        rows = _rows(value, "the pedal movements", 3)
        return [Pedal(_tick(t), whole(v, 0, 127, "a pedal"), whole(k, 0, tracks - 1, "a track")) for t, v, k in rows]
    if name == "tempos":
        rows = _rows(value, "the tempi", 2)
        return [Tempo(_tick(t), whole(pace, 1, 0xFFFFFF, "a tempo")) for t, pace in rows]
    if name == "meters":
        return [_meter(*row) for row in _rows(value, "the meters", 3)]
    if name == "tracks":
        return [
            Track(text(n, "a name"), whole(c, 0, 15, "a channel"), whole(p, 0, 127, "a program"))
            for n, c, p in _rows(value, "the tracks", 3)
        ]
    return [
        Extra(_tick(t), whole(k, -1, tracks - 1, "a track"), _message(d)) for t, k, d in _rows(value, "the events", 3)
    ]


def _meter(tick: Json, beats: Json, unit: Json) -> Meter:
    if whole(unit, 1, 64, "a meter's unit") not in (1, 2, 4, 8, 16, 32, 64):
        raise ValueError("a meter's unit is no power of two")
    return Meter(_tick(tick), whole(beats, 1, 255, "a meter"), unit)


def _message(value: Json) -> bytes:
    try:
        data = bytes.fromhex(text(value, "a MIDI event", LONGEST_EVENT))
    except ValueError as error:
        raise ValueError("a MIDI event is not written in hexadecimal") from error
    if midi_parser.checked(data) is None:
        raise ValueError("a MIDI event makes no sense")
    return data


def score_in(value: dict[str, Json]) -> Score:
    """A score from its values."""
    tracks = many_in("tracks", value["tracks"], 0)
    if not 1 <= len(tracks) <= MOST_TRACKS:
        raise ValueError("there is not a sane number of tracks")
    names = ("tempos", "meters", "pedals", "extras", "notes")
    parts = {name: tuple(many_in(name, value[name], len(tracks))) for name in names}
    beat = whole(value["ticks_per_beat"], 1, 0x7FFF, "ticks_per_beat")
    return Score(**parts, tracks=tuple(tracks), ticks_per_beat=beat, title=text(value["title"], "the title"))


def origin_in(value: Json) -> Origin:
    """Where notes come from."""
    got = mapping(value, "a provenance")
    first, last = _tick(got["first"]), _tick(got["last"])
    return Origin(*_made_by(got), whole(got["take"], 0, 10**6, "a take's number"), first, last, _settings(got))


def _made_by(got: dict[str, Json]) -> tuple[str, str, int]:
    seed = whole(got["random_seed"], 0, 2**63 - 1, "a random seed")
    return text(got["style"], "a style"), text(got["model"], "a model"), seed


def _settings(got: dict[str, Json]) -> Settings:
    values = mapping(got["settings"], "the settings")
    if len(values) > 100:
        raise ValueError("the settings are too many")
    for name, value in values.items():
        plain = value is None or isinstance(value, str | int | float)
        if not plain or len(name) > 100 or (isinstance(value, str) and len(value) > LONGEST_TEXT):
            raise ValueError("a setting is not a plain value")
        if isinstance(value, float) and not math.isfinite(value):
            raise ValueError("a setting is not a number")
    return tuple(values.items())


def takes_in(value: Json, score: Score) -> Takes:
    """A table of takes beside the score in which one of them stands."""
    got, tracks = mapping(value, "the takes"), len(score.tracks)
    takes = tuple(_take_in(take, tracks) for take in items(got["takes"], "the takes", 64))
    theme = mapping(got["theme"], "the theme")
    parts = tuple((name, _part_in(name, theme[name], tracks)) for name in ("notes", "pedals"))
    old = None
    if got["replaced"] is not None:
        values = mapping(got["replaced"], "what was replaced")
        notes, pedals = (tuple(many_in(name, values[name], tracks)) for name in ("notes", "pedals"))
        old = replace(score, notes=notes, pedals=pedals)
    active = whole(got["active"], 0, len(takes) - 1, "the chosen take")
    return Takes(Delta(parts).apply(State(score)).score, _tick(got["join"]), takes, active, old)


def _take_in(value: Json, tracks: int) -> Take:
    got = mapping(value, "a take")
    style, model, seed = _made_by(got)
    notes, pedals = notes_in(got["notes"], tracks), many_in("pedals", got["pedals"], tracks)
    number = whole(got["number"], 0, 10**6, "a take's number")
    return Take(tuple(notes), tuple(pedals), style, seed, number, model, _settings(got))


def _part_in(name: str, value: Json, tracks: int) -> tuple[tuple[Any, ...], tuple[Any, ...]]:
    got = mapping(value, "a change")
    return tuple(many_in(name, got["gone"], tracks)), tuple(many_in(name, got["new"], tracks))


def view_in(value: Json) -> dict[str, Json]:
    """The view: plain values, not too many, not too deep."""
    left = [WIDEST]

    def check(value: Json, depth: int) -> None:
        left[0] -= 1
        if left[0] < 0 or depth > DEEPEST:
            raise ValueError("the view is too large")
        if isinstance(value, str):
            text(value, "a value of the view")
        elif isinstance(value, dict):
            for key, inner in value.items():
                text(key, "a name in the view", 100)
                check(inner, depth + 1)
        elif isinstance(value, list):
            for inner in value:
                check(inner, depth + 1)
        elif isinstance(value, int | float) and not (math.isfinite(value) and abs(value) <= 2.0**53):
            raise ValueError("a number of the view is out of bounds")

    check(value, 0)
    return mapping(value, "the view")


def history_in(value: Json, state: State) -> History:
    """The steps around a state."""
    got = mapping(value, "the history")
    tables = [takes_in(t, state.score) for t in items(got["tables"], "the tables", 2 * MOST_STEPS)]
    tracks = _most_tracks(got, len(state.score.tracks))
    steps = tuple(_step_in(step, tables, tracks) for step in items(got["steps"], "the steps", MOST_STEPS))
    index = whole(got["index"], 0, len(steps), "the history's index")
    history = History(steps, index, whole(got["clean"], -1, len(steps), "the history's clean index"))
    if any(name == "tracks" for step in steps for name, *_ in step.delta.whole):
        _check_tracks(history, state)
    return history


def _most_tracks(got: dict[str, Json], now: int) -> int:
    changes = [mapping(mapping(s, "a step")["change"], "a step") for s in items(got["steps"], "the steps", MOST_STEPS)]
    sides = [side for c in changes for side in items(c.get("tracks", []), "the tracks", 2)]
    return max([now, *(len(items(side, "the tracks", MOST_TRACKS)) for side in sides)])


def _check_tracks(history: History, state: State) -> None:
    """No note may stand in a track that is not there, anywhere on the way."""
    here = state
    walk = [s.before for s in reversed(history.steps[: history.index])]
    for way in (walk, [s.after for s in history.steps[history.index :]]):
        here = state
        for go in way:
            here = go(here)
            known = len(here.score.tracks)
            if any(n.track >= known for n in here.score.notes) or any(p.track >= known for p in here.score.pedals):
                raise ValueError("a note lies outside the piece")


def _step_in(value: Json, tables: list[Takes], tracks: int) -> Step:
    got = mapping(value, "a step")
    change = mapping(got["change"], "a step")
    takes = None
    if got["takes"] is not None:
        before, after = (
            None if n is None else tables[whole(n, 0, len(tables) - 1, "a table")]
            for n in items(got["takes"], "the takes", 2)
        )
        takes = before, after
    delta = replace(_delta_in(change, tracks), takes=takes)
    return Step(text(got["text"], "a step"), whole(got["kind"], -1, 2**31 - 1, "a kind"), None, delta)


def _delta_in(got: dict[str, Json], tracks: int) -> Delta:
    parts = {name: _part_in(name, got[name], tracks) for name in MULTISETS if name in got}
    extras = None
    if "extras" in got:
        gone, new = _part_in("extras", got["extras"], tracks)
        extras = whole(got["extras"]["at"], 0, MOST_NOTES, "a place"), gone, new
    pairs: list[tuple[str, Any, Any]] = []
    if "tracks" in got:
        before, after = (tuple(many_in("tracks", side, 0)) for side in items(got["tracks"], "the tracks", 2))
        pairs.append(("tracks", before or (Track(),), after or (Track(),)))
    if "ticks_per_beat" in got:
        beats = [whole(t, 1, 0x7FFF, "ticks_per_beat") for t in _pair(got, "ticks_per_beat")]
        pairs.append(("ticks_per_beat", beats[0], beats[1]))
    if "title" in got:
        titles = [text(t, "the title") for t in _pair(got, "title")]
        pairs.append(("title", titles[0], titles[1]))
    origins = None
    if "provenance" in got:
        old, now = (tuple(map(origin_in, items(side, "the provenance", 10_000))) for side in _pair(got, "provenance"))
        origins = old, now
    notes = parts.get("notes", ((), ()))
    chosen = [notes[i] if side is True else () for i, side in enumerate(_pair(got, "selected"))]
    return Delta(tuple(parts.items()), extras, tuple(pairs), None, origins, (chosen[0], chosen[1]))


def _pair(got: dict[str, Json], name: str) -> list[Json]:
    sides = items(got[name], name, 2)
    if len(sides) != 2:
        raise ValueError(f"{name} has not two sides")
    return sides
