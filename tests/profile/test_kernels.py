"""Kernels of a GPU on planes laid out as CUPTI's collector writes them: whose they are, and whose the moments are."""

from __future__ import annotations

import pytest

from graphs import literal
from opscope.graph import Group
from opscope.graph.content import content_of
from opscope.profile.attribution.attribute import attribute
from opscope.profile.recordings.raw import Recording
from opscope.profile.recordings.xplane import read
from opscope.profile.recordings.xplane_schema import XPLANE
from opscope.program.proto import message_class

US = 1_000_000
COPY = {"memcpy_details": "kind_src:device kind_dst:pinned size:256 dest:0 async:1"}
PLAIN = (("x", "Placeholder", []), ("mm", "MatMul", ["x", "x"]), ("r", "Relu", ["mm"]))


def space(host, *devices):
    """XSpace bytes; each device (and the host) is a list of threads or streams of ``(name, start, duration, stats)``."""
    message = message_class("XSpace", XPLANE)()
    names = ("/host:CPU", *[f"/device:GPU:{number}" for number in range(len(devices))])
    for name, lines in zip(names, (host, *devices)):
        plane, events, stats = message.planes.add(name=name), {}, {}
        for line in lines:
            added = plane.lines.add(timestamp_ns=0)
            for event_name, start, duration, values in line:
                key = events.setdefault(event_name, len(events) + 1)
                event = added.events.add(metadata_id=key, offset_ps=start * US, duration_ps=duration * US)
                for stat_name, value in values.items():
                    stat = event.stats.add(metadata_id=stats.setdefault(stat_name, len(stats) + 1))
                    if isinstance(value, int):
                        stat.int64_value = value
                    else:
                        stat.ref_value = stats.setdefault(value, len(stats) + 1)
        for words, metadata in ((events, plane.event_metadata), (stats, plane.stat_metadata)):
            for text, key in words.items():
                metadata[key].name = text.encode()
    return message.SerializeToString()


def profiled(nodes, host, *devices, groups=(), places=None):
    """The measured graph, and its measurements by the name of the op."""
    home = [(places or {}).get(name, -1) for name, *_ in nodes]
    made = literal(*[(*node, [("float32", (8, 8))]) for node in nodes], groups=groups, places=home)
    result = attribute(made, Recording(read(space(host, *devices)), None, (1000.0,), 3, "2.21.0"))
    return result, {content_of(result).table.names[row]: one for row, one in content_of(result).measured.items()}


def figures(one):
    return one.time_us, one.device_us, one.busy_us, one.calls


def near(*values):
    return tuple(None if value is None else pytest.approx(value) for value in values)


def step(duration=1000):
    return ("opscope_step", 0, duration, {})


def process(run=7, start=10, duration=50):
    return ("ExecutorState::Process", start, duration, {"id": run})


def of(tag):
    return {"tf_op": tag}


def test_an_op_is_one_call_however_many_kernels_it_has():
    host = [[step()], [process(), ("mm:MatMul", 12, 10, {}), ("r:Relu", 30, 5, {}), ("MemcpyD2H", 70, 3, {})]]
    kernels = [("sgemm", 40, 400, of("mm:MatMul")), ("splitK", 440, 100, of("mm:MatMul")), ("relu", 540, 300, of("r:Relu"))]  # fmt: skip
    result, found = profiled(PLAIN, host, [kernels, [("MemcpyD2H", 840, 120, COPY)]])
    assert figures(found["mm"]) == near(500, 500, 10, 1)
    assert figures(found["r"]) == near(300, 300, 5, 1)
    coverage = result.measurement["coverage"]
    assert (coverage["ops"], coverage["copies"], coverage["unattributed"]) == near(0.8, 0.12, 0)
    # The executor, in which the launches lie, runs from 10 to 60, and the first kernel begins at 40.
    assert (coverage["dispatch"], coverage["python"]) == near(0.03, 1 - 0.8 - 0.12 - 0.03)
    assert result.measurement["devices"] == ["/device:GPU:0"]


