"""Files are untrusted: a clear error that names the place, or a graph; never a hang, a crash or unbounded memory."""

from __future__ import annotations

import importlib
import os
import struct
import tracemalloc

import pytest

import opscope
from opscope.cost import activation_memory, estimate
from opscope.errors import InputError, LoadError, MissingDependencyError
from opscope.graph.content import content_of
from opscope.render.page.data import page_data
from opscope.shapes.resolve import resolve


@pytest.fixture
def file(tmp_path):
    def write(data, name="file.pb"):
        path = tmp_path / name
        path.write_bytes(data)
        return path

    return write


def chain(build, depth, calls):
    """Functions f0 .. f<depth> that each call the next `calls` times."""
    functions = []
    for k in range(depth):
        called = build.func(f"f{k + 1}") if k + 1 < depth else None
        nodes = [build.node(f"n{i}", "PartitionedCall", "x", f=called) for i in range(calls)] if called else []
        nodes.append(build.node("out", "Identity", "x", T=build.dtype(1)))
        functions.append(build.function(f"f{k}", ["x"], ["y"], nodes, {"y": "out:output:0"}))
    return functions


def test_a_two_kilobyte_file_that_would_expand_to_two_billion_ops_stays_small(file, build, monkeypatch):
    limits = importlib.import_module("opscope.program.expand")
    assert limits.MOST_OPS == 2_000_000
    monkeypatch.setattr(limits, "MOST_OPS", 20_000)  # the same, faster
    functions = chain(build, 31, 2)
    data = build.graph(
        [build.node("x", "Placeholder"), build.node("c", "PartitionedCall", "x", f=build.func("f0"))], functions
    )
    assert len(data) < 6000
    graph = opscope.load(file(data))
    assert 19_000 < len(graph) <= 20_002
    assert sum(content_of(graph).closed_calls.values()) > 0


@pytest.mark.slow
def test_calls_nested_ten_thousand_deep_stay_closed_beyond_a_limit(file, build):
    functions = chain(build, 10_000, 1)
    data = build.graph(
        [build.node("x", "Placeholder"), build.node("c", "PartitionedCall", "x", f=build.func("f0"))], functions
    )
    graph = opscope.load(file(data))
    assert content_of(graph).closed_calls == {"f200": 1}


def test_a_recursive_function_is_expanded_once(file, build):
    node = build.node("again", "PartitionedCall", "x", f=build.func("f"))
    function = build.function("f", ["x"], ["y"], [node], {"y": "x"})
    data = build.graph(
        [build.node("x", "Placeholder"), build.node("c", "PartitionedCall", "x", f=build.func("f"))], [function]
    )
    graph = opscope.load(file(data))
    assert content_of(graph).table.names == ["x", "c", "c/x", "c/again", "c/y"]
    assert content_of(graph).closed_calls == {"f": 1}


def test_mutually_recursive_functions_end_too(file, build):
    functions = [
        build.function(name, ["x"], ["y"], [build.node("n", "PartitionedCall", "x", f=build.func(other))], {"y": "x"})
        for name, other in (("f", "g"), ("g", "f"))
    ]
    data = build.graph(
        [build.node("x", "Placeholder"), build.node("c", "PartitionedCall", "x", f=build.func("f"))], functions
    )
    assert len(opscope.load(file(data), function="f")) == 9


def test_long_names_around_many_ops_do_not_fill_the_memory(file, build):
    nodes = [build.node(f"n{k}", "NoOp") for k in range(1000)]
    function = build.function("f", [], [], nodes, {})
    calls = [build.node("p" * 1_000_000 + str(k), "PartitionedCall", f=build.func("f")) for k in range(3)]
    graph = opscope.load(file(build.graph(calls, [function])))
    assert len(graph) == 3 and content_of(graph).closed_calls == {"f": 3}


def test_a_scope_name_a_million_deep_is_one_op(file, build):
    graph = opscope.load(file(build.graph([build.node("a/" * 1_000_000 + "op", "Frobnicate")])))
    assert len(graph) == 1
    assert len(content_of(graph).groups) <= 256


def test_a_scope_name_of_nothing_but_slashes_is_one_op(file, build):
    assert len(opscope.load(file(build.graph([build.node("/" * 1_000_000, "Frobnicate")])))) == 1


