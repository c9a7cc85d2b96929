"""Messages of the fine-tuning worker: each comes out of the pipe as it went in."""

from __future__ import annotations

import json

import pytest

from composer.finetuning.records import (
    ABSample,
    Candidate,
    LogEntry,
    LrSearch,
    MemorisationReport,
    RunEvent,
    ScannedFile,
    Validation,
)
from composer.finetuning.run_folder import RunConfig
from composer.workers import finetune_messages as messages

METRICS = {"nats_per_note_all": 7.5, "nats_per_note": 5.5, "accuracy": 0.5, "perplexity": 4.0}
CONFIG = RunConfig("a run", ("Bach",), minutes=3.0)
ENTRY = LogEntry(3, 1.5, 7.1, validation=Validation(3, 1.5, 0.5, METRICS, METRICS), lr_search=LrSearch([1], [7], 1))

REQUESTS = [
    messages.ScanDataset(1, ["Bach"]),
    messages.TimeRecipes("base"),
    messages.StartRun(CONFIG, None),
    messages.ResumeRun("a run"),
    messages.ControlRun("pause"),
    messages.CompareCandidate(3),
    messages.SaveStyle(3, "mine"),
    messages.DiscardRun(),
]
EVENTS = [
    messages.FilesScanned(1, 0.5, [ScannedFile("a.mid", "used", "", 90, 4.5)]),
    messages.DatasetScanned(1, 60.0, 900, 2, 800, 100, 512, 0, 0),
    messages.RecipesTimed("base", {"quick": {"minutes": 3.0}}, "cpu", 2, 900),
    messages.RunStarted("a run"),
    messages.HistoryRead(CONFIG, [ENTRY]),
    messages.RunProgress(RunEvent("train", 0.5, 60.0, "step 3", ENTRY)),
    messages.RunProgress(RunEvent("paused", 0.5, None)),
    messages.RunFinished(METRICS, [Candidate(3, 0.5, METRICS)], 3, 9, 60.0, 6),
    messages.RunStopped("a run"),
    messages.CandidateCompared(3, [ABSample("x", "base", "a.mid", "b.mid")], MemorisationReport(9, 8)),
    messages.StyleSaved("mine", "mine.json"),
    messages.RunDiscarded("a run"),
    messages.RequestFailed("save", "disk_full", {"free": "3"}),
]


@pytest.mark.parametrize("message", REQUESTS, ids=lambda m: m.NAME)
def test_requests_come_through_the_pipe(message: messages.Request) -> None:
    assert messages.read_request(json.loads(json.dumps(message.to_json()))) == message


@pytest.mark.parametrize("message", EVENTS, ids=lambda m: m.NAME)
def test_events_come_through_the_pipe(message: messages.Event) -> None:
    assert messages.read_event(json.loads(json.dumps(message.to_json()))) == message


def test_every_message_is_tried_and_others_are_passed_over() -> None:
    assert {type(m) for m in [*REQUESTS, *EVENTS]} == {
        *messages.Request.__subclasses__(),
        *messages.Event.__subclasses__(),
    }
    assert messages.read_request({"verb": "dance"}) is None
    assert messages.read_event({"event": "ready", "pid": 1}) is None
