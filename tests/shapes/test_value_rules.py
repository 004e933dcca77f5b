"""Values of small tensors: what the executor computes, as far as it is known.

The answers of ROWS are TensorFlow 2.21's (`tf.raw_ops` run on them; where an element is not known, N, with 0 to 3 in its place what
stayed the same is told). REFUSED is what TensorFlow raises an error for, or what is left alone.
"""

import pytest

from graphs import literal
from opscope.graph.content import content_of
from opscope.load.tflite_files.operators import operator_names
from opscope.shapes.budget import MOST_ELEMENTS
from opscope.shapes.loops import Loops
from opscope.shapes.value_rules import VALUES

from .one_op import ints, one, value

N = None
FOUR = ints(4, 5, 6, 7)


def floats(*values):
    return ints(*values, dtype="float32")


def bools(*values):
    return ints(*values, dtype="bool")


def cut(begin, end, step, **masks):
    return [FOUR, ints(begin), ints(end), ints(step)], masks


ROWS = [
    ("Const", [], {"value": {"shape": [3], "values": [1, 2, 3]}, "shape": (3,)}, (1, 2, 3)),
    ("Const", [], {"value": {"shape": [2, 2], "values": [7]}, "shape": (2, 2)}, (7, 7, 7, 7)),
    ("Const", [], {"value": {"shape": [0], "values": []}, "shape": (0,)}, ()),
    ("Const", [], {"value": {"shape": [2], "values": [1, 2]}}, (1, 2)),
    ("Shape", [(2, N, 4)], {}, (2, N, 4)),
    ("ShapeN", [(2, 3), (5,)], {}, (2, 3)),
    ("ShapeN", [(2, 3), (5,)], {"output": 1}, (5,)),
    ("Size", [(2, 3, 4)], {}, (24,)),
    ("Size", [()], {}, (1,)),
    ("Size", [(2, 0)], {}, (0,)),
    ("Size", [(2, N)], {}, (N,)),
    ("Rank", [(2, N, 4)], {}, (3,)),
    ("Rank", [()], {}, (0,)),
    ("Pack", [one(4), one(5), one(6)], {}, (4, 5, 6)),
    ("Pack", [one(4), (), one(6)], {}, (4, N, 6)),
    ("Pack", [one(4), N], {}, (4, N)),
    ("Pack", [ints(4), ints(5)], {}, (4, 5)),
    ("ConcatV2", [ints(4, 5), ints(6), ints(7, 8), one(0)], {}, (4, 5, 6, 7, 8)),
    ("ConcatV2", [ints(4, N), ints(6), one(0)], {}, (4, N, 6)),
    ("ConcatV2", [ints(*range(200)), ints(*range(200, 256)), one(0)], {}, tuple(range(256))),
    ("StridedSlice", *cut(1, 3, 1), (5, 6)),
    ("StridedSlice", *cut(2, 3, 1), (6,)),
    ("StridedSlice", *cut(0, 4, 2), (4, 6)),
    ("StridedSlice", *cut(3, 0, -1), (7, 6, 5)),
    ("StridedSlice", *cut(-3, -1, 1), (5, 6)),
    ("StridedSlice", *cut(2, 2, 1), ()),
    ("StridedSlice", *cut(2, 3, 1, shrink_axis_mask=1), (6,)),
    ("StridedSlice", *cut(0, 1, 1, shrink_axis_mask=1), (4,)),
    ("StridedSlice", *cut(-1, 0, 1, shrink_axis_mask=1), (7,)),
    ("StridedSlice", *cut(-4, -3, 1, shrink_axis_mask=1), (4,)),
    ("StridedSlice", *cut(2, 3, 1, begin_mask=1), (4, 5, 6)),
    ("StridedSlice", *cut(2, 3, 1, end_mask=1), (6, 7)),
    ("StridedSlice", *cut(9, 9, -1, begin_mask=1, end_mask=1), (7, 6, 5, 4)),
    ("StridedSlice", *cut(2, N, 1, shrink_axis_mask=1), (6,)),
    ("StridedSlice", *cut(N, 3, 1, begin_mask=1), (4, 5, 6)),
    ("StridedSlice", *cut(2, N, 1, end_mask=1), (6, 7)),
    ("StridedSlice", [ints(4, N, 6), ints(1), ints(3), ints(1)], {}, (N, 6)),
    ("Slice", [FOUR, ints(1), ints(2)], {}, (5, 6)),
    ("Slice", [FOUR, ints(1), ints(-1)], {}, (5, 6, 7)),
    ("Slice", [FOUR, ints(0), ints(4)], {}, (4, 5, 6, 7)),
    ("Slice", [FOUR, ints(0), ints(-1)], {}, (4, 5, 6, 7)),
    ("Slice", [FOUR, ints(4), ints(0)], {}, ()),
    ("Slice", [FOUR, ints(4), ints(-1)], {}, ()),
    ("Slice", [FOUR, ints(2), ints(0)], {}, ()),
    ("Slice", [ints(4, N, 6), ints(0), ints(2)], {}, (4, N)),
    ("GatherV2", [FOUR, ints(3, 0, 0), one(0)], {}, (7, 4, 4)),
    ("GatherV2", [FOUR, one(2), one(0)], {}, (6,)),
    ("GatherV2", [FOUR, ints(3, N), one(0)], {}, (7, N)),
    ("GatherV2", [ints(4, N, 6), ints(2, 1), one(0)], {}, (6, N)),
    ("GatherV2", [FOUR, ints(), one(0)], {}, ()),
    ("Range", [one(2), one(11), one(3)], {}, (2, 5, 8)),
    ("Range", [one(9), one(2), one(-2)], {}, (9, 7, 5, 3)),
    ("Range", [one(4), one(4), one(1)], {}, ()),
    ("Range", [one(0), one(30), one(5)], {}, (0, 5, 10, 15, 20, 25)),
    ("Range", [one(900), one(0), one(-300)], {}, (900, 600, 300)),
    ("Range", [one(0), one(1), one(5)], {}, (0,)),
    ("Range", [one(0), one(MOST_ELEMENTS), one(1)], {}, tuple(range(256))),
    ("Fill", [ints(2, 2), one(7)], {}, (7, 7, 7, 7)),
    ("Fill", [ints(3), ()], {}, (N, N, N)),
    ("Fill", [ints(), one(7)], {}, (7,)),
    ("Fill", [ints(0, 3), one(7)], {}, ()),
    ("StringSplit", [(3,)], {"output": 2}, (3, N)),
    ("StringSplitV2", [(3,)], {"output": 2}, (3, N)),
    ("InvertPermutation", [ints(2, 0, 1)], {}, (1, 2, 0)),
    ("InvertPermutation", [ints(1, 2, 3, 0)], {}, (3, 0, 1, 2)),
    ("BroadcastGradientArgs", [ints(8, 5), ints(5)], {}, ()),
    ("BroadcastGradientArgs", [ints(8, 5), ints(5)], {"output": 1}, (0,)),
    ("BroadcastGradientArgs", [ints(3, 1), ints(2, 1, 4)], {}, (0, 2)),
    ("BroadcastGradientArgs", [ints(3, 1), ints(2, 1, 4)], {"output": 1}, (1,)),
    ("BroadcastGradientArgs", [ints(1, 3), ints(1, 1)], {}, (0,)),
    ("BroadcastGradientArgs", [ints(1, 3), ints(1, 1)], {"output": 1}, (0, 1)),
    ("BroadcastGradientArgs", [ints(1, 3), ints(1, 3)], {}, ()),
    ("BroadcastGradientArgs", [ints(), ints(4, 2)], {}, (0, 1)),
    ("Prod", [ints(2, 3, 4), one(0)], {}, (24,)),
    ("Max", [ints(2, 4, 3), ints(0)], {}, (4,)),
    ("Min", [ints(3, 2, 4), one(0)], {}, (2,)),
    ("Sum", [ints(2, 3, 4), one(0)], {}, (9,)),
    ("Prod", [ints(2, N, 4), one(0)], {}, (N,)),
    ("Sum", [ints(2, 3), ints()], {}, (2, 3)),
    ("Sum", [ints(2, N), ints()], {}, (2, N)),
    ("Less", [ints(1, 2, 3), one(2)], {"dtype": "bool"}, (True, False, False)),
    ("LessEqual", [ints(1, 2, 3), one(2)], {"dtype": "bool"}, (True, True, False)),
    ("Greater", [ints(1, 2, 3), one(2)], {"dtype": "bool"}, (False, False, True)),
    ("GreaterEqual", [ints(1, 2, 3), one(2)], {"dtype": "bool"}, (False, True, True)),
    ("Equal", [ints(1, 2, 3), one(2)], {"dtype": "bool"}, (False, True, False)),
    ("NotEqual", [ints(1, 2, 3), one(2)], {"dtype": "bool"}, (True, False, True)),
    ("LogicalAnd", [bools(True, True, False, False), bools(True, False, True, False)], {"dtype": "bool"}, (True, False, False, False)),
    ("LogicalOr", [bools(True, True, False, False), bools(True, False, True, False)], {"dtype": "bool"}, (True, True, True, False)),
    ("LogicalNot", [bools(True, False)], {"dtype": "bool"}, (False, True)),
    ("Add", [ints(1, 2), ints(10, 20)], {}, (11, 22)),
    ("AddV2", [ints(1, 2), one(10)], {}, (11, 12)),
    ("AddV2", [one(1), ints(10, 20)], {}, (11, 21)),
    ("AddV2", [ints(1, N, 3), ints(10, 20, 30)], {}, (11, N, 33)),
    ("AddV2", [ints(7), one(1)], {}, (8,)),
    ("AddV2", [ints(), ints()], {}, ()),
    ("AddV2", [ints(), one(1)], {}, ()),
    ("Sub", [ints(10, 20), ints(1, 2)], {}, (9, 18)),
    ("Mul", [ints(10, 20), ints(3, 4)], {}, (30, 80)),
    ("FloorDiv", [ints(7, -7, 7, -7), ints(2, 2, -2, -2)], {}, (3, -4, -4, 3)),
    ("FloorMod", [ints(7, -7, 7, -7), ints(3, 3, -3, -3)], {}, (1, 2, -2, -1)),
    ("Maximum", [ints(1, 9), ints(5, 5)], {}, (5, 9)),
    ("Minimum", [ints(1, 9), ints(5, 5)], {}, (1, 5)),
    ("RealDiv", [floats(7.0), floats(2.0)], {"dtype": "float32"}, (3.5,)),
    ("Neg", [ints(3, -4)], {}, (-3, 4)),
    ("Abs", [ints(3, -4)], {}, (3, 4)),
    ("Ceil", [floats(2.1, -2.1, 3.0)], {"dtype": "float32"}, (3.0, -2.0, 3.0)),
    ("Select", [bools(True, False), ints(1, 2), ints(3, 4)], {}, (1, 4)),
    ("SelectV2", [bools(True, False), ints(1, 2), ints(3, 4)], {}, (1, 4)),
    ("SelectV2", [one(False, "bool"), ints(1, 2), ints(3, 4)], {}, (3, 4)),
    ("SelectV2", [bools(True, False), ints(1, N), ints(N, 4)], {}, (1, 4)),
    ("SelectV2", [ints(N, True, dtype="bool"), ints(1, 2), ints(3, 4)], {}, (N, 2)),
    ("Cast", [ints(3, N)], {"dtype": "float32"}, (3.0, N)),
    ("Cast", [floats(2.7, -2.7)], {"dtype": "int32"}, (2, -2)),
    ("Cast", [bools(True, False)], {"dtype": "int32"}, (1, 0)),
    ("Cast", [ints(0, 1, -2)], {"dtype": "bool"}, (False, True, True)),
    ("Cast", [floats(1.5)], {"dtype": "float64"}, (1.5,)),
    ("Cast", [ints(16777217)], {"dtype": "float32"}, (16777216.0,)),
    ("Cast", [ints(2049)], {"dtype": "float16"}, (2048.0,)),
    ("Cast", [ints(16777217)], {"dtype": "float64"}, (16777217.0,)),
    ("RealDiv", [floats(1.0), floats(3.0)], {"dtype": "float32"}, (0.3333333432674408,)),
    ("Max", [floats(2.0, 4.0), one(0)], {"dtype": "float32"}, (N,)),
    *[(op, [ints(3, N, 5)], {}, (3, N, 5)) for op in "Identity StopGradient PreventGradient Enter EnsureShape _Retval".split()],
    ("Squeeze", [ints(3, 5, shape=(1, 2))], {}, (3, 5)),
    ("ExpandDims", [ints(3, 5), one(0)], {}, (3, 5)),
    ("Reshape", [ints(3, 5), ints(2, 1)], {}, (3, 5)),
]  # fmt: skip
REFUSED = [
    ("Const", [], {"value": {"shape": [3], "values": [1, 2]}, "shape": (3,)}),  # a summary that leaves out the last
    ("Const", [], {"value": {"shape": [257], "values": [1]}, "shape": (257,)}),
    ("Const", [], {"value": {"shape": [257], "values": [1]}}),
    ("Const", [], {}),
    ("Rank", [N], {}),
    ("Shape", [N], {}),
    ("Pack", [one(4), (2,)], {}),
    ("Pack", [ints(4, 5), ints(6, 7)], {}),
    ("Pack", [one(1)] * 257, {}),
    ("ConcatV2", [ints(4, 5), (2,), one(0)], {}),
    ("ConcatV2", [ints(4, 5)], {}),
    ("ConcatV2", [ints(4, 5, shape=(1, 2)), ints(6, 7, shape=(1, 2)), one(1)], {}),
    ("ConcatV2", [ints(*range(200)), ints(*range(57)), one(0)], {}),
    ("StridedSlice", [(4,), ints(1), ints(3), ints(1)], {}),
    ("StridedSlice", [ints(4, 5, 6, 7, shape=(2, 2)), ints(1), ints(2), ints(1)], {}),
    ("StridedSlice", [FOUR, ints(0, 0), ints(2, 2), ints(1, 1)], {"new_axis_mask": 1}),
    ("StridedSlice", [FOUR, ints(0, 0), ints(2, 2), ints(1, 1)], {}),
    ("StridedSlice", *cut(4, 5, 1, shrink_axis_mask=1)),
    ("StridedSlice", *cut(N, 3, 1)),
    ("StridedSlice", *cut(1, N, 1)),
    ("StridedSlice", *cut(1, 3, N)),
    ("StridedSlice", *cut(N, N, 1, shrink_axis_mask=1)),
    ("StridedSlice", *cut(0, 1, 1, new_axis_mask=1)),
    ("StridedSlice", *cut(0, 0, 1, ellipsis_mask=1)),
    ("StridedSlice", [FOUR, floats(1.0), ints(3), ints(1)], {}),
    ("Slice", [FOUR, ints(3), ints(2)], {}),
    ("Slice", [FOUR, ints(-1), ints(1)], {}),
    ("Slice", [FOUR, ints(5), ints(0)], {}),
    ("Slice", [FOUR, ints(5), ints(-1)], {}),
    ("Slice", [FOUR, ints(N), ints(1)], {}),
    ("Slice", [FOUR, ints(1), ints(N)], {}),
    ("Slice", [(4,), ints(1), ints(1)], {}),
    ("Slice", [ints(4, 5, shape=(1, 2)), ints(0, 0), ints(1, 2)], {}),
    ("GatherV2", [FOUR, ints(4), one(0)], {}),
    ("GatherV2", [FOUR, ints(-1), one(0)], {}),
    ("GatherV2", [FOUR, ints(0), one(1)], {}),
    ("GatherV2", [FOUR, ints(0), ()], {}),
    ("GatherV2", [FOUR, (1,), one(0)], {}),
    ("GatherV2", [(4,), ints(0), one(0)], {}),
    ("GatherV2", [FOUR, ints(0), one(0)], {"batch_dims": 1}),
    ("GatherV2", [ints(4, 5, 6, 7, shape=(2, 2)), ints(1), one(0)], {}),
    ("Range", [one(0), one(-5), one(1)], {}),
    ("Range", [one(0), one(5), one(0)], {}),
    ("Range", [one(0), one(MOST_ELEMENTS + 1), one(1)], {}),
    ("Range", [(), one(5), one(1)], {}),
    ("Range", [one(0), (), one(1)], {}),
    ("Range", [one(0), one(5), ()], {}),
    ("Fill", [(2,), one(7)], {}),
    ("Fill", [ints(2, N), one(7)], {}),
    ("Fill", [ints(2), ints(7, 8)], {}),
    ("Fill", [ints(257), one(7)], {}),
    ("InvertPermutation", [ints(2, 0)], {}),
    ("InvertPermutation", [ints(0, N)], {}),
    ("BroadcastGradientArgs", [ints(2, N), ints(2, 1)], {}),
    ("Prod", [(3,), one(0)], {}),
    ("Sum", [ints(1, 2, 3, 4, shape=(2, 2)), one(0)], {}),
    ("AddV2", [ints(1, 2), (2,)], {}),
    ("AddV2", [ints(1, 2), ints(1, 2, 3)], {}),
    ("AddV2", [ints(1, 2, shape=(2, 1)), ints(1, 2)], {}),
    ("AddV2", [one(1), ()], {}),
    ("FloorDiv", [one(4), one(0)], {}),
    ("FloorMod", [one(4), one(0)], {}),
    ("RealDiv", [floats(4.0), floats(0.0)], {"dtype": "float32"}),
    ("FloorDiv", [floats(1.0), floats(0.1)], {"dtype": "float32"}),  # 10 for TensorFlow, 9 for Python
    ("FloorMod", [floats(1.0), floats(0.1)], {"dtype": "float32"}),
    ("Cast", [ints(257)], {"dtype": "bfloat16"}),  # it would be 256
    ("Cast", [ints(70000)], {"dtype": "float16"}),  # infinite
    ("SelectV2", [bools(True), ints(1), (1,)], {}),
    ("Frobnicate", [ints(1)], {}),
]  # fmt: skip


