"""Edits as pure functions, notes in and notes out: menus and mouse use the same ones. Knows no selection, no undo
and no Qt.

- `drag_edits`: what a drag does to notes
- `note_matching`: notes alike in pitch, length or place in the bar
- `pedal_spans`: the sustain pedal as spans from press to lift
- `pitch_edits`: transposing, velocities, and all else but timing
- `tempo_meter_marks`: tempi, meters and markers as signs in time
- `timing_edits`: quantising, legato, stretching, splitting
- `track_edits`: tracks kept, merged and described
"""
