"""The generation panel: style, length, sampling and takes, and the Compose button."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import QSettings, Qt, Signal
from PySide6.QtGui import QAction, QCursor, QIntValidator
from PySide6.QtWidgets import (
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLayout,
    QLineEdit,
    QProgressBar,
    QPushButton,
    QScrollArea,
    QSizePolicy,
    QSlider,
    QToolTip,
    QVBoxLayout,
    QWidget,
)

from app.commands.action_table import with_keys
from app.commands.generate_flow import ComposeRequest
from app.look.library_texts import translate_style
from app.look.widgets import Check, ComboBox, Segments, Stepper, divider, label
from app.panels.advanced_fields import AdvancedFields, QualityBox
from composer.core.settings import GenerationRequest, Sampling
from composer.model import style_registry
from composer.model.style_registry import Card

WIDTH = 292
LENGTHS = {"bars": (1, 256, 8), "notes": (8, 4096, 128), "seconds": (2, 1200, 30)}  # least, most, usual
SEEDS = 2**31 - 1
SLIDER = 100  # steps of a slider to one
TOKENS = 4  # a note, where a model's context counts tokens and not notes
STRONGEST = 5.0  # strength of a style, in the library
USUAL, MOST = 100, 500  # percent of a style's own strength


class ComposePanel(QFrame):
    """Holds what is asked of the model; knows neither document nor model."""

    compose = Signal()
    stop = Signal()
    cancel = Signal()
    style_changed = Signal(str)
    place_changed = Signal()

    def __init__(self, settings: QSettings, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("sidePanel")
        self.setFixedWidth(WIDTH)
        self._settings = settings
        self._cards: dict[str, Card] = {}
        self._values = {key: usual for key, (_, _, usual) in LENGTHS.items()}
        self._make_fields()
        self._make_buttons()
        self._lay_out()
        self._recall()

    # ---- what is asked for ----

    def request(self) -> ComposeRequest:
        """Everything the panel says, as settings."""
        seed = self.seed.text().strip()
        length = {self.unit.value(): self.amount.value()}
        sampling = Sampling(temperature=self.temperature.value() / SLIDER, random_seed=int(seed) if seed else None)
        settings = GenerationRequest(
            style=self.style_name(),
            takes=int(self.takes.value()),
            sampling=sampling,
            ending=self.ending.isChecked() and not self.ending.isHidden(),
            strength=self._asked_strength(),
            drafts=self.advanced.candidates.value(),
            timing=str(self.advanced.timing.currentData()),
            **length,
        )
        return ComposeRequest(settings, from_playhead=self.from_playhead(), listen=self.listen.isChecked())

    def style_name(self) -> str:
        """The chosen style's name, as the library knows it."""
        return str(self.style_box.currentData() or "")

    def context_notes(self) -> int | None:
        """How many notes back the chosen style reads; None if its card does not say."""
        card = self._cards.get(self.style_name())
        shape = card.data.get("shape") if card else None
        context = shape.get("context") if isinstance(shape, dict) else None
        if card is None or not isinstance(context, int) or context < TOKENS:
            return None
        return context if card.encoding == "expressive" else context // TOKENS

    def _asked_strength(self) -> float | None:
        """None where the style's own strength holds, or there is none to choose."""
        own, percent = self._own_strength(), self.strength.value()
        return None if own is None or percent == USUAL else min(own * percent / 100, STRONGEST)

    def _own_strength(self) -> float | None:
        card = self._cards.get(self.style_name())
        if card is None or not style_registry.stands_on_its_base(card):
            return None
        return card.strength or 1.0

    def from_playhead(self) -> bool:
        """Whether composing replaces what follows the playhead."""
        return self.place.value() == "playhead"

    # ---- what is shown ----

    def set_styles(self, cards: Sequence[Card]) -> None:
        """Fills the style picker from what is installed."""
        wanted = self.style_name() or str(self._settings.value("compose/style", ""))
        self._cards = {card.name: card for card in cards}
        self.style_box.blockSignals(True)
        self.style_box.clear()
        for card in cards:
            self.style_box.addItem(translate_style(card.title or card.name), card.name)
            self.style_box.setItemData(
                self.style_box.count() - 1, translate_style(card.description), Qt.ItemDataRole.ToolTipRole
            )
        self.style_box.setCurrentIndex(max(self.style_box.findData(wanted), 0))
        self.style_box.blockSignals(False)
        self._style_chosen()
        self.set_busy(False)

    def set_busy(self, busy: bool) -> None:
        """Shows Stop and Cancel with the progress while something is written, else Compose."""
        self.go.setVisible(not busy)
        self.go.setEnabled(bool(self._cards))
        self.running.setVisible(busy)
        self.fields.setEnabled(not busy)
        if busy:
            self.set_progress(0.0)

    def set_progress(self, done: float) -> None:
        """How far the slowest take is; a moving bar until its first note."""
        self.bar.setRange(0, 1000 if done > 0 else 0)
        self.bar.setValue(round(done * 1000))

    def set_hint(self, text: str) -> None:
        """The line over the button: where it will go on, or what goes on."""
        self.hint.setText(text)

    def connect_actions(self, actions: dict[str, QAction]) -> None:
        """The buttons' tooltips name the keys that do the same."""
        pairs = (
            (self.go, actions["compose.go"], self.tr("Writes on from where the line stands")),
            (self.drop, actions["edit.escape"], self.tr("Forgets what was written")),
        )
        for button, action, text in pairs:
            say = partial(_say, button, action, text)
            action.changed.connect(say)
            say()

    # ---- building ----

    def _make_fields(self) -> None:
        self.style_box = ComboBox(self.tr("Style"))
        self.style_box.currentIndexChanged.connect(self._style_chosen)
        self.about = label("", "hint")
        self.about.setWordWrap(True)
        units = (("bars", self.tr("Bars")), ("notes", self.tr("Notes")), ("seconds", self.tr("Seconds")))
        self.unit = Segments(units, self.tr("Length in"))
        self.unit.changed.connect(self._unit_changed)
        self.amount = Stepper(self.tr("Length"), *LENGTHS["bars"])
        self.amount.changed.connect(lambda value: self._values.update({self.unit.value(): value}))
        self.strength, self.stronger = self._style_amount()
        self.temperature, self.warmer = self._adventurousness()
        self.takes = Segments([(str(n), str(n)) for n in (1, 2, 3, 4)], self.tr("Takes"))
        self.advanced = AdvancedFields()
        self.quality = QualityBox(self.advanced.candidates)
        self.seed = QLineEdit()
        self.seed.setAccessibleName(self.tr("Variation number"))
        self.seed.setPlaceholderText(self.tr("new each time"))
        self.seed.setToolTip(self.tr("The same number gives the same notes again; empty draws a new one (random seed)"))
        self.seed.setValidator(QIntValidator(0, SEEDS, self))
        self.place = Segments([("end", self.tr("End")), ("playhead", self.tr("Playhead"))], self.tr("Continue from"))
        self.place.buttons["playhead"].setToolTip(self.tr("Replaces what follows the playhead; undo brings it back"))
        self.place.changed.connect(lambda key: self.place_changed.emit())
        self.ending = Check(self.tr("End with a cadence"))
        self.ending.setToolTip(self.tr("Leads to a close within the length, rather than breaking off"))
        self.listen = Check(self.tr("Play while it is written"))

    def _style_amount(self) -> tuple[QSlider, QWidget]:
        """In percent of the strength at which the style composes best."""
        slider, figure = _slider(self.tr("Style amount"), MOST, USUAL), label("", "hint")
        figure.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        figure.setMinimumWidth(figure.fontMetrics().horizontalAdvance("000 %"))

        def say(percent: int) -> None:
            figure.setText(f"{percent}\u202f%")
            tip = self.tr("0 % composes like the base, 100 % as the style does best, more exaggerates (strength {n})")
            slider.setToolTip(tip.format(n=f"{(self._own_strength() or 1.0) * percent / 100:.2f}"))

        slider.valueChanged.connect(say)
        return slider, _row(slider, figure)

    def _adventurousness(self) -> tuple[QSlider, QWidget]:
        """The temperature, from safe to wild."""
        slider = _slider(self.tr("Adventurousness"), 2 * SLIDER, SLIDER)

        def say(value: int) -> None:
            tip = self.tr("Temperature {n}: 0 always takes the likeliest note, 1 draws as the model believes")
            slider.setToolTip(tip.format(n=f"{value / SLIDER:.2f}"))
            if slider.isSliderDown():
                QToolTip.showText(QCursor.pos(), f"{value / SLIDER:.2f}", slider)

        slider.valueChanged.connect(say)
        say(slider.value())
        return slider, _row(label(self.tr("safe"), "hint"), slider, label(self.tr("wild"), "hint"))

    def _make_buttons(self) -> None:
        self.hint = label("", "hint")
        self.hint.setWordWrap(True)
        self.go = QPushButton(self.tr("Compose"))
        self.go.setProperty("kind", "primary")
        self.go.clicked.connect(self.compose)
        self.bar = QProgressBar()
        self.bar.setTextVisible(False)
        self.bar.setAccessibleName(self.tr("Composing"))
        self.halt = QPushButton(self.tr("Stop here"))
        self.halt.setToolTip(self.tr("Ends the writing and keeps what there is"))
        self.drop = QPushButton(self.tr("Cancel"))
        self.drop.setToolTip(self.tr("Forgets what was written"))
        for button, signal in ((self.halt, self.stop), (self.drop, self.cancel)):
            button.setProperty("kind", "stop")
            button.clicked.connect(signal)
        self.running = QWidget()
        column = _column(self.running, 10)
        column.addWidget(self.bar)
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(self.halt, 1)
        row.addWidget(self.drop, 1)
        column.addLayout(row)
        self.running.hide()

    def _lay_out(self) -> None:
        self.fields = QWidget()
        column = _column(self.fields, 14, (16, 14, 16, 12))
        column.addWidget(label(self.tr("Compose"), "heading"))
        column.addLayout(_field(self.tr("Style"), self.style_box, self.about))
        length = QGridLayout()
        length.setVerticalSpacing(8)
        length.addWidget(label(self.tr("Length"), "label"), 0, 0)
        length.addWidget(self.amount, 0, 1)
        length.addWidget(self.unit, 1, 0, 1, 2)
        column.addLayout(length)
        rows = QGridLayout()
        rows.setHorizontalSpacing(12)
        rows.setVerticalSpacing(10)
        rows.setColumnMinimumWidth(0, 92)
        rows.setColumnStretch(1, 1)
        self.strength_label = label(self.tr("Style amount"), "label")
        rows.addWidget(self.strength_label, 0, 0)
        rows.addWidget(self.stronger, 0, 1)
        self.quality_label = label(self.tr("Quality"), "label")
        pairs = (
            (label(self.tr("Adventurousness"), "label"), self.warmer),
            (label(self.tr("Takes"), "label"), self.takes),
            (self.quality_label, self.quality),
            (label(self.tr("Variation number"), "label"), self.seed),
            (label(self.tr("Continue from"), "label"), self.place),
        )
        for i, (name, field) in enumerate(pairs, 1):
            rows.addWidget(name, i, 0)
            rows.addWidget(field, i, 1)
        column.addLayout(rows)
        checks = QVBoxLayout()
        checks.setSpacing(6)
        for check in (self.ending, self.listen):
            checks.addWidget(check)
        column.addLayout(checks)
        column.addWidget(self.advanced)
        column.addStretch(1)
        scroll = QScrollArea()
        scroll.setWidget(self.fields)
        scroll.setWidgetResizable(True)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        outer = _column(self, 0)
        outer.addWidget(scroll, 1)
        outer.addWidget(divider(vertical=False))
        foot = QWidget()
        bottom = _column(foot, 10, (16, 12, 16, 14))
        for widget in (self.hint, self.go, self.running):
            bottom.addWidget(widget)
        outer.addWidget(foot)

    # ---- what it remembers ----

    def _recall(self) -> None:
        stored = self._settings
        self.temperature.setValue(_number(stored.value("compose/temperature"), SLIDER))
        unit = str(stored.value("compose/unit", "bars"))
        self.unit.set_value(unit if unit in LENGTHS else "bars")
        for key in LENGTHS:
            self._values[key] = _number(stored.value(f"compose/{key}"), self._values[key])
        self._unit_changed(self.unit.value())
        takes = str(stored.value("compose/takes", "1"))
        self.takes.set_value(takes if takes in self.takes.buttons else "1")
        self.advanced.recall(stored)
        self.listen.setChecked(str(stored.value("compose/listen", "true")) == "true")
        self.ending.setChecked(str(stored.value("compose/ending", "false")) == "true")

    def remember(self) -> None:
        """Keeps its values for the next start."""
        stored = self._settings
        stored.setValue("compose/style", self.style_name())
        stored.setValue("compose/temperature", self.temperature.value())
        stored.setValue("compose/unit", self.unit.value())
        for key, value in self._values.items():
            stored.setValue(f"compose/{key}", value)
        stored.setValue("compose/takes", self.takes.value())
        self.advanced.remember(stored)
        stored.setValue("compose/listen", "true" if self.listen.isChecked() else "false")
        stored.setValue("compose/ending", "true" if self.ending.isChecked() else "false")

    def _unit_changed(self, unit: str) -> None:
        low, high, _ = LENGTHS[unit]
        value = self._values[unit]  # setRange may clip and tell, so the value is taken before
        self.amount.box.setRange(low, high)
        self.amount.box.setValue(value)
        self._values[unit] = self.amount.value()

    def _style_chosen(self) -> None:
        card = self._cards.get(self.style_name())
        self.about.setText(translate_style(card.description) if card else self.tr("No style is installed."))
        self.about.setVisible(bool(self.about.text()))
        own = self._own_strength()
        for part in (self.strength_label, self.stronger):
            part.setVisible(own is not None)
        if own is not None:
            self.strength.setRange(0, min(int(STRONGEST / own * 100), MOST))
            self.strength.setValue(USUAL)
            self.strength.valueChanged.emit(USUAL)  # the tooltip tells of another style's strength
        for part in (self.quality_label, self.quality, self.advanced):  # the other kind has one candidate
            part.setVisible(card is None or card.encoding == "expressive")
        self.ending.setVisible(card is not None and card.infills)
        if card:
            self.style_changed.emit(card.name)


