"""Recognises a network of Caffe: ``.prototxt``, a text, and ``.caffemodel``.

Format: src/caffe/proto/caffe.proto, NetParameter.
"""

from __future__ import annotations

import re

from ...program.wire import BYTES
from ..format import refused
from ..heads import Head
from ..messages import first_fields

_LAYER = 100
"""The field of a NetParameter with its layers."""
_LAYERS = re.compile(rb"^\s*(?:layers?\s*\{|input(?:_dim|_shape)?\s*[:{])", re.MULTILINE)


def _fits(head: Head) -> bool:
    if head.word is not None:
        return head.word_in("layer", "layers", "name", "input") and _LAYERS.search(head.data[:4096]) is not None
    found = first_fields(head.data)
    return bool(found) and found[0][:2] == (1, BYTES) and any(field[:2] == (_LAYER, BYTES) for field in found)


FORMAT = refused(_fits, what="a network of Caffe, which opscope does not read", do="give a TensorFlow model")
