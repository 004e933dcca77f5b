"""Operators of TensorFlow Lite, counted by hand: what they multiply and add, with the bias and the activation that are in them."""

from __future__ import annotations

import pytest

from literal import cost
from opscope.cost.formulas import formulas
from opscope.cost.movement import NO_FLOPS
from opscope.graph.lite_ops import SAME_OP
from opscope.load.tflite_files.operators import operator_names

F = "float32"
INT = "int32"
STEPS = 2 * 4  # two samples of four steps
GATES = [None, *[(7, 5)] * 4, *[(7, 7)] * 4]
LSTM = STEPS * 4 * (7 * 5 + 7 * 7)

PRODUCTS = [
    # weights (filters, height, width, channels); a bias and a ReLU are one operation each for an element of the result
    ("CONV_2D", [(2, 8, 8, 3), (5, 3, 3, 3), (5,)], (2, 4, 4, 5), {"fused_activation_function": "RELU"}, 160 * 27, 320),
    ("CONV_2D", [(2, 8, 8, 3), (5, 3, 3, 3)], (2, 4, 4, 5), {}, 160 * 27, 0),
    ("CONV_2D", [(1, 8, 8, 4), (16, 3, 3, 2), (16,)], (1, 8, 8, 16), {}, 1024 * 18, 1024),  # two groups of channels
    ("CONV_2D", [(1, 2, 2, 1), (1, 1, 1, 1)], (1, 2, 2, 1), {"fused_activation_function": "RELU6"}, 4, 8),
    ("CONV_2D", [(1, 2, 2, 1), (1, 1, 1, 1)], (1, 2, 2, 1), {"fused_activation_function": "TANH"}, 4, 4),
    ("DEPTHWISE_CONV_2D", [(1, 8, 8, 4), (1, 3, 3, 8), (8,)], (1, 8, 8, 8), {"fused_activation_function": "RELU6"}, 512 * 9, 512 * 3),
    ("CONV_3D", [(1, 4, 4, 4, 2), (3, 3, 3, 2, 5)], (1, 4, 4, 4, 5), {}, 320 * 54, 0),
    # each element of the input goes to 3 x 3 places of 5 filters
    ("TRANSPOSE_CONV", [(INT, (4,)), (5, 3, 3, 2), (1, 4, 4, 2), (5,)], (1, 8, 8, 5), {}, 32 * 45, 320),
    ("CONV_3D_TRANSPOSE", [(INT, (5,)), (3, 3, 3, 2, 5), (1, 4, 4, 4, 5)], (1, 4, 4, 4, 2), {}, 320 * 54, 0),
    ("FULLY_CONNECTED", [(2, 3), (5, 3), (5,)], (2, 5), {"fused_activation_function": "RELU"}, 30, 20),
    ("FULLY_CONNECTED", [(2, 4, 3), (5, 3)], (8, 5), {}, 120, 0),
    ("FULLY_CONNECTED", [(2, 4, 3), (5, 3)], (2, 4, 5), {"keep_num_dims": True}, 120, 0),
    ("BATCH_MATMUL", [(7, 2, 3), (7, 3, 5)], (7, 2, 5), {}, 210, 0),
    ("BATCH_MATMUL", [(7, 3, 2), (7, 3, 5)], (7, 2, 5), {"adj_x": True}, 210, 0),
    # four gates, each [7, 5] and [7, 7]; some 4 operations for each gate's value
    ("UNIDIRECTIONAL_SEQUENCE_LSTM", [(2, 4, 5), *GATES[1:]], (2, 4, 7), {}, LSTM, STEPS * 4 * 7 * 4),
    ("LSTM", [(2, 5), *GATES[2:5], *GATES[6:9]], (2, 7), {"omitted_inputs": [1, 5]}, 2 * 3 * 84, 2 * 3 * 7 * 4),
    ("UNIDIRECTIONAL_SEQUENCE_RNN", [(2, 4, 5), (7, 5), (7, 7), (7,), (2, 7)], (2, 4, 7), {}, STEPS * 84, STEPS * 7 * 4),
    ("RNN", [(2, 5), (7, 5), (7, 7), (7,), (2, 7)], (2, 7), {}, 2 * 84, 2 * 7 * 4),
]  # fmt: skip


