"""A position at a time, out of weights laid out for it: the same as the networks' own pass."""

from __future__ import annotations

from dataclasses import replace

import pytest
import torch

from composer.inference.quantized_linear import Precision
from composer.inference.torch_stepper import NoteStepper, TokenStepper
from composer.model.transformer import GPT, KVCache, NoteGPT, Shape
from tests.networks import BOUNDS, OPTIONS, random_notes, stirred
from tests.small import GIGA_SHAPE, NOTE_SHAPE


@pytest.mark.parametrize(("precision", "bound"), BOUNDS)
@pytest.mark.parametrize("options", OPTIONS, ids=lambda o: "-".join(o) or "all")
def test_notes_one_at_a_time(options: dict[str, int], precision: Precision, bound: float) -> None:
    torch.manual_seed(0)
    network = NoteGPT(replace(NOTE_SHAPE, **options)).eval()
    stirred(network)
    rows = random_notes(3, 40)
    plain = KVCache(network.shape, 3)
    stepper = NoteStepper(network, precision)
    with torch.inference_mode():
        network.states(rows[:, :10], plain)
        past = stepper.past(plain, 3)
        for at in range(10, 40):
            state, wanted = stepper.step(rows[:, at], past), network.states(rows[:, at : at + 1], plain)[:, -1]
            assert torch.equal(state.recent, wanted.recent)
            for attribute in range(5):
                logits = stepper.logits(attribute, state)
                assert (logits - network.logits(attribute, wanted)).abs().max() < bound
                if attribute < 4:
                    value = rows[:, at, attribute]
                    state, wanted = stepper.tell(state, attribute, value), network.tell(wanted, attribute, value)
    assert past.length == plain.length == 40
    assert torch.equal(past.onset, plain.onset)


@pytest.mark.parametrize(("precision", "bound"), BOUNDS)
@pytest.mark.parametrize("er_len", [64, 20])
@pytest.mark.parametrize("together", [1, 2])
def test_tokens_one_or_two_at_a_time(er_len: int, precision: Precision, bound: float, together: int) -> None:
    torch.manual_seed(0)
    network = GPT(replace(GIGA_SHAPE, er_len=er_len)).eval()
    stirred(network)
    ids = torch.randint(0, 128, (2, 60))
    cache = KVCache(network.shape, 2)
    stepper = TokenStepper(network, precision)
    with torch.inference_mode():
        plain = network(ids)
        network(ids[:, :8], cache)
        past = stepper.past(cache, 2)
        found = [stepper.step(part, past) for part in ids[:, 8:].split(together, dim=1)]
    assert past.length == 60
    assert (torch.stack(found, 1) - plain[:, 7 + together :: together]).abs().max() < bound


def test_in_float32_a_take_does_not_depend_on_the_others() -> None:
    torch.manual_seed(0)
    network = NoteGPT(NOTE_SHAPE).eval()
    rows = random_notes(4, 12)
    stepper = NoteStepper(network)
    with torch.inference_mode():
        nothing = KVCache(network.shape, 1)
        many, one = stepper.past(nothing, 4), stepper.past(nothing, 1)
        for at in range(12):
            together, alone = stepper.step(rows[:, at], many), stepper.step(rows[2:3, at], one)
        assert torch.allclose(together.hidden[2], alone.hidden[0], atol=1e-6)


def test_a_network_is_not_changed_by_being_laid_out() -> None:
    network = NoteGPT(Shape(2, 16, 2, 32, 8))
    before = {name: weight.clone() for name, weight in network.state_dict().items()}
    stepper = NoteStepper(network)
    with torch.inference_mode():
        stepper.step(random_notes(1, 1)[:, 0], stepper.past(KVCache(network.shape, 1), 1))
    assert all(torch.equal(before[name], weight) for name, weight in network.state_dict().items())
