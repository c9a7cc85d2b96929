"""The app's own icons, drawn as paths on a 24-unit square: crisp at every pixel density, in any colour."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QIcon, QPainter, QPainterPath, QPen, QPixmap

Draw = Callable[[QPainterPath], None]
DENSITIES = (1, 2, 3)


def _lines(*strokes: tuple[tuple[float, float], ...]) -> Draw:
    def draw(path: QPainterPath) -> None:
        for first, *rest in strokes:
            path.moveTo(*first)
            for point in rest:
                path.lineTo(*point)

    return draw


def _pencil(path: QPainterPath) -> None:
    _lines(
        ((4, 20), (5, 15.5), (15.5, 5), (19, 8.5), (8.5, 19), (4, 20)),
        ((13, 7.5), (16.5, 11)),
    )(path)


def _select(path: QPainterPath) -> None:
    _lines(((6, 4), (6, 18), (9.6, 14.6), (12, 20), (14.6, 18.9), (12.2, 13.6), (17.2, 13.2), (6, 4)))(path)


def _eraser(path: QPainterPath) -> None:
    _lines(
        ((8.5, 19.5), (4, 15), (13.5, 5.5), (19.5, 11.5), (11.5, 19.5), (8.5, 19.5)),
        ((8.7, 10.3), (14.7, 16.3)),
        ((11.5, 19.5), (20, 19.5)),
    )(path)


def _again(path: QPainterPath) -> None:
    box = QRectF(5, 5, 14, 14)
    path.arcMoveTo(box, 50)
    path.arcTo(box, 50, 290)
    tip = QPointF(16.7, 6.4)
    path.moveTo(tip.x() - 4.2, tip.y() + 0.6)
    path.lineTo(tip)
    path.lineTo(tip.x() + 0.5, tip.y() - 4.0)


def _dice(path: QPainterPath) -> None:
    path.addRoundedRect(QRectF(4.5, 4.5, 15, 15), 3.5, 3.5)
    for x, y in ((9, 9), (15, 15), (15, 9), (9, 15)):
        path.addEllipse(QPointF(x, y), 0.7, 0.7)


def _quill(path: QPainterPath) -> None:
    path.moveTo(5, 20)
    path.cubicTo(6, 11, 11, 5, 20, 4)
    path.cubicTo(20, 11, 16, 16, 8.5, 15.5)
    path.moveTo(9.5, 13)
    path.lineTo(14, 9.5)


def _follow(path: QPainterPath) -> None:
    _lines(((8, 4), (8, 20)), ((11, 12), (20, 12)), ((16.5, 8.5), (20, 12), (16.5, 15.5)))(path)


def _zoom(sign: bool) -> Draw:
    def draw(path: QPainterPath) -> None:
        path.addEllipse(QPointF(10.5, 10.5), 6, 6)
        _lines(((15, 15), (20, 20)), ((8, 10.5), (13, 10.5)))(path)
        if sign:
            _lines(((10.5, 8), (10.5, 13)))(path)

    return draw


def _alert(path: QPainterPath) -> None:
    path.addEllipse(QPointF(12, 12), 8, 8)
    _lines(((12, 7.8), (12, 12.8)))(path)
    path.addEllipse(QPointF(12, 15.9), 0.5, 0.5)


def _sound(path: QPainterPath) -> None:
    _lines(((4, 9.5), (4, 14.5), (7.5, 14.5), (12, 18.5), (12, 5.5), (7.5, 9.5), (4, 9.5)))(path)
    for radius in (4, 8):
        box = QRectF(12 - radius, 12 - radius, 2 * radius, 2 * radius)
        path.arcMoveTo(box, -42)
        path.arcTo(box, -42, 84)


STROKED: dict[str, Draw] = {
    "pencil": _pencil,
    "select": _select,
    "eraser": _eraser,
    "again": _again,
    "dice": _dice,
    "quill": _quill,
    "follow": _follow,
    "zoom_in": _zoom(True),
    "zoom_out": _zoom(False),
    "alert": _alert,
    "sound": _sound,
    "plus": _lines(((12, 6), (12, 18)), ((6, 12), (18, 12))),
    "minus": _lines(((6, 12), (18, 12))),
    "close": _lines(((7, 7), (17, 17)), ((17, 7), (7, 17))),
    "check": _lines(((5, 12.5), (10, 17.5), (19, 7))),
    "chevron": _lines(((7, 10), (12, 15), (17, 10))),
    "export": _lines(((12, 4), (12, 15)), ((7.5, 8.5), (12, 4), (16.5, 8.5)), ((5, 14), (5, 20), (19, 20), (19, 14))),
    "undo": _lines(((9, 5), (5, 9), (9, 13)), ((5, 9), (15, 9), (18.5, 11), (19, 14.5), (17, 18), (13, 18.5))),
    "redo": _lines(((15, 5), (19, 9), (15, 13)), ((19, 9), (9, 9), (5.5, 11), (5, 14.5), (7, 18), (11, 18.5))),
    "trash": _lines(
        ((5, 7), (19, 7)), ((9, 7), (9, 4.5), (15, 4.5), (15, 7)), ((6.5, 7), (7.5, 20), (16.5, 20), (17.5, 7))
    ),
}
FILLED: dict[str, Draw] = {
    "play": _lines(((8, 5), (19, 12), (8, 19), (8, 5))),
    "stop": _lines(((6.5, 6.5), (17.5, 6.5), (17.5, 17.5), (6.5, 17.5), (6.5, 6.5))),
    "home": _lines(((18, 6), (9, 12), (18, 18), (18, 6)), ((6, 6), (6, 18), (7.8, 18), (7.8, 6), (6, 6))),
}


def path(name: str) -> QPainterPath:
    """The outline of an icon on its 24-unit square."""
    outline = QPainterPath()
    (STROKED.get(name) or FILLED[name])(outline)
    return outline


def paint(painter: QPainter, name: str, box: QRectF, color: QColor | str) -> None:
    """Draws an icon into a square."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.translate(box.topLeft())
    painter.scale(box.width() / 24, box.height() / 24)
    pen = QPen(QColor(color), 1.7)
    pen.setCapStyle(Qt.PenCapStyle.RoundCap)
    pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
    painter.setPen(pen)
    if name in FILLED:
        painter.setBrush(QColor(color))
    painter.drawPath(path(name))
    painter.restore()


