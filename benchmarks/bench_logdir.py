"""Reading a profile of 100 MB from a log directory, in a process of its own: rate and peak memory, as one file and as four hosts; and 8 to 64 hosts of 5 MB each.

    PYTHONPATH=src python benchmarks/bench_logdir.py [HOSTS]

With a number, only so many hosts are read, once in this process and once in two of Dask's (`pip install 'opscope[survey]'`): some two minutes for 64. The set is a real profile (tests/profile/logs), repeated one behind the other in time until it is large enough: each repetition has all of its events, with its steps.
"""

from __future__ import annotations

import io
import shutil
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path
from typing import List, NamedTuple

from opscope.profile.recordings.xplane_schema import XPLANE
from opscope.program.proto import message_class

RECORDED = Path(__file__).resolve().parents[1] / "tests" / "profile" / "logs" / "tf221.zip"
BYTES = 100 << 20
MANY, BYTES_OF_ONE = (8, 16, 32, 64), 5 << 20
LIMIT_MB, LIMIT_RATE = 300, 20
RUNS = 3
GAP = 10**9
"""Picoseconds between the repetitions."""
READ = """
import os, sys, threading, time
import opscope

def peak(process):
    # Not `ru_maxrss`, which a process has from the one that started it.
    try:
        return next(int(line.split()[1]) // 1024 for line in open(f"/proc/{process}/status") if line.startswith("VmHWM"))
    except (OSError, StopIteration):
        return 0

def children():
    for process in filter(str.isdigit, os.listdir("/proc")):
        try:
            fields = open(f"/proc/{process}/stat").read().rpartition(")")[2].split()
        except OSError:
            continue
        if int(fields[1]) == os.getpid():
            yield process

def watch():
    while not done.wait(0.1):
        peaks.extend(map(peak, children()))

if __name__ == "__main__":
    graph = opscope.load(sys.argv[1])
    jobs, peaks, done = int(sys.argv[3]) or None, [], threading.Event()
    begun = time.perf_counter()
    if jobs:
        threading.Thread(target=watch, daemon=True).start()
    measured = opscope.profile(graph, logdir=sys.argv[2], jobs=jobs)
    done.set()
    wall, used = time.perf_counter() - begun, os.times()
    steps = measured.measurement["steps"], measured.facts["log_profile"]["steps_in_profile"]
    print(wall, sum(used[:4]), peak(os.getpid()), max(peaks, default=0), *steps)
"""


class Run(NamedTuple):
    """One reading."""

    wall: float
    processor: float
    peak: float
    """MB of the process that puts it together."""
    worker_peak: float
    """MB of the largest of its workers."""
    steps: float
    there: float


def main() -> None:
    """Print the table."""
    many = tuple(map(int, sys.argv[1:])) or MANY
    with tempfile.TemporaryDirectory() as name, zipfile.ZipFile(RECORDED) as archive:
        folder = Path(name)
        archive.extract("step.json", folder)
        recorded = next(
            each for each in archive.namelist() if each.startswith("keras/") and each.endswith(".xplane.pb")
        )
        small = archive.read(recorded)
        rows = [] if sys.argv[1:] else [("one file", BYTES, 1, 0, RUNS), ("four hosts", BYTES // 4, 4, 0, RUNS)]
        rows += [(f"{hosts} hosts", BYTES_OF_ONE, hosts, 0, 1) for hosts in many]
        rows += [(f"{hosts} hosts, `jobs=2`", BYTES_OF_ONE, hosts, 2, 1) for hosts in many[-1:]]
        print(
            f"A profile of {BYTES >> 20} MB, median of {RUNS}, and of many hosts with {BYTES_OF_ONE >> 20} MB each, once; limits: {LIMIT_RATE} MB/s, {LIMIT_MB} MB of memory in all:\n"
        )
        print(
            "| set | MB | wall s | CPU s | MB/s by CPU | peak MB | peak MB of a worker | steps read | steps |\n|---|---|---|---|---|---|---|---|---|"
        )
        for title, size, hosts, jobs, times in rows:
            place = folder / "log" / "plugins" / "profile" / "2026_01_01_00_00_00"
            place.mkdir(parents=True)
            data = _repeated(small, size)
            for number in range(hosts):
                (place / f"host{number}.xplane.pb").write_bytes(data)
            run = _timed(folder / "step.json", folder / "log", jobs, times)
            megabytes = hosts * len(data) / 2**20
            worker = f"{run.worker_peak:.0f}" if jobs else ""
            print(
                f"| {title} | {megabytes:.0f} | {run.wall:.2f} | {run.processor:.2f} | {megabytes / run.processor:.1f} | {run.peak:.0f} | {worker} | {run.steps:.0f} | {run.there:.0f} |",
                flush=True,
            )
            shutil.rmtree(folder / "log")
    print()


def _timed(graph: Path, logdir: Path, jobs: int, times: int) -> Run:
    """The run in the middle by processor time."""
    script = graph.with_name("read_log.py")  # a file, since other processes look for it
    script.write_text(READ, encoding="utf-8")
    runs: List[Run] = []
    for _ in range(times):
        done = subprocess.run(
            [sys.executable, script, graph, logdir, str(jobs)], stdout=subprocess.PIPE, text=True, check=True
        )
        runs.append(Run(*map(float, done.stdout.split())))
    return sorted(runs, key=lambda run: run.processor)[times // 2]


def _repeated(data: bytes, size: int) -> bytes:
    """A profile whose lines have the events of `data` again and again, later each time, until it has so many bytes."""
    space = message_class("XSpace", XPLANE).FromString(data)
    plane = next(each for each in space.planes if each.name == "/host:CPU")
    starts = [line.timestamp_ns * 1000 + event.offset_ps for line in plane.lines for event in line.events]
    ends = [
        line.timestamp_ns * 1000 + event.offset_ps + event.duration_ps for line in plane.lines for event in line.events
    ]
    span = max(ends) - min(starts) + GAP
    lines = [(line, io.BytesIO()) for line in plane.lines]
    written = 0
    for turn in range(1 << 30):
        if written >= size:
            break
        for line, text in lines:
            events = message_class("XLine", XPLANE)()
            for event in line.events:
                events.events.add().CopyFrom(event)
                events.events[-1].offset_ps += turn * span
            written += text.write(events.SerializeToString())
    for line, text in lines:
        del line.events[:]
        line.MergeFromString(text.getvalue())
    return space.SerializeToString()


if __name__ == "__main__":
    main()
