"""One table of everything that a key or a menu can do: key, text, shortcuts, handler."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from PySide6.QtCore import QT_TRANSLATE_NOOP, QCoreApplication, Qt
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QMainWindow, QMenu, QWidget

WINDOW, ROLL = "window", "roll"  # where the shortcut acts: anywhere, or while the roll has the focus


@dataclass(frozen=True, slots=True)
class Row:
    """An action. `handler` is "owner.method"; a text that is only a dash is a separator in its menu."""

    key: str
    text: str
    shortcuts: tuple[str, ...] = ()
    handler: str = ""
    scope: str = WINDOW
    checkable: bool = False

    @property
    def menu(self) -> str:
        """The menu that it stands in."""
        return self.key.split(".")[0]


def _(text: str) -> str:
    return str(QT_TRANSLATE_NOOP("Actions", text))


MENUS = {
    "file": _("&File"),
    "edit": _("&Edit"),
    "note": _("&Notes"),
    "compose": _("&Compose"),
    "play": _("&Play"),
    "view": _("&View"),
}

TABLE = (
    Row("file.new", _("&New"), ("Ctrl+N",), "files.new"),
    Row("file.open", _("&Open…"), ("Ctrl+O",), "files.open"),
    Row("file.examples", _("Open a &theme")),
    Row("file.-1", "-"),
    Row("file.save", _("&Save"), ("Ctrl+S",), "files.save"),
    Row("file.save_as", _("Save &as…"), ("Ctrl+Shift+S",), "files.save_as"),
    Row("file.-2", "-"),
    Row("file.export_midi", _("Export &MIDI…"), ("Ctrl+E",), "files.export_midi"),
    Row("file.export_wav", _("Export &WAV…"), ("Ctrl+Shift+E",), "files.export_wav"),
    Row("file.-3", "-"),
    Row("file.quit", _("&Quit"), ("Ctrl+Q",), "window.close"),
    Row("edit.undo", _("&Undo"), ("Ctrl+Z",), "window.undo"),
    Row("edit.redo", _("&Redo"), ("Ctrl+Y", "Ctrl+Shift+Z"), "window.redo"),
    Row("edit.-1", "-"),
    Row("edit.cut", _("Cu&t"), ("Ctrl+X",), "editing.cut"),
    Row("edit.copy", _("&Copy"), ("Ctrl+C",), "editing.copy"),
    Row("edit.paste", _("&Paste at the playhead"), ("Ctrl+V",), "editing.paste"),
    Row("edit.duplicate", _("&Duplicate"), ("Ctrl+D",), "editing.duplicate"),
    Row("edit.delete", _("De&lete"), ("Del", "Backspace"), "editing.delete", ROLL),
    Row("edit.-2", "-"),
    Row("edit.select_all", _("Select &all"), ("Ctrl+A",), "editing.select_all"),
    Row("edit.next", _("&Next note"), ("Tab",), "editing.next_note", ROLL),
    Row("edit.previous", _("Pre&vious note"), ("Shift+Tab", "Backtab"), "editing.previous_note", ROLL),
    Row("edit.escape", _("Cancel or deselect"), ("Esc",), "window.escape"),
    Row("edit.-3", "-"),
    Row("edit.pencil", _("&Pencil"), ("1", "B", "P"), "window.pencil", ROLL),
    Row("edit.select", _("&Select"), ("2", "S"), "window.select", ROLL),
    Row("edit.erase", _("&Erase"), ("3", "E"), "window.erase", ROLL),
    Row("note.up", _("Semitone &up"), ("Up",), "editing.up", ROLL),
    Row("note.down", _("Semitone &down"), ("Down",), "editing.down", ROLL),
    Row("note.octave_up", _("&Octave up"), ("Shift+Up", "Ctrl+Up"), "editing.octave_up", ROLL),
    Row("note.octave_down", _("Octa&ve down"), ("Shift+Down", "Ctrl+Down"), "editing.octave_down", ROLL),
    Row("note.-1", "-"),
    Row("note.earlier", _("&Earlier"), ("Left",), "editing.earlier", ROLL),
    Row("note.later", _("&Later"), ("Right",), "editing.later", ROLL),
    Row("note.longer", _("Lon&ger"), ("Shift+Right",), "editing.longer", ROLL),
    Row("note.shorter", _("&Shorter"), ("Shift+Left",), "editing.shorter", ROLL),
    Row("note.-2", "-"),
    Row("note.quantise", _("&Quantise to the grid"), ("Q",), "editing.quantise", ROLL),
    Row("note.mute", _("&Mute"), ("M",), "editing.mute", ROLL),
    Row("compose.go", _("&Compose"), ("Ctrl+Return", "Ctrl+Enter"), "window.compose"),
    Row("compose.stop", _("&Stop here"), (), "flow.stop"),
    Row("compose.cancel", _("C&ancel"), (), "flow.cancel"),
    Row("compose.-1", "-"),
    *(
        Row(f"compose.take{n}", _("Take {n}").replace("{n}", f"&{n}"), (f"Ctrl+{n}",), f"window.take{n}")
        for n in (1, 2, 3, 4)
    ),
    Row("compose.-2", "-"),
    Row("compose.again", _("&Write the take again"), ("Ctrl+R",), "flow.again"),
    Row("compose.keep", _("&Keep the take"), ("Ctrl+K",), "flow.keep"),
    Row("compose.discard", _("&Discard the takes"), (), "flow.discard"),
    Row("play.toggle", _("&Play / stop"), ("Space",), "transport.toggle"),
    Row("play.home", _("To the &beginning"), ("Home",), "transport.home"),
    Row("play.follow", _("&Follow the playhead"), (), "window.follow", checkable=True),
    Row("play.unloop", _("&End the loop"), (), "window.unloop"),
    Row("view.zoom_in", _("Zoom &in"), ("Ctrl++", "Ctrl+="), "window.zoom_in"),
    Row("view.zoom_out", _("Zoom &out"), ("Ctrl+-",), "window.zoom_out"),
    Row("view.show_all", _("Show &everything"), ("Ctrl+0",), "roll.show_all"),
    Row("view.panes", _("Next &pane"), ("F6",), "window.next_pane"),
    Row("view.-1", "-"),
    Row("view.system", _("Colours of the &desktop"), (), "window.theme_system", checkable=True),
    Row("view.dark", _("D&ark"), (), "window.theme_dark", checkable=True),
    Row("view.light", _("&Light"), (), "window.theme_light", checkable=True),
)


def build(
    window: QMainWindow, roll: QWidget, owners: Mapping[str, object]
) -> tuple[dict[str, QAction], dict[str, QMenu]]:
    """Makes actions and menus of the table; `owners` are the objects that its handlers name."""
    menus = {key: window.menuBar().addMenu(_shown(text)) for key, text in MENUS.items()}
    actions = {}
    for row in TABLE:
        if row.text == "-":
            menus[row.menu].addSeparator()
            continue
        actions[row.key] = action = _action(row, window)
        menus[row.menu].addAction(action)
        (roll if row.scope == ROLL else window).addAction(action)
        if row.handler:
            action.triggered.connect(_handler(row.handler, owners))
    return actions, menus


def _shown(text: str) -> str:
    return QCoreApplication.translate("Actions", text)


def _action(row: Row, window: QMainWindow) -> QAction:
    action = QAction(_shown(row.text), window)
    action.setShortcuts([QKeySequence(s) for s in row.shortcuts])
    action.setCheckable(row.checkable)
    context = Qt.ShortcutContext
    action.setShortcutContext(context.WindowShortcut if row.scope == WINDOW else context.WidgetWithChildrenShortcut)
    return action


def _handler(name: str, owners: Mapping[str, object]) -> Callable[..., object]:
    owner, method = name.split(".")
    call = getattr(owners[owner], method)
    return lambda *_: call()
