"""Cuts Ricercar's piano out of a large General MIDI SoundFont, without touching a sample.

    apt-get download musescore-general-soundfont=0.2.1-1
    python soundfonts/make_soundfont.py musescore-general-soundfont_0.2.1-1_all.deb soundfonts/ricercar-piano.sf3

Needs nothing but Python's library and, for a .deb, `dpkg-deb` and `tar`. The samples stay the Ogg Vorbis
streams of the source, byte for byte; only the tables that point at them are written anew. What is left out:
all instruments but `PRESETS`, the layers that let the same piano samples swell in late for resonance
(`main_layers`), and every second recorded key of the grand pianos (`thinned`).
"""

from __future__ import annotations

import struct
import subprocess
import sys
import tempfile
from dataclasses import dataclass, field
from pathlib import Path

# General MIDI program numbers (from 0) of bank 0 that are kept.
PRESETS = (0, 1, 3, 4, 6, 7, 8, 11, 19, 24, 40, 42, 46, 56, 68, 71, 73)
PIANOS = (0, 1, 3)  # they share the grand piano's samples
NAME = "Ricercar piano"
# Generators of the SoundFont 2.04 specification, section 8.1.2.
INSTRUMENT, KEY_RANGE, VELOCITY_RANGE, SAMPLE = 41, 43, 44, 53
RECORDS = {  # name -> layout of one record
    "phdr": "<20sHHHIII",
    "pbag": "<HH",
    "pmod": "<HHhHH",
    "pgen": "<HH",
    "inst": "<20sH",
    "ibag": "<HH",
    "imod": "<HHhHH",
    "igen": "<HH",
    "shdr": "<20sIIIIIBbHH",
}
Record = tuple


@dataclass
class Zone:
    """A part of a preset or an instrument: generators (number, amount 0..65535) and modulators."""

    generators: list[tuple[int, int]]
    modulators: list[Record]

    def get(self, generator: int) -> int | None:
        return dict(self.generators).get(generator)

    def range(self, generator: int) -> tuple[int, int]:
        amount = self.get(generator)
        return (0, 127) if amount is None else (amount & 255, amount >> 8)

    def with_range(self, generator: int, low: int, high: int) -> Zone:
        """The same zone for another range of keys or velocities (key range first, as the format demands)."""
        rest = [g for g in self.generators if g[0] != generator]
        at = 1 if generator == VELOCITY_RANGE and rest and rest[0][0] == KEY_RANGE else 0
        return Zone([*rest[:at], (generator, low | high << 8), *rest[at:]], self.modulators)


@dataclass
class Font:
    """A SoundFont's chunks, and its tables as records."""

    info: dict[str, bytes]
    samples: bytes
    tables: dict[str, list[Record]] = field(default_factory=dict)

    def zones(self, kind: str, first: int, last: int) -> list[Zone]:
        """Zones of a preset (kind "p") or an instrument ("i"), given as a span of its bags."""
        bags, gens, mods = (self.tables[kind + table] for table in ("bag", "gen", "mod"))
        spans = [(bags[b], bags[b + 1]) for b in range(first, last)]
        return [Zone(list(gens[a[0] : z[0]]), list(mods[a[1] : z[1]])) for a, z in spans]


def read(data: bytes) -> Font:
    """Parses a .sf2 or .sf3 file."""
    if data[:4] != b"RIFF" or data[8:12] != b"sfbk":
        raise SystemExit("not a SoundFont")
    chunks: dict[str, bytes] = {}

    def walk(at: int, end: int) -> None:
        while at + 8 <= end:
            name, size = data[at : at + 4], struct.unpack_from("<I", data, at + 4)[0]
            if name == b"LIST":
                walk(at + 12, at + 8 + size)
            else:
                chunks[name.decode()] = data[at + 8 : at + 8 + size]
            at += 8 + size
            at += data[at : at + 1] == b"\0"  # the pad byte; MuseScore's writer leaves it out after samples

    walk(12, len(data))
    info = {k: v for k, v in chunks.items() if k not in RECORDS and k != "smpl"}
    font = Font(info, chunks["smpl"])
    for name, layout in RECORDS.items():
        font.tables[name] = list(struct.iter_unpack(layout, chunks[name]))
    return font


def main_layers(zones: list[Zone]) -> list[Zone]:
    """The zones of a piano preset that make its tone: the same samples swelling in late, beside it, are left out.

    A preset's global zone comes first. The first layers tile the velocities from soft to loud; the range of the
    softest is widened to velocity 1.
    """
    kept, highest = [], 0
    for zone in zones:
        low, high = zone.range(VELOCITY_RANGE)
        if zone.get(INSTRUMENT) is None:
            kept.append(zone)
        elif high >= highest:
            highest = high
            kept.append(zone.with_range(VELOCITY_RANGE, 0 if low < 10 else low, 127 if high > 120 else high))
        else:
            break
    return kept


