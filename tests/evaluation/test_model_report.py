"""How well models predict, and the whole report on a small corpus."""

from __future__ import annotations

import json
import runpy
import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from composer.core.errors import UserError
from composer.evaluation import generated_samples, likelihood, model_report, report_tables
from composer.evaluation.generated_samples import Plan
from composer.generation import generate, style_scorer, training_set_filter
from composer.generation.training_set_filter import TrainingSetFilter
from composer.model import checkpoint
from composer.model.tokenizer import encode
from composer.music.score import Score
from composer.scoring import style_classifier
from composer.training import corpus, prepared_corpus
from tests.places import EXAMPLES
from tests.small import note_gpt

pytestmark = pytest.mark.usefixtures("models")


def test_evaluate_gives_the_contract_s_figures(mixed: Path) -> None:
    figures = likelihood.evaluate(mixed, "base")
    assert figures["pieces"] == 6
    assert figures["notes"] == corpus.read([mixed]).notes
    by = figures["nats_by_attribute"]
    assert figures["nats_per_note"] == pytest.approx(by["dt"] + by["pitch"] + by["duration"], abs=1e-3)
    assert figures["loss"] == pytest.approx(figures["nats_per_note"] / 4, abs=1e-3)
    assert figures["perplexity"] == pytest.approx(np.exp(figures["loss"]), abs=0.01)
    assert 0.25 <= figures["accuracy"] < 1
    assert len(figures["skipped"]) == 1


def test_scores_do_not_depend_on_how_pieces_are_cut_where_the_context_reaches(mixed: Path) -> None:
    """Notes within the first window have the same context in a long window as in one that just holds them."""
    network = note_gpt()
    ids = corpus.read([mixed]).pieces[0].ids[:40]
    whole = likelihood.score(network, [ids])
    assert whole.notes == 40
    both = likelihood.score(network, [ids, ids[:20]])
    first = likelihood.score(network, [ids[:20]])
    np.testing.assert_allclose(both.nats * 60, whole.nats * 40 + first.nats * 20, rtol=1e-4)
    assert likelihood.score(network, [ids], window=8).notes == 40, "each note once, however small the window"
    assert likelihood.score(network, [ids], window=8, whole=False).notes == 40 - 1, (
        "the very first has nothing before it"
    )


def test_giga_is_judged_on_its_own_tokens(mixed: Path) -> None:
    figures = likelihood.evaluate(mixed, "giga")
    assert figures["nats_by_attribute"]["velocity"] == 0
    assert figures["nats_per_note"] == pytest.approx(3 * np.log(128), abs=3), "untrained: about chance"


def test_evaluate_says_how_many_pieces_the_base_learned_from(mixed: Path, models: Path) -> None:
    pieces = corpus.read([mixed]).pieces
    (models / likelihood.SPLIT).write_text(json.dumps({p.digest: [p.digest, "train"] for p in pieces[:4]}))
    assert likelihood.evaluate(mixed, "base")["seen"] == 4


def test_the_last_tenth_is_the_last_tenth() -> None:
    pieces = [encode(Score()).repeat(1, 0), np.arange(250).reshape(50, 5), np.arange(500, 1000).reshape(100, 5)]
    tail = model_report.last_tenth(pieces)
    assert sum(map(len, tail)) == 15
    assert tail[-1][-1, -1] == 999


# ---- the report ----


def test_the_report_needs_the_prepared_corpus(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="no folder"):
        model_report.report(tmp_path)


def test_the_report_says_which_style_lacks_music(data: Path, models: Path) -> None:
    pieces = corpus.read([data / "train"]).pieces
    (models / likelihood.SPLIT).write_text(json.dumps({p.digest: [p.digest, "train"] for p in pieces}))
    with pytest.raises(UserError, match=r"baroque, test part holds no piece"):
        model_report.report(data)


