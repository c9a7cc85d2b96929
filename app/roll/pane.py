"""The roll and the lanes under it as one widget: time runs through both."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from app.document import Document
from app.roll.lanes import Lanes
from app.roll.view import RollView
from app.theme import Theme


class RollPane(QWidget):
    """Places the lanes between the roll's viewport and its scroll bar."""

    lanes_shown = Signal(bool)

    def __init__(self, document: Document, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.view = RollView(document)
        self.lanes = Lanes(self.view)
        self._with_lanes = True
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.view)
        self.setFocusProxy(self.view)
        self.view.installEventFilter(self)
        self.view.viewport().installEventFilter(self)

    def set_theme(self, theme: Theme) -> None:
        """Other colours."""
        self.view.set_theme(theme)

    @property
    def with_lanes(self) -> bool:
        """Whether the lanes are shown."""
        return self._with_lanes

    def show_lanes(self, on: bool) -> None:
        """Shows the lanes, or leaves their place to the roll."""
        if on != self._with_lanes:
            self._with_lanes = on
            self._place()
            self.lanes_shown.emit(on)

    def toggle_lanes(self) -> None:
        """Shows the lanes if they are hidden, else hides them."""
        self.show_lanes(not self._with_lanes)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """The lanes follow the viewport."""
        if event.type() == QEvent.Type.Resize:
            self._place()
        return False

    def _place(self) -> None:
        high = self.lanes.fit(self.view.height()) if self._with_lanes else 0
        self.view.reserve_below(high)
        port = self.view.viewport().geometry()
        self.lanes.setGeometry(port.left(), port.bottom() + 1, port.width(), high)
        self.lanes.setVisible(high > 0)
