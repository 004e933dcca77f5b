"""What is told of a model beside what a tool made of it, by real converters.

What is right is asked of others than the comparison: which operators, constants and types a file has of TensorFlow Lite's interpreter, which
layers and variables a model has of Keras, which kernels Grappler fused of its own graph. Each difference has to be, reversed, that of the other way round.
"""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Any, Dict, Iterator, List, Sequence

import jsonschema
import pytest

tf = pytest.importorskip("tensorflow")
np = pytest.importorskip("numpy")
if not getattr(tf.keras, "__version__", "2.").startswith("3."):
    pytest.skip("needs Keras 3, which exports models", allow_module_level=True)

import opscope  # noqa: E402
import opscope.graph.json as graph_json  # noqa: E402
from opscope.diff.difference import Difference  # noqa: E402
from opscope.diff.model import StoryEntry  # noqa: E402
from opscope.graph.json import to_dict  # noqa: E402
from opscope.render.told_difference.difference_files import as_markdown, as_whole_text  # noqa: E402
from opscope.render.told_difference.layer_counts import layer_counts  # noqa: E402

layers = tf.keras.layers
SCHEMA = json.loads(Path(graph_json.__file__).with_name("schema-diff.json").read_text(encoding="utf-8"))
MODES = ("float", "dynamic", "float16", "int8")


def convnet() -> Any:
    """Two convolutions, each with a batch norm: one behind an activation, one that can be put into the weights."""
    return tf.keras.Sequential(
        [
            tf.keras.Input((16, 16, 3), name="image"),
            layers.Conv2D(8, 3, name="conv", activation="relu", padding="same"),
            layers.BatchNormalization(name="bn"),
            layers.Conv2D(16, 3, use_bias=False, name="conv2"),
            layers.BatchNormalization(name="bn2"),
            layers.ReLU(name="relu2"),
            layers.MaxPooling2D(name="pool"),
            layers.Dropout(0.3, name="drop"),
            layers.Flatten(name="flat"),
            layers.Dense(10, activation="softmax", name="dense"),
        ],
        name="convnet",
    )


def transformer() -> Any:
    x = ids = tf.keras.Input((12,), dtype="int32", name="ids")
    x = layers.Embedding(100, 16, name="embedding")(x)
    x = layers.LayerNormalization(name="norm1")(
        layers.Add(name="add1")([x, layers.MultiHeadAttention(2, 8, name="mha")(x, x)])
    )
    y = layers.Dense(16, name="ff2")(layers.Dense(32, activation="gelu", name="ff1")(x))
    x = layers.LayerNormalization(name="norm2")(layers.Add(name="add2")([x, y]))
    return tf.keras.Model(ids, layers.Dense(4, name="head")(x), name="block")


def lstm() -> Any:
    inner = [layers.Embedding(50, 8, name="embedding"), layers.LSTM(16, name="lstm"), layers.Dense(3, name="out")]
    return tf.keras.Sequential([tf.keras.Input((12,), dtype="int32", name="ids"), *inner], name="text")


class Files:
    """A model in all forms. Its weights are no zeros: a converter leaves out what adds zero."""

    def __init__(self, model: Any, folder: Path) -> None:
        self.model, self.folder = model, folder
        rng = np.random.default_rng(1)
        for weight in model.weights:
            values = rng.normal(size=weight.shape) * 0.2
            weight.assign(np.abs(values) + 0.1 if "variance" in weight.path else values)
        model.export(str(folder / "saved"), verbose=False)
        model.save(folder / "model.keras")
        shape = [1, *model.inputs[0].shape[1:]]
        function = tf.function(lambda x: model(x, training=False))
        self.concrete = function.get_concrete_function(tf.TensorSpec(shape, model.inputs[0].dtype))
        self.saved = opscope.load(folder / "saved")

    def lite(self, mode: str) -> bytes:
        """The model for TensorFlow Lite, its numbers as `mode` says."""
        converter = tf.lite.TFLiteConverter.from_saved_model(str(self.folder / "saved"))
        converter.target_spec.supported_ops = [tf.lite.OpsSet.TFLITE_BUILTINS, tf.lite.OpsSet.SELECT_TF_OPS]
        if mode != "float":
            converter.optimizations = [tf.lite.Optimize.DEFAULT]
        if mode == "float16":
            converter.target_spec.supported_types = [tf.float16]
        if mode == "int8":
            spec = self.model.inputs[0]
            rng = np.random.default_rng(2)
            converter.representative_dataset = lambda: [
                [rng.random((1, *spec.shape[1:])).astype(spec.dtype)] for _ in range(3)
            ]
        content: bytes = converter.convert()
        (self.folder / f"{mode}.tflite").write_bytes(content)
        return content

    def graph_def(self, name: str, definition: Any) -> opscope.Graph:
        path = self.folder / name
        path.write_bytes(definition.SerializeToString())
        return opscope.load(path)

    def frozen(self) -> Any:
        """The graph with constants in the place of variables."""
        return frozen_function(self.concrete).graph.as_graph_def()


