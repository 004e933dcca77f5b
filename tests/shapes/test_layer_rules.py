"""Shapes of products, convolutions, pooling, normalisation and losses.

TOLD is what TensorFlow's own shape function tells of the op: computed with 2.21 (`tf.raw_ops` in a graph, N an open dimension or an
element that is fed) and written down. Behind a row of OURS, where our rule tells less or more, stands TensorFlow's answer.
"""

import pytest

from opscope.shapes.layer_rules import LAYERS

from .one_op import ints, shapes

N = None
TOLD = [
    ("MatMul", [(3, 5), (5, 4)], {}, [(3, 4)]),
    ("MatMul", [(5, 3), (5, 4)], {"transpose_a": True}, [(3, 4)]),
    ("MatMul", [(3, 5), (4, 5)], {"transpose_b": True}, [(3, 4)]),
    ("MatMul", [(5, 3), (4, 5)], {"transpose_a": True, "transpose_b": True}, [(3, 4)]),
    ("MatMul", [(N, 5), (5, N)], {}, [(N, N)]),
    ("MatMul", [(N, 5), (N, 4)], {"transpose_a": True}, [(5, 4)]),
    ("MatMul", [(3, 5), (5, N)], {"transpose_b": True}, [(3, 5)]),
    ("BatchMatMul", [(7, 3, 5), (7, 5, 4)], {}, [(7, 3, 4)]),
    ("BatchMatMul", [(7, 5, 3), (7, 4, 5)], {"adj_x": True, "adj_y": True}, [(7, 3, 4)]),
    ("BatchMatMulV2", [(7, 1, 3, 5), (6, 5, 4)], {}, [(7, 6, 3, 4)]),
    ("BatchMatMulV2", [(7, 1, 5, 3), (6, 5, 4)], {"adj_x": True}, [(7, 6, 3, 4)]),
    ("BatchMatMulV2", [(7, 1, 3, 5), (6, 4, 5)], {"adj_y": True}, [(7, 6, 3, 4)]),
    ("BatchMatMulV2", [N, (6, 5, 4)], {}, [N]),
    ("BatchMatMulV2", [(2, 3, 4, 5), (2, 3, 6, 5)], {"adj_y": True}, [(2, 3, 4, 6)]),
    ("BatchMatMulV3", [(2, 3, 5), (5, 4)], {}, [(2, 3, 4)]),
    ("Einsum", [(2, 3, 4), (4, 5)], {"equation": "abc,cd->abd"}, [(2, 3, 5)]),
    ("Einsum", [(2, N, 4), (4, 5)], {"equation": "abc,cd->dba"}, [(5, N, 2)]),
    ("Einsum", [(2, 3), (3,)], {"equation": "ab,b->"}, [()]),
    ("Einsum", [(3, 3)], {"equation": "aa->a"}, [(3,)]),
    ("Einsum", [(N, 3), (2, 3)], {"equation": "ab,ab->ba"}, [(3, 2)]),
    ("Einsum", [(2, 3), (N, 3)], {"equation": "ab,ab->ba"}, [(3, 2)]),
    ("Einsum", [N, (2, 3)], {"equation": "ab,bc->ac"}, [(N, 3)]),
    ("Conv2D", [(2, 8, 9, 6), (3, 2, 6, 4)], {"strides": [1, 1, 1, 1], "padding": "VALID"}, [(2, 6, 8, 4)]),
    ("Conv2D", [(2, 8, 9, 6), (3, 2, 6, 4)], {"strides": [1, 2, 3, 1], "padding": "VALID"}, [(2, 3, 3, 4)]),
    ("Conv2D", [(2, 8, 9, 6), (3, 2, 6, 4)], {"strides": [1, 2, 3, 1], "padding": "SAME"}, [(2, 4, 3, 4)]),
    ("Conv2D", [(2, 8, 9, 6), (3, 2, 6, 4)], {"strides": [1, 1, 1, 1], "padding": "VALID", "dilations": [1, 2, 3, 1]}, [(2, 4, 6, 4)]),
    ("Conv2D", [(2, 8, 9, 6), (3, 4, 6, 4)], {"strides": [1, 1, 1, 1], "padding": "SAME", "dilations": [1, 2, 3, 1]}, [(2, 8, 9, 4)]),
    ("Conv2D", [(2, 6, 8, 9), (3, 2, 6, 4)], {"strides": [1, 1, 2, 3], "padding": "VALID", "data_format": "NCHW"}, [(2, 4, 3, 3)]),
    ("Conv2D", [(2, 6, 8, 9), (3, 2, 6, 4)], {"strides": [1, 1, 2, 3], "padding": "SAME", "data_format": "NCHW"}, [(2, 4, 4, 3)]),
    ("Conv2D", [(2, 6, 8, 9), (3, 2, 6, 4)], {"strides": [1, 1, 1, 1], "padding": "VALID", "data_format": "NCHW", "dilations": [1, 1, 2, 3]}, [(2, 4, 4, 6)]),
    ("Conv2D", [(N, 8, N, 6), (3, 2, 6, 4)], {"strides": [1, 2, 2, 1], "padding": "SAME"}, [(N, 4, N, 4)]),
    ("Conv2D", [(N, 8, N, 6), (3, N, 6, 4)], {"strides": [1, 2, 2, 1], "padding": "VALID"}, [(N, 3, N, 4)]),
    ("Conv2D", [(2, 8, 9, 6), (N, 2, 6, N)], {"strides": [1, 2, 2, 1], "padding": "VALID"}, [(2, N, 4, N)]),
    ("Conv2D", [(2, 8, 9, 6), (N, N, 6, 5)], {"strides": [1, 2, 2, 1], "padding": "SAME"}, [(2, 4, 5, 5)]),
    ("Conv2D", [(2, 3, 3, 6), (3, 3, 6, 5)], {"strides": [1, 1, 1, 1], "padding": "VALID"}, [(2, 1, 1, 5)]),
    ("Conv2D", [(2, 7, 7, 6), (1, 1, 6, 4)], {"strides": [1, 2, 2, 1], "padding": "VALID"}, [(2, 4, 4, 4)]),
    ("Conv2D", [(2, 8, 9, 6), (0, 2, 6, 4)], {"strides": [1, 1, 1, 1], "padding": "VALID"}, [(2, 9, 8, 4)]),
    ("Conv3D", [(2, 6, 7, 8, 3), (3, 2, 4, 3, 5)], {"strides": [1, 1, 2, 3, 1], "padding": "VALID"}, [(2, 4, 3, 2, 5)]),
    ("Conv3D", [(2, 6, 7, 8, 3), (3, 2, 4, 3, 5)], {"strides": [1, 1, 2, 3, 1], "padding": "SAME"}, [(2, 6, 4, 3, 5)]),
    ("Conv3D", [(2, 3, 6, 7, 8), (3, 2, 4, 3, 5)], {"strides": [1, 1, 1, 2, 3], "padding": "VALID", "data_format": "NCDHW"}, [(2, 5, 4, 3, 2)]),
    ("DepthwiseConv2dNative", [(2, 8, 9, 6), (3, 2, 6, 4)], {"strides": [1, 1, 1, 1], "padding": "VALID"}, [(2, 6, 8, 24)]),
    ("DepthwiseConv2dNative", [(2, 8, 9, 6), (3, 2, 6, 2)], {"strides": [1, 2, 2, 1], "padding": "SAME"}, [(2, 4, 5, 12)]),
    ("DepthwiseConv2dNative", [(2, 8, 9, 6), (3, 2, 6, N)], {"strides": [1, 1, 1, 1], "padding": "VALID"}, [(2, 6, 8, N)]),
    ("DepthwiseConv2dNative", [(2, 8, 9, N), (3, 2, N, 4)], {"strides": [1, 1, 1, 1], "padding": "VALID"}, [(2, 6, 8, N)]),
    ("DepthwiseConv2dNative", [(2, 6, 8, 9), (3, 2, 6, 4)], {"strides": [1, 1, 1, 1], "padding": "VALID", "data_format": "NCHW"}, [(2, 24, 6, 8)]),
    ("DepthwiseConv2dNative", [(2, 8, 9, 6), (3, 2, 6, 4)], {"strides": [1, 1, 1, 1], "padding": "VALID", "dilations": [1, 2, 3, 1]}, [(2, 4, 6, 24)]),
    ("MaxPool", [(2, 8, 9, 6)], {"ksize": [1, 3, 2, 1], "strides": [1, 2, 3, 1], "padding": "VALID"}, [(2, 3, 3, 6)]),
    ("MaxPool", [(2, 8, 9, 6)], {"ksize": [1, 3, 2, 1], "strides": [1, 2, 3, 1], "padding": "SAME"}, [(2, 4, 3, 6)]),
    ("MaxPool", [(2, 6, 8, 9)], {"ksize": [1, 1, 3, 2], "strides": [1, 1, 2, 3], "padding": "VALID", "data_format": "NCHW"}, [(2, 6, 3, 3)]),
    ("MaxPool", [(N, 8, N, 6)], {"ksize": [1, 3, 2, 1], "strides": [1, 1, 1, 1], "padding": "VALID"}, [(N, 6, N, 6)]),
    ("MaxPool", [(2, 4, 4, 6)], {"ksize": [1, 2, 2, 1], "strides": [1, 2, 2, 1], "padding": "SAME"}, [(2, 2, 2, 6)]),
    ("AvgPool", [(2, 8, 9, 6)], {"ksize": [1, 3, 2, 1], "strides": [1, 2, 3, 1], "padding": "VALID"}, [(2, 3, 3, 6)]),
    ("MaxPool3D", [(2, 6, 7, 8, 3)], {"ksize": [1, 3, 2, 4, 1], "strides": [1, 1, 2, 3, 1], "padding": "VALID"}, [(2, 4, 3, 2, 3)]),
    ("AvgPool3D", [(2, 6, 7, 8, 3)], {"ksize": [1, 3, 2, 4, 1], "strides": [1, 1, 2, 3, 1], "padding": "SAME"}, [(2, 6, 4, 3, 3)]),
    ("AvgPool3D", [(2, 3, 6, 7, 8)], {"ksize": [1, 1, 3, 2, 4], "strides": [1, 1, 1, 2, 3], "padding": "VALID", "data_format": "NCDHW"}, [(2, 3, 4, 3, 2)]),
    ("MaxPoolGrad", [(2, 8, 9, 6), (2, 6, 8, 6), (2, 6, 8, 6)], {"ksize": [1, 3, 2, 1], "strides": [1, 1, 1, 1], "padding": "VALID"}, [(2, 8, 9, 6)]),
    ("MaxPool3DGrad", [(2, 6, 7, 8, 3), (2, 4, 6, 5, 3), (2, 4, 6, 5, 3)], {"ksize": [1, 3, 2, 4, 1], "strides": [1, 1, 1, 1, 1], "padding": "VALID"}, [(2, 6, 7, 8, 3)]),
    ("AvgPoolGrad", [ints(2, 8, 9, 6), (2, 6, 8, 6)], {"ksize": [1, 3, 2, 1], "strides": [1, 1, 1, 1], "padding": "VALID"}, [(2, 8, 9, 6)]),
    ("AvgPoolGrad", [ints(N, 8, 9, 6), (2, 6, 8, 6)], {"ksize": [1, 3, 2, 1], "strides": [1, 1, 1, 1], "padding": "VALID"}, [(N, 8, 9, 6)]),
    ("AvgPool3DGrad", [ints(2, 6, 7, 8, 3), (2, 4, 6, 5, 3)], {"ksize": [1, 3, 2, 4, 1], "strides": [1, 1, 1, 1, 1], "padding": "VALID"}, [(2, 6, 7, 8, 3)]),
    ("Conv2DBackpropInput", [ints(2, 8, 9, 6), (3, 2, 6, 4), (2, 8, 9, 4)], {"strides": [1, 1, 1, 1], "padding": "SAME"}, [(2, 8, 9, 6)]),
    ("Conv2DBackpropInput", [ints(N, 8, 9, 6), (3, 2, 6, 4), (N, 8, 9, 4)], {"strides": [1, 1, 1, 1], "padding": "SAME"}, [(N, 8, 9, 6)]),
    ("Conv3DBackpropInputV2", [ints(2, 6, 7, 8, 3), (3, 2, 4, 3, 5), (2, 6, 7, 8, 5)], {"strides": [1, 1, 1, 1, 1], "padding": "SAME"}, [(2, 6, 7, 8, 3)]),
    ("DepthwiseConv2dNativeBackpropInput", [ints(2, 8, 9, 6), (3, 2, 6, 4), (2, 8, 9, 24)], {"strides": [1, 1, 1, 1], "padding": "SAME"}, [(2, 8, 9, 6)]),
    ("FusedBatchNorm", [(2, 4, 5, 6), (6,), (6,), (6,), (6,)], {}, [(2, 4, 5, 6), (6,), (6,), (6,), (6,)]),
    ("FusedBatchNormV2", [(N, 4, 5, 6), (6,), (6,), (6,), (6,)], {}, [(N, 4, 5, 6), (6,), (6,), (6,), (6,)]),
    ("SoftmaxCrossEntropyWithLogits", [(3, 5), (3, 5)], {}, [(3,), (3, 5)]),
    ("SoftmaxCrossEntropyWithLogits", [(3, 1), (1, 5)], {}, [(3,), (3, 5)]),
    ("SparseSoftmaxCrossEntropyWithLogits", [(3, 5), (3,)], {}, [(3,), (3, 5)]),
]  # fmt: skip
OURS = [
    ("MatMul", [N, (5, 4)], {}, [N]),  # [(N, 4)]
    ("MatMul", [(3,), (3, 5)], {}, [N]),  # an error
    ("MatMul", [(3, 5), (5,)], {}, [N]),  # an error
    ("BatchMatMulV2", [(2, 3, 5), (4, 5, 6)], {}, [N]),  # an error: 2 and 4
    ("Einsum", [(2, 3), (3, 5)], {"equation": "ab,bc"}, [N]),  # an error: the op wants an arrow
    ("Einsum", [(2, 3), (3, 5)], {"equation": "...ab,...bc->...ac"}, [N]),  # [(2, 5)]
    ("Einsum", [(2, 3), (3, 5)], {"equation": "ab,bc->a c"}, [(2, 5)]),  # an error: TensorFlow's Python takes blanks out
    ("Einsum", [(2, 3), (3, 5, 7)], {"equation": "ab,bc->ac"}, [(2, N)]),  # an error
    ("Conv2D", [(2, 2, 9, 6), (3, 2, 6, 4)], {"strides": [1, 1, 1, 1], "padding": "VALID"}, [(2, 0, 8, 4)]),  # an error
    ("Conv2D", [(2, 1, 9, 6), (3, 2, 6, 4)], {"strides": [1, 1, 1, 1], "padding": "VALID"}, [N]),  # an error
    ("MaxPool", [(2, 8, 6)], {"ksize": [1, 3, 1], "strides": [1, 1, 1], "padding": "VALID"}, [(2, 6, 6)]),  # an error
    ("Conv2D", [(2, 8, 9, 6), (3, 2, 6, 4)], {"padding": "SAME"}, [(2, 8, 9, 4)]),  # an error: no strides
    ("Conv2D", [(2, 8, 9, 6), (3, 2, 6, 4)], {"strides": [1, 0, 1, 1], "padding": "SAME"}, [(2, N, 9, 4)]),  # an error
    ("Conv2D", [(2, 8, 9, 6), (3, 2, 6, 4)], {"strides": [1, 2, 2], "padding": "SAME"}, [N]),  # an error
    ("Conv2D", [(2, 8, 9, 6), (3, 2, 6, 4)], {"strides": [1, 1, 1, 1], "dilations": [1, 2, 2], "padding": "SAME"}, [N]),  # an error
    ("Conv2D", [(2, 8, 6), (3, 2, 6, 4)], {"strides": [1, 1, 1], "padding": "SAME"}, [N]),  # an error
    ("Conv2D", [(2, 8, 9, 6), (3, 2)], {"strides": [1, 1, 1, 1], "padding": "VALID"}, [N]),  # an error
    ("Conv2D", [(2, 6), (6, 4)], {"strides": [1, 1], "padding": "VALID"}, [N]),  # an error
    ("Conv2D", [(2, 6), (4,)], {"strides": [1, 1], "padding": "VALID"}, [N]),  # an error
    ("DepthwiseConv2dNative", [(2, 8, 9, 6), (3, 2, 6, 4, 1)], {"strides": [1, 1, 1, 1], "padding": "VALID"}, [N]),  # an error
    ("DepthwiseConv2dNative", [(2, 9, 6), (3, 6, 4)], {"strides": [1, 1, 1], "padding": "VALID"}, [N]),  # an error
    ("MaxPool", [(2, 8, 9, 6)], {"ksize": [1, 3, 2], "strides": [1, 1, 1, 1], "padding": "VALID"}, [N]),  # an error
    ("MaxPool", [(2, 6)], {"ksize": [1, 1], "strides": [1, 1], "padding": "VALID"}, [N]),  # an error
    ("Conv2DBackpropInput", [ints(8, 9), (3, 2, 6, 4), (2, 8, 9, 4)], {"strides": [1, 1, 1, 1], "padding": "SAME"}, [N]),  # [(2, 8, 9, 6)]
    ("MatMul", [(3, 5), N], {}, [N]),  # [(3, N)]
    ("Conv2D", [(2, 8, 9, 6), (3, 2, 6, 4)], {"strides": [1, 1, 1, 1], "padding": "EXPLICIT", "explicit_paddings": [0, 0, 1, 2, 3, 4, 0, 0]}, [(2, N, N, 4)]),  # [(2, 9, 15, 4)]
    ("Conv2D", [N, (3, 2, 6, 4)], {"strides": [1, 1, 1, 1], "padding": "VALID"}, [N]),  # [(N, N, N, 4)]
    ("Conv2D", [(2, 8, 9, 6), N], {"strides": [1, 1, 1, 1], "padding": "VALID"}, [N]),  # [(2, N, N, N)]
    ("DepthwiseConv2dNative", [(2, 8, 9, 6), N], {"strides": [1, 1, 1, 1], "padding": "VALID"}, [N]),  # [(2, N, N, N)]
    ("MaxPool", [N], {"ksize": [1, 3, 2, 1], "strides": [1, 1, 1, 1], "padding": "VALID"}, [N]),  # [(N, N, N, N)]
    ("AvgPoolGrad", [(4,), (2, 6, 8, 6)], {"ksize": [1, 3, 2, 1], "strides": [1, 1, 1, 1], "padding": "VALID"}, [N]),  # [(N, N, N, N)]
    ("FusedBatchNormV3", [(2, 4, 5, 6), (6,), (6,), (6,), (6,)], {}, [(2, 4, 5, 6), (6,), (6,), (6,), (6,), (0,)]),  # [(2, 4, 5, 6), (6,), (6,), (6,), (6,), N]
    ("FusedBatchNormGrad", [(2, 4, 5, 6), (2, 4, 5, 6), (6,), (6,), (6,)], {}, [(2, 4, 5, 6), (6,), (6,), N, N]),  # [(2, 4, 5, 6), (6,), (6,), (0,), (0,)]
    ("FusedBatchNormGradV2", [(2, 4, 5, 6), (2, 4, 5, 6), (6,), (6,), (6,)], {}, [(2, 4, 5, 6), (6,), (6,), N, N]),  # [(2, 4, 5, 6), (6,), (6,), (0,), (0,)]
    ("FusedBatchNormGradV3", [(2, 4, 5, 6), (2, 4, 5, 6), (6,), (6,), (6,), (6,)], {}, [(2, 4, 5, 6), (6,), (6,), N, N]),  # [(2, 4, 5, 6), (6,), (6,), (0,), (0,)]
    ("SoftmaxCrossEntropyWithLogits", [(N, 5), (1, 5)], {}, [(N,), (N, 5)]),  # [(1,), (1, 5)]
    ("SoftmaxCrossEntropyWithLogits", [N, (3, 5)], {}, [N, N]),  # [(3,), (3, 5)]
    ("SparseSoftmaxCrossEntropyWithLogits", [(N, 5), (3,)], {}, [(N,), (N, 5)]),  # [(3,), (3, 5)]
    ("SparseSoftmaxCrossEntropyWithLogits", [N, (3,)], {}, [N, N]),  # [(3,), (3, N)]
]  # fmt: skip


@pytest.mark.parametrize(("op", "inputs", "attrs", "told"), [*TOLD, *OURS])
def test_the_rule_tells_the_shapes(op, inputs, attrs, told):
    found = shapes(op, inputs, len(told), **attrs)
    assert [*found, *[None] * (len(told) - len(found))] == told


def test_every_op_has_a_row():
    assert {op for op, *_ in [*TOLD, *OURS]} == set(LAYERS)
