"""A scope of a file whose ops are those of one known layer stays closed: its words say what it does."""

from __future__ import annotations

import pytest

from graphs import Builder
from opscope.layout.overview.known_scopes import known_scopes
from opscope.layout.overview.one_page import overview
from opscope.layout.scene.items import ChainRow, items

WIDE = 8


def scopes(kind="scope", cls=None):
    """Two scopes beside each other: a dense layer of a weight, a bias and an activation, and arithmetic that is no layer."""
    make = Builder()
    here = make.op("x", "Placeholder", out=[("float32", (4, WIDE))])
    dense = make.group("dense", kind, cls=cls)
    for op, shape in (("MatMul", (WIDE, WIDE)), ("BiasAdd", (WIDE,))):
        handle = make.variable(f"dense/{op}_weight", f"{op}_weight", shape, dense)
        read = make.op(f"dense/Read{op}", "ReadVariableOp", handle, group=dense, out=[("float32", shape)])
        here = make.op(f"dense/{op}", op, here, read, group=dense, out=[("float32", (4, WIDE))])
    here = make.op("dense/Relu", "Relu", here, group=dense, out=[("float32", (4, WIDE))])
    other = make.group("other", "scope")
    for op in ("Exp", "Sin", "Cos"):
        here = make.op(f"other/{op}", op, here, group=other, out=[("float32", (4, WIDE))])
    return make.graph("net", ["x"], [here]), dense, other


def test_the_scope_that_is_a_dense_layer_stays_closed_and_the_other_one_opens():
    graph, dense, other = scopes()
    assert known_scopes(graph) == {dense}
    rows = [item for item in items(overview(graph).drawing.scene) if isinstance(item, ChainRow)]
    cells = [cell.text for row in rows for cell in row.cells]
    assert f"Dense {WIDE}, ReLU" in cells
    assert not any("BiasAdd" in text or text == "ReLU" for text in cells)
    assert {"exp", "sin", "cos"} <= {text.lower() for text in cells}
    assert dense != other


@pytest.mark.parametrize("cls", ["Dense", "Mine"])
def test_where_layers_are_known_scopes_are_left_to_them(cls):
    graph, _, _ = scopes("layer", cls)
    assert known_scopes(graph) == frozenset()
