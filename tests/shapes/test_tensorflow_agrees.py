"""TensorFlow's own shape functions are asked about ops of every family, and no rule contradicts them.

The graph is made once. Then constants, dimensions and ranks are hidden at random: what is still told must be true all the same.
"""

import random

import pytest

import opscope
from opscope.graph.content import content_of
from opscope.load import infer
from opscope.shapes.resolve import resolve
from opscope.shapes.rules import ALL_RULES, FILE_RULES

tf = pytest.importorskip("tensorflow")


def fed(*shape):
    return tf.compat.v1.placeholder(tf.float32, shape)


def int32(values):
    return tf.constant(values, tf.int32)


def windows(raw):
    image, video = fed(2, 8, 9, 6), fed(2, 6, 7, 8, 3)
    for padding in ("SAME", "VALID"):
        for step in (1, 2, 3):
            along = {"strides": [1, step, 1, 1], "padding": padding}
            raw.Conv2D(input=image, filter=fed(3, 2, 6, 4), strides=[1, step, step, 1], padding=padding)
            raw.DepthwiseConv2dNative(input=image, filter=fed(3, 2, 6, 2), strides=[1, step, step, 1], padding=padding)
            raw.MaxPool(input=image, ksize=[1, 3, 2, 1], **along)
            raw.AvgPool(value=image, ksize=[1, 3, 2, 1], **along)
            raw.Conv3D(input=video, filter=fed(3, 2, 2, 3, 4), strides=[1, step, 1, step, 1], padding=padding)
        raw.Conv2D(input=image, filter=fed(3, 2, 6, 4), strides=[1, 1, 1, 1], padding=padding, dilations=[1, 2, 3, 1])
        raw.Conv2D(
            input=fed(2, 6, 8, 9), filter=fed(3, 2, 6, 4), strides=[1, 1, 2, 2], padding=padding, data_format="NCHW"
        )
        raw.MaxPool3D(input=video, ksize=[1, 2, 2, 3, 1], strides=[1, 2, 2, 1, 1], padding=padding)
    raw.Conv2DBackpropInput(
        input_sizes=[2, 8, 9, 6], filter=fed(3, 2, 6, 4), out_backprop=fed(2, 8, 9, 4), strides=[1] * 4, padding="SAME"
    )


def layers(raw):
    matrix, image, scale = fed(3, 5), fed(2, 8, 9, 6), fed(6)
    raw.MatMul(a=matrix, b=fed(4, 5), transpose_b=True)
    raw.MatMul(a=fed(5, 3), b=fed(5, 4), transpose_a=True)
    raw.BatchMatMulV2(x=fed(2, 1, 3, 4), y=fed(6, 5, 4), adj_y=True)
    for equation, inputs in (("abc,cd->abd", [(2, 3, 4), (4, 5)]), ("ii->i", [(3, 3)]), ("ab,ab->ba", [(3, 4)] * 2)):
        raw.Einsum(inputs=[fed(*shape) for shape in inputs], equation=equation)
    raw.FusedBatchNormV3(x=image, scale=scale, offset=scale, mean=scale, variance=scale)
    raw.FusedBatchNorm(x=image, scale=scale, offset=scale, mean=scale, variance=scale)
    raw.SoftmaxCrossEntropyWithLogits(features=fed(1, 5), labels=matrix)
    raw.SparseSoftmaxCrossEntropyWithLogits(features=matrix, labels=int32([1, 2, 3]))
    raw.BiasAdd(value=image, bias=scale)
    for name in ("Add", "Maximum", "Less", "FloorDiv", "Pow"):
        getattr(raw, name)(x=fed(3, 1, 5), y=fed(4, 1))
    raw.SelectV2(condition=fed(3, 1) > 0, t=fed(4), e=fed(3, 4))
    raw.AddN(inputs=[matrix, matrix])
    raw.IdentityN(input=[matrix, scale])
    raw.Bitcast(input=matrix, type=tf.int8)


