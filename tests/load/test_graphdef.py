"""GraphDefs: edges inside functions by their ops' declarations, calls in place, names made unique, unknown ops kept."""

from __future__ import annotations

import pytest

import opscope
from opscope.graph.content import content_of


def inputs(graph, name):
    table = content_of(graph).table
    return [(table.names[edge.node], None if edge.control else edge.output) for edge in table.inputs(table.index(name))]


def types(build, *numbers):
    return build.encode((1, build.encode((6, list(numbers)))))


def call(build, name, function, *inputs, outputs=1):
    return build.node(name, "PartitionedCall", *inputs, f=build.func(function), Tout=types(build, *[1] * outputs))


def test_edges_name_outputs_by_number_and_control_inputs_keep_their_place(load, build):
    graph = load([
        build.node("x", "Placeholder", dtype=build.dtype(1)),
        build.node("s", "Split", "x", "x:0", num_split=build.encode((3, 3)), T=build.dtype(1)),
        build.node("y", "AddV2", "s:2", "s", "^x", T=build.dtype(1)),
    ])  # fmt: skip
    assert inputs(graph, "y") == [("s", 2), ("s", 0), ("x", None)]
    assert [output.dtype for output in content_of(graph).table.outputs[1]] == ["float32"] * 3


def test_named_outputs_in_functions_count_repeated_and_listed_arguments(load, build):
    body = [
        build.node("s", "Split", "x", "x", num_split=build.encode((3, 2)), T=build.dtype(1)),
        build.node("u", "Unique", "s:output:1", T=build.dtype(1)),
        build.node("i", "IdentityN", "u:idx:0", "u:y:0", T=types(build, 3, 1)),
        build.node("z", "Relu", "i:output:1", T=build.dtype(1)),
    ]
    function = build.function("f", ["x"], ["y"], body, {"y": "z:activations:0"})
    graph = load([build.node("x", "Placeholder", dtype=build.dtype(1)), call(build, "c", "f", "x")], [function])
    assert inputs(graph, "c/u") == [("c/s", 1)]
    assert inputs(graph, "c/i") == [("c/u", 1), ("c/u", 0)]
    assert inputs(graph, "c/z") == [("c/i", 1)]
    assert inputs(graph, "c/y") == [("c/z", 0)]
    assert [output.dtype for output in content_of(graph).table.outputs[content_of(graph).table.index("c/i")]] == [
        "int32",
        "float32",
    ]


def test_an_output_that_an_op_of_a_function_does_not_have_is_told_with_the_function(load, build):
    nodes = [
        build.node("m", "Relu", "a", T=build.dtype(1)),
        build.node("n", "Relu", "m:activations:1", T=build.dtype(1)),
    ]
    function = build.function("f", ["a"], ["r"], nodes, {"r": "n:activations:0"})
    with pytest.raises(opscope.LoadError, match="output 1 of node 'm' in function 'f' is read, but its op Relu has 1"):
        load([build.node("x", "Placeholder", dtype=build.dtype(1)), call(build, "c", "f", "x")], [function])


def test_a_function_may_be_read_by_itself(build):
    """As capture does, for functions that the graph got after it was read."""
    from opscope.program.packed import PACKED
    from opscope.program.program import Library, read_function
    from opscope.program.proto import message_class

    data = build.function("f", ["a"], ["r"], [build.node("m", "Relu", "a", T=build.dtype(1))], {"r": "m:activations:0"})
    function = message_class("FunctionDef", PACKED)()
    function.ParseFromString(data)
    body = read_function(function, Library(message_class("GraphDef")()))
    assert (body.names, body.args, body.rets) == (["a", "m", "r"], 1, 1)


def test_a_call_keeps_its_inputs_and_its_body_reads_what_it_passes(load, build):
    function = build.function(
        "f", ["a", "b"], ["r"], [build.node("m", "Mul", "a", "b", T=build.dtype(1))], {"r": "m:z:0"}
    )
    nodes = [build.node(name, "Placeholder", dtype=build.dtype(1)) for name in "xy"]
    graph = load(
        [*nodes, call(build, "c", "f", "y", "x"), build.node("after", "Relu", "c", T=build.dtype(1))], [function]
    )
    assert content_of(graph).table.names == ["x", "y", "c", "after", "c/a", "c/b", "c/m", "c/r"]
    assert content_of(graph).table.ops[4:] == ["_Arg", "_Arg", "Mul", "_Retval"]
    assert inputs(graph, "c") == [("y", 0), ("x", 0)]
    assert [
        len(content_of(graph).table.outputs[content_of(graph).table.index(f"c/{name}")])
        for name in ("a", "b", "m", "r")
    ] == [1, 1, 1, 0]
    assert inputs(graph, "c/a") == [("y", 0)]
    assert inputs(graph, "c/b") == [("x", 0)]
    assert inputs(graph, "after") == [("c", 0)]
    assert content_of(graph).table.attrs(5)["index"] == 1
    assert content_of(graph).group_path(6) == "c"
    assert content_of(graph).groups[0].owner == 2
    assert content_of(graph).groups[0].kind == "function"


