"""Paints the lanes under the roll: a stem for each note's velocity, a bar for each span of the pedal."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QImage, QPen

from app.look.theme import fade, ramp
from app.roll.canvas.geometry import Geometry
from app.roll.canvas.note_index import Mask
from app.roll.painting.primitives import MANY, PaintContext, font
from app.roll.painting.raster import Pixels, pixel
from composer.music.edits.pedal_spans import PedalSpan
from composer.music.notes import COMPOSED, MUTED, Columns
from composer.music.score import Score

ROOM = 7.0  # pixels over the loudest and under the softest stem
HEAD = 3.2  # radius of a stem's head
REACH = 5.0  # pixels beside a stem that still take hold of it
EDGE = 5.0  # pixels at either end of a pedal span that resize it
TALL = 100.0  # pixels from which on a lane of velocities has room for numbers
MARKS = (127, 64, 1)  # the velocities that are named


@dataclass(frozen=True, slots=True)
class Strip:
    """A lane's place in its widget, in pixels from the top."""

    top: float
    height: float

    @property
    def bottom(self) -> float:
        """Its lower edge."""
        return self.top + self.height

    def y(self, velocity: Any) -> Any:
        """Where a velocity stands, or each velocity of an array."""
        return self.top + ROOM + (127 - velocity) / 126 * (self.height - 2 * ROOM)

    def velocity(self, y: float) -> int:
        """The velocity at a pixel, 1..127."""
        return min(max(round(127 - (y - self.top - ROOM) / (self.height - 2 * ROOM) * 126), 1), 127)


@dataclass(frozen=True, slots=True)
class Stems:
    """The notes whose velocities are shown, of one kind: columns, and which of them are selected."""

    columns: Columns
    chosen: Mask
    dim: bool = False  # not to be painted over while something else is selected


def paint_ground(s: PaintContext, strip: Strip) -> None:
    """The lane itself, with lines at half and full force."""
    p, t = s.painter, s.theme
    p.fillRect(QRectF(s.dirty.left(), 0, s.dirty.width(), strip.top), QColor(t.line))
    p.fillRect(QRectF(s.dirty.left(), strip.top, s.dirty.width(), strip.height), QColor(t.row_black))
    for velocity in (127, 64):
        y = round(strip.y(velocity)) + 0.5
        p.setPen(QPen(QColor(t.grid_beat if strip.height >= TALL else t.grid_step), 1))
        p.drawLine(QLineF(s.dirty.left(), y, s.dirty.right(), y))


def paint_stems(s: PaintContext, strip: Strip, shown: Stems) -> None:
    """A stem with a head for each note; very many as one line for each column of pixels."""
    if len(shown.columns.starts) > MANY:
        _crowd(s, strip, shown)
        return
    g, c, p = s.g, shown.columns, s.painter
    order = np.argsort(shown.chosen, kind="stable").tolist()  # the selected ones over the others
    for i in order:
        look, chosen = int(c.looks[i]), bool(shown.chosen[i])
        velocity = look & 127
        color = QColor(ramp(s.theme, bool(look & COMPOSED))[max(velocity, 60)])
        color.setAlphaF((0.4 if shown.dim and not chosen else 1.0) * (0.4 if look & MUTED else 1.0))
        x, y = g.x(int(c.starts[i])) + 1.5, strip.y(velocity)
        p.setPen(QPen(color, 1.6))
        p.drawLine(QLineF(x, y, x, strip.bottom))
        p.setPen(QPen(QColor(s.theme.outline), 1.4) if chosen else Qt.PenStyle.NoPen)
        p.setBrush(color)
        if look & COMPOSED:  # told apart by shape too
            p.drawRect(QRectF(x - HEAD + 0.4, y - HEAD + 0.4, 2 * HEAD - 0.8, 2 * HEAD - 0.8))
        else:
            p.drawEllipse(QPointF(x, y), HEAD, HEAD)


