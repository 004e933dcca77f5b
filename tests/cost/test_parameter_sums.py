"""Parameters of graphs written down: `test_parameters` has TensorFlow's own figures."""

from dataclasses import FrozenInstanceError, replace

import pytest

from graphs import literal
from opscope.cost import count_parameters
from opscope.graph import Graph, Variable
from opscope.graph.content import content_of

VARIABLES = (
    Variable(0, "kernel", "float32", (3, 4), True), Variable(1, "mean", "float32", (4,), False),
    Variable(2, "scale", "float32", (), True), Variable(3, "open", "float32", (None, 4), True),
)  # fmt: skip


def graph():
    """A model with a layer that is called twice, a scope, which is no layer, and a layer without a variable."""
    made = literal(
        ("x", "Placeholder", (), [("float32", ())]), variables=VARIABLES,
        groups=[("m", -1, "model", ""), ("m/a", 0, "layer", ""), ("m/a#2", 0, "layer", ""), ("m/s", 0, "scope", ""), ("m/b", 0, "layer", "")],
    )  # fmt: skip
    facts = [
        {"variables": (0, 1, 2, 3, 9)},
        {"variables": (0, 1), "call": 1},
        {"variables": (0, 1), "call": 2},
        {"variables": (2,)},
        {},
    ]
    groups = tuple(replace(group, **more) for group, more in zip(content_of(made).groups, facts))
    return Graph("m", replace(content_of(made), groups=groups))


def test_each_variable_counts_once_and_each_layer_by_its_first_call():
    found = count_parameters(graph())
    assert (found.total, found.trainable, found.frozen) == (17, 13, 4)
    assert found.by_layer == {"m": (17, 13), "m/a": (16, 12)}


def test_a_variable_of_unknown_size_is_named_and_in_no_sum():
    assert count_parameters(graph()).unknown == ("open",)


def test_what_was_counted_stays():
    with pytest.raises(FrozenInstanceError):
        count_parameters(graph()).total = 1
