"""Objects from an object graph or from variables' names; layers by name, by whose variables a scope uses, by function."""

from __future__ import annotations

import pytest

import opscope
from opscope.graph.content import content_of
from opscope.program.keras_metadata import KerasObject, of_object, read_metadata
from opscope.program.objects import from_names, read_objects
from opscope.program.proto import message_class


@pytest.fixture
def object_graph():
    """Builds a SavedObjectGraph from (children, kind) rows; a kind is a variable's name or an object's identifier."""

    def build(*rows):
        graph = message_class("SavedObjectGraph")()
        for children, identifier, variable in rows:
            node = graph.nodes.add()
            for name, index in children.items():
                node.children.add(node_id=index, local_name=name)
            if variable:
                node.variable.name = variable
                node.variable.dtype = 1
                node.variable.shape.dim.add(size=2)
            else:
                node.user_object.identifier = identifier
        return graph

    return build


def test_objects_have_the_paths_an_owner_would_write(object_graph):
    graph = object_graph(
        ({"variables": 4, "blocks": 1}, "_generic_user_object", ""),
        ({"0": 2}, "trackable_list_wrapper", ""),
        ({"dense": 3}, "_generic_user_object", ""),
        ({"kernel": 5}, "_generic_user_object", ""),
        ({"0": 5}, "trackable_list_wrapper", ""),
        ({}, "", "w"),
    )
    objects = read_objects(graph, {})
    assert [item.path for item in objects.objects] == ["", "blocks[0]", "blocks[0].dense"]
    assert [(item.object_path, item.shape) for item in objects.variables] == [("blocks[0].dense.kernel", (2,))]
    assert all(item.variables == {0} for item in objects.objects)


def test_an_optimizers_variables_belong_to_no_layer(object_graph):
    graph = object_graph(
        ({"dense": 1, "optimizer": 2}, "_tf_keras_model", ""),
        ({"kernel": 3}, "_tf_keras_layer", ""),
        ({"momentum": 4}, "optimizer", ""),
        ({}, "", "dense/kernel"),
        ({}, "", "SGD/momentum"),
    )
    objects = read_objects(graph, {0: KerasObject("Net", "net"), 1: KerasObject("Dense", "dense")})
    assert [(item.kind, item.cls, sorted(item.variables)) for item in objects.objects] == [
        ("model", "Net", [0]), ("layer", "Dense", [0])
    ]  # fmt: skip


def test_a_numbered_layer_goes_by_its_keras_name(object_graph):
    graph = object_graph(
        ({"layer_with_weights-0": 1}, "_tf_keras_network", ""),
        ({"kernel": 2}, "_tf_keras_layer", ""),
        ({}, "", "out/kernel"),
    )
    assert read_objects(graph, {1: KerasObject("Dense", "out")}).variables[0].object_path == "out.kernel"


def test_without_metadata_a_numbered_layer_goes_by_its_variables_names(object_graph):
    graph = object_graph(
        ({"layer_with_weights-0": 1, "layer_with_weights-1": 4}, "_tf_keras_network", ""),
        ({"cell": 2}, "_tf_keras_rnn_layer", ""),
        ({"kernel": 3}, "_tf_keras_layer", ""),
        ({}, "", "lstm/lstm_cell/kernel"),
        ({"kernel": 5}, "_tf_keras_layer", ""),
        ({}, "", "out/kernel"),
    )
    objects = read_objects(graph, {})
    assert [(item.path, item.name) for item in objects.objects[1:]] == [
        ("lstm", "lstm"), ("out", "out"), ("lstm.cell", "lstm_cell")
    ]  # fmt: skip
    assert [item.object_path for item in objects.variables] == ["lstm.cell.kernel", "out.kernel"]


def test_a_cyclic_object_graph_ends(object_graph):
    graph = object_graph(
        ({"child": 1, "self": 0}, "_generic_user_object", ""),
        ({"parent": 0, "w": 2}, "_generic_user_object", ""),
        ({}, "", "w"),
    )
    assert [item.path for item in read_objects(graph, {}).objects] == ["", "child"]


def test_children_that_are_not_there_are_passed_over(object_graph):
    graph = object_graph(({"gone": 99, "minus": -5}, "_generic_user_object", ""))
    assert len(read_objects(graph, {}).objects) == 1


