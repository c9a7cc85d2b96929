"""Every table of the model cards: how well models predict, and how composed music stands beside real music."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np

from composer.core.errors import UserError
from composer.core.progress import Progress, report_stage
from composer.evaluation import generated_samples, likelihood, similarity
from composer.evaluation.copy_index import Index
from composer.evaluation.generated_samples import Plan
from composer.evaluation.likelihood import GIGA_ATTRIBUTES, score
from composer.evaluation.ngrams import FourGram
from composer.files import midi_reader
from composer.generation import style_scorer
from composer.model import checkpoint
from composer.model.tokenizer import DT, PITCH, Ids, encode
from composer.model.transformer import NoteGPT
from composer.music.score import Score
from composer.scoring import style_classifier
from composer.scoring.style_classifier import StyleClassifier, Window
from composer.training import prepared_corpus
from composer.training.corpus import Piece
from composer.training.prepared_corpus import Prepared

Table = dict[str, Any]
STYLES = ("baroque", "romantic", "avant-garde")
THESIS = {  # per token on its own held-out tenth: loss, accuracy, perplexity
    "baroque": (1.490, 0.532, 4.44),
    "romantic": (1.410, 0.562, 4.10),
    "avant-garde": (1.612, 0.521, 5.01),
}
THESIS_THEME = "inicio_para_elisa.mid"  # what the thesis' own results go on from
THESIS_RESULTS = {
    "baroque": "para_elisa_barroco_v1.mid",
    "romantic": "para_elisa_romanticismo_audio_memoria.mid",
    "avant-garde": "para_elisa_vanguardia_v1.mid",
}
REFERENCE = Path("../shared/reference/midi")  # where they are looked for, from the repository's root


def report(
    data: str | Path = ".data",
    progress: Progress | None = None,
    plan: Plan | None = None,
    reference: str | Path = REFERENCE,
) -> Table:
    """All tables, from the prepared corpus (see tools/prepare_corpus.py); their schema stands in docs/report.md.

    The thesis' own results are measured too where `reference` holds them. Raises `UserError`.
    """
    stage = _stages(progress)
    prepared_corpus.check(Path(data))
    split = likelihood.manifest()
    models = {name: _note_model(name) for name in (*STYLES, "base")}
    shelf = prepared_corpus.read(Path(data), split, stage("reading"))
    for style in STYLES:
        for part in ("train", "test"):
            if not shelf.style(style, part):
                raise UserError("too_little_music", path=f"{style}, {part} part", found="no piece", needed="one")
    neutral = list(generated_samples.themes(shelf.data).values())
    made = _composed(shelf, dict.fromkeys(STYLES, neutral), plan or Plan(), stage("composing"))
    own = {style: generated_samples.own_themes(_kept_back(shelf, style)) for style in STYLES}
    continued = _composed(shelf, own, plan or Plan(), stage("continuing"))
    theirs = thesis_results(Path(reference))
    predicted = predictions(models, shelf, stage("predicting"))
    tables = {
        **predicted,
        "plan": {**asdict(plan or Plan()), "themes": list(generated_samples.themes(shelf.data))},
        "likeness": likenesses(shelf, made, continued, theirs, stage("comparing")),
        "listener": listening(shelf, made, theirs, stage("listening")),
    }
    return {**tables, "aims": aims(tables)}


def _stages(progress: Progress | None) -> Callable[[str], Callable[[float], None]]:
    """Tells how far a stage is, 0..1."""

    def stage(name: str) -> Callable[[float], None]:
        report = report_stage(progress, name)
        return lambda done: report(done, "")

    return stage


def _note_model(name: str) -> NoteGPT:
    network, _ = checkpoint.load(name)
    if not isinstance(network, NoteGPT):
        raise UserError("style_damaged", name=name, reason="it does not have the expressive encoding")
    return network


# ---- how well models predict ----


def predictions(models: dict[str, NoteGPT], shelf: Prepared, tell: Callable[[float], None]) -> Table:
    """Held-out music by every model and a 4-gram, and the thesis' own protocol."""
    tables: Table = {"matrix": {}, "by_attribute": {}, "four_gram": {}, "thesis": {}}
    tell(0.0)
    gram = FourGram(p.ids for p in shelf.under("train") if p.part == "train")
    for at, style in enumerate(STYLES):
        pieces = [p.ids for p in shelf.held_out(style)]
        rows = {name: score(model, pieces) for name, model in models.items()}
        tables["matrix"][style] = {name: round(float(r.nats.sum()), 3) for name, r in rows.items()}
        tables["by_attribute"][style] = rows[style].table()
        counted = gram.nats(pieces)
        tables["four_gram"][style] = {
            "nats_per_note_all": round(float(counted.sum()), 3),
            "nats_per_note": round(float(counted[list(GIGA_ATTRIBUTES)].sum()), 3),
        }
        tables["thesis"][style] = thesis_row(models[style], shelf.thesis(style), style)
        tell((at + 1) / len(STYLES))
    return tables


