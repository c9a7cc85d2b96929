"""Drafts: which of them stays, and what of this can be asked for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from composer.cli import main
from composer.core.errors import UserError
from composer.core.settings import GenerationRequest, Sampling
from composer.evaluation import generated_samples
from composer.files import midi_reader
from composer.finetuning import samples
from composer.generation import generate, style_scorer, training_set_filter
from composer.generation.generate import GeneratedNote
from composer.generation.reranking import BEFORE, FREE, HEARD, LOOPS, Reranker
from composer.inference.candidates import FIRST, PHRASE
from composer.inference.engine import Engine
from composer.model.tokenizer import Ids, encode, follows_grammar
from composer.music.score import Score
from tests.places import EXAMPLES
from tests.small import note_gpt

SEED = Sampling(random_seed=3)


# ---- the choice ----


def phrase(pitches: Sequence[int]) -> Ids:
    return np.array([[10, pitch, 5, 20, 0] for pitch in pitches], dtype=np.int16)


LOOP = phrase([60, 64, 67] * 6)
MELODY = phrase([60, 62, 64, 65, 67, 69, 71, 72, 74, 76, 77, 79, 81, 83, 84, 86])
LATER = phrase([61, 66, 63, 68, 65, 70, 67, 72, 69, 74, 71, 76, 73, 78, 75, 80])


class Ear:
    """Hears high notes with delight."""

    def __init__(self) -> None:
        self.heard: list[Ids] = []

    def score(self, ids: Ids) -> float:
        self.heard.append(ids)
        return float(ids[:, 1].mean()) / 10


def test_a_draft_that_loops_loses() -> None:
    assert Reranker(1)(0, [LOOP, MELODY]) == 1
    assert Reranker(1)(0, [MELODY, LOOP]) == 0


def test_so_does_one_that_repeats_what_was_written_before() -> None:
    chooser = Reranker(2)
    assert chooser(0, [MELODY]) == 0
    assert chooser(0, [MELODY, LATER]) == 1
    assert chooser(1, [MELODY, LATER]) == 0, "another take has not heard it"


def test_what_is_repeated_is_counted() -> None:
    chooser = Reranker(1)
    assert chooser.repeated(0, LOOP) == 1.0
    assert chooser.repeated(0, MELODY) == 0.0
    assert chooser.repeated(0, MELODY[:5]) == 0.0
    chooser(0, [MELODY])
    # Of 16 n-grams that end in the draft, five cross from the last notes into it, and eleven are known.
    assert chooser.repeated(0, MELODY) == pytest.approx(11 / 16)
    assert chooser.worth(0, MELODY) == pytest.approx(-LOOPS * (11 / 16 - FREE))


def test_some_repetition_is_free_and_of_equals_the_first_stays() -> None:
    chooser = Reranker(1)
    chooser(0, [MELODY])
    a_little = np.concatenate([LATER, MELODY[:7]])
    assert 0 < chooser.repeated(0, a_little) < FREE
    assert chooser.worth(0, a_little) == 0.0
    assert chooser(0, [LATER, a_little]) == 0


def test_the_judge_hears_the_new_notes_of_the_take() -> None:
    ear = Ear()
    chooser = Reranker(1, judge=ear)
    high, low = MELODY + np.array([0, 12, 0, 0, 0], dtype=np.int16), MELODY
    assert chooser(0, [low, high]) == 1
    assert [len(ids) for ids in ear.heard] == [16, 16]
    chooser(0, [LATER, LATER])
    assert (ear.heard[-1] == np.concatenate([high, LATER])).all()
    for number in range(20):
        chooser(0, [LATER[:, :] + np.array([0, number % 3, 0, 0, 0], dtype=np.int16)])
    assert len(ear.heard[-1]) == HEARD


def test_the_judge_weighs_more_than_repetition_where_it_is_sure() -> None:
    ear = Ear()
    loud = LOOP + np.array([0, 24, 0, 0, 0], dtype=np.int16)
    assert Reranker(1, judge=ear)(0, [MELODY, loud]) == 1
    assert Reranker(1)(0, [MELODY, loud]) == 0


# ---- asked for ----


@pytest.fixture
def ear(models: Path, monkeypatch: pytest.MonkeyPatch) -> Ear:
    """Small styles with a judge: untrained networks hardly ever repeat themselves."""
    ear = Ear()
    monkeypatch.setattr(style_scorer, "of", lambda card: ear)
    return ear


def takes_of(settings: GenerationRequest, theme: Score | None = None) -> list[list[GeneratedNote]]:
    takes: list[list[GeneratedNote]] = [[] for _ in range(settings.takes)]
    for event in generate.compose(theme or midi_reader.read(EXAMPLES / "melody.mid"), settings):
        takes[event.take].append(event)
    return takes


@pytest.mark.usefixtures("ear")
def test_settings_and_seed_make_the_notes() -> None:
    settings = GenerationRequest(notes=60, takes=2, sampling=SEED, drafts=3)
    one, again, plain = (takes_of(replace(settings, drafts=d)) for d in (3, 3, 1))
    assert one == again
    assert one != plain
    assert [len(take) for take in one] == [60, 60]
    for take in one:
        ids = encode(generate.joined(midi_reader.read(EXAMPLES / "melody.mid"), take))
        assert follows_grammar(ids)


@pytest.mark.usefixtures("models")
@pytest.mark.parametrize("bound", [{"bars": 12}, {"seconds": 15}, {"notes": 40}])
def test_bounds_hold(bound: dict[str, int]) -> None:
    theme = midi_reader.read(EXAMPLES / "melody.mid")
    (take,) = takes_of(GenerationRequest(sampling=SEED, drafts=4, **bound), theme)  # type: ignore[arg-type]
    if "notes" in bound:
        assert len(take) == 40
    if "bars" in bound:
        line = theme.bar_map.bar(theme.bar_map.next_line(theme.end))
        assert theme.bar_map.start(line + 6) < take[-1].note.start < theme.bar_map.start(line + 12)
    if "seconds" in bound:
        assert theme.tempo_map.second(take[-1].note.start) < theme.seconds + 15
    assert take


@pytest.mark.slow
@pytest.mark.usefixtures("ear")
def test_gaps_endings_and_giga_are_written_with_any_number_of_drafts() -> None:
    theme = midi_reader.read(EXAMPLES / "melody.mid")
    gap = (theme.bar_map.start(1), theme.bar_map.start(3))
    for more in ({"gap": gap}, {"style": "giga", "notes": 12}):
        one, many = (takes_of(GenerationRequest(sampling=SEED, drafts=d, **more)) for d in (1, 4))  # type: ignore[arg-type]
        assert one == many
    ending = GenerationRequest(sampling=SEED, notes=100, ending=True, takes=2)
    assert takes_of(ending) == takes_of(ending)
    assert takes_of(ending) != takes_of(replace(ending, drafts=1))


def test_the_judge_of_the_style_is_asked(ear: Ear) -> None:
    def heard(**more: float) -> list[int]:
        ear.heard.clear()
        takes_of(GenerationRequest(notes=40, sampling=SEED, **{"drafts": 3, **more}))  # type: ignore[arg-type]
        return [len(ids) for ids in ear.heard]

    assert heard() == [FIRST] * 3 + [FIRST + PHRASE] * 3 + [40] * 3
    assert heard(strength=0.0) == [], "that composes as the base"
    assert heard(drafts=1) == []


@pytest.mark.usefixtures("models")
def test_what_the_base_has_learned_is_asked_with_the_end_of_the_theme(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[Ids] = []

    class Everything:
        def longest(self, ids: Ids) -> int:
            asked.append(ids)
            return 0

    monkeypatch.setattr(training_set_filter, "bundled", Everything)
    theme = midi_reader.read(EXAMPLES / "melody.mid")
    takes_of(GenerationRequest(notes=FIRST + 4, sampling=SEED, drafts=3), theme)
    assert [len(ids) for ids in asked] == [BEFORE + FIRST] * 3 + [BEFORE + 4] * 3
    assert all((ids[:BEFORE] == encode(theme)[-BEFORE:]).all() for ids in asked[:3])


@pytest.mark.usefixtures("ear")
def test_the_command_line_takes_drafts(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    def run(*more: str) -> tuple[int, Path]:
        out = tmp_path / f"{len(list(tmp_path.iterdir()))}.mid"
        words = ["compose", str(EXAMPLES / "melody.mid"), "-o", str(out), "--notes", "40", "--random-seed", "4"]
        return main.main([*words, *more]), out

    made = [run("--drafts", "1"), run("--drafts", "4"), run()]
    assert [status for status, _ in made] == [0, 0, 0]
    one, four, usual = (midi_reader.read(out).notes for _, out in made)
    assert one != four == usual
    assert b'"drafts": 4' in made[1][1].read_bytes()
    capsys.readouterr()
    for bad in ("0", "9", "-1"):
        status, out = run("--drafts", bad)
        assert status == 2
        assert not out.exists()
        said = capsys.readouterr().err.strip()
        assert said.count("\n") == 0
        assert "drafts" in said
        assert "from 1 to 8" in said


@pytest.mark.parametrize("bad", [0, 9, -3, 2.5, None])
def test_bad_numbers_of_drafts(bad: object) -> None:
    with pytest.raises(UserError, match="drafts"):
        GenerationRequest(drafts=bad)  # type: ignore[arg-type]


def test_takes_for_the_report_have_as_many_as_their_plan_says() -> None:
    assert generated_samples.Plan().settings("base", 0).drafts == GenerationRequest().drafts
    assert generated_samples.Plan(drafts=2).settings("base", 0).drafts == 2
    with pytest.raises(UserError, match="drafts"):
        generated_samples.Plan(drafts=0)


def test_samples_of_a_lesson_are_first_drafts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Two networks are compared, not two judges."""
    asked: list[int] = []
    plain = Engine.continue_

    def seen(self: Engine, *given: Any, **more: Any) -> Any:
        asked.append(more["drafts"])
        return plain(self, *given, **more)

    monkeypatch.setattr(Engine, "continue_", seen)
    samples.continue_prompt(Engine(note_gpt()), midi_reader.read(EXAMPLES / "melody.mid"), tmp_path / "sample.mid")
    assert asked == [1]


class Memory:
    """Has learned one piece by heart."""

    def __init__(self, pitches: list[int]) -> None:
        self.text = bytes(pitches)

    def longest(self, ids: Ids) -> int:
        notes = bytes(ids[:, 1].tolist())
        runs = (
            n for n in range(len(notes), 0, -1) if any(notes[s : s + n] in self.text for s in range(len(notes) - n + 1))
        )
        return next(runs, 0)


def test_what_was_learned_by_heart_is_not_gone_on_with() -> None:
    learned = phrase([40 + (7 * i * i) % 50 for i in range(60)])
    own = phrase([45 + (11 * i * i + i) % 47 for i in range(16)])
    memory = Memory(learned[:, 1].tolist())
    chooser = Reranker(1, learned[:12], remembered=memory)
    assert chooser.copied(0, learned[12:28]) == 28
    assert chooser(0, [learned[12:28], own]) == 1
    assert Reranker(1, learned[:12])(0, [learned[12:28], own]) == 0, "without a memory it does not matter"
    only = Reranker(1, learned[:40], remembered=memory)
    assert only.copied(0, own) < 20, "a theme out of that music is no fault of the draft's"
    assert only(0, [learned[40:56], learned[40:56]]) == 0, "where all drafts do it, the first stays"
