"""Profiles in log directories that TensorFlow wrote (tools/record_logs.py), put on their graphs."""

import shutil
import subprocess
import sys
import zipfile
from itertools import accumulate
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

import opscope
from graphs import literal
from opscope.cli import main
from opscope.graph.content import content_of
from opscope.profile import log_profiles
from opscope.profile.host_steps import host_facts
from opscope.profile.recordings import xspace_file
from opscope.profile.recordings.host_traces import HostTrace
from opscope.profile.recordings.profile_folders import logged_profiles
from opscope.profile.recordings.raw import Span, Trace
from opscope.profile.recordings.xplane import read
from opscope.profile.recordings.xplane_schema import XPLANE
from opscope.profile.spread import Kept
from opscope.program.proto import message_class

LOGS = Path(__file__).parent / "logs"
VERSIONS = ["tf24", "tf210", "tf215", "tf221"]
KERAS_LOGS_ITS_FUNCTION = VERSIONS[:3]
"""Keras 3 logs no graph with ops."""


@pytest.fixture(scope="module")
def logs(tmp_path_factory):
    """The log directories of each version, unpacked."""
    folder = tmp_path_factory.mktemp("logs")
    for version in VERSIONS:
        with zipfile.ZipFile(LOGS / f"{version}.zip") as archive:
            archive.extractall(folder / version)
    return folder


@pytest.fixture
def own(logs, tmp_path):
    """The loop of the newest version, to change."""
    shutil.copytree(logs / "tf221" / "loop", tmp_path / "loop")
    return tmp_path / "loop"


def space_of(folder):
    (path,) = folder.rglob("*.xplane.pb")
    return message_class("XSpace", XPLANE).FromString(path.read_bytes()), path


def events(space):
    """All events of the host as (name, start, end, names of stats), told by protobuf alone."""
    (plane,) = [plane for plane in space.planes if plane.name == "/host:CPU"]
    stats = {key: value.name.decode() for key, value in plane.stat_metadata.items()}
    for line in plane.lines:
        for event in line.events:
            start = line.timestamp_ns * 1000 + event.offset_ps
            name = plane.event_metadata[event.metadata_id].name.decode()
            yield name, start, start + event.duration_ps, {stats[stat.metadata_id] for stat in event.stats}


def busy(graph):
    return {
        name: content_of(graph).measured[row].busy_us
        for row, name in enumerate(content_of(graph).table.names)
        if row in content_of(graph).measured
    }


@pytest.mark.parametrize("version", VERSIONS)
def test_the_time_of_an_op_is_that_of_its_events_in_the_steps_that_keras_marked(logs, version):
    folder = logs / version
    graph = opscope.profile(folder / "step.json", logdir=folder / "keras")
    found = list(events(space_of(folder / "keras")[0]))
    steps = [(start, end) for _, start, end, stats in found if "step_num" in stats]
    assert graph.measurement["steps"] == len(steps) == (4 if version == "tf221" else 2)
    assert graph.measurement["steps_kept"] == len(steps)
    op = next(name for name in busy(graph) if name.endswith("Conv2DBackpropFilter"))
    theirs = [
        end - start
        for name, start, end, _ in found
        if f"{op}:" in name and any(first <= start < last for first, last in steps)
    ]
    assert len(theirs) == len(steps)
    assert busy(graph)[op] == pytest.approx(sum(theirs) / len(steps) * 1e-6)
    assert graph.measurement["profiled_step_time_us"] == pytest.approx(
        sum(end - start for start, end in steps) / len(steps) * 1e-6
    )


@pytest.mark.parametrize("version", KERAS_LOGS_ITS_FUNCTION)
def test_the_graph_beside_a_profile_is_the_one_that_ran(logs, version, capsys):
    graph = opscope.profile(logs / version / "keras", logdir=logs / version / "keras")
    assert graph.measurement["attributed"] > 0.95
    assert main(["summary", str(logs / version / "keras")]) == 0
    said = capsys.readouterr()
    assert "recorded by TensorFlow's profiler" in said.out
    assert "plugins/profile/2026" in said.out
    assert said.err == ""


@pytest.mark.parametrize("version", VERSIONS)
def test_without_marks_a_step_is_a_call_of_the_graph_and_of_no_other_function(logs, version):
    folder = logs / version / "loop"
    graph = opscope.profile(folder, logdir=folder)
    content = content_of(graph)
    assert graph.measurement["steps"] == 8  # of 10 calls, of which 2 were of another function
    assert graph.measurement["attributed"] == 1
    assert {content.measured[content.table.index(name)].calls for name in ("product", "Mean")} == {1}
    assert graph.facts["log_profile"]["hosts"][0]["steps"] == 8


def test_what_nobody_measured_is_unknown(logs):
    measurement = opscope.profile(logs / "tf221" / "loop", logdir=logs / "tf221" / "loop").measurement
    assert [measurement[key] for key in ("step_time_us", "step_spread_us", "trace_level")] == [None] * 3
    assert measurement["disturbed"] in (None, True)


