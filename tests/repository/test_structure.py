"""The shape of the tree: folders that can be read at a glance, and a map of each in its `__init__`."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

MOST = 15  # modules a folder
PACKAGES = ("app", "composer")


def contents(package: Path) -> tuple[list[str], list[str]]:
    """The names of a package's modules, and of the packages in it."""
    modules = sorted(p.stem for p in package.glob("*.py") if p.stem != "__init__")
    return modules, sorted(p.parent.name for p in package.glob("*/__init__.py"))


def mapped(package: Path) -> list[str]:
    """What the docstring of a package lists, in its order."""
    text = ast.get_docstring(ast.parse((package / "__init__.py").read_text(encoding="utf-8"))) or ""
    return re.findall(r"^- `(\w+)`: \S", text, re.MULTILINE)


def packages(repository: Path) -> list[Path]:
    """Every folder of ours with code in it."""
    return sorted({p.parent for root in PACKAGES for p in (repository / root).rglob("*.py")})


def misfits(folders: list[Path]) -> list[str]:
    """Folders with too many modules, with one thing alone in them, or without an `__init__`."""
    found = []
    for folder in folders:
        modules, inner = contents(folder)
        if len(modules) > MOST or len(modules) + len(inner) < 2 or not (folder / "__init__.py").is_file():
            found.append(f"{folder.name}: {len(modules)} modules, {len(inner)} packages")
    return found


def test_no_folder_is_crowded_and_none_holds_one_module(repository: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folders = packages(repository)
    with capsys.disabled():
        print()
        for folder in folders:
            print(f"{len(contents(folder)[0]):4} {folder.relative_to(repository)}")
    assert misfits(folders) == []


def test_each_package_names_each_of_its_modules_once(repository: Path) -> None:
    wrong = {}
    for folder in packages(repository):
        modules, inner = contents(folder)
        if sorted(mapped(folder)) != sorted([*modules, *inner]):
            wrong[str(folder.relative_to(repository))] = sorted({*mapped(folder)} ^ {*modules, *inner}) or "twice"
    assert wrong == {}


def test_tests_lie_in_folders_named_as_what_they_test(repository: Path) -> None:
    """`tests/x` tests `composer/x`, `tests/app/x` tests `app/x`; helpers lie above them."""
    tests = repository / "tests"
    known = {Path(p.name) for p in packages(repository) if p.parent == repository / "composer"}
    known |= {p.relative_to(repository) for p in packages(repository) if p.is_relative_to(repository / "app")}
    known |= {Path("repository"), Path("tools")}
    assert sorted({p.parent.relative_to(tests) for p in tests.rglob("test_*.py")} - known) == []


def test_no_test_module_imports_another(repository: Path) -> None:
    """What several need lies in tests/small.py and its neighbours."""
    imports = re.compile(r"^\s*(?:from|import) (?:tests|hands)[\w.]*\btest_", re.MULTILINE)
    assert [p.name for p in (repository / "tests").rglob("*.py") if imports.search(p.read_text("utf-8"))] == []


def test_a_crowd_a_hermit_and_a_gap_in_a_map_are_seen(tmp_path: Path) -> None:
    for name, count in (("crowd", MOST + 1), ("hermit", 1), ("pair", 2)):
        (tmp_path / name).mkdir()
        (tmp_path / name / "__init__.py").write_text('"""Some.\n\n- `m0`: the first\n"""\n')
        for i in range(count):
            (tmp_path / name / f"m{i}.py").touch()
    assert misfits([tmp_path / n for n in ("crowd", "hermit", "pair")]) == [
        "crowd: 16 modules, 0 packages",
        "hermit: 1 modules, 0 packages",
    ]
    assert mapped(tmp_path / "pair") == ["m0"]
    assert contents(tmp_path / "pair") == (["m0", "m1"], [])
