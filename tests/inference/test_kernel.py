"""The compiled kernel beside PyTorch's path: the same to rounding in float32, within the same bounds in the others.

As it is made for this processor, and as any processor could run it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import islice
from pathlib import Path

import numpy as np
import pytest
import torch

from composer.core.settings import Sampling
from composer.inference import autotune
from composer.inference.autotune import Choice
from composer.inference.candidates import add_bias
from composer.inference.engine import Engine, Position, draw_note, draw_token, stepper
from composer.inference.kernel import build, steppers
from composer.inference.quantized_linear import PRECISIONS, Precision
from composer.inference.sampling import draw
from composer.model.tokenizer import END, START, Grammar, giga_allowed
from composer.model.transformer import GPT, KVCache, NoteGPT
from tests.networks import (
    BOUNDS,
    OPTIONS,
    giga_network,
    install_kernel,
    needs_compiler,
    network,
    prompt_of,
    random_notes,
    stirred,
)
from tests.small import GIGA_SHAPE, NOTE_SHAPE, giga, note_gpt


@pytest.fixture(scope="module", params=["for this processor", "for any"])
def made(request: pytest.FixtureRequest, kernels: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A folder with the kernel in it, once for all tests of this file."""
    with pytest.MonkeyPatch.context() as patch:
        if request.param == "for any":
            patch.setattr(build, "_for_this_processor", list)
        yield install_kernel(kernels, tmp_path_factory.mktemp("kernel"))


def notes(options: dict[str, int]) -> NoteGPT:
    torch.manual_seed(0)
    made = NoteGPT(replace(NOTE_SHAPE, **options)).eval()
    stirred(made)
    return made


# ---- the same as the networks' own pass ----


def agrees(net: NoteGPT, precision: Precision, bound: float, read: int = 1) -> None:
    """Three takes, well over the context, beside the network's own pass; `read` of their prompts differ."""
    rows = random_notes(3, 70)
    rows[:, :10] = rows[:read, :10]
    plain, before = KVCache(net.shape, 3), KVCache(net.shape, read)
    by = steppers.NoteStepper(net, precision)
    with torch.inference_mode():
        net.states(rows[:, :10], plain)
        net.states(rows[:read, :10], before)
        past = by.past(before, 3)
        for at in range(10, 70):
            state, wanted = by.step(rows[:, at].contiguous(), past), net.states(rows[:, at : at + 1], plain)[:, -1]
            assert torch.equal(state.recent, wanted.recent)
            for attribute in range(5):
                assert (by.logits(attribute, state) - net.logits(attribute, wanted)).abs().max() < bound
                if attribute < 4:
                    value = rows[:, at, attribute]
                    state, wanted = by.tell(state, attribute, value), net.tell(wanted, attribute, value)
    assert past.length == plain.length == 70
    assert torch.equal(past.onset, plain.onset)


