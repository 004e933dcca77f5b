"""Recognises a Python pickle. Format: Python's pickletools, the opcode PROTO. It is never unpickled: that can run any code."""

from __future__ import annotations

from ..format import TRACE, refused
from ..heads import SPECIAL_FIRST

FORMAT = refused(
    lambda head: (
        head.data[:2] in {b"\x80\x02", b"\x80\x03", b"\x80\x04", b"\x80\x05"} and head.data.rstrip()[-1:] == b"."
    ),
    what="a Python pickle, which opscope never loads, since that can run any code",
    do=f"load it in Python, if you trust it, and give the model to {TRACE}",
    precedence=SPECIAL_FIRST,
)
