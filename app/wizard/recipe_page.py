"""Page 2: the base to start from, and one of four recipes, timed on this machine."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from PySide6.QtCore import QT_TRANSLATE_NOOP, QCoreApplication, QEvent, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QResizeEvent
from PySide6.QtWidgets import (
    QDoubleSpinBox,
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QPushButton,
    QScrollArea,
    QSizePolicy,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from app.look.error_texts import explain, sentence
from app.look.theme import Theme
from app.look.widgets import ComboBox, Number, label
from app.wizard.page import Host, Page
from app.wizard.page_parts import Remark, restyle, wrapped
from composer.core.errors import UserError
from composer.core.settings import RECIPES, Recipe, notes_on
from composer.finetuning.run_folder import RunConfig
from composer.model import style_registry
from composer.workers.finetune_messages import RecipesTimed, TimeRecipes

MOST_MINUTES = 24 * 60
# field -> (least, most, step, digits after the point)
NUMBERS: dict[str, tuple[float, float, float, int]] = {
    "batch": (1, 64, 1, 0),
    "length": (32, 2048, 32, 0),
    "looks": (1, 100, 1, 0),
    "patience": (0, 100, 1, 0),
    "samples": (0, 120, 0.5, 1),
    "dropout": (0, 0.9, 0.05, 2),
    "rank": (0, 256, 8, 0),
}

# What documents the fields in composer.core.settings, for the translators; a test holds the two together.
HELP: tuple[object, ...] = (
    QT_TRANSLATE_NOOP("Settings", "windows a step; fewer need less memory, and make the steps rougher"),
    QT_TRANSLATE_NOOP("Settings", "notes a window: how far back it hears while it learns"),
    QT_TRANSLATE_NOOP("Settings", "checks on the test pieces (validation), spread over the training"),
    QT_TRANSLATE_NOOP("Settings", "checks without progress after which training ends early; 0 never does"),
    QT_TRANSLATE_NOOP("Settings", "minutes between two continuations of your own theme; 0 makes none"),
    QT_TRANSLATE_NOOP("Settings", "share of the MLPs' values left out at random, against learning by heart"),
    QT_TRANSLATE_NOOP(
        "Settings",
        "rank of LoRA adapters, thin matrices trained beside the frozen big ones; 0 trains the big ones",
    ),
)


class Decimal(QDoubleSpinBox):
    """A spin box without buttons, as `widgets.Number`, for numbers with a point."""

    def event(self, event: QEvent) -> bool:
        """Lays the text over the whole box after everything that lays it out."""
        result = super().event(event)
        if event.type() in (QEvent.Type.Resize, QEvent.Type.Show, QEvent.Type.StyleChange, QEvent.Type.Polish):
            self.lineEdit().setGeometry(self.rect())
        return result


class RecipeCard(QFrame):
    """One recipe: its name, its minutes, what it is for. Chosen by mouse or keyboard."""

    chosen = Signal(str)

    def __init__(self, key: str, name: str, text: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("card")
        self.key, self.name = key, name
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.minutes = label("…", "figure")
        self.passes = wrapped("")
        column = QVBoxLayout(self)
        column.setContentsMargins(14, 12, 14, 12)
        column.setSpacing(4)
        column.addWidget(wrapped(name, "heading"))
        column.addWidget(self.minutes)
        column.addWidget(wrapped(text))
        column.addWidget(self.passes)
        column.addStretch(1)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Maximum)
        self.set_chosen(False)

    def set_chosen(self, chosen: bool) -> None:
        """Shows whether it is the one."""
        restyle(self, "chosen", chosen)
        state = self.tr("chosen") if chosen else self.tr("not chosen")
        self.setAccessibleName(f"{self.name}, {self.minutes.text()}, {state}")

    def set_estimate(self, minutes: str, passes: str) -> None:
        """What it comes to on this machine."""
        self.minutes.setText(minutes)
        self.passes.setText(passes)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Chooses it."""
        self.chosen.emit(self.key)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Space and Return choose it."""
        if event.key() in (Qt.Key.Key_Space, Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.chosen.emit(self.key)
        else:
            super().keyPressEvent(event)


class RecipePage(Page):
    """Chooses the base and the recipe."""

    def __init__(self, wizard: Host) -> None:
        super().__init__(
            wizard,
            self.tr("How shall it be trained?"),
            self.tr("The style starts from what another one knows, and keeps only what fits test pieces better."),
        )
        self.recipe = "balanced"
        self.estimates: dict[str, dict[str, float]] = {}
        self.fields: dict[str, QSpinBox | QDoubleSpinBox] = {}
        self._timed_base = ""
        self._timing: RecipesTimed | None = None
        self._make()
        self._choose("balanced")
        wizard.client.recipes_timed.connect(self._show_timing)
        wizard.client.failed.connect(self._failed)

    def _make(self) -> None:
        self.base = ComboBox(self.tr("Start from"))
        self.base.currentIndexChanged.connect(self._measure)
        row = QHBoxLayout()
        row.setSpacing(12)
        row.addWidget(label(self.tr("Start from"), "label"))
        row.addWidget(self.base, 1)
        self.column.addLayout(row)
        texts = (
            ("quick", self.tr("Quick"), self.tr("A first impression.")),
            ("balanced", self.tr("Balanced"), self.tr("Right for most folders.")),
            ("thorough", self.tr("Thorough"), self.tr("For an hour of music and more.")),
            ("adapters", self.tr("Light (small file)"), self.tr("Changes less (LoRA adapters).")),
        )
        self.cards = {key: RecipeCard(key, name, text) for key, name, text in texts}
        cards = QHBoxLayout()
        cards.setSpacing(10)
        for card in self.cards.values():
            card.chosen.connect(self._choose)
            cards.addWidget(card, 1)
        self.column.addLayout(cards)
        self.machine = wrapped("")
        self.column.addWidget(self.machine)
        self.remark = Remark()
        self.column.addWidget(self.remark)
        self.more = QPushButton(self.tr("Advanced settings"))
        self.more.setProperty("kind", "quiet")
        self.more.setCheckable(True)
        self.more.toggled.connect(self._unfold)
        self.column.addWidget(self.more, 0, Qt.AlignmentFlag.AlignLeft)
        self.advanced = QScrollArea()
        self.advanced.setAccessibleName(self.tr("Advanced settings"))
        self.advanced.setWidgetResizable(True)
        self.advanced.setFrameShape(QFrame.Shape.NoFrame)
        self.advanced.setWidget(self._form())
        self.advanced.setMinimumHeight(120)
        self.advanced.hide()
        self.column.addWidget(self.advanced, 1)
        self.column.addStretch(0)

    def _form(self) -> QWidget:
        """A line for each setting, with the sentence that documents it in the code."""
        form, notes = QWidget(), notes_on(Recipe)
        grid = QGridLayout(form)
        grid.setContentsMargins(0, 0, 8, 0)
        grid.setHorizontalSpacing(12)
        grid.setVerticalSpacing(8)
        grid.setColumnStretch(2, 1)
        self.minutes = self._number("minutes", 0, MOST_MINUTES, 1, 1)
        self.minutes.setSpecialValueText(self.tr("by the preset"))
        rows = [(self.tr("Minutes"), self.minutes, self.tr("0 leaves it to the preset, as measured above"))]
        for name, (low, high, step, digits) in NUMBERS.items():
            self.fields[name] = field = self._number(name, low, high, step, digits)
            rows.append((self._field_name(name), field, QCoreApplication.translate("Settings", notes.get(name, ""))))
        for i, (name, field, text) in enumerate(rows):
            field.setAccessibleName(name)
            field.setToolTip(text)
            grid.addWidget(label(name, "label"), i, 0)
            grid.addWidget(field, i, 1)
            grid.addWidget(wrapped(text), i, 2)
        return form

    def _number(self, name: str, low: float, high: float, step: float, digits: int) -> QSpinBox | QDoubleSpinBox:
        if digits:
            decimal = Decimal()
            decimal.setDecimals(digits)
            decimal.setRange(low, high)
            decimal.setSingleStep(step)
            decimal.setButtonSymbols(QSpinBox.ButtonSymbols.NoButtons)
            decimal.setFixedWidth(110)
            decimal.lineEdit().setTextMargins(9, 0, 9, 0)
            return decimal
        whole = Number()
        whole.setRange(int(low), int(high))
        whole.setSingleStep(int(step))
        whole.setButtonSymbols(QSpinBox.ButtonSymbols.NoButtons)
        whole.setFixedWidth(110)
        whole.lineEdit().setTextMargins(9, 0, 9, 0)
        return whole

    def _field_name(self, name: str) -> str:
        return {
            "batch": self.tr("Batch size"),
            "length": self.tr("Window length"),
            "looks": self.tr("Checks"),
            "patience": self.tr("Patience"),
            "samples": self.tr("Samples every"),
            "dropout": self.tr("Dropout"),
            "rank": self.tr("LoRA rank"),
        }[name]

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Narrower cards have more lines."""
        super().resizeEvent(event)
        self._level()

    def _level(self) -> None:
        """Makes all cards as tall as the one with the most lines needs to be."""
        self.layout().activate()
        tallest = max(card.layout().totalHeightForWidth(card.width()) for card in self.cards.values())
        for card in self.cards.values():
            card.setFixedHeight(tallest)

    # ---- choosing ----

    def initializePage(self) -> None:
        """Fills the chooser with what can be taught, and measures."""
        wanted = self.base.currentData() or "base"
        self.base.blockSignals(True)
        self.base.clear()
        for card in sorted(
            style_registry.installed(), key=lambda c: (c.name != "base", not c.bundled, c.title.casefold())
        ):
            if card.encoding == "expressive":
                self.base.addItem(card.title or card.name, card.name)
        self.base.setCurrentIndex(max(self.base.findData(wanted), 0))
        self.base.blockSignals(False)
        self._timed_base = ""
        self._measure()

    def _measure(self) -> None:
        base = str(self.base.currentData() or "")
        if not base or base == self._timed_base:
            return
        self._timed_base, self.estimates = base, {}
        self.remark.say("")
        for card in self.cards.values():
            card.set_estimate("…", "")
        self.machine.setText(self.tr("Measuring this machine, a few seconds…"))
        self.wizard_.client.time_recipes(base)
        self.completeChanged.emit()

    def _choose(self, key: str) -> None:
        self.recipe = key
        for name, card in self.cards.items():
            card.set_chosen(name == key)
        settings = RECIPES[key]
        for name, field in self.fields.items():
            field.setValue(getattr(settings, name))
        self.minutes.setValue(0)
        self._show_machine()

    def _unfold(self, unfolded: bool) -> None:
        self.advanced.setVisible(unfolded)

    def settings(self) -> Recipe:
        """The recipe with what was changed by hand. Raises `UserError`."""
        changed = {name: type(getattr(RECIPES[self.recipe], name))(f.value()) for name, f in self.fields.items()}
        return replace(RECIPES[self.recipe], **changed)

    def config(self) -> RunConfig:
        """The run that is asked for, but for its key and folders. Raises `UserError`."""
        estimate = self.estimates.get(self.recipe, {}).get("minutes")
        minutes = float(self.minutes.value()) or estimate
        return RunConfig("", (), self.base.currentData(), self.recipe, self.settings(), minutes)

    # ---- what comes ----

    def _show_timing(self, timing: RecipesTimed) -> None:
        if timing.base != self.base.currentData():
            return
        self.estimates = timing.recipes
        for key, card in self.cards.items():
            row = self.estimates[key]
            passes = row["passes"]
            shown = f"{passes:.0f}" if passes >= 3 else f"{passes:.1f}"
            text = self.tr("hears your music {n} times").format(n=shown)
            minutes = row["minutes"]
            shown = f"{minutes:.0f}" if minutes >= 3 else f"{minutes:.1f}"
            card.set_estimate(self.tr("{n} min").format(n=shown), text)
            card.set_chosen(key == self.recipe)
        self._level()
        self._timing = timing
        self._show_machine()
        self.completeChanged.emit()

    def _show_machine(self) -> None:
        """Where it was measured, and what the chosen recipe needs."""
        timing = self._timing
        if not self.estimates or timing is None:
            return
        memory = self.estimates[self.recipe]["memory_mb"] / 1024
        where = {"cuda": self.tr("the graphics card"), "mps": self.tr("the graphics unit")}
        place = where.get(timing.device) or (
            self.tr("1 processor core") if timing.cores == 1 else self.tr("{n} processor cores")
        )
        text = self.tr("Measured here, on {place}. It needs about {memory} GB of memory; you can go on composing.")
        place = place.format(n=timing.cores)
        self.machine.setText(text.format(place=place, memory=f"{memory:.1f}"))

    def _failed(self, verb: str, code: str, arguments: dict[str, Any]) -> None:
        if verb == TimeRecipes.NAME:
            self.machine.setText("")
            self.remark.say(sentence(code, arguments), "error")

    # ---- the wizard's questions ----

    def set_theme(self, theme: Theme) -> None:
        """Other colours."""
        self.remark.set_theme(theme)

    def isComplete(self) -> bool:
        """Whether the machine was measured."""
        return bool(self.estimates)

    def validatePage(self) -> bool:
        """Starts the run."""
        try:
            config = self.config()
        except UserError as error:
            self.remark.say(explain(error), "error")
            return False
        self.wizard_.start_run(config)
        return True
