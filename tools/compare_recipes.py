"""Teaches the same folder by several recipes, for the same minutes each, and prints what each gave.

    python tools/compare_recipes.py .data/styles/romantic --minutes 4 --recipes thesis,balanced,thorough,adapters

Every run has a process of its own, so that its memory is its own too, and leaves nothing behind. The rows come as
they are known; one that failed says why. "held-out": nats a note on the compositions of the folder that nobody learned
from, of the base and of the selected interpolation; "test": the same on those that had no part in the selection
either, where the folder has some (compositions that the bundled base left out). "stored" is the style's file, beside
its base's.
"""

from __future__ import annotations

import argparse
import json
import os
import signal
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from composer.core.errors import UserError  # noqa: E402
from composer.core.settings import RECIPES, check_minutes  # noqa: E402
from composer.evaluation import report_tables  # noqa: E402

USUAL = "thesis,balanced,thorough,adapters"
COLUMNS = {  # heading -> (key of a row, digits)
    "held-out before": ("before", 3),
    "after": ("after", 3),
    "gain": ("gain", 3),
    "test before": ("test_before", 3),
    "test after": ("test_after", 3),
    "alpha": ("alpha", 2),
    "best step": ("best_step", 0),
    "of": ("steps", 0),
    "s a step": ("seconds_a_step", 2),
    "MB memory": ("memory_mb", 0),
    "MB stored": ("stored_mb", 2),
}


def main() -> int:
    """Prints the table; 1 when a recipe failed or the tool was interrupted, 2 when nothing could begin."""
    options = arguments()
    if options.only:
        print(json.dumps(run_recipe(options)), flush=True)
        return 0
    out = sys.stderr if options.json else sys.stdout
    try:
        names = chosen(options)
    except UserError as error:
        print(error, file=sys.stderr)
        return 2
    rows: list[dict[str, Any]] = []
    whole = True
    for name in names:
        try:
            rows.append(apart(name, options))
        except KeyboardInterrupt:
            whole = False
            break
        print(*shown(rows[-1:])[0 if len(rows) == 1 else 2 :], sep="\n", file=out, flush=True)
        if "error" in rows[-1]:
            print(f"{name}: {rows[-1]['error']}", file=sys.stderr, flush=True)
    print("", *shown(rows), sep="\n", file=out)
    whole = whole and not any("error" in row for row in rows)
    if options.json:
        print(json.dumps({"ok": whole, "folder": str(options.folder), "minutes": options.minutes, "rows": rows}))
    return 0 if whole else 1


def arguments() -> argparse.Namespace:
    """What the command line asks for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path, help="of MIDI files")
    parser.add_argument("--minutes", type=float, default=4.0, help="of each run (default: 4)")
    parser.add_argument("--recipes", default=USUAL, help=f"in this order (default: {USUAL})")
    parser.add_argument("--base", default="base", help="a bundled style to start from (default: base)")
    parser.add_argument("--json", action="store_true", help="one JSON object on stdout; the table goes to stderr")
    parser.add_argument("--only", default="", help=argparse.SUPPRESS)  # the process that teaches one recipe
    return parser.parse_args()


def chosen(options: argparse.Namespace) -> list[str]:
    """The recipes' names. Raises `UserError`."""
    check_minutes(options.minutes)
    names = [name.strip() for name in options.recipes.split(",") if name.strip()]
    for name in names:
        if name not in RECIPES:
            expected = f"some of {', '.join(RECIPES)}"
            raise UserError("setting_invalid", name="recipes", expected=expected, value=name)
    if not options.folder.is_dir():
        raise UserError("folder_missing", path=options.folder)
    return names


def shown(rows: list[dict[str, Any]]) -> list[str]:
    """A Markdown table: heading, line, and a line for each row."""
    cells = []
    for row in rows:
        values = [(row.get(key), digits) for key, digits in COLUMNS.values()]
        cells.append([row["recipe"], *("-" if v is None else f"{v:.{digits}f}" for v, digits in values)])
    return list(report_tables.grid(["recipe", *COLUMNS], cells))


# ---- one run ----


def apart(name: str, options: argparse.Namespace) -> dict[str, Any]:
    """A row, from a process that teaches by one recipe; its words go to stderr."""
    command = [sys.executable, __file__, str(options.folder), "--only", name]
    command += ["--minutes", str(options.minutes), "--base", options.base]
    with tempfile.TemporaryDirectory(prefix="ricercar-compare-") as home:
        child = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env={**os.environ, "RICERCAR_HOME": home})
        try:
            said, _ = child.communicate()
        except KeyboardInterrupt:
            child.send_signal(signal.SIGKILL)  # what it was at is thrown away
            child.wait()
            raise
    lines = said.strip().splitlines()
    try:
        return dict(json.loads(lines[-1]))
    except (IndexError, ValueError):
        return {"recipe": name, "error": f"its process ended with status {child.returncode}"}


def run_recipe(options: argparse.Namespace) -> dict[str, Any]:
    """Fine-tunes by the recipe `only` and gives its row."""
    row: dict[str, Any] = {"recipe": options.only}
    try:
        return {**row, **measure_run(options)}
    except MemoryError:
        return {**row, "error": str(UserError("out_of_memory"))}
    except UserError as error:
        return {**row, "error": str(error)}
    except KeyboardInterrupt:  # its parent hears of it too
        return {**row, "error": "it was interrupted"}


def measure_run(options: argparse.Namespace) -> dict[str, Any]:
    """A whole run. Raises `UserError`."""
    from composer.finetuning import dataset_scan
    from composer.finetuning.records import RunEvent
    from composer.finetuning.run_folder import RunConfig
    from composer.finetuning.session import FinetuneSession, find_recipe

    name, settings = options.only, find_recipe(options.only)
    steps: list[float] = []

    def listener(event: RunEvent) -> None:
        entry = event.entry
        if entry and entry.step_seconds is not None:
            steps.append(entry.step_seconds)
        if sys.stderr.isatty():
            print(f"{name}: {event.text}", end="  \r", file=sys.stderr, flush=True)
        elif entry and entry.validation:
            print(f"{name}: {event.text}", file=sys.stderr, flush=True)

    found = dataset_scan.scan([options.folder])
    config = RunConfig(name, (str(options.folder),), options.base, name, settings, options.minutes, name)
    session = FinetuneSession.start(config, found, None, listener, lambda: "")
    result = session.run()
    report = session.report(result)
    row = {key: report[key] for key in ("alpha", "best_step", "steps", "seconds", "memory_mb")}
    before, after = (report[key]["nats_per_note_all"] for key in ("before", "after"))
    row |= {"before": before, "after": after, "gain": before - after, "figures": report["after"]}
    row |= {"seconds_a_step": sum(steps) / len(steps) if steps else None, **validate_on_test(session)}
    if result.best:
        row["stored_mb"] = session.save(result.best, name).with_suffix(".safetensors").stat().st_size / 2**20
    return row


def validate_on_test(session: Any) -> dict[str, float]:
    """Nats a note of base and selected interpolation on the test part, if there is one."""
    from composer.finetuning import selection
    from composer.training.training_windows import TrainingWindows

    pieces, network = session.music.part("test"), session.network
    if not pieces:
        return {}
    test = TrainingWindows(pieces, network.shape.context, 48)
    after = selection.validate(network, test, session.config.settings.batch)
    network.load_state_dict(session.trainer.base_weights)
    before = selection.validate(network, test, session.config.settings.batch)
    return {"test_before": before["nats_per_note_all"], "test_after": after["nats_per_note_all"]}


if __name__ == "__main__":
    sys.exit(main())
