"""Every key of the conventions, typed where the focus is."""

from __future__ import annotations

from pathlib import Path

import pytest
from hands import ALT, BEAT, CTRL, NONE, SHIFT, Hands
from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QApplication

from app.commands import action_table
from app.document.preview import Take, Takes
from composer.core.settings import GenerationRequest
from composer.music.scale import Scale
from composer.music.score import Note, Score

K = Qt.Key
Mods = Qt.KeyboardModifier


def starts(hands: Hands) -> list[int]:
    """On which beats the notes begin."""
    return [n.start // BEAT for n in hands.document.score.notes]


def select(hands: Hands, *places: int) -> list[Note]:
    """Selects notes by their place in the piece."""
    chosen = [hands.document.score.notes[i] for i in places]
    hands.document.select(chosen)
    return chosen


# ---- transport ----


def test_space_plays_and_pauses(hands: Hands) -> None:
    hands.key(K.Key_Space)
    assert hands.window.transport.playing
    hands.key(K.Key_Space)
    assert not hands.window.transport.playing


def test_home_goes_to_the_start(hands: Hands) -> None:
    hands.window.transport.seek(2 * BEAT)
    hands.key(K.Key_Home)
    assert hands.window.transport.tick == hands.roll.playhead == 0


# ---- undo, clipboard, file ----


@pytest.mark.parametrize(("key", "mods"), [(K.Key_Y, CTRL), (K.Key_Z, CTRL | SHIFT)])
def test_ctrl_z_undoes_and_both_keys_redo(hands: Hands, key: Qt.Key, mods: Mods) -> None:
    before = hands.document.score
    select(hands, 0)
    hands.key(K.Key_Delete)
    after = hands.document.score
    hands.key(K.Key_Z, CTRL)
    assert hands.document.score == before
    hands.key(key, mods)
    assert hands.document.score == after


def test_ctrl_x_c_v_and_a(hands: Hands) -> None:
    hands.key(K.Key_A, CTRL)
    assert len(hands.document.selection) == 4
    hands.key(K.Key_X, CTRL)
    assert hands.document.score.notes == ()
    hands.window.transport.seek(8 * BEAT)
    hands.key(K.Key_V, CTRL)
    assert starts(hands) == [8, 9, 10, 11]
    hands.key(K.Key_C, CTRL)
    hands.window.transport.seek(0)
    hands.key(K.Key_V, CTRL)
    assert starts(hands) == [0, 1, 2, 3, 8, 9, 10, 11]


def test_ctrl_d_duplicates(hands: Hands) -> None:
    select(hands, 0, 1)
    hands.key(K.Key_D, CTRL)
    assert starts(hands) == [0, 1, 2, 2, 3, 3]
    assert {n.start // BEAT for n in hands.document.selection} == {2, 3}


@pytest.mark.parametrize("key", [K.Key_Delete, K.Key_Backspace])
def test_del_and_backspace_delete(hands: Hands, key: Qt.Key) -> None:
    select(hands, 1, 2)
    hands.key(key)
    assert starts(hands) == [0, 3]


def test_ctrl_s_saves_a_file(hands: Hands, tmp_path: Path) -> None:
    path = tmp_path / "piece.ricercar"
    hands.window.files.ask_save = lambda title, proposed, kinds: str(path)
    select(hands, 0)
    hands.key(K.Key_Delete)
    assert hands.document.modified
    hands.key(K.Key_S, CTRL)
    assert path.is_file()
    assert not hands.document.modified


# ---- notes ----


@pytest.mark.parametrize(
    ("key", "mods", "start", "pitch", "length"),
    [
        (K.Key_Up, NONE, 0, 1, 0),
        (K.Key_Down, NONE, 0, -1, 0),
        (K.Key_Up, SHIFT, 0, 12, 0),
        (K.Key_Down, SHIFT, 0, -12, 0),
        (K.Key_Up, CTRL, 0, 12, 0),
        (K.Key_Down, CTRL, 0, -12, 0),
        (K.Key_Left, NONE, -BEAT, 0, 0),
        (K.Key_Right, NONE, BEAT, 0, 0),
        (K.Key_Left, SHIFT, 0, 0, -BEAT),
        (K.Key_Right, SHIFT, 0, 0, BEAT),
    ],
)
def test_arrows(hands: Hands, key: Qt.Key, mods: Mods, start: int, pitch: int, length: int) -> None:
    long = Note(BEAT, 62, 3 * BEAT)
    hands.document.change("x", hands.document.score.with_notes([long]), [long])
    steps = hands.document.undo.count()
    hands.key(key, mods)
    (note,) = hands.document.selection
    assert (note.start - long.start, note.pitch - long.pitch, note.duration - long.duration) == (start, pitch, length)
    assert hands.document.undo.count() == steps + 1
    hands.key(K.Key_Z, CTRL)
    assert hands.document.selection == {long}


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


@pytest.mark.parametrize(("key", "pitches"), [(K.Key_Up, [62, 64, 65, 67]), (K.Key_Down, [59, 60, 62, 65])])
def test_alt_up_and_down_step_in_the_scale(hands: Hands, key: Qt.Key, pitches: list[int]) -> None:
    hands.window.key_actions.choose(Scale(0, "major"))
    hands.key(K.Key_A, CTRL)
    hands.key(key, ALT)
    assert [n.pitch for n in hands.document.score.notes] == pitches
    hands.key(K.Key_Z, CTRL)
    assert [n.pitch for n in hands.document.score.notes] == [60, 62, 64, 66]


def test_tab_and_shift_tab_go_through_the_notes(hands: Hands) -> None:
    notes = hands.document.score.notes
    for key, mods, place in (
        (K.Key_Tab, NONE, 0),
        (K.Key_Tab, NONE, 1),
        (K.Key_Backtab, SHIFT, 0),
        (K.Key_Tab, SHIFT, 3),
    ):
        hands.key(key, mods)
        assert hands.document.selection == {notes[place]}
    assert QApplication.focusWidget() is hands.roll


def test_q_quantises(hands: Hands) -> None:
    crooked = [Note(i * BEAT + 77 - 50 * i, 60, 100) for i in range(4)]
    hands.document.change("x", hands.document.score.with_notes(crooked), crooked)
    hands.key(K.Key_Q)
    assert starts(hands) == [0, 1, 2, 3]
    assert {n.duration for n in hands.document.selection} == {100}


def test_m_mutes_and_sounds_again(hands: Hands) -> None:
    select(hands, 1)
    hands.key(K.Key_M)
    assert [n.muted for n in hands.document.score.notes] == [False, True, False, False]
    hands.key(K.Key_M)
    assert not any(n.muted for n in hands.document.score.notes)


@pytest.mark.parametrize(
    ("key", "tool"),
    [
        (K.Key_1, "pencil"),
        (K.Key_B, "pencil"),
        (K.Key_P, "pencil"),
        (K.Key_2, "select"),
        (K.Key_S, "select"),
        (K.Key_3, "erase"),
        (K.Key_E, "erase"),
    ],
)
def test_letters_and_figures_choose_the_tool(hands: Hands, key: Qt.Key, tool: str) -> None:
    hands.roll.set_tool("erase" if tool != "erase" else "select")
    hands.key(key)
    assert hands.roll.tool == tool
    assert hands.window.bar.tools.value() == tool


# ---- takes, composing, panes ----


def nine_takes(hands: Hands) -> Takes:
    theme = hands.document.score
    takes = Takes(theme, 4 * BEAT, tuple(Take((Note(4 * BEAT, 60 + i, 100, composed=True),)) for i in range(9)))
    hands.document.change("x", takes.score(), takes=takes)
    return takes


@pytest.mark.parametrize("number", range(1, 10))
def test_ctrl_and_a_figure_choose_a_take(hands: Hands, number: int) -> None:
    nine_takes(hands)
    if number == 1:
        hands.key(K.Key_5, CTRL)
    hands.key(Qt.Key(K.Key_0.value + number), CTRL)
    assert hands.document.takes is not None
    assert hands.document.takes.active == number - 1
    assert hands.document.score.notes[-1].pitch == 59 + number


def test_esc_cancels_composing_if_it_runs_else_deselects(hands: Hands, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[tuple[Score, GenerationRequest]] = []
    monkeypatch.setattr(
        hands.window.generation_client, "compose", lambda theme, settings: asked.append((theme, settings))
    )
    hands.window.panel.style_box.addItem("Baroque", "baroque")
    hands.key(K.Key_A, CTRL)
    hands.key(K.Key_Return, CTRL)
    assert asked
    assert hands.window.flow.busy
    hands.key(K.Key_Escape)
    assert not hands.window.flow.busy
    assert len(hands.document.selection) == 4
    hands.key(K.Key_Escape)
    assert not hands.document.selection


def test_every_row_of_the_table_has_its_handler_and_no_shortcut_stands_twice(hands: Hands) -> None:
    seen: dict[str, str] = {}
    for row in action_table.TABLE:
        if row.text == "-":
            continue
        action = hands.window.actions_[row.key]
        assert row.handler or action.menu() or action.isCheckable()
        for shortcut in action.shortcuts():
            assert shortcut.toString() not in seen, (row.key, seen.get(shortcut.toString()))
            seen[shortcut.toString()] = row.key


def test_f1_lists_the_keys(hands: Hands) -> None:
    hands.key(K.Key_F1)
    sheet = hands.window.help.sheet
    assert sheet is not None
    assert "Alt+Up" in sheet.text.toPlainText()
    sheet.reject()


# ---- edit forms ----


@pytest.mark.parametrize(
    ("key", "mods", "form"),
    [
        (K.Key_Q, SHIFT, "quantise"),
        (K.Key_T, NONE, "transpose"),
        (K.Key_I, NONE, "invert"),
        (K.Key_X, NONE, "stretch"),
        (K.Key_H, NONE, "humanise"),
        (K.Key_C, SHIFT, "split"),
        (K.Key_V, NONE, "velocity"),
        (K.Key_D, NONE, "length"),
    ],
)
def test_keys_open_the_dialogs(hands: Hands, key: Qt.Key, mods: Mods, form: str) -> None:
    hands.key(K.Key_A, CTRL)
    hands.key(key, mods)
    dialog = hands.window.edit_forms.dialog
    assert dialog is not None
    assert dialog.form.key == form
    dialog.reject()


def test_keys_of_the_verbs_without_a_question(hands: Hands) -> None:
    score = hands.document.score
    for key, mods in ((K.Key_R, NONE), (K.Key_L, NONE), (K.Key_K, NONE), (K.Key_D, CTRL | SHIFT)):
        hands.window.key_actions.choose(Scale(1, "major"))
        if key == K.Key_L:
            short = [Note(n.start, n.pitch, 10) for n in score.notes]
            hands.document.change("x", hands.document.score.with_notes(short), short)
        hands.key(K.Key_A, CTRL)
        before = hands.document.score
        hands.key(key, mods)
        assert hands.document.score != before, QKeySequence(mods.value | key.value).toString()
        while hands.document.undo.canUndo():
            hands.key(K.Key_Z, CTRL)
    assert hands.document.score == score


def test_split_at_the_playhead_and_join_again(hands: Hands) -> None:
    select(hands, 1)
    hands.window.transport.seek(BEAT + 100)
    hands.key(K.Key_C)
    assert [n.duration for n in hands.document.score.notes] == [BEAT, 100, BEAT - 100, BEAT, BEAT]
    hands.key(K.Key_J)
    assert [n.duration for n in hands.document.score.notes] == [BEAT] * 4
    hands.key(K.Key_J)
    assert "neighbours" in hands.window.messages.text()


def test_ctrl_i_selects_the_others(hands: Hands) -> None:
    select(hands, 0, 2)
    hands.key(K.Key_I, CTRL)
    assert {n.start // BEAT for n in hands.document.selection} == {1, 3}


# ---- odd cases ----


def test_what_is_pasted_into_a_piece_of_another_resolution_keeps_its_note_values(hands: Hands) -> None:
    select(hands, 1, 2)
    hands.key(K.Key_C, CTRL)
    hands.document.open(Score(ticks_per_beat=96), None, "")
    hands.key(K.Key_V, CTRL)
    assert [(n.start, n.pitch, n.duration) for n in hands.document.score.notes] == [(0, 62, 96), (96, 64, 96)]


def test_a_verb_that_would_go_beyond_all_time_changes_nothing_and_says_so(hands: Hands) -> None:
    hands.document.open(Score(notes=(Note(0, 60, 2**52),)), None, "")
    select(hands, 0)
    before = hands.document.score
    hands.window.edit_forms.open("stretch")
    dialog = hands.window.edit_forms.dialog
    assert dialog is not None
    dialog.set_values({"factor": "2"})
    dialog.show_result()
    dialog.accept()
    assert hands.document.score is before
    assert "beyond all time" in hands.window.messages.text()
