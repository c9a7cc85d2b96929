"""Open, save and drop: the window's file commands. Failures become one sentence and change nothing."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import cast

from PySide6.QtCore import QCoreApplication, QObject, QSettings, Qt, Signal
from PySide6.QtWidgets import QFileDialog, QMessageBox, QWidget

from app.document.background_jobs import Job, Jobs
from app.document.document import Document
from app.document.file_locks import FileClaim, FileStamp
from app.document.recent import Recent
from app.files import import_dialog
from app.look.error_texts import sentence
from app.look.library_texts import translate_reason
from composer.core import paths
from composer.core.errors import UserError
from composer.files import midi_reader, project_file
from composer.files.project_file import Project
from composer.music.edits.track_edits import DRUMS
from composer.music.score import Score

MIDI_SUFFIXES = (".mid", ".midi", ".smf", ".kar")
SUFFIXES = (project_file.SUFFIX, *MIDI_SUFFIXES)
_FOLDER = "files/folder"
CLOCKS = 5.0  # seconds that the clocks of two disks may differ
NAMED = 3  # files that a sentence names; of more, the first
LONGEST_NAME = 60  # letters of a name in a question

Button = QMessageBox.StandardButton


@dataclass(frozen=True)
class OpenedFile:
    """What a file held, and how the file was when it was read."""

    project: Project
    warnings: tuple[str, ...]
    stamp: FileStamp | None


class Files(QObject):
    """Handlers of the file actions."""

    failed = Signal(object)  # an exception with a sentence
    notice = Signal(str)
    exported = Signal(Path)
    saved = Signal()

    def __init__(self, document: Document, jobs: Jobs, settings: QSettings, window: QWidget) -> None:
        super().__init__(window)
        self.document = document
        self.jobs = jobs
        self.settings = settings
        self.window = window
        self.recent = Recent(settings, self.open_path, self)
        self.claim = FileClaim()
        self._stamp: FileStamp | None = None
        self._opening: Job | None = None
        # replaced by tests, which have nobody to answer a dialog
        self.ask_open: Callable[[str], str] = self._ask_open
        self.ask_save: Callable[[str, Path, str], str] = self._ask_save
        self.ask_changes: Callable[[], QMessageBox.StandardButton] = self._ask_changes
        self.ask_replace: Callable[[str], bool] = self._ask_replace
        self.ask_import: Callable[[Score], Score | None] = self._ask_import

    # ---- open ----

    def new(self) -> None:
        """An empty page."""
        if self.may_leave():
            self._show(Score(), None, "")

    def open(self) -> None:
        """Asks for a file and opens it."""
        path = self.ask_open(self.tr("Open a piece or a MIDI file"))
        if path:
            self.open_path(Path(path))

    def open_path(self, path: Path, *, ask: bool = True, instead_of: Sequence[Path] = ()) -> None:
        """Reads a file in the background; the document changes only if that works. Then says what it left out."""
        if ask and not self.may_leave():
            return
        title, before = self.tr("Opening {name}").format(name=path.name), self.document.score
        self._forget_opening()

        def opened(got: object) -> None:  # what was drawn while it was read is asked about too
            wanted = not job.is_cancelled() and (self.document.score is before or self.may_leave())
            if wanted and self._opened(path, cast(OpenedFile, got)) and instead_of:
                self._tell_which(path, instead_of)

        self._opening = job = self.jobs.run(title, lambda job: _read(path, job), opened, self._failed)
        job.ended.connect(lambda: self._ended(job))

    def _forget_opening(self) -> None:
        """What is still being read makes way for what the person wants now."""
        if self._opening is not None:
            self._opening.cancel()

    def _ended(self, job: Job) -> None:
        if self._opening is job:
            self._opening = None

    def drop(self, paths: list[Path]) -> None:
        """Opens what was dropped: the first file that may be music."""
        music = [p for p in paths if p.suffix.lower() in SUFFIXES and not p.is_dir()]
        if music:
            self.open_path(music[0], instead_of=[p for p in paths if p != music[0]])
        elif paths:
            self.notice.emit(sentence("drop_folder" if paths[0].is_dir() else "drop_kind", {"path": paths[0]}))

    def open_example(self, path: Path) -> None:
        """Opens one of the themes that come with the program, as an untitled piece."""
        if self.may_leave():
            try:
                self._show(midi_reader.read(path), None, example_title(path))
            except UserError as error:
                self.failed.emit(error)

    def open_rescued(self, found: Project) -> None:
        """Puts a piece in place that an autosave held, with its undo history."""
        rescue = found.rescue or project_file.Rescue()
        path = Path(rescue.path) if rescue.path else None
        stamp = FileStamp.of(path) if path else None
        changed = stamp is not None and stamp.changed > (rescue.saved + CLOCKS) * 1e9
        if changed:
            stamp = FileStamp(0, 0)  # somebody wrote the file after the crash: saving asks
        if path is not None and (changed or stamp is None):  # what was saved there is there no more
            found = replace(found, history=replace(found.history, clean=-1))
        self._show(found, path, rescue.title, stamp=stamp, lost=True)

    def _tell_which(self, path: Path, others: Sequence[Path]) -> None:
        """Says which of the files that came together was opened."""
        names = ", ".join(_short(p.name) for p in others[:NAMED]) + (" …" if len(others) > NAMED else "")
        text = self.tr("One piece is open at a time: {name} was opened, {others} left out.")
        self.notice.emit(text.format(name=_short(path.name), others=names))

    def _opened(self, path: Path, got: OpenedFile) -> bool:
        """Shows what a file held; whether it did."""
        self.recent.add(path)
        if path.suffix.lower() == project_file.SUFFIX:
            self._remember(path)
            self._show(got.project, path, path.stem, stamp=got.stamp)
            return True
        score: Score | None = got.project.score
        if score is None or not score.notes:
            self.failed.emit(UserError("no_notes", path=path))
            return False
        score = self.ask_import(score)
        if score is None:
            return False
        self._remember(path)
        self._show(score, None, path.stem, source=path)
        drums = any(t.channel == DRUMS for t in score.tracks)  # they may have been left out by now
        warnings = [w for w in got.warnings if drums or w != midi_reader.DRUMS_SILENT]
        if warnings:
            self.notice.emit(translate_reason(str(warnings[0])))
        return True

    def _show(
        self,
        piece: Score | Project,
        path: Path | None,
        title: str,
        *,
        source: Path | None = None,
        stamp: FileStamp | None = None,
        lost: bool = False,
    ) -> None:
        self._forget_opening()
        free = self.claim.take(path)
        self._stamp = stamp or (FileStamp.of(path) if path else None)
        self.document.open(piece, path, title, source=source, lost=lost)
        if not free and path is not None:
            self._warn(path)

    def _warn(self, path: Path) -> None:
        text = self.tr("“{name}” is open in another window too: what is saved last replaces the other.")
        self.notice.emit(text.format(name=_short(path.name)))

    def _failed(self, error: object) -> None:
        if isinstance(error, UserError) and error.code == "file_missing":
            self.recent.forget(Path(str(error.arguments["path"])))
        self.failed.emit(error)

    # ---- save ----

    def save(self) -> bool:
        """Writes the piece where it stands; asks for a name if it has none. False if it is not saved."""
        path = self.document.path
        if path is None:
            return self.save_as()
        if self._changed_outside(path):
            text = self.tr("“{name}” was changed by another program since it was opened here. Replace it?")
            if not self.ask_replace(text.format(name=_short(path.name))):
                return False
        return self._write(path)

    def save_as(self) -> bool:
        """Asks for a name and writes the piece there."""
        name = (self.document.title or self.tr("Untitled")) + project_file.SUFFIX
        source = self.document.path or self.document.source
        folder = source.parent if source is not None and source.parent.is_dir() else self.folder()
        kinds = self.tr("Ricercar pieces (*.ricercar)")
        path = self.ask_path(self.tr("Save the piece"), folder / name, kinds, project_file.SUFFIX)
        return path is not None and self._write(path)

    def _write(self, path: Path) -> bool:
        try:
            project_file.write(self.document.project(), path, force=True)  # the dialog has asked already
        except UserError as error:
            self.failed.emit(error)
            return False
        if not self.claim.take(path) and path != self.document.path:
            self._warn(path)
        self._stamp = FileStamp.of(path)
        self._remember(path)
        self.recent.add(path)
        self.document.mark_saved(path)
        self.saved.emit()
        return True

    def _changed_outside(self, path: Path) -> bool:
        now = FileStamp.of(path)
        return now is not None and now != self._stamp

    def ask_path(self, title: str, proposed: Path, kinds: str, suffix: str) -> Path | None:
        """Asks where to write. What the dialog did not know to exist, since it saw no suffix, is asked about."""
        given = self.ask_save(title, proposed, kinds)
        if not given:
            return None
        path = with_suffix(given, suffix)
        if str(path) != given and path.exists():
            text = self.tr("“{name}” exists already. Replace it?").format(name=_short(path.name))
            return path if self.ask_replace(text) else None
        return path

    # ---- leave ----

    def may_leave(self) -> bool:
        """Asks about unsaved changes; False if the person would rather stay."""
        if not self.document.modified:
            return True
        answer = self.ask_changes()
        if answer == Button.Save:
            return self.save()
        return answer == Button.Discard

    def close(self) -> None:
        """Lets go of what other windows look at."""
        self.claim.release()

    def _ask_changes(self) -> QMessageBox.StandardButton:
        name = _short(self.document.title) or self.tr("this piece")
        box = QMessageBox(self.window)
        box.setWindowTitle("Ricercar")
        box.setTextFormat(Qt.TextFormat.PlainText)  # a file may be named <b>
        box.setText(self.tr("Save the changes to “{name}”?").format(name=name))
        box.setInformativeText(self.tr("They are lost otherwise."))
        box.setStandardButtons(Button.Save | Button.Discard | Button.Cancel)
        box.setDefaultButton(Button.Save)
        return QMessageBox.StandardButton(box.exec())

    def _ask_replace(self, text: str) -> bool:
        box = QMessageBox(self.window)
        box.setWindowTitle("Ricercar")
        box.setTextFormat(Qt.TextFormat.PlainText)  # a file may be named <b>
        box.setText(text)
        replace = box.addButton(self.tr("Replace"), QMessageBox.ButtonRole.AcceptRole)
        box.addButton(Button.Cancel)
        box.setDefaultButton(Button.Cancel)
        box.exec()
        return box.clickedButton() is replace

    def _ask_open(self, title: str) -> str:
        patterns = " ".join(f"*{s}" for s in SUFFIXES)
        kinds = self.tr("Pieces and MIDI files ({patterns});;All files (*)").format(patterns=patterns)
        return QFileDialog.getOpenFileName(self.window, title, str(self.folder()), kinds)[0]

    def _ask_save(self, title: str, path: Path, kinds: str) -> str:
        return QFileDialog.getSaveFileName(self.window, title, str(path), kinds)[0]

    def _ask_import(self, score: Score) -> Score | None:
        return import_dialog.ask(score, self.window, self.settings)

    def folder(self) -> Path:
        """Where the person was last; their home at first."""
        folder = Path(str(self.settings.value(_FOLDER, "")) or Path.home())
        return folder if folder.is_dir() else Path.home()

    def _remember(self, path: Path) -> None:
        self.settings.setValue(_FOLDER, str(path.parent))


def _read(path: Path, job: Job) -> OpenedFile:
    """On the job's thread."""
    stamp = FileStamp.of(path)
    if path.suffix.lower() == project_file.SUFFIX:
        return OpenedFile(project_file.read(path, job.report, job.is_cancelled), (), stamp)
    score, warnings = midi_reader.read_with_warnings(path, job.report, job.is_cancelled)
    return OpenedFile(Project(score), warnings, stamp)


def examples() -> list[Path]:
    """The themes that come with the program, by name."""
    folder = paths.examples()
    return sorted(folder.glob("*.mid")) if folder.is_dir() else []


def example_title(path: Path) -> str:
    """A file's name as a title: `royal-theme.mid` is "Royal theme"."""
    words = path.stem.lstrip("0123456789-_ ").replace("_", " ").replace("-", " ").strip() or path.stem
    return QCoreApplication.translate("Examples", words[:1].upper() + words[1:])


def with_suffix(path: str, suffix: str) -> Path:
    """A path with a suffix, put behind whatever was typed."""
    given = Path(path)
    return given if given.suffix.lower() == suffix else given.with_name(given.name + suffix)


def _short(name: str) -> str:
    half = LONGEST_NAME // 2
    return name if len(name) <= LONGEST_NAME else f"{name[:half]}…{name[-half:]}"
