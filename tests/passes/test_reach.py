"""What is computed from what, which groups hold ops together, and the other small questions that passes ask."""

from __future__ import annotations

import pytest

import drawn
from graphs import Builder, graph
from opscope.graph.content import content_of
from opscope.graph.edges import turned
from opscope.graph.types import Measured
from opscope.graph.view import BOX, PILL, WIRE
from opscope.passes import for_drawing
from opscope.passes.common_groups import common_groups
from opscope.passes.flow import Flow
from opscope.passes.metrics import total
from opscope.passes.naming import part_name
from opscope.passes.reach import reachable, sources, users_of
from opscope.passes.rewire import origin, rewired
from opscope.passes.structure import Part
from opscope.passes.sums import home_sums


def nested():
    """a/b/c, a/d, e."""
    return graph([("a/b/c/x", "Relu", []), ("a/d/x", "Relu", []), ("e/x", "Relu", []), ("a/x", "Relu", [])])


def paths(made, found):
    return [content_of(made).groups[index].path for index in found]


@pytest.mark.parametrize(
    ("asked", "around"),
    [
        (["a/b/c"], ["a/b/c", "a/b", "a"]), (["a/b/c", "a/b"], ["a/b", "a"]), (["a/d", "a/b/c"], ["a"]), (["a/b/c", "e"], []),
        (["a/b/c", "a/d", "a"], ["a"]), ([], []),
    ],
)  # fmt: skip
def test_the_groups_around_some_groups_come_innermost_first(asked, around):
    made = nested()
    index = {group.path: place for place, group in enumerate(content_of(made).groups)}
    assert paths(made, common_groups(made, [index[path] for path in asked])) == around


def test_a_loose_op_has_nothing_around_it():
    assert common_groups(nested(), [-1, 0]) == []


EDGES = [[], [0], [0, 1], [2], [5], [4]]


def test_edges_can_be_turned_round():
    assert turned(EDGES) == [[1, 2], [2], [3], [], [5], [4]]


def test_what_is_reached_includes_the_starts_and_ends_in_circles():
    assert reachable(EDGES, [3]) == {0, 1, 2, 3}
    assert reachable(EDGES, [4]) == {4, 5}
    assert reachable(EDGES, []) == set()


def test_who_uses_an_op_is_told_by_data_alone_in_the_tables_order():
    made = graph(
        [
            ("a", "Relu", []),
            ("b", "Relu", ["a", "^a"]),
            ("c", "Relu", []),
            ("d", "Mul", ["c", "a"]),
            ("e", "Relu", ["^c"]),
        ]
    )
    assert users_of(content_of(made).table, {0, 1, 2}) == {0: [1, 3], 2: [3]}


def named(made, found):
    return {
        content_of(made).table.names[node]: [content_of(made).table.names[other] for other in others]
        for node, others in enumerate(found)
        if others
    }


def test_a_loop_uses_what_its_body_gives_and_its_variables_what_the_next_turn_does():
    made = for_drawing(drawn.loop(), "all")
    roles = content_of(made).view.roles
    found = named(made, sources(made, Flow(made, roles), roles))
    assert found["loop"] == ["zero", "x", "w", "loop/body/add", "loop/body/mul", "w"]
    assert found["loop/body/i"] == ["zero", "loop/body/add"]
    assert found["loop/body/s"] == ["x", "loop/body/mul"]
    assert found["loop/cond/less"] == ["loop/body/i", "loop/cond/ten"]
    assert "loop/body/r0" not in found


def test_a_branch_uses_what_its_branches_give():
    made = for_drawing(drawn.branch(), "all")
    roles = content_of(made).view.roles
    found = named(made, sources(made, Flow(made, roles), roles))
    assert found["if"][:2] == ["p", "x"]
    assert found["if"][2] == "if/then/mul"
    assert len(found["if"]) == 4
    assert {content_of(made).view.role(node) for node in range(len(made))} >= {BOX, WIRE}
    assert PILL not in roles


def test_a_call_uses_what_it_is_passed_and_not_what_it_returns():
    made = for_drawing(drawn.call(), "all")
    roles = content_of(made).view.roles
    found = named(made, sources(made, Flow(made, roles), roles))
    assert found["call"] == ["x"]
    assert found["relu"] == ["call/add"]


def part(*names):
    """Siblings put together: groups of these names, and an op between them."""
    make = Builder()
    groups = [make.group(name) for name in names]
    children = []
    for number, group in enumerate(groups):
        make.op(f"{number}", "Relu", group=group)
        children.append(Part(group, number, [number]))
    return part_name(make.graph(), Part(-1, 99, [*children, len(groups) - 1] if children else [0]))


@pytest.mark.parametrize(
    ("names", "shown"),
    [
        (["conv_"], "conv_"), (["conv_1", "conv_2"], "conv"), (["ab", "cd", "ef"], "ab … ef"), (["ab1", "ab2"], "ab1 … ab2"),
        (["abc1", "abc2"], "abc"), (["same", "same"], "same"), (["block_1/", "block_1/x"], "block_1"),
    ],
)  # fmt: skip
def test_siblings_put_together_are_named_by_what_their_names_share(names, shown):
    assert part(*names) == shown


