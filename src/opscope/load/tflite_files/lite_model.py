"""What a TensorFlow Lite file says: subgraphs of tensors and operators, signatures, and what is beside them."""

from __future__ import annotations

from typing import Mapping, NamedTuple, Optional, Tuple

from ...graph.types import Shape
from .operator_options import OperatorOptions


class LiteQuantization(NamedTuple):
    """How the real numbers of a tensor are kept: real = scale x (kept - zero point)."""

    scales: Tuple[float, ...]
    """One, or one for each channel."""
    zero_points: Tuple[int, ...]
    axis: int
    """The dimension of the channels, if there are several scales."""
    block: Optional[int] = None
    """How many values share a scale, where the scales are another tensor."""


class LiteTensor(NamedTuple):
    """One tensor of a subgraph."""

    name: str
    dtype: str
    shape: Shape
    buffer: int
    """The number of the buffer with its values; 0 or an empty buffer if it is no constant."""
    quantization: Optional[LiteQuantization] = None
    is_variable: bool = False
    """Whether it is kept from one run to the next."""
    is_sparse: bool = False
    """Whether the file has only the values that are not 0."""


class LiteOperator(NamedTuple):
    """One operator."""

    op: str
    version: int
    inputs: Tuple[int, ...]
    """Tensors; -1 for an input that is left out."""
    outputs: Tuple[int, ...]
    options: OperatorOptions
    custom_bytes: int = 0
    """How many bytes of options an operator has that is not built in."""


class LiteSubgraph(NamedTuple):
    """A function: its operators in the order in which they run."""

    name: str
    tensors: Tuple[LiteTensor, ...]
    inputs: Tuple[int, ...]
    outputs: Tuple[int, ...]
    operators: Tuple[LiteOperator, ...]


class LiteBuffer(NamedTuple):
    """Where the values of a constant are in the file; a `size` of 0 if there are none."""

    at: int
    size: int


class LiteSignature(NamedTuple):
    """How the caller names the inputs and outputs of a subgraph: name -> tensor."""

    name: str
    subgraph: int
    inputs: Mapping[str, int]
    outputs: Mapping[str, int]


class LiteModel(NamedTuple):
    """The whole file."""

    version: int
    """Of the schema; 3 since 2017."""
    description: str
    subgraphs: Tuple[LiteSubgraph, ...]
    buffers: Tuple[LiteBuffer, ...]
    signatures: Tuple[LiteSignature, ...]
    metadata: Mapping[str, LiteBuffer]
