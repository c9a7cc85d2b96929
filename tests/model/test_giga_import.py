"""Checkpoints from elsewhere become styles; damaged and hostile ones become one sentence, and nothing in them runs."""

from __future__ import annotations

import json
import pickle
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from safetensors.torch import save_file

from composer.cli.main import main
from composer.core.errors import UserError
from composer.model import checkpoint, giga_import, style_registry
from tests.small import GIGA_SHAPE, giga, note_gpt

pytestmark = pytest.mark.usefixtures("models")


def published(path: Path, prefix: str = "module.", wrap: str | None = None, **changes: Any) -> Path:
    """A small network as GIGA-Piano's are published."""
    weights: dict[str, Any] = {prefix + k: v for k, v in giga(5).state_dict().items()}
    weights |= {prefix + k.replace("__", "."): v for k, v in changes.items()}
    weights = {k: v for k, v in weights.items() if v is not None}
    torch.save({wrap: weights, "epoch": 3} if wrap else weights, path)
    return path


def refused(path: Path, **options: Any) -> str:
    """The sentence that an import ends in; it leaves nothing behind."""
    with pytest.raises(UserError) as caught:
        giga_import.import_model(path, "new", **options)
    assert not style_registry.user_folder().exists() or not list(style_registry.user_folder().iterdir())
    assert "\n" not in str(caught.value)
    return str(caught.value)


# ---- what is taken in ----


@pytest.mark.parametrize(
    ("prefix", "wrap"), [("module.", None), ("", "state_dict"), ("model.", None), ("module.", "model")]
)
def test_a_published_checkpoint_becomes_a_style(tmp_path: Path, prefix: str, wrap: str | None) -> None:
    made = giga_import.import_model(published(tmp_path / "giga.pth", prefix, wrap), "My giga")
    assert (made["name"], made["layers"], made["heads"]) == ("My giga", 2, GIGA_SHAPE.heads)
    assert made["parameters"] == sum(p.numel() for p in giga().parameters())
    network, card = checkpoint.load("My giga")
    assert card["licence"] == "unknown"
    for key, value in giga(5).state_dict().items():
        assert torch.equal(network.state_dict()[key], value), "to the last bit"
    assert sorted(p.name for p in style_registry.user_folder().iterdir()) == ["My giga.json", "My giga.safetensors"]


def test_the_old_format_of_torch_is_read_too(tmp_path: Path) -> None:
    torch.save(giga(5).state_dict(), tmp_path / "old.pth", _use_new_zipfile_serialization=False)
    assert giga_import.import_model(tmp_path / "old.pth", "old")["layers"] == 2


def test_half_precision_stays_as_it_is(tmp_path: Path) -> None:
    torch.save({k: v.half() for k, v in giga(5).state_dict().items()}, tmp_path / "half.pth")
    made = giga_import.import_model(tmp_path / "half.pth", "half", licence="CC0")
    assert Path(made["card"]).with_suffix(".safetensors").stat().st_size < 2.5 * made["parameters"]
    assert checkpoint.load("half")[1]["licence"] == "CC0"
    assert checkpoint.load("half")[0].head.weight.dtype == torch.float32  # type: ignore[union-attr]


def test_the_reference_model_gives_the_original_s_logits(shared: Path) -> None:
    giga_import.import_model(shared / "reference" / "giga_tiny.pth", "tiny")
    network, _ = checkpoint.load("tiny")
    held = np.load(shared / "reference" / "giga_tiny_io.npz")
    with torch.inference_mode():
        logits = network(torch.from_numpy(held["ids"].astype(np.int64))).numpy()
    np.testing.assert_allclose(logits, held["logits"], atol=1e-4)


def test_our_own_files_come_with_their_card_or_without(tmp_path: Path, models: Path) -> None:
    card = json.loads((models / "baroque.json").read_text())
    (models / "baroque.json").write_text(json.dumps({**card, "licence": "CC BY-NC-SA 4.0", "terms": "not for sale"}))
    made = giga_import.import_model(models / "baroque.safetensors", "mine")
    assert checkpoint.load("mine")[1]["terms"] == "not for sale", "its terms go with it"
    assert made["licence"] == "CC BY-NC-SA 4.0"
    assert made["encoding"] == "expressive"
    ours, theirs = checkpoint.load("mine")[0].state_dict(), checkpoint.load("baroque")[0].state_dict()
    assert all(torch.equal(ours[k], theirs[k]) for k in theirs)
    save_file(giga(5).state_dict(), tmp_path / "bare.safetensors")
    assert giga_import.import_model(tmp_path / "bare.safetensors", "bare")["heads"] == GIGA_SHAPE.heads
    save_file(note_gpt().state_dict(), tmp_path / "notes.safetensors")
    with pytest.raises(UserError, match="card"):
        giga_import.import_model(tmp_path / "notes.safetensors", "notes", heads=2)


