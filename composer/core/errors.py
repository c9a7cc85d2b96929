"""Failures that a user can act on: a code and its arguments.

The library raises these and nothing else for bad input. The English sentences below serve the
command line; the app looks the same codes up in its own translated table.
"""

from __future__ import annotations

# code -> English sentence. One plain sentence each; the names in braces are the arguments.
SENTENCES = {
    "file_missing": "There is no file at {path}.",
    "file_unreadable": "{path} cannot be read: {reason}.",
    "file_empty": "{path} is empty.",
    "not_midi": "{path} is not a MIDI file, or it is damaged.",
    "no_notes": "{path} has no notes that a piano could play.",
    "file_too_large": "{path} is larger than {limit} MB.",
    "output_exists": "{path} exists already; use --force to replace it.",
    "output_unwritable": "{path} cannot be written: {reason}.",
    "style_unknown": "There is no style named {name!r}; installed are: {known}.",
    "style_damaged": "The style {name!r} cannot be used: {reason}.",
    "style_exists": "A style named {name!r} is already installed.",
    "style_protected": "The style {name!r} came with Ricercar and cannot be changed.",
    "style_needed": "The style {name!r} cannot be removed: {heirs} would not work without it.",
    "name_invalid": "{name!r} cannot be the name of a style; use 1 to 60 letters, digits, spaces, - or _.",
    "checkpoint_invalid": "{path} is not a checkpoint that Ricercar can read: {reason}.",
    "context_exceeded": "The sequence has {length} positions, but this model sees at most {limit}.",
    "soundfont_missing": "There is no SoundFont at {path}.",
    "soundfont_invalid": "{path} is not a SoundFont that FluidSynth can read.",
    "synth_missing": "FluidSynth is not installed, so there is no sound; {how}.",
    "nothing_to_hear": "There are no notes to hear.",
    "sound_too_long": "This would sound for {hours} hours; a WAV file may last {limit} at most.",
    "labels_unknown": "The style {name} has not learned to be asked for anything.",
    "setting_invalid": "{name} must be {expected}, not {value!r}.",
    "folder_missing": "There is no folder at {path}.",
    "folder_without_midi": "{path} holds no MIDI file with enough notes to use.",
    "too_little_music": "{path} holds {found}; at least {needed} are needed.",
    "run_interrupted": "{path} holds an interrupted run; use --resume to go on with it, or --force to begin again.",
    "project_invalid": "{path} is not a Ricercar piece that can be opened: {reason}.",
    "project_newer": "{path} was written by a newer version of Ricercar; this one cannot read it.",
    "screen_missing": "There is no display to open a window on; the verbs (see ricercar --help) work without one.",
    "window_missing": "The window needs system libraries that are not installed ({reason}); see the README.",
    "usage": "The command was not understood: {problem} (see {help}).",
    "system_refused": "The system refused to use {path}: {reason}.",
    "lesson_stale": "This training cannot go on: {name!r}, which it began from, has changed since.",
    "disk_full": "There are {free} MB free at {path}; training needs {needed} MB.",
    "bundle_invalid": "{path} is not a style that Ricercar can take in: {reason}.",
    "base_missing": "{path} holds only the difference from {base!r}, which is not installed here in the same version.",
    "worker_died": "The composing process stopped unexpectedly; press Compose again.",
    "out_of_memory": "There is not enough memory for that.",
}


class UserError(Exception):
    """A failure with a code from `SENTENCES` and the values that its sentence needs.

    `str(error)` is the English sentence. Raised for bad input only; a bug raises something else.
    """

    def __init__(self, code: str, **arguments: object) -> None:
        self.code = code
        self.arguments = arguments
        super().__init__(SENTENCES[code].format(**arguments))

    def __reduce__(self) -> tuple[object, ...]:  # survives the way through a process pool
        return _rebuild, (self.code, self.arguments)


def _rebuild(code: str, arguments: dict[str, object]) -> UserError:
    return UserError(code, **arguments)


def reason(error: BaseException) -> str:
    """A short lower-case cause for a sentence, never empty (mido raises without a text)."""
    text = str(getattr(error, "strerror", None) or error).strip().rstrip(".")
    return (text or type(error).__name__).splitlines()[0][:200]
