"""Puts the figures of a report into the bundled cards, and its tables into pages that have places for them.

    python tools/write_cards.py                 only titles, terms and the strengths at which the styles compose
    ricercar evaluate .data --report --json > report.json
    python tools/write_cards.py report.json README.md docs/models.md

A page says where a table goes by a pair of comments: `<!-- table: its title -->` and `<!-- end of table -->`.
"""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path
from typing import Any

from composer.core import paths
from composer.evaluation import report_tables

LICENCE = "CC BY-NC-SA 4.0"
TERMS = (
    "The weights carry the terms of the music they learned from, which is not for commercial use (CC BY-NC-SA 4.0: "
    "name the sources, do not sell, share alike). What this means for music composed with them is not settled law; "
    "do not count on commercial use."
)
SOURCES = [
    {"name": "ASAP dataset (performances, scores, annotations)", "licence": "CC BY-NC-SA 4.0"},
    {"name": "MAESTRO v3.0.0", "licence": "CC BY-NC-SA 4.0"},
    {"name": "SUPRA, Stanford University Piano Roll Archive (expression MIDI)", "licence": "CC BY-NC-SA 4.0"},
    {"name": "piano-midi.de, by Bernd Krueger", "licence": "CC BY-SA Germany"},
    {"name": "Batik-plays-Mozart", "licence": "research data set, treated as CC BY-NC-SA 4.0"},
    {"name": "Vienna 4x22 piano corpus", "licence": "research data set, treated as CC BY-NC-SA 4.0"},
]
ABOUT = {
    "base": ("Base", "Piano music from Bach to Berg, by some 120 composers; the styles were fine-tuned from it."),
    "baroque": ("Baroque", "Bach: performances, piano rolls and sequenced pieces."),
    "romantic": ("Romantic", "Chopin: performances, piano rolls and sequenced pieces."),
    "avant-garde": (
        "Avant-garde",
        "Rachmaninoff, Scriabin, Debussy and Ravel: performances, piano rolls and sequenced pieces.",
    ),
}
STRENGTHS = {"baroque": 3.0, "romantic": 3.0, "avant-garde": 3.0}  # chosen with tools/compare_strengths.py


PLACE = re.compile(r"(<!-- table: (.+?) -->\n).*?(<!-- end of table -->)", flags=re.DOTALL)


def main(report: str = "", *pages: str) -> None:
    """Rewrites the four cards, and the tables of the pages."""
    found = json.loads(Path(report).read_text()) if report else None
    for name, (title, description) in ABOUT.items():
        path = paths.models() / f"{name}.json"
        card = json.loads(path.read_text())
        card |= {"title": title, "description": description, "licence": LICENCE, "terms": TERMS, "sources": SOURCES}
        card |= {"strength": STRENGTHS[name]} if name in STRENGTHS else {}
        if found:
            card["figures"] = table(found, name)  # only what the report prints again; a lesson's own figures go
        path.write_text(json.dumps(card, indent=1, ensure_ascii=False) + "\n")
    for page in map(Path, pages):
        grids = {title: "\n".join(report_tables.grid(head, rows)) for title, head, rows in report_tables.parts(found)}
        page.write_text(pasted(page.read_text(), grids))


def pasted(text: str, grids: dict[str, str]) -> str:
    """A page with the tables in their places. Raises `KeyError` for a title that no table has."""
    return PLACE.sub(lambda place: f"{place[1]}\n{grids[place[2]]}\n\n{place[3]}", text)


OWN = {"by_attribute": "held_out", "thesis": "thesis_protocol", "likeness": "likeness"}  # a row for each style
WHOLE = {
    "matrix": "matrix_nats_per_note_all",
    "four_gram": "four_gram_nats_per_note",
    "listener": "listener",
    "plan": "plan",
}


def table(report: dict[str, Any], name: str) -> dict[str, Any]:
    """The figures of one card: the tables that compare styles, and the rows that are its own."""
    found = {ours: report[key] for key, ours in WHOLE.items() if key in report}
    found |= {ours: report[key][name] for key, ours in OWN.items() if name in report.get(key, {})}
    own = [row for row in report.get("aims", []) if row["name"].startswith((f"{name}:", "listener:"))]
    return found | ({"aims": own} if own else {})


if __name__ == "__main__":
    main(*sys.argv[1:])
