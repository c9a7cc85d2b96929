"""A theme and settings in, an iterator of notes out. Closing it, or `cancelled`, ends it within a phrase."""

from __future__ import annotations

import math
import os
import secrets
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np

from composer.core.errors import UserError
from composer.core.settings import GenerationRequest
from composer.generation import style_scorer, training_set_filter
from composer.generation.reranking import Reranker, StyleScorer
from composer.generation.theme_timing import conditioning, first_tick, on_grid, timing_of
from composer.inference import autotune
from composer.inference.conditioning import Conditioning
from composer.inference.engine import Engine, Position
from composer.model import checkpoint, style_registry
from composer.model.tokenizer import (
    DT,
    END,
    GAP_MIDDLE,
    GAP_PREFIX,
    GAP_SUFFIX,
    ONSET_MS,
    Decoder,
    Ids,
    control,
    encode,
    place,
)
from composer.music import takes
from composer.music.metre import own_grid
from composer.music.score import Note, Pedal, Score

DEFAULT_NOTES = 128
DRUMS = 9  # the MIDI channel
SUFFIX_NOTES = 128  # of what stands after a gap, that the model reads
LONGEST_CLOSE = 128  # notes in which an end is looked for
CLOSE_NOTES, CLOSE_SECONDS = 64, 12.0  # before its bound, from where on a take that is to come to an end looks for it


@dataclass(frozen=True, slots=True)
class GeneratedNote:
    """A new note of one take, in ticks of the theme's own score, with the pedal's movements since the note before."""

    take: int
    note: Note
    pedals: tuple[Pedal, ...] = ()


def with_seed(settings: GenerationRequest) -> GenerationRequest:
    """The settings with a random seed chosen where none was given."""
    if settings.sampling.random_seed is not None:
        return settings
    return replace(settings, sampling=replace(settings.sampling, random_seed=secrets.randbelow(2**31)))


def warm(style: str, settings: GenerationRequest | None = None) -> Engine:
    """Loads a style and draws a note with it, so that the first real one comes at once; gives what will compose."""
    settings = with_seed(replace(settings or GenerationRequest(), style=style))
    engine = _engine_of(style_registry.find(style), settings)
    next(engine.continue_(encode(Score()), settings.sampling))
    return engine


def _engine_of(card: style_registry.Card, settings: GenerationRequest) -> Engine:
    """The engine of a style at a strength, kept while its weights, and those it stands on, are the same files."""
    strength, asked = settings.strength, settings.precision or os.environ.get(autotune.PRECISION_VARIABLE, "")
    chain, at = [card], card
    while at.base and len(chain) < 5:
        at = style_registry.find(at.base)
        chain.append(at)
    changed = tuple(c.weights.stat().st_mtime_ns for c in chain)
    return _engine(card.name, card.strength if strength is None else strength, asked, changed)


@lru_cache(maxsize=4)
def _engine(name: str, strength: float, precision: str, _changed: tuple[int, ...]) -> Engine:
    network = checkpoint.load(name, strength)[0]
    choice = autotune.choose(network, precision)
    return Engine(network, choice.precision, choice.threads, choice.compiled)


def compose(
    theme: Score, settings: GenerationRequest, *, cancelled: Callable[[], bool] = lambda: False
) -> Iterator[GeneratedNote]:
    """Continues a theme (an empty score: begins from nothing); the takes' notes come interleaved.

    Raises `UserError` (style_unknown, style_damaged). The same settings with the same random seed, on the same
    build and machine, give the same notes.
    """
    card = style_registry.find(settings.style)
    settings = replace(settings, style=card.name)
    engine = _engine_of(card, settings)
    judge = style_scorer.of(card) if settings.drafts > 1 and settings.strength != 0 else None  # 0 composes as the base
    closer = engine
    if settings.ending and card.infills:
        strength = card.strength if settings.strength is None else settings.strength
        closer = _engine_of(card, replace(settings, strength=min(strength, 1.0)))
    by = _By(engine, judge, cancelled, closer)
    return _written(by, theme, settings, card.infills)


def compose_with(
    engine: Engine,
    theme: Score,
    settings: GenerationRequest,
    *,
    cancelled: Callable[[], bool] = lambda: False,
) -> Iterator[GeneratedNote]:
    """As `compose`, with a network that need not be installed: one that is still being taught. It has no judge, and
    goes on from what stands before a gap."""
    return _written(_By(engine, None, cancelled, engine), theme, settings, infills=False)


