"""The scripts that lay out the corpus and write the cards."""

from __future__ import annotations

import json
import runpy
import shutil
import tarfile
from pathlib import Path

import pytest

from composer import checkpoint, corpus, styles
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
    for place, number in places.items():
        (source / place).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(music / f"chorale-{number}.mid", source / place)
    with tarfile.open(tmp_path / "corpus.tar.xz", "w:xz") as archive:
        for folder in sorted(source.iterdir()):
            archive.add(folder, folder.name)
    script = runpy.run_path(str(repository / "tools" / "prepare_corpus.py"))
    for _ in range(2):  # a second run changes nothing
        script["main"](str(tmp_path / "corpus.tar.xz"), str(tmp_path / "data"))
    data = tmp_path / "data"

    def links(folder: str) -> set[str]:
        return {
            str(p.relative_to(data / folder)) for p in (data / folder).rglob("*.mid") if p.is_symlink() and p.exists()
        }

    assert links("train") == set(places) - {"asap/Bach/Fugue/midi_score.mid", "piano-midi-de/Grieg/b.mid"}
    assert links("styles/baroque") == {"asap/Bach/Fugue/a.mid", "thesis/baroque/d.mid"}
    assert links("styles/avant-garde") == {"piano-midi-de/Ravel/c.mid", "thesis/avant_garde/f.mid"}
    assert links("hold-out") == {"baroque/d.mid", "romantic/e.mid", "avant_garde/f.mid"}


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
    runpy.run_path(str(repository / "tools" / "write_cards.py"))["main"](str(tmp_path / "report.json"))
    card = json.loads((models / "romantic.json").read_text())
    assert card["figures"]["matrix_nats_per_note_all"] == {"baroque": {"base": 1.5}}
    assert card["figures"]["held_out"] == card["figures"]["likeness"] == {"nats_per_note": 1}
    assert card["figures"]["listener"] == {"styles": []}
    assert [row["name"] for row in card["figures"]["aims"]] == ["romantic: loss", "listener: real pieces told"]
    assert "NC" in card["licence"]
    assert "held_out" not in json.loads((models / "base.json").read_text())["figures"]
    assert styles.find("romantic").title == "Romantic"
    assert styles.find("romantic").strength == 5
    runpy.run_path(str(repository / "tools" / "write_cards.py"))["main"]()
    assert json.loads((models / "romantic.json").read_text()) == card, "without a report the figures stay"


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
