"""Brings the translations up to date: python tools/translate.py [--check]

Collects the strings with Qt's lupdate, says which have no translation yet (exit status 1), and compiles the rest with
lrelease. `--check` changes nothing. Both programs come with PySide6_Essentials.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
import tempfile
import xml.etree.ElementTree as ElementTree
from collections.abc import Iterator
from pathlib import Path

import PySide6

ROOT = Path(__file__).resolve().parent.parent
TRANSLATIONS = ROOT / "app" / "look" / "translations"
LANGUAGES = ("es",)
sys.path.insert(0, str(ROOT))


def texts_outside() -> list[tuple[str, str]]:
    """(context, text) of what the window shows but lupdate cannot see: the library's sentences, cards and themes."""
    from app.files.file_actions import example_title  # needs Qt, which the commands below have anyway
    from app.look.error_texts import OWN
    from composer.core import licence_inventory
    from composer.core.errors import SENTENCES
    from composer.core.settings import Recipe, notes_on

    found = [("Messages", text) for code, text in SENTENCES.items() if code not in OWN]
    for card in sorted((ROOT / "models").glob("*.json")):
        values = json.loads(card.read_text())
        found += [("Styles", values[key]) for key in ("title", "description") if values.get(key)]
    for part in (*licence_inventory.own(), *licence_inventory.packages()):
        found += [("Parts", text) for text in (part.name, part.licence)]
    found += [("Settings", note) for note in notes_on(Recipe).values()]
    found += [("Examples", example_title(path)) for path in sorted((ROOT / "examples").glob("*.mid"))]
    return found


def update(path: Path) -> None:
    """Lets lupdate bring a .ts file in step with the sources; keeps what is translated."""
    with tempfile.TemporaryDirectory() as folder:
        outside = Path(folder) / "outside.py"
        lines = [f"QT_TRANSLATE_NOOP({json.dumps(c)}, {_literal(t)})\n" for c, t in texts_outside()]
        outside.write_text("".join(lines), encoding="utf-8")
        options = ["-locations", "none", "-no-obsolete", "-source-language", "en"]
        options += ["-disable-heuristic", "sametext", "-disable-heuristic", "similartext"]
        sources = sorted(str(p) for p in (ROOT / "app").rglob("*.py"))
        _run("lupdate", *sources, str(outside), *options, "-ts", str(path))


def compile_(path: Path, target: Path) -> None:
    """Makes the .qm file that the app loads."""
    _run("lrelease", "-silent", str(path), "-qm", str(target))


def entries(path: Path) -> Iterator[tuple[str, str, str]]:
    """(context, source, translation) of a .ts file; the translation is empty where there is none."""
    for context in ElementTree.parse(path).getroot().iter("context"):
        for message in context.iter("message"):
            translation = message.find("translation")
            done = translation is not None and translation.get("type") is None
            yield context.findtext("name", ""), message.findtext("source", ""), (translation.text or "") if done else ""


def faults(path: Path) -> list[str]:
    """What is wrong with a .ts file: missing translations, and names in braces that do not agree."""
    found = []
    for context, source, translation in entries(path):
        if not translation:
            found.append(f"{path.name}: nothing for {context}: {source!r}")
        elif sorted(re.findall(r"\{.*?\}", source)) != sorted(re.findall(r"\{.*?\}", translation)):
            found.append(f"{path.name}: other names in braces for {context}: {source!r}")
    return found


def _literal(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)


def _run(program: str, *arguments: str) -> None:
    suffix = ".exe" if sys.platform == "win32" else ""
    done = subprocess.run(
        [str(Path(PySide6.__file__).parent / (program + suffix)), *arguments],
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise SystemExit(f"{program} failed: {done.stderr or done.stdout}")


def main() -> int:
    """Updates and compiles, or only checks; 1 if something is missing."""
    found, check = [], "--check" in sys.argv[1:]
    for language in LANGUAGES:
        path = TRANSLATIONS / f"ricercar_{language}.ts"
        with tempfile.TemporaryDirectory() as folder:
            fresh = Path(folder) / path.name
            if path.exists():
                fresh.write_bytes(path.read_bytes())
            update(fresh)
            compiled = fresh.with_suffix(".qm")
            compile_(fresh, compiled)
            found += faults(fresh)
            for new, old in ((fresh, path), (compiled, path.with_suffix(".qm"))):
                if old.exists() and old.read_bytes() == new.read_bytes():
                    continue
                if check:
                    found.append(f"{old.name} is not up to date: python tools/translate.py")
                else:
                    old.write_bytes(new.read_bytes())
    print("\n".join(found) or "Everything is translated.")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
