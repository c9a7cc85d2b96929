"""The corpus, and a base model trained from nothing through fastai's Learner. Fine-tuning uses its parts. Knows
nothing of generation and windows.

- `beats`: where a piece's beats are, from annotations or its own meters
- `corpus`: folders of MIDI to checked, deduplicated pieces, split by composition
- `distributed`: training in several processes
- `encoded_corpus`: an encoded corpus in one compressed file
- `prepared_corpus`: which pieces of the prepared corpus are whose, read once
- `pretrain`: losses, the Learner, and the base's training
- `schedule`: learning rate by elapsed time, the time limit, state to resume from
- `sources`: who wrote a file, how it was recorded, and where its beats are
- `splits`: which music shares content with held-out music, and which recordings are the same
- `training_windows`: windows of notes with augmentation and gaps to fill
- `weight_averaging`: the mean of the last weights, and which set is kept
"""
