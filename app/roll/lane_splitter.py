"""Splitter between roll and lanes: a drag sizes the lanes, a double-click gives them their usual height."""

from __future__ import annotations

from typing import Protocol

from PySide6.QtCore import QEvent, QRectF, Qt
from PySide6.QtGui import QColor, QEnterEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from app.look.theme import Theme

HIGH = 9  # pixels
MARK = (28.0, 3.0)  # pixels, of what shows that the bar can be dragged


class Sized(Protocol):
    """What has a height to be changed; None is the usual one."""

    def lanes_height(self) -> int: ...
    def size_lanes(self, height: int | None) -> None: ...


class LaneSplitter(QWidget):
    """Is dragged up and down. Keys reach the same by actions."""

    def __init__(self, parent: QWidget, pane: Sized, theme: Theme) -> None:
        super().__init__(parent)
        self.theme = theme
        self._pane = pane
        self._held: tuple[float, int] | None = None  # where it was pressed, and how high the lane was then
        self._near = False
        self.setCursor(Qt.CursorShape.SplitVCursor)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setAccessibleName(self.tr("Height of the lanes"))
        self.setToolTip(self.tr("Drag for taller or shorter lanes; double-click for their usual height"))

    def set_theme(self, theme: Theme) -> None:
        """Other colours."""
        self.theme = theme
        self.update()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Takes hold."""
        if event.button() == Qt.MouseButton.LeftButton:
            self._held = (event.globalPosition().y(), self._pane.lanes_height())
            self.update()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """The lanes follow."""
        if self._held is not None:
            began, height = self._held
            self._pane.size_lanes(height + round(began - event.globalPosition().y()))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Lets go."""
        if event.button() == Qt.MouseButton.LeftButton:
            self._held = None
            self.update()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """The usual height."""
        if event.button() == Qt.MouseButton.LeftButton:
            self._pane.size_lanes(None)

    def enterEvent(self, event: QEnterEvent) -> None:
        """Stands out."""
        self._near = True
        self.update()

    def leaveEvent(self, event: QEvent) -> None:
        """Steps back."""
        self._near = False
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """A thin bar with a mark in its middle."""
        t, p = self.theme, QPainter(self)
        lively = self._near or self._held is not None
        p.fillRect(self.rect(), QColor(t.hover if lively else t.panel))
        p.fillRect(0, 0, self.width(), 1, QColor(t.line))
        p.setRenderHint(QPainter.RenderHint.Antialiasing)
        p.setPen(Qt.PenStyle.NoPen)
        p.setBrush(QColor(t.text if lively else t.edge))
        wide, high = MARK
        mark = QRectF((self.width() - wide) / 2, (self.height() + 1 - high) / 2, wide, high)
        p.drawRoundedRect(mark, high / 2, high / 2)
        p.end()
