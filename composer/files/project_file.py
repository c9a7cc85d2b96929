"""The `.ricercar` file: one readable JSON file with all of a document; versioned, capped, written whole or not."""

from __future__ import annotations

import json
import stat
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from composer import __version__
from composer.core.errors import UserError, reason
from composer.files import midi_reader
from composer.files.atomic_files import check_output, write_atomically
from composer.files.midi_reader import Cancelled
from composer.files.project_reader import history_in as _history_in
from composer.files.project_reader import items, mapping, origin_in, score_in, takes_in, text, view_in
from composer.files.project_writer import Raw, block, dumps, listed, origin_out, score_out, takes_out
from composer.files.project_writer import history_out as _history_out
from composer.music.score import Score
from composer.music.takes import Origin, Takes
from composer.music.undo_history import History, State

FORMAT = 1  # a reader refuses a higher one
SUFFIX = ".ricercar"
LIMIT_MB = 128
MOST_ORIGINS = 10_000
HISTORY_ROWS = 400_000  # so many notes of undo history go into an autosave, the nearest ones first

# format -> what makes the next format of it; a function a format, named after what it mends
MIGRATIONS: dict[int, Callable[[dict[str, Any]], dict[str, Any]]] = {}


@dataclass(frozen=True)
class Rescue:
    """What an autosave knows beside the document."""

    title: str = ""
    path: str = ""  # where the piece stands on the disk; empty if nowhere
    saved: float = 0.0  # seconds since 1970


@dataclass(frozen=True)
class Project:
    """All of a document. `history` and `rescue` are in autosaves only."""

    score: Score
    takes: Takes | None = None
    origins: tuple[Origin, ...] = ()
    view: Mapping[str, Any] = field(default_factory=dict)  # plain JSON values
    history: History = field(default_factory=History)
    rescue: Rescue | None = None

    @property
    def state(self) -> State:
        """What undo gives back."""
        return State(self.score, self.takes, frozenset(), self.origins)


# ---- writing ----


def to_bytes(project: Project) -> bytes:
    """The file's content, UTF-8."""
    score = project.score
    values: dict[str, Any] = {"format": FORMAT, "program": f"Ricercar {__version__}", **score_out(score)}
    values["takes"] = takes_out(project.takes, score) if project.takes else None
    values["provenance"] = listed(dumps(origin_out(o)) for o in project.origins)
    values["view"] = _view(project.view)
    if project.rescue is not None:
        values["rescue"] = dict(vars(project.rescue))
        values["history"] = _history_out(project.history.shortened(HISTORY_ROWS), score)
    # half of a surrogate pair, in a name that some program wrote, becomes the escape that JSON has for it
    return (block(values) + "\n").encode("utf-8", "backslashreplace")


def _view(view: Mapping[str, Any]) -> dict[str, Any]:
    """The view as plain values; one that no reader would take is not worth a piece that cannot be saved."""
    try:
        return view_in(json.loads(dumps(dict(view))))
    except (ValueError, TypeError, RecursionError):
        return {}


def write(project: Project, path: str | Path, *, force: bool = False) -> None:
    """Writes the file, reads it back and compares, and only then lets it take the old one's place.

    Raises `UserError` (output_exists, output_unwritable); an old file is untouched then.
    """
    check_output(path, force)
    data = _bounded(to_bytes(project), path)

    def check(back: bytes) -> None:
        if back != data or not _same(_parsed(back, str(path)), project):
            raise ValueError("it could not be read back")

    try:
        write_atomically(path, data, force=force, check=check)
    except UserError as error:
        if error.code == "project_invalid":  # what no reader would take must not take the place of a good file
            raise UserError("output_unwritable", path=path, reason=error.arguments["reason"]) from error
        raise


def write_rescue(project: Project, path: Path) -> None:
    """Writes an autosave; without its history if no reader would take both. Raises `UserError` (output_unwritable)."""
    data = to_bytes(project)
    if len(data) > LIMIT_MB * 2**20:
        data = _bounded(to_bytes(replace(project, history=History())), path)

    def check(back: bytes) -> None:
        if back != data:
            raise ValueError("it could not be read back")

    write_atomically(path, data, force=True, check=check)


def _bounded(data: bytes, path: str | Path) -> bytes:
    if len(data) > LIMIT_MB * 2**20:
        raise UserError("output_unwritable", path=path, reason=f"it would be larger than {LIMIT_MB} MB")
    return data


def _same(a: Project, b: Project) -> bool:
    takes = [_takes_text(p) for p in (a, b)]
    plain = a.score == b.score and a.score.title == b.score.title and a.origins == b.origins
    return plain and takes[0] == takes[1] and dumps(_view(a.view)) == dumps(_view(b.view))


