"""Where a note's time goes: a table of the phases of its steps, by precision, takes and length of context.

    python benchmarks/profile_step.py [--style baroque] [--giga] [--new] [--repeats 40] [--plain] [--precision P]

With the compiled kernel its own stopwatch counts; "around it" is Python, the grammar and the calls. With --plain it is
PyTorch's path, by torch.profiler: the operations that take longest. --giga is a network of GIGA-Piano's full size with
random weights, --new one of the present training's shape.
"""

from __future__ import annotations

import argparse
import ctypes
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import torch

from composer.bench import network_speed
from composer.bench.benchmark import GIGA
from composer.inference.engine import Reader, stepper
from composer.inference.kernel import build
from composer.inference.quantized_linear import PRECISIONS
from composer.model import checkpoint
from composer.model.transformer import GPT, NoteGPT, Shape

NEW = Shape(6, 384, 6, 1536, 512, rope_time=12, rope_pitch=8, rope_base=1000, intervals=6, qk_norm=1, relu_squared=1)


def network(options: argparse.Namespace) -> GPT | NoteGPT:
    """What is measured."""
    torch.manual_seed(1)
    if options.giga:
        return GPT(GIGA).eval()
    return NoteGPT(NEW).eval() if options.new else checkpoint.load(options.style)[0]


def phases(net: GPT | NoteGPT, precision: str, takes: int, notes: int, repeats: int) -> list[float]:
    """Milliseconds a note of each of `build.PHASES`, then of what is around them."""
    by = stepper(net, precision, compiled=True)  # type: ignore[arg-type]
    act = network_speed.note(Reader(net), by, notes, takes)
    act()
    spent = (ctypes.c_double * len(build.PHASES))()
    by.watch(spent)  # type: ignore[union-attr]
    began = time.perf_counter()
    for _ in range(repeats):
        act()
    whole = (time.perf_counter() - began) / repeats
    by.watch(None)  # type: ignore[union-attr]
    each = [seconds / repeats * 1000 for seconds in spent]
    return [*each, max(whole * 1000 - sum(each), 0.0)]


def plain(net: GPT | NoteGPT, precision: str, takes: int, notes: int, repeats: int) -> str:
    """PyTorch's own table of operations."""
    act = network_speed.note(Reader(net), stepper(net, precision), notes, takes)  # type: ignore[arg-type]
    act()
    began = time.perf_counter()
    for _ in range(repeats):
        act()
    print(f"{(time.perf_counter() - began) / repeats * 1000:.3f} ms a note, without the profiler")
    with torch.profiler.profile(activities=[torch.profiler.ProfilerActivity.CPU]) as found:
        for _ in range(repeats):
            act()
    return str(found.key_averages().table(sort_by="self_cpu_time_total", row_limit=14, max_name_column_width=40))


def main() -> int:
    """Prints."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--style", default="baroque")
    parser.add_argument("--giga", action="store_true")
    parser.add_argument("--new", action="store_true")
    parser.add_argument("--plain", action="store_true")
    parser.add_argument("--precision", choices=PRECISIONS, action="append")
    parser.add_argument("--repeats", type=int, default=40)
    options = parser.parse_args()
    torch.set_num_threads(1)
    net = network(options)
    near, far = (64, min(1000, net.shape.context)) if isinstance(net, NoteGPT) else (16, 250)
    if options.plain or build.library() is None:
        for precision in options.precision or PRECISIONS:
            print(f"{precision}, one take, {near} notes of context")
            print(plain(net, precision, 1, near, options.repeats))
        return 0
    print("Milliseconds a note.\n")
    print("| precision | takes | notes of context |", " | ".join((*build.PHASES, "around it")), "| all |")
    print("|---" * (len(build.PHASES) + 5) + "|")
    for precision in options.precision or PRECISIONS:
        for takes, notes in ((1, near), (4, near), (1, far), (4, far)):
            each = phases(net, precision, takes, notes, options.repeats)
            print(f"| {precision} | {takes} | {notes} |", " | ".join(f"{ms:.3f}" for ms in (*each, sum(each))), "|")
    return 0


if __name__ == "__main__":
    sys.exit(main())
