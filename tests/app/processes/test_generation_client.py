"""The worker's life: it is there again when it died, and goes when the window goes."""

from __future__ import annotations

import os
import signal

import pytest
from PySide6.QtCore import QObject
from pytestqt.qtbot import QtBot

from app.processes import generation_client as module
from app.processes.generation_client import GenerationClient
from composer.core.settings import GenerationRequest
from composer.music.score import Score

PATIENCE = 60_000


@pytest.mark.slow
@pytest.mark.usefixtures("models")
def test_a_worker_that_died_is_there_again_with_its_model(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "HEALTHY_MS", 0)
    parent = QObject()
    sampler = GenerationClient(parent)
    with qtbot.waitSignal(sampler.warmed, timeout=PATIENCE):
        sampler.warm("base")
    first = sampler.pid
    with qtbot.waitSignals([sampler.lost, sampler.warmed], timeout=PATIENCE):
        os.kill(first, signal.SIGKILL)
    assert sampler.pid not in (0, first)
    # one that dies at once is left alone until somebody asks
    monkeypatch.setattr(module, "HEALTHY_MS", PATIENCE)
    with qtbot.waitSignal(sampler.lost, timeout=PATIENCE):
        os.kill(sampler.pid, signal.SIGKILL)
    qtbot.wait(module.REST_MS + 100)
    assert sampler.pid == 0
    with qtbot.waitSignal(sampler.warmed, timeout=PATIENCE):
        sampler.warm("base")
    last = sampler.pid
    sampler.close()
    with pytest.raises(ProcessLookupError):
        os.kill(last, 0)


def test_a_worker_that_cannot_even_start_is_told(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.executable", "/nowhere/python")
    parent = QObject()
    sampler = GenerationClient(parent)
    with qtbot.waitSignal(sampler.failed, timeout=PATIENCE) as told:
        sampler.compose(Score(), GenerationRequest())
    assert told.args == ["worker_died", {}]
    assert not sampler.busy
    assert sampler.pid == 0
    sampler.close()
