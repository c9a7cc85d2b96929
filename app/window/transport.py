"""The player as a Qt object: playhead by signals, and keys that are tried out."""

from __future__ import annotations

from PySide6.QtCore import QObject, QTimer, Signal

from composer.audio.player import Player
from composer.music.score import Score

FRAME_MS = 16
READY_MS = 100
REST_MS = 300  # an edited score is handed to the player after so long a rest, or when it has to play


class Transport(QObject):
    """Plays what it is given. The player starts its own thread, so it is made only after the window is shown."""

    moved = Signal(object)  # the playhead, in ticks: an int, but of more than 32 bits in an absurd file
    playing_changed = Signal(bool)
    sound_known = Signal(bool)  # once, when the sound card was tried

    def __init__(self, parent: QObject | None = None, player: Player | None = None) -> None:
        super().__init__(parent)
        self._player = player
        self._score = Score()
        self._tick = 0
        self._playing = False
        self._frontier: int | None = None
        self._told: int | None = None  # the frontier that the player knows
        self._frames = QTimer(self)
        self._frames.setInterval(FRAME_MS)
        self._frames.timeout.connect(self._frame)
        self._rest = QTimer(self)
        self._rest.setSingleShot(True)
        self._rest.setInterval(REST_MS)
        self._rest.timeout.connect(self._hand_over)
        self._readiness = QTimer(self)
        self._readiness.setInterval(READY_MS)
        self._readiness.timeout.connect(self._ask_ready)

    @property
    def tick(self) -> int:
        """Where the playhead stands."""
        return self._tick

    @property
    def playing(self) -> bool:
        """Whether it plays, as far as the window was told."""
        return self._playing

    def start(self) -> None:
        """Starts the sound; `sound_known` tells how that went."""
        self.player()
        self._readiness.start()

    def player(self) -> Player:
        """The player, made when it is first needed."""
        if self._player is None:
            self._player = Player()
            self._player.load(self._score)
        return self._player

    def load(self, score: Score) -> None:
        """Another score, or a longer one; playing goes on.

        While nothing plays the player gets it after a rest: making a big score's timeline, even on the player's
        own thread, would slow down the edits that follow one another.
        """
        self._score = score
        if self._playing:
            self._hand_over()
        else:
            self._rest.start()

    def _hand_over(self) -> None:
        self._rest.stop()
        if self._player is None:
            return
        if self._playing:
            self._player.load(self._score)
            self._send_frontier()
            return
        if self._player.position() != self._tick:
            self._player.seek(self._tick)
        self._send_frontier()
        self._player.load(self._score)  # last, so that the player makes the timeline in its own time

    def settle(self) -> None:
        """Gives the player now what would have waited for a rest."""
        if self._rest.isActive():
            self._hand_over()

    def frontier(self, tick: int | None) -> None:
        """From this tick on the music is still being written; the playhead waits there."""
        self._frontier = tick
        if not self._rest.isActive():
            self._send_frontier()

    def _send_frontier(self) -> None:
        if self._player is not None and self._frontier != self._told:
            self._told = self._frontier
            self._player.frontier(self._frontier)

    def toggle(self) -> None:
        """Plays, or stops where it is."""
        if self._playing:
            self.stop()
        else:
            self.play()

    def play(self, tick: int | None = None) -> None:
        """Plays from a tick, from the playhead if none is given, from the beginning if that is the end."""
        at = self._tick if tick is None else tick
        if at >= self._score.end and self._score.notes:
            at = 0
        if self._rest.isActive():
            self._hand_over()
        self.player().play(at)
        self._frames.start()
        self._set_playing(True)

    def stop(self) -> None:
        """Stops; the playhead stays."""
        if self._player is not None:
            self._player.stop()
            self._tick = self._player.position()
        self._frames.stop()
        self._set_playing(False)
        self.moved.emit(self._tick)

    def seek(self, tick: int) -> None:
        """Moves the playhead."""
        self._tick = max(tick, 0)
        if self._player is not None and not self._rest.isActive():
            self._player.seek(self._tick)
        self.moved.emit(self._tick)

    def home(self) -> None:
        """To the beginning."""
        self.seek(0)

    def loop(self, span: tuple[int, int] | None) -> None:
        """Plays a span again and again; None ends that."""
        if span is None:
            self.player().loop(None)
        else:
            self.player().loop(*span)

    def try_key(self, pitch: int, velocity: int) -> None:
        """Sounds a key for a moment."""
        if self._player is not None:
            self._player.preview(pitch, velocity)

    def close(self) -> None:
        """Ends sound and thread."""
        self._frames.stop()
        self._readiness.stop()
        self._rest.stop()
        player, self._player = self._player, None
        if player is not None:
            player.close()

    def _frame(self) -> None:
        assert self._player is not None
        playing = self._player.playing
        self._tick = self._player.position()
        self.moved.emit(self._tick)
        if not playing:
            self._frames.stop()
            self._set_playing(False)

    def _set_playing(self, playing: bool) -> None:
        if playing != self._playing:
            self._playing = playing
            self.playing_changed.emit(playing)

    def _ask_ready(self) -> None:
        if self._player is not None and self._player.wait_ready(0):
            self._readiness.stop()
            self.sound_known.emit(self._player.sound)
