"""Multiply-adds, each counted by hand from the shapes: for every element of the result, what is summed to make it."""

from __future__ import annotations

import pytest

from graphs import literal
from literal import cost
from opscope.cost import estimate
from opscope.cost.formulas import formulas
from opscope.cost.movement import NO_FLOPS
from opscope.graph.content import content_of
from opscope.graph.vocabulary import layer_class
from opscope.load.tflite_files.operators import operator_names

F = "float32"
IMAGE, HALF, KERNEL = (2, 8, 8, 3), (2, 4, 4, 5), (3, 3, 3, 5)
HALF_RESULT = (2 * 4 * 4) * 5  # 4 x 4 places of 5 channels, in 2 images
VOLUME, VOLUME_KERNEL = (1, 4, 4, 4, 2), (3, 3, 3, 2, 5)
BATCH, UNITS, STATE, STEPS = 3, 5, 7, 4
LSTM = 4 * BATCH * (UNITS + STATE) * STATE  # four gates, each [batch, units + state] x [units + state, state]
GRU = 3 * BATCH * (UNITS + STATE) * STATE  # reset, update, candidate
SEQUENCE = [(), (STEPS, BATCH, UNITS), *[(BATCH, STATE)] * 2, (UNITS + STATE, 4 * STATE), *[(STATE,)] * 3, (4 * STATE,)]

