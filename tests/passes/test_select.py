from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

import drawn
import opscope
from drawn import leaf_edges, lost
from examples import examples
from graphs import Builder, F
from opscope.errors import InputError
from opscope.graph.content import content_of
from opscope.graph.view import BOX, CHIP, OMITTED, PILL
from opscope.layout.engine import draw
from opscope.layout.scene.compose import compose
from opscope.layout.scene.items import Card, items, places
from opscope.passes import Selection, for_drawing


def passed(graph, depth="all", *, unfold=True, **selection):
    return for_drawing(graph, depth, unfold=unfold, selection=Selection(**selection))


def shown(graph, depth="all", **selection):
    """Titles of everything drawn, folded cards in brackets; that each op has one place is checked by the way."""
    scene = compose(passed(graph, depth, **selection))
    draw(scene)
    assert sum(places(scene).values()) == len(graph)
    return {f"[{item.title}]" if isinstance(item, Card) and not item.open else item.title for item in items(scene)}


def blocks(count):
    """x -> block_1 -> ... -> y; each block is six ops in a scope, then two more."""
    make = Builder()
    net = make.group("net", "model", cls="Net", object_path="model")
    last = make.op("x", "Placeholder")
    for k in range(1, count + 1):
        block = make.group(f"block_{k}", "layer", net, cls="Block", object_path=f"model.blocks[{k - 1}]")
        inner = make.group("mix", "scope", block)
        before = last
        for step in range(6):
            last = make.op(f"b{k}/relu{step}", "Relu", last, group=inner)
        last = make.op(f"b{k}/tanh", "Tanh", last, group=block)
        last = make.op(f"b{k}/add", "AddV2", last, before, group=block)
    make.op("y", "Softmax", last)
    return make.graph("blocks", ["x"], ["y"])


# one group with its neighbours


def test_a_focus_is_open_and_its_neighbours_are_folded():
    assert shown(blocks(6), focus="net/block_3") == {
        "net", "[block_2]", "block_3", "mix", "[block_4]", "Relu", "Tanh", "AddV2",
    }  # fmt: skip


def test_depth_counts_from_the_focus_which_is_always_open():
    assert "mix" in shown(blocks(6), 2, focus="net/block_3")
    for depth in (0, 1):
        found = shown(blocks(6), depth, focus="net/block_3")
        assert "[mix]" in found
        assert "block_3" in found


def test_the_default_depth_and_layers_open_the_focus():
    assert "mix" in shown(blocks(60), None, focus="net/block_3")
    assert {"block_3", "[mix]", "[block_2]"} <= shown(blocks(6), "layers", focus="net/block_3")


@pytest.mark.parametrize("word", ["net/block_3", "block_3", "model.blocks[2]"])
def test_a_focus_is_named_by_path_its_end_or_its_object(word):
    assert "[block_4]" in shown(blocks(6), focus=word)


def test_a_focus_is_not_folded_into_the_stack_of_its_neighbours():
    scene = compose(passed(blocks(12), unfold=False, focus="block_6"))
    named = {item.title: item for item in items(scene) if isinstance(item, Card)}
    assert named["block_6"].open
    assert not named["block_5"].open
    assert all(card.repeat == 1 for title, card in named.items() if title.startswith("block"))
    assert {"block_5", "block_6", "block_7"} <= set(named)


def test_what_is_left_out_is_counted_under_the_picture():
    graph = passed(blocks(6), focus="block_3")
    assert content_of(graph).view.counts.left_out == 3 * 8 + 2
    assert compose(graph).notes == ("not drawn: 26 ops outside the selection",)


def test_an_output_whose_op_is_left_out_is_not_drawn():
    assert "y" not in shown(blocks(6), focus="block_3")
    assert "y" in shown(blocks(6), focus="block_6")


def test_the_loop_around_a_focus_is_drawn():
    assert shown(drawn.loop(), focus="loop/body") == {
        "x", "while", "[cond]", "body", "i", "s", "AddV2", "Mul", "Relu", "after",
    }  # fmt: skip


def test_an_unknown_path_is_refused_with_those_that_are_close():
    with pytest.raises(InputError, match=r"no group is called 'net/blok_3'; did you mean .*net/block_3"):
        passed(blocks(6), focus="net/blok_3")
    with pytest.raises(InputError, match=r"did you mean .*net/block_2"):
        passed(blocks(3), focus="block2")


def test_the_end_of_several_paths_is_refused_with_some_of_them():
    with pytest.raises(InputError, match=r"6 groups end in 'mix' \(net/block_1/mix, .*give a whole path"):
        passed(blocks(6), focus="mix")


def called():
    """x -> before (a layer) -> call, whose body holds a layer with Exp, then Log -> y -> z; the call's group comes first."""
    make = Builder()
    body = make.group("call", "function", owner=2)
    layer = make.group("inner", "layer", make.group("scope", "scope", body), cls="Dense")
    before = make.group("before", "layer", cls="Dense")
    make.op("x", "Placeholder")
    make.op("relu", "Relu", "x", group=before)
    make.op("call", "PartitionedCall", "relu")
    make.op("call/a", "_Arg", "relu", group=body, index=0)
    make.op("call/exp", "Exp", "call/a", group=layer)
    make.op("call/log", "Log", "call/exp", group=body)
    make.op("call/r", "_Retval", "call/log", group=body, out=[], index=0)
    make.op("y", "Neg", "call")
    make.op("z", "Tanh", "y")
    return make.graph("called", ["x"], ["z"])


