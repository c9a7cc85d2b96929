"""Fine-tuning in the window: the whole wizard with the real child process, and what happens when things go wrong."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from hands import Hands
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QApplication, QWizard

from app.dialogs.style_dialog import StylesDialog, installed_styles
from app.look.theme import DARK, LIGHT
from app.window.main_window import MainWindow
from app.wizard.compare_page import SampleRow
from app.wizard.loss_plot import LossPlot, ticks
from app.wizard.recipe_page import HELP, NUMBERS
from app.wizard.wizard import TeachWizard
from composer.core.settings import Recipe, notes_on
from composer.files import midi_reader
from composer.finetuning import run_folder
from composer.finetuning.records import ABSample, LogEntry, RunEvent, Validation
from composer.model import checkpoint, style_bundle, style_registry
from composer.music.score import Note, Score
from composer.workers.finetune_messages import RunFinished
from tests.small import note_gpt

PATIENCE = 120_000
B = QWizard.WizardButton


pytestmark = pytest.mark.usefixtures("models")


@pytest.fixture(autouse=True)
def _quick_child(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OMP_NUM_THREADS", "1")
    monkeypatch.setenv("RICERCAR_NICE", "0")  # a test does not wait for what else the machine does


@pytest.fixture
def wizard(window: MainWindow) -> TeachWizard:
    """The wizard on its first page, opened from the menu."""
    window.actions_["compose.teach"].trigger()
    return window.teaching.wizard


def press(wizard: TeachWizard, which: QWizard.WizardButton) -> None:
    """Presses one of the wizard's buttons, which must be usable."""
    button = wizard.button(which)
    assert button.isVisible()
    assert button.isEnabled()
    button.click()


def to_recipe(wizard: TeachWizard, hands: Hands, mixed: Path) -> None:
    """Chooses a folder by its button, and goes to the recipes."""
    wizard.folder.ask_folder = lambda: str(mixed)  # type: ignore[method-assign]
    wizard.folder.zone.folder.click()
    hands.wait(lambda: wizard.folder.summary is not None, PATIENCE)
    press(wizard, B.NextButton)
    hands.wait(lambda: bool(wizard.recipe.estimates), PATIENCE)


def to_training(wizard: TeachWizard, hands: Hands, mixed: Path, minutes: float) -> None:
    """Starts a short run with small steps."""
    to_recipe(wizard, hands, mixed)
    wizard.recipe.more.click()
    assert wizard.recipe.advanced.isVisible()
    wizard.recipe.minutes.setValue(minutes)
    for name, value in {"batch": 2, "length": 64, "looks": 100, "samples": 0.5}.items():
        wizard.recipe.fields[name].setValue(value)
    press(wizard, B.CommitButton)
    assert wizard.currentId() == wizard.TRAINING
    assert window_of(wizard).teaching.client.running


def better(wizard: TeachWizard) -> bool:
    """Whether held-out music is predicted better than by the base by now."""
    curves = wizard.training.plot.curves
    return bool(curves.interpolated and curves.base and curves.interpolated[-1][1] < curves.base - 0.01)


def window_of(wizard: TeachWizard) -> MainWindow:
    window = wizard.parentWidget()
    assert isinstance(window, MainWindow)
    return window


# ---- the whole way ----


