"""Score -> MusicXML through music21, on the grid of sixteenths and triplets. Imports music21 when first asked."""

from __future__ import annotations

import warnings
from collections import defaultdict
from collections.abc import Callable, Iterable
from fractions import Fraction
from typing import Any

import numpy as np
from numpy.typing import NDArray

from composer.files import key_estimation
from composer.files.midi_parser import Cancelled
from composer.music.score import Note, Score

STEPS = (4, 3)  # parts of a quarter note that onsets and ends may fall on
SPLIT = 60  # a piece in one track is written on two staves, apart at middle C
VOICES = 4  # a staff; what finds no room in them is cut short

_Group = tuple[Fraction, Fraction, tuple[int, ...]]  # onset and end in quarter notes, pitches


def on_grid(score: Score) -> Score:
    """The piece with onsets of its notes on the nearest sixteenth or triplet eighth, and ends on the same kind."""
    columns, beat = score.columns, score.ticks_per_beat
    starts, ends = columns.starts, columns.ends
    straight, triplet = (_snapped(starts, beat, k) for k in STEPS)
    by_end = np.abs(_snapped(ends, beat, STEPS[1]) - ends) < np.abs(_snapped(ends, beat, STEPS[0]) - ends)
    in_three = np.abs(triplet - starts) < np.abs(straight - starts)
    in_three |= (triplet == straight) & by_end  # on the beat both begin
    onsets = np.where(in_three, triplet, straight)
    stops = np.where(in_three, _snapped(ends, beat, STEPS[1]), _snapped(ends, beat, STEPS[0]))
    shortest = np.where(in_three, max(round(beat / STEPS[1]), 1), max(round(beat / STEPS[0]), 1))
    lengths = np.where(stops > onsets, stops - onsets, shortest)
    rows = zip(score.notes, onsets.tolist(), lengths.tolist(), strict=True)
    return score.with_notes(
        Note(start, n.pitch, length, n.velocity, n.track, n.muted, n.composed) for n, start, length in rows
    )


def _snapped(ticks: NDArray[np.int64], beat: int, parts: int) -> NDArray[np.int64]:
    """The nearest ticks that divide a beat into so many parts."""
    return np.rint(np.rint(ticks * parts / beat) * beat / parts).astype(np.int64)


def musicxml(
    score: Score,
    title: str = "",
    progress: Callable[[float], None] | None = None,
    cancelled: Callable[[], bool] | None = None,
) -> bytes:
    """The piece as a MusicXML document: two staves for one track, else a staff a track. Raises `Cancelled`."""

    def tell(done: float) -> None:
        if cancelled is not None and cancelled():
            raise Cancelled
        if progress is not None:
            progress(done)

    tell(0.0)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # music21's remarks on its own notation
        from music21 import metadata, stream
        from music21.musicxml.m21ToXml import GeneralObjectExporter

        page = stream.Score()
        page.metadata = metadata.Metadata(title=_plain(title or score.title) or "Ricercar", composer="")
        staves = _staves(on_grid(score))
        key = key_estimation.key(score)
        for i, (name, notes) in enumerate(staves):
            tell(0.1 + 0.5 * i / len(staves))
            page.insert(0, _part(score, name, notes, key, first=i == 0, low=len(staves) == 2 and i == 1))
        tell(0.6)
        data = bytes(GeneralObjectExporter(page).parse())
        tell(1.0)
    return data


def _staves(score: Score) -> list[tuple[str, list[Note]]]:
    """(name, notes) from the top staff down."""
    by_track: dict[int, list[Note]] = defaultdict(list)
    for note in score.audible:
        by_track[note.track].append(note)
    if len(by_track) != 1:
        return [(_plain(score.tracks[i].name) or f"{i + 1}", notes) for i, notes in sorted(by_track.items())]
    ((index, notes),) = by_track.items()
    name = _plain(score.tracks[index].name) or "Piano"
    high, low = [n for n in notes if n.pitch >= SPLIT], [n for n in notes if n.pitch < SPLIT]
    return [(name, high), (name, low)] if high and low else [(name, notes)]


def _plain(name: str) -> str:
    """Without what XML cannot hold: names of tracks often end in zero bytes."""
    return "".join(c if c.isprintable() else " " for c in name).strip()


def _part(score: Score, name: str, notes: list[Note], key: str | None, *, first: bool, low: bool) -> Any:
    from music21 import clef, meter, stream, tempo
    from music21 import key as keys

    part = stream.Part()
    part.partName = name[:80]
    beat = score.ticks_per_beat
    mean = sum(n.pitch for n in notes) / max(len(notes), 1)
    part.insert(0, clef.BassClef() if low or mean < SPLIT else clef.TrebleClef())
    flats = False
    if key is not None:
        tonic, mode = key.split()
        signature = keys.Key(tonic.replace("b", "-"), mode)
        flats = signature.sharps < 0
        part.insert(0, signature)
    for m in score.meters or ():
        part.insert(Fraction(m.tick, beat), meter.TimeSignature(f"{m.numerator}/{m.denominator}"))
    if not score.meters or score.meters[0].tick > 0:
        part.insert(0, meter.TimeSignature("4/4"))
    for t in score.tempos if first else ():
        part.insert(Fraction(t.tick, beat), tempo.MetronomeMark(number=round(t.qpm, 2)))
    for voice in _voices(_groups(notes, beat)):
        part.insert(0, _voice(voice, flats))
    return part.makeNotation()


def _groups(notes: Iterable[Note], beat: int) -> list[_Group]:
    """Notes that begin and end together, as chords in order."""
    found: dict[tuple[Fraction, Fraction], set[int]] = defaultdict(set)
    for n in notes:
        found[_quarters(n.start, beat), _quarters(n.end, beat)].add(n.pitch)
    return sorted((start, end, tuple(sorted(pitches))) for (start, end), pitches in found.items())


def _quarters(tick: int, beat: int) -> Fraction:
    """Quarter notes; a tick that stands for a third of an uneven beat is taken for that third."""
    return Fraction(round(tick * 12 / beat), 12)


def _voices(groups: Iterable[_Group]) -> list[list[_Group]]:
    """Chords dealt to voices in which nothing overlaps."""
    voices: list[list[_Group]] = []
    for group in groups:
        free = next((v for v in voices if v[-1][1] <= group[0]), None)
        if free is not None:
            free.append(group)
        elif len(voices) < VOICES:
            voices.append([group])
        else:
            voice = min(voices, key=lambda v: v[-1][0])
            if voice[-1][0] < group[0]:  # its last chord ends where this one begins
                voice[-1] = (voice[-1][0], group[0], voice[-1][2])
                voice.append(group)
            else:
                voice[-1] = (group[0], voice[-1][1], tuple(sorted({*voice[-1][2], *group[2]})))
    return voices


def _voice(groups: Iterable[_Group], flats: bool) -> Any:
    from music21 import chord, note, pitch, stream

    voice = stream.Voice()
    for start, end, pitches in groups:
        named = [pitch.Pitch(midi=p) for p in pitches]
        if flats:
            named = [p.getEnharmonic() if p.accidental is not None and p.accidental.alter > 0 else p for p in named]
        made = note.Note(named[0]) if len(named) == 1 else chord.Chord(named)
        made.quarterLength = end - start
        voice.insert(start, made)
    return voice
