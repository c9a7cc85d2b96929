"""FluidSynth: a SoundFont turned into sound, live or into a WAV file. The only file that touches FluidSynth.

Imports without FluidSynth being there; `available()` says whether it is.
"""

from __future__ import annotations

import contextlib
import ctypes
import glob
import io
import os
import sys
import tempfile
import threading
import wave
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any, BinaryIO

import numpy as np
from numpy.typing import NDArray

from composer import resources
from composer.errors import UserError, reason
from composer.files import check_output
from composer.scheduler import Event, Kind, Timeline
from composer.score import Score

RATE = 44100  # frames a second
GAIN = 1.0  # ten keys struck as hard as can be stay just below full scale
CHANNELS = 16
_GRID = 64  # FluidSynth computes blocks of 64 frames; what happens, happens between two of them
_BLOCK = 256 * _GRID  # frames rendered between two looks at `cancelled`
_LONGEST = 4 * 3600  # seconds of a WAV file, which can't pass 4 GiB (6.7 hours)
_TAIL = 10.0  # seconds waited at most for the last release to fade
_SILENT = 3e-4  # amplitude (of 1) below which the tail is over: -70 dB
_FADE = 2205  # frames of the last fade, 50 ms
_LOUDEST, _SOFTEST = 0.95, 0.25  # a render's peak is brought between these
# Room and no chorus: a chorus makes a piano sound out of tune.
_SETTINGS: dict[str, int | float | str] = {
    "synth.polyphony": 256,
    "synth.chorus.active": 0,
    "synth.reverb.active": 1,
    "synth.reverb.room-size": 0.55,
    "synth.reverb.damp": 0.35,
    "synth.reverb.width": 0.8,
    "synth.reverb.level": 0.6,
    "synth.midi-bank-select": "gs",
    "synth.dynamic-sample-loading": 1,  # only the instruments in use are decoded
}
_INSTALL = {
    "linux": "install it with: sudo apt install libfluidsynth3 (or your system's package of FluidSynth)",
    "darwin": "install it with: brew install fluid-synth",
    "win32": "install it with: winget install FluidSynth.FluidSynth (or choco install fluidsynth)",
}


@dataclass(frozen=True, slots=True)
class Rendered:
    """What a render made: its length in seconds, its highest sample (of 1), and the SoundFont used."""

    seconds: float
    peak: float
    soundfont: Path


class Cancelled(Exception):
    """A render was stopped by its caller."""


_module: ModuleType | None = None


def _fluidsynth() -> ModuleType:
    """The library, loaded once. Raises `UserError` (synth_missing)."""
    global _module
    if _module is None:
        try:
            with contextlib.redirect_stdout(io.StringIO()):  # it prints where it found its library if CI is set
                import fluidsynth
        except Exception as error:  # ImportError without the library, OSError or AttributeError with a broken one
            raise UserError("synth_missing", how=_INSTALL.get(sys.platform, _INSTALL["linux"])) from error
        for level in range(5):
            fluidsynth._fl.fluid_set_log_function(level, None, None)  # keeps stderr for our own sentences
        _module = fluidsynth
    return _module


def available() -> bool:
    """Whether FluidSynth is installed and loads."""
    try:
        _fluidsynth()
    except UserError:
        return False
    return True


def default_soundfont() -> Path:
    """The SoundFont that comes with the program. Raises `UserError` (soundfont_missing)."""
    folder = resources.soundfonts()
    found = sorted(folder.glob("*.sf[23]"))
    if not found:
        raise UserError("soundfont_missing", path=folder)
    return found[0]


def check(soundfont: Path | None = None) -> None:
    """Raises early what `render` would: `UserError` (synth_missing, soundfont_missing)."""
    font = soundfont or default_soundfont()
    if not font.is_file():
        raise UserError("soundfont_missing", path=font)
    _fluidsynth()


_quieting = threading.Lock()  # of two at once, one would put back the other's silence


