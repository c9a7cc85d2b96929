"""Windows are what training expects: in the vocabulary, varied, some with a gap to fill, some that begin plainly."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import torch
from fastai.data.load import DataLoader

from composer.model.conditions import MEDIA, Source
from composer.model.tokenizer import (
    DT,
    DT_STEPS,
    DURATION,
    END,
    GAP_MIDDLE,
    GAP_PREFIX,
    GAP_SUFFIX,
    NO_PITCH,
    PEDAL,
    PEDAL_UP,
    PITCH,
    START,
    VELOCITY,
    VOCABULARY,
    Ids,
    control,
    follows_grammar,
)
from composer.model.transformer import UNKNOWN, NoteGPT, nats, onsets
from composer.music import metre
from composer.training.corpus import Piece, read
from composer.training.training_windows import (
    TrainingWindows,
    augment_window,
    cumulative_shares,
    drop_expression,
    make_infilling,
    split_at_rests,
)
from tests.places import DATA, EXAMPLES
from tests.small import NOTE_SHAPE, chorales


@pytest.fixture(scope="session")
def music(tmp_path_factory: pytest.TempPathFactory) -> list[Piece]:
    """Real pieces."""
    bach = chorales(tmp_path_factory.mktemp("bach") / "chorales", 8)
    return list(read([bach, EXAMPLES, DATA]).pieces)


def in_vocabulary(rows: torch.Tensor) -> bool:
    """Every value is one that the network has an embedding for."""
    return bool(((rows >= 0) & (rows < torch.tensor(VOCABULARY))).all())


def test_fixed_windows_cover_the_music_without_overlap(music: list[Piece]) -> None:
    """Laid end to end between START and END; the target is the input shifted by one."""
    blocks = TrainingWindows(music, 64)
    rows = sum(len(p.ids) + 2 for p in music)
    assert len(blocks) == (rows - 1) // 64
    items = list(blocks)
    assert len(items) == len(blocks)
    for x, y, target in items:
        assert x.shape == y.shape == (64, 5)
        assert x.dtype == torch.int64
        assert torch.equal(x[1:], y[:-1])
        assert torch.equal(y, target)
        assert in_vocabulary(x)
    stream = torch.cat([x for x, _, _ in items])
    assert stream[0].tolist() == [START, NO_PITCH, 0, 32, 3]
    first = len(music[0].ids)
    assert torch.equal(stream[1 : first + 1], torch.from_numpy(music[0].ids.astype(np.int64)))
    assert stream[first + 1 : first + 3, DT].tolist() == [END, START]
    again = list(TrainingWindows(music, 64))
    assert all(
        torch.equal(a, b) for one, other in zip(items, again, strict=True) for a, b in zip(one, other, strict=True)
    )


def test_fewer_windows_are_spread_over_all_music(music: list[Piece]) -> None:
    """Not taken from its beginning."""
    all_of_them, few = list(TrainingWindows(music, 32)), list(TrainingWindows(music, 32, count=5))
    assert len(few) == 5
    places = [next(i for i, w in enumerate(all_of_them) if torch.equal(w[0], x)) for x, _, _ in few]
    assert places == [int(i * len(all_of_them) / 5) for i in range(5)]
    assert len(TrainingWindows(music, 32, count=10**6)) == len(all_of_them)


def test_windows_longer_than_the_music(music: list[Piece]) -> None:
    """Become one that holds all of it."""
    for augment in (False, True):
        blocks = TrainingWindows(music[:1], 100_000, augment=augment)
        (x, y, _), *more = [blocks[i] for i in range(len(blocks))]
        assert not more
        assert x.shape == y.shape == (len(music[0].ids) + 1, 5)
    with pytest.raises(IndexError):
        blocks[1]


def test_augmented_windows(music: list[Piece]) -> None:
    """As many as asked for, of the right length, in the vocabulary, shifted by one; and not always the same."""
    blocks = TrainingWindows(music, 48, count=150, augment=True)
    items = [blocks[i] for i in range(len(blocks))]
    assert len(items) == 150
    for x, y, target in items:
        assert x.shape == y.shape == (48, 5)
        assert torch.equal(x[1:], y[:-1])
        assert torch.equal(y, target)
        assert in_vocabulary(x)
        assert ((x[:, PITCH] == NO_PITCH) == (x[:, DT] >= START)).all()
    assert len({x.numpy().tobytes() for x, _, _ in items}) > 140


def varied(ids: Ids, seed: int) -> np.ndarray:
    """One variation."""
    return augment_window(ids.astype(np.int64), np.random.default_rng(seed))[0]


def test_variations_keep_the_music(music: list[Piece]) -> None:
    """One transposition for all notes, chords still going down, times within a tenth, no chord made or broken."""
    shifts = set()
    for seed, one in enumerate(music * 3):
        ids = one.ids.astype(np.int64)
        other = varied(one.ids, seed)
        shift = np.unique(other[:, PITCH] - ids[:, PITCH])
        assert len(shift) == 1
        assert -5 <= shift[0] <= 6
        shifts.add(int(shift[0]))
        assert follows_grammar(other)
        assert ((other[:, DT] == 0) == (ids[:, DT] == 0)).all()
        long = ids[:, DT] > 20
        ratio = DT_STEPS[other[long, DT]] / DT_STEPS[ids[long, DT]]
        assert ((ratio > 0.78) & (ratio < 1.15)).all()
        assert (other[:, DURATION] >= 1).all()
        louder = other[:, VELOCITY] - ids[:, VELOCITY]
        assert np.abs(louder).max() <= 2
        assert np.array_equal(other[:, 4], ids[:, 4])
    assert len(shifts) > 5


def test_variations_stay_on_the_keyboard() -> None:
    """A piece that uses every key cannot be transposed; marks are left alone, alone too."""
    ids = np.array([[0, 127, 5, 0, 0], [3, 0, 143 - 1, 31, 0], [150, 60, 5, 31, 0], [END, NO_PITCH, 0, 32, 3]])
    for seed in range(30):
        other = varied(ids, seed)
        assert np.array_equal(other[:3, PITCH], ids[:3, PITCH])
        assert np.array_equal(other[3], ids[3])
        assert in_vocabulary(torch.from_numpy(other))
        assert np.array_equal(varied(ids[3:], seed), ids[3:])


def onset_table(rows: np.ndarray) -> dict[tuple[int, ...], list[float]]:
    """Each note's onsets, counted through gaps as the network counts them."""
    time = onsets(torch.from_numpy(rows)[None], torch.zeros(1, dtype=torch.float64))[0].tolist()
    found: dict[tuple[int, ...], list[float]] = {}
    for row, onset in zip(rows.tolist(), time, strict=True):
        if row[PITCH] < NO_PITCH:
            found.setdefault(tuple(row[1:]), []).append(onset)
    return {note: sorted(times) for note, times in found.items()}


