"""The gestures of the roll, by real mouse events; each of them is one undo step."""

from __future__ import annotations

import pytest
from hands import ALT, BEAT, CTRL, LEFT, MIDDLE, NONE, RIGHT, SHIFT, Hands, Silence, melody
from PySide6.QtCore import QPointF, Qt

from app.roll.gestures import dispatch
from composer.audio.scheduler import Kind
from composer.music.score import Note


def test_pencil_draws_with_the_last_length_and_velocity_and_sounds(hands: Hands, silence: Silence) -> None:
    hands.click(hands.spot(5.4 * BEAT, 72))
    assert Note(5 * BEAT, 72, BEAT, 80) in hands.document.score.notes
    assert hands.document.undo.count() == 1
    assert (Kind.ON, 72) in [(e.kind, e.a) for e in silence.events]


def test_pencil_drag_before_release_sets_the_length_which_is_remembered(hands: Hands) -> None:
    hands.drag(hands.spot(5 * BEAT + 50, 72), hands.spot(7.5 * BEAT, 72))
    assert Note(5 * BEAT, 72, 3 * BEAT, 80) in hands.document.score.notes
    hands.click(hands.spot(9 * BEAT + 50, 71))
    assert Note(9 * BEAT, 71, 3 * BEAT, 80) in hands.document.score.notes


def test_a_clicked_note_gives_the_pencil_its_length_and_velocity(hands: Hands) -> None:
    note = hands.document.score.notes[2]
    hands.click(hands.on(note))
    hands.click(hands.spot(6.2 * BEAT, 50))
    assert Note(6 * BEAT, 50, BEAT, note.velocity) in hands.document.score.notes


def test_alt_draws_and_moves_without_snap(hands: Hands) -> None:
    tick = 5 * BEAT + 133
    hands.click(hands.spot(tick, 72), mods=ALT)
    drawn = next(n for n in hands.document.score.notes if n.pitch == 72)
    assert drawn.start % BEAT != 0
    assert abs(drawn.start - tick) <= hands.roll.geometry_.ticks(2)
    first = hands.document.score.notes[0]
    hands.drag(hands.on(first), hands.on(first) + QPointF(13, 0), mods=ALT)
    assert hands.document.score.notes[0].start == pytest.approx(hands.roll.geometry_.ticks(13), abs=2)


def test_press_on_a_note_moves_it_in_time_and_pitch(hands: Hands) -> None:
    note = hands.document.score.notes[1]
    start = hands.on(note)
    g = hands.roll.geometry_
    hands.drag(start, start + QPointF(g.width(2 * BEAT), -5 * g.key_height))
    moved = Note(note.start + 2 * BEAT, note.pitch + 5, note.duration, note.velocity)
    assert moved in hands.document.score.notes
    assert note not in hands.document.score.notes
    assert hands.document.selection == {moved}
    assert hands.document.undo.count() == 1


def test_a_drag_straight_up_keeps_the_played_time(hands: Hands) -> None:
    off = Note(5 * BEAT + 37, 60, BEAT, 80)
    hands.document.change("x", hands.document.score.add([off]))
    start = hands.on(off)
    hands.drag(start, start + QPointF(0, -2 * hands.roll.geometry_.key_height))
    assert Note(off.start, 62, BEAT, 80) in hands.document.score.notes


