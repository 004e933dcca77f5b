"""FLOPs of every op that has a formula, each counted by hand from the equation that its documentation or kernel gives.

Counted is one for each +, -, *, /, comparison and elementary function (a power, root or absolute value is one; 1 / sqrt is
two, as in TensorFlow's registry), whatever the dtype. `SHAPE` has 24 elements; everything else that an op takes is a scalar.
"""

import pytest

from literal import cost
from opscope.cost.formulas import formulas
from opscope.graph.vocabulary import layer_class
from opscope.load.tflite_files.operators import operator_names

from .test_formulas import ROWS

SHAPE, SIZE = (4, 6), 24

PER_INPUT = {
    1: """Abs Acos Acosh Angle Asin Asinh Atan Atanh BesselI0 BesselI0e BesselI1 BesselI1e BesselJ0 BesselJ1
        BesselK0 BesselK0e BesselK1 BesselK1e BesselY0 BesselY1 Ceil ComplexAbs Conj Cos Cosh Dawsn
        Digamma Erf Erfc Erfinv Exp Expint Expm1 Floor FresnelCos FresnelSin Inv Invert IsFinite IsInf IsNan Lgamma Log Log1p LogicalNot
        Ndtri Neg PopulationCount Reciprocal Relu Rint Round Sign Sin Sinh Spence Sqrt Square Tan Tanh""",  # one function, so named
    2: """Relu6 ClipByValue Rsqrt LeakyRelu""",  # min and max; root and division; comparison and product
    3: "Elu Softplus",  # comparison, exp, - 1; exp, + 1, log
    4: "Sigmoid",  # 1 / (1 + exp(-x)): sign, exp, sum, division
    5: "Softmax LogSoftmax",  # maximum, difference, exp, sum; then a division, or the difference with the sum's log
    8: "SoftmaxCrossEntropyWithLogits SparseSoftmaxCrossEntropyWithLogits",  # 5 of LogSoftmax; product, sum; difference
}
PER_OUTPUT = {
    1: """Add AddV2 Atan2 BitwiseAnd BitwiseOr BitwiseXor Div Equal FloorDiv FloorMod Greater GreaterEqual Igamma Igammac LeftShift
        Less LessEqual LogicalAnd LogicalOr Maximum Minimum Mod Mul NotEqual Pow RealDiv RightShift Sub TruncateDiv
        TruncateMod NextAfter Zeta Polygamma Betainc InplaceAdd InplaceSub BiasAdd BiasAddV1 ReluGrad""",  # the named operation; whether x > 0
    2: """SquaredDifference Xdivy Relu6Grad LeakyReluGrad SqrtGrad""",
    # difference, square; comparison with 0, division; two comparisons; comparison, product; dy * 0.5 / y
    3: "TanhGrad SigmoidGrad InvGrad ReciprocalGrad Xlog1py",
    # dy * (1 - y * y); dy * y * (1 - y); -dy * y * y twice; comparison with 0, log1p, product
    4: "RsqrtGrad SoftsignGrad",  # dy * -0.5 * y * y * y; dy / square(1 + abs(x))
}


def rows(table):
    return [(op, count) for count, names in table.items() for op in names.split()]


@pytest.mark.parametrize(("op", "count"), rows(PER_INPUT))
def test_a_function_of_each_element(op, count):
    assert cost(op, [SHAPE], [SHAPE]).flops == count * SIZE


@pytest.mark.parametrize(("op", "count"), rows(PER_OUTPUT))
def test_an_operation_of_two_counts_what_comes_out(op, count):
    """A row goes with every row of the other: 24 results, whichever is the smaller."""
    assert cost(op, [SHAPE, (6,)], [SHAPE]).flops == cost(op, [(6,), SHAPE], [SHAPE]).flops == count * SIZE


