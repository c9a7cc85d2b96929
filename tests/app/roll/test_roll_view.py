"""What the roll shows: ghost, edges, scales, layers, many notes, the playhead's strip; and what it says in words."""

from __future__ import annotations

import pytest
from hands import ALT, BEAT, CTRL, LEFT, NONE, RIGHT, SHIFT, Hands, Silence, melody
from PySide6.QtCore import QEvent, QObject, QPointF, QRect, Qt
from PySide6.QtGui import QAccessibleAnnouncementEvent, QColor, QContextMenuEvent, QImage, QPaintEvent, QRegion
from PySide6.QtWidgets import QApplication

from app.look.theme import DARK, LIGHT
from app.roll.a11y import note_text
from app.roll.canvas.geometry import SIGNS, UPPER
from app.roll.canvas.note_index import NoteIndex
from app.roll.painting.primitives import MANY
from app.window.main_window import MainWindow
from composer.audio.scheduler import Kind
from composer.files.project_file import Project
from composer.music.scale import parse
from composer.music.score import Note, Score, Track

K = Qt.Key


def crowd(count: int, **changes: object) -> tuple[Note, ...]:
    """More notes than are drawn one by one, all on one key and a tick apart from each other's ends."""
    return tuple(Note(i * 8, 60, 8, **changes) for i in range(count))  # type: ignore[arg-type]


def picture(hands: Hands) -> QImage:
    """The roll as it is painted."""
    return hands.roll.viewport().grab().toImage()


def colors(hands: Hands, pitch: int, first: int, last: int) -> set[str]:
    """Every colour in the middle of a row between two ticks."""
    image, g = picture(hands), hands.roll.geometry_
    rows = range(round(g.y(pitch)) + 3, round(g.y(pitch) + g.key_height) - 3)
    return {image.pixelColor(x, y).name() for x in range(round(g.x(first)), round(g.x(last))) for y in rows}


# ---- under the mouse ----


def test_the_ghost_under_the_pencil_is_the_note_that_a_press_would_draw(hands: Hands) -> None:
    hands.hover(hands.spot(5.4 * BEAT, 72))
    ghost = hands.roll.transient.ghost
    assert ghost == Note(5 * BEAT, 72, BEAT, 80)
    hands.click(hands.spot(5.4 * BEAT, 72))
    assert ghost in hands.document.score.notes
    hands.hover(hands.on(hands.document.score.notes[0]))
    assert hands.roll.transient.ghost is None
    hands.roll.set_tool("select")
    hands.hover(hands.spot(8 * BEAT, 72))
    assert hands.roll.transient.ghost is None


def test_alt_frees_the_ghost_without_a_move_of_the_mouse(hands: Hands) -> None:
    hands.hover(hands.spot(5.4 * BEAT, 72))
    hands.qtbot.keyPress(hands.roll, K.Key_Alt)
    free = hands.roll.transient.ghost
    hands.qtbot.keyRelease(hands.roll, K.Key_Alt)
    assert free is not None
    assert free.start % BEAT
    assert hands.roll.transient.ghost == Note(5 * BEAT, 72, BEAT, 80)


def test_a_drag_sounds_each_new_pitch_and_lights_its_key(hands: Hands, silence: Silence) -> None:
    note = hands.document.score.notes[0]
    row = hands.roll.geometry_.key_height
    hands.press(hands.on(note))
    for i in (1, 1, 2):
        hands.move(hands.on(note) - QPointF(0, i * row))
    assert hands.roll.transient.lit == {62}
    hands.release(hands.on(note) - QPointF(0, 2 * row))
    assert [e.a for e in silence.events if e.kind == Kind.ON] == [60, 61, 62]
    assert hands.roll.transient.lit == set()


