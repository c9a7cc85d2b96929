"""Routes mouse events to gestures: press, drag, autoscroll at the edges, release; and hover."""

from __future__ import annotations

from dataclasses import replace
from typing import Protocol

from PySide6.QtCore import QPointF, Qt, QTimer

from app.roll.canvas.surface import Point, RollSurface
from app.roll.gestures import hover
from app.roll.gestures.base import Gesture
from app.roll.gestures.dispatch import gesture_for
from app.roll.gestures.position_text import place_words


class Scrolling(RollSurface, Protocol):
    """A roll that scrolls while a drag is beyond its edges."""

    pushing: QTimer

    def push(self, at: QPointF, edges: str) -> bool:
        """Scrolls a step towards a point beyond the edges named; whether it is beyond them."""


class MouseRouter:
    """One gesture at a time, on the roll or on a lane under it."""

    def __init__(self, view: Scrolling) -> None:
        self.view = view
        self.gesture: Gesture | None = None
        self._button = Qt.MouseButton.NoButton
        self._last: Point | None = None
        self._over: Point | None = None  # where the mouse is without a button
        view.pushing.timeout.connect(self._pushed)

    def press(self, at: QPointF, mods: Qt.KeyboardModifier, button: Qt.MouseButton) -> None:
        """Begins the gesture of the active tool."""
        view = self.view
        point = view.point(at, mods)
        zone, note = view.zone_at(point.x, point.y)
        self.begin(gesture_for(view.tool, button, zone)(view, point, note), button)

    def begin(self, gesture: Gesture, button: Qt.MouseButton) -> None:
        """Takes up a gesture; a second one during the first does nothing."""
        if self.gesture is not None:
            return
        self.view.transient.ghost = None
        self._button, self._last = button, gesture.first
        gesture.start()
        self.gesture = gesture
        if shape := hover.drag_cursor(gesture):
            self.view.viewport().setCursor(shape)

    def move(self, point: Point) -> None:
        """Goes on with the gesture, or tells what a press would do."""
        if self.gesture is None:
            self.hover(point)
            return
        view = self.view
        pushed = view.push(QPointF(point.x, point.y), self.gesture.scrolls)
        if pushed != view.pushing.isActive():
            view.pushing.start() if pushed else view.pushing.stop()
        g = view.geometry_
        self._last = replace(point, tick=g.tick(point.x), pitch=g.pitch(point.y))  # the paper may have moved
        self.gesture.move(self._last)
        view.hovered.emit(self.gesture.words(self._last))

    def _pushed(self) -> None:
        if self.gesture is None or self._last is None:
            self.view.pushing.stop()
        else:
            self.move(self._last)

    def release(self, point: Point, button: Qt.MouseButton, *, quiet: bool = False) -> None:
        """Ends the gesture that this button began; `quiet` where the point is not on the roll."""
        if self.gesture is None or button != self._button:
            return
        self.view.pushing.stop()
        gesture, self.gesture = self.gesture, None
        gesture.end(point)
        if not quiet:
            self.hover(point)

    def cancel(self) -> bool:
        """Forgets the gesture under way; False if there was none."""
        gesture, self.gesture = self.gesture, None
        self.view.pushing.stop()
        if gesture is None:
            return False
        gesture.cancel()
        return True

    def leave(self) -> None:
        """The mouse is elsewhere."""
        self._over = None

    def modifiers(self, mods: Qt.KeyboardModifier) -> None:
        """Other keys are held, the mouse is where it was."""
        for point, use in ((self._last if self.gesture else None, self.move), (self._over, self.hover)):
            if point is not None:
                use(self.view.point(QPointF(point.x, point.y), mods))
                return

    def hover(self, point: Point | None = None) -> None:
        """Shows what a press would do where the mouse is."""
        view = self.view
        point = self._over = point or self._over
        if point is None:
            return
        zone, _ = view.zone_at(point.x, point.y)
        ghost = hover.ghost(view, zone, point)
        under = None if point.y < view.geometry_.ruler_height else point.pitch
        if (ghost, under) != (view.transient.ghost, view.transient.under):
            view.transient.ghost, view.transient.under = ghost, under
            view.viewport().update()
        view.viewport().setCursor(hover.cursor(view.tool, zone, point, view.sign_at(point.x, point.y)))
        view.hovered.emit(place_words(view, point))
