"""A score as a file for others: what is heard as WAV, what is played as MIDI, what is read as MusicXML; their names."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

from composer.audio import wav_writer
from composer.files import midi_reader, musicxml_writer
from composer.files.atomic_files import check_output, write_atomically
from composer.music.score import Score


def wav(
    score: Score,
    path: str | Path,
    *,
    soundfont: Path | None = None,
    force: bool = False,
    progress: Callable[[float], None] | None = None,
    cancelled: Callable[[], bool] | None = None,
) -> wav_writer.Rendered:
    """Renders a score to a WAV file with the sound that is heard live. Arguments and errors as `wav_writer.render`."""
    return wav_writer.render(score, path, soundfont=soundfont, force=force, progress=progress, cancelled=cancelled)


def mid(score: Score, path: str | Path, *, force: bool = False, comment: str = "", grid: bool = False) -> None:
    """Writes a score to a MIDI file, as performed or on the grid; `comment` becomes a text event.

    Raises `UserError` (output_exists, output_unwritable).
    """
    midi_reader.write(musicxml_writer.on_grid(score) if grid else score, path, force=force, comment=comment)


def musicxml(
    score: Score,
    path: str | Path,
    *,
    title: str = "",
    force: bool = False,
    progress: Callable[[float], None] | None = None,
    cancelled: Callable[[], bool] | None = None,
) -> None:
    """Writes a score to read, on the grid, as MusicXML.

    Raises `UserError` (output_exists, output_unwritable), `midi_reader.Cancelled` when `cancelled` says so.
    """
    check_output(path, force)
    write_atomically(path, musicxml_writer.musicxml(score, title, progress, cancelled), force=force)


def default_name(seed_name: str, style: str, take: int | None, random_seed: int | None, suffix: str) -> str:
    """The name proposed for a file: `elise_baroque_take03_s12345.mid`. Takes count from 1.

    `seed_name` may be a file's name or empty; what file systems don't like is replaced, what isn't known left out.
    """
    parts = [_plain(Path(seed_name).stem if seed_name else "", "untitled"), _plain(style, "")]
    parts.append(f"take{take:02d}" if take is not None else "")
    parts.append(f"s{random_seed}" if random_seed is not None else "")
    return "_".join(p for p in parts if p) + "." + suffix.lstrip(".")


def _plain(text: str, otherwise: str) -> str:
    return re.sub(r"[^\w.-]+", "-", text).strip("-._")[:60] or otherwise
