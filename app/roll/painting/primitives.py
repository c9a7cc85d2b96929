"""Painting primitives of the roll. Know geometry and colours, not the document and not the mouse."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from functools import lru_cache

from PySide6.QtCore import QCoreApplication, QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QBrush, QColor, QFont, QPainter, QPainterPath, QPen, QPixmap

from app.look.theme import Theme, fade, ramp
from app.roll.canvas.geometry import UPPER, Geometry
from composer.music.scale import Scale
from composer.music.score import Note
from composer.music.time_maps import BarMap

translate = QCoreApplication.translate
BLACK_KEYS = frozenset({1, 3, 6, 8, 10})
NAMES = ("C", "C♯", "D", "D♯", "E", "F", "F♯", "G", "G♯", "A", "A♯", "B")
MANY = 500  # more visible notes than that are drawn as one picture, without names


def pitch_name(pitch: int) -> str:
    """Scientific name of a MIDI key: 60 is C4."""
    return f"{NAMES[pitch % 12]}{pitch // 12 - 1}"


@dataclass(slots=True)
class PaintContext:
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

    def near(self, x: float) -> bool:
        """Whether a narrow thing at a pixel may be in the dirty part."""
        return self.dirty.left() - 10 <= x <= self.dirty.right() + 10


def font(pixels: int, weight: QFont.Weight = QFont.Weight.Medium) -> QFont:
    """The application's font in another size."""
    result = QFont()
    result.setFamilies(QFont().families())
    result.setPixelSize(pixels)
    result.setWeight(weight)
    return result


# ---- ground ----


def paint_ground(s: PaintContext, scale: Scale | None) -> None:
    """Rows of the keys, with a stronger line below each C; with a scale, its rows stand out instead."""
    p, g, t = s.painter, s.g, s.theme
    low, high = s.pitches
    p.fillRect(s.dirty, QColor(t.row_white))
    for pitch in range(low, high + 1):
        y, color = g.y(pitch), _row(t, pitch, scale)
        if color != t.row_white:
            p.fillRect(QRectF(s.dirty.left(), y, s.dirty.width(), g.key_height), QColor(color))
        if pitch % 12 == 0:
            p.fillRect(QRectF(s.dirty.left(), round(y + g.key_height) - 1, s.dirty.width(), 1), QColor(t.row_octave))


def _row(t: Theme, pitch: int, scale: Scale | None) -> str:
    if scale is None:
        return t.row_black if pitch % 12 in BLACK_KEYS else t.row_white
    if pitch % 12 == scale.tonic:
        return t.row_tonic
    return t.row_white if scale.contains(pitch) else t.row_outside


