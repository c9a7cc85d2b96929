"""Opening, dropping, saving, exporting, closing: good files, bad files, and full folders."""

from __future__ import annotations

import errno
import os
import threading
import wave
from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree

import pytest
from hands import BEAT, Hands, melody
from PySide6.QtCore import Qt
from PySide6.QtGui import QCloseEvent
from PySide6.QtWidgets import QMessageBox

from app.document.file_locks import FileClaim
from app.files.file_actions import example_title, examples
from app.window.main_window import MainWindow
from composer.files import midi_reader, project_file
from composer.files.project_file import Project
from composer.music.score import Note, Score

BAD = {
    "empty.mid": b"",
    "text.mid": b"Dear diary, this is not music.",
    "cut.mid": midi_reader.to_bytes(melody())[:31],
    "silent.mid": midi_reader.to_bytes(Score()),
}
PROJECTS = {
    "empty": b"",
    "cut": project_file.to_bytes(Project(melody()))[:200],
    "list": b"[]",
    "newer": project_file.to_bytes(Project(melody())).replace(b'"format": 1', b'"format": 99'),
    "binary": bytes(range(256)),
}


@pytest.fixture
def held_up(monkeypatch: pytest.MonkeyPatch) -> threading.Event:
    """Reading a MIDI file waits for this, so that a fast machine is not done before the strip comes."""
    gate, read = threading.Event(), midi_reader.read_with_warnings

    def wait_and_read(*given: object) -> object:
        gate.wait(20)
        return read(*given)  # type: ignore[arg-type]

    monkeypatch.setattr(midi_reader, "read_with_warnings", wait_and_read)
    return gate


def test_opening_by_menu(window: MainWindow, hands: Hands, tmp_path: Path) -> None:
    midi_reader.write(Score(notes=(Note(0, 50, BEAT, 33),)), tmp_path / "seed.mid")
    window.files.ask_open = lambda title: str(tmp_path / "seed.mid")
    window.actions_["file.open"].trigger()
    hands.wait(lambda: window.document.title == "seed")
    assert [(n.pitch, n.velocity) for n in window.document.score.notes] == [(50, 33)]
    assert window.windowTitle() == "seed[*] - Ricercar"
    assert not window.isWindowModified()


def test_dropping_a_file(window: MainWindow, hands: Hands, tmp_path: Path) -> None:
    midi_reader.write(Score(notes=(Note(0, 51, BEAT),)), tmp_path / "dropped.mid")
    hands.drop(tmp_path / "dropped.mid")
    hands.wait(lambda: window.document.title == "dropped")
    assert window.document.path is None, "a MIDI file is imported, never overwritten"
    assert window.document.source == tmp_path / "dropped.mid"
    assert not window.roll.transient.inviting


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
    hands.wait(lambda: "holiday.jpg is neither a piece nor a MIDI file" in window.messages.text())
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
    assert len(project_file.read(tmp_path / "mine.ricercar").score.notes) == 5
    window.document.undo.undo()
    assert window.isWindowModified()
    window.actions_["file.save"].trigger()  # no question: it has a name now
    assert len(project_file.read(tmp_path / "mine.ricercar").score.notes) == 4


def test_an_imported_file_is_saved_beside_itself(window: MainWindow, hands: Hands, tmp_path: Path) -> None:
    midi_reader.write(Score(notes=(Note(0, 51, BEAT),)), tmp_path / "seed.mid")
    before, proposed = (tmp_path / "seed.mid").read_bytes(), []

    def ask(title: str, path: Path, kinds: str) -> str:
        proposed.append(path)
        return str(path)

    window.files.ask_save = ask
    window.files.open_path(tmp_path / "seed.mid")
    hands.wait(lambda: window.document.title == "seed")
    window.actions_["file.save"].trigger()
    assert proposed == [tmp_path / "seed.ricercar"]
    assert (tmp_path / "seed.mid").read_bytes() == before
    assert window.document.path == tmp_path / "seed.ricercar"