DIMS = (2, 4, 4, 8)  # 256 elements in 8 channels
ONES = [(8,)] * 4
REDUCTIONS = [
    *((op, [SHAPE, (1,)], [(4,)], {}, 24 - 4) for op in "Sum Prod Max Min All Any ArgMax ArgMin".split()),
    ("BiasAddGrad", [SHAPE], [(6,)], {}, 24 - 6),  # a row joins the next with 6 additions
    ("Mean", [SHAPE, (1,)], [(4,)], {}, (24 - 4) + 4),  # the sums, then a division each
    ("EuclideanNorm", [SHAPE, (1,)], [(4,)], {}, 24 + (24 - 4) + 4),  # squares, sums, roots
    ("L2Loss", [SHAPE], [()], {}, 3 * 24 - 1),  # TensorFlow's registry
    *((op, [SHAPE, ()], [SHAPE], {}, 24) for op in "Cumsum Cumprod".split()),
    *((op, [SHAPE, (), (0,)], [(9,)], {}, 24) for op in "Bincount DenseBincount".split()),  # each is added once
    *((op, [(4, 6), (4,), ()], [(4,)], {}, 24) for op in "InTopK InTopKV2".split()),  # a comparison each
    *(
        (op, [(4, 6), (4,), ()][: 3 if op.startswith("Unsorted") or op.endswith("V2") else 2], [(2, 6)], {}, 24)
        for op in """SegmentSum SegmentSumV2 SegmentMean SegmentMax SegmentMin SegmentProd UnsortedSegmentSum
        UnsortedSegmentMax UnsortedSegmentMin UnsortedSegmentProd""".split()
    ),
    *(
        (op, [(9, 6), (4, 1), (4, 6)], [(9, 6)], {}, 24)  # each of the updates is combined with what is there
        for op in """TensorScatterAdd TensorScatterSub TensorScatterMax TensorScatterMin ScatterAdd ScatterSub ScatterMul ScatterDiv
        ScatterMax ScatterMin ScatterNdAdd ScatterNdSub ScatterNdMax ScatterNdMin ScatterNdNonAliasingAdd""".split()
    ),
    *(
        (f"ResourceScatter{name}", [("resource", ()), (4, 1), (4, 6)], [], {}, 24)
        for name in "Add Sub Mul Div Max Min NdAdd NdSub NdMax NdMin".split()
    ),
]
ROWS_CHOSEN = [(9, 6), (4,), (4,)]  # four rows of six are chosen and added up
SPARSE = [
    *((op, ROWS_CHOSEN, [(2, 6)], {}, 4 * 6) for op in ("SparseSegmentSum", "SparseSegmentSumGrad")),
    ("SparseSegmentSumWithNumSegments", [*ROWS_CHOSEN, ()], [(2, 6)], {}, 4 * 6),
    # Then a division for each of the 2 * 6 results.
    *((op, ROWS_CHOSEN, [(2, 6)], {}, 4 * 6 + 12) for op in ("SparseSegmentMean", "SparseSegmentSqrtN")),
    *((f"{op}WithNumSegments", [*ROWS_CHOSEN, ()], [(2, 6)], {}, 36) for op in ("SparseSegmentMean", "SparseSegmentSqrtN")),
    # Of a sparse tensor of 11 stored values, each is added, compared or multiplied once.
    *((op, [(11, 2), (11,), (2,), (1,)], [(4,)], {}, 11) for op in ("SparseReduceSum", "SparseReduceMax")),
    *((op, [(11, 2), (11,), (2,), (1,)], [(9, 1)] * 3, {}, 11) for op in ("SparseReduceSumSparse", "SparseReduceMaxSparse")),
    *((f"SparseDenseCwise{op}", [(11, 2), (11,), (2,), (4, 5)], [(11,)], {}, 11) for op in ("Add", "Mul", "Div")),
    ("SparseTensorDenseAdd", [(11, 2), (11,), (2,), (4, 5)], [(4, 5)], {}, 11),
    ("SparseSoftmax", [(11, 2), (11,), (2,)], [(11,)], {}, 11 * 5),
    ("CumulativeLogsumexp", [SHAPE, ()], [SHAPE], {}, 24 * 6),  # log(exp(a) + exp(b)) = max + log1p(exp(min - max))
]  # fmt: skip
POOLING = [
    *((op, [(1, 8, 8, 2)], [(1, 4, 4, 2)], {"ksize": [1, 3, 2, 1]}, 6 * 32) for op in ("AvgPool", "MaxPool")),
    ("MaxPoolWithArgmax", [(1, 8, 8, 2)], [(1, 4, 4, 2), (1, 4, 4, 2)], {"ksize": [1, 3, 2, 1]}, 6 * 32),
    *((op, [(1, 8, 8, 8, 2)], [(1, 4, 4, 4, 2)], {"ksize": [1, 3, 2, 2, 1]}, 12 * 128) for op in ("AvgPool3D", "MaxPool3D")),
    # A division and an addition for each place of the window: TensorFlow's registry has the same for two dimensions.
    ("AvgPoolGrad", [(4,), (1, 4, 4, 2)], [(1, 8, 8, 2)], {"ksize": [1, 3, 2, 1]}, 2 * 6 * 32),
    ("AvgPool3DGrad", [(5,), (1, 4, 4, 4, 2)], [(1, 8, 8, 8, 2)], {"ksize": [1, 3, 2, 2, 1]}, 2 * 12 * 128),
    # Each window's maximum is looked for again, then one addition: the registry too.
    ("MaxPoolGrad", [(1, 8, 8, 2), (1, 4, 4, 2), (1, 4, 4, 2)], [(1, 8, 8, 2)], {"ksize": [1, 3, 2, 1]}, 6 * 32 + 32),
    ("MaxPool3DGrad", [(1, 8, 8, 8, 2), *[(1, 4, 4, 4, 2)] * 2], [(1, 8, 8, 8, 2)], {"ksize": [1, 3, 2, 2, 1]}, 13 * 128),
    ("MaxPoolGradWithArgmax", [(1, 8, 8, 2), (1, 4, 4, 2), (1, 4, 4, 2)], [(1, 8, 8, 2)], {"ksize": [1, 3, 2, 1]}, 32),
]  # fmt: skip
NORMS = [
    # y = x * a + b, with a = scale / sqrt(variance + epsilon) and b = offset - mean * a: the sum, root and division, and
    # what b needs, 4 a channel as documented. Training: also the mean (1 an element) and (x - mean)^2 summed (3).
    *((f"FusedBatchNorm{v}", [DIMS, *ONES], [DIMS, *ONES], {}, 256 * (1 + 3 + 2) + 8 * 4) for v in ("", "V2", "V3")),
    ("FusedBatchNormV3", [DIMS, *ONES], [DIMS, *ONES], {"is_training": False}, 256 * 2 + 8 * 4),
    # Ioffe and Szegedy 2015, section 3: x - mean (1), sums of dy and of dy (x - mean) (3), and the five operations of
    # dx = dy s + (x - mean) u + v with dy' = dy * scale; 6 a channel for s, u, v.
    *((f"FusedBatchNormGrad{v}", [DIMS, DIMS, *ONES[:3]], [DIMS, *ONES], {}, 256 * (1 + 3 + 5) + 8 * 6) for v in ("", "V2", "V3")),
    # The normalisation, and what Grappler fused: an addition of the side input, an activation.
    ("_FusedBatchNormEx", [DIMS, *ONES], [DIMS, *ONES], {"is_training": False}, 256 * 2 + 8 * 4),
    ("_FusedBatchNormEx", [DIMS, *ONES, DIMS], [DIMS, *ONES], {"is_training": False, "num_side_inputs": 1, "activation_mode": "Relu"},
     256 * (2 + 1 + 1) + 8 * 4),
    # A kernel of oneDNN computes what the op does that it is named after.
    ("_MklNativeFusedBatchNormEx", [DIMS, *ONES], [DIMS, *ONES], {"is_training": False, "activation_mode": "Relu"}, 256 * (2 + 1) + 8 * 4),
    ("_MklNativeFusedBatchNormV3", [DIMS, *ONES], [DIMS, *ONES], {"is_training": False}, 256 * 2 + 8 * 4),
    # x / (bias + alpha * sum(x^2 over 2 r + 1 channels))^beta: square, 2 r sums, *, +, power, /.
    ("LRN", [DIMS], [DIMS], {"depth_radius": 3}, 256 * (1 + 2 * 3 + 4)),
    ("LRN", [DIMS], [DIMS], {}, 256 * (1 + 2 * 5 + 4)),
]  # fmt: skip
BATCH, UNITS, STATE, STEPS = 3, 5, 7, 4
LSTM_WORK = 4 * (
    2 * BATCH * (UNITS + STATE) * STATE
)  # four gates, each [batch, units + state] x [units + state, state]
LSTM_ADDED = 4 * (4 * BATCH * STATE)  # as documented: four operations for each value of a gate
STATES = [(BATCH, STATE)] * 2
KERNEL, PEEPHOLES, BIAS = (UNITS + STATE, 4 * STATE), [(STATE,)] * 3, (4 * STATE,)
SEQUENCE = [(), (STEPS, BATCH, UNITS), *STATES, KERNEL, *PEEPHOLES, BIAS]
CONTRACTIONS = [
    *((op, [(2, 3), (3, 5)], [(2, 5)], {}, 2 * 2 * 3 * 5) for op in ("MatMul", "SparseMatMul", "BatchMatMul", "BatchMatMulV3")),
    ("BatchMatMulV2", [(7, 3, 2), (7, 3, 5)], [(7, 2, 5)], {"adj_x": True}, 2 * 7 * 2 * 3 * 5),
    ("SparseTensorDenseMatMul", [(11, 2), (11,), (2,), (6, 5)], [(4, 5)], {}, 2 * 11 * 5),  # 11 stored values
    ("Einsum", [(2, 3, 4)], [(2,)], {"equation": "abc->a"}, 24 - 2),  # a sum
    ("Einsum", [(4, 3), (3, 5), (5, 6)], [(4, 6)], {"equation": "ab, bc, cd -> ad"}, 2 * 2 * (4 * 3 * 5 * 6)),
    ("Einsum", [(4, 4)], [()], {"equation": "ii->"}, 4 - 1),  # the four of the diagonal
    ("Einsum", [(4, 4)], [(4,)], {"equation": "ii->i"}, 0),
    ("Einsum", [(30, 40), (5, 6)], [(30, 40)], {"equation": "ij,kl->ij"}, (5 * 6 - 1) + 30 * 40),  # b is summed, then each is scaled
    ("Einsum", [(4, 4), (4, 5)], [(4, 5)], {"equation": "ii,ij->ij"}, 4 * 5),
    ("Einsum", [(2, 3, 4), (4, 5, 7)], [(2, 5)], {"equation": "abc,cde->ad"}, 2 * 2 * 4 + 4 * 5 * 6 + 2 * 2 * 4 * 5),
    ("Einsum", [(2, 3, 0), (0, 5)], [(2, 3, 5)], {"equation": "abc,cd->abd"}, 0),
    ("Einsum", [(7, 2, 3), (3, 5)], [(2, 5)], {"equation": "...ab,bc->ac"}, 6 * 2 * 3 + 2 * 2 * 3 * 5),
    ("XlaEinsum", [(2, 3), (3, 5)], [(2, 5)], {"equation": "ab,bc->ac"}, 60),
    ("Einsum", [(4,), (6,)], [(4, 6)], {"equation": "a,b->ab"}, 4 * 6),  # an outer product sums nothing
    ("Einsum", [(8, 9, 2, 3), (9, 3, 5)], [(8, 9, 2, 5)], {"equation": "...ab,...bc->...ac"}, 2 * 8 * 9 * 2 * 3 * 5),
    ("Conv3DBackpropInputV2", [(5,), (3, 3, 3, 2, 5), (1, 2, 2, 2, 5)], [(1, 4, 4, 4, 2)], {}, 2 * 40 * 54),
    ("Conv3DBackpropFilterV2", [(1, 4, 4, 4, 2), (5,), (1, 2, 2, 2, 5)], [(3, 3, 3, 2, 5)], {}, 2 * 40 * 54),
    ("DepthwiseConv2dNativeBackpropInput", [(4,), (3, 2, 4, 2), (1, 4, 4, 8)], [(1, 8, 8, 4)], {}, 2 * 128 * 6),
    ("DepthwiseConv2dNativeBackpropFilter", [(1, 8, 8, 4), (4,), (1, 4, 4, 8)], [(3, 2, 4, 2)], {}, 2 * 128 * 6),
    ("Dilation2D", [(1, 8, 8, 4), (3, 2, 4)], [(1, 6, 7, 4)], {}, 2 * 6 * (6 * 7 * 4)),  # + and max for each weight
    *((op, [(1, 8, 8, 4), (3, 2, 4), (1, 6, 7, 4)], [(3, 2, 4)], {}, (2 * 6 + 1) * (6 * 7 * 4))  # the place again; one sum
      for op in ("Dilation2DBackpropInput", "Dilation2DBackpropFilter")),
    ("Conv", [(1, 8, 8, 3), (3, 3, 3, 16)], [(1, 8, 8, 16)], {}, 2 * 64 * 27 * 16),
    ("Conv2DBackpropInputV2", [(1, 8, 8, 3), (3, 3, 3, 16), (1, 4, 4, 16)], [(1, 8, 8, 3)], {}, 2 * 16 * 27 * 16),
    ("Conv2DBackpropFilterV2", [(1, 8, 8, 3), (3, 3, 3, 16), (1, 4, 4, 16)], [(3, 3, 3, 16)], {}, 2 * 16 * 27 * 16),
    ("Conv3DBackpropInput", [(1, 4, 4, 4, 2), (3, 3, 3, 2, 5), (1, 2, 2, 2, 5)], [(1, 4, 4, 4, 2)], {}, 2 * 40 * 54),
    ("Conv3DBackpropFilter", [(1, 4, 4, 4, 2), (3, 3, 3, 2, 5), (1, 2, 2, 2, 5)], [(3, 3, 3, 2, 5)], {}, 2 * 40 * 54),
    # A row of three diagonals by a matrix: three products for each result, two in the first and the last row.
    ("TridiagonalMatMul", [(2, 6), (2, 6), (2, 6), (2, 6, 5)], [(2, 6, 5)], {}, 2 * 2 * (4 * 3 + 2 * 2) * 5),
    ("_FusedConv3D", [(1, 4, 4, 4, 2), (3, 3, 3, 2, 5), (5,)], [(1, 4, 4, 4, 5)], {"fused_ops": ["BiasAdd"]}, 320 * (2 * 54 + 1)),
    ("LSTMBlockCell", [(BATCH, UNITS), *STATES, KERNEL, *PEEPHOLES, BIAS], STATES, {}, LSTM_WORK + LSTM_ADDED),
    *((op, SEQUENCE, STATES, {}, STEPS * (LSTM_WORK + LSTM_ADDED)) for op in ("BlockLSTM", "BlockLSTMV2")),
    # Each product of the forward has two gradients: to what came in and to the weights.
    *((op, SEQUENCE, STATES, {}, 2 * STEPS * (LSTM_WORK + LSTM_ADDED)) for op in ("BlockLSTMGrad", "BlockLSTMGradV2")),
    # Three gates, reset and update in one kernel.
    ("GRUBlockCell", [(BATCH, UNITS), (BATCH, STATE), (UNITS + STATE, 2 * STATE), (UNITS + STATE, STATE)], STATES, {},
     3 * (2 * BATCH * (UNITS + STATE) * STATE) + 3 * (4 * BATCH * STATE)),
    ("_FusedMatMul", [(2, 3), (3, 5), (5,)], [(2, 5)], {"fused_ops": ["BiasAdd", "Relu"]}, 60 + 2 * 10),
    ("_MklNativeFusedMatMul", [(2, 3), (3, 5), (5,)], [(2, 5)], {"fused_ops": ["BiasAdd", "Relu"]}, 60 + 2 * 10),
    ("_MklMatMul", [(2, 3), (3, 5)], [(2, 5)], {}, 60),
    ("_MklNativeFusedConv2D", [(1, 8, 8, 3), (3, 3, 3, 16), (16,)], [(1, 8, 8, 16)], {"fused_ops": ["BiasAdd"]}, 1024 * (2 * 27 + 1)),
    # With "VALID", what is padded to 10 by 10 gives 8 by 8; adding zeros around it computes nothing.
    ("_MklNativePadWithFusedConv2D", [(1, 8, 8, 3), (3, 3, 3, 16), (16,), (4, 2)], [(1, 8, 8, 16)], {"fused_ops": ["BiasAdd"]}, 1024 * (2 * 27 + 1)),
    ("_FusedConv2D", [(1, 8, 8, 3), (3, 3, 3, 16), (16,)], [(1, 8, 8, 16)], {"fused_ops": ["BiasAdd"]}, 1024 * (2 * 27 + 1)),
    ("_FusedDepthwiseConv2dNative", [(1, 8, 8, 4), (3, 3, 4, 2), (8,)], [(1, 8, 8, 8)], {"fused_ops": ["BiasAdd"]}, 512 * (2 * 9 + 1)),
]  # fmt: skip


