"""The ruler by real mouse events: playhead, loop, signs of tempo, meter and markers, the span that the model sees."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import pytest
from hands import ALT, BEAT, RIGHT, Hands
from PySide6.QtCore import QPointF, Qt
from PySide6.QtWidgets import QApplication, QLineEdit, QMenu

from app.roll.canvas.geometry import SIGNS, UPPER
from app.roll.canvas.inline_field import InlineField
from app.window.main_window import installed_styles
from composer.files import midi_reader
from composer.music.edits import tempo_meter_marks
from composer.music.edits.tempo_meter_marks import Kind, Sign
from composer.music.score import Meter, Note, Score, Tempo

K = Qt.Key


def up(hands: Hands, tick: float) -> QPointF:
    """A place in the upper strip."""
    return QPointF(hands.roll.geometry_.x(tick), 10)


def mid(hands: Hands, tick: float) -> QPointF:
    """A place in the strip of signs."""
    return QPointF(hands.roll.geometry_.x(tick), UPPER + SIGNS / 2)


def low(hands: Hands, tick: float) -> QPointF:
    """A place in the strip of the span."""
    return QPointF(hands.roll.geometry_.x(tick), UPPER + SIGNS + 8)


def sign(hands: Hands, kind: Kind) -> QPointF:
    """The middle of the first sign of a kind."""
    return next(p.box.center() for p in hands.roll.placed_signs() if p.sign.kind is kind)


def put(hands: Hands, kind: Kind, tick: int, text: str) -> None:
    """A sign in the score, not by hand."""
    score = tempo_meter_marks.put(hands.document.score, kind, tick, text)
    assert score is not None
    hands.document.change("x", score)


def typed(hands: Hands, text: str, key: Qt.Key = K.Key_Return) -> None:
    """Types into the field that stands over the roll."""
    (field,) = (f for f in hands.window.findChildren(InlineField) if f.isVisible())
    assert field.hasFocus()
    field.selectAll()
    hands.qtbot.keyClicks(field, text)
    hands.qtbot.keyClick(field, key)


def chosen_in_menu(text: str) -> None:
    """Chooses a row of the open menu."""
    menu = QApplication.activePopupWidget()
    assert isinstance(menu, QMenu)
    action = next(a for a in menu.actions() if a.text().startswith(text))
    assert action.isEnabled()
    action.trigger()
    menu.close()


def test_click_moves_the_playhead_to_the_grid_and_alt_to_the_tick(hands: Hands) -> None:
    hands.click(up(hands, 2 * BEAT + 40))
    assert hands.roll.playhead == 2 * BEAT
    hands.click(up(hands, 2 * BEAT + 100), mods=ALT)
    assert hands.roll.playhead == pytest.approx(2 * BEAT + 100, abs=hands.roll.geometry_.ticks(2))


def test_drag_makes_a_loop_and_its_edges_can_be_dragged(hands: Hands) -> None:
    hands.drag(up(hands, BEAT), up(hands, 3 * BEAT))
    assert hands.roll.loop == (BEAT, 3 * BEAT)
    assert hands.document.view["loop"] == [BEAT, 3 * BEAT]
    hands.drag(up(hands, 3 * BEAT), up(hands, 6 * BEAT))
    assert hands.roll.loop == (BEAT, 6 * BEAT)
    hands.drag(up(hands, BEAT), up(hands, 2 * BEAT))
    assert hands.roll.loop == (2 * BEAT, 6 * BEAT)
    hands.drag(up(hands, 2 * BEAT), up(hands, 8 * BEAT))  # past the other edge
    assert hands.roll.loop == (6 * BEAT, 8 * BEAT)


def test_escape_gives_the_loop_back_as_it_was(hands: Hands) -> None:
    hands.drag(up(hands, BEAT), up(hands, 3 * BEAT))
    hands.press(up(hands, 5 * BEAT))
    hands.move(up(hands, 7 * BEAT))
    hands.key(K.Key_Escape)
    hands.release(up(hands, 7 * BEAT))
    assert hands.roll.loop == (BEAT, 3 * BEAT)


def test_a_loop_of_the_document_is_taken_over(hands: Hands) -> None:
    hands.document.set_view("loop", [BEAT, 2 * BEAT])
    assert hands.roll.loop == (BEAT, 2 * BEAT)
    hands.document.set_view("loop", "nonsense")
    assert hands.roll.loop is None


def test_double_click_on_the_tempo_types_another_one(hands: Hands) -> None:
    hands.double_click(sign(hands, Kind.TEMPO))
    typed(hands, "72.5")
    assert round(hands.document.score.tempo_map.qpm_at(0), 1) == 72.5
    assert hands.document.undo.count() == 1
    hands.key(K.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert hands.document.score.tempos == (Tempo(0, 500_000),)


def test_what_makes_no_sense_stays_in_the_field_and_escape_forgets_it(hands: Hands) -> None:
    before = hands.document.score
    hands.double_click(sign(hands, Kind.METER))
    typed(hands, "4/5")
    field = hands.window.findChild(InlineField)
    assert field is not None
    assert field.property("wrong")
    hands.qtbot.keyClick(field, K.Key_Escape)
    assert hands.document.score == before
    assert hands.roll.hasFocus()


def test_scrolling_away_forgets_the_field(hands: Hands) -> None:
    hands.double_click(sign(hands, Kind.METER))
    hands.wheel(hands.spot(BEAT, 60), -2)
    assert not [f for f in hands.window.findChildren(InlineField) if f.isVisible()]
    assert hands.document.undo.count() == 0


def test_a_loop_that_was_saved_with_the_piece_is_played_and_ends_for_good(hands: Hands) -> None:
    hands.roll.set_loop((BEAT, 2 * BEAT))
    assert hands.window.actions_["play.unloop"].isEnabled()
    hands.window.actions_["play.unloop"].trigger()
    assert hands.roll.loop is None
    assert "loop" not in hands.document.view


def test_double_click_on_the_meter_types_another_one(hands: Hands) -> None:
    hands.double_click(sign(hands, Kind.METER))
    typed(hands, "3/8")
    assert hands.document.score.meters == (Meter(0, 3, 8),)


def test_menu_adds_marker_tempo_and_meter_and_removes_them(hands: Hands) -> None:
    for name, text, kind in (
        ("Marker", "Coda", Kind.MARKER),
        ("Tempo", "90", Kind.TEMPO),
        ("Meter", "5/4", Kind.METER),
    ):
        tick = {Kind.MARKER: 4, Kind.TEMPO: 6, Kind.METER: 8}[kind] * BEAT
        hands.click(mid(hands, tick), RIGHT)
        chosen_in_menu(name)
        typed(hands, text)
        assert Sign(kind, tick, text) in hands.roll.signs
        place = next(p.box.center() for p in hands.roll.placed_signs() if p.sign == Sign(kind, tick, text))
        hands.click(place, RIGHT)
        chosen_in_menu("Remove")
        assert Sign(kind, tick, text) not in hands.roll.signs
    assert hands.document.undo.count() == 6


def test_the_first_tempo_cannot_be_removed(hands: Hands) -> None:
    hands.click(sign(hands, Kind.TEMPO), RIGHT)
    menu = QApplication.activePopupWidget()
    assert isinstance(menu, QMenu)
    assert not next(a for a in menu.actions() if a.text() == "Remove").isEnabled()
    menu.close()


def test_a_marker_is_dragged_renamed_and_clicked(hands: Hands) -> None:
    put(hands, Kind.MARKER, 2 * BEAT, "Verse")
    at = sign(hands, Kind.MARKER)
    hands.drag(at, at + QPointF(hands.roll.geometry_.width(3 * BEAT), 0))
    assert Sign(Kind.MARKER, 5 * BEAT, "Verse") in hands.roll.signs
    hands.click(sign(hands, Kind.MARKER))
    assert hands.roll.playhead == 5 * BEAT
    hands.double_click(sign(hands, Kind.MARKER))
    typed(hands, "Chorus 2")
    assert Sign(Kind.MARKER, 5 * BEAT, "Chorus 2") in hands.roll.signs


def test_tempo_and_meter_are_dragged_but_not_from_the_start(hands: Hands) -> None:
    put(hands, Kind.TEMPO, 4 * BEAT, "61.37")
    exact = hands.document.score.tempos[1].microseconds
    at = next(p.box.center() for p in hands.roll.placed_signs() if p.sign.tick)
    hands.drag(at, at + QPointF(hands.roll.geometry_.width(BEAT), 0))
    assert hands.document.score.tempos[1] == Tempo(5 * BEAT, exact)
    first = sign(hands, Kind.TEMPO)
    before = hands.document.score
    hands.drag(first, first + QPointF(hands.roll.geometry_.width(2 * BEAT), 0))
    assert hands.document.score == before


def test_of_two_tempi_at_one_place_the_last_counts_and_can_be_moved(hands: Hands) -> None:
    twice = replace(hands.document.score, tempos=(Tempo(0, 500_000), Tempo(960, 400_000), Tempo(960, 600_000)))
    hands.document.change("x", twice)
    at = next(p.box.center() for p in hands.roll.placed_signs() if p.sign.tick)
    assert [s.text for s in hands.roll.signs if s.tick == 960] == ["100"]
    hands.drag(at, at + QPointF(hands.roll.geometry_.width(BEAT), 0))
    assert hands.document.score.tempos == (Tempo(0, 500_000), Tempo(1440, 600_000))


@pytest.mark.parametrize("last", [2**33, 2**50])
def test_absurd_times_are_shown_and_worked_on(hands: Hands, last: int) -> None:
    hands.document.open(
        Score((Note(0, 60, 480), Note(last, 62, 480)), (), (Tempo(last, 9),), (Meter(last, 3, 4),)), None, "far"
    )
    hands.roll.scroll_to(2.0**40, 0)
    hands.click(up(hands, hands.roll.geometry_.tick(500)))
    hands.drag(up(hands, hands.roll.geometry_.tick(400)), up(hands, hands.roll.geometry_.tick(600)))
    assert hands.roll.loop is not None
    hands.window.transport.seek(last)
    hands.roll.marks.marker()
    typed(hands, "Far")
    assert Sign(Kind.MARKER, last, "Far") in hands.roll.signs
    hands.window.grab()


def test_markers_are_saved_in_the_midi_file(hands: Hands, tmp_path: Path) -> None:
    put(hands, Kind.MARKER, 2 * BEAT, "Überleitung " + "lang " * 30)
    midi_reader.write(hands.document.score, tmp_path / "m.mid")
    marker = next(s for s in tempo_meter_marks.signs(midi_reader.read(tmp_path / "m.mid")) if s.kind is Kind.MARKER)
    assert marker.tick == 2 * BEAT
    assert marker.text.startswith("Überleitung lang lang")


def test_the_span_is_everything_before_the_join_until_it_is_set(hands: Hands) -> None:
    roll = hands.roll
    assert roll.context_span == (0, 4 * BEAT)
    hands.drag(low(hands, 0), low(hands, BEAT))
    assert roll.context_span == (BEAT, 4 * BEAT)
    hands.drag(low(hands, 4 * BEAT), low(hands, 3 * BEAT))
    assert roll.context_span == (BEAT, 3 * BEAT)
    assert hands.document.view["span"] == [BEAT, 3 * BEAT]
    hands.drag(low(hands, 2 * BEAT), low(hands, 3 * BEAT))  # not on a handle: a new span
    assert roll.context_span == (2 * BEAT, 3 * BEAT)
    hands.click(low(hands, BEAT), RIGHT)
    chosen_in_menu("Let the model hear everything")
    assert roll.context_span == (0, 4 * BEAT)
    assert roll.chosen_context_span is None


def test_the_span_reaches_as_far_back_as_the_style_reads(hands: Hands) -> None:
    roll = hands.roll
    roll.set_context_notes(3)
    assert roll.context_span == (BEAT, 4 * BEAT)
    roll.set_context_notes(4)
    assert roll.context_span == (0, 4 * BEAT)
    roll.set_context_notes(1)
    hands.drag(low(hands, BEAT), low(hands, 2 * BEAT))
    assert roll.context_span == (BEAT, 2 * BEAT), "what a person sets stays"


def test_the_window_tells_the_roll_how_far_the_style_reads(hands: Hands) -> None:
    window = hands.window
    window.panel.set_styles(installed_styles())
    window.document.open(Score(tuple(Note(i * BEAT, 60, BEAT) for i in range(600))), None, "long")
    assert window.roll.context_span == (88 * BEAT, 600 * BEAT)


@pytest.mark.parametrize(
    ("ask", "wrong", "said"),
    [("play.tempo", "fast", "A tempo is a number from 4 to 960"), ("play.meter", "3/5", "A meter is two numbers")],
)
def test_a_field_says_what_it_wants(hands: Hands, ask: str, wrong: str, said: str) -> None:
    window, before = hands.window, hands.document.score
    window.actions_[ask].trigger()
    field = QApplication.focusWidget()
    assert isinstance(field, QLineEdit)
    hands.qtbot.keyClicks(field, wrong)
    hands.qtbot.keyClick(field, Qt.Key.Key_Return)
    assert window.messages.text().startswith(said)
    assert field.isVisible()
    assert field.hasFocus(), "it can be typed anew at once"
    assert hands.document.score is before


def test_the_span_never_goes_past_the_join(hands: Hands) -> None:
    hands.drag(low(hands, BEAT), low(hands, 9 * BEAT))
    assert hands.roll.context_span == (BEAT, 4 * BEAT)


def test_without_a_mouse_marks_are_put_at_the_playhead(hands: Hands) -> None:
    hands.window.transport.seek(3 * BEAT)
    marks = hands.roll.marks
    for ask, text, kind in (
        (marks.marker, "Here", Kind.MARKER),
        (marks.tempo, "90", Kind.TEMPO),
        (marks.meter, "3/4", Kind.METER),
    ):
        ask()
        typed(hands, text)
        assert Sign(kind, 3 * BEAT, text) in hands.roll.signs
    marks.marker()
    typed(hands, "There")
    assert [s.text for s in hands.roll.signs if s.kind is Kind.MARKER] == ["There"]
    marks.marker()
    typed(hands, " ")
    assert Kind.MARKER not in {s.kind for s in hands.roll.signs}


def test_selection_becomes_span_and_pedal(hands: Hands) -> None:
    marks = hands.roll.marks
    hands.document.select(hands.document.score.notes[1:3])
    marks.limit_context()
    assert hands.roll.context_span == (BEAT, 3 * BEAT)
    marks.pedal()
    assert [(p.tick, p.down) for p in hands.document.score.pedals] == [(BEAT, True), (3 * BEAT, False)]
    marks.pedal()
    assert hands.document.score.pedals == ()
    assert len(hands.document.selection) == 2
    hands.document.select(())
    marks.limit_context()
    assert hands.roll.chosen_context_span is None


def test_the_menu_loops_the_selection(hands: Hands) -> None:
    hands.document.select(hands.document.score.notes[1:3])
    hands.click(up(hands, 0), RIGHT)
    chosen_in_menu("Loop the selection")
    assert hands.roll.loop == (BEAT, 3 * BEAT)
    hands.click(up(hands, 0), RIGHT)
    chosen_in_menu("End the loop")
    assert hands.roll.loop is None


def test_signs_make_room_for_markers_and_are_cut_to_what_fits(hands: Hands) -> None:
    for i in range(1, 40):
        put(hands, Kind.TEMPO, i * 60, str(100 + i))
    put(hands, Kind.MARKER, 10 * 60, "Here")
    placed = hands.roll.placed_signs()
    assert any(p.sign.text == "Here" for p in placed)
    boxes = [p.box for p in placed]
    assert all(a.right() <= b.left() for a, b in pairwise(boxes))


def test_cursors_of_the_ruler_tell_what_a_press_would_do(hands: Hands) -> None:
    put(hands, Kind.MARKER, 8 * BEAT, "M")
    hands.drag(up(hands, BEAT), up(hands, 3 * BEAT))
    shape = Qt.CursorShape
    for at, expected in (
        (up(hands, 5 * BEAT), shape.PointingHandCursor),
        (up(hands, 3 * BEAT), shape.SplitHCursor),
        (sign(hands, Kind.MARKER), shape.OpenHandCursor),
        (low(hands, 2 * BEAT), shape.IBeamCursor),
        (low(hands, 4 * BEAT), shape.SplitHCursor),
    ):
        hands.hover(at)
        assert hands.roll.viewport().cursor().shape() == expected
