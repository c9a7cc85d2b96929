"""A theme and settings in, an iterator of notes out. Closing the iterator, or `cancelled`, stops it at any note."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from functools import lru_cache

from composer import checkpoint, styles
from composer.config import Composing
from composer.engine import Engine
from composer.score import Note, Pedal, Score
from composer.tokenizer import ONSET_MS, Decoder, encode, place

DEFAULT_NOTES = 128


@dataclass(frozen=True, slots=True)
class Composed:
    """A new note of one take, in ticks of the theme's own score, with the pedal's movements since the note before."""

    take: int
    note: Note
    pedals: tuple[Pedal, ...] = ()


def with_seed(settings: Composing) -> Composing:
    """The settings with a random seed chosen where none was given."""
    if settings.sampling.random_seed is not None:
        return settings
    return replace(settings, sampling=replace(settings.sampling, random_seed=secrets.randbelow(2**31)))


def warm(style: str) -> None:
    """Loads a style and draws a note with it, so that the first real one comes at once."""
    card = styles.find(style)
    network = _engine(card.name, card.weights.stat().st_mtime_ns)
    settings = with_seed(Composing(style=style)).sampling
    next(network.continue_(encode(Score()), settings))


@lru_cache(maxsize=4)
def _engine(name: str, _changed: int) -> Engine:
    return Engine(checkpoint.load(name)[0])


def compose(theme: Score, settings: Composing, *, cancelled: Callable[[], bool] = lambda: False) -> Iterator[Composed]:
    """Continues a theme (an empty score: begins from nothing); the takes' notes come interleaved.

    Raises `UserError` (style_unknown, style_damaged). The same settings with the same random seed, on the same
    build, give the same notes.
    """
    card = styles.find(settings.style)
    engine = _engine(card.name, card.weights.stat().st_mtime_ns)
    settings = with_seed(settings)
    seam = _Seam.of(theme)
    steps = engine.continue_(encode(theme), settings.sampling, settings.takes, seam.pedal_down)
    decoders = [Decoder(seam.step, seam.pedal_down) for _ in range(settings.takes)]
    bound = _Bound(theme, settings)
    written = [0] * settings.takes
    open_takes = set(range(settings.takes))
    for rows in steps:
        for take in sorted(open_takes):
            if cancelled():
                return
            sounded = decoders[take].feed(rows[take])
            if sounded is None:
                continue
            note, pedals = place(sounded, theme, composed=True)
            if bound.passed(written[take], note):
                open_takes.discard(take)
                continue
            written[take] += 1
            yield Composed(take, replace(note, track=seam.track), seam.after(pedals))
            if written[take] == bound.notes:
                open_takes.discard(take)
        if not open_takes or cancelled():
            return


@dataclass(frozen=True)
class _Seam:
    """Where a continuation joins its theme."""

    step: int  # onset of the theme's last note, in 16 ms steps
    pedal_down: bool  # after all of the theme's pedal movements
    last_pedal: int  # tick of the last of them
    track: int  # that the new notes join

    @classmethod
    def of(cls, theme: Score) -> _Seam:
        notes = theme.audible
        onset = theme.tempo_map.second(max((n.start for n in notes), default=0))
        moves = [p for p in theme.pedals if p.tick <= theme.end]
        return cls(
            step=int((onset + 1e-6) * 1000 // ONSET_MS) if notes else 0,
            pedal_down=bool(moves) and moves[-1].down,
            last_pedal=max((p.tick for p in moves), default=-1),
            track=notes[-1].track if notes else 0,
        )

    def after(self, pedals: Iterable[Pedal]) -> tuple[Pedal, ...]:
        """New pedal movements, none of them before the theme's own last one."""
        return tuple(replace(p, tick=max(p.tick, self.last_pedal + 1), track=self.track) for p in pedals)


class _Bound:
    """When a take is long enough."""

    def __init__(self, theme: Score, settings: Composing) -> None:
        unbounded = settings.notes is None and settings.bars is None and settings.seconds is None
        self.notes = DEFAULT_NOTES if unbounded else settings.notes
        ticks = []
        if settings.bars is not None:
            first = theme.bar_map.bar(theme.bar_map.next_line(theme.end))
            ticks.append(theme.bar_map.start(first + settings.bars))
        if settings.seconds is not None:
            ticks.append(theme.tempo_map.tick(theme.seconds + settings.seconds))
        self.tick = min(ticks) if ticks else None

    def passed(self, written: int, note: Note) -> bool:
        """Whether a take that holds `written` new notes is complete without this one; it has at least one."""
        too_many = self.notes is not None and written >= self.notes
        too_late = self.tick is not None and note.start >= self.tick and written > 0
        return too_many or too_late


def joined(theme: Score, events: Iterable[Composed], *, with_theme: bool = True) -> Score:
    """The theme with one take's notes and pedal; the pedal is let go at the end. Without the theme, the take alone,
    moved to the start."""
    made = list(events)
    notes = [e.note for e in made]
    pedals = [p for e in made for p in e.pedals]
    end = max((n.end for n in notes), default=theme.end)
    if with_theme:
        kept = [p for p in theme.pedals if p.tick <= theme.end]
        notes, pedals = [*theme.notes, *notes], [*kept, *pedals]
    if pedals and max(pedals, key=lambda p: p.tick).down:
        pedals.append(Pedal(end, 0, pedals[-1].track))
    whole = replace(theme, notes=tuple(notes), pedals=tuple(pedals))
    return whole if with_theme else _from_start(whole)


def _from_start(score: Score) -> Score:
    """Without what came before: the first note begins at 0, and the tempo and meter in force there apply."""
    first = min((n.start for n in score.notes), default=0)

    def moved(tick: int) -> int:
        return max(tick - first, 0)

    return replace(
        score,
        notes=tuple(replace(n, start=n.start - first) for n in score.notes),
        pedals=tuple(replace(p, tick=moved(p.tick)) for p in score.pedals),
        tempos=tuple({moved(t.tick): replace(t, tick=moved(t.tick)) for t in score.tempos}.values()),
        meters=tuple({moved(m.tick): replace(m, tick=moved(m.tick)) for m in score.meters}.values()),
        extras=(),
    )
