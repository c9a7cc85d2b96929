"""Labels say what is there, may be left out, and change nothing in a network whose tables are at zero."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from composer.core.errors import UserError
from composer.core.settings import Training
from composer.model import checkpoint, conditions
from composer.model.conditions import NAMES, told
from composer.model.tokenizer import DT_STEPS
from composer.model.transformer import NoteGPT, nats
from composer.music.metre import Metre
from composer.training import pretrain
from tests.small import NOTE_SHAPE, giga, note_gpt

FOURTH = int(np.searchsorted(DT_STEPS, 16))  # 16 steps of dt: about a quarter of a second


def window() -> tuple[np.ndarray, Metre]:
    """C major in quarters of half a second, two notes a beat, in 3/4; loud, without pedal."""
    pitches = [60, 64, 67, 72, 67, 64, 60, 62, 64, 65, 67, 60]
    rows = np.array([[FOURTH, pitch, 7, 20, 0] for pitch in pitches], dtype=np.int64)
    rows[0, 0] = 0
    place = np.arange(len(rows)) * 0.5
    meter = np.full(len(rows), conditions.METERS.index("3/4"))
    return rows, Metre(place % 1, (place.astype(np.int64)) % 3, meter, np.full(len(rows), 0.512))


def column(labels: np.ndarray, name: str) -> list[int]:
    """A column by its name."""
    return [int(value) for value in labels[:, NAMES.index(name)]]


def test_labels_of_a_window_by_hand() -> None:
    """Places in the beat and the bar are those of each onset; all else is of the stretch of the note that follows."""
    rows, metre = window()
    labels = told(rows, metre, np.tile([3, 1, 1], (len(rows), 1)), np.array([0]))
    assert column(labels, "phase") == [1, 13] * 6
    assert column(labels, "beat") == [1, 1, 2, 2, 3, 3] * 2
    assert set(column(labels, "meter")) == {1 + conditions.METERS.index("3/4")}
    assert set(column(labels, "key")) == {1}, "C major is the first"
    assert set(column(labels, "composer")) == {3}
    notes_a_second = 12 / (11 * 0.256)
    assert set(column(labels, "density")) == {1 + int(np.searchsorted(conditions.DENSITY, notes_a_second))}
    assert set(column(labels, "pedal")) == {1}
    assert set(column(labels, "dynamics")) == {1 + int(np.searchsorted(conditions.DYNAMICS, 82))}
    score = told(rows, metre, np.tile([0, 0, conditions.SCORE], (len(rows), 1)), np.array([0]))
    assert set(column(score, "dynamics")) == set(column(score, "pedal")) == {0}


def test_labels_are_left_out_as_often_as_they_should() -> None:
    """All of a window's in a quarter of the windows; places in the bar together."""
    random, made = np.random.default_rng(1), np.ones((4, len(conditions.FIELDS)), dtype=np.int64)
    kept = np.array([conditions.drop(made, random)[0] for _ in range(2000)])
    assert (kept.sum(1) == 0).mean() == pytest.approx(conditions.DROP_ALL, abs=0.03)
    assert (kept[:, 0:4].min(1) == kept[:, 0:4].max(1)).all()
    assert kept[:, 0].mean() == pytest.approx(0.75 * (1 - conditions.DROP_METRE), abs=0.04)
    assert kept[:, 7].mean() == pytest.approx(0.75 * (1 - conditions.DROP_EACH), abs=0.04)


def batch() -> tuple[torch.Tensor, torch.Tensor, torch.Tensor, torch.Tensor]:
    """The window as a network reads it: positions, following, labels, clock."""
    rows, metre = window()
    labels = told(rows, metre, np.tile([3, 1, 1], (len(rows), 1)), np.array([0]))
    arrays = rows[:-1], rows[1:], labels[:-1], conditions.clock(metre)[:-1]
    x, y, told_, clock = (torch.from_numpy(array)[None] for array in arrays)
    return x, y, told_, clock


def test_tables_at_zero_change_nothing_until_they_learn() -> None:
    """Bit by bit; after a step, what is told matters."""
    x, y, labels, clock = batch()
    torch.manual_seed(0)
    network = NoteGPT(replace(NOTE_SHAPE, conditions=conditions.TABLE, places=1))
    plain, same = network(x, y), network(x, y, labels, clock)
    assert all(torch.equal(one, other) for one, other in zip(plain, same, strict=True))
    nats(same, y).sum().backward()
    with torch.no_grad():
        for table in (network.conditions.weight, network.places.weight):
            table -= 0.1 * table.grad.sign()
    changed = network(x, y, labels, clock)
    assert all(not torch.allclose(one, other) for one, other in zip(plain, changed, strict=True))
    assert torch.equal(network(x, y)[1], plain[1]), "without labels, all is as it was"


def test_going_on_from_a_checkpoint_adds_tables_at_zero(tmp_path: Path) -> None:
    """The same music is as likely as before, and the rates are lower."""
    checkpoint.save(tmp_path, "old", note_gpt(3), {"licence": "none"})
    old, _ = checkpoint.load(tmp_path / "old.json")
    assert isinstance(old, NoteGPT)
    network, settings = pretrain.prepare_network(Training(), tmp_path / "old.json")
    assert (network.shape.conditions, network.shape.places) == (conditions.TABLE, 1)
    assert (settings.width, settings.context) == (NOTE_SHAPE.width, NOTE_SHAPE.context)
    assert settings.muon_rate == pytest.approx(0.6 * Training().muon_rate)
    x, y, labels, clock = batch()
    assert all(torch.equal(a, b) for a, b in zip(old(x, y), network(x, y, labels, clock), strict=True))
    checkpoint.save(tmp_path, "new", network, {"licence": "none"})
    again, settings = pretrain.prepare_network(Training(), tmp_path / "new.json")
    assert again.shape == network.shape
    plain, _ = pretrain.prepare_network(Training(conditions=0), tmp_path / "old.json")
    assert plain.shape.conditions == 0
    checkpoint.save(tmp_path, "giga", giga(), {"licence": "none"})
    with pytest.raises(UserError, match="encoding"):
        pretrain.prepare_network(Training(), tmp_path / "giga.json")
