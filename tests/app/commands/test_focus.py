"""Where the focus is, how it is seen, and what keys do there: none of the roll's acts in a text field."""

from __future__ import annotations

from hands import CTRL, SHIFT, Hands
from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QApplication, QLineEdit

from app.commands import action_table
from app.commands.key_bindings import COMMANDS, is_text
from app.roll.canvas.inline_field import InlineField

K = Qt.Key


def test_letters_arrows_and_tab_act_only_while_the_roll_has_the_focus(hands: Hands) -> None:
    hands.document.select(hands.document.score.notes[:1])
    before = hands.document.score
    slider = hands.window.panel.temperature
    for row in action_table.TABLE:
        if row.scope == action_table.ROLL:
            for text in row.shortcuts:
                combination = QKeySequence(text)[0]
                slider.setFocus()
                hands.key(combination.key(), combination.keyboardModifiers())
    assert hands.document.score == before
    assert hands.roll.tool == "pencil"
    assert hands.window.edit_forms.dialog is None


def test_no_shortcut_acts_in_a_text_field(hands: Hands) -> None:
    """Letters, arrows, Tab, Space, Del, Ctrl+Z are the field's. Ctrl and function keys of window-wide commands pass."""
    field = hands.window.panel.seed
    assert isinstance(field, QLineEdit)
    acted: list[str] = []
    for key, action in hands.window.actions_.items():
        if key in hands.window.shortcuts.rows:
            action.triggered.disconnect()
        action.triggered.connect(lambda *_, k=key: acted.append(k))
    hands.key(K.Key_A, CTRL)
    acted.clear()
    for key in hands.window.shortcuts.rows:
        for sequence in hands.window.shortcuts.keys(key):
            field.setFocus()
            assert QApplication.focusWidget() is field
            hands.key(sequence[0].key(), sequence[0].keyboardModifiers())
    assert "file.save" in acted  # as everywhere
    assert {key.split(".")[0] for key in acted} <= set(COMMANDS)
    plain = {"play.toggle", "play.home"}
    assert not plain & set(acted)


def test_what_is_typed_arrives(hands: Hands) -> None:
    field = hands.window.panel.seed
    field.setFocus()
    field.clear()
    for key in (K.Key_1, K.Key_2, K.Key_3, K.Key_Left, K.Key_Backspace, K.Key_End, K.Key_4):
        hands.key(key)
    assert field.text() == "134"
    hands.key(K.Key_Z, CTRL)
    assert field.text() != "134"
    assert len(hands.document.score.notes) == 4
    hands.key(K.Key_Tab)
    assert QApplication.focusWidget() is not field


def test_numbers_are_text_fields_too(hands: Hands) -> None:
    box = hands.window.panel.amount.box
    assert is_text(box)
    box.setFocus()
    box.selectAll()
    hands.key(K.Key_1)
    hands.key(K.Key_2)
    assert box.value() == 12
    assert hands.roll.tool == "pencil"
    hands.key(K.Key_Space)
    assert not hands.window.transport.playing


def test_esc_leaves_a_text_field_for_the_roll(hands: Hands) -> None:
    hands.key(K.Key_A, CTRL)
    hands.window.panel.seed.setFocus()
    hands.key(K.Key_Escape)
    assert QApplication.focusWidget() is hands.roll
    assert len(hands.document.selection) == 4


def test_esc_in_a_field_over_the_roll_is_its_own(hands: Hands) -> None:
    taken: list[str] = []
    field = InlineField(hands.roll.viewport(), hands.roll, "x", "5", lambda text: bool(taken.append(text)) or True)
    field.open_at(QRect(200, 100, 60, 24))
    hands.key(K.Key_7)
    assert field.text() == "7"
    hands.key(K.Key_Escape)
    assert taken == []
    assert QApplication.focusWidget() is hands.roll


def test_f6_moves_between_panes_and_back(hands: Hands) -> None:
    window, seen = hands.window, []
    for _ in range(8):
        hands.key(K.Key_F6)
        seen.append(window.focusWidget())
        if seen[-1] is hands.roll:
            break
    assert seen[-1] is hands.roll
    assert any(window.panel.isAncestorOf(w) for w in seen)
    assert any(window.bar.isAncestorOf(w) for w in seen)
    assert hands.roll.transient.framed, "a focus that came by key is seen"
    hands.key(K.Key_F6, SHIFT)
    assert window.focusWidget() is (seen[-2])


def test_return_presses_the_button_that_has_the_focus(hands: Hands) -> None:
    width = hands.roll.geometry_.beat_width
    hands.window.bar.zoom_in.setFocus()
    hands.key(K.Key_Return)
    assert hands.roll.geometry_.beat_width > width


def test_the_roll_tells_a_screen_reader_what_is_selected(hands: Hands) -> None:
    hands.document.select(hands.document.score.notes[:2])
    hands.wait(lambda: bool(hands.roll.accessibleDescription()))
    assert hands.roll.accessibleDescription() == "C4, bar 1 beat 1, quarter, velocity 70; 2 notes selected"
