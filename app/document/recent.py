"""Recent files: kept in the settings, offered in a menu."""

from __future__ import annotations

import os
from collections.abc import Callable
from functools import partial
from pathlib import Path

from PySide6.QtCore import QCoreApplication, QObject, QSettings, Qt
from PySide6.QtWidgets import QMenu

_KEY = "files/recent"
MOST = 10
WIDTH = 420  # pixels; a longer name is shortened in the middle


class Recent(QObject):
    """The latest first, each once."""

    def __init__(self, settings: QSettings, opens: Callable[[Path], object], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._settings = settings
        self._opens = opens

    def paths(self) -> list[Path]:
        """What is remembered; files that are gone too, since a stick may come back."""
        value = self._settings.value(_KEY, [])
        texts = [value] if isinstance(value, str) else value if isinstance(value, list) else []
        return [Path(t) for t in texts if isinstance(t, str) and t][:MOST]

    def add(self, path: Path) -> None:
        """A file was opened or saved."""
        path = Path(os.path.abspath(path))
        self._write([path, *(p for p in self.paths() if p != path)][:MOST])

    def forget(self, path: Path) -> None:
        """A file turned out to be gone."""
        self._write([p for p in self.paths() if p != Path(os.path.abspath(path))])

    def clear(self) -> None:
        """Forgets them all."""
        self._write([])

    def menu(self, parent: QMenu) -> QMenu:
        """A menu that is filled whenever it opens."""
        menu = QMenu(parent)
        menu.setToolTipsVisible(True)
        menu.aboutToShow.connect(lambda: self.fill(menu))
        return menu

    def fill(self, menu: QMenu) -> None:
        """Puts the present list into a menu. Names that occur twice show their folder; missing files are grey."""
        menu.clear()
        paths = self.paths()
        names = [p.name for p in paths]
        for i, path in enumerate(paths):
            name = path.name if names.count(path.name) == 1 else f"{path.name}  ({path.parent.name})"
            shown = menu.fontMetrics().elidedText(name, Qt.TextElideMode.ElideMiddle, WIDTH).replace("&", "&&")
            action = menu.addAction(f"&{(i + 1) % 10}  {shown}", partial(self._opens, path))
            action.setToolTip(str(path))
            action.setEnabled(path.exists())
        if paths:
            menu.addSeparator()
            menu.addAction(QCoreApplication.translate("Recent", "&Clear the list"), self.clear)
        else:
            none = menu.addAction(QCoreApplication.translate("Recent", "Nothing was opened yet"))
            none.setEnabled(False)

    def _write(self, paths: list[Path]) -> None:
        self._settings.setValue(_KEY, [str(p) for p in paths])