def drawn(count, names):
    """Random numbers and the like: the shape of what comes out is a value, so only its size can count."""
    return [(op, [(2,), (2,)], [SHAPE], {}, count * 24) for op in names.split()]


SAMPLING = [
    *drawn(1, "RandomUniform StatelessRandomUniform StatelessRandomUniformV2 StatefulUniform"),  # bits to [1, 2), - 1
    # Box and Muller: two numbers - 1, 2 pi *, log, * -2, sqrt, sin, cos, two products: ten for two.
    *drawn(5, "RandomStandardNormal StatelessRandomNormal StatelessRandomNormalV2 StatefulStandardNormal"),
    *drawn(5, "StatefulStandardNormalV2"),
    *drawn(6, "TruncatedNormal StatelessTruncatedNormal StatelessTruncatedNormalV2 StatefulTruncatedNormal"),  # and |x| < 2
    # Scale, round, clamp to both ends, scale back.
    *drawn(5, "QuantizeAndDequantize QuantizeAndDequantizeV2 QuantizeAndDequantizeV3 QuantizeAndDequantizeV4"),
    # Min, max, - least, / step, round, * step, + least.
    *drawn(7, "FakeQuantWithMinMaxArgs FakeQuantWithMinMaxVars FakeQuantWithMinMaxVarsPerChannel"),
    *drawn(4, "FakeQuantWithMinMaxArgsGradient FakeQuantWithMinMaxVarsGradient"),  # two comparisons, and, product
    *drawn(4, "QuantizeV2"),  # (x - least) * range / (most - least), round
    *drawn(2, "Dequantize"),  # * scale + least
    # Three times a + (b - a) * t: above, below, between them.
    ("ResizeBilinear", [(1, 4, 4, 3), (2,)], [(1, 8, 8, 3)], {}, 192 * 3 * 3),
    ("CropAndResize", [(1, 4, 4, 3), (5, 4), (5,), (2,)], [(5, 2, 2, 3)], {}, 60 * 3 * 3),
    # Four rows, then what comes of them: five sums of four products; and the four weights.
    ("ResizeBicubic", [(1, 4, 4, 3), (2,)], [(1, 8, 8, 3)], {}, 192 * (5 * (4 + 3) + 4)),
    ("ResizeBilinearGrad", [(1, 8, 8, 3), (1, 8, 8, 3)], [(1, 8, 8, 3)], {}, 192 * 4 * 3),  # four corners: * wy * wx, +
    ("ResizeBicubicGrad", [(1, 8, 8, 3), (1, 8, 8, 3)], [(1, 8, 8, 3)], {}, 192 * 5 * (4 + 3)),
    *((op, [(24,), ()], [(9,), (24,)], {}, 24) for op in "Unique UniqueV2 UniqueWithCounts UniqueWithCountsV2".split()),
    ("ListDiff", [(24,), (5,)], [(9,), (9,)], {}, 24), ("Bucketize", [(24,)], [(24,)], {"boundaries": [1.0, 2.0, 3.0]}, 24 * 2),
    ("Bucketize", [(24,)], [(24,)], {"boundaries": [1.0, 2.0, 3.0, 4.0]}, 24 * 3), ("Bucketize", [(24,)], [(24,)], {}, 0),
    # Of each of 2 * 16 logits: maximum, minus, exp, running sum; of each of 2 * 3 samples: times the sum, a search in 16.
    *((op, [(2, 16), ()], [(2, 3)], {}, 4 * 32 + 6 * (1 + 5)) for op in ("Multinomial", "StatelessMultinomial")),
    ("HistogramFixedWidth", [(24,), (2,), ()], [(7,)], {}, 24 * 5),  # max, minus, divide, min, one more
    # A pixel has three channels; the kernels are in the docstring of the formulas.
    ("RGBToHSV", [(2, 4, 4, 3)], [(2, 4, 4, 3)], {}, 32 * 17), ("HSVToRGB", [(2, 4, 4, 3)], [(2, 4, 4, 3)], {}, 32 * 29),
    ("AdjustHue", [(2, 4, 4, 3), ()], [(2, 4, 4, 3)], {}, 32 * 19), ("AdjustSaturation", [(2, 4, 4, 3), ()], [(2, 4, 4, 3)], {}, 32 * 33),
    ("AdjustContrastv2", [(2, 4, 4, 3), ()], [(2, 4, 4, 3)], {}, 96 * 4),  # the mean; - mean, * factor, + mean
    # (a x + b y + c) / (g x + h y + 1) for both coordinates: 4 + 5 + 5, compared with 0; then four neighbours, or the nearest.
    *((f"ImageProjectiveTransform{v}", [(2, 4, 4, 3), (2, 8), (2,)], [(2, 4, 4, 3)], {"interpolation": "BILINEAR"}, 96 * (15 + 19)) for v in ("V2", "V3")),
    ("ImageProjectiveTransformV3", [(2, 4, 4, 3), (2, 8), (2,)], [(2, 4, 4, 3)], {"interpolation": "NEAREST"}, 96 * (15 + 2)),
    ("DecodeWav", [()], [(9, 2), ()], {}, 18), ("EncodeWav", [(9, 2), ()], [()], {}, 18 * 4),
    # A heap of 8: a comparison with its top, and log2(8) ways down at worst.
    *((op, [(2, 16), ()], [(2, 8), (2, 8)], {}, 32 * (1 + 3)) for op in ("TopK", "TopKV2")),
    # A binary search in 15 values for each of ten: 15, 7, 3, 1 are left.
    *((op, [(2, 15), (2, 5)], [(2, 5)], {}, 10 * 4) for op in ("LowerBound", "UpperBound")),
    ("TopKV2", [(16,), ()], [(1,), (1,)], {}, 16), ("TopKV2", [(16,), ()], [(0,), (0,)], {}, 16),
    ("LowerBound", [(1, 1), (1, 5)], [(1, 5)], {}, 5),  # a single value still asks for one comparison
]  # fmt: skip
N, M = 6, 9
ALGEBRA = [
    # Golub and Van Loan, Matrix Computations, 4th edition: 4.2.5, 3.2.6, 11.1.2 (inverse), 5.2.1 (QR), 8.3.5, 8.6.3.
    ("Cholesky", [(2, N, N)], [(2, N, N)], {}, 2 * N**3 / 3),
    *((op, [(2, N, N)], [(2,), (2,)], {}, 2 * 2 * N**3 / 3) for op in ("MatrixDeterminant", "LogMatrixDeterminant", "Lu")),
    ("MatrixInverse", [(2, N, N)], [(2, N, N)], {}, 2 * 2 * N**3),
    ("CholeskyGrad", [(2, N, N)] * 2, [(2, N, N)], {}, 2 * 2 * N**3),  # two triangular solutions of n columns: n^3 each
    ("MatrixInverse", [(N, N)], [(N, N)], {}, 2 * N**3), ("Qr", [(N, N)], [(N, N)] * 2, {}, 8 * N**3 / 3),
    ("MatrixTriangularSolve", [(2, N, N), (2, N, 4)], [(2, N, 4)], {}, 2 * 4 * N**2),
    ("MatrixSolve", [(2, N, N), (2, N, 4)], [(2, N, 4)], {}, 2 * (2 * N**3 / 3 + 4 * 2 * N**2)),
    # R, then Q from the N reflections.
    ("Qr", [(2, M, N)], [(2, M, N), (2, N, N)], {}, 2 * (2 * N**2 * (M - N / 3) + 2 * N**2 * (M - N / 3))),
    ("Qr", [(2, N, M)], [(2, N, N), (2, N, M)], {}, 2 * (2 * N**2 * (M - N / 3) + 2 * N**2 * (N - N / 3))),
    ("Qr", [(M, N)], [(M, M), (M, N)], {"full_matrices": True}, 2 * N**2 * (M - N / 3) + 4 * (M**2 * N - M * N**2 + N**3 / 3)),
    ("SelfAdjointEigV2", [(2, N, N)], [(2, N), (0,)], {"compute_v": False}, 2 * 4 * N**3 / 3),
    ("Eig", [(2, N, N)], [(2, N), (2, N, N)], {}, 2 * 25 * N**3), ("Eig", [(N, N)], [(N,), (0,)], {"compute_v": False}, 10 * N**3),
    # The normal equations: (m + n / 3) n^2; a product with the matrix and two triangular solutions for each right-hand side.
    ("MatrixSolveLs", [(2, M, N), (2, M, 4), ()], [(2, N, 4)], {}, 2 * ((M + N / 3) * N**2 + 4 * (2 * M * N + 2 * N**2))),
    # Three bands: rows of 0, 1, 2, 2, 2, 2 multiply-adds and a division each, for each of four right-hand sides.
    ("BandedTriangularSolve", [(2, 3, N), (2, N, 4)], [(2, N, 4)], {}, 2 * 4 * (2 * (0 + 1 + 2 + 2 + 2 + 2) + 6)),
    ("BandedTriangularSolve", [(1, N), (N, 4)], [(N, 4)], {}, 4 * 6), ("Cross", [(8, 3), (8, 3)], [(8, 3)], {}, 8 * 3 * (2 + 1)),
    ("SelfAdjointEigV2", [(2, N, N)], [(2, N), (2, N, N)], {}, 2 * 9 * N**3),
    ("Svd", [(2, N, N)], [(2, N), (2, N, N), (2, N, N)], {}, 2 * (4 * N**3 + 22 * N**3)),  # R-SVD: values and both bases
    # FFTW's benchmarks: 5 n log2 n for n complex values, half for n real ones.
    *((op, [(3, 8)], [(3, 8)], {}, 3 * 5 * 8 * 3) for op in ("FFT", "IFFT")),
    *((op, [(3, 8, 4)], [(3, 8, 4)], {}, 3 * 5 * 32 * 5) for op in ("FFT2D", "IFFT2D")),
    *((op, [(3, 8, 4, 2)], [(3, 8, 4, 2)], {}, 3 * 5 * 64 * 6) for op in ("FFT3D", "IFFT3D")),
    ("FFT", [(3, 1)], [(3, 1)], {}, 0),  # log2(1)
    ("FFT", [(3, 0)], [(3, 0)], {}, 0),
    ("RFFT", [(3, 8), (1,)], [(3, 5)], {}, 3 * 2.5 * 8 * 3), ("IRFFT", [(3, 5), (1,)], [(3, 8)], {}, 3 * 2.5 * 8 * 3),
    ("RFFT2D", [(3, 8, 4), (2,)], [(3, 8, 3)], {}, 3 * 2.5 * 32 * 5),
    ("IRFFT2D", [(3, 8, 3), (2,)], [(3, 8, 4)], {}, 3 * 2.5 * 32 * 5),
    ("RFFT3D", [(3, 8, 4, 2), (3,)], [(3, 8, 4, 2)], {}, 3 * 2.5 * 64 * 6),
    ("IRFFT3D", [(3, 8, 4, 2), (3,)], [(3, 8, 4, 2)], {}, 3 * 2.5 * 64 * 6),
]  # fmt: skip
SINGLE = [*REDUCTIONS, *SPARSE, *POOLING, *NORMS, *CONTRACTIONS, *SAMPLING, *ALGEBRA]


