"""Ricercar's library: symbolic music in, a continuation in a chosen style out. No Qt anywhere in it. The import
contracts in pyproject.toml say which package may know which; from the bottom up:

- `core`: errors, paths, settings, clocks
- `music`: what a piece is: notes, score, takes, undo history, and pure edits
- `files`: MIDI, `.ricercar` projects and MusicXML, read and written
- `audio`: a score as timed events and as sound
- `model`: tokens, networks, checkpoints, installed styles
- `inference`: notes out of a network: decoding, sampling, the compiled kernel
- `scoring`: music as numbers, and the classifier of styles
- `generation`: a theme and settings in, notes out: best of several candidates
- `training`: the corpus, and a base model from nothing
- `evaluation`: how well models predict, and how composed music compares with real music
- `finetuning`: a style from a folder of MIDI files
- `bench`: the benchmark
- `workers`: child processes of the window: generation and fine-tuning
- `cli`: the command line
- `checkpoint`: `load` for other programs
"""

__version__ = "0.2.0"

# What composed files name as their program: raised when the same weights, settings and random seed give other notes.
SAMPLING_VERSION = "0.2.0"