@contextlib.contextmanager
def _quiet() -> Iterator[None]:
    """Nothing reaches the real stderr: libinstpatch and GLib complain there about a SoundFont that is none."""
    with _quieting, contextlib.ExitStack() as undo:
        with contextlib.suppress(OSError):  # a program without a stderr has nothing to silence
            kept = os.dup(2)
            undo.callback(os.close, kept)
            with open(os.devnull, "wb") as nothing:
                os.dup2(nothing.fileno(), 2)
            undo.callback(os.dup2, kept, 2)
        yield


class _Engine:
    """One FluidSynth synthesiser with one SoundFont. Raises `UserError` (synth_missing, soundfont_…)."""

    def __init__(self, soundfont: Path | None) -> None:
        check(soundfont)
        self.soundfont = soundfont or default_soundfont()
        self.library = _fluidsynth()
        self._fluid: Any = self.library.Synth(gain=GAIN, samplerate=RATE, channels=CHANNELS, **_SETTINGS)
        with _quiet():
            self._font: int = self._fluid.sfload(str(self.soundfont))
        if self._font < 0:
            self.close()
            raise UserError("soundfont_invalid", path=self.soundfont)
        for channel in range(CHANNELS):
            self.program(channel, 0)

    def program(self, channel: int, number: int) -> None:
        """Chooses an instrument; one that the SoundFont lacks sounds as its piano."""
        bank = 128 if channel == 9 else 0
        for bank_, preset in ((bank, number), (0, number), (0, 0)):
            if self._fluid.program_select(channel, self._font, bank_, preset) == 0:
                return
        self._fluid.program_change(channel, number)  # a SoundFont without a piano: whatever FluidSynth finds

    def send(self, event: Event) -> None:
        """Plays one event now."""
        if event.kind == Kind.ON:
            self._fluid.noteon(event.channel, event.a, event.b)
        elif event.kind == Kind.OFF:
            self._fluid.noteoff(event.channel, event.a)
        elif event.kind == Kind.CONTROL:
            self._fluid.cc(event.channel, event.a, event.b)
        elif event.kind == Kind.PROGRAM:
            self.program(event.channel, event.a)
        else:
            self._fluid.pitch_bend(event.channel, event.a - 8192)

    def samples(self, frames: int) -> NDArray[np.float32]:
        """The next sound, (frames, 2)."""
        out = np.zeros((frames, 2), dtype=np.float32)
        buffer = ctypes.c_void_p(out.ctypes.data)
        write = self.library._fl.fluid_synth_write_float
        if write(ctypes.c_void_p(self._fluid.synth), frames, buffer, 0, 2, buffer, 1, 2) != 0:
            raise RuntimeError("FluidSynth could not compute sound")
        return out

    def open_driver(self, driver: str) -> bool:
        """Starts sounding through one of FluidSynth's audio drivers; False where that fails."""
        self._fluid.setting("audio.driver", driver)
        self._fluid.setting("audio.period-size", 256)
        self._fluid.setting("audio.periods", 4)
        self._fluid.audio_driver = self.library.new_fluid_audio_driver(self._fluid.settings, self._fluid.synth)
        return bool(self._fluid.audio_driver)

    def gain(self, value: float) -> None:
        self.library._fl.fluid_synth_set_gain(ctypes.c_void_p(self._fluid.synth), ctypes.c_float(value))

    def silence(self) -> None:
        for channel in range(CHANNELS):
            self._fluid.cc(channel, 64, 0)
            self._fluid.all_notes_off(channel)

    def close(self) -> None:
        fluid, self._fluid = self._fluid, None
        if fluid is not None:  # freeing it twice crashes the program
            fluid.delete()


_kept: _Engine | None = None


def _keep(engine: _Engine) -> None:
    """Holds the last renderer: while one is alive FluidSynth shares its decoded samples (0.02 s, not 0.9 s)."""
    global _kept
    old, _kept = _kept, engine
    if old:
        old.close()


