"""The key: chosen, guessed, stored with the piece; and what steps and snaps in it."""

from __future__ import annotations

import pytest
from hands import ALT, BEAT, CTRL, SHIFT, Hands
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.commands.key_actions import key_from_signatures
from app.panels.key_panel import KeyPanel
from composer.music.scale import Scale
from composer.music.score import Extra, Note, Score

K = Qt.Key
A_MINOR = (69, 72, 76, 72, 69, 68, 69, 71, 72, 76, 74, 72, 71, 69, 64, 69)


def sing(hands: Hands, pitches: tuple[int, ...]) -> None:
    """Opens a melody of quarters."""
    notes = tuple(Note(i * BEAT, p, BEAT) for i, p in enumerate(pitches))
    hands.document.open(Score(notes), None, "song")


@pytest.fixture
def panel(hands: Hands) -> KeyPanel:
    """The panel, opened by its key."""
    QApplication.processEvents()  # the window becomes the active one
    hands.key(K.Key_K, SHIFT)
    popup = hands.window.key_box.popup
    assert isinstance(popup, KeyPanel)
    return popup


def test_a_key_is_chosen_shown_and_given_up(hands: Hands, panel: KeyPanel, qtbot: QtBot) -> None:
    window, view = hands.window, hands.document.view
    panel.octave.keys[3].click()
    assert view["key"] == "Eb major"
    assert window.key_box.text().strip() == "E♭ major"
    assert window.roll.scale == Scale(3, "major")
    qtbot.keyClick(panel.octave.keys[3], K.Key_Right)
    assert view["key"] == "E major"
    panel.mode.setCurrentIndex(panel.mode.findData("dorian"))
    panel.mode.activated.emit(panel.mode.currentIndex())
    assert view["key"] == "E dorian"
    panel.snap.click()
    assert window.roll.snap_to_scale
    panel.none.click()
    assert "key" not in view
    assert window.roll.scale is None
    assert window.key_box.text().strip() == "No key"
    assert hands.document.undo.count() == 0
    panel.close()


def test_space_ticks_in_the_panel_and_does_not_play(hands: Hands, panel: KeyPanel, qtbot: QtBot) -> None:
    hands.window.key_actions.choose(Scale(0, "major"))
    panel.snap.setFocus()
    qtbot.keyClick(panel.snap, K.Key_Space)
    assert hands.window.key_actions.snaps
    assert not hands.window.transport.playing
    qtbot.keyClick(panel.snap, K.Key_2)
    assert hands.roll.tool == "pencil"
    panel.close()


@pytest.mark.slow
def test_the_key_is_guessed_in_a_process_of_its_own(hands: Hands) -> None:
    """By music21, which must not come into the window's process."""
    import sys

    sing(hands, A_MINOR)
    there = "music21" in sys.modules
    hands.window.key_actions.guess()
    assert hands.window.key_actions.guessing
    hands.wait(lambda: not hands.window.key_actions.guessing, 60_000)
    assert hands.document.view["key"] == "A minor"
    assert "A minor" in hands.window.messages.text()
    assert ("music21" in sys.modules) == there


@pytest.mark.slow
def test_a_verb_without_a_key_waits_for_the_guess(hands: Hands) -> None:
    sing(hands, A_MINOR)
    hands.key(K.Key_A, CTRL)
    hands.key(K.Key_Up, ALT)
    hands.key(K.Key_Up, ALT)
    hands.wait(lambda: not hands.window.key_actions.guessing, 60_000)
    assert hands.document.score.notes[0].pitch == 72
    assert hands.document.undo.count() == 2


def test_of_too_few_notes_the_file_says_the_key_or_it_is_c_major(hands: Hands, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.commands.key_actions.estimate_key", lambda notes, job: None)
    scales = hands.window.key_actions
    scales.guess()
    hands.wait(lambda: not scales.guessing)
    assert hands.document.view["key"] == "C major"
    assert "too few" in hands.window.messages.text()
    signature = Extra(0, -1, bytes((0xFF, 0x59, 2, 0xFD, 1)))  # three flats, minor
    hands.document.open(Score((Note(0, 60, 10),), extras=(signature,)), None, "c")
    scales.guess()
    hands.wait(lambda: not scales.guessing)
    assert hands.document.view["key"] == "C minor"


@pytest.mark.parametrize(
    ("fifths", "minor", "name"), [(0, 0, "C major"), (1, 0, "G major"), (-1, 0, "F major"), (4, 1, "C# minor")]
)
def test_key_signatures(fifths: int, minor: int, name: str) -> None:
    score = Score(extras=(Extra(0, -1, bytes((0xFF, 0x59, 2, fifths % 256, minor))),))
    scale = key_from_signatures(score)
    assert scale is not None
    assert scale.name == name
    assert key_from_signatures(Score()) is None


def test_another_piece_forgets_the_guess_under_way(hands: Hands) -> None:
    sing(hands, A_MINOR)
    hands.key(K.Key_A, CTRL)
    hands.key(K.Key_Up, ALT)
    assert hands.window.key_actions.guessing
    sing(hands, (60, 62, 64))
    hands.wait(lambda: not hands.window.key_actions.guessing, 60_000)
    assert "key" not in hands.document.view
    assert [n.pitch for n in hands.document.score.notes] == [60, 62, 64]


def test_a_third_up_is_a_copy_in_the_scale(hands: Hands) -> None:
    hands.window.key_actions.choose(Scale(0, "major"))
    hands.document.select(hands.document.score.notes[:3])
    hands.key(K.Key_D, CTRL | SHIFT)
    assert sorted(n.pitch for n in hands.document.selection) == [64, 65, 67]
    assert len(hands.document.score.notes) == 7
    hands.key(K.Key_Z, CTRL)
    assert len(hands.document.score.notes) == 4


def test_snapping_moves_only_what_is_outside(hands: Hands) -> None:
    hands.window.key_actions.choose(Scale(0, "major"))
    hands.key(K.Key_A, CTRL)
    hands.key(K.Key_K)
    assert [n.pitch for n in hands.document.score.notes] == [60, 62, 64, 65]


def test_the_key_goes_with_its_piece(hands: Hands) -> None:
    hands.window.key_actions.choose(Scale(7, "major"))
    sing(hands, (60, 62, 64))
    assert hands.window.key_actions.scale is None
    assert hands.window.key_box.text().strip() == "No key"