@pytest.fixture
def data(mixed: Path, tmp_path: Path, models: Path) -> Path:
    """A corpus as tools/prepare_corpus.py lays it out; the same six pieces everywhere, two of them held out."""
    checkpoint.save(models, "avant-garde", note_gpt(9), {"licence": "none"})
    folder = tmp_path / "data"
    for name in ("train", "styles/baroque", "styles/romantic", "styles/avant-garde"):
        shutil.copytree(mixed, folder / name)
    for style in ("baroque", "romantic", "avant_garde"):
        shutil.copytree(mixed, folder / "thesis" / style)
    pieces = corpus.read([mixed]).pieces
    split = {p.digest: [p.digest, "test" if i < 2 else "train"] for i, p in enumerate(pieces)}
    (models / likelihood.SPLIT).write_text(json.dumps(split))
    return folder


PLAN = Plan(takes=1, notes=60)


@pytest.fixture
def reference(mixed: Path, tmp_path: Path) -> Path:
    """The thesis' results, as far as this test has them: one, and the theme that it goes on from."""
    folder = tmp_path / "reference"
    folder.mkdir()
    shutil.copy(mixed / "chorale-0.mid", folder / model_report.THESIS_RESULTS["romantic"])
    shutil.copy(EXAMPLES / "elise.mid", folder / model_report.THESIS_THEME)
    return folder


