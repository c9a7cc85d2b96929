"""The window as a whole: start, playing, themes, and what must not be in its process."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from hands import BEAT, CTRL, Hands, Silence
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QImage

from app.document.background_jobs import Job, Jobs
from app.look import theme
from app.look.error_texts import OWN, explain, sentence
from app.window.main_window import MainWindow
from composer.audio import synth
from composer.audio.scheduler import Kind
from composer.core.errors import SENTENCES, UserError

K = Qt.Key
START = """
import sys
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication
application = QApplication([])
from app.window.main_window import MainWindow
window = MainWindow()
window.show()
QTimer.singleShot(0, window.begin)
QTimer.singleShot(600, application.quit)
application.exec()
heavy = {"torch", "fastai", "music21", "pretty_midi"} & {name.split(".")[0] for name in sys.modules}
heavy |= {n for n in sys.modules if n.startswith(tuple(f"composer.{x}." for x in
    ("generation", "inference", "training", "evaluation")))
    or n in {f"composer.model.{x}" for x in ("checkpoint", "transformer", "tokenizer")}}
print(sorted(heavy), len(window.document.score.notes) > 0, window.document.modified, window.panel.style_box.count())
window.close()
"""


@pytest.mark.slow
def test_first_start_shows_a_theme_and_loads_nothing_heavy(tmp_path: Path, repository: Path) -> None:
    environment = {**os.environ, "RICERCAR_HOME": str(tmp_path), "QT_QPA_PLATFORM": "offscreen"}
    done = subprocess.run(
        [sys.executable, "-c", START], cwd=repository, env=environment, capture_output=True, text=True, timeout=60
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.split("\n")[0].rsplit(" ", 1)[0] == "[] True False", done.stdout
    assert "Traceback" not in done.stderr


def test_space_plays_and_stops_and_the_playhead_follows(window: MainWindow, hands: Hands, silence: Silence) -> None:
    hands.key(K.Key_Space)
    assert window.transport.playing
    hands.wait(lambda: hands.roll.playhead > BEAT)
    assert window.bar.place.text() == "1.2"
    assert hands.roll.transient.lit == {62}
    assert [e.a for e in silence.events if e.kind == Kind.ON][:2] == [60, 62]
    hands.key(K.Key_Space)
    assert not window.transport.playing
    at = hands.roll.playhead
    hands.qtbot.wait(60)
    assert hands.roll.playhead == at
    assert hands.roll.transient.lit == set()
    hands.key(K.Key_Home)
    assert hands.roll.playhead == 0


def test_it_stops_at_the_end_and_begins_again(window: MainWindow, hands: Hands) -> None:
    window.transport.play(4 * BEAT - 30)
    hands.wait(lambda: not window.transport.playing)
    window.transport.seek(window.document.score.end)
    hands.key(K.Key_Space)
    hands.wait(lambda: 0 < hands.roll.playhead < BEAT)


def test_the_page_turns_while_it_plays(window: MainWindow, hands: Hands) -> None:
    for _ in range(6):
        window.window_actions.zoom_in()
    hands.roll.scroll_to(0, hands.roll.geometry_.top)
    window.transport.play(int(2.9 * BEAT))
    hands.wait(lambda: hands.roll.geometry_.left > 0)
    window.transport.stop()
    window.actions_["play.follow"].setChecked(False)
    assert not window.bar.follow.isChecked()
    hands.roll.scroll_to(0, hands.roll.geometry_.top)
    window.transport.play(int(2.9 * BEAT))
    hands.qtbot.wait(100)
    assert hands.roll.geometry_.left == 0


def test_an_edit_is_heard_while_it_plays(window: MainWindow, hands: Hands, silence: Silence) -> None:
    hands.key(K.Key_Space)
    hands.wait(lambda: hands.roll.playhead > 50)
    hands.click(hands.spot(BEAT + 20, 74))
    hands.wait(lambda: (Kind.ON, 74, 0) in [(e.kind, e.a, e.channel) for e in silence.events])


def test_without_sound_it_says_so_once(window: MainWindow, hands: Hands) -> None:
    window.transport.start()
    hands.wait(lambda: bool(window.messages.text()))
    assert "nothing is heard" in window.messages.text().lower()
    assert window.status.sound.text() == "No sound"
    window.messages.hide()
    window.transport.play()
    hands.qtbot.wait(150)
    assert window.messages.text() == ""


def test_without_fluidsynth_it_composes_and_exports_midi(
    window: MainWindow, hands: Hands, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def missing() -> None:
        raise UserError("synth_missing", how="apt install libfluidsynth3")

    monkeypatch.setattr(synth, "_fluidsynth", missing)
    window.transport.start()
    hands.wait(lambda: bool(window.messages.text()))
    assert "WAV cannot be exported" in window.messages.text()
    window.files.ask_save = lambda title, path, kinds: str(tmp_path / path.name)
    window.actions_["file.export_wav"].trigger()
    hands.wait(lambda: "apt install libfluidsynth3" in window.messages.text())
    window.actions_["file.export_midi"].trigger()
    assert (tmp_path / "melody.mid").exists()
    assert not (tmp_path / "melody.wav").exists()


def test_themes_dress_everything(window: MainWindow, hands: Hands) -> None:
    def ground() -> QColor:
        image: QImage = hands.roll.grab().toImage()
        return image.pixelColor(700, 60)

    window.appearance.light()
    assert window.theme is theme.LIGHT
    light = ground().lightness()
    window.appearance.dark()
    assert ground().lightness() < light
    assert window.actions_["view.dark"].isChecked()
    assert str(window.settings.value("view/theme")) == "dark"


def test_composed_notes_have_a_pattern(window: MainWindow, hands: Hands) -> None:
    from dataclasses import replace

    note = replace(window.document.score.notes[3], duration=4 * BEAT)
    colors = []
    for composed in (False, True):
        window.document.open(window.document.score.with_notes([replace(note, composed=composed)]), None, "x")
        image = hands.roll.viewport().grab().toImage()
        x, y, width, height = hands.roll.geometry_.rect(window.document.score.notes[0])
        row = [image.pixelColor(int(x + width * i / 60), int(y + height / 2)).name() for i in range(20, 50)]
        colors.append(len(set(row)))
    assert colors[0] == 1
    assert colors[1] >= 3


def test_every_failure_has_a_sentence_and_names_files_shortly() -> None:
    for code in {*SENTENCES, *OWN} - {"screen_missing", "window_missing"}:  # those are said where there is no window
        text = sentence(code, {"path": "/a/b/c.mid"})
        assert text.endswith((".", "how")), text
        assert "--" not in text, code
        assert "/a/b" not in text, code
    assert explain(UserError("not_midi", path="/a/b/c.mid")).startswith("c.mid ")
    assert explain(ValueError("odd")) == "Something went wrong: odd."


def test_a_job_that_fails_unexpectedly_is_a_sentence(window: MainWindow, hands: Hands, capfd) -> None:  # type: ignore[no-untyped-def]
    def broken(job: Job) -> object:
        raise RuntimeError("the printer is on fire")

    window.jobs.run("Printing", broken)
    hands.wait(lambda: window.messages.text() == "Something went wrong: the printer is on fire.")
    assert "RuntimeError" in capfd.readouterr().err


def test_jobs_can_run_at_once_for_tests(qtbot) -> None:  # type: ignore[no-untyped-def]
    jobs = Jobs(threaded=False)
    got: list[object] = []
    jobs.run("Counting", lambda job: 42, got.append)
    qtbot.waitUntil(lambda: got == [42])


def test_paste_waits_for_something_copied(window: MainWindow, hands: Hands) -> None:
    paste = window.actions_["edit.paste"]
    window._show_state()
    assert not paste.isEnabled()
    hands.key(Qt.Key.Key_A, CTRL)
    hands.key(Qt.Key.Key_C, CTRL)
    assert paste.isEnabled()
    hands.key(Qt.Key.Key_V, CTRL)
    assert window.document.undo.count() == 1


def test_the_menu_marks_the_tool_in_hand(window: MainWindow, hands: Hands) -> None:
    tools = {name: window.actions_[f"edit.{name}"] for name in ("pencil", "select", "erase")}

    def marked() -> list[str]:
        return [name for name, action in tools.items() if action.isChecked()]

    assert marked() == ["pencil"]
    hands.key(Qt.Key.Key_3)
    assert marked() == ["erase"]
    window.bar.tools.buttons["select"].click()
    assert marked() == ["select"]
    tools["select"].trigger()
    assert marked() == ["select"], "chosen once more it stays"
