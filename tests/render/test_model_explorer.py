"""The files for Model Explorer, loaded into its own classes, and by the rules that its viewer reads namespaces by."""

from __future__ import annotations

import importlib
import importlib.util
import json
import re
import sys
import types
from dataclasses import asdict, fields, is_dataclass
from pathlib import Path

import pytest

import drawn
from graphs import Builder
from opscope.errors import InputError
from opscope.graph.content import content_of
from opscope.graph.types import Cost, Measured, TensorType

HOSTILE = [
    'say "hi"', "a<b>&c</b>", "<script>alert(1)</script>", "a/b", "a;b", "back\\slash", "trailing\\", "two\nlines", "50 %", "\\/", "snow☃ 🙂",
    "null\x00bell\x07", "rtl \u202eabc", "\ud800 lone", "'", "", "/", ";",
]  # fmt: skip


@pytest.fixture
def schema(monkeypatch):
    """Model Explorer's modules with the classes of its files. Its package itself wants a web server, so only these are imported."""
    found = importlib.util.find_spec("model_explorer")
    if found is None or found.origin is None or sys.version_info < (3, 10):
        pytest.skip("no model_explorer")
    package = types.ModuleType("model_explorer")
    package.__path__ = [str(Path(found.origin).parent)]
    monkeypatch.setitem(sys.modules, "model_explorer", package)
    for name in ("types", "extension_metadata", "utils", "graph_builder", "node_data_builder"):
        monkeypatch.delitem(sys.modules, f"model_explorer.{name}", raising=False)
    return [importlib.import_module(f"model_explorer.{name}") for name in ("graph_builder", "node_data_builder")]


def loaded(kind, data, **inner):
    """An object of one of Model Explorer's classes, which refuses a key that it does not know. `inner` has the classes of its fields."""
    assert is_dataclass(kind) and set(data) <= {field.name for field in fields(kind)}
    return kind(**{key: inner[key](value) if key in inner else value for key, value in data.items()})


def as_collection(builder, data):
    """A file as Model Explorer's classes have it."""

    def several(kind, **inner):
        return lambda values: [loaded(kind, value, **inner) for value in values]

    pairs = several(builder.KeyValue)
    metadata = several(builder.MetadataItem, attrs=pairs)
    node = several(
        builder.GraphNode, attrs=pairs, incomingEdges=several(builder.IncomingEdge), inputsMetadata=metadata, outputsMetadata=metadata,
        style=lambda value: loaded(builder.GraphNodeStyle, value),
    )  # fmt: skip
    return loaded(builder.GraphCollection, data, graphs=several(builder.Graph, nodes=node))


def measured():
    make = Builder()
    model = make.group(
        "net", "model", cls="Net", parameters=8, call=1, cost=Cost(6.0, 12.0), measured=Measured(time_us=2.5)
    )
    layer = make.group(
        "dense", "layer", model, cls="Dense", parameters=8, outputs=(TensorType("float32", (None, 2)),), call=2
    )
    make.groups[layer] = make.groups[layer].__class__(
        "net/dense#2", model, "layer", "dense", cls="Dense", parameters=8, call=2
    )
    make.op("x", "Placeholder", out=[("float32", None)])
    make.op("net/split", "Split", "x", group=layer, out=[("float32", (None, 2)), ("float32", ())], num_split=2)
    make.op(
        "net/add", "Add", "net/split:1", "net/split", "^x", group=layer, cost=Cost(6.0, 12.0), measured=Measured(2.5)
    )
    return make.graph("net", ["x"], ["net/add"], producer={"tensorflow": "2.21.0"})


def read(graph, path):
    return json.loads(graph.save(path).read_text(encoding="utf-8"))


def test_the_graph_fits_model_explorers_own_classes(schema, tmp_path):
    data = read(measured(), tmp_path / "net.explorer.json")
    collection = as_collection(schema[0], data)
    assert (
        json.loads(json.dumps(asdict(collection)["graphs"][0]["nodes"][2]["incomingEdges"]))
        == data["graphs"][0]["nodes"][2]["incomingEdges"]
    )
    (graph,) = collection.graphs
    assert [(node.id, node.label, node.namespace) for node in graph.nodes] == [
        ("x", "Placeholder", ""), ("net/split", "Split", "net/dense#2"), ("net/add", "Add", "net/dense#2"),
    ]  # fmt: skip


