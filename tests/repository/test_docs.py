"""What the documents say of the tree is true of the tree."""

from __future__ import annotations

import ast
import json
import re
from pathlib import Path

import pytest

PROSE = 120  # characters of a line; tables may be wider


def _pages(repository: Path) -> list[Path]:
    """The pages that people read; CHANGELOG names what was, not what is."""
    return [repository / "README.md", repository / "CONTRIBUTING.md", *sorted((repository / "docs").glob("*.md"))]


def test_the_readme_is_short_enough_to_be_read(repository: Path) -> None:
    lines = (repository / "README.md").read_text().splitlines()
    assert len(lines) <= 150
    assert [line for line in lines if len(line) > PROSE and not line.startswith("|")] == []


def test_modules_and_functions_that_pages_name_exist(repository: Path) -> None:
    named = [
        (page.name, path, name)
        for page in _pages(repository)
        for path, name in re.findall(r"`([\w/]+/\w+\.(?:py|c|h))(?:::([\w.]+))?`", page.read_text())
    ]
    missing = [row for row in named if not _defines(repository / row[1], row[2])]
    assert named
    assert missing == []


def test_methods_that_the_walks_name_exist(repository: Path) -> None:
    page = (repository / "docs" / "architecture.md").read_text()
    files = {repository / path for path in re.findall(r"`((?:app|composer)/[\w/]+\.py)", page)}
    methods = set(re.findall(r"`([A-Z]\w+\.\w+)`", page))
    assert methods
    assert [name for name in sorted(methods) if not any(_defines(path, name) for path in files)] == []


def _defines(path: Path, name: str) -> bool:
    """Whether a file exists and defines `function`, `Class` or `Class.method`."""
    if not path.is_file():
        return False
    body = ast.parse(path.read_text()).body if name else []
    for part in name.split(".") if name else []:
        found = [n for n in body if isinstance(n, ast.FunctionDef | ast.ClassDef) and n.name == part]
        if not found:
            return False
        body = found[0].body
    return True


def test_the_map_has_a_line_for_every_package(repository: Path) -> None:
    page = (repository / "docs" / "architecture.md").read_text()
    folders = {
        p.parent.relative_to(repository) for top in ("app", "composer") for p in (repository / top).rglob("*.py")
    }
    assert [str(f) for f in sorted(folders) if f"| `{f}` |" not in page] == []


def test_pictures_and_pages_that_are_pointed_to_exist(repository: Path) -> None:
    for page in _pages(repository):
        for target in re.findall(r"\]\(([^)#:]+)\)", page.read_text()):
            assert (page.parent / target).exists(), f"{page.name} points to {target}"


def test_every_convention_names_tests_that_exist(repository: Path) -> None:
    page = (repository / "docs" / "conventions.md").read_text()
    named = set(re.findall(r"`(tests/[\w/]+\.py)(?:::(\w+))?`", page))
    assert named
    for path, test in sorted(named):
        source = repository / path
        assert source.exists(), path
        assert not test or f"def {test}(" in source.read_text(), f"{path}::{test}"
    rows = [line for line in page.splitlines() if line.startswith("| ") and not line.startswith("| convention")]
    assert [row for row in rows if "`tests/" not in row] == []


@pytest.mark.parametrize("name", ["baroque", "romantic", "avant-garde"])
def test_each_bundled_style_predicts_its_own_music_best_by_its_card(repository: Path, name: str) -> None:
    card = json.loads((repository / "models" / f"{name}.json").read_text())
    row = card["figures"]["matrix_nats_per_note_all"][name]
    assert min(row, key=row.__getitem__) == name
    gram = card["figures"]["four_gram_nats_per_note"][name]["nats_per_note_all"]
    assert row["base"] < gram - 0.3
    assert row[name] < gram - 0.3


def test_the_bundled_weights_are_small_enough(repository: Path) -> None:
    sizes = [p.stat().st_size for p in (repository / "models").iterdir()]
    assert sum(sizes) < 150e6
    assert max(sizes) < 50e6
