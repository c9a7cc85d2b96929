"""Makes the pictures of README and docs from the real app and styles: `python docs/screenshots.py [FOLDER [MUSIC]]`."""

from __future__ import annotations

import os
import random
import shutil
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
os.environ["HOME"] = os.environ["RICERCAR_HOME"] = tempfile.mkdtemp(prefix="ricercar-pictures-")
HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))

from PySide6.QtCore import QLockFile  # noqa: E402 (the platform and the home come first)
from PySide6.QtWidgets import QApplication, QDialog, QMessageBox, QWidget  # noqa: E402

from app.dialogs.about import About  # noqa: E402
from app.dialogs.style_dialog import StylesDialog, installed_styles  # noqa: E402
from app.document.autosave import FoundAutosave  # noqa: E402
from app.files.file_actions import example_title, examples  # noqa: E402
from app.files.import_dialog import ImportDialog  # noqa: E402
from app.files.recovery_dialog import RecoveryDialog  # noqa: E402
from app.look import i18n  # noqa: E402
from app.window.main_window import MainWindow  # noqa: E402
from composer.files import midi_reader  # noqa: E402
from composer.files.project_file import Rescue  # noqa: E402
from composer.music.scale import Scale  # noqa: E402
from composer.music.score import Meter, Note, Score, Tempo, Track  # noqa: E402

PATIENCE = 180  # seconds


