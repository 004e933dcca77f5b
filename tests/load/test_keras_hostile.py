"""Files that look like Keras's and were made to harm: one clear line, or a graph; nothing outside the file is opened, nothing is run."""

from __future__ import annotations

import base64
import io
import json
import os
import random
import sys
import tracemalloc
import zipfile
import zlib
from importlib import import_module

import pytest

import opscope
from lite_bytes import file_of, subgraph, tensor
from lite_bytes import model as lite_model
from opscope.errors import LoadError, MissingDependencyError, OpscopeError
from opscope.graph.content import content_of


def dense(name, *calls, cls="Dense", **config):
    nodes = [[[layer, node, tensor, {}] for layer, node, tensor in call] for call in calls]
    return {
        "class_name": cls,
        "name": name,
        "config": {"name": name, "trainable": True, "units": 4, **config},
        "inbound_nodes": nodes,
    }


INPUT = {
    "class_name": "InputLayer",
    "name": "x",
    "config": {"batch_input_shape": [None, 4], "dtype": "float32", "name": "x"},
    "inbound_nodes": [],
}


def functional(*layers, outputs, name="m"):
    config = {"name": name, "layers": [INPUT, *layers], "input_layers": [["x", 0, 0]], "output_layers": outputs}
    return {"class_name": "Functional", "config": config}


def archive(configuration, *more, weights=None):
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("metadata.json", '{"keras_version": "3.9.0"}')
        packed.writestr(
            "config.json", configuration if isinstance(configuration, (str, bytes)) else json.dumps(configuration)
        )
        if weights is not None:
            packed.writestr("model.weights.h5", weights)
        for name, text in more:
            packed.writestr(name, text)
    return file.getvalue()


def load(tmp_path, data, name="model.keras"):
    (tmp_path / name).write_bytes(data if isinstance(data, bytes) else json.dumps(data).encode())
    return opscope.load(tmp_path / name)


GOOD = functional(dense("d", [("x", 0, 0)]), outputs=[["d", 0, 0]])


def test_a_file_made_by_hand_is_read(tmp_path):
    graph = load(tmp_path, archive(GOOD))
    assert content_of(graph).table.ops == ["Placeholder", "Keras>Dense"]
    assert (graph.parameters, content_of(graph).table.outputs[1][0].shape) == (20, (None, 4))


REFUSED = {
    "no layer of that name": (functional(dense("d", [("y", 0, 0)]), outputs=[["d", 0, 0]]), "'y' is used, which is not in the file"),
    "no such call": (functional(dense("d", [("x", 3, 0)]), outputs=[["d", 0, 0]]), "call 4 of 'x'"),
    "an output that nothing makes": (functional(dense("d", [("x", 0, 0)]), outputs=[["e", 0, 0]]), "output 1 of call 1 of 'e'"),
    "a circle": (functional(dense("d", [("e", 0, 0)]), dense("e", [("d", 0, 0)]), outputs=[["d", 0, 0]]), "waits for its own result"),
    "its own input": (functional(dense("d", [("d", 0, 0)]), outputs=[["d", 0, 0]]), "waits for its own result"),
    "twins": (functional(dense("d", [("x", 0, 0)]), dense("d", [("x", 0, 0)]), outputs=[["d", 0, 0]]), "two layers called 'd'"),
    "a layer without a class": (functional({"name": "d"}, outputs=[["d", 0, 0]]), "a layer without a class"),
    "a million outputs": (functional(dense("d", [("x", 0, 0)]), outputs=[["d", 0, 1000000]]), "output 1000001"),
    "a class of its own": ({"class_name": "Net", "config": {}}, "a model of a class of its own (Net)"),
    "no model": ([1, 2], "no configuration of a Keras model"),
}  # fmt: skip


@pytest.mark.parametrize("case", REFUSED)
def test_a_configuration_that_cannot_be_is_refused_in_one_line(case, tmp_path):
    configuration, said = REFUSED[case]
    with pytest.raises(LoadError) as refused:
        load(tmp_path, archive(configuration))
    assert said in str(refused.value)
    assert str(refused.value).startswith(str(tmp_path / "model.keras"))
    assert "\n" not in str(refused.value)


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ([("config.json", "{}")], "'config.json' is in the archive 2 times"),
        ([("../../evil", "")], "for a place outside of it"), ([("/etc/evil", "")], "for a place outside of it"),
        ([("..\\evil", "")], "for a place outside of it"),
    ],
)  # fmt: skip
@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_archives_made_to_deceive_are_refused(more, said, tmp_path):
    with pytest.raises(LoadError, match=said.replace("(", r"\(")):
        load(tmp_path, archive(GOOD, *more))


