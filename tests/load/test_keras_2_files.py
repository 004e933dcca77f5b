"""Files that Keras 2 saves: layers, calls, edges, shapes and parameters are those that Keras 2 itself tells of the model it saved.

Keras 2 is `tf.keras` up to TensorFlow 2.15, and the package `tf_keras` beside later ones.
"""

from __future__ import annotations

from collections import Counter

import pytest

import opscope
from called_models import called_models
from opscope.graph.content import content_of
from opscope.graph.vocabulary import layer_class

tf = pytest.importorskip("tensorflow", exc_type=ImportError)
pytest.importorskip("h5py", exc_type=ImportError)
keras = tf.keras
if getattr(keras, "__version__", "2.").startswith("3."):  # TensorFlow 2.15 does not tell
    keras = pytest.importorskip("tf_keras", exc_type=ImportError)
L = keras.layers


def sequences():
    """Layers with several inputs and outputs, states handed on by name, wrappers."""
    text = keras.Input((7,), name="text", dtype="int32")
    x = L.Embedding(50, 5, name="embed")(text)
    out, h, c = L.LSTM(5, return_sequences=True, return_state=True, name="lstm")(x)
    again = L.LSTM(5, return_sequences=True, name="decoder")(out, initial_state=[h, c])
    both = L.Bidirectional(L.GRU(4, return_sequences=True), name="both")(again)
    each = L.TimeDistributed(L.Dense(3), name="each")(both)
    return keras.Model(text, [L.GlobalAveragePooling1D(name="mean")(each), h], name="sequences")


def images():
    """Convolutions of every kind, normalization, pooling, padding."""
    x = given = keras.Input((16, 15, 3), name="image")
    x = L.BatchNormalization(name="bn")(L.Conv2D(8, (3, 2), strides=2, use_bias=False, name="c")(x))
    x = L.DepthwiseConv2D(3, depth_multiplier=2, padding="same", name="d")(
        L.ZeroPadding2D(((1, 0), (0, 2)), name="z")(x)
    )
    x = L.SeparableConv2D(6, 3, name="s")(L.PReLU(shared_axes=[1, 2], name="p")(x))
    x = L.Conv2DTranspose(4, 3, strides=2, name="t")(L.MaxPooling2D(2, name="m")(x))
    return keras.Model(given, L.Dense(5, activation="softmax", name="fc")(L.Flatten(name="f")(x)), name="images")


def chain():
    return keras.Sequential(
        [
            keras.Input((9,)),
            L.Dense(8, activation="relu", name="one"),
            L.Reshape((2, 4), name="r"),
            L.LSTM(3, name="l"),
        ],
        name="chain",
    )


MODELS = [*called_models(keras), sequences, images, chain]


class Known(dict):
    """A number for each thing."""

    def of(self, *what):
        return self.setdefault(what, len(self))


def told_by_keras(model, known):
    """How often each call was made, the shapes it returned, and what the model returns, from Keras's own objects."""
    calls, shapes = Counter(), {}

    def walk(model, given, path):
        values = {id(tensor): source for tensor, source in zip(model.inputs, given)}
        for depth in sorted(model._nodes_by_depth, reverse=True):
            for node in model._nodes_by_depth[depth]:
                if node.is_input:
                    continue
                layer, inputs = node.layer, [values[id(tensor)] for tensor in node.keras_inputs]
                own, made = f"{path}.{layer.name}" if path else layer.name, tf.nest.flatten(node.outputs)
                if isinstance(layer, keras.Model):
                    results = walk(layer, inputs, own)
                else:
                    number = known.of(own, type(layer).__name__, tuple(inputs))
                    calls[number] += 1
                    shapes[number] = [tuple(tensor.shape) for tensor in made]
                    results = [(number, place) for place in range(len(made))]
                values.update(zip(map(id, made), results))
        return [values[id(tensor)] for tensor in model.outputs]

    names = [tensor._keras_history.layer.name for tensor in model.inputs]
    return calls, shapes, walk(model, [(known.of(name), 0) for name in names], "")


def told_by_opscope(graph, known):
    content = content_of(graph)
    table, numbers, calls, shapes = content.table, {}, Counter(), {}
    for row, op in enumerate(table.ops):
        if op == "Placeholder":
            numbers[row] = known.of(table.names[row])
            continue
        group = content.groups[content.node_group[row]]
        assert group.cls == layer_class(op)
        inputs = tuple((numbers[edge.node], edge.output) for edge in table.inputs(row))
        numbers[row] = known.of(group.object_path, group.cls, inputs)
        calls[numbers[row]] += 1
        shapes[numbers[row]] = [kind.shape for kind in table.outputs[row]]
    return calls, shapes, [(numbers[port.node], port.output) for port in content.outputs]


@pytest.mark.parametrize("make", MODELS, ids=lambda make: make.__name__)
@pytest.mark.parametrize("suffix", [".keras", ".h5", ".json"])
def test_the_file_is_read_as_keras_2_tells_the_model(make, suffix, tmp_path):
    model = make()
    path = tmp_path / f"model{suffix}"
    if suffix == ".json":
        path.write_text(model.to_json())
    else:
        model.save(path)
        if path.is_dir():
            pytest.skip("this Keras has no such archives and saves a SavedModel")
    known = Known()
    expected, graph = told_by_keras(model, known), opscope.load(path)
    found = told_by_opscope(graph, known)
    assert found == expected
    assert graph.parameters == model.count_params()
    trained = sum(variable.size for variable in graph.variables if variable.trainable)
    assert trained == sum(tf.size(weight).numpy() for weight in model.trainable_weights)
