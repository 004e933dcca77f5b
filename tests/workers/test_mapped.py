"""Work for many things: each ends in its own way and no other, in this process and in real processes of Dask."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from contextlib import suppress

import pytest

import worker_tasks
from opscope.errors import InputError, MissingDependencyError
from opscope.workers.mapped import HAD_FAILED, PROCESS_ENDED, TIME_WAS_UP, WAS_DONE, Staff, mapped
from opscope.workers.time_limit import TimeIsUpError, within_time

HERE = Staff()
POSIX = pytest.mark.skipif(os.name == "nt", reason="signals are POSIX")


@pytest.fixture
def dask():
    pytest.importorskip("distributed")
    pytest.importorskip("cryptography")


def ended(work, things, staff):
    """Thing -> how it ended and with what."""
    found = list(mapped(work, things, staff))
    assert len(found) == len(things)
    return {ending.thing: (ending.how, ending.result if ending.how == WAS_DONE else ending.why) for ending in found}


def test_here_nothing_is_started():
    assert ended(worker_tasks.process_of, [1], HERE) == {1: (WAS_DONE, os.getpid())}
    code = "from opscope.workers.mapped import *; import sys, worker_tasks; list(mapped(worker_tasks.doubled, [1], Staff())); print('distributed' in sys.modules)"
    env = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    assert subprocess.run([sys.executable, "-c", code], env=env, capture_output=True, check=True).stdout == b"False\n"


def test_one_that_fails_stops_no_other():
    found = ended(worker_tasks.failing_at_three, range(5), HERE)
    assert found.pop(3) == (HAD_FAILED, "unexpected ValueError: three is not liked")
    assert found == {number: (WAS_DONE, number) for number in (0, 1, 2, 4)}


def test_one_that_does_not_end_has_its_time():
    found = ended(worker_tasks.endless_at_three, range(5), Staff(seconds=1))
    assert found.pop(3) == (TIME_WAS_UP, "not done within 1 s")
    assert found == {number: (WAS_DONE, number) for number in (0, 1, 2, 4)}


def test_no_exception_comes_after_the_block():
    for _ in range(300):
        with suppress(TimeIsUpError):
            within_time(0.0005, lambda: time.sleep(0.0004))
        sum(range(2000))  # where a late one would come up


def test_without_dask_the_error_says_what_to_install(monkeypatch):
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(MissingDependencyError, match=r"jobs= needs Dask; install it: pip install 'opscope\[survey\]'"):
        list(mapped(worker_tasks.doubled, [1], Staff(jobs=2)))


@pytest.mark.slow
def test_processes_of_this_machine(dask):
    found = ended(worker_tasks.process_of, range(8), Staff(jobs=2))
    assert {how for how, _ in found.values()} == {WAS_DONE}
    processes = {process for _, process in found.values()}
    assert len(processes) == 2
    assert os.getpid() not in processes


@POSIX
@pytest.mark.slow
def test_a_killed_process_loses_nothing(dask, tmp_path):
    found = ended(worker_tasks.killed_once, [(number, str(tmp_path)) for number in range(8)], Staff(jobs=2))
    assert (tmp_path / "killed").exists()
    assert {thing[0]: told for thing, told in found.items()} == {number: (WAS_DONE, number) for number in range(8)}
    assert len(list(tmp_path.glob("begun-3-*"))) == 2


@POSIX
@pytest.mark.slow
@pytest.mark.parametrize(
    "work", [worker_tasks.greedy_at_three, worker_tasks.deaf_at_three], ids=["memory", "system call"]
)
def test_what_ends_its_process_takes_no_other_with_it(dask, monkeypatch, work):
    monkeypatch.setattr("opscope.workers.on_dask._GRACE", 1.0)
    found = ended(work, range(6), Staff(jobs=2, memory="400MB", seconds=20 if "greedy" in work.__name__ else 1))
    how, why = found.pop(3)
    assert how == PROCESS_ENDED
    assert why.startswith("its process ended")
    assert found == {number: (WAS_DONE, number) for number in (0, 1, 2, 4, 5)}


@POSIX
@pytest.mark.slow
def test_of_a_parcel_only_what_ends_its_process_is_given_up(dask):
    found = ended(worker_tasks.ending_its_process_at_five, range(200), Staff(jobs=2))
    how, why = found.pop(5)
    assert (how, why.partition(":")[0]) == (PROCESS_ENDED, "its process ended")
    assert found == {number: (WAS_DONE, number) for number in range(200) if number != 5}


@pytest.mark.slow
def test_of_a_parcel_only_the_result_that_cannot_be_sent_is_lost(dask):
    found = ended(worker_tasks.unsendable_at_five, range(200), Staff(jobs=2))
    how, why = found.pop(5)
    assert how == HAD_FAILED
    assert "pickle" in why
    assert found == {number: (WAS_DONE, number) for number in range(200) if number != 5}


@pytest.mark.slow
def test_what_a_worker_did_not_begin_in_time_is_handed_out_again(dask, tmp_path):
    found = ended(worker_tasks.noted_slow_at_two, [(number, str(tmp_path)) for number in range(200)], Staff(jobs=1))
    assert {thing[0]: told for thing, told in found.items()} == {number: (WAS_DONE, number) for number in range(200)}
    begun = [path.name.split("-") for path in tmp_path.iterdir()]
    assert len(begun) == 200  # each once
    order = sorted(begun, key=lambda name: int(name[3]))
    assert [int(name[1]) for name in order[:3]] == [0, 1, 2]
    assert int(order[3][1]) > 10  # of the parcel that was at hand; the rest of the first one went back


@pytest.mark.slow
def test_a_scheduler_that_runs_already(dask):
    from distributed import LocalCluster

    with LocalCluster(n_workers=1, threads_per_worker=1, processes=True, dashboard_address=None) as cluster:
        found = ended(worker_tasks.doubled, range(4), Staff(scheduler=cluster.scheduler_address))
    assert found == {number: (WAS_DONE, 2 * number) for number in range(4)}


def test_no_scheduler_is_one_line(dask, monkeypatch):
    monkeypatch.setattr("opscope.workers.on_dask._PATIENCE", "1s")
    with pytest.raises(InputError, match=r"scheduler='tcp://127\.0\.0\.1:9' does not answer"):
        list(mapped(worker_tasks.doubled, [1], Staff(scheduler="tcp://127.0.0.1:9")))


def test_a_size_that_is_none_is_one_line(dask):
    with pytest.raises(InputError, match="memory='many' is no size"):
        list(mapped(worker_tasks.doubled, [1], Staff(jobs=1, memory="many")))
