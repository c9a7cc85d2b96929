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
    text: object  # Qt's mark for translators says no more of it than that
    shortcuts: tuple[str, ...] = ()
    handler: str = ""
    scope: str = WINDOW
    checkable: bool = False

    @property
    def menu(self) -> str:
        """The menu that it stands in."""
        return self.key.split(".")[0]


MENUS = {
    "file": QT_TRANSLATE_NOOP("Actions", "&File"),
    "edit": QT_TRANSLATE_NOOP("Actions", "&Edit"),
    "note": QT_TRANSLATE_NOOP("Actions", "&Notes"),
    "compose": QT_TRANSLATE_NOOP("Actions", "&Compose"),
    "play": QT_TRANSLATE_NOOP("Actions", "&Play"),
    "view": QT_TRANSLATE_NOOP("Actions", "&View"),
}

TABLE = (
    Row("file.new", QT_TRANSLATE_NOOP("Actions", "&New"), ("Ctrl+N",), "files.new"),
    Row("file.open", QT_TRANSLATE_NOOP("Actions", "&Open…"), ("Ctrl+O",), "files.open"),
    Row("file.examples", QT_TRANSLATE_NOOP("Actions", "Open a &theme")),
    Row("file.-1", "-"),
    Row("file.save", QT_TRANSLATE_NOOP("Actions", "&Save"), ("Ctrl+S",), "files.save"),
    Row("file.save_as", QT_TRANSLATE_NOOP("Actions", "Save &as…"), ("Ctrl+Shift+S",), "files.save_as"),
    Row("file.-2", "-"),
    Row("file.export_midi", QT_TRANSLATE_NOOP("Actions", "Export &MIDI…"), ("Ctrl+E",), "files.export_midi"),
    Row("file.export_wav", QT_TRANSLATE_NOOP("Actions", "Export &WAV…"), ("Ctrl+Shift+E",), "files.export_wav"),
    Row("file.-3", "-"),
    Row("file.quit", QT_TRANSLATE_NOOP("Actions", "&Quit"), ("Ctrl+Q",), "window.close"),
    Row("edit.undo", QT_TRANSLATE_NOOP("Actions", "&Undo"), ("Ctrl+Z",), "handlers.undo"),
    Row("edit.redo", QT_TRANSLATE_NOOP("Actions", "&Redo"), ("Ctrl+Y", "Ctrl+Shift+Z"), "handlers.redo"),
    Row("edit.-1", "-"),
    Row("edit.cut", QT_TRANSLATE_NOOP("Actions", "Cu&t"), ("Ctrl+X",), "editing.cut"),
    Row("edit.copy", QT_TRANSLATE_NOOP("Actions", "&Copy"), ("Ctrl+C",), "editing.copy"),
    Row("edit.paste", QT_TRANSLATE_NOOP("Actions", "&Paste at the playhead"), ("Ctrl+V",), "editing.paste"),
    Row("edit.duplicate", QT_TRANSLATE_NOOP("Actions", "&Duplicate"), ("Ctrl+D",), "editing.duplicate"),
    Row("edit.delete", QT_TRANSLATE_NOOP("Actions", "De&lete"), ("Del", "Backspace"), "editing.delete", ROLL),
    Row("edit.-2", "-"),
    Row("edit.select_all", QT_TRANSLATE_NOOP("Actions", "Select &all"), ("Ctrl+A",), "editing.select_all"),
    Row("edit.next", QT_TRANSLATE_NOOP("Actions", "&Next note"), ("Tab",), "editing.next_note", ROLL),
    Row(
        "edit.previous",
        QT_TRANSLATE_NOOP("Actions", "Pre&vious note"),
        ("Shift+Tab", "Backtab"),
        "editing.previous_note",
        ROLL,
    ),
    Row("edit.escape", QT_TRANSLATE_NOOP("Actions", "Cancel or deselect"), ("Esc",), "handlers.escape"),
    Row("edit.-3", "-"),
    Row("edit.pencil", QT_TRANSLATE_NOOP("Actions", "&Pencil"), ("1", "B", "P"), "handlers.pencil", ROLL),
    Row("edit.select", QT_TRANSLATE_NOOP("Actions", "&Select"), ("2", "S"), "handlers.select", ROLL),
    Row("edit.erase", QT_TRANSLATE_NOOP("Actions", "&Erase"), ("3", "E"), "handlers.erase", ROLL),
    Row("note.up", QT_TRANSLATE_NOOP("Actions", "Semitone &up"), ("Up",), "editing.up", ROLL),
    Row("note.down", QT_TRANSLATE_NOOP("Actions", "Semitone &down"), ("Down",), "editing.down", ROLL),
    Row(
        "note.octave_up", QT_TRANSLATE_NOOP("Actions", "&Octave up"), ("Shift+Up", "Ctrl+Up"), "editing.octave_up", ROLL
    ),
    Row(
        "note.octave_down",
        QT_TRANSLATE_NOOP("Actions", "Octa&ve down"),
        ("Shift+Down", "Ctrl+Down"),
        "editing.octave_down",
        ROLL,
    ),
    Row("note.-1", "-"),
    Row("note.earlier", QT_TRANSLATE_NOOP("Actions", "&Earlier"), ("Left",), "editing.earlier", ROLL),
    Row("note.later", QT_TRANSLATE_NOOP("Actions", "&Later"), ("Right",), "editing.later", ROLL),
    Row("note.longer", QT_TRANSLATE_NOOP("Actions", "Lon&ger"), ("Shift+Right",), "editing.longer", ROLL),
    Row("note.shorter", QT_TRANSLATE_NOOP("Actions", "&Shorter"), ("Shift+Left",), "editing.shorter", ROLL),
    Row("note.-2", "-"),
    Row("note.quantise", QT_TRANSLATE_NOOP("Actions", "&Quantise to the grid"), ("Q",), "editing.quantise", ROLL),
    Row("note.mute", QT_TRANSLATE_NOOP("Actions", "&Mute"), ("M",), "editing.mute", ROLL),
    Row("compose.go", QT_TRANSLATE_NOOP("Actions", "&Compose"), ("Ctrl+Return", "Ctrl+Enter"), "handlers.compose"),
    Row("compose.stop", QT_TRANSLATE_NOOP("Actions", "&Stop here"), (), "flow.stop"),
    Row("compose.cancel", QT_TRANSLATE_NOOP("Actions", "C&ancel"), (), "flow.cancel"),
    Row("compose.-1", "-"),
    Row("compose.take1", QT_TRANSLATE_NOOP("Actions", "Take &1"), ("Ctrl+1",), "handlers.take1"),
    Row("compose.take2", QT_TRANSLATE_NOOP("Actions", "Take &2"), ("Ctrl+2",), "handlers.take2"),
    Row("compose.take3", QT_TRANSLATE_NOOP("Actions", "Take &3"), ("Ctrl+3",), "handlers.take3"),
    Row("compose.take4", QT_TRANSLATE_NOOP("Actions", "Take &4"), ("Ctrl+4",), "handlers.take4"),
    Row("compose.-2", "-"),
    Row("compose.again", QT_TRANSLATE_NOOP("Actions", "&Write the take again"), ("Ctrl+R",), "flow.again"),
    Row("compose.keep", QT_TRANSLATE_NOOP("Actions", "&Keep the take"), ("Ctrl+K",), "flow.keep"),
    Row("compose.discard", QT_TRANSLATE_NOOP("Actions", "&Discard the takes"), (), "flow.discard"),
    Row("play.toggle", QT_TRANSLATE_NOOP("Actions", "&Play / stop"), ("Space",), "transport.toggle"),
    Row("play.home", QT_TRANSLATE_NOOP("Actions", "To the &beginning"), ("Home",), "transport.home"),
    Row("play.follow", QT_TRANSLATE_NOOP("Actions", "&Follow the playhead"), checkable=True),
    Row("play.unloop", QT_TRANSLATE_NOOP("Actions", "&End the loop"), (), "handlers.unloop"),
    Row("view.zoom_in", QT_TRANSLATE_NOOP("Actions", "Zoom &in"), ("Ctrl++", "Ctrl+="), "handlers.zoom_in"),
    Row("view.zoom_out", QT_TRANSLATE_NOOP("Actions", "Zoom &out"), ("Ctrl+-",), "handlers.zoom_out"),
    Row("view.show_all", QT_TRANSLATE_NOOP("Actions", "Show &everything"), ("Ctrl+0",), "roll.show_all"),
    Row("view.panes", QT_TRANSLATE_NOOP("Actions", "Next &pane"), ("F6",), "handlers.next_pane"),
    Row("view.-1", "-"),
    Row(
        "view.system",
        QT_TRANSLATE_NOOP("Actions", "Colours of the &desktop"),
        (),
        "handlers.theme_system",
        checkable=True,
    ),
    Row("view.dark", QT_TRANSLATE_NOOP("Actions", "D&ark"), (), "handlers.theme_dark", checkable=True),
    Row("view.light", QT_TRANSLATE_NOOP("Actions", "&Light"), (), "handlers.theme_light", checkable=True),
    Row("view.-2", "-"),
    Row("view.language", QT_TRANSLATE_NOOP("Actions", "Lan&guage")),
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


def _shown(text: object) -> str:
    return QCoreApplication.translate("Actions", str(text))


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
