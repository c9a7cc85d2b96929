"""FluidSynth: a SoundFont turned into sound, and played live. The only file that touches FluidSynth.

Imports without FluidSynth being there; `available()` says whether it is.
"""

from __future__ import annotations

import contextlib
import ctypes
import glob
import io
import os
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from composer.audio.timeline import Event, Kind
from composer.core import paths
from composer.core.errors import UserError

RATE = 44100  # frames a second
GAIN = 1.0  # ten keys struck as hard as can be stay just below full scale
CHANNELS = 16
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
    folder = paths.soundfonts()
    found = sorted(folder.glob("*.sf[23]"))
    if not found:
        raise UserError("soundfont_missing", path=folder)
    return found[0]


def check(soundfont: Path | None = None) -> None:
    """Raises early what making sound would: `UserError` (synth_missing, soundfont_missing)."""
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


class Fluid:
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
        """The next sound, (frames, 2); 1 is full scale, and may be passed."""
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
        """Loudness, as a factor; `GAIN` is that of exports."""
        self.library._fl.fluid_synth_set_gain(ctypes.c_void_p(self._fluid.synth), ctypes.c_float(value))

    def silence(self) -> None:
        """Lets every key and pedal go."""
        for channel in range(CHANNELS):
            self._fluid.cc(channel, 64, 0)
            self._fluid.all_notes_off(channel)

    def close(self) -> None:
        """Frees the synthesiser. May be called again."""
        fluid, self._fluid = self._fluid, None
        if fluid is not None:  # freeing it twice crashes the program
            fluid.delete()


class Synth:
    """Live sound. Without FluidSynth or a sound card it stays silent: `sound` is False, `reason` says why.

    Every method may be called at any time, from any thread, sound or not.
    """

    def __init__(self, soundfont: Path | None = None) -> None:
        self.sound = False
        self.reason = "The sound has not been started."
        self._soundfont = soundfont
        self._engine: Fluid | None = None
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
            engine = Fluid(self._soundfont)  # not under the lock: others must not wait for it
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
