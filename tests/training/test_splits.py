"""Music is known again by content: what shares it with held-out pieces directly, and recordings held twice."""

from __future__ import annotations

import random
from dataclasses import replace
from pathlib import Path

import numpy as np

from composer.files import midi_reader
from composer.model.tokenizer import encode
from composer.music.score import Note, Score, Tempo
from composer.training import corpus, splits
from composer.training.corpus import Corpus, Piece


def tune(seed: int, notes: int = 120) -> tuple[int, ...]:
    """Pitches that no other seed gives."""
    rng = random.Random(seed)
    return tuple(rng.randrange(40, 90) for _ in range(notes))


def piece(number: int, *tunes: tuple[int, ...]) -> Piece:
    """A performance of tunes, one after the other, at a speed and in dynamics of its own."""
    rng = random.Random(1000 + number)
    pace = rng.randrange(180, 300)
    pitches = [pitch for one in tunes for pitch in one]
    score = Score(tuple(Note(i * pace, p, 150, rng.randrange(40, 100)) for i, p in enumerate(pitches)))
    found = corpus.check(Path(f"{number}.mid"), score)
    assert isinstance(found, Piece)
    return replace(found, composition=f"{number:024x}")


def parts(pieces: list[Piece], *kept_back: int) -> list[str]:
    """The part of each piece when some are kept back."""
    music = Corpus(tuple(pieces), ())
    return [p.part for p in corpus.split(music, [pieces[i].digest for i in kept_back], valid_percent=0).pieces]


def test_what_shares_music_with_a_held_out_piece_goes_out_but_not_by_way_of_a_recital() -> None:
    """A recital of A and B shares music with both; a held-out A takes the recital out, and leaves B where it is."""
    a, b = tune(1), tune(2)
    pieces = [piece(0, a), piece(1, a), piece(2, a, b), piece(3, b), piece(4, tune(3))]
    assert parts(pieces, 0) == ["test", "out", "out", "train", "train"]
    assert parts(pieces, 3) == ["train", "train", "out", "test", "train"]
    assert parts(pieces, 2) == ["out", "out", "test", "out", "train"]


def test_a_quotation_goes_out_by_its_share_of_the_held_out_piece() -> None:
    """20 notes of 120 are too many; of a held-out piece of 1,000 they are too few to matter."""
    short, long = tune(1), tune(2, 1000)
    quotes = piece(2, tune(3, 300), short[:20], long[:20])
    assert parts([piece(0, short), quotes], 0) == ["test", "out"]
    assert parts([piece(1, long), quotes], 0) == ["test", "train"]


def test_what_many_compositions_share_tells_nothing_however_often_one_is_played() -> None:
    """A scale in eight compositions is no kinship; twelve performances of one composition still know each other."""
    scale = tuple(range(40, 88))
    scales = [piece(number, scale, tune(number, 60)) for number in range(8)]
    assert parts(scales, 0) == ["test", *["train"] * 7]
    played = [replace(piece(number, tune(1)), composition="one") for number in range(12)]
    assert parts(played, 0) == ["test", *["out"] * 11]


def test_a_recording_is_known_again_wherever_it_was_cut(tmp_path: Path) -> None:
    """Part of an earlier one: the same. Another performance, and a recording of much more than that: not."""
    rng = random.Random(0)
    notes = [Note(i * rng.randrange(200, 220), pitch, 150, rng.randrange(30, 110)) for i, pitch in enumerate(tune(1))]
    notes.sort()
    later = replace(Score(tuple(replace(n, start=n.start + 77) for n in notes[40:])), tempos=(Tempo(0, 500_000),))
    whole = Score(tuple(notes), tempos=(Tempo(0, 500_000),))
    other = replace(whole, notes=tuple(replace(n, velocity=n.velocity ^ 8) for n in notes))
    for name, score in (("a", whole), ("b", later), ("c", other)):
        midi_reader.write(score, tmp_path / f"{name}.mid")
    found = corpus.read([tmp_path], workers=1)
    assert [p.path.name for p in found.pieces] == ["a.mid", "c.mid"]
    assert [s.reason for s in found.skipped] == ["It is the same recording as a.mid."]
    assert splits.recordings([encode(Score(later.notes[40:])), encode(whole)]) == {}


def test_fingerprints_know_no_key_and_no_tempo() -> None:
    """But they know the notes."""
    score = Score(tuple(Note(i * 240, pitch, 200) for i, pitch in enumerate(tune(1))))
    ids = encode(score)
    up = encode(score.with_notes(replace(n, pitch=n.pitch + 4) for n in score.notes))
    slow = encode(replace(score, tempos=(Tempo(0, 800_000),)))
    grams = splits.fingerprint(ids)
    assert len(grams) == len(ids) - 1 - splits.GRAM + 1
    assert (np.diff(grams) > 0).all()
    assert np.array_equal(splits.fingerprint(up), grams)
    assert np.array_equal(splits.fingerprint(slow), grams)
    assert splits.fingerprint(ids[:7]).size == 0
