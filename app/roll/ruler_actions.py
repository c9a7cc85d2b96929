"""Commands on the ruler by keys and menus: signs, loop, context span, and the pedal."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QCoreApplication, QObject, QPoint, QRect, Signal

from app.roll.canvas.geometry import SIGNS, UPPER, to_pixels
from app.roll.canvas.inline_field import InlineField
from app.roll.timeline import Timeline
from composer.music.edits import pedal_spans, tempo_meter_marks
from composer.music.edits.tempo_meter_marks import Kind, Sign

translate = QCoreApplication.translate


class RulerActions(QObject):
    """Without a mouse these act at the playhead or on the selection."""

    notice = Signal(str)  # why what was typed was not taken

    def __init__(self, view: Timeline, track: Callable[[], int]) -> None:
        super().__init__(view)
        self.view, self._track = view, track

    # ---- at the playhead ----

    def marker(self) -> None:
        """Asks for the name of a marker at the playhead, or for another name of the one there."""
        self._here(Kind.MARKER)

    def tempo(self) -> None:
        """Asks for the tempo from the playhead on."""
        self._here(Kind.TEMPO)

    def meter(self) -> None:
        """Asks for the meter from the playhead on."""
        self._here(Kind.METER)

    def _here(self, kind: Kind) -> None:
        tick = self.view.playhead
        self.view.show_tick(tick)
        there = next((s for s in self.view.signs if s.kind is kind and s.tick == tick), None)
        self.edit(there) if there else self.add(kind, tick)

    # ---- of the selection ----

    def _selected_span(self) -> tuple[int, int] | None:
        """From the first to the last selected note, in ticks."""
        chosen = self.view.document.selection
        return (min(n.start for n in chosen), max(n.end for n in chosen)) if chosen else None

    def loop(self) -> None:
        """Loops the selection, from grid line to grid line."""
        if (span := self._selected_span()) is not None:
            grid, (first, last) = self.view.grid(), span
            self.view.set_loop((grid.floor(first), last if grid.floor(last) == last else grid.after(last)))

    def limit_context(self) -> None:
        """Lets the model see the selection only; without a selection everything before the join."""
        self.view.set_context_span(self._selected_span())

    def pedal(self) -> None:
        """Presses the pedal under the selection; lifts it where the selection has it already."""
        if (span := self._selected_span()) is None:
            return
        document, (first, last) = self.view.document, span
        track = self._track()
        there = tuple(s for s in pedal_spans.spans(document.score) if s.track == track and first <= s.first < last)
        if there:
            score, text = pedal_spans.without(document.score, there), translate("Gestures", "Erase pedal")
        else:
            score, text = (
                pedal_spans.added(document.score, first, last, track),
                translate("Gestures", "Press the pedal"),
            )
        document.change(text, score, document.selection)

    # ---- signs ----

    def remove(self, sign: Sign) -> None:
        """Takes a sign away."""
        texts = {
            Kind.TEMPO: translate("Gestures", "Remove tempo"),
            Kind.METER: translate("Gestures", "Remove meter"),
            Kind.MARKER: translate("Gestures", "Remove marker"),
        }
        document = self.view.document
        document.change(texts[sign.kind], tempo_meter_marks.taken(document.score, sign), document.selection)

    def add(self, kind: Kind, tick: int) -> None:
        """Asks for a new sign at a tick."""
        self._ask(kind, tick, tempo_meter_marks.in_force(self.view.document.score, kind, tick), None)

    def edit(self, sign: Sign) -> None:
        """Asks for another tempo, meter or name."""
        self._ask(sign.kind, sign.tick, sign.text, sign)

    def _ask(self, kind: Kind, tick: int, text: str, old: Sign | None) -> None:
        names = {
            Kind.TEMPO: translate("Ruler", "Tempo in quarter notes a minute"),
            Kind.METER: translate("Ruler", "Meter, such as 3/4"),
            Kind.MARKER: translate("Ruler", "Name of the marker"),
        }
        view = self.view
        field = InlineField(view.viewport(), view, names[kind], text, partial(self._put, kind, tick, old))
        field.refused.connect(lambda: self.notice.emit(_format_help(kind)))
        left = next((p.box.left() for p in view.placed_signs() if p.sign == old), view.geometry_.x(tick))
        place = QRect(QPoint(to_pixels(left) - 3, int(UPPER - 3)), QPoint(0, int(UPPER + SIGNS)))
        place.setWidth(150 if kind is Kind.MARKER else 72)
        field.open_at(place)

    def _put(self, kind: Kind, tick: int, old: Sign | None, text: str) -> bool:
        """Puts what was typed; an empty name takes a marker away. Whether it made sense."""
        document = self.view.document
        if old is not None and text.strip() == old.text:
            return True
        if kind is Kind.MARKER and not text.strip():
            if old is not None:
                self.remove(old)
            return True
        changed = tempo_meter_marks.put(
            document.score if old is None else tempo_meter_marks.taken(document.score, old), kind, tick, text
        )
        if changed is None:
            return False
        texts = {
            Kind.TEMPO: translate("Gestures", "Set tempo"),
            Kind.METER: translate("Gestures", "Set meter"),
            Kind.MARKER: translate("Gestures", "Set marker"),
        }
        document.change(texts[kind], changed, document.selection)
        return True


def _format_help(kind: Kind) -> str:
    """What a field wants to be told; any name will do for a marker."""
    if kind is Kind.TEMPO:
        text = translate("Ruler", "A tempo is a number from {slowest} to {fastest}, such as 96.")
        return text.format(slowest=f"{tempo_meter_marks.SLOWEST:.0f}", fastest=f"{tempo_meter_marks.FASTEST:.0f}")
    return translate("Ruler", "A meter is two numbers, such as 3/4 or 6/8; the lower is 1, 2, 4, 8, 16, 32 or 64.")
