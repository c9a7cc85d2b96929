"""Applies a theme to the application: fonts, palette, and the stylesheet made of its tokens."""

from __future__ import annotations

from dataclasses import asdict
from functools import lru_cache
from pathlib import Path
from string import Template

from PySide6.QtGui import QColor, QFont, QFontDatabase, QPalette
from PySide6.QtWidgets import QApplication

from app.look.theme import Theme

FONTS = Path(__file__).parent / "fonts"
FAMILIES = ["Inter", "Segoe UI", "SF Pro Text", "Noto Sans", "Cantarell", "DejaVu Sans", "sans-serif"]
BASE_PIXELS = 13


def apply(application: QApplication, theme: Theme) -> None:
    """Fonts, palette and stylesheet for the whole application; nothing where it wears them already."""
    if application.styleSheet() == stylesheet(theme):
        return
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
QMainWindow, QDialog, QWizard { background: $window; }
QWidget { color: $text; font-family: $families; font-size: 13px; }
QToolTip { background: $raised; color: $text; border: 1px solid $edge; padding: 4px 6px; }

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
QMenu::indicator:exclusive:checked { border-radius: 4px; }

#topBar, #sidePanel, #statusStrip, #takesStrip { background: $panel; }
#takesStrip { border-top: 1px solid $line; }
#topBar { border-top: 1px solid $line; border-bottom: 1px solid $line; }
#sidePanel { border-left: 1px solid $line; }
#statusStrip { border-top: 1px solid $line; }
#statusStrip QLabel { color: $muted; font-size: 12px; }
QScrollArea, QScrollArea > QWidget > QWidget { background: transparent; border: none; }
#divider { background: $line; }

QLabel { background: transparent; }
QLabel[kind="title"] { font-size: 20px; font-weight: 600; }
QLabel[kind="heading"] { font-size: 14px; font-weight: 600; }
QLabel[kind="label"] { color: $muted; font-size: 12px; font-weight: 500; }
QLabel[kind="hint"] { color: $muted; font-size: 12px; }
QLabel[kind="clock"] { font-size: 17px; font-weight: 600; }
QLabel[kind="clockSmall"] { color: $muted; font-size: 12px; }

QPushButton { background: $raised; border: 1px solid $line; border-radius: 7px; padding: 0 12px; min-height: 30px;
    font-weight: 500; }
QPushButton:hover { background: $hover; }
QPushButton:pressed { background: $line; }
QPushButton:checked { background: $hover; border-color: $edge; }
QPushButton:disabled { color: $faint; background: transparent; }
QPushButton:focus { border: 2px solid $accent; padding: 0 11px; min-height: 28px; }
QPushButton[kind="primary"], QMessageBox QPushButton:default { background: $accent; color: $accent_text;
    border: 1px solid $accent; font-weight: 600; }
QPushButton[kind="accent"] { background: $accent; color: $accent_text; border: 1px solid $accent; font-weight: 600; }
QPushButton[kind="accent"]:hover { background: $accent_hover; border-color: $accent_hover; }
QPushButton[kind="accent"]:focus { border: 2px solid $text; }
QPushButton[kind="accent"]:disabled { background: $raised; color: $faint; border-color: $line; }
QPushButton[kind="primary"] { min-height: 38px; font-size: 14px; border-radius: 9px; }
QPushButton[kind="primary"]:hover, QMessageBox QPushButton:default:hover { background: $accent_hover;
    border-color: $accent_hover; }
QPushButton[kind="primary"]:focus, QMessageBox QPushButton:default:focus { border: 2px solid $text; }
QPushButton[kind="primary"]:focus { min-height: 36px; }
QPushButton[kind="primary"]:disabled { background: $raised; color: $faint;
    border-color: $line; }
QPushButton[kind="stop"] { background: $raised; min-height: 38px; font-weight: 600; border-radius: 9px; }
QPushButton[kind="stop"]:focus { min-height: 36px; }
QPushButton[kind="quiet"] { background: transparent; border: 1px solid transparent; min-height: 26px; padding: 0 8px; }
QPushButton[kind="quiet"]:hover { background: $hover; }
QPushButton[kind="quiet"]:focus { border: 2px solid $accent; padding: 0 7px; min-height: 24px; }

