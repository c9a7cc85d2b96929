"""Which layer of a roll comes over which: takes a view as it is and paints its dirty part from the ground up."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, QRectF
from PySide6.QtGui import QPainter, QPaintEvent

from app.roll import paint
from app.roll.paint import Sheet
from composer.score import Note

if TYPE_CHECKING:
    from app.roll.view import RollView


@dataclass(slots=True)
class Moment:
    """What is shown only for the moment; the document does not know of it."""

    hidden: frozenset[Note] = frozenset()  # notes that are in the hand …
    shown: tuple[Note, ...] = ()  # … and where they would be put down
    ghost: Note | None = None  # what a press of the pencil would draw
    band: QRectF | None = None  # the box of a selection under way
    lit: frozenset[int] = frozenset()  # keys that sound
    under: int | None = None  # the pitch under the mouse
    inviting: bool = False  # a file hangs over the window
    framed: bool = False  # the focus came by the keyboard, so it is shown where it is


def paint_roll(view: RollView, event: QPaintEvent) -> None:
    """Paints what is dirty."""
    painter = QPainter(view.viewport())
    g, size = view.geometry_, view.viewport().size()
    sheet = Sheet(painter, g, view.theme, QRectF(event.rect()), size.width(), size.height())
    painter.setClipRect(event.rect())
    _music(sheet, view)
    _marks(sheet, view)
    paint.keys(sheet, view.moment.lit, view.moment.under)
    if view.moment.framed:
        paint.frame(sheet)
    if view.moment.inviting:
        paint.invitation(sheet, QCoreApplication.translate("Roll", "Drop to open"))
    painter.end()


def _music(s: Sheet, view: RollView) -> None:
    document, moment = view.document, view.moment
    paint.ground(s)
    paint.grid(s, document.score.bar_map, view.grid().ticks)
    s.painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    _score(s, view)
    _preview(s, view)
    if moment.ghost:
        paint.ghosts(s, [moment.ghost], view.theme.human[1], 0.9)
    paint.notes(s, moment.shown)
    paint.outlines(s, moment.shown)
    if moment.band:
        paint.band(s, moment.band)
    if not document.score.notes and not document.preview and not moment.shown:
        paint.lesson(s, QCoreApplication.translate("Roll", "An empty page"), view.empty_lines)


def _score(s: Sheet, view: RollView) -> None:
    seen = view.index.notes_within(*s.ticks, *s.pitches)
    if view.moment.hidden:
        seen = [n for n in seen if n not in view.moment.hidden]
    preview = view.document.preview
    if preview and preview.cut is not None:  # what the new take would replace stands back
        paint.notes(s, [n for n in seen if n.start >= preview.cut], opacity=0.22, names=False)
        seen = [n for n in seen if n.start < preview.cut]
    paint.notes(s, seen)
    selection = view.document.selection
    if selection:
        paint.outlines(s, [n for n in seen if n in selection])


def _preview(s: Sheet, view: RollView) -> None:
    preview = view.document.preview
    if not preview:
        return
    for i, written in enumerate(preview.notes):
        if i != preview.active:
            paint.shades(s, _seen(s, written))
    active = preview.notes[preview.active]
    if active:
        paint.glow(s, active[-1])
    paint.notes(s, _seen(s, active), opacity=0.8)
    paint.ghosts(s, _seen(s, active), view.theme.accent, 0.9)


def _seen(s: Sheet, notes: Iterable[Note]) -> list[Note]:
    first, last = s.ticks
    low, high = s.pitches
    return [n for n in notes if n.start < last and n.end > first and low <= n.pitch <= high]


def _marks(s: Sheet, view: RollView) -> None:
    """Ruler, the line where composing goes on, and the playhead."""
    g, document = s.g, view.document
    join = document.preview.line if document.preview else view.join
    paint.ruler(s, document.score.bar_map, None if join is None else (0, join), view.loop)
    if join is not None:
        s.painter.save()
        s.painter.setClipRect(QRectF(g.keys_width, 0, s.width, s.height))
        paint.joint(s, join)
        s.painter.restore()
    if g.x(view.playhead) >= g.keys_width:
        paint.playhead(s, view.playhead)
