"""Where a lesson stands, saved so that a killed one goes on: weights, optimiser, schedule and random numbers."""

from __future__ import annotations

import io
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

import numpy as np
import torch

from composer.core.errors import UserError
from composer.files.atomic_files import write_atomically
from composer.finetuning.interpolation import Figures
from composer.finetuning.run_folder import Folder
from composer.model.transformer import NoteGPT


@dataclass
class Place:
    """Where a lesson stands."""

    slices: int = 1  # parts that a step is cut into, for want of memory
    stage: int = 0
    rate: float = 0.0  # the last layer group's peak
    taken: int = 0  # steps
    spent: float = 0.0  # seconds at work
    seconds: float = 0.0  # that the lesson may take in all
    reserve: float = 0.0  # of them, for the choice at the end
    first: float = 0.0  # seconds that were spent before the first stage
    look_seconds: float = 0.0
    sampled: float = 0.0  # `spent` at the last sample
    hurried: bool = False  # for want of progress
    ended: str = ""  # "early" or "stopped"
    before: Figures = field(default_factory=dict)
    looks: list[dict[str, Any]] = field(default_factory=list)  # {step, spent, share, raw, figures}

    def done(self) -> float:
        """How much of the lesson's time is over, 0..1."""
        return round(min(self.spent / self.seconds, 1.0), 4) if self.seconds else 0.0


def save(
    folder: Folder,
    place: Place,
    network: NoteGPT,
    optimisers: Sequence[torch.optim.Optimizer] | None,
    random: np.random.Generator,
) -> None:
    """Writes everything, whole or not at all. Raises `UserError` (output_unwritable)."""
    held = {
        "place": json.dumps(asdict(place)),
        "model": network.state_dict(),
        "optimisers": [part.state_dict() for part in optimisers] if optimisers is not None else None,
        "torch": torch.get_rng_state(),
        "cuda": torch.cuda.get_rng_state_all() if torch.cuda.is_available() else [],
        "numpy": json.dumps(random.bit_generator.state),
    }
    out = io.BytesIO()
    torch.save(held, out)
    write_atomically(folder.state, out.getvalue(), force=True)
    folder.write("progress.json", {"done": place.done(), "step": place.taken, "seconds": place.seconds})


def load(
    folder: Folder, network: NoteGPT, random: np.random.Generator
) -> tuple[Place, list[dict[str, Any]] | None] | None:
    """Puts a saved state back into network and random numbers; gives the place and the optimisers' states.

    None when nothing was saved. Raises `UserError` (checkpoint_invalid); nothing in the file is executed.
    """
    if not folder.state.exists():
        return None
    try:
        held = torch.load(folder.state, weights_only=True, map_location="cpu")
        place = Place(**json.loads(held["place"]))
        network.load_state_dict(held["model"])
        torch.set_rng_state(held["torch"])
        if held["cuda"] and len(held["cuda"]) == torch.cuda.device_count():
            torch.cuda.set_rng_state_all(held["cuda"])
        random.bit_generator.state = json.loads(held["numpy"])
    except Exception as error:  # a damaged file fails in whatever layer of the format was hit
        raise UserError("checkpoint_invalid", path=folder.path, reason="it is damaged") from error
    return place, held["optimisers"]