def _crowd(s: PaintContext, strip: Strip, shown: Stems) -> None:
    c, g = shown.columns, s.g
    pixels = np.rint(g.keys_width - g.left + c.starts * (g.beat_width / g.ticks_per_beat)).astype(np.int64)
    kinds = (c.looks & COMPOSED > 0).astype(np.int64) + 2 * shown.chosen
    tops = np.zeros(round(s.dirty.width()), np.int64)
    columns = pixels - round(s.dirty.left())
    inside = (columns >= 0) & (columns < len(tops))
    codes = (c.looks & 127).astype(np.int64) * 4 + kinds
    np.maximum.at(tops, columns[inside], codes[inside])  # of the notes in a column of pixels the loudest is seen
    usual = [fade(ramp(s.theme, composed)[80], 0.4 if shown.dim else 0.85) for composed in (False, True)]
    colors = np.array([pixel(color) for color in (*usual, *[QColor(s.theme.outline)] * 2)], np.uint32)
    down = np.arange(round(strip.height))[:, None] + strip.top
    paint_picture(s, np.where((down >= strip.y(tops // 4)) & (tops > 0), colors[tops % 4], 0), strip.top)


def paint_picture(s: PaintContext, pixels: Pixels, top: float) -> None:
    """Draws an array of pixels, of shape (height, width), at the left of the dirty part."""
    height, width = pixels.shape
    data = np.ascontiguousarray(pixels, np.uint32)
    image = QImage(data.data, width, height, width * 4, QImage.Format.Format_ARGB32_Premultiplied)
    s.painter.drawImage(QPointF(s.dirty.left(), top), image)


def paint_pedal_ground(s: PaintContext, strip: Strip) -> None:
    """The pedal's lane itself."""
    s.painter.fillRect(QRectF(s.dirty.left(), strip.top, s.dirty.width(), strip.height), QColor(s.theme.row_white))
    s.painter.fillRect(QRectF(s.dirty.left(), strip.top, s.dirty.width(), 1), QColor(s.theme.line))


def paint_bars(s: PaintContext, strip: Strip, score: Score, spans: Iterable[PedalSpan], layer: int | None) -> None:
    """A bar for each span of the pedal."""
    p, t = s.painter, s.theme
    for span in spans:
        area = bar(s.g, strip, score, span)
        if area.right() < s.dirty.left() or area.left() > s.dirty.right():
            continue
        mine = layer in (None, span.track)
        color = QColor(t.human[1]) if mine else fade(t.muted, 0.5)
        p.setPen(Qt.PenStyle.NoPen)
        p.setBrush(fade(color, 0.38 if mine else 0.2))
        p.drawRoundedRect(area, 3, 3)
        if not mine:
            continue
        p.setBrush(color)
        p.drawRoundedRect(QRectF(area.left(), area.top(), 2.5, area.height()), 1, 1)
        if span.last is not None:
            p.drawRoundedRect(QRectF(area.right() - 2.5, area.top(), 2.5, area.height()), 1, 1)


def bar(g: Geometry, strip: Strip, score: Score, span: PedalSpan) -> QRectF:
    """The box of a pedal span."""
    end = span.end(score)
    return QRectF(g.x(span.first), strip.top + 5, max(g.width(end - span.first), 3), strip.height - 9)


def paint_heads(s: PaintContext, named: Iterable[tuple[Strip, str]], edge: float, height: float) -> None:
    """The names of the lanes, under the keys; `edge` is between them."""
    p, t, width = s.painter, s.theme, s.g.keys_width
    p.fillRect(QRectF(0, 0, width, height), QColor(t.panel))
    p.setFont(font(11, QFont.Weight.Medium))
    p.setPen(QColor(t.muted))
    for strip, name in named:
        area = QRectF(6, strip.top, width - 10, strip.height)
        text = p.fontMetrics().elidedText(name, Qt.TextElideMode.ElideRight, int(area.width()))
        p.drawText(area, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, text)
    for top in (0.0, edge):
        p.fillRect(QRectF(0, top, width, 1), QColor(t.line))
    p.fillRect(QRectF(width - 1, 0, 1, height), QColor(t.line))


def paint_numbers(s: PaintContext, strip: Strip) -> None:
    """What the heights of a tall lane stand for."""
    p, g = s.painter, s.g
    p.setFont(font(10))
    p.setPen(QColor(s.theme.muted))
    for velocity in MARKS if strip.height >= TALL else ():
        area = QRectF(0, strip.y(velocity) - 7, g.keys_width - 7, 14)
        p.drawText(area, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight, str(velocity))


def name_place(strip: Strip) -> Strip:
    """Where the name of the velocities stands: in the middle, or between two numbers."""
    return Strip(strip.y(96) - 8, 16) if strip.height >= TALL else strip


def paint_value(s: PaintContext, strip: Strip, at: QPointF, velocity: int) -> None:
    """The number beside the mouse while velocities are painted."""
    p, t = s.painter, s.theme
    p.setFont(font(11, QFont.Weight.DemiBold))
    box = QRectF(at.x() + 10, min(max(at.y() - 9, strip.top + 1), strip.bottom - 19), 30, 18)
    if box.right() > s.width - 4:
        box.moveRight(at.x() - 10)
    p.setPen(Qt.PenStyle.NoPen)
    p.setBrush(QColor(t.raised))
    p.drawRoundedRect(box, 4, 4)
    p.setPen(QColor(t.text))
    p.drawText(box, Qt.AlignmentFlag.AlignCenter, str(velocity))
