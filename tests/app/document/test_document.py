"""The document: its view, its steps, and where composed notes come from."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise

import pytest
from hands import BEAT, melody
from PySide6.QtCore import QObject, Signal

from app.commands.generate_flow import ComposeFlow, ComposeRequest, _record_settings, _recorded_request
from app.document.document import Document
from app.document.undo_commands import CHOOSING
from composer.core.settings import GenerationRequest, Sampling
from composer.files.project_file import Project
from composer.music.score import Note, Score
from composer.music.takes import Take, Takes
from composer.music.undo_history import History, State, Step

WRITTEN = (Note(4 * BEAT, 70, BEAT, composed=True), Note(5 * BEAT, 72, BEAT, composed=True))


@pytest.fixture
def document(qtbot: object) -> Iterator[Document]:
    """A melody without steps."""
    made = Document()
    made.open(melody(), None, "melody")
    yield made
    made.close()


def table(style: str, join: int = 4 * BEAT) -> Takes:
    """Two takes after the melody."""
    takes = tuple(Take((note,), (), style, 7, i + 1, f"{style} 0a") for i, note in enumerate(WRITTEN))
    return Takes(melody(), join, takes)


def test_another_piece_brings_its_view(document: Document) -> None:
    document.set_view("loop", [0, 960])
    document.set_view("layer", 1)
    told: list[tuple[str, object]] = []
    document.viewChanged.connect(lambda key: told.append((key, document.view.get(key))))
    document.open(Project(Score(), view={"layer": 2, "key": "C major"}), None, "")
    assert sorted(told, key=str) == [("key", "C major"), ("layer", 2), ("loop", None)]
    assert document.view == {"layer": 2, "key": "C major"}
    assert not document.modified, "a view is not undone"


def test_where_notes_come_from_is_remembered_and_undone(document: Document) -> None:
    first = table("baroque")
    document.change("Compose", first.score(), takes=first)
    assert document.state.origins == ()
    document.change("Keep", document.score, takes=None)
    (origin,) = document.state.origins
    assert (origin.style, origin.model, origin.take, origin.first, origin.last) == (
        "baroque",
        "baroque 0a",
        1,
        4 * BEAT,
        5 * BEAT,
    )
    assert document.project().origins == (origin,)
    document.undo.undo()
    assert document.state.origins == ()
    document.change("Discard", melody(), takes=None)
    assert document.state.origins == (), "nothing of it is left"


def test_a_new_table_remembers_the_one_before(document: Document) -> None:
    first = table("baroque")
    document.change("Compose", first.score(), takes=first)
    second = Takes(document.score, 9 * BEAT, (Take((Note(9 * BEAT, 60, 5, composed=True),), (), "romantic", 8, 1),))
    document.change("Compose", second.score(), takes=second)
    assert [o.style for o in document.state.origins] == ["baroque"]


def test_steps_come_back_with_a_piece(document: Document) -> None:
    scores = [melody()]
    for i in range(4):
        scores.append(scores[-1].add([Note(i, 90, 5)]))
    steps = [Step(f"s{i}", CHOOSING, (State(a), State(b))) for i, (a, b) in enumerate(pairwise(scores))]
    told: list[str] = []
    document.scoreChanged.connect(lambda: told.append("score"))
    document.open(Project(scores[2], history=History(tuple(steps), 2, 1)), None, "", lost=True)
    assert told == ["score"], "views are not rebuilt for every step"
    assert (document.undo.count(), document.undo.index(), document.undo.cleanIndex()) == (4, 2, 1)
    assert (document.undo.undoText(), document.undo.redoText()) == ("s1", "s2")
    assert document.modified
    document.undo.undo()
    assert not document.modified
    document.undo.setIndex(4)
    assert document.score == scores[4]
    document.undo.setIndex(0)
    assert document.score == scores[0]


def test_a_lost_piece_without_history_is_unsaved(document: Document) -> None:
    document.open(Project(melody()), None, "", lost=True)
    assert document.modified
    document.open(melody(), None, "")
    assert not document.modified


def test_packed_steps_do_not_merge_with_new_ones(document: Document) -> None:
    takes = table("baroque")
    step = Step("Choose take 1", CHOOSING, (State(melody()), State(takes.score(), takes)))
    step.pack()
    document.open(Project(takes.score(), takes, history=History((step,), 1, 0)), None, "", lost=True)
    other = Takes(takes.theme, takes.join, takes.takes, 1)
    document.change("Choose take 2", other.score(), takes=other, kind=CHOOSING)
    assert document.undo.count() == 2
    third = Takes(takes.theme, takes.join, takes.takes, 0)
    document.change("Choose take 1", third.score(), takes=third, kind=CHOOSING)
    assert document.undo.count() == 2, "fresh ones do"


class Echo(QObject):
    """A sampler that writes one note a take at once."""

    written, finished, failed = Signal(list), Signal(dict), Signal(str, dict)

    def compose(self, theme: Score, settings: GenerationRequest) -> None:
        notes = [(i, Note(theme.end + i, 60 + i, 10), ()) for i in range(settings.takes)]
        self.written.emit(notes)
        self.finished.emit({})

    def cancel(self) -> None:
        pass


def test_what_is_composed_knows_its_making(document: Document) -> None:
    flow = ComposeFlow(document, Echo())  # type: ignore[arg-type]
    settings = GenerationRequest("romantic", bars=4, takes=2, sampling=Sampling(0.8, 5, 0.9, 11), drafts=3)
    flow.start(ComposeRequest(settings))
    assert document.takes is not None
    for take in document.takes.takes:
        assert take.model.startswith("romantic ")
        sampling = {"temperature": 0.8, "top_k": 5, "top_p": 0.9}
        assert dict(take.settings) == {"bars": 4, "takes": 2, "drafts": 3, "timing": "auto", **sampling}
        assert take.random_seed == 11
    flow.keep()
    (origin,) = document.state.origins
    assert (origin.style, origin.take, origin.random_seed) == ("romantic", 1, 11)


def test_a_take_of_an_opened_piece_can_be_written_again(document: Document) -> None:
    """The flow has not composed anything itself; the take remembers what was asked for."""
    flow = ComposeFlow(document, Echo())  # type: ignore[arg-type]
    settings = (("bars", 2), ("temperature", 0.5))
    takes = replace(table("romantic"), takes=(replace(table("romantic").chosen, settings=settings),))
    document.open(Project(takes.score(), takes), None, "")
    flow.again()
    assert document.takes is not None
    assert dict(document.takes.chosen.settings)["bars"] == 2
    assert dict(document.takes.chosen.settings)["temperature"] == 0.5
    assert dict(document.takes.chosen.settings)["drafts"] == GenerationRequest().drafts, "older files do not tell"


def test_settings_of_a_take_can_be_asked_for_again() -> None:
    wished = GenerationRequest("baroque", bars=8, takes=4, sampling=Sampling(0.9, 12, 0.95, 7), drafts=2)
    again = _recorded_request(_record_settings(wished))
    assert (again.bars, again.notes, again.takes, again.drafts) == (8, None, 1, 2)
    assert (again.sampling.temperature, again.sampling.top_k, again.sampling.top_p) == (0.9, 12, 0.95)
    assert again.sampling.random_seed is None
    for bad in ((("temperature", 99),), (("bars", "many"),), (("top_p", None),), (("gap", ""),), (("drafts", 2.5),)):
        assert _recorded_request(bad) == GenerationRequest()
