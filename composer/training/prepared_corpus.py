"""The prepared corpus (see tools/prepare_corpus.py), read once: which pieces are a style's, the thesis', held out."""

from __future__ import annotations

import hashlib
import os
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from pathlib import Path

from composer.core.errors import UserError
from composer.training import corpus
from composer.training.corpus import Corpus, Piece

FOLDERS = ("train", "styles", "thesis")
A_COMPOSITION = 3  # performances of one composition that a table of held-out music counts at most
Split = dict[str, list[str]]  # digest -> [composition, part]


@dataclass(frozen=True)
class Prepared:
    """All pieces of the corpus by their real path; composition and part as the split has them ("" where it has not)."""

    data: Path
    pieces: dict[str, Piece]

    def under(self, *folder: str) -> list[Piece]:
        """The pieces below a folder, each content once, in the order of their hashes."""
        found = (self.pieces.get(os.path.realpath(p)) for p in corpus.find_files([self.data.joinpath(*folder)]))
        return [p for _, p in sorted({p.digest: p for p in reversed([*found]) if p}.items())]

    def style(self, style: str, *parts: str) -> list[Piece]:
        """The pieces of a style, of some parts only if any are named."""
        return [p for p in self.under("styles", style) if not parts or p.part in parts]

    def held_out(self, style: str) -> list[Piece]:
        """The pieces of a style that base and styles never saw, at most three performances of a composition."""
        chosen, performances = [], Counter[str]()
        for piece in self.style(style, "test"):
            performances[piece.composition] += 1
            if performances[piece.composition] <= A_COMPOSITION:
                chosen.append(piece)
        return chosen

    def thesis(self, style: str) -> list[Piece]:
        """The thesis' pieces of a style, by the names of their files."""
        return sorted(self.under("thesis", style.replace("-", "_")), key=lambda p: p.path.name)


def work_folder(data: Path) -> Path:
    """Where what can be made again is kept: beside the corpus."""
    return data.resolve().parent / ".work"


def check(data: Path) -> None:
    """Raises `UserError` (folder_missing) unless the corpus was prepared_corpus."""
    for folder in FOLDERS:
        if not (data / folder).is_dir():
            raise UserError("folder_missing", path=data / folder)


def read(data: Path, split: Split, tell: Callable[[float], None] = lambda done: None) -> Prepared:
    """Reads every file once; a second time from a cache, as long as the files are the same."""
    check(data)
    files = sorted({os.path.realpath(p) for p in corpus.find_files([data / folder for folder in FOLDERS])})
    cache = work_folder(data) / f"corpus-{_mark(files)}.npz"
    try:
        held: Iterable[Piece] = corpus.load(cache).pieces
    except UserError:
        held = _read(files, tell)
        cache.parent.mkdir(parents=True, exist_ok=True)
        for old in cache.parent.glob("corpus-*.npz"):
            old.unlink(missing_ok=True)
        corpus.save(Corpus(tuple(held), ()), cache)
    pieces = {}
    for piece in held:
        composition, part = split.get(piece.digest, ("", ""))
        pieces[str(piece.path)] = replace(piece, composition=composition, part=part)
    return Prepared(data, pieces)


def _read(files: list[str], tell: Callable[[float], None]) -> list[Piece]:
    pieces = []
    for done, found in enumerate(corpus.read_all([Path(f) for f in files]), 1):
        if isinstance(found, Piece):
            pieces.append(found)
        tell(done / len(files))
    if not pieces:
        raise UserError("folder_without_midi", path="the corpus")
    return pieces


def _mark(files: Iterable[str]) -> str:
    """A hash of the files' names, sizes and times, of what is told about them, and of the code that reads them."""
    from composer.files import midi_reader
    from composer.model import conditions, tokenizer
    from composer.training import beats, encoded_corpus, sources

    files = [*files]
    beside = {os.path.splitext(f)[0] + beats.ANNOTATIONS for f in files}
    beside |= {str(folder / sources.TABLE) for folder in {p for f in files for p in Path(f).parents}}
    code = [str(module.__file__) for module in (beats, conditions, encoded_corpus, midi_reader, sources, tokenizer)]
    mark = hashlib.sha256()
    for path in (*files, *sorted(filter(os.path.isfile, beside)), *code):
        status = os.stat(path)
        mark.update(f"{path} {status.st_size} {status.st_mtime_ns}\n".encode())
    return mark.hexdigest()[:16]
