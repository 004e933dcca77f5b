"""SavedModels: which graph and signature is shown, their layers and variables, text as well as binary."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

import opscope
from opscope.errors import LoadError
from opscope.graph.content import content_of
from opscope.program.proto import message_class


@pytest.fixture
def model(tmp_path, build):
    """Writes a SavedModel of MetaGraphs given as (tags, signatures), over one graph of x -> a, x -> b."""

    def write(*metas, name="saved_model.pb"):
        nodes = [
            build.node("x", "Placeholder", dtype=build.dtype(1)),
            build.node("a", "Relu", "x", T=build.dtype(1)),
            build.node("b", "Tanh", "x", T=build.dtype(1)),
        ]
        parts = []
        for tags, signatures in metas:
            pairs = {key: build.signature({"in": "x:0"}, {"out": tensor}) for key, tensor in signatures.items()}
            parts.append(build.meta(build.graph(nodes), pairs, tags))
        (tmp_path / name).write_bytes(build.saved_model(*parts))
        return tmp_path

    return write


def test_serving_default_is_the_default_signature(model):
    graph = opscope.load(model((("serve",), {"other": "b:0", "serving_default": "a:0"})))
    assert content_of(graph).table.ops == ["Placeholder", "Relu"]
    assert graph.facts["signature"] == "serving_default"


def test_the_only_signature_is_the_default_whatever_its_name(model):
    assert content_of(opscope.load(model((("serve",), {"predict": "b:0"})))).table.ops == ["Placeholder", "Tanh"]


def test_several_signatures_without_a_default_are_listed(model):
    folder = model((("serve",), {"one": "a:0", "two": "b:0"}))
    with pytest.raises(LoadError, match=r"several signatures .* 'one', 'two'"):
        opscope.load(folder)
    assert content_of(opscope.load(folder, signature="two")).table.ops == ["Placeholder", "Tanh"]


def test_a_wrong_signature_is_told_with_those_there_are(model):
    with pytest.raises(LoadError, match="no signature is called 'three'; choose one of 'one'"):
        opscope.load(model((("serve",), {"one": "a:0"})), signature="three")


def test_a_signature_whose_tensor_is_missing_is_told(model):
    with pytest.raises(LoadError, match=r"'gone' is not in the graph"):
        opscope.load(model((("serve",), {"one": "gone:0"})))


def test_the_signatures_ends_are_the_graphs_inputs_and_outputs(model):
    content = content_of(opscope.load(model((("serve",), {"one": "a:0"}))))
    assert [(port.name, content.table.names[port.node], port.output) for port in content.inputs] == [("in", "x", 0)]
    assert [(port.name, content.table.names[port.node], port.output) for port in content.outputs] == [("out", "a", 0)]


def test_all_shows_what_no_output_reaches(model):
    assert len(opscope.load(model((("serve",), {"one": "a:0"})), all=True)) == 3


def test_the_graph_tagged_serve_is_the_default_of_several(model):
    folder = model((("train",), {"s": "a:0"}), (("serve",), {"s": "b:0"}))
    assert content_of(opscope.load(folder)).table.ops[1] == "Tanh"
    assert content_of(opscope.load(folder, tags={"train"})).table.ops[1] == "Relu"
    assert opscope.load(folder, tags="train").facts["tag_sets"] == [["train"], ["serve"]]


def test_tags_that_no_graph_has_are_told_with_those_there_are(model):
    with pytest.raises(LoadError, match=r"tagged 'gpu'; choose with tags= one of: 'train', \{'gpu', 'serve'\}"):
        opscope.load(model((("train",), {}), (("serve", "gpu"), {})), tags="gpu")


def test_the_format_is_told_by_content_and_not_by_name(model, tmp_path):
    model((("serve",), {"one": "a:0"}), name="picture.png")
    assert opscope.load(tmp_path / "picture.png").facts["format"] == "SavedModel"


@pytest.mark.parametrize("message", ["SavedModel", "MetaGraphDef", "GraphDef"])
def test_text_gives_what_binary_gives(model, tmp_path, message):
    from google.protobuf import text_format

    proto = message_class("SavedModel")()
    proto.ParseFromString((model((("serve",), {"one": "a:0"})) / "saved_model.pb").read_bytes())
    part = {"SavedModel": proto, "MetaGraphDef": proto.meta_graphs[0], "GraphDef": proto.meta_graphs[0].graph_def}[
        message
    ]
    (tmp_path / "text").write_text("# written by hand\n" + text_format.MessageToString(part))
    (tmp_path / "binary").write_bytes(part.SerializeToString())
    text, binary = opscope.load(tmp_path / "text"), opscope.load(tmp_path / "binary")
    assert text.facts["format"] == binary.facts["format"] == message
    assert text.to_json().replace('"text"', '"binary"') == binary.to_json()


def test_tensorflows_own_text_of_a_real_model_loads(shared, tmp_path, ops_and_edges):
    pytest.importorskip("tensorflow")
    from google.protobuf import text_format
    from tensorflow.core.protobuf import saved_model_pb2

    folder = shared / "wild" / "tf2.0-multiple_signatures"
    proto = saved_model_pb2.SavedModel()
    proto.ParseFromString((folder / "saved_model.pb").read_bytes())
    (tmp_path / "saved_model.pbtxt").write_text(text_format.MessageToString(proto))
    assert ops_and_edges(opscope.load(tmp_path)) == ops_and_edges(opscope.load(folder))


def test_a_folder_is_named_after_itself(model):
    folder = model((("serve",), {"one": "a:0"}))
    assert opscope.load(folder).name == folder.name


def test_the_json_that_opscope_writes_loads_again(model, tmp_path):
    graph = opscope.load(model((("serve",), {"one": "a:0"})))
    (tmp_path / "graph").write_text(graph.to_json())
    assert opscope.load(tmp_path / "graph").to_json() == graph.to_json()


def layers(graph):
    return {
        group.path.rpartition("StatefulPartitionedCall/")[2]: (
            group.kind,
            group.cls,
            group.object_path,
            group.parameters,
        )
        for group in content_of(graph).groups
        if group.is_call
    }


def test_layers_have_the_class_and_path_that_keras_metadata_tells(shared):
    graph = opscope.load(shared / "wild" / "tf2.10-dcnn")
    assert layers(graph) == {
        "dcnn": ("model", "DCNN", "", 6_824_013),
        "dcnn/embedding": ("layer", "Embedding", "embedding", 6_566_400),
        "dcnn/conv1d": ("layer", "Conv1D", "bigram", 40_100),
        "dcnn/conv1d_1": ("layer", "Conv1D", "trigram", 60_100),
        "dcnn/conv1d_2": ("layer", "Conv1D", "fourgram", 80_100),
        "dcnn/global_max_pooling1d": ("layer", "GlobalMaxPooling1D", "pool", 0),
        "dcnn/dense": ("layer", "Dense", "dense_1", 77_056),
        "dcnn/dropout": ("layer", "Dropout", "dropout", 0),
        "dcnn/dense_1": ("layer", "Dense", "last_dense", 257),
    }
    assert {group.layer_source for group in content_of(graph).groups if group.is_call} == {"inferred"}
    assert graph.parameters == 6_824_013


def test_before_keras_metadata_the_object_graph_itself_tells_the_classes(shared):
    graph = opscope.load(shared / "wild" / "tf2.2-mixed_precision")
    assert layers(graph) == {
        "sequential": ("model", "Sequential", "", 6),
        "sequential/dense": ("layer", "Dense", "dense", 6),
    }


def test_a_recurrent_layers_cell_is_found_inside_its_loop(shared):
    graph = opscope.load(shared / "wild" / "tf2.15-seq2seq")
    cells = [group for group in content_of(graph).groups if group.cls == "SimpleRNNCell"]
    assert {cell.object_path for cell in cells} == {"simple_rnn.cell", "simple_rnn_1.cell"}
    assert any("/while/body/" in cell.path for cell in cells)
    assert layers(graph)["model/dense"] == ("layer", "Dense", "dense", 15_420)


def test_layers_say_which_shapes_leave_them(shared):
    graph = opscope.load(shared / "wild" / "tf2.3-flask")
    found = {
        group.name: [output.shape for output in group.outputs]
        for group in content_of(graph).groups
        if group.kind == "layer"
    }
    assert found == {
        "flatten": [(None, 784)],
        "dense": [(None, 128)],
        "dropout": [(None, 128)],
        "dense_1": [(None, 10)],
    }


def test_a_function_of_a_layer_is_a_call_of_it(shared):
    graph = opscope.load(shared / "wild" / "tf2.10-dcnn", function="dense_layer_call_fn")
    assert [(group.kind, group.cls, group.object_path) for group in content_of(graph).groups][0] == (
        "layer",
        "Dense",
        "dense_1",
    )
    assert [variable.object_path for variable in graph.variables] == ["dense_1.kernel", "dense_1.bias"]


def test_variables_have_shapes_and_are_only_those_that_the_signature_uses(shared):
    graph = opscope.load(shared / "wild" / "tf2.3-flask")
    assert [(variable.object_path, variable.dtype, variable.shape) for variable in graph.variables] == [
        ("dense.kernel", "float32", (784, 128)), ("dense.bias", "float32", (128,)),
        ("dense_1.kernel", "float32", (128, 10)), ("dense_1.bias", "float32", (10,)),
    ]  # fmt: skip


def test_variables_of_a_v1_model_are_those_its_ops_hold(shared):
    graph = opscope.load(shared / "wild" / "tf1.1-half_plus_two")
    assert {(variable.object_path, variable.shape) for variable in graph.variables} == {("a", ()), ("b", ())}


def test_summary_facts_name_the_signatures_with_their_ends(shared):
    facts = opscope.load(shared / "wild" / "tf2.0-multiple_signatures").facts
    assert facts["signatures"]["timestwo"]["inputs"] == {
        "x": {"dtype": "float32", "shape": [], "tensor": "timestwo_x:0"}
    }
    assert (facts["tensorflow"], facts["tags"]) == ("2.0.0-beta1", ["serve"])


@pytest.mark.parametrize(
    "name", ["tf1.1-half_plus_two", "tf1.6-word_segmentation", "tf2.10-lstm_text", "tf2.15-seq2seq"]
)
def test_the_json_of_a_real_model_is_what_the_schema_says(shared, name):
    jsonschema = pytest.importorskip("jsonschema")
    schema = json.loads(Path(opscope.__file__).with_name("graph").joinpath("json", "schema.json").read_text())
    data = json.loads(opscope.load(shared / "wild" / name).to_json())
    jsonschema.Draft7Validator(schema).validate(data)
