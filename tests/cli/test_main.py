"""The command line as scripts see it: what goes to stdout and stderr, exit statuses, and what is imported."""

from __future__ import annotations

import importlib
import json
import os
import signal
import subprocess
import sys
import types
import wave
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from app.__main__ import main as ricercar
from composer.cli.main import VERBS, main
from composer.core import paths
from composer.core.errors import UserError
from composer.core.settings import GenerationRequest, Training
from composer.files import midi_reader, project_file
from composer.files.project_file import Project
from composer.music.score import Note, Pedal, Score, Tempo
from tests.places import EXAMPLES

CONTRACT = {"info", "tokens", "styles", "compose", "render", "evaluate", "train", "finetune", "import-model", "bench"}
THEME = Score(
    notes=tuple(Note(480 * i, 60 + i, 240, 50 + i) for i in range(8)),
    pedals=(Pedal(0, 127), Pedal(900, 0)),
    tempos=(Tempo(0, 600_000),),
)

Run = Callable[..., tuple[int, dict[str, Any], str]]


@pytest.fixture
def theme(tmp_path: Path) -> Path:
    """A MIDI file with eight notes at 100 qpm."""
    path = tmp_path / "theme.mid"
    midi_reader.write(THEME, path)
    return path


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Run:
    """Runs a verb with --json: (exit status, the one object on stdout, stderr)."""

    def call(*words: object) -> tuple[int, dict[str, Any], str]:
        status = main([*map(str, words), "--json"])
        out, err = capsys.readouterr()
        assert out.count("\n") == 1
        return status, json.loads(out), err

    return call


def _card(name: str) -> SimpleNamespace:
    return SimpleNamespace(
        name=name,
        encoding="expressive",
        parameters=11_000_000,
        licence="CC BY-NC-SA 4.0",
        base=None,
        card=Path("card.json"),
    )


