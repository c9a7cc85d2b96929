"""Project files: everything comes back, and nothing that is broken does any harm."""

from __future__ import annotations

import errno
import json
import os
import random
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from composer.core.errors import UserError
from composer.files import midi_reader, project_file
from composer.files.project_file import Project, Rescue
from composer.model import style_registry
from composer.music.score import Extra, Meter, Note, Pedal, Score, Tempo, Track
from composer.music.takes import Take, Takes
from composer.music.undo_history import History, State, Step
from tests.places import DATA, EXAMPLES

REAL = sorted([*DATA.glob("*.mid"), *EXAMPLES.glob("*.mid")])

SCORE = Score(
    notes=(Note(0, 60, 480), Note(480, 62, 1, 127, 1, muted=True), Note(2**39, 127, 2**39, 1, 0, composed=True)),
    pedals=(Pedal(0, 127), Pedal(5, 0, 1)),
    tempos=(Tempo(0, 500_000), Tempo(960, 1)),
    meters=(Meter(0, 7, 8),),
    tracks=(Track("Für \ud800 “Elise”\n", 0, 5), Track("音楽", 15, 127)),
    extras=(Extra(0, -1, b"\xff\x59\x02\x03\x00"), Extra(7, 1, b"\xff\x06\x04Trio"), Extra(9, 0, b"\xb0\x07\x40")),
    ticks_per_beat=96,
    title="Für Elise",
)
WRITTEN = (Note(960, 70, 50, composed=True), Note(990, 71, 50, 70, 1, True, True))
TAKE = Take(WRITTEN, (Pedal(960, 90),), "romantic", 2**62, 2, "romantic ab12", (("bars", 8), ("top_p", 0.97)))
TAKES = Takes(SCORE, 900, (replace(TAKE, notes=(), number=1), TAKE), 1, Score(notes=(Note(2000, 50, 3),)))
PIECE = Project(TAKES.score(), TAKES, (TAKE.origin,), {"loop": [0, 960], "layer": None, "key": "C major", "zoom": 1.25})


def rescued() -> Project:
    """A piece with three steps of history, one of them ahead."""
    start = State(SCORE.with_notes(SCORE.notes[:1]))
    full = State(SCORE)
    composed = State(PIECE.score, TAKES, frozenset(WRITTEN))
    later = State(replace(PIECE.score, tracks=(*SCORE.tracks, Track()), extras=()), None, frozenset(), PIECE.origins)
    pairs = [(start, full), (full, composed), (composed, later)]
    steps = tuple(Step(f"step {i}", i - 1, pair) for i, pair in enumerate(pairs))
    here = replace(PIECE, origins=())
    return replace(here, history=History(steps, 2, 0), rescue=Rescue("Elise", "/home/x/Elise.ricercar", 1e9))


def plain() -> dict[str, Any]:
    """The piece as JSON values."""
    values: dict[str, Any] = json.loads(project_file.to_bytes(PIECE))
    return values


def refused(data: bytes) -> str:
    """The sentence about data that is no project."""
    with pytest.raises(UserError) as caught:
        project_file.from_bytes(data, "x.ricercar")
    text = str(caught.value)
    assert text.startswith("x.ricercar ")
    assert "\n" not in text
    assert len(text) < 300
    return text


# ---- coming back ----


def test_everything_comes_back(tmp_path: Path) -> None:
    path = tmp_path / "piece.ricercar"
    project_file.write(PIECE, path)
    back = project_file.read(path)
    assert back.score == PIECE.score
    assert back.score.title == PIECE.score.title
    assert back.takes is not None
    assert back.takes.takes == TAKES.takes
    assert (back.takes.join, back.takes.active, back.takes.theme) == (900, 1, TAKES.theme)
    assert back.takes.without().notes == TAKES.without().notes
    assert back.origins == PIECE.origins
    assert back.view == PIECE.view
    assert project_file.to_bytes(back) == project_file.to_bytes(PIECE)


@pytest.mark.parametrize("path", REAL, ids=lambda p: p.stem)
def test_real_files_come_back(path: Path) -> None:
    score = midi_reader.read(path)
    back = project_file.from_bytes(project_file.to_bytes(Project(score))).score
    assert back == score
    assert midi_reader.to_bytes(back) == midi_reader.to_bytes(score)


def test_an_empty_page_comes_back() -> None:
    assert project_file.from_bytes(project_file.to_bytes(Project(Score()))).score == Score()