@pytest.mark.slow
def test_from_a_folder_to_a_style_that_composes(
    window: MainWindow, wizard: TeachWizard, hands: Hands, mixed: Path, tmp_path: Path
) -> None:
    page = wizard.folder
    assert not wizard.button(B.NextButton).isEnabled()
    to_recipe(wizard, hands, mixed)
    assert page.tiles["used"].figure.text() == "6"
    assert page.table.rowCount() == 7
    assert "little music" in page.remark.text()
    assert wizard.recipe.cards["balanced"].minutes.text().endswith("min")
    press(wizard, B.BackButton)
    press(wizard, B.NextButton)
    hands.wait(lambda: bool(wizard.recipe.estimates), PATIENCE)
    wizard.recipe.minutes.setValue(5)
    for name, value in {"batch": 2, "length": 64, "looks": 100}.items():
        wizard.recipe.fields[name].setValue(value)
    press(wizard, B.CommitButton)
    lesson = wizard.training
    hands.wait(lambda: better(wizard), PATIENCE)
    lesson.stop.click()
    hands.wait(lambda: lesson.ended, PATIENCE)
    assert lesson.heading.text() == "It has learned"
    assert lesson.rates.rate > 0
    assert [Path(button.path).exists() for button in lesson.samples][:1] == [True], "the base's own, to compare with"
    press(wizard, B.CommitButton)
    compare = wizard.compare
    hands.wait(lambda: bool(compare.rows), PATIENCE)
    compare.rows[0].choice.buttons["a"].click()
    assert compare.rows[0].answer.isHidden(), "blind until it is revealed"
    compare.reveal.click()
    assert not compare.rows[0].answer.isHidden()
    assert compare.verdict.text()
    press(wizard, B.NextButton)
    save = wizard.save
    assert save.name_field.text() == "Bach"
    assert float(save.tiles["gain"].figure.text().split("\u202f")[0]) > 0
    assert save.tiles["pieces"].figure.text() == "6"
    save.name_field.setText("baroque")
    assert not wizard.button(B.FinishButton).isEnabled(), "that name is taken"
    save.name_field.setText("Leipzig")
    assert "inherits its terms" in save.licence.text()
    taken, out = tmp_path / ("taken" + style_bundle.SUFFIX), tmp_path / "leipzig"
    taken.write_bytes(b"somebody's")
    save.export.click()
    save.ask_path = lambda name: str(taken.with_suffix(""))  # type: ignore[method-assign]
    save.choose.click()
    assert "exists already" in save.remark._text.text()
    assert not save.path
    assert taken.read_bytes() == b"somebody's"
    save.ask_path = lambda name: str(out)  # type: ignore[method-assign]
    save.choose.click()
    press(wizard, B.FinishButton)
    hands.wait(lambda: not wizard.isVisible(), PATIENCE)
    assert "Leipzig" in window.messages.text()
    assert window.panel.style_name() == "Leipzig"
    assert run_folder.list_interrupted() == []
    card = style_registry.find("Leipzig").data
    assert card["base"] == "base"
    assert card["figures"]["valid"]["nats_per_note_all"] < card["figures"]["valid_before"]["nats_per_note_all"]
    file = out.with_name("leipzig" + style_bundle.SUFFIX)
    assert file.stat().st_size > 10_000
    window.panel.listen.setChecked(False)
    window.panel.unit.buttons["notes"].click()
    window.panel.amount.box.setValue(8)
    before = len(window.document.score.notes)
    window.generation.compose()
    hands.wait(lambda: not window.flow.busy, PATIENCE)
    assert len(window.document.score.notes) == before + 8


ALONE = """
import sys
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication
application = QApplication([])
from app.window.main_window import MainWindow
window = MainWindow()
window.show()
window.begin()
window.actions_["compose.teach"].trigger()
wizard = window.teaching.wizard
wizard.folder.read([sys.argv[1]])
ended = []
window.teaching.client.dataset_scanned.connect(lambda found: (ended.append(found.notes > 0), application.quit()))
QTimer.singleShot(110_000, application.exit)
application.exec()
print("quit", not wizard.isVisible())
wizard.next()
heavy = {"torch", "fastai", "music21", "matplotlib"} & {name.split(".")[0] for name in sys.modules}
print("heavy", sorted(heavy), ended, wizard.currentId())
window.close()
"""


@pytest.mark.slow
def test_the_window_s_process_knows_no_torch(mixed: Path, repository: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", ALONE, str(mixed)], cwd=repository, capture_output=True, text=True, timeout=120
    )
    assert "heavy [] [True] 1" in done.stdout, done.stdout + done.stderr
    assert "quit True" in done.stdout, "an open wizard does not keep the program from ending"


# ---- interruptions ----


@pytest.mark.slow
def test_a_killed_run_goes_on(window: MainWindow, wizard: TeachWizard, hands: Hands, mixed: Path) -> None:
    client = window.teaching.client
    to_training(wizard, hands, mixed, 5.0)
    hands.wait(lambda: better(wizard) and bool(run_folder.list_interrupted()), PATIENCE)
    seen = len(wizard.training.plot.curves.interpolated)
    os.kill(client.pid, signal.SIGKILL)
    hands.wait(lambda: not client.running, PATIENCE)
    lesson = wizard.training
    assert "not more than the last minute" in lesson.remark.text()
    assert not lesson.pause.isEnabled()
    lesson.again.click()
    assert client.running
    hands.wait(lambda: len(lesson.plot.curves.interpolated) > seen, PATIENCE)
    assert lesson.plot.curves.base is not None, "what was drawn is drawn again"
    lesson.stop.click()
    hands.wait(lambda: lesson.ended, PATIENCE)
    assert client.result is not None
    assert client.result.best is not None
    wizard.close()
    window.teaching.open()
    assert wizard.currentId() == wizard.TRAINING, "what it gave waits to be heard"
    os.kill(client.pid, signal.SIGKILL)
    hands.wait(lambda: not lesson.ended, PATIENCE)
    lesson.again.click()
    hands.wait(lambda: lesson.ended, PATIENCE)
    assert client.result is not None, "the checkpoint of an ended run is selected again"


