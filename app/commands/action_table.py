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
    """An action. A text that is only a dash is a separator in its menu.

    `handler` is "owner.method", or "owner.method:number" for a method that takes a number. `under` names the row whose
    submenu it stands in; such a row has no handler itself. Rows whose key begins with "note." need a selection.
    """

    key: str
    text: object  # Qt's mark for translators says no more of it than that
    shortcuts: tuple[str, ...] = ()
    handler: str = ""
    scope: str = WINDOW
    checkable: bool = False
    under: str = ""

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
    "help": QT_TRANSLATE_NOOP("Actions", "&Help"),
}

_FILE = (
    Row("file.new", QT_TRANSLATE_NOOP("Actions", "&New"), ("Ctrl+N",), "files.new"),
    Row("file.open", QT_TRANSLATE_NOOP("Actions", "&Open…"), ("Ctrl+O",), "files.open"),
    Row("file.recent", QT_TRANSLATE_NOOP("Actions", "Open &recent")),
    Row("file.examples", QT_TRANSLATE_NOOP("Actions", "Open a &theme")),
    Row("file.unsaved", QT_TRANSLATE_NOOP("Actions", "&Unsaved pieces…"), (), "recovery.ask"),
    Row("file.-1", "-"),
    Row("file.save", QT_TRANSLATE_NOOP("Actions", "&Save"), ("Ctrl+S",), "files.save"),
    Row("file.save_as", QT_TRANSLATE_NOOP("Actions", "Save &as…"), ("Ctrl+Shift+S",), "files.save_as"),
    Row("file.-2", "-"),
    Row("file.export_midi", QT_TRANSLATE_NOOP("Actions", "Export &MIDI…"), ("Ctrl+E",), "exports.midi"),
    Row("file.export_grid", QT_TRANSLATE_NOOP("Actions", "Export MIDI on the &grid…"), (), "exports.midi_on_grid"),
    Row("file.export_musicxml", QT_TRANSLATE_NOOP("Actions", "Export Music&XML…"), (), "exports.musicxml"),
    Row("file.export_wav", QT_TRANSLATE_NOOP("Actions", "Export &WAV…"), ("Ctrl+Shift+E",), "exports.wav"),
    Row("file.-3", "-"),
    Row("file.quit", QT_TRANSLATE_NOOP("Actions", "&Quit"), ("Ctrl+Q",), "window.close"),
)

_EDIT = (
    Row("edit.undo", QT_TRANSLATE_NOOP("Actions", "&Undo"), ("Ctrl+Z",), "window_actions.undo"),
    Row("edit.redo", QT_TRANSLATE_NOOP("Actions", "&Redo"), ("Ctrl+Y", "Ctrl+Shift+Z"), "window_actions.redo"),
    Row("edit.-1", "-"),
    Row("edit.cut", QT_TRANSLATE_NOOP("Actions", "Cu&t"), ("Ctrl+X",), "edit_actions.cut"),
    Row("edit.copy", QT_TRANSLATE_NOOP("Actions", "&Copy"), ("Ctrl+C",), "edit_actions.copy"),
    Row("edit.paste", QT_TRANSLATE_NOOP("Actions", "Paste at the play&head"), ("Ctrl+V",), "edit_actions.paste"),
    Row("edit.duplicate", QT_TRANSLATE_NOOP("Actions", "&Duplicate"), ("Ctrl+D",), "edit_actions.duplicate"),
    Row("edit.delete", QT_TRANSLATE_NOOP("Actions", "De&lete"), ("Del", "Backspace"), "edit_actions.delete", ROLL),
    Row("edit.-2", "-"),
    Row("edit.select_all", QT_TRANSLATE_NOOP("Actions", "Select &all"), ("Ctrl+A",), "edit_actions.select_all"),
    Row(
        "edit.inverse",
        QT_TRANSLATE_NOOP("Actions", "&Invert the selection"),
        ("Ctrl+I",),
        "edit_actions.select_inverse",
    ),
    Row("edit.alike", QT_TRANSLATE_NOOP("Actions", "Select ali&ke")),
    Row("edit.next", QT_TRANSLATE_NOOP("Actions", "&Next note"), ("Tab",), "edit_actions.next_note", ROLL),
    Row(
        "edit.previous",
        QT_TRANSLATE_NOOP("Actions", "Pre&vious note"),
        ("Shift+Tab",),
        "edit_actions.previous_note",
        ROLL,
    ),
    Row("edit.escape", QT_TRANSLATE_NOOP("Actions", "Cancel or deselect"), ("Esc",), "window_actions.escape"),
    Row("edit.-3", "-"),
    Row("edit.pencil", QT_TRANSLATE_NOOP("Actions", "&Pencil"), ("1", "B", "P"), "window_actions.pencil", ROLL, True),
    Row("edit.select", QT_TRANSLATE_NOOP("Actions", "&Select"), ("2", "S"), "window_actions.select", ROLL, True),
    Row("edit.erase", QT_TRANSLATE_NOOP("Actions", "&Erase"), ("3", "E"), "window_actions.erase", ROLL, True),
)

