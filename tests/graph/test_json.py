"""The JSON of a graph: what the contract says, valid by the schema, read back without loss."""

from __future__ import annotations

import json
from array import array
from pathlib import Path

import pytest

import opscope.graph.json as graph_json
from opscope.graph import (
    CONTROL,
    Content,
    Cost,
    Graph,
    GraphCost,
    Group,
    Measured,
    NodeTable,
    Source,
    TensorType,
    Variable,
)  # fmt: skip

SCHEMA = Path(graph_json.__file__).with_name("schema.json")


@pytest.fixture
def graph() -> Graph:
    """A graph that uses every field of the contract."""
    table = NodeTable(
        names=["x", 'we"ird<\n>é', "out"],
        ops=["Placeholder", "MatMul", "NoOp"],
        edge_start=array("q", [0, 0, 1, 2]),
        edge_node=array("i", [0, 1]),
        edge_output=array("i", [0, CONTROL]),
        outputs=[(TensorType("float32", (None, 10)),), (TensorType("float32", None),), ()],
        raw_attrs=[{}, {"T": "float32", "value": {"dtype": "int32", "shape": [], "values": [3]}}, {}],
        devices=["", "/device:CPU:0", ""],
    )
    source = Source("tagger.py", 14, "call")
    groups = (
        Group("model", -1, "model", "model", cls="Tagger", call=1, object_path="", layer_source="recorded"),
        Group(
            "model/dense", 0, "layer", "dense", cls="Dense", call=1, object_path="dense", layer_source="recorded",
            outputs=(TensorType("float32", (None, 4)),), variables=(0,), parameters=40, source=source,
            cost=Cost(800.0, None, "iteration"), measured=Measured(time_us=1.5, fused=None),
        ),
    )  # fmt: skip
    content = Content(
        table, groups, array("i", [-1, 1, 0]), (Variable(0, "dense.kernel", "float32", (10, 4), True),),
        sources={1: source}, dead=bytes([0, 0, 1]), costs={1: Cost(800.0, 240.0, macs=400.0)},
        measured={1: Measured(1.5, 1.5, 1.0, 160.0, ("model/a", "model/b"), 0.2, 0.1, 0.0)},
    )  # fmt: skip
    measurement = {
        "steps": 10, "steps_kept": 9, "disturbed": False, "step_time_us": 3.0, "step_spread_us": 0.1,
        "profiled_step_time_us": 3.5, "attributed": 0.999, "coverage": {"ops": 0.9, "dispatch": 0.1}, "trace_level": 3,
        "devices": ["CPU"],
    }  # fmt: skip
    cost = GraphCost(
        None, True, 800.0, 400.0, 240.0, 160, {"NoOp": 1}, {}, {"while": None}, {"while": 10.0}, "iteration", 0.0
    )
    producer = {"tensorflow": "2.21.0", "opscope": "0.1.0"}
    return Graph("tagger", content, producer=producer, measurement=measurement, cost=cost)


def test_the_published_schema_accepts_the_json_of_a_full_graph(graph: Graph) -> None:
    jsonschema = pytest.importorskip("jsonschema")
    jsonschema.validate(json.loads(graph_json.to_json(graph)), json.loads(SCHEMA.read_text(encoding="utf-8")))


def test_the_schema_rejects_a_key_that_the_contract_does_not_name(graph: Graph) -> None:
    jsonschema = pytest.importorskip("jsonschema")
    data = graph_json.to_dict(graph)
    data["nodes"][0]["extra"] = 1
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(data, json.loads(SCHEMA.read_text(encoding="utf-8")))


def test_reading_back_and_writing_again_gives_the_same_bytes(graph: Graph) -> None:
    text = graph_json.to_json(graph)
    assert graph_json.to_json(graph_json.from_dict(json.loads(text))) == text


def test_chunks_join_to_what_plain_json_gives(graph: Graph) -> None:
    assert json.loads("".join(graph_json.to_chunks(graph))) == json.loads(json.dumps(graph_json.to_dict(graph)))


def test_a_control_input_has_no_output_index(graph: Graph) -> None:
    node = graph_json.to_dict(graph)["nodes"][2]
    assert node["inputs"] == [{"node": 'we"ird<\n>é', "output": None, "control": True}]
    assert node["dead"] is True


def test_groups_and_nodes_name_their_group_by_path(graph: Graph) -> None:
    data = graph_json.to_dict(graph)
    assert [node["group"] for node in data["nodes"]] == [None, "model/dense", "model"]
    assert [group["parent"] for group in data["groups"]] == [None, "model"]


def test_an_empty_graph_is_valid() -> None:
    jsonschema = pytest.importorskip("jsonschema")
    empty = NodeTable([], [], array("q", [0]), array("i"), array("i"), [], [], [])
    text = graph_json.to_json(Graph("empty", Content(empty, (), array("i"))))
    jsonschema.validate(json.loads(text), json.loads(SCHEMA.read_text(encoding="utf-8")))
    assert len(graph_json.from_dict(json.loads(text))) == 0


@pytest.mark.parametrize(
    "change",
    [{"format": "other"}, {"version": 3}, {"nodes": [{"name": "a"}]}, {"groups": None}],
)
def test_data_of_another_form_is_refused(graph: Graph, change: dict) -> None:
    data = {**graph_json.to_dict(graph), **change}
    with pytest.raises((ValueError, KeyError, TypeError)):
        graph_json.from_dict(data)


def test_duplicate_node_names_are_refused(graph: Graph) -> None:
    data = graph_json.to_dict(graph)
    data["nodes"][2]["name"] = "x"
    with pytest.raises(ValueError, match=r"nodes\[2\]\.name: 'x' is there twice"):
        graph_json.from_dict(data)
