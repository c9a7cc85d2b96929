"""The options of each verb. Knows nothing of what the verbs do."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from pathlib import Path
from typing import Any, NoReturn

from composer import __version__
from composer.core.errors import UserError
from composer.core.settings import NETWORKS, PRECISIONS, TIMINGS, GenerationRequest, Sampling, Training


class _Parser(argparse.ArgumentParser):
    """Complains in one sentence, as every other failure does. Options are written out: `--jso` is not `--json`."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**options, allow_abbrev=False)

    def error(self, message: str) -> NoReturn:
        raise UserError("usage", problem=message.strip().rstrip("."), help=f"{self.prog} --help")


def _compose_options(parser: argparse.ArgumentParser) -> None:
    add = parser.add_argument
    add("theme", metavar="THEME.mid", help="the theme to go on from; - for none")
    add(
        "-o",
        "--output",
        metavar="OUT.mid",
        type=Path,
        required=True,
        help="several takes become OUT-1.mid, OUT-2.mid …",
    )
    add("--style", default="baroque", help="an installed style, or base (default: baroque)")
    add("--strength", type=float, metavar="X", help="of the style: 0 is the base, 1 as taught, more exaggerates")
    bound = parser.add_mutually_exclusive_group()
    bound.add_argument("--notes", type=int, metavar="N", help="so many new notes (default: 128)")
    bound.add_argument("--bars", type=int, metavar="N", help="so many bars, counted from the bar line after the theme")
    bound.add_argument("--seconds", type=float, metavar="N", help="so many seconds of new music")
    bound.add_argument("--rewrite", metavar="A-B", help="write bars A to B of the theme anew, to suit both sides")
    add(
        "--ending",
        action="store_true",
        help="come to an end, rather than break off: at the likeliest place of the last notes",
    )
    add("--takes", type=int, default=1, metavar="K", help="versions written side by side (default: 1)")
    drafts = f"of each phrase, of which the best stays; 1 takes the first (default: {GenerationRequest().drafts})"
    add("--drafts", type=int, default=GenerationRequest().drafts, metavar="N", help=drafts)
    add(
        "--ask",
        action="append",
        default=[],
        metavar="LABEL=VALUE",
        help="of what comes; may be repeated: density, register, polyphony, dynamics or pedal=1 (least) to 5 or 8, "
        "key='C minor', composer=chopin, period=romantic",
    )
    add(
        "--timing",
        choices=TIMINGS,
        default="auto",
        help="onsets: free as played, steady near the beat's parts, on the grid; auto goes on as the theme does",
    )
    add("--temperature", type=float, metavar="T", help="0 takes the likeliest note, above 1 is wilder (default: 1)")
    add("--top-k", type=int, metavar="K", help="draw among the K likeliest values (default: all)")
    add("--top-p", type=float, metavar="P", help=f"draw among the likeliest share P (default: {Sampling().top_p})")
    add("--random-seed", type=int, metavar="N", help="the generator's number: the same one gives the same notes")
    add("--precision", choices=PRECISIONS, default="", help="of the weights (default: the fastest on this machine)")
    add("--without-theme", action="store_true", help="write the new notes alone")
    add("--wav", metavar="OUT.wav", type=Path, help="and their sound")
    _force(parser)


def _force(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--force", action="store_true", help="replace files that exist")


def _styles_options(parser: argparse.ArgumentParser) -> None:
    actions = parser.add_subparsers(dest="action", metavar="ACTION", parser_class=_Parser)
    rename = actions.add_parser("rename", help="give one of your own styles another name")
    rename.add_argument("old")
    rename.add_argument("new")
    remove = actions.add_parser("remove", help="delete one of your own styles")
    remove.add_argument("name")
    export = actions.add_parser("export", help="write a style as one file, to pass it on")
    export.add_argument("name")
    export.add_argument("file", metavar="FILE", type=Path, help="usually NAME.ricercar-style")
    _force(export)
    take_in = actions.add_parser("import", help="install a style from such a file")
    take_in.add_argument("file", metavar="FILE", type=Path)
    take_in.add_argument("--name", help="call it so here (default: its own name)")
    for action in (rename, remove, export, take_in):
        _json(action)


def _file_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", metavar="FILE.mid", type=Path, help="a MIDI file, or a .ricercar piece")


def _tokens_options(parser: argparse.ArgumentParser) -> None:
    _file_options(parser)
    parser.add_argument("--encoding", choices=["expressive", "giga"], default="expressive")


def _render_options(parser: argparse.ArgumentParser) -> None:
    _file_options(parser)
    parser.add_argument("output", metavar="OUT.wav", type=Path)
    parser.add_argument("--soundfont", type=Path, metavar="F", help="another .sf2 or .sf3 file")
    _force(parser)


def _evaluate_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "folder", metavar="FOLDER", type=Path, nargs="?", help="a folder of MIDI files (--report: the corpus)"
    )
    parser.add_argument("--style", help="an installed style, or base")
    parser.add_argument("--report", action="store_true", help="every table of the model cards, composed music too")
    parser.add_argument(
        "--takes", type=int, default=3, metavar="K", help="--report: takes from each theme (default: 3)"
    )
    parser.add_argument("--notes", type=int, default=192, metavar="N", help="--report: notes a take (default: 192)")
    parser.add_argument("--reference", type=Path, metavar="DIR", help="--report: where the thesis' own results are")