@pytest.fixture
def fakes(monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """Stands in for the modules that need torch or take minutes; records what they were asked."""
    asked: dict[str, Any] = {}

    def find(name: str) -> SimpleNamespace:
        if name not in ("base", "baroque"):
            raise UserError("style_unknown", name=name, known="base, baroque")
        return _card(name)

    def composed(theme: Score, settings: GenerationRequest) -> Iterator[SimpleNamespace]:
        asked["settings"] = settings
        for i in range(settings.notes or 4):
            for take in range(settings.takes):
                note = Note(theme.end + 240 * i, 70 + take, 240, 90, composed=True)
                yield SimpleNamespace(take=take, note=note, pedals=())

    def joined(theme: Score, events: list[Any], *, with_theme: bool = True) -> Score:
        score = theme if with_theme else theme.with_notes(())
        return score.add(e.note for e in events)

    def with_seed(settings: GenerationRequest) -> GenerationRequest:
        seed = settings.sampling.random_seed
        return replace(settings, sampling=replace(settings.sampling, random_seed=99 if seed is None else seed))

    def learn(name: str) -> Callable[..., dict[str, Any]]:
        def call(
            *words: Any, progress: Callable[[dict[str, Any]], None] | None = None, **options: Any
        ) -> dict[str, Any]:
            asked[name] = (words, options)
            if progress:
                progress({"stage": "reading", "done": 0.5, "text": "half"})
                print("noise from a library")
            return {
                "card": Path("card.json"),
                "best_step": 3,
                "before": {"loss": 2.0},
                "skipped": [{"file": "a", "reason": "b"}],
            }

        return call

    modules = {
        "model.style_registry": {
            "find": find,
            "installed": lambda: [_card("base"), _card("baroque")],
            "rename": learn("rename"),
        },
        "generation.generate": {
            "compose": composed,
            "joined": joined,
            "with_seed": with_seed,
            "warm": lambda style, settings: types.SimpleNamespace(precision="float32"),
        },
        "evaluation.likelihood": {"evaluate": learn("evaluate")},
        "evaluation.model_report": {"report": learn("report"), "REFERENCE": Path("none")},
        "evaluation.report_tables": {"lines": lambda figures: ["a table"]},
        "training.pretrain": {"train": learn("train")},
        "finetuning.session": {"finetune": learn("finetune")},
    }
    modules["model.style_registry"]["remove"] = learn("remove")
    for name, members in modules.items():
        fake = types.ModuleType(f"composer.{name}")
        fake.__dict__.update(members)
        monkeypatch.setitem(sys.modules, f"composer.{name}", fake)
        package, _, module = f"composer.{name}".rpartition(".")
        monkeypatch.setattr(importlib.import_module(package), module, fake, raising=False)
    return asked


# ---- the contract ----


def test_verbs_are_those_of_the_contract() -> None:
    assert set(VERBS) == CONTRACT


@pytest.mark.parametrize("verb", [*sorted(CONTRACT), None])
def test_help_is_told_and_succeeds(verb: str | None, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as stop:
        main([verb, "--help"] if verb else ["--help"])
    assert stop.value.code == 0
    assert "usage: ricercar" in capsys.readouterr().out


def test_info(theme: Path, run: Run, capsys: pytest.CaptureFixture[str]) -> None:
    status, found, err = run("info", theme)
    assert (status, err) == (0, "")
    assert {
        "ok": True,
        "notes": 8,
        "tracks": 1,
        "seconds": 4.5,
        "tempo": 100.0,
        "warnings": [],
    }.items() <= found.items()
    assert set(found) >= {"key", "played_tempo"}
    assert main(["info", str(theme)]) == 0
    assert "8 notes" in capsys.readouterr().out


def test_tokens(theme: Path, run: Run, capsys: pytest.CaptureFixture[str]) -> None:
    _, giga, _ = run("tokens", theme, "--encoding", "giga")
    assert len(giga["ids"]) == 4 * 8
    assert giga["ids"][:4] == [127, 0, 9, 60]  # 0.3 s are 9 steps of 32 ms
    _, expressive, _ = run("tokens", theme)
    assert len(expressive["ids"]) == 8
    assert all(len(row) == 5 for row in expressive["ids"])
    for encoding, lines in (("giga", 1), ("expressive", 8)):
        assert main(["tokens", str(theme), "--encoding", encoding]) == 0
        assert capsys.readouterr().out.count("\n") == lines


def test_styles(fakes: dict[str, Any], run: Run, capsys: pytest.CaptureFixture[str]) -> None:
    _, found, _ = run("styles")
    assert [set(row) for row in found["styles"]] == [{"name", "encoding", "parameters", "licence", "card", "base"}] * 2
    run("styles", "rename", "mine", "ours")
    run("styles", "remove", "ours")
    assert fakes["rename"][0] == ("mine", "ours")
    assert fakes["remove"][0] == ("ours",)
    assert main(["styles"]) == 0
    assert "baroque" in capsys.readouterr().out


def test_render(theme: Path, tmp_path: Path, run: Run) -> None:
    status, made, err = run("render", theme, tmp_path / "out.wav")
    assert (status, err) == (0, "")
    assert made["seconds"] > 4.5
    assert 0.05 < made["peak"] < 1
    assert made["soundfont"].endswith((".sf2", ".sf3"))
    assert (tmp_path / "out.wav").stat().st_size > 44_100 * 4 * 4
    status, made, _ = run("render", theme, tmp_path / "out.wav")
    assert (status, made["ok"]) == (2, False)
    assert "exists already" in made["error"]


# ---- composing ----


def test_compose_writes_numbered_takes(fakes: dict[str, Any], theme: Path, tmp_path: Path, run: Run) -> None:
    status, made, _ = run("compose", theme, "-o", tmp_path / "out.mid", "--takes", 2, "--notes", 5, "--random-seed", 7)
    assert status == 0
    assert set(made) == {"ok", "takes", "notes_per_second", "first_note_ms", "realtime_factor"}
    assert [Path(take["file"]).name for take in made["takes"]] == ["out-1.mid", "out-2.mid"]
    for number, take in enumerate(made["takes"]):
        assert {key: take[key] for key in ("wav", "notes", "random_seed")} == {
            "wav": None,
            "notes": 5,
            "random_seed": 7,
        }
        score = midi_reader.read(take["file"])
        assert [n.pitch for n in score.notes] == [*range(60, 68), *[70 + number] * 5]
        assert take["seconds"] == pytest.approx(score.seconds - THEME.seconds, abs=0.01)
    assert not (tmp_path / "out.mid").exists()


def test_compose_one_take_with_sound(fakes: dict[str, Any], theme: Path, tmp_path: Path, run: Run) -> None:
    out, wav = tmp_path / "out.mid", tmp_path / "out.wav"
    _, made, _ = run("compose", theme, "-o", out, "--wav", wav, "--without-theme", "--style", "base")
    assert made["takes"][0]["wav"] == str(wav)
    assert made["takes"][0]["random_seed"] == 99
    assert {n.pitch for n in midi_reader.read(out).notes} == {70}
    assert wav.read_bytes()[:4] == b"RIFF"
    assert b'"style": "base"' in out.read_bytes()  # its provenance


@pytest.mark.parametrize("bound", [["--bars", "2"], ["--seconds", "1.5"], []])
def test_compose_from_nothing_and_bounds(
    bound: list[str],
    fakes: dict[str, Any],
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    assert main(["compose", "-", "-o", str(tmp_path / "out.mid"), "--top-p", "0.5", "--temperature", "0", *bound]) == 0
    settings = fakes["settings"]
    assert (settings.sampling.top_p, settings.sampling.temperature) == (0.5, 0)
    assert (settings.bars, settings.seconds) == (
        2 if "--bars" in bound else None,
        1.5 if "--seconds" in bound else None,
    )
    out, err = capsys.readouterr()
    assert "new notes" in out
    assert "\r[" in err


def test_outputs_are_refused_before_composing(fakes: dict[str, Any], theme: Path, tmp_path: Path, run: Run) -> None:
    taken = tmp_path / "out-2.mid"
    taken.write_text("precious")
    words = ["compose", theme, "-o", tmp_path / "out.mid", "--takes", 2]
    status, made, err = run(*words)
    assert (status, made) == (2, {"ok": False, "error": f"{taken} exists already; use --force to replace it."})
    assert err.strip() == made["error"]
    assert "settings" not in fakes  # nothing was composed
    assert not (tmp_path / "out-1.mid").exists()
    assert taken.read_text() == "precious"
    assert run(*words, "--force")[0] == 0
    assert taken.read_bytes()[:4] == b"MThd"


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["--style", "martian"], "no style named 'martian'"),
        (["--wav", "{folder}/out.mid"], "uses that file already"),
        (["--wav", "{folder}/nowhere/out.wav"], "cannot be written"),
        (["--takes", "0"], "takes must be"),
        (["--notes", "0"], "notes must be"),
        (["--temperature", "-1"], "temperature must be"),
        (["--temperature", "warm"], "invalid float value"),
        (["--notes", "3", "--bars", "3"], "not allowed with"),
        (["--random-seed", "-1"], "random seed must be"),
        (["--colour", "blue"], "unrecognized arguments"),
    ],
)
def test_compose_refuses(
    words: list[str], sentence: str, fakes: dict[str, Any], theme: Path, tmp_path: Path, run: Run
) -> None:
    words = [word.format(folder=tmp_path) for word in words]
    status, made, err = run("compose", theme, "-o", tmp_path / "out.mid", *words)
    assert (status, made["ok"]) == (2, False)
    assert sentence in made["error"]
    assert err == made["error"] + "\n"
    assert not (tmp_path / "out.mid").exists()