QToolButton { background: transparent; border: 1px solid transparent; border-radius: 7px; padding: 0; }
QToolButton:hover { background: $hover; }
QToolButton:pressed { background: $line; }
QToolButton:checked { background: $hover; border: 1px solid $edge; }
QToolButton:disabled { color: $faint; }
QToolButton[kind="text"] { padding: 0 10px; min-height: 30px; max-height: 30px; background: $raised;
    border: 1px solid $edge; font-weight: 500; }
QToolButton[kind="text"]:hover { background: $hover; }
QToolButton[kind="text"]::menu-indicator { image: none; width: 0; }
QToolButton:focus, QToolButton[kind="text"]:focus { border: 2px solid $accent; }
QToolButton[kind="text"]:focus { padding: 0 9px; min-height: 28px; max-height: 28px; }

#segments { background: $window; border: 1px solid $line; border-radius: 8px; }
#segments QToolButton { border-radius: 6px; color: $muted; font-size: 12px; font-weight: 500; min-height: 26px;
    padding: 0 2px; }
#segments QToolButton:checked { background: $raised; color: $text; border: 1px solid $edge; }
#segments QToolButton:focus { border: 2px solid $accent; min-height: 24px; padding: 0 1px; }

#segments QToolButton:disabled { color: $faint; }
#segments QToolButton:checked:disabled { border-color: $line; }
#stepper { background: $raised; border: 1px solid $edge; border-radius: 7px; }
#stepper:disabled { border-color: $line; }
#stepper QToolButton { border-radius: 6px; }
QAbstractSpinBox, QLineEdit, QKeySequenceEdit QLineEdit { background: $raised; border: 1px solid $edge;
    border-radius: 7px; padding: 0 8px; min-height: 30px; selection-background-color: $accent;
    selection-color: $accent_text; }
QAbstractSpinBox:focus, QLineEdit:focus { border: 2px solid $accent; padding: 0 7px; min-height: 28px; }
QAbstractSpinBox:disabled, QLineEdit:disabled { color: $faint; border-color: $line; }
QLineEdit#inline, QLineEdit#inline:focus { border: 1px solid $accent; border-radius: 5px; padding: 0 4px; min-height: 0;
    font-size: 12px; font-weight: 500; }
QLineEdit#inline[wrong="true"] { border: 2px solid $danger; }
QAbstractSpinBox QLineEdit, QAbstractSpinBox QLineEdit:focus { border: none; background: transparent; padding: 0;
    min-height: 0; }
QAbstractSpinBox::up-button, QAbstractSpinBox::down-button { border: none; background: transparent; width: 16px; }
#stepper QAbstractSpinBox { border: 1px solid transparent; background: transparent; padding: 0; min-height: 26px;
    font-weight: 500; }
#stepper QAbstractSpinBox:focus { border: 1px solid transparent; min-height: 26px; }
#stepper[focused="true"] { border: 2px solid $accent; }
QTextEdit, QPlainTextEdit { background: $raised; border: 1px solid $line; border-radius: 7px; padding: 4px;
    selection-background-color: $accent; selection-color: $accent_text; }
QTextEdit:focus, QPlainTextEdit:focus { border: 2px solid $accent; padding: 3px; }

QComboBox { background: $raised; border: 1px solid $edge; border-radius: 7px; padding: 0 26px 0 10px; min-height: 30px;
    font-weight: 500; }
QComboBox:hover { background: $hover; }
QComboBox:disabled { color: $faint; border-color: $line; }
QComboBox:focus { border: 2px solid $accent; padding: 0 25px 0 9px; min-height: 28px; }
QComboBox::drop-down { border: none; width: 0; }
QComboBox::down-arrow { image: none; }
QComboBox QAbstractItemView { background: $panel; border: 1px solid $line; padding: 4px; outline: none;
    selection-background-color: $hover; selection-color: $text; }
QComboBox QAbstractItemView::item { min-height: 26px; padding: 2px 6px; border-radius: 5px; }

QCheckBox, QRadioButton { spacing: 8px; background: transparent; padding: 2px; border: 1px solid transparent;
    border-radius: 5px; outline: none; }
