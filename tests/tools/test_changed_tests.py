"""`make check` runs the tests of what changed: their choice, in a tree made up for it."""

from __future__ import annotations

import importlib.util
import subprocess
from pathlib import Path
from types import ModuleType

import pytest

from tests.places import REPOSITORY

TREE = {
    "composer/music/score.py": "",
    "composer/music/edits/pitch_edits.py": "",
    "composer/inference/sampling.py": "",
    "composer/inference/kernel/steps.c": "",
    "app/roll/lanes.py": "",
    "app/roll/canvas/geometry.py": "",
    "tests/music/test_edits.py": "from composer.music.edits import (\n    pitch_edits,\n)\n",
    "tests/files/test_midi.py": "from composer.music.score import Note\n",
    "tests/inference/test_sampling.py": "from composer.inference.sampling import draw\n",
    "tests/inference/test_kernel.py": "from composer.inference import autotune, sampling\n",
    "tests/app/roll/test_lanes.py": "def test_it() -> None:\n    from app.roll import lanes\n",
    "tests/app/roll/test_mouse.py": "from app.roll.lanes_of_others import Lanes\n",
    "tests/repository/test_docs.py": "",
}


@pytest.fixture(scope="module")
def tool() -> ModuleType:
    spec = importlib.util.spec_from_file_location("changed_tests", REPOSITORY / "tools" / "changed_tests.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    for name, text in TREE.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return tmp_path


@pytest.mark.parametrize(
    ("change", "tests"),
    [
        ("composer/inference/sampling.py", ["tests/inference/test_kernel.py", "tests/inference/test_sampling.py"]),
        ("composer/music/edits/pitch_edits.py", ["tests/music/test_edits.py"]),
        ("composer/inference/kernel/steps.c", ["tests/inference/test_kernel.py"]),
        ("app/roll/lanes.py", ["tests/app/roll/test_lanes.py"]),
        ("app/roll/canvas/geometry.py", ["tests/app/roll"]),
        ("composer/music/score.py", ["tests/files/test_midi.py", "tests/music"]),
        ("tests/files/test_midi.py", ["tests/files/test_midi.py"]),
        ("tests/files/test_gone.py", []),
        ("README.md", []),
    ],
)
def test_a_change_is_tested_by_its_mirror_and_by_what_imports_it(
    tool: ModuleType, tree: Path, change: str, tests: list[str]
) -> None:
    assert tool.selected([change], tree) == sorted([*tests, "tests/repository"])


def test_a_module_that_everything_leans_on_is_tested_by_its_own(tool: ModuleType, tree: Path) -> None:
    for number in range(tool.MOST):
        (tree / "tests" / "files" / f"test_{number}.py").write_text("from composer.music import score\n")
    assert tool.selected(["composer/music/score.py"], tree) == ["tests/music", "tests/repository"]


def test_what_changed_is_asked_of_git(tool: ModuleType, tree: Path) -> None:
    def git(*arguments: str) -> None:
        who = ["-c", "user.name=A", "-c", "user.email=a@b"]
        subprocess.run(["git", *who, *arguments], cwd=tree, check=True, capture_output=True)

    git("init", "-b", "main")
    git("add", ".")
    git("commit", "-m", "All")
    (tree / "app" / "roll" / "lanes.py").write_text("LANES = 2\n")
    git("commit", "-am", "Lanes")
    assert tool.changed(tree) == ["app/roll/lanes.py"], "nothing else changed, so the last commit"
    (tree / "new.py").write_text("")
    assert tool.changed(tree) == ["new.py"]
    git("switch", "-c", "branch", "HEAD~")
    (tree / "composer" / "music" / "score.py").write_text("NOTE = 1\n")
    git("add", ".")
    git("commit", "-m", "Score, and a new file")
    assert tool.changed(tree) == ["composer/music/score.py", "new.py"]
