"""Profiles of many hosts: read by processes of Dask as here; of those that cannot be read the others are told without."""

from __future__ import annotations

import json
import os
import pickle
import zipfile
from pathlib import Path

import pytest

import opscope
import worker_tasks
from graphs import literal
from opscope.cli import main
from opscope.errors import InputError, LoadError
from opscope.profile import log_profiles
from opscope.profile.host_reading import SentGraph, figures_of_profile
from opscope.profile.recordings.profile_folders import HostProfile
from opscope.profile.recordings.xplane_schema import XPLANE
from opscope.program.proto import message_class
from opscope.render.page.input_rows import input_rows

LOGS, INPUTS = Path(__file__).parent / "logs" / "tf221.zip", Path(__file__).parent / "inputs" / "tf221.zip"
POSIX = pytest.mark.skipif(os.name == "nt", reason="signals are POSIX")


@pytest.fixture
def dask():
    pytest.importorskip("distributed")
    pytest.importorskip("cryptography")


@pytest.fixture
def logged(tmp_path):
    """A function that makes a log of so many hosts, each with the same profile: the folder, and the files of the hosts."""

    def make(count, archive=LOGS, way="loop"):
        with zipfile.ZipFile(archive) as packed:
            packed.extractall(tmp_path / "log")
        folder = tmp_path / "log" / way
        (path,) = folder.rglob("*.xplane.pb")
        data = path.read_bytes()
        path.unlink()
        files = [path.with_name(f"host{number:02}.xplane.pb") for number in range(count)]
        for file in files:
            file.write_bytes(data)
        return folder, files

    return make


def graph_of(folder):
    """The graph that ran: beside the log, or in it."""
    step = folder.parent / "step.json"
    return opscope.load(step if folder.name == "asked" else folder)


def told(graph):
    """All that is said of a graph in its JSON."""
    return json.loads(graph.to_json())


WAYS = pytest.mark.parametrize(("archive", "way"), [(LOGS, "loop"), (INPUTS, "asked")], ids=["loop", "pipelines"])


@pytest.mark.slow
@WAYS
def test_processes_give_the_figures_that_one_gives(dask, logged, archive, way):
    folder, _ = logged(7, archive, way)
    graph = graph_of(folder)
    here, there = opscope.profile(graph, logdir=folder), opscope.profile(graph, logdir=folder, jobs=2)
    assert told(there) == told(here)
    assert there.facts["log_profile"] == here.facts["log_profile"]
    assert len(there.facts["log_profile"]["hosts"]) == 7


@POSIX
@pytest.mark.slow
def test_a_killed_process_loses_no_host(dask, logged, monkeypatch):
    folder, files = logged(7)
    graph = graph_of(folder)
    here = opscope.profile(graph, logdir=folder)
    monkeypatch.setattr(log_profiles, "figures_of_profile", worker_tasks.figures_of_a_killed_host)
    there = opscope.profile(graph, logdir=folder, jobs=2)
    assert files[0].with_name("killed").exists()
    assert told(there) == told(here)


@POSIX
@pytest.mark.slow
def test_a_host_that_ends_its_process_is_named_and_left_out(dask, logged, monkeypatch):
    folder, _ = logged(7)
    monkeypatch.setattr(log_profiles, "figures_of_profile", worker_tasks.figures_but_of_one_host)
    graph = opscope.profile(graph_of(folder), logdir=folder, jobs=2)
    (left,) = graph.measurement["hosts_left_out"]
    assert left["host"] == "host03"
    assert left["why"].startswith("its process ended")
    assert len(graph.measurement["hosts"]) == 6


@WAYS
def test_what_a_process_gives_back_is_small_and_the_same(logged, archive, way):
    """As many bytes as a number for each op and step takes, and some for each op; of tf.data some for each stage."""
    folder, files = logged(1, archive, way)
    graph = graph_of(folder)
    profile = HostProfile("host00", files[0])
    sent = pickle.loads(pickle.dumps(SentGraph(graph)))
    assert told(sent.graph) == told(graph)
    assert pickle.loads(pickle.dumps(SentGraph(graph))) is sent  # unpacked once
    figures = figures_of_profile(profile, sent, None)
    data = pickle.dumps(figures)
    assert pickle.loads(data) == figures or len(pickle.loads(data).measured) == len(figures.measured) > 0
    assert len(data) < 8 * len(graph) * figures.steps + 200 * len(graph) + 10_000


