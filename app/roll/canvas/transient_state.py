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
class MovedNotes:
    """Very many notes of a drag: what they are, and how far they are moved."""

    columns: Columns
    ticks: int = 0
    semitones: int = 0

    def at_target(self) -> Columns:
        """The notes where they would be put."""
        c = self.columns
        pitches = np.clip(c.pitches + np.int16(self.semitones), 0, 127)
        return replace(c, starts=c.starts + self.ticks, ends=c.ends + self.ticks, pitches=pitches)


@dataclass(slots=True)
class TransientState:
    """Notes of a drag, the hover, keys that are lit."""

    hidden: Sequence[Note] = ()  # notes that a drag hides …
    places: Indices = field(default_factory=lambda: NOWHERE)  # … where they stand in the score …
    shown: tuple[Note, ...] = ()  # … and what it shows instead
    moved: MovedNotes | None = None  # the same for very many
    ghost: Note | None = None  # what a press of the pencil would draw
    band: QRectF | None = None  # the box of a selection under way
    sign: tuple[Sign, int] | None = None  # a sign of the ruler under drag, and the tick it is over
    lit: frozenset[int] = frozenset()  # keys that sound
    under: int | None = None  # the pitch under the mouse
    inviting: bool = False  # a file hangs over the window
    framed: bool = False  # the focus came by the keyboard, so it is shown where it is