@dataclass(frozen=True)
class _By:
    """What takes are written by."""

    engine: Engine
    judge: StyleScorer | None  # knows the style: of several drafts the one stays that it hears most in
    cancelled: Callable[[], bool]
    closer: Engine  # writes endings: the style at most as it was taught, for one that is exaggerated knows no end


def _written(by: _By, theme: Score, settings: GenerationRequest, infills: bool) -> Iterator[GeneratedNote]:
    """`infills`: the network has learned to read what follows a gap."""
    settings = with_seed(settings)
    infills = infills and by.engine.network.encoding == "expressive"
    bound = _LengthLimit.of(theme.before(settings.gap[0]) if settings.gap else theme, settings)
    write = _to_an_end if settings.ending and infills and not settings.gap else _drawn
    yield from write(by, theme, settings, bound, infills)


def _to_an_end(
    by: _By, theme: Score, settings: GenerationRequest, bound: _LengthLimit, infills: bool
) -> Iterator[GeneratedNote]:
    """Most of the way as ever; then each take by itself, with nothing but the end before its eyes, to where it is
    likeliest."""
    settings = replace(settings, timing=timing_of(settings, own_grid(theme)[0]))  # the theme's, not the take's so far
    made: list[list[GeneratedNote]] = [[] for _ in range(settings.takes)]
    if way := bound.before_close(theme):
        for event in _drawn(by, theme, replace(settings, ending=False), way, False):
            made[event.take].append(event)
            yield event
    for take, events in enumerate(made):
        if by.cancelled():
            return
        so_far = _longer(theme, events)
        seed = ((settings.sampling.random_seed or 0) + 1 + take) % 2**63
        span = (settings.span[0], so_far.end + 1) if settings.span and events else settings.span
        start = 0 if events else settings.start  # in the midst of what it has written it waits for nothing
        own = replace(settings, takes=1, span=span, start=start, sampling=replace(settings.sampling, random_seed=seed))
        for event in _drawn(by, so_far, own, bound.after(len(events)), infills):
            yield replace(event, take=take)


def _drawn(
    by: _By, theme: Score, settings: GenerationRequest, bound: _LengthLimit, infills: bool
) -> Iterator[GeneratedNote]:
    """The takes' notes as the network draws them, each take until its bound or its own end."""
    before = theme.before(settings.gap[0]) if settings.gap else theme
    prompt, may_end = _prompt(theme, settings, infills)
    seam = _JoinContext.of(before)
    if settings.asked and not by.engine.can_be_told:
        raise UserError("labels_unknown", name=settings.style)
    told = conditioning(takes.without_gap(theme, settings.gap), settings, seam.step)
    if by.engine.network.encoding != "expressive":  # its tokens know no prior
        told = replace(told, grid=None, timing="free", pace=None)
    wait = seam.steps_to(before, first_tick(before, settings, told.timing))
    if may_end and not settings.gap:
        drawn = _closing(by, prompt, settings, bound, seam, before, told, wait)
    else:
        known = training_set_filter.bundled() if settings.drafts > 1 else None
        drawn = by.engine.continue_(
            prompt,
            settings.sampling,
            settings.takes,
            seam.pedal_down,
            may_end,
            wait,
            notes=None if settings.gap else bound.notes,  # some of those for a gap are passed over
            drafts=settings.drafts,
            choose=Reranker(settings.takes, prompt, by.judge, known),
            conditioning=told,
        )
    steps = _checked(drawn, settings.style)
    decoders = [Decoder(seam.step, seam.pedal_down) for _ in range(settings.takes)]
    written = [0] * settings.takes
    open_takes = set(range(settings.takes))
    for rows in steps:
        for take in sorted(open_takes):
            if by.cancelled():
                return
            if rows[take][DT] == END:
                open_takes.discard(take)
                continue
            step = decoders[take].step
            sounded = decoders[take].feed(rows[take])
            if sounded is None:
                continue
            note, pedals = place(sounded, theme, composed=True)
            if told.grid and told.timing == "grid":
                onset, tick = told.onsets(np.array([step]), np.array([rows[take][DT]]))
                decoders[take].step = int(onset[0])
                note = on_grid(note, int(tick[0]), told.grid)
            if settings.gap and note.start < settings.gap[0]:  # a first step cannot be as long as some rests
                continue
            if bound.passed(written[take], note):
                open_takes.discard(take)
                continue
            written[take] += 1
            yield GeneratedNote(take, replace(note, track=seam.track), seam.pedals(pedals, first=written[take] == 1))
            if written[take] == bound.notes:
                open_takes.discard(take)
        if not open_takes or by.cancelled():
            return