def test_the_eraser_has_a_shape_of_its_own_and_shift_with_the_select_tool_shows_a_copy(hands: Hands) -> None:
    note = hands.document.score.notes[0]
    hands.roll.set_tool("erase")
    hands.hover(hands.on(note))
    assert hands.roll.viewport().cursor().shape() == Qt.CursorShape.BitmapCursor
    hands.roll.set_tool("select")
    hands.hover(hands.on(note), SHIFT)
    assert hands.roll.viewport().cursor().shape() == Qt.CursorShape.DragCopyCursor
    hands.press(QPointF(400, 300), Qt.MouseButton.MiddleButton)
    assert hands.roll.viewport().cursor().shape() == Qt.CursorShape.ClosedHandCursor
    hands.release(QPointF(400, 300), Qt.MouseButton.MiddleButton)


def test_hovering_tells_place_note_and_sign(hands: Hands) -> None:
    said: list[str] = []
    hands.roll.hovered.connect(said.append)
    hands.hover(hands.on(hands.document.score.notes[1]))
    assert said[-1] == "Bar 1, beat 2   D4   velocity 80"
    hands.hover(hands.roll.placed_signs()[0].box.center())
    assert said[-1].endswith("tempo 120")


# ---- the edges ----


def test_holding_a_drag_over_the_edge_scrolls_on(hands: Hands) -> None:
    note = hands.document.score.notes[0]
    out = QPointF(hands.roll.viewport().width() + 30, hands.on(note).y())
    at_first = hands.roll.geometry_.tick(out.x())
    hands.press(hands.on(note))
    hands.move(out)
    left = hands.roll.geometry_.left
    hands.wait(lambda: hands.roll.geometry_.left > left + 100)  # the mouse rests, the paper moves
    hands.release(out)
    assert not hands.roll.pushing.isActive()
    (moved,) = hands.document.selection
    assert moved.start > at_first


def test_a_box_dragged_over_the_lower_edge_selects_what_comes_into_sight(hands: Hands) -> None:
    deep = Note(0, 24, BEAT, 80)
    hands.document.change("x", hands.document.score.add([deep]))
    hands.roll.set_tool("select")
    hands.press(hands.spot(6 * BEAT, 70))
    out = QPointF(hands.roll.geometry_.x(10), hands.roll.viewport().height() + 40)
    hands.move(out)
    hands.wait(lambda: deep in hands.document.selection)
    hands.roll.cancel_gesture()
    assert not hands.roll.pushing.isActive()
    assert hands.document.selection == set()


# ---- scales ----


def test_pencil_and_drags_keep_to_the_scale_while_pitches_snap_to_it(hands: Hands) -> None:
    hands.roll.set_scale(parse("C major"))
    hands.roll.snap_to_scale = True
    hands.click(hands.spot(5 * BEAT, 61))
    assert Note(5 * BEAT, 60, BEAT, 80) in hands.document.score.notes
    hands.click(hands.spot(7 * BEAT, 61), mods=ALT)
    assert 61 in {n.pitch for n in hands.document.score.notes}
    hands.document.select(hands.document.score.notes[:2])  # C4, D4
    start = hands.on(hands.document.score.notes[0])
    hands.drag(start, start - QPointF(0, 3 * hands.roll.geometry_.key_height))
    assert {n.pitch for n in hands.document.selection} <= {62, 64, 65}


def test_rows_of_the_scale_stand_out(hands: Hands) -> None:
    plain = colors(hands, 73, 6 * BEAT + 20, 6 * BEAT + 40)
    hands.roll.set_scale(parse("C# major"))
    assert QColor(hands.roll.theme.row_tonic).name() in colors(hands, 73, 6 * BEAT + 20, 6 * BEAT + 40)
    assert QColor(hands.roll.theme.row_outside).name() in colors(hands, 74, 6 * BEAT + 20, 6 * BEAT + 40)
    hands.roll.set_scale(None)
    assert colors(hands, 73, 6 * BEAT + 20, 6 * BEAT + 40) == plain


# ---- layers ----


@pytest.fixture
def layered(hands: Hands) -> Hands:
    """Two tracks: the melody, and one note of another above it."""
    other = Note(6 * BEAT, 64, 2 * BEAT, 80, track=1)
    score = Score((*melody().notes, other), tracks=(Track("one"), Track("two", 1)))
    hands.document.open(score, None, "layers")
    hands.document.set_view("layer", 0)
    return hands


