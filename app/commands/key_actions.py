"""The key of the piece: chosen or estimated, and edits that move notes in its scale."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from typing import Protocol

from PySide6.QtCore import QT_TRANSLATE_NOOP, QCoreApplication, QObject, Signal

from app.commands.edit_actions import EditActions
from app.document.background_jobs import Job, Jobs
from app.document.document import Document
from app.processes.process_client import ROOT
from composer.files import key_estimation
from composer.music.edits import pitch_edits
from composer.music.scale import Scale, parse, spelt
from composer.music.score import Score, in_order

KEY, SNAP = "key", "snap_to_scale"  # their places in `Document.view`
THIRD = 2  # scale steps
MODE_NAMES = {
    "major": QT_TRANSLATE_NOOP("Scale", "{tonic} major"),
    "minor": QT_TRANSLATE_NOOP("Scale", "{tonic} minor"),
    "harmonic minor": QT_TRANSLATE_NOOP("Scale", "{tonic} harmonic minor"),
    "melodic minor": QT_TRANSLATE_NOOP("Scale", "{tonic} melodic minor"),
    "dorian": QT_TRANSLATE_NOOP("Scale", "{tonic} Dorian"),
    "phrygian": QT_TRANSLATE_NOOP("Scale", "{tonic} Phrygian"),
    "lydian": QT_TRANSLATE_NOOP("Scale", "{tonic} Lydian"),
    "mixolydian": QT_TRANSLATE_NOOP("Scale", "{tonic} Mixolydian"),
    "locrian": QT_TRANSLATE_NOOP("Scale", "{tonic} Locrian"),
    "major pentatonic": QT_TRANSLATE_NOOP("Scale", "{tonic} major pentatonic"),
    "minor pentatonic": QT_TRANSLATE_NOOP("Scale", "{tonic} minor pentatonic"),
    "blues": QT_TRANSLATE_NOOP("Scale", "{tonic} blues"),
    "whole tone": QT_TRANSLATE_NOOP("Scale", "{tonic} whole tone"),
    "chromatic": QT_TRANSLATE_NOOP("Scale", "{tonic} chromatic"),
}
_META_KEY = bytes((0xFF, 0x59, 0x02))
_PATIENCE = 60  # seconds for a guess
_POLL = 0.1


class Roll(Protocol):
    """What a roll is told of the scale."""

    snap_to_scale: bool

    def set_scale(self, scale: Scale | None) -> None:
        """Its rows are highlighted; None for no key."""


class KeyActions(QObject):
    """Keeps the key in the document's view. A verb that needs a key while there is none has it guessed first."""

    changed = Signal()  # the key, or whether notes snap to it
    busy = Signal(bool)  # whether a guess is under way
    notice = Signal(str)

    def __init__(self, document: Document, roll: Roll, editing: EditActions, jobs: Jobs, parent: QObject) -> None:
        super().__init__(parent)
        self.document = document
        self.roll = roll
        self.edit_actions = editing
        self.jobs = jobs
        self._job: Job | None = None
        self._waiting: list[Callable[[Scale], None]] = []  # verbs that wait for the guess
        document.viewChanged.connect(self._view_changed)
        document.opened.connect(self._opened)

    # ---- the key ----

    @property
    def scale(self) -> Scale | None:
        """The chosen key; None if there is none."""
        return parse(self.document.view.get(KEY))

    @property
    def snaps(self) -> bool:
        """Whether drawn and dragged notes keep to the scale."""
        return self.document.view.get(SNAP) is True

    def choose(self, scale: Scale | None) -> None:
        """Another key, or none."""
        self.document.set_view(KEY, scale.name if scale else None)

    def set_snaps(self, on: bool) -> None:
        """Whether drawn and dragged notes keep to the scale; that needs a key."""
        self.document.set_view(SNAP, on or None)
        if on and self.scale is None:
            self.guess()

    def _view_changed(self, key: str) -> None:
        if key in (KEY, SNAP):
            self.roll.set_scale(self.scale)
            self.roll.snap_to_scale = self.snaps
            self.changed.emit()

    def _opened(self) -> None:
        self._waiting.clear()
        if self._job is not None:
            self._job.cancel()
        self._view_changed(KEY)

    # ---- guessing ----

    @property
    def guessing(self) -> bool:
        """Whether a guess is under way."""
        return self._job is not None

    def guess(self) -> None:
        """Asks music21, in a process of its own, for the key of what sounds."""
        if self._job is None:
            notes = key_estimation.weighed(self.document.score)
            self._job = self.jobs.run(self.tr("Guessing the key"), lambda job: estimate_key(notes, job), self._guessed)
            self._job.ended.connect(self._over)
            self.busy.emit(True)

    def _guessed(self, name: object) -> None:
        scale = parse(name)
        if scale is not None:
            self.notice.emit(self.tr("The key sounds like {key}.").format(key=scale_name(scale)))
        else:
            scale = key_from_signatures(self.document.score) or Scale(0, "major")
            self.notice.emit(self.tr("The notes are too few to tell a key; {key} it is.").format(key=scale_name(scale)))
        self.choose(scale)
        waiting, self._waiting = self._waiting, []
        for verb in waiting:
            verb(scale)

    def _over(self) -> None:
        self._job = None
        self._waiting.clear()
        self.busy.emit(False)

    # ---- verbs ----

    def step_up(self) -> None:
        """To the next pitch of the scale."""
        self._in_scale(lambda scale: self._step(scale, 1))

    def step_down(self) -> None:
        """To the pitch of the scale below."""
        self._in_scale(lambda scale: self._step(scale, -1))

    def _step(self, scale: Scale, steps: int) -> None:
        self.edit_actions.change_and_sound(
            self.tr("Move in the scale"), lambda notes: pitch_edits.stepped(notes, scale, steps)
        )

    def snap(self) -> None:
        """Each note to the nearest pitch of the scale."""
        self._in_scale(
            lambda scale: self.edit_actions.change(
                self.tr("Snap to the scale"), lambda notes: pitch_edits.snapped(notes, scale)
            )
        )

    def third_up(self) -> None:
        """The selection once more, a third higher in the scale; the copy is selected."""
        self._in_scale(self._third_up)

    def _third_up(self, scale: Scale) -> None:
        chosen = in_order(self.document.selection)
        if chosen:
            copy = pitch_edits.stepped(chosen, scale, THIRD)
            self.document.change(self.tr("Duplicate a third up"), self.document.score.add(copy), copy)
            self.edit_actions.roll.sound(copy[0].pitch, copy[0].velocity)

    def _in_scale(self, verb: Callable[[Scale], None]) -> None:
        if not self.document.selection:
            return
        if self.scale is not None:
            verb(self.scale)
        else:
            self._waiting.append(verb)
            self.guess()


