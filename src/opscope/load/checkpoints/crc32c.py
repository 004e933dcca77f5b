"""The checksum of TensorFlow's files: CRC-32C, masked.

Formats: RFC 3720, B.4 (the polynomial); tensorflow/core/lib/hash/crc32c.h (Mask).
"""

from __future__ import annotations

from functools import lru_cache
from typing import Tuple

_POLYNOMIAL = 0x82F63B78  # with its bits reversed, since the lowest bit comes first


@lru_cache(maxsize=None)
def _table() -> Tuple[int, ...]:
    rows = []
    for value in range(256):
        for _ in range(8):
            value = value >> 1 ^ (_POLYNOMIAL if value & 1 else 0)
        rows.append(value)
    return tuple(rows)


def masked_crc32c(data: bytes) -> int:
    """The checksum as it stands in a file: turned by 15 bits, and a number added."""
    table, value = _table(), 0xFFFFFFFF
    for byte in data:
        value = table[(value ^ byte) & 255] ^ value >> 8
    value ^= 0xFFFFFFFF
    return ((value >> 15 | value << 17) + 0xA282EAD8) & 0xFFFFFFFF
