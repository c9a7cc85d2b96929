"""Composing: the real worker with the real styles end to end, and the table of takes with scripted notes."""

from __future__ import annotations

import os
import signal
from dataclasses import replace

import pytest
from hands import BEAT, CTRL, Hands, Silence, melody
from PySide6.QtCore import Qt, QTimer

from app.roll.painting.offscreen_arrows import notes_offscreen
from app.window.main_window import MainWindow, installed_styles
from composer.audio.scheduler import Kind
from composer.core.settings import GenerationRequest
from composer.music.score import Note, Pedal, Score

K = Qt.Key
PATIENCE = 60_000


@pytest.fixture
def ready(window: MainWindow) -> MainWindow:
    """The window with the bundled styles in its picker; the worker starts when it is first asked."""
    window.panel.set_styles(installed_styles())
    window.panel.listen.setChecked(False)
    window.panel.unit.buttons["notes"].click()
    window.panel.amount.box.setValue(16)
    return window


def asked(window: MainWindow, monkeypatch: pytest.MonkeyPatch) -> list[tuple[Score, GenerationRequest]]:
    """Takes the worker's place: remembers what it is asked for."""
    requests: list[tuple[Score, GenerationRequest]] = []

    def compose(theme: Score, settings: GenerationRequest) -> None:
        requests.append((theme, settings))

    monkeypatch.setattr(window.generation_client, "compose", compose)
    return requests


