"""A theme and settings in, an iterator of notes out. Each phrase is the best of several candidates. Knows nothing of
training and windows.

- `generate`: `compose`: the prompt, the loop over phrases, joins and endings
- `reranking`: best of n: style score less penalties for repetition and memorisation
- `style_scorer`: how surely a stretch is in a style, as the reranker asks
- `theme_timing`: how a continuation keeps the time of its theme: beginning, grid, pace
- `training_set_filter`: a Bloom filter of note runs in the training set, against copying
"""