def kept(graph, **selection):
    roles = drawn.roles_of(passed(graph, **selection))
    return {name for name, role in roles.items() if role in {BOX, PILL}}


def test_a_call_beside_the_focus_is_there_with_its_body():
    assert kept(called(), focus="before") == {"x", "relu", "call", "call/exp", "call/log"}


def test_a_call_beside_the_focus_has_its_body_though_that_uses_nothing_of_it():
    make = Builder()
    body = make.group("call", "function", owner=2)
    before = make.group("before", "layer", cls="Dense")
    make.op("x", "Placeholder")
    make.op("relu", "Relu", "x", group=before)
    make.op("call", "PartitionedCall", "relu")
    make.op("call/noise", "RandomUniform", group=body)
    make.op("call/r", "_Retval", "call/noise", group=body, out=[], index=0)
    make.op("y", "Neg", "call")
    assert kept(make.graph("g", ["x"], ["y"]), focus="before") == {"x", "relu", "call", "call/noise"}


def test_an_op_beside_the_focus_that_nothing_joins_to_it_is_left_out():
    make = Builder()
    net = make.group("net", "model", cls="Net")
    focus = make.group("focus", "layer", net, cls="Dense")
    make.op("x", "Placeholder")
    make.op("near", "Neg", "x", group=net)
    make.op("in", "Relu", "near", group=focus)
    make.op("far", "Tanh", "x", group=net)
    make.op("out", "Softmax", "in", group=net)
    assert kept(make.graph("g", ["x"], ["out", "far"]), focus="focus") == {"near", "in", "out"}


def test_what_is_drawn_in_a_body_draws_the_op_that_it_is_the_body_of():
    assert kept(called(), only=("Exp",)) == {"call", "call/exp"}
    assert kept(called(), only=("Neg",)) == {"y"}
    assert {"loop", "loop/body/mul"} <= kept(drawn.loop(), only=("Mul",))


def test_side_matter_that_the_graph_gives_back_stays():
    make = Builder()
    make.op("x", "Placeholder")
    make.op("k", "Const")
    make.op("other", "Const")
    make.op("a", "Relu", "x")
    make.op("b", "Neg", "other")
    roles = drawn.roles_of(passed(make.graph("g", ["x"], ["a", "k"]), hide=("Neg",)))
    assert (roles["k"], roles["other"], roles["b"]) == (CHIP, OMITTED, OMITTED)


# what lies between two ops


def test_between_keeps_what_lies_on_paths_and_the_side_matter_of_that():
    make = Builder()
    make.op("x", "Placeholder")
    make.variable("k", "kernel", (4, 4))
    make.op("r", "ReadVariableOp", "k")
    make.op("a", "Relu", "x")
    make.op("side", "Tanh", "x")
    make.op("b", "MatMul", "a", "r")
    make.op("c", "AddV2", "b", "side")
    make.op("d", "Neg", "c")
    graph = make.graph(inputs=["x"], outputs=["d"])
    assert shown(graph, between=("a", "c")) == {"Relu", "MatMul", "AddV2"}
    scene = compose(passed(graph, between=("a", "c")))
    assert [chip.text for item in items(scene) for chip in item.chips] == ["kernel (4, 4)"]


def test_one_end_keeps_what_follows_or_what_leads_to_it():
    assert shown(drawn.dense(), between=("ba", None)) == {"net", "hidden", "BiasAdd", "Relu", "out"}
    assert shown(drawn.dense(), between=(None, "mm")) == {"x", "net", "hidden", "MatMul"}


def test_between_takes_inputs_outputs_and_groups():
    assert shown(blocks(4), between=("block_2", "block_3")) == {
        "net", "block_2", "block_3", "mix", "Relu", "Tanh", "AddV2",
    }  # fmt: skip
    assert shown(blocks(2), between=("x", "y")) == shown(blocks(2))


def test_a_path_leads_through_a_loop_and_a_branch():
    assert {"while", "body", "s", "Mul"} <= shown(drawn.loop(), between=("x", "after"))
    assert {"if", "then", "Mul", "Cast"} <= shown(drawn.branch(), between=("x", "cast"))


def test_ends_that_no_path_joins_are_refused():
    with pytest.raises(InputError, match="no path leads from 'relu' to 'mm'; swap the two"):
        passed(drawn.dense(), between=("relu", "mm"))


def test_an_unknown_op_is_refused_with_those_that_are_close():
    with pytest.raises(InputError, match=r"no op, layer or input is called 'b1/tanhh'; did you mean b1/tanh"):
        passed(blocks(2), between=("b1/tanhh", "y"))


# kinds of ops