def test_measurements_of_copies_add_up_and_what_none_has_stays_unknown():
    one, two, three = (
        Measured(1.0, 2.0, None, None, ("a",)),
        Measured(10.0, None, None, 5.0),
        Measured(100.0, 20.0, None, 6.0),
    )
    assert total([one]) is one
    assert total([one, two, three]) == Measured(111.0, 22.0, None, 11.0, ("a",))


PASSED = [
    ("a", "Split", []),
    ("i", "Identity", ["a:1"]),
    ("n", "IdentityN", ["a", "i"]),
    ("j", "Identity", ["n:1"]),
    ("b", "Relu", ["j"]),
]


def test_a_tensor_is_followed_back_through_all_that_passes_it_on():
    table = content_of(graph(PASSED)).table
    passing = bytes([0, 1, 1, 1, 0])
    assert origin(table, 3, 0, passing) == (0, 1)
    assert origin(table, 2, 0, passing) == (0, 0)
    assert origin(table, 4, 0, passing) == (4, 0)
    assert origin(table, 3, -1, passing) == (3, -1)


def folded(ops, kept, stands):
    """Inputs of each op that stays, by name; `stands` says which op is drawn for another."""
    made = graph(ops)
    names = content_of(made).table.names
    row = {names.index(name): place for place, name in enumerate(kept)}
    other = {names.index(old): names.index(new) for old, new in stands.items()}
    whole = content_of(made).table

    def source(edge):
        return other.get(whole.edge_node[edge], whole.edge_node[edge]), whole.edge_output[edge]

    table = rewired(whole, list(row), row, source)
    return {
        name: [("^" if edge.control else "") + table.names[edge.node] + (f":{edge.output}" if edge.output > 0 else "") for edge in table.inputs(place)]
        for place, name in enumerate(table.names)
    }  # fmt: skip


def test_a_sum_of_copies_has_one_input_for_all_of_them_and_any_other_op_all_its_inputs():
    ops = [
        ("a1", "Relu", []),
        ("a2", "Relu", []),
        ("b", "Neg", []),
        ("sum", "AddN", ["a1", "a2", "b"]),
        ("mul", "Mul", ["a1", "a2", "^a1", "^a2"]),
    ]
    found = folded(ops, ["a1", "b", "sum", "mul"], {"a2": "a1"})
    assert found["sum"] == ["a1", "b"]
    assert found["mul"] == ["a1", "a1", "^a1"]


def test_a_sum_that_adds_one_tensor_twice_keeps_both():
    assert folded([("a", "Relu", []), ("sum", "AddN", ["a", "a"])], ["a", "sum"], {})["sum"] == ["a", "a"]


def test_what_only_another_copy_takes_is_no_input_of_the_drawn_one():
    ops = [("x", "Relu", []), ("y", "Relu", []), ("a1", "Neg", ["x"]), ("a2", "Neg", ["y"])]
    assert folded(ops, ["x", "y", "a1"], {"a2": "a1"})["a1"] == ["x"]


def home(ops):
    made = home_sums(graph(ops))
    return {
        content_of(made).table.names[row]: content_of(made).group_path(row)
        for row in range(len(made))
        if content_of(made).table.ops[row] == "AddN"
    }


def test_a_sum_is_not_moved_out_of_the_group_that_it_is_in():
    assert home([("g/a/x", "Neg", []), ("g/a/y", "Neg", []), ("h/AddN", "AddN", ["g/a/x", "g/a/y"])]) == {"h/AddN": "h"}
    assert home([("g/a/x", "Neg", []), ("g/a/y", "Neg", []), ("g/AddN", "AddN", ["g/a/x", "g/a/y"])]) == {
        "g/AddN": "g/a"
    }


def test_a_control_edge_into_a_sum_does_not_hold_it_back():
    assert home([("g/x", "Neg", []), ("h/y", "Neg", []), ("AddN", "AddN", ["g/x", "^h/y"])]) == {"AddN": "g"}


def test_other_ops_than_sums_stay():
    made = graph([("g/x", "Neg", []), ("add", "AddV2", ["g/x", "g/x"])])
    assert content_of(home_sums(made)).group_path(1) is None


def test_layers_that_only_pass_on_have_a_box_and_the_last_of_several():
    make = Builder()
    outer = make.group("outer", "layer", cls="Block")
    inner = make.group("inner", "layer", outer, cls="Dropout")
    scope = make.group("scope", "scope")
    make.op("x", "Placeholder")
    for name, group in (("a", outer), ("b", inner), ("c", inner), ("d", scope)):
        make.op(name, "Identity", "x", group=group)
    roles = drawn.roles_of(for_drawing(make.graph(inputs=["x"], outputs=["c", "d", "a"]), "all"))
    assert {name: roles[name] for name in "abcd"} == {"a": WIRE, "b": WIRE, "c": BOX, "d": WIRE}
