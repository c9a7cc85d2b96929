"""Paints the keyboard at the left of the roll. Knows geometry and colours."""

from __future__ import annotations

from collections.abc import Collection

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor

from app.look.theme import fade
from app.roll.painting.primitives import BLACK_KEYS, PaintContext, font, pitch_name

NAMED = 13.0  # height of a row from which on every white key shows its name


def paint_keys(s: PaintContext, lit: Collection[int], under: int | None) -> None:
    """The keyboard at the left; lit keys sound, the one under the mouse is named."""
    p, g, t = s.painter, s.g, s.theme
    low, high = g.pitch(s.height), g.pitch(g.ruler_height)
    p.save()
    p.setClipRect(QRectF(0, g.ruler_height, g.keys_width, s.height))
    p.fillRect(QRectF(0, g.ruler_height, g.keys_width, s.height), QColor(t.key_white))
    p.setFont(font(min(max(int(g.key_height - 3), 9), 11)))
    for pitch in range(low, high + 1):
        _key(s, pitch, pitch in lit, pitch == under)
    p.restore()
    p.fillRect(QRectF(g.keys_width - 1, g.ruler_height, 1, s.height), QColor(t.line))


def _key(s: PaintContext, pitch: int, lit: bool, under: bool) -> None:
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
            p.fillRect(QRectF(0, y, width, g.key_height), fade(t.playhead, 0.75))
        if pitch % 12 in (0, 5):  # B and C, E and F meet without a black key between
            p.fillRect(QRectF(0, round(y + g.key_height) - 1, width, 1), QColor(t.key_line))
    octave = pitch % 12 == 0
    if octave or under or (g.key_height >= NAMED and not black):
        plain = QColor(t.key_text) if octave or under else fade(t.key_text, 0.6)
        p.setPen(QColor(t.key_white) if black and not lit else plain)
        area = QRectF(
            4, y - 4, (width * 0.62 if black else width) - 8, g.key_height + 8
        )  # may stand over its neighbours
        align = Qt.AlignmentFlag.AlignVCenter | (Qt.AlignmentFlag.AlignLeft if black else Qt.AlignmentFlag.AlignRight)
        p.drawText(area, align, pitch_name(pitch))
