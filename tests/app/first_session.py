"""A first session with the real app, played inside it: `python first_session.py draw|recover FILE`.

Keys and mouse come as Qt events into the running event loop; a step waits for what the one before brought about.
The state that was reached is printed as one JSON line.
"""

from __future__ import annotations

import json
import os
import sys
import traceback
from collections.abc import Callable, Generator
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, QPointF, Qt, QTimer
from PySide6.QtGui import QKeySequence
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialog, QFileDialog, QLineEdit, QMessageBox

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT), str(ROOT / "tests" / "app")]

from hands import ALT, BEAT, CTRL, SHIFT, Hands  # noqa: E402 (the path comes first)

from app.roll.canvas.geometry import UPPER  # noqa: E402
from app.window import main_window  # noqa: E402

Condition = Callable[[], bool]
Steps = Generator[Condition, None, None]
K = Qt.Key
PATIENCE = 15_000  # ms that one step may take
PAUSE = 5  # ms between two looks
MELODY = (60, 62, 64, 65)


class Fingers:
    """What `Hands` asks of pytest-qt."""

    keyClick = staticmethod(QTest.keyClick)


class Player(QObject):
    """Goes on with the steps whenever what they wait for holds. Ends the process when one fails or takes too long."""

    def __init__(self, script: Callable[[Hands], Steps]) -> None:
        super().__init__()
        self._script = script
        self._steps: Steps | None = None
        self._condition: Condition = lambda: True
        self._turns = 0
        self._busy = False
        self._timer = QTimer(self)
        self._timer.timeout.connect(self._turn)
        self._timer.start(PAUSE)

    def _turn(self) -> None:
        if self._busy:  # a dialog runs its own loop inside a step
            return
        self._busy = True
        try:
            self._try()
        except StopIteration:
            self._timer.stop()
        except BaseException:
            traceback.print_exc()
            sys.stderr.flush()
            os._exit(1)
        self._busy = False

    def _try(self) -> None:
        if self._steps is None:
            for window in QApplication.topLevelWidgets():
                if isinstance(window, main_window.MainWindow) and window.isVisible():
                    self._steps = self._script(Hands(window, Fingers))  # type: ignore[arg-type]
        elif self._condition():
            self._turns = 0
            self._condition = next(self._steps)
        else:
            self._turns += 1
            assert self._turns * PAUSE < PATIENCE, f"line {self._steps.gi_frame.f_lineno} takes too long"


def told(window: main_window.MainWindow) -> dict[str, Any]:
    """The state of the piece, for a comparison over the process' end."""
    notes = [(n.start, n.pitch, n.duration, n.velocity) for n in window.document.score.notes]
    return {
        "notes": notes,
        "steps": window.document.undo.index(),
        "loop": window.roll.loop,
        "title": window.document.title,
    }


def say(**values: Any) -> None:
    """One JSON line for the test."""
    print(json.dumps(values), flush=True)


def answer(kind: type[QDialog], act: Callable[[QDialog], None]) -> None:
    """Acts on a modal dialog as soon as it is there; called before what opens it."""

    def look() -> None:
        dialog = QApplication.activeModalWidget()
        if isinstance(dialog, kind) and dialog.isVisible():
            act(dialog)
        else:
            QTimer.singleShot(20, look)

    QTimer.singleShot(20, look)


def type_name(path: Path) -> Callable[[QDialog], None]:
    """Types a file's name and presses Return; proposals of names, which may come late, are sent away by Esc."""

    def act(dialog: QDialog) -> None:
        field = dialog.findChild(QLineEdit, "fileNameEdit")
        assert field is not None
        field.selectAll()
        QTest.keyClicks(field, str(path))
        QTimer.singleShot(50, confirm)

    def confirm() -> None:
        dialog, popup = QApplication.activeModalWidget(), QApplication.activePopupWidget()
        if popup is not None:
            QTest.keyClick(popup, K.Key_Escape)
        elif dialog is not None:
            QTest.keyClick(dialog.findChild(QLineEdit, "fileNameEdit"), K.Key_Return)
        if dialog is not None:
            QTimer.singleShot(50, confirm)

    return act


