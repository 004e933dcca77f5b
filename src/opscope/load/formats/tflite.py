"""Recognises a TensorFlow Lite model: a FlatBuffer with the identifier of `tensorflow/lite/schema/schema.fbs`."""

from __future__ import annotations

from ..format import refused

FORMAT = refused(
    lambda head: head.data[4:8] == b"TFL3",
    what="a TensorFlow Lite model, which opscope does not read",
    do="give the SavedModel it was made from",
)
