"""Functions of tf.data ops, MapDefun and BatchFunction in files: whose argument is whose, what stays closed and is named."""

from __future__ import annotations

import json

import pytest

import opscope
from opscope.errors import LoadError
from opscope.graph.content import content_of
from opscope.program import expand
from opscope.program.data_functions import RUNNERS, function_attributes
from opscope.program.opdefs import _file

FLOAT, INT64, VARIANT = 1, 9, 21


@pytest.fixture
def make(build):
    """Nodes: ``make.input(name)``, ``make.op(name, type, inputs, functions, lists)``; ``make.function(name, arguments, results)``."""

    class Make:
        def input(self, name, dtype=FLOAT):
            return build.node(name, "Placeholder", dtype=build.dtype(dtype))

        def op(self, name, kind, inputs, functions, **lists):
            values = {key: build.func(function) for key, function in functions.items()}
            values.update((key, build.encode((1, build.encode((6, [FLOAT] * count))))) for key, count in lists.items())
            return build.node(name, kind, *inputs, **values)

        def function(self, name, arguments, results):
            """Result k is the argument number k modulo their number, through an op."""
            nodes = [
                build.node(f"op{k}", "Neg", arguments[k % len(arguments)], T=build.dtype(FLOAT))
                for k in range(results if arguments else 0)
            ]
            nodes += [
                build.node(f"op{k}", "Const", dtype=build.dtype(FLOAT)) for k in range(0 if arguments else results)
            ]
            out = "y" if arguments else "output"
            return build.function(
                name,
                arguments,
                [f"r{k}" for k in range(results)],
                nodes,
                {f"r{k}": f"op{k}:{out}:0" for k in range(results)},
            )

    return Make()


def picture(graph, folder):
    graph.save(folder / "graph.svg")
    return (folder / "graph.svg").read_text()


def fed(graph, prefix):
    """Argument -> (what gives it, which output of that, which component of an element, with which word)."""
    table = content_of(graph).table
    found = {}
    for row, (name, op) in enumerate(zip(table.names, table.ops)):
        if op == "_Arg" and name.startswith(prefix):
            source = [(table.names[edge.node], edge.output) for edge in table.inputs(row)]
            found[name[len(prefix) :]] = (*source, table.elements.get(row), table.attrs(row)["given"])
    return found


def test_a_scan_is_given_its_state_then_the_element_then_what_it_captured(load, make):
    graph = load(
        [
            *map(make.input, ["s0", "s1", "c"]), make.input("d", VARIANT),
            make.op("scan", "ScanDataset", ["d", "s0", "s1", "c"], {"f": "f"}, Tstate=2, Targuments=1),
        ],
        [make.function("f", ["a", "b", "x", "y", "k"], 3)],
    )  # fmt: skip
    assert fed(graph, "scan/f/") == {
        "a": (("s0", 0), None, "state"), "b": (("s1", 0), None, "state"), "x": (("d", 0), 0, "element"),
        "y": (("d", 0), 1, "element"), "k": (("c", 0), None, "capture"),
    }  # fmt: skip
    groups = [(group.path, group.kind) for group in content_of(graph).groups]
    assert groups == [("scan", "dataset"), ("scan/f", "body")]


def test_a_map_is_given_the_element_then_what_it_captured_and_the_op_keeps_its_inputs(load, make):
    graph = load(
        [make.input("d", VARIANT), make.input("c"), make.op("m", "MapDataset", ["d", "c"], {"f": "f"}, Targuments=1)],
        [make.function("f", ["x", "k"], 1)],
    )
    assert fed(graph, "m/f/") == {"x": (("d", 0), 0, "element"), "k": (("c", 0), None, "capture")}
    table = content_of(graph).table
    assert [table.names[edge.node] for edge in table.inputs(table.index("m"))] == ["d", "c"]


def test_the_functions_of_a_reducer_hand_their_results_to_one_another(load, make):
    names = {"key_func": "key", "init_func": "init", "reduce_func": "reduce", "finalize_func": "final"}
    captures = {f"T{name}_other_arguments": int(name == "reduce_func") for name in names}
    graph = load(
        [make.input("d", VARIANT), make.input("c"), make.op("g", "GroupByReducerDataset", ["d", "c"], names, **captures)],
        [
            make.function("key", ["x"], 1), make.function("init", ["k"], 2), make.function("reduce", ["s", "t", "x", "c"], 2),
            make.function("final", ["s", "t"], 1),
        ],
    )  # fmt: skip
    assert fed(graph, "g/") == {
        "key_func/x": (("d", 0), 0, "element"),
        "init_func/k": (("g/key_func/op0", 0), None, "result"),
        "reduce_func/s": (("g/init_func/op0", 0), None, "state"),
        "reduce_func/t": (("g/init_func/op1", 0), None, "state"),
        "reduce_func/x": (("d", 0), 0, "element"),
        "reduce_func/c": (("c", 0), None, "capture"),
        "finalize_func/s": (("g/reduce_func/op0", 0), None, "result"),
        "finalize_func/t": (("g/reduce_func/op1", 0), None, "result"),
    }


