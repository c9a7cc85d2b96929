"""Reading and writing MIDI: real files, hard files built here, and files that are none."""

from __future__ import annotations

import io
import os
import random
import struct
from collections.abc import Sequence
from pathlib import Path

import mido
import pytest

from composer.core.errors import UserError
from composer.files import midi_reader
from composer.model import tokenizer
from composer.music.score import Extra, Meter, Note, Pedal, Score, Tempo, Track
from tests.places import DATA, EXAMPLES

REAL = sorted([*DATA.glob("*.mid"), *EXAMPLES.glob("*.mid")])


def varint(value: int) -> bytes:
    """A MIDI variable-length number."""
    out = [value & 0x7F]
    while value := value >> 7:
        out.append(0x80 | value & 0x7F)
    return bytes(reversed(out))


def smf(*tracks: Sequence[tuple[int, bytes]], kind: int = 1, resolution: int = 480) -> bytes:
    """A MIDI file from (delta, event bytes) by track, byte by byte, so that mido's writer tidies nothing up."""
    data = b"MThd" + struct.pack(">LHHh", 6, kind, len(tracks), resolution)
    for track in tracks:
        body = b"".join(varint(delta) + event for delta, event in track)
        body += b"" if body.endswith(b"\xff\x2f\x00") else b"\x00\xff\x2f\x00"
        data += b"MTrk" + struct.pack(">L", len(body)) + body
    return data


def on(pitch: int, velocity: int = 64, channel: int = 0) -> bytes:
    """A note-on event."""
    return bytes([0x90 | channel, pitch, velocity])


def off(pitch: int, channel: int = 0) -> bytes:
    """A note-off event."""
    return bytes([0x80 | channel, pitch, 0])


def cc(control: int, value: int, channel: int = 0) -> bytes:
    """A control change."""
    return bytes([0xB0 | channel, control, value])


def meta(kind: int, data: bytes) -> bytes:
    """A meta event."""
    return bytes([0xFF, kind]) + varint(len(data)) + data


def tempo(microseconds: int) -> bytes:
    """A tempo event."""
    return meta(0x51, microseconds.to_bytes(3, "big"))


def again(score: Score) -> Score:
    """Written and read."""
    return midi_reader.from_bytes(midi_reader.to_bytes(score))


def plain(score: Score) -> list[tuple[int, int, int, int]]:
    """(start, pitch, duration, velocity) of each note."""
    return [(n.start, n.pitch, n.duration, n.velocity) for n in score.notes]


# ---- real files ----


@pytest.mark.parametrize("path", REAL, ids=lambda p: p.stem)
def test_real_files_come_back_whole(path: Path, tmp_path: Path) -> None:
    """Read, written and read: the same piece; written again: the same bytes."""
    score = midi_reader.read(path)
    assert len(score.notes) >= 8
    assert score.title == path.stem
    out = tmp_path / "out.mid"
    midi_reader.write(score, out)
    back = midi_reader.read(out)
    assert list(back.notes) == midi_reader.without_overlaps(score)
    assert without_notes(back) == without_notes(score)
    assert midi_reader.to_bytes(back) == midi_reader.to_bytes(again(back)) == midi_reader.to_bytes(again(again(back)))


def without_notes(score: Score) -> Score:
    """All but the notes."""
    return score.with_notes(())


@pytest.mark.parametrize("path", REAL, ids=lambda p: p.stem)
def test_mido_hears_the_same_notes(path: Path) -> None:
    """Onsets in seconds, against mido's own clock."""
    file, now, onsets = mido.MidiFile(path), 0.0, []
    for message in file:
        now += message.time
        if message.type == "note_on" and message.velocity:
            onsets.append((round(now, 4), message.note, message.velocity))
    score = midi_reader.read(path)
    ours = [(round(score.tempo_map.second(n.start), 4), n.pitch, n.velocity) for n in score.notes]
    assert len(ours) == len(onsets)
    for (a, *one), (b, *other) in zip(sorted(ours), sorted(onsets), strict=True):
        assert a == pytest.approx(b, abs=2e-4)
        assert one == other