def test_a_hidden_op_s_first_input_runs_on():
    graph = passed(drawn.dense(), hide=("BiasAdd",))
    scene = compose(graph)
    assert (4, 7, "data") in leaf_edges(scene)
    assert content_of(graph).view.counts.left_out == 3  # the BiasAdd, and the bias that only it uses
    assert sum(places(scene).values()) == 9


@pytest.mark.parametrize("pattern", ["Dense", "net/hidden", "*/hidden", "D?nse"])
def test_a_layer_is_hidden_by_class_or_path(pattern):
    assert shown(drawn.dense(), hide=(pattern,)) == {"x", "out"}


def test_only_keeps_what_any_pattern_matches():
    assert shown(drawn.dense(), only=("MatMul", "relu")) == {"net", "hidden", "MatMul", "Relu", "out"}


def test_conditions_hold_together():
    assert shown(blocks(6), focus="block_3", hide=("Relu",)) == {
        "net",
        "[block_2]",
        "block_3",
        "[block_4]",
        "Tanh",
        "AddV2",
    }


def test_a_loop_is_hidden_with_its_bodies():
    assert shown(drawn.loop(), hide=("While",)) == {"x", "Relu", "after"}


def test_copies_of_which_a_pattern_takes_one_are_not_stacked_with_it():
    scene = compose(passed(blocks(12), unfold=False, hide=("b3/tanh",)))
    assert sorted(item.repeat for item in items(scene) if isinstance(item, Card) and item.repeat > 1) != [12]
    assert {"block_3"} <= {item.title for item in items(scene)}


def test_a_pattern_that_matches_nothing_is_refused_with_what_is_close():
    with pytest.raises(InputError, match=r"no op type, op name or layer class matches 'BiasAd'; did you mean BiasAdd"):
        passed(drawn.dense(), hide=("BiasAd",))


def test_a_selection_that_leaves_nothing_is_refused():
    with pytest.raises(InputError, match="leaves no op to draw"):
        passed(drawn.dense(), hide=("*",))


def test_an_op_left_out_of_a_chips_chain_is_counted_once():
    make = Builder()
    for name, kind, above in (("g0", "scope", -1), ("g1", "layer", 0)):
        make.group(name, kind, above)
    make.op("c", "Const", group=0)
    make.op("passed", "Identity", "c", group=1)
    make.op("read", "ReadVariableOp", "passed", group=0)
    make.op("y", "Relu", "read", group=0)
    make.op("z", "Relu", "c", group=0)
    graph = make.graph()
    scene = compose(passed(graph, 0, unfold=False, focus="g0", hide=("Identity",)))
    assert places(scene) == {"boxes": 2, "chips": 2, "folded": 0, "hidden": 1}


# any graph


@st.composite
def selections(draw):
    """Words that may name something in a graph of `graphs`."""
    name = st.sampled_from([f"n{k}" for k in range(8)])
    group = st.none() | st.sampled_from(["g0", "g1", "g2"])
    kinds = st.lists(st.sampled_from(["Relu", "Identity", "Const", "n1*", "g1", "Cast"]), max_size=2).map(tuple)
    between = st.none() | st.tuples(name, name) | st.tuples(st.none(), name)
    return Selection(draw(group), draw(between), draw(kinds), draw(kinds))


@st.composite
def graphs(draw):
    """Acyclic graphs with scopes, constants, variables and identities."""
    make = Builder()
    for k in range(draw(st.integers(1, 5))):
        make.group(f"g{k}", draw(st.sampled_from(["scope", "layer", "model"])), draw(st.integers(-1, 0)) if k else -1)
    kinds = ["Relu", "Relu", "AddV2", "Identity", "Const", "Variable", "ReadVariableOp", "Split", "Cast", "Placeholder"]
    names = []
    for k in range(draw(st.integers(2, 20))):
        kind = draw(st.sampled_from(kinds))
        source = names and kind not in {"Const", "Variable", "Placeholder"}
        inputs = draw(st.lists(st.sampled_from(names), min_size=1, max_size=3)) if source else []
        names.append(make.op(f"n{k}", kind, *inputs, group=draw(st.integers(-1, len(make.groups) - 1)), out=[F, F]))
    return make.graph(outputs=draw(st.lists(st.sampled_from(names), max_size=2)))


@examples(150)
@given(graphs(), selections(), st.sampled_from([0, 1, "all", "layers", None]))
def test_a_part_of_any_graph_has_each_op_in_one_place_and_loses_no_edge(graph, selection, depth):
    try:
        part = for_drawing(graph, depth, selection=selection)
    except InputError:
        return
    scene = compose(part)
    assert sum(places(scene).values()) == len(graph)
    assert lost(part, scene) == []
    draw(scene)


def test_a_block_of_a_real_network_is_drawn_among_its_neighbours(shared):
    graph = opscope.load(shared / "graphs" / "resnet50_fwd.pb")
    name = next(group.path for group in content_of(graph).groups if group.path.endswith("conv3_block2_2_conv_1"))
    scene = compose(passed(graph, focus=name))
    assert sum(places(scene).values()) == len(graph)
    assert 1 <= len([item for item in items(scene) if isinstance(item, Card) and not item.open]) <= 6
