"""From the mouse to one change of the document, or to none if Esc ends it. Paints nothing.

- `base`: where the mouse is, and the way from press to release
- `dispatch`: which gesture a press begins
- `hover`: cursors and the pencil's ghost
- `lane_gestures`: painting velocities; drawing and moving pedal spans
- `note_gestures`: draw, move, copy, resize, erase, box selection
- `position_text`: where the mouse is, for the status line
- `router`: press, drag, scrolling at the edges, release
- `ruler_gestures`: seek, loop, signs, the span that the model sees
"""