def write(window: MainWindow, takes: int, count: int = 4, pitch: int = 70, start: int = 4 * BEAT) -> None:
    """What the worker would send: `count` notes for each take."""
    made = []
    for i in range(count):
        for take in range(takes):
            pedals = (Pedal(start + i * BEAT, 127),) if i == 0 else ()
            made.append((take, Note(start + i * BEAT, pitch + take, BEAT // 2, 90), pedals))
    window.generation_client.written.emit(made)


def finish(window: MainWindow) -> None:
    """The worker is done."""
    window.generation_client.finished.emit({})


# ---- what is in view ----


def test_the_roll_goes_up_and_down_to_the_take_in_hand(
    ready: MainWindow, hands: Hands, monkeypatch: pytest.MonkeyPatch
) -> None:
    def in_view(pitch: int) -> bool:
        g = ready.roll.geometry_
        return g.ruler_height <= g.y(pitch) <= ready.roll.viewport().height() - g.key_height

    asked(ready, monkeypatch)
    ready.panel.takes.buttons["2"].click()
    hands.key(K.Key_Return, CTRL)
    start = 4 * BEAT
    made = [(take, Note(start + i * BEAT, 60 + 45 * take, BEAT // 2, 90)) for i in range(3) for take in (0, 1)]
    ready.generation_client.written.emit([(take, note, ()) for take, note in made])
    hands.wait(lambda: bool(ready.document.preview and ready.document.preview.notes[1]))
    assert not in_view(105)
    assert notes_offscreen(ready.roll, ready.roll.viewport().height()) == (False, False), (
        "the other take is only a shade"
    )
    hands.key(K.Key_2, CTRL)
    hands.wait(lambda: in_view(105))
    assert notes_offscreen(ready.roll, ready.roll.viewport().height()) == (False, True), "the theme is below now"
    finish(ready)
    assert in_view(105)
    hands.key(K.Key_1, CTRL)
    assert in_view(60)
    ready.actions_["play.follow"].setChecked(False)
    hands.key(K.Key_2, CTRL)
    assert not in_view(105)
    assert notes_offscreen(ready.roll, ready.roll.viewport().height()) == (True, False)


# ---- the real thing ----


@pytest.mark.slow
def test_composing_end_to_end(ready: MainWindow, hands: Hands) -> None:
    window, document = ready, ready.document
    assert {"baroque", "romantic", "avant-garde"} <= {c.name for c in installed_styles()}
    before = document.score
    window.panel.takes.buttons["2"].click()
    window.panel.seed.setText("7")
    shown: set[int] = set()  # notes that were there whenever the window came to something else
    timer = QTimer()
    timer.timeout.connect(lambda: shown.add(len(document.preview.notes[0]) if document.preview else 0))
    timer.start(10)
    hands.roll.setFocus()
    hands.key(K.Key_Return, CTRL)
    assert window.flow.busy
    hands.wait(lambda: document.preview is not None and len(document.preview.notes[0]) > 0, PATIENCE)
    assert document.score is before  # what is shown while it is written is no part of the document
    assert document.undo.count() == 0
    assert window.takes.isVisible()
    assert window.panel.running.isVisible()
    hands.wait(lambda: not window.flow.busy, PATIENCE)
    timer.stop()
    assert any(0 < n < 16 for n in shown), "the window goes on breathing while notes come in"
    assert document.undo.count() == 1
    assert document.takes is not None
    assert [len(t.notes) for t in document.takes.takes] == [16, 16]
    first = document.score
    new = [n for n in first.notes if n.composed]
    assert len(new) == 16
    assert [n for n in first.notes if not n.composed] == list(before.notes)
    hands.key(K.Key_2, CTRL)
    assert document.score != first
    hands.key(K.Key_Z, CTRL)
    assert document.score == first
    hands.key(K.Key_Z, CTRL)
    assert document.score == before
    assert document.takes is None
    assert not window.takes.isVisible()
    # the same random seed writes the same notes
    hands.key(K.Key_Return, CTRL)
    hands.wait(lambda: not window.flow.busy, PATIENCE)
    assert document.score == first


@pytest.mark.slow
def test_a_killed_worker_is_one_sentence_and_the_next_request_works(ready: MainWindow, hands: Hands) -> None:
    window, document = ready, ready.document
    window.panel.amount.box.setValue(2000)
    before = document.score
    window.generation.compose()
    hands.wait(lambda: document.preview is not None and len(document.preview.notes[0]) > 2, PATIENCE)
    os.kill(window.generation_client.pid, signal.SIGKILL)
    hands.wait(lambda: not window.flow.busy, PATIENCE)
    assert window.messages.text() == "Composing stopped unexpectedly and nothing was changed; press Compose again."
    assert document.score is before
    assert document.undo.count() == 0
    window.panel.amount.box.setValue(8)
    window.generation.compose()
    assert window.messages.text() == ""
    hands.wait(lambda: not window.flow.busy, PATIENCE)
    assert len([n for n in document.score.notes if n.composed]) == 8
    # Esc forgets what is being written, and the worker is free at once for the next request
    document.undo.undo()
    window.panel.amount.box.setValue(2000)
    window.generation.compose()
    hands.wait(lambda: document.preview is not None and len(document.preview.notes[0]) > 2, PATIENCE)
    hands.key(K.Key_Escape)
    assert not window.flow.busy
    assert document.score == before
    window.document.open(Score(), None, "")
    window.panel.amount.box.setValue(8)
    window.generation.compose()  # on an empty page: from nothing
    hands.wait(lambda: not window.flow.busy, PATIENCE)
    assert len(document.score.notes) == 8


@pytest.mark.slow
def test_an_unknown_style_and_a_damaged_one_are_one_sentence(ready: MainWindow, hands: Hands) -> None:
    ready.panel.style_box.setItemData(0, "gregorian")
    ready.panel.style_box.setCurrentIndex(0)
    ready.generation.compose()
    hands.wait(lambda: not ready.flow.busy, PATIENCE)
    assert "gregorian" in ready.messages.text()
    assert ready.messages.text().count(". ") == 0
    assert ready.document.score == melody()


# ---- the table, with scripted notes ----


def test_wishes_reach_the_worker(ready: MainWindow, monkeypatch: pytest.MonkeyPatch) -> None:
    requests = asked(ready, monkeypatch)
    panel = ready.panel
    panel.style_box.setCurrentIndex(panel.style_box.findData("romantic"))
    panel.unit.buttons["seconds"].click()
    panel.amount.box.setValue(45)
    panel.takes.buttons["3"].click()
    panel.temperature.setValue(120)
    ready.generation.compose()
    theme, settings = requests[0]
    assert theme == melody()
    assert (settings.style, settings.seconds, settings.notes, settings.bars) == ("romantic", 45, None, None)
    assert settings.takes == 3
    assert settings.sampling.temperature == 1.2
    assert settings.sampling.random_seed is not None
    ready.flow.cancel()


def test_takes_keep_their_edits_when_others_are_looked_at(
    ready: MainWindow, hands: Hands, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked(ready, monkeypatch)
    document = ready.document
    ready.panel.takes.buttons["3"].click()
    ready.generation.compose()
    write(ready, 3)
    assert len(document.score.notes) == 4
    finish(ready)
    assert len(document.score.notes) == 8
    lifted = Pedal(7 * BEAT + BEAT // 2, 0)  # where the last note ends
    assert document.score.pedals == (Pedal(4 * BEAT, 127), lifted)
    first = [n for n in document.score.notes if n.composed]
    hands.document.select(first[:1])
    hands.roll.setFocus()
    hands.key(K.Key_Up)
    hands.key(K.Key_3, CTRL)
    assert [n.pitch for n in document.score.notes if n.composed] == [72] * 4
    hands.key(K.Key_2, CTRL)
    assert ready.takes.cards[1].isChecked()
    hands.key(K.Key_1, CTRL)
    assert [n.pitch for n in document.score.notes if n.composed] == [71, 70, 70, 70]
    assert document.undo.count() == 3  # compose, transpose, and the looking around as one


def test_notes_that_begin_with_the_themes_last_one_belong_to_the_take(
    ready: MainWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked(ready, monkeypatch)
    ready.panel.takes.buttons["2"].click()
    ready.generation.compose()
    write(ready, 2, start=3 * BEAT - 9)  # 9 ms early: the model counts time in steps of 16 ms
    finish(ready)
    assert [len(c.picture.notes) for c in ready.takes.cards] == [4, 4]
    ready.flow.choose(1)
    assert [n.pitch for n in ready.document.score.notes if n.composed] == [71] * 4
    ready.flow.discard()
    assert ready.document.score == melody()


def test_keep_discard_and_write_again(ready: MainWindow, hands: Hands, monkeypatch: pytest.MonkeyPatch) -> None:
    requests = asked(ready, monkeypatch)
    document = ready.document
    ready.panel.takes.buttons["2"].click()
    ready.panel.seed.setText("5")
    ready.generation.compose()
    write(ready, 2)
    finish(ready)
    ready.takes.buttons["again"].click()
    assert requests[1][0] == melody()
    assert requests[1][1].takes == 1
    assert requests[1][1].sampling.random_seed != 5
    write(ready, 1, pitch=80)
    hands.wait(lambda: [c.picture.notes[0].pitch for c in ready.takes.cards if c.picture.notes] == [80, 71])
    finish(ready)
    assert document.takes is not None
    assert [t.notes[0].pitch for t in document.takes.takes] == [80, 71]
    ready.takes.buttons["keep"].click()
    assert document.takes is None
    assert len(document.score.notes) == 8
    document.undo.undo()
    ready.takes.buttons["discard"].click()
    assert document.score == melody()
    while document.undo.canUndo():
        document.undo.undo()
    assert document.score == melody()


def test_stop_here_keeps_what_there_is(ready: MainWindow, monkeypatch: pytest.MonkeyPatch) -> None:
    asked(ready, monkeypatch)
    ready.generation.compose()
    write(ready, 1, count=3)
    ready.panel.halt.click()
    assert not ready.flow.busy
    assert len(ready.document.score.notes) == 7
    assert ready.document.undo.count() == 1


def test_the_hint_names_the_bar_in_which_it_goes_on(ready: MainWindow) -> None:
    document = ready.document
    assert ready.panel.hint.text() == "Continues after bar 1"
    first = document.score.notes[:3]
    for late in (-20, 20):  # as people play it
        document.change("a", replace(document.score, notes=(*first, Note(3 * BEAT, 66, BEAT + late))))
        assert ready.panel.hint.text() == "Continues after bar 1"
    document.change("a", replace(document.score, notes=first[:2]))
    assert ready.panel.hint.text() == "Continues in bar 1"


def test_continuing_from_the_playhead_replaces_what_follows(
    ready: MainWindow, hands: Hands, monkeypatch: pytest.MonkeyPatch
) -> None:
    requests = asked(ready, monkeypatch)
    ready.transport.seek(2 * BEAT)
    ready.panel.place.buttons["playhead"].click()
    assert ready.roll.join == 2 * BEAT
    assert ready.panel.hint.text() == "Replaces what follows bar 1, beat 3"
    ready.generation.compose()
    assert len(requests[0][0].notes) == 2
    write(ready, 1, start=2 * BEAT)
    finish(ready)
    notes = ready.document.score.notes
    assert [n.composed for n in notes] == [False, False, True, True, True, True]
    ready.document.undo.undo()
    assert ready.document.score == melody()
    ready.document.undo.redo()
    ready.flow.discard()  # gives back what was replaced
    assert ready.document.score == melody()


def test_opening_another_piece_ends_composing(ready: MainWindow, monkeypatch: pytest.MonkeyPatch) -> None:
    asked(ready, monkeypatch)
    ready.generation.compose()
    write(ready, 1)
    ready.document.open(Score(), None, "another")
    assert not ready.flow.busy
    assert ready.panel.go.isVisible()
    finish(ready)
    assert ready.document.score == Score()


def test_nothing_written_changes_nothing(ready: MainWindow, monkeypatch: pytest.MonkeyPatch) -> None:
    asked(ready, monkeypatch)
    ready.generation.compose()
    finish(ready)
    assert ready.document.undo.count() == 0
    assert "Nothing was written" in ready.messages.text()


def test_editing_goes_on_while_it_is_written(ready: MainWindow, hands: Hands, monkeypatch: pytest.MonkeyPatch) -> None:
    asked(ready, monkeypatch)
    ready.generation.compose()
    write(ready, 1, count=2)
    hands.click(hands.spot(BEAT + 10, 74))
    finish(ready)
    assert Note(BEAT, 74, BEAT, 80) in ready.document.score.notes
    assert len(ready.document.score.notes) == 7


def test_it_plays_while_it_is_written_and_waits_at_the_frontier(
    ready: MainWindow, hands: Hands, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked(ready, monkeypatch)
    ready.panel.listen.setChecked(True)
    ready.generation.compose()
    write(ready, 1, count=12)
    assert ready.transport.playing
    hands.wait(lambda: ready.transport.tick > 0)
    frontier = ready.document.preview.frontier() if ready.document.preview else 0
    ready.transport.seek(frontier - 10)
    hands.qtbot.wait(150)
    assert ready.transport.playing  # it waits, it does not end
    assert ready.transport.tick <= frontier
    ready.flow.cancel()
    ready.transport.stop()


def test_what_is_written_far_from_the_start_is_played_there_too(
    ready: MainWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    far = 2**33  # ticks, more than a signal's int holds
    ready.document.open(Score((Note(far, 60, BEAT),)), None, "far")
    asked(ready, monkeypatch)
    places: list[int] = []
    ready.flow.ahead.connect(places.append)
    ready.panel.listen.setChecked(True)
    ready.generation.compose()
    write(ready, 1, count=16, start=far + BEAT)
    assert len(places) == 1
    assert far - 8 * BEAT <= places[0] <= far + BEAT
    ready.flow.cancel()
    ready.transport.stop()


def test_another_take_is_heard_from_the_next_bar_line_on(
    ready: MainWindow, hands: Hands, silence: Silence, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked(ready, monkeypatch)
    ready.panel.takes.buttons["2"].click()
    ready.generation.compose()
    write(ready, 2, count=8)
    finish(ready)
    ready.transport.play(6 * BEAT)
    hands.wait(lambda: ready.transport.tick > 6.1 * BEAT)
    ready.flow.choose(1)
    hands.wait(lambda: ready.transport.tick > 8.2 * BEAT)
    heard = [e.a for e in silence.events if e.kind == Kind.ON]
    assert heard == [70, 70, 71]  # beats 6 and 7 by the first take, beat 8 by the second
    ready.transport.stop()


def test_without_styles_one_sentence(window: MainWindow, hands: Hands) -> None:
    window.panel.set_styles([])
    assert not window.panel.go.isEnabled()
    window.generation.compose()
    assert window.messages.text() == "No style is installed, so nothing can be composed."


def test_long_names_of_styles_and_pieces_do_not_widen_the_window(window: MainWindow, hands: Hands) -> None:
    from dataclasses import replace

    card = replace(installed_styles()[0], title="The Very Long Name Of A Style " * 4, description="words " * 60)
    window.panel.set_styles([card])
    window.document.open(melody(), None, "A very long title of a piece " * 8)
    window.resize(1024, 640)
    hands.qtbot.wait(50)
    assert window.width() == 1024
    assert window.panel.width() == 292


# ---- a passage anew ----


def bars_of_melody(window: MainWindow, monkeypatch: pytest.MonkeyPatch) -> list[tuple[Score, GenerationRequest]]:
    """Eight quarter notes in the roll, the third to the sixth selected."""
    requests = asked(window, monkeypatch)
    window.document.open(Score(notes=tuple(Note(i * BEAT, 60 + i, BEAT // 2, 80) for i in range(8))), None, "Eight")
    window.document.select(window.document.score.notes[2:6])
    return requests


def test_a_passage_is_written_anew_between_what_stands_around_it(
    ready: MainWindow, hands: Hands, monkeypatch: pytest.MonkeyPatch
) -> None:
    window, document = ready, ready.document
    requests = bars_of_melody(window, monkeypatch)
    before = document.score
    window.panel.takes.buttons["2"].click()
    hands.roll.setFocus()
    hands.key(K.Key_R, CTRL | Qt.KeyboardModifier.ShiftModifier)
    (theme, settings) = requests[0]
    assert theme == before, "the model reads both sides"
    assert settings.gap == (2 * BEAT, 5 * BEAT + BEAT // 2)
    assert (settings.notes, settings.bars, settings.seconds, settings.takes) == (None, None, None, 2)
    write(window, takes=2, count=3, pitch=50, start=2 * BEAT)
    assert document.score is before
    finish(window)
    assert document.undo.count() == 1
    outside = [n for n in before.notes if not 2 * BEAT <= n.start < 5.5 * BEAT]
    assert [n for n in document.score.notes if not n.composed] == outside
    assert [n.pitch for n in document.score.notes if n.composed] == [50, 50, 50]
    assert [p.down for p in document.score.pedals] == [True, False], "after the passage the pedal is up, as it was"
    hands.key(K.Key_2, CTRL)
    assert [n.pitch for n in document.score.notes if n.composed] == [51, 51, 51]
    # again, in the same gap, although only one take
    hands.key(K.Key_R, CTRL)
    theme, settings = requests[1]
    assert theme == before
    assert settings.gap == (2 * BEAT, 5 * BEAT + BEAT // 2)
    assert settings.takes == 1
    write(window, takes=1, count=2, pitch=40, start=2 * BEAT)
    finish(window)
    assert [n.pitch for n in document.score.notes if n.composed] == [40, 40]
    assert [n for n in document.score.notes if not n.composed] == outside
    window.actions_["compose.discard"].trigger()
    assert document.score == before
    for _ in range(4):
        hands.key(K.Key_Z, CTRL)
    assert document.score == before
    assert not document.undo.canUndo()


def test_the_loop_is_the_passage_when_nothing_is_selected(
    ready: MainWindow, hands: Hands, monkeypatch: pytest.MonkeyPatch
) -> None:
    requests = bars_of_melody(ready, monkeypatch)
    ready.document.select(())
    assert not ready.actions_["compose.rewrite"].isEnabled()
    ready.roll.show_loop((BEAT, 3 * BEAT))
    ready.ui_state.show_actions()
    assert ready.actions_["compose.rewrite"].isEnabled()
    ready.actions_["compose.rewrite"].trigger()
    assert requests[0][1].gap == (BEAT, 3 * BEAT)
    hands.key(K.Key_Escape)
    assert not ready.flow.busy
    assert ready.document.undo.count() == 0


def test_the_model_reads_the_span_that_was_set(
    ready: MainWindow, hands: Hands, monkeypatch: pytest.MonkeyPatch
) -> None:
    requests = bars_of_melody(ready, monkeypatch)
    ready.roll.set_context_span((2 * BEAT, 6 * BEAT))
    hands.roll.setFocus()
    hands.key(K.Key_Return, CTRL)
    theme, settings = requests[0]
    assert settings.span == (2 * BEAT, 6 * BEAT)
    assert theme == ready.document.score, "new notes still go on from the end"


@pytest.mark.slow
def test_the_real_model_fills_a_passage(ready: MainWindow, hands: Hands) -> None:
    window, document = ready, ready.document
    before = document.score
    document.select(before.notes[1:3])
    passage = window.generation.passage()
    assert passage
    window.panel.seed.setText("25")  # some seeds leave so short a gap empty, which is right, but no take
    hands.roll.setFocus()
    window.actions_["compose.rewrite"].trigger()
    hands.wait(lambda: not window.flow.busy, PATIENCE)
    kept = [n for n in before.notes if not passage[0] <= n.start < passage[1]]
    assert [n for n in document.score.notes if not n.composed] == kept
    assert all(passage[0] <= n.start < passage[1] for n in document.score.notes if n.composed)