def scale_name(scale: Scale) -> str:
    """A scale's name in the language of the window: "B♭ major"."""
    tonic = spelt(scale.tonic, scale.mode).replace("#", "♯").replace("b", "♭")
    return QCoreApplication.translate("Scale", str(MODE_NAMES[scale.mode])).format(tonic=tonic)


def estimate_key(notes: list[tuple[int, float]], job: Job) -> object:
    """The key's name from a child process; None where it does not know, or does not answer."""
    path = os.pathsep.join(p for p in (str(ROOT), os.environ.get("PYTHONPATH", "")) if p)
    child = subprocess.Popen(
        [sys.executable, "-m", "composer.files.key_estimation"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env={**os.environ, "PYTHONPATH": path, "PYTHONUTF8": "1"},
    )
    given: bytes | None = json.dumps(notes).encode()
    for _ in range(round(_PATIENCE / _POLL)):
        try:
            return json.loads(child.communicate(given, timeout=_POLL)[0])
        except subprocess.TimeoutExpired:
            given = None
            if job.is_cancelled():
                break
        except ValueError:  # it died
            return None
    child.kill()
    child.communicate()
    return None


def key_from_signatures(score: Score) -> Scale | None:
    """The first key signature of the file that the piece came from."""
    for extra in score.extras:
        if extra.data[:3] == _META_KEY and len(extra.data) >= 5:
            fifths, minor = int.from_bytes(extra.data[3:4], signed=True), extra.data[4] == 1
            return Scale((fifths * 7 + (9 if minor else 0)) % 12, "minor" if minor else "major")
    return None
