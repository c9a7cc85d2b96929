"""Handlers of the action table that concern several parts of the window."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

from PySide6.QtCore import QObject, QPoint
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QDialog, QMenu, QWidget

from app.commands.generate_flow import ComposeFlow
from app.dialogs.about import About
from app.dialogs.style_dialog import StylesDialog, installed_styles
from app.document.document import Document
from app.panels.generate_panel import ComposePanel
from app.roll.roll_view import RollView

MENU = (  # of the roll; an empty key is a line
    *("edit.cut", "edit.copy", "edit.paste", "edit.duplicate", "edit.delete", "", "edit.select_all", "edit.alike", ""),
    *("note.quantise", "note.pitch", "note.time", "note.length", "note.velocity", "", "note.third_up", "note.mute"),
)


class Parts(Protocol):
    """The parts of a window that these handlers work on."""

    document: Document
    flow: ComposeFlow
    roll: RollView
    panel: ComposePanel
    actions_: Mapping[str, QAction]


class WindowActions(QObject):
    """Undo, tools, zoom, dialogs and the roll's context menu."""

    def __init__(self, parts: Parts, window: QWidget) -> None:
        super().__init__(window)
        self._parts, self._window = parts, window

    def undo(self) -> None:
        """One step back; a gesture under way is only cancelled."""
        if not self._parts.roll.cancel_gesture() and not self._parts.flow.busy:
            self._parts.document.undo.undo()

    def redo(self) -> None:
        """One step forward again."""
        if not self._parts.roll.cancel_gesture() and not self._parts.flow.busy:
            self._parts.document.undo.redo()

    def escape(self) -> None:
        """Cancels the gesture, else the generation, else deselects."""
        if self._parts.roll.cancel_gesture():
            return
        if self._parts.flow.busy:
            self._parts.flow.cancel()
        else:
            self._parts.document.select(())

    def pencil(self) -> None:
        """The pencil becomes the tool."""
        self._parts.roll.set_tool("pencil")

    def select(self) -> None:
        """Selection becomes the tool."""
        self._parts.roll.set_tool("select")

    def erase(self) -> None:
        """The eraser becomes the tool."""
        self._parts.roll.set_tool("erase")

    def unloop(self) -> None:
        """Plays on past the loop's end."""
        self._parts.roll.set_loop(None)

    def zoom_in(self) -> None:
        """Wider beats."""
        self._parts.roll.zoom(time=1.25)

    def zoom_out(self) -> None:
        """Narrower beats."""
        self._parts.roll.zoom(time=0.8)

    def about(self) -> None:
        """Versions and licences."""
        self._show(About(self._window))

    def styles(self) -> None:
        """The installed styles, to rename and remove."""
        dialog = StylesDialog(installed_styles, self._window)
        dialog.changed.connect(lambda: self._parts.panel.set_styles(installed_styles()))
        self._show(dialog)

    def _show(self, dialog: QDialog) -> None:
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def note_menu(self, at: QPoint) -> None:
        """The roll's context menu."""
        menu = QMenu(self._window)
        for key in MENU:
            menu.addAction(self._parts.actions_[key]) if key else menu.addSeparator()
        menu.aboutToHide.connect(menu.deleteLater)
        menu.popup(at)