@pytest.mark.slow
def test_the_wizard_can_be_closed_and_composing_goes_on(
    window: MainWindow, wizard: TeachWizard, hands: Hands, mixed: Path
) -> None:
    client = window.teaching.client
    to_training(wizard, hands, mixed, 5.0)
    hands.wait(lambda: bool(wizard.training.plot.curves.train), PATIENCE)
    press(wizard, B.CancelButton)
    assert not wizard.isVisible()
    assert client.running
    assert window.teaching.strip.isVisible()
    hands.click(hands.spot(1900, 70))
    assert window.document.modified, "the roll can be drawn in"
    window.teaching.strip.open.click()
    assert wizard.isVisible()
    assert wizard.currentId() == wizard.TRAINING
    assert not window.teaching.strip.isVisible()
    wizard.training.pause.click()
    hands.wait(lambda: client.paused and wizard.training.where.text() == "Paused", PATIENCE)
    assert wizard.training.pause.text() == "Resume"
    wizard.training.pause.click()
    hands.wait(lambda: not client.paused, PATIENCE)
    window.close()
    assert client.pid == 0
    assert [round(found.config.minutes or 0) for found in run_folder.list_interrupted()] == [5], "it can be resumed"


@pytest.mark.slow
def test_a_cancelled_run_is_offered_again_or_thrown_away(
    window: MainWindow, wizard: TeachWizard, hands: Hands, mixed: Path
) -> None:
    to_training(wizard, hands, mixed, 5.0)
    hands.wait(lambda: bool(wizard.training.plot.curves.train), PATIENCE)
    wizard.ask_drop = lambda: "later"  # type: ignore[method-assign]
    wizard.training.cancel.click()
    hands.wait(lambda: not window.teaching.client.running, PATIENCE)
    assert not wizard.isVisible()
    window.messages.hide()
    window.teaching.offer()
    assert "was interrupted" in window.messages.text()
    window.messages._act.click()
    assert wizard.currentId() == wizard.TRAINING
    hands.wait(lambda: len(wizard.training.plot.curves.train) > 0 and window.teaching.client.running, PATIENCE)
    wizard.ask_drop = lambda: "drop"  # type: ignore[method-assign]
    hands.wait(lambda: wizard.training.cancel.isEnabled(), PATIENCE)
    wizard.training.cancel.click()
    hands.wait(lambda: wizard.currentId() == wizard.FOLDER, PATIENCE)
    hands.wait(lambda: not run_folder.list_interrupted(), PATIENCE)


# ---- bad input ----


@pytest.mark.slow
def test_folders_that_are_no_use_say_so(wizard: TeachWizard, hands: Hands, tmp_path: Path) -> None:
    page = wizard.folder
    for folder, words in ((tmp_path / "nowhere", "no folder"), (tmp_path, "holds no MIDI file")):
        page.read([str(folder)])
        hands.wait(lambda: bool(page.remark.text()), PATIENCE)
        assert words in page.remark.text()
        assert not wizard.button(B.NextButton).isEnabled()
    midi_reader.write(Score(notes=tuple(Note(i * 240, 50 + i % 20, 200, 80) for i in range(200))), tmp_path / "one.mid")
    page.read([str(tmp_path / "one.mid")])
    hands.wait(lambda: page.summary is not None, PATIENCE)
    assert "too little" in page.remark.text()
    assert not wizard.button(B.NextButton).isEnabled()


@pytest.mark.slow
def test_a_folder_can_be_dropped(wizard: TeachWizard, hands: Hands, mixed: Path) -> None:
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(mixed))])
    zone, action, none = wizard.folder.zone, Qt.DropAction.CopyAction, Qt.KeyboardModifier.NoModifier
    left = Qt.MouseButton.LeftButton
    enter = QDragEnterEvent(QPoint(20, 20), action, mime, left, none)
    QApplication.sendEvent(zone, enter)
    assert enter.isAccepted()
    QApplication.sendEvent(zone, QDropEvent(QPointF(20, 20), action, mime, left, none))
    hands.wait(lambda: wizard.folder.summary is not None, PATIENCE)
    page = wizard.folder
    page.which.buttons["unused"].click()
    assert page.filter.rowCount() == 1
    assert page.filter.index(0, 3).data() == "It is not a MIDI file, or it is damaged."
    page.which.buttons["all"].click()
    assert page.filter.rowCount() == 7


