"""Opening, dropping, saving, exporting, closing: good files, bad files, and full folders."""

from __future__ import annotations

import wave
from pathlib import Path

import pytest
from hands import BEAT, Hands, melody
from PySide6.QtGui import QCloseEvent
from PySide6.QtWidgets import QMessageBox

from app.files import example_title, examples
from app.main_window import MainWindow
from composer import midi
from composer.score import Note, Score

BAD = {
    "empty.mid": b"",
    "text.mid": b"Dear diary, this is not music.",
    "cut.mid": midi.to_bytes(melody())[:31],
    "silent.mid": midi.to_bytes(Score()),
}


def test_opening_by_menu(window: MainWindow, hands: Hands, tmp_path: Path) -> None:
    midi.write(Score(notes=(Note(0, 50, BEAT, 33),)), tmp_path / "seed.mid")
    window.files.ask_open = lambda title: str(tmp_path / "seed.mid")
    window.actions_["file.open"].trigger()
    hands.wait(lambda: window.document.title == "seed")
    assert [(n.pitch, n.velocity) for n in window.document.score.notes] == [(50, 33)]
    assert window.windowTitle() == "seed[*] - Ricercar"
    assert not window.isWindowModified()


def test_dropping_a_file(window: MainWindow, hands: Hands, tmp_path: Path) -> None:
    midi.write(Score(notes=(Note(0, 51, BEAT),)), tmp_path / "dropped.mid")
    hands.drop(tmp_path / "dropped.mid")
    hands.wait(lambda: window.document.title == "dropped")
    assert window.document.path == tmp_path / "dropped.mid"
    assert not window.roll.moment.inviting


@pytest.mark.parametrize("name", BAD)
def test_bad_files_are_one_sentence_and_change_nothing(
    window: MainWindow, hands: Hands, tmp_path: Path, name: str
) -> None:
    (tmp_path / name).write_bytes(BAD[name])
    hands.click(hands.spot(6 * BEAT, 72))
    before = window.document.score
    hands.drop(tmp_path / name)
    hands.wait(lambda: bool(window.messages.text()))
    assert window.messages.text().startswith(name)
    assert str(tmp_path) not in window.messages.text()
    assert window.document.score is before
    assert window.document.modified
    assert window.document.undo.count() == 1


def test_what_is_no_midi_file_and_what_is_not_there(window: MainWindow, hands: Hands, tmp_path: Path) -> None:
    hands.drop(tmp_path / "holiday.jpg")
    hands.wait(lambda: "holiday.jpg is not a MIDI file" in window.messages.text())
    window.files.open_path(tmp_path / "gone.mid")
    hands.wait(lambda: window.messages.text() == "There is no file named gone.mid.")
    assert window.document.score == melody()


def test_saving_and_the_modified_mark(window: MainWindow, hands: Hands, tmp_path: Path) -> None:
    window.files.ask_save = lambda title, path, kinds: str(tmp_path / "mine")
    hands.click(hands.spot(6 * BEAT, 72))
    assert window.isWindowModified()
    window.actions_["file.save"].trigger()
    assert not window.isWindowModified()
    assert window.windowTitle() == "mine[*] - Ricercar"
    assert len(midi.read(tmp_path / "mine.mid").notes) == 5
    window.document.undo.undo()
    assert window.isWindowModified()
    window.actions_["file.save"].trigger()  # no question: it has a name now
    assert len(midi.read(tmp_path / "mine.mid").notes) == 4


def test_a_folder_that_is_not_there_when_saving(window: MainWindow, hands: Hands, tmp_path: Path) -> None:
    window.files.ask_save = lambda title, path, kinds: str(tmp_path / "no" / "where.mid")
    hands.click(hands.spot(6 * BEAT, 72))
    window.actions_["file.save"].trigger()
    assert "where.mid cannot be written" in window.messages.text()
    assert window.document.modified
    assert window.document.path is None


