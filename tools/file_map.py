"""Prints the README's file map from the first line of each module: python tools/file_map.py"""

from __future__ import annotations

import ast
import subprocess
from itertools import groupby
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def main() -> None:
    """One table a folder, one line a file that git tracks."""
    listed = subprocess.run(["git", "ls-files", "*.py"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    paths = [Path(p) for p in sorted(listed.splitlines()) if not p.startswith("tests/") and "__init__" not in p]
    for folder, files in groupby(sorted(paths, key=lambda p: (str(p.parent), p.name)), key=lambda p: p.parent):
        print(f"\n**{folder}/**\n\n| file | what |\n|---|---|")
        for path in files:
            text = ast.get_docstring(ast.parse((ROOT / path).read_text())) or ""
            print(f"| `{path.name}` | {' '.join(text.split(chr(10) * 2)[0].split())} |")


if __name__ == "__main__":
    main()