@pytest.mark.parametrize("version", VERSIONS)
def test_another_graph_is_refused_with_what_differs(logs, version):
    folder = logs / version
    with pytest.raises(opscope.InputError, match=r"ops that small\.train_step does not have: product \(\d+%\)"):
        opscope.profile(folder / "step.json", logdir=folder / "loop")
    with pytest.raises(opscope.InputError, match=r"does not have: .*Conv2DBackpropFilter \(\d+%\).*it has product"):
        opscope.profile(folder / "loop", logdir=folder / "keras")


def test_a_larger_graph_that_has_all_names_is_refused(logs):
    ran = opscope.load(logs / "tf221" / "loop")
    more = [(f"other{number}", "MatMul", (), ()) for number in range(3)]
    graph = literal(*((op.name, op.type, (), ()) for op in ran.ops()), *more)
    with pytest.raises(opscope.InputError, match=r"3 of the 5 matrix products .* did not run in it: other0, other1"):
        opscope.profile(graph, logdir=logs / "tf221" / "loop")


def test_keras_3_layers_are_drawn_without_times_and_a_remark_says_why(logs, tmp_path, capsys):
    assert main(["render", str(logs / "tf221" / "keras"), "-o", str(tmp_path / "layers.svg")]) == 0
    said = capsys.readouterr().err
    assert said.startswith("no times are shown: ")
    assert said.count("\n") == 1
    assert "opscope profile GRAPH --logdir" in said


def test_a_profile_without_a_graph_asks_for_one(logs, capsys):
    assert main(["summary", str(logs / "tf210" / "keras" / "plugins")]) == 1
    assert "opscope profile GRAPH --logdir" in capsys.readouterr().err


def test_the_command_puts_times_on_a_file(logs, capsys):
    folder = logs / "tf215"
    assert main(["profile", str(folder / "step.json"), "--logdir", str(folder / "keras")]) == 0
    assert "measured on CPU over 2 steps" in capsys.readouterr().out


def test_hosts_are_joined_and_the_slowest_is_named(own, capsys):
    alone = opscope.profile(own, logdir=own)
    space, path = space_of(own)
    for plane in space.planes:
        for line in plane.lines:
            line.timestamp_ns += 10**12  # another clock
            for event in line.events:
                event.offset_ps *= 3
                event.duration_ps *= 3
    path.with_name("slow.xplane.pb").write_bytes(space.SerializeToString())
    both = opscope.profile(own, logdir=own)
    assert both.measurement["steps"] == 16
    hosts = {host["host"]: host for host in both.facts["log_profile"]["hosts"]}
    assert set(hosts) == {"vm", "slow"}
    assert hosts["slow"]["step_us"] == pytest.approx(3 * hosts["vm"]["step_us"])
    assert hosts["slow"]["spread_us"] == pytest.approx(3 * hosts["vm"]["spread_us"])
    assert busy(both)["product"] == pytest.approx(2 * busy(alone)["product"])  # the mean of 1 and 3
    assert main(["profile", str(own), "--logdir", str(own)]) == 0
    # The time of each event of the slow host was multiplied by 3, and the median of two lies in their middle.
    told = "slowest: slow, 1.50 times the median host"
    assert told in capsys.readouterr().out
    both.save(own / "both.json")
    again = opscope.load(own / "both.json")
    assert again.measurement == both.measurement
    assert told in again.summary(width=1_000)
    for graph in (both, again):
        graph.save(own / "both.svg")
        assert told in " ".join(ET.parse(own / "both.svg").getroot().itertext()).replace("  ", " ")


def _host(name, durations):
    """A host with steps of these durations, one after another."""
    ends = list(accumulate(durations))
    steps = tuple(Span(end - long, end) for long, end in zip(durations, ends))
    return HostTrace(name, Trace(steps, (), devices=("CPU",)), all_steps=len(steps))


@pytest.mark.parametrize(
    ("one", "other", "slowest"),
    [
        # Every step takes twice as long there: a few of them are enough, however much they differ from each other.
        ([100, 400, 900, 150, 700], [50, 200, 450, 75, 350], ["one"]),
        # In two of five it is the other way round. Student's t of the logarithms is 0.82, and tables have 2.776 for 4 degrees of freedom.
        ([100, 400, 900, 150, 700], [90, 500, 500, 160, 600], ["one", "other"]),
        # No pairs: of 5 steps the median's interval is not known; of 6 and 7 it is.
        ([100, 110, 120, 130, 140], [50, 51, 52, 53], ["one", "other"]),
        ([100, 110, 120, 130, 140, 150, 160], [50, 51, 52, 53, 54, 55], ["one"]),
    ],
)
def test_a_host_is_the_slowest_only_if_its_steps_tell_that(one, other, slowest):
    hosts = [_host("one", one), _host("other", other)]
    kept = [Kept(tuple(range(len(host.trace.steps))), disturbed=False) for host in hosts]
    assert [each["host"] for each in host_facts(hosts, kept) if each["may_be_slowest"]] == slowest