def test_the_report_fills_every_table_from_the_corpus(
    data: Path, reference: Path, models: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(style_classifier, "STEPS", 20)
    split = json.loads((models / likelihood.SPLIT).read_text())
    half = [digest for digest, (_, part) in split.items() if part == "train"][:3]
    monkeypatch.setattr(style_scorer, "learns_from", lambda composition, part: composition in half)
    events: list[dict[str, Any]] = []
    made = model_report.report(data, events.append, PLAN, reference)
    assert {e["stage"] for e in events} == {
        "reading",
        "composing",
        "continuing",
        "predicting",
        "comparing",
        "listening",
    }
    assert set(made["matrix"]["baroque"]) == {"baroque", "romantic", "avant-garde", "base"}
    assert made["matrix"]["romantic"]["base"] == made["matrix"]["baroque"]["base"], "the same pieces here"
    assert made["four_gram"]["baroque"]["nats_per_note_all"] < 18
    assert made["thesis"]["romantic"]["thesis"]["loss"] == 1.410
    assert made["by_attribute"]["baroque"]["pieces"] == 2
    row = made["likeness"]["romantic"]
    assert row["composed"]["pieces"] == 3, "a take from nothing and from each of the two examples"
    assert row["continued"]["pieces"] == 6, "two held-out chorales, from three places in each"
    assert row["composed"]["overlap"]["mean"] < row["held_out"]["overlap"]["mean"], "untrained beside Bach"
    assert row["thesis"]["copied"]["longest"] == row["held_out"]["copied"]["longest"] or row["thesis"]["pieces"] == 1
    assert "thesis" not in made["likeness"]["baroque"]
    assert sum(map(sum, made["listener"]["notes"]["composed"]["confusion"])) == 9
    assert 1 <= made["listener"]["notes"]["composed"]["inception_score"] <= 3
    assert set(made["listener"]["notes"]["thesis"]) == {"romantic"}
    heard = made["listener"]["notes"]["real"]["pieces"]["confusion"]
    of_scorers = made["listener"]["notes"]["judges_half"]["pieces"]["confusion"]
    assert [sum(row) for row in heard] == [3, 3, 3], "neither learns from nor is tried on the judges' half"
    assert [sum(row) for row in of_scorers] == [3, 3, 3], "but on that as a whole"
    everything = made["listener"]["all_music"]["notes"]
    assert [sum(row) for row in everything["real"]["pieces"]["confusion"]] == [6, 6, 6]
    assert "judges_half" not in everything
    grams = made["listener"]["four_grams"]
    assert [sum(row) for row in grams["composed"]["confusion"]] == [3, 3, 3]
    assert [sum(row) for row in grams["real"]["pieces"]["confusion"]] == [2, 2, 2]
    assert "listener: real pieces of the judges' half told" in [row["name"] for row in made["aims"]]
    assert json.loads(json.dumps(made)) == made, "plain values only"
    text = list(report_tables.lines(made))
    assert sum(line.startswith("Aims") for line in text) == 1
    assert len({line.count("|") for line in text if line.startswith("|")}) > 3
    for module, name in ((corpus, "read_all"), (generated_samples, "write")):
        monkeypatch.setattr(module, name, None)
    assert model_report.report(data, None, PLAN, reference) == made, "the same again, nothing read or composed twice"


def test_strengths_are_compared_in_a_table(
    data: Path, models: Path, repository: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(style_classifier, "STEPS", 20)
    for seed, style in enumerate(model_report.STYLES):
        checkpoint.save(models, style, note_gpt(20 + seed), {"licence": "none"}, base="base")
    asked = ["compare", str(data), "--strengths", "0", "2", "--takes", "1", "--notes", "60"]
    monkeypatch.setattr("sys.argv", asked)
    runpy.run_path(str(repository / "tools" / "compare_strengths.py"), run_name="__main__")
    last = capsys.readouterr().out.split("\n\n")[-1].splitlines()
    rows = [[cell.strip() for cell in line.split("|")[1:-1]] for line in last[2:]]
    assert [row[:2] for row in rows] == [[k, s] for k in ("0.000", "2.000") for s in (*model_report.STYLES, "mean")]
    assert all(0 <= float(cell) <= 1 for row in rows for cell in row[2:5] if cell)
    assert rows[0][3:] == rows[1][3:], "at no strength all styles write what the base does, and all music is one here"
    assert rows[4][3:] != rows[5][3:]


def test_code_that_has_moved_is_missed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Takes kept for a report would else outlive a change of what composed them."""
    assert generated_samples._code.__wrapped__()
    monkeypatch.setattr(generated_samples, "CODE", (*generated_samples.CODE, "composer.generation.gone"))
    with pytest.raises(ModuleNotFoundError, match=r"composer\.generation\.gone"):
        generated_samples._code.__wrapped__()


def test_takes_do_not_outlive_the_weights_that_wrote_them(data: Path, models: Path) -> None:
    themes = [Score()]
    folder = prepared_corpus.work_folder(data)

    def written() -> list[np.ndarray[Any, Any]]:
        return generated_samples.kept("baroque", themes, PLAN, folder, lambda done: None)

    first = written()
    assert [len(ids) for ids in first] == [60]
    for file in folder.glob("takes-*"):
        file.write_bytes(file.read_bytes()[:100])
    assert np.array_equal(written()[0], first[0]), "a file cut short is written anew, and the seed is fixed"
    (models / training_set_filter.FILE).write_bytes(TrainingSetFilter.of([]).bytes())
    written()
    assert len(list(folder.glob("takes-*"))) == 2, "nor what the choice among drafts remembers"
    checkpoint.save(models, "baroque", note_gpt(33), {"licence": "none"})
    generate._engine.cache_clear()
    assert not np.array_equal(written()[0], first[0])


def test_an_opening_ends_with_its_last_note() -> None:
    from composer.music.score import Note

    score = Score(notes=tuple(Note(start, 60 + start % 7, 10) for start in range(0, 400, 10)))
    assert len(generated_samples.opening(score, 8).notes) == 8
    assert generated_samples.opening(score, 100) == score


def test_a_style_s_own_themes_are_stretches_of_each_composition_from_the_middle_on(mixed: Path) -> None:
    pieces = [(f"{n % 2}", p.ids) for n, p in enumerate(corpus.read([mixed]).pieces)]
    themes = generated_samples.own_themes(pieces)
    assert [len(encode(theme)) for theme in themes] == [generated_samples.OWN_NOTES] * 6
    middle = encode(themes[0])
    ids = pieces[0][1]
    at = (len(ids) - generated_samples.OWN_NOTES) // 2
    np.testing.assert_array_equal(middle[:, 1], ids[at : at + generated_samples.OWN_NOTES, 1])
    assert generated_samples.own_themes([("short", ids[:100])]) == []


def test_held_out_music_counts_three_performances_of_a_composition(data: Path) -> None:
    pieces = corpus.read([data / "train"]).pieces
    split = {p.digest: ["one", "test"] if i < 5 else ["two", "test"] for i, p in enumerate(pieces)}
    shelf = prepared_corpus.read(data, split)
    assert len(shelf.held_out("romantic")) == 4
    assert len(shelf.style("romantic")) == len(shelf.under("train")) == 6
    assert shelf.style("romantic", "train") == []