@pytest.mark.parametrize("seed", range(12))
def test_a_gap_moves_notes_behind_what_follows_and_loses_none(music: list[Piece], seed: int) -> None:
    random = np.random.default_rng(seed)
    rows = np.concatenate([[control(START)], music[seed % len(music)].ids[:150], [control(END)] * 5]).astype(np.int64)
    made = make_infilling(rows, random)
    assert made.shape == rows.shape
    marks = [int(m) for m in made[:, DT] if m >= GAP_PREFIX]
    assert marks == [GAP_PREFIX, GAP_SUFFIX, GAP_MIDDLE]
    middle = int(np.flatnonzero(made[:, DT] == GAP_MIDDLE)[0])
    filled = made[middle + 1 :][: int(np.flatnonzero(made[middle + 1 :, DT] == END)[0])]
    assert 4 <= len(filled) <= 128
    before, after = onset_table(rows), onset_table(made)
    assert before.keys() == after.keys()
    assert sum(map(len, before.values())) == sum(map(len, after.values()))
    # a gap longer than two seconds is told in coarser steps: what follows may come a little early
    assert all(abs(a - b) <= 64 for note in before for a, b in zip(before[note], after[note], strict=True))
    first = made[middle - 1, PITCH] == NO_PITCH  # nothing but the end comes after
    assert first == (made[middle - 1, DT] == END)


