"""Files of Keras: layers, calls, edges, shapes and parameters are those that Keras itself tells of the model it saved."""

from __future__ import annotations

from collections import Counter
from importlib import import_module

import pytest

import opscope
from called_models import called_models
from opscope.graph.content import content_of
from opscope.graph.vocabulary import layer_class
from opscope.layout.overview.one_page import overview
from rows_apart import apart
from truth import lies

pytest.importorskip("tensorflow", exc_type=ImportError)
keras = pytest.importorskip("keras", exc_type=ImportError)
if not keras.__version__.startswith("3."):
    pytest.skip("needs Keras 3", allow_module_level=True)
h5py = pytest.importorskip("h5py", exc_type=ImportError)
L = keras.layers


def several_tensors():
    """Layers with several inputs and outputs, tensors as keyword arguments, operations, inputs by name."""
    text, mask = keras.Input((7,), name="text", dtype="int32"), keras.Input((7, 5), name="context")
    x = L.Embedding(50, 5, name="embed")(text)
    out, h, c = L.LSTM(5, return_sequences=True, return_state=True, name="lstm")(x)
    again = L.LSTM(5, return_sequences=True, name="decoder")(out, initial_state=[h, c])
    seen = L.MultiHeadAttention(2, 3, name="mha")(again, value=mask, key=out)
    both = L.Bidirectional(L.GRU(4, return_sequences=True), name="both")(seen)
    each = L.TimeDistributed(L.Dense(3), name="each")(both)
    return keras.Model({"text": text, "context": mask}, {"y": each * 2.0 + 1.0, "h": h}, name="several_tensors")


def convolutional():
    """What goes over images, with unlike paddings, strides and orders."""
    x = inputs = keras.Input((33, 30, 4), name="image")
    x = L.ZeroPadding2D(((1, 2), (0, 3)), name="pad")(x)
    x = L.Conv2D(6, (3, 5), strides=2, groups=2, activation="relu", name="conv")(x)
    x = L.BatchNormalization(scale=False, name="bn")(x)
    x = L.DepthwiseConv2D(3, depth_multiplier=2, padding="same", name="depthwise")(x)
    x = L.SeparableConv2D(5, 3, dilation_rate=2, name="separable")(x)
    x = L.MaxPooling2D(3, strides=2, padding="same", name="max")(x)
    x = L.Conv2DTranspose(4, 3, strides=2, name="up")(x)
    x = L.Cropping2D(((1, 0), (2, 1)), name="crop")(x)
    x = L.UpSampling2D((2, 1), name="upsample")(x)
    x = L.AveragePooling2D((2, 3), name="average")(x)
    x = L.LayerNormalization(name="ln")(L.PReLU(shared_axes=[1, 2], name="prelu")(x))
    x = L.Permute((3, 1, 2), name="permute")(x)
    x = L.Reshape((4, -1), name="reshape")(x)
    x = L.Conv1D(3, 2, padding="causal", name="causal")(x)
    x = L.GlobalAveragePooling1D(name="gap")(x)
    return keras.Model(
        inputs, L.Dense(10, activation="softmax", name="top")(L.Flatten(name="flat")(x)), name="convolutional"
    )


def chain():
    return keras.Sequential(
        [
            keras.Input((12,)),
            L.Dense(4, use_bias=False),
            L.Dense(3),
            keras.Sequential([L.Dense(2), L.ReLU()], name="tail"),
        ],
        name="chain",
    )


def mixed():
    policy = keras.mixed_precision.DTypePolicy("mixed_float16")
    x = inputs = keras.Input((5,), name="x")
    x = L.Dense(4, dtype=policy, name="half")(x)
    frozen = L.Dense(4, name="frozen")
    x = frozen(x)
    frozen.trainable = False
    return keras.Model(inputs, x, name="mixed")


MODELS = [*called_models(keras), several_tensors, convolutional, chain, mixed]


