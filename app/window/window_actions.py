"""What the rows of the action table do, as far as it is more than one call of a panel."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QPoint, Qt
from PySide6.QtWidgets import QApplication, QDialog, QMenu, QWidget

from app.commands.generate_flow import Wish
from app.dialogs.about import About
from app.dialogs.style_dialog import StylesDialog, installed_styles
from app.look import i18n, theme
from app.look.error_texts import explained, sentence
from composer.core.errors import UserError

if TYPE_CHECKING:
    from app.window.main_window import MainWindow

MENU = (  # of the roll; an empty key is a line
    *("edit.cut", "edit.copy", "edit.paste", "edit.duplicate", "edit.delete", "", "edit.select_all", "edit.alike", ""),
    *("note.quantise", "note.pitch", "note.time", "note.length", "note.velocity", "", "note.third_up", "note.mute"),
)


class Handlers(QObject):
    """Handlers that need several parts of the window."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self.window = window

    def undo(self) -> None:
        """One step back; a gesture under way is only forgotten."""
        if not self.window.roll.cancel_gesture() and not self.window.flow.busy:
            self.window.document.undo.undo()

    def redo(self) -> None:
        """One step forward again."""
        if not self.window.roll.cancel_gesture() and not self.window.flow.busy:
            self.window.document.undo.redo()

    def escape(self) -> None:
        """Forgets the gesture, else cancels composing, else deselects."""
        if self.window.roll.cancel_gesture():
            return
        if self.window.flow.busy:
            self.window.flow.cancel()
        else:
            self.window.document.select(())

    def compose(self) -> None:
        """Begins to compose what the panel asks for."""
        if wish := self._wish():
            self.window.flow.start(wish, self.window.transport.tick, self.window.roll.given_span)

    def rewrite(self) -> None:
        """Has the selected passage written anew, or what the loop holds if nothing is selected."""
        if (gap := self.passage()) and (wish := self._wish()):
            self.window.flow.rewrite(wish, gap)

    def passage(self) -> tuple[int, int] | None:
        """The ticks from the first selected note to the end of the last, else of the loop; None without either."""
        chosen = self.window.document.selection
        if not chosen:
            return self.window.roll.loop
        return min(n.start for n in chosen), max(n.end for n in chosen)

    def _wish(self) -> Wish | None:
        """What the panel asks for, once nothing stands in the way; else the person is told."""
        if not self.window.panel.style_name():
            self.window.messages.error(sentence("no_styles", {}))
            return None
        try:
            wish = self.window.panel.wish()
        except UserError as error:
            self.window.messages.error(explained(error))
            return None
        self.window.messages.hide()
        self.window.roll.cancel_gesture()
        self.window.roll.setFocus()
        return wish

    def pencil(self) -> None:
        """The pencil in hand."""
        self.window.roll.set_tool("pencil")

    def select(self) -> None:
        """The select tool in hand."""
        self.window.roll.set_tool("select")

    def erase(self) -> None:
        """The eraser in hand."""
        self.window.roll.set_tool("erase")

    def unloop(self) -> None:
        """Plays on past the loop's end."""
        self.window.roll.set_loop(None)

    def zoom_in(self) -> None:
        """Wider beats."""
        self.window.roll.zoom(time=1.25)

    def zoom_out(self) -> None:
        """Narrower beats."""
        self.window.roll.zoom(time=0.8)

    def next_pane(self) -> None:
        """The focus goes round: roll, compose panel, takes, top bar, and what speaks up."""
        self._to_pane(1)

    def previous_pane(self) -> None:
        """The focus goes round the other way."""
        self._to_pane(-1)

    def _to_pane(self, way: int) -> None:
        stops, now = self._stops(), QApplication.focusWidget()
        inside = (i for i, (pane, _) in enumerate(stops) if now is not None and (pane is now or pane.isAncestorOf(now)))
        stops[(next(inside, -way) + way) % len(stops)][1].setFocus(Qt.FocusReason.TabFocusReason)

    def _stops(self) -> list[tuple[QWidget, QWidget]]:
        """What is shown now, from the roll on, and where the focus enters it."""
        window = self.window
        takes = window.takes.cards[0] if window.takes.cards else window.takes
        stops: list[tuple[QWidget, QWidget]] = [
            (window.roll, window.roll),
            (window.panel, window.panel.style_box if window.panel.fields.isEnabled() else window.panel.halt),
            (window.takes, takes),
            (window.bar, window.bar.grid),
            (window.messages, window.messages.entry()),
            (window.strip, window.strip.cancel),
            (window.teaching.strip, window.teaching.strip.open),
        ]
        return [(pane, stop) for pane, stop in stops if pane.isVisible()]

    def theme_system(self) -> None:
        """As the desktop."""
        self.window.set_theme(theme.FOLLOW)

    def theme_dark(self) -> None:
        """Dark."""
        self.window.set_theme(theme.DARK_NAME)

    def theme_light(self) -> None:
        """Light."""
        self.window.set_theme(theme.LIGHT_NAME)

    def language(self, choice: str) -> None:
        """Another language, from the next window on."""
        self.window.settings.setValue(i18n.SETTING, choice)
        if i18n.resolved(choice) == i18n.current():
            self.window.messages.hide()
            return
        text = self.tr("{language} from the next start on.").format(language=i18n.NAMES[i18n.resolved(choice)])
        self.window.messages.info(text, self.tr("Start again now"), self.start_again)

    def start_again(self) -> None:
        """Closes the window and opens another one with the same file."""
        self.window.begin_again = True
        if not self.window.close():
            self.window.begin_again = False

    def about(self) -> None:
        """Versions and licences."""
        self._show(About(self.window))

    def styles(self) -> None:
        """The installed styles, to rename and remove."""
        dialog = StylesDialog(installed_styles, self.window)
        dialog.changed.connect(lambda: self.window.panel.set_styles(installed_styles()))
        self._show(dialog)

    def _show(self, dialog: QDialog) -> None:
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def note_menu(self, at: QPoint) -> None:
        """The roll's menu for what is selected."""
        menu = QMenu(self.window)
        for key in MENU:
            menu.addAction(self.window.actions_[key]) if key else menu.addSeparator()
        menu.aboutToHide.connect(menu.deleteLater)
        menu.popup(at)
