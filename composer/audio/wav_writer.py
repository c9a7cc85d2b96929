"""A score into a WAV file, computed as it is played live, faster than real time and always the same."""

from __future__ import annotations

import os
import tempfile
import threading
import wave
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

import numpy as np

from composer.audio.synth import RATE, Fluid
from composer.audio.timeline import Kind, Timeline
from composer.core.errors import UserError, reason
from composer.files.atomic_files import check_output
from composer.music.score import Score

_GRID = 64  # FluidSynth computes blocks of 64 frames; what happens, happens between two of them
_BLOCK = 256 * _GRID  # frames rendered between two looks at `cancelled`
_LONGEST = 4 * 3600  # seconds of a WAV file, which can't pass 4 GiB (6.7 hours)
_TAIL = 10.0  # seconds waited at most for the last release to fade
_SILENT = 3e-4  # amplitude (of 1) below which the tail is over: -70 dB
_FADE = 2205  # frames of the last fade, 50 ms
_LOUDEST, _SOFTEST = 0.95, 0.25  # a render's peak is brought between these


@dataclass(frozen=True, slots=True)
class Rendered:
    """What a render made: its length in seconds, its highest sample (of 1), and the SoundFont used."""

    seconds: float
    peak: float
    soundfont: Path


class Cancelled(Exception):
    """A render was stopped by its caller."""


_kept: Fluid | None = None


def _keep(engine: Fluid) -> None:
    """Holds the last renderer: while one is alive FluidSynth shares its decoded samples (0.02 s, not 0.9 s)."""
    global _kept
    old, _kept = _kept, engine
    if old:
        old.close()


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
    engine = Fluid(soundfont)
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
    engine: Fluid,
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


def _tail(engine: Fluid, raw: BinaryIO, done: int, peak: float) -> tuple[int, float]:
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
