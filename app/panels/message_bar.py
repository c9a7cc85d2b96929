"""The message bar, and the strip of a background job."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QSize, Qt, QTimer, Signal
from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QProgressBar, QPushButton, QSizePolicy, QWidget

from app.document.background_jobs import Job
from app.look import icons
from app.look.theme import Theme
from app.look.widgets import Elided, tool_button

SHORTEST_MS, LONGEST_MS = 6000, 15000


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

    def offer(self, text: str) -> None:
        """Says something in passing, unless another message stands."""
        if not self.text():
            self.info(text)

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