@pytest.mark.parametrize(
    ("nodes", "words"),
    [
        ([("a", "NoOp"), ("a", "NoOp")], ["two nodes", "'a'"]),
        ([("a", "Identity", "")], ["'a'", "''", "names no op"]),
        ([("a", "Identity", "^")], ["'a'", "'^'"]),
        ([("b", "Const"), ("a", "Identity", "b:x")], ["'b:x'", "no output"]),
        ([("b", "Const"), ("a", "Identity", "b:7")], ["output 7", "'b'"]),
        ([("b", "Const"), ("a", "Identity", "b:99999999999999999999")], ["no output"]),
        ([("b", "Frobnicate"), ("a", "Identity", "b:999999")], ["no op has so many"]),
    ],
)
def test_damaged_edges_and_names_are_told_with_the_file_and_the_node(file, build, nodes, words):
    path = file(build.graph([build.node(*node) for node in nodes]))
    with pytest.raises(LoadError) as error:
        opscope.load(path)
    assert all(word in str(error.value) for word in [str(path), *words]), error.value
    assert "\n" not in str(error.value)


def test_a_call_with_too_few_inputs_is_told(file, build):
    function = build.function("f", ["x", "z"], ["y"], [], {"y": "x"})
    data = build.graph(
        [build.node("x", "Placeholder"), build.node("c", "PartitionedCall", "x", f=build.func("f"))], [function]
    )
    with pytest.raises(LoadError, match="passes 1 inputs to function 'f', which takes 2"):
        opscope.load(file(data))


def test_a_result_that_is_never_computed_is_told(file, build):
    function = build.function("f", [], ["y"], [], {})
    data = build.graph([build.node("c", "PartitionedCall", f=build.func("f"))], [function])
    with pytest.raises(LoadError, match="'y' of function 'f' is never computed"):
        opscope.load(file(data))


@pytest.mark.parametrize("share", [0.1, 0.37, 0.5, 0.9, 0.999])
def test_a_truncated_file_is_told_with_the_byte(file, build, share):
    data = build.saved_model(build.meta(build.graph([build.node(f"n{k}", "Const") for k in range(50)])))
    with pytest.raises(LoadError, match=r"byte [\d,]+ of [\d,]+|neither|not in the graph|without a graph"):
        opscope.load(file(data[: int(len(data) * share)]))


@pytest.mark.parametrize("tag", [b"\x0a", b"\x12"])
def test_a_two_gigabyte_length_in_a_small_file_is_told_with_the_byte(file, tag):
    with pytest.raises(LoadError, match="byte 0 of 10"):
        opscope.load(file(tag + b"\xff\xff\xff\xff\x07" + b"\x0a" * 4))


def test_a_huge_number_of_outputs_is_not_believed(file, build):
    huge = build.encode((3, 1 << 62))
    nodes = [build.node("x", "Placeholder")]
    nodes += [build.node(f"s{k}", "Unpack", "x", num=huge, T=build.dtype(1)) for k in range(100)]
    with pytest.raises(LoadError, match="claim more than"):
        opscope.load(file(build.graph(nodes)))


def test_a_shape_that_no_tensor_can_have_is_an_unknown_one(file, build):
    dims = [build.encode((1, (1 << 63) - 1))] * 1000
    shape = build.encode((7, build.encode((2, dims))))
    graph = opscope.load(file(build.graph([build.node("v", "VariableV2", shape=shape, dtype=build.dtype(1))])))
    assert graph.variables[0].shape is None


def constant(build, name, values, shape, dtype=3, **more):
    """A Const of int32 (9: int64) whose shape is a list of dimensions, or ``None`` for one of unknown rank."""
    dims = [(3, 1)] if shape is None else [(2, build.encode((1, dim & (1 << 64) - 1))) for dim in shape]
    held = (4, values) if isinstance(values, bytes) else (7 if dtype == 3 else 10, list(values))
    tensor = build.encode((1, dtype), (2, build.encode(*dims)), held)
    return build.node(name, "Const", dtype=build.dtype(dtype), value=build.encode((8, tensor)), **more)


def asked(build, *nodes, of):
    """A graph in which a Reshape asks for the value of one of the nodes."""
    shape = build.encode((7, build.encode((2, [build.encode((1, 4))]))))
    return build.graph([
        *nodes, build.node("x", "Placeholder", dtype=build.dtype(1), shape=shape),
        build.node("y", "Reshape", "x", of, T=build.dtype(1), Tshape=build.dtype(3)),
    ])  # fmt: skip


def opened(path):
    """All that a user may do with a file; the shapes that are known in the end, by name of the op."""
    graph = estimate(opscope.load(path))
    graph.summary(), graph.to_json(), activation_memory(graph), page_data(graph)
    found = resolve(graph)
    return {
        name: [shape for _, shape in found.outputs[row]] if found.outputs[row] else []
        for row, name in enumerate(content_of(graph).table.names)
    }


