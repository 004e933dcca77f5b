"""What an op is set to, from its attributes and its weight's shape. The graphs are written down here, and so are the words."""

from __future__ import annotations

import pytest

from graphs import Builder
from opscope.layout.scene.group_ops import GroupOps
from opscope.layout.scene.layer_words import card_text
from opscope.layout.scene.op_words import op_text, settings_from_ops

NHWC = {"data_format": "NHWC", "padding": "SAME"}


def with_weight(op, data, weight, *, out=(8, 8), group_kind="scope", bias=0, behind=(), weight_first=False, **attrs):
    """A group with one op of a variable, perhaps with a bias and more ops behind it."""
    make = Builder()
    make.op("x", "Placeholder", out=[("float32", data)])
    group = make.group("layer", group_kind)
    handle = make.variable("layer/kernel", "kernel", weight, group)
    read = make.op("layer/Read", "ReadVariableOp", handle, group=group, out=[("float32", weight)])
    inputs = (read, "x") if weight_first else ("x", read)
    last = make.op("layer/op", op, *inputs, group=group, out=[("float32", out)], **attrs)
    if bias:
        own = make.variable("layer/bias", "bias", (bias,), group)
        own = make.op("layer/ReadBias", "ReadVariableOp", own, group=group, out=[("float32", (bias,))])
        last = make.op("layer/add", "BiasAdd" if bias % 2 else "AddV2", last, own, group=group, out=[("float32", out)])
    for number, more in enumerate(behind):
        last = make.op(f"layer/more{number}", more, last, group=group, out=[("float32", out)])
    return make.graph()


@pytest.mark.parametrize(
    ("op", "data", "weight", "attrs", "words"),
    [
        ("Conv2D", (None, 224, 224, 3), (7, 7, 3, 64), {"strides": [1, 2, 2, 1], "dilations": [1, 1, 1, 1], **NHWC}, "7×7 conv, 64, /2"),
        ("Conv2D", (None, 3, 224, 224), (7, 7, 3, 64), {"strides": [1, 1, 2, 2], "data_format": "NCHW", "padding": "VALID"}, "7×7 conv, 64, /2, valid"),
        ("Conv2D", (None, 8, 8, 8), (3, 3, 4, 6), {"strides": [1, 1, 1, 1], "dilations": [1, 2, 2, 1], **NHWC}, "3×3 conv, 6, dilation 2, 2 groups"),
        ("Conv2D", (None, 8, 8, 8), (3, 3, 8, 6), {"strides": [1, 1, 1, 1], "padding": "EXPLICIT", "data_format": "NHWC"}, "3×3 conv, 6, padded"),
        ("Conv3D", (None, 8, 8, 8, 4), (3, 3, 3, 4, 6), {"strides": [1, 1, 2, 2, 1], "padding": "SAME", "data_format": "NDHWC"}, "3×3×3 conv, 6, /1×2×2"),
        ("DepthwiseConv2dNative", (None, 8, 8, 8), (3, 3, 8, 1), {"strides": [1, 2, 2, 1], **NHWC}, "3×3 depthwise conv, /2"),
        ("DepthwiseConv2dNative", (None, 8, 8, 8), (5, 5, 8, 2), {"strides": [1, 1, 1, 1], **NHWC}, "5×5 depthwise conv, 2 per channel"),
        ("MatMul", (None, 20), (20, 1000), {"transpose_a": False, "transpose_b": False}, "Dense 1000"),
        ("MatMul", (None, 20), (1000, 20), {"transpose_a": False, "transpose_b": True}, "Dense 1000"),
        ("MatMul", (None, 20), (20, 1000), {"transpose_a": True}, ""),
        ("Relu", (8, 8), (8, 8), {}, "ReLU"),
        ("FusedBatchNormV3", (None, 8, 8, 8), (8,), {}, "BN"),
        ("MyOwnOp", (8, 8), (8, 8), {}, ""),
        ("Einsum", (8, 4, 16), (16, 2, 8), {"equation": "abc,cde->abde"}, "Dense 2×8"),
        ("Einsum", (8, 4, 2, 16), (2, 16, 8), {"equation": "abcd,cde->abe"}, "Dense 8"),
        ("Einsum", (8, 4, 16), (16, 2, 8), {"equation": "abc,cde->abed"}, "Dense 8×2"),
        ("Einsum", (8, 4, 16), (4, 8), {"equation": "abc,be->abec"}, "einsum abc,be→abec"),  # not along the last axes
        ("Einsum", (8, 4, 16), (16, 8), {"equation": "abc,cd->dab"}, "einsum abc,cd→dab"),
        # attributes and shapes that a stranger wrote
        ("Conv2D", (None, 8, 8, 3), (7, 7), {"strides": [1, 2, 2, 1]}, ""),
        ("Conv2D", (None, 8, 8, 3), (7, 7, 3, 64), {"strides": "two", "data_format": 3}, "7×7 conv, 64"),
        ("Conv2D", (None, 8, 8, 3), (7, 7, 0, 64), {"strides": [1, None, "x", 1]}, "7×7 conv, 64"),
    ],
)  # fmt: skip
def test_an_op_with_a_weight(op, data, weight, attrs, words):
    graph = with_weight(op, data, weight, **attrs)
    assert settings_from_ops(graph, 0) == words
    assert op_text(graph, 3) == words
    assert settings_from_ops(with_weight(op, data, weight, group_kind="layer", **attrs), 0, None) == words