def test_the_file_is_readable() -> None:
    lines = project_file.to_bytes(PIECE).decode().splitlines()
    assert '"format": 1,' in lines
    assert '"ticks_per_beat": 96,' in lines
    assert '[480,62,1,127,1,"m"],' in lines
    assert '["音楽",15,127]' in lines


def test_the_docs_show_a_file_that_opens(repository: Path) -> None:
    page = (repository / "docs" / "file-format.md").read_text("utf-8")
    example = page.split("```json\n")[1].split("```")[0]
    piece = project_file.from_bytes(example.encode())
    assert [n.composed for n in piece.score.notes] == [False, True]
    for key in json.loads(example).keys() - {"format", "program", "title", "ticks_per_beat"}:
        assert f"`{key}`" in page, key
    assert json.loads(example).keys() == plain().keys()


def test_history_comes_back_in_an_autosave_only(tmp_path: Path) -> None:
    path, piece = tmp_path / "a.ricercar", rescued()
    project_file.write_rescue(piece, path)
    assert project_file.read(path).history == History()
    assert project_file.read(path).rescue is None
    back = project_file.read(path, rescue=True)
    assert back.rescue == piece.rescue
    assert (back.history.index, back.history.clean) == (2, 0)
    assert [(s.text, s.kind) for s in back.history.steps] == [("step 0", -1), ("step 1", 0), ("step 2", 1)]
    first, second, third = back.history.steps
    before = second.before(back.state)
    assert before.score == SCORE
    assert before.takes is None
    assert first.before(before).score.notes == SCORE.notes[:1]
    again = second.after(before)
    assert (again.score, again.selection) == (PIECE.score, frozenset(WRITTEN))
    assert again.takes is not None
    assert again.takes.chosen == TAKE
    later = third.after(again)
    assert later.score.extras == ()
    assert len(later.score.tracks) == 3
    assert later.origins == PIECE.origins


def test_a_damaged_history_does_not_cost_the_piece() -> None:
    values = json.loads(project_file.to_bytes(rescued()))
    values["history"]["steps"][1]["change"]["notes"]["new"][0][1] = "high"
    back = project_file._parsed(json.dumps(values).encode(), "x", rescue=True)
    assert back.score == PIECE.score
    assert back.history == History()


def test_history_in_which_a_note_loses_its_track_is_left_out() -> None:
    values = json.loads(project_file.to_bytes(rescued()))
    values["history"]["steps"][1]["change"]["tracks"] = [[["a", 0, 0]], values["tracks"]]
    assert project_file._parsed(json.dumps(values).encode(), "x", rescue=True).history == History()


@pytest.mark.parametrize("path", ["/etc/passwd", "elise.ricercar", "../x.ricercar", "/x\0.ricercar", ""])
def test_an_autosave_names_no_other_file(path: str) -> None:
    piece = replace(rescued(), rescue=Rescue("t", path, 1.0))
    back = project_file._parsed(project_file.to_bytes(piece), "x", rescue=True)
    assert back.rescue == Rescue("t", "", 1.0)


# ---- versions ----


def test_a_newer_file_is_refused_in_a_sentence() -> None:
    newer = {**plain(), "format": project_file.FORMAT + 1, "notes": "in some new way"}
    assert "newer version" in refused(json.dumps(newer).encode())


def test_older_files_are_migrated_by_a_named_function(monkeypatch: pytest.MonkeyPatch) -> None:
    """As it will be: format 2 calls the tempi something else."""

    def tempi_were_called_pace(values: dict[str, Any]) -> dict[str, Any]:
        return {**values, "tempos": values["pace"]}

    old = plain()
    old["pace"] = old.pop("tempos")
    assert "lacks 'tempos'" in refused(json.dumps(old).encode())
    monkeypatch.setattr(project_file, "FORMAT", 2)
    monkeypatch.setattr(project_file, "MIGRATIONS", {1: tempi_were_called_pace})
    assert project_file.from_bytes(json.dumps(old).encode()).score == PIECE.score
    now = {**plain(), "format": 2}
    assert project_file.from_bytes(json.dumps(now).encode()).score == PIECE.score


# ---- bad input ----