def test_notes_of_other_layers_are_ghosts_that_nothing_takes_hold_of(layered: Hands) -> None:
    hands, other = layered, layered.document.score.notes[-1]
    shown = colors(hands, 64, other.start + 40, other.end - 40)
    assert hands.roll.note_at(hands.on(other).x(), hands.on(other).y()) is None
    hands.click(hands.on(other), RIGHT)
    assert other in hands.document.score.notes
    hands.roll.set_tool("select")
    hands.drag(hands.spot(10 * BEAT, 75), hands.spot(0.2 * BEAT, 58))
    assert hands.document.selection == set(hands.document.score.notes[:4])
    hands.document.select(())
    hands.document.set_view("layer", 1)
    assert colors(hands, 64, other.start + 40, other.end - 40) != shown
    assert hands.roll.note_at(hands.on(other).x(), hands.on(other).y()) == other


def test_the_pencil_draws_into_the_layer_in_hand(layered: Hands) -> None:
    layered.document.set_view("layer", 1)
    layered.click(layered.spot(2 * BEAT, 72))
    assert Note(2 * BEAT, 72, BEAT, 80, track=1) in layered.document.score.notes
    layered.document.set_view("layer", None)
    layered.click(layered.on(layered.document.score.notes[0]))
    layered.click(layered.spot(4 * BEAT, 72))
    assert next(n for n in layered.document.score.notes if n.start == 4 * BEAT).track == 0


def test_hidden_layers_are_not_there(layered: Hands) -> None:
    other = layered.document.score.notes[-1]
    layered.document.set_view("layer", None)
    layered.document.set_view("hidden", [1])
    assert layered.roll.index.notes_within(other.start, other.end) == []
    ground = colors(layered, 64, other.end + 40, other.end + 90)
    assert colors(layered, 64, other.start + 40, other.start + 90) <= ground | {QColor(DARK.grid_step).name()}


# ---- many notes ----


@pytest.mark.parametrize("theme", [DARK, LIGHT])
def test_of_very_many_notes_human_composed_selected_and_muted_ones_can_be_told_apart(
    hands: Hands, theme: object
) -> None:
    hands.roll.set_theme(theme)  # type: ignore[arg-type]
    looks = []
    for changes in ({}, {"composed": True}, {"muted": True}):
        hands.document.open(Score(crowd(MANY + 50, **changes)), None, "many")
        looks.append(frozenset(colors(hands, 60, 100, 300)))
        assert hands.roll.index.find(0, BEAT).size > 0
    hands.document.open(Score(crowd(MANY + 50)), None, "many")
    hands.document.select(hands.document.score.notes)
    looks.append(frozenset(colors(hands, 60, 100, 300)))
    assert len(set(looks)) == 4


def test_what_is_in_the_hand_is_shown_moved_also_when_it_is_very_much(hands: Hands) -> None:
    hands.document.open(Score(crowd(MANY + 50)), None, "many")
    hands.document.select(hands.document.score.notes)
    note = hands.document.score.notes[40]
    at = hands.spot(note.start + 4, 60)
    hands.press(at)
    hands.move(at - QPointF(0, 3 * hands.roll.geometry_.key_height))
    ground = colors(hands, 70, 100, 300)
    assert colors(hands, 60, 100, 300) <= ground | {QColor(DARK.row_white).name(), QColor(DARK.row_black).name()}
    assert not colors(hands, 63, 100, 300) <= ground
    hands.release(at - QPointF(0, 3 * hands.roll.geometry_.key_height))
    assert {n.pitch for n in hands.document.score.notes} == {63}
    assert hands.document.undo.count() == 1


class Regions(QObject):
    """Remembers what was painted."""

    def __init__(self) -> None:
        super().__init__()
        self.painted = QRegion()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Paint:
            assert isinstance(event, QPaintEvent)
            self.painted += event.region()
        return False


