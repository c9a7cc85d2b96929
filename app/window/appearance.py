"""Theme and language of the window: chosen, remembered in the settings, and applied."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Protocol

from PySide6.QtCore import QObject, QSettings, Signal
from PySide6.QtGui import QAction, QActionGroup
from PySide6.QtWidgets import QApplication, QMenu, QWidget

from app.look import i18n, stylesheet, theme, widgets
from app.panels.message_bar import MessageBar
from app.window.transport import Transport
from app.window.transport_bar import TransportBar


class Parts(Protocol):
    """The parts of a window that theme and language concern."""

    settings: QSettings
    actions_: Mapping[str, QAction]
    bar: TransportBar
    transport: Transport
    messages: MessageBar

    def start_again(self) -> None:
        """Closes the window and opens another one."""


class Appearance(QObject):
    """Holds the theme; parts that paint by themselves follow `theme_changed`."""

    theme_changed = Signal(theme.Theme)

    def __init__(self, parts: Parts, window: QWidget) -> None:
        super().__init__(window)
        self._parts, self._window = parts, window
        self.theme = theme.DARK

    # ---- theme ----

    def set_theme(self, name: str) -> None:
        """Applies a theme's stylesheet and colours to everything, and remembers the choice."""
        self._parts.settings.setValue("view/theme", name)
        for key in (theme.FOLLOW, theme.DARK_NAME, theme.LIGHT_NAME):
            self._parts.actions_[f"view.{key}"].setChecked(key == name)
        self.theme = theme.by_name(name)
        application = QApplication.instance()
        assert isinstance(application, QApplication)
        stylesheet.apply(application, self.theme)
        self.theme_changed.emit(self.theme)
        self.tint_icons()

    def recall_theme(self) -> None:
        """The theme of the settings."""
        self.set_theme(str(self._parts.settings.value("view/theme", theme.FOLLOW)))

    def follow_desktop(self) -> None:
        """The desktop went dark or light: so does the window, unless another theme was chosen."""
        if str(self._parts.settings.value("view/theme", theme.FOLLOW)) == theme.FOLLOW:
            self.set_theme(theme.FOLLOW)

    def system(self) -> None:
        """As the desktop."""
        self.set_theme(theme.FOLLOW)

    def dark(self) -> None:
        """Dark."""
        self.set_theme(theme.DARK_NAME)

    def light(self) -> None:
        """Light."""
        self.set_theme(theme.LIGHT_NAME)

    def tint_icons(self) -> None:
        """Draws the icons in the theme's colours; stop is warm."""
        self._parts.bar.play.setProperty("warm", self._parts.transport.playing)
        widgets.tint(self._window, self.theme.text, self.theme.playhead)

    # ---- language ----

    def language_menu(self) -> QMenu:
        """The languages, the present one checked."""
        menu, group = QMenu(self._window), QActionGroup(self)
        now = str(self._parts.settings.value(i18n.SETTING, i18n.SYSTEM))
        for choice, name in ((i18n.SYSTEM, self.tr("Of the system")), *i18n.NAMES.items()):
            action = menu.addAction(name, partial(self.set_language, choice))
            action.setCheckable(True)
            action.setChecked(choice == now)
            group.addAction(action)
        return menu

    def set_language(self, choice: str) -> None:
        """Another language, from the next window on."""
        self._parts.settings.setValue(i18n.SETTING, choice)
        if i18n.resolve(choice) == i18n.current():
            self._parts.messages.hide()
            return
        text = self.tr("{language} from the next start on.").format(language=i18n.NAMES[i18n.resolve(choice)])
        self._parts.messages.info(text, self.tr("Start again now"), self._parts.start_again)
