"""TensorFlow's own FLOP registry, op by op: every op type that it covers is run through both.

Where opscope differs, `DIFFERENT` says why; everything else agrees exactly. Conventions are the same: a multiply-add
is 2, an elementary function 1, and the dtype does not matter.
"""

import pytest

from opscope.cost import estimate
from opscope.graph.content import content_of
from opscope.load import load

tf = pytest.importorskip("tensorflow")
raw = tf.raw_ops

IMAGE, WINDOW = (2, 8, 8, 3), [1, 2, 2, 1]


def x(*shape, dtype="float32"):
    return tf.compat.v1.placeholder(dtype, shape)


def ref(*shape):
    return tf.compat.v1.get_variable(f"v{len(tf.compat.v1.global_variables())}", shape, use_resource=False)


UNARY = "Reciprocal Square Rsqrt Log Neg Softmax".split()
BINARY = """Add AddV2 Sub Mul RealDiv Maximum Minimum Pow GreaterEqual Greater LessEqual Less Equal NotEqual
    SquaredDifference""".split()
CASES = {
    **{op: lambda op=op: getattr(raw, op)(**{_unary(op): x(4, 6)}) for op in UNARY},
    **{op: lambda op=op: getattr(raw, op)(x=x(4, 6), y=x(6)) for op in BINARY},
    "AssignAdd": lambda: tf.compat.v1.assign_add(ref(4, 6), x(4, 6)),
    "AssignSub": lambda: tf.compat.v1.assign_sub(ref(4, 6), x(4, 6)),
    "L2Loss": lambda: raw.L2Loss(t=x(4, 6)), "RsqrtGrad": lambda: raw.RsqrtGrad(y=x(4, 6), dy=x(4, 6)),
    "Mean": lambda: raw.Mean(input=x(4, 6), axis=[1]), "Sum": lambda: raw.Sum(input=x(4, 6), axis=[0], keep_dims=True),
    "ArgMax": lambda: raw.ArgMax(input=x(4, 6), dimension=1), "ArgMin": lambda: raw.ArgMin(input=x(4, 6), dimension=0),
    "BiasAddGrad": lambda: raw.BiasAddGrad(out_backprop=x(4, 6)), "BiasAdd": lambda: raw.BiasAdd(value=x(4, 6), bias=x(6)),
    "AvgPool": lambda: raw.AvgPool(value=x(*IMAGE), ksize=WINDOW, strides=WINDOW, padding="SAME"),
    "MaxPool": lambda: raw.MaxPool(input=x(*IMAGE), ksize=[1, 3, 3, 1], strides=WINDOW, padding="VALID"),
    "AvgPoolGrad": lambda: raw.AvgPoolGrad(
        orig_input_shape=IMAGE, grad=x(2, 4, 4, 3), ksize=WINDOW, strides=WINDOW, padding="SAME"
    ),
    "MaxPoolGrad": lambda: raw.MaxPoolGrad(
        orig_input=x(*IMAGE), orig_output=x(2, 4, 4, 3), grad=x(2, 4, 4, 3), ksize=WINDOW, strides=WINDOW, padding="SAME"
    ),
    "Conv2D": lambda: raw.Conv2D(input=x(*IMAGE), filter=x(3, 3, 3, 5), strides=WINDOW, padding="SAME"),
    "Conv3D": lambda: raw.Conv3D(input=x(1, 4, 4, 4, 2), filter=x(3, 3, 3, 2, 5), strides=[1] * 5, padding="SAME"),
    "DepthwiseConv2dNative": lambda: raw.DepthwiseConv2dNative(
        input=x(*IMAGE), filter=x(3, 3, 3, 2), strides=WINDOW, padding="SAME"
    ),
    "Dilation2D": lambda: raw.Dilation2D(
        input=x(*IMAGE), filter=x(3, 3, 3), strides=[1] * 4, rates=[1] * 4, padding="SAME"
    ),
    "Conv2DBackpropInput": lambda: raw.Conv2DBackpropInput(
        input_sizes=IMAGE, filter=x(3, 3, 3, 5), out_backprop=x(2, 4, 4, 5), strides=WINDOW, padding="SAME"
    ),
    "Conv2DBackpropFilter": lambda: raw.Conv2DBackpropFilter(
        input=x(*IMAGE), filter_sizes=(3, 3, 3, 5), out_backprop=x(2, 4, 4, 5), strides=WINDOW, padding="SAME"
    ),
    "AddN": lambda: raw.AddN(inputs=[x(4, 6), x(4, 6), x(4, 6)]),
    "MatMul": lambda: raw.MatMul(a=x(6, 4), b=x(5, 6), transpose_a=True, transpose_b=True),
    "BatchMatMul": lambda: raw.BatchMatMul(x=x(7, 4, 6), y=x(7, 6, 5)),
    "BatchMatMulV2": lambda: raw.BatchMatMulV2(x=x(7, 4, 6), y=x(6, 5)),
    "BatchMatMulV3": lambda: raw.BatchMatMulV3(x=x(7, 4, 6), y=x(6, 5), Tout=tf.float32),
}  # fmt: skip


