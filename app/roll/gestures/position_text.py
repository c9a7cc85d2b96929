"""The mouse's position in words, for the status line."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication

from app.roll.canvas.surface import Point, RollSurface
from app.roll.painting.primitives import pitch_name
from composer.music.edits.tempo_meter_marks import Kind, Sign

translate = QCoreApplication.translate


def place_words(view: RollSurface, point: Point) -> str:
    """Where the mouse is: bar, beat and, on the music, the pitch."""
    bar, beat, _ = view.document.score.bar_map.beat(point.tick)
    place = translate("RollView", "Bar {bar}, beat {beat}").format(bar=bar + 1, beat=beat + 1)
    g = view.geometry_
    if point.y < g.ruler_height:
        sign = view.sign_at(point.x, point.y)
        return f"{place}   {sign_words(sign)}" if sign else place
    note = view.note_at(point.x, point.y)
    if point.x < g.keys_width:
        return pitch_name(point.pitch)
    text = f"{place}   {pitch_name(note.pitch if note else point.pitch)}"
    if note:
        text += "   " + translate("RollView", "velocity {v}").format(v=note.velocity)
    return text


def sign_words(sign: Sign) -> str:
    """A sign in words."""
    words = {
        Kind.TEMPO: translate("RollView", "tempo {text}"),
        Kind.METER: translate("RollView", "meter {text}"),
        Kind.MARKER: translate("RollView", "marker {text}"),
    }
    return words[sign.kind].format(text=sign.text)
