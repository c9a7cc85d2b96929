"""Notes and selections in words for screen readers: the note under the keyboard cursor, and how much is selected."""

from __future__ import annotations

from collections.abc import Collection

from PySide6.QtCore import QCoreApplication

from app.roll.painting.primitives import pitch_name
from composer.music.score import Note, Score

translate = QCoreApplication.translate
NEAR = 0.03  # of a length: so far may a played one be from a written one that still names it


def describe(score: Score, chosen: Collection[Note], cursor: Note | None) -> str:
    """Such as "C4, bar 3 beat 2, quarter, velocity 80; 3 notes selected"; empty without a selection."""
    if not chosen:
        return ""
    words = translate("Spoken", "1 note selected") if len(chosen) == 1 else translate("Spoken", "{n} notes selected")
    count = words.format(n=len(chosen))
    note = cursor if cursor is not None and cursor in chosen else min(chosen, key=lambda n: (n.start, n.pitch))
    return f"{note_words(score, note)}; {count}"


def note_words(score: Score, note: Note) -> str:
    """Pitch, place, length and velocity of a note, and what else there is to say of it."""
    bar, beat, rest = score.bar_map.beat(note.start)
    place = translate("Spoken", "bar {bar} beat {beat}").format(bar=bar + 1, beat=beat + 1)
    if rest:
        share = rest / score.ticks_per_beat * score.bar_map.meter(note.start)[1] / 4
        place = translate("Spoken", "bar {bar} beat {beat}").format(bar=bar + 1, beat=f"{beat + 1 + share:.2f}")
    parts = [pitch_name(note.pitch), place, length_name(note.duration / score.ticks_per_beat)]
    parts.append(translate("Spoken", "velocity {v}").format(v=note.velocity))
    if note.composed:
        parts.append(translate("Spoken", "composed"))
    if note.muted:
        parts.append(translate("Spoken", "muted"))
    return ", ".join(parts)


def length_name(quarters: float) -> str:
    """A length by its written name if it is near one, else in quarter notes."""
    names = {
        4.0: translate("Spoken", "whole note"),
        3.0: translate("Spoken", "dotted half"),
        2.0: translate("Spoken", "half"),
        1.5: translate("Spoken", "dotted quarter"),
        1.0: translate("Spoken", "quarter"),
        0.75: translate("Spoken", "dotted eighth"),
        2 / 3: translate("Spoken", "triplet quarter"),
        0.5: translate("Spoken", "eighth"),
        1 / 3: translate("Spoken", "triplet eighth"),
        0.25: translate("Spoken", "sixteenth"),
        1 / 6: translate("Spoken", "triplet sixteenth"),
        0.125: translate("Spoken", "thirty-second"),
    }
    near = min(names, key=lambda known: abs(known - quarters) / known)
    if abs(near - quarters) / near <= NEAR:
        return names[near]
    return translate("Spoken", "{n} quarters").format(n=f"{quarters:.2f}")
