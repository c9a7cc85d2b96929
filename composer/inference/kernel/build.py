"""The compiled kernel (its C is beside this): made once where the machine has a C compiler, and None where it has none.

What was made lies in the user's folder, named by its source, this processor and the compiler's options; what could
not be made is remembered there too. `RICERCAR_NATIVE=0` does without it. Knows nothing of networks.
"""

from __future__ import annotations

import ctypes
import hashlib
import os
import platform
import shutil
import subprocess
import sys
import tempfile
from ctypes import POINTER, Structure, c_double, c_int64, c_void_p
from functools import lru_cache
from pathlib import Path

from composer.core import paths

VARIABLE = "RICERCAR_NATIVE"
SOURCE = Path(__file__).parent
COMPILERS = ("cc", "gcc", "clang")
OPTIONS = ["-std=gnu11", "-O3", "-fno-math-errno", "-shared", "-fPIC", "-w"]
PATIENCE = 30  # seconds for the compiler
PHASES = (  # as the kernel counts them
    "embedding",
    "products",
    "turns, keeping keys and values",
    "scores",
    "softmax",
    "values",
    "norms and curves",
    "heads",
    "draws",
)
MOST_VALUES = 256  # of an attribute or token, that can be drawn from
MOST_TAKES = 32  # two positions each in a step


class Linear(Structure):
    """As in panels.h; so are all that follow."""

    _fields_ = [(name, c_void_p) for name in ("weight", "scale", "sums", "bias")] + [
        (name, c_int64) for name in ("rows", "cols")
    ]


class Layer(Structure):
    """A block."""

    _fields_ = [(name, Linear) for name in ("attend_in", "attend_out", "mlp_in", "mlp_out")] + [
        (name, c_void_p) for name in ("scales", "near")
    ]


class Head(Structure):
    """The head of an attribute."""

    _fields_ = [("inner", Linear), ("out", Linear), ("given", c_void_p), ("own", c_int64)]


SIZES = ("layers", "width", "heads", "size", "hidden", "context", "kind", "memory", "qk_norm", "squared", "intervals")


class Network(Structure):
    """All of a network."""

    _fields_ = [
        *((name, c_int64) for name in (*SIZES, "vocabulary")),
        ("layer", POINTER(Layer)),
        ("head", POINTER(Head)),
        *((name, c_void_p) for name in ("tables", "starts", "paces", "steps", "norm_scale", "norm_shift", "places")),
        ("readout", Linear),
    ]


class Store(Structure):
    """Keys and values."""

    _fields_ = [(name, c_void_p) for name in ("keys", "values", "key_scales", "value_scales")] + [
        (name, c_int64) for name in ("many", "room")
    ]


class DecodeCache(Structure):
    """What takes have read."""

    _fields_ = [
        ("own", Store),
        ("common", Store),
        *((name, c_int64) for name in ("takes", "held", "first", "length")),
        *((name, c_void_p) for name in ("onset", "recent", "hidden", "scratch")),
    ]


def library() -> ctypes.CDLL | None:
    """The kernel, compiled if it has to be."""
    return None if os.environ.get(VARIABLE) == "0" else _library(str(paths.user()))


@lru_cache(maxsize=4)
def _library(folder: str) -> ctypes.CDLL | None:
    path = Path(folder) / "kernel" / f"{name()}.so"
    if path.with_suffix(".failed").exists() or not (path.exists() or _compiled(path)):
        return None
    try:
        return _typed(ctypes.CDLL(str(path)))
    except (OSError, AttributeError):
        return None


def name() -> str:
    """Changes with the source, the processor and the options."""
    parts = [path.read_bytes() for path in sorted(SOURCE.glob("*.[ch]"))]
    parts += [" ".join([*OPTIONS, *_for_this_processor()]).encode(), _processor().encode()]
    return hashlib.sha256(b"\0".join(parts)).hexdigest()[:16]


def _for_this_processor() -> list[str]:
    return ["-march=native" if platform.machine().lower() in ("x86_64", "amd64", "i686") else "-mcpu=native"]


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return f"{platform.machine()} {platform.processor()}"
    kinds = ("model name", "flags", "Features", "CPU part")
    return platform.machine() + "".join(sorted({line for line in lines if line.startswith(kinds)}))


def _compiled(path: Path) -> bool:
    """Makes the library; says in a file beside it that it cannot be made, where a compiler is but fails."""
    asked = os.environ.get("CC", "").split()
    compiler = asked or next(([found] for name in COMPILERS if (found := shutil.which(name))), [])
    if not compiler or sys.platform == "win32":
        return False
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=path.parent) as folder:
            made = Path(folder) / path.name
            command = [*compiler, *OPTIONS, *_for_this_processor(), str(SOURCE / "steps.c"), "-o", str(made), "-lm"]
            said = _run(command)
            if said is None:
                os.replace(made, path)
                return True
        path.with_suffix(".failed").write_bytes(said[-4000:])
    except OSError:  # a folder that cannot be written, a compiler that cannot be run
        pass
    return False


def _run(command: list[str]) -> bytes | None:
    """What a compiler says where it fails; None where it does not."""
    try:
        done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, timeout=PATIENCE, check=False)
    except subprocess.TimeoutExpired:
        return b"it took too long"
    return done.stderr if done.returncode else None


def _typed(kernel: ctypes.CDLL) -> ctypes.CDLL:
    network, past = POINTER(Network), POINTER(DecodeCache)
    signatures = {
        "ricercar_layout": (c_int64, []),
        "ricercar_watch": (None, [c_void_p]),
        "ricercar_scratch": (c_int64, [network, past, c_int64]),
        "ricercar_heads_scratch": (c_int64, [network, c_int64]),
        "ricercar_note": (None, [network, past, c_void_p, c_void_p]),
        "ricercar_tokens": (None, [network, past, c_void_p, c_int64, c_void_p]),
        "ricercar_head": (None, [network, c_int64, c_int64, *[c_void_p] * 4]),
        "ricercar_products": (None, [network, c_int64, c_void_p, c_void_p, c_void_p]),
        "ricercar_pick": (
            c_int64,
            [c_int64, c_int64, c_void_p, c_int64, c_void_p, c_void_p, c_double, c_int64, c_double, c_void_p],
        ),
        "ricercar_draw": (
            c_int64,
            [network, c_int64, *[c_void_p] * 4, c_double, c_int64, c_double, *[c_void_p] * 3],
        ),
    }
    for function, (gives, takes) in signatures.items():
        entry = getattr(kernel, function)
        entry.restype, entry.argtypes = gives, takes
    return kernel