def test_a_zip_bomb_is_not_unpacked(tmp_path):
    data = archive(b" " * (80 << 20))
    assert len(data) < 1 << 20
    with pytest.raises(LoadError, match=r"config\.json in the archive is 83,886,080 bytes unpacked"):
        load(tmp_path, data)


def test_models_in_models_that_are_called_twice_each_stay_closed_beyond_a_limit(tmp_path, monkeypatch):
    """40 models, each calling the one in it twice: 2 ** 40 calls in a file of some kilobytes."""
    monkeypatch.setattr(import_module("opscope.load.keras_files.expansion"), "_MOST_OPS", 5000)
    inner = functional(dense("d", [("x", 0, 0)]), outputs=[["d", 0, 0]], name="m0")
    for depth in range(1, 40):
        layer = {**inner, "name": f"m{depth - 1}", "inbound_nodes": [[["x", 0, 0, {}]], [[f"m{depth - 1}", 1, 0, {}]]]}
        inner = functional(layer, outputs=[[f"m{depth - 1}", 2, 0]], name=f"m{depth}")
    graph = load(tmp_path, archive(inner))
    assert 5000 <= len(graph) < 6000
    assert sum(content_of(graph).closed_calls.values())


def test_a_configuration_nested_without_end_is_refused(tmp_path):
    with pytest.raises(LoadError):
        load(tmp_path, archive('{"class_name": "Functional", "config": ' + '{"a": [' * 100_000))


def test_classes_and_lambdas_are_named_and_never_imported_or_run(tmp_path):
    (tmp_path / "evil_module.py").write_text("raise SystemExit('imported')")
    sys.path.insert(0, str(tmp_path))
    try:
        code = {"class_name": "__lambda__", "config": {"code": "4wEAAAA=", "defaults": None, "closure": None}}
        evil = {**dense("e", [("d", 0, 0)], cls="Evil"), "module": "evil_module", "registered_name": "Evil"}
        graph = load(
            tmp_path,
            archive(functional(dense("d", [("x", 0, 0)], cls="Lambda", function=code), evil, outputs=[["e", 0, 0]])),
        )
    finally:
        sys.path.remove(str(tmp_path))
    assert content_of(graph).table.ops == ["Placeholder", "Keras>Lambda", "Layer>Evil"]
    assert "evil_module" not in sys.modules
    assert [group.parameters for group in content_of(graph).groups] == [None, None, None]


def _mutated(value, chance):
    """The JSON with some values replaced by what nobody expects there."""
    odd = [
        None,
        -1,
        0,
        1e308,
        float("nan"),
        float("inf"),
        10**30,
        "",
        "x",
        [],
        {},
        [[]],
        True,
        "\ud800",
        [10**9] * 40,
        -(2**70),
    ]
    if chance.random() < 0.03:
        return chance.choice(odd)
    if isinstance(value, dict):
        return {key: _mutated(each, chance) for key, each in value.items() if chance.random() > 0.01}
    if isinstance(value, list):
        return [_mutated(each, chance) for each in value for _ in range(1 + (chance.random() < 0.02))]
    return value


