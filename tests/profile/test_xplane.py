"""Reading XPlane bytes."""

import pytest

from opscope import LoadError
from opscope.profile.schema import XPLANE
from opscope.profile.xplane import read
from opscope.program.proto import message_class

EVENTS = ["opscope_step", "FunctionRun", "ExecutorState::Process", "m/a:_MklMatMul", "EagerLocalExecute: f", "b:Relu",
          "Iterator::Map", "MemoryAllocation", "b/_3:_Send"]  # fmt: skip
STATS = ["id", "tf_op", "requested_bytes", "region_type"]


def space(lines):
    """XSpace bytes of ``[[(event, offset, duration, {stat: value}), ...], ...]``, one list a thread."""
    message = message_class("XSpace", XPLANE)()
    plane = message.planes.add(name="/host:CPU")
    for number, name in enumerate(EVENTS):
        plane.event_metadata[number].name = name.encode()
    for number, name in enumerate(STATS):
        plane.stat_metadata[number].name = name.encode()
    for events in lines:
        line = plane.lines.add(timestamp_ns=1)
        for name, offset, duration, stats in events:
            event = line.events.add(metadata_id=EVENTS.index(name), offset_ps=offset, duration_ps=duration)
            for key, value in stats.items():
                stat = event.stats.add(metadata_id=STATS.index(key))
                if isinstance(value, int):
                    stat.int64_value = value
                else:
                    stat.str_value = value
    return message.SerializeToString()


def test_ops_know_their_run_their_thread_and_what_they_run_inside():
    trace = read(
        space(
            [
                [("opscope_step", 0, 90, {}), ("EagerLocalExecute: f", 1, 50, {})],
                [
                    ("ExecutorState::Process", 5, 60, {"id": -7}),
                    ("m/a:_MklMatMul", 10, 40, {}),
                    ("FunctionRun", 15, 20, {"id": 9}),
                    ("ExecutorState::Process", 16, 10, {"id": 9}),
                    ("b:Relu", 17, 5, {}),
                ],
            ]
        )
    )
    assert [(op.name, op.op, op.start - 1000, op.end - 1000, op.thread, op.run, op.inside) for op in trace.ops] == [
        ("m/a", "_MklMatMul", 10, 50, 1, -7, -1),
        ("b", "Relu", 17, 22, 1, 9, 0),
    ]
    assert trace.callers == {9: 0}
    assert [(span.start - 1000, span.end - 1000) for span in trace.steps] == [(0, 90)]


def test_ops_outside_of_the_executor_are_nobodys():
    assert read(space([[("b:Relu", 0, 5, {}), ("Iterator::Map", 0, 9, {})]])).ops == ()


def test_what_is_sent_between_devices_is_a_copy():
    trace = read(space([[("ExecutorState::Process", 0, 60, {"id": 1}), ("b/_3:_Send", 4, 5, {})]]))
    assert trace.ops == ()
    assert [span.end - span.start for span in trace.copies] == [5]


def test_allocations_carry_their_op_and_size():
    stats = {"tf_op": b"m/a", "requested_bytes": 4096, "region_type": b"output", "id": 3}
    (allocation,) = read(space([[("MemoryAllocation", 4, 0, stats)]])).allocations
    assert (allocation.name, allocation.bytes, allocation.output, allocation.run) == ("m/a", 4096, True, 3)


def test_bytes_that_are_no_profile_are_refused():
    with pytest.raises(LoadError, match="not an XPlane file"):
        read(b"\xff\xff\xff\xff", "there.pb")


def test_the_schema_is_tensorflows_own():
    pytest.importorskip("tensorflow")
    for place in ("tsl.profiler.protobuf", "core.profiler.protobuf"):
        xplane = pytest.importorskip("importlib").import_module
        try:
            theirs = xplane(f"tensorflow.{place}.xplane_pb2")
            break
        except ImportError:
            continue
    else:
        pytest.skip("this TensorFlow has no XPlane module")
    for name in ("XSpace", "XPlane", "XLine", "XEvent", "XStat", "XEventMetadata", "XStatMetadata"):
        own, other = message_class(name, XPLANE).DESCRIPTOR, theirs.DESCRIPTOR.message_types_by_name[name]
        for field in own.fields:
            assert other.fields_by_name[field.name].number == field.number, (name, field.name)
