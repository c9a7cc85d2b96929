"""How everything looks: one table of design tokens for dark and light, the stylesheet made of it, the fonts."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from functools import lru_cache
from pathlib import Path
from string import Template

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QFont, QFontDatabase, QGuiApplication, QPalette
from PySide6.QtWidgets import QApplication

FONTS = Path(__file__).parent / "fonts"
FAMILIES = ["Inter", "Segoe UI", "SF Pro Text", "Noto Sans", "Cantarell", "DejaVu Sans", "sans-serif"]
BASE_PIXELS = 13
FOLLOW, DARK_NAME, LIGHT_NAME = "system", "dark", "light"


@dataclass(frozen=True, slots=True)
class Theme:
    """Design tokens. Blue is the person's hand everywhere, amber the model's."""

    name: str
    window: str  # behind everything
    panel: str  # the bars and the side panel
    raised: str  # fields and buttons
    hover: str
    line: str  # separators and frames
    text: str
    muted: str  # secondary text, at least 4.5:1 on `panel`
    faint: str  # decoration only, never the sole bearer of a meaning
    accent: str
    accent_hover: str
    accent_text: str  # on `accent`
    accent_soft: str  # a wash behind what belongs to the model
    danger: str
    danger_soft: str
    info_soft: str
    row_white: str  # rows of the roll
    row_black: str
    row_octave: str
    row_outside: str  # with a scale shown: rows that are not in it …
    row_tonic: str  # … and those of its first step
    grid_bar: str
    grid_beat: str
    grid_step: str
    key_white: str
    key_black: str
    key_line: str
    key_text: str
    playhead: str
    outline: str  # around selected notes
    human: tuple[str, str, str]  # velocity 1, 80, 127
    composed: tuple[str, str, str]
    note_text: str


DARK = Theme(
    name=DARK_NAME,
    window="#121419",
    panel="#1a1d23",
    raised="#262a33",
    hover="#313641",
    line="#2c313b",
    text="#eceef2",
    muted="#a3abb8",
    faint="#6b7381",
    accent="#ffb657",
    accent_hover="#ffc678",
    accent_text="#2a1a02",
    accent_soft="#33291b",
    danger="#ff7a7a",
    danger_soft="#3a2226",
    info_soft="#1f2a3a",
    row_white="#1c1f26",
    row_black="#16191f",
    row_octave="#343a46",
    row_outside="#121419",
    row_tonic="#1d2c45",
    grid_bar="#3f4653",
    grid_beat="#2f343f",
    grid_step="#252932",
    key_white="#dfe2e8",
    key_black="#20232a",
    key_line="#b4bac5",
    key_text="#5a616d",
    playhead="#ff5c7f",
    outline="#ffffff",
    human=("#27457a", "#4f94ff", "#c9e2ff"),
    composed=("#7a4d17", "#f3a43c", "#ffe6b8"),
    note_text="#0d1016",
)

LIGHT = Theme(
    name=LIGHT_NAME,
    window="#eceae4",
    panel="#f8f7f3",
    raised="#ffffff",
    hover="#efece5",
    line="#d9d5cb",
    text="#1f2228",
    muted="#5a5f69",
    faint="#8f929a",
    accent="#b35a00",
    accent_hover="#994c00",
    accent_text="#ffffff",
    accent_soft="#f7e8d3",
    danger="#b3261e",
    danger_soft="#f9e0dd",
    info_soft="#dfe9f8",
    row_white="#ffffff",
    row_black="#f5f3ee",
    row_octave="#d3cfc4",
    row_outside="#e9e5dc",
    row_tonic="#dfeafb",
    grid_bar="#cbc6bb",
    grid_beat="#dfdbd2",
    grid_step="#edebe5",
    key_white="#ffffff",
    key_black="#34373e",
    key_line="#cfcabf",
    key_text="#6d7078",
    playhead="#d3144a",
    outline="#14161b",
    human=("#b4cef7", "#3f7fe0", "#0f3a86"),
    composed=("#f6d6a8", "#e0861a", "#8a4500"),
    note_text="#ffffff",
)


def named(name: str) -> Theme:
    """The theme of a setting; "system" follows the desktop, dark where it does not say."""
    if name == FOLLOW:
        light = QGuiApplication.styleHints().colorScheme() == Qt.ColorScheme.Light
        return LIGHT if light else DARK
    return LIGHT if name == LIGHT_NAME else DARK


@lru_cache(maxsize=8)
def ramp(theme: Theme, composed: bool) -> tuple[QColor, ...]:
    """The colour of each velocity 0..127 for notes by a person or by the model."""
    soft, usual, loud = (QColor(c) for c in (theme.composed if composed else theme.human))
    return tuple(mixed(soft, usual, v / 80) if v <= 80 else mixed(usual, loud, (v - 80) / 47) for v in range(128))


def mixed(a: QColor, b: QColor, share: float) -> QColor:
    """From one colour (share 0) to another (share 1)."""
    pairs = ((a.redF(), b.redF()), (a.greenF(), b.greenF()), (a.blueF(), b.blueF()))
    return QColor.fromRgbF(*(x + (y - x) * share for x, y in pairs))


def faded(color: QColor | str, alpha: float) -> QColor:
    """The colour with another opacity, 0..1."""
    result = QColor(color)
    result.setAlphaF(alpha)
    return result


def dress(application: QApplication, theme: Theme) -> None:
    """Fonts, palette and stylesheet for the whole application."""
    load_fonts()
    application.setStyle("fusion")
    font = QFont()
    font.setFamilies(FAMILIES)
    font.setPixelSize(BASE_PIXELS)
    application.setFont(font)
    application.setPalette(_palette(theme))
    application.setStyleSheet(stylesheet(theme))


@lru_cache(maxsize=1)
def load_fonts() -> None:
    """Makes the bundled typeface known, so that the window looks the same where no font is installed."""
    for path in sorted(FONTS.glob("*.otf")):
        QFontDatabase.addApplicationFont(str(path))


def _palette(theme: Theme) -> QPalette:
    palette = QPalette()
    role = QPalette.ColorRole
    for which, color in (
        (role.Window, theme.panel),
        (role.Base, theme.raised),
        (role.AlternateBase, theme.panel),
        (role.Button, theme.raised),
        (role.Text, theme.text),
        (role.WindowText, theme.text),
        (role.ButtonText, theme.text),
        (role.ToolTipBase, theme.raised),
        (role.ToolTipText, theme.text),
        (role.Highlight, theme.accent),
        (role.HighlightedText, theme.accent_text),
        (role.PlaceholderText, theme.muted),
        (role.Link, theme.accent),
    ):
        palette.setColor(which, QColor(color))
    for which in (role.Text, role.WindowText, role.ButtonText):
        palette.setColor(QPalette.ColorGroup.Disabled, which, QColor(theme.faint))
    return palette


def stylesheet(theme: Theme) -> str:
    """The application's stylesheet in this theme's colours."""
    families = ", ".join(f'"{name}"' for name in FAMILIES)
    return Template(_SHEET).substitute(asdict(theme), families=families)


_SHEET = """
QMainWindow, QDialog { background: $window; }
QWidget { color: $text; font-family: $families; font-size: 13px; }
QToolTip { background: $raised; color: $text; border: 1px solid $line; padding: 4px 6px; }

