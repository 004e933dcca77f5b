"""Files of other programs, and what lies beside models: each is named for what it is, with what to do. None is an empty graph.

The bytes are those of the formats' own specifications, or made by the libraries that write them.
"""

from __future__ import annotations

import bz2
import gzip
import io
import json
import lzma
import pickle
import tarfile
import zipfile

import pytest

import opscope
from opscope.cli import main
from opscope.errors import LoadError
from opscope.graph.content import content_of
from opscope.load import files, formats

FLOAT, FLOAT16 = 1, 10  # of ONNX's TensorProto.DataType


def zipped(*names):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name in names:
            archive.writestr(name, b"saved_model.pb config.json")  # what is in a file must not count as its name
    return out.getvalue()


def tarred():
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as archive:
        archive.addfile(tarfile.TarInfo("saved_model.pb"))
    return out.getvalue()


def safetensors():
    header = json.dumps({"w": {"dtype": "F32", "shape": [1], "data_offsets": [0, 4]}}).encode()
    return len(header).to_bytes(8, "little") + header + bytes(4)


TEXTS = {
    "git lfs": (
        b"version https://git-lfs.github.com/spec/v1\noid sha256:" + b"0" * 64 + b"\nsize 21840\n",
        "run git lfs pull",
    ),
    "git-annex": (b"/annex/objects/SHA256E-s21840--" + b"0" * 64 + b".pb\n", "git annex get"),
    "a web page": (b"\n\n<!DOCTYPE html>\n<html><head><title>x</title>", "a web page"),
    "a web page behind a comment": (b"\xef\xbb\xbf<!-- saved -->\n<HTML>", "a web page"),
    "a server's answer": (b'<?xml version="1.0"?><Error><Code>AccessDenied</Code></Error>', "a web page"),
    "an SVG": (b'<?xml version="1.0"?>\n<svg xmlns="http://www.w3.org/2000/svg"/>', "a picture"),
    "blanks": (b"\n\n", "is empty"),
    "a comment": (b"# frozen graph\n", "is empty"),
    "zero bytes": (bytes(5000), "is empty"),
    "a label map": (b'item {\n  id: 1\n  name: "person"\n}\n', "label map"),
    "a pipeline": (b"model {\n  ssd { num_classes: 90 }\n}\ntrain_config { batch_size: 2 }", "a model is built"),
    "a list of checkpoints": (b'model_checkpoint_path: "model.ckpt-7"\n', "names 'model.ckpt-7', which is not beside it"),
    "Caffe's text": (b'name: "LeNet"\nlayer {\n  name: "data"\n  type: "Input"\n}\n', "Caffe"),
    "TensorFlow.js": (b'{"format": "graph-model", "modelTopology": {"node": []}}', "TensorFlow.js"),
    "a Keras configuration": (b'{"class_name": "Net", "config": {"units": 4}}', "a model of a class of its own (Net)"),
}  # fmt: skip

BYTES = {
    "gzip": (gzip.compress(b"x"), "is it the right file?"),
    "bzip2": (bz2.compress(b"x"), "unpack it"),
    "xz": (lzma.compress(b"x"), "unpack it"),
    "tar": (tarred(), "the file is empty"),
    "a plain zip": (zipped("model/saved_model.pb", "model/variables/variables.index"), "is it the right file?"),
    "a cut off zip": (zipped("a.pb")[:40], "a damaged archive"),
    ".keras": (zipped("metadata.json", "config.json", "model.weights.h5"), "a configuration that is not JSON"),
    ".pt": (zipped("archive/data.pkl", "archive/version", "archive/data/0"), "PyTorch"),
    ".npz": (zipped("w.npy", "b.npy"), "NumPy"),
    ".npy": (b"\x93NUMPY\x01\x00" + bytes(60), "NumPy"),
    # `pickle.dumps(torch.serialization.MAGIC_NUMBER, protocol=2)`, which older versions of PyTorch begin with
    "an old .pt": (pickle.dumps(0x1950A86A20F9469CFC6C, protocol=2) + b"\x80\x02M\xe9\x03.", "PyTorch"),
    **{f"pickle {k}": (pickle.dumps([1.0, "a"], protocol=k), "a Python pickle") for k in range(2, pickle.HIGHEST_PROTOCOL + 1)},
    "TFLite": (b"\x1c\0\0\0TFL3" + bytes(40), "TensorFlow Lite"),
    "ORT": (b"\x1c\0\0\0ORTM" + bytes(40), "ONNX"),
    "TensorRT": (b"ftrt" + bytes(40), "TensorRT"),
    "safetensors": (safetensors(), "safetensors"),
    "GGUF": (b"GGUF\x03\0\0\0" + bytes(16), "GGUF"),
    "HDF5": (b"\x89HDF\r\n\x1a\n" + bytes(40), "HDF5"),
    "PNG": (b"\x89PNG\r\n\x1a\n" + bytes(40), "a picture"),
    "JPEG": (b"\xff\xd8\xff\xe0" + bytes(40), "a picture"),
    "PDF": (b"%PDF-1.7\n", "a picture"),
    ".index": (bytes(40) + (0xDB4775248B80FB57).to_bytes(8, "little"), "a damaged index of a checkpoint"),
}  # fmt: skip