def test_branches_get_the_inputs_after_the_predicate(load, build):
    functions = [build.function(name, ["x"], ["y"], [], {"y": "x"}) for name in ("yes", "no")]
    node = build.node(
        "choice", "If", "p", "x", then_branch=build.func("yes"), else_branch=build.func("no"), Tout=types(build, 1)
    )
    nodes = [
        build.node("p", "Placeholder", dtype=build.dtype(10)),
        build.node("x", "Placeholder", dtype=build.dtype(1)),
    ]
    graph = load([*nodes, node], functions)
    assert inputs(graph, "choice/then/x") == [("x", 0)]
    assert inputs(graph, "choice/else/y") == [("choice/else/x", 0)]
    assert [(group.path, group.kind) for group in content_of(graph).groups] == [
        ("choice", "if"), ("choice/then", "branch"), ("choice/else", "branch")
    ]  # fmt: skip


def test_a_case_has_numbered_branches(load, build):
    functions = [build.function(f"f{k}", ["x"], ["y"], [], {"y": "x"}) for k in range(3)]
    branches = build.encode((1, build.encode((9, [build.encode((1, f"f{k}")) for k in range(3)]))))
    node = build.node("case", "Case", "x", "x", branches=branches, Tout=types(build, 1))
    graph = load([build.node("x", "Placeholder", dtype=build.dtype(1)), node], functions)
    assert [name for name in content_of(graph).table.names if name.endswith("/x")] == [
        f"case/branch_{k}/x" for k in range(3)
    ]


def test_a_loop_has_its_condition_and_its_body_in_place(load, build):
    functions = [build.function(name, ["i"], ["o"], [], {"o": "i"}) for name in ("go", "step")]
    node = build.node("loop", "While", "x", cond=build.func("go"), body=build.func("step"), T=types(build, 1))
    graph = load([build.node("x", "Placeholder", dtype=build.dtype(1)), node], functions)
    assert content_of(graph).table.names[2:] == ["loop/cond/i", "loop/cond/o", "loop/body/i", "loop/body/o"]
    assert inputs(graph, "loop/body/i") == [("x", 0)]
    assert [group.kind for group in content_of(graph).groups] == ["while", "cond", "body"]


def test_an_op_that_names_a_library_function_is_a_call(load, build):
    function = build.function("f", ["x"], ["y"], [], {"y": "x"})
    graph = load([build.node("x", "Placeholder", dtype=build.dtype(1)), build.node("c", "f", "x")], [function])
    assert content_of(graph).table.names == ["x", "c", "c/x", "c/y"]


def test_functions_in_other_attributes_are_listed_and_not_expanded(load, build):
    function = build.function("f", ["x"], ["y"], [], {"y": "x"})
    graph = load([build.node("m", "MapDataset", f=build.func("f"))], [function])
    assert content_of(graph).table.names == ["m"]
    assert content_of(graph).table.attrs(0)["f"] == {"function": "f"}


def test_the_later_of_two_equal_names_is_numbered(load, build):
    function = build.function("f", ["x"], ["y"], [], {"y": "x"})
    nodes = [
        build.node("x", "Placeholder", dtype=build.dtype(1)),
        build.node("c/x", "NoOp"),
        call(build, "c", "f", "x"),
        build.node("c/x~2", "NoOp"),
    ]
    graph = load(nodes, [function])
    assert content_of(graph).table.names == ["x", "c/x", "c", "c/x~2", "c/x~3", "c/y"]
    assert inputs(graph, "c/y") == [("c/x~3", 0)]


def test_an_op_that_nobody_declared_is_carried_through(load, build):
    graph = load([
        build.node("a", "Frobnicate", depth=build.encode((3, 4))),
        build.node("b", "Relu", "a:2", T=build.dtype(1)),
    ])  # fmt: skip
    assert content_of(graph).table.ops[0] == "Frobnicate"
    assert content_of(graph).table.attrs(0) == {"depth": 4}
    assert [output.dtype for output in content_of(graph).table.outputs[0]] == ["unknown"] * 3


