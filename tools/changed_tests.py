"""The tests of what changed, for `make check`: prints paths that pytest takes.

Changed is what differs from where this branch left the main one, uncommitted work included; where nothing does, the
last commit. A module is tested by the file of its name in the folder of tests that mirrors its package, or by that
whole folder, and by the test files that import it, unless those are more than MOST. `make test` runs everything.
"""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
MAIN = ("origin/main", "origin/master", "main")
ALWAYS = "tests/repository"  # what pages and folders promise
MOST = 8  # test files that import a module, beyond which its own tests must do
PAGES = {".ts": "tests/app/look/test_i18n.py", ".qm": "tests/app/look/test_i18n.py"}


def git(*arguments: str, root: Path = ROOT) -> list[str]:
    """The lines that git prints; none where it fails."""
    done = subprocess.run(["git", *arguments], cwd=root, capture_output=True, text=True, check=False)
    return done.stdout.split("\n")[:-1] if done.returncode == 0 else []


def changed(root: Path = ROOT) -> list[str]:
    """Files that differ from the main branch, or else those of the last commit; deleted ones too."""
    new = git("ls-files", "--others", "--exclude-standard", root=root)
    base = next((found[0] for name in MAIN if (found := git("merge-base", "HEAD", name, root=root))), "HEAD")
    return sorted({*git("diff", "--name-only", base, root=root), *new}) or git(
        "diff", "--name-only", "HEAD~", "HEAD", root=root
    )


def mirrored(path: Path, root: Path) -> Path | None:
    """The test file of a module's name, else of its package's name, else the nearest folder of tests like its own."""
    parts = list(path.with_suffix("").parts)
    inside = Path("tests", *(parts[1:] if parts[0] == "composer" else parts))
    for place in (inside, *inside.parents[:-1]):
        for candidate in (place.with_name(f"test_{place.name}.py"), place):
            if (root / candidate).exists() and candidate not in (Path("tests"), Path("tests/app")):
                return candidate
    return None


def importers(path: Path, root: Path) -> list[Path]:
    """Test files that import a module by name, from its package or from it."""
    package, name = re.escape(".".join(path.parent.parts)), re.escape(path.stem)
    listed = rf"from {package} import (?:\([^)]*|[^(\n]*)\b{name}\b"
    says = re.compile(rf"^\s*(?:from {package}\.{name} import|import {package}\.{name}\b|{listed})", re.MULTILINE)
    return sorted(p.relative_to(root) for p in (root / "tests").rglob("test_*.py") if says.search(p.read_text("utf-8")))


def covering(name: str, root: Path) -> list[Path]:
    """The tests of a changed file."""
    path = Path(name)
    if path.suffix in PAGES:
        return [Path(PAGES[path.suffix])]
    if path.parts[0] == "tests":
        return [path] if path.name.startswith("test_") and (root / path).exists() else []
    if path.parts[0] not in ("app", "composer", "tools"):
        return []
    own = mirrored(path, root)
    leaning = importers(path, root) if path.suffix == ".py" else []
    return [*([own] if own else []), *(leaning if len(leaning) <= MOST else [])]


def selected(names: list[str], root: Path = ROOT) -> list[str]:
    """The tests of changed files, each once; no file that lies in a folder which is chosen anyway."""
    found = {Path(ALWAYS), *(test for name in names for test in covering(name, root))}
    return sorted(str(p) for p in found if not any(parent in found for parent in p.parents))


if __name__ == "__main__":
    print(" ".join(selected(changed())))
