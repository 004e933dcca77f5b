"""NodeDefs whose attributes stay packed: most ops of a graph have the attributes of another, and each set is parsed once.

An entry of a protobuf map is a message in a repeated field (https://protobuf.dev/programming-guides/proto3/#maps), so
that a NodeDef's attributes may just as well be read as so many bytes: equal bytes, equal attributes.
"""

from __future__ import annotations

from typing import Any, Iterable

from ..errors import LoadError
from .proto import message_class
from .schema import SCHEMA

_NODE = "NodeDef\n  1 name string\n  2 op string\n  3 input *string\n  4 device string\n  5 attr "
PACKED = SCHEMA.replace(f"{_NODE}map<string,AttrValue>", f"{_NODE}*bytes")
"""The schema with a NodeDef's attributes as bytes, one item an entry."""
_TAG = b"\x2a"
"""Field 5, of which the length is told."""
MOST_PACKED = 1024
"""Larger attribute sets hold the contents of a constant: few are equal, and a copy to compare with would double the memory."""


def unpacked(name: str, entries: Iterable[bytes]) -> Any:
    """A NodeDef message with nothing but the attributes in `entries`; `LoadError` names the node where they are none."""
    node = message_class("NodeDef")()
    try:
        node.ParseFromString(b"".join([part for entry in entries for part in (_TAG, _length(entry), entry)]))
    except Exception as error:  # protobuf's runtimes raise different classes
        shown = repr(name if len(name) <= 120 else name[:119] + "…")
        raise LoadError(f"node {shown} has an attribute that cannot be read ({error}); the file is damaged") from error
    return node


def _length(data: bytes) -> bytes:
    """The number of bytes as a varint."""
    size, found = len(data), bytearray()
    while size > 127:
        found.append(size & 127 | 128)
        size >>= 7
    found.append(size)
    return bytes(found)
