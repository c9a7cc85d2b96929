"""Input widgets for the fields of an edit form: one class a kind of field, all with the same three methods."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QSlider, QWidget

from app.commands.edit_forms import Field
from app.look.widgets import Check, ComboBox, Number, Segments, Stepper, label
from app.roll.painting.primitives import pitch_name


def translate_text(text: object) -> str:
    """A text of an edit form in the language of the window."""
    return QCoreApplication.translate("Verbs", str(text))


class Control(QWidget):
    """A question's control; its subclasses fill `value` and `set_value`."""

    changed = Signal()

    def __init__(self, field: Field, inner: QWidget, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.field = field
        self.row = QHBoxLayout(self)
        self.row.setContentsMargins(0, 0, 0, 0)
        self.row.setSpacing(10)
        self.row.addWidget(inner)
        self.setFocusProxy(inner)

    def take_focus(self) -> None:
        """The keys go here now."""
        self.setFocus()

    def value(self) -> object:
        """The answer."""
        raise NotImplementedError

    def set_value(self, value: object) -> None:
        """Another answer."""
        raise NotImplementedError


class PitchNumber(Number):
    """A number that is shown as the name of a key."""

    def textFromValue(self, value: int) -> str:
        """60 is C4."""
        return pitch_name(value)

    def valueFromText(self, text: str) -> int:
        """C4 is 60; so is 60."""
        names = {pitch_name(p).lower(): p for p in range(128)}
        text = text.strip().lower().replace("#", "♯")
        return names.get(text, int(text) if text.isdigit() and int(text) < 128 else self.value())

    def validate(self, text: str, at: int) -> object:
        """Anything may be typed; what is no key changes nothing."""
        return (Number.validate(self, "60", 0)[0], text, at)


class NumberControl(Control):
    """Between a minus and a plus."""

    def __init__(self, field: Field, parent: QWidget | None = None) -> None:
        kind = PitchNumber if field.kind == "pitch" else Number
        self.stepper = Stepper(translate_text(field.label), field.low, field.high, int(field.default), kind=kind)
        super().__init__(field, self.stepper, parent)
        self.setFocusProxy(self.stepper.box)
        self.stepper.changed.connect(lambda _: self.changed.emit())

    def value(self) -> object:
        """A whole number."""
        return self.stepper.value()

    def set_value(self, value: object) -> None:
        """Another number."""
        self.stepper.box.setValue(int(str(value)))


class ShareControl(Control):
    """A slider with its figure at the right."""

    def __init__(self, field: Field, parent: QWidget | None = None) -> None:
        self.slider = QSlider(Qt.Orientation.Horizontal)
        self.slider.setAccessibleName(translate_text(field.label))
        self.slider.setRange(field.low, field.high)
        super().__init__(field, self.slider, parent)
        self.figure = label("", "label")
        self.figure.setFixedWidth(46)
        self.figure.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self.row.addWidget(self.figure)
        self.slider.valueChanged.connect(self._moved)
        self.set_value(field.default)
        self._moved(self.slider.value())

    def _moved(self, value: int) -> None:
        unit = str(self.field.unit) or "%"
        self.figure.setText(f"{value}\u2009{unit}".strip())
        self.changed.emit()

    def value(self) -> object:
        """A whole number."""
        return self.slider.value()

    def set_value(self, value: object) -> None:
        """Another number."""
        self.slider.setValue(int(str(value)))


class ChoiceControl(Control):
    """A row of segments."""

    def __init__(self, field: Field, parent: QWidget | None = None) -> None:
        self.segments = Segments(
            [(key, translate_text(text)) for key, text in field.choices], translate_text(field.label)
        )
        super().__init__(field, self.segments, parent)
        self.segments.changed.connect(lambda _: self.changed.emit())
        self.set_value(field.default)

    def take_focus(self) -> None:
        """The chosen one has the keys; Left and Right go on from it."""
        self.segments.buttons[self.segments.value()].setFocus()

    def value(self) -> object:
        """The key of what is chosen."""
        return self.segments.value()

    def set_value(self, value: object) -> None:
        """Chooses."""
        self.segments.set_value(str(value))


class ListControl(Control):
    """A box that opens."""

    def __init__(self, field: Field, parent: QWidget | None = None) -> None:
        self.box = ComboBox(translate_text(field.label))
        for key, text in field.choices:
            self.box.addItem(translate_text(text), key)
        super().__init__(field, self.box, parent)
        self.box.currentIndexChanged.connect(lambda _: self.changed.emit())
        self.set_value(field.default)

    def value(self) -> object:
        """The key of what is chosen."""
        return self.box.currentData()

    def set_value(self, value: object) -> None:
        """Chooses."""
        self.box.setCurrentIndex(max(self.box.findData(value), 0))


class CheckControl(Control):
    """A box to tick."""

    def __init__(self, field: Field, parent: QWidget | None = None) -> None:
        self.check = Check(translate_text(field.label))
        super().__init__(field, self.check, parent)
        self.check.toggled.connect(lambda _: self.changed.emit())

    def value(self) -> object:
        """Whether it is ticked."""
        return self.check.isChecked()

    def set_value(self, value: object) -> None:
        """Ticks it or not."""
        self.check.setChecked(bool(value))


_KINDS: dict[str, type[Control]] = {
    "number": NumberControl,
    "pitch": NumberControl,
    "share": ShareControl,
    "choice": ChoiceControl,
    "list": ListControl,
    "check": CheckControl,
}


def control_for(field: Field) -> Control:
    """The control of a field's kind."""
    return _KINDS[field.kind](field)
