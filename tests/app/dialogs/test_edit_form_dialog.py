"""The dialogs of edit forms: what they show in the roll, what they do, what they remember."""

from __future__ import annotations

from pathlib import Path

import pytest
from hands import BEAT, CTRL, Hands
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.commands.edit_forms import FORMS, EditContext, Field
from app.dialogs.edit_form_dialog import EditFormDialog
from app.dialogs.edit_form_fields import PitchNumber
from composer.music.grid import Grid
from composer.music.scale import Scale
from composer.music.score import Note, Score, Tempo, in_order

K = Qt.Key


def opened(hands: Hands, form: str) -> EditFormDialog:
    """A dialog over the whole melody."""
    hands.key(K.Key_A, CTRL)
    hands.window.edit_forms.open(form)
    dialog = hands.window.edit_forms.dialog
    assert dialog is not None
    return dialog


def seen(hands: Hands) -> list[int]:
    """The pitches that the roll shows in place of the selection."""
    return sorted(n.pitch for n in hands.roll.transient.shown)


def test_the_roll_shows_what_would_be_and_the_document_stays(hands: Hands) -> None:
    before = hands.document.score
    dialog = opened(hands, "transpose")
    dialog.set_values({"unit": "semitones", "amount": 3})
    hands.wait(lambda: seen(hands) == [63, 65, 67, 69])
    assert hands.document.score is before
    dialog.preview.click()
    assert seen(hands) == []
    dialog.preview.click()
    assert seen(hands) == [63, 65, 67, 69]
    dialog.reject()
    assert seen(hands) == []
    assert hands.document.score is before
    assert hands.document.undo.count() == 0


def test_return_applies_as_one_step_and_keeps_the_selection(hands: Hands, qtbot: QtBot) -> None:
    before = hands.document.score
    dialog = opened(hands, "transpose")
    dialog.set_values({"unit": "semitones", "amount": -5})
    qtbot.keyClick(dialog, K.Key_Return)
    assert hands.window.edit_forms.dialog is None
    assert [n.pitch for n in in_order(hands.document.selection)] == [55, 57, 59, 61]
    assert hands.document.undo.count() == 1
    hands.document.undo.undo()
    assert hands.document.score == before


def test_esc_changes_nothing_and_gives_the_roll_back(hands: Hands, qtbot: QtBot) -> None:
    before = hands.document.score
    dialog = opened(hands, "stretch")
    qtbot.keyClick(dialog, K.Key_Escape)
    assert hands.window.edit_forms.dialog is None
    assert hands.document.score is before
    hands.window.activateWindow()
    hands.wait(hands.window.isActiveWindow)
    assert QApplication.focusWidget() is hands.roll


def test_answers_are_remembered_and_mended(hands: Hands) -> None:
    dialog = opened(hands, "quantise")
    assert dialog.values() == FORMS["quantise"].defaults()
    dialog.set_values({"grid": "1/8T", "strength": 60, "swing": 58, "lengths": True})
    dialog.accept()
    settings = hands.window.settings
    settings.sync()
    assert Path(settings.fileName()).read_text().count("1/8T") == 1
    again = opened(hands, "quantise")
    assert again.values() == {"grid": "1/8T", "strength": 60, "swing": 58, "lengths": True}
    again.reject()
    settings.setValue("verbs/quantise/grid", "1/7")
    settings.setValue("verbs/quantise/strength", "much")
    settings.setValue("verbs/quantise/swing", 900)
    mended = opened(hands, "quantise")
    assert mended.values() == {"grid": "roll", "strength": 100, "swing": 75, "lengths": True}
    mended.reject()


def test_the_dialog_says_to_which_grid(hands: Hands) -> None:
    dialog = opened(hands, "quantise")
    assert "1/4, straight" in dialog.hint.text()
    dialog.set_values({"grid": "1/16T", "swing": 60})
    assert "1/16T, every second" in dialog.hint.text()
    dialog.reject()
    hands.roll.set_grid("off")
    dialog = opened(hands, "quantise")
    dialog.set_values({"grid": "roll"})
    assert "no grid" in dialog.hint.text()
    dialog.accept()
    assert hands.document.undo.count() == 0


