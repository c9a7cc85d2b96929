"""Signal connections between the parts of a window; decides nothing."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Protocol

from PySide6.QtCore import QSettings
from PySide6.QtGui import QAction, QGuiApplication

from app.commands.edit_actions import EditActions
from app.commands.generate_flow import ComposeFlow
from app.commands.key_actions import KeyActions
from app.dialogs.key_sheet import Help
from app.document.autosave import Autosave
from app.document.background_jobs import Jobs
from app.document.document import Document
from app.document.gc_tuning import freeze_big_piece
from app.files.file_actions import Files
from app.files.recovery import Recovery
from app.look.error_texts import explain, sentence
from app.panels.generate_panel import ComposePanel
from app.panels.message_bar import JobStrip, MessageBar
from app.panels.take_panel import TakesPanel
from app.processes.generation_client import GenerationClient
from app.roll.roll_pane import RollPane
from app.roll.roll_view import RollView
from app.window.appearance import Appearance
from app.window.generation import GenerationController
from app.window.playback import Playback
from app.window.status_bar import StatusStrip
from app.window.transport import Transport
from app.window.transport_bar import TransportBar
from app.window.ui_state import UiState
from app.window.window_actions import WindowActions
from app.wizard.finetune_controller import FinetuneController


class Parts(Protocol):
    """The parts of a window that are connected here."""

    settings: QSettings
    document: Document
    jobs: Jobs
    generation_client: GenerationClient
    transport: Transport
    flow: ComposeFlow
    files: Files
    autosave: Autosave
    recovery: Recovery
    edit_actions: EditActions
    key_actions: KeyActions
    help: Help
    teaching: FinetuneController
    pane: RollPane
    roll: RollView
    bar: TransportBar
    panel: ComposePanel
    takes: TakesPanel
    messages: MessageBar
    strip: JobStrip
    status: StatusStrip
    playback: Playback
    generation: GenerationController
    appearance: Appearance
    ui_state: UiState
    window_actions: WindowActions
    actions_: Mapping[str, QAction]


def connect(window: Parts) -> None:
    """Connects everything, once all parts are made."""
    _document(window)
    _playback(window)
    _appearance(window)
    _roll(window)
    _editing(window)
    _bar(window)
    _files(window)
    _composing(window)
    _takes(window)
    _sampler(window)


def _document(window: Parts) -> None:
    document, ui_state, generation = window.document, window.ui_state, window.generation
    document.pathChanged.connect(ui_state.show_title)
    document.modifiedChanged.connect(ui_state.show_title)
    for changed in (
        document.scoreChanged,
        document.takesChanged,
        document.previewChanged,
        document.selectionChanged,
        document.undo.canUndoChanged,
        document.undo.canRedoChanged,
    ):
        changed.connect(ui_state.show_actions)
        changed.connect(generation.show_join)
    document.previewChanged.connect(generation.show_take)
    document.selectionChanged.connect(ui_state.show_selection)
    document.undo.undoTextChanged.connect(ui_state.show_undo_text)
    document.undo.redoTextChanged.connect(ui_state.show_redo_text)
    document.opened.connect(window.messages.hide)
    document.opened.connect(window.roll.setFocus)  # so that its keys act at once
    document.opened.connect(lambda: freeze_big_piece(document.score))


def _playback(window: Parts) -> None:
    playback, transport, messages = window.playback, window.transport, window.messages
    playback.placed.connect(lambda tick: window.bar.set_place(window.document.score, tick))
    playback.placed.connect(window.generation.follow_playhead)
    playback.looping.connect(window.actions_["play.unloop"].setEnabled)
    playback.sound_changed.connect(window.status.set_sound)
    playback.silent.connect(messages.offer)
    transport.playing_changed.connect(window.bar.set_playing)
    transport.playing_changed.connect(lambda _: window.appearance.tint_icons())


def _appearance(window: Parts) -> None:
    for part in (window.pane, window.takes, window.messages, window.teaching):
        window.appearance.theme_changed.connect(part.set_theme)
    QGuiApplication.styleHints().colorSchemeChanged.connect(window.appearance.follow_desktop)


def _roll(window: Parts) -> None:
    roll = window.roll
    roll.menu_requested.connect(window.window_actions.note_menu)
    roll.hovered.connect(window.status.set_place)
    roll.marks.notice.connect(window.messages.info)
    roll.tool_changed.connect(window.bar.tools.set_value)
    roll.tool_changed.connect(window.ui_state.show_tool)
    window.pane.lanes_shown.connect(window.actions_["view.lanes"].setChecked)
    window.pane.lanes_shown.connect(partial(window.settings.setValue, "view/lanes"))
    window.pane.lanes_sized.connect(lambda height: window.settings.setValue("view/lanes_height", str(height or "")))
    shown, height = window.settings.value("view/lanes", "true"), window.settings.value("view/lanes_height", "")
    window.pane.recall_lanes(str(shown), str(height))
    window.actions_["view.lanes"].setChecked(window.pane.with_lanes)


def _editing(window: Parts) -> None:
    window.edit_actions.copied.connect(window.ui_state.show_actions)
    window.edit_actions.notice.connect(window.messages.info)
    window.key_actions.notice.connect(window.messages.info)
    window.help.notice.connect(window.messages.info)


def _bar(window: Parts) -> None:
    bar, roll, follow = window.bar, window.roll, window.actions_["play.follow"]
    for chosen, take in ((bar.tool_chosen, roll.set_tool), (bar.grid_chosen, roll.set_grid)):
        chosen.connect(take)
        chosen.connect(lambda _: roll.setFocus())
    bar.follow.toggled.connect(follow.setChecked)
    follow.toggled.connect(bar.follow.setChecked)
    follow.toggled.connect(roll.set_follows)


def _files(window: Parts) -> None:
    messages, files, jobs = window.messages, window.files, window.jobs
    files.failed.connect(lambda error: messages.error(explain(error)))
    files.notice.connect(messages.info)
    files.saved.connect(window.autosave.update)
    window.autosave.failed.connect(lambda error: messages.error(explain(error)))
    window.recovery.notice.connect(messages.info)
    jobs.failed.connect(lambda error: messages.error(explain(error)))
    jobs.started.connect(window.strip.watch)


def _composing(window: Parts) -> None:
    flow, panel, generation = window.flow, window.panel, window.generation
    flow.began.connect(generation.show_start)
    flow.grew.connect(generation.show_progress)
    flow.switching.connect(window.playback.wait_for_bar)
    flow.chose.connect(generation.show_take)
    for follow in (generation.show_end, window.playback.load, window.ui_state.show_actions, generation.show_join):
        flow.ended.connect(follow)
    flow.ahead.connect(window.playback.listen)
    flow.failed.connect(lambda code, arguments: window.messages.error(sentence(code, arguments)))
    flow.notice.connect(window.messages.info)
    panel.compose.connect(generation.compose)
    panel.stop.connect(flow.stop)
    panel.cancel.connect(flow.cancel)
    panel.style_changed.connect(generation.change_style)
    panel.style_changed.connect(lambda _: window.ui_state.show_empty_page())
    panel.place_changed.connect(generation.show_join)


def _takes(window: Parts) -> None:
    takes, flow = window.takes, window.flow
    takes.chosen.connect(flow.choose)
    takes.again.connect(flow.again)
    takes.keep.connect(flow.keep)
    takes.discard.connect(flow.discard)


def _sampler(window: Parts) -> None:
    sampler, generation = window.generation_client, window.generation
    sampler.complained.connect(generation.show_failure)
    sampler.lost.connect(generation.show_lost)
    sampler.warmed.connect(generation.show_ready)
