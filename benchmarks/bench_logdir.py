"""Reading a profile of 100 MB from a log directory, in a process of its own: rate and peak memory, as one file and as four hosts; and 64 hosts of 5 MB each.

The set is a real profile (tests/profile/logs), repeated one behind the other in time until it is large enough: each repetition has all of its events, with its steps.
"""

from __future__ import annotations

import io
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path
from typing import List, Tuple

from opscope.profile.recordings.xplane_schema import XPLANE
from opscope.program.proto import message_class

RECORDED = Path(__file__).resolve().parents[1] / "tests" / "profile" / "logs" / "tf221.zip"
BYTES = 100 << 20
MANY, BYTES_OF_ONE = 64, 5 << 20
LIMIT_MB, LIMIT_RATE = 300, 20
RUNS = 3
GAP = 10**9
"""Picoseconds between the repetitions."""
READ = """
import sys, time
import opscope
graph = opscope.load(sys.argv[1])
begun, used = time.perf_counter(), time.process_time()
measured = opscope.profile(graph, logdir=sys.argv[2])
wall, processor = time.perf_counter() - begun, time.process_time() - used
# Not `ru_maxrss`, which a process has from the one that started it.
peak = next(int(line.split()[1]) // 1024 for line in open("/proc/self/status") if line.startswith("VmHWM"))
print(wall, processor, peak, measured.measurement["steps"], measured.facts["log_profile"]["steps_in_profile"])
"""


def main() -> None:
    """Print the table."""
    with tempfile.TemporaryDirectory() as name, zipfile.ZipFile(RECORDED) as archive:
        folder = Path(name)
        archive.extract("step.json", folder)
        recorded = next(
            each for each in archive.namelist() if each.startswith("keras/") and each.endswith(".xplane.pb")
        )
        small = archive.read(recorded)
        rows = [
            ("one file", [_repeated(small, BYTES)]),
            ("four hosts", [_repeated(small, BYTES // 4)] * 4),
            (f"{MANY} hosts", [_repeated(small, BYTES_OF_ONE)] * MANY),
        ]
        print(
            f"A profile of {BYTES >> 20} MB, and one of {MANY} hosts with {BYTES_OF_ONE >> 20} MB each, median of {RUNS}; limits: {LIMIT_RATE} MB/s, {LIMIT_MB} MB of memory in all:\n"
        )
        print(
            "| set | MB | wall s | CPU s | MB/s by CPU | peak MB | steps read | steps |\n|---|---|---|---|---|---|---|---|"
        )
        for title, files in rows:
            place = folder / title / "plugins" / "profile" / "2026_01_01_00_00_00"
            place.mkdir(parents=True)
            for number, data in enumerate(files):
                (place / f"host{number}.xplane.pb").write_bytes(data)
            size = sum(map(len, files)) / 2**20
            wall, processor, peak, steps, there = _timed(folder / "step.json", folder / title)
            rate = size / processor
            print(
                f"| {title} | {size:.0f} | {wall:.2f} | {processor:.2f} | {rate:.1f} | {peak:.0f} | {steps:.0f} | {there:.0f} |"
            )
    print()


def _timed(graph: Path, logdir: Path) -> Tuple[float, ...]:
    """The run in the middle by processor time."""
    runs: List[Tuple[float, ...]] = []
    for _ in range(RUNS):
        done = subprocess.run(
            [sys.executable, "-c", READ, graph, logdir], stdout=subprocess.PIPE, text=True, check=True
        )
        runs.append(tuple(map(float, done.stdout.split())))
    return sorted(runs, key=lambda run: run[1])[RUNS // 2]


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