def test_the_shared_thesis_results_come_back_whole(shared: Path) -> None:
    """The files of the reference folder, those that are not shipped too."""
    files = sorted((shared / "reference" / "midi").glob("*.mid"))
    assert len(files) >= 7
    for path in files:
        score = midi_reader.read(path)
        assert score.notes, path
        assert list(again(score).notes) == midi_reader.without_overlaps(score), path
        assert without_notes(again(score)) == without_notes(score), path


# ---- what files may hold ----


def test_type_0_with_several_channels_becomes_a_track_each() -> None:
    """Each with its program; the drums are kept, with a word about them."""
    track = [
        (0, meta(3, b"Band")),
        (0, b"\xc0\x05"),
        (0, b"\xc3\x20"),
        (0, on(60, 70)),
        (0, on(40, 80, 3)),
        (0, on(36, 90, 9)),
        (240, off(60)),
        (0, off(40, 3)),
        (0, off(36, 9)),
    ]
    score, warnings = midi_reader._parse(smf(track, kind=0), "x", "x")
    assert score.tracks == (Track("Band", 0, 5), Track("Band", 3, 32), Track("Band", 9, 0))
    assert [(n.pitch, n.track, n.velocity) for n in score.notes] == [(36, 2, 90), (40, 1, 80), (60, 0, 70)]
    assert [n.pitch for n in score.audible] == [40, 60]
    assert any("drum" in w for w in warnings)
    assert again(score) == score


def test_type_2_tracks_follow_one_another() -> None:
    """They are pieces of their own, not voices."""
    first = [(0, on(60)), (480, off(60)), (20, meta(0x2F, b""))]
    second = [(10, on(62)), (480, off(62))]
    assert plain(midi_reader.from_bytes(smf(first, second, kind=2))) == [(0, 60, 480, 64), (510, 62, 480, 64)]


def test_running_status_and_velocity_0() -> None:
    """The shortest way of writing notes: one status byte, endings as note-ons of velocity 0."""
    track = [(0, on(60)), (100, bytes([60, 0])), (0, bytes([62, 50])), (50, bytes([62, 0]))]
    assert plain(midi_reader.from_bytes(smf(track))) == [(0, 60, 100, 64), (100, 62, 50, 50)]


def test_notes_without_an_end_are_closed_at_the_tracks_end(tmp_path: Path) -> None:
    """With a warning that counts them."""
    path = tmp_path / "open.mid"
    path.write_bytes(smf([(0, on(60)), (10, on(64)), (470, off(64)), (100, meta(0x2F, b""))]))
    score, warnings = midi_reader.read_with_warnings(path)
    assert plain(score) == [(0, 60, 580, 64), (10, 64, 470, 64)]
    assert warnings == ("1 note has no end; closed at the track's end.",)
    path.write_bytes(smf([(0, on(60)), (10, on(64)), (470, cc(7, 1))]))
    assert "2 notes have no end" in midi_reader.read_with_warnings(path)[1][0]
    path.write_bytes(smf([(0, on(60)), (10, off(60))]))
    assert midi_reader.read_with_warnings(path)[1] == ()


@pytest.mark.parametrize("control", [120, 123])
def test_all_notes_off_ends_them(control: int) -> None:
    """On its own channel."""
    track = [(0, on(60)), (0, on(64)), (0, on(65, channel=1)), (96, cc(control, 0)), (96, off(65, 1))]
    score = midi_reader.from_bytes(smf(track))
    assert [(n.pitch, n.duration) for n in score.notes] == [(60, 96), (64, 96), (65, 192)]


def test_stray_note_offs_and_notes_of_no_length() -> None:
    """Nothing to end, or nothing in between: a note has at least one tick."""
    score = midi_reader.from_bytes(smf([(0, off(60)), (5, on(61)), (0, off(61)), (3, off(61))]))
    assert plain(score) == [(5, 61, 1, 64)]