def _slider(name: str, most: int, value: int) -> QSlider:
    slider = QSlider(Qt.Orientation.Horizontal)
    slider.setPageStep(10)
    slider.setAccessibleName(name)
    slider.setRange(0, most)
    slider.setValue(value)
    return slider


def _row(*parts: QWidget) -> QWidget:
    """Widgets side by side; sliders take the room."""
    field = QWidget()
    row = QHBoxLayout(field)
    row.setContentsMargins(0, 0, 0, 0)
    row.setSpacing(8)
    for part in parts:
        row.addWidget(part, 1 if isinstance(part, QSlider) else 0)
    return field


def _say(button: QPushButton, action: QAction, text: str) -> None:
    button.setToolTip(with_keys(text, action))


def _column(widget: QWidget, spacing: int, margins: tuple[int, int, int, int] = (0, 0, 0, 0)) -> QVBoxLayout:
    column = QVBoxLayout(widget)
    column.setContentsMargins(*margins)
    column.setSpacing(spacing)
    return column


def _field(name: str, *parts: QWidget | QLayout) -> QVBoxLayout:
    column = QVBoxLayout()
    column.setSpacing(6)
    column.addWidget(label(name, "label"))
    for part in parts:
        if isinstance(part, QWidget):
            part.setSizePolicy(QSizePolicy.Policy.Expanding, part.sizePolicy().verticalPolicy())
            column.addWidget(part)
        else:
            column.addLayout(part)
    return column


def _number(value: object, otherwise: int) -> int:
    try:
        return int(str(value))
    except ValueError:
        return otherwise
