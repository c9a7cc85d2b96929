"""The choice of a precision: what is asked for, what was tried, and what to do where it cannot be remembered."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from composer.core import paths
from composer.core.errors import UserError
from composer.core.settings import GenerationRequest, Sampling
from composer.generation import generate
from composer.inference import autotune
from composer.inference.autotune import Choice, choose
from composer.inference.quantized_linear import PRECISIONS
from composer.music.score import Score
from tests.small import giga, install, note_gpt


@pytest.fixture(autouse=True)
def _nothing_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(autotune.PRECISION_VARIABLE, raising=False)
    monkeypatch.delenv(autotune.THREADS_VARIABLE, raising=False)


@pytest.fixture
def tried(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Every network is worth a trial; the trial finds int8. A line a trial."""
    trials: list[str] = []
    found = {"int8": {"ms": 1.0, "loss": 0.001}}
    monkeypatch.setattr(autotune, "SMALL", 0)
    monkeypatch.setattr(autotune, "probe", lambda net: trials.append(net.encoding) or (Choice("int8", 2), found))
    return trials


def test_a_small_network_gains_nothing() -> None:
    assert choose(note_gpt()) == Choice("float32", 1)
    assert not (paths.user() / autotune.FILE).exists()


def test_what_was_found_is_remembered_by_shape(tried: list[str]) -> None:
    assert choose(note_gpt()) == choose(note_gpt(2)) == Choice("int8", 2)
    assert tried == ["expressive"]
    assert choose(giga()) == Choice("int8", 2)
    assert tried == ["expressive", "giga"]
    held = json.loads((paths.user() / autotune.FILE).read_text())
    assert len(held) == 2
    assert all(entry["tried"]["int8"]["ms"] == 1.0 for entry in held.values())


@pytest.mark.parametrize("damage", ["", "[]", '{"a"', "null"])
def test_a_damaged_memory_is_made_anew(tried: list[str], damage: str) -> None:
    paths.user().mkdir(parents=True, exist_ok=True)
    (paths.user() / autotune.FILE).write_text(damage)
    assert choose(note_gpt()) == Choice("int8", 2)
    assert choose(note_gpt()) == Choice("int8", 2)
    assert tried == ["expressive"]


@pytest.mark.parametrize("choice", [{"precision": "int3", "threads": 1}, {"precision": "int8", "threads": 0}, {}, 3])
def test_an_impossible_memory_is_tried_again(tried: list[str], choice: object) -> None:
    choose(note_gpt())
    path = paths.user() / autotune.FILE
    held = json.loads(path.read_text())
    path.write_text(json.dumps({key: {"choice": choice} for key in held}))
    assert choose(note_gpt()) == Choice("int8", 2)
    assert len(tried) == 2


def test_where_nothing_can_be_written_it_is_float32(
    tried: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").write_text("not a folder")
    monkeypatch.setenv("RICERCAR_HOME", str(tmp_path / "file"))
    assert choose(note_gpt()) == Choice("float32", 1)


def test_what_is_asked_for_goes_first(tried: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(autotune.PRECISION_VARIABLE, "bfloat16")
    monkeypatch.setenv(autotune.THREADS_VARIABLE, "2")
    assert choose(note_gpt()) == Choice("bfloat16", 2)
    assert choose(note_gpt(), "float32") == Choice("float32", 2)
    assert not tried


@pytest.mark.parametrize(
    ("variable", "value"), [(autotune.PRECISION_VARIABLE, "int4"), (autotune.THREADS_VARIABLE, "many")]
)
def test_what_cannot_be_is_said(variable: str, value: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(variable, value)
    with pytest.raises(UserError) as caught:
        choose(note_gpt())
    assert caught.value.code == "setting_invalid"


def test_without_an_engine_for_it_int8_becomes_float32(tried: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    choose(note_gpt())
    monkeypatch.setattr(autotune, "can", lambda precision: precision == "float32")
    assert choose(note_gpt(), "int8").precision == "float32"
    choose(note_gpt())
    assert len(tried) == 2, "a folder that came from another machine is not believed"


@pytest.mark.parametrize("network", [note_gpt(), giga()], ids=["notes", "tokens"])
def test_the_trial(network: object) -> None:
    choice, figures = autotune.probe(network)
    assert choice.precision in PRECISIONS
    assert choice.threads >= 1
    assert "float32" in figures
    for figure in figures.values():
        assert figure["ms"] > 0
        assert 0 <= figure["loss"] < 0.02
    assert figures["float32"]["loss"] == 0


def test_composing_takes_the_choice(tried: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RICERCAR_MODELS", str(install(tmp_path / "models")))
    generate._engine.cache_clear()
    settings = GenerationRequest(style="base", notes=5, sampling=Sampling(random_seed=1))
    engine = generate.warm("base", settings)
    assert (engine.precision, engine.threads) == ("int8", 2)
    assert len(list(generate.compose(Score(), settings))) == 5
    assert generate.warm("base", GenerationRequest(precision="float32")).precision == "float32"
    assert tried == ["expressive"]
    generate._engine.cache_clear()
