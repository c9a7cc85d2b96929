"""The strip of takes below the roll, side by side, each with a thumbnail."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QLineF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QAction, QColor, QKeySequence, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QFrame, QHBoxLayout, QPushButton, QSizePolicy, QVBoxLayout, QWidget

from app.document.document import Document
from app.document.preview import gathered
from app.look import theme as themes
from app.look.theme import fade, ramp
from app.look.widgets import ReturnPresses, label
from app.roll.painting.primitives import font
from composer.music.score import Note, Score

HEIGHT = 132


@dataclass(frozen=True, slots=True)
class Picture:
    """What a card shows of a take."""

    number: int
    notes: tuple[Note, ...]
    seconds: float
    random_seed: int
    writing: bool


class TakeCard(QAbstractButton):
    """One take: its number, a small roll, how much it is. A press chooses it."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setCheckable(True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumWidth(110)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.theme = themes.DARK
        self.picture = Picture(1, (), 0.0, 0, False)
        self.span = (0, 1)

    def sizeHint(self) -> QSize:
        """Cards share the width there is."""
        return QSize(220, 74)

    def show_take(self, picture: Picture, span: tuple[int, int]) -> None:
        """Shows a take; all cards share one span of ticks, so that lengths compare."""
        self.picture, self.span = picture, span
        seconds = f"{int(picture.seconds) // 60}:{int(picture.seconds) % 60:02d}"
        self.setAccessibleName(
            self.tr("Take {n}, {count} notes, {time}").format(n=picture.number, count=len(picture.notes), time=seconds)
        )
        self.setToolTip(self.tr("Variation number {seed}").format(seed=picture.random_seed))
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """The card."""
        p, t, chosen = QPainter(self), self.theme, self.isChecked()
        p.setRenderHint(QPainter.RenderHint.Antialiasing)
        frame = QRectF(self.rect()).adjusted(1, 1, -1, -1)
        p.setBrush(QColor(t.accent_soft if chosen else t.hover if self.underMouse() else t.raised))
        edge = t.accent if chosen else t.muted if self.hasFocus() else t.line
        p.setPen(QPen(QColor(edge), 2 if chosen else 1, Qt.PenStyle.SolidLine))
        p.drawRoundedRect(frame, 8, 8)
        if chosen and self.hasFocus():
            p.setPen(QPen(QColor(t.text), 1, Qt.PenStyle.DotLine))
            p.setBrush(Qt.BrushStyle.NoBrush)
            p.drawRoundedRect(frame.adjusted(3, 3, -3, -3), 6, 6)
        self._notes(p, frame.adjusted(12, 28, -12, -9))
        self._words(p, frame)
        p.end()

    def _words(self, p: QPainter, frame: QRectF) -> None:
        t, picture = self.theme, self.picture
        p.setFont(font(12, font(12).Weight.DemiBold))
        p.setPen(QColor(t.text))
        head = frame.adjusted(12, 6, -12, 0)
        head.setHeight(20)
        title = self.tr("Take {n}").format(n=picture.number)
        p.drawText(head, Qt.AlignmentFlag.AlignVCenter, title)
        taken = p.fontMetrics().horizontalAdvance(title) + 12
        p.setFont(font(11, font(11).Weight.Normal))
        p.setPen(QColor(t.muted))
        seconds = f"{int(picture.seconds) // 60}:{int(picture.seconds) % 60:02d}"
        count = len(picture.notes)
        words = self.tr("{n} note") if count == 1 else self.tr("{n} notes")
        right = self.tr("writing…") if picture.writing and not count else f"{words.format(n=count)}   {seconds}"
        if p.fontMetrics().horizontalAdvance(right) > head.width() - taken:
            right = seconds
        p.drawText(head, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight, right)

    def _notes(self, p: QPainter, area: QRectF) -> None:
        notes = self.picture.notes
        if not notes:
            p.setPen(QPen(fade(self.theme.faint, 0.6), 1, Qt.PenStyle.DotLine))
            p.drawLine(QLineF(area.left(), area.center().y(), area.right(), area.center().y()))
            return
        low, high = min(n.pitch for n in notes), max(n.pitch for n in notes)
        first, last = self.span
        row = area.height() / max(high - low + 1, 8)
        width = area.width() / max(last - first, 1)
        colors = ramp(self.theme, True)
        p.setPen(Qt.PenStyle.NoPen)
        for note in notes:
            x = area.left() + (note.start - first) * width
            y = area.top() + (high - note.pitch) * row
            p.fillRect(
                QRectF(x, y, max(note.duration * width, 1.5), max(row - 0.4, 1.4)), colors[max(note.velocity, 50)]
            )


