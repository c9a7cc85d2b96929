"""Listening with numbers: what FluidSynth makes of a score, and what happens where it or a sound card is missing."""

from __future__ import annotations

import os
import sys
import time
import wave
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from composer.audio import synth, wav_writer
from composer.audio.scheduler import Event, Kind
from composer.core import paths
from composer.core.errors import UserError
from composer.files import midi_reader
from composer.music.score import Note, Pedal, Score, Tempo, Track

BEAT = 480  # half a second at the default tempo
RATE = synth.RATE


def heard(score: Score, folder: Path, name: str = "out.wav") -> NDArray[np.float64]:
    """A score as it sounds, (frames, 2)."""
    wav_writer.render(score, folder / name, force=True)
    return sound_of(folder / name)


def sound_of(path: Path) -> NDArray[np.float64]:
    with wave.open(str(path)) as file:
        assert (file.getnchannels(), file.getsampwidth(), file.getframerate()) == (2, 2, RATE)
        return np.frombuffer(file.readframes(file.getnframes()), dtype="<i2").reshape(-1, 2) / 32768


def level(sound: NDArray[np.float64], first: float, last: float) -> float:
    """Root mean square between two seconds."""
    return float(np.sqrt(np.mean(sound[int(first * RATE) : int(last * RATE)] ** 2)))


def loudest_key(sound: NDArray[np.float64]) -> float:
    """The MIDI key whose first three partials hold most of the sound."""
    spectrum = np.abs(np.fft.rfft(sound.mean(axis=1) * np.hanning(len(sound)), 2**18))
    keys = np.arange(21, 100, 0.1)
    hertz = 440 * 2 ** ((keys - 69) / 12)
    bins = [np.rint(hertz * partial * 2**18 / RATE).astype(int) for partial in (1, 2, 3)]
    return float(keys[np.argmax(spectrum[bins[0]] * spectrum[bins[1]] * spectrum[bins[2]])])


# ---- rendering ----


