"""Dialogs that the menus open.

- `about`: versions and licences
- `edit_form_dialog`: an edit that asks first, previewed in the roll
- `edit_form_fields`: its fields as widgets
- `key_sheet`: keys and mouse gestures to read and print
- `shortcuts_dialog`: keys recorded, freed and reset
- `style_dialog`: installed styles: renamed, removed, passed on
"""