def test_a_channel_of_endings_only_is_no_track() -> None:
    """And its endings, written on, would cut off the notes of a track on the same channel."""
    score = midi_reader.from_bytes(
        smf([(0, on(60)), (96, off(60))], [(48, off(60)), (0, on(60, 0)), (0, cc(64, 99, 0))])
    )
    assert len(score.tracks) == 1
    assert plain(again(score)) == [(0, 60, 96, 64)]
    assert again(score) == score


def test_overlapping_notes_on_one_key() -> None:
    """The first struck is the first let go; written, a key is let go where it is struck again."""
    track = [(0, on(60, 10)), (100, on(60, 20)), (100, off(60)), (100, off(60))]
    score = midi_reader.from_bytes(smf(track))
    assert plain(score) == [(0, 60, 200, 10), (100, 60, 200, 20)]
    assert plain(again(score)) == [(0, 60, 100, 10), (100, 60, 200, 20)]
    assert again(again(score)) == again(score)


def test_two_tracks_on_one_channel_share_its_keys() -> None:
    """So their overlaps count too; on different channels they do not."""
    notes = (Note(0, 60, 200, 10, 0), Note(100, 60, 200, 20, 1))
    one = Score(notes, tracks=(Track("a", 2), Track("b", 2)))
    assert plain(again(one)) == [(0, 60, 100, 10), (100, 60, 200, 20)]
    two = Score(notes, tracks=(Track("a", 2), Track("b", 3)))
    assert again(two) == two


def test_of_two_notes_struck_together_the_longer_is_written() -> None:
    """And muted notes are not."""
    notes = (Note(0, 60, 100, 90), Note(0, 60, 300, 50), Note(0, 72, 300, 50, muted=True))
    assert plain(again(Score(notes))) == [(0, 60, 300, 50)]


def test_tempi_meters_and_their_order() -> None:
    """Wherever they stand; of two on one tick the later takes effect."""
    conductor = [
        (0, tempo(400_000)),
        (0, tempo(300_000)),
        (0, meta(0x58, bytes([3, 2, 24, 8]))),
        (1440, meta(0x58, bytes([7, 3, 24, 8]))),
        (0, tempo(0xFFFFFF)),
    ]
    score = midi_reader.from_bytes(smf(conductor, [(0, on(60)), (100, tempo(1)), (0, off(60))]))
    assert score.tempos == (Tempo(0, 300_000), Tempo(100, 1), Tempo(1440, 0xFFFFFF))
    assert score.meters == (Meter(0, 3, 4), Meter(1440, 7, 8))
    assert again(score) == score


def test_impossible_tempi_and_meters_are_mended() -> None:
    """Zero microseconds, zero beats, a meter in 2**200ths: nothing divides by zero, and what can be written is."""
    conductor = [(0, tempo(0)), (0, meta(0x58, bytes([0, 2, 24, 8]))), (9, meta(0x58, bytes([4, 200, 24, 8])))]
    score = midi_reader.from_bytes(smf(conductor, [(0, on(60)), (96, off(60))]))
    assert score.tempos == (Tempo(0, 1),)
    assert score.meters[0] == Meter(0, 1, 4)
    assert score.seconds > 0
    assert score.bar_map.bar(5) == 0
    assert plain(again(score)) == plain(score)


def test_pedals_of_two_tracks_stay_apart() -> None:
    """Each comes back on its own track."""
    one = [(0, cc(64, 127)), (0, on(60)), (96, off(60)), (0, cc(64, 0))]
    two = [(48, cc(64, 64, 1)), (0, on(70, channel=1)), (96, off(70, 1)), (5, cc(64, 63, 1))]
    score = midi_reader.from_bytes(smf(one, two))
    assert score.pedals == (Pedal(0, 127, 0), Pedal(48, 64, 1), Pedal(96, 0, 0), Pedal(149, 63, 1))
    assert again(score) == score


