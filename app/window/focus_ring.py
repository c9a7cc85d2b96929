"""F6: the keyboard focus goes round the panes of the window."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QWidget

Stop = tuple[QWidget, QWidget]  # a pane, and the widget by which the focus enters it


class FocusRing:
    """Asks for its stops each time, since panes come and go; hidden ones are passed over."""

    def __init__(self, stops: Callable[[], list[Stop]]) -> None:
        self._stops = stops

    def next(self) -> None:
        """On to the next pane."""
        self._move(1)

    def previous(self) -> None:
        """Back to the pane before."""
        self._move(-1)

    def _move(self, way: int) -> None:
        stops, now = [stop for stop in self._stops() if stop[0].isVisible()], QApplication.focusWidget()
        inside = (i for i, (pane, _) in enumerate(stops) if now is not None and (pane is now or pane.isAncestorOf(now)))
        stops[(next(inside, -way) + way) % len(stops)][1].setFocus(Qt.FocusReason.TabFocusReason)
