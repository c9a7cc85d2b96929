"""Data set of a run: every file of a folder is used, skipped with a reason or a duplicate; then split by composition.

A scan never stops at a bad file: each one is reported as it is read, and only the sum may be a failure.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from composer.core.errors import UserError
from composer.evaluation import likelihood
from composer.finetuning.records import ScannedFile
from composer.model.tokenizer import DT, DT_STEPS, DURATION, DURATION_MS, DURATION_STEPS, ONSET_MS, Ids
from composer.training import corpus
from composer.training.corpus import Corpus, Piece, Skipped

FEWEST_NOTES = 512  # of the training set
MOST_FILES = 20_000  # a home folder dropped by mistake must not be read for a day


@dataclass
class DatasetScan:
    """The music of a folder, split into parts, and its files."""

    files: list[ScannedFile] = field(default_factory=list)
    music: Corpus = field(default_factory=lambda: Corpus((), ()))
    left_out: int = 0  # files beyond `MOST_FILES`

    @property
    def seconds(self) -> float:
        """Music in the used files."""
        return sum(f.seconds for f in self.files)

    @property
    def notes(self) -> int:
        """Notes in the used files."""
        return sum(f.notes for f in self.files)

    @property
    def compositions(self) -> int:
        """Different compositions among the used files."""
        return len({p.composition for p in self.music.pieces})

    @property
    def known(self) -> int:
        """Used files that the bundled base was trained on: a style shows less on those."""
        known = _base_split()
        return sum(known.get(p.digest, ["", ""])[1] == "train" for p in self.music.pieces)

    def part_notes(self, part: str) -> int:
        """Notes of the "train" or the "valid" part."""
        return sum(len(p.ids) for p in self.music.part(part))

    def skipped(self) -> list[dict[str, str]]:
        """The files that are not used, as the command line reports them."""
        return [{"file": f.path, "reason": f.reason} for f in self.files if f.status != "used"]


def duration(ids: Ids) -> float:
    """Seconds that a piece (notes, 5) lasts."""
    if not len(ids):
        return 0.0
    onset = float(DT_STEPS[ids[:, DT]].sum()) * ONSET_MS / 1000
    return onset + float(DURATION_STEPS[ids[-1, DURATION]]) * DURATION_MS / 1000


def scan(
    paths: Sequence[str | Path],
    progress: Callable[[float, ScannedFile], None] | None = None,
    cancelled: Callable[[], bool] = lambda: False,
    workers: int | None = None,
) -> DatasetScan:
    """Reads folders or files; `progress` gets 0..1 and each file.

    Raises `UserError` when a folder is missing or nothing in it can be used.
    """
    files = list(dict.fromkeys(_find_files(paths)))
    found = DatasetScan(left_out=max(len(files) - MOST_FILES, 0))
    files = files[:MOST_FILES]
    pieces: list[Piece] = []
    first: dict[str, Path] = {}
    for read in corpus.read_all(files, workers):
        if cancelled():
            return found
        file = _classify(read, first)
        if isinstance(read, Piece) and file.status == "used":
            first[read.digest] = read.path
            pieces.append(read)
        found.files.append(file)
        if progress:
            progress(len(found.files) / len(files), file)
    if not pieces:
        raise UserError("folder_without_midi", path=", ".join(map(str, paths)))
    twice = corpus.same_recordings(pieces)
    pieces = [p for p in pieces if p.digest not in twice]
    reasons = {str(s.path): s.reason for s in twice.values()}
    found.files = [ScannedFile(f.path, "duplicate", reasons[f.path]) if f.path in reasons else f for f in found.files]
    skipped = tuple(Skipped(Path(f.path), f.reason) for f in found.files if f.status != "used")
    found.music = split(Corpus(tuple(corpus.group(pieces)), skipped))
    return found


def _find_files(paths: Iterable[str | Path]) -> list[Path]:
    """The MIDI files of folders; files that were chosen themselves are read whatever they are called."""
    found: list[Path] = []
    for path in paths:
        found += [Path(path)] if Path(path).is_file() else corpus.find_files([path])
    return found


def _classify(read: Piece | Skipped, first: dict[str, Path]) -> ScannedFile:
    if isinstance(read, Skipped):
        return ScannedFile(str(read.path), "skipped", read.reason)
    if read.digest in first:
        return ScannedFile(str(read.path), "duplicate", f"It is the same music as {first[read.digest].name}.")
    return ScannedFile(str(read.path), "used", "", len(read.ids), duration(read.ids))


def split(music: Corpus) -> Corpus:
    """Splits by composition into training and validation set.

    What the base was not trained on stays held out, unless the training set is too small then.
    """
    parted = corpus.ensure_valid(corpus.split(music, manifest=_base_split(), valid_percent=0))
    if sum(len(p.ids) for p in parted.part("train")) < FEWEST_NOTES:
        parted = corpus.ensure_valid(corpus.split(music, valid_percent=0))
    return parted


def _base_split() -> dict[str, list[str]]:
    try:
        return likelihood.manifest()
    except UserError:
        return {}


def check_size(music: Corpus, where: object) -> None:
    """Raises `UserError` (too_little_music) when the training set is too small."""
    notes = sum(len(p.ids) for p in music.part("train"))
    if notes < FEWEST_NOTES:
        raise UserError("too_little_music", path=where, found=f"{notes} notes to learn from", needed=FEWEST_NOTES)
