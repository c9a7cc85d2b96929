"""Trains kinds of networks for the same number of steps and prints what each predicts of held-out music.

    python tools/compare_networks.py .work/base/corpus.npz --steps 200 '{}' '{"intervals": 0}' '{"qk_norm": 0}'

Each argument is one network: fields of `composer.core.settings.Training` that differ from its defaults, as JSON. The
corpus is the cache that `ricercar train` leaves in its folder. The rates rise for a twentieth of the steps and fall
over the last half; everything is seeded, so that the same command prints the same table (to rounding).
"""

from __future__ import annotations

import argparse
import json
import time
from dataclasses import replace
from pathlib import Path

import torch

from composer.core.settings import Training
from composer.model.optimizers import MuonAdamW
from composer.model.tokenizer import ATTRIBUTES
from composer.model.transformer import NoteGPT, nats
from composer.training import corpus, pretrain, schedule
from composer.training.training_windows import TrainingWindows

WINDOWS = 64  # of held-out music


def learned(held: corpus.Corpus, settings: Training, steps: int) -> tuple[list[float], float, int]:
    """Nats a note by attribute on the "valid" part after so many steps; seconds a step; parameters."""
    torch.manual_seed(settings.seed)
    network = NoteGPT(pretrain.shape_of(settings))
    optimizer = MuonAdamW(network, settings)
    train = TrainingWindows(held.part("train"), settings.context, steps * settings.batch, augment=True)
    plan = replace(settings, warmup=0.05, cooldown=0.5)
    began = time.perf_counter()
    for step in range(steps):
        for group in optimizer.param_groups:
            group["lr"] = group["initial_lr"] * schedule.lr_share(step / steps, plan)
        rows = [train[0] for _ in range(settings.batch)]  # every item of an augmented set is a random window
        x, y = (torch.stack([row[side] for row in rows]) for side in (0, 1))
        with torch.autocast("cpu", torch.bfloat16):
            loss = pretrain.total_nats(network(x, y), y)
        loss.backward()  # type: ignore[no-untyped-call]
        optimizer.step()
        optimizer.zero_grad()
    pace = (time.perf_counter() - began) / steps
    return judged(network.eval(), held, settings), pace, sum(p.numel() for p in network.parameters())


def judged(network: NoteGPT, held: corpus.Corpus, settings: Training) -> list[float]:
    """Nats a note by attribute on fixed windows of the "valid" part."""
    windows = TrainingWindows(held.part("valid"), settings.context, WINDOWS)
    total = torch.zeros(len(ATTRIBUTES))
    with torch.inference_mode():
        for at in range(len(windows)):
            x, y, _ = windows[at]
            total += nats(network(x[None], y[None]), y[None])[0].mean(0)
    return (total / len(windows)).tolist()


def main() -> None:
    """Prints a Markdown table, a row for each network as it is done."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("corpus", type=Path)
    parser.add_argument("networks", nargs="+", help="JSON objects of settings")
    parser.add_argument("--steps", type=int, default=200)
    options = parser.parse_args()
    held = corpus.load(options.corpus)
    print(f"| network | M parameters | s a step | {' | '.join(ATTRIBUTES)} | all |")
    print(f"|---|---|---|{'---|' * (len(ATTRIBUTES) + 1)}")
    for given in options.networks:
        settings = replace(Training(), **json.loads(given))
        figures, pace, size = learned(held, settings, options.steps)
        cells = " | ".join(f"{v:.3f}" for v in (*figures, sum(figures)))
        print(f"| {given} | {size / 1e6:.1f} | {pace:.2f} | {cells} |", flush=True)


if __name__ == "__main__":
    main()
