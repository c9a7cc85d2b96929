"""What each verb of the command line does. Knows no Qt; imports what is heavy only inside the verb that needs it."""

from __future__ import annotations

import argparse
import contextlib
import io
import json
import os
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from composer import SAMPLING_VERSION
from composer.cli import arguments, finetune_commands
from composer.cli.console import Console
from composer.core.errors import UserError, reason
from composer.core.settings import GenerationRequest, Sampling, training_for

if TYPE_CHECKING:
    from composer.generation.generate import GeneratedNote
    from composer.music.score import Score

VERBS = tuple(arguments.VERBS)
FAILED, INTERRUPTED = 2, 130  # exit statuses
Options = argparse.Namespace
Result = dict[str, Any]  # what a verb prints with --json, beside "ok"


# ---- looking ----


def _read(path: str | Path) -> tuple[Score, tuple[str, ...]]:
    """A piece with at least one note that a piano could play, and what had to be mended in its file."""
    from composer.files import project_file

    score, warnings = project_file.music(path)
    if not score.audible:
        raise UserError("no_notes", path=path)
    return score, warnings


def _info(options: Options, console: Console) -> Result:
    from composer.files import key_estimation

    score, warnings = _read(options.file)
    notes, tracks = len(score.notes), len(score.tracks)
    tempo = score.tempos[0].qpm if score.tempos else score.tempo_map.qpm_at(0)
    key = key_estimation.key(score)
    home = f", {key}" if key else ""
    console.say(f"{options.file}: {notes} notes, {tracks} tracks, {score.seconds:.1f} s, {tempo:.4g} qpm{home}")
    for warning in warnings:
        console.say(f"  {warning}")
    return {
        "notes": notes,
        "tracks": tracks,
        "seconds": round(score.seconds, 3),
        "tempo": round(tempo, 3),
        "played_tempo": key_estimation.free_tempo(score),
        "key": key,
        "warnings": list(warnings),
    }


def _tokens(options: Options, console: Console) -> Result:
    from composer.model import tokenizer

    score, _ = _read(options.file)
    if options.encoding == "giga":
        ids = tokenizer.giga_ids(score)
        console.say(" ".join(map(str, ids)))
        return {"ids": ids}
    rows = [[int(value) for value in row] for row in tokenizer.encode(score)]
    for row in rows:
        console.say(" ".join(map(str, row)))
    return {"ids": rows}


def _styles(options: Options, console: Console) -> Result:
    from composer.model import style_registry

    if options.action == "rename":
        style_registry.rename(options.old, options.new)
    elif options.action == "remove":
        style_registry.remove(options.name)
    elif options.action in ("export", "import"):
        return (finetune_commands.export if options.action == "export" else finetune_commands.import_bundle)(
            options, console
        )
    fields = ("name", "encoding", "parameters", "licence", "base")
    rows = [
        {field: getattr(card, field) for field in fields} | {"card": str(card.card)}
        for card in style_registry.installed()
    ]
    for row in rows:
        console.say(f"{row['name']:<16} {row['encoding']:<10} {row['parameters'] / 1e6:6.1f} M  {row['licence']}")
    return {"styles": rows}


# ---- composing and sound ----


def _settings(options: Options) -> GenerationRequest:
    asked = {name: getattr(options, name) for name in ("temperature", "top_k", "top_p", "random_seed")}
    sampling = Sampling(**{name: value for name, value in asked.items() if value is not None})
    bounds = {name: getattr(options, name) for name in ("notes", "bars", "seconds")}
    from composer.model import conditions

    return GenerationRequest(
        style=options.style,
        takes=options.takes,
        sampling=sampling,
        ending=options.ending,
        strength=options.strength,
        precision=options.precision,
        drafts=options.drafts,
        timing=options.timing,
        asked=tuple(conditions.label(*(part.strip() for part in asked.partition("=")[::2])) for asked in options.ask),
        **bounds,
    )


def _gap(bars: str, theme: Score) -> tuple[int, int]:
    """The ticks of bars "A-B" (or "A"), counted from 1. Raises `UserError` for bars that are not in the theme."""
    last = theme.bar_map.bar(max(theme.end - 1, 0)) + 1
    numbers = bars.split("-") if bars.count("-") == 1 else [bars, bars]
    if not all(n.isascii() and n.isdigit() for n in numbers) or not 1 <= int(numbers[0]) <= int(numbers[1]) <= last:
        raise UserError("setting_invalid", name="rewrite", expected=f"bars between 1 and {last}, like 3-4", value=bars)
    return theme.bar_map.start(int(numbers[0]) - 1), theme.bar_map.start(int(numbers[1]))


def _numbered(path: Path, takes: int) -> list[Path]:
    """The file of each take: the path itself, or `name-1.mid`, `name-2.mid` … for several."""
    if takes == 1:
        return [path]
    if os.path.isdir(path) or not path.name:
        raise UserError("output_unwritable", path=path, reason="it is a folder")
    return [path.with_name(f"{path.stem}-{take}{path.suffix}") for take in range(1, takes + 1)]


