"""The child processes' end of the pipe: what they answer to requests, good and bad, and to a window that is gone."""

from __future__ import annotations

import io
import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any, TextIO

import pytest

from composer.core.errors import UserError
from composer.workers.finetune_worker import FinetuneWorker
from composer.workers.generation_worker import Worker
from composer.workers.json_lines_server import Request, Service

Pipes = tuple[TextIO, TextIO]


class Echo(Service):
    """Says what it is told, and fails when it is told to."""

    broken = "compose_failed"
    asides = 0

    def hear(self, request: Request) -> bool:
        """Some things are heard at once."""
        aside = bool(request["verb"] == "aside")
        self.asides += aside
        return aside

    def do(self, request: Request) -> None:
        """What the verb says."""
        known = {"say": self._say, "refuse": self._refuse, "exhaust": self._exhaust, "break": self._break}
        if served := {**known, "hold": self._hold}.get(request["verb"]):
            served(request)

    def _say(self, request: Request) -> None:
        self.tell("said", what=request["what"])

    def _refuse(self, request: Request) -> None:
        raise UserError("output_exists", path="a.mid")

    def _exhaust(self, request: Request) -> None:
        raise MemoryError

    def _break(self, request: Request) -> None:
        raise ValueError("no such thing.\nand more")

    def _hold(self, request: Request) -> None:
        self.gone.wait(10)
        self.tell("released", asides=self.asides)


def answers(kind: type[Service], *lines: str) -> list[dict[str, Any]]:
    """What a service says to these lines, after its "ready"."""
    sink = io.StringIO()
    service = kind(io.StringIO("".join(line + "\n" for line in lines)), sink)
    service.run()
    service.listener.join(10)
    ready, *rest = [json.loads(line) for line in sink.getvalue().splitlines()]
    assert ready == {"event": "ready", "pid": os.getpid()}
    return rest


def test_requests_are_done_in_order_and_rubbish_is_passed_over() -> None:
    said = answers(
        Echo, '{"verb":"say","what":1}', "no JSON", "[1]", '{"what":0}', '{"verb":"dance"}', '{"verb":"say","what":"é"}'
    )
    assert said == [{"event": "said", "what": 1}, {"event": "said", "what": "é"}]


def test_nothing_is_done_after_quit() -> None:
    assert answers(Echo, '{"verb":"quit"}', '{"verb":"say","what":1}') == []


@pytest.mark.parametrize(
    ("verb", "code", "arguments"),
    [
        ("refuse", "output_exists", {"path": "a.mid"}),
        ("exhaust", "out_of_memory", {}),
        ("break", "compose_failed", {"reason": "no such thing"}),
    ],
)
def test_a_failure_is_a_sentence_and_the_next_request_is_done(
    verb: str, code: str, arguments: dict[str, str], capfd: pytest.CaptureFixture[str]
) -> None:
    failed, said = answers(Echo, json.dumps({"verb": verb}), '{"verb":"say","what":2}')
    assert failed == {"event": "failed", "verb": verb, "code": code, "arguments": arguments}
    assert said["what"] == 2
    assert ("Traceback" in capfd.readouterr().err) == (verb == "break"), "only what nobody foresaw is for the log"


@pytest.fixture
def pipe() -> Iterator[Pipes]:
    """A pipe's two ends: what is written to the second is read from the first."""
    reading, writing = os.pipe()
    with open(reading, encoding="utf-8") as source, open(writing, "w", encoding="utf-8") as sink:
        yield source, sink


def test_the_end_of_stdin_is_heard_while_something_is_under_way(pipe: Pipes) -> None:
    source, window = pipe
    window.write('{"verb":"hold"}\n{"verb":"aside"}\n')
    window.close()
    sink = io.StringIO()
    service = Echo(source, sink)
    service.run()
    service.listener.join(10)
    said = json.loads(sink.getvalue().splitlines()[-1])
    assert said == {"event": "released", "asides": 1}, "the aside did not wait for what was under way"


def test_a_window_that_reads_no_more_ends_what_is_under_way(pipe: Pipes) -> None:
    source, sink = pipe
    source.close()
    service = Echo(io.StringIO(), sink)
    service.tell("said", what=3)
    assert service.gone.is_set()
    with pytest.raises(BrokenPipeError):  # what was not written is still there
        sink.close()


def test_the_worker_s_failures_say_the_number_of_their_request() -> None:
    lines = ('{"verb":"compose","id":7}', '{"verb":"warm","style":"no such style"}')
    composing, warming = answers(Worker, *lines)
    assert (composing["event"], composing["id"], composing["code"]) == ("failed", 7, "compose_failed")
    assert (warming["event"], warming["id"], warming["code"]) == ("failed", 0, "style_unknown")


def test_the_fine_tuning_worker_s_failures_say_what_was_asked() -> None:
    (failed,) = answers(FinetuneWorker, '{"verb":"teach","plan":{}}', '{"verb":"compare","step":3}')
    assert (failed["event"], failed["verb"], failed["code"]) == ("failed", "compare", "worker_died")


def test_control_commands_take_effect_at_once() -> None:
    worker = FinetuneWorker(io.StringIO(), io.StringIO())
    assert worker.hear({"verb": "control", "command": "pause"})
    assert worker.control() == "pause"
    assert worker.hear({"verb": "control", "command": "resume"})
    assert worker.control() == ""
    worker.gone.set()
    assert worker.control() == "cancel"


def test_a_later_request_to_scan_ends_an_earlier_one(repository: Path) -> None:
    sink = io.StringIO()
    worker = FinetuneWorker(io.StringIO(), sink)
    wishes = [{"verb": "scan", "id": number, "paths": [str(repository / "examples")]} for number in (1, 2)]
    for wish in wishes:
        assert not worker.hear(wish), "it is done in its turn"
    for wish in wishes:
        worker._serve(wish)
    events = [json.loads(line) for line in sink.getvalue().splitlines()]
    assert [event["id"] for event in events if event["event"] == "scanned"] == [2]
