"""Composes with several strengths of the styles and prints how each stands beside real music: which default is best?

    python tools/compare_strengths.py .data --strengths 1 2 3 4 --takes 2
    python tools/compare_strengths.py .data --strengths 3 --drafts 1        what drafts give

From the report's neutral themes, but with random seeds that the report does not use, so that what is chosen here is not
judged by itself there. "told" is the share of takes whose style a listener recognises who learned from real music that
the judges do not know; "overlap" the mean overlapping area with the style's histograms; the last columns are shares of
the real music's values.
"""

from __future__ import annotations

import argparse
from dataclasses import replace
from pathlib import Path

from composer.evaluation import generated_samples, likelihood, model_report, report_tables, similarity
from composer.evaluation.generated_samples import Plan
from composer.generation import style_scorer
from composer.model.tokenizer import Ids
from composer.scoring import music_statistics, style_classifier
from composer.scoring.style_classifier import StyleClassifier
from composer.training import prepared_corpus

SEED = 5000  # far from takes.FIRST_SEED
OWN = ("in_key", "repetition", "stuck")
SHARES = ("velocity_spread", "pedal_share", "pace")  # told as shares of the real music's


def main() -> None:
    """Prints a table for each style, a row as soon as it is known."""
    options = arguments()
    plan = Plan(options.takes, options.notes, SEED, None, options.temperature, options.top_p, options.drafts)
    shelf = prepared_corpus.read(options.data, likelihood.manifest())
    listener, real = _listener(shelf), {s: _real(shelf, s, options.notes) for s in model_report.STYLES}
    themes = list(generated_samples.themes(shelf.data).values())
    rows = []
    for strength in options.strengths:
        told = []
        for number, style in enumerate(model_report.STYLES):
            made = generated_samples.kept(
                style, themes, replace(plan, strength=strength), prepared_corpus.work_folder(shelf.data), _silent
            )
            heard = [int(listener.hear(ids).argmax()) for ids in made]
            told.append(sum(h == number for h in heard) / len(heard))
            ours, theirs = figures(made), figures(real[style])
            overlap = similarity.overlaps(made, real[style])["mean"]
            shares = [ours[name] / max(theirs[name], 1e-9) for name in SHARES]
            rows.append([strength, style, told[-1], overlap, *(ours[name] for name in OWN), *shares])
            print(*report_tables.grid(HEAD, rows[-1:]), sep="\n", flush=True)
        rows.append([strength, "mean", sum(told) / len(told), *[None] * (1 + len(OWN) + len(SHARES))])
    print("", *report_tables.grid(HEAD, rows), sep="\n")


HEAD = ["strength", "style", "told", "overlap", *OWN, *(f"{name.replace('_', ' ')} of real" for name in SHARES)]


def arguments() -> argparse.Namespace:
    """What the command line asks for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path, nargs="?", default=Path(".data"), help="the prepared corpus")
    parser.add_argument("--strengths", type=float, nargs="+", default=[1.0, 2.0, 3.0, 4.0])
    parser.add_argument("--takes", type=int, default=2, help="from each theme")
    parser.add_argument("--notes", type=int, default=192, help="a take")
    parser.add_argument("--drafts", type=int, default=Plan().drafts, help="of each phrase")
    parser.add_argument("--temperature", type=float, default=Plan().temperature)
    parser.add_argument("--top-p", type=float, default=Plan().top_p)
    return parser.parse_args()


def figures(pieces: list[Ids]) -> dict[str, float]:
    """The report's single figures, and the pace in notes a second."""
    seconds = sum(float(music_statistics.onsets(ids)[-1]) for ids in pieces)
    return similarity.figures(pieces) | {"pace": sum(map(len, pieces)) / max(seconds, 1e-9)}


def _listener(shelf: prepared_corpus.Prepared) -> StyleClassifier:
    pieces = [
        (number, piece.composition or piece.digest, f"{style} {place}", piece.ids)
        for number, style in enumerate(model_report.STYLES)
        for place, piece in enumerate(shelf.style(style))
        if not style_scorer.learns_from(piece.composition or piece.digest, piece.part)
    ]
    return StyleClassifier(style_classifier.without_touch(style_classifier.gather(pieces)), len(model_report.STYLES))


def _real(shelf: prepared_corpus.Prepared, style: str, notes: int) -> list[Ids]:
    pieces = [(piece.composition or piece.digest, piece.ids) for piece in shelf.style(style, "train")]
    return similarity.stretches(pieces, notes)


def _silent(done: float) -> None:
    """Nobody waits for a bar here."""


if __name__ == "__main__":
    main()