def test_a_tick_of_the_playhead_paints_its_strip_only(hands: Hands, window: MainWindow) -> None:
    hands.wait(lambda: True)
    regions = Regions()
    hands.roll.set_playhead(5 * BEAT)
    hands.qtbot.wait(50)
    hands.roll.viewport().installEventFilter(regions)
    hands.roll.set_playhead(5 * BEAT + 20)
    hands.wait(lambda: not regions.painted.isEmpty())
    hands.roll.viewport().removeEventFilter(regions)
    x = round(hands.roll.geometry_.x(5 * BEAT))
    assert QRect(x - 12, 0, 40, hands.roll.viewport().height()).contains(regions.painted.boundingRect())


# ---- where one was ----


def test_zoom_and_place_come_back_with_the_piece(hands: Hands) -> None:
    roll, g = hands.roll, hands.roll.geometry_
    roll.zoom(time=2.2, pitch=1.3)
    roll.pan_to(300, 700)
    hands.wait(lambda: hands.document.view.get("scroll") is not None)
    kept = dict(hands.document.view)
    seen = (g.beat_width, g.key_height, g.left, g.top)
    hands.document.open(melody(), None, "another")
    hands.document.view.update(kept)
    assert roll.viewport_memory.show()
    assert (g.beat_width, g.key_height, g.left, g.top) == pytest.approx(seen, abs=2)
    hands.document.view["scroll"] = ["x", None]
    assert not roll.viewport_memory.show()