UNKNOWN = [
    ("MatMul", [(3,), (3, 5)], (5,), {}),
    ("Einsum", [(2, 3, 4), (3, 5)], (2, 5), {"equation": "ab,bc->ac"}),
    ("Einsum", [(2,), (3, 5)], (2, 5), {"equation": "ab,bc->ac"}),
    ("Einsum", [(2,), (3, 5)], (2, 5), {"equation": "a...b,bc->a...c"}),
    ("MatrixInverse", [(3,)], (3,), {}), ("Qr", [(3,)], (3,), {}), ("MatrixSolveLs", [(9, 6), (9, 4), ()], (6, 4), {"fast": False}), ("MatrixSolveLs", [(3,), (3,), ()], (3,), {}), ("FFT2D", [(3,)], (3,), {}), ("AddN", [None], None, {}),
    ("Mean", [], (), {}),
]  # fmt: skip


@pytest.mark.parametrize(("op", "inputs", "output", "attrs"), UNKNOWN)
def test_shapes_that_an_op_cannot_have_give_no_figure(op, inputs, output, attrs):
    assert cost(op, inputs, [output], **attrs).flops is None


@pytest.mark.parametrize(("op", "inputs", "outputs", "attrs", "flops"), SINGLE)
def test_an_op_costs_what_its_definition_counts(op, inputs, outputs, attrs, flops):
    assert cost(op, inputs, outputs, **attrs).flops == pytest.approx(flops, rel=1e-12)


