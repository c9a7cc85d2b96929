"""Scroll area over time and pitch: zoom, scroll, wheel, and autoscroll during a drag."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, Qt, QTimer, Signal
from PySide6.QtGui import QResizeEvent, QWheelEvent
from PySide6.QtWidgets import QAbstractScrollArea, QWidget

from app.roll.canvas.geometry import PITCHES, Geometry, to_pixels

ROOM = 0.8  # of the view's width stays free after the last note
SPARE = 24  # pixels between the outermost of some pitches and the edge of the view
LEAP = 200  # pixels of height that a window gains or loses at once only when it is maximised or restored
FOLLOW_AT = 0.9  # of the width: there the page turns
PUSH_MS = 25  # between two steps of scrolling at an edge
PUSH_TIME, PUSH_PITCH = 40.0, 20.0  # the most pixels of such a step
NOTCH_TIME, NOTCH_PITCH = 90, 60  # pixels a notch of the wheel scrolls


class ScrollArea(QAbstractScrollArea):
    """A scroll area over time and pitch. Knows how far the music goes, but not what it is."""

    zoomed = Signal()
    scrolled = Signal()  # or zoomed: what stands beside the paper must follow

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.geometry_ = Geometry()
        self._seen = (0.0, 0.0, 0.0, 0.0)  # left, top and zoom, as they were told last
        self.pushing = QTimer(self)
        self.pushing.setInterval(PUSH_MS)
        self.setFrameShape(QAbstractScrollArea.Shape.NoFrame)
        self.horizontalScrollBar().setSingleStep(40)
        self.verticalScrollBar().setSingleStep(30)
        self.horizontalScrollBar().valueChanged.connect(self._scrolled)
        self.verticalScrollBar().valueChanged.connect(self._scrolled)

    def finish(self) -> int:
        """Tick on which the music ends; the paper goes on for a while."""
        return 0

    def reserve_below(self, pixels: int) -> None:
        """Keeps room for what stands between the paper and its scroll bar."""
        self.setViewportMargins(0, 0, 0, pixels)

    def music(self) -> QRectF:
        """The part of the viewport where notes are."""
        g, size = self.geometry_, self.viewport().size()
        return QRectF(g.keys_width, g.ruler_height, size.width() - g.keys_width, size.height() - g.ruler_height)

    def seen_ticks(self) -> tuple[int, int]:
        """First and last tick of that part."""
        g = self.geometry_
        return g.tick(g.keys_width), g.tick(self.viewport().width())

    # ---- scroll ----

    def scroll_to(self, left: float, top: float) -> None:
        """Scrolls, as far as there is paper."""
        self.horizontalScrollBar().setValue(to_pixels(left))
        self.verticalScrollBar().setValue(to_pixels(top))

    def pan_to(self, left: float, top: float) -> None:
        """Scrolls; to the right as far as one likes."""
        bar = self.horizontalScrollBar()
        bar.setMaximum(max(bar.maximum(), to_pixels(left)))
        self.scroll_to(left, top)

    def show_tick(self, tick: int) -> None:
        """Scrolls sideways until a tick can be seen, a page at a time."""
        x, width = self.geometry_.x(tick), self.viewport().width()
        if x < self.geometry_.keys_width or x > width * FOLLOW_AT:
            self.scroll_to(self.geometry_.left + x - self.geometry_.keys_width - 0.12 * width, self.geometry_.top)

    def show_span(self, first: int, last: int) -> None:
        """Scrolls so that what will be written can be seen, together with as much before it as fits."""
        g, width = self.geometry_, self.viewport().width() - self.geometry_.keys_width
        if g.x(first) >= g.keys_width and g.x(last) <= width * FOLLOW_AT:
            return
        self.scroll_to(min(g.width(last) - 0.88 * width, g.width(first) - 0.12 * width), g.top)

    def show_place(self, tick: int, pitch: int) -> None:
        """Scrolls until a tick and a pitch can be seen."""
        self.show_tick(tick)
        g, height = self.geometry_, self.viewport().height()
        if not g.ruler_height <= g.y(pitch) <= height - g.key_height:
            self.scroll_to(g.left, g.top + g.y(pitch) - height / 2)

    def show_pitches(self, low: int, high: int) -> None:
        """Scrolls up or down just enough to see some pitches; of more than fit, as many as the view holds."""
        g, room = self.geometry_, self.viewport().height() - self.geometry_.ruler_height
        upper = (PITCHES - 1 - high) * g.key_height - SPARE
        lower = (PITCHES - low) * g.key_height + SPARE - room
        self.scroll_to(g.left, min(max(g.top, min(upper, lower)), max(upper, lower)))

    def push(self, at: QPointF, edges: str) -> bool:
        """Scrolls by as much as a point is over an edge; whether it is. `edges`: "both", "time" or ""."""
        area, g = self.music(), self.geometry_
        dx = min(at.x() - area.left(), 0) + max(at.x() - area.right(), 0) if edges else 0
        dy = min(at.y() - area.top(), 0) + max(at.y() - area.bottom(), 0) if edges == "both" else 0
        if dx or dy:
            left = g.left + _within(dx, PUSH_TIME)
            self.pan_to(max(left, 0), g.top + _within(dy, PUSH_PITCH))
        return bool(dx or dy)

    def _scrolled(self) -> None:
        self.geometry_.left = self.horizontalScrollBar().value()
        self.geometry_.top = self.verticalScrollBar().value()
        self.viewport().update()
        g, before = self.geometry_, self._seen
        self._seen = (g.left, g.top, g.beat_width, g.key_height)
        if self._seen != before:
            self.scrolled.emit()

    def fit_bars(self) -> None:
        """Scroll ranges as the music and the zoom are now."""
        g, view = self.geometry_, self.viewport().size()
        wide = g.width(self.finish()) + ROOM * view.width() - (view.width() - g.keys_width)
        high = g.height - (view.height() - g.ruler_height)
        self.horizontalScrollBar().setPageStep(view.width())
        self.horizontalScrollBar().setRange(0, max(to_pixels(wide), 0, self.horizontalScrollBar().value()))
        self.verticalScrollBar().setPageStep(view.height())
        self.verticalScrollBar().setRange(0, max(round(high), 0))
        self._scrolled()

    # ---- zoom ----

    def _farthest(self) -> float:
        """Pixels a beat beyond which zooming out would show nothing more than emptiness."""
        g = self.geometry_
        beats = max(self.finish() / g.ticks_per_beat, 1)
        return min(3.0, 0.7 * max(self.viewport().width() - g.keys_width, 200) / beats)

    def zoom(self, time: float = 1.0, pitch: float = 1.0, at: tuple[float, float] | None = None) -> None:
        """Zooms by factors around a point; around the middle if none is given."""
        x, y = at or (self.viewport().width() / 2, self.viewport().height() / 2)
        g = self.geometry_
        if time != 1.0:
            g.zoom_time(max(time, min(self._farthest() / g.beat_width, 1.0)), max(x, g.keys_width))
        if pitch != 1.0:
            g.zoom_pitch(pitch, max(y, g.ruler_height))
        left, top = g.left, g.top
        self.fit_bars()
        self.scroll_to(left, top)
        self.zoomed.emit()

    # ---- events ----

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Scrolls; Shift sideways; Ctrl zooms time, Ctrl+Shift pitch, at the cursor."""
        mods, delta, g = event.modifiers(), event.angleDelta(), self.geometry_
        turn = (delta.y() or delta.x()) / 120  # some platforms turn the wheel sideways while Shift or Alt is held
        at = (event.position().x(), event.position().y())
        shift = bool(mods & Qt.KeyboardModifier.ShiftModifier)
        if mods & Qt.KeyboardModifier.ControlModifier:
            factor = 1.2**turn
            self.zoom(time=1.0 if shift else factor, pitch=factor if shift else 1.0, at=at)
        elif shift:
            self.scroll_to(g.left - turn * NOTCH_TIME, g.top)
        else:
            self.scroll_to(g.left - delta.x() / 120 * NOTCH_TIME, g.top - delta.y() / 120 * NOTCH_PITCH)
        event.accept()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Other scroll ranges. When the window is maximised or restored, what is in the middle stays there."""
        super().resizeEvent(event)
        g, before, now = self.geometry_, event.oldSize().height(), event.size().height()
        middle = g.top + min(before - g.ruler_height, g.height) / 2
        self.fit_bars()
        if before > 0 and abs(now - before) > LEAP:
            self.pan_to(g.left, middle - (now - g.ruler_height) / 2)


def _within(value: float, most: float) -> float:
    return max(min(value, most), -most)
