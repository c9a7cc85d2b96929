"""The key in the bar: a button that names it, and the panel in which it is chosen or guessed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict
from string import Template

from PySide6.QtCore import QCoreApplication, QEvent, QObject, QSize, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QPushButton, QSizePolicy, QToolButton, QWidget

from app.commands.key_actions import MODE_NAMES, KeyActions, scale_name
from app.look.popup import Popup, PopupButton
from app.look.theme import Theme
from app.look.widgets import Check, ComboBox, label
from composer.music.scale import MODES, Scale

_NAMES = ("C", "C♯ / D♭", "D", "D♯ / E♭", "E", "F", "F♯ / G♭", "G", "G♯ / A♭", "A", "A♯ / B♭", "B")
_SHORT = {1: "C♯", 3: "E♭", 6: "F♯", 8: "A♭", 10: "B♭"}
KEY = QSize(40, 92)  # a white key
SHARP = QSize(28, 56)


class Octave(QWidget):
    """Twelve keys of which at most one is chosen; Left and Right go to the next one."""

    def __init__(self, theme: Theme, chosen: Callable[[int], None], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setFixedSize(7 * KEY.width(), KEY.height())
        self.setStyleSheet(_SHEET.substitute(asdict(theme)))
        self._group = QButtonGroup(self)
        self.keys: list[QToolButton] = []
        white = 0
        for tonic, name in enumerate(_NAMES):
            key = QToolButton(self)
            key.setCheckable(True)
            key.setAccessibleName(self.tr("Tonic {name}").format(name=name))
            key.setToolTip(name)
            black = tonic in _SHORT
            key.setObjectName("black" if black else "white")
            key.setText(_SHORT.get(tonic, name))
            x, size = white * KEY.width(), SHARP if black else KEY
            key.setGeometry(x - SHARP.width() // 2 if black else x, 0, size.width(), size.height())
            white += not black
            key.installEventFilter(self)
            key.clicked.connect(lambda _=False, t=tonic: chosen(t))
            self._group.addButton(key, tonic)
            self.keys.append(key)
        for tonic in _SHORT:
            self.keys[tonic].raise_()

    def choose(self, tonic: int | None) -> None:
        """Shows a tonic as chosen, or none."""
        self._group.setExclusive(False)
        for i, key in enumerate(self.keys):
            key.setChecked(i == tonic)
        self._group.setExclusive(True)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Left and Right in the order of the keys, which is not that of their places."""
        if not isinstance(event, QKeyEvent) or event.type() != QEvent.Type.KeyPress:
            return False
        step = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}.get(Qt.Key(event.key()))
        if step is None or not isinstance(watched, QToolButton):
            return False
        key = self.keys[(self.keys.index(watched) + step) % 12]
        key.setFocus()
        key.click()
        return True


_SHEET = Template("""
QToolButton { border: 1px solid $key_line; border-radius: 4px; font-size: 11px; padding: 0; }
QToolButton#white { background: $key_white; color: $key_text; padding-top: 62px; }
QToolButton#black { background: $key_black; color: $key_line; border-color: $key_black; padding-top: 30px; }
QToolButton#white:hover, QToolButton#black:hover { border-color: $accent; }
QToolButton#white:checked, QToolButton#black:checked { background: $accent; color: $accent_text; font-weight: 600; }
QToolButton#white:focus, QToolButton#black:focus { border: 2px solid $accent_hover; }
""")


class KeyPanel(Popup):
    """Tonic and mode, whether notes snap to them, and a guess."""

    def __init__(self, scales: KeyActions, theme: Theme, parent: QWidget) -> None:
        super().__init__(theme, QCoreApplication.translate("KeyPanel", "Key and scale"), parent)
        self.key_actions = scales
        self.octave = Octave(theme, self._tonic_chosen)
        self.mode = ComboBox(self.tr("Mode"))
        for mode in MODES:
            self.mode.addItem(_mode_name(mode), mode)
        self.mode.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.mode.activated.connect(lambda _: self._mode_chosen())
        self.snap = Check(self.tr("Notes that are drawn or moved keep to it"))
        self.snap.toggled.connect(scales.set_snaps)
        self.guess, self.none = QPushButton(self.tr("Guess from the notes")), QPushButton(self.tr("No key"))
        self.guess.clicked.connect(scales.guess)
        self.none.clicked.connect(lambda: scales.choose(None))
        self._lay_out()
        scales.changed.connect(self.refresh)
        scales.busy.connect(self.refresh)
        self.refresh()
        scale = scales.scale
        self.octave.keys[scale.tonic if scale else 0].setFocus()

    def _lay_out(self) -> None:
        self.column.addWidget(label(self.tr("Key and scale"), "heading"))
        self.column.addWidget(self.octave, 0, Qt.AlignmentFlag.AlignHCenter)
        self.column.addWidget(self.mode)
        self.column.addWidget(self.snap)
        row = QHBoxLayout()
        row.setSpacing(8)
        for button in (self.guess, self.none):
            button.setAutoDefault(False)
            row.addWidget(button, 1 if button is self.guess else 0)
        self.column.addLayout(row)

    def refresh(self, _: bool = False) -> None:
        """Shows the key as it is now."""
        scale = self.key_actions.scale
        self.octave.choose(scale.tonic if scale else None)
        self.mode.setCurrentIndex(self.mode.findData(scale.mode) if scale else 0)
        self.snap.blockSignals(True)
        self.snap.setChecked(self.key_actions.snaps)
        self.snap.blockSignals(False)
        self.none.setEnabled(scale is not None)
        self.guess.setEnabled(not self.key_actions.guessing and bool(self.key_actions.document.score.notes))
        self.guess.setText(self.tr("Listening…") if self.key_actions.guessing else self.tr("Guess from the notes"))

    def _tonic_chosen(self, tonic: int) -> None:
        self.key_actions.choose(Scale(tonic, str(self.mode.currentData())))

    def _mode_chosen(self) -> None:
        scale = self.key_actions.scale
        self.key_actions.choose(Scale(scale.tonic if scale else 0, str(self.mode.currentData())))


def _mode_name(mode: str) -> str:
    """A mode's name without a tonic, at the head of a line."""
    name = QCoreApplication.translate("Scale", str(MODE_NAMES[mode])).format(tonic="").strip()
    return name[:1].upper() + name[1:]


class KeyBox(PopupButton):
    """Names the key."""

    def __init__(self, scales: KeyActions, theme: Callable[[], Theme], window: QWidget) -> None:
        super().__init__(QCoreApplication.translate("KeyBox", "Key"), lambda: KeyPanel(scales, theme(), window))
        self.key_actions = scales
        scales.changed.connect(self.refresh)
        scales.busy.connect(self.refresh)
        self.refresh()

    def refresh(self, _: bool = False) -> None:
        """Shows the key as it is now."""
        scale = self.key_actions.scale
        text = self.tr("Listening…") if self.key_actions.guessing else scale_name(scale) if scale else self.tr("No key")
        self.show_text(text)
