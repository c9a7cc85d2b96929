"""Cuts a file into parts small enough to carry, or joins them again.

python tools/split_file.py base.safetensors        base.safetensors.1of6, …, of 16 MB at most
python tools/split_file.py base.safetensors.*of*   base.safetensors again
"""

from __future__ import annotations

import re
import sys
from pathlib import Path

MOST = 16_000_000  # bytes a part
PART = re.compile(r"(.+)\.(\d+)of(\d+)")


def cut(path: Path, most: int = MOST) -> list[Path]:
    """Writes the parts beside the file."""
    data = path.read_bytes()
    count = max(-(-len(data) // most), 1)
    parts = [path.with_name(f"{path.name}.{number}of{count}") for number in range(1, count + 1)]
    for number, part in enumerate(parts):
        part.write_bytes(data[number * most : (number + 1) * most])
    return parts


def join(parts: list[Path]) -> Path:
    """Writes the file beside its parts, given in any order. Raises `ValueError` unless all are there."""
    found = {int(match[2]): part for part in parts if (match := PART.fullmatch(part.name))}
    name, count = PART.fullmatch(parts[0].name).group(1, 3)  # type: ignore[union-attr]
    if sorted(found) != list(range(1, int(count) + 1)):
        raise ValueError(f"{name} has {count} parts; there are {sorted(found)}")
    whole = parts[0].with_name(name)
    whole.write_bytes(b"".join(found[number].read_bytes() for number in sorted(found)))
    return whole


if __name__ == "__main__":
    given = [Path(name) for name in sys.argv[1:]]
    if PART.fullmatch(given[0].name):
        print(join(given))
    else:
        print(*cut(given[0]), sep="\n")
