"""Runs `ricercar bench` and writes docs/performance.md with its table and a plot of cost against length.

    python benchmarks/performance.py [--from FILE.json …] [bench's options]

With --from, figures that `ricercar bench --json` wrote before are used; of several files, later ones add their rows.
What stands in the page below the line "## Notes" is kept.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
PAGE, PLOT = ROOT / "docs" / "performance.md", ROOT / "docs" / "performance.png"
NOTES = "## Notes"
COLOURS = {"float32": "#3b6ea8", "bfloat16": "#7a7f87", "int8": "#d9822b"}


def measured(options: list[str]) -> dict[str, Any]:
    """What the verb prints."""
    command = [sys.executable, "-m", "composer.cli", "bench", "--json", *options]
    done = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, check=True, text=True)
    return dict(json.loads(done.stdout))


def together(paths: list[Path]) -> dict[str, Any]:
    """The rows and curves of several runs; of one name, the last."""
    rows, curves, machine = {}, {}, {}
    for path in paths:
        found = json.loads(path.read_text(encoding="utf-8"))
        rows |= {row["name"]: row for row in found["rows"]}
        curves |= {(c["network"], c["precision"], c["takes"], c["positions"]): c for c in found["curves"]}
        machine = found["machine"]
    return {"rows": list(rows.values()), "curves": list(curves.values()), "machine": machine}


def _cell(row: dict[str, Any]) -> str:
    if row["value"] is None:
        return "not measured"
    spread = f" ({row['low']:.3g} to {row['high']:.3g})" if row["low"] is not None else ""
    return f"{row['value']:.3g} {row['unit']}{spread}"


def table(found: dict[str, Any]) -> list[str]:
    """The rows in Markdown."""
    lines = ["| | measured (quartiles) | aim | | |", "|---|---|---|---|---|"]
    for row in found["rows"]:
        aim = "" if row["aim"] is None else f"{'≤' if row['at_most'] else '≥'} {row['aim']:g} {row['unit']}"
        verdict = {True: "met", False: "**missed**", None: ""}[row["met"]]
        lines.append(f"| {row['name']} | {_cell(row)} | {aim} | {verdict} | {row['note']} |")
    return lines


def head(found: dict[str, Any]) -> list[str]:
    """Where it was measured."""
    machine = found["machine"]
    versions = ", ".join(f"{name} {version}" for name, version in machine["versions"].items())
    return [
        "# Performance",
        "",
        "Written by `make bench` (`ricercar bench --json` prints the same). Medians of repeats with their quartiles;",
        "what a row compares was measured in the same run, in turns. One thread composes.",
        "",
        f"{machine['processor']}, {machine['cores']} cores ({machine['instructions']}), {machine['system']}, "
        f"Python {machine['python']}, {versions}. CUDA: {'yes' if machine['cuda'] else 'none'}. "
        f"Compiled kernel: {'yes' if machine.get('kernel') else 'none, PyTorch computes'}.",
        "",
    ]


def plot(found: dict[str, Any]) -> None:
    """Milliseconds a note against positions of context, a panel a network."""
    import matplotlib

    matplotlib.use("Agg")
    import matplotlib.pyplot as plt

    networks = list(dict.fromkeys(c["network"] for c in found["curves"]))
    figure, axes = plt.subplots(1, max(len(networks), 1), figsize=(10, 4.2), squeeze=False, layout="constrained")
    for axis, network in zip(axes[0], networks, strict=False):
        lines = [c for c in found["curves"] if c["network"] == network]
        for precision in COLOURS:
            for takes, style in ((1, "-"), (4, "--")):
                points = sorted(
                    (c for c in lines if (c["precision"], c["takes"]) == (precision, takes)),
                    key=lambda c: c["positions"],
                )
                if not points:
                    continue
                at = [c["positions"] for c in points]
                name = f"{precision}, {'one take' if takes == 1 else 'four takes'}"
                axis.plot(at, [c["ms"] for c in points], style, color=COLOURS[precision], marker="o", ms=3, label=name)
                axis.fill_between(
                    at,
                    [c["low"] for c in points],
                    [c["high"] for c in points],
                    color=COLOURS[precision],
                    alpha=0.15,
                    lw=0,
                )
        axis.set_title(network, loc="left", fontsize=11)
        axis.set_xlabel("positions of context")
        axis.set_ylabel("milliseconds for a note of each take")
        axis.set_ylim(bottom=0)
        axis.spines[["top", "right"]].set_visible(False)
        axis.legend(frameon=False, fontsize=8)
    figure.savefig(PLOT, dpi=110)


def main() -> int:
    """Measures, draws and writes."""
    parser = argparse.ArgumentParser(description="Writes docs/performance.md.")
    parser.add_argument("--from", dest="files", type=Path, nargs="+", default=[], metavar="FILE")
    options, rest = parser.parse_known_args()
    found = together(options.files) if options.files else measured(rest)
    kept = PAGE.read_text(encoding="utf-8").partition(NOTES)[2] if PAGE.exists() else "\n"
    plot(found)
    lines = [*head(found), *table(found), "", f"![Cost of a note against the length of its context]({PLOT.name})", ""]
    PAGE.write_text("\n".join(lines) + f"\n{NOTES}{kept}", encoding="utf-8")
    print(PAGE)
    return 0


if __name__ == "__main__":
    sys.exit(main())
