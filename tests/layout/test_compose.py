from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

import drawn
import opscope
from drawn import leaf_edges, lost
from examples import examples
from graphs import Builder, F, graph
from opscope.graph.content import content_of
from opscope.graph.types import TensorType
from opscope.layout.scene.compose import compose
from opscope.layout.scene.items import Box, Card, Pill, cards, items, places
from opscope.layout.scene.links import HUB_USES
from opscope.passes import for_drawing
from opscope.passes.fold import close

SMALL = [drawn.dense, drawn.branch, drawn.loop, drawn.call]


def scene_of(graph, depth="all"):
    return compose(for_drawing(graph, depth))


def box(scene, title):
    return next(item for item in items(scene) if isinstance(item, Box) and item.title == title)


# what each op becomes


@pytest.mark.parametrize("depth", [0, 1, "layers", "all", None])
@pytest.mark.parametrize("make", SMALL)
def test_every_op_is_in_one_place(make, depth):
    graph = make()
    assert sum(places(scene_of(graph, depth)).values()) == len(graph)


def test_a_dense_layer_is_three_boxes_and_two_weights():
    scene = scene_of(drawn.dense())
    layer = next(card for card in cards(scene) if card.title == "hidden")
    assert [child.title for child in layer.children] == ["MatMul", "BiasAdd", "Relu"]
    assert [chip.text for child in layer.children for chip in child.chips] == ["kernel (4, 4)", "bias (4)"]
    assert (layer.subtitle, layer.detail) == ("Dense", "out (8, 4) · 20 parameters")


def test_a_folded_layer_counts_its_ops_and_the_weights_docked_in_it():
    scene = scene_of(drawn.dense(), "layers")
    layer = next(card for card in cards(scene) if card.title == "hidden")
    assert not layer.open
    assert layer.children == layer.wires == ()
    assert layer.ops == 7  # MatMul, BiasAdd, Relu, two reads, two handles
    assert layer.detail.endswith(
        "· 5 ops"
    )  # as the summary and the page say of it: the handles lie outside of the layer


def test_a_folded_card_says_how_many_ops_its_group_has_in_the_whole_graph():
    """What copies hold counts; handles that lie outside, of whichever copy, do not."""
    make = Builder()
    model = make.group("model", "model")
    last = make.op("x", "Placeholder")
    for count in range(4):
        make.variable(f"k{count}", f"kernel{count}", (4, 4))
        block = make.group(f"block{count}", "layer", model, cls="Block")
        read = make.op(f"model/block{count}/read", "ReadVariableOp", f"k{count}", group=block)
        last = make.op(f"model/block{count}/MatMul", "MatMul", last, read, group=block)
        for kind in ("Relu", "Exp", "Tanh", "Neg"):
            last = make.op(f"model/block{count}/{kind}", kind, last, group=block)
    make.op("out", "Identity", last)
    whole = make.graph("tower", ["x"], ["out"])
    details = {}
    for depth in (0, 1):
        folded = for_drawing(whole, depth, unfold=False)
        closed = (card for card in cards(compose(folded)) if card.group >= 0 and not card.open)
        details.update({content_of(folded).groups[card.group].path: card.detail for card in closed})
    assert {path: detail.split(" \u00b7 ")[0] for path, detail in details.items()} == {
        "model": "24 ops",
        "model/block0": "6 ops",
    }


def test_a_weight_used_twice_has_one_place_and_one_mention():
    make = Builder()
    make.op("x", "Placeholder")
    make.variable("k", "kernel", (4, 4))
    make.op("r", "ReadVariableOp", "k")
    make.op("a", "MatMul", "x", "r")
    make.op("b", "BatchMatMul", "a", "r")
    scene = scene_of(make.graph(inputs=["x"]))
    assert [len(box(scene, title).chips[0].nodes) for title in ("MatMul", "BatchMatMul")] == [2, 0]


def test_many_chips_are_cut_and_the_last_stands_for_the_rest():
    make = Builder()
    names = [make.op(f"c{k}", "Const", value={"shape": [], "values": [k]}) for k in range(9)]
    make.op("sum", "AddN", *names)
    chips = box(scene_of(make.graph()), "AddN").chips
    assert [chip.text for chip in chips] == ["0", "1", "2", "3", "+ 5 more"]
    assert sum(len(chip.nodes) for chip in chips) == 9


def test_a_scope_of_one_op_is_no_card():
    make = Builder()
    make.op("x", "Placeholder")
    make.op("s/relu", "Relu", "x", group=make.group("s"))
    assert [card.kind for card in cards(scene_of(make.graph(inputs=["x"])))] == ["graph"]


# wires


def test_a_wire_enters_a_card_through_its_border():
    scene = scene_of(drawn.dense())
    net = scene.root.children[1]
    assert [port.text for port in net.inputs] == ["float32 (8, 4)"]
    assert [(wire.source, wire.target) for wire in net.wires] == [((-1, 0), (0, 0)), ((0, 0), (-1, 0))]


def test_a_type_is_said_where_it_is_new():
    scene = scene_of(drawn.dense())
    said = [wire.label for card in cards(scene) for wire in card.wires if wire.label]
    assert said == ["float32 (8, 4)"]


