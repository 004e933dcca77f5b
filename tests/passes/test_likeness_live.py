"""Which stages of networks that Keras builds have the structure of an earlier one."""

from __future__ import annotations

import pytest

keras = pytest.importorskip("keras")
tf = pytest.importorskip("tensorflow")

import opscope  # noqa: E402 - after the skips: what is traced here needs TensorFlow
from opscope.graph.content import content_of  # noqa: E402
from opscope.passes import for_drawing  # noqa: E402
from opscope.passes.likeness import alike  # noqa: E402

pytestmark = pytest.mark.skipif(
    int(keras.__version__.split(".")[0]) < 3,
    reason="the ops inside a layer differ between versions; the newest is enough here",
)
STAGES = {
    "ResNet50": {"conv3_block2": "conv2_block2", "conv4_block2": "conv2_block2", "conv5_block2": "conv2_block2"},
    "DenseNet121": {"conv3_block1": "conv2_block1", "conv4_block1": "conv2_block1", "conv5_block1": "conv2_block1"},
    "InceptionV3": {},
}


def rows_of(content, group):
    """The ops in a group, at any depth, in the order of the graph."""
    inside = {group}
    for index, one in enumerate(content.groups):
        if one.parent in inside:
            inside.add(index)
    return [row for row, home in enumerate(content.node_group) if home in inside]


def is_wired_alike(content, group, other):
    """Op by op: the same types, and the same tensors of each other."""
    rows, others = rows_of(content, group), rows_of(content, other)
    place, its = ({row: number for number, row in enumerate(own)} for own in (rows, others))
    return len(rows) == len(others) and all(
        content.table.ops[one] == content.table.ops[two]
        and [(place.get(edge.node), edge.output) for edge in content.table.inputs(one) if edge.output >= 0 and edge.node in place]
        == [(its.get(edge.node), edge.output) for edge in content.table.inputs(two) if edge.output >= 0 and edge.node in its]
        for one, two in zip(rows, others)
    )  # fmt: skip


@pytest.mark.parametrize("name", STAGES)
def test_later_stages_of_networks_of_keras_applications(name):
    drawn = for_drawing(opscope.trace(getattr(keras.applications, name)(weights=None)), "all", unfold=False)
    content, found = content_of(drawn), alike(drawn)
    assert found
    assert all(is_wired_alike(content, later, first) for later, first in found.items())
    stacks = {content.groups[group].name: content.groups[found[group]].name for group in content.view.stacks if group in found}  # fmt: skip
    assert stacks == STAGES[name]


def test_the_blocks_of_a_transformer_are_one_stack_and_nothing_is_alike_to_it():
    layers = keras.layers
    x = start = keras.Input((5, 8))
    for number in range(8):
        inner = layers.MultiHeadAttention(2, 4, name=f"block{number}_attention")(x, x)
        x = layers.LayerNormalization(name=f"block{number}_norm")(layers.Add(name=f"block{number}_add")([x, inner]))
    drawn = for_drawing(opscope.trace(keras.Model(start, layers.Dense(3)(x))), "all", unfold=False)
    content, found = content_of(drawn), alike(drawn)
    (stack,) = content.view.stacks
    assert stack not in found
    assert content.groups[stack].parent not in {content.groups[group].parent for group in found}