def test_the_newest_run_is_taken_unless_another_is_named(own):
    (first,) = logged_profiles(own)
    place = own / first.place
    shutil.copytree(place, place.with_name("2020_01_01_00_00_00"))
    shutil.copytree(place, place.with_name("2099_01_01_00_00_00"))
    graph = opscope.profile(own, logdir=own)
    assert graph.facts["log_profile"]["run"] == "2099_01_01_00_00_00"
    assert graph.facts["log_profile"]["other_runs"] == ["plugins/profile/2020_01_01_00_00_00", first.place]
    assert opscope.profile(own, logdir=own, run=first.name).facts["log_profile"]["run"] == first.name
    with pytest.raises(opscope.LoadError, match="did you mean 2020_01_01_00_00_00"):
        opscope.profile(own, logdir=own, run="2020_01_01_00_00_01")


def test_of_too_many_events_the_first_steps_are_read(logs, monkeypatch, capsys):
    folder = logs / "tf221"
    whole = opscope.profile(folder / "step.json", logdir=folder / "keras")
    monkeypatch.setattr(log_profiles, "MOST_KEPT_EVENTS", 250)
    fewer = opscope.profile(folder / "step.json", logdir=folder / "keras")
    assert 1 <= fewer.measurement["steps"] < whole.measurement["steps"] == 4
    assert main(["profile", str(folder / "step.json"), "--logdir", str(folder / "keras")]) == 0
    assert f"{fewer.measurement['steps']} of its 4 steps" in capsys.readouterr().out
    monkeypatch.setattr(log_profiles, "MOST_KEPT_EVENTS", 10)
    with pytest.raises(opscope.LoadError, match="a step with more than 10 events"):
        opscope.profile(folder / "step.json", logdir=folder / "keras")


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("piece", [1, 100, 4096])
def test_however_small_the_pieces_what_is_read_is_the_same(logs, version, piece, monkeypatch):
    data = space_of(logs / version / "keras")[1].read_bytes()
    whole = read(data)
    monkeypatch.setattr(xspace_file, "_PIECE", piece)
    assert read(data) == whole


@pytest.mark.parametrize("number", range(60))
def test_a_damaged_profile_is_told_in_one_line_or_read(own, number):
    _, path = space_of(own)
    data = bytearray(path.read_bytes())
    place = number * len(data) // 60
    if number % 3 == 0:
        del data[place:]
    elif number % 3 == 1:
        data[place : place + 4] = b"\xff\xff\xff\x7f"
    else:
        data[place] ^= 1 << number % 8
    path.write_bytes(bytes(data))
    try:
        opscope.profile(own, logdir=own)
    except opscope.OpscopeError as error:
        assert "\n" not in str(error)
        assert str(own) in str(error)


@pytest.mark.parametrize(
    "data",
    [
        b"\x0a\xff\xff\xff\xff\xff\xff\xff\xff\x7f",  # a plane of more bytes than there are
        b"\x0a\x05\x1a\xff\xff\xff\x0f",  # a line of more bytes than its plane
        b"\x0a\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff",  # a length that does not end
        b"\x0b" * 100_000,  # groups in groups
        b"PK\x03\x04 no profile at all",
    ],
)
def test_strange_bytes_are_refused_in_one_line(own, data):
    _, path = space_of(own)
    path.write_bytes(data)
    with pytest.raises(opscope.LoadError, match=r"is not an XPlane file|a profile without a step") as caught:
        opscope.profile(own, logdir=own)
    assert "\n" not in str(caught.value)


def test_names_that_take_more_than_memory_are_refused(own, monkeypatch):
    monkeypatch.setattr(xspace_file, "_MOST_AT_ONCE", 1000)
    with pytest.raises(opscope.LoadError, match="that are no events"):
        opscope.profile(own, logdir=own)


def test_what_cannot_apply_is_refused(own, tmp_path):
    with pytest.raises(opscope.InputError, match="steps=7 is for running"):
        opscope.profile(own, logdir=own, steps=7)
    with pytest.raises(opscope.InputError, match="run= chooses a profile of logdir="):
        opscope.profile(own, run="x")
    with pytest.raises(opscope.LoadError, match="no profile"):
        opscope.profile(own, logdir=own / "train")
    with pytest.raises(opscope.LoadError, match="no such file"):
        opscope.profile(own, logdir=tmp_path / "nowhere")


def test_tensorflow_is_not_needed(own):
    code = "import opscope, sys; opscope.profile(sys.argv[1], logdir=sys.argv[1]); print([name for name in ('tensorflow', 'numpy') if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code, str(own)], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_two_log_directories_are_compared_with_their_times(logs, capsys):
    folders = [str(logs / version / "loop") for version in ("tf215", "tf221")]
    assert main(["diff", *folders, "--full"]) == 1  # two attributes of a product have other defaults
    told = capsys.readouterr().out
    assert "grad_a" in told
    assert "gradient_tape/product: " in told
    assert "single runs are not comparable beyond" in told
    assert main(["diff", folders[0], folders[0], "--full"]) == 0
    assert "not comparable" not in capsys.readouterr().out