@pytest.mark.parametrize(("op", "inputs", "output", "attrs", "macs", "more"), PRODUCTS)
def test_a_product_is_counted_with_its_bias_and_activation(op, inputs, output, attrs, macs, more) -> None:
    found = cost(op, inputs, [output], **attrs)
    assert (found.macs, found.flops) == (macs, 2 * macs + more)


ELEMENTS = [
    ("ADD", [(4, 5), (5,)], {}, 20),
    ("ADD", [(4, 5), (5,)], {"fused_activation_function": "RELU"}, 40),
    ("MUL", [(4, 5), (4, 5)], {"fused_activation_function": "RELU_N1_TO_1"}, 60),
    ("LOGISTIC", [(4, 5)], {}, 80),  # 1 / (1 + exp(-x))
    ("RELU6", [(4, 5)], {}, 40),
    ("HARD_SWISH", [(4, 5)], {}, 100),  # x * min(max(x + 3, 0), 6) / 6
    ("GELU", [(4, 5)], {}, 100),  # x / 2 * (1 + erf(x / root of 2))
    ("GELU", [(4, 5)], {"approximate": True}, 180),
    ("PRELU", [(4, 5), (5,)], {}, 40),
    ("RELU_N1_TO_1", [(4, 5)], {}, 40),
    ("RELU_0_TO_1", [(4, 5)], {}, 40),
    ("QUANTIZE", [(4, 5)], {}, 80),
    ("FAKE_QUANT", [(4, 5)], {}, 80),
    ("DEQUANTIZE", [("int8", (4, 5))], {}, 40),
    (
        "L2_NORMALIZATION",
        [(4, 5)],
        {},
        68,
    ),  # squares 20, sums 20, products 20; a root and a division for each of 4 rows
]


@pytest.mark.parametrize(("op", "inputs", "attrs", "flops"), ELEMENTS)
def test_the_operations_for_each_element(op, inputs, attrs, flops) -> None:
    found = cost(op, inputs, [(4, 5)], **attrs)
    assert (found.flops, found.macs) == (flops, 0)


def test_pooling_looks_at_its_window() -> None:
    window = {"filter_width": 3, "filter_height": 2, "stride_w": 1, "stride_h": 1}
    ours = cost("MAX_POOL_2D", [(1, 8, 8, 2)], [(1, 7, 6, 2)], **window)
    assert ours.flops == cost("MaxPool", [(1, 8, 8, 2)], [(1, 7, 6, 2)], ksize=[1, 2, 3, 1]).flops
    assert ours.flops != cost("MAX_POOL_2D", [(1, 8, 8, 2)], [(1, 7, 6, 2)], **{**window, "filter_width": 1}).flops


def test_an_activation_that_has_no_formula_leaves_none() -> None:
    assert cost("ADD", [(4,), (4,)], [(4,)], fused_activation_function="SIGN_BIT").flops is None


def test_a_lookup_reads_the_rows_that_it_returns() -> None:
    found = cost("EMBEDDING_LOOKUP", [(INT, (3,)), (1000, 8)], [(3, 8)])
    assert (found.flops, found.bytes) == (0, 2 * 3 * 8 * 4 + 3 * 4)


def test_every_formula_is_one_of_tensorflows_or_has_a_row() -> None:
    rows = {op for op, *_ in (*PRODUCTS, *ELEMENTS)}
    both = {"RFFT2D"}  # TensorFlow's op has that very name
    assert {op for op in formulas() if op in operator_names()} <= rows | SAME_OP.keys() | both
    assert set(SAME_OP) <= operator_names()
    assert not rows & NO_FLOPS
