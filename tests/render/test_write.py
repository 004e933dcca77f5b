import os
import stat
import sys

import pytest

from opscope.errors import WriteError
from opscope.render.write import write


def failing():
    yield "half"
    raise OSError(28, "No space left on device")


def test_text_bytes_and_pieces_are_written(tmp_path):
    for data, expected in (("grün", "grün".encode()), (b"\x00\xff", b"\x00\xff"), (iter(["a", "b"]), b"ab")):
        path = write(tmp_path / "out", data)
        assert path.read_bytes() == expected


def test_a_failed_write_leaves_the_old_file_whole_and_nothing_beside_it(tmp_path):
    path = tmp_path / "model.svg"
    path.write_text("old")
    with pytest.raises(WriteError, match="No space left"):
        write(path, failing())
    assert path.read_text() == "old"
    assert list(tmp_path.iterdir()) == [path]


def test_an_interrupt_while_writing_leaves_nothing_behind(tmp_path):
    def interrupted():
        yield "half"
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        write(tmp_path / "model.svg", interrupted())
    assert list(tmp_path.iterdir()) == []


def test_a_missing_folder_is_named(tmp_path):
    with pytest.raises(WriteError, match=r"no folder .*nowhere"):
        write(tmp_path / "nowhere" / "model.svg", "x")


def test_a_folder_is_no_file(tmp_path):
    with pytest.raises(WriteError, match="is a folder"):
        write(tmp_path, "x")


def test_a_read_only_file_is_left_alone(tmp_path, monkeypatch):
    path = tmp_path / "model.svg"
    path.write_text("old")
    # Root may write everywhere, so the answer of the system is given here.
    monkeypatch.setattr(os, "access", lambda *_: False)
    with pytest.raises(WriteError, match="read-only"):
        write(path, "new")
    assert path.read_text() == "old"


@pytest.mark.skipif(sys.platform == "win32", reason="permissions are POSIX")
def test_permissions_are_those_of_the_old_file_or_of_a_new_one(tmp_path):
    path = tmp_path / "model.svg"
    path.write_text("old")
    path.chmod(0o600)
    write(path, "new")
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    fresh = tmp_path / "plain"
    fresh.write_text("x")
    written = write(tmp_path / "fresh", "x")
    assert written.stat().st_mode == fresh.stat().st_mode


@pytest.mark.skipif(sys.platform == "win32", reason="links need rights there")
def test_a_link_stays_a_link(tmp_path):
    (tmp_path / "real").write_text("old")
    (tmp_path / "link").symlink_to(tmp_path / "real")
    write(tmp_path / "link", "new")
    assert (tmp_path / "link").is_symlink()
    assert (tmp_path / "real").read_text() == "new"


def test_a_lone_surrogate_does_not_lose_the_file(tmp_path):
    assert write(tmp_path / "x", "a\ud800b").read_text() == "a?b"
