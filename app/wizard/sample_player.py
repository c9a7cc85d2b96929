"""Plays samples through the window's own player, and gives it back to the piece afterwards."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Protocol

from PySide6.QtCore import QObject, QTimer, Signal, SignalInstance

from composer.audio.player import Player
from composer.core.errors import UserError
from composer.files import midi_reader
from composer.music.score import Score

WATCH_MS = 60


class SharedTransport(Protocol):
    """The window's transport, lent for a sample."""

    playing_changed: SignalInstance

    @property
    def tick(self) -> int:
        """The playhead."""

    def player(self) -> Player:
        """The player behind it."""

    def stop(self) -> None:
        """Ends playing."""

    def settle(self) -> None:
        """Waits until the player has what it was given."""


class SamplePlayer(QObject):
    """One sample at a time. Pressing play in the window ends it."""

    changed = Signal(str)  # the file that sounds, "" when none does
    failed = Signal(object)  # a UserError

    def __init__(self, transport: SharedTransport, load_piece: Callable[[], None], parent: QObject) -> None:
        super().__init__(parent)
        self._transport, self._load_piece = transport, load_piece
        self.path = ""
        self._score: Score | None = None
        self._timer = QTimer(self)
        self._timer.setInterval(WATCH_MS)
        self._timer.timeout.connect(self._watch)
        transport.playing_changed.connect(self._taken_back)

    def toggle(self, path: str) -> None:
        """Plays a MIDI file, or stops it if it sounds."""
        if path == self.path:
            self.stop()
        else:
            self.play(path)

    def play(self, path: str) -> None:
        """Plays a MIDI file from its beginning."""
        try:
            score = midi_reader.read(Path(path))
        except UserError as error:
            self.failed.emit(error)
            return
        transport = self._transport
        transport.stop()
        transport.settle()
        player = transport.player()
        player.load(score)
        player.play(0)
        self.path, self._score = path, score
        self._timer.start()
        self.changed.emit(path)

    def stop(self) -> None:
        """Ends the sample; the piece is in the player again."""
        if not self.path:
            return
        self._timer.stop()
        self.path = ""
        self._transport.player().stop()
        self._give_back()
        self.changed.emit("")

    def _give_back(self) -> None:
        transport = self._transport
        tick = transport.tick
        self._load_piece()
        transport.settle()
        transport.player().seek(tick)

    def _watch(self) -> None:
        player = self._transport.player()
        if not player.playing or player.score is not self._score:  # it ended, or the piece was edited
            self.stop()

    def _taken_back(self, playing: bool) -> None:
        """The window plays its piece: the sample is over."""
        if playing and self.path:
            self._timer.stop()
            self.path = ""
            self._load_piece()
            self.changed.emit("")
