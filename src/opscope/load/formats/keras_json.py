"""Reads the configuration of a Keras model as JSON (``model.to_json()``). Format: keras/src/saving/serialization_lib.py."""

from __future__ import annotations

import re

from ...graph.graph import Graph
from ..format import Format, ModelFile, Wish
from ..heads import Head
from ..messages import complaints

_KEYS = re.compile(rb'\s*\{\s*"(?:class_name|module|backend|keras_version)"\s*:')


def _fits(head: Head) -> bool:
    return _KEYS.match(head.data[:4096]) is not None and b'"config"' in head.data[: 1 << 20]


def _read(file: ModelFile, _: Wish) -> Graph:
    from ..keras_files.reading import of_text

    with complaints(file.path):
        return of_text(file.graph_name, file.data)


FORMAT = Format("the configuration of a Keras model", _fits, _read, precedence=0)