RICH = functional(
    dense("c", [("x", 0, 0)], cls="Conv2D", filters=3, kernel_size=[3, 3], strides=[1, 1], padding="same", dtype={"config": {"name": "mixed_float16"}}),
    dense("r", [("c", 0, 0)], [("d", 0, 0)], cls="Reshape", target_shape=[2, -1]),
    dense("l", [("r", 0, 0)], cls="Bidirectional", layer={"class_name": "LSTM", "config": {"units": 3, "return_state": True}}, merge_mode="concat"),
    dense("d", [("l", 0, 0), ("l", 0, 1)], cls="Concatenate", axis=1), dense("bn", [("d", 0, 0)], cls="BatchNormalization", axis=[1]),
    {"class_name": "Dense", "name": "k", "module": "keras.layers", "config": {"name": "k", "units": 3}, "build_config": {}, "inbound_nodes": [
        {"args": [{"class_name": "__keras_tensor__", "config": {"shape": [None, 4], "dtype": "float32", "keras_history": ["bn", 0, 0]}}], "kwargs": {}}]},
    dense("pre", [("x", 0, 0)], cls="PReLU", shared_axes=[1]), dense("ada", [("r", 0, 0)], cls="AdaptiveMaxPooling1D", output_size=2),
    dense("own", [("r", 0, 0)], cls="LocallyConnected1D", filters=3, kernel_size=[1], implementation=1), dense("mix", [("x", 0, 0), ("c", 0, 0)], cls="MixUp"),
    dense("pipe", [("x", 0, 0)], cls="Pipeline", layers=[{"class_name": "Dense", "config": {"units": 3}}, {"class_name": "Rescaling", "config": {"scale": 2.0}}]),
    dense("stft", [("r", 0, 0)], cls="STFTSpectrogram", frame_length=2, frame_step=1, mode="log"),
    outputs=[["k", 0, 0], ["r", 1, 0], ["pre", 0, 0], ["ada", 0, 0], ["own", 0, 0], ["mix", 0, 1], ["pipe", 0, 0], ["stft", 0, 0]],
)  # fmt: skip


@pytest.mark.parametrize("seed", range(10))
def test_damaged_configurations_give_a_graph_or_one_line(seed, tmp_path):
    chance = random.Random(seed)
    for _ in range(20):
        try:
            graph = load(tmp_path, archive(json.dumps(_mutated(RICH, chance))))
            graph.summary(cost=True)
            graph.to_json()
        except OpscopeError as error:
            assert "\n" not in str(error)


def test_without_h5py_the_error_names_the_extra(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "h5py", None)
    with pytest.raises(MissingDependencyError, match=r"pip install 'opscope\[files\]'"):
        load(tmp_path, b"\x89HDF\r\n\x1a\n" + bytes(40), "model.h5")
    graph = load(tmp_path, archive(GOOD, weights=b"\x89HDF\r\n\x1a\n"))
    assert graph.parameters == 20
    assert "not by stored weights" in graph.summary()


@pytest.fixture
def hdf5(tmp_path):
    """Makes an HDF5 file and loads it."""
    h5py = pytest.importorskip("h5py", exc_type=ImportError)

    def make(fill):
        with h5py.File(tmp_path / "model.h5", "w") as file:
            fill(file, h5py)
        return opscope.load(tmp_path / "model.h5")

    return make


def test_what_lies_in_other_files_is_never_opened(hdf5, tmp_path):
    np = pytest.importorskip("numpy", exc_type=ImportError)

    def fill(file, h5py):
        other = tmp_path / "secret.h5"
        with h5py.File(other, "w") as secret:
            secret["w"] = np.zeros((3, 3), "float32")
            secret.create_group("g")["w"] = np.zeros((5, 5), "float32")
        file["d/own"] = np.zeros((2, 2), "float32")
        file["d/soft"] = h5py.SoftLink("/d/own")
        file["d/linked"] = h5py.ExternalLink(str(other), "w")
        file["linked"] = h5py.ExternalLink(str(other), "g")

    graph = hdf5(fill)
    assert content_of(graph).table.names == ["d/own"]
    assert "secret" not in graph.to_json()


@pytest.fixture
def unopened(tmp_path):
    """A file that whoever opens it waits for without end: a pipe that nobody writes to."""
    if not hasattr(os, "mkfifo"):
        pytest.skip("no named pipes here")
    os.mkfifo(tmp_path / "secret.bin")
    return str(tmp_path / "secret.bin")


def test_of_raw_data_in_another_file_only_its_own_file_is_read(hdf5, unopened):
    def fill(file, h5py):
        file.create_group("d").create_dataset("w", (2, 3), "float32", external=[(unopened, 0, h5py.h5f.UNLIMITED)])

    graph = hdf5(fill)
    assert [types[0].shape for types in content_of(graph).table.outputs] == [(2, 3)]
    assert "secret" not in graph.to_json()


