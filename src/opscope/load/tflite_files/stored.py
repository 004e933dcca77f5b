"""What a TensorFlow Lite file says: subgraphs of tensors and operators, signatures, and what is beside them."""

from __future__ import annotations

from typing import Mapping, NamedTuple, Optional, Tuple

from ...graph.types import Shape
from .options import Options


class StoredQuantization(NamedTuple):
    """How the real numbers of a tensor are kept: real = scale x (kept - zero point)."""

    scales: Tuple[float, ...]
    """One, or one for each channel."""
    zero_points: Tuple[int, ...]
    axis: int
    """The dimension of the channels, if there are several scales."""
    block: Optional[int] = None
    """How many values share a scale, where the scales are another tensor."""


class StoredTensor(NamedTuple):
    """One tensor of a subgraph."""

    name: str
    dtype: str
    shape: Shape
    buffer: int
    """The number of the buffer with its values; 0 or an empty buffer if it is no constant."""
    quantization: Optional[StoredQuantization] = None
    is_variable: bool = False
    """Whether it is kept from one run to the next."""
    is_sparse: bool = False
    """Whether the file has only the values that are not 0."""


class StoredOperator(NamedTuple):
    """One operator."""

    op: str
    version: int
    inputs: Tuple[int, ...]
    """Tensors; -1 for an input that is left out."""
    outputs: Tuple[int, ...]
    options: Options
    custom_bytes: int = 0
    """How many bytes of options an operator has that is not built in."""


class StoredSubgraph(NamedTuple):
    """A function: its operators in the order in which they run."""

    name: str
    tensors: Tuple[StoredTensor, ...]
    inputs: Tuple[int, ...]
    outputs: Tuple[int, ...]
    operators: Tuple[StoredOperator, ...]


class StoredBuffer(NamedTuple):
    """Where the values of a constant are in the file; a `size` of 0 if there are none."""

    at: int
    size: int


class StoredSignature(NamedTuple):
    """How the caller names the inputs and outputs of a subgraph: name -> tensor."""

    name: str
    subgraph: int
    inputs: Mapping[str, int]
    outputs: Mapping[str, int]


class StoredModel(NamedTuple):
    """The whole file."""

    version: int
    """Of the schema; 3 since 2017."""
    description: str
    subgraphs: Tuple[StoredSubgraph, ...]
    buffers: Tuple[StoredBuffer, ...]
    signatures: Tuple[StoredSignature, ...]
    metadata: Mapping[str, StoredBuffer]
