"""Keys: tools, editing verbs, selection; and that no key acts in a text field."""

from __future__ import annotations

import pytest
from hands import BEAT, CTRL, NONE, SHIFT, Hands
from PySide6.QtCore import Qt

from app import actions

K = Qt.Key


@pytest.mark.parametrize(
    ("key", "tool"),
    [
        (K.Key_2, "select"),
        (K.Key_S, "select"),
        (K.Key_3, "erase"),
        (K.Key_E, "erase"),
        (K.Key_1, "pencil"),
        (K.Key_B, "pencil"),
        (K.Key_P, "pencil"),
    ],
)
def test_keys_choose_the_tool(hands: Hands, key: Qt.Key, tool: str) -> None:
    hands.roll.set_tool("erase" if tool == "pencil" else "pencil")
    hands.key(key)
    assert hands.roll.tool == tool
    assert hands.window.bar.tools.value() == tool


@pytest.mark.parametrize(
    ("key", "mods", "start", "pitch", "length"),
    [
        (K.Key_Up, NONE, 0, 1, 0),
        (K.Key_Down, NONE, 0, -1, 0),
        (K.Key_Up, SHIFT, 0, 12, 0),
        (K.Key_Down, SHIFT, 0, -12, 0),
        (K.Key_Up, CTRL, 0, 12, 0),
        (K.Key_Down, CTRL, 0, -12, 0),
        (K.Key_Right, NONE, BEAT, 0, 0),
        (K.Key_Left, NONE, -BEAT, 0, 0),
        (K.Key_Right, SHIFT, 0, 0, BEAT),
    ],
)
def test_arrows_move_and_resize_the_selection(
    hands: Hands, key: Qt.Key, mods: Qt.KeyboardModifier, start: int, pitch: int, length: int
) -> None:
    note = hands.document.score.notes[1]
    hands.document.select({note})
    hands.key(key, mods)
    (changed,) = hands.document.selection
    assert changed.start - note.start == start
    assert changed.pitch - note.pitch == pitch
    assert changed.duration - note.duration == length
    hands.key(K.Key_Z, CTRL)
    assert hands.document.selection == {note}


def test_a_note_never_gets_shorter_than_the_grid_nor_leaves_the_keyboard(hands: Hands) -> None:
    hands.key(K.Key_A, CTRL)
    hands.key(K.Key_Left, SHIFT)
    assert {n.duration for n in hands.document.score.notes} == {BEAT}
    for _ in range(8):
        hands.key(K.Key_Up, SHIFT)
    pitches = [n.pitch for n in hands.document.score.notes]
    assert pitches[-1] == 127
    assert [p - pitches[0] for p in pitches] == [0, 2, 4, 6]
    hands.key(K.Key_Left)
    assert hands.document.score.notes[0].start == 0


def test_delete_and_backspace(hands: Hands) -> None:
    hands.document.select(hands.document.score.notes[:1])
    hands.key(K.Key_Delete)
    hands.document.select(hands.document.score.notes[:1])
    hands.key(K.Key_Backspace)
    assert len(hands.document.score.notes) == 2


