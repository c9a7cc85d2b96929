"""Hands that press, drag, type and drop as a person does, a silent synthesiser, and a short melody."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from PySide6.QtCore import QEvent, QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QMouseEvent, QWheelEvent
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from app.window.main_window import MainWindow
from composer.audio.scheduler import Event
from composer.music.score import Meter, Note, Score, Tempo

LEFT, RIGHT, MIDDLE = Qt.MouseButton.LeftButton, Qt.MouseButton.RightButton, Qt.MouseButton.MiddleButton
NONE = Qt.KeyboardModifier.NoModifier
SHIFT, CTRL, ALT = (
    Qt.KeyboardModifier.ShiftModifier,
    Qt.KeyboardModifier.ControlModifier,
    Qt.KeyboardModifier.AltModifier,
)
BEAT = 480


class Silence:
    """A synthesiser that only remembers."""

    sound = False
    reason = "There is no sound in tests."

    def __init__(self) -> None:
        self.events: list[Event] = []

    def start(self) -> bool:
        return False

    def send(self, event: Event) -> None:
        self.events.append(event)

    def all_off(self) -> None:
        pass

    def set_volume(self, volume: float) -> None:
        pass

    def close(self) -> None:
        pass


class Hands:
    """Works the roll of a window with real events."""

    def __init__(self, window: MainWindow, qtbot: QtBot) -> None:
        self.window = window
        self.roll = window.roll
        self.document = window.document
        self.qtbot = qtbot
        self.port: QWidget = window.roll.viewport()  # what the mouse is over

    @contextmanager
    def over(self, widget: QWidget) -> Iterator[None]:
        """The mouse is over another widget than the roll; places are that widget's."""
        before, self.port = self.port, widget
        yield
        self.port = before

    # ---- where things are ----

    def spot(self, tick: float, pitch: int) -> QPointF:
        """The middle of a pitch's row at a tick."""
        g = self.roll.geometry_
        return QPointF(g.x(tick), g.y(pitch) + g.key_height / 2)

    def on(self, note: Note, share: float = 0.5) -> QPointF:
        """A place on a note: 0 its left edge, 1 its right one."""
        x, y, width, height = self.roll.geometry_.rect(note)
        return QPointF(x + min(max(width * share, 1.5), width - 1.5), y + height / 2)

    # ---- mouse ----

    def mouse(self, kind: QEvent.Type, at: QPointF, button: Qt.MouseButton, mods: Qt.KeyboardModifier = NONE) -> None:
        """One mouse event."""
        port = self.port
        held = Qt.MouseButton.NoButton if kind == QEvent.Type.MouseButtonRelease else button
        which = Qt.MouseButton.NoButton if kind == QEvent.Type.MouseMove else button
        event = QMouseEvent(kind, at, QPointF(port.mapToGlobal(at.toPoint())), which, held, mods)
        QApplication.sendEvent(port, event)

    def press(self, at: QPointF, button: Qt.MouseButton = LEFT, mods: Qt.KeyboardModifier = NONE) -> None:
        """Presses and holds."""
        self.mouse(QEvent.Type.MouseButtonPress, at, button, mods)

    def move(self, at: QPointF, button: Qt.MouseButton = LEFT, mods: Qt.KeyboardModifier = NONE) -> None:
        """Moves with the button held."""
        self.mouse(QEvent.Type.MouseMove, at, button, mods)

    def release(self, at: QPointF, button: Qt.MouseButton = LEFT, mods: Qt.KeyboardModifier = NONE) -> None:
        """Lets the button go."""
        self.mouse(QEvent.Type.MouseButtonRelease, at, button, mods)

    def click(self, at: QPointF, button: Qt.MouseButton = LEFT, mods: Qt.KeyboardModifier = NONE) -> None:
        """Presses and lets go."""
        self.press(at, button, mods)
        self.release(at, button, mods)

    def hover(self, at: QPointF, mods: Qt.KeyboardModifier = NONE) -> None:
        """Moves without a button."""
        self.mouse(QEvent.Type.MouseMove, at, Qt.MouseButton.NoButton, mods)

    def double_click(self, at: QPointF, mods: Qt.KeyboardModifier = NONE) -> None:
        """Two quick presses, as Qt tells them."""
        self.click(at, LEFT, mods)
        self.mouse(QEvent.Type.MouseButtonDblClick, at, LEFT, mods)
        self.release(at, LEFT, mods)

    def drag(
        self, start: QPointF, end: QPointF, button: Qt.MouseButton = LEFT, mods: Qt.KeyboardModifier = NONE
    ) -> None:
        """Presses, goes there in a few steps, lets go."""
        self.press(start, button, mods)
        for i in range(1, 6):
            self.move(start + (end - start) * (i / 5), button, mods)
        self.release(end, button, mods)

    def wheel(self, at: QPointF, turn: int, mods: Qt.KeyboardModifier = NONE) -> None:
        """Turns the wheel by notches."""
        port = self.port
        place = QPointF(port.mapToGlobal(at.toPoint()))
        phase = Qt.ScrollPhase.NoScrollPhase
        event = QWheelEvent(at, place, QPoint(), QPoint(0, 120 * turn), Qt.MouseButton.NoButton, mods, phase, False)
        QApplication.sendEvent(port, event)

    # ---- keys ----

    def key(self, key: Qt.Key, mods: Qt.KeyboardModifier = NONE) -> None:
        """Types a key where the focus is."""
        widget = QApplication.focusWidget() or self.window
        self.qtbot.keyClick(widget, key, mods)

    # ---- files ----

    def drop(self, *paths: Path) -> None:
        """Drops files on the window."""
        mime = QMimeData()
        mime.setUrls([QUrl.fromLocalFile(str(p)) for p in paths])
        action, at = Qt.DropAction.CopyAction, QPoint(300, 300)
        enter = QDragEnterEvent(at, action, mime, LEFT, NONE)
        QApplication.sendEvent(self.window, enter)
        if enter.isAccepted():
            QApplication.sendEvent(self.window, QDropEvent(QPointF(at), action, mime, LEFT, NONE))

    def wait(self, condition: Callable[[], bool], timeout: int = 5000) -> None:
        """Lets the event loop run until something holds."""
        self.qtbot.waitUntil(condition, timeout=timeout)


def melody() -> Score:
    """Four quarters in C, one bar of 4/4 at 120."""
    notes = tuple(Note(i * BEAT, 60 + 2 * i, BEAT, 70 + 10 * i) for i in range(4))
    return Score(notes=notes, tempos=(Tempo(0, 500_000),), meters=(Meter(0, 4, 4),), title="melody")