def _check_outputs(outputs: Sequence[Path | None], source: str, force: bool) -> None:
    """Each output must be writable, and none may fall on another or on what is read, before any work is done."""
    from composer.files import atomic_files

    taken = set() if source == "-" else {os.path.realpath(source)}
    for path in outputs:
        if path is not None:
            if os.path.realpath(path) in taken:
                raise UserError("output_unwritable", path=path, reason="this command uses that file already")
            taken.add(os.path.realpath(path))
            atomic_files.check_output(path, force)


def _provenance(settings: GenerationRequest, precision: str, theme: str, take: int) -> str:
    """What made a take, as JSON for the text event at the start of its file."""
    from importlib.metadata import version

    sampling = settings.sampling
    facts = {
        "program": f"ricercar {SAMPLING_VERSION}",
        "torch": version("torch"),
        "style": settings.style,
        "theme": Path(theme).name,
        "take": take,
        "takes": settings.takes,
        "drafts": settings.drafts,
        "timing": settings.timing,
        **({"asked": dict(settings.asked)} if settings.asked else {}),
        "random_seed": sampling.random_seed,
        "temperature": sampling.temperature,
        "top_k": sampling.top_k,
        "top_p": sampling.top_p,
        "precision": precision,
    }
    return json.dumps(facts)


def _share(theme: Score, settings: GenerationRequest, notes: float, last: GeneratedNote) -> float:
    """How much of the composing is done, 0..1, by the bound that was asked for; `notes` written a take."""
    if settings.bars:
        line = theme.bar_map.next_line(theme.end)
        goal = theme.bar_map.start(theme.bar_map.bar(line) + settings.bars)
        return (last.note.start - line) / max(goal - line, 1)
    if settings.gap:
        return (last.note.start - settings.gap[0]) / (settings.gap[1] - settings.gap[0])
    if settings.seconds:
        return (theme.tempo_map.second(last.note.start) - theme.seconds) / settings.seconds
    return notes / (settings.notes or 128)


def _write_notes(
    theme: Score, settings: GenerationRequest, console: Console
) -> tuple[list[list[GeneratedNote]], float, float]:
    """(the events of each take, seconds to the first note, seconds to the last) with the style loaded before."""
    from composer.generation import generate

    takes: list[list[GeneratedNote]] = [[] for _ in range(settings.takes)]
    began, first = time.perf_counter(), 0.0
    for event in generate.compose(theme, settings):
        first = first or time.perf_counter() - began
        takes[event.take].append(event)
        notes = sum(map(len, takes)) / len(takes)
        console.progress(_share(theme, settings, notes, event), f"{notes:.0f} notes")
    return takes, first, max(time.perf_counter() - began, 1e-9)


def _piece(theme: Score, settings: GenerationRequest, events: list[GeneratedNote], with_theme: bool) -> Score:
    from composer.generation import generate

    if settings.gap is None:
        return generate.joined(theme, events, with_theme=with_theme)
    if with_theme:
        return generate.filled(theme, settings.gap, events)
    return generate.joined(theme.before(settings.gap[0]), events, with_theme=False)


def _new_seconds(theme: Score, settings: GenerationRequest, score: Score, with_theme: bool) -> float:
    """How much of a written piece is new."""
    if settings.gap and with_theme:
        first, last = (theme.tempo_map.second(tick) for tick in settings.gap)
        return last - first
    return max(score.seconds - (theme.seconds if with_theme else 0.0), 0.0)


def _compose(options: Options, console: Console) -> Result:
    from composer.audio import synth, wav_writer
    from composer.files import midi_reader
    from composer.model import style_registry
    from composer.music.score import Score

    settings = _settings(options)
    songs = _numbered(options.output, settings.takes)
    sounds = _numbered(options.wav, settings.takes) if options.wav else [None] * settings.takes
    _check_outputs([*songs, *sounds], options.theme, options.force)
    theme = Score() if options.theme == "-" else _read(options.theme)[0]
    style_registry.find(settings.style)
    if options.rewrite is not None:
        settings = replace(settings, gap=_gap(options.rewrite, theme))
    if options.wav:
        synth.check()

    from composer.generation import generate

    settings = generate.with_seed(settings)
    console.progress(0.0, f"loading {settings.style}")
    precision = generate.warm(settings.style, settings).precision
    takes, first, wall = _write_notes(theme, settings, console)
    rows, music = [], 0.0
    for number, (events, song, sound) in enumerate(zip(takes, songs, sounds, strict=True), 1):
        score = _piece(theme, settings, events, with_theme=not options.without_theme)
        comment = _provenance(settings, precision, options.theme, number)
        midi_reader.write(score, song, force=options.force, comment=comment)
        if sound:
            wav_writer.render(score, sound, force=options.force, progress=lambda done: console.progress(done, "sound"))
        seconds = _new_seconds(theme, settings, score, with_theme=not options.without_theme)
        music += seconds
        row = {"file": str(song), "wav": str(sound) if sound else None, "notes": len(events)}
        rows.append({**row, "seconds": round(seconds, 3), "random_seed": settings.sampling.random_seed})
        console.say(f"{song}: {len(events)} new notes, {seconds:.1f} s, random seed {settings.sampling.random_seed}")
    return {
        "takes": rows,
        "notes_per_second": round(sum(map(len, takes)) / wall, 2),
        "first_note_ms": round(first * 1000, 1),
        "realtime_factor": round(music / wall, 2),
    }


