"""The ruler: where its signs, loop and span stand, and how they are painted. Knows geometry and colours."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby

from PySide6.QtCore import QCoreApplication, QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPainterPath, QPen

from app.look.theme import fade
from app.roll.canvas.geometry import LOWER, SIGNS, UPPER, Geometry
from app.roll.painting.primitives import PaintContext, font
from composer.music.edits.tempo_meter_marks import Kind, Sign
from composer.music.time_maps import BarMap

translate = QCoreApplication.translate
GRIP = 5.0  # pixels around an edge of loop or span that take hold of it
WIDEST = 150.0  # pixels of a sign
NEAR = 480.0  # pixels of a bar from which its beats are numbered too
PADDING = {Kind.TEMPO: (15.0, 5.0), Kind.METER: (6.0, 5.0), Kind.MARKER: (9.0, 7.0)}  # left and right of a sign's text


@dataclass(frozen=True, slots=True)
class Placed:
    """A sign and the box that it stands in."""

    sign: Sign
    box: QRectF


@dataclass(frozen=True, slots=True)
class Marks:
    """What the ruler shows beside bars and signs; all in ticks."""

    loop: tuple[int, int] | None
    read: tuple[int, int] | None  # the span that the model sees
    join: int | None  # where it goes on
    chosen_span: bool  # whether a person set that span
    in_force: str = ""  # tempo and meter at the left edge, where their signs are scrolled away


def place(g: Geometry, signs: Iterable[Sign], width: float) -> list[Placed]:
    """The signs for which there is room, from left to right. Where it is narrow, markers and meters come first."""
    metrics = QFontMetricsF(font(11))
    placed: list[Placed] = []
    end = g.keys_width
    for tick, group in groupby(signs, key=lambda s: s.tick):
        x = g.x(tick)
        if x > width:
            break
        if x < g.keys_width - WIDEST:
            continue
        here = tuple(group)
        if any(s.kind is not Kind.TEMPO for s in here):
            while placed and placed[-1].sign.kind is Kind.TEMPO and placed[-1].box.right() > x - 3:
                placed.pop()
            end = placed[-1].box.right() if placed else g.keys_width - WIDEST
        if placed and x < end + 3:
            continue
        for sign in here:
            left, right = PADDING[sign.kind]
            wide = min(metrics.horizontalAdvance(sign.text) + left + right, WIDEST)
            placed.append(Placed(sign, QRectF(x, UPPER + 1.5, wide, SIGNS - 3)))
            x += wide + 2
        end = x
    return placed


def sign_at(placed: Sequence[Placed], x: float, y: float) -> Sign | None:
    """The sign under a pixel."""
    return next((p.sign for p in placed if p.box.contains(QPointF(x, y))), None)


def on_edge(g: Geometry, span: tuple[int, int] | None, x: float) -> bool:
    """Whether a pixel takes hold of either end of a span."""
    return span is not None and any(abs(g.x(tick) - x) <= GRIP for tick in span)


def paint(s: PaintContext, bars: BarMap, marks: Marks, placed: Sequence[Placed]) -> None:
    """The three strips: bars and loop, signs, the span that the model sees."""
    p, g, t = s.painter, s.g, s.theme
    left, right = s.dirty.left(), s.dirty.right()
    p.fillRect(QRectF(left, 0, right - left, UPPER), QColor(t.panel))
    p.fillRect(QRectF(left, UPPER, right - left, SIGNS + LOWER), QColor(t.window))
    p.save()
    p.setClipRect(QRectF(g.keys_width, 0, s.width - g.keys_width, g.ruler_height), Qt.ClipOperation.IntersectClip)
    p.setRenderHint(QPainter.RenderHint.Antialiasing)
    if marks.loop:
        _loop(s, marks.loop)
    _bar_numbers(s, bars)
    for one in placed:
        _sign(s, one)
    p.fillRect(QRectF(left, UPPER + SIGNS - 1, right - left, 1), fade(t.line, 0.6))
    _read(s, marks)
    p.restore()
    p.fillRect(QRectF(left, g.ruler_height - 1, right - left, 1), QColor(t.line))
    if left < g.keys_width:
        _corner(s, marks.in_force)


def _corner(s: PaintContext, in_force: str) -> None:
    """Over the keys: what tempo and meter hold at the left edge."""
    p, g, t = s.painter, s.g, s.theme
    p.fillRect(QRectF(g.keys_width - 1, 0, 1, g.ruler_height), QColor(t.line))
    p.setFont(font(10, QFont.Weight.Normal))
    p.setPen(QColor(t.muted))
    area = QRectF(2, UPPER, g.keys_width - 9, SIGNS)
    p.drawText(area, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight, in_force)


def _loop(s: PaintContext, loop: tuple[int, int]) -> None:
    p, g, t = s.painter, s.g, s.theme
    area = QRectF(g.x(loop[0]), 2, g.width(loop[1] - loop[0]), UPPER - 4)
    p.setPen(Qt.PenStyle.NoPen)
    p.setBrush(fade(t.playhead, 0.26))
    p.drawRoundedRect(area, 3, 3)
    p.setBrush(QColor(t.playhead))
    for x in (area.left(), area.right() - 2.5):
        p.drawRoundedRect(QRectF(x, 2, 2.5, UPPER - 4), 1, 1)


def _bar_numbers(s: PaintContext, bars: BarMap) -> None:
    p, g, t = s.painter, s.g, s.theme
    first, last = bars.bar(g.tick(max(s.dirty.left(), g.keys_width) - 80)), bars.bar(g.tick(s.dirty.right()))
    width = max(g.width(bars.start(first + 1) - bars.start(first)), 0.01)
    every = 1
    while every * width < 38:
        every *= 2
    p.setFont(font(11))
    for bar in range(first - first % every, last + 1, every):
        if width >= NEAR:
            _beat_numbers(s, bars, bar)
        x = round(g.x(bars.start(bar))) + 0.5
        if x < g.keys_width - 40:
            continue
        p.setPen(QPen(QColor(t.grid_bar), 1))
        p.drawLine(QLineF(x, UPPER - 8, x, UPPER))
        p.setPen(QColor(t.muted))
        p.drawText(QPointF(x + 7, UPPER - 8), str(bar + 1))


def _beat_numbers(s: PaintContext, bars: BarMap, bar: int) -> None:
    """From near, a bar's number may be out of sight: each beat tells it too."""
    p, g, t = s.painter, s.g, s.theme
    begin = bars.start(bar)
    count = bars.meter(begin)[0]
    beat = (bars.start(bar + 1) - begin) / count
    every = next((n for n in (1, 2, 4, 8, 16) if g.width(n * beat) >= 48), 32)
    for i in range(every, count, every):
        x = round(g.x(begin + i * beat)) + 0.5
        p.setPen(QPen(QColor(t.grid_beat), 1))
        p.drawLine(QLineF(x, UPPER - 5, x, UPPER))
        p.setPen(QColor(t.muted))
        p.drawText(QPointF(x + 7, UPPER - 8), f"{bar + 1}.{i + 1}")


