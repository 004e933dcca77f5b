"""Shapes of ops that rearrange, cut, join and reduce tensors.

TOLD is what TensorFlow's own shape function tells of the op: computed with 2.21 (`tf.raw_ops` in a graph, N an open dimension or an
element that is fed) and written down. Behind a row of OURS, where our rule tells less or more, stands TensorFlow's answer.
"""

import pytest

from graphs import literal
from opscope.graph.content import content_of
from opscope.shapes.array_rules import ARRAYS
from opscope.shapes.resolve import resolve

from .one_op import F, ints, one, shapes

N = None
TOLD = [
    ("Reshape", [(6, 4), ints(8, 3)], {}, [(8, 3)]),
    ("Reshape", [(6, 4), ints(-1, 3)], {}, [(8, 3)]),
    ("Reshape", [(6, 4), ints(2, -1, 2)], {}, [(2, 6, 2)]),
    ("Reshape", [(6, N), ints(-1, 3)], {}, [(N, 3)]),
    ("Reshape", [(6, 4), ints(N, -1, 3)], {}, [(N, N, 3)]),
    ("Reshape", [N, ints(-1, 3)], {}, [(N, 3)]),
    ("Reshape", [(6, 4), (3,)], {}, [(N, N, N)]),
    ("Reshape", [(6, 4), (N,)], {}, [N]),
    ("Reshape", [(6, 4), N], {}, [N]),
    ("Reshape", [(0, 4), ints(0, -1)], {}, [(0, N)]),
    ("Reshape", [(), ints()], {}, [()]),
    ("Reshape", [(1,), (0,)], {}, [()]),
    ("Reshape", [(6, 4), ints(4, 6, -1)], {}, [(4, 6, 1)]),
    ("Reshape", [(2, 3, 4), ints(-1)], {}, [(24,)]),
    ("Reshape", [(N, N), ints(3, -1, N)], {}, [(3, N, N)]),
    ("Transpose", [(2, 3, 4), ints(2, 0, 1)], {}, [(4, 2, 3)]),
    ("Transpose", [(2, N, 4), ints(1, 2, 0)], {}, [(N, 4, 2)]),
    ("Transpose", [(2, 3, 4), (3,)], {}, [(N, N, N)]),
    ("Transpose", [(2, 3, 4), ints(N, 1, 2)], {}, [(N, N, N)]),
    ("Transpose", [(), ints()], {}, [()]),
    ("Transpose", [(7,), ints(0)], {}, [(7,)]),
    ("ExpandDims", [(2, 3), one(0)], {}, [(1, 2, 3)]),
    ("ExpandDims", [(2, 3), one(1)], {}, [(2, 1, 3)]),
    ("ExpandDims", [(2, 3), one(2)], {}, [(2, 3, 1)]),
    ("ExpandDims", [(2, 3), one(-1)], {}, [(2, 3, 1)]),
    ("ExpandDims", [(2, N), one(-3)], {}, [(1, 2, N)]),
    ("ExpandDims", [(2, 3), ()], {}, [N]),
    ("ExpandDims", [N, one(0)], {}, [N]),
    ("Squeeze", [(1, 3, 1, 2)], {}, [(3, 2)]),
    ("Squeeze", [(1, 3, 1, 2)], {"squeeze_dims": [0]}, [(3, 1, 2)]),
    ("Squeeze", [(1, 3, 1, 2)], {"squeeze_dims": [-2]}, [(1, 3, 2)]),
    ("Squeeze", [(1, 3, 1, 2)], {"squeeze_dims": [0, 2]}, [(3, 2)]),
    ("Squeeze", [(1, N, 1, 2)], {}, [N]),
    ("Squeeze", [(N, 3, 1, 2)], {"squeeze_dims": [2]}, [(N, 3, 2)]),
    ("Squeeze", [()], {}, [()]),
    ("Squeeze", [N], {}, [N]),
    ("Squeeze", [(1, 1)], {}, [()]),
    ("Squeeze", [(N, 3)], {"squeeze_dims": [0]}, [(3,)]),
    ("BroadcastTo", [(3, 1), ints(2, 3, 4)], {}, [(2, 3, 4)]),
    ("BroadcastTo", [(1,), ints(0, 2)], {}, [(0, 2)]),
    ("EuclideanNorm", [(3, 5), ints(1)], {}, [(3,)]),
    ("GatherNd", [(2, 8, 9, 6), (4, 7, 2)], {}, [(4, 7, 9, 6)]),
    ("GatherNd", [(2, 8), (N, 2)], {}, [(N,)]),
    ("GatherNd", [(2, 8), (4, N)], {}, [N]),
    ("ConcatV2", [(3, 5), (3, 2), one(1)], {}, [(3, 7)]),
    ("ConcatV2", [(3, 5), (4, 5), (1, 5), one(0)], {}, [(8, 5)]),
    ("ConcatV2", [(3, 5), (3, 2), one(-1)], {}, [(3, 7)]),
    ("ConcatV2", [(N, 5), (3, N), one(1)], {}, [(3, N)]),
    ("ConcatV2", [(3, 5), N, one(1)], {}, [(3, N)]),
    ("ConcatV2", [(3, 5), (3, 2), ()], {}, [(N, N)]),
    ("ConcatV2", [N, (3, 2), one(0)], {}, [(N, 2)]),
    ("ConcatV2", [N, N, one(0)], {}, [N]),
    ("ConcatV2", [(3, 0), (3, 2), one(1)], {}, [(3, 2)]),
    ("Concat", [one(1), (3, 5), (3, 2)], {}, [(3, 7)]),
    ("Concat", [one(0), (3, 5), (4, 5), (1, 5)], {}, [(8, 5)]),
    ("Pack", [(3, 5), (3, 5)], {}, [(2, 3, 5)]),
    ("Pack", [(3, 5), (3, 5), (3, 5)], {"axis": 1}, [(3, 3, 5)]),
    ("Pack", [(3, 5), (3, 5), (3, 5)], {"axis": 2}, [(3, 5, 3)]),
    ("Pack", [(3, 5), (3, 5)], {"axis": -1}, [(3, 5, 2)]),
    ("Pack", [(3, 5), (3, 5)], {"axis": -3}, [(2, 3, 5)]),
    ("Pack", [(), ()], {}, [(2,)]),
    ("Pack", [N, N], {}, [N]),
    ("Pack", [(3, N), (3, N)], {"axis": 1}, [(3, 2, N)]),
    ("Unpack", [(3, 2, 5)], {"axis": 1}, [(3, 5), (3, 5)]),
    ("Unpack", [(3, 2, 5)], {"axis": -1}, [(3, 2), (3, 2), (3, 2), (3, 2), (3, 2)]),
    ("Unpack", [(3, N)], {}, [(N,), (N,), (N,)]),
    ("Unpack", [N], {}, [N, N, N]),
    ("Split", [one(1), (2, 6)], {}, [(2, 2), (2, 2), (2, 2)]),
    ("Split", [one(0), (6, 2, 4)], {}, [(3, 2, 4), (3, 2, 4)]),
    ("Split", [one(-2), (5, 6, 4)], {}, [(5, 2, 4), (5, 2, 4), (5, 2, 4)]),
    ("Split", [one(1), (2, N)], {}, [(2, N), (2, N)]),
    ("Split", [one(0), N], {}, [N, N]),
    ("SplitV", [(2, 6), ints(1, 5), one(1)], {}, [(2, 1), (2, 5)]),
    ("SplitV", [(6, 2, 4), ints(4, 2), one(0)], {}, [(4, 2, 4), (2, 2, 4)]),
    ("SplitV", [(2, 6, 3), ints(1, 5), one(-2)], {}, [(2, 1, 3), (2, 5, 3)]),
    ("SplitV", [(2, 6), (2,), one(1)], {}, [(2, N), (2, N)]),
    ("SplitV", [N, ints(1, 5), one(1)], {}, [N, N]),
    ("Sum", [(3, 5, 2), ints(1)], {}, [(3, 2)]),
    ("Sum", [(3, 5, 2), ints(0, -1)], {}, [(5,)]),
    ("Sum", [(3, 5, 2), ints(0, -1)], {"keep_dims": True}, [(1, 5, 1)]),
    ("Sum", [(3, 5, 2), ints()], {}, [(3, 5, 2)]),
    ("Sum", [(3, N, 2), one(0)], {}, [(N, 2)]),
    ("Sum", [(3, 5, 2), (1,)], {}, [N]),
    ("Sum", [(3, 5, 2), (1,)], {"keep_dims": True}, [(N, N, N)]),
    ("Sum", [N, ints(0)], {}, [N]),
    ("Sum", [(3, 5, 2), ints(N, 1)], {}, [N]),
    ("Sum", [(3, 5, 2), ints(-3)], {}, [(5, 2)]),
    ("Sum", [(3, 5, 2), ints(1)], {"keep_dims": True}, [(3, 1, 2)]),
    ("Sum", [(), ints()], {}, [()]),
    ("Mean", [(3, 5, 2), ints(1)], {}, [(3, 2)]),
    ("Mean", [(3, 5, 2), ints(1)], {"keep_dims": True}, [(3, 1, 2)]),
    ("Max", [(3, 5, 2), ints(1)], {}, [(3, 2)]),
    ("Min", [(3, 5, 2), ints(1)], {}, [(3, 2)]),
    ("Prod", [(3, 5, 2), ints(1)], {}, [(3, 2)]),
    ("All", [(3, 5, 2), ints(1)], {}, [(3, 2)]),
    ("Any", [(3, 5, 2), ints(1)], {}, [(3, 2)]),
    ("ArgMax", [(3, 5, 2), one(0)], {}, [(5, 2)]),
    ("ArgMax", [(3, 5, 2), one(1)], {}, [(3, 2)]),
    ("ArgMax", [N, one(0)], {}, [N]),
    ("ArgMin", [(3, 5, 2), one(-1)], {}, [(3, 5)]),
    ("Gather", [(3, 5), (7, 2)], {}, [(7, 2, 5)]),
    ("Gather", [(3, 5), ()], {}, [(5,)]),
    ("Gather", [(3, 5), N], {}, [N]),
    ("Gather", [N, (2,)], {}, [N]),
    ("Gather", [(3, 5, 6), (7, 2)], {}, [(7, 2, 5, 6)]),
    ("GatherV2", [(3, 5, 2), (7, 4), one(1)], {}, [(3, 7, 4, 2)]),
    ("GatherV2", [(3, 5, 2), (7,), one(0)], {}, [(7, 5, 2)]),
    ("GatherV2", [(3, 5, 2), (), one(-1)], {}, [(3, 5)]),
    ("GatherV2", [(3, N), (N,), one(0)], {}, [(N, N)]),
    ("GatherV2", [N, (2,), one(0)], {}, [N]),
    ("GatherV2", [(3, 5), N, one(0)], {}, [N]),
    ("GatherV2", [(3, 5, 2), (7, 4), one(2)], {}, [(3, 5, 7, 4)]),
    ("GatherV2", [(3, 5, 2), (7, 4), one(-3)], {}, [(7, 4, 5, 2)]),
    ("ScatterNd", [(3, 1), (3, 6), ints(9, 6)], {}, [(9, 6)]),
    ("UnsortedSegmentSum", [(4, 2, 6), (4,), one(9)], {}, [(9, 2, 6)]),
    ("UnsortedSegmentSum", [(4, 2, 6), (4, 2), one(9)], {}, [(9, 6)]),
    ("UnsortedSegmentSum", [(4, 2, 6), (4,), ()], {}, [(N, 2, 6)]),
    ("UnsortedSegmentSum", [N, (4,), one(9)], {}, [N]),
    ("UnsortedSegmentSum", [(4, 6), N, one(9)], {}, [N]),
    ("OneHot", [(3, 2), one(7), (), ()], {}, [(3, 2, 7)]),
    ("OneHot", [(3, 2), one(7), (), ()], {"axis": -1}, [(3, 2, 7)]),
    ("OneHot", [N, one(7), (), ()], {}, [N]),
    ("Pad", [(3, 5), ints(1, 2, 0, 4, shape=(2, 2))], {}, [(6, 9)]),
    ("Pad", [(N, 5), ints(1, 2, 0, 4, shape=(2, 2))], {}, [(N, 9)]),
    ("Pad", [(3, 5), (2, 2)], {}, [(N, N)]),
    ("Pad", [(3, 5, 7), ints(1, 2, 3, 4, 5, 6, shape=(3, 2))], {}, [(6, 12, 18)]),
    ("PadV2", [(3, 5), ints(1, 2, 0, 4, shape=(2, 2)), ()], {}, [(6, 9)]),
    ("MirrorPad", [(3, 5), ints(1, 2, 0, 4, shape=(2, 2))], {"mode": "REFLECT"}, [(6, 9)]),
    ("Tile", [(3, 5), ints(2, 4)], {}, [(6, 20)]),
    ("Tile", [(N, 5), ints(2, 4)], {}, [(N, 20)]),
    ("Tile", [(3, 5), ints(2, N)], {}, [(6, N)]),
    ("Tile", [(3, 5), ints(1, 0)], {}, [(3, 0)]),
    ("Slice", [(3, 5), ints(1, 2), ints(2, 3)], {}, [(2, 3)]),
    ("Slice", [(3, 5), ints(1, 2), ints(1, -1)], {}, [(1, 3)]),
    ("Slice", [(3, 5), ints(1, 2), ints(-1, -1)], {}, [(2, 3)]),
    ("Slice", [(3, 5), (2,), ints(2, -1)], {}, [(2, N)]),
    ("Slice", [(3, N), ints(1, 2), ints(2, -1)], {}, [(2, N)]),
    ("Slice", [(3, 5), ints(N, 2), ints(-1, -1)], {}, [(N, 3)]),
    ("Slice", [(3, 5), ints(1, 2), ints(N, 3)], {}, [(N, 3)]),
    ("Slice", [(3, 5), ints(0, 2), ints(-1, 0)], {}, [(3, 0)]),
    ("Slice", [(8, 9, 10), ints(1, 2, 3), ints(4, -1, 6)], {}, [(4, 7, 6)]),
    ("Slice", [(8,), ints(7), ints(-1)], {}, [(1,)]),
    ("StridedSliceGrad", [ints(3, 5), ints(0), ints(1), ints(1), (1, 5)], {}, [(3, 5)]),
    ("SpaceToBatchND", [(2, 9, 5), ints(2), ints(0, 1, shape=(1, 2))], {}, [(4, 5, 5)]),
    ("SpaceToBatchND", [(2, 10, 12, 5), ints(2, 7), ints(1, 3, 2, 0, shape=(2, 2))], {}, [(28, 7, 2, 5)]),
    ("BatchToSpaceND", [(28, 7, 2, 5), ints(2, 7), ints(1, 3, 2, 0, shape=(2, 2))], {}, [(2, 10, 12, 5)]),
]  # fmt: skip
OURS = [
    ("Reshape", [(6, 4), ints(N, 3)], {}, [(N, 3)]),  # [(8, 3)]
    ("Transpose", [N, ints(1, 0)], {}, [N]),  # [(N, N)]
    ("BroadcastTo", [(3, 1), ints(2, N, 4)], {}, [(2, N, 4)]),  # [(2, 3, 4)]
    ("Pack", [N, (3, 5)], {}, [N]),  # [(2, 3, 5)]
    ("Split", [(), (2, 6)], {}, [N, N, N]),  # [(N, N), (N, N), (N, N)]
    ("SplitV", [(2, 6), ints(0, -1), one(1)], {}, [(2, 0), (2, N)]),  # [(2, 0), (2, 6)]
    ("SplitV", [(2, 6), ints(1, 5), ()], {}, [N, N]),  # [(2, 1), (2, 5)]
    ("SplitV", [(2, 6), ints(N, 5), one(1)], {}, [(2, N), (2, 5)]),  # [(2, N), (2, N)]
    ("ArgMax", [(3, 5), ()], {}, [N]),  # [(N,)]
    ("ConcatV2", [(3, 5), (3,), one(0)], {}, [N]),  # an error
    ("ConcatV2", [(3, 5), (3, 5), one(2)], {}, [(N, N)]),  # an error
    ("Transpose", [(2, 3), ints(1, 1)], {}, [(N, N)]),  # [(3, 3)]
    ("Transpose", [(2, 3), ints(0, N)], {}, [(N, N)]),  # [(N, N)]
    ("Transpose", [(2, 3), ints(N, 0)], {}, [(N, N)]),  # [(N, N)]
    ("Unpack", [(3, 2, 5)], {"axis": 4}, [N, N]),  # an error
    ("Unpack", [(3, 2, 5)], {"axis": -5}, [N, N]),  # an error
    ("ExpandDims", [(2, 3), one(3)], {}, [N]),  # an error
    ("Reshape", [(6, 4), (1 << 40,)], {}, [N]),  # an error
    ("Pack", [(3, 5), (3, 5)], {"axis": 3}, [N]),  # an error
    ("Pack", [(3, 5), (3, 5)], {"axis": -4}, [N]),  # an error
    ("ArgMax", [(3, 5), one(2)], {}, [N]),  # an error
    ("ArgMax", [(3, 5), one(-3)], {}, [N]),  # an error
    ("GatherV2", [(3, 5), (2,), one(2)], {}, [N]),  # an error
    ("GatherV2", [(3, 5), (2,), one(-3)], {}, [N]),  # an error
    ("Split", [one(2), (2, 6)], {}, [N, N]),  # an error
    ("SplitV", [(2, 6), ints(1, 5), one(2)], {}, [N, N]),  # an error
    ("ExpandDims", [(2, 3), one(-4)], {}, [N]),  # an error
    ("Sum", [(3, 5), ints(2)], {}, [N]),  # an error
    ("Sum", [(3, 5), ints(-3)], {}, [N]),  # an error
    ("Pad", [(3, 5), ints(1, 2)], {}, [(N, N)]),  # an error
    ("Tile", [(3, 5), ints(1, 2, 3)], {}, [N]),  # an error
    ("Slice", [(3, 5), ints(0), ints(-1, 2)], {}, [(N, 2)]),  # an error
    ("Slice", [(3, 5), ints(0, 0), ints(1)], {}, [N]),  # an error
    ("SplitV", [(2, 6), ints(1, 2, 3), one(1)], {}, [(2, N), (2, N)]),  # an error
    ("Gather", [(), (2,)], {}, [N]),  # an error
    ("GatherV2", [(3, 5), (2,), ()], {}, [N]),  # [(N, N)]
    ("GatherV2", [(3, 5), (3, 2), one(1)], {"batch_dims": 1}, [N]),  # [(3, 2)]
    ("OneHot", [(3, 2), one(7), (), ()], {"axis": 0}, [N]),  # [(7, 3, 2)]
    ("OneHot", [(3, 2), (), (), ()], {}, [N]),  # [(3, 2, N)]
    ("Pad", [N, ints(1, 2, 0, 4, shape=(2, 2))], {}, [N]),  # [(N, N)]
    ("Pad", [(3, 5, 7), ints(1, 2, N, 4, 0, N, shape=(3, 2))], {}, [(6, N, N)]),  # [(N, N, N)]
    ("Tile", [(3, 5), (2,)], {}, [N]),  # [(N, N)]
    ("Tile", [N, ints(2, 4)], {}, [N]),  # [(N, N)]
    ("Slice", [(3, 5), ints(1, 2), (2,)], {}, [N]),  # [(N, N)]
    ("Slice", [N, ints(1, 2), ints(2, 3)], {}, [N]),  # [(2, 3)]
]  # fmt: skip