def test_of_a_virtual_dataset_only_its_own_file_is_read(hdf5, unopened):
    def fill(file, h5py):
        layout = h5py.VirtualLayout((2, 3), "float32")
        layout[:] = h5py.VirtualSource(unopened, "w", (2, 3))
        file.create_group("d").create_virtual_dataset("w", layout)

    graph = hdf5(fill)
    assert [types[0].shape for types in content_of(graph).table.outputs] == [(2, 3)]
    assert "secret" not in graph.to_json()


def test_a_link_into_another_file_is_not_followed_where_a_layer_should_be(hdf5, unopened):
    def fill(file, h5py):
        file.attrs["model_config"] = json.dumps(GOOD)
        weights = file.create_group("model_weights")
        weights.attrs["layer_names"] = [b"d"]
        weights["d"] = h5py.ExternalLink(unopened, "/")

    with pytest.raises(LoadError, match="weights of 'd' are listed and not there"):
        hdf5(fill)


def test_soft_links_in_a_circle_end(hdf5):
    def fill(file, h5py):
        file["a"], file["b"] = h5py.SoftLink("/b"), h5py.SoftLink("/a")
        inner = file.create_group("d")
        inner["up"], inner["self"] = h5py.SoftLink("/"), h5py.SoftLink("/d/self")
        inner.create_dataset("w", (4,), "float32")

    assert content_of(hdf5(fill)).table.names == ["d/w"]


def test_soft_links_in_a_circle_hide_a_layer(hdf5):
    def fill(file, h5py):
        file.attrs["model_config"] = json.dumps(GOOD)
        weights = file.create_group("model_weights")
        weights.attrs["layer_names"] = [b"d"]
        weights["d"] = h5py.SoftLink("/model_weights/d")

    with pytest.raises(LoadError, match="weights of 'd' are listed and not there"):
        hdf5(fill)


def test_groups_in_a_circle_end(hdf5):
    def fill(file, h5py):
        inner = file.create_group("a")
        inner["b"] = file["/"]
        inner["c"] = inner

    with pytest.raises(LoadError, match="without weights"):
        hdf5(fill)


@pytest.mark.parametrize("name", ["model_config", "keras_version"])
def test_a_huge_attribute_is_refused(hdf5, name):
    """A text of 70 MB where a configuration has at most some."""

    def fill(file, h5py):
        # As an object: NumPy makes four bytes of each character else, and old ones run out of memory.
        file.attrs[name] = import_module("numpy").array("x" * (70 << 20), dtype=h5py.string_dtype())

    with pytest.raises(LoadError, match=f"an attribute {name} larger than that of any model"):
        hdf5(fill)


def test_attributes_that_nobody_asks_for_are_not_read(hdf5):
    def fill(file, h5py):
        inner = file.create_group("d")
        inner.create_dataset("w", (4,), "float32")
        for number in range(200):
            inner.attrs[f"more_{number}"] = "x" * (1 << 19)

    assert content_of(hdf5(fill)).table.names == ["d/w"]


def test_a_layer_that_is_listed_and_not_there_is_told(hdf5):
    def fill(file, _):
        file.attrs["model_config"] = json.dumps(GOOD)
        file.create_group("model_weights").attrs["layer_names"] = [b"d"]

    with pytest.raises(LoadError, match="weights of 'd' are listed and not there"):
        hdf5(fill)


def test_a_damaged_hdf5_file_is_refused(tmp_path):
    pytest.importorskip("h5py", exc_type=ImportError)
    with pytest.raises(LoadError, match="a damaged HDF5 file"):
        load(tmp_path, b"\x89HDF\r\n\x1a\n" + bytes(400), "model.h5")


# What `h5py.File` wrote with an attribute model_config at the root, and a list of texts in a group.
HDF5 = (
    b"c-rgqaB<`1lHy_j0S*oZ76t(ZWbhvfI3!T{F!=;1%?PDCp!5nRm^d?74yqk!I>dYhW(Yq6DjpK#>Izc*9}U3l@eqU191NpiBmxgt#{du=0p-Ke"
    b"(+MV2b-DQ|sX6iGshQ~+CB;bT(t%8S1)=E`JzeuKctF!PFM|j$RYL4d&d*EBOb3ZeGBSd73c%gKfs#*TKxQ%{@{YT+zYik=R0Eni5U5s4&PgmT"
    b"j?YWXO;xf|Pzp{hEKSWT$xO^qss+h2q2<FAG=Hq%A5BA}U=)mkQ7{Td!6+C7qhJ(_f>AIEM!`S>T;pUD#3B3&s5oSti~;93*(ey<0DYVcHeUKc"
    b"6g|B`Kme8O4fgYQVFa2Av#&!K)t(Jd{sqy|IKl^D<BjOy#RH8|Mj%TBSW4t1R;Ct#M+1w&;*yLE*vA_g8ByW^nTCx&g2oO3^V?!?"
)


