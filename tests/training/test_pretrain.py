"""Training a tiny base on real music through fastai: it learns, keeps its split, stops, resumes and writes a card."""

from __future__ import annotations

import json
import os
import runpy
import shutil
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import torch
from fastai.basics import CancelFitException
from torch import nn

from composer.core.errors import UserError
from composer.files import midi_reader
from composer.model import checkpoint, optimizers
from composer.model.conditions import TABLE
from composer.model.transformer import NoteGPT
from composer.training import corpus, pretrain, schedule, weight_averaging
from tests.places import REPOSITORY
from tests.recipes import BASE


@pytest.fixture(scope="module")
def trained(music: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, Any], list[dict[str, Any]]]:
    out, events = tmp_path_factory.mktemp("trained"), list[dict[str, Any]]()
    result = pretrain.train([music], out, minutes=0.1, progress=events.append, settings=BASE)
    return out, result, events


@pytest.mark.slow
def test_held_out_music_is_predicted_better_than_at_first(
    trained: tuple[Path, dict[str, Any], list[dict[str, Any]]],
) -> None:
    _, result, events = trained
    looks = [e["valid_loss"] for e in events if "valid_loss" in e]
    assert len(looks) >= 2
    assert looks[-1] < looks[0]
    assert result["after"]["nats_per_note_all"] < 17, "far below chance (19 nats)"
    assert 0.25 < result["after"]["accuracy"] < 1
    assert events[-1]["done"] <= 1
    assert {e["stage"] for e in events} == {"reading", "training"}


def test_the_card_and_the_split_tell_what_was_learned_from(
    trained: tuple[Path, dict[str, Any], list[dict[str, Any]]], music: Path
) -> None:
    out, result, _ = trained
    network, card = checkpoint.load(out / "base.json")
    assert isinstance(network, NoteGPT)
    assert network.shape.layers == 4
    assert card["training"]["notes_seen"] == result["steps"] * 4 * 32
    assert card["training"]["processes"] == 1
    split = json.loads((out / "split.json").read_text())
    parts = {digest: part for digest, (_, part) in split.items()}
    pieces = corpus.read([music]).pieces
    assert {p.digest for p in pieces} == set(parts)
    assert card["data"]["valid"]["pieces"] == sum(part == "valid" for part in parts.values()) >= 1
    assert card["data"]["train"]["pieces"] == sum(part == "train" for part in parts.values()) >= 1


@pytest.mark.slow
def test_a_finished_training_is_not_overwritten(
    trained: tuple[Path, dict[str, Any], list[dict[str, Any]]], music: Path
) -> None:
    with pytest.raises(UserError, match="exists already"):
        pretrain.train([music], trained[0], minutes=0.1, settings=BASE)


@pytest.mark.slow
def test_an_interrupted_training_goes_on_where_it_was(music: Path, tmp_path: Path) -> None:
    seen: list[dict[str, Any]] = []
    pretrain.train(
        [music],
        tmp_path,
        minutes=0.5,
        settings=BASE,
        progress=seen.append,
        cancelled=lambda: seen[-1].get("step", 0) > 60,
    )
    held = torch.load(tmp_path / "state.pt", weights_only=True)
    assert held["steps"] > 60
    assert held["seconds"] < 30
    later: list[dict[str, Any]] = []
    (tmp_path / "base.json").unlink()
    goal = held["seconds"] / 60 + 0.05
    result = pretrain.train([music], tmp_path, minutes=goal, settings=BASE, resume=True, progress=later.append)
    steps = [e["step"] for e in later if e["stage"] == "training"]
    assert result["steps"] > held["steps"]
    assert min(steps) >= held["steps"]
    first = next(e for e in later if "loss" in e)
    last = [e["loss"] for e in seen if "loss" in e][-1]
    assert first["loss"] < last + 0.5, "not from nothing again"
    optimiser = torch.load(tmp_path / "state.pt", weights_only=True)["opt"]
    assert set(optimiser) == {"0", "1"}
    assert optimiser["0"]["state"]
    assert optimiser["1"]["state"]


