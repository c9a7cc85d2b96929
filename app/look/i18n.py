"""Localisation: loads Ricercar's and Qt's translations before the window is built."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QT_TRANSLATE_NOOP, QCoreApplication, QLibraryInfo, QLocale, QTranslator

FOLDER = Path(__file__).parent / "translations"
SYSTEM, ENGLISH, SPANISH = "", "en", "es"
NAMES = {ENGLISH: "English", SPANISH: "Español"}  # each in its own language, so that everybody finds theirs
SETTING = "view/language"
QTS = (  # texts of Qt whose translation there is missing, wrong, or too long for a menu ("Control+Mayúsculas+S")
    QT_TRANSLATE_NOOP("QFileDialog", "&Look in:"),
    QT_TRANSLATE_NOOP("QFileDialog", "Files of &type:"),
    QT_TRANSLATE_NOOP("QFileDialog", "File &name:"),
    QT_TRANSLATE_NOOP("QFileDialog", "Go to the parent directory"),
    QT_TRANSLATE_NOOP("QPlatformTheme", "&Yes"),
    QT_TRANSLATE_NOOP("QPlatformTheme", "&No"),
    QT_TRANSLATE_NOOP("QShortcut", "Ctrl"),
    QT_TRANSLATE_NOOP("QShortcut", "Shift"),
    QT_TRANSLATE_NOOP("QShortcut", "Del"),
    QT_TRANSLATE_NOOP("QShortcut", "Backspace"),
    QT_TRANSLATE_NOOP("QShortcut", "Return"),
    QT_TRANSLATE_NOOP("QShortcut", "Tab"),
)

_installed: list[QTranslator] = []
_speaking = [ENGLISH]  # the last one holds


def resolve(choice: str) -> str:
    """The language of a setting: itself, or the first of the system's that there is a translation for."""
    if choice in NAMES:
        return choice
    wanted = (QLocale(name).language() for name in QLocale.system().uiLanguages())
    known = {QLocale(name).language(): name for name in NAMES}
    return next((known[language] for language in wanted if language in known), ENGLISH)


def current() -> str:
    """The language that the window speaks."""
    return _speaking[-1]


def install(choice: str) -> str:
    """Makes the application speak the language of a setting from now on; returns the language.

    Only texts that are made afterwards speak it, so it comes before the window.
    """
    language = resolve(choice)
    remove()
    system = QLocale.system()  # its way of writing dates and numbers, if that is of the language
    QLocale.setDefault(system if system.language() == QLocale(language).language() else QLocale(language))
    _speaking.append(language)
    if language == ENGLISH:
        return language
    for name, folder in (
        ("qtbase", Path(QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath))),
        ("ricercar", FOLDER),
    ):
        translator = QTranslator()
        if translator.load(f"{name}_{language}", str(folder)):  # the one that is installed last is asked first
            QCoreApplication.installTranslator(translator)
            _installed.append(translator)
    return language


def remove() -> None:
    """English again."""
    while _installed:
        QCoreApplication.removeTranslator(_installed.pop())
    QLocale.setDefault(QLocale.system())
    _speaking[1:] = []
