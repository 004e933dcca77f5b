"""Reading XPlane bytes."""

import pytest

from opscope import LoadError
from opscope.profile.recordings.raw import KERNEL, Span
from opscope.profile.recordings.xplane import read
from opscope.profile.recordings.xplane_schema import XPLANE
from opscope.program.proto import message_class

from .test_hlo import plane as hlo_plane

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


def plane(message, name, lines):
    """A plane of ``(event, offset, duration, {stat: value})``, one list a thread; names become metadata as they come."""
    made = message.planes.add(name=name)
    events, stats = {}, {}
    for number, line_events in enumerate(lines):
        line = made.lines.add(timestamp_ns=number)
        for text, offset, duration, values in line_events:
            key = events.setdefault(text, len(events) + 1)
            made.event_metadata[key].name = text if isinstance(text, bytes) else text.encode()
            event = line.events.add(metadata_id=key, offset_ps=offset, duration_ps=duration)
            for stat_name, value in values.items():
                stat = stats.setdefault(stat_name, len(stats) + 1)
                made.stat_metadata[stat].name = stat_name.encode()
                field = {int: "int64_value", bytes: "str_value"}.get(type(value), "ref_value")
                if field == "ref_value":  # text that is kept as a name of its own
                    stats.setdefault(value, len(stats) + 1)
                    made.stat_metadata[stats[value]].name = value.encode()
                    value = stats[value]
                event.stats.add(metadata_id=stat, **{field: value})


def planes(*named):
    message = message_class("XSpace", XPLANE)()
    for name, lines in named:
        plane(message, name, lines)
    return read(message.SerializeToString())


RUN = ("ExecutorState::Process", 0, 100, {"id": 5})


def host(*events):
    return planes(("/host:CPU", [[RUN, *events]]))


def test_each_kind_of_copy_and_call_is_told():
    copies = [
        "EagerCopyToDevice",
        "EagerCopyToDeviceAndAddCacheKey",
        "TensorHandle::CopyToDevice",
        "MemcpyD2H",
        "MemcpyH2D",
    ]
    trace = host(
        *[(name, 10 * k, k + 1, {}) for k, name in enumerate(copies)],
        ("EagerKernelExecute", 90, 5, {}),
        ("FunctionRun", 96, 2, {}),
    )
    assert trace.copies == tuple(Span(10 * k, 11 * k + 1) for k in range(5))
    assert trace.functions == (Span(90, 95), Span(96, 98))
    assert trace.executor == (Span(0, 100),)


@pytest.mark.parametrize("op", ["_Send", "_Recv", "_HostSend", "_HostRecv"])
def test_a_transfer_between_devices_is_no_op(op):
    trace = host((f"a:{op}", 1, 2, {}), ("b:Send", 4, 1, {}))
    assert trace.copies == (Span(1, 3),)
    assert [event.name for event in trace.ops] == ["b"]


@pytest.mark.parametrize("name", ["a:b:Relu", "a Relu", "a:relu", "a b:Relu", "a:Relu x", ":Relu", "plain", "f:g"])
def test_what_is_no_name_of_an_op_is_none(name):
    assert host((name, 1, 2, {})).ops == ()


def test_names_that_are_no_text_are_kept_readable():
    assert [event.name for event in host((b"\xff/a:Relu", 1, 2, {})).ops] == ["\\xff/a"]


def test_a_function_that_was_compiled_is_one_event():
    (event,) = planes(("/host:CPU", [[("f/g_1:f/g_1", 3, 7, {})]])).ops
    assert (event.name, event.op, event.start, event.end, event.run, event.module) == (
        "f/g_1",
        "(compiled)",
        3,
        10,
        0,
        "",
    )


def test_ops_on_one_thread_lie_inside_what_began_before_and_ends_after():
    """Of two that begin at once the longer is the outer one; one that begins as another ends lies beside it."""
    trace = host(
        ("a:Relu", 10, 10, {}),
        ("b:Relu", 10, 30, {}),
        ("c:Relu", 20, 5, {}),
        ("d:Relu", 25, 15, {}),
        ("e:Relu", 40, 5, {}),
    )
    inside = {event.name: trace.ops[event.inside].name if event.inside >= 0 else "" for event in trace.ops}
    assert inside == {"a": "b", "b": "", "c": "b", "d": "b", "e": ""}
    assert {event.run for event in trace.ops} == {5}


