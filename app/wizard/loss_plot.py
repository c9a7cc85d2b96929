"""Plots of a fine-tuning run: training and validation loss over time, and the learning-rate search."""

from __future__ import annotations

import math
from bisect import bisect_left
from dataclasses import dataclass, field

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QMouseEvent, QPainter, QPainterPath, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from app.look.theme import Theme, fade
from composer.finetuning.records import LrSearch

LEFT, RIGHT, TOP, BOTTOM = 46, 14, 52, 30  # pixels around the curves
SMOOTH = 0.85  # of the training loss's running mean
Point = tuple[float, float]


@dataclass
class Curves:
    """What is drawn: points of (minutes, nats a note)."""

    train: list[Point] = field(default_factory=list)
    tuned: list[Point] = field(default_factory=list)  # validation loss of the fine-tuned weights alone
    interpolated: list[Point] = field(default_factory=list)  # of the better interpolation with the base
    base: float | None = None


def ticks(low: float, high: float, about: int = 5) -> list[float]:
    """Round numbers in a range."""
    span = max(high - low, 1e-9)
    step = 10.0 ** math.floor(math.log10(span / about))
    step *= next(m for m in (1, 2, 5, 10) if span / (step * m) <= about)
    first = math.ceil(low / step)
    return [round(i * step, 10) for i in range(first, math.floor(high / step + 1e-9) + 1)]


def smoothed(points: list[Point]) -> list[Point]:
    """A running mean, so that the course of noisy points can be seen."""
    out, mean, weight = [], 0.0, 0.0
    for x, y in points:
        mean, weight = SMOOTH * mean + (1 - SMOOTH) * y, SMOOTH * weight + (1 - SMOOTH)
        out.append((x, mean / weight))
    return out


