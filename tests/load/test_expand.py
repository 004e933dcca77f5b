"""Bodies put in the place of their calls, rule by rule."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))
from bodies import FLOAT, body, program

from opscope.graph.types import Source
from opscope.program import expand as module
from opscope.program.body import Call, LocalGroup
from opscope.program.expand import expand


def main(*ops, **columns):
    return body(*ops, name="", **columns)


def runs(node, function="f", kind="function", first=0, role=""):
    return Call(node, kind, ((role, function),), first)


def inputs(content, name):
    table = content.table
    return [(table.names[edge.node], edge.output) for edge in table.inputs(table.names.index(name))]


def dead(content):
    return {name for name, flag in zip(content.table.names, content.dead) if flag}


def paths(content):
    homes = dict(zip(content.table.names, content.node_group))
    return {name: content.groups[home].path if home >= 0 else "" for name, home in homes.items()}


ONE = body(("a", "_Arg", []), ("n", "Neg", ["a"]), ("y", "_Retval", ["n"]))


def test_the_body_of_a_dead_call_is_dead_and_of_a_living_one_has_its_own_dead_ops():
    function = ONE.with_columns(dead=bytes([0, 1, 0]))
    ops = ("x", "Placeholder", []), ("c", "PartitionedCall", ["x"]), ("d", "PartitionedCall", ["x"])
    graph = main(*ops, calls=(runs(1), runs(2)), dead=bytes([0, 1, 0]))
    assert dead(expand(program(graph, f=function))) == {"c", "c/a", "c/n", "c/y", "d/n"}


def test_what_a_body_calls_is_dead_with_it():
    outer = body(("a", "_Arg", []), ("g", "PartitionedCall", ["a"]), ("y", "_Retval", ["g"]), calls=(runs(1, "g"),))
    graph = main(("x", "Placeholder", []), ("c", "PartitionedCall", ["x"]), calls=(runs(1),), dead=bytes([0, 1]))
    assert "c/g/n" in dead(expand(program(graph, f=outer, g=ONE)))
    assert dead(expand(program(graph.with_columns(dead=b""), f=outer, g=ONE))) == set()


def test_arguments_take_the_data_that_the_call_passes_in_order():
    function = body(("a", "_Arg", []), ("b", "_Arg", []), ("y", "_Retval", ["b"]))
    graph = main(
        ("x", "Split", []), ("gate", "NoOp", []), ("c", "PartitionedCall", ["x:1", "^gate", "x"]),
        ("after", "Neg", ["c"]), calls=(runs(2),),
    )  # fmt: skip
    content = expand(program(graph, f=function))
    assert [inputs(content, name) for name in ("c/a", "c/b")] == [[("x", 1)], [("x", 0)]]
    assert inputs(content, "after") == [("c", 0)]
    assert inputs(content, "c/y") == [("c/b", 0)]


def test_a_branchs_arguments_begin_behind_the_predicate():
    graph = main(
        ("p", "Placeholder", []),
        ("x", "Placeholder", []),
        ("if", "If", ["p", "x"]),
        calls=(runs(2, kind="if", first=1, role="then"),),
    )
    content = expand(program(graph, f=ONE))
    assert inputs(content, "if/then/a") == [("x", 0)]


def test_a_handle_stands_for_its_variable_in_every_body_that_it_is_passed_to():
    outer = body(
        ("a", "_Arg", []),
        ("v", "_Arg", []),
        ("g", "PartitionedCall", ["v"]),
        ("y", "_Retval", ["g"]),
        calls=(runs(2, "g"),),
    )
    graph = main(
        ("x", "Placeholder", []),
        ("w", "VarHandleOp", []),
        ("c", "PartitionedCall", ["x", "w"]),
        calls=(runs(2),),
        handles={1: 7},
    )
    content = expand(program(graph, f=outer, g=ONE))
    assert {content.table.names[row]: variable for row, variable in content.handles.items()} == {
        "w": 7,
        "c/v": 7,
        "c/g/a": 7,
    }


def test_sources_and_handles_of_a_body_go_with_every_copy():
    here = Source("net.py", 7, "call")
    function = ONE.with_columns(sources={1: here}, handles={1: 3})
    graph = main(
        ("x", "Placeholder", []),
        ("c", "PartitionedCall", ["x"]),
        ("d", "PartitionedCall", ["x"]),
        calls=(runs(1), runs(2)),
    )
    content = expand(program(graph, f=function))
    assert (content.table.names[4], content.table.names[7]) == ("c/n", "d/n")
    assert content.sources == {4: here, 7: here}
    assert content.handles == {4: 3, 7: 3}


def test_bodies_follow_level_by_level_and_names_are_made_unique():
    outer = body(("a", "_Arg", []), ("g", "PartitionedCall", ["a"]), ("y", "_Retval", ["g"]), calls=(runs(1, "g"),))
    graph = main(
        ("c/a", "Placeholder", []), ("c", "PartitionedCall", ["c/a"]), ("c/a~2", "PartitionedCall", ["c/a"]),
        calls=(runs(1), runs(2)),
    )  # fmt: skip
    content = expand(program(graph, f=outer, g=ONE))
    assert content.table.names == [
        "c/a", "c", "c/a~2", "c/a~3", "c/g", "c/y", "c/a~2/a", "c/a~2/g", "c/a~2/y",
        "c/g/a", "c/g/n", "c/g/y", "c/a~2/g/a", "c/a~2/g/n", "c/a~2/g/y",
    ]  # fmt: skip


def test_a_name_made_unique_is_taken_too():
    function = body(("a", "_Arg", []), ("a~2", "Neg", ["a"]), ("y", "_Retval", ["a~2"]))
    graph = main(("c/a", "Placeholder", []), ("c", "PartitionedCall", ["c/a"]), calls=(runs(1),))
    assert expand(program(graph, f=function)).table.names == ["c/a", "c", "c/a~2", "c/a~2~2", "c/y"]


def test_an_argument_and_a_result_of_one_name_are_told_apart():
    graph = main(("x", "Placeholder", []), ("c", "PartitionedCall", ["x"]), calls=(runs(1),))
    assert expand(program(graph, f=ONE.with_columns(names=["a", "n", "a"]))).table.names == [
        "x",
        "c",
        "c/a",
        "c/n",
        "c/a~2",
    ]


def test_groups_of_a_body_lie_in_the_group_of_its_call_and_that_where_the_call_is():
    function = ONE.with_columns(
        groups=(LocalGroup("s", "scope"), LocalGroup("t", "scope", 0), LocalGroup("u", "scope")), node_group=[-1, 1, 2]
    )
    around = (LocalGroup("m", "scope"), LocalGroup("k", "scope", 0))
    graph = main(
        ("x", "Placeholder", []), ("m/c", "PartitionedCall", ["x"]), calls=(runs(1),), groups=around, node_group=[-1, 1]
    )
    content = expand(program(graph, f=function))
    assert paths(content) == {"x": "", "m/c": "m/k", "m/c/a": "m/k/c", "m/c/n": "m/k/c/s/t", "m/c/y": "m/k/c/u"}
    assert [group.owner for group in content.groups] == [-1, -1, 1, -1, -1, -1]


def test_a_loop_has_a_group_for_each_part():
    graph = main(
        ("x", "Placeholder", []), ("loop", "While", ["x"]), calls=(Call(1, "while", (("cond", "f"), ("body", "g"))),)
    )
    content = expand(program(graph, f=ONE, g=ONE))
    assert [(group.path, group.kind, group.owner) for group in content.groups] == [
        ("loop", "while", 1), ("loop/cond", "cond", 1), ("loop/body", "body", 1),
    ]  # fmt: skip
    assert paths(content)["loop/body/n"] == "loop/body"


def layered(name, layer, call=None, **more):
    """A function that is a call of a layer object; what it calls is a call of `call`."""
    return body(
        ("a", "_Arg", []), ("g", "PartitionedCall", ["a"]), ("y", "_Retval", ["g"]), name=name,
        called_as=LocalGroup(f"{layer}_layer", "layer", cls="Block", layer=layer), calls=(runs(1, call),) if call else (), **more,
    )  # fmt: skip


def kinds(content):
    return [(group.path, group.kind, group.call) for group in content.groups]


def test_a_layer_that_calls_itself_is_one_layer_with_a_function_in_it():
    """Keras wraps a layer's call in a function that calls the layer's own function once more."""
    graph = main(("x", "Placeholder", []), ("c", "PartitionedCall", ["x"]), calls=(runs(1),))
    content = expand(program(graph, f=layered("f", "one", "g"), g=layered("g", "one")))
    assert kinds(content) == [("one_layer", "layer", 1), ("one_layer/g", "function", None)]


def test_a_layer_inside_another_is_a_layer_and_scopes_between_do_not_hide_it():
    graph = main(("x", "Placeholder", []), ("c", "PartitionedCall", ["x"]), calls=(runs(1),))
    content = expand(program(graph, f=layered("f", "one", "g"), g=layered("g", "two")))
    assert kinds(content) == [("one_layer", "layer", 1), ("one_layer/two_layer", "layer", 1)]
    between = {"groups": (LocalGroup("s", "scope"),), "node_group": [-1, 0, -1]}
    same = expand(program(graph, f=layered("f", "one", "g", **between), g=layered("g", "one")))
    assert kinds(same) == [
        ("one_layer", "layer", 1),
        ("one_layer/s", "scope", None),
        ("one_layer/s/g", "function", None),
    ]


def test_a_layer_called_twice_has_its_calls_counted_and_its_name_made_unique():
    ops = (
        ("x", "Placeholder", []),
        ("c", "PartitionedCall", ["x"]),
        ("d", "PartitionedCall", ["c"]),
        ("e", "PartitionedCall", ["d"]),
    )
    graph = main(*ops, calls=(runs(1), runs(2), runs(3, "h")))
    content = expand(program(graph, f=layered("f", "one"), h=layered("h", "two")))
    assert kinds(content) == [("one_layer", "layer", 1), ("one_layer#2", "layer", 2), ("two_layer", "layer", 1)]


def test_a_loop_is_no_call_of_the_layer_that_its_condition_is_of():
    function = ONE.with_columns(called_as=LocalGroup("l", "layer", layer="one"))
    graph = main(
        ("x", "Placeholder", []), ("loop", "While", ["x"]), calls=(Call(1, "while", (("cond", "f"), ("body", "f"))),)
    )
    assert kinds(expand(program(graph, f=function)))[0] == ("loop", "while", None)


def test_a_layer_without_a_name_is_called_as_the_op():
    function = ONE.with_columns(called_as=LocalGroup("", "layer", layer="one"))
    graph = main(("x", "Placeholder", []), ("m/c", "PartitionedCall", ["x"]), calls=(runs(1),))
    assert kinds(expand(program(graph, f=function))) == [("c", "layer", 1)]


def test_a_group_is_of_the_group_that_has_its_key_or_of_what_it_says():
    graph = main(
        ("x", "Placeholder", []), node_group=[-1],
        groups=(
            LocalGroup("a", "layer", key="k"), LocalGroup("a", "layer", key="k"), LocalGroup("b", "scope", of_key="k", of="else"),
            LocalGroup("c", "scope", of_key="gone", of="else"), LocalGroup("d", "scope", of="said"), LocalGroup("e", "scope"),
        ),
    )  # fmt: skip
    assert [group.of for group in expand(program(graph)).groups] == [None, None, "a", "else", "said", None]


RECURSIVE = body(("a", "_Arg", []), ("again", "PartitionedCall", ["a"]), ("y", "_Retval", ["again"]), calls=(runs(1),))
CALLER = main(("x", "Placeholder", []), ("c", "PartitionedCall", ["x"]), calls=(runs(1),))


def test_a_function_inside_itself_stays_closed_and_is_counted():
    content = expand(program(CALLER, f=RECURSIVE))
    assert content.closed_calls == {"f": 1}
    assert content.table.names == ["x", "c", "c/a", "c/again", "c/y"]


def chain(length):
    """f0 calls f1 calls ... the last one calls nothing."""
    return {
        f"f{k}": body(("a", "_Arg", []), ("g", "PartitionedCall", ["a"]), ("y", "_Retval", ["g"]), calls=(runs(1, f"f{k + 1}"),))
        if k < length - 1 else ONE
        for k in range(length)
    }  # fmt: skip


def test_calls_nested_too_deep_stay_closed(monkeypatch):
    monkeypatch.setattr(module, "MOST_CALL_DEPTH", 3)
    graph = CALLER.with_columns(calls=(runs(1, "f0"),))
    assert expand(program(graph, **chain(3))).closed_calls == {}
    content = expand(program(graph, **chain(5)))
    assert content.closed_calls == {"f3": 1}
    assert len(content.table) == 2 + 3 * 3


def three_calls():
    return main(
        ("x", "Placeholder", []),
        *((name, "PartitionedCall", ["x"]) for name in "abc"),
        calls=(runs(1), runs(2), runs(3)),
    )


@pytest.mark.parametrize(("most", "closed"), [(9, 0), (8, 1), (6, 1), (5, 2), (2, 3)])
def test_calls_beyond_so_many_ops_stay_closed(monkeypatch, most, closed):
    """Each call brings three ops."""
    monkeypatch.setattr(module, "MOST_OPS", most)
    assert expand(program(three_calls(), f=ONE)).closed_calls.get("f", 0) == closed


@pytest.mark.parametrize(("outputs", "closed"), [(63, 0), (64, 1), (127, 1), (128, 2), (6 * 64, 2), (7 * 64, 3)])
def test_an_op_with_very_many_outputs_counts_as_several(monkeypatch, outputs, closed):
    """Three ops a call, one more for every 64 outputs of one of them; nine are allowed."""
    monkeypatch.setattr(module, "MOST_OPS", 9)
    wide = ONE.with_columns(outputs=[FLOAT, FLOAT * outputs, ()])
    assert expand(program(three_calls(), f=wide)).closed_calls.get("f", 0) == closed


@pytest.mark.parametrize(("most", "closed"), [(15, 0), (14, 1), (10, 1), (9, 2), (4, 3)])
def test_calls_whose_names_would_be_too_long_stay_closed(monkeypatch, most, closed):
    """Every name of a body begins with its call's: here one character for three ops and two more names."""
    monkeypatch.setattr(module, "MOST_CHARACTERS", most)
    assert expand(program(three_calls(), f=ONE)).closed_calls.get("f", 0) == closed


def test_a_bodys_groups_have_names_too(monkeypatch):
    monkeypatch.setattr(module, "MOST_CHARACTERS", 3 * (3 + 2 + 2) - 1)
    grouped = ONE.with_columns(groups=(LocalGroup("s", "scope"), LocalGroup("t", "scope")), node_group=[-1, 0, 1])
    assert expand(program(three_calls(), f=grouped)).closed_calls == {"f": 1}
