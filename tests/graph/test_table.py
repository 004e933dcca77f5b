"""The node table: edges by row, consumers, attributes decoded when asked."""

from __future__ import annotations

from array import array

import pytest

from opscope.graph import CONTROL, Edge, NodeTable, TensorType


@pytest.fixture
def table() -> NodeTable:
    """a -> b:0, b:1 -> c, with a control edge a -> c."""
    float_type = TensorType("float32", (2, None))
    return NodeTable(
        names=["a", "b", "c"],
        ops=["Const", "Split", "AddV2"],
        edge_start=array("q", [0, 0, 1, 4]),
        edge_node=array("i", [0, 1, 1, 0]),
        edge_output=array("i", [0, 0, 1, CONTROL]),
        outputs=[(float_type,), (float_type, TensorType("int32", None)), ()],
        raw_attrs=[{"dtype": "float32"}, "raw", {}],
        devices=["", "", "CPU:0"],
        decode=lambda raw: {"decoded": raw},
    )


def test_inputs_keep_node_def_order_and_output_indices(table: NodeTable) -> None:
    assert table.inputs(2) == [Edge(1, 0), Edge(1, 1), Edge(0, CONTROL)]
    assert [edge.control for edge in table.inputs(2)] == [False, False, True]
    assert table.inputs(0) == []


def test_data_inputs_leave_out_control_edges(table: NodeTable) -> None:
    assert table.data_inputs(2) == [Edge(1, 0), Edge(1, 1)]


def test_an_edges_type_is_that_of_the_output_it_names(table: NodeTable) -> None:
    assert table.input_type(Edge(1, 1)) == TensorType("int32", None)
    assert table.input_type(Edge(0, CONTROL)) is None
    assert table.input_type(Edge(1, 7)) is None


def test_consumers_turn_every_edge_round(table: NodeTable) -> None:
    consumers = table.consumers()
    assert list(consumers[0]) == [1, 2]
    assert list(consumers[1]) == [2, 2]
    assert list(consumers[2]) == []
    assert [table.edge_output[row] for _, row in consumers.rows(1)] == [0, 1]


def test_attributes_are_decoded_only_when_asked(table: NodeTable) -> None:
    assert table.attrs(0) == {"dtype": "float32"}
    assert table.attrs(1) == {"decoded": "raw"}


def test_attributes_handed_out_are_copies(table: NodeTable) -> None:
    table.attrs(0)["dtype"] = "changed"
    assert table.attrs(0) == {"dtype": "float32"}


def test_index_finds_a_node_by_name(table: NodeTable) -> None:
    assert table.index("c") == 2
    with pytest.raises(KeyError):
        table.index("missing")
