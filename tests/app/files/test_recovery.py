"""A crash costs nothing: autosaves, what is found at the next start, and a child process that is really killed."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from hands import BEAT, LEFT, Hands, melody
from PySide6.QtWidgets import QMessageBox

from app.document import autosave as autosaves
from app.document.autosave import find_autosaves
from app.document.document import Document
from app.document.file_locks import FileClaim, folder, lock
from app.look.widgets import Elided
from app.window.main_window import MainWindow
from composer.files import project_file
from composer.files.project_file import Project, Rescue
from composer.music.score import Note, Score
from composer.music.undo_history import History, State, Step
from tests.places import REPOSITORY

# A window that draws five notes by real clicks, saves in between (if a path is given), writes its autosave, and waits.
CHILD = """
import sys
from pathlib import Path
sys.path[:0] = [{root!r}, {root!r} + "/tests", {root!r} + "/tests/app"]
from hands import BEAT, Hands, Silence, melody
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication
from app.window.main_window import MainWindow
from composer.files import project_file
from composer.audio.player import Player

application = QApplication([])
window = MainWindow(player=Player(Silence()))
window.show()
window.document.open(melody(), None, "melody")
window.roll.set_grid("1/4")
hands = Hands(window, None)
path = sys.argv[1] if len(sys.argv) > 1 else ""
saves_after = int(sys.argv[2]) if len(sys.argv) > 2 else 1
window.files.ask_save = lambda title, proposed, kinds: path

def draw():
    for i in range(5):
        hands.click(hands.spot((5 + i) * BEAT, 62 + i))
        if path and i == saves_after:
            window.files.save()
    window.document.set_view("loop", [0, 960])
    window.autosave.wrote.connect(tell)
    window.autosave.write()

def tell():
    found = project_file.read(window.autosave.path, rescue=True)  # not one that was under way before the last change
    if found.history.index == 5 and found.view.get("loop"):
        print("written", window.autosave.path, flush=True)