_ALIKE = (
    ("note.same_pitch", QT_TRANSLATE_NOOP("Actions", "Same &pitch"), "edit_actions.select_pitch"),
    ("note.same_class", QT_TRANSLATE_NOOP("Actions", "Same note in every &octave"), "edit_actions.select_class"),
    ("note.same_length", QT_TRANSLATE_NOOP("Actions", "Same &length"), "edit_actions.select_length"),
    ("note.same_beat", QT_TRANSLATE_NOOP("Actions", "Same place in the &bar"), "edit_actions.select_beat"),
)

_NOTE = (
    Row("note.quantise", QT_TRANSLATE_NOOP("Actions", "&Quantise to the grid"), ("Q",), "edit_actions.quantise", ROLL),
    Row("note.quantise_by", QT_TRANSLATE_NOOP("Actions", "Q&uantise…"), ("Shift+Q",), "edit_forms.quantise", ROLL),
    Row("note.-1", "-"),
    Row("note.pitch", QT_TRANSLATE_NOOP("Actions", "&Pitch")),
    Row("note.time", QT_TRANSLATE_NOOP("Actions", "&Time")),
    Row("note.length", QT_TRANSLATE_NOOP("Actions", "&Length")),
    Row("note.velocity", QT_TRANSLATE_NOOP("Actions", "&Velocity…"), ("V",), "edit_forms.velocity", ROLL),
    Row("note.-2", "-"),
    Row(
        "note.third_up",
        QT_TRANSLATE_NOOP("Actions", "&Duplicate a third up"),
        ("Ctrl+Shift+D",),
        "key_actions.third_up",
    ),
    Row("note.mute", QT_TRANSLATE_NOOP("Actions", "&Mute"), ("M",), "edit_actions.mute", ROLL),
    Row("note.pedal", QT_TRANSLATE_NOOP("Actions", "P&edal under the selection"), ("Shift+P",), "marks.pedal", ROLL),
)

_PITCH = (
    ("note.up", QT_TRANSLATE_NOOP("Actions", "Semitone &up"), ("Up",), "edit_actions.up"),
    ("note.down", QT_TRANSLATE_NOOP("Actions", "Semitone &down"), ("Down",), "edit_actions.down"),
    ("note.octave_up", QT_TRANSLATE_NOOP("Actions", "&Octave up"), ("Shift+Up", "Ctrl+Up"), "edit_actions.octave_up"),
    (
        "note.octave_down",
        QT_TRANSLATE_NOOP("Actions", "Octa&ve down"),
        ("Shift+Down", "Ctrl+Down"),
        "edit_actions.octave_down",
    ),
    ("note.step_up", QT_TRANSLATE_NOOP("Actions", "Scale &step up"), ("Alt+Up",), "key_actions.step_up"),
    ("note.step_down", QT_TRANSLATE_NOOP("Actions", "Scale s&tep down"), ("Alt+Down",), "key_actions.step_down"),
    ("note.pitch.-1", "-", (), ""),
    ("note.transpose", QT_TRANSLATE_NOOP("Actions", "T&ranspose…"), ("T",), "edit_forms.transpose"),
    ("note.snap", QT_TRANSLATE_NOOP("Actions", "S&nap to the scale"), ("K",), "key_actions.snap"),
    ("note.invert", QT_TRANSLATE_NOOP("Actions", "&Invert…"), ("I",), "edit_forms.invert"),
)

