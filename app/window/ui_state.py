"""UI state that follows the document and the flow: title, enabled and checked actions, texts of undo and redo."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

from PySide6.QtCore import QObject
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMainWindow

from app.commands.action_table import with_keys
from app.commands.edit_actions import EditActions
from app.commands.generate_flow import ComposeFlow
from app.document.document import Document
from app.panels.generate_panel import ComposePanel
from app.roll.roll_view import RollView
from app.window.status_bar import StatusStrip

ON_SELECTION = ("edit.cut", "edit.copy", "edit.duplicate", "edit.delete")  # and every action of the notes menu
ON_TAKES = ("compose.again", "compose.keep", "compose.discard")


class Parts(Protocol):
    """The parts of a window whose state this is."""

    document: Document
    flow: ComposeFlow
    edit_actions: EditActions
    roll: RollView
    panel: ComposePanel
    status: StatusStrip
    actions_: Mapping[str, QAction]


class UiState(QObject):
    """Its methods are slots; each shows anew what it is named after."""

    def __init__(self, parts: Parts, window: QMainWindow) -> None:
        super().__init__(window)
        self._parts, self._window = parts, window

    def show_all(self) -> None:
        """Everything."""
        self.show_title()
        self.show_actions()
        self.show_selection()
        self.show_tool(self._parts.roll.tool)

    def show_title(self) -> None:
        """The window's title, with a mark while something is unsaved."""
        document = self._parts.document
        name = document.title or self.tr("Untitled")
        self._window.setWindowTitle(f"{name}[*] - Ricercar")
        self._window.setWindowModified(document.modified)

    def show_selection(self) -> None:
        """How much is selected."""
        self._parts.status.set_selection(len(self._parts.document.selection))

    def show_actions(self) -> None:
        """Which actions can be done now."""
        parts, document = self._parts, self._parts.document
        on = {key: bool(document.selection) for key in parts.actions_ if key.startswith("note.")}
        on.update(dict.fromkeys(ON_SELECTION, bool(document.selection)))
        on["edit.undo"] = document.undo.canUndo() and not parts.flow.busy
        on["edit.redo"] = document.undo.canRedo() and not parts.flow.busy
        on["edit.paste"] = parts.edit_actions.can_paste
        several = len(document.score.tracks) > 1
        on["view.layers"] = on["view.next_layer"] = several
        on["play.unloop"] = parts.roll.loop is not None
        on.update(self._composing())
        for key, enabled in on.items():
            parts.actions_[key].setEnabled(enabled)
        self.show_empty_page()

    def _composing(self) -> dict[str, bool]:
        document, busy = self._parts.document, self._parts.flow.busy
        takes = document.preview.notes if document.preview else document.takes.takes if document.takes else ()
        on = {f"compose.take{n}": n <= len(takes) for n in range(1, 10)}
        for n in range(5, 10):  # more than four are rare: they would only lengthen the menu
            self._parts.actions_[f"compose.take{n}"].setVisible(n <= len(takes))
        on.update(dict.fromkeys(ON_TAKES, bool(document.takes) and not busy))
        on["compose.rewrite"] = not busy and bool(document.selection or self._parts.roll.loop)
        return {**on, "compose.go": not busy, "compose.stop": busy, "compose.cancel": busy}

    def show_tool(self, tool: str) -> None:
        """The menu has a mark at the active tool."""
        for name in ("pencil", "select", "erase"):
            self._parts.actions_[f"edit.{name}"].setChecked(name == tool)

    def show_undo_text(self, step: str) -> None:
        """The undo action names what it takes back."""
        self._name("edit.undo", self.tr("&Undo"), step)

    def show_redo_text(self, step: str) -> None:
        """The redo action names what it brings back."""
        self._name("edit.redo", self.tr("&Redo"), step)

    def _name(self, key: str, verb: str, step: str) -> None:
        self._parts.actions_[key].setText(f"{verb}: {step}" if step else verb)

    def show_empty_page(self) -> None:
        """What an empty roll says."""
        parts = self._parts
        parts.roll.empty_lines = (
            self.tr("Draw with the pencil, or drop a MIDI file here."),
            self.tr("Or press Compose: {style} starts a new piece.").format(
                style=parts.panel.style_box.currentText() or self.tr("the model")
            ),
            with_keys(self.tr("All keys and gestures stand in the help menu"), parts.actions_["help.keys"]) + ".",
        )