@pytest.mark.parametrize(
    ("values", "shape"),
    [
        ([1], None), ([1], [-3]), ([1], [1 << 62, 1 << 62]), ([1], [1] * 300), (b"123", [2]), (b"1234", [4]),
        (b"1" * 400, [2]), ([], [0, -1]), ([1], [(1 << 63) - 1]),
    ],
)  # fmt: skip
def test_a_constant_whose_shape_is_open_or_wrong_is_shown_with_what_is_known(file, build, values, shape):
    path = file(asked(build, constant(build, "c", values, shape), of="c"))
    shapes = opened(path)
    assert shapes["c"] in ([None], [tuple(shape or ())])
    assert shapes["y"] == [None]


def test_a_constant_without_a_value_is_shown(file, build):
    shapes = opened(file(asked(build, build.node("c", "Const", dtype=build.dtype(3)), of="c")))
    assert shapes == {"c": [None], "x": [(4,)], "y": [None]}


def test_a_small_constant_is_still_what_a_reshape_asks_for(file, build):
    for values in ([2, 2], struct.pack("<2i", 2, 2), [2]):
        assert opened(file(asked(build, constant(build, "c", values, [2]), of="c")))["y"] == [(2, 2)]


def fill(build):
    return [
        constant(build, "n", [(1 << 31) - 1], [1]), constant(build, "v", [7], []),
        build.node("bomb", "Fill", "n", "v", T=build.dtype(3), index_type=build.dtype(3)),
    ]  # fmt: skip


def doubling(build):
    nodes, last = [constant(build, "axis", [0], []), constant(build, "a", [1], [1])], "a"
    for k in range(40):
        name = "bomb" if k == 39 else f"c{k}"
        nodes.append(build.node(name, "ConcatV2", last, last, "axis", N=build.encode((3, 2)), T=build.dtype(3)))
        last = name
    return nodes


def squares(build):
    nodes, last = [constant(build, "a", [3, 5], [2], dtype=9)], "a"
    for k in range(50):
        name = "bomb" if k == 49 else f"s{k}"
        nodes.append(build.node(name, "Mul", last, last, T=build.dtype(9)))
        last = name
    return nodes


def counted(build):
    bounds = [constant(build, name, [number], [], dtype=9) for name, number in (("a", 0), ("b", 1 << 62), ("s", 1))]
    return [*bounds, build.node("bomb", "Range", "a", "b", "s", Tidx=build.dtype(9))]


def many(build):
    return [
        constant(build, "a", [1], []),
        build.node("bomb", "Pack", *["a"] * 3_000, N=build.encode((3, 3_000)), T=build.dtype(3)),
    ]


def tiles(build):
    nodes, last = [constant(build, "m", [1 << 30], [1]), constant(build, "a", [1, 2], [2])], "a"
    for k in range(100):
        name = "bomb" if k == 99 else f"t{k}"
        nodes.append(build.node(name, "Tile", last, "m", T=build.dtype(3), Tmultiples=build.dtype(3)))
        last = name
    return nodes


@pytest.mark.parametrize("bomb", [fill, doubling, squares, counted, many, tiles])
def test_what_would_fill_the_memory_when_worked_out_is_unknown(file, build, bomb):
    path = file(asked(build, *bomb(build), of="bomb"))
    opscope.load(path)  # so that modules are imported before memory is looked at
    tracemalloc.start()
    try:
        shapes = opened(path)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert shapes["y"] == [None]
    assert peak < 40_000_000


def test_shapes_stay_those_that_a_tensor_can_have(file, build):
    shapes = opened(file(asked(build, *tiles(build), of="bomb")))
    assert shapes["t0"] == [(1 << 31,)]
    assert shapes["t1"] == [(1 << 61,)]
    assert shapes["t2"] == shapes["bomb"] == [None]


@pytest.mark.parametrize(
    ("strides", "ksize"), [([1, 0, 0, 1], [1, 2, 2, 1]), ([1, -1, -1, 1], [1, 2, 2, 1]), ([1, 1], [1]), ([], [1, 1 << 62, 1 << 62, 1])]
)  # fmt: skip
def test_windows_and_strides_of_any_kind_are_shown(file, build, strides, ksize):
    def numbers(values):
        return build.encode((1, build.encode((3, [value & (1 << 64) - 1 for value in values]))))

    shape = build.encode((7, build.encode((2, [build.encode((1, 8))] * 4))))
    made = {"strides": numbers(strides), "padding": build.encode((2, "VALID")), "T": build.dtype(1)}
    shapes = opened(file(build.graph([
        build.node("x", "Placeholder", dtype=build.dtype(1), shape=shape), build.node("c", "Conv2D", "x", "x", **made),
        build.node("p", "MaxPool", "x", ksize=numbers(ksize), **made),
    ])))  # fmt: skip
    assert all(dim is None or dim >= 0 for outputs in shapes.values() for shape in outputs for dim in shape or ())