def frozen_function(function: Any) -> Any:
    from tensorflow.python.framework.convert_to_constants import convert_variables_to_constants_v2

    return convert_variables_to_constants_v2(function, lower_control_flow=False)


def optimised(definition: Any) -> Any:
    """What Grappler makes of a graph for a CPU."""
    from tensorflow.core.protobuf import config_pb2, meta_graph_pb2, rewriter_config_pb2
    from tensorflow.python.grappler import tf_optimizer
    from tensorflow.python.training.saver import export_meta_graph

    for node in definition.node:
        node.device = "/device:CPU:0"
    graph = tf.Graph()
    with graph.as_default():
        tf.import_graph_def(definition, name="")
    meta = export_meta_graph(graph_def=graph.as_graph_def(), graph=graph)
    kept = meta_graph_pb2.CollectionDef()
    kept.node_list.value.append("Identity")
    meta.collection_def["train_op"].CopyFrom(kept)
    config = config_pb2.ConfigProto()
    config.graph_options.rewrite_options.min_graph_nodes = -1
    config.graph_options.rewrite_options.meta_optimizer_iterations = rewriter_config_pb2.RewriterConfig.TWO
    return tf_optimizer.OptimizeGraph(config, meta)


@pytest.fixture(scope="module")
def conv(tmp_path_factory: pytest.TempPathFactory) -> Files:
    return Files(convnet(), tmp_path_factory.mktemp("conv"))


@pytest.fixture(scope="module")
def block(tmp_path_factory: pytest.TempPathFactory) -> Files:
    return Files(transformer(), tmp_path_factory.mktemp("block"))


@pytest.fixture(scope="module")
def text(tmp_path_factory: pytest.TempPathFactory) -> Files:
    return Files(lstm(), tmp_path_factory.mktemp("text"))


def compared(a: Any, b: Any) -> Difference:
    """The difference, with what must be true of any looked at."""
    a, b = [opscope.trace(each) if isinstance(each, tf.keras.Model) else each for each in (a, b)]
    found = opscope.diff(a, b)
    assert found.a is not None and found.b is not None
    assert to_dict(found.apply(found.a)) == to_dict(found.b)
    assert found.reversed() == opscope.diff(b, a)
    data = found.to_dict()
    jsonschema.validate(data, SCHEMA)
    assert Difference.from_dict(json.loads(json.dumps(data))) == found
    assert all(entry.words and entry.words.isprintable() for entry in (*found, *found.reversed()))
    return found


def of_kind(found: Difference, *kinds: str) -> List[StoryEntry]:
    return [entry for entry in found if entry.kind in kinds]


def steps(found: Difference, kind: str) -> Dict[str, int]:
    """What was made of what -> how often."""
    return {" -> ".join(entry.labels): entry.cost for entry in of_kind(found, kind)}


def told_as_other(found: Difference) -> Sequence[str]:
    """What is told as in one graph alone."""
    return [entry.words for entry in of_kind(found, "inserted", "removed", "replaced", "renamed", "moved", "rewritten")]


def operators(content: bytes) -> "Counter[str]":
    """The operators of a file, as TensorFlow Lite's interpreter lists them."""
    interpreter = tf.lite.Interpreter(model_content=content)
    return Counter(each["op_name"] for each in interpreter._get_ops_details())