_TIME = (
    ("note.earlier", QT_TRANSLATE_NOOP("Actions", "&Earlier"), ("Left",), "edit_actions.earlier"),
    ("note.later", QT_TRANSLATE_NOOP("Actions", "&Later"), ("Right",), "edit_actions.later"),
    ("note.time.-1", "-", (), ""),
    ("note.stretch", QT_TRANSLATE_NOOP("Actions", "&Stretch…"), ("X",), "edit_forms.stretch"),
    ("note.reverse", QT_TRANSLATE_NOOP("Actions", "&Reverse"), ("R",), "edit_actions.reverse"),
    ("note.humanise", QT_TRANSLATE_NOOP("Actions", "&Humanise…"), ("H",), "edit_forms.humanise"),
)

_LENGTH = (
    ("note.longer", QT_TRANSLATE_NOOP("Actions", "Lon&ger"), ("Shift+Right",), "edit_actions.longer"),
    ("note.shorter", QT_TRANSLATE_NOOP("Actions", "&Shorter"), ("Shift+Left",), "edit_actions.shorter"),
    ("note.set_length", QT_TRANSLATE_NOOP("Actions", "Set &length…"), ("D",), "edit_forms.length"),
    ("note.legato", QT_TRANSLATE_NOOP("Actions", "L&egato"), ("L",), "edit_actions.legato"),
    ("note.length.-1", "-", (), ""),
    ("note.split", QT_TRANSLATE_NOOP("Actions", "S&plit at the playhead"), ("C",), "edit_actions.split"),
    ("note.split_into", QT_TRANSLATE_NOOP("Actions", "Spl&it into…"), ("Shift+C",), "edit_forms.split"),
    ("note.join", QT_TRANSLATE_NOOP("Actions", "&Join"), ("J",), "edit_actions.join"),
)

_COMPOSE = (
    Row("compose.go", QT_TRANSLATE_NOOP("Actions", "&Compose"), ("Ctrl+Return", "Ctrl+Enter"), "generation.compose"),
    Row("compose.stop", QT_TRANSLATE_NOOP("Actions", "&Stop here"), (), "flow.stop"),
    Row("compose.cancel", QT_TRANSLATE_NOOP("Actions", "C&ancel"), (), "flow.cancel"),
    Row("compose.-1", "-"),
    Row("compose.take1", QT_TRANSLATE_NOOP("Actions", "Take &1"), ("Ctrl+1",), "flow.choose:0"),
    Row("compose.take2", QT_TRANSLATE_NOOP("Actions", "Take &2"), ("Ctrl+2",), "flow.choose:1"),
    Row("compose.take3", QT_TRANSLATE_NOOP("Actions", "Take &3"), ("Ctrl+3",), "flow.choose:2"),
    Row("compose.take4", QT_TRANSLATE_NOOP("Actions", "Take &4"), ("Ctrl+4",), "flow.choose:3"),
    Row("compose.take5", QT_TRANSLATE_NOOP("Actions", "Take &5"), ("Ctrl+5",), "flow.choose:4"),
    Row("compose.take6", QT_TRANSLATE_NOOP("Actions", "Take &6"), ("Ctrl+6",), "flow.choose:5"),
    Row("compose.take7", QT_TRANSLATE_NOOP("Actions", "Take &7"), ("Ctrl+7",), "flow.choose:6"),
    Row("compose.take8", QT_TRANSLATE_NOOP("Actions", "Take &8"), ("Ctrl+8",), "flow.choose:7"),
    Row("compose.take9", QT_TRANSLATE_NOOP("Actions", "Take &9"), ("Ctrl+9",), "flow.choose:8"),
    Row("compose.-2", "-"),
    Row(
        "compose.rewrite",
        QT_TRANSLATE_NOOP("Actions", "Regenerate se&lection"),
        ("Ctrl+Shift+R",),
        "generation.rewrite",
    ),
    Row("compose.again", QT_TRANSLATE_NOOP("Actions", "Re&generate take"), ("Ctrl+R",), "flow.again"),
    Row("compose.keep", QT_TRANSLATE_NOOP("Actions", "&Keep the take"), ("Ctrl+K",), "flow.keep"),
    Row("compose.discard", QT_TRANSLATE_NOOP("Actions", "&Discard the takes"), (), "flow.discard"),
    Row("compose.hear", QT_TRANSLATE_NOOP("Actions", "Use only the selection as conte&xt"), (), "marks.limit_context"),
    Row("compose.-3", "-"),
    Row("compose.teach", QT_TRANSLATE_NOOP("Actions", "&Teach a style…"), (), "teaching.open"),
    Row("compose.styles", QT_TRANSLATE_NOOP("Actions", "St&yles…"), (), "window_actions.styles"),
)