DEEP = 100_000
ODD = [b"9", b"-", b"[", b"]", b'"', b"e", b".", b",", b"\xff", b"null"]
TEXTS = {
    "text": b"Dear diary, this is not music.",
    "a number": b"7",
    "a list": b"[]",
    "null": b"null",
    "an empty object": b"{}",
    "not UTF-8": b'{"format": 1, "title": "\xff\xfe"}',
    "UTF-16": '{"format": 1}'.encode("utf-16"),
    "zeros": b"\0" * 5000,
    "random": random.Random(1).randbytes(5000),
    "deep list": b"[" * DEEP + b"]" * DEEP,
    "deep object": b'{"a":' * DEEP + b"1" + b"}" * DEEP,
    "deep and open": b"[" * DEEP,
    "a long number": b'{"format": ' + b"9" * 10_000 + b"}",
    "a MIDI file": midi_reader.to_bytes(Score((Note(0, 60, 96),))),
    "a pickle": b"\x80\x04\x95\x1c\x00\x00\x00\x00\x00\x00\x00\x8c\x05posix\x94\x8c\x06system\x94\x93\x94.",
}
VALUES: list[tuple[tuple[str | int, ...], Any]] = [
    (("format",), "1"),
    (("format",), 1.0),
    (("format",), True),
    (("format",), 0),
    (("format",), -1),
    (("format",), None),
    (("format",), 10**400),
    (("title",), 5),
    (("title",), "x" * 10**6),
    (("ticks_per_beat",), 0),
    (("ticks_per_beat",), 480.0),
    (("ticks_per_beat",), 10**30),
    (("tracks",), []),
    (("tracks",), {}),
    (("tracks", 0), ["a", 16, 0]),
    (("tracks", 0), ["a", 0, -1]),
    (("tracks", 0), [None, 0, 0]),
    (("tracks", 0), "abc"),
    (("notes",), None),
    (("notes",), {"0": []}),
    (("notes", 0), []),
    (("notes", 0), [0, 60, 480]),
    (("notes", 0), [0, 60, 480, 80, 0, "c", "c"]),
    (("notes", 0), [0, 60, 480, 80, 0, "x"]),
    (("notes", 0), [0, 60, 480, 80, 0, []]),
    (("notes", 0), [-1, 60, 480, 80, 0]),
    (("notes", 0), [0, 128, 480, 80, 0]),
    (("notes", 0), [0, 60, 0, 80, 0]),
    (("notes", 0), [0, 60, 480, 0, 0]),
    (("notes", 0), [0, 60, 480, 80, 2]),
    (("notes", 0), [0, 60, 480, 80, -1]),
    (("notes", 0), [0.5, 60, 480, 80, 0]),
    (("notes", 0), [True, 60, 480, 80, 0]),
    (("notes", 0), [10**300, 60, 480, 80, 0]),
    (("notes", 0), [0, 60, 2**62, 80, 0]),
    (("notes", 0), ["0", 60, 480, 80, 0]),
    (("notes", 0), [0, 60, [[[]]], 80, 0]),
    (("pedals", 0), [0, 128, 0]),
    (("pedals", 0), [0, 5, 9]),
    (("pedals", 0), [-5, 5, 0]),
    (("tempos", 0), [0, 0]),
    (("tempos", 0), [0, 2**24]),
    (("tempos", 0), [0, 1e400]),
    (("meters", 0), [0, 0, 4]),
    (("meters", 0), [0, 4, 3]),
    (("meters", 0), [0, 4, 128]),
    (("meters", 0), [0, 300, 4]),
    (("extras", 0), [0, 5, "ff06"]),
    (("extras", 0), [0, 0, "xyz"]),
    (("extras", 0), [0, 0, ""]),
    (("extras", 0), [0, 0, "90"]),
    (("extras", 0), [0, 0, "f8"]),
    (("extras", 0), [0, 0, "ff06ff41"]),
    (("extras", 0), [0, 0, "ff59020800"]),
    (("extras", 0), [0, 0, 7]),
    (("takes",), []),
    (("takes",), {}),
    (("takes", "active"), 2),
    (("takes", "active"), -1),
    (("takes", "join"), 1e3),
    (("takes", "takes"), []),
    (("takes", "takes"), [{}] * 100),
    (("takes", "takes", 0, "notes"), [[0, 60, 480, 80, 7]]),
    (("takes", "takes", 0, "random_seed"), 2**63),
    (("takes", "takes", 0, "settings"), {"a": [1]}),
    (("takes", "takes", 0, "settings"), {"a": 1e999}),
    (("takes", "theme", "notes"), {"gone": []}),
    (("takes", "theme", "pedals", "new"), [[0, 0, 99]]),
    (("takes", "replaced", "notes"), 3),
    (("provenance",), {}),
    (("provenance", 0), 5),
    (("provenance", 0, "style"), ["baroque"]),
    (("provenance", 0, "first"), -1),
    (("provenance", 0, "settings"), {str(i): i for i in range(101)}),
    (("view",), []),
    (("view",), {"a": "x" * 10**6}),
    (("view",), {"a": list(range(5000))}),
    (("view",), {"a": {"b": {"c": {"d": {"e": {"f": {"g": 1}}}}}}}),
    (("view",), {"a": 1e308}),
    (("view",), {"a": 10**100}),
]
IDS = [f"{'-'.join(map(str, place))}-{i}" for i, (place, _) in enumerate(VALUES)]