def stored(content: bytes, dtype: Any) -> int:
    """How many constants of a file are of a type, as the interpreter lists its tensors. It knows the values of constants alone."""
    interpreter = tf.lite.Interpreter(model_content=content)
    made = {int(index) for each in interpreter._get_ops_details() for index in each["outputs"]}
    given = {each["index"] for each in interpreter.get_input_details()}
    return sum(
        each["dtype"] == dtype and each["index"] not in made | given and bool(each["name"])
        for each in interpreter.get_tensor_details()
    )


@pytest.fixture(scope="module")
def lite(conv: Files) -> Dict[str, bytes]:
    return {mode: conv.lite(mode) for mode in MODES}


FUSED = {
    "Conv2D + BiasAdd + Relu -> CONV_2D": 1,
    "Conv2D + batch norm + Relu -> CONV_2D": 1,
    "MatMul + BiasAdd -> FULLY_CONNECTED": 1,
}


@pytest.mark.parametrize("mode", MODES)
def test_a_saved_model_and_its_tflite(conv: Files, lite: Dict[str, bytes], mode: str) -> None:
    found = compared(conv.folder / "saved", conv.folder / f"{mode}.tflite")
    assert told_as_other(found) == []
    assert steps(found, "fused") == FUSED
    (variables,) = [entry for entry in of_kind(found, "folded") if entry.what == "variable"]
    assert len(variables.a) == len(conv.model.variables) - 1  # the seed of the dropout is not exported
    (converted,) = of_kind(found, "converted")
    there = operators(lite[mode])
    between = [entry.labels[1] for entry in of_kind(found, "introduced")]
    assert len(converted.b) == sum(there.values()) - there["QUANTIZE"] - there["DEQUANTIZE"] - len(FUSED)
    assert set(between) == {op for op in ("QUANTIZE", "DEQUANTIZE") if there[op]}
    assert {entry.labels[0] for entry in of_kind(found, "eliminated")} >= {"function call", "Identity"}


@pytest.mark.parametrize(("mode", "dtype"), [("dynamic", "int8"), ("float16", "float16"), ("int8", "int8")])
def test_constants_are_told_to_be_of_another_type(conv: Files, lite: Dict[str, bytes], mode: str, dtype: str) -> None:
    found = compared(conv.folder / "saved", conv.folder / f"{mode}.tflite")
    (kept,) = [entry for entry in of_kind(found, "quantized") if entry.labels == ("Const float32", f"Const {dtype}")]
    assert len(kept.b) == stored(lite[mode], np.dtype(dtype))
    computed = [entry for entry in of_kind(found, "quantized") if not entry.labels[0].startswith("Const")]
    assert bool(computed) == (mode == "int8")


def test_a_tflite_and_its_quantised_form(conv: Files, lite: Dict[str, bytes]) -> None:
    found = compared(conv.folder / "float.tflite", conv.folder / "int8.tflite")
    assert {entry.kind for entry in found} == {"quantized", "introduced"}
    assert sum(len(entry.b) for entry in of_kind(found, "introduced")) == 2
    assert len(lite["int8"]) < len(lite["float"])


def test_a_file_of_keras_and_its_traced_graph(conv: Files) -> None:
    found = compared(conv.folder / "model.keras", conv.model)
    assert told_as_other(found) == []
    written = [path for entry in of_kind(found, "expanded") for path in entry.a]
    alone = [path for entry in of_kind(found, "converted") for path in entry.a]
    left_out = [path for entry in of_kind(found, "eliminated") for path in entry.a]
    assert sorted([*written, *alone, *left_out]) == sorted(f"convnet/{layer.name}" for layer in conv.model.layers)
    assert left_out == ["convnet/drop"]
    assert sorted(alone) == ["convnet/pool", "convnet/relu2"]
    counts = {row.path: (row.before, row.after) for row in layer_counts(found)}
    assert counts["convnet/dense"][0] == 1 < counts["convnet/dense"][1]


def test_a_layer_that_is_set_otherwise_is_not_lost_in_the_conversion(conv: Files) -> None:
    other = tf.keras.Sequential.from_config(conv.model.get_config())
    other.get_layer("dense").activation = tf.keras.activations.sigmoid
    told = [entry for entry in compared(conv.folder / "model.keras", opscope.trace(other)) if entry.kind == "changed"]
    assert [(entry.a, entry.changes[0].what) for entry in told] == [(("convnet/dense",), "settings.activation")]


