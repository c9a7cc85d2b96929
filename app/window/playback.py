"""Playback: what the player is given, where the playhead is, and a take that grows while it plays."""

from __future__ import annotations

from PySide6.QtCore import QObject, QTimer, Signal

from app.document.document import Document
from app.roll.roll_view import RollView
from app.window.transport import Transport
from composer.audio import synth

EARLY = 0.06  # seconds before the bar line at which another take is handed over, a few frames
LOADS_MS = 250  # while a take grows, the player gets it at most this often


class Playback(QObject):
    """Listens to the transport and to the document."""

    placed = Signal(object)  # the playhead is at a tick, which may be of more than 32 bits
    looping = Signal(bool)  # whether a span is looped
    sound_changed = Signal(str)  # whether there is sound, in words
    silent = Signal(str)  # why nothing is heard

    def __init__(self, document: Document, roll: RollView, transport: Transport, parent: QObject) -> None:
        super().__init__(parent)
        self.document, self.roll, self.transport = document, roll, transport
        self._span: tuple[int, int] | None = None  # while the playhead is in it, the old take sounds on
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(LOADS_MS)
        self._timer.timeout.connect(self.load)
        self.transport.moved.connect(self.show_playhead)
        self.transport.playing_changed.connect(self._playing)
        self.transport.sound_known.connect(self._sound_known)
        self.document.scoreChanged.connect(self._score_changed)
        self.document.previewChanged.connect(self._grown)
        self.document.opened.connect(self._opened)
        self.roll.sounded.connect(self.transport.try_key)
        self.roll.seek_requested.connect(self.transport.seek)
        self.roll.looped.connect(self.loop)

    def load(self) -> None:
        """Gives the player what is to be heard now."""
        self._span = None
        preview = self.document.preview
        self.transport.load(self.document.audible_score())
        self.transport.frontier(preview.frontier() if preview else None)

    def listen(self, tick: int) -> None:
        """Begins to play what is being written."""
        if not self.transport.playing:
            self.load()
            self.transport.play(tick)

    def loop(self, span: object) -> None:
        """Plays a span again and again, or plays on."""
        self.transport.loop(span if isinstance(span, tuple) else None)
        self.looping.emit(span is not None)

    def show_playhead(self, tick: int) -> None:
        """The playhead is somewhere else."""
        playing = self.transport.playing
        self.roll.set_playhead(tick, follow=playing)
        self.placed.emit(tick)
        if self._span and not (playing and self._span[0] <= tick < self._span[1]):
            self.load()
        if playing:
            self.roll.light(self._sounding(tick))

    def _sounding(self, tick: int) -> set[int]:
        preview = self.document.preview
        found = {n.pitch for n in self.roll.index.notes_within(tick, tick + 1) if not n.muted}
        if preview:
            found |= {n.pitch for n in preview.notes[preview.active][-64:] if n.start <= tick < n.end}
        return found

    def wait_for_bar(self) -> None:
        """Another take is heard from the next bar line on, if it plays."""
        if self.transport.playing:
            bars, tempo, tick = self.document.score.bar_map, self.document.score.tempo_map, self.transport.tick
            line = tempo.second(bars.start(bars.bar(tick) + 1))
            self._span = (tick, tempo.tick(line - EARLY))

    def _score_changed(self) -> None:
        if self._span is None:
            self.load()
        self.show_playhead(self.transport.tick)

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
        if not playing:
            self.roll.light(set())

    def _sound_known(self, sound: bool) -> None:
        self.sound_changed.emit(self.tr("Sound on") if sound else self.tr("No sound"))
        if sound:
            return
        if synth.available():
            self.silent.emit(self.tr("No sound card was found, so nothing is heard; all else works, WAV export too."))
        else:
            text = self.tr("Nothing is heard, and WAV cannot be exported; all else works. {reason}")
            self.silent.emit(text.format(reason=self.transport.player().reason))