@pytest.mark.parametrize(("op", "inputs", "attrs", "told"), [*TOLD, *OURS])
def test_the_rule_tells_the_shapes(op, inputs, attrs, told):
    found = shapes(op, inputs, len(told), **attrs)
    assert [*found, *[None] * (len(told) - len(found))] == told


@pytest.mark.parametrize(
    ("indices", "own", "told"),
    [((7, 2), (N, N, 5), (7, 2, 5)), ((7, 2), (N, N), (7, 2)), ((), (5,), (5,)), ((7, 2), (N,), N), (N, (N, 5), N), ((7,), N, N)],
)  # fmt: skip
def test_rows_of_a_variable_are_as_many_as_are_asked_for(indices, own, told):
    """What a handle holds its type does not say, so the row's shape comes from the graph: documented as params[indices]."""
    assert (shapes("ResourceGather", [(), indices], [own]) or [N]) == [told]


def test_what_is_taken_out_of_a_list_has_the_shape_of_what_was_put_in():
    """TensorFlow's guide to lists: an item is what was pushed or set; a stack has the items as its rows."""
    variant = [("variant", ())]
    graph = literal(
        ("x", "Placeholder", (), [(F, (3, 5))]), ("four", "Const", (), [("int32", ())], {"value": {"shape": [], "values": [4]}}),
        ("none", "Const", (), [("int32", ())], {"value": {"shape": [], "values": [9]}}),
        ("list", "TensorListReserve", ["none", "four"], variant), ("put", "TensorListSetItem", ["list", "none", "x"], variant),
        ("got", "TensorListGetItem", ["put", "four", "none"], [(F, N)]), ("popped", "TensorListPopBack", ["put", "none"], [*variant, (F, N)]),
        ("stack", "TensorListStack", ["put", "none"], [(F, N)]), ("rows", "TensorListFromTensor", ["x", "none"], variant),
        ("row", "TensorListGetItem", ["rows", "four", "none"], [(F, N)]), ("empty", "TensorListStack", ["list", "none"], [(F, N)]),
        ("open", "Placeholder", (), [(F, N)]), ("any", "TensorListFromTensor", ["open", "none"], variant),
        ("item", "TensorListGetItem", ["any", "four", "none"], [(F, N)]),
    )  # fmt: skip
    found = {
        name: [shape for _, shape in row] for name, row in zip(content_of(graph).table.names, resolve(graph).outputs)
    }
    assert found["got"] == [(3, 5)]
    assert found["popped"] == [(), (3, 5)]
    assert found["stack"] == [(4, 3, 5)]
    assert found["row"] == [(5,)]
    assert found["empty"] == found["item"] == [None]


def test_every_op_has_a_row():
    others = {"StridedSlice", "ResourceGather", "TensorListGetItem", "TensorListPopBack", "TensorListStack"}
    others |= {"TensorArrayReadV3", "TensorArrayGatherV3"}
    assert {op for op, *_ in TOLD} | others == set(ARRAYS)
