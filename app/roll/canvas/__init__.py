"""What the roll is drawn on: where things are, and what is seen of them. Knows no gesture.

- `geometry`: pixels to ticks and pitches, and back
- `inline_field`: a small field to type a number or a name in
- `note_index`: culling and hit tests over arrays of notes
- `scroll_area`: zoom, scroll and the wheel
- `surface`: what painters and gestures need of a roll, as protocols
- `transient_state`: what is shown but not kept: drags, ghosts, lit keys
"""
