"""What the documents say of the tree is true of the tree."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest


def test_pictures_and_pages_that_are_pointed_to_exist(repository: Path) -> None:
    for page in [repository / "README.md", *(repository / "docs").glob("*.md")]:
        for target in re.findall(r"\]\(([^)#:]+)\)", page.read_text()):
            assert (page.parent / target).exists(), f"{page.name} points to {target}"


def test_every_convention_names_tests_that_exist(repository: Path) -> None:
    page = (repository / "docs" / "conventions.md").read_text()
    named = set(re.findall(r"`(tests/[\w/]+\.py)(?:::(\w+))?`", page))
    assert len(named) > 80
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
