"""The engine: prompts read once, takes that do not disturb each other, all precisions beside the plain pass."""

from __future__ import annotations

from itertools import islice

import numpy as np
import pytest
import torch

from composer.core.settings import Sampling
from composer.inference.engine import Engine, Position, Reader, flat
from composer.inference.quantized_linear import PRECISIONS, Precision, can
from composer.model.tokenizer import (
    DT,
    DT_STEPS,
    END,
    GAP_MIDDLE,
    GAP_PREFIX,
    GAP_SUFFIX,
    GIGA_NOTE,
    START,
    Grammar,
    control,
    giga_allowed,
)
from composer.model.transformer import KVCache
from tests.networks import giga_network, network, prompt_of
from tests.small import note_gpt


def drawn(engine: Engine, prompt: np.ndarray, steps: int, takes: int = 1, **more: float) -> list[list[Position]]:
    settings = Sampling(**{"random_seed": 3, **more})
    return list(islice(engine.continue_(prompt, settings, takes), steps))


# ---- prompts ----


def test_of_a_prompt_only_what_is_new_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    net = network()
    reader, read = Reader(net), []
    plain = net.states
    monkeypatch.setattr(net, "states", lambda rows, cache, extra: read.append(rows.shape[1]) or plain(rows, cache))
    rows = prompt_of(30)
    other = rows.copy()
    other[20, 1] = (other[20, 1] + 1) % 128
    for prompt in (rows[:20], rows[:20], rows, rows[:25], other, rows[:0]):
        cache, state = reader.notes(prompt)
        fresh = KVCache(net.shape, 1)
        wanted = plain(torch.from_numpy(np.concatenate([[control(START)], prompt]).astype(np.int64))[None], fresh)
        assert cache.length == fresh.length == len(prompt) + 1
        assert torch.equal(cache.onset, fresh.onset)
        assert torch.equal(cache.recent, fresh.recent)
        assert torch.equal(state.recent, wanted.recent[:, -1])
        assert torch.allclose(state.hidden, wanted.hidden[:, -1], atol=1e-5)
        held = slice(len(prompt) + 1)
        assert torch.allclose(cache.keys[:, :, :, held], fresh.keys[:, :, :, held], atol=1e-5)
        assert torch.allclose(cache.values[:, :, :, held], fresh.values[:, :, :, held], atol=1e-5)
    # START and 20; nothing; 10 more; the last of 25 for its state; the changed note and what follows; START again
    assert read == [21, 10, 1, 10, 1]


def test_beyond_the_context_and_within_gaps_all_is_read_again() -> None:
    net = network(context=24)
    long, marks = prompt_of(40), [np.array([control(mark)]) for mark in (GAP_PREFIX, GAP_SUFFIX, GAP_MIDDLE)]
    gap = np.concatenate([marks[0], long[:6], marks[1], long[6:10], marks[2]]).astype(np.int16)
    reader = Reader(net)
    for prompt in (long[:20], long[:30], long, gap[:-1], gap, long[:10]):
        cache, state = reader.notes(prompt)
        alone, wanted = Reader(net).notes(prompt)
        assert cache.length == alone.length <= 24
        assert torch.equal(cache.onset, alone.onset)
        assert torch.allclose(state.hidden, wanted.hidden, atol=1e-5)


def test_what_was_read_is_not_changed_by_what_is_drawn() -> None:
    engine, prompt = Engine(network()), prompt_of(20)
    first = drawn(engine, prompt, 60, takes=2)  # well over the context
    assert drawn(engine, prompt, 60, takes=2) == first
    assert drawn(Engine(network()), prompt, 60, takes=2) == first


def test_tokens_are_read_on_from_what_is_known() -> None:
    net, ids = giga_network(), flat(prompt_of(12))[None]
    reader = Reader(net)
    for upto in (20, 48, 48, 32):
        cache, fresh = reader.tokens(ids[:, :upto]), KVCache(net.shape, 1)
        with torch.inference_mode():
            net(torch.from_numpy(ids[:, :upto]), fresh)
        assert cache.length == fresh.length == upto
        assert torch.allclose(cache.keys[:, :, :, :upto], fresh.keys[:, :, :, :upto], atol=1e-5)


# ---- drawing ----


def likeliest(logits: torch.Tensor, allowed: np.ndarray) -> int:
    return int(np.where(allowed, logits.numpy(), -np.inf).argmax())


def test_cached_drawing_takes_the_notes_that_the_plain_pass_finds_likeliest() -> None:
    """Without a cache, the whole sequence anew for each note, temperature 0."""
    net, rows = network(), prompt_of(8).astype(np.int64)
    grammar = Grammar(rows[-1], apart=True)
    for one, two in drawn(Engine(net), prompt_of(8), 6, takes=2, temperature=0):
        assert one == two
        known = torch.from_numpy(np.concatenate([[control(START)], rows, [one]]))[None]
        with torch.inference_mode():
            logits = [of[0, -1] for of in net(known[:, :-1], known[:, 1:])]
        dt = one[0]
        masks = (grammar.dt(), grammar.pitch(dt), grammar.duration(), grammar.velocity(), grammar.pedal(dt))
        assert [likeliest(of, mask) for of, mask in zip(logits, masks, strict=True)] == list(one)
        grammar.push(one)
        rows = np.concatenate([rows, [one]])