QCheckBox:focus, QRadioButton:focus { border: 1px solid $accent; }
QCheckBox:disabled, QRadioButton:disabled { color: $faint; }
QCheckBox::indicator, QRadioButton::indicator { width: 14px; height: 14px; border: 1px solid $edge; border-radius: 4px;
    background: $raised; }
QRadioButton::indicator { border-radius: 8px; }
QCheckBox::indicator:disabled, QRadioButton::indicator:disabled { border-color: $line; }
QCheckBox::indicator:checked { background: $accent; border-color: $accent; }
QRadioButton::indicator:checked { border: 5px solid $accent; width: 6px; height: 6px; background: $accent_text; }
QGroupBox { border: 1px solid $line; border-radius: 8px; margin-top: 18px; padding: 10px; }
QGroupBox::title { subcontrol-origin: margin; left: 2px; color: $muted; }

QSlider { min-height: 22px; background: transparent; }
QSlider::groove:horizontal { height: 4px; border-radius: 2px; background: $edge; }
QSlider::sub-page:horizontal { background: $accent; border-radius: 2px; }
QSlider::handle:horizontal { width: 14px; height: 14px; margin: -6px 0; border-radius: 8px; background: $text;
    border: 1px solid $panel; }
QSlider::handle:horizontal:focus { border: 3px solid $accent; width: 12px; height: 12px; margin: -7px 0;
    border-radius: 9px; }
QSlider::handle:horizontal:disabled, QSlider::sub-page:horizontal:disabled { background: $faint; }

QProgressBar { background: $line; border: none; border-radius: 3px; max-height: 6px; min-height: 6px; }
QProgressBar::chunk { background: $accent; border-radius: 3px; }

QTreeView, QListView, QTableView { background: $raised; alternate-background-color: $panel; border: 1px solid $line;
    border-radius: 7px; outline: none; gridline-color: $line; selection-background-color: $hover;
    selection-color: $text; }
QTreeView:focus, QListView:focus, QTableView:focus { border: 2px solid $accent; }
QTreeView::item, QListView::item { min-height: 26px; padding: 2px 6px; }
QTreeView::item:selected, QListView::item:selected, QTableView::item:selected { background: $hover; color: $text; }
QTableView::item { padding: 2px 8px; }
QHeaderView { background: $panel; border: none; }
QHeaderView::section { background: $panel; color: $muted; border: none; border-bottom: 1px solid $line;
    padding: 6px 8px; font-size: 12px; font-weight: 500; }
QTableCornerButton::section { background: $panel; border: none; }
QTabWidget::pane { border: none; border-top: 1px solid $line; }
QTabBar::tab { background: transparent; color: $muted; padding: 7px 12px; border: none;
    border-bottom: 2px solid transparent; }
QTabBar::tab:selected { color: $text; border-bottom: 2px solid $accent; }
QTabBar::tab:focus { color: $text; background: $hover; }

QScrollBar:horizontal { background: $panel; height: 12px; margin: 0; }
QScrollBar:vertical { background: $panel; width: 12px; margin: 0; }
QScrollBar::handle { background: $edge; border-radius: 3px; margin: 3px; }
QScrollBar::handle:horizontal { min-width: 32px; }
QScrollBar::handle:vertical { min-height: 32px; }
QScrollBar::handle:hover { background: $muted; }
QScrollBar::add-line, QScrollBar::sub-line { width: 0; height: 0; }
QScrollBar::add-page, QScrollBar::sub-page { background: transparent; }
QAbstractScrollArea::corner { background: $panel; }
QDialog QScrollBar:vertical, QDialog QScrollBar:horizontal { background: transparent; }
QSplitter::handle { background: $line; }

QFrame#card { background: $panel; border: 1px solid $line; border-radius: 9px; }
QLabel[kind="trouble"] { color: $danger; font-size: 12px; }
QFrame#popup { background: $panel; border: 1px solid $line; border-radius: 10px; }
#message { border-bottom: 1px solid $line; background: $info_soft; }
#message[kind="error"] { background: $danger_soft; }
#job { background: $panel; border-top: 1px solid $line; }
"""