@pytest.mark.parametrize(
    ("values", "kept"), [([127, 0], [0]), ([0, 127], [0, 127]), ([127, 0, 127], [0, 127]), ([90, 90], [90])]
)
def test_the_last_pedal_movement_of_a_tick_stays_last(values: list[int], kept: list[int]) -> None:
    """Lifted and pressed again, or pressed and lifted: what holds afterwards is what the file says."""
    track = [(0, on(60)), *((0, cc(64, v)) for v in values), (96, off(60))]
    score = midi_reader.from_bytes(smf(track))
    assert [p.value for p in score.pedals] == kept
    assert again(score) == score


def test_what_is_not_understood_is_kept() -> None:
    """Key signatures, lyrics, markers, unknown meta events, sysex, other controllers, bends: byte for byte."""
    conductor = [
        (0, meta(3, "Sonate für Élise".encode())),
        (0, meta(0x59, b"\xfd\x01")),
        (0, meta(2, "© 1810".encode("latin-1"))),
        (96, meta(6, b"Trio")),
        (0, meta(0x7F, bytes(range(200)))),
        (0, meta(0x60, b"?!")),
        (0, b"\xf0\x04\x7e\x7f\x09\xf7"),
    ]
    voice = [
        (0, meta(3, "Sängerin".encode())),
        (0, b"\xc4\x34"),
        (0, on(60, 64, 4)),
        (0, meta(5, "Tö".encode("latin-1"))),
        (10, meta(5, "né ".encode())),
        (0, cc(1, 99, 4)),
        (0, b"\xe4\x00\x60"),
        (0, b"\xd4\x40"),
        (0, b"\xa4\x3c\x30"),
        (96, b"\xc4\x35"),
        (0, off(60, 4)),
    ]
    score = midi_reader.from_bytes(smf(conductor, voice))
    assert score.tracks == (Track("Sängerin", 4, 0x34),)
    data = midi_reader.to_bytes(score)
    for delta, event in (*conductor, *voice):
        kept = event if event[0] == 0xFF else event[1:]  # the writer may use running status
        assert kept in data, (delta, event)
    back = midi_reader.from_bytes(data)
    assert back == score
    assert [e.tick for e in back.extras if e.data[1] == 5] == [0, 10]
    assert midi_reader.to_bytes(back) == data


def test_names_in_an_old_encoding_are_read() -> None:
    """Latin-1 where it is not UTF-8; written as UTF-8."""
    score = midi_reader.from_bytes(smf([(0, meta(3, "Flöte".encode("latin-1"))), (0, on(60)), (96, off(60))]))
    assert score.tracks[0].name == "Flöte"
    assert "Flöte".encode() in midi_reader.to_bytes(score)
    assert again(score) == score


def test_any_text_can_be_written() -> None:
    """A name in any script, and a comment; both come back."""
    score = Score((Note(0, 60, 96),), tracks=(Track("音楽 ♭", 0, 0),))
    data = midi_reader.to_bytes(score, comment="Ricercar · 音")
    assert midi_reader.from_bytes(data).tracks == score.tracks
    assert "Ricercar · 音".encode() in midi_reader.from_bytes(data).extras[0].data


def test_a_file_without_notes_does_not_grow() -> None:
    """Its pedals and programs come through two readings as they are."""
    score = midi_reader.from_bytes(smf([(0, meta(3, b"Empty")), (0, b"\xc0\x05"), (9, cc(64, 127)), (9, cc(64, 0))]))
    assert (score.notes, score.tracks) == ((), (Track(),))
    assert again(score) == score
    assert midi_reader.to_bytes(again(again(score))) == midi_reader.to_bytes(score)


def test_realtime_bytes_have_no_place_in_a_file() -> None:
    """A clock among the events is dropped, and what is left can be written."""
    score = midi_reader.from_bytes(smf([(0, on(60)), (5, b"\xf8"), (5, off(60))]))
    assert plain(again(score)) == [(0, 60, 10, 64)]


