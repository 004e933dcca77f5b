"""Recognises ``keras_metadata.pb``, which Keras 2 wrote beside ``saved_model.pb``: what its layers are called, and no graph.

Format: keras/protobuf/saved_metadata.proto.
"""

from __future__ import annotations

from ...program.wire import BYTES
from ..format import refused
from ..heads import Head
from ..messages import first_fields

_NODES, _IDENTIFIER = 1, 4
"""The objects, and in each of them what kind it is: ``_tf_keras_layer``."""


def _fits(head: Head) -> bool:
    found = first_fields(head.data)[:1]
    if not found or found[0][:2] != (_NODES, BYTES):
        return False
    inside = first_fields(head.data, found[0])
    return any(
        each.number == _IDENTIFIER and head.data[each.start : each.end].startswith(b"_tf_keras_") for each in inside
    )


FORMAT = refused(
    _fits,
    what="the names of Keras's layers (keras_metadata.pb), which stand beside a graph",
    do="give the folder that it is in, or its saved_model.pb",
)