def test_a_window_is_a_dataset_of_some_elements_and_an_index_comes_from_nowhere(load, make):
    windows = {"key_func": "one", "reduce_func": "two", "window_size_func": "one"}
    none = {f"T{name}_other_arguments": 0 for name in windows}
    graph = load(
        [
            make.input("d", VARIANT), make.op("w", "GroupByWindowDataset", ["d"], windows, **none), make.input("n"),
            make.op("i", "IndexFlatMapDataset", ["d", "n"], {"map_func": "one", "index_map_func": "two"}, Tmap_func_args=0, Tindex_map_func_args=0),
        ],
        [make.function("one", ["x"], 1), make.function("two", ["k", "v"], 1)],
    )  # fmt: skip
    assert fed(graph, "w/") == {
        "key_func/x": (("d", 0), 0, "element"), "reduce_func/k": (("w/key_func/op0", 0), None, "result"),
        "reduce_func/v": (("d", 0), None, "dataset"), "window_size_func/x": (("w/key_func/op0", 0), None, "result"),
    }  # fmt: skip
    # `index_map_func` takes an index alone: these two arguments do not fit, so the op stays closed, and says so.
    assert content_of(graph).closed_calls == {"one": 1, "two": 1}
    fitting = load(
        [
            make.input("d", VARIANT), make.input("n"), make.input("c"),
            make.op("i", "IndexFlatMapDataset", ["d", "c", "n"], {"map_func": "one", "index_map_func": "two"}, Tmap_func_args=0, Tindex_map_func_args=1),
            make.op("m", "MapDataset", ["i"], {"f": "one"}, Targuments=0),
        ],
        [make.function("one", ["x"], 1), make.function("two", ["k", "v"], 1)],
    )  # fmt: skip
    assert fed(fitting, "i/") == {
        "map_func/x": (("d", 0), 0, "element"), "index_map_func/k": (None, "made"), "index_map_func/v": (("c", 0), None, "capture"),
    }  # fmt: skip
    # The edges behind the one that is not there are still those of their ops.
    table = content_of(fitting).table
    assert [table.names[edge.node] for edge in table.inputs(table.index("i/index_map_func/op0"))] == [
        "i/index_map_func/k"
    ]
    assert fed(fitting, "m/") == {"f/x": (("i", 0), 0, "element")}


def test_rows_of_a_map_and_batches_of_calls(load, make):
    graph = load(
        [
            *map(make.input, ["a", "b", "c"]),
            make.op("rows", "MapDefun", ["a", "b", "c"], {"f": "f"}, Targuments=2, Tcaptured=1, output_types=1),
            make.op("calls", "BatchFunction", ["a", "b", "c"], {"f": "f"}, Tin=2, Tcaptured=1, Tout=1),
        ],
        [make.function("f", ["x", "y", "k"], 1)],
    )  # fmt: skip
    assert fed(graph, "rows/f/") == {
        "x": (("a", 0), 0, "element"),
        "y": (("b", 0), 0, "element"),
        "k": (("c", 0), None, "capture"),
    }
    assert fed(graph, "calls/f/") == {
        "x": (("a", 0), None, "batch"),
        "y": (("b", 0), None, "batch"),
        "k": (("c", 0), None, "capture"),
    }


def test_the_json_says_which_component_and_gives_the_same_graph_again(load, make, tmp_path):
    graph = load(
        [make.input("d", VARIANT), make.op("m", "MapDataset", ["d"], {"f": "f"}, Targuments=0)],
        [make.function("f", ["x", "y"], 1)],
    )
    data = json.loads(graph.to_json())
    edges = {node["name"]: node["inputs"] for node in data["nodes"]}
    assert edges["m/f/y"] == [{"node": "d", "output": 0, "control": False, "element": 1}]
    assert edges["m/f/op0"] == [{"node": "m/f/x", "output": 0, "control": False}]
    path = tmp_path / "graph.json"
    path.write_text(graph.to_json())
    again = opscope.load(path)
    assert again.to_json() == graph.to_json()
    assert content_of(again).table.elements == content_of(graph).table.elements
    assert [group.owner for group in content_of(again).groups] == [group.owner for group in content_of(graph).groups]


@pytest.mark.parametrize(
    ("node", "element", "says"),
    [("m/f/x", -1, "inputs[0].element"), ("m/f/x", "0", "inputs[0].element"), ("m/f/x", 1 << 20, "components"), ("m/f/op0", 0, "'element'"), ("m/f/x", True, "element")],
)  # fmt: skip
def test_a_component_that_cannot_be_is_refused_with_its_place(load, make, tmp_path, node, element, says):
    graph = load(
        [make.input("d", VARIANT), make.op("m", "MapDataset", ["d"], {"f": "f"}, Targuments=0)],
        [make.function("f", ["x"], 1)],
    )
    data = json.loads(graph.to_json())
    next(each for each in data["nodes"] if each["name"] == node)["inputs"][0]["element"] = element
    path = tmp_path / "graph.json"
    path.write_text(json.dumps(data))
    with pytest.raises(LoadError) as raised:
        opscope.load(path)
    assert says in str(raised.value)


