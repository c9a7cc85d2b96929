"""Makes the pictures of README and docs from the real app and styles: `python docs/screenshots.py [FOLDER [MUSIC]]`."""

from __future__ import annotations

import os
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
os.environ["RICERCAR_HOME"] = tempfile.mkdtemp(prefix="ricercar-pictures-")
HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))

from PySide6.QtWidgets import QApplication, QMessageBox  # noqa: E402 (the platform and the home come first)

from app.main_window import MainWindow  # noqa: E402
from composer.score import Score  # noqa: E402

PATIENCE = 180  # seconds


class Photographer:
    """Brings a window into a state and takes its picture."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.application = QApplication([])
        self.window = MainWindow()
        self.window.files.ask_changes = lambda: QMessageBox.StandardButton.Discard
        self.window.show()
        self.window.begin()
        self.wait(lambda: self.window.status.model.text() == "Model ready")
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
        self.window.grab().save(str(self.folder / f"{name}.png"))
        print(self.folder / f"{name}.png")  # noqa: T201 (a script's answer)

    def compose(self, takes: int, until: float = 2.0) -> None:
        """Presses Compose; waits until a share of the progress, or to the end."""
        window = self.window
        window.panel.takes.set_value(str(takes))
        window.panel.seed.setText("7")
        window.handlers.compose()
        self.wait(
            lambda: (
                not window.flow.busy
                or (window.document.preview is not None and window.document.preview.progress() >= until)
            )
        )

    def close(self) -> None:
        """Ends the app."""
        self.window.close()


def teach(photographer: Photographer, music: Path, minutes: float = 3.0) -> None:
    """The pages of the teaching wizard, each in both themes, during a real lesson on a folder of MIDI files."""
    window = photographer.window
    window.actions_["compose.teach"].trigger()
    wizard, wait = window.teaching.wizard, photographer.wait

    def take(name: str, size: tuple[int, int] = (960, 660)) -> None:
        wizard.resize(*size)
        for theme in ("light", "dark"):
            window.set_theme(theme)
            wait(seconds=0.3)
            path = photographer.folder / f"teach-{name}-{theme}.png"
            wizard.grab().save(str(path))
            print(path)  # noqa: T201 (a script's answer)

    wizard.folder.read([str(music)])
    wait(lambda: wizard.folder.summary is not None)
    take("music")
    take("music-small", (860, 560))
    wizard.next()
    wait(lambda: bool(wizard.recipe.estimates))
    take("recipe")
    wizard.recipe.minutes.setValue(minutes)
    for name, value in {"looks": 12, "samples": minutes / 5}.items():
        wizard.recipe.fields[name].setValue(value)
    wizard.next()
    wait(lambda: wizard.training.bar.value() > 650, minutes * 120 + PATIENCE)
    take("lesson")
    take("lesson-small", (860, 560))
    wait(lambda: wizard.training.ended, minutes * 120 + PATIENCE)
    wizard.next()
    wait(lambda: bool(wizard.compare.rows) or wizard.compare.step is None)
    for row in wizard.compare.rows[:2]:
        row.choice.buttons["a"].click()
    take("compare")
    wizard.next()
    wait(seconds=0.3)
    take("name")
    window.teaching.tutor.forget()
    wizard.hide()


def main() -> None:
    """Takes all pictures; those of the teaching wizard too when a folder of MIDI files is named."""
    if len(sys.argv) > 2:
        photographer = Photographer(Path(sys.argv[1]))
        teach(photographer, Path(sys.argv[2]))
        photographer.close()
        return
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else HERE
    photographer = Photographer(folder)
    window = photographer.window
    window.resize(1280, 800)
    photographer.wait(seconds=0.2)
    window.roll.show_all()
    photographer.take("start")
    photographer.compose(takes=4, until=0.5)
    photographer.take("composing")
    photographer.wait(lambda: not window.flow.busy)
    window.flow.choose(1)
    photographer.take("window")
    window.handlers.theme_light()
    window.handlers.select()
    window.document.select([n for n in window.document.score.notes if n.composed][:12])
    photographer.take("window-light")
    photographer.take("small", (1024, 640))
    window.handlers.theme_dark()
    window.document.open(Score(), None, "")
    photographer.take("empty")
    photographer.close()


if __name__ == "__main__":
    main()