@pytest.mark.parametrize("resolution", [1, 24, 96, 960, 32767])
def test_any_resolution(resolution: int) -> None:
    """The file's own is kept."""
    track = [(0, on(60)), (resolution, off(60)), (0, on(62)), (1, off(62))]
    score = midi_reader.from_bytes(smf(track, resolution=resolution))
    assert score.ticks_per_beat == resolution
    assert score.tempo_map.second(resolution) == pytest.approx(0.5)
    assert again(score) == score


def test_huge_deltas() -> None:
    """The largest that the format allows, several times over."""
    most = 0x0FFFFFFF
    score = midi_reader.from_bytes(smf([(most, on(60)), (most, off(60)), (most, on(62)), (most, off(62))]))
    assert plain(score) == [(most, 60, most, 64), (3 * most, 62, most, 64)]
    assert again(score) == score
    assert score.seconds == pytest.approx(4 * most / 960)


def test_program_change_comes_before_the_first_note() -> None:
    """Channel and program of a track, at tick 0."""
    file = mido.MidiFile(
        file=io.BytesIO(midi_reader.to_bytes(Score((Note(0, 60, 96),), tracks=(Track("Organ", 3, 19),))))
    )
    assert file.type == 1
    kinds = [m.type for m in file.tracks[1]]
    assert kinds.index("program_change") < kinds.index("note_on")
    assert {m.channel for m in file.tracks[1] if not m.is_meta} == {3}


def test_a_key_is_let_go_before_it_is_struck_again_on_one_tick() -> None:
    """Or the second note would be silenced."""
    score = Score((Note(0, 60, 96), Note(96, 60, 96)), extras=(Extra(96, 0, b"\xff\x05\x01a"),))
    assert again(score) == score


# ---- writing ----


def test_write_refuses_an_existing_file(tmp_path: Path) -> None:
    """Unless forced, and leaves it alone."""
    path = tmp_path / "out.mid"
    path.write_bytes(b"precious")
    with pytest.raises(UserError) as caught:
        midi_reader.write(Score((Note(0, 60, 96),)), path)
    assert caught.value.code == "output_exists"
    assert path.read_bytes() == b"precious"
    midi_reader.write(Score((Note(0, 60, 96),)), path, force=True, comment="made here")
    assert plain(midi_reader.read(path)) == [(0, 60, 96, 80)]


def test_write_into_a_missing_folder(tmp_path: Path) -> None:
    """Is one sentence."""
    with pytest.raises(UserError) as caught:
        midi_reader.write(Score(), tmp_path / "none" / "out.mid")
    assert caught.value.code == "output_unwritable"


# ---- what is no MIDI file ----


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "file_empty"),
        (b"MThd", "not_midi"),
        (b"once upon a time\n" * 99, "not_midi"),
        (bytes(range(256)) * 4, "not_midi"),
        (b"\0" * 500, "not_midi"),
        (smf(), "not_midi"),
        (smf([(0, on(60))], resolution=0), "not_midi"),
        (smf([(0, on(60))], resolution=-25), "not_midi"),
        (smf([(0, on(60))])[:-6], "not_midi"),
        (smf([(0, bytes([60, 60]))]), "not_midi"),
        (smf([(0, b"\xf5\x01")]), "not_midi"),
        (smf([(0, on(60))])[:-12], "not_midi"),
        (smf([(0, tempo(400_000))], [(0, on(60))])[:-16], "not_midi"),
        (smf([(0, on(60))]).replace(b"MTrk", b"M\0rk"), "not_midi"),
        (b"RIFF\x10\0\0\0RMIDdata\0\0\0\0", "not_midi"),
        (b"MThd" + struct.pack(">LHHh", 6, 1, 65535, 480), "not_midi"),
        (
            b"MThd" + struct.pack(">LHHh", 6, 1, 1, 480) + b"MTrk\xff\xff\xff\xff\x00\xff\x01\xff\xff\xff\x7f",
            "not_midi",
        ),
    ],
)
def test_what_is_no_midi_file_is_said_so(tmp_path: Path, data: bytes, code: str) -> None:
    """In one sentence that names it."""
    path = tmp_path / "theme.mid"
    path.write_bytes(data)
    with pytest.raises(UserError, match=r"theme\.mid") as caught:
        midi_reader.read(path)
    assert caught.value.code == code