CUT, EMPTY, ZEROS = (lambda data: data[: len(data) // 2]), (lambda _: b""), (lambda data: bytes(len(data)))


@pytest.mark.parametrize("count", [3, 6], ids=["joined", "in turn"])
@pytest.mark.parametrize("damage", [CUT, EMPTY, ZEROS], ids=["cut", "empty", "zeros"])
@pytest.mark.parametrize("which", [0, 2], ids=["first", "last"])
def test_a_damaged_host_is_named_and_the_others_are_merged(logged, count, damage, which, capsys, tmp_path):
    folder, files = logged(count)
    graph = graph_of(folder)
    damaged = files[which]
    damaged.write_bytes(damage(damaged.read_bytes()))
    measured = opscope.profile(graph, logdir=folder)
    (left,) = measured.measurement["hosts_left_out"]
    assert left["host"] == f"host{which:02}"
    assert str(folder) not in left["why"]
    damaged.unlink()
    others = opscope.profile(graph, logdir=folder)
    without = {key: value for key, value in measured.measurement.items() if key != "hosts_left_out"}
    assert without == others.measurement
    assert told(measured)["nodes"] == told(others)["nodes"]
    damaged.write_bytes(b"")
    data = tmp_path / "p.json"
    assert main(["profile", str(folder), "--logdir", str(folder), "-o", str(data)]) == 0
    assert main(["profile", str(folder), "--logdir", str(folder)]) == 0
    line = f"1 host is left out: host{which:02} ("
    assert line in " ".join(capsys.readouterr().out.split())
    written = json.loads(data.read_text())["measurement"]
    assert written["hosts_left_out"][0]["host"] == f"host{which:02}"
    assert any(line in said for _, said, _ in input_rows(opscope.load(data).measurement))  # the page's list of facts


@pytest.mark.parametrize("count", [1, 3, 6])
def test_if_all_are_damaged_there_is_one_error(logged, count, capsys):
    folder, files = logged(count)
    graph = graph_of(folder)
    for file in files:
        file.write_bytes(b"")
    with pytest.raises(LoadError, match="a profile without a step"):
        opscope.profile(graph, logdir=folder)
    assert main(["profile", str(folder), "--logdir", str(folder)]) == 1
    (line,) = capsys.readouterr().err.splitlines()
    assert ("none of the other" in line) == (count > 1)


@pytest.mark.parametrize("count", [3, 6], ids=["joined", "in turn"])
def test_a_host_of_another_graph_is_named(logged, count):
    """As of an evaluator's profile in the folder of the workers."""
    folder, files = logged(count)
    with zipfile.ZipFile(INPUTS) as packed:
        files[1].write_bytes(packed.read("walk.xplane.pb"))
    graph = graph_of(folder)
    (left,) = opscope.profile(graph, logdir=folder).measurement["hosts_left_out"]
    assert left["host"] == "host01"
    assert left["why"].startswith("not a profile of this graph")
    for file in files:
        file.write_bytes(files[1].read_bytes())
    with pytest.raises(InputError, match="not a profile of this graph"):
        opscope.profile(graph, logdir=folder)


@pytest.mark.parametrize("count", [2, 6], ids=["joined", "in turn"])
def test_a_host_on_which_a_smaller_graph_ran_counts_in_no_mean(logged, count):
    """Three more products run beside each of the log, on all hosts but the second, which has all names that the fit asks for."""
    folder, files = logged(count)
    ran = graph_of(folder)
    more = [f"other{number}" for number in range(3)]
    graph = literal(*((op.name, op.type, (), ()) for op in ran.ops()), *[(name, "MatMul", (), ()) for name in more])
    for file in [files[0], *files[2:]]:
        space = message_class("XSpace", XPLANE).FromString(file.read_bytes())
        for plane in space.planes:
            (product,) = [key for key, kind in plane.event_metadata.items() if kind.name == b"product:_MklMatMul"] or [
                None
            ]
            for number, name in enumerate(more if product is not None else ()):
                plane.event_metadata[10**6 + number].name = f"{name}:_MklMatMul".encode()
                plane.event_metadata[10**6 + number].id = 10**6 + number
                for line in plane.lines:
                    for event in [each for each in line.events if each.metadata_id == product]:
                        line.events.add().CopyFrom(event)
                        line.events[-1].metadata_id = 10**6 + number
        file.write_bytes(space.SerializeToString())
    measured = opscope.profile(graph, logdir=folder)
    (left,) = measured.measurement["hosts_left_out"]
    assert left["host"] == "host01" and "3 of the 5 matrix products" in left["why"]
    assert {measured.op(name).measured.calls for name in more} == {1}


def test_pipelines_of_many_hosts_are_those_of_all_joined(logged, monkeypatch):
    folder, _ = logged(3, INPUTS, "asked")
    graph = graph_of(folder)
    joined = opscope.profile(graph, logdir=folder)
    monkeypatch.setattr(log_profiles, "MOST_JOINED", 1)
    in_turn = opscope.profile(graph, logdir=folder)
    one, two = joined.measurement["input_pipeline"], in_turn.measurement["input_pipeline"]
    assert len(one["stages"]) > 2
    assert two == one
    assert one["longest_wait"]["waited_us"] == pytest.approx(one["waited_us"])  # all hosts are the same


@pytest.mark.parametrize(("given", "said"), [
    ({"jobs": 2}, "jobs= is for the profiles of several hosts"),
    ({"scheduler": "tcp://x:1"}, "scheduler= is for the profiles of several hosts"),
])  # fmt: skip
def test_processes_are_for_logs_alone(given, said):
    with pytest.raises(InputError, match=said):
        opscope.profile(lambda x: x, (2,), **given)


def test_options_that_do_not_fit_are_one_line(logged, capsys):
    folder, _ = logged(2)
    for options, said in (
        (["--jobs", "2", "--scheduler", "tcp://x:1"], "give only one of --jobs and --scheduler"),
        (["--jobs", "0"], "--jobs 0 is too small"),
        (["--time-limit", "-1"], "is no time"),
    ):
        assert main(["profile", str(folder), "--logdir", str(folder), *options]) == 1
        assert said in capsys.readouterr().err
    assert main(["profile", str(folder), "--jobs", "2"]) == 1
    assert "--jobs is for the profiles of several hosts in --logdir" in capsys.readouterr().err
