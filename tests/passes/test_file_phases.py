"""Training steps of files that are damaged or made to do harm: an update is told by what is there, or not at all, and soon."""

from __future__ import annotations

import pytest

from graphs import Builder
from opscope.graph.content import content_of
from opscope.graph.types import TensorType
from opscope.graph.vocabulary import chain
from opscope.passes.file_phases import with_phases
from opscope.passes.update_rules import UpdateRules


def a_step(update):
    """A graph whose backward pass gives a gradient, and what `update` makes of it and of a variable: the op that changes the variable."""
    make = Builder()
    weights = make.variable("w", "w", (4,))
    read = make.op("read", "ReadVariableOp", weights)
    loss = make.op("loss", "Square", make.op("product", "Mul", make.op("x", "Placeholder"), read))
    scope = make.group("gradient_tape")
    gradient = make.op("gradient_tape/g", "Mul", loss, "product", group=scope)
    update(make, weights, gradient)
    return make.graph("step", ["x"], [loss])


def rate(make):
    return make.op("rate", "Const", value={"shape": [], "values": [0.1]}, out=[TensorType("float32", ())])


def plain(make, weights, gradient):
    make.op("assign", "AssignSubVariableOp", weights, make.op("change", "Mul", gradient, rate(make)))


def doubled(make, weights, gradient):
    """Of a product with itself, with itself, ...: it has more factors than there are atoms."""
    for number in range(300):
        gradient = make.op(f"m{number}", "Mul", gradient, gradient)
    make.op("assign", "AssignSubVariableOp", weights, gradient)


def deep(make, weights, gradient):
    for number in range(5000):
        gradient = make.op(f"m{number}", "Mul", gradient, "read")
    make.op("assign", "AssignSubVariableOp", weights, gradient)


def in_a_circle(make, weights, gradient):
    make.op("one", "Identity", "two")
    make.op("two", "Identity", "one")
    make.op("assign", "AssignSubVariableOp", weights, make.op("change", "Mul", gradient, "one"))


def nothing_added(make, weights, gradient):
    make.op("assign", "AssignSubVariableOp", weights)


def halves(make, weights, gradient):
    """Adam's arithmetic, in which ops lack what they take."""
    mean, second = make.variable("m", "m", (4,)), make.variable("v", "v", (4,))
    part = rate(make)
    make.op("m_add", "AssignAddVariableOp", mean, make.op("m_part", "Mul", make.op("m_more", "Sub", gradient), part))
    make.op(
        "v_add",
        "AssignAddVariableOp",
        second,
        make.op("v_part", "Mul", make.op("v_more", "Sub", make.op("none", "Square"), "read"), part),
    )
    root = make.op("root", "Sqrt", make.op("v_read", "ReadVariableOp", second))
    above = make.op("above", "Mul", make.op("m_read", "ReadVariableOp", mean), part)
    make.op(
        "assign", "AssignSubVariableOp", weights, make.op("q", "RealDiv", above, make.op("sum", "AddV2", root, part))
    )


def rootless(make, weights, gradient):
    below = make.op("sum", "AddV2", make.op("root", "Sqrt"), rate(make))
    make.op("assign", "AssignSubVariableOp", weights, make.op("q", "RealDiv", gradient, below))


def rule(graph):
    """The optimizer that the rules tell of the first variable."""
    content = content_of(graph)
    row = {name: number for number, name in enumerate(content.table.names)}
    assigned = {
        number: content.handles[content.table.data_inputs(number)[0].node]
        for number, op in enumerate(content.table.ops)
        if op.startswith("Assign")
    }
    return UpdateRules(content, assigned, {row["gradient_tape/g"]}).of([row["assign"]])


def test_the_rule_of_a_whole_step_is_told():
    assert rule(a_step(plain)) == "SGD"


@pytest.mark.parametrize("update", [doubled, deep, in_a_circle, nothing_added, halves, rootless])
def test_of_a_damaged_update_no_rule_is_told(update):
    assert rule(a_step(update)) is None


@pytest.mark.parametrize("update", [plain, doubled, deep, in_a_circle, halves, rootless])
def test_a_variable_changed_by_what_comes_from_a_gradient_is_updated_however_damaged_that_is(update):
    assert kinds_around(with_phases(a_step(update)), "gradient_tape/g") == ["backward"]
    assert "optimizer" in kinds_around(with_phases(a_step(update)), "assign")


def test_a_step_whose_variable_is_given_nothing_stays_as_it_is():
    graph = a_step(nothing_added)
    assert content_of(with_phases(graph)).groups == content_of(graph).groups
    assert kinds_around(with_phases(graph), "assign") == []


def kinds_around(graph, name):
    """The kinds of the groups around an op, the innermost first."""
    content = content_of(graph)
    home = content.node_group[content.table.names.index(name)]
    return [content.groups[index].kind for index in chain(content.groups, home)]


def test_the_update_is_what_leads_to_nothing_else_however_often_it_is_used() -> None:
    def update(make, weights, gradient):
        other = make.variable("other", "other", (4,))
        make.op("other_read", "ReadVariableOp", other)
        squared = make.op("squared", "Mul", rate(make), "rate")  # used twice by one op
        half = make.op("half", "Const", value={"shape": [], "values": [0.5]}, out=[TensorType("float32", ())])
        make.op("report", "Print", make.op("shown", "Neg", half))
        for number, variable in enumerate((weights, other)):
            part = make.op(f"part{number}", "Mul", gradient, squared)
            make.op(f"assign{number}", "AssignSubVariableOp", variable, make.op(f"change{number}", "Mul", part, half))

    found = content_of(with_phases(a_step(update)))
    inside = {
        found.table.names[node]
        for node, home in enumerate(found.node_group)
        if any(found.groups[index].kind == "optimizer" for index in chain(found.groups, home))
    }
    assert inside == {"rate", "squared", "part0", "part1", "change0", "change1", "assign0", "assign1"}
