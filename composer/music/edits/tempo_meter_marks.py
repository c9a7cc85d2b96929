"""Tempi, meters and markers as signs of the ruler: read off a score, put, moved and taken away. Pure; no Qt."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from enum import Enum

from composer.music.score import Extra, Meter, Score, Tempo
from composer.music.time_maps import DEFAULT_METER, DEFAULT_MICROSECONDS, microseconds, qpm

CONDUCTOR = -1  # the track number of what belongs to no track
_META, _MARKER = 0xFF, 0x06
SLOWEST, FASTEST = 4.0, 960.0  # quarter notes a minute
_WIDEST, _FINEST = 64, 64  # of a meter's figures
_LONGEST = 120  # characters of a marker's name


class Kind(Enum):
    """What a sign says; the order is that of signs at one place."""

    TEMPO = "tempo"
    METER = "meter"
    MARKER = "marker"


@dataclass(frozen=True, slots=True)
class Sign:
    """One sign. `given` is False for what holds at the start without the file saying so."""

    kind: Kind
    tick: int
    text: str  # as a person types it: "96", "3/4", "Coda"
    given: bool = True

    @property
    def fixed(self) -> bool:
        """Whether it can be neither moved nor taken away: the piece needs a tempo and a meter to begin with."""
        return self.tick == 0 and self.kind is not Kind.MARKER


def signs(score: Score) -> list[Sign]:
    """Every sign of a piece by time."""
    tempos, meters = {t.tick: t for t in score.tempos}, {m.tick: m for m in score.meters}  # the last at a tick counts
    found = [Sign(Kind.TEMPO, t.tick, spelt(qpm(t.microseconds))) for t in tempos.values()]
    found += [Sign(Kind.METER, m.tick, f"{m.numerator}/{m.denominator}") for m in meters.values()]
    found += [Sign(Kind.MARKER, e.tick, _name(e)) for e in score.extras if _is_marker(e)]
    for kind, text in ((Kind.TEMPO, spelt(qpm(DEFAULT_MICROSECONDS))), (Kind.METER, "{}/{}".format(*DEFAULT_METER))):
        if not any(s.kind is kind and s.tick == 0 for s in found):
            found.append(Sign(kind, 0, text, given=False))
    order = list(Kind)
    return sorted(found, key=lambda s: (s.tick, order.index(s.kind), s.text))


def in_force(score: Score, kind: Kind, tick: int) -> str:
    """The tempo or meter that holds at a tick, as text."""
    if kind is Kind.TEMPO:
        return spelt(score.tempo_map.qpm_at(tick))
    return "{}/{}".format(*score.bar_map.meter(tick)) if kind is Kind.METER else ""


def spelt(quarters: float) -> str:
    """A tempo as it is written: whole if it is as good as whole."""
    return f"{quarters:.0f}" if abs(quarters - round(quarters)) < 0.05 else f"{quarters:.1f}"


def at(sign: Sign, tick: int) -> Sign:
    """The same sign at another tick."""
    return replace(sign, tick=tick)


def put(score: Score, kind: Kind, tick: int, text: str) -> Score | None:
    """The piece with a sign at a tick in place of one of its kind there; None if the text makes no sense."""
    if kind is Kind.TEMPO:
        pace = _tempo(text)
        tempos = [t for t in score.tempos if t.tick != tick]
        return None if pace is None else replace(score, tempos=(*tempos, Tempo(tick, microseconds(pace))))
    if kind is Kind.METER:
        figures = _meter(text)
        meters = [m for m in score.meters if m.tick != tick]
        return None if figures is None else replace(score, meters=(*meters, Meter(tick, *figures)))
    name = text.strip()[:_LONGEST]
    kept = _without_markers(score.extras, tick, None)
    return replace(score, extras=(*kept, _marker(tick, name))) if name else None


def taken(score: Score, sign: Sign) -> Score:
    """The piece without a sign."""
    if sign.kind is Kind.TEMPO:
        return replace(score, tempos=tuple(t for t in score.tempos if t.tick != sign.tick))
    if sign.kind is Kind.METER:
        return replace(score, meters=tuple(m for m in score.meters if m.tick != sign.tick))
    return replace(score, extras=tuple(_without_markers(score.extras, sign.tick, sign.text)))


def moved(score: Score, sign: Sign, tick: int) -> Score:
    """The piece with a sign at another tick, where it takes the place of one of its kind."""
    if sign.fixed or tick == sign.tick:
        return score
    if sign.kind is Kind.TEMPO:  # not through its text, which is rounded
        tempo = next(t for t in reversed(score.tempos) if t.tick == sign.tick)
        others = [t for t in score.tempos if t.tick not in (sign.tick, tick)]
        return replace(score, tempos=(*others, replace(tempo, tick=tick)))
    return put(taken(score, sign), sign.kind, tick, sign.text) or score


def _tempo(text: str) -> float | None:
    try:
        pace = float(text.strip().replace(",", "."))
    except ValueError:
        return None
    return pace if SLOWEST <= pace <= FASTEST else None


def _meter(text: str) -> tuple[int, int] | None:
    match = re.fullmatch(r"\s*(\d{1,2})\s*/\s*(\d{1,2})\s*", text)
    if match is None:
        return None
    upper, lower = int(match[1]), int(match[2])
    fits = 1 <= upper <= _WIDEST and 1 <= lower <= _FINEST and lower & (lower - 1) == 0
    return (upper, lower) if fits else None


# ---- markers are meta events among the extras ----


def _is_marker(extra: Extra) -> bool:
    return extra.data[:2] == bytes((_META, _MARKER))


def _name(extra: Extra) -> str:
    at = 2
    while at < len(extra.data) and extra.data[at] & 0x80:  # the length is a number of one to four bytes
        at += 1
    raw = extra.data[at + 1 :]
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        return raw.decode("latin-1")


def _marker(tick: int, name: str) -> Extra:
    raw = name.encode("utf-8")
    size = bytes((0x80 | len(raw) >> 7, len(raw) & 0x7F)) if len(raw) > 127 else bytes((len(raw),))
    return Extra(tick, CONDUCTOR, bytes((_META, _MARKER)) + size + raw)


def _without_markers(extras: Iterable[Extra], tick: int, name: str | None) -> list[Extra]:
    """Without the markers of a tick; without those of one name, if a name is given."""
    return [e for e in extras if not (e.tick == tick and _is_marker(e) and name in (None, _name(e)))]