def thesis_row(network: NoteGPT, pieces: Sequence[Piece], style: str) -> Table:
    """The thesis' protocol: the last tenth of the notes of its files by name, windows of 32 notes, every position
    counted; and the same notes with full context. Beside them, the thesis' own figures."""
    tail = last_tenth([p.ids for p in pieces])
    short, full = score(network, tail, window=32, whole=False).table(), score(network, tail).table()
    loss, right, surprise = THESIS[style]
    return {
        **{name: short[name] for name in ("loss", "accuracy", "perplexity")},
        "loss_full_context": full["loss"],
        "accuracy_full_context": full["accuracy"],
        "thesis": {"loss": loss, "accuracy": right, "perplexity": surprise},
    }


def last_tenth(pieces: Sequence[Ids]) -> list[Ids]:
    """The last tenth of the notes of pieces laid end to end."""
    left = sum(map(len, pieces)) // 10
    tail: list[Ids] = []
    for ids in reversed(pieces):
        if left <= 0:
            break
        tail.insert(0, ids[-left:])
        left -= len(ids)
    return tail


# ---- what they compose ----


def _composed(
    shelf: Prepared, from_: dict[str, list[Score]], plan: Plan, tell: Callable[[float], None]
) -> dict[str, list[Ids]]:
    """The takes of each style, from the work folder where the same weights have written them before."""
    made: dict[str, list[Ids]] = {}
    for at, (style, themes) in enumerate(from_.items()):

        def part(done: float, at: int = at) -> None:
            tell((at + done) / len(from_))

        made[style] = generated_samples.kept(style, themes, plan, prepared_corpus.work_folder(shelf.data), part)
    return made


def _kept_back(shelf: Prepared, style: str) -> list[tuple[str, Ids]]:
    """Pieces of a style that its model has not learned from, with their compositions."""
    return _of_composition(shelf.style(style, "test", "valid"))


def thesis_results(folder: Path) -> dict[str, Ids]:
    """The thesis' own three results without their theme, where the folder holds them."""
    if not (folder / THESIS_THEME).is_file():
        return {}
    begun = len(encode(midi_reader.read(folder / THESIS_THEME)))
    paths = {style: folder / name for style, name in THESIS_RESULTS.items()}
    read = {style: encode(midi_reader.read(path))[begun:] for style, path in paths.items() if path.is_file()}
    return {style: ids for style, ids in read.items() if len(ids) > 1}


def _of_composition(pieces: Sequence[Piece]) -> list[tuple[str, Ids]]:
    return [(p.composition or p.digest, p.ids) for p in pieces]


def likenesses(
    shelf: Prepared,
    made: dict[str, list[Ids]],
    continued: dict[str, list[Ids]],
    theirs: dict[str, Ids],
    tell: Callable[[float], None],
) -> Table:
    """Composed music, the style's held-out music and the thesis' results, each against the music learned from."""
    tell(0.0)
    index = Index([p.ids for p in shelf.under("train") if p.part == "train"])
    tables: Table = {}
    for at, style in enumerate(STYLES):
        notes = max(map(len, made[style]))
        real = similarity.stretches(_of_composition(shelf.style(style, "train")), notes)
        rows = {
            "composed": made[style],
            "continued": continued[style],
            "held_out": similarity.stretches(_kept_back(shelf, style), notes),
            "thesis": [theirs[style]] if style in theirs else [],
        }
        tables[style] = {name: similarity.table(pieces, real, index) for name, pieces in rows.items() if pieces}
        tables[style]["learned_from"] = {"pieces": len(real), "figures": similarity.figures(real)}
        tell((at + 1) / len(STYLES))
    return tables


def listening(
    shelf: Prepared, made: dict[str, list[Ids]], theirs: dict[str, Ids], tell: Callable[[float], None]
) -> Table:
    """The style listener on real music that it has not heard, on composed music and on the thesis' results.

    It learns from none of the compositions that the styles' judges learned from: these had a say in what was composed.
    A listener that learned from all music, and 4-grams, stand beside it.
    """
    pieces = [
        (number, composition, f"{style} {place}", ids)
        for number, style in enumerate(STYLES)
        for place, (composition, ids) in enumerate(_of_composition(shelf.style(style)))
    ]
    windows = style_classifier.gather(pieces, lambda done: tell(done * 0.6))
    style_scorer = {p.composition or p.digest for p in _judged(shelf)}
    found: Table = {"styles": list(STYLES), "all_music": {}}
    for at, (name, with_touch) in enumerate((("notes", False), ("notes_and_touch", True))):
        heard = windows if with_touch else style_classifier.without_touch(windows)
        free = [w for w in heard if w.composition not in style_scorer]
        found[name] = _heard(free, with_touch, made, theirs, [w for w in heard if w.composition in style_scorer])
        found["all_music"][name] = _heard(heard, with_touch, made, theirs)
        tell(0.75 + 0.15 * at)
    found["four_grams"] = four_grams(shelf, made)
    tell(1.0)
    return found


def _judged(shelf: Prepared) -> list[Piece]:
    """The pieces of the styles that their judges learned from."""
    pieces = [p for style in STYLES for p in shelf.style(style)]
    return [p for p in pieces if style_scorer.learns_from(p.composition or p.digest, p.part)]


