"""The lanes under the roll by real mouse events: velocities and pedal."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
from hands import ALT, BEAT, CTRL, RIGHT, SHIFT, Hands
from PySide6.QtCore import QPointF, Qt
from PySide6.QtWidgets import QWidget

from app.roll.canvas.inline_field import InlineField
from app.roll.lanes import LOWEST, Lanes
from app.roll.roll_pane import STEP, RollPane
from composer.music.edits.pedal_spans import PedalSpan, spans
from composer.music.score import Note, Pedal

K = Qt.Key


@pytest.fixture
def lanes(hands: Hands) -> Iterator[Lanes]:
    """The lanes, with the mouse over them."""
    with hands.over(hands.window.pane.lanes):
        yield hands.window.pane.lanes


def stem(hands: Hands, lanes: Lanes, tick: float, velocity: float) -> QPointF:
    """A place in the velocity lane."""
    return QPointF(hands.roll.geometry_.x(tick) + 1, lanes.velocity_strip.y(velocity))


def pedal(hands: Hands, lanes: Lanes, tick: float) -> QPointF:
    """A place in the pedal lane."""
    return QPointF(hands.roll.geometry_.x(tick), lanes.pedal_strip.top + lanes.pedal_strip.height / 2)


def velocities(hands: Hands) -> list[int]:
    return [n.velocity for n in hands.document.score.notes]


def turned(hands: Hands, *press: int) -> None:
    """Pedal movements in the score, not by hand: down and up by turns."""
    moves = tuple(Pedal(t, 127 if i % 2 == 0 else 0) for i, t in enumerate(press))
    hands.document.change("x", replace(hands.document.score, pedals=moves))


def test_a_press_sets_the_velocity_of_the_note_under_it(hands: Hands, lanes: Lanes) -> None:
    hands.click(stem(hands, lanes, BEAT, 100))
    assert velocities(hands) == [70, pytest.approx(100, abs=1), 90, 100]
    assert hands.document.undo.count() == 1


def test_a_drag_paints_every_note_it_passes_however_quick(hands: Hands, lanes: Lanes) -> None:
    hands.press(stem(hands, lanes, 0, 20))
    hands.move(stem(hands, lanes, 3 * BEAT, 110))
    hands.release(stem(hands, lanes, 3 * BEAT, 110))
    assert velocities(hands) == [pytest.approx(v, abs=2) for v in (20, 50, 80, 110)]
    assert hands.document.undo.count() == 1
    hands.key(K.Key_Z, CTRL)
    assert velocities(hands) == [70, 80, 90, 100]


def test_shift_paints_a_straight_line(hands: Hands, lanes: Lanes) -> None:
    hands.press(stem(hands, lanes, 0, 30))
    hands.move(stem(hands, lanes, 2 * BEAT, 120), mods=SHIFT)
    hands.move(stem(hands, lanes, 3 * BEAT, 60), mods=SHIFT)
    hands.release(stem(hands, lanes, 3 * BEAT, 60), mods=SHIFT)
    assert velocities(hands) == [pytest.approx(v, abs=2) for v in (30, 40, 50, 60)]


def test_only_the_selection_is_painted_and_it_stays_selected(hands: Hands, lanes: Lanes) -> None:
    hands.document.select(hands.document.score.notes[1:3])
    hands.drag(stem(hands, lanes, 20, 30), stem(hands, lanes, 3 * BEAT, 30))
    assert velocities(hands) == [70, pytest.approx(30, abs=1), pytest.approx(30, abs=1), 100]
    assert hands.document.selection == set(hands.document.score.notes[1:3])


def test_of_a_chord_all_notes_are_painted(hands: Hands, lanes: Lanes) -> None:
    hands.document.change("x", hands.document.score.add([Note(0, 64, BEAT, 90), Note(0, 67, BEAT, 20)]))
    hands.click(stem(hands, lanes, 0, 55))
    assert velocities(hands)[:3] == [pytest.approx(55, abs=1)] * 3


def test_the_wheel_goes_one_up_or_down_and_quick_turns_are_one_step(hands: Hands, lanes: Lanes) -> None:
    at = stem(hands, lanes, BEAT, 80)
    for _ in range(3):
        hands.wheel(at, 1)
    hands.wheel(at, -1)
    assert velocities(hands) == [70, 82, 90, 100]
    assert hands.document.undo.count() == 1
    hands.document.select(hands.document.score.notes)
    hands.wheel(at, -1)
    assert velocities(hands) == [69, 81, 89, 99]
    assert len(hands.document.selection) == 4
    assert hands.document.undo.count() == 2


def test_the_wheel_with_ctrl_zooms_as_over_the_roll(hands: Hands, lanes: Lanes) -> None:
    width = hands.roll.geometry_.beat_width
    hands.wheel(stem(hands, lanes, BEAT, 80), 1, CTRL)
    assert hands.roll.geometry_.beat_width > width
    assert velocities(hands) == [70, 80, 90, 100]


def test_double_click_types_a_number(hands: Hands, lanes: Lanes) -> None:
    hands.double_click(stem(hands, lanes, 2 * BEAT, 90))
    field = hands.window.findChild(InlineField)
    assert field is not None
    field.selectAll()
    hands.qtbot.keyClicks(field, "200")
    hands.qtbot.keyClick(field, K.Key_Return)
    assert field.property("wrong")
    field.selectAll()
    hands.qtbot.keyClicks(field, "33")
    hands.qtbot.keyClick(field, K.Key_Return)
    assert velocities(hands)[2] == 33


def test_escape_forgets_what_was_painted(hands: Hands, lanes: Lanes) -> None:
    hands.press(stem(hands, lanes, 0, 20))
    hands.move(stem(hands, lanes, 3 * BEAT, 20))
    hands.key(K.Key_Escape)
    hands.release(stem(hands, lanes, 3 * BEAT, 20))
    assert velocities(hands) == [70, 80, 90, 100]
    assert hands.document.undo.count() == 0


def test_many_notes_are_painted_at_once(hands: Hands, lanes: Lanes) -> None:
    many = [Note(i, 60 + i % 12, 60, 64) for i in range(0, 1920, 2)]
    hands.document.change("x", hands.document.score.with_notes(many))
    hands.press(stem(hands, lanes, 0, 100))
    hands.move(stem(hands, lanes, 2000, 100))
    assert hands.roll.transient.moved is not None
    hands.window.grab()  # with so much in the hand
    hands.release(stem(hands, lanes, 2000, 100))
    assert {abs(v - 100) <= 1 for v in velocities(hands)} == {True}


def test_a_drag_in_the_pedal_lane_presses_the_pedal(hands: Hands, lanes: Lanes) -> None:
    hands.drag(pedal(hands, lanes, BEAT), pedal(hands, lanes, 3 * BEAT))
    assert hands.document.score.pedals == (Pedal(BEAT, 127), Pedal(3 * BEAT, 0))
    hands.click(pedal(hands, lanes, 5 * BEAT + 50))  # a click with the pencil: a step of the grid
    assert spans(hands.document.score)[1] == PedalSpan(5 * BEAT, 6 * BEAT, 0)
    assert hands.document.undo.count() == 2


def test_pedal_spans_are_moved_resized_and_joined(hands: Hands, lanes: Lanes) -> None:
    turned(hands, BEAT, 3 * BEAT, 6 * BEAT, 7 * BEAT)
    hands.drag(pedal(hands, lanes, 2 * BEAT), pedal(hands, lanes, 3 * BEAT))
    assert spans(hands.document.score)[0] == PedalSpan(2 * BEAT, 4 * BEAT, 0)
    hands.drag(pedal(hands, lanes, 4 * BEAT), pedal(hands, lanes, 5 * BEAT))
    assert spans(hands.document.score)[0] == PedalSpan(2 * BEAT, 5 * BEAT, 0)
    hands.drag(pedal(hands, lanes, 2 * BEAT), pedal(hands, lanes, BEAT))
    assert spans(hands.document.score)[0] == PedalSpan(BEAT, 5 * BEAT, 0)
    hands.drag(pedal(hands, lanes, 5 * BEAT), pedal(hands, lanes, 6 * BEAT))
    assert spans(hands.document.score) == (PedalSpan(BEAT, 7 * BEAT, 0),)
    assert hands.document.undo.count() == 5


def test_a_right_drag_erases_pedal_spans(hands: Hands, lanes: Lanes) -> None:
    turned(hands, 0, BEAT, 2 * BEAT, 3 * BEAT, 6 * BEAT, 7 * BEAT)
    hands.drag(pedal(hands, lanes, BEAT / 2), pedal(hands, lanes, 2.5 * BEAT), RIGHT)
    assert spans(hands.document.score) == (PedalSpan(6 * BEAT, 7 * BEAT, 0),)
    hands.key(K.Key_Z, CTRL)
    assert len(spans(hands.document.score)) == 3


def test_cursors_of_the_lanes_tell_what_a_press_would_do(hands: Hands, lanes: Lanes) -> None:
    turned(hands, BEAT, 3 * BEAT)
    shape = Qt.CursorShape
    for at, expected in (
        (stem(hands, lanes, BEAT, 80), shape.SizeVerCursor),
        (stem(hands, lanes, 6 * BEAT, 80), shape.CrossCursor),
        (pedal(hands, lanes, 2 * BEAT), shape.SizeAllCursor),
        (pedal(hands, lanes, 3 * BEAT), shape.SizeHorCursor),
        (pedal(hands, lanes, 5 * BEAT), shape.CrossCursor),
    ):
        hands.hover(at)
        assert lanes.cursor().shape() == expected


def test_the_lanes_can_be_put_away(hands: Hands) -> None:
    pane = hands.window.pane
    high = hands.roll.viewport().height()
    pane.toggle_lanes()
    assert not pane.lanes.isVisible()
    assert hands.roll.viewport().height() > high
    pane.toggle_lanes()
    assert pane.lanes.isVisible()
    assert hands.roll.viewport().height() == high


def middle(widget: QWidget) -> QPointF:
    return QPointF(widget.width() // 2, widget.height() // 2)


def test_the_grip_makes_the_lanes_taller_and_a_double_click_usual_again(hands: Hands) -> None:
    pane = hands.window.pane
    usual, roll = pane.lanes_height(), hands.roll.viewport().height()
    with hands.over(pane.grip):
        hands.press(middle(pane.grip))
        hands.move(middle(pane.grip) - QPointF(0, 60))
        assert pane.lanes_height() == usual + 60  # while it is dragged
        hands.release(middle(pane.grip))
    assert hands.roll.viewport().height() == roll - 60
    assert pane.lanes.geometry().bottom() == pane.grip.geometry().bottom() + pane.lanes.height()
    assert pane.lanes.height() == round(pane.lanes.pedal_strip.bottom)
    with hands.over(pane.grip):
        hands.double_click(middle(pane.grip))
    assert pane.lanes_height() == usual
    assert hands.document.undo.count() == 0


def test_however_far_the_grip_is_dragged_roll_and_lanes_keep_room(hands: Hands) -> None:
    pane = hands.window.pane
    for far in (-5000, 5000):
        with hands.over(pane.grip):
            hands.drag(middle(pane.grip), middle(pane.grip) + QPointF(0, far))
        assert pane.lanes.velocity_strip.height >= LOWEST
        assert hands.roll.viewport().height() >= 0.3 * hands.roll.height()


def test_keys_make_the_lanes_taller_and_shorter(hands: Hands) -> None:
    pane, usual = hands.window.pane, hands.window.pane.lanes_height()
    hands.key(K.Key_Up, SHIFT | ALT)
    assert pane.lanes_height() == usual + STEP
    for _ in range(2):
        hands.key(K.Key_Down, SHIFT | ALT)
    assert pane.lanes_height() == max(usual - STEP, LOWEST)
    hands.key(K.Key_V, SHIFT)
    assert not pane.with_lanes
    hands.key(K.Key_Down, SHIFT | ALT)
    assert not pane.with_lanes
    hands.key(K.Key_Up, SHIFT | ALT)
    assert pane.with_lanes
    assert not pane.grip.isHidden()


def test_height_and_absence_of_the_lanes_are_remembered(hands: Hands) -> None:
    window = hands.window
    window.pane.size_lanes(120)
    window.pane.toggle_lanes()
    again = RollPane(hands.document)
    hands.qtbot.addWidget(again)
    again.recall_lanes(*(str(window.settings.value(f"view/{key}")) for key in ("lanes", "lanes_height")))
    again.resize(900, 500)
    assert not again.with_lanes
    again.show_lanes(True)
    assert again.lanes_height() == 120
    window.pane.size_lanes(None)
    assert window.settings.value("view/lanes_height") == ""


@pytest.mark.parametrize("nonsense", ["", "-4", "1e9", "٣", "99999999999", "None"])
def test_a_height_that_is_none_is_the_usual_one(hands: Hands, nonsense: str) -> None:
    usual = hands.window.pane.lanes_height()
    hands.window.pane.recall_lanes("true", nonsense)
    assert hands.window.pane.lanes_height() == usual


def test_a_small_window_shows_less_of_tall_lanes_and_a_large_one_all_again(hands: Hands) -> None:
    pane = RollPane(hands.document)
    hands.qtbot.addWidget(pane)
    pane.resize(900, 900)
    pane.show()
    pane.size_lanes(300)
    for room, expected in ((900, 300), (400, 200), (900, 300)):
        pane.resize(900, room)
        assert pane.lanes_height() == expected
