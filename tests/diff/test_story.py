"""What a person would say of two graphs that differ in one thing, written down before the comparison was run."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any, Dict, List, Sequence, Tuple

import jsonschema
import pytest

import opscope
import opscope.graph.json as graph_json
from graphs import Builder, dense_model, graph, tower
from opscope.diff.difference import Difference
from opscope.errors import InputError, LoadError
from opscope.graph.content import content_of, with_content

SCHEMA = json.loads(Path(graph_json.__file__).with_name("schema-diff.json").read_text(encoding="utf-8"))


class Layer:
    """A dense layer of a model that `model` builds."""

    def __init__(self, name: str, units: int, activation: str = "Relu", **settings: Any) -> None:
        self.name, self.units, self.activation = name, units, activation
        self.settings = {"units": units, "activation": activation.lower(), **settings}


def model(*layers: Layer, around: Sequence[str] = (), last: str = "y") -> opscope.Graph:
    """A model of dense layers in a row; `around` names those that a block is around."""
    make, taken = Builder(), 8
    out = make.op("x", "Placeholder", out=[("float32", (None, taken))])
    root = make.group("net", "model", cls="Net", call=1, object_path="", layer_source="recorded")
    block = make.group("block", "layer", root, cls="Block") if around else -1
    for number, layer in enumerate(layers):
        group = make.group(
            layer.name, "layer", block if layer.name in around else root, cls="Dense", object_path=f"layers[{number}]", settings=layer.settings,
            variables=(number,), parameters=taken * layer.units,
        )  # fmt: skip
        kernel = make.variable(f"{layer.name}/kernel", f"layers[{number}].kernel", (taken, layer.units), group)
        types = [("float32", (None, layer.units))]
        read = make.op(
            f"{layer.name}/Read", "ReadVariableOp", kernel, group=group, out=[("float32", (taken, layer.units))]
        )
        out = make.op(f"{layer.name}/MatMul", "MatMul", out, read, group=group, out=types, transpose_b=False)
        out = make.op(f"{layer.name}/{layer.activation}", layer.activation, out, group=group, out=types)
        taken = layer.units
    make.op(last, "Identity", out, out=[("float32", (None, taken))])
    return make.graph("net", ["x"], {"output": last})


ONE = (Layer("dense", 16), Layer("dense_1", 32), Layer("dense_2", 4))


def told(a: opscope.Graph, b: opscope.Graph) -> List[Tuple[str, Tuple[str, ...], Tuple[str, ...]]]:
    """The edits of the story, without what follows from them; what must be true of any difference is looked at on the way."""
    found = opscope.diff(a, b)
    data = found.to_dict()
    jsonschema.validate(data, SCHEMA)
    assert Difference.from_dict(json.loads(json.dumps(data))) == found
    assert found.apply(a).to_json() == b.to_json()
    assert found.reversed() == opscope.diff(b, a)
    assert all(entry.words and entry.words.isprintable() for entry in (*found, *found.reversed()))
    assert found.cost == sum(entry.cost for entry in found)
    return [(entry.kind, entry.a, entry.b) for entry in found if entry.cost]


def test_a_layer_that_got_another_name_is_renamed() -> None:
    other = model(ONE[0], Layer("hidden", 32), ONE[2])
    assert told(model(*ONE), other) == [("renamed", ("net/dense_1",), ("net/hidden",))]


def test_an_inserted_layer_shifts_the_names_behind_it_and_is_one_insertion() -> None:
    other = model(ONE[0], Layer("dense_1", 24), Layer("dense_2", 32), Layer("dense_3", 4))
    assert told(model(*ONE), other) == [("inserted", (), ("net/dense_1",))]
    assert told(other, model(*ONE)) == [("removed", ("net/dense_1",), ())]


def test_layers_that_a_block_is_put_around_are_wrapped() -> None:
    other = model(*ONE, around=("dense", "dense_1"))
    assert told(model(*ONE), other) == [("wrapped", ("net/dense", "net/dense_1"), ("net/block",))]
    assert told(other, model(*ONE)) == [("unwrapped", ("net/block",), ("net/dense", "net/dense_1"))]


def fed(layer: str, *, around: str = "") -> opscope.Graph:
    """A layer, in a block or not, that takes its weight from a placeholder outside of both that is named after them."""
    make = Builder()
    block = make.group(around, "layer", cls="Block") if around else -1
    group = make.group(layer, "layer", block, cls="Dense")
    names = [f"{around}/{layer}/{end}" if around else f"{layer}/{end}" for end in ("weight", "MatMul", "Relu")]
    weight, x = make.op(names[0], "Placeholder"), make.op("x", "Placeholder")
    product = make.op(names[1], "MatMul", x, weight, group=group)
    make.op(names[2], "Relu", product, group=group)
    return make.graph("fed")


def test_what_is_named_after_a_layer_that_was_renamed_and_wrapped_follows_from_both() -> None:
    plain, inside = fed("first"), fed("inner", around="block")
    assert told(plain, inside) == [
        ("wrapped", ("first",), ("block",)),
        ("renamed", ("first",), ("block/inner",)),
    ]
    assert opscope.diff(inside, plain).cost == 2
    other = fed("first")
    assert ("renamed", ("first/weight",), ("elsewhere/weight",)) in told(other, renamed_op(other, "first/weight"))


def renamed_op(graph: opscope.Graph, name: str) -> opscope.Graph:
    """The graph with an op moved to another scope of names."""
    data = json.loads(graph.to_json().replace(f'"{name}"', f'"elsewhere/{name.rpartition("/")[2]}"'))
    return graph_json.from_dict(data)


def test_a_layer_of_other_units_changed_and_its_shapes_follow() -> None:
    other = model(ONE[0], Layer("dense_1", 48), ONE[2])
    assert told(model(*ONE), other) == [("changed", ("net/dense_1",), ("net/dense_1",))]
    (entry,) = [entry for entry in opscope.diff(model(*ONE), other) if entry.cost]
    assert entry.words == "Dense net/dense_1: units 32 → 48"


def test_another_activation_is_a_setting_from_which_the_op_follows() -> None:
    other = model(ONE[0], Layer("dense_1", 32, "Tanh"), ONE[2])
    assert told(model(*ONE), other) == [("changed", ("net/dense_1",), ("net/dense_1",))]
    assert {entry.kind for entry in opscope.diff(model(*ONE), other) if not entry.cost} >= {"replaced"}


def blocks(count: int) -> opscope.Graph:
    return graph(tower(count))


def test_another_number_of_blocks_is_a_repeat_that_changed() -> None:
    found = opscope.diff(blocks(8), blocks(12))
    told(blocks(8), blocks(12))
    (entry,) = [entry for entry in found if entry.what == "group"]
    assert (entry.kind, entry.count_a, entry.count_b, len(entry.b)) == ("repeated", 8, 12, 4)
    assert "repeated ×8 → ×12" in entry.words
    (entry,) = [entry for entry in found.reversed() if entry.what == "group"]
    assert "repeated ×12 → ×8" in entry.words
    assert found.cost == 1


def moved(home: str) -> opscope.Graph:
    """Two blocks, and a layer in the one or the other."""
    make = Builder()
    groups = {name: make.group(name, "layer", cls="Block") for name in ("encoder", "decoder")}
    norm = make.group("norm", "layer", groups[home], cls="Norm")
    make.op("x", "Placeholder")
    make.op("norm/Mean", "Mean", "x", group=norm)
    make.op("norm/Sub", "Sub", "x", "norm/Mean", group=norm)
    make.op("encoder/Relu", "Relu", "norm/Sub", group=groups["encoder"])
    make.op("decoder/Tanh", "Tanh", "encoder/Relu", group=groups["decoder"])
    return make.graph()


def test_a_layer_in_another_block_is_moved() -> None:
    assert told(moved("encoder"), moved("decoder")) == [("moved", ("encoder/norm",), ("decoder/norm",))]


def single(op: str = "Relu", cls: str = "ReLU", **attrs: Any) -> opscope.Graph:
    make = Builder()
    act = make.group("act", "layer", cls=cls)
    make.op("x", "Placeholder")
    make.op("act/op", op, "x", group=act, **attrs)
    return make.graph()


def test_a_layer_of_another_class_is_replaced_with_all_in_it() -> None:
    assert told(single(), single("Tanh", "Tanh")) == [("replaced", ("act",), ("act",))]


def test_an_attribute_is_told_with_both_values() -> None:
    (entry,) = opscope.diff(single(alpha=1), single(alpha=2))
    assert entry.words == "Relu act/op: alpha 1 → 2"
    (entry,) = opscope.diff(single(), single(alpha=None))
    assert (entry.changes[0].a, entry.changes[0].b, entry.changes[0].absent) == (None, None, "a")
    assert entry.words == "Relu act/op: alpha not set → none"


def test_whole_numbers_and_truth_values_are_not_the_same() -> None:
    assert opscope.diff(single(flag=1), single(flag=True))
    assert opscope.diff(single(flag=1), single(flag=1.0))


SAME: Dict[str, Tuple[opscope.Graph, opscope.Graph]] = {
    "name": (graph(tower(2), "one"), graph(tower(2), "another")),
    "measurement": (dense_model(), dense_model().overlay({"hidden": {"time": 0.1}})),
    "estimate": (dense_model(), dense_model().estimate()),
}


@pytest.mark.parametrize("name", SAME)
def test_what_does_not_make_two_graphs_different_is_in_the_lists_alone(name: str) -> None:
    a, b = SAME[name]
    assert told(a, b) == []
    assert opscope.diff(a, b).same


def test_costs_that_both_sides_have_are_compared() -> None:
    a, b = dense_model().estimate(batch=1), blocks(2).estimate(batch=1)
    assert {figure.quantity for figure in opscope.diff(a, b).figures if not figure.path} >= {"parameters", "flops"}
    assert not opscope.diff(a, dense_model().estimate(batch=8)).figures


@pytest.mark.parametrize("ignore", ["names", ["names", "source"], "names, order"])
def test_what_is_ignored_is_not_told(ignore: Any) -> None:
    a, b = model(*ONE), model(ONE[0], Layer("hidden", 32), ONE[2])
    found = opscope.diff(a, b, ignore=ignore)
    assert found.same
    assert "names" in found.ignored
    with pytest.raises(InputError, match="ignore="):
        found.apply(a)


def test_the_module_of_a_class_is_where_its_source_is() -> None:
    """Of a class that was only moved, nothing changed but where it is written."""
    net = model(*ONE)
    a, b = (
        with_content(net, groups=tuple(replace(group, defined_in=module) for group in content_of(net).groups))
        for module in ("old", "new")
    )
    assert not opscope.diff(a, b).same
    assert opscope.diff(a, b, ignore="source").same


def test_variables_alone_are_edits_where_their_layers_are_not_compared() -> None:
    a, b = model(*ONE), model(ONE[0], Layer("dense_1", 16), ONE[2])
    assert told(a, b) == [("changed", ("net/dense_1",), ("net/dense_1",))]
    found = opscope.diff(a, b, only="variables")
    assert [(entry.what, entry.cost) for entry in found] == [("variable", 1), ("variable", 1)]
    assert opscope.diff(a, b, ignore=["shapes", "settings"]).same


def test_values_that_begin_alike_are_told_from_where_they_part() -> None:
    constants = [{"dtype": "int32", "shape": [9], "values": [0, 1], "min": 0, "max": most} for most in (7, 9)]
    texts = ["x" * 80 + end for end in "pq"]
    for (one, two), words in ((constants, "max 7 → 9"), (texts, '…xxxxxxxxxxxxxxxxp" → …xxxxxxxxxxxxxxxxq"')):
        (entry,) = opscope.diff(single(value=one), single(value=two))
        assert entry.words.endswith(f"value {words}")


def test_only_layers_leaves_out_ops() -> None:
    a, b = model(*ONE), model(ONE[0], Layer("dense_1", 32, "Tanh"), ONE[2])
    found = opscope.diff(a, b, only="layers")
    assert [entry.words for entry in found] == ["Dense net/dense_1: activation relu → tanh"]
    assert not found.nodes
    assert not found.edges


def test_a_word_that_is_none_is_refused_with_what_was_meant() -> None:
    with pytest.raises(InputError, match="did you mean names"):
        opscope.diff(blocks(1), blocks(1), ignore="name")
    with pytest.raises(InputError, match="use one of layers, ops, variables"):
        opscope.diff(blocks(1), blocks(1), only="x")  # type: ignore[arg-type]


def test_a_difference_is_applied_to_its_own_graph_only() -> None:
    with pytest.raises(InputError, match="begins at another graph"):
        opscope.diff(blocks(2), blocks(3)).apply(blocks(4))


def test_a_difference_is_saved_and_read(tmp_path: Path) -> None:
    found = opscope.diff(blocks(2), blocks(3))
    path = found.save(tmp_path / "difference.json")
    assert Difference.from_dict(json.loads(path.read_text(encoding="utf-8"))) == found
    with pytest.raises(InputError, match=r"\.json"):
        found.save(tmp_path / "difference.xyz")


@pytest.mark.parametrize(
    ("key", "value", "words"),
    [
        ("format", "opscope", "not a difference"),
        ("version", 2, "not a version"),
        ("nodes", [{"status": "gone"}], r"nodes\[0\]"),
        ("story", 3, "not a list"),
        ("a", {**opscope.diff(blocks(1), blocks(2)).to_dict()["a"], "producer": 3}, "a.producer"),
        (
            "figures",
            [{"path": "", "quantity": "time_us", "a": 1, "b": 2, "interval": ["1", 2], "significant": True}],
            r"figures\[0\].interval",
        ),
    ],
)
def test_a_wrong_file_is_refused_with_the_place(key: str, value: Any, words: str) -> None:
    data = {**opscope.diff(blocks(1), blocks(2)).to_dict(), key: value}
    with pytest.raises(LoadError, match=words):
        Difference.from_dict(data)


def test_paths_of_files_are_compared_too(tmp_path: Path) -> None:
    paths = [blocks(count).save(tmp_path / f"{count}.json") for count in (2, 3)]
    assert opscope.diff(*paths) == opscope.diff(*[opscope.load(path) for path in paths])


def test_times_of_single_runs_are_in_the_figures_and_claim_nothing() -> None:
    a, b = [dense_model().overlay({"small/hidden/MatMul": {"time": time}}) for time in (0.1, 0.2)]
    (figure,) = opscope.diff(a, b).figures
    assert (figure.path, figure.quantity, figure.a, figure.b) == ("small/hidden", "time_us", 1e5, 2e5)
    assert figure.interval is None
    assert not figure.significant
    assert told(a, b) == []
    assert opscope.diff(a, b).same
    assert not opscope.diff(a, a).figures
    assert not opscope.diff(a, b, ignore="figures").figures


@pytest.mark.parametrize("what", ["outputs[9].dtype", "outputs[x].dtype", "attrs.absent"])
def test_a_difference_changed_by_hand_is_applied_or_refused_in_words(what: str) -> None:
    before = model(*ONE)
    data = opscope.diff(before, model(ONE[0], Layer("dense_1", 16), ONE[2])).to_dict()
    for delta in data["nodes"]:
        for change in delta["changes"]:
            change.update(what=what, absent="b")
    with pytest.raises(InputError, match="cannot be applied"):
        Difference.from_dict(data).apply(before)


def scoped(scope: str) -> opscope.Graph:
    """Three ops that lie in no layer, in a scope of names or not."""
    make = Builder()
    group = make.group(scope) if scope else -1
    names = [f"{scope}/{name}" if scope else name for name in ("mul", "sub", "Tanh")]
    out = make.op("x", "Placeholder")
    for name, op in zip(names, ("Mul", "Sub", "Tanh")):
        out = make.op(name, op, out, out, group=group)
    return make.graph("scoped", ["x"], [out])


def test_a_bare_scope_around_ops_is_wrapped_around_them() -> None:
    assert told(scoped(""), scoped("pre")) == [("wrapped", (), ("pre",))]
    assert told(scoped("pre"), scoped("")) == [("unwrapped", ("pre",), ())]


def counted(number: int, name: str = "dense") -> opscope.Graph:
    """A layer with a name that Keras counts, or another one."""
    make = Builder()
    group = make.group(f"{name}_{number}", "layer", cls="Dense", object_path="layers[0]")
    x = make.op(f"keras_tensor_{number}", "Placeholder")
    make.op(f"{name}_{number}/MatMul", "MatMul", x, x, group=group)
    return make.graph("counted")


def test_names_that_keras_counted_make_no_difference_and_others_do() -> None:
    assert opscope.diff(counted(1), counted(4)).same
    assert told(counted(1), counted(4)) == []
    assert told(counted(1, "hidden"), counted(4, "hidden")) == [("renamed", ("hidden_1",), ("hidden_4",))]
