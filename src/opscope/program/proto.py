"""Makes protobuf classes of the messages in `schema`, without TensorFlow.

They live in a descriptor pool of their own: protobuf's default pool holds TensorFlow's classes once TensorFlow is imported,
and two definitions of one message in one pool are an error.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any, Dict, List, NamedTuple

from google.protobuf import descriptor_pb2, descriptor_pool, message_factory

from .schema import DATA_TYPES, SCHEMA

PACKAGE = "opscope_tf"
_FIELD = descriptor_pb2.FieldDescriptorProto
_SCALARS = {
    "double": _FIELD.TYPE_DOUBLE, "float": _FIELD.TYPE_FLOAT, "int64": _FIELD.TYPE_INT64,
    "uint64": _FIELD.TYPE_UINT64, "int32": _FIELD.TYPE_INT32, "bool": _FIELD.TYPE_BOOL,
    "string": _FIELD.TYPE_STRING, "bytes": _FIELD.TYPE_BYTES, "uint32": _FIELD.TYPE_UINT32,
    "fixed32": _FIELD.TYPE_FIXED32, "fixed64": _FIELD.TYPE_FIXED64, "sint64": _FIELD.TYPE_SINT64,
}  # fmt: skip
_MAP = re.compile(r"map<(\w+),(\S+)>$")
"""``map<string,AttrValue>``"""

DTYPE_NAMES: Dict[int, str] = {}
"""TensorFlow's number of a data type -> its name, 1 -> ``float32``. Numbers from 101 on are TensorFlow 1's reference types:
101 -> ``float32_ref``."""

# The schema spells three of them as the DataType enum does, opscope as `tf.DType.name`.
for _item in DATA_TYPES.split():
    _name, _, _number = _item.partition("=")
    _name = {"float": "float32", "double": "float64", "half": "float16"}.get(_name, _name)
    DTYPE_NAMES[int(_number)] = _name
    DTYPE_NAMES[int(_number) + 100] = _name + "_ref"


def dtype_name(number: int) -> str:
    """The name of a data type; ``dtype_77`` for a number that opscope does not know."""
    return DTYPE_NAMES.get(number) or f"dtype_{number}"


class SchemaField(NamedTuple):
    """One field of a message, as a line of the schema has it."""

    number: int
    name: str
    kind: str
    """Its type: ``int64``, ``NodeDef``, ``*NodeDef`` (repeated) or ``map<string,AttrValue>``."""
    oneof: str
    """The oneof that it belongs to, or empty."""


def parse_schema(text: str = SCHEMA) -> Dict[str, List[SchemaField]]:
    """The text of a schema as message name -> fields."""
    messages: Dict[str, List[SchemaField]] = {}
    fields: List[SchemaField] = []
    for line in text.strip().splitlines():
        if not line.startswith(" "):
            fields = messages.setdefault(line, [])
            continue
        number, name, kind, *oneof = line.split()
        fields.append(SchemaField(int(number), name, kind, oneof[0].lstrip("|") if oneof else ""))
    return messages


def _flat(name: str) -> str:
    """``OpDef_ArgDef`` for ``OpDef.ArgDef``. We need not nest messages as TensorFlow does: a file holds no names of them."""
    return name.replace(".", "_")


def _set_type(field: Any, kind: str) -> None:
    """Give a field descriptor the type that the schema calls `kind`: a scalar, the enum DataType or a message."""
    if kind in _SCALARS:
        field.type = _SCALARS[kind]
    elif kind == "DataType":
        field.type, field.type_name = _FIELD.TYPE_ENUM, f".{PACKAGE}.DataType"
    else:
        field.type, field.type_name = _FIELD.TYPE_MESSAGE, f".{PACKAGE}.{_flat(kind)}"


def _add_map_entry(message: Any, field: Any, key: str, value: str) -> None:
    """Make `field` a map: protobuf wants a nested message FieldNameEntry with a key and a value, repeated."""
    entry = message.nested_type.add(name="".join(part.capitalize() for part in field.name.split("_")) + "Entry")
    entry.options.map_entry = True
    for number, (name, kind) in enumerate((("key", key), ("value", value)), 1):
        part = entry.field.add(name=name, number=number, label=_FIELD.LABEL_OPTIONAL)
        _set_type(part, kind)
    field.type, field.label = _FIELD.TYPE_MESSAGE, _FIELD.LABEL_REPEATED
    field.type_name = f".{PACKAGE}.{message.name}.{entry.name}"


def _file(schema: str) -> Any:
    """The schema as the descriptor of one .proto file, as `protoc` would make it."""
    file = descriptor_pb2.FileDescriptorProto(name="opscope_tf.proto", package=PACKAGE, syntax="proto3")
    enum = file.enum_type.add(name="DataType")
    for item in DATA_TYPES.split():
        name, _, number = item.partition("=")
        enum.value.add(name=f"DT_{name.upper()}", number=int(number))
    for item in DATA_TYPES.split()[1:]:  # all but DT_INVALID, which has no reference type
        name, _, number = item.partition("=")
        enum.value.add(name=f"DT_{name.upper()}_REF", number=int(number) + 100)
    for full_name, fields in parse_schema(schema).items():
        message = file.message_type.add(name=_flat(full_name))
        oneofs: Dict[str, int] = {}
        for tag, name, kind, oneof in fields:
            field = message.field.add(name=name, number=tag, label=_FIELD.LABEL_OPTIONAL)
            pair = _MAP.match(kind)
            if pair:
                _add_map_entry(message, field, *pair.groups())
                continue
            if kind.startswith("*"):
                field.label = _FIELD.LABEL_REPEATED
            _set_type(field, kind.lstrip("*"))
            if oneof:
                if oneof not in oneofs:
                    oneofs[oneof] = len(message.oneof_decl)
                    message.oneof_decl.add(name=oneof)
                field.oneof_index = oneofs[oneof]
    return file


@lru_cache(maxsize=None)
def _pool(schema: str) -> Any:
    """A descriptor pool with the messages of a schema."""
    pool = descriptor_pool.DescriptorPool()
    pool.AddSerializedFile(_file(schema).SerializeToString())
    return pool


@lru_cache(maxsize=None)
def message_class(name: str, schema: str = SCHEMA) -> Any:
    """The class of the message called `name` in `schema`, such as ``GraphDef`` or ``OpDef.ArgDef``.

    Each schema text gets a pool of its own: `packed` defines NodeDef another way, `profile` has other messages.
    """
    descriptor = _pool(schema).FindMessageTypeByName(f"{PACKAGE}.{_flat(name)}")
    if hasattr(message_factory, "GetMessageClass"):
        return message_factory.GetMessageClass(descriptor)
    # protobuf before 4.22 has no GetMessageClass. Its type stubs know the newest version only, so mypy sees Any.
    older: Any = message_factory
    return older.MessageFactory(_pool(schema)).GetPrototype(descriptor)