def test_an_imported_style_composes(tmp_path: Path, repository: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = published(tmp_path / "giga.pth")
    assert main(["import-model", str(path), "--name", "mine", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert {"ok", "name", "parameters", "layers"} <= told.keys()
    theme, out = str(repository / "examples" / "melody.mid"), str(tmp_path / "out.mid")
    assert main(["compose", theme, "--style", "mine", "--notes", "5", "-o", out, "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["takes"][0]["notes"] == 5


# ---- what is refused ----


class Hostile:
    """What unpickling without care would run."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __reduce__(self) -> tuple[object, ...]:
        return Path.touch, (self.path,)


@pytest.mark.parametrize("zipped", [True, False])
def test_nothing_in_a_file_is_executed(tmp_path: Path, zipped: bool) -> None:
    weights = {**giga(5).state_dict(), "extra": Hostile(tmp_path / "ran")}
    torch.save(weights, tmp_path / "bad.pth", _use_new_zipfile_serialization=zipped)
    assert "can run programs" in refused(tmp_path / "bad.pth")
    (tmp_path / "plain.pth").write_bytes(pickle.dumps(Hostile(tmp_path / "ran")))
    assert "can run programs" in refused(tmp_path / "plain.pth")
    assert not (tmp_path / "ran").exists()


@pytest.mark.parametrize(
    "data", [b"", b"\0" * 64, b"no weights at all, only words", b"PK\x03\x04" + b"\0" * 50, b"\x80\x04."]
)
@pytest.mark.parametrize("suffix", [".pth", ".safetensors"])
def test_damaged_files(tmp_path: Path, data: bytes, suffix: str) -> None:
    path = tmp_path / f"bad{suffix}"
    path.write_bytes(data)
    refused(path)


def test_files_cut_short(tmp_path: Path) -> None:
    path = published(tmp_path / "giga.pth")
    whole = path.read_bytes()
    for length in (10, 1000, len(whole) // 2, len(whole) - 1):
        path.write_bytes(whole[:length])
        refused(path)


def test_a_bomb_is_not_unpacked(tmp_path: Path) -> None:
    path = published(tmp_path / "giga.pth")
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(tmp_path / "bomb.pth", "w", zipfile.ZIP_DEFLATED) as new:
        for entry in old.infolist():
            new.writestr(entry.filename, old.read(entry))
    assert "compressed" in refused(tmp_path / "bomb.pth")


WRONG: dict[str, tuple[dict[str, Any], str]] = {
    "a tensor too few": ({"ln_f__bias": None}, "lacks ln_f.bias"),
    "a tensor too many": ({"colour": torch.zeros(3)}, "no place for"),
    "another size": ({"head__weight": torch.zeros(64, 32)}, "not 128 x 32"),
    "whole numbers": ({"ln_f__bias": torch.zeros(32, dtype=torch.int64)}, "plain table"),
    "no numbers": ({"ln_f__bias": torch.full((32,), torch.nan)}, "no numbers"),
    "an empty Er": ({"blocks__0__attn__Er": torch.zeros(64, 0)}, "not those of"),
    "heads that do not divide": ({"blocks__0__attn__Er": torch.zeros(64, 33)}, "can be built"),
    "a layer left out": ({"blocks__70__ln1__weight": torch.zeros(32)}, "can be built"),
    "no table": ({"ln_f__bias": "words"}, "no table of weights"),
    "claims": ({"pos_emb": torch.zeros(1).expand(1, 64, 32)}, "more numbers than"),
}


@pytest.mark.parametrize("name", WRONG)
def test_weights_that_do_not_fit(tmp_path: Path, name: str) -> None:
    changes, words = WRONG[name]
    assert words in refused(published(tmp_path / "giga.pth", **changes))


@pytest.mark.parametrize(
    "make", [dict, lambda: {"state_dict": {}}, lambda: torch.zeros(3), lambda: {"a": torch.zeros(3)}]
)
def test_other_contents(tmp_path: Path, make: Callable[[], object]) -> None:
    torch.save(make(), tmp_path / "other.pth")
    refused(tmp_path / "other.pth")


def test_heads_that_contradict_the_file(tmp_path: Path) -> None:
    assert "that of 2 heads, not of 4" in refused(published(tmp_path / "giga.pth"), heads=4)


def test_names_and_files_are_checked_first(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = published(tmp_path / "giga.pth")
    for name, words in (("baroque", "already installed"), ("../up", "cannot be the name"), ("", "cannot be the name")):
        assert main(["import-model", str(path), "--name", name, "--json"]) == 2
        streams = capsys.readouterr()
        assert words in json.loads(streams.out)["error"]
        assert len(streams.err.splitlines()) == 1
    assert main(["import-model", str(tmp_path / "none.pth"), "--name", "new"]) == 2
    assert "no file" in capsys.readouterr().err