@pytest.mark.parametrize("key", [36, 45, 52, 60, 67, 76])
def test_the_right_pitch_sounds(key: int, tmp_path: Path) -> None:
    sound = heard(Score(notes=(Note(0, key, 2 * BEAT),)), tmp_path)
    assert loudest_key(sound[: RATE // 2]) == pytest.approx(key, abs=0.3)


def test_every_key_of_the_piano_sounds(tmp_path: Path) -> None:
    for key in (0, 21, 108, 127):
        assert np.abs(heard(Score(notes=(Note(0, key, BEAT, 20),)), tmp_path)).max() > 0.05


def test_even_the_softest_music_is_audible(tmp_path: Path) -> None:
    made = wav_writer.render(Score(notes=(Note(0, 60, BEAT, 1),)), tmp_path / "soft.wav")
    assert made.peak > 0.05
    assert np.abs(sound_of(tmp_path / "soft.wav")).max() == pytest.approx(made.peak, abs=1e-3)


def test_the_loudest_music_does_not_clip(tmp_path: Path) -> None:
    chords = [Note(i * 60, key, 4 * BEAT, 127) for i in range(8) for key in range(28 + i, 100, 4)]
    score = Score(notes=tuple(chords), pedals=(Pedal(0, 127),))
    sound = heard(score, tmp_path)
    assert 0.9 < np.abs(sound).max() <= 0.96
    assert np.count_nonzero(np.abs(sound) > 0.94) < 20


def test_loud_is_louder_than_soft(tmp_path: Path) -> None:
    score = Score(notes=(Note(0, 60, BEAT, 30), Note(4 * BEAT, 60, BEAT, 110)))
    sound = heard(score, tmp_path)
    assert level(sound, 2.0, 2.4) > 4 * level(sound, 0.0, 0.4)


def test_notes_begin_when_the_tempo_map_says(tmp_path: Path) -> None:
    score = Score(
        notes=tuple(Note(i * BEAT, 72, 60) for i in range(4)), tempos=(Tempo(0, 500_000), Tempo(BEAT, 250_000))
    )
    sound = np.abs(heard(score, tmp_path)).max(axis=1)
    for second in (0.0, 0.5, 0.75, 1.0):
        at = int(second * RATE)
        before = sound[max(at - 500, 0) : at].max(initial=0.0)
        assert sound[at : at + 800].max() > 0.02 + 2 * before


def test_the_pedal_holds_a_note(tmp_path: Path) -> None:
    notes = (Note(0, 60, BEAT // 2), Note(6 * BEAT, 96, BEAT, 20))
    dry = heard(Score(notes=notes), tmp_path, "dry.wav")
    held = heard(Score(notes=notes, pedals=(Pedal(0, 127), Pedal(4 * BEAT, 0))), tmp_path, "held.wav")
    assert level(held, 1.0, 1.8) > 10 * level(dry, 1.0, 1.8)
    assert level(held, 2.6, 2.9) < level(held, 1.0, 1.8) / 10


def test_it_ends_in_silence_soon_after_the_last_release(tmp_path: Path) -> None:
    score = Score(notes=(Note(0, 60, 2 * BEAT), Note(BEAT, 48, 3 * BEAT)))
    sound = heard(score, tmp_path)
    assert score.seconds < len(sound) / RATE < score.seconds + 3
    assert np.abs(sound[-50:]).max() < 1e-3


def test_muted_notes_are_not_heard_and_programs_are(tmp_path: Path) -> None:
    piano = Score(notes=(Note(0, 60, BEAT),))
    muted = piano.add([Note(0, 66, BEAT, muted=True)])
    organ = Score(notes=piano.notes, tracks=(Track(program=19),))
    strange = Score(notes=piano.notes, tracks=(Track(program=120),))  # not in our SoundFont
    sound = heard(piano, tmp_path)
    assert np.array_equal(sound, heard(muted, tmp_path))
    assert np.array_equal(sound, heard(strange, tmp_path))
    assert level(heard(organ, tmp_path), 0.4, 0.5) > 1.5 * level(sound, 0.4, 0.5)


def test_it_is_the_same_every_time(tmp_path: Path, repository: Path) -> None:
    score = midi_reader.read(repository / "examples" / "elise.mid")
    wav_writer.render(score, tmp_path / "a.wav")
    wav_writer.render(score, tmp_path / "b.wav")
    assert (tmp_path / "a.wav").read_bytes() == (tmp_path / "b.wav").read_bytes()


def test_the_reference_seeds_sound(tmp_path: Path, shared: Path) -> None:
    for path in sorted((shared / "reference" / "midi").glob("*.mid")):
        score = midi_reader.read(path)
        made = wav_writer.render(score, tmp_path / f"{path.stem}.wav")
        assert 0.05 < made.peak <= 0.96
        assert score.seconds <= made.seconds < score.seconds + 5
        assert level(sound_of(tmp_path / f"{path.stem}.wav"), 0, made.seconds) > 0.01


def test_it_is_faster_than_real_time(tmp_path: Path, repository: Path) -> None:
    score = midi_reader.read(repository / "examples" / "nocturne.mid")
    wav_writer.render(score, tmp_path / "warm.wav")
    started = time.process_time()
    made = wav_writer.render(score, tmp_path / "out.wav")
    assert made.seconds / (time.process_time() - started) > 5  # 40 and more on an idle machine


def test_progress_rises_to_one(tmp_path: Path) -> None:
    seen: list[float] = []
    wav_writer.render(Score(notes=(Note(0, 60, 8 * BEAT),)), tmp_path / "out.wav", progress=seen.append)
    assert seen == sorted(seen)
    assert seen[-1] == 1.0
    assert len(seen) > 5


def test_a_cancelled_render_leaves_nothing(tmp_path: Path) -> None:
    asked: list[bool] = []

    def cancelled() -> bool:
        asked.append(True)
        return len(asked) > 3

    (tmp_path / "old.wav").write_bytes(b"old")
    with pytest.raises(wav_writer.Cancelled):
        wav_writer.render(Score(notes=(Note(0, 60, 40 * BEAT),)), tmp_path / "old.wav", force=True, cancelled=cancelled)
    assert [p.name for p in tmp_path.iterdir()] == ["old.wav"]
    assert (tmp_path / "old.wav").read_bytes() == b"old"


# ---- what can go wrong ----


def code(score: Score, path: Path, **options: object) -> str:
    with pytest.raises(UserError) as caught:
        wav_writer.render(score, path, **options)  # type: ignore[arg-type]
    assert str(caught.value).endswith(".")
    return caught.value.code


def test_bad_input_is_said_in_one_sentence(tmp_path: Path) -> None:
    note = Score(notes=(Note(0, 60, BEAT),))
    (tmp_path / "there.wav").write_bytes(b"")
    (tmp_path / "not.sf2").write_bytes(b"not a SoundFont")
    assert code(Score(), tmp_path / "out.wav") == "nothing_to_hear"
    assert code(Score(notes=(Note(0, 60, 1, muted=True),)), tmp_path / "out.wav") == "nothing_to_hear"
    assert code(note, tmp_path / "there.wav") == "output_exists"
    assert code(note, tmp_path / "no" / "out.wav") == "output_unwritable"
    assert code(note, tmp_path / "out.wav", soundfont=tmp_path / "none.sf2") == "soundfont_missing"
    assert code(note, tmp_path / "out.wav", soundfont=tmp_path / "not.sf2") == "soundfont_invalid"
    assert sorted(p.name for p in tmp_path.iterdir()) == ["not.sf2", "there.wav"]


def test_a_full_disk_is_said_and_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("composer.audio.wav_writer.os.replace", full)
    assert code(Score(notes=(Note(0, 60, BEAT),)), tmp_path / "out.wav") == "output_unwritable"
    assert not list(tmp_path.iterdir())


def test_an_interruption_while_writing_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("composer.audio.wav_writer.os.replace", interrupt)
    with pytest.raises(KeyboardInterrupt):
        wav_writer.render(Score(notes=(Note(0, 60, BEAT),)), tmp_path / "out.wav")
    assert not list(tmp_path.iterdir())


def test_days_of_sound_are_refused_before_any_is_made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(wav_writer, "Fluid", None)
    score = Score(notes=(Note(0, 60, BEAT), Note(BEAT * 2 * 3600 * 30, 60, BEAT)))
    assert code(score, tmp_path / "out.wav") == "sound_too_long"
    with pytest.raises(UserError, match=r"30\.0 hours; .* 4 at most"):
        wav_writer.render(score, tmp_path / "out.wav")
    assert not list(tmp_path.iterdir())
    assert (wav_writer._LONGEST + wav_writer._TAIL + 1) * RATE * 4 < 2**32


def test_a_link_is_followed(tmp_path: Path) -> None:
    link = tmp_path / "link.wav"
    link.symlink_to("real.wav")
    wav_writer.render(Score(notes=(Note(0, 60, BEAT),)), link)
    assert link.is_symlink()
    assert (tmp_path / "real.wav").stat().st_size > 1000


@pytest.mark.parametrize("data", [b"not a SoundFont", b"RIFF\x10\0\0\0sfbkLIST", b"RIFF\xff\xff\0\0DLS " + bytes(99)])
def test_a_bad_soundfont_says_nothing_on_stderr(tmp_path: Path, capfd: pytest.CaptureFixture[str], data: bytes) -> None:
    bad = tmp_path / "bad.sf2"
    bad.write_bytes(data)
    assert code(Score(notes=(Note(0, 60, BEAT),)), tmp_path / "out.wav", soundfont=bad) == "soundfont_invalid"
    assert capfd.readouterr().err == ""
    os.write(2, b"heard")
    assert capfd.readouterr().err == "heard"


def test_stderr_is_silent_in_between_only(capfd: pytest.CaptureFixture[str]) -> None:
    with synth._quiet():
        os.write(2, b"** CRITICAL **")
    os.write(2, b"heard")
    assert capfd.readouterr().err == "heard"


def test_without_a_soundfont(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(paths, "soundfonts", lambda: tmp_path)
    with pytest.raises(UserError, match="SoundFont"):
        synth.check()
    lost = tmp_path / "lost.sf2"
    lost.symlink_to("nowhere")
    with pytest.raises(UserError, match=r"lost\.sf2"):
        synth.check()


def test_without_fluidsynth(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(synth, "_module", None)
    monkeypatch.setitem(sys.modules, "fluidsynth", None)  # importing it fails now
    assert not synth.available()
    assert code(Score(notes=(Note(0, 60, BEAT),)), tmp_path / "out.wav") == "synth_missing"
    live = synth.Synth()
    assert not live.start()
    assert "install" in live.reason
    live.close()


# ---- live ----


def test_live_sound_goes_through_the_driver(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("RICERCAR_AUDIO_DRIVER", "file")  # FluidSynth's driver that writes fluidsynth.wav, in real time
    live = synth.Synth()
    assert live.start()
    assert live.start()
    assert live.sound
    assert live.reason == ""
    live.program(19)
    live.program(0)
    live.pedal(127)
    live.note_on(60, 100)
    live.note_on(64, 100, channel=1)
    live.send(Event(0.0, Kind.BEND, 1, 8192))
    time.sleep(0.4)
    live.note_off(60)
    live.set_volume(0.5)
    live.all_off()
    live.close()
    live.close()
    live.note_on(60)  # too late, and harmless
    live.all_off()
    assert not live.start()
    written = next(tmp_path.iterdir())
    assert np.abs(sound_of(written)).max() > 0.05


@pytest.mark.parametrize("driver", ["none", "no-such-driver"])
def test_without_a_card_it_is_silent_and_says_why(driver: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RICERCAR_AUDIO_DRIVER", driver)
    tried: list[str] = []
    opens = synth.Fluid.open_driver
    monkeypatch.setattr(synth.Fluid, "open_driver", lambda self, name: tried.append(name) or opens(self, name))
    live = synth.Synth()
    assert not live.start()
    assert tried == ([] if driver == "none" else [driver]), "JACK alone would take 6 s"
    assert live.reason.startswith(("No sound card", "The sound card"))
    live.note_on(60)
    live.set_volume(1.0)
    live.close()


@pytest.mark.parametrize(
    ("platform", "expected"), [("darwin", ["coreaudio"]), ("win32", ["wasapi", "dsound", "waveout"])]
)
def test_drivers_of_other_systems(platform: str, expected: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("RICERCAR_AUDIO_DRIVER", raising=False)
    monkeypatch.setattr(sys, "platform", platform)
    assert synth._drivers() == expected


def test_drivers_of_linux_are_those_that_are_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("RICERCAR_AUDIO_DRIVER", raising=False)
    monkeypatch.delenv("PULSE_SERVER", raising=False)
    monkeypatch.setattr(sys, "platform", "linux")
    monkeypatch.setattr("composer.audio.synth.glob.glob", lambda pattern: [])
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path))
    assert synth._drivers() == []
    (tmp_path / "pulse").mkdir()
    (tmp_path / "pulse" / "native").touch()
    (tmp_path / "pipewire-0").touch()
    monkeypatch.setattr("composer.audio.synth.glob.glob", lambda pattern: ["/dev/snd/pcmC0D0p"])
    assert synth._drivers() == ["pulseaudio", "pipewire", "alsa"]


# ---- the SoundFont ----


def test_the_soundfont_is_small_whole_and_documented(repository: Path) -> None:
    sys.path.insert(0, str(repository / "soundfonts"))
    try:
        import make_soundfont
    finally:
        sys.path.pop(0)
    path = synth.default_soundfont()
    assert path.stat().st_size < 12e6
    font = make_soundfont.read(path.read_bytes())
    presets = {(bank, program) for _, program, bank, *_ in font.tables["phdr"][:-1]}
    assert presets == {(0, program) for program in make_soundfont.PRESETS}
    for _, start, end, *_ in font.tables["shdr"][:-1]:
        assert font.samples[start : start + 4] == b"OggS"
        assert start < end <= len(font.samples)
    assert make_soundfont.read(make_soundfont.cut(path.read_bytes())).tables["shdr"]  # it cuts its own output too
    assert "Permission is hereby granted" in (repository / "soundfonts" / "LICENSE").read_text()