@pytest.mark.parametrize(
    ("event", "name"),
    [
        (meta(0x59, b"\x08\x00"), "key signature"),
        (meta(0x59, b"\x00\x02"), "key signature"),
        (meta(0x51, b"\x01"), "tempo"),
        (meta(0x51, b""), "tempo"),
        (meta(0x58, b"\x03"), "time signature"),
        (meta(0x54, b"\x60\x00"), "SMPTE offset"),
        (meta(0x54, b"\xff\xff\xff\xff\xff"), "SMPTE offset"),
        (meta(0x00, b"\x01"), "sequence number"),
        (meta(0x20, b""), "meta event"),
    ],
)
def test_one_odd_event_costs_itself_only(tmp_path: Path, event: bytes, name: str) -> None:
    """It is left out with a word; the time before it counts."""
    path = tmp_path / "odd.mid"
    path.write_bytes(smf([(10, event), (5, on(60)), (20, event), (30, off(60))]))
    score, warnings = midi_reader.read_with_warnings(path)
    assert plain(score) == [(15, 60, 50, 64)]
    assert warnings == (f"A {name} that makes no sense was left out.",)
    assert (score.extras, score.tempos, score.meters) == ((), (), ())
    mido.MidiFile(file=io.BytesIO(midi_reader.to_bytes(score)))


def test_meters_of_two_bytes_and_tempi_of_four() -> None:
    """Enough is there to be understood."""
    track = [(0, meta(0x58, b"\x06\x03")), (0, meta(0x51, b"\x06\x1a\x80\x00")), (0, on(60)), (9, off(60))]
    score, warnings = midi_reader._parse(smf(track), "x", "x")
    assert (score.meters, score.tempos, warnings) == ((Meter(0, 6, 8),), (Tempo(0, 400_000),), ())


def test_the_time_before_an_unknown_event_counts() -> None:
    """mido forgets it."""
    score = midi_reader.from_bytes(smf([(100, meta(0x60, b"?!")), (20, on(60)), (7, off(60))]))
    assert plain(score) == [(120, 60, 7, 64)]
    assert score.extras[0].tick == 100
    assert again(score) == score


@pytest.mark.parametrize("size", [0, 1, 127, 128, 129, 255, 256, 16384])
def test_texts_of_any_length_come_back(size: int) -> None:
    """mido takes 128 bytes for 129."""
    score = midi_reader.from_bytes(
        smf([(0, meta(1, b"x" * size)), (0, meta(0x60, b"y" * size)), (0, on(60)), (7, off(60))])
    )
    assert [len(e.data) for e in again(score).extras] == [len(meta(1, b"x" * size))] * 2
    assert again(score) == score


def test_a_file_in_a_riff_wrapper() -> None:
    """As Windows kept them, with chunks after it."""
    inner = smf([(0, on(60)), (96, off(60))])
    data = b"RMIDdata" + struct.pack("<L", len(inner)) + inner + b"LIST\x04\0\0\0INFO"
    assert plain(midi_reader.from_bytes(b"RIFF" + struct.pack("<L", len(data)) + data)) == [(0, 60, 96, 64)]


def test_other_chunks_are_passed_over() -> None:
    """The format allows them."""
    data = smf([(0, on(60)), (96, off(60))])
    assert plain(midi_reader.from_bytes(data[:14] + b"XFIH\x00\x00\x00\x03abc" + data[14:])) == [(0, 60, 96, 64)]


@pytest.mark.parametrize("missing", [1, 3, 4, 5, 7, 8])
def test_a_last_track_that_breaks_off(tmp_path: Path, missing: int) -> None:
    """What is there is read, with a word."""
    path = tmp_path / "cut.mid"
    path.write_bytes(smf([(0, tempo(400_000))], [(0, on(60)), (96, off(60)), (0, on(62)), (96, off(62))])[:-missing])
    score, warnings = midi_reader.read_with_warnings(path)
    assert plain(score)[0] == (0, 60, 96, 64)
    assert len(score.notes) == 2
    assert score.tempos == (Tempo(0, 400_000),)
    assert warnings[0] == "The file ends too early; what is there was read."
    assert any("no end" in w for w in warnings) == (missing > 4)


