"""Music as numbers, without networks and torch: what generation ranks by and evaluation reports.

- `features`: a stretch of notes as a vector of named features
- `music_statistics`: histograms, key, repetition, density, loudness, pedal
- `style_classifier`: logistic regression on features: which style is it?
"""
