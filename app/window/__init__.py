"""The main window: assembles the parts and connects them.

- `gui_benchmark`: the window under the clock, for the benchmark
- `main_window`: panels, bars and menus, assembled
- `message_bar`: messages, and the strip of a background job
- `playback`: player, roll and clock kept together
- `status_bar`: the strip at the bottom
- `transport`: the player as a Qt object
- `transport_bar`: the bar at the top
- `ui_state`: title, actions and hints kept in step
- `window_actions`: handlers of actions that need several parts
- `wiring`: which signal goes where
"""
