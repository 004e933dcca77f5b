"""TensorBoard's logs, made by the tests' own bytes, and by TensorFlow, whose own reading tells what is in them."""

from __future__ import annotations

import json
import os
import struct
import tracemalloc
from xml.etree import ElementTree as ET

import pytest

import opscope
from load.checkpoint_bytes import crc32c, masked
from load.packing import tarred, zipped
from opscope.cli import main
from opscope.errors import InputError, LoadError, OpscopeError
from opscope.graph.content import content_of
from opscope.graph.view import BOX, CHIP
from opscope.load.archives import packed_path
from opscope.load.archives import tarred as tarred_module
from opscope.load.crc32c import masked_crc32c
from opscope.load.event_files import log_file
from opscope.passes import for_drawing
from opscope.program.proto import message_class


def sealed(data):
    """The checksum of some bytes as it is written."""
    return struct.pack("<I", masked(data))


def record(data):
    length = struct.pack("<Q", len(data))
    return length + sealed(length) + data + sealed(data)


def varint(value):
    found = bytearray()
    while value > 127:
        found.append(value & 127 | 128)
        value >>= 7
    return bytes([*found, value])


def field(number, value):
    if isinstance(value, int):
        return varint(number << 3) + varint(value)
    data = value.encode() if isinstance(value, str) else value
    return varint(number << 3 | 2) + varint(len(data)) + data


def event(time, *fields, step=0):
    return record(b"\x09" + struct.pack("<d", time) + (field(2, step) if step else b"") + b"".join(fields))


BEGIN = event(1.0, field(3, "brain.Event:2"))


def summary(time, tag, plugin, content, step=0):
    tensor = field(8, field(8, content))
    metadata = field(9, field(1, field(1, plugin) + field(2, "1")))
    return event(time, field(5, field(1, field(1, tag) + tensor + metadata)), step=step)


def scalar(time, step):
    return event(time, field(5, field(1, field(1, "loss") + b"\x15" + struct.pack("<f", 0.5))), step=step)


def graph_def(*nodes):
    graph = message_class("GraphDef")()
    for name, op, *inputs in nodes:
        graph.node.add(name=name, op=op, input=inputs).attr["T"].type = 1
    return graph.SerializeToString()


def chain(op, count=1):
    """An input and some ops of one type, one behind the other."""
    names = ["x", *(f"{op.lower()}_{index}" for index in range(count))]
    return graph_def(("x", "Placeholder"), *((name, op, before) for before, name in zip(names, names[1:])))


def as_graph(time, data, step=0):
    return event(time, field(4, data), step=step)


def write(folder, *records, name="events.out.tfevents.1.host"):
    folder.mkdir(parents=True, exist_ok=True)
    (folder / name).write_bytes(BEGIN + b"".join(records))
    return folder / name


def ops(graph):
    return list(content_of(graph).table.ops)


def listed(graph):
    return sorted((each["run"], each["tag"]) for each in graph.facts["other_graphs"])


