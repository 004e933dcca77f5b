"""The schema is TensorFlow's, in a pool of its own that lives beside TensorFlow's in one process."""

from __future__ import annotations

import importlib
import subprocess
import sys

import pytest

from opscope.program.event_schema import EVENTS
from opscope.program.proto import message_class, parse_schema
from opscope.program.schema import DATA_TYPES

MODULES = (
    "core.framework.graph_pb2", "core.framework.function_pb2", "core.framework.op_def_pb2", "core.framework.variable_pb2",
    "core.framework.tensor_pb2", "core.framework.attr_value_pb2", "core.framework.types_pb2", "core.protobuf.saved_model_pb2",
    "core.protobuf.saved_object_graph_pb2", "core.protobuf.meta_graph_pb2", "core.protobuf.struct_pb2", "core.protobuf.trackable_object_graph_pb2",
    "core.framework.graph_debug_info_pb2", "core.protobuf.graph_debug_info_pb2", "core.util.event_pb2", "core.protobuf.config_pb2",
)  # fmt: skip
SCALARS = {
    1: "double", 2: "float", 3: "int64", 4: "uint64", 5: "int32", 6: "fixed64", 8: "bool", 9: "string", 12: "bytes",
    13: "uint32", 18: "sint64", 14: "enum",
}  # fmt: skip
NEWER = {
    # The layout of debug info changed with 2.15; signature defaults, resources' devices and some fields came one by one.
    ("GraphDebugInfo", "frames_by_id"), ("GraphDebugInfo", "traces_by_id"), ("GraphDebugInfo", "name_to_trace_id"),
    ("GraphDebugInfo.StackTrace", "frame_id"), ("GraphDef", "debug_info"), ("SignatureDef", "defaults"),
    ("TensorProto", "float8_val"), ("SavedObject", "registered_name"), ("SavedObject", "registered_saver"),
    ("SavedObject", "dependencies"), ("OpDef", "is_distributed_communication"),
    ("SavedVariable", "experimental_distributed_variable_components"), ("StructuredValue", "tensor_value"),
    ("StructuredValue", "numpy_value"), ("OpDef.ArgDef", "handle_data"),
}  # fmt: skip


@pytest.fixture(scope="module")
def theirs():
    """TensorFlow's message descriptors by name without package."""
    pytest.importorskip("tensorflow")
    found = {}

    def add(descriptor, prefix):
        name = f"{prefix}{descriptor.name}"
        found.setdefault(name, descriptor)
        for inner in descriptor.nested_types:
            add(inner, name + ".")

    def add_file(file):
        for descriptor in file.message_types_by_name.values():
            add(descriptor, "")
        for other in file.dependencies:
            if other.name.startswith("tensorflow"):
                add_file(other)

    for module in MODULES:
        try:
            file = importlib.import_module(f"tensorflow.{module}").DESCRIPTOR
        except ImportError:
            continue  # moved from one folder to the other
        add_file(file)
        if module.endswith("types_pb2"):
            found["DataType"] = file.enum_types_by_name["DataType"]
    return found


def repeated(field):
    return field.is_repeated if hasattr(field, "is_repeated") else field.label == field.LABEL_REPEATED


def kind_of(field):
    """A field's type as the schema text writes it."""
    message = field.message_type
    if message is not None and message.GetOptions().map_entry:
        key, value = message.fields_by_name["key"], message.fields_by_name["value"]
        return f"map<{single(key)},{single(value)}>"
    return ("*" if repeated(field) else "") + single(field)


def single(field):
    if field.message_type is not None:
        return field.message_type.full_name.partition(".")[2]
    return "DataType" if field.enum_type is not None else SCALARS[field.type]


