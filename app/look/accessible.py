"""Accessible roles of our own widgets: Qt guesses them only for the classes that it knows."""

from __future__ import annotations

from functools import lru_cache

from PySide6.QtCore import QObject
from PySide6.QtGui import QAccessible, QAccessibleInterface
from PySide6.QtWidgets import QAccessibleWidget, QWidget

_ROLE = QAccessible.Role
ROLES = {  # name of a class -> role
    "RollView": _ROLE.Canvas,
    "Lanes": _ROLE.Canvas,
    "TransportBar": _ROLE.ToolBar,
    "ComposePanel": _ROLE.Pane,
    "TakesPanel": _ROLE.Pane,
    "StatusStrip": _ROLE.StatusBar,
    "MessageBar": _ROLE.AlertMessage,
    "JobStrip": _ROLE.Grouping,
    "Segments": _ROLE.Grouping,
    "QScrollArea": _ROLE.Pane,
    "Stepper": _ROLE.Grouping,
}


def _face(kind: str, about: QObject) -> QAccessibleInterface | None:
    role = ROLES.get(type(about).__name__)
    return QAccessibleWidget(about, role) if role is not None and isinstance(about, QWidget) else None


@lru_cache(maxsize=1)
def install() -> None:
    """Tells Qt the roles, once for the process."""
    QAccessible.installFactory(_face)
