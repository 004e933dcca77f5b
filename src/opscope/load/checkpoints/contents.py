"""What the index of a checkpoint says: the variables, and where the message is that describes their objects.

Formats: tensorflow/core/protobuf/tensor_bundle.proto and util/tensor_bundle/tensor_bundle.cc; of files that TensorFlow wrote before 0.12,
and still does if it is asked to, core/util/saved_tensor_slice.proto.
"""

from __future__ import annotations

import io
import struct
from dataclasses import dataclass
from typing import Any, Dict, Iterator, List, NamedTuple, Optional

from ...errors import LoadError
from ...graph.types import Shape
from ...program.output_types import shape_of
from ...program.proto import dtype_name, message_class
from ...program.wire import varint
from ..archives.packed_path import FilePlace, PackedPath
from ..crc32c import masked_crc32c
from .checkpoint_schema import CHECKPOINT_SCHEMA
from .finding import INDEX
from .index_table import TableEntry, table_entries

OBJECT_GRAPH = "_CHECKPOINTABLE_OBJECT_GRAPH"
_MOST_OBJECTS = 1 << 23
"""Bytes of the message about the objects; ten thousand objects take about one million."""
_SLICE = b"\0"
"""How the keys of parts of variables begin, behind which the whole ones are; see tensorflow/core/util/saved_tensor_slice_util.cc."""
_NAME_END = b"\0\1"
_CHECKSUM = 4
_FIRST_FIELD_MESSAGE = 0x0A


class SavedVariable(NamedTuple):
    """A variable in a checkpoint, and its size in the file if that is known: the parts of a divided one are listed elsewhere."""

    key: str
    dtype: str
    shape: Shape
    size: Optional[int]


class _Place(NamedTuple):
    """Where a tensor's bytes are: in which of the files with values."""

    shard: int
    offset: int
    size: int
    checksum: int


@dataclass(frozen=True)
class CheckpointContents:
    """What an index lists."""

    variables: List[SavedVariable]
    shards: int = 1
    """How many files have the values."""
    objects: Optional[_Place] = None
    """Where the object graph is; ``None`` if the checkpoint has none, as those of TensorFlow 1."""


def contents(data: bytes) -> CheckpointContents:
    """What an index lists, by its bytes. `LoadError` where it is damaged."""
    found: List[SavedVariable] = []
    objects: Optional[_Place] = None
    shards = 1
    entries = table_entries(data)
    for number, entry in enumerate(entries):
        if not number:
            if entry.key:
                raise LoadError(
                    "a sorted table, but not of a checkpoint: it does not begin as one; is this the right file?"
                )
            if entry.value[:1] == bytes([_FIRST_FIELD_MESSAGE]):
                return _of_first_format(entry.value, entries)
            shards = _parsed("BundleHeaderProto", entry.value).num_shards
        elif not entry.key.startswith(_SLICE):
            key, told = _text(entry.key), _parsed("BundleEntryProto", entry.value)
            if key == OBJECT_GRAPH:
                objects = _Place(told.shard_id, told.offset, told.size, told.crc32c)
            else:
                size = told.size if told.size > 0 else None
                found.append(SavedVariable(key, dtype_name(told.dtype), shape_of(told.shape), size))
    if not found:
        raise LoadError("a checkpoint without a variable; is it the right file?")
    return CheckpointContents(found, shards, objects)


def _of_first_format(value: bytes, entries: Iterator[TableEntry]) -> CheckpointContents:
    """The variables by the list that is the first value of the table; the other values are those of the variables, which are not read."""
    tensors = _parsed("SavedTensorSlices", value).meta.tensor
    sizes = _sizes(entries)
    found = [
        SavedVariable(each.name, dtype_name(each.type), shape_of(each.shape), sizes.get(each.name)) for each in tensors
    ]
    if not found:
        raise LoadError("a checkpoint without a variable; is it the right file?")
    return CheckpointContents(found, shards=0)


def _sizes(entries: Iterator[TableEntry]) -> Dict[str, int]:
    """Of each variable the bytes of its parts; of none if the table is damaged, since not all parts are known then."""
    sizes: Dict[str, int] = {}
    try:
        for entry in entries:
            name = _name_in(entry.key)
            if name is not None:
                sizes[name] = sizes.get(name, 0) + entry.size
    except LoadError:
        return {}
    return sizes


def _name_in(key: bytes) -> Optional[str]:
    """The variable's name in the key of a part: behind a 0 as a number it stands so that keys sort as names do, and then where the part lies.

    Format: tensorflow/core/lib/strings/ordered_code.cc, `WriteNumIncreasing` and `WriteString`.
    """
    end = key.find(_NAME_END, 1)
    if not key.startswith(_SLICE) or end < 0:
        return None
    return _text(key[1:end].replace(b"\0\xff", b"\0").replace(b"\xff\0", b"\xff"))


def _parsed(name: str, data: bytes) -> Any:
    message = message_class(name, CHECKPOINT_SCHEMA)()
    try:
        message.ParseFromString(data)
    except Exception:  # noqa: BLE001, protobuf's runtimes raise different classes
        raise LoadError(f"a damaged checkpoint ({name} cannot be read); was it copied completely?") from None
    return message


def _text(key: bytes) -> str:
    return key.decode("utf-8", "backslashreplace")


def value_files(index: FilePlace, shards: int) -> List[FilePlace]:
    """The files with the values that are beside an index."""
    named = (_value_file(index, shard, shards) for shard in range(min(shards, 10_000)))
    return [each for each in named if each.is_file()]


def _value_file(index: FilePlace, shard: int, shards: int) -> FilePlace:
    return index.parent / f"{index.name[: -len(INDEX)]}.data-{shard:05d}-of-{shards:05d}"


def object_graph(index: FilePlace, found: CheckpointContents) -> Any:
    """The TrackableObjectGraph of a checkpoint; ``None`` if it has none or the file that has it is not there or damaged.

    Only its bytes are read. It is a tensor of one text: the text's length, a checksum of that, the text.
    """
    place = found.objects
    if place is None or not 0 < place.size <= _MOST_OBJECTS or place.offset < 0:
        return None
    try:
        data = _slice(_value_file(index, place.shard, found.shards), place.offset, place.size)
        length, at = varint(data, 0, len(data))
        # The checksum is of the length as four bytes, not as it is written.
        if (
            at + _CHECKSUM + length != len(data)
            or masked_crc32c(struct.pack("<I", length) + data[at:]) != place.checksum
        ):
            return None
        return _parsed("TrackableObjectGraph", data[at + _CHECKSUM :])
    except (LoadError, OSError, ValueError, struct.error):
        return None


def _slice(file: FilePlace, offset: int, size: int) -> bytes:
    """A part of a file; empty if it has not so many bytes."""
    if not file.is_file() or file.stat().st_size < offset + size:
        return b""
    stream = file.open_binary() if isinstance(file, PackedPath) else file.open("rb")
    with stream:
        stream.seek(offset, io.SEEK_CUR)  # a stream of an archive may begin elsewhere than with this file
        return stream.read(size)