@pytest.mark.slow
def test_weights_are_averaged_over_the_end_also_after_an_interruption(
    music: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(weight_averaging, "EVERY", 5)
    settings = replace(BASE, average=1.0)
    held = pretrain.train([music], tmp_path, minutes=0.05, settings=settings)
    state = torch.load(tmp_path / "state.pt", weights_only=True)
    assert state["average"]["count"] == pytest.approx(held["steps"] / 5, abs=1)
    differs = [not torch.equal(state["model"][name], mean) for name, mean in state["average"]["model"].items()]
    assert any(differs)
    (tmp_path / "base.json").unlink()
    goal = state["seconds"] / 60 + 0.03
    more = pretrain.train([music], tmp_path, minutes=goal, settings=settings, resume=True)
    later = torch.load(tmp_path / "state.pt", weights_only=True)["average"]
    assert later["count"] == pytest.approx(more["steps"] / 5, abs=2)
    card = json.loads((tmp_path / "base.json").read_text())
    assert card["training"]["average"]["weights"] == later["count"]


@pytest.fixture(scope="module")
def averaged(music: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a training that averaged its weights."""
    folder = tmp_path_factory.mktemp("averaged")
    pretrain.train([music], folder, minutes=0.06, settings=replace(BASE, average=1.0))
    return folder


@pytest.mark.slow
@pytest.mark.parametrize("broken", ["model", "mean"])
def test_of_mean_and_last_weights_the_better_ones_are_kept(
    music: Path, averaged: Path, tmp_path: Path, broken: str
) -> None:
    shutil.copytree(averaged, tmp_path, dirs_exist_ok=True)
    state = torch.load(tmp_path / "state.pt", weights_only=True)
    worse = state["average"]["model"] if broken == "mean" else state["model"]
    for weight in worse.values():
        if weight.is_floating_point():
            weight.normal_(0, 2)
    torch.save(state, tmp_path / "state.pt")
    (tmp_path / "base.json").unlink()
    kept = pretrain.train([music], tmp_path, minutes=0.01, settings=BASE, resume=True)
    card = json.loads((tmp_path / "base.json").read_text())
    assert card["training"]["average"]["share"] == (0.0 if broken == "mean" else 1.0)
    network, _ = checkpoint.load(tmp_path / "base.json")
    name, good = next(iter((state["model"] if broken == "mean" else state["average"]["model"]).items()))
    assert torch.allclose(network.state_dict()[name], good, atol=0.02)
    assert kept["after"]["nats_per_note_all"] < 17


@pytest.mark.slow
def test_what_is_held_out_stays_out_with_all_its_performances(music: Path, tmp_path: Path) -> None:
    kept_back = tmp_path / "kept-back"
    kept_back.mkdir()
    (kept_back / "a.mid").write_bytes((music / "chorale-2.mid").read_bytes())
    result = pretrain.train([music], tmp_path / "out", minutes=0.02, settings=BASE, hold_out=kept_back)
    split = json.loads((tmp_path / "out" / "split.json").read_text())
    (digest,) = (p.digest for p in corpus.read([kept_back]).pieces)
    assert split[digest][1] == "test"
    assert result["used"] == len(split)


def test_a_missing_folder_is_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="no folder"):
        pretrain.train([tmp_path / "nowhere"], tmp_path / "out", settings=BASE)


def test_both_optimisers_share_the_work() -> None:
    torch.manual_seed(0)
    network = NoteGPT(pretrain.Shape(1, 16, 2, 32, 8))
    both = optimizers.MuonAdamW(network, BASE)
    matrices, rest = (len(g["params"]) for g in both.param_groups)
    assert matrices == 4, "the projections of one block"
    assert matrices + rest == len(list(network.parameters()))
    before = [p.detach().clone() for p in network.parameters()]
    for parameter in network.parameters():
        parameter.grad = torch.ones_like(parameter)
    both.step()
    assert all(not torch.equal(a, b) for a, b in zip(before, network.parameters(), strict=True))
    again = optimizers.MuonAdamW(network, BASE)
    again.load_state_dict(both.state_dict())
    assert len(again.param_groups) == 2
    assert again.state_dict()["1"]["state"]


@pytest.mark.parametrize("thin", [False, True])
def test_muon_steps_as_torch_s_own_does(thin: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    """In whatever precision: what is left of the difference is bfloat16's rounding."""
    monkeypatch.setattr(optimizers, "has_bfloat16", lambda device: thin)
    random = torch.Generator().manual_seed(3)
    starts = [torch.randn(rows, columns, generator=random) for rows, columns in ((48, 16), (16, 48), (16, 16))]
    mine, its = ([nn.Parameter(start.clone()) for start in starts] for _ in range(2))
    options = {"lr": 0.1, "momentum": 0.9, "weight_decay": 0.05}
    optimizer, torch_s = optimizers.Muon(mine, **options), torch.optim.Muon(its, **options)
    for _ in range(3):
        for one, other in zip(mine, its, strict=True):
            one.grad = torch.randn(one.shape, generator=random)
            other.grad = one.grad.clone()
        optimizer.step()
        torch_s.step()
    for one, other, start in zip(mine, its, starts, strict=True):
        moved, its_move = one.detach() - start, other.detach() - start
        assert float((moved - its_move).norm() / its_move.norm()) < 0.02
        assert float(its_move.norm()) > 0.3
    torch_s.load_state_dict(optimizer.state_dict())
    assert all("momentum_buffer" in torch_s.state[p] for p in its)


def test_muon_passes_over_what_is_frozen() -> None:
    weight = nn.Parameter(torch.ones(4, 4))
    optimizers.Muon([weight]).step()
    assert torch.equal(weight, torch.ones(4, 4))


def test_another_performance_of_what_is_held_out_stays_out_too(music: Path, tmp_path: Path) -> None:
    """The folder to hold out need not be among those to learn from."""
    other = midi_reader.read(music / "chorale-4.mid")
    slower = other.with_notes(replace(n, pitch=n.pitch + 2, velocity=50) for n in other.notes)
    kept_back = tmp_path / "kept-back"
    kept_back.mkdir()
    midi_reader.write(slower, kept_back / "other.mid")
    result = pretrain.train([music], tmp_path / "out", minutes=0.02, settings=BASE, hold_out=kept_back)
    split = json.loads((tmp_path / "out" / "split.json").read_text())
    digest = next(p.digest for p in corpus.read([music]).pieces if p.path.name == "chorale-4.mid")
    assert split[digest][1] == "out"
    assert len(split) == result["used"] == 6


def test_an_interrupted_run_is_not_thrown_away_unasked(
    trained: tuple[Path, dict[str, Any], list[dict[str, Any]]], music: Path, tmp_path: Path
) -> None:
    (tmp_path / "state.pt").write_bytes((trained[0] / "state.pt").read_bytes()[:-100])
    with pytest.raises(UserError, match="--resume"):
        pretrain.train([music], tmp_path, minutes=0.1, settings=BASE)
    with pytest.raises(UserError, match="damaged"):
        pretrain.train([music], tmp_path, minutes=0.1, settings=BASE, resume=True)


def test_nothing_left_to_learn_from_is_one_sentence(music: Path, tmp_path: Path) -> None:
    with pytest.raises(UserError, match="held out"):
        pretrain.train([music], tmp_path, minutes=0.1, settings=BASE, hold_out=music)


def test_the_rates_rise_stand_and_fall() -> None:
    settings = replace(BASE, warmup=0.1, cooldown=0.5)
    shares = [schedule.lr_share(done / 20, settings) for done in range(21)]
    assert shares[0] == shares[-1] == 0.002
    assert shares[1] == pytest.approx(0.5)
    assert shares[2:11] == [1.0] * 9
    assert shares[15] == pytest.approx(0.5)
    assert schedule.lr_share(0, replace(settings, warmup=0, cooldown=0)) == 1


def test_a_night_s_sleep_is_not_time_spent(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    clock = [100.0]
    monkeypatch.setattr(schedule.time, "monotonic", lambda: clock[0])
    group = {"initial_lr": 1.0, "lr": 0.0}
    saved = SimpleNamespace(state_dict=dict)
    learn = SimpleNamespace(
        opt=SimpleNamespace(opt=SimpleNamespace(param_groups=[group], state_dict=dict)),
        model=saved,
        training=True,
        train_iter=1,
    )
    bounds = schedule.TimeBudget(2, BASE, tmp_path / "state.pt", every=float("inf"))
    bounds.learn = learn
    bounds.before_fit()
    clock[0] += 6
    bounds.after_batch()
    assert bounds.spent == 6
    clock[0] += 8 * 3600
    bounds.after_batch()
    assert bounds.spent == 6 + schedule.ASLEEP
    clock[0] += 29
    bounds.after_batch()
    clock[0] += 29
    bounds.after_batch()
    clock[0] += 26
    with pytest.raises(CancelFitException):
        bounds.after_batch()


def test_short_windows_keep_every_note(music: Path) -> None:
    x = torch.arange(4 * 32 * 5).reshape(4, 32, 5)
    short = pretrain.ShortWindows(1.0, seed=0)
    short.learn = SimpleNamespace(xb=(x, x), yb=(x,), training=True)
    short.before_batch()
    (one, _), (target,) = short.learn.xb, short.learn.yb
    assert one.shape[1] in (8, 32)
    assert torch.equal(one.reshape(4, 32, 5), x)
    assert one.shape == target.shape


def test_a_base_goes_on_on_another_machine_from_one_encoded_file(
    trained: tuple[Path, dict[str, Any], list[dict[str, Any]]], music: Path, tmp_path: Path, repository: Path
) -> None:
    """A rehearsal of what a GPU is lent for: the corpus in one file, a model to go on from, larger batches, and the
    weights carried back in parts."""
    held = corpus.load(trained[0] / "corpus.npz")
    corpus.save(replace(held, pieces=tuple(p for p in held.pieces if p.part != "test")), tmp_path / "corpus.xz")
    split = held.manifest() | {"0" * 24: ["0" * 24, "test"]}
    pretrain.write_split(tmp_path / "split.json", split)
    settings = replace(BASE, batch=8, device="cpu")
    result = pretrain.train(
        [],
        tmp_path / "out",
        minutes=0.05,
        settings=settings,
        start=trained[0] / "base.json",
        packed=tmp_path / "corpus.xz",
        split=tmp_path / "split.json",
    )
    assert result["after"]["nats_per_note_all"] < trained[1]["after"]["nats_per_note_all"] + 0.3
    network, card = checkpoint.load(tmp_path / "out" / "base.json")
    assert network.shape.conditions == TABLE
    assert card["training"]["from"] == "base.json"
    assert card["training"]["settings"]["muon_rate"] == pytest.approx(0.6 * BASE.muon_rate)
    assert pretrain.read_split(tmp_path / "out" / "split.json") == split
    tool = runpy.run_path(str(repository / "tools" / "split_file.py"))
    weights = tmp_path / "out" / "base.safetensors"
    whole = weights.read_bytes()
    parts = tool["cut"](weights, len(whole) // 3)
    assert [p.name[-4:] for p in parts] == [f"{n}of{len(parts)}" for n in range(1, len(parts) + 1)]
    weights.unlink()
    assert tool["join"](parts[::-1]).read_bytes() == whole
    with pytest.raises(ValueError, match="parts"):
        tool["join"](parts[1:])


def test_a_device_that_is_not_here_is_refused_before_anything_is_read(tmp_path: Path) -> None:
    if torch.cuda.is_available():
        pytest.skip("it is here")
    with pytest.raises(UserError, match="cpu, which is here"):
        pretrain.train([tmp_path], tmp_path / "out", settings=replace(BASE, device="cuda"))


TOGETHER = """
import json, sys
from dataclasses import replace
from composer.training import distributed, pretrain
from tests.recipes import BASE
result = pretrain.train([sys.argv[1]], sys.argv[2], minutes=0.1, settings=replace(BASE, accumulate=2))
print(json.dumps({**result, "rank": distributed.rank()}), flush=True)
"""


def test_two_processes_train_one_base_together(music: Path, tmp_path: Path) -> None:
    """Under torchrun, as on several GPUs: one card, one state, the same figures in both."""
    script = tmp_path / "together.py"
    script.write_text(TOGETHER)
    out = tmp_path / "out"
    launch = [sys.executable, "-m", "torch.distributed.run", "--standalone", "--nproc-per-node=2"]
    environment = {**os.environ, "PYTHONPATH": str(REPOSITORY), "OMP_NUM_THREADS": "1"}
    run = subprocess.run(
        [*launch, str(script), str(music), str(out)], capture_output=True, text=True, timeout=240, env=environment
    )
    assert run.returncode == 0, run.stderr[-2000:]
    one, other = sorted((json.loads(line) for line in run.stdout.splitlines()), key=lambda r: int(r["rank"]))
    assert one["after"] == other["after"], "the gradients of both moved both"
    assert one["steps"] == other["steps"] > 0
    assert one["card"]
    assert other["card"] is None
    network, card = checkpoint.load(out / "base.json")
    assert isinstance(network, NoteGPT)
    assert card["training"]["processes"] == 2
    lines = [json.loads(line) for line in (out / "log.jsonl").read_text().splitlines()]
    assert [e["step"] for e in lines] == sorted(e["step"] for e in lines), "one process keeps the journal"
