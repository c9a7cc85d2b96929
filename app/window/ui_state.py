"""What follows from what: keeps title, actions, hints and status in step with document, flow and transport."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from app.commands.action_table import with_keys
from app.look.error_texts import sentence
from composer.music.score import Note

if TYPE_CHECKING:
    from app.window.main_window import MainWindow

ON_SELECTION = ("edit.cut", "edit.copy", "edit.duplicate", "edit.delete")  # and every action of the notes menu
ON_TAKES = ("compose.again", "compose.keep", "compose.discard")


class Upkeep(QObject):
    """Its methods are slots; each shows anew what it is named after."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self.window = window

    def all(self) -> None:
        """Everything."""
        self.title()
        self.actions()
        self.selection()
        self.tool(self.window.roll.tool)
        self.window.playback.moved(self.window.transport.tick)

    def title(self) -> None:
        """The window's title, with a mark while something is unsaved."""
        document = self.window.document
        name = document.title or self.tr("Untitled")
        self.window.setWindowTitle(f"{name}[*] - Ricercar")
        self.window.setWindowModified(document.modified)

    def selection(self) -> None:
        """How much is selected."""
        self.window.status.set_selection(len(self.window.document.selection))

    # ---- actions ----

    def actions(self) -> None:
        """Which actions can be done now."""
        window, document = self.window, self.window.document
        on = {key: bool(document.selection) for key in window.actions_ if key.startswith("note.")}
        on.update(dict.fromkeys(ON_SELECTION, bool(document.selection)))
        on["edit.undo"] = document.undo.canUndo() and not window.flow.busy
        on["edit.redo"] = document.undo.canRedo() and not window.flow.busy
        on["edit.paste"] = window.editing.can_paste
        several = len(document.score.tracks) > 1
        on["view.layers"] = on["view.next_layer"] = several
        on["play.unloop"] = window.roll.loop is not None
        on.update(self._composing())
        for key, enabled in on.items():
            window.actions_[key].setEnabled(enabled)
        self.join()

    def _composing(self) -> dict[str, bool]:
        document, busy = self.window.document, self.window.flow.busy
        takes = document.preview.notes if document.preview else document.takes.takes if document.takes else ()
        on = {f"compose.take{n}": n <= len(takes) for n in range(1, 10)}
        for n in range(5, 10):  # more than four are rare: they would only lengthen the menu
            self.window.actions_[f"compose.take{n}"].setVisible(n <= len(takes))
        on.update(
            dict.fromkeys(("compose.again", "compose.keep", "compose.discard"), bool(document.takes) and not busy)
        )
        on["compose.rewrite"] = not busy and bool(document.selection or self.window.roll.loop)
        return {**on, "compose.go": not busy, "compose.stop": busy, "compose.cancel": busy}

    def tool(self, tool: str) -> None:
        """The menu has a mark at the tool in hand."""
        for name in ("pencil", "select", "erase"):
            self.window.actions_[f"edit.{name}"].setChecked(name == tool)

    def undo_text(self, step: str) -> None:
        """The undo action names what it takes back."""
        self._name("edit.undo", self.tr("&Undo"), step)

    def redo_text(self, step: str) -> None:
        """The redo action names what it brings back."""
        self._name("edit.redo", self.tr("&Redo"), step)

    def _name(self, key: str, verb: str, step: str) -> None:
        self.window.actions_[key].setText(f"{verb}: {step}" if step else verb)

    # ---- where composing goes on ----

    def join(self) -> None:
        """The line in the roll and the sentence over the button say where composing goes on."""
        score, panel = self.window.document.score, self.window.panel
        tick = self.window.transport.tick if panel.from_playhead() else score.end
        self.window.roll.set_join(tick)
        self.window.roll.set_reach(panel.reach())
        self.window.roll.empty_lines = (
            self.tr("Draw with the pencil, or drop a MIDI file here."),
            self.tr("Or press Compose: {style} begins from nothing.").format(
                style=panel.style_box.currentText() or self.tr("the model")
            ),
            with_keys(self.tr("All keys and gestures stand in the help menu"), self.window.actions_["help.keys"]) + ".",
        )
        if not self.window.flow.busy:
            panel.set_hint(self._place(tick))

    def _place(self, tick: int) -> str:
        score = self.window.document.score
        if not score.notes:
            return self.tr("Begins from nothing")
        if score.notes[0].start >= tick:
            return self.tr("Begins from nothing and replaces all notes")
        if self.window.panel.from_playhead():
            bar, beat, _ = score.bar_map.beat(tick)
            return self.tr("Replaces what follows bar {bar}, beat {beat}").format(bar=bar + 1, beat=beat + 1)
        close = score.ticks_per_beat // 8  # what is played ends a little before or after the bar line
        bar = score.bar_map.bar(tick + close)
        if bar and tick - score.bar_map.start(bar) <= close:
            return self.tr("Continues after bar {bar}").format(bar=bar)
        return self.tr("Continues in bar {bar}").format(bar=bar + 1)

    # ---- while it composes ----

    def began(self) -> None:
        """Something is being written: shows where."""
        self.window.panel.set_busy(True)
        preview = self.window.document.preview
        if preview is not None and self.window.roll.follows:
            self.window.roll.show_span(preview.line, preview.finish())

    def grew(self, done: float) -> None:
        """More of it is written."""
        self.window.panel.set_progress(done)
        preview = self.window.document.preview
        if preview is None:
            return
        count = sum(len(notes) for notes in preview.notes)
        words = self.tr("{n} note written") if count == 1 else self.tr("{n} notes written")
        self.window.panel.set_hint(words.format(n=count) if count else self.tr("Reading the theme…"))
        quiet = not self.window.transport.playing
        if quiet and self.window.roll.follows and preview.notes[preview.active]:
            self.window.roll.show_tick(preview.frontier())

    def take(self) -> None:
        """The notes of the take in hand are looked at: the roll goes up or down to them, if it may."""
        document, roll = self.window.document, self.window.roll
        notes: Iterable[Note] = ()
        if document.preview is not None:
            notes = document.preview.notes[document.preview.active]
        elif document.takes is not None:
            notes = document.takes.chosen.notes
        first, last = roll.seen_ticks()
        pitches = [n.pitch for n in notes if n.start < last and n.end > first]
        if pitches and roll.follows and not roll.busy():
            roll.show_pitches(min(pitches), max(pitches))

    def composed(self) -> None:
        """It is written, or given up."""
        self.take()
        self.window.panel.set_busy(False)
        self.window.playback.load()
        self.actions()

    # ---- the model ----

    def warmed(self, style: str) -> None:
        """The worker has the model loaded."""
        self.window.status.set_model(self.tr("Model ready"))

    def lost(self) -> None:
        """The worker is gone."""
        self.window.status.set_model("")

    def complained(self, code: str, arguments: dict[str, object]) -> None:
        """The worker could not load the model."""
        self.window.status.set_model(self.tr("Model not ready"))
        self.window.messages.error(sentence(code, arguments))
