"""The small values a graph is made of: tensor types, source places, variables, edges and the measured figures."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Mapping, NamedTuple, Optional, Tuple

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
    """What an op or group costs by its shapes: per step, or per iteration where a loop's trip count is unknown.

    A figure is ``None`` where it is not known. Of a group it is the sum over those of its ops that have it.
    """

    flops: Optional[float]
    """Floating point operations; a multiply-add counts 2."""
    bytes: Optional[float]
    """Bytes read and written."""
    per: str = "step"
    """``step`` or ``iteration``."""
    macs: Optional[float] = None
    """Multiply-adds of matrix products and convolutions, the figure of published tables; 0 for ops that are neither."""


@dataclass(frozen=True)
class GraphCost:
    """What a whole graph costs by its shapes, as `Graph.estimate` found it. A total is ``None`` where nothing is known.

    ``flops``, ``macs`` and ``bytes`` are sums over the ops that have the figure. The ops that are in no sum of FLOPs and
    MACs are listed in ``without_formula`` and ``unknown_shape``.
    """

    batch: Optional[int]
    """What stands for open leading dimensions; ``None``: nothing was given, so that each counts as 1."""
    per_sample: bool
    """Whether the figures are for one sample: the batch is open and none was given."""
    flops: Optional[float]
    """Floating point operations of a step (of a sample, if `per_sample`); a multiply-add counts 2."""
    macs: Optional[float]
    """Multiply-adds of matrix products and convolutions, the figure of published tables."""
    bytes: Optional[float]
    """Bytes read and written by the ops of a step."""
    peak_activation_bytes: Optional[int]
    """The most bytes of intermediate results alive at once; ``None`` where the size of one of them is not known."""
    without_formula: Mapping[str, int]
    """Op type that has no formula -> how many ops of it."""
    unknown_shape: Mapping[str, int]
    """Op type -> how many ops of it have a formula but not all the shapes that it needs."""
    loops: Mapping[str, Optional[float]]
    """Name of each loop's op -> how often its body runs each time; ``None`` where that is not known."""
    per: str = "step"
    """``iteration`` where the body of a loop of unknown length is counted once, else ``step``."""
    fixed_flops: Optional[float] = None
    """If `per_sample`: the part of `flops` that a step costs whatever its batch, such as an optimizer's update.

    A step of n samples then costs ``fixed_flops + n * (flops - fixed_flops)``.
    """


@dataclass(frozen=True)
class Measured:
    """What was measured on an op or group, or brought by `Graph.overlay`: means per step, times in microseconds."""

    time_us: Optional[float] = None
    busy_us: Optional[float] = None
    calls: Optional[float] = None
    memory_bytes: Optional[float] = None
    fused: Optional[Tuple[str, ...]] = None
