"""The set-up: pins, what is missing on a system and the sentence about it, the stamp, the wheel, the guard on skips."""

from __future__ import annotations

import importlib.metadata
import os
import re
import shutil
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import pytest

from tests.places import REPOSITORY

sys.path.insert(0, str(REPOSITORY / "tools"))

import setup as tool
import system

PROJECT = tomllib.loads((REPOSITORY / "pyproject.toml").read_text("utf-8"))


def _pins(lines: list[str]) -> dict[str, str]:
    split = (line.split("==") for line in lines if line and not line.startswith("#"))
    return {re.sub(r"[-_.]+", "-", name).lower(): version for name, version in split}


# ---- versions ----


def test_every_package_is_pinned_and_the_constraints_agree() -> None:
    direct = _pins([*PROJECT["project"]["dependencies"], *PROJECT["project"]["optional-dependencies"]["test"]])
    everything = _pins((REPOSITORY / "tools" / "constraints.txt").read_text("utf-8").splitlines())
    assert {name: everything.get(name) for name in direct} == direct


def test_the_pinned_versions_are_those_that_run() -> None:
    direct = _pins(PROJECT["project"]["dependencies"])
    running = {name: importlib.metadata.version(name).partition("+")[0] for name in direct}
    assert running == direct


def test_weights_keep_to_their_limits() -> None:
    sizes = [path.stat().st_size for path in (REPOSITORY / "models").rglob("*") if path.is_file()]
    assert sum(sizes) < 150 * 2**20
    assert max(sizes, default=0) < 50 * 2**20


# ---- system libraries ----


def test_here_nothing_is_missing() -> None:
    assert system.missing() == ([], [])
    assert system.ensure(window=True)