def test_cached_drawing_takes_the_tokens_that_the_plain_pass_finds_likeliest() -> None:
    net, tokens = giga_network(), flat(prompt_of(8))
    not_at_once = np.arange(128) > 0
    for number, (one, two) in enumerate(drawn(Engine(net), prompt_of(8), 7, takes=2, temperature=0)):
        assert one == two
        dt, pitch, duration = one[:3]
        tokens = np.concatenate([tokens, [GIGA_NOTE, dt, duration, pitch]])
        with torch.inference_mode():
            logits = net(torch.from_numpy(tokens)[None])[0, -4:-1]
        masks = [giga_allowed(place) & (not_at_once if place == 1 and number == 0 else True) for place in (1, 2, 3)]
        assert [likeliest(of, mask) for of, mask in zip(logits, masks, strict=True)] == [dt, duration, pitch]


def test_full_tables_slide() -> None:
    """More notes than the table of positions holds; the half that is read again changes nothing in the grammar."""
    net = giga_network()
    steps = drawn(Engine(net), prompt_of(30), 60, takes=2)
    assert all(0 < pitch < GIGA_NOTE and 0 < length < GIGA_NOTE for step in steps for _, pitch, length, _, _ in step)


@pytest.mark.parametrize("precision", PRECISIONS)
@pytest.mark.parametrize("kind", ["notes", "tokens"])
def test_the_same_seed_gives_the_same_notes_in_every_precision(kind: str, precision: Precision) -> None:
    net = network() if kind == "notes" else giga_network()
    prompt = prompt_of(10)
    first = drawn(Engine(net, precision), prompt, 40, takes=3)
    assert drawn(Engine(net, precision), prompt, 40, takes=3) == first
    assert len({tuple(step[0]) for step in first}) > 1
    assert [step[0] for step in first] != [step[1] for step in first]


@pytest.mark.parametrize("kind", ["notes", "tokens"])
def test_in_float32_a_take_is_the_same_alone(kind: str) -> None:
    net = network() if kind == "notes" else giga_network()
    many, alone = (drawn(Engine(net), prompt_of(10), 40, takes=takes) for takes in (3, 1))
    assert [step[0] for step in many] == [step[0] for step in alone]


def test_every_precision_that_there_is_multiplies() -> None:
    assert can("float32")
    assert can("bfloat16")


def test_where_the_engine_for_int8_is_missing_it_cannot() -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(
            "composer.inference.quantized_linear._in_int8", lambda *_: (_ for _ in ()).throw(RuntimeError("no engine"))
        )
        assert not can("int8")


def test_an_engine_leaves_the_number_of_threads_as_it_was() -> None:
    before = torch.get_num_threads()
    steps = Engine(note_gpt(), threads=2).continue_(prompt_of(3), Sampling(random_seed=1))
    next(steps)
    assert torch.get_num_threads() == before


def test_a_close_ends_where_its_own_network_takes_an_end_for_likeliest() -> None:
    net, prompt = network(context=128), prompt_of(30)
    engine, settings = Engine(net), Sampling(random_seed=3)
    close = engine.close(prompt, settings, notes=24)
    assert 1 <= len(close) <= 24
    rows = np.concatenate([[control(START)], prompt, np.array(close)]).astype(np.int64)
    with torch.inference_mode():
        ids = torch.from_numpy(rows)[None]
        chances = net(ids, ids)[0][0, -len(close) :].softmax(-1)[:, END]
    assert int(chances.argmax()) == len(close) - 1
    assert close == engine.close(prompt, settings, notes=24)
    assert close != engine.close(prompt, Sampling(random_seed=4), notes=24)
    soon = engine.close(prompt, settings, notes=24, steps=30)
    assert len(soon) == 1 or DT_STEPS[[row[DT] for row in soon]].sum() <= 30
    assert engine.close(prompt, settings, notes=24, cancelled=lambda: True) == []


@pytest.mark.slow
def test_a_close_looks_no_further_than_its_bound() -> None:
    looked = [0]

    def count() -> bool:
        looked[0] += 1
        return False

    engine, settings = Engine(network(context=128)), Sampling(random_seed=3)
    whole = engine.close(prompt_of(30), settings, notes=40, cancelled=count)
    assert looked[0] % 40 == 0
    near = int(DT_STEPS[[row[DT] for row in whole]].sum())
    assert engine.close(prompt_of(30), settings, notes=40, steps=near) == whole
    looked[0] = 0
    soon = engine.close(prompt_of(30), settings, notes=100, steps=200, cancelled=count)
    assert DT_STEPS[[row[DT] for row in soon]].sum() <= 200
    assert 3 <= looked[0] < 150, "all drafts are past it long before"
    assert len(engine.close(prompt_of(30), settings, notes=40, steps=-1)) == 1


def test_tokens_have_no_close() -> None:
    with pytest.raises(ValueError, match="no end"):
        Engine(giga_network()).close(np.zeros((0, 5), dtype=np.int16), Sampling(random_seed=1), notes=4)