def test_a_launch_is_found_by_its_correlation_id():
    """Two ops of one name in two runs; the order of the kernels says nothing."""
    host = [[step()], [process(7, 10, 90), ("mm:MatMul", 12, 5, {}), ("cuLaunchKernel", 13, 1, {"correlation_id": 4}),
                       ("r:Relu", 20, 5, {}), ("cuLaunchKernel", 21, 1, {"correlation_id": 5})]]  # fmt: skip
    outermost = of("f:PartitionedCall")
    kernels = [
        ("k2", 100, 300, {**outermost, "correlation_id": 5}),
        ("k1", 400, 100, {**outermost, "correlation_id": 4}),
    ]
    _, found = profiled(PLAIN, host, [kernels])
    assert figures(found["mm"]) == near(100, 100, 5, 1)
    assert figures(found["r"]) == near(300, 300, 5, 1)


def test_moments_with_kernels_are_not_the_launching_ops():
    host = [[step()], [process(7, 0, 900), ("mm:MatMul", 2, 4, {}), ("r:Relu", 10, 800, {})]]
    kernels = [("gemm", 8, 900, of("mm:MatMul")), ("relu", 908, 10, of("r:Relu"))]
    _, found = profiled(PLAIN, host, [kernels])
    assert figures(found["mm"]) == near(900, 900, 4, 1)
    assert figures(found["r"]) == near(10, 10, 800, 1)


def test_an_op_of_the_host_alone_keeps_the_moments_without_kernels():
    host = [[step()], [process(7, 0, 900), ("mm:MatMul", 2, 4, {}), ("r:Relu", 50, 100, {})]]
    _, found = profiled(PLAIN, host, [[("gemm", 10, 60, of("mm:MatMul"))]])
    assert figures(found["r"]) == near(80, None, 100, 1)


LOOP = (
    ("x", "Placeholder", []), ("w", "While", ["x"]), ("w/cond/a", "_Arg", ["x"]), ("w/cond/Less", "Less", ["w/cond/a"]),
    ("w/body/a", "_Arg", ["x"]), ("w/body/mm", "MatMul", ["w/body/a", "w/body/a"]), ("w/body/r", "_Retval", ["w/body/mm"]),
)  # fmt: skip
LOOP_GROUPS = (
    Group("w", -1, "while", "w", owner=1), Group("w/cond", 0, "cond", "cond", owner=1), Group("w/body", 0, "body", "body", owner=1),
)  # fmt: skip


def test_a_loop_ran_as_often_as_the_host_says():
    name = "w/body/_5/mm:MatMul"
    host = [[step()], [process(7, 10, 500), *[(name, 20 + 30 * turn, 10, {}) for turn in range(4)]]]
    kernels = [(f"k{part}", 100 + 100 * turn + 40 * part, 40, of(name)) for turn in range(4) for part in range(2)]
    places = dict.fromkeys(("w/cond/a", "w/cond/Less"), 1)
    result, found = profiled(
        LOOP,
        host,
        [kernels],
        groups=LOOP_GROUPS,
        places={**places, **dict.fromkeys(("w/body/a", "w/body/mm", "w/body/r"), 2)},
    )
    assert figures(found["w/body/mm"]) == near(320, 320, 40, 4)
    cost = result.cost
    assert cost.loops == {"w": 4}
    assert content_of(result).costs[5].flops == 4 * 2 * 8**3


CALL = (
    ("x", "Placeholder", []), ("mm", "MatMul", ["x", "x"]), ("call", "PartitionedCall", ["mm"]), ("call/a", "_Arg", ["mm"]),
    ("call/mm", "MatMul", ["call/a", "call/a"]), ("call/r", "_Retval", ["call/mm"]),
)  # fmt: skip
CALL_GROUPS = (Group("call", -1, "function", "call", owner=2),)
CALLED = [
    process(7, 10, 90), ("mm:MatMul", 12, 5, {}), ("call:PartitionedCall", 20, 60, {}), ("FunctionRun", 22, 50, {"id": 9}),
    ("ExecutorState::Process", 24, 40, {"id": 9}), ("mm:MatMul", 26, 5, {}),
]  # fmt: skip
INSIDE = dict.fromkeys(("call/a", "call/mm", "call/r"), 0)


