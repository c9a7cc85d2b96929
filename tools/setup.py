"""Set-up for `make`: the system libraries, the environment in .venv and the pinned packages in it.

Usage: python3 tools/setup.py run|test [--torch-index URL] [--verb]
A second run finds its stamp and does nothing. Standard library only.
"""

from __future__ import annotations

import argparse
import hashlib
import importlib.util
import json
import platform
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
PYTHON = VENV / ("Scripts/python.exe" if sys.platform == "win32" else "bin/python")
STAMP = VENV / "ricercar.json"
CONSTRAINTS = ROOT / "tools" / "constraints.txt"
CPU_INDEX = "https://download.pytorch.org/whl/cpu"
OLDEST = (3, 11)


class SetupError(Exception):
    """A failure of the set-up, as one sentence."""


def key() -> str:
    """Changes when what has to be installed changes: packages, versions, this folder, this Python."""
    import tomllib

    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    parts = [project["build-system"], project["project"], CONSTRAINTS.read_text("utf-8"), str(ROOT), sys.version]
    return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()


def done(wanted: str) -> bool:
    """Whether .venv already holds what `run` or `test` needs."""
    try:
        stamp = json.loads(STAMP.read_text("utf-8"))
    except (OSError, ValueError):
        return False
    return stamp.get("key") == key() and wanted in stamp.get("for", []) and PYTHON.exists()


def call(*command: object, failure: str) -> None:
    """Run a command with its output on stderr; `failure` is the sentence when it fails."""
    if subprocess.run([str(part) for part in command], stdout=sys.stderr, cwd=ROOT, check=False).returncode:
        raise SetupError(failure)


def pip(*arguments: object) -> None:
    """Run the environment's pip; quiet unless a person is looking."""
    loud = [] if sys.stderr.isatty() else ["-qq"]
    failure = "pip could not install the packages (see the lines above); check the network and run the command again."
    call(PYTHON, "-m", "pip", "install", "--disable-pip-version-check", *loud, *arguments, failure=failure)


def make_environment() -> None:
    """Create .venv, also where Debian has split python3-venv off."""
    shutil.rmtree(VENV, ignore_errors=True)
    if importlib.util.find_spec("ensurepip"):
        call(sys.executable, "-m", "venv", VENV, failure=f"Python could not create an environment in {VENV}.")
        return
    sentence = "Python cannot create an environment here; please run: sudo apt-get install -y python3-venv"
    if importlib.util.find_spec("venv") and importlib.util.find_spec("pip"):
        call(sys.executable, "-m", "venv", "--without-pip", VENV, failure=sentence)
        quiet = ["--quiet", "--disable-pip-version-check"]
        call(sys.executable, "-m", "pip", "--python", PYTHON, "install", *quiet, "pip", failure=sentence)
        return
    from system import install

    if not install(["python3-venv"]):
        raise SetupError(sentence)
    call(sys.executable, "-m", "venv", VENV, failure=sentence)


def has_gpu() -> bool:
    """Whether this machine has an NVIDIA driver, and so a use for the CUDA build."""
    return shutil.which("nvidia-smi") is not None or Path("/proc/driver/nvidia/version").exists()


def wants_cuda() -> bool:
    """Whether plain pip would bring PyTorch with CUDA here (asks for its metadata only)."""
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder) / "report.json"
        asked = ["install", "-qq", "--dry-run", "--ignore-installed", "--no-deps", "--report", str(report)]
        asked += ["-c", str(CONSTRAINTS), "torch"]
        if subprocess.run([str(PYTHON), "-m", "pip", *asked], stdout=subprocess.DEVNULL, check=False).returncode:
            return False  # the real installation will say what is wrong
        found = json.loads(report.read_text("utf-8"))["install"]
    needs = [need.lower() for item in found for need in item["metadata"].get("requires_dist", [])]
    return any(need.startswith(("nvidia", "cuda")) for need in needs)


def install_packages(wanted: str, torch_index: str) -> None:
    """PyTorch first (it alone may need another index), then the rest."""
    if not torch_index and sys.platform == "linux" and not has_gpu() and wants_cuda():
        torch_index = CPU_INDEX
    index = ["--index-url", torch_index, "--extra-index-url", "https://pypi.org/simple"] if torch_index else []
    pip("-c", CONSTRAINTS, *index, "torch", "torchvision")
    tell = "import importlib.metadata as m; print(m.version('torch'))"
    build = subprocess.run([str(PYTHON), "-c", tell], capture_output=True, text=True, check=True).stdout.strip()
    pip("-c", CONSTRAINTS, f"torch=={build}", "-e", f"{ROOT}[test]" if wanted == "test" else ROOT)


def install(wanted: str, torch_index: str) -> None:
    """Everything that is missing for `run` or `test`, then the stamp."""
    if done(wanted):
        return
    print("Installing Python packages into .venv (once, a few minutes)", file=sys.stderr, flush=True)
    try:
        stamp = json.loads(STAMP.read_text("utf-8"))
    except (OSError, ValueError):
        stamp = {}
    if stamp.get("key") != key() or not PYTHON.exists():
        stamp = {}
        make_environment()
    install_packages(wanted, torch_index)
    served = {wanted, "run", *stamp.get("for", [])}
    STAMP.write_text(json.dumps({"key": key(), "for": sorted(served)}), "utf-8")


def main(argv: list[str]) -> int:
    """0 when the coming step can work; otherwise one sentence on stderr and 1."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("wanted", choices=["run", "test"])
    parser.add_argument("--torch-index", default="")
    parser.add_argument("--verb", action="store_true", help="a verb follows, which needs no window")
    options = parser.parse_args(argv)
    if sys.version_info < OLDEST:
        print(f"Ricercar needs Python 3.11 or newer, and this is {platform.python_version()}.", file=sys.stderr)
        return 1
    import system

    try:
        ready = system.ensure(window=not options.verb, told=done(options.wanted))
        install(options.wanted, options.torch_index)
    except SetupError as error:
        print(error, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130
    return 0 if ready else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
