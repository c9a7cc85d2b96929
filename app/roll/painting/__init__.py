"""Everything of the roll that is painted. Changes nothing, and knows no gesture.

- `compositor`: the layers from the ground up, dirty parts only
- `keyboard`: the keyboard at the left
- `lane_paint`: stems of velocities, bars of pedal
- `offscreen_arrows`: arrows to notes above and below
- `primitives`: notes, rows, bars, playhead
- `raster`: very many notes as one picture from arrays
- `ruler`: the ruler with its signs, loop and span
"""
