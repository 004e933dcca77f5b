"""Reads protobuf's wire format: just enough to tell formats apart, and to name the byte where a damaged file breaks.

Format: https://protobuf.dev/programming-guides/encoding
"""

from __future__ import annotations

from typing import Dict, Iterator, List, NamedTuple, Optional, Protocol, Tuple

from .proto import parse_schema

VARINT, FIXED64, BYTES, GROUP, GROUP_END, FIXED32 = range(6)
"""The wire types. BYTES is anything whose length is told: text, bytes, a message, packed numbers."""


class ByteSource(Protocol):
    """What bytes are read from: `bytes`, or a file of which only a part is in memory."""

    def __getitem__(self, place: int, /) -> int: ...


class Field(NamedTuple):
    """One field of a message: its number, its wire type, and where its value begins and ends in the data."""

    number: int
    wire: int
    start: int
    end: int


class BrokenError(ValueError):
    """The bytes are not a protobuf message; `byte` is the place where that shows."""

    def __init__(self, byte: int, why: str) -> None:
        super().__init__(why)
        self.byte = byte


def fields(data: ByteSource, start: int, end: int) -> Iterator[Field]:
    """The fields of the message between two places in `data`; raises `BrokenError` where the bytes are no field.

    What is inside a group (protobuf's old kind of message in a message) counts as fields of the message around it.
    """
    at = start
    while at < end:
        tag, value = varint(data, at, end)
        number, wire = tag >> 3, tag & 7  # the lowest three bits of a tag are the wire type
        if number == 0 or wire > FIXED32:
            raise BrokenError(at, "no field begins with this byte")
        if wire == VARINT:
            _, after = varint(data, value, end)
        elif wire == BYTES:
            length, value = varint(data, value, end)
            after = value + length
        else:
            after = value + {FIXED64: 8, FIXED32: 4}.get(wire, 0)  # 0: the tag that begins or ends a group is all of it
        if after > end:
            raise BrokenError(at, f"a field of {after - value:,} bytes, of which only {end - value:,} are there")
        yield Field(number, wire, value, after)
        at = after


def varint(data: ByteSource, at: int, end: int) -> Tuple[int, int]:
    """The number at a place, 7 bits a byte, and the place behind it. The last byte is the one whose top bit is 0."""
    value = 0
    for place in range(at, min(end, at + 10)):  # 64 bits take up to 10 bytes
        value |= (data[place] & 127) << 7 * (place - at)
        if data[place] < 128:
            return value, place + 1
    raise BrokenError(at, "a number that does not end")


def broken_at(data: bytes, message: str) -> Optional[Tuple[int, str]]:
    """The byte where `data` stops being a `message` of the schema, and why; ``None`` if nothing is wrong.

    Looks into every message inside it too. Fields that the schema does not have are taken as they are.
    """
    schema = _types()
    waiting: List[Tuple[int, int, str]] = [(0, len(data), message)]
    try:
        while waiting:
            start, end, name = waiting.pop()
            known = schema[name]
            for field in fields(data, start, end):
                kind = known.get(field.number, "bytes")
                if field.wire != BYTES:
                    continue
                if kind == "string":
                    data[field.start : field.end].decode("utf-8")
                elif kind in schema:
                    waiting.append((field.start, field.end, kind))
    except BrokenError as error:
        return error.byte, str(error)
    except UnicodeDecodeError:
        return field.start, "text that is not UTF-8"
    return None


def _types() -> Dict[str, Dict[int, str]]:
    """For each message its field numbers and their types. A map's entry is a message too: 1 is the key, 2 the value."""
    types: Dict[str, Dict[int, str]] = {}
    for name, rows in parse_schema().items():
        own = types[name] = {field.number: field.kind.lstrip("*") for field in rows}
        for kind in own.values():
            if kind.startswith("map<"):
                key, _, value = kind[4:-1].partition(",")
                types[kind] = {1: key, 2: value}
    return types
