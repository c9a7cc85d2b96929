"""Edit forms: edits that ask for parameters first; their fields, and the edit that the values make. No widget."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from PySide6.QtCore import QT_TRANSLATE_NOOP

from composer.music.edits import pitch_edits, timing_edits
from composer.music.grid import STEPS, Grid
from composer.music.scale import TOP, Scale
from composer.music.score import Note, Score

Values = dict[str, object]  # the answers, by the fields' keys
Change = Callable[[tuple[Note, ...]], tuple[Note, ...]]
AS_ROLL = "roll"
WHITE = Scale(0, "major")  # what counts as the scale where no key is chosen
FACTORS = {"1/2": 0.5, "2/3": 2 / 3, "3/4": 0.75, "4/3": 4 / 3, "3/2": 1.5, "2": 2.0}
LENGTHS = {  # in quarter notes
    "1/1": 4.0,
    "1/2": 2.0,
    "1/4.": 1.5,
    "1/4": 1.0,
    "1/4T": 2 / 3,
    "1/8.": 0.75,
    "1/8": 0.5,
    "1/8T": 1 / 3,
    "1/16": 0.25,
    "1/16T": 1 / 6,
    "1/32": 0.125,
}


@dataclass(frozen=True, slots=True)
class Field:
    """A question. `kind`: number, share (a slider in per cent), choice, list, check or pitch.

    `when` names a choice and those of its answers for which the question is asked at all.
    """

    key: str
    label: object
    kind: str
    default: int | str | bool
    low: int = 0
    high: int = 100
    choices: tuple[tuple[str, object], ...] = ()  # (key, text)
    when: tuple[str, tuple[str, ...]] | None = None
    unit: object = ""

    def applies(self, values: Mapping[str, object]) -> bool:
        """Whether the answers so far make it matter."""
        return self.when is None or values.get(self.when[0]) in self.when[1]

    def coerce(self, value: object) -> int | str | bool:
        """An answer of an earlier day, or the default where it makes no sense."""
        if self.kind in ("choice", "list"):
            return str(value) if str(value) in dict(self.choices) else self.default
        if self.kind == "check":
            return value in (True, "true", 1, "1")
        try:
            return min(max(int(str(value)), self.low), self.high)
        except ValueError:
            return self.default


@dataclass(frozen=True, slots=True)
class EditContext:
    """What an edit reads of the window: the piece, its key, the grid of the roll."""

    score: Score
    grid: Grid
    scale: Scale | None


@dataclass(frozen=True, slots=True)
class EditForm:
    """An edit that asks for parameters first. `title` names the dialog, `step` the undo step."""

    key: str
    title: object
    step: object
    fields: tuple[Field, ...]
    make_edit: Callable[[Values, EditContext], Change]

    def defaults(self) -> Values:
        """The answers before anybody has given one."""
        return {field.key: field.default for field in self.fields}


def _number(values: Values, key: str) -> int:
    return int(str(values[key]))


def _transpose(values: Values, context: EditContext) -> Change:
    amount = _number(values, "amount")
    if values["unit"] == "steps":
        return lambda notes: pitch_edits.stepped(notes, context.scale or WHITE, amount)
    return lambda notes: pitch_edits.transposed(notes, amount)


def _invert(values: Values, context: EditContext) -> Change:
    scale = (context.scale or WHITE) if values["in_scale"] else None

    def mirror(notes: tuple[Note, ...]) -> tuple[Note, ...]:
        return pitch_edits.inverted(notes, axis(notes, values), scale)

    return mirror


def axis(notes: Iterable[Note], values: Values) -> float:
    """The pitch about which the answers of "invert" mirror; between two keys for a middle there."""
    pitches = [n.pitch for n in notes] or [60]
    if values["axis"] == "middle":
        return (min(pitches) + max(pitches)) / 2
    return pitches[0] if values["axis"] == "first" else float(_number(values, "pitch"))


def _quantise(values: Values, context: EditContext) -> Change:
    score, name = context.score, str(values["grid"])
    grid = context.grid if name == AS_ROLL else Grid(score.bar_map, score.ticks_per_beat, STEPS[name])
    strength, swing = _number(values, "strength") / 100, _number(values, "swing") / 100
    return lambda notes: timing_edits.quantised(notes, grid, strength, swing, bool(values["lengths"]))


def _stretch(values: Values, context: EditContext) -> Change:
    factor = FACTORS.get(str(values["factor"]), _number(values, "percent") / 100)
    return lambda notes: timing_edits.stretched(notes, factor)


def _humanise(values: Values, context: EditContext) -> Change:
    score = context.score

    def play(notes: tuple[Note, ...]) -> tuple[Note, ...]:
        beats = score.tempo_map.qpm_at(notes[0].start if notes else 0) / 60_000  # a millisecond
        ticks = _number(values, "timing") * beats * score.ticks_per_beat
        velocity, length = _number(values, "velocity"), _number(values, "length") / 100
        return timing_edits.humanised(notes, _number(values, "seed"), ticks, velocity, length)

    return play


def _split(values: Values, context: EditContext) -> Change:
    return lambda notes: timing_edits.split_into(notes, _number(values, "parts"))


def _velocity(values: Values, context: EditContext) -> Change:
    mode = values["mode"]
    if mode == "set":
        return lambda notes: pitch_edits.struck(notes, _number(values, "value"))
    if mode == "add":
        return lambda notes: pitch_edits.struck_by(notes, _number(values, "more"))
    if mode == "scale":
        return lambda notes: pitch_edits.struck_times(notes, _number(values, "percent") / 100)
    return lambda notes: pitch_edits.swelled(notes, _number(values, "first"), _number(values, "last"))


def _length(values: Values, context: EditContext) -> Change:
    if values["mode"] == "scale":
        return lambda notes: timing_edits.held_times(notes, _number(values, "percent") / 100)
    ticks = round(LENGTHS[str(values["note"])] * context.score.ticks_per_beat)
    return lambda notes: timing_edits.held(notes, ticks)


def _plain(names: Iterable[str]) -> tuple[tuple[str, object], ...]:
    return tuple((name, name) for name in names)


_GRIDS = (
    (AS_ROLL, QT_TRANSLATE_NOOP("Verbs", "As the roll")),
    ("bar", QT_TRANSLATE_NOOP("Verbs", "Bar")),
    *_plain(name for name, step in STEPS.items() if step),
)

FORMS = {
    form.key: form
    for form in (
        EditForm(
            "transpose",
            QT_TRANSLATE_NOOP("Verbs", "Transpose"),
            QT_TRANSLATE_NOOP("Verbs", "Transpose"),
            (
                Field(
                    "unit",
                    QT_TRANSLATE_NOOP("Verbs", "Count in"),
                    "choice",
                    "semitones",
                    choices=(
                        ("semitones", QT_TRANSLATE_NOOP("Verbs", "Semitones")),
                        ("steps", QT_TRANSLATE_NOOP("Verbs", "Scale steps")),
                    ),
                ),
                Field("amount", QT_TRANSLATE_NOOP("Verbs", "Up or down by"), "number", 12, -60, 60),
            ),
            _transpose,
        ),
        EditForm(
            "invert",
            QT_TRANSLATE_NOOP("Verbs", "Invert"),
            QT_TRANSLATE_NOOP("Verbs", "Invert"),
            (
                Field(
                    "axis",
                    QT_TRANSLATE_NOOP("Verbs", "Mirror about"),
                    "choice",
                    "first",
                    choices=(
                        ("first", QT_TRANSLATE_NOOP("Verbs", "First note")),
                        ("middle", QT_TRANSLATE_NOOP("Verbs", "Middle")),
                        ("pitch", QT_TRANSLATE_NOOP("Verbs", "Pitch")),
                    ),
                ),
                Field("pitch", QT_TRANSLATE_NOOP("Verbs", "Pitch"), "pitch", 60, 0, TOP, when=("axis", ("pitch",))),
                Field("in_scale", QT_TRANSLATE_NOOP("Verbs", "Keep to the scale"), "check", False),
            ),
            _invert,
        ),
        EditForm(
            "quantise",
            QT_TRANSLATE_NOOP("Verbs", "Quantise"),
            QT_TRANSLATE_NOOP("Verbs", "Quantise"),
            (
                Field("grid", QT_TRANSLATE_NOOP("Verbs", "Grid"), "list", AS_ROLL, choices=_GRIDS),
                Field("strength", QT_TRANSLATE_NOOP("Verbs", "Strength"), "share", 100, 0, 100),
                Field("swing", QT_TRANSLATE_NOOP("Verbs", "Swing"), "share", 50, 50, 75),
                Field("lengths", QT_TRANSLATE_NOOP("Verbs", "Lengths too"), "check", False),
            ),
            _quantise,
        ),
        EditForm(
            "stretch",
            QT_TRANSLATE_NOOP("Verbs", "Stretch"),
            QT_TRANSLATE_NOOP("Verbs", "Stretch"),
            (
                Field(
                    "factor",
                    QT_TRANSLATE_NOOP("Verbs", "To"),
                    "choice",
                    "2",
                    choices=(
                        *((key, text) for key, text in zip(FACTORS, ["½", "⅔", "¾", "1⅓", "1½", "2"], strict=True)),
                        ("other", QT_TRANSLATE_NOOP("Verbs", "Other")),
                    ),
                ),
                Field(
                    "percent",
                    QT_TRANSLATE_NOOP("Verbs", "Per cent"),
                    "number",
                    100,
                    5,
                    1000,
                    when=("factor", ("other",)),
                ),
            ),
            _stretch,
        ),
        EditForm(
            "humanise",
            QT_TRANSLATE_NOOP("Verbs", "Humanise"),
            QT_TRANSLATE_NOOP("Verbs", "Humanise"),
            (
                Field("timing", QT_TRANSLATE_NOOP("Verbs", "Timing"), "share", 12, 0, 60, unit="ms"),
                Field("velocity", QT_TRANSLATE_NOOP("Verbs", "Velocity"), "share", 6, 0, 30, unit=" "),
                Field("length", QT_TRANSLATE_NOOP("Verbs", "Length"), "share", 5, 0, 50),
                Field("seed", QT_TRANSLATE_NOOP("Verbs", "Variation number"), "number", 1, 1, 9999),
            ),
            _humanise,
        ),
        EditForm(
            "split",
            QT_TRANSLATE_NOOP("Verbs", "Split notes"),
            QT_TRANSLATE_NOOP("Verbs", "Split notes"),
            (Field("parts", QT_TRANSLATE_NOOP("Verbs", "Equal parts"), "number", 2, 2, 64),),
            _split,
        ),
        EditForm(
            "velocity",
            QT_TRANSLATE_NOOP("Verbs", "Velocity"),
            QT_TRANSLATE_NOOP("Verbs", "Change velocities"),
            (
                Field(
                    "mode",
                    QT_TRANSLATE_NOOP("Verbs", "How"),
                    "choice",
                    "set",
                    choices=(
                        ("set", QT_TRANSLATE_NOOP("Verbs", "Set")),
                        ("add", QT_TRANSLATE_NOOP("Verbs", "Change")),
                        ("scale", QT_TRANSLATE_NOOP("Verbs", "Scale")),
                        ("ramp", QT_TRANSLATE_NOOP("Verbs", "Swell")),
                    ),
                ),
                Field("value", QT_TRANSLATE_NOOP("Verbs", "To"), "number", 80, 1, 127, when=("mode", ("set",))),
                Field("more", QT_TRANSLATE_NOOP("Verbs", "By"), "number", 10, -126, 126, when=("mode", ("add",))),
                Field(
                    "percent", QT_TRANSLATE_NOOP("Verbs", "Per cent"), "number", 120, 1, 400, when=("mode", ("scale",))
                ),
                Field("first", QT_TRANSLATE_NOOP("Verbs", "From"), "number", 50, 1, 127, when=("mode", ("ramp",))),
                Field("last", QT_TRANSLATE_NOOP("Verbs", "To"), "number", 100, 1, 127, when=("mode", ("ramp",))),
            ),
            _velocity,
        ),
        EditForm(
            "length",
            QT_TRANSLATE_NOOP("Verbs", "Length"),
            QT_TRANSLATE_NOOP("Verbs", "Change lengths"),
            (
                Field(
                    "mode",
                    QT_TRANSLATE_NOOP("Verbs", "How"),
                    "choice",
                    "set",
                    choices=(
                        ("set", QT_TRANSLATE_NOOP("Verbs", "Note value")),
                        ("scale", QT_TRANSLATE_NOOP("Verbs", "Per cent")),
                    ),
                ),
                Field(
                    "note",
                    QT_TRANSLATE_NOOP("Verbs", "To"),
                    "list",
                    "1/8",
                    choices=_plain(LENGTHS),
                    when=("mode", ("set",)),
                ),
                Field(
                    "percent", QT_TRANSLATE_NOOP("Verbs", "Per cent"), "number", 50, 1, 400, when=("mode", ("scale",))
                ),
            ),
            _length,
        ),
    )
}
