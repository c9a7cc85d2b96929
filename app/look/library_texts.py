"""What the library says in passing, translated: causes in its sentences, warnings on files, words on style cards."""

from __future__ import annotations

import re
from functools import lru_cache

from PySide6.QtCore import QT_TRANSLATE_NOOP, QCoreApplication

# As the library and the system word them; {} stands for what differs.
REASONS: tuple[object, ...] = (
    QT_TRANSLATE_NOOP("Reasons", "it is a folder"),
    QT_TRANSLATE_NOOP("Reasons", "it is not a file"),
    QT_TRANSLATE_NOOP("Reasons", "its folder is read-only"),
    QT_TRANSLATE_NOOP("Reasons", "there is no folder {}"),
    QT_TRANSLATE_NOOP("Reasons", "it is damaged"),
    QT_TRANSLATE_NOOP("Reasons", "its weights do not fit its card"),
    QT_TRANSLATE_NOOP("Reasons", "its weights cannot be read"),
    QT_TRANSLATE_NOOP("Reasons", "its weights give no probabilities"),
    QT_TRANSLATE_NOOP("Reasons", "its bases lead in a circle"),
    QT_TRANSLATE_NOOP("Reasons", "its card cannot be read"),
    QT_TRANSLATE_NOOP("Reasons", "its card lacks {}"),
    QT_TRANSLATE_NOOP("Reasons", "{}, which it stands on, has changed"),
    QT_TRANSLATE_NOOP("Reasons", "it does not have the expressive encoding"),
    QT_TRANSLATE_NOOP("Reasons", "only styles with the expressive encoding can be taught"),
    # of pieces
    QT_TRANSLATE_NOOP("Reasons", "it could not be read back"),
    QT_TRANSLATE_NOOP("Reasons", "it is nested too deeply"),
    QT_TRANSLATE_NOOP("Reasons", "it is write-protected"),
    QT_TRANSLATE_NOOP("Reasons", "it would be larger than {} MB"),
    QT_TRANSLATE_NOOP("Reasons", "it is not UTF-8 text"),
    QT_TRANSLATE_NOOP("Reasons", "it lacks {}"),
    QT_TRANSLATE_NOOP("Reasons", "its format is not a number"),
    QT_TRANSLATE_NOOP("Reasons", "its time is not a number"),
    QT_TRANSLATE_NOOP("Reasons", "line {} is damaged"),
    QT_TRANSLATE_NOOP("Reasons", "a MIDI event is not written in hexadecimal"),
    QT_TRANSLATE_NOOP("Reasons", "a MIDI event makes no sense"),
    QT_TRANSLATE_NOOP("Reasons", "a meter's unit is no power of two"),
    QT_TRANSLATE_NOOP("Reasons", "a note is not a row of whole numbers"),
    QT_TRANSLATE_NOOP("Reasons", "a note is not one that a piano could play"),
    QT_TRANSLATE_NOOP("Reasons", "a note lies outside the piece"),
    QT_TRANSLATE_NOOP("Reasons", "a number of the view is out of bounds"),
    QT_TRANSLATE_NOOP("Reasons", "a setting is not a number"),
    QT_TRANSLATE_NOOP("Reasons", "a setting is not a plain value"),
    QT_TRANSLATE_NOOP("Reasons", "the settings are too many"),
    QT_TRANSLATE_NOOP("Reasons", "the view is too large"),
    QT_TRANSLATE_NOOP("Reasons", "there is not a sane number of tracks"),
    QT_TRANSLATE_NOOP("Reasons", "{} are not a list of at most {}"),
    QT_TRANSLATE_NOOP("Reasons", "{} are not rows of {} values"),
    QT_TRANSLATE_NOOP("Reasons", "{} has not two sides"),
    QT_TRANSLATE_NOOP("Reasons", "{} is not a text of at most {} letters"),
    QT_TRANSLATE_NOOP("Reasons", "{} is not a whole number from {} to {}"),
    QT_TRANSLATE_NOOP("Reasons", "{} is not an object"),
    QT_TRANSLATE_NOOP("Reasons", "{} is not a number"),
    # of checkpoints and styles
    QT_TRANSLATE_NOOP("Reasons", "its encoding is unknown, or its shape does not suit it"),
    QT_TRANSLATE_NOOP("Reasons", "its shape is not one that can be built"),
    QT_TRANSLATE_NOOP("Reasons", "its vocabulary is not the one that this version writes"),
    QT_TRANSLATE_NOOP("Reasons", "its difference does not fit its base"),
    QT_TRANSLATE_NOOP("Reasons", "its difference is not complete"),
    QT_TRANSLATE_NOOP("Reasons", "it holds no table of weights"),
    QT_TRANSLATE_NOOP("Reasons", "it holds {}, which the network has no place for"),
    QT_TRANSLATE_NOOP("Reasons", "it is damaged, or no safetensors file"),
    QT_TRANSLATE_NOOP("Reasons", "its Er is that of {} heads, not of {}"),
    QT_TRANSLATE_NOOP("Reasons", "its parts are compressed, which PyTorch never does"),
    QT_TRANSLATE_NOOP("Reasons", "its sizes are not those of a network that can be built"),
    QT_TRANSLATE_NOOP("Reasons", "its weights are not those of a GIGA-Piano or of Ricercar"),
    QT_TRANSLATE_NOOP("Reasons", "the card that belongs to it (the same name, ending in .json) must stand beside it"),
    QT_TRANSLATE_NOOP("Reasons", "{} claims more numbers than the file holds"),
    QT_TRANSLATE_NOOP("Reasons", "{} has the size {}, not {}"),
    QT_TRANSLATE_NOOP("Reasons", "{} holds values that are no numbers"),
    QT_TRANSLATE_NOOP("Reasons", "{} is not a plain table of numbers"),
    QT_TRANSLATE_NOOP("Reasons", "it was made by a newer version of Ricercar"),
    QT_TRANSLATE_NOOP("Reasons", "its base is not a name"),
    QT_TRANSLATE_NOOP("Reasons", "its card is too large"),
    QT_TRANSLATE_NOOP("Reasons", "its card is not one of a style"),
    QT_TRANSLATE_NOOP("Reasons", "another version's run"),
    QT_TRANSLATE_NOOP("Reasons", "it is not a state of training"),
    # of the system
    QT_TRANSLATE_NOOP("Reasons", "No such file or directory"),
    QT_TRANSLATE_NOOP("Reasons", "Permission denied"),
    QT_TRANSLATE_NOOP("Reasons", "Is a directory"),
    QT_TRANSLATE_NOOP("Reasons", "No space left on device"),
    QT_TRANSLATE_NOOP("Reasons", "Read-only file system"),
    QT_TRANSLATE_NOOP("Reasons", "File name too long"),
    QT_TRANSLATE_NOOP("Reasons", "Input/output error"),
    # on MIDI files
    QT_TRANSLATE_NOOP("Reasons", "{} note has no end; closed at the track's end."),
    QT_TRANSLATE_NOOP("Reasons", "{} notes have no end; closed at the track's end."),
    QT_TRANSLATE_NOOP("Reasons", "The drum channel is kept, but the piano does not play it."),
    # of files that a style could learn from, and of style files
    QT_TRANSLATE_NOOP("Reasons", "It has drums only."),
    QT_TRANSLATE_NOOP("Reasons", "It has fewer than {} notes."),
    QT_TRANSLATE_NOOP("Reasons", "It uses fewer than four keys."),
    QT_TRANSLATE_NOOP("Reasons", "It is the same music as {}."),
    QT_TRANSLATE_NOOP("Reasons", "It is the same recording as {}."),
    QT_TRANSLATE_NOOP("Reasons", "It is too large for this machine's memory."),
    QT_TRANSLATE_NOOP("Reasons", "{} is not a MIDI file, or it is damaged."),
    QT_TRANSLATE_NOOP("Reasons", "{} is empty."),
    QT_TRANSLATE_NOOP("Reasons", "{} cannot be read: {}."),
    QT_TRANSLATE_NOOP("Reasons", "There is no file at {}."),
    QT_TRANSLATE_NOOP("Reasons", "it does not hold a card and weights, and nothing else"),
    QT_TRANSLATE_NOOP("Reasons", "its card is not one of a style"),
    QT_TRANSLATE_NOOP("Reasons", "its weights are damaged"),
    QT_TRANSLATE_NOOP("Reasons", "{} is too large"),
    QT_TRANSLATE_NOOP("Reasons", "{} is not as large as it says"),
)


@lru_cache(maxsize=1)
def _patterns() -> list[tuple[re.Pattern[str], str]]:
    texts = [str(text) for text in REASONS]
    return [(re.compile("(.*)".join(map(re.escape, text.split("{}"))), re.DOTALL), text) for text in texts]


def translate_style(text: str) -> str:
    """A word of a style's card; those of the styles that come with the program are translated."""
    return QCoreApplication.translate("Styles", text)


def translate_reason(text: str) -> str:
    """A cause or a warning in the window's language; what is not in the table stays as it is."""
    for pattern, template in _patterns():
        match = pattern.fullmatch(text)
        if match:
            return QCoreApplication.translate("Reasons", template).format(*match.groups())
    return text
