"""Recognises a model of TensorFlow.js (``model.json``). Format: tfjs-core/src/io/types.ts, ModelJSON."""

from __future__ import annotations

import re

from ..format import refused

_KEYS = re.compile(rb'\s*\{\s*"(?:modelTopology|weightsManifest|format"\s*:\s*"(?:graph|layers)-model)"')

FORMAT = refused(
    lambda head: _KEYS.match(head.data[:4096]) is not None,
    what="a model of TensorFlow.js, which opscope does not read",
    do="give the SavedModel or the Keras model that it was made from, or convert one of layers back: tensorflowjs_converter --input_format tfjs_layers_model --output_format keras",
)