def test_missing_packages_have_debian_names(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(system, "_loads", lambda soname: False)
    monkeypatch.setattr(system, "_has_font", lambda: False)
    sound, window = system.missing("Linux")
    assert sound == ["libfluidsynth3"]
    assert {"libegl1", "libgl1", "libxcb-cursor0", "libxkbcommon-x11-0", "fonts-dejavu-core"} <= set(window)


@pytest.mark.parametrize(
    ("name", "package", "command"),
    [
        ("Linux", "libfluidsynth3", "sudo apt-get install -y --no-install-recommends libfluidsynth3"),
        ("Darwin", "fluid-synth", "brew install fluid-synth"),
        ("Windows", "FluidSynth.FluidSynth", "winget install FluidSynth.FluidSynth"),
    ],
)
def test_each_system_has_its_command(name: str, package: str, command: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(system, "_loads", lambda soname: "fluidsynth" not in soname)
    monkeypatch.setattr(system.ctypes.util, "find_library", lambda name: None)
    monkeypatch.setattr(system, "MAC_FLUIDSYNTH", ())
    assert system.missing(name) == ([package], [])
    assert system.command([package], name) == command


@pytest.mark.parametrize(("window", "goes_on"), [(True, False), (False, True)])
def test_one_sentence_where_installing_is_not_permitted(
    window: bool, goes_on: bool, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(system, "missing", lambda: (["libfluidsynth3"], ["libegl1"]))
    monkeypatch.setattr(system, "_root", lambda: None)
    assert system.ensure(window=window) is goes_on
    said = capsys.readouterr().err
    assert said.count("\n") == 1
    assert "sudo apt-get install -y --no-install-recommends libfluidsynth3 libegl1" in said
    assert system.ensure(window=window, told=True) is goes_on
    assert bool(capsys.readouterr().err) is window


def test_apt_is_called_when_permitted(monkeypatch: pytest.MonkeyPatch) -> None:
    called: list[list[str]] = []

    def run(command: list[str], **_: object) -> subprocess.CompletedProcess[bytes]:
        called.append(command)
        return subprocess.CompletedProcess(command, 0)

    monkeypatch.setattr(system.shutil, "which", lambda name: f"/usr/bin/{name}")
    monkeypatch.setattr(system, "_root", lambda: ["sudo", "-n"])
    monkeypatch.setattr(system.subprocess, "run", run)
    assert system.install(["libegl1"])
    assert [command[:3] for command in called] == [["sudo", "-n", "apt-get"]] * 2
    assert called[1][-1] == "libegl1"


# ---- Python's side ----


def test_a_second_run_does_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[str] = []
    monkeypatch.setattr(tool, "VENV", tmp_path)
    monkeypatch.setattr(tool, "STAMP", tmp_path / "stamp.json")
    monkeypatch.setattr(tool, "PYTHON", Path(sys.executable))
    monkeypatch.setattr(tool, "make_environment", lambda: made.append("environment"))
    monkeypatch.setattr(tool, "install_packages", lambda wanted, index: made.append(wanted))
    for wanted in ("run", "run", "test", "test", "run"):
        tool.install(wanted, "")
    assert made == ["environment", "run", "test"]
    monkeypatch.setattr(tool, "key", lambda: "other pins")
    tool.install("run", "")
    assert made[3:] == ["environment", "run"]


@pytest.mark.parametrize(
    ("gpu", "cuda", "asked", "index"),
    [
        (False, False, "", None),
        (False, True, "", tool.CPU_INDEX),
        (True, True, "", None),
        (True, True, "https://example.org/whl", "https://example.org/whl"),
    ],
)
def test_no_cuda_without_a_gpu(
    gpu: bool, cuda: bool, asked: str, index: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls: list[tuple[object, ...]] = []
    monkeypatch.setattr(sys, "platform", "linux")
    monkeypatch.setattr(tool, "PYTHON", Path(sys.executable))
    monkeypatch.setattr(tool, "has_gpu", lambda: gpu)
    monkeypatch.setattr(tool, "wants_cuda", lambda: cuda)
    monkeypatch.setattr(tool, "pip", lambda *words: calls.append(words))
    tool.install_packages("run", asked)
    assert (index in calls[0]) if index else ("--index-url" not in calls[0])
    assert f"torch=={importlib.metadata.version('torch')}" in calls[1]  # the second step cannot swap the build


def test_an_old_python_gets_a_sentence(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(sys, "version_info", (3, 9, 2))
    assert tool.main(["run"]) == 1
    assert capsys.readouterr().err.startswith("Ricercar needs Python 3.11 or newer")


@pytest.mark.parametrize("permitted", [True, False])
def test_debian_without_venv_and_pip(permitted: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tool, "VENV", tmp_path / "venv")
    monkeypatch.setattr(tool.importlib.util, "find_spec", lambda name: None)
    monkeypatch.setattr(system, "install", lambda packages: permitted)
    called: list[tuple[object, ...]] = []
    monkeypatch.setattr(tool, "call", lambda *words, failure: called.append(words))
    if permitted:
        tool.make_environment()
        assert called[0][1:3] == ("-m", "venv")
    else:
        with pytest.raises(tool.SetupError, match="sudo apt-get install -y python3-venv"):
            tool.make_environment()


def test_make_tells_its_commands() -> None:
    said = subprocess.run(["make", "-s", "help"], cwd=REPOSITORY, capture_output=True, text=True, check=True).stdout
    assert "make run " in said
    assert "make test" in said


# ---- an installed copy ----


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, unpacked as pip would into site-packages."""
    folder = tmp_path_factory.mktemp("wheel")
    build = [sys.executable, "-m", "pip", "wheel", "-qq", "--no-deps", "--no-build-isolation", "-w", str(folder), "."]
    subprocess.run(build, cwd=REPOSITORY, check=True, capture_output=True)
    site = folder / "site"
    zipfile.ZipFile(next(folder.glob("*.whl"))).extractall(site)
    return site


@pytest.mark.slow
def test_the_wheel_carries_what_the_program_needs(installed: Path) -> None:
    data = installed / "composer" / "data"
    for name in ("examples", "models", "soundfonts"):
        here = {path.relative_to(REPOSITORY / name) for path in (REPOSITORY / name).rglob("*") if path.is_file()}
        there = {path.relative_to(data / name) for path in (data / name).rglob("*") if path.is_file()}
        assert {path for path in here if "__pycache__" not in path.parts} <= there
    assert list((installed / "app" / "look" / "fonts").iterdir())
    assert not (installed / "tests").exists()


@pytest.mark.slow
def test_an_installed_copy_works_from_any_folder(installed: Path, tmp_path: Path) -> None:
    theme = shutil.copy(next((REPOSITORY / "examples").glob("*.mid")), tmp_path)
    environment = {**os.environ, "PYTHONPATH": str(installed)}
    program = (
        "import composer, sys; print(composer.__file__); from app.__main__ import main; sys.exit(main(sys.argv[1:]))"
    )
    words = [sys.executable, "-P", "-c", program, "render", str(theme), "out.wav"]
    done = subprocess.run(words, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith(str(installed))
    assert (tmp_path / "out.wav").stat().st_size > 100_000


# ---- the guard on skips ----


@pytest.mark.parametrize(("folder", "status", "workers"), [("app", 1, 0), ("app", 1, 2), (".", 0, 0)])
def test_a_skipped_window_test_fails_the_run(folder: str, status: int, workers: int, tmp_path: Path) -> None:
    tests = tmp_path / "tests"
    (tests / folder).mkdir(parents=True, exist_ok=True)
    for name in ("conftest.py", "places.py"):
        shutil.copy(REPOSITORY / "tests" / name, tests)
    (tests / folder / "test_a.py").write_text(
        "import pytest\ndef test_a(): pass\n@pytest.mark.skip\ndef test_b(): pass\n", "utf-8"
    )
    done = subprocess.run(
        [
            sys.executable,
            "-m",
            "pytest",
            "-q",
            "-p",
            "no:cacheprovider",
            "-n",
            str(workers),
            "--rootdir",
            str(tmp_path),
        ],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == status, done.stdout
    assert ("window tests must not be skipped" in done.stdout) == bool(status)