def messages(encode):
    """Messages of protobuf that other programs write, by their .proto files."""
    feature = encode((1, "image"), (3, encode((5, b""))))
    classifier = encode((1, 1), (2, encode((1, feature), (10, feature))), (403, encode((1, b""))))
    node = encode((1, ["x"]), (2, ["y"]), (4, "Relu"))
    return {
        "ONNX model": (encode((1, 8), (2, "pytorch"), (3, "2.1"), (7, encode((1, node), (2, "main"))), (8, encode((2, 17)))), "ONNX"),
        "ONNX tensor": (encode((1, [1, 3, 4, 5]), (2, FLOAT16), (8, "x"), (9, bytes(range(120)))), "ONNX"),
        "ONNX tensor of floats": (encode((1, 2), (2, FLOAT), (4, bytes(8)), (8, "x")), "ONNX"),
        "Core ML": (classifier, "Core ML"),
        "Core ML without a model": (encode((1, 7), (2, encode((1, encode((1, "ab")))))), "Core ML"),
        "Caffe": (encode((1, "LeNet"), (100, [encode((1, "data"), (2, "Input"))])), "Caffe"),
        "keras_metadata.pb": (
            encode((1, encode((2, 0), (3, "root"), (4, "_tf_keras_sequential"), (5, '{"class_name": "Sequential"}')))),
            "keras_metadata.pb",
        ),
        "fingerprint.pb": (encode((1, 77), (2, 2**60), (3, 5), (4, 9), (5, 2**63), (6, encode((1, 1)))), "fingerprint.pb"),
        "debug info": (encode((1, ["/home/a/net.py", "<string>"]), (2, encode((1, "MatMul@f")))), "source lines of a SavedModel"),
        "an event file": (bytes(12) + b"\x09" + bytes(8) + encode((3, "brain.Event:2")) + bytes(4), "TensorBoard"),
    }  # fmt: skip


@pytest.mark.parametrize("name", [*TEXTS, *BYTES])
def test_what_is_no_model_of_tensorflow_is_named(tmp_path, capsys, name):
    data, said = {**TEXTS, **BYTES}[name]
    assert_refused(tmp_path, capsys, data, said)


def test_messages_of_other_programs_are_named(tmp_path, capsys, build):
    for data, said in messages(build.encode).values():
        assert_refused(tmp_path, capsys, data, said)


CONVERTERS = {"ONNX": "onnx2tf", "PyTorch": "litert-torch", "TensorFlow.js": "tensorflowjs_converter"}
"""Format -> the program that its users convert such models to TensorFlow's with."""


def test_what_can_be_converted_says_with_what(tmp_path, build):
    every = [*TEXTS.values(), *BYTES.values(), *messages(build.encode).values()]
    seen = set()
    for data, said in every:
        for name in (name for name in CONVERTERS if name in said):
            (tmp_path / "model").write_bytes(data if isinstance(data, bytes) else data.encode())
            with pytest.raises(LoadError, match=CONVERTERS[name]):
                opscope.load(tmp_path / "model")
            seen.add(name)
    assert seen == set(CONVERTERS)