RESOURCE, FLOAT = ("resource", ()), ("float32", ())
UPDATES = {
    # Inputs in the order of the op's signature; `grad` has 24 elements, a capital is a resource, operations an element.
    "AssignAddVariableOp": ("VAR grad", 1), "AssignSubVariableOp": ("VAR grad", 1),
    "AssignAdd": ("var grad", 1), "AssignSub": ("var grad", 1),
    "ApplyGradientDescent": ("var lr grad", 2), "ResourceApplyGradientDescent": ("VAR lr grad", 2),  # var -= lr * grad
}  # fmt: skip


def update(op, names, **attrs):
    known = {"grad": ("float32", SHAPE), "indices": ("int32", (4,))}
    return cost(op, [known.get(name, RESOURCE if name.isupper() else FLOAT) for name in names.split()], [], **attrs)


@pytest.mark.parametrize("op", UPDATES)
def test_an_update_costs_what_its_equation_counts_for_each_element(op):
    names, count = UPDATES[op]
    assert update(op, names).flops == count * SIZE


REFERENCES = {
    "ApplyMomentum": "var accum lr grad momentum", "ApplyAdagrad": "var accum lr grad", "ApplyAdagradV2": "var accum lr epsilon grad",
    "ApplyRMSProp": "var ms mom lr rho momentum epsilon grad", "ApplyAdaMax": "var m v beta1_power lr beta1 beta2 epsilon grad",
    "ApplyAdam": "var m v beta1_power beta2_power lr beta1 beta2 epsilon grad", "ApplyFtrl": "var accum linear grad lr l1 l2 power",
    "ApplyCenteredRMSProp": "var mg ms mom lr rho momentum epsilon grad", "ApplyAdadelta": "var accum update lr rho epsilon grad",
    "ApplyFtrlV2": "var accum linear grad lr l1 l2 shrinkage power",
}  # fmt: skip


