"""Recognises files of weights alone: safetensors, GGUF.

Formats: safetensors, README (8 bytes of length, then JSON); ggml, docs/gguf.md.
"""

from __future__ import annotations

from ..format import TRACE, refused
from ..heads import Head


def _fits(head: Head) -> bool:
    return head.data.startswith(b"GGUF") or _is_safetensors(head.data)


def _is_safetensors(data: bytes) -> bool:
    end = 8 + int.from_bytes(data[:8], "little")
    return data[8:9] == b"{" and 10 <= end <= len(data) and data[max(8, end - 64) : end].rstrip(b" ").endswith(b"}")


FORMAT = refused(
    _fits,
    what="weights alone (safetensors or GGUF), and no graph",
    do=f"build the model that they belong to, and give it to {TRACE}",
)
