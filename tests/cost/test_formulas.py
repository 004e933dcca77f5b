"""FLOPs and bytes of single ops."""

import pytest

from literal import literal
from opscope.cost import estimate
from opscope.cost.estimate import FORMULAS
from opscope.cost.movement import COPIES, NO_FLOPS, SLICES, VIEWS
from opscope.load.opdefs import Signatures

F = "float32"


def cost(op, inputs, outputs, **attrs):
    nodes = [(f"in{k}", "Placeholder", (), ((F, shape),)) for k, shape in enumerate(inputs)]
    node = ("op", op, [name for name, *_ in nodes], [(F, shape) for shape in outputs], attrs)
    graph = estimate(literal(*nodes, node))
    return graph.content.costs[graph.table.index("op")]


@pytest.mark.parametrize(
    ("op", "inputs", "output", "attrs", "flops"),
    [
        ("MatMul", [(2, 3), (3, 5)], (2, 5), {}, 2 * 2 * 3 * 5),
        ("MatMul", [(3, 2), (3, 5)], (2, 5), {"transpose_a": True}, 60),
        ("BatchMatMulV2", [(7, 2, 3), (7, 3, 5)], (7, 2, 5), {}, 7 * 60),
        ("Einsum", [(2, 3, 4), (4, 5, 6)], (2, 3, 5, 6), {"equation": "abc,cde->abde"}, 2 * 2 * 3 * 4 * 5 * 6),
        ("Einsum", [(8, 2, 3), (1, 3, 5)], (8, 2, 5), {"equation": "...ab,...bc->...ac"}, 8 * 60),
        ("Einsum", [(2, 3), (2, 3)], (2, 3), {"equation": "ab,ab->ab"}, 6),
        ("Einsum", [(2, 3)], (3, 2), {"equation": "ab->ba"}, 0),
        ("Conv2D", [(1, 8, 8, 3), (3, 3, 3, 16)], (1, 8, 8, 16), {}, 2 * 64 * 27 * 16),
        ("Conv2D", [(1, 8, 8, 4), (3, 3, 2, 16)], (1, 8, 8, 16), {}, 2 * 64 * 18 * 16),
        ("Conv2DBackpropInput", [(4,), (3, 3, 3, 16), (1, 4, 4, 16)], (1, 8, 8, 3), {}, 2 * 16 * 27 * 16),
        ("Conv2DBackpropFilter", [(1, 8, 8, 3), (4,), (1, 4, 4, 16)], (3, 3, 3, 16), {}, 2 * 16 * 27 * 16),
        ("DepthwiseConv2dNative", [(1, 8, 8, 4), (3, 3, 4, 2)], (1, 8, 8, 8), {}, 2 * 64 * 8 * 9),
        ("Conv3D", [(1, 4, 4, 4, 2), (3, 3, 3, 2, 5)], (1, 4, 4, 4, 5), {}, 2 * 64 * 54 * 5),
        ("MaxPool", [(1, 8, 8, 2)], (1, 4, 4, 2), {"ksize": [1, 2, 2, 1]}, 4 * 32),
        ("Mean", [(4, 6)], (4,), {}, 24),
        ("Sum", [(4, 6)], (4,), {}, 20),
        ("Softmax", [(4, 6)], (4, 6), {}, 120),
        ("AddV2", [(4, 6), (6,)], (4, 6), {}, 24),
        ("AddN", [(4,), (4,), (4,)], (4,), {}, 8),
        ("FusedBatchNormV3", [(2, 4, 4, 8), (8,), (8,), (8,), (8,)], (2, 4, 4, 8), {"is_training": False}, 2 * 256 + 32),
        ("Transpose", [(4, 6), (2,)], (6, 4), {}, 0),
    ],
)  # fmt: skip
def test_flops_follow_the_definition_of_the_op(op, inputs, output, attrs, flops):
    assert cost(op, inputs, [output], **attrs).flops == flops


def test_an_op_without_a_formula_has_no_flops_and_is_listed():
    graph = estimate(literal(("x", "Placeholder", (), [(F, (4,))]), ("y", "MyOwnOp", ["x"], [(F, (4,))])))
    assert graph.content.costs[1].flops is None
    assert graph.facts["cost"]["without_formula"] == {"MyOwnOp": 1}
    assert graph.content.costs[1].bytes == 32


def test_an_unknown_shape_gives_no_figure_and_is_listed():
    graph = estimate(literal(("x", "Placeholder", (), [(F, None)]), ("y", "Relu", ["x"], [(F, None)])))
    assert graph.content.costs[1].flops is None
    assert graph.content.costs[1].bytes is None
    assert graph.facts["cost"]["unknown_shape"] == {"Relu": 1}


def test_bytes_are_what_is_read_and_written_once():
    assert cost("AddV2", [(4, 6), (6,)], [(4, 6)]).bytes == 4 * (24 + 6 + 24)


def test_views_move_nothing():
    assert cost("Reshape", [(4, 6), (1,)], [(24,)]).bytes == 0


def test_a_slice_reads_only_what_it_returns():
    assert cost("GatherV2", [(1000, 8), (2,), ()], [(2, 8)]).bytes == 2 * 64 + 8


def test_an_update_reads_and_writes_its_variables():
    nodes = [(name, "Placeholder", (), [("resource", ())]) for name in ("var", "m", "v")]
    nodes += [(f"s{k}", "Placeholder", (), [(F, ())]) for k in range(6)]
    nodes += [("grad", "Placeholder", (), [(F, (10,))])]
    inputs = [name for name, *_ in nodes]
    graph = estimate(literal(*nodes, ("op", "ResourceApplyAdam", inputs, [], {"T": "float32"})))
    found = graph.content.costs[graph.table.index("op")]
    assert found.flops == 100
    assert found.bytes == 3 * 2 * 40 + 40 + 6 * 4


def test_every_op_named_in_a_table_exists():
    unknown = {op for op in {*FORMULAS, *NO_FLOPS} if Signatures().get(op) is None}
    assert unknown <= {"BooleanMask"}


def test_an_op_has_a_formula_or_is_a_true_zero_never_both():
    assert not set(FORMULAS) & NO_FLOPS
    assert not VIEWS & COPIES
    assert not VIEWS & SLICES