class Plot(QWidget):
    """Axes, a grid and room for curves."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.theme: Theme | None = None
        self.low, self.high = 0.0, 1.0
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)

    def set_theme(self, theme: Theme) -> None:
        """Other colours."""
        self.theme = theme
        self.update()

    @property
    def area(self) -> QRectF:
        """Where the curves are."""
        return QRectF(LEFT, TOP, max(self.width() - LEFT - RIGHT, 1), max(self.height() - TOP - BOTTOM, 1))

    def at(self, x: float, y: float) -> QPointF:
        """The place of a point; x goes from 0 to `span`."""
        area = self.area
        share = (y - self.low) / max(self.high - self.low, 1e-9)
        return QPointF(area.left() + x / self.span * area.width(), area.bottom() - share * area.height())

    @property
    def span(self) -> float:
        """What the axis of time ends at."""
        return 1.0

    def small(self, painter: QPainter, bold: bool = False) -> None:
        """The font of the axes."""
        font = QFont(self.font())
        font.setPixelSize(11)
        font.setWeight(QFont.Weight.DemiBold if bold else QFont.Weight.Normal)
        painter.setFont(font)

    def ground(self, painter: QPainter, theme: Theme) -> None:
        """The panel behind everything."""
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QColor(theme.line))
        painter.setBrush(QColor(theme.panel))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), 10, 10)

    def grid(self, painter: QPainter, theme: Theme, about: int) -> None:
        """Lines at round values, with their numbers."""
        self.small(painter)
        marks = ticks(self.low, self.high, about)
        digits = 2 if len(marks) > 1 and marks[1] - marks[0] < 0.1 else 1
        for value in marks:
            y = self.at(0, value).y()
            painter.setPen(QPen(QColor(theme.grid_step), 1))
            painter.drawLine(QPointF(self.area.left(), y), QPointF(self.area.right(), y))
            painter.setPen(QColor(theme.muted))
            box = QRectF(0, y - 8, LEFT - 8, 16)
            painter.drawText(box, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, f"{value:.{digits}f}")

    def curve(self, painter: QPainter, points: list[Point], color: QColor, width: float) -> None:
        """A line through points."""
        inside = [(x, y) for x, y in points if math.isfinite(y)]
        if not inside:
            return
        path = QPainterPath(self.at(*inside[0]))
        for x, y in inside[1:]:
            path.lineTo(self.at(x, y))
        painter.setPen(QPen(color, width, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap, Qt.PenJoinStyle.RoundJoin))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawPath(path)


class LossPlot(Plot):
    """Training and held-out loss against the base's, as they come."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.curves = Curves()
        self.minutes = 0.0  # that the run takes in all, 0 while unknown
        self.setMinimumSize(300, 170)
        self.setMouseTracking(True)
        self.setAccessibleName(self.tr("Surprise per note: the loss, in nats"))

    def sizeHint(self) -> QSize:
        """Wide rather than high."""
        return QSize(520, 260)

    @property
    def span(self) -> float:
        """Minutes: those of the run, or those that have passed while it is not known how long it is."""
        points = self.curves.train + self.curves.interpolated
        return max(self.minutes, max((x for x, _ in points), default=0.0), 0.01)

    def clear(self) -> None:
        """An empty picture, for another run."""
        self.curves, self.minutes = Curves(), 0.0
        self.update()

    def show_all(self) -> None:
        """Fits the range to what there is, and paints."""
        c = self.curves
        calm = sorted(y for _, y in smoothed(c.train)[min(4, len(c.train) // 8) :] if math.isfinite(y))
        values = [y for _, y in c.interpolated + c.tuned if math.isfinite(y)] + ([c.base] if c.base else [])
        if calm:
            values += [calm[0], calm[min(int(len(calm) * 0.98), len(calm) - 1)]]
        if values:
            low, high = min(values), max(values)
            room = max((high - low) * 0.12, 0.05)
            self.low, self.high = low - room, high + room
        parts = [self.tr("Test pieces: {n}").format(n=f"{c.interpolated[-1][1]:.2f}")] if c.interpolated else []
        parts += [self.tr("the base: {n}").format(n=f"{c.base:.2f}")] if c.base else []
        self.setAccessibleDescription(", ".join(parts))
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Grid, curves, legend."""
        theme = self.theme
        if theme is None:
            return
        painter = QPainter(self)
        self.ground(painter, theme)
        c = self.curves
        if c.base is None and not c.train:
            painter.setPen(QColor(theme.muted))
            painter.drawText(self.rect(), Qt.AlignmentFlag.AlignCenter, self.tr("The curves begin in a moment."))
            painter.end()
            return
        self.grid(painter, theme, 5)
        self._times(painter, theme)
        painter.save()
        painter.setClipRect(self.area.adjusted(-6, -6, 6, 6))
        if c.base is not None:
            painter.setPen(QPen(QColor(theme.text), 1.2, Qt.PenStyle.DashLine))
            painter.drawLine(self.at(0, c.base), self.at(self.span, c.base))
            self._base(painter, theme, c.base)
        self.curve(painter, c.train, fade(theme.muted, 0.22), 1)
        self.curve(painter, smoothed(c.train), fade(theme.muted, 0.9), 1.6)
        self.curve(painter, c.tuned, fade(theme.human[1], 0.85), 1.6)
        self._dots(painter, c.tuned, QColor(theme.human[1]), 2.4)
        self.curve(painter, c.interpolated, QColor(theme.accent), 2.4)
        self._dots(painter, c.interpolated, QColor(theme.accent), 3.6)
        painter.restore()
        self._legend(painter, theme)
        painter.end()

    def _times(self, painter: QPainter, theme: Theme) -> None:
        painter.setPen(QColor(theme.muted))
        y = self.area.bottom() + 6
        if not self.minutes:
            return
        for minute in ticks(0, self.span, 6):
            x = self.at(minute, self.low).x()
            text = self.tr("{n} min").format(n=f"{minute:g}")
            left = min(max(x - 30, 4.0), self.width() - 64.0)
            painter.drawText(QRectF(left, y, 60, 16), Qt.AlignmentFlag.AlignCenter, text)

    def _base(self, painter: QPainter, theme: Theme, base: float) -> None:
        """The name of the dashed line, on it."""
        self.small(painter, bold=True)
        end = self.at(self.span, base)
        box = QRectF(end.x() - 120, end.y() - 18, 120, 16)
        painter.setPen(QColor(theme.text))
        painter.drawText(box, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, self.tr("base"))

    def _dots(self, painter: QPainter, points: list[Point], color: QColor, radius: float) -> None:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(color)
        for x, y in points:
            if math.isfinite(y):
                painter.drawEllipse(self.at(x, y), radius, radius)

    def _legend(self, painter: QPainter, theme: Theme) -> None:
        rows = (
            (self.tr("test pieces, saved version"), QColor(theme.accent), 2.4),
            (self.tr("fully trained"), QColor(theme.human[1]), 1.6),
            (self.tr("in training"), QColor(theme.muted), 1.6),
        )
        self.small(painter)
        x = 14.0
        for text, color, width in rows:
            room = painter.fontMetrics().horizontalAdvance(text)
            if x + 20 + room > self.width() - 8:
                break
            painter.setPen(QPen(color, width))
            painter.drawLine(QPointF(x, 18), QPointF(x + 14, 18))
            painter.setPen(QColor(theme.muted))
            painter.drawText(QPointF(x + 19, 22), text)
            x += 19 + room + 16
        painter.drawText(QPointF(14, 42), self.tr("surprise per note"))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Shows the loss of the nearest validation; over the legend, the exact terms."""
        points = self.curves.interpolated
        here = (event.position().x() - self.area.left()) / self.area.width() * self.span
        if event.position().y() < TOP:
            QToolTip.showText(event.globalPosition().toPoint(), self._terms(), self)
            return
        if not points:
            return
        at = bisect_left([x for x, _ in points], here)
        x, y = min(points[max(at - 1, 0) : at + 1], key=lambda p: abs(p[0] - here))
        text = self.tr("Validation loss {n} nats per note after {t} min").format(n=f"{y:.3f}", t=f"{x:.1f}")
        QToolTip.showText(event.globalPosition().toPoint(), text, self)

    def _terms(self) -> str:
        return self.tr(
            "Cross-entropy loss in nats per note, less is better.\n"
            "Saved version: validation loss of the checkpoint interpolated between base and trained weights.\n"
            "Fully trained: validation loss of the trained weights alone.\n"
            "In training: loss on the pieces that it learns from."
        )

    def leaveEvent(self, event: QEvent) -> None:
        """The mouse went away."""
        QToolTip.hideText()


class RatePlot(Plot):
    """The learning-rate search: the loss at each rate, and the rate that was chosen."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.rates: list[float] = []
        self.losses: list[float] = []
        self.rate = 0.0
        self.setMinimumHeight(64)
        self.setAccessibleName(self.tr("What the rate finder found"))

    @property
    def area(self) -> QRectF:
        """Smaller margins than a big plot's."""
        return QRectF(12, 28, max(self.width() - 24, 1), max(self.height() - 40, 1))

    def clear(self) -> None:
        """An empty picture, for another run."""
        self.rates, self.losses, self.rate = [], [], 0.0
        self.update()

    def show_search(self, search: LrSearch) -> None:
        """Another search."""
        self.rates, self.losses, self.rate = search.lrs, search.losses, search.lr
        finite = [y for y in search.losses if math.isfinite(y)]
        if finite:
            self.low, self.high = min(finite), min(max(finite), min(finite) + 3 * (finite[0] - min(finite)) + 0.5)
        self.setAccessibleDescription(self.tr("Rate {n}").format(n=f"{search.lr:.2g}"))
        self.update()

    def _x(self, rate: float) -> float:
        low, high = math.log(self.rates[0]), math.log(self.rates[-1])
        return min(max((math.log(rate) - low) / max(high - low, 1e-9), 0.0), 1.0)

    def paintEvent(self, event: QPaintEvent) -> None:
        """The curve, and a line at the rate."""
        theme = self.theme
        if theme is None:
            return
        painter = QPainter(self)
        self.ground(painter, theme)
        self.small(painter)
        painter.setPen(QColor(theme.muted))
        text = self.tr("Learning rate {n}").format(n=f"{self.rate:.2g}") if self.rate else self.tr("Learning rate")
        painter.drawText(QPointF(12, 19), text)
        if len(self.rates) > 1:
            if self.rates[0] <= self.rate <= self.rates[-1]:
                x = self.at(self._x(self.rate), self.low).x()
                painter.setPen(QPen(QColor(theme.accent), 1.5, Qt.PenStyle.DashLine))
                painter.drawLine(QPointF(x, self.area.top()), QPointF(x, self.area.bottom()))
            painter.setClipRect(self.area.adjusted(-2, -2, 2, 2))
            points = [self.at(self._x(r), y) for r, y in zip(self.rates, self.losses, strict=False) if math.isfinite(y)]
            painter.setPen(QPen(QColor(theme.human[1]), 1.6))
            painter.drawPolyline(QPolygonF(points))
        painter.end()
