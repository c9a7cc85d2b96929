"""Where takes begin and on which grid, in gaps, at endings and with tokens that know no prior. Untrained networks."""

from __future__ import annotations

import pytest

from composer.core.settings import GenerationRequest, Sampling
from composer.files import midi_reader
from composer.generation import generate
from composer.generation.generate import GeneratedNote
from composer.music.score import Score
from tests.places import DATA

SEED = Sampling(random_seed=3)

pytestmark = pytest.mark.usefixtures("models")


def theme(name: str) -> Score:
    return midi_reader.read(DATA / f"{name}.mid")


def notes_of(score: Score, settings: GenerationRequest) -> list[GeneratedNote]:
    return list(generate.compose(score, settings))


@pytest.mark.parametrize("notes", [8, 80])
def test_a_take_that_comes_to_an_end_begins_where_the_theme_does(notes: int) -> None:
    """Whether it looks for its end at once or after a while."""
    held = theme("held-chord")
    asked = GenerationRequest(style="romantic", notes=notes, takes=4, ending=True, timing="free", sampling=SEED)
    made = notes_of(held, asked)
    assert min(e.note.start for e in made) >= held.end


def test_a_gap_at_the_beginning_keeps_to_the_grid_of_what_follows_it() -> None:
    waltz = theme("waltz-120")
    sixteenth = waltz.ticks_per_beat // 4
    made = notes_of(
        waltz, GenerationRequest(style="romantic", gap=(0, 48 * sixteenth), takes=16, drafts=1, sampling=SEED)
    )
    assert len(made) >= 8
    assert all(e.note.start % sixteenth == 0 for e in made)


def test_tokens_without_a_prior_are_not_put_on_the_grid() -> None:
    waltz = theme("waltz-120")
    free, grid = (
        notes_of(waltz, GenerationRequest("giga", notes=40, timing=t, sampling=SEED)) for t in ("free", "grid")
    )
    assert [(e.note.start - free[0].note.start) for e in free] == [(e.note.start - grid[0].note.start) for e in grid]
