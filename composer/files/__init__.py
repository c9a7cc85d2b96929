"""A score to and from files: MIDI, `.ricercar`, MusicXML. The only package that imports mido, music21 and
pretty_midi. Knows nothing of models and sound.

- `atomic_files`: files that are written whole or not at all
- `key_estimation`: key and tempo of free playing, through slow libraries
- `midi_parser`: the bytes of a MIDI file and its events
- `midi_reader`: Standard MIDI Files to scores, and back
- `midi_writer`: a score as a Standard MIDI File of type 1
- `musicxml_writer`: a score as MusicXML on the grid of sixteenths and triplets
- `project_file`: the `.ricercar` file, versioned and capped
- `project_reader`: scores, takes and undo steps from JSON, every value checked
- `project_writer`: scores, takes and undo steps as readable JSON
"""
