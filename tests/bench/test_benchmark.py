"""The benchmark's contract, on tiny networks: every row, its aim, and what it says where it cannot measure."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest

from composer.bench import benchmark, environment
from composer.bench.benchmark import Plan, Row
from composer.cli import arguments, main
from tests.networks import needs_compiler

FIELDS = {"name", "value", "unit", "aim", "at_most", "low", "high", "note", "met"}


pytestmark = pytest.mark.usefixtures("models")


def bench_json(capfd: pytest.CaptureFixture[str], *more: str) -> dict:
    assert main.main(["bench", "--quick", "--json", *more]) == 0
    return json.loads(capfd.readouterr().out)


@pytest.mark.slow
def test_rows_have_value_aim_and_verdict(capfd: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    parts = ("style", "composing", "quality", "giga", "recomputing", "reading")
    found = bench_json(capfd, "--data", str(tmp_path), *(word for part in parts for word in ("--part", part)))
    assert found["ok"]
    assert {frozenset(row) for row in found["rows"]} == {frozenset(FIELDS)}
    for row in found["rows"]:
        assert (row["met"] is None) == (row["value"] is None or row["aim"] is None)
        assert row["value"] is not None or row["note"], "a row without a value says why"
        assert row["low"] is None or row["low"] <= row["value"] <= row["high"]
    text = "\n".join(row["name"] for row in found["rows"])
    for words in ("four takes against one", "recomputing", "matrix-vector", "Hugging Face", "held-out", "corpus"):
        assert words in text
    assert {(c["network"], c["takes"]) for c in found["curves"]} >= {("baroque", 1), ("baroque", 4), ("GIGA-Piano", 1)}
    assert all(0 < c["low"] <= c["ms"] <= c["high"] for c in found["curves"])
    assert found["machine"]["versions"]["torch"]
    assert found["machine"]["cores"] >= 1


@pytest.mark.slow
@needs_compiler
@pytest.mark.usefixtures("kernel")
def test_with_the_kernel_its_own_products_are_measured_too(capfd: pytest.CaptureFixture[str]) -> None:
    found = bench_json(capfd, "--part", "style", "--part", "giga")
    assert found["machine"]["kernel"]
    rows = [row for row in found["rows"] if "matrix-vector" in row["name"]]
    assert len(rows) == 6
    assert all("by PyTorch" in row["note"] and "by the kernel" in row["note"] for row in rows)


@pytest.mark.slow
def test_the_window_under_the_clock(capfd: pytest.CaptureFixture[str]) -> None:
    rows = {row["name"]: row for row in bench_json(capfd, "--part", "window")["rows"]}
    assert rows["window shown after start"]["value"] > 0
    assert rows["window shown after start"]["note"] == "torch not loaded"
    assert "torch in the window's process" not in rows
    assert rows["Compose pressed to first note shown, 64-note theme, warm"]["value"] > 0
    assert next(row for name, row in rows.items() if "timer" in name)["value"] > 0
    if sys.platform == "linux":
        assert rows["memory of window and worker"]["value"] > 50


def test_without_a_window_its_rows_say_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(environment.sys, "executable", "/nowhere/python")
    rows = benchmark.run(Plan(quick=True, parts=("window",)))["rows"]
    assert len(rows) == 6
    assert all(row["value"] is None and row["met"] is None for row in rows)
    assert "FileNotFoundError" in rows[0]["note"]


def test_without_transformers_its_row_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "transformers", None)
    rows = benchmark.run(Plan(quick=True, parts=("style",)))["rows"]
    rows = [row for row in rows if "Hugging Face" in row["name"]]
    assert len(rows) == 2
    assert all(row["value"] is None and row["note"] == "transformers is not installed" for row in rows)


def test_an_unknown_style_is_one_sentence(capfd: pytest.CaptureFixture[str]) -> None:
    assert main.main(["bench", "--quick", "--style", "nobody"]) == main.FAILED
    assert capfd.readouterr().err.strip().splitlines()[-1].count("nobody") == 1


@pytest.mark.parametrize(
    ("row", "met"),
    [
        (Row("a", 3.0, "x", 2.0), True),
        (Row("a", 1.9, "x", 2.0), False),
        (Row("a", 1.9, "s", 2.0, at_most=True), True),
        (Row("a", 2.1, "s", 2.0, at_most=True), False),
        (Row("a", None, "s", 2.0), None),
        (Row("a", 3.0, "s"), None),
    ],
)
def test_when_an_aim_is_met(row: Row, met: bool | None) -> None:
    assert row.met is met


def test_the_command_line_knows_every_part() -> None:
    assert tuple(benchmark.PARTS) == arguments.BENCH_PARTS
