"""The piano roll: the assembled view, the lanes under it, and what keys do to its ruler. Knows the document, and no
panel.

- `a11y`: the roll for screen readers
- `canvas`: geometry, index of notes, transient state, scroll area
- `gestures`: from the mouse to a change of the document
- `painting`: everything that is painted
- `lane_splitter`: the bar that sizes the lanes
- `lanes`: velocity and pedal lanes
- `roll_pane`: roll and lanes as one widget
- `roll_view`: the roll itself: shows the document, answers gestures
- `ruler_actions`: signs, loop, span and pedal by keys and menus
- `ruler_menu`: the context menu of the ruler
- `timeline`: ruler, playhead, loop and join, which roll and lanes share
- `viewport_memory`: the part that was seen, kept in the document's view
"""
