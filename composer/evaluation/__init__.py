"""Figures of the model cards: how well models predict, and how composed music compares with real music. Knows
nothing of windows.

- `copy_index`: passages copied note by note, in whatever key
- `generated_samples`: composed music that the report judges, with fixed random seeds
- `likelihood`: loss a note by attribute, accuracy, perplexity on real music
- `model_report`: every table of the model cards
- `ngrams`: an interpolated 4-gram baseline
- `report_tables`: a report as aligned text
- `similarity`: overlap of histograms of composed and real music
"""
