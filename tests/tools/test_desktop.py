"""What `tools/desktop.py` writes into a user's data folder, and takes away again."""

from __future__ import annotations

import configparser
import importlib.util
import os
import shlex
import subprocess
import sys
from pathlib import Path
from types import ModuleType
from xml.etree import ElementTree

import pytest
from PySide6.QtCore import QByteArray
from PySide6.QtGui import QImage

from app.look import icons
from tests.places import REPOSITORY

TOOL = REPOSITORY / "tools" / "desktop.py"


def run(verb: str, data: Path) -> subprocess.CompletedProcess[str]:
    """The tool, for a user whose data stands there."""
    environment = {**os.environ, "XDG_DATA_HOME": str(data)}
    return subprocess.run([sys.executable, TOOL, verb], env=environment, capture_output=True, text=True, check=False)


def tool() -> ModuleType:
    """The tool as a module."""
    spec = importlib.util.spec_from_file_location("desktop_tool", TOOL)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def entry(data: Path) -> configparser.SectionProxy:
    """The menu entry."""
    parser = configparser.ConfigParser(interpolation=None, delimiters=("=",))
    parser.optionxform = str  # type: ignore[assignment,method-assign]
    parser.read(data / "applications" / "ricercar.desktop", encoding="utf-8")
    return parser["Desktop Entry"]


def test_install_and_remove(tmp_path: Path) -> None:
    (tmp_path / "applications").mkdir()
    (tmp_path / "applications" / "other.desktop").write_text("somebody else's")
    done = run("install", tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    got = entry(tmp_path)
    assert (got["Type"], got["Name"], got["Icon"]) == ("Application", "Ricercar", "ricercar")
    assert got["MimeType"].split(";")[:2] == ["application/x-ricercar", "audio/midi"]
    words = shlex.split(got["Exec"])
    assert words[-1] == "%f"
    assert os.access(words[0], os.X_OK)
    root = ElementTree.parse(tmp_path / "mime" / "packages" / "ricercar.xml").getroot()
    space = "{http://www.freedesktop.org/standards/shared-mime-info}"
    kind = root.find(f"{space}mime-type")
    assert kind is not None
    assert kind.get("type") == "application/x-ricercar"
    assert [g.get("pattern") for g in kind.iter(f"{space}glob")] == ["*.ricercar"]
    assert run("install", tmp_path).returncode == 0, "twice does no harm"
    done = run("remove", tmp_path)
    assert "4 files were removed" in done.stdout
    ours = [p.name for p in tmp_path.rglob("*") if p.is_file() and "icar" in p.name]
    assert ours == []
    assert (tmp_path / "applications" / "other.desktop").read_text() == "somebody else's"
    assert "0 files" in run("remove", tmp_path).stdout


def test_the_icons_are_the_windows_own(tmp_path: Path) -> None:
    module = tool()
    assert module.NOTES == icons._EMBLEM
    for page in (False, True):
        root = ElementTree.fromstring(module.svg(page))
        assert len(list(root.iter("{http://www.w3.org/2000/svg}rect"))) == 7
        image = QImage()
        if image.loadFromData(QByteArray(module.svg(page).encode()), "SVG"):  # where Qt's SVG plugin is there
            assert (image.width(), image.height()) == (64, 64)


@pytest.mark.parametrize(
    ("word", "written"), [("/a b/c", '"/a b/c"'), ("/50%/x", '"/50%%/x"'), ('/"$`/x', '"/\\\\"\\\\$\\\\`/x"')]
)
def test_commands_in_odd_places_are_quoted(word: str, written: str) -> None:
    assert tool().quoted(word) == written


def test_without_an_installed_command_python_runs_the_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    module = tool()
    monkeypatch.setattr(module, "ROOT", tmp_path)
    monkeypatch.setattr(module.sys, "executable", str(tmp_path / "python"))
    assert module.command() == ([str(tmp_path / "python"), "-m", "app"], tmp_path)
    module.install(tmp_path)
    assert entry(tmp_path)["Path"] == str(tmp_path)


@pytest.mark.parametrize("verb", ["", "upgrade"])
def test_other_words_are_not_understood(tmp_path: Path, verb: str) -> None:
    done = run(verb, tmp_path)
    assert done.returncode == 2
    assert done.stderr.startswith("usage:")
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_may_not_be_written_is_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "applications").write_text("a file where a folder should be")
    done = run("install", tmp_path)
    assert done.returncode == 2
    assert "cannot be changed" in done.stderr
    assert "Traceback" not in done.stderr
