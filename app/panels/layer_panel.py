"""The layers in the bar: a button that names the active one, and the panel that activates, shows and mutes them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict
from string import Template

from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtWidgets import QButtonGroup, QGridLayout, QPushButton, QScrollArea, QWidget

from app.document import layer_state
from app.document.document import Document
from app.look.popup import Popup, PopupButton
from app.look.theme import Theme
from app.look.widgets import Check, label
from composer.music.edits.track_edits import summaries

NAME = 190  # pixels of a name
TALLEST = 320  # pixels of the list before it scrolls
_ROW = Template("""
QPushButton { text-align: left; }
QPushButton:checked { background: $hover; border-color: $edge; font-weight: 600; }
QPushButton:focus { border: 2px solid $accent; }
""")


class LayersPanel(Popup):
    """A line a layer: a press on its name activates it; boxes show it and let it sound."""

    def __init__(self, document: Document, theme: Theme, parent: QWidget) -> None:
        super().__init__(theme, QCoreApplication.translate("LayersPanel", "Layers"), parent)
        self.document = document
        self.column.addWidget(label(self.tr("Layers"), "heading"))
        self.names: dict[int | None, QPushButton] = {}
        self.shows: dict[int, Check] = {}
        self.sounds: dict[int, Check] = {}
        self._group = QButtonGroup(self)
        self.column.addWidget(self._list())
        self.column.addWidget(
            label(self.tr("Only the layer in hand is edited; the others are drawn as ghosts."), "hint")
        )
        document.viewChanged.connect(self.refresh)
        document.scoreChanged.connect(self.refresh)
        self.refresh()
        self.names[layer_state.active_track(document)].setFocus()

    def _list(self) -> QScrollArea:
        inside = QWidget()
        grid = QGridLayout(inside)
        grid.setContentsMargins(0, 0, 8, 0)
        grid.setHorizontalSpacing(14)
        grid.setVerticalSpacing(4)
        grid.setColumnStretch(0, 1)
        for column, text in ((1, self.tr("Notes")), (2, self.tr("Shown")), (3, self.tr("Sounds"))):
            grid.addWidget(label(text, "label"), 0, column, Qt.AlignmentFlag.AlignHCenter)
        grid.addWidget(self._name(None, self.tr("All layers")), 1, 0)
        for line, summary in enumerate(summaries(self.document.score), start=2):
            self._add(grid, line, summary.index, track_name(summary.track.name, summary.index), len(summary.notes))
        area = QScrollArea()
        area.setAccessibleName(QCoreApplication.translate("LayersPanel", "Layers"))
        area.setWidget(inside)
        area.setWidgetResizable(True)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        size = inside.sizeHint()
        area.setMinimumSize(size.width() + 8, min(size.height(), TALLEST))
        return area

    def _add(self, grid: QGridLayout, line: int, track: int, name: str, count: int) -> None:
        grid.addWidget(self._name(track, name), line, 0)
        grid.addWidget(label(str(count), "hint"), line, 1, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self.shows[track], self.sounds[track] = Check(""), Check("")
        self.shows[track].setAccessibleName(self.tr("Show {layer}").format(layer=name))
        self.sounds[track].setAccessibleName(self.tr("Let {layer} sound").format(layer=name))
        self.shows[track].clicked.connect(lambda on: layer_state.show_track(self.document, track, on))
        self.sounds[track].clicked.connect(lambda on: self._let_sound(track, on))
        for column, check in ((2, self.shows[track]), (3, self.sounds[track])):
            grid.addWidget(check, line, column, Qt.AlignmentFlag.AlignHCenter)

    def _name(self, track: int | None, name: str) -> QPushButton:
        button = self.names[track] = QPushButton()
        button.setCheckable(True)
        button.setAutoDefault(False)
        button.setProperty("kind", "quiet")
        button.setMinimumWidth(NAME)
        button.setStyleSheet(_ROW.substitute(asdict(self.theme)))
        button.setText(button.fontMetrics().elidedText(name, Qt.TextElideMode.ElideRight, NAME - 24))
        button.setToolTip(name)
        button.setAccessibleName(name)
        button.clicked.connect(lambda: layer_state.activate(self.document, track))
        self._group.addButton(button)
        return button

    def _let_sound(self, track: int, on: bool) -> None:
        text = self.tr("Let a layer sound") if on else self.tr("Mute a layer")
        layer_state.mute_track(self.document, track, not on, text)

    def refresh(self, _: str = "") -> None:
        """Shows the layers as they are now."""
        active, away = layer_state.active_track(self.document), layer_state.hidden_tracks(self.document)
        self.names[active if active in self.names else None].setChecked(True)
        silent = layer_state.muted_tracks(self.document)
        for track, check in self.shows.items():
            check.setChecked(track not in away)
            check.setEnabled(track != active)
            self.sounds[track].setChecked(track not in silent)


def track_name(name: str, index: int) -> str:
    """A track's own name, or its number."""
    return name.strip() or QCoreApplication.translate("Layers", "Track {n}").format(n=index + 1)


class LayerBox(PopupButton):
    """Names the active layer; there only if a piece has several."""

    def __init__(self, document: Document, theme: Callable[[], Theme], window: QWidget) -> None:
        super().__init__(
            QCoreApplication.translate("LayerBox", "Layer"), lambda: LayersPanel(document, theme(), window)
        )
        self.document = document
        document.viewChanged.connect(self.refresh)
        document.scoreChanged.connect(self.refresh)
        document.opened.connect(self.refresh)
        self.refresh()

    def refresh(self, _: str = "") -> None:
        """Shows the layer as it is now."""
        tracks, active = self.document.score.tracks, layer_state.active_track(self.document)
        self.setVisible(len(tracks) > 1)
        name = self.tr("All layers") if active is None else track_name(tracks[active].name, active)
        self.show_text(name)

    def next(self) -> None:
        """The next layer becomes active; after the last one, all of them."""
        tracks: list[int | None] = [s.index for s in summaries(self.document.score)]
        if len(tracks) > 1:
            order = [*tracks, None]
            active = layer_state.active_track(self.document)
            at = order.index(active) if active in order else -1
            layer_state.activate(self.document, order[(at + 1) % len(order)])
