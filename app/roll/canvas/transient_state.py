"""Transient view state of the roll: drags, hover, lit keys. The document does not know of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import numpy as np
from PySide6.QtCore import QRectF

from app.roll.canvas.note_index import Indices
from composer.music.edits.tempo_meter_marks import Sign
from composer.music.score import Columns, Note

NOWHERE: Indices = np.zeros(0, np.int64)


@dataclass(slots=True)
class Carried:
    """Many notes in the hand at once: how far, and what they are."""

    columns: Columns
    ticks: int = 0
    semitones: int = 0

    def placed(self) -> Columns:
        """What they are where they would be put down."""
        c = self.columns
        pitches = np.clip(c.pitches + np.int16(self.semitones), 0, 127)
        return replace(c, starts=c.starts + self.ticks, ends=c.ends + self.ticks, pitches=pitches)


@dataclass(slots=True)
class TransientState:
    """What is in the hand, under the mouse, or sounding."""

    hidden: Sequence[Note] = ()  # notes that are in the hand …
    places: Indices = field(default_factory=lambda: NOWHERE)  # … where they stand in the score …
    shown: tuple[Note, ...] = ()  # … and where they would be put down
    carried: Carried | None = None  # the same for very many
    ghost: Note | None = None  # what a press of the pencil would draw
    band: QRectF | None = None  # the box of a selection under way
    sign: tuple[Sign, int] | None = None  # a sign of the ruler in the hand, and the tick it is over
    lit: frozenset[int] = frozenset()  # keys that sound
    under: int | None = None  # the pitch under the mouse
    inviting: bool = False  # a file hangs over the window
    framed: bool = False  # the focus came by the keyboard, so it is shown where it is
