"""The commands `finetune`, `styles export` and `styles import`."""

from __future__ import annotations

import argparse
import signal
import threading
from typing import Any

from composer.cli.console import Console
from composer.core.errors import UserError


def finetune(options: argparse.Namespace, console: Console) -> dict[str, Any]:
    """Fine-tunes a style. The first Ctrl+C saves the run, a second one does not wait for that."""
    from composer.finetuning import session

    stop = threading.Event()

    def interrupt(*_: object) -> None:
        if stop.is_set():
            raise KeyboardInterrupt
        stop.set()

    here = threading.current_thread() is threading.main_thread()
    before = signal.signal(signal.SIGINT, interrupt) if here else None
    try:
        result = session.finetune(
            options.folder,
            options.name,
            base=options.base,
            recipe=options.recipe,
            minutes=options.minutes,
            resume=options.resume,
            progress=console.event,
            into=options.into,
            force=options.force,
            theme=options.theme,
            cancelled=stop.is_set,
        )
    finally:
        if here:
            signal.signal(signal.SIGINT, before)
    if result.get("cancelled"):
        console.say("Stopped. The same command with --resume goes on.")
        raise KeyboardInterrupt
    _print_result(result, options.base, console)
    return result


def _print_result(result: dict[str, Any], base: str, console: Console) -> None:
    console.table({key: value for key, value in result.items() if key != "skipped"})
    for row in result["skipped"]:
        console.say(f"not used: {row['file']}: {row['reason']}")
    if result["card"] is None:
        console.say(f"Held-out music was not predicted better than by {base}; nothing was saved.")


def export(options: argparse.Namespace, console: Console) -> dict[str, Any]:
    """Writes a style as one file, to pass it on."""
    from composer.model import style_bundle

    path = style_bundle.export_bundle(options.name, options.file, force=options.force)
    size = path.stat().st_size
    console.say(f"{path}: {options.name}, {size / 2**20:.1f} MB")
    return {"name": options.name, "file": str(path), "bytes": size}


def import_bundle(options: argparse.Namespace, console: Console) -> dict[str, Any]:
    """Installs a style from such a file; one whose weights do not suit its card does not stay."""
    from composer.model import checkpoint, style_bundle, style_registry

    card = style_bundle.import_bundle(options.file, options.name)
    try:
        checkpoint.load(card.name)
    except UserError as error:
        style_registry.remove(card.name)
        why = "its weights do not suit its card"
        raise UserError("bundle_invalid", path=options.file, reason=why) from error
    console.say(f"{card.name}: installed ({card.licence})")
    return {"name": card.name, "card": str(card.card), "licence": card.licence}
