"""The dialog of an edit form with its preview in the roll, and the handlers that open it."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, QSettings, Qt, QTimer, Signal
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QDialog, QFormLayout, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from app.commands.edit_actions import EditActions
from app.commands.edit_forms import AS_ROLL, FORMS, WHITE, EditContext, EditForm, Values
from app.commands.key_actions import KeyActions, scale_name
from app.dialogs.edit_form_fields import Control, control_for, translate_text
from app.document.document import Document
from app.look.widgets import Check, label, tint
from app.roll.painting.primitives import pitch_name
from app.roll.roll_view import RollView
from composer.music.grid import STEPS
from composer.music.score import Note, in_order

WIDTH = 380
LABELS = 104  # the column of labels
PAUSE_MS = 30  # after the last change, before the roll shows it
QUICK = 20_000  # notes; more are not shown while the dialog is open

Show = Callable[[tuple[Note, ...] | None], None]


class EditFormDialog(QDialog):
    """Asks for the parameters of an edit of some notes. `wanted` tells what they would become, or None."""

    wanted = Signal(object)

    def __init__(self, form: EditForm, notes: tuple[Note, ...], context: EditContext, parent: QWidget) -> None:
        super().__init__(parent)
        self.form = form
        self.notes = notes
        self.context = context
        self.controls: dict[str, Control] = {}
        self.setWindowTitle(translate_text(form.title))
        self.setModal(True)
        self.setMinimumWidth(WIDTH)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(PAUSE_MS)
        self._timer.timeout.connect(self.show_result)
        self._lay_out()
        self._fit()
        color = self.palette().color(QPalette.ColorRole.WindowText).name()
        tint(self, color, color)

    def _lay_out(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(20, 18, 20, 16)
        column.setSpacing(14)
        column.addWidget(label(translate_text(self.form.title), "heading"))
        self.rows = QFormLayout()
        self.rows.setHorizontalSpacing(12)
        self.rows.setVerticalSpacing(10)
        self.rows.setLabelAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        for field in self.form.fields:
            control = self.controls[field.key] = control_for(field)
            name = label("" if field.kind == "check" else translate_text(field.label), "label")
            name.setMinimumWidth(LABELS)
            name.setMinimumHeight(30)
            self.rows.addRow(name, control)
            control.changed.connect(self._changed)
        column.addLayout(self.rows)
        self.hint = label("", "hint")
        self.hint.setWordWrap(True)
        column.addWidget(self.hint)
        column.addLayout(self._buttons())

    def _buttons(self) -> QHBoxLayout:
        self.preview = Check(self.tr("Preview"))
        self.preview.setChecked(True)
        self.preview.toggled.connect(lambda _: self.show_result())
        cancel, self.apply = QPushButton(self.tr("Cancel")), QPushButton(self.tr("Apply"))
        self.apply.setProperty("kind", "accent")
        self.apply.setDefault(True)
        cancel.clicked.connect(self.reject)
        self.apply.clicked.connect(self.accept)
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(self.preview)
        row.addStretch(1)
        row.addWidget(cancel)
        row.addWidget(self.apply)
        return row

    # ---- answers ----

    def values(self) -> Values:
        """The answers so far, of hidden questions too."""
        return {key: control.value() for key, control in self.controls.items()}

    def set_values(self, values: Values) -> None:
        """Other answers."""
        for key, value in values.items():
            self.controls[key].set_value(value)
        self._fit()
        next(iter(self.controls.values())).take_focus()

    def result_notes(self) -> tuple[Note, ...]:
        """What the notes become with these answers."""
        try:
            return self.form.make_edit(self.values(), self.context)(self.notes)
        except ValueError:  # no note lasts for ever; `Editing.change` says so
            return self.notes

    def _changed(self) -> None:
        self._fit()
        self._timer.start()

    def _fit(self) -> None:
        values = self.values()
        for control in self.controls.values():
            self.rows.setRowVisible(control, control.field.applies(values))
        self.hint.setText(self._words(values))
        self.adjustSize()

    def show_result(self) -> None:
        """Tells what would be, unless nobody wants to see it."""
        shown_ = self.preview.isChecked() and len(self.notes) <= QUICK
        self.wanted.emit(self.result_notes() if shown_ else None)

    # ---- words ----

    def _words(self, values: Values) -> str:
        count = len(self.notes)
        words = (self.tr("{n} note") if count == 1 else self.tr("{n} notes")).format(n=count)
        more = self._more(values)
        return f"{words}   {more}" if more else words

    def _more(self, values: Values) -> str:
        scale = self.context.scale or WHITE
        if values.get("unit") == "steps" or values.get("in_scale"):
            chosen = self.tr("in {scale}") if self.context.scale else self.tr("in {scale}, since no key is chosen")
            return chosen.format(scale=scale_name(scale))
        if "amount" in values:
            return self._interval(int(str(values["amount"])))
        if values.get("axis") in ("first", "middle"):
            pitches = sorted(n.pitch for n in self.notes) or [60]
            first = self.notes[0].pitch if self.notes else 60
            about = first if values["axis"] == "first" else (pitches[0] + pitches[-1]) // 2
            return self.tr("about {pitch}").format(pitch=pitch_name(about))
        if "grid" in values:
            return self._grid(str(values["grid"]), values["swing"] != 50)
        return ""

    def _grid(self, name: str, swings: bool) -> str:
        if name == AS_ROLL:
            step = self.context.grid.step
            name = next((key for key, value in STEPS.items() if value == step), "")
        if name in ("", "off"):
            return self.tr("The roll has no grid: choose one here.")
        name = self.tr("bars") if name == "bar" else name
        text = self.tr("to {grid}, every second line later") if swings else self.tr("to {grid}, straight")
        return text.format(grid=name)

    def _interval(self, semitones: int) -> str:
        names = (
            self.tr("unison"), self.tr("minor second"), self.tr("major second"), self.tr("minor third"),
            self.tr("major third"), self.tr("fourth"), self.tr("tritone"), self.tr("fifth"), self.tr("minor sixth"),
            self.tr("major sixth"), self.tr("minor seventh"), self.tr("major seventh"),
        )  # fmt: skip
        octaves, rest = divmod(abs(semitones), 12)
        parts = [names[rest]] if rest or not octaves else []
        if octaves:
            parts.insert(0, self.tr("octave") if octaves == 1 else self.tr("{n} octaves").format(n=octaves))
        way = "" if not semitones else self.tr("up") if semitones > 0 else self.tr("down")
        return f"{' + '.join(parts)} {way}".strip()


class EditFormActions(QObject):
    """Opens the dialogs, remembers their answers, and does what they were told."""

    def __init__(
        self,
        document: Document,
        roll: RollView,
        editing: EditActions,
        scales: KeyActions,
        settings: QSettings,
        window: QWidget,
    ) -> None:
        super().__init__(window)
        self.document = document
        self.roll = roll
        self.edit_actions = editing
        self.key_actions = scales
        self.settings = settings
        self.window = window
        self.dialog: EditFormDialog | None = None

    def transpose(self) -> None:
        """By an interval."""
        self.open("transpose")

    def invert(self) -> None:
        """About a pitch."""
        self.open("invert")

    def quantise(self) -> None:
        """With strength and swing."""
        self.open("quantise")

    def stretch(self) -> None:
        """By a factor."""
        self.open("stretch")

    def humanise(self) -> None:
        """By small chances."""
        self.open("humanise")

    def split(self) -> None:
        """Into equal parts."""
        self.open("split")

    def velocity(self) -> None:
        """Set, changed, scaled, or growing."""
        self.open("velocity")

    def length(self) -> None:
        """Set or scaled."""
        self.open("length")

    def open(self, key: str) -> None:
        """Shows the dialog of a form for the selection; the window waits, the roll shows what would be."""
        notes = in_order(self.document.selection)
        if not notes or self.dialog is not None:
            return
        context = EditContext(self.document.score, self.roll.grid(), self.key_actions.scale)
        self.dialog = dialog = EditFormDialog(FORMS[key], notes, context, self.window)
        dialog.set_values({f.key: f.coerce(self._stored(key, f.key, f.default)) for f in dialog.form.fields})
        dialog.wanted.connect(self._show)
        dialog.accepted.connect(self._do)
        dialog.finished.connect(self._end)
        dialog.show()
        self._beside(dialog)
        dialog.show_result()

    def _stored(self, form: str, field: str, default: object) -> object:
        return self.settings.value(f"verbs/{form}/{field}", default)

    def _beside(self, dialog: EditFormDialog) -> None:
        """Where it covers little of the roll: the window's upper right corner."""
        corner = self.window.mapToGlobal(self.window.rect().topRight())
        dialog.move(corner.x() - dialog.width() - 24, corner.y() + 96)

    def _show(self, notes: tuple[Note, ...] | None) -> None:
        if notes is None or self.dialog is None:
            self.roll.end_drag()
        else:
            self.roll.show_drag(self.dialog.notes, notes)

    def _do(self) -> None:
        if self.dialog is None:
            return
        dialog = self.dialog
        self.roll.end_drag()
        for key, value in dialog.values().items():
            self.settings.setValue(f"verbs/{dialog.form.key}/{key}", value)
        self.edit_actions.change(
            translate_text(dialog.form.step), dialog.form.make_edit(dialog.values(), dialog.context)
        )

    def _end(self) -> None:
        if self.dialog is not None:
            self.dialog.deleteLater()
        self.dialog = None
        self.roll.end_drag()
        self.roll.setFocus()