def arrays(raw):
    matrix, vector, image = fed(3, 5), fed(7), fed(2, 8, 9, 6)
    raw.Pad(input=matrix, paddings=[[1, 2], [0, 3]])
    for axes in ([0], [1], [-1], [0, 1], []):
        for keep in (True, False):
            raw.Sum(input=matrix, axis=int32(axes), keep_dims=keep)
    raw.ArgMax(input=matrix, dimension=-1)
    raw.GatherV2(params=matrix, indices=int32([[1, 0]]), axis=1)
    raw.GatherV2(params=matrix, indices=int32([[1], [0], [1]]), axis=1, batch_dims=1)
    for shape in ([-1, 3], [5, 1, 3]):
        raw.Reshape(tensor=matrix, shape=shape)
    raw.Transpose(x=image, perm=[0, 3, 1, 2])
    for axis in (0, -1, -3):
        raw.ExpandDims(input=matrix, axis=axis)
    for axes in ([], [0], [-2]):
        raw.Squeeze(input=fed(1, 3, 1, 2), axis=axes)
    raw.ConcatV2(values=[matrix, fed(3, 2)], axis=1)
    for axis in (0, 1, -1):
        raw.Pack(values=[matrix, matrix], axis=axis)
    raw.Unpack(value=matrix, num=5, axis=-1)
    raw.Split(axis=1, value=fed(2, 6), num_split=3)
    for sizes in ([1, 5], [1, -1]):
        raw.SplitV(value=fed(2, 6), size_splits=sizes, axis=1, num_split=2)
    raw.Tile(input=matrix, multiples=[2, 3])
    raw.Slice(input=matrix, begin=[1, 2], size=[2, -1])
    raw.OneHot(indices=int32([2, 0]), depth=4, on_value=1.0, off_value=0.0, axis=0)
    raw.UnsortedSegmentSum(data=matrix, segment_ids=int32([0, 1, 0]), num_segments=4)
    raw.SpaceToBatchND(input=image, block_shape=[2, 3], paddings=[[0, 0], [1, 2]])
    raw.BatchToSpaceND(input=fed(12, 4, 4, 2), block_shape=[2, 3], crops=[[1, 0], [0, 2]])
    raw.ScatterNd(indices=int32([[1]]), updates=fed(1, 4), shape=[3, 4])
    for _ in (
        *(image[0], image[:, 1], image[1:, ::2], image[:, ::-1], image[:, -3:, 2:-1], image[tf.newaxis, :, 0]),
        *(image[..., 0], image[-1], image[:, 5:2], image[:, :-20], image[0, 1, 2, 3], vector[-3:], vector[:-1:2]),
    ):
        pass


def sources(raw):
    raw.Range(start=3, limit=17, delta=5)
    raw.Range(start=9, limit=2, delta=-2)
    raw.Fill(dims=[2, 3], value=1.0)
    raw.RandomUniform(shape=[3, 4], dtype=tf.float32)
    raw.BroadcastTo(input=fed(3, 1), shape=[2, 3, 4])
    raw.StatelessRandomGammaV2(shape=[4, 5], seed=[1, 2], alpha=fed(5))
    raw.Shape(input=fed(2, 3, 4))
    raw.Size(input=fed(2, 3, 4))


@pytest.fixture(scope="module")
def made():
    """The GraphDef, without shapes, and the shapes that TensorFlow gives it."""
    with tf.Graph().as_default() as graph:
        for family in (windows, layers, arrays, sources):
            family(tf.raw_ops)
    truth = {op.name: [tensor.shape for tensor in op.outputs] for op in graph.get_operations()}
    return graph.as_graph_def(), {name: [shape(each) for each in shapes] for name, shapes in truth.items()}


def shape(known):
    return None if known.rank is None else tuple(known.as_list())


def contradictions(outputs, table, truth):
    """The outputs that cannot have the shape that TensorFlow gives them."""
    return [
        (name, op, told, real)
        for name, op, row in zip(table.names, table.ops, outputs)
        for (_, told), real in zip(row, truth[name])
        if told is not None and real is not None and not fits(told, real)
    ]


def fits(told, real):
    return len(told) == len(real) and all(None in pair or pair[0] == pair[1] for pair in zip(told, real))


def load(message, tmp_path):
    path = tmp_path / "graph.pb"
    path.write_bytes(message.SerializeToString())
    return opscope.load(path)


def hidden(message, seed):
    """The graph with some constants fed instead, and with some dimensions and ranks of what is fed unknown."""
    chance = random.Random(seed)
    result = type(message)()
    result.CopyFrom(message)
    for node in result.node:
        if node.op == "Const" and chance.random() < 0.2:
            dtype, dims = node.attr["dtype"].type, [dim.size for dim in node.attr["value"].tensor.tensor_shape.dim]
            node.op = "Placeholder"
            node.attr.clear()
            node.attr["dtype"].type = dtype
            node.attr["shape"].shape.SetInParent()
            for dim in dims:
                node.attr["shape"].shape.dim.add().size = dim
        if node.op == "Placeholder":
            told = node.attr["shape"].shape
            if chance.random() < 0.1:
                told.Clear()
                told.unknown_rank = True
            for dim in told.dim:
                dim.size = -1 if chance.random() < 0.2 else dim.size
    return result


def test_estimates_of_a_graph_that_is_fed_whole_have_tensorflows_shapes(made, tmp_path):
    message, truth = made
    graph = load(message, tmp_path)
    outputs = resolve(graph).outputs
    assert contradictions(outputs, content_of(graph).table, truth) == []
    unknown = {op for op, row in zip(content_of(graph).table.ops, outputs) for _, told in row if told is None}
    # A Gather of batches, a OneHot elsewhere than at the end, an ellipsis, the rest of a SplitV: no rule tells these.
    assert unknown == {"Bitcast", "GatherV2", "OneHot", "SplitV", "StridedSlice"}


@pytest.mark.parametrize("rules", [FILE_RULES, ALL_RULES], ids=["files", "all"])
def test_what_is_told_where_much_is_hidden_is_true(rules, made, tmp_path, monkeypatch):
    monkeypatch.setattr(infer, "FILE_RULES", rules)
    message, truth = made
    told = 0
    for seed in range(12):
        graph = load(hidden(message, seed), tmp_path)
        assert contradictions(content_of(graph).table.outputs, content_of(graph).table, truth) == []
        told += graph.facts["inferred_shapes"]
    assert told > 12 * 50
