"""Folders become checked pieces; what is one composition stays in one part; windows are what training expects."""

from __future__ import annotations

import random
import shutil
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from composer.core.errors import UserError
from composer.files import midi_reader
from composer.model.conditions import Source
from composer.model.tokenizer import (
    encode,
)
from composer.music.score import Note, Score, Tempo, Track
from composer.training import corpus
from composer.training.corpus import Corpus, Piece, Skipped
from tests.places import DATA, EXAMPLES
from tests.small import chorales


@pytest.fixture(scope="session")
def bach(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of eight chorales, BWV 253 to 260; 3, 4 and 5 of them are settings of one tune."""
    return chorales(tmp_path_factory.mktemp("bach") / "chorales", 8)


ONE_TUNE = {"chorale-3", "chorale-4", "chorale-5"}  # "Wo Gott der Herr nicht bei uns hält"


def another_performance(score: Score, seed: int, shift: int, speed: float) -> Score:
    """The same piece in another key, at another speed, by less steady hands."""
    rng = random.Random(seed)
    notes = []
    for note in score.notes:
        start = max(round(note.start * speed + rng.gauss(0, 4)), 0)
        length = max(round(note.duration * speed * rng.uniform(0.7, 1.1)), 1)
        notes.append(Note(start, note.pitch + shift, length, rng.randrange(30, 110)))
    return replace(score.with_notes(notes), tempos=(Tempo(0, 500_000),))


def wander(seed: int, notes: int = 200) -> Score:
    """A melody that no other seed gives."""
    rng = random.Random(seed)
    return Score(tuple(Note(i * 240, rng.randrange(40, 90), 200, rng.randrange(40, 100)) for i in range(notes)))


def piece(seed: int, composition: str = "", part: str = "train", notes: int = 200) -> Piece:
    """A piece without a file."""
    found = corpus.check(Path(f"{seed}.mid"), wander(seed, notes))
    assert isinstance(found, Piece)
    return replace(found, composition=composition or found.digest, part=part)


def read(*folders: Path) -> Corpus:
    """In this process."""
    return corpus.read(folders, workers=1)


# ---- finding files ----


def test_files_are_found_below_and_links_in_circles_followed_once(tmp_path: Path) -> None:
    """Both suffixes in any case, sorted; hidden files and others left out."""
    inner = tmp_path / "b" / "c"
    inner.mkdir(parents=True)
    for name in ("a.mid", "z.MIDI", "b/x.Mid", "b/c/y.mid", "b/.hidden.mid", "notes.txt"):
        (tmp_path / name).touch()
    (inner / "up").symlink_to(tmp_path, target_is_directory=True)
    (inner / "self").symlink_to(inner, target_is_directory=True)
    (tmp_path / "gone").symlink_to(tmp_path / "nowhere", target_is_directory=True)
    found = [str(p.relative_to(tmp_path)) for p in corpus.find_files([tmp_path])]
    assert found == ["a.mid", "z.MIDI", "b/x.Mid", "b/c/y.mid"]
    assert corpus.find_files([tmp_path / "a.mid", tmp_path / "notes.txt"]) == [
        tmp_path / "a.mid",
        tmp_path / "notes.txt",
    ]


def test_a_linked_folder_is_followed(tmp_path: Path) -> None:
    """A collection may stand on another disk."""
    (tmp_path / "disk").mkdir()
    (tmp_path / "disk" / "a.mid").touch()
    (tmp_path / "music").mkdir()
    (tmp_path / "music" / "link").symlink_to(tmp_path / "disk", target_is_directory=True)
    assert corpus.find_files([tmp_path / "music"]) == [tmp_path / "music" / "link" / "a.mid"]


def test_folders_without_music(tmp_path: Path) -> None:
    """Missing, empty, or with nothing usable: a sentence."""
    with pytest.raises(UserError) as caught:
        read(tmp_path / "none")
    assert caught.value.code == "folder_missing"
    with pytest.raises(UserError) as caught:
        read(tmp_path)
    assert caught.value.code == "folder_without_midi"
    (tmp_path / "bad.mid").write_bytes(b"no")
    with pytest.raises(UserError) as caught:
        read(tmp_path)
    assert caught.value.code == "folder_without_midi"


# ---- checking ----


@pytest.mark.slow
def test_what_is_unusable_is_listed_with_its_reason(bach: Path, tmp_path: Path) -> None:
    """Damaged, empty, drums only, too short, too few keys, twice the same; progress tells each."""
    folder = tmp_path / "mixed"
    shutil.copytree(bach, folder)
    (folder / "empty.mid").touch()
    (folder / "text.mid").write_text("la la la")
    drums = wander(1)
    midi_reader.write(replace(drums, tracks=(Track(channel=9),)), folder / "drums.mid")
    midi_reader.write(wander(1, 31), folder / "short.mid")
    midi_reader.write(Score(), folder / "silent.mid")
    midi_reader.write(Score(tuple(Note(i * 240, 60 + i % 3, 100) for i in range(99))), folder / "drone.mid")
    shutil.copy(folder / "chorale-0.mid", folder / "twin.mid")
    steps: list[tuple[float, str]] = []
    found = corpus.read([folder], progress=lambda done, name: steps.append((done, name)), workers=1)
    assert len(found.pieces) == 8
    reasons = {s.path.name: s.reason for s in found.skipped}
    assert reasons == {
        "empty.mid": f"{folder / 'empty.mid'} is empty.",
        "text.mid": f"{folder / 'text.mid'} is not a MIDI file, or it is damaged.",
        "drums.mid": "It has drums only.",
        "short.mid": "It has fewer than 32 notes.",
        "silent.mid": "It has fewer than 32 notes.",
        "drone.mid": "It uses fewer than four keys.",
        "twin.mid": "It is the same music as chorale-0.mid.",
    }
    assert [done for done, _ in steps] == pytest.approx([i / 15 for i in range(1, 16)])
    assert {name for _, name in steps} == {p.name for p in folder.iterdir()}
    assert found.notes == sum(len(encode(midi_reader.read(p.path))) for p in found.pieces)


def test_reading_in_parallel_gives_the_same(bach: Path) -> None:
    """In the same order."""
    folders = [bach, EXAMPLES, DATA]
    assert [p.digest for p in corpus.read(folders, workers=2).pieces] == [p.digest for p in read(*folders).pieces]


def test_a_file_too_large_for_the_memory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Is passed over like any other that is no use."""

    def too_much(_: Path) -> Score:
        raise MemoryError

    monkeypatch.setattr(midi_reader, "read", too_much)
    found = corpus.read_piece(tmp_path / "x.mid")
    assert isinstance(found, Skipped)
    assert "memory" in found.reason


# ---- compositions ----


def compositions(pieces: Sequence[Piece]) -> dict[str, set[str]]:
    """Composition -> the names of its files."""
    found: dict[str, set[str]] = {}
    for p in pieces:
        found.setdefault(p.composition, set()).add(p.path.stem)
    return found


def test_performances_of_one_composition_are_recognised(bach: Path, tmp_path: Path) -> None:
    """In other keys, at other speeds, unsteadily played, under other names; and different pieces are kept apart."""
    sources = [p for p in sorted(bach.glob("*.mid")) if p.stem not in ONE_TUNE - {"chorale-3"}]
    sources += [DATA / "inicio_nocturno.mid", EXAMPLES / "prelude_in_c.mid"]
    sources += [DATA / "GIGA-Piano-Seed-1.mid", DATA / "GIGA-Piano-Seed-3.mid"]
    for number, path in enumerate(sources):
        score = midi_reader.read(path)
        midi_reader.write(score, tmp_path / f"{path.stem}.mid")
        for take, (shift, speed) in enumerate(((3, 0.8), (-5, 1.3))):
            other = another_performance(score, 10 * number + take, shift, speed * 480 / score.ticks_per_beat)
            midi_reader.write(replace(other, ticks_per_beat=480), tmp_path / f"{number}-{take}.mid")
    found = read(tmp_path)
    assert found.skipped == ()
    expected = [{path.stem, f"{number}-0", f"{number}-1"} for number, path in enumerate(sources)]
    assert sorted(map(sorted, compositions(found.pieces).values())) == sorted(map(sorted, expected))
    assert {p.composition for p in found.pieces} == {
        min(p.digest for p in found.pieces if p.path.stem in names) for names in expected
    }


def test_three_settings_of_one_tune_are_one_composition(bach: Path) -> None:
    """Bach harmonised it three times; the other five are on their own."""
    groups = compositions(read(bach).pieces)
    assert sorted(map(len, groups.values())) == [1, 1, 1, 1, 1, 3]
    assert ONE_TUNE in groups.values()


def test_a_real_opening_is_found_in_its_continuations(shared: Path) -> None:
    """Für Elise and what the thesis made of it; the nocturne is another piece."""
    found = read(shared / "reference" / "midi")
    groups = compositions(found.pieces)
    elise = next(names for names in groups.values() if "inicio_para_elisa" in names)
    assert elise >= {"inicio_para_elisa", "para_elisa_barroco_v1"}
    assert {"inicio_nocturno"} in groups.values()


def test_what_many_pieces_share_does_not_make_them_one() -> None:
    """A formula that stands in more pieces than can be one composition tells nothing; in two of them it tells."""
    formula, pieces = wander(999, 40).notes, []
    for seed in range(42):
        own = (replace(n, start=n.start + 40 * 240) for n in wander(seed, 60).notes)
        found = corpus.check(Path(f"{seed}.mid"), Score((*formula, *own)))
        assert isinstance(found, Piece)
        pieces.append(found)
    assert len({p.composition for p in corpus.group(pieces)}) == len(pieces)
    assert len({p.composition for p in corpus.group(pieces[:2])}) == 1


# ---- splits ----


def parts(found: Corpus) -> dict[str, set[str]]:
    """Composition -> the parts that it stands in."""
    by_name: dict[str, set[str]] = {}
    for p in found.pieces:
        by_name.setdefault(p.composition, set()).add(p.part)
    return by_name


def many(count: int = 300) -> Corpus:
    """Small pieces, every composition in three performances."""
    made = []
    for seed in range(count):
        own, name = piece(seed, notes=40), f"{random.Random(seed).randrange(16**24):024x}"
        made += [replace(own, digest=f"{name[:-1]}{take}", composition=name) for take in range(3)]
    return Corpus(tuple(made), ())


def test_a_composition_stands_in_one_part() -> None:
    """About the share that was asked for goes to "valid", always the same."""
    found = corpus.split(many(), valid_percent=10)
    assert all(len(names) == 1 for names in parts(found).values())
    share = len(found.part("valid")) / len(found.pieces)
    assert 0.05 < share < 0.15
    assert parts(corpus.split(many(), valid_percent=10)) == parts(found)
    assert not corpus.split(many(), valid_percent=0).part("valid")
    assert found.part("test") == []


def test_keeping_one_performance_back_leaves_its_composition_out() -> None:
    """All of it, and nothing else; what is known from an earlier split is left out as well."""
    music = many(50)
    back = [music.pieces[4].digest, music.pieces[30].digest]
    for manifest in (None, {p.digest: [p.composition, "train"] for p in music.pieces}):
        found = corpus.split(music, kept_back=back, manifest=manifest)
        assert {p.digest for p in found.part("test")} == set(back)
        assert sorted(p.digest for p in found.part("out")) == [music.pieces[i].digest for i in sorted_by(music, back)]


def sorted_by(music: Corpus, back: list[str]) -> list[int]:
    """Numbers of the other performances of what is kept back, in the order of their hashes."""
    kept = {p.composition for p in music.pieces if p.digest in back}
    others = [i for i, p in enumerate(music.pieces) if p.composition in kept and p.digest not in back]
    return sorted(others, key=lambda i: music.pieces[i].digest)


def test_a_manifest_keeps_what_was_decided() -> None:
    """However the shares change; a new performance of what is held out is left out, of all else it is learned."""
    music = many(60)
    first = corpus.split(Corpus(music.pieces[::3], ()), kept_back=[music.pieces[0].digest], valid_percent=30)
    manifest = first.manifest()
    assert manifest[music.pieces[0].digest] == [music.pieces[0].composition, "test"]
    assert not any("mid" in str(entry) for entry in manifest.values())
    second = corpus.split(music, manifest=manifest, valid_percent=0)
    expected = {p.composition: p.part for p in first.pieces}
    assert {"train", "valid", "test"} == set(expected.values())
    for number, found in enumerate(second.pieces):
        known = expected[found.composition]
        assert found.part == (known if number % 3 == 0 or known == "train" else "out")


def test_something_to_judge_by_is_found() -> None:
    """About a tenth of the notes, whole compositions; what is there already is left alone."""
    music = corpus.split(many(40), valid_percent=0)
    found = corpus.ensure_valid(music)
    assert 0.05 < len(found.part("valid")) / len(found.pieces) < 0.2
    assert all(len(names) == 1 for names in parts(found).values())
    assert corpus.ensure_valid(found) is found
    assert corpus.ensure_valid(Corpus((), ())) == Corpus((), ())


def test_of_two_compositions_the_smaller_judges() -> None:
    """Even where it is much more than a tenth."""
    found = corpus.ensure_valid(Corpus((piece(1, "a", notes=90), piece(2, "b", notes=60)), ()))
    assert [(p.composition, p.part) for p in found.pieces] == [("a", "train"), ("b", "valid")]


def test_of_one_composition_the_last_tenth_judges() -> None:
    """And a composition that was kept back stays back, whole."""
    one, other, back = piece(1, "a"), piece(2, "a"), piece(3, "b", "test")
    found = corpus.ensure_valid(Corpus((one, other, back), ()))
    assert [p.part for p in found.pieces] == ["train", "valid", "train", "valid", "test"]
    assert [len(p.ids) for p in found.pieces] == [180, 20, 180, 20, 200]
    for whole, at in ((one, 0), (other, 2)):
        assert np.array_equal(np.concatenate([found.pieces[at].ids, found.pieces[at + 1].ids]), whole.ids)
    assert found.pieces[4] is back
    assert len({p.digest for p in found.pieces}) == 5


# ---- cache ----


@pytest.mark.parametrize("suffix", [".npz", ".xz"])
def test_a_cache_gives_back_the_pieces(bach: Path, tmp_path: Path, suffix: str) -> None:
    """Equal in every field, places in the beat as nearly as they are told; written again, it is replaced."""
    found = corpus.split(read(bach), valid_percent=50)
    found = replace(found, pieces=(*found.pieces[:-1], replace(found.pieces[-1], source=Source(2, 1, 3))))
    path = tmp_path / f"cache{suffix}"
    for _ in range(2):
        corpus.save(found, path)
    again = corpus.load(path)
    assert len(again.pieces) == len(found.pieces)
    for one, other in zip(found.pieces, again.pieces, strict=True):
        assert np.array_equal(one.ids, other.ids)
        assert one.ids.dtype == other.ids.dtype
        assert replace(one, ids=other.ids, metre=None) == replace(other, metre=None)
        assert one.metre is not None
        assert other.metre is not None
        assert np.allclose(one.metre.phase, other.metre.phase, atol=1 / 120, equal_nan=True)
        assert np.allclose(one.metre.seconds, other.metre.seconds, atol=0.001)
        assert np.array_equal(one.metre.beat, other.metre.beat)
    assert [p.name for p in tmp_path.iterdir()] == [f"cache{suffix}"]
    assert again.manifest() == found.manifest()


def test_a_damaged_cache_is_said_so(bach: Path, tmp_path: Path) -> None:
    """Missing, empty, text, truncated anywhere, another archive."""
    path = tmp_path / "cache.npz"
    corpus.save(read(bach), path)
    whole = path.read_bytes()
    path.unlink()
    broken = bytearray(whole)
    broken[100:120] = b"\xaa" * 20
    for data in (None, b"", b"text", *(whole[: len(whole) * i // 7] for i in range(1, 7)), bytes(broken)):
        if data is not None:
            path.write_bytes(data)
        with pytest.raises(UserError) as caught:
            corpus.load(path)
        assert caught.value.code == "file_unreadable"
    np.savez(path, other=np.zeros(3))
    with pytest.raises(UserError):
        corpus.load(path)
    np.save(tmp_path / "array.npy", np.zeros(3))
    with pytest.raises(UserError):
        corpus.load(tmp_path / "array.npy")