def _heard(
    windows: list[Window],
    with_touch: bool,
    made: dict[str, list[Ids]],
    theirs: dict[str, Ids],
    others: Sequence[Window] = (),
) -> Table:
    """What a listener that learned from the windows hears; `others` are real music that it has not learned from."""
    listener = StyleClassifier(windows, len(STYLES), with_touch)
    composed = {number: made[style] for number, style in enumerate(STYLES)}
    thesis = {style: [round(float(p), 3) for p in listener.hear(ids)] for style, ids in theirs.items()}
    return {
        "real": style_classifier.cross_validate(windows, len(STYLES)),
        **({"judges_half": style_classifier.told(listener, others)} if others else {}),
        "composed": style_classifier.judge(listener, composed),
        **({"thesis": thesis} if thesis else {}),
    }


def four_grams(shelf: Prepared, made: dict[str, list[Ids]]) -> Table:
    """Held-out music and takes, each heard as the style whose 4-gram its times and pitches surprise least."""
    grams = [FourGram(p.ids for p in shelf.style(style, "train")) for style in STYLES]
    notes = max((len(ids) for own in made.values() for ids in own), default=style_classifier.WINDOW)
    real = {style: _kept_back(shelf, style) for style in STYLES}
    music = {
        "stretches": {style: similarity.stretches(pieces, notes) for style, pieces in real.items()},
        "pieces": {style: [ids for _, ids in pieces] for style, pieces in real.items()},
        "composed": made,
    }
    table = {
        name: style_classifier.accuracy(_least(grams, [of[style] for style in STYLES])) for name, of in music.items()
    }
    return {"real": {name: table[name] for name in ("stretches", "pieces")}, "composed": table["composed"]}


def _least(grams: Sequence[FourGram], music: Sequence[Sequence[Ids]]) -> style_classifier.Confusion:
    """Which 4-gram gives the music of each style the fewest nats."""
    confusion = [[0] * len(grams) for _ in music]
    for style, pieces in enumerate(music):
        for ids in (ids for ids in pieces if len(ids) >= style_classifier.LEAST):
            nats = [float(gram.nats([ids])[[DT, PITCH]].sum()) for gram in grams]
            confusion[style][int(np.argmin(nats))] += 1
    return confusion


# ---- the aims ----


def aims(tables: Table) -> list[Table]:
    """What was aimed at beside what was reached: {name, value, aim, met}, a row for each style where it has its own."""
    rows: list[Table] = []

    def add(name: str, value: float, aim: float, above: bool) -> None:
        met = value >= aim if above else value < aim
        rows.append({"name": name, "value": round(value, 4), "aim": f"{'>=' if above else '<'} {aim:g}", "met": met})

    for style in STYLES:
        row, (loss, right, _) = tables["thesis"][style], THESIS[style]
        add(f"{style}: loss a token, thesis' protocol", row["loss"], loss, False)
        add(f"{style}: accuracy, thesis' protocol", row["accuracy"], right, True)
        add(f"{style}: loss a token, full context", row["loss_full_context"], round(0.9 * loss, 3), False)
    for style in STYLES:
        own = tables["matrix"][style]
        add(f"{style}: nats a note gained over the base", own["base"] - own[style], 0.05, True)
        add(f"{style}: nats a note before the next best model", _lead(own, style), 0.0, True)
    heard = tables["listener"]["notes"]
    add("listener: held-out real pieces told", heard["real"]["pieces"]["accuracy"], 0.9, True)
    if "judges_half" in heard:
        half = heard["judges_half"]["pieces"]["accuracy"]
        add("listener: real pieces of the judges' half told", half, 0.9, True)
    add("listener: composed takes told", heard["composed"]["accuracy"], 0.8, True)
    for style in STYLES:
        for row in _likeness_aims(tables["likeness"][style]):
            add(f"{style}: {row[0]}", *row[1:])
    return rows


def _likeness_aims(row: Table) -> Iterator[tuple[str, float, float, bool]]:
    """(name, value, aim, whether above it is good) for what a style composed from neutral and from its own themes."""
    real = row["learned_from"]["figures"]
    for kind, themes in (("composed", "neutral themes"), ("continued", "its own themes")):
        if kind not in row:
            continue
        made = row[kind]
        yield f"overlap with real music, {themes}", made["overlap"]["mean"], 0.85, True
        if "thesis" in row:
            yield (
                f"overlap, beside the thesis', {themes}",
                made["overlap"]["mean"],
                row["thesis"]["overlap"]["mean"],
                True,
            )
        yield f"takes copied for under 24 notes, {themes}", made["copied"]["below_24"], 0.95, True
        for name in ("velocity_spread", "pedal_share"):
            off = abs(made["figures"][name] - real[name]) / max(real[name], 1e-9)
            yield f"{name.replace('_', ' ')} off real music's by, {themes}", off, 0.2, False


def _lead(row: dict[str, float], style: str) -> float:
    return float(np.min([nats for name, nats in row.items() if name != style])) - row[style]
