"""What all tests share: an offscreen Qt, a user folder, the reference data; no thread left, no window test skipped."""

from __future__ import annotations

import os
import shutil
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")  # before anything imports Qt
os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")  # before torch: threads that wait for each other burn no core
os.environ.setdefault("GOMP_SPINCOUNT", "0")
if "PYTEST_XDIST_WORKER" in os.environ:
    os.environ.setdefault("OMP_NUM_THREADS", "1")  # each worker has a core of its own, its children too

import pytest

from tests.places import REPOSITORY

_skipped: list[str] = []  # ids of window tests that were skipped


@pytest.fixture(scope="session")
def repository() -> Path:
    """The root of the repository."""
    return REPOSITORY


@pytest.fixture(scope="session")
def shared() -> Path:
    """The shared reference data (`RICERCAR_SHARED`, or `../shared`); skips where there is none."""
    folder = Path(os.environ.get("RICERCAR_SHARED", REPOSITORY.parent / "shared"))
    if not (folder / "reference").is_dir():
        pytest.skip(f"no reference data at {folder}")
    return folder


@pytest.fixture(scope="session")
def music(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of six chorales. All tests read the same one; none writes there."""
    from tests.small import chorales

    return chorales(tmp_path_factory.mktemp("music") / "Bach")


@pytest.fixture(scope="session")
def mixed(music: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same, and a file that is none."""
    folder = shutil.copytree(music, tmp_path_factory.mktemp("mixed") / "Bach")
    (folder / "broken.mid").write_bytes(b"MThd nothing")
    return folder


@pytest.fixture(scope="session")
def kernels(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder for compiled kernels, the same for all workers of a run."""
    base = tmp_path_factory.getbasetemp()
    return (base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / "kernels"


@pytest.fixture(scope="module")
def made(kernels: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A user's folder with the compiled kernel in it, for all tests of a file."""
    from tests.networks import install_kernel

    return install_kernel(kernels, tmp_path_factory.mktemp("kernel"))


@pytest.fixture
def kernel(made: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The compiled kernel, which tests do without otherwise."""
    from composer.inference.kernel import build

    monkeypatch.setenv("RICERCAR_HOME", str(made))
    monkeypatch.delenv(build.VARIABLE)
    assert build.library() is not None


@pytest.fixture
def models(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Untrained networks in place of the bundled ones, for this process and its children."""
    from composer.generation import generate
    from tests.small import install

    folder = install(tmp_path / "models")
    monkeypatch.setenv("RICERCAR_MODELS", str(folder))
    generate._engine.cache_clear()
    yield folder
    generate._engine.cache_clear()


@pytest.fixture(autouse=True)
def _own_home(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    """No test sees or changes the styles and settings of whoever runs it, nor compiles what it did not ask for."""
    monkeypatch.setenv("RICERCAR_HOME", str(tmp_path_factory.mktemp("home")))
    monkeypatch.setenv("RICERCAR_NATIVE", "0")


@pytest.fixture(scope="module", autouse=True)
def _own_pace(request: pytest.FixtureRequest) -> Iterator[None]:
    """Training and teaching are bounded by time. Their tests get time that a busy machine does not shorten.

    One thread, and its own computing time for a clock.
    """
    if request.path.parent.name not in ("training", "finetuning"):
        yield
        return
    import torch

    from composer.core import work_clock
    from composer.training import pretrain

    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    with pytest.MonkeyPatch.context() as patch:
        own = SimpleNamespace(monotonic=time.thread_time, process_time=time.thread_time, time=time.time)
        for module in (work_clock, pretrain):
            patch.setattr(module, "time", own)
        yield
    torch.set_num_threads(threads)


@pytest.fixture(autouse=True)
def _no_leaked_threads() -> Iterator[None]:
    """A test that starts a thread ends it."""
    before = set(threading.enumerate())
    yield
    left = [thread for thread in threading.enumerate() if thread not in before and not thread.daemon]
    for thread in left:
        thread.join(2)
    assert not [thread.name for thread in left if thread.is_alive()]


def _note_skip(report: pytest.TestReport | pytest.CollectReport) -> None:
    if report.skipped and not hasattr(report, "wasxfail") and report.nodeid.startswith("tests/app"):
        _skipped.append(report.nodeid)


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    """Remember window tests that were skipped while running."""
    _note_skip(report)


def pytest_collectreport(report: pytest.CollectReport) -> None:
    """And those whose whole file was skipped."""
    _note_skip(report)


def pytest_sessionfinish(session: pytest.Session) -> None:
    """A skipped window test fails the run: a green run must mean that the window was tested."""
    if _skipped:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say why a run without a failed test is red."""
    if _skipped:
        terminalreporter.section("window tests must not be skipped", sep="=", red=True)
        for nodeid in _skipped:
            terminalreporter.line(nodeid)