@pytest.mark.parametrize("op", REFERENCES)
def test_the_work_of_an_update_grows_with_its_gradient(op):
    one = cost(op, [()] * len(REFERENCES[op].split()), []).flops
    assert update(op, REFERENCES[op]).flops == SIZE * one > 0


ADAM, RMS = "beta1_power beta2_power lr beta1 beta2 epsilon", "lr rho momentum epsilon"
MOVED = {
    # Inputs in the order of the op's signature. Each variable (in capitals) is read and written, all else is read.
    "AssignAddVariableOp": "VAR grad", "ResourceApplyGradientDescent": "VAR lr grad",
    "ResourceApplyMomentum": "VAR ACCUM lr grad momentum", "ResourceApplyKerasMomentum": "VAR ACCUM lr grad momentum",
    "ResourceApplyAdagrad": "VAR ACCUM lr grad", "ResourceApplyAdagradV2": "VAR ACCUM lr epsilon grad",
    "ResourceApplyRMSProp": f"VAR MS MOM {RMS} grad", "ResourceApplyCenteredRMSProp": f"VAR MG MS MOM {RMS} grad",
    "ResourceApplyProximalAdagrad": "VAR ACCUM lr l1 l2 grad", "ResourceApplyAdam": f"VAR M V {ADAM} grad",
    "ResourceApplyAdaMax": "VAR M V beta1_power lr beta1 beta2 epsilon grad",
    "ResourceApplyAdamWithAmsgrad": f"VAR M V VHAT {ADAM} grad",
    "ResourceApplyAdadelta": "VAR ACCUM UPDATE lr rho epsilon grad",
    "ResourceApplyFtrl": "VAR ACCUM LINEAR grad lr l1 l2 power",
    "ResourceApplyFtrlV2": "VAR ACCUM LINEAR grad lr l1 l2 shrinkage power",
    "ResourceSparseApplyMomentum": "VAR ACCUM lr grad indices momentum",
    "ResourceSparseApplyKerasMomentum": "VAR ACCUM lr grad indices momentum",
    "ResourceSparseApplyAdagrad": "VAR ACCUM lr grad indices",
    "ResourceSparseApplyAdagradV2": "VAR ACCUM lr epsilon grad indices",
    "ResourceSparseApplyRMSProp": f"VAR MS MOM {RMS} grad indices",
    "ResourceSparseApplyAdadelta": "VAR ACCUM UPDATE lr rho epsilon grad indices",
    "ResourceSparseApplyFtrl": "VAR ACCUM LINEAR grad indices lr l1 l2 power",
    "ResourceSparseApplyFtrlV2": "VAR ACCUM LINEAR grad indices lr l1 l2 shrinkage power",
}  # fmt: skip


