"""The networks: the original's logits, the cache against the plain pass, sliding windows, exact likelihoods."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pytest
import torch

from composer.core.errors import UserError
from composer.model.tokenizer import END, GAP_MIDDLE, GAP_PREFIX, GAP_SUFFIX, control
from composer.model.transformer import GPT, KVCache, NoteGPT, Shape, nats, onsets
from tests.networks import random_notes
from tests.places import DATA
from tests.small import NOTE_SHAPE, giga, note_gpt


def original() -> GPT:
    config = json.loads((DATA / "giga_tiny.json").read_text())
    shape = Shape(
        config["n_layer"],
        config["n_embd"],
        config["n_head"],
        config["dim_feedforward"],
        config["block_size"],
        config["er_len"],
    )
    network = GPT(shape, config["vocab_size"]).eval()
    weights = torch.load(DATA / "giga_tiny.pth", weights_only=True)
    network.load_state_dict({k.removeprefix("module."): v for k, v in weights.items()}, strict=True)
    return network


def test_the_original_program_s_logits_are_ours() -> None:
    held = np.load(DATA / "giga_tiny_io.npz")
    with torch.no_grad():
        logits = original()(torch.from_numpy(held["ids"].astype(np.int64)))
    assert logits.dtype == torch.float32
    np.testing.assert_allclose(logits.numpy(), held["logits"], atol=1e-4)


@pytest.mark.parametrize("parts", [(200,), (1,) * 60, (50, 1, 1, 30, 1), (7, 13, 1, 20)])
def test_giga_with_its_cache_agrees_with_the_plain_pass(parts: tuple[int, ...]) -> None:
    network = original()
    ids = torch.from_numpy(np.load(DATA / "giga_tiny_io.npz")["ids"].astype(np.int64))[:, : sum(parts)]
    cache, found = KVCache(network.shape, len(ids)), []
    with torch.no_grad():
        for part in ids.split(parts, dim=1):
            found.append(network(part, cache))
        plain = network(ids)
    assert torch.allclose(torch.cat(found, 1), plain, atol=1e-5)


def test_giga_refuses_more_than_its_position_table() -> None:
    network = giga()
    limit = network.shape.context
    with pytest.raises(UserError, match=f"at most {limit}"):
        network(torch.zeros(1, limit + 1, dtype=torch.long))
    cache = KVCache(network.shape, 1)
    network(torch.zeros(1, limit, dtype=torch.long), cache)
    with pytest.raises(UserError) as caught:
        network(torch.zeros(1, 1, dtype=torch.long), cache)
    assert caught.value.code == "context_exceeded"


@pytest.mark.parametrize("parts", [(130,), (20, *(1,) * 40, 10, 30, 1, 1), (48, 1, 1, 48, 1), (60, 1, 1), (1,) * 100])
def test_a_sliding_cache_agrees_with_the_plain_pass_far_beyond_the_context(parts: tuple[int, ...]) -> None:
    network = note_gpt()
    rows = random_notes(2, sum(parts))
    cache, found = KVCache(network.shape, 2), []
    with torch.no_grad():
        for part in rows.split(parts, dim=1):
            found.append(network.states(part, cache).hidden)
        plain = network.states(rows).hidden
    assert torch.allclose(torch.cat(found, 1), plain, atol=1e-5)
    assert cache.length == sum(parts)


@pytest.mark.parametrize("change", [{"rope_time": 0, "rope_pitch": 0}, {"intervals": 0}, {"qk_norm": 0}])
def test_every_option_keeps_cache_and_plain_pass_together(change: dict[str, int]) -> None:
    torch.manual_seed(0)
    network = NoteGPT(replace(NOTE_SHAPE, **change)).eval()
    rows = random_notes(2, 70)
    cache, found = KVCache(network.shape, 2), []
    with torch.no_grad():
        for part in rows.split((20, *(1,) * 50), dim=1):
            state = network.states(part, cache)
            found.append(torch.cat([network.logits(a, state) for a in range(5)], dim=-1))
        plain = network.states(rows)
        logits = torch.cat([network.logits(a, plain) for a in range(5)], dim=-1)
    assert torch.allclose(torch.cat(found, 1), logits, atol=1e-5)


def test_music_heard_later_or_higher_is_read_the_same() -> None:
    """Rotation tells differences of place, time and pitch alone: only the embeddings know the pitch itself."""
    network = note_gpt()
    with torch.no_grad():
        for table in (network.embed[1], network.given[1], network.chroma):
            table.weight[:] = table.weight[0]
    rows = random_notes(1, 30)
    rows[..., 1] = rows[..., 1] % 60
    higher = rows.clone()
    higher[..., 1] += 12
    one, other = KVCache(network.shape, 1), KVCache(network.shape, 1)
    other.onset += 5000
    with torch.no_grad():
        assert torch.allclose(network.states(rows, one).hidden, network.states(higher, other).hidden, atol=1e-4)


def test_what_fills_a_gap_is_timed_from_where_the_gap_began() -> None:
    notes = [(dt, 60, 4, 16, 0) for dt in (0, 10, 10)]
    rows = [control(GAP_PREFIX), *notes, control(GAP_SUFFIX), (100, 60, 4, 16, 0), control(GAP_MIDDLE), *notes[1:]]
    time = onsets(torch.tensor([rows]), torch.tensor([1000.0]).double())
    assert time[0].tolist() == [1000, 1000, 1010, 1020, 1020, 1120, 1020, 1030, 1040]


def test_a_position_sees_what_came_before_and_nothing_after() -> None:
    network = note_gpt()
    rows = random_notes(1, 20)
    changed = rows.clone()
    changed[:, 12:] = random_notes(1, 8, seed=5)
    with torch.no_grad():
        one, other = network.states(rows).hidden, network.states(changed).hidden
    assert torch.equal(one[:, :12], other[:, :12])
    assert not torch.allclose(one[:, 12:], other[:, 12:])


def test_beyond_the_window_the_past_has_no_direct_hold() -> None:
    """With one layer the receptive field is the window itself."""
    torch.manual_seed(0)
    network = NoteGPT(Shape(1, 32, 2, 64, 8)).eval()
    rows = random_notes(1, 30)
    changed = rows.clone()
    changed[:, :10] = random_notes(1, 10, seed=9)
    with torch.no_grad():
        one, other = network.states(rows).hidden, network.states(changed).hidden
    assert torch.allclose(one[:, 17:], other[:, 17:], atol=1e-6)
    assert not torch.allclose(one[:, 16], other[:, 16])


def test_takes_share_what_was_read_once() -> None:
    network = note_gpt()
    rows = random_notes(1, 30)
    cache = KVCache(network.shape, 1)
    following = random_notes(3, 5, seed=3)
    with torch.no_grad():
        network.states(rows, cache)
        batched = network.states(following, cache.expand(3)).hidden
        plain = network.states(torch.cat([rows.expand(3, -1, -1), following], 1)).hidden[:, 30:]
    assert cache.length == 30, "the copy is read on, not the original"
    assert torch.allclose(batched, plain, atol=1e-5)


def test_the_attributes_are_chained_so_that_likelihoods_add_up() -> None:
    """p(dt) p(pitch | dt): summed over every pitch, each dt keeps its own probability."""
    network = note_gpt()
    rows, after = random_notes(1, 10), random_notes(1, 10, seed=2)
    with torch.no_grad():
        other = after.clone()
        other[..., 1] = (other[..., 1] + 1) % 100
        one, two = network(rows, after), network(rows, other)
        assert torch.equal(one[0], two[0]), "dt does not know the pitch"
        assert torch.equal(one[1], two[1]), "pitch does not know itself"
        assert not torch.allclose(one[2], two[2]), "duration knows the pitch"
        changed = after.clone()
        changed[..., 0] = (changed[..., 0] + 1) % 100
        assert not torch.allclose(one[1], network(rows, changed)[1]), "pitch knows dt"


def test_nats_of_a_control_position_are_those_of_its_mark_only() -> None:
    network = note_gpt()
    rows = random_notes(1, 4)
    following = rows.clone()
    following[0, 2] = torch.tensor(control(END))
    with torch.no_grad():
        loss = nats(network(rows, following), following)
    assert loss.shape == (1, 4, 5)
    assert (loss[0, 2, 1:] == 0).all()
    assert loss[0, 2, 0] > 0
    assert (loss[0, 1] > 0).all()