def test_a_bias_and_an_activation_belong_to_their_product():
    product = {"op": "MatMul", "data": (None, 20), "weight": (20, 10)}
    assert settings_from_ops(with_weight(**product, bias=10, behind=["Softmax"]), 0) == "Dense 10, softmax"
    assert (
        settings_from_ops(with_weight(**{**product, "weight": (20, 11)}, bias=11, behind=["Relu"]), 0)
        == "Dense 11, ReLU"
    )
    assert settings_from_ops(with_weight(**product, behind=["Identity"]), 0) == "Dense 10"


def test_what_does_more_than_one_thing_has_no_words():
    assert settings_from_ops(with_weight("MatMul", (None, 20), (20, 10), behind=["Sum"]), 0) == ""
    assert settings_from_ops(with_weight("MatMul", (None, 20), (20, 10), behind=["Relu", "Tanh"]), 0) == ""
    assert settings_from_ops(with_weight("MatMul", (None, 20), (20, 10), behind=["Relu"] * 60), 0) == ""


def test_a_product_of_data_is_no_dense_layer():
    make = Builder()
    group = make.group("scores")
    for name in "qk":
        make.op(name, "Placeholder", out=[("float32", (8, 16))])
    make.op("scores/MatMul", "MatMul", "q", "k", group=group)
    assert settings_from_ops(make.graph(), 0) == ""


def test_a_gradient_is_not_taken_for_a_transposed_convolution():
    attrs = {"strides": [1, 2, 2, 1], **NHWC}
    transposed = {"op": "Conv2DBackpropInput", "data": (4,), "weight": (3, 3, 8, 16), **attrs}
    assert settings_from_ops(with_weight(**transposed), 0) == "3×3 transposed conv, 8, stride 2"
    assert settings_from_ops(with_weight(**transposed, group_kind="backward"), 0) == ""
    graph = with_weight(**transposed, group_kind="backward")
    assert op_text(graph, 3) == ""


@pytest.mark.parametrize(
    ("op", "attrs", "words"),
    [
        ("MaxPool", {"ksize": [1, 2, 2, 1], "strides": [1, 2, 2, 1], "padding": "VALID", "data_format": "NHWC"}, "2×2 max pool"),
        ("MaxPool", {"ksize": [1, 3, 3, 1], "strides": [1, 2, 2, 1], "padding": "VALID"}, "3×3 max pool, /2"),
        ("AvgPool", {"ksize": [1, 1, 2, 2], "strides": [1, 1, 1, 1], "padding": "SAME", "data_format": "NCHW"}, "2×2 average pool, /1, same"),
        ("MaxPool3D", {"ksize": [1, 2, 2, 2, 1], "strides": [1, 2, 2, 2, 1], "padding": "VALID"}, "2×2×2 max pool"),
        ("LeakyRelu", {"alpha": 0.2}, "LeakyReLU 0.2"),
        ("Softmax", {}, "softmax"),
        ("Relu6", {}, "ReLU6"),
        ("MaxPool", {"ksize": 3}, ""),
    ],
)  # fmt: skip
def test_an_op_without_a_weight(op, attrs, words):
    make = Builder()
    make.op("x", "Placeholder")
    make.op("pool/op", op, "x", group=make.group("pool"), **attrs)
    assert settings_from_ops(make.graph(), 0) == words


