"""The scripts that lay out the corpus and write the cards."""

from __future__ import annotations

import json
import runpy
import shutil
import tarfile
from pathlib import Path

import numpy as np
import pytest

from composer.files import midi_reader
from composer.generation import style_scorer
from composer.inference.engine import Engine
from composer.model import checkpoint, conditions, style_registry, tokenizer
from composer.model.transformer import NoteGPT
from composer.scoring import style_classifier
from composer.training import corpus
from tests.small import chorales, install, note_gpt


def test_the_corpus_is_laid_out_without_what_is_left_out(tmp_path: Path, repository: Path) -> None:
    music = chorales(tmp_path / "music")
    source = tmp_path / "source"
    places = {
        "asap/Bach/Fugue/a.mid": 0,
        "asap/Bach/Fugue/midi_score.mid": 1,
        "piano-midi-de/Grieg/b.mid": 2,
        "piano-midi-de/Ravel/c.mid": 3,
        "thesis/baroque/d.mid": 4,
        "thesis/romantic/e.mid": 5,
        "thesis/avant_garde/f.mid": 2,
    }
    second = {"maestro/2004/g.midi": 3, "maestro/2004/h.midi": 4, "rolls/i.mid": 5}
    for place, number in (places | second).items():
        (source / place).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(music / f"chorale-{number}.mid", source / place)
    composers = ("Johann Sebastian Bach", "Edvard Grieg", "Claude Debussy")
    rows = ["file\tcomposer\ttitle\tnotes", *(f"{f}\t{c}\t\t" for f, c in zip(second, composers, strict=True))]
    (source / "metadata.tsv").write_text("\n".join(rows) + "\n")
    (source / "asap/Bach/Fugue/a_annotations.txt").write_text("0\t0\tdb,4/4,0\n1\t1\tb\n")
    archives = {"1": ("asap", "piano-midi-de", "thesis"), "2": ("maestro", "rolls", "metadata.tsv"), "3": ()}
    for name, folders in archives.items():
        with tarfile.open(tmp_path / f"{name}.tar.xz", "w:xz") as archive:
            for folder in folders:
                archive.add(source / folder, folder, filter=lambda i: i if "annotations" not in i.name else None)
            if not folders:
                archive.add(source / "asap/Bach/Fugue/a_annotations.txt", "asap/Bach/Fugue/a_annotations.txt")
    script = runpy.run_path(str(repository / "tools" / "prepare_corpus.py"))
    for _ in range(2):  # a second run changes nothing
        script["main"](*(str(tmp_path / f"{name}.tar.xz") for name in archives), data=str(tmp_path / "data"))
    data = tmp_path / "data"

    def links(folder: str) -> set[str]:
        return {
            str(p.relative_to(data / folder)) for p in (data / folder).rglob("*.mid*") if p.is_symlink() and p.exists()
        }

    assert links("train") == {*places, *second} - {"piano-midi-de/Grieg/b.mid", "maestro/2004/h.midi"}
    assert links("styles/baroque") == {"asap/Bach/Fugue/a.mid", "thesis/baroque/d.mid", "maestro/2004/g.midi"}
    modern = {"piano-midi-de/Ravel/c.mid", "thesis/avant_garde/f.mid", "rolls/i.mid"}
    assert links("styles/avant-garde") == modern
    roll = corpus.read_piece(data / "train/rolls/i.mid")
    assert isinstance(roll, corpus.Piece)
    assert roll.source == conditions.Source.of("Debussy", "piano roll")
    fugue = corpus.read_piece(data / "train/asap/Bach/Fugue/a.mid")
    assert isinstance(fugue, corpus.Piece)
    assert fugue.metre is not None
    assert np.isnan(fugue.metre.phase[-1]), "its annotations end after a second"
    assert links("hold-out") == {"baroque/d.mid", "romantic/e.mid", "avant_garde/f.mid"}