# ---- rendering ----


def render(
    score: Score,
    path: str | Path,
    *,
    soundfont: Path | None = None,
    force: bool = False,
    progress: Callable[[float], None] | None = None,
    cancelled: Callable[[], bool] | None = None,
) -> Rendered:
    """Writes a score as a 44.1 kHz, 16-bit, stereo WAV file, faster than real time and always the same.

    `progress` gets the share done, 0..1. Raises `Cancelled`, with nothing written, once `cancelled()` says so.
    The level is as played live unless its peak would clip or be very soft.
    Raises `UserError` (nothing_to_hear, sound_too_long, output_exists, output_unwritable, synth_missing, soundfont_…).
    """
    target = check_output(path, force)
    line = Timeline(score)
    if not any(event.kind == Kind.ON for event in line.events):
        raise UserError("nothing_to_hear")
    if line.length > _LONGEST:
        raise UserError("sound_too_long", hours=f"{line.length / 3600:.1f}", limit=_LONGEST // 3600)
    engine = _Engine(soundfont)
    try:
        with tempfile.TemporaryFile() as raw:  # float32 frames; a long piece need not fit into memory
            frames, peak = _compute(engine, line, raw, progress or (lambda done: None), cancelled or (lambda: False))
            level = min(max(peak, _SOFTEST), _LOUDEST) / max(peak, 1e-6)
            _write_wav(target, raw, frames, level)
    finally:
        _keep(engine)
    if progress:
        progress(1.0)
    return Rendered(frames / RATE, round(peak * level, 4), engine.soundfont)


def _compute(
    engine: _Engine,
    line: Timeline,
    raw: BinaryIO,
    progress: Callable[[float], None],
    cancelled: Callable[[], bool],
) -> tuple[int, float]:
    """Plays a timeline into a file of float32 frames; (frames, peak)."""
    done, peak, end = 0, 0.0, _frame(line.length)

    def until(frame: int) -> None:
        nonlocal done, peak
        while done < frame:
            if cancelled():
                raise Cancelled
            block = engine.samples(min(_BLOCK, frame - done))
            raw.write(block.tobytes())
            done, peak = done + len(block), max(peak, float(np.abs(block).max()))
            progress(min(done / (end + RATE), 0.99))

    for event in line.events:
        until(_frame(event.second))
        engine.send(event)
    until(end)
    return _tail(engine, raw, done, peak)


def _frame(second: float) -> int:
    """The nearest frame on which FluidSynth can begin something."""
    return round(second * RATE / _GRID) * _GRID


def _tail(engine: _Engine, raw: BinaryIO, done: int, peak: float) -> tuple[int, float]:
    """Lets the last release ring out and fades its end to zero."""
    block = engine.samples(4096)
    for _ in range(int(_TAIL * RATE / 4096)):
        peak = max(peak, float(np.abs(block).max()))
        following = engine.samples(4096)
        if np.abs(following).max() < _SILENT * max(peak, 0.01):
            break
        raw.write(block.tobytes())
        done, block = done + 4096, following
    block[-_FADE:] *= np.linspace(1, 0, _FADE, dtype=np.float32)[:, None]
    raw.write(block.tobytes())
    return done + 4096, peak


def _write_wav(path: Path, raw: BinaryIO, frames: int, level: float) -> None:
    """Float frames to a 16-bit WAV that appears whole or not at all."""
    part = path.with_name(f".{path.name[:80]}.{os.getpid()}.{threading.get_ident()}.part")
    raw.seek(0)
    try:
        with part.open("wb") as file, wave.open(file, "wb") as out:
            out.setnchannels(2)
            out.setsampwidth(2)
            out.setframerate(RATE)
            out.setnframes(frames)
            while data := raw.read(_BLOCK * 8):
                sound = np.frombuffer(data, dtype=np.float32) * np.float32(level * 32767)
                out.writeframesraw(np.rint(sound).astype("<i2").tobytes())
        os.replace(part, path)
    except BaseException as error:
        part.unlink(missing_ok=True)
        if isinstance(error, OSError):
            raise UserError("output_unwritable", path=path, reason=reason(error)) from error
        raise


# ---- live ----


class Synth:
    """Live sound. Without FluidSynth or a sound card it stays silent: `sound` is False, `reason` says why.

    Every method may be called at any time, from any thread, sound or not.
    """

    def __init__(self, soundfont: Path | None = None) -> None:
        self.sound = False
        self.reason = "The sound has not been started."
        self._soundfont = soundfont
        self._engine: _Engine | None = None
        self._closed = False
        self._lock = threading.Lock()

    def start(self) -> bool:
        """Loads the SoundFont (a second or so) and opens the sound card. Returns `sound`."""
        if self.sound or self._closed:
            return self.sound
        drivers = _drivers()
        if not drivers and available():
            self.reason = "No sound card was found, so there is no sound; WAV export works all the same."
            return False
        try:
            engine = _Engine(self._soundfont)  # not under the lock: others must not wait for it
        except UserError as error:
            self.reason = str(error)
            return False
        with self._lock:
            if not self._closed and any(engine.open_driver(driver) for driver in drivers):
                self._engine, self.sound, self.reason = engine, True, ""
                return True
        engine.close()
        self.reason = "The sound card could not be opened, so there is no sound; WAV export works all the same."
        return False

    def send(self, event: Event) -> None:
        """Plays one of the scheduler's events now."""
        with self._lock:
            if self._engine:
                self._engine.send(event)

    def note_on(self, pitch: int, velocity: int = 80, channel: int = 0) -> None:
        """Strikes a key."""
        self.send(Event(0.0, Kind.ON, channel, pitch, velocity))

    def note_off(self, pitch: int, channel: int = 0) -> None:
        """Lets a key go."""
        self.send(Event(0.0, Kind.OFF, channel, pitch))

    def pedal(self, value: int, channel: int = 0) -> None:
        """Moves the sustain pedal, 0..127."""
        self.send(Event(0.0, Kind.CONTROL, channel, 64, value))

    def program(self, number: int, channel: int = 0) -> None:
        """Chooses a General MIDI instrument, 0..127."""
        self.send(Event(0.0, Kind.PROGRAM, channel, number))

    def set_volume(self, volume: float) -> None:
        """Loudness of live playing, 0..1; exports are not touched by it."""
        with self._lock:
            if self._engine:
                self._engine.gain(GAIN * min(max(volume, 0.0), 1.0))

    def all_off(self) -> None:
        """Lets every key and pedal go; what sounds fades as released."""
        with self._lock:
            if self._engine:
                self._engine.silence()

    def close(self) -> None:
        """Stops the sound for good. May be called again."""
        with self._lock:
            engine, self._engine, self.sound, self._closed = self._engine, None, False, True
            self.reason = "The sound has been closed."
            if engine:
                engine.close()


def _drivers() -> list[str]:
    """FluidSynth's audio drivers worth trying here, best first. Never JACK, which waits 6 s for its server."""
    forced = os.environ.get("RICERCAR_AUDIO_DRIVER")
    if forced:
        return [] if forced == "none" else [forced]
    if sys.platform == "darwin":
        return ["coreaudio"]
    if sys.platform == "win32":
        return ["wasapi", "dsound", "waveout"]
    runtime = Path(os.environ.get("XDG_RUNTIME_DIR", "/nonexistent"))
    found = []
    if os.environ.get("PULSE_SERVER") or (runtime / "pulse" / "native").exists():
        found.append("pulseaudio")
    if (runtime / "pipewire-0").exists():
        found.append("pipewire")
    if glob.glob("/dev/snd/pcm*p"):
        found.append("alsa")
    return found
