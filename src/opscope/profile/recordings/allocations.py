"""Reads the events in which an allocator of TensorFlow says what it hands out and takes back.

TensorFlow's best-fit allocator writes one for each: that of a GPU, and that of oneDNN on the host, which takes only what is large (from
4 KiB in TensorFlow 2.10, from 256 KiB in later versions). TensorFlow 2.4, and any version with oneDNN off, writes none for the host.
"""

from __future__ import annotations

from typing import Any, Optional

from .raw import Allocation, Release
from .stats import Stats, as_number, decoded

_NOBODY = b"(null)"
"""How TensorFlow writes, until 2.20, that no op is known."""


def allocation_of(stats: Stats, event: Any) -> Optional[Allocation]:
    """What was handed out, without the time; ``None`` if it is not told how much. Whose it is may be unknown: the name is empty then."""
    found = stats.of(event)
    size = found.get(b"requested_bytes")
    if size is None:
        return None
    name, held = stats.text(found.get(b"tf_op")), found.get(b"bytes_allocated")
    return Allocation(
        "" if name == _NOBODY else decoded(name),
        as_number(size),
        stats.text(found.get(b"region_type")) == b"output",
        as_number(found.get(b"id")),
        0,
        as_number(found.get(b"addr")),
        decoded(stats.text(found.get(b"allocator_name"))),
        None if held is None else max(0, as_number(held) - as_number(found.get(b"allocation_bytes"))),
    )


def release_of(stats: Stats, event: Any) -> Optional[Release]:
    """What was taken back, without the time; ``None`` if it is not told which."""
    found = stats.of(event)
    address = as_number(found.get(b"addr"))
    return Release(address, 0, decoded(stats.text(found.get(b"allocator_name")))) if address else None
