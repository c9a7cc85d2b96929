"""The tool that teaches a folder by several recipes and compares what they gave."""

from __future__ import annotations

import json
import runpy
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Run = Callable[..., int]


@pytest.fixture
def run(repository: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Runs the tool with arguments; `apart` in place of its own child processes."""
    script = runpy.run_path(str(repository / "tools" / "compare_recipes.py"))

    def run(*arguments: str, apart: Callable[..., dict[str, Any]] | None = None) -> int:
        monkeypatch.setattr(sys, "argv", ["compare_recipes.py", *arguments])
        if apart:
            monkeypatch.setitem(script["main"].__globals__, "apart", apart)
        return int(script["main"]())

    return run


def row(name: str, options: Any) -> dict[str, Any]:
    """As a lesson gives it; "quick" fails."""
    if name == "quick":
        return {"recipe": name, "error": "there was a flood"}
    return {"recipe": name, "before": 7.0, "after": 6.5, "gain": 0.5, "blend": 0.7, "stored_mb": 1.25}


def test_a_row_for_each_recipe_also_where_one_failed(
    run: Run, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(str(tmp_path), "--recipes", "thesis, quick,adapters", apart=row) == 1
    said = capsys.readouterr()
    assert [line.split("|")[1].strip() for line in said.out.splitlines()[-3:]] == ["thesis", "quick", "adapters"]
    assert "6.500" in said.out.splitlines()[-1]
    assert "quick: there was a flood" in said.err
    assert run(str(tmp_path), "--recipes", "thesis", "--json", apart=row) == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["ok"], told["rows"][0]["after"]) == (True, 6.5)


def test_what_was_known_is_shown_when_it_is_interrupted(
    run: Run, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    def tired(name: str, options: Any) -> dict[str, Any]:
        if name == "balanced":
            raise KeyboardInterrupt
        return row(name, options)

    assert run(str(tmp_path), "--recipes", "thesis,balanced", "--json", apart=tired) == 1
    assert [r["recipe"] for r in json.loads(capsys.readouterr().out)["rows"]] == ["thesis"]


def test_bad_wishes_are_one_sentence(run: Run, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for arguments in (["/nowhere"], [str(tmp_path), "--recipes", "magic"], [str(tmp_path), "--minutes", "0"]):
        assert run(*arguments) == 2
        assert len(capsys.readouterr().err.splitlines()) == 1


@pytest.mark.slow
def test_a_real_lesson_in_a_process_of_its_own(
    run: Run, music: Path, models: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    assert run(str(music), "--recipes", "adapters", "--minutes", "0.03", "--json") == 0
    found = json.loads(capfd.readouterr().out)["rows"][0]
    assert found["steps"] >= 1
    assert found["after"] <= found["before"]
    assert found["memory_mb"] > 100
    assert found["gain"] == pytest.approx(found["before"] - found["after"])
