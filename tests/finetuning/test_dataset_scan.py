"""What a folder has to teach, whatever is in it."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from composer.core.errors import UserError
from composer.files import midi_reader
from composer.finetuning import dataset_scan
from composer.finetuning.records import ScannedFile
from composer.music.score import Note, Score, Track
from composer.training import corpus


def tune(seed: int, count: int = 40, channel: int = 0) -> Score:
    notes = tuple(Note(i * 120, 48 + (i * (seed + 3) + seed) % 31, 100, 80) for i in range(count))
    return Score(notes=notes, tracks=(Track("", channel),))


def test_every_file_tells_what_became_of_it(music: Path, tmp_path: Path) -> None:
    for source in sorted(music.glob("*.mid")):
        (tmp_path / source.name).write_bytes(source.read_bytes())
    (tmp_path / "a copy.mid").write_bytes((music / "chorale-0.mid").read_bytes())
    (tmp_path / "broken.mid").write_bytes(b"MThd nothing")
    (tmp_path / "empty.mid").write_bytes(b"")
    (tmp_path / "notes.txt").write_text("no music")
    midi_reader.write(tune(1, channel=9), tmp_path / "drums.mid")
    midi_reader.write(tune(2, count=5), tmp_path / "short.mid")
    told: list[ScannedFile] = []
    found = dataset_scan.scan([tmp_path], lambda done, file: told.append(file), workers=1)
    assert told == found.files
    kinds = {Path(file.path).name: (file.status, file.reason) for file in found.files}
    assert len(kinds) == 11, "the text is no MIDI file"
    assert kinds["chorale-0.mid"] == ("duplicate", "It is the same music as a copy.mid.")
    assert kinds["a copy.mid"][0] == kinds["chorale-5.mid"][0] == "used"
    assert "drums" in kinds["drums.mid"][1]
    assert "fewer than 32" in kinds["short.mid"][1]
    assert kinds["broken.mid"][0] == kinds["empty.mid"][0] == "skipped"
    assert found.compositions == 4, "two pairs of these chorales have one tune"
    assert found.notes == sum(len(p.ids) for p in found.music.pieces)
    assert found.seconds == pytest.approx(
        sum(midi_reader.read(music / f"chorale-{i}.mid").seconds for i in range(6)), rel=0.02
    )
    assert {row["file"].rsplit("/", 1)[1] for row in found.skipped()} == {
        n for n, (k, _) in kinds.items() if k != "used"
    }


def test_parts_never_share_a_composition(music: Path) -> None:
    found = dataset_scan.scan([music], workers=1).music
    train, valid = ({p.composition for p in found.part(part)} for part in ("train", "valid"))
    assert train
    assert valid
    assert not train & valid


def test_one_piece_is_judged_by_its_own_end(tmp_path: Path) -> None:
    midi_reader.write(tune(1, count=900), tmp_path / "one.mid")
    found = dataset_scan.scan([tmp_path / "one.mid"], workers=1)
    assert found.compositions == 1
    train, valid = found.music.part("train"), found.music.part("valid")
    assert len(train[0].ids) == 810
    assert len(valid[0].ids) == 90
    dataset_scan.check_size(found.music, tmp_path)


def test_nothing_usable_is_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="holds no MIDI file"):
        dataset_scan.scan([tmp_path])
    midi_reader.write(tune(1, channel=9), tmp_path / "drums.mid")
    with pytest.raises(UserError, match="holds no MIDI file"):
        dataset_scan.scan([tmp_path])
    with pytest.raises(UserError, match="no folder"):
        dataset_scan.scan([tmp_path / "nowhere"])
    midi_reader.write(tune(2), tmp_path / "few.mid")
    with pytest.raises(UserError, match="at least 512"):
        dataset_scan.check_size(dataset_scan.scan([tmp_path]).music, tmp_path)


def test_links_in_circles_and_unreadable_files_do_not_stop_it(tmp_path: Path) -> None:
    folder = tmp_path / "music"
    folder.mkdir()
    (folder / "again").symlink_to(folder, target_is_directory=True)
    (folder / "gone.mid").symlink_to(tmp_path / "nothing.mid")
    midi_reader.write(tune(1), folder / "one.mid")
    midi_reader.write(tune(2), folder / "locked.mid")
    (folder / "locked.mid").chmod(0)
    found = dataset_scan.scan([folder], workers=1)
    kinds = {Path(file.path).name: file.status for file in found.files}
    assert kinds["one.mid"] == "used"
    assert kinds["gone.mid"] == "skipped"
    if os.geteuid():  # root may read everything
        assert kinds["locked.mid"] == "skipped"
    assert len(kinds) == 3


def test_files_that_vanish_meanwhile_are_skipped(tmp_path: Path) -> None:
    for seed in range(3):
        midi_reader.write(tune(seed), tmp_path / f"{seed}.mid")

    def tell(done: float, file: ScannedFile) -> None:
        (tmp_path / "2.mid").unlink(missing_ok=True)

    found = dataset_scan.scan([tmp_path], tell, workers=1)
    assert [file.status for file in found.files] == ["used", "used", "skipped"]


def test_a_reading_can_be_ended(music: Path) -> None:
    seen: list[ScannedFile] = []
    found = dataset_scan.scan([music], lambda done, file: seen.append(file), lambda: len(seen) >= 2, workers=1)
    assert len(found.files) == 2
    assert not found.music.pieces


def test_of_a_whole_disk_only_so_many_files_are_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for seed in range(5):
        midi_reader.write(tune(seed), tmp_path / f"{seed}.mid")
    monkeypatch.setattr(dataset_scan, "MOST_FILES", 3)
    found = dataset_scan.scan([tmp_path, tmp_path / "1.mid"], workers=1)
    assert len(found.files) == 3
    assert found.left_out == 2, "a file that was named twice counts once"


def test_length_is_the_music_s(music: Path) -> None:
    piece = corpus.read_piece(music / "chorale-1.mid")
    assert isinstance(piece, corpus.Piece)
    assert dataset_scan.duration(piece.ids) == pytest.approx(
        midi_reader.read(music / "chorale-1.mid").seconds, rel=0.02
    )
    assert dataset_scan.duration(piece.ids[:0]) == 0


def test_what_the_base_was_kept_from_judges_unless_it_is_all_there_is(
    music: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RICERCAR_MODELS", str(tmp_path))
    pieces = corpus.read([music]).pieces
    split = {p.digest: [p.digest, "train"] for p in pieces}
    split[pieces[0].digest] = [pieces[0].digest, "valid"]
    (tmp_path / "split.json").write_text(json.dumps(split))
    found = dataset_scan.scan([music], workers=1)
    assert pieces[0].digest in {p.digest for p in found.music.part("valid")}
    assert found.known == 5
    (tmp_path / "split.json").write_text(json.dumps({p.digest: [p.digest, "test"] for p in pieces}))
    found = dataset_scan.scan([music], workers=1)
    dataset_scan.check_size(found.music, music)
    assert found.music.part("valid")
    assert not found.music.part("test")