@pytest.mark.parametrize("name", TEXTS)
def test_what_is_no_project_is_said_so(name: str) -> None:
    refused(TEXTS[name])


@pytest.mark.parametrize(("place", "value"), VALUES, ids=IDS)
def test_a_wrong_value_anywhere_is_refused(place: tuple[str | int, ...], value: Any) -> None:
    values: Any = plain()
    inner = values
    for step in place[:-1]:
        inner = inner[step]
    inner[place[-1]] = value
    refused(json.dumps(values).encode())


@pytest.mark.parametrize("word", [b"NaN", b"Infinity", b"-Infinity"])
def test_what_is_no_number_is_refused(word: bytes) -> None:
    assert "not a number" in refused(project_file.to_bytes(PIECE).replace(b'"zoom":1.25', b'"zoom":' + word))


@pytest.mark.parametrize("key", sorted(plain().keys() - {"program"}))
def test_whatever_is_missing_is_named(key: str) -> None:
    values = plain()
    del values[key]
    assert repr(key) in refused(json.dumps(values).encode())


def test_every_cut_is_refused() -> None:
    data = project_file.to_bytes(PIECE)
    for end in range(1, len(data) - 2, 7):
        refused(data[:end])


@pytest.mark.parametrize("seed", range(40))
def test_damage_is_refused_or_read_but_nothing_else(seed: int) -> None:
    """Bytes changed at random; what is read after all can be written, played and encoded."""
    rng, data = random.Random(seed), bytearray(project_file.to_bytes(rescued()))
    for _ in range(rng.randrange(1, 6)):
        at = rng.randrange(len(data))
        data[at : at + rng.randrange(3)] = rng.choice(
            [b"9", b"-", b"[", b"]", b'"', b"e", b".", b",", b"\xff", b"null"]
        )
    try:
        back = project_file._parsed(bytes(data), "x.ricercar", rescue=True)
    except UserError:
        return
    assert project_file.from_bytes(project_file.to_bytes(back)).score == back.score
    midi_reader.to_bytes(back.score)
    here = back.state
    for step in reversed(back.history.steps[: back.history.index]):
        here = step.before(here)
        midi_reader.to_bytes(here.score)


def test_paths_that_cannot_be_read(tmp_path: Path) -> None:
    (tmp_path / "folder.ricercar").mkdir()
    os.mkfifo(tmp_path / "pipe.ricercar")
    (tmp_path / "empty.ricercar").write_bytes(b"")
    os.symlink(tmp_path / "b.ricercar", tmp_path / "a.ricercar")
    os.symlink(tmp_path / "a.ricercar", tmp_path / "b.ricercar")
    with (tmp_path / "huge.ricercar").open("wb") as file:
        file.truncate(2**30)
    for name, code in [
        ("missing.ricercar", "file_missing"),
        ("folder.ricercar", "file_unreadable"),
        ("pipe.ricercar", "file_unreadable"),
        ("empty.ricercar", "file_empty"),
        ("a.ricercar", "file_unreadable"),
        ("huge.ricercar", "file_too_large"),
        ("x" * 300, "file_unreadable"),
        ("a\0b", "file_unreadable"),
    ]:
        with pytest.raises(UserError) as caught:
            project_file.read(tmp_path / name)
        assert caught.value.code == code, name