def test_messages_nested_a_thousand_deep_are_refused(file, build):
    value = b""
    for _ in range(1000):
        value = build.encode((10, build.encode((1, "f"), (2, build.encode((1, "a"), (2, value))))))
    with pytest.raises(LoadError):
        opscope.load(file(build.graph([build.node("n", "NoOp", f=value)])))


def test_a_path_out_of_the_folder_in_an_asset_name_is_only_shown(tmp_path, build):
    (tmp_path / "secret").write_text("secret")
    meta = build.meta(build.graph([build.node("x", "Placeholder"), build.node("y", "Identity", "x")]), {
        "serving_default": build.signature({"x": "x:0"}, {"y": "y:0"})
    })  # fmt: skip
    meta += build.encode((6, build.encode((2, "../secret"))))
    folder = tmp_path / "model"
    folder.mkdir()
    (folder / "saved_model.pb").write_bytes(build.saved_model(meta))
    graph = opscope.load(folder)
    assert graph.facts["assets"] == ["../secret"]
    assert "secret" not in graph.to_json().replace("../secret", "")


def test_text_with_a_huge_number_is_told_with_the_line(file):
    text = 'node { name: "a" op: "Const" }\nversions { producer: ' + "9" * 5_000_000 + " }"
    with pytest.raises(LoadError, match="line 2 has a number of 5,000,000 digits"):
        opscope.load(file(text.encode()))


def test_text_with_braces_nested_a_hundred_thousand_deep_is_refused(file):
    text = "node { name: 'a' " + "nothing { " * 100_000
    with pytest.raises(LoadError):
        opscope.load(file(text.encode()))


def test_text_cut_off_is_told_with_the_line(file):
    with pytest.raises(LoadError, match="line and column"):
        opscope.load(file(b'node {\n  name: "a"\n  op: "Const'))


def test_json_nested_a_hundred_thousand_deep_is_refused(file):
    with pytest.raises(LoadError, match="nested too deep"):
        opscope.load(file(b'{"a":' * 100_000))


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "empty"),
        (b"PK\x03\x04" + b"\0" * 50, "a damaged archive"),
        (b"\x89HDF\r\n\x1a\n" + b"\0" * 50, "HDF5"),
        (b"\x1c\0\0\0TFL3" + b"\0" * 50, "TensorFlow Lite"),
        (b"\x1f\x8b\x08" + b"\0" * 50, "a damaged archive"),
        (b"\x00\x01\x02\x03", "neither"),
        (b"\xff" * 100, "neither"),
        (b"hello, world\n", "neither"),
        (b"{}", "opscope"),
        (b'{"format": "opscope"}', "opscope"),
    ],
)
def test_what_is_no_graph_is_said_to_be_none(file, data, words):
    with pytest.raises((LoadError, MissingDependencyError), match=words):  # HDF5 is read with a library of its own
        opscope.load(file(data))


def test_a_folder_without_a_model_is_told(tmp_path):
    with pytest.raises(LoadError, match=r"saved_model\.pb"):
        opscope.load(tmp_path)


def test_a_missing_file_is_told(tmp_path):
    with pytest.raises(LoadError, match="check the path"):
        opscope.load(tmp_path / "gone.pb")


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs named pipes")
def test_a_pipe_is_refused_and_not_waited_for(tmp_path):
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(LoadError, match="not a regular file"):
        opscope.load(tmp_path / "pipe")


def test_options_that_exclude_each_other_are_refused(file, build):
    with pytest.raises(InputError, match="give only one of signature= and function="):
        opscope.load(file(build.graph([])), signature="a", function="b")


def test_damaged_files_beside_a_saved_model_only_add_nothing(tmp_path, build):
    meta = build.meta(
        build.graph([build.node("y", "Placeholder")]), {"serving_default": build.signature({}, {"y": "y:0"})}
    )
    (tmp_path / "saved_model.pb").write_bytes(build.saved_model(meta))
    (tmp_path / "keras_metadata.pb").write_bytes(b"\xff\xff")
    (tmp_path / "debug").mkdir()
    (tmp_path / "debug" / "saved_model_debug_info.pb").write_bytes(b"\xff\xff")
    assert len(opscope.load(tmp_path)) == 1


def test_a_file_too_large_for_the_memory_is_said_to_be(file, build, monkeypatch):
    path = file(build.graph([build.node("x", "Placeholder")]))

    def exhausted(_):
        raise MemoryError

    monkeypatch.setattr("pathlib.Path.read_bytes", exhausted)
    with pytest.raises(LoadError, match="too large for the free memory; read it on a machine with more"):
        opscope.load(path)
