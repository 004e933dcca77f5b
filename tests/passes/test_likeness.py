"""Which groups have the structure of an earlier one beside them."""

from __future__ import annotations

import pytest

from graphs import Builder
from networks import Scoped, residual
from opscope.graph.content import content_of
from opscope.passes import for_drawing
from opscope.passes.likeness import alike


def drawn_of(graph, *, unfold=False):
    return for_drawing(graph, "all", unfold=unfold)


def told(graph, *, unfold=False):
    """The groups that are alike, by their paths, as they are drawn."""
    drawn = drawn_of(graph, unfold=unfold)
    groups = content_of(drawn).groups
    return {groups[later].path: groups[first].path for later, first in alike(drawn).items()}


def block(make, name, source, parent=-1, *, cls="Block", kinds=("Conv2D", "Relu", "Tanh"), short="", out=(1, 8), **settings):  # fmt: skip
    """A group of ops in a row, and the sum of what they give and what they are given, or of `short`."""
    group, here = make.group(name, "layer", parent, cls=cls), source
    path = make.groups[group].path
    for place, kind in enumerate(kinds):
        own = settings if kind == "Conv2D" else {}
        here = make.op(f"{path}/{place}", kind, here, group=group, out=[("float32", out)], **own)
    return make.op(f"{path}/add", "AddV2", here, short or source, group=group, out=[("float32", out)])


def two(**second):
    """Two blocks with something between them, the second with options of its own."""
    make = Builder()
    last = block(make, "one", make.op("x", "Placeholder"), padding="SAME", strides=[1, 1, 1, 1])
    last = make.op("between", "Softmax", last)
    last = block(make, "two", last, **{"padding": "SAME", "strides": [1, 1, 1, 1], **second})
    return make.graph("net", ["x"], [last])


@pytest.mark.parametrize("options", [{}, {"strides": [1, 2, 2, 1]}, {"out": (4, 64)}, {"strides": [1, 4, 4, 1], "out": (2, 3, 5)}])  # fmt: skip
def test_settings_and_shapes_do_not_count(options):
    assert told(two(**options)) == {"two": "one"}


@pytest.mark.parametrize(
    "options",
    [
        {"padding": "VALID"},
        {"cls": "Other"},
        {"kinds": ("Conv2D", "Relu", "Exp")},
        {"kinds": ("Conv2D", "Relu", "Tanh", "Tanh")},
        {"kinds": ("Relu", "Conv2D", "Tanh")},
        {"short": "x"},
    ],
)
def test_what_a_reader_would_call_another_block_is_not_alike(options):
    assert told(two(**options)) == {}


def test_only_groups_of_one_parent_are_compared():
    make = Builder()
    last = make.op("x", "Placeholder")
    for name in ("one", "two"):
        last = block(make, "inner", last, make.group(name, "layer", cls=name))
    assert told(make.graph("net", ["x"], [last])) == {}


def test_a_block_of_which_less_is_drawn_is_not_alike():
    """In the second block nothing needs an op that the first block's user needs."""
    make = Builder()
    last = make.op("x", "Placeholder")
    for name in ("one", "two"):
        group = make.group(name, "layer", cls="Block")
        make.op(f"{name}/aside", "Exp", last, group=group)
        last = make.op(f"{name}/through", "Relu", last, group=group)
    last = make.op("head", "AddV2", last, "one/aside")
    assert told(make.graph("net", ["x"], [last])) == {"two": "one"}
    make.dead.append("two/aside")
    assert told(make.graph("net", ["x"], [last])) == {}


def stages(graph, **options):
    """What is told of groups that hold others: blocks and stages."""
    drawn = drawn_of(graph, **options)
    held = {group.parent for group in content_of(drawn).groups}
    holding = {group.path for index, group in enumerate(content_of(drawn).groups) if index in held}
    return {later: first for later, first in told(graph, **options).items() if later in holding}


def test_stages_of_other_numbers_of_blocks_are_alike_whatever_their_first_block_has():
    found = stages(residual(3, 4, 6, 3))
    assert found == {f"conv{stage}_block1": "conv0_block1" for stage in (1, 2, 3)}


def test_stages_that_are_groups_are_alike_with_the_stacks_in_them():
    found = stages(residual(3, 4, 6, net=Scoped(), name="stage{}/unit{}/"))
    assert {later: first for later, first in found.items() if "/" not in later} == {"stage1": "stage0", "stage2": "stage0"}  # fmt: skip


def test_unfolded_every_copy_is_alike_to_the_first():
    make = Builder()
    last = make.op("x", "Placeholder")
    for number in range(4):
        last = block(make, f"block{number}", last)
    graph = make.graph("net", ["x"], [last])
    assert told(graph) == {}
    assert told(graph, unfold=True) == {f"block{number}": "block0" for number in (1, 2, 3)}
