"""Paints the parts of a roll. Knows geometry and colours, not the document and not the mouse."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from functools import lru_cache

from PySide6.QtCore import QCoreApplication, QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QBrush, QColor, QFont, QPainter, QPainterPath, QPen, QPixmap

from app.roll.geometry import Geometry
from app.theme import Theme, faded, ramp
from composer.score import Note
from composer.units import BarMap

translate = QCoreApplication.translate
BLACK_KEYS = frozenset({1, 3, 6, 8, 10})
NAMES = ("C", "C♯", "D", "D♯", "E", "F", "F♯", "G", "G♯", "A", "A♯", "B")
UPPER = 26.0  # height of the ruler's upper strip; the rest is the lower one
MANY = 1500  # from so many visible notes on they are drawn in batches, without names


def pitch_name(pitch: int) -> str:
    """Scientific name of a MIDI key: 60 is C4."""
    return f"{NAMES[pitch % 12]}{pitch // 12 - 1}"


@dataclass(slots=True)
class Sheet:
    """What one painting needs: the painter, where things are, the colours, and the part to be painted."""

    painter: QPainter
    g: Geometry
    theme: Theme
    dirty: QRectF
    width: float
    height: float

    @property
    def ticks(self) -> tuple[int, int]:
        """First and last tick of the dirty part."""
        return self.g.tick(self.dirty.left() - 2), self.g.tick(self.dirty.right() + 2) + 1

    @property
    def pitches(self) -> tuple[int, int]:
        """Lowest and highest pitch of the dirty part."""
        return self.g.pitch(self.dirty.bottom() + 1), self.g.pitch(max(self.dirty.top(), self.g.ruler_height))


def font(pixels: int, weight: QFont.Weight = QFont.Weight.Medium) -> QFont:
    """The application's font in another size."""
    result = QFont()
    result.setFamilies(QFont().families())
    result.setPixelSize(pixels)
    result.setWeight(weight)
    return result


# ---- ground ----


def ground(s: Sheet) -> None:
    """Rows of the keys, with a stronger line below each C."""
    p, g = s.painter, s.g
    low, high = s.pitches
    p.fillRect(s.dirty, QColor(s.theme.row_white))
    black, line = QColor(s.theme.row_black), QColor(s.theme.row_octave)
    for pitch in range(low, high + 1):
        y = g.y(pitch)
        if pitch % 12 in BLACK_KEYS:
            p.fillRect(QRectF(s.dirty.left(), y, s.dirty.width(), g.key_height), black)
        if pitch % 12 == 0:
            p.fillRect(QRectF(s.dirty.left(), round(y + g.key_height) - 1, s.dirty.width(), 1), line)