def _sign(s: PaintContext, placed: Placed) -> None:
    p, t, sign, box = s.painter, s.theme, placed.sign, placed.box
    left, right = PADDING[sign.kind]
    color = QColor(t.text if sign.kind is Kind.MARKER else t.muted)
    if sign.kind is Kind.MARKER:
        p.setPen(Qt.PenStyle.NoPen)
        p.setBrush(QColor(t.info_soft))
        p.drawRoundedRect(box, 3, 3)
        p.fillRect(QRectF(box.left(), box.top(), 2, box.height()), QColor(t.human[1]))
    if sign.kind is Kind.TEMPO:
        _quarter(p, QPointF(box.left() + 8, box.center().y() + 3.5), color)
    p.setPen(color if sign.given else fade(color, 0.75))
    p.setFont(font(11, QFont.Weight.DemiBold if sign.kind is Kind.MARKER else QFont.Weight.Medium))
    room = box.width() - left - right + 2
    text = p.fontMetrics().elidedText(sign.text, Qt.TextElideMode.ElideRight, round(room) + 6)
    p.drawText(box.adjusted(left, 0, 6, 0), Qt.AlignmentFlag.AlignVCenter, text)


def _quarter(p: QPainter, foot: QPointF, color: QColor) -> None:
    """A quarter note, drawn: not every typeface has one."""
    p.setPen(QPen(color, 1))
    p.setBrush(color)
    p.drawLine(QLineF(foot.x() + 2.2, foot.y(), foot.x() + 2.2, foot.y() - 8))
    p.save()
    p.translate(foot)
    p.rotate(-20)
    p.setPen(Qt.PenStyle.NoPen)
    p.drawEllipse(QPointF(0, 0), 2.8, 2.0)
    p.restore()


def _read(s: PaintContext, marks: Marks) -> None:
    """What the model sees, with a handle at either end, and where it goes on."""
    p, g, t = s.painter, s.g, s.theme
    top, height = UPPER + SIGNS + 2, LOWER - 6
    words = font(10, QFont.Weight.DemiBold)
    if marks.read:
        strip = QRectF(g.x(marks.read[0]), top, max(g.width(marks.read[1] - marks.read[0]), 2), height)
        p.setPen(Qt.PenStyle.NoPen)
        p.setBrush(fade(t.accent, 0.42 if marks.chosen_span else 0.30))
        p.drawRoundedRect(strip, 3, 3)
        p.setBrush(QColor(t.accent))
        for x in (strip.left(), strip.right() - 3):
            p.drawRoundedRect(QRectF(x, top, 3, height), 1.5, 1.5)
        inner = strip.intersected(QRectF(g.keys_width, top, s.width - g.keys_width, height))
        text = translate("Roll", "Context")
        p.setFont(words)
        p.setPen(QColor(t.text))
        if inner.width() > p.fontMetrics().horizontalAdvance(text) + 18:
            p.drawText(inner.adjusted(9, 0, -4, 0), Qt.AlignmentFlag.AlignVCenter, text)
    if marks.join is not None:
        flag = translate("Roll", "New music starts here") if marks.read else translate("Roll", "Starts a new piece")
        _flag(s, g.x(marks.join), flag, words)


def _flag(s: PaintContext, x: float, text: str, words: QFont) -> None:
    p, t = s.painter, s.theme
    arrow = QPainterPath(QPointF(x + 6, UPPER + SIGNS + 4))
    arrow.lineTo(x + 10, UPPER + SIGNS + LOWER / 2 - 1)
    arrow.lineTo(x + 6, UPPER + SIGNS + LOWER - 6)
    p.setPen(QPen(QColor(t.accent), 1.4))
    p.setBrush(Qt.BrushStyle.NoBrush)
    p.drawPath(arrow)
    p.setFont(words)
    p.drawText(QRectF(x + 15, UPPER + SIGNS, 400, LOWER - 2), Qt.AlignmentFlag.AlignVCenter, text)
