"""The bar at the top: tools, grid, transport with its clock, zoom and export."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QFrame, QHBoxLayout, QMenu, QSizePolicy, QToolButton, QWidget

from app.roll.geometry import ADAPTIVE, STEPS
from app.widgets import Chooser, Segments, divider, label, tool_button
from composer.score import Score

TOOLS = ("pencil", "select", "erase")
_ICONS = {"pencil": "pencil", "select": "select", "erase": "eraser"}


class TransportBar(QFrame):
    """Buttons of which the window knows what they do."""

    tool_chosen = Signal(str)
    grid_chosen = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("topBar")
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(12, 7, 12, 7)
        self._row.setSpacing(6)
        self._add_tools()
        self._row.addStretch(1)
        self._add_transport()
        self._row.addStretch(1)
        self._add_rest()

    def _add_tools(self) -> None:
        names = {
            "pencil": self.tr("Pencil (1): draws, moves and resizes notes"),
            "select": self.tr("Select (2): a box selects, Shift-drag copies"),
            "erase": self.tr("Erase (3): takes away what it touches"),
        }
        self.tools = Segments([(key, "") for key in TOOLS], self.tr("Tool"))
        self.tools.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        for key, button in self.tools.buttons.items():
            button.setProperty("icon_name", _ICONS[key])
            button.setToolTip(names[key])
            button.setAccessibleName(names[key])
            button.setFixedSize(36, 28)
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.tools.changed.connect(self.tool_chosen)
        self._row.addWidget(self.tools)
        self._row.addSpacing(6)
        self.grid = Chooser(self.tr("Snap grid"))
        self.grid.setToolTip(self.tr("Snap grid; hold Alt to ignore it"))
        self.grid.addItem(self.tr("Snap: auto"), ADAPTIVE)
        for name in STEPS:
            text = {"bar": self.tr("bar"), "off": self.tr("off")}.get(name, name)
            self.grid.addItem(self.tr("Snap: {step}").format(step=text), name)
        self.grid.setFixedWidth(122)
        self.grid.currentIndexChanged.connect(lambda _: self.grid_chosen.emit(self.grid.currentData()))
        self._row.addWidget(self.grid)

    def _add_transport(self) -> None:
        self.home = tool_button("home", self.tr("To the beginning (Home)"), 34)
        self.play = tool_button("play", self.tr("Play (Space)"), 38)
        self.follow = tool_button("follow", self.tr("Follow the playhead"), 34)
        self.follow.setCheckable(True)
        self.follow.setChecked(True)
        self.place = label("1.1", "clock")
        self.place.setAccessibleName(self.tr("Bar and beat"))
        self.time = label("0:00.0", "clockSmall")
        self.tempo = label("", "clockSmall")
        self.place.setFixedWidth(64)
        self.place.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self.time.setFixedWidth(52)
        self.tempo.setMinimumWidth(76)
        for widget in (self.home, self.play, self.follow):
            self._row.addWidget(widget)
        for shown in (self.place, self.time, self.tempo):
            self._row.addSpacing(4)
            self._row.addWidget(shown)

    def _add_rest(self) -> None:
        self.undo = tool_button("undo", self.tr("Undo (Ctrl+Z)"), 34)
        self.redo = tool_button("redo", self.tr("Redo (Ctrl+Y)"), 34)
        self.zoom_out = tool_button("zoom_out", self.tr("Zoom out (Ctrl+-)"), 34)
        self.zoom_in = tool_button("zoom_in", self.tr("Zoom in (Ctrl++)"), 34)
        self.export = QToolButton()
        self.export.setProperty("kind", "text")
        self.export.setText(self.tr("Export"))
        self.export.setProperty("icon_name", "export")
        self.export.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.export.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.export.setAccessibleName(self.tr("Export"))
        groups = ((self.undo, self.redo), (self.zoom_out, self.zoom_in), (self.export,))
        for i, group in enumerate(groups):
            if i:
                self._row.addSpacing(4)
                self._row.addWidget(divider())
                self._row.addSpacing(4)
            for widget in group:
                self._row.addWidget(widget)

    def connect_actions(self, actions: dict[str, QAction]) -> None:
        """Buttons do, and are enabled, as their actions."""
        pairs = (
            (self.home, "play.home"),
            (self.play, "play.toggle"),
            (self.undo, "edit.undo"),
            (self.redo, "edit.redo"),
            (self.zoom_out, "view.zoom_out"),
            (self.zoom_in, "view.zoom_in"),
        )
        for button, key in pairs:
            action = actions[key]
            button.clicked.connect(action.trigger)
            action.enabledChanged.connect(button.setEnabled)
            button.setEnabled(action.isEnabled())
        menu = QMenu(self.export)
        for key in ("file.export_midi", "file.export_wav"):
            menu.addAction(actions[key])
        self.export.setMenu(menu)

    def set_playing(self, playing: bool) -> None:
        """Play or stop; the icon is drawn by the window, which knows the theme."""
        self.play.setProperty("icon_name", "stop" if playing else "play")
        text = self.tr("Stop (Space)") if playing else self.tr("Play (Space)")
        self.play.setToolTip(text)
        self.play.setAccessibleName(text)

    def set_place(self, score: Score, tick: int) -> None:
        """The clock."""
        bar, beat, _ = score.bar_map.beat(tick)
        seconds = score.tempo_map.second(tick)
        self.place.setText(f"{bar + 1}.{beat + 1}")
        self.time.setText(f"{int(seconds // 60)}:{seconds % 60:04.1f}")
        self.tempo.setText(self.tr("{qpm} bpm").format(qpm=round(score.tempo_map.qpm_at(tick))))