def test_a_track_whose_length_lies_is_damage() -> None:
    """It ends within an event while the file goes on."""
    data = smf([(0, on(60)), (96, off(60))], [(0, on(62)), (96, off(62))])
    with pytest.raises(UserError):
        midi_reader.from_bytes(data.replace(struct.pack(">L", 12), struct.pack(">L", 10), 1))


def test_meters_in_notes_too_short_to_see(tmp_path: Path) -> None:
    """Become 64ths, with one word."""
    path = tmp_path / "odd.mid"
    odd = [(0, meta(0x58, bytes([4, 255, 24, 8]))), (9, meta(0x58, bytes([3, 7, 24, 8])))]
    path.write_bytes(smf([*odd, (0, on(60)), (96, off(60))]))
    score, warnings = midi_reader.read_with_warnings(path)
    assert score.meters == (Meter(0, 4, 64), Meter(9, 3, 64))
    assert warnings == ("A time signature counts notes shorter than 1/64; it was read as counting 1/64.",)
    assert again(score) == score


@pytest.mark.parametrize("tick", [0, 50])
def test_the_bank_is_selected_before_the_program(tick: int) -> None:
    """Or another instrument sounds; a bank chosen later stays where it is."""
    bank = [(tick, cc(0, 8)), (0, cc(32, 1)), (0, b"\xc0\x05"), (0, cc(7, 90))]
    later = [(96, cc(0, 9)), (0, b"\xc0\x06")]
    score = midi_reader.from_bytes(smf([*bank, (100, on(60)), (96, off(60)), *later]))
    assert score.tracks[0].program == 5
    track = mido.MidiFile(file=io.BytesIO(midi_reader.to_bytes(score))).tracks[1]
    kinds = [(m.type, getattr(m, "control", None)) for m in track if m.type in ("control_change", "program_change")]
    change, control = ("program_change", None), "control_change"
    assert kinds == [(control, 0), (control, 32), change, (control, 7), (control, 0), change]
    assert [e.tick for e in score.extras if e.data[1] == 7] == [tick]
    assert again(score) == score


def test_paths_that_cannot_be_read(tmp_path: Path) -> None:
    """Missing, a folder, through a file, a pipe, too long, with a zero byte."""
    (tmp_path / "file").write_bytes(b"x")
    os.mkfifo(tmp_path / "pipe.mid")
    for name, code in [
        ("missing.mid", "file_missing"),
        ("", "file_unreadable"),
        ("file/inner.mid", "file_unreadable"),
        ("pipe.mid", "file_unreadable"),
        ("x" * 300, "file_unreadable"),
        ("a\0b.mid", "file_unreadable"),
    ]:
        with pytest.raises(UserError) as caught:
            midi_reader.read(tmp_path / name)
        assert caught.value.code == code, name


def test_a_file_that_may_not_be_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The sentence gives the system's reason (whoever runs the tests may be allowed everything)."""
    path = tmp_path / "secret.mid"
    path.write_bytes(smf([(0, on(60))]))

    def refuse(_: Path) -> bytes:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "read_bytes", refuse)
    with pytest.raises(UserError, match="Permission denied") as caught:
        midi_reader.read(path)
    assert caught.value.code == "file_unreadable"


def test_a_file_too_large_is_not_even_opened(tmp_path: Path) -> None:
    """A sparse one of 40 MB."""
    path = tmp_path / "large.mid"
    with path.open("wb") as file:
        file.truncate(40 * 2**20)
    with pytest.raises(UserError) as caught:
        midi_reader.read(path)
    assert caught.value.code == "file_too_large"


