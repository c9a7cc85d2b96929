"""Opening, saving and exporting: the file handlers of the window. Failures become one sentence and change nothing."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import cast

from PySide6.QtCore import QObject, QSettings, Signal
from PySide6.QtWidgets import QFileDialog, QMessageBox, QWidget

from app.document import Document
from app.jobs import Job, Jobs
from app.messages import sentence
from composer import export, midi, resources
from composer.errors import UserError
from composer.score import Score

SUFFIXES = (".mid", ".midi", ".smf", ".kar")
_FOLDER = "files/folder"


class Files(QObject):
    """Handlers of the file actions."""

    failed = Signal(object)  # an exception with a sentence
    told = Signal(str)
    exported = Signal(Path)

    def __init__(self, document: Document, jobs: Jobs, settings: QSettings, window: QWidget) -> None:
        super().__init__(window)
        self.document = document
        self.jobs = jobs
        self.settings = settings
        self.window = window
        # replaced by tests, which have nobody to answer a dialog
        self.ask_open: Callable[[str], str] = self._ask_open
        self.ask_save: Callable[[str, Path, str], str] = self._ask_save
        self.ask_changes: Callable[[], QMessageBox.StandardButton] = self._ask_changes

    # ---- open ----

    def new(self) -> None:
        """An empty page."""
        if self.may_leave():
            self.document.open(Score(), None, "")

    def open(self) -> None:
        """Asks for a MIDI file and opens it."""
        path = self.ask_open(self.tr("Open a MIDI file"))
        if path:
            self.open_path(Path(path))

    def open_path(self, path: Path, *, ask: bool = True) -> None:
        """Reads a file in the background; the document changes only if that works."""
        if ask and not self.may_leave():
            return
        title = self.tr("Opening {name}").format(name=path.name)
        read = partial(midi.read_with_warnings, path)
        self.jobs.run(title, lambda job: read(), lambda got: self._opened(path, got), self._failed)

    def drop(self, paths: list[Path]) -> None:
        """Opens what was dropped: the first file that may be MIDI."""
        music = [p for p in paths if p.suffix.lower() in SUFFIXES]
        if music:
            self.open_path(music[0])
        elif paths:
            self.told.emit(sentence("drop_kind", {"path": paths[0]}))

    def open_example(self, path: Path) -> None:
        """Opens one of the themes that come with the program, as an untitled piece."""
        if self.may_leave():
            try:
                self.document.open(midi.read(path), None, example_title(path))
            except UserError as error:
                self.failed.emit(error)

    def _opened(self, path: Path, got: object) -> None:
        score, warnings = cast("tuple[Score, tuple[str, ...]]", got)
        if not score.notes:
            self.failed.emit(UserError("no_notes", path=path))
            return
        self._remember(path)
        self.document.open(score, path, path.stem)
        if warnings:
            self.told.emit(str(warnings[0]))

    # ---- save ----

    def save(self) -> bool:
        """Writes the piece where it came from; asks for a name if it has none. False if it is not saved."""
        if self.document.path is None:
            return self.save_as()
        return self._write(self.document.path)

    def save_as(self) -> bool:
        """Asks for a name and writes the piece there."""
        name = (self.document.title or self.tr("Untitled")) + ".mid"
        path = self.ask_save(self.tr("Save as MIDI"), self._folder() / name, self.tr("MIDI files (*.mid)"))
        return bool(path) and self._write(_suffixed(path, ".mid"))

    def _write(self, path: Path) -> bool:
        try:
            export.mid(self.document.score, path, force=True)  # the dialog has asked already
        except UserError as error:
            self.failed.emit(error)
            return False
        self._remember(path)
        self.document.saved(path)
        return True

    # ---- export ----

    def export_midi(self) -> None:
        """Writes a copy as MIDI, with a line on where its notes come from."""
        path = self._export_path(self.tr("Export MIDI"), "mid", self.tr("MIDI files (*.mid)"))
        if path is None:
            return
        try:
            export.mid(self.document.score, path, force=True, comment=self._provenance())
        except UserError as error:
            self.failed.emit(error)
            return
        self._told_exported(path)

    def export_wav(self) -> None:
        """Renders what is heard to a WAV file in the background."""
        if not self.document.score.audible:
            self.failed.emit(UserError("nothing_to_hear"))
            return
        path = self._export_path(self.tr("Export WAV"), "wav", self.tr("WAV files (*.wav)"))
        if path is None:
            return
        score = self.document.score

        def render(job: Job) -> object:
            return export.wav(score, path, force=True, progress=job.report, cancelled=job.is_cancelled)

        title = self.tr("Exporting {name}").format(name=path.name)
        job = self.jobs.run(title, render, lambda made: self._told_exported(path), self._failed)
        job.cancelled.connect(lambda: self.told.emit(self.tr("The export was cancelled; no file was written.")))

    def _export_path(self, title: str, suffix: str, kinds: str) -> Path | None:
        chosen = self.document.takes.chosen if self.document.takes else None
        name = export.default_name(
            self.document.title,
            chosen.style if chosen else "",
            chosen.number if chosen else None,
            chosen.random_seed if chosen else None,
            suffix,
        )
        path = self.ask_save(title, self._folder() / name, kinds)
        return _suffixed(path, "." + suffix) if path else None

    def _provenance(self) -> str:
        if self.document.takes is None:
            return ""
        take = self.document.takes.chosen
        return f"Ricercar: {take.style}, take {take.number}, random seed {take.random_seed}"

    def _told_exported(self, path: Path) -> None:
        self._remember(path)
        self.told.emit(self.tr("Exported {name} to {folder}").format(name=path.name, folder=path.parent))
        self.exported.emit(path)

    # ---- leave ----

    def may_leave(self) -> bool:
        """Asks about unsaved changes; False if the person would rather stay."""
        if not self.document.modified:
            return True
        answer = self.ask_changes()
        if answer == QMessageBox.StandardButton.Save:
            return self.save()
        return answer == QMessageBox.StandardButton.Discard

    def _ask_changes(self) -> QMessageBox.StandardButton:
        name = self.document.title or self.tr("this piece")
        box = QMessageBox(self.window)
        box.setWindowTitle("Ricercar")
        box.setText(self.tr("Save the changes to “{name}”?").format(name=name))
        box.setInformativeText(self.tr("They are lost otherwise."))
        button = QMessageBox.StandardButton
        box.setStandardButtons(button.Save | button.Discard | button.Cancel)
        box.setDefaultButton(button.Save)
        return QMessageBox.StandardButton(box.exec())

    def _ask_open(self, title: str) -> str:
        kinds = self.tr("MIDI files (*.mid *.midi *.smf *.kar);;All files (*)")
        return QFileDialog.getOpenFileName(self.window, title, str(self._folder()), kinds)[0]

    def _ask_save(self, title: str, path: Path, kinds: str) -> str:
        return QFileDialog.getSaveFileName(self.window, title, str(path), kinds)[0]

    def _failed(self, error: object) -> None:
        self.failed.emit(error)

    def _folder(self) -> Path:
        folder = Path(str(self.settings.value(_FOLDER, "")) or Path.home())
        return folder if folder.is_dir() else Path.home()

    def _remember(self, path: Path) -> None:
        self.settings.setValue(_FOLDER, str(path.parent))


def examples() -> list[Path]:
    """The themes that come with the program, by name."""
    folder = resources.examples()
    return sorted(folder.glob("*.mid")) if folder.is_dir() else []


def example_title(path: Path) -> str:
    """A file's name as a title: `royal-theme.mid` is "Royal theme"."""
    words = path.stem.lstrip("0123456789-_ ").replace("_", " ").replace("-", " ").strip() or path.stem
    return words[:1].upper() + words[1:]


def _suffixed(path: str, suffix: str) -> Path:
    given = Path(path)
    return given if given.suffix.lower() == suffix else given.with_name(given.name + suffix)
