import os
import re
import signal
import socket
import stat
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from opscope.errors import WriteError
from opscope.render.write_file import write

posix = pytest.mark.skipif(os.name == "nt", reason="needs POSIX: pipes, owners, signals")
OURS = r"\.model\.svg\.opscope-[0-9a-f]{8}-[0-9a-f]{16}\.tmp"
WRITER = """
import os, signal, sys
from opscope.render.write_file import write
number = int(sys.argv[2])
{before}
def pieces():
    yield "half"
    os.kill(os.getpid(), number)
    yield " and half"
write(sys.argv[1], pieces())
"""


def names(folder):
    return sorted(path.name for path in folder.iterdir())


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


def refused(path, why, data="new"):
    with pytest.raises(WriteError) as caught:
        write(path, data)
    message = str(caught.value)
    assert re.search(why, message), message
    assert message.isprintable()


@posix
def test_what_is_no_file_is_refused_and_stays_what_it_is(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)  # a socket's path may have about 100 characters
    os.mkfifo("pipe.svg")
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind("socket.svg")
        for name, why in (("pipe.svg", r"pipe \(FIFO\), not a file"), ("socket.svg", "socket, not a file")):
            kind = os.lstat(name).st_mode
            refused(name, f"cannot write {name}: .*{why}; choose another path")
            Path(f"link-to-{name}").symlink_to(name)
            refused(f"link-to-{name}", why)
            assert os.lstat(name).st_mode == kind
    refused(os.devnull, "device, not a file")
    assert stat.S_ISCHR(Path(os.devnull).stat().st_mode)
    Path("loop.svg").symlink_to("loop.svg")
    refused("loop.svg", "a link on the way leads back to itself")
    assert Path("loop.svg").is_symlink()
    assert not [name for name in names(tmp_path) if name.endswith(".tmp")]


@posix
def test_an_open_file_without_a_name_is_refused(tmp_path):
    if not Path("/proc/self/fd").is_dir():
        pytest.skip("no /proc/self/fd")
    with (tmp_path / "x.svg").open("w") as file:
        (tmp_path / "x.svg").unlink()
        refused(f"/proc/self/fd/{file.fileno()}", "has no name here")
    assert list(tmp_path.iterdir()) == []


@posix
def test_a_link_to_nothing_makes_the_file_that_it_names(tmp_path):
    (tmp_path / "link.svg").symlink_to("real.svg")
    write(tmp_path / "link.svg", "new")
    assert (tmp_path / "link.svg").is_symlink()
    assert (tmp_path / "real.svg").read_text() == "new"
    (tmp_path / "lost.svg").symlink_to("nowhere/real.svg")
    refused(tmp_path / "lost.svg", "there is no folder .*nowhere; make it")


def test_paths_that_no_file_can_have_are_one_printable_line(tmp_path):
    (tmp_path / "file").write_text("x")
    refused(f"{tmp_path}/new.svg/", "the path of a folder; give a file name in it")
    refused(f"{tmp_path}/new.svg/.", "the path of a folder; give a file name in it")
    refused("", "an empty path; give a file name")
    refused(tmp_path / "a\0b.svg", r"a\\x00b.svg: no file can have this name here; choose")
    refused("~surely-no-such-user/x.svg", "~surely-no-such-user has no home folder here; write the folder out")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["file"]
    if os.name != "nt":
        refused(tmp_path / "a\ud800.svg", r"a\\ud800.svg: no file can have this name here; choose")
        refused(tmp_path / "file" / "x.svg", "what is before a slash must be a folder")
        refused(tmp_path / ("x" * 300 + ".svg"), "choose a shorter name")


def test_a_name_as_long_as_names_can_be_is_written(tmp_path):
    for name in ("x" * 251 + ".svg", "\u00fc" * 125 + ".svg", "\u4e2d" * 83 + ".svg"):
        try:
            (tmp_path / name).write_text("old")
        except OSError:
            pytest.skip("no file system for names of 255 bytes")
        assert write(tmp_path / name, "new").read_text() == "new"
    assert len(list(tmp_path.iterdir())) == 3


@pytest.mark.skipif(os.name == "nt", reason="links need rights there")
def test_a_link_stays_a_link(tmp_path):
    (tmp_path / "real").write_text("old")
    (tmp_path / "link").symlink_to(tmp_path / "real")
    write(tmp_path / "link", "new")
    assert (tmp_path / "link").is_symlink()
    assert (tmp_path / "real").read_text() == "new"


def test_a_lone_surrogate_does_not_lose_the_file(tmp_path):
    assert write(tmp_path / "x", "a\ud800b").read_text() == "a?b"