@pytest.mark.parametrize("tag", ["mm:MatMul", "call:PartitionedCall"])
def test_an_op_in_a_function_that_was_not_inlined_is_told_from_its_namesake_outside(tag):
    kernels = [("k1", 100, 100, of("mm:MatMul")), ("k2", 200, 700, of(tag))]
    _, found = profiled(CALL, [[step()], CALLED], [kernels], groups=CALL_GROUPS, places=INSIDE)
    assert figures(found["mm"]) == near(100, 100, 5, 1)
    assert figures(found["call/mm"]) == near(700, 700, 5, 1)


def test_a_kernel_that_may_be_of_either_namesake_is_of_none():
    kernels = [(f"k{number}", 100 + 100 * number, 100, of("mm:MatMul")) for number in range(3)]
    result, found = profiled(CALL, [[step()], CALLED], [kernels], groups=CALL_GROUPS, places=INSIDE)
    assert [found[name].device_us for name in ("mm", "call/mm")] == [None, None]
    assert result.measurement["coverage"]["unattributed"] == pytest.approx(0.3)


def test_the_kernels_of_a_call_with_several_ops_stay_with_the_call():
    nodes = (*CALL[:-1], ("call/relu", "Relu", ["call/mm"]), ("call/r", "_Retval", ["call/relu"]))
    host = [*CALLED, ("relu:Relu", 40, 5, {})]
    kernels = [("k1", 100, 700, of("call:PartitionedCall"))]
    places = {**INSIDE, "call/relu": 0}
    _, found = profiled(nodes, [[step()], host], [kernels], groups=CALL_GROUPS, places=places)
    assert found["call"].device_us == pytest.approx(700)
    assert found["call/mm"].device_us is found["call/relu"].device_us is None


@pytest.mark.parametrize("tag", ["XlaModule:", "__inference_f_12:__inference_f_12"])
def test_compiled_kernels_without_their_program_are_not_attributed_and_not_pythons(tag):
    host = [[step(), ("__inference_f_12:__inference_f_12", 10, 30, {})]]
    more = {**of(tag), "hlo_module": "a_inference_f_12"}
    kernels = [("fusion_1", 50, 400, {**more, "hlo_op": "fusion.1"}), ("gemm", 450, 400, {**more, "hlo_op": "dot.1"})]
    result, found = profiled(PLAIN, host, [kernels])
    assert found == {}
    assert result.measurement["coverage"]["unattributed"] == pytest.approx(0.8)
    assert result.facts["profile"]["unattributed_us"] == {"fusion.1": pytest.approx(400), "dot.1": pytest.approx(400)}


def test_kernels_without_a_name_are_not_attributed():
    """Not even to an op that happens to be called like a kernel."""
    result, found = profiled(PLAIN, [[step()]], [[("mm", 100, 300, {}), ("r", 400, 100, of("nothing to read"))]])
    assert found == {}
    coverage = result.measurement["coverage"]
    assert (coverage["unattributed"], coverage["python"]) == near(0.4, 0.6)


def test_an_op_of_which_only_kernels_are_known_ran_nobody_knows_how_often():
    _, found = profiled(PLAIN, [[step()]], [[("k", 100, 300, of("mm:MatMul")), ("k", 400, 100, of("mm:MatMul"))]])
    assert figures(found["mm"]) == near(400, 400, None, None)


def test_two_gpus_have_their_own_streams():
    """Each begins to count its streams anew; a kernel is not inside one that runs on the other GPU at the same time."""
    host = [[step()], [process(), ("mm:MatMul", 12, 10, {}), ("r:Relu", 30, 5, {})]]
    first, second = [("k", 100, 400, of("mm:MatMul"))], [("k", 200, 100, of("r:Relu"))]
    result, found = profiled(PLAIN, host, [first], [second])
    assert result.measurement["devices"] == ["/device:GPU:0", "/device:GPU:1"]
    assert figures(found["mm"]) == near(350, 400, 10, 1)
    assert figures(found["r"]) == near(50, 100, 5, 1)
    assert len({ran.thread for ran in result.facts["timeline"].ran if ran.thread < 0}) == 2