def _render(options: Options, console: Console) -> Result:
    from composer.audio import wav_writer

    _check_outputs([options.output], options.file, options.force)
    score, _ = _read(options.file)
    made = wav_writer.render(
        score,
        options.output,
        soundfont=options.soundfont,
        force=options.force,
        progress=lambda done: console.progress(done, "sound"),
    )
    console.say(f"{options.output}: {made.seconds:.1f} s, peak {made.peak:.2f}, with {made.soundfont.name}")
    return {"seconds": round(made.seconds, 3), "peak": round(made.peak, 4), "soundfont": str(made.soundfont)}


# ---- learning ----


def _evaluate(options: Options, console: Console) -> Result:
    if not options.report and (options.folder is None or options.style is None):
        problem = "evaluate needs a FOLDER and --style, or --report"
        raise UserError("usage", problem=problem, help="ricercar evaluate --help")
    if not options.report and not options.folder.is_dir():
        raise UserError("folder_missing", path=options.folder)

    from composer.model import style_registry

    if options.report:
        return _report(options, console)
    style_registry.find(options.style)
    from composer.evaluation import likelihood

    figures: Result = likelihood.evaluate(options.folder, options.style, progress=console.event)
    console.table(figures)
    return figures


def _report(options: Options, console: Console) -> Result:
    from composer.evaluation import model_report, report_tables
    from composer.evaluation.generated_samples import Plan

    plan = Plan(takes=options.takes, notes=options.notes)
    figures: Result = model_report.report(
        options.folder or ".data", console.event, plan, options.reference or model_report.REFERENCE
    )
    for line in report_tables.lines(figures):
        console.say(line)
    return figures


def _train(options: Options, console: Console) -> Result:
    if bool(options.folders) == bool(options.corpus):
        raise UserError("usage", problem="train needs folders, or --corpus", help="ricercar train --help")

    from composer.training import pretrain

    names = ("minutes", "resume", "hold_out", "force", "start", "split")
    asked = {name: getattr(options, name) for name in names}
    asked |= {"packed": options.corpus, "settings": training_for(options.network, options.batch, options.device)}
    result: Result = pretrain.train(options.folders, options.out, progress=console.event, **asked)
    console.table(result)
    return result


def _import_model(options: Options, console: Console) -> Result:
    from composer.model import giga_import

    result: Result = giga_import.import_model(options.file, options.name, options.heads, options.licence)
    size = f"{result['layers']} layers, {result['parameters'] / 1e6:.1f} M parameters"
    console.say(f"{result['name']}: {size}, licence {result['licence']}")
    return result


def _bench(options: Options, console: Console) -> Result:
    from composer.bench import benchmark

    plan = benchmark.Plan(options.style, options.data, options.quick, tuple(options.part))
    result: Result = benchmark.run(plan, console.event)
    marks = {True: "met", False: "missed", None: ""}
    for row in result["rows"]:
        value = "not measured" if row["value"] is None else f"{row['value']:.4g} {row['unit']}"
        aim = f"aim {'<=' if row['at_most'] else '>='} {row['aim']:g}" if row["aim"] is not None else ""
        console.say(f"{row['name']}: {value}  {aim} {marks[row['met']]}  {row['note']}".rstrip())
    return result


# ---- running a verb ----

_DO: dict[str, Callable[[Options, Console], Result]] = {
    "info": _info,
    "tokens": _tokens,
    "styles": _styles,
    "compose": _compose,
    "render": _render,
    "evaluate": _evaluate,
    "finetune": finetune_commands.finetune,
    "train": _train,
    "bench": _bench,
    "import-model": _import_model,
}


def _run(argv: Sequence[str], console: Console) -> int:
    try:
        options = arguments.parser().parse_args(argv)
        with contextlib.redirect_stdout(sys.stderr) if console.as_json else contextlib.nullcontext():
            result = _DO[options.verb](options, console)
        console.finish(result)
        return 0
    except UserError as error:
        console.fail(str(error))
    except MemoryError:
        console.fail(str(UserError("out_of_memory")))
    except BrokenPipeError:
        raise
    except OSError as error:  # a disk that is full or went away; bad paths are caught where they are used
        console.fail(str(UserError("system_refused", path=error.filename or "the output", reason=reason(error))))
    return FAILED


def main(argv: Sequence[str] | None = None) -> int:
    """Run one verb and return the exit status: 0, 2 for a failure that the user can act on, 130 after Ctrl+C."""
    words = list(sys.argv[1:] if argv is None else argv)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")  # a file's name need not fit the terminal's encoding
    console = Console("--json" in words)
    try:
        return _run(words, console)
    except KeyboardInterrupt:
        console.clear()
        return INTERRUPTED
    except BrokenPipeError:  # whoever read our output has seen enough
        console.forget_output()
        return 0


if __name__ == "__main__":
    sys.exit(main())
