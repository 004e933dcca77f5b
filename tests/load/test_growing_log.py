"""A log directory that is looked at again while it grows: what a look finds is what a first look would find."""

import os
import zipfile
from pathlib import Path

import pytest

from opscope.load.event_files.growing_log import GrowingLog
from opscope.load.event_files.log import log_of

LOGS = Path(__file__).resolve().parents[1] / "profile" / "logs"


@pytest.fixture(params=["tf24", "tf221"])
def written(request):
    """The bytes of an event file that TensorFlow wrote, with graphs in it."""
    with zipfile.ZipFile(LOGS / f"{request.param}.zip") as archive:
        (name,) = [name for name in archive.namelist() if "keras/train/events" in name]
        return archive.read(name)


def put(folder, data, run="train", name="events.out.tfevents.1.host"):
    path = folder / run / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    return path


def later(path):
    """Move the time of a file's last change on, as far as any clock of a disk tells."""
    status = path.stat()
    os.utime(path, ns=(status.st_atime_ns, status.st_mtime_ns + 10**9))


def test_a_file_that_grows_has_at_each_look_what_a_first_look_finds(tmp_path, written):
    log = GrowingLog(tmp_path)
    assert log.look() == log_of(tmp_path, tmp_path)
    found = []
    for part in (10, 70, len(written) // 3, len(written) // 2, len(written) - 5, len(written)):
        put(tmp_path, written[:part])
        assert log.look() == log_of(tmp_path, tmp_path)
        found.append(len(log.look().graphs))
    assert found[0] == 0
    assert found[-1] > 0
    assert log.look().damage == ()
    put(tmp_path, written + written)
    assert log.look() == log_of(tmp_path, tmp_path)
    assert len(log.look().graphs) == 2 * found[-1]


def test_what_was_read_is_not_read_again(tmp_path, written):
    path = put(tmp_path, written)
    log = GrowingLog(tmp_path)
    before = log.look().graphs
    assert before
    # Behind the file's head nothing is left as it was, and the look does not notice; a first one does.
    path.write_bytes(written[:64] + bytes(len(written) - 64) + written)
    later(path)
    assert len(log.look().graphs) == 2 * len(before)
    assert log_of(tmp_path, tmp_path).graphs == ()


def test_another_file_under_the_name_of_an_old_one_is_read_from_its_beginning(tmp_path, written):
    path = put(tmp_path, written)
    log = GrowingLog(tmp_path)
    old = log.look().graphs
    with zipfile.ZipFile(LOGS / "tf210.zip") as archive:
        (name,) = [name for name in archive.namelist() if "keras/train/events" in name]
        other = archive.read(name)
    path.write_bytes(other * 2)
    later(path)
    assert log.look() == log_of(tmp_path, tmp_path)
    assert log.look().graphs != old
    path.write_bytes(written[: len(written) // 2])  # shorter than it was
    later(path)
    assert log.look() == log_of(tmp_path, tmp_path)


def test_files_come_and_go_and_one_that_cannot_be_read_stops_no_other(tmp_path, written):
    first = put(tmp_path, written, run="one")
    put(tmp_path, written, run="two")
    log = GrowingLog(tmp_path)
    assert {graph.run for graph in log.look().graphs} == {"one", "two"}
    first.unlink()
    assert {graph.run for graph in log.look().graphs} == {"two"}
    put(tmp_path, written, run="one/deeper")
    damaged = bytearray(written)
    damaged[3] ^= 255  # in the length of the first record
    put(tmp_path, bytes(damaged), run="three")
    seen = log.look()
    assert {graph.run for graph in seen.graphs} == {"two", "one/deeper"}
    (said,) = seen.damage
    assert "of run three: damaged at byte 0" in said
