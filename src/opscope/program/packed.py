"""NodeDefs whose attributes stay unparsed bytes, so that each distinct set of attributes is parsed only once.

Most ops of a graph have the same attributes as another: a training step of 47,695 ops has 141 distinct sets. On the wire,
a protobuf map is a repeated field with one message for each entry (https://protobuf.dev/programming-guides/proto3/#maps).
So a schema that calls these messages bytes reads the same file, and equal bytes are equal attributes.
"""

from __future__ import annotations

from typing import Any, Iterable

from ..errors import LoadError
from .proto import message_class
from .schema import SCHEMA

_NODE = "NodeDef\n  1 name string\n  2 op string\n  3 input *string\n  4 device string\n  5 attr "
PACKED = SCHEMA.replace(f"{_NODE}map<string,AttrValue>", f"{_NODE}*bytes")
"""The schema in which a NodeDef's attributes are bytes, one item for each entry of the map."""
_TAG = b"\x2a"
"""What stands before each entry: field 5 (``attr``), wire type 2 (a length follows), which is ``5 << 3 | 2``."""
MOST_PACKED = 1024
"""Sets of attributes with more bytes are not compared. They hold the contents of a constant, which few nodes share, and a
copy to compare with would double the memory."""


def unpacked(name: str, entries: Iterable[bytes]) -> Any:
    """A NodeDef message with only the attributes in `entries`; `LoadError` names the node if they cannot be parsed."""
    node = message_class("NodeDef")()
    try:
        node.ParseFromString(b"".join([part for entry in entries for part in (_TAG, _length(entry), entry)]))
    except Exception as error:  # protobuf's runtimes raise different classes
        shown = repr(name if len(name) <= 120 else name[:119] + "…")
        raise LoadError(f"node {shown} has an attribute that cannot be read ({error}); the file is damaged") from error
    return node


def _length(data: bytes) -> bytes:
    """The number of bytes as a varint: 7 bits a byte, the lowest first, the top bit set in all but the last."""
    size, found = len(data), bytearray()
    while size > 127:
        found.append(size & 127 | 128)
        size >>= 7
    found.append(size)
    return bytes(found)
