"""Attribution over raw profiles recorded on four TensorFlow versions (tools/record_profiles.py)."""

import json
import zipfile
from pathlib import Path

import pytest

from opscope.graph.content import content_of
from opscope.graph.json import from_dict, to_json
from opscope.profile.attribution.attribute import assign_events, attribute
from opscope.profile.attribution.shares import split
from opscope.profile.recordings.raw import Optimised, Recording
from opscope.profile.recordings.xplane import read

RECORDED = sorted((Path(__file__).parent / "recorded").glob("*.zip"))


@pytest.fixture(scope="module", params=RECORDED, ids=lambda path: path.stem)
def recorded(request):
    with zipfile.ZipFile(request.param) as archive:
        rest = json.loads(archive.read("rest.json"))
        graph = from_dict(json.loads(archive.read("graph.json")))
        trace = read(archive.read("trace.xplane.pb"))
    optimised = Optimised(**rest["optimised"]) if rest["optimised"] else None
    recording = Recording(trace, optimised, tuple(rest["baseline_us"]), rest["trace_level"], rest["tensorflow"])
    return graph, recording, attribute(graph, recording)


def test_there_is_one_recording_for_each_version():
    assert [path.stem for path in RECORDED] == ["tf210", "tf215", "tf221", "tf24"]


def test_nearly_all_op_time_is_attributed(recorded):
    assert recorded[2].measurement["attributed"] >= 0.995


def test_every_event_is_counted_at_most_once(recorded):
    _, recording, graph = recorded
    shares = split(recording.trace)
    steps = len(recording.trace.steps)
    counted = sum(measured.calls for measured in content_of(graph).measured.values()) * steps
    rows = assign_events(graph, recording, shares).rows
    lost = sum(row < 0 and step >= 0 for row, step in zip(rows, shares.step))
    assert counted + lost == shares.events


def test_ops_layers_model_and_rest_add_up_to_the_step(recorded):
    graph = recorded[2]
    measurement, groups = graph.measurement, content_of(graph).groups
    ops = sum(measured.time_us for measured in content_of(graph).measured.values())
    step = measurement["profiled_step_time_us"]
    assert sum(measurement["coverage"].values()) == pytest.approx(1, abs=1e-9)
    assert ops == pytest.approx(measurement["coverage"]["ops"] * step, rel=1e-9)
    loose = sum(one.time_us for row, one in content_of(graph).measured.items() if content_of(graph).node_group[row] < 0)
    top = sum(group.measured.time_us for group in groups if group.parent < 0 and group.measured)
    assert top + loose == pytest.approx(ops, rel=1e-9)
    for index, group in enumerate(groups):
        if group.measured:
            own = sum(
                one.time_us
                for row, one in content_of(graph).measured.items()
                if content_of(graph).node_group[row] == index
            )
            inner = sum(child.measured.time_us for child in groups if child.parent == index and child.measured)
            assert own + inner == pytest.approx(group.measured.time_us, rel=1e-9, abs=1e-9)


def test_loops_are_measured_by_iteration(recorded):
    graph = recorded[2]
    names, ops = content_of(graph).table.names, content_of(graph).table.ops
    calls = [
        one.calls
        for row, one in content_of(graph).measured.items()
        if ops[row] == "Sin" and "/body/" in names[row] and "gradient" not in names[row].lower()
    ]
    assert calls == [2.0]


def test_both_lstms_run_their_steps_each(recorded):
    graph = recorded[2]
    for layer in ("first", "second"):
        calls = {
            one.calls
            for row, one in content_of(graph).measured.items()
            if content_of(graph).table.ops[row] == "MatMul"
            and f"/{layer}" in f"/{content_of(graph).table.names[row]}"
            and "/body/" in content_of(graph).table.names[row]
            and not content_of(graph).table.names[row].startswith("gradient")
            and "while/gradient" not in content_of(graph).table.names[row]
            and "_grad" not in content_of(graph).table.names[row]
        }
        assert calls == {2.0}, layer


def test_a_fused_groups_time_is_on_its_costliest_member_and_names_all(recorded):
    graph = recorded[2]
    fused = {
        content_of(graph).table.ops[row]: {
            content_of(graph).table.ops[content_of(graph).table.index(name)] for name in one.fused
        }
        for row, one in content_of(graph).measured.items()
        if one.fused
    }
    assert fused["MatMul"] >= {"MatMul", "BiasAdd", "Relu"} or fused["Conv2D"] >= {"Conv2D", "BiasAdd", "Relu"}
    assert set(fused) <= {"MatMul", "Conv2D", "Conv2DBackpropFilter", "Tanh", "Sigmoid", "Sub", "Mul", "Square", "Neg"}


def test_measured_trip_counts_stand_in_where_shapes_do_not_tell(recorded):
    assert recorded[2].cost.per == "step"


def test_the_measurement_survives_json(recorded):
    graph = recorded[2]
    again = from_dict(json.loads(to_json(graph)))
    assert again.measurement == graph.measurement
    assert content_of(again).measured == content_of(graph).measured
    assert [group.owner for group in content_of(again).groups] == [group.owner for group in content_of(graph).groups]
