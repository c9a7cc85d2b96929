"""Pixels, ticks, pitches and the snap grid, without a window."""

from __future__ import annotations

from itertools import pairwise

import pytest

from app.roll.canvas.geometry import Geometry, points_between
from app.roll.canvas.note_index import NoteIndex
from composer.music.grid import ADAPTIVE, Grid, grid_for
from composer.music.score import Note
from composer.music.time_maps import BarMap


def test_there_and_back() -> None:
    g = Geometry(left=123, top=456)
    for tick in (0, 480, 12345):
        assert g.tick(g.x(tick) + 0.01) == tick
    for pitch in (0, 60, 127):
        assert g.pitch(g.y(pitch) + 0.5) == pitch


def test_edges_and_bodies() -> None:
    g = Geometry(beat_width=48)
    long, short = Note(480, 60, 480), Note(480, 60, 120)
    x, _, width, _ = g.rect(long)
    assert [g.zone(long, at) for at in (x + 1, x + width / 2, x + width - 1)] == ["left", "body", "right"]
    x, _, width, _ = g.rect(short)
    assert {g.zone(short, at) for at in (x, x + width / 2, x + width - 0.1)} == {"body"}


def test_zoom_keeps_what_is_under_the_cursor() -> None:
    g = Geometry(left=700, top=300)
    tick, pitch = g.tick(500), g.pitch(400)
    g.zoom_time(1.7, 500)
    g.zoom_pitch(1.3, 400)
    assert g.tick(500) == pytest.approx(tick, abs=2)
    assert g.pitch(400) == pitch


def test_zoom_has_bounds() -> None:
    g = Geometry()
    for _ in range(60):
        g.zoom_time(2, 300)
        g.zoom_pitch(2, 300)
    assert (g.beat_width, g.key_height) == (g.BEAT_WIDTHS[1], g.KEY_HEIGHTS[1])


def test_the_grid_begins_anew_at_each_bar_line() -> None:
    bars = BarMap(480, [(0, 3, 8), (1440, 4, 4)])  # two bars of 720 ticks, then bars of 1920
    quarter = Grid(bars, 480, 1)
    assert quarter.nearest(700) == 720
    assert quarter.nearest(599) == 480
    assert Grid(bars, 480, 0).nearest(1500) == 1440
    assert Grid(bars, 480, 0).floor(3000) == 1440
    assert Grid(bars, 480, None).nearest(1234) == 1234


def test_triplets_stay_in_step() -> None:
    grid = Grid(BarMap(480), 480, 1 / 3)
    assert [grid.nearest(t) for t in (0, 150, 330, 470)] == [0, 160, 320, 480]


def test_the_adaptive_grid_follows_the_zoom() -> None:
    steps = [grid_for(ADAPTIVE, BarMap(480), 480, width).step for width in (4, 12, 60, 400)]
    assert steps == [0, 1, 0.25, 0.125]


def test_a_quick_drag_passes_everything_on_its_way() -> None:
    points = points_between((0, 0), (30, 9))
    assert points[-1] == (30, 9)
    assert max(abs(b[0] - a[0]) for a, b in pairwise(points)) <= 3


def test_the_index_finds_what_sounds_and_what_is_under_a_point() -> None:
    notes = (Note(0, 60, 1000), Note(100, 60, 100), Note(500, 64, 1), Note(900, 67, 100))
    index = NoteIndex(notes)
    assert index.notes_within(150, 160) == [notes[0], notes[1]]
    assert index.notes_within(0, 2000, 61, 70) == [notes[2], notes[3]]
    assert index.at(150, 60) == notes[1]
    assert index.at(300, 60) == notes[0]
    assert index.at(505, 64) is None
    assert index.at(505, 64, slack=10) == notes[2]
    assert NoteIndex().at(0, 60) is None
