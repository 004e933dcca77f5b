"""Recognises a file that is compressed with gzip. Format: RFC 1952, 2.3.1."""

from __future__ import annotations

from ..format import refused

FORMAT = refused(
    lambda head: head.data.startswith(b"\x1f\x8b"),
    what="compressed with gzip",
    do="unpack it first",
)
