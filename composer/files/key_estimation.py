"""What an ear would say of a piece: its key and the pace of free playing. Slow libraries, imported when first asked."""

from __future__ import annotations

import contextlib
import io
import json
import math
import sys
import warnings
from collections.abc import Sequence

from composer.files import midi_reader
from composer.music.score import Score

FEWEST_NOTES = 8  # fewer say too little
ENOUGH_NOTES = 2000
SHORTEST = 1 / 32  # in quarter notes; music21 dislikes lengths of nothing


def key(score: Score) -> str | None:
    """The key, as "A minor", by music21's Krumhansl-Schmuckler profiles; None for too few notes."""
    return key_of(weighed(score))


def weighed(score: Score) -> list[tuple[int, float]]:
    """What `key_of` asks for: (pitch, length in quarter notes) of the first notes that sound."""
    ticks = score.ticks_per_beat
    return [(n.pitch, max(n.duration / ticks, SHORTEST)) for n in score.audible[:ENOUGH_NOTES]]


def key_of(notes: Sequence[tuple[int, float]]) -> str | None:
    """As `key`, of (pitch, length in quarter notes), which is what a child process can be handed."""
    if len(notes) < FEWEST_NOTES:
        return None
    from music21 import analysis, note, stream

    line = stream.Stream()
    for pitch, length in notes:
        line.append(note.Note(pitch, quarterLength=length))
    found = analysis.discrete.KrumhanslSchmuckler().getSolution(line)
    return f"{found.tonic.name.replace('-', 'b')} {found.mode}"


def free_tempo(score: Score) -> float | None:
    """The pace of the playing itself in beats a minute, whatever the file's tempo says (pretty_midi's estimator).

    None for too few notes and for what the estimator cannot take, such as more than ten million ticks.
    Recordings carry no beats: their files say 120 whatever was played.
    """
    if len(score.audible) < FEWEST_NOTES:
        return None
    with contextlib.redirect_stdout(io.StringIO()):  # fluidsynth, which it imports, prints if CI is set
        import pretty_midi

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of tempo events outside track 0, which `midi_reader` has put in order
        try:
            tempo = float(pretty_midi.PrettyMIDI(io.BytesIO(midi_reader.to_bytes(score))).estimate_tempo())
        except Exception:  # fewer than two distinct onsets, too many ticks, whatever its own parser trips over
            return None
    return round(tempo, 1) if math.isfinite(tempo) else None


def main() -> None:
    """A child process for a window that must not wait for music21: notes as JSON on stdin, the key on stdout."""
    sys.stdout.write(json.dumps(key_of([(int(pitch), float(length)) for pitch, length in json.load(sys.stdin)])))


if __name__ == "__main__":
    main()
