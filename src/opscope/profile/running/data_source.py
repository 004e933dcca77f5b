"""What a `tf.data.Dataset` means that `profile` is given: data for the model, of which one batch is taken, or an argument as it is."""

from __future__ import annotations

from typing import Any, Dict, Optional, Tuple

from ...capture.seams import tensorflow
from ...capture.target import CONCRETE, FUNCTION, identify
from ...capture.tracing import LiveGraph, trace_function
from ...errors import InputError, TraceError
from ...graph.content import content_of
from ...graph.outside import outside_datasets


def is_dataset(value: Any) -> bool:
    """Whether a value is a dataset."""
    return isinstance(value, tensorflow().data.Dataset)


def traced_with_dataset(
    target: Any, inputs: Tuple[Any, ...], keywords: Dict[str, Any], options: Dict[str, Any]
) -> Optional[LiveGraph]:
    """The trace of a function that goes through the dataset which it is given; ``None`` where one batch is meant.

    Whether a function wants the dataset or a batch of it only the function knows. So it is traced with the dataset: one that
    takes a batch fails, or does nothing with it. A Keras model always takes a batch.
    """
    if not any(map(is_dataset, (*inputs, *keywords.values()))) or options["step"] is not None:
        return None
    if identify(target, None).kind not in {FUNCTION, CONCRETE}:
        return None
    try:
        live = trace_function(target, *inputs, is_run=True, **options, **keywords)
    except (TraceError, InputError):
        return None
    return live if outside_datasets(content_of(live.graph).table) else None


def rows_of_elements(inputs: Tuple[Any, ...], keywords: Dict[str, Any]) -> Optional[int]:
    """The `rows` of the first dataset's first element; ``None`` without one."""
    for dataset in filter(is_dataset, (*inputs, *keywords.values())):
        for element in dataset.take(1):
            return rows(element)
    return None


def rows(element: Any) -> Optional[int]:
    """The size of a batch: the leading dimension of the first tensor in an element; ``None`` without one."""
    tensors = tensorflow().nest.flatten(element, expand_composites=True)
    return next((int(tensor.shape[0]) for tensor in tensors if tensor.shape.rank), None)


def in_shared_threads(dataset: Any) -> Any:
    """The dataset with its functions run by TensorFlow's own threads, unless the user chose how many threads of its own it has.

    An iterator's own threads end with it, and some versions of TensorFlow then forget what they recorded: see `lost_runs`.
    """
    options = tensorflow().data.Options()
    chosen = dataset.options()
    if not hasattr(options, "threading") or getattr(chosen.threading, "private_threadpool_size", None) is not None:
        return dataset
    options.threading.private_threadpool_size = -1  # less than 0: no threads of its own
    return dataset.with_options(options)