def test_a_piece_is_indexed_once_when_it_is_opened(layered: Hands, monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[object] = []
    monkeypatch.setattr("app.roll.roll_view.NoteIndex", lambda *of: made.append(of) or NoteIndex(*of))
    score = layered.document.score.add(crowd(3))
    layered.document.open(Project(score, view={"layer": 1, "hidden": [0], "loop": [0, BEAT]}), None, "another")
    assert made == [(score.notes, 1, frozenset({0}))]
    assert layered.roll.index.notes is score.notes


def test_show_everything_shows_all_of_a_long_piece(hands: Hands) -> None:
    roll, g = hands.roll, hands.roll.geometry_
    notes = tuple(Note(i * BEAT, 30 + i % 66, BEAT) for i in range(2000))
    hands.document.open(Score(notes=notes), None, "long")
    assert g.beat_width >= 20, "a piece opens near enough to be worked on"
    hands.key(K.Key_0, CTRL)
    port = roll.viewport()
    assert g.keys_width <= g.x(0) < g.x(notes[-1].end) <= port.width()
    assert g.ruler_height <= g.y(95) < g.y(30) + g.key_height <= port.height()
    for _ in range(30):
        hands.window.actions_["view.zoom_out"].trigger()
    assert g.x(notes[-1].end) - g.keys_width > port.width() / 2, "farther away there is only emptiness"


def test_a_window_that_is_maximised_and_restored_shows_the_same_place(hands: Hands) -> None:
    roll, g = hands.roll, hands.roll.geometry_

    def seen() -> bool:
        return all(g.ruler_height <= g.y(n.pitch) <= roll.viewport().height() - 20 for n in melody().notes)

    assert seen()
    for size in ((1800, 2400), (1280, 800)):  # all rows, and a few of them again
        hands.window.resize(*size)
        hands.wait(lambda size=size: hands.window.height() == size[1])
        assert seen()


def test_a_short_piece_stays_large_when_zoomed_out(hands: Hands) -> None:
    for _ in range(60):
        hands.window.actions_["view.zoom_out"].trigger()
    assert hands.roll.geometry_.beat_width == pytest.approx(3)


def test_from_near_the_ruler_numbers_the_beats_too(hands: Hands) -> None:
    def written(tick: int) -> bool:
        x = round(hands.roll.geometry_.x(tick))
        image = picture(hands).copy(x + 6, 4, 30, 14)
        return len({image.pixelColor(i, j).name() for i in range(30) for j in range(14)}) > 1

    hands.roll.zoom(time=100 / hands.roll.geometry_.beat_width)
    hands.roll.pan_to(0, 700)
    assert not written(5 * BEAT)
    hands.roll.zoom(time=3)
    hands.roll.pan_to(4.5 * 300, 700)  # the bar's own number is out of sight
    assert written(5 * BEAT)


# ---- in words ----


def test_the_selection_is_described_for_screen_readers(hands: Hands) -> None:
    notes = hands.document.score.notes
    hands.key(K.Key_Tab)
    hands.wait(lambda: hands.roll.accessibleDescription().endswith("1 note selected"))
    assert hands.roll.accessibleDescription() == "C4, bar 1 beat 1, quarter, velocity 70; 1 note selected"
    hands.key(K.Key_Tab)
    hands.wait(lambda: hands.roll.accessibleDescription().startswith("D4"))
    hands.document.select(notes[1:])
    hands.wait(lambda: hands.roll.accessibleDescription().endswith("3 notes selected"))
    assert hands.roll.accessibleDescription() == "D4, bar 1 beat 2, quarter, velocity 80; 3 notes selected"
    hands.key(K.Key_Escape)
    hands.wait(lambda: hands.roll.accessibleDescription() == "")


@pytest.mark.parametrize(
    ("ticks", "words"),
    [(480, "quarter"), (470, "quarter"), (720, "dotted quarter"), (160, "triplet eighth"), (2400, "5.00 quarters")],
)
def test_lengths_have_names(ticks: int, words: str) -> None:
    assert note_text.length_name(ticks / 480) == words


def test_a_note_off_the_beat_composed_and_muted_is_told_as_that() -> None:
    note = Note(2 * BEAT + 120, 61, BEAT, 50, muted=True, composed=True)
    said = note_text.note_words(melody(), note)
    assert said == "C♯4, bar 1 beat 3.25, quarter, velocity 50, composed, muted"


def test_the_menu_key_opens_the_menu_at_the_selection(hands: Hands) -> None:
    hands.document.select(hands.document.score.notes[2:3])
    at = hands.roll.rect().center()
    event = QContextMenuEvent(QContextMenuEvent.Reason.Keyboard, at, hands.roll.mapToGlobal(at))
    QApplication.sendEvent(hands.roll, event)
    menu = QApplication.activePopupWidget()
    assert menu is not None
    place = hands.roll.viewport().mapFromGlobal(menu.pos())
    x, y, _, height = hands.roll.geometry_.rect(hands.document.score.notes[2])
    assert abs(place.x() - x) < 10
    assert abs(place.y() - y - height) < 10
    menu.close()


def test_scrolled_away_tempo_and_meter_are_told_over_the_keys(hands: Hands) -> None:
    corner = QRect(0, int(UPPER), 58, int(SIGNS))
    empty = hands.roll.viewport().grab(corner).toImage()
    hands.roll.pan_to(hands.roll.geometry_.width(2 * BEAT), hands.roll.geometry_.top)
    assert hands.roll.viewport().grab(corner).toImage() != empty


def test_a_second_button_during_a_drag_does_nothing(hands: Hands) -> None:
    note = hands.document.score.notes[0]
    hands.press(hands.on(note), LEFT)
    hands.press(hands.on(hands.document.score.notes[2]), RIGHT)
    hands.release(hands.on(hands.document.score.notes[2]), RIGHT)
    hands.release(hands.on(note), LEFT, NONE)
    assert hands.document.score == melody()


def test_a_changed_selection_is_announced_where_somebody_listens(hands: Hands, monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[str] = []

    def listen(event: QAccessibleAnnouncementEvent) -> None:
        told.append(event.message())

    monkeypatch.setattr("app.roll.a11y.announcer.QAccessible.isActive", lambda: True)
    monkeypatch.setattr("app.roll.a11y.announcer.QAccessible.updateAccessibility", listen)
    hands.key(K.Key_Tab)
    hands.wait(lambda: bool(told))
    hands.key(K.Key_Up)
    hands.wait(lambda: len(told) == 2)
    assert told[0].startswith("C4, bar 1 beat 1")
    assert told[1].startswith("C♯4, bar 1 beat 1")