def test_named_outputs_of_an_undeclared_op_in_a_function_are_told_apart(load, build):
    body = [
        build.node("a", "Frobnicate", "x"),
        build.node("b", "Relu", "a:first:0", T=build.dtype(1)),
        build.node("c", "Relu", "a:second:0", T=build.dtype(1)),
    ]
    function = build.function("f", ["x"], ["y"], body, {"y": "c:activations:0"})
    graph = load([build.node("x", "Placeholder", dtype=build.dtype(1)), call(build, "k", "f", "x")], [function])
    assert inputs(graph, "k/b") == [("k/a", 0)]
    assert inputs(graph, "k/c") == [("k/a", 1)]


def test_ops_that_a_meta_graph_declares_are_known(tmp_path, build):
    op = build.encode((1, "Frobnicate"), (3, [build.arg("first", 3), build.arg("second", 1)]))
    graph = build.graph([build.node("a", "Frobnicate"), build.node("b", "Relu", "a:1", T=build.dtype(1))])
    path = tmp_path / "m.meta"
    path.write_bytes(build.meta(graph, ops=[op]))
    loaded = opscope.load(path)
    assert [output.dtype for output in content_of(loaded).table.outputs[0]] == ["int32", "float32"]
    assert loaded.facts["custom_ops"] == ["Frobnicate"]


def test_a_function_alone_has_arguments_without_inputs(load, build):
    function = build.function(
        "__inference_f_7", ["a"], ["r"], [build.node("m", "Relu", "a", T=build.dtype(1))], {"r": "m:activations:0"}
    )
    graph = load([build.node("x", "NoOp")], [function], function="f")
    assert content_of(graph).table.names == ["a", "m", "r"]
    assert inputs(graph, "a") == []
    assert inputs(graph, "m") == [("a", 0)]
    assert [port.name for port in content_of(graph).inputs] == ["a"]
    assert [port.name for port in content_of(graph).outputs] == ["r"]


def test_a_wish_for_a_function_that_is_not_there_lists_those_that_are(load, build):
    function = build.function("f", [], [], [], {})
    with pytest.raises(opscope.LoadError, match="no function is called 'g'; choose one of 'f'"):
        load([], [function], function="g")


def test_constants_are_summarised(load, build):
    tensor = build.encode((1, 1), (2, build.encode((2, build.encode((1, 1000))))), (4, b"\0\0\x80\x3f" * 1000))
    graph = load([build.node("k", "Const", value=build.encode((8, tensor)), dtype=build.dtype(1))])
    value = content_of(graph).table.attrs(0)["value"]
    assert value == {"dtype": "float32", "shape": [1000], "values": [1.0] * 8, "min": 1.0, "max": 1.0}


def test_constants_of_float16_are_read_from_their_bits(load, build):
    # IEEE 754: 0x3C00 is 1, 0xC000 is -2, and 0 is 0.
    shape = build.encode((2, build.encode((1, 3))))
    tensor = build.encode((1, 19), (2, shape), (13, 0x3C00), (13, 0xC000), (13, 0))
    graph = load([build.node("k", "Const", value=build.encode((8, tensor)), dtype=build.dtype(19))])
    value = content_of(graph).table.attrs(0)["value"]
    assert value == {"dtype": "float16", "shape": [3], "values": [1.0, -2.0, 0.0], "min": -2.0, "max": 1.0}


def test_saving_and_restoring_are_left_out_of_a_plain_graph_too(load, build):
    string, types_ = build.dtype(7), types(build, 1)
    nodes = [
        build.node("v", "VariableV2", dtype=build.dtype(1)),
        build.node("y", "Relu", "v", T=build.dtype(1)),
        build.node("save/Const", "Const", dtype=string),
        build.node("save/SaveV2", "SaveV2", "save/Const", "save/Const", "save/Const", "v"),
        build.node("save/control", "Identity", "save/Const", "^save/SaveV2", T=string),
        build.node("save/RestoreV2", "RestoreV2", "save/Const", "save/Const", "save/Const", dtypes=types_),
        build.node("save/Assign", "Assign", "v", "save/RestoreV2", T=build.dtype(1)),
        build.node("save/all", "NoOp", "^save/Assign"),
    ]
    assert content_of(load(nodes)).table.names == ["v", "y"]
    assert len(load(nodes, all=True)) == len(nodes)
