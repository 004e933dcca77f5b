"""The times of ops beside those of an independent reader of the same profiles: the converter of TensorFlow's own profiler page (the package xprof).

It is no dependency of the tests: the row `xprof-py3.12` of `tools/matrix.py` has it, and runs this file alone.
"""

import json
import zipfile
from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest

converter = pytest.importorskip("xprof.convert.raw_to_tool_data")

from opscope.profile.attribution.shares import split  # noqa: E402
from opscope.profile.recordings.raw import Span  # noqa: E402
from opscope.profile.recordings.xplane import read  # noqa: E402

LOGS = Path(__file__).parent / "logs"
VERSIONS = ["tf24", "tf210", "tf215", "tf221"]


def told_by_xprof(path):
    """Type and name of an op -> how long it ran on the host in itself, in microseconds."""
    data, _ = converter.xspace_to_tool_data([str(path)], "framework_op_stats", {"tqx": "out:json;"})
    table = json.loads(data)
    table = table[0] if isinstance(table, list) else table
    place = {column["id"]: index for index, column in enumerate(table["cols"])}
    rows = [[cell["v"] for cell in row["c"]] for row in table["rows"]]
    keys = ("type", "operation", "total_self_time", "host_or_device")
    found = ([row[place[key]] for key in keys] for row in rows)
    return {(kind, name): time for kind, name, time, where in found if where == "Host" and kind != "IDLE"}


@pytest.mark.parametrize("way", ["keras", "loop"])
@pytest.mark.parametrize("version", VERSIONS)
def test_op_times_are_those_that_xprof_tells(tmp_path, version, way):
    with zipfile.ZipFile(LOGS / f"{version}.zip") as archive:
        archive.extractall(tmp_path)
    (path,) = (tmp_path / way).rglob("*.xplane.pb")
    trace = read(path.read_bytes())
    whole = Span(min(op.start for op in trace.ops), max(op.end for op in trace.ops) + 1)
    shares = split(replace(trace, steps=(whole,)))
    times = Counter()
    for op, busy in zip(trace.ops, shares.busy):
        times[op.op, op.name] += busy * 1e-6
    theirs = told_by_xprof(path)
    assert times.keys() <= theirs.keys()  # xprof also has eager ops, and the stages of pipelines
    for key in times:
        assert times[key] == pytest.approx(theirs[key], abs=0.002), key  # they are rounded to nanoseconds
