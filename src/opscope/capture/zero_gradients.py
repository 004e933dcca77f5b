"""Traces a training step in which nothing gets a gradient, and which therefore fails: with zeros in place of the gradients.

Optimizers of Keras refuse such a step, and a step written by hand multiplies ``None`` by its learning rate. The graph would show where
the gradients end, but there is none. With zeros the step can be traced; what it asked for and did not get is noted as it was.
"""

from __future__ import annotations

import re
from typing import Any

from ..errors import OpscopeError, TraceError
from ..graph.graph import Graph
from .tracing import trace_function

_LACKS = re.compile(r"No gradients provided|\bNone(Type)?\b")
"""How Keras, TensorFlow and Python complain of gradients that are ``None``."""


def trace_with_zeros(target: Any, *inputs: Any, **options: Any) -> Graph:
    """As `trace`; but a step that fails since a gradient is ``None`` is traced with zeros in place of each such gradient.

    Raises:
        TraceError: as `trace`, with the error of the first trace, whatever went wrong in the second one.
    """
    try:
        return trace_function(target, *inputs, **options).graph
    except TraceError as error:
        if not _LACKS.search(str(error.__cause__)):
            raise
        first = error
    try:
        graph = trace_function(target, *inputs, zero_gradients=True, **options).graph
    except OpscopeError:
        raise first from first.__cause__
    if not _lacks_gradients(graph):
        raise first from first.__cause__
    return graph


def _lacks_gradients(graph: Graph) -> bool:
    """Whether a gradient was asked for that is ``None``: if none was, it was something else that failed, and zeros hid it."""
    return any(source.gradient is None for call in graph.facts["gradients"].asked for source in call.sources)
