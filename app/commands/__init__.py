"""What keys and menus do: the table of actions, key bindings, and the edits behind them. Knows no panel and no
dialog.

- `action_table`: every action: key, text, shortcuts, handler
- `edit_actions`: edits of the selection, each one undo step
- `edit_forms`: edits that ask before they act: their fields and results
- `generate_flow`: from the Compose button to one undo step
- `gesture_texts`: what the mouse does, in words
- `key_actions`: the musical key: chosen, guessed, snapped to
- `key_bindings`: shortcuts: the defaults, and the person's own
"""
