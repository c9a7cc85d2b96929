"""The tracks of a file as layers: what each one is, some of them kept, or all in one. Pure; no Qt."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

from composer.music.score import Extra, Note, Pedal, Score, Track

DRUMS = 9  # the channel of General MIDI's drum kit
CONDUCTOR = -1  # the track of what belongs to the whole piece
_META = 0xFF
_PIECE_WIDE = (0x06, 0x07, 0x59)  # markers, cues, key signatures: they stay when their track goes


@dataclass(frozen=True, slots=True)
class Summary:
    """A track in a line."""

    index: int
    track: Track
    notes: tuple[Note, ...]

    @property
    def drums(self) -> bool:
        """Whether it is a drum kit, which a piano cannot play."""
        return self.track.channel == DRUMS


def summaries(score: Score) -> list[Summary]:
    """The tracks that have notes."""
    rows: list[list[Note]] = [[] for _ in score.tracks]
    for note in score.notes:
        rows[note.track].append(note)
    return [Summary(i, score.tracks[i], tuple(notes)) for i, notes in enumerate(rows) if notes]


def kept(score: Score, tracks: Collection[int]) -> Score:
    """The piece with these tracks only, in their order; what belongs to the whole piece stays."""
    order = sorted(tracks)
    to = {old: new for new, old in enumerate(order)}
    return replace(
        score,
        tracks=tuple(score.tracks[i] for i in order) or (Track(),),
        notes=tuple(replace(n, track=to[n.track]) for n in score.notes if n.track in to),
        pedals=tuple(replace(p, track=to[p.track]) for p in score.pedals if p.track in to),
        extras=_extras(score, to),
    )


def merged(score: Score, tracks: Collection[int]) -> Score:
    """The piece with these tracks as one, which sounds as the first of them; its pedal is down where any was."""
    few = kept(score, tracks)
    first = next((t for t in few.tracks if t.channel != DRUMS), Track())
    home = few.tracks.index(first) if first in few.tracks else 0
    return replace(
        few,
        tracks=(first,),
        notes=tuple(replace(n, track=0) for n in few.notes),
        pedals=_one_pedal(few.pedals),
        extras=tuple(
            replace(e, track=min(e.track, 0)) for e in few.extras if e.track in (home, CONDUCTOR) or e.data[0] == _META
        ),
    )


def _extras(score: Score, to: dict[int, int]) -> tuple[Extra, ...]:
    result = []
    for extra in score.extras:
        if extra.track in to or extra.track == CONDUCTOR:
            result.append(replace(extra, track=to.get(extra.track, CONDUCTOR)))
        elif extra.data[0] == _META and extra.data[1] in _PIECE_WIDE:
            result.append(replace(extra, track=CONDUCTOR))
    return tuple(result)


def _one_pedal(pedals: Sequence[Pedal]) -> tuple[Pedal, ...]:
    """The pedals of several tracks as one foot would move them: at each moment the lowest of them."""
    down: dict[int, int] = {}
    result: list[Pedal] = []
    for pedal in pedals:
        down[pedal.track] = pedal.value
        value = max(down.values())
        if result and result[-1].tick == pedal.tick:
            result.pop()
        if not result or result[-1].value != value:
            result.append(Pedal(pedal.tick, value))
    return tuple(result)
