"""The round trip is law, the grammar holds whatever `encode` makes, and GIGA's tokens are the original's."""

from __future__ import annotations

import bisect
import itertools
import json
import math
import random
from pathlib import Path

import numpy as np
import pytest

from composer.files import midi_reader
from composer.model import tokenizer
from composer.model.tokenizer import (
    DT_STEPS,
    DURATION_STEPS,
    END,
    GAP_MIDDLE,
    NO_PITCH,
    NO_VELOCITY,
    PEDAL_AGAIN,
    PEDAL_HELD,
    PEDAL_UP,
    START,
    VOCABULARY,
    Decoder,
    Grammar,
    control,
    decode,
    encode,
    follows_grammar,
    giga_allowed,
    giga_ids,
    giga_notes,
)
from composer.music.score import Note, Pedal, Score, Tempo, Track
from tests.places import DATA, EXAMPLES, REPOSITORY

REAL = sorted([*DATA.glob("*.mid"), *EXAMPLES.glob("*.mid")])
THESIS = REPOSITORY / ".data" / "thesis"
GIGA = json.loads((DATA / "giga_tokens.json").read_text())
CORPUS = {path.name: path for path in THESIS.glob("*/*.midi") if path.name in GIGA}  # empty without the corpus

Row = tuple[int, int, int, int, int]
MS = 480 / 500  # ticks a millisecond at 120 qpm


def ids_of(score: Score) -> list[Row]:
    """Encoded positions as plain tuples."""
    return [tuple(int(v) for v in row) for row in encode(score)]


