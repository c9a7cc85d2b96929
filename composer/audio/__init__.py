"""A score as sound, live or as a WAV file. The only package that imports FluidSynth. Knows nothing of models and
windows.

- `export`: a score as WAV, MIDI or MusicXML for other programs
- `player`: the transport on a thread of its own
- `scheduler`: hands out a timeline's events as time passes
- `synth`: FluidSynth with a SoundFont
- `timeline`: a score as timed events, the same ones live and offline
- `wav_writer`: offline rendering, always the same
"""