def paint_grid(s: PaintContext, bars: BarMap, step: float | None) -> None:
    """Bar lines, beats, and the lines of the snap grid (`step` in quarters) where there is room for them."""
    first, last = s.ticks
    beats: list[QLineF] = []
    steps: list[QLineF] = []
    strong: list[QLineF] = []
    top, bottom = max(s.dirty.top(), s.g.ruler_height), s.dirty.bottom()
    size = (step or 0) * s.g.ticks_per_beat

    def upright(tick: float) -> QLineF:
        x = round(s.g.x(tick)) + 0.5
        return QLineF(x, top, x, bottom)

    stride = 1
    while s.g.width(bars.start(1)) * stride < 7:  # far out, single bars would be a wall
        stride *= 8
    begin_bar = bars.bar(first)
    for bar in range(begin_bar - begin_bar % stride, bars.bar(last) + 1, stride):
        begin, end = bars.start(bar), bars.start(bar + 1)
        strong.append(upright(begin))
        beat = max(s.g.ticks_per_beat * 4 // bars.meter(begin)[1], 1)
        if size and s.g.width(size) >= 7:
            steps += [upright(t) for t in _between(begin, end, size, first, last) if (t - begin) % beat]
        if s.g.width(beat) >= 7:
            beats += [upright(t) for t in _between(begin, end, beat, first, last)]
    for lines, color in ((steps, s.theme.grid_step), (beats, s.theme.grid_beat), (strong, s.theme.grid_bar)):
        s.painter.setPen(QPen(QColor(color), 1))
        s.painter.drawLines(lines)


def _between(begin: int, end: int, size: float, first: int, last: int) -> list[int]:
    """The lines inside a bar, `size` ticks apart, as far as they are within [first, last]."""
    one = max(int((first - begin) / size), 1)
    count = int((min(end - 1, last) - begin) / size)
    return [round(begin + i * size) for i in range(one, count + 1)]


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
    p.setPen(QPen(fade(color, alpha), 1.6))
    for shift in (-size, 0, size):
        p.drawLine(QPointF(shift - 1, size + 1), QPointF(shift + size + 1, -1))
    p.end()
    return tile


def paint_notes(s: PaintContext, shown: Collection[Note], *, opacity: float = 1.0, names: bool = True) -> None:
    """Notes by people: plain. Notes by the model: another hue and diagonal stripes."""
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


def _note(s: PaintContext, note: Note, labels: bool) -> None:
    p = s.painter
    rect = box(s.g, note)
    color = ramp(s.theme, note.composed)[note.velocity]
    radius = min(3.5, rect.height() / 3, rect.width() / 2)
    if note.muted:
        p.setPen(QPen(fade(color, 0.7), 1, Qt.PenStyle.DashLine))
        p.setBrush(fade(color, 0.12))
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
        p.fillRect(slit, fade(s.theme.row_black if s.theme.name == "dark" else "#ffffff", 0.6))
    if labels and rect.width() >= 30:
        bright = color.lightnessF() > 0.55
        p.setPen(QColor("#0d1016" if bright else "#ffffff"))
        p.setFont(font(min(int(s.g.key_height - 4), 11), QFont.Weight.DemiBold))
        p.drawText(rect.adjusted(6, 0, -2, 0), Qt.AlignmentFlag.AlignVCenter, pitch_name(note.pitch))


def _stripes(s: PaintContext) -> QBrush:
    density = s.painter.device().devicePixelRatio()
    brush = QBrush(hatch(s.theme.row_black if s.theme.name == "dark" else "#ffffff", density, 0.34))
    return brush


def paint_outlines(s: PaintContext, chosen: Iterable[Note]) -> None:
    """A ring around selected notes."""
    p = s.painter
    p.setBrush(fade(s.theme.outline, 0.18))
    p.setPen(QPen(QColor(s.theme.outline), 1.6))
    for note in chosen:
        rect = box(s.g, note).adjusted(-0.3, -0.3, 0.3, 0.3)
        radius = min(3.5, rect.height() / 3, rect.width() / 2)
        p.drawRoundedRect(rect, radius, radius)


def paint_ghosts(s: PaintContext, others: Iterable[Note], color: str, alpha: float = 0.4) -> None:
    """Thin outlines: the takes that are not chosen, or the note that a press would draw."""
    p = s.painter
    p.setBrush(Qt.BrushStyle.NoBrush)
    p.setPen(QPen(fade(color, alpha), 1))
    for note in others:
        p.drawRoundedRect(box(s.g, note).adjusted(0.5, 0.5, -0.5, -0.5), 2.5, 2.5)


def paint_pencil_ghost(s: PaintContext, note: Note) -> None:
    """The note that a press would draw: its outline, a breath of colour, and its name where there is room."""
    p, rect = s.painter, box(s.g, note)
    color = ramp(s.theme, False)[note.velocity]
    p.setPen(QPen(color, 1))
    p.setBrush(fade(color, 0.22))
    p.drawRoundedRect(rect.adjusted(0.5, 0.5, -0.5, -0.5), 3, 3)
    if s.g.key_height >= 13 and rect.width() >= 30:
        p.setPen(color if s.theme.name == "dark" else QColor(s.theme.text))
        p.setFont(font(min(int(s.g.key_height - 4), 11), QFont.Weight.DemiBold))
        p.drawText(rect.adjusted(6, 0, -2, 0), Qt.AlignmentFlag.AlignVCenter, pitch_name(note.pitch))


def paint_other_layers(s: PaintContext, notes: Iterable[Note]) -> None:
    """Notes of layers that are not active: there to be seen, not to be taken."""
    p = s.painter
    p.setPen(QPen(fade(s.theme.muted, 0.5), 1))
    p.setBrush(fade(s.theme.muted, 0.22))
    for note in notes:
        p.drawRoundedRect(box(s.g, note).adjusted(0.5, 0.5, -0.5, -0.5), 2.5, 2.5)


def paint_other_takes(s: PaintContext, others: Iterable[Note]) -> None:
    """Takes that are written too but not chosen: hardly there."""
    s.painter.setPen(Qt.PenStyle.NoPen)
    s.painter.setBrush(fade(s.theme.accent, 0.13))
    s.painter.drawRects([box(s.g, note) for note in others])


def paint_glow(s: PaintContext, note: Note) -> None:
    """Light around the note that was written last."""
    p = s.painter
    p.setPen(Qt.PenStyle.NoPen)
    for margin, alpha in ((7, 0.10), (4.5, 0.16), (2, 0.26)):
        p.setBrush(fade(s.theme.accent, alpha))
        p.drawRoundedRect(box(s.g, note).adjusted(-margin, -margin, margin, margin), 3 + margin, 3 + margin)


# ---- marks over the notes ----


def paint_band(s: PaintContext, rect: QRectF) -> None:
    """The box of a selection under way."""
    s.painter.setPen(QPen(fade(s.theme.outline, 0.8), 1, Qt.PenStyle.DashLine))
    s.painter.setBrush(fade(s.theme.outline, 0.08))
    s.painter.drawRect(rect)


def paint_join(s: PaintContext, tick: int) -> None:
    """The line where composing goes on."""
    x = round(s.g.x(tick)) + 0.5
    pen = QPen(QColor(s.theme.accent), 1.4, Qt.PenStyle.CustomDashLine)
    pen.setDashPattern([3, 3])
    s.painter.setPen(pen)
    s.painter.drawLine(QLineF(x, s.g.ruler_height, x, s.height))


def paint_playhead(s: PaintContext, tick: float) -> None:
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


# ---- the roll as a whole ----


def paint_focus_frame(s: PaintContext) -> None:
    """A line around the roll while the keyboard works it."""
    s.painter.setBrush(Qt.BrushStyle.NoBrush)
    s.painter.setPen(QPen(QColor(s.theme.accent), 2))
    s.painter.drawRect(QRectF(1, 1, s.width - 2, s.height - 2))


# ---- when there is nothing, or something is about to be dropped ----


def paint_empty_page(s: PaintContext, title: str, lines: Iterable[str]) -> None:
    """What an empty roll says."""
    p, middle, lines = s.painter, s.g.keys_width + (s.width - s.g.keys_width) / 2, tuple(lines)
    y = s.g.ruler_height + (s.height - s.g.ruler_height) * 0.36
    width = min(s.width - s.g.keys_width - 40, 460)
    p.setPen(Qt.PenStyle.NoPen)
    p.setBrush(fade(s.theme.panel, 0.92))
    p.drawRoundedRect(QRectF(middle - width / 2, y - 58, width, 94 + 24 * len(lines)), 12, 12)
    p.setPen(QColor(s.theme.text))
    p.setFont(font(20, QFont.Weight.DemiBold))
    p.drawText(QRectF(middle - width / 2, y - 34, width, 30), Qt.AlignmentFlag.AlignCenter, title)
    p.setPen(QColor(s.theme.muted))
    p.setFont(font(13, QFont.Weight.Normal))
    for line in lines:
        p.drawText(QRectF(middle - width / 2, y + 8, width, 22), Qt.AlignmentFlag.AlignCenter, line)
        y += 24


def paint_drop_hint(s: PaintContext, text: str) -> None:
    """The frame while a file hangs over the window."""
    p = s.painter
    frame = QRectF(s.g.keys_width, s.g.ruler_height, s.width - s.g.keys_width, s.height - s.g.ruler_height)
    p.fillRect(frame, fade(s.theme.window, 0.72))
    p.setPen(QPen(QColor(s.theme.accent), 2, Qt.PenStyle.DashLine))
    p.setBrush(fade(s.theme.accent, 0.06))
    p.drawRoundedRect(frame.adjusted(16, 16, -16, -16), 12, 12)
    p.setPen(QColor(s.theme.text))
    p.setFont(font(18, QFont.Weight.DemiBold))
    p.drawText(frame, Qt.AlignmentFlag.AlignCenter, text)
