"""The shape that an op's result has where the graph leaves it open: from its inputs' shapes and from small constants."""

import pytest

from graphs import literal
from opscope.shapes.resolve import resolve

F = "float32"


def value(*numbers, shape=None):
    """A constant: a list of integers, or of another shape."""
    return (
        "Const",
        [("int32", shape or (len(numbers),))],
        {"value": {"shape": list(shape or (len(numbers),)), "values": list(numbers)}},
    )


def single(number):
    return "Const", [("int32", ())], {"value": {"shape": [], "values": [number]}}


def found(op, inputs, outputs, **attrs):
    """The shapes of an op's outputs; an input is a shape or a constant, an output the shape that the graph has."""
    nodes = []
    for index, given in enumerate(inputs):
        made = given if given is not None and given and isinstance(given[0], str) else ("Placeholder", [(F, given)], {})
        nodes.append((f"in{index}", made[0], (), made[1], made[2]))
    graph = literal(*nodes, ("op", op, [node[0] for node in nodes], [(F, shape) for shape in outputs], attrs))
    return [shape for _, shape in resolve(graph).outputs[len(nodes)]]


N = None
ROWS = [
    ("Split", [single(1), (3, 8)], [N, N], [(3, 4)] * 2, {}),
    ("SplitV", [(3, 8), value(2, 6), single(1)], [N, N], [(3, 2), (3, 6)], {}),
    ("SplitV", [(3, 8), (2,), single(1)], [N, N], [N, N], {}),  # sizes that are not known need not be equal
    ("Bitcast", [(4, 6)], [N], [None], {}),  # as int8 it is (4, 6, 4): nothing here knows how wide the two types are
    ("Einsum", [(2, 3, 4), (4, 5)], [(N, 3, N)], [(2, 3, 5)], {"equation": "abc, cd -> abd"}),
    ("Einsum", [(2, 3, 4), (5,)], [(N, N)], [None], {"equation": "ab,c->ac"}),  # a shape that does not fit tells nothing
    ("Einsum", [(2, 3), (3, 5)], [(N, N)], [None], {"equation": "...ab,...bc->...ac"}),
    ("Einsum", [(2, 3), (3, 5)], [(2, N)], [None], {"equation": "ab,bc"}),
    ("FusedBatchNormV3", [(2, 4, 4, 8), (8,), (8,), (8,), (8,)], [(2, N, N, N), *[(N,)] * 4, N], [(2, 4, 4, 8), *[(8,)] * 4, (0,)], {}),
    ("FusedBatchNormGradV3", [(2, 4, 4, 7), (2, 4, 4, 8), (8,)], [(2, 4, 4, N), (N,), (N,)], [(2, 4, 4, 8), (8,), (8,)], {}),
    ("SoftmaxCrossEntropyWithLogits", [(3, 5), (3, 5)], [(N,), (N, N)], [(3,), (3, 5)], {}),
    ("SoftmaxCrossEntropyWithLogits", [(1, 5), (3, 5)], [(N,), (N, N)], [(3,), (3, 5)], {}),  # broadcast, as TensorFlow does
    ("Conv2DBackpropInput", [value(2, 8, 8, 5), (3, 3, 5, 3), (2, 8, 8, 3)], [N], [(2, 8, 8, 5)], {}),
    ("Conv2DBackpropInput", [value(8, 8), (3, 3, 5, 3), (2, 8, 8, 3)], [N], [N], {}),  # TensorFlow allows height and width alone
    ("StatelessRandomGammaV2", [value(4, 5), value(1, 2), (5,)], [(N, N)], [(4, 5)], {}),  # (shape, seed, alpha)
    ("SparseSoftmaxCrossEntropyWithLogits", [N, (3,)], [(N,), (N, 5)], [None, None], {}),
    ("Unpack", [(3, 2, 5)], [(N, 5)] * 2, [(3, 5)] * 2, {"axis": 1}),
    ("Unpack", [(3, 2, 5)], [(N, 5)] * 2, [(3, 5)] * 2, {"axis": -2}),
    ("Unpack", [(3, 2, 5)], [(N, 5)] * 3, [(2, 5)] * 3, {}),
    ("Unpack", [(3, 2, 5)], [(N, N)] * 5, [(3, 2)] * 5, {"axis": 2}),
    ("Unpack", [(3, 2, 5)], [(N, N)], [None], {"axis": 3}),
    ("Unpack", [(3, 2, 5)], [(N, N)], [None], {"axis": -4}),
    ("Unpack", [(3, 2, 5)], [(N, N)] * 3, [(2, 5)] * 3, {"axis": -3}),
    ("OneHot", [(3, 2), single(7)], [(3, 2, N)], [(3, 2, 7)], {}),
    ("OneHot", [(3, 2), single(7)], [(3, 2, N)], [(3, 2, 7)], {"axis": -1}),
    ("OneHot", [(3, 2), single(7)], [(3, N, 2)], [None], {"axis": 1}),
    ("OneHot", [(3, 2), single(7)], [(7, N, 2)], [None], {"axis": 0}),
    ("OneHot", [(3, 2), ()], [(3, 2, N)], [None], {}),
    ("OneHot", [N, single(7)], [(3, 2, N)], [None], {}),
    ("ResourceGather", [(), (3, 2)], [(N, N, 5)], [(3, 2, 5)], {}),
    ("ResourceGather", [(), (3, 2)], [(N, N)], [(3, 2)], {}),
    ("ResourceGather", [(), (3, 2)], [(N,)], [None], {}),
    ("ResourceGather", [(), N], [(5, N)], [None], {}),
    ("UnsortedSegmentSum", [(4, 2, 6), (4,), single(9)], [(N, 2, N)], [(9, 2, 6)], {}),
    ("UnsortedSegmentSum", [(4, 2, 6), (4, 2), single(9)], [(9, N)], [(9, 6)], {}),
    ("UnsortedSegmentSum", [N, (4,), single(9)], [(9, N)], [None], {}),
    ("UnsortedSegmentSum", [(4, 6), N, single(9)], [(9, N)], [None], {}),
    ("UnsortedSegmentSum", [(4, 6), (4,), ()], [(9, N)], [(9, 6)], {}),
    # (2, 10 + 1 + 3, 12 + 2 + 0, 5) in blocks of 2 by 7: the batch grows to 2 * 14.
    ("SpaceToBatchND", [(2, 10, 12, 5), value(2, 7), value(1, 3, 2, 0, shape=(2, 2))], [(N, N, N, 5)], [(28, 7, 2, 5)], {}),
    # And back: 7 * 2 - 1 - 3, 2 * 7 - 2 - 0.
    ("BatchToSpaceND", [(28, 7, 2, 5), value(2, 7), value(1, 3, 2, 0, shape=(2, 2))], [(N, N, N, 5)], [(2, 10, 12, 5)], {}),
    ("SpaceToBatchND", [(2, 10, 5), value(2), value(1, 1, 0, 0, shape=(2, 2))], [(2, N, 5)], [None], {}),
    ("SpaceToBatchND", [N, value(2), value(1, 1, shape=(1, 2))], [(2, N, 5)], [None], {}),
    ("SpaceToBatchND", [(2, 10, 5), (1,), value(1, 1, shape=(1, 2))], [(2, N, 5)], [None], {}),
    ("SpaceToBatchND", [(2, 10, 5), value(2), (1, 2)], [(2, N, 5)], [None], {}),
    ("SpaceToBatchND", [(2, 9, 5), value(2), value(0, 1, shape=(1, 2))], [(N, N, 5)], [(4, 5, 5)], {}),
    ("SpaceToBatchND", [(2, 9, 5), value(2), value(1, 0, shape=(1, 2))], [(N, N, 5)], [(4, 5, 5)], {}),
    ("SpaceToBatchND", [(2, 0, 5), value(2), value(1, 2, shape=(1, 2))], [(N, N, 5)], [(4, 1, 5)], {}),
    ("Range", [(), single(11), single(3)], [(N,)], [None], {}),
    ("Range", [value(2, 3), single(11), single(3)], [(N,)], [None], {}),
    ("Range", [value(), single(11), single(3)], [(N,)], [None], {}),
    ("Range", [single(2), single(11), single(3)], [(N,)], [(3,)], {}),
    ("Range", [single(9), single(2), single(-2)], [(N,)], [(4,)], {}),
    ("ScatterNd", [(3, 1), (3, 6), value(9, 6)], [(9, N)], [(9, 6)], {}),
    ("BroadcastTo", [(6,), value(9, 6)], [(9, N)], [(9, 6)], {}),
    ("StatelessRandomNormalV2", [value(9, 6), (1,), (2,)], [(9, N)], [(9, 6)], {}),
    ("StatelessRandomNormalV2", [value(9, 0), (1,), (2,)], [(9, N)], [(9, 0)], {}),
    ("StatelessRandomNormalV2", [value(9, -1), (1,), (2,)], [(9, N)], [None], {}),
    ("StatelessRandomNormalV2", [(2,), (1,), (2,)], [(9, N)], [None], {}),
    ("ReluGrad", [(4, 6), (4, 6)], [(4, N)], [(4, 6)], {}),
    ("EluGrad", [(4, 6), N], [(4, N)], [(4, 6)], {}),
    ("IdentityN", [(4, 6), (3,)], [(4, N), (N,)], [(4, 6), (3,)], {}),
]  # fmt: skip


@pytest.mark.parametrize(("op", "inputs", "own", "shapes", "attrs"), ROWS)
def test_the_graphs_open_dimensions_follow_from_the_inputs(op, inputs, own, shapes, attrs):
    assert found(op, inputs, own, **attrs) == shapes
