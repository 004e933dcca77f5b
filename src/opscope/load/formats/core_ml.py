"""Recognises a Core ML model (``.mlmodel``). Format: coremltools/mlmodel/format/Model.proto.

It begins like a SavedModel: a version, then a message, which is a ModelDescription here and a MetaGraphDef there.
"""

from __future__ import annotations

from ...program.wire import BYTES, VARINT
from ..format import refused
from ..heads import Head
from ..messages import first_fields, number_in

_VERSION, _DESCRIPTION = 1, 2
"""Fields of a Model, as those below; the model itself is a field from 200 on, by its kind."""
_OUTPUT, _GRAPH_DEF = 10, 2
"""From 10 on, its outputs, a ModelDescription has fields. A MetaGraphDef has none so high, and a GraphDef as field 2."""
_IS_UPDATABLE, _FIRST_KIND = 10, 200


def _fits(head: Head) -> bool:
    found = first_fields(head.data)
    if len(found) < 2 or found[0][:2] != (_VERSION, VARINT) or found[1][:2] != (_DESCRIPTION, BYTES):
        return False
    others = {field.number for field in found[2:]} - {_DESCRIPTION, _IS_UPDATABLE}
    if others:
        return min(others) >= _FIRST_KIND
    inside = {field.number for field in first_fields(head.data, found[1])}
    if any(number >= _OUTPUT for number in inside):
        return True
    return number_in(head.data, found[0]) > 1 and _GRAPH_DEF not in inside  # a SavedModel's version has always been 1


FORMAT = refused(
    _fits,
    what="a Core ML model, which opscope does not read",
    do="give the TensorFlow model that it was made from, since no usual tool converts it back",
)
