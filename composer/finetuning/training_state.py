"""The training state of a run as a file, to resume from; and its candidate checkpoints."""

from __future__ import annotations

import io
import json
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
import torch
from safetensors import SafetensorError
from safetensors.torch import load as from_safetensors
from safetensors.torch import save as to_safetensors

from composer.core.errors import UserError
from composer.files.atomic_files import write_atomically
from composer.finetuning.records import TrainingState
from composer.finetuning.run_folder import RunFolder
from composer.model.checkpoint import Weights
from composer.model.transformer import NoteGPT


def save_state(
    folder: RunFolder,
    state: TrainingState,
    network: NoteGPT,
    optimizers: Sequence[torch.optim.Optimizer] | None,
    random: np.random.Generator,
) -> None:
    """Writes state, weights, optimiser states and random states, whole or not at all.

    Raises `UserError` (output_unwritable).
    """
    held = {
        "state": json.dumps(asdict(state)),
        "model": network.state_dict(),
        "optimisers": [part.state_dict() for part in optimizers] if optimizers is not None else None,
        "torch": torch.get_rng_state(),
        "cuda": torch.cuda.get_rng_state_all() if torch.cuda.is_available() else [],
        "numpy": json.dumps(random.bit_generator.state),
    }
    out = io.BytesIO()
    torch.save(held, out)
    write_atomically(folder.state, out.getvalue(), force=True)
    folder.write("progress.json", {"done": state.done, "step": state.step, "seconds": state.time_limit})


def load_state(
    folder: RunFolder, network: NoteGPT, random: np.random.Generator
) -> tuple[TrainingState, list[dict[str, Any]] | None] | None:
    """Restores network and random states; returns the state and those of the optimisers, None when nothing is saved.

    Raises `UserError` (checkpoint_invalid); nothing in the file is executed.
    """
    if not folder.state.exists():
        return None
    try:
        held = torch.load(folder.state, weights_only=True, map_location="cpu")
        state = TrainingState.from_json(json.loads(held["state"] if "state" in held else held["place"]))  # before 0.3
        network.load_state_dict(held["model"])
        torch.set_rng_state(held["torch"])
        if held["cuda"] and len(held["cuda"]) == torch.cuda.device_count():
            torch.cuda.set_rng_state_all(held["cuda"])
        random.bit_generator.state = json.loads(held["numpy"])
    except Exception as error:  # a damaged file fails in whatever layer of the format was hit
        raise UserError("checkpoint_invalid", path=folder.path, reason="it is damaged") from error
    return state, held["optimisers"]


class CandidateStore:
    """Candidate checkpoints in a folder, by step: trainable weights in bfloat16."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def save(self, step: int, weights: Weights) -> None:
        """Writes a checkpoint. Raises `UserError` (output_unwritable) when the disk is full."""
        held = {name: weight.to(torch.bfloat16).contiguous() for name, weight in weights.items()}
        write_atomically(self._path(step), to_safetensors(held), force=True)

    def load(self, step: int) -> Weights:
        """The weights of a checkpoint, as float32. Raises `UserError` (checkpoint_invalid)."""
        try:
            held = from_safetensors(self._path(step).read_bytes())
        except (OSError, SafetensorError) as error:
            raise UserError("checkpoint_invalid", path=self._path(step), reason="it is damaged") from error
        return {name: weight.float() for name, weight in held.items()}

    def prune(self, kept: set[int]) -> None:
        """Deletes all checkpoints but these."""
        for path in self.folder.glob("*.safetensors"):
            if int(path.stem) not in kept:
                path.unlink(missing_ok=True)

    def _path(self, step: int) -> Path:
        return self.folder / f"{step:06}.safetensors"