@posix
def test_a_full_disk_leaves_the_old_file_and_nothing_beside_it(tmp_path):
    (tmp_path / "model.svg").write_text("old")
    code = """
import resource, sys
from opscope.errors import WriteError
from opscope.render.write_file import write
resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000))
try:
    write(sys.argv[1], ("x" * 1000 for _ in range(1000)))
except WriteError as error:
    print(error)
"""
    done = run(code, tmp_path / "model.svg")
    assert (done.returncode, done.stderr) == (0, "")
    assert "File too large" in done.stdout
    assert (tmp_path / "model.svg").read_text() == "old"
    assert names(tmp_path) == ["model.svg"]


def run(code, *arguments):
    arguments = [str(argument) for argument in arguments]
    return subprocess.run([sys.executable, "-c", code, *arguments], capture_output=True, text=True, check=False)


def writer(folder, number, before=""):
    """A process that sends itself a signal in the middle of a write."""
    path = folder / "model.svg"
    path.write_text("old")
    return run(WRITER.format(before=before), path, int(number)), path


@posix
@pytest.mark.parametrize("name", ["SIGTERM", "SIGHUP"])
def test_a_signal_that_ends_the_process_ends_it_with_nothing_left(tmp_path, name):
    number = getattr(signal, name)
    # A run under nohup is born with one ignored.
    done, path = writer(tmp_path, number, "signal.signal(number, signal.SIG_DFL)")
    assert (done.returncode, done.stderr, path.read_text()) == (-number, "", "old")
    assert names(tmp_path) == ["model.svg"]


@posix
def test_ctrl_c_is_an_exception_and_leaves_nothing(tmp_path):
    done, path = writer(tmp_path, signal.SIGINT, "signal.signal(signal.SIGINT, signal.default_int_handler)")
    assert "KeyboardInterrupt" in done.stderr
    assert path.read_text() == "old"
    assert names(tmp_path) == ["model.svg"]


@posix
def test_what_a_killed_writer_left_goes_with_the_next_write(tmp_path):
    done, path = writer(tmp_path, signal.SIGKILL)
    assert (done.returncode, path.read_text()) == (-signal.SIGKILL, "old")
    left = [name for name in names(tmp_path) if name != "model.svg"]
    assert [re.fullmatch(OURS, name) is not None for name in left] == [True]
    write(tmp_path / "other.svg", "x")
    assert left[0] in names(tmp_path)  # of another file: that one's next write removes it
    write(path, "new")
    assert names(tmp_path) == ["model.svg", "other.svg"]
    assert path.read_text() == "new"


@posix
@pytest.mark.parametrize("before", ["signal.signal(number, signal.SIG_IGN)", "signal.signal(number, print)"])
def test_a_signal_that_is_ignored_or_handled_stays_so(tmp_path, before):
    done, path = writer(tmp_path, signal.SIGTERM, before)
    assert (done.returncode, done.stderr) == (0, "")
    assert ("15" in done.stdout) == ("print" in before)
    assert path.read_text() == "half and half"
    assert names(tmp_path) == ["model.svg"]


@posix
def test_what_a_handler_raises_comes_out_and_leaves_nothing(tmp_path):
    done, path = writer(tmp_path, signal.SIGTERM, "signal.signal(number, lambda *_: sys.exit(7))")
    assert (done.returncode, done.stderr, path.read_text()) == (7, "", "old")
    assert names(tmp_path) == ["model.svg"]


@posix
def test_a_forked_child_that_is_ended_leaves_its_parents_write_alone(tmp_path):
    code = """
import os, signal, sys
from opscope.render.write_file import write
def pieces():
    yield "half"
    child = os.fork()
    if child == 0:
        os.kill(os.getpid(), signal.SIGTERM)
    print(os.waitpid(child, 0)[1])
    yield " and half"
write(sys.argv[1], pieces())
"""
    done = run(code, tmp_path / "model.svg")
    assert (done.returncode, done.stdout.strip(), done.stderr) == (0, str(int(signal.SIGTERM)), "")
    assert (tmp_path / "model.svg").read_text() == "half and half"


@posix
def test_signals_are_as_before_after_a_write_and_within_another_thread(tmp_path):
    seen = []

    def pieces():
        seen.append(signal.getsignal(signal.SIGTERM))
        yield "x"

    thread = threading.Thread(target=lambda: write(tmp_path / "thread.svg", pieces()))
    thread.start()
    thread.join()
    before = signal.getsignal(signal.SIGTERM)
    assert before is signal.SIG_DFL
    write(tmp_path / "main.svg", pieces())
    assert signal.getsignal(signal.SIGTERM) is before
    assert seen[0] is before
    assert seen[1] is not before


