"""Many notes at once, as one picture made of arrays: a frame takes milliseconds however many notes are in it.

Knows geometry and colours. Notes come as columns (composer.music.notes) and indices into them.
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QColor, QImage

from app.look.theme import Theme, fade, mix, ramp
from app.roll.canvas.note_index import Indices, Mask
from app.roll.painting.primitives import PaintContext
from composer.music.notes import COMPOSED, MUTED, Columns

CHOSEN, OTHER = 512, 1024  # flags beside `Columns.looks`: selected, of another layer
_CODES = 2048
_PERIOD, _STRIPE = 6, 2  # pixels from stripe to stripe, and how wide one is
_ROUND = 4  # pixels from which on a note has its corners off

Pixels = NDArray[np.uint32]  # premultiplied ARGB


def draw(
    s: PaintContext, columns: Columns, seen: Indices, chosen: Mask, layer: int | None, opacity: float = 1.0
) -> None:
    """Paints the notes `seen` in the dirty part; `chosen` is over all notes. Later notes lie over earlier ones."""
    area = s.dirty.intersected(QRectF(s.g.keys_width, s.g.ruler_height, s.width, s.height))
    if area.isEmpty() or not len(seen):
        return
    picture = _Picture(s, area)
    codes = columns.looks[seen].astype(np.uint16) + np.uint16(CHOSEN) * chosen[seen]
    if layer is not None:
        codes = np.where(columns.tracks[seen] == layer, codes, np.uint16(OTHER))
    picture.lay(columns.starts[seen], columns.ends[seen], columns.pitches[seen], codes)
    s.painter.setOpacity(opacity)
    pixels = np.ascontiguousarray(picture.pixels())
    height, width = pixels.shape
    if not pixels.size:
        return
    image = QImage(pixels.data, width, height, width * 4, QImage.Format.Format_ARGB32_Premultiplied)
    image.setDevicePixelRatio(picture.density)
    s.painter.drawImage(QPointF(area.left(), area.top()), image)
    s.painter.setOpacity(1.0)


class _Picture:
    """First a map with one row a pitch, then its rows drawn as high as they are. In device pixels."""

    def __init__(self, s: PaintContext, area: QRectF) -> None:
        self.s, self.area = s, area
        self.density = s.painter.device().devicePixelRatio()
        self.width, self.height = round(area.width() * self.density), round(area.height() * self.density)
        self.high, self.low = s.g.pitch(area.top()), s.g.pitch(area.bottom())
        self.body = np.zeros((self.high - self.low + 1, self.width), np.uint16)
        self.edge = self.body

    def lay(
        self, starts: NDArray[np.int64], ends: NDArray[np.int64], pitches: NDArray[np.int16], codes: NDArray[np.uint16]
    ) -> None:
        """Writes each note's code into the map, from its first to its last pixel."""
        g, scale = self.s.g, self.density
        pace = g.beat_width / g.ticks_per_beat * scale
        zero = (g.keys_width - g.left - self.area.left() + 0.5) * scale
        wide = np.maximum((ends - starts) * pace, 2.5 * scale)
        left = starts * pace + zero
        right = left + np.where(wide > 5 * scale, wide - scale, wide)  # a hair of ground between notes
        first = np.clip(left, 0, self.width).astype(np.int32)
        last = np.clip(np.rint(right), 0, self.width).astype(np.int32)
        rows = self.high - pitches.astype(np.int32)
        inside = (last > first) & (rows >= 0) & (rows < len(self.body))
        first, last, rows, codes = first[inside], last[inside], rows[inside], codes[inside]
        count = last - first
        begin = rows * self.width + first
        before = np.cumsum(count, dtype=np.int32) - count
        flat = np.repeat(begin - before, count)
        flat += np.arange(len(flat), dtype=np.int32)
        self.body.ravel()[flat] = np.repeat(codes, count)
        if g.key_height >= 6:
            big = count >= _ROUND * scale
            self.edge = self.body.copy()
            self.edge.ravel()[np.concatenate([begin[big], begin[big] + count[big] - 1])] = 0

    def pixels(self) -> Pixels:
        """The map in colours, of shape (height, width)."""
        plain, striped, rim = palettes(self.s.theme)
        body = plain[self.body]
        looks = [body]
        if (self.body & COMPOSED).any():
            looks = self._phases(body, striped[self.body])
        period = len(looks)
        rows = np.zeros((period + 1, len(body) + 1, self.width), np.uint32)  # the last row of each stays empty
        rows[:period, :-1] = looks
        rows[period, :-1] = rim[self.edge]
        which, phase = self._lines(period)
        return rows[phase, which]

    def _lines(self, period: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """For each row of pixels the row of the map, and which of its looks: a phase of the pattern, or the rim."""
        which = np.full(self.height, len(self.body), np.int64)
        phase = np.arange(self.height) % period
        for row in np.flatnonzero(self.body.any(axis=1)).tolist():
            top, bottom, whole = self._edges(self.high - row)
            which[top:bottom] = row
            if whole and bottom > top:
                phase[[top, bottom - 1]] = period
        return which, phase

    def _edges(self, pitch: int) -> tuple[int, int, bool]:
        """First and last row of pixels of a pitch, and whether all of it is seen."""
        g = self.s.g
        y = g.y(pitch) - self.area.top()
        top, bottom = (y + 0.75) * self.density, (y + max(g.key_height - 0.75, 2.75)) * self.density
        first, last = round(top), round(bottom)
        return max(first, 0), max(min(last, self.height), 0), first >= 0 and last <= self.height

    def _phases(self, body: Pixels, striped: Pixels) -> list[Pixels]:
        """The map's colours for each row of pixels within the pattern, so that stripes go aslant."""
        period, wide = round(_PERIOD * self.density), round(_STRIPE * self.density)
        zero = round((self.area.left() + self.area.top()) * self.density)
        looks = []
        for i in range(period):
            look = body.copy()
            for j in range(wide):
                first = (j - zero - i) % period
                look[:, first::period] = striped[:, first::period]
            looks.append(look)
        return looks


@lru_cache(maxsize=4)
def palettes(theme: Theme) -> tuple[Pixels, Pixels, Pixels]:
    """The colours of each code for a note's body, its stripes and its upper and lower rim, each of shape (codes,)."""
    body, stripe, rim = (np.zeros(_CODES, np.uint32) for _ in range(3))
    dark = theme.row_black if theme.name == "dark" else "#ffffff"
    for code in range(1, OTHER):
        if not code & 127:
            continue
        color = ramp(theme, bool(code & COMPOSED))[code & 127]
        inner, outer = color, color
        if code & MUTED:
            inner, outer = fade(color, 0.16), fade(color, 0.7)
        if code & CHOSEN:
            inner, outer = mix(color, QColor(theme.outline), 0.25), QColor(theme.outline)
            inner = fade(inner, 0.4) if code & MUTED else inner
        body[code], rim[code] = pixel(inner), pixel(outer)
        plain = code & MUTED or not code & COMPOSED
        stripe[code] = pixel(inner if plain else mix(inner, QColor(dark), 0.34))
    body[OTHER] = stripe[OTHER] = pixel(fade(theme.muted, 0.22))
    rim[OTHER] = pixel(fade(theme.muted, 0.5))
    return body, stripe, rim


def pixel(color: QColor) -> int:
    """A colour as a pixel."""
    a = color.alpha()
    red, green, blue = (channel * a // 255 for channel in (color.red(), color.green(), color.blue()))
    return a << 24 | red << 16 | green << 8 | blue