def test_two_outputs_of_different_shape_are_two_wires_each_with_its_shape():
    make = Builder()
    make.op("x", "Placeholder")
    make.op("top", "TopKV2", "x", out=[TensorType("float32", (8, 2)), TensorType("int32", (8, 2))])
    make.op("use", "Custom", "top:0", "top:1")
    scene = scene_of(make.graph(inputs=["x"]))
    wires = [wire for wire in scene.root.wires if wire.source.child == 1]
    assert [(wire.source.port, wire.target.port, wire.label) for wire in wires] == [
        (0, 0, "(8, 2)"),
        (1, 1, "int32 (8, 2)"),
    ]
    assert (box(scene, "TopKV2").outputs, box(scene, "Custom").inputs) == (2, 2)


def test_a_tensor_used_twice_by_one_op_is_two_wires():
    make = Builder()
    make.op("x", "Placeholder")
    make.op("square", "Mul", "x", "x")
    assert len(scene_of(make.graph(inputs=["x"])).root.wires) == 2


def test_a_hub_is_named_at_each_use():
    make = Builder()
    make.op("x", "Placeholder")
    for k in range(40):
        make.op(f"use{k}", "Relu", "x")
    scene = scene_of(make.graph(inputs=["x"]))
    assert scene.root.wires == ()
    assert all(item.chips[0].text == "x" for item in items(scene) if isinstance(item, Box))


def test_a_call_is_wired_straight_through_its_body():
    scene = scene_of(drawn.call())
    card = scene.root.children[1]
    assert (card.title, card.subtitle, card.node) == ("call", "__inference_f_7", 1)
    assert [child.title for child in card.children] == ["AddV2"]
    assert ((0,), 5, "data") in leaf_edges(scene)
    assert (5, 2, "data") in leaf_edges(scene)


@pytest.mark.parametrize("name", ["__inference_signature_wrapper_20375", "__inference__wrapped_model_20174"])
def test_a_function_that_only_wraps_a_signature_is_no_card(name):
    graph = drawn.call(name)
    scene = scene_of(graph)
    assert {item.title for item in items(scene)} >= {"AddV2", "Relu"}
    assert not any(isinstance(item, Card) for item in items(scene))
    assert sum(places(scene).values()) == len(graph)
    assert not lost(for_drawing(graph, "all"), scene)


def test_both_branches_are_in_place_and_meet_where_the_result_leaves():
    scene = scene_of(drawn.branch())
    edges = leaf_edges(scene)
    choice = box(scene, "If").node
    then, other, cast = box(scene, "Mul").node, box(scene, "Identity").node, box(scene, "Cast").node
    meeting = next(target for source, target, _ in edges if source == then)
    assert meeting[0] == "merge"
    assert (other, meeting, "data") in edges
    assert (meeting, cast, "data") in edges
    assert ((1,), choice, "data") in edges  # the predicate
    assert [kind for source, _, kind in edges if source == choice] == ["branch", "branch"]


def test_a_branch_that_gives_a_constant_says_so():
    make = Builder()
    make.op("p", "Placeholder", out=[TensorType("bool", ())])
    make.op("if", "If", "p")
    make.op("use", "Relu", "if")
    owned = make.group("if", "if", owner=1)
    for name, value in (("then", 1), ("else", 2)):
        group = make.group(name, "branch", owned, owner=1)
        make.op(f"if/{name}/c", "Const", group=group, value={"shape": [], "values": [value]})
        make.op(f"if/{name}/r", "_Retval", f"if/{name}/c", group=group, out=[], index=0)
    graph = make.graph(inputs=["p"])
    scene = scene_of(graph)
    results = [item for item in items(scene) if isinstance(item, Pill) and item.kind == "result"]
    assert [(pill.title, pill.chips[0].text) for pill in results] == [("then", "1"), ("else", "2")]
    assert sum(places(scene).values()) == len(graph)


def test_a_loop_shows_its_variables_and_the_way_back():
    scene = scene_of(drawn.loop())
    body = next(card for card in cards(scene) if card.kind == "body")
    assert [(child.title, child.kind) for child in body.children if isinstance(child, Pill)] == [
        ("i", "state"),
        ("s", "state"),
    ]
    back = [wire for wire in body.wires if wire.kind == "next"]
    assert len(back) == 2
    assert [wire.label for wire in back] == ["next iteration", ""]
    assert [chip.text for chip in box(scene, "Less").chips] == ["10", "i"]
    assert [chip.text for chip in box(scene, "Mul").chips] == ["w (4, 4)"]


def test_what_a_loop_gives_comes_from_its_body():
    scene = scene_of(drawn.loop())
    assert (box(scene, "Mul").node, box(scene, "Relu").node, "data") in leaf_edges(scene)


def test_a_control_edge_is_a_wire_unless_a_tensor_implies_it():
    make = Builder()
    make.op("x", "Placeholder")
    make.op("a", "Relu", "x")
    make.op("b", "Tanh", "x", "^a")
    make.op("c", "Exp", "b", "^b")
    scene = scene_of(make.graph(inputs=["x"]))
    assert [wire.kind for wire in scene.root.wires].count("control") == 1
    assert scene.counts == {"implied by a wire": 1}


