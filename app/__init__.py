"""Ricercar's window, in Qt. Imports `composer`; is never imported by it. From the bottom up:

- `look`: theme, icons, fonts, languages, small widgets
- `document`: the open piece with undo, autosave and background jobs
- `processes`: the window's ends of the child processes
- `roll`: the piano roll and the lanes under it
- `commands`: what keys and menus do: tables, key bindings, editing verbs
- `panels`: panels around the roll: composing, takes, layers, key
- `dialogs`: dialogs that the commands open
- `files`: opening, saving, exporting, recovering
- `wizard`: fine-tuning a style, page by page
- `window`: the main window and what connects its parts
- `__main__`: the `ricercar` command
"""
