"""Model files of every format: bytes of a file, and edits of fields of a real message."""

from __future__ import annotations

import gzip
import importlib
import io
import json
import struct
import sys
import tarfile
import zipfile
from pathlib import Path

import atheris

import opscope
from opscope.errors import OpscopeError
from opscope.load import formats
from opscope.load.checkpoints.index_table import MAGIC
from opscope.load.crc32c import masked_crc32c
from opscope.load.heads import look as look_at
from opscope.program.event_schema import EVENTS
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
    """The models in `paths`, and some small ones that are always there."""
    importlib.import_module("opscope.program.expand").MOST_OPS = 20_000
    corpus = _corpus(paths)
    known = [(formats.of(raw), raw) for raw in corpus if look_at(raw).word is None]
    models = [(MESSAGES[found.name], raw) for found, raw in known if found is not None and found.name in MESSAGES]
    target, turns = fresh_file(), iter(range(1 << 62))

    def use(data):
        if data[:1] < EDITS:
            target.write_bytes(_resealed(data[1:]))
        else:
            provider = atheris.FuzzedDataProvider(data[1:])
            chosen = provider.ConsumeIntInRange(0, len(models))
            if chosen == len(models):
                # One of them beside the run's graph: only the graph that is picked is read.
                used = (_EVENTS[0], _EVENTS[1], _EVENTS[provider.ConsumeIntInRange(1, len(_EVENTS) - 1)])
                target.write_bytes(_log([edited(provider, _event(fields)) for fields in used]))
            else:
                name, raw = models[chosen]
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
    found.append(_zipped({"metadata.json": b"{}", "config.json": _keras()}))
    packed = {"m/saved_model.pb": model.SerializeToString(), "m/variables/variables.index": _checkpoint()}
    found += [_zipped(packed), _tarred(packed), gzip.compress(_tarred(packed), mtime=0), _checkpoint()]
    found.append(_log([_event(fields) for fields in _EVENTS]))
    for path in paths:
        files = sorted(item for item in path.rglob("*") if item.is_file()) if path.is_dir() else [path]
        found += [file.read_bytes() for file in files if file.stat().st_size <= MOST_BYTES]
    return found


def _graph():
    graph = message_class("GraphDef")()
    for name, op, inputs in (("a", "_Arg", ()), ("b/c", "Relu", ("a",)), ("d", "_Retval", ("b/c:0",))):
        graph.node.add(name=name, op=op, input=inputs).attr["T"].type = 1
    return graph.SerializeToString()


def _stats():
    """A step's times, and the graphs of a function."""
    data = message_class("RunMetadata", EVENTS)()
    device = data.step_stats.dev_stats.add(device="/device:CPU:0")
    device.node_stats.add(node_name="b/c", all_start_nanos=1000, all_end_rel_nanos=500).memory.add(total_bytes=8)
    # The schema has no fields of a graph: its bytes are put behind the others, as field 4, whose field 2 it is.
    inner = b"\x12" + bytes([len(_graph())]) + _graph()
    return data.SerializeToString() + b"\x22" + bytes([len(inner)]) + inner


_EVENTS = (
    lambda event: setattr(event, "file_version", "brain.Event:2"),
    lambda event: setattr(event, "graph_def", _graph()),
    lambda event: _add_value(event, "keras", "graph_keras_model", _keras()),
    lambda event: _add_value(event, "trace", "graph_run_metadata_graph", _stats()),
    lambda event: event.tagged_run_metadata.MergeFrom(
        message_class("TaggedRunMetadata", EVENTS)(tag="step", run_metadata=_stats())
    ),
)
"""What fills each event of a log."""


def _event(fields):
    event = message_class("Event", EVENTS)(wall_time=1.0)
    fields(event)
    return event


def _add_value(event, tag, plugin, content):
    value = event.summary.value.add(tag=tag)
    value.tensor.string_val.append(content)
    value.metadata.plugin_data.plugin_name = plugin


def _log(events):
    """An event file, its checksums right, so that it is what is in the records that is tried."""
    found = b""
    for event in events:
        data = event.SerializeToString()
        length = len(data).to_bytes(8, "little")
        found += length + masked_crc32c(length).to_bytes(4, "little") + data + masked_crc32c(data).to_bytes(4, "little")
    return found


def _zipped(files):
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as packed:
        for name, data in files.items():
            packed.writestr(zipfile.ZipInfo(name), data)  # as of 1980: the same bytes each time
    return archive.getvalue()


def _tarred(files):
    archive = io.BytesIO()
    with tarfile.open(fileobj=archive, mode="w", format=tarfile.PAX_FORMAT) as packed:
        for name, data in files.items():
            info = tarfile.TarInfo(name)
            info.size = len(data)
            info.pax_headers = {"comment": "extended"}
            packed.addfile(info, io.BytesIO(data))
    return archive.getvalue()


def _checkpoint():
    """The index of a checkpoint with two variables, in one block, and the list of that block."""
    header, kernel = b"\x08\x01\x1a\x02\x08\x01", b"\x08\x01\x12\x08\x12\x02\x08\x04\x12\x02\x08\x05\x28\x50"
    entries = b"\0\0\x06" + header + b"\0\x08\x0e" + b"dense/w1" + kernel + b"\x07\x01\x0e" + b"2" + kernel
    block = entries + struct.pack("<II", 0, 1)
    index = b"\0\x01\x02" + b"e" + b"\0" + bytes([len(block)]) + struct.pack("<II", 0, 1)
    empty = struct.pack("<II", 0, 1)
    data, handles = b"", b""
    for part in (block, empty, index):
        handles += b"" if part is block else bytes([len(data), len(part)])
        data += part + b"\0" + struct.pack("<I", masked_crc32c(part + b"\0"))
    return data + handles.ljust(40, b"\0") + MAGIC


def _resealed(data):
    """An index of a checkpoint with the checksum that its first block should have, so that changes get past it."""
    last = data[-48:]
    if not data.endswith(MAGIC) or len(data) < 60:
        return data
    end = last[0] - 5  # the first handle is of what follows the first block, in a file as short as `_checkpoint` makes
    if not 0 < end < len(data) - 53:
        return data
    return data[: end + 1] + struct.pack("<I", masked_crc32c(data[: end + 1])) + data[end + 5 :]


def _keras():
    """The configuration of a model of Keras, with a layer that is called twice."""
    layers = [
        {"class_name": "InputLayer", "name": "x", "config": {"batch_input_shape": [None, 4], "dtype": "float32"}, "inbound_nodes": []},
        {"class_name": "Dense", "name": "d", "config": {"trainable": True, "units": 4}, "inbound_nodes": [[["x", 0, 0, {}]], [["d", 0, 0, {}]]]},
    ]  # fmt: skip
    config = {"name": "m", "layers": layers, "input_layers": [["x", 0, 0]], "output_layers": [["d", 1, 0]]}
    return json.dumps({"class_name": "Functional", "config": config}).encode()