def test_copy_cut_paste_and_duplicate(hands: Hands) -> None:
    hands.key(K.Key_A, CTRL)
    hands.key(K.Key_D, CTRL)
    assert [n.start // BEAT for n in hands.document.score.notes] == list(range(8))
    assert {n.start // BEAT for n in hands.document.selection} == {4, 5, 6, 7}
    hands.key(K.Key_X, CTRL)
    assert len(hands.document.score.notes) == 4
    hands.window.transport.seek(10 * BEAT)
    hands.key(K.Key_V, CTRL)
    assert [n.start // BEAT for n in hands.document.score.notes] == [0, 1, 2, 3, 10, 11, 12, 13]
    hands.key(K.Key_C, CTRL)
    hands.key(K.Key_V, CTRL)
    assert len(hands.document.score.notes) == 12


def test_tab_goes_from_note_to_note(hands: Hands) -> None:
    notes = hands.document.score.notes
    for expected in (notes[0], notes[1]):
        hands.key(K.Key_Tab)
        assert hands.document.selection == {expected}
    hands.key(K.Key_Backtab, SHIFT)
    assert hands.document.selection == {notes[0]}
    hands.key(K.Key_Backtab, SHIFT)
    assert hands.document.selection == {notes[3]}


def test_quantise_and_mute(hands: Hands) -> None:
    from dataclasses import replace

    crooked = tuple(replace(n, start=n.start + 70) for n in hands.document.score.notes)
    hands.document.change("x", hands.document.score.with_notes(crooked), crooked)
    hands.key(K.Key_Q)
    assert [n.start for n in hands.document.score.notes] == [0, BEAT, 2 * BEAT, 3 * BEAT]
    hands.key(K.Key_M)
    assert all(n.muted for n in hands.document.score.notes)
    hands.key(K.Key_M)
    assert not any(n.muted for n in hands.document.score.notes)


def test_escape_deselects(hands: Hands) -> None:
    hands.key(K.Key_A, CTRL)
    hands.key(K.Key_Escape)
    assert hands.document.selection == set()


def test_no_key_acts_in_a_text_field(hands: Hands) -> None:
    hands.document.select(hands.document.score.notes[:1])
    before = hands.document.score
    hands.window.panel.seed.setFocus()
    for key in (K.Key_1, K.Key_2, K.Key_Left, K.Key_Space, K.Key_Delete, K.Key_3):
        hands.key(key)
    assert hands.document.score == before
    assert hands.roll.tool == "pencil"
    assert not hands.window.transport.playing
    assert hands.window.panel.seed.text() == "13"


def test_f6_goes_round_the_panes_and_return_presses_buttons(hands: Hands) -> None:
    window = hands.window
    hands.key(K.Key_F6)
    assert window.panel.isAncestorOf(window.focusWidget())
    hands.key(K.Key_F6)
    assert window.bar.isAncestorOf(window.focusWidget())
    hands.key(K.Key_F6)
    assert window.focusWidget() is hands.roll
    assert hands.roll.moment.framed
    hands.click(hands.spot(6 * BEAT, 72))
    width = hands.roll.geometry_.beat_width
    window.bar.zoom_in.setFocus()
    hands.key(K.Key_Return)
    assert hands.roll.geometry_.beat_width > width


def test_every_row_of_the_table_has_its_handler_and_no_shortcut_stands_twice(hands: Hands) -> None:
    seen: dict[str, str] = {}
    for row in actions.TABLE:
        if row.text == "-":
            continue
        action = hands.window.actions_[row.key]
        assert row.handler or action.menu() or action.isCheckable()
        for shortcut in action.shortcuts():
            assert shortcut.toString() not in seen, (row.key, seen.get(shortcut.toString()))
            seen[shortcut.toString()] = row.key


def test_controls_have_names_for_screen_readers(hands: Hands) -> None:
    from PySide6.QtWidgets import QAbstractButton, QAbstractSlider, QComboBox, QLineEdit, QScrollBar, QSpinBox

    window = hands.window
    for kind in (QAbstractButton, QComboBox, QSpinBox, QAbstractSlider):
        for control in window.findChildren(kind):
            if isinstance(control, QScrollBar) or control.isHidden():
                continue
            text = control.text() if isinstance(control, QAbstractButton) else ""
            assert control.accessibleName() or text, control
    assert window.panel.seed.accessibleName()
    assert isinstance(window.panel.seed, QLineEdit)
    hands.document.select(hands.document.score.notes[:2])
    hands.wait(lambda: bool(hands.roll.accessibleDescription()))
    assert hands.roll.accessibleDescription() == "C4, bar 1 beat 1, quarter, velocity 70; 2 notes selected"