_PLAY = (
    Row("play.toggle", QT_TRANSLATE_NOOP("Actions", "&Play / stop"), ("Space",), "transport.toggle"),
    Row("play.home", QT_TRANSLATE_NOOP("Actions", "To the &beginning"), ("Home",), "transport.home"),
    Row("play.follow", QT_TRANSLATE_NOOP("Actions", "&Follow the playhead"), checkable=True),
    Row("play.-1", "-"),
    Row("play.loop", QT_TRANSLATE_NOOP("Actions", "&Loop the selection"), ("Ctrl+L",), "marks.loop"),
    Row("play.unloop", QT_TRANSLATE_NOOP("Actions", "&End the loop"), (), "window_actions.unloop"),
    Row("play.-2", "-"),
    Row("play.marker", QT_TRANSLATE_NOOP("Actions", "&Marker at the playhead…"), ("Ctrl+M",), "marks.marker"),
    Row("play.tempo", QT_TRANSLATE_NOOP("Actions", "&Tempo at the playhead…"), ("Ctrl+T",), "marks.tempo"),
    Row("play.meter", QT_TRANSLATE_NOOP("Actions", "Mete&r at the playhead…"), ("Ctrl+Shift+T",), "marks.meter"),
)

_VIEW = (
    Row("view.zoom_in", QT_TRANSLATE_NOOP("Actions", "Zoom &in"), ("Ctrl++", "Ctrl+="), "window_actions.zoom_in"),
    Row("view.zoom_out", QT_TRANSLATE_NOOP("Actions", "Zoom &out"), ("Ctrl+-",), "window_actions.zoom_out"),
    Row("view.show_all", QT_TRANSLATE_NOOP("Actions", "Show &everything"), ("Ctrl+0",), "roll.show_all"),
    Row("view.-0", "-"),
    Row(
        "view.lanes",
        QT_TRANSLATE_NOOP("Actions", "&Velocities and pedal"),
        ("Shift+V",),
        "pane.toggle_lanes",
        ROLL,
        checkable=True,
    ),
    Row("view.taller", QT_TRANSLATE_NOOP("Actions", "&Taller lanes"), ("Alt+Shift+Up",), "pane.taller_lanes", ROLL),
    Row(
        "view.shorter", QT_TRANSLATE_NOOP("Actions", "&Shorter lanes"), ("Alt+Shift+Down",), "pane.shorter_lanes", ROLL
    ),
    Row("view.key", QT_TRANSLATE_NOOP("Actions", "&Key and scale…"), ("Shift+K",), "key_box.open", ROLL),
    Row("view.layers", QT_TRANSLATE_NOOP("Actions", "La&yers…"), ("Shift+Y",), "layer_box.open", ROLL),
    Row("view.next_layer", QT_TRANSLATE_NOOP("Actions", "Next &layer"), ("Y",), "layer_box.next", ROLL),
    Row("view.-1", "-"),
    Row("view.panes", QT_TRANSLATE_NOOP("Actions", "Next &pane"), ("F6",), "focus_ring.next"),
    Row("view.panes_back", QT_TRANSLATE_NOOP("Actions", "Previous p&ane"), ("Shift+F6",), "focus_ring.previous"),
    Row("view.-2", "-"),
    Row("view.colours", QT_TRANSLATE_NOOP("Actions", "&Colours")),
    Row(
        "view.system",
        QT_TRANSLATE_NOOP("Actions", "As the &desktop"),
        (),
        "appearance.system",
        checkable=True,
        under="view.colours",
    ),
    Row("view.dark", QT_TRANSLATE_NOOP("Actions", "D&ark"), (), "appearance.dark", "window", True, "view.colours"),
    Row(
        "view.light",
        QT_TRANSLATE_NOOP("Actions", "&Light"),
        (),
        "appearance.light",
        "window",
        True,
        "view.colours",
    ),
    Row("view.language", QT_TRANSLATE_NOOP("Actions", "Lan&guage")),
)