def test_a_window_without_room_for_a_gap_stays_as_it_is(music: list[Piece]) -> None:
    rows = np.concatenate([[control(START)], music[0].ids[:20], [control(END)]]).astype(np.int64)
    assert np.array_equal(make_infilling(rows, np.random.default_rng(0)), rows)
    slow = music[0].ids[:80].astype(np.int64)
    slow[:, DT] = len(DT_STEPS) - 1
    assert np.array_equal(make_infilling(slow, np.random.default_rng(0)), slow), "no dt spans such a gap"


def test_windows_have_gaps_as_often_as_asked(music: list[Piece]) -> None:
    blocks = TrainingWindows(music, 128, count=400, augment=True, infill=0.5)
    share = np.mean([bool((x[:, DT] == GAP_MIDDLE).any()) for x, _, _ in (blocks[i] for i in range(len(blocks)))])
    assert 0.35 < share < 0.65
    assert not any((x[:, DT] == GAP_MIDDLE).any() for x, _, _ in TrainingWindows(music, 128, infill=0.5)), (
        "when judging, never"
    )


@pytest.mark.parametrize("length", [64, 128])
def test_windows_are_about_an_end_as_often_as_asked(music: list[Piece], length: int) -> None:
    music = [p for p in music if len(p.ids) > length]
    assert len(music) > 2
    blocks = TrainingWindows(music, length, count=400, augment=True, closing=0.5)
    count = 0
    for x, y, _ in (blocks[i] for i in range(len(blocks))):
        assert len(x) == length
        marks = x[:, DT].tolist()
        after = marks.index(GAP_SUFFIX) + 1 if GAP_SUFFIX in marks else len(marks)
        if marks[after : after + 2] == [END, GAP_MIDDLE]:  # nothing but the end comes after
            assert END in y[after + 1 :, DT], "and what is written comes to it"
            count += 1
    assert 0.35 < count / len(blocks) < 0.6, "the last piece's end has too little behind it"
    assert not any((x[:, DT] == GAP_MIDDLE).any() for x, _, _ in TrainingWindows(music, length, closing=0.5)), (
        "when judging, never"
    )


@pytest.mark.parametrize("seed", range(12))
def test_a_plain_beginning_loses_only_pedal_and_dynamics(music: list[Piece], seed: int) -> None:
    rows = np.concatenate([[control(START)], music[seed % len(music)].ids[:150], [control(END)]]).astype(np.int64)
    rows[5:100:3, PEDAL] = 1
    plain = drop_expression(rows, np.random.default_rng(seed))
    changed = np.flatnonzero((plain != rows).any(1))
    assert (plain[:, [DT, PITCH, DURATION]] == rows[:, [DT, PITCH, DURATION]]).all()
    assert len(changed) == 0 or changed[-1] < 0.75 * len(rows)
    beginning = plain[1 : changed[-1] + 1] if len(changed) else plain[:0]
    if (plain[:, PEDAL] != rows[:, PEDAL]).any():
        assert (beginning[:, PEDAL] == PEDAL_UP).all()
    if (plain[:, VELOCITY] != rows[:, VELOCITY]).any():
        assert len(np.unique(beginning[:, VELOCITY])) == 1
        assert abs(beginning[0, VELOCITY] - rows[1 : len(beginning) + 1, VELOCITY].mean()) < 6


def test_only_what_is_read_is_plain_not_what_is_to_be_foretold(music: list[Piece]) -> None:
    blocks = TrainingWindows(music, 96, count=300, augment=True, plain=0.5)
    items = [blocks[i] for i in range(len(blocks))]
    plain = [bool((x[1:] != y[:-1]).any()) for x, y, _ in items]
    assert 0.2 < np.mean(plain) < 0.6
    assert all(torch.equal(y, target) for _, y, target in items)
    assert any((y[:, PEDAL] != PEDAL_UP).any() for _, y, _ in items)
    assert not any((x[1:] != y[:-1]).any() for x, y, _ in TrainingWindows(music, 96, plain=0.5)), "when judging, never"