def slow_encode(score: Score) -> list[Row]:
    """The expressive encoding without the pedal, note by note, straight from DESIGN."""
    kept: dict[tuple[int, int], tuple[int, int]] = {}
    for n in score.notes:
        if n.muted or score.tracks[n.track].channel == 9:
            continue
        start, end = score.tempo_map.second(n.start), score.tempo_map.second(n.end)
        onset = math.floor((start + 1e-6) / 0.016)
        steps = math.floor((end - start + 1e-6) / 0.032)
        duration = max(bisect.bisect_right(DURATION_STEPS.tolist(), min(steps, 500)) - 1, 1)
        key = (onset, -n.pitch)
        if key not in kept or duration > kept[key][0]:
            kept[key] = (duration, n.velocity // 4)
    rows, before = [], None
    for (onset, pitch), (duration, velocity) in sorted(kept.items()):
        gap = min(onset - (onset if before is None else before), 1000)
        rows.append((bisect.bisect_right(DT_STEPS.tolist(), gap) - 1, -pitch, duration, velocity))
        before = onset
    return rows


def quantised(score: Score) -> list[tuple[float, int, float, int]]:
    """(onset, pitch, duration, velocity) in seconds that the encoding can hold of a score."""
    step, found = 0, []
    for dt, pitch, duration, velocity in slow_encode(score):
        step += int(DT_STEPS[dt])
        found.append((step * 0.016, pitch, int(DURATION_STEPS[duration]) * 0.032, min(velocity * 4 + 2, 127)))
    return found


def sounded(ids: list[Row]) -> list[tuple[float, int, float, int]]:
    """The decoder's notes, in the same form."""
    decoder = Decoder()
    notes = [decoder.feed(row) for row in ids]
    return [(n.onset, n.pitch, n.duration, n.velocity) for n in notes if n]


def close(one: list[tuple[float, int, float, int]], other: list[tuple[float, int, float, int]]) -> bool:
    """Equal but for the last bits of a float."""
    return len(one) == len(other) and bool(np.allclose(np.array(one), np.array(other), atol=1e-9))


def random_score(rng: random.Random, count: int = 60) -> Score:
    """A hard piece: chords, repeated keys, long rests and notes, tempo changes, pedals on two tracks."""
    resolution = rng.choice([24, 96, 480, 960, 32767])
    tick, notes = rng.randrange(0, 5 * resolution), []
    for _ in range(count):
        gap = rng.choice([0, 0, 0.01, 0.02, 0.1, 0.5, 1, 2, rng.uniform(0, 50)])
        tick += round(gap * resolution)
        length = max(round(rng.choice([0, 0.02, 0.25, 1, 4, 60]) * resolution), 1)
        notes.append(
            Note(tick, rng.randrange(128), length, rng.randrange(1, 128), rng.randrange(2), muted=rng.random() < 0.05)
        )
    moves = [Pedal(rng.randrange(tick + 1), rng.choice([0, 63, 64, 127]), rng.randrange(2)) for _ in range(30)]
    tempos = [Tempo(rng.randrange(tick + 1), rng.randrange(50_000, 2_000_000)) for _ in range(5)]
    return Score(
        tuple(notes), tuple(moves), tuple(tempos), tracks=(Track(), Track(channel=1)), ticks_per_beat=resolution
    )


def random_ids(rng: random.Random, count: int = 80) -> list[Row]:
    """Positions drawn evenly from what the grammar allows, rests of 16 s and re-pedalling included."""
    grammar, rows = Grammar(), []

    def pick(mask: np.ndarray) -> int:
        return int(rng.choice(np.flatnonzero(mask)))

    for _ in range(count):
        allowed = grammar.dt()
        dt = 0 if allowed[0] and rng.random() < 0.3 else pick(allowed)
        dt = rng.choice([1, 2, 3]) if dt and rng.random() < 0.3 else dt
        row = (dt, pick(grammar.pitch(dt)), pick(grammar.duration()), pick(grammar.velocity()), pick(grammar.pedal(dt)))
        grammar.push(row)
        rows.append(row)
    return rows


# ---- tables ----


def test_tables() -> None:
    """GIGA's steps up to its limits, then coarser ones to 16 s; strictly rising; ids within the vocabularies."""
    assert DT_STEPS[:127].tolist() == DURATION_STEPS[:127].tolist() == list(range(127))
    assert DT_STEPS[-1] * 16 == DURATION_STEPS[-1] * 32 == 16_000
    for table in (DT_STEPS, DURATION_STEPS):
        assert (np.diff(table) > 0).all()
        assert (np.diff(table)[127:] / table[127:-1]).max() < 0.12
    assert len(DT_STEPS) == START < GAP_MIDDLE < VOCABULARY[0]
    assert len(DURATION_STEPS) <= VOCABULARY[2]
    assert control(END) == (END, NO_PITCH, 0, NO_VELOCITY, 3)


# ---- the law ----


@pytest.mark.parametrize("path", REAL, ids=lambda p: p.stem)
def test_real_pieces_come_back_as_quantised(path: Path) -> None:
    """decode(encode(score)) is the quantised score, and encoding it gives the same ids again."""
    score = midi_reader.read(path)
    ids = ids_of(score)
    assert [row[:4] for row in ids] == slow_encode(score)
    assert follows_grammar(ids)
    assert close(sounded(ids), quantised(score))
    assert ids_of(decode(ids)) == ids


def test_the_shared_pieces_come_back_as_quantised(shared: Path) -> None:
    """Those of the reference folder that are not shipped as well."""
    for path in sorted((shared / "reference" / "midi").glob("*.mid")):
        score = midi_reader.read(path)
        ids = ids_of(score)
        assert [row[:4] for row in ids] == slow_encode(score), path
        assert ids_of(decode(ids)) == ids, path


@pytest.mark.parametrize("seed", range(40))
def test_hard_pieces_come_back_as_quantised(seed: int) -> None:
    """The same for pieces made to be awkward."""
    score = random_score(random.Random(seed))
    ids = ids_of(score)
    assert [row[:4] for row in ids] == slow_encode(score)
    assert follows_grammar(ids)
    assert close(sounded(ids), quantised(score))
    assert ids_of(decode(ids)) == ids


@pytest.mark.parametrize("seed", range(40))
def test_whatever_the_grammar_allows_comes_back(seed: int) -> None:
    """Random positions decode, and encode to themselves."""
    ids = random_ids(random.Random(seed))
    assert follows_grammar(ids)
    assert ids_of(decode(ids)) == ids


@pytest.mark.parametrize("seed", range(20))
def test_they_come_back_at_other_tempi_too(seed: int) -> None:
    """In the frame of a piece whose ticks are fine enough for a 16 ms step."""
    rng = random.Random(seed)
    changes = tuple(Tempo(rng.randrange(100_000), rng.randrange(100_000, 1_500_000)) for _ in range(8))
    frame = Score(tempos=changes, ticks_per_beat=960)
    ids = random_ids(rng)
    piece = decode(ids, frame)
    assert (piece.tempos, piece.ticks_per_beat) == (frame.tempos, 960)
    assert ids_of(piece) == ids


def test_onsets_keep_their_ticks_where_ticks_are_coarse() -> None:
    """Of a 24-tick file, a step holds at most one tick: in its own frame the notes return to their places."""
    rng = random.Random(5)
    starts = list(itertools.accumulate(rng.randrange(0, 60) for _ in range(100)))
    starts = [s - starts[0] for s in starts]
    score = Score(tuple(Note(s, 20 + i, 12) for i, s in enumerate(starts)), ticks_per_beat=24)
    back = decode(encode(score), score)
    assert [n.start for n in back.notes] == [n.start for n in score.notes]


def test_notes_of_one_step_and_key_become_one() -> None:
    """The longest stays; a chord goes down in pitch."""
    score = Score((Note(0, 60, 480, 40), Note(2, 60, 960, 80), Note(4, 64, 480), Note(0, 55, 480)))
    assert [row[:2] for row in ids_of(score)] == [(0, 64), (0, 60), (0, 55)]
    assert ids_of(score)[1][2:4] == (31, 20)


def test_long_rests_and_notes_survive() -> None:
    """Up to 16 s within an eighth; beyond that they are 16 s."""
    for seconds in (1.0, 2.0, 3.0, 7.5, 15.9, 16.0, 40.0):
        at = round(seconds * 960)
        dt, _, duration, *_ = ids_of(Score((Note(0, 60, at), Note(at, 62, at))))[1]
        for steps, length in ((int(DT_STEPS[dt]), 0.016), (int(DURATION_STEPS[duration]), 0.032)):
            assert min(seconds, 16.0) * 0.88 <= steps * length <= min(seconds, 16.0) + 1e-6


def test_silence_before_the_first_note_is_left_out() -> None:
    """The first dt is 0."""
    assert ids_of(Score((Note(5000, 60, 480),)))[0][0] == 0
    assert encode(Score()).shape == (0, 5)
    assert encode(Score((Note(0, 36, 10),), tracks=(Track(channel=9),))).shape == (0, 5)
    assert decode([]).notes == ()
    assert follows_grammar([])


# ---- the pedal ----


def pedals_of(*moves: tuple[int, int], onsets: tuple[int, ...] = (0, 500, 1000)) -> list[int]:
    """The pedal attribute of short notes at these ms, for movements (ms, value)."""
    notes = tuple(Note(round(ms * MS), 60, 10) for ms in onsets)
    return [row[4] for row in ids_of(Score(notes, tuple(Pedal(round(ms * MS), value) for ms, value in moves)))]


@pytest.mark.parametrize(
    ("moves", "expected"),
    [
        ([], [PEDAL_UP, PEDAL_UP, PEDAL_UP]),
        ([(0, 127)], [PEDAL_HELD, PEDAL_HELD, PEDAL_HELD]),
        ([(0, 127), (700, 0)], [PEDAL_HELD, PEDAL_HELD, PEDAL_UP]),
        ([(0, 127), (400, 0), (450, 127)], [PEDAL_HELD, PEDAL_AGAIN, PEDAL_HELD]),
        ([(0, 127), (500, 0), (500, 127)], [PEDAL_HELD, PEDAL_AGAIN, PEDAL_HELD]),
        ([(0, 127), (100, 0), (200, 90), (300, 0), (400, 90)], [PEDAL_HELD, PEDAL_AGAIN, PEDAL_HELD]),
        ([(100, 127), (200, 0)], [PEDAL_UP, PEDAL_UP, PEDAL_UP]),
        ([(0, 63), (500, 64)], [PEDAL_UP, PEDAL_HELD, PEDAL_HELD]),
        ([(0, 127), (100, 90), (200, 70)], [PEDAL_HELD, PEDAL_HELD, PEDAL_HELD]),
        ([(0, 127), (400, 0), (900, 127)], [PEDAL_HELD, PEDAL_UP, PEDAL_HELD]),
    ],
)
def test_the_pedal_law(moves: list[tuple[int, int]], expected: list[int]) -> None:
    """Its state at the onset, and whether it was lifted since the note before."""
    assert pedals_of(*moves) == expected


def test_a_chord_has_one_pedal_state() -> None:
    """What happens within its step counts for all of it, once."""
    notes = (Note(0, 60, 480), Note(480, 64, 480), Note(482, 60, 480))
    score = Score(notes, (Pedal(0, 127), Pedal(470, 0), Pedal(481, 127)))
    assert [row[4] for row in ids_of(score)] == [PEDAL_HELD, PEDAL_AGAIN, PEDAL_HELD]


def test_two_tracks_hold_the_dampers_together() -> None:
    """They fall when the last lets go; a drum track's controller is none of them."""
    notes = tuple(Note(t, 60, 10) for t in (0, 480, 960))
    tracks = (Track(), Track(channel=1), Track(channel=9))
    moves = (Pedal(0, 127, 0), Pedal(100, 127, 1), Pedal(200, 0, 0), Pedal(600, 0, 1), Pedal(700, 127, 2))
    assert [row[4] for row in ids_of(Score(notes, moves, tracks=tracks))] == [PEDAL_HELD, PEDAL_HELD, PEDAL_UP]


def test_pedals_come_back_as_real_movements() -> None:
    """Down, lifted shortly before the note that wants it again, and let go at the end."""
    ids = [(0, 60, 10, 20, PEDAL_HELD), (60, 62, 10, 20, PEDAL_AGAIN), (60, 64, 10, 20, PEDAL_UP)]
    moves = decode(ids).pedals
    assert [p.down for p in moves] == [True, False, True, False]
    assert [p.tick / MS for p in moves] == pytest.approx([0, 960 - 96, 960, 1920], abs=1.1)  # whole ticks
    piece = decode(ids[:2])
    assert (piece.pedals[-1].tick, piece.pedals[-1].down) == (piece.end, False)


@pytest.mark.parametrize("seed", range(10))
def test_movements_alternate(seed: int) -> None:
    """Never down twice: every decoded movement changes something, and time does not run back."""
    moves = decode(random_ids(random.Random(seed))).pedals
    assert [p.down for p in moves] == [i % 2 == 0 for i in range(len(moves))]
    assert [p.tick for p in moves] == sorted(p.tick for p in moves)


# ---- the decoder ----


@pytest.mark.parametrize("seed", range(10))
def test_streaming_equals_decoding(seed: int) -> None:
    """Note by note, with control marks between them, the decoder and `place` give what `decode` gives."""
    rng = random.Random(seed)
    ids = random_ids(rng)
    frame = Score(tempos=(Tempo(0, 700_000), Tempo(5000, 300_000)))
    decoder, notes, pedals = Decoder(), [], []
    for row in ids:
        if rng.random() < 0.1:
            assert decoder.feed(control(rng.choice([START, END, GAP_MIDDLE]))) is None
        found = decoder.feed(row)
        assert found is not None
        note, moves = tokenizer.place(found, frame)
        notes.append(note)
        pedals += moves
    whole = decode(ids, frame)
    assert Score(tuple(notes)).notes == whole.notes
    assert tuple(sorted(pedals)) == tuple(p for p in whole.pedals)[: len(pedals)]
    assert len(whole.pedals) - len(pedals) == int(decoder.pedal_down)


def test_a_decoder_goes_on_from_the_middle() -> None:
    """Given the step and the pedal there, the rest is the same."""
    ids = random_ids(random.Random(3))
    whole = Decoder()
    expected = [whole.feed(row) for row in ids]
    first = Decoder()
    for row in ids[:40]:
        first.feed(row)
    rest = Decoder(first.step, first.pedal_down)
    assert [rest.feed(row) for row in ids[40:]] == expected[40:]


def test_composed_notes_are_marked() -> None:
    """So that the roll can show them."""
    found = Decoder().feed((0, 60, 10, 20, 0))
    assert found is not None
    assert tokenizer.place(found, Score(), composed=True)[0].composed
    assert not tokenizer.place(found, Score())[0].composed


# ---- the grammar ----


@pytest.mark.parametrize(
    "rows",
    [
        [(1, 60, 10, 20, 0)],
        [(0, 60, 0, 20, 0)],
        [(0, 128, 10, 20, 0)],
        [(0, 60, 10, 32, 0)],
        [(0, 60, 10, 20, 3)],
        [(0, 60, 10, 20, PEDAL_AGAIN)],
        [(0, 60, len(DURATION_STEPS), 20, 0)],
        [(0, 60, 10, 20, 0), (0, 60, 10, 20, 0)],
        [(0, 60, 10, 20, 0), (0, 61, 10, 20, 0)],
        [(0, 60, 10, 20, 0), (0, 59, 10, 20, PEDAL_HELD)],
        [(0, 60, 10, 20, PEDAL_HELD), (0, 59, 10, 20, PEDAL_UP)],
        [(0, 60, 10, 20, PEDAL_HELD), (0, 59, 10, 20, PEDAL_AGAIN)],
        [(0, 60, 10, 20, PEDAL_UP), (9, 59, 10, 20, PEDAL_AGAIN)],
        [(0, 0, 10, 20, 0), (0, 0, 10, 20, 0)],
        [(0, 60, 10, 20, 0), control(END)],
        [(0, 60, 10, 20, 0), (START, 60, 10, 20, 0)],
    ],
)
def test_what_the_grammar_forbids(rows: list[Row]) -> None:
    """Each breaks one rule; without its last row the piece is well-formed."""
    assert not follows_grammar(rows)
    assert follows_grammar(rows[:-1])


def test_grammar_masks() -> None:
    """The end only where it is wanted, no chord below the lowest key, a piece begins at once."""
    grammar = Grammar()
    assert np.flatnonzero(grammar.dt(may_end=True)).tolist() == [0]
    assert grammar.pitch(0).sum() == 128
    grammar.push((0, 60, 10, 20, PEDAL_HELD))
    assert not grammar.dt()[END]
    assert grammar.dt(may_end=True)[END]
    assert not grammar.dt()[START]
    assert np.flatnonzero(grammar.pitch(0)).tolist() == list(range(60))
    assert grammar.pitch(1)[:128].all()
    assert grammar.pedal(0).tolist() == [False, True, False, False]
    assert grammar.pedal(5).tolist() == [True, True, True, False]
    grammar.push((9, 0, 10, 20, PEDAL_UP))
    assert not grammar.dt()[0]
    assert grammar.pedal(5).tolist() == [True, True, False, False]
    after_a_mark = Grammar(control(GAP_MIDDLE), down=True)
    assert not after_a_mark.dt()[0]
    assert after_a_mark.pedal(5)[PEDAL_AGAIN]


# ---- GIGA ----


def giga_agrees(ours: list[int], theirs: list[int]) -> None:
    """Same pitches in the same order; dt within 2 and duration within 1, note by note."""
    a, b = np.array(ours).reshape(-1, 4), np.array(theirs).reshape(-1, 4)
    assert a.shape == b.shape
    assert (a[:, 0] == 127).all()
    assert (a[:, 3] == b[:, 3]).all()
    assert np.abs(a[:, 1] - b[:, 1]).max() <= 2
    assert np.abs(a[:, 2] - b[:, 2]).max() <= 1


@pytest.mark.parametrize("name", [name for name in GIGA if name.endswith(".mid")])
def test_giga_tokens_agree_with_the_original(name: str) -> None:
    """For the four seeds, always."""
    giga_agrees(giga_ids(midi_reader.read(DATA / name)), GIGA[name])


@pytest.mark.parametrize("name", CORPUS)
def test_giga_tokens_agree_on_the_corpus(name: str) -> None:
    """For the two performances of the thesis, where its corpus is unpacked."""
    giga_agrees(giga_ids(midi_reader.read(CORPUS[name])), GIGA[name])


def test_giga_ids_by_hand() -> None:
    """Steps, limits, and the tempo map; muted notes and drums left out."""
    notes = (
        Note(0, 60, 480),
        Note(480, 0, 1),
        Note(480, 127, 480),
        Note(20_000, 64, 50_000),
        Note(20_000, 65, 480, track=1),
        Note(20_000, 66, 480, muted=True),
    )
    score = Score(notes, tracks=(Track(), Track(channel=9)), tempos=(Tempo(480, 1_000_000),))
    assert giga_ids(score) == [127, 0, 15, 60, 127, 31, 31, 126, 127, 0, 1, 1, 127, 126, 126, 64]
    assert giga_ids(Score()) == []


@pytest.mark.parametrize("path", REAL, ids=lambda p: p.stem)
def test_giga_notes_come_back(path: Path) -> None:
    """Decoded and encoded again, the ids are the same but for the order in a step; the grammar holds."""
    ids = giga_ids(midi_reader.read(path))
    assert all(giga_allowed(i % 4)[v] for i, v in enumerate(ids))
    found = giga_notes([*ids, 127])
    assert len(found) == len(ids) // 4
    again = [v for i, n in enumerate(found) for v in (round((n.onset - found[max(i - 1, 0)].onset) / 0.016),)]
    assert again == ids[1::4]
    assert [round(n.duration / 0.032) for n in found] == ids[2::4]
    assert [n.pitch for n in found] == ids[3::4]


def test_the_expressive_stream_holds_the_giga_stream() -> None:
    """Its projection on (dt, duration, pitch), within GIGA's limits and but for the order inside one step."""
    score = midi_reader.read(DATA / "inicio_para_elisa.mid")
    ours = [(row[0], row[2], row[1]) for row in ids_of(score)]
    giga = giga_ids(score)
    assert ours == list(zip(giga[1::4], giga[2::4], giga[3::4], strict=True))


def test_ill_formed_giga_groups_are_passed_over() -> None:
    """Unfinished ones, marks inside, zero durations and pitches."""
    good = [127, 5, 10, 60]
    assert [n.pitch for n in giga_notes([3, 4, *good, 127, 127, *good, 127, 5, 0, 60, 127, 5, 3, 0, 127, 5])] == [
        60,
        60,
    ]
    assert giga_notes([]) == []
    assert [int(giga_allowed(p).sum()) for p in range(4)] == [1, 127, 126, 126]