def test_nothing_in_a_file_reads_or_writes_another(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Paths wherever a text may stand, and names that Python or a shell would act upon."""
    values = plain()
    bait = str(tmp_path / "bait")
    values.update(title=bait, program=f"$(touch {bait})", include=bait, __class__="os.system")
    values["tracks"][0][0] = f"__import__('os').system('touch {bait}')"
    values["takes"]["takes"][0].update(style=f"../../{bait}", model=bait)
    values["view"] = {"soundfont": bait, "import": bait}
    opened: list[str] = []
    (tmp_path / "x.ricercar").write_text(json.dumps(values))
    real = open
    monkeypatch.setattr("builtins.open", lambda *a, **k: opened.append(str(a[0])) or real(*a, **k))
    back = project_file.read(tmp_path / "x.ricercar")
    assert back.score.title == bait
    assert sorted(p.name for p in tmp_path.iterdir()) == ["x.ricercar"]
    assert [name for name in opened if "bait" in name] == []


# ---- writing ----


def test_an_existing_file_is_not_replaced_unasked(tmp_path: Path) -> None:
    path = tmp_path / "piece.ricercar"
    path.write_bytes(b"precious")
    with pytest.raises(UserError) as caught:
        project_file.write(PIECE, path)
    assert caught.value.code == "output_exists"
    assert path.read_bytes() == b"precious"
    project_file.write(PIECE, path, force=True)
    assert project_file.read(path).score == PIECE.score


@pytest.mark.parametrize("where", ["fsync", "replace", "mkstemp"])
def test_a_full_disk_leaves_the_old_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, where: str) -> None:
    path = tmp_path / "piece.ricercar"
    project_file.write(PIECE, path)
    before = path.read_bytes()

    def full(*_: object, **__: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(f"composer.files.atomic_files.{'tempfile' if where == 'mkstemp' else 'os'}.{where}", full)
    with pytest.raises(UserError, match="No space left on device") as caught:
        project_file.write(replace(PIECE, view={}), path, force=True)
    assert caught.value.code == "output_unwritable"
    assert path.read_bytes() == before
    assert [p.name for p in tmp_path.iterdir()] == [path.name]


def test_a_read_only_folder_leaves_the_old_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "piece.ricercar"
    project_file.write(PIECE, path)
    monkeypatch.setattr(
        "composer.files.atomic_files.os.access", lambda folder, mode: False
    )  # root may write everywhere
    with pytest.raises(UserError, match="read-only"):
        project_file.write(replace(PIECE, view={}), path, force=True)
    assert project_file.read(path).view == PIECE.view


def test_what_the_disk_gives_back_wrongly_is_dropped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "piece.ricercar"
    project_file.write(PIECE, path)
    before = path.read_bytes()
    real = Path.read_bytes
    monkeypatch.setattr(Path, "read_bytes", lambda self: real(self)[:-9] + b"\0" * 9)
    with pytest.raises(UserError, match="could not be read back"):
        project_file.write(replace(PIECE, view={}), path, force=True)
    monkeypatch.undo()
    assert path.read_bytes() == before


def test_what_no_reader_would_take_is_not_written(tmp_path: Path) -> None:
    path = tmp_path / "piece.ricercar"
    project_file.write(PIECE, path)
    before = path.read_bytes()
    with pytest.raises(UserError, match="not a list of at most 10000") as caught:
        project_file.write(replace(PIECE, origins=PIECE.origins * 10_001), path, force=True)
    assert caught.value.code == "output_unwritable"
    assert path.read_bytes() == before


@pytest.mark.parametrize("view", [{"a": list(range(5000))}, {"a": {1, 2}}, {"a": float("nan")}, {"a": object()}])
def test_a_view_that_cannot_be_saved_does_not_keep_the_piece_from_it(tmp_path: Path, view: dict[str, Any]) -> None:
    project_file.write(replace(PIECE, view=view), tmp_path / "piece.ricercar")
    back = project_file.read(tmp_path / "piece.ricercar")
    assert (back.score, back.view) == (PIECE.score, {})


def test_a_style_is_known_by_name_and_card() -> None:
    name, card = style_registry.identity("baroque").split()
    assert name == "baroque"
    assert len(card) == 12
    assert style_registry.identity("no such style") == "no such style"


# ---- the cap ----


def test_what_is_too_large_to_be_read_is_not_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "a.ricercar"
    project_file.write(Project(Score()), path)
    before = path.read_bytes()
    monkeypatch.setattr(project_file, "LIMIT_MB", len(before) * 2 / 2**20)
    with pytest.raises(UserError, match="larger than"):
        project_file.write(PIECE, path, force=True)
    assert path.read_bytes() == before


def test_an_autosave_leaves_out_a_history_that_would_make_it_unreadable(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path, found = tmp_path / "a.ricercar", rescued()
    size = len(project_file.to_bytes(replace(found, history=History())))
    assert len(project_file.to_bytes(found)) > size + 100
    monkeypatch.setattr(project_file, "LIMIT_MB", (size + 100) / 2**20)
    project_file.write_rescue(found, path)
    monkeypatch.undo()
    back = project_file.read(path, rescue=True)
    assert back.score == found.score
    assert back.history == History()


def test_whatever_a_note_may_be_comes_back() -> None:
    far = Score(notes=(Note(0, 60, 2**53 - 1), Note(2**53 - 1, 60, 1)))
    assert project_file.from_bytes(project_file.to_bytes(Project(far))).score == far