def test_exporting_midi(window: MainWindow, tmp_path: Path) -> None:
    proposed: list[str] = []

    def ask(title: str, path: Path, kinds: str) -> str:
        proposed.append(path.name)
        return str(tmp_path / path.name)

    window.files.ask_save = ask
    window.actions_["file.export_midi"].trigger()
    assert proposed == ["melody.mid"]
    assert midi.read(tmp_path / "melody.mid").notes == melody().notes
    assert window.messages.text().startswith("Exported melody.mid")
    assert window.document.path is None


def test_exporting_wav_in_the_background(window: MainWindow, hands: Hands, tmp_path: Path) -> None:
    window.files.ask_save = lambda title, path, kinds: str(tmp_path / "out.wav")
    with hands.qtbot.waitSignal(window.files.exported, timeout=60_000):
        window.actions_["file.export_wav"].trigger()
        assert len(window.jobs.running) == 1
    with wave.open(str(tmp_path / "out.wav")) as sound:
        assert sound.getnchannels() == 2
        assert sound.getnframes() / sound.getframerate() > 2.0
        assert max(sound.readframes(44100)) > 0
    hands.wait(lambda: not window.jobs.running)
    assert not window.strip.isVisible()


def test_a_wav_export_can_be_cancelled(window: MainWindow, hands: Hands, tmp_path: Path) -> None:
    long = Score(notes=tuple(Note(i * BEAT, 40 + i % 50, BEAT) for i in range(4000)))
    window.document.open(long, None, "long")
    window.files.ask_save = lambda title, path, kinds: str(tmp_path / "out.wav")
    window.actions_["file.export_wav"].trigger()
    hands.wait(window.strip.isVisible)
    hands.wait(lambda: window.strip.bar.value() > 0, 30_000)
    window.strip.cancel.click()
    hands.wait(lambda: not window.jobs.running, 30_000)
    assert list(tmp_path.glob("*.wav*")) == []
    assert "cancelled" in window.messages.text()


def test_an_empty_page_has_nothing_to_export(window: MainWindow) -> None:
    window.document.open(Score(), None, "")
    window.actions_["file.export_wav"].trigger()
    assert window.messages.text()
    assert not window.jobs.running


@pytest.mark.parametrize(
    ("answer", "closes", "saved"),
    [
        (QMessageBox.StandardButton.Cancel, False, False),
        (QMessageBox.StandardButton.Discard, True, False),
        (QMessageBox.StandardButton.Save, True, True),
    ],
)
def test_closing_with_unsaved_changes_asks(
    window: MainWindow, hands: Hands, tmp_path: Path, answer: QMessageBox.StandardButton, closes: bool, saved: bool
) -> None:
    asked: list[bool] = []

    def ask() -> QMessageBox.StandardButton:
        asked.append(True)
        return answer

    window.files.ask_changes = ask
    window.files.ask_save = lambda title, path, kinds: str(tmp_path / "kept.mid")
    hands.click(hands.spot(6 * BEAT, 72))
    event = QCloseEvent()
    window.closeEvent(event)
    assert asked == [True]
    assert event.isAccepted() == closes
    assert (tmp_path / "kept.mid").exists() == saved
    window.files.ask_changes = lambda: QMessageBox.StandardButton.Discard


def test_closing_without_changes_does_not_ask(window: MainWindow) -> None:
    window.files.ask_changes = lambda: pytest.fail("asked")  # type: ignore[return-value]
    assert window.close()


def test_new_and_the_themes(window: MainWindow) -> None:
    window.actions_["file.new"].trigger()
    assert window.document.score == Score()
    assert window.windowTitle() == "Untitled[*] - Ricercar"
    assert len(examples()) >= 4
    menu = window.actions_["file.examples"].menu()
    menu.actions()[0].trigger()
    assert window.document.score.notes
    assert window.document.path is None
    assert not window.document.modified
    assert example_title(Path("02-royal_theme.mid")) == "Royal theme"
