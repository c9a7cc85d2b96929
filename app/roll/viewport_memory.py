"""Viewport memory: keeps zoom and scroll position in the document's view, and restores them on opening."""

from __future__ import annotations

from PySide6.QtCore import QObject, QTimer

from app.roll.timeline import Timeline

REST_MS = 700  # after so long without scrolling or zooming the place is kept


class ViewportMemory(QObject):
    """Zoom in pixels a beat and pixels a row; place as the tick at the left edge and the pitch at the upper one."""

    def __init__(self, view: Timeline) -> None:
        super().__init__(view)
        self._view = view
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(REST_MS)
        self._timer.timeout.connect(self._keep)
        view.scrolled.connect(self._timer.start)

    def show(self) -> bool:
        """Goes where the document says; False if it says nothing that makes sense."""
        view, g = self._view, self._view.geometry_
        zoom, place = (_pair(view.document.view.get(key)) for key in ("zoom", "scroll"))
        if zoom is None or place is None:
            return False
        g.beat_width = min(max(zoom[0], g.BEAT_WIDTHS[0]), g.BEAT_WIDTHS[1])
        g.key_height = min(max(zoom[1], g.KEY_HEIGHTS[0]), g.KEY_HEIGHTS[1])
        view.fit_bars()
        view.pan_to(
            min(g.width(max(place[0], 0)), view.horizontalScrollBar().maximum()), (127 - place[1]) * g.key_height
        )
        view.zoomed.emit()
        return True

    def _keep(self) -> None:
        view, g = self._view, self._view.geometry_
        for key, value in (
            ("zoom", [round(g.beat_width, 3), round(g.key_height, 3)]),
            ("scroll", [round(g.left * g.ticks_per_beat / g.beat_width), round(127 - g.top / g.key_height, 2)]),
        ):
            if view.document.view.get(key) != value:
                view.document.set_view(key, value)


def _pair(value: object) -> tuple[float, float] | None:
    if not isinstance(value, (list, tuple)) or len(value) != 2:
        return None
    first, last = value
    numbers = isinstance(first, (int, float)) and isinstance(last, (int, float))
    return (float(first), float(last)) if numbers and abs(first) < 1e12 and abs(last) < 1e12 else None
