"""The roll and the lanes under it as one widget: time runs through both."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from app.document.document import Document
from app.look.theme import Theme
from app.roll import lane_splitter
from app.roll.lanes import Lanes
from app.roll.roll_view import RollView

STEP = 20  # pixels that a key makes the lanes taller or shorter


class RollPane(QWidget):
    """Places the lanes between the roll's viewport and its scroll bar."""

    lanes_shown = Signal(bool)
    lanes_sized = Signal(object)  # height of the velocity lane in pixels; None for the usual one

    def __init__(self, document: Document, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.view = RollView(document)
        self.lanes = Lanes(self.view)
        self.grip = lane_splitter.LaneSplitter(self.view, self, self.view.theme)
        self._with_lanes = True
        self._height: int | None = None
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.view)
        self.setFocusProxy(self.view)
        self.view.installEventFilter(self)
        self.view.viewport().installEventFilter(self)

    def set_theme(self, theme: Theme) -> None:
        """Other colours."""
        self.view.set_theme(theme)
        self.grip.set_theme(theme)

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

    def lanes_height(self) -> int:
        """How high the velocity lane is, in pixels."""
        return round(self.lanes.velocity_strip.height)

    def size_lanes(self, height: int | None) -> None:
        """Makes the velocity lane so high, within what leaves room for the roll; None: its usual share."""
        wanted = None if height is None else self.lanes.fair(height, self.view.height())
        if wanted != self._height:
            self._height = wanted
            self._place()
            self.lanes_sized.emit(wanted)

    def taller_lanes(self) -> None:
        """Makes the lanes a step taller; shows them if they are hidden."""
        if self._with_lanes:
            self.size_lanes(self.lanes_height() + STEP)
        self.show_lanes(True)

    def shorter_lanes(self) -> None:
        """Makes the lanes a step shorter."""
        if self._with_lanes:
            self.size_lanes(self.lanes_height() - STEP)

    def recall_lanes(self, shown: str, height: str) -> None:
        """As they were left, from what settings say; what is no height is the usual one."""
        self._height = int(height) if height.isascii() and height.isdecimal() and len(height) < 5 else None
        self.show_lanes(shown.lower() == "true")
        self._place()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """The lanes follow the viewport."""
        if event.type() == QEvent.Type.Resize:
            self._place()
        return False

    def _place(self) -> None:
        high = self.lanes.fit(self.view.height(), self._height) if self._with_lanes else 0
        bar = lane_splitter.HIGH if high else 0
        self.view.reserve_below(bar + high)
        port = self.view.viewport().geometry()
        self.grip.setGeometry(port.left(), port.bottom() + 1, port.width(), bar)
        self.lanes.setGeometry(port.left(), port.bottom() + 1 + bar, port.width(), high)
        for part in (self.grip, self.lanes):
            part.setVisible(high > 0)
