"""The protobuf wire format, as far as telling formats apart and naming the byte where a file breaks need it.

Format: https://protobuf.dev/programming-guides/encoding
"""

from __future__ import annotations

from typing import Dict, Iterator, List, NamedTuple, Optional, Tuple

from .proto import parse_schema

VARINT, FIXED64, BYTES, GROUP, GROUP_END, FIXED32 = range(6)


class Field(NamedTuple):
    """One field on the wire: its number, wire type, and where its value begins and ends."""

    number: int
    wire: int
    start: int
    end: int


class BrokenError(ValueError):
    """The bytes are no protobuf message; `byte` is where they stop being one."""

    def __init__(self, byte: int, why: str) -> None:
        super().__init__(why)
        self.byte = byte


def fields(data: bytes, start: int, end: int) -> Iterator[Field]:
    """The fields between two places in `data`, not looking inside them. `BrokenError` at the first that is none."""
    at = start
    while at < end:
        tag, value = _varint(data, at, end)
        number, wire = tag >> 3, tag & 7
        if number == 0 or wire > FIXED32:
            raise BrokenError(at, "no field begins with this byte")
        if wire == VARINT:
            _, after = _varint(data, value, end)
        elif wire == BYTES:
            length, value = _varint(data, value, end)
            after = value + length
        else:
            after = value + {FIXED64: 8, FIXED32: 4}.get(wire, 0)
        if after > end:
            raise BrokenError(at, f"a field of {after - value:,} bytes, of which only {end - value:,} are there")
        yield Field(number, wire, value, after)
        at = after


def _varint(data: bytes, at: int, end: int) -> Tuple[int, int]:
    value = 0
    for place in range(at, min(end, at + 10)):
        value |= (data[place] & 127) << 7 * (place - at)
        if data[place] < 128:
            return value, place + 1
    raise BrokenError(at, "a number that does not end")


def broken_at(data: bytes, message: str) -> Optional[Tuple[int, str]]:
    """The byte where `data` stops being a message of the schema, and why; ``None`` where nothing is wrong."""
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
    """Message -> field number -> type; an entry of a map is a message of its own."""
    types: Dict[str, Dict[int, str]] = {}
    for name, rows in parse_schema().items():
        own = types[name] = {number: kind.lstrip("*") for number, _, kind, _ in rows}
        for number, kind in list(own.items()):
            if kind.startswith("map<"):
                key, _, value = kind[4:-1].partition(",")
                types[kind] = {1: key, 2: value}
                own[number] = kind
    return types
