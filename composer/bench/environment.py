"""What the benchmark learns from other processes and from the machine: the window under the clock, versions, memory."""

from __future__ import annotations

import json
import os
import platform
import shutil
import subprocess
import sys
import tempfile
import time
from importlib import metadata
from pathlib import Path
from typing import Any

from composer.core import paths
from composer.inference.autotune import FILE
from composer.inference.kernel import build

ROOT = Path(__file__).resolve().parents[2]
PATIENCE = 300  # seconds for the window's session
PACKAGES = ("torch", "numpy", "PySide6_Essentials", "transformers", "torchao", "onnxruntime")


def window(style: str, notes: int) -> dict[str, Any]:
    """What the window felt while it composed (app.window.gui_benchmark); {"reason": …} where it could not be opened.

    It has a folder of its own, with nothing in it but what was tried of this machine's speed and made for it.
    """
    python_path = os.pathsep.join(p for p in (str(ROOT), os.environ.get("PYTHONPATH", "")) if p)
    with tempfile.TemporaryDirectory() as home:
        if (paths.user() / FILE).is_file():
            shutil.copy(paths.user() / FILE, home)
        if (paths.user() / "kernel").is_dir():
            shutil.copytree(paths.user() / "kernel", Path(home) / "kernel")
        environment = {**os.environ, "PYTHONPATH": python_path, "RICERCAR_HOME": home, "QT_QPA_PLATFORM": "offscreen"}
        command = [sys.executable, "-m", "app.window.gui_benchmark", str(time.time()), style, str(notes)]
        try:
            done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=PATIENCE)
            found = json.loads(done.stdout.splitlines()[-1])
        except (OSError, subprocess.TimeoutExpired, ValueError, IndexError) as error:
            said = done.stderr.strip().splitlines()[-1:] if isinstance(error, ValueError | IndexError) else []
            return {"reason": " ".join(said) or type(error).__name__}
    return found if isinstance(found, dict) else {"reason": "no figures came"}


def machine() -> dict[str, Any]:
    """Where the figures hold: processor, cores, versions."""
    import torch

    versions = {}
    for name in PACKAGES:
        try:
            versions[name] = metadata.version(name)
        except metadata.PackageNotFoundError:
            continue
    return {
        "processor": _processor(),
        "cores": os.cpu_count(),
        "usable_cores": len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count(),
        "instructions": torch.backends.cpu.get_cpu_capability(),
        "system": platform.platform(),
        "python": platform.python_version(),
        "versions": versions,
        "load": round(os.getloadavg()[0], 2) if hasattr(os, "getloadavg") else None,
        "cuda": torch.cuda.is_available(),
        "kernel": build.library() is not None,
    }


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return platform.processor() or platform.machine()
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.machine()