def test_all_of_a_piece_comes_back(window: MainWindow, hands: Hands, tmp_path: Path) -> None:
    document = window.document
    muted = [replace(n, muted=True) for n in document.score.notes[:1]]
    document.change("Mute", document.score.change(document.score.notes[:1], muted))
    document.set_view("loop", [0, 960])
    window.files.ask_save = lambda title, path, kinds: str(tmp_path / "mine.ricercar")
    window.actions_["file.save"].trigger()
    kept, told = document.score, []
    window.actions_["file.new"].trigger()
    assert "loop" not in document.view
    document.viewChanged.connect(told.append)
    window.files.open_path(tmp_path / "mine.ricercar")
    hands.wait(lambda: document.title == "mine")
    assert document.score == kept
    assert document.path == tmp_path / "mine.ricercar"
    assert document.view["loop"] == [0, 960]
    assert "loop" in told
    assert not document.modified
    assert not document.undo.canUndo()


def test_a_folder_that_is_not_there_when_saving(window: MainWindow, hands: Hands, tmp_path: Path) -> None:
    window.files.ask_save = lambda title, path, kinds: str(tmp_path / "no" / "where")
    hands.click(hands.spot(6 * BEAT, 72))
    window.actions_["file.save"].trigger()
    assert "where.ricercar cannot be written" in window.messages.text()
    assert window.document.modified
    assert window.document.path is None


@pytest.mark.parametrize("error", [OSError(errno.ENOSPC, "No space left on device"), PermissionError(13, "Read-only")])
def test_a_full_disk_while_saving(
    window: MainWindow, hands: Hands, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, error: OSError
) -> None:
    window.files.ask_save = lambda title, path, kinds: str(tmp_path / "mine.ricercar")
    hands.click(hands.spot(6 * BEAT, 72))
    window.actions_["file.save"].trigger()
    before = (tmp_path / "mine.ricercar").read_bytes()
    hands.click(hands.spot(7 * BEAT, 72))

    def refuse(handle: int) -> None:
        raise error

    monkeypatch.setattr(os, "fsync", refuse)
    window.actions_["file.save"].trigger()
    assert window.messages.text() == f"mine.ricercar cannot be written: {error.strerror}."
    assert (tmp_path / "mine.ricercar").read_bytes() == before
    assert sorted(p.name for p in tmp_path.iterdir() if p.suffix != ".ini") == ["mine.ricercar"]
    assert window.document.modified


def test_a_file_that_changed_outside_is_not_replaced_unasked(window: MainWindow, hands: Hands, tmp_path: Path) -> None:
    path, asked, answers = tmp_path / "mine.ricercar", [], [False, True]

    def ask(text: str) -> bool:
        asked.append(text)
        return answers.pop(0)

    window.files.ask_replace = ask
    window.files.ask_save = lambda title, given, kinds: str(path)
    hands.click(hands.spot(6 * BEAT, 72))
    window.actions_["file.save"].trigger()
    path.write_bytes(b"somebody else's work")
    hands.click(hands.spot(7 * BEAT, 72))
    window.actions_["file.save"].trigger()
    assert "mine.ricercar” was changed by another program" in asked[0]
    assert path.read_bytes() == b"somebody else's work"
    assert window.document.modified
    window.actions_["file.save"].trigger()
    assert len(project_file.read(path).score.notes) == 6
    hands.click(hands.spot(5 * BEAT, 72))
    window.actions_["file.save"].trigger()
    assert len(asked) == 2, "what we wrote ourselves is no change outside"


