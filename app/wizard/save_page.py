"""Page 5: a name, the terms it inherits, and a file to pass on, if one is wanted."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from PySide6.QtWidgets import QFileDialog, QFrame, QHBoxLayout, QLineEdit, QPushButton, QVBoxLayout

from app.files.file_actions import with_suffix
from app.look.error_texts import explain, sentence
from app.look.theme import Theme
from app.look.widgets import Check, Elided, label
from app.wizard.page import Host, Page
from app.wizard.page_parts import Remark, Tile, shown_gain, wrapped
from composer.core.errors import UserError
from composer.model import style_bundle, style_registry
from composer.workers.finetune_messages import SaveStyle, StyleSaved


class SavePage(Page):
    """Names the style and has it saved."""

    def __init__(self, wizard: Host) -> None:
        super().__init__(
            wizard,
            self.tr("Name it"),
            self.tr("It will stand in the list of styles beside the others."),
        )
        self.path = ""
        self._saving = False
        self._make()
        wizard.client.style_saved.connect(self._finish)
        wizard.client.failed.connect(self._failed)

    def _make(self) -> None:
        self.name_field = QLineEdit()
        self.name_field.setMaxLength(60)
        self.name_field.setAccessibleName(self.tr("Name of the style"))
        self.name_field.setPlaceholderText(self.tr("such as Grieg"))
        self.name_field.textChanged.connect(self._changed)
        self.problem = label("", "trouble")
        self.column.addWidget(label(self.tr("Name"), "label"))
        self.column.addWidget(self.name_field)
        self.column.addWidget(self.problem)
        self.tiles = {
            "gain": Tile(self.tr("better fit to your music")),
            "step": Tile(self.tr("steps of training")),
            "minutes": Tile(self.tr("minutes of training")),
            "pieces": Tile(self.tr("pieces of music")),
        }
        figures = QHBoxLayout()
        figures.setSpacing(8)
        for tile in self.tiles.values():
            figures.addWidget(tile, 1)
        self.column.addLayout(figures)
        terms = QFrame()
        terms.setObjectName("tile")
        column = QVBoxLayout(terms)
        column.setContentsMargins(14, 12, 14, 12)
        column.setSpacing(6)
        column.addWidget(label(self.tr("Its terms"), "heading"))
        self.licence = wrapped("")
        column.addWidget(self.licence)
        self.column.addWidget(terms)
        self.export = Check(self.tr("Also save it as a file to pass on"))
        self.export.toggled.connect(self._refresh)
        self.where = Elided("", "hint")
        self.choose = QPushButton(self.tr("Choose where…"))
        self.choose.clicked.connect(self._choose)
        row = QHBoxLayout()
        row.setContentsMargins(27, 0, 0, 0)  # under the words of the box, not under the box
        row.setSpacing(10)
        row.addWidget(self.choose)
        row.addWidget(self.where, 1)
        self.column.addWidget(self.export)
        self.column.addLayout(row)
        self.remark = Remark()
        self.column.addWidget(self.remark)
        self.column.addStretch(1)

    def initializePage(self) -> None:
        """Proposes the folder's name."""
        self._saving = False
        self.remark.say("")
        paths = self.wizard_.paths()
        if not self.name_field.text() and paths:
            self.name_field.setText(_proposed(Path(paths[0])))
        base = self.wizard_.base()
        try:
            card = style_registry.find(base)
            base, terms = card.title or base, card.licence
        except UserError:
            terms = "?"
        text = self.tr(
            "It was trained from {base} and inherits its terms: {terms}. The music that you gave it may add its own: "
            "pass the style on only if you may pass on the music."
        )
        self.licence.setText(text.format(base=base, terms=terms))
        self._show_figures()
        self._refresh()

    def _show_figures(self) -> None:
        """What it is that gets a name."""
        candidate, result = self.wizard_.selected()
        if candidate is None or result is None:
            return
        key = "nats_per_note_all"
        minutes = result.seconds / 60
        gain = result.base_metrics[key] - candidate.metrics[key]
        self.tiles["gain"].set(shown_gain(gain))
        tip = self.tr("A note of the test pieces is so much likelier than before: {n} nats per note of validation loss")
        self.tiles["gain"].setToolTip(tip.format(n=f"{gain:.2f}"))
        self.tiles["step"].set(str(candidate.step))
        self.tiles["minutes"].set(f"{minutes:.0f}" if minutes >= 10 else f"{minutes:.1f}")
        self.tiles["pieces"].set(str(result.used))

    def _changed(self) -> None:
        self._refresh()
        self.completeChanged.emit()

    def _refresh(self) -> None:
        wanted = self.export.isChecked()
        if wanted and not self.path:
            self.where.set_text(self.tr("No place is chosen yet."))
        else:
            self.where.set_text(self.path if wanted else "")
        self.choose.setVisible(wanted)
        self.where.setVisible(wanted)
        self.problem.setText(self._problem())
        self.problem.setVisible(bool(self.problem.text()))
        self.completeChanged.emit()

    def _problem(self) -> str:
        name = self.name_field.text().strip()
        if not name:
            return ""
        try:
            style_registry.check_name(name)
        except UserError as error:
            return explain(error)
        return ""

    def _choose(self) -> None:
        name = (self.name_field.text().strip() or self.tr("style")) + style_bundle.SUFFIX
        path = self.ask_path(name)
        self.remark.say("")
        if path:
            target = with_suffix(path, style_bundle.SUFFIX)
            if target != Path(path) and target.exists():  # the dialog asked about the name as it was typed
                self.remark.say(sentence("output_exists", {"path": target}), "error")
            else:
                self.path = str(target)
        self._refresh()

    def ask_path(self, name: str) -> str:
        """Where the file goes; tests answer for the person."""
        kinds = self.tr("Ricercar styles (*.ricercar-style)")
        path, _ = QFileDialog.getSaveFileName(self, self.tr("Save the style as a file"), name, kinds)
        return path

    # ---- saving ----

    def validatePage(self) -> bool:
        """Has it saved; the wizard closes when that is done."""
        if self._saving:
            return False
        step = self.wizard_.step()
        if step is None:
            return True
        self._saving = True
        self.remark.say(self.tr("Saving…"))
        self.completeChanged.emit()
        self.wizard_.client.save(step, self.name_field.text().strip())
        return False

    def _finish(self, event: StyleSaved) -> None:
        self._saving = False
        if self.export.isChecked() and self.path:
            try:
                style_bundle.export_bundle(event.name, self.path, force=True)
            except UserError as error:
                self.wizard_.done_saving(event.name, explain(error))
                return
        self.wizard_.done_saving(event.name, "")

    def _failed(self, verb: str, code: str, arguments: dict[str, Any]) -> None:
        if verb == SaveStyle.NAME:
            self._saving = False
            self.remark.say(sentence(code, arguments), "error")
            self.completeChanged.emit()

    # ---- the wizard's questions ----

    def set_theme(self, theme: Theme) -> None:
        """Other colours."""
        self.remark.set_theme(theme)

    def isComplete(self) -> bool:
        """Whether the name will do."""
        if self._saving or (self.export.isChecked() and not self.path):
            return False
        return bool(self.name_field.text().strip()) and not self._problem()


def _proposed(path: Path) -> str:
    """A name for a style, from its folder's."""
    name = path.name if path.is_dir() else path.parent.name
    kept = "".join(c if c.isalnum() or c in " -_" else " " for c in name).strip()
    return " ".join(kept.split())[:60]