CONTRACTIONS = [
    ("MatMul", [(2, 3), (3, 5)], [(2, 5)], {}, 2 * 3 * 5),
    ("MatMul", [(3, 2), (3, 5)], [(2, 5)], {"transpose_a": True}, 2 * 3 * 5),
    ("SparseMatMul", [(2, 3), (3, 5)], [(2, 5)], {}, 2 * 3 * 5),
    *((op, [(7, 2, 3), (7, 3, 5)], [(7, 2, 5)], {}, 7 * 2 * 3 * 5) for op in ("BatchMatMul", "BatchMatMulV2", "BatchMatMulV3")),
    ("SparseTensorDenseMatMul", [("int64", (9, 2)), (9,), ("int64", (2,)), (6, 5)], [(4, 5)], {}, 9 * 5),
    ("Einsum", [(2, 3, 4), (4, 5, 6)], [(2, 3, 5, 6)], {"equation": "abc,cde->abde"}, (2 * 3 * 5 * 6) * 4),
    ("Einsum", [(8, 2, 3), (1, 3, 5)], [(8, 2, 5)], {"equation": "...ab,...bc->...ac"}, (8 * 2 * 5) * 3),
    ("Einsum", [(2, 3), (3, 4), (4, 5)], [(2, 5)], {"equation": "ab,bc,cd->ad"}, 2 * (2 * 3 * 4 * 5)),
    ("Conv2D", [IMAGE, KERNEL], [HALF], {}, HALF_RESULT * (3 * 3 * 3)),
    ("Conv2D", [(1, 8, 8, 4), (3, 3, 2, 16)], [(1, 8, 8, 16)], {}, (8 * 8 * 16) * (3 * 3 * 2)),  # two groups of channels
    # y = sum of w x over windows; its gradients have the same products, summed otherwise.
    ("Conv2DBackpropInput", [("int32", (4,)), KERNEL, HALF], [IMAGE], {}, HALF_RESULT * (3 * 3 * 3)),
    ("Conv2DBackpropFilter", [IMAGE, ("int32", (4,)), HALF], [KERNEL], {}, HALF_RESULT * (3 * 3 * 3)),
    ("Conv3D", [VOLUME, VOLUME_KERNEL], [(1, 4, 4, 4, 5)], {}, (4 * 4 * 4 * 5) * (3 * 3 * 3 * 2)),
    ("Conv3DBackpropInputV2", [("int32", (5,)), VOLUME_KERNEL, (1, 4, 4, 4, 5)], [VOLUME], {}, (64 * 5) * (27 * 2)),
    ("Conv3DBackpropFilterV2", [VOLUME, ("int32", (5,)), (1, 4, 4, 4, 5)], [VOLUME_KERNEL], {}, (64 * 5) * (27 * 2)),
    ("DepthwiseConv2dNative", [(1, 8, 8, 4), (3, 3, 4, 2)], [(1, 8, 8, 8)], {}, (8 * 8 * 8) * (3 * 3)),
    ("DepthwiseConv2dNativeBackpropInput", [("int32", (4,)), (3, 3, 4, 2), (1, 8, 8, 8)], [(1, 8, 8, 4)], {}, (8 * 8 * 8) * 9),
    ("DepthwiseConv2dNativeBackpropFilter", [(1, 8, 8, 4), ("int32", (4,)), (1, 8, 8, 8)], [(3, 3, 4, 2)], {}, (8 * 8 * 8) * 9),
    ("_FusedMatMul", [(2, 3), (3, 5), (5,)], [(2, 5)], {"fused_ops": ["BiasAdd", "Relu"]}, 2 * 3 * 5),
    ("_FusedConv2D", [IMAGE, KERNEL, (5,)], [HALF], {"fused_ops": ["BiasAdd"]}, HALF_RESULT * 27),
    ("_FusedDepthwiseConv2dNative", [(1, 8, 8, 4), (3, 3, 4, 2), (8,)], [(1, 8, 8, 8)], {"fused_ops": ["Relu"]}, 512 * 9),
    ("LSTMBlockCell", [SEQUENCE[1][1:], *SEQUENCE[2:]], [(BATCH, STATE)] * 7, {}, LSTM),
    *((op, SEQUENCE, [(STEPS, BATCH, STATE)] * 7, {}, STEPS * LSTM) for op in ("BlockLSTM", "BlockLSTMV2")),
    # The gradient by the inputs is one product with the kernel, that by the kernel another one.
    *((op, SEQUENCE, SEQUENCE[1:], {}, 2 * STEPS * LSTM) for op in ("BlockLSTMGrad", "BlockLSTMGradV2")),
    ("Conv", [(1, 8, 8, 3), (3, 3, 3, 16)], [(1, 8, 8, 16)], {}, 64 * 27 * 16),
    ("Conv2DBackpropInputV2", [(1, 8, 8, 3), (3, 3, 3, 16), (1, 4, 4, 16)], [(1, 8, 8, 3)], {}, 16 * 27 * 16),
    ("Conv2DBackpropFilterV2", [(1, 8, 8, 3), (3, 3, 3, 16), (1, 4, 4, 16)], [(3, 3, 3, 16)], {}, 16 * 27 * 16),
    ("Conv3DBackpropInput", [(1, 4, 4, 4, 2), (3, 3, 3, 2, 5), (1, 2, 2, 2, 5)], [(1, 4, 4, 4, 2)], {}, 40 * 54),
    ("Conv3DBackpropFilter", [(1, 4, 4, 4, 2), (3, 3, 3, 2, 5), (1, 2, 2, 2, 5)], [(3, 3, 3, 2, 5)], {}, 40 * 54),
    ("_FusedConv3D", [(1, 4, 4, 4, 2), (3, 3, 3, 2, 5), (5,)], [(1, 4, 4, 4, 5)], {"fused_ops": ["BiasAdd"]}, 320 * 54),
    ("TridiagonalMatMul", [(2, 6), (2, 6), (2, 6), (2, 6, 5)], [(2, 6, 5)], {}, 2 * (4 * 3 + 2 * 2) * 5),
    ("XlaEinsum", [(2, 3), (3, 5)], [(2, 5)], {"equation": "ab,bc->ac"}, 30),
    # Summed before they are multiplied: only the c that both have is left for multiply-adds.
    ("Einsum", [(2, 3, 4), (4, 5, 7)], [(2, 5)], {"equation": "abc,cde->ad"}, 2 * 4 * 5),
    ("GRUBlockCell", [(BATCH, UNITS), (BATCH, STATE), (UNITS + STATE, 2 * STATE), (UNITS + STATE, STATE)], [(BATCH, STATE)], {}, GRU),
]  # fmt: skip
NONE = [
    ("Einsum", [(2, 3), (2, 3)], [(2, 3)], {"equation": "ab,ab->ab"}, 6),  # products, nothing is summed
    ("Einsum", [(2,), (3,)], [(2, 3)], {"equation": "a,b->ab"}, 6),
    ("Einsum", [(30, 40), (5, 6)], [(30, 40)], {"equation": "ij,kl->ij"}, 29 + 1200),
    ("Einsum", [(2, 3)], [(2,)], {"equation": "ab->a"}, 4),  # sums, nothing is multiplied
    ("Dilation2D", [(1, 8, 8, 3), (3, 3, 3)], [(1, 8, 8, 3)], {}, 2 * 192 * 9),  # adds and compares
    ("Relu", [(4, 6)], [(4, 6)], {}, 24), ("Mul", [(4, 6), (4, 6)], [(4, 6)], {}, 24), ("Sum", [(4, 6), (1,)], [(4,)], {}, 20),
    ("FusedBatchNormV3", [(2, 4, 4, 8), *[(8,)] * 4], [(2, 4, 4, 8)], {"is_training": False}, 2 * 256 + 32),
    ("AvgPool", [(1, 8, 8, 2)], [(1, 4, 4, 2)], {"ksize": [1, 2, 2, 1]}, 128), ("Transpose", [(4, 6), (2,)], [(6, 4)], {}, 0),
]  # fmt: skip


