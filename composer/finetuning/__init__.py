"""A fine-tuning run, from a folder of MIDI files to a saved style. Knows nothing of windows; the command line and
the child process start it.

- `samples`: continuations of held-out prompts by base and style, to be compared blind
- `callbacks`: fastai's callbacks: one-cycle rates by time, pause and stop
- `dataset_scan`: every file of a folder: used, skipped with a reason, or a duplicate
- `session`: the whole run, and the saved style with its card
- `interpolation`: weights between base and fine-tuned, their validation loss, kept candidates
- `lr_finder`: the learning-rate finder, interruptible
- `run_folder`: the files of a run on disk, and which runs can be resumed
- `run_log`: events for whoever watches, and a log for later
- `selection`: which candidate checkpoint, and how much of it, has the lowest validation loss
- `step_timing`: seconds a step of each recipe on this machine
- `trainer`: stages by time, validation, checkpoints, stop and pause
- `training_state`: weights, optimiser, schedule and random state, to resume from
"""