class Known:
    """Numbers for what is made how, so that two readings of a model can be compared: equal calls on equal tensors have one number."""

    def __init__(self):
        self.numbers = {}

    def of(self, *what):
        return self.numbers.setdefault(what, len(self.numbers))


def arguments(node):
    """The tensors that a call is given: those by place, those by name in the order of the call's signature."""
    named = node.arguments.kwargs
    order = [name for name in ("query", "value", "key") if name in named]
    parts = [
        node.arguments.args,
        *(named[name] for name in [*order, *sorted(name for name in named if name not in order)]),
    ]
    return [each for each in keras.tree.flatten(parts) if isinstance(each, keras.KerasTensor)]


def told_by_keras(model, known):
    """How often each call was made, the shapes it returned, and what the model returns, from Keras's own objects."""
    calls, shapes, outputs = Counter(), {}, []

    def walk(model, given, path):
        functional = getattr(model, "_functional", None) or model
        values = {id(tensor): source for tensor, source in zip(functional.inputs, given)}
        for depth in sorted(functional._nodes_by_depth, reverse=True):
            for node in functional._nodes_by_depth[depth]:
                if node.is_input:
                    continue
                layer, inputs = node.operation, [values[id(tensor)] for tensor in arguments(node)]
                own = f"{path}.{layer.name}" if path else layer.name
                if isinstance(layer, keras.Model):
                    results = walk(layer, inputs, own)
                else:
                    number = known.of(own, type(layer).__name__, tuple(inputs))
                    calls[number] += 1
                    shapes[number] = [(tuple(tensor.shape), tensor.dtype) for tensor in node.outputs]
                    results = [(number, place) for place in range(len(node.outputs))]
                values.update(zip(map(id, node.outputs), results))
        return [values[id(tensor)] for tensor in functional.outputs]

    functional = getattr(model, "_functional", None) or model
    names = [tensor._keras_history.operation.name for tensor in functional.inputs]
    outputs = walk(model, [(known.of(name), 0) for name in names], "")
    return calls, shapes, outputs


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
        shapes[numbers[row]] = [(kind.shape, kind.dtype) for kind in table.outputs[row]]
    return calls, shapes, [(numbers[port.node], port.output) for port in content.outputs]


def leaves(model, path=""):
    """Every layer that is no model, by where it is."""
    for layer in model.layers:
        own = f"{path}.{layer.name}" if path else layer.name
        if isinstance(layer, keras.Model):
            yield from leaves(layer, own)
        else:
            yield own, layer


@pytest.fixture(scope="module", params=MODELS, ids=lambda make: make.__name__)
def model(request):
    return request.param()


@pytest.fixture(scope="module", params=[".keras", ".h5", ".json"])
def saved(request, model, tmp_path_factory):
    path = tmp_path_factory.mktemp("saved") / f"model{request.param}"
    if request.param == ".json":
        path.write_text(model.to_json())
    else:
        model.save(path)
    return path


def test_calls_and_edges_are_those_that_keras_tells(model, saved):
    known = Known()
    expected, found = told_by_keras(model, known), told_by_opscope(opscope.load(saved), known)
    assert found[0] == expected[0]
    assert found[2] == expected[2]


def test_shapes_and_dtypes_are_those_that_keras_tells(model, saved):
    known = Known()
    expected, found = told_by_keras(model, known)[1], told_by_opscope(opscope.load(saved), known)[1]
    for number, types in expected.items():
        if saved.suffix == ".h5" and not any(shape for shape, _ in found[number]):
            continue  # an operation at the end, which that format does not tell from a layer of the user's
        assert found[number] == types


def test_parameters_are_those_that_keras_counts(model, saved):
    graph = opscope.load(saved)
    counts = {group.object_path: group.parameters for group in content_of(graph).groups if group.kind == "layer"}
    for path, layer in leaves(model):
        assert counts.get(path, 0) == layer.count_params(), path
    assert graph.parameters == model.count_params()
    trained = sum(variable.size for variable in graph.variables if variable.trainable)
    assert trained == sum(
        weight.shape.num_elements() if hasattr(weight.shape, "num_elements") else _size(weight.shape)
        for weight in model.trainable_weights
    )


