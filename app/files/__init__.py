"""Opening, saving, exporting and recovering pieces, with the questions that these ask.

- `export_actions`: MIDI, MusicXML and WAV for other programs
- `file_actions`: open, save, close, drop
- `import_dialog`: a file of several tracks: kept as layers, or merged
- `recovery`: finds what a crash left, and offers it
- `recovery_dialog`: the list of what can be recovered
"""
