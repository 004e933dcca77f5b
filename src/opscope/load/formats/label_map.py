"""Recognises a label map (``.pbtxt``): the names of the classes that a detector finds.

Format: object_detection/protos/string_int_label_map.proto.
"""

from __future__ import annotations

from ..format import refused

FORMAT = refused(
    lambda head: head.word_in("item"),
    what="a label map, which names classes and holds no graph",
    do="give the model that it belongs to, such as frozen_inference_graph.pb",
)
