"""A file is wholly there or untouched."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from composer.core.errors import UserError
from composer.files.atomic_files import check_output, write_atomically


def test_writes_a_new_file_and_nothing_else(tmp_path: Path) -> None:
    """With the rights of any new file, and no leftovers."""
    target = tmp_path / "out.mid"
    write_atomically(target, b"music")
    assert target.read_bytes() == b"music"
    assert os.listdir(tmp_path) == ["out.mid"]
    (tmp_path / "plain").touch()
    assert stat.S_IMODE(target.stat().st_mode) == stat.S_IMODE((tmp_path / "plain").stat().st_mode)


def test_an_existing_file_is_refused(tmp_path: Path) -> None:
    """Unless force is given; then it is replaced."""
    target = tmp_path / "out.mid"
    target.write_bytes(b"old")
    for attempt in (check_output, lambda path: write_atomically(path, b"new")):
        with pytest.raises(UserError) as caught:
            attempt(target)
        assert caught.value.code == "output_exists"
    assert target.read_bytes() == b"old"
    check_output(target, True)
    write_atomically(str(target), b"new", force=True)
    assert target.read_bytes() == b"new"
    assert os.listdir(tmp_path) == ["out.mid"]


@pytest.mark.parametrize("failing", ["replace", "fsync", "chmod"])
def test_a_failure_keeps_the_old_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, failing: str) -> None:
    """A full disk costs the new file only, and leaves nothing beside the old one."""
    target = tmp_path / "out.mid"
    target.write_bytes(b"old")

    def fail(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, failing, fail)
    with pytest.raises(UserError, match="No space left") as caught:
        write_atomically(target, b"new", force=True)
    assert caught.value.code == "output_unwritable"
    assert target.read_bytes() == b"old"
    assert os.listdir(tmp_path) == ["out.mid"]


def test_an_interruption_leaves_nothing_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Ctrl+C while writing goes through, and takes the half-written neighbour with it."""

    def interrupt(_: int) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(os, "fsync", interrupt)
    with pytest.raises(KeyboardInterrupt):
        write_atomically(tmp_path / "out.mid", b"new")
    assert os.listdir(tmp_path) == []


def test_no_room_for_the_neighbour(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """When not even the temporary file can be made, that is a sentence too."""

    def fail(**_: object) -> None:
        raise OSError(30, "Read-only file system")

    monkeypatch.setattr("tempfile.mkstemp", fail)
    with pytest.raises(UserError, match="Read-only file system"):
        write_atomically(tmp_path / "out.mid", b"new")


def test_a_read_only_folder_is_noticed_early(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Before minutes of rendering."""
    monkeypatch.setattr(os, "access", lambda *_: False)
    with pytest.raises(UserError, match="read-only"):
        check_output(tmp_path / "out.mid")


@pytest.mark.parametrize("name", ["", "no folder/out.mid", "file/out.mid", "x" * 300, "a\0b.mid"])
def test_impossible_paths(tmp_path: Path, name: str) -> None:
    """A folder, a folder that is missing or is a file, too long a name, a zero byte."""
    (tmp_path / "file").touch()
    for force in (False, True):
        with pytest.raises(UserError) as caught:
            write_atomically(tmp_path / name, b"x", force=force)
        assert caught.value.code == "output_unwritable"
    assert os.listdir(tmp_path) == ["file"]


@pytest.mark.parametrize("name", ["ñandú – 音楽.mid", "音" * 80 + ".mid", "a" * 251 + ".mid"])
def test_names_as_long_as_the_disk_allows(tmp_path: Path, name: str) -> None:
    """The temporary neighbour's name is no longer than the file's own."""
    write_atomically(tmp_path / name, b"x")
    assert os.listdir(tmp_path) == [name]


@pytest.mark.parametrize("kind", ["pipe", "device"])
def test_what_is_no_file_is_never_replaced(tmp_path: Path, kind: str) -> None:
    """Forced or not."""
    target = tmp_path / "pipe" if kind == "pipe" else Path(os.devnull)
    if kind == "pipe":
        os.mkfifo(target)
    before = target.stat()
    for force in (False, True):
        for attempt in (check_output, lambda path, force: write_atomically(path, b"x", force=force)):
            with pytest.raises(UserError, match="it is not a file") as caught:
                attempt(target, force)
            assert caught.value.code == "output_unwritable"
    assert os.path.samestat(before, target.stat())


def test_a_link_is_followed(tmp_path: Path) -> None:
    """What it leads to is replaced, beside which the neighbour is made; the link stays a link."""
    (tmp_path / "far").mkdir()
    real, link = tmp_path / "far" / "out.mid", tmp_path / "link.mid"
    real.write_bytes(b"old")
    link.symlink_to("far/out.mid")
    with pytest.raises(UserError) as caught:
        write_atomically(link, b"new")
    assert caught.value.code == "output_exists"
    assert check_output(link, True) == real
    write_atomically(link, b"new", force=True)
    assert (link.is_symlink(), real.read_bytes()) == (True, b"new")
    real.unlink()
    write_atomically(link, b"newer")  # it leads nowhere, so nothing is replaced
    assert (link.is_symlink(), real.read_bytes()) == (True, b"newer")
    assert os.listdir(tmp_path / "far") == ["out.mid"]
    assert sorted(os.listdir(tmp_path)) == ["far", "link.mid"]


def test_a_link_into_nothing_and_one_in_a_circle(tmp_path: Path) -> None:
    """Both are refused, and left as they are."""
    lost, circle = tmp_path / "lost", tmp_path / "circle"
    lost.symlink_to("nowhere/out.mid")
    circle.symlink_to(circle)
    for link in (lost, circle):
        with pytest.raises(UserError) as caught:
            write_atomically(link, b"x", force=True)
        assert caught.value.code == "output_unwritable"
        assert link.is_symlink()


def test_a_private_file_stays_private(tmp_path: Path) -> None:
    """What takes a file's place has its rights."""
    target = tmp_path / "diary.ricercar"
    target.write_bytes(b"old")
    target.chmod(0o600)
    write_atomically(target, b"new", force=True)
    assert target.read_bytes() == b"new"
    assert stat.S_IMODE(target.stat().st_mode) == 0o600


def test_a_write_protected_file_is_not_replaced(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Though its folder would let one."""
    target = tmp_path / "keep.mid"
    target.write_bytes(b"old")
    target.chmod(0o400)
    monkeypatch.setattr(os, "access", lambda path, mode: Path(path) != target)  # as for anybody but root
    with pytest.raises(UserError, match="write-protected"):
        write_atomically(target, b"new", force=True)
    assert target.read_bytes() == b"old"


def test_threads_that_write_at_once_leave_the_umask_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Asking for it means setting it: the process keeps the one it has."""
    asked: list[int] = []
    monkeypatch.setattr(os, "umask", lambda mask: asked.append(mask) or 0o022)
    write_atomically(tmp_path / "a.mid", b"music")
    write_atomically(tmp_path / "b.mid", b"music")
    assert asked == []
