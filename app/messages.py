"""What the window says: translated sentences for failures, the message bar, and the strip of a job under way."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

from PySide6.QtCore import QT_TRANSLATE_NOOP, QCoreApplication, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QProgressBar, QPushButton, QSizePolicy, QWidget

from app import icons
from app.jobs import Job
from app.reasons import said
from app.theme import Theme
from app.widgets import Elided, tool_button
from composer.errors import SENTENCES, UserError

# code -> sentence where the window says it otherwise than the command line; all others by their English text
OWN: dict[str, object] = {
    "file_missing": QT_TRANSLATE_NOOP("Messages", "There is no file named {path}."),
    "file_unreadable": QT_TRANSLATE_NOOP("Messages", "{path} cannot be read: {reason}."),
    "file_empty": QT_TRANSLATE_NOOP("Messages", "{path} is empty, so there is nothing to open."),
    "not_midi": QT_TRANSLATE_NOOP("Messages", "{path} is not a MIDI file, or it is damaged."),
    "no_notes": QT_TRANSLATE_NOOP("Messages", "{path} has no notes that a piano could play."),
    "output_exists": QT_TRANSLATE_NOOP("Messages", "{path} exists already; choose another name."),
    "output_unwritable": QT_TRANSLATE_NOOP("Messages", "{path} cannot be written: {reason}."),
    "run_interrupted": QT_TRANSLATE_NOOP("Messages", "{path} holds an interrupted run: go on with it, or begin again."),
    "worker_died": QT_TRANSLATE_NOOP(
        "Messages", "Composing stopped unexpectedly and nothing was changed; press Compose again."
    ),
    "compose_failed": QT_TRANSLATE_NOOP("Messages", "Composing failed, and nothing was changed: {reason}."),
    "teaching_failed": QT_TRANSLATE_NOOP("Messages", "The lesson failed, and nothing was changed: {reason}."),
    "lesson_stale": QT_TRANSLATE_NOOP(
        "Messages", "This lesson cannot go on: {name}, which it began from, has changed since."
    ),
    "no_styles": QT_TRANSLATE_NOOP("Messages", "No style is installed, so nothing can be composed."),
    "drop_kind": QT_TRANSLATE_NOOP("Messages", "{path} is neither a piece nor a MIDI file, so it cannot be opened."),
    "drop_folder": QT_TRANSLATE_NOOP(
        "Messages", "{path} is a folder: drop a MIDI file or a piece, or teach a style from it."
    ),
    "unexpected": QT_TRANSLATE_NOOP("Messages", "Something went wrong: {reason}."),
}
SHORTEST_MS, LONGEST_MS = 6000, 15000


def sentence(code: str, arguments: Mapping[str, object]) -> str:
    """The translated sentence of a failure; files are named without their folders."""
    text = OWN.get(code) or SENTENCES.get(code) or OWN["unexpected"]
    shown = {"reason": code, **{name: said(a) if isinstance(a, str) else a for name, a in arguments.items()}}
    if "path" in shown:
        shown["path"] = Path(str(shown["path"])).name
    return QCoreApplication.translate("Messages", str(text)).format_map(_Known(shown))


class _Known(dict[str, object]):
    """Arguments of a sentence; one that is missing must not hide the sentence."""

    def __missing__(self, name: str) -> str:
        return name


def explained(error: object) -> str:
    """The sentence of an exception."""
    if isinstance(error, UserError):
        return sentence(error.code, error.arguments)
    return sentence("unexpected", {"reason": str(error).rstrip(".") or type(error).__name__})


class MessageBar(QFrame):
    """One line between the bars and the roll. Takes no focus and blocks nothing; information leaves by itself."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("message")
        self._picture = QLabel()
        self._text = QLabel()
        self._text.setWordWrap(True)
        self._text.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._text.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self._act = QPushButton()
        self._act.setProperty("kind", "quiet")
        self._act.setAccessibleName(self.tr("Do what the message proposes"))
        self._action: Callable[[], None] | None = None
        self._act.clicked.connect(self._acted)
        self._close = tool_button("close", self.tr("Dismiss"), 26)
        self._close.clicked.connect(self.hide)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self.hide)
        self._theme: Theme | None = None
        row = QHBoxLayout(self)
        row.setContentsMargins(14, 6, 8, 6)
        row.setSpacing(10)
        for widget in (self._picture, self._text, self._act, self._close):
            row.addWidget(widget, 1 if widget is self._text else 0)
        self.hide()

    def set_theme(self, theme: Theme) -> None:
        """Other colours for the picture."""
        self._theme = theme
        self._draw()

    def entry(self) -> QWidget:
        """Where the focus enters: what it proposes, else how it is dismissed."""
        return self._close if self._act.isHidden() else self._act

    def text(self) -> str:
        """What it says at the moment; empty when it is hidden."""
        return "" if self.isHidden() else self._text.text()

    def error(self, text: str) -> None:
        """Says what went wrong; stays until it is dismissed."""
        self._say(text, "error")

    def info(self, text: str, label: str = "", action: Callable[[], None] | None = None) -> None:
        """Says something in passing, perhaps with one thing to do about it."""
        self._say(text, "info")
        self._act.setText(label)
        self._act.setVisible(bool(label))
        self._action = action
        self._timer.start(min(max(SHORTEST_MS, 90 * len(text)), LONGEST_MS))

    def _say(self, text: str, kind: str) -> None:
        self._timer.stop()
        self._act.hide()
        self._text.setText(text)
        self.setAccessibleName(text)
        self.setProperty("kind", kind)
        self.style().unpolish(self)
        self.style().polish(self)
        self._draw()
        self.show()
        if QAccessible.isActive():
            event = QAccessibleAnnouncementEvent(self, text)
            politeness = QAccessible.AnnouncementPoliteness
            event.setPoliteness(politeness.Assertive if kind == "error" else politeness.Polite)
            QAccessible.updateAccessibility(event)

    def _draw(self) -> None:
        if self._theme:
            color = self._theme.danger if self.property("kind") == "error" else self._theme.muted
            self._picture.setPixmap(icons.icon("alert", color).pixmap(QSize(18, 18), self.devicePixelRatioF()))

    def _acted(self) -> None:
        self.hide()
        if self._action:
            self._action()