def test_when_the_child_dies_between_pages_the_folder_is_read_again(
    window: MainWindow, wizard: TeachWizard, hands: Hands, mixed: Path
) -> None:
    to_recipe(wizard, hands, mixed)
    os.kill(window.teaching.client.pid, signal.SIGKILL)
    hands.wait(lambda: wizard.currentId() == wizard.FOLDER, PATIENCE)
    hands.wait(lambda: wizard.folder.summary is not None, PATIENCE)
    assert wizard.folder.table.rowCount() == 7
    assert wizard.button(B.NextButton).isEnabled()


def test_when_nothing_became_better_the_base_is_kept(window: MainWindow, wizard: TeachWizard, hands: Hands) -> None:
    figures = {"nats_per_note_all": 7.5, "nats_per_note": 5.5, "accuracy": 0.5, "perplexity": 4.0}
    window.teaching.client.finish_run(RunFinished(figures, [], None, steps=9, seconds=60.0, used=6))
    wizard.start_at(wizard.TRAINING)
    press(wizard, B.CommitButton)
    assert wizard.currentId() == wizard.COMPARE
    assert "the base is kept" in wizard.compare.remark.text()
    assert not wizard.compare.keep.isEnabled()
    assert not wizard.compare.rows
    shown = [which.name for which in (B.BackButton, B.FinishButton, B.CancelButton) if wizard.button(which).isVisible()]
    assert shown == ["FinishButton"], "there is nothing to do but to close"
    press(wizard, B.FinishButton)
    assert not wizard.isVisible()
    assert window.teaching.client.result is None


def test_a_style_is_exported_and_imported_in_the_list_of_styles(window: MainWindow, tmp_path: Path) -> None:
    checkpoint.save(style_registry.user_folder(), "mine", note_gpt(5), {"licence": "CC0"}, base="base")
    window.panel.set_styles(installed_styles())
    window.actions_["compose.styles"].trigger()
    dialog = window.findChild(StylesDialog)
    assert dialog is not None
    path = tmp_path / "mine.ricercar-style"
    dialog.ask_save = lambda name: str(tmp_path / name)  # type: ignore[method-assign]
    dialog.ask_open = lambda: str(path)  # type: ignore[method-assign]
    assert not dialog.rows["base"].export.isVisible()
    path.write_bytes(b"precious")
    dialog.ask_save = lambda name: str(tmp_path / "mine")  # type: ignore[method-assign]
    dialog.rows["mine"].export.click()
    assert path.read_bytes() == b"precious", "the file dialog saw another name, so it did not ask"
    assert "exists" in dialog.trouble.text()
    dialog.ask_save = lambda name: str(tmp_path / name)  # type: ignore[method-assign]
    dialog.rows["mine"].export.click()
    assert path.read_bytes() != b"precious"
    dialog.take_in.click()
    assert "already installed" in dialog.trouble.text()
    dialog.rows["mine"].remove.click()
    dialog.rows["mine"].remove.click()
    assert "mine" not in dialog.rows
    dialog.take_in.click()
    assert dialog.rows["mine"].card.licence == "CC0"
    assert window.panel.style_box.findData("mine") >= 0
    path.write_bytes(b"junk")
    dialog.take_in.click()
    assert "not a style" in dialog.trouble.text()
    dialog.close()


# ---- parts ----


def test_the_base_s_sample_stays_and_the_newest_is_in_view(
    window: MainWindow, wizard: TeachWizard, hands: Hands, tmp_path: Path
) -> None:
    lesson = wizard.training
    wizard.start_at(wizard.TRAINING)
    for step in range(0, 400, 20):
        path = tmp_path / f"{step}.mid"
        path.write_bytes(b"")
        lesson._show_event(RunEvent("train", 0.5, 60.0, entry=LogEntry(step, sample=str(path))))
    first, second, *_, last = lesson.samples
    hands.wait(lambda: second.visibleRegion().isEmpty() and last.visibleRegion().boundingRect() == last.rect())
    assert first.visibleRegion().boundingRect() == first.rect()


