"""Composing: bounds, seams, seeds, cancelling, both encodings. The networks are untrained: the grammar holds anyway."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from composer.core.errors import UserError
from composer.core.settings import GenerationRequest, Sampling
from composer.files import midi_reader
from composer.generation import generate
from composer.inference.engine import Engine
from composer.model import checkpoint, style_registry
from composer.model.tokenizer import END, encode, follows_grammar
from composer.music.score import Meter, Note, Pedal, Score, Tempo, Track
from tests.places import EXAMPLES
from tests.small import note_gpt

SEED = Sampling(random_seed=7)


pytestmark = pytest.mark.usefixtures("models")


def takes_of(theme: Score, settings: GenerationRequest) -> list[list[generate.GeneratedNote]]:
    found: list[list[generate.GeneratedNote]] = [[] for _ in range(settings.takes)]
    for event in generate.compose(theme, settings):
        found[event.take].append(event)
    return found


@pytest.mark.parametrize("style", ["baroque", "base", "giga"])
@pytest.mark.parametrize("name", sorted(p.name for p in EXAMPLES.glob("*.mid")))
def test_every_theme_goes_on_in_every_style(style: str, name: str) -> None:
    theme = midi_reader.read(EXAMPLES / name)
    settings = GenerationRequest(style=style, notes=20, takes=2, sampling=SEED)
    before = encode(theme)
    for events in takes_of(theme, settings):
        assert len(events) == 20
        assert all(e.note.composed for e in events)
        whole = generate.joined(theme, events)
        after = encode(whole)
        assert np.array_equal(after[: len(before)], before), "the theme stands first, unchanged"
        assert len(after) == len(before) + 20
        assert follows_grammar(after)


def test_the_same_seed_gives_the_same_notes_and_another_seed_others() -> None:
    theme = midi_reader.read(EXAMPLES / "melody.mid")
    first = takes_of(theme, GenerationRequest(notes=30, takes=2, sampling=SEED))
    again = takes_of(theme, GenerationRequest(notes=30, takes=2, sampling=SEED))
    other = takes_of(theme, GenerationRequest(notes=30, takes=2, sampling=Sampling(random_seed=8)))
    assert first == again
    assert first[0] != first[1]
    assert first[0] != other[0]


def test_styles_differ() -> None:
    theme = midi_reader.read(EXAMPLES / "melody.mid")
    one, two = (takes_of(theme, GenerationRequest(style=s, notes=30, sampling=SEED)) for s in ("baroque", "romantic"))
    assert [e.note for e in one[0]] != [e.note for e in two[0]]


def test_nothing_at_all_is_a_theme_too() -> None:
    (events,) = takes_of(Score(), GenerationRequest(notes=16, sampling=SEED))
    assert events[0].note.start == 0
    assert len(events) == 16
    assert follows_grammar(encode(generate.joined(Score(), events)))


def test_without_a_bound_a_take_has_128_notes() -> None:
    assert len(takes_of(Score(), GenerationRequest(sampling=SEED))[0]) == 128


def test_bars_are_counted_from_the_bar_line_after_the_theme() -> None:
    theme = Score(notes=(Note(0, 60, 480), Note(2000, 64, 900)), meters=(Meter(0, 3, 4),))  # ends at 2900: bar 3
    (events,) = takes_of(theme, GenerationRequest(bars=40, sampling=SEED))
    line = 3 * 3 * 480
    assert all(e.note.start < line + 40 * 3 * 480 for e in events)
    more = takes_of(theme, GenerationRequest(bars=80, sampling=SEED))[0]
    assert more[: len(events)] == events
    assert len(more) > len(events)


def test_seconds_are_counted_from_the_theme_s_end() -> None:
    theme = Score(notes=(Note(0, 60, 480),), tempos=(Tempo(0, 1_000_000),))
    (events,) = takes_of(theme, GenerationRequest(seconds=30, sampling=SEED))
    assert theme.tempo_map.second(events[-1].note.start) < 31.0
    assert len(takes_of(theme, GenerationRequest(seconds=60, sampling=SEED))[0]) > len(events)


def test_the_first_bound_that_is_reached_ends_a_take() -> None:
    theme = Score(notes=(Note(0, 60, 480),))
    assert len(takes_of(theme, GenerationRequest(notes=5, seconds=60, sampling=SEED))[0]) == 5


def test_cancelling_stops_at_any_note() -> None:
    seen: list[generate.GeneratedNote] = []
    for event in generate.compose(
        Score(), GenerationRequest(notes=100, takes=3, sampling=SEED), cancelled=lambda: len(seen) >= 4
    ):
        seen.append(event)
    assert len(seen) == 4
    running = generate.compose(Score(), GenerationRequest(notes=100, sampling=SEED))
    next(running)
    running.close()  # type: ignore[attr-defined]
    assert len(takes_of(Score(), GenerationRequest(notes=3, sampling=SEED))[0]) == 3, (
        "the engine is fit for the next call"
    )


def test_a_theme_longer_than_the_context_goes_on_from_its_end() -> None:
    theme = Score(notes=tuple(Note(i * 240, 50 + i % 20, 200) for i in range(300)))
    (events,) = takes_of(theme, GenerationRequest(notes=100, sampling=SEED))
    assert events[0].note.start >= theme.notes[-1].start
    assert len(events) == 100


def test_the_giga_style_slides_past_its_position_table() -> None:
    theme = midi_reader.read(EXAMPLES / "elise.mid")
    (events,) = takes_of(theme, GenerationRequest(style="giga", notes=60, sampling=SEED))  # 240 tokens, a table of 64
    assert len(events) == 60
    assert {e.note.velocity for e in events} == {events[0].note.velocity}, "GIGA knows no velocity"


def test_a_pedal_held_over_the_seam_is_in_one_state() -> None:
    """The theme lifts its pedal after the continuation has begun: the new movements come after it."""
    theme = Score(notes=(Note(0, 60, 480), Note(480, 64, 1920)), pedals=(Pedal(0, 127), Pedal(2400, 0)))
    (events,) = takes_of(theme, GenerationRequest(notes=40, sampling=SEED))
    moves = [p for e in events for p in e.pedals]
    assert moves
    assert all(p.tick > 2400 for p in moves)
    assert [p.tick for p in moves] == sorted(p.tick for p in moves)
    states = [True, False, *(p.down for p in moves)]
    assert all(a != b for a, b in pairwise(states)), "no movement says what is already so"
    whole = generate.joined(theme, events)
    assert not whole.pedals[-1].down, "and it is let go at the end"


def test_new_notes_join_the_track_of_the_last_note() -> None:
    tracks = (Track("drums", 9), Track("left", 0), Track("right", 1))
    theme = Score(
        notes=(Note(0, 40, 480, track=0), Note(0, 50, 480, track=1), Note(480, 70, 480, track=2)), tracks=tracks
    )
    (events,) = takes_of(theme, GenerationRequest(notes=8, sampling=SEED))
    assert {e.note.track for e in events} == {2}


def test_without_the_theme_a_take_starts_at_zero_in_its_tempo() -> None:
    theme = midi_reader.read(EXAMPLES / "nocturne.mid")
    (events,) = takes_of(theme, GenerationRequest(notes=12, sampling=SEED))
    alone = generate.joined(theme, events, with_theme=False)
    assert len(alone.notes) == 12
    assert alone.notes[0].start == 0
    assert alone.tempo_map.qpm_at(0) == pytest.approx(theme.tempo_map.qpm_at(events[0].note.start))
    assert np.array_equal(encode(alone)[1:, 1:4], encode(generate.joined(theme, events))[-11:, 1:4])


def test_an_unknown_style_is_one_sentence() -> None:
    with pytest.raises(UserError, match="no style named 'jazz'"):
        list(generate.compose(Score(), GenerationRequest(style="jazz")))


def test_a_seed_is_chosen_and_told() -> None:
    chosen = generate.with_seed(GenerationRequest())
    assert chosen.sampling.random_seed is not None
    assert generate.with_seed(chosen) == chosen
    generate.warm("base")


@pytest.mark.parametrize("style", ["baroque", "giga"])
def test_no_new_note_stands_at_or_before_the_theme_s_last_onset(style: str) -> None:
    for name in ("elise.mid", "nocturne.mid", "royal_theme.mid"):
        theme = midi_reader.read(EXAMPLES / name)
        for events in takes_of(theme, GenerationRequest(style=style, notes=3, takes=12, sampling=SEED)):
            assert min(e.note.start for e in events) > max(n.start for n in theme.notes)


def test_a_pedal_held_on_the_other_hand_s_track_is_handed_over() -> None:
    theme = Score(
        notes=(Note(0, 48, 960, track=0), Note(480, 72, 960, track=1)),
        pedals=(Pedal(0, 127, 0),),
        tracks=(Track("left", 0), Track("right", 1)),
    )
    (events,) = takes_of(theme, GenerationRequest(notes=30, sampling=SEED))
    assert events[0].pedals[:2] == (Pedal(480, 0, 0), Pedal(480, 127, 1))
    whole = generate.joined(theme, events)
    last = {p.track: p.down for p in whole.pedals}
    assert last == {0: False, 1: False}


def test_without_the_theme_a_held_pedal_is_still_held() -> None:
    theme = Score(notes=(Note(0, 60, 480), Note(480, 64, 480)), pedals=(Pedal(0, 127),))
    (events,) = takes_of(theme, GenerationRequest(notes=20, sampling=SEED))
    alone = encode(generate.joined(theme, events, with_theme=False))
    assert np.array_equal(alone[1:, 4], encode(generate.joined(theme, events))[3:, 4])


def test_weights_that_are_no_numbers_are_a_damaged_style(models: Path) -> None:
    network = note_gpt()
    with torch.no_grad():
        network.heads[0].out.weight.fill_(float("nan"))
    checkpoint.save(models, "base", network, {"licence": "none"})
    with pytest.raises(UserError, match="cannot be used"):
        list(generate.compose(Score(), GenerationRequest(style="base", seconds=5, sampling=SEED)))


def test_almost_no_temperature_is_none() -> None:
    cold = takes_of(Score(), GenerationRequest(notes=10, sampling=Sampling(random_seed=7, temperature=1e-40)))
    zero = takes_of(Score(), GenerationRequest(notes=10, sampling=Sampling(random_seed=7, temperature=0)))
    assert cold == zero


def bar(theme: Score, first: int, last: int) -> tuple[int, int]:
    return theme.bar_map.start(first), theme.bar_map.start(last)


@pytest.mark.parametrize("name", sorted(p.name for p in EXAMPLES.glob("*.mid")))
@pytest.mark.parametrize("style", ["baroque", "giga"])
def test_a_gap_is_written_anew_and_nothing_else_is_touched(style: str, name: str) -> None:
    theme = midi_reader.read(EXAMPLES / name)
    gap = bar(theme, 1, 2)
    for events in takes_of(theme, GenerationRequest(style=style, gap=gap, takes=2, sampling=SEED)):
        whole = generate.filled(theme, gap, events)
        assert all(gap[0] <= e.note.start < gap[1] for e in events)
        outside = [n for n in theme.notes if not gap[0] <= n.start < gap[1]]
        assert [n for n in whole.notes if not gap[0] <= n.start < gap[1]] == outside
        new = [n for n in whole.notes if gap[0] <= n.start < gap[1]]
        assert len(new) == len(events)
        assert all(n.composed for n in new)
        assert whole.end >= theme.bar_map.start(2)


def test_a_new_note_ends_before_one_of_its_pitch_after_the_gap() -> None:
    theme = Score(notes=(Note(0, 60, 480, 80), Note(1920, 62, 480, 80)))
    new = generate.GeneratedNote(0, Note(480, 62, 3000, 70, composed=True))
    other = generate.GeneratedNote(0, Note(480, 50, 3000, 70, composed=True))
    whole = generate.filled(theme, (480, 1920), [new, other])
    assert {n.pitch: n.end for n in whole.notes if n.composed} == {62: 1920, 50: 3480}


@pytest.mark.parametrize("held_before", [True, False])
@pytest.mark.parametrize("held_by_take", [True, False])
def test_after_a_gap_the_pedal_is_as_it_was(held_before: bool, held_by_take: bool) -> None:
    moves = [Pedal(0, 127), Pedal(100, 0)] + [Pedal(700, 127)] * held_before + [Pedal(2500, 0)]
    theme = Score(notes=(Note(0, 60, 480, 80), Note(1920, 62, 480, 80)), pedals=tuple(moves))
    made = generate.GeneratedNote(0, Note(480, 64, 100, 70, composed=True), (Pedal(480, 127 if held_by_take else 0),))
    whole = generate.filled(theme, (480, 1920), [made])
    before_2500 = [p for p in whole.pedals if p.tick < 2500]
    assert before_2500[-1].down == held_before
    assert whole.pedals[-1] == Pedal(2500, 0)


def test_what_stands_after_a_gap_is_read_too() -> None:
    theme = midi_reader.read(EXAMPLES / "elise.mid")
    gap = bar(theme, 1, 3)
    later = theme.with_notes([replace(n, pitch=n.pitch - 12) if n.start >= gap[1] else n for n in theme.notes])
    one, other = (takes_of(t, GenerationRequest(gap=gap, sampling=SEED))[0] for t in (theme, later))
    assert one != other
    behind = takes_of(theme.before(gap[0]), GenerationRequest(seconds=4, sampling=SEED))[0]
    assert [e.note for e in one] != [e.note for e in behind][: len(one)]


def test_a_gap_at_the_very_end_is_a_continuation_up_to_its_line() -> None:
    theme = midi_reader.read(EXAMPLES / "elise.mid")
    gap = (theme.bar_map.start(2), theme.bar_map.start(50))
    events = takes_of(theme, GenerationRequest(gap=gap, notes=12, sampling=SEED))[0]
    assert len(events) == 12
    assert events[0].note.start >= gap[0]


@pytest.mark.slow
def test_an_ending_ends_where_the_network_takes_an_end_for_likeliest(models: Path) -> None:
    """At once for a network that always says END; one that never does ends somewhere within the bound."""
    theme = midi_reader.read(EXAMPLES / "elise.mid")
    network, _ = checkpoint.load("base")
    for bias in (50.0, -50.0):
        with torch.no_grad():
            table = network.heads[0].out.weight
            table.zero_()
            network.heads[0].inner.weight.zero_()
            network.heads[0].inner.bias.fill_(1.0)
            table[END] = bias
        checkpoint.save(models, "base", network, {"licence": "none", "infills": True})
        generate._engine.cache_clear()
        events = takes_of(theme, GenerationRequest(style="base", notes=9, ending=True, sampling=SEED))[0]
        assert len(events) == 1 if bias > 0 else 1 <= len(events) <= 9
        asked = GenerationRequest(style="base", notes=100, takes=2, ending=True, sampling=SEED)
        freely = 100 - generate.CLOSE_NOTES
        long = takes_of(theme, asked)
        for take in long:
            assert len(take) == freely + 1 if bias > 0 else freely < len(take) <= 100, "it is looked for near the bound"
        plain = takes_of(theme, replace(asked, ending=False))
        assert [take[:freely] for take in long] == [take[:freely] for take in plain]
        for take in long:
            starts = [e.note.start for e in take]
            assert starts == sorted(starts)
            assert starts[0] >= theme.notes[-1].start
    with_end = takes_of(theme, GenerationRequest(style="base", notes=9, sampling=SEED))[0]
    assert len(with_end) == 9, "without being asked, it never ends"


def test_an_ending_keeps_within_bars_and_stops_when_cancelled() -> None:
    theme = midi_reader.read(EXAMPLES / "elise.mid")
    asked = GenerationRequest(style="base", bars=2, ending=True, sampling=SEED)
    events = takes_of(theme, asked)[0]
    last = theme.bar_map.start(theme.bar_map.bar(theme.bar_map.next_line(theme.end)) + 2)
    assert events
    assert all(e.note.start < last for e in events)
    assert events == takes_of(theme, asked)[0], "the same again"
    assert not list(generate.compose(theme, asked, cancelled=lambda: True))


def test_an_ending_is_looked_for_up_to_the_last_step_before_its_bound(monkeypatch: pytest.MonkeyPatch) -> None:
    """One step later a note would be cut off, and with it the end."""
    theme = midi_reader.read(EXAMPLES / "elise.mid")
    for more in range(2):
        looked: list[int] = []

        def close(*given: object, steps: int, more: int = more, looked: list[int] = looked, **rest: object) -> Any:
            looked.append(steps)
            return [(1, 60, 5, 20, 0)] * (steps + more)

        monkeypatch.setattr(Engine, "close", close)
        for tick in range(theme.end + 200, theme.end + 240):
            seconds = theme.tempo_map.second(tick) - theme.seconds
            events = list(generate.compose(theme, GenerationRequest(seconds=seconds, ending=True, sampling=SEED)))
            assert len(events) == looked[-1] > 3


@pytest.mark.parametrize(("asked", "written"), [(None, 1.0), (3.0, 1.0), (0.5, 0.5)])
def test_an_ending_is_written_by_the_style_as_it_was_taught(
    models: Path, monkeypatch: pytest.MonkeyPatch, asked: float | None, written: float
) -> None:
    """Exaggerated, a style does not know where music ends (see tools/measure_endings.py)."""
    checkpoint.save(models, "mine", note_gpt(9), {"licence": "none", "strength": 2.0, "infills": True}, base="base")
    strengths: dict[int, float | None] = {}
    plain, closers = generate._engine_of, []

    def engine_of(card: style_registry.Card, settings: GenerationRequest) -> Engine:
        made = plain(card, settings)
        strengths[id(made)] = settings.strength
        return made

    monkeypatch.setattr(generate, "_engine_of", engine_of)
    monkeypatch.setattr(Engine, "close", lambda engine, *given, **more: closers.append(engine) or [])
    takes_of(
        midi_reader.read(EXAMPLES / "melody.mid"),
        GenerationRequest(style="mine", notes=80, ending=True, strength=asked, sampling=SEED),
    )
    assert [strengths[id(engine)] for engine in closers] == [written]


def test_strength_changes_what_is_written_and_none_is_the_card_s_own(models: Path) -> None:
    theme = midi_reader.read(EXAMPLES / "melody.mid")
    checkpoint.save(models, "mine", note_gpt(9), {"licence": "none", "strength": 2.0}, base="base")

    def written(strength: float | None) -> list[generate.GeneratedNote]:
        return takes_of(theme, GenerationRequest(style="mine", notes=12, strength=strength, sampling=SEED))[0]

    assert written(None) == written(2.0)
    assert written(0.0) == takes_of(theme, GenerationRequest(style="base", notes=12, sampling=SEED))[0]
    assert len({tuple(e.note for e in written(k)) for k in (0.0, 1.0, 2.0)}) == 3


def test_the_model_reads_what_it_is_shown_and_goes_on_from_the_end() -> None:
    theme = midi_reader.read(EXAMPLES / "elise.mid")
    line = theme.bar_map.start(3)
    part = takes_of(theme, GenerationRequest(notes=12, span=(line, theme.end), sampling=SEED))[0]
    whole = takes_of(theme, GenerationRequest(notes=12, sampling=SEED))[0]
    assert [e.note for e in part] != [e.note for e in whole]
    assert min(e.note.start for e in part) > theme.notes[-1].start
    hidden = theme.with_notes(replace(n, pitch=n.pitch + 1) if n.start < line else n for n in theme.notes)
    assert takes_of(hidden, GenerationRequest(notes=12, span=(line, theme.end), sampling=SEED))[0] == part


def test_a_network_that_never_learned_to_fill_gaps_goes_on_from_what_stands_before(models: Path) -> None:
    theme = midi_reader.read(EXAMPLES / "elise.mid")
    checkpoint.save(models, "older", note_gpt(1), {"licence": "none"})
    gap = bar(theme, 1, 3)
    changed = theme.with_notes(replace(n, pitch=n.pitch - 12) if n.start >= gap[1] else n for n in theme.notes)
    one, other = (takes_of(t, GenerationRequest(style="older", gap=gap, sampling=SEED))[0] for t in (theme, changed))
    assert one == other, "it does not read what follows"
    assert all(gap[0] <= e.note.start < gap[1] for e in one)
    plain = takes_of(theme, GenerationRequest(style="older", notes=9, sampling=SEED))
    assert takes_of(theme, GenerationRequest(style="older", notes=9, ending=True, sampling=SEED)) == plain