def _size(shape):
    size = 1
    for dim in shape:
        size *= dim
    return size


def test_stored_weights_and_settings_tell_the_same(model, tmp_path, monkeypatch):
    path = tmp_path / "model.keras"
    model.save(path)
    stored = opscope.load(path)
    monkeypatch.setattr(import_module("opscope.load.keras_files.h5_file"), "has_h5py", lambda: False)
    told = opscope.load(path)
    assert [group.parameters for group in content_of(told).groups] == [
        group.parameters for group in content_of(stored).groups
    ]
    assert sorted((each.object_path, each.shape, each.dtype) for each in told.variables) == sorted(
        (each.object_path, each.shape, each.dtype)
        for each in stored.variables
        if "seed_generator" not in each.object_path
    )
    assert "not by stored weights" in told.summary()
    assert "not by stored weights" not in stored.summary()


def test_json_of_it_is_read_back_as_it_is(saved, tmp_path):
    graph = opscope.load(saved)
    graph.save(tmp_path / "graph.json")
    assert opscope.load(tmp_path / "graph.json").to_json() == graph.to_json()


@pytest.mark.slow
@pytest.mark.parametrize("suffix", [".keras", ".h5"])
@pytest.mark.parametrize("name", ["MobileNetV2", "EfficientNetB0", "NASNetMobile"])
def test_applications_are_read_as_keras_tells_them(name, suffix, tmp_path):
    made = getattr(keras.applications, name)(weights=None)
    made.save(tmp_path / f"model{suffix}")
    known = Known()
    graph = opscope.load(tmp_path / f"model{suffix}")
    assert told_by_opscope(graph, known) == told_by_keras(made, known)
    assert graph.parameters == made.count_params()


def test_a_subclassed_model_is_told_as_such_with_its_weights(tmp_path):
    @keras.saving.register_keras_serializable("tests")
    class Net(keras.Model):
        def __init__(self, **options):
            super().__init__(**options)
            self.first, self.second = L.Dense(4, name="first"), L.Dense(3, name="second")

        def call(self, inputs):
            return self.second(self.first(inputs))

    net = Net(name="net")
    net(keras.ops.zeros((1, 5)))
    net.save(tmp_path / "net.keras")
    graph = opscope.load(tmp_path / "net.keras")
    assert graph.parameters == net.count_params()
    assert "the calls of Net are Python code" in graph.summary()
    assert sorted(shape for types in content_of(graph).table.outputs for _, shape in types) == [
        (3,),
        (4,),
        (4, 3),
        (5, 4),
    ]


def test_weights_alone_are_a_table_of_them(tmp_path):
    made = chain()
    made.save_weights(tmp_path / "model.weights.h5")
    graph = opscope.load(tmp_path / "model.weights.h5")
    assert graph.parameters == made.count_params()
    assert sorted(map(str, (types[0].shape for types in content_of(graph).table.outputs))) == sorted(
        str(tuple(weight.shape)) for weight in made.weights
    )
    assert not list(content_of(graph).table.edge_node)


def test_the_drawing_is_true_and_says_what_layers_are_set_to(model, tmp_path):
    model.save(tmp_path / "model.keras")
    graph = opscope.load(tmp_path / "model.keras")
    found = overview(graph)
    assert lies(graph, found.graph, apart(found.drawing.scene)) == []
    graph.save(tmp_path / "model.svg")
    graph.save(tmp_path / "model.html")
    first = next((layer for _, layer in leaves(model) if isinstance(layer, (L.Dense, L.Conv2D))), None)
    if first is not None:
        words = f"Dense {first.units}" if isinstance(first, L.Dense) else f"conv, {first.filters}"
        assert words in (tmp_path / "model.svg").read_text(encoding="utf-8")