def test_a_write_within_a_write_of_the_same_file_leaves_both_whole(tmp_path):
    path = tmp_path / "model.svg"
    inside = []

    def pieces():
        yield "outer"
        write(path, "inner")  # finds the outer one's temporary file, whose writer lives
        inside.append(path.read_text())
        with pytest.raises(WriteError, match="No space left"):
            write(path, failing())
        yield " whole"

    write(path, pieces())
    assert inside == ["inner"]
    assert path.read_text() == "outer whole"
    assert names(tmp_path) == ["model.svg"]
    assert signal.getsignal(signal.SIGTERM) is signal.SIG_DFL


def test_writers_at_the_same_time_do_not_disturb_each_other(tmp_path):
    path = tmp_path / "model.svg"
    failed = []

    def loop(letter):
        for _ in range(50):
            try:
                write(path, letter * 1000)
            except WriteError as error:
                failed.append(error)

    threads = [threading.Thread(target=loop, args=(letter,)) for letter in "ab"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if os.name != "nt":  # there, two may not replace one file in the same instant
        assert failed == []
    assert path.read_text() in ("a" * 1000, "b" * 1000)
    assert names(tmp_path) == ["model.svg"]


@posix
def test_a_users_own_files_are_never_swept(tmp_path):
    _, path = writer(tmp_path, signal.SIGKILL)
    (left,) = (name for name in names(tmp_path) if name != "model.svg")
    (tmp_path / left).unlink()
    (tmp_path / "precious").write_text("mine")
    (tmp_path / ".model.svg.backup.tmp").write_text("mine")
    (tmp_path / ".model.svg.a1b2c3d4.tmp").write_text("mine")
    (tmp_path / f"{left[:-4]}.bak.tmp").write_text("mine")
    (tmp_path / left).symlink_to("precious")  # the very name, but a link
    (tmp_path / f"{left[:-20]}{'0' * 16}.tmp").mkdir()
    os.mkfifo(tmp_path / f"{left[:-20]}{'1' * 16}.tmp")
    before = names(tmp_path)
    write(path, "new")
    assert names(tmp_path) == before
    assert (tmp_path / "precious").read_text() == "mine"


def test_where_no_locks_are_age_tells(tmp_path, monkeypatch):
    """Files left on a file system without locks, or on Windows, are swept when nobody has touched them for a day."""
    monkeypatch.setattr("opscope.render.temporary._lock", lambda _: None)
    path = tmp_path / "model.svg"

    def pieces():
        yield "x"
        (own,) = (name for name in names(tmp_path) if name.endswith(".tmp"))
        for digit, age in (("0", 0), ("1", 2 * 24 * 3600)):
            left = tmp_path / f"{own[:-20]}{digit * 16}.tmp"
            left.write_text("half")
            then = left.stat().st_mtime - age
            os.utime(left, (then, then))

    write(path, pieces())
    assert len(names(tmp_path)) == 3
    write(path, "new")
    assert [name[-20:] for name in names(tmp_path) if name != "model.svg"] == [f"{'0' * 16}.tmp"]


@posix
def test_a_hard_link_keeps_the_old_content(tmp_path):
    (tmp_path / "model.svg").write_text("old")
    os.link(tmp_path / "model.svg", tmp_path / "kept.svg")
    write(tmp_path / "model.svg", "new")
    assert (tmp_path / "kept.svg").read_text() == "old"


@posix
def test_the_owner_and_group_are_kept(tmp_path):
    if os.geteuid() != 0:
        pytest.skip("needs root to give a file away")
    path = tmp_path / "model.svg"
    path.write_text("old")
    os.chown(path, 12345, 23456)
    path.chmod(0o640)
    write(path, "new")
    found = path.stat()
    assert (found.st_uid, found.st_gid, stat.S_IMODE(found.st_mode)) == (12345, 23456, 0o640)


@posix
def test_a_folder_that_takes_no_files_is_said(tmp_path):
    if os.geteuid() == 0:
        pytest.skip("needs a user other than root, who may write everywhere")
    (tmp_path / "model.svg").write_text("old")
    tmp_path.chmod(0o500)
    try:
        refused(tmp_path / "model.svg", "Permission denied; choose a path you may write to")
        refused(tmp_path / "new.svg", "Permission denied; choose a path you may write to")
        assert (tmp_path / "model.svg").read_text() == "old"
    finally:
        tmp_path.chmod(0o700)
