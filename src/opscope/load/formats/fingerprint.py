"""Recognises ``fingerprint.pb``, a few checksums that stand beside ``saved_model.pb``.

Format: tensorflow/core/protobuf/fingerprint.proto.
"""

from __future__ import annotations

from ...program.wire import VARINT
from ..format import refused
from ..heads import Head
from ..messages import first_fields

_CHECKSUMS = range(1, 6)


def _fits(head: Head) -> bool:
    found = first_fields(head.data)
    numbers = [field.number for field in found if field.number in _CHECKSUMS]
    return len(numbers) > 2 and numbers == sorted(set(numbers)) and all(
        field.wire == VARINT for field in found if field.number in _CHECKSUMS
    )  # fmt: skip


FORMAT = refused(
    _fits,
    what="the checksums of a SavedModel (fingerprint.pb), which stand beside a graph",
    do="give the folder that it is in, or its saved_model.pb",
)
