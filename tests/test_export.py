"""Files for others."""

from __future__ import annotations

from pathlib import Path

import pytest

from composer import export, midi
from composer.errors import UserError
from composer.score import Note, Pedal, Score

SCORE = Score(notes=(Note(0, 60, 480, 90), Note(480, 64, 480, 40)), pedals=(Pedal(0, 127), Pedal(900, 0)))


def test_midi_comes_back_as_it_went(tmp_path: Path) -> None:
    export.mid(SCORE, tmp_path / "a.mid", comment="made by hand")
    back = midi.read(tmp_path / "a.mid")
    assert back.notes == SCORE.notes
    assert back.pedals == SCORE.pedals
    assert b"made by hand" in (tmp_path / "a.mid").read_bytes()
    with pytest.raises(UserError) as caught:
        export.mid(SCORE, tmp_path / "a.mid")
    assert caught.value.code == "output_exists"


def test_wav_is_rendered(tmp_path: Path) -> None:
    seen: list[float] = []
    made = export.wav(SCORE, tmp_path / "a.wav", progress=seen.append)
    assert made.peak > 0.05
    assert made.seconds > SCORE.seconds
    assert (tmp_path / "a.wav").stat().st_size == pytest.approx(made.seconds * 44100 * 4, abs=100)
    assert seen[-1] == 1.0


@pytest.mark.parametrize(
    ("arguments", "name"),
    [
        (("theme.mid", "baroque", 3, 12345, "mid"), "theme_baroque_take03_s12345.mid"),
        (("/home/me/my theme.MID", "my style!", 12, 7, ".wav"), "my-theme_my-style_take12_s7.wav"),
        (("", "romantic", None, None, "mid"), "untitled_romantic.mid"),
        (("../..", "", None, 5, "mid"), "untitled_s5.mid"),
        (("Für Elise.mid", "avant-garde", 1, 0, "mid"), "Für-Elise_avant-garde_take01_s0.mid"),
        (("x" * 300, "", None, None, "wav"), "x" * 60 + ".wav"),
    ],
)
def test_names(arguments: tuple[str, str, int | None, int | None, str], name: str) -> None:
    assert export.default_name(*arguments) == name


def test_the_example_themes_are_what_their_script_makes(repository: Path) -> None:
    import runpy

    made = runpy.run_path(str(repository / "examples" / "make_examples.py"))
    for name, make in made["PIECES"].items():
        theme = midi.read(repository / "examples" / f"{name}.mid")
        assert theme.notes == make().notes
        assert theme.pedals == make().pedals
        assert theme.meters == make().meters
        assert 8 <= len(theme.notes) <= 100
        assert theme.seconds < 25
