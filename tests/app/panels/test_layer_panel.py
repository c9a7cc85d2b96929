"""Files of several tracks: the chooser, the pure edits behind it, and layers afterwards."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from hands import BEAT, CTRL, NONE, SHIFT, Hands
from PySide6.QtCore import QSettings, Qt, QTimer
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.document import layer_state
from app.files import import_dialog
from app.files.import_dialog import ImportDialog
from app.panels.layer_panel import LayersPanel
from composer.files import midi_reader
from composer.music.edits.track_edits import CONDUCTOR, kept, merged, summaries
from composer.music.score import Extra, Note, Pedal, Score, Tempo, Track

K = Qt.Key
MARKER = bytes((0xFF, 0x06, 1, 65))
VOLUME = bytes((0xB1, 7, 100))


def band() -> Score:
    """Right hand, left hand, an empty track, drums; a pedal each, a marker, a volume."""
    notes = [Note(i * BEAT, 72 + i, BEAT, 80, 0) for i in range(4)] + [
        Note(i * BEAT, 48, BEAT, 60, 1) for i in range(4)
    ]
    drums = [Note(i * 120, 36, 60, 100, 3) for i in range(8)]
    return Score(
        notes=(*notes, *drums),
        pedals=(Pedal(0, 127, 0), Pedal(BEAT, 0, 0), Pedal(BEAT // 2, 100, 1), Pedal(2 * BEAT, 0, 1)),
        tempos=(Tempo(0, 500_000),),
        tracks=(Track("Right"), Track("Left", 1), Track("Nobody", 2), Track("Kit", 9)),
        extras=(Extra(5, 3, MARKER), Extra(6, 1, VOLUME), Extra(7, CONDUCTOR, MARKER)),
        title="band",
    )


# ---- pure ----


def test_only_tracks_with_notes_are_counted() -> None:
    assert [(s.index, s.track.name, len(s.notes), s.drums) for s in summaries(band())] == [
        (0, "Right", 4, False),
        (1, "Left", 4, False),
        (3, "Kit", 8, True),
    ]
    assert import_dialog.must_ask(band())
    assert not import_dialog.must_ask(kept(band(), [1]))
    assert not import_dialog.must_ask(Score())


def test_kept_tracks_are_as_they_were_and_what_is_the_pieces_stays() -> None:
    got = kept(band(), [3, 1])
    assert [t.name for t in got.tracks] == ["Left", "Kit"]
    assert {n.track for n in got.notes} == {0, 1}
    assert [p.track for p in got.pedals] == [0, 0]
    assert [(e.tick, e.track) for e in got.extras] == [(5, 1), (6, 0), (7, CONDUCTOR)]
    without = kept(band(), [0])
    assert [(e.tick, e.track) for e in without.extras] == [(5, CONDUCTOR), (7, CONDUCTOR)]
    assert kept(band(), range(4)) == band()


def test_merged_tracks_are_one_with_one_foot() -> None:
    got = merged(band(), [0, 1])
    assert got.tracks == (Track("Right"),)
    assert len(got.notes) == 8
    assert {n.track for n in got.notes} == {0}
    assert got.pedals == (Pedal(0, 127), Pedal(BEAT, 100), Pedal(2 * BEAT, 0))
    assert all(e.data != VOLUME for e in got.extras)
    assert merged(band(), [3]).tracks == (Track(),) or merged(band(), [3]).tracks[0].channel == 9


@pytest.mark.parametrize("how", [kept, merged])
def test_what_is_chosen_survives_a_file(how: object, tmp_path: Path) -> None:
    score = how(band(), [0, 1])  # type: ignore[operator]
    midi_reader.write(score, tmp_path / "x.mid")
    again = midi_reader.read(tmp_path / "x.mid")
    assert [(n.start, n.pitch, n.duration, n.velocity) for n in again.notes] == [
        (n.start, n.pitch, n.duration, n.velocity) for n in score.notes
    ]
    assert len(again.tracks) == len(score.tracks)


# ---- the chooser ----


@pytest.fixture
def settings(tmp_path: Path) -> QSettings:
    return QSettings(str(tmp_path / "import.ini"), QSettings.Format.IniFormat)


def test_drums_are_left_out_and_layers_are_kept_unless_one_says_otherwise(qtbot: QtBot, settings: QSettings) -> None:
    dialog = ImportDialog(band(), settings)
    qtbot.addWidget(dialog)
    assert dialog.tracks() == [0, 1]
    assert dialog.result_score() == kept(band(), [0, 1])
    dialog.mode.buttons["merge"].click()
    assert dialog.result_score() == merged(band(), [0, 1])
    dialog.boxes[0].click()
    dialog.boxes[3].click()
    assert dialog.result_score() == merged(band(), [1, 3])
    dialog.accept()
    assert ImportDialog(band(), settings).mode.value() == "merge"


def test_without_a_track_nothing_opens(qtbot: QtBot) -> None:
    dialog = ImportDialog(band())
    qtbot.addWidget(dialog)
    for track in (0, 1):
        dialog.boxes[track].click()
    assert not dialog.open_.isEnabled()
    assert "at least one" in dialog.hint.text()


def test_a_file_of_drums_only_offers_them(qtbot: QtBot) -> None:
    two_kits = replace(band(), tracks=tuple(replace(t, channel=9) for t in band().tracks))
    dialog = ImportDialog(two_kits)
    qtbot.addWidget(dialog)
    assert dialog.tracks() == [0, 1, 3]


@pytest.mark.parametrize("answer", ["accept", "reject"])
def test_asking_by_key(hands: Hands, qtbot: QtBot, answer: str, tmp_path: Path) -> None:
    """A real file, a real modal dialog, answered with Return or Esc."""
    midi_reader.write(band(), tmp_path / "band.mid")
    window, before = hands.window, hands.document.score
    window.files.ask_import = lambda score: import_dialog.ask(score, window)
    key = K.Key_Return if answer == "accept" else K.Key_Escape

    def press() -> None:
        dialog = QApplication.activeModalWidget()
        if isinstance(dialog, ImportDialog):
            timer.stop()
            qtbot.keyClick(dialog, key)

    timer = QTimer()
    timer.timeout.connect(press)
    timer.start(20)
    hands.drop(tmp_path / "band.mid")
    hands.wait(lambda: not timer.isActive() and not window.jobs.running)
    timer.stop()
    if answer == "accept":
        assert [t.name for t in hands.document.score.tracks] == ["Right", "Left"]
        assert window.layer_box.isVisible()
        assert not window.messages.isVisible(), "of drums that were left out nothing is said"
    else:
        assert hands.document.score is before


# ---- layers ----


@pytest.fixture
def two(hands: Hands) -> Hands:
    """A window with two hands as layers."""
    hands.document.open(kept(band(), [0, 1]), None, "band")
    return hands


def test_the_box_is_there_only_for_several_layers(hands: Hands) -> None:
    assert not hands.window.layer_box.isVisible()
    assert not hands.window.actions_["view.layers"].isEnabled()
    hands.document.open(kept(band(), [0, 1]), None, "band")
    assert hands.window.layer_box.isVisible()
    assert hands.window.layer_box.text().strip() == "All layers"


def test_only_the_layer_in_hand_is_selected_stepped_through_and_pasted_to(two: Hands) -> None:
    document = two.document
    two.key(K.Key_A, CTRL)
    assert len(document.selection) == 8
    two.key(K.Key_Y)
    assert layer_state.active_track(document) == 0
    assert {n.track for n in document.selection} == {0}
    two.key(K.Key_Y)
    assert two.window.layer_box.text().strip() == "Left"
    two.key(K.Key_A, CTRL)
    assert {n.pitch for n in document.selection} == {48}
    two.key(K.Key_Tab)
    assert {n.track for n in document.selection} == {1}
    two.key(K.Key_C, CTRL)
    two.key(K.Key_Y)
    assert layer_state.active_track(document) is None
    two.key(K.Key_Y)
    two.window.transport.seek(8 * BEAT)
    two.key(K.Key_V, CTRL)
    assert document.score.notes[-1] == Note(8 * BEAT, 48, BEAT, 60, 0)
    two.key(K.Key_I, CTRL)
    assert {n.track for n in document.selection} == {0}


def test_hidden_layers_are_out_of_reach(two: Hands) -> None:
    two.key(K.Key_A, CTRL)
    layer_state.show_track(two.document, 1, False)
    assert {n.track for n in two.document.selection} == {0}
    two.key(K.Key_A, CTRL)
    assert {n.track for n in two.document.selection} == {0}
    layer_state.show_track(two.document, 1, True)
    assert "hidden" not in two.document.view or two.document.view["hidden"] == []
    two.key(K.Key_A, CTRL)
    assert len(two.document.selection) == 8


def test_the_layer_in_hand_is_never_hidden(two: Hands) -> None:
    layer_state.show_track(two.document, 1, False)
    layer_state.activate(two.document, 1)
    assert layer_state.hidden_tracks(two.document) == frozenset()
    assert two.document.view.get("hidden") in (None, [])
    two.key(K.Key_A, CTRL)
    assert {n.track for n in two.document.selection} == {1}


@pytest.mark.parametrize("odd", ["x", -1, 2, 1.5, [1], {"a": 1}])
def test_a_view_that_makes_no_sense_means_all_layers(two: Hands, odd: object) -> None:
    two.document.set_view("layer", odd)
    two.document.set_view("hidden", odd)
    two.key(K.Key_A, CTRL)
    assert layer_state.active_track(two.document) is None
    assert len(two.document.selection) in (4, 8)  # [1] is a list of hidden tracks that makes sense


@pytest.fixture
def panel(two: Hands) -> LayersPanel:
    """The panel, opened by its key."""
    QApplication.processEvents()  # the window becomes the active one
    two.key(K.Key_Y, SHIFT)
    popup = two.window.layer_box.popup
    assert isinstance(popup, LayersPanel)
    return popup


def test_the_panel_takes_shows_and_mutes_layers(two: Hands, panel: LayersPanel) -> None:
    document = two.document
    panel.names[1].click()
    assert layer_state.active_track(document) == 1
    assert not panel.shows[1].isEnabled()  # what is edited is seen
    panel.shows[0].click()
    assert layer_state.hidden_tracks(document) == {0}
    panel.sounds[1].click()
    assert all(n.muted for n in document.score.notes if n.track == 1)
    assert {n.track for n in document.score.audible} == {0}
    assert not panel.sounds[1].isChecked()
    document.undo.undo()
    assert len(document.score.audible) == 8
    assert panel.sounds[1].isChecked()
    panel.names[None].click()
    assert layer_state.active_track(document) is None
    panel.close()


def test_muting_keeps_the_selection(two: Hands) -> None:
    two.key(K.Key_A, CTRL)
    layer_state.mute_track(two.document, 0, True, "x")
    assert len(two.document.selection) == 8
    assert two.document.selection <= set(two.document.score.notes)
    assert layer_state.muted_tracks(two.document) == {0}


def test_esc_closes_the_panel_and_the_keys_go_on_in_the_roll(two: Hands, panel: LayersPanel, qtbot: QtBot) -> None:
    qtbot.keyClick(panel, K.Key_Escape)
    assert two.window.layer_box.popup is None
    two.roll.setFocus()
    two.key(K.Key_2, NONE)
    assert two.roll.tool == "select"