class JobStrip(QFrame):
    """What goes on in the background: its name, how far it is, and a way to stop it."""

    shown = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("job")
        self._job: Job | None = None
        self._name = Elided()
        self.bar = QProgressBar()
        self.bar.setTextVisible(False)
        self.bar.setRange(0, 1000)
        self.bar.setAccessibleName(self.tr("Progress"))
        self.cancel = QPushButton(self.tr("Cancel"))
        self.cancel.setProperty("kind", "quiet")
        self.cancel.clicked.connect(self._cancel)
        row = QHBoxLayout(self)
        row.setContentsMargins(14, 5, 8, 5)
        row.setSpacing(14)
        row.addWidget(self._name, 2)
        row.addWidget(self.bar, 3)
        row.addWidget(self.cancel)
        self._delay = QTimer(self)  # what is over at once is not worth a flicker
        self._delay.setSingleShot(True)
        self._delay.setInterval(150)
        self._delay.timeout.connect(self.show)
        self.hide()

    def watch(self, job: Job) -> None:
        """Shows a job from now to its end."""
        self._job = job
        self._name.set_text(job.title)
        self.bar.setRange(0, 0)
        job.progressed.connect(self._progress)
        job.over.connect(self._end)
        self._delay.start()

    def _progress(self, done: float) -> None:
        if self.sender() is self._job:
            self.bar.setRange(0, 1000)
            self.bar.setValue(round(done * 1000))

    def _end(self) -> None:
        if self.sender() is self._job:
            self._job = None
            self._delay.stop()
            self.hide()

    def _cancel(self) -> None:
        if self._job:
            self._job.cancel()