@pytest.mark.parametrize(("op", "inputs", "outputs", "attrs", "macs"), CONTRACTIONS)
def test_a_contraction_has_the_multiply_adds_of_its_definition(op, inputs, outputs, attrs, macs):
    found = cost(op, inputs, outputs, **attrs)
    assert found.macs == macs
    assert found.flops >= 2 * macs  # gates and fused ops come on top


@pytest.mark.parametrize(("op", "inputs", "outputs", "attrs", "flops"), NONE)
def test_what_is_no_contraction_has_none_though_it_computes(op, inputs, outputs, attrs, flops):
    found = cost(op, inputs, outputs, **attrs)
    assert (found.flops, found.macs) == (flops, 0)


def test_every_contraction_that_has_a_formula_is_counted_here_by_hand():
    here = {op for op, *_ in CONTRACTIONS}
    families = ("MatMul", "Conv", "Einsum", "LSTM", "GRU", "RNN", "Dot")
    # Those of Keras's layers are compared with the ops that Keras makes of them: test_keras_layers.py. TensorFlow Lite's: test_lite.py.
    named = {
        op for op in formulas() if any(family in op for family in families) and not layer_class(op)
    } - operator_names()
    assert named <= here
    assert not named & NO_FLOPS


def test_where_flops_are_unknown_so_are_multiply_adds():
    assert cost("MatMul", [None, (3, 5)], [None]).macs is None
    assert cost("Relu", [None], [None]).macs is None
    assert cost("MyOwnOp", [(4,)], [(4,)]).macs is None


def dense(batch, *, units=5):
    return literal(
        ("x", "Placeholder", (), [(F, (batch, 3))]), ("w", "Const", (), [(F, (3, units))]),
        ("y", "MatMul", ["x", "w"], [(F, (batch, units))]), ("z", "Relu", ["y"], [(F, (batch, units))]),
        groups=[("m", -1, "model", ""), ("m/dense", 0, "layer", ""), ("m/relu", 0, "layer", "")], places=[0, 1, 1, 2],
    )  # fmt: skip


def test_groups_and_the_whole_have_the_sum_of_their_ops():
    graph = dense(4).estimate()
    assert [group.cost.macs for group in content_of(graph).groups] == [60, 60, 0]
    assert (graph.cost.macs, graph.cost.flops) == (60, 2 * 60 + 20)


def test_multiply_adds_grow_with_the_batch():
    assert dense(None).estimate().cost.macs == 15
    assert dense(None).estimate(batch=8).cost.macs == 8 * 15


@pytest.mark.parametrize(("then", "other"), [(5, 6), (6, 5)])
def test_of_two_branches_the_multiply_adds_of_the_costlier_count(then, other):
    made = literal(
        ("x", "Placeholder", (), [(F, (2, 3))]), ("p", "Placeholder", (), [("bool", ())]),
        ("v", "Const", (), [(F, (3, then))]), ("w", "Const", (), [(F, (3, other))]), ("if", "If", ["p", "x"], [(F, None)]),
        ("if/then/y", "MatMul", ["x", "v"], [(F, (2, then))]), ("if/else/y", "MatMul", ["x", "w"], [(F, (2, other))]),
        groups=[("if", -1, "if", "if"), ("if/then", 0, "branch", "if"), ("if/else", 0, "branch", "if")],
        places=[-1, -1, -1, -1, -1, 1, 2],
    )  # fmt: skip
    assert estimate(made).cost.macs == 2 * 3 * 6