def test_a_file_of_keras_and_the_tflite(conv: Files, lite: Dict[str, bytes]) -> None:
    found = compared(conv.folder / "model.keras", conv.folder / "float.tflite")
    assert told_as_other(found) == []
    assert steps(found, "fused") == {"Conv2D + BatchNormalization + ReLU -> CONV_2D": 1}
    assert [entry.a for entry in of_kind(found, "eliminated")] == [("convnet/drop",)]


def test_a_graph_and_its_frozen_form_after_grappler(conv: Files) -> None:
    frozen = conv.frozen()
    before = conv.graph_def("before.pb", conv.concrete.graph.as_graph_def())
    after = conv.graph_def("frozen.pb", frozen)
    found = compared(before, after)
    assert told_as_other(found) == []
    (variables,) = [entry for entry in of_kind(found, "folded") if entry.what == "variable"]
    assert len(variables.a) == len(conv.model.variables) - 1
    assert not of_kind(found, "fused", "changed", "converted")
    faster = conv.graph_def("grappler.pb", optimised(frozen))
    found = compared(before, faster)
    kernels = Counter(op.type for op in faster.ops() if op.type.startswith("_Fused"))
    assert kernels  # else the machine's TensorFlow fuses nothing, and this test says nothing
    assert sum(steps(found, "fused").values()) == sum(kernels.values())
    assert not of_kind(found, "inserted")


def test_a_saved_model_and_its_frozen_form(conv: Files) -> None:
    found = compared(conv.saved, conv.graph_def("frozen2.pb", conv.frozen()))
    assert told_as_other(found) == []
    assert {entry.labels[0] for entry in of_kind(found, "eliminated")} >= {"function call"}


@pytest.mark.slow
def test_a_transformer_block(block: Files) -> None:
    block.lite("float")
    found = compared(block.folder / "saved", block.folder / "float.tflite")
    assert told_as_other(found) == []
    assert any(entry.labels[1] == "GELU" for entry in of_kind(found, "fused"))
    assert {entry.labels[0] for entry in of_kind(found, "expanded")} == {"Einsum"}
    found = compared(block.folder / "model.keras", block.model)
    assert told_as_other(found) == []
    assert [entry.a for entry in of_kind(found, "expanded") if entry.labels[0] == "MultiHeadAttention"] == [
        ("block/mha",)
    ]
    found = compared(block.folder / "model.keras", block.folder / "float.tflite")
    assert told_as_other(found) == []


def test_an_lstm(text: Files) -> None:
    found = compared(text.folder / "model.keras", text.model)
    assert told_as_other(found) == []
    assert {entry.labels[0] for entry in of_kind(found, "expanded")} == {"Embedding", "LSTM", "Dense"}
    before = text.graph_def("before.pb", text.concrete.graph.as_graph_def())
    found = compared(before, text.graph_def("frozen.pb", text.frozen()))
    assert told_as_other(found) == []
    text.lite("float")
    found = compared(text.folder / "saved", text.folder / "float.tflite")
    # Lists of tensors become tensors, and two initial states one: how is not told by the flow of data, so these are told as they are.
    alone = {op for entry in of_kind(found, "inserted", "removed") for op in _types(found, entry)}
    assert alone == {"TensorListFromTensor", "TensorListGetItem", "GATHER", "Const", "Pack", "Fill", "Identity"}


def _types(found: Difference, entry: StoryEntry) -> Iterator[str]:
    assert found.a is not None and found.b is not None
    for graph, names in ((found.a, entry.a), (found.b, entry.b)):
        yield from [op.type for op in graph.ops() if op.name in names]