@pytest.mark.parametrize("size", [0, 1, 9, 4095, 65_535, 65_536, 65_537, 100_001])
def test_the_checksum_is_crc_32c(size):
    data = bytes((index * 37 + index // 256) % 256 for index in range(size))
    assert masked_crc32c(data) == masked(data)
    assert crc32c(b"123456789") == 0xE3069283  # the check value of the polynomial, from its catalogues


def test_a_graph_among_scalars_is_found_in_a_file_of_any_name(tmp_path):
    path = write(tmp_path / "train", scalar(2, 1), as_graph(3, chain("Relu"), step=300), scalar(4, 2), name="log")
    graph = opscope.load(path)
    assert (ops(graph), graph.name) == (["Placeholder", "Relu"], "train")
    shown = graph.facts["log_graph"]
    assert (shown["run"], shown["tag"], shown["step"]) == (".", "graph_def", 300)
    assert shown["written"] == "1970-01-01 00:00:03 UTC"
    assert graph.facts["damage"] == []


def test_runs_are_folders_and_the_newest_graph_is_shown(tmp_path):
    write(tmp_path, as_graph(5, chain("Relu")))
    write(tmp_path / "a" / "train", as_graph(9, chain("Tanh")), as_graph(2, chain("Abs")))
    write(tmp_path / "b", as_graph(7, chain("Sigmoid")), name="events.out.tfevents.2.host.v2")
    (tmp_path / "b" / "notes.txt").write_text("no log")
    newest = opscope.load(tmp_path)
    assert (ops(newest)[1], newest.name) == ("Tanh", "a/train")
    assert listed(newest) == [(".", "graph_def"), ("a/train", "graph_def~1"), ("b", "graph_def")]
    assert newest.facts["graphs_in_log"] == 4
    wishes = [({"run": "."}, "Relu"), ({"run": "b"}, "Sigmoid"), ({"tag": "graph_def~1"}, "Abs")]
    assert [ops(opscope.load(tmp_path, **wish))[1] for wish, _ in wishes] == [op for _, op in wishes]


def test_what_is_not_there_is_named_with_what_is(tmp_path, capsys):
    write(tmp_path / "train", as_graph(5, chain("Relu")))
    with pytest.raises(LoadError, match="no run with a graph is called 'trian'; did you mean train"):
        opscope.load(tmp_path, run="trian")
    with pytest.raises(LoadError, match="has a graph with the tag 'zzz'; choose with tag= one of: graph_def"):
        opscope.load(tmp_path, tag="zzz")
    assert main(["summary", str(tmp_path), "--run", "zzz"]) == 1
    assert "choose with --run one of: train" in capsys.readouterr().err
    with pytest.raises(InputError, match=r"signature=\S* does not apply to graph_def of run train; leave it out"):
        opscope.load(tmp_path, signature="a")


def test_the_command_shows_the_run_and_tag_and_lists_the_others(tmp_path, capsys):
    write(tmp_path / "train", as_graph(5, chain("Relu")), as_graph(6, chain("Tanh")))
    assert main(["summary", str(tmp_path), "--run", "train", "--tag", "graph_def~1"]) == 0
    said = capsys.readouterr().out
    assert "shown: run train, tag graph_def~1 (graph), step 0" in said
    assert "1 other graph in the log: run train: graph_def (graph)" in said


def functions_of(*functions):
    """A RunMetadata with the graphs of functions: each as it was traced, and as it was optimised."""
    return b"".join(
        field(4, field(1, optimised) + field(2, traced) + field(3, optimised)) + field(3, optimised)
        for traced, optimised in functions
    )


def test_the_functions_of_a_trace_stay_apart_and_the_largest_comes_first(tmp_path):
    small, large = (chain("Relu"), chain("Abs")), (chain("Tanh", 3), chain("Sigmoid", 9))
    write(tmp_path, summary(4, "step", "graph_run_metadata_graph", functions_of(small, large), step=7))
    graph = opscope.load(tmp_path)
    assert ops(graph) == ["Placeholder", "Tanh", "Tanh", "Tanh"]
    assert graph.facts["log_graph"]["tag"] == "step/function_1"
    assert [tag for _, tag in listed(graph)] == [
        "step/function_0", "step/function_0/optimized", "step/function_0/partition_0", "step/function_1/optimized",
        "step/function_1/partition_0",
    ]  # fmt: skip
    assert ops(opscope.load(tmp_path, tag="step")) == ops(graph)
    assert ops(opscope.load(tmp_path, tag="step/function_0")) == ["Placeholder", "Relu"]
    assert len(ops(opscope.load(tmp_path, tag="step/function_1/optimized"))) == 10


def test_arguments_and_results_of_a_function_are_its_inputs_and_outputs(tmp_path):
    traced = graph_def(("x", "_Arg"), ("y", "Relu", "x"), ("unused", "Abs", "x"), ("y_RetVal", "_Retval", "y"))
    write(tmp_path, summary(4, "f", "graph_run_metadata_graph", functions_of((traced, traced))))
    content = content_of(opscope.load(tmp_path))
    assert [(port.name, port.node, port.output) for port in content.inputs] == [("x", 0, 0)]
    assert [(port.name, port.node, port.output) for port in content.outputs] == [("y_RetVal", 1, 0)]
    assert list(content.dead) == [0, 0, 1, 0]


def test_the_arguments_of_a_function_are_drawn_as_its_inputs_and_variables_are(tmp_path):
    nodes = (
        ("x", "_Arg"),
        ("w", "_Arg"),
        ("read", "ReadVariableOp", "w"),
        ("y", "MatMul", "x", "read"),
        ("out", "_Retval", "y"),
    )
    traced = message_class("GraphDef").FromString(graph_def(*nodes))
    traced.node[1].attr["T"].type = 20  # a resource
    traced.node[2].attr["dtype"].type = 1
    data = traced.SerializeToString()
    write(tmp_path, summary(4, "f", "graph_run_metadata_graph", functions_of((data, data))))
    graph = opscope.load(tmp_path, tag="f/function_0")
    roles = content_of(for_drawing(graph, "all")).view.roles
    assert [roles[row] for row in range(4)] == [BOX, CHIP, CHIP, BOX]
    picture = ET.parse(graph.save(tmp_path / "f.svg")).iter()
    assert {"x", "out", "MatMul"} <= {element.text for element in picture}


KERAS = {
    "class_name": "Sequential",
    "config": {"name": "net", "layers": [{"class_name": "Dense", "module": "keras.layers", "config": {"name": "d", "units": 2, "batch_input_shape": [None, 3]}}]},
}  # fmt: skip


def test_the_layers_of_keras_are_read_as_keras_files_are(tmp_path):
    write(tmp_path, summary(4, "keras", "graph_keras_model", json.dumps(KERAS)), as_graph(3, chain("Relu")))
    graph = opscope.load(tmp_path)
    assert ops(graph) == ["Placeholder", "Keras>Dense"]
    assert graph.facts["format"] == "TensorBoard log"
    assert [layer.name for layer in graph.layers(name="d")] == ["d"]
    with pytest.raises(InputError, match=r"function=\S* does not apply to keras of run \.; leave it out"):
        opscope.load(tmp_path, function="f")


def test_a_meta_graph_takes_a_signature(tmp_path, build):
    nodes = build.graph([build.node("x", "Placeholder", dtype=build.dtype(1)), build.node("y", "Relu", "x")])
    meta = build.meta(nodes, {"s": build.signature({"x": "x:0"}, {"y": "y:0"})})
    write(tmp_path, event(4, field(9, meta)))
    assert opscope.load(tmp_path, signature="s").facts["signature"] == "s"
    with pytest.raises(LoadError, match="no signature is called 't'"):
        opscope.load(tmp_path, signature="t")


def node_stats(name, start, took, used=0, label=""):
    """An execution, in nanoseconds."""
    memory = field(6, field(2, used)) if used else b""
    return field(2, field(1, name) + memory + field(8, label) + field(13, start) + field(16, took))


def run_metadata(*devices, partitions=()):
    stats = b"".join(field(1, field(1, device) + b"".join(nodes)) for device, *nodes in devices)
    return field(1, stats) + b"".join(field(3, each) for each in partitions)


def tagged(time, tag, data):
    return event(time, field(8, field(1, tag) + field(2, data)))


def test_step_statistics_are_times_on_the_graph_of_the_run(tmp_path):
    """Two ops overlap for 2 of 10 microseconds, each of which gets half of those; nothing runs in the last but one."""
    graph = graph_def(("x", "Placeholder"), ("s/a", "Relu", "x"), ("s/b", "Tanh", "x"), ("c", "Abs", "s/a"))
    ran = [
        node_stats("_SOURCE", 1, 2), node_stats("s/a", 1000, 5000, used=64), node_stats("s/b", 4000, 4000),
        node_stats("gone", 9000, 2000),
    ]  # fmt: skip
    write(tmp_path, as_graph(3, graph), tagged(4, "step1", run_metadata(("/device:CPU:0", *ran))))
    measured = opscope.load(tmp_path)
    assert measured.facts["log_graph"]["tag"] == "step1"
    times = {op.name: op.measured.time_us for op in measured.ops() if op.measured is not None}
    assert times == {"s/a": pytest.approx(4.0), "s/b": pytest.approx(3.0)}
    assert next(iter(measured.ops(name="s/a"))).measured.memory_bytes == 64
    assert [group.measured.time_us for group in content_of(measured).groups] == [pytest.approx(7.0)]
    figures = measured.measurement
    assert figures["profiled_step_time_us"] == pytest.approx(10.0)
    assert figures["coverage"] == pytest.approx({"ops": 0.7, "dispatch": 0.1, "unattributed": 0.2})
    assert (figures["attributed"], figures["devices"]) == (pytest.approx(9 / 11), ["/device:CPU:0"])
    assert opscope.load(tmp_path, tag="graph_def").measurement is None


def test_a_moment_in_which_kernels_run_belongs_to_them(tmp_path):
    graph = graph_def(("x", "Placeholder"), ("a", "Relu", "x"), ("b", "Tanh", "x"))
    data = run_metadata(
        ("/device:GPU:0", node_stats("a", 0, 1000), node_stats("b", 1000, 3000)),
        ("/device:GPU:0/stream:all", node_stats("a:Relu", 500, 2500)),
        ("/device:GPU:0/stream:7", node_stats("a:Relu", 500, 2500)),
    )
    write(tmp_path, as_graph(3, graph), tagged(4, "step", data))
    found = {op.name: op.measured for op in opscope.load(tmp_path).ops() if op.measured is not None}
    assert (found["a"].time_us, found["a"].busy_us, found["a"].device_us) == pytest.approx((3.0, 1.0, 2.5))
    assert (found["b"].time_us, found["b"].calls, found["b"].device_us) == (pytest.approx(1.0), 1, None)


def labelled(op, name, inputs, start, took):
    """An execution whose label tells the type and the inputs, as TensorFlow writes it."""
    return node_stats(name, start, took, label=f"{name} = {op}({inputs})")


def times_of(graph):
    return {op.name: pytest.approx(op.measured.time_us) for op in graph.ops() if op.measured is not None}


def with_function(*main):
    """A graph with a function ``f`` of two ops, ``act`` and ``end``."""
    graph = message_class("GraphDef").FromString(graph_def(*main))
    function = graph.library.function.add()
    function.signature.name = "f"
    function.signature.input_arg.add(name="a", type=1)
    function.signature.output_arg.add(name="r", type=1)
    for name, op, source in (("act", "Tanh", "a"), ("end", "Relu", "act:y:0")):
        function.node_def.add(name=name, op=op, input=[source]).attr["T"].type = 1
    function.ret["r"] = "end:activations:0"
    for node in graph.node:
        if node.op == "PartitionedCall":
            node.attr["f"].func.name = "f"
            node.attr["Tin"].list.type.append(1)
            node.attr["Tout"].list.type.append(1)
    return graph.SerializeToString()


def test_what_runs_inside_a_call_is_of_the_call_that_runs_then(tmp_path):
    """The body has its own names, one of which the graph has too. A call gets what its body leaves."""
    graph = with_function(
        ("x", "Placeholder"),
        ("call", "PartitionedCall", "x"),
        ("again", "PartitionedCall", "call"),
        ("act", "Tanh", "x"),
    )
    ran = [
        labelled("PartitionedCall", "call", "x", 0, 10_000), labelled("Tanh", "act", "a", 1000, 2000),
        labelled("Relu", "end", "act", 4000, 3000),
        labelled("PartitionedCall", "again", "call", 20_000, 10_000), labelled("Tanh", "act", "a", 21_000, 1000),
        labelled("Relu", "end", "act", 24_000, 5000), labelled("Tanh", "act", "x", 40_000, 6000),
        labelled("Tanh", "act", "who_knows", 26_000, 1000),
    ]  # fmt: skip
    write(tmp_path, as_graph(3, graph), tagged(4, "step", run_metadata(("/device:CPU:0", *ran))))
    graph = opscope.load(tmp_path)
    assert times_of(graph) == {
        "call": 5.0, "call/act": 2.0, "call/end": 3.0, "again": 4.0, "again/act": 1.0, "again/end": 4.5, "act": 6.0
    }  # fmt: skip
    assert graph.facts["profile"]["unattributed_us"] == {"act": pytest.approx(1.0)}  # read what no such op reads
    assert {op.name: op.measured.busy_us for op in graph.ops(type="PartitionedCall")} == {
        "call": pytest.approx(5.0), "again": pytest.approx(4.0),
    }  # fmt: skip


def test_a_fused_op_has_its_time_on_the_product_and_names_all(tmp_path):
    graph = graph_def(
        ("x", "Placeholder"), ("w", "Placeholder"), ("product", "MatMul", "x", "w"), ("sum", "BiasAdd", "product", "w"),
        ("y", "Relu", "sum"), ("z", "Relu", "y"),
    )  # fmt: skip
    ran = [
        node_stats("y", 0, 5000, label="[cpu 1.5MB 1.5MB] y = _FusedMatMul(x, w, w)"),
        labelled("Relu", "z", "y", 5000, 1000),
    ]
    write(tmp_path, as_graph(3, graph), tagged(4, "step", run_metadata(("/device:CPU:0", *ran))))
    graph = opscope.load(tmp_path)
    assert times_of(graph) == {"product": 5.0, "z": 1.0}
    assert next(iter(graph.ops(name="product"))).measured.fused == ("product", "sum", "y")


def test_a_squeeze_by_the_name_of_a_bias_has_its_own_time_and_the_bias_is_in_the_kernel(tmp_path):
    graph = graph_def(
        ("x", "Placeholder"), ("w", "Placeholder"), ("product", "Conv2D", "x", "w"), ("narrow", "Squeeze", "product"),
        ("sum", "BiasAdd", "narrow", "w"), ("z", "Relu", "sum"),
    )  # fmt: skip
    ran = [
        node_stats("product", 0, 5000, label="[cpu 1.5MB 1.5MB] product = _FusedConv2D(x, w, w)"),
        labelled("Squeeze", "sum", "product", 5000, 2000), labelled("Relu", "z", "sum", 7000, 1000),
    ]  # fmt: skip
    write(tmp_path, as_graph(3, graph), tagged(4, "step", run_metadata(("/device:CPU:0", *ran))))
    graph = opscope.load(tmp_path)
    assert times_of(graph) == {"product": 5.0, "narrow": 2.0, "z": 1.0}
    assert next(iter(graph.ops(name="product"))).measured.fused == ("product", "sum")


def test_what_waits_for_another_device_takes_no_time_from_ops(tmp_path):
    graph = graph_def(("x", "Placeholder"), ("y", "Relu", "x"))
    ran = [
        node_stats("x/_1", 0, 10_000, label="edge_3_x = _Recv(edge_3_x @/device:CPU:1)"),
        node_stats("x/_3", 0, 10_000, label="x/_3 = _Recv()"), labelled("Relu", "y", "x", 2000, 6000),
    ]  # fmt: skip
    write(tmp_path, as_graph(3, graph), tagged(4, "step", run_metadata(("/device:CPU:0", *ran[1:]))))
    graph = opscope.load(tmp_path)
    assert times_of(graph) == {"y": 6.0}
    parts = graph.measurement["coverage"]
    assert (parts["ops"], parts["copies"], parts["unattributed"]) == pytest.approx((0.6, 0.4, 0.0))
    assert graph.measurement["attributed"] == pytest.approx(1.0)


def test_of_a_trace_of_functions_each_time_is_shown_where_names_tell_whose_it_is(tmp_path):
    """``same`` is in both functions and tells by what it read; ``twin`` does not; ``Tanh`` ran by itself, eagerly."""
    first = graph_def(
        ("x", "_Arg"), ("one", "Relu", "x"), ("same", "Abs", "one"), ("twin", "Neg", "x"), ("Tanh", "Tanh", "x")
    )
    second = graph_def(("x", "_Arg"), ("two", "Exp", "x"), ("same", "Abs", "two"), ("twin", "Neg", "x"))
    ran = [
        labelled("Relu", "one", "x", 0, 1000), labelled("Abs", "same", "one", 1000, 2000),
        labelled("Neg", "twin", "x", 3000, 4000), labelled("Exp", "two", "x", 7000, 5000),
        labelled("Abs", "same", "two", 12_000, 3000), node_stats("Tanh", 15_000, 500, label="Tanh"),
    ]  # fmt: skip
    data = run_metadata(("/device:CPU:0", *ran)) + functions_of((first, first), (second, second))
    write(tmp_path, summary(4, "f", "graph_run_metadata", data))
    graph = opscope.load(tmp_path, tag="f/function_0")
    assert times_of(graph) == {"one": 1.0, "same": 2.0}
    assert graph.facts["profile"]["unattributed_us"] == pytest.approx({"twin": 4.0, "Tanh": 0.5})
    assert times_of(opscope.load(tmp_path, tag="f/function_1")) == {"two": 5.0, "same": 3.0}
    assert "time not attributed to an op of the graph: twin 4 µs" in str(graph.summary())


def test_a_measured_log_is_summed_up_and_drawn(tmp_path, capsys):
    data = run_metadata(("/device:CPU:0", node_stats("relu_0", 1000, 5000)))
    write(tmp_path / "log", as_graph(3, chain("Relu")), tagged(4, "step", data))
    assert main(["summary", str(tmp_path / "log")]) == 0
    assert "measured on /device:CPU:0 over 1 step" in capsys.readouterr().out
    for suffix in ("svg", "html", "json"):
        opscope.load(tmp_path / "log").save(tmp_path / f"out.{suffix}")
    assert opscope.load(tmp_path / "out.json").measurement["profiled_step_time_us"] == pytest.approx(5.0)


def test_statistics_without_a_graph_are_shown_on_what_the_device_ran(tmp_path):
    data = run_metadata(("/device:CPU:0", node_stats("relu_0", 0, 5000)), partitions=[chain("Relu")])
    write(tmp_path, tagged(4, "step", data))
    graph = opscope.load(tmp_path, tag="step")
    assert graph.facts["log_graph"]["tag"] == "step/partition_0"
    assert [op.measured.time_us for op in graph.ops(name="relu_0")] == [pytest.approx(5.0)]


PACKERS = {"zip": zipped, "tar": tarred, "tar.gz": tarred}


def packed(folder, path, around=""):
    """The files of a folder in an archive."""
    files = [
        (around + each.relative_to(folder).as_posix(), each.read_bytes())
        for each in sorted(folder.rglob("*"))
        if each.is_file()
    ]
    return PACKERS[path.name.partition(".")[2]](path, files)


@pytest.mark.parametrize("suffix", PACKERS)
@pytest.mark.parametrize("around", ["", "jobs/"])
def test_a_log_in_an_archive_has_the_graphs_of_the_folder(tmp_path, suffix, around):
    log = tmp_path / "log"
    write(log / "train", scalar(2, 1), as_graph(3, chain("Relu")), as_graph(4, chain("Tanh")))
    write(log / "eval", as_graph(2, chain("Abs")), tagged(3, "step", run_metadata(("c", node_stats("abs_0", 0, 5000)))))
    (log / "plugins" / "profile").mkdir(parents=True)
    (log / "plugins" / "profile" / "host.xplane.pb").write_bytes(b"x")
    path = packed(log, tmp_path / f"log.{suffix}", around)
    inner = path / around if around else path
    for wish in ({}, {"tag": "graph_def~1"}, {"run": "eval"}):
        folder, archive = opscope.load(log, **wish), opscope.load(inner, **wish)
        assert (archive.facts == folder.facts and archive.name == folder.name) or around
        assert archive.to_json() == folder.to_json()
    runs = {each["run"] for each in opscope.load(path).facts["other_graphs"]}
    assert runs == {f"{around}train", f"{around}eval"}
    assert ops(opscope.load(inner / "eval" / "events.out.tfevents.1.host")) == ["Placeholder", "Abs"]


@pytest.mark.parametrize("suffix", PACKERS)
def test_a_large_log_in_an_archive_is_not_held_in_memory(tmp_path, suffix):
    """70 MB of images before a graph, and behind it an older one that is asked for."""
    noise = os.urandom(1 << 20)
    data = b"\x09" + struct.pack("<d", 2.0) + field(5, field(1, field(1, "image") + field(4, noise)))
    length = struct.pack("<Q", len(data))
    image = length + sealed(length) + data + bytes(4)  # its checksum is not looked at
    path = write(tmp_path / "log", *[image] * 70, as_graph(3, chain("Relu")), as_graph(2, chain("Abs")))
    assert path.stat().st_size > 70 << 20
    archive = packed(tmp_path / "log", tmp_path / f"log.{suffix}")
    tracemalloc.start()
    try:
        graph = opscope.load(archive, tag="graph_def~1")
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert ops(graph) == ["Placeholder", "Abs"]
    assert peak < 16 << 20


@pytest.mark.alike
@pytest.mark.parametrize("suffix", ["zip", "tar.gz"])
def test_an_archive_that_would_be_unpacked_again_and_again_is_refused(tmp_path, suffix, monkeypatch):
    """Each of many graphs lies behind what has to be unpacked before it."""
    monkeypatch.setattr(packed_path, "_MOST_UNPACKED", 1)
    monkeypatch.setattr(packed_path, "_MOST_TIMES", 1)
    monkeypatch.setattr(tarred_module, "_MOST_KEPT", 0)
    for run in range(8):
        write(tmp_path / "log" / str(run), as_graph(3, chain("Relu", 4000)))
    if suffix == "zip":
        write(tmp_path / "log", as_graph(3, chain("Relu", 4000)) * 3)
    archive = packed(tmp_path / "log", tmp_path / f"log.{suffix}")
    if suffix == "zip":
        monkeypatch.setattr(log_file, "_WINDOW", 64)
    with pytest.raises(LoadError, match="unpacked again and again; unpack it, and give the folder"):
        opscope.load(archive)


@pytest.mark.parametrize("suffix", PACKERS)
def test_a_damaged_log_in_an_archive_gives_one_line_or_what_came_before(tmp_path, suffix):
    write(tmp_path / "log", as_graph(3, chain("Relu")), as_graph(4, chain("Tanh"))[:-9])
    archive = packed(tmp_path / "log", tmp_path / f"log.{suffix}")
    graph = opscope.load(archive)
    assert ops(graph) == ["Placeholder", "Relu"] and "cut off in the record" in graph.facts["damage"][0]
    whole = archive.read_bytes()
    for at in range(30, len(whole), 7):
        archive.write_bytes(whole[:at] + bytes([whole[at] ^ 0x55]) + whole[at + 1 :])
        try:
            opscope.load(archive).summary()
        except OpscopeError as error:
            assert "\n" not in str(error)


def test_what_came_before_a_damaged_tail_is_shown(tmp_path):
    path = write(tmp_path, as_graph(3, chain("Relu")), as_graph(4, chain("Tanh")))
    whole = path.read_bytes()
    last = len(BEGIN) + len(as_graph(3, chain("Relu")))
    for size in range(last + 1, len(whole)):
        path.write_bytes(whole[:size])
        graph = opscope.load(tmp_path)
        assert ops(graph) == ["Placeholder", "Relu"]
        assert graph.facts["damage"][0].endswith(
            f"cut off in the record at byte {last:,}, as when a run is killed or still writes: what came before is read"
        )
    path.write_bytes(whole[:last] + b"\1" + whole[last + 1 :])
    assert f"damaged at byte {last:,}" in opscope.load(tmp_path).facts["damage"][0]


def test_a_graph_with_another_checksum_is_not_shown(tmp_path, capsys):
    path = write(tmp_path, as_graph(3, chain("Relu")), as_graph(4, chain("Tanh")))
    data = bytearray(path.read_bytes())
    data[-5] ^= 1
    path.write_bytes(data)
    assert main(["summary", str(tmp_path)]) == 1
    said = capsys.readouterr().err
    assert "has another checksum" in said and said.count("\n") == 1
    assert ops(opscope.load(tmp_path, tag="graph_def~1")) == ["Placeholder", "Relu"]


def test_what_holds_no_graph_is_not_read(tmp_path):
    """A record of 1 GB, which is a hole in the file, is passed over."""
    path = write(tmp_path)
    inside = 1 << 30
    value = field(1, "image") + varint(4 << 3 | 2) + varint(inside)
    head = b"\x09" + struct.pack("<d", 2.0)
    body = varint(1 << 3 | 2) + varint(len(value) + inside) + value
    start = head + varint(5 << 3 | 2) + varint(len(body) + inside) + body
    length = struct.pack("<Q", len(start) + inside)
    with path.open("r+b") as file:
        file.seek(0, os.SEEK_END)
        file.write(length + sealed(length) + start)
        file.seek(inside, os.SEEK_CUR)
        file.write(b"\0\0\0\0" + as_graph(3, chain("Relu")))
    tracemalloc.start()
    try:
        graph = opscope.load(tmp_path)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert ops(graph) == ["Placeholder", "Relu"] and graph.facts["damage"] == []
    assert peak < 100 << 20


@pytest.mark.alike
def test_a_file_of_many_windows_is_read_wherever_a_window_ends(tmp_path):
    """Records of many sizes, so that the end of a window falls on every part of one; names of scalars look like a graph's."""
    between = [
        event(2, field(5, field(1, field(1, "graph_" + "l" * (37 * index % 5000))))) for index in range(150)
    ] * 20
    path = write(tmp_path, as_graph(3, chain("Relu")), *between, as_graph(4, chain("Tanh")))
    assert path.stat().st_size > 2 << 20
    graph = opscope.load(tmp_path)
    assert (ops(graph)[1], graph.facts["graphs_in_log"], graph.facts["damage"]) == ("Tanh", 2, [])
    large = as_graph(3, graph_def(*((f"op_{index}", "NoOp") for index in range(45_000))))
    assert len(large) > 1 << 20
    write(tmp_path, *between[:100], large, *between[:50])
    assert len(ops(opscope.load(tmp_path))) == 45_000


def test_a_log_without_a_graph_says_so(tmp_path):
    write(tmp_path, scalar(2, 1))
    with pytest.raises(LoadError, match="a log of TensorBoard without a graph; write one with"):
        opscope.load(tmp_path)
    (tmp_path / "events.out.tfevents.1.host").write_bytes(BEGIN + scalar(2, 1)[:20])
    with pytest.raises(LoadError, match=r"without a graph .*cut off in the record"):
        opscope.load(tmp_path)


def test_a_model_in_the_folder_comes_before_logs(tmp_path, build):
    write(tmp_path / "logs", as_graph(3, chain("Relu")))
    nodes = build.graph([build.node("x", "Placeholder", dtype=build.dtype(1)), build.node("y", "Tanh", "x")])
    meta = build.meta(nodes, {"serving_default": build.signature({"x": "x:0"}, {"y": "y:0"})})
    (tmp_path / "saved_model.pb").write_bytes(build.saved_model(meta))
    assert ops(opscope.load(tmp_path)) == ["Placeholder", "Tanh"]


def test_only_regular_files_are_opened_and_no_folder_behind_a_link(tmp_path):
    if not hasattr(os, "mkfifo"):
        pytest.skip("needs named pipes")
    write(tmp_path / "log", as_graph(3, chain("Relu")))
    os.mkfifo(tmp_path / "log" / "events.out.tfevents.pipe")
    (tmp_path / "log" / "again").symlink_to(tmp_path / "log")
    graph = opscope.load(tmp_path / "log")
    assert ops(graph) == ["Placeholder", "Relu"] and listed(graph) == []


HOSTILE = {
    "a length beyond the file": struct.pack("<Q", 1 << 62) + sealed(struct.pack("<Q", 1 << 62)),
    "records of nothing": record(b"") * 1000,
    "an event that is no message": record(b"\xff" * 100),
    "a graph that is no message": as_graph(3, b"\xff" * 100),
    "times that are no numbers": as_graph(float("nan"), chain("Relu")) + as_graph(float("inf"), chain("Relu")),
    "a tag of a megabyte": summary(3, "t" * 1_000_000, "graph_keras_model", json.dumps(KERAS)),
    "a tag that is not UTF-8": summary(3, b"\xff\xfe\x1b[2J", "graph_keras_model", json.dumps(KERAS)),
    "layers nested without end": summary(3, "k", "graph_keras_model", "[" * 100_000),
    "layers that are no JSON": summary(3, "k", "graph_keras_model", "{"),
    "a trace of empty functions": summary(3, "t", "graph_run_metadata_graph", field(4, b"") * 50_000),
    "a trace of empty graphs": summary(3, "t", "graph_run_metadata_graph", field(4, field(2, b"")) * 50_000),
    "statistics that are no message": as_graph(3, chain("Relu")) + tagged(4, "s", field(1, b"\xff" * 9)),
    "huge times": as_graph(3, chain("Relu"))
    + tagged(
        4, "s", run_metadata(("c", node_stats("relu_0", (1 << 63) - 1, (1 << 63) - 1), node_stats("x", 1 << 63, 5)))
    ),
    "statistics of no time": as_graph(3, chain("Relu"))
    + tagged(4, "s", run_metadata(("c", node_stats("relu_0", 5, 0)))),
    "a step of 10 bytes": record(b"\x09" + struct.pack("<d", 2.0) + b"\x10" + b"\xff" * 20),
    "values without end": event(3, field(5, field(1, b"graph_keras_model") + field(1, b"") * 300_000)),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_log_is_one_clear_line_or_a_graph(tmp_path, name):
    write(tmp_path, HOSTILE[name])
    try:
        graph = opscope.load(tmp_path)
        graph.summary()
        graph.save(tmp_path / "out.svg")
        graph.to_json()
    except OpscopeError as error:
        assert "\n" not in str(error) and len(str(error)) < 2000