class TakesPanel(QFrame):
    """Shows the takes of the document, finished or being written; hidden when there are none."""

    chosen = Signal(int)
    again = Signal()
    keep = Signal()
    discard = Signal()

    def __init__(self, document: Document, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("takesStrip")
        self.setAccessibleName(self.tr("Takes"))
        self.document = document
        self.theme = themes.DARK
        self.cards: list[TakeCard] = []
        self._choosing: list[QAction] = []
        self._presses = ReturnPresses(self)
        self.setFixedHeight(HEIGHT)
        self._title = label(self.tr("Takes"), "heading")
        self._about = label("", "hint")
        self.buttons: dict[str, QPushButton] = {}
        head = QHBoxLayout()
        head.setSpacing(10)
        self._title.setFixedHeight(32)  # the buttons come and go; the cards stay where they are
        head.addWidget(self._title)
        head.addWidget(self._about, 1)
        for key, text, tip, signal in (
            ("again", self.tr("Regenerate"), self.tr("Writes the chosen take anew"), self.again),
            ("discard", self.tr("Discard"), self.tr("Takes all of them out of the piece"), self.discard),
            ("keep", self.tr("Keep"), self.tr("Keeps the chosen take and puts the others away"), self.keep),
        ):
            self.buttons[key] = button = QPushButton(text)
            button.setToolTip(tip)
            if key != "keep":
                button.setProperty("kind", "quiet")
            button.clicked.connect(signal)
            head.addWidget(button)
        self._row = QHBoxLayout()
        self._row.setSpacing(8)
        column = QVBoxLayout(self)
        column.setContentsMargins(14, 8, 14, 10)
        column.setSpacing(6)
        column.addLayout(head)
        column.addLayout(self._row, 1)
        document.takesChanged.connect(self.refresh)
        document.previewChanged.connect(self.refresh)
        document.scoreChanged.connect(self.refresh)
        self.refresh()

    def set_theme(self, theme: themes.Theme) -> None:
        """Other colours."""
        self.theme = theme
        for card in self.cards:
            card.theme = theme
            card.update()

    def refresh(self) -> None:
        """Shows what the document has now."""
        pictures, active = self._pictures()
        self.setVisible(bool(pictures))
        if not pictures:
            return
        self._match(len(pictures))
        first = min((n.start for p in pictures for n in p.notes), default=0)
        last = max((n.end for p in pictures for n in p.notes), default=1)
        if (
            self.document.preview and self.document.preview.replaces is None
        ):  # while they grow, leave room for what is asked for
            last = max(last, first + round((last - first) / max(self.document.preview.progress(), 0.05)))
        for i, (card, picture) in enumerate(zip(self.cards, pictures, strict=True)):
            card.show_take(picture, (first, last))
            card.setChecked(i == active)
        writing = self.document.preview is not None
        for button in self.buttons.values():
            button.setVisible(not writing)
        self._about.setText(self._how(len(pictures)))

    def connect_actions(self, actions: dict[str, QAction]) -> None:
        """Takes are chosen by keys too, and the strip says by which."""
        self._choosing = [actions[f"compose.take{n}"] for n in range(1, 10)]
        self.refresh()

    def _how(self, count: int) -> str:
        chosen = self._choosing[: count if count > 1 else 0]
        keys = [a.shortcut().toString(QKeySequence.SequenceFormat.NativeText) for a in chosen]
        if not keys or not all(keys):
            return ""
        return self.tr("{first} to {last} to choose").format(first=keys[0], last=keys[-1])

    def _pictures(self) -> tuple[list[Picture], int]:
        preview, table, score = self.document.preview, self.document.takes, self.document.score
        if preview is None and table is None:
            return [], 0
        written: Sequence[tuple[int, Sequence[Note], int, bool]]
        if preview is not None and preview.replaces is None:
            written = [(i + 1, notes, preview.random_seed, True) for i, notes in enumerate(preview.notes)]
            active = preview.active
        else:
            assert table is not None
            table = gathered(score, table)
            written = [(t.number, t.notes, t.random_seed, False) for t in table.takes]
            active = table.active
            if preview is not None and preview.replaces is not None:
                at = preview.replaces
                written[at] = (at + 1, preview.notes[0], preview.random_seed, True)
        return [
            Picture(n, tuple(notes), _seconds(score, notes), seed, busy) for n, notes, seed, busy in written
        ], active

    def _match(self, count: int) -> None:
        """As many cards as takes."""
        while len(self.cards) > count:
            card = self.cards.pop()
            self._row.removeWidget(card)
            card.hide()
            card.deleteLater()
        while len(self.cards) < count:
            card = TakeCard()
            self._presses.watch(card)
            card.theme = self.theme
            index = len(self.cards)
            card.clicked.connect(lambda _=False, i=index: self._clicked(i))
            self.cards.append(card)
            self._row.addWidget(card, 1)

    def _clicked(self, index: int) -> None:
        self.chosen.emit(index)
        self.refresh()  # a press on the chosen one must not unchoose it


def _seconds(score: Score, notes: Sequence[Note]) -> float:
    if not notes:
        return 0.0
    tempo = score.tempo_map
    return tempo.second(max(n.end for n in notes)) - tempo.second(notes[0].start)