def corrupted(data: bytes, rng: random.Random) -> bytes:
    """A few bytes changed, cut out or put in."""
    out = bytearray(data)
    for _ in range(rng.randrange(1, 12)):
        at = rng.randrange(len(out))
        kind = rng.randrange(4)
        if kind == 0:
            out[at] = rng.randrange(256)
        elif kind == 1:
            out[at] ^= 1 << rng.randrange(8)
        elif kind == 2 and len(out) > 40:
            del out[at : at + rng.randrange(1, 9)]
        else:
            out[at:at] = rng.randbytes(rng.randrange(1, 9))
    return bytes(out)


@pytest.mark.parametrize("path", REAL, ids=lambda p: p.stem)
def test_damaged_files_are_read_or_refused_but_nothing_else(path: Path) -> None:
    """Whatever is read can be encoded, written, and read again to the same piece."""
    data, read = path.read_bytes(), 0
    for seed in range(80):
        rng = random.Random(seed)
        body = bytearray(data) if seed % 2 else bytearray(corrupted(data, rng))
        if seed % 2:  # spare the headers, so that more of them get past the first check
            start = data.index(b"MTrk") + 8
            for _ in range(rng.randrange(1, 6)):
                body[rng.randrange(start, len(body))] = rng.randrange(256)
        try:
            score = midi_reader.from_bytes(bytes(body))
        except UserError:
            continue
        read += 1
        assert tokenizer.follows_grammar(tokenizer.encode(score))
        assert len(tokenizer.giga_ids(score)) == 4 * len(score.audible)
        back = again(score)
        assert list(back.notes) == midi_reader.without_overlaps(score)
        assert again(back) == back
    assert read > 20


def test_a_pedal_in_a_track_of_its_own_serves_its_channel(tmp_path: Path) -> None:
    """As in piano-midi.de's files: right hand, left hand, pedal, all on one channel."""
    file = mido.MidiFile(type=1, ticks_per_beat=480)
    hand, pedal, other = mido.MidiTrack(), mido.MidiTrack(), mido.MidiTrack()
    hand.append(mido.Message("note_on", channel=2, note=60, velocity=70, time=0))
    hand.append(mido.Message("note_off", channel=2, note=60, time=960))
    pedal.append(mido.Message("control_change", channel=2, control=64, value=127, time=10))
    pedal.append(mido.Message("control_change", channel=2, control=64, value=0, time=400))
    other.append(mido.Message("control_change", channel=5, control=64, value=127, time=20))
    file.tracks += [hand, pedal, other]
    out = io.BytesIO()
    file.save(file=out)
    score = midi_reader.from_bytes(out.getvalue())
    assert score.pedals == (Pedal(10, 127, 0), Pedal(410, 0, 0))
    assert len(score.extras) == 1, "a pedal of a channel on which nothing sounds is kept as it is"
    again = midi_reader.from_bytes(midi_reader.to_bytes(score))
    assert again.pedals == score.pedals
    assert again.extras == score.extras


def test_reading_tells_how_far_it_is_and_can_be_called_off(tmp_path: Path) -> None:
    path = tmp_path / "large.mid"
    midi_reader.write(Score(tuple(Note(i * 10, 30 + i % 60, 9) for i in range(30_000))), path)
    seen: list[float] = []
    score, _ = midi_reader.read_with_warnings(path, seen.append)
    assert len(score.notes) == 30_000
    assert len(seen) > 8
    assert seen == sorted(seen)
    assert 0 <= seen[0] < 0.2
    asked: list[bool] = []

    def cancelled() -> bool:
        asked.append(True)
        return len(asked) == 3

    with pytest.raises(midi_reader.Cancelled):
        midi_reader.read_with_warnings(path, seen.append, cancelled)
    assert len(asked) == 3, "it stops at once"


def test_a_wait_too_long_for_one_number_is_written_in_parts() -> None:
    """A file cannot say more than 2**28 - 1 ticks at once, a piece can be longer."""
    score = Score((Note(0, 60, 5), Note(2**30, 62, 2**29)))
    assert plain(again(score)) == plain(score)