def _closing(
    by: _By,
    prompt: Ids,
    settings: GenerationRequest,
    bound: _LengthLimit,
    seam: _JoinContext,
    theme: Score,
    told: Conditioning,
    wait: int,
) -> Iterator[list[Position]]:
    """The notes of one take to where an end is likeliest within its bound."""
    steps = math.inf if bound.tick is None else seam.steps_before(theme, bound.tick)
    notes = LONGEST_CLOSE if bound.notes is None else min(bound.notes, LONGEST_CLOSE)
    close = by.closer.close(
        prompt,
        settings.sampling,
        seam.pedal_down,
        wait,
        notes=notes,
        steps=steps,
        cancelled=by.cancelled,
        conditioning=told,
    )
    yield from ([note] for note in close)


def _prompt(theme: Score, settings: GenerationRequest, infills: bool) -> tuple[Ids, bool]:
    """What the network reads, and whether a take may end by itself.

    A gap is read as GAP_PREFIX, what stands before it, GAP_SUFFIX, what stands after, GAP_MIDDLE (see
    `training_windows.make_infilling`); an ending as a gap after which there is nothing but the end.
    """
    if settings.span:
        theme = theme.with_notes(n for n in theme.notes if settings.span[0] <= n.start < settings.span[1])
    rows = encode(takes.without_gap(theme, settings.gap))
    if not infills or not (settings.gap or settings.ending):
        return (encode(theme.before(settings.gap[0])) if settings.gap else rows), False
    first = len(encode(theme.before(settings.gap[0]))) if settings.gap else len(rows)
    after = rows[first : first + SUFFIX_NOTES]
    if not len(after):
        if not settings.ending:
            return rows, False
        after = np.array([control(END)], dtype=np.int16)
    marks = {mark: np.array([control(mark)], dtype=np.int16) for mark in (GAP_PREFIX, GAP_SUFFIX, GAP_MIDDLE)}
    return np.concatenate([marks[GAP_PREFIX], rows[:first], marks[GAP_SUFFIX], after, marks[GAP_MIDDLE]]), True


def _checked(steps: Iterator[list[Position]], style: str) -> Iterator[list[Position]]:
    try:
        yield from steps
    except FloatingPointError as error:
        raise UserError("style_damaged", name=style, reason="its weights give no probabilities") from error


