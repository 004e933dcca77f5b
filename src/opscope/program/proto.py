"""TensorFlow's messages in a private descriptor pool, so that they live beside TensorFlow's own in one process."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any, Dict, List, Tuple

from google.protobuf import descriptor_pb2, descriptor_pool, message_factory

from .schema import DATA_TYPES, SCHEMA

PACKAGE = "opscope_tf"
_FIELD = descriptor_pb2.FieldDescriptorProto
_SCALARS = {
    "double": _FIELD.TYPE_DOUBLE, "float": _FIELD.TYPE_FLOAT, "int64": _FIELD.TYPE_INT64,
    "uint64": _FIELD.TYPE_UINT64, "int32": _FIELD.TYPE_INT32, "bool": _FIELD.TYPE_BOOL,
    "string": _FIELD.TYPE_STRING, "bytes": _FIELD.TYPE_BYTES, "uint32": _FIELD.TYPE_UINT32,
    "fixed64": _FIELD.TYPE_FIXED64, "sint64": _FIELD.TYPE_SINT64,
}  # fmt: skip
_MAP = re.compile(r"map<(\w+),(\S+)>$")

DTYPE_NAMES: Dict[int, str] = {}
"""TensorFlow's number of a data type -> its name (`1 -> "float32"`); reference types end in `_ref`."""

for _item in DATA_TYPES.split():
    _name, _, _number = _item.partition("=")
    _name = {"float": "float32", "double": "float64", "half": "float16"}.get(_name, _name)
    DTYPE_NAMES[int(_number)] = _name
    DTYPE_NAMES[int(_number) + 100] = _name + "_ref"


def dtype_name(number: int) -> str:
    """The name of a data type; a number that opscope does not know keeps its number: ``dtype_77``."""
    return DTYPE_NAMES.get(number) or f"dtype_{number}"


def parse_schema(text: str = SCHEMA) -> Dict[str, List[Tuple[int, str, str, str]]]:
    """The schema text as message name -> fields (number, name, type, oneof or "")."""
    messages: Dict[str, List[Tuple[int, str, str, str]]] = {}
    fields: List[Tuple[int, str, str, str]] = []
    for line in text.strip().splitlines():
        if not line.startswith(" "):
            fields = messages.setdefault(line, [])
            continue
        number, name, kind, *oneof = line.split()
        fields.append((int(number), name, kind, oneof[0].lstrip("|") if oneof else ""))
    return messages


def _flat(name: str) -> str:
    return name.replace(".", "_")


def _set_type(field: Any, kind: str) -> None:
    if kind in _SCALARS:
        field.type = _SCALARS[kind]
    elif kind == "DataType":
        field.type, field.type_name = _FIELD.TYPE_ENUM, f".{PACKAGE}.DataType"
    else:
        field.type, field.type_name = _FIELD.TYPE_MESSAGE, f".{PACKAGE}.{_flat(kind)}"


def _add_map_entry(message: Any, field: Any, key: str, value: str) -> None:
    entry = message.nested_type.add(name="".join(part.capitalize() for part in field.name.split("_")) + "Entry")
    entry.options.map_entry = True
    for number, (name, kind) in enumerate((("key", key), ("value", value)), 1):
        part = entry.field.add(name=name, number=number, label=_FIELD.LABEL_OPTIONAL)
        _set_type(part, kind)
    field.type, field.label = _FIELD.TYPE_MESSAGE, _FIELD.LABEL_REPEATED
    field.type_name = f".{PACKAGE}.{message.name}.{entry.name}"


def _file(schema: str) -> Any:
    file = descriptor_pb2.FileDescriptorProto(name="opscope_tf.proto", package=PACKAGE, syntax="proto3")
    enum = file.enum_type.add(name="DataType")
    for item in DATA_TYPES.split():
        name, _, number = item.partition("=")
        enum.value.add(name=f"DT_{name.upper()}", number=int(number))
    for item in DATA_TYPES.split()[1:]:
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
    pool = descriptor_pool.DescriptorPool()
    pool.AddSerializedFile(_file(schema).SerializeToString())
    return pool


@lru_cache(maxsize=None)
def message_class(name: str, schema: str = SCHEMA) -> Any:
    """The class of one message of `schema`, named without package: ``GraphDef``, ``OpDef.ArgDef``.

    Every schema text has a pool of its own.
    """
    descriptor = _pool(schema).FindMessageTypeByName(f"{PACKAGE}.{_flat(name)}")
    if hasattr(message_factory, "GetMessageClass"):
        return message_factory.GetMessageClass(descriptor)
    older: Any = message_factory  # its own stubs know the newest protobuf only
    return older.MessageFactory(_pool(schema)).GetPrototype(descriptor)