def _takes_text(project: Project) -> Raw | None:
    return takes_out(project.takes, project.score) if project.takes else None


# ---- reading ----


def read(
    path: str | Path,
    progress: Callable[[float], None] | None = None,
    cancelled: Callable[[], bool] | None = None,
    *,
    rescue: bool = False,
) -> Project:
    """Reads a project; with `rescue` an autosave, whose history and origin are in the file too.

    Raises `UserError` for whatever is none, `midi_reader.Cancelled` when `cancelled` says so.
    """
    file = Path(path)

    def tell(done: float) -> None:
        if cancelled is not None and cancelled():
            raise Cancelled
        if progress is not None:
            progress(done)

    tell(0.0)
    data = _data(file)
    tell(0.1)
    return _parsed(data, str(file), tell, rescue)


def music(path: str | Path) -> tuple[Score, tuple[str, ...]]:
    """The score of a piece or of a MIDI file, and a sentence for each thing that had to be mended in it."""
    if Path(path).suffix.lower() == SUFFIX:
        return read(path).score, ()
    return midi_reader.read_with_warnings(path)


def from_bytes(data: bytes, name: str = "the data") -> Project:
    """Reads a project held in memory; `name` stands for it in an error's sentence."""
    return _parsed(data, name)


def _data(file: Path) -> bytes:
    try:
        info = file.stat()
        if not stat.S_ISREG(info.st_mode):  # a folder; or a pipe, of which there may be no end
            raise UserError("file_unreadable", path=file, reason="it is not a file")
        if info.st_size > LIMIT_MB * 2**20:
            raise UserError("file_too_large", path=file, limit=LIMIT_MB)
        with file.open("rb") as source:
            data = source.read(LIMIT_MB * 2**20 + 1)
    except FileNotFoundError as error:
        raise UserError("file_missing", path=file) from error
    except (OSError, ValueError) as error:
        raise UserError("file_unreadable", path=file, reason=reason(error)) from error
    if not data:
        raise UserError("file_empty", path=file)
    return data


def _parsed(data: bytes, path: str, tell: Callable[[float], None] = lambda done: None, rescue: bool = False) -> Project:
    try:
        values = mapping(json.loads(_decoded(data), parse_constant=_no_constant), "it")
        tell(0.5)
        values = _migrated(values, path)
        project = _project(values, rescue)
        tell(1.0)
        return project
    except json.JSONDecodeError as error:
        raise UserError("project_invalid", path=path, reason=f"line {error.lineno} is damaged") from error
    except KeyError as error:
        raise UserError("project_invalid", path=path, reason=f"it lacks {str(error.args[0])[:60]!r}") from error
    except RecursionError as error:
        raise UserError("project_invalid", path=path, reason="it is nested too deeply") from error
    except (ValueError, TypeError, OverflowError) as error:
        raise UserError("project_invalid", path=path, reason=reason(error)) from error


def _decoded(data: bytes) -> str:
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise ValueError("it is not UTF-8 text") from error


def _no_constant(name: str) -> float:
    raise ValueError(f"{name} is not a number")


def _migrated(values: dict[str, Any], path: str) -> dict[str, Any]:
    """The values as today's format has them."""
    version = values["format"]
    if type(version) is not int or version < 1:
        raise ValueError("its format is not a number")
    if version > FORMAT:
        raise UserError("project_newer", path=path)
    for old in range(version, FORMAT):
        values = MIGRATIONS[old](values)
    return values


def _project(values: dict[str, Any], rescue: bool) -> Project:
    score = score_in(values)
    takes = None if values["takes"] is None else takes_in(values["takes"], score)
    origins = tuple(origin_in(o) for o in items(values["provenance"], "the provenance", MOST_ORIGINS))
    view = view_in(values["view"])
    if not rescue:
        return Project(score, takes, origins, view)
    return Project(
        score, takes, origins, view, _history(values, State(score, takes, frozenset(), origins)), _rescue(values)
    )


def _history(values: dict[str, Any], state: State) -> History:
    """The steps; a damaged history must not cost the piece."""
    try:
        return _history_in(values["history"], state)
    except (ValueError, TypeError, KeyError, OverflowError):
        return History()


def _rescue(values: dict[str, Any]) -> Rescue:
    got = mapping(values["rescue"], "the rescue")
    saved = got["saved"]
    if type(saved) not in (int, float) or not 0 <= saved < 2**40:
        raise ValueError("its time is not a number")
    path = text(got["path"], "its path", 4096)
    return Rescue(text(got["title"], "its title", 1000), path if _may_be_ours(path) else "", float(saved))


def _may_be_ours(path: str) -> bool:
    """Only such a file may be written again after a recovery."""
    return Path(path).is_absolute() and Path(path).suffix.lower() == SUFFIX and "\0" not in path
