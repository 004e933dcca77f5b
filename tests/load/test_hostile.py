"""Files are untrusted: a clear error that names the place, or a graph; never a hang, a crash or unbounded memory."""

from __future__ import annotations

import importlib
import os

import pytest

import opscope
from opscope.errors import InputError, LoadError


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
    limits = importlib.import_module("opscope.load.expand")
    assert limits.MOST_OPS == 2_000_000
    monkeypatch.setattr(limits, "MOST_OPS", 20_000)  # the same, faster
    functions = chain(build, 31, 2)
    data = build.graph(
        [build.node("x", "Placeholder"), build.node("c", "PartitionedCall", "x", f=build.func("f0"))], functions
    )
    assert len(data) < 6000
    graph = opscope.load(file(data))
    assert 19_000 < len(graph) <= 20_002
    assert sum(graph.content.closed_calls.values()) > 0


@pytest.mark.slow
def test_calls_nested_ten_thousand_deep_stay_closed_beyond_a_limit(file, build):
    functions = chain(build, 10_000, 1)
    data = build.graph(
        [build.node("x", "Placeholder"), build.node("c", "PartitionedCall", "x", f=build.func("f0"))], functions
    )
    graph = opscope.load(file(data))
    assert graph.content.closed_calls == {"f200": 1}


def test_a_recursive_function_is_expanded_once(file, build):
    node = build.node("again", "PartitionedCall", "x", f=build.func("f"))
    function = build.function("f", ["x"], ["y"], [node], {"y": "x"})
    data = build.graph(
        [build.node("x", "Placeholder"), build.node("c", "PartitionedCall", "x", f=build.func("f"))], [function]
    )
    graph = opscope.load(file(data))
    assert graph.table.names == ["x", "c", "c/x", "c/again", "c/y"]
    assert graph.content.closed_calls == {"f": 1}


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
    assert len(graph) == 3 and graph.content.closed_calls == {"f": 3}


def test_a_scope_name_a_million_deep_is_one_op(file, build):
    graph = opscope.load(file(build.graph([build.node("a/" * 1_000_000 + "op", "Frobnicate")])))
    assert len(graph) == 1
    assert len(graph.groups) <= 256


def test_a_scope_name_of_nothing_but_slashes_is_one_op(file, build):
    assert len(opscope.load(file(build.graph([build.node("/" * 1_000_000, "Frobnicate")])))) == 1


@pytest.mark.parametrize(
    ("nodes", "words"),
    [
        ([("a", "NoOp"), ("a", "NoOp")], ["two nodes", "'a'"]),
        ([("a", "Identity", "gone")], ["'a'", "'gone'", "does not exist"]),
        ([("a", "Identity", "^gone")], ["'a'", "'^gone'"]),
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
    with pytest.raises(LoadError, match="not a graph that opscope wrote"):
        opscope.load(file(b'{"a":' * 100_000))


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "empty"),
        (b"PK\x03\x04" + b"\0" * 50, "Keras"),
        (b"\x89HDF\r\n\x1a\n" + b"\0" * 50, "HDF5"),
        (b"\x1c\0\0\0TFL3" + b"\0" * 50, "TensorFlow Lite"),
        (b"\x1f\x8b\x08" + b"\0" * 50, "gzip"),
        (b"\x00\x01\x02\x03", "neither"),
        (b"\xff" * 100, "neither"),
        (b"hello, world\n", "neither"),
        (b"{}", "opscope"),
        (b'{"format": "opscope"}', "opscope"),
    ],
)
def test_what_is_no_graph_is_said_to_be_none(file, data, words):
    with pytest.raises(LoadError, match=words):
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
    with pytest.raises(InputError, match="exclude each other"):
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
