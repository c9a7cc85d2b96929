"""A report as text for people: one aligned table after another, ready to be pasted into a page of Markdown."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from composer.model.tokenizer import ATTRIBUTES

Table = dict[str, Any]
Cell = str | float | int | None
Part = tuple[str, Sequence[str], Sequence[Sequence[Cell]]]  # title, head, rows


def lines(report: Table) -> Iterator[str]:
    """All tables of a report, line by line."""
    for title, head, rows in parts(report):
        yield f"{title}:"
        yield ""
        yield from grid(head, rows)
        yield ""


def parts(report: Table) -> Iterator[Part]:
    """(title, head, rows) of every table of a report."""
    yield from _predictions(report)
    for key, table in (("likeness", _likeness), ("listener", _listener), ("aims", _aims)):
        if key in report:
            yield from table(report[key])


def grid(head: Sequence[str], rows: Sequence[Sequence[Cell]]) -> Iterator[str]:
    """A Markdown table with aligned columns."""
    cells = [list(head), *([_text(cell) for cell in row] for row in rows)]
    widths = [max(len(row[at]) for row in cells) for at in range(len(head))]
    for number, row in enumerate(cells):
        yield "| " + " | ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) + " |"
        if number == 0:
            yield "|" + "|".join("-" * (width + 2) for width in widths) + "|"


def _text(cell: Cell) -> str:
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "yes" if cell else "no"
    if isinstance(cell, float):
        return f"{cell:.3f}" if abs(cell) < 10 else f"{cell:.1f}"
    return str(cell)


def _predictions(report: Table) -> Iterator[Part]:
    matrix = report["matrix"]
    models = list(next(iter(matrix.values())))
    yield (
        "Nats a note over all attributes on held-out music",
        ["held-out music of", *models, "4-gram"],
        [[s, *row.values(), report["four_gram"][s]["nats_per_note_all"]] for s, row in matrix.items()],
    )
    yield (
        "Each style on its own held-out music, by attribute",
        ["style", "pieces", "notes", *ATTRIBUTES, "dt + pitch + duration"],
        [
            [s, t["pieces"], t["notes"], *(t["nats_by_attribute"][a] for a in ATTRIBUTES), t["nats_per_note"]]
            for s, t in report["by_attribute"].items()
        ],
    )
    yield (
        "The thesis' protocol (the thesis' own figures in brackets)",
        ["style", "loss a token", "accuracy", "perplexity", "loss, full context", "accuracy, full context"],
        [
            [
                s,
                *(f"{t[name]:.3f} ({t['thesis'][name]:.3f})" for name in ("loss", "accuracy", "perplexity")),
                t["loss_full_context"],
                t["accuracy_full_context"],
            ]
            for s, t in report["thesis"].items()
        ],
    )


KINDS = {
    "composed": "composed, neutral themes",
    "continued": "composed, its own themes",
    "held_out": "held-out real",
    "thesis": "the thesis' result",
}


def _likeness(likeness: Table) -> Iterator[Part]:
    rows = [(s, kind, table[kind]) for s, table in likeness.items() for kind in KINDS if kind in table]
    areas = list(rows[0][2]["overlap"])
    yield (
        "Overlapping area with the histograms of the real music learned from",
        ["style", "music", *(name.replace("_", " ") for name in areas)],
        [[s, KINDS[kind], *table["overlap"].values()] for s, kind, table in rows],
    )
    figures = list(rows[0][2]["figures"])
    real = [(s, "learned_from", table["learned_from"]) for s, table in likeness.items()]
    yield (
        "Single figures (means over pieces)",
        ["style", "music", *(name.replace("_", " ") for name in figures)],
        [
            [s, KINDS.get(kind, "learned from"), *table["figures"].values()]
            for s, kind, table in sorted([*rows, *real], key=lambda row: list(likeness).index(row[0]))
        ],
    )
    yield (
        "Longest runs copied from the training music, in notes",
        ["style", "music", "pieces", "longest", "median", "share below 24"],
        [[s, KINDS[kind], table["pieces"], *table["copied"].values()] for s, kind, table in rows],
    )


def _listener(listener: Table) -> Iterator[Part]:
    styles = listener["styles"]
    for kind, name in (("notes", "from the notes alone"), ("notes_and_touch", "from notes, loudness and pedal")):
        yield from _heard(styles, listener[kind], name)
        if "all_music" in listener:
            yield from _heard(styles, listener["all_music"][kind], f"{name}, by a listener that learned from all music")
    if "four_grams" in listener:
        heard = listener["four_grams"]
        found = {
            **{f"real {what}": table for what, table in heard["real"].items()},
            "composed takes": heard["composed"],
        }
        yield "Styles heard by 4-grams", _head(styles), _confusions(styles, found)
    yield (
        f"Inception Score over composed takes (1 to {len(styles)})",
        ["from the notes alone", "with loudness and pedal"],
        [[listener[kind]["composed"]["inception_score"] for kind in ("notes", "notes_and_touch")]],
    )


def _heard(styles: Sequence[str], heard: Table, name: str) -> Iterator[Part]:
    """What one listener hears."""
    found = {f"real {what}": heard["real"][what] for what in ("windows", "pieces", "compositions")}
    if "judges_half" in heard:
        found["real pieces of the judges' half"] = heard["judges_half"]["pieces"]
    found["composed takes"] = heard["composed"]
    yield f"Styles heard {name}", _head(styles), _confusions(styles, found)
    if "thesis" in heard:
        yield (
            f"The thesis' results, heard {name} (probabilities)",
            ["asked", *styles],
            [[style, *values] for style, values in heard["thesis"].items()],
        )


def _head(styles: Sequence[str]) -> list[str]:
    return ["music", "is", *(f"heard {s}" for s in styles), "told"]


def _confusions(styles: Sequence[str], found: Table) -> list[list[Cell]]:
    """The rows of confusions, each under its name."""
    rows: list[list[Cell]] = []
    for what, table in found.items():
        for number, style in enumerate(styles):
            first, share = (what, table["accuracy"]) if not number else ("", None)
            rows.append([first, style, *table["confusion"][number], share])
    return rows


def _aims(aims: Sequence[Table]) -> Iterator[Part]:
    yield "Aims", ["what", "reached", "aim", "met"], [[r["name"], float(r["value"]), r["aim"], r["met"]] for r in aims]
