"""What everything else stands on: failures, folders, settings and clocks. Imports nothing of ours and knows nothing
of music.

- `errors`: `UserError`, a failure that the user can act on, as a code with arguments
- `licence_inventory`: parts and packages, their versions and licences
- `paths`: folders of what is bundled, and the user's data folder
- `progress`: the protocol of progress callbacks, and their events
- `settings`: the settings of composing, training and recipes, one documented line a field
- `thread_choice`: all processor threads or one, whichever is faster at the moment
- `work_clock`: time that was really worked, and an estimate of what is left
"""