@needs_compiler
@pytest.mark.usefixtures("kernel")
def test_what_is_added_to_a_position_and_to_dt_counts_as_in_the_network() -> None:
    """`extra` beside the embeddings; a bias on times moves the draw, and leaves an end as likely as it was."""
    net, rows = notes({}), random_notes(3, 20)
    extra, bias = torch.randn(3, net.shape.width), np.zeros((3, 160), dtype=np.float32)
    bias[:, : START // 2] = -30.0
    plain, before = KVCache(net.shape, 3), KVCache(net.shape, 3)
    by, torch_by = steppers.NoteStepper(net), stepper(net)
    with torch.inference_mode():
        net.states(rows[:, :10], plain)
        net.states(rows[:, :10], before)
        position = rows[:, 10].contiguous()
        state = by.step(position, by.past(before, 3), extra)
        wanted = net.states(rows[:, 10:11], plain, extra[:, None])[:, -1]
        assert (state.hidden - wanted.hidden).abs().max() < 1e-4
        for number in range(40):
            at = np.random.default_rng(number).random((3, 5))
            grammars = [Grammar(row) for row in position.tolist()]
            given = state, grammars, Sampling(top_p=1.0, random_seed=1), at, True
            assert (draw_note(by, *given, bias) == draw_note(torch_by, *given, bias)).all()  # type: ignore[arg-type]
            dt = draw_note(by, *given, bias)[:, 0]
            assert ((dt >= START // 2) | (dt == END)).all()
        allowed = torch.from_numpy(Grammar(position[0].tolist()).dt(may_end=True).copy())[None]
        logits = torch_by.logits(0, state)  # type: ignore[union-attr, arg-type]
        both = logits, add_bias(logits, torch.from_numpy(bias), allowed)
        ends = [of.masked_fill(~allowed, -torch.inf).softmax(-1)[:, END] for of in both]
        assert torch.allclose(*ends, atol=1e-5)


@needs_compiler
@pytest.mark.usefixtures("kernel")
@pytest.mark.parametrize(("precision", "bound"), BOUNDS)
@pytest.mark.parametrize("options", OPTIONS, ids=lambda o: "-".join(o) or "all")
@pytest.mark.parametrize("read", [1, 3], ids=["common prompt", "own prompts"])
def test_notes_one_at_a_time(options: dict[str, int], precision: Precision, bound: float, read: int) -> None:
    agrees(notes(options), precision, bound, read)


@pytest.mark.slow
@needs_compiler
@pytest.mark.parametrize("extensions", [("avx2", "fma"), ("avx2", "fma", "avxvnni")], ids=" ".join)
def test_older_processors(extensions: tuple[str, ...], monkeypatch: pytest.MonkeyPatch) -> None:
    """As far as this one can stand in for them."""
    flags = Path("/proc/cpuinfo").read_text() if Path("/proc/cpuinfo").exists() else ""
    if not {name.replace("avxvnni", "avx_vnni") for name in extensions} <= set(flags.split()):
        pytest.skip(f"this processor lacks {' or '.join(extensions)}")
    monkeypatch.delenv(build.VARIABLE, raising=False)
    monkeypatch.setattr(build, "_for_this_processor", lambda: [f"-m{name}" for name in extensions])
    assert build.library() is not None
    for precision, bound in BOUNDS:
        agrees(notes({}), precision, bound)


@needs_compiler
@pytest.mark.usefixtures("kernel")
@pytest.mark.parametrize(("precision", "bound"), BOUNDS)
@pytest.mark.parametrize("er_len", [64, 20])
@pytest.mark.parametrize("together", [1, 2])
@pytest.mark.parametrize("read", [1, 9], ids=["common prompt", "own prompts"])
def test_tokens_one_or_two_at_a_time(er_len: int, precision: Precision, bound: float, together: int, read: int) -> None:
    torch.manual_seed(0)
    net = GPT(replace(GIGA_SHAPE, er_len=er_len)).eval()
    stirred(net)
    ids = torch.randint(0, 128, (9, 60))
    ids[:, :8] = ids[:read, :8]
    cache, by = KVCache(net.shape, read), steppers.TokenStepper(net, precision)
    with torch.inference_mode():
        plain = net(ids)
        net(ids[:read, :8], cache)
        past = by.past(cache, 9)
        found = [by.step(part.contiguous(), past).clone() for part in ids[:, 8:].split(together, dim=1)]
    assert past.length == 60
    assert (torch.stack(found, 1) - plain[:, 7 + together :: together]).abs().max() < bound


@needs_compiler
@pytest.mark.usefixtures("kernel")
def test_in_float32_a_take_does_not_depend_on_the_others() -> None:
    net, rows = notes({}), random_notes(6, 30)
    by = steppers.NoteStepper(net)
    many, one = (by.past(KVCache(net.shape, 1), takes) for takes in (6, 1))
    for at in range(30):
        together, alone = by.step(rows[:, at].contiguous(), many), by.step(rows[4:5, at].contiguous(), one)
    assert torch.allclose(together.hidden[4], alone.hidden[0], atol=1e-6)


@needs_compiler
@pytest.mark.usefixtures("kernel")
def test_a_past_that_is_set_back_goes_on_from_there() -> None:
    net, rows = notes({}), random_notes(2, 20)
    by = steppers.NoteStepper(net)
    past = by.past(KVCache(net.shape, 1), 2)
    made = []
    for _ in range(2):
        past.length = 0
        past.onset.zero_()
        past.recent.fill_(128)
        for at in range(20):
            state = by.step(rows[:, at].contiguous(), past)
        made.append(state.hidden.clone())
    assert torch.equal(*made)


# ---- drawing ----


@needs_compiler
@pytest.mark.usefixtures("kernel")
@pytest.mark.parametrize(
    "settings",
    [Sampling(), Sampling(temperature=0), Sampling(temperature=0.7, top_k=5), Sampling(temperature=1.3, top_p=0.8)],
    ids=["all", "likeliest", "top k", "top p"],
)
def test_what_is_drawn_is_what_the_plain_path_draws(settings: Sampling) -> None:
    net, random = notes({}), np.random.default_rng(0)
    ours, plain = stepper(net, compiled=True), stepper(net)
    previous = [(3, 60, 9, 20, 1), (START, 128, 0, 32, 3), (0, 5, 9, 20, 0)]
    grammars = [Grammar(row, down, wait=wait) for row, down, wait in zip(previous, (1, 0, 0), (0, 0, 7), strict=True)]
    with torch.inference_mode():
        state = net.states(random_notes(3, 9))[:, -1]
        for _ in range(40):
            at = random.random((3, 5))
            found = draw_note(ours, state, grammars, settings, at, True)  # type: ignore[arg-type]
            assert (found == draw_note(plain, state, grammars, settings, at, True)).all()  # type: ignore[arg-type]


@needs_compiler
@pytest.mark.usefixtures("kernel")
def test_tokens_are_drawn_as_the_plain_path_draws_them() -> None:
    by, random = steppers.TokenStepper(giga()), np.random.default_rng(0)
    logits = torch.from_numpy(random.normal(size=(3, 144)).astype(np.float32))[:, :128]
    for place in (1, 2, 3):
        for settings in (Sampling(), Sampling(temperature=0), Sampling(temperature=0.5, top_k=9, top_p=0.9)):
            at, allowed = random.random(3), giga_allowed(place)[None]
            assert (draw_token(by, logits, allowed, settings, at) == draw(logits, allowed, settings, at)).all()
    logits[1] = torch.nan
    with pytest.raises(FloatingPointError):
        draw_token(by, logits, allowed, Sampling(), at)


@needs_compiler
@pytest.mark.usefixtures("kernel")
def test_logits_that_are_no_numbers_are_no_note() -> None:
    net = note_gpt()
    with torch.no_grad():
        net.heads[0].out.weight.fill_(torch.nan)
    steps = Engine(net, compiled=True).continue_(prompt_of(3), Sampling(random_seed=1))
    with pytest.raises(FloatingPointError):
        next(steps)


# ---- the engine with it ----


def follows(last: np.ndarray, rows: list[Position]) -> bool:
    """Whether the grammar allows what was drawn after a prompt's last position."""
    grammar, fine = Grammar(last, apart=True), True
    for row in rows:
        dt = row[0]
        masks = (grammar.dt(), grammar.pitch(dt), grammar.duration(), grammar.velocity(), grammar.pedal(dt))
        fine = fine and all(mask[value] for mask, value in zip(masks, row, strict=True))
        grammar.push(row)
    return fine


@needs_compiler
@pytest.mark.usefixtures("kernel")
@pytest.mark.parametrize("kind", ["notes", "tokens"])
@pytest.mark.parametrize("temperature", [0.0, 1.0])
def test_in_float32_the_engine_writes_the_same_notes(kind: str, temperature: float) -> None:
    net = network() if kind == "notes" else giga_network()
    settings = Sampling(random_seed=3, temperature=temperature)
    ours, plain = (
        list(islice(Engine(net, compiled=compiled).continue_(prompt_of(10), settings, 3), 60))
        for compiled in (True, False)
    )
    assert ours == plain


@needs_compiler
@pytest.mark.usefixtures("kernel")
@pytest.mark.parametrize("precision", PRECISIONS)
@pytest.mark.parametrize("kind", ["notes", "tokens"])
def test_the_same_seed_gives_the_same_notes(kind: str, precision: Precision) -> None:
    net = network() if kind == "notes" else giga_network()
    engine, settings = Engine(net, precision, compiled=True), Sampling(random_seed=3)
    first, again, alone = (list(islice(engine.continue_(prompt_of(10), settings, takes), 60)) for takes in (3, 3, 1))
    assert first == again
    if precision == "float32":  # else the last digits, and then what is rounded, depend on the takes beside it
        assert [step[0] for step in first] == [step[0] for step in alone]
    if kind == "notes":
        assert all(follows(prompt_of(10)[-1], [step[take] for step in first]) for take in range(3))
    else:
        assert all(giga_allowed(3)[step[0][1]] and giga_allowed(2)[step[0][2]] for step in first)


@needs_compiler
@pytest.mark.usefixtures("kernel")
def test_a_take_may_end() -> None:
    net = note_gpt()
    with torch.no_grad():
        net.heads[0].out.weight.zero_()  # every dt, and the end, as likely as another
    settings = Sampling(random_seed=1, top_p=1.0)
    steps = islice(Engine(net, compiled=True).continue_(prompt_of(5), settings, 4, may_end=True), 300)
    assert END in {row[0] for step in steps for row in step}


@needs_compiler
@pytest.mark.usefixtures("kernel")
def test_the_trial_may_choose_it(monkeypatch: pytest.MonkeyPatch) -> None:
    choice, figures = autotune.probe(note_gpt())
    assert {"float32", "float32, compiled", "bfloat16, compiled", "int8, compiled"} == set(figures)
    assert figures["float32, compiled"]["loss"] < 1e-4
    assert choice.compiled, "a call a note is faster than hundreds"
    monkeypatch.setattr(autotune, "SMALL", 0)
    monkeypatch.setattr(autotune, "probe", lambda net: (Choice("int8", 1, True), {}))
    assert autotune.choose(note_gpt()) == autotune.choose(note_gpt()) == Choice("int8", 1, True)
    assert autotune.choose(note_gpt(), "float32") == Choice("float32", 1, True)
    monkeypatch.setenv(build.VARIABLE, "0")
    assert not autotune.choose(note_gpt(), "float32").compiled
    monkeypatch.setattr(autotune, "probe", lambda net: (Choice("bfloat16", 1), {}))
    assert autotune.choose(note_gpt()) == Choice("bfloat16", 1), (
        "what was chosen with the kernel does not stand without"
    )


# ---- where there is none ----


@pytest.fixture
def compiler(monkeypatch: pytest.MonkeyPatch) -> Iterator[pytest.MonkeyPatch]:
    monkeypatch.delenv(build.VARIABLE, raising=False)
    build._library.cache_clear()
    yield monkeypatch
    build._library.cache_clear()


def test_without_a_compiler_there_is_none(compiler: pytest.MonkeyPatch) -> None:
    compiler.setattr(build, "COMPILERS", ("no-such-compiler",))
    compiler.delenv("CC", raising=False)
    assert build.library() is None
    with pytest.raises(RuntimeError):
        Engine(note_gpt(), compiled=True)


def test_a_compiler_that_fails_is_not_asked_again(compiler: pytest.MonkeyPatch, tmp_path: Path) -> None:
    log, script = tmp_path / "asked", tmp_path / "cc"
    script.write_text(f"#!/bin/sh\necho asked >> {log}\necho sorry >&2\nexit 1\n")
    script.chmod(0o755)
    compiler.setenv("CC", str(script))
    for _ in range(2):
        build._library.cache_clear()
        assert build.library() is None
    assert log.read_text() == "asked\n"


def test_a_compiler_that_takes_too_long_is_not_asked_again(compiler: pytest.MonkeyPatch, tmp_path: Path) -> None:
    script = tmp_path / "cc"
    script.write_text("#!/bin/sh\nexec sleep 60\n")
    script.chmod(0o755)
    compiler.setenv("CC", str(script))
    compiler.setattr(build, "PATIENCE", 0.1)
    assert build.library() is None
    assert list((build.paths.user() / "kernel").glob("*.failed"))


def test_a_library_that_is_none_is_left_alone(compiler: pytest.MonkeyPatch, tmp_path: Path) -> None:
    compiler.setenv("RICERCAR_HOME", str(tmp_path))
    path = tmp_path / "kernel" / f"{build.name()}.so"
    path.parent.mkdir()
    path.write_bytes(b"not a library")
    assert build.library() is None


def test_it_can_be_done_without(compiler: pytest.MonkeyPatch) -> None:
    compiler.setenv(build.VARIABLE, "0")
    assert build.library() is None


def test_plain_logits_agree_with_a_draw() -> None:
    """The plain drawing that the kernel's is held against: the likeliest first, up to a point."""
    logits = torch.tensor([[0.0, 2.0, 1.0]])
    assert [int(draw(logits, None, Sampling(), np.array([at]))[0]) for at in (0.0, 0.7, 0.999)] == [1, 2, 0]
