"""Recognises the configuration of a Keras model as JSON (``model.to_json()``). Format: keras/src/saving/serialization_lib.py."""

from __future__ import annotations

import re

from ..format import TRACE, refused

_KEYS = re.compile(rb'\s*\{\s*"(?:class_name|module|backend|keras_version)"\s*:')

FORMAT = refused(
    lambda head: _KEYS.match(head.data[:4096]) is not None and b'"config"' in head.data[: 1 << 20],
    what="the configuration of a Keras model, which holds layers but no graph",
    do=f"build the model of it (keras.models.model_from_json), give that to {TRACE}",
)