def test_the_graph_has_edges_tensors_attributes_and_groups(tmp_path):
    (graph,) = read(measured(), tmp_path / "net.explorer.json")["graphs"]
    split, add = graph["nodes"][1:]
    assert [tuple(edge.values()) for edge in add["incomingEdges"]] == [
        ("net/split", "1", "0"),
        ("net/split", "0", "1"),
        ("x", "control", "2"),
    ]
    assert [{pair["key"]: pair["value"] for pair in one["attrs"]} for one in split["outputsMetadata"]] == [
        {"tensor_name": "net/split:0", "dtype": "float32", "shape": "(None, 2)"}, {"tensor_name": "net/split:1", "dtype": "float32", "shape": "()"},
    ]  # fmt: skip
    assert {pair["key"]: pair["value"] for pair in add["inputsMetadata"][0]["attrs"]}.items() >= {
        "dtype": "float32",
        "shape": "()",
    }.items()
    attributes = {pair["key"]: pair["value"] for pair in add["attrs"]}
    assert (attributes["layer_class"], attributes["flops"], attributes["time"]) == ("Dense", "6 FLOP", "2.5 µs")
    assert "flops" not in {pair["key"] for pair in split["attrs"]}
    about = graph["groupNodeAttributes"]
    assert about[""]["tensorflow"] == "2.21.0"
    assert (about["net"]["class"], about["net"]["parameters"], about["net"]["time"]) == ("Net", "8", "2.5 µs")
    assert about["net/dense#2"]["call"] == "2"


def parts(namespace):
    """The parts of a namespace as the viewer of 0.1.34 finds them: it keeps what is behind the last ``;``, and parts that are not empty."""
    shown = [each for each in namespace.split(";") if each]
    namespace = shown[-1] if len(shown) > 1 else namespace
    return [part.replace("\0", "/") for part in re.sub(r"\\/", "\0", namespace).split("/") if part]


@pytest.mark.parametrize("name", HOSTILE)
def test_a_group_stays_one_group_whatever_it_is_called(name, tmp_path):
    make = Builder()
    outer = make.group(name, "layer", cls=name)
    inner = make.group(name, "layer", outer, path=f"{name}/{name}")
    make.op("x", "Placeholder")
    make.op(f"{name} a", name, "x", group=inner, device=name)
    (graph,) = read(make.graph(name, ["x"]), tmp_path / "net.explorer.json")["graphs"]
    node = graph["nodes"][1]
    assert len(parts(node["namespace"])) == 2 and node["label"] and graph["id"]
    assert set(graph["groupNodeAttributes"]) == {
        "",
        node["namespace"],
        node["namespace"][: len(node["namespace"]) // 2],
    }
    assert node["incomingEdges"][0]["sourceNodeId"] == "x"


def test_node_data_fits_model_explorers_own_classes(schema, tmp_path):
    data = read(measured(), tmp_path / "net.nodedata.json")
    assert list(data) == ["net"]
    builder = schema[1]
    found = loaded(
        builder.GraphNodeData, data["net"], results=lambda all_: {key: loaded(builder.NodeDataResult, one) for key, one in all_.items()},
        gradient=lambda stops: [loaded(builder.GradientItem, stop) for stop in stops],
    )  # fmt: skip
    assert {key: one.value for key, one in found.results.items()} == {"net/add": 2.5}
    assert found.name == "time (µs)" and [found.gradient[0].stop, found.gradient[-1].stop] == [0, 1]
    whole = json.loads(builder.ModelNodeData({"net": found}).to_json_string())
    assert whole["net"]["results"] == data["net"]["results"]


def test_node_data_has_the_quantity_that_is_asked_for(tmp_path):
    path = measured().save(tmp_path / "net.nodedata.json", heat="flops")
    assert json.loads(path.read_text(encoding="utf-8"))["net"]["results"] == {"net/add": {"value": 6.0}}
    with pytest.raises(InputError, match="no memory was measured"):
        measured().save(tmp_path / "net.nodedata.json", heat="memory")
    names = set(content_of(drawn.dense()).table.names)
    (estimated,) = read(drawn.dense(), tmp_path / "dense.nodedata.json").values()
    assert estimated["name"].startswith("FLOPs") and {"mm", "relu"} <= set(estimated["results"]) <= names
