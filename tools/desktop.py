"""Puts Ricercar into the menus of this user, with icon and file type: python tools/desktop.py install|remove"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
NAME = "ricercar"
TYPE = "application/x-ricercar"
MIDI = "audio/midi"

# The window's emblem (app/look/icons.py) on its square of 64: x, y, width, colour of each note.
NOTES = (
    (10, 40, 12, "#4f94ff"),
    (18, 28, 10, "#4f94ff"),
    (26, 16, 8, "#4f94ff"),
    (36, 28, 10, "#ffb657"),
    (42, 40, 12, "#ffb657"),
    (46, 16, 8, "#ffb657"),
)

DESKTOP = """[Desktop Entry]
Type=Application
Version=1.5
Name=Ricercar
GenericName=Piano roll
GenericName[es]=Rollo de piano
Comment=Give it a theme: it goes on in the manner you choose
Comment[es]=Dale un tema: continúa como tú elijas
Exec={command} %f
{folder}Icon=ricercar
Terminal=false
Categories=AudioVideo;Audio;Midi;Music;
Keywords=MIDI;piano;composition;score;
MimeType={type};{midi};
StartupWMClass=ricercar
"""

MIME = f"""<?xml version="1.0" encoding="UTF-8"?>
<mime-info xmlns="http://www.freedesktop.org/standards/shared-mime-info">
  <mime-type type="{TYPE}">
    <comment>Ricercar piece</comment>
    <comment xml:lang="es">Pieza de Ricercar</comment>
    <sub-class-of type="application/json"/>
    <glob pattern="*.ricercar"/>
    <icon name="application-x-ricercar"/>
  </mime-type>
</mime-info>
"""


def svg(page: bool = False) -> str:
    """The emblem; for files it lies on a sheet of paper."""
    notes = "\n".join(f'  <rect x="{x}" y="{y}" width="{w}" height="8" rx="3" fill="{c}"/>' for x, y, w, c in NOTES)
    body = f'  <rect x="2" y="2" width="60" height="60" rx="14" fill="#1a1d23"/>\n{notes}'
    if page:
        sheet = '  <path d="M10 2h30l14 14v46H10z" fill="#f8f7f3" stroke="#b4bac5"/>\n'
        fold = '  <path d="M40 2v14h14z" fill="#d9d5cb" stroke="#b4bac5"/>\n'
        body = f'{sheet}{fold}  <g transform="translate(15.5 22) scale(0.52)">\n{body}\n  </g>'
    return f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 64 64" width="64" height="64">\n{body}\n</svg>\n'


def data_folder() -> Path:
    """Where a user's own menu entries, icons and file types stand."""
    given = os.environ.get("XDG_DATA_HOME", "")
    return Path(given) if os.path.isabs(given) else Path.home() / ".local" / "share"


def command() -> tuple[list[str], Path | None]:
    """The command that starts Ricercar, and the folder that it must be started in (None: any)."""
    for folder in (Path(sys.executable).parent, ROOT / ".venv" / "bin"):
        if os.access(folder / NAME, os.X_OK):
            return [str(folder / NAME)], None
    return [sys.executable, "-m", "app"], ROOT


def quoted(word: str) -> str:
    """A word as an Exec line wants it."""
    for special in '\\"`$':
        word = word.replace(special, "\\" + special)
    return '"' + word.replace("\\", "\\\\").replace("%", "%%") + '"'  # a string value is unescaped once more


def files() -> dict[Path, str]:
    """What is installed: path below the data folder -> content."""
    words, folder = command()
    entry = DESKTOP.format(
        command=" ".join(quoted(word) for word in words),
        folder=f"Path={str(folder).replace(chr(92), chr(92) * 2)}\n" if folder else "",
        type=TYPE,
        midi=MIDI,
    )
    icons = Path("icons") / "hicolor" / "scalable"
    return {
        Path("applications") / f"{NAME}.desktop": entry,
        Path("mime") / "packages" / f"{NAME}.xml": MIME,
        icons / "apps" / f"{NAME}.svg": svg(),
        icons / "mimetypes" / "application-x-ricercar.svg": svg(page=True),
    }


def install(data: Path) -> None:
    """Writes the files, each whole or not at all."""
    for path, content in files().items():
        target = data / path
        target.parent.mkdir(parents=True, exist_ok=True)
        part = target.with_name(f".{target.name}.part")
        part.write_text(content, encoding="utf-8")
        os.replace(part, target)


def remove(data: Path) -> int:
    """Takes away what `install` wrote; returns how many files that were."""
    found = [data / path for path in files() if (data / path).is_file()]
    for path in found:
        path.unlink()
    return len(found)


def refresh(data: Path) -> None:
    """Has the desktop look again, where it has the programs for that."""
    for program, folder in (("update-mime-database", "mime"), ("update-desktop-database", "applications")):
        found = shutil.which(program)
        if found and (data / folder).is_dir():
            subprocess.run([found, str(data / folder)], check=False, capture_output=True)


def main(argv: Sequence[str]) -> int:
    """Installs or removes; returns the exit status."""
    if list(argv) not in (["install"], ["remove"]):
        print("usage: python tools/desktop.py install|remove", file=sys.stderr)
        return 2
    if not sys.platform.startswith(("linux", "freebsd")):
        print("This serves desktops that follow freedesktop.org; nothing was changed.", file=sys.stderr)
        return 2
    data = data_folder()
    try:
        if argv[0] == "install":
            install(data)
            print(f"Ricercar stands in the menu now, and opens .ricercar files ({data}).")
        else:
            print(f"{remove(data)} files were removed from {data}.")
    except OSError as error:
        print(f"{error.filename or data} cannot be changed: {error.strerror}.", file=sys.stderr)
        return 2
    refresh(data)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
