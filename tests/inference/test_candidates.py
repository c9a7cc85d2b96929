"""Phrases: of each, several drafts are written, and all go on from the one that stays as if there were no other."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import islice

import numpy as np
import pytest
import torch

from composer.core.settings import Sampling
from composer.inference import candidates
from composer.inference.candidates import FIRST, PHRASE, Position
from composer.inference.engine import Engine, draw_note, stepper
from composer.inference.kernel import steppers
from composer.inference.quantized_linear import Precision
from composer.inference.sampling import generators, points
from composer.inference.torch_stepper import NoteStepper
from composer.model.tokenizer import PEDAL_UP, START, Decoder, Grammar, Ids, control, follows_grammar
from composer.model.transformer import KVCache, NoteGPT, State
from tests.networks import BOUNDS, giga_network, needs_compiler, network, prompt_of, random_notes, stirred
from tests.small import NOTE_SHAPE

SEED = Sampling(random_seed=3)
Steps = list[list[Position]]


@pytest.fixture(params=["plain", pytest.param("kernel", marks=needs_compiler)])
def compiled(request: pytest.FixtureRequest) -> bool:
    """Both ways to compute a step."""
    if request.param == "kernel":
        request.getfixturevalue("kernel")
    return bool(request.param == "kernel")


def first(take: int, drafts: Sequence[Ids]) -> int:
    return 0


def last(take: int, drafts: Sequence[Ids]) -> int:
    return len(drafts) - 1


def written(
    engine: Engine, steps: int, takes: int = 1, drafts: int = 1, choose: candidates.Choose | None = None, **more: int
) -> Steps:
    prompt = prompt_of(10)
    return list(islice(engine.continue_(prompt, SEED, takes, drafts=drafts, choose=choose, **more), steps))


def take_of(steps: Steps, take: int) -> np.ndarray:
    return np.array([step[take] for step in steps])


# ---- one draft is what there was before ----


def note_by_note(net: NoteGPT, compiled: bool, steps: int, takes: int) -> Steps:
    """The loop without phrases."""
    by, prompt = stepper(net, "float32", compiled), prompt_of(10)
    rows = np.concatenate([[control(START)], prompt]).astype(np.int64)
    cache, made = KVCache(net.shape, 1), []
    with torch.inference_mode():
        state = net.states(torch.from_numpy(rows)[None], cache)[:, -1].repeat(takes)
        past = by.past(cache, takes)
        at = points(generators(3, takes), 64 * 5).reshape(takes, 64, 5).transpose(1, 0, 2).copy()
        grammars = [Grammar(prompt[-1], apart=True) for _ in range(takes)]
        for step in range(steps):
            chosen = draw_note(by, state, grammars, SEED, at[step], False)  # type: ignore[arg-type]
            for grammar, row in zip(grammars, chosen.tolist(), strict=True):
                grammar.push(row)
            made.append([tuple(row) for row in chosen.tolist()])
            state = by.step(torch.from_numpy(chosen), past)  # type: ignore[arg-type, assignment]
    return made


def test_one_draft_is_the_same_as_note_by_note(compiled: bool) -> None:
    engine = Engine(network(), compiled=compiled)
    wanted = note_by_note(network(), compiled, 60, 2)
    assert written(engine, 60, 2) == wanted
    assert written(engine, 60, 2, drafts=1, choose=last) == wanted
    assert written(engine, 60, 2, drafts=4) == wanted, "nobody chooses"


def test_the_first_draft_of_all_is_the_same_too(compiled: bool) -> None:
    engine = Engine(network(), compiled=compiled)
    assert written(engine, 80, 2, drafts=4, choose=first) == written(engine, 80, 2)


# ---- what a row remembers after a choice ----

ORDERS = ([1, 1, 2, 2], [0, 0, 3, 3], [3, 2, 1, 0], [2, 2, 2, 2], [0, 1, 2, 3], [1, 1, 3, 3])


def follows(by: NoteStepper | steppers.NoteStepper, net: NoteGPT, bound: float, read: int) -> None:
    """Rows that take each other up, well over the context, beside a network's caches that are moved as a whole."""
    start = random_notes(4, 10)
    start[:] = start[:read]
    plain, before = KVCache(net.shape, 4), KVCache(net.shape, read)
    with torch.inference_mode():
        net.states(start, plain)
        net.states(start[:read], before)
        past = by.past(before, 4)
        for number, order in enumerate(ORDERS):
            rows = random_notes(4, (3, 20, 1, 17, 25, 2)[number], seed=number)
            for at in range(rows.shape[1]):
                state = by.step(rows[:, at].contiguous(), past)  # type: ignore[arg-type]
                wanted = net.states(rows[:, at : at + 1], plain)[:, -1]
                if at == 0:
                    alike(by, net, state, wanted, bound)
            assert torch.equal(past.onset, plain.onset)
            past.reorder(np.array(order))
            plain.keys, plain.values = plain.keys[:, order], plain.values[:, order]
            plain.onset, plain.recent = plain.onset[order], plain.recent[order]
    assert past.length == plain.length > 48 + 20


