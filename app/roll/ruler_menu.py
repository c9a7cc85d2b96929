"""Context menu of the ruler: for a place in it, or for a sign there."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QMenu

from app.roll.ruler_actions import RulerActions
from app.roll.timeline import Timeline
from composer.music.edits.tempo_meter_marks import Kind, Sign

translate = QCoreApplication.translate


def menu(view: Timeline, marks: RulerActions, tick: int, sign: Sign | None) -> QMenu:
    """What can be done at a tick; the menu goes when it is closed."""
    made = QMenu(view)
    if sign is not None:
        made.addAction(translate("Ruler", "Change “{text}”…").format(text=sign.text), partial(marks.edit, sign))
        gone = made.addAction(translate("Ruler", "Remove"), partial(marks.remove, sign))
        gone.setEnabled(not sign.fixed)
        made.addSeparator()
    made.addAction(translate("Ruler", "Marker here…"), partial(marks.add, Kind.MARKER, tick))
    made.addAction(translate("Ruler", "Tempo here…"), partial(marks.add, Kind.TEMPO, tick))
    made.addAction(translate("Ruler", "Meter here…"), partial(marks.add, Kind.METER, tick))
    made.addSeparator()
    chosen = bool(view.document.selection)
    made.addAction(translate("Ruler", "Loop the selection"), marks.loop).setEnabled(chosen)
    unloop = made.addAction(translate("Ruler", "End the loop"), partial(view.set_loop, None))
    unloop.setEnabled(view.loop is not None)
    made.addSeparator()
    made.addAction(translate("Ruler", "Use only the selection as context"), marks.limit_context).setEnabled(chosen)
    whole = made.addAction(
        translate("Ruler", "Let the model hear everything before"), partial(view.set_context_span, None)
    )
    whole.setEnabled(view.chosen_context_span is not None)
    made.aboutToHide.connect(made.deleteLater)
    return made
