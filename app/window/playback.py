"""Keeps player, roll and clock together: what is played, where the playhead is, what a growing take adds."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer

from composer.audio import synth

if TYPE_CHECKING:
    from app.window.main_window import MainWindow

EARLY = 0.06  # seconds before the bar line at which another take is handed over, a few frames
LOADS_MS = 250  # while a take grows, the player gets it at most this often


class Playback(QObject):
    """Listens to the transport and to the document."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self.window = window
        self.document, self.roll, self.transport = window.document, window.roll, window.transport
        self._span: tuple[int, int] | None = None  # while the playhead is in it, the old take sounds on
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(LOADS_MS)
        self._timer.timeout.connect(self.load)
        self.transport.moved.connect(self.moved)
        self.transport.playing_changed.connect(self._playing)
        self.transport.sound_known.connect(self._sound_known)
        self.document.scoreChanged.connect(self._score_changed)
        self.document.previewChanged.connect(self._grown)
        self.document.opened.connect(self._opened)
        self.roll.sounded.connect(self.transport.try_key)
        self.roll.sought.connect(self.transport.seek)
        self.roll.looped.connect(self.loop)
        window.flow.switching.connect(self._wait_for_bar)

    def load(self) -> None:
        """Gives the player what is to be heard now."""
        self._span = None
        preview = self.document.preview
        self.transport.load(self.document.sounding())
        self.transport.frontier(preview.frontier() if preview else None)

    def listen(self, tick: int) -> None:
        """Begins to play what is being written."""
        if not self.transport.playing:
            self.load()
            self.transport.play(tick)

    def loop(self, span: object) -> None:
        """Plays a span again and again, or plays on."""
        self.transport.loop(span if isinstance(span, tuple) else None)
        self.window.actions_["play.unloop"].setEnabled(span is not None)

    def moved(self, tick: int) -> None:
        """The playhead is somewhere else."""
        window, playing = self.window, self.transport.playing
        self.roll.set_playhead(tick, follow=playing)
        window.bar.set_place(self.document.score, tick)
        if self._span and not (playing and self._span[0] <= tick < self._span[1]):
            self.load()
        if playing:
            self.roll.light(self._sounding(tick))
        elif window.panel.from_playhead():
            window.upkeep.join()

    def _sounding(self, tick: int) -> set[int]:
        preview = self.document.preview
        found = {n.pitch for n in self.roll.index.notes_within(tick, tick + 1) if not n.muted}
        if preview:
            found |= {n.pitch for n in preview.notes[preview.active][-64:] if n.start <= tick < n.end}
        return found

    def _wait_for_bar(self) -> None:
        """Another take is heard from the next bar line on, if it plays."""
        if self.transport.playing:
            bars, tempo, tick = self.document.score.bar_map, self.document.score.tempo_map, self.transport.tick
            line = tempo.second(bars.start(bars.bar(tick) + 1))
            self._span = (tick, tempo.tick(line - EARLY))

    def _score_changed(self) -> None:
        if self._span is None:
            self.load()
        self.moved(self.transport.tick)

    def _grown(self) -> None:
        if self.document.preview is None or not self.transport.playing:
            self.load()
        elif not self._timer.isActive():
            self._timer.start()

    def _opened(self) -> None:
        self.transport.stop()
        self.loop(self.roll.loop)  # the piece may have been saved with one
        self.transport.home()

    def _playing(self, playing: bool) -> None:
        self.window.bar.set_playing(playing)
        if not playing:
            self.roll.light(set())
        self.window.tint()

    def _sound_known(self, sound: bool) -> None:
        window = self.window
        window.status.set_sound(self.tr("Sound on") if sound else self.tr("No sound"))
        if sound or window.messages.text():
            return
        if synth.available():
            window.messages.info(
                self.tr("No sound card was found, so nothing is heard; all else works, WAV export too.")
            )
        else:
            text = self.tr("Nothing is heard, and WAV cannot be exported; all else works. {reason}")
            window.messages.info(text.format(reason=self.transport.player().reason))