def test_a_second_window_of_a_piece_is_told(window: MainWindow, hands: Hands, tmp_path: Path) -> None:
    path = tmp_path / "mine.ricercar"
    project_file.write(Project(melody()), path)
    other = FileClaim()
    assert other.take(path)
    window.files.open_path(path)
    hands.wait(lambda: window.document.path == path)
    assert "is open in another window too" in window.messages.text()
    other.release()
    window.actions_["file.new"].trigger()
    window.files.open_path(path)
    hands.wait(lambda: window.document.path == path)
    assert window.messages.text() == ""
    assert not other.take(path), "this window has it now"
    assert other.take(tmp_path / "theirs.ricercar")
    window.files.ask_save = lambda title, given, kinds: str(tmp_path / "theirs.ricercar")
    window.actions_["file.save_as"].trigger()
    assert "theirs.ricercar” is open in another window too" in window.messages.text()
    other.release()
    window.actions_["file.new"].trigger()
    assert other.take(path)
    other.release()


def test_a_name_typed_without_its_suffix_replaces_nothing_unasked(window: MainWindow, tmp_path: Path) -> None:
    """The dialog saw another name, so it did not ask."""
    (tmp_path / "mine.mid").write_bytes(b"precious")
    asked: list[str] = []
    window.files.ask_replace = lambda text: bool(asked.append(text))
    window.files.ask_save = lambda title, path, kinds: str(tmp_path / "mine")
    window.actions_["file.export_midi"].trigger()
    assert len(asked) == 1
    assert "mine.mid" in asked[0]
    assert (tmp_path / "mine.mid").read_bytes() == b"precious"


@pytest.mark.parametrize("name", PROJECTS)
def test_broken_pieces_are_one_sentence_and_change_nothing(
    window: MainWindow, hands: Hands, tmp_path: Path, name: str
) -> None:
    path = tmp_path / f"{name}.ricercar"
    path.write_bytes(PROJECTS[name])
    hands.click(hands.spot(6 * BEAT, 72))
    before = window.document.score
    hands.drop(path)
    hands.wait(lambda: bool(window.messages.text()))
    said = window.messages.text()
    assert said.startswith(path.name)
    assert said.count(".") <= 3
    assert "\n" not in said
    assert str(tmp_path) not in said
    assert window.document.score is before
    assert window.document.path is None
    assert path.read_bytes() == PROJECTS[name]


def test_a_folder_named_as_a_piece(window: MainWindow, hands: Hands, tmp_path: Path) -> None:
    (tmp_path / "folder.ricercar").mkdir()
    window.files.open_path(tmp_path / "folder.ricercar")
    hands.wait(lambda: window.messages.text() == "folder.ricercar cannot be read: it is not a file.")


def test_a_dropped_folder_is_called_one(window: MainWindow, hands: Hands, tmp_path: Path) -> None:
    said = "{} is a folder: drop a MIDI file or a piece, or teach a style from it."
    for name in ("songs", "folder.ricercar"):
        (tmp_path / name).mkdir()
        hands.drop(tmp_path / name)
        hands.wait(lambda name=name: window.messages.text() == said.format(name))  # type: ignore[misc]
    assert window.document.title == "melody"


def test_of_several_dropped_files_it_is_said_which_one_was_opened(
    window: MainWindow, hands: Hands, tmp_path: Path
) -> None:
    paths = [tmp_path / f"{name}.mid" for name in ("one", "two", "three", "four", "five")]
    for path in paths:
        midi_reader.write(melody(), path)
    hands.drop(*paths[:2])
    hands.wait(lambda: window.messages.text() == "One piece is open at a time: one.mid was opened, two.mid left out.")
    assert window.document.title == "one"
    hands.drop(*paths)
    hands.wait(lambda: "two.mid, three.mid, four.mid … left out" in window.messages.text())
    hands.drop(paths[2])
    hands.wait(lambda: window.document.title == "three")
    assert not window.messages.text(), "one file alone needs no sentence"


