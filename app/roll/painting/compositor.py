"""Z-order of the roll: paints the dirty parts of a view from the ground up."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Protocol

import numpy as np
from PySide6.QtCore import QCoreApplication, QRectF
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from app.roll.canvas.note_index import Indices
from app.roll.canvas.surface import RollState
from app.roll.painting import keyboard, offscreen_arrows, primitives, raster, ruler
from app.roll.painting.primitives import MANY, PaintContext
from app.roll.painting.ruler import Marks
from composer.music.edits import tempo_meter_marks
from composer.music.edits.tempo_meter_marks import Kind
from composer.music.score import Note


class PaintedRoll(RollState, Protocol):
    """A roll with its ruler."""

    def placed_signs(self) -> list[ruler.Placed]:
        """The signs in view, with their boxes."""


def paint_roll(viewport: QWidget, view: PaintedRoll, event: QPaintEvent) -> None:
    """Paints what is dirty, piece by piece: a playhead and a lit key at the other end are no reason to paint all."""
    painter = QPainter(viewport)
    size = viewport.size()
    for rect in event.region():
        painter.setClipRect(rect)
        _part(PaintContext(painter, view.geometry_, view.theme, QRectF(rect), size.width(), size.height()), view)
    painter.end()


def _part(s: PaintContext, view: PaintedRoll) -> None:
    g = s.g
    if s.dirty.bottom() > g.ruler_height and s.dirty.right() > g.keys_width:
        _music(s, view)
    if s.dirty.top() < g.ruler_height:
        ruler.paint(s, view.document.score.bar_map, _ruler_marks(view), view.placed_signs())
    _marks(s, view)
    offscreen_arrows.paint(s, view)
    if s.dirty.left() < g.keys_width:
        keyboard.paint_keys(s, view.transient.lit, view.transient.under)
    if view.transient.framed:
        primitives.paint_focus_frame(s)
    if view.transient.inviting:
        primitives.paint_drop_hint(s, QCoreApplication.translate("Roll", "Drop to open"))


def _music(s: PaintContext, view: RollState) -> None:
    document, transient = view.document, view.transient
    primitives.paint_ground(s, view.scale)
    primitives.paint_grid(s, document.score.bar_map, view.grid().step)
    s.painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    _score(s, view)
    _preview(s, view)
    if not document.score.notes and not document.preview and not transient.shown:
        primitives.paint_empty_page(s, QCoreApplication.translate("Roll", "An empty page"), view.empty_lines)
    if transient.ghost:
        primitives.paint_pencil_ghost(s, transient.ghost)
    _dragged(s, view)
    if transient.band:
        primitives.paint_band(s, transient.band)


def _score(s: PaintContext, view: RollState) -> None:
    index = view.index
    seen = index.find(*s.ticks, *s.pitches)
    if len(view.transient.places):
        seen = seen[~np.isin(seen, view.transient.places)]
    preview = view.document.preview
    if preview and preview.cut is not None:  # what the new take would replace stands back
        starts = index.columns.starts[seen]
        later = starts >= preview.cut
        if preview.gap is not None:
            later &= starts < preview.gap[1]
        _some(s, view, seen[later], opacity=0.22)
        seen = seen[~later]
    _some(s, view, seen)


def _some(s: PaintContext, view: RollState, seen: Indices, opacity: float = 1.0) -> None:
    """Few notes one by one, with rounded corners and names; many as one picture."""
    index, selection = view.index, view.document.selection
    if len(seen) > MANY:
        raster.draw(s, index.columns, seen, index.mask(selection), index.layer, opacity)
        return
    shown = index.take(seen)
    if index.layer is not None:
        primitives.paint_other_layers(s, [n for n in shown if n.track != index.layer])
        shown = [n for n in shown if n.track == index.layer]
    primitives.paint_notes(s, shown, opacity=opacity, names=opacity == 1.0)
    if selection and opacity == 1.0:
        primitives.paint_outlines(s, [n for n in shown if n in selection])


def _dragged(s: PaintContext, view: RollState) -> None:
    """The notes of a drag, where they would be put."""
    shown = view.transient.shown
    dragged = view.drag_columns() if view.transient.moved or len(shown) > MANY else None
    if dragged is not None:
        count = len(dragged.starts)
        raster.draw(s, dragged, np.arange(count), np.ones(count, np.bool_), None)
    else:
        primitives.paint_notes(s, shown)
        primitives.paint_outlines(s, shown)


def _preview(s: PaintContext, view: RollState) -> None:
    preview = view.document.preview
    if not preview:
        return
    for i, written in enumerate(preview.notes):
        if i != preview.active:
            primitives.paint_other_takes(s, _seen(s, written))
    active = preview.notes[preview.active]
    if active:
        primitives.paint_glow(s, active[-1])
    primitives.paint_notes(s, _seen(s, active), opacity=0.8)
    primitives.paint_ghosts(s, _seen(s, active), view.theme.accent, 0.9)


def _seen(s: PaintContext, notes: Iterable[Note]) -> list[Note]:
    first, last = s.ticks
    low, high = s.pitches
    return [n for n in notes if n.start < last and n.end > first and low <= n.pitch <= high]


def _ruler_marks(view: RollState) -> Marks:
    preview = view.document.preview
    join = preview.line if preview else view.join
    read = view.context_span if join else None
    tick, score = view.geometry_.tick(view.geometry_.keys_width), view.document.score
    in_force = (
        "  ".join(tempo_meter_marks.in_force(score, kind, tick) for kind in (Kind.TEMPO, Kind.METER)) if tick else ""
    )
    return Marks(view.loop, read, join, view.chosen_context_span is not None, in_force)


def _marks(s: PaintContext, view: RollState) -> None:
    """The line where composing goes on, and the playhead."""
    g, preview = s.g, view.document.preview
    join = preview.line if preview else view.join
    if join is not None and s.near(g.x(join)):
        s.painter.save()
        s.painter.setClipRect(QRectF(g.keys_width, 0, s.width, s.height).intersected(s.dirty))
        primitives.paint_join(s, join)
        s.painter.restore()
    if g.x(view.playhead) >= g.keys_width and s.near(g.x(view.playhead)):
        primitives.paint_playhead(s, view.playhead)
