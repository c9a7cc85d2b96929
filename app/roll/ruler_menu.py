"""What can be done to tempi, meters and markers, the loop and the span: a menu, and a field to type in."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, QPoint, QRect
from PySide6.QtWidgets import QMenu

from app.roll import signs
from app.roll.geometry import SIGNS, UPPER
from app.roll.inline import Inline
from app.roll.signs import Kind, Sign

if TYPE_CHECKING:
    from app.roll.view import RollView

translate = QCoreApplication.translate


def menu(view: RollView, tick: int, sign: Sign | None) -> QMenu:
    """The menu for a place of the ruler, or for a sign there."""
    made = QMenu(view)
    if sign is not None:
        made.addAction(translate("Ruler", "Change “{text}”…").format(text=sign.text), partial(edit, view, sign))
        gone = made.addAction(translate("Ruler", "Remove"), partial(remove, view, sign))
        gone.setEnabled(not sign.fixed)
        made.addSeparator()
    made.addAction(translate("Ruler", "Marker here…"), partial(add, view, Kind.MARKER, tick))
    made.addAction(translate("Ruler", "Tempo here…"), partial(add, view, Kind.TEMPO, tick))
    made.addAction(translate("Ruler", "Meter here…"), partial(add, view, Kind.METER, tick))
    made.addSeparator()
    chosen = view.document.selection
    loop = made.addAction(translate("Ruler", "Loop the selection"), partial(loop_selection, view))
    loop.setEnabled(bool(chosen))
    unloop = made.addAction(translate("Ruler", "End the loop"), partial(view.set_loop, None))
    unloop.setEnabled(view.loop is not None)
    made.addSeparator()
    whole = made.addAction(
        translate("Ruler", "Let the model hear everything before the join"), partial(view.set_span, None)
    )
    whole.setEnabled(view.given_span is not None)
    made.aboutToHide.connect(made.deleteLater)
    return made


def loop_selection(view: RollView) -> None:
    """Loops from the first to the last selected note, on the grid's lines around them."""
    chosen = view.document.selection
    if chosen:
        first, last = min(n.start for n in chosen), max(n.end for n in chosen)
        grid = view.grid()
        view.set_loop((grid.floor(first), last if grid.floor(last) == last else grid.after(last)))


def remove(view: RollView, sign: Sign) -> None:
    """Takes a sign away."""
    texts = {
        Kind.TEMPO: translate("Gestures", "Remove tempo"),
        Kind.METER: translate("Gestures", "Remove meter"),
        Kind.MARKER: translate("Gestures", "Remove marker"),
    }
    view.document.change(texts[sign.kind], signs.taken(view.document.score, sign), view.document.selection)


def add(view: RollView, kind: Kind, tick: int) -> None:
    """Asks for a new sign at a tick."""
    _ask(view, kind, tick, signs.in_force(view.document.score, kind, tick), None)


def edit(view: RollView, sign: Sign) -> None:
    """Asks for another tempo, meter or name."""
    _ask(view, sign.kind, sign.tick, sign.text, sign)


def _ask(view: RollView, kind: Kind, tick: int, text: str, old: Sign | None) -> None:
    names = {
        Kind.TEMPO: translate("Ruler", "Tempo in quarter notes a minute"),
        Kind.METER: translate("Ruler", "Meter, such as 3/4"),
        Kind.MARKER: translate("Ruler", "Name of the marker"),
    }
    field = Inline(view.viewport(), view, names[kind], text, partial(_put, view, kind, tick, old))
    wide = 150 if kind is Kind.MARKER else 72
    field.open_at(QRect(QPoint(round(view.geometry_.x(tick)) - 3, int(UPPER - 3)), QPoint(0, int(UPPER + SIGNS))))
    field.resize(wide, field.height())


def _put(view: RollView, kind: Kind, tick: int, old: Sign | None, text: str) -> bool:
    """Puts what was typed; an empty text takes a marker away. Whether it made sense."""
    document = view.document
    if old is not None and text.strip() == old.text:
        return True
    if kind is Kind.MARKER and not text.strip():
        if old is not None:
            remove(view, old)
        return True
    score = document.score if old is None else signs.taken(document.score, old)
    changed = signs.put(score, kind, tick, text)
    if changed is None:
        return False
    texts = {
        Kind.TEMPO: translate("Gestures", "Set tempo"),
        Kind.METER: translate("Gestures", "Set meter"),
        Kind.MARKER: translate("Gestures", "Set marker"),
    }
    document.change(texts[kind], changed, document.selection)
    return True
