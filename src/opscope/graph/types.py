"""The small values a graph is made of: tensor types, source places, variables, edges and the measured figures."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple, Optional, Tuple

Shape = Optional[Tuple[Optional[int], ...]]
"""A tensor's shape: ``None`` for unknown rank, ``None`` inside for an unknown dimension."""
MOST_RANK = 254
"""TensorFlow's own limit on the number of dimensions."""

CONTROL = -1
"""The value of ``edge_output`` that marks a control edge."""


class TensorType(NamedTuple):
    """The type of one output: its dtype as TensorFlow spells it (``float32``) and its shape."""

    dtype: str
    shape: Shape


class Source(NamedTuple):
    """A place in the user's code: file (relative to the working directory when below it), line from 1, function."""

    file: str
    line: int
    function: str

    def __str__(self) -> str:
        """The place as ``file:line``, the form that editors and terminals follow."""
        return f"{self.file}:{self.line}"


class Edge(NamedTuple):
    """One input of a node: the producer's index in the table and which of its outputs, or `CONTROL`."""

    node: int
    output: int

    @property
    def control(self) -> bool:
        """Whether this is a control edge: an order, no tensor."""
        return self.output == CONTROL


class Port(NamedTuple):
    """A named end of the graph: an input the caller feeds or an output it gets."""

    name: str
    node: int
    output: int


@dataclass(frozen=True)
class Variable:
    """One variable of the model, counted once however often it is used."""

    id: int
    object_path: str
    dtype: str
    shape: Shape
    trainable: bool

    @property
    def size(self) -> Optional[int]:
        """Number of elements; ``None`` when the shape is not fully known."""
        if self.shape is None:
            return None
        size = 1
        for dimension in self.shape:
            if dimension is None:
                return None
            size *= dimension
        return size


@dataclass(frozen=True)
class Cost:
    """Floating point operations and bytes moved, per step, or per iteration where a trip count is unknown."""

    flops: Optional[float]
    bytes: Optional[float]
    per: str = "step"


@dataclass(frozen=True)
class Measured:
    """What was measured on an op or group, or brought by `Graph.overlay`: means per step, times in microseconds."""

    time_us: Optional[float] = None
    busy_us: Optional[float] = None
    calls: Optional[float] = None
    memory_bytes: Optional[float] = None
    fused: Optional[Tuple[str, ...]] = None