def test_the_theme_is_never_replaced(fakes: dict[str, Any], theme: Path, run: Run) -> None:
    before = theme.read_bytes()
    assert run("compose", theme, "-o", theme, "--force")[0] == 2
    assert theme.read_bytes() == before


def test_wav_without_fluidsynth(
    fakes: dict[str, Any], theme: Path, tmp_path: Path, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("composer.audio.synth._module", None)
    monkeypatch.setitem(sys.modules, "fluidsynth", None)
    status, made, _ = run("compose", theme, "-o", tmp_path / "o.mid", "--wav", tmp_path / "o.wav")
    assert (status, "FluidSynth is not installed" in made["error"]) == (2, True)
    assert "settings" not in fakes


def test_wav_without_a_soundfont(
    fakes: dict[str, Any], theme: Path, tmp_path: Path, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(paths, "soundfonts", lambda: tmp_path / "fonts")
    status, made, _ = run("compose", theme, "-o", tmp_path / "o.mid", "--wav", tmp_path / "o.wav")
    assert (status, made["error"]) == (2, f"There is no SoundFont at {tmp_path / 'fonts'}.")
    assert "settings" not in fakes  # nothing was composed
    assert os.listdir(tmp_path) == ["theme.mid"]


@pytest.mark.parametrize("output", [".", "/", "..", "{folder}"])
def test_takes_need_the_name_of_a_file(
    output: str, fakes: dict[str, Any], theme: Path, tmp_path: Path, run: Run
) -> None:
    status, made, _ = run("compose", theme, "-o", output.format(folder=tmp_path), "--takes", 2)
    assert (status, "it is a folder" in made["error"]) == (2, True)


def test_a_link_in_a_circle_is_no_output(fakes: dict[str, Any], theme: Path, tmp_path: Path, run: Run) -> None:
    circle = tmp_path / "circle.mid"
    circle.symlink_to(circle)
    status, made, _ = run("compose", theme, "-o", circle)
    assert (status, "cannot be written" in made["error"]) == (2, True)


@pytest.mark.parametrize("words", [["tokens", "--jso"], ["info", "--js"], ["tokens", "--enc", "giga"]])
def test_options_are_written_out(words: list[str], theme: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([words[0], str(theme), *words[1:]]) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert "unrecognized arguments: --" in err


def test_info_of_a_piece_of_many_hours(tmp_path: Path, run: Run) -> None:
    long = tmp_path / "long.mid"
    midi_reader.write(THEME.add([Note(10_000_001, 60, 10)]), long)
    status, made, _ = run("info", long)
    assert (status, made["played_tempo"], made["notes"]) == (0, None, 9)


def test_control_c_leaves_nothing(
    fakes: dict[str, Any],
    theme: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    def stop(*_: object) -> Iterator[object]:
        raise KeyboardInterrupt

    monkeypatch.setattr(sys.modules["composer.generation.generate"], "compose", stop)
    assert main(["compose", str(theme), "-o", str(tmp_path / "out.mid")]) == 130
    assert capsys.readouterr().out == ""
    assert not (tmp_path / "out.mid").exists()


@pytest.mark.slow
def test_the_real_thing(tmp_path: Path, run: Run) -> None:
    """Nothing faked: the installed weights, the grammar, FluidSynth."""
    theme = next(iter(sorted(paths.examples().glob("*.mid"))))
    given = [n.pitch for n in midi_reader.read(theme).notes]
    written = {}
    for style in ("baroque", "romantic", "avant-garde", "again"):
        words = ["--style", "baroque" if style == "again" else style, "--notes", 12, "--takes", 2, "--random-seed", 7]
        sound = ["--wav", tmp_path / "out.wav"] if style == "baroque" else []
        status, made, err = run("compose", theme, "-o", tmp_path / f"{style}.mid", *words, *sound)
        assert (status, err) == (0, "")
        takes = [midi_reader.read(take["file"]) for take in made["takes"]]
        for score in takes:
            assert [n.pitch for n in score.notes][: len(given)] == given
        written[style] = [list(score.notes[len(given) :]) for score in takes]
        assert min(made[key] for key in ("notes_per_second", "first_note_ms", "realtime_factor")) > 0
    assert written["again"] == written["baroque"]
    assert written["baroque"][0] != written["baroque"][1]
    assert written["baroque"] != written["romantic"] != written["avant-garde"]
    for number in (1, 2):
        with wave.open(str(tmp_path / f"out-{number}.wav")) as sound:
            samples = np.frombuffer(sound.readframes(sound.getnframes()), dtype=np.int16)
        assert 0.05 < np.abs(samples.astype(int)).max() / 32768 < 1


# ---- learning ----


def test_evaluate(fakes: dict[str, Any], tmp_path: Path, run: Run) -> None:
    status, made, err = run("evaluate", tmp_path, "--style", "baroque")
    assert (status, made["best_step"], made["card"]) == (0, 3, "card.json")
    assert err == "reading: half\nnoise from a library\n"  # a library's print stays off stdout
    assert run("evaluate", "--report")[0] == 0
    assert run("evaluate", tmp_path)[0] == 2
    assert "no folder" in run("evaluate", tmp_path / "none", "--style", "base")[1]["error"]
    assert "no style" in run("evaluate", tmp_path, "--style", "martian")[1]["error"]


def test_finetune_and_train(
    fakes: dict[str, Any], tmp_path: Path, run: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run("finetune", tmp_path, "--name", "mine", "--minutes", 2, "--recipe", "thesis")[0] == 0
    words, options = fakes["finetune"]
    assert words == (tmp_path, "mine")
    assert options.pop("cancelled")() is False
    assert options == {
        "theme": None,
        "base": "base",
        "recipe": "thesis",
        "minutes": 2.0,
        "resume": False,
        "into": None,
        "force": False,
    }
    assert run("train", tmp_path, tmp_path, "--out", tmp_path / "m", "--resume")[0] == 0
    assert fakes["train"][0] == ([tmp_path, tmp_path], tmp_path / "m")
    options = fakes["train"][1]
    assert options.pop("settings") == Training()
    assert options == {
        "minutes": None,
        "resume": True,
        "hold_out": None,
        "force": False,
        "start": None,
        "split": None,
        "packed": None,
    }
    words = ("--corpus", tmp_path / "c.xz", "--out", tmp_path, "--from", "base", "--network", "large", "--batch", 32)
    assert run("train", *words)[0] == 0
    assert fakes["train"][1]["start"] == "base"
    settings = fakes["train"][1]["settings"]
    assert (settings.width, settings.batch) == (640, 32)
    assert settings.muon_rate == pytest.approx(2 * Training().muon_rate)
    assert run("train", "--out", tmp_path)[0] == 2, "neither folders nor a corpus"
    assert main(["finetune", str(tmp_path), "--name", "mine"]) == 0
    assert "best_step: 3" in capsys.readouterr().out


def test_the_first_control_c_saves_a_lesson(
    fakes: dict[str, Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def taught(*words: Any, cancelled: Callable[[], bool], **options: Any) -> dict[str, Any]:
        assert not cancelled()
        signal.raise_signal(signal.SIGINT)
        assert cancelled(), "it is asked to end, and may save first"
        with pytest.raises(KeyboardInterrupt):
            signal.raise_signal(signal.SIGINT)
        return {"cancelled": True}

    monkeypatch.setattr(sys.modules["composer.finetuning.session"], "finetune", taught)
    before = signal.getsignal(signal.SIGINT)
    assert main(["finetune", str(tmp_path), "--name", "mine"]) == 130
    assert "--resume" in capsys.readouterr().out
    assert signal.getsignal(signal.SIGINT) == before


# ---- what goes wrong ----


def _bad_files(folder: Path) -> dict[str, Path]:
    whole = midi_reader.to_bytes(THEME)
    contents = {"empty": b"", "text": b"Dear Anna,\n", "truncated": whole[:30], "silent": midi_reader.to_bytes(Score())}
    files = {"missing": folder / "missing.mid", "folder": folder}
    for name, data in contents.items():
        files[name] = folder / f"{name}.mid"
        files[name].write_bytes(data)
    return files


@pytest.mark.parametrize("kind", ["missing", "folder", "empty", "text", "truncated", "silent"])
@pytest.mark.parametrize("verb", ["info", "tokens", "render", "compose"])
def test_bad_files(kind: str, verb: str, tmp_path: Path, fakes: dict[str, Any], run: Run) -> None:
    words = {"render": [tmp_path / "out.wav"], "compose": ["-o", tmp_path / "out.mid"]}.get(verb, [])
    status, made, err = run(verb, _bad_files(tmp_path)[kind], *words)
    assert (status, made["ok"]) == (2, False)
    assert err == made["error"] + "\n"
    assert err.strip().endswith(".")
    assert "Traceback" not in err


@pytest.mark.parametrize("words", [[], ["--json"], ["play"], ["info"], ["info", "a", "b"], ["styles", "sell"]])
def test_commands_that_make_no_sense(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(words) == 2
    out, err = capsys.readouterr()
    assert err.startswith("The command was not understood: ")
    assert err.count("\n") == 1
    assert bool(out) == ("--json" in words)


@pytest.mark.parametrize(
    ("error", "sentence"),
    [
        (MemoryError(), "not enough memory"),
        (OSError(28, "No space left on device", "out.mid"), "out.mid: No space left on device."),
    ],
)
def test_what_the_system_refuses(
    error: Exception, sentence: str, run: Run, theme: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(path: Path) -> None:
        raise error

    monkeypatch.setattr(midi_reader, "read_with_warnings", fail)
    status, made, _ = run("info", theme)
    assert status == 2
    assert sentence in made["error"]


# ---- as a process ----


def _process(*words: str, **settings: str) -> subprocess.CompletedProcess[str]:
    environment = {k: v for k, v in os.environ.items() if k not in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM")}
    return subprocess.run(
        [sys.executable, *words],
        env={**environment, **settings},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


@pytest.mark.slow
def test_light_verbs_need_neither_qt_nor_torch(theme: Path, tmp_path: Path) -> None:
    program = f"""
import sys
sys.modules["PySide6"] = sys.modules["torch"] = sys.modules["fastai"] = None
from app.__main__ import main
status = [main(["tokens", {str(theme)!r}]), main(["styles"])]
status.append(main(["render", {str(theme)!r}, {str(tmp_path / "out.wav")!r}]))
assert "music21" not in sys.modules
status.append(main(["info", {str(theme)!r}]))
sys.exit(max(status))
"""
    done = _process("-c", program)
    assert (done.returncode, done.stderr) == (0, "")


def test_no_display(theme: Path) -> None:
    for words in ([], [str(theme)]):
        done = _process("-m", "app", *words)
        assert done.returncode == 2
        assert done.stderr == str(UserError("screen_missing")) + "\n"
        assert done.stdout == ""


@pytest.mark.slow
def test_a_reader_that_has_seen_enough(tmp_path: Path) -> None:
    long = tmp_path / "long.mid"
    midi_reader.write(THEME.with_notes(Note(i * 60, 60 + i % 12, 60) for i in range(30_000)), long)
    command = f'"{sys.executable}" -m app tokens "{long}" | head -n 1'
    done = subprocess.run(command, shell=True, capture_output=True, text=True, timeout=120, check=False)
    assert done.stdout.count("\n") == 1
    assert done.stderr == ""


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="only Linux has a device that is always full")
@pytest.mark.parametrize("words", [[], ["--json"]])
def test_an_output_that_is_full(words: list[str], theme: Path) -> None:
    command = [sys.executable, "-m", "composer.cli", "tokens", str(theme), *words]
    with open("/dev/full", "w") as full:
        done = subprocess.run(command, stdout=full, stderr=subprocess.PIPE, text=True, timeout=60, check=False)
    assert done.returncode == 2
    assert done.stderr == "The system refused to use the output: No space left on device.\n"


def test_the_window_or_a_verb(theme: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    opened: list[str | None] = []

    def open_window(path: str | None) -> int:
        opened.append(path)
        return 0

    monkeypatch.setattr("app.__main__._open_window", open_window)
    assert ricercar([]) == 0
    assert ricercar([str(theme)]) == 0
    assert opened == [None, str(theme)]
    assert ricercar(["info", str(theme)]) == 0
    assert ricercar(["inof"]) == 2  # a mistyped verb is no file
    assert "invalid choice: 'inof'" in capsys.readouterr().err
    assert len(opened) == 2


def test_qt_without_its_system_libraries(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setitem(sys.modules, "app.window.main_window", None)  # importing it raises ImportError
    with pytest.raises(ImportError):  # a fault of ours stays visible
        ricercar([])

    class Broken:
        def find_spec(self, name: str, *_: object) -> None:
            if name == "app.window.main_window":
                raise ImportError("libEGL.so.1: cannot open shared object file: No such file or directory")

    monkeypatch.delitem(sys.modules, "app.window.main_window")
    monkeypatch.setattr(sys, "meta_path", [Broken(), *sys.meta_path])
    assert ricercar([]) == 2
    assert "The window needs system libraries" in capsys.readouterr().err


@pytest.mark.slow
def test_bars_are_written_anew(tmp_path: Path, run: Run) -> None:
    theme, out = EXAMPLES / "elise.mid", tmp_path / "out.mid"
    status, told, _ = run("compose", theme, "-o", out, "--rewrite", "2-3", "--style", "base")
    assert status == 0
    (row,) = told["takes"]
    before, after = midi_reader.read(theme), midi_reader.read(out)
    first, last = before.bar_map.start(1), before.bar_map.start(3)
    kept = [n for n in before.notes if not first <= n.start < last]
    assert [n for n in after.notes if not first <= n.start < last] == [replace(n, composed=False) for n in kept]
    assert len(after.notes) == len(kept) + row["notes"]
    assert row["seconds"] == pytest.approx(before.tempo_map.second(last) - before.tempo_map.second(first), abs=0.01)


@pytest.mark.parametrize("bars", ["0-1", "3-2", "1-99", "x", "1-", "-", "2-3-4", ""])
def test_bars_that_the_theme_does_not_have_are_one_sentence(tmp_path: Path, bars: str, run: Run) -> None:
    status, told, err = run(
        "compose", EXAMPLES / "elise.mid", "-o", tmp_path / "out.mid", f"--rewrite={bars}", "--style", "base"
    )
    assert status == 2
    assert told["error"].startswith("rewrite must be bars between 1 and")
    assert err.count("\n") == 1
    assert not (tmp_path / "out.mid").exists()


def test_pieces_are_read_as_midi_files_are(run: Run, theme: Path, tmp_path: Path) -> None:
    """A `.ricercar` serves wherever a MIDI file does; a broken one is a sentence."""
    project_file.write(Project(THEME), tmp_path / "theme.ricercar")
    told = [run("info", path)[1] for path in (theme, tmp_path / "theme.ricercar")]
    assert {key: told[0][key] for key in ("notes", "tracks", "seconds")} == {
        key: told[1][key] for key in ("notes", "tracks", "seconds")
    }
    (tmp_path / "bad.ricercar").write_text("{")
    status, _, err = run("info", tmp_path / "bad.ricercar")
    assert status == 2
    assert err.count("\n") == 1
    assert "bad.ricercar is not a Ricercar piece" in err