def constant(make, name, group, *values):
    attrs = {"dtype": "int32", "shape": [len(values)] if len(values) > 1 else [], "values": list(values)}
    return make.op(name, "Const", group=group, out=[("int32", (len(values),))], value=attrs)


def test_the_axis_of_a_concatenation_and_the_axes_of_a_mean_are_constants():
    make = Builder()
    both, mean, rows = make.group("both"), make.group("mean"), make.group("rows")
    make.op("x", "Placeholder", out=[("float32", (None, 7, 7, 64))])
    make.op("both/op", "ConcatV2", "x", "x", constant(make, "both/axis", both, -1), group=both)
    make.op("mean/op", "Mean", "x", constant(make, "mean/axes", mean, 1, 2), group=mean)
    make.op("rows/op", "Mean", "x", constant(make, "rows/axes", rows, 1), group=rows)
    graph = make.graph()
    assert [settings_from_ops(graph, index, GroupOps(graph)) for index in range(3)] == [
        "concat, axis -1",
        "global average pool",
        "",
    ]


def test_rows_of_a_table_of_weights_are_an_embedding():
    make = Builder()
    group = make.group("embedding")
    make.op("ids", "Placeholder", out=[("int32", (None, 32))])
    handle = make.variable("embedding/table", "table", (10000, 128), group)
    make.op("embedding/Gather", "ResourceGather", handle, "ids", group=group, out=[("float32", (None, 32, 128))])
    assert settings_from_ops(make.graph(), 0) == "Embedding 10,000 × 128"
    assert settings_from_ops(with_weight("GatherV2", (4,), (50, 8), weight_first=True), 0) == "Embedding 50 × 8"


def one_dimension(*between, size=5):
    """How TensorFlow convolves along one dimension: the data and the kernel get a second one."""
    make = Builder()
    group = make.group("conv1d")
    make.op("x", "Placeholder", out=[("float32", (None, 32, 16))])
    handle = make.variable("conv1d/kernel", "kernel", (size, 16, 100), group)
    make.op("conv1d/Read", "ReadVariableOp", handle, group=group, out=[("float32", (size, 16, 100))])
    make.op("conv1d/kernel2", "ExpandDims", "conv1d/Read", group=group, out=[("float32", (1, size, 16, 100))])
    last = make.op("conv1d/data2", "ExpandDims", "x", group=group, out=[("float32", (None, 1, 32, 16))])
    for number, op in enumerate(between):
        last = make.op(f"conv1d/between{number}", op, last, group=group)
    make.op("conv1d/op", "Conv2D", last, "conv1d/kernel2", group=group, strides=[1, 1, 2, 1], **NHWC)
    make.op("conv1d/Squeeze", "Squeeze", "conv1d/op", group=group)
    return make.graph()


def test_a_convolution_along_one_dimension_is_made_of_one_along_two():
    assert card_text(one_dimension(), 0) == "5-wide conv, 100, /2"


def test_a_dilated_one_is_not_told_as_if_it_were_not():
    assert card_text(one_dimension("SpaceToBatchND"), 0) == ""


def normalized(*, stored, axes=(-1,), centred=True, behind=()):
    """A normalization as TensorFlow writes it: with a variance that is a variable, or with one that it works out."""
    make = Builder()
    group = make.group("norm")
    kind = [("float32", (None, 7, 7, 16))]
    make.op("x", "Placeholder", out=kind)
    handle = make.variable("norm/variance", "variance", (16,), group)
    variance = make.op("norm/Read", "ReadVariableOp", handle, group=group, out=[("float32", (16,))])
    scale = make.op("norm/Read_1", "ReadVariableOp", handle, group=group, out=[("float32", (16,))])
    if not stored:
        over = constant(make, "norm/axes", group, *axes)
        mean = make.op("norm/mean", "Mean", "x", over, group=group, out=kind)
        square = ("SquaredDifference", "x", mean) if centred else ("Square", "x")
        make.op("norm/square", *square, group=group, out=kind)
        variance = make.op("norm/variance2", "Mean", "norm/square", over, group=group, out=kind)
    make.op(
        "norm/epsilon",
        "Const",
        group=group,
        out=[("float32", ())],
        value={"dtype": "float32", "shape": [], "values": [0.001]},
    )
    make.op("norm/add", "AddV2", variance, "norm/epsilon", group=group, out=[("float32", (16,))] if stored else kind)
    make.op("norm/Rsqrt", "Rsqrt", "norm/add", group=group, out=[("float32", (16,))] if stored else kind)
    make.op("norm/mul", "Mul", "norm/Rsqrt", scale, group=group, out=kind)
    last = make.op("norm/mul_1", "Mul", "x", "norm/mul", group=group, out=kind)
    last = make.op("norm/sub", "Sub", last, "norm/mul", group=group, out=kind)
    for number, more in enumerate(behind):
        last = make.op(f"norm/more{number}", more, last, group=group, out=kind)
    return settings_from_ops(make.graph(), 0)


