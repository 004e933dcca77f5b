"""The wire format, byte by byte: https://protobuf.dev/programming-guides/encoding."""

from __future__ import annotations

import pytest

from opscope.program.wire import BYTES, FIXED32, FIXED64, VARINT, BrokenError, Field, broken_at, fields

EVERY_KIND = bytes(
    [
        1 << 3 | 0,
        0x96,
        0x01,
        2 << 3 | 2,
        3,
        7,
        8,
        9,
        3 << 3 | 1,
        *range(8),
        4 << 3 | 5,
        *range(4),
        5 << 3 | 3,
        5 << 3 | 4,
    ]
)


def test_a_field_has_its_number_its_kind_and_its_place():
    assert list(fields(EVERY_KIND, 0, len(EVERY_KIND))) == [
        Field(1, VARINT, 1, 3), Field(2, BYTES, 5, 8), Field(3, FIXED64, 9, 17), Field(4, FIXED32, 18, 22),
        Field(5, 3, 23, 23), Field(5, 4, 24, 24),
    ]  # fmt: skip


def test_only_the_part_asked_for_is_read():
    data = b"\xff" + EVERY_KIND[:3] + b"\xff"
    assert list(fields(data, 1, 4)) == [Field(1, VARINT, 2, 4)]
    assert list(fields(data, 4, 4)) == []


def test_a_field_number_may_take_several_bytes():
    assert list(fields(bytes([0x82, 0x7D, 1, 5]), 0, 4)) == [Field(2000, BYTES, 3, 4)]


@pytest.mark.parametrize(
    ("data", "byte", "why"),
    [
        (b"\x00\x00", 0, "no field begins with this byte"),  # field 0
        (b"\x08\x01\x0e", 2, "no field begins with this byte"),  # kind 6
        (b"\x0a\x05abc", 0, "a field of 5 bytes, of which only 3 are there"),
        (b"\x08\x01\x0d\x00\x00\x00", 2, "a field of 4 bytes, of which only 3 are there"),
        (b"\x09" + bytes(7), 0, "a field of 8 bytes, of which only 7 are there"),
        (b"\x08", 1, "a number that does not end"),
        (b"\x08" + b"\x80" * 10, 1, "a number that does not end"),
        (b"\x80" * 9, 0, "a number that does not end"),
    ],
)
def test_where_bytes_stop_being_a_message_is_told(data, byte, why):
    with pytest.raises(BrokenError) as raised:
        list(fields(data, 0, len(data)))
    assert (raised.value.byte, str(raised.value)) == (byte, why)


def test_a_number_of_ten_bytes_is_the_longest():
    data = b"\x08" + b"\xff" * 9 + b"\x01"
    assert list(fields(data, 0, len(data))) == [Field(1, VARINT, 1, 11)]


def message(number, data):
    return bytes([number << 3 | 2, len(data)]) + data


def test_messages_inside_are_looked_into_and_text_must_be_utf8():
    """A GraphDef's nodes (1) have a name (1) and attributes (5), a map whose values are messages."""
    fine = message(1, message(1, "ü".encode()) + message(5, message(1, b"key") + message(2, message(2, b"\xff"))))
    assert broken_at(fine, "GraphDef") is None
    assert broken_at(fine + message(1, message(1, b"\xff")), "GraphDef") == (len(fine) + 4, "text that is not UTF-8")
    assert broken_at(message(1, message(5, message(1, b"\xff"))), "GraphDef") == (6, "text that is not UTF-8")
    assert broken_at(message(1, b"\x08"), "GraphDef") == (3, "a number that does not end")
    assert broken_at(message(1, message(5, message(2, b"\x0f"))), "GraphDef") == (6, "no field begins with this byte")
    fixed = bytes([1 << 3 | 5]) + b"\xff" * 4
    assert broken_at(message(1, fixed), "GraphDef") is None  # four bytes that are no text are no name
