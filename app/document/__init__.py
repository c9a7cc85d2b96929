"""The open piece: its state, undo, autosave, and work in the background. Knows no widget.

- `autosave`: unsaved pieces on disk with their undo history, and what a crash left
- `background_jobs`: work on threads: progress, result, failure, cancellation
- `document`: score, takes, selection, path and undo, with the signals that panels meet by
- `file_locks`: pieces open in other windows, and files changed by others
- `gc_tuning`: keeps the garbage collector off a big piece
- `layer_state`: which tracks can be edited and which are hidden
- `preview`: takes while they are being written
- `recent`: files opened or saved last
- `undo_commands`: one step of history on Qt's undo stack
"""