def test_normalizations_are_told_by_what_their_variance_is():
    assert normalized(stored=True) == "BN"
    assert normalized(stored=False) == normalized(stored=False, axes=(3,)) == "LayerNorm"
    assert normalized(stored=False, axes=(0, 1, 2)) == "BN"
    assert normalized(stored=False, centred=False) == "RMSNorm"
    assert normalized(stored=False, axes=(0, 1, 2), behind=["AssignVariableOp"]) == "BN"  # the moving averages
    assert normalized(stored=False, axes=(1, 2)) == ""
    assert normalized(stored=True, behind=["MatMul"]) == ""


def activated(*ops, scope="dense"):
    """A dense layer whose activation is several ops: each a type and what it takes; ``-`` is the product."""
    make = Builder()
    group = make.group("dense")
    make.op("x", "Placeholder", out=[("float32", (8, 4))])
    handle = make.variable("dense/kernel", "kernel", (4, 16), group)
    make.op("dense/Read", "ReadVariableOp", handle, group=group, out=[("float32", (4, 16))])
    make.op("dense/MatMul", "MatMul", "x", "dense/Read", group=group)
    for op, *taken in ops:
        named = ["dense/MatMul" if name == "-" else f"{scope}/{name}" for name in taken]
        make.op(f"{scope}/{op}", op, *named, group=group)
    return settings_from_ops(make.graph(), 0)


def test_activations_of_several_ops_are_told_by_what_they_take():
    assert activated(("Sigmoid", "-"), ("Mul", "-", "Sigmoid")) == "Dense 16, SiLU"
    assert activated(("Sigmoid", "-"), ("Tanh", "-"), ("Mul", "Tanh", "Sigmoid")) == ""
    assert activated(("Erf", "-"), ("Mul", "-", "Erf"), scope="dense/Gelu") == "Dense 16, GELU"
    assert activated(("Square", "-"), ("Mul", "-", "Square"), scope="dense/Gelu") == ""


@pytest.mark.parametrize(
    ("out", "bias", "words"),
    [
        ((8, 32, 4, 16), (4, 16), "Dense 4×16"),
        ((8, 32, 64), (64,), "Dense 64"),
        ((8, 32, 4, 4, 4), None, "Dense 4×4×4"),
        ((8, 128, 16), None, "Dense 64"),  # no axes of the result are what the product makes
    ],
)
def test_a_product_between_two_reshapes_is_a_dense_layer_along_several_axes(out, bias, words):
    """So a file has Keras' EinsumDense, whose weight (64, 4, 16) is made (64, 64)."""
    make = Builder()
    make.op("x", "Placeholder", out=[("float32", (8, 32, 64))])
    group = make.group("query", "scope")
    handle = make.variable("query/kernel", "kernel", (64, 64), group)
    read = make.op("query/Read", "ReadVariableOp", handle, group=group, out=[("float32", (64, 64))])
    here = make.op("query/product", "BatchMatMulV2", "x", read, group=group, out=[("float32", (8, 32, 64))])
    here = make.op("query/Reshape", "Reshape", here, group=group, out=[("float32", out)])
    if bias:
        own = make.variable("query/bias", "bias", bias, group)
        own = make.op("query/ReadBias", "ReadVariableOp", own, group=group, out=[("float32", bias)])
        make.op("query/add", "AddV2", here, own, group=group, out=[("float32", out)])
    assert settings_from_ops(make.graph(), 0) == words