def test_every_message_and_field_is_tensorflows(theirs):
    wrong = []
    for name, fields in parse_schema().items():
        if name.startswith("SavedMetadata"):
            continue  # Keras's, checked below
        descriptor = theirs.get(name)
        if descriptor is None:
            wrong.append(f"TensorFlow has no message {name}")
            continue
        for number, field, kind, oneof in fields:
            other = descriptor.fields_by_name.get(field)
            if other is None:
                if (name, field) not in NEWER:
                    wrong.append(f"{name} has no field {field}")
                continue
            union = other.containing_oneof.name if other.containing_oneof is not None else ""
            if (other.number, kind_of(other), union) != (number, kind, oneof):
                wrong.append(f"{name}.{field}: {(other.number, kind_of(other), union)}, not {(number, kind, oneof)}")
    assert not wrong


def test_what_event_files_are_made_of_is_tensorflows(theirs):
    """A field may be told with less of what is in it, since only its place in the file is looked for."""
    for name, fields in parse_schema(EVENTS).items():
        for number, field, kind, oneof in fields:
            other = theirs[name].fields_by_name[field]
            union = other.containing_oneof.name if other.containing_oneof is not None else ""
            assert (other.number, kind_of(other), union) == (number, kind, oneof), f"{name}.{field}"


def test_every_data_type_of_this_tensorflow_has_its_number(theirs):
    ours = dict(item.split("=") for item in DATA_TYPES.split())
    for value in theirs["DataType"].values:
        name = value.name[3:].lower()
        if not name.endswith("_ref"):
            assert int(ours[name]) == value.number, name
        else:
            assert int(ours[name[:-4]]) + 100 == value.number, name


def test_the_metadata_of_keras_has_its_fields():
    for place in ("keras.protobuf", "keras.src.protobuf", "tensorflow.python.keras.protobuf", "tf_keras.protobuf"):
        try:
            module = importlib.import_module(f"{place}.saved_metadata_pb2")
        except ImportError:
            continue
        for message, name in (
            (module.SavedMetadata, "SavedMetadata"),
            (module.SavedObject, "SavedMetadata.SavedObject"),
        ):
            for number, field, kind, _ in parse_schema()[name]:
                other = message.DESCRIPTOR.fields_by_name[field]
                assert other.number == number
                assert kind.startswith("*") == repeated(other)
        return
    pytest.skip("needs Keras 2 with its saved_metadata_pb2")


ROUND_TRIP = """
import sys
{first}
{second}
from tensorflow.core.framework import graph_pb2
from opscope.program.proto import message_class
theirs = graph_pb2.GraphDef()
theirs.node.add(name="a", op="Relu", input=["b"]).attr["T"].type = 1
ours = message_class("GraphDef")()
ours.ParseFromString(theirs.SerializeToString())
assert ours.node[0].name == "a" and ours.node[0].attr["T"].type == 1
back = graph_pb2.GraphDef()
back.ParseFromString(ours.SerializeToString())
assert back == theirs
print("same")
"""


@pytest.mark.parametrize("order", ["ours first", "theirs first"])
def test_both_schemas_live_in_one_process_whoever_comes_first(order):
    pytest.importorskip("tensorflow")
    both = ["from opscope.program.proto import message_class; message_class('GraphDef')", "import tensorflow"]
    first, second = both if order == "ours first" else reversed(both)
    code = ROUND_TRIP.format(first=first, second=second)
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.stdout.strip() == "same", done.stderr[-2000:]


def test_a_message_of_the_schema_reads_what_it_wrote():
    node = message_class("NodeDef")(name="a", op="Relu", input=["b", "^c"])
    node.attr["T"].type = 1
    again = message_class("NodeDef")()
    again.ParseFromString(node.SerializeToString())
    assert again == node


def test_loading_a_file_imports_no_tensorflow_and_no_numpy(tmp_path, build):
    path = tmp_path / "graph.pb"
    path.write_bytes(build.graph([build.node("x", "Placeholder")]))
    code = (
        f"import sys, opscope; len(opscope.load({str(path)!r}));"
        "print([name for name in ('tensorflow', 'numpy', 'rich') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
