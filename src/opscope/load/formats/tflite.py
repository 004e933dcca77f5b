"""Reads a TensorFlow Lite model: a FlatBuffer with the identifier of tensorflow/lite/schema/schema.fbs."""

from __future__ import annotations

from ...graph.graph import Graph
from ..format import Format, ModelFile, Wish
from ..messages import complaints


def _read(file: ModelFile, wish: Wish) -> Graph:
    from ..tflite_files.lite_assembly import graph_of_lite

    with complaints(file.path):
        return graph_of_lite(file.graph_name, file.data, wish)


FORMAT = Format(
    "a TensorFlow Lite model",
    lambda head: head.data[4:8] == b"TFL3",
    _read,
    precedence=0,
    maps=True,
    takes=frozenset({"signature", "function", "all"}),
)
