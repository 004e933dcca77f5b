"""What a word names in a graph."""

from __future__ import annotations

import pytest

from graphs import nested_layers
from opscope.errors import InputError
from opscope.graph.content import content_of, with_content
from opscope.passes import lookup


def named(rows):
    names = content_of(nested_layers()).table.names
    return {names[row] for row in rows}


def test_ops_are_named_by_name_by_port_or_by_group():
    found = nested_layers()
    assert named(lookup.ops(found, "net/one/mul")) == {"net/one/mul"}
    renamed = with_content(found, outputs=(content_of(found).outputs[0]._replace(name="logits"),))
    assert named(lookup.ops(renamed, "logits")) == {"y"}
    assert named(lookup.ops(found, "two/one")) == {"net/two/one/mul"}
    assert named(lookup.ops(found, "model.one")) == {"net/one/mul"}
    with pytest.raises(InputError, match="no op, layer or input is called 'net/two/rleu'; did you mean net/two/relu"):
        lookup.ops(found, "net/two/rleu")


def test_a_groups_ops_are_those_in_it_however_deep_and_the_op_whose_body_it_is():
    found = nested_layers()
    assert named(lookup.members(found, 2)) == {"net/two/relu", "net/two/call", "net/two/call/neg", "net/two/one/mul"}
    assert named(lookup.members(found, 4)) == {"net/two/call", "net/two/call/neg"}
    assert named(lookup.members(found, 1)) == {"net/one/mul"}


@pytest.mark.parametrize(
    ("pattern", "names"),
    [
        ("MatMul", {"net/one/mul", "net/two/one/mul"}),
        ("*/relu", {"net/two/relu"}),
        ("Dense", {"net/one/mul", "net/two/one/mul"}),
        ("Block", {"net/two/relu", "net/two/call", "net/two/call/neg", "net/two/one/mul"}),
        ("net/two/o?e", {"net/two/one/mul"}),
        ("Partitioned*", {"net/two/call", "net/two/call/neg"}),
        ("[xy]", {"x", "y"}),
    ],
)
def test_a_pattern_matches_types_names_classes_and_paths_and_all_that_is_inside(pattern, names):
    assert named(lookup.matching(nested_layers(), pattern)) == names


def test_a_pattern_that_matches_nothing_is_refused_with_what_is_close():
    with pytest.raises(InputError, match=r"no op type, op name or layer class matches 'MatMull'; did you mean MatMul"):
        lookup.matching(nested_layers(), "MatMull")
    with pytest.raises(InputError, match="matches 'Dence'; did you mean Dense"):
        lookup.matching(nested_layers(), "Dence")