def test_a_loss_is_told_beside_the_base_s(wizard: TeachWizard) -> None:
    base = {"nats_per_note_all": 7.5, "nats_per_note": 5.5, "accuracy": 0.5, "perplexity": 4.0}
    lesson = wizard.training
    lesson._add_entry(LogEntry(base_metrics=base))
    assert [cell.text() for cell in lesson.figures.cells["accuracy"]] == ["50.0\u202f%", "–"]
    better = {**base, "nats_per_note_all": 7.2, "accuracy": 0.52}
    lesson._add_entry(LogEntry(validation=Validation(9, 60.0, 1.0, better, better)))
    assert [cell.text() for cell in lesson.figures.cells["nats_per_note_all"]] == ["7.50", "7.20"]
    assert lesson.gain.figure.text() == "+35\u202f%"
    worse = {**base, "nats_per_note_all": 7.6}
    lesson._add_entry(LogEntry(validation=Validation(9, 60.0, 1.0, worse, worse)))
    assert lesson.gain.figure.text() == "+35\u202f%", "the best is what would be kept"
    lesson.clear()
    lesson._add_entry(LogEntry(base_metrics=base))
    lesson._add_entry(LogEntry(validation=Validation(9, 60.0, 1.0, worse, worse)))
    assert "no better" in lesson.gain.caption.text()


def test_samples_sound_through_the_window_s_player_and_give_it_back(
    window: MainWindow, wizard: TeachWizard, hands: Hands, tmp_path: Path
) -> None:
    path = tmp_path / "sample.mid"
    midi_reader.write(Score(notes=(Note(0, 30, 480, 90),)), path)
    samples = wizard.player
    samples.toggle(str(path))
    player = window.transport.player()
    assert player.playing
    assert [n.pitch for n in player.score.notes] == [30]
    assert not window.transport.playing, "the playhead of the piece stands"
    samples.toggle(str(path))
    assert [n.pitch for n in player.score.notes] == [60, 62, 64, 66]
    samples.toggle(str(path))
    window.transport.play()
    assert samples.path == ""
    assert [n.pitch for n in player.score.notes] == [60, 62, 64, 66]
    window.transport.stop()
    samples.toggle(str(path))
    hands.wait(lambda: samples.path == "")  # it ends by itself
    samples.toggle(str(tmp_path / "nothing.mid"))
    assert samples.path == ""


def test_who_liked_what_is_counted_by_the_style_and_not_by_the_letter(qtbot: Any) -> None:
    rows = [SampleRow(n, ABSample("x", first, "a.mid", "b.mid")) for n, first in ((1, "style"), (2, "base"))]
    row, other = rows
    for widget in (row, other):
        qtbot.addWidget(widget)
        assert widget.preferred() == ""
        widget.choice.buttons["a"].click()
    assert (row.preferred(), other.preferred()) == ("style", "base")
    row.reveal()
    assert row.answer.text() == "A is the new style, B is the base"
    assert not row.choice.isEnabled()


def test_the_plot_paints_what_it_is_given(qtbot: Any) -> None:
    plot = LossPlot()
    qtbot.addWidget(plot)
    plot.resize(500, 260)
    for theme in (DARK, LIGHT):
        plot.set_theme(theme)
        empty = plot.grab().toImage()
        plot.curves.base = 7.6
        plot.curves.train = [(i / 4, 8 - i / 40) for i in range(50)]
        plot.curves.interpolated = [(4, 7.5), (9, 7.3), (13, float("nan"))]
        plot.minutes = 15
        plot.show_all()
        full = plot.grab().toImage()
        assert full != empty
        place = plot.at(9, 7.3).toPoint()
        assert full.pixelColor(place).name() == theme.accent, "a dot at the validation"
        plot.clear()
    assert plot.low < 7.3 < 7.6 < plot.high


def test_ticks_are_round() -> None:
    assert ticks(0, 15, 6) == [0, 5, 10, 15]
    assert ticks(7.21, 7.63) == [7.3, 7.4, 7.5, 7.6]
    assert len(ticks(3, 3)) <= 6


def test_the_help_of_the_settings_is_what_documents_them(wizard: TeachWizard) -> None:
    notes = notes_on(Recipe)
    assert {notes[name] for name in NUMBERS} == set(HELP)
    for name, field in wizard.recipe.fields.items():
        assert field.toolTip() == notes[name]


def test_every_control_has_a_name(wizard: TeachWizard) -> None:
    from PySide6.QtWidgets import QAbstractButton, QAbstractSpinBox, QComboBox, QLineEdit, QWidget

    kinds = (QAbstractButton, QAbstractSpinBox, QComboBox, QLineEdit)
    for page in wizard.pages:
        for widget in page.findChildren(QWidget):
            if isinstance(widget, kinds) and widget.objectName() != "qt_spinbox_lineedit":
                named = widget.accessibleName() or (widget.text() if hasattr(widget, "text") else "")
                assert named, f"{type(widget).__name__} on {page.name}"
