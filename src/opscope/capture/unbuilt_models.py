"""Leaves a Sequential model without a shape as it was, if a call with a wrong shape fails."""

from __future__ import annotations

from contextlib import contextmanager
from typing import Any, Iterator, List

from .keras import bases, is_keras3


@contextmanager
def sequentials_kept(subject: Any) -> Iterator[None]:
    """After an error, Keras 3's Sequential models in `subject` that were not built take any shape again.

    Such a model puts an input layer of the first shape that it is called with before its others, and keeps it when one of these
    refuses the shape. Then it refuses the right one too.
    """
    before = [(model, list(model._layers)) for model in _without_shape(subject)]
    try:
        yield
    except Exception:
        for model, layers in before:
            if not model.built:
                model._layers = layers
        raise


def _without_shape(subject: Any) -> List[Any]:
    """The Sequential models in a Keras 3 layer or model, itself included, that are not built."""
    if not is_keras3(subject):
        return []
    return [layer for layer in subject._flatten_layers() if "Sequential" in bases(layer) and not layer.built]