def shown(values):
    """True is not 1 here, and 3 not 3.0."""
    return values if values is None else [(type(one).__name__, one) for one in values]


@pytest.mark.parametrize(("op", "inputs", "attrs", "told"), ROWS)
def test_the_value_is_what_the_executor_computes(op, inputs, attrs, told):
    assert shown(value(op, inputs, **attrs)) == shown(told)


@pytest.mark.parametrize(("op", "inputs", "attrs"), REFUSED)
def test_nothing_is_told_of_an_error_or_of_too_much(op, inputs, attrs):
    assert value(op, inputs, **attrs) is None


def test_every_rule_has_a_row():
    # An argument's value comes from the call: test_body_values.py. Operators of TensorFlow Lite have theirs in test_lite_rules.py.
    assert {op for op, *_ in ROWS} | {"_Arg"} == set(VALUES) - operator_names()


def test_a_number_of_elements_may_be_known_where_the_shape_is_not():
    graph = literal(
        ("x", "Const", (), [("int32", None)], {"value": {"shape": [3], "values": [4, 5, 6]}}), ("n", "Size", ["x"], [("int32", ())]),
        ("open", "Placeholder", (), [("int32", None)]), ("m", "Size", ["open"], [("int32", ())]),
    )  # fmt: skip
    values = Loops(graph, content_of(graph).table.outputs).values()
    assert values.of(1, 0) == (3,)
    assert values.of(3, 0) == (None,)
