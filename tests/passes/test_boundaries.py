"""What is known of the boundary before each of a row of siblings."""

from __future__ import annotations

import pytest

from graphs import Builder, graph
from opscope.graph.types import TensorType
from opscope.passes.boundaries import _likeness, _scale, boundaries, spanned
from opscope.passes.dock import dock
from opscope.passes.found import edges
from opscope.passes.structure import Structures
from opscope.passes.wires import wire_through

IMAGE = (8, 32, 32, 4)


class Row:
    """Ops, one after the other; what has no inputs given takes what came before it."""

    def __init__(self, shape=IMAGE):
        self.make = Builder()
        self.last = self.add("x", "Placeholder", shape=shape)

    def add(self, name, kind, *inputs, shape=IMAGE, **more):
        inputs = inputs or ((self.last,) if self.make.rows else ())
        self.last = self.make.op(name, kind, *inputs, out=[TensorType("float32", shape)], **more)
        return self.last

    def known(self):
        """The boundary before each op, by the op's name."""
        whole = dock(wire_through(self.make.graph("row", ["x"], [self.last])))
        structures = Structures(whole)
        children = list(range(len(whole)))
        return dict(
            zip([row.name for row in self.make.rows], boundaries(structures, children, edges(structures, children)))
        )

    def tears(self):
        return [name for name, boundary in self.known().items() if boundary.tears]

    def turns(self):
        return [name for name, boundary in self.known().items() if boundary.turns]


@pytest.mark.parametrize(
    ("links", "crossing"),
    [
        ([(0, 1), (1, 2), (2, 3)], [0, 1, 1, 1]),  # a chain: one link over each boundary
        ([(0, 3), (2, 3)], [0, 1, 1, 2]),  # the first is used up to the end
        ([], [0, 0, 0, 0]),
        ([(3, 0)], [0, 0, 0, 0]),  # what feeds an earlier one passes nothing on
    ],
)
def test_how_many_links_cross_a_boundary(links, crossing):
    assert spanned(links, 4) == crossing


def test_names_on_both_sides_are_alike_as_far_as_they_begin_alike():
    structures = Structures(graph([("conv1/a", "Relu", []), ("conv2/a", "Relu", []), ("bn/a", "Relu", [])]))
    parts = [structures.seal(group, ("scope",), [group]) for group in range(3)]
    assert [boundary.likeness for boundary in boundaries(structures, parts, [set(), {0}, {1}])] == [0, 4 / 5, 0]


@pytest.mark.parametrize(
    ("first", "second", "share"),
    [
        ("conv1", "conv2", 0.8),
        ("conv", "conv", 1),
        ("conv", "conv_12", 4 / 7),
        ("a", "b", 0),
        ("", "", 0),
        ("", "a", 0),
        ("ba", "ca", 0),
    ],
)
def test_names_are_alike_as_far_as_they_begin_alike(first, second, share):
    assert _likeness(first, second) == _likeness(second, first) == pytest.approx(share)


def test_who_uses_what_a_sibling_gives_is_told_past_the_wires():
    row = Row()
    start = row.add("start", "Relu")
    row.add("wire", "Identity")
    row.add("one", "Tanh")
    row.add("other", "Exp", start)
    known = row.known()
    assert known["start"].users == [3, 4]
    assert known["wire"].users == []
    assert [known[name].entering for name in ("start", "wire", "one", "other")] == [1, 2, 2, 0]


# what a boundary tears


def test_a_layer_is_not_torn_from_its_normalization_and_activation():
    row = Row()
    row.add("conv", "Conv2D")
    row.add("bias", "BiasAdd")
    row.add("norm", "FusedBatchNormV3")
    row.add("relu", "Relu")
    row.add("pool", "MaxPool")
    row.add("next", "Conv2D")
    assert row.tears() == ["bias", "norm", "relu"]


def test_all_boundaries_between_a_layer_and_what_goes_on_with_it_tear():
    """Branches traced kind by kind: two convolutions, then their activations."""
    row = Row()
    start = row.last
    row.add("conv1", "Conv2D", start)
    row.add("conv2", "Conv2D", start)
    row.add("relu1", "Relu", "conv1")
    row.add("relu2", "Relu", "conv2")
    row.add("join", "ConcatV2", "relu1", "relu2")
    assert row.tears() == ["conv2", "relu1", "relu2"]


def test_what_has_other_users_or_takes_a_sum_begins_a_block():
    """As in a residual network whose blocks begin with the normalization."""
    row = Row()
    start = row.add("conv", "Conv2D")
    row.add("norm", "FusedBatchNormV3")
    row.add("inner", "Conv2D")
    row.add("add", "AddV2", start, "inner")
    row.add("norm2", "FusedBatchNormV3")
    assert row.tears() == []


def test_what_gives_another_shape_does_not_only_go_on():
    row = Row()
    row.add("conv", "Conv2D")
    row.add("flat", "Reshape", shape=(8, 4096))
    assert row.tears() == []