def test_the_corpus_is_split_and_encoded(tmp_path: Path, repository: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Held-out pieces stay held out, a score goes with its folder, named pieces judge, each content stands once."""
    music = chorales(tmp_path / "music", 8)
    for place, number in {"asap/Bach/1/a.mid": 0, "asap/Bach/2/a.mid": 1, "rolls/b.mid": 6, "rolls/c.mid": 7}.items():
        (tmp_path / "data/train" / place).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(music / f"chorale-{number}.mid", tmp_path / "data/train" / place)
    shutil.copy(music / "chorale-2.mid", tmp_path / "data/train/asap/Bach/1/midi_score.mid")
    shutil.copy(music / "chorale-6.mid", tmp_path / "data/train/rolls/again.mid")
    for folder in ("styles", "thesis"):
        (tmp_path / "data" / folder).mkdir()
    found = {p.path.relative_to(tmp_path / "data/train").as_posix(): p for p in corpus.read([tmp_path / "data"]).pieces}
    digest = found["asap/Bach/1/a.mid"].digest
    (tmp_path / "old.json").write_text(json.dumps({digest: ["as it was", "test"], "f" * 24: ["gone", "valid"]}))
    (tmp_path / "names.txt").write_text("rolls/c.mid\n")
    files = [str(tmp_path / name) for name in ("data", "old.json", "new.json", "corpus.xz", "names.txt")]
    runpy.run_path(str(repository / "tools" / "write_corpus.py"))["main"](*files)
    split = json.loads((tmp_path / "new.json").read_text())
    assert split[digest] == ["as it was", "test"]
    assert split["f" * 24] == ["gone", "valid"]
    assert split[found["asap/Bach/1/midi_score.mid"].digest][1] == "out"
    assert split[found["rolls/c.mid"].digest][1] == "valid"
    learned = corpus.load(tmp_path / "corpus.xz")
    assert {p.path.name for p in learned.part("train")} == {"a.mid", "again.mid"}
    assert [p.path.name for p in learned.part("valid")] == ["c.mid"]
    assert "train: 2 pieces" in capsys.readouterr().out


def test_the_cards_take_their_figures_from_the_report(
    tmp_path: Path, repository: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    models = install(tmp_path / "models")
    checkpoint.save(models, "avant-garde", note_gpt(), {"licence": "none"})
    monkeypatch.setenv("RICERCAR_MODELS", str(models))
    own = {name: {"nats_per_note": number} for number, name in enumerate(("baroque", "romantic", "avant-garde"))}
    report = {"ok": True, "matrix": {"baroque": {"base": 1.5}}, "four_gram": {}, "by_attribute": own, "thesis": own}
    report |= {"likeness": own, "listener": {"styles": []}, "plan": {"takes": 3}}
    report["aims"] = [{"name": "romantic: loss"}, {"name": "baroque: loss"}, {"name": "listener: real pieces told"}]
    (tmp_path / "report.json").write_text(json.dumps(report))
    tool = runpy.run_path(str(repository / "tools" / "write_cards.py"))
    tool["main"](str(tmp_path / "report.json"))
    card = json.loads((models / "romantic.json").read_text())
    assert card["figures"]["matrix_nats_per_note_all"] == {"baroque": {"base": 1.5}}
    assert card["figures"]["held_out"] == card["figures"]["likeness"] == {"nats_per_note": 1}
    assert card["figures"]["listener"] == {"styles": []}
    assert [row["name"] for row in card["figures"]["aims"]] == ["romantic: loss", "listener: real pieces told"]
    assert "NC" in card["licence"]
    assert "held_out" not in json.loads((models / "base.json").read_text())["figures"]
    assert style_registry.find("romantic").title == "Romantic"
    assert style_registry.find("romantic").strength == tool["STRENGTHS"]["romantic"] != 1
    card["judge"] = {"features": "as they are"}
    (models / "romantic.json").write_text(json.dumps(card))
    runpy.run_path(str(repository / "tools" / "write_cards.py"))["main"]()
    assert json.loads((models / "romantic.json").read_text()) == card, (
        "without a report the figures stay, and the judge does"
    )


@pytest.fixture
def shelf(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A prepared corpus: two chorales of each style and two of none, all learned from; and models to go with it."""
    models = install(tmp_path / "models")
    checkpoint.save(models, "avant-garde", note_gpt(), {"licence": "none", "title": "Kept"})
    monkeypatch.setenv("RICERCAR_MODELS", str(models))
    music = chorales(tmp_path / "music", 8)
    (tmp_path / "data" / "thesis").mkdir(parents=True)
    for number, style in enumerate(("baroque", "romantic", "avant-garde", "")):
        for name in (f"chorale-{2 * number}.mid", f"chorale-{2 * number + 1}.mid"):
            for folder in ("train", *([f"styles/{style}"] if style else [])):
                (tmp_path / "data" / folder).mkdir(parents=True, exist_ok=True)
                shutil.copy(music / name, tmp_path / "data" / folder / name)
    pieces = corpus.read([music]).pieces
    (models / "split.json").write_text(json.dumps({p.digest: [p.path.stem, "train"] for p in pieces}))
    return tmp_path / "data"


@pytest.mark.slow
def test_judges_are_written_into_the_cards_and_always_the_same(
    shelf: Path, repository: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: set[tuple[str, str]] = set()

    def even(composition: str, part: str) -> bool:
        asked.add((composition, part))
        return int(composition[-1]) % 2 == 0

    monkeypatch.setattr(style_scorer, "learns_from", even)
    monkeypatch.setattr(style_classifier, "STEPS", 20)
    models = shelf.parent / "models"
    before = {path.name: path.read_bytes() for path in models.glob("*.safetensors")}
    script = runpy.run_path(str(repository / "tools" / "write_judges.py"))
    script["main"](str(shelf))
    once = {path.name: path.read_bytes() for path in models.iterdir()}
    script["main"](str(shelf))
    assert {path.name: path.read_bytes() for path in models.iterdir()} == once
    assert {name: once[name] for name in before} == before, "no weights change"
    assert asked == {(f"chorale-{number}", "train") for number in range(6)}, "what is in no style is not asked about"
    for number, style in enumerate(("baroque", "romantic", "avant-garde")):
        found = style_scorer.of(style_registry.find(style))
        assert found is not None
        own = tokenizer.encode(midi_reader.read(shelf / "train" / f"chorale-{2 * number}.mid"))
        other = tokenizer.encode(midi_reader.read(shelf / "train" / f"chorale-{(2 * number + 2) % 6}.mid"))
        assert found.score(own) > found.score(other)
    assert style_registry.find("avant-garde").title == "Kept"
    assert style_scorer.of(style_registry.find("base")) is None
    held = style_scorer.reference()
    assert {w.composition for w in held} == {f"chorale-{number}" for number in range(8)}
    assert {w.composition: w.piece for w in held}["chorale-5"] == "avant-garde"
    assert {w.composition: w.piece for w in held}["chorale-7"] == ""


@pytest.mark.slow
def test_a_style_without_music_of_the_judges_half_gets_none(
    shelf: Path, repository: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(style_scorer, "learns_from", lambda composition, part: composition > "chorale-1")
    monkeypatch.setattr(style_classifier, "STEPS", 20)
    card = shelf.parent / "models" / "baroque.json"
    card.write_text(json.dumps({**json.loads(card.read_text()), "judge": {"features": "old"}}))
    runpy.run_path(str(repository / "tools" / "write_judges.py"))["main"](str(shelf))
    assert "judge" not in json.loads(card.read_text())
    assert style_scorer.of(style_registry.find("romantic")) is not None


def test_pages_take_their_tables_from_the_report(repository: Path) -> None:
    pasted = runpy.run_path(str(repository / "tools" / "write_cards.py"))["pasted"]
    page = "Before.\n<!-- table: One -->\nold\n<!-- end of table -->\nAfter.\n"
    made = pasted(page, {"One": "| a |", "Two": "| b |"})
    assert made == "Before.\n<!-- table: One -->\n\n| a |\n\n<!-- end of table -->\nAfter.\n"
    assert pasted(made, {"One": "| a |"}) == made
    with pytest.raises(KeyError):
        pasted(page, {"Two": "| b |"})


def test_networks_are_compared_in_a_table(
    tmp_path: Path, repository: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    music = corpus.ensure_valid(corpus.split(corpus.read([chorales(tmp_path / "music")])))
    corpus.save(music, tmp_path / "corpus.npz")
    small = {"layers": 1, "width": 32, "heads": 2, "hidden": 32, "rope_time": 2, "rope_pitch": 2, "context": 32}
    networks = [json.dumps(small), json.dumps({**small, "intervals": 0, "muon_rate": 1e-6, "adam_rate": 1e-6})]
    monkeypatch.setattr("sys.argv", ["compare", str(tmp_path / "corpus.npz"), *networks, "--steps", "6"])
    for _ in range(2):
        runpy.run_path(str(repository / "tools" / "compare_networks.py"), run_name="__main__")
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == 8
    one, other = ([float(cell) for cell in line.split("|")[4:-1]] for line in lines[2:4])
    assert sum(one[:-1]) == pytest.approx(one[-1], abs=0.004)
    assert one[-1] < other[-1], "what hardly moved has learned less"
    assert [line.split("|")[4:] for line in lines[6:]] == [line.split("|")[4:] for line in lines[2:4]], "seeded"


@pytest.mark.slow
def test_endings_are_measured_where_takes_stop(models: Path, repository: Path) -> None:
    tool = runpy.run_path(str(repository / "tools" / "measure_endings.py"))
    plain = Engine.close
    theme = midi_reader.read(repository / "examples" / "melody.mid")
    network, _ = checkpoint.load("base")
    checkpoint.save(models, "base", network, {"licence": "none", "infills": True})
    found = tool["endings"]("base", theme)
    assert len(found) == tool["TAKES"]
    assert all(0 < notes <= tool["NOTES"] and 0 < chance < 1 for notes, chance in found)
    assert Engine.close is plain
    ids = np.tile(tokenizer.encode(theme), (40, 1))
    assert isinstance(network, NoteGPT)
    assert tool["chances"](network, ids).shape == (tool["LAST"] + 1,)