_HELP = (
    Row("help.keys", QT_TRANSLATE_NOOP("Actions", "&Keys and mouse"), ("F1",), "help.keys"),
    Row("help.shortcuts", QT_TRANSLATE_NOOP("Actions", "&Change keys…"), (), "help.change_keys"),
    Row("help.-1", "-"),
    Row("help.about", QT_TRANSLATE_NOOP("Actions", "&About Ricercar"), (), "window_actions.about"),
)

TABLE: tuple[Row, ...] = (
    *_FILE,
    *_EDIT,
    *(Row(key, text, (), handler, ROLL, under="edit.alike") for key, text, handler in _ALIKE),
    *_NOTE,
    *(Row(*row, ROLL, under="note.pitch") for row in _PITCH),
    *(Row(*row, ROLL, under="note.time") for row in _TIME),
    *(Row(*row, ROLL, under="note.length") for row in _LENGTH),
    *_COMPOSE,
    *_PLAY,
    *_VIEW,
    *_HELP,
)


def build(
    window: QMainWindow, roll: QWidget, owners: Mapping[str, object]
) -> tuple[dict[str, QAction], dict[str, QMenu]]:
    """Makes actions and menus of the table; `owners` are the objects that its handlers name."""
    menus = {key: window.menuBar().addMenu(translate_text(text)) for key, text in MENUS.items()}
    actions = {}
    for row in TABLE:
        menu = _submenu(row.under, actions, window) if row.under else menus[row.menu]
        if row.text == "-":
            menu.addSeparator()
            continue
        actions[row.key] = action = _action(row, window)
        menu.addAction(action)
        if row.handler or row.checkable:  # a submenu's own action would lend the window to all that stands in it
            (roll if row.scope == ROLL else window).addAction(action)
        if row.handler:
            action.triggered.connect(_handler(row.handler, owners))
    return actions, menus


def with_keys(text: str, action: QAction) -> str:
    """A tooltip that names the action's first key, if it has one."""
    keys = action.shortcut().toString(QKeySequence.SequenceFormat.NativeText)
    return f"{text} ({keys})" if keys else text


def translate_text(text: object) -> str:
    """A text of the table in the language of the window."""
    return QCoreApplication.translate("Actions", str(text))


def _submenu(under: str, actions: Mapping[str, QAction], window: QMainWindow) -> QMenu:
    action = actions[under]
    menu = action.menu()
    if not isinstance(menu, QMenu):
        menu = QMenu(window)
        action.setMenu(menu)
    return menu


def _action(row: Row, window: QMainWindow) -> QAction:
    action = QAction(translate_text(row.text), window)
    action.setShortcuts([QKeySequence(s) for s in row.shortcuts])
    action.setCheckable(row.checkable)
    context = Qt.ShortcutContext
    action.setShortcutContext(context.WindowShortcut if row.scope == WINDOW else context.WidgetWithChildrenShortcut)
    return action


def _handler(name: str, owners: Mapping[str, object]) -> Callable[..., object]:
    path, _, number = name.partition(":")
    owner, method = path.split(".")
    call = getattr(owners[owner], method)
    return lambda *_: call(int(number)) if number else call()