def test_music_that_many_play_is_not_heard_as_many_times(music: list[Piece]) -> None:
    one = replace(music[0], ids=music[0].ids[:40], composition="one")
    alone = replace(music[1], ids=music[1].ids[:40], composition="another")
    ones = [replace(one, digest=str(number)) for number in range(4)]
    ends = cumulative_shares([*ones, alone])
    each, once = ends[0], ends[-1] - ends[-2]
    assert ends[-1] == pytest.approx(1)
    assert each < once < 4 * each, "less than four times for four performances, yet more than once"
    blocks = TrainingWindows([*ones, alone], 8, 2000, augment=True)
    starts = np.array([blocks._draw_start() for _ in range(2000)])
    assert np.mean(starts >= 4 * 42) == pytest.approx(once, abs=0.05)
    assert starts.max() == len(blocks.stream) - 9, "the last window of all can come"


def test_a_recital_is_cut_at_its_rests(music: list[Piece]) -> None:
    """A rest over 10 s ends a piece; one near an edge, or a shorter one, does not; labels are cut along."""
    ids = music[0].ids[:120].copy()
    ids[[40, 70, 110], DT] = [len(DT_STEPS) - 1, int(np.searchsorted(DT_STEPS, 600)), len(DT_STEPS) - 1]
    recital = replace(music[0], ids=ids, metre=metre.unknown(120))
    parts = list(split_at_rests(recital))
    assert [len(p.ids) for p in parts] == [40, 80]
    assert [len(p.metre.phase) for p in parts if p.metre] == [40, 80]
    assert parts[1].ids[0, DT] == 0
    assert np.array_equal(parts[1].ids[1:], ids[41:])
    blocks = TrainingWindows([recital], 200)
    assert blocks.stream[:, DT].tolist().count(START) == 2
    assert list(split_at_rests(music[1])) == [music[1]]


def test_labels_stay_with_their_notes_where_a_gap_moves_them(music: list[Piece]) -> None:
    """The column of places tells which note stands where; marks have that of the note before the gap."""
    rows = np.concatenate([[control(START)], music[0].ids[:150]]).astype(np.int64)
    made = make_infilling(np.column_stack([rows, np.arange(len(rows))]), np.random.default_rng(3), 0.0)
    order, moved = made[:, 5], made[:, :5]
    assert (np.diff(order) < 0).any(), "there is a gap"
    notes = moved[:, PITCH] < NO_PITCH
    same = (moved[notes] == rows[order[notes]]).all(1)
    assert (~same).sum() <= 2, "but for the dt across the gap and the first in it"
    sources = replace(music[0], source=Source(2, 1, 1))
    window = TrainingWindows([sources], 128, 50, augment=True, infill=1.0, labelled=True)
    for x, _, labels, clock, target in (window[i] for i in range(len(window))):
        assert labels.shape == (len(x), 14)
        assert clock.shape == (len(x), 3)
        assert ((labels[:, 5] == 2) | (labels[:, 5] == 0)).all()
        assert (target >= 0).all()


def test_what_a_score_does_not_tell_costs_nothing(music: list[Piece]) -> None:
    """Velocity and pedal of quantised scores are not to be learned."""
    score = replace(music[0], source=Source(0, 0, MEDIA.index("score") + 1))
    x, y, _, _, target = TrainingWindows([score], 64, 4, augment=True, labelled=True)[0]
    assert (target[:, [VELOCITY, PEDAL]] == UNKNOWN).all()
    assert torch.equal(target[:, :3], y[:, :3])
    network = NoteGPT(NOTE_SHAPE)
    loss = nats(network(x[None], y[None]), target[None])
    assert (loss[..., [VELOCITY, PEDAL]] == 0).all()
    assert (loss[..., DT] > 0).all()


def test_workers_draw_different_windows(music: list[Piece]) -> None:
    """Each process of a loader by itself, and otherwise than in the epoch before."""
    loader = DataLoader(TrainingWindows(music, 32, count=32, augment=True), bs=8, num_workers=2)
    batches = [x.numpy().tobytes() for _ in range(2) for x, _, _ in loader]
    assert len(set(batches)) == len(batches) == 8