def test_where_the_object_graph_tells_nothing_names_do(object_graph):
    rows = [({"variables": 1}, "_generic_user_object", ""), ({"0": 2, "1": 3}, "trackable_list_wrapper", "")]
    graph = object_graph(*rows, ({}, "", "lstm/cell/kernel"), ({}, "", "out/bias"))
    assert [item.path for item in read_objects(graph, {}).objects] == ["", "lstm", "out", "lstm.cell"]


def test_an_optimizers_slots_are_no_layers():
    paths = [item.path for item in from_names({0: "dense/kernel", 1: "dense/kernel/Adam", 2: "dense/kernel/Adam_1"})]
    assert paths == ["", "dense"]


def test_metadata_gives_class_and_name():
    metadata = '{"class_name": "Custom>Block", "name": "block_1", "config": {}}'
    assert of_object(metadata) == KerasObject("Block", "block_1")


@pytest.mark.parametrize("damaged", ["", "{", "[]", "[" * 100_000, '{"class_name": 3}', "nul"])
def test_damaged_metadata_tells_nothing(damaged):
    assert of_object(damaged) == KerasObject(None, None)


def test_a_damaged_metadata_file_tells_nothing():
    assert read_metadata(b"\xff\xff") == {}


def test_dead_ops_reach_no_output_and_change_nothing(tmp_path, build):
    kind = build.dtype(1)
    nodes = [
        build.node("x", "Placeholder", dtype=kind),
        build.node("used", "Relu", "x", T=kind),
        build.node("unused", "Tanh", "x", T=kind),
        build.node("told", "Print", "x", "x", T=kind, U=build.encode((1, build.encode((6, 1))))),
        build.node("y", "Identity", "used", "^told", T=kind),
    ]
    path = tmp_path / "m.pb"
    meta = build.meta(build.graph(nodes), {"s": build.signature({"x": "x:0"}, {"y": "y:0"})})
    path.write_bytes(build.saved_model(meta))
    assert content_of(opscope.load(path)).table.names == ["x", "used", "told", "y"]
    assert sum(content_of(opscope.load(path)).dead) == 0


def test_metadata_gives_the_settings():
    config = '{"name": "fc", "trainable": true, "dtype": "float32", "units": 4, "activation": "relu", "kernel_initializer": null}'
    found = of_object(f'{{"class_name": "Dense", "name": "fc", "config": {config}}}')
    assert found == KerasObject("Dense", "fc", {"units": 4, "activation": "relu"}, "keras")


@pytest.mark.parametrize(
    ("metadata", "package"),
    [
        ('{"class_name": "Dense", "config": {"units": 4}}', None),  # a user's own class: Keras's has a dtype as well
        ('{"class_name": "Mine", "config": {"trainable": true, "dtype": "float32"}}', None),
        ('{"class_name": "Custom>Dense", "config": {"trainable": true, "dtype": "float32"}}', None),
        ('{"class_name": "Custom>Mine", "module": "my_package.layers", "config": {}}', "my_package"),
        ('{"class_name": "Sequential", "config": {"layers": []}}', "keras"),
    ],
)
def test_metadata_tells_which_classes_are_those_of_keras(metadata, package):
    assert of_object(metadata).defined_in == package


def test_a_model_in_metadata_has_no_settings_of_its_own():
    for cls in ("Functional", "Net"):
        assert (
            of_object(f'{{"class_name": "{cls}", "config": {{"name": "a", "layers": [], "depth": 3}}}}').settings == {}
        )


def test_an_object_has_the_settings_that_metadata_tells(object_graph):
    graph = object_graph(
        ({"dense": 1}, "_tf_keras_model", ""), ({"kernel": 2}, "_tf_keras_layer", ""), ({}, "", "dense/kernel")
    )
    known = {0: KerasObject("Net", "net"), 1: KerasObject("Dense", "dense", {"units": 4}, "keras")}
    objects = read_objects(graph, known).objects
    assert [(item.cls, item.settings, item.defined_in) for item in objects] == [
        ("Net", {}, None),
        ("Dense", {"units": 4}, "keras"),
    ]
