"""A small classifier with each optimizer, loss and metric of Keras in turn, as compiled training steps, in float32 and in mixed precision."""

from __future__ import annotations

import inspect
from typing import Any, Dict, Iterator

import tensorflow as tf

from .subject import Models, Subject

_keras = tf.keras
BESIDE = {
    "Optimizer",
    "Loss",
    "Metric",
    "CTC",
    "CategoricalGeneralizedCrossEntropy",
    "Circle",
    "Mean",
    "MeanIoU",
    "Sum",
}
"""Base classes, and what takes another thing than a classifier's output."""


def _classes(module: Any, base: str) -> Dict[str, Any]:
    """The classes of the module that can be made without arguments, and take a classifier's output and one-hot labels."""
    found = {name: value for name, value in vars(module).items() if inspect.isclass(value) and name not in BESIDE}
    return {
        name: value
        for name, value in sorted(found.items())
        if issubclass(value, getattr(module, base)) and not name.startswith("Sparse") and not _needs_arguments(value)
    }


def _needs_arguments(kind: Any) -> bool:
    _, *parameters = inspect.signature(kind.__init__).parameters.values()
    return any(
        each.default is each.empty and each.kind in {each.POSITIONAL_ONLY, each.POSITIONAL_OR_KEYWORD}
        for each in parameters
    )


def _trained(what: str, loss: Any, optimizer: Any = "sgd", metrics: Any = ()) -> Subject:
    model = _keras.Sequential(
        [
            _keras.Input((8,)),
            _keras.layers.Dense(16, activation="relu"),
            _keras.layers.BatchNormalization(),
            _keras.layers.Dropout(0.5),
            _keras.layers.Dense(4),
            _keras.layers.Softmax(dtype="float32"),
        ]
    )
    model.compile(optimizer, loss, metrics=list(metrics))
    return Subject(what, model, (tf.zeros((2, 8)), tf.zeros((2, 4))), {"step": "train"})


def _optimizers() -> "Iterator[Subject]":
    for name, kind in _classes(_keras.optimizers, "Optimizer").items():
        yield _trained(name, "categorical_crossentropy", kind())
    yield _trained("Adam, AMSGrad and clipped", "mse", _keras.optimizers.Adam(amsgrad=True, clipnorm=1.0))
    yield _trained("RMSprop, centred", "mse", _keras.optimizers.RMSprop(centered=True, momentum=0.9))
    decayed = _keras.optimizers.schedules.ExponentialDecay(0.1, 100, 0.9)
    yield _trained("SGD, decayed", "mse", _keras.optimizers.SGD(decayed, nesterov=True, momentum=0.9))


def _losses() -> "Iterator[Subject]":
    for name, kind in _classes(_keras.losses, "Loss").items():
        yield _trained(name, kind())


def _metrics() -> "Iterator[Subject]":
    for name, kind in _classes(_keras.metrics, "Metric").items():
        yield _trained(name, "mse", metrics=[kind()])


def _mixed() -> "Iterator[Subject]":
    _keras.mixed_precision.set_global_policy("mixed_float16")
    try:
        for name in ("adam", "sgd"):
            yield _trained(name, "categorical_crossentropy", name, ["accuracy"])
    finally:
        _keras.mixed_precision.set_global_policy("float32")


MODELS: Models = {
    "keras-optimizers": _optimizers,
    "keras-losses": _losses,
    "keras-metrics": _metrics,
    "keras-mixed-precision": _mixed,
}
