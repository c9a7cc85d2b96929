"""Pixels <-> ticks and pitches. Pure arithmetic; knows no Qt and no document."""

from __future__ import annotations

from dataclasses import dataclass

from composer.music.score import Note

PITCHES = 128
FARTHEST = 2.0**30  # pixels; the paper ends there
UPPER = 24.0  # height of the ruler's upper strip: bars, loop, playhead
SIGNS = 18.0  # of the strip below it: tempi, meters, markers
LOWER = 18.0  # of the lowest strip: the span that the model sees
EDGE = 7.0  # pixels at either end of a note that resize it
BODY = 12.0  # pixels of a note that always move it: on a short note the body wins


@dataclass(slots=True)
class Geometry:
    """Where things are on a roll whose origin is the widget's upper left corner. All lengths in pixels."""

    ticks_per_beat: int = 480
    beat_width: float = 48.0
    key_height: float = 14.0
    left: float = 0.0  # pixels scrolled sideways
    top: float = 0.0  # pixels scrolled down
    keys_width: float = 60.0
    ruler_height: float = UPPER + SIGNS + LOWER

    BEAT_WIDTHS = (0.2, 640.0)  # the least shows an hour of music in a window
    KEY_HEIGHTS = (5.0, 34.0)

    # ---- time ----

    def x(self, tick: float) -> float:
        """Left edge of a tick."""
        return self.keys_width + tick * self.beat_width / self.ticks_per_beat - self.left

    def tick(self, x: float) -> int:
        """The tick under a pixel, never before 0."""
        return max(int((x - self.keys_width + self.left) * self.ticks_per_beat / self.beat_width), 0)

    def strip(self, y: float) -> str:
        """Which strip of the ruler a pixel is in: ruler, signs or span."""
        return "ruler" if y < UPPER else "signs" if y < UPPER + SIGNS else "span"

    def ticks(self, width: float) -> int:
        """How many ticks a width is."""
        return round(width * self.ticks_per_beat / self.beat_width)

    def width(self, ticks: float) -> float:
        """How wide some ticks are."""
        return ticks * self.beat_width / self.ticks_per_beat

    # ---- pitch ----

    def y(self, pitch: float) -> float:
        """Upper edge of a pitch's row."""
        return self.ruler_height + (PITCHES - 1 - pitch) * self.key_height - self.top

    def pitch(self, y: float) -> int:
        """The pitch whose row holds a pixel, 0..127."""
        row = int((y - self.ruler_height + self.top) // self.key_height)
        return min(max(PITCHES - 1 - row, 0), PITCHES - 1)

    @property
    def height(self) -> float:
        """Height of all rows together."""
        return PITCHES * self.key_height

    # ---- notes ----

    def rect(self, note: Note) -> tuple[float, float, float, float]:
        """(x, y, width, height) of a note; at least 3 pixels wide, so that it can be seen and hit."""
        return self.x(note.start), self.y(note.pitch), max(self.width(note.duration), 3.0), self.key_height

    def zone(self, note: Note, x: float) -> str:
        """What a press at `x` would do to the note: "left" or "right" edge resizes, "body" moves."""
        left, _, width, _ = self.rect(note)
        edge = min(EDGE, (width - BODY) / 2)
        if edge < 2:
            return "body"
        if x < left + edge:
            return "left"
        return "right" if x >= left + width - edge else "body"

    # ---- zoom ----

    def zoom_time(self, factor: float, at: float) -> None:
        """Wider or narrower beats; the tick under pixel `at` stays there."""
        spot = (at - self.keys_width + self.left) / self.beat_width
        self.beat_width = _within(self.beat_width * factor, self.BEAT_WIDTHS)
        self.left = max(spot * self.beat_width - (at - self.keys_width), 0.0)

    def zoom_pitch(self, factor: float, at: float) -> None:
        """Higher or lower rows; the pitch under pixel `at` stays there."""
        spot = (at - self.ruler_height + self.top) / self.key_height
        self.key_height = _within(self.key_height * factor, self.KEY_HEIGHTS)
        self.top = max(spot * self.key_height - (at - self.ruler_height), 0.0)


def _within(value: float, bounds: tuple[float, float]) -> float:
    return min(max(value, bounds[0]), bounds[1])


def to_pixels(pixels: float) -> int:
    """Whole pixels, as far as Qt can count them: times in a file may be absurd."""
    return round(_within(pixels, (-FARTHEST, FARTHEST)))


def points_between(
    first: tuple[float, float], last: tuple[float, float], stride: float = 3.0
) -> list[tuple[float, float]]:
    """Points from one place to another not more than `stride` pixels apart, so that a quick drag misses no note."""
    dx, dy = last[0] - first[0], last[1] - first[1]
    count = max(int(max(abs(dx), abs(dy)) / stride), 1)
    return [(first[0] + dx * i / count, first[1] + dy * i / count) for i in range(1, count + 1)]