def thinned(zones: list[Zone], every: int) -> list[Zone]:
    """Every n-th recorded key of an instrument, and its last; the gaps go to the nearer neighbours."""
    spans = sorted({z.range(KEY_RANGE) for z in zones if z.get(SAMPLE) is not None})
    chosen = [s for i, s in enumerate(spans) if i % every == 0 or i == len(spans) - 1]
    reach = {}
    for i, (low, high) in enumerate(chosen):
        new_low = low if i == 0 else (chosen[i - 1][1] + low) // 2 + 1
        new_high = high if i == len(chosen) - 1 else (high + chosen[i + 1][0]) // 2
        reach[low, high] = (0 if new_low <= 12 else new_low, 127 if new_high >= 107 else new_high)
    kept = []
    for zone in zones:
        if zone.get(SAMPLE) is None:
            kept.append(zone)
        elif zone.range(KEY_RANGE) in reach:
            kept.append(zone.with_range(KEY_RANGE, *reach[zone.range(KEY_RANGE)]))
    return kept


class Writer:
    """Collects what is kept, under new numbers."""

    def __init__(self, font: Font) -> None:
        self.font = font
        self.tables: dict[str, list[Record]] = {name: [] for name in RECORDS}
        self.samples = bytearray()
        self.instruments: dict[int, int] = {}  # old number -> new
        self.sample_numbers: dict[int, int] = {}

    def zone(self, kind: str, zone: Zone) -> None:
        gens, mods = self.tables[kind + "gen"], self.tables[kind + "mod"]
        self.tables[kind + "bag"].append((len(gens), len(mods)))
        gens += zone.generators
        mods += zone.modulators

    def instrument(self, number: int) -> int:
        """Keeps an instrument with its samples; its new number."""
        if number not in self.instruments:
            (name, first), (_, last) = self.font.tables["inst"][number : number + 2]
            zones = self.font.zones("i", first, last)
            if b"Piano" in name:
                zones = thinned(zones, 2)
            for zone in zones:
                if (sample := zone.get(SAMPLE)) is not None:
                    self.sample(sample)
            self.instruments[number] = len(self.tables["inst"])
            self.tables["inst"].append((name, len(self.tables["ibag"])))
            for zone in zones:
                self.zone("i", self.renumbered(zone, SAMPLE, self.sample_numbers))
        return self.instruments[number]

    def sample(self, number: int) -> None:
        if number not in self.sample_numbers:
            name, start, end, *rest = self.font.tables["shdr"][number]
            self.sample_numbers[number] = len(self.sample_numbers)
            at = len(self.samples)
            self.samples += self.font.samples[start:end]
            self.tables["shdr"].append((name, at, at + end - start, *rest[:-2], 0, rest[-1]))

    @staticmethod
    def renumbered(zone: Zone, generator: int, numbers: dict[int, int]) -> Zone:
        gens = [(g, numbers[amount] if g == generator else amount) for g, amount in zone.generators]
        return Zone(gens, zone.modulators)

    def preset(self, index: int) -> None:
        (name, program, bank, first, *rest), following = self.font.tables["phdr"][index : index + 2]
        zones = self.font.zones("p", first, following[3])
        if program in PIANOS:
            zones = main_layers(zones)
        numbers = {n: self.instrument(n) for zone in zones if (n := zone.get(INSTRUMENT)) is not None}
        self.tables["phdr"].append((name, program, bank, len(self.tables["pbag"]), *rest))
        for zone in zones:
            self.zone("p", self.renumbered(zone, INSTRUMENT, numbers))

    def data(self, info: dict[str, bytes]) -> bytes:
        """The file, with the closing record of each table."""
        t = self.tables
        t["phdr"].append((b"EOP", 0, 0, len(t["pbag"]), 0, 0, 0))
        t["inst"].append((b"EOI", len(t["ibag"])))
        t["shdr"].append((b"EOS", 0, 0, 0, 0, 0, 0, 0, 0, 0))
        for kind in "pi":
            t[kind + "bag"].append((len(t[kind + "gen"]), len(t[kind + "mod"])))
            t[kind + "gen"].append((0, 0))
            t[kind + "mod"].append((0, 0, 0, 0, 0))
        packed = {n: b"".join(struct.pack(RECORDS[n], *r) for r in records) for n, records in t.items()}
        lists = [("INFO", info), ("sdta", {"smpl": bytes(self.samples)}), ("pdta", packed)]
        body = b"".join(
            chunk("LIST", name.encode() + b"".join(chunk(*c) for c in part.items())) for name, part in lists
        )
        return chunk("RIFF", b"sfbk" + body)


def chunk(name: str, data: bytes) -> bytes:
    """A RIFF chunk, padded to an even length."""
    data += b"\0" * (len(data) % 2)
    return name.encode() + struct.pack("<I", len(data)) + data


def cut(data: bytes) -> bytes:
    """The small SoundFont out of the large one."""
    font = read(data)
    writer = Writer(font)
    index = {(p[2], p[1]): i for i, p in enumerate(font.tables["phdr"][:-1])}
    for program in PRESETS:
        writer.preset(index[0, program])
    info = {k: v for k, v in font.info.items() if k in ("ifil", "isng", "IENG", "ICOP", "ICMT")}
    info["INAM"] = NAME.encode() + b"\0\0"
    return writer.data(info)


def source(path: Path) -> bytes:
    """The SoundFont in a Debian package, or the file itself."""
    if path.suffix != ".deb":
        return path.read_bytes()
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run(["dpkg-deb", "-x", str(path), folder], check=True)
        return max(Path(folder).rglob("*.sf3"), key=lambda p: p.stat().st_size).read_bytes()


if __name__ == "__main__":
    Path(sys.argv[2]).write_bytes(cut(source(Path(sys.argv[1]))))