def alike(by: NoteStepper | steppers.NoteStepper, net: NoteGPT, state: State, wanted: State, bound: float) -> None:
    assert torch.equal(state.recent, wanted.recent)
    for attribute in range(5):
        assert (by.logits(attribute, state) - net.logits(attribute, wanted)).abs().max() < bound


def net_of(context: int = 48) -> NoteGPT:
    torch.manual_seed(0)
    made = NoteGPT(replace(NOTE_SHAPE, context=context)).eval()
    stirred(made)
    return made


@pytest.mark.parametrize("read", [1, 4], ids=["common prompt", "own prompts"])
@pytest.mark.parametrize("context", [48, 20])
@pytest.mark.parametrize(("precision", "bound"), BOUNDS)
def test_a_row_goes_on_from_another(
    precision: Precision, bound: float, context: int, read: int, compiled: bool
) -> None:
    net = net_of(context)
    by = steppers.NoteStepper(net, precision) if compiled else NoteStepper(net, precision)
    follows(by, net, bound, read)


def test_what_is_copied_is_no_more_than_what_came_since(monkeypatch: pytest.MonkeyPatch) -> None:
    """Drafts of one take were alike at the last choice; rows that were not are copied whole."""
    net = net_of(20)
    by, rows = NoteStepper(net), random_notes(4, 9)
    past, copied = by.past(KVCache(net.shape, 1), 4), []
    plain = past._kin.copied

    def seen(*given: object) -> list[tuple[int, int]]:
        copied.append(plain(*given))  # type: ignore[arg-type]
        return copied[-1]

    monkeypatch.setattr(past._kin, "copied", seen)
    with torch.inference_mode():
        for order in ([1, 1, 2, 2], [0, 0, 3, 3], [1, 1, 2, 2], [2, 2, 2, 2], [0, 0, 0, 0]):
            for at in range(9):
                by.step(rows[:, at], past)
            past.reorder(np.array(order))
    assert copied == [[(0, 9)], [(9, 9)], [(18, 2), (0, 7)], [(0, 20)], [(16, 4), (0, 5)]]


@needs_compiler
@pytest.mark.usefixtures("kernel")
def test_a_kernels_past_that_was_set_back_forgets_who_was_alike() -> None:
    net, rows = net_of(), random_notes(2, 12)
    by = steppers.NoteStepper(net)
    past, alone = by.past(KVCache(net.shape, 1), 2), by.past(KVCache(net.shape, 1), 2)
    for at in range(40):
        by.step(rows[:, at % 12].contiguous(), past)
    past.reorder(np.array([0, 0]))
    past.length = 0
    past.onset.zero_()
    past.recent.fill_(128)
    for at in range(12):
        by.step(rows[:, at].contiguous(), past)
        by.step(rows[1:, at].expand(2, 5).contiguous(), alone)
    past.reorder(np.array([1, 1]))
    after = random_notes(1, 1)[:, 0].expand(2, 5).contiguous()
    assert torch.allclose(by.step(after, past).hidden, by.step(after, alone).hidden, atol=1e-6)


# ---- what is written ----


def test_takes_are_valid_whatever_is_chosen(compiled: bool) -> None:
    """Where phrases meet too: a pedal that is up is not lifted, a chord goes down in pitch."""
    chosen: list[tuple[int, list[Ids]]] = []

    def choose(take: int, drafts: Sequence[Ids]) -> int:
        chosen.append((take, [d.copy() for d in drafts]))
        return len(chosen) % 4

    steps = written(Engine(network(), compiled=compiled), FIRST + 11 * PHRASE, 2, drafts=4, choose=choose)
    assert [take for take, _ in chosen] == [0, 1] * 12
    assert [len(drafts[0]) for _, drafts in chosen] == [FIRST] * 2 + [PHRASE] * 22
    for take in range(2):
        rows = take_of(steps, take)
        kept = np.concatenate([drafts[n % 4] for n, (of, drafts) in enumerate(chosen, 1) if of == take])
        assert (rows == kept).all()
        assert follows_grammar([(0, *prompt_of(10)[-1][1:]), *rows])
        decoder = Decoder()
        onsets = [decoder.feed(row).onset for row in rows]  # type: ignore[union-attr]
        assert onsets == sorted(onsets)
    for _, drafts in chosen:
        assert all(d.shape == drafts[0].shape and d.dtype == np.int16 for d in drafts)
        assert len({d.tobytes() for d in drafts}) == 4, "drafts differ"