def test_only_questions_that_matter_are_asked(hands: Hands) -> None:
    dialog = opened(hands, "velocity")

    def asked() -> list[str]:
        return [key for key, control in dialog.controls.items() if not control.isHidden()]

    assert asked() == ["mode", "value"]
    dialog.controls["mode"].segments.buttons["ramp"].click()  # type: ignore[attr-defined]
    assert asked() == ["mode", "first", "last"]
    dialog.set_values({"first": 20, "last": 110})
    dialog.accept()
    assert [n.velocity for n in hands.document.score.notes] == [20, 50, 80, 110]


def test_only_one_dialog_and_none_without_a_selection(hands: Hands) -> None:
    hands.window.edit_forms.open("split")
    assert hands.window.edit_forms.dialog is None
    dialog = opened(hands, "split")
    hands.window.edit_forms.open("humanise")
    assert hands.window.edit_forms.dialog is dialog
    dialog.accept()
    assert len(hands.document.score.notes) == 8


def test_scale_steps_say_in_which_scale(hands: Hands) -> None:
    hands.window.key_actions.choose(Scale(9, "minor"))
    dialog = opened(hands, "transpose")
    dialog.set_values({"unit": "steps", "amount": 2})
    assert "A minor" in dialog.hint.text()
    dialog.accept()
    assert [n.pitch for n in hands.document.score.notes] == [64, 65, 67, 69]


@pytest.mark.parametrize(
    ("form", "answers", "expected"),
    [
        ("transpose", {"amount": 12}, [(0, 72, 480, 70), (480, 74, 480, 80)]),
        ("invert", {"axis": "first"}, [(0, 60, 480, 70), (480, 58, 480, 80)]),
        ("invert", {"axis": "middle"}, [(0, 62, 480, 70), (480, 60, 480, 80)]),
        ("invert", {"axis": "pitch", "pitch": 61}, [(0, 62, 480, 70), (480, 60, 480, 80)]),
        ("quantise", {"grid": "1/2"}, [(0, 60, 480, 70), (960, 62, 480, 80)]),
        ("stretch", {"factor": "1/2"}, [(0, 60, 240, 70), (240, 62, 240, 80)]),
        ("stretch", {"factor": "other", "percent": 300}, [(0, 60, 1440, 70), (1440, 62, 1440, 80)]),
        ("humanise", {"timing": 0, "velocity": 0, "length": 0}, [(0, 60, 480, 70), (480, 62, 480, 80)]),
        ("velocity", {"mode": "add", "more": -75}, [(0, 60, 480, 1), (480, 62, 480, 5)]),
        ("velocity", {"mode": "scale", "percent": 150}, [(0, 60, 480, 105), (480, 62, 480, 120)]),
        ("length", {"mode": "set", "note": "1/4T"}, [(0, 60, 320, 70), (480, 62, 320, 80)]),
        ("length", {"mode": "scale", "percent": 50}, [(0, 60, 240, 70), (480, 62, 240, 80)]),
    ],
)
def test_what_the_answers_mean(form: str, answers: dict[str, object], expected: list[tuple[int, ...]]) -> None:
    score = Score((Note(0, 60, BEAT, 70), Note(BEAT, 62, BEAT, 80)), tempos=(Tempo(0, 500_000),))
    context = EditContext(score, Grid(score.bar_map, BEAT, 1), None)
    got = FORMS[form].make_edit({**FORMS[form].defaults(), **answers}, context)(score.notes)
    assert [(n.start, n.pitch, n.duration, n.velocity) for n in got] == expected


def test_a_pitch_is_typed_as_a_name_or_a_number(qtbot: QtBot) -> None:
    box = PitchNumber()
    qtbot.addWidget(box)
    box.setRange(0, 127)
    for typed, value in (("c4", 60), ("F#3", 54), ("61", 61), ("nonsense", 61)):
        box.lineEdit().setText(typed)
        box.interpretText()
        assert box.value() == value


def test_a_field_mends_what_is_out_of_its_range() -> None:
    field = Field("x", "x", "number", 5, 1, 9)
    assert [field.coerce(v) for v in ("7", 7, 99, -3, "x", None)] == [7, 7, 9, 1, 5, 5]
