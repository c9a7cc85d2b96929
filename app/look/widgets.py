"""Small controls that Qt has only in plainer form: segments, a stepper, a combo box with its own arrow, rules."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QObject, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QPainter, QPaintEvent, QPalette
from PySide6.QtWidgets import (
    QAbstractButton,
    QButtonGroup,
    QCheckBox,
    QComboBox,
    QFrame,
    QHBoxLayout,
    QLabel,
    QSizePolicy,
    QSpinBox,
    QStyle,
    QStyleOptionButton,
    QToolButton,
    QWidget,
)

from app.look import icons


def label(text: str, kind: str, parent: QWidget | None = None) -> QLabel:
    """A label in one of the stylesheet's kinds: heading, label, hint, clock."""
    result = QLabel(text, parent)
    result.setProperty("kind", kind)
    return result


def tool_button(name: str, text: str, size: int = 32) -> QToolButton:
    """A square button with an icon; its text is the tooltip and the accessible name."""
    button = QToolButton()
    button.setProperty("icon_name", name)
    button.setFixedSize(size, size)
    button.setIconSize(QSize(20, 20))
    button.setToolTip(text)
    button.setAccessibleName(text)
    return button


def tint(root: QWidget, color: str, accent: str) -> None:
    """Draws the icons of all buttons under `root` anew in the theme's colours."""
    for button in root.findChildren(QToolButton):
        name = button.property("icon_name")
        if name:
            button.setIcon(icons.icon(name, accent if button.property("warm") else color))


def divider(vertical: bool = True) -> QFrame:
    """A hair line between groups."""
    line = QFrame()
    line.setObjectName("divider")
    if vertical:
        line.setFixedSize(1, 22)
    else:
        line.setFixedHeight(1)
    return line


class Segments(QFrame):
    """A row of choices of which exactly one holds; Left and Right move between them."""

    changed = Signal(str)

    def __init__(self, choices: Sequence[tuple[str, str]], name: str, parent: QWidget | None = None) -> None:
        """`choices` are (key, text)."""
        super().__init__(parent)
        self.setObjectName("segments")
        self.setAccessibleName(name)
        self._group = QButtonGroup(self)
        self.buttons: dict[str, QToolButton] = {}
        row = QHBoxLayout(self)
        row.setContentsMargins(2, 2, 2, 2)
        row.setSpacing(2)
        for key, text in choices:
            self.buttons[key] = button = QToolButton()
            button.setText(text)
            button.setAccessibleName(f"{name}: {text}")
            button.setCheckable(True)
            button.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
            button.clicked.connect(lambda _=False, k=key: self.changed.emit(k))
            button.toggled.connect(self._let_tab_in)
            self._group.addButton(button)
            row.addWidget(button)
        self.buttons[choices[0][0]].setChecked(True)

    def _let_tab_in(self) -> None:
        """Tab comes to the choice that holds; Qt would lead it to where an arrow key was pressed last."""
        for button in self.buttons.values():
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus if button.isChecked() else Qt.FocusPolicy.NoFocus)

    def value(self) -> str:
        """The key that holds."""
        return next(key for key, button in self.buttons.items() if button.isChecked())

    def set_value(self, key: str) -> None:
        """Chooses without telling anybody."""
        self.buttons[key].setChecked(True)


class Number(QSpinBox):
    """A spin box without buttons; Qt leaves its text one pixel of width once a stylesheet gives it a border."""

    def event(self, event: QEvent) -> bool:
        """Lays the text over the whole box after everything that lays it out."""
        result = super().event(event)
        if event.type() in (QEvent.Type.Resize, QEvent.Type.Show, QEvent.Type.StyleChange, QEvent.Type.Polish):
            self.lineEdit().setGeometry(self.rect())
        return result