def test_ops_of_several_threads_come_in_order_of_time_and_know_whom_they_are_inside():
    """The second thread's clock begins a nanosecond later."""
    run = ("ExecutorState::Process", 0, 9000, {"id": 5})
    first = [run, ("late:Relu", 5000, 2000, {}), ("in:Relu", 5500, 5, {})]
    second = [run, ("early:Relu", 10, 5, {}), ("FunctionRun", 11, 1, {"id": 9})]
    trace = planes(("/host:CPU", [first, second]))
    assert [(event.name, event.thread, event.inside) for event in trace.ops] == [
        ("early", 1, -1),
        ("late", 0, -1),
        ("in", 0, 1),
    ]
    assert trace.callers == {9: 0}


def test_a_run_is_that_of_the_executor_around_and_1_where_it_says_none():
    trace = planes(
        (
            "/host:CPU",
            [
                [("ExecutorState::Process", 0, 10, {}), ("a:Relu", 1, 2, {})],
                [RUN, ("ExecutorState::Process", 1, 9, {}), ("b:Relu", 2, 2, {})],
            ],
        )
    )
    assert {event.name: event.run for event in trace.ops} == {"a": 1, "b": 5}


def test_only_the_first_that_launches_a_run_is_its_caller_and_only_an_op_can_be():
    trace = host(
        ("FunctionRun", 0, 1, {"id": 7}),
        ("a:Call", 2, 10, {}),
        ("FunctionRun", 3, 1, {"id": 7}),
        ("FunctionRun", 5, 1, {}),
        ("b:Call", 20, 10, {}),
        ("FunctionRun", 21, 2, {"id": 7}),
    )
    assert trace.callers == {7: 0}


def test_an_allocation_without_a_size_is_none_one_without_an_op_is_nobodys_and_scratch_is_no_output():
    events = [
        ("MemoryAllocation", 1, 0, {"tf_op": b"a", "requested_bytes": 10, "id": 3, "region_type": "output"}),
        ("MemoryAllocation", 2, 0, {"tf_op": "b", "requested_bytes": 20, "region_type": b"temp"}),
        ("MemoryAllocation", 3, 0, {"tf_op": b"c", "requested_bytes": 30}),
        ("MemoryAllocation", 4, 0, {"tf_op": b"d"}), ("MemoryAllocation", 5, 0, {"requested_bytes": 50}),
    ]  # fmt: skip
    found = [tuple(allocation)[:5] for allocation in host(*events).allocations]
    assert found == [("a", 10, True, 3, 1), ("b", 20, False, 0, 2), ("c", 30, False, 0, 3), ("", 50, False, 0, 5)]


def test_what_was_held_before_an_allocation_is_without_its_block_and_releases_are_known_by_their_address():
    trace = host(
        ("MemoryAllocation", 1, 0, {"requested_bytes": 10, "allocation_bytes": 256, "bytes_allocated": 1000, "addr": 77, "tf_op": "(null)", "allocator_name": "pool"}),
        ("MemoryDeallocation", 2, 0, {"requested_bytes": 10, "addr": 77, "allocator_name": b"pool"}), ("MemoryDeallocation", 3, 0, {}),
    )  # fmt: skip
    assert [tuple(each) for each in trace.allocations] == [("", 10, False, 0, 1, 77, "pool", 744)]
    assert [tuple(each) for each in trace.releases] == [(77, 2, "pool")]


def test_the_kernels_of_a_gpu_are_on_threads_of_their_own():
    trace = planes(
        ("/host:CPU", [[("opscope_step", 0, 90, {})]]),
        ("/device:GPU:0", [[("kernel", 5, 4, {"tf_op": b"m/a:MatMul", "other": 3})], [("kernel", 1, 2, {"tf_op": "b:Relu"}), ("copy", 3, 1, {}), ("x", 4, 1, {"tf_op": b"no op"})]]),
        ("/device:TPU:0", [[("kernel", 5, 4, {"tf_op": b"c:Relu"})]]),
    )  # fmt: skip
    assert trace.devices == ("/device:GPU:0",)
    assert [(event.name, event.op, event.start, event.end, event.thread, event.run) for event in trace.ops] == [
        ("m/a", "MatMul", 5, 9, -1, 1), ("b", "Relu", 1001, 1003, -2, 1),  # a nanosecond later, as above
        ("copy", KERNEL, 1003, 1004, -2, 1), ("x", KERNEL, 1004, 1005, -2, 1),
    ]  # fmt: skip
    assert planes(("/host:CPU", [])).devices == ()


