"""What the window is made of, as far as it needs no window: the wire, edits, takes."""

from __future__ import annotations

import io
import json
from dataclasses import replace

from hands import BEAT, melody

from app.document.preview import Preview, Take, Takes, after, gathered, laid, let_go
from composer.core.settings import GenerationRequest, Sampling
from composer.music.edits import pitch_edits
from composer.music.score import Meter, Note, Pedal, Score, Tempo, Track
from composer.workers import messages
from composer.workers.generation_worker import Worker


def test_scores_and_settings_survive_the_wire() -> None:
    score = Score(
        notes=(Note(0, 60, 100, 33, 1, True, False), Note(10, 61, 5, composed=True)),
        pedals=(Pedal(3, 127, 1),),
        tempos=(Tempo(0, 400_000),),
        meters=(Meter(0, 3, 8),),
        tracks=(Track("left", 2, 5), Track("rechts \u266f")),
        ticks_per_beat=96,
        title="T\u00eete",
    )
    assert messages.score_in(json.loads(json.dumps(messages.score_out(score)))) == score
    settings = GenerationRequest(
        "x y",
        None,
        3,
        None,
        2,
        Sampling(0.5, 3, 0.9, 12345678901),
        gap=(4, 9),
        span=(0, 4),
        ending=True,
        strength=1.5,
        drafts=2,
    )
    assert messages.settings_in(json.loads(json.dumps(messages.settings_out(settings)))) == settings


def test_the_worker_passes_over_noise_and_ends_with_its_stdin() -> None:
    said = io.StringIO()
    worker = Worker(io.StringIO('nonsense\n{"no": "verb"}\n[1]\n{"verb": "cancel", "id": 3}\n'), said)
    worker.run()
    worker.listener.join()
    assert [json.loads(line)["event"] for line in said.getvalue().splitlines()] == ["ready"]


def test_the_worker_says_what_is_wrong() -> None:
    said = io.StringIO()
    requests = [
        {"verb": "warm", "style": "gregorian"},
        {"verb": "compose", "id": 4, "score": {}, "settings": {}},
        {"verb": "quit"},
    ]
    Worker(io.StringIO("".join(json.dumps(r) + "\n" for r in requests)), said).run()
    events = [json.loads(line) for line in said.getvalue().splitlines()][1:]
    assert [(e["event"], e["id"], e["code"]) for e in events] == [
        ("failed", 0, "style_unknown"),
        ("failed", 4, "compose_failed"),
    ]


def test_groups_stay_in_shape_at_the_borders() -> None:
    notes = melody().notes
    assert [n.pitch for n in pitch_edits.transposed(notes, 100)] == [121, 123, 125, 127]
    assert [n.start for n in pitch_edits.shifted(notes[1:], -5000)] == [0, BEAT, 2 * BEAT]
    assert {n.duration for n in pitch_edits.lengthened(notes, -1000, 60)} == {60}
    begun = pitch_edits.begun(notes[:1], 1000, 60)[0]
    assert (begun.start, begun.end) == (BEAT - 60, BEAT)
    assert pitch_edits.transposed((), 3) == pitch_edits.shifted((), 3) == ()
    assert pitch_edits.span(notes) == 4 * BEAT
    assert pitch_edits.pasted(notes, 77)[0].start == 77


def test_edits_of_a_take_stay_with_it_and_edits_of_the_theme_with_the_theme() -> None:
    theme = melody()
    takes = [
        Take(tuple(Note(4 * BEAT, p, BEAT, composed=True) for _ in range(2)), number=i) for i, p in ((1, 70), (2, 72))
    ]
    table = Takes(theme, 3 * BEAT, tuple(takes))
    score = table.score().add([Note(5 * BEAT, 40, 10)])  # a person adds to it
    score = score.remove([takes[0].notes[0]])  # of two equal notes one goes
    sorted_ = gathered(score, table)
    assert len(sorted_.takes[0].notes) == 1
    assert len(sorted_.theme.notes) == 5
    assert gathered(replace(sorted_, active=1).score(), replace(sorted_, active=1)).takes[1] == takes[1]


def test_what_was_composed_before_belongs_to_the_theme() -> None:
    old = Note(3 * BEAT, 50, BEAT, composed=True)
    theme = melody().add([old])
    table = Takes(theme, 3 * BEAT, (Take((Note(4 * BEAT, 60, BEAT, composed=True),)),))
    assert gathered(table.score(), table).theme == theme


def test_the_pedal_is_lifted_after_the_last_note() -> None:
    notes = [Note(0, 60, 100)]
    assert let_go(Score(), notes, [Pedal(0, 127)]) == (Pedal(0, 127), Pedal(100, 0))
    assert let_go(Score(), notes, [Pedal(0, 127), Pedal(50, 0)]) == (Pedal(0, 127), Pedal(50, 0))
    assert let_go(Score(pedals=(Pedal(0, 100),)), notes, []) == (Pedal(100, 0),)


def test_progress_is_that_of_the_slowest_take_in_the_unit_that_was_asked_for() -> None:
    theme = melody()
    notes = [[Note(4 * BEAT, 60, 10), Note(6 * BEAT, 60, 10)], [Note(4 * BEAT, 60, 10)]]
    preview = Preview(theme, 3 * BEAT, 4 * BEAT, notes, [[], []], goal=4)
    assert preview.progress() == 0.25
    preview.unit, preview.goal = "bars", 4.0 * BEAT
    notes[1].append(Note(5 * BEAT, 60, 10))
    assert preview.progress() == 0.25
    preview.unit, preview.goal = "seconds", 2.0
    assert preview.progress() == 0.25
    assert preview.finish() == 8 * BEAT
    assert preview.frontier() == 6 * BEAT


def test_what_a_cut_leaves_out_and_the_rest_make_the_whole() -> None:
    score = melody()
    gone = after(score, 2 * BEAT)
    assert laid(score.before(2 * BEAT), gone.notes, gone.pedals) == score