class Stepper(QFrame):
    """A number between a minus and a plus."""

    changed = Signal(int)

    def __init__(
        self,
        name: str,
        low: int,
        high: int,
        value: int,
        parent: QWidget | None = None,
        kind: type[Number] = Number,
    ) -> None:
        super().__init__(parent)
        self.setObjectName("stepper")
        self.box = kind()
        self.box.setButtonSymbols(Number.ButtonSymbols.NoButtons)
        self.box.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.box.setAccessibleName(name)
        self.box.setRange(low, high)
        self.box.setValue(value)
        self.box.valueChanged.connect(self.changed)
        self.box.installEventFilter(self)
        row = QHBoxLayout(self)
        row.setContentsMargins(1, 1, 1, 1)
        row.setSpacing(0)
        less, more = tool_button("minus", f"{name} −", 28), tool_button("plus", f"{name} +", 28)
        for button, step in ((less, self.box.stepDown), (more, self.box.stepUp)):
            button.setIconSize(QSize(16, 16))
            button.setAutoRepeat(True)
            button.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # the number itself takes arrows
            button.clicked.connect(step)
        row.addWidget(less)
        row.addWidget(self.box, 1)
        row.addWidget(more)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """The frame shows that the number has the focus."""
        if event.type() in (QEvent.Type.FocusIn, QEvent.Type.FocusOut):
            self.setProperty("focused", event.type() == QEvent.Type.FocusIn)
            inset = 0 if event.type() == QEvent.Type.FocusIn else 1  # what the frame takes, so that nothing moves
            self.layout().setContentsMargins(inset, inset, inset, inset)
            self.style().unpolish(self)
            self.style().polish(self)
        return False

    def value(self) -> int:
        """The number."""
        return self.box.value()


class ComboBox(QComboBox):
    """A combo box with a fine chevron; long names are shortened, not widened."""

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(name)
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.setMinimumContentsLength(6)

    def paintEvent(self, event: QPaintEvent) -> None:
        """The usual box, then the chevron."""
        super().paintEvent(event)
        painter = QPainter(self)
        group = QPalette.ColorGroup.Active if self.isEnabled() else QPalette.ColorGroup.Disabled
        color = QColor(self.palette().color(group, QPalette.ColorRole.Text))
        color.setAlphaF(0.7)
        icons.paint(painter, "chevron", QRectF(self.width() - 24, (self.height() - 16) / 2, 16, 16), color)
        painter.end()


class Check(QCheckBox):
    """A check box with a tick in it."""

    def paintEvent(self, event: QPaintEvent) -> None:
        """The usual box, then the tick."""
        super().paintEvent(event)
        if not self.isChecked():
            return
        option = QStyleOptionButton()
        self.initStyleOption(option)
        box = self.style().subElementRect(QStyle.SubElement.SE_CheckBoxIndicator, option, self)
        painter = QPainter(self)
        color = self.palette().color(QPalette.ColorRole.HighlightedText)
        icons.paint(painter, "check", QRectF(box).adjusted(1, 1, -1, -1), color)
        painter.end()


class Elided(QLabel):
    """A label that shortens its text in the middle when it does not fit; the tooltip has all of it."""

    def __init__(self, text: str = "", kind: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._full = ""
        if kind:
            self.setProperty("kind", kind)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.set_text(text)

    def set_text(self, text: str) -> None:
        """Shows another text."""
        self._full = text
        self.setAccessibleName(text)
        self._fit()

    def full(self) -> str:
        """The whole text."""
        return self._full

    def resizeEvent(self, event) -> None:  # type: ignore[no-untyped-def]
        """Fits the text again."""
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        shown = self.fontMetrics().elidedText(self._full, Qt.TextElideMode.ElideMiddle, max(self.width(), 40))
        self.setText(shown)
        self.setToolTip(self._full if shown != self._full else "")


class ReturnPresses(QObject):
    """Lets Return press a button that has the focus, since Space plays everywhere."""

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Clicks on Return; all else goes its way."""
        if not isinstance(event, QKeyEvent) or event.type() != QEvent.Type.KeyPress:
            return False
        plain = event.modifiers() in (Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.KeypadModifier)
        if plain and event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and isinstance(watched, QAbstractButton):
            watched.click()
            return True
        return False

    def watch(self, root: QWidget) -> None:
        """For a button, or for all buttons under a widget."""
        for button in [root, *root.findChildren(QAbstractButton)]:
            button.installEventFilter(self)