def grid(s: Sheet, bars: BarMap, step: int) -> None:
    """Bar lines, beats, and the lines of the snap grid where there is room for them."""
    first, last = s.ticks
    beats: list[QLineF] = []
    steps: list[QLineF] = []
    strong: list[QLineF] = []
    top, bottom = s.dirty.top(), s.dirty.bottom()

    def upright(tick: float) -> QLineF:
        x = round(s.g.x(tick)) + 0.5
        return QLineF(x, top, x, bottom)

    for bar in range(bars.bar(first), bars.bar(last) + 1):
        begin, end = bars.start(bar), bars.start(bar + 1)
        strong.append(upright(begin))
        beat = max(s.g.ticks_per_beat * 4 // bars.meter(begin)[1], 1)
        if s.g.width(step) >= 7 and step < end - begin:
            steps += [upright(t) for t in range(begin + step, end, step) if (t - begin) % beat]
        if s.g.width(beat) >= 7:
            beats += [upright(t) for t in range(begin + beat, end, beat)]
    far = s.g.width(bars.start(1)) < 7  # far out, single bars would be a wall
    for lines, color in ((steps, s.theme.grid_step), (beats, s.theme.grid_beat), (strong, s.theme.grid_bar)):
        s.painter.setPen(QPen(QColor(color), 1))
        s.painter.drawLines(lines[:: 8 if far and lines is strong else 1])


# ---- notes ----


@lru_cache(maxsize=32)
def hatch(color: str, density: float, alpha: float) -> QPixmap:
    """A tile of diagonal stripes: the pattern of what the model wrote."""
    size = 6
    tile = QPixmap(round(size * density), round(size * density))
    tile.setDevicePixelRatio(density)
    tile.fill(Qt.GlobalColor.transparent)
    p = QPainter(tile)
    p.setRenderHint(QPainter.RenderHint.Antialiasing)
    p.setPen(QPen(faded(color, alpha), 1.6))
    for shift in (-size, 0, size):
        p.drawLine(QPointF(shift - 1, size + 1), QPointF(shift + size + 1, -1))
    p.end()
    return tile


def notes(s: Sheet, shown: Collection[Note], *, opacity: float = 1.0, names: bool = True) -> None:
    """Notes by people: plain. Notes by the model: another hue and diagonal stripes."""
    if len(shown) > MANY:
        _batched(s, shown, opacity)
        return
    p = s.painter
    p.setOpacity(opacity)
    labels = names and s.g.key_height >= 13
    for note in shown:
        _note(s, note, labels)
    p.setOpacity(1.0)


def box(g: Geometry, note: Note) -> QRectF:
    """The painted rectangle of a note, with a hair of ground around it."""
    x, y, width, height = g.rect(note)
    gap = 1.0 if width > 5 else 0.0
    return QRectF(x + 0.5, y + 0.75, max(width - gap, 2.5), max(height - 1.5, 2.0))


def _note(s: Sheet, note: Note, labels: bool) -> None:
    p = s.painter
    rect = box(s.g, note)
    color = ramp(s.theme, note.composed)[note.velocity]
    radius = min(3.5, rect.height() / 3, rect.width() / 2)
    if note.muted:
        p.setPen(QPen(faded(color, 0.7), 1, Qt.PenStyle.DashLine))
        p.setBrush(faded(color, 0.12))
        p.drawRoundedRect(rect, radius, radius)
        return
    p.setPen(Qt.PenStyle.NoPen)
    p.setBrush(color)
    p.drawRoundedRect(rect, radius, radius)
    if note.composed and rect.width() > 6:
        p.setBrush(_stripes(s))
        p.drawRoundedRect(rect, radius, radius)
    elif note.composed:  # too narrow for stripes: a slit instead
        slit = QRectF(rect.left(), rect.center().y() - 1, rect.width(), 2)
        p.fillRect(slit, faded(s.theme.row_black if s.theme.name == "dark" else "#ffffff", 0.6))
    if labels and rect.width() >= 30:
        bright = color.lightnessF() > 0.55
        p.setPen(QColor("#0d1016" if bright else "#ffffff"))
        p.setFont(font(min(int(s.g.key_height - 4), 11), QFont.Weight.DemiBold))
        p.drawText(rect.adjusted(6, 0, -2, 0), Qt.AlignmentFlag.AlignVCenter, pitch_name(note.pitch))


def _stripes(s: Sheet) -> QBrush:
    density = s.painter.device().devicePixelRatio()
    brush = QBrush(hatch(s.theme.row_black if s.theme.name == "dark" else "#ffffff", density, 0.34))
    return brush


def _batched(s: Sheet, shown: Iterable[Note], opacity: float) -> None:
    """Many notes: one fill for each colour step."""
    groups: dict[tuple[bool, int], list[QRectF]] = {}
    for note in shown:
        groups.setdefault((note.composed, note.velocity & 0x78), []).append(box(s.g, note))
    s.painter.setOpacity(opacity)
    s.painter.setPen(Qt.PenStyle.NoPen)
    for (composed, velocity), rects in groups.items():
        s.painter.setBrush(ramp(s.theme, composed)[velocity])
        s.painter.drawRects(rects)
        if composed:
            s.painter.setBrush(_stripes(s))
            s.painter.drawRects(rects)
    s.painter.setOpacity(1.0)


def outlines(s: Sheet, chosen: Iterable[Note]) -> None:
    """A ring around selected notes."""
    p = s.painter
    p.setBrush(faded(s.theme.outline, 0.18))
    p.setPen(QPen(QColor(s.theme.outline), 1.6))
    for note in chosen:
        rect = box(s.g, note).adjusted(-0.3, -0.3, 0.3, 0.3)
        radius = min(3.5, rect.height() / 3, rect.width() / 2)
        p.drawRoundedRect(rect, radius, radius)


def ghosts(s: Sheet, others: Iterable[Note], color: str, alpha: float = 0.4) -> None:
    """Thin outlines: the takes that are not chosen, or the note that a press would draw."""
    p = s.painter
    p.setBrush(Qt.BrushStyle.NoBrush)
    p.setPen(QPen(faded(color, alpha), 1))
    for note in others:
        p.drawRoundedRect(box(s.g, note).adjusted(0.5, 0.5, -0.5, -0.5), 2.5, 2.5)


def shades(s: Sheet, others: Iterable[Note]) -> None:
    """Takes that are written too but not chosen: hardly there."""
    s.painter.setPen(Qt.PenStyle.NoPen)
    s.painter.setBrush(faded(s.theme.accent, 0.13))
    s.painter.drawRects([box(s.g, note) for note in others])


def glow(s: Sheet, note: Note) -> None:
    """Light around the note that was written last."""
    p = s.painter
    p.setPen(Qt.PenStyle.NoPen)
    for margin, alpha in ((7, 0.10), (4.5, 0.16), (2, 0.26)):
        p.setBrush(faded(s.theme.accent, alpha))
        p.drawRoundedRect(box(s.g, note).adjusted(-margin, -margin, margin, margin), 3 + margin, 3 + margin)


# ---- marks over the notes ----


def band(s: Sheet, rect: QRectF) -> None:
    """The box of a selection under way."""
    s.painter.setPen(QPen(faded(s.theme.outline, 0.8), 1, Qt.PenStyle.DashLine))
    s.painter.setBrush(faded(s.theme.outline, 0.08))
    s.painter.drawRect(rect)


def joint(s: Sheet, tick: int) -> None:
    """The line where composing goes on."""
    x = round(s.g.x(tick)) + 0.5
    pen = QPen(QColor(s.theme.accent), 1.4, Qt.PenStyle.CustomDashLine)
    pen.setDashPattern([3, 3])
    s.painter.setPen(pen)
    s.painter.drawLine(QLineF(x, s.g.ruler_height, x, s.height))


def playhead(s: Sheet, tick: float) -> None:
    """The line that follows the sound, with its handle in the ruler."""
    x = round(s.g.x(tick)) + 0.5
    p = s.painter
    p.setPen(QPen(QColor(s.theme.playhead), 1.5))
    p.drawLine(QLineF(x, UPPER - 2, x, s.height))
    handle = QPainterPath(QPointF(x - 5.5, UPPER - 13))
    for point in ((x + 5.5, UPPER - 13), (x + 5.5, UPPER - 7), (x, UPPER - 0.5), (x - 5.5, UPPER - 7)):
        handle.lineTo(*point)
    handle.closeSubpath()
    p.setPen(Qt.PenStyle.NoPen)
    p.setBrush(QColor(s.theme.playhead))
    p.drawPath(handle)


# ---- ruler and keys ----


def ruler(s: Sheet, bars: BarMap, heard: tuple[int, int] | None, loop: tuple[int, int] | None) -> None:
    """Bar numbers and meters above; below them what the model hears before it goes on."""
    p, g, t = s.painter, s.g, s.theme
    p.fillRect(QRectF(0, 0, s.width, g.ruler_height), QColor(t.panel))
    p.save()
    p.setClipRect(QRectF(g.keys_width, 0, s.width - g.keys_width, g.ruler_height))
    if loop:
        p.fillRect(QRectF(g.x(loop[0]), 2, g.width(loop[1] - loop[0]), UPPER - 4), faded(t.playhead, 0.28))
    _bar_numbers(s, bars)
    lower = QRectF(0, UPPER, s.width, g.ruler_height - UPPER)
    p.fillRect(lower, QColor(t.window))
    if heard:
        _heard(s, heard)
    p.restore()
    p.fillRect(QRectF(0, g.ruler_height - 1, s.width, 1), QColor(t.line))


def _bar_numbers(s: Sheet, bars: BarMap) -> None:
    p, g, t = s.painter, s.g, s.theme
    first, last = bars.bar(g.tick(g.keys_width - 80)), bars.bar(g.tick(s.width))
    width = max(g.width(bars.start(first + 1) - bars.start(first)), 0.5)
    every = next((n for n in (1, 2, 4, 8, 16, 32, 64, 128) if n * width >= 38), 256)
    p.setFont(font(11))
    meter = bars.meter(bars.start(first - 1)) if first > 0 else None
    for bar in range(first, last + 1):
        start = bars.start(bar)
        x = round(g.x(start)) + 0.5
        changed = bars.meter(start) != meter
        meter = bars.meter(start)
        if (bar % every and not changed) or x < g.keys_width - 4:
            continue
        p.setPen(QPen(QColor(t.grid_bar), 1))
        p.drawLine(QLineF(x, UPPER - 8, x, UPPER))
        p.setPen(QColor(t.muted))
        text = str(bar + 1)
        p.drawText(QPointF(x + 8, 17), text)
        if changed:
            beside = x + 14 + p.fontMetrics().horizontalAdvance(text)
            p.setFont(font(11, QFont.Weight.Normal))
            p.drawText(QPointF(beside, 17), f"{meter[0]}/{meter[1]}")
            p.setFont(font(11))


def _heard(s: Sheet, heard: tuple[int, int]) -> None:
    p, g, t = s.painter, s.g, s.theme
    x, end = max(g.x(heard[0]), g.keys_width), g.x(heard[1])
    strip = QRectF(x, UPPER + 3, max(end - x, 0), g.ruler_height - UPPER - 7)
    p.setPen(Qt.PenStyle.NoPen)
    p.setBrush(faded(t.accent, 0.30))
    p.drawRoundedRect(strip, 3, 3)
    p.setFont(font(10, QFont.Weight.DemiBold))
    p.setPen(QColor(t.text))
    metrics, text = p.fontMetrics(), translate("Roll", "the model hears this")
    if strip.width() > metrics.horizontalAdvance(text) + 14:
        p.drawText(strip.adjusted(7, 0, -4, 0), Qt.AlignmentFlag.AlignVCenter, text)
    flag = translate("Roll", "and continues here") if heard[1] else translate("Roll", "begins here, from nothing")
    p.setPen(QColor(t.accent))
    p.drawText(QRectF(end + 7, UPPER, 400, strip.height() + 6), Qt.AlignmentFlag.AlignVCenter, flag)


def keys(s: Sheet, lit: Collection[int], under: int | None) -> None:
    """The keyboard at the left; lit keys sound, the one under the mouse is named."""
    p, g, t = s.painter, s.g, s.theme
    low, high = g.pitch(s.height), g.pitch(g.ruler_height)
    p.save()
    p.setClipRect(QRectF(0, g.ruler_height, g.keys_width, s.height))
    p.fillRect(QRectF(0, g.ruler_height, g.keys_width, s.height), QColor(t.key_white))
    p.setFont(font(min(max(int(g.key_height - 3), 8), 11)))
    for pitch in range(low, high + 1):
        _key(s, pitch, pitch in lit, pitch == under)
    p.restore()
    p.fillRect(QRectF(g.keys_width - 1, g.ruler_height, 1, s.height), QColor(t.line))


def _key(s: Sheet, pitch: int, lit: bool, under: bool) -> None:
    p, g, t = s.painter, s.g, s.theme
    y, width = g.y(pitch), g.keys_width - 1
    black = pitch % 12 in BLACK_KEYS
    if black:
        length = width * 0.62
        p.fillRect(QRectF(length, round(y + g.key_height / 2), width - length, 1), QColor(t.key_line))
        p.setPen(Qt.PenStyle.NoPen)
        p.setBrush(QColor(t.playhead) if lit else QColor(t.key_black))
        p.drawRoundedRect(QRectF(-4, y + 0.5, length + 4, g.key_height - 1), 2, 2)
    else:
        if lit:
            p.fillRect(QRectF(0, y, width, g.key_height), faded(t.playhead, 0.75))
        if pitch % 12 in (0, 5):  # B and C, E and F meet without a black key between
            p.fillRect(QRectF(0, round(y + g.key_height) - 1, width, 1), QColor(t.key_line))
    if (pitch % 12 == 0 and g.key_height >= 8) or under:
        p.setPen(QColor(t.key_white if black and not lit else t.key_text))
        area = QRectF(4, y, (width * 0.62 if black else width) - 8, g.key_height)
        align = Qt.AlignmentFlag.AlignVCenter | (Qt.AlignmentFlag.AlignLeft if black else Qt.AlignmentFlag.AlignRight)
        p.drawText(area, align, pitch_name(pitch))


def frame(s: Sheet) -> None:
    """A line around the roll while the keyboard works it."""
    s.painter.setBrush(Qt.BrushStyle.NoBrush)
    s.painter.setPen(QPen(QColor(s.theme.accent), 2))
    s.painter.drawRect(QRectF(1, 1, s.width - 2, s.height - 2))


# ---- when there is nothing, or something is about to be dropped ----


def lesson(s: Sheet, title: str, lines: Iterable[str]) -> None:
    """What an empty roll says."""
    p, middle = s.painter, s.g.keys_width + (s.width - s.g.keys_width) / 2
    y = s.g.ruler_height + (s.height - s.g.ruler_height) * 0.36
    width = min(s.width - s.g.keys_width - 40, 460)
    p.setPen(Qt.PenStyle.NoPen)
    p.setBrush(faded(s.theme.panel, 0.92))
    p.drawRoundedRect(QRectF(middle - width / 2, y - 58, width, 142), 12, 12)
    p.setPen(QColor(s.theme.text))
    p.setFont(font(20, QFont.Weight.DemiBold))
    p.drawText(QRectF(middle - width / 2, y - 34, width, 30), Qt.AlignmentFlag.AlignCenter, title)
    p.setPen(QColor(s.theme.muted))
    p.setFont(font(13, QFont.Weight.Normal))
    for line in lines:
        p.drawText(QRectF(middle - width / 2, y + 8, width, 22), Qt.AlignmentFlag.AlignCenter, line)
        y += 24


def invitation(s: Sheet, text: str) -> None:
    """The frame while a file hangs over the window."""
    p = s.painter
    frame = QRectF(s.g.keys_width, s.g.ruler_height, s.width - s.g.keys_width, s.height - s.g.ruler_height)
    p.fillRect(frame, faded(s.theme.window, 0.72))
    p.setPen(QPen(QColor(s.theme.accent), 2, Qt.PenStyle.DashLine))
    p.setBrush(faded(s.theme.accent, 0.06))
    p.drawRoundedRect(frame.adjusted(16, 16, -16, -16), 12, 12)
    p.setPen(QColor(s.theme.text))
    p.setFont(font(18, QFont.Weight.DemiBold))
    p.drawText(frame, Qt.AlignmentFlag.AlignCenter, text)