def _unary(op):
    return "logits" if op == "Softmax" else "x"


UNEVEN = {"strides": WINDOW, "padding": "VALID"}
DIFFERENT = {
    "the registry reads the transposition of a batch product from an attribute that this op does not have": (
        lambda: raw.BatchMatMulV2(x=x(7, 6, 4), y=x(7, 6, 5), adj_x=True), 2 * 7 * 6 * 4 * 5, 2 * 7 * 4 * 4 * 5,
    ),
    "the registry divides the image by the stride, not every output position is that many": (
        lambda: raw.Conv2DBackpropInput(
            input_sizes=(2, 7, 7, 3), filter=x(3, 3, 3, 5), out_backprop=x(2, 3, 3, 5), **UNEVEN
        ), 2 * (2 * 3 * 3 * 5) * (3 * 3 * 3), 2 * (2 * 7 * 7 * 3) * (3 * 3 * 5) / 4,
    ),
    "the same for the gradient of the weights": (
        lambda: raw.Conv2DBackpropFilter(
            input=x(2, 7, 7, 3), filter_sizes=(3, 3, 3, 5), out_backprop=x(2, 3, 3, 5), **UNEVEN
        ), 2 * (2 * 3 * 3 * 5) * (3 * 3 * 3), 2 * (2 * 7 * 7 * 3) * (3 * 3 * 5) / 4,
    ),
}  # fmt: skip
"""Why opscope differs: a case, opscope's figure, the registry's."""


def both(make, tmp_path):
    """FLOPs of the case's last op: opscope's and the registry's."""
    from tensorflow.python.framework import ops
    from tensorflow.python.profiler.internal import flops_registry  # noqa: F401 - fills the registry

    with tf.Graph().as_default() as graph:
        made = make()
        node = (made if isinstance(made, tf.Operation) else made.op).node_def
        theirs = ops.get_stats_for_node_def(graph, node, "flops").value
        file = tmp_path / "op.pb"
        file.write_bytes(graph.as_graph_def(add_shapes=True).SerializeToString())
    ours = estimate(load(file, all=True))
    return content_of(ours).costs[content_of(ours).table.index(node.name)].flops, theirs


def covered():
    from tensorflow.python.framework import ops
    from tensorflow.python.profiler.internal import flops_registry  # noqa: F401

    registered = ops._stats_registry._registry
    return {key.partition(",")[0] for key in registered if key.endswith(",flops")}


def test_every_op_that_the_registry_covers_is_compared():
    assert covered() <= set(CASES)


@pytest.mark.parametrize("op", sorted(CASES))
def test_tensorflows_registry_agrees(op, tmp_path):
    if op not in covered() or not hasattr(raw, op):
        pytest.skip(f"TensorFlow {tf.__version__} has no figure for {op}")
    ours, theirs = both(CASES[op], tmp_path)
    assert ours == theirs


@pytest.mark.parametrize("why", DIFFERENT)
def test_where_the_registry_is_wrong_the_definition_counts(why, tmp_path):
    make, own, registered = DIFFERENT[why]
    assert both(make, tmp_path) == (own, registered)
