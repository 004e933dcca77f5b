"""Where the functions of a dataset are written: it was made outside of any graph, and no traceback tells where, but its functions are the user's."""

from __future__ import annotations

from typing import Any, Iterable, Iterator, NamedTuple, Optional, Tuple

from ..graph.types import Source
from .earlier_traces import definition_line
from .seams import tensorflow
from .user_frames import Sources

_MOST = 1000
"""A dataset may be made of as many others; it is none of a program that repeats itself."""


class DatasetLine(NamedTuple):
    """One dataset that another is made of."""

    made_by: str
    """The name of its class, ``_ParallelMapDataset``."""
    source: Optional[Source]
    """The line of the function that it runs; ``None`` if it runs none, or a library's."""


def dataset_lines(values: Iterable[Any]) -> Tuple[DatasetLine, ...]:
    """What the datasets and iterators among some values are made of, each before those that it takes its elements from."""
    sources = Sources()
    return tuple([DatasetLine(type(each).__name__, _line(each, sources)) for each in _datasets(values)])


def _line(dataset: Any, sources: Sources) -> Optional[Source]:
    wrapped = (value for value in vars(dataset).values() if type(value).__name__ == "StructuredFunctionWrapper")
    functions = [getattr(value, "_func", None) for value in wrapped]
    return definition_line(functions[0], sources) if len(functions) == 1 and functions[0] is not None else None


def _datasets(values: Iterable[Any]) -> Iterator[Any]:
    """The datasets, each followed by those that it is made of."""
    dataset = tensorflow().data.Dataset
    waiting = [getattr(value, "_dataset", value) for value in values]
    seen = 0
    while waiting and seen < _MOST:
        one = waiting.pop()
        if isinstance(one, dataset):
            seen += 1
            yield one
            try:
                waiting.extend(one._inputs())
            except Exception:
                continue
