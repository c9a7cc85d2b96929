"""Which signal of which part goes where. Connects the parts of a window; decides nothing."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtGui import QGuiApplication

from app.document.gc_tuning import spare
from app.look.error_texts import explained, sentence

if TYPE_CHECKING:
    from app.window.main_window import MainWindow


def connect(window: MainWindow) -> None:
    """Connects everything, once all parts are made."""
    _document(window)
    _roll(window)
    _editing(window)
    _bar(window)
    _files(window)
    _composing(window)
    _takes(window)
    _sampler(window)
    QGuiApplication.styleHints().colorSchemeChanged.connect(window.desktop_changed)


def _document(window: MainWindow) -> None:
    document, upkeep = window.document, window.upkeep
    document.pathChanged.connect(upkeep.title)
    document.modifiedChanged.connect(upkeep.title)
    document.scoreChanged.connect(upkeep.actions)
    document.takesChanged.connect(upkeep.actions)
    document.previewChanged.connect(upkeep.actions)
    document.previewChanged.connect(upkeep.take)
    document.selectionChanged.connect(upkeep.actions)
    document.selectionChanged.connect(upkeep.selection)
    document.undo.canUndoChanged.connect(upkeep.actions)
    document.undo.canRedoChanged.connect(upkeep.actions)
    document.undo.undoTextChanged.connect(upkeep.undo_text)
    document.undo.redoTextChanged.connect(upkeep.redo_text)
    document.opened.connect(window.messages.hide)
    document.opened.connect(window.roll.setFocus)  # so that its keys act at once
    document.opened.connect(lambda: spare(document.score))


def _roll(window: MainWindow) -> None:
    roll = window.roll
    roll.menu_wanted.connect(window.handlers.note_menu)
    roll.hovered.connect(window.status.set_place)
    roll.marks.told.connect(window.messages.info)
    roll.tool_changed.connect(window.bar.tools.set_value)
    roll.tool_changed.connect(window.upkeep.tool)
    window.pane.lanes_shown.connect(window.actions_["view.lanes"].setChecked)
    window.pane.lanes_shown.connect(partial(window.settings.setValue, "view/lanes"))
    window.pane.lanes_sized.connect(lambda height: window.settings.setValue("view/lanes_height", str(height or "")))
    shown, height = window.settings.value("view/lanes", "true"), window.settings.value("view/lanes_height", "")
    window.pane.recall_lanes(str(shown), str(height))
    window.actions_["view.lanes"].setChecked(window.pane.with_lanes)


def _editing(window: MainWindow) -> None:
    window.editing.copied.connect(window.upkeep.actions)
    window.editing.told.connect(window.messages.info)
    window.scales.told.connect(window.messages.info)
    window.help.told.connect(window.messages.info)


def _bar(window: MainWindow) -> None:
    bar, roll, follow = window.bar, window.roll, window.actions_["play.follow"]
    for chosen, take in ((bar.tool_chosen, roll.set_tool), (bar.grid_chosen, roll.set_grid)):
        chosen.connect(take)
        chosen.connect(lambda _: roll.setFocus())
    bar.follow.toggled.connect(follow.setChecked)
    follow.toggled.connect(bar.follow.setChecked)
    follow.toggled.connect(roll.set_follows)


def _files(window: MainWindow) -> None:
    messages, files, jobs = window.messages, window.files, window.jobs
    files.failed.connect(lambda error: messages.error(explained(error)))
    files.told.connect(messages.info)
    files.saved.connect(window.autosave.saved)
    window.autosave.failed.connect(lambda error: messages.error(explained(error)))
    window.recovery.told.connect(messages.info)
    jobs.failed.connect(lambda error: messages.error(explained(error)))
    jobs.started.connect(window.strip.watch)


def _composing(window: MainWindow) -> None:
    flow, panel = window.flow, window.panel
    flow.began.connect(window.upkeep.began)
    flow.ended.connect(window.upkeep.composed)
    flow.grew.connect(window.upkeep.grew)
    flow.chose.connect(window.upkeep.take)
    flow.ahead.connect(window.playback.listen)
    flow.failed.connect(lambda code, arguments: window.messages.error(sentence(code, arguments)))
    flow.told.connect(window.messages.info)
    panel.compose.connect(window.handlers.compose)
    panel.stop.connect(flow.stop)
    panel.cancel.connect(flow.cancel)
    panel.style_changed.connect(window.style_changed)
    panel.place_changed.connect(window.upkeep.join)


def _takes(window: MainWindow) -> None:
    takes, flow = window.takes, window.flow
    takes.chosen.connect(flow.choose)
    takes.again.connect(flow.again)
    takes.keep.connect(flow.keep)
    takes.discard.connect(flow.discard)


def _sampler(window: MainWindow) -> None:
    sampler, upkeep = window.sampler, window.upkeep
    sampler.complained.connect(upkeep.complained)
    sampler.lost.connect(upkeep.lost)
    sampler.warmed.connect(upkeep.warmed)