def test_a_saved_activation_is_named_in_the_backward_pass():
    make = Builder()
    forward, backward = make.group("forward", "forward"), make.group("backward", "backward")
    layer = make.group("dense", "layer", forward, cls="Dense")
    make.op("x", "Placeholder")
    make.op("relu", "Relu", "x", group=layer)
    make.op("exp", "Exp", "relu", group=layer)
    make.op("grad", "ReluGrad", "relu", "x", group=backward)
    make.op("more", "Neg", "grad", group=backward)
    chips = box(scene_of(make.graph(inputs=["x"])), "ReluGrad").chips
    assert [chip.text for chip in chips] == ["dense/Relu", "x"]


# any graph


@st.composite
def graphs(draw):
    """Acyclic graphs with scopes, constants, variables, identities, control edges and dead ops."""
    make = Builder()
    for k in range(draw(st.integers(0, 6))):
        make.group(f"g{k}", draw(st.sampled_from(["scope", "layer", "model"])), draw(st.integers(-1, k - 1)))
    kinds = ["Relu", "AddV2", "Identity", "Const", "Variable", "ReadVariableOp", "NoOp", "Split", "Cast", "Placeholder"]
    names = []
    for k in range(draw(st.integers(1, 24))):
        kind = draw(st.sampled_from(kinds))
        group = draw(st.integers(-1, len(make.groups) - 1))
        inputs = []
        if names and kind not in {"Const", "Variable", "Placeholder"}:
            sources = draw(st.lists(st.sampled_from(names), min_size=1, max_size=3))
            inputs = [f"^{name}" if kind == "NoOp" else name for name in sources]
            inputs += [f"^{name}" for name in draw(st.lists(st.sampled_from(names), max_size=1))]
        names.append(make.op(f"n{k}", kind, *inputs, group=group, out=[F, F]))
    make.dead += draw(st.lists(st.sampled_from(names), max_size=2))
    return make.graph(outputs=draw(st.lists(st.sampled_from(names), max_size=2)))


@examples(100)
@given(graphs(), st.sampled_from([0, 1, 2, "all", "layers", None]))
def test_a_drawing_of_any_graph_loses_no_op_and_no_edge(graph, depth):
    passed = for_drawing(graph, depth)
    scene = compose(passed)
    assert sum(places(scene).values()) == len(graph)
    assert lost(passed, scene) == []


def test_a_layers_only_identity_is_its_box_though_what_reads_it_is_a_chip():
    make = Builder()
    make.op("c", "Const")
    make.op("drop/same", "Identity", "c", group=make.group("drop", "layer"))
    make.op("cast", "Cast", "drop/same")
    make.op("relu", "Relu", "cast")
    scene = compose(for_drawing(make.graph()))
    assert sum(places(scene).values()) == 4


@examples(50)
@given(graphs(), st.integers(0, 3))
def test_folding_then_opening_gives_the_same_drawing(graph, depth):
    whole = for_drawing(graph, "all")
    folded = for_drawing(graph, depth)
    assert compose(close(folded, ())) == compose(whole)


def test_the_same_graph_gives_the_same_drawing():
    assert scene_of(drawn.loop()) == scene_of(drawn.loop())


def test_long_chains_and_deep_scopes_need_no_recursion():
    graph = drawn.chain(2000, groups=200)
    assert sum(places(scene_of(graph)).values()) == len(graph)
    assert len(leaf_edges(scene_of(graph))) == 2001


@pytest.mark.parametrize("depth", [None, "all"])
def test_a_real_training_step_loses_no_op_and_no_edge(shared, depth):
    graph = for_drawing(opscope.load(shared / "graphs" / "resnet50_fwd.pb"), depth)
    scene = compose(graph)
    assert sum(places(scene).values()) == len(graph)
    assert lost(graph, scene) == []


def test_an_open_card_knows_what_it_would_name_if_it_were_folded():
    inside = [(f"net/inner/use{k}", "Neg", ["hub"]) for k in range(HUB_USES)]
    outside = [("net/other", "Tanh", ["net/inner/use0"]), ("out", "AddN", [name for name, _, _ in inside])]
    made = for_drawing(graph([("x", "Placeholder", []), ("hub", "Exp", ["x"]), *inside, *outside]), "all")
    within = for_drawing(graph([("x", "Placeholder", []), ("net/inner/first", "Relu", ["x"]), ("net/hub", "Exp", ["net/inner/first"]), *(
        (name, op, ["net/hub"]) for name, op, _ in inside), *outside]), "all")  # fmt: skip

    def named(scene):
        return {card.title: [chip.text for chip in card.chips_folded] for card in cards(scene) if card.title in {"net", "inner"}}  # fmt: skip

    assert named(compose(made)) == {"net": ["Exp"], "inner": ["Exp"]}
    assert named(compose(within)) == {"net": [], "inner": ["net/Exp"]}
