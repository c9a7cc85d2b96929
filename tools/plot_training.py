"""Draws the loss curves of trainings: python tools/plot_training.py OUT.png LOG.jsonl…"""

from __future__ import annotations

import json
import sys
from pathlib import Path

import matplotlib

matplotlib.use("Agg")
from matplotlib import pyplot as plt


def main(out: str, *logs: str) -> None:
    """One panel a log: the running training loss, and the held-out loss, over the steps."""
    figure, axes = plt.subplots(1, len(logs), figsize=(4.2 * len(logs), 3.2), squeeze=False, sharey=len(logs) > 1)
    for axis, log in zip(axes[0], logs, strict=True):
        rows = [json.loads(line) for line in Path(log).read_text().splitlines()]
        running = [(r["step"], r["loss"]) for r in rows if "loss" in r]
        held = [(r["step"], r["valid_loss"]) for r in rows if "valid_loss" in r and "train_loss" in r]
        axis.plot(*zip(*running, strict=True), color="#8fb4e8", label="training (running mean)")
        axis.plot(*zip(*held, strict=True), color="#c05f00", marker="o", markersize=3, label="held-out compositions")
        axis.set(xlabel="steps of 4,096 notes", ylabel="nats a note", title=Path(log).stem)
        axis.set_ylim(min(v for _, v in running + held) - 0.2, held[0][1] + 0.5 if held else None)  # not the first fall
        axis.grid(alpha=0.3)
    axes[0][0].legend(frameon=False)
    figure.tight_layout()
    figure.savefig(out, dpi=110)


if __name__ == "__main__":
    main(*sys.argv[1:])