def test_what_stays_closed_is_named_in_the_json_the_summary_and_under_the_picture(load, make, build, tmp_path):
    inner = make.function("on_chip", ["x"], 1)
    graph = load([make.input("x"), build.node("t", "TPUPartitionedCall", "x", "x", f=build.func("on_chip"))], [inner])
    assert content_of(graph).closed_calls == {"on_chip": 1}
    assert json.loads(graph.to_json())["nodes"][1]["attrs"]["_not_expanded"] == ["on_chip"]
    assert "on_chip x1" in graph.summary()
    assert "not expanded" in picture(graph, tmp_path) and "on_chip" in picture(graph, tmp_path)


def test_an_op_that_nobody_declared_names_its_functions_too(load, make, build):
    graph = load(
        [make.input("x"), build.node("t", "Frobnicate", "x", body=build.func("f"))], [make.function("f", ["x"], 1)]
    )
    assert content_of(graph).closed_calls == {"f": 1}


def test_a_missing_function_of_a_dataset_is_named(load, make, tmp_path):
    graph = load([make.input("d", VARIANT), make.op("m", "MapDataset", ["d"], {"f": "gone"}, Targuments=0)])
    assert dict(content_of(graph).absent.functions) == {"gone": 1}
    assert "gone, not in this file" in picture(graph, tmp_path)


def test_functions_that_map_themselves_end(load, make, build):
    """Each element of a dataset is mapped by the function that maps it: without the rule for recursion, for ever."""
    again = build.function(
        "f", ["x"], ["r"],
        [make.op("m", "MapDataset", ["x"], {"f": "f"}, Targuments=0), build.node("y", "Neg", "x", T=build.dtype(FLOAT))], {"r": "y:y:0"},
    )  # fmt: skip
    graph = load([make.input("d", VARIANT), make.op("m", "MapDataset", ["d"], {"f": "f"}, Targuments=0)], [again])
    assert content_of(graph).closed_calls == {"f": 1}
    assert len(graph) == 6


def test_a_small_file_that_maps_in_maps_stays_within_the_limit(load, make, build, monkeypatch):
    """Thirty functions, each with two maps by the next one, would be 2 ** 30 bodies."""
    monkeypatch.setattr(expand, "MOST_OPS", 20_000)
    functions = []
    for level in range(30):
        maps = [make.op(f"m{k}", "MapDataset", ["x"], {"f": f"f{level + 1}"}, Targuments=0) for k in range(2)]
        functions.append(build.function(f"f{level}", ["x"], ["r"], maps, {"r": "m0:handle:0"}))
    functions.append(make.function("f30", ["x"], 1))
    graph = load([make.input("d", VARIANT), make.op("m", "MapDataset", ["d"], {"f": "f0"}, Targuments=0)], functions)
    assert 10_000 < len(graph) <= 20_002
    assert content_of(graph).closed_calls


def test_datasets_from_outside_are_told(load, make, tmp_path):
    graph = load(
        [make.input("d", VARIANT), make.op("m", "MapDataset", ["d"], {"f": "f"}, Targuments=0)],
        [make.function("f", ["x"], 1)],
    )
    assert "made outside of this graph" in graph.summary()
    assert "1 dataset made outside of this graph" in picture(graph, tmp_path)
    plain = load([make.input("x"), make.input("list", VARIANT)])
    assert "outside" not in plain.summary()


def test_the_table_names_what_tensorflow_declares():
    """Each op that TensorFlow declares with functions and a dataset is in the table, with its functions and no others."""
    declared = {op: record["f"].split() for op, record in _file().items() if "f" in record}
    of_data = {op for op in declared if "Dataset" in op or op in {"OneShotIterator", "MapDefun", "BatchFunction"}}
    assert of_data - RUNNERS == {"ChooseFastestBranchDataset"}, (
        "only this one is left closed: TensorFlow runs one of its branches"
    )
    assert {op: sorted(function_attributes(op)) for op in RUNNERS} == {op: sorted(declared[op]) for op in RUNNERS}


def test_a_json_in_which_a_branch_and_a_dataset_claim_one_op_is_drawn(load, make, tmp_path):
    """Names tell who owns a body, so a strange file may have two kinds of bodies for one op."""
    graph = load(
        [make.input("d", VARIANT), make.op("m", "MapDataset", ["d"], {"f": "f"}, Targuments=0), make.op("n", "MapDataset", ["m"], {"f": "f"}, Targuments=0)],
        [make.function("f", ["x"], 1)],
    )  # fmt: skip
    data = json.loads(graph.to_json())
    like = {**data["groups"][0], "parent": None}
    data["groups"][:0] = [
        {**like, "path": "k", "name": "k", "kind": "if"},
        {**like, "path": "k/b", "name": "b", "kind": "branch", "parent": "k"},
    ]
    result = next(node for node in data["nodes"] if node["name"] == "m/f/r0")
    data["nodes"].append({**result, "name": "m/g/r0", "group": "k/b"})
    path = tmp_path / "graph.json"
    path.write_text(json.dumps(data))
    assert "MapDataset" in picture(opscope.load(path), tmp_path)