def test_a_wire_belongs_to_what_it_hands_on():
    row = Row()
    row.add("conv", "Conv2D")
    row.add("dropout", "Identity")
    row.add("relu", "Relu")
    row.add("next", "Conv2D")
    assert row.tears() == ["dropout", "relu"]


def test_the_gradient_of_an_activation_comes_before_that_of_its_layer():
    make = Builder()
    row = {}
    for kind, name in (("MatMul", "dense"), ("Mul", "gelu"), ("MatMul", "dense_1")):
        group = make.group(f"{name}_grad", of=f"forward/{name}")
        row[name] = (
            make.op(f"{name}_grad/op", kind, *row.values(), group=group)
            if not row
            else make.op(f"{name}_grad/op", kind, list(row.values())[-1], group=group)
        )
    structures = Structures(make.graph("backward"))
    parts = [structures.seal(group, ("scope",), [group]) for group in range(3)]
    assert not any(boundary.tears for boundary in boundaries(structures, parts, [set(), {0}, {1}]))


# where a stage begins

HALF, WIDER = (8, 16, 16, 4), (8, 32, 32, 8)


def test_a_stage_begins_where_the_size_changes_or_behind_a_pooling():
    row = Row()
    row.add("conv", "Conv2D", shape=WIDER)
    row.add("strided", "Conv2D", shape=HALF)
    row.add("same", "Conv2D", shape=HALF)
    row.add("pool", "MaxPool", shape=(8, 8, 8, 4))
    row.add("behind", "Conv2D", shape=(8, 8, 8, 4))
    row.add("up", "Conv2DBackpropInput", shape=HALF)
    row.add("on", "Conv2D", shape=HALF)
    row.add("larger", "ResizeNearestNeighbor", shape=IMAGE)
    row.add("last", "Conv2D")
    assert row.turns() == ["strided", "pool", "behind", "up", "larger"]


def test_without_shapes_the_ops_tell_whether_the_size_changes():
    row = Row(shape=(None, None, None, 4))
    unknown = {"shape": (None, None, None, 4)}
    row.add("conv", "Conv2D", strides=[1, 1, 1, 1], **unknown)
    row.add("strided", "Conv2D", strides=[1, 2, 2, 1], **unknown)
    row.add("same", "MaxPool", strides=[1, 1, 1, 1], **unknown)
    row.add("pool", "MaxPool", strides=[1, 2, 2, 1], **unknown)
    row.add("behind", "Relu", **unknown)
    row.add("up", "Conv2DBackpropInput", strides=[1, 2, 2, 1], **unknown)
    row.add("larger", "ResizeBilinear", **unknown)
    row.add("last", "Conv2D", strides=[1, 1, 1, 1], **unknown)
    assert row.turns() == ["strided", "pool", "behind", "up", "larger"]


def test_a_stage_begins_where_a_skip_connection_is_taken():
    row = Row()
    skip = row.add("skip", "Conv2D")
    row.add("inner", "MatMul")
    row.add("join", "ConcatV2", "inner", skip)
    row.add("last", "Relu")
    assert row.turns() == ["join"]


def test_what_all_of_a_kind_take_is_no_skip_connection():
    """The memory that each layer of a decoder looks at."""
    row = Row(shape=(8, 16, 4))
    memory = row.add("memory", "Exp", shape=(8, 16, 4))
    for number in range(3):
        row.add(
            f"cross{number}",
            "BatchMatMulV2",
            row.add(f"own{number}", "Tanh", shape=(8, 16, 4)),
            memory,
            shape=(8, 16, 4),
        )
    assert row.turns() == []


def test_the_weights_before_a_layer_are_of_its_stage():
    row = Row()
    start = row.last
    weight = row.add("weight", "Const", "^x")
    row.add("pool", "Conv2D", start, weight, shape=HALF)
    assert row.turns() == ["weight", "pool"]


@pytest.mark.parametrize(
    ("taken", "given", "scale"),
    [
        ((8, 32, 32, 4), (8, 16, 16, 8), -1),
        ((8, 4, 32, 32), (8, 8, 16, 16), -1),  # channels first
        ((8, 16, 16, 8), (8, 32, 32, 4), 1),
        ((8, 32, 32, 4), (8, 32, 32, 8), 0),  # other channels alone
        ((None, 32, 32, 4), (None, 16, 16, 4), -1),
        ((8, None, None, 4), (8, None, None, 4), None),
        (None, (8, 32, 32, 4), None),
        ((8, 32, 4), (8, 16, 8), -1),  # a sequence
        ((8, 32, 4), (8, 32, 8), 0),
        ((8, 4), (8, 2), 0),
        ((8, 32, 32, 4), (8, 4096), 0),
        ((2, 8, 8, 8, 4), (2, 16, 16, 16, 4), 1),
    ],
)
def test_whether_images_grow_or_shrink(taken, given, scale):
    assert _scale(taken, given) == scale
