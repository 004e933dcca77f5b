"""The small values that a graph is made of: tensor types, source lines, edges, variables, costs, measurements."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Mapping, NamedTuple, Optional, Tuple

Shape = Optional[Tuple[Optional[int], ...]]
"""A tensor's shape: ``None`` if the rank is unknown, ``None`` inside for an unknown dimension."""
MOST_RANK = 254
"""The most dimensions that a tensor can have in TensorFlow (``TensorShape::MaxDimensions``)."""

CONTROL = -1
"""Stands in place of an output's number for a control edge, which orders two ops and carries no tensor."""


class TensorType(NamedTuple):
    """The type of one output: its dtype as TensorFlow spells it (``float32``) and its shape."""

    dtype: str
    shape: Shape


class Source(NamedTuple):
    """A line of the user's code; its text is ``model.py:12``."""

    file: str
    """The path, relative to the working directory if the file lies below it, else absolute."""
    line: int
    """The number of the line, counted from 1."""
    function: str
    """The function or class that the line is in."""

    def __str__(self) -> str:
        """The place as ``file:line``: many editors and terminals make a link of this form."""
        return f"{self.file}:{self.line}"


class Edge(NamedTuple):
    """One input of an op: the row of the producer in the table, and which of its outputs (`CONTROL`: none)."""

    node: int
    output: int

    @property
    def control(self) -> bool:
        """Whether this is a control edge: it orders two ops and carries no tensor."""
        return self.output == CONTROL


class Port(NamedTuple):
    """An input or output of the whole graph: its name, and the op and output that have the tensor."""

    name: str
    node: int
    """The op's row in the node table."""
    output: int
    """Which output of that op, counted from 0."""


@dataclass(frozen=True)
class Variable:
    """One variable that the graph uses: of the model, an optimizer, a metric, ... It is listed once."""

    id: int
    """Its position in `Graph.variables`."""
    object_path: str
    """Where it lives in the user's objects, such as ``encoder.dense.kernel``."""
    dtype: str
    """The dtype as TensorFlow spells it, such as ``float32``."""
    shape: Shape
    """The shape; ``None`` if the rank is unknown, ``None`` inside for an unknown dimension."""
    trainable: bool
    """Whether training may change it."""

    @property
    def size(self) -> Optional[int]:
        """The number of elements; ``None`` if the shape is not fully known."""
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
    """What an op or group costs, estimated from shapes.

    A figure is ``None`` if it is not known. The figure of a group is the sum over those ops of it that have the figure.
    """

    flops: Optional[float]
    """Floating point operations; a multiply-add counts 2."""
    bytes: Optional[float]
    """Bytes read and written."""
    per: str = "step"
    """``step``: the figures are for a whole step. ``iteration``: a loop around the op runs an unknown number of times
    and is counted once."""
    macs: Optional[float] = None
    """Multiply-adds of matrix products and convolutions, the figure that papers give; 0 for all other ops."""


@dataclass(frozen=True)
class GraphCost:
    """What a whole graph costs, estimated from shapes by `Graph.estimate`. A total is ``None`` if nothing is known.

    ``flops``, ``macs`` and ``bytes`` are sums over the ops whose figure is known. ``without_formula`` and
    ``unknown_shape`` count the ops that are missing in the sums of FLOPs and MACs.
    """

    batch: Optional[int]
    """The batch size given to `Graph.estimate`; ``None`` if none was, so that an open leading dimension counts as 1."""
    per_sample: bool
    """Whether the figures are for one sample: a leading dimension is open, and no batch size was given."""
    flops: Optional[float]
    """Floating point operations per step (per sample, if `per_sample`); a multiply-add counts 2."""
    macs: Optional[float]
    """Multiply-adds of matrix products and convolutions per step (or sample), the figure that papers give."""
    bytes: Optional[float]
    """Bytes that the ops read and write per step (or sample)."""
    peak_activation_bytes: Optional[int]
    """The most bytes of intermediate results alive at once; ``None`` if the size of any of them is unknown."""
    without_formula: Mapping[str, int]
    """Op type without a formula -> how many ops of this type there are."""
    unknown_shape: Mapping[str, int]
    """Op type with a formula -> how many ops of this type lack a shape that the formula needs."""
    loops: Mapping[str, Optional[float]]
    """Name of a loop's op -> how many iterations it has each time it runs; ``None`` if that is unknown."""
    loops_at_most: Mapping[str, float] = field(default_factory=dict)
    """Name of a loop's op whose number of iterations is unknown -> an upper bound, if one is known (``for i in range(10)`` with a
    ``break``)."""
    per: str = "step"
    """``iteration`` if a loop has an unknown number of iterations, so that its body is counted once; else ``step``."""
    fixed_flops: Optional[float] = None
    """Only if `per_sample`: the part of `flops` that does not grow with the batch, such as an optimizer's update.

    A step of n samples costs ``fixed_flops + n * (flops - fixed_flops)``.
    """


@dataclass(frozen=True)
class Measured:
    """What was measured on an op or group, or given to `Graph.overlay`. Figures are means per step.

    The figure of a group is the sum over its ops. A figure is ``None`` if it was neither measured nor given.
    """

    time_us: Optional[float] = None
    """The share of the step's wall time in microseconds. While several ops run at once, each gets an equal part."""
    busy_us: Optional[float] = None
    """How long the op itself took on the host's threads, in microseconds, whatever ran beside it."""
    calls: Optional[float] = None
    """How often the op ran; each iteration of a loop counts."""
    memory_bytes: Optional[float] = None
    """How many bytes the op allocated."""
    fused: Optional[Tuple[str, ...]] = None
    """If several ops ran as one kernel: the names of all. This op has the time of all. ``None`` if it ran alone."""
    spread_us: Optional[float] = None
    """How far `time_us` varies from step to step, in microseconds: half its interquartile range over the kept steps."""
    error_us: Optional[float] = None
    """How well `time_us` is known, in microseconds: its standard error, as the mean over the kept steps. Of a group that
    of its sums per step."""
    device_us: Optional[float] = None
    """How long its kernels took on a device such as a GPU, in microseconds, whatever ran beside them."""
