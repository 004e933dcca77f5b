"""The drawings of live models: every op in one place, no edge lost, and the real reports that a picture must get right."""

from __future__ import annotations

import pytest

tf = pytest.importorskip("tensorflow")

import zoo  # noqa: E402
from drawn import leaf_edges, lost  # noqa: E402
from opscope.capture import trace  # noqa: E402
from opscope.layout.arrange.acyclic import back_wires  # noqa: E402
from opscope.layout.arrange.rank import ranks  # noqa: E402
from opscope.layout.arrange.wiring import wire_up  # noqa: E402
from opscope.layout.scene.compose import compose  # noqa: E402
from opscope.layout.scene.items import Box, Card, Pill, cards, items, places  # noqa: E402
from opscope.passes import for_drawing  # noqa: E402
from truth import lies  # noqa: E402
from zoo import traced  # noqa: E402


def scene_of(name, depth="all"):
    return compose(for_drawing(traced(name), depth))


def titles(scene):
    return [item.title for item in items(scene) if isinstance(item, Box)]


@pytest.mark.parametrize("name", sorted(zoo.ZOO))
def test_a_drawing_loses_no_op_and_no_edge(name):
    for depth in ("all", None, "layers", 0):
        graph = for_drawing(traced(name), depth)
        scene = compose(graph)
        assert sum(places(scene).values()) == len(graph)
        assert lost(graph, scene) == []


@pytest.mark.parametrize("name", sorted(zoo.ZOO))
def test_a_drawing_of_a_live_model_tells_the_truth_folded_or_not(name):
    whole = traced(name)
    for depth in ("all", None, "layers", 0, 1):
        for unfold in (False, True):
            drawn = for_drawing(whole, depth, unfold=unfold)
            assert lies(whole, drawn, compose(drawn)) == []


@pytest.mark.parametrize("name", sorted(zoo.ZOO))
def test_no_read_of_a_variable_is_a_box(name):
    assert "ReadVariableOp" not in titles(scene_of(name))


def test_a_training_step_is_its_phases():
    scene = scene_of("train_step")
    kinds = [child.kind for child in scene.root.children if isinstance(child, Card)]
    assert kinds == ["forward", "loss", "backward", "optimizer"]
    assert not [child for child in scene.root.children if isinstance(child, Box) and "Variable" in child.title]


def test_a_step_whose_gradient_has_no_wire_from_the_loss_runs_downwards():
    dense = zoo.layers.Dense(1, name="dense")
    dense.build((None, 3))

    def step(x):
        with tf.GradientTape() as tape:
            loss = tf.reduce_mean(dense(x) ** 2)
        for variable, gradient in zip(dense.trainable_variables, tape.gradient(loss, dense.trainable_variables)):
            variable.assign_sub(0.1 * gradient)
        return loss

    root = compose(for_drawing(trace(step, (8, 3)), "all")).root
    flat = wire_up(root, (), ()).flat
    row = ranks(flat, back_wires(flat)).row
    phases = {child.kind: row[index] for index, child in enumerate(root.children) if isinstance(child, Card)}
    assert phases["forward"] < phases["loss"] < phases["backward"] < phases["optimizer"]


def test_both_branches_of_a_coin_are_in_place():
    scene = scene_of("coin")
    branches = [card.title for card in cards(scene) if card.kind == "branch"]
    assert branches == ["then", "else"]


def test_each_output_of_a_nested_model_reaches_its_own_input():
    scene = scene_of("nested", "layers")
    inner = next(card for card in cards(scene) if card.subtitle == "Add")
    assert len(inner.inputs) == 2
    sources = [source for source, target, _ in leaf_edges(scene) if target == f"card{inner.group}"]
    assert len(set(sources)) == 2


def test_a_layer_that_returns_four_tensors_has_four_ports():
    scene = scene_of("unstacking", 1)
    assert 4 in {len(card.outputs) for card in cards(scene) if not card.open} | {
        item.outputs for item in items(scene) if isinstance(item, Box)
    }


def test_five_blocks_are_five_cards_with_their_class():
    scene = scene_of("residuals")
    blocks = [card for card in cards(scene) if card.subtitle == "Residual"]
    assert len(blocks) == 5


@pytest.mark.parametrize("name", ["recurrent", "looping"])
def test_the_ops_of_a_loop_are_inside_it(name):
    scene = scene_of(name)
    body = next(card for card in cards(scene) if card.kind == "body")
    assert [child for child in body.children if isinstance(child, Pill)]
    assert [wire for wire in body.wires if wire.kind == "next"]


def test_inputs_that_the_author_did_not_name_are_called_input():
    """Keras 3 names them ``keras_tensor_12``, Keras 2 ``input_12``; neither number says anything."""
    first, second = (tf.keras.Input((4,)) for _ in range(2))
    both = tf.keras.layers.Add()([first, second])
    drawn = compose(for_drawing(trace(tf.keras.Model([first, second], both))))
    names = [item.title for item in items(drawn) if isinstance(item, Pill) and item.kind == "input"]
    assert len(set(names)) == 2
    assert all(name.startswith("input") for name in names)
    named = tf.keras.Input((4,), name="pixels")
    drawn = compose(for_drawing(trace(tf.keras.Model(named, tf.keras.layers.ReLU()(named)))))
    assert [item.title for item in items(drawn) if isinstance(item, Pill) and item.kind == "input"] == ["pixels"]
