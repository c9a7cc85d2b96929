"""The shape of the tree: folders read at a glance, a map of each in its `__init__`, and no import cycles."""

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


def imports(repository: Path) -> dict[str, set[str]]:
    """module -> modules of ours that it imports anywhere: in functions and under TYPE_CHECKING, too."""
    files = {_dotted(p.relative_to(repository)): p for root in PACKAGES for p in (repository / root).rglob("*.py")}
    return {name: _imported(path, set(files)) - {name} for name, path in files.items()}


def _dotted(path: Path) -> str:
    return ".".join(path.with_suffix("").parts).removesuffix(".__init__")


def _imported(path: Path, modules: set[str]) -> set[str]:
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            inner = {f"{node.module}.{alias.name}" for alias in node.names}
            found |= inner & modules or {node.module}
    return found & modules


def cycles(graph: dict[str, set[str]]) -> list[tuple[str, ...]]:
    """Strongly connected components of more than one module."""
    reach = {name: _reachable(graph, name) for name in graph}
    return sorted({tuple(sorted(m for m in reach[n] if n in reach[m])) for n in graph if n in reach[n]})


def _reachable(graph: dict[str, set[str]], start: str) -> set[str]:
    found: set[str] = set()
    waiting = [start]
    while waiting:
        new = graph[waiting.pop()] - found
        found |= new
        waiting += new
    return found


def test_no_folder_is_crowded_and_none_holds_one_module(repository: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folders = packages(repository)
    with capsys.disabled():
        print()
        for folder in folders:
            print(f"{len(contents(folder)[0]):4} {folder.relative_to(repository)}")
        sizes = [len(contents(folder)[0]) for folder in folders]
        print(f"{sum(sizes)} modules in {len(folders)} folders, {max(sizes)} in the largest")
    assert misfits(folders) == []


def test_no_modules_import_each_other_in_a_circle(repository: Path, capsys: pytest.CaptureFixture[str]) -> None:
    graph = imports(repository)
    found = cycles(graph)
    with capsys.disabled():
        print(f"\n{sum(map(len, graph.values()))} imports with those for type checking; {len(found)} cycles")
    assert found == []


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


def test_a_circle_is_seen_however_it_is_imported(tmp_path: Path) -> None:
    (tmp_path / "app").mkdir()
    for name, text in (
        ("a", "if TYPE_CHECKING:\n    from app.b import B\n"),
        ("b", "def f():\n    import app.c\n"),
        ("c", "from app import a, d\n"),
        ("d", "import json\n"),
    ):
        (tmp_path / "app" / f"{name}.py").write_text(text)
    assert imports(tmp_path)["app.c"] == {"app.a", "app.d"}
    assert cycles(imports(tmp_path)) == [("app.a", "app.b", "app.c")]


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
