"""What a folder has to teach: every file used, skipped with its reason or known as a duplicate; then split in parts.

The listing never stops at a bad file: each one is told about as it is read, and only the sum may be a failure.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from composer.core.errors import UserError
from composer.evaluation import likelihood
from composer.model.tokenizer import DT, DT_STEPS, DURATION, DURATION_MS, DURATION_STEPS, ONSET_MS, Ids
from composer.training import corpus
from composer.training.corpus import Corpus, Piece, Skipped

FEWEST_NOTES = 512  # of training music
MOST_FILES = 20_000  # a home folder dropped by mistake must not be read for a day
LITTLE_MINUTES = 20.0  # below it, a style picks up habits but hardly a language


@dataclass(frozen=True)
class Fate:
    """What became of one file: "used", "skipped" (with the reason) or "duplicate" (of another file)."""

    path: Path
    kind: str
    reason: str = ""
    notes: int = 0
    seconds: float = 0.0


@dataclass
class Gathered:
    """The music of a folder, and what became of each file."""

    fates: list[Fate] = field(default_factory=list)
    music: Corpus = field(default_factory=lambda: Corpus((), ()))
    left_out: int = 0  # files beyond `MOST_FILES`

    @property
    def seconds(self) -> float:
        """Music in the used files."""
        return sum(f.seconds for f in self.fates)

    @property
    def notes(self) -> int:
        """Notes in the used files."""
        return sum(f.notes for f in self.fates)

    @property
    def compositions(self) -> int:
        """Different compositions among the used files."""
        return len({p.composition for p in self.music.pieces})

    @property
    def known(self) -> int:
        """Used files that the bundled base has learned from: a style shows less on those."""
        known = _known()
        return sum(known.get(p.digest, ["", ""])[1] == "train" for p in self.music.pieces)

    def skipped(self) -> list[dict[str, str]]:
        """The files that are not used, as the command line reports them."""
        return [{"file": str(f.path), "reason": f.reason} for f in self.fates if f.kind != "used"]


Tell = Callable[[float, Fate], None]


def length(ids: Ids) -> float:
    """How long a piece (notes, 5) lasts, in seconds."""
    if not len(ids):
        return 0.0
    onset = float(DT_STEPS[ids[:, DT]].sum()) * ONSET_MS / 1000
    return onset + float(DURATION_STEPS[ids[-1, DURATION]]) * DURATION_MS / 1000


def gather(
    paths: Sequence[str | Path],
    tell: Tell | None = None,
    cancelled: Callable[[], bool] = lambda: False,
    workers: int | None = None,
) -> Gathered:
    """Reads folders or files. Raises `UserError` when a folder is missing or nothing in it can be used."""
    files = list(dict.fromkeys(_files(paths)))
    found = Gathered(left_out=max(len(files) - MOST_FILES, 0))
    files = files[:MOST_FILES]
    pieces: list[Piece] = []
    first: dict[str, Path] = {}
    for read in corpus.read_all(files, workers):
        if cancelled():
            return found
        fate = _fate(read, first)
        if isinstance(read, Piece) and fate.kind == "used":
            first[read.digest] = read.path
            pieces.append(read)
        found.fates.append(fate)
        if tell:
            tell(len(found.fates) / len(files), fate)
    if not pieces:
        raise UserError("folder_without_midi", path=", ".join(map(str, paths)))
    twice = corpus.same_recordings(pieces)
    pieces = [p for p in pieces if p.digest not in twice]
    reasons = {s.path: s.reason for s in twice.values()}
    found.fates = [Fate(f.path, "duplicate", reasons[f.path]) if f.path in reasons else f for f in found.fates]
    skipped = tuple(Skipped(f.path, f.reason) for f in found.fates if f.kind != "used")
    found.music = parts(Corpus(tuple(corpus.group(pieces)), skipped))
    return found


def _files(paths: Iterable[str | Path]) -> list[Path]:
    """The MIDI files of folders; files that were chosen themselves are read whatever they are called."""
    found: list[Path] = []
    for path in paths:
        found += [Path(path)] if Path(path).is_file() else corpus.find_files([path])
    return found


def _fate(read: Piece | Skipped, first: dict[str, Path]) -> Fate:
    if isinstance(read, Skipped):
        return Fate(read.path, "skipped", read.reason)
    if read.digest in first:
        return Fate(read.path, "duplicate", f"It is the same music as {first[read.digest].name}.")
    return Fate(read.path, "used", "", len(read.ids), length(read.ids))


def parts(music: Corpus) -> Corpus:
    """The music split by composition into what is learned from and what judges.

    What the base was kept from stays kept back, unless too little is left to learn from then.
    """
    parted = corpus.ensure_valid(corpus.split(music, manifest=_known(), valid_percent=0))
    if sum(len(p.ids) for p in parted.part("train")) < FEWEST_NOTES:
        parted = corpus.ensure_valid(corpus.split(music, valid_percent=0))
    return parted


def _known() -> dict[str, list[str]]:
    try:
        return likelihood.manifest()
    except UserError:
        return {}


def check(music: Corpus, where: object) -> None:
    """Raises `UserError` (too_little_music) for what is too little to learn from."""
    notes = sum(len(p.ids) for p in music.part("train"))
    if notes < FEWEST_NOTES:
        raise UserError("too_little_music", path=where, found=f"{notes} notes to learn from", needed=FEWEST_NOTES)