def test_after_a_drop_the_keys_of_the_roll_act(window: MainWindow, hands: Hands, tmp_path: Path) -> None:
    midi_reader.write(melody(), tmp_path / "dropped.mid")
    window.panel.go.setFocus()
    hands.drop(tmp_path / "dropped.mid")
    hands.wait(lambda: window.document.title == "dropped")
    assert window.roll.hasFocus()
    hands.key(Qt.Key.Key_2)
    assert window.roll.tool == "select"


@pytest.mark.slow
def test_the_strip_of_a_job_is_gone_when_the_import_dialog_comes(
    window: MainWindow, hands: Hands, tmp_path: Path, held_up: threading.Event
) -> None:
    seen: list[bool] = []

    def ask(score: Score) -> Score:
        seen.append(window.strip.isVisible())
        return score

    window.files.ask_import = ask
    notes = tuple(Note(i * 60, 30 + i % 60, 50) for i in range(60_000))
    midi_reader.write(Score(notes), tmp_path / "large.mid")
    window.files.open_path(tmp_path / "large.mid")
    hands.wait(window.strip.isVisible)
    held_up.set()
    hands.wait(lambda: window.document.title == "large", timeout=20_000)
    assert seen == [False]


def test_opening_can_be_cancelled(window: MainWindow, hands: Hands, tmp_path: Path, held_up: threading.Event) -> None:
    notes = tuple(Note(i * 60, 30 + i % 60, 50) for i in range(60_000))
    midi_reader.write(Score(notes), tmp_path / "large.mid")
    before = window.document.score
    window.files.open_path(tmp_path / "large.mid")
    job = window.jobs.running[0]
    hands.wait(window.strip.isVisible)
    window.strip.cancel.click()
    held_up.set()
    hands.wait(lambda: not window.jobs.running)
    assert window.document.score is before
    assert job.is_cancelled()
    window.files.open_path(tmp_path / "large.mid")
    hands.wait(lambda: len(window.document.score.notes) == 60_000, 20_000)
    hands.wait(lambda: not window.strip.isVisible())


def test_of_two_files_opened_at_once_the_later_one_stays(window: MainWindow, hands: Hands, tmp_path: Path) -> None:
    midi_reader.write(Score(tuple(Note(i * 60, 30 + i % 60, 50) for i in range(60_000))), tmp_path / "large.mid")
    midi_reader.write(Score((Note(0, 50, BEAT),)), tmp_path / "small.mid")
    window.files.open_path(tmp_path / "large.mid")
    window.files.open_path(tmp_path / "small.mid")
    hands.wait(lambda: not window.jobs.running, 20_000)
    assert window.document.title == "small"
    window.files.open_path(tmp_path / "large.mid")
    window.actions_["file.new"].trigger()
    hands.wait(lambda: not window.jobs.running, 20_000)
    assert window.document.score == Score()


# ---- recent files ----


def test_recent_files(window: MainWindow, hands: Hands, tmp_path: Path) -> None:
    long = tmp_path / ("a long name " * 15 + ".mid")
    for path in (tmp_path / "one.mid", long):
        midi_reader.write(melody(), path)
        window.files.open_path(path)
        hands.wait(lambda p=path: window.document.title == p.stem)
    menu = window.actions_["file.recent"].menu()
    menu.aboutToShow.emit()
    first, second, line, _clear = menu.actions()
    assert "…" in first.text()
    assert len(first.text()) < len(long.name)
    assert first.toolTip() == str(long)
    assert line.isSeparator()
    second.trigger()
    hands.wait(lambda: window.document.title == "one")
    menu.aboutToShow.emit()
    assert "one.mid" in menu.actions()[0].text(), "the latest is first"
    long.unlink()
    menu.aboutToShow.emit()
    assert not menu.actions()[1].isEnabled()
    window.files.open_path(long)  # gone between the menu and the click
    hands.wait(lambda: window.messages.text().startswith("There is no file named"))
    assert window.files.recent.paths() == [tmp_path / "one.mid"]
    menu.aboutToShow.emit()
    menu.actions()[-1].trigger()
    assert window.files.recent.paths() == []
    menu.aboutToShow.emit()
    assert [a.isEnabled() for a in menu.actions()] == [False]