def test_threads_and_streams_are_called_as_the_profiler_calls_them():
    message = message_class("XSpace", XPLANE)()
    plane(message, "/host:CPU", [[RUN, ("m/a:MatMul", 5, 4, {})], [("opscope_step", 0, 90, {})]])
    plane(message, "/device:GPU:1", [[("kernel", 5, 4, {"tf_op": b"m/a:MatMul"})]])
    for each, names in zip(message.planes, (("tf_Compute/12", "python"), ("Stream #14(Compute)",))):
        for line, name in zip(each.lines, names):
            line.name = name
    trace = read(message.SerializeToString())
    assert {trace.threads[event.thread] for event in trace.ops} == {
        "tf_Compute/12",
        "/device:GPU:1 Stream #14(Compute)",
    }


def test_steps_are_in_order_of_time():
    assert planes(("/host:CPU", [[("opscope_step", 50, 9, {}), ("opscope_step", 0, 40, {})]])).steps == (
        Span(0, 40),
        Span(50, 59),
    )


def test_an_instruction_is_known_by_its_program_and_names_its_module():
    """One of the name of another program's, without a module, is nothing."""
    message = message_class("XSpace", XPLANE)()
    plane(
        message,
        "/host:CPU",
        [[("dot", 1, 5, {"hlo_module": "m"}), ("dot", 7, 1, {}), ("unknown", 8, 1, {"hlo_module": "m"})]],
    )
    message.planes.add().CopyFrom(hlo_plane())
    trace = read(message.SerializeToString())
    assert [(event.name, event.op, event.module) for event in trace.ops] == [("dot", "", "m")]
    assert trace.modules["m"]["dot"] == (("MatMul", "MatMul"),)


@pytest.mark.parametrize(
    ("events", "outlasting"),
    [
        ([("dot", 1, 5, {"hlo_module": "m"}), ("end: dot", 4, 1, {})], set()),  # its work ended inside it
        ([("dot", 1, 5, {"hlo_module": "m"}), ("end: dot", 40, 1, {})], {("m", "dot")}),
        ([("dot", 1, 5, {"hlo_module": "m"}), ("end: fusion", 4, 1, {})], {("m", "dot")}),
        ([("dot", 1, 5, {"hlo_module": "m"})], set()),  # a version that tells no ends
        (  # one execution is enough: its time would be missing in the mean
            [
                ("dot", 1, 5, {"hlo_module": "m"}),
                ("end: dot", 4, 1, {}),
                ("dot", 20, 5, {"hlo_module": "m"}),
                ("end: dot", 26, 1, {}),
            ],
            {("m", "dot")},
        ),
        (  # the end of what lies inside is not that of what is around it
            [
                ("loop", 1, 50, {"hlo_module": "m"}),
                ("dot", 10, 5, {"hlo_module": "m"}),
                ("end: dot", 14, 1, {}),
                ("end: loop", 45, 1, {}),
            ],
            set(),
        ),
    ],
)
def test_an_instruction_whose_end_comes_after_its_event_outlasts_it(events, outlasting):
    message = message_class("XSpace", XPLANE)()
    plane(message, "/host:CPU", [events])
    message.planes.add().CopyFrom(hlo_plane())
    assert read(message.SerializeToString()).outlasting == outlasting


def test_an_end_on_another_thread_is_not_inside():
    message = message_class("XSpace", XPLANE)()
    plane(message, "/host:CPU", [[("dot", 1, 5, {"hlo_module": "m"})], [("end: dot", 4, 1, {})]])
    message.planes.add().CopyFrom(hlo_plane())
    assert read(message.SerializeToString()).outlasting == {("m", "dot")}


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
