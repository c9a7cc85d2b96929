"""Takes keep the theme's pulse and pace, begin where it ends, and networks are told where the beat is."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import torch

from composer.core.errors import UserError
from composer.core.settings import GenerationRequest, Sampling
from composer.files import midi_reader
from composer.generation import generate
from composer.generation.generate import GeneratedNote
from composer.inference.conditioning import Conditioning
from composer.inference.engine import Engine, Reader
from composer.model import conditions, tokenizer
from composer.model.tokenizer import DT, DT_STEPS, GAP_MIDDLE, GAP_PREFIX, GAP_SUFFIX, control
from composer.model.transformer import NoteGPT
from composer.music.metre import MetricGrid, own_grid
from composer.music.score import Meter, Note, Score, Tempo
from tests.networks import needs_compiler
from tests.places import DATA
from tests.small import NOTE_SHAPE

SEED = Sampling(random_seed=3)


def theme(name: str) -> Score:
    return midi_reader.read(DATA / f"{name}.mid")


def takes_of(score: Score, settings: GenerationRequest) -> list[list[GeneratedNote]]:
    made: list[list[GeneratedNote]] = [[] for _ in range(settings.takes)]
    for event in generate.compose(score, settings):
        made[event.take].append(event)
    return made


def coherence(score: Score, events: list[GeneratedNote], parts: int) -> float:
    """1 where all onsets keep to the parts of a beat, some 1 / sqrt(notes) by chance."""
    beat = 60 / score.tempo_map.qpm_at(0)
    onsets = score.tempo_map.seconds([e.note.start for e in events[-40:]])
    return float(abs(np.exp(2j * np.pi * onsets / (beat / parts)).mean()))


def played(seed: int = 1) -> Score:
    """A performance that was imported at 120 qpm: its onsets know nothing of the beat."""
    ticks = np.cumsum(np.random.default_rng(seed).integers(40, 500, size=60))
    return Score(tuple(Note(int(t), 60 + i % 12, 100) for i, t in enumerate(ticks)), tempos=(Tempo(0, 500_000),))


def test_a_theme_s_grid_is_found_and_a_performance_has_none() -> None:
    assert own_grid(theme("waltz-120")) == (1.0, (0, 6, 12, 18))
    triplets = Score(tuple(Note(160 * i, 60 + i % 5, 150) for i in range(30)))
    strictness, places = own_grid(triplets)
    assert strictness > 0.9
    assert {0, 8, 16} <= set(places)
    assert own_grid(played())[0] < 0.3
    compound = replace(triplets, meters=(Meter(0, 6, 8),))
    assert own_grid(compound.with_notes([Note(240 * i, 60, 200) for i in range(12)]))[1] == (0, 4, 8, 12, 16, 20)


@pytest.mark.slow
def test_takes_go_on_on_the_theme_s_grid_and_free_themes_stay_free() -> None:
    """Every onset on a tick of the grid, however long the take; a performance's takes are left as they are drawn."""
    waltz = theme("waltz-120")
    for events in takes_of(waltz, GenerationRequest(notes=96, takes=3, sampling=SEED)):
        assert coherence(waltz, events, 4) > 0.99
        assert all(e.note.start % (waltz.ticks_per_beat // 4) == 0 for e in events)
    free = played()
    one, other = (takes_of(free, GenerationRequest(notes=24, timing=t, sampling=SEED))[0] for t in ("auto", "free"))
    assert one == other


@pytest.mark.slow
def test_steady_takes_stay_near_the_beat_and_are_not_put_on_it() -> None:
    waltz = theme("waltz-120")
    steady, free = (
        takes_of(waltz, GenerationRequest(notes=96, takes=4, timing=timing, sampling=SEED))
        for timing in ("steady", "free")
    )
    means = [np.mean([coherence(waltz, events, 4) for events in of]) for of in (steady, free)]
    assert means[0] > means[1] + 0.2
    assert any(e.note.start % (waltz.ticks_per_beat // 4) for events in steady for e in events)


def test_a_take_begins_where_the_theme_s_last_chord_ends_or_where_it_is_asked_to() -> None:
    held = theme("held-chord")
    for timing in ("free", "grid"):
        for events in takes_of(held, GenerationRequest(notes=8, takes=3, timing=timing, sampling=SEED)):
            assert events[0].note.start >= held.end - held.ticks_per_beat // 16
            assert set(held.notes) <= set(generate.joined(held, events).notes), "none of them is changed"
    asked = held.notes[-1].start
    earlier = takes_of(held, GenerationRequest(notes=8, start=asked, timing="free", sampling=SEED))[0]
    assert asked <= earlier[0].note.start < held.end


@pytest.mark.slow
def test_a_slow_theme_goes_on_slowly_and_no_pitch_is_hammered() -> None:
    slow = theme("slow-sparse")
    paces = []
    for events in takes_of(slow, GenerationRequest(notes=24, takes=4, sampling=SEED)):
        onsets = slow.tempo_map.seconds([e.note.start for e in events])
        paces.append(len(onsets) / (onsets[-1] - onsets[0]))
    assert 0.1 <= np.median(paces) <= 1
    for events in takes_of(theme("fast-repeats"), GenerationRequest(notes=96, takes=3, drafts=1, sampling=SEED)):
        pitches = np.array([e.note.pitch for e in events])
        same = np.convolve(np.diff(pitches) == 0, np.ones(8), "valid")
        assert same.max(initial=0) < 8, "nine times running"


def test_a_network_is_told_where_in_the_bar_each_note_is() -> None:
    """The prompt's own notes, what follows a gap, and where the gap begins."""
    score = Score(tuple(Note(240 * i, 60 + i, 200) for i in range(12)), meters=(Meter(0, 3, 4),))
    ids = tokenizer.encode(score).astype(np.int64)
    step = int(DT_STEPS[ids[:6, DT]].sum())
    told = Conditioning(step, (("medium", 1),), MetricGrid(score, (0, 12)), "grid")
    rows = np.concatenate([[control(GAP_PREFIX)], ids[:6], [control(GAP_SUFFIX)], ids[6:], [control(GAP_MIDDLE)]])
    labels = told.of_prompt(rows)
    beats = [1, 1, 2, 2, 3, 3]
    assert labels[1:7, 1].tolist() == labels[8:14, 1].tolist() == beats
    assert labels[1:7, 0].tolist() == [1, 13] * 3
    assert labels[[0, 7, 14], 1].tolist() == [3] * 3, "the marks of a gap are where it begins"
    assert set(labels[:, conditions.NAMES.index("medium")]) == {1}


def test_what_is_read_with_other_labels_is_read_anew() -> None:
    torch.manual_seed(1)
    network = NoteGPT(replace(NOTE_SHAPE, conditions=conditions.TABLE, places=1)).eval()
    prompt = tokenizer.encode(theme("waltz-120"))
    plain = Reader(network).notes(prompt)[1].hidden
    told = Conditioning(0, (("density", 1),))
    assert torch.equal(Reader(network).notes(prompt, told)[1].hidden, plain), "labels begin as nothing"
    torch.nn.init.normal_(network.conditions.weight)
    reader = Reader(network)
    one, other, again = (reader.notes(prompt, of)[1].hidden for of in (told, Conditioning(0, (("density", 8),)), told))
    assert not torch.allclose(one, other)
    assert torch.equal(one, again)


@pytest.mark.parametrize("timing", ["rigid", ""])
def test_a_timing_that_is_none_is_refused(timing: str) -> None:
    with pytest.raises(UserError, match="timing"):
        GenerationRequest(timing=timing)


@pytest.mark.usefixtures("models")
def test_what_can_be_asked_is_told_of_every_position_and_a_style_that_cannot_be_says_so() -> None:
    assert conditions.label("density", "3") == ("density", 3)
    assert conditions.label("key", "C minor") == ("key", 13)
    assert conditions.label("composer", "chopin")[1] == conditions.Source.of("Frédéric Chopin").composer
    for name, value in (("density", "9"), ("key", "H"), ("phase", "1"), ("mood", "sad")):
        with pytest.raises(UserError):
            conditions.label(name, value)
    told = Conditioning(0, (conditions.label("density", "3"),))
    assert set(told.of_prompt(tokenizer.encode(theme("waltz-120")))[:, conditions.NAMES.index("density")]) == {3}
    with pytest.raises(UserError, match="has not learned"):
        list(generate.compose(theme("waltz-120"), GenerationRequest(style="giga", asked=(("density", 3),))))


@pytest.mark.parametrize("compiled", [False, pytest.param(True, marks=needs_compiler)])
@pytest.mark.usefixtures("kernel")
def test_a_network_that_knows_labels_writes_by_both_paths(compiled: bool) -> None:
    torch.manual_seed(1)
    network = NoteGPT(replace(NOTE_SHAPE, conditions=conditions.TABLE, places=1)).eval()
    torch.nn.init.normal_(network.conditions.weight, std=0.1)
    torch.nn.init.normal_(network.places.weight, std=0.1)
    waltz = theme("waltz-120")
    request = GenerationRequest(notes=24, takes=2, asked=(("density", 3),), sampling=SEED)
    events = list(generate.compose_with(Engine(network, compiled=compiled), waltz, request))
    assert len(events) == 48
    assert all(e.note.start % (waltz.ticks_per_beat // 4) == 0 for e in events)