def assert_refused(tmp_path, capsys, data, said):
    """One line that names the file and what it is; exit code 1; no picture; and whatever the file is called."""
    for file in ("model.pb", "model.meta"):
        path = tmp_path / file
        path.write_bytes(data)
        assert main(["render", str(path), "-o", str(tmp_path / "out.svg")]) == 1
        line = capsys.readouterr().err
        assert line.startswith((f"error: {path}: ", f"error: {path}/")) and said in line and line.count("\n") == 1, line
        assert "--traceback" not in line
    assert not (tmp_path / "out.svg").exists()


def test_the_values_of_a_checkpoint_are_told_by_their_name(tmp_path):
    for name in ("variables.data-00000-of-00001", "model.ckpt-7.data-00001-of-00002"):
        (tmp_path / name).write_bytes(b"\n\x01" * 50)  # numbers may look like anything
        with pytest.raises(LoadError, match=r"the values of a checkpoint, without the \.index file"):
            opscope.load(tmp_path / name)


@pytest.mark.parametrize(
    ("kind", "make"),
    [
        ("GraphDef", lambda build: build.graph([])),
        ("GraphDef", lambda build: b"versions { producer: 27 }"),
        ("MetaGraphDef", lambda build: build.meta(build.graph([]))),
        ("SavedModel", lambda build: build.saved_model(build.meta(build.graph([])))),
    ],
)
@pytest.mark.parametrize("options", [{}, {"all": True}])
def test_a_message_without_an_op_is_no_graph(tmp_path, build, kind, make, options):
    (tmp_path / "x.pb").write_bytes(make(build))
    with pytest.raises(LoadError, match=f"x.pb: read as a {kind}, it has not a single op"):
        opscope.load(tmp_path / "x.pb", **options)


def test_a_graph_def_of_functions_alone_lists_them(tmp_path, build, capsys):
    relu = build.function("f", ["x"], ["y"], [build.node("a", "Relu", "x")], {"y": "a:activations:0"})
    (tmp_path / "x.pb").write_bytes(build.graph([], [relu]))
    assert main(["summary", str(tmp_path / "x.pb")]) == 1
    assert "no op outside of functions; choose one with --function: 'f'" in capsys.readouterr().err
    assert content_of(opscope.load(tmp_path / "x.pb", function="f")).table.ops == ["_Arg", "Relu", "_Retval"]


def test_json_of_a_graph_without_an_op_is_refused(tmp_path):
    empty = {"format": "opscope", "version": 1, "name": "x", "producer": {}, "nodes": [], "groups": [], "variables": [], "measurement": None}  # fmt: skip
    (tmp_path / "x.json").write_text(json.dumps(empty))
    with pytest.raises(LoadError, match=r"x\.json: a graph without a single op"):
        opscope.load(tmp_path / "x.json")


def test_models_that_begin_alike_are_still_read(tmp_path, build):
    """A SavedModel's version and a MetaGraphDef's first fields may look like the beginning of a foreign message."""
    nodes = build.graph([build.node("x", "Placeholder", dtype=build.dtype(1)), build.node("y", "Relu", "x")])
    saved = build.saved_model(build.meta(nodes, {"serving_default": build.signature({"x": "x:0"}, {"y": "y:0"})}))
    for data in (nodes, saved, build.encode((2, build.meta(nodes))), b'# item {\nnode { name: "x" op: "NoOp" }'):
        (tmp_path / "model.pt").write_bytes(data)
        assert len(opscope.load(tmp_path / "model.pt")) > 0


@pytest.mark.parametrize("name", [*TEXTS, *BYTES])
def test_a_large_file_that_is_mapped_is_told_as_one_that_is_read(tmp_path, monkeypatch, name):
    path = tmp_path / "x"
    data = (TEXTS if name in TEXTS else BYTES)[name][0]
    path.write_bytes(data)
    monkeypatch.setattr(files, "_LEAST_MAPPED", 0)
    mapped = files.read(path)
    assert isinstance(mapped, files.MappedFile)
    found, told = formats.of(mapped, "x"), formats.of(data, "x")
    assert (found and found.name) == (told and told.name)
    assert files.all_bytes(path, mapped) == data
