"""What a piece is: an immutable score and pure functions of it, with numpy alone. Knows nothing of files, models and
sound.

- `edits`: pure edits, notes in and notes out
- `grid`: the snap grid: bars, note values, triplets, adaptive
- `metre`: beats, where onsets stand in them, and how strictly a theme keeps its grid
- `notes`: a note, and sorted tuples of notes with arrays beside them
- `onset_places`: how often onsets stand at each place of a bar, by meter
- `scale`: keys and modes: the pitches of a scale, steps in it
- `score`: notes, pedals, tempi, meters and tracks of a piece, frozen
- `takes`: takes composed side by side, and which notes came from where
- `time_maps`: ticks to beats, seconds and bars, and back
- `undo_history`: states of a document, and differences between them
"""
