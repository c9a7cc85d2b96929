"""Design tokens for dark and light, and the colours derived from them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache, partial

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QGuiApplication

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
    edge: str  # around what can be worked: at least 3:1 on what is beside it
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


DARK = Theme(
    name=DARK_NAME,
    window="#121419",
    panel="#1a1d23",
    raised="#262a33",
    hover="#313641",
    line="#2c313b",
    edge="#6f7a90",
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
    human=("#4a78cc", "#69a5ff", "#d6e8ff"),
    composed=("#a86a20", "#f5a83f", "#ffe9c2"),
)

LIGHT = Theme(
    name=LIGHT_NAME,
    window="#eceae4",
    panel="#f8f7f3",
    raised="#ffffff",
    hover="#efece5",
    line="#d9d5cb",
    edge="#857f75",
    text="#1f2228",
    muted="#555a64",
    faint="#8f929a",
    accent="#a04e00",
    accent_hover="#8a4300",
    accent_text="#ffffff",
    accent_soft="#f7e8d3",
    danger="#b3261e",
    danger_soft="#f9e0dd",
    info_soft="#dfe9f8",
    row_white="#ffffff",
    row_black="#f5f3ee",
    row_octave="#d3cfc4",
    row_outside="#ebe8e0",
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
    human=("#3f7fe0", "#2765c9", "#0b2c69"),
    composed=("#c86a00", "#b05600", "#653000"),
)


def by_name(name: str) -> Theme:
    """The theme of a setting; "system" follows the desktop, dark where it does not say."""
    if name == FOLLOW:
        return LIGHT if _desktop() == Qt.ColorScheme.Light else DARK
    return LIGHT if name == LIGHT_NAME else DARK


def _desktop() -> Qt.ColorScheme:
    return QGuiApplication.styleHints().colorScheme()


@lru_cache(maxsize=8)
def ramp(theme: Theme, composed: bool) -> tuple[QColor, ...]:
    """The colour of each velocity 0..127 for notes by a person or by the model."""
    soft, usual, loud = (QColor(c) for c in (theme.composed if composed else theme.human))
    return tuple(mix(soft, usual, v / 80) if v <= 80 else mix(usual, loud, (v - 80) / 47) for v in range(128))


@lru_cache(maxsize=8)
def inks(theme: Theme, composed: bool) -> tuple[QColor, ...]:
    """The colour of a name on a note of each velocity: black or white, whichever is told better from `ramp`."""
    return tuple(max((QColor("#000000"), QColor("#ffffff")), key=partial(contrast, c)) for c in ramp(theme, composed))


def contrast(a: QColor | str, b: QColor | str) -> float:
    """How well two colours are told apart, 1 (not at all) to 21, as WCAG counts it."""
    low, high = sorted(_luminance(QColor(c)) for c in (a, b))
    return (high + 0.05) / (low + 0.05)


def _luminance(color: QColor) -> float:
    parts = (color.redF(), color.greenF(), color.blueF())
    red, green, blue = (c / 12.92 if c <= 0.03928 else ((c + 0.055) / 1.055) ** 2.4 for c in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def mix(a: QColor, b: QColor, share: float) -> QColor:
    """From one colour (share 0) to another (share 1)."""
    pairs = ((a.redF(), b.redF()), (a.greenF(), b.greenF()), (a.blueF(), b.blueF()))
    return QColor.fromRgbF(*(x + (y - x) * share for x, y in pairs))


def fade(color: QColor | str, alpha: float) -> QColor:
    """The colour with another opacity, 0..1."""
    result = QColor(color)
    result.setAlphaF(alpha)
    return result
