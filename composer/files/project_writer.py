"""Scores, takes and undo steps as readable JSON, a line each. `project_reader` reads it back."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from composer.music.score import Note, Score
from composer.music.takes import Origin, Take, Takes
from composer.music.undo_history import Delta, History, State, difference

Json = Any


class Raw(str):
    """Text that is JSON already."""

    __slots__ = ()


def dumps(value: Json) -> str:
    """A value on one line."""
    return json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":"))


def block(values: Mapping[str, Json]) -> Raw:
    """An object, a line for each of its values."""
    body = ",\n".join(f"{dumps(k)}: {v if isinstance(v, Raw) else dumps(v)}" for k, v in values.items())
    return Raw(f"{{\n{body}\n}}")


def listed(lines: Iterable[str]) -> Raw:
    """An array, a line for each of its items."""
    body = ",\n".join(lines)
    return Raw(f"[\n{body}\n]" if body else "[]")


def notes_out(notes: Iterable[Note]) -> Raw:
    """Rows [start, pitch, duration, velocity, track, flags]; flags "c" (composed), "m" (muted), left out if none."""
    return listed(
        f"[{n.start},{n.pitch},{n.duration},{n.velocity},{n.track}{_FLAGS[n.composed, n.muted]}]" for n in notes
    )


_FLAGS = {(False, False): "", (True, False): ',"c"', (False, True): ',"m"', (True, True): ',"cm"'}
_OUT: dict[str, Callable[[Any], list[Json]]] = {
    "pedals": lambda p: [p.tick, p.value, p.track],
    "tempos": lambda t: [t.tick, t.microseconds],
    "meters": lambda m: [m.tick, m.numerator, m.denominator],
    "tracks": lambda t: [t.name, t.channel, t.program],
    "extras": lambda e: [e.tick, e.track, e.data.hex()],
}


def many_out(name: str, items: Iterable[Any]) -> Raw:
    """The items of a field of `Score`."""
    return notes_out(items) if name == "notes" else listed(dumps(_OUT[name](item)) for item in items)


def score_out(score: Score) -> dict[str, Json]:
    """All of a score, the notes last."""
    plain = {"title": score.title, "ticks_per_beat": score.ticks_per_beat}
    names = ("tracks", "tempos", "meters", "pedals", "extras", "notes")
    return {**plain, **{name: many_out(name, getattr(score, name)) for name in names}}


def origin_out(origin: Origin) -> dict[str, Json]:
    """Where notes come from."""
    names = ("style", "model", "random_seed", "take", "first", "last")
    return {**{name: getattr(origin, name) for name in names}, "settings": dict(origin.settings)}


def takes_out(takes: Takes, score: Score) -> Raw:
    """A table of takes; its theme as what it has and has not, compared with the score."""
    theme = dict(difference(State(score), State(takes.theme)).parts)
    old = takes.replaced
    return block(
        {
            "join": takes.join,
            "active": takes.active,
            "takes": listed(_take_out(take) for take in takes.takes),
            "theme": block({name: _part_out(name, theme.get(name, ((), ()))) for name in ("notes", "pedals")}),
            "replaced": None if old is None else block({n: many_out(n, getattr(old, n)) for n in ("notes", "pedals")}),
        }
    )


def _take_out(take: Take) -> Raw:
    plain = {"number": take.number, "style": take.style, "model": take.model, "random_seed": take.random_seed}
    music = {"notes": notes_out(take.notes), "pedals": many_out("pedals", take.pedals)}
    return block({**plain, "settings": dict(take.settings), **music})


def _part_out(name: str, part: Sequence[Iterable[Any]]) -> Raw:
    return Raw(f'{{"gone": {many_out(name, part[0])}, "new": {many_out(name, part[1])}}}')


def history_out(history: History, score: Score) -> Raw:
    """The steps, and the tables of takes that they put on and off."""
    tables: list[Takes] = []

    def number(takes: Takes | None) -> int | None:
        if takes is None:
            return None
        if not any(t is takes for t in tables):
            tables.append(takes)
        return next(i for i, t in enumerate(tables) if t is takes)

    lines = []
    for step in history.steps:
        step.encoded = step.encoded or delta_out(step.delta)
        takes = [number(side) for side in step.delta.takes] if step.delta.takes else None
        head = f'"text": {dumps(step.text)}, "kind": {step.kind}, "takes": {dumps(takes)}'
        lines.append(f'{{{head}, "change": {step.encoded}}}')
    plain = {"index": history.index, "clean": history.clean}
    return block({**plain, "tables": listed(takes_out(t, score) for t in tables), "steps": listed(lines)})


def delta_out(delta: Delta) -> str:
    """A step's difference but for its takes."""
    values: dict[str, Json] = {name: _part_out(name, part) for name, part in delta.parts}
    if delta.extras is not None:
        at, gone, new = delta.extras
        values["extras"] = Raw(f'{{"at": {at}, "gone": {many_out("extras", gone)}, "new": {many_out("extras", new)}}}')
    for name, *sides in delta.whole:
        values[name] = [[_OUT["tracks"](t) for t in side] for side in sides] if name == "tracks" else sides
    if delta.origins is not None:
        values["provenance"] = [[origin_out(o) for o in side] for side in delta.origins]
    notes = dict(delta.parts).get("notes", ((), ()))
    # which of the step's own notes were selected; another selection is not worth its place
    values["selected"] = [bool(s) and set(s) == set(n) for s, n in zip(delta.selected, notes, strict=True)]
    return block(values)
