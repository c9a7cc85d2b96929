"""A popup panel under a button of the bar; Esc and a click elsewhere close it."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, QPoint, QRectF, Qt, Signal
from PySide6.QtGui import QCloseEvent, QColor, QPainter, QPaintEvent, QPalette
from PySide6.QtWidgets import QFrame, QSizePolicy, QToolButton, QVBoxLayout, QWidget

from app.look import icons
from app.look.theme import Theme

RADIUS = 10
GAP = 5  # pixels between button and panel
MOST = 110  # pixels of text on the button; the chevron stands in the spaces after it


class Popup(QFrame):
    """The panel. It is made anew each time it opens, in the colours of the day."""

    closed = Signal()

    def __init__(self, theme: Theme, name: str, parent: QWidget) -> None:
        super().__init__(parent, Qt.WindowType.Popup | Qt.WindowType.FramelessWindowHint)
        self.theme = theme
        self.setAttribute(Qt.WidgetAttribute.WA_TranslucentBackground)
        self.setAccessibleName(name)
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(16, 14, 16, 14)
        self.column.setSpacing(10)

    def paintEvent(self, event: QPaintEvent) -> None:
        """A rounded ground."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QColor(self.theme.grid_bar))
        painter.setBrush(QColor(self.theme.panel))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), RADIUS, RADIUS)
        painter.end()

    def closeEvent(self, event: QCloseEvent) -> None:
        """Tells the button."""
        super().closeEvent(event)
        self.closed.emit()


class PopupButton(QToolButton):
    """The button; `make` makes its panel."""

    resized = Signal()  # it may need more or less room in the bar

    def __init__(self, name: str, make: Callable[[], Popup], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._make = make
        self.popup: Popup | None = None
        self.name = name
        self._text = ""
        self.setProperty("kind", "text")
        self.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextOnly)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.clicked.connect(self.open)

    def show_text(self, text: str) -> None:
        """What is chosen; all of it in the tooltip, as much as fits on the button."""
        self._text = text
        self.setAccessibleName(f"{self.name}: {text}")
        self.setToolTip(self.accessibleName())
        self._fit()

    def event(self, event: QEvent) -> bool:
        """Another font, another width."""
        if event.type() in (QEvent.Type.Show, QEvent.Type.StyleChange, QEvent.Type.FontChange):
            self._fit()
        return super().event(event)

    def _fit(self) -> None:
        self.setText(self.fontMetrics().elidedText(self._text, Qt.TextElideMode.ElideRight, MOST) + "      ")
        self.resized.emit()

    def open(self) -> None:
        """Opens the panel below the button."""
        if self.popup is not None:
            return
        self.popup = popup = self._make()
        popup.closed.connect(self._closed)
        popup.adjustSize()
        at = self.mapToGlobal(QPoint(0, self.height() + GAP))
        room = self.window().mapToGlobal(QPoint(self.window().width() - popup.width() - 8, 0)).x()
        popup.move(min(at.x(), max(room, 0)), at.y())
        popup.show()

    def _closed(self) -> None:
        if self.popup is not None:
            self.popup.deleteLater()
        self.popup = None

    def paintEvent(self, event: QPaintEvent) -> None:
        """The usual button, then a chevron."""
        super().paintEvent(event)
        painter = QPainter(self)
        color = QColor(self.palette().color(QPalette.ColorRole.ButtonText))
        color.setAlphaF(0.7)
        icons.paint(painter, "chevron", QRectF(self.width() - 24, (self.height() - 16) / 2, 16, 16), color)
        painter.end()