@pytest.mark.parametrize("op", MOVED)
def test_an_update_reads_and_writes_as_much_of_its_variables_as_it_changes(op):
    names = MOVED[op].split()
    variables = sum(name.isupper() for name in names)
    read = (
        4 * SIZE
        + 4 * 4 * ("indices" in names)
        + 4 * sum(name.islower() for name in names if name not in {"grad", "indices"})
    )
    assert update(op, MOVED[op], T="float32").bytes == 2 * variables * 4 * SIZE + read
    assert update(op, MOVED[op], dtype="float64").bytes == 2 * variables * 8 * SIZE + read


def documented(op, inputs, outputs, flops, why, **attrs):
    return pytest.param(op, inputs, outputs, attrs, flops, id=f"{op}: {why}")


def documented_update(op, names, count, why):
    known = {"grad": SHAPE, "indices": ("int32", (4,))}
    kinds = [known.get(name, RESOURCE if name.isupper() else ()) for name in names.split()]
    return documented(op, kinds, [], count * SIZE, why)


DOCUMENTED = [
    # Counted from the equation in the op's documentation or kernel, which stands beside it.
    documented("Softsign", [SHAPE], [SHAPE], 3 * SIZE, "x / (1 + abs(x)), and Abs alone is 1"),
    documented("Selu", [SHAPE], [SHAPE], 4 * SIZE, "comparison, exp, - 1, * scale alpha"),
    documented("ApproximateEqual", [SHAPE, SHAPE], [SHAPE], 3 * SIZE, "abs(x - y) < tolerance"),
    documented("Xlogy", [SHAPE, SHAPE], [SHAPE], 3 * SIZE, "comparison with 0, log, product, as Xlog1py has"),
    documented("DivNoNan", [SHAPE, SHAPE], [SHAPE], 2 * SIZE, "comparison with 0, division, as Xdivy has"),
    documented("MulNoNan", [SHAPE, SHAPE], [SHAPE], 2 * SIZE, "comparison with 0, product"),
    documented("EluGrad", [SHAPE, SHAPE], [SHAPE], 3 * SIZE, "comparison, y + 1, product"),
    documented("SeluGrad", [SHAPE, SHAPE], [SHAPE], 3 * SIZE, "comparison, y + scale alpha, product"),
    documented("SoftplusGrad", [SHAPE, SHAPE], [SHAPE], 4 * SIZE, "dy / (exp(-x) + 1): sign, exp, sum, division"),
    *(
        documented(op, [(2,), (2,)], [SHAPE], 2 * SIZE, "bits % range + least")
        for op in "RandomUniformInt StatelessRandomUniformInt StatelessRandomUniformIntV2 StatefulUniformInt".split()
    ),
    documented("LRNGrad", [DIMS] * 3, [DIMS], 256 * (10 + 3 * 7), "the forward's 2 r + 4, then 3 for each of 2 r + 1", depth_radius=3),
    documented("ResizeBilinearGrad", [(1, 8, 8, 3), (1, 4, 4, 3)], [(1, 4, 4, 3)], 192 * 12, "each gradient has four corners"),
    documented("ResizeBicubicGrad", [(1, 8, 8, 3), (1, 4, 4, 3)], [(1, 4, 4, 3)], 192 * 35, "each gradient has 16 places"),
    documented("Svd", [(M, N)], [(N,), (M, N), (N, N)], 6 * M * N**2 + 20 * N**3, "R-SVD of a tall matrix, thin U and V"),
    documented("Svd", [(M, N)], [(N,), (M, M), (N, N)], 4 * M**2 * N + 22 * N**3, "full U and V", full_matrices=True),
    documented("Svd", [(M, N)], [(N,), (0,), (0,)], 2 * M * N**2 + 2 * N**3, "values alone", compute_uv=False),
    *(
        documented_update(op.format(prefix), names, count, equation)
        for op, names, count, equation in (
            ("{}Momentum", "VAR ACCUM lr grad momentum", 4, "a = a * momentum + g; var -= lr * a"),
            ("{}Adagrad", "VAR ACCUM lr grad", 7, "a += g * g; var -= lr * g * (1 / sqrt(a))"),
            ("{}AdagradV2", "VAR ACCUM lr epsilon grad", 8, "a += g * g; var -= lr * g * (1 / (sqrt(a) + epsilon))"),
            ("{}RMSProp", f"VAR MS MOM {RMS} grad", 12,
             "ms = rho * ms + (1-rho) * g * g; mom = momentum * mom + lr * g * (1 / sqrt(ms + epsilon)); var -= mom"),
            ("{}CenteredRMSProp", f"VAR MG MS MOM {RMS} grad", 17, "as RMSProp; mg = rho * mg + (1-rho) * g; ms - mg * mg"),
            ("{}AdaMax", "VAR M V beta1_power lr beta1 beta2 epsilon grad", 10,
             "m = beta1 * m + (1-beta1) * g; v = max(beta2 * v, abs(g)); var -= lr' * m / (v + epsilon)"),
            ("{}Adam", f"VAR M V {ADAM} grad", 12,
             "m = beta1 * m + (1-beta1) * g; v = beta2 * v + (1-beta2) * g * g; var -= lr' * m / (sqrt(v) + epsilon)"),
        )
        for prefix in ("ResourceApply", "Apply")
    ),
    *(
        documented_update(f"{prefix}{op}", names, count, equation)
        for op, names, count, equation in (
            ("ProximalGradientDescent", "VAR alpha l1 l2 grad", 8,
             "p = var - alpha * g; var = sign(p) * max(abs(p) - alpha l1, 0) / (1 + alpha l2)"),
            ("AddSign", "VAR M lr alpha decay beta grad", 11, "m = beta * m + (1-beta) * g; var -= lr * (alpha + decay * sign(g) * sign(m)) * g"),
            ("PowerSign", "VAR M lr base decay beta grad", 11,
             "m = beta * m + (1-beta) * g; var -= lr * exp(base decay * sign(g) * sign(m)) * g"),
        )
        for prefix in ("ResourceApply", "Apply")
    ),
    documented_update("ResourceApplyKerasMomentum", "VAR ACCUM lr grad momentum", 4, "a = a * momentum - lr * g; var += a"),
    documented_update("ResourceApplyAdamWithAmsgrad", f"VAR M V VHAT {ADAM} grad", 13, "as Adam; vhat = max(vhat, v)"),
]  # fmt: skip