def test_a_piece_that_was_saved_is_recent(window: MainWindow, hands: Hands, tmp_path: Path) -> None:
    window.files.ask_save = lambda title, path, kinds: str(tmp_path / "mine.ricercar")
    hands.click(hands.spot(6 * BEAT, 72))
    window.actions_["file.save"].trigger()
    assert window.files.recent.paths() == [tmp_path / "mine.ricercar"]


# ---- export ----


def test_exporting_on_the_grid(window: MainWindow, tmp_path: Path) -> None:
    late = Score(notes=(Note(13, 60, BEAT - 30), Note(BEAT + 170, 62, 140)))
    window.document.open(late, None, "late")
    proposed: list[str] = []

    def answer(title: str, path: Path, kinds: str) -> str:
        proposed.append(path.name)
        return str(tmp_path / "grid.mid")

    window.files.ask_save = answer
    window.actions_["file.export_grid"].trigger()
    assert proposed == ["late_grid.mid"], "not the name of what is exported as played"
    rows = [(n.start, n.duration) for n in midi_reader.read(tmp_path / "grid.mid").notes]
    assert rows == [(0, BEAT), (BEAT + 160, 160)]
    assert window.document.score is late


def test_exporting_musicxml_in_the_background(window: MainWindow, hands: Hands, tmp_path: Path) -> None:
    window.files.ask_save = lambda title, path, kinds: str(tmp_path / "out.musicxml")
    with hands.qtbot.waitSignal(window.files.exported, timeout=60_000):
        window.actions_["file.export_musicxml"].trigger()
    page = ElementTree.parse(tmp_path / "out.musicxml").getroot()
    steps = [(p.findtext("step"), p.findtext("octave")) for p in page.iter("pitch")]
    assert steps == [("C", "4"), ("D", "4"), ("E", "4"), ("F", "4")]
    hands.wait(lambda: not window.jobs.running)


def test_exporting_midi(window: MainWindow, tmp_path: Path) -> None:
    proposed: list[str] = []

    def ask(title: str, path: Path, kinds: str) -> str:
        proposed.append(path.name)
        return str(tmp_path / path.name)

    window.files.ask_save = ask
    window.actions_["file.export_midi"].trigger()
    assert proposed == ["melody.mid"]
    assert midi_reader.read(tmp_path / "melody.mid").notes == melody().notes
    assert window.messages.text().startswith("Exported melody.mid")
    assert window.document.path is None


def test_a_title_with_dots_is_proposed_whole(window: MainWindow) -> None:
    proposed: list[str] = []
    window.files.ask_save = lambda title, path, kinds: str(proposed.append(path.name) or "")
    window.document.open(melody(), None, "Sonata op. 27 no. 2")
    window.actions_["file.export_midi"].trigger()
    assert proposed == ["Sonata-op.-27-no.-2.mid"]


def test_questions_show_names_as_they_are(window: MainWindow, monkeypatch: pytest.MonkeyPatch) -> None:
    shown: list[QMessageBox] = []
    monkeypatch.setattr(QMessageBox, "exec", lambda box: shown.append(box) or QMessageBox.StandardButton.Cancel)
    window.files._ask_changes()
    window.files._ask_replace("<b>")
    assert [box.textFormat() for box in shown] == [Qt.TextFormat.PlainText] * 2


@pytest.mark.slow
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
    window.files.ask_save = lambda title, path, kinds: str(tmp_path / "kept.ricercar")
    hands.click(hands.spot(6 * BEAT, 72))
    event = QCloseEvent()
    window.closeEvent(event)
    assert asked == [True]
    assert event.isAccepted() == closes
    assert (tmp_path / "kept.ricercar").exists() == saved
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
