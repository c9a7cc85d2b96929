"""Files for others."""

from __future__ import annotations

import random
from fractions import Fraction
from pathlib import Path
from xml.etree import ElementTree

import pytest

from composer.audio import export
from composer.core.errors import UserError
from composer.files import midi_reader, musicxml_writer
from composer.music.score import Note, Pedal, Score, Track

SCORE = Score(notes=(Note(0, 60, 480, 90), Note(480, 64, 480, 40)), pedals=(Pedal(0, 127), Pedal(900, 0)))


def test_midi_comes_back_as_it_went(tmp_path: Path) -> None:
    export.mid(SCORE, tmp_path / "a.mid", comment="made by hand")
    back = midi_reader.read(tmp_path / "a.mid")
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


def test_names_that_xml_cannot_hold_are_cleaned() -> None:
    score = Score(
        (Note(0, 60, 480), Note(0, 40, 480, 80, 1)), tracks=(Track("Piano\x00"), Track("\x00")), title="a\x01b"
    )
    page = ElementTree.fromstring(musicxml_writer.musicxml(score))
    assert [name.text for name in page.iter("part-name")] == ["Piano", "2"]
    assert midi_reader.from_bytes(midi_reader.to_bytes(score, "half a pair: \ud800")).notes == score.notes


def test_the_example_themes_are_what_their_script_makes(repository: Path) -> None:
    import runpy

    made = runpy.run_path(str(repository / "examples" / "make_examples.py"))
    for name, make in made["PIECES"].items():
        theme = midi_reader.read(repository / "examples" / f"{name}.mid")
        assert theme.notes == make().notes
        assert theme.pedals == make().pedals
        assert theme.meters == make().meters
        assert 8 <= len(theme.notes) <= 100
        assert theme.seconds < 25


# ---- on the grid ----


@pytest.mark.parametrize("beat", [96, 480, 100, 7])
def test_the_grid_has_sixteenths_and_triplets(beat: int) -> None:
    allowed = {round(k * beat / 4) for k in range(200)} | {round(k * beat / 3) for k in range(200)}
    rng = random.Random(beat)
    notes = tuple(Note(rng.randrange(beat * 20), rng.randrange(128), rng.randrange(1, beat * 3)) for _ in range(200))
    done = musicxml_writer.on_grid(Score(notes, ticks_per_beat=beat))
    assert len(done.notes) == 200
    assert {n.start for n in done.notes} <= allowed
    assert all(n.duration >= max(beat // 4, 1) for n in done.notes)
    parts = {Fraction(round(n.duration * 12 / beat), 12).denominator for n in done.notes}
    assert parts <= {1, 2, 3, 4} or beat == 7, "no twelfths of a beat, which nobody can read"
    assert musicxml_writer.on_grid(done).notes == done.notes or beat == 7, "what lies on it stays"
    off = sorted(abs(a.start - b.start) for a, b in zip(sorted(notes), done.notes, strict=True))
    assert off[-1] <= beat


def test_a_late_note_moves_to_its_nearest_place() -> None:
    late = Score((Note(13, 60, 450, 33, muted=True), Note(650, 62, 140, composed=True), Note(1000, 64, 5)))
    assert musicxml_writer.on_grid(late).notes == (
        Note(0, 60, 480, 33, muted=True),
        Note(640, 62, 160, composed=True),
        Note(960, 64, 120),
    )


# ---- MusicXML ----


def notes_of(page: ElementTree.Element) -> list[tuple[Fraction, int]]:
    """(onset in quarter notes, pitch) of every note that is struck, in any part, voice and staff."""
    found = []
    for part in page.iter("part"):
        now, per_quarter, start = Fraction(0), 1, Fraction(0)
        for element in (e for measure in part.iter("measure") for e in measure):
            if element.tag == "attributes" and element.find("divisions") is not None:
                per_quarter = int(element.findtext("divisions", "1"))
            length = Fraction(int(element.findtext("duration", "0")), per_quarter)
            if element.tag == "backup":
                now -= length
            elif element.tag == "forward":
                now += length
            elif element.tag == "note":
                start = start if element.find("chord") is not None else now
                now = max(now, start + length)
                tied = {t.get("type") for t in element.iter("tie")}
                if element.find("pitch") is not None and "stop" not in tied:
                    found.append((start, pitch_of(element)))
    return sorted(found)


def pitch_of(element: ElementTree.Element) -> int:
    """MIDI pitch of a note in MusicXML."""
    step = {"C": 0, "D": 2, "E": 4, "F": 5, "G": 7, "A": 9, "B": 11}[element.findtext("pitch/step", "")]
    octave, alter = int(element.findtext("pitch/octave", "")), element.findtext("pitch/alter", "0")
    return 12 * (octave + 1) + step + round(float(alter))


@pytest.mark.parametrize("name", ["elise", "prelude_in_c", "nocturne"])
def test_what_is_played_is_written(repository: Path, tmp_path: Path, name: str) -> None:
    score = midi_reader.read(repository / "examples" / f"{name}.mid")
    seen: list[float] = []
    export.musicxml(score, tmp_path / "a.musicxml", title="Für <Elise>", progress=seen.append)
    page = ElementTree.parse(tmp_path / "a.musicxml").getroot()
    grid = musicxml_writer.on_grid(score)
    beat = score.ticks_per_beat
    assert notes_of(page) == sorted({(Fraction(round(n.start * 12 / beat), 12), n.pitch) for n in grid.audible})
    assert page.findtext(".//movement-title") == "Für <Elise>"
    assert len(page.findall("part")) == 2, "one track on two staves"
    meter = score.bar_map.meter(0)
    assert (page.findtext(".//beats"), page.findtext(".//beat-type")) == (str(meter[0]), str(meter[1]))
    assert seen[-1] == 1.0
    assert seen == sorted(seen)


def test_crowded_music_keeps_its_onsets(tmp_path: Path) -> None:
    """More overlapping notes than there are voices: some end early, none begins elsewhere."""
    notes = tuple(Note(120 * i, 62 + i, 2000) for i in range(9))
    export.musicxml(Score(notes), tmp_path / "a.musicxml")
    page = ElementTree.parse(tmp_path / "a.musicxml").getroot()
    assert notes_of(page) == [(Fraction(i, 4), 62 + i) for i in range(9)]


def test_tracks_become_staves_and_drums_do_not(tmp_path: Path) -> None:
    tracks = (Track("Violin"), Track("", 1), Track("Drums", 9))
    notes = (Note(0, 76, 480), Note(0, 40, 480, track=1), Note(0, 36, 480, track=2))
    export.musicxml(Score(notes, tracks=tracks), tmp_path / "a.musicxml")
    page = ElementTree.parse(tmp_path / "a.musicxml").getroot()
    assert [p.text for p in page.iter("part-name")] == ["Violin", "2"]
    assert [pitch for _, pitch in notes_of(page)] == [40, 76]


def test_musicxml_neither_replaces_nor_half_writes(tmp_path: Path) -> None:
    (tmp_path / "a.musicxml").write_bytes(b"precious")
    with pytest.raises(UserError) as caught:
        export.musicxml(SCORE, tmp_path / "a.musicxml")
    assert caught.value.code == "output_exists"
    with pytest.raises(midi_reader.Cancelled):
        export.musicxml(SCORE, tmp_path / "b.musicxml", cancelled=lambda: True)
    assert [p.name for p in tmp_path.iterdir()] == ["a.musicxml"]
