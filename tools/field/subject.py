"""What `opscope.check` is called with for one model, and how a model is both called and trained."""

from __future__ import annotations

from dataclasses import dataclass, field
from importlib import import_module
from typing import Any, Callable, Dict, Iterator, Tuple

import tensorflow as tf


@dataclass(frozen=True)
class Subject:
    """One call of `opscope.check`."""

    what: str
    target: Any
    inputs: Tuple[Any, ...] = ()
    options: Dict[str, Any] = field(default_factory=dict)


Models = Dict[str, Callable[[], Iterator[Subject]]]
"""Name of a model -> what is checked of it, which is made only when it is asked for."""


def library(name: str) -> Any:
    """The library, or ``None`` where it is absent or does not go with the rest of the environment."""
    try:
        return import_module(name)
    except Exception:  # noqa: BLE001 - a library that is not made for this TensorFlow fails in any way
        return None


def tape_step(model: Any, loss: Callable[[Any], Any], optimizer: Any) -> Any:
    """A training step written by hand: the loss of a batch, its gradients, the weights updated.

    Args:
        model: What has the weights.
        loss: Batch -> the loss.
        optimizer: Of the Keras that the model is of.
    """

    @tf.function  # type: ignore[untyped-decorator]
    def step(batch: Any) -> Any:
        with tf.GradientTape() as tape:
            value = loss(batch)
        gradients = tape.gradient(value, model.trainable_variables)
        optimizer.apply_gradients(zip(gradients, model.trainable_variables))
        return value

    return step
