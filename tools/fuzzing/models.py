"""Model files of every format: bytes of a file, and edits of fields of a real message."""

from __future__ import annotations

import importlib
import io
import json
import sys
import zipfile
from pathlib import Path

import atheris

import opscope
from opscope.errors import OpscopeError
from opscope.load import formats
from opscope.load.heads import look as look_at
from opscope.program.proto import message_class

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "tests"))
from lite_bytes import file_of, looping

from .edits import edited, numbers_edited
from .target import Target, fresh_file, look, one_line

EDITS = b"\x80"
"""An input that begins so, or higher, is a script of edits; any other is the bytes of a file."""
MESSAGES = {"a GraphDef": "GraphDef", "a SavedModel": "SavedModel", "a TensorFlow Lite model": ""}
"""The formats that are edited -> the message that a file of them is; "" for a FlatBuffer, of which numbers are edited."""
MOST_BYTES = 200_000


def make(paths):
    """The models in `paths`, and two small ones that are always there."""
    importlib.import_module("opscope.program.expand").MOST_OPS = 20_000
    corpus = _corpus(paths)
    known = [(formats.of(raw), raw) for raw in corpus if look_at(raw).word is None]
    models = [(MESSAGES[found.name], raw) for found, raw in known if found is not None and found.name in MESSAGES]
    target, turns = fresh_file(), iter(range(1 << 62))

    def use(data):
        if data[:1] < EDITS:
            target.write_bytes(data[1:])
        else:
            provider = atheris.FuzzedDataProvider(data[1:])
            name, raw = models[provider.ConsumeIntInRange(0, len(models) - 1)]
            target.write_bytes(
                edited(provider, message_class(name).FromString(raw)).SerializeToString()
                if name
                else numbers_edited(provider, raw)
            )
        try:
            look(opscope.load(target, all=data[:1] == b"\xff"), next(turns))
        except OpscopeError as error:
            one_line(error)
            raise

    seeds = [b"\0" + data for data in corpus]
    seeds += [EDITS + bytes(range(number % 190, number % 190 + 60)) for number in range(len(corpus))]
    return Target(seeds, use, MOST_BYTES)


def _corpus(paths):
    graph = message_class("GraphDef")()
    for name, op, inputs in (("a", "Placeholder", ()), ("b/c", "Relu", ("a",)), ("d", "AddV2", ("b/c:0", "a", "^a"))):
        graph.node.add(name=name, op=op, input=inputs).attr["T"].type = 1
    model = message_class("SavedModel")(saved_model_schema_version=1)
    model.meta_graphs.add(graph_def=graph).signature_def["serving_default"].outputs["y"].name = "d:0"
    found = [graph.SerializeToString(), model.SerializeToString(), _keras(), file_of(looping())]
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as packed:
        packed.writestr("metadata.json", "{}")
        packed.writestr("config.json", _keras())
    found.append(archive.getvalue())
    for path in paths:
        files = sorted(item for item in path.rglob("*") if item.is_file()) if path.is_dir() else [path]
        found += [file.read_bytes() for file in files if file.stat().st_size <= MOST_BYTES]
    return found


def _keras():
    """The configuration of a model of Keras, with a layer that is called twice."""
    layers = [
        {"class_name": "InputLayer", "name": "x", "config": {"batch_input_shape": [None, 4], "dtype": "float32"}, "inbound_nodes": []},
        {"class_name": "Dense", "name": "d", "config": {"trainable": True, "units": 4}, "inbound_nodes": [[["x", 0, 0, {}]], [["d", 0, 0, {}]]]},
    ]  # fmt: skip
    config = {"name": "m", "layers": layers, "input_layers": [["x", 0, 0]], "output_layers": [["d", 1, 0]]}
    return json.dumps({"class_name": "Functional", "config": config}).encode()