QTimer.singleShot(0, draw)
application.exec()
"""


def crash(*arguments: str) -> Path:
    """Runs a window, lets it autosave, and kills it as kill -9 does; returns the autosave that it left."""
    command = [sys.executable, "-c", CHILD.format(root=str(REPOSITORY)), *arguments]
    child = subprocess.Popen(
        command, stdout=subprocess.PIPE, text=True, env={**os.environ, "PYTHONPATH": str(REPOSITORY)}
    )
    assert child.stdout is not None
    with child.stdout:
        word, _, path = child.stdout.readline().strip().partition(" ")
        assert word == "written"
        os.kill(child.pid, signal.SIGKILL)
        assert child.wait() == -signal.SIGKILL
    return Path(path)


def rows(score: Score) -> list[tuple[int, int]]:
    """Onset and pitch of each note."""
    return [(n.start, n.pitch) for n in score.notes]


def leave(name: str, notes: int, title: str = "lost", path: str = "") -> Path:
    """An autosave as a window that died leaves it: `notes` undo steps that added one each."""
    score, steps = melody(), []
    for i in range(notes):
        after = score.add([Note((5 + i) * BEAT, 60, BEAT)])
        steps.append(Step("Draw", -1, (State(score), State(after))))
        score = after
    folder().mkdir(parents=True, exist_ok=True)
    target = folder() / f"{name}.ricercar"
    rescue = Rescue(title, path, 1_700_000_000.0 + notes)
    project_file.write_rescue(Project(score, history=History(tuple(steps), notes, 0), rescue=rescue), target)
    return target


def offered(window: MainWindow, hands: Hands) -> None:
    """Looks for unsaved pieces, as the window does when it starts."""
    with hands.qtbot.waitSignal(window.recovery.offered, timeout=20_000):
        window.recovery.begin()


# ---- a real crash ----


@pytest.mark.slow
def test_killed_recovered_and_undone_all_the_way_back(window: MainWindow, hands: Hands) -> None:
    left = crash()
    assert left.parent == folder()
    offered(window, hands)
    dialog = window.recovery.dialog
    assert dialog is not None
    assert list(dialog.rows) == [left]
    hands.qtbot.mouseClick(dialog.rows[left].recover, LEFT)
    document = window.document
    drawn = [((5 + i) * BEAT, 62 + i) for i in range(5)]
    assert rows(document.score) == rows(melody()) + drawn
    assert document.view["loop"] == [0, 960]
    assert window.windowTitle() == "melody[*] - Ricercar"
    assert window.isWindowModified()
    for count in range(5, 0, -1):
        assert rows(document.score)[4:] == drawn[:count]
        window.actions_["edit.undo"].trigger()
    assert document.score == melody()
    assert not window.actions_["edit.undo"].isEnabled()
    for _ in range(5):
        window.actions_["edit.redo"].trigger()
    assert rows(document.score)[4:] == drawn
    assert left.exists()
    window.close()
    assert not left.exists()


@pytest.mark.slow
def test_killed_right_after_saving_undo_still_goes_all_the_way_back(
    window: MainWindow, hands: Hands, tmp_path: Path
) -> None:
    path = tmp_path / "mine.ricercar"
    left = crash(str(path), "4")
    offered(window, hands)
    assert window.recovery.dialog is not None
    row = window.recovery.dialog.rows[left]
    said = " ".join(label.full() for label in row.findChildren(Elided))
    assert "saved" in said
    assert "not saved" not in said
    row.recover.click()
    document = window.document
    assert document.path == path
    assert not document.modified
    assert document.score == project_file.read(path).score
    for _ in range(5):
        window.actions_["edit.undo"].trigger()
    assert document.score == melody()
    document.undo.setIndex(5)
    assert not document.modified


def test_a_file_that_changed_since_the_crash_is_not_replaced_unasked(
    window: MainWindow, hands: Hands, tmp_path: Path
) -> None:
    path = tmp_path / "mine.ricercar"
    project_file.write(Project(Score()), path)  # long after the autosave
    left = leave("a", 2, path=str(path))
    asked: list[str] = []
    window.files.ask_replace = lambda text: bool(asked.append(text))
    offered(window, hands)
    assert window.recovery.dialog is not None
    window.recovery.dialog.rows[left].recover.click()
    window.actions_["file.save"].trigger()
    assert len(asked) == 1
    assert project_file.read(path).score == Score()


@pytest.mark.slow
@pytest.mark.parametrize("fate", ["deleted", "changed"])
def test_what_was_saved_counts_as_unsaved_once_its_file_is_gone(
    window: MainWindow, hands: Hands, tmp_path: Path, fate: str
) -> None:
    path = tmp_path / "mine.ricercar"
    left = crash(str(path), "4")
    if fate == "deleted":
        path.unlink()
    else:
        project_file.write(Project(Score()), path, force=True)
        os.utime(path, (time.time() + 60, time.time() + 60))
    offered(window, hands)
    assert window.recovery.dialog is not None
    window.recovery.dialog.rows[left].recover.click()
    assert window.isWindowModified(), "closing must ask: the disk has it nowhere else"
    window.files.ask_replace = lambda text: True
    window.actions_["file.save"].trigger()
    assert len(project_file.read(path).score.notes) == 9


@pytest.mark.slow
def test_a_named_piece_goes_on_in_its_file(window: MainWindow, hands: Hands, tmp_path: Path) -> None:
    path = tmp_path / "mine.ricercar"
    crash(str(path))
    before = path.read_bytes()
    offered(window, hands)
    assert window.recovery.dialog is not None
    next(iter(window.recovery.dialog.rows.values())).recover.click()
    assert window.document.path == path
    assert len(window.document.score.notes) == 9
    for _ in range(3):
        assert window.isWindowModified()
        window.document.undo.undo()
    assert not window.isWindowModified(), "this is how it was saved"
    assert project_file.read(path).score == window.document.score
    assert path.read_bytes() == before
    window.document.undo.undo()
    assert window.isWindowModified()
    window.actions_["file.save"].trigger()
    assert len(project_file.read(path).score.notes) == 5


@pytest.mark.slow
def test_a_living_window_keeps_its_autosave(window: MainWindow, hands: Hands) -> None:
    command = [sys.executable, "-c", CHILD.format(root=str(REPOSITORY))]
    child = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    try:
        assert child.stdout is not None
        assert child.stdout.readline().startswith("written")
        offered(window, hands)
        assert window.recovery.dialog is None
        assert len(list(folder().glob("*.ricercar"))) == 1
    finally:
        child.kill()
        child.wait()
        assert child.stdout is not None
        child.stdout.close()
    offered(window, hands)
    assert window.recovery.dialog is not None


# ---- following ----


def test_an_autosave_comes_by_itself_and_knows_of_saving(window: MainWindow, hands: Hands, tmp_path: Path) -> None:
    autosave = window.autosave
    autosave._idle.setInterval(20)
    assert not autosave.path.exists()
    with hands.qtbot.waitSignal(autosave.wrote):
        hands.click(hands.spot(6 * BEAT, 72))
    found = project_file.read(autosave.path, rescue=True)
    assert found.score == window.document.score
    assert (found.history.index, found.history.clean) == (1, 0)
    assert find_autosaves() == [], "it is ours"
    window.files.ask_save = lambda title, path, kinds: str(tmp_path / "mine.ricercar")
    with hands.qtbot.waitSignal(autosave.wrote):
        window.actions_["file.save"].trigger()
    found = project_file.read(autosave.path, rescue=True)
    assert (found.history.index, found.history.clean) == (1, 1)
    assert found.rescue is not None
    assert found.rescue.path == str(tmp_path / "mine.ricercar")
    window.actions_["file.new"].trigger()
    assert not autosave.path.exists()


def test_changes_without_a_pause_are_written_too(window: MainWindow, hands: Hands) -> None:
    window.autosave._latest.setInterval(60)
    with hands.qtbot.waitSignal(window.autosave.wrote):
        while not window.autosave.path.exists():
            hands.click(hands.spot(6 * BEAT, 72))
            hands.qtbot.wait(5)
            window.document.undo.undo()
            hands.click(hands.spot(7 * BEAT, 70))
            window.document.undo.setIndex(1)


def test_closing_leaves_nothing_behind(window: MainWindow, hands: Hands) -> None:
    hands.click(hands.spot(6 * BEAT, 72))
    window.autosave.write()  # under way while the window closes
    window.close()
    assert list(folder().iterdir()) == []


def test_another_piece_takes_the_autosave_with_it(window: MainWindow, hands: Hands) -> None:
    with hands.qtbot.waitSignal(window.autosave.wrote):
        hands.click(hands.spot(6 * BEAT, 72))
        window.autosave.write()
    window.actions_["file.new"].trigger()
    assert list(folder().glob("*.ricercar")) == []


def test_a_full_disk_is_told_once(window: MainWindow, hands: Hands, monkeypatch: pytest.MonkeyPatch) -> None:
    failures: list[object] = []
    window.autosave.failed.connect(failures.append)

    def full(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("composer.files.atomic_files.tempfile.mkstemp", full)
    for tick in (6, 7, 8):
        hands.click(hands.spot(tick * BEAT, 72))
        window.autosave.write()
        hands.wait(lambda: window.autosave._job is None)
    assert len(failures) == 1
    assert "No space left on device" in window.messages.text()


# ---- the dialog ----


def test_several_pieces_one_at_a_time(window: MainWindow, hands: Hands) -> None:
    paths = [leave(name, i + 1, f"piece {name}") for i, name in enumerate(("a", "b", "c"))]
    offered(window, hands)
    dialog = window.recovery.dialog
    assert dialog is not None
    assert list(dialog.rows) == paths[::-1], "the latest first"
    dialog.rows[paths[0]].discard.click()
    assert paths[0].exists(), "one press is none"
    dialog.rows[paths[0]].discard.click()
    assert not paths[0].exists()
    dialog.rows[paths[1]].recover.click()
    assert window.document.title == "piece b"
    assert len(window.document.score.notes) == 6
    assert "One more unsaved piece" in window.messages.text()
    hands.wait(lambda: window.recovery.dialog is None)
    window.actions_["file.unsaved"].trigger()
    hands.wait(lambda: window.recovery.dialog is not None)
    dialog = window.recovery.dialog
    assert dialog is not None
    assert list(dialog.rows) == [paths[2]], "not the one that is open here"
    window.files.ask_changes = lambda: QMessageBox.StandardButton.Cancel
    dialog.rows[paths[2]].recover.click()
    assert window.document.title == "piece b", "they would rather stay"
    window.files.ask_changes = lambda: QMessageBox.StandardButton.Discard
    dialog.rows[paths[2]].recover.click()
    assert window.document.title == "piece c"
    hands.wait(lambda: not paths[1].exists())
    assert paths[2].exists()


@pytest.mark.parametrize("count", [0, 2])
def test_the_start_offers_what_is_there(
    window: MainWindow, hands: Hands, monkeypatch: pytest.MonkeyPatch, count: int
) -> None:
    monkeypatch.setattr(window.generation, "warm", lambda: None)  # no model is needed here
    for i in range(count):
        leave(f"{i}", 1)
    with hands.qtbot.waitSignal(window.recovery.offered, timeout=20_000):
        window.begin()
    assert (len(window.recovery.dialog.rows) if window.recovery.dialog else 0) == count
    assert window.document.score.notes, "the first theme is there behind it"
    assert not window.document.modified


def test_later_offers_them_again(window: MainWindow, hands: Hands) -> None:
    left = leave("a", 2)
    for _ in range(2):
        offered(window, hands)
        assert window.recovery.dialog is not None
        assert list(window.recovery.dialog.rows) == [left]
        window.recovery.dialog.later.click()
        hands.wait(lambda: window.recovery.dialog is None)
    assert [f.path for f in release(find_autosaves())] == [left]
    assert window.document.score == melody()


def test_a_window_that_closes_meanwhile_offers_nothing(window: MainWindow, hands: Hands) -> None:
    left = leave("a", 1)
    window.recovery.begin()
    window.close()
    hands.wait(lambda: window.recovery._job is None)
    assert window.recovery.dialog is None
    assert [found.path for found in find_autosaves()] == [left]


def test_a_damaged_one_is_skipped_and_told(window: MainWindow, hands: Hands) -> None:
    good, bad = leave("good", 1), leave("bad", 2)
    bad.write_bytes(bad.read_bytes()[:300])
    offered(window, hands)
    assert window.recovery.dialog is not None
    assert list(window.recovery.dialog.rows) == [good]
    assert "An unsaved piece from before is damaged" in window.messages.text()
    assert bad.with_suffix(".damaged").exists()
    window.recovery.dialog.later.click()
    hands.wait(lambda: window.recovery.dialog is None)
    window.messages.hide()
    offered(window, hands)
    assert window.messages.text() == "", "told once"


@pytest.mark.parametrize("damage", ["cut", "a folder", "binary"])
def test_nothing_but_damage_lets_the_window_start(window: MainWindow, hands: Hands, damage: str) -> None:
    path = leave("bad", 1)
    if damage == "a folder":
        path.unlink()
        path.mkdir()
    else:
        path.write_bytes(path.read_bytes()[:40] if damage == "cut" else bytes(range(256)))
    offered(window, hands)
    assert window.recovery.dialog is None
    assert "is damaged" in window.messages.text()
    hands.click(hands.spot(6 * BEAT, 72))
    assert len(window.document.score.notes) == 5


def test_a_damaged_history_still_gives_the_piece(window: MainWindow, hands: Hands) -> None:
    path = leave("a", 2)
    path.write_bytes(path.read_bytes().replace(b'"kind": -1', b'"kind": null'))
    offered(window, hands)
    assert window.recovery.dialog is not None
    window.recovery.dialog.rows[path].recover.click()
    assert len(window.document.score.notes) == 6
    assert window.isWindowModified()
    assert not window.document.undo.canUndo()


def test_what_a_newer_version_left_waits_for_it(window: MainWindow, hands: Hands) -> None:
    left = leave("a", 1)
    left.write_bytes(left.read_bytes().replace(b'"format": 1', b'"format": 99'))
    offered(window, hands)
    assert window.recovery.dialog is None
    assert left.exists()


def test_one_file_that_trips_the_reader_does_not_hide_the_others(
    window: MainWindow, hands: Hands, monkeypatch: pytest.MonkeyPatch
) -> None:
    good, bad = leave("a", 1), leave("b", 2)
    read = project_file.read

    def trip(path: Path, **options: bool) -> Project:
        if path == bad:
            raise AssertionError("nobody foresaw this")
        return read(path, **options)

    monkeypatch.setattr("app.document.autosave.project_file.read", trip)
    offered(window, hands)
    assert window.recovery.dialog is not None
    assert list(window.recovery.dialog.rows) == [good]


def test_without_a_crash_nothing_is_said(window: MainWindow, hands: Hands) -> None:
    offered(window, hands)
    assert window.recovery.dialog is None
    assert window.messages.text() == ""
    window.actions_["file.unsaved"].trigger()
    assert window.messages.text() == "There are no unsaved pieces from before."


def test_half_written_files_are_swept_away_in_time(window: MainWindow, hands: Hands) -> None:
    folder().mkdir(parents=True, exist_ok=True)
    old, new = folder() / ".a.ricercar.x.part", folder() / ".b.ricercar.y.part"
    for path in (old, new):
        path.write_bytes(b"half")
    long_ago = time.time() - 2 * autosaves._HALF_WRITTEN
    os.utime(old, (long_ago, long_ago))
    take = f"lock = QLockFile({str(folder() / 'open-1.lock')!r}); assert lock.tryLock(0); os._exit(9)"
    subprocess.run([sys.executable, "-c", f"import os; from PySide6.QtCore import QLockFile; {take}"], check=False)
    assert (folder() / "open-1.lock").exists()
    ours = FileClaim()
    assert ours.take(folder() / "x.ricercar")
    offered(window, hands)
    assert [p.name for p in folder().glob(".*.part")] == [new.name]
    assert not (folder() / "open-1.lock").exists()
    assert len(list(folder().glob("open-*.lock"))) == 1, "the living keep theirs"
    ours.release()


def test_a_lock_of_a_dead_process_with_our_number_counts_for_nothing(tmp_path: Path) -> None:
    path = tmp_path / "x.lock"
    first = lock(path)
    assert first is not None
    assert lock(path) is None, "it is held"
    said = path.read_bytes()
    first.unlock()
    path.write_bytes(said)  # as a crash leaves it, in a container in which every start has the same number
    held = lock(path)
    assert held is not None
    assert held.isLocked()
    assert lock(path) is None
    held.unlock()


def test_a_lock_of_the_dead_counts_for_nothing(tmp_path: Path) -> None:
    path = tmp_path / "x.lock"
    take = f"lock = QLockFile({str(path)!r}); assert lock.tryLock(0); os._exit(9)"
    script = f"import os; from PySide6.QtCore import QLockFile; {take}"
    assert subprocess.run([sys.executable, "-c", script], check=False).returncode == 9
    assert path.exists()
    held = lock(path)
    assert held is not None
    assert held.isLocked()
    assert lock(path) is None, "this one lives"
    held.unlock()


# ---- the undo stack ----


def test_a_thousand_steps_and_no_more(qtbot: object) -> None:
    document = Document()
    document.open(melody(), None, "")
    for i in range(1005):
        document.change(f"step {i}", document.score.add([Note(i, 90, 5)]))
    assert document.undo.count() == 1000
    history = document.history()
    assert (len(history.steps), history.index, history.clean) == (1000, 1000, -1)
    for step in history.steps[:900]:
        assert step.known
    while document.undo.canUndo():
        document.undo.undo()
    assert len(document.score.notes) == 4 + 5
    document.close()


def test_old_steps_shrink_once_an_autosave_knows_them(window: MainWindow, hands: Hands) -> None:
    document, autosave = window.document, window.autosave
    for i in range(autosaves.MOST_CHANGES - 1):
        document.change("add", document.score.add([Note(i, 90, 5)]))
    assert not any(s.known for s in document.history().steps)
    with hands.qtbot.waitSignal(autosave.wrote):  # so many changes are written without a pause
        document.change("add", document.score.add([Note(99, 90, 5)]))
    steps = document.history().steps
    assert [s._states is None for s in steps] == [True] * 5 + [False] * 20
    found = project_file.read(autosave.path, rescue=True)
    here = found.state
    for step in reversed(found.history.steps):
        here = step.before(here)
    assert here.score == melody(), "state and steps in the file belong together"
    document.undo.setIndex(0)
    assert document.score == melody()


def release(found: list[autosaves.FoundAutosave]) -> list[autosaves.FoundAutosave]:
    """Lets their locks go."""
    for piece in found:
        piece.release()
    return found
