"""Recognises a tar archive. Format: POSIX.1, pax, ustar interchange format: the magic in the first entry's header."""

from __future__ import annotations

from ..format import refused

FORMAT = refused(
    lambda head: head.data[257:262] == b"ustar",
    what="a tar archive",
    do="unpack it first, and give the model that is in it",
)
