"""Whose the time of compiled code is, over profiles that four TensorFlow versions wrote (tools/record_compiled_profiles.py).

What the events are was read in the files: before TensorFlow 2.18 one event for the whole function (``__inference_whole_...``, or that of
the op that calls it), later also one for each instruction. How long they took is summed up here, without opscope's reader.
"""

import json
import zipfile
from pathlib import Path

import pytest

from opscope.graph.content import content_of
from opscope.graph.json import from_dict, to_dict
from opscope.profile.attribution.attribute import attribute
from opscope.profile.attribution.profile_fit import products_that_did_not_run
from opscope.profile.recordings.raw import Recording
from opscope.profile.recordings.xplane import read
from opscope.profile.recordings.xplane_schema import XPLANE
from opscope.program.proto import message_class

RECORDED = sorted((Path(__file__).parent / "recorded_compiled").glob("*.zip"))
INSTRUCTIONS = {"tf221": {"product.2": "dot", "add_sine_fusion": "fusion"}}
"""Name of the event of an instruction -> its opcode. The other versions report none."""
CALL = "StatefulPartitionedCall"
STEPS = 2


@pytest.fixture(scope="module", params=RECORDED, ids=lambda path: path.stem)
def archive(request):
    with zipfile.ZipFile(request.param) as opened:
        yield opened


def version(archive):
    return Path(archive.filename).stem


def load(archive, name):
    """The graph as written and as it ran, with the times of the recording; and how long the events of each name took in its steps."""
    data = archive.read(f"{name}/trace.xplane.pb")
    rest = json.loads(archive.read(f"{name}/rest.json"))
    graph = from_dict(json.loads(archive.read(f"{name}/graph.json")))
    recording = Recording(read(data), None, tuple(rest["baseline_us"]), rest["trace_level"], rest["tensorflow"])
    return attribute(graph, recording), attribute(graph.executed.graph, recording), busy(data)


def busy(data):
    """Microseconds per step of all events of one name that begin in a step."""
    space = message_class("XSpace", XPLANE)()
    space.ParseFromString(data)
    (plane,) = [plane for plane in space.planes if plane.name == "/host:CPU"]
    events = [
        (
            plane.event_metadata[event.metadata_id].name.decode(),
            line.timestamp_ns * 1000 + event.offset_ps,
            event.duration_ps,
        )
        for line in plane.lines
        for event in line.events
    ]
    steps = [(start, start + long) for name, start, long in events if name == "opscope_step"]
    assert len(steps) == STEPS
    found = {}
    for name, start, long in events:
        if any(first <= start < last for first, last in steps):
            found[name] = found.get(name, 0) + long / 1e6 / STEPS
    return found


def figures(graph):
    content = content_of(graph)
    return {content.table.names[row]: one for row, one in content.measured.items()}


def test_there_is_one_recording_for_each_version():
    assert [path.stem for path in RECORDED] == ["tf210", "tf215", "tf221", "tf24"]


def test_a_whole_function_of_which_only_one_event_tells_gives_no_op_a_time(archive):
    if version(archive) in INSTRUCTIONS:
        pytest.skip("its instructions are reported")
    written, ran, events = load(archive, "whole")
    (name,) = [name.split(":")[0] for name in events if name.startswith("__inference_whole_")]
    for graph in (written, ran):
        (program,) = graph.measurement["compiled"]
        assert program["name"] == name
        assert program["time_us"] == pytest.approx(events[f"{name}:{name}"])
        assert figures(graph) == {}
        assert all(group.measured is None for group in content_of(graph).groups)
        assert graph.measurement["coverage"]["ops"] == 0
        assert sum(graph.measurement["coverage"].values()) == pytest.approx(1)
    assert written.measurement["compiled"][0]["ops"] == 3  # product, sum, sine
    assert products_that_did_not_run(written) == ""
    assert f"XLA runs all that {name} computes (3 ops) as one program" in written.summary(cost=True)


def test_a_call_of_which_only_its_own_event_tells_has_the_time_of_all_in_it(archive):
    if version(archive) in INSTRUCTIONS:
        pytest.skip("its instructions are reported")
    written, ran, events = load(archive, "caller")
    for graph in (written, ran):
        found = figures(graph)
        assert not [name for name in found if name.startswith(f"{CALL}/")]
        assert found[CALL].busy_us == pytest.approx(events[f"{CALL}:{CALL}"])
        assert found[CALL].calls == 1
        (program,) = graph.measurement["compiled"]
        assert (program["name"], program["time_us"]) == (CALL, pytest.approx(found[CALL].time_us))
        assert found["cosine"].busy_us == pytest.approx(events["cosine:Cos"])
    assert set(figures(written)[CALL].fused) == {CALL, *(f"{CALL}/{name}" for name in ("product", "sum", "sine"))}
    assert products_that_did_not_run(written) == ""


@pytest.mark.parametrize(("name", "prefix"), [("whole", ""), ("caller", f"{CALL}/")])
def test_the_event_of_an_instruction_is_the_time_of_that_instruction_as_executed(archive, name, prefix):
    expected = INSTRUCTIONS.get(version(archive))
    if expected is None:
        pytest.skip("its instructions are not reported")
    written, ran, events = load(archive, name)
    table = content_of(ran).table
    opcodes = {table.names[row]: table.ops[row] for row in content_of(ran).measured if table.attrs(row).get("opcode")}
    assert opcodes == {f"{prefix}{instruction}": opcode for instruction, opcode in expected.items()}
    for instruction in expected:
        assert figures(ran)[f"{prefix}{instruction}"].busy_us == pytest.approx(events[instruction])
        assert figures(ran)[f"{prefix}{instruction}"].calls == 1
    assert figures(written)[f"{prefix}product"].busy_us == pytest.approx(events["product.2"])
    assert figures(written)[f"{prefix}sine"].busy_us == pytest.approx(events["add_sine_fusion"])
    assert "compiled" not in ran.measurement
    assert ran.measurement["coverage"]["ops"] > 0


def test_an_instruction_that_notes_another_op_is_not_the_reported_one():
    with zipfile.ZipFile(Path(__file__).parent / "recorded_compiled" / "tf221.zip") as opened:
        data = json.loads(opened.read("whole/graph.json"))
        trace = read(opened.read("whole/trace.xplane.pb"))
    (dot,) = [node for node in data["executed"]["graph"]["nodes"] if node["name"] == "product.2"]
    assert dot["attrs"]["op_name"] == "product"
    dot["attrs"]["op_name"] = "another"
    ran = from_dict(data).executed.graph
    result = attribute(ran, Recording(trace, None, (1.0,), 3, None))
    assert set(figures(result)) == {"add_sine_fusion"}
    assert "product.2" in result.facts["profile"]["unattributed_us"]


def test_what_is_told_of_programs_is_in_the_json_and_read_again(archive):
    for name in ("whole", "caller"):
        written, _, _ = load(archive, name)
        again = from_dict(json.loads(json.dumps(to_dict(written))))
        assert again.measurement == written.measurement
