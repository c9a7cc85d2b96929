"""Arrows at the upper and lower edge of a roll, where notes of the time in view lie out of sight."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainterPath, QPen

from app.look.theme import fade
from app.roll.canvas.surface import RollState
from app.roll.painting.primitives import PaintContext

WIDTH, HEIGHT, INSET = 30.0, 18.0, 6.0


def notes_offscreen(view: RollState, height: float) -> tuple[bool, bool]:
    """Whether notes of the time in view lie above the pitches in view, and below them; `height` in pixels."""
    g, (first, last) = view.geometry_, view.seen_ticks()
    half = g.key_height / 2  # a row that is seen by half is in view
    high, low = g.pitch(g.ruler_height + half), g.pitch(height - half)
    preview = view.document.preview
    written = preview.notes[preview.active] if preview else ()
    new = [n.pitch for n in written if n.start < last and n.end > first]
    above = len(view.index.find(first, last, high + 1, 127)) > 0 or any(pitch > high for pitch in new)
    below = len(view.index.find(first, last, 0, low - 1)) > 0 or any(pitch < low for pitch in new)
    return above, below


def paint(s: PaintContext, view: RollState) -> None:
    """An arrow at each edge beyond which there are notes."""
    left = s.g.keys_width + INSET
    places = (
        QRectF(left, s.g.ruler_height + INSET, WIDTH, HEIGHT),
        QRectF(left, s.height - HEIGHT - INSET, WIDTH, HEIGHT),
    )
    if any(place.intersects(s.dirty) for place in places):
        for place, there, up in zip(places, notes_offscreen(view, s.height), (1, -1), strict=True):
            if there:
                _arrow(s, place, up)


def _arrow(s: PaintContext, place: QRectF, up: int) -> None:
    p, middle = s.painter, place.center()
    p.setPen(QPen(QColor(s.theme.accent), 1))
    p.setBrush(fade(s.theme.panel, 0.94))
    p.drawRoundedRect(place.adjusted(0.5, 0.5, -0.5, -0.5), 5, 5)
    path = QPainterPath(middle + QPointF(-6, 3 * up))
    path.lineTo(middle + QPointF(0, -3 * up))
    path.lineTo(middle + QPointF(6, 3 * up))
    p.setPen(QPen(QColor(s.theme.accent), 2, c=Qt.PenCapStyle.RoundCap, j=Qt.PenJoinStyle.RoundJoin))
    p.setBrush(Qt.BrushStyle.NoBrush)
    p.drawPath(path)
