"""Table of gestures: which one a press begins, by tool, button and zone."""

from __future__ import annotations

from PySide6.QtCore import Qt

from app.roll.canvas.surface import Point
from app.roll.gestures.base import Gesture, Nothing
from app.roll.gestures.note_gestures import (
    ERASE,
    PENCIL,
    SELECT,
    DrawNote,
    EraseNotes,
    Menu,
    MoveNotes,
    ResizeNotes,
    ResizeStart,
    RubberBand,
)
from app.roll.gestures.ruler_gestures import ContextSpan, ContextSpanEdge, LoopEdge, MoveSign, RulerMenu, Seek


class Pan(Gesture):
    """The middle button takes the paper along."""

    scrolls = ""

    def start(self) -> None:
        self.from_ = (self.view.geometry_.left, self.view.geometry_.top)

    def move(self, point: Point) -> None:
        self.view.pan_to(self.from_[0] - (point.x - self.first.x), self.from_[1] - (point.y - self.first.y))


class PressKeys(Gesture):
    """The key column: a click sounds the key, a drag plays along it."""

    scrolls = ""

    def start(self) -> None:
        self.pitch = -1
        self.move(self.first)

    def move(self, point: Point) -> None:
        if point.pitch != self.pitch:
            self.pitch = point.pitch
            self.view.sound(self.pitch, 90)
            self.view.light({self.pitch})

    def end(self, point: Point) -> None:
        self.view.light(set())

    def cancel(self) -> None:
        self.view.light(set())


LEFT, RIGHT, MIDDLE = Qt.MouseButton.LeftButton, Qt.MouseButton.RightButton, Qt.MouseButton.MiddleButton
ZONES = ("empty", "body", "left", "right")  # what may be under a press on the music: nothing, or a part of a note

# (tool, button, what is under it) -> gesture
GESTURES: dict[tuple[str, Qt.MouseButton, str], type[Gesture]] = {
    (PENCIL, LEFT, "empty"): DrawNote,
    (PENCIL, LEFT, "body"): MoveNotes,
    (PENCIL, LEFT, "left"): ResizeStart,
    (PENCIL, LEFT, "right"): ResizeNotes,
    (SELECT, LEFT, "empty"): RubberBand,
    (SELECT, LEFT, "body"): MoveNotes,
    (SELECT, LEFT, "left"): ResizeStart,
    (SELECT, LEFT, "right"): ResizeNotes,
    **{(SELECT, RIGHT, zone): Menu for zone in ZONES},
    **{(ERASE, LEFT, zone): EraseNotes for zone in ZONES},
    **{(tool, RIGHT, zone): EraseNotes for tool in (PENCIL, ERASE) for zone in ZONES},
}

# what is under a left press on the edge of the roll -> gesture; the tool doesn't matter there
EDGES: dict[str, type[Gesture]] = {
    "keys": PressKeys,
    "ruler": Seek,
    "loop edge": LoopEdge,
    "signs": Seek,
    "sign": MoveSign,
    "span": ContextSpan,
    "span edge": ContextSpanEdge,
}


def gesture_for(tool: str, button: Qt.MouseButton, zone: str) -> type[Gesture]:
    """The gesture that a press begins; `zone` is one of `ZONES`, of `EDGES`, or "corner"."""
    if button == MIDDLE:
        return Pan
    if zone in EDGES and button == LEFT:
        return EDGES[zone]
    if zone in EDGES and button == RIGHT and zone != "keys":
        return RulerMenu
    return GESTURES.get((tool, button, zone), Nothing)
