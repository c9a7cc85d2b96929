"""Teaches the judges of the bundled styles and puts them into the cards; writes what lessons compare their music with.

    python tools/write_judges.py [.data]

From the prepared corpus (tools/prepare_corpus.py). A judge learns from one half of its style's compositions only, so
that the report's listener can learn from the others. The same corpus always gives the same bytes.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from composer.core import paths
from composer.evaluation import likelihood, model_report
from composer.files.atomic_files import write_atomically
from composer.generation import style_scorer
from composer.scoring.style_classifier import Window
from composer.training import prepared_corpus
from composer.training.corpus import Piece

A_COMPOSITION = 64  # windows of one that a bundled style's judge learns from


def main(data: str = ".data") -> None:
    """Writes models/reference.npz and the judges of the three cards."""
    shelf = prepared_corpus.read(Path(data), likelihood.manifest())
    learned = [p for p in shelf.under("train") if p.part == "train"]
    style_of = {p.digest: style for style in model_report.STYLES for p in shelf.style(style)}
    named = {_composition(p): style_of[p.digest] for p in learned if p.digest in style_of}
    write_reference(learned, named)
    heard = [p for p in learned if _composition(p) not in named or style_scorer.learns_from(_composition(p), p.part)]
    windows = _windows(heard, named, "all music", A_COMPOSITION)
    for style in model_report.STYLES:
        write(style, windows)


def _composition(piece: Piece) -> str:
    return piece.composition or piece.digest


def _windows(pieces: list[Piece], named: dict[str, str], what: str, most: int) -> list[Window]:
    """Windows with the names of their styles, and a number for each."""
    found = style_scorer.windows([(_composition(p), p.ids) for p in pieces], _teller(what), most)
    kinds = sorted({"", *named.values()})
    names = [named.get(w.composition, "") for w in found]
    return [replace(w, style=kinds.index(name), piece=name) for w, name in zip(found, names, strict=True)]


def _teller(what: str) -> Callable[[float], None]:
    def tell(done: float) -> None:
        if sys.stderr.isatty():
            print(f"\r{what}: {done:4.0%}", end="" if done < 1 else "\n", file=sys.stderr)

    return tell


def write_reference(pieces: list[Piece], named: dict[str, str]) -> None:
    """A few windows of every composition that the base learned from."""
    windows = _windows(pieces, named, "reference", style_scorer.A_COMPOSITION)
    write_atomically(paths.models() / style_scorer.REFERENCE, style_scorer.packed(windows), force=True)
    print(f"{len(windows)} windows of {len({w.composition for w in windows})} compositions in {style_scorer.REFERENCE}")


def write(style: str, windows: list[Window]) -> None:
    """The judge of one style into its card; none where there is no music of its own, or no other."""
    own = [w for w in windows if w.piece == style]
    others = [w for w in windows if w.piece != style]
    path = paths.models() / f"{style}.json"
    card = json.loads(path.read_text(encoding="utf-8"))
    card.pop("judge", None)
    if own and others:
        card["judge"] = style_scorer.StyleScorer.fit(own, others).table()
    text = json.dumps(card, indent=1, ensure_ascii=False) + "\n"
    write_atomically(path, text.encode(), force=True)
    print(f"{style}: {len({w.composition for w in own})} compositions, {len(own)} windows against {len(others)}")


if __name__ == "__main__":
    main(*sys.argv[1:])