@pytest.mark.alike
@pytest.mark.parametrize(("at", "byte"), [(857, 255), (912, 255)], ids=["crashes", "never ends"])
def test_what_the_c_library_does_not_come_through_is_refused(at, byte, tmp_path):
    pytest.importorskip("h5py", exc_type=ImportError)
    damaged = bytearray(zlib.decompress(base64.b85decode(HDF5)))
    damaged[at] = byte
    with pytest.raises(LoadError, match="damaged HDF5 file"):
        load(tmp_path, bytes(damaged), "model.h5")


def test_weights_that_lie_unpacked_in_an_archive_are_read_in_place(tmp_path):
    h5py = pytest.importorskip("h5py", exc_type=ImportError)
    weights = io.BytesIO()
    with h5py.File(weights, "w") as file:
        file.create_dataset("layers/dense/vars/0", data=[[0.0] * 4] * 4)
        file.create_dataset("layers/dense/vars/1", data=[0.0] * 4)
    model = functional(dense("d", [["x", 0, 0]]), outputs=[["d", 0, 0]])
    packed = load(tmp_path, archive(model, weights=weights.getvalue()))
    with zipfile.ZipFile(tmp_path / "stored.keras", "w", zipfile.ZIP_STORED) as file:
        for name in ("metadata.json", "config.json", "model.weights.h5"):
            info = zipfile.ZipInfo(name)
            info.extra = b"\x99\x99\x04\x00abcd"  # a field that nobody knows
            file.writestr(info, zipfile.ZipFile(tmp_path / "model.keras").read(name))
    in_place = opscope.load(tmp_path / "stored.keras")
    assert in_place.parameters == packed.parameters == 20
    assert content_of(in_place).table.names == content_of(packed).table.names


@pytest.mark.parametrize("cut", ["offset", "size"])
def test_weights_that_are_said_to_lie_beyond_the_archive_are_refused(cut, tmp_path):
    """The directory at the end says where a member begins and how large it is; nothing else of the file says the same."""
    pytest.importorskip("h5py", exc_type=ImportError)
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as packed:
        for name, text in (("metadata.json", "{}"), ("config.json", json.dumps(GOOD)), ("model.weights.h5", "x" * 64)):
            packed.writestr(name, text)
        info = packed.getinfo("model.weights.h5")
        info.header_offset = 1 << 20 if cut == "offset" else info.header_offset
        info.file_size = info.compress_size = 1 << 20 if cut == "size" else 64
    with pytest.raises(LoadError) as refused:
        load(tmp_path, file.getvalue())
    assert "copied completely" in str(refused.value)
    assert "\n" not in str(refused.value)


@pytest.mark.parametrize("suffix", [".keras", ".h5", ".tflite"])
def test_weights_are_not_read_into_memory(suffix, tmp_path):
    """40 MB of weights, of which the structure is 20 KB."""
    h5py = pytest.importorskip("h5py")
    content = io.BytesIO()
    with h5py.File(content, "w") as file:
        file.create_dataset("layers/dense/vars/0", data=bytearray(40 << 20))
    path = tmp_path / f"model{suffix}"
    if suffix == ".tflite":
        path.write_bytes(
            file_of(lite_model([0], [subgraph("main", [tensor("x", [1])], [0], [0], [])], (b"", bytes(40 << 20))))
        )
    elif suffix == ".h5":
        path.write_bytes(content.getvalue())
    else:
        with zipfile.ZipFile(path, "w") as packed:
            packed.writestr("metadata.json", '{"keras_version": "3.9.0"}')
            packed.writestr(
                "config.json", json.dumps(functional(dense("dense", [("x", 0, 0)]), outputs=[["dense", 0, 0]]))
            )
            packed.writestr("model.weights.h5", content.getvalue())
    del content
    tracemalloc.start()
    try:
        opscope.load(path)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 8 << 20
