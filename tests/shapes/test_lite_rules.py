"""Shapes and values of TensorFlow Lite's operators, by hand; test_tflite.py compares whole models with the interpreter's."""

from __future__ import annotations

import pytest

from opscope.graph.lite_ops import SAME_OP
from opscope.shapes.rules import ALL_RULES, FILE_RULES

from .one_op import ints, one, shapes, value

N = None
TOLD = [
    ("CONV_2D", [(2, 8, 9, 6), (4, 3, 2, 6), (4,)], {"stride_h": 1, "stride_w": 1, "padding": "VALID"}, [(2, 6, 8, 4)]),
    ("CONV_2D", [(N, 8, 9, 6), (4, 3, 2, 6)], {"stride_h": 2, "stride_w": 3, "padding": "SAME"}, [(N, 4, 3, 4)]),
    ("CONV_2D", [(2, 8, 9, 6), (4, 3, 2, 6)], {"stride_h": 1, "stride_w": 1, "padding": "VALID", "dilation_h_factor": 2, "dilation_w_factor": 3}, [(2, 4, 6, 4)]),
    ("DEPTHWISE_CONV_2D", [(2, 8, 9, 3), (1, 3, 2, 6)], {"stride_h": 1, "stride_w": 1, "padding": "VALID"}, [(2, 6, 8, 6)]),
    ("TRANSPOSE_CONV", [ints(2, 9, 9, 4), (4, 3, 3, 6), (2, 5, 5, 6)], {}, [(2, 9, 9, 4)]),
    ("MAX_POOL_2D", [(2, 8, 9, 3)], {"stride_h": 2, "stride_w": 3, "filter_height": 2, "filter_width": 3, "padding": "VALID"}, [(2, 4, 3, 3)]),
    ("FULLY_CONNECTED", [(2, 3), (5, 3), (5,)], {}, [(2, 5)]),
    ("FULLY_CONNECTED", [(2, 4, 3), (5, 3)], {}, [(8, 5)]),
    ("FULLY_CONNECTED", [(2, 6, 2), (5, 3)], {}, [(8, 5)]),
    ("FULLY_CONNECTED", [(N, 4, 3), (5, 3)], {}, [(N, 5)]),
    ("FULLY_CONNECTED", [(N, 4, 3), (5, 3)], {"keep_num_dims": True}, [(N, 4, 5)]),
    ("CONCATENATION", [(N, 2, 3), (4, 5, 3)], {"axis": 1}, [(4, 7, 3)]),
    ("CONCATENATION", [(4, 2, 3), (4, 2, N)], {"axis": -1}, [(4, 2, N)]),
    ("GATHER", [(7, 3), (2, 4)], {"axis": 0}, [(2, 4, 3)]),
    ("GATHER", [(5, 7, 3), (5, 2)], {"axis": 1, "batch_dims": 1}, [(5, 2, 3)]),
    ("EMBEDDING_LOOKUP", [(4,), (7, 3)], {}, [(4, 3)]),
    ("RESHAPE", [(6,), ints(2, 3)], {}, [(2, 3)]),
    ("RESHAPE", [(6,)], {"new_shape": [2, -1]}, [(2, N)]),
    ("SQUEEZE", [(1, 4, 1)], {"squeeze_dims": [0]}, [(4, 1)]),
    ("MEAN", [(2, 4, 5, 3), ints(1, 2)], {"keep_dims": True}, [(2, 1, 1, 3)]),
    ("PACK", [(2,), (2,)], {"axis": 1, "values_count": 2}, [(2, 2)]),
    ("DEQUANTIZE", [(2, N)], {}, [(2, N)]),
]  # fmt: skip


@pytest.mark.parametrize(("op", "inputs", "attrs", "told"), TOLD)
def test_the_rule_tells_the_shapes(op, inputs, attrs, told) -> None:
    assert shapes(op, inputs, **attrs) == told


VALUES = [
    ("SHAPE", [(2, N, 4)], {}, (2, N, 4)),
    ("CONCATENATION", [ints(4, 5), ints(6)], {"axis": 0}, (4, 5, 6)),
    ("GATHER", [ints(4, 5, 6), ints(2, 0)], {"axis": 0}, (6, 4)),
    ("ADD", [one(4), one(5)], {}, (9,)),
    ("ADD", [one(-4), one(1)], {"fused_activation_function": "RELU"}, None),
    ("ADD", [one(4, "int8"), one(5, "int8")], {"dtype": "int8"}, None),
    ("LESS", [one(4), one(5)], {"dtype": "bool"}, (True,)),
    ("REDUCE_PROD", [ints(2, 3), ints(0)], {}, (6,)),
    ("STRIDED_SLICE", [ints(4, 5, 6), ints(1), ints(2), ints(1)], {"shrink_axis_mask": 1}, (5,)),
]


@pytest.mark.parametrize(("op", "inputs", "attrs", "told"), VALUES)
def test_the_value_is_what_the_kernel_computes(op, inputs, attrs, told) -> None:
    """Of quantised numbers, and behind an activation, nothing is told."""
    assert value(op, inputs, **attrs) == told


def test_no_rule_of_an_operator_fills_in_a_graph_def() -> None:
    """An op of that name in it is someone's own."""
    assert not FILE_RULES.keys() & SAME_OP.keys()
    assert ALL_RULES.keys() & SAME_OP.keys()