def test_moving_one_of_the_selection_moves_all_of_it(hands: Hands) -> None:
    hands.document.select(hands.document.score.notes[:3])
    start = hands.on(hands.document.score.notes[1])
    hands.drag(start, start + QPointF(hands.roll.geometry_.width(4 * BEAT), 0))
    assert [n.start // BEAT for n in hands.document.score.notes] == [3, 4, 5, 6]


def test_right_edge_and_left_edge_resize(hands: Hands) -> None:
    g, note = hands.roll.geometry_, hands.document.score.notes[3]
    edge = hands.on(note, 1.0)
    hands.drag(edge, edge + QPointF(g.width(2 * BEAT), 0))
    longer = Note(note.start, note.pitch, 3 * BEAT, note.velocity)
    assert longer in hands.document.score.notes
    edge = hands.on(longer, 0.0)
    hands.drag(edge, edge + QPointF(g.width(BEAT), 0))
    assert Note(note.start + BEAT, note.pitch, 2 * BEAT, note.velocity) in hands.document.score.notes
    assert hands.document.undo.count() == 2


def test_resizing_one_of_the_selection_resizes_all_of_it(hands: Hands) -> None:
    hands.document.select(hands.document.score.notes)
    edge = hands.on(hands.document.score.notes[0], 1.0)
    hands.drag(edge, edge + QPointF(hands.roll.geometry_.width(BEAT), 0))
    assert {n.duration for n in hands.document.score.notes} == {2 * BEAT}


def test_on_a_short_note_the_body_wins(hands: Hands) -> None:
    short = Note(6 * BEAT, 60, 60, 80)
    hands.document.change("x", hands.document.score.add([short]))
    edge = hands.on(short, 0.95)
    hands.drag(edge, edge + QPointF(hands.roll.geometry_.width(BEAT), 0))
    assert Note(7 * BEAT, 60, 60, 80) in hands.document.score.notes


@pytest.mark.parametrize(("tool", "button"), [("pencil", RIGHT), ("erase", LEFT), ("erase", RIGHT)])
def test_erasing_by_press_and_by_a_quick_drag_is_one_step(hands: Hands, tool: str, button: Qt.MouseButton) -> None:
    hands.roll.set_tool(tool)
    notes = hands.document.score.notes
    hands.click(hands.on(notes[0]), button)
    assert len(hands.document.score.notes) == 3
    hands.press(hands.on(notes[1]), button)
    hands.move(hands.on(notes[3]), button)  # one single move from the second note to the fourth
    hands.release(hands.on(notes[3]), button)
    assert hands.document.score.notes == ()
    assert hands.document.undo.count() == 2


def test_a_box_selects_and_shift_or_ctrl_adds(hands: Hands) -> None:
    hands.roll.set_tool("select")
    notes = hands.document.score.notes
    hands.drag(hands.spot(0.2 * BEAT, 58), hands.spot(1.5 * BEAT, 63))
    assert hands.document.selection == set(notes[:2])
    hands.drag(hands.spot(3.2 * BEAT, 65), hands.spot(3.9 * BEAT, 67), mods=SHIFT)
    assert hands.document.selection == {notes[0], notes[1], notes[3]}
    hands.click(hands.on(notes[2]), mods=CTRL)
    assert hands.document.selection == set(notes)
    hands.click(hands.on(notes[0]), mods=SHIFT)
    assert hands.document.selection == set(notes[1:])
    hands.click(hands.on(notes[0]))
    assert hands.document.selection == {notes[0]}
    hands.click(hands.spot(6 * BEAT, 74))
    assert hands.document.selection == set()
    assert hands.document.undo.count() == 0


def test_shift_drag_copies(hands: Hands) -> None:
    hands.roll.set_tool("select")
    hands.document.select(hands.document.score.notes)
    start = hands.on(hands.document.score.notes[0])
    hands.drag(start, start + QPointF(hands.roll.geometry_.width(4 * BEAT), 0), mods=SHIFT)
    assert len(hands.document.score.notes) == 8
    assert len(hands.document.selection) == 4
    assert hands.document.undo.count() == 1


def test_right_press_on_empty_opens_a_menu(hands: Hands, qtbot) -> None:  # type: ignore[no-untyped-def]
    hands.roll.set_tool("select")
    with qtbot.waitSignal(hands.roll.menu_requested):
        hands.click(hands.spot(6 * BEAT, 74), RIGHT)
    from PySide6.QtWidgets import QApplication

    menu = QApplication.activePopupWidget()
    assert menu is not None
    assert next(a.text() for a in menu.actions() if a.text()) == "Cu&t"
    menu.close()


def test_escape_during_a_drag_leaves_everything_as_it_was(hands: Hands) -> None:
    before = hands.document.score
    note = before.notes[0]
    hands.press(hands.on(note))
    hands.move(hands.on(note) + QPointF(100, -60))
    hands.key(Qt.Key.Key_Escape)
    hands.release(hands.on(note) + QPointF(100, -60))
    assert hands.document.score == before
    assert hands.document.undo.count() == 0


def test_undo_goes_back_to_the_start_and_redo_to_the_end(hands: Hands) -> None:
    g = hands.roll.geometry_
    hands.click(hands.spot(5.4 * BEAT, 72))
    note = next(n for n in hands.document.score.notes if n.pitch == 72)
    hands.drag(hands.on(note), hands.on(note) + QPointF(g.width(BEAT), g.key_height))
    moved = next(iter(hands.document.selection))
    hands.drag(hands.on(moved, 1.0), hands.on(moved, 1.0) + QPointF(g.width(BEAT), 0))
    hands.click(hands.on(hands.document.score.notes[0]), RIGHT)
    last = hands.document.score
    assert hands.document.undo.count() == 4
    for _ in range(4):
        hands.key(Qt.Key.Key_Z, CTRL)
    assert hands.document.score == melody()
    assert not hands.document.modified
    for key, mods in ((Qt.Key.Key_Y, CTRL), (Qt.Key.Key_Z, CTRL | SHIFT)) * 2:
        hands.key(key, mods)
    assert hands.document.score == last


def test_wheel_scrolls_and_zooms_at_the_cursor(hands: Hands) -> None:
    roll, g = hands.roll, hands.roll.geometry_
    at = hands.spot(3 * BEAT, 66)
    tick = g.tick(at.x())
    width = g.beat_width
    hands.wheel(at, 2, CTRL)
    assert g.beat_width > width * 1.3
    assert g.tick(at.x()) == pytest.approx(tick, abs=g.ticks(2))
    high = g.key_height
    hands.wheel(at, 1, CTRL | SHIFT)
    assert g.key_height > high
    assert g.pitch(at.y()) == 66
    top, left = g.top, g.left
    hands.wheel(at, -1)
    assert g.top > top
    hands.wheel(at, -1, SHIFT)
    assert g.left > left
    assert roll.horizontalScrollBar().value() == g.left


def test_middle_drag_pans(hands: Hands) -> None:
    g = hands.roll.geometry_
    top = g.top
    hands.drag(QPointF(400, 300), QPointF(340, 270), MIDDLE)
    assert g.left == 60
    assert g.top == top + 30


def test_ruler_click_moves_the_playhead_and_drag_makes_a_loop(hands: Hands) -> None:
    g = hands.roll.geometry_
    hands.click(QPointF(g.x(2 * BEAT) + 1, 10))
    assert hands.roll.playhead == 2 * BEAT
    hands.drag(QPointF(g.x(BEAT), 10), QPointF(g.x(3 * BEAT), 10))
    assert hands.roll.loop == (BEAT, 3 * BEAT)
    assert hands.window.actions_["play.unloop"].isEnabled()
    hands.window.actions_["play.unloop"].trigger()
    assert hands.roll.loop is None


def test_key_column_sounds_and_lights_its_keys(hands: Hands, silence: Silence) -> None:
    at = QPointF(20, hands.spot(0, 64).y())
    hands.press(at)
    assert hands.roll.transient.lit == {64}
    hands.move(at - QPointF(0, hands.roll.geometry_.key_height))
    hands.release(at)
    assert [e.a for e in silence.events if e.kind == Kind.ON] == [64, 65]
    assert hands.roll.transient.lit == set()


def test_cursors_tell_what_a_press_would_do(hands: Hands) -> None:
    shape = Qt.CursorShape
    note = hands.document.score.notes[0]
    for at, expected in (
        (hands.on(note), shape.SizeAllCursor),
        (hands.on(note, 1.0), shape.SizeHorCursor),
        (hands.spot(6 * BEAT, 74), shape.CrossCursor),
        (QPointF(20, 300), shape.PointingHandCursor),
    ):
        hands.move(at, Qt.MouseButton.NoButton, NONE)
        assert hands.roll.viewport().cursor().shape() == expected


def test_every_gesture_of_the_table_can_be_begun_and_cancelled(hands: Hands) -> None:
    before = hands.document.score
    note = before.notes[0]
    places = {
        "empty": hands.spot(6 * BEAT, 74),
        "body": hands.on(note),
        "left": hands.on(note, 0.0),
        "right": hands.on(note, 1.0),
    }
    for (tool, button, zone), gesture in dispatch.GESTURES.items():
        hands.roll.set_tool(tool)
        hands.press(places[zone], button)
        assert type(hands.roll.gesture) is gesture, (tool, button, zone)
        hands.move(places[zone] + QPointF(30, 20), button)
        hands.roll.cancel_gesture()
        hands.release(places[zone], button)
    assert hands.document.score == before
    assert hands.document.undo.count() == 0
