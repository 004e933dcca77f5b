"""Recognises an engine of TensorRT, which holds compiled kernels: its first bytes, as the TensorRT runtime checks them."""

from __future__ import annotations

from ..format import refused

FORMAT = refused(
    lambda head: head.data.startswith((b"ptrt", b"ftrt")),
    what="an engine of TensorRT, which holds compiled code but no graph",
    do="give the model that it was built from",
)
