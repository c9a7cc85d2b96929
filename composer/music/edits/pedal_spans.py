"""The sustain pedal as spans from press to lift: read off a score, put, moved, resized and taken away. Pure; no Qt."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, replace

from composer.music.score import Pedal, Score

PRESSED, LIFTED = 127, 0


@dataclass(frozen=True, slots=True)
class PedalSpan:
    """The pedal of a track is down in [first, last); `last` is None while it is never lifted."""

    first: int
    last: int | None
    track: int

    def end(self, score: Score) -> int:
        """Where it ends for the eye: at the end of the music if it is never lifted."""
        return self.last if self.last is not None else max(score.end, self.first + score.ticks_per_beat)


def spans(score: Score) -> tuple[PedalSpan, ...]:
    """Every span, by time."""
    pressed: dict[int, int] = {}
    found = []
    for move in score.pedals:
        if move.down:
            pressed.setdefault(move.track, move.tick)
        elif move.track in pressed:
            found.append(PedalSpan(pressed.pop(move.track), move.tick, move.track))
    found += [PedalSpan(tick, None, track) for track, tick in pressed.items()]
    return tuple(sorted(found, key=lambda s: (s.first, s.track)))


def added(score: Score, first: int, last: int, track: int) -> Score:
    """The pedal down in [first, last), whatever it did there; spans that it touches are joined to it."""
    if last <= first:
        return score
    touched = [s for s in spans(score) if s.track == track and s.first <= last and s.end(score) >= first]
    begin = min([first, *(s.first for s in touched)])
    end = max([last, *(s.end(score) for s in touched)])
    kept = [p for p in score.pedals if not (p.track == track and begin <= p.tick <= end)]
    return replace(score, pedals=(*kept, Pedal(begin, PRESSED, track), Pedal(end, LIFTED, track)))


def without(score: Score, gone: tuple[PedalSpan, ...]) -> Score:
    """Without some spans and all that the pedal does within them."""
    by_track: dict[int, list[tuple[int, int]]] = defaultdict(list)
    for span in gone:
        by_track[span.track].append((span.first, span.end(score) if span.last is None else span.last))

    def kept(p: Pedal) -> bool:
        return not any(first <= p.tick <= last for first, last in by_track[p.track])

    return replace(score, pedals=tuple(p for p in score.pedals if kept(p)))


def changed(score: Score, span: PedalSpan, first: int, last: int) -> Score:
    """A span in another place or of another length; it takes in the spans that it then touches."""
    if last <= first:
        return score
    return added(without(score, (span,)), first, last, span.track)
