"""All of keras.applications, each as a forward pass and as its compiled training step."""

from __future__ import annotations

import inspect
from typing import Any, Callable, Iterator

import tensorflow as tf

from .subject import Models, Subject


def _both(maker: Callable[..., Any]) -> "Callable[[], Iterator[Subject]]":
    def made() -> "Iterator[Subject]":
        model = maker(weights=None)
        size = tuple(each or 224 for each in model.input_shape[1:])
        yield Subject("forward", model, ((None, *size),))
        model.compile("adam", tf.keras.losses.SparseCategoricalCrossentropy(), metrics=["accuracy"])
        yield Subject("train", model, (tf.zeros((2, *size)), tf.zeros((2,), tf.int64)), {"step": "train"})

    return made


MODELS: Models = {
    name: _both(value)
    for name, value in sorted(vars(tf.keras.applications).items())
    if callable(value) and "weights" in inspect.signature(value).parameters
}
