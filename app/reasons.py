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
)


@lru_cache(maxsize=1)
def _patterns() -> list[tuple[re.Pattern[str], str]]:
    texts = [str(text) for text in REASONS]
    return [(re.compile("(.*)".join(map(re.escape, text.split("{}"))), re.DOTALL), text) for text in texts]


def styled(text: str) -> str:
    """A word of a style's card; those of the styles that come with the program are translated."""
    return QCoreApplication.translate("Styles", text)


def said(text: str) -> str:
    """A cause or a warning in the window's language; what is not in the table stays as it is."""
    for pattern, template in _patterns():
        match = pattern.fullmatch(text)
        if match:
            return QCoreApplication.translate("Reasons", template).format(*match.groups())
    return text
