"""Recognises ``saved_model_debug_info.pb``, the source lines that stand beside a SavedModel.

Format: tensorflow/core/framework/graph_debug_info.proto: field 1 the files of code, as texts.
"""

from __future__ import annotations

from ...program.wire import BYTES
from ..format import refused
from ..heads import Head
from ..messages import first_fields

_FILES = 1


def _fits(head: Head) -> bool:
    found = first_fields(head.data)[:1]
    if not found or found[0][:2] != (_FILES, BYTES):
        return False
    text = head.data[found[0].start : found[0].end]
    return text.endswith(b".py") and text[:1] != b"\n"  # a NodeDef, which a GraphDef has there, begins with that byte


FORMAT = refused(
    _fits,
    what="the source lines of a SavedModel (saved_model_debug_info.pb), which stand beside a graph",
    do="give the SavedModel's folder",
)