def icon(name: str, color: QColor | str, *, disabled: QColor | str | None = None, size: int = 20) -> QIcon:
    """The icon in a colour, and dimmer when it is disabled."""
    result = QIcon()
    dim = QColor(disabled) if disabled else QColor(color)
    if disabled is None:
        dim.setAlphaF(0.35)
    for mode, tint in ((QIcon.Mode.Normal, QColor(color)), (QIcon.Mode.Disabled, dim)):
        for density in DENSITIES:
            result.addPixmap(_pixmap(name, tint, size, density), mode)
    return result


def emblem() -> QIcon:
    """The window's own picture: a theme in blue that goes on in amber."""
    result = QIcon()
    for size in (16, 32, 64, 128, 256):
        pixmap = QPixmap(size, size)
        pixmap.fill(Qt.GlobalColor.transparent)
        p = QPainter(pixmap)
        p.setRenderHint(QPainter.RenderHint.Antialiasing)
        p.scale(size / 64, size / 64)
        p.setPen(Qt.PenStyle.NoPen)
        p.setBrush(QColor("#1a1d23"))
        p.drawRoundedRect(QRectF(2, 2, 60, 60), 14, 14)
        for x, y, width, color in _EMBLEM:
            p.setBrush(QColor(color))
            p.drawRoundedRect(QRectF(x, y, width, 8), 3, 3)
        p.end()
        result.addPixmap(pixmap)
    return result


_EMBLEM = (
    (10, 40, 12, "#4f94ff"),
    (18, 28, 10, "#4f94ff"),
    (26, 16, 8, "#4f94ff"),
    (36, 28, 10, "#ffb657"),
    (42, 40, 12, "#ffb657"),
    (46, 16, 8, "#ffb657"),
)


def _pixmap(name: str, color: QColor, size: int, density: int) -> QPixmap:
    pixmap = QPixmap(QSize(size, size) * density)
    pixmap.setDevicePixelRatio(density)
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    paint(painter, name, QRectF(0, 0, size, size), color)
    painter.end()
    return pixmap