@pytest.mark.slow
def test_mobilenet_by_its_layers(tmp_path: Path) -> None:
    model = tf.keras.applications.MobileNetV2(weights=None, input_shape=(32, 32, 3), alpha=0.35, classes=10)
    model.save(tmp_path / "model.keras")
    function = tf.function(lambda x: model(x, training=False)).get_concrete_function(tf.TensorSpec([1, 32, 32, 3]))
    content = tf.lite.TFLiteConverter.from_concrete_functions([frozen_function(function)]).convert()
    (tmp_path / "model.tflite").write_bytes(content)
    found = compared(tmp_path / "model.keras", tmp_path / "model.tflite")
    assert told_as_other(found) == []
    there = operators(content)
    by_kind = Counter(type(layer).__name__ for layer in model.layers)
    fused = steps(found, "fused")
    assert (
        sum(fused.values())
        == there["CONV_2D"] + there["DEPTHWISE_CONV_2D"]
        == by_kind["Conv2D"] + by_kind["DepthwiseConv2D"]
    )
    norms = sum(len(entry.a) for entry in of_kind(found, "fused")) - sum(fused.values())
    assert norms == by_kind["BatchNormalization"] + by_kind["ReLU"] + by_kind["ZeroPadding2D"]


def branches(kernel: int = 3, activation: str = "relu", *, swapped: bool = False) -> Any:
    image = tf.keras.Input((12, 12, 3), name="image")
    one = layers.Conv2D(4, kernel, padding="same", activation=activation, name="one")(image)
    two = layers.Conv2D(4, 3, padding="same", name="two")(image)
    less = layers.Subtract(name="less")([two, one] if swapped else [one, two])
    return tf.keras.Model(
        image, layers.Dense(2, name="head")(layers.GlobalAveragePooling2D(name="mean")(less)), name="branches"
    )


@pytest.fixture(scope="module")
def split(tmp_path_factory: pytest.TempPathFactory) -> Files:
    return Files(branches(), tmp_path_factory.mktemp("split"))


OTHERS = {
    "the same": ({}, set()),
    "a larger kernel": ({"kernel": 5}, {("changed", "shape")}),
    "operands exchanged": ({"swapped": True}, {("changed", "inputs")}),
    "another activation": ({"activation": "tanh"}, {("removed", "Relu"), ("inserted", "TANH")}),
}
"""What is not the same in the model that was converted, and what is told of it beside the conversion."""


@pytest.mark.parametrize("written", ["saved", "model.keras"])
@pytest.mark.parametrize("name", OTHERS)
def test_what_another_model_was_converted_to_is_not_told_as_a_conversion(split: Files, name: str, written: str) -> None:
    options, expected = OTHERS[name]
    folder = split.folder / name
    folder.mkdir(exist_ok=True)
    if not (folder / "float.tflite").exists():
        tf.keras.backend.clear_session()
        Files(branches(**options), folder).lite("float")  # type: ignore[arg-type]
    found = compared(split.folder / written, folder / "float.tflite")
    told = {(entry.kind, change.what) for entry in of_kind(found, "changed") for change in entry.changes}
    told |= {(entry.kind, op) for entry in of_kind(found, "removed", "inserted") for op in _types(found, entry)}
    if written == "model.keras" and name == "another activation":  # of which the file has one op for the layer
        expected = {("changed", "attrs.activation")}
    assert told == expected


def test_text_and_markdown_tell_a_conversion_by_layer(conv: Files, lite: Dict[str, bytes]) -> None:
    found = compared(conv.folder / "saved", conv.folder / "float.tflite")
    assert "Conv2D + batch norm + Relu fused into CONV_2D" in as_whole_text(found)
    rows = [line for line in as_markdown(found).splitlines() if line.startswith("| convnet")]
    assert rows and all("→" in row for row in rows)
    counts = {row.path: row for row in layer_counts(found)}
    # Two reads, a constant shape, Reshape and Squeeze of the bias, Conv2D, BiasAdd, Relu; there the operator with weights and bias.
    assert (counts["convnet_1/conv_1"].before, counts["convnet_1/conv_1"].after) == (8, 3)
    assert not any(row.added or row.removed or row.changed for row in counts.values())


def test_the_picture_draws_what_became_of_the_model(conv: Files, lite: Dict[str, bytes], tmp_path: Path) -> None:
    path = compared(conv.folder / "saved", conv.folder / "int8.tflite").save(tmp_path / "picture.svg")
    drawn = path.read_text(encoding="utf-8")
    assert "quantize" in drawn and "fused into CONV_2D" in drawn
    compared(conv.folder / "int8.tflite", conv.folder / "saved").save(tmp_path / "back.svg")
