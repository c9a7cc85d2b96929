"""The main window: assembles the parts and connects them.

- `appearance`: theme and language
- `focus_ring`: F6 from pane to pane
- `generation`: the panel's request to the flow; progress, take and model shown
- `gui_benchmark`: the window under the clock, for the benchmark
- `main_window`: panels, bars and menus, assembled
- `playback`: player, roll and clock kept together
- `status_bar`: the strip at the bottom
- `transport`: the player as a Qt object
- `transport_bar`: the bar at the top
- `ui_state`: title and enabled actions, as document and flow are
- `window_actions`: handlers of actions that need several parts
- `wiring`: which signal goes where
"""