@dataclass(frozen=True)
class _JoinContext:
    """Where a continuation joins its theme."""

    step: int  # onset of the theme's last note, in 16 ms steps
    pedal_down: bool  # after all of the theme's pedal movements
    track: int  # that the new notes and pedal movements join
    first_move: int  # tick from which the pedal moves anew, after the theme's own last movement
    hand_over: tuple[Pedal, ...]  # movements that bring a held pedal from the theme's other tracks to this one

    @classmethod
    def of(cls, theme: Score) -> _JoinContext:
        notes, moves = theme.audible, _own_pedals(theme)
        onset = max((n.start for n in notes), default=0)
        track = notes[-1].track if notes else 0
        held = {p.track: p.down for p in moves if theme.tracks[p.track].channel != DRUMS}
        down = any(held.values())
        at = max(max((p.tick for p in moves), default=-1) + 1, onset if notes else 0)
        hand_over = [Pedal(at, 0, other) for other, is_down in held.items() if is_down and other != track]
        if down and not held.get(track):
            hand_over.append(Pedal(at, 127, track))
        step = int((theme.tempo_map.second(onset) + 1e-6) * 1000 // ONSET_MS) if notes else 0
        return cls(step, down, track, at, tuple(hand_over))

    def steps_to(self, theme: Score, tick: int) -> int:
        """Steps of dt from the theme's last onset to the first one at or after a tick."""
        return max(math.ceil(theme.tempo_map.second(tick) * 1000 / ONSET_MS - 1e-6) - self.step, 0)

    def steps_before(self, theme: Score, tick: int) -> int:
        """Steps of dt from the theme's last onset to the last one whose note still begins before a tick."""
        return int((theme.tempo_map.second(tick - 1) + 1e-6) * 1000 // ONSET_MS) - self.step

    def pedals(self, moves: Iterable[Pedal], first: bool) -> tuple[Pedal, ...]:
        """New movements of a note, none of them before the theme's own last one; the first note hands over."""
        own = (replace(p, tick=max(p.tick, self.first_move), track=self.track) for p in moves)
        return (*(self.hand_over if first else ()), *own)


def _own_pedals(theme: Score) -> list[Pedal]:
    """The pedal movements of a theme, without those that come after its last note."""
    return [p for p in theme.pedals if p.tick <= theme.end]


@dataclass(frozen=True)
class _LengthLimit:
    """When a take is long enough."""

    notes: int | None
    tick: int | None
    may_be_empty: bool

    @classmethod
    def of(cls, theme: Score, settings: GenerationRequest) -> _LengthLimit:
        """What the settings ask for. No note may stand behind what follows a gap."""
        unbounded = settings.notes is None and settings.bars is None and settings.seconds is None
        notes = DEFAULT_NOTES if unbounded and not settings.gap else settings.notes
        ticks = [settings.gap[1]] if settings.gap else []
        if settings.bars is not None:
            first = theme.bar_map.bar(theme.bar_map.next_line(theme.end))
            ticks.append(theme.bar_map.start(first + settings.bars))
        if settings.seconds is not None:
            ticks.append(theme.tempo_map.tick(theme.seconds + settings.seconds))
        return cls(notes, min(ticks) if ticks else None, settings.gap is not None)

    def before_close(self, theme: Score) -> _LengthLimit | None:
        """Where a take begins to look for its end; None when that is at once."""
        notes, tick = self.notes, self.tick
        if notes is not None:
            notes -= CLOSE_NOTES
        if tick is not None:
            tick = theme.tempo_map.tick(max(theme.tempo_map.second(tick) - CLOSE_SECONDS, 0.0))
        at_once = (notes is not None and notes <= 0) or (tick is not None and tick <= theme.end)
        return None if at_once else _LengthLimit(notes, tick, self.may_be_empty)

    def after(self, written: int) -> _LengthLimit:
        """What is left when so many notes are written."""
        notes = None if self.notes is None else self.notes - written
        return _LengthLimit(notes, self.tick, self.may_be_empty or written > 0)

    def passed(self, written: int, note: Note) -> bool:
        """Whether a take that holds `written` new notes is complete without this one; it has at least one."""
        too_many = self.notes is not None and written >= self.notes
        too_late = self.tick is not None and note.start >= self.tick and (written > 0 or self.may_be_empty)
        return too_many or too_late


def joined(theme: Score, events: Iterable[GeneratedNote], *, with_theme: bool = True) -> Score:
    """The theme with one take's notes and pedal; the pedal is let go at the end. Without the theme, the take alone,
    moved to the start."""
    made = list(events)
    notes = [e.note for e in made]
    pedals = [p for e in made for p in e.pedals]
    end = max((n.end for n in notes), default=theme.end)
    if with_theme:
        whole = _longer(theme, made)
        notes, pedals = [*whole.notes], [*whole.pedals]
    elif notes and (seam := _JoinContext.of(theme)).pedal_down:
        pedals = [p for p in pedals if p not in seam.hand_over]
        first = min(n.start for n in notes)
        if all(p.tick > first for p in pedals):  # the first note does not move it itself
            pedals = [Pedal(first, 127, seam.track), *pedals]
    state = {p.track: p.down for p in pedals}
    pedals += [Pedal(max(end, pedals[-1].tick), 0, track) for track, down in state.items() if down]
    whole = replace(theme, notes=tuple(notes), pedals=tuple(pedals))
    return whole if with_theme else _from_start(whole)


def _longer(theme: Score, events: Sequence[GeneratedNote]) -> Score:
    """The theme with notes and pedal that go on from it, as they are."""
    notes = (*theme.notes, *(e.note for e in events))
    return replace(theme, notes=notes, pedals=(*_own_pedals(theme), *(p for e in events for p in e.pedals)))


def filled(theme: Score, gap: tuple[int, int], events: Iterable[GeneratedNote]) -> Score:
    """The piece with one take in place of what began in a gap."""
    made = list(events)
    return takes.filled(theme, gap, [e.note for e in made], [p for e in made for p in e.pedals])


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