def test_all_drafts_go_on_from_the_one_that_stays(compiled: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    """With the same numbers they write the same next phrase: that of an engine which read the chosen notes alone."""
    numbers = np.random.default_rng(1).random((FIRST + PHRASE, 3, 5))
    numbers[FIRST:] = numbers[FIRST:, :1]
    seen: list[list[Ids]] = []

    def choose(take: int, drafts: Sequence[Ids]) -> int:
        seen.append(list(drafts))
        return 2

    engine, again = (Engine(network(), compiled=compiled) for _ in range(2))
    monkeypatch.setattr(candidates, "numbers", lambda drawn_by, count: iter(numbers))
    written(engine, FIRST + PHRASE, drafts=3, choose=choose)
    early, late = seen
    assert len({draft.tobytes() for draft in early}) == 3
    assert len({draft.tobytes() for draft in late}) == 1
    monkeypatch.setattr(candidates, "numbers", lambda drawn_by, count: iter(numbers[FIRST:, :1]))
    monkeypatch.setattr("composer.inference.engine.Grammar", lambda last, down, **_: Grammar(last, down))  # may join
    known, down = np.concatenate([prompt_of(10), early[2]]), early[2][-1][4] != PEDAL_UP
    steps = islice(again.continue_(known, SEED, pedal_down=bool(down)), PHRASE)
    assert (np.array([row for (row,) in steps]) == late[0]).all()


def test_a_take_does_not_depend_on_those_beside_it(compiled: bool) -> None:
    """In float32, and with as many drafts."""
    engine = Engine(network(), compiled=compiled)
    alone, beside = (written(engine, 100, takes, drafts=4, choose=last) for takes in (1, 5))
    assert (take_of(alone, 0) == take_of(beside, 0)).all()
    assert (take_of(beside, 1) != take_of(beside, 0)).any()


def test_a_draft_does_not_depend_on_those_beside_it() -> None:
    seen: dict[int, list[Ids]] = {}

    def remember(take: int, drafts: Sequence[Ids]) -> int:
        seen.setdefault(len(drafts), list(drafts))
        return 0

    for drafts in (2, 4, 8):
        written(Engine(network()), 1, drafts=drafts, choose=remember)
    assert (np.stack(seen[8][:4]) == np.stack(seen[4])).all()
    assert (np.stack(seen[4][:2]) == np.stack(seen[2])).all()


def test_there_are_no_more_rows_than_the_kernel_has(compiled: bool) -> None:
    seen: list[int] = []

    def count(take: int, drafts: Sequence[Ids]) -> int:
        seen.append(len(drafts))
        return 0

    engine = Engine(network(), compiled=compiled)
    for takes in (4, 5, 16):
        written(engine, 1, takes, drafts=8, choose=count)
    assert seen == [8] * 4 + [6] * 5 + [2] * 16
    assert written(engine, 3, 20, drafts=8, choose=count)
    assert len(seen) == 25, "twenty takes have one draft each"


@pytest.mark.parametrize(
    ("notes", "lengths"),
    [
        (5, [5]),
        (FIRST, [FIRST]),
        (FIRST + 1, [FIRST, 1]),
        (FIRST + PHRASE + 3, [FIRST, PHRASE, 3]),
    ],
)
def test_no_more_is_written_than_is_wanted(
    notes: int, lengths: list[int], compiled: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[int] = []
    drawn: list[int] = []
    plain = candidates.draw_note
    monkeypatch.setattr(candidates, "draw_note", lambda *given: drawn.append(1) or plain(*given))

    def count(take: int, drafts: Sequence[Ids]) -> int:
        seen.append(len(drafts[0]))
        return 0

    engine = Engine(network(), compiled=compiled)
    assert len(written(engine, 1000, drafts=3, choose=count, notes=notes)) == notes
    assert seen == lengths
    assert len(drawn) == notes
    assert len(written(engine, 1000, notes=notes)) == notes


def test_the_first_note_waits_for_a_short_phrase_only(compiled: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    drawn: list[int] = []
    plain = candidates.draw_note
    monkeypatch.setattr(candidates, "draw_note", lambda *given: drawn.append(1) or plain(*given))
    steps = Engine(network(), compiled=compiled).continue_(prompt_of(10), SEED, drafts=4, choose=first)
    next(steps)
    assert len(drawn) == FIRST < PHRASE
    steps.close()  # type: ignore[attr-defined]
    assert len(drawn) == FIRST


def test_takes_that_may_end_and_giga_have_one_draft() -> None:
    def never(take: int, drafts: Sequence[Ids]) -> int:
        raise AssertionError("nothing to choose")

    engine = Engine(network())
    one = list(islice(engine.continue_(prompt_of(10), SEED, may_end=True), 20))
    assert list(islice(engine.continue_(prompt_of(10), SEED, may_end=True, drafts=4, choose=never), 20)) == one
    giga = Engine(giga_network())
    assert written(giga, 20, 2, drafts=4, choose=never) == written(giga, 20, 2)
    assert len(written(giga, 100, 2, notes=7)) == 7


def test_where_nothing_is_left_to_chance_there_is_one_draft(compiled: bool) -> None:
    asked: list[int] = []

    def count(take: int, drafts: Sequence[Ids]) -> int:
        asked.append(take)
        return 0

    engine, cold = Engine(network(), compiled=compiled), replace(SEED, temperature=0.0)
    steps = list(islice(engine.continue_(prompt_of(10), cold, drafts=4, choose=count), 20))
    assert steps == list(islice(engine.continue_(prompt_of(10), cold), 20))
    assert not asked