@pytest.mark.parametrize(("op", "inputs", "outputs", "attrs", "flops"), DOCUMENTED)
def test_an_op_counts_what_the_equation_in_its_documentation_has(op, inputs, outputs, attrs, flops):
    assert cost(op, inputs, outputs, **attrs).flops == flops


LATER = """ApplyAdadelta ResourceApplyAdadelta ResourceSparseApplyAdadelta ApplyFtrl ApplyFtrlV2 ResourceApplyFtrl
    ResourceApplyFtrlV2 ResourceSparseApplyFtrl ResourceSparseApplyFtrlV2 ResourceApplyProximalAdagrad ApplyProximalAdagrad
    ResourceSparseApplyMomentum ResourceSparseApplyKerasMomentum ResourceSparseApplyAdagrad ResourceSparseApplyAdagradV2
    ResourceSparseApplyRMSProp""".split()
"""Updates whose count nobody has derived: opscope's are below what their long equations say."""


Z = "complex64"
COMPLEX = [
    # (a + bi)(c + di) takes four products and two sums; adding it to the sum so far two more.
    ("MatMul", [(Z, (3, 4)), (Z, (4, 5))], (Z, (3, 5)), {}, 8 * 3 * 4 * 5),
    ("Einsum", [(Z, (2, 3)), (Z, (3, 5))], (Z, (2, 5)), {"equation": "ab,bc->ac"}, 8 * 30),
    ("Add", [(Z, SHAPE)] * 2, (Z, SHAPE), {}, 2 * SIZE), ("Sum", [(Z, SHAPE), (1,)], (Z, (4,)), {}, 2 * 20),
    ("Mul", [(Z, SHAPE)] * 2, (Z, SHAPE), {}, 6 * SIZE),
    # z conj(w) / (c^2 + d^2): a product 6, squares and their sum 3, two divisions.
    ("RealDiv", [(Z, SHAPE)] * 2, (Z, SHAPE), {}, 11 * SIZE),
    ("ComplexAbs", [(Z, SHAPE)], SHAPE, {}, 4 * SIZE), ("Conj", [(Z, SHAPE)], (Z, SHAPE), {}, SIZE),
    ("Cholesky", [(Z, (6, 6))], (Z, (6, 6)), {}, 4 * 6**3 / 3),
    ("FFT", [(Z, (3, 8))], (Z, (3, 8)), {}, 3 * 5 * 8 * 3), ("RFFT", [(3, 8), (1,)], (Z, (3, 5)), {}, 3 * 2.5 * 8 * 3),
    *((op, [(Z, SHAPE)], SHAPE, {}, 0) for op in ("Real", "Imag")), ("Complex", [SHAPE, SHAPE], (Z, SHAPE), {}, 0),
    ("Transpose", [(Z, SHAPE), (2,)], (Z, (6, 4)), {}, 0),
]  # fmt: skip


@pytest.mark.parametrize(("op", "inputs", "output", "attrs", "flops"), COMPLEX)
def test_complex_numbers_are_counted_in_operations_of_real_ones(op, inputs, output, attrs, flops):
    assert cost(op, inputs, [output], **attrs).flops == pytest.approx(flops, rel=1e-12)


def test_a_multiply_add_of_complex_numbers_is_one_and_8_flops():
    found = cost("MatMul", [(Z, (3, 4)), (Z, (4, 5))], [(Z, (3, 5))])
    assert (found.macs, found.flops) == (60, 480)


def test_of_a_function_whose_arithmetic_for_complex_numbers_nobody_wrote_down_nothing_is_told():
    assert cost("Tanh", [(Z, SHAPE)], [(Z, SHAPE)]).flops is None
    assert cost("Tanh", [SHAPE], [SHAPE]).flops == SIZE


def test_every_op_with_a_formula_has_a_row():
    tables = [*rows(PER_INPUT), *rows(PER_OUTPUT), *SINGLE, *(param.values for param in DOCUMENTED), *ROWS]
    known = {op for op in formulas() if not layer_class(op)} - operator_names()  # TensorFlow Lite's are in test_lite.py
    assert {row[0] for row in tables} | {*UPDATES, *LATER} >= known
