"""Hover feedback: the cursor's shape, and the ghost under the pencil."""

from __future__ import annotations

from functools import lru_cache

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QCursor, QPainter, QPixmap

from app.look import icons
from app.roll.canvas.surface import Point, RollSurface
from app.roll.gestures import dispatch, note_gestures
from app.roll.gestures.base import Gesture
from composer.music.edits.tempo_meter_marks import Sign
from composer.music.score import Note

Shape = Qt.CursorShape
_SHAPES = {
    "left": Shape.SizeHorCursor,
    "right": Shape.SizeHorCursor,
    "body": Shape.SizeAllCursor,
    "keys": Shape.PointingHandCursor,
    "ruler": Shape.PointingHandCursor,
    "signs": Shape.PointingHandCursor,
    "sign": Shape.OpenHandCursor,
    "loop edge": Shape.SplitHCursor,
    "span": Shape.IBeamCursor,
    "span edge": Shape.SplitHCursor,
}


@lru_cache(maxsize=1)
def eraser() -> QCursor:
    """The eraser itself, light on dark so that it is seen on every ground."""
    picture = QPixmap(QSize(24, 24))
    picture.fill(Qt.GlobalColor.transparent)
    painter = QPainter(picture)
    for x, y in ((-1, 0), (1, 0), (0, -1), (0, 1)):
        icons.paint(painter, "eraser", QRectF(2 + x, 2 + y, 20, 20), "#000000")
    icons.paint(painter, "eraser", QRectF(2, 2, 20, 20), "#ffffff")
    painter.end()
    return QCursor(picture, 7, 18)


def cursor(tool: str, zone: str, point: Point, sign: Sign | None = None) -> QCursor:
    """The shape for a tool over something."""
    if zone in dispatch.ZONES and tool == note_gestures.ERASE:
        return eraser()
    if zone == "empty":
        return QCursor(Shape.CrossCursor if tool == note_gestures.PENCIL else Shape.ArrowCursor)
    if zone == "body" and tool == note_gestures.SELECT and point.shift:
        return QCursor(Shape.DragCopyCursor)
    if sign is not None and sign.fixed:
        return QCursor(Shape.PointingHandCursor)
    return QCursor(_SHAPES.get(zone, Shape.ArrowCursor))


def drag_cursor(gesture: Gesture) -> QCursor | None:
    """The shape while a gesture goes on, where it differs from the one before the press."""
    if isinstance(gesture, (dispatch.Pan, dispatch.MoveSign)):
        return QCursor(Shape.ClosedHandCursor)
    if isinstance(gesture, dispatch.EraseNotes):
        return eraser()
    return None


def ghost(view: RollSurface, zone: str, point: Point) -> Note | None:
    """The note that a press of the pencil would draw."""
    return view.pencil_note(point) if view.tool == note_gestures.PENCIL and zone == "empty" else None
