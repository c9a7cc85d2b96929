"""Failures in words: the translated sentence of each code, and of any exception."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from PySide6.QtCore import QT_TRANSLATE_NOOP, QCoreApplication

from app.look.library_texts import translate_reason
from composer.core.errors import SENTENCES, UserError

# code -> sentence where the window says it otherwise than the command line; all others by their English text
OWN: dict[str, object] = {
    "file_missing": QT_TRANSLATE_NOOP("Messages", "There is no file named {path}."),
    "file_unreadable": QT_TRANSLATE_NOOP("Messages", "{path} cannot be read: {reason}."),
    "file_empty": QT_TRANSLATE_NOOP("Messages", "{path} is empty, so there is nothing to open."),
    "not_midi": QT_TRANSLATE_NOOP("Messages", "{path} is not a MIDI file, or it is damaged."),
    "no_notes": QT_TRANSLATE_NOOP("Messages", "{path} has no notes that a piano could play."),
    "output_exists": QT_TRANSLATE_NOOP("Messages", "{path} exists already; choose another name."),
    "output_unwritable": QT_TRANSLATE_NOOP("Messages", "{path} cannot be written: {reason}."),
    "run_interrupted": QT_TRANSLATE_NOOP("Messages", "{path} holds an interrupted run: go on with it, or begin again."),
    "worker_died": QT_TRANSLATE_NOOP(
        "Messages", "Composing stopped unexpectedly and nothing was changed; press Compose again."
    ),
    "compose_failed": QT_TRANSLATE_NOOP("Messages", "Composing failed, and nothing was changed: {reason}."),
    "teaching_failed": QT_TRANSLATE_NOOP("Messages", "Training failed, and nothing was changed: {reason}."),
    "lesson_stale": QT_TRANSLATE_NOOP(
        "Messages", "This training cannot go on: {name}, which it began from, has changed since."
    ),
    "no_styles": QT_TRANSLATE_NOOP("Messages", "No style is installed, so nothing can be composed."),
    "drop_kind": QT_TRANSLATE_NOOP("Messages", "{path} is neither a piece nor a MIDI file, so it cannot be opened."),
    "drop_folder": QT_TRANSLATE_NOOP(
        "Messages", "{path} is a folder: drop a MIDI file or a piece, or teach a style from it."
    ),
    "unexpected": QT_TRANSLATE_NOOP("Messages", "Something went wrong: {reason}."),
}


def sentence(code: str, arguments: Mapping[str, object]) -> str:
    """The translated sentence of a failure; files are named without their folders."""
    text = OWN.get(code) or SENTENCES.get(code) or OWN["unexpected"]
    shown = {
        "reason": code,
        **{name: translate_reason(a) if isinstance(a, str) else a for name, a in arguments.items()},
    }
    if "path" in shown:
        shown["path"] = Path(str(shown["path"])).name
    return QCoreApplication.translate("Messages", str(text)).format_map(_Known(shown))


class _Known(dict[str, object]):
    """Arguments of a sentence; one that is missing must not hide the sentence."""

    def __missing__(self, name: str) -> str:
        return name


def explain(error: object) -> str:
    """The sentence of an exception."""
    if isinstance(error, UserError):
        return sentence(error.code, error.arguments)
    return sentence("unexpected", {"reason": str(error).rstrip(".") or type(error).__name__})