QMenuBar { background: $panel; padding: 2px 6px; border: none; }
QMenuBar::item { padding: 5px 9px; border-radius: 5px; background: transparent; }
QMenuBar::item:selected, QMenuBar::item:pressed { background: $hover; }
QMenu { background: $panel; border: 1px solid $line; border-radius: 8px; padding: 5px; min-width: 210px; }
QMenu::item { padding: 6px 26px 6px 24px; border-radius: 5px; }
QMenu::item:selected { background: $hover; }
QMenu::item:disabled { color: $faint; }
QMenu::separator { height: 1px; background: $line; margin: 5px 8px; }
QMenu::indicator { width: 12px; height: 12px; left: 7px; }
QMenu::indicator:checked { background: $accent; border-radius: 3px; width: 8px; height: 8px; margin: 2px; }

#topBar, #sidePanel, #statusStrip, #takesStrip { background: $panel; }
#takesStrip { border-top: 1px solid $line; }
#topBar { border-top: 1px solid $line; border-bottom: 1px solid $line; }
#sidePanel { border-left: 1px solid $line; }
#statusStrip { border-top: 1px solid $line; }
#statusStrip QLabel { color: $muted; font-size: 12px; }
QScrollArea, QScrollArea > QWidget > QWidget { background: transparent; border: none; }
#divider { background: $line; }

QLabel[kind="heading"] { font-size: 14px; font-weight: 600; }
QLabel[kind="label"] { color: $muted; font-size: 12px; font-weight: 500; }
QLabel[kind="hint"] { color: $muted; font-size: 12px; }
QLabel[kind="clock"] { font-size: 17px; font-weight: 600; }
QLabel[kind="clockSmall"] { color: $muted; font-size: 12px; }

QPushButton { background: $raised; border: 1px solid $line; border-radius: 7px; padding: 0 12px; min-height: 30px;
    font-weight: 500; }
QPushButton:hover { background: $hover; }
QPushButton:pressed { background: $line; }
QPushButton:disabled { color: $faint; background: transparent; }
QPushButton:focus, QToolButton:focus { border: 1px solid $accent; }
QPushButton[kind="primary"] { background: $accent; color: $accent_text; border: 1px solid $accent; min-height: 38px;
    font-size: 14px; font-weight: 600; border-radius: 9px; }
