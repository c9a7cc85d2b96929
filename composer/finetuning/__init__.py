"""A fine-tuning run, from a folder of MIDI files to a saved style. Knows nothing of windows; the command line and
the child process start it.

- `callbacks`: fastai's callbacks: one-cycle rates by time, gradient accumulation, pause and stop; the LR finder
- `dataset_scan`: every file of a folder: used, skipped with a reason, or a duplicate
- `records`: metrics, candidates, training state, log entries and events as plain data
- `run_folder`: the files of a run on disk, its log, and which runs can be resumed
- `samples`: the theme continued, blind A/B samples of held-out prompts, the memorisation check
- `selection`: interpolation of base and fine-tuned weights, validation, checkpoint selection
- `session`: start or resume, run, compare, save: the one way through it
- `step_timing`: seconds a step of each recipe on this machine
- `trainer`: stages by time, validation, candidates, state, stop and pause
- `training_state`: weights, optimiser, schedule and random state, to resume from; candidate checkpoints
"""