def draw(hands: Hands, file: Path) -> Steps:
    """Draws, copies, quantises, paints, loops, saves, changes once more, and waits to be killed."""
    window, document, roll = hands.window, hands.document, hands.roll
    wrote: list[bool] = []
    window.autosave.wrote.connect(lambda: wrote.append(document.modified))
    yield lambda: bool(document.score.notes) and roll.hasFocus()
    hands.key(K.Key_N, CTRL)
    yield lambda: not document.score.notes and not document.undo.canUndo()

    hands.key(K.Key_1)
    for i, pitch in enumerate(MELODY):  # a little late each, as hands are
        start = hands.spot(i * BEAT + 50, pitch)
        assert roll.viewport().rect().contains(start.toPoint())
        hands.drag(start, hands.spot(i * BEAT + 410, pitch), mods=ALT)
        yield lambda i=i: len(document.score.notes) == i + 1
    assert [n.pitch for n in document.score.notes] == list(MELODY)
    assert all(n.start % BEAT for n in document.score.notes)

    hands.key(K.Key_A, CTRL)
    QTest.keySequence(roll, QKeySequence(window.actions_["note.third_up"].shortcut()))
    yield lambda: len(document.score.notes) == 2 * len(MELODY)
    thirds = sorted(n.pitch for n in document.score.notes)
    assert thirds == sorted([*MELODY, 64, 65, 67, 69]), thirds

    hands.key(K.Key_A, CTRL)
    hands.key(K.Key_Q)
    yield lambda: not any(n.start % (BEAT // 4) for n in document.score.notes)

    lanes = window.pane.lanes
    strip = lanes.velocity_strip
    g = roll.geometry_
    with hands.over(lanes):
        left, right = g.x(0) + 1, g.x(4 * BEAT)
        hands.drag(QPointF(left, strip.bottom - 8), QPointF(right, strip.top + 6))
    yield lambda: len({n.velocity for n in document.score.notes}) >= len(MELODY)
    by_time = sorted(document.score.notes)
    assert by_time[0].velocity < by_time[-1].velocity

    hands.drag(QPointF(g.x(0) + 1, UPPER / 2), QPointF(g.x(2 * BEAT), UPPER / 2))
    yield lambda: roll.loop == (0, 2 * BEAT)
    hands.key(K.Key_Space)
    yield lambda: window.transport.playing and roll.playhead > 1.5 * BEAT
    yield lambda: roll.playhead < BEAT  # it came round
    hands.key(K.Key_Space)
    yield lambda: not window.transport.playing

    answer(QFileDialog, type_name(file))
    hands.key(K.Key_S, CTRL)
    yield lambda: document.path == file and not document.modified
    window.activateWindow()  # as a desktop does when a dialog goes
    yield roll.hasFocus
    hands.key(K.Key_A, CTRL)
    hands.key(K.Key_Up)
    yield lambda: document.modified and True in wrote
    say(**told(window), worker=window.generation_client.pid)
    yield lambda: False


def recover(hands: Hands, file: Path) -> Steps:
    """Takes the piece up again, undoes and redoes everything, and leaves."""
    window, document = hands.window, hands.document
    yield lambda: window.recovery.dialog is not None and window.recovery.dialog.isActiveWindow()
    assert window.recovery.dialog is not None
    window.recovery.dialog.activateWindow()
    yield lambda: window.recovery.dialog.isAncestorOf(QApplication.focusWidget())
    hands.key(K.Key_Return)  # on Recover, which has the focus
    yield lambda: window.recovery.dialog is None and document.modified
    say(**told(window), path=str(document.path))
    window.activateWindow()
    yield window.isActiveWindow
    window.roll.setFocus()
    seen = [len(document.score.notes)]
    while document.undo.canUndo():
        step = document.undo.index()
        hands.key(K.Key_Z, CTRL)
        yield lambda step=step: document.undo.index() == step - 1
        seen.append(len(document.score.notes))
    say(**told(window), seen=seen)
    while document.undo.canRedo():
        step = document.undo.index()
        hands.key(K.Key_Z, CTRL | SHIFT)
        yield lambda step=step: document.undo.index() == step + 1
    say(**told(window))
    answer(QMessageBox, lambda box: QTest.keyClick(box.button(QMessageBox.StandardButton.Discard), K.Key_Space))
    hands.key(K.Key_Q, CTRL)


def main() -> int:
    """Runs the app with one of the two scripts; the status is the app's."""
    script, file = {"draw": draw, "recover": recover}[sys.argv[1]], Path(sys.argv[2])
    QApplication.setHighDpiScaleFactorRoundingPolicy(Qt.HighDpiScaleFactorRoundingPolicy.PassThrough)
    application = QApplication(sys.argv[:1])
    Player(lambda hands: script(hands, file)).setParent(application)
    return main_window.run()


if __name__ == "__main__":
    sys.exit(main())
