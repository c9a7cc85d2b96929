"""Export: MIDI as played or on the grid, MusicXML, WAV. Never over an existing file unasked."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QObject

from app.document.background_jobs import Job, Operation
from app.files.file_actions import Files
from composer.audio import export
from composer.core.errors import UserError
from composer.files import project_file


class Exports(QObject):
    """Handlers of the export actions; asks and tells through `Files`."""

    def __init__(self, files: Files) -> None:
        super().__init__(files)
        self.files = files
        self.document = files.document

    def midi(self) -> None:
        """As performed, with a line on where its notes come from."""
        self._midi(self.tr("Export MIDI"), grid=False)

    def midi_on_grid(self) -> None:
        """With onsets and lengths on the grid, as notation programs like it."""
        self._midi(self.tr("Export MIDI on the grid"), grid=True)

    def _midi(self, title: str, *, grid: bool) -> None:
        path = self._path(title, "mid", self.tr("MIDI files (*.mid)"), "_grid" if grid else "")
        if path is None:
            return
        try:
            export.mid(self.document.score, path, force=True, comment=self._provenance(), grid=grid)
        except UserError as error:
            self.files.failed.emit(error)
            return
        self._done(path)

    def wav(self) -> None:
        """What is heard, in the background."""
        score = self.document.score
        if not score.audible:
            self.files.failed.emit(UserError("nothing_to_hear"))
            return
        path = self._path(self.tr("Export WAV"), "wav", self.tr("WAV files (*.wav)"))
        if path is not None:
            self._run(
                path,
                lambda job: export.wav(score, path, force=True, progress=job.report, cancelled=job.is_cancelled),
            )

    def musicxml(self) -> None:
        """A score to read, in the background: music21 takes its time."""
        score = self.document.score
        if not score.audible:
            self.files.failed.emit(UserError("nothing_to_hear"))
            return
        path = self._path(self.tr("Export MusicXML"), "musicxml", self.tr("MusicXML files (*.musicxml)"))
        title = self.document.title
        if path is not None:
            self._run(path, lambda job: _musicxml(score, path, title, job))

    def _run(self, path: Path, operation: Operation) -> None:
        title = self.tr("Exporting {name}").format(name=path.name)
        job = self.files.jobs.run(title, operation, lambda made: self._done(path), self.files.failed.emit)
        job.cancelled.connect(lambda: self.files.notice.emit(self.tr("The export was cancelled; no file was written.")))

    def _path(self, title: str, suffix: str, kinds: str, kind: str = "") -> Path | None:
        chosen = self.document.takes.chosen if self.document.takes else None
        name = export.default_name(
            f"{self.document.title}{project_file.SUFFIX}",  # a name of a file: what follows a title's dot is no suffix
            chosen.style if chosen else "",
            chosen.number if chosen else None,
            chosen.random_seed if chosen else None,
            suffix,
        )
        name = f"{Path(name).stem}{kind}.{suffix}"  # as played and on the grid, a piece can stand in one folder twice
        return self.files.ask_path(title, self.files.folder() / name, kinds, "." + suffix)

    def _provenance(self) -> str:
        state = self.document.state
        origins = [*state.origins, *([state.takes.chosen.origin] if state.takes else [])]
        return "; ".join(f"Ricercar: {o.style}, take {o.take}, random seed {o.random_seed}" for o in origins[-8:])

    def _done(self, path: Path) -> None:
        self.files.notice.emit(self.tr("Exported {name} to {folder}").format(name=path.name, folder=path.parent))
        self.files.exported.emit(path)


def _musicxml(score: export.Score, path: Path, title: str, job: Job) -> None:
    export.musicxml(score, path, title=title, force=True, progress=job.report, cancelled=job.is_cancelled)
