"""Mouse gestures in words, for the printable list. The tests of the roll prove each line."""

from __future__ import annotations

from PySide6.QtCore import QT_TRANSLATE_NOOP

MOUSE: tuple[tuple[object, tuple[tuple[object, object], ...]], ...] = (  # (where, ((gesture, what it does), …))
    (
        QT_TRANSLATE_NOOP("Gestures", "Pencil"),
        (
            (
                QT_TRANSLATE_NOOP("Gestures", "Press on empty paper"),
                QT_TRANSLATE_NOOP("Gestures", "Draws a note; dragging before the release sets its length"),
            ),
            (
                QT_TRANSLATE_NOOP("Gestures", "Drag a note"),
                QT_TRANSLATE_NOOP("Gestures", "Moves it; on either edge, resizes it"),
            ),
            (QT_TRANSLATE_NOOP("Gestures", "Right button"), QT_TRANSLATE_NOOP("Gestures", "Erases what it touches")),
        ),
    ),
    (
        QT_TRANSLATE_NOOP("Gestures", "Select"),
        (
            (QT_TRANSLATE_NOOP("Gestures", "Drag a box"), QT_TRANSLATE_NOOP("Gestures", "Selects the notes in it")),
            (
                QT_TRANSLATE_NOOP("Gestures", "Shift or Ctrl + click"),
                QT_TRANSLATE_NOOP("Gestures", "Adds to the selection"),
            ),
            (QT_TRANSLATE_NOOP("Gestures", "Shift + drag"), QT_TRANSLATE_NOOP("Gestures", "Copies the selection")),
            (
                QT_TRANSLATE_NOOP("Gestures", "Right button on empty paper"),
                QT_TRANSLATE_NOOP("Gestures", "Opens the menu"),
            ),
        ),
    ),
    (
        QT_TRANSLATE_NOOP("Gestures", "With every tool"),
        (
            (QT_TRANSLATE_NOOP("Gestures", "Alt held"), QT_TRANSLATE_NOOP("Gestures", "No snap")),
            (QT_TRANSLATE_NOOP("Gestures", "Wheel"), QT_TRANSLATE_NOOP("Gestures", "Scrolls; with Shift, sideways")),
            (
                QT_TRANSLATE_NOOP("Gestures", "Ctrl + wheel"),
                QT_TRANSLATE_NOOP("Gestures", "Zooms time at the cursor; with Shift, pitch"),
            ),
            (QT_TRANSLATE_NOOP("Gestures", "Middle button"), QT_TRANSLATE_NOOP("Gestures", "Moves the paper")),
        ),
    ),
    (
        QT_TRANSLATE_NOOP("Gestures", "Around the roll"),
        (
            (
                QT_TRANSLATE_NOOP("Gestures", "Velocities: drag"),
                QT_TRANSLATE_NOOP("Gestures", "Paints them; only those of the selection, if there is one"),
            ),
            (
                QT_TRANSLATE_NOOP("Gestures", "Velocities: wheel, double click"),
                QT_TRANSLATE_NOOP("Gestures", "One up or down; types a number"),
            ),
            (
                QT_TRANSLATE_NOOP("Gestures", "Ruler, upper strip"),
                QT_TRANSLATE_NOOP("Gestures", "A click moves the playhead, a drag makes a loop"),
            ),
            (
                QT_TRANSLATE_NOOP("Gestures", "Ruler, lower strip"),
                QT_TRANSLATE_NOOP("Gestures", "The context: what the model continues from, with handles"),
            ),
            (QT_TRANSLATE_NOOP("Gestures", "Keys at the left"), QT_TRANSLATE_NOOP("Gestures", "Sound when clicked")),
        ),
    ),
)
