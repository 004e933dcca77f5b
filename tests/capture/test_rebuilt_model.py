"""Models of Keras files, rebuilt and traced: the ops are those of the model that was saved, and no code of a file is run."""

from __future__ import annotations

import inspect
import io
import json
import sys
import zipfile

import pytest

import opscope
from opscope.cli import main
from opscope.errors import InputError, LoadError, MissingDependencyError
from opscope.graph.content import content_of
from opscope.load.keras_files.screening import refuse_code

tf = pytest.importorskip("tensorflow", exc_type=ImportError)
L = tf.keras.layers


def network():
    x = inputs = L.Input((8, 8, 3), name="image")
    conv = L.Conv2D(3, 3, padding="same", activation="relu", name="conv")
    x = L.Add(name="sum")([conv(x), conv(conv(x))])
    x = L.Flatten(name="flat")(L.BatchNormalization(name="bn")(x))
    inner = tf.keras.Sequential([L.Input((192,)), L.Dense(4, name="one"), L.Dense(2, name="two")], name="inner")
    return tf.keras.Model(inputs, inner(x), name="network")


def structure(graph):
    content = content_of(graph)
    table = content.table
    # Layers and their calls by path; names of ops count up within one process.
    edges = [tuple((edge.node, edge.output) for edge in table.inputs(row)) for row in range(len(table))]
    groups = [
        (group.kind, group.cls, group.object_path, group.call) for group in content.groups if group.kind == "layer"
    ]
    return list(table.ops), edges, groups


@pytest.fixture(scope="module", params=[".keras", ".h5", ".json"])
def saved(request, tmp_path_factory):
    """A file, and the graph of the very model that was saved."""
    model = network()
    path = tmp_path_factory.mktemp("rebuilt") / f"network{request.param}"
    if request.param == ".json":
        path.write_text(model.to_json())
    elif request.param == ".h5":
        pytest.importorskip("h5py", exc_type=ImportError)
        model.save(path)
    else:
        if "safe_mode" not in inspect.signature(tf.keras.models.load_model).parameters:
            pytest.skip("this Keras writes no archives")
        model.save(path)
    return path, opscope.trace(model)


def test_a_file_is_traced_as_the_model_that_was_saved(saved):
    path, live = saved
    graph = opscope.trace(path)
    assert structure(graph) == structure(live)
    assert (graph.name, graph.parameters) == (live.name, live.parameters)
    assert [variable.shape for variable in graph.variables] == [variable.shape for variable in live.variables]


def test_the_command_does_the_same(saved, tmp_path, capsys):
    path, live = saved
    assert main(["render", str(path), "--trace", "-o", str(tmp_path / "net.json")]) == 0
    assert len(opscope.load(tmp_path / "net.json")) == len(live)
    assert main(["summary", str(path), "--trace", "--input", "2,8,8,3"]) == 0
    capsys.readouterr()
    assert main(["summary", str(path), "--trace", "--signature", "f"]) == 1
    assert "leave one of them out" in capsys.readouterr().err


def test_options_of_tracing_apply(saved):
    path, _ = saved
    if path.suffix == ".json":
        with pytest.raises(InputError, match="needs weights"):
            opscope.trace(path, freeze=True)
        return
    frozen = opscope.trace(path, (2, 8, 8, 3), freeze=True)
    assert "ReadVariableOp" not in content_of(frozen).table.ops
    assert content_of(frozen).table.outputs[0][0].shape == (2, 8, 8, 3)


def test_a_live_model_needs_no_trace(capsys):
    assert main(["summary", "json:loads", "--trace"]) == 1
    assert "--trace applies only to model files" in capsys.readouterr().err


def test_a_file_of_another_kind_is_refused(tmp_path):
    opscope.trace(tf.function(lambda x: x + 1.0), tf.TensorSpec((2,))).save(tmp_path / "graph.json")
    with pytest.raises(InputError, match="only a file of Keras can be rebuilt"):
        opscope.trace(tmp_path / "graph.json")
    with pytest.raises(LoadError, match="check the path"):
        opscope.trace("nowhere.keras")


def test_without_tensorflow_one_line_says_so(tmp_path, monkeypatch):
    from opscope.capture import seams

    (tmp_path / "m.json").write_text(json.dumps(configuration({"class_name": "Dense", "config": {"units": 1}})))
    monkeypatch.setitem(sys.modules, "tensorflow", None)
    seams.tensorflow.cache_clear()
    try:
        with pytest.raises(MissingDependencyError, match=r"needs TensorFlow 2\.4 or newer") as refused:
            opscope.trace(tmp_path / "m.json")
    finally:
        seams.tensorflow.cache_clear()
    assert "\n" not in str(refused.value)


def configuration(*layers, **more):
    source = {"class_name": "InputLayer", "config": {"batch_input_shape": [None, 4], "name": "x"}}
    return {
        "class_name": "Sequential",
        "config": {"name": "s", "layers": [source, *layers]},
        "keras_version": "2.4.0",
        **more,
    }


