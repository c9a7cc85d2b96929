"""Small things that several tests share: tiny networks, a folder of real music, made-up music of three kinds."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import torch

from composer.files import midi_reader
from composer.model import checkpoint
from composer.model.tokenizer import DT, PITCH, VELOCITY, Ids
from composer.model.transformer import GPT, NoteGPT, Shape
from composer.music.score import Note, Score, Tempo

NOTE_SHAPE = Shape(
    layers=4,
    width=32,
    heads=2,
    hidden=64,
    context=48,
    rope_time=3,
    rope_pitch=2,
    rope_base=1000,
    intervals=2,
    qk_norm=1,
    relu_squared=1,
)
GIGA_SHAPE = Shape(layers=2, width=32, heads=2, hidden=32, context=64, er_len=64)


def note_gpt(seed: int = 1) -> NoteGPT:
    """An untrained network, one step a note."""
    torch.manual_seed(seed)
    return NoteGPT(NOTE_SHAPE).eval()


def giga(seed: int = 1) -> GPT:
    """An untrained network of GIGA-Piano's kind."""
    torch.manual_seed(seed)
    return GPT(GIGA_SHAPE).eval()


def install(folder: Path) -> Path:
    """A models folder with an untrained base, two styles on it, and a GIGA network."""
    checkpoint.save(folder, "base", note_gpt(1), {"licence": "none", "infills": True})
    for seed, name in enumerate(("baroque", "romantic"), 2):
        checkpoint.save(folder, name, note_gpt(seed), {"licence": "none", "infills": True})
    checkpoint.save(folder, "giga", giga(), {"licence": "none"})
    return folder


def chorales(folder: Path, count: int = 6) -> Path:
    """Bach chorales from music21's own corpus, as MIDI files with a phrasing in their velocities."""
    from music21 import corpus

    folder.mkdir(parents=True, exist_ok=True)
    for number in range(count):
        piece = corpus.parse(f"bach/bwv{(253, 254, 255, 256, 257, 258, 259, 260)[number]}")
        notes = set()
        for element in piece.flatten().notes:
            start, length = round(float(element.offset) * 480), max(round(float(element.quarterLength) * 480), 60)
            velocity = 60 + (start // 240) % 5 * 6
            notes |= {Note(start, int(pitch.midi), length, velocity) for pitch in element.pitches}
        score = Score(notes=tuple(notes), tempos=(Tempo(0, 600_000),))
        midi_reader.write(score, folder / f"chorale-{number}.mid", force=True)
    return folder


def tune(style: int, seed: int, count: int = 400) -> Ids:
    """Scales in C (0), repeated triads (1) or whole tones at random (2); a little different for each seed."""
    random = np.random.default_rng(seed)
    ids = np.zeros((count, 5), dtype=np.int16)
    at = np.arange(count)
    if style == 0:
        ids[:, PITCH] = 60 + np.array([0, 2, 4, 5, 7, 9, 11, 12])[np.abs(at % 14 - 7)]
    elif style == 1:
        ids[:, PITCH] = np.array([72, 67, 64, 60])[at % 4] - 5 * (at // 40 % 2)
    else:
        ids[:, PITCH] = 50 + 2 * random.integers(0, 12, count)
    ids[:, PITCH] += random.integers(-5, 6)
    ids[:, DT] = random.integers(8, 14, count)
    ids[0, DT] = 0
    ids[:, 2] = 10
    ids[:, VELOCITY] = random.integers(10, 25, count)
    return ids