QPushButton[kind="primary"]:hover { background: $accent_hover; border-color: $accent_hover; }
QPushButton[kind="primary"]:focus { border: 2px solid $text; }
QPushButton[kind="primary"]:disabled { background: $raised; color: $faint; border-color: $line; }
QPushButton[kind="stop"] { background: $raised; min-height: 38px; font-weight: 600; border-radius: 9px; }
QPushButton[kind="quiet"] { background: transparent; border: 1px solid transparent; min-height: 26px; padding: 0 8px; }
QPushButton[kind="quiet"]:hover { background: $hover; }
QPushButton[kind="quiet"]:focus { border-color: $accent; }

QToolButton { background: transparent; border: 1px solid transparent; border-radius: 7px; padding: 0; }
QToolButton:hover { background: $hover; }
QToolButton:pressed { background: $line; }
QToolButton:checked { background: $hover; }
QToolButton:disabled { color: $faint; }
QToolButton[kind="text"] { padding: 0 10px; min-height: 30px; background: $raised; border: 1px solid $line;
    font-weight: 500; }
QToolButton[kind="text"]:hover { background: $hover; }
QToolButton[kind="text"]::menu-indicator { image: none; width: 0; }

#segments { background: $window; border: 1px solid $line; border-radius: 8px; }
#segments QToolButton { border-radius: 6px; color: $muted; font-size: 12px; font-weight: 500; min-height: 26px; }
#segments QToolButton:checked { background: $raised; color: $text; border: 1px solid $line; }
#segments QToolButton:focus { border: 1px solid $accent; }

#stepper { background: $raised; border: 1px solid $line; border-radius: 7px; }
#stepper QToolButton { border-radius: 6px; }
QAbstractSpinBox, QLineEdit { background: $raised; border: 1px solid $line; border-radius: 7px; padding: 0 8px;
    min-height: 30px; selection-background-color: $accent; selection-color: $accent_text; }
QAbstractSpinBox:focus, QLineEdit:focus, QComboBox:focus { border: 1px solid $accent; }
QAbstractSpinBox:disabled, QLineEdit:disabled { color: $faint; }
QAbstractSpinBox QLineEdit { border: none; background: transparent; padding: 0; min-height: 0; }
#stepper QAbstractSpinBox { border: none; background: transparent; padding: 0; min-height: 28px; font-weight: 500; }

QComboBox { background: $raised; border: 1px solid $line; border-radius: 7px; padding: 0 26px 0 10px; min-height: 30px;
    font-weight: 500; }
QComboBox:hover { background: $hover; }
QComboBox:disabled { color: $faint; }
QComboBox::drop-down { border: none; width: 0; }
QComboBox::down-arrow { image: none; }
QComboBox QAbstractItemView { background: $panel; border: 1px solid $line; padding: 4px; outline: none;
    selection-background-color: $hover; selection-color: $text; }
QComboBox QAbstractItemView::item { min-height: 26px; padding: 2px 6px; border-radius: 5px; }

QCheckBox { spacing: 8px; }
QCheckBox::indicator { width: 14px; height: 14px; border: 1px solid $faint; border-radius: 4px; background: $raised; }
QCheckBox::indicator:checked { background: $accent; border-color: $accent; }
QCheckBox::indicator:focus { border-color: $text; }

QSlider { min-height: 22px; }
QSlider::groove:horizontal { height: 4px; border-radius: 2px; background: $line; }
QSlider::sub-page:horizontal { background: $accent; border-radius: 2px; }
QSlider::handle:horizontal { width: 14px; height: 14px; margin: -6px 0; border-radius: 8px; background: $text;
    border: 1px solid $panel; }
QSlider::handle:horizontal:focus { border: 2px solid $accent; }
QSlider::handle:horizontal:disabled, QSlider::sub-page:horizontal:disabled { background: $faint; }

QProgressBar { background: $line; border: none; border-radius: 3px; max-height: 6px; min-height: 6px; }
QProgressBar::chunk { background: $accent; border-radius: 3px; }

QScrollBar:horizontal { background: $panel; height: 12px; margin: 0; }
QScrollBar:vertical { background: $panel; width: 12px; margin: 0; }
QScrollBar::handle { background: $grid_bar; border-radius: 4px; margin: 2px; }
QScrollBar::handle:horizontal { min-width: 32px; }
QScrollBar::handle:vertical { min-height: 32px; }
QScrollBar::handle:hover { background: $faint; }
QScrollBar::add-line, QScrollBar::sub-line { width: 0; height: 0; }
QScrollBar::add-page, QScrollBar::sub-page { background: transparent; }
QAbstractScrollArea::corner { background: $panel; }

#message { border-bottom: 1px solid $line; background: $info_soft; }
#message[kind="error"] { background: $danger_soft; }
#job { background: $panel; border-top: 1px solid $line; }
"""
