"""The transport bar: tools, grid, transport with its clock, zoom and export; less of it in a narrow window."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QAction, QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QMenu, QSizePolicy, QToolButton, QWidget

from app.commands.action_table import with_keys
from app.look.widgets import ComboBox, Segments, divider, label, tool_button
from composer.music.grid import ADAPTIVE, STEPS
from composer.music.score import Score

NARROW = 600  # pixels that it always needs
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
        self._tips: dict[str, tuple[QToolButton, str]] = {}  # action -> its button, and what it says of it
        self._add_tools()
        self._row.addStretch(1)
        self._add_transport()
        self._row.addStretch(1)
        self._add_rest()
        self._spared = (
            [self.tempo],
            [self.zoom_rule, self.zoom_out, self.zoom_in],
            [self.time],
            [self.home],
            [self.follow],
        )

    def minimumSizeHint(self) -> QSize:
        """Narrow: what has no room is left out, and stands in the menus."""
        return QSize(NARROW, super().minimumSizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Shows as much as there is room for."""
        super().resizeEvent(event)
        self.fit()

    def fit(self) -> None:
        """Leaves out groups, the most dispensable first, until the rest fits."""
        groups = ([*group] for group in self._spared)
        for widget in (widget for group in self._spared for widget in group):
            widget.setHidden(False)
        while self._row.minimumSize().width() > self.width():
            group = next(groups, None)
            if group is None:
                return
            for widget in group:
                widget.setHidden(True)
            self._row.invalidate()

    def add_left(self, widget: QWidget) -> None:
        """Another control beside the snap grid."""
        place = self._row.indexOf(self.grid) + self._added
        self._row.insertWidget(place, widget)
        before = self._row.itemAt(place - 1).widget()
        QWidget.setTabOrder(before if before is not None else self.grid, widget)
        self._added += 1

    def _add_tools(self) -> None:
        names = {
            "pencil": self.tr("Pencil: draws, moves and resizes notes"),
            "select": self.tr("Select: a box selects, Shift-drag copies"),
            "erase": self.tr("Erase: takes away what it touches"),
        }
        self.tools = Segments([(key, "") for key in TOOLS], self.tr("Tool"))
        self.tools.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        for key, button in self.tools.buttons.items():
            button.setProperty("icon_name", _ICONS[key])
            button.setAccessibleName(names[key])
            button.setFixedSize(36, 28)
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
            self._tips[f"edit.{key}"] = (button, names[key])
        self.tools.changed.connect(self.tool_chosen)
        self._row.addWidget(self.tools)
        self._row.addSpacing(6)
        self.grid = ComboBox(self.tr("Snap grid"))
        self.grid.setToolTip(self.tr("Snap grid; hold Alt to ignore it"))
        self.grid.addItem(self.tr("Snap: auto"), ADAPTIVE)
        for name in STEPS:
            text = {"bar": self.tr("bar"), "off": self.tr("off")}.get(name, name)
            self.grid.addItem(self.tr("Snap: {step}").format(step=text), name)
        self.grid.setMinimumWidth(122)
        self._added = 1
        self.grid.currentIndexChanged.connect(lambda _: self.grid_chosen.emit(self.grid.currentData()))
        self._row.addWidget(self.grid)

    def _add_transport(self) -> None:
        self.home = self._button("home", "play.home", self.tr("To the beginning"))
        self.play = self._button("play", "play.toggle", self.tr("Play"), 38)
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
        self.undo = self._button("undo", "edit.undo", self.tr("Undo"))
        self.redo = self._button("redo", "edit.redo", self.tr("Redo"))
        self.zoom_out = self._button("zoom_out", "view.zoom_out", self.tr("Zoom out"))
        self.zoom_in = self._button("zoom_in", "view.zoom_in", self.tr("Zoom in"))
        self.zoom_rule = divider()
        self.export = QToolButton()
        self.export.setProperty("kind", "text")
        self.export.setText(self.tr("Export"))
        self.export.setProperty("icon_name", "export")
        self.export.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.export.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.export.setAccessibleName(self.tr("Export"))
        for widget in (self.undo, self.redo, self.zoom_rule, self.zoom_out, self.zoom_in, divider(), self.export):
            self._row.addWidget(widget)

    def _button(self, icon: str, action: str, text: str, size: int = 34) -> QToolButton:
        button = tool_button(icon, text, size)
        self._tips[action] = (button, text)
        return button

    def connect_actions(self, actions: dict[str, QAction]) -> None:
        """Buttons do, and are enabled, as their actions; their tooltips name the keys."""
        for key, (button, _) in self._tips.items():
            action = actions[key]
            if not button.isCheckable():  # the tools have their own signal
                button.clicked.connect(action.trigger)
                action.enabledChanged.connect(button.setEnabled)
                button.setEnabled(action.isEnabled())
            action.changed.connect(partial(self._say, key, action))
            self._say(key, action)
        self._toggle = actions["play.toggle"]
        menu = QMenu(self.export)
        for key in ("file.export_midi", "file.export_grid", "file.export_musicxml", "file.export_wav"):
            menu.addAction(actions[key])
        self.export.setMenu(menu)

    def set_playing(self, playing: bool) -> None:
        """Play or stop; the icon is drawn by the window, which knows the theme."""
        self.play.setProperty("icon_name", "stop" if playing else "play")
        self._tips["play.toggle"] = (self.play, self.tr("Stop") if playing else self.tr("Play"))
        self._say("play.toggle", self._toggle)

    def _say(self, key: str, action: QAction) -> None:
        button, text = self._tips[key]
        button.setToolTip(with_keys(text, action))
        button.setAccessibleName(text)

    def set_place(self, score: Score, tick: int) -> None:
        """The clock."""
        bar, beat, _ = score.bar_map.beat(tick)
        seconds = score.tempo_map.second(tick)
        self.place.setText(f"{bar + 1}.{beat + 1}")
        self.time.setText(f"{int(seconds // 60)}:{seconds % 60:04.1f}")
        self.tempo.setText(self.tr("{qpm} bpm").format(qpm=round(score.tempo_map.qpm_at(tick))))
