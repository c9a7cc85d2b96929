"""A scroll area with a ruler: playhead, loop, join, context span, and signs in time."""

from __future__ import annotations

from bisect import bisect_left

from PySide6.QtCore import QRect, Signal
from PySide6.QtWidgets import QWidget

from app.document.document import Document
from app.roll.canvas.scroll_area import ScrollArea
from app.roll.canvas.surface import Span
from app.roll.canvas.transient_state import TransientState
from app.roll.painting import ruler
from composer.music.edits import tempo_meter_marks
from composer.music.grid import ADAPTIVE, Grid, grid_for

FAR = 2**53  # ticks that no piece reaches


class Timeline(ScrollArea):
    """What stands in time over a document; knows nothing of its notes."""

    seek_requested = Signal(
        object
    )  # the playhead shall go to a tick: an int, but of more than 32 bits in an absurd file
    looped = Signal(object)  # (first, last) ticks, or None
    context_span_changed = Signal(object)  # the span that the model sees: (first, last) ticks, None as far as it reads

    def __init__(self, document: Document, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.document = document
        self.transient = TransientState()
        self.grid_name = ADAPTIVE
        self.signs: list[tempo_meter_marks.Sign] = []
        self._source: tuple[object, object, object] = (None, None, None)  # what the signs were read off
        self._placed: tuple[object, list[ruler.Placed]] = (None, [])  # with what it depends on
        self.playhead = 0
        self.join: int | None = None  # where composing would go on
        self.follows = True
        self.loop: Span | None = None
        self.context_notes: int | None = None  # notes that the model reads back from the join; None for all of them
        self.chosen_context_span: Span | None = None  # the span that the model sees, if a person set one

    def grid(self) -> Grid:
        """The snap grid as it is at this zoom."""
        score = self.document.score
        return grid_for(self.grid_name, score.bar_map, score.ticks_per_beat, self.geometry_.beat_width)

    def set_follows(self, on: bool) -> None:
        """Whether the page turns with the playhead."""
        self.follows = on

    def set_join(self, tick: int | None) -> None:
        """Moves the line where composing goes on."""
        if tick != self.join:
            self.join = tick
            self.viewport().update()

    def set_playhead(self, tick: int, *, follow: bool = False) -> None:
        """Moves the playhead; only its strips are painted anew, unless the page turns."""
        before, self.playhead = self.playhead, tick
        g, height = self.geometry_, self.viewport().height()
        for x in {g.x(before), g.x(tick)}:
            if -8 < x < self.viewport().width() + 8:
                self.viewport().update(QRect(round(x) - 8, 0, 17, height))
        if follow and self.follows and not self.busy():
            self.show_tick(tick)

    def busy(self) -> bool:
        """Whether a gesture is under way, so that the page must not turn."""
        return False

    # ---- loop and span ----

    def show_loop(self, loop: Span | None) -> None:
        """Shows a loop in the ruler."""
        self.loop = loop
        self.viewport().update()

    def set_loop(self, loop: Span | None) -> None:
        """Loops a span; None plays on past it."""
        self.show_loop(loop)
        self.document.set_view("loop", list(loop) if loop else None)
        self.looped.emit(loop)

    @property
    def context_span(self) -> Span | None:
        """What the model sees, in ticks: as far back as it reads unless a person set it; None if there is nothing."""
        join = self.document.score.end if self.join is None else self.join
        first, last = self.chosen_context_span or (0, 0)
        last = min(last, join)
        return (first, last) if first < last else ((self._context_start(join), join) if join > 0 else None)

    def set_context_notes(self, notes: int | None) -> None:
        """How many notes before the join the model reads; None for all of them."""
        if notes != self.context_notes:
            self.context_notes = notes
            self.viewport().update()

    def _context_start(self, join: int) -> int:
        """The tick of the first note that the model still reads, 0 if it reads the piece from its beginning."""
        notes = self.document.score.notes
        first = bisect_left(notes, join, key=lambda note: note.start) - (self.context_notes or len(notes))
        return notes[first].start if first > 0 else 0

    def show_context_span(self, span: Span | None) -> None:
        """Shows another span for the model in the ruler."""
        self.chosen_context_span = span
        self.viewport().update()

    def set_context_span(self, span: Span | None) -> None:
        """Sets the span that the model sees; None for as far back as it reads."""
        self.show_context_span(span)
        self.document.set_view("span", list(span) if span else None)
        self.context_span_changed.emit(span)

    def recall(self, key: str) -> None:
        """Takes over what the document's view says of a key."""
        value = _span(self.document.view.get(key))
        if key == "loop" and value != self.loop:
            self.show_loop(value)
            self.looped.emit(value)
        elif key == "span" and value != self.chosen_context_span:
            self.show_context_span(value)
            self.context_span_changed.emit(value)

    # ---- signs ----

    def read_signs(self) -> None:
        """Reads tempi, meters and markers off the score, if they are others than before."""
        score = self.document.score
        source = (score.tempos, score.meters, score.extras)
        if any(new is not old for new, old in zip(source, self._source, strict=True)):
            self._source, self.signs = source, tempo_meter_marks.signs(score)

    def show_sign(self, sign: tempo_meter_marks.Sign | None, tick: int) -> None:
        """Shows a sign of the ruler where it would be put down."""
        self.transient.sign = (sign, tick) if sign else None
        self.viewport().update()

    def placed_signs(self) -> list[ruler.Placed]:
        """The signs of the ruler that can be seen, with their boxes."""
        g, moved, width = self.geometry_, self.transient.sign, self.viewport().width()
        key = (self.signs, moved, width, g.left, g.beat_width, g.ticks_per_beat)
        if self._placed[0] != key:
            self._placed = (key, ruler.place(g, _with(self.signs, moved), width))
        return self._placed[1]

    def sign_at(self, x: float, y: float) -> tempo_meter_marks.Sign | None:
        """The sign of the ruler under a pixel."""
        return ruler.sign_at(self.placed_signs(), x, y) if self.geometry_.strip(y) == "signs" else None

    def ruler_zone(self, x: float, y: float) -> str:
        """Which strip of the ruler is under a pixel, or what in it can be taken hold of; see dispatch.EDGES."""
        strip = self.geometry_.strip(y)
        if strip == "ruler" and ruler.on_edge(self.geometry_, self.loop, x):
            return "loop edge"
        if strip == "signs" and self.sign_at(x, y):
            return "sign"
        return "span edge" if strip == "span" and ruler.on_edge(self.geometry_, self.context_span, x) else strip


def _with(
    shown: list[tempo_meter_marks.Sign], moved: tuple[tempo_meter_marks.Sign, int] | None
) -> list[tempo_meter_marks.Sign]:
    """The signs with one of them at another tick."""
    if moved is None:
        return shown
    sign, tick = moved
    return sorted([*(s for s in shown if s != sign), tempo_meter_marks.at(sign, tick)], key=lambda s: s.tick)


def _span(value: object) -> Span | None:
    """A span as it is stored in the document's view."""
    if not (isinstance(value, (list, tuple)) and len(value) == 2 and all(isinstance(v, int) for v in value)):
        return None
    first, last = value
    return (first, last) if 0 <= first < last < FAR else None
