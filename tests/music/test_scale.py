"""Scales on the whole keyboard, checked against what their definition says of every pitch."""

from __future__ import annotations

from itertools import product

import pytest

from composer.music.scale import MODES, Scale, parse

ALL = [Scale(tonic, mode) for tonic in range(12) for mode in MODES]
KEYS = range(128)


def test_c_major_is_the_white_keys() -> None:
    scale = Scale(0, "major")
    assert [p % 12 for p in KEYS if scale.contains(p)][:7] == [0, 2, 4, 5, 7, 9, 11]
    assert [scale.step(60, n) for n in (-7, -2, -1, 0, 1, 2, 7)] == [48, 57, 59, 60, 62, 64, 72]
    assert [scale.snap(p) for p in (60, 61, 63, 66)] == [60, 60, 62, 65]


def test_snapping_lands_on_the_nearest_pitch_of_the_scale() -> None:
    for scale, pitch in product(ALL, KEYS):
        got = scale.snap(pitch)
        assert scale.contains(got)
        assert not any(scale.contains(p) for p in KEYS if abs(p - pitch) < abs(got - pitch))


def test_a_step_up_and_one_down_come_back_and_pass_no_pitch_of_the_scale() -> None:
    for scale, pitch in product(ALL, range(12, 116)):
        up = scale.step(pitch, 1)
        assert scale.contains(up)
        assert not any(scale.contains(p) for p in range(pitch + 1, up))
        if scale.contains(pitch):
            assert scale.step(up, -1) == pitch
            assert scale.step(scale.step(pitch, 3), -3) == pitch


def test_names_are_read_back_and_steps_stay_on_the_keyboard() -> None:
    for scale in ALL:
        assert parse(scale.name) == scale
        for pitch in KEYS:
            assert scale.step(pitch, -200) == min(scale.pitches[0], pitch) >= 0
            assert scale.step(pitch, 200) == max(scale.pitches[-1], pitch) <= 127
            assert scale.step(pitch, 0) == pitch


def test_a_pitch_outside_the_scale_steps_to_its_neighbours() -> None:
    scale = Scale(0, "major")
    assert (scale.step(61, 1), scale.step(61, -1), scale.step(61, 2)) == (62, 60, 64)


@pytest.mark.parametrize(
    ("text", "name"),
    [("c", "C major"), ("b- minor", "Bb minor"), ("F♯ Dorian", "F# dorian"), ("Db minor", "C# minor")],
)
def test_spellings(text: str, name: str) -> None:
    scale = parse(text)
    assert scale is not None
    assert scale.name == name


@pytest.mark.parametrize("text", ["", "H major", "C wobbly", "C## #", None, 3, ["C"], "C### major"])
def test_what_is_no_key_is_none(text: object) -> None:
    assert parse(text) is None