def _learning_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--minutes", type=float, metavar="M", help="time limit of the training")
    parser.add_argument("--resume", action="store_true", help="resume the run that was interrupted")
    _force(parser)


def _finetune_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("folder", metavar="FOLDER", type=Path, help="a folder of MIDI files")
    parser.add_argument("--name", required=True, help="the new style's name")
    parser.add_argument("--base", default="base", help="the style to fine-tune (default: base)")
    recipes = "quick, balanced (the default), thorough, adapters, gentle or thesis"
    parser.add_argument("--recipe", default="balanced", help=recipes)
    parser.add_argument("--theme", type=Path, metavar="THEME.mid", help="a theme to continue as a sample now and then")
    parser.add_argument("--into", type=Path, metavar="DIR", help="where the style goes (default: your own styles)")
    parser.epilog = "With --json, alpha and memorisation also stand under their older names, blend and originality."
    _learning_options(parser)


def _train_options(parser: argparse.ArgumentParser) -> None:
    add = parser.add_argument
    add("folders", metavar="FOLDER", type=Path, nargs="*", help="folders of MIDI files")
    add("--corpus", type=Path, metavar="FILE", help="an encoded corpus instead of folders (tools/write_corpus.py)")
    add("--out", type=Path, required=True, metavar="DIR", help="where the model goes")
    kept = parser.add_mutually_exclusive_group()
    kept.add_argument("--hold-out", type=Path, metavar="DIR", help="leave out every composition of this folder")
    kept.add_argument("--split", type=Path, metavar="FILE", help="what is learned from and what is not, by its hash")
    add("--from", dest="start", metavar="CHECKPOINT", help="go on from a model, not from nothing")
    add("--network", choices=list(NETWORKS), default="small", help="its size (default: small; large wants a GPU)")
    add("--batch", type=int, metavar="N", help=f"windows a step (default: {Training().batch}); the rates follow")
    add("--device", choices=["cpu", "cuda", "mps"], default="", help="where it is trained (default: the best here)")
    _learning_options(parser)


def _import_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "file", metavar="FILE", type=Path, help="a .pth as GIGA-Piano's are published, or a .safetensors"
    )
    parser.add_argument("--name", required=True, help="the new style's name")
    parser.add_argument("--heads", type=int, metavar="N", help="its attention heads (default: as the file tells)")
    parser.add_argument("--licence", metavar="TEXT", help="the terms its weights are under (default: unknown)")


def _bench_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--style", default="baroque", help="an installed style, or base (default: baroque)")
    parser.add_argument("--data", type=Path, metavar="DIR", default=Path(".data"), help="the corpus (default: .data)")
    parser.add_argument("--quick", action="store_true", help="little of everything: whether it works, not how fast")
    parser.add_argument("--part", action="append", choices=BENCH_PARTS, default=[], help="only this; may be repeated")


def _json(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--json", action="store_true", default=argparse.SUPPRESS, help="print one JSON object on stdout"
    )


BENCH_PARTS = ("style", "composing", "window", "quality", "giga", "recomputing", "reading")

# verb -> (what it does, its options)
VERBS: dict[str, tuple[str, Callable[[argparse.ArgumentParser], None]]] = {
    "info": ("reads a MIDI file as the app would", _file_options),
    "tokens": ("shows how a MIDI file is encoded for a model", _tokens_options),
    "styles": ("lists, renames and removes installed styles", _styles_options),
    "compose": ("goes on from a theme in a style", _compose_options),
    "render": ("makes a WAV file from a MIDI file", _render_options),
    "evaluate": ("tells how well a style predicts real pieces", _evaluate_options),
    "finetune": ("fine-tunes a style on a folder of MIDI files", _finetune_options),
    "train": ("trains a base model, from nothing or on from another", _train_options),
    "bench": ("measures how fast all this is here, beside its aims", _bench_options),
    "import-model": ("takes in a GIGA-Piano checkpoint as a style", _import_options),
}


def parser() -> argparse.ArgumentParser:
    """Parses a command; raises `UserError` (usage) where argparse would print its usage and leave."""
    top = _Parser(
        prog="ricercar",
        description="Goes on from a MIDI theme. `ricercar [FILE]` opens the window; the verbs need no screen.",
        epilog="`ricercar VERB --help` tells the options of a verb.",
    )
    top.add_argument("--version", action="version", version=f"ricercar {__version__}")
    _json(top)
    verbs = top.add_subparsers(dest="verb", metavar="VERB", required=True, parser_class=_Parser)
    for name, (help_line, add_options) in VERBS.items():
        verb = verbs.add_parser(name, help=help_line, description=f"{help_line[0].upper()}{help_line[1:]}.")
        add_options(verb)
        _json(verb)
    return top