CODE = {"class_name": "__lambda__", "config": {"code": "4wEAAAA=", "defaults": None, "closure": None}}
REFUSED = {
    "a lambda": ({"class_name": "Lambda", "config": {"name": "l", "function": ["4wEAAAA=", None, None]}}, "'l' (Lambda) has code of its own"),
    "a lambda in a setting": ({"class_name": "Dense", "config": {"name": "d", "units": 1, "activation": CODE}}, "__lambda__ has code"),
    "a pickled module": ({"class_name": "TorchModuleWrapper", "module": "keras.layers", "config": {}}, "TorchModuleWrapper has code"),
    "a model in another folder": ({"class_name": "TFSMLayer", "module": "keras.layers", "config": {"filepath": "/x"}}, "TFSMLayer has code"),
    "a class of one's own": ({"class_name": "Evil", "module": "evil_module", "config": {"name": "e"}}, "'e' (Evil) is a class of evil_module"),
    "a function of Python": ({"class_name": "function", "module": "os", "config": "system"}, "is a class of os"),
    "what fetches a file": ({"class_name": "function", "module": "keras.utils", "config": "get_file"}, "is a class of keras.utils"),
    "what turns safe mode off": (
        {"class_name": "function", "module": "keras.src.saving.serialization_lib", "config": "enable_unsafe_deserialization"}, "is a class of keras.src.saving"),
    "an attribute of builtins": ({"class_name": "eval", "module": "builtins", "config": {}}, "eval is a class of builtins"),
    "an op that writes": ({"class_name": "TFOpLambda", "config": {"name": "w", "function": "io.write_file"}}, "may do more than make ops"),
    "a library": ({"class_name": "TFOpLambda", "config": {"name": "w", "function": "compat.v1.load_library"}}, "may do more than make ops"),
    "words in another file": ({"class_name": "StringLookup", "config": {"name": "s", "vocabulary": "/etc/passwd"}}, "takes its vocabulary from another file"),
}  # fmt: skip


@pytest.mark.parametrize("case", REFUSED)
@pytest.mark.parametrize("kind", [".keras", ".json"])
def test_code_in_a_file_is_refused_in_one_line_before_keras_sees_it(case, kind, tmp_path, monkeypatch):
    layer, said = REFUSED[case]
    (tmp_path / "evil_module.py").write_text("raise SystemExit('imported')")
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.setattr(tf.keras.models, "load_model", lambda *_, **__: pytest.fail("Keras was asked"))
    monkeypatch.setattr(tf.keras.models, "model_from_json", lambda *_, **__: pytest.fail("Keras was asked"))
    text = json.dumps(configuration(layer))
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as packed:
        packed.writestr("config.json", text)
        packed.writestr("metadata.json", '{"keras_version": "3.9.0"}')
    path = tmp_path / f"model{kind}"
    path.write_bytes(file.getvalue() if kind == ".keras" else text.encode())
    with pytest.raises(LoadError) as refused:
        opscope.trace(path)
    assert said in str(refused.value)
    assert str(refused.value).startswith(str(path))
    assert "\n" not in str(refused.value)
    assert "evil_module" not in sys.modules


def test_what_a_model_was_compiled_with_is_not_looked_at_and_an_inner_models_is():
    own = {"class_name": "Loss", "module": "my_losses", "config": {}}
    inner = {"class_name": "Sequential", "config": {"name": "i", "layers": []}, "compile_config": {"loss": own}}
    refuse_code(configuration(compile_config={"loss": own}))
    with pytest.raises(LoadError, match="Loss is a class of my_losses"):
        refuse_code(configuration(inner))


def test_functions_that_only_make_ops_are_let_through():
    for name in ("math.add", "__operators__.getitem", "compat.v1.shape", "nn.relu", "reshape", "cast"):
        refuse_code(configuration({"class_name": "TFOpLambda", "config": {"name": "f", "function": name}}))


def test_a_class_that_only_the_users_code_has_is_one_line(tmp_path):
    path = tmp_path / "m.json"
    path.write_text(json.dumps(configuration({"class_name": "Special", "config": {"name": "z", "units": 2}})))
    with pytest.raises(LoadError, match="cannot rebuild the model") as refused:
        opscope.trace(path)
    assert "Special" in str(refused.value)
    assert "\n" not in str(refused.value)


def test_a_keras_that_is_too_old_for_the_file_is_said(tmp_path, monkeypatch):
    path = tmp_path / "m.json"
    path.write_text(
        json.dumps({**configuration({"class_name": "Dense", "config": {"units": 1}}), "keras_version": "3.4.0"})
    )
    monkeypatch.setitem(sys.modules, "keras", None)
    with pytest.raises(MissingDependencyError, match=r"saved by Keras 3\.4\.0, which is not installed"):
        opscope.trace(path)


def test_a_name_that_keras_does_not_read_is_said(tmp_path):
    model, path = network(), tmp_path / "network.h5"
    pytest.importorskip("h5py", exc_type=ImportError)
    model.save(path)
    path.rename(tmp_path / "network.bin")
    with pytest.raises(LoadError, match=r"rename the file to end in \.h5"):
        opscope.trace(tmp_path / "network.bin")


@pytest.mark.parametrize("way", ["link", "raw", "virtual"])
def test_data_of_other_files_is_refused_before_keras_sees_it(way, tmp_path, monkeypatch):
    h5py = pytest.importorskip("h5py", exc_type=ImportError)
    path, other = tmp_path / "network.h5", str(tmp_path / "secret.bin")
    network().save(path)
    with h5py.File(path, "r+") as file:
        inside = file["model_weights"]
        if way == "link":
            inside["more"] = h5py.ExternalLink(other, "/")
        elif way == "raw":
            inside.create_dataset("more", (2,), "float32", external=[(other, 0, h5py.h5f.UNLIMITED)])
        else:
            layout = h5py.VirtualLayout((2,), "float32")
            layout[:] = h5py.VirtualSource(other, "w", (2,))
            inside.create_virtual_dataset("more", layout)
    monkeypatch.setattr(tf.keras.models, "load_model", lambda *_, **__: pytest.fail("Keras was asked"))
    with pytest.raises(LoadError, match="takes data from other files"):
        opscope.trace(path)
