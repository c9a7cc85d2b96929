"""The window's languages: nothing without Spanish, nothing out of date, no English left in a Spanish window."""

from __future__ import annotations

import ast
import importlib.util
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import dialogs
import pytest
from hands import Silence, melody
from PySide6.QtCore import QCoreApplication, QSettings, QTranslator
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QAbstractButton, QComboBox, QFileDialog, QLabel, QLineEdit, QWidget

from app.look import i18n
from app.look.error_texts import sentence
from app.look.library_texts import translate_reason
from app.window.main_window import MainWindow, installed_styles
from composer.audio.player import Player

KNOWN_DYNAMIC = {  # texts that are looked up in a table of marked ones, or collected by tools/translate.py itself
    "str(text)",
    "text",
    "template",
    "notes.get(name, '')",
    "words[:1].upper() + words[1:]",
    "str(MODE_NAMES[mode])",
    "str(MODE_NAMES[scale.mode])",
}
# the same word in both languages, names of things, units and keys
SHARED = """no ricercar midi wav musicxml fluidsynth soundfont auto chopin bach debussy ravel scriabin base legato
swing pedal readme ctrl alt esc tab mb control color piano tempo normal"""


@pytest.fixture(scope="module")
def tool(repository: Path) -> ModuleType:
    """tools/translate.py as a module."""
    spec = importlib.util.spec_from_file_location("translate_tool", repository / "tools" / "translate.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def spanish(qapp: object) -> Iterator[None]:
    """Texts made while this holds are Spanish."""
    assert i18n.install("es") == "es"
    yield
    i18n.remove()


def marked(path: Path) -> Iterator[tuple[str, str]]:
    """(context, text) of what a source file marks for translation; fails on a text that no tool could find."""

    def visit(node: ast.AST, context: str) -> Iterator[tuple[str, str]]:
        for child in ast.iter_child_nodes(node):
            inner = child.name if isinstance(child, ast.ClassDef) else context
            if isinstance(child, ast.Call):
                yield from call(child, context)
            yield from visit(child, inner)

    def call(node: ast.Call, context: str) -> Iterator[tuple[str, str]]:
        name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
        if name == "tr" and isinstance(node.func, ast.Attribute):
            where, text = context, node.args[0]
            assert isinstance(node.func.value, ast.Name), ast.unparse(node)
            assert node.func.value.id == "self", f"{path.name}: {ast.unparse(node)} is found under another class"
        elif name in ("translate", "QT_TRANSLATE_NOOP") and len(node.args) >= 2:
            where, text = ast.literal_eval(node.args[0]), node.args[1]
        else:
            return
        if isinstance(text, ast.Constant):
            yield where, text.value
        else:
            assert ast.unparse(text) in KNOWN_DYNAMIC, f"{path.name}: {ast.unparse(node)} cannot be collected"

    yield from visit(ast.parse(path.read_text(encoding="utf-8")), "")


def test_every_text_of_the_sources_has_spanish(tool: ModuleType, repository: Path) -> None:
    written = {(context, source): text for context, source, text in tool.entries(tool.TRANSLATIONS / "ricercar_es.ts")}
    wanted = {pair for path in (repository / "app").rglob("*.py") for pair in marked(path)} | set(tool.texts_outside())
    missing = sorted(pair for pair in wanted if not written.get(pair))
    assert not missing, "python tools/translate.py, then fill in app/look/translations/ricercar_es.ts"
    assert wanted


def test_names_in_braces_survive_translation(tool: ModuleType) -> None:
    assert tool.faults(tool.TRANSLATIONS / "ricercar_es.ts") == []


def test_the_compiled_file_says_what_the_source_says(tool: ModuleType, qapp: object) -> None:
    translator = QTranslator()
    assert translator.load(str(tool.TRANSLATIONS / "ricercar_es.qm"))
    for context, source, text in tool.entries(tool.TRANSLATIONS / "ricercar_es.ts"):
        assert translator.translate(context, source) == text, "python tools/translate.py"


UNHEARD = (
    "arguments",
    "console",
    "likelihood",
    "main",
    "model_report",
    "pretrain",
    "run_log",
)  # of the command line only


def test_causes_in_the_librarys_sentences_are_translated(repository: Path, spanish: None) -> None:
    """Every literal cause of the library has an entry; f-strings by their pattern."""
    found = {
        text for path in (repository / "composer").rglob("*.py") if path.stem not in UNHEARD for text in causes(path)
    }
    assert found
    assert sorted(text for text in found if translate_reason(text) == text) == []
    assert sentence("file_unreadable", {"path": "/x/a.mid", "reason": "Permission denied"}) == (
        "No se puede leer a.mid: permiso denegado."
    )
    assert translate_reason("3 notes have no end; closed at the track's end.").startswith("3 notas no tienen fin")
    assert translate_reason("quite another cause") == "quite another cause"


def causes(path: Path) -> Iterator[str]:
    """What a module gives as `reason`, and what its readers of files raise for it."""
    reads = path.stem.startswith(("project_", "giga_import", "style_registry"))
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        given = [node.value] if isinstance(node, ast.keyword) and node.arg == "reason" else []
        if reads and isinstance(node, ast.Call) and getattr(node.func, "id", "") == "ValueError":
            given = node.args
        for text in given:
            if isinstance(text, ast.Constant):
                yield str(text.value)
            elif isinstance(text, ast.JoinedStr):
                yield "".join(str(p.value) if isinstance(p, ast.Constant) else "X" for p in text.values)


# ---- a window in Spanish ----


def words(text: str) -> set[str]:
    """The words of a text in lower case, without shortcuts' marks and names in braces."""
    text = re.sub(r"\{.*?\}|\*\.\w+|&(?=\w)|\S*[./_]\w+", " ", text)
    return {w.lower() for w in re.findall(r"[^\W\d_]{2,}", text)}


def english_only(tool: ModuleType) -> set[str]:
    """Words that our English texts use and our Spanish ones do not."""
    pairs = list(tool.entries(tool.TRANSLATIONS / "ricercar_es.ts"))
    english = set().union(*(words(source) for _, source, _ in pairs))
    return english - set().union(*(words(text) for _, _, text in pairs)) - words(SHARED)


def texts(root: QWidget) -> Iterator[tuple[object, str]]:
    """Everything that a widget and those in it say, seen or heard."""
    for widget in [root, *root.findChildren(QWidget)]:
        said = [widget.toolTip(), widget.accessibleName(), widget.accessibleDescription(), widget.windowTitle()]
        said += [widget.statusTip(), widget.whatsThis()]
        if isinstance(widget, QAbstractButton | QLabel):
            said.append(widget.text())
        if isinstance(widget, QComboBox):
            said += [widget.itemText(i) for i in range(widget.count())]
        if isinstance(widget, QLineEdit):
            said.append(widget.placeholderText())
        yield from ((widget, text) for text in said if text)
    for action in root.findChildren(QAction):
        yield from ((action, text) for text in (action.text(), action.toolTip(), action.statusTip()) if text)


def assert_spanish(root: QWidget, tool: ModuleType, but: str = "") -> None:
    """Fails on the first English word that `root` shows; `but` are names that may stay."""
    forbidden = english_only(tool) - words(but)
    assert {"the", "notes", "playhead", "save"} <= forbidden
    for source, text in texts(root):
        assert not words(text) & forbidden, f"{type(source).__name__}: {text!r}"


def test_a_spanish_window_shows_no_english(spanish: None, tool: ModuleType, tmp_path: Path, qtbot) -> None:  # type: ignore[no-untyped-def]
    settings = QSettings(str(tmp_path / "window.ini"), QSettings.Format.IniFormat)
    window = MainWindow(player=Player(Silence()), settings=settings)
    qtbot.addWidget(window)
    window.show()
    window.panel.set_styles(installed_styles())
    assert_spanish(window, tool, but="Español English")
    window.document.open(melody(), None, "a")
    window.document.select(window.document.score.notes)
    window.edit_actions.up()
    assert window.actions_["edit.undo"].text() == "&Deshacer: Transportar"
    window.messages.error(sentence("file_missing", {"path": "x.mid"}))
    window.generation.show_ready("baroque")
    assert_spanish(window, tool, but="Español English")
    assert window.status.selection.text() == "4 notas seleccionadas"
    window.document.undo.setClean()
    window.close()


@pytest.mark.parametrize("name", dialogs.OPEN)
def test_no_dialog_shows_english_in_spanish(
    spanish: None, window: MainWindow, tool: ModuleType, qtbot, name: str
) -> None:  # type: ignore[no-untyped-def]
    dialog = dialogs.OPEN[name](window)
    dialog.show()
    qtbot.wait(20)
    assert_spanish(dialog, tool, but="Español English")
    dialog.close()


def test_qts_own_dialogs_are_spanish_too(spanish: None, tool: ModuleType, qtbot) -> None:  # type: ignore[no-untyped-def]
    saving = QFileDialog()
    saving.setOption(QFileDialog.Option.DontUseNativeDialog)
    saving.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
    field = QLineEdit()
    for widget in (saving, field):
        qtbot.addWidget(widget)
    said = {text for _, text in texts(saving)} | {a.text() for a in field.createStandardContextMenu().actions()}
    assert {"&Buscar en:", "Archivos de &tipo:", "&Nombre de archivo:"} <= said
    english = {"Look in", "Files of", "Back", "Forward", "Cu&t", "&Copy", "&Undo", "Select All", "&Save"}
    assert not {text for text in said if text.startswith(tuple(english))}


def test_qts_own_texts_are_spanish_too(spanish: None) -> None:
    for context, text in (
        ("QPlatformTheme", "Cancel"),
        ("QPlatformTheme", "Discard"),
        ("QFileDialog", "Look in:"),
        ("QShortcut", "Shift"),
    ):
        assert QCoreApplication.translate(context, text) != text


def test_the_language_follows_the_system_unless_it_is_chosen(monkeypatch: pytest.MonkeyPatch) -> None:
    class System:
        def __init__(self, *names: str) -> None:
            self.names = names

        def uiLanguages(self) -> list[str]:
            return list(self.names)

    for names, expected in ((("es-MX", "en"), "es"), (("de-DE", "es-ES"), "es"), (("en-GB",), "en"), (("de",), "en")):
        monkeypatch.setattr(i18n.QLocale, "system", lambda names=names: System(*names))
        assert i18n.resolve("") == expected, names
    assert i18n.resolve("en") == "en"
    assert i18n.resolve("tlh") == "en"


def test_the_switch_is_remembered_and_offers_to_start_again(window: MainWindow) -> None:
    menu = window.actions_["view.language"].menu()
    names = [action.text() for action in menu.actions()]
    assert names[1:] == ["English", "Español"]
    menu.actions()[2].trigger()
    assert window.settings.value("view/language") == "es"
    assert "Español" in window.messages.text()
    menu.actions()[1].trigger()
    assert window.messages.text() == ""
    assert window.settings.value("view/language") == "en"
    assert menu.actions()[1].isChecked()


AGAIN = """
import sys
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication
from app.window import main_window

application = QApplication([])
seen = []

def look():
    windows = [w for w in QApplication.topLevelWidgets() if isinstance(w, main_window.MainWindow) and w.isVisible()]
    for window in windows:
        if not window.document.score.notes:
            continue
        seen.append([a.text() for a in window.menuBar().actions()][0])
        if len(seen) == 1:
            window.appearance.set_language("es")
            QTimer.singleShot(0, window.start_again)
        else:
            print(seen, window.document.title)
            window.close()
            return
    QTimer.singleShot(100, look)

QTimer.singleShot(100, look)
sys.exit(main_window.run())
"""


@pytest.mark.slow
def test_starting_again_opens_a_window_in_the_other_language(tmp_path: Path, repository: Path) -> None:
    environment = {**os.environ, "RICERCAR_HOME": str(tmp_path), "QT_QPA_PLATFORM": "offscreen"}
    command = [sys.executable, "-c", AGAIN]
    done = subprocess.run(command, cwd=repository, env=environment, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip() == "['&File', '&Archivo'] Para Elisa"
    assert "Traceback" not in done.stderr
