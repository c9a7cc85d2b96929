"""Generation in the window: the panel's request goes to the flow, and what the flow and the model report is shown."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Protocol

from PySide6.QtCore import QObject

from app.commands.generate_flow import ComposeFlow, ComposeRequest
from app.document.document import Document
from app.look.error_texts import explain, sentence
from app.panels.generate_panel import ComposePanel
from app.panels.message_bar import MessageBar
from app.processes.generation_client import GenerationClient
from app.roll.roll_view import RollView
from app.window.status_bar import StatusStrip
from app.window.transport import Transport
from composer.core.errors import UserError
from composer.music.score import Note


class Parts(Protocol):
    """The parts of a window that generation concerns."""

    document: Document
    flow: ComposeFlow
    generation_client: GenerationClient
    transport: Transport
    roll: RollView
    panel: ComposePanel
    messages: MessageBar
    status: StatusStrip


class GenerationController(QObject):
    """From the panel's button to the flow, and from the flow to panel, roll and status line."""

    def __init__(self, parts: Parts, parent: QObject) -> None:
        super().__init__(parent)
        self._parts = parts

    # ---- requests ----

    def compose(self) -> None:
        """Begins to compose what the panel asks for."""
        if request := self._request():
            self._parts.flow.start(request, self._parts.transport.tick, self._parts.roll.chosen_context_span)

    def rewrite(self) -> None:
        """Rewrites the selected passage, or the loop's if nothing is selected."""
        if (gap := self.passage()) and (request := self._request()):
            self._parts.flow.rewrite(request, gap)

    def passage(self) -> tuple[int, int] | None:
        """The ticks from the first selected note to the end of the last, else of the loop; None without either."""
        chosen = self._parts.document.selection
        if not chosen:
            return self._parts.roll.loop
        return min(n.start for n in chosen), max(n.end for n in chosen)

    def _request(self) -> ComposeRequest | None:
        """What the panel asks for; None, with a message, if it cannot be had."""
        panel, messages = self._parts.panel, self._parts.messages
        if not panel.style_name():
            messages.error(sentence("no_styles", {}))
            return None
        try:
            request = panel.request()
        except UserError as error:
            messages.error(explain(error))
            return None
        messages.hide()
        self._parts.roll.cancel_gesture()
        self._parts.roll.setFocus()
        return request

    # ---- where composing goes on ----

    def show_join(self) -> None:
        """The line in the roll and the sentence over the button say where composing goes on."""
        parts, panel = self._parts, self._parts.panel
        tick = parts.transport.tick if panel.from_playhead() else parts.document.score.end
        parts.roll.set_join(tick)
        parts.roll.set_context_notes(panel.context_notes())
        if not parts.flow.busy:
            panel.set_hint(self._place(tick))

    def follow_playhead(self, tick: int) -> None:
        """Moves the join along, where it is the playhead; not while playing."""
        if self._parts.panel.from_playhead() and not self._parts.transport.playing:
            self.show_join()

    def _place(self, tick: int) -> str:
        score = self._parts.document.score
        if not score.notes:
            return self.tr("Starts a new piece")
        if score.notes[0].start >= tick:
            return self.tr("Starts a new piece and replaces all notes")
        if self._parts.panel.from_playhead():
            bar, beat, _ = score.bar_map.beat(tick)
            return self.tr("Replaces what follows bar {bar}, beat {beat}").format(bar=bar + 1, beat=beat + 1)
        close = score.ticks_per_beat // 8  # what is played ends a little before or after the bar line
        bar = score.bar_map.bar(tick + close)
        if bar and tick - score.bar_map.start(bar) <= close:
            return self.tr("Continues after bar {bar}").format(bar=bar)
        return self.tr("Continues in bar {bar}").format(bar=bar + 1)

    # ---- progress ----

    def show_start(self) -> None:
        """Generation began: shows where."""
        self._parts.panel.set_busy(True)
        preview, roll = self._parts.document.preview, self._parts.roll
        if preview is not None and roll.follows:
            roll.show_span(preview.line, preview.finish())

    def show_progress(self, done: float) -> None:
        """The share that is written, 0..1, and the number of notes."""
        panel, roll, preview = self._parts.panel, self._parts.roll, self._parts.document.preview
        panel.set_progress(done)
        if preview is None:
            return
        count = sum(len(notes) for notes in preview.notes)
        words = self.tr("{n} note written") if count == 1 else self.tr("{n} notes written")
        panel.set_hint(words.format(n=count) if count else self.tr("Reading the theme…"))
        if not self._parts.transport.playing and roll.follows and preview.notes[preview.active]:
            roll.show_tick(preview.frontier())

    def show_take(self) -> None:
        """Scrolls the roll up or down to the notes of the active take, if it follows."""
        document, roll = self._parts.document, self._parts.roll
        notes: Iterable[Note] = ()
        if document.preview is not None:
            notes = document.preview.notes[document.preview.active]
        elif document.takes is not None:
            notes = document.takes.chosen.notes
        first, last = roll.seen_ticks()
        pitches = [n.pitch for n in notes if n.start < last and n.end > first]
        if pitches and roll.follows and not roll.busy():
            roll.show_pitches(min(pitches), max(pitches))

    def show_end(self) -> None:
        """Generation ended, or was cancelled."""
        self.show_take()
        self._parts.panel.set_busy(False)

    # ---- the model ----

    def warm(self) -> None:
        """Has the worker load the model of the style that is chosen."""
        if self._parts.panel.style_name():
            self._parts.status.set_model(self.tr("Loading the model…"))
            self._parts.generation_client.warm(self._parts.panel.style_name())

    def change_style(self, style: str) -> None:
        """Has a running worker load another style."""
        if self._parts.generation_client.pid:
            self.warm()
        self.show_join()

    def show_ready(self, style: str) -> None:
        """The worker has the model loaded."""
        self._parts.status.set_model(self.tr("Model ready"))

    def show_lost(self) -> None:
        """The worker is gone."""
        self._parts.status.set_model("")

    def show_failure(self, code: str, arguments: dict[str, object]) -> None:
        """The worker could not load the model."""
        self._parts.status.set_model(self.tr("Model not ready"))
        self._parts.messages.error(sentence(code, arguments))