class Photographer:
    """Brings a window into a state and takes its picture."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.application = QApplication([])
        self.open()

    def open(self, spoken: str = i18n.ENGLISH) -> None:
        """A window that speaks a language, with the model loaded."""
        i18n.install(spoken)
        self.window = MainWindow()
        self.window.files.ask_changes = lambda: QMessageBox.StandardButton.Discard
        self.window.show()
        self.window.resize(1280, 800)
        self.window.begin()
        words = self.window.generation.tr("Model ready")
        self.wait(lambda: self.window.status.model.text() == words)
        self.window.panel.listen.setChecked(False)

    def wait(self, condition: Callable[[], bool] = lambda: False, seconds: float = PATIENCE) -> None:
        """Lets the window live until something holds, or for some seconds."""
        end = time.monotonic() + seconds
        while not condition() and time.monotonic() < end:
            self.application.processEvents()
            time.sleep(0.005)

    def take(self, name: str, size: tuple[int, int] = (1280, 800)) -> None:
        """Saves the window as it is."""
        self.window.messages.hide()
        self.window.resize(*size)
        self.wait(seconds=0.3)
        self.save(self.window, name)

    def save(self, widget: QWidget, name: str) -> None:
        """Saves a window or a dialog as it is."""
        path = self.folder / f"{name}.png"
        widget.grab().save(str(path))
        print(path)  # noqa: T201 (a script's answer)

    def dialog(self, name: str, widget: QWidget | None) -> None:
        """Saves a dialog that is open, and closes it."""
        assert widget is not None
        self.wait(seconds=0.3)
        self.save(widget, name)
        widget.close()

    def compose(self, takes: int, until: float = 2.0) -> None:
        """Presses Compose; waits until a share of the progress, or to the end."""
        window = self.window
        window.panel.takes.set_value(str(takes))
        window.panel.seed.setText("7")
        window.generation.compose()
        self.wait(
            lambda: (
                not window.flow.busy
                or (window.document.preview is not None and window.document.preview.progress() >= until)
            )
        )

    def close(self) -> None:
        """Ends the app."""
        self.window.close()


def teach(photographer: Photographer, music: Path, minutes: float = 5.0) -> None:
    """The pages of the teaching wizard, each in both themes, during a real lesson on a folder of MIDI files."""
    window = photographer.window
    window.actions_["compose.teach"].trigger()
    wizard, wait = window.teaching.wizard, photographer.wait
    wizard.resize(960, 660)

    def take(name: str) -> None:
        for theme in ("light", "dark"):
            window.appearance.set_theme(theme)
            wait(seconds=0.3)
            photographer.save(wizard, f"teach-{name}-{theme}")

    wizard.folder.read([str(album(music))])
    wait(lambda: wizard.folder.summary is not None)
    take("music")
    wizard.next()
    wait(lambda: bool(wizard.recipe.estimates))
    take("recipe")
    wizard.recipe.cards["quick"].chosen.emit("quick")
    wizard.recipe.minutes.setValue(minutes)
    for name, value in {"looks": 12, "samples": minutes / 6}.items():
        wizard.recipe.fields[name].setValue(value)
    wizard.next()
    wait(lambda: wizard.training.bar.value() > 550, minutes * 120 + PATIENCE)
    take("lesson")
    wait(lambda: wizard.training.ended, minutes * 120 + PATIENCE)
    wizard.next()
    wait(lambda: bool(wizard.compare.rows) or wizard.compare.step is None, 2 * PATIENCE)
    for row, answer in zip(wizard.compare.rows, "aba", strict=False):
        row.choice.buttons[answer].click()
    take("compare")
    wizard.next()
    take("name")
    window.teaching.client.discard()
    wizard.hide()


def album(music: Path) -> Path:
    """A folder as people have them: the music, a piece that is there twice, and a file that is none."""
    folder = Path.home() / "Music" / music.name
    shutil.copytree(music, folder)
    first = min(folder.glob("*.mid"))
    shutil.copy(first, folder / f"{first.stem}_again.mid")
    (folder / f"{first.stem}_sketch.mid").write_bytes(b"MThd")
    return folder


def windows(photographer: Photographer) -> None:
    """The window on its way through a composition, in both themes."""
    window = photographer.window
    window.roll.show_all()
    photographer.take("start")
    window.panel.amount.box.setValue(48)
    photographer.compose(takes=4, until=0.09)
    photographer.take("composing")
    window.flow.cancel()
    window.panel.amount.box.setValue(8)
    photographer.compose(takes=4)
    window.flow.choose(1)
    whole(window)
    photographer.take("window")
    window.appearance.light()
    window.window_actions.select()
    window.document.select([n for n in window.document.score.notes if n.composed][:12])
    photographer.take("window-light")
    photographer.take("small", (1024, 640))
    window.appearance.dark()
    window.files.new()
    photographer.take("empty")
    window.document.open(dense(), None, "Dense")
    photographer.take("dense")
    window.appearance.light()
    window.roll.zoom(time=3.0)
    photographer.take("dense-near")
    window.appearance.dark()


def whole(window: MainWindow) -> None:
    """Theme and take fill the roll."""
    window.roll.show_all()
    window.roll.zoom(time=1.45)
    window.roll.scroll_to(0, window.roll.geometry_.top)


def dialogs(photographer: Photographer) -> None:
    """What opens over the window."""
    window = photographer.window
    window.document.open(midi_reader.read(examples()[0]), None, example_title(examples()[0]))
    window.document.select(window.document.score.notes)
    window.edit_forms.quantise()
    photographer.dialog("quantise", window.edit_forms.dialog)
    window.edit_forms.velocity()
    photographer.dialog("velocity", window.edit_forms.dialog)
    window.help.keys()
    photographer.dialog("keys", window.help.sheet)
    window.help.change_keys()
    photographer.dialog("change-keys", window.help.dialog)
    window.key_box.open()
    photographer.dialog("key", window.key_box.popup)
    photographer.dialog("import", shown(ImportDialog(layered(window.document.score), window.settings, window)))
    photographer.dialog("styles", shown(StylesDialog(installed_styles, window)))
    photographer.dialog("about", shown(About(window)))
    rescue = replace(window.document.project(), rescue=Rescue("Nocturne", "", time.time()))
    found = FoundAutosave(Path("1.ricercar"), QLockFile("1"), rescue)
    photographer.dialog("recovery", shown(RecoveryDialog([found], window.theme, window)))
    window.document.open(layered(window.document.score), None, "Three layers")
    window.document.set_view("layer", 0)
    window.key_actions.choose(Scale(9, "minor"))
    window.roll.show_all()
    photographer.take("layers")


def shown(dialog: QDialog) -> QDialog:
    """The dialog, open."""
    dialog.show()
    return dialog


def dense() -> Score:
    """Twenty thousand notes of chords and runs, by the same dice each time."""
    dice = random.Random(1747)
    notes = []
    for step in range(5000):
        root = 36 + (step // 64 * 7) % 24
        for voice in range(4):
            pitch = root + (0, 7, 16, 24)[voice] + dice.choice((0, 2, 3, 5, 7, 10))
            start = step * 120 + dice.randrange(30)
            notes.append(
                Note(start, pitch, dice.choice((110, 220, 450)), dice.randrange(30, 120), composed=step % 96 > 48)
            )
    return Score(notes=tuple(notes), tempos=(Tempo(0, 500_000),), meters=(Meter(0, 4, 4),), title="Dense")


def layered(score: Score) -> Score:
    """A piece on three tracks, by register."""
    notes = tuple(replace(n, track=0 if n.pitch >= 69 else 1 if n.pitch >= 52 else 2) for n in score.notes)
    tracks = (Track("Melody", 0, 0), Track("Middle", 1, 0), Track("Bass", 2, 0))
    return replace(score, notes=notes, tracks=tracks, title="Three layers")


def spanish(photographer: Photographer) -> None:
    """The window and a few dialogs in Spanish."""
    photographer.window.close()
    photographer.open(i18n.SPANISH)
    window = photographer.window
    window.appearance.light()
    window.roll.show_all()
    photographer.compose(takes=2)
    whole(window)
    photographer.take("window-es")
    photographer.take("small-es", (1024, 640))
    window.appearance.dark()
    window.document.select(window.document.score.notes)
    window.edit_forms.transpose()
    photographer.dialog("transpose-es", window.edit_forms.dialog)
    window.help.keys()
    photographer.dialog("keys-es", window.help.sheet)


def main() -> None:
    """Takes all pictures; those of the teaching wizard instead when a folder of MIDI files is named."""
    if len(sys.argv) > 2:
        photographer = Photographer(Path(sys.argv[1]))
        teach(photographer, Path(sys.argv[2]))
        photographer.close()
        return
    photographer = Photographer(Path(sys.argv[1]) if len(sys.argv) > 1 else HERE)
    windows(photographer)
    dialogs(photographer)
    spanish(photographer)
    photographer.close()


if __name__ == "__main__":
    main()
